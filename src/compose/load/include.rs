//! `include`: other projects whose resources are taken over, compose-go `loader/include.go`.

use crate::compose::{
    load::{
        environment::ComposeEnvironment,
        loader::{Context, Loader},
        reset::{self, ResetPaths},
        substitution::hand_down,
    },
    values::{path, remote::is_remote},
};
use crate::{
    provenance::{Layer, ProvenanceStep, StepKind},
    syntax::node::{MapEntry, Node, NodeKind},
    text::source::Place,
};
use indexmap::IndexMap;

/// Deepest chain of included files.
const DEPTH: usize = 64;
/// Most included files of one project, each counted as often as it is included.
const FILES: usize = 2_000;

/// One item of `include`.
struct Included {
    place: Place,
    paths: Vec<String>,
    project_directory: String,
    env_files: Vec<String>,
}

/// What `include` takes over.
const KINDS: [&str; 6] = ["services", "volumes", "networks", "secrets", "configs", "models"];

/// The resources of the including document, each kind by name, while they are added to.
#[derive(Default)]
struct Resources([Option<IndexMap<Box<str>, MapEntry>>; KINDS.len()]);

impl Resources {
    /// Takes those of one kind out of the document, which gets room for them where it has none.
    fn take(root: &mut Node, kind: &str, place: Place) -> IndexMap<Box<str>, MapEntry> {
        if root.get(kind).is_none_or(|to| !matches!(to.kind, NodeKind::Map(_))) {
            root.set(kind, Node::new(place, NodeKind::Map(Vec::new())));
        }
        let entries = root.get_mut(kind).and_then(Node::entries_mut).map(std::mem::take);
        entries.into_iter().flatten().map(|entry| (entry.key.clone(), entry)).collect()
    }

    fn put_back(self, root: &mut Node) {
        for (kind, taken) in KINDS.into_iter().zip(self.0) {
            if let (Some(entries), Some(taken)) = (root.get_mut(kind).and_then(Node::entries_mut), taken) {
                *entries = taken.into_values().collect();
            }
        }
    }
}

impl Loader<'_, '_> {
    /// Takes over what `root` includes, and takes `include` out of it.
    pub(crate) fn include(
        &mut self,
        root: &mut Node,
        context: &Context,
        chain: &[String],
        resets: &ResetPaths,
    ) {
        let Some(include) = root.remove("include") else { return };
        let items = match &include.kind {
            NodeKind::Null => return,
            NodeKind::Seq(items) => items,
            _ => {
                self.session.refuse(include.place, "`include` must be a list");
                return;
            }
        };
        let mut resources = Resources::default();
        for item in items {
            match included(item) {
                Some(included) => self.include_one((root, &mut resources), included, context, chain, resets),
                None => self.session.refuse(
                    item.place,
                    "an item of `include` must be a path, or a mapping with path, project_directory and env_file",
                ),
            }
        }
        resources.put_back(root);
    }

    fn include_one(
        &mut self,
        (root, resources): (&mut Node, &mut Resources),
        mut item: Included,
        context: &Context,
        chain: &[String],
        resets: &ResetPaths,
    ) {
        let Some(first) = item.paths.first() else { return };
        if is_remote(first) {
            self.session.not_followed(item.place, "the included project", first);
            return;
        }
        let first = context.resource(first);
        let written = std::mem::take(&mut item.project_directory);
        let (directory, working_dir) = if written.is_empty() {
            (path::parent(&first), context.resource_dir(self.session, &first))
        } else if path::is_absolute(&written) {
            (written.clone(), written)
        } else {
            let working_dir = context.resource_dir(self.session, &written);
            (path::join(&context.working_dir, &written), working_dir)
        };
        if chain.contains(&first) {
            let mut files = chain.to_vec();
            files.push(first);
            let message = format!("include cycle detected: {}", files.join(" includes "));
            self.session.refuse(item.place, message);
            return;
        }
        self.included += item.paths.len();
        if chain.len() > DEPTH || self.included > FILES {
            let message = format!("more than {DEPTH} files deep, or more than {FILES} files, are included");
            self.session.refuse(item.place, message);
            return;
        }
        let (env_files, kind) = self.include_env_files(&item, &directory, context);
        let added = self.session.read_env_files(&env_files, kind, &context.environment);
        let environment = ComposeEnvironment::of_included(&context.environment, added);
        let inner = Context { working_dir, loader_dir: directory, environment, id: self.included };
        let files: Vec<String> = item.paths.iter().map(|path| context.resource(path)).collect();
        if let Some(imported) = self.model(&files, &inner, chain, Some(item.place)) {
            self.import((root, resources), imported, item.place, resets);
        }
    }

