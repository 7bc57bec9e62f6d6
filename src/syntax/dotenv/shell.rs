//! What `set -a; . ./.env` gives in a POSIX shell.
//!
//! Follows dash where POSIX leaves a choice; `tests/dotenv_oracles.rs` asks the real one. Nothing
//! is run: a line that would run a command says so, and what only running could tell is unknown.

mod words;

use super::DotenvProblem;
use crate::text::{secret::Text, source::Span};
use std::collections::HashMap;
use words::{ShellWord, Stop, WordPart, WordReader};

/// Longest value that expansion may make.
const LONGEST: usize = 1 << 20;
/// All that expansion may make in one text.
const MOST: usize = 16 << 20;

/// What a text does, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Script {
    /// The assignments, those without effect included.
    pub assignments: Vec<ShellAssignment>,
    /// Lines that run a command, and where the shell gives up.
    pub problems: Vec<DotenvProblem>,
    /// The shell gives up at the last problem: nothing that follows is read.
    pub stops: bool,
}

/// One `NAME=value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShellAssignment {
    /// The name.
    pub name: Box<str>,
    /// Where the name is written.
    pub name_span: Span,
    /// Where the value is written, quotes included.
    pub value_span: Span,
    /// What it does.
    pub effect: Effect,
}

/// What an assignment does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// The variable has this value from here on.
    Sets(Text),
    /// The variable is set, to what only running the line could tell; a phrase says why.
    Unknown(&'static str),
    /// Nothing that lasts; a phrase says why.
    Nothing(&'static str),
}

const RUNS: &str = "runs a command";
const FOR_A_COMMAND: &str = "runs a command, and sets it for that command only";
const SUBSHELL: &str = "sets it in another process only";

/// The special built-ins: assignments in front of them last, POSIX 2.14.
const SPECIAL: &[&str] = &[
    ":", ".", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift",
    "times", "trap", "unset",
];

/// Reads a text; `outer` is the environment that the shell starts with.
#[must_use]
pub fn parse(text: &str, outer: &dyn Fn(&str) -> Option<Text>) -> Script {
    let mut shell = Shell {
        reader: WordReader::new(text),
        outer,
        known: HashMap::new(),
        made: 0,
        out: Script::default(),
    };
    while let Err(stop) = shell.commands() {
        shell.problem(stop.span, stop.message);
        if stop.ends {
            shell.out.stops = true;
            break;
        }
    }
    shell.out
}

struct Shell<'a> {
    reader: WordReader<'a>,
    outer: &'a dyn Fn(&str) -> Option<Text>,
    known: HashMap<String, ShellValue>,
    made: usize,
    out: Script,
}

/// The value of a variable or a word, or why it is not known.
type ShellValue = Result<String, &'static str>;

/// How a command ends, as far as it matters for what it sets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Plain,
    Subshell,
    Redirected,
}

