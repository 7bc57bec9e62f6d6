//! YAML text to tokens, as go-yaml's scanner makes them (go.yaml.in/yaml/v4 v4.0.0-rc.6,
//! `internal/libyaml/scanner.go`), which is libyaml's with changes of its own: neither YAML 1.1 nor 1.2.
//!
//! What a YAML 1.2 scanner refuses and this one takes, or the other way round, decides whether Docker
//! Compose reads a file: a comment close to a quote, quoted lines that are not indented, a tab on an
//! empty line. Positions are bytes of the text; comments are kept aside.

mod properties;
mod scalars;

use crate::text::source::Span;
use std::{borrow::Cow, collections::VecDeque};

/// What stands for a token that was scanned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum TokenKind<'a> {
    StreamEnd,
    /// `%YAML`, with the version.
    VersionDirective(u8, u8),
    /// `%TAG`, with handle and prefix.
    TagDirective(&'a str, String),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'a str),
    Anchor(&'a str),
    /// Handle and suffix; the handle of a verbatim tag and of `!` is empty.
    Tag(&'a str, String),
    /// The text, and whether it is written without quotes and indicators.
    Scalar {
        text: Cow<'a, str>,
        plain: bool,
    },
}

/// A token and where it is written.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Why a text is no YAML to go-yaml.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ScanError {
    /// The byte at which it was noticed.
    pub(super) at: usize,
    /// go-yaml's words, without any of the text.
    pub(super) problem: &'static str,
}

type Scan<T> = Result<T, ScanError>;

/// How far go-yaml looks for the comment that follows a token or another comment, in bytes
/// (`scanLineComment`, `scanComments`).
const COMMENT_LOOKAHEAD: usize = 512;

/// Tokens that are fetched ahead (`fetchMoreTokens`).
const TOKENS_AHEAD: usize = 3;

#[derive(Clone, Copy, Debug)]
struct ScanMark {
    at: usize,
    line: usize,
    /// In characters, from 0.
    column: i64,
}

/// A token that is a key if a `:` follows it.
#[derive(Clone, Copy, Debug)]
struct SimpleKey {
    required: bool,
    flow_level: usize,
    token: usize,
    mark: ScanMark,
}

/// Makes tokens of a text.
#[derive(Debug)]
pub(super) struct TokenScanner<'a> {
    text: &'a str,
    mark: ScanMark,
    /// Line breaks since the last character that is not blank.
    newlines: usize,
    tokens: VecDeque<Token<'a>>,
    /// The last token that was put at the end of the queue opens a flow list or separates its items.
    in_flow_list: bool,
    /// The same token is a `-`.
    after_block_entry: bool,
    taken: usize,
    indent: i64,
    indents: Vec<i64>,
    flow_level: usize,
    /// A key may begin at the next token.
    key_allowed: bool,
    key: Option<SimpleKey>,
    outer_keys: Vec<SimpleKey>,
    ended: bool,
    /// The comments that were met so far, `#` included.
    pub(super) comments: Vec<Span>,
    max_depth: usize,
}

impl<'a> TokenScanner<'a> {
    /// A scanner that gives up below `max_depth` collections in each other.
    pub(super) fn new(text: &'a str, max_depth: usize) -> Self {
        // The mark that says how the text is encoded, and a second one, which the scanner passes.
        let rest = text.strip_prefix('\u{feff}');
        let rest = rest.map(|rest| rest.strip_prefix('\u{feff}').unwrap_or(rest));
        let at = text.len() - rest.unwrap_or(text).len();
        Self {
            text,
            mark: ScanMark { at, line: 0, column: 0 },
            newlines: 0,
            tokens: VecDeque::new(),
            in_flow_list: false,
            after_block_entry: false,
            taken: 0,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            key_allowed: true,
            key: None,
            outer_keys: Vec::new(),
            ended: false,
            comments: Vec::new(),
            max_depth,
        }
    }

