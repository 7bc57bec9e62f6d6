//! What the values of public settings look like. A value of another shape is not shown: a token
//! pasted into `OPENCLAW_GATEWAY_PORT` stays a token.

use crate::secrets::{
    self,
    expression::{ExpressionPart, join, parts, skeleton},
    words,
};
use std::ops::Range;

/// The shape of a setting's values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ValueShape {
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// `0`, `1`, `true`, `off` …
    Flag,
    /// A short number, with a unit or a decimal point.
    Number,
    /// A port, also with an address before it.
    Port,
    /// One path or several, separated by `:`; not a bare relative name.
    Path,
    /// A URL, without userinfo, query and fragment.
    Url,
    /// Hosts, addresses and networks, separated by commas.
    Hosts,
    /// A name of words: a service, a container, a user, an image, a version, a locale.
    Name,
    /// An image reference.
    Image,
    /// Host and container port.
    PortMapping,
    /// Source, target and options of a mount; also a relative path.
    Mount,
    /// A command line.
    Command,
    /// The name of a variable.
    Variable,
    /// A version: a number, or what stands for the newest.
    Version,
    /// Flags of Node with numbers.
    NodeOptions,
    /// Whose namespace a container has: `host`, `service:name`, `keep-id:uid=1000`.
    Namespace,
}

impl ValueShape {
    /// The byte ranges of `value` that may be shown, in order.
    pub(super) fn keep(self, value: &str) -> Vec<Range<usize>> {
        if self == Self::Command {
            return keep_command(value, None);
        }
        if self == Self::Url {
            return keep_url(value);
        }
        if self == Self::Path && !is_rooted(value) {
            return skeleton(value);
        }
        let mut keep = Vec::new();
        for part in parts(value) {
            match part {
                ExpressionPart::Structure(range) => keep.push(range),
                ExpressionPart::Literal(range) => {
                    let literal = &value[range.clone()];
                    keep.extend(self.keep_literal(literal).into_iter().map(|r| shift(&r, range.start)));
                }
                ExpressionPart::Message(_) => {}
            }
        }
        join(keep)
    }

    fn keep_literal(self, s: &str) -> Vec<Range<usize>> {
        let whole = |shown: bool| shown.then_some(0..s.len()).into_iter().collect();
        let digits = |s: &str, most: usize| s.len() <= most && s.bytes().all(|b| b.is_ascii_digit());
        match self {
            Self::OneOf(words) => whole(words.contains(&s)),
            Self::Flag => whole(FLAGS.contains(&s.to_ascii_lowercase().as_str())),
            Self::Number => {
                let number = s.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                let plain = number.strip_prefix('-').unwrap_or(number);
                whole(s.len() - number.len() <= 2 && plain.split('.').all(|n| digits(n, 7)))
            }
            Self::Port => {
                let (host, port) = s.rsplit_once(':').map_or(("", s), |(h, p)| (h, p));
                whole(digits(port, 5) && is_host(host))
            }
            Self::PortMapping => {
                let (ports, protocol) = s.split_once('/').unwrap_or((s, "tcp"));
                let each = |p: &str| is_address(p) || p.split('-').all(|n| digits(n, 5));
                whole(matches!(protocol, "tcp" | "udp") && ports.split([':', '[', ']']).all(each))
            }
            Self::Hosts => keep_segments(s, &[',', ' ', ';'], |h| {
                is_host(h)
                    || h == "*"
                    || h.split_once('/').is_some_and(|(a, n)| is_address(a) && digits(n, 3))
            }),
            Self::Path | Self::Mount => {
                keep_segments(s, &[':', ','], |path| path.split(['/', '\\']).all(is_path_part))
            }
            Self::Image => keep_image(s),
            Self::Name => {
                let words = s.len() <= 80 && s.split(['/', ':', ' ']).all(words::word_like);
                whole(words && s.matches('/').count() <= 2 && is_plain(s))
            }
            Self::Variable => whole(words::surely_variable(s)),
            Self::Version => {
                let begins = s.strip_prefix('v').unwrap_or(s).starts_with(|c: char| c.is_ascii_digit());
                let is_version = begins && s.len() <= 40 && s.split('+').all(words::word_like) && is_plain(s);
                whole(is_version || matches!(s, "latest" | "lts" | "stable" | "beta" | "main" | "next"))
            }
            Self::NodeOptions => keep_segments(s, &[' '], is_node_option),
            Self::Namespace => keep_segments(s, &[':', ','], |part| {
                let (key, value) = part.split_once('=').map_or((part, ""), |(k, v)| (k, v));
                words::word_like(key) && is_plain(key) && digits(value, 7)
            }),
            Self::Url => keep_url(s),
            Self::Command => keep_command(s, None),
        }
    }
}

