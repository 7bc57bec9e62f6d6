//! The dialects of `KEY=value` files. They differ where it hurts: what ends a value, what a quote
//! does, whether `$` means anything.

pub mod compare;
pub mod compose;
pub mod node;
pub mod raw;
pub mod shell;

use crate::text::source::Span;

/// One line that says something about a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DotenvEntry {
    /// The name; empty for a line such as `=x`.
    pub name: Box<str>,
    /// Where the name is written.
    pub name_span: Span,
    /// Where the value is written, quotes included; empty when there is none.
    pub value_span: Span,
    /// What it is set to.
    pub value: DotenvValue,
}

/// What a line sets its name to.
#[derive(Clone, PartialEq, Eq)]
pub enum DotenvValue {
    /// Nothing is said: the value is taken from the environment, if it is there.
    Inherited,
    /// These characters.
    Literal(Box<str>),
    /// What these characters evaluate to, see [`super::interpolate`].
    Template(Box<str>),
}

impl std::fmt::Debug for DotenvValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Inherited => f.write_str("Inherited"),
            Self::Literal(text) => write!(f, "Literal({} bytes)", text.len()),
            Self::Template(text) => write!(f, "Template({} bytes)", text.len()),
        }
    }
}

/// A line that cannot be read. Holds nothing of the line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DotenvProblem {
    /// Where.
    pub span: Span,
    /// What, free of values.
    pub message: &'static str,
}

/// What a text says: its entries in order, and what is wrong with it, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Entries {
    /// The lines that can be read.
    pub entries: Vec<DotenvEntry>,
    /// The lines that cannot: any of them makes the reader refuse the file.
    pub problems: Vec<DotenvProblem>,
}
