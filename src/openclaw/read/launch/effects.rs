//! What a start script leaves behind: files, and settings in the config.

use crate::{
    openclaw::read::config::Config,
    provenance::{Candidate, Provenance, ProvenanceStep, Reason, Shadowed, StepKind},
    syntax::{
        json5,
        node::{Node, NodeKind},
    },
    text::{
        secret::Text,
        source::{Language, Place, SourceName, Sources},
    },
};
use std::rc::Rc;

/// A file that is written before the program runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WrittenText {
    /// With this text.
    Known {
        /// Where its characters are written: a file that is copied, or the script. Of a script the text
        /// begins with as many line ends and blanks as stand before it there.
        name: SourceName,
        /// Its text.
        text: Text,
        /// The command that writes it.
        place: Option<Place>,
    },
    /// With what cannot be told, or perhaps not at all.
    Unknown {
        /// A phrase that goes on «it is».
        why: String,
        /// The command that writes it.
        place: Option<Place>,
    },
}

/// One `openclaw config set` before the program runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigChange {
    /// The keys.
    pub path: Vec<String>,
    /// The new value; none when it is not known, or whether it is written.
    pub value: Option<Text>,
    /// The variable that the value is.
    pub from: Option<Rc<Candidate>>,
    /// The command.
    pub place: Option<Place>,
}

/// Makes the changes to a config that was read.
pub fn change(config: &mut Config, changes: &[ConfigChange], sources: &mut Sources) {
    for change in changes {
        let path: Vec<&str> = change.path.iter().map(String::as_str).collect();
        match (&change.value, change.place) {
            (Some(value), Some(place)) => {
                let mut node = node(value, place, sources);
                if let Some(from) = &change.from {
                    let step = StepKind::Variable { layer: from.layer, name: from.name.clone() };
                    let step = ProvenanceStep { step, place: from.place };
                    node.via = std::iter::once(step).chain(from.via.iter().cloned()).collect();
                }
                config.write(
                    &path,
                    node,
                    Reason::SetAtStart { certain: true, place: Some(place), was_read: false },
                );
            }
            _ => config.doubt(&path, change.place),
        }
    }
}

/// JSON5 where it is some, else the text itself (`config set`, openclaw 2026.9.6).
fn node(value: &Text, place: Place, sources: &Sources) -> Node {
    let mut scratch = Sources::default();
    let name = sources.get(place.source).name.clone();
    let id = scratch.add(name, Language::Json5, value.expose().to_owned());
    let parsed = json5::parse(id, value.expose()).ok().map(|document| document.root);
    let mut node = parsed.unwrap_or_else(|| Node::new(place, NodeKind::Str(value.clone())));
    put_at(&mut node, place);
    node
}

fn put_at(node: &mut Node, place: Place) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        node.place = place;
        match &mut node.kind {
            NodeKind::Seq(items) => open.extend(items),
            NodeKind::Map(entries) => open.extend(entries.iter_mut().map(|entry| {
                entry.key_place = place;
                &mut entry.value
            })),
            _ => {}
        }
    }
}

/// Every text of a config that is written over by a whole file.
pub fn lose(config: &mut Config, old: &Node) {
    let mut open: Vec<(Vec<&str>, &Node)> = vec![(Vec::new(), old)];
    while let Some((path, node)) = open.pop() {
        if let Some(text) = node.text() {
            let candidate = Candidate {
                layer: crate::provenance::Layer::Config,
                place: Some(node.place),
                via: Provenance::default(),
                value: Some(text.clone()),
                name: path.join("."),
            };
            config.leave_out(&path, Shadowed::new(candidate, Reason::WrittenAtStart));
        }
        for entry in node.entries() {
            let mut below = path.clone();
            below.push(&entry.key);
            open.push((below, &entry.value));
        }
    }
}