const FLAGS: &[&str] = &["0", "1", "true", "false", "yes", "no", "on", "off", "null", "~"];

fn shift(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// It begins as paths do that are meant to be paths: a password may have a slash, too.
fn is_rooted(value: &str) -> bool {
    let drive = value.get(1..3).is_some_and(|s| s == ":\\" || s == ":/");
    drive || value.starts_with(['/', '~', '.', '$'])
}

/// Nothing in it has the shape of a credential.
fn is_plain(s: &str) -> bool {
    !secrets::has_credential_shape(s)
}

/// A flag of Node that says how much or how, and nothing of anybody.
fn is_node_option(option: &str) -> bool {
    const FLAGS: [&str; 16] = [
        "--max-old-space-size",
        "--max-semi-space-size",
        "--max-http-header-size",
        "--stack-trace-limit",
        "--dns-result-order",
        "--expose-gc",
        "--enable-source-maps",
        "--no-warnings",
        "--no-deprecation",
        "--trace-warnings",
        "--trace-deprecation",
        "--use-openssl-ca",
        "--use-bundled-ca",
        "--use-system-ca",
        "--no-network-family-autoselection",
        "--unhandled-rejections",
    ];
    const VALUES: [&str; 6] = ["ipv4first", "ipv6first", "verbatim", "warn", "strict", "none"];
    let (flag, value) = option.split_once('=').unwrap_or((option, ""));
    let is_number = value.len() <= 7 && value.bytes().all(|b| b.is_ascii_digit());
    option.is_empty() || FLAGS.contains(&flag) && (is_number || VALUES.contains(&value))
}

fn is_path_part(s: &str) -> bool {
    let s = s.strip_prefix('~').unwrap_or(s).trim_start_matches('@');
    words::word_like(s) && is_plain(s)
}

fn is_address(s: &str) -> bool {
    s.len() <= 45 && s.parse::<std::net::IpAddr>().is_ok()
}

/// A host name or address, also with a port; empty is one, too.
fn is_host(s: &str) -> bool {
    let s = s.strip_prefix("*.").unwrap_or(s);
    let bare = s.strip_prefix('[').and_then(|s| s.split_once(']')).map_or(s, |(address, _)| address);
    let name = bare.rsplit_once(':').filter(|(_, p)| p.len() <= 5 && p.bytes().all(|b| b.is_ascii_digit()));
    let name = name.map_or(bare, |(host, _)| host);
    is_address(bare) || is_address(name) || (name.len() <= 100 && words::word_like(name) && is_plain(name))
}

/// Separators, and the segments between them that pass.
fn keep_segments(s: &str, separators: &[char], pass: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut keep = Vec::new();
    let mut at = 0;
    for segment in s.split(|c| separators.contains(&c)) {
        let end = at + segment.len();
        if pass(segment) {
            keep.push(at..end);
        }
        // The separators are all ASCII.
        if end < s.len() {
            keep.push(end..end + 1);
        }
        at = end + 1;
    }
    join(keep)
}

fn keep_image(s: &str) -> Vec<Range<usize>> {
    let (name, digest) = s.split_once("@sha256:").unwrap_or((s, ""));
    // Tags are often short commit ids: `main-3f2a9c1`.
    let commit =
        |p: &str| p.len() <= 12 && p.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
    let words = |p: &str| p.split(['-', '_']).all(|piece| words::word_like(piece) || commit(piece));
    let mut keep = keep_segments(name, &[':', '@'], |part| part.split('/').all(words) && is_plain(part));
    if name.len() < s.len() && digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()) {
        keep.push(name.len()..s.len());
    }
    join(keep)
}

