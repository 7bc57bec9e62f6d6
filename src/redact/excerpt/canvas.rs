//! A text and which of its bytes may be shown.

use crate::{
    redact::{public, shape::ValueShape},
    secrets::{self, expression, words},
};
use std::ops::Range;

/// Starts with everything hidden but blanks and line ends.
#[derive(Debug)]
pub(super) struct Canvas<'a> {
    pub(super) text: &'a str,
    keep: Vec<bool>,
    strict: bool,
    /// `$NAME` is put in: what is behind a `$` is no piece of a value.
    expands: bool,
    broken: bool,
}

impl<'a> Canvas<'a> {
    /// `strict`: show known names and punctuation only.
    pub(super) fn new(text: &'a str, strict: bool, expands: bool) -> Self {
        Self { text, keep: vec![false; text.len()], strict, expands, broken: false }
    }

    /// Something does not read like the language.
    pub(super) fn puzzled(&mut self) {
        self.broken = true;
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Shows a range.
    pub(super) fn show(&mut self, range: Range<usize>) {
        if let Some(bytes) = self.keep.get_mut(range) {
            bytes.fill(true);
        }
    }

    /// Shows ranges of a part that begins at `start`.
    pub(super) fn show_in(&mut self, start: usize, ranges: &[Range<usize>]) {
        for range in ranges {
            self.show(start + range.start..start + range.end);
        }
    }

    /// The key of a mapping may be shown.
    pub(super) fn is_key(&self, key: &str) -> bool {
        if self.strict { public::is_known_key(key) } else { secrets::key_like(key) }
    }

    /// The name before a `=` may be shown.
    pub(super) fn is_variable(&self, name: &str) -> bool {
        public::is_known_variable(name) || (!self.strict && words::conventional_variable(name))
    }

    /// The name before a `=` that nothing follows: one word is enough.
    pub(super) fn is_blank_variable(&self, name: &str) -> bool {
        self.is_variable(name) || (!self.strict && words::upper_variable(name))
    }

    /// Shows what may be shown of a value; without a shape, a switch, and the structure of its
    /// interpolations.
    pub(super) fn value(&mut self, range: Range<usize>, shape: Option<ValueShape>) {
        if self.strict || range.is_empty() {
            return;
        }
        let Some(value) = self.text.get(range.clone()) else { return };
        // What follows on the line may be the rest of a value that was cut by a ` #`; an `@` in it
        // makes userinfo of what looks like a host.
        let rest = self.text[range.end..].split('\n').next().unwrap_or_default();
        let cut = shape == Some(ValueShape::Url) && rest.contains('#') && rest.contains('@');
        if value.contains('\n') || cut {
            return;
        }
        let keep = match shape {
            Some(shape) => shape.keep(value),
            None if secrets::is_switch(value) => std::iter::once(0..value.len()).collect(),
            None if self.expands => expression::skeleton(value),
            None => expression::skeleton_of_raw(value),
        };
        self.show_in(range.start, &keep);
    }

    /// Shows the ranges that were found to be public, unless in strict mode.
    pub(super) fn value_ranges(&mut self, start: usize, ranges: &[Range<usize>]) {
        if !self.strict {
            self.show_in(start, ranges);
        }
    }

    /// A comment that stands by itself: as [`Canvas::tail`], and common words.
    pub(super) fn comment(&mut self, range: Range<usize>, mark: usize) {
        let start = range.start + mark;
        let names_setting = self.tail(range.clone(), mark);
        if let Some(body) = self.text.get(start..range.end).filter(|_| !self.strict && !names_setting) {
            self.show_in(start, &secrets::shown_in_comment(body));
        }
    }

    /// A comment, from its first `#`, `//` or `/*`, which is `mark` bytes long: shows the mark, and
    /// the name of a setting that is commented out. Behind a value it may be the rest of that value to
    /// some of those who read the text. Answers whether there was such a name.
    pub(super) fn tail(&mut self, range: Range<usize>, mark: usize) -> bool {
        let start = range.start + mark;
        self.show(range.start..start);
        let Some(body) = self.text.get(start..range.end) else { return false };
        let trimmed = body.trim_start_matches([' ', '-', '#', '\t']);
        let at = start + body.len() - trimmed.len();
        let end = trimmed.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(trimmed.len());
        let assigns = trimmed[end..].starts_with(['=', ':']);
        let names_setting = assigns && public::is_known_variable(&trimmed[..end]);
        if names_setting {
            self.show(at..at + end + 1);
        }
        names_setting
    }

    /// The ranges that are shown.
    pub(super) fn shown(&self) -> Vec<Range<usize>> {
        let mut out: Vec<Range<usize>> = Vec::new();
        for (at, _) in self.keep.iter().enumerate().filter(|(_, kept)| **kept) {
            match out.last_mut() {
                Some(last) if last.end == at => last.end = at + 1,
                _ => out.push(at..at + 1),
            }
        }
        out
    }

    /// The text with every hidden character replaced by `*`.
    pub(super) fn painted(&self) -> String {
        let ends_line = |at: usize| self.text.as_bytes().get(at + 1) == Some(&b'\n');
        let mut out = String::with_capacity(self.text.len());
        for (at, c) in self.text.char_indices() {
            let blank = matches!(c, ' ' | '\t' | '\n') || (c == '\r' && ends_line(at));
            // A byte-order mark at the start is no character of the first line.
            let bom = at == 0 && c == '\u{feff}';
            out.push(if blank || bom || self.keep[at] { c } else { '*' });
        }
        out
    }
}
