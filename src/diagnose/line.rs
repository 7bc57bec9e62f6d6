//! One line of a log, taken apart: when, which part of OpenClaw, and what it says.
//!
//! The same message comes in several dresses: plain on a console, coloured on a terminal, behind a
//! service's name from `docker compose logs`, behind the engine's time from `docker logs -t`, and
//! as JSON in OpenClaw's own file log and in the engine's.

use super::time::Moment;
use serde_json::Value;
use std::fmt::Write as _;

/// Longest part of a line that is looked at, in bytes. The messages that matter are far shorter.
pub const LOOKED_AT: usize = 16 << 10;
/// Longest name that `docker compose logs` puts before a line.
const PREFIX: usize = 80;

/// A line without its dress.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LogLine {
    /// When it was written: OpenClaw's own word, else the engine's.
    pub time: Option<Moment>,
    /// The service or pod that the line is of, where a program that collects logs says so. Empty without.
    pub service: String,
    /// What stands in the brackets before the message: `agent/embedded`. Empty without.
    pub subsystem: String,
    /// The message. Fields of the file log follow it as ` name=value`, as they do on a console.
    pub message: String,
}

impl LogLine {
    /// Takes a line apart. Whatever the bytes are, this gives something.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Self {
        let raw = &raw[..raw.len().min(LOOKED_AT)];
        let text = without_controls(&String::from_utf8_lossy(raw));
        let mut line = Self::default();
        let text = line.take_service(without_quote(text.trim_start_matches([' ', '\u{feff}'])));
        let text = line.take_collector(text);
        let mut rest = line.take_times(text);
        let unpacked;
        if rest.starts_with('{') {
            match serde_json::from_str(rest) {
                Ok(Value::Object(fields)) if fields.contains_key("log") => {
                    // The engine's `json-file`: the line is inside.
                    unpacked = without_controls(fields["log"].as_str().unwrap_or_default());
                    line.time = moment(&fields, "time").or(line.time);
                    rest = line.take_times(&unpacked);
                }
                // What a provider answered, not a record of a log.
                Ok(Value::Object(fields)) if !OF_RECORDS.iter().any(|name| fields.contains_key(*name)) => {}
                Ok(Value::Object(fields)) => {
                    let times = ["time", "timestamp", "ts", "@timestamp"];
                    line.time = times.iter().find_map(|name| moment(&fields, name)).or(line.time);
                    line.take_record(&fields);
                    return line;
                }
                _ => {}
            }
        }
        line.take_text(rest);
        line
    }

    /// Cuts off the engine's time and OpenClaw's own; the last one counts.
    fn take_times<'a>(&mut self, mut text: &'a str) -> &'a str {
        for _ in 0..2 {
            let Some((first, rest)) = text.split_once(' ') else { break };
            let bare = first.strip_prefix('[').and_then(|f| f.strip_suffix(']')).unwrap_or(first);
            // A console of OpenClaw writes the time of the day alone.
            if is_clock(bare) {
                text = rest.trim_start();
                text = text.strip_prefix("- ").unwrap_or(text);
                continue;
            }
            let Some(mut time) = Moment::parse(bare) else { break };
            let mut rest = rest.trim_start();
            // `2026-11-25 21:47:36`
            if bare.len() == 10
                && let Some((clock, after)) = rest.split_once(' ')
                && let Some(whole) = Moment::parse(&format!("{bare}T{clock}"))
            {
                time = whole;
                rest = after.trim_start();
            }
            self.time = Some(time);
            text = rest;
        }
        // What a container runtime of Kubernetes writes between: `stderr F `.
        let stream = ["stdout F ", "stderr F ", "stdout P ", "stderr P "];
        if self.time.is_some()
            && let Some(rest) = stream.iter().find_map(|s| text.strip_prefix(s))
        {
            return self.take_times(rest);
        }
        text
    }

    fn take_text(&mut self, text: &str) {
        let text = text.trim_end();
        if let Some((subsystem, rest)) = text.strip_prefix('[').and_then(|t| t.split_once("] "))
            && is_subsystem(subsystem)
        {
            subsystem.clone_into(&mut self.subsystem);
            self.message = rest.to_owned();
        } else {
            self.message = text.to_owned();
        }
    }

    /// A record of `/tmp/openclaw/openclaw-YYYY-MM-DD.log`: the arguments of the call are `0`, `1`,
    /// `2` …; the first names the subsystem, objects are fields (openclaw 2026.9.6, tslog).
    fn take_record(&mut self, record: &serde_json::Map<String, Value>) {
        let mut texts: Vec<&str> = Vec::new();
        let mut fields = String::new();
        for position in 0..10 {
            match record.get(&position.to_string()) {
                None => break,
                Some(Value::String(text)) if position == 0 && text.starts_with('{') => {
                    let name = serde_json::from_str::<Value>(text).ok();
                    let name = name.as_ref().and_then(|n| n.get("subsystem").or_else(|| n.get("module")));
                    let name = name.and_then(Value::as_str).unwrap_or_default();
                    // The console leaves these out: `[ws]`, `[telegram]`.
                    let short = ["gateway/", "channels/"].iter().find_map(|p| name.strip_prefix(p));
                    short.unwrap_or(name).clone_into(&mut self.subsystem);
                }
                Some(Value::String(text)) => texts.push(text),
                Some(Value::Object(object)) => flatten(object, &mut fields),
                Some(_) => {}
            }
        }
        if texts.is_empty() {
            let name =
                ["subsystem", "module", "logger", "component"].iter().find_map(|n| record.get(*n)?.as_str());
            if let Some(name) = name.filter(|n| is_subsystem(n)) {
                let short = ["gateway/", "channels/"].iter().find_map(|p| name.strip_prefix(p));
                short.unwrap_or(name).clone_into(&mut self.subsystem);
            }
            let said = ["message", "msg", "MESSAGE", "text", "error", "err"];
            let texts_of = said.iter().filter_map(|n| match record.get(*n)? {
                Value::String(text) => Some(text.as_str()),
                Value::Object(inner) => inner.get("message").and_then(Value::as_str),
                _ => None,
            });
            texts.extend(texts_of.take(3));
        }
        let text = without_controls(&texts.join(" "));
        if self.subsystem.is_empty() {
            self.take_text(&text);
        } else {
            self.message = text;
        }
        self.message.push_str(&without_controls(&fields));
    }
}

