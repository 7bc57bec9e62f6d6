//! The one tree that YAML and JSON5 are read into. Every node knows where it was written.

use crate::{
    provenance::{Provenance, reason::Merge},
    text::{secret::Text, source::Place},
};
use std::fmt;

/// A value in a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it is written, quotes included.
    pub place: Place,
    /// A YAML tag such as `!reset`; none for JSON5.
    pub tag: Option<Box<str>>,
    /// What it is.
    pub kind: NodeKind,
    /// How it came here, when it was not simply written at `place`.
    pub via: Provenance,
    /// What it took the place of when documents were merged, the latest first.
    pub replaced: Vec<Replaced>,
}

/// A [`Node`] that another one took the place of.
#[derive(Clone, Debug, PartialEq)]
pub struct Replaced {
    /// What was there.
    pub node: Node,
    /// What took its place.
    pub by: Merge,
}

/// What a [`Node`] is. `Debug` shows types and sizes only: a number may be a secret as
/// well, and Compose makes keys of values (`depends_on`).
#[derive(Clone, PartialEq)]
pub enum NodeKind {
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
    Map(Vec<MapEntry>),
}

impl fmt::Debug for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Bool(_) => f.write_str("Bool"),
            Self::Int(_) => f.write_str("Int"),
            Self::Uint(_) => f.write_str("Uint"),
            Self::Float(_) => f.write_str("Float"),
            Self::Str(text) => write!(f, "Str({} bytes)", text.len()),
            Self::Seq(items) => write!(f, "Seq({} items)", items.len()),
            Self::Map(entries) => write!(f, "Map({} entries)", entries.len()),
        }
    }
}

/// One entry of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct MapEntry {
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
    pub fn new(place: Place, kind: NodeKind) -> Self {
        Self { place, tag: None, kind, via: Provenance::default(), replaced: Vec::new() }
    }

    /// The last entry of that key: the one that counts in JavaScript.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&MapEntry> {
        match &self.kind {
            NodeKind::Map(entries) => entries.iter().rev().find(|e| &*e.key == key),
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
            NodeKind::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a mapping; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[MapEntry] {
        match &self.kind {
            NodeKind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The entries of a mapping, to change them.
    #[must_use]
    pub fn entries_mut(&mut self) -> Option<&mut Vec<MapEntry>> {
        match &mut self.kind {
            NodeKind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of that key, to change it.
    #[must_use]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let entries = self.entries_mut()?;
        entries.iter_mut().rev().find(|e| &*e.key == key).map(|e| &mut e.value)
    }

    /// Takes that key out of a mapping, every time it is there; gives the one that counted.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let entries = self.entries_mut()?;
        let mut taken = None;
        while let Some(at) = entries.iter().position(|e| &*e.key == key) {
            taken = Some(entries.remove(at).value);
        }
        taken
    }

    /// Sets a key of a mapping; a new one is said to be written where its value is.
    pub fn set(&mut self, key: &str, value: Node) {
        if let Some(old) = self.get_mut(key) {
            *old = value;
        } else if let Some(entries) = self.entries_mut() {
            entries.push(MapEntry { key: key.into(), key_place: value.place, value });
        }
    }

    /// The items of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Seq(items) => items,
            _ => &[],
        }
    }

    /// `null`, or written without a value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.kind == NodeKind::Null
    }
}
