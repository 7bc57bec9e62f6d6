//! One service of a project, and how its container would be run.

pub mod client_proxies;
pub(crate) mod environment;
pub(crate) mod given_files;
pub(crate) mod label_files;
pub(crate) mod pass_through;

use super::{
    load::substitution::{hand_down, is_made},
    values::{quantity, shell_words},
};
use crate::{
    provenance::Variable,
    syntax::{
        interpolate::UNKNOWN,
        node::{MapEntry, Node, NodeKind},
    },
    text::{
        secret::Text,
        source::{Place, SourceId},
    },
    vocabulary::deployment::{
        Build, BuildArg, Deployment, GivenFile, Healthcheck, Located, Mount, MountKind, Port, Relabel,
    },
};
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    rc::Rc,
};

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its key in the compose file.
    pub place: Place,
    /// The active profiles and the services that were asked for include it.
    pub enabled: bool,
    /// The profiles it belongs to.
    pub profiles: Vec<String>,
    /// Its definition: merged, interpolated, in long form, with absolute paths.
    pub node: Node,
    /// The environment that its container is created with, `env_file` included when it is enabled.
    pub environment: Vec<Variable>,
    /// The files of `configs` and `secrets`.
    pub(super) given_files: Vec<GivenFile>,
    /// The labels of `label_file`.
    pub file_labels: Vec<(String, Text)>,
    files: Rc<[SourceId]>,
}

/// Another service that has to be there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) required: bool,
    /// Its name was made from a variable.
    pub(super) made: bool,
    pub(super) place: Place,
}

impl Service {
    pub(super) fn new(entry: MapEntry, files: &Rc<[SourceId]>) -> Self {
        let MapEntry { key, key_place, mut value } = entry;
        hand_down(&mut value);
        let profiles = value.get("profiles").map(Node::items).unwrap_or_default();
        let text = |node: &Node| node.text().map(|text| text.expose().to_owned());
        Self {
            name: key.into(),
            place: key_place,
            enabled: true,
            profiles: profiles.iter().filter_map(text).collect(),
            node: value,
            environment: Vec::new(),
            given_files: Vec::new(),
            file_labels: Vec::new(),
            files: Rc::clone(files),
        }
    }

    /// `depends_on`, and what implies it: `links`, shared namespaces, `volumes_from`
    /// (compose-go `loader/normalize.go`).
    pub(super) fn dependencies(&self) -> Vec<Dependency> {
        let mut all: Vec<Dependency> = Vec::new();
        let mut known: HashSet<String> = HashSet::new();
        let mut add = |name: &str, required, node: &Node, place| {
            if known.insert(name.to_owned()) {
                let made = is_made(&node.via);
                all.push(Dependency { name: name.to_owned(), required, made, place });
            }
        };
        for entry in self.node.get("depends_on").map(Node::entries).unwrap_or_default() {
            let required = entry.value.get("required").is_none_or(|node| node.kind != NodeKind::Bool(false));
            add(&entry.key, required, &entry.value, entry.key_place);
        }
        let items = |key| self.node.get(key).map(Node::items).unwrap_or_default();
        for link in items("links") {
            if let Some(text) = link.text() {
                let parts: Vec<&str> = text.expose().split(':').collect();
                add(if parts.len() == 2 { parts[0] } else { text.expose() }, true, link, link.place);
            }
        }
        for key in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
            if let Some(node) = self.node.get(key)
                && let Some(shared) = node.text().and_then(|text| text.expose().strip_prefix("service:"))
            {
                add(shared, true, node, node.place);
            }
        }
        for source in items("volumes_from") {
            if let Some(text) = source.text().map(Text::expose).filter(|text| !text.starts_with("container:"))
            {
                add(text.split(':').next().unwrap_or_default(), true, source, source.place);
            }
        }
        all
    }

    /// Calls `visit` with every place that became a part of it: its keys, its values, and where its
    /// variables are written.
    pub fn each_place(&self, visit: &mut dyn FnMut(Place)) {
        each_place(&self.node, visit);
        let candidates = self.environment.iter().flat_map(Variable::candidates);
        candidates.filter_map(|c| c.place).for_each(visit);
    }

    /// How its container would be run. What cannot be known (`lint --assume-env`) is left out.
    #[must_use]
    pub fn deployment(&self) -> Deployment {
        let node = &self.node;
        Deployment {
            image: written(node.get("image")).filter(|image| !image.value.is_empty()),
            build: node.get("build").map(|node| build(node, None)),
            entrypoint: command(node.get("entrypoint")),
            command: command(node.get("command")),
            user: written(node.get("user")),
            working_dir: written(node.get("working_dir")),
            network_mode: written(node.get("network_mode")),
            userns_mode: written(node.get("userns_mode")),
            pid_mode: written(node.get("pid")),
            privileged: flag(node.get("privileged")),
            read_only: flag(node.get("read_only")),
            memory_limit: memory_limit(node),
            cap_add: words(node.get("cap_add")).map(capability).collect(),
            security_opt: words(node.get("security_opt")).collect(),
            extra_hosts: extra_hosts(node.get("extra_hosts")),
            env_files: env_files(node.get("env_file")),
            volumes_from: node.get("volumes_from").is_some_and(|list| !list.items().is_empty()),
            depends_on: keys(node.get("depends_on")),
            labels: keys(node.get("labels")),
            healthcheck: healthcheck(node.get("healthcheck")),
            hooks: hooks(node),
            ports: node.get("ports").map(Node::items).unwrap_or_default().iter().filter_map(port).collect(),
            mounts: mounts(node),
            given_files: self.given_files.clone(),
            missing_keys: Vec::new(),
            place: Some(self.place),
            files: Rc::clone(&self.files),
        }
    }
}

