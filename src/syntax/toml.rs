//! TOML to [`Node`]s: `clawdock.toml` and the profiles of images.

use super::node::{MapEntry, Node, NodeKind};
use crate::text::source::{Place, SourceId, Span};
use std::ops::Range;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A text that is not TOML.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TomlError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// Parses a whole text; the root is a mapping, with its keys in the order they are written.
///
/// # Errors
/// At the first thing that TOML does not allow: among them a key that is set twice, and nesting
/// beyond what the `toml` crate follows.
pub fn parse(source: SourceId, text: &str) -> Result<Node, TomlError> {
    let place = |range: Range<usize>| Place { source, span: Span::new(range.start, range.end) };
    match DeTable::parse(text) {
        Ok(root) => {
            let span = root.span();
            Ok(table(&place, span, root.into_inner()))
        }
        Err(error) => Err(TomlError {
            message: error.message().to_owned(),
            place: place(error.span().unwrap_or(text.len()..text.len())),
        }),
    }
}

fn table(place: &dyn Fn(Range<usize>) -> Place, span: Range<usize>, table: DeTable<'_>) -> Node {
    let mut entries: Vec<MapEntry> = Vec::new();
    for (key, value) in table {
        entries.push(MapEntry {
            key: key.get_ref().as_ref().into(),
            key_place: place(key.span()),
            value: node(place, value),
        });
    }
    entries.sort_by_key(|e| e.key_place.span);
    Node::new(place(span), NodeKind::Map(entries))
}

fn node(place: &dyn Fn(Range<usize>) -> Place, value: Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let kind = match value.into_inner() {
        DeValue::String(text) => NodeKind::Str(text.as_ref().into()),
        DeValue::Integer(n) => match i64::from_str_radix(n.as_str(), n.radix()) {
            Ok(n) => NodeKind::Int(n),
            Err(_) => NodeKind::Float(f64::NAN),
        },
        DeValue::Float(n) => NodeKind::Float(n.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(b) => NodeKind::Bool(b),
        DeValue::Datetime(time) => NodeKind::Str(time.to_string().into()),
        DeValue::Array(items) => NodeKind::Seq(items.into_iter().map(|item| node(place, item)).collect()),
        DeValue::Table(entries) => return table(place, span, entries),
    };
    Node::new(place(span), kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Language, SourceName, Sources};

    fn read(text: &str) -> (Sources, Result<Node, TomlError>) {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Toml, text.to_owned());
        let parsed = parse(id, sources.get(id).text());
        (sources, parsed)
    }

    #[test]
    fn places_and_order_are_those_of_the_text() {
        let text = "# é\nselect = [\"CD101\", 'x']\n[severity]\nb = true\na = 0x1F\n[[image]]\nn = 1.5\n";
        let (sources, root) = read(text);
        let root = root.expect("it is TOML");
        let keys: Vec<&str> = root.entries().iter().map(|e| &*e.key).collect();
        assert_eq!(keys, ["select", "severity", "image"]);
        let second = &root.get("select").expect("there").items()[1];
        assert_eq!(&text[second.place.span.range()], "'x'");
        assert_eq!(sources.line_col(second.place).line, 2);
        let severity = root.get("severity").expect("there");
        assert_eq!(severity.entries()[0].key.as_ref(), "b");
        assert_eq!(severity.get("a").map(|n| &n.kind), Some(&NodeKind::Int(31)));
        assert_eq!(root.get("image").map(|n| n.items().len()), Some(1));
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_place() {
        for text in ["a = ", "a = 1\na = 2\n", "[a\n", "= 1", "\u{0}", &"a=[".repeat(3000)] {
            let (sources, parsed) = read(text);
            let error = parsed.expect_err("it is not TOML");
            assert!(!error.message.is_empty());
            assert!(sources.line_col(error.place).line >= 1, "{text}");
        }
    }
}
