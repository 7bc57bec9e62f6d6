//! The words of a Dockerfile: pairs of a name and a value, and what stands for variables in them
//! (BuildKit `frontend/dockerfile/parser/line_parsers.go` and `shell/lex.go`).

use crate::{
    text::{secret::Text, source::Place},
    vocabulary::located::Located,
};

/// `NAME=value` of `ENV`, `ARG` and `LABEL`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    /// The name; of a label it may hold quotes.
    pub name: String,
    /// The value as it is written; none for `ARG NAME`.
    pub value: Option<Located<Text>>,
    /// Where the name is written.
    pub place: Place,
}

/// A text without its continuation lines and the comments between them, and the byte that each of its
/// bytes is of the text.
struct Logical {
    text: String,
    at: Vec<usize>,
}

impl Logical {
    fn new(raw: &str, escape: char) -> Self {
        let mut logical = Self { text: String::with_capacity(raw.len()), at: Vec::with_capacity(raw.len()) };
        let mut start = 0;
        let mut continued = false;
        for line in raw.split_inclusive('\n') {
            let whole = line.trim_end_matches(['\n', '\r']);
            let is_comment = continued && whole.trim_start().starts_with('#');
            let is_empty = continued && whole.trim().is_empty();
            if !is_comment && !is_empty {
                let trimmed = whole.trim_end_matches([' ', '\t']);
                let body = trimmed.strip_suffix(escape).filter(|_| line.ends_with('\n'));
                continued = body.is_some();
                let body = body.unwrap_or(if line.ends_with('\n') { line } else { whole });
                logical.text.push_str(body);
                logical.at.extend(start..start + body.len());
            }
            start += line.len();
        }
        logical.at.push(start);
        logical
    }
}

/// A text whose lines go on as one.
#[must_use]
pub fn without_continuation(raw: &str, escape: char) -> String {
    if raw.contains('\n') { Logical::new(raw, escape).text } else { raw.to_owned() }
}

/// The pairs of an instruction. `place` makes a place of two bytes of `raw`.
pub(super) fn pairs(raw: &str, escape: char, place: &dyn Fn(usize, usize) -> Place) -> Vec<Pair> {
    let logical = Logical::new(raw, escape);
    let text = &logical.text;
    let of = |start: usize, end: usize| place(logical.at[start], logical.at[end.max(start)]);
    let words = split(text, escape);
    let Some(first) = words.first() else { return Vec::new() };
    if !text[first.clone()].contains('=') && words.len() > 1 {
        // The old form: everything after the name is the value.
        let (start, end) = (words[1].start, text.trim_end().len());
        let value = Located { value: text[start..end].into(), place: Some(of(start, end)) };
        let name = text[first.clone()].to_owned();
        return vec![Pair { name, value: Some(value), place: of(first.start, first.end) }];
    }
    let pairs = words.into_iter().map(|word| {
        let (name, value) = match text[word.clone()].split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (&text[word.clone()], None),
        };
        let start = word.start + name.len() + 1;
        let value = value.map(|value| Located { value: value.into(), place: Some(of(start, word.end)) });
        Pair { name: name.to_owned(), value, place: of(word.start, word.start + name.len()) }
    });
    pairs.collect()
}

/// The words of a line: quotes and the escape character keep blanks in one.
fn split(text: &str, escape: char) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_whitespace() && quote.is_none() {
            if let Some(start) = start.take() {
                words.push(start..at);
            }
            continue;
        }
        start.get_or_insert(at);
        match quote {
            // Nothing guards a quote between single ones.
            Some('\'') if c != '\'' => {}
            _ if c == escape => {
                chars.next();
            }
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
    }
    if let Some(start) = start {
        words.push(start..text.len());
    }
    words
}

/// What a variable holds while an image is built.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Held {
    /// This.
    Value(Text),
    /// Nothing: it is not set.
    Unset,
    /// It cannot be told from here.
    Unknown,
}

/// Fills in variables and takes quotes away, as for `ENV`, `USER`, `FROM` and others; none where a
/// variable cannot be told.
#[must_use]
pub fn fill_in(word: &str, escape: char, lookup: &mut dyn FnMut(&str) -> Held) -> Option<String> {
    let mut filler = Filler { rest: word, escape, lookup, keeps: false, depth: 0, out: String::new() };
    filler.run().then_some(filler.out)
}

/// Fills in the variables that are known, and keeps everything else as it is written: quotes, escapes,
/// and what a shell will fill in later.
#[must_use]
pub fn fill_in_known(text: &str, escape: char, lookup: &mut dyn FnMut(&str) -> Held) -> String {
    let mut filler = Filler { rest: text, escape, lookup, keeps: true, depth: 0, out: String::new() };
    filler.run();
    filler.out
}

struct Filler<'a, 'l> {
    rest: &'a str,
    escape: char,
    lookup: &'l mut dyn FnMut(&str) -> Held,
    /// What is no known variable stays as it is written.
    keeps: bool,
    /// Defaults in defaults.
    depth: u8,
    out: String,
}

