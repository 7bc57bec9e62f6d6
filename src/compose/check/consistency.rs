//! What has to fit together in a merged project: compose-go `validation/validation.go`,
//! `loader/validate.go` and the types of `types/`.

use crate::compose::{
    load::{session::Session, substitution::is_made},
    service::{Service, environment},
    values::{quantity, shell_words},
};
use crate::{
    syntax::{
        interpolate::UNKNOWN,
        node::{MapEntry, Node, NodeKind},
    },
    text::source::Place,
};
use std::collections::{HashMap, HashSet};

/// Refusals that were found, to be told at the end.
type FoundInconsistency = Vec<(Place, String)>;

impl Session<'_> {
    /// What each file of the project, or of an `include`, must keep to by itself.
    pub(crate) fn validate(&mut self, tree: &Node) {
        let mut found = FoundInconsistency::new();
        for entry in tree.get("volumes").map(Node::entries).unwrap_or_default() {
            external_volume(entry, &mut found);
        }
        for entry in tree.get("configs").map(Node::entries).unwrap_or_default() {
            file_object("configs", entry, &["file", "environment", "content"], &mut found);
        }
        for entry in tree.get("secrets").map(Node::entries).unwrap_or_default() {
            file_object("secrets", entry, &["file", "environment"], &mut found);
        }
        for service in tree.get("services").map(Node::entries).unwrap_or_default() {
            let items = |key| service.value.get(key).map(Node::items).unwrap_or_default();
            let name = &service.key;
            for port in items("ports") {
                if let Some(ip) = port.get("host_ip")
                    && let Some(text) = ip.text().map(|text| text.expose())
                    && !text.contains(UNKNOWN)
                    && text.parse::<std::net::IpAddr>().is_err()
                {
                    found.push((ip.place, format!("services.{name}.ports: invalid ip address")));
                }
            }
            for mount in items("volumes") {
                if text(mount, "type") == Some("bind") && mount.get("source").is_none() {
                    let message = format!("services.{name}.volumes: a bind mount must have a source");
                    found.push((mount.place, message));
                }
            }
            let devices = service.value.at(["deploy", "resources", "reservations", "devices"]);
            for device in devices.map(Node::items).unwrap_or_default().iter().chain(items("gpus")) {
                if device.get("count").is_some() && device.get("device_ids").is_some() {
                    let message =
                        format!("services.{name}: \"count\" and \"device_ids\" attributes are exclusive");
                    found.push((device.place, message));
                }
            }
            let watch = service.value.at(["develop", "watch"]).map(Node::items).unwrap_or_default();
            for path in watch.iter().filter_map(|watch| watch.get("path")) {
                if path.text().is_some_and(|text| text.is_empty()) {
                    found.push((path.place, format!("services.{name}.develop.watch: a path can't be blank")));
                }
            }
        }
        self.refuse_all(found);
    }

    /// What the whole project must keep to.
    pub(crate) fn check_consistency(&mut self, services: &[Service], resources: &Node) {
        let mut found = FoundInconsistency::new();
        for service in services {
            types(service, &mut found);
        }
        let project = Names::new(services, resources);
        let mut container_names: HashMap<&str, &str> = HashMap::new();
        for service in services.iter().filter(|service| service.enabled) {
            check_service(service, &project, self.is_whole, &mut found);
            let container_name = service.node.get("container_name");
            if let Some(text) = container_name.and_then(Node::text).filter(|text| !text.is_empty())
                && let Some(other) = container_names.insert(text.expose(), &service.name)
            {
                let place = container_name.map_or(service.place, |node| node.place);
                let name = &service.name;
                let message =
                    format!("services.{name}: the container name is already in use by service {other}");
                found.push((place, message));
            }
        }
        for entry in resources.get("secrets").map(Node::entries).unwrap_or_default() {
            secret(entry, &mut found);
        }
        cycles(services, &mut found);
        self.refuse_all(found);
    }

    fn refuse_all(&mut self, found: FoundInconsistency) {
        for (place, message) in found {
            self.refuse(place, message);
        }
    }
}