/// Scheme, host, port and the path's words. Only the scheme when an `@` does not stand where
/// userinfo ends: a password with an unescaped `/`, `?`, `#` or `@` makes a host of its own tail.
fn keep_url(value: &str) -> Vec<Range<usize>> {
    const SCHEMES: &[&str] =
        &["http", "https", "ws", "wss", "socks", "socks4", "socks5", "socks5h", "tcp", "unix", "ssh"];
    let Some(scheme_end) = value.find("://").filter(|end| SCHEMES.contains(&&value[..*end])) else {
        return skeleton(value);
    };
    let start = scheme_end + 3;
    let host_start = value.rfind('@').map_or(start, |at| at + 1).max(start);
    let mut keep: Vec<Range<usize>> = std::iter::once(0..start).collect();
    if value[start..host_start].strip_suffix('@').unwrap_or_default().contains(['/', '?', '#', '@']) {
        return keep;
    }
    if host_start > start {
        keep.push(host_start - 1..host_start);
    }
    let rest = &value[host_start..];
    let path_end = rest.find(['?', '#']).unwrap_or(rest.len());
    let host_end = rest[..path_end].find('/').unwrap_or(path_end);
    let mut tail: Vec<Range<usize>> = Vec::new();
    for part in parts(&rest[..host_end]) {
        match part {
            ExpressionPart::Structure(range) => tail.push(range),
            ExpressionPart::Literal(range) if is_host(&rest[range.clone()]) => tail.push(range),
            ExpressionPart::Literal(_) | ExpressionPart::Message(_) => {}
        }
    }
    tail.push(host_end..host_end + plain_path(&rest[host_end..path_end]));
    keep.extend(tail.iter().map(|r| shift(r, host_start)));
    join(keep)
}

/// How many bytes of a URL's path may be shown: all, or what is before the first suspicious part. A key with
/// slashes has parts that read like words; none of them has a hyphen, or is a word of an API.
fn plain_path(path: &str) -> usize {
    let is_part = |p: &str| p.len() <= 16 && words::word_like(p) && is_plain(p);
    if path.split('/').all(is_part) {
        return path.len();
    }
    let is_sure = |p: &str| {
        let lower = !p.bytes().any(|b| b.is_ascii_uppercase());
        let is_version =
            p.strip_prefix('v').is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
        let is_word = p.len() >= 3 && secrets::is_common_word(p);
        p.is_empty() || is_version || is_part(p) && lower && (p.contains('-') || is_word)
    };
    path.split_inclusive('/').take_while(|p| is_sure(p.trim_end_matches('/'))).map(str::len).sum()
}

/// Words that a command line may show.
const COMMAND_WORDS: &[&str] = &[
    "node",
    "openclaw",
    "openclaw.mjs",
    "/app/openclaw.mjs",
    "dist/index.js",
    "/app/dist/index.js",
    "gateway",
    "run",
    "start",
    "status",
    "doctor",
    "tini",
    "/usr/bin/tini",
    "/sbin/tini",
    "-s",
    "-g",
    "--",
    "sh",
    "/bin/sh",
    "bash",
    "/bin/bash",
    "-c",
    "-lc",
    "-e",
    "-ec",
    "exec",
    "npm",
    "npx",
    "pnpm",
    "docker-entrypoint.sh",
    "CMD",
    "CMD-SHELL",
    "NONE",
    "curl",
    "wget",
    "pgrep",
    "pidof",
    "ps",
    "grep",
    "nc",
    "netstat",
    "ss",
    "test",
    "echo",
    "cat",
    "kill",
    "true",
    "false",
    "python",
    "python3",
    "deno",
    "bun",
    "timeout",
    "openclaw-gateway",
    "openclaw-cli",
    "clawdbot",
    "moltbot",
    "localhost",
    "127.0.0.1",
    "healthcheck",
    "probe",
    "onboard",
    "setup",
    "models",
    "auth",
    "logs",
    "version",
    "then",
    "else",
    "fi",
    "if",
    "|",
    ">",
    ">/dev/null",
    "2>&1",
    "GET",
    "-f",
    "-fsS",
    "-sf",
    "||",
    "&&",
    "exit",
    "1",
    "0",
    "sleep",
    "infinity",
    "tail",
    "/dev/null",
    "tui",
    "agent",
    "devices",
    "list",
    "config",
    "health",
    "--json",
];

