//! npm `dotenv` 17.4.2, as OpenClaw reads its own `.env` files.
//!
//! There it is one regular expression (`LINE` of `lib/main.js`), matched again and again:
//!
//! ```text
//! ^ \s* (?:export\s+)? ([\w.-]+) (?: \s*=\s*? | :\s+? )
//!   ( \s*'(?:\\'|[^'])*' | \s*"(?:\\"|[^"])*" | \s*`(?:\\`|[^`])*` | [^#\r\n]+ )?
//!   \s* (?:#.*)? $
//! ```
//!
//! This module walks the same alternatives in the same order. `\s` crosses lines there, so it
//! does here.

use crate::text::{
    secret::{Text, js_trim},
    source::{Place, SourceId, Span},
};

/// One assignment of a dotenv text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeLine {
    /// The name.
    pub name: String,
    /// Where the name is written.
    pub name_place: Place,
    /// The value, unquoted and unescaped.
    pub value: Text,
    /// Where the value is written, quotes included.
    pub value_place: Place,
}

/// All assignments in order; of equal names OpenClaw uses the last.
#[must_use]
pub fn parse(source: SourceId, text: &str) -> Vec<NodeLine> {
    let scanner = NodeDotenvScanner { source, text };
    let mut lines = Vec::new();
    let mut at = 0;
    while let Some(start) = scanner.line_start(at) {
        match scanner.assignment(start) {
            Some((line, end)) => {
                lines.push(line);
                at = end;
            }
            None => {
                let end = scanner.skip(start, |c| !is_line_end(c));
                let Some(line_end) = scanner.char(end) else { break };
                at = end + line_end.len_utf8();
            }
        }
    }
    lines
}

/// The names that OpenClaw takes over from a dotenv file: `/^[A-Za-z_][A-Za-z0-9_]*$/`
/// (`loadParsedDotEnvFiles`, openclaw 2026.9.6).
#[must_use]
pub fn is_taken_over(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

struct NodeDotenvScanner<'a> {
    source: SourceId,
    text: &'a str,
}

