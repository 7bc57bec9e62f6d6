//! Merges one tree onto another, compose-go `override/merge.go`. Maps of variables, labels and the
//! like become lists of `NAME=value` on the way; [`super::unicity`] then lets the later one win.

use crate::compose::{load::substitution::hand_down, values::scalar};
use crate::{
    syntax::node::{MapEntry, Node, NodeKind},
    text::source::Place,
};
use indexmap::IndexMap;
use std::collections::HashMap;

/// A value of one kind cannot be merged onto one of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Conflict {
    pub(crate) place: Place,
    pub(crate) path: String,
}

/// Where in the tree a merge is.
pub(crate) type MergePath = Vec<Box<str>>;

/// What to do with two values of the same path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum MergeRule {
    Replace,
    ToSequence,
    ExtraHosts,
    Build,
    DependsOn,
    ToMapping,
    Logging,
    IpamConfig,
    General,
}

fn rule(path: &[Box<str>]) -> MergeRule {
    // The specials are three to four keys deep.
    let mut parts = [""; 6];
    if path.len() > parts.len() {
        return MergeRule::General;
    }
    for (part, key) in parts.iter_mut().zip(path) {
        *part = key;
    }
    match &parts[..path.len()] {
        ["networks" | "volumes", _, "labels"] => MergeRule::ToSequence,
        ["networks", _, "ipam", "config"] => MergeRule::IpamConfig,
        ["services", _, key] => match *key {
            "annotations" | "dns" | "dns_opt" | "dns_search" | "env_file" | "environment" | "label_file"
            | "labels" | "sysctls" | "tmpfs" => MergeRule::ToSequence,
            "command" | "entrypoint" => MergeRule::Replace,
            "build" => MergeRule::Build,
            "depends_on" => MergeRule::DependsOn,
            "extra_hosts" => MergeRule::ExtraHosts,
            "logging" => MergeRule::Logging,
            "models" | "networks" => MergeRule::ToMapping,
            _ => MergeRule::General,
        },
        ["services", _, "build", "args" | "additional_contexts" | "labels"] => MergeRule::ToSequence,
        ["services", _, "build", "extra_hosts"] => MergeRule::ExtraHosts,
        ["services", _, "deploy", "labels"] => MergeRule::ToSequence,
        ["services", _, "healthcheck", "test"] | ["services", _, "ulimits", _] => MergeRule::Replace,
        _ => MergeRule::General,
    }
}

/// Merges `over` onto `base`.
pub(crate) fn merge(base: Node, over: Node, path: &mut MergePath, conflicts: &mut Vec<Conflict>) -> Node {
    match rule(path) {
        MergeRule::Replace => over,
        MergeRule::ToSequence => concatenate(to_sequence(base), to_sequence(over)),
        MergeRule::ExtraHosts => {
            let mut base = to_sequence(base);
            let mut over = to_sequence(over);
            if let (NodeKind::Seq(known), NodeKind::Seq(more)) = (&mut base.kind, &mut over.kind) {
                more.retain(|item| !known.iter().any(|old| old.kind == item.kind));
            }
            concatenate(base, over)
        }
        MergeRule::Build => general(to_build(base), to_build(over), path, conflicts),
        MergeRule::DependsOn => {
            general(to_mapping(base, dependency), to_mapping(over, dependency), path, conflicts)
        }
        MergeRule::ToMapping => {
            general(to_mapping(base, nothing), to_mapping(over, nothing), path, conflicts)
        }
        MergeRule::Logging => {
            let driver = |node: &Node| node.get("driver").map(|d| d.kind.clone());
            match (driver(&base), driver(&over)) {
                (Some(a), Some(b)) if a != b => over,
                _ => general(base, over, path, conflicts),
            }
        }
        MergeRule::IpamConfig => merge_ipam(base, over, path, conflicts),
        MergeRule::General => general(base, over, path, conflicts),
    }
}

fn general(mut base: Node, mut over: Node, path: &mut MergePath, conflicts: &mut Vec<Conflict>) -> Node {
    if over.is_null() {
        return base;
    }
    hand_down(&mut base);
    hand_down(&mut over);
    match (base.kind, over.kind) {
        (NodeKind::Map(below), NodeKind::Map(above)) => {
            let kind = NodeKind::Map(merge_entries(below, above, path, conflicts));
            Node { kind, tag: base.tag, ..Node::new(base.place, NodeKind::Null) }
        }
        (NodeKind::Seq(mut below), NodeKind::Seq(above)) => {
            below.extend(above);
            Node::new(base.place, NodeKind::Seq(below))
        }
        (kind @ (NodeKind::Map(_) | NodeKind::Seq(_)), _) => {
            conflicts.push(Conflict { place: over.place, path: path.join(".") });
            Node { kind, ..Node::new(base.place, NodeKind::Null) }
        }
        (_, kind) => Node { kind, ..over },
    }
}

