//! The dialect of Docker Compose: `.env`, `--env-file`, `env_file:`, `label_file:`.
//!
//! Follows compose-go `dotenv/parser.go`. After a line that cannot be read, the next one is read
//! all the same, so that one slip does not hide every other variable.

use super::{DotenvEntry, DotenvProblem, DotenvValue, Entries};
use crate::text::source::Span;

/// Reads a text.
#[must_use]
pub fn parse(text: &str) -> Entries {
    // BOM: `godotenv.go: parseWithLookup`.
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut parser = DotenvParser { text, at };
    let mut out = Entries::default();
    while parser.statement_start() {
        match parser.statement() {
            Ok(entry) => out.entries.push(entry),
            Err(problem) => {
                out.problems.push(problem);
                parser.skip_line();
            }
        }
    }
    out
}

struct DotenvParser<'a> {
    text: &'a str,
    at: usize,
}

/// `isSpace`: white space that does not end a line.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

impl<'a> DotenvParser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !what(c)).unwrap_or(rest.len());
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    /// Moves to the next statement, over white space and comments. False at the end.
    fn statement_start(&mut self) -> bool {
        loop {
            self.skip(char::is_whitespace);
            if !self.rest().starts_with('#') {
                return !self.rest().is_empty();
            }
            self.skip_line();
        }
    }

    fn statement(&mut self) -> Result<DotenvEntry, DotenvProblem> {
        let after_export = self.rest().strip_prefix("export");
        if after_export.is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '\u{c}', '\r'])) {
            self.at += "export".len();
            self.skip(is_blank);
        }
        let start = self.at;
        if self.rest().is_empty() {
            return Err(DotenvProblem {
                span: Span::new(start, start),
                message: "`export` names no variable",
            });
        }
        let mut end = start;
        let mut separator = None;
        for (offset, c) in self.rest().char_indices() {
            match c {
                c if is_blank(c) => {}
                '=' | ':' | '\n' => {
                    separator = Some(c);
                    end = start + offset;
                    break;
                }
                '_' | '.' | '-' | '[' | ']' => {}
                c if c.is_alphabetic() || c.is_numeric() => {}
                _ => {
                    let at = start + offset;
                    return Err(DotenvProblem {
                        span: Span::new(at, at + c.len_utf8()),
                        message: "unexpected character in a variable name",
                    });
                }
            }
        }
        // A name at the very end of the file without a line break is not seen as one: what is left
        // is then the value of the empty name.
        self.at = end + separator.map_or(0, char::len_utf8);
        let name = self.text[start..end].trim_end();
        let name_span = Span::new(start, start + name.len());
        if name.contains(' ') {
            return Err(DotenvProblem { span: name_span, message: "a variable name cannot contain a space" });
        }
        if separator == Some('\n') {
            let value_span = Span::new(end, end);
            return Ok(DotenvEntry {
                name: name.into(),
                name_span,
                value_span,
                value: DotenvValue::Inherited,
            });
        }
        self.skip(is_blank);
        let (value, value_span) = self.value()?;
        Ok(DotenvEntry { name: name.into(), name_span, value_span, value })
    }

    fn value(&mut self) -> Result<(DotenvValue, Span), DotenvProblem> {
        let start = self.at;
        let rest = self.rest();
        let quote = match rest.bytes().next() {
            Some(quote @ (b'"' | b'\'')) => quote,
            _ => {
                let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
                let value = line.split(" #").next().unwrap_or_default().trim_end();
                self.at = (start + line.len() + 1).min(self.text.len());
                let span = Span::new(start, start + value.len());
                return Ok((DotenvValue::Template(value.into()), span));
            }
        };
        let mut chars = String::new();
        let mut escaped = false;
        for (offset, c) in rest.char_indices().skip(1) {
            if c == char::from(quote) && !escaped {
                let end = start + offset + 1;
                self.at = end;
                let value = match quote {
                    b'"' => DotenvValue::Template(unescape(&chars).into()),
                    _ => DotenvValue::Literal(chars.into()),
                };
                return Ok((value, Span::new(start, end)));
            }
            if c == char::from(quote) {
                escaped = false;
            } else if c == '\\' && !escaped {
                escaped = true;
                continue;
            } else if escaped {
                escaped = false;
                chars.push('\\');
            }
            chars.push(c);
        }
        // The end of the first line, as nobody knows where the quote was meant to end.
        let end = start + rest.find('\n').unwrap_or(rest.len());
        Err(DotenvProblem { span: Span::new(start, end), message: "unterminated quoted value" })
    }
}

/// `expandEscapes`: what Go's `UnquoteChar` makes of `\a \b \f \n \r \t \v \" \\`, of `\0` with
/// three octal digits, and `$$` for `\$`. The rest stays as it is.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let plain = match rest.bytes().next() {
            Some(b'a') => "\u{7}",
            Some(b'b') => "\u{8}",
            Some(b'c') => "\\c",
            Some(b'f') => "\u{c}",
            Some(b'n') => "\n",
            Some(b'r') => "\r",
            Some(b't') => "\t",
            Some(b'v') => "\u{b}",
            Some(b'"') => "\"",
            Some(b'\\') => "\\",
            Some(b'$') => "$$",
            Some(b'0') => {
                let digits = rest.bytes().skip(1).take(3).take_while(u8::is_ascii_digit).count();
                let octal = &rest[1..=digits];
                match u8::from_str_radix(octal, 8) {
                    Ok(byte) if digits == 3 => out.push(char::from(byte)),
                    // The zero is dropped even then.
                    _ => {
                        out.push('\\');
                        out.push_str(octal);
                    }
                }
                rest = &rest[1 + digits..];
                continue;
            }
            _ => {
                out.push('\\');
                continue;
            }
        };
        out.push_str(plain);
        rest = &rest[1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let parsed = parse(text);
        assert_eq!(parsed.problems, [], "{text}");
        let text_of = |value: &DotenvValue| match value {
            DotenvValue::Inherited => "(inherited)".to_owned(),
            DotenvValue::Literal(text) => format!("'{text}"),
            DotenvValue::Template(text) => text.to_string(),
        };
        parsed.entries.iter().map(|e| (e.name.to_string(), text_of(&e.value))).collect()
    }

    fn one(text: &str, name: &str, value: &str) {
        assert_eq!(pairs(text), [(name.to_owned(), value.to_owned())], "{text}");
    }

    #[test]
    fn unquoted() {
        one("A=b", "A", "b");
        one("\u{feff}export A = b # c\r\n", "A", "b");
        one("A: b#c", "A", "b#c");
        one("A= #x", "A", "#x");
        one("A.b-c[0]=1\\n", "A.b-c[0]", "1\\n");
        one("=x", "", "x");
        one("A\n", "A", "(inherited)");
        one("A", "", "A");
    }

    #[test]
    fn quoted() {
        one("A=\"x\\n\\\"\\$y\"", "A", "x\n\"$$y");
        one("A=\"\\0101\\0\\q\"", "A", "A\\\\q");
        one("A='a\\n\\'$b\nc'", "A", "'a\\n'$b\nc");
        let two = pairs("A=\"x\" B=2");
        assert_eq!(two[1], ("B".to_owned(), "2".to_owned()));
    }

    #[test]
    fn a_bad_line_does_not_hide_the_next() {
        let parsed = parse("A B=1\na/b=2\nC=3\nD=\"x\n");
        assert_eq!(parsed.problems.len(), 3);
        assert_eq!(parsed.entries.len(), 1);
        assert_eq!(parsed.entries[0].value_span, Span::new(14, 15));
        assert!(format!("{parsed:?}").contains("Template(1 bytes)"));
    }
}
