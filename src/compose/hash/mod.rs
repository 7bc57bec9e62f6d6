//! Compose's own hash of a service: what `docker compose up` writes into the label
//! `com.docker.compose.config-hash` of each container, and `docker compose config --hash` prints.
//!
//! It is the SHA-256 of the JSON that Go writes of the resolved service (docker compose
//! `pkg/compose/hash.go: ServiceHash`), so each value is brought to what compose-go's types make of it
//! (`types/`, `transform/defaults.go`, `loader/normalize.go`). A value whose JSON is not known for sure
//! makes the hash unknown, and is named.

mod fields;
mod go;
mod json;

use super::{Service, load::environment::ComposeEnvironment, values::path};
use crate::{
    provenance::Layer,
    syntax::{
        interpolate::UNKNOWN,
        node::{Node, NodeKind},
    },
    text::secret::Text,
    world::files::{Files, Kind},
};
use fields::HashedField;
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, path::Path};

/// Why the hash of a service cannot be computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HashNotKnown {
    /// The field whose value is not known for sure, as `deploy.resources`.
    pub field: String,
}

impl HashNotKnown {
    fn here() -> Self {
        Self { field: String::new() }
    }

    fn at(field: &str) -> Self {
        Self { field: field.to_owned() }
    }

    fn below(self, field: &str) -> Self {
        let inner = if self.field.is_empty() { String::new() } else { format!(".{}", self.field) };
        Self { field: format!("{field}{inner}") }
    }
}

/// What releases of docker compose do differently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HashRules {
    release: ComposeRelease,
}

/// `depends_on` is no part of it.
const WITHOUT_DEPENDS_ON: ComposeRelease = ComposeRelease(2, 29, 3);
/// `profiles` are no part of it.
const WITHOUT_PROFILES: ComposeRelease = ComposeRelease(2, 30, 2);
/// `up` keeps `label_file`; the mode of a secret or config is text (compose-go 2.4.9).
const WITH_LABEL_FILE: ComposeRelease = ComposeRelease(2, 34, 0);
/// The fields of a network are sorted (compose-go 2.6.2).
const SORTED_NETWORK: ComposeRelease = ComposeRelease(2, 36, 0);
/// `create_host_path` is left out where it is true (compose-go 2.10).
const CREATES_BY_DEFAULT: ComposeRelease = ComposeRelease(5, 0, 0);
/// `config --hash` hashes what `up` does.
const PRINTS_RESOLVED: ComposeRelease = ComposeRelease(5, 5, 0);

impl HashRules {
    fn since(self, release: ComposeRelease) -> bool {
        self.release >= release
    }
}

/// A release of docker compose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ComposeRelease(pub u32, pub u32, pub u32);

impl ComposeRelease {
    /// The newest one whose hashes are known.
    #[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
    pub const NEWEST: Self = Self(5, 5, 0);

    /// Reads `2.40.3`, `v2.40.3`, `2.26.1-4`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let mut parts = text[..end].splitn(3, '.').map(|part| part.parse().ok());
        Some(Self(parts.next()??, parts.next()??, parts.next().flatten().unwrap_or(0)))
    }

    /// It looks whether a container has the networks and volumes of its service.
    #[must_use]
    pub fn looks_at_networks(self) -> bool {
        self >= Self(2, 32, 0)
    }

    /// Of more containers than a service asks for, it removes those that are not as they should be.
    #[must_use]
    pub fn keeps_current(self) -> bool {
        self >= Self(2, 31, 0)
    }

    /// What `depends_on` with `restart: true` restarts, it makes anew.
    #[must_use]
    pub fn restart_recreates(self) -> bool {
        self < Self(2, 29, 4)
    }

    /// How it hashes a service.
    #[must_use]
    pub fn rules(self) -> HashRules {
        HashRules { release: self }
    }
}

impl std::fmt::Display for ComposeRelease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// What besides the service is in its hash.
#[derive(Clone, Copy)]
pub struct HashContext<'a> {
    /// What interpolation looks names up in.
    pub variables: &'a ComposeEnvironment,
    /// Where links are looked for.
    pub files: &'a dyn Files,
    /// How the release hashes.
    pub rules: HashRules,
    /// The id of the container of a service whose namespaces or volumes are shared.
    pub container_of: &'a dyn Fn(&str) -> Option<String>,
}

