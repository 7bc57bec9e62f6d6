//! A line of a log as it may be shown. Nobody knows what is in it, so this is an allow-list too: of
//! its words only those that OpenClaw's own messages are made of, the plainest English ones, and
//! short numbers are shown.

use crate::secrets;
use std::{
    collections::{BTreeSet, HashSet},
    net::IpAddr,
};

/// The placeholder for what is not shown.
const HIDDEN: &str = "***";
/// Longest number that is taken for a status, a port or a duration.
const DIGITS: usize = 5;
/// The words that messages of OpenClaw are made of, one a line, in the order of their bytes:
/// `cargo xtask messages PACKAGE@VERSION` takes them out of the npm packages.
const WORDS: &str = include_str!("log_words.txt");
/// Directories that say nothing of whose they are.
const FOLDERS: &[&str] = &[
    "home",
    "node",
    "root",
    "app",
    "tmp",
    "var",
    "run",
    "usr",
    "etc",
    "data",
    "config",
    "dist",
    "Users",
    "mnt",
    "opt",
    "srv",
    "bin",
    "lib",
    "local",
    "proc",
    "dev",
    "volumes",
    ".openclaw",
    ".clawdbot",
    ".moltbot",
    ".cache",
    ".config",
    "agents",
    "main",
    "agent",
    "state",
    "credentials",
    "workspace",
    "sessions",
    "sandboxes",
    "logs",
    "extensions",
    "plugins",
    "skills",
    "openclaw.json",
    "clawdbot.json",
    "moltbot.json",
    "openclaw.sqlite",
    "openclaw-agent.sqlite",
    "auth-profiles.json",
    "oauth.json",
    "docker.sock",
    "secrets",
    "node_modules",
    "v1",
    "v2",
    "v1beta",
    "openclaw",
    "openclaw.mjs",
    ".env",
    "openclaw-1000",
    "compose.yml",
    "docker-compose.yml",
    "resolv.conf",
    "hosts",
    "x",
    "sh",
    "docker-entrypoint.sh",
];

/// The words that a line may be made of.
#[derive(Clone, Debug)]
pub struct LogWords {
    known: BTreeSet<String>,
    words: HashSet<&'static str>,
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
        Self { known, words: WORDS.lines().collect() }
    }

    /// A line with everything hidden that is not known to be harmless. `names` may be shown too: the
    /// provider or client that the line is about.
    #[must_use]
    pub fn shown(&self, line: &str, names: &[&str]) -> String {
        let mut out = String::with_capacity(line.len());
        let mut before = "";
        let mut secret_follows = false;
        // The subsystem, which the program names.
        let named = line.strip_prefix('[').and_then(|rest| rest.split_once("] "));
        let named = named.filter(|(name, _)| {
            let part = |p: &str| self.is_word(p) || self.known.contains(p);
            name.len() <= 48 && (part(name) || name.split(['/', '-']).all(part))
        });
        let line = match named {
            Some((name, rest)) => {
                out.push_str(&format!("[{name}] "));
                rest
            }
            None => line,
        };
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
        let is_known = |s: &str| {
            self.known.contains(s)
                || names.contains(&s)
                || digits(s)
                || self.is_word(s)
                || is_measure(s)
                || self.is_compound(s)
        };
        if core.is_empty() || is_known(core) {
            return Some(core.to_owned());
        }
        // A path, folder by folder.
        if let Some(rest) = core.strip_prefix('/').or_else(|| core.strip_prefix("~/")) {
            let folders = rest.split('/').map(|folder| {
                let plain = FOLDERS.contains(&folder)
                    || folder.is_empty()
                    || self.words.contains(folder)
                    || is_measure(folder)
                    || self.is_compound(folder);
                if plain || digits(folder) { folder } else { HIDDEN }
            });
            let shown: Vec<&str> = folders.collect();
            return Some(format!("{}{}", &core[..core.len() - rest.len()], shown.join("/")));
        }
        // The name of an index, which the program's own schema gives.
        if core.starts_with("idx_") && core.split('_').all(|part| self.is_word(part) || part == "idx") {
            return Some(core.to_owned());
        }
        // `anthropic/claude`: the provider is known, the model is not.
        let (first, rest) = core.split_once('/')?;
        names.contains(&first).then(|| format!("{first}/{}", if is_known(rest) { rest } else { HIDDEN }))
    }
}

impl LogWords {
    /// A word of the dictionary, however it is capitalised; a compound only as the program writes it.
    fn is_word(&self, word: &str) -> bool {
        self.words.contains(word)
            || (word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
                && self.words.contains(word.to_ascii_lowercase().as_str()))
    }
}