/// Whether a resource says that it exists outside of the project.
fn is_external(resource: &Node) -> bool {
    resource.get("external").is_some_and(|node| match &node.kind {
        NodeKind::Bool(external) => *external,
        NodeKind::Map(_) => true,
        _ => false,
    })
}

fn external_volume(entry: &MapEntry, found: &mut FoundInconsistency) {
    if !is_external(&entry.value) {
        return;
    }
    for other in entry.value.entries() {
        if !matches!(&*other.key, "name" | "external") && !other.key.starts_with("x-") {
            let message = format!(
                "volumes.{}: conflicting parameters \"external\" and {:?} specified",
                entry.key, other.key
            );
            found.push((other.key_place, message));
        }
    }
}

fn file_object(kind: &str, entry: &MapEntry, keys: &[&str], found: &mut FoundInconsistency) {
    let present = keys.iter().filter(|key| entry.value.get(key).is_some()).count();
    let (name, keys) = (&entry.key, keys.join("|"));
    if present > 1 {
        found.push((entry.key_place, format!("{kind}.{name}: {keys} attributes are mutually exclusive")));
    } else if present == 0 && entry.value.get("driver").is_none() && entry.value.get("external").is_none() {
        found.push((entry.key_place, format!("{kind}.{name}: one of {keys} must be set")));
    }
}

fn secret(entry: &MapEntry, found: &mut FoundInconsistency) {
    let filled = |key| entry.value.get(key).and_then(Node::text).is_some_and(|text| !text.is_empty());
    if !is_external(&entry.value) && !filled("file") && !filled("environment") {
        let message = format!("secret {:?} must declare either `file` or `environment`", entry.key);
        found.push((entry.key_place, message));
    }
}

/// What the services of a project may refer to.
struct Names<'n> {
    services: HashMap<&'n str, &'n Service>,
    resources: HashMap<&'static str, HashSet<&'n str>>,
}

impl<'n> Names<'n> {
    fn new(services: &'n [Service], resources: &'n Node) -> Self {
        let names = |kind| -> HashSet<&str> {
            resources.get(kind).map(Node::entries).unwrap_or_default().iter().map(|e| &*e.key).collect()
        };
        let kinds = ["networks", "volumes", "secrets", "configs", "models"];
        let mut resources: HashMap<_, _> = kinds.into_iter().map(|kind| (kind, names(kind))).collect();
        // `normalizeNetworks`: there whenever it is used.
        resources.entry("networks").or_default().insert("default");
        Self { services: services.iter().map(|service| (&*service.name, service)).collect(), resources }
    }

    fn has(&self, kind: &str, name: &str) -> bool {
        self.resources.get(kind).is_some_and(|names| names.contains(name))
    }
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::text).map(|text| text.expose()).filter(|text| !text.is_empty())
}

/// `is_whole`: what is not defined here is defined nowhere.
fn check_service(service: &Service, project: &Names<'_>, is_whole: bool, found: &mut FoundInconsistency) {
    let node = &service.node;
    let name = &service.name;
    let mut refuse = |place: Place, message: String| found.push((place, message));
    let runs = node.get("build").is_some() || text(node, "image").is_some() || node.get("provider").is_some();
    if is_whole && !runs {
        refuse(service.place, format!("service {name:?} has neither an image nor a build context specified"));
    }
    for (place, message) in build(service, project) {
        refuse(place, message);
    }
    exclusive_networks(service, &mut refuse);
    if is_whole {
        references(service, project, &mut refuse);
    }
    let tests = node.at(["healthcheck", "test"]).map(Node::items).unwrap_or_default();
    if let Some(first) = tests.first()
        && first.text().is_none_or(|text| !matches!(text.expose(), "CMD" | "CMD-SHELL" | "NONE"))
    {
        let message = "healthcheck.test must start either by \"CMD\", \"CMD-SHELL\" or \"NONE\"";
        refuse(first.place, message.to_owned());
    }
    for dependency in service.dependencies() {
        let known = project.services.get(&*dependency.name);
        if known.is_none() && !is_whole {
            continue;
        }
        if known.is_none_or(|other| !other.enabled) && (known.is_none() || dependency.required) {
            let other = if dependency.made { String::new() } else { format!(" {:?}", dependency.name) };
            let why = if known.is_some() { ", which no active profile enables" } else { "" };
            refuse(dependency.place, format!("service {name:?} depends on undefined service{other}{why}"));
        }
    }
    limits(service, &mut refuse);
    for watch in node.at(["develop", "watch"]).map(Node::items).unwrap_or_default() {
        if text(watch, "target").is_none() && !matches!(text(watch, "action"), Some("rebuild" | "restart")) {
            let message =
                format!("services.{name}.develop.watch: target is required for non-rebuild actions");
            refuse(watch.place, message);
        }
    }
    let mut targets: HashSet<String> = HashSet::new();
    for mount in service.deployment().mounts {
        // tmpfs entries come after the volumes here, which matters to no one.
        if !targets.insert(mount.target.clone()) {
            let place = mount.place.unwrap_or(service.place);
            refuse(place, format!("services.{name}: two mounts have the same target"));
        }
    }
}