/// `mem_limit`, else `deploy.resources.limits.memory`; 0 is no limit.
fn memory_limit(node: &Node) -> Option<Located<u64>> {
    let of_deploy = || node.get("deploy")?.get("resources")?.get("limits")?.get("memory");
    let limit = node.get("mem_limit").or_else(of_deploy)?;
    let bytes = quantity::bytes(limit).filter(|bytes| *bytes >= 1.0 && *bytes < 1e18)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in these bounds")]
    let value = bytes as u64;
    Some(Located { value, place: Some(limit.place) })
}

fn each_place(node: &Node, visit: &mut dyn FnMut(Place)) {
    match &node.kind {
        NodeKind::Seq(items) => items.iter().for_each(|item| each_place(item, visit)),
        NodeKind::Map(entries) => {
            for entry in entries {
                visit(entry.key_place);
                each_place(&entry.value, visit);
            }
        }
        _ => visit(node.place),
    }
}

fn known(node: &Node) -> Option<String> {
    let text = match &node.kind {
        NodeKind::Str(text) => text.expose().to_owned(),
        NodeKind::Int(_) | NodeKind::Uint(_) | NodeKind::Float(_) | NodeKind::Bool(_) => {
            super::values::scalar::print(node).expose().to_owned()
        }
        _ => return None,
    };
    (!text.contains(UNKNOWN)).then_some(text)
}

fn written(node: Option<&Node>) -> Option<Located<String>> {
    let node = node?;
    Some(Located { value: known(node)?, place: Some(node.place) })
}

fn flag(node: Option<&Node>) -> Option<Located<bool>> {
    let node = node?;
    match node.kind {
        NodeKind::Bool(value) => Some(Located { value, place: Some(node.place) }),
        _ => None,
    }
}

/// The items of a list that are known.
fn words(node: Option<&Node>) -> impl Iterator<Item = Located<String>> {
    node.map(Node::items).unwrap_or_default().iter().filter_map(|item| written(Some(item)))
}

