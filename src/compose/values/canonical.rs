//! Brings short syntax to its long form, compose-go `transform/canonical.go`, so that entries of
//! different files can be told apart and merged.

use crate::compose::{
    check::unicity::children,
    load::{
        budget::Work,
        merge::{dependency, nothing, to_mapping},
        session::Session,
        substitution::hand_down,
    },
    values::{path, port, volume},
};
use crate::{
    syntax::{
        interpolate::UNKNOWN,
        node::{MapEntry, Node, NodeKind},
    },
    text::source::Place,
};
use indexmap::IndexMap;

impl Session<'_> {
    /// Transforms a whole project in place.
    pub(crate) fn canonical(&mut self, project: &mut Node) {
        for (name, service) in children(project, "services") {
            self.canonical_service(name, service);
        }
        for kind in ["volumes", "networks", "secrets", "configs"] {
            for (name, resource) in children(project, kind) {
                self.external(&format!("{kind}.{name}"), resource);
            }
        }
    }

    fn canonical_service(&mut self, name: &str, service: &mut Node) {
        let Some(entries) = service.entries_mut() else { return };
        for MapEntry { key, value, .. } in entries {
            match &**key {
                "env_file" => to_list(value, env_file),
                "label_file" | "dns" => to_list(value, |item| item),
                "depends_on" => replace(value, |node| to_mapping(node, dependency)),
                "networks" | "models" => replace(value, |node| to_mapping(node, nothing)),
                "secrets" | "configs" => each(value, |item| named(item, "source")),
                "devices" => {
                    for item in value.items() {
                        if item.text().is_some_and(|text| text.expose().split(':').count() > 3) {
                            let message = "confusing device mapping, please use long syntax";
                            self.refuse(item.place, message);
                        }
                    }
                    each(value, device);
                }
                "gpus" if value.text().is_some() => {
                    let count = NodeKind::Str("all".into());
                    let request = map(value.place, [("count", count)]);
                    *value = Node::new(value.place, NodeKind::Seq(vec![request]));
                }
                "volumes" => self.volumes(value),
                "ports" => self.ports(value),
                "build" => {
                    if value.text().is_some() {
                        replace(value, |node| named(node, "context"));
                    }
                    if let Some(secrets) = value.get_mut("secrets") {
                        each(secrets, |item| named(item, "source"));
                    }
                    if let Some(contexts) = value.get_mut("additional_contexts") {
                        self.additional_contexts(name, contexts);
                    }
                }
                _ => {}
            }
        }
        if let Some(depends_on) = service.get_mut("depends_on") {
            let place = depends_on.place;
            for entry in depends_on.entries_mut().into_iter().flatten() {
                for (key, default) in dependency(place).entries().iter().map(|e| (&e.key, &e.value)) {
                    if entry.value.get(key).is_none() {
                        entry.value.set(key, Node { place: entry.value.place, ..default.clone() });
                    }
                }
            }
        }
    }

    fn volumes(&mut self, list: &mut Node) {
        hand_down(list);
        let NodeKind::Seq(items) = &mut list.kind else { return };
        for item in items {
            let NodeKind::Str(spec) = &item.kind else { continue };
            match volume::parse(spec.expose()) {
                Ok(mount) => {
                    let kind = if mount.bind { "bind" } else { "volume" };
                    let target =
                        if mount.target.is_empty() { String::new() } else { path::clean(&mount.target) };
                    let mut long = map(item.place, [("type", NodeKind::Str(kind.into()))]);
                    if !mount.source.is_empty() {
                        long.set(
                            "source",
                            Node::new(item.place, NodeKind::Str(mount.source.as_str().into())),
                        );
                    }
                    long.set("target", Node::new(item.place, NodeKind::Str(target.into())));
                    if mount.read_only {
                        long.set("read_only", Node::new(item.place, NodeKind::Bool(true)));
                    }
                    for (kind, options) in mount.options() {
                        let mut all = map(item.place, []);
                        for (key, option) in options {
                            all.set(key, Node::new(item.place, option));
                        }
                        long.set(kind, all);
                    }
                    item.kind = long.kind;
                }
                // Told already, by the check of what is written twice.
                Err(_) if self.is_refused(item.place) => {}
                Err(message) => self.refuse(item.place, message),
            }
        }
    }

    fn ports(&mut self, list: &mut Node) {
        hand_down(list);
        let NodeKind::Seq(items) = &mut list.kind else { return };
        let mut long = Vec::with_capacity(items.len());
        for item in std::mem::take(items) {
            let spec = match &item.kind {
                NodeKind::Int(number) => number.to_string(),
                NodeKind::Str(spec) if !spec.expose().contains(UNKNOWN) => spec.expose().to_owned(),
                _ => {
                    long.push(item);
                    continue;
                }
            };
            match port::parse(&spec) {
                Ok(mut ports) if self.spend(Work::Ports, ports.len(), item.place) => {
                    ports.sort_by_key(|port| format!("{}/{}", port.target, port.protocol));
                    long.extend(ports.into_iter().map(|port| long_port(port, &item)));
                }
                Ok(_) => {}
                Err(message) => {
                    self.refuse(item.place, message);
                    long.push(item);
                }
            }
        }
        *items = long;
    }

    fn additional_contexts(&mut self, service: &str, contexts: &mut Node) {
        hand_down(contexts);
        let place = contexts.place;
        let NodeKind::Seq(items) = &contexts.kind else { return };
        let mut long: IndexMap<Box<str>, MapEntry> = IndexMap::new();
        for item in items.clone() {
            match item.text().and_then(|text| text.expose().split_once('=')) {
                Some((name, value)) => {
                    let kind = NodeKind::Str(value.into());
                    let value = Node { kind, ..item.clone() };
                    let entry = MapEntry { key: name.into(), key_place: item.place, value };
                    long.insert(name.into(), entry);
                }
                None => {
                    let message =
                        format!("services.{service}.build.additional_contexts: expected NAME=value");
                    self.refuse(item.place, message);
                }
            }
        }
        *contexts = Node::new(place, NodeKind::Map(long.into_values().collect()));
    }

    /// `transformMaybeExternal`: `external: {name: …}` is the old way to say `name: …`.
    fn external(&mut self, path: &str, resource: &mut Node) {
        let Some(external) = resource.get("external").filter(|e| matches!(e.kind, NodeKind::Map(_))) else {
            return;
        };
        let place = external.place;
        let old = external.get("name").cloned();
        resource.set("external", Node::new(place, NodeKind::Bool(true)));
        let Some(old) = old else { return };
        let message = format!("{path}: external.name is deprecated. Please set name and external: true");
        self.warn(message, Some(place));
        match resource.get("name") {
            Some(name) if name.kind != old.kind => {
                let message = format!("{path}: name and external.name conflict; only use name");
                self.refuse(place, message);
            }
            Some(_) => {}
            None => resource.set("name", old),
        }
    }
}

