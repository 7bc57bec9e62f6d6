//! Secrets and ConfigMaps: what is looked up by those who refer to them.

use super::{name, namespace, text, written_by};
use crate::{
    provenance::{Candidate, Layer, Variable},
    syntax::{base64, node::Node},
    text::{
        secret::Text,
        source::{Place, SourceName, Sources},
    },
};
use std::collections::HashMap;

/// One key of an object.
#[derive(Clone, Debug)]
pub(super) struct ObjectEntry {
    /// Its value; none for what is no text.
    pub(super) value: Option<Text>,
    /// What is written, where that is something else.
    raw: Option<Text>,
    /// Where the value is written.
    pub(super) place: Place,
    /// The text as a file, with the lines that it has in the manifest.
    pub(super) as_file: Option<(SourceName, Text)>,
}

/// A Secret or ConfigMap.
#[derive(Clone, Debug)]
pub(super) struct DataObject {
    pub(super) layer: Layer,
    pub(super) name: String,
    pub(super) place: Place,
    /// In the order they are written.
    pub(super) entries: Vec<(String, ObjectEntry)>,
}

impl DataObject {
    pub(super) fn get(&self, key: &str) -> Option<&ObjectEntry> {
        self.entries.iter().rev().find(|(name, _)| name == key).map(|(_, entry)| entry)
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.entries.iter().map(|(key, _)| key.clone()).collect()
    }
}

/// All of the manifests, by kind, namespace and name.
#[derive(Debug, Default)]
pub(super) struct Objects {
    all: Vec<DataObject>,
    numbers: HashMap<(Layer, Option<String>, String), usize>,
}

impl Objects {
    pub(super) fn of(documents: &[&Node], sources: &Sources) -> Self {
        let mut objects = Self::default();
        for document in documents {
            let layer = match text(document.get("kind")) {
                Some("Secret") => Layer::KubernetesSecret,
                Some("ConfigMap") => Layer::KubernetesConfigMap,
                _ => continue,
            };
            let Some(name) = name(document) else { continue };
            let object = DataObject {
                layer,
                name: name.to_owned(),
                place: document.at(["metadata", "name"]).map_or(document.place, |name| name.place),
                entries: entries(document, layer, sources),
            };
            let key = (layer, namespace(document).map(str::to_owned), name.to_owned());
            objects.numbers.insert(key, objects.all.len());
            objects.all.push(object);
        }
        objects
    }

    /// The object of that name that a pod of the namespace means.
    pub(super) fn find(&self, layer: Layer, namespace: Option<&str>, name: &str) -> Option<&DataObject> {
        let of = |namespace: Option<&str>| {
            self.numbers.get(&(layer, namespace.map(str::to_owned), name.to_owned()))
        };
        // `kubectl apply -n` gives those without a namespace the same one.
        let number = of(namespace).or_else(|| of(None)).or_else(|| {
            let mut named = self.numbers.iter().filter(|((l, _, n), _)| *l == layer && n == name);
            let first = named.next().filter(|_| namespace.is_none())?;
            named.next().is_none().then_some(first.1)
        })?;
        self.all.get(*number)
    }

    /// What no report may show: the values of all Secrets, as they are and as they are written.
    pub(super) fn hidden(&self) -> Vec<Variable> {
        let secrets = self.all.iter().filter(|object| object.layer == Layer::KubernetesSecret);
        let values = secrets.flat_map(|object| &object.entries).flat_map(|(key, entry)| {
            let texts = entry.value.iter().chain(&entry.raw);
            texts.map(move |value| (key, value.clone(), entry.place))
        });
        let variable = |(key, value, place): (&String, Text, Place)| {
            let winner = Candidate::new(Layer::KubernetesSecret, key.as_str(), Some(place), value);
            // The name decides whether it is taken for a secret.
            let name = format!("{}_SECRET", key.to_ascii_uppercase().replace(['-', '.'], "_"));
            Variable { name, winner: Some(winner), losers: Vec::new() }
        };
        values.map(variable).collect()
    }

    /// The namespace that all of them are in, where it is one.
    pub(super) fn namespace(&self, documents: &[&Node]) -> Option<String> {
        let mut all = documents.iter().filter_map(|document| namespace(document));
        let first = all.next()?;
        all.all(|other| other == first).then(|| first.to_owned())
    }
}

fn entries(document: &Node, layer: Layer, sources: &Sources) -> Vec<(String, ObjectEntry)> {
    let is_secret = layer == Layer::KubernetesSecret;
    let plain = |node: &Node| ObjectEntry {
        value: node.text().cloned(),
        raw: None,
        place: node.place,
        as_file: as_file(node, sources),
    };
    let encoded = |node: &Node| {
        let raw = node.text().cloned();
        let bytes = raw.as_ref().and_then(|raw| base64::decode(raw.expose()));
        let value = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).map(Text::from);
        ObjectEntry { value, raw, place: node.place, as_file: None }
    };
    let of = |key: &str, read: &dyn Fn(&Node) -> ObjectEntry| -> Vec<(String, ObjectEntry)> {
        let entries = document.get(key).map(Node::entries).unwrap_or_default();
        entries.iter().map(|entry| (entry.key.to_string(), read(&entry.value))).collect()
    };
    let mut all = if is_secret { of("data", &encoded) } else { of("data", &plain) };
    if is_secret {
        // It is write-only, and wins over `data`.
        all.extend(of("stringData", &plain));
    } else {
        all.extend(of("binaryData", &encoded));
    }
    all
}

/// The text of a literal block, begun with as many line ends as stand before it, so that its lines are those
/// of the manifest. None where it is written in another way.
fn as_file(node: &Node, sources: &Sources) -> Option<(SourceName, Text)> {
    let source = sources.get(node.place.source);
    let content = node.text()?.expose();
    // What is said of a block is said of its first line.
    let span = node.place.span.range();
    let start = source.text().get(..span.start)?.rfind('\n')? + 1;
    let indent = span.start - start;
    let header = source.text()[..start - 1].rsplit('\n').next()?;
    let body = source.text().get(start..span.end)?;
    let is_literal = header.trim_end().trim_end_matches(['-', '+']).ends_with('|');
    let is_same = |(is, line): (&str, &str)| line.get(indent..).unwrap_or_default() == is;
    if !is_literal
        || content.lines().count() > body.lines().count()
        || !content.lines().zip(body.lines()).all(is_same)
    {
        return None;
    }
    let line = source.line_col(node.place.span.start).line;
    let text = format!("{}{content}", "\n".repeat(line - 1));
    Some((written_by(node.place.source, sources), text.into()))
}
