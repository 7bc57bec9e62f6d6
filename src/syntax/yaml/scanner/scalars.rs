//! Block scalars, quoted ones and plain ones.

use super::{Scan, TokenKind, TokenScanner};
use std::borrow::Cow;

impl TokenScanner<'_> {
    pub(super) fn block_scalar(&mut self, literal: bool) -> Scan<()> {
        self.remove_key()?;
        self.key_allowed = true;
        let start = self.mark.at;
        self.skip();
        let (chomping, increment) = self.block_header()?;
        self.skip_blanks();
        if self.byte(0) == b'#' {
            self.comment();
        }
        if !self.is_break_or_end(0) {
            return self.error("did not find expected comment or line break");
        }
        self.skip_line();
        let indent = increment.map(|n| self.indent.max(0) + n);
        let mut breaks = String::new();
        let (mut end, indent) = self.block_breaks(indent, &mut breaks)?;
        // What is said of the scalar is said of its first line, not of the indicator.
        let content = if self.mark.column == indent { self.mark.at } else { start };
        let mut text = String::new();
        let mut leading_break = "";
        let mut leading_blank = false;
        while self.mark.column == indent && self.byte(0) != 0 {
            let blank = self.is_blank(0);
            if !literal && !leading_blank && !blank && leading_break == "\n" {
                if breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(leading_break);
            }
            text.push_str(&breaks);
            breaks.clear();
            leading_blank = blank;
            let from = self.mark.at;
            while !self.is_break_or_end(0) {
                self.skip();
            }
            text.push_str(&self.text[from..self.mark.at]);
            leading_break = self.skip_line();
            (end, _) = self.block_breaks(Some(indent), &mut breaks)?;
        }
        if chomping != Chomping::Strip {
            text.push_str(leading_break);
        }
        if chomping == Chomping::Keep {
            text.push_str(&breaks);
        }
        let kind = TokenKind::Scalar { text: Cow::Owned(text), plain: false };
        self.push_until(kind, content, end.max(content));
        Ok(())
    }

    /// What follows `|` or `>`: how line breaks at the end are kept, and by how much it is indented.
    fn block_header(&mut self) -> Scan<(Chomping, Option<i64>)> {
        let mut chomping = Chomping::Clip;
        let mut increment = None;
        for _ in 0..2 {
            match self.byte(0) {
                c @ (b'+' | b'-') if chomping == Chomping::Clip => {
                    chomping = if c == b'+' { Chomping::Keep } else { Chomping::Strip };
                    self.skip();
                }
                b'0' if increment.is_none() => {
                    return self.error("found an indentation indicator equal to 0");
                }
                c @ b'1'..=b'9' if increment.is_none() => {
                    increment = Some(i64::from(c - b'0'));
                    self.skip();
                }
                _ => break,
            }
        }
        Ok((chomping, increment))
    }

    /// Passes what is blank before a line of a block scalar; gives where that ends, and the
    /// indentation, which the first of the lines decides.
    fn block_breaks(&mut self, indent: Option<i64>, breaks: &mut String) -> Scan<(usize, i64)> {
        let mut end = self.mark.at;
        let mut deepest = 0;
        loop {
            let outside = |column: i64| indent.is_none_or(|indent| column < indent);
            while outside(self.mark.column) && self.byte(0) == b' ' {
                self.skip();
            }
            deepest = deepest.max(self.mark.column);
            if outside(self.mark.column) && self.byte(0) == b'\t' {
                return self.error("found a tab character where an indentation space is expected");
            }
            if !self.is_break(0) {
                break;
            }
            breaks.push_str(self.skip_line());
            end = self.mark.at;
        }
        Ok((end, indent.unwrap_or_else(|| deepest.max(self.indent + 1))))
    }

    pub(super) fn quoted_scalar(&mut self, single: bool) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let quote = if single { b'\'' } else { b'"' };
        let start = self.mark.at;
        self.skip();
        let mut text = ScalarText::new(self.mark.at);
        loop {
            if self.is_document_indicator() {
                return self.error("found unexpected document indicator");
            }
            if self.byte(0) == 0 {
                return self.error("found unexpected end of stream");
            }
            let mut joins = false;
            while !self.is_blank_or_end(0) && self.byte(0) != quote || (single && self.is_escaped_quote()) {
                if self.is_escaped_quote() && single {
                    text.flush(self.text, self.mark.at).push('\'');
                    self.skip();
                    self.skip();
                    text.resume(self.mark.at);
                } else if !single && self.byte(0) == b'\\' && self.is_break(1) {
                    text.flush(self.text, self.mark.at);
                    self.skip();
                    self.skip_line();
                    joins = true;
                    break;
                } else if !single && self.byte(0) == b'\\' {
                    text.flush(self.text, self.mark.at);
                    self.escape(text.owned())?;
                    text.resume(self.mark.at);
                } else {
                    self.skip();
                }
            }
            if joins {
                let breaks = self.after_escaped_break();
                text.owned().push_str(&breaks);
                text.resume(self.mark.at);
                continue;
            }
            if self.byte(0) == quote {
                break;
            }
            let before = self.mark.at;
            let folded = self.gap(None)?;
            if folded.lines {
                text.fold(self.text, before, folded, self.mark.at);
            }
        }
        let text = text.finish(self.text, self.mark.at);
        self.skip();
        self.push(TokenKind::Scalar { text, plain: false }, start);
        Ok(())
    }

    fn is_escaped_quote(&self) -> bool {
        self.byte(0) == b'\'' && self.byte(1) == b'\''
    }

    fn escape(&mut self, text: &mut String) -> Scan<()> {
        let digits = match self.byte(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            c => {
                let Some(character) = simple_escape(c) else {
                    return self.error("found unknown escape character");
                };
                text.push(character);
                self.skip();
                self.skip();
                return Ok(());
            }
        };
        self.skip();
        self.skip();
        let mut code = 0_u32;
        for ahead in 0..digits {
            let Some(digit) = char::from(self.byte(ahead)).to_digit(16) else {
                return self.error("did not find expected hexadecimal number");
            };
            code = code << 4 | digit;
        }
        let Some(character) = char::from_u32(code) else {
            return self.error("found invalid Unicode character escape code");
        };
        text.push(character);
        for _ in 0..digits {
            self.skip();
        }
        Ok(())
    }

    pub(super) fn plain_scalar(&mut self) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.mark.at;
        let mut end = start;
        let indent = self.indent + 1;
        let mut text = ScalarText::new(start);
        // Line breaks only count when more of the scalar follows.
        let mut gap: Option<Folded> = None;
        loop {
            if self.is_document_indicator() || self.byte(0) == b'#' {
                break;
            }
            while !self.is_blank_or_end(0) && !self.ends_plain() {
                if let Some(folded) = gap.take() {
                    text.fold(self.text, end, folded, self.mark.at);
                }
                self.skip();
                end = self.mark.at;
            }
            if !(self.is_blank(0) || self.is_break(0)) {
                break;
            }
            gap = Some(self.gap(Some(indent))?).filter(|folded| folded.lines);
            if self.flow_level == 0 && self.mark.column < indent {
                break;
            }
        }
        if gap.is_some() {
            self.key_allowed = true;
        }
        let text = text.finish(self.text, end);
        self.push_until(TokenKind::Scalar { text, plain: true }, start, end);
        Ok(())
    }

    /// An indicator that ends a plain scalar.
    fn ends_plain(&self) -> bool {
        match self.byte(0) {
            b':' if self.is_blank_or_end(1) => true,
            _ if self.flow_level == 0 => false,
            b',' | b'[' | b']' | b'{' | b'}' => true,
            b'?' => self.is_blank_or_end(1),
            b':' => matches!(self.byte(1), b',' | b']' | b'}'),
            _ => false,
        }
    }

    /// Passes blanks and line breaks within a scalar.
    fn gap(&mut self, indent: Option<i64>) -> Scan<Folded> {
        let mut folded = Folded::default();
        while self.is_blank(0) || self.is_break(0) {
            if self.is_break(0) {
                let read = self.skip_line();
                if folded.lines {
                    folded.further.push_str(read);
                } else {
                    folded.lines = true;
                    folded.first = read == "\n";
                    if !folded.first {
                        folded.further.push_str(read);
                    }
                }
                continue;
            }
            let too_early = indent.is_some_and(|indent| folded.lines && self.mark.column < indent);
            if too_early && self.byte(0) == b'\t' {
                return self.error("found a tab character that violates indentation");
            }
            self.skip();
        }
        Ok(folded)
    }

    /// Passes what follows an escaped line break and is blank; gives the line breaks in it, which stay.
    fn after_escaped_break(&mut self) -> String {
        let mut breaks = String::new();
        while self.is_blank(0) || self.is_break(0) {
            if self.is_break(0) {
                breaks.push_str(self.skip_line());
            } else {
                self.skip();
            }
        }
        breaks
    }
}

