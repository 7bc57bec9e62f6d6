//! The fields of a service that only its hash compares, as a container would have them: they explain a
//! decision, and make none.

use crate::{
    compose::{ComposeProject, Service, values::quantity, values::scalar},
    syntax::node::{Node, NodeKind},
    text::secret::Text,
    world::engine::settings::Settings,
};

/// Fields that can be seen in a container; all others are in the hash alone.
pub(super) const SEEN: &[&str] = &[
    "cap_add",
    "cap_drop",
    "command",
    "container_name",
    "cpu_shares",
    "cpuset",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "environment",
    "env_file",
    "extra_hosts",
    "group_add",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "labels",
    "logging",
    "mem_limit",
    "mem_reservation",
    "network_mode",
    "networks",
    "oom_score_adj",
    "pids_limit",
    "ports",
    "privileged",
    "read_only",
    "restart",
    "runtime",
    "secrets",
    "security_opt",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "user",
    "userns_mode",
    "uts",
    "volumes",
    "working_dir",
];

/// Of a service; where it says nothing, of its image.
#[must_use]
pub fn of_service(project: &ComposeProject, service: &Service, image: Option<&Settings>) -> Settings {
    let node = &service.node;
    let mut all = image.cloned().unwrap_or_default();
    for field in [
        "hostname",
        "domainname",
        "working_dir",
        "stop_signal",
        "cpuset",
        "userns_mode",
        "uts",
        "container_name",
    ] {
        put(&mut all, field, node.get(field).map(printed));
    }
    for field in ["tty", "stdin_open", "privileged", "read_only"] {
        put(&mut all, field, node.get(field).map(printed).filter(|text| text == "true"));
    }
    put(&mut all, "init", node.get("init").map(printed));
    put(&mut all, "restart", node.get("restart").map(printed).filter(|text| text != "no"));
    put(&mut all, "runtime", node.get("runtime").map(printed).filter(|text| text != "runc"));
    for field in ["mem_limit", "mem_reservation"] {
        let part = if field == "mem_limit" { "limits" } else { "reservations" };
        let of_deploy = || node.at(["deploy", "resources", part, "memory"]);
        put(&mut all, field, node.get(field).or_else(of_deploy).and_then(bytes));
    }
    put(&mut all, "shm_size", node.get("shm_size").and_then(bytes).filter(|size| size != "67108864"));
    for field in ["cpu_shares", "pids_limit", "oom_score_adj"] {
        put(&mut all, field, node.get(field).map(printed).filter(|number| number != "0"));
    }
    let grace = node.get("stop_grace_period").and_then(quantity::nanoseconds);
    put(&mut all, "stop_grace_period", grace.map(|n| format!("{}s", n / 1_000_000_000)));
    if let Some(check) = node.get("healthcheck").filter(|check| !check.is_null()) {
        put(&mut all, "healthcheck", Some(healthcheck(check)));
    }
    if let Some(logging) = node.get("logging") {
        put(&mut all, "logging", Some(log_config(logging)));
    }
    for field in ["cap_add", "cap_drop", "dns", "dns_opt", "dns_search", "group_add", "security_opt"] {
        for item in node.get(field).map(Node::items).unwrap_or_default() {
            all.insert((field, printed(item)), printed(item).into());
        }
    }
    for (name, value) in pairs(node.get("extra_hosts"), &['=', ':']) {
        let text = format!("{name}:{value}");
        all.insert(("extra_hosts", text.clone()), text.into());
    }
    for (name, value) in pairs(node.get("sysctls"), &['=']) {
        all.insert(("sysctls", name.clone()), format!("{name}={value}").into());
    }
    for (name, value) in &service.file_labels {
        all.insert(("labels", name.clone()), format!("{name}={}", value.expose()).into());
    }
    for (name, value) in pairs(node.get("labels"), &['=']) {
        all.insert(("labels", name.clone()), format!("{name}={value}").into());
    }
    for entry in node.get("ulimits").map(Node::entries).unwrap_or_default() {
        let part = |key| entry.value.get(key).map(printed);
        let single = || printed(&entry.value);
        let (soft, hard) = (part("soft").unwrap_or_else(single), part("hard").unwrap_or_else(single));
        all.insert(("ulimits", entry.key.to_string()), format!("{}={soft}:{hard}", entry.key).into());
    }
    for device in node.get("devices").map(Node::items).unwrap_or_default() {
        let part = |key| device.get(key).map(printed).unwrap_or_default();
        let text = format!("{}:{}:{}", part("source"), part("target"), part("permissions"));
        all.insert(("devices", part("target")), text.into());
    }
    for secret in node.get("secrets").map(Node::items).unwrap_or_default() {
        let part = |key| secret.get(key).map(printed);
        let target = part("target").or_else(|| part("source")).unwrap_or_default();
        let target = if target.starts_with('/') { target } else { format!("/run/secrets/{target}") };
        if target.starts_with("/run/secrets/") {
            all.insert(("secrets", target.clone()), target.into());
        }
    }
    for (_, name) in networks(project, service) {
        all.insert(("networks", name.clone()), name.into());
    }
    all
}

