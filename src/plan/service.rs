//! What a service says that is no part of how each of its containers is made.

use super::PlanFacts;
use crate::{
    compose::Service,
    syntax::node::{Node, NodeKind},
    text::secret::Text,
};

/// Fields that Compose leaves out of the hash (docker compose v5.5, `pkg/compose/hash.go`), or resolves into
/// others.
const NOT_HASHED: [&str; 7] =
    ["build", "depends_on", "env_file", "profiles", "pull_policy", "scale", "volumes_from"];

/// Reads them out of a service.
#[must_use]
pub fn facts(service: &Service) -> PlanFacts {
    let node = &service.node;
    let text = |node: Option<&Node>| node.and_then(Node::text).map(|t| t.expose().to_owned());
    let shared = ["network_mode", "ipc", "pid"]
        .iter()
        .filter_map(|key| text(node.get(key)).and_then(|t| t.strip_prefix("service:").map(str::to_owned)));
    let items = node.get("volumes_from").map(Node::items).unwrap_or_default();
    let from = items.iter().filter_map(Node::text).map(Text::expose).filter(|t| !t.starts_with("container:"));
    let from = from.map(|t| t.split(':').next().unwrap_or_default().to_owned());
    let depends = node.get("depends_on").map(Node::entries).unwrap_or_default();
    let restarts =
        depends.iter().filter(|e| e.value.get("restart").map(|n| &n.kind) == Some(&NodeKind::Bool(true)));
    let policy = text(node.get("pull_policy")).unwrap_or_default();
    PlanFacts {
        scale: scale(node),
        shares: shared.chain(from).collect(),
        restarts_with: restarts.map(|e| e.key.to_string()).collect(),
        not_compared: node
            .entries()
            .iter()
            .map(|e| &*e.key)
            .filter(|key| {
                !NOT_HASHED.contains(key) && !super::settings::SEEN.contains(key) && !key.starts_with("x-")
            })
            .map(str::to_owned)
            .collect(),
        refreshes: matches!(policy.as_str(), "always" | "build")
            || ["daily", "weekly"].contains(&policy.as_str())
            || policy.starts_with("every_"),
        provided: node.get("provider").is_some(),
    }
}

/// `scale`, else `deploy.replicas`, else one (compose-go `types.go: GetScale`).
fn scale(service: &Node) -> usize {
    let count = |node: Option<&Node>| match node.map(|n| &n.kind) {
        Some(NodeKind::Int(n)) => usize::try_from(*n).ok(),
        Some(NodeKind::Uint(n)) => usize::try_from(*n).ok(),
        Some(NodeKind::Str(text)) => text.expose().parse().ok(),
        _ => None,
    };
    count(service.get("scale")).or_else(|| count(service.at(["deploy", "replicas"]))).unwrap_or(1)
}