impl NodeDotenvScanner<'_> {
    fn char(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn skip(&self, from: usize, while_: impl Fn(char) -> bool) -> usize {
        let rest = &self.text[from..];
        from + rest.find(|c| !while_(c)).unwrap_or(rest.len())
    }

    /// The first place at or after `at` where `^` matches.
    fn line_start(&self, at: usize) -> Option<usize> {
        let before = self.text.get(..at)?;
        if before.chars().next_back().is_none_or(is_line_end) {
            return Some(at);
        }
        let end = self.skip(at, |c| !is_line_end(c));
        self.char(end).map(|c| end + c.len_utf8())
    }

    /// One match from a line start, with its end.
    fn assignment(&self, start: usize) -> Option<(NodeLine, usize)> {
        let name_start = self.skip(start, is_space);
        let after_export = self.text[name_start..]
            .starts_with("export")
            .then(|| self.skip(name_start + "export".len(), is_space))
            .filter(|end| *end > name_start + "export".len());
        after_export.and_then(|from| self.named(from)).or_else(|| self.named(name_start))
    }

    fn named(&self, name_start: usize) -> Option<(NodeLine, usize)> {
        let name_end = self.skip(name_start, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
        if name_end == name_start {
            return None;
        }
        let equals = self.skip(name_end, is_space);
        let value_from = if self.char(equals) == Some('=') {
            equals + 1
        } else if self.char(name_end) == Some(':') {
            let blank = self.char(name_end + 1).filter(|c| is_space(*c))?;
            // The text is normalised to LF before it is matched: CR LF is one character.
            let crlf = self.text[name_end + 1..].starts_with("\r\n");
            name_end + 1 + if crlf { 2 } else { blank.len_utf8() }
        } else {
            return None;
        };
        let (raw, end) = self.value(value_from);
        Some((self.line(Span::new(name_start, name_end), raw), end))
    }

    /// The value's characters and the end of the match.
    fn value(&self, from: usize) -> (Span, usize) {
        let open = self.skip(from, is_space);
        if let Some(quote) = self.char(open).filter(|c| matches!(c, '\'' | '"' | '`')) {
            for close in self.closing_quotes(open + 1, quote) {
                if let Some(end) = self.tail(close + 1) {
                    return (Span::new(open, close + 1), end);
                }
            }
        }
        let stop = self.skip(from, |c| !matches!(c, '#' | '\r' | '\n'));
        (Span::new(from, stop), self.tail(stop).unwrap_or(stop))
    }

    /// Where a quoted value may end, in the order in which backtracking tries: the first quote
    /// without a backslash before it, then those with one, last first.
    fn closing_quotes(&self, from: usize, quote: char) -> impl Iterator<Item = usize> {
        let mut escaped = Vec::new();
        let mut plain = None;
        for (offset, _) in self.text[from..].match_indices(quote) {
            let at = from + offset;
            if at > from && self.text.as_bytes()[at - 1] == b'\\' {
                escaped.push(at);
            } else {
                plain = Some(at);
                break;
            }
        }
        plain.into_iter().chain(escaped.into_iter().rev())
    }

    /// `\s*(?:#.*)?$`: the end of the match, if it matches here.
    fn tail(&self, from: usize) -> Option<usize> {
        let blank_end = self.skip(from, is_space);
        match self.char(blank_end) {
            Some('#') => Some(self.skip(blank_end, |c| !is_line_end(c))),
            None => Some(blank_end),
            Some(_) => self.text[from..blank_end].rfind(is_line_end).map(|offset| from + offset),
        }
    }

    fn line(&self, name: Span, raw: Span) -> NodeLine {
        let written = &self.text[raw.range()];
        let trimmed = js_trim(written);
        let start = raw.start as usize + (written.len() - written.trim_start_matches(is_space).len());
        let place = |span| Place { source: self.source, span };
        NodeLine {
            name: self.text[name.range()].to_owned(),
            name_place: place(name),
            value: unquote(trimmed).into(),
            value_place: place(Span::new(start.min(raw.end as usize), start + trimmed.len())),
        }
    }
}

/// One pair of quotes goes; in double quotes `\n` and `\r` are escapes, nothing else is.
fn unquote(trimmed: &str) -> String {
    // The text is normalised to LF before it is matched.
    let value = trimmed.replace("\r\n", "\n").replace('\r', "\n");
    let inner = without_quotes(&value);
    if value.starts_with('"') { inner.replace("\\n", "\n").replace("\\r", "\r") } else { inner }
}

/// ``replace(/^(['"`])([\s\S]*)\1$/mg, '$2')``: in each line, as the flag `m` wants it.
fn without_quotes(value: &str) -> String {
    // The last quote of each kind that ends a line: `[\s\S]*` goes as far as it can.
    let last = |quote: char| {
        let ends = |at: &usize| value[at + 1..].chars().next().is_none_or(is_line_end);
        value.rmatch_indices(quote).map(|(at, _)| at).find(ends)
    };
    let closing = ['\'', '"', '`'].map(|quote| (quote, last(quote)));
    let mut out = String::with_capacity(value.len());
    let (mut kept, mut previous) = (0, None);
    for (start, c) in value.char_indices() {
        let begins = previous.replace(c).is_none_or(is_line_end);
        let close = closing.iter().find(|(quote, _)| *quote == c).and_then(|(_, close)| *close);
        if let Some(close) = close.filter(|close| begins && start >= kept && *close > start) {
            out.push_str(&value[kept..start]);
            out.push_str(&value[start + 1..close]);
            kept = close + 1;
        }
    }
    out.push_str(&value[kept..]);
    out
}

/// JavaScript's `\s`.
fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

/// What `^` and `$` with the flag `m` look at.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Language, SourceName, Sources};
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Dotenv, text.into());
        parse(id, text).into_iter().map(|l| (l.name, l.value.expose().to_owned())).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    /// Each expectation is what npm dotenv 17.4.2 `parse` answers.
    #[test]
    fn dialect() {
        for (text, expected) in [
            ("A=1\nB=2", &[("A", "1"), ("B", "2")][..]),
            ("export A=1", &[("A", "1")]),
            ("export = x", &[("export", "x")]),
            ("A: v", &[("A", "v")]),
            ("A:v", &[]),
            ("A=a#b", &[("A", "a")]),
            ("A='a#b' # c", &[("A", "a#b")]),
            ("A=\"a\\nb\\t\"", &[("A", "a\nb\\t")]),
            ("A=`x`", &[("A", "x")]),
            ("A=\"x", &[("A", "\"x")]),
            ("A=\"x\ny\"", &[("A", "x\ny")]),
            ("A=\"x\r\ny\"", &[("A", "x\ny")]),
            ("A=\nB=2", &[("A", ""), ("B", "2")]),
            ("A=\n\"x\"", &[("A", "x")]),
            ("A:\nB=2", &[("A", "B=2")]),
            ("A:\r\nB=2", &[("A", "B=2")]),
            ("A\n=2", &[("A", "2")]),
            ("\u{feff}A=1", &[("A", "1")]),
            ("A='x' y", &[("A", "'x' y")]),
            ("A='it\\'s'", &[("A", "it\\'s")]),
            ("A='x\\'", &[("A", "x\\")]),
            ("# A=1\nB=$A", &[("B", "$A")]),
            ("A B=1\nC=3", &[("C", "3")]),
            ("1X=1\na.b-c=2", &[("1X", "1"), ("a.b-c", "2")]),
            ("A=  v  ", &[("A", "v")]),
            ("A=1\rB=2", &[("A", "1"), ("B", "2")]),
            ("A=''", &[("A", "")]),
            ("A=\"", &[("A", "\"")]),
            ("A x\u{2028}B=1", &[("B", "1")]),
            ("A=x\u{2028}'y'\u{2028}z", &[("A", "x\u{2028}y\u{2028}z")]),
        ] {
            assert_eq!(read(text), pairs(expected), "{text:?}");
        }
    }

    #[test]
    fn value_places() {
        let text = "A = 'x'\n";
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Dotenv, text.into());
        let lines = parse(id, text);
        assert_eq!(&text[lines[0].value_place.span.range()], "'x'");
        assert_eq!(&text[lines[0].name_place.span.range()], "A");
    }

    proptest! {
        #[test]
        fn never_panics_and_stays_within_bounds(text in "(?s).{0,60}") {
            let mut sources = Sources::default();
            let id = sources.add(SourceName::Stdin, Language::Dotenv, text.clone());
            for line in parse(id, &text) {
                prop_assert!(text.get(line.value_place.span.range()).is_some());
                prop_assert!(text.get(line.name_place.span.range()).is_some());
            }
        }
    }
}
