//! The words of a shell's command, cut and unquoted, not expanded yet.

use super::ShellValue;
use crate::{syntax::shell::closing, text::source::Span};

/// Deepest nesting of words in words.
const DEPTH: u32 = 64;

/// Where and why the shell gives up, or this reader does.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) span: Span,
    pub(super) message: &'static str,
    pub(super) ends: bool,
}

impl Stop {
    pub(super) fn at(span: Span, message: &'static str) -> Self {
        Self { span, message, ends: true }
    }
}

/// A part of a word.
#[derive(Clone)]
pub(super) enum WordPart {
    /// Characters outside of quotes.
    Plain(String),
    /// Characters in quotes, or after a backslash.
    Quoted(String),
    /// `$NAME` and `${NAME…}`; the operator with whether a blank value counts as none.
    Parameter { name: String, operator: Option<(bool, char)>, word: Vec<WordPart>, span: Span },
    /// Command substitution.
    Runs,
    /// What only the running shell knows.
    Unknown(&'static str),
    /// What the shell gives up at.
    Bad(Span),
}

pub(super) struct ShellWord {
    pub(super) parts: Vec<WordPart>,
    pub(super) span: Span,
}

impl ShellWord {
    /// The characters, when the word is nothing but plain ones.
    pub(super) fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [WordPart::Plain(text)] => Some(text),
            _ => None,
        }
    }

    /// The name that the word assigns to, and where its value starts.
    pub(super) fn assignment(&self) -> Option<(&str, u32)> {
        let Some(WordPart::Plain(text)) = self.parts.first() else { return None };
        let (name, _) = text.split_once('=').filter(|(name, _)| is_name(name))?;
        let length = u32::try_from(name.len() + 1).unwrap_or(u32::MAX);
        Some((name, (self.span.start + length).min(self.span.end)))
    }

    /// Splits what the word expands to: what is quoted or written stays together here, as only the
    /// first field and whether there is one matter.
    pub(super) fn fields(&self, value: &ShellValue, fields: &mut Vec<ShellValue>) {
        let written = self.parts.iter().any(|p| matches!(p, WordPart::Plain(_) | WordPart::Quoted(_)));
        match value {
            Ok(text) if written => fields.push(Ok(text.clone())),
            Ok(text) => {
                let parts = text.split([' ', '\t', '\n']).filter(|f| !f.is_empty());
                fields.extend(parts.map(|f| Ok(f.to_owned())));
            }
            Err(why) => fields.push(Err(why)),
        }
    }
}

pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic()) && name.chars().all(is_name_char)
}

fn is_name_char(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// What ends a run of parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// White space, a line end, an operator.
    Word,
    /// `"`.
    Quote,
    /// `}`; inside of double quotes or not.
    Brace { quoted: bool },
}

pub(super) struct WordReader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: u32,
}

