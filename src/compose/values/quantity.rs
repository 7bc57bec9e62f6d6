//! Numbers with units, as compose-go's `types/` reads them.

use crate::syntax::node::{Node, NodeKind};

/// A number, or text that is one.
#[expect(clippy::cast_precision_loss, reason = "limits are far below 2^52")]
pub(crate) fn number(node: &Node) -> Option<f64> {
    match &node.kind {
        NodeKind::Int(number) => Some(*number as f64),
        NodeKind::Uint(number) => Some(*number as f64),
        NodeKind::Float(number) => Some(*number),
        NodeKind::Str(text) => text.expose().parse().ok(),
        _ => None,
    }
}

/// A number of bytes: `types/bytes.go`, docker/go-units `RAMInBytes` (`1g`, `512m`, `1.5 GiB`).
pub(crate) fn bytes(node: &Node) -> Option<f64> {
    let NodeKind::Str(text) = &node.kind else { return number(node) };
    let text = text.expose();
    if let Ok(number) = text.parse::<i64>() {
        #[expect(clippy::cast_precision_loss, reason = "sizes of memory")]
        return Some(number as f64);
    }
    let digits = text.rfind(|c: char| c.is_ascii_digit() || c == '.')? + 1;
    let (size, unit) = text.split_at(digits);
    let size: f64 = size.parse().ok().filter(|size| *size >= 0.0)?;
    let unit = unit.strip_prefix(' ').unwrap_or(unit).to_lowercase();
    let factor = match unit.as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 1,
        "m" | "mb" | "mib" => 2,
        "g" | "gb" | "gib" => 3,
        "t" | "tb" | "tib" => 4,
        "p" | "pb" | "pib" => 5,
        _ => return None,
    };
    Some(size * 1024f64.powi(factor))
}

/// A duration, in nanoseconds.
pub(crate) fn nanoseconds(node: &Node) -> Option<i64> {
    match &node.kind {
        NodeKind::Int(0) => Some(0),
        _ => parse_duration(node.text()?.expose()),
    }
}

const SECOND: i64 = 1_000_000_000;

/// xhit/go-str2duration `ParseDuration`, in nanoseconds.
pub(crate) fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') || fraction.len() > 15 {
            return None;
        }
        let (unit, after) = unit(after)?;
        rest = after;
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        total = total.checked_add(whole.checked_mul(unit)?)?;
        if !fraction.is_empty() {
            let scale = 10f64.powi(i32::try_from(fraction.len()).ok()?);
            #[expect(clippy::cast_precision_loss, reason = "as Go does it")]
            let part = fraction.parse::<i64>().ok()? as f64 * (unit as f64 / scale);
            #[expect(clippy::cast_possible_truncation, reason = "as Go does it")]
            let part = part as i64;
            total = total.checked_add(part)?;
        }
    }
    Some(if negative { -total } else { total })
}

fn unit(text: &str) -> Option<(i64, &str)> {
    const UNITS: [(&str, i64); 10] = [
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("μs", 1_000),
        ("ms", 1_000_000),
        ("s", SECOND),
        ("m", 60 * SECOND),
        ("h", 3_600 * SECOND),
        ("d", 86_400 * SECOND),
        ("w", 604_800 * SECOND),
    ];
    let end = text.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(text.len());
    let (unit, rest) = text.split_at(end);
    Some((UNITS.iter().find(|(name, _)| *name == unit)?.1, rest))
}

/// xhit/go-str2duration: numbers with a unit each, up to weeks.
pub(crate) fn is_duration(node: &Node) -> bool {
    let Some(text) = node.text() else { return matches!(node.kind, NodeKind::Int(0)) };
    let mut rest = text.expose().strip_prefix(['-', '+']).unwrap_or(text.expose());
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        if !rest[..digits].bytes().any(|b| b.is_ascii_digit()) || rest[..digits].matches('.').count() > 1 {
            return false;
        }
        rest = &rest[digits..];
        let unit = ["ns", "us", "µs", "μs", "ms", "s", "m", "h", "d", "w"].into_iter().find(|unit| {
            rest.strip_prefix(unit).is_some_and(|after| {
                after.is_empty() || after.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            })
        });
        let Some(unit) = unit else { return false };
        rest = &rest[unit.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Language, Place, SourceName, Sources, Span};

    fn node(text: &str) -> Node {
        let source = Sources::default().add(SourceName::Stdin, Language::Yaml, String::new());
        Node::new(Place { source, span: Span::default() }, NodeKind::Str(text.into()))
    }

    #[test]
    fn units() {
        for (text, expected) in
            [("512m", 536_870_912.0), ("1.5 GiB", 1_610_612_736.0), ("-1", -1.0), ("2kb", 2048.0)]
        {
            assert_eq!(bytes(&node(text)), Some(expected), "{text}");
        }
        assert_eq!(bytes(&node("much")), None);
        for text in ["30s", "1m30s", "1.5h", "0", "2w3d", "100ms"] {
            assert!(is_duration(&node(text)), "{text}");
        }
        for text in ["30", "", "s", "1x", "1 s"] {
            assert!(!is_duration(&node(text)), "{text}");
        }
    }
}
