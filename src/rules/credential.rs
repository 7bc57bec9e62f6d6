//! What somebody wrote where a credential belongs: a mark to be replaced, a draw of characters, or
//! words; and whether it is written in a compose file itself.

use super::{Case, common::is_secret_name};
use crate::{
    origin::{Candidate, Layer, Step},
    redact,
    source::{Language, Place, SourceId, SourceName},
};
use std::{collections::BTreeSet, path::Path};

/// Parts of what stands in an example until somebody replaces it, in lower case.
pub(super) const MARKS: [&str; 30] = [
    "change-me",
    "changeme",
    "change_me",
    "change-this",
    "change_this",
    "changethis",
    "cambiar",
    "your-",
    "your_",
    "your ",
    "yourtoken",
    "yourkey",
    "yourpassword",
    "replace-me",
    "replace_me",
    "replaceme",
    "replace-with",
    "replace_with",
    "placeholder",
    "example",
    "insert-",
    "todo",
    "fixme",
    "xxxx",
    "-here",
    "_here",
    "请替换",
    "请填",
    "你的",
    "您的",
];
/// Runs of a keyboard that no generator gives.
const RUNS: [&str; 4] = ["123456789", "abcdefgh", "qwertyui", "987654321"];
/// Fewer different characters than this are a pattern and no draw.
const FEWEST_DIFFERENT: usize = 8;

/// It stands in the place of a value that nobody has put in yet.
pub(super) fn is_mark(value: &str) -> bool {
    let lower = value.trim().to_lowercase();
    let framed = |from: &str, to: &str| lower.starts_with(from) && lower.ends_with(to) && lower.len() > 2;
    MARKS.iter().any(|mark| lower.contains(mark))
        || is_template(&lower)
        || framed("<", ">")
        || framed("[", "]")
        || lower.ends_with("...")
        || lower.ends_with('…')
        || (lower.len() > 2 && lower.chars().all(|c| matches!(c, 'x' | '*' | '.' | '-' | '_' | '?')))
}

/// What a program that fills in files would have replaced: `{{ … }}`, `${…}`, `%…%`.
pub(super) fn is_template(value: &str) -> bool {
    let value = value.trim();
    let holds =
        |from: &str, to: &str| value.find(from).is_some_and(|at| value[at + from.len()..].contains(to));
    holds("{{", "}}") || holds("${", "}") || holds("<%", "%>")
}

/// Characters that a generator or a vendor gave: nobody thinks of them, and whoever has them has the
/// account or the gateway.
pub(super) fn is_drawn(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_lowercase();
    let is_hash =
        ["$2a$", "$2b$", "$2y$", "$argon2", "$apr1$", "$5$", "$6$"].iter().any(|h| value.contains(h));
    !value.contains(char::is_whitespace)
        && !is_hash
        && !is_mark(value)
        && !RUNS.iter().any(|run| lower.contains(run))
        && value.chars().collect::<BTreeSet<_>>().len() >= FEWEST_DIFFERENT
        && !is_wordy(value)
        && (redact::is_credential_shaped(value) || is_uuid(value))
}

/// `OpenClawAdmin123!`
fn is_wordy(value: &str) -> bool {
    redact::is_wordy(value.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation()))
}

/// `8-4-4-4-12` hexadecimal digits.
fn is_uuid(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    let hex = |part: &&str| part.bytes().all(|b| b.is_ascii_hexdigit());
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(hex)
}

/// A switch, a number, a path or an address: nothing to keep secret, whatever the name says.
pub(super) fn is_no_secret(value: &str) -> bool {
    let value = value.trim();
    let word = value.to_ascii_lowercase();
    matches!(word.as_str(), "" | "true" | "false" | "yes" | "no" | "on" | "off" | "none" | "null")
        || (value.len() < 5 && value.bytes().all(|b| b.is_ascii_digit()))
        || value.starts_with(['/', '~', '.'])
        || value.contains("://")
}

