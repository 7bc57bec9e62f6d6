//! Edits of `openclaw.json`.

use super::{edits, layout::is_editable};
use crate::{
    syntax::node::{Node, NodeKind},
    text::source::{Place, Sources, Span},
    vocabulary::finding::Edit,
};

/// Puts a text in the place of a value, in the quotes that it has. It must need no escapes.
#[must_use]
pub fn set(place: Place, text: &str, sources: &Sources) -> Option<Vec<Edit>> {
    let written = sources.get(place.source).text().get(place.span.range())?;
    let quote = if written.starts_with('\'') { '\'' } else { '"' };
    let plain = is_editable(place.source, sources) && !text.contains(['"', '\'', '\\']);
    plain.then(|| vec![edits::public(place, &format!("{quote}{text}{quote}"))])
}

/// Adds a text at a path of keys, below the objects that are there; none where something else is in
/// the way.
#[must_use]
pub fn add(root: &Node, path: &[&str], text: &str, sources: &Sources) -> Option<Vec<Edit>> {
    let source = root.place.source;
    if !is_editable(source, sources) || text.contains(['"', '\\']) {
        return None;
    }
    let whole = sources.get(source).text();
    let mut object = root;
    let mut rest = path;
    while let [key, below @ ..] = rest
        && let Some(value) = object.get(key)
    {
        // Merged from another file, or of another kind.
        if value.place.source != source || !matches!(value.kind, NodeKind::Map(_)) {
            return None;
        }
        (object, rest) = (value, below);
    }
    let [key, below @ ..] = rest else { return None };
    let NodeKind::Map(entries) = &object.kind else { return None };
    let quoted = entries
        .iter()
        .chain(root.entries())
        .next()
        .is_none_or(|e| whole.get(e.key_place.span.range()).is_some_and(|k| k.starts_with(['"', '\''])));
    let name = |key: &str| {
        let bare = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$'))
            && !key.starts_with(|c: char| c.is_ascii_digit());
        if quoted || !bare { format!("\"{key}\"") } else { key.to_owned() }
    };
    let mut value = format!("\"{text}\"");
    for key in below.iter().rev() {
        value = format!("{{ {}: {value} }}", name(key));
    }
    let added = format!("{}: {value}", name(key));
    let at = |at: usize| Place { source, span: Span::new(at, at) };
    let own = |e: &&crate::syntax::node::MapEntry| e.value.place.source == source;
    let Some(last) = entries.iter().rfind(own) else {
        let inside = Span { start: object.place.span.start + 1, end: object.place.span.end - 1 };
        // A comment is not written over.
        if !whole[inside.range()].trim().is_empty() {
            return None;
        }
        return Some(vec![edits::public(Place { source, span: inside }, &format!(" {added} "))]);
    };
    let after = last.value.place.span.end as usize;
    let (comma, next) = behind(whole, after, object.place.span.end as usize)?;
    let line_start = edits::line_start(whole, last.key_place.span.start as usize);
    let indent = &whole[line_start..last.key_place.span.start as usize];
    let own_line = indent.trim().is_empty() && (object.place.span.start as usize) < line_start;
    let line_end = edits::after_line(whole, next);
    let line_end =
        line_end - whole[..line_end].chars().rev().take_while(|c| matches!(c, '\n' | '\r')).count();
    let tail = whole[next..line_end].trim();
    if own_line && (tail.is_empty() || tail.starts_with("//")) {
        let newline = edits::newline(whole);
        return Some(if comma {
            vec![edits::public(at(line_end), &format!("{newline}{indent}{added},"))]
        } else if line_end == after {
            vec![edits::public(at(after), &format!(",{newline}{indent}{added}"))]
        } else {
            vec![
                edits::public(at(after), ","),
                edits::public(at(line_end), &format!("{newline}{indent}{added}")),
            ]
        });
    }
    Some(if comma {
        vec![edits::public(at(next), &format!(" {added},"))]
    } else {
        vec![edits::public(at(after), &format!(", {added}"))]
    })
}

/// Whether a comma comes next behind a value, and where the text goes on behind it.
fn behind(whole: &str, from: usize, end: usize) -> Option<(bool, usize)> {
    let mut at = from;
    while at < end {
        let rest = &whole[at..end];
        if rest.starts_with("//") {
            at += rest.find('\n')?;
        } else if rest.starts_with("/*") {
            at += rest.find("*/")? + 2;
        } else if rest.starts_with(',') {
            return Some((true, at + 1));
        } else {
            let c = rest.chars().next()?;
            if !c.is_whitespace() {
                return Some((false, from));
            }
            at += c.len_utf8();
        }
    }
    Some((false, from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        syntax::json5,
        text::source::{Language, SourceName},
    };

    fn added(text: &str, path: &[&str]) -> Option<String> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Host("/o.json".into()), Language::Json5, text.to_owned());
        let root = json5::parse(id, text).unwrap().root;
        let edits = add(&root, path, "v", &sources)?;
        let edited = edits::applied(text, edits.iter().map(|e| (e.place.span, e.replacement.expose())));
        let again = json5::parse(id, &edited).unwrap().root;
        assert_eq!(again.at(path.iter().copied()).unwrap().text().unwrap().expose(), "v");
        Some(edited)
    }

    #[test]
    fn adds_below_what_is_there() {
        assert_eq!(added("{}", &["a", "b"]).unwrap(), "{ \"a\": { \"b\": \"v\" } }");
        assert_eq!(added("{ a: { c: 1 } }", &["a", "b"]).unwrap(), "{ a: { c: 1, b: \"v\" } }");
        assert_eq!(
            added("{\r\n  \"a\": {\r\n    \"c\": 1\r\n  }\r\n}\r\n", &["a", "b"]).unwrap(),
            "{\r\n  \"a\": {\r\n    \"c\": 1,\r\n    \"b\": \"v\"\r\n  }\r\n}\r\n"
        );
        assert_eq!(
            added("{\n  a: 1, // one\n  // none\n}", &["b"]).unwrap(),
            "{\n  a: 1, // one\n  b: \"v\",\n  // none\n}"
        );
        assert_eq!(added("{\n  a: 1 // one\n}", &["b"]).unwrap(), "{\n  a: 1, // one\n  b: \"v\"\n}");
        assert_eq!(added("{a: 1,}", &["b-c"]).unwrap(), "{a: 1, \"b-c\": \"v\",}");
        assert_eq!(added("{\n  a: 1 }", &["b"]).unwrap(), "{\n  a: 1, b: \"v\" }");
    }

    #[test]
    fn what_is_in_the_way_stays() {
        assert_eq!(added("{a: 1}", &["a", "b"]), None);
        assert_eq!(added("{ /* nothing */ }", &["a"]), None);
        assert_eq!(added("{a: 1}", &["a"]), None);
    }
}
