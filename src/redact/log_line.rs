//! A line of a log as it may be shown. Nobody knows what is in it, so this is an allow-list too: of
//! its words only those that OpenClaw's own messages are made of, the plainest English ones, and
//! short numbers are shown.

use crate::secrets;
use std::collections::BTreeSet;

/// The placeholder for what is not shown.
const HIDDEN: &str = "***";
/// Longest number that is taken for a status, a port or a duration.
const DIGITS: usize = 5;

/// The words that a line may be made of.
#[derive(Clone, Debug)]
pub struct LogWords {
    known: BTreeSet<String>,
}

impl LogWords {
    /// Takes the words out of texts that hold no secret: the messages that are known.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known: BTreeSet<String> = ENGLISH.iter().map(|w| (*w).to_owned()).collect();
        for text in texts {
            for piece in pieces(text).filter_map(LogPiece::word) {
                let core = core(piece);
                // What is drawn or counted stands there once, and is no word.
                if core.bytes().any(|b| b.is_ascii_alphabetic()) && !secrets::has_credential_shape(core) {
                    known.insert(core.to_owned());
                }
            }
        }
        Self { known }
    }

    /// A line with everything hidden that is not known to be harmless. `names` may be shown too: the
    /// provider or client that the line is about.
    #[must_use]
    pub fn shown(&self, line: &str, names: &[&str]) -> String {
        let mut out = String::with_capacity(line.len());
        let mut before = "";
        let mut secret_follows = false;
        for piece in pieces(line) {
            match piece {
                LogPiece::Between(text) => {
                    // `token=x`, `"apiKey":"x"`, `Bearer x`.
                    let assigns = text.contains(['=', ':']) || before.eq_ignore_ascii_case("bearer");
                    secret_follows = assigns && secrets::holds_secret(before);
                    out.extend(text.chars().map(|c| if c.is_ascii() || SIGNS.contains(c) { c } else { '?' }));
                }
                LogPiece::Word(word) => {
                    let core = core(word);
                    let hide = secret_follows && !STATES.contains(&core);
                    match self.allowed(core, names).filter(|_| !hide) {
                        Some(shown) => {
                            out.push_str(&shown);
                            out.push_str(&word[core.len()..]);
                        }
                        None if out.ends_with(HIDDEN) => {}
                        None => out.push_str(HIDDEN),
                    }
                    before = core;
                }
            }
        }
        out
    }

    fn allowed(&self, core: &str, names: &[&str]) -> Option<String> {
        let digits = |s: &str| s.len() <= DIGITS && s.bytes().all(|b| b.is_ascii_digit());
        let is_known = |s: &str| self.known.contains(s) || names.contains(&s) || digits(s);
        if core.is_empty() || is_known(core) {
            return Some(core.to_owned());
        }
        // `anthropic/claude`: the provider is known, the model is not.
        let (first, rest) = core.split_once('/')?;
        names.contains(&first).then(|| format!("{first}/{}", if is_known(rest) { rest } else { HIDDEN }))
    }
}

/// A word, or what stands between two.
enum LogPiece<'a> {
    Word(&'a str),
    Between(&'a str),
}

impl<'a> LogPiece<'a> {
    fn word(self) -> Option<&'a str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Between(_) => None,
        }
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(
            c,
            '-' | '_' | '.' | '/' | '+' | '~' | '@' | '%' | '#' | '$' | '*' | '\\' | '!' | '?' | '&' | '^'
        )
}

fn pieces(text: &str) -> impl Iterator<Item = LogPiece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let of_word = is_of_word(first);
        let end = rest.find(|c| is_of_word(c) != of_word).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(if of_word { LogPiece::Word(piece) } else { LogPiece::Between(piece) })
    })
}

/// A word without the end of its sentence.
fn core(word: &str) -> &str {
    word.trim_end_matches(['.', '!', '?'])
}

/// Signs of OpenClaw's messages beside those of ASCII.
const SIGNS: &str = "…—–→⇄✓✗⚠\u{fe0f}";