impl std::fmt::Debug for HashContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HashContext").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// What is hashed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Label,
    Printed,
}

/// The hash in the label of a container that `up` would make.
///
/// # Errors
/// The field that makes it unknown.
pub fn of_container(service: &Service, context: HashContext<'_>) -> Result<String, HashNotKnown> {
    // `up` writes variables that only the engine's answers decide (`pkg/compose/model.go`), and mounts
    // the socket.
    let at_up = ["models", "use_api_socket", "provider"];
    if let Some(field) = at_up.into_iter().find(|field| service.node.get(field).is_some()) {
        return Err(HashNotKnown::at(field));
    }
    hash(service, context, Purpose::Label)
}

/// What `docker compose config --hash` prints.
///
/// # Errors
/// The field that makes it unknown.
#[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
pub fn printed(service: &Service, context: HashContext<'_>) -> Result<String, HashNotKnown> {
    hash(service, context, Purpose::Printed)
}

fn hash(service: &Service, context: HashContext<'_>, purpose: Purpose) -> Result<String, HashNotKnown> {
    let known = |key: &str| {
        key.starts_with("x-")
            || fields::LEFT_OUT.contains(&key)
            || fields::SERVICE.iter().any(|f| f.name == key)
    };
    if let Some(entry) = service.node.entries().iter().find(|entry| !known(&entry.key)) {
        return Err(HashNotKnown::at(&entry.key));
    }
    let node = with_defaults(service, context)?;
    let of_service = OfService { service, node: &node, context, purpose };
    let rules = value_rules(context.rules);
    let text = json::object(fields::SERVICE, &node, rules, &mut |field| {
        of_service.field(field).map_err(|problem| problem.below(field.name))
    })?;
    let digest = Sha256::digest(text.as_bytes());
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn value_rules(rules: HashRules) -> json::ValueRules {
    json::ValueRules {
        create_host_path_is_default: rules.since(CREATES_BY_DEFAULT),
        mode_is_text: rules.since(WITH_LABEL_FILE),
    }
}

/// compose-go `transform/defaults.go`, and the cleaning of targets in `loader/normalize.go`.
fn with_defaults(service: &Service, context: HashContext<'_>) -> Result<Node, HashNotKnown> {
    let mut node = service.node.clone();
    if context.rules.since(WITHOUT_PROFILES) {
        node.remove("profiles");
    }
    let text = |text: &str| NodeKind::Str(text.into());
    each_item(&mut node, &["secrets"], |secret| {
        if secret.get("target").is_none() {
            let source = secret.get("source").and_then(Node::text).map(Text::expose).unwrap_or_default();
            let target = text(&format!("/run/secrets/{source}"));
            secret.set("target", Node::new(secret.place, target));
        }
    });
    each_item(&mut node, &["ports"], |port| {
        for (key, default) in [("protocol", "tcp"), ("mode", "ingress")] {
            if port.get(key).is_none() {
                port.set(key, Node::new(port.place, text(default)));
            }
        }
    });
    for list in [&["gpus"][..], &["deploy", "resources", "reservations", "devices"]] {
        each_item(&mut node, list, |request| {
            if request.get("count").is_none() && request.get("device_ids").is_none() {
                request.set("count", Node::new(request.place, text("all")));
            }
        });
    }
    let optional_bind = context.rules.since(CREATES_BY_DEFAULT);
    each_item(&mut node, &["volumes"], |volume| {
        let target = volume.get("target").and_then(Node::text).map(|target| path::clean(target.expose()));
        if let Some(target) = target {
            volume.set("target", Node::new(volume.place, text(&target)));
        }
        if let Some(bind) = volume.get_mut("bind").filter(|bind| optional_bind && !bind.is_null())
            && bind.get("create_host_path").is_none()
        {
            bind.set("create_host_path", Node::new(bind.place, NodeKind::Bool(true)));
        }
    });
    // Its path is that of what a link leads to.
    for watch in node.at(["develop", "watch"]).map(Node::items).unwrap_or_default() {
        let path = watch.get("path").and_then(Node::text).map(Text::expose).unwrap_or_default();
        let is_link = |path: &Path| context.files.symlink_metadata(path).is_ok_and(|m| m.kind == Kind::Link);
        if Path::new(path).ancestors().any(is_link) {
            return Err(HashNotKnown::at("develop.watch.path"));
        }
    }
    Ok(node)
}

fn each_item(node: &mut Node, keys: &[&str], mut change: impl FnMut(&mut Node)) {
    let list = keys.iter().try_fold(node, |node, key| node.get_mut(key));
    if let Some(NodeKind::Seq(items)) = list.map(|list| &mut list.kind) {
        items.iter_mut().filter(|item| matches!(item.kind, NodeKind::Map(_))).for_each(&mut change);
    }
}

/// The fields that depend on more than their value.
struct OfService<'a> {
    service: &'a Service,
    node: &'a Node,
    context: HashContext<'a>,
    purpose: Purpose,
}

