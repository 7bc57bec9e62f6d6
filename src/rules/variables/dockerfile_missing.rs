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
    severity: Severity::Warning,
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
    let Some(build) = target.deployment.build.as_ref().filter(|build| build.is_missing) else { return };
    if target.kind != TargetKind::ComposeService || target.role == Role::Other {
        return;
    }
    let Some(file) = &build.dockerfile else { return };
    let name = file.rsplit('/').next().unwrap_or(file);
    findings.push(
        RULE.finding(format!(
            "the Dockerfile {name} of {} does not exist: its image cannot be built from these files",
            case.subject()
        ))
        .at(target.deployment.place, "built from it")
        .help(format!("create {name} in the build context, or correct `build.dockerfile`"))
        .key("build.dockerfile"),
    );
}
