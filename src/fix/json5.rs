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
    in_quotes(place, text, sources).map(|quoted| vec![edits::public(place, &quoted)])
}

/// As [`set`], with a text that holds a value.
#[must_use]
pub fn give(place: Place, value: &str, sources: &Sources) -> Option<Vec<Edit>> {
    in_quotes(place, value, sources).map(|quoted| vec![edits::hidden(place, &quoted)])
}

fn in_quotes(place: Place, text: &str, sources: &Sources) -> Option<String> {
    let written = sources.get(place.source).text().get(place.span.range())?;
    let quote = if written.starts_with('\'') { '\'' } else { '"' };
    let needs_escape = |c: char| matches!(c, '"' | '\'' | '\\') || c.is_control();
    let plain = is_editable(place.source, sources) && !text.contains(needs_escape);
    plain.then(|| format!("{quote}{text}{quote}"))
}

/// Takes an entry of an object out, with its comma, and with its line where it has one of its own.
#[must_use]
pub fn remove(root: &Node, key_place: Place, sources: &Sources) -> Option<Vec<Edit>> {
    let source = key_place.source;
    let whole = sources.get(source).text();
    let object = holder(root, key_place).filter(|_| is_editable(source, sources))?;
    let own: Vec<_> = object.entries().iter().filter(|e| e.key_place.source == source).collect();
    let at = own.iter().position(|entry| entry.key_place == key_place)?;
    let start = key_place.span.start as usize;
    let value_end = own[at].value.place.span.end as usize;
    let (comma, next) = behind(whole, value_end, object.place.span.end as usize)?;
    let end = if comma { next } else { value_end };
    let line_start = edits::line_start(whole, start);
    let line_end = edits::after_line(whole, end);
    let rest = whole[end..line_end].trim();
    let own_line = whole[line_start..start].trim().is_empty() && (rest.is_empty() || rest.starts_with("//"));
    let span = match (own_line, own.get(at + 1), at.checked_sub(1).map(|before| own[before])) {
        (true, ..) => Span::new(line_start, line_end),
        (false, Some(after), _) => Span { start: key_place.span.start, end: after.key_place.span.start },
        (false, None, Some(before)) => {
            Span { start: before.value.place.span.end, end: Span::new(end, end).end }
        }
        (false, None, None) => Span::new(start, end),
    };
    // A comment between two entries may be about either.
    let between = &whole[span.range()];
    let is_clear = own_line
        || !between[value_end.saturating_sub(span.start as usize).min(between.len())..].contains("/");
    is_clear.then(|| vec![edits::removal(Place { source, span })])
}

/// The object that an entry is in.
fn holder(node: &Node, key_place: Place) -> Option<&Node> {
    if node.entries().iter().any(|entry| entry.key_place == key_place) {
        return Some(node);
    }
    let below = node.entries().iter().map(|entry| &entry.value).chain(node.items());
    below.into_iter().find_map(|child| holder(child, key_place))
}

/// Adds a text behind the last item of a list.
#[must_use]
pub fn append(list: &Node, text: &str, sources: &Sources) -> Option<Vec<Edit>> {
    let source = list.place.source;
    let last = list.items().last()?.place;
    if !is_editable(source, sources) || last.source != source || text.contains(['"', '\\']) {
        return None;
    }
    let end = Place { source, span: Span { start: last.span.end, end: last.span.end } };
    Some(vec![edits::public(end, &format!(", \"{text}\""))])
}

/// Adds a text at a path of keys, below the objects that are there; none where something else is in
/// the way.
#[must_use]
pub fn add(root: &Node, path: &[&str], text: &str, sources: &Sources) -> Option<Vec<Edit>> {
    let plain = !text.contains(['"', '\\']);
    plain.then(|| add_value(root, path, &format!("\"{text}\""), sources))?
}

/// As [`add`], with a value as it is to be written.
#[must_use]
pub fn add_value(root: &Node, path: &[&str], written: &str, sources: &Sources) -> Option<Vec<Edit>> {
    let source = root.place.source;
    if !is_editable(source, sources) {
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
    let mut value = written.to_owned();
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

    fn removed(text: &str, path: &[&str]) -> Option<String> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Host("/o.json".into()), Language::Json5, text.to_owned());
        let root = json5::parse(id, text).unwrap().root;
        let (last, above) = path.split_last().unwrap();
        let key = root.at(above.iter().copied()).unwrap().entry(last).unwrap().key_place;
        let edits = remove(&root, key, &sources)?;
        let edited = edits::applied(text, edits.iter().map(|e| (e.place.span, e.replacement.expose())));
        let again = json5::parse(id, &edited).unwrap().root;
        assert!(again.at(path.iter().copied()).is_none());
        Some(edited)
    }

    #[test]
    fn entries_go() {
        assert_eq!(removed("{a: 1}", &["a"]).unwrap(), "{}");
        assert_eq!(removed("{a: 1, b: 2}", &["a"]).unwrap(), "{b: 2}");
        assert_eq!(removed("{a: 1, b: 2}", &["b"]).unwrap(), "{a: 1}");
        assert_eq!(removed("{\n  a: 1, // one\n  b: 2,\n}", &["a"]).unwrap(), "{\n  b: 2,\n}");
        assert_eq!(
            removed("{ x: {\r\n  a: { c: 1 },\r\n} }", &["x", "a", "c"]).unwrap(),
            "{ x: {\r\n  a: {  },\r\n} }"
        );
        assert_eq!(removed("{a: 1, /* of b */ b: 2}", &["a"]), None);
    }

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
