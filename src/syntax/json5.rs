//! JSON5 as npm `json5` 2.2.3 reads it, which is what OpenClaw falls back to after `JSON.parse`
//! (`parseJsonWithJson5Fallback`, openclaw 2026.9.6); every JSON text is a JSON5 text.
//!
//! Duplicate keys are kept; the last one counts ([`Node::entry`]). A lone surrogate becomes
//! U+FFFD, since a Rust string cannot hold one.

use super::node::{MapEntry, Node, NodeKind};
use crate::text::{
    limits,
    source::{Place, SourceId, Span},
};

/// A text that is not JSON5. The message names no character of the text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Json5Error {
    /// What is wrong.
    pub message: &'static str,
    /// Where.
    pub place: Place,
}

/// A JSON5 document.
#[derive(Debug)]
pub struct Json5Document {
    /// Its value.
    pub root: Node,
    /// Its comments, delimiters included.
    pub comments: Vec<Place>,
}

/// Parses a whole text.
///
/// # Errors
/// At the first byte that JSON5 does not allow, or when it is nested deeper than
/// [`limits::DEPTH`].
pub fn parse(source: SourceId, text: &str) -> Result<Json5Document, Json5Error> {
    let mut parser = Json5Parser { source, text, at: 0, depth: 0, comments: Vec::new() };
    parser.blank()?;
    let root = parser.value()?;
    parser.blank()?;
    if parser.at < text.len() {
        return Err(parser.error("text after the end of the value"));
    }
    Ok(Json5Document { root, comments: parser.comments })
}

struct Json5Parser<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    depth: u32,
    comments: Vec<Place>,
}

type ParsedScalar<T> = Result<T, Json5Error>;

