//! Values as Go prints them: `fmt.Sprint` and `%v` decide what a number in `environment:` becomes.

use crate::{
    syntax::node::{Node, NodeKind},
    text::secret::Text,
};

/// `fmt.Sprint` of a YAML value.
pub(crate) fn print(node: &Node) -> Text {
    match &node.kind {
        NodeKind::Str(text) => text.clone(),
        kind => printed(kind).into(),
    }
}

fn printed(kind: &NodeKind) -> String {
    match kind {
        NodeKind::Null => "<nil>".to_owned(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Int(value) => value.to_string(),
        NodeKind::Uint(value) => value.to_string(),
        NodeKind::Float(value) => float(*value),
        NodeKind::Str(text) => text.expose().to_owned(),
        NodeKind::Seq(items) => {
            let items: Vec<String> = items.iter().map(|item| printed(&item.kind)).collect();
            format!("[{}]", items.join(" "))
        }
        NodeKind::Map(entries) => {
            let mut pairs: Vec<(&str, String)> =
                entries.iter().map(|e| (&*e.key, printed(&e.value.kind))).collect();
            pairs.sort();
            let pairs: Vec<String> = pairs.into_iter().map(|(k, v)| format!("{k}:{v}")).collect();
            format!("map[{}]", pairs.join(" "))
        }
    }
}

/// `%v` of a float: the shortest digits, with an exponent below 1e-4 and from 1e6 on
/// (`strconv/ftoa.go`: the precision that decides is 6 when the digits are the shortest).
pub(crate) fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    // Rust's `e` form holds the same shortest digits.
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// `strconv.ParseBool`.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_printed_as_go_prints_them() {
        for (value, expected) in [
            (1.5, "1.5"),
            (1000.0, "1000"),
            (123_456.0, "123456"),
            (1e6, "1e+06"),
            (123_456_789.0, "1.23456789e+08"),
            (0.0001, "0.0001"),
            (0.000_012, "1.2e-05"),
            (-0.0, "-0"),
            (1e100, "1e+100"),
        ] {
            assert_eq!(float(value), expected);
        }
    }
}
