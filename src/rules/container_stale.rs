//! CD206

use super::{Case, Rule, listed};
use crate::{
    finding::{Confidence, Finding, Severity},
    origin::{Layer, Step, Variable},
};

pub(super) static RULE: Rule = Rule {
    id: "CD206",
    name: "container-stale",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the running container has another environment than its compose files and .env now give",
    page: include_str!("../../docs/rules/CD206.md"),
    since: "0.1.0",
    check,
};

fn check(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(desired) = case.desired else { return };
    let changed: Vec<&Variable> = desired.environment.iter().filter(|v| differs(case, v)).collect();
    let gone: Vec<&Variable> = case.target.environment.iter().filter(|v| is_gone(v, desired)).collect();
    let names: Vec<&str> = changed.iter().chain(&gone).map(|v| v.name.as_str()).collect();
    let Some(first) = names.first() else { return };
    let count = if names.len() == 1 {
        "1 variable differs".to_owned()
    } else {
        format!("{} variables differ", names.len())
    };
    let mut finding = RULE
        .finding(format!(
            "{} was created before its files were edited: {count} ({}); `docker restart` keeps the old values",
            case.subject(),
            listed(names.iter().copied(), 5)
        ))
        .at(changed.first().and_then(|v| v.winner.as_ref()?.place).or(desired.deployment.place), "now gives another value")
        .help(format!("{}; neither `docker restart` nor `docker compose restart` changes the environment", case.target.advice.recreate()))
        .key(*first);
    for variable in changed.iter().take(4) {
        finding = finding.and(
            variable.winner.as_ref().and_then(|w| w.root()),
            format!("{} comes from here", variable.name),
        );
    }
    // The shell that started the project may have had other variables than this one.
    if changed.iter().all(|v| depends_on_shell(v)) && gone.is_empty() {
        finding = finding.severity(Severity::Warning).confidence(Confidence::Medium);
        finding.message.push_str(" (the new value comes from this shell's environment)");
    }
    findings.push(finding);
}

/// A name without a value takes the variable out of the container.
fn differs(case: &Case<'_>, desired: &Variable) -> bool {
    let actual = case.target.variable(&desired.name).and_then(Variable::value);
    match &desired.winner {
        // The engine takes a name without a value out of the container.
        None => actual.is_some(),
        Some(winner) => winner.value.as_ref().is_some_and(|value| actual != Some(value)),
    }
}

/// In the container, not of its image, and not of the files any more.
fn is_gone(actual: &Variable, desired: &crate::target::Target) -> bool {
    let added = actual.winner.as_ref().is_some_and(|w| w.layer == Layer::ContainerEnv);
    added && desired.variable(&actual.name).is_none()
}

fn depends_on_shell(variable: &Variable) -> bool {
    let via = variable.winner.iter().flat_map(|w| w.via.iter());
    via.into_iter().any(|v| matches!(v.step, Step::HostEnv { .. }))
}