impl Shell<'_> {
    fn problem(&mut self, span: Span, message: &'static str) {
        self.out.problems.push(DotenvProblem { span, message });
    }

    fn commands(&mut self) -> Result<(), Stop> {
        while self.reader.next_command() {
            let mut words = Vec::new();
            let start = self.reader.at;
            while let Some(word) = self.reader.word()? {
                if words.is_empty() {
                    self.refuse_reserved(&word)?;
                }
                words.push(word);
            }
            let ending = self.ending(words.is_empty(), start)?;
            self.run(&words, ending)?;
        }
        Ok(())
    }

    fn refuse_reserved(&self, word: &ShellWord) -> Result<(), Stop> {
        let Some(text) = word.plain() else { return Ok(()) };
        match text {
            "}" | "do" | "done" | "elif" | "else" | "esac" | "fi" | "then" => {
                Err(Stop::at(word.span, "is a syntax error in a shell"))
            }
            "{" | "!" | "case" | "for" | "if" | "until" | "while" => {
                Err(Stop::at(word.span, "is a program of the shell, which is not followed here"))
            }
            _ => Ok(()),
        }
    }

    /// What stands after the words of a command.
    fn ending(&mut self, empty: bool, start: usize) -> Result<Ending, Stop> {
        let at = self.reader.at;
        let Some(operator) = self.reader.peek().filter(|c| *c != '\n') else { return Ok(Ending::Plain) };
        let span = Span::new(at, at + 1);
        let doubled = self.reader.text[at + 1..].starts_with(operator);
        let redirects = matches!(operator, '<' | '>');
        if matches!(operator, '(' | ')') || (empty && !redirects) || (operator == ';' && doubled) {
            return Err(Stop::at(Span::new(start, at + 1), "is a syntax error in a shell"));
        }
        if redirects {
            self.reader.skip_line();
            self.problem(span, "reads or writes a file");
            return Ok(Ending::Redirected);
        }
        self.reader.at += if doubled { 2 } else { 1 };
        Ok(match (operator, doubled) {
            ('&', false) | ('|', false) => Ending::Subshell,
            ('&' | '|', true) => Ending::Redirected,
            _ => Ending::Plain,
        })
    }

    fn run(&mut self, words: &[ShellWord], ending: Ending) -> Result<(), Stop> {
        let own = words.iter().take_while(|w| w.assignment().is_some()).count();
        let (assignments, rest) = words.split_at(own);
        let mut fields = Vec::new();
        for (index, word) in rest.iter().enumerate() {
            // `export` takes assignments as they are; anything else has its fields split.
            let exports = index > 0 && matches!(rest[0].plain(), Some("export" | "readonly"));
            if !(exports && word.assignment().is_some()) {
                let value = self.expand(&word.parts)?;
                word.fields(&value, &mut fields);
            }
        }
        let command = match fields.first() {
            None => None,
            Some(Ok(name)) => Some(name.as_str()),
            Some(Err(_)) => Some(""),
        };
        let declares = matches!(command, Some("export" | "readonly"));
        let lasts = command.is_none_or(|c| SPECIAL.contains(&c));
        for word in assignments {
            self.assign(word, ending, lasts)?;
        }
        if declares {
            if rest[0].plain() != command {
                return Err(Stop::at(rest[0].span, "is a program of the shell, which is not followed here"));
            }
            for word in &rest[1..] {
                match word.assignment() {
                    Some(_) => self.assign(word, ending, true)?,
                    None => self.declared(word)?,
                }
            }
        } else if let (Some(command), Some(first)) = (command, rest.first())
            && command != ":"
        {
            self.problem(first.span, RUNS);
        }
        Ok(())
    }

    /// A word of `export` that is no assignment: it only marks a name, which `set -a` does anyway.
    fn declared(&mut self, word: &ShellWord) -> Result<(), Stop> {
        let written = |p: &WordPart| matches!(p, WordPart::Plain(_) | WordPart::Quoted(_));
        if !word.parts.iter().all(written) {
            return Err(Stop::at(word.span, "exports what an expansion gives, which is not followed here"));
        }
        let Ok(field) = self.expand(&word.parts)? else { return Ok(()) };
        if field.starts_with('-') {
            return Err(Stop::at(word.span, "gives `export` an option, which is not followed here"));
        }
        let (name, value) = field.split_once('=').map_or((&*field, None), |(n, v)| (n, Some(v)));
        if !words::is_name(name) {
            return Err(Stop::at(word.span, "exports what is no name"));
        }
        if let Some(value) = value {
            self.set(name, word.span, word.span, Ok(value.to_owned()), Ending::Plain, true);
        }
        Ok(())
    }

    fn assign(&mut self, word: &ShellWord, ending: Ending, lasts: bool) -> Result<(), Stop> {
        let Some((name, value_start)) = word.assignment() else { return Ok(()) };
        let start = word.span.start as usize;
        let name_span = Span::new(start, start + name.len());
        let value_span = Span { start: value_start, end: word.span.end };
        let value = self.assigned(word, name.len() + 1)?;
        self.set(name, name_span, value_span, value, ending, lasts);
        Ok(())
    }

    fn set(
        &mut self,
        name: &str,
        name_span: Span,
        value_span: Span,
        value: ShellValue,
        ending: Ending,
        lasts: bool,
    ) {
        let effect = match (ending, lasts) {
            (Ending::Subshell, _) => Effect::Nothing(SUBSHELL),
            (_, false) => Effect::Nothing(FOR_A_COMMAND),
            (Ending::Redirected, _) => Effect::Unknown("depends on what runs next to it"),
            (Ending::Plain, true) => match &value {
                Ok(text) => Effect::Sets(text.as_str().into()),
                Err(why) => Effect::Unknown(why),
            },
        };
        match &effect {
            Effect::Nothing(_) => {}
            Effect::Unknown(why) => _ = self.known.insert(name.to_owned(), Err(*why)),
            Effect::Sets(_) => _ = self.known.insert(name.to_owned(), value),
        }
        self.out.assignments.push(ShellAssignment { name: name.into(), name_span, value_span, effect });
    }

    /// The value of an assignment word: what follows the sign, with `~` expanded.
    fn assigned(&mut self, word: &ShellWord, skip: usize) -> Result<ShellValue, Stop> {
        let mut parts = word.parts.clone();
        if let Some(WordPart::Plain(first)) = parts.first_mut() {
            first.drain(..skip);
        }
        let mut begins = true;
        for index in 0..parts.len() {
            let ends_word = parts.get(index + 1).is_none();
            let WordPart::Plain(text) = &parts[index] else {
                begins = false;
                continue;
            };
            let mut out = String::new();
            let mut pieces = text.split(':').peekable();
            while let Some(piece) = pieces.next() {
                let whole = pieces.peek().is_some() || ends_word;
                match piece.strip_prefix('~').filter(|_| begins) {
                    Some(rest) if rest.starts_with('/') || (rest.is_empty() && whole) => {
                        match self.variable("HOME") {
                            Some(Ok(home)) => out.push_str(&home),
                            Some(Err(why)) => return Ok(Err(why)),
                            None => out.push('~'),
                        }
                        out.push_str(rest);
                    }
                    // Another user's home; a quote right after it keeps it as it is.
                    Some(rest) if whole || rest.contains('/') => return Ok(Err("names a user's home")),
                    _ => out.push_str(piece),
                }
                if pieces.peek().is_some() {
                    out.push(':');
                    begins = true;
                }
            }
            begins = begins && text.ends_with(':');
            parts[index] = WordPart::Plain(out);
        }
        self.expand(&parts)
    }

    fn variable(&self, name: &str) -> Option<ShellValue> {
        let known = self.known.get(name).cloned();
        known.or_else(|| (self.outer)(name).map(|v| Ok(v.expose().to_owned())))
    }

    fn expand(&mut self, parts: &[WordPart]) -> Result<ShellValue, Stop> {
        let mut out: ShellValue = Ok(String::new());
        for part in parts {
            let piece: ShellValue = match part {
                WordPart::Plain(text) | WordPart::Quoted(text) => Ok(text.clone()),
                WordPart::Runs => Err(RUNS),
                WordPart::Unknown(why) => Err(why),
                WordPart::Bad(span) => return Err(Stop::at(*span, "is a bad substitution in a shell")),
                WordPart::Parameter { name, operator, word, span } => {
                    self.parameter(name, *operator, word, *span)?
                }
            };
            match (&mut out, piece) {
                (Ok(text), Ok(piece)) => {
                    self.made += piece.len();
                    if text.len() + piece.len() > LONGEST || self.made > MOST {
                        return Err(Stop::at(Span::default(), "makes too long a value"));
                    }
                    text.push_str(&piece);
                }
                (Ok(_), Err(why)) => out = Err(why),
                (Err(_), _) => {}
            }
        }
        Ok(out)
    }

    fn parameter(
        &mut self,
        name: &str,
        operator: Option<(bool, char)>,
        word: &[WordPart],
        span: Span,
    ) -> Result<ShellValue, Stop> {
        let found = self.variable(name);
        let Some((blank_counts, operator)) = operator else { return Ok(found.unwrap_or(Ok(String::new()))) };
        let filled = match &found {
            Some(Ok(text)) => !(blank_counts && text.is_empty()),
            Some(Err(why)) if blank_counts => return Ok(Err(why)),
            Some(Err(_)) => true,
            None => false,
        };
        match (operator, filled) {
            ('+', true) | ('-', false) => self.expand(word),
            ('+', false) => Ok(Ok(String::new())),
            ('=', false) => {
                let value = self.expand(word)?;
                self.known.insert(name.to_owned(), value.clone());
                Ok(value)
            }
            ('?', false) => Err(Stop::at(span, "requires a variable that is not set")),
            _ => Ok(found.unwrap_or(Ok(String::new()))),
        }
    }
}

#[cfg(test)]
mod tests;