/// What a secret may be without being one.
const STATES: &[&str] = &[
    "missing",
    "none",
    "no",
    "yes",
    "true",
    "false",
    "unset",
    "token",
    "password",
    "null",
    "undefined",
    "provided",
];

/// The plainest words of error messages.
const ENGLISH: &[&str] = &[
    "a",
    "about",
    "access",
    "account",
    "after",
    "again",
    "all",
    "already",
    "an",
    "and",
    "another",
    "any",
    "api",
    "are",
    "as",
    "at",
    "attempt",
    "attempts",
    "auth",
    "authentication",
    "available",
    "bad",
    "be",
    "because",
    "been",
    "before",
    "but",
    "by",
    "cannot",
    "channel",
    "check",
    "client",
    "closed",
    "code",
    "config",
    "configuration",
    "connect",
    "connected",
    "connection",
    "contact",
    "could",
    "data",
    "denied",
    "details",
    "device",
    "did",
    "disabled",
    "do",
    "does",
    "enabled",
    "end",
    "ended",
    "error",
    "exceeded",
    "expired",
    "failed",
    "failure",
    "fetch",
    "file",
    "for",
    "forbidden",
    "found",
    "from",
    "gateway",
    "had",
    "has",
    "have",
    "header",
    "host",
    "http",
    "https",
    "if",
    "in",
    "input",
    "internal",
    "invalid",
    "is",
    "it",
    "its",
    "later",
    "limit",
    "long",
    "lost",
    "many",
    "maximum",
    "message",
    "minutes",
    "missing",
    "model",
    "more",
    "must",
    "name",
    "network",
    "no",
    "not",
    "of",
    "on",
    "only",
    "or",
    "out",
    "permission",
    "please",
    "port",
    "process",
    "provider",
    "proxy",
    "quota",
    "rate",
    "reached",
    "reason",
    "refused",
    "request",
    "requests",
    "required",
    "reset",
    "response",
    "retry",
    "run",
    "seconds",
    "see",
    "server",
    "service",
    "set",
    "should",
    "skill",
    "start",
    "started",
    "status",
    "stream",
    "support",
    "supported",
    "temporarily",
    "than",
    "that",
    "the",
    "this",
    "time",
    "timeout",
    "to",
    "too",
    "try",
    "type",
    "unable",
    "unauthorized",
    "unavailable",
    "unexpected",
    "unknown",
    "until",
    "url",
    "use",
    "used",
    "user",
    "value",
    "was",
    "were",
    "when",
    "while",
    "will",
    "with",
    "without",
    "you",
    "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> LogWords {
        LogWords::of([
            "[agent/embedded] embedded run agent end: provider=x error=authentication_error rawError=401: invalid x-api-key",
        ])
    }

    #[test]
    fn known_words_are_shown_and_others_are_not() {
        let line = "[agent/embedded] embedded run agent end: provider=acme error=authentication_error rawError=401: invalid x-api-key, try acme/opus";
        assert_eq!(
            words().shown(line, &["acme"]),
            "[agent/embedded] embedded run agent end: provider=acme error=authentication_error rawError=401: invalid x-api-key, try acme/***"
        );
        assert_eq!(words().shown("runId=3396720b-2923 elapsedMs=123456", &[]), "***=*** ***=***");
    }

    #[test]
    fn nothing_of_a_secret_comes_out() {
        for (line, secret) in [
            ("Incorrect API key provided: sk-dummy****0000.", "sk-dummy"),
            ("request failed token=invalid-request-error", "invalid-request"),
            ("request failed token=authentication_error", "authentication_error"),
            (r#"{"apiKey":"invalid","x":1}"#, "\"invalid\""),
            (r#"{"password": "the request failed"}"#, "\"the"),
            ("Authorization: Bearer invalid", "invalid"),
            ("https://user:hunter2@host/path?key=abcdef", "hunter2"),
            ("key 1234567890", "123456"),
            ("the token-of-the-config-0000 failed", "token-of"),
            ("pässwörd\u{202e}", "ssw"),
        ] {
            let shown = words().shown(line, &[]);
            assert!(!shown.contains(secret), "{line} became {shown}");
        }
    }
}
