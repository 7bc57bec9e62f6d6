//! CD402

use crate::rules::{
    Rule, RuleContext, Sink, Yield,
    support::common::{STATE_NAMES, last_step},
};
use crate::vocabulary::{
    deployment::{MountKind, Role},
    finding::{About, Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD402",
    name: "state-not-persisted",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "OpenClaw's state directory is in no mount: it is lost with the container",
    impact: Impact::State,
    effect: "OpenClaw's state is lost when the container is recreated",
    page: include_str!("../../../docs/rules/CD402.md"),
    since: "0.1.0",
    // It says where the state was to be.
    yields_to: &[Yield::on_about("CD401")],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    let deployment = &target.deployment;
    let (dir, mount) = (&facts.state_dir, deployment.mount_of(&facts.state_dir));
    let finding = |message: String| {
        RULE.finding(message)
            .at(mount.and_then(|m| m.place).or(deployment.place), "the state is not kept")
            .help(format!(
                "mount a volume or a directory at {dir} in {}, and {}",
                target.advice.volumes(),
                target.advice.recreate()
            ))
            .key(dir.clone())
            .about(About::StateDirectory)
    };
    match mount {
        Some(mount) if mount.kind == MountKind::Tmpfs => findings.push(finding(format!(
            "{dir} of {} is in memory: config, credentials and sessions are gone when it stops",
            case.subject()
        ))),
        Some(mount) if mount.kind == MountKind::EmptyDir => findings.push(finding(format!(
            "{dir} of {} is in an emptyDir: config, credentials and sessions are gone when the pod is replaced",
            case.subject()
        ))),
        Some(mount) if mount.place.is_some_and(|place| case.is_refused(place)) => {}
        Some(mount) if mount.kind == MountKind::Volume && mount.source.is_none() => findings.push(
            finding(format!(
                "{dir} of {} is in a volume without a name, which `docker compose down -v` or another container's making leaves behind",
                case.subject()
            ))
            .severity(Severity::Info),
        ),
        Some(_) => {}
        None if case.is_fragment() || deployment.volumes_from || is_refused(case, dir) => {}
        None => {
            let pinned = facts.behaviour.paths.state_dir_variables.iter().any(|n| target.variable(n).is_some());
            let lost = finding(format!(
                "{dir} of {} is in no mount: config, credentials and sessions are lost when the container is recreated",
                case.subject()
            ));
            let own = facts.image.is_official() && (case.is_published_image() || deployment.mounts.is_empty());
            // It may be that what runs there looks into the one that is mounted.
            let named_so =
                || deployment.mounts.iter().any(|m| STATE_NAMES.contains(&last_step(&m.target)));
            if own || pinned {
                findings.push(if named_so() {
                    lost.severity(Severity::Warning).confidence(Confidence::Medium)
                } else {
                    lost
                });
            } else if facts.image.is_official() && named_so() {
                findings.push(lost.severity(Severity::Info).confidence(Confidence::Low));
            } else if facts.image.is_official() || deployment.mounts.is_empty() {
                // Where another image keeps its state is not known.
                findings.push(lost.severity(Severity::Warning).confidence(Confidence::Medium));
            }
        }
    }
}

/// A mount that Compose refuses is to be one of the state: what becomes of it is not known.
fn is_refused(case: &RuleContext<'_>, dir: &str) -> bool {
    let refused = case.whole.iter().flat_map(|w| &w.refusals).filter_map(|r| r.place);
    let names_state =
        |written: &str| written.contains(dir) || STATE_NAMES.iter().any(|name| written.contains(name));
    refused.into_iter().any(|place| names_state(case.written(place)))
}
