//! Reads a mapping whose keys are known, and says of everything else where it stands and what was
//! meant.

use super::node::{MapEntry, Node, NodeKind};
use crate::text::{nearest::nearest, secret::Text, source::Place};

/// Something that a reader of a document does not take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyProblem {
    /// Where.
    pub place: Place,
    /// What, and what is expected instead.
    pub message: String,
}

/// A text and where it is written.
pub type WrittenValue<'a> = (&'a str, Place);

/// One mapping while it is read. Every key that is asked for is known from then on.
#[derive(Debug)]
pub struct TableKeys<'a, 'p> {
    entries: &'a [MapEntry],
    known: Vec<&'static str>,
    problems: &'p mut Vec<KeyProblem>,
}

impl<'a, 'p> TableKeys<'a, 'p> {
    /// Starts with a node, which must be a mapping.
    pub fn of(node: &'a Node, problems: &'p mut Vec<KeyProblem>) -> Self {
        if !matches!(node.kind, NodeKind::Map(_)) {
            problems.push(KeyProblem { place: node.place, message: "a table is expected here".to_owned() });
        }
        Self { entries: node.entries(), known: Vec::new(), problems }
    }

    /// The value of a key.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        self.entries.iter().find(|e| &*e.key == key).map(|e| &e.value)
    }

    /// A key whose value is a text.
    pub fn text(&mut self, key: &'static str) -> Option<WrittenValue<'a>> {
        let node = self.node(key)?;
        let found = node.text().map(|t| (t.expose(), node.place));
        if found.is_none() {
            self.problem(node.place, format!("{key} must be a text in quotes"));
        }
        found
    }

    /// A key whose value is a list of texts.
    pub fn list(&mut self, key: &'static str) -> Vec<WrittenValue<'a>> {
        let Some(node) = self.node(key) else { return Vec::new() };
        self.texts_of(key, node)
    }

    /// The texts of a list that is the value of `key`.
    pub fn texts_of(&mut self, key: &str, node: &'a Node) -> Vec<WrittenValue<'a>> {
        let texts = node.items().iter().map(|item| item.text().map(|t| (t.expose(), item.place)));
        let texts: Option<Vec<WrittenValue<'a>>> =
            matches!(node.kind, NodeKind::Seq(_)).then(|| texts.collect()).flatten();
        texts.unwrap_or_else(|| {
            self.problem(node.place, format!("{key} must be a list of texts, such as [\"A\", \"B\"]"));
            Vec::new()
        })
    }

    /// A key whose value is a mapping of any keys.
    pub fn table(&mut self, key: &'static str) -> &'a [MapEntry] {
        let Some(node) = self.node(key) else { return &[] };
        if !matches!(node.kind, NodeKind::Map(_)) {
            self.problem(node.place, format!("{key} must be a table"));
        }
        node.entries()
    }

    /// A key whose value is one of some words.
    pub fn word(&mut self, key: &'static str, words: &[&'static str]) -> Option<&'static str> {
        let (text, place) = self.text(key)?;
        let found = words.iter().copied().find(|w| *w == text);
        if found.is_none() {
            self.problem(place, not_one_of(key, text, words));
        }
        found
    }

    /// Something is wrong with what was read.
    pub fn problem(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(KeyProblem { place, message: message.into() });
    }

    /// Everything was asked for: any other key is a mistake.
    pub fn finish(self) {
        for entry in self.entries {
            if self.known.contains(&&*entry.key) {
                continue;
            }
            let meant = match nearest(&entry.key, self.known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys here are {}", self.known.join(", ")),
            };
            let message = format!("there is no key `{}` here; {meant}", entry.key);
            self.problems.push(KeyProblem { place: entry.key_place, message });
        }
    }
}

/// `key` has a value that is none of `words`.
#[must_use]
pub fn not_one_of(key: &str, written: &str, words: &[&str]) -> String {
    match nearest(written, words.iter().copied()) {
        Some(near) => format!("{key} cannot be `{written}`; did you mean `{near}`?"),
        None => format!("{key} cannot be `{written}`; it is one of {}", words.join(", ")),
    }
}

/// The text of a node, if it is one.
#[must_use]
pub fn text_of(node: &Node) -> Option<&str> {
    node.text().map(Text::expose)
}
