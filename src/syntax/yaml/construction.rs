//! From the graph of a document to its tree: aliases and merge keys are followed, Compose's tags
//! recorded by path, go-yaml's and Compose's limits kept.

use super::{Graph, RawKind, YamlDocument, YamlProblem};
use crate::{
    provenance::{ProvenanceStep, StepKind},
    syntax::{
        node::{MapEntry, Node, NodeKind},
        yaml_scalar,
    },
    text::limits,
};
use std::collections::HashSet;

/// What is known of the nodes of a graph, by their number, from one document to the next.
#[derive(Default)]
pub(super) struct Constructed {
    /// Collections that were constructed once: only the first time is counted and complained of.
    seen: Vec<bool>,
    /// Collections under construction: an alias to one of them is a cycle.
    active: Vec<bool>,
}

/// Longest key that a message names.
const MOST_NAMED: usize = 32;
/// Most keys of a mapping that are looked through for the first of two.
const MOST_COMPARED: usize = 10_000;

/// Follows aliases and merge keys of one document.
pub(super) struct Construction<'g, 'a> {
    graph: &'g Graph<'a>,
    known: &'g mut Constructed,
    problems: &'g mut Vec<YamlProblem>,
    path: Vec<&'g str>,
    resets: Vec<Vec<Box<str>>>,
    depth: u32,
    replay: u32,
    alias_depth: u32,
    /// Inside of a value that carries `!override`.
    opaque: u32,
    visits: usize,
    constructed: usize,
    aliased: usize,
    stopped: bool,
}

impl<'g, 'a> Construction<'g, 'a> {
    pub(super) fn new(
        graph: &'g Graph<'a>,
        known: &'g mut Constructed,
        problems: &'g mut Vec<YamlProblem>,
    ) -> Self {
        known.seen.resize(graph.nodes.len(), false);
        known.active.resize(graph.nodes.len(), false);
        Self {
            graph,
            known,
            problems,
            path: Vec::new(),
            resets: Vec::new(),
            depth: 0,
            replay: 0,
            alias_depth: 0,
            opaque: 0,
            visits: 0,
            constructed: 0,
            aliased: 0,
            stopped: false,
        }
    }

    pub(super) fn document(mut self) -> Option<YamlDocument> {
        let id = self.graph.root?;
        let root = self.value(id, false);
        let root = root.unwrap_or_else(|| Node::new(self.graph.place(id), NodeKind::Null));
        Some(YamlDocument { root, resets: self.resets, visits: self.visits })
    }

    fn problem(&mut self, id: usize, message: impl Into<String>) {
        if self.replay == 0 {
            let place = self.graph.place(id);
            self.problems.push(YamlProblem { place, message: message.into(), first: None, fatal: false });
        }
    }

    /// A key stands twice. Only a word of letters is named: anything else may be a part of a value.
    fn doubled(&mut self, id: usize, key: &str, pairs: &[(usize, usize)]) {
        let is_word = key.len() <= MOST_NAMED && key.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
        let named = if is_word { format!("mapping key {key:?}") } else { "a mapping key".to_owned() };
        self.problem(id, format!("{named} is already defined in the same mapping"));
        let graph = self.graph;
        let same = |other: &usize| match &graph.nodes[graph.target(*other)].kind {
            RawKind::Scalar { text, .. } => **text == *key,
            _ => false,
        };
        if let Some(problem) = self.problems.last_mut().filter(|p| self.replay == 0 && p.first.is_none()) {
            let keys = pairs.iter().map(|(key, _)| key).take(MOST_COMPARED);
            problem.first = keys.into_iter().find(|other| same(other)).map(|first| graph.place(*first));
        }
    }

    /// Gives up the document: what follows is null.
    fn stop(&mut self, id: usize, message: impl Into<String>) {
        if !self.stopped {
            let place = self.graph.place(id);
            self.problems.push(YamlProblem { place, message: message.into(), first: None, fatal: true });
        }
        self.stopped = true;
    }

    fn count(&mut self, id: usize) {
        self.constructed += 1;
        self.aliased += usize::from(self.alias_depth > 0);
        if self.constructed > limits::NODES {
            let message = format!("the document has more than {} values", limits::NODES);
            self.stop(id, message);
        } else if excessive_aliasing(self.aliased, self.constructed) {
            self.stop(id, "the document contains excessive aliasing");
        }
    }

