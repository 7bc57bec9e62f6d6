//! Values as Go's `encoding/json` and `time` write them.

use std::fmt::Write as _;

/// A JSON string: `<`, `>` and `&` are escaped, and so are the two line separators.
pub(super) fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Since Go 1.22; every release of Compose 2.26 and later was built by one.
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A `float32`; none where Go writes an exponent.
pub(super) fn float32(value: f32) -> Option<String> {
    let size = value.abs();
    (size == 0.0 || (1e-6..1e21).contains(&size)).then(|| value.to_string())
}

const SECOND: i64 = 1_000_000_000;

/// `time.Duration.String`: `1h0m30s`, `1.5s`, `100ms`.
pub(super) fn duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let size = nanoseconds.unsigned_abs();
    let second = SECOND.unsigned_abs();
    let fraction = |value: u64, unit: u64| {
        let digits = unit.to_string().len() - 1;
        let text = format!("{}.{:0digits$}", value / unit, value % unit);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if size == 0 {
        return "0s".to_owned();
    }
    if size < second {
        let (unit, name) = match size {
            0..1_000 => (1, "ns"),
            1_000..1_000_000 => (1_000, "µs"),
            _ => (1_000_000, "ms"),
        };
        return match unit {
            1 => format!("{sign}{size}{name}"),
            unit => format!("{sign}{}{name}", fraction(size, unit)),
        };
    }
    let minutes = size / (60 * second);
    let seconds = fraction(size % (60 * second), second);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::values::quantity::parse_duration;

    #[test]
    fn durations_as_go_reads_and_writes_them() {
        for (written, expected) in [
            ("0", "0s"),
            ("30s", "30s"),
            ("90s", "1m30s"),
            ("1h", "1h0m0s"),
            ("1.5h", "1h30m0s"),
            ("2d", "48h0m0s"),
            ("1w", "168h0m0s"),
            ("1m30s500ms", "1m30.5s"),
            ("1500ms", "1.5s"),
            ("2us", "2µs"),
            ("1.5ms", "1.5ms"),
            ("-10s", "-10s"),
        ] {
            assert_eq!(parse_duration(written).map(duration).as_deref(), Some(expected), "{written}");
        }
        for wrong in ["", "30", "s", "1x", "1 s", "1.2.3s"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn strings_as_go_writes_them() {
        let mut out = String::new();
        string("a<b>&\"\\\n\u{1}\u{7f}\u{2028}é", &mut out);
        assert_eq!(out, "\"a\\u003cb\\u003e\\u0026\\\"\\\\\\n\\u0001\u{7f}\\u2028é\"");
        assert_eq!(float32(0.5).as_deref(), Some("0.5"));
        assert_eq!(float32(2.0).as_deref(), Some("2"));
        assert_eq!(float32(1e-9), None);
    }
}
