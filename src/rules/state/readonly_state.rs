//! CD404

use crate::rules::{Rule, RuleContext, Sink, support::proposals::Proposal};
use crate::vocabulary::{
    deployment::Mount,
    finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD404",
    name: "readonly-state",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "OpenClaw cannot write to its state directory, which is read-only",
    impact: Impact::Start,
    effect: "OpenClaw cannot write its state",
    page: include_str!("../../../docs/rules/CD404.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = &target.facts else { return };
    let dir = &facts.state_dir;
    let mount = target.deployment.mount_of(dir);
    let (place, why) = match mount {
        Some(mount) if mount.read_only => (mount.place, "is mounted read-only"),
        Some(_) => return,
        None => match target.deployment.read_only.as_ref().filter(|r| r.value) {
            // Where another image keeps its state is not known.
            Some(flag) if facts.image.is_official() || target.deployment.mounts.is_empty() => {
                (flag.place, "lies in the container's own file system, which `read_only:` protects")
            }
            _ => return,
        },
    };
    findings.push(
        RULE.finding(format!(
            "{dir} of {} {why}: OpenClaw keeps its database, sessions and device identity there, and exits when it cannot write",
            case.subject()
        ))
        .at(place, "cannot be written to")
        .propose_fix(
            writable(case, mount, dir),
            &format!(", and {}", target.advice.recreate()),
            format!("mount {dir} so that it can be written to"),
        )
        .key(dir.clone()),
    );
}

/// The mount of the short form without its `:ro`.
fn writable(case: &RuleContext<'_>, mount: Option<&Mount>, dir: &str) -> Proposal {
    let says = format!("mount {dir} so that it can be written to");
    let place = mount.and_then(|mount| mount.place);
    let written = case.written_at(place).trim_matches(['"', '\'']);
    match written.strip_suffix(":ro").filter(|rest| !rest.contains(['\n', '{'])) {
        Some(rest) => case.write_item(says, place, rest),
        None => Proposal::words(says),
    }
}
