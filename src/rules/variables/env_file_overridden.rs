//! CD202

use crate::rules::{
    Rule, RuleContext, Sink,
    support::{choices, common::variables_in},
};
use crate::{
    provenance::{Candidate, Layer, StepKind, Variable},
    secrets,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD202",
    name: "env-file-overridden",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "`environment:` replaces a different value of `env_file:`",
    impact: Impact::Ignored,
    effect: "a value of env_file is ignored",
    page: include_str!("../../../docs/rules/CD202.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role == Role::Other {
        return;
    }
    for variable in &case.target.environment {
        findings.extend(judge(case, variable).or_else(|| unseen(case, variable)));
    }
}

/// The gateway's token by another name, beside an `env_file` that is not here: what that file sets
/// under the name that OpenClaw reads is replaced, whatever it is.
fn unseen(case: &RuleContext<'_>, variable: &Variable) -> Option<Finding> {
    let file = case.absent_file_of_service().filter(|_| secrets::is_gateway_credential(&variable.name))?;
    let winner = variable.winner.as_ref().filter(|w| w.layer == Layer::ComposeEnvironment)?;
    let shown = winner.via.iter().find_map(|v| match &v.step {
        StepKind::Interpolation { shown } => Some(shown),
        _ => None,
    })?;
    let names = variables_in(shown);
    let other = names.first().filter(|_| !names.contains(&variable.name.as_str()))?;
    let name = &variable.name;
    Some(
        RULE.finding(format!(
            "{name} of {} is made of {other}, and wins over a {name} of {file}, which is not here",
            case.subject()
        ))
        .severity(Severity::Info)
        .confidence(Confidence::Low)
        .at(winner.written(), "this one is used")
        .help(format!("set {other} only, and leave {name} out of {file}"))
        .key(name.clone()),
    )
}

fn judge(case: &RuleContext<'_>, variable: &Variable) -> Option<Finding> {
    let winner = variable.winner.as_ref().filter(|w| w.layer.is_environment())?;
    let value = winner.value.as_ref().filter(|v| !v.is_blank())?;
    let differs = |other: &crate::text::secret::Text| !other.is_blank() && other != value;
    let loser = variable.losers.iter().find(|l| {
        l.candidate.layer.is_environment_source() && l.candidate.value.as_ref().is_some_and(differs)
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
        .at(winner.written(), "this value is used")
        .and(winner.root(), "which is written here")
        .and(loser.candidate.root(), "and this one is not")
        .help(format!("keep one of the two, and {}", case.target.advice.recreate()))
        .key(name.clone());
    if pinned {
        return Some(finding.severity(Severity::Info));
    }
    let stays = |stays: &Candidate, gone: &Candidate| {
        choices::drop(case, gone).map(|fix| choices::keep(case, stays, None, fix))
    };
    let both = [stays(winner, &loser.candidate), stays(&loser.candidate, winner)];
    Some(finding.choose(both.into_iter().flatten()))
}
