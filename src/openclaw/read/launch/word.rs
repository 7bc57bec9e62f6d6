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
    /// What it begins with, where the rest is not known: `--token=`.
    pub begins: Option<Text>,
}

impl LaunchWord {
    /// A word that is known.
    #[must_use]
    pub fn known(text: impl Into<Text>, place: Option<Place>) -> Self {
        Self { text: Some(text.into()), place, from: None, begins: None }
    }

    /// Of `NAME=…` whose value is not known, the name.
    #[must_use]
    pub fn assigned(&self) -> Option<String> {
        let (name, _) = self.begins.as_ref()?.expose().split_once('=')?;
        is_name(name).then(|| name.to_owned())
    }
}

/// It is the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
        && text.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
}