/// Fields of which a record of a log has one.
const OF_RECORDS: &[&str] = &["0", "time", "timestamp", "ts", "level", "msg", "MESSAGE", "@timestamp"];

/// Programs that other services of a project run.
const OTHER_PROGRAMS: &[&str] = &[
    "postgres",
    "redis",
    "caddy",
    "nginx",
    "traefik",
    "mongo",
    "mysql",
    "mariadb",
    "ollama",
    "litellm",
    "tailscale",
    "cloudflared",
    "searxng",
    "qdrant",
    "chroma",
    "grafana",
    "prometheus",
    "loki",
    "minio",
    "watchtower",
    "portainer",
    "authelia",
    "n8n",
    "rabbitmq",
    "elasticsearch",
    "vector",
    "promtail",
    "chromium",
    "browserless",
    "proxy",
];

impl LogLine {
    /// The line is of a service that runs another program, as its name says.
    #[must_use]
    pub fn is_of_another_program(&self) -> bool {
        !self.service.is_empty()
            && OTHER_PROGRAMS.iter().any(|p| self.service.contains(p))
            && !["claw", "molt"].iter().any(|p| self.service.contains(p))
    }

    /// Cuts off `openclaw-gateway-1  | `, which `docker compose logs` writes, and `[pod/NAME/CONTAINER] ` of
    /// `kubectl logs --prefix`.
    fn take_service<'a>(&mut self, text: &'a str) -> &'a str {
        if let Some((name, rest)) = text.strip_prefix("[pod/").and_then(|t| t.split_once("] ")) {
            name.rsplit('/').next().unwrap_or(name).clone_into(&mut self.service);
            return rest;
        }
        let (name, rest) = split_service(text);
        name.clone_into(&mut self.service);
        rest
    }

    /// Cuts off what journald and syslog write before a line: `Nov 25 21:47:36 host openclaw[812]: `, also with a
    /// time of ISO 8601, and what `stern` does: `POD CONTAINER `.
    fn take_collector<'a>(&mut self, text: &'a str) -> &'a str {
        let words: Vec<&str> = text.splitn(6, ' ').collect();
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let clock = |w: &str| w.len() >= 8 && w.as_bytes()[2] == b':' && w.as_bytes()[5] == b':';
        let is_tag = |w: &str| {
            w.len() > 1
                && w.ends_with(':')
                && w.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.[]/@:".contains(&b))
        };
        let offset = |n: usize| words.get(..n).map(|w| w.iter().map(|w| w.len() + 1).sum::<usize>());
        if months.contains(&words[0]) {
            // A day of one digit has two blanks before it.
            let skip = if words.get(1).is_some_and(|w| w.is_empty()) { 1 } else { 0 };
            let Some(&tag) = words.get(4 + skip) else {
                // The tag is the rest of the text where the day is padded.
                return text;
            };
            if words.get(2 + skip).is_some_and(|w| clock(w)) {
                let at = offset(4 + skip).unwrap_or(0).min(text.len());
                let (tag, rest) = if skip == 1 {
                    text[at..].split_once(' ').unwrap_or((tag, ""))
                } else {
                    (tag, text.get(at + tag.len() + 1..).unwrap_or_default())
                };
                if is_tag(tag) {
                    return rest;
                }
            }
        }
        if words.len() > 3
            && Moment::parse(words[0]).is_some()
            && is_tag(words[2])
            && !words[1].contains(['[', ':', '='])
            && words[2].contains('[')
        {
            self.time = Moment::parse(words[0]);
            return &text[offset(3).unwrap_or(0)..];
        }
        let is_pod = |w: &str| {
            w.len() > 3
                && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
        };
        if words.len() > 3
            && is_pod(words[0])
            && is_pod(words[1])
            && words[0].contains('-')
            && Moment::parse(words[2]).is_some()
        {
            words[1].clone_into(&mut self.service);
            return &text[offset(2).unwrap_or(0)..];
        }
        text
    }
}

