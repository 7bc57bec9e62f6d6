//! What an untagged or tagged YAML scalar means to Docker Compose: the resolution table of go-yaml
//! v4 (`internal/libyaml/resolver.go`), which is neither YAML 1.1 nor YAML 1.2. `yes` is text,
//! `0777` is octal, `1_000` is a thousand, and `2024-01-02` is a time.

use super::node::NodeKind;

/// The short form of the tag that a plain scalar resolves to, and its value.
///
/// `tag` is the short form of an explicit tag; `quoted` scalars without one are text.
///
/// # Errors
/// The short tag that the text resolves to, when it is not the one that was asked for.
pub fn resolve(tag: Option<&str>, text: &str, quoted: bool) -> Result<NodeKind, &'static str> {
    let wanted = match tag {
        None if quoted => return Ok(string(text)),
        None => "",
        Some("!!str") => return Ok(string(text)),
        Some(tag @ ("!!bool" | "!!int" | "!!float" | "!!null" | "!!timestamp")) => tag,
        Some("!!binary") => return base64(text).map(|s| string(&s)).ok_or("!!binary"),
        // A tag of the author's own, `!reset` among them: go-yaml keeps the text.
        Some(_) => return Ok(string(text)),
    };
    let (found, kind) = implicit(text, wanted);
    match (wanted, found, kind) {
        ("", _, kind) => Ok(kind),
        ("!!float", "!!int", NodeKind::Int(n)) => Ok(NodeKind::Float(int_to_float(n))),
        (wanted, found, kind) if wanted == found => Ok(kind),
        (_, found, _) => Err(found),
    }
}

/// Whether a plain mapping key is text, so that go-yaml makes a map with string keys of it.
#[must_use]
pub fn is_text_key(tag: Option<&str>, text: &str, quoted: bool) -> bool {
    match tag {
        None => quoted || matches!(implicit(text, "").0, "!!str" | "!!merge"),
        Some(tag) => tag == "!!str",
    }
}

fn string(text: &str) -> NodeKind {
    NodeKind::Str(text.into())
}

fn implicit(text: &str, wanted: &str) -> (&'static str, NodeKind) {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return ("!!null", NodeKind::Null),
        "true" | "True" | "TRUE" => return ("!!bool", NodeKind::Bool(true)),
        "false" | "False" | "FALSE" => return ("!!bool", NodeKind::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return ("!!float", NodeKind::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return ("!!float", NodeKind::Float(f64::INFINITY));
        }
        "-.inf" | "-.Inf" | "-.INF" => return ("!!float", NodeKind::Float(f64::NEG_INFINITY)),
        "-0" | "-0.0" => return ("!!float", NodeKind::Float(-0.0)),
        "<<" => return ("!!merge", string(text)),
        _ => {}
    }
    let number = match text.as_bytes()[0] {
        b'.' => float(text),
        b'0'..=b'9' | b'+' | b'-' => {
            if matches!(wanted, "" | "!!timestamp")
                && let Some(time) = timestamp(text)
            {
                return ("!!timestamp", string(&time));
            }
            let plain: String = text.chars().filter(|c| *c != '_').collect();
            integer(&plain).or_else(|| float(&plain))
        }
        _ => None,
    };
    match number {
        Some(kind @ NodeKind::Float(_)) => ("!!float", kind),
        Some(kind) => ("!!int", kind),
        None => ("!!str", string(text)),
    }
}

/// `strconv.ParseInt(text, 0, 64)`, else `strconv.ParseUint(text, 0, 64)`.
fn integer(text: &str) -> Option<NodeKind> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let signed = digits.len() < text.len();
    let lower = digits.get(..2).map(str::to_ascii_lowercase);
    let (radix, digits) = match lower.as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let size = u64::from_str_radix(digits, radix).ok()?;
    match (i64::try_from(size), negative) {
        (Ok(n), false) => Some(NodeKind::Int(n)),
        (Ok(n), true) => Some(NodeKind::Int(-n)),
        (Err(_), true) => (size == 1 << 63).then_some(NodeKind::Int(i64::MIN)),
        (Err(_), false) => (!signed).then_some(NodeKind::Uint(size)),
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, in the range of a double.
fn float(text: &str) -> Option<NodeKind> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shape = all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|e| {
            let digits = e.strip_prefix(['-', '+']).unwrap_or(e);
            !digits.is_empty() && all_digits(digits)
        });
    let value: f64 = if shape { text.parse().ok()? } else { return None };
    value.is_finite().then_some(NodeKind::Float(value))
}

#[expect(clippy::cast_precision_loss, reason = "Go converts in the same way")]
fn int_to_float(n: i64) -> f64 {
    n as f64
}

