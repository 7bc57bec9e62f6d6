//! CD705

use crate::rules::{Rule, RuleContext, Sink, support::platform};
use crate::vocabulary::{
    deployment::Role,
    finding::{Confidence, Impact, Severity},
    manager::Manager,
};

pub(crate) static RULE: Rule = Rule {
    id: "CD705",
    name: "synology-user",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    summary: "on Synology DSM no user has the number that the container runs as",
    impact: Impact::State,
    effect: "the container's user does not own its files",
    page: include_str!("../../../docs/rules/CD705.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    if target.role != Role::Gateway || platform::of(case) != Some(Manager::Synology) {
        return;
    }
    let Some(facts) = target.facts.as_ref().filter(|f| f.image.is_official()) else { return };
    let user = target.deployment.user.as_ref().map(|u| u.value.as_str());
    if !matches!(user, None | Some("node" | "1000" | "1000:1000")) {
        return;
    }
    let Some(mount) = target.deployment.mount_of(&facts.state_dir) else { return };
    let Some(source) = mount.source.as_deref().filter(|s| s.starts_with("/volume")) else { return };
    findings.push(
        RULE.finding(format!(
            "{} runs as user 1000, and the users of DSM begin at 1024: {source} belongs to another user unless it was given to 1000",
            case.subject()
        ))
        .at(mount.place, "belongs to a user of DSM")
        .help(format!(
            "run `sudo chown -R 1000:1000 {source}` on the NAS, or write `user:` with the numbers that `id` shows there; then {}",
            target.advice.recreate()
        ))
        .key("user"),
    );
}