/// Most words of a compound: a pass phrase has more.
const PARTS: usize = 3;
/// Most words of a variable's name, which is in capitals.
const PARTS_OF_NAME: usize = 6;
/// Ends of files and host names.
const ENDS: &[&str] = &[
    "com", "org", "net", "io", "ai", "js", "mjs", "cjs", "ts", "json", "yml", "yaml", "md", "log", "so",
    "cpp",
];

impl LogWords {
    /// Few words of the dictionary, joined: `openclaw-gateway-1`, `unknown_error`, `channel/provider`, `console.js`,
    /// `--provider`, `OPENCLAW_STATE_DIR`.
    fn is_compound(&self, text: &str) -> bool {
        let text = text.trim_start_matches(['-', '$', '@']).trim_matches('_');
        // The name of a header, a setting of a config.
        let (text, most) = match text.strip_prefix("x-").or_else(|| text.strip_prefix("anthropic-")) {
            Some(rest) => (rest, PARTS + 1),
            None if !text.contains(['-', '_', '/']) => (text, PARTS + 1),
            None => (text, PARTS),
        };
        let parts: Vec<&str> = text.split(['-', '_', '.', '/']).collect();
        let is_name = text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        let is_number = |part: &str| part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
        let words = parts.iter().filter(|p| !is_number(p) && !ENDS.contains(p)).count();
        if words > if is_name { PARTS_OF_NAME } else { most } || parts.len() > 2 * PARTS {
            return false;
        }
        let one_case = |p: &str| {
            p.bytes().all(|b| b.is_ascii_lowercase())
                || p.bytes().skip(1).all(|b| b.is_ascii_lowercase())
                || is_name
        };
        let is_part = |(i, part): (usize, &&str)| {
            let number = !part.is_empty() && is_number(part);
            let word = part.bytes().all(|b| b.is_ascii_alphabetic())
                && part.len() > 1
                && (one_case(part) || self.words.contains(*part))
                && (self.is_word(part) || self.known.contains(part.to_ascii_lowercase().as_str()));
            number || word || (i > 0 && ENDS.contains(part))
        };
        !text.is_empty() && parts.iter().enumerate().all(is_part) && !secrets::has_credential_shape(text)
    }
}

/// A release, a duration, a size, a time, an address of this machine or of a private network.
fn is_measure(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = text.len() - unit.len();
    let units = [
        "ms", "s", "m", "h", "d", "k", "kb", "mb", "gb", "KB", "MB", "GB", "MiB", "GiB", "%", "x", "st",
        "nd", "rd", "th",
    ];
    if (1..=6).contains(&number) && units.contains(&unit) {
        return true;
    }
    let digits =
        |part: &str| !part.is_empty() && part.len() <= DIGITS && part.bytes().all(|b| b.is_ascii_digit());
    if let Ok(address) = text.parse::<IpAddr>() {
        return match address {
            IpAddr::V4(v4) => {
                v4.is_private() || v4.is_loopback() || v4.is_unspecified() || v4.is_link_local()
            }
            IpAddr::V6(v6) => v6.is_loopback() || v6.is_unspecified(),
        };
    }
    // 2026.9.6, v2026.9.6-1, 12.5, 2026-11-25
    let version = text.strip_prefix('v').unwrap_or(text);
    let (main, rest) = version.split_once('-').unwrap_or((version, "0"));
    let dots = main.split('.').count();
    let is_date = || text.len() == 10 && text.split('-').count() == 3 && text.split('-').all(digits);
    (2..=3).contains(&dots) && main.split('.').all(digits) && digits(rest) || is_date()
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
    "however",
    "However",
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
        let line = "[agent/embedded] embedded run agent end: provider=acme error=authentication_error rawError=401: invalid x-api-key, try acme/qzx";
        assert_eq!(
            words().shown(line, &["acme"]),
            "[agent/embedded] embedded run agent end: provider=acme error=authentication_error rawError=401: invalid x-api-key, try acme/***"
        );
        assert_eq!(words().shown("runId=3396720b-2923 elapsedMs=123456", &[]), "runId=*** elapsedMs=***");
        for line in [
            "Another Gateway owner lease is still active for this state directory.",
            "EACCES: permission denied, mkdir '/home/node/.openclaw/state'",
            "lock timeout after 250ms on 127.0.0.1:18789, release 2026.9.6",
        ] {
            assert_eq!(words().shown(line, &[]), line);
        }
        assert_eq!(words().shown("open '/home/zqxwv/.openclaw/x'", &[]), "open '/home/***/.openclaw/x'");
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
