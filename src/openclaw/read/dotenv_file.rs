//! One of OpenClaw's dotenv files.

use crate::{
    provenance::{Candidate, Layer},
    syntax::dotenv::node::NodeLine,
    text::source::SourceId,
};

/// One dotenv file.
#[derive(Debug)]
pub struct DotenvFile {
    /// Which one.
    pub layer: Layer,
    /// Where it was read from.
    pub source: SourceId,
    /// Its lines in order.
    pub lines: Vec<NodeLine>,
    /// This release reads it; else it stands in a directory of the program's pre-rename name.
    pub is_read: bool,
    /// The user of the process, who may not read it.
    pub denied_to: Option<u32>,
}

impl DotenvFile {
    /// The lines that count: of equal names the last.
    pub fn effective_lines(&self) -> impl Iterator<Item = &NodeLine> {
        self.lines.iter().enumerate().filter(|(i, l)| !self.repeats_later(*i, l)).map(|(_, l)| l)
    }

    /// The lines that a later line of the file replaces.
    pub fn repeated_lines(&self) -> impl Iterator<Item = &NodeLine> {
        self.lines.iter().enumerate().filter(|(i, l)| self.repeats_later(*i, l)).map(|(_, l)| l)
    }

    fn repeats_later(&self, index: usize, line: &NodeLine) -> bool {
        self.lines[index + 1..].iter().any(|later| later.name == line.name)
    }

    /// A line as a candidate.
    #[must_use]
    pub fn candidate(&self, line: &NodeLine) -> Candidate {
        Candidate::new(self.layer, line.name.clone(), Some(line.value_place), line.value.clone())
    }
}