impl Json5Parser<'_> {
    fn error(&self, message: &'static str) -> Json5Error {
        Json5Error { message, place: self.place(self.at) }
    }

    fn place(&self, from: usize) -> Place {
        Place { source: self.source, span: Span::new(from, self.at.max(from)) }
    }

    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn char(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// White space and comments.
    fn blank(&mut self) -> ParsedScalar<()> {
        while let Some(c) = self.char() {
            match c {
                '/' => self.comment()?,
                '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' => self.at += 1,
                c if is_space(c) => self.at += c.len_utf8(),
                _ => break,
            }
        }
        Ok(())
    }

    fn comment(&mut self) -> ParsedScalar<()> {
        let from = self.at;
        let rest = &self.text[from..];
        let length = if rest.starts_with("//") {
            rest.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(rest.len())
        } else if let Some(inner) = rest.strip_prefix("/*") {
            match inner.find("*/") {
                Some(length) => length + 4,
                None => return Err(self.error("the comment is not closed")),
            }
        } else {
            return Err(self.error("unexpected `/`"));
        };
        self.at += length;
        self.comments.push(self.place(from));
        Ok(())
    }

    fn value(&mut self) -> ParsedScalar<Node> {
        let from = self.at;
        let kind = match self.byte() {
            b'{' => self.nested(Self::object)?,
            b'[' => self.nested(Self::array)?,
            b'"' | b'\'' => NodeKind::Str(self.string()?.into()),
            b'n' if self.eat("null") => NodeKind::Null,
            b't' if self.eat("true") => NodeKind::Bool(true),
            b'f' if self.eat("false") => NodeKind::Bool(false),
            b'0'..=b'9' | b'+' | b'-' | b'.' | b'I' | b'N' => self.number()?,
            _ if self.at_end() => return Err(self.error("the text ends where a value is expected")),
            _ => return Err(self.error("a value is expected")),
        };
        Ok(Node::new(self.place(from), kind))
    }

    fn nested(&mut self, inner: fn(&mut Self) -> ParsedScalar<NodeKind>) -> ParsedScalar<NodeKind> {
        self.depth += 1;
        if self.depth > limits::DEPTH {
            return Err(self.error("nested too deeply"));
        }
        self.at += 1;
        let kind = inner(self)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn array(&mut self) -> ParsedScalar<NodeKind> {
        let mut items = Vec::new();
        loop {
            self.blank()?;
            if self.eat("]") {
                return Ok(NodeKind::Seq(items));
            }
            items.push(self.value()?);
            self.blank()?;
            if !self.eat(",") && self.byte() != b']' {
                return Err(self.error("`,` or `]` is expected"));
            }
        }
    }

    fn object(&mut self) -> ParsedScalar<NodeKind> {
        let mut entries = Vec::new();
        loop {
            self.blank()?;
            if self.eat("}") {
                return Ok(NodeKind::Map(entries));
            }
            let from = self.at;
            let key = match self.byte() {
                b'"' | b'\'' => self.string()?,
                _ => self.identifier()?,
            };
            let key_place = self.place(from);
            self.blank()?;
            if !self.eat(":") {
                return Err(self.error("`:` is expected"));
            }
            self.blank()?;
            let value = self.value()?;
            entries.push(MapEntry { key: key.into(), key_place, value });
            self.blank()?;
            if !self.eat(",") && self.byte() != b'}' {
                return Err(self.error("`,` or `}` is expected"));
            }
        }
    }

    fn identifier(&mut self) -> ParsedScalar<String> {
        let mut name = String::new();
        while let Some(written) = self.char() {
            let from = self.at;
            let meant = if self.eat("\\u") {
                match char::from_u32(self.hex(4)?) {
                    Some(c) => c,
                    None => return Err(self.error("bad \\u escape")),
                }
            } else {
                self.at += written.len_utf8();
                written
            };
            let fits = if name.is_empty() { is_identifier_start(meant) } else { is_identifier_part(meant) };
            if !fits {
                self.at = from;
                if written == '\\' {
                    return Err(self.error("a key is expected"));
                }
                break;
            }
            name.push(meant);
        }
        if name.is_empty() { Err(self.error("a key is expected")) } else { Ok(name) }
    }

    fn hex(&mut self, digits: usize) -> ParsedScalar<u32> {
        let mut value = 0;
        for _ in 0..digits {
            match char::from(self.byte()).to_digit(16) {
                Some(digit) => value = value * 16 + digit,
                None => return Err(self.error("a hexadecimal digit is expected")),
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn string(&mut self) -> ParsedScalar<String> {
        let quote = self.byte();
        self.at += 1;
        let mut value = String::new();
        loop {
            let rest = &self.text[self.at..];
            let stop = |b: u8| b == quote || matches!(b, b'\\' | b'\n' | b'\r');
            let Some(length) = rest.bytes().position(stop) else {
                self.at = self.text.len();
                return Err(self.error("the string is not closed"));
            };
            value.push_str(&rest[..length]);
            self.at += length;
            match self.byte() {
                b'\\' => self.escape(&mut value)?,
                b if b == quote => {
                    self.at += 1;
                    return Ok(value);
                }
                _ => return Err(self.error("a line break in a string")),
            }
        }
    }

    fn escape(&mut self, value: &mut String) -> ParsedScalar<()> {
        self.at += 1;
        let Some(c) = self.char() else {
            return Err(self.error("the string is not closed"));
        };
        self.at += c.len_utf8();
        match c {
            'b' => value.push('\u{8}'),
            'f' => value.push('\u{c}'),
            'n' => value.push('\n'),
            'r' => value.push('\r'),
            't' => value.push('\t'),
            'v' => value.push('\u{b}'),
            '0' if !self.byte().is_ascii_digit() => value.push('\0'),
            '0'..='9' => return Err(self.error("octal escapes are not allowed")),
            'x' => {
                let code = self.hex(2)?;
                value.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            'u' => {
                let code = self.utf16_escape()?;
                value.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            '\r' => {
                self.eat("\n");
            }
            '\n' | '\u{2028}' | '\u{2029}' => {}
            other => value.push(other),
        }
        Ok(())
    }

    /// What follows `\u`: one code unit, or two that form a surrogate pair.
    fn utf16_escape(&mut self) -> ParsedScalar<u32> {
        let high = self.hex(4)?;
        let after_high = self.at;
        if (0xd800..0xdc00).contains(&high) && self.eat("\\u") {
            let low = self.hex(4)?;
            if (0xdc00..0xe000).contains(&low) {
                return Ok(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            }
            self.at = after_high;
        }
        Ok(high)
    }

    fn number(&mut self) -> ParsedScalar<NodeKind> {
        let negative = self.byte() == b'-';
        if matches!(self.byte(), b'-' | b'+') {
            self.at += 1;
        }
        if self.eat("Infinity") {
            return Ok(NodeKind::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY }));
        }
        if self.eat("NaN") {
            return Ok(NodeKind::Float(f64::NAN));
        }
        let value = if self.eat("0x") || self.eat("0X") { self.hexadecimal()? } else { self.decimal()? };
        let value = if negative { -value } else { value };
        #[expect(clippy::cast_possible_truncation, reason = "in range and whole, checked right here")]
        let kind = if value.fract() == 0.0 && value.abs() < 9e15 {
            NodeKind::Int(value as i64)
        } else {
            NodeKind::Float(value)
        };
        Ok(kind)
    }

    fn hexadecimal(&mut self) -> ParsedScalar<f64> {
        let from = self.at;
        let mut value = 0.0;
        while let Some(digit) = char::from(self.byte()).to_digit(16) {
            value = value * 16.0 + f64::from(digit);
            self.at += 1;
        }
        if self.at == from { Err(self.error("a hexadecimal digit is expected")) } else { Ok(value) }
    }

    fn decimal(&mut self) -> ParsedScalar<f64> {
        let from = self.at;
        let leading_zero = self.byte() == b'0';
        let whole = self.digits();
        if leading_zero && whole > 1 {
            return Err(self.error("a number with a leading zero"));
        }
        let fraction = if self.eat(".") { self.digits() } else { 0 };
        if whole + fraction == 0 {
            return Err(self.error("a digit is expected"));
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.byte(), b'+' | b'-') {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.error("a digit is expected"));
            }
        }
        self.text[from..self.at].parse().map_err(|_| self.error("a bad number"))
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        self.at - from
    }
}

/// JSON5's `WhiteSpace` and `LineTerminator` beyond ASCII.
fn is_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// ECMAScript's `IdentifierStart`.
fn is_identifier_start(c: char) -> bool {
    matches!(c, '$' | '_' | '\u{2118}' | '\u{212e}' | '\u{309b}' | '\u{309c}') || c.is_alphabetic()
}

/// ECMAScript's `IdentifierPart`.
fn is_identifier_part(c: char) -> bool {
    is_identifier_start(c)
        || c.is_ascii_digit()
        || matches!(c, '\u{200c}' | '\u{200d}')
        || (!c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c)))
}

/// The combining marks of the scripts that keys are written in; `std` has no table of them.
fn is_combining_mark(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x483..=0x487 | 0x591..=0x5bd | 0x610..=0x61a | 0x64b..=0x669
        | 0x900..=0x903 | 0x93a..=0x94f | 0x1dc0..=0x1dff | 0x203f..=0x2040 | 0x20d0..=0x20dc | 0xfe20..=0xfe2f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Language, SourceName, Sources};
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Json5Document, Json5Error> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Json5, text.into());
        parse(id, text)
    }

    fn to_json(node: &Node) -> serde_json::Value {
        match &node.kind {
            NodeKind::Null => serde_json::Value::Null,
            NodeKind::Bool(b) => (*b).into(),
            #[expect(clippy::cast_precision_loss, reason = "compared as JavaScript numbers")]
            NodeKind::Int(i) => (*i as f64).into(),
            #[expect(clippy::cast_precision_loss, reason = "compared as JavaScript numbers")]
            NodeKind::Uint(u) => (*u as f64).into(),
            NodeKind::Float(f) => (*f).into(),
            NodeKind::Str(s) => s.expose().into(),
            NodeKind::Seq(items) => items.iter().map(to_json).collect(),
            NodeKind::Map(entries) => entries
                .iter()
                .map(|e| (e.key.to_string(), to_json(&e.value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }

    /// The `json5` crate agrees with npm's on acceptance, besides lone surrogates.
    fn oracle(text: &str) -> Option<serde_json::Value> {
        fn floats(v: serde_json::Value) -> serde_json::Value {
            match v {
                serde_json::Value::Number(n) => n.as_f64().into(),
                serde_json::Value::Array(a) => a.into_iter().map(floats).collect(),
                serde_json::Value::Object(o) => {
                    o.into_iter().map(|(k, v)| (k, floats(v))).collect::<serde_json::Map<_, _>>().into()
                }
                other => other,
            }
        }
        json5::from_str::<serde_json::Value>(text).ok().map(floats)
    }

    #[test]
    fn spans_and_values() {
        let text = "// c\n{gateway: {auth: {\"token\": 'a\\u0062', mode: \"token\",}}}";
        let doc = read(text).unwrap();
        let token = doc.root.at(["gateway", "auth", "token"]).unwrap();
        assert_eq!(token.text().unwrap().expose(), "ab");
        assert_eq!(&text[token.place.span.range()], "'a\\u0062'");
        assert_eq!(doc.comments.len(), 1);
    }

    #[test]
    fn the_last_duplicate_counts() {
        assert_eq!(read("{a: 1, a: 2}").unwrap().root.get("a").unwrap().kind, NodeKind::Int(2));
    }

    #[test]
    fn depth_is_limited() {
        assert_eq!(read(&"[".repeat(100_000)).unwrap_err().message, "nested too deeply");
    }

    #[test]
    fn agrees_with_the_oracle_on_known_texts() {
        for text in [
            "{}",
            "[1,]",
            "[,]",
            "+.5e-3",
            "0x1F",
            "-0x1f",
            "01",
            "{a:1 b:2}",
            "'\\\n'",
            "'\\x41'",
            "\"\\q\"",
            "/**/1",
            "1//",
            "/*",
            "nul",
            "\u{feff}{}",
            "{\u{e9}: 1}",
            "{1a: 1}",
            "{if: 1}",
            "'\n'",
            "5.",
            ".",
            "5.e3",
            "1e",
            "{\\u0061b: 1}",
            "\"\u{2028}\"",
            "[1] 2",
            "",
            "  ",
            "'\\07'",
            "'\\0'",
            "{'a':[null,true,false]}",
            "\u{85}1",
        ] {
            assert_eq!(read(text).ok().map(|d| to_json(&d.root)), oracle(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_oracle(text in r#"[\[\]{},:'"\\ \n/*a-c0-9.eExu+$_-]{0,24}"#) {
            prop_assert_eq!(read(&text).ok().map(|d| to_json(&d.root)), oracle(&text));
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
