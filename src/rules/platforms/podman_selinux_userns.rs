//! CD701

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    model::target::Target,
    vocabulary::{
        deployment::{Mount, MountKind, Relabel},
        finding::{Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD701",
    name: "podman-selinux-userns",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "SELinux labels or a user namespace keep a container out of its own mounts",
    impact: Impact::State,
    effect: "SELinux or a user namespace blocks the container's mounts",
    page: include_str!("../../../docs/rules/CD701.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = &target.facts else { return };
    for mount in binds(target) {
        if let Some(other) = shares_a_private(case, mount) {
            findings.push(
                RULE.finding(format!(
                    "{} labels a directory for itself alone (`:Z`) that {} mounts as well: where SELinux is on, whichever starts last locks the other out",
                    case.subject(),
                    other.name
                ))
                .at(mount.place, "labelled for one container")
                .and(binds(other).find(|m| m.source == mount.source).and_then(|m| m.place), "mounted here too")
                .help(format!("write `:z` in both, and {}", target.advice.recreate()))
                .key(mount.target.clone()),
            );
        }
    }
    let labelled = binds(target).find(|m| m.relabel.is_some());
    let state = binds(target).find(|m| m.relabel.is_none() && m.holds(&facts.state_dir));
    if let (Some(labelled), Some(state)) = (labelled, state) {
        findings.push(
            RULE.finding(format!(
                "{} is mounted without a label in {}, where other mounts have one: where SELinux is on, OpenClaw may not read its state",
                state.target,
                case.subject()
            ))
            .confidence(Confidence::Medium)
            .at(state.place, "no label")
            .and(labelled.place, "has one")
            .help(format!("add `:z` to the mount, and {}", target.advice.recreate()))
            .key(state.target.clone()),
        );
    }
    let keeps = target.deployment.userns_mode.as_ref().filter(|m| m.value == "keep-id");
    if let Some(mode) = keeps.filter(|_| facts.image.is_official() && target.deployment.user.is_none()) {
        findings.push(
            RULE.finding(format!(
                "`keep-id` gives the files of {} to the user of the same number as on the host, and OpenClaw runs as user 1000",
                case.subject()
            ))
            .confidence(Confidence::Medium)
            .at(mode.place, "fits only where the host's user is 1000")
            .help(format!("write `keep-id:uid=1000,gid=1000`, and {}", target.advice.recreate()))
            .key("userns_mode"),
        );
    }
}

fn binds(target: &Target) -> impl Iterator<Item = &Mount> {
    target.deployment.mounts.iter().filter(|m| m.kind == MountKind::Bind)
}

fn shares_a_private<'a>(case: &RuleContext<'a>, mount: &Mount) -> Option<&'a Target> {
    let source = mount.source.as_deref().filter(|_| mount.relabel == Some(Relabel::Private))?;
    case.index.binds_of(source).iter().copied().find(|t| t.name != case.target.name)
}