    /// The value of a node, or nothing when it carries `!reset`. In a map that is merged, keys
    /// need not be text.
    fn value(&mut self, id: usize, merged: bool) -> Option<Node> {
        let graph = self.graph;
        let raw = &graph.nodes[id];
        let place = graph.place(id);
        self.visits += usize::from(self.replay == 0 && self.opaque == 0);
        self.count(id);
        if self.stopped || self.depth > 2 * limits::DEPTH {
            let message = format!("nested deeper than {} levels", 2 * limits::DEPTH);
            self.stop(id, message);
            return Some(Node::new(place, NodeKind::Null));
        }
        let mut replaces = false;
        match raw.tag.as_deref() {
            Some("!reset") if self.opaque == 0 => {
                self.record_reset();
                return None;
            }
            Some("!override") if self.opaque == 0 => {
                self.record_reset();
                replaces = true;
            }
            _ => {}
        }
        // Compose does not look for its tags below `!override`.
        self.opaque += u32::from(replaces);
        let node = self.untagged(id, merged);
        self.opaque -= u32::from(replaces);
        node
    }

    fn untagged(&mut self, id: usize, merged: bool) -> Option<Node> {
        let graph = self.graph;
        let raw = &graph.nodes[id];
        let place = graph.place(id);
        let kind = match &raw.kind {
            RawKind::Alias(target) => return self.alias(id, *target),
            RawKind::UnknownAlias => {
                self.problem(id, "an alias names an anchor that is not defined before it");
                NodeKind::Null
            }
            // go-yaml leaves out an entry or an item that is `<<` (since v4.0.0-rc.5; before, it was text).
            RawKind::Scalar { .. } if graph.is_merge_key(id) => return None,
            RawKind::Scalar { text, quoted } => {
                match yaml_scalar::resolve(raw.tag.as_deref(), text, *quoted) {
                    Ok(kind) => kind,
                    Err(found) => {
                        let tag = raw.tag.as_deref().unwrap_or_default();
                        self.problem(id, format!("a value of type {found} is tagged {tag}"));
                        NodeKind::Null
                    }
                }
            }
            RawKind::Seq { items, .. } => {
                self.enter(id);
                let items = items.iter().filter_map(|item| {
                    // Compose never matches a path that goes through a list (`Apply` looks for
                    // `[0]`, `0` is recorded), so it is enough that this one matches nothing.
                    self.path.push("[]");
                    let node = self.value(*item, false);
                    self.path.pop();
                    node
                });
                let items = items.collect();
                self.leave(id);
                NodeKind::Seq(items)
            }
            RawKind::Map { entries, .. } => {
                self.enter(id);
                let entries = self.map(entries, merged);
                self.leave(id);
                NodeKind::Map(entries)
            }
        };
        let mut tag = raw.tag.clone();
        if let (RawKind::Scalar { text, .. }, NodeKind::Str(value), None) = (&raw.kind, &kind, &tag)
            && value.expose() != text
        {
            // A time is text here, and something else to Compose.
            tag = Some("!!timestamp".into());
        }
        Some(Node { tag, ..Node::new(place, kind) })
    }

    fn enter(&mut self, id: usize) {
        self.depth += 1;
        self.known.active[id] = true;
        self.replay += u32::from(self.known.seen[id] || self.replay > 0);
        self.known.seen[id] = true;
    }

    fn leave(&mut self, id: usize) {
        self.depth -= 1;
        self.known.active[id] = false;
        self.replay = self.replay.saturating_sub(1);
    }

    fn record_reset(&mut self) {
        self.resets.push(self.path.iter().map(|part| Box::from(*part)).collect());
    }

    fn alias(&mut self, id: usize, target: usize) -> Option<Node> {
        if self.known.active[target] {
            self.stop(id, "an alias is inside the value of its own anchor: a cycle");
            return Some(Node::new(self.graph.place(id), NodeKind::Null));
        }
        self.alias_depth += 1;
        self.replay += 1;
        let node = self.value(target, false);
        self.replay -= 1;
        self.alias_depth -= 1;
        let mut node = node?;
        node.via.push(ProvenanceStep { step: StepKind::Alias, place: Some(self.graph.place(id)) });
        Some(node)
    }