/// `21:47:36`, `21:47:36.007Z`
fn is_clock(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let colons = bytes.get(2) == Some(&b':') && bytes.get(5) == Some(&b':');
    colons
        && digits(0..2)
        && digits(3..5)
        && digits(6..8)
        && bytes[8..].iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'Z'))
}

/// Text without the marks that a chat program or a page of Markdown puts around it.
fn without_quote(text: &str) -> &str {
    let text = text.strip_prefix("> ").unwrap_or(text).trim_end();
    let inner = text.strip_prefix('`').and_then(|t| t.strip_suffix('`'));
    inner.unwrap_or(text).trim_matches('`')
}

fn moment(record: &serde_json::Map<String, Value>, name: &str) -> Option<Moment> {
    Moment::parse(record.get(name)?.as_str()?)
}

/// ` name=value` for each plain field. `rawErrorPreview` is what the console calls `rawError`.
fn flatten(object: &serde_json::Map<String, Value>, out: &mut String) {
    for (name, value) in object {
        let name = match name.as_str() {
            "rawErrorPreview" => "rawError",
            "failoverReason" => "reason",
            name => name,
        };
        // Writing to a String cannot fail.
        let _ = match value {
            Value::String(text) => write!(out, " {name}={text}"),
            Value::Number(number) => write!(out, " {name}={number}"),
            Value::Bool(flag) => write!(out, " {name}={flag}"),
            _ => Ok(()),
        };
    }
}

/// `agent/embedded`, `model-fallback/decision`, `ws`.
fn is_subsystem(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 48
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b':'))
}

/// The name that `docker compose logs` writes before a line, and the line: `openclaw-gateway-1  | `.
fn split_service(text: &str) -> (&str, &str) {
    let Some(bar) = text.bytes().take(PREFIX).position(|b| b == b'|') else { return ("", text) };
    let name = text[..bar].trim_end();
    let is_name = !name.is_empty()
        && name.len() < bar
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'@'));
    match text[bar + 1..].strip_prefix(' ') {
        Some(rest) if is_name => (name, rest),
        _ if is_name && text.len() == bar + 1 => (name, ""),
        _ => ("", text),
    }
}

