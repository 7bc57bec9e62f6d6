//! The one tree that YAML and JSON5 are read into. Every node knows where it was written.

use crate::{origin::Via, source::Place, text::Text};

/// A value in a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it is written, quotes included.
    pub place: Place,
    /// A YAML tag such as `!reset`; none for JSON5.
    pub tag: Option<Box<str>>,
    /// What it is.
    pub kind: Kind,
    /// How it came here, when it was not simply written at `place`.
    pub via: Vec<Via>,
}

/// What a [`Node`] is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `null`, `~`, nothing.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A larger one.
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Text),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping; keys in the order they are written, duplicates kept.
    Map(Vec<Entry>),
}

/// One entry of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text.
    pub key: Box<str>,
    /// Where the key is written, quotes included.
    pub key_place: Place,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// A node that is written at `place`.
    #[must_use]
    pub fn new(place: Place, kind: Kind) -> Self {
        Self { place, tag: None, kind, via: Vec::new() }
    }

    /// The last entry of that key: the one that counts in JavaScript.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().rev().find(|e| &*e.key == key),
            _ => None,
        }
    }

    /// The value of that key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.value)
    }

    /// The value at a path of keys.
    #[must_use]
    pub fn at<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Option<&Node> {
        path.into_iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text of a string.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        match &self.kind {
            Kind::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a mapping; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Seq(items) => items,
            _ => &[],
        }
    }

    /// `null`, or written without a value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }
}