/// The name of a variable that is to hold a credential.
pub(super) fn names_credential(name: &str) -> bool {
    const PUBLIC: [&str; 17] = [
        "PUBLIC",
        "PUB",
        "GPG",
        "TYPE",
        "HEADER",
        "EXPIRY",
        "ENDPOINT",
        "URI",
        "ISSUER",
        "TTL",
        "MODE",
        "ALGORITHM",
        "SIZE",
        "TIMEOUT",
        "INTERVAL",
        "LENGTH",
        "PREFIX",
    ];
    const PASSES: [&str; 3] = ["PASS", "PASSPHRASE", "APIKEY"];
    let mut words = name.split('_');
    let is = |list: &[&str]| name.split('_').any(|word| list.contains(&word));
    !is(&PUBLIC) && (is_secret_name(name) || words.next_back().is_some_and(|w| PASSES.contains(&w)))
}

/// The gateway's token or password, by the name of its variable.
pub(super) fn is_of_gateway(name: &str) -> bool {
    name.ends_with("GATEWAY_TOKEN") || name.ends_with("GATEWAY_PASSWORD")
}

impl Case<'_> {
    /// Where the characters of a value stand in a compose file: also as the default of a variable
    /// that is not set. None when they come from anywhere else.
    pub(super) fn literal_at(&self, candidate: &Candidate) -> Option<Place> {
        let here = matches!(candidate.layer, Layer::ComposeEnvironment | Layer::ContainerEnv);
        let from_elsewhere = |step: &Step| {
            matches!(
                step,
                Step::HostEnv { .. }
                    | Step::ProjectDotenv { .. }
                    | Step::CliEnvFile { .. }
                    | Step::ComposeEnvFile
                    | Step::Env { .. }
            )
        };
        if !here || candidate.via.iter().any(|via| from_elsewhere(&via.step)) {
            return None;
        }
        candidate.root().filter(|place| self.sources.get(place.source).language == Language::Yaml)
    }

    /// The file that a place is in, on this host.
    pub(super) fn host_file(&self, source: SourceId) -> Option<&Path> {
        match &self.sources.get(source).name {
            SourceName::Host(path) => Some(path),
            _ => None,
        }
    }

    /// Git keeps the file that a place is in.
    pub(super) fn is_tracked(&self, source: SourceId) -> bool {
        let path = self.host_file(source);
        self.whole.zip(path).is_some_and(|(whole, path)| whole.tracked.contains(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
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
            assert!(is_mark(mark), "{mark}");
            assert!(!is_drawn(mark), "{mark}");
        }
        for value in ["openclaw", "correct horse", "ollama-local", "6f1d9a"] {
            assert!(!is_mark(value), "{value}");
        }
    }

    #[test]
    fn draws() {
        for drawn in [
            "5f0c1d7be29a4833b6aa20d4c1e97f52",
            "sk-ant-api03-Zq8LwT2nVb5KxY7m",
            "550e8400-e29b-41d4-a716-446655440000",
            "ghp_R4nd0mCh4r4ct3rsT0Sh0w",
        ] {
            assert!(is_drawn(drawn), "{drawn}");
        }
        for plain in
            ["openclaw", "OpenClawAdmin123!", "sk-1234567890abcdef", "$2y$05$abcdefghijklmnopqrstuv", "a b"]
        {
            assert!(!is_drawn(plain), "{plain}");
        }
    }

    #[test]
    fn names_and_values_of_no_credential() {
        assert!(names_credential("DB_PASS") && names_credential("TS_AUTHKEY"));
        assert!(!names_credential("GPG_KEY") && !names_credential("SSH_PUBLIC_KEY"));
        assert!(!names_credential("COMPASS") && !names_credential("MAX_TOKENS"));
        assert!(is_no_secret("3600") && is_no_secret("/run/secrets/token") && is_no_secret("true"));
        assert!(!is_no_secret("openclaw") && !is_no_secret("123456"));
    }
}