/// Deepest nesting of defaults that is followed.
const DEPTH: u8 = 8;

impl Filler<'_, '_> {
    /// No where a variable cannot be told.
    fn run(&mut self) -> bool {
        let mut quote: Option<char> = None;
        let mut is_known = true;
        while let Some(c) = self.rest.chars().next() {
            let after = &self.rest[c.len_utf8()..];
            match (quote, c) {
                (Some('\''), '\'') | (Some('"'), '"') => {
                    quote = None;
                    self.quote(c);
                }
                (Some('\''), _) => self.out.push(c),
                (None, '\'' | '"') => {
                    quote = Some(c);
                    self.quote(c);
                }
                (_, c) if c == self.escape => {
                    let next = after.chars().next();
                    // Between double quotes it guards these alone.
                    let guards = quote.is_none() || next.is_some_and(|n| n == '"' || n == '$' || n == c);
                    if self.keeps || !guards {
                        self.out.push(c);
                    }
                    if let Some(next) = next.filter(|_| guards || self.keeps) {
                        self.out.push(next);
                        self.rest = &after[next.len_utf8()..];
                        continue;
                    }
                }
                (_, '$') => {
                    let before = self.rest;
                    self.rest = after;
                    match self.variable() {
                        Some(value) => self.out.push_str(&value),
                        None => {
                            is_known = false;
                            let written = &before[..before.len() - self.rest.len()];
                            self.out.push_str(if self.keeps { written } else { "" });
                        }
                    }
                    continue;
                }
                _ => self.out.push(c),
            }
            self.rest = after;
        }
        is_known
    }

    fn quote(&mut self, c: char) {
        if self.keeps {
            self.out.push(c);
        }
    }

    fn hold(&mut self, name: &str) -> Held {
        (self.lookup)(name)
    }

    /// After the `$`; none where it cannot be told.
    fn variable(&mut self) -> Option<String> {
        let Some(inner) = self.rest.strip_prefix('{') else {
            let end = name_end(self.rest);
            if end == 0 {
                return if self.keeps { None } else { Some("$".to_owned()) };
            }
            let (name, rest) = self.rest.split_at(end);
            self.rest = rest;
            return self.plain(name);
        };
        let Some(close) = closing(inner) else {
            // What follows is part of it.
            self.rest = "";
            return None;
        };
        let (body, rest) = (&inner[..close], &inner[close + 1..]);
        self.rest = rest;
        let (name, modifier) = body.split_at(name_end(body));
        if name.is_empty() {
            return None;
        }
        if modifier.is_empty() {
            return self.plain(name);
        }
        let held = self.hold(name);
        if held == Held::Unknown {
            return None;
        }
        let (only_set, word) = match modifier.strip_prefix(':') {
            Some(rest) => (false, rest),
            None => (true, modifier),
        };
        let has = match &held {
            Held::Value(value) => only_set || !value.is_empty(),
            _ => false,
        };
        let value = match held {
            Held::Value(value) => value.expose().to_owned(),
            _ => String::new(),
        };
        let (kind, word) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        match kind {
            "-" if has => Some(value),
            "-" => self.word(word),
            "+" if has => self.word(word),
            "+" => Some(String::new()),
            "?" => has.then_some(value),
            // `${NAME#pattern}`, `${NAME%pattern}`, `${NAME/pattern/text}`: as far as a pattern is plain text.
            "#" | "%" | "/" if self.keeps || word.contains(['*', '?', '\\', '$']) => None,
            "#" => Some(value.strip_prefix(word.trim_start_matches('#')).unwrap_or(&value).to_owned()),
            "%" => Some(value.strip_suffix(word.trim_start_matches('%')).unwrap_or(&value).to_owned()),
            "/" => {
                let (all, word) = match word.strip_prefix('/') {
                    Some(word) => (true, word),
                    None => (false, word),
                };
                let (pattern, text) = word.split_once('/').unwrap_or((word, ""));
                Some(if all { value.replace(pattern, text) } else { value.replacen(pattern, text, 1) })
            }
            _ => None,
        }
    }

    fn plain(&mut self, name: &str) -> Option<String> {
        match self.hold(name) {
            Held::Value(value) => Some(value.expose().to_owned()),
            // What is not known to the build a shell may know.
            Held::Unset if !self.keeps => Some(String::new()),
            Held::Unset | Held::Unknown => None,
        }
    }

    /// A default, which may have variables of its own.
    fn word(&mut self, word: &str) -> Option<String> {
        if !word.contains(['$', '"', '\'', self.escape]) {
            return Some(word.to_owned());
        }
        if self.depth == DEPTH {
            return None;
        }
        let (escape, depth) = (self.escape, self.depth + 1);
        let lookup = &mut *self.lookup;
        let mut inner = Filler { rest: word, escape, lookup, keeps: false, depth, out: String::new() };
        inner.run().then_some(inner.out)
    }
}

fn name_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    if bytes.first().is_some_and(u8::is_ascii_digit) {
        return 1;
    }
    bytes.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count()
}

/// The brace that closes one that was opened before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}