    fn map(&mut self, pairs: &'g [(usize, usize)], merged: bool) -> Vec<MapEntry> {
        let graph = self.graph;
        let mut entries = Vec::with_capacity(pairs.len());
        let mut keys = SeenKeys::new(pairs.len());
        let mut merge = None;
        for (key, value) in pairs {
            self.count(*key);
            let key_node = &graph.nodes[graph.target(*key)];
            let RawKind::Scalar { text, quoted } = &key_node.kind else {
                self.problem(*key, "a mapping key is a list or a mapping");
                continue;
            };
            if !keys.insert(text) {
                self.doubled(*key, text, pairs);
            }
            if graph.is_merge_key(*key) {
                merge = Some((*key, *value));
                continue;
            }
            if !merged && !yaml_scalar::is_text_key(key_node.tag.as_deref(), text, *quoted) {
                self.problem(*key, "non-string key: a mapping key is not text; quote it");
            }
            self.path.push(text);
            let node = self.value(*value, false);
            self.path.pop();
            if let Some(value) = node {
                entries.push(MapEntry { key: Box::from(&**text), key_place: graph.place(*key), value });
            }
        }
        if let Some((key, value)) = merge {
            // An entry that is reset is gone before the merge, and hides nothing.
            let mut taken: HashSet<Box<str>> = entries.iter().map(|entry| entry.key.clone()).collect();
            for source in self.merge_sources(value) {
                let via = ProvenanceStep { step: StepKind::MergeKey, place: Some(graph.place(key)) };
                for mut entry in self.merge_entries(source) {
                    if taken.insert(entry.key.clone()) {
                        entry.value.via.push(via.clone());
                        entries.push(entry);
                    }
                }
            }
        }
        entries
    }

    /// The mappings that a merge key names.
    fn merge_sources(&mut self, value: usize) -> Vec<usize> {
        let graph = self.graph;
        let sources = match &graph.nodes[graph.target(value)].kind {
            RawKind::Map { .. } => vec![value],
            RawKind::Seq { items, .. } => items.clone(),
            _ => vec![value],
        };
        let is_map = |id: &usize| matches!(graph.nodes[graph.target(*id)].kind, RawKind::Map { .. });
        let (maps, others): (Vec<_>, Vec<_>) = sources.into_iter().partition(is_map);
        if let Some(other) = others.first() {
            self.problem(*other, "map merge requires a map or a sequence of maps as the value");
        }
        maps
    }

    fn merge_entries(&mut self, source: usize) -> Vec<MapEntry> {
        let target = self.graph.target(source);
        if self.known.active[target] {
            self.stop(source, "a merge key is inside the value of its own anchor: a cycle");
            return Vec::new();
        }
        let alias = target != source;
        self.alias_depth += u32::from(alias);
        self.replay += u32::from(alias);
        let node = self.value(target, true);
        self.replay -= u32::from(alias);
        self.alias_depth -= u32::from(alias);
        match node.map(|n| n.kind) {
            Some(NodeKind::Map(entries)) => entries,
            _ => Vec::new(),
        }
    }
}

/// The keys of one mapping. Few are compared one by one, which is faster than hashing them.
struct SeenKeys<'g> {
    names: Vec<&'g str>,
    hashed: Option<HashSet<&'g str>>,
}

impl<'g> SeenKeys<'g> {
    fn new(count: usize) -> Self {
        Self { names: Vec::with_capacity(count), hashed: (count > 32).then(HashSet::new) }
    }

    /// False when it is there already.
    fn insert(&mut self, name: &'g str) -> bool {
        let new = match &mut self.hashed {
            Some(hashed) => hashed.insert(name),
            None => !self.names.contains(&name),
        };
        self.names.push(name);
        new
    }
}

/// go-yaml's defence against alias bombs (`constructor.go: allowedAliasRatio`): small documents
/// may consist of aliases to 99 %, large ones to 10 %.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn excessive_aliasing(aliased: usize, constructed: usize) -> bool {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    if aliased <= 100 || constructed <= 1000 {
        return false;
    }
    let (aliased, constructed) = (aliased as f64, constructed as f64);
    let allowed = 0.99 - 0.89 * ((constructed.clamp(LOW, HIGH) - LOW) / (HIGH - LOW));
    aliased / constructed > allowed
}
