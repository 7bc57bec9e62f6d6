//! CD509

use super::{Case, Rule, Sink, Yield};
use crate::{
    finding::{Confidence, Severity},
    openclaw::prediction::Prediction,
};

pub(super) static RULE: Rule = Rule {
    id: "CD509",
    name: "start-refused",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the gateway will refuse to start",
    page: include_str!("../../docs/rules/CD509.md"),
    since: "0.1.0",
    yields_to: &[
        Yield::on_target("CD105"),
        Yield::on_target("CD106"),
        Yield::on_target("CD107"),
        Yield::on_target("CD108"),
        Yield::on_target("CD111"),
        Yield::on_target("CD213"),
        Yield::on_target("CD409"),
        Yield::on_target("CD502"),
        Yield::on_target("CD505"),
    ],
    check,
};

fn check(case: &Case<'_>, findings: &mut Sink) {
    let Some(start) = case.target.start.as_ref().filter(|s| s.prediction == Prediction::Refuses) else {
        return;
    };
    let exit = start.exit_code.map(|c| format!(" (exit {c})")).unwrap_or_default();
    let why = start.why.as_deref().unwrap_or("for an unknown reason");
    let facts = case.target.facts.as_ref();
    let required =
        facts.and_then(|f| f.image.profile.as_ref()).map(|p| p.requires.iter().chain(&p.requires_one_of));
    let absent = required.into_iter().flatten().find_map(|name| case.may_set(name));
    let unless =
        absent.map(|file| format!(", unless {file}, which is not here, sets it")).unwrap_or_default();
    let is_wrapped = facts.is_some_and(|f| f.image.is_wrapped);
    let finding = RULE
        .finding(format!("the gateway of {} will not start{exit}: {why}{unless}", case.subject()))
        .at(case.target.deployment.place, "will not start")
        .help(format!("mend what is named, and {}", case.target.advice.recreate()))
        .key("start");
    findings.push(if case.state_is_elsewhere() || absent.is_some() || is_wrapped {
        // What is there where the project will run is not known.
        finding.severity(Severity::Info).confidence(Confidence::Medium)
    } else {
        finding
    });
}