/// The networks a service is in: its key of each, and the engine's name.
#[must_use]
pub fn networks(project: &ComposeProject, service: &Service) -> Vec<(String, String)> {
    let node = &service.node;
    if ["network_mode", "provider"].iter().any(|key| node.get(key).is_some()) {
        return Vec::new();
    }
    let own = node.get("networks").map(Node::entries).unwrap_or_default();
    let keys: Vec<String> = match own.is_empty() {
        true => vec!["default".to_owned()],
        false => own.iter().map(|entry| entry.key.to_string()).collect(),
    };
    let named = |key: String| {
        let name = super::shape::resource_name(project, "networks", &key);
        (key, name)
    };
    keys.into_iter().map(named).collect()
}

fn put(all: &mut Settings, field: &'static str, text: Option<String>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        all.insert((field, String::new()), Text::from(text));
    }
}

fn printed(node: &Node) -> String {
    if node.is_null() { String::new() } else { scalar::print(node).expose().to_owned() }
}

fn bytes(node: &Node) -> Option<String> {
    let bytes = quantity::bytes(node).filter(|bytes| *bytes > 0.0 && *bytes < 1e18)?;
    Some(format!("{bytes:.0}"))
}

/// A mapping, or a list of `name=value`.
fn pairs(node: Option<&Node>, separators: &[char]) -> Vec<(String, String)> {
    let Some(node) = node else { return Vec::new() };
    let of_map = node.entries().iter().map(|entry| (entry.key.to_string(), printed(&entry.value)));
    let of_list = node.items().iter().map(|item| {
        let text = printed(item);
        let at = separators.iter().find_map(|separator| text.find(*separator));
        match at {
            Some(at) => (text[..at].to_owned(), text[at + 1..].to_owned()),
            None => (text, String::new()),
        }
    });
    of_map.chain(of_list).collect()
}

fn healthcheck(node: &Node) -> String {
    if node.get("disable").is_some_and(|disable| disable.kind == NodeKind::Bool(true)) {
        return "NONE".to_owned();
    }
    let test = node.get("test");
    let mut text = match test.map(|test| &test.kind) {
        Some(NodeKind::Seq(items)) => items.iter().map(printed).collect::<Vec<_>>().join(" "),
        Some(_) => format!("CMD-SHELL {}", test.map(printed).unwrap_or_default()),
        None => String::new(),
    };
    for key in ["interval", "timeout", "start_period", "start_interval"] {
        if let Some(nanoseconds) = node.get(key).and_then(quantity::nanoseconds).filter(|n| *n != 0) {
            text.push_str(&format!(" {key}={}ms", nanoseconds / 1_000_000));
        }
    }
    if let Some(retries) = node.get("retries").map(printed).filter(|n| n != "0") {
        text.push_str(&format!(" retries={retries}"));
    }
    text.trim_start().to_owned()
}

fn log_config(node: &Node) -> String {
    let driver = node.get("driver").map(printed).unwrap_or_else(|| "json-file".to_owned());
    let mut options: Vec<String> = node
        .get("options")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|entry| format!("{}={}", entry.key, printed(&entry.value)))
        .collect();
    options.sort();
    if options.is_empty() && driver == "json-file" {
        return String::new();
    }
    std::iter::once(driver).chain(options).collect::<Vec<_>>().join(" ")
}