    /// The next token, which stays the next one.
    pub(super) fn peek(&mut self) -> Scan<&Token<'a>> {
        while self.wants_more() {
            self.fetch()?;
        }
        self.tokens.front().ok_or(ScanError { at: self.mark.at, problem: "the text is over" })
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Scan<Token<'a>> {
        self.peek()?;
        self.taken += 1;
        self.tokens.pop_front().ok_or(ScanError { at: self.mark.at, problem: "the text is over" })
    }

    /// Too few tokens are there, or the first one may turn out to be a key.
    fn wants_more(&self) -> bool {
        if self.ended {
            return false;
        }
        let first_key = self.outer_keys.first().or(self.key.as_ref());
        self.tokens.len() < TOKENS_AHEAD || first_key.is_some_and(|key| key.token == self.taken)
    }

    fn error<T>(&self, problem: &'static str) -> Scan<T> {
        Err(ScanError { at: self.mark.at, problem })
    }

    // ---- characters --------------------------------------------------------------------------

    /// The byte that far ahead; 0 beyond the end, which no text holds.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.mark.at + ahead).copied().unwrap_or(0)
    }

    fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    fn is_break(&self, ahead: usize) -> bool {
        match self.byte(ahead) {
            b'\r' | b'\n' => true,
            0xc2 => self.byte(ahead + 1) == 0x85,
            0xe2 => self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xa8 | 0xa9),
            _ => false,
        }
    }

    fn is_break_or_end(&self, ahead: usize) -> bool {
        self.byte(ahead) == 0 || self.is_break(ahead)
    }

    fn is_blank_or_end(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_break_or_end(ahead)
    }

    /// `---` or `...` at the beginning of a line.
    fn is_document_indicator(&self) -> bool {
        let bytes = [self.byte(0), self.byte(1), self.byte(2)];
        self.mark.column == 0 && (bytes == *b"---" || bytes == *b"...") && self.is_blank_or_end(3)
    }

    /// Passes one character.
    fn skip(&mut self) {
        if !self.is_blank(0) {
            self.newlines = 0;
        }
        self.mark.at += width(self.byte(0));
        self.mark.column += 1;
    }

    /// Passes a line break, if there is one, and gives what go-yaml reads it as.
    fn skip_line(&mut self) -> &'a str {
        let (width, read) = match self.byte(0) {
            b'\r' if self.byte(1) == b'\n' => (2, "\n"),
            b'\r' | b'\n' => (1, "\n"),
            0xc2 if self.is_break(0) => (2, "\n"),
            0xe2 if self.is_break(0) => (3, &self.text[self.mark.at..self.mark.at + 3]),
            _ => return "",
        };
        self.mark = ScanMark { at: self.mark.at + width, line: self.mark.line + 1, column: 0 };
        self.newlines += 1;
        read
    }

    /// Passes the comment that begins here, and keeps it.
    fn comment(&mut self) {
        let start = self.mark.at;
        while !self.is_break_or_end(0) {
            self.skip();
        }
        self.comments.push(Span::new(start, self.mark.at));
    }

    /// Passes the comment in the rest of the line.
    fn line_comment(&mut self) {
        if self.newlines > 0 {
            return;
        }
        let blanks = (0..COMMENT_LOOKAHEAD).take_while(|ahead| self.is_blank(*ahead)).count();
        if blanks < COMMENT_LOOKAHEAD && self.byte(blanks) == b'#' {
            for _ in 0..blanks {
                self.skip();
            }
            self.comment();
        }
    }

    /// Passes the comment that begins here and those that follow it, with what is blank in between:
    /// that is where a tab at the beginning of a line is no fault.
    fn comments(&mut self) {
        let mut ahead = 0;
        while ahead < COMMENT_LOOKAHEAD {
            if self.is_blank(ahead) || self.is_break(ahead) {
                ahead += 1;
                continue;
            }
            if self.byte(ahead) != b'#' {
                return;
            }
            let comment = self.mark.at + ahead;
            while self.mark.at < comment {
                if self.is_break(0) {
                    self.skip_line();
                } else {
                    self.skip();
                }
            }
            self.comment();
            ahead = 1;
        }
    }

    fn pass_to_next_token(&mut self) {
        loop {
            while self.byte(0) == b' '
                || ((self.flow_level > 0 || !self.key_allowed) && self.byte(0) == b'\t')
            {
                self.skip();
            }
            if self.byte(0) == b'#' {
                self.comments();
            }
            if !self.is_break(0) {
                return;
            }
            self.skip_line();
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    // ---- the queue ---------------------------------------------------------------------------

    fn push(&mut self, kind: TokenKind<'a>, start: usize) {
        self.push_until(kind, start, self.mark.at);
    }

    /// Puts a token into the queue that ends before what was passed for it.
    fn push_until(&mut self, kind: TokenKind<'a>, start: usize, end: usize) {
        self.in_flow_list = matches!(kind, TokenKind::FlowEntry | TokenKind::FlowSequenceStart);
        self.after_block_entry = kind == TokenKind::BlockEntry;
        self.tokens.push_back(Token { kind, start, end });
    }

    fn insert(&mut self, number: usize, kind: TokenKind<'a>, at: usize) {
        let index = number.saturating_sub(self.taken).min(self.tokens.len());
        self.tokens.insert(index, Token { kind, start: at, end: at });
    }

    /// Passes an indicator of so many characters.
    fn indicator(&mut self, kind: TokenKind<'a>, characters: usize) {
        let start = self.mark.at;
        for _ in 0..characters {
            self.skip();
        }
        self.push(kind, start);
    }

    fn fetch(&mut self) -> Scan<()> {
        let before = self.mark.at;
        self.pass_to_next_token();
        self.unroll_indent(self.mark.column, before);
        let c = self.byte(0);
        if c == 0 {
            return self.stream_end();
        }
        if self.mark.column == 0 && c == b'%' {
            return self.directive();
        }
        if self.is_document_indicator() {
            let kind = if c == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
            self.unroll_indent(-1, self.mark.at);
            self.remove_key()?;
            self.key_allowed = false;
            self.indicator(kind, 3);
            return Ok(());
        }
        self.fetch_content(c)?;
        // The comment after a lone `-` belongs to what follows.
        if !self.after_block_entry {
            self.line_comment();
        }
        Ok(())
    }

    fn fetch_content(&mut self, c: u8) -> Scan<()> {
        let block = self.flow_level == 0;
        match c {
            b'[' => self.flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.flow_start(TokenKind::FlowMappingStart),
            b']' => self.flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.flow_end(TokenKind::FlowMappingEnd),
            b',' => {
                self.remove_key()?;
                self.key_allowed = true;
                self.indicator(TokenKind::FlowEntry, 1);
                Ok(())
            }
            b'-' if self.is_blank_or_end(1) => self.block_entry(),
            b'?' if self.is_blank_or_end(1) => self.complex_key(),
            b':' if (!block && !self.in_flow_list) || self.is_blank_or_end(1) => self.value(),
            b'*' => self.name(true),
            b'&' => self.name(false),
            b'!' => self.tag(),
            b'|' | b'>' if block => self.block_scalar(c == b'|'),
            b'\'' | b'"' => self.quoted_scalar(c == b'\''),
            b'-' | b'?' | b':' => self.plain_scalar(),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' => {
                self.error("found character that cannot start any token")
            }
            _ => self.plain_scalar(),
        }
    }

    // ---- keys and indentation ----------------------------------------------------------------

    fn save_key(&mut self) -> Scan<()> {
        if self.key_allowed {
            self.remove_key()?;
            self.key = Some(SimpleKey {
                required: self.flow_level == 0 && self.indent == self.mark.column,
                flow_level: self.flow_level,
                token: self.taken + self.tokens.len(),
                mark: self.mark,
            });
        }
        Ok(())
    }

    fn remove_key(&mut self) -> Scan<()> {
        if self.key.take().is_some_and(|key| key.required) {
            return self.error("could not find expected ':'");
        }
        Ok(())
    }

    /// Begins a block collection where the column is deeper than the last one; `number` is that of the
    /// token which it begins with, when that one was scanned already.
    fn roll_indent(&mut self, mark: ScanMark, number: Option<usize>, kind: TokenKind<'a>) -> Scan<()> {
        if self.flow_level > 0 || self.indent >= mark.column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = mark.column;
        if self.indents.len() > self.max_depth {
            return self.error(TOO_DEEP);
        }
        self.insert(number.unwrap_or(usize::MAX), kind, mark.at);
        Ok(())
    }

    fn unroll_indent(&mut self, column: i64, at: usize) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            self.push_until(TokenKind::BlockEnd, at, at);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn stream_end(&mut self) -> Scan<()> {
        self.unroll_indent(-1, self.mark.at);
        self.remove_key()?;
        self.outer_keys.clear();
        self.key_allowed = false;
        self.push(TokenKind::StreamEnd, self.mark.at);
        self.ended = true;
        Ok(())
    }

    fn flow_start(&mut self, kind: TokenKind<'a>) -> Scan<()> {
        self.save_key()?;
        self.flow_level += 1;
        if self.flow_level > self.max_depth {
            return self.error(TOO_DEEP);
        }
        self.outer_keys.extend(self.key.take());
        self.key_allowed = true;
        self.indicator(kind, 1);
        Ok(())
    }

    fn flow_end(&mut self, kind: TokenKind<'a>) -> Scan<()> {
        self.remove_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if self.outer_keys.last().is_some_and(|key| key.flow_level == self.flow_level) {
                self.key = self.outer_keys.pop();
            }
        }
        self.key_allowed = false;
        self.indicator(kind, 1);
        Ok(())
    }

    fn block_entry(&mut self) -> Scan<()> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return self.error("block sequence entries are not allowed in this context");
            }
            self.roll_indent(self.mark, None, TokenKind::BlockSequenceStart)?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn complex_key(&mut self) -> Scan<()> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return self.error("mapping keys are not allowed in this context");
            }
            self.roll_indent(self.mark, None, TokenKind::BlockMappingStart)?;
        }
        self.remove_key()?;
        self.key_allowed = self.flow_level == 0;
        self.indicator(TokenKind::Key, 1);
        Ok(())
    }

    fn value(&mut self) -> Scan<()> {
        match self.key.filter(|key| key.mark.line == self.mark.line) {
            Some(key) => {
                self.insert(key.token, TokenKind::Key, key.mark.at);
                self.roll_indent(key.mark, Some(key.token), TokenKind::BlockMappingStart)?;
                self.key = None;
                self.key_allowed = false;
            }
            None => {
                if self.flow_level == 0 {
                    if !self.key_allowed {
                        return self.error("mapping values are not allowed in this context");
                    }
                    self.roll_indent(self.mark, None, TokenKind::BlockMappingStart)?;
                }
                self.key_allowed = self.flow_level == 0;
            }
        }
        self.indicator(TokenKind::Value, 1);
        Ok(())
    }
}

/// Said of a collection in too many others.
pub(super) const TOO_DEEP: &str = "exceeded max depth";

/// The bytes of a character, by its first one.
fn width(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    }
}
