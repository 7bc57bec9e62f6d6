//! CD217

use super::{Case, Rule};
use crate::finding::{Confidence, Finding, Severity};

pub(super) static RULE: Rule = Rule {
    id: "CD217",
    name: "compose-warning",
    severity: Severity::Info,
    confidence: Confidence::High,
    summary: "Compose itself warns of something in the project",
    page: include_str!("../../docs/rules/CD217.md"),
    since: "0.1.0",
    check,
};

fn check(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let mut said: Vec<Finding> = Vec::new();
    let tells_of_files = findings.iter().any(|f| f.rule == "CD207");
    for warning in case.target.warnings.iter().filter(|w| w.unset.is_none()) {
        // `Found multiple config files …` and `Using …` are two lines of Compose and one thing.
        let of_files = warning.place.is_none()
            && (warning.message.starts_with("Found multiple ") || warning.message.starts_with("Using "));
        if of_files && tells_of_files {
            continue;
        }
        if let (Some(used), Some(last)) = (warning.message.strip_prefix("Using "), said.last_mut())
            && warning.place.is_none()
            && last.place.is_none()
        {
            last.help = Some(format!("Compose uses {used}: remove or rename the others"));
            continue;
        }
        let named = warning.place.map(|p| format!("{}: ", case.sources.get(p.source).name));
        let message =
            named.and_then(|n| warning.message.strip_prefix(n.as_str())).unwrap_or(&warning.message);
        let finding = RULE.finding(format!("Compose warns: {message}"));
        said.push(if warning.place.is_some() {
            finding.at(warning.place, "warned of here")
        } else {
            finding
        });
    }
    findings.append(&mut said);
}
