//! CD206

use crate::rules::{Rule, RuleContext, Sink, Yield, listed};
use crate::{
    model::target::OutdatedVariables,
    provenance::Candidate,
    vocabulary::finding::{About, Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD206",
    name: "container-stale",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the running container has another environment than its compose files and .env now give",
    impact: Impact::Ignored,
    effect: "the running container uses old values",
    page: include_str!("../../../docs/rules/CD206.md"),
    since: "0.1.0",
    // It says what becomes of a token.
    yields_to: &[Yield::on_about("CD102")],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(desired) = case.desired else { return };
    let OutdatedVariables { changed, gone } = case.target.outdated(desired);
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
        .key(*first)
        .all_about(names.iter().map(|name| About::Variable((*name).to_owned())));
    for variable in changed.iter().take(4) {
        finding = finding.and(
            variable.winner.as_ref().and_then(|w| w.root()),
            format!("{} comes from here", variable.name),
        );
    }
    // The shell that started the project may have had other variables than this one.
    if changed.iter().all(|v| v.winner.as_ref().is_some_and(Candidate::is_from_shell)) && gone.is_empty() {
        finding = finding.severity(Severity::Warning).confidence(Confidence::Medium);
        finding.message.push_str(" (the new value comes from this shell's environment)");
    }
    findings.push(finding);
}
