//! What a report says first, and what it need not say: decided here, so that a renderer decides nothing.

use super::report::{Suppression, TargetReport};
use crate::{
    rules,
    text::source::Sources,
    vocabulary::{
        deployment::Role,
        finding::{About, Confidence, Finding, Impact, Severity},
        prediction::{Prediction, Start},
        setting::Consumer,
    },
};
use std::collections::{BTreeSet, HashSet};

/// Rules about what the verdict says of a gateway: that it has no credential, and the state that the engine
/// reports.
const OF_THE_VERDICT: [&str; 4] = ["CD105", "CD801", "CD802", "CD803"];

/// What keeps the gateway from starting breaks that, whatever else its rule is about.
pub(super) fn weigh(targets: &mut [TargetReport]) {
    for entry in targets {
        let Some(start) = &entry.target.start else { continue };
        let stops: HashSet<About> = start.refusals().map(|reason| reason.about()).collect();
        for finding in entry.findings.iter_mut().filter(|f| f.about.iter().any(|a| stops.contains(a))) {
            finding.impact = Impact::Start;
        }
    }
}

/// The worst problem of each target, the settings that its findings are about, and what is aside.
pub(super) fn draw(targets: &mut [TargetReport], sources: &Sources) {
    let clients = clients_of_gateways(targets);
    for entry in targets {
        entry.problem = problem(entry, sources);
        entry.told = told(entry, &clients);
        entry.aside = entry.target.role == Role::Other;
    }
}

/// Projects and services whose settings a gateway lists as those of its clients.
fn clients_of_gateways(targets: &[TargetReport]) -> HashSet<(Option<String>, String)> {
    let gateways = targets.iter().map(|entry| &entry.target).filter(|t| t.role == Role::Gateway);
    let clients = gateways.flat_map(|gateway| {
        let consumers = gateway.settings.iter().flat_map(|s| &s.views).map(|view| &view.consumer);
        consumers.filter_map(|consumer| match consumer {
            Consumer::CliService(name) => Some((gateway.project.clone(), name.clone())),
            _ => None,
        })
    });
    clients.collect()
}

/// The effect of the worst error or warning, unless the verdict says it: of a gateway that does not start,
/// and of what the engine reports.
pub(super) fn problem(entry: &TargetReport, sources: &Sources) -> Option<String> {
    let refuses = |start: &Start| start.prediction == Prediction::Refuses;
    if entry.target.uncontradicted_start().is_some_and(refuses) {
        return None;
    }
    let is_said = |f: &&Finding| OF_THE_VERDICT.contains(&f.rule) && entry.target.role == Role::Gateway;
    let worst = entry.findings.iter().filter(|f| !is_said(f)).min_by(|a, b| Finding::in_order(a, b))?;
    (worst.severity > Severity::Info).then(|| effect(worst, sources)).flatten()
}

/// `clients that send the other token are rejected: OPENCLAW_GATEWAY_TOKEN (compose.yml:7)`
fn effect(finding: &Finding, sources: &Sources) -> Option<String> {
    let effect = rules::find(finding.rule)?.effect;
    let sure = match finding.confidence {
        Confidence::High => "",
        Confidence::Medium => "probably ",
        Confidence::Low => "possibly ",
    };
    let at = finding.place.map(|place| sources.brief(place));
    let subject = match (finding.key.as_deref(), at) {
        (Some(key), Some(at)) => format!(": {key} ({at})"),
        // A word for what the finding is about, and no name of anything: `start`.
        (Some(key), None) if key.chars().all(|c| c.is_ascii_lowercase()) => String::new(),
        (Some(key), None) => format!(": {key}"),
        (None, Some(at)) => format!(" ({at})"),
        (None, None) => String::new(),
    };
    Some(format!("{sure}{effect}{subject}"))
}

/// The settings of which nothing is left to say: a finding is about them, or they are those of a client
/// whose gateway lists them.
fn told(entry: &TargetReport, clients: &HashSet<(Option<String>, String)>) -> BTreeSet<String> {
    let target = &entry.target;
    // What is reported with another target is said there.
    let merged = entry.suppressed.iter().filter(|s| matches!(s.by, Suppression::Merged { .. }));
    let findings = || entry.findings.iter().chain(merged.clone().map(|s| &s.finding));
    let of = findings().flat_map(|f| &f.about).filter_map(|about| match about {
        About::Variable(name) => Some(name.as_str()),
        _ => None,
    });
    let keys: HashSet<&str> = findings().filter_map(|f| f.key.as_deref()).chain(of).collect();
    let is_client = target.role == Role::Cli
        && target.service.as_ref().is_some_and(|s| clients.contains(&(target.project.clone(), s.clone())));
    let named = target.settings.iter().filter(|setting| {
        let by_variable = setting.variables.iter().any(|name| keys.contains(name.as_str()));
        is_client || by_variable || keys.contains(&*setting.name())
    });
    named.map(|setting| setting.name().into_owned()).collect()
}
