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
        let text = without_service(text.trim_start());
        let mut line = Self::default();
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
                Ok(Value::Object(fields)) => {
                    line.time = moment(&fields, "time").or(line.time);
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
            let Some(time) = Moment::parse(first) else { break };
            self.time = Some(time);
            text = rest.trim_start();
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
            texts.extend(record.get("message").and_then(Value::as_str));
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

/// What `docker compose logs` writes before a line: `openclaw-gateway-1  | `.
fn without_service(text: &str) -> &str {
    let Some(bar) = text.bytes().take(PREFIX).position(|b| b == b'|') else { return text };
    let name = text[..bar].trim_end();
    let is_name = !name.is_empty()
        && name.len() < bar
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    match text[bar + 1..].strip_prefix(' ') {
        Some(rest) if is_name => rest,
        _ => text,
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