/// `time.Parse` with the four layouts of go-yaml's `allowedTimestampFormats`, written as Go prints
/// a time.
fn timestamp(text: &str) -> Option<String> {
    let mut rest = Cursor(text);
    let year = rest.number(4, 4)?;
    rest.literal("-")?;
    let month = rest.number(1, 2)?;
    rest.literal("-")?;
    let day = rest.number(1, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > days {
        return None;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if rest.0.is_empty() {
        return Some(format!("{date} 00:00:00 +0000 UTC"));
    }
    let zoned = rest.literal("T").or_else(|| rest.literal("t")).is_some();
    if !zoned {
        rest.literal(" ")?;
    }
    let hour = rest.number(1, 2)?;
    rest.literal(":")?;
    let minute = rest.number(1, 2)?;
    rest.literal(":")?;
    let second = rest.number(1, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let fraction = rest.fraction();
    let zone = if zoned { rest.zone()? } else { "+0000 UTC".to_owned() };
    rest.0.is_empty().then(|| format!("{date} {hour:02}:{minute:02}:{second:02}{fraction} {zone}"))
}

struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if digits < least {
            return None;
        }
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        number.parse().ok()
    }

    fn literal(&mut self, text: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// Fractions of a second as Go prints them: at most nine digits, no trailing zeros.
    fn fraction(&mut self) -> String {
        let Some(after) = self.0.strip_prefix(['.', ',']) else { return String::new() };
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return String::new();
        }
        let shown = after[..digits.min(9)].trim_end_matches('0');
        self.0 = &after[digits..];
        if shown.is_empty() { String::new() } else { format!(".{shown}") }
    }

    fn zone(&mut self) -> Option<String> {
        if self.literal("Z").is_some() {
            return Some("+0000 UTC".to_owned());
        }
        let sign = if self.literal("+").is_some() { '+' } else { self.literal("-").map(|()| '-')? };
        let hours = self.number(2, 2)?;
        self.literal(":")?;
        let minutes = self.number(2, 2)?;
        if hours > 24 || minutes >= 60 {
            return None;
        }
        // The zone has no name, so Go prints its offset twice; offset zero is the zone of a machine
        // that runs in UTC.
        let offset = format!("{sign}{hours:02}{minutes:02}");
        Some(if hours + minutes == 0 { "+0000 UTC".to_owned() } else { format!("{offset} {offset}") })
    }
}

/// Standard base64 with padding; line breaks are skipped, as Go's decoder does.
fn base64(text: &str) -> Option<String> {
    let bytes: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    if !bytes.len().is_multiple_of(4) {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    for (index, group) in bytes.chunks(4).enumerate() {
        let padding = group.iter().rev().take_while(|b| **b == b'=').count();
        if padding > 2 || (padding > 0 && (index + 1) * 4 != bytes.len()) {
            return None;
        }
        let mut bits = 0u32;
        for byte in &group[..4 - padding] {
            let digit = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(digit);
        }
        bits <<= 6 * padding;
        let [_, a, b, c] = bits.to_be_bytes();
        out.extend_from_slice(&[a, b, c][..3 - padding]);
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> NodeKind {
        resolve(None, text, false).unwrap()
    }

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        for (text, expected) in [
            ("0777", 511),
            ("0o17", 15),
            ("0x1F", 31),
            ("0b101", 5),
            ("1_000", 1000),
            ("+5", 5),
            ("-12", -12),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(plain(text), NodeKind::Int(expected), "{text}");
        }
        assert_eq!(plain("18446744073709551615"), NodeKind::Uint(u64::MAX));
        for (text, expected) in [("1.5", 1.5), ("1e3", 1000.0), ("08", 8.0), (".5", 0.5), ("1.", 1.0)] {
            assert_eq!(plain(text), NodeKind::Float(expected), "{text}");
        }
    }

    #[test]
    fn what_looks_like_something_else_is_text() {
        for text in ["yes", "on", "y", "12:30:45", "0o8", "0b2", "1e", ".", "-", "_1", "1e400", "0x"] {
            assert_eq!(plain(text), NodeKind::Str(text.into()), "{text}");
        }
    }

    #[test]
    fn times_are_written_as_go_writes_them() {
        for (text, expected) in [
            ("2024-01-02", "2024-01-02 00:00:00 +0000 UTC"),
            ("2024-1-2", "2024-01-02 00:00:00 +0000 UTC"),
            ("2001-12-14 21:59:43.10", "2001-12-14 21:59:43.1 +0000 UTC"),
            ("2001-12-14T21:59:43.10-05:00", "2001-12-14 21:59:43.1 -0500 -0500"),
            ("2001-12-14t21:59:43Z", "2001-12-14 21:59:43 +0000 UTC"),
        ] {
            assert_eq!(plain(text), NodeKind::Str(expected.into()), "{text}");
        }
        for text in ["2024-13-01", "2023-02-29", "2024-01-02T10:00", "2024-01-02 1"] {
            assert_eq!(plain(text), NodeKind::Str(text.into()), "{text}");
        }
    }

    #[test]
    fn tags_decide() {
        assert_eq!(resolve(Some("!!str"), "1", false), Ok(NodeKind::Str("1".into())));
        assert_eq!(resolve(Some("!!float"), "1", false), Ok(NodeKind::Float(1.0)));
        assert_eq!(resolve(Some("!!int"), "1", true), Ok(NodeKind::Int(1)));
        assert_eq!(resolve(Some("!!binary"), "aGk=", false), Ok(NodeKind::Str("hi".into())));
        assert_eq!(resolve(Some("!!int"), "x", false), Err("!!str"));
        assert_eq!(resolve(Some("!override"), "1", false), Ok(NodeKind::Str("1".into())));
    }
}
