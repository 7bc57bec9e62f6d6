//! Single edits, and putting them into a text.

use crate::{
    text::source::{Place, Span},
    vocabulary::finding::Edit,
};

/// Takes something out.
#[must_use]
pub fn removal(place: Place) -> Edit {
    public(place, "")
}

/// Puts something in the place of something else, that holds nothing of a value.
#[must_use]
pub fn public(place: Place, replacement: &str) -> Edit {
    Edit { place, replacement: replacement.into(), public: true }
}

/// As [`public`], with something that holds a value.
#[must_use]
pub fn hidden(place: Place, replacement: &str) -> Edit {
    Edit { place, replacement: replacement.into(), public: false }
}

/// Where the line of an offset ends, its line break included.
#[must_use]
pub fn after_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |n| at + n + 1)
}

/// Where the line of an offset begins.
#[must_use]
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |n| n + 1)
}

/// The line break of a text.
#[must_use]
pub fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Some edits overlap, or touch where both insert something.
#[must_use]
pub fn overlap<'a>(edits: impl IntoIterator<Item = &'a Edit>) -> bool {
    let mut places: Vec<Place> = edits.into_iter().map(|e| e.place).collect();
    places.sort();
    let meet = |w: &[Place]| {
        w[0].source == w[1].source && (w[0].span.end > w[1].span.start || w[0].span == w[1].span)
    };
    places.windows(2).any(meet)
}

/// A text with edits in it, none of which overlap.
#[must_use]
pub fn applied<'a>(text: &str, edits: impl IntoIterator<Item = (Span, &'a str)>) -> String {
    let mut edits: Vec<(Span, &str)> = edits.into_iter().collect();
    edits.sort_by_key(|(span, _)| *span);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, replacement) in edits {
        let range = span.range();
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(replacement);
        at = range.end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Language, SourceName, Sources};

    #[test]
    fn edits_are_put_in_from_front_to_back() {
        let edits = [(Span::new(4, 5), ""), (Span::new(0, 1), "xyz"), (Span::new(6, 6), "!")];
        assert_eq!(applied("abcdef", edits), "xyzbcdf!");
    }

    #[test]
    fn what_overlaps() {
        let source = Sources::default().add(SourceName::Stdin, Language::Yaml, String::new());
        let edit = |start, end| public(Place { source, span: Span::new(start, end) }, "");
        assert!(overlap(&[edit(0, 3), edit(2, 4)]));
        assert!(overlap(&[edit(2, 2), edit(2, 2)]));
        assert!(!overlap(&[edit(3, 4), edit(0, 3)]));
    }
}
