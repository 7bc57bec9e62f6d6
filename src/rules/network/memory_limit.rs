//! CD515

use crate::rules::{Rule, RuleContext, Sink};
use crate::vocabulary::{
    deployment::Role,
    finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD515",
    name: "memory-limit",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the memory limit is less than the gateway needs to start",
    impact: Impact::Start,
    effect: "the gateway is killed for want of memory",
    page: include_str!("../../../docs/rules/CD515.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

const MIB: u64 = 1 << 20;

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    let Some(limit) = &target.deployment.memory_limit else { return };
    let Some((killed, starts)) = facts.behaviour.start.memory else { return };
    if limit.value > killed * MIB {
        return;
    }
    findings.push(
        RULE.finding(format!(
            "{} may use {} MiB of memory, and {} needs more to start: the engine kills it (exit 137)",
            case.subject(),
            limit.value / MIB,
            facts.release_name
        ))
        .at(limit.place.or(target.deployment.place), "too little to start")
        .help(format!(
            "allow at least {} MiB (it starts with {starts} MiB), and {}",
            (starts * 2).max(1024),
            target.advice.recreate()
        ))
        .key("memory"),
    );
}
