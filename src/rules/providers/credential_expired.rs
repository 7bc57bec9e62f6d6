//! CD310

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    openclaw::read::auth_profiles::clock,
    provenance::{Candidate, Layer},
    syntax::jwt,
    text::source::Place,
    vocabulary::finding::{Confidence, Finding, Impact, Severity},
};
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "CD310",
    name: "credential-expired",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a token says itself that it has expired, or soon will have",
    impact: Impact::Credential,
    effect: "a credential has expired or expires soon",
    page: include_str!("../../../docs/rules/CD310.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// So long before its end it is time to replace a token.
const SOON: i64 = 7 * 24 * 60 * 60 * 1000;

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.runs_models()) else { return };
    let target = case.target;
    let secrets = target.settings.iter().filter(|s| s.secret);
    let in_effect = secrets.filter_map(|s| s.views.first()?.winner.as_ref());
    // OpenClaw renews its own logins, and its stores say until when a token is good.
    let in_effect = in_effect.filter(|w| w.layer != Layer::AuthProfile).map(|w| (w, true));
    let process = target.process_environment.as_ref().unwrap_or(&target.environment);
    let others = process.iter().filter_map(|v| v.winner.as_ref()).map(|w| (w, false));
    let mut told: BTreeSet<(Option<Place>, &str)> = BTreeSet::new();
    for (candidate, is_used) in in_effect.chain(others) {
        let Some(until) = candidate.value.as_ref().and_then(|v| jwt::expires(v.expose())) else { continue };
        let left = until.saturating_sub(facts.now);
        // A config may refer to the variable.
        if left > SOON || !told.insert((candidate.root(), "")) && candidate.root().is_some() {
            continue;
        }
        findings.push(finding(case, candidate, is_used, left <= 0, until));
    }
}

fn finding(
    case: &RuleContext<'_>,
    candidate: &Candidate,
    is_used: bool,
    is_over: bool,
    until: i64,
) -> Finding {
    let (verb, label) = if is_over { ("expired", "expired") } else { ("expires", "expires soon") };
    let severity = match (is_over, is_used) {
        (true, true) => Severity::Error,
        (true, false) | (false, true) => Severity::Warning,
        (false, false) => Severity::Info,
    };
    let effect = if is_over { ": whoever is sent it refuses it" } else { "" };
    RULE.finding(format!("{} {verb} {}{effect}", case.named(candidate), clock::shown(until)))
        .severity(severity)
        .confidence(if is_used { Confidence::High } else { Confidence::Medium })
        .at(candidate.place, label)
        .and(candidate.root(), "written here")
        .help(format!("replace it by a new token, and {}", case.target.advice.recreate()))
        .key(candidate.name.clone())
}
