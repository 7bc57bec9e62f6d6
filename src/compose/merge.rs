//! Merges one tree onto another, compose-go `override/merge.go`. Maps of variables, labels and the
//! like become lists of `NAME=value` on the way; [`super::unicity`] then lets the later one win.

use super::{scalar, substitution::hand_down};
use crate::{
    source::Place,
    syntax::node::{Entry, Kind, Node},
};
use indexmap::IndexMap;
use std::collections::HashMap;

/// A value of one kind cannot be merged onto one of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Conflict {
    pub(super) place: Place,
    pub(super) path: String,
}

/// Where in the tree a merge is.
pub(super) type Path = Vec<Box<str>>;

/// What to do with two values of the same path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rule {
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

fn rule(path: &[Box<str>]) -> Rule {
    // The specials are three to four keys deep.
    let mut parts = [""; 6];
    if path.len() > parts.len() {
        return Rule::General;
    }
    for (part, key) in parts.iter_mut().zip(path) {
        *part = key;
    }
    match &parts[..path.len()] {
        ["networks" | "volumes", _, "labels"] => Rule::ToSequence,
        ["networks", _, "ipam", "config"] => Rule::IpamConfig,
        ["services", _, key] => match *key {
            "annotations" | "dns" | "dns_opt" | "dns_search" | "env_file" | "environment" | "label_file"
            | "labels" | "sysctls" | "tmpfs" => Rule::ToSequence,
            "command" | "entrypoint" => Rule::Replace,
            "build" => Rule::Build,
            "depends_on" => Rule::DependsOn,
            "extra_hosts" => Rule::ExtraHosts,
            "logging" => Rule::Logging,
            "models" | "networks" => Rule::ToMapping,
            _ => Rule::General,
        },
        ["services", _, "build", "args" | "additional_contexts" | "labels"] => Rule::ToSequence,
        ["services", _, "build", "extra_hosts"] => Rule::ExtraHosts,
        ["services", _, "deploy", "labels"] => Rule::ToSequence,
        ["services", _, "healthcheck", "test"] | ["services", _, "ulimits", _] => Rule::Replace,
        _ => Rule::General,
    }
}

/// Merges `over` onto `base`.
pub(super) fn merge(base: Node, over: Node, path: &mut Path, conflicts: &mut Vec<Conflict>) -> Node {
    match rule(path) {
        Rule::Replace => over,
        Rule::ToSequence => concatenate(to_sequence(base), to_sequence(over)),
        Rule::ExtraHosts => {
            let mut base = to_sequence(base);
            let mut over = to_sequence(over);
            if let (Kind::Seq(known), Kind::Seq(more)) = (&mut base.kind, &mut over.kind) {
                more.retain(|item| !known.iter().any(|old| old.kind == item.kind));
            }
            concatenate(base, over)
        }
        Rule::Build => general(to_build(base), to_build(over), path, conflicts),
        Rule::DependsOn => {
            general(to_mapping(base, dependency), to_mapping(over, dependency), path, conflicts)
        }
        Rule::ToMapping => general(to_mapping(base, nothing), to_mapping(over, nothing), path, conflicts),
        Rule::Logging => {
            let driver = |node: &Node| node.get("driver").map(|d| d.kind.clone());
            match (driver(&base), driver(&over)) {
                (Some(a), Some(b)) if a != b => over,
                _ => general(base, over, path, conflicts),
            }
        }
        Rule::IpamConfig => merge_ipam(base, over, path, conflicts),
        Rule::General => general(base, over, path, conflicts),
    }
}

fn general(mut base: Node, mut over: Node, path: &mut Path, conflicts: &mut Vec<Conflict>) -> Node {
    if over.is_null() {
        return base;
    }
    hand_down(&mut base);
    hand_down(&mut over);
    match (base.kind, over.kind) {
        (Kind::Map(below), Kind::Map(above)) => {
            let kind = Kind::Map(merge_entries(below, above, path, conflicts));
            Node { kind, tag: base.tag, ..Node::new(base.place, Kind::Null) }
        }
        (Kind::Seq(mut below), Kind::Seq(above)) => {
            below.extend(above);
            Node::new(base.place, Kind::Seq(below))
        }
        (kind @ (Kind::Map(_) | Kind::Seq(_)), _) => {
            conflicts.push(Conflict { place: over.place, path: path.join(".") });
            Node { kind, ..Node::new(base.place, Kind::Null) }
        }
        (_, kind) => Node { kind, ..over },
    }
}

