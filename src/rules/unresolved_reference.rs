//! CD108

use super::{Case, Rule};
use crate::{
    finding::{Confidence, Finding, Severity},
    target::{Category, Prediction, State},
};

pub(super) static RULE: Rule = Rule {
    id: "CD108",
    name: "unresolved-reference",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a credential of the config refers to a variable that is missing or blank",
    page: include_str!("../../docs/rules/CD108.md"),
    since: "0.1.0",
    check,
};

fn check(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for setting in case.target.settings.iter().filter(|s| s.secret) {
        let Some(view) = setting.views.first().filter(|v| v.state == State::Unresolved) else { continue };
        let Some(winner) = &view.winner else { continue };
        let start = case.target.start.as_ref();
        let effect = match (setting.category, start.map(|s| (s.prediction, s.exit_code))) {
            (Category::ProviderKey, _) => {
                "requests to the provider fail, and no other key is tried".to_owned()
            }
            (_, Some((Prediction::Refuses, Some(code)))) => {
                format!("the gateway will not start (exit {code})")
            }
            (_, Some((Prediction::Starts, _))) => {
                "the gateway makes up a random one that nobody knows".to_owned()
            }
            _ => "the command line has no credential".to_owned(),
        };
        let mut finding = RULE
            .finding(format!(
                "{} refers to a variable that is missing or blank in {}: {effect}",
                winner.name,
                case.subject()
            ))
            .at(winner.place, "leads nowhere")
            .help(format!(
                "pass the variable into the container by {}, or write the value here, and {}",
                case.target.advice.environment(),
                case.target.advice.recreate()
            ))
            .key(setting.name.clone());
        for loser in &view.losers {
            finding = finding.and(loser.candidate.root(), "not used instead");
        }
        findings.push(finding);
    }
}
