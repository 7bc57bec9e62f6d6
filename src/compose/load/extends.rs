//! `extends`: a service that starts from another one, compose-go `loader/extends.go`. It is
//! resolved per file, before that file is merged onto earlier ones.

use crate::compose::load::{
    budget::Work,
    loader::{Context, FileRole, Loader},
    relative,
    reset::{self, ResetPaths},
    substitution::{hand_down, is_made},
};
use crate::compose::values::remote::is_remote;
use crate::{
    provenance::{ProvenanceStep, StepKind},
    syntax::node::{MapEntry, Node, NodeKind},
    text::source::Place,
};
use std::{collections::HashMap, rc::Rc};

/// Longest chain of services that extend each other.
const DEPTH: usize = 100;

/// The services of one file, found by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Services {
    entries: Vec<MapEntry>,
    index: HashMap<Box<str>, usize>,
}

impl Services {
    fn new(entries: Vec<MapEntry>) -> Self {
        let index = entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect();
        Self { entries, index }
    }

    fn get(&self, name: &str) -> Option<&Node> {
        self.index.get(name).map(|at| &self.entries[*at].value)
    }

    fn set(&mut self, name: &str, value: Node) {
        if let Some(at) = self.index.get(name) {
            self.entries[*at].value = value;
        }
    }
}

/// One step of the chain that led here, to tell cycles.
type Tracker = Vec<(String, String)>;

/// What `extends` says.
struct ExtendsReference {
    place: Place,
    service: String,
    /// The name of the service was made from a variable.
    made: bool,
    file: Option<String>,
}

impl ExtendsReference {
    fn shown(&self) -> String {
        if self.made { String::new() } else { format!(" {:?}", self.service) }
    }
}

impl Loader<'_, '_> {
    /// Resolves `extends` of all services of a document.
    pub(crate) fn extends(&mut self, root: &mut Node, file: &str, context: &Context, resets: &ResetPaths) {
        let Some(services) = root.get_mut("services") else { return };
        let NodeKind::Map(entries) = &mut services.kind else {
            let place = services.place;
            self.session.refuse(place, "services must be a mapping");
            return;
        };
        let extends = entries.iter().any(|entry| entry.value.get("extends").is_some());
        let mut all = Services::new(std::mem::take(entries));
        if extends {
            let names: Vec<Box<str>> = all.entries.iter().map(|entry| entry.key.clone()).collect();
            for name in names {
                let _ = self.service_extends(&name, &mut all, file, context, &Tracker::new(), resets);
            }
        }
        if let Some(entries) = root.get_mut("services").and_then(Node::entries_mut) {
            *entries = all.entries;
        }
    }

    /// The service of that name with what it extends below it. It is put into `services` as well,
    /// so that a chain is followed once.
    fn service_extends(
        &mut self,
        name: &str,
        services: &mut Services,
        file: &str,
        context: &Context,
        tracker: &Tracker,
        resets: &ResetPaths,
    ) -> Option<Node> {
        let service = services.get(name)?;
        if service.get("extends").is_none() {
            return Some(service.clone()).filter(|service| !service.is_null());
        }
        let mut service = service.clone();
        let extends = service.remove("extends")?;
        if self.session.budget.exhausted(Work::Copies) {
            return Some(service);
        }
        let reference = match reference(&extends, name) {
            Ok(reference) => reference,
            Err(message) => {
                self.session.refuse(extends.place, message);
                services.set(name, service.clone());
                return Some(service);
            }
        };
        let tracked = reference.file.clone().unwrap_or_else(|| file.to_owned());
        let step = (tracked, name.to_owned());
        let mut chain = tracker.clone();
        if tracker.contains(&step) || tracker.len() >= DEPTH {
            chain.push(step);
            let shown: Vec<String> =
                chain.iter().map(|(file, service)| format!("{service} in {file}")).collect();
            let message = format!("Circular reference: {}", shown.join(" extends "));
            self.session.refuse(reference.place, message);
            services.set(name, service.clone());
            return Some(service);
        }
        chain.push(step);
        let base = match &reference.file {
            None if services.get(&reference.service).is_none() => {
                let (wanted, place) = (reference.shown(), reference.place);
                let message = format!("cannot extend service {name:?}: service{wanted} not found");
                self.session.refuse(place, message);
                None
            }
            None => self.service_extends(&reference.service, services, file, context, &chain, resets),
            Some(other) => self.base_from_file(name, &reference, other, file, context, &chain),
        };
        let merged = match base {
            Some(base) => self.onto_base(name, base, service, &reference, resets),
            None => service,
        };
        services.set(name, merged.clone());
        Some(merged)
    }

