//! CD804

use crate::rules::{Rule, RuleContext, Sink, listed};
use crate::{
    provenance::{InspectedSource, SourceState},
    vocabulary::finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD804",
    name: "files-not-shown",
    severity: Severity::Info,
    confidence: Confidence::High,
    summary: "the engine did not show files that decide settings",
    impact: Impact::Hygiene,
    effect: "the engine did not show the container's files",
    page: include_str!("../../../docs/rules/CD804.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let refused: Vec<(&InspectedSource, &str)> = case
        .target
        .sources
        .iter()
        .filter_map(|source| match &source.state {
            // What the engine itself answers; the image and memory are not asked for.
            SourceState::NotVisible(why) if why.contains("Docker engine") => Some((source, why.as_str())),
            _ => None,
        })
        .collect();
    let Some((_, why)) = refused.first() else { return };
    let names = listed(refused.iter().map(|(source, _)| source.path.as_str()), 3);
    let why = why.trim_start_matches("in the container, and ");
    let finding = RULE
        .finding(format!(
            "the settings of {} may be others than shown here: {names} could not be read ({why})",
            case.subject()
        ))
        .help("let this user read files of containers (`GET /containers/ID/archive`), or run clawdock where it can")
        .key("files");
    findings.push(finding);
}
