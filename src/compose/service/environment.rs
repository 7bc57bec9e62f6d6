//! The environment of one service: `environment:` over its env files, every value with where it
//! comes from and what it overrides (compose-go `types/project.go:
//! WithServicesEnvironmentResolved`).

use crate::compose::{
    load::{
        env_files::{Chain, EnvFileFormat},
        environment::ComposeEnvironment,
        session::Session,
    },
    values::{
        cast::{self, Cast},
        scalar,
    },
};
use crate::{
    provenance::{Candidate, Layer, Provenance, ProvenanceStep, Reason, Shadowed, StepKind, Variable},
    syntax::{
        interpolate::{Binding, UNKNOWN},
        node::{MapEntry, Node, NodeKind, Replaced},
    },
    text::{
        limits,
        secret::Text,
        source::{Language, Place},
    },
    world::files::ReadError,
};
use indexmap::IndexMap;
use std::collections::HashMap;

/// One entry of `environment:`.
struct OwnVariable {
    name: String,
    /// None for a name without a value.
    value: Option<Text>,
    place: Place,
    via: Provenance,
    replaced: Vec<Replaced>,
}

/// One file of `env_file:`.
struct ServiceEnvFile {
    path: String,
    place: Place,
    via: Provenance,
    required: bool,
    format: Result<EnvFileFormat, Place>,
}

impl Session<'_> {
    /// Resolves the environment of a service whose tree is final. A service that is not enabled
    /// reads no env file.
    pub(crate) fn service_environment(
        &mut self,
        service: &Node,
        enabled: bool,
        project: &ComposeEnvironment,
    ) -> Vec<Variable> {
        let own = self.own_entries(service);
        let files = if enabled { env_files(service) } else { Vec::new() };
        let mut given: HashMap<String, Binding> = HashMap::new();
        for entry in own.iter().filter(|_| !files.is_empty()) {
            if let Some(value) = &entry.value {
                let step = ProvenanceStep {
                    step: StepKind::Field(Layer::ComposeEnvironment),
                    place: Some(entry.place),
                };
                let via = entry.via.after(step);
                given.insert(entry.name.clone(), Binding { value: value.clone(), via });
            }
        }
        let mut from_files: IndexMap<String, Vec<Candidate>> = IndexMap::new();
        let mut known = given.clone();
        let outer = Chain(project, &given);
        for file in files {
            self.read_env_file(&file, &outer, &mut known, &mut from_files);
        }
        let mut variables: Vec<Variable> = Vec::with_capacity(own.len() + from_files.len());
        for entry in own {
            // Its place is kept, as taking it out would move all others.
            let hidden = from_files.get_mut(&entry.name).map(std::mem::take).unwrap_or_default();
            variables.push(variable(entry, hidden, project));
        }
        for (name, candidates) in from_files {
            let mut candidates = candidates.into_iter().rev();
            let Some(winner) = candidates.next().map(Some) else { continue };
            let losers = file_losers(winner.as_ref(), candidates);
            variables.push(Variable { name, winner, losers });
        }
        variables
    }

    fn own_entries(&mut self, service: &Node) -> Vec<OwnVariable> {
        let Some(environment) = service.get("environment") else { return Vec::new() };
        let outer = outer_steps(service, environment);
        let via_of = |node: &Node| {
            let mut via = node.via.clone();
            via.prepend(&outer);
            via
        };
        match &environment.kind {
            NodeKind::Seq(items) => {
                let mut own: IndexMap<String, OwnVariable> = IndexMap::new();
                for item in items {
                    let Some(text) = item.text().map(Text::expose) else { continue };
                    let (name, value) = match text.split_once('=') {
                        Some((name, value)) => (name, Some(value.into())),
                        None => (text, None),
                    };
                    if has_trailing_space(text) {
                        let message = "an environment variable is declared with a trailing space";
                        self.refuse(item.place, message);
                    }
                    let (name, place, via) = (name.to_owned(), item.place, via_of(item));
                    let replaced = item.replaced.clone();
                    own.insert(name.clone(), OwnVariable { name, value, place, via, replaced });
                }
                own.into_values().collect()
            }
            NodeKind::Map(entries) => {
                let (extensions, variables): (Vec<&MapEntry>, Vec<&MapEntry>) =
                    entries.iter().partition(|entry| entry.key.starts_with("x-"));
                let variable = |entry: &MapEntry| OwnVariable {
                    name: entry.key.to_string(),
                    value: (!entry.value.is_null()).then(|| scalar::print(&entry.value)),
                    place: entry.key_place,
                    via: via_of(&entry.value),
                    replaced: entry.value.replaced.clone(),
                };
                let mut own: Vec<OwnVariable> = variables.into_iter().map(variable).collect();
                // compose-go `processExtensions` takes `x-…` keys for extensions here as well, and
                // they come out as one variable of this odd name.
                if let Some(first) = extensions.first() {
                    let all = NodeKind::Map(extensions.iter().map(|entry| (*entry).clone()).collect());
                    own.push(OwnVariable {
                        name: "#extensions".to_owned(),
                        value: Some(scalar::print(&Node::new(first.key_place, all))),
                        place: first.key_place,
                        via: Provenance::default(),
                        replaced: Vec::new(),
                    });
                }
                own
            }
            _ => Vec::new(),
        }
    }

    fn read_env_file(
        &mut self,
        file: &ServiceEnvFile,
        outer: &Chain<'_>,
        known: &mut HashMap<String, Binding>,
        found: &mut IndexMap<String, Vec<Candidate>>,
    ) {
        let path = self.in_cwd(&file.path);
        if file.path.is_empty() || self.is_absent(&path) {
            self.look_at(Layer::ComposeEnvFile, &path, Some(&ReadError::Absent));
            let message = format!("env file {} not found", file.path);
            // With `--assume-env` it may hold the very secrets that are not here.
            if file.required && !self.options.assume_env {
                self.refuse(file.place, message);
            }
            return;
        }
        let format = match file.format {
            Ok(format) => format,
            Err(place) => {
                self.refuse(place, "unsupported env_file format; `raw` is the only one");
                return;
            }
        };
        let layer = Layer::ComposeEnvFile;
        let (source, broken) = match self.read(&path, layer, Language::Dotenv, limits::ENV_FILE) {
            Ok(read) => read,
            Err(problem) => {
                self.refuse(file.place, format!("the env file {path} {problem}"));
                return;
            }
        };
        if let (EnvFileFormat::Raw, Some(at)) = (format, broken) {
            let span = crate::text::source::Span::new(at, at);
            self.refuse(Place { source, span }, "the file is not UTF-8 text, which `format: raw` needs");
        }
        for line in self.evaluate(source, format, Layer::ComposeEnvFile, outer, known) {
            let mut via = line.binding.via;
            via.prepend(&file.via);
            let candidate = Candidate {
                layer: Layer::ComposeEnvFile,
                place: Some(line.place),
                via,
                value: known_text(line.binding.value),
                name: line.name.clone(),
            };
            found.entry(line.name).or_default().push(candidate);
        }
    }
}

