//! Words of sentences that people write into files: comments, and messages of `${NAME:?message}`. A
//! sentence is no secret; a secret may stand in one.

use super::{names, shapes, words};

/// The message of `${NAME:?message}` may be shown: a sentence, and not the default that somebody meant to
/// write, which may be a password, also one of several words.
#[must_use]
pub(crate) fn is_message(name: &str, message: &str) -> bool {
    let words: Vec<&str> = words_in(message).collect();
    let is_word = |word: &&str| {
        let word = &word.trim_start_matches('-');
        let digits = word.bytes().all(|b| b.is_ascii_digit());
        *word == name || digits && word.len() <= 5 || is_readable(word)
    };
    let known = words.iter().filter(|word| **word == name || is_common_word(word)).count();
    // Where it speaks of a secret, the next word might be it.
    let speaks_of_secrets = words.iter().any(|w| *w != name && names::is_secret_name(w) && !is_variable(w));
    let is_harmless = |word: &&str| {
        is_common_word(word.trim_start_matches('-'))
            || is_variable(word)
            || word.bytes().all(|b| b.is_ascii_digit())
            || word.contains(['.', '/'])
            || names::is_secret_name(word)
    };
    // Of a sentence every third word is one of the commonest.
    message.len() <= 200
        && !words.is_empty()
        && words.iter().all(is_word)
        && (known * 2 > words.len() || known >= 2 && known * 3 >= words.len())
        && (!speaks_of_secrets || words.iter().all(is_harmless))
}

fn is_variable(word: &str) -> bool {
    words::conventional_variable(word)
}

/// A word of a message: letters, a path, the name of a variable.
fn is_readable(word: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "_-./".contains(c);
    word.chars().count() <= 40
        && word.chars().all(plain)
        && !shapes::has_credential_shape(word)
        && word.split('/').all(|part| !part.is_ascii() || words::word_like(part))
}

fn words_in(text: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| c.is_whitespace() || ",;:!?()'\"`".contains(c);
    text.split(ends).map(|word| word.trim_end_matches('.')).filter(|word| !word.is_empty())
}

/// The parts of a comment that may be shown, as byte ranges: of its words the commonest ones and those of
/// the trade, and signs beside them. None where it speaks of a secret.
#[must_use]
pub(crate) fn shown_in_comment(comment: &str) -> Vec<std::ops::Range<usize>> {
    let is_letter = |c: char| c.is_alphanumeric() || "_-".contains(c);
    let words = || comment.split(|c| !is_letter(c)).filter(|word| !word.is_empty());
    let speaks_of_secrets =
        words().any(|word| names::is_secret_name(word) || shapes::has_credential_shape(word));
    let ignore = ignore_comment(comment);
    if speaks_of_secrets || comment.contains(['=', '$', '@', '\\']) {
        return ignore.into_iter().collect();
    }
    let mut shown: Vec<std::ops::Range<usize>> = Vec::new();
    let mut start = 0;
    for word in comment.split_inclusive(|c| !is_letter(c)) {
        let letters = word.trim_end_matches(|c| !is_letter(c));
        let sign = &word[letters.len()..];
        let end = start + letters.len();
        if is_common_word(letters) {
            shown.push(start..end);
        }
        if matches!(sign, "." | "," | "!" | "?" | ";" | "(" | ")" | ":" | "'" | "`" | "\"") {
            shown.push(end..end + sign.len());
        }
        start += word.len();
    }
    if let Some(ignore) = ignore {
        shown.retain(|range| range.end <= ignore.start || range.start >= ignore.end);
        shown.push(ignore);
        shown.sort_by_key(|range| range.start);
    }
    shown.retain(|range| !range.is_empty());
    shown
}

/// `clawdock: ignore[CD101, CD105]`
fn ignore_comment(comment: &str) -> Option<std::ops::Range<usize>> {
    const BEGINS: &str = "clawdock: ignore[";
    let start = comment.find(BEGINS)?;
    let rules = &comment[start + BEGINS.len()..];
    let length = rules.find(']')?;
    let is_id = |id: &str| {
        let digits = id.trim().strip_prefix("CD");
        digits.is_some_and(|d| d.len() <= 4 && d.bytes().all(|b| b.is_ascii_digit()))
    };
    rules[..length].split(',').all(is_id).then(|| start..start + BEGINS.len() + length + 1)
}

/// One of the commonest words, or of the trade: it tells nothing of a secret that has it.
#[must_use]
pub(crate) fn is_common_word(word: &str) -> bool {
    COMMON.binary_search(&word.to_ascii_lowercase().as_str()).is_ok()
}

