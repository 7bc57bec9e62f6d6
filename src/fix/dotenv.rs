//! Edits of dotenv files.

use super::{edits, layout::is_editable};
use crate::{
    syntax::dotenv::{DotenvEntry, compose},
    text::{
        secret::js_trim,
        source::{Language, Place, Sources, Span},
    },
    vocabulary::finding::Edit,
};

/// The entry whose name or value is written at a place, as Compose reads it; none where others could
/// read another one.
fn entry(place: Place, sources: &Sources) -> Option<(DotenvEntry, &str)> {
    let source = sources.get(place.source);
    if source.language != Language::Dotenv || !is_editable(place.source, sources) {
        return None;
    }
    let text = source.text();
    let parsed = compose::parse(text);
    let found = |e: &DotenvEntry| {
        e.name_span == place.span
            || e.value_span == place.span
            || (e.value_span.start == place.span.start && e.value_span.end >= place.span.end)
    };
    let entry = parsed.entries.into_iter().find(found)?;
    Some((entry, text))
}

/// Takes a line out.
#[must_use]
pub fn remove(place: Place, sources: &Sources) -> Option<Vec<Edit>> {
    let (entry, text) = entry(place, sources)?;
    let start = edits::line_start(text, entry.name_span.start as usize);
    let bom = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let end = edits::after_line(text, entry.value_span.end as usize);
    let span = Span::new(start + bom, end);
    // `A=1 B=2` is two entries to Compose.
    if !matches!(js_trim(&text[span.range().start..entry.name_span.range().start]), "" | "export") {
        return None;
    }
    Some(vec![edits::removal(Place { source: place.source, span })])
}

/// Gives a variable another name.
#[must_use]
pub fn rename(place: Place, to: &str, sources: &Sources) -> Option<Vec<Edit>> {
    let (entry, _) = entry(place, sources)?;
    Some(vec![edits::public(Place { source: place.source, span: entry.name_span }, to)])
}

/// Writes a value so that every reader takes it as it is: bare where it can be, else in single
/// quotes; none where neither says it.
#[must_use]
pub fn quoted(value: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+=,".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return Some(value.to_owned());
    }
    let says_itself = !value.contains(['\'', '\\', '\n', '\r']) && !value.chars().any(char::is_control);
    says_itself.then(|| format!("'{value}'"))
}

/// Puts a value in the place of another one; nothing where it is written so already.
#[must_use]
pub fn set(place: Place, value: &str, sources: &Sources) -> Option<Vec<Edit>> {
    let (entry, text) = entry(place, sources)?;
    let written = quoted(value)?;
    if text[entry.value_span.range()] == written {
        return None;
    }
    Some(vec![edits::hidden(Place { source: place.source, span: entry.value_span }, &written)])
}

/// What the value of an entry becomes with single quotes around it, in which `$` is a character: the
/// characters that are written.
#[must_use]
pub fn set_as_written(place: Place, sources: &Sources) -> Option<Vec<Edit>> {
    let (entry, text) = entry(place, sources)?;
    let written = &text[entry.value_span.range()];
    let inner = match written.strip_prefix('"') {
        // A backslash is read in double quotes, and not in single ones.
        Some(rest) => rest.strip_suffix('"').filter(|inner| !inner.contains('\\'))?,
        None => written,
    };
    if inner.starts_with('\'') || inner.contains(['\'', '\n', '\r']) {
        return None;
    }
    Some(vec![edits::hidden(Place { source: place.source, span: entry.value_span }, &format!("'{inner}'"))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Language, SourceName};

    fn edited(
        text: &str,
        needle: &str,
        edit: impl FnOnce(Place, &Sources) -> Option<Vec<Edit>>,
    ) -> Option<String> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Host("/.env".into()), Language::Dotenv, text.to_owned());
        let start = text.find(needle).unwrap();
        let place = Place { source: id, span: Span::new(start, start + needle.len()) };
        let edits = edit(place, &sources)?;
        Some(edits::applied(text, edits.iter().map(|e| (e.place.span, e.replacement.expose()))))
    }

    #[test]
    fn lines_go_and_the_rest_stays() {
        let remove = |text, needle| edited(text, needle, remove);
        assert_eq!(remove("\u{feff}A=1\r\n# x\r\nB=2\r\n", "A").unwrap(), "\u{feff}# x\r\nB=2\r\n");
        assert_eq!(remove("A=1\nexport B='x\ny' # z\nC=3\n", "B").unwrap(), "A=1\nC=3\n");
        assert_eq!(remove("A=1\nB=2", "2").unwrap(), "A=1\n");
        assert_eq!(remove("A='1' B=2\n", "B"), None);
    }

    #[test]
    fn values_are_quoted_where_they_must_be() {
        assert_eq!(quoted("ab-c.d"), Some("ab-c.d".to_owned()));
        assert_eq!(quoted("a b"), Some("'a b'".to_owned()));
        assert_eq!(quoted(""), Some("''".to_owned()));
        assert_eq!(quoted("it's"), None);
        let set = |text, needle| edited(text, needle, |p, s| set(p, "x#y", s));
        assert_eq!(set("A=\"q\" # note\n", "\"q\"").unwrap(), "A='x#y' # note\n");
        let written = |text, needle| edited(text, needle, set_as_written);
        assert_eq!(written("A=a$b # c\n", "a$b").unwrap(), "A='a$b' # c\n");
        assert_eq!(written("A=\"a$b\"\n", "\"a$b\"").unwrap(), "A='a$b'\n");
        assert_eq!(written("A=\"a\\n$b\"\n", "\"a\\n$b\""), None);
        assert_eq!(edited("A=1\n", "A", |p, s| rename(p, "BB", s)).unwrap(), "BB=1\n");
    }
}
