//! CD512

use crate::rules::{Rule, RuleContext, Sink};
use crate::vocabulary::{
    deployment::Role,
    finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD512",
    name: "service-command",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the container runs a command of a service manager, which starts no gateway",
    impact: Impact::Start,
    effect: "no gateway runs in the container",
    page: include_str!("../../../docs/rules/CD512.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// What asks a service manager, which a container does not have (run with openclaw 2026.9.6: each exits
/// with 1).
const COMMANDS: [&str; 5] = ["start", "stop", "restart", "install", "uninstall"];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Cli) else { return };
    let Some(words) = facts.command.words_of_gateway() else { return };
    let Some((verb, place)) = words.after.iter().find(|(word, _)| !word.starts_with('-')) else { return };
    if !COMMANDS.contains(verb) {
        return;
    }
    findings.push(
        RULE.finding(format!(
            "{} runs `gateway {verb}`, which asks a service manager that a container does not have: no gateway starts",
            case.subject()
        ))
        .at(place.or(target.deployment.place), "no gateway")
        .help(format!("write `gateway` in place of `gateway {verb}`, and {}", target.advice.recreate()))
        .key("command"),
    );
}