fn merge_entries(
    mut below: Vec<Entry>,
    above: Vec<Entry>,
    path: &mut Path,
    conflicts: &mut Vec<Conflict>,
) -> Vec<Entry> {
    let mut index: HashMap<Box<str>, usize> =
        below.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect();
    for entry in above {
        let Some(at) = index.get(&entry.key).copied() else {
            index.insert(entry.key.clone(), below.len());
            below.push(entry);
            continue;
        };
        let null = Node::new(entry.key_place, Kind::Null);
        let base = std::mem::replace(&mut below[at].value, null);
        path.push(entry.key);
        below[at].value = merge(base, entry.value, path, conflicts);
        path.pop();
        if !matches!(below[at].value.kind, Kind::Map(_) | Kind::Seq(_)) {
            below[at].key_place = entry.key_place;
        }
    }
    below
}

fn concatenate(base: Node, over: Node) -> Node {
    let place = base.place;
    let items = |node: Node| match node.kind {
        Kind::Seq(items) => items,
        _ => Vec::new(),
    };
    let mut all = items(base);
    all.extend(items(over));
    Node::new(place, Kind::Seq(all))
}

/// `convertIntoSequence`: a map becomes a sorted list of `NAME=value`, a text a list of one. An
/// item made from an entry is written where the entry's key is.
pub(super) fn to_sequence(mut node: Node) -> Node {
    hand_down(&mut node);
    let place = node.place;
    let items = match node.kind {
        Kind::Seq(items) => items,
        Kind::Map(entries) => {
            let mut items: Vec<Node> = entries.into_iter().flat_map(items_of_entry).collect();
            items.sort_by(|a, b| a.text().cmp(&b.text()));
            items
        }
        Kind::Str(_) => vec![node],
        _ => Vec::new(),
    };
    Node::new(place, Kind::Seq(items))
}

fn items_of_entry(entry: Entry) -> Vec<Node> {
    let Entry { key, key_place, value } = entry;
    let item = |node: Node| {
        let text = match node.kind {
            Kind::Null => key.to_string(),
            _ => format!("{key}={}", scalar::print(&node).expose()),
        };
        Node { place: key_place, kind: Kind::Str(text.into()), tag: None, ..node }
    };
    let mut value = value;
    hand_down(&mut value);
    match value.kind {
        Kind::Seq(items) => items.into_iter().map(item).collect(),
        _ => vec![item(value)],
    }
}

fn to_build(node: Node) -> Node {
    match node.kind {
        Kind::Str(_) => {
            let place = node.place;
            let entry = Entry { key: "context".into(), key_place: place, value: node };
            Node::new(place, Kind::Map(vec![entry]))
        }
        _ => node,
    }
}

/// `convertIntoMapping`: a list of names becomes a map with a default value for each.
pub(super) fn to_mapping(mut node: Node, default: fn(Place) -> Node) -> Node {
    hand_down(&mut node);
    let place = node.place;
    let Kind::Seq(items) = node.kind else { return node };
    let mut map: IndexMap<Box<str>, Entry> = IndexMap::new();
    for item in items {
        if let Some(name) = item.text() {
            let value = Node { via: item.via.clone(), ..default(item.place) };
            let key: Box<str> = name.expose().into();
            map.insert(key.clone(), Entry { key, key_place: item.place, value });
        }
    }
    Node::new(place, Kind::Map(map.into_values().collect()))
}

pub(super) fn nothing(place: Place) -> Node {
    Node::new(place, Kind::Null)
}

/// What `depends_on: [name]` means.
pub(super) fn dependency(place: Place) -> Node {
    let entry = |key: &str, kind| Entry { key: key.into(), key_place: place, value: Node::new(place, kind) };
    let condition = Kind::Str("service_started".into());
    Node::new(place, Kind::Map(vec![entry("condition", condition), entry("required", Kind::Bool(true))]))
}

/// `mergeIPAMConfig`: entries of the same subnet are merged.
fn merge_ipam(base: Node, over: Node, path: &mut Path, conflicts: &mut Vec<Conflict>) -> Node {
    let place = over.place;
    let (Kind::Seq(mut below), Kind::Seq(above)) = (base.kind, over.kind) else {
        conflicts.push(Conflict { place, path: path.join(".") });
        return Node::new(place, Kind::Null);
    };
    for item in above {
        let subnet = item.get("subnet").map(|s| s.kind.clone());
        let same = |node: &&mut Node| node.get("subnet").map(|s| s.kind.clone()) == subnet;
        match below.iter_mut().find(same) {
            Some(known) => {
                let base = std::mem::replace(known, Node::new(place, Kind::Null));
                *known = general(base, item, path, conflicts);
            }
            None => below.push(item),
        }
    }
    Node::new(place, Kind::Seq(below))
}
