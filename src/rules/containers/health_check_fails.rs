//! CD802

use crate::rules::{Rule, RuleContext, Sink};
use crate::vocabulary::{
    advice::quoted,
    deployment::Role,
    finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD802",
    name: "health-check-fails",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the engine reports that the container is unhealthy",
    impact: Impact::Reach,
    effect: "the gateway's health check fails",
    page: include_str!("../../../docs/rules/CD802.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let is_unhealthy = case.target.engine.as_ref().is_some_and(|engine| engine.is_unhealthy());
    if case.target.role == Role::Other || !is_unhealthy {
        return;
    }
    let advice = &case.target.advice;
    let name = advice.container().unwrap_or_else(|| quoted(&case.target.name));
    findings.push(
        RULE.finding(format!("{} is unhealthy: its process runs, and its health check fails", case.subject()))
            .help(format!(
                "run `clawdock probe {name}` to ask the gateway itself; `{engine} inspect --format '{{{{json .State.Health}}}}' {name}` shows what the check printed",
                engine = advice.engine()
            ))
            .key("health"),
    );
}
