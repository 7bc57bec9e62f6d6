//! CD230

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    model::target::TargetKind,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD230",
    name: "dockerfile-missing",
    severity: Severity::Error,
    confidence: Confidence::High,
    impact: Impact::Start,
    effect: "the image cannot be built",
    summary: "`build:` names a Dockerfile that is not in its context",
    page: include_str!("../../../docs/rules/CD230.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(build) = &target.deployment.build else { return };
    let (Some(missing), Some(file)) = (&build.missing, &build.dockerfile) else { return };
    if target.kind != TargetKind::ComposeService || target.role == Role::Other {
        return;
    }
    let (name, subject) = (file.rsplit('/').next().unwrap_or(file), case.subject());
    let there = missing.others.first().or(missing.of_build.as_ref());
    let Some(there) = there else {
        // The folder may be a part of what is built elsewhere.
        findings.push(
            RULE.finding(format!("{name} of {subject} is not here: what its image sets is not known"))
                .severity(Severity::Info)
                .at(target.deployment.place, "built from it")
                .help(format!("run clawdock where {name} is"))
                .key("build.dockerfile"),
        );
        return;
    };
    let help = match missing.others.first() {
        Some(other) => format!("set `build.dockerfile: {other}`, or create {name} in the build context"),
        None => format!("create {name} in the build context, or correct `build.dockerfile`"),
    };
    findings.push(
        RULE.finding(format!(
            "the Dockerfile {name} of {subject} does not exist, only {there} is there: its image cannot be built"
        ))
        .at(target.deployment.place, "built from it")
        .help(help)
        .key("build.dockerfile"),
    );
}
