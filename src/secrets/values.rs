//! What a value is by itself, whatever its name.

use super::{
    placeholders::{is_placeholder, is_published_example},
    shapes, vendors, words,
};
use std::collections::BTreeSet;

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ValueClass {
    /// A switch, a short number, a path or an address: nothing to keep secret, whatever the name.
    Public,
    /// A mark that somebody has to replace: `<your-key>`, `{{TOKEN}}`.
    Placeholder,
    /// A value that OpenClaw's documentation or a guide gives to everybody.
    PublishedExample,
    /// Drawn by a generator, and of a known vendor.
    Vendor(&'static str),
    /// Drawn by a generator: whoever has it has the account or the gateway.
    Generated,
    /// Words that somebody thought of.
    Word,
}

impl ValueClass {
    /// Somebody may keep it secret: it is none of what stands in the place of a secret.
    #[must_use]
    pub(crate) fn may_be_secret(self) -> bool {
        !matches!(self, Self::Public | Self::Placeholder)
    }

    /// Drawn by a generator.
    #[must_use]
    pub(crate) fn is_generated(self) -> bool {
        matches!(self, Self::Generated | Self::Vendor(_))
    }
}

/// Classifies a value.
#[must_use]
pub(crate) fn classify(value: &str) -> ValueClass {
    let value = value.trim();
    if is_public_value(value) {
        ValueClass::Public
    } else if is_placeholder(value) {
        ValueClass::Placeholder
    } else if is_generated(value) {
        vendors::owner(value).map_or(ValueClass::Generated, ValueClass::Vendor)
    } else if is_published_example(value) {
        ValueClass::PublishedExample
    } else {
        ValueClass::Word
    }
}

/// Runs of a keyboard that no generator gives.
const RUNS: [&str; 4] = ["123456789", "abcdefgh", "qwertyui", "987654321"];
/// Fewer different characters than this are a pattern and no draw.
const FEWEST_DIFFERENT: usize = 8;

/// Characters that a generator or a vendor gave: nobody thinks of them, and whoever has them has the
/// account or the gateway.
#[must_use]
pub(crate) fn is_generated(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_lowercase();
    let is_hash =
        ["$2a$", "$2b$", "$2y$", "$argon2", "$apr1$", "$5$", "$6$"].iter().any(|h| value.contains(h));
    !value.contains(char::is_whitespace)
        && !is_hash
        && !is_placeholder(value)
        && !RUNS.iter().any(|run| lower.contains(run))
        && value.chars().collect::<BTreeSet<_>>().len() >= FEWEST_DIFFERENT
        && !is_wordy(value)
        && (shapes::has_credential_shape(value) || is_uuid(value))
}

/// `OpenClawAdmin123!`
fn is_wordy(value: &str) -> bool {
    words::word_like(value.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation()))
}

/// `8-4-4-4-12` hexadecimal digits.
fn is_uuid(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    let hex = |part: &&str| part.bytes().all(|b| b.is_ascii_hexdigit());
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(hex)
}

/// A switch, a number, a path or an address: nothing to keep secret, whatever the name says. Not a
/// promise that it may be shown: a path or a URL can hold a secret.
#[must_use]
pub(crate) fn is_public_value(value: &str) -> bool {
    let value = value.trim();
    value.is_empty()
        || is_switch(value)
        || (value.len() < 5 && value.bytes().all(|b| b.is_ascii_digit()))
        || is_path(value)
        || value.contains("://")
}

/// One of the words of which there are two: yes or no.
#[must_use]
pub(crate) fn is_switch(value: &str) -> bool {
    const SWITCHES: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "none", "null"];
    SWITCHES.iter().any(|switch| value.eq_ignore_ascii_case(switch))
}

/// It begins as paths do.
#[must_use]
pub(crate) fn is_path(value: &str) -> bool {
    value.starts_with(['/', '~', '.'])
}

/// `scheme://user:PASSWORD@host`
#[must_use]
pub(crate) fn password_of_url(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let (user, _) = rest.split_once('@')?;
    user.split_once(':').map(|(_, password)| password).filter(|password| !password.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for mark in [
            "your-api-key-here",
            "{{ANTHROPIC_API_KEY}}",
            "<your-key>",
            "请替换",
            "changeme",
            "sk-ant-xxxxxxxxxxxxxxxx",
            "sk-...",
            "TODO",
            "********",
            "YOUR_TAILSCALE_AUTH_KEY_HERE",
        ] {
            assert_eq!(classify(mark), ValueClass::Placeholder, "{mark}");
            assert!(!is_generated(mark), "{mark}");
        }
        for value in ["openclaw", "correct horse", "ollama-local", "6f1d9a"] {
            assert_eq!(classify(value), ValueClass::Word, "{value}");
        }
        assert_eq!(classify("undefined"), ValueClass::PublishedExample);
        assert_eq!(classify("my-dev-token"), ValueClass::PublishedExample);
    }

    #[test]
    fn draws() {
        for drawn in [
            "5f0c1d7be29a4833b6aa20d4c1e97f52",
            "550e8400-e29b-41d4-a716-446655440000",
            "sk-ant-api03-Zq8LwT2nVb5KxY7m",
            "ghp_R4nd0mCh4r4ct3rsT0Sh0w",
        ] {
            assert!(is_generated(drawn), "{drawn}");
        }
        assert_eq!(classify("5f0c1d7be29a4833b6aa20d4c1e97f52"), ValueClass::Generated);
        assert_eq!(classify("sk-ant-api03-Zq8LwT2nVb5KxY7m"), ValueClass::Vendor("Anthropic"));
        for plain in
            ["openclaw", "OpenClawAdmin123!", "sk-1234567890abcdef", "$2y$05$abcdefghijklmnopqrstuv", "a b"]
        {
            assert!(!is_generated(plain), "{plain}");
        }
    }

    #[test]
    fn what_is_no_secret() {
        for value in ["3600", "/run/secrets/token", "true", "http://db:5432"] {
            assert_eq!(classify(value), ValueClass::Public, "{value}");
        }
        assert!(!is_public_value("openclaw") && !is_public_value("123456"));
    }

    #[test]
    fn passwords_in_addresses() {
        assert_eq!(password_of_url("postgres://me:secret@db:5432/x"), Some("secret"));
        assert_eq!(password_of_url("http://db:5432/x@y"), None);
        assert_eq!(password_of_url("http://me@db"), None);
    }
}