pub(crate) fn map<const N: usize>(place: Place, entries: [(&str, NodeKind); N]) -> Node {
    let entry = |(key, kind): (&str, NodeKind)| MapEntry {
        key: key.into(),
        key_place: place,
        value: Node::new(place, kind),
    };
    Node::new(place, NodeKind::Map(entries.into_iter().map(entry).collect()))
}

fn replace(node: &mut Node, with: impl FnOnce(Node) -> Node) {
    let place = node.place;
    let old = std::mem::replace(node, Node::new(place, NodeKind::Null));
    *node = with(old);
}

fn each(list: &mut Node, with: impl Fn(Node) -> Node) {
    hand_down(list);
    if let NodeKind::Seq(items) = &mut list.kind {
        for item in items {
            replace(item, &with);
        }
    }
}

/// A text becomes a list of one.
fn to_list(node: &mut Node, item: impl Fn(Node) -> Node) {
    if node.text().is_some() {
        let place = node.place;
        replace(node, |text| Node::new(place, NodeKind::Seq(vec![text])));
    }
    each(node, item);
}

/// A text becomes a map with that text below `key`.
fn named(node: Node, key: &str) -> Node {
    if node.text().is_none() {
        return node;
    }
    let place = node.place;
    let via = node.via.clone();
    let entry = MapEntry { key: key.into(), key_place: place, value: node };
    Node { via, ..Node::new(place, NodeKind::Map(vec![entry])) }
}

fn env_file(item: Node) -> Node {
    let mut item = named(item, "path");
    if item.get("required").is_none() {
        item.set("required", Node::new(item.place, NodeKind::Bool(true)));
    }
    item
}

fn device(item: Node) -> Node {
    let Some(spec) = item.text() else { return item };
    let parts: Vec<&str> = spec.expose().split(':').collect();
    let source = parts[0];
    let target = parts.get(1).filter(|t| !t.is_empty()).unwrap_or(&source);
    let permissions = parts.get(2).unwrap_or(&"rwm");
    let text = |text: &str| NodeKind::Str(text.into());
    let entries = [("source", text(source)), ("target", text(target)), ("permissions", text(permissions))];
    Node { via: item.via.clone(), ..map(item.place, entries) }
}

fn long_port(port: port::PortSpec, item: &Node) -> Node {
    let text = |text: &str| NodeKind::Str(text.into());
    let mut long = map(item.place, [("mode", text("ingress"))]);
    let mut set = |key: &str, kind| long.set(key, Node::new(item.place, kind));
    if let Some(ip) = &port.host_ip {
        set("host_ip", text(ip));
    }
    set("target", NodeKind::Int(port.target.into()));
    if let Some(published) = &port.published {
        set("published", text(published));
    }
    set("protocol", text(&port.protocol));
    Node { via: item.via.clone(), ..long }
}