/// A name as it is written; nothing when it was made from a variable.
fn shown(item: &Node, key: &str) -> String {
    match item.get(key) {
        Some(node) if !is_made(&node.via) && !is_made(&item.via) => {
            format!(" {}", crate::compose::values::scalar::print(node).expose())
        }
        _ => String::new(),
    }
}

fn exclusive_networks(service: &Service, refuse: &mut impl FnMut(Place, String)) {
    let (node, name) = (&service.node, &service.name);
    let networks = node.get("networks").map(Node::entries).unwrap_or_default();
    if let (Some(mode), Some(_)) = (node.get("network_mode"), networks.first())
        && text(node, "network_mode").is_some()
    {
        let message = format!("service {name} declares mutually exclusive `network_mode` and `networks`");
        refuse(mode.place, message);
    }
}

/// Networks, volumes, secrets, configs and models that are not defined.
fn references(service: &Service, project: &Names<'_>, refuse: &mut impl FnMut(Place, String)) {
    let (node, name) = (&service.node, &service.name);
    for (kind, what) in [("networks", "network"), ("models", "model")] {
        for entry in node.get(kind).map(Node::entries).unwrap_or_default() {
            // `processExtensions` takes `x-…` keys of these maps for extensions.
            let key = if entry.key.starts_with("x-") { "#extensions" } else { &*entry.key };
            if !project.has(kind, key) {
                let key = if is_made(&entry.value.via) { "" } else { key };
                let message = format!("service {name:?} refers to undefined {what} {key}");
                refuse(entry.key_place, message.trim_end().to_owned());
            }
        }
    }
    let build_secrets = node.at(["build", "secrets"]).map(Node::items).unwrap_or_default();
    let items = |key| node.get(key).map(Node::items).unwrap_or_default();
    for (kind, what, list) in [
        ("secrets", "secret", items("secrets")),
        ("secrets", "build secret", build_secrets),
        ("configs", "config", items("configs")),
    ] {
        for item in list {
            let source = text(item, "source").unwrap_or_default();
            if !project.has(kind, source) && !source.contains(UNKNOWN) {
                let shown = shown(item, "source");
                refuse(item.place, format!("service {name:?} refers to undefined {what}{shown}"));
            }
        }
    }
    for item in items("volumes") {
        if let (Some("volume"), Some(source)) = (text(item, "type"), text(item, "source"))
            && !project.has("volumes", source)
            && !source.contains(UNKNOWN)
        {
            let shown = shown(item, "source");
            refuse(item.place, format!("service {name:?} refers to undefined volume{shown}"));
        }
    }
}