impl<'a> WordReader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            if rest.starts_with("\\\n") {
                self.at += 2;
            } else if rest.starts_with([' ', '\t']) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Moves to the next command, over line ends and comments. False at the end.
    pub(super) fn next_command(&mut self) -> bool {
        loop {
            self.skip_blanks();
            match self.peek() {
                None => return false,
                Some('\n') => self.at += 1,
                Some('#') => self.skip_line(),
                Some(_) => return true,
            }
        }
    }

    /// The next word of the command, if it has one.
    pub(super) fn word(&mut self) -> Result<Option<ShellWord>, Stop> {
        self.skip_blanks();
        let start = self.at;
        match self.peek() {
            Some('#') => {
                self.skip_line();
                return Ok(None);
            }
            None | Some('\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')') => return Ok(None),
            Some(_) => {}
        }
        let parts = self.parts(Until::Word, start)?;
        Ok(Some(ShellWord { parts, span: Span::new(start, self.at) }))
    }

    fn parts(&mut self, until: Until, start: usize) -> Result<Vec<WordPart>, Stop> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Stop::at(Span::new(start, self.at), "is nested too deeply to be followed"));
        }
        let mut parts = Vec::new();
        loop {
            let Some(c) = self.peek() else {
                if until == Until::Word {
                    break;
                }
                let first = self.text[start..].find('\n').unwrap_or(self.text.len() - start);
                let what = if until == Until::Quote { "unterminated quote" } else { "unterminated `${`" };
                return Err(Stop::at(Span::new(start, start + first), what));
            };
            match (until, c) {
                (Until::Word, ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')') => break,
                (Until::Quote, '"') | (Until::Brace { .. }, '}') => {
                    self.at += 1;
                    break;
                }
                _ => self.part(until, c, &mut parts)?,
            }
        }
        self.depth -= 1;
        Ok(parts)
    }

    fn part(&mut self, until: Until, c: char, parts: &mut Vec<WordPart>) -> Result<(), Stop> {
        let quoted = matches!(until, Until::Quote | Until::Brace { quoted: true });
        let start = self.at;
        self.at += c.len_utf8();
        match c {
            '\\' => self.backslash(until, quoted, parts),
            '\'' if !quoted => {
                let Some(length) = self.rest().find('\'') else {
                    let first = self.text[start..].find('\n').unwrap_or(self.text.len() - start);
                    return Err(Stop::at(Span::new(start, start + first), "unterminated quote"));
                };
                parts.push(WordPart::Quoted(self.rest()[..length].to_owned()));
                self.at += length + 1;
            }
            '"' => {
                // So that "" is a field of its own.
                parts.push(WordPart::Quoted(String::new()));
                parts.extend(self.parts(Until::Quote, start)?);
            }
            '`' => {
                self.backticks(start)?;
                parts.push(WordPart::Runs);
            }
            '$' => {
                let part = self.dollar(quoted, start)?;
                parts.push(part);
            }
            c => push(parts, c, quoted),
        }
        Ok(())
    }

    fn backslash(&mut self, until: Until, quoted: bool, parts: &mut Vec<WordPart>) {
        let Some(next) = self.peek() else {
            parts.push(WordPart::Quoted("\\".into()));
            return;
        };
        let escapes = !quoted
            || matches!(next, '$' | '`' | '"' | '\\' | '\n')
            || (next == '}' && matches!(until, Until::Brace { .. }));
        if escapes {
            self.at += next.len_utf8();
        }
        match next {
            '\n' => {}
            _ if escapes => parts.push(WordPart::Quoted(next.into())),
            _ => parts.push(WordPart::Quoted("\\".into())),
        }
    }

    fn backticks(&mut self, start: usize) -> Result<(), Stop> {
        let close = closing::backquote(self.rest());
        let unterminated = || Stop::at(Span::new(start, start + 1), "unterminated command substitution");
        self.at += close.ok_or_else(unterminated)? + 1;
        Ok(())
    }

    /// To the bracket that closes; what is in it is a program and not read.
    fn parentheses(&mut self, start: usize) -> Result<(), Stop> {
        let after = closing::after_parentheses(self.rest());
        let unterminated = || Stop::at(Span::new(start, start + 2), "unterminated command substitution");
        self.at += after.ok_or_else(unterminated)?;
        Ok(())
    }

    /// What follows a `$`.
    fn dollar(&mut self, quoted: bool, start: usize) -> Result<WordPart, Stop> {
        let Some(next) = self.peek() else { return Ok(WordPart::Quoted("$".into())) };
        if is_name_char(next) && !next.is_ascii_digit() {
            let mut name = self.take(is_name_char);
            // The shell joins continued lines before it looks for names.
            while self.rest().starts_with("\\\n") {
                self.at += 2;
                name.push_str(&self.take(is_name_char));
            }
            let span = Span::new(start, self.at);
            return Ok(WordPart::Parameter { name, operator: None, word: Vec::new(), span });
        }
        match next {
            '(' => {
                let arithmetic = self.rest().starts_with("((");
                self.parentheses(start)?;
                Ok(if arithmetic { WordPart::Unknown("calculates") } else { WordPart::Runs })
            }
            '{' => {
                self.at += 1;
                self.braces(quoted, start)
            }
            '0'..='9' | '@' | '*' | '#' | '?' | '-' | '$' | '!' => {
                self.at += 1;
                Ok(WordPart::Unknown("uses a parameter of the shell"))
            }
            _ => Ok(WordPart::Quoted("$".into())),
        }
    }

    fn take(&mut self, what: impl Fn(char) -> bool) -> String {
        let length = self.rest().find(|c| !what(c)).unwrap_or(self.rest().len());
        let taken = self.rest()[..length].to_owned();
        self.at += length;
        taken
    }

    fn braces(&mut self, quoted: bool, start: usize) -> Result<WordPart, Stop> {
        let name = self.take(is_name_char);
        let named = is_name(&name);
        let own = !name.is_empty() && !named;
        let blank_counts = self.rest().starts_with(':');
        let after = self.at + usize::from(blank_counts);
        let operator = self.text[after..].chars().next();
        let until = Until::Brace { quoted };
        match operator {
            Some('}') if !blank_counts && !name.is_empty() => {
                self.at += 1;
                let span = Span::new(start, self.at);
                if own {
                    return Ok(WordPart::Unknown("uses a parameter of the shell"));
                }
                Ok(WordPart::Parameter { name, operator: None, word: Vec::new(), span })
            }
            Some(c @ ('-' | '=' | '?' | '+')) if !name.is_empty() => {
                self.at = after + 1;
                let word = self.parts(until, start)?;
                let span = Span::new(start, self.at);
                if own {
                    return Ok(WordPart::Unknown("uses a parameter of the shell"));
                }
                Ok(WordPart::Parameter { name, operator: Some((blank_counts, c)), word, span })
            }
            Some('%' | '#') if !blank_counts && !name.is_empty() => {
                self.parts(until, start)?;
                Ok(WordPart::Unknown("cuts a value by a pattern"))
            }
            _ => {
                let special = name.is_empty() && self.rest().starts_with(['#', '@', '*', '?', '-', '$', '!']);
                self.parts(until, start)?;
                let span = Span::new(start, self.at);
                Ok(if special {
                    WordPart::Unknown("uses a parameter of the shell")
                } else {
                    WordPart::Bad(span)
                })
            }
        }
    }
}

/// Adds a character to the last part of its kind.
fn push(parts: &mut Vec<WordPart>, c: char, quoted: bool) {
    match parts.last_mut() {
        Some(WordPart::Plain(text)) if !quoted => text.push(c),
        Some(WordPart::Quoted(text)) if quoted => text.push(c),
        _ if quoted => parts.push(WordPart::Quoted(c.into())),
        _ => parts.push(WordPart::Plain(c.into())),
    }
}
