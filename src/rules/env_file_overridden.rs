//! CD202

use super::{Case, Rule};
use crate::{
    finding::{Confidence, Finding, Severity},
    origin::{Layer, Variable},
    target::Role,
};

pub(super) static RULE: Rule = Rule {
    id: "CD202",
    name: "env-file-overridden",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "`environment:` replaces a different value of `env_file:`",
    page: include_str!("../../docs/rules/CD202.md"),
    since: "0.1.0",
    check,
};

fn check(case: &Case<'_>, findings: &mut Vec<Finding>) {
    if case.target.role == Role::Other {
        return;
    }
    for variable in &case.target.environment {
        findings.extend(judge(case, variable));
    }
}

fn judge(case: &Case<'_>, variable: &Variable) -> Option<Finding> {
    let winner = variable.winner.as_ref().filter(|w| w.layer == Layer::ComposeEnvironment)?;
    let value = winner.value.as_ref().filter(|v| !v.is_blank())?;
    let differs = |other: &crate::text::Text| !other.is_blank() && other != value;
    let loser = variable.losers.iter().find(|l| {
        l.candidate.layer == Layer::ComposeEnvFile && l.candidate.value.as_ref().is_some_and(differs)
    })?;
    // A fixed value in the compose file is there to keep what the file says for the host out of the
    // container, as OpenClaw's own compose file does with its paths and its port.
    let pinned = winner.via.is_empty();
    let name = &variable.name;
    let finding = RULE
        .finding(format!(
            "{name} of {} wins over the different value of {}",
            case.at(winner),
            case.at(&loser.candidate)
        ))
        .at(winner.place, "this value is used")
        .and(winner.root(), "which is written here")
        .and(loser.candidate.root(), "and this one is not")
        .help(format!("keep one of the two, and {}", case.target.advice.recreate()))
        .key(name.clone());
    Some(if pinned { finding.severity(Severity::Info) } else { finding })
}