fn build(service: &Service, project: &Names<'_>) -> FoundInconsistency {
    let mut found = FoundInconsistency::new();
    let name = &service.name;
    let Some(build) = service.node.get("build") else { return found };
    if text(build, "dockerfile").is_some() && text(build, "dockerfile_inline").is_some() {
        let message = format!("service {name:?} declares mutualy exclusive dockerfile and dockerfile_inline");
        found.push((build.place, message));
    }
    for entry in build.get("additional_contexts").map(Node::entries).unwrap_or_default() {
        let Some(target) = entry.value.text().and_then(|text| text.expose().strip_prefix("service:")) else {
            continue;
        };
        let problem = match project.services.get(target) {
            Some(other) if !other.enabled => "unknown",
            Some(other) if other.node.get("build").is_none() => "non-buildable",
            Some(_) => continue,
            None => "unknown",
        };
        let message = format!(
            "service {name:?} declares {problem} service {target:?} as additional contexts {}",
            entry.key
        );
        found.push((entry.value.place, message));
    }
    let platforms = build.get("platforms").map(Node::items).unwrap_or_default();
    if let Some(platform) = text(&service.node, "platform")
        && !platforms.is_empty()
        && !platforms.iter().any(|p| p.text().is_some_and(|text| text.expose() == platform))
    {
        found.push((build.place, "service.build.platforms MUST include service.platform".to_owned()));
    }
    found
}

/// Numbers that are given twice, or make no sense together.
fn limits(service: &Service, refuse: &mut impl FnMut(Place, String)) {
    let (node, name) = (&service.node, &service.name);
    let integer = |node: Option<&Node>| match node.map(|node| &node.kind) {
        Some(NodeKind::Int(number)) => Some(*number),
        Some(NodeKind::Str(text)) => text.expose().parse().ok(),
        _ => None,
    };
    let place = |key| node.get(key).map_or(service.place, |node: &Node| node.place);
    let scale = integer(node.get("scale"));
    let replicas = integer(node.at(["deploy", "replicas"]));
    if let (Some(scale), Some(replicas)) = (scale, replicas)
        && scale != replicas
    {
        let message = format!("services.{name}: can't set distinct values on 'scale' and 'deploy.replicas'");
        refuse(place("scale"), message);
    }
    for (number, key) in [(scale, "scale"), (replicas, "deploy.replicas")] {
        if number.is_some_and(|number| number < 0) {
            refuse(service.place, format!("services.{name}.{key}: must be greater than or equal to 0"));
        }
    }
    if scale.or(replicas).is_some_and(|count| count > 1) && text(node, "container_name").is_some() {
        let message =
            format!("services.{name}: can't set container_name and scale as container name must be unique");
        refuse(place("container_name"), message);
    }
    for (key, group, other) in [
        ("cpus", "limits", "cpus"),
        ("mem_limit", "limits", "memory"),
        ("mem_reservation", "reservations", "memory"),
        ("pids_limit", "limits", "pids"),
    ] {
        let group_node = node.at(["deploy", "resources", group]);
        let (Some(value), Some(group_node)) = (node.get(key), group_node) else { continue };
        let read = if matches!(key, "cpus" | "pids_limit") { quantity::number } else { quantity::bytes };
        let value = read(value).filter(|value| *value != 0.0);
        let given = group_node.get(other).map_or(Some(0.0), read);
        if let (Some(value), Some(given)) = (value, given)
            && (value - given).abs() > 1e-6
        {
            let message = format!(
                "services.{name}: can't set distinct values on '{key}' and 'deploy.resources.{group}.{other}'"
            );
            refuse(place(key), message);
        }
    }
}

