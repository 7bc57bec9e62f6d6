//! CD110

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    openclaw::release::catalog::Catalog,
    provenance::{Candidate, Layer, StepKind, Variable},
    text::secret::{Text, js_trim},
    vocabulary::finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD110",
    name: "legacy-env-ignored",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a CLAWDBOT_* or MOLTBOT_* variable is set, which this release does not read",
    impact: Impact::Credential,
    effect: "this release ignores a pre-rename variable",
    page: include_str!("../../../docs/rules/CD110.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    for variable in &case.target.environment {
        let Some(stem) = facts.unread_prefixes.iter().find_map(|p| variable.name.strip_prefix(p)) else {
            continue;
        };
        let made = |w: &Candidate| w.via.iter().any(|v| matches!(v.step, StepKind::Interpolation { .. }));
        let Some(winner) = variable.winner.as_ref().filter(|w| !w.is_blank() || made(w)) else {
            continue;
        };
        let twin_name = format!("{}{stem}", facts.prefix);
        if facts.image.reads(&variable.name) {
            continue;
        }
        // `env_file: .env` carries the variables of the compose file itself into the container.
        if winner.layer == Layer::ComposeEnvFile && !is_read(&twin_name) {
            continue;
        }
        let twin = case.target.variable(&twin_name);
        let (severity, message) = judge(variable, twin, &twin_name, &facts.release_name);
        // What a variable that is not set here would set elsewhere is not read either.
        let severity = if winner.is_blank() { Severity::Warning } else { severity };
        let confidence = if facts.image.runs_as_known() { Confidence::High } else { Confidence::Medium };
        findings.push(
            RULE.finding(message)
                .severity(severity)
                .confidence(confidence)
                .at(winner.written(), "not read")
                .and(winner.root(), "its value is written here")
                .and(
                    twin.and_then(|t| t.winner.as_ref()).and_then(|w| w.place),
                    format!("{twin_name} is read"),
                )
                .help(format!(
                    "rename it to {twin_name} where it is written, and {}",
                    case.target.advice.recreate()
                ))
                .key(variable.name.clone())
                .fix(if twin.is_none() && is_read(&twin_name) {
                    fixes::rename(case, winner, &twin_name)
                } else {
                    fixes::dead(case, winner, facts.image.runs_as_known())
                }),
        );
    }
}

fn judge(variable: &Variable, twin: Option<&Variable>, twin_name: &str, release: &str) -> (Severity, String) {
    let name = &variable.name;
    let trimmed = |v: &Variable| v.value().map(Text::expose).map(|t| js_trim(t).to_owned());
    let twin_value = twin.and_then(trimmed).filter(|v| !v.is_empty());
    match twin_value {
        Some(value) if Some(&value) == trimmed(variable).as_ref() => (
            Severity::Warning,
            format!("{release} does not read {name}; {twin_name} holds the same value and is read"),
        ),
        Some(_) => (
            Severity::Error,
            format!("{release} does not read {name}, and {twin_name}, which it reads, holds another value"),
        ),
        None if is_read(twin_name) => (
            Severity::Error,
            format!("{release} does not read {name}, and {twin_name}, which it would read, is not set"),
        ),
        None => (Severity::Warning, format!("{release} does not read {name}")),
    }
}

fn is_read(name: &str) -> bool {
    let stem = name.split_once('_').map_or(name, |(_, stem)| stem);
    Catalog::newest().read.iter().any(|n| n.strip_prefix("OPENCLAW_") == Some(stem))
}
