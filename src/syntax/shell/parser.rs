//! Reads a script in one pass.

use super::closing;
use super::tree::{
    Assignment, CaseArm, CommandKind, Expansion, HereText, Redirect, RedirectTo, ShellCommand, ShellFault,
    ShellProgram, SimpleCommand, Word, WordPiece,
};
use crate::text::source::Span;

/// Deepest nesting of commands and words.
const DEPTH: u32 = 48;

/// Reads a script.
#[must_use]
pub fn parse(text: &str) -> ShellProgram {
    let mut parser = Parser { text, at: 0, end: text.len(), depth: 0, here: Vec::new(), pending: Vec::new() };
    let mut commands = Vec::new();
    let fault = match parser.list(&[], &mut commands) {
        Ok(()) if parser.at < parser.end => Some(parser.fault("has a syntax error")),
        Ok(()) => None,
        Err(fault) => Some(fault),
    };
    ShellProgram { commands, here: parser.here, fault }
}

type Read<T> = Result<T, ShellFault>;

/// A `<<` whose text has not come yet.
struct PendingHere {
    number: usize,
    end: String,
    literal: bool,
    strips_tabs: bool,
}

/// What ends a run of pieces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PiecesEnd {
    /// White space or an operator.
    Word,
    /// `"`.
    Quote,
    /// `}` that stands in double quotes, or does not.
    Brace { quoted: bool },
    /// The end of the text.
    End,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    depth: u32,
    here: Vec<HereText>,
    pending: Vec<PendingHere>,
}

const SYNTAX: &str = "has a syntax error";

fn is_name_char(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic()) && text.chars().all(is_name_char)
}