/// Texts that must be a duration or a size.
fn types(service: &Service, found: &mut FoundInconsistency) {
    let (node, name) = (&service.node, &service.name);
    let hooks = ["pre_start", "post_start", "pre_stop"].into_iter().filter_map(|key| node.get(key));
    let hooks = hooks.flat_map(Node::items).filter_map(|hook| hook.get("environment"));
    for item in node.at(["build", "args"]).into_iter().chain(hooks).flat_map(Node::items) {
        if item.text().is_some_and(|text| environment::has_trailing_space(text.expose())) {
            let message = format!("services.{name}: a variable is declared with a trailing space");
            found.push((item.place, message));
        }
    }
    for key in [&["extra_hosts"][..], &["build", "extra_hosts"]] {
        if let Some(hosts) = node.at(key.iter().copied()) {
            extra_hosts(hosts, &format!("services.{name}.{}", key.join(".")), found);
        }
    }
    let mut check = |path: &[&str], kind: &str, fits: fn(&Node) -> bool| {
        let Some(value) = node.at(path.iter().copied()) else { return };
        let unknown = value.text().is_some_and(|text| text.expose().contains(UNKNOWN));
        if !value.is_null() && !unknown && !fits(value) {
            found.push((value.place, format!("services.{name}.{} is not a {kind}", path.join("."))));
        }
    };
    for path in [&["command"][..], &["entrypoint"]] {
        check(path, "command line with closed quotes", |node| {
            node.text().is_none_or(|text| shell_words::split(text.expose()).is_some())
        });
    }
    for path in [
        &["stop_grace_period"][..],
        &["healthcheck", "interval"],
        &["healthcheck", "timeout"],
        &["healthcheck", "start_period"],
        &["healthcheck", "start_interval"],
        &["deploy", "restart_policy", "delay"],
        &["deploy", "restart_policy", "window"],
        &["deploy", "update_config", "delay"],
        &["deploy", "update_config", "monitor"],
        &["deploy", "rollback_config", "delay"],
        &["deploy", "rollback_config", "monitor"],
    ] {
        check(path, "duration, such as 30s", quantity::is_duration);
    }
    for path in [
        &["mem_limit"][..],
        &["mem_reservation"],
        &["memswap_limit"],
        &["shm_size"],
        &["deploy", "resources", "limits", "memory"],
        &["deploy", "resources", "reservations", "memory"],
    ] {
        check(path, "size, such as 512m", |node| quantity::bytes(node).is_some());
    }
}

/// `NewHostsList` of compose-go `types/hostList.go`: a host and its address, with `=` or `:` between them.
fn extra_hosts(hosts: &Node, path: &str, found: &mut FoundInconsistency) {
    for item in hosts.items() {
        let Some(text) = item.text().map(|text| text.expose()).filter(|text| !text.contains(UNKNOWN)) else {
            continue;
        };
        let host = text.split_once('=').or_else(|| text.split_once(':')).map(|(host, _)| host);
        match host {
            None => found.push((item.place, format!("{path}: a host has no address: write host:address"))),
            Some("") => {
                found.push((item.place, format!("{path}: an address has no host: write host:address")))
            }
            Some(_) => {}
        }
    }
    for entry in hosts.entries().iter().filter(|entry| entry.key.is_empty()) {
        found.push((entry.key_place, format!("{path}: an address has no host: write host:address")));
    }
}

/// Services that depend on each other in a circle, `graph/cycle.go`.
fn cycles(services: &[Service], found: &mut FoundInconsistency) {
    let index: HashMap<&str, usize> =
        services.iter().enumerate().filter(|(_, s)| s.enabled).map(|(at, s)| (&*s.name, at)).collect();
    let edges: Vec<Vec<usize>> = services
        .iter()
        .map(|s| s.dependencies().iter().filter_map(|d| index.get(&*d.name).copied()).collect())
        .collect();
    #[derive(Clone, Copy, PartialEq)]
    enum VisitMark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![VisitMark::New; services.len()];
    for start in index.values().copied() {
        let mut open = vec![(start, 0)];
        while let Some((at, next)) = open.last_mut() {
            if *next == 0 {
                if marks[*at] == VisitMark::Done {
                    open.pop();
                    continue;
                }
                marks[*at] = VisitMark::Open;
            }
            let edge = edges[*at].get(*next).copied();
            *next += 1;
            match edge.map(|to| (to, marks[to])) {
                Some((to, VisitMark::New)) => open.push((to, 0)),
                Some((to, VisitMark::Open)) => {
                    let path: Vec<&str> = open.iter().map(|(at, _)| &*services[*at].name).collect();
                    let from = path.iter().position(|name| *name == services[to].name).unwrap_or(0);
                    let message = format!(
                        "dependency cycle detected: {} -> {}",
                        path[from..].join(" -> "),
                        services[to].name
                    );
                    found.push((services[to].place, message));
                    return;
                }
                Some((_, VisitMark::Done)) => {}
                None => {
                    marks[*at] = VisitMark::Done;
                    open.pop();
                }
            }
        }
    }
}
