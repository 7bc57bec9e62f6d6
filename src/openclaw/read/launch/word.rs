//! The words that a program is run with in the end.

use crate::{
    provenance::Candidate,
    text::{secret::Text, source::Place},
};
use std::rc::Rc;

/// A word that a program is run with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaunchWord {
    /// The word; none when it is not known.
    pub text: Option<Text>,
    /// Where it is written.
    pub place: Option<Place>,
    /// The variable of the container that it has its characters from.
    pub from: Option<Rc<Candidate>>,
}
