//! Cuts a template into pieces, as the regular expression of compose-go's `template.go` does.

use std::ops::Range;

/// One piece of a template, as `template.go`'s regular expression finds them.
pub(super) enum TemplatePiece<'a> {
    Literal(&'a str),
    /// `$$`.
    Dollar,
    /// `$NAME` or `${NAME}`.
    Plain(&'a str),
    /// `${NAME:-word}`; when it fails, compose-go gives up the line up to its last `}`.
    Operator {
        name: &'a str,
        operator: Operator,
        word: &'a str,
        line_end: usize,
    },
    Invalid,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operator {
    DefaultIfBlank,
    Default,
    AlternativeIfFilled,
    Alternative,
    RequiredFilled,
    Required,
}

impl Operator {
    fn parse(text: &str) -> Option<(Self, usize)> {
        let (colon, rest) = match text.strip_prefix(':') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let operator = match (rest.bytes().next()?, colon) {
            (b'-', true) => Self::DefaultIfBlank,
            (b'-', false) => Self::Default,
            (b'+', true) => Self::AlternativeIfFilled,
            (b'+', false) => Self::Alternative,
            (b'?', true) => Self::RequiredFilled,
            (b'?', false) => Self::Required,
            _ => return None,
        };
        Some((operator, 1 + usize::from(colon)))
    }

    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::DefaultIfBlank => ":-",
            Self::Default => "-",
            Self::AlternativeIfFilled => ":+",
            Self::Alternative => "+",
            Self::RequiredFilled => ":?",
            Self::Required => "?",
        }
    }

    pub(super) fn blank_is_unset(self) -> bool {
        matches!(self, Self::DefaultIfBlank | Self::AlternativeIfFilled | Self::RequiredFilled)
    }
}

/// Cuts a template into pieces.
pub(super) struct Pieces<'a> {
    text: &'a str,
    pub(super) at: usize,
    /// Where the current line ends, and one past its last `}`.
    line: Option<(usize, Option<usize>)>,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: None }
    }

    /// One past the last `}` of the line that `at` is on.
    fn last_brace(&mut self, at: usize) -> Option<usize> {
        let (end, brace) = match self.line {
            Some((end, brace)) if at <= end => (end, brace),
            _ => {
                let end = self.text[at..].find('\n').map_or(self.text.len(), |n| at + n);
                (end, self.text[at..end].rfind('}').map(|n| at + n + 1))
            }
        };
        self.line = Some((end, brace));
        brace.filter(|brace| *brace > at)
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (TemplatePiece<'a>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = &self.text[start..];
        let mut chars = rest.chars();
        let piece = match (chars.next()?, chars.next()) {
            ('$', Some('$')) => {
                self.at += 2;
                TemplatePiece::Dollar
            }
            ('$', Some('{')) => self.braced(start),
            ('$', _) if name_length(&rest[1..]) > 0 => {
                let end = 1 + name_length(&rest[1..]);
                self.at += end;
                TemplatePiece::Plain(&rest[1..end])
            }
            (first, _) => {
                let from = first.len_utf8();
                let end = rest[from..].find('$').map_or(rest.len(), |n| from + n);
                self.at += end;
                TemplatePiece::Literal(&rest[..end])
            }
        };
        Some((piece, start..self.at))
    }
}

impl<'a> Pieces<'a> {
    /// The expression whose `${` is at `start`.
    fn braced(&mut self, start: usize) -> TemplatePiece<'a> {
        let text = self.text;
        let name_start = start + 2;
        let name_end = name_start + name_length(&text[name_start..]);
        let name = &text[name_start..name_end];
        self.at = name_start;
        if name.is_empty() {
            return TemplatePiece::Invalid;
        }
        if text[name_end..].starts_with('}') {
            self.at = name_end + 1;
            return TemplatePiece::Plain(name);
        }
        let Some((operator, length)) = Operator::parse(&text[name_end..]) else {
            return TemplatePiece::Invalid;
        };
        let word_start = name_end + length;
        let Some(line_end) = self.last_brace(word_start) else { return TemplatePiece::Invalid };
        let end = closing_brace(&text[start..line_end]).map_or(line_end, |n| start + n + 1);
        self.at = end;
        TemplatePiece::Operator { name, operator, word: &text[word_start..end - 1], line_end }
    }
}

/// `[_a-z][_a-z0-9]*` without regard to case. Go folds the long s and the Kelvin sign to letters.
fn name_length(text: &str) -> usize {
    let letter = |c: char| c == '_' || c.is_ascii_alphabetic() || matches!(c, '\u{17f}' | '\u{212a}');
    if !text.starts_with(letter) {
        return 0;
    }
    text.find(|c: char| !letter(c) && !c.is_ascii_digit()).unwrap_or(text.len())
}

/// `getFirstBraceClosingIndex`: an opening brace makes it skip the byte that follows.
fn closing_brace(text: &str) -> Option<usize> {
    let mut open = 0usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'}' if open == 1 => return Some(at),
            b'}' => open = open.saturating_sub(1),
            b'{' => {
                open += 1;
                bytes.next();
            }
            _ => {}
        }
    }
    None
}
