//! The dotenv dialects, each a parser of its own: one line can mean something else in each.

pub mod node;

use crate::{source::Place, text::Text};

/// One assignment of a dotenv text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The name.
    pub name: String,
    /// Where the name is written.
    pub name_place: Place,
    /// The value, unquoted and unescaped.
    pub value: Text,
    /// Where the value is written, quotes included.
    pub value_place: Place,
}
