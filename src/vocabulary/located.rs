//! What is written somewhere, with its place.

use crate::text::{secret::Text, source::Place};

/// A value and where it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where; none when only the engine knows it.
    pub place: Option<Place>,
}

/// A health check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Healthcheck {
    /// `test`: its first word is `CMD`, `CMD-SHELL` or `NONE`.
    pub test: Vec<Located<Text>>,
    /// Where it is written.
    pub place: Option<Place>,
}
