//! What time it is.
#![expect(clippy::disallowed_methods, reason = "the one door to the clock")]

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A clock: that of this machine, or one that stands still.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Clock {
    /// That of this machine.
    #[default]
    System,
    /// One that stands still, at that many milliseconds since 1970.
    #[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
    At(i64),
}

impl Clock {
    /// Milliseconds since 1970.
    #[must_use]
    pub fn now(self) -> i64 {
        match self {
            Self::At(milliseconds) => milliseconds,
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            }
        }
    }
}

/// A point to measure from; no date.
#[must_use]
pub fn instant() -> Instant {
    Instant::now()
}
