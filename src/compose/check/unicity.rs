//! Lists that hold each thing once: the later entry takes the place of the earlier one
//! (compose-go `override/uncity.go`).

use crate::compose::values::volume;
use crate::{
    provenance::{StepKind, reason::Merge},
    syntax::node::{Node, NodeKind, Replaced},
    text::source::{Place, Sources},
};
use std::collections::HashMap;

/// An entry of a list that cannot be told apart from others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct UnicityProblem {
    pub(crate) place: Place,
    pub(crate) message: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Index {
    Name,
    Volume,
    Device,
    Expose,
    Mount(&'static str),
    Port,
    EnvFile,
}

const SERVICE: &[(&str, Index)] = &[
    ("annotations", Index::Name),
    ("cap_add", Index::Name),
    ("cap_drop", Index::Name),
    ("configs", Index::Mount("")),
    ("devices", Index::Device),
    ("dns", Index::Name),
    ("dns_opt", Index::Name),
    ("dns_search", Index::Name),
    ("env_file", Index::EnvFile),
    ("environment", Index::Name),
    ("expose", Index::Expose),
    ("labels", Index::Name),
    ("links", Index::Name),
    ("ports", Index::Port),
    ("profiles", Index::Name),
    ("secrets", Index::Mount("/run/secrets")),
    ("sysctls", Index::Name),
    ("tmpfs", Index::Name),
    ("volumes", Index::Volume),
];
const BUILD: &[&str] = &["args", "additional_contexts", "platform", "tags", "labels"];

/// Applies the rules to a whole project.
pub(crate) fn enforce(project: &mut Node, sources: &Sources) -> Vec<UnicityProblem> {
    let mut run = UnicityRun { sources, problems: Vec::new() };
    for (name, service) in children(project, "services") {
        let path = format!("services.{name}");
        for (key, index) in SERVICE {
            if let Some(list) = service.get_mut(key) {
                run.list(list, *index, &format!("{path}.{key}"), *key == "environment");
            }
        }
        if let Some(build) = service.get_mut("build") {
            for key in BUILD {
                if let Some(list) = build.get_mut(key) {
                    run.list(list, Index::Name, &format!("{path}.build.{key}"), false);
                }
            }
        }
        if let Some(list) = service.get_mut("deploy").and_then(|d| d.get_mut("labels")) {
            run.list(list, Index::Name, &format!("{path}.deploy.labels"), false);
        }
        for (network, settings) in children(service, "networks") {
            for key in ["aliases", "link_local_ips"] {
                if let Some(list) = settings.get_mut(key) {
                    run.list(list, Index::Name, &format!("{path}.networks.{network}.{key}"), false);
                }
            }
        }
    }
    for (name, network) in children(project, "networks") {
        if let Some(list) = network.get_mut("labels") {
            run.list(list, Index::Name, &format!("networks.{name}.labels"), false);
        }
    }
    run.problems
}

/// The entries of a map below a key.
pub(crate) fn children<'n>(
    node: &'n mut Node,
    key: &str,
) -> impl Iterator<Item = (&'n str, &'n mut Node)> + use<'n> {
    let entries = node.get_mut(key).and_then(Node::entries_mut);
    entries.into_iter().flatten().map(|entry| (&*entry.key, &mut entry.value))
}

struct UnicityRun<'a> {
    sources: &'a Sources,
    problems: Vec<UnicityProblem>,
}

impl UnicityRun<'_> {
    fn list(&mut self, list: &mut Node, index: Index, path: &str, keep: bool) {
        let NodeKind::Seq(items) = &mut list.kind else { return };
        let mut kept: Vec<Node> = Vec::with_capacity(items.len());
        let mut known: HashMap<String, usize> = HashMap::with_capacity(items.len());
        for (number, mut item) in std::mem::take(items).into_iter().enumerate() {
            let key = match key(&item, index, &format!("{path}.[{number}]")) {
                Ok(key) => key,
                Err(message) => {
                    self.problems.push(UnicityProblem { place: item.place, message });
                    // The target of a mount without a source is known all the same.
                    if index == Index::Volume {
                        kept.push(item);
                    }
                    continue;
                }
            };
            match known.get(&key) {
                Some(at) => {
                    if keep {
                        let by = self.stronger(&item, &kept[*at]);
                        let null = Node::new(item.place, NodeKind::Null);
                        let mut node = std::mem::replace(&mut kept[*at], null);
                        let older = std::mem::take(&mut node.replaced);
                        item.replaced.push(Replaced { node, by });
                        item.replaced.extend(older);
                    }
                    kept[*at] = item;
                }
                None => {
                    known.insert(key, kept.len());
                    kept.push(item);
                }
            }
        }
        *items = kept;
    }

    /// What makes the later of two entries win.
    fn stronger(&self, winner: &Node, loser: &Node) -> Merge {
        let came_by = |node: &Node, step: &StepKind| node.via.iter().any(|via| via.step == *step);
        let only_loser = |step: StepKind| came_by(loser, &step) && !came_by(winner, &step);
        if only_loser(StepKind::Extends) {
            Merge::Extends
        } else if only_loser(StepKind::Include) {
            Merge::Include
        } else if winner.place.source == loser.place.source {
            Merge::LaterEntry
        } else {
            let name = self.sources.get(winner.place.source).name.to_string();
            Merge::File(name.rsplit('/').next().unwrap_or(&name).to_owned())
        }
    }
}

