//! CD301

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    openclaw::{facts::OpenClawModel, read::auth_profiles::CredentialKind, release::behaviour::StoreKind},
    provenance::{Candidate, Layer},
    vocabulary::{
        finding::{Confidence, Finding, Fix, Impact, Severity},
        setting::{Category, Consumer, Resolution, State},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD301",
    name: "profile-shadows-key",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a key that OpenClaw stored itself is used, and not the one of the environment or the config",
    impact: Impact::Credential,
    effect: "a stored key is used in place of the one that is configured",
    page: include_str!("../../../docs/rules/CD301.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.runs_models()) else { return };
    for setting in case.target.settings.iter().filter(|s| s.category == Category::ProviderKey) {
        let Some(provider) = setting.key.provider() else { continue };
        let of_agent = |v: &&Resolution| matches!(v.consumer, Consumer::Agent(_));
        let main = setting.views.first();
        let told: Vec<Finding> =
            main.into_iter().filter_map(|view| judge(case, facts, provider, view)).collect();
        // Another agent that has the same would repeat it.
        let others = setting.views.iter().filter(of_agent).filter(|_| told.is_empty());
        findings.extend(others.filter_map(|view| judge(case, facts, provider, view)).take(1));
        findings.extend(told);
    }
}

fn judge(
    case: &RuleContext<'_>,
    facts: &OpenClawModel,
    provider: &str,
    view: &Resolution,
) -> Option<Finding> {
    let profile = view.winner.as_ref().filter(|w| w.layer == Layer::AuthProfile)?;
    if view.state != State::Set || kind_of(facts, &profile.name) == Some(CredentialKind::OAuth) {
        return None;
    }
    // What a profile refers to is where it is written, and no second key.
    let rivals: Vec<&Candidate> = view.losers.iter().map(|l| &l.candidate).collect();
    let rival = rivals.iter().find(|c| is_key(case, c) && !c.agrees(profile))?;
    let agent = match &view.consumer {
        Consumer::Agent(id) => format!(" for agent {id}"),
        _ => String::new(),
    };
    let mut finding = RULE
        .finding(format!(
            "{provider} uses the stored profile {}{agent}, and not {}",
            profile.name,
            case.named(rival)
        ))
        .at(rival.place.or(profile.place), "not used")
        .and(rival.root(), "its value is written here")
        .and(profile.place, "this key is used")
        .help(help(case, facts, provider, profile))
        .fix(commands(case, facts, provider, profile))
        .key(rival.name.clone());
    for other in rivals.iter().filter(|c| c.name != rival.name && is_key(case, c)) {
        finding = finding.and(other.root(), format!("{} is not used either", other.name));
    }
    Some(finding)
}

/// A key of the environment or the config that is known.
fn is_key(case: &RuleContext<'_>, candidate: &Candidate) -> bool {
    candidate.layer != Layer::AuthProfile
        && candidate.value.is_some()
        && !candidate.is_blank()
        && !case.is_newer(candidate)
}

fn kind_of(facts: &OpenClawModel, profile: &str) -> Option<CredentialKind> {
    let mut profiles = facts.stored.iter().flat_map(|s| &s.profiles);
    profiles.find(|p| p.id == profile).map(|p| p.kind)
}

/// A database is OpenClaw's own to write.
fn commands(
    case: &RuleContext<'_>,
    facts: &OpenClawModel,
    provider: &str,
    profile: &Candidate,
) -> Option<Fix> {
    (facts.behaviour.stores.kind == StoreKind::Database).then(|| {
        fixes::by_hand(
            "replace the stored key, or take it out",
            format!(
                "run {} or {}",
                case.openclaw(&format!("models auth paste-api-key --provider {provider}")),
                case.openclaw(&format!("models auth logout {}", profile.name)),
            ),
        )
    })
}

fn help(case: &RuleContext<'_>, facts: &OpenClawModel, provider: &str, profile: &Candidate) -> String {
    match facts.behaviour.stores.kind {
        StoreKind::Database => format!(
            "store the new key with {}, or take the profile away with {}",
            case.openclaw(&format!("models auth paste-api-key --provider {provider}")),
            case.openclaw(&format!("models auth logout {}", profile.name)),
        ),
        StoreKind::Json { .. } => format!(
            "put the new key into the profile at {}, or take the profile out of that file, and {}",
            case.at(profile),
            case.target.advice.restart()
        ),
    }
}