/// `build:`; without a `context` it is the project's folder, where that is given.
pub(super) fn build(node: &Node, project: Option<&Path>) -> Build {
    let named = node.get("context").and_then(Node::text).map(|context| PathBuf::from(context.expose()));
    let context = named.or_else(|| project.map(Path::to_owned));
    let context = context.filter(|path| path.is_absolute() && !path.to_string_lossy().contains(UNKNOWN));
    let build = Build {
        dockerfile: context.as_deref().and_then(|context| dockerfile(node, context)),
        context: context.map(|context| context.display().to_string()),
        ..Build::default()
    };
    let Some(args) = node.get("args") else { return build };
    let of_map = args.entries().iter().map(|entry| BuildArg {
        name: entry.key.to_string(),
        value: (!entry.value.is_null()).then(|| super::values::scalar::print(&entry.value)),
        place: entry.value.place,
        via: entry.value.via.clone(),
    });
    let of_list = args.items().iter().filter_map(|item| {
        let text = item.text()?.expose();
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let (value, via) = (value.map(Text::from), item.via.clone());
        Some(BuildArg { name: name.to_owned(), value, place: item.place, via })
    });
    Build { args: of_map.chain(of_list).collect(), ..build }
}

/// `dockerfile` below the context.
fn dockerfile(node: &Node, context: &Path) -> Option<String> {
    if node.get("dockerfile_inline").is_some() {
        return None;
    }
    let name = node.get("dockerfile").and_then(Node::text).map_or("Dockerfile", Text::expose);
    let path = context.join(name);
    (!name.contains(UNKNOWN)).then(|| path.display().to_string())
}

/// `CAP_NET_ADMIN` and `net_admin` are the same.
fn capability(name: Located<String>) -> Located<String> {
    let upper = name.value.to_ascii_uppercase();
    Located { value: upper.strip_prefix("CAP_").unwrap_or(&upper).to_owned(), ..name }
}

/// The names of a mapping, or of a list of `name=value`.
fn keys(node: Option<&Node>) -> Vec<Located<String>> {
    let Some(node) = node else { return Vec::new() };
    let of_map =
        node.entries().iter().map(|e| Located { value: e.key.to_string(), place: Some(e.key_place) });
    let of_list = words(Some(node)).map(|word| {
        let name = word.value.split('=').next().unwrap_or_default().to_owned();
        Located { value: name, ..word }
    });
    of_map.chain(of_list).collect()
}

fn env_files(node: Option<&Node>) -> Vec<Located<String>> {
    let items = node.map(Node::items).unwrap_or_default();
    items.iter().filter_map(|item| written(item.get("path").or(Some(item)))).collect()
}

/// `name:address`, `name=address`, or a mapping.
fn extra_hosts(node: Option<&Node>) -> Vec<Located<String>> {
    keys(node)
        .into_iter()
        .map(|w| Located { value: w.value.split(':').next().unwrap_or_default().to_owned(), ..w })
        .collect()
}

/// A `test` that is one text is `CMD-SHELL`; `disable: true` is `NONE`
/// (compose-go `types.HealthCheckTest`).
fn healthcheck(node: Option<&Node>) -> Option<Healthcheck> {
    let node = node?;
    let word = |value: Text, place| Located { value, place: Some(place) };
    if node.get("disable").is_some_and(|d| d.kind == NodeKind::Bool(true)) {
        return Some(Healthcheck { test: vec![word("NONE".into(), node.place)], place: Some(node.place) });
    }
    let written = node.get("test")?;
    let test = match &written.kind {
        NodeKind::Str(text) => {
            vec![word("CMD-SHELL".into(), written.place), word(text.clone(), written.place)]
        }
        _ => written.items().iter().filter_map(|i| Some(word(i.text()?.clone(), i.place))).collect(),
    };
    Some(Healthcheck { test, place: Some(written.place) })
}

/// The commands of `post_start` and `pre_stop`.
fn hooks(service: &Node) -> Vec<Vec<Located<Text>>> {
    let lists = ["post_start", "pre_stop"].into_iter().filter_map(|key| service.get(key));
    lists.flat_map(Node::items).filter_map(|hook| command(hook.get("command"))).collect()
}