fn ends_word(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')')
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..self.end]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn starts(&self, with: &str) -> bool {
        self.rest().starts_with(with)
    }

    fn eat(&mut self, what: &str) -> bool {
        let is_there = self.starts(what);
        self.at += if is_there { what.len() } else { 0 };
        is_there
    }

    fn fault(&self, message: &'static str) -> ShellFault {
        ShellFault { span: Span::new(self.at, (self.at + 1).min(self.end.max(self.at))), message }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == DEPTH {
            return Err(self.fault("is nested too deeply to be followed"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// White space and continued lines.
    fn blanks(&mut self) {
        while self.eat(" ") || self.eat("\t") || self.eat("\r") || self.eat("\\\n") || self.eat("\\\r\n") {}
        if self.starts("#") {
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    /// White space, comments and line ends; the texts of `<<` come after a line end.
    fn lines(&mut self) {
        loop {
            self.blanks();
            if !self.eat("\n") {
                return;
            }
            self.here_texts();
        }
    }

    fn here_texts(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let start = self.at;
            let mut stop = self.end;
            while self.at < self.end {
                let line_end = self.rest().find('\n').map_or(self.end, |n| self.at + n);
                let line = &self.text[self.at..line_end];
                let line = if pending.strips_tabs { line.trim_start_matches('\t') } else { line };
                let (begin, next) = (self.at, (line_end + 1).min(self.end));
                self.at = next;
                if line.trim_end_matches('\r') == pending.end {
                    stop = begin;
                    break;
                }
            }
            let span = Span::new(start, stop);
            let after = self.at;
            let pieces = if pending.literal {
                vec![WordPiece::Quoted(self.text[start..stop].to_owned())]
            } else {
                let (end, depth) = (self.end, self.depth);
                (self.at, self.end) = (start, stop);
                let pieces = self.pieces(PiecesEnd::End);
                (self.end, self.depth) = (end, depth);
                pieces.unwrap_or_else(|_| vec![WordPiece::Unknown])
            };
            self.at = after;
            let pieces = if pending.strips_tabs { without_tabs(pieces) } else { pieces };
            self.here[pending.number] = HereText { word: Word { pieces, span }, literal: pending.literal };
        }
    }

    /// The plain word that stands here, to tell a reserved one.
    fn reserved(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| ends_word(c) || matches!(c, '"' | '\'' | '\\' | '$' | '`'));
        let end = end.unwrap_or(rest.len());
        let ends = rest[end..].chars().next().is_none_or(ends_word);
        if ends { &rest[..end] } else { "" }
    }

    fn is_at(&self, ends: &[&str]) -> bool {
        ends.iter().any(|end| match *end {
            ")" | ";;" | ";&" => self.starts(end),
            end => self.reserved() == end,
        })
    }

    /// Commands up to one of these words, or the end.
    fn list(&mut self, ends: &[&str], out: &mut Vec<ShellCommand>) -> Read<()> {
        loop {
            self.lines();
            if self.at >= self.end || self.is_at(ends) || self.starts(")") {
                return Ok(());
            }
            let start = self.at;
            let command = self.and_or()?;
            self.blanks();
            let command = if self.starts("&") && !self.starts("&&") {
                self.at += 1;
                ShellCommand {
                    span: Span::new(start, self.at),
                    kind: CommandKind::Background(Box::new(command)),
                    redirects: Vec::new(),
                }
            } else {
                command
            };
            out.push(command);
            self.blanks();
            if self.is_at(ends) {
                return Ok(());
            }
            let separated = (!self.starts(";;") && self.eat(";"))
                || self.starts("\n")
                || self.at >= self.end
                || matches!(out.last(), Some(ShellCommand { kind: CommandKind::Background(_), .. }));
            if !separated && !self.starts(")") {
                return Err(self.fault(SYNTAX));
            }
        }
    }

    fn and_or(&mut self) -> Read<ShellCommand> {
        let start = self.at;
        let first = self.pipeline()?;
        let mut others = Vec::new();
        loop {
            self.blanks();
            let and = self.starts("&&");
            if !and && !self.starts("||") {
                break;
            }
            self.at += 2;
            self.lines();
            others.push((and, self.pipeline()?));
        }
        if others.is_empty() {
            return Ok(first);
        }
        let kind = CommandKind::AndOr(Box::new(first), others);
        Ok(ShellCommand { span: self.span_from(start), kind, redirects: Vec::new() })
    }

    fn span_from(&self, start: usize) -> Span {
        let written = self.text[start..self.at].trim_end();
        Span::new(start, start + written.len())
    }

    fn pipeline(&mut self) -> Read<ShellCommand> {
        let start = self.at;
        let mut negated = false;
        while self.reserved() == "!" {
            self.at += 1;
            negated = !negated;
            self.blanks();
        }
        let first = self.deeper(Self::command)?;
        let mut commands = vec![first];
        loop {
            self.blanks();
            if !self.starts("|") || self.starts("||") {
                break;
            }
            self.at += 1;
            _ = self.eat("&");
            self.lines();
            commands.push(self.deeper(Self::command)?);
        }
        match commands.pop() {
            Some(only) if commands.is_empty() && !negated => Ok(only),
            last => {
                commands.extend(last);
                let kind = CommandKind::Pipeline { negated, commands };
                Ok(ShellCommand { span: self.span_from(start), kind, redirects: Vec::new() })
            }
        }
    }

    fn command(&mut self) -> Read<ShellCommand> {
        self.blanks();
        let start = self.at;
        let word = self.reserved();
        let kind = match word {
            "{" => {
                self.at += 1;
                CommandKind::Group(self.body(&["}"])?)
            }
            "if" => self.conditional()?,
            "while" | "until" => {
                self.at += word.len();
                let condition = self.body(&["do"])?;
                CommandKind::Loop { condition, body: self.body(&["done"])? }
            }
            "for" | "select" => self.for_loop(word.len())?,
            "case" => self.case()?,
            "[[" => self.test()?,
            "function" => {
                self.at += word.len();
                self.blanks();
                let name = self.reserved().to_owned();
                self.at += name.len();
                self.blanks();
                if self.eat("(") {
                    self.blanks();
                    self.expect(")")?;
                }
                self.function(name)?
            }
            "then" | "else" | "elif" | "fi" | "do" | "done" | "esac" | "}" => {
                return Err(self.fault(SYNTAX));
            }
            _ if self.starts("((") => {
                self.parentheses()?;
                CommandKind::Arithmetic
            }
            _ if self.starts("(") => {
                self.at += 1;
                let mut commands = Vec::new();
                self.list(&[")"], &mut commands)?;
                self.expect(")")?;
                CommandKind::Subshell(commands)
            }
            _ => return self.simple(start),
        };
        let mut redirects = Vec::new();
        if !matches!(kind, CommandKind::Function { .. }) {
            loop {
                self.blanks();
                let Some(redirect) = self.redirect()? else { break };
                redirects.push(redirect);
            }
        }
        Ok(ShellCommand { span: self.span_from(start), kind, redirects })
    }

    fn expect(&mut self, what: &str) -> Read<()> {
        if self.eat(what) { Ok(()) } else { Err(self.fault(SYNTAX)) }
    }

    /// Commands up to one of these words, which is taken.
    fn body(&mut self, ends: &[&str]) -> Read<Vec<ShellCommand>> {
        let mut commands = Vec::new();
        self.list(ends, &mut commands)?;
        let word = self.reserved();
        if !ends.contains(&word) {
            return Err(self.fault(SYNTAX));
        }
        self.at += word.len();
        Ok(commands)
    }

    fn conditional(&mut self) -> Read<CommandKind> {
        self.at += "if".len();
        let mut branches = Vec::new();
        loop {
            let condition = self.body(&["then"])?;
            let mut body = Vec::new();
            self.list(&["elif", "else", "fi"], &mut body)?;
            branches.push((condition, body));
            let word = self.reserved();
            self.at += word.len();
            match word {
                "elif" => {}
                "else" => {
                    let otherwise = self.body(&["fi"])?;
                    return Ok(CommandKind::If { branches, otherwise });
                }
                "fi" => return Ok(CommandKind::If { branches, otherwise: Vec::new() }),
                _ => return Err(self.fault(SYNTAX)),
            }
        }
    }

    fn for_loop(&mut self, length: usize) -> Read<CommandKind> {
        self.at += length;
        self.blanks();
        if self.starts("((") {
            self.parentheses()?;
            self.blanks();
            _ = self.eat(";");
            self.lines();
            self.expect("do")?;
            return Ok(CommandKind::For { name: String::new(), words: None, body: self.body(&["done"])? });
        }
        let name = self.reserved().to_owned();
        if !is_name(&name) {
            return Err(self.fault(SYNTAX));
        }
        self.at += name.len();
        self.lines();
        let mut words = None;
        if self.reserved() == "in" {
            self.at += 2;
            let mut list = Vec::new();
            loop {
                self.blanks();
                let Some(word) = self.word()? else { break };
                list.push(word);
            }
            words = Some(list);
        }
        self.blanks();
        _ = self.eat(";");
        self.lines();
        if self.reserved() != "do" {
            return Err(self.fault(SYNTAX));
        }
        self.at += 2;
        Ok(CommandKind::For { name, words, body: self.body(&["done"])? })
    }

    fn case(&mut self) -> Read<CommandKind> {
        self.at += "case".len();
        self.blanks();
        let Some(word) = self.word()? else { return Err(self.fault(SYNTAX)) };
        self.lines();
        if self.reserved() != "in" {
            return Err(self.fault(SYNTAX));
        }
        self.at += 2;
        let mut arms = Vec::new();
        loop {
            self.lines();
            if self.reserved() == "esac" {
                self.at += "esac".len();
                return Ok(CommandKind::Case { word, arms });
            }
            _ = self.eat("(");
            let mut patterns = Vec::new();
            loop {
                self.blanks();
                let Some(pattern) = self.word()? else { return Err(self.fault(SYNTAX)) };
                patterns.push(pattern);
                self.blanks();
                if !self.eat("|") {
                    break;
                }
            }
            self.expect(")")?;
            let mut body = Vec::new();
            self.list(&["esac", ";;", ";&"], &mut body)?;
            arms.push(CaseArm { patterns, body });
            _ = self.eat(";;&") || self.eat(";;") || self.eat(";&");
        }
    }

    fn test(&mut self) -> Read<CommandKind> {
        self.at += 2;
        let mut words = Vec::new();
        loop {
            self.lines();
            if self.reserved() == "]]" {
                self.at += 2;
                return Ok(CommandKind::Test(words));
            }
            let start = self.at;
            let operator = ["&&", "||", "(", ")", "<", ">", "|", "&", ";"].iter().find(|o| self.eat(o));
            if let Some(operator) = operator {
                let pieces = vec![WordPiece::Plain((*operator).to_owned())];
                words.push(Word { pieces, span: Span::new(start, self.at) });
                continue;
            }
            match self.word()? {
                Some(word) => words.push(word),
                None => return Err(self.fault(SYNTAX)),
            }
        }
    }

    fn function(&mut self, name: String) -> Read<CommandKind> {
        self.lines();
        let body = Box::new(self.deeper(Self::command)?);
        Ok(CommandKind::Function { name, body })
    }

    fn simple(&mut self, start: usize) -> Read<ShellCommand> {
        let mut simple = SimpleCommand::default();
        loop {
            self.blanks();
            if let Some(redirect) = self.redirect()? {
                simple.redirects.push(redirect);
                continue;
            }
            if simple.words.is_empty()
                && let Some(assignment) = self.assignment()?
            {
                simple.assignments.push(assignment);
                continue;
            }
            let Some(word) = self.word()? else { break };
            if simple.words.is_empty()
                && simple.assignments.is_empty()
                && let Some(name) = word.plain().filter(|_| self.starts("("))
            {
                let name = name.to_owned();
                self.at += 1;
                self.blanks();
                self.expect(")")?;
                let kind = self.function(name)?;
                return Ok(ShellCommand { span: self.span_from(start), kind, redirects: Vec::new() });
            }
            simple.words.push(word);
        }
        if simple == SimpleCommand::default() {
            return Err(self.fault(SYNTAX));
        }
        let kind = CommandKind::Simple(simple);
        Ok(ShellCommand { span: self.span_from(start), kind, redirects: Vec::new() })
    }

    fn assignment(&mut self) -> Read<Option<Assignment>> {
        let (start, rest) = (self.at, self.rest());
        let length = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
        let name = &rest[..length];
        let sign = &rest[length..];
        let appends = sign.starts_with("+=");
        if !is_name(name) || !(appends || sign.starts_with('=')) {
            return Ok(None);
        }
        self.at += length + if appends { 2 } else { 1 };
        let value = if self.starts("(") {
            let from = self.at;
            self.parentheses()?;
            Word { pieces: vec![WordPiece::Unknown], span: Span::new(from, self.at) }
        } else {
            let from = self.at;
            self.word()?.unwrap_or_else(|| Word { pieces: Vec::new(), span: Span::new(from, from) })
        };
        Ok(Some(Assignment { name: name.to_owned(), appends, value, span: Span::new(start, self.at) }))
    }

    fn redirect(&mut self) -> Read<Option<Redirect>> {
        let start = self.at;
        let digits = self.rest().find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        let descriptor = self.rest()[..digits].parse().ok();
        self.at += digits;
        let to = if self.eat("<<<") {
            self.blanks();
            RedirectTo::HereString(self.redirect_word()?)
        } else if self.eat("<<") {
            let strips_tabs = self.eat("-");
            self.blanks();
            let end = self.redirect_word()?;
            let literal = end.pieces.iter().any(|piece| matches!(piece, WordPiece::Quoted(_)));
            let written = end.pieces.iter().map(|piece| match piece {
                WordPiece::Plain(text) | WordPiece::Quoted(text) => text.as_str(),
                _ => "",
            });
            let number = self.here.len();
            self.here.push(HereText::default());
            self.pending.push(PendingHere { number, end: written.collect(), literal, strips_tabs });
            RedirectTo::Here(number)
        } else if (self.starts("<(") || self.starts(">(")) && digits == 0 {
            // A word of its own: process substitution.
            return Ok(None);
        } else if self.eat("&>>") || self.eat("&>") {
            self.blanks();
            RedirectTo::Output { file: self.redirect_word()?, appends: true }
        } else if self.eat(">&") || self.eat("<&") {
            self.blanks();
            _ = self.redirect_word()?;
            RedirectTo::Descriptor
        } else if self.eat(">>") {
            self.blanks();
            RedirectTo::Output { file: self.redirect_word()?, appends: true }
        } else if self.eat(">|") || self.eat(">") {
            self.blanks();
            RedirectTo::Output { file: self.redirect_word()?, appends: false }
        } else if self.eat("<>") || self.eat("<") {
            self.blanks();
            RedirectTo::Input(self.redirect_word()?)
        } else {
            self.at = start;
            return Ok(None);
        };
        Ok(Some(Redirect { descriptor, to }))
    }

    fn redirect_word(&mut self) -> Read<Word> {
        self.word()?.ok_or_else(|| self.fault(SYNTAX))
    }

    fn word(&mut self) -> Read<Option<Word>> {
        let start = self.at;
        if self.starts("<(") || self.starts(">(") {
            self.at += 1;
            self.parentheses()?;
            return Ok(Some(Word { pieces: vec![WordPiece::Unknown], span: Span::new(start, self.at) }));
        }
        if self.peek().is_none_or(ends_word) {
            return Ok(None);
        }
        let pieces = self.pieces(PiecesEnd::Word)?;
        Ok(Some(Word { pieces, span: Span::new(start, self.at) }))
    }

    fn pieces(&mut self, until: PiecesEnd) -> Read<Vec<WordPiece>> {
        self.deeper(|parser| parser.pieces_here(until))
    }

    fn pieces_here(&mut self, until: PiecesEnd) -> Read<Vec<WordPiece>> {
        let quoted = !matches!(until, PiecesEnd::Word | PiecesEnd::Brace { quoted: false });
        let mut pieces = Vec::new();
        loop {
            let Some(c) = self.peek() else {
                return match until {
                    PiecesEnd::Word | PiecesEnd::End => Ok(pieces),
                    PiecesEnd::Quote => Err(self.fault("has a quote without an end")),
                    PiecesEnd::Brace { .. } => Err(self.fault("has a `${` without an end")),
                };
            };
            match (until, c) {
                (PiecesEnd::Word, c) if ends_word(c) => return Ok(pieces),
                (PiecesEnd::Quote, '"') | (PiecesEnd::Brace { .. }, '}') => {
                    self.at += 1;
                    return Ok(pieces);
                }
                _ => {}
            }
            self.at += c.len_utf8();
            match c {
                '\\' => self.backslash(until, quoted, &mut pieces),
                '\'' if !quoted => {
                    let Some(length) = self.rest().find('\'') else {
                        return Err(self.fault("has a quote without an end"));
                    };
                    pieces.push(WordPiece::Quoted(self.rest()[..length].to_owned()));
                    self.at += length + 1;
                }
                '"' if until != PiecesEnd::End => {
                    let inner = self.pieces(PiecesEnd::Quote)?;
                    if inner.is_empty() {
                        // So that "" is a word of its own.
                        push(&mut pieces, "", true);
                    }
                    pieces.extend(inner);
                }
                '`' => pieces.push(self.backticks(quoted)?),
                '$' => self.dollar(quoted, &mut pieces)?,
                _ => {
                    let rest = self.rest();
                    let stop = |c: char| matches!(c, '\\' | '\'' | '"' | '`' | '$' | '}') || ends_word(c);
                    let length = rest.find(stop).unwrap_or(rest.len());
                    let start = self.at - c.len_utf8();
                    self.at += length;
                    push(&mut pieces, &self.text[start..self.at], quoted);
                }
            }
        }
    }

    fn backslash(&mut self, until: PiecesEnd, quoted: bool, pieces: &mut Vec<WordPiece>) {
        let Some(next) = self.peek() else { return push(pieces, "\\", true) };
        let escapes = !quoted
            || matches!(next, '$' | '`' | '\\' | '\n')
            || (next == '"' && until != PiecesEnd::End)
            || (next == '}' && matches!(until, PiecesEnd::Brace { .. }));
        if !escapes {
            return push(pieces, "\\", true);
        }
        self.at += next.len_utf8();
        if next != '\n' {
            push(pieces, next.encode_utf8(&mut [0; 4]), true);
        }
    }

    /// `` ` … ` ``: with a backslash in it, it is not followed.
    fn backticks(&mut self, quoted: bool) -> Read<WordPiece> {
        let start = self.at;
        let Some(length) = closing::backquote(self.rest()) else {
            return Err(self.fault("has a backquote without an end"));
        };
        let stop = start + length;
        let piece = if self.text[start..stop].contains('\\') {
            WordPiece::Unknown
        } else {
            let end = std::mem::replace(&mut self.end, stop);
            let mut commands = Vec::new();
            let read = self.deeper(|parser| parser.list(&[], &mut commands));
            self.end = end;
            read?;
            WordPiece::Command { commands, quoted }
        };
        self.at = stop + 1;
        Ok(piece)
    }

    /// From the bracket here to the one that closes it; what is in it is not read.
    fn parentheses(&mut self) -> Read<()> {
        let Some(length) = closing::after_parentheses(self.rest()) else {
            return Err(self.fault("has a bracket without an end"));
        };
        self.at += length;
        Ok(())
    }

    /// What follows a `$`.
    fn dollar(&mut self, quoted: bool, pieces: &mut Vec<WordPiece>) -> Read<()> {
        let plain = |name: String| {
            WordPiece::Parameter(Expansion { name, operator: None, indirect: false, changed: false, quoted })
        };
        let Some(next) = self.peek() else {
            push(pieces, "$", true);
            return Ok(());
        };
        match next {
            c if is_name_char(c) && !c.is_ascii_digit() => {
                let rest = self.rest();
                let length = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
                self.at += length;
                pieces.push(plain(rest[..length].to_owned()));
            }
            '(' if self.starts("((") => {
                self.parentheses()?;
                pieces.push(WordPiece::Unknown);
            }
            '(' => {
                self.at += 1;
                let mut commands = Vec::new();
                self.deeper(|parser| parser.list(&[")"], &mut commands))?;
                self.expect(")")?;
                pieces.push(WordPiece::Command { commands, quoted });
            }
            '{' => {
                self.at += 1;
                pieces.push(self.braces(quoted)?);
            }
            '\'' if !quoted => {
                // bash's $'…': its escapes are not followed.
                self.at += 1;
                let Some(length) = self.rest().find('\'') else {
                    return Err(self.fault("has a quote without an end"));
                };
                let text = &self.rest()[..length];
                pieces.push(match text.contains('\\') {
                    true => WordPiece::Unknown,
                    false => WordPiece::Quoted(text.to_owned()),
                });
                self.at += length + 1;
            }
            '0'..='9' | '@' | '*' | '#' | '?' | '-' | '$' | '!' => {
                self.at += 1;
                pieces.push(plain(next.into()));
            }
            _ => push(pieces, "$", true),
        }
        Ok(())
    }

    fn braces(&mut self, quoted: bool) -> Read<WordPiece> {
        let until = PiecesEnd::Brace { quoted };
        let counts = self.starts("#") && !self.starts("#}");
        self.at += usize::from(counts);
        let indirect = self.eat("!");
        let rest = self.rest();
        let length = match rest.chars().next() {
            Some(c) if is_name_char(c) => rest.find(|c| !is_name_char(c)).unwrap_or(rest.len()),
            Some('@' | '*' | '#' | '?' | '-' | '$') => 1,
            _ => 0,
        };
        let name = rest[..length].to_owned();
        self.at += length;
        let blank_counts = self.starts(":");
        let operator = self.rest()[usize::from(blank_counts)..].chars().next();
        let mut expansion = Expansion { name, operator: None, indirect, changed: false, quoted };
        match operator {
            Some('}') if !blank_counts && !counts && length > 0 => self.at += 1,
            Some(operator @ ('-' | '=' | '?' | '+')) if !counts && length > 0 => {
                self.at += usize::from(blank_counts) + 1;
                let start = self.at;
                let pieces = self.pieces(until)?;
                let word = Word { pieces, span: Span::new(start, self.at - 1) };
                expansion.operator = Some((blank_counts, operator, word));
            }
            _ => {
                self.pieces(until)?;
                expansion.changed = true;
            }
        }
        Ok(WordPiece::Parameter(expansion))
    }
}

/// Adds characters to the last piece of their kind.
fn push(pieces: &mut Vec<WordPiece>, text: &str, quoted: bool) {
    match pieces.last_mut() {
        Some(WordPiece::Plain(last)) if !quoted => last.push_str(text),
        Some(WordPiece::Quoted(last)) if quoted => last.push_str(text),
        _ if quoted => pieces.push(WordPiece::Quoted(text.to_owned())),
        _ => pieces.push(WordPiece::Plain(text.to_owned())),
    }
}

/// `<<-` takes the tabs off the begin of every line.
fn without_tabs(pieces: Vec<WordPiece>) -> Vec<WordPiece> {
    let mut at_begin = true;
    let strip = |piece| {
        let (WordPiece::Quoted(text) | WordPiece::Plain(text)) = piece else {
            at_begin = false;
            return piece;
        };
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            out.push_str(if at_begin { line.trim_start_matches('\t') } else { line });
            at_begin = line.ends_with('\n');
        }
        WordPiece::Quoted(out)
    };
    pieces.into_iter().map(strip).collect()
}
