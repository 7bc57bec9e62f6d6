//! CD704

use crate::rules::{Rule, RuleContext, Sink, support::platform};
use crate::vocabulary::{
    deployment::{Mount, MountKind, Role},
    finding::{Confidence, Impact, Severity},
    manager::Manager,
};

pub(crate) static RULE: Rule = Rule {
    id: "CD704",
    name: "unraid-user",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "on Unraid the container does not run as the owner of appdata",
    impact: Impact::State,
    effect: "files on the share belong to the wrong user",
    page: include_str!("../../../docs/rules/CD704.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// `nobody:users`, whose the files of shares are.
const OWNER: &str = "99:100";

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    if target.role != Role::Gateway || platform::of(case) != Some(Manager::Unraid) {
        return;
    }
    let Some(facts) = &target.facts else { return };
    let user = target.deployment.user.as_ref();
    if user.is_some_and(|u| u.value == OWNER || u.value == "99") {
        return;
    }
    let is_bind = |m: &&Mount| m.kind == MountKind::Bind;
    let mount = target.deployment.mount_of(&facts.state_dir).filter(is_bind);
    let Some(mount) = mount.or_else(|| target.deployment.mounts.iter().find(is_bind)) else { return };
    let message = match user.map(|u| u.value.as_str()) {
        Some("root" | "0" | "0:0") => format!(
            "{} runs as root: what it writes to {} belongs to root, and Unraid's shares and its user 99:100 cannot change it",
            case.subject(),
            mount.source.as_deref().unwrap_or_default()
        ),
        _ => format!(
            "{} does not run as 99:100, the owner of {} on Unraid, and may not be able to write there",
            case.subject(),
            mount.source.as_deref().unwrap_or_default()
        ),
    };
    findings.push(
        RULE.finding(message)
            .at(user.and_then(|u| u.place).or(mount.place), "not 99:100")
            .and(mount.place, "appdata")
            .help(format!(
                "write `user: \"99:100\"` with HOME set to a directory that this user may write to, and {}",
                target.advice.recreate()
            ))
            .key("user"),
    );
}
