//! The agents of a config, and where their stores are.

use crate::{
    openclaw::read::{
        config::Config,
        environment::{OpenClawEnvironment, VariableLookup as _},
        paths,
    },
    syntax::node::Node,
    text::secret::{Text, js_trim},
};

/// The agent of a config that names none.
pub const MAIN: &str = "main";

/// An agent and the directory of its store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agent {
    /// Its id.
    pub id: String,
    /// Its directory, a container path.
    pub dir: String,
}

/// The agents of a config, the one that answers by default first: `agents.defaults.systemAgent`,
/// else the one that is marked, else the first (`resolveAmbientOwnerAgentId`, openclaw 2026.9.6;
/// `resolveDefaultAgentId` before it).
#[must_use]
pub fn of(config: &Config, state_dir: &str, home: &str) -> Vec<Agent> {
    let listed: Vec<(Option<&str>, &Node)> = match config.node(&["agents", "entries"]) {
        Some(entries) => entries.entries().iter().map(|e| (Some(&*e.key), &e.value)).collect(),
        None => {
            let list = config.node(&["agents", "list"]).map(Node::items).unwrap_or_default();
            list.iter().map(|node| (text(node, "id"), node)).collect()
        }
    };
    let mut agents: Vec<(Agent, bool)> = Vec::new();
    for (id, node) in listed {
        let Some(id) = id.map(normal).filter(|id| !id.is_empty()) else { continue };
        if agents.iter().any(|(known, _)| known.id == id) {
            continue;
        }
        let dir = match text(node, "agentDir").map(js_trim).filter(|d| !d.is_empty()) {
            Some(dir) => paths::expand(dir, home),
            None => directory(state_dir, &id),
        };
        let marked = node.get("default").is_some_and(|d| d.kind == crate::syntax::node::NodeKind::Bool(true));
        agents.push((Agent { id, dir }, marked));
    }
    let system = config.node(&["agents", "defaults", "systemAgent", "agentId"]).and_then(Node::text);
    let system = system.map(|id| normal(id.expose()));
    let first = agents
        .iter()
        .position(|(agent, _)| Some(&agent.id) == system.as_ref())
        .or_else(|| agents.iter().position(|(_, marked)| *marked));
    if let Some(at) = first {
        let agent = agents.remove(at);
        agents.insert(0, agent);
    }
    if agents.is_empty() {
        return vec![Agent { id: MAIN.to_owned(), dir: directory(state_dir, MAIN) }];
    }
    agents.into_iter().map(|(agent, _)| agent).collect()
}

/// The directory of the store that all agents share: that of the main agent, unless a variable
/// names another (`resolveSharedMainAuthAgentDir`, openclaw 2026.9.6).
#[must_use]
pub fn shared_dir(env: &OpenClawEnvironment, state_dir: &str, home: &str) -> String {
    let named = ["OPENCLAW_AGENT_DIR", "CLAWDBOT_AGENT_DIR", "PI_CODING_AGENT_DIR"]
        .iter()
        .find_map(|name| env.value(name).map(js_trim).filter(|v| !v.is_empty()));
    named.map_or_else(|| directory(state_dir, MAIN), |dir| paths::expand(dir, home))
}

fn directory(state_dir: &str, id: &str) -> String {
    format!("{}/agents/{id}/agent", state_dir.trim_end_matches('/'))
}

fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Node::text).map(Text::expose)
}

/// `normalizeAgentId`: lower case; what is no word character becomes a dash.
fn normal(id: &str) -> String {
    let id = js_trim(id).to_lowercase();
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '-' };
    id.chars().map(plain).collect::<String>().trim_matches('-').to_owned()
}