/// `command` and `entrypoint`: a list as it is, a string in shell words. An empty one is kept, as
/// it stands for none where the image has one.
fn command(node: Option<&Node>) -> Option<Vec<Located<Text>>> {
    let node = node?;
    let word = |value: Text, place| Located { value, place: Some(place) };
    match &node.kind {
        NodeKind::Seq(items) => {
            Some(items.iter().filter_map(|item| Some(word(item.text()?.clone(), item.place))).collect())
        }
        NodeKind::Str(text) => {
            let words = shell_words::split(text.expose())?;
            Some(words.into_iter().map(|value| word(value.into(), node.place)).collect())
        }
        _ => None,
    }
}

fn port(item: &Node) -> Option<Port> {
    let part = |key| item.get(key).and_then(known);
    match &item.kind {
        NodeKind::Map(_) => Some(Port {
            host_ip: part("host_ip"),
            published: part("published"),
            target: part("target")?,
            protocol: part("protocol").unwrap_or_else(|| "tcp".to_owned()),
            place: Some(item.place),
        }),
        // Short syntax that holds something unknown: the container port may be known all the same.
        NodeKind::Str(text) => {
            let known = |part: &str| (!part.is_empty() && !part.contains(UNKNOWN)).then(|| part.to_owned());
            let mut parts = text.expose().rsplitn(3, ':');
            let target = parts.next().unwrap_or_default();
            let (target, protocol) = target.split_once('/').unwrap_or((target, "tcp"));
            let published = parts.next().and_then(known);
            let host_ip = parts.next().and_then(known);
            let (target, protocol) = (known(target)?, protocol.to_owned());
            Some(Port { host_ip, published, target, protocol, place: Some(item.place) })
        }
        _ => None,
    }
}

fn mounts(service: &Node) -> Vec<Mount> {
    let volumes = service.get("volumes").map(Node::items).unwrap_or_default();
    let mut mounts: Vec<Mount> = volumes.iter().filter_map(mount).collect();
    let tmpfs = service.get("tmpfs");
    let paths = match tmpfs.map(|node| &node.kind) {
        Some(NodeKind::Str(_)) => tmpfs.into_iter().collect(),
        Some(NodeKind::Seq(items)) => items.iter().collect(),
        _ => Vec::new(),
    };
    for path in paths {
        if let Some(text) = known(path) {
            mounts.push(Mount {
                kind: MountKind::Tmpfs,
                source: None,
                target: text.split(':').next().unwrap_or_default().to_owned(),
                read_only: false,
                relabel: None,
                host: None,
                place: Some(path.place),
            });
        }
    }
    mounts
}

fn mount(item: &Node) -> Option<Mount> {
    // Short syntax that Compose refuses, or that holds something unknown: its target may be known.
    if let NodeKind::Str(text) = &item.kind {
        let mut parts = text.expose().rsplit(':').filter(|part| part.starts_with('/'));
        let target = parts.next().filter(|part| !part.contains(UNKNOWN))?;
        let place = Some(item.place);
        return Some(Mount { place, ..Mount::new(MountKind::Other, super::values::path::clean(target)) });
    }
    let part = |key| item.get(key).and_then(known);
    // `${DIR}:/path` may be a directory, a volume, or nothing that Compose takes.
    let is_unknown = item.get("source").is_some_and(|source| known(source).is_none());
    let kind = match part("type")?.as_str() {
        _ if is_unknown => MountKind::Other,
        "bind" => MountKind::Bind,
        "volume" => MountKind::Volume,
        "tmpfs" => MountKind::Tmpfs,
        _ => MountKind::Other,
    };
    let read_only = item.get("read_only").is_some_and(|node| node.kind == NodeKind::Bool(true));
    // Compose cleans the target only when it normalises, `loader/normalize.go`.
    let target = super::values::path::clean(&part("target")?);
    let relabel = match item.at(["bind", "selinux"]).and_then(known).as_deref() {
        Some("z") => Some(Relabel::Shared),
        Some("Z") => Some(Relabel::Private),
        _ => None,
    };
    Some(Mount {
        kind,
        source: part("source"),
        target,
        read_only,
        relabel,
        host: None,
        place: Some(item.place),
    })
}
