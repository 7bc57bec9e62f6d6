//! Checks that are code in OpenClaw (`superRefine` of its schemas, `validation-core.ts`,
//! `validation-plugin-rules.ts`; openclaw 2026.9.6), as far as people's configs run into them.

use crate::openclaw::release::schema::{
    Schema,
    check::{ConfigIssue, SchemaFault},
};
use crate::{
    syntax::node::{MapEntry, Node},
    text::{secret::Text, source::Place},
};

/// Adds what is refused; gives what is refused unless a plugin that is not seen from here knows it.
pub(super) fn check(schema: &Schema, config: &Node, issues: &mut Vec<ConfigIssue>) -> Vec<ConfigIssue> {
    let has = |rule: &str| schema.lists("rules", |name| name == rule);
    issues.extend(provider_overlays(schema, config));
    if has("binding-agents") {
        issues.extend(binding_agents(config));
    }
    if has("tailscale-bind") {
        issues.extend(tailscale_bind(config));
    }
    if has("cron-retention") {
        issues.extend(cron_retention(config));
    }
    let mut doubtful = Vec::new();
    // A plugin that was installed brings channels and searches of its own.
    if has("channel-ids") && !names_plugins(config) {
        doubtful.extend(channel_ids(schema, config));
    }
    if has("web-search") && !names_plugins(config) {
        doubtful.extend(web_search(schema, config));
    }
    if has("memory-slot") {
        doubtful.extend(memory_slot(schema, config));
    }
    doubtful
}

fn issue(path: &[&str], place: Place, message: impl Into<String>) -> ConfigIssue {
    let path = path.iter().map(|key| (*key).into()).collect();
    ConfigIssue { path, place, message: message.into(), fault: SchemaFault::Value(None) }
}

fn text<'n>(config: &'n Node, path: &[&str]) -> Option<(&'n str, Place)> {
    let node = config.at(path.iter().copied())?;
    let text = node.text().map(Text::expose).filter(|text| !text.contains("${"))?;
    Some((text, node.place))
}

/// A provider that OpenClaw does not know must say where it is and which models it has.
fn provider_overlays(schema: &Schema, config: &Node) -> Vec<ConfigIssue> {
    let mut issues = Vec::new();
    if schema.list("overlays").is_none() {
        return issues;
    }
    for entry in config.at(["models", "providers"]).map(Node::entries).unwrap_or_default() {
        let id = entry.key.trim().to_lowercase();
        if schema.lists("overlays", |known| known == id) || entry.value.entries().is_empty() {
            continue;
        }
        let blank = |node: &Node| node.text().is_some_and(Text::is_empty);
        for key in ["baseUrl", "models"] {
            let message = format!("custom model providers must declare {key}");
            match entry.value.get(key) {
                Some(node) if key == "baseUrl" && blank(node) => {
                    issues.push(issue(&["models", "providers", &entry.key, key], node.place, message));
                }
                Some(_) => {}
                None => {
                    issues.push(issue(&["models", "providers", &entry.key, key], entry.key_place, message))
                }
            }
        }
    }
    issues
}

/// A binding names one of the agents, where there are any.
fn binding_agents(config: &Node) -> Vec<ConfigIssue> {
    let agents = config.at(["agents", "entries"]).map(Node::entries).unwrap_or_default();
    let is_agent =
        |id: &str| id == "main" || agents.iter().any(|agent| agent.key.eq_ignore_ascii_case(id.trim()));
    let bindings = config.get("bindings").map(Node::items).unwrap_or_default();
    if agents.is_empty() {
        return Vec::new();
    }
    let unknown = bindings.iter().enumerate().filter_map(|(at, binding)| {
        let (id, place) = text(binding, &["agentId"])?;
        let path = ["bindings", &at.to_string(), "agentId"];
        (!is_agent(id)).then(|| issue(&path, place, "Unknown agent id (not in agents.entries)"))
    });
    unknown.collect()
}

/// What Tailscale serves must listen on loopback.
fn tailscale_bind(config: &Node) -> Option<ConfigIssue> {
    let (mode, _) = text(config, &["gateway", "tailscale", "mode"])?;
    let (bind, place) = text(config, &["gateway", "bind"])?;
    let custom = bind == "custom"
        && text(config, &["gateway", "customBindHost"]).is_some_and(|(host, _)| host.starts_with("127."));
    (matches!(mode, "serve" | "funnel") && bind != "loopback" && !custom).then(|| {
        let message = format!("gateway.bind must resolve to loopback when gateway.tailscale.mode={mode}");
        issue(&["gateway", "bind"], place, message)
    })
}

/// A text that is a duration: `24h`, `1h30m`, `90`.
fn cron_retention(config: &Node) -> Option<ConfigIssue> {
    let path = ["cron", "sessionRetention"];
    let (written, place) = text(config, &path)?;
    (!is_duration(written)).then(|| issue(&path, place, "invalid duration (use ms, s, m, h, d)"))
}

fn is_duration(text: &str) -> bool {
    let mut rest = text.trim();
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let after = &rest[number..];
        let unit = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let known = ["", "ms", "s", "m", "h", "d"].contains(&after[..unit].to_ascii_lowercase().as_str());
        if number == 0 || !known || rest[..number].parse::<f64>().is_err() {
            return false;
        }
        rest = &after[unit..];
    }
    true
}

/// The config speaks of plugins that are not part of the package, or says where some are.
fn names_plugins(config: &Node) -> bool {
    let plugins = |key: &str| config.at(["plugins", key]);
    let filled = |node: Option<&Node>| node.is_some_and(|n| !n.entries().is_empty() || !n.items().is_empty());
    ["allow", "entries", "installs", "load"].into_iter().any(|key| filled(plugins(key)))
}

fn channel_ids(schema: &Schema, config: &Node) -> Vec<ConfigIssue> {
    let known = |entry: &&MapEntry| {
        matches!(&*entry.key, "defaults" | "modelByChannel")
            || schema.lists("channels", |id| id == entry.key.trim())
    };
    if schema.list("channels").is_none() {
        return Vec::new();
    }
    let channels = config.get("channels").map(Node::entries).unwrap_or_default();
    let unknown = channels.iter().filter(|entry| !known(entry));
    unknown
        .map(|entry| issue(&["channels"], entry.key_place, "no plugin of the package has this channel"))
        .collect()
}

fn web_search(schema: &Schema, config: &Node) -> Option<ConfigIssue> {
    let path = ["tools", "web", "search", "provider"];
    let (provider, place) = text(config, &path)?;
    let known = schema.list("searches").is_none() || schema.lists("searches", |id| id == provider.trim());
    (!known).then(|| issue(&path, place, "no plugin of the package has this web search"))
}

fn memory_slot(schema: &Schema, config: &Node) -> Option<ConfigIssue> {
    let path = ["plugins", "slots", "memory"];
    let (plugin, place) = text(config, &path)?;
    let known = plugin == "none"
        || schema.list("plugins").is_none()
        || schema.lists("plugins", |id| id == plugin.trim());
    (!known).then(|| issue(&path, place, "no plugin of the package has this name"))
}

#[cfg(test)]
mod tests {
    use super::is_duration;

    #[test]
    fn durations() {
        for text in ["24h", "1h30m", "90", "0h", "1.5d", "100ms"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["soon", "", "h", "1w", "-1h"] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
