//! What a script is made of.

use crate::text::source::Span;

/// A script.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShellProgram {
    /// Its commands, in order.
    pub commands: Vec<ShellCommand>,
    /// The texts of its `<<` redirections, by their numbers.
    pub here: Vec<HereText>,
    /// Where and why reading ended before the text did.
    pub fault: Option<ShellFault>,
}

/// What no shell takes, or what is not read here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShellFault {
    /// Where.
    pub span: Span,
    /// A phrase that goes on «the script».
    pub message: &'static str,
}

/// A command with everything that belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShellCommand {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub kind: CommandKind,
    /// Redirections of a compound command; those of a simple one are its own.
    pub redirects: Vec<Redirect>,
}

/// The kinds of [`ShellCommand`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CommandKind {
    /// A program or built-in with its words, or assignments alone.
    Simple(SimpleCommand),
    /// `a && b || c`: each further command with whether `&&` stands before it.
    AndOr(Box<ShellCommand>, Vec<(bool, ShellCommand)>),
    /// `a | b`; also `! a`, which has one command.
    Pipeline {
        /// `!` stands before it.
        negated: bool,
        /// At least one.
        commands: Vec<ShellCommand>,
    },
    /// `a &`.
    Background(Box<ShellCommand>),
    /// `{ …; }`.
    Group(Vec<ShellCommand>),
    /// `( … )`.
    Subshell(Vec<ShellCommand>),
    /// `if`, with a condition and a body for each branch.
    If {
        /// `if` and every `elif`.
        branches: Vec<(Vec<ShellCommand>, Vec<ShellCommand>)>,
        /// `else`.
        otherwise: Vec<ShellCommand>,
    },
    /// `while` and `until`.
    Loop {
        /// The condition.
        condition: Vec<ShellCommand>,
        /// The body.
        body: Vec<ShellCommand>,
    },
    /// `for NAME in …`.
    For {
        /// The variable.
        name: String,
        /// What it goes through; none for the positional parameters.
        words: Option<Vec<Word>>,
        /// The body.
        body: Vec<ShellCommand>,
    },
    /// `case`.
    Case {
        /// What is compared.
        word: Word,
        /// The arms, in order.
        arms: Vec<CaseArm>,
    },
    /// `name() …`.
    Function {
        /// Its name.
        name: String,
        /// What it does.
        body: Box<ShellCommand>,
    },
    /// `[[ … ]]`, as words.
    Test(Vec<Word>),
    /// `(( … ))`.
    Arithmetic,
}

/// One arm of `case`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseArm {
    /// The patterns before `)`.
    pub patterns: Vec<Word>,
    /// The body.
    pub body: Vec<ShellCommand>,
}

/// A command without others in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SimpleCommand {
    /// `NAME=value` in front of the words.
    pub assignments: Vec<Assignment>,
    /// The program and its words; none for assignments alone.
    pub words: Vec<Word>,
    /// Redirections.
    pub redirects: Vec<Redirect>,
}

/// `NAME=value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// The name.
    pub name: String,
    /// `+=`.
    pub appends: bool,
    /// The value.
    pub value: Word,
    /// All of it.
    pub span: Span,
}

/// A redirection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redirect {
    /// The file descriptor; the operator's own without one.
    pub descriptor: Option<u32>,
    /// Where to, or from.
    pub to: RedirectTo,
}

/// Where a [`Redirect`] leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RedirectTo {
    /// `> FILE`, `>> FILE`.
    Output {
        /// The file.
        file: Word,
        /// `>>`.
        appends: bool,
    },
    /// `< FILE`.
    Input(Word),
    /// `<<WORD`: the number of the text in [`ShellProgram::here`].
    Here(usize),
    /// `<<< WORD`.
    HereString(Word),
    /// `>&2` and the like.
    Descriptor,
}

/// The text of a `<<` redirection.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HereText {
    /// Its text; in one piece where nothing is expanded.
    pub word: Word,
    /// Its end was quoted: nothing is expanded in it.
    pub literal: bool,
}

/// A word.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Word {
    /// What it is made of, in order.
    pub pieces: Vec<WordPiece>,
    /// Where it is written.
    pub span: Span,
}

/// A piece of a [`Word`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WordPiece {
    /// Characters outside of quotes.
    Plain(String),
    /// Characters in quotes, or after a backslash.
    Quoted(String),
    /// `$NAME`, `${NAME…}`, `$1`, `$@`.
    Parameter(Expansion),
    /// `$( … )` and `` ` … ` ``.
    Command {
        /// What is run.
        commands: Vec<ShellCommand>,
        /// It stands in double quotes.
        quoted: bool,
    },
    /// What is not followed: arithmetic, arrays, process substitution.
    Unknown,
}

/// The expansion of a parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expansion {
    /// The parameter: a name, a number, or one of `@*#?-$!`.
    pub name: String,
    /// `-`, `=`, `?`, `+` with its word, with whether an empty value counts as none (`:-`).
    pub operator: Option<(bool, char, Word)>,
    /// `${!NAME}`: of the variable whose name it holds.
    pub indirect: bool,
    /// It is changed by something else (`%`, `#`, `/`, `^`, an index): the value is not known.
    pub changed: bool,
    /// It stands in double quotes.
    pub quoted: bool,
}

impl Word {
    /// The characters, where it is nothing but plain ones.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [WordPiece::Plain(text)] => Some(text),
            _ => None,
        }
    }
}

impl ShellCommand {
    /// The simple command that it is.
    #[must_use]
    pub fn simple(&self) -> Option<&SimpleCommand> {
        match &self.kind {
            CommandKind::Simple(simple) => Some(simple),
            _ => None,
        }
    }
}
