//! CD608

use crate::rules::{Rule, RuleContext, Sink, exposure::host_access::is_socket};
use crate::{
    openclaw::{
        facts::OpenClawModel, read::environment::VariableLookup as _, release::behaviour::SandboxMounts,
    },
    syntax::node::Node,
    text::secret::Text,
    vocabulary::{
        deployment::{MountKind, Role},
        finding::{Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD608",
    name: "dood-path-parity",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "sandboxes that the host's engine starts for the gateway do not get the files that the gateway has",
    impact: Impact::State,
    effect: "sandboxes do not see the gateway's files",
    page: include_str!("../../../docs/rules/CD608.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    let reaches_engine = target.deployment.mounts.iter().any(is_socket)
        || facts.env.value("DOCKER_HOST").is_some_and(|host| !host.trim().is_empty());
    if !reaches_engine || !is_configured(facts) {
        return;
    }
    let path = shared_directory(facts);
    let Some(mount) = target.deployment.mount_of(&path) else { return };
    if mount.place.is_some_and(|place| case.is_refused(place)) {
        return;
    }
    let rest = path.strip_prefix(mount.target.trim_end_matches('/')).unwrap_or_default();
    let of_host = mount.source.as_deref().map(|source| format!("{}{rest}", source.trim_end_matches('/')));
    let is_bind = mount.kind == MountKind::Bind;
    let release = &facts.release_name;
    let (message, help) = match facts.behaviour.sandbox_mounts {
        SandboxMounts::HostPath if is_bind => return,
        SandboxMounts::HostPath => (
            format!(
                "{release} can give a sandbox only what is bound from the host, and {path} is in a volume: it makes no sandbox"
            ),
            format!("bind a folder of the host to {}", mount.target),
        ),
        SandboxMounts::OwnPath if is_bind && of_host.as_deref() == Some(path.as_str()) => return,
        SandboxMounts::OwnPath if is_bind => (
            format!(
                "{release} asks the host's engine to mount {path} into a sandbox, which is another directory on the host: the sandbox finds it empty"
            ),
            "give the gateway the host's folder at the same path (`SOURCE:SOURCE`, with OPENCLAW_STATE_DIR or agents.defaults.workspace to match), or take OpenClaw 2026.9.5 or newer, which looks for the host's path itself".to_owned(),
        ),
        SandboxMounts::OwnPath => (
            format!(
                "{release} asks the host's engine to mount {path} into a sandbox, and there it is in a volume: the sandbox finds an empty directory"
            ),
            "bind a folder of the host at the path that it has there".to_owned(),
        ),
    };
    findings.push(
        RULE.finding(message)
            .at(mount.place, if is_bind { "another path on the host" } else { "no path of the host" })
            .help(format!("{help}; then {}", target.advice.recreate()))
            .key(path),
    );
}

/// What a sandbox is given: the agent's workspace, else a directory of its own in the state
/// (`docs/gateway/sandboxing/workspace-access.md`, openclaw 2026.9.6).
fn shared_directory(facts: &OpenClawModel) -> String {
    let at = |path: &[&str]| facts.config.node(path).and_then(Node::text).map(Text::expose);
    let access = at(&["agents", "defaults", "sandbox", "workspaceAccess"]).unwrap_or("none");
    if access == "none" {
        return format!("{}/sandboxes", facts.state_dir);
    }
    let configured =
        at(&["agents", "defaults", "workspace"]).or_else(|| facts.env.value("OPENCLAW_WORKSPACE_DIR"));
    match configured.map(str::trim).filter(|path| path.starts_with('/')) {
        Some(path) => path.to_owned(),
        None => format!("{}/workspace", facts.state_dir),
    }
}

/// Agents run in containers beside the gateway, as the config says.
fn is_configured(facts: &OpenClawModel) -> bool {
    let defaults = facts.config.node(&["agents", "defaults"]);
    let listed = facts.config.node(&["agents", "list"]).map(Node::items).unwrap_or_default();
    let entries = facts.config.node(&["agents", "entries"]).map(Node::entries).unwrap_or_default();
    let mut agents = defaults.into_iter().chain(listed).chain(entries.iter().map(|e| &e.value));
    let text = |agent: &Node, key: &str| {
        agent.at(["sandbox", key]).and_then(Node::text).map(|text| text.expose().to_owned())
    };
    let in_container = |backend: Option<String>| backend.is_none_or(|b| b == "docker" || b == "podman");
    agents.any(|agent| {
        text(agent, "mode").is_some_and(|mode| mode != "off") && in_container(text(agent, "backend"))
    })
}

/// They do, or somebody wanted them to: the setup was told so, or the image is named after it, which
/// then has the `docker` program that sandboxes need.
pub(crate) fn sandbox_is_wanted(case: &RuleContext<'_>) -> bool {
    let mut values = case.index.lines_of("OPENCLAW_SANDBOX").iter().filter_map(|line| line.value.as_ref());
    let image = case.target.deployment.image.as_ref();
    case.target.facts.as_ref().is_some_and(is_configured)
        || values.any(|v| matches!(v.expose().trim(), "1" | "true" | "yes"))
        || image.is_some_and(|image| image.value.ends_with("-sandbox"))
}
