//! Commands and their flags.

use crate::openclaw::release::number::Release;

/// What the flags and variables of a command do.
#[derive(Clone, Copy, Debug)]
pub struct CommandRules {
    /// `gateway run` takes the flags that `gateway` takes, and `gateway` the `--dev` that the program
    /// takes; else nothing comes of them.
    pub run_takes_flags: bool,
    /// Where `--profile NAME` and `--dev` stand to select a profile.
    pub profile_flags: ProfileFlags,
    /// `OPENCLAW_LOG_LEVEL` comes before `logging.level` and `logging.consoleLevel`.
    pub log_level_variable: bool,
}

/// Where a flag that selects a profile stands, see [`crate::openclaw::read::profile`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProfileFlags {
    /// Before the first word that is no flag; `dist/index.js` passes it over (run with 2026.2.26).
    BeforeCommandOfEntry,
    /// Before the first word that is no flag; after it nothing comes of it.
    BeforeCommand,
    /// Anywhere.
    Anywhere,
    /// Anywhere, and it takes the place of what names the directory of another profile.
    AnywhereInPlaceOfInherited,
}

/// The options of `gateway`, whether they take a value, and the first release that may have them
/// (`addGatewayRunCommand` of the npm packages; of those between two that were looked into the first is
/// taken to have the option already).
const GATEWAY_FLAGS: &[(&str, bool, Release)] = &[
    ("--port", true, FIRST),
    ("--bind", true, FIRST),
    ("--token", true, FIRST),
    ("--auth", true, FIRST),
    ("--password", true, FIRST),
    ("--tailscale", true, FIRST),
    ("--tailscale-reset-on-exit", false, FIRST),
    ("--allow-unconfigured", false, FIRST),
    ("--dev", false, FIRST),
    ("--reset", false, FIRST),
    ("--force", false, FIRST),
    ("--verbose", false, FIRST),
    ("--claude-cli-logs", false, FIRST),
    ("--ws-log", true, FIRST),
    ("--compact", false, FIRST),
    ("--raw-stream", false, FIRST),
    ("--raw-stream-path", true, FIRST),
    ("--password-file", true, Release::new(2026, 3, 7)),
    ("--cli-backend-logs", false, Release::new(2026, 3, 28)),
    ("--ambient-channels", false, Release::new(2026, 7, 33)),
    ("--dev-ambient-channels", false, Release::new(2026, 7, 33)),
    ("--update-canary", false, Release::new(2026, 9, 3)),
];

const FIRST: Release = Release::new(2026, 1, 0);

/// The options that `gateway` of a release takes, and whether they take a value.
pub fn gateway_flags(release: Release) -> impl Iterator<Item = (&'static str, bool)> {
    GATEWAY_FLAGS.iter().filter(move |(.., since)| *since <= release).map(|(name, value, _)| (*name, *value))
}