    fn include_env_files(
        &mut self,
        item: &Included,
        directory: &str,
        context: &Context,
    ) -> (Vec<String>, Layer) {
        if item.env_files.is_empty() {
            let file = path::join(directory, ".env");
            let at = self.session.in_cwd(&file);
            let found = self.session.exists(&at) && !self.session.is_directory(&at);
            return (found.then_some(file).into_iter().collect(), Layer::ProjectDotenv);
        }
        let mut files = Vec::new();
        for file in item.env_files.iter().filter(|file| *file != "/dev/null") {
            if path::is_absolute(file) {
                files.push(file.clone());
                continue;
            }
            let file = path::join(&context.working_dir, file);
            let at = self.session.in_cwd(&file);
            if !self.session.exists(&at) {
                self.session.refuse(item.place, format!("the env file {at} does not exist"));
            } else if self.session.is_directory(&at) {
                self.session.refuse(item.place, format!("{at} is not a file"));
            } else {
                files.push(file);
            }
        }
        (files, Layer::CliEnvFile)
    }

    /// `importResources`: the including file wins over what it includes.
    fn import(
        &mut self,
        (root, resources): (&mut Node, &mut Resources),
        mut imported: Node,
        place: Place,
        resets: &ResetPaths,
    ) {
        for (kind, taken) in KINDS.into_iter().zip(&mut resources.0) {
            let Some(from) = imported.remove(kind) else { continue };
            let to = taken.get_or_insert_with(|| Resources::take(root, kind, from.place));
            let NodeKind::Map(entries) = from.kind else { continue };
            for mut entry in entries {
                entry.value.via.push(ProvenanceStep { step: StepKind::Include, place: Some(place) });
                let key = entry.key.clone();
                let merged = match to.get_mut(&key) {
                    None => entry,
                    Some(own) => {
                        let null = Node::new(entry.key_place, NodeKind::Null);
                        let own = std::mem::replace(&mut own.value, null);
                        self.merge_import(kind, entry, own, resets)
                    }
                };
                to.insert(key, merged);
            }
        }
    }

    fn merge_import(&mut self, kind: &str, entry: MapEntry, own: Node, resets: &ResetPaths) -> MapEntry {
        let place = entry.key_place;
        let key = entry.key.clone();
        let resource = Node::new(place, NodeKind::Map(vec![entry]));
        let outer = MapEntry { key: kind.into(), key_place: place, value: resource };
        let mut model = Node::new(place, NodeKind::Map(vec![outer]));
        reset::apply(resets, &mut model);
        let base = model.get_mut(kind).and_then(|resources| resources.remove(&key));
        let value = match base {
            Some(mut base) => {
                hand_down(&mut base);
                self.merge(base, own, &mut vec![kind.into(), key.clone()])
            }
            None => own,
        };
        MapEntry { key, key_place: place, value }
    }
}

fn included(item: &Node) -> Option<Included> {
    let place = item.place;
    let own = |node: &Node| node.text().map(|text| text.expose().to_owned());
    let list = |node: Option<&Node>| -> Option<Vec<String>> {
        let Some(node) = node else { return Some(Vec::new()) };
        match &node.kind {
            NodeKind::Str(text) => Some(vec![text.expose().to_owned()]),
            NodeKind::Seq(items) => items.iter().map(own).collect(),
            _ => None,
        }
    };
    match &item.kind {
        NodeKind::Str(path) => Some(Included {
            place,
            paths: vec![path.expose().to_owned()],
            project_directory: String::new(),
            env_files: Vec::new(),
        }),
        NodeKind::Map(_) => Some(Included {
            place,
            paths: list(item.get("path"))?,
            project_directory: match item.get("project_directory") {
                Some(node) => own(node)?,
                None => String::new(),
            },
            env_files: list(item.get("env_file"))?,
        }),
        _ => None,
    }
}
