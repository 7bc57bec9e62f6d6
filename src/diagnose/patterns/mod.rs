//! What OpenClaw says, as data. A row is a message, where it was read, and what it means; the first
//! row that fits a line counts, so what is special comes before what is general.
//!
//! The examples are lines of real gateways, shortened; `tests/diagnose.rs` replays the logs that
//! they are from and says which rows no log has. Those were read in the program only.

mod channels;
mod clients;
mod echoes;
mod models;
mod start;

use super::pattern::{Pattern, ReadFrom};

/// All of them, in the order in which they are tried.
static GROUPS: &[&[Pattern]] =
    &[start::PATTERNS, clients::PATTERNS, models::PATTERNS, channels::PATTERNS, echoes::PATTERNS];

/// All of them, in the order in which they are tried.
pub fn all() -> impl Iterator<Item = &'static Pattern> {
    GROUPS.iter().copied().flatten()
}

/// openclaw 2026.9.6
const fn current(file: &'static str) -> ReadFrom {
    ReadFrom { release: "openclaw 2026.9.6", file }
}

/// openclaw 2026.3.24
const fn march(file: &'static str) -> ReadFrom {
    ReadFrom { release: "openclaw 2026.3.24", file }
}

/// clawdbot 2026.1.24-3
const fn clawdbot(file: &'static str) -> ReadFrom {
    ReadFrom { release: "clawdbot 2026.1.24-3", file }
}