    fn onto_base(
        &mut self,
        name: &str,
        mut base: Node,
        service: Node,
        reference: &ExtendsReference,
        resets: &ResetPaths,
    ) -> Node {
        let place = base.place;
        if !self.session.spend(Work::Copies, size(&base), reference.place) {
            return service;
        }
        base.via.push(ProvenanceStep { step: StepKind::Extends, place: Some(reference.place) });
        if !resets.is_empty() {
            let entry = |key: &str, value| MapEntry { key: key.into(), key_place: place, value };
            let services = Node::new(place, NodeKind::Map(vec![entry(name, base)]));
            let mut model = Node::new(place, NodeKind::Map(vec![entry("services", services)]));
            reset::apply(resets, &mut model);
            match model.get_mut("services").and_then(|services| services.remove(name)) {
                Some(kept) => base = kept,
                None => return service,
            }
        }
        hand_down(&mut base);
        let own_place = service.place;
        let mut merged = self.merge(base, service, &mut vec!["services".into(), "x".into()]);
        merged.place = own_place;
        merged.remove("extends");
        merged
    }

    /// The service of another file, with what it extends itself.
    fn base_from_file(
        &mut self,
        name: &str,
        reference: &ExtendsReference,
        other: &str,
        file: &str,
        context: &Context,
        tracker: &Tracker,
    ) -> Option<Node> {
        if is_remote(other) {
            self.session.not_followed(reference.place, "the extended file", other);
            return None;
        }
        let local = context.resource(other);
        let working_dir = context.resource_dir(self.session, other);
        let key = (local.clone(), working_dir, context.id);
        let (mut services, resets) = match self.extended.remove(&key) {
            Some(found) => found,
            None => self.extended_file(name, reference, &key, context)?,
        };
        let wanted = &reference.service;
        let base = if services.index.contains_key(wanted.as_str()) {
            self.service_extends(wanted, &mut services, file, context, tracker, &resets)
        } else {
            let message = format!("cannot extend service {name:?}: service {wanted:?} not found in {other}");
            self.session.refuse(reference.place, message);
            None
        };
        self.extended.insert(key, (services, resets));
        base
    }

    fn extended_file(
        &mut self,
        name: &str,
        reference: &ExtendsReference,
        (local, working_dir, _): &(String, String, usize),
        context: &Context,
    ) -> Option<(Services, Rc<ResetPaths>)> {
        let inner = Context { working_dir: working_dir.clone(), ..context.clone() };
        let loaded = self.file((local, Some(reference.place)), &inner, None, &[], FileRole::Extended);
        let mut tree = loaded.tree?;
        relative::resolve(&mut tree, working_dir, self.session.home());
        let services = tree.remove("services");
        match services.map(|services| services.kind) {
            Some(NodeKind::Map(entries)) => Some((Services::new(entries), Rc::new(loaded.resets))),
            found => {
                let problem =
                    if found.is_some() { "services must be a mapping" } else { "no services section" };
                let message = format!("cannot extend service {name:?} in {local}: {problem}");
                self.session.refuse(reference.place, message);
                None
            }
        }
    }
}

/// How many values a tree holds.
fn size(node: &Node) -> usize {
    let below: usize = match &node.kind {
        NodeKind::Seq(items) => items.iter().map(size).sum(),
        NodeKind::Map(entries) => entries.iter().map(|entry| size(&entry.value)).sum(),
        _ => 0,
    };
    1 + below
}

fn reference(extends: &Node, name: &str) -> Result<ExtendsReference, String> {
    let place = extends.place;
    match &extends.kind {
        NodeKind::Str(service) => {
            let (service, made) = (service.expose().to_owned(), is_made(&extends.via));
            Ok(ExtendsReference { place, service, made, file: None })
        }
        NodeKind::Map(_) => {
            let made = extends.get("service").is_some_and(|service| is_made(&service.via));
            let service = extends.get("service").and_then(Node::text);
            let service = service.ok_or_else(|| format!("extends.{name}.service is required"))?;
            let file = match extends.get("file") {
                None => None,
                Some(file) if file.is_null() => None,
                Some(file) => match file.text() {
                    Some(text) => Some(text.expose().to_owned()),
                    None => return Err(format!("services.{name}.extends.file must be a string")),
                },
            };
            Ok(ExtendsReference { place, service: service.expose().to_owned(), made, file })
        }
        _ => Err(format!("services.{name}.extends must be a mapping or a string")),
    }
}
