//! Shell scripts: from their text to commands and words, each with its place. Nothing is run.
//!
//! The grammar is that of POSIX (2.10), with what start scripts use of bash: `[[ … ]]`, `function`,
//! `<<<`, `&>`, arrays as words. Of a text that no shell would take, what stands before the fault is read.

pub(crate) mod closing;
mod parser;
mod tree;

pub use parser::parse;
pub use tree::{
    Assignment, CaseArm, CommandKind, Expansion, Redirect, RedirectTo, ShellCommand, ShellProgram,
    SimpleCommand, Word, WordPiece,
};

#[cfg(test)]
mod tests;