/// Flags whose names a command line may show, with the shape of their values if it is public.
const COMMAND_FLAGS: &[(&str, Option<ValueShape>)] = &[
    ("--bind", Some(ValueShape::OneOf(BINDS))),
    ("--port", Some(ValueShape::Port)),
    ("--auth", Some(ValueShape::OneOf(AUTH_MODES))),
    ("--profile", Some(ValueShape::Name)),
    ("--tailscale", Some(ValueShape::OneOf(TAILSCALE))),
    ("--ws-log", Some(ValueShape::OneOf(&["auto", "full", "compact"]))),
    ("--log-level", Some(ValueShape::OneOf(LOG_LEVELS))),
    ("--url", Some(ValueShape::Url)),
    ("--timeout", Some(ValueShape::Number)),
    ("--token", None),
    ("--token-file", Some(ValueShape::Path)),
    ("--password", None),
    ("--password-file", Some(ValueShape::Path)),
    ("--allow-unconfigured", None),
    ("--force", None),
    ("--verbose", None),
    ("--compact", None),
    ("--dev", None),
    ("--reset", None),
    ("--host", Some(ValueShape::Hosts)),
    ("--api-key", None),
    ("--header", None),
    ("-H", None),
];

pub(super) const BINDS: &[&str] = &["loopback", "lan", "auto", "tailnet", "custom", "127.0.0.1", "0.0.0.0"];
pub(super) const AUTH_MODES: &[&str] = &["token", "password", "none", "trusted-proxy"];
pub(super) const TAILSCALE: &[&str] = &["off", "serve", "funnel"];
pub(super) const LOG_LEVELS: &[&str] =
    &["silent", "fatal", "error", "warn", "info", "debug", "trace", "notice", "verbose"];

/// The ranges of a command word, or of a whole command line, that may be shown. `previous` is the
/// word before it, which may be a flag.
pub(super) fn keep_command(value: &str, previous: Option<&str>) -> Vec<Range<usize>> {
    let mut keep = Vec::new();
    let mut before = previous;
    let mut at = 0;
    for word in value.split([' ', '\t', '\n']) {
        let range = at..at + word.len();
        at = range.end + 1;
        if word.is_empty() {
            keep.extend((range.end < value.len()).then_some(range.end..at));
            continue;
        }
        let kept = keep_command_word(word, before);
        keep.extend(kept.into_iter().map(|r| shift(&r, range.start)));
        keep.extend((range.end < value.len()).then_some(range.end..at));
        before = Some(word);
    }
    join(keep)
}

fn keep_command_word(word: &str, before: Option<&str>) -> Vec<Range<usize>> {
    let flag = |name: &str| COMMAND_FLAGS.iter().find(|(flag, _)| *flag == name);
    if let Some((_, shape)) = before.and_then(flag) {
        // Behind a flag that takes no value, words are words again.
        if let Some(shape) = shape {
            return shape.keep(word);
        }
        if !matches!(before, Some("--allow-unconfigured" | "--force" | "--verbose" | "--compact" | "--dev")) {
            return skeleton(word);
        }
    }
    if before.is_some_and(secrets::is_credential_flag) {
        return skeleton(word);
    }
    if word.starts_with("http://") || word.starts_with("https://") {
        return keep_url(word);
    }
    if COMMAND_WORDS.contains(&word) || flag(word).is_some() || is_flag(word) {
        return std::iter::once(0..word.len()).collect();
    }
    if let Some((name, value)) = word.split_once('=')
        && let Some((_, shape)) = flag(name)
    {
        let start = name.len() + 1;
        let kept = shape.map_or_else(|| skeleton(value), |s| s.keep(value));
        return join(std::iter::once(0..start).chain(kept.iter().map(|r| shift(r, start))));
    }
    skeleton(word)
}