/// Whether the name of a `NAME=value` ends in a blank, which compose-go refuses (byte by byte, so
/// that some letters of other scripts count as blanks, `types/mapping.go: DecodeMapstructure`).
pub(crate) fn has_trailing_space(item: &str) -> bool {
    let name = item.split('=').next().unwrap_or_default();
    name.bytes().next_back().is_some_and(|b| matches!(b, b'\t'..=b'\r' | b' ' | 0x85 | 0xa0))
}

/// The value, when all of it is known.
fn known_text(value: Text) -> Option<Text> {
    (!value.expose().contains(UNKNOWN)).then_some(value)
}

fn variable(entry: OwnVariable, hidden: Vec<Candidate>, project: &ComposeEnvironment) -> Variable {
    let OwnVariable { name, value, place, via, replaced } = entry;
    let candidate = |value: Text, place, via| Candidate {
        layer: Layer::ComposeEnvironment,
        place: Some(place),
        via,
        value: known_text(value),
        name: name.clone(),
    };
    let reason = if value.is_some() {
        Reason::EnvironmentPrecedence { winner: Layer::ComposeEnvironment }
    } else {
        Reason::NamedWithoutValue
    };
    let winner = value.map(|value| candidate(value, place, via));
    let mut losers = Vec::new();
    for Replaced { node, by } in replaced {
        let Some(text) = node.text().map(Text::expose) else { continue };
        let lost = match text.split_once('=') {
            Some((_, value)) => Some((Text::from(value), node.via)),
            None => project.get(text).map(|b| {
                let mut via = b.via.clone();
                via.prepend(&node.via);
                (b.value.clone(), via)
            }),
        };
        if let Some((value, via)) = lost {
            losers.push(Shadowed::new(candidate(value, node.place, via), Reason::OverriddenInMerge(by)));
        }
    }
    let mut hidden = hidden.into_iter().rev();
    if let Some(last) = hidden.next() {
        let others = file_losers(Some(&last), hidden);
        losers.push(Shadowed::new(last, reason));
        losers.extend(others);
    }
    Variable { name, winner, losers }
}

/// Candidates of env files, each overridden by the one before it.
fn file_losers(winner: Option<&Candidate>, others: impl Iterator<Item = Candidate>) -> Vec<Shadowed> {
    let source = |candidate: &Candidate| candidate.place.map(|place| place.source);
    let mut stronger = winner.and_then(source);
    let lose = |candidate: Candidate| {
        let own = source(&candidate);
        let same = std::mem::replace(&mut stronger, own) == own;
        Shadowed::new(candidate, if same { Reason::LaterLine } else { Reason::LaterFile })
    };
    others.map(lose).collect()
}

/// How a service and one of its lists came here.
fn outer_steps(service: &Node, list: &Node) -> Provenance {
    let mut steps = list.via.clone();
    steps.prepend(&service.via);
    steps
}

/// The `env_file:` of a service in its long form.
fn env_files(service: &Node) -> Vec<ServiceEnvFile> {
    let Some(list) = service.get("env_file") else { return Vec::new() };
    let outer = outer_steps(service, list);
    let file = |item: &Node| {
        let path = item.get("path")?;
        let required = match item.get("required").map(|node| &node.kind) {
            Some(NodeKind::Bool(required)) => *required,
            Some(NodeKind::Str(text)) => {
                !matches!(cast::cast(text.expose(), Cast::Bool), Ok((NodeKind::Bool(false), _)))
            }
            _ => true,
        };
        let format = match item.get("format") {
            None => Ok(EnvFileFormat::Compose),
            Some(node) => match node.text().map(Text::expose) {
                Some("" | ".env") => Ok(EnvFileFormat::Compose),
                Some("raw") => Ok(EnvFileFormat::Raw),
                _ => Err(node.place),
            },
        };
        let mut via = item.via.clone();
        via.prepend(&outer);
        // How the path was interpolated is not how a value came about.
        let kept = |via: &&ProvenanceStep| {
            matches!(via.step, StepKind::Alias | StepKind::MergeKey | StepKind::Extends | StepKind::Include)
        };
        let via = via.iter().filter(kept).cloned().collect();
        let path_text = path.text()?.expose().to_owned();
        Some(ServiceEnvFile { path: path_text, place: path.place, via, required, format })
    };
    list.items().iter().filter_map(file).collect()
}