/// Sorted.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "a", "about", "above", "access", "account", "accounts", "add", "added", "address", "after", "again", "agent",
    "agents", "all", "allow", "allowed", "already", "also", "always", "an", "and", "another", "anthropic", "any",
    "api", "app", "apply", "are", "as", "ask", "at", "available", "avoid", "back", "backend", "backup", "base", "be",
    "because", "been", "before", "behind", "below", "beta", "better", "between", "bind", "block", "bot", "both",
    "bridge", "browser", "build", "built", "but", "by", "cache", "call", "called", "can", "cannot", "change",
    "changed", "channel", "channels", "chat", "check", "checked", "chown", "claude", "cli", "client", "clients",
    "code", "comes", "command", "comment", "compat", "completions", "compose", "config", "configuration", "configure",
    "connect", "connection", "container", "containers", "control", "copied", "copy", "could", "create", "created",
    "custom", "daemon", "data", "database", "default", "defaults", "define", "depends", "deployments", "dev",
    "device", "devices", "direct", "directory", "disable", "disabled", "disk", "do", "docker", "dockerfile", "docs",
    "does", "domain", "done", "dot", "down", "each", "edit", "either", "else", "empty", "enable", "enabled",
    "endpoint", "engines", "entrypoint", "env", "environment", "error", "errors", "even", "every", "everything",
    "example", "export", "external", "extra", "fail", "fails", "file", "files", "first", "fix", "folder", "for",
    "forward", "from", "full", "gateway", "gateways", "generate", "get", "git", "give", "global", "go", "good",
    "group", "had", "has", "have", "health", "healthcheck", "healthy", "here", "hex", "home", "hooks", "host",
    "hosts", "how", "http", "https", "i", "id", "if", "ignore", "image", "images", "in", "inference", "inside",
    "install", "installed", "instead", "interface", "internal", "into", "is", "it", "its", "json", "just", "keep",
    "kept", "know", "lan", "last", "latest", "leave", "less", "let", "like", "limit", "line", "lines", "linux",
    "list", "listen", "listens", "load", "local", "localhost", "log", "logging", "logs", "long", "loopback",
    "machine", "made", "main", "make", "makes", "manual", "many", "map", "mapped", "may", "means", "memory",
    "messages", "missing", "mode", "model", "models", "more", "most", "mount", "mounted", "mounts", "moved", "must",
    "my", "name", "named", "names", "need", "needed", "needs", "network", "networks", "never", "new", "newer", "next",
    "nginx", "no", "node", "none", "not", "note", "nothing", "now", "of", "off", "old", "older", "on", "once", "one",
    "only", "open", "openai", "openclaw", "openssl", "optional", "or", "other", "our", "out", "outside", "over",
    "override", "overrides", "own", "owner", "passed", "path", "paths", "per", "permission", "permissions", "place",
    "please", "plugin", "plugins", "podman", "point", "port", "ports", "printed", "prints", "process", "production",
    "profile", "profiles", "project", "projects", "provide", "provider", "providers", "proxy", "public", "published",
    "pull", "put", "rand", "random", "read", "reads", "real", "recreate", "remote", "remove", "replace", "require",
    "required", "restart", "reverse", "root", "rule", "run", "running", "runs", "same", "sandbox", "save", "script",
    "see", "server", "servers", "service", "services", "set", "sets", "settings", "setup", "shared", "shell",
    "should", "since", "so", "some", "something", "source", "start", "started", "starts", "state", "stays", "still",
    "stop", "storage", "string", "such", "tag", "take", "takes", "team", "teams", "test", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "those", "through", "time", "to", "together", "too",
    "tunnel", "two", "type", "unless", "unset", "until", "up", "update", "url", "use", "used", "user", "users",
    "uses", "using", "value", "values", "variable", "variables", "version", "via", "volume", "volumes", "want", "was",
    "way", "we", "web", "were", "what", "when", "where", "whether", "which", "while", "who", "why", "will", "with",
    "within", "without", "work", "working", "works", "workspace", "workspaces", "would", "write", "writes", "written",
    "yaml", "yes", "yml", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_sorted() {
        let wrong: Vec<_> = COMMON.windows(2).filter(|w| w[0] >= w[1]).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn messages_are_sentences() {
        for message in [
            "set it in .env",
            "ask ana for it",
            "required",
            "TOKEN must be set",
            "set TOKEN to the output of ./setup.sh",
            "must be set, see docs/setup.md",
            "is missing",
            "generate a token with openssl rand -hex 32",
            "TOKEN",
        ] {
            assert!(is_message("TOKEN", message), "{message}");
        }
        for default in [
            "7317517264",
            "hunter2",
            "vorimanutekolisa",
            "correct horse battery staple",
            "moonlight",
            "5f0c1d7be29a4833b6aa20d4c1e97f52",
            "set it to 5f0c1d7be29a4833b6aa20d4c1e97f52",
            "the password is moonlight",
            "",
        ] {
            assert!(!is_message("TOKEN", default), "{default}");
        }
    }

    fn shown(comment: &str) -> String {
        let ranges = shown_in_comment(comment);
        let kept = |at: usize| ranges.iter().any(|range| range.contains(&at));
        comment.char_indices().map(|(at, c)| if kept(at) || c == ' ' { c } else { '*' }).collect()
    }

    #[test]
    fn comments_keep_common_words() {
        assert_eq!(shown(" the port of the gateway, see docs"), " the port of the gateway, see docs");
        assert_eq!(shown(" was swordfish before"), " was ********* before");
        assert_eq!(shown(" the password is gateway"), " *** ******** ** *******");
        assert_eq!(
            shown(" clawdock: ignore[CD101, CD105] swordfish"),
            " clawdock: ignore[CD101, CD105] *********"
        );
        assert_eq!(shown(" PORT=18789 for now"), " ********** *** ***");
    }
}
