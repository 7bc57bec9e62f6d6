//! CD229

use crate::rules::{Rule, RuleContext, Sink};
use crate::vocabulary::finding::{Confidence, Impact, SaidBy, Severity};

pub(crate) static RULE: Rule = Rule {
    id: "CD229",
    name: "project-elsewhere",
    severity: Severity::Info,
    impact: Impact::Hygiene,
    confidence: Confidence::High,
    effect: "a part of the project is not read",
    summary: "a part of the project is in a repository or registry and is not read",
    page: include_str!("../../../docs/rules/CD229.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    for warning in case.target.warnings.iter().filter(|w| w.by == SaidBy::Clawdock) {
        findings.push(
            RULE.finding(warning.message.clone())
                .at(warning.place, "not fetched")
                .help("clone it next to the project, and name the file of the clone here to have it read"),
        );
    }
}