/// Text without escape sequences and other control characters; a tab becomes a blank.
fn without_controls(text: &str) -> String {
    if !text.bytes().any(|b| b.is_ascii_control()) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => match chars.next() {
                // CSI: parameters, then one letter.
                Some('[') => while chars.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
                // OSC: up to BEL, or ESC and a backslash.
                Some(']') => {
                    while let Some(c) = chars.next() {
                        if c == '\u{7}' || (c == '\u{1b}' && chars.next_if_eq(&'\\').is_some()) {
                            break;
                        }
                    }
                }
                _ => {}
            },
            '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &str) -> (Option<String>, String, String) {
        let line = LogLine::parse(raw.as_bytes());
        (line.time.map(|t| t.to_string()), line.subsystem, line.message)
    }

    fn expect(time: &str, subsystem: &str, message: &str) -> (Option<String>, String, String) {
        (Some(time.to_owned()), subsystem.to_owned(), message.to_owned())
    }

    #[test]
    fn the_same_line_in_all_its_dresses() {
        let want = expect("2026-11-25T21:47:36Z", "ws", "unauthorized conn=1");
        for raw in [
            "2026-11-25T21:47:36.007+00:00 [ws] unauthorized conn=1",
            "2026-11-25T21:47:36.007+00:00 [ws] unauthorized conn=1\r",
            "2026-11-25T21:47:39.123456789Z 2026-11-25T21:47:36.007Z [ws] unauthorized conn=1",
            "openclaw-gateway-1  | 2026-11-25T22:47:36.007+01:00 [ws] unauthorized conn=1",
            "\u{1b}[90m2026-11-25T21:47:36.007+00:00\u{1b}[39m \u{1b}[36m[ws]\u{1b}[39m \u{1b}[33munauthorized conn=1\u{1b}[39m",
            r#"{"0":"{\"subsystem\":\"gateway/ws\"}","1":"unauthorized conn=1","time":"2026-11-25T21:47:36.007+00:00"}"#,
            r#"{"log":"2026-11-25T21:47:36.007+00:00 [ws] unauthorized conn=1\n","stream":"stdout","time":"2026-11-25T21:47:39Z"}"#,
        ] {
            assert_eq!(parsed(raw), want, "{raw}");
        }
    }

    #[test]
    fn fields_of_the_file_log_are_read_as_on_the_console() {
        let raw = r#"{"0":"{\"subsystem\":\"agent/embedded\"}","1":{"provider":"anthropic","rawErrorPreview":"401: x"},"2":"embedded run agent end","time":"2026-11-25T21:47:36.004+00:00"}"#;
        assert_eq!(
            parsed(raw),
            expect(
                "2026-11-25T21:47:36Z",
                "agent/embedded",
                "embedded run agent end provider=anthropic rawError=401: x"
            )
        );
    }

    #[test]
    fn what_programs_that_collect_logs_put_before_a_line() {
        for raw in [
            "Nov 25 21:47:36 host openclaw[812]: [ws] unauthorized conn=1",
            "Nov  5 21:47:36 host openclaw-gateway[812]: [ws] unauthorized conn=1",
            "2026-11-25T21:47:36+0000 host conmon[812]: [ws] unauthorized conn=1",
            "2026-11-25T21:47:36.007123456Z stderr F [ws] unauthorized conn=1",
            "2026-11-25T21:47:36.007123456Z stdout F 2026-11-25T21:47:36.007+00:00 [ws] unauthorized conn=1",
            "[pod/openclaw-0/gateway] 2026-11-25T21:47:36Z [ws] unauthorized conn=1",
            "openclaw-7d9f-x2x4z gateway 2026-11-25T21:47:36Z [ws] unauthorized conn=1",
            "2026-11-25 21:47:36 [ws] unauthorized conn=1",
            "[2026-11-25T21:47:36Z] [ws] unauthorized conn=1",
            "claw_gateway.1.abc@node1    | [ws] unauthorized conn=1",
            "> [ws] unauthorized conn=1",
            "21:47:36 [ws] unauthorized conn=1",
            "21:47:36.007Z - [ws] unauthorized conn=1",
            "`[ws] unauthorized conn=1`",
            r#"{"level":"error","subsystem":"gateway/ws","msg":"unauthorized conn=1"}"#,
        ] {
            let line = LogLine::parse(raw.as_bytes());
            assert_eq!(
                (line.subsystem.as_str(), line.message.as_str()),
                ("ws", "unauthorized conn=1"),
                "{raw}"
            );
        }
        for raw in ["Nov 25", "Nov ", "Nov  5 21:47:36", "a-b c", "2026-11-25T21:47:36Z x y:"] {
            let _ = LogLine::parse(raw.as_bytes());
        }
    }

    #[test]
    fn anything_else_is_a_message() {
        for raw in
            ["", "{", "{}", "[", "[] x", "[a b] x", "\u{1b}[", "\u{1b}]0;title", "\u{0}", "| x", "a | "]
        {
            let (time, subsystem, _) = parsed(raw);
            assert_eq!((time, subsystem.as_str()), (None, ""), "{raw}");
        }
        assert_eq!(LogLine::parse(&[0xff, 0xfe, b'x']).message, "\u{fffd}\u{fffd}x");
        assert_eq!(LogLine::parse(&vec![b'x'; 1 << 20]).message.len(), LOOKED_AT);
        assert_eq!(parsed("\u{1b}]0;title\u{7}hello").2, "hello");
        assert_eq!(parsed("2026-11-25T21:47:36Z hello").2, "hello");
    }
}