/// What blanks and line breaks within a scalar amount to.
#[derive(Default)]
struct Folded {
    /// There is a line break.
    lines: bool,
    /// The first one is a line feed, which is folded.
    first: bool,
    /// The line breaks that stay.
    further: String,
}

/// The text of a scalar: a part of the source as long as it is written in one piece.
struct ScalarText {
    from: usize,
    done: Option<String>,
}

impl ScalarText {
    fn new(from: usize) -> Self {
        Self { from, done: None }
    }

    /// Takes what was written up to there.
    fn flush(&mut self, source: &str, to: usize) -> &mut String {
        let from = self.from.min(to);
        self.from = to;
        let done = self.done.get_or_insert_default();
        done.push_str(&source[from..to]);
        done
    }

    fn owned(&mut self) -> &mut String {
        self.done.get_or_insert_default()
    }

    /// Goes on from there.
    fn resume(&mut self, at: usize) {
        self.from = at;
    }

    /// Puts folded lines between what was written up to `to` and what begins at `at`.
    fn fold(&mut self, source: &str, to: usize, folded: Folded, at: usize) {
        let done = self.flush(source, to);
        if folded.first && folded.further.is_empty() {
            done.push(' ');
        } else {
            done.push_str(&folded.further);
        }
        self.resume(at);
    }

    fn finish<'a>(mut self, source: &'a str, to: usize) -> Cow<'a, str> {
        if self.done.is_none() {
            return Cow::Borrowed(&source[self.from.min(to)..to]);
        }
        self.flush(source, to.max(self.from));
        Cow::Owned(self.done.unwrap_or_default())
    }
}

/// What becomes of line breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Clip,
    Strip,
    Keep,
}

fn simple_escape(c: u8) -> Option<char> {
    Some(match c {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' => ' ',
        b'"' => '"',
        b'\'' => '\'',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
