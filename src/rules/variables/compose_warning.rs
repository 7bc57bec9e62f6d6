//! CD217

use crate::rules::{Rule, RuleContext, Sink, Yield};
use crate::vocabulary::finding::{About, Confidence, Finding, Impact, SaidBy, Severity};

pub(crate) static RULE: Rule = Rule {
    id: "CD217",
    name: "compose-warning",
    severity: Severity::Info,
    confidence: Confidence::High,
    summary: "Compose itself warns of something in the project",
    impact: Impact::Hygiene,
    effect: "Compose prints a warning",
    page: include_str!("../../../docs/rules/CD217.md"),
    since: "0.1.0",
    yields_to: &[Yield::on_about("CD207")],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let mut said: Vec<Finding> = Vec::new();
    for warning in case.target.warnings.iter().filter(|w| w.unset.is_none() && w.by == SaidBy::Compose) {
        // `Found multiple config files …` and `Using …` are two lines of Compose and one thing.
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
        said.push(match warning.place {
            Some(_) => finding.at(warning.place, "warned of here"),
            None if of_files(&warning.message) => finding.about(About::ComposeFiles),
            None => finding,
        });
    }
    findings.extend(said);
}

/// Compose found several files, and says which of them it uses.
fn of_files(message: &str) -> bool {
    message.starts_with("Found multiple ") || message.starts_with("Using ")
}