/// `-f`, `--max-time`: the name of a flag alone, which only says that there is one.
fn is_flag(word: &str) -> bool {
    let short =
        word.strip_prefix('-').is_some_and(|l| l.len() == 1 && l.bytes().all(|b| b.is_ascii_alphabetic()));
    let long = word.strip_prefix("--").is_some_and(|name| {
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        plain
            && name.len() <= 24
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && words::word_like(name)
    });
    short || long
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(shape: ValueShape, value: &str) -> String {
        crate::secrets::expression::merge_hidden(value, &shape.keep(value))
    }

    #[test]
    fn urls_lose_their_credentials() {
        assert_eq!(shown(ValueShape::Url, "https://api.example.com/v1"), "https://api.example.com/v1");
        assert_eq!(shown(ValueShape::Url, "http://bob:hunter2@proxy.lan:3128"), "http://***@proxy.lan:3128");
        assert_eq!(shown(ValueShape::Url, "http://bob:a/b?c@d@proxy:3128/"), "http://***");
        assert_eq!(shown(ValueShape::Url, "https://h/v1?key=abc#frag"), "https://h/v1***");
        assert_eq!(shown(ValueShape::Url, "https://h/T00000000/B0000/XXXXabcd1234XXXX"), "https://h/***");
        assert_eq!(shown(ValueShape::Url, "http://${PROXY_HOST}:3128"), "http://${PROXY_HOST}:3128");
        assert_eq!(shown(ValueShape::Url, "${HTTPS_PROXY:-http://u:p@h}"), "${HTTPS_PROXY:-***}");
        assert_eq!(shown(ValueShape::Url, "hunter2"), "***");
        assert_eq!(shown(ValueShape::Url, "hunter2://abc"), "***");
    }

    #[test]
    fn a_value_of_another_shape_stays_hidden() {
        assert_eq!(shown(ValueShape::Port, "18789"), "18789");
        assert_eq!(shown(ValueShape::Port, "0.0.0.0:18789"), "0.0.0.0:18789");
        assert_eq!(shown(ValueShape::Port, "hunter2"), "***");
        assert_eq!(shown(ValueShape::Path, "/home/node/.openclaw"), "/home/node/.openclaw");
        assert_eq!(shown(ValueShape::Path, "/srv/sk-ant-api03-abcdef/x"), "***");
        assert_eq!(shown(ValueShape::Flag, "sk-ant"), "***");
    }

    #[test]
    fn compose_fields() {
        let mount = "${OPENCLAW_CONFIG_DIR:-${HOME:-/tmp}/.openclaw}:/home/node/.openclaw:ro";
        assert_eq!(shown(ValueShape::Mount, mount), mount);
        let port = "${OPENCLAW_GATEWAY_PORT:-18789}:18789";
        assert_eq!(shown(ValueShape::PortMapping, port), port);
        assert_eq!(shown(ValueShape::PortMapping, "127.0.0.1:18789:18789/tcp"), "127.0.0.1:18789:18789/tcp");
        let image = "ghcr.io/openclaw/openclaw:2026.9.6-browser";
        assert_eq!(shown(ValueShape::Image, image), image);
    }

    #[test]
    fn flags_keep_their_names_and_lose_their_values() {
        let line = "node dist/index.js gateway --bind lan --port 18789 --token abc --password=def";
        assert_eq!(
            shown(ValueShape::Command, line),
            "node dist/index.js gateway --bind lan --port 18789 --token *** --password=***"
        );
    }
}