impl OfService<'_> {
    fn field(&self, field: &HashedField) -> Result<Option<String>, HashNotKnown> {
        let written = self.node.get(field.name);
        match field.name {
            "depends_on" => self.depends_on(),
            "environment" => self.environment(written),
            "env_file" => self.env_files(written),
            "labels" => self.labels(written),
            "label_file" => match self.context.rules.since(WITH_LABEL_FILE) && self.purpose == Purpose::Label
            {
                true => json::value(fields::FieldKind::Words, written, value_rules(self.context.rules)),
                false => Ok(None),
            },
            "networks" => self.networks(written),
            "platform" => self.platform(written),
            "volumes_from" => self.volumes_from(written),
            _ => self.namespace(written),
        }
    }

    /// `loader/normalize.go`: what a service uses of another one is a dependency.
    fn depends_on(&self) -> Result<Option<String>, HashNotKnown> {
        if self.context.rules.since(WITHOUT_DEPENDS_ON) {
            return Ok(None);
        }
        let mut all: BTreeMap<String, String> = BTreeMap::new();
        if let Some(node) = self.node.get("depends_on") {
            for entry in node.entries() {
                let one = Node::new(node.place, NodeKind::Map(vec![entry.clone()]));
                // Names may begin with `x-` here.
                let written = match entry.key.starts_with("x-") {
                    true => return Err(HashNotKnown::at(&entry.key)),
                    false => json::named(fields::DEPENDENCY, &one, value_rules(self.context.rules))?,
                };
                let written = written.unwrap_or_default();
                let inner = written.strip_prefix(&format!("{{{}:", json::quoted(&entry.key)));
                let inner = inner.and_then(|w| w.strip_suffix('}')).unwrap_or_default();
                all.insert(entry.key.to_string(), inner.to_owned());
            }
        }
        let mut implied = |name: &str, restart: bool| {
            let restart = if restart { "\"restart\":true," } else { "" };
            let written = format!("{{\"condition\":\"service_started\",{restart}\"required\":true}}");
            all.entry(name.to_owned()).or_insert(written);
        };
        let items = |key: &str| self.node.get(key).map(Node::items).unwrap_or_default();
        for link in items("links").iter().filter_map(Node::text).map(Text::expose) {
            let parts: Vec<&str> = link.split(':').collect();
            implied(if parts.len() == 2 { parts[0] } else { link }, true);
        }
        for key in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
            let shared = self.node.get(key).and_then(Node::text).map(Text::expose);
            if let Some(shared) = shared.and_then(|text| text.strip_prefix("service:")) {
                implied(shared, true);
            }
        }
        for source in items("volumes_from").iter().filter_map(Node::text).map(Text::expose) {
            if !source.starts_with("container:") {
                implied(source.split(':').next().unwrap_or_default(), false);
            }
        }
        Ok((!all.is_empty()).then(|| json::map(all.iter().map(|(k, v)| (k.as_str(), v.clone())))))
    }

    fn environment(&self, written: Option<&Node>) -> Result<Option<String>, HashNotKnown> {
        let mut all: BTreeMap<&str, String> = BTreeMap::new();
        if self.is_resolved() {
            for variable in &self.service.environment {
                let value = match &variable.winner {
                    // Compose adds them after it has hashed the service.
                    Some(winner) if winner.layer == Layer::ClientConfig => continue,
                    Some(winner) => match winner.value.as_ref().map(Text::expose) {
                        Some(value) if !value.contains(UNKNOWN) => json::quoted(value),
                        _ => return Err(HashNotKnown::at(&variable.name)),
                    },
                    None => "null".to_owned(),
                };
                all.insert(&variable.name, value);
            }
            return Ok((!all.is_empty()).then(|| json::map(all)));
        }
        json::value(fields::FieldKind::Variables, written, value_rules(self.context.rules))
    }

    /// What `env_file` says is part of the environment, and the field is dropped.
    fn is_resolved(&self) -> bool {
        self.purpose == Purpose::Label || self.context.rules.since(PRINTS_RESOLVED)
    }

    fn env_files(&self, written: Option<&Node>) -> Result<Option<String>, HashNotKnown> {
        let Some(written) = written.filter(|_| !self.is_resolved()) else { return Ok(None) };
        let mut all = Vec::new();
        for item in written.items() {
            let path = json::quoted(&json::text(item.get("path").ok_or_else(HashNotKnown::here)?)?);
            let required = item.get("required").is_none_or(|r| r.kind != NodeKind::Bool(false));
            all.push(match (required, item.get("format").filter(|format| !format.is_null())) {
                (true, _) => path,
                (false, None) => json::map([("path", path), ("required", "false".to_owned())]),
                (false, Some(format)) => {
                    let format = json::quoted(&json::text(format)?);
                    json::map([("path", path), ("required", "false".to_owned()), ("format", format)])
                }
            });
        }
        Ok((!all.is_empty()).then(|| json::list(all)))
    }

    fn labels(&self, written: Option<&Node>) -> Result<Option<String>, HashNotKnown> {
        let of_files = self.service.file_labels.iter();
        let mut all: BTreeMap<String, String> =
            of_files.map(|(name, value)| (name.clone(), value.expose().to_owned())).collect();
        if let Some(written) = written.filter(|node| !node.is_null()) {
            all.extend(json::mapping(written)?);
        }
        if all.values().any(|value| value.contains(UNKNOWN)) {
            return Err(HashNotKnown::here());
        }
        Ok(json::strings(&all))
    }

    /// `normalizeNetworks`: a service that names none is in the project's default one.
    fn networks(&self, written: Option<&Node>) -> Result<Option<String>, HashNotKnown> {
        let elsewhere = ["provider", "network_mode"].iter().any(|key| self.node.get(key).is_some());
        match written {
            Some(node) if elsewhere || !node.entries().is_empty() => {
                let sorted = self.context.rules.since(SORTED_NETWORK);
                let network = if sorted { fields::NETWORK } else { fields::NETWORK_BEFORE_2_36 };
                json::named(network, node, value_rules(self.context.rules))
            }
            _ if elsewhere => Ok(None),
            _ => Ok(Some("{\"default\":null}".to_owned())),
        }
    }

    /// `pkg/compose/loader.go: applyPlatforms`.
    fn platform(&self, written: Option<&Node>) -> Result<Option<String>, HashNotKnown> {
        let written = json::value(fields::FieldKind::Text, written, value_rules(self.context.rules))?;
        let is_built = self.node.get("build").is_some_and(|build| !build.is_null());
        let default = self.context.variables.text("DOCKER_DEFAULT_PLATFORM").filter(|p| !p.is_empty());
        Ok(written.or_else(|| default.filter(|_| is_built).map(json::quoted)))
    }

    /// `resolveVolumeFrom`.
    fn volumes_from(&self, written: Option<&Node>) -> Result<Option<String>, HashNotKnown> {
        let mut all = Vec::new();
        for item in written.map(Node::items).unwrap_or_default() {
            let text = json::text(item)?;
            let mut parts = text.split(':');
            let first = parts.next().unwrap_or_default();
            all.push(match (self.purpose, first) {
                (Purpose::Printed, _) => text.clone(),
                (Purpose::Label, "container") => parts.next().unwrap_or_default().to_owned(),
                (Purpose::Label, service) => {
                    (self.context.container_of)(service).ok_or_else(HashNotKnown::here)?
                }
            });
        }
        Ok((!all.is_empty()).then(|| json::list(all.iter().map(|text| json::quoted(text)))))
    }

    /// `resolveSharedNamespaces`.
    fn namespace(&self, written: Option<&Node>) -> Result<Option<String>, HashNotKnown> {
        let Some(node) = written.filter(|node| !node.is_null()) else { return Ok(None) };
        let text = json::text(node)?;
        if let Some(service) = text.strip_prefix("service:").filter(|_| self.purpose == Purpose::Label) {
            let id = (self.context.container_of)(service).ok_or_else(HashNotKnown::here)?;
            return Ok(Some(json::quoted(&format!("container:{id}"))));
        }
        Ok((!text.is_empty()).then(|| json::quoted(&text)))
    }
}
