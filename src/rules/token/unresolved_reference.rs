//! CD108

use crate::rules::{Rule, RuleContext, Sink, listed, support::common::variables_in};
use crate::{
    openclaw::read::config::Config,
    provenance::Candidate,
    text::source::{Place, Span},
    vocabulary::{
        finding::{About, Confidence, Finding, Impact, Severity},
        prediction::{Prediction, StartReason, StartReasonId as Id},
        setting::{Category, State},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD108",
    name: "unresolved-reference",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a credential of the config refers to a variable that is missing or blank",
    impact: Impact::Credential,
    effect: "a credential of openclaw.json is empty",
    page: include_str!("../../../docs/rules/CD108.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    findings.extend(examples(case));
    for setting in case.target.settings.iter().filter(|s| s.secret) {
        let Some(view) = setting.views.first().filter(|v| v.state == State::Unresolved) else { continue };
        let Some(winner) = &view.winner else { continue };
        let start = case.target.start.as_ref();
        // A store of an earlier release refers to nothing: it was not taken over.
        let is_store = |r: &StartReason| {
            let ids = [Id::StoreNotImported, Id::StoreUnreadable];
            ids.contains(&r.id) && r.about.to_string() == winner.name
        };
        if start.is_some_and(|start| start.reasons.iter().any(is_store)) {
            continue;
        }
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
            _ => "the CLI has no credential".to_owned(),
        };
        let mut finding = RULE
            .finding(format!(
                "{} refers to a variable that is missing or blank in {}: {effect}",
                winner.name,
                case.subject()
            ))
            .at(winner.written(), "cannot be resolved")
            .help(format!(
                "pass the variable into the container by {}, or write the value here, and {}",
                case.target.advice.environment(),
                case.target.advice.recreate()
            ))
            .key(&setting.key)
            .all_about(named(case, winner));
        for loser in &view.losers {
            finding = finding.and(loser.candidate.root(), "not used instead");
        }
        // The file that would set it may be on the machine where the project runs.
        let written = winner.place.map(|place| case.written(place)).unwrap_or_default();
        let file = variables_in(written).first().and_then(|name| case.may_set(name));
        let unseen = file.map(|file| format!("{file}, which is not here,"));
        let is_wrapped = case.target.facts.as_ref().is_some_and(|f| f.image.is_wrapped);
        let script = || is_wrapped.then(|| "the script that starts it".to_owned());
        if let Some(unseen) = unseen.or_else(script) {
            finding.message.push_str(&format!(", unless {unseen} sets it"));
            finding = finding.severity(Severity::Warning).confidence(Confidence::Medium);
        }
        findings.push(finding);
    }
}

/// What keeps the gateway from starting because of that reference.
fn named(case: &RuleContext<'_>, reference: &Candidate) -> Vec<About> {
    let ids = [Id::CredentialUnresolved, Id::MissingVariable, Id::ProviderKeyUnresolved];
    let is_it = |r: &&StartReason| r.place == reference.place || r.about.to_string() == reference.name;
    case.refusals(&ids).filter(is_it).map(StartReason::about).collect()
}

/// Configs that lie in the project and are seen by no target, as a script or an image may copy them:
/// what they refer to and no gateway gets. One finding for each file.
fn examples(case: &RuleContext<'_>) -> Vec<Finding> {
    let Some(whole) = case.whole_once() else { return Vec::new() };
    let gets = |name: &str| {
        case.gateways().filter_map(|g| g.facts.as_ref()).any(|facts| {
            let winner = facts.env.get(name).and_then(|v| v.winner.as_ref());
            winner.is_some_and(|w| !w.is_blank())
        })
    };
    let unread = whole.configs.iter().filter(|id| !case.reads(**id));
    unread
        .filter_map(|id| {
            let names: Vec<String> =
                Config::parse(*id, case.sources).references().into_iter().filter(|n| !gets(n)).collect();
            let written = format!("${{{}}}", names.first()?);
            let at = case.sources.get(*id).text().find(&written)?;
            let place = Place { source: *id, span: Span::new(at, at + written.len()) };
            let listed = listed(names.iter().map(String::as_str), 4);
            let file = case.absent_file_of_service();
            let unless =
                file.map(|file| format!(", unless {file}, which is not here, sets it")).unwrap_or_default();
            Some(
                RULE.finding(format!(
                    "{} refers to {listed}, which no gateway of this project gets: as its config it cannot be resolved there{unless}",
                    case.sources.brief(place)
                ))
                .severity(Severity::Info)
                .confidence(Confidence::Medium)
                .at(Some(place), "not set")
                .help(format!(
                    "if this file becomes the config, set the variables in {}, pass them by {}, and {}",
                    case.target.advice.values(),
                    case.target.advice.environment(),
                    case.target.advice.recreate()
                ))
                .key(names.first()?.clone()),
            )
        })
        .collect()
}
