//! Which program and release a container runs.

use std::fmt;

/// The three names the program has had on npm.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Program {
    /// npm `clawdbot`, until January 2026: reads `CLAWDBOT_*` and `~/.clawdbot`.
    Clawdbot,
    /// npm `openclaw` (and `moltbot`, its name for three days), from 2026.1.29.
    OpenClaw,
}

/// A release number such as `2026.9.6`, `2026.1.24-3` or `2026.3.2-beta.1`; compared by its three
/// numbers, a suffix aside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Release {
    /// Year, month, patch.
    pub numbers: [u16; 3],
}

impl Release {
    /// For tables.
    #[must_use]
    pub const fn new(year: u16, month: u16, patch: u16) -> Self {
        Self { numbers: [year, month, patch] }
    }

    /// Reads `2026.9.6`, `v2026.9.6`, `2026.1.24-3`, `2026.3.2-beta.1`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let text = text.split(['-', '+']).next()?;
        let mut parts = text.split('.').map(|part| part.parse::<u16>().ok());
        let numbers = [parts.next()??, parts.next()??, parts.next()??];
        (parts.next().is_none() && (2025..2100).contains(&numbers[0])).then_some(Self { numbers })
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [year, month, patch] = self.numbers;
        write!(f, "{year}.{month}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_npm_and_images_write() {
        for (text, expected) in [
            ("2026.9.6", Some([2026, 9, 6])),
            ("v2026.1.24-3", Some([2026, 1, 24])),
            ("2026.3.2-beta.1", Some([2026, 3, 2])),
            ("latest", None),
            ("2026.9", None),
            ("1.2.3", None),
            ("2026.9.6.1", None),
        ] {
            assert_eq!(Release::parse(text).map(|r| r.numbers), expected, "{text}");
        }
    }
}