fn merge_entries(
    mut below: Vec<MapEntry>,
    above: Vec<MapEntry>,
    path: &mut MergePath,
    conflicts: &mut Vec<Conflict>,
) -> Vec<MapEntry> {
    let mut index: HashMap<Box<str>, usize> =
        below.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect();
    for entry in above {
        let Some(at) = index.get(&entry.key).copied() else {
            index.insert(entry.key.clone(), below.len());
            below.push(entry);
            continue;
        };
        let null = Node::new(entry.key_place, NodeKind::Null);
        let base = std::mem::replace(&mut below[at].value, null);
        path.push(entry.key);
        below[at].value = merge(base, entry.value, path, conflicts);
        path.pop();
        if !matches!(below[at].value.kind, NodeKind::Map(_) | NodeKind::Seq(_)) {
            below[at].key_place = entry.key_place;
        }
    }
    below
}

fn concatenate(base: Node, over: Node) -> Node {
    let place = base.place;
    let items = |node: Node| match node.kind {
        NodeKind::Seq(items) => items,
        _ => Vec::new(),
    };
    let mut all = items(base);
    all.extend(items(over));
    Node::new(place, NodeKind::Seq(all))
}

/// `convertIntoSequence`: a map becomes a sorted list of `NAME=value`, a text a list of one. An
/// item made from an entry is written where the entry's key is.
pub(crate) fn to_sequence(mut node: Node) -> Node {
    hand_down(&mut node);
    let place = node.place;
    let items = match node.kind {
        NodeKind::Seq(items) => items,
        NodeKind::Map(entries) => {
            let mut items: Vec<Node> = entries.into_iter().flat_map(items_of_entry).collect();
            items.sort_by(|a, b| a.text().cmp(&b.text()));
            items
        }
        NodeKind::Str(_) => vec![node],
        _ => Vec::new(),
    };
    Node::new(place, NodeKind::Seq(items))
}

fn items_of_entry(entry: MapEntry) -> Vec<Node> {
    let MapEntry { key, key_place, value } = entry;
    let item = |node: Node| {
        let text = match node.kind {
            NodeKind::Null => key.to_string(),
            _ => format!("{key}={}", scalar::print(&node).expose()),
        };
        Node { place: key_place, kind: NodeKind::Str(text.into()), tag: None, ..node }
    };
    let mut value = value;
    hand_down(&mut value);
    match value.kind {
        NodeKind::Seq(items) => items.into_iter().map(item).collect(),
        _ => vec![item(value)],
    }
}

fn to_build(node: Node) -> Node {
    match node.kind {
        NodeKind::Str(_) => {
            let place = node.place;
            let entry = MapEntry { key: "context".into(), key_place: place, value: node };
            Node::new(place, NodeKind::Map(vec![entry]))
        }
        _ => node,
    }
}

/// `convertIntoMapping`: a list of names becomes a map with a default value for each.
pub(crate) fn to_mapping(mut node: Node, default: fn(Place) -> Node) -> Node {
    hand_down(&mut node);
    let place = node.place;
    let NodeKind::Seq(items) = node.kind else { return node };
    let mut map: IndexMap<Box<str>, MapEntry> = IndexMap::new();
    for item in items {
        if let Some(name) = item.text() {
            let value = Node { via: item.via.clone(), ..default(item.place) };
            let key: Box<str> = name.expose().into();
            map.insert(key.clone(), MapEntry { key, key_place: item.place, value });
        }
    }
    Node::new(place, NodeKind::Map(map.into_values().collect()))
}

pub(crate) fn nothing(place: Place) -> Node {
    Node::new(place, NodeKind::Null)
}

/// What `depends_on: [name]` means.
pub(crate) fn dependency(place: Place) -> Node {
    let entry =
        |key: &str, kind| MapEntry { key: key.into(), key_place: place, value: Node::new(place, kind) };
    let condition = NodeKind::Str("service_started".into());
    Node::new(
        place,
        NodeKind::Map(vec![entry("condition", condition), entry("required", NodeKind::Bool(true))]),
    )
}

/// `mergeIPAMConfig`: entries of the same subnet are merged.
fn merge_ipam(base: Node, over: Node, path: &mut MergePath, conflicts: &mut Vec<Conflict>) -> Node {
    let place = over.place;
    let (NodeKind::Seq(mut below), NodeKind::Seq(above)) = (base.kind, over.kind) else {
        conflicts.push(Conflict { place, path: path.join(".") });
        return Node::new(place, NodeKind::Null);
    };
    for item in above {
        let subnet = item.get("subnet").map(|s| s.kind.clone());
        let same = |node: &&mut Node| node.get("subnet").map(|s| s.kind.clone()) == subnet;
        match below.iter_mut().find(same) {
            Some(known) => {
                let base = std::mem::replace(known, Node::new(place, NodeKind::Null));
                *known = general(base, item, path, conflicts);
            }
            None => below.push(item),
        }
    }
    Node::new(place, NodeKind::Seq(below))
}
