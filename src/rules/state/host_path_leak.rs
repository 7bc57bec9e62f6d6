//! CD415

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    provenance::{Candidate, Layer, StepKind},
    vocabulary::{
        deployment::{Mount, MountKind},
        finding::{Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD415",
    name: "host-path-leak",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a folder of the host arrives in the container as a path of OpenClaw's",
    impact: Impact::State,
    effect: "OpenClaw looks for a folder of the host",
    page: include_str!("../../../docs/rules/CD415.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Variables that OpenClaw takes for a path in its container.
const PATHS: [&str; 8] = [
    "OPENCLAW_WORKSPACE_DIR",
    "OPENCLAW_STATE_DIR",
    "OPENCLAW_CONFIG_PATH",
    "OPENCLAW_HOME",
    "OPENCLAW_AGENT_DIR",
    "OPENCLAW_OAUTH_DIR",
    "CLAWDBOT_STATE_DIR",
    "CLAWDBOT_CONFIG_PATH",
];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    for name in PATHS {
        let variable = case.target.variable(name).filter(|_| !facts.image.reads(name));
        let Some(winner) = variable.and_then(|v| v.winner.as_ref()) else { continue };
        let Some(path) = winner.value.as_ref().map(|v| v.expose().trim()).filter(|p| !p.is_empty()) else {
            continue;
        };
        let deployment = &case.target.deployment;
        let is_inside = deployment.mount_of(path).is_some();
        let mount = deployment.mounts.iter().find(|m| is_host_side(case, m, winner, path));
        if is_inside || (mount.is_none() && !is_of_a_host(path)) {
            continue;
        }
        let help = match mount {
            Some(mount) => {
                format!("pin it: `{name}: {}` in {}", mount.target, case.target.advice.environment())
            }
            None => format!("set {name} to a path in the container, or take it out of the environment"),
        };
        findings.push(
            RULE.finding(format!(
                "{name} of {} is a folder of the host, which is not there in the container",
                case.subject()
            ))
            .at(winner.place.or_else(|| winner.root()), "a path of the host")
            .and(winner.root(), "written here")
            .and(mount.and_then(|m| m.place), "mounted from it")
            .help(format!("{help}, and {}", case.target.advice.recreate()))
            .key(name),
        );
    }
}

/// The same folder, or the same variable, is the host's side of a mount.
fn is_host_side(case: &RuleContext<'_>, mount: &Mount, winner: &Candidate, path: &str) -> bool {
    if mount.kind != MountKind::Bind {
        return false;
    }
    let is_same =
        mount.source.as_deref().is_some_and(|s| s.trim_end_matches('/') == path.trim_end_matches('/'));
    let names_it = || {
        let written = mount.place.map(|place| case.written(place)).unwrap_or_default();
        let host = crate::rules::support::common::host_part(written, "source:");
        let by_file = winner.layer == Layer::ComposeEnvFile
            || winner.via.iter().any(|v| v.step == StepKind::Field(Layer::ComposeEnvFile));
        by_file && crate::rules::support::common::variables_in(host).contains(&winner.name.as_str())
    };
    is_same || names_it()
}

/// A path that no container has by itself.
fn is_of_a_host(path: &str) -> bool {
    let begins = ["/Users/", "/Volumes/", "/mnt/c/", "/host_mnt/", "./", "../", "~/"];
    let drive = path.as_bytes();
    begins.iter().any(|begin| path.starts_with(begin))
        || (drive.len() > 2
            && drive[0].is_ascii_alphabetic()
            && drive[1] == b':'
            && matches!(drive[2], b'\\' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_hosts() {
        for (path, is_host) in [
            ("/Users/ada/claw", true),
            ("C:\\Users\\ada", true),
            ("d:/claw", true),
            ("~/claw", true),
            ("./state", true),
            ("/home/node/.openclaw", false),
            ("/data", false),
            ("~", false),
        ] {
            assert_eq!(is_of_a_host(path), is_host, "{path}");
        }
    }
}