fn key(item: &Node, index: Index, path: &str) -> Result<String, String> {
    let unexpected = || Err(format!("{path}: unexpected type {}", type_name(item)));
    let is_time = item.tag.as_deref() == Some("!!timestamp");
    match (index, &item.kind) {
        (Index::Name | Index::Mount(_), _) if is_time => unexpected(),
        (Index::Expose, _) if is_time => Err(format!("{path}: unsupported expose value")),
        (Index::Name, NodeKind::Str(text)) => {
            Ok(text.expose().split('=').next().unwrap_or_default().to_owned())
        }
        (Index::Name, _) => unexpected(),
        (Index::Volume, NodeKind::Str(text)) => match volume::parse(text.expose()) {
            Ok(volume) => Ok(volume.target),
            Err(message) => Err(format!("{path}: {message}")),
        },
        (Index::Device, NodeKind::Str(text)) => {
            let parts: Vec<&str> = text.expose().split(':').collect();
            Ok(parts.get(1).unwrap_or(&parts[0]).to_string())
        }
        (Index::Volume | Index::Device, NodeKind::Map(_)) => match item.get("target").and_then(Node::text) {
            Some(target) => Ok(target.expose().to_owned()),
            None => Err(format!("{path} is missing a mount target")),
        },
        (Index::Expose, NodeKind::Str(text)) => Ok(text.expose().to_owned()),
        (Index::Expose, NodeKind::Int(number)) => Ok(number.to_string()),
        (Index::Expose, _) => Err(format!("{path}: unsupported expose value")),
        (Index::Mount(folder), NodeKind::Str(text)) => Ok(format!("{folder}/{}", text.expose())),
        (Index::Mount(folder), NodeKind::Map(_)) => {
            let text = |key| item.get(key).and_then(Node::text).map(|t| t.expose().to_owned());
            let source = || format!("{folder}/{}", text("source").unwrap_or_default());
            Ok(text("target").unwrap_or_else(source))
        }
        (Index::Mount(_), _) => unexpected(),
        (Index::Port, NodeKind::Int(number)) => Ok(number.to_string()),
        (Index::Port, NodeKind::Str(text)) => Ok(text.expose().to_owned()),
        (Index::Port, NodeKind::Map(_)) => {
            let shown = |key, default: &str| match item.get(key) {
                Some(value) => crate::compose::values::scalar::print(value).expose().to_owned(),
                None => default.to_owned(),
            };
            if item.get("target").is_none() {
                return Err(format!("{path} is missing a target port"));
            }
            let (host, protocol) = (shown("host_ip", "0.0.0.0"), shown("protocol", "tcp"));
            Ok(format!("{host}:{}:{}/{protocol}", shown("published", ""), shown("target", "")))
        }
        (Index::EnvFile, NodeKind::Str(text)) => Ok(text.expose().to_owned()),
        (Index::EnvFile, NodeKind::Map(_)) => match item.get("path").and_then(Node::text) {
            Some(path) => Ok(path.expose().to_owned()),
            None => Err(format!("{path}: the path of the env file is missing")),
        },
        _ => Ok(String::new()),
    }
}

/// Go's name of a value's type.
fn type_name(node: &Node) -> &'static str {
    match node.kind {
        NodeKind::Null => "<nil>",
        NodeKind::Bool(_) => "bool",
        NodeKind::Int(_) => "int",
        NodeKind::Uint(_) => "uint64",
        NodeKind::Float(_) => "float64",
        NodeKind::Str(_) if node.tag.as_deref() == Some("!!timestamp") => "time.Time: quote the date",
        NodeKind::Str(_) => "string",
        NodeKind::Seq(_) => "list",
        NodeKind::Map(_) => "map",
    }
}
