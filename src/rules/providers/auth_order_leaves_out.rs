//! CD312

use crate::rules::{Rule, RuleContext, Sink, listed};
use crate::{
    openclaw::{
        facts::OpenClawModel,
        read::auth_profiles::{Standing, Stored, StoredProfile},
    },
    provenance::Reason,
    vocabulary::{
        finding::{Confidence, Finding, Impact, Severity},
        setting::{Category, State},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD312",
    name: "auth-order-leaves-out",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "an order of stored profiles leaves out all that could be used",
    impact: Impact::Credential,
    effect: "no stored login of a provider can be used",
    page: include_str!("../../../docs/rules/CD312.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.runs_models()) else { return };
    findings.extend(nothing_left(case, facts));
    // Agents that share a store would repeat it.
    let mut told: Vec<&str> = Vec::new();
    for stored in &facts.stored {
        let left_out: Vec<&StoredProfile> = stored.profiles.iter().filter(|p| is_left_out(p)).collect();
        let Some(first) = left_out.first() else { continue };
        if told.contains(&stored.provider.as_str()) {
            continue;
        }
        told.push(&stored.provider);
        findings.push(finding(case, facts, stored, first, &left_out));
    }
}

/// An order that ends every request of its provider, though there is a key that it could use.
fn nothing_left(case: &RuleContext<'_>, facts: &OpenClawModel) -> Vec<Finding> {
    let mut findings = Vec::new();
    for setting in case.target.settings.iter().filter(|s| s.category == Category::ProviderKey) {
        let (Some(provider), Some(view)) = (setting.key.provider(), setting.views.first()) else { continue };
        let lost = view.losers.iter().find(|l| matches!(l.reason, Reason::NoProfileOfOrder { .. }));
        let is_told =
            facts.stored.iter().any(|s| s.provider == provider && s.profiles.iter().any(is_left_out));
        let Some(winner) = view.winner.as_ref().filter(|w| {
            let is_order =
                w.name.starts_with("auth.order.") || w.name.starts_with("the order that is stored");
            view.state == State::Unresolved && is_order && !is_told
        }) else {
            continue;
        };
        let idle = lost.map(|l| format!(", and {} is not used", l.candidate.name)).unwrap_or_default();
        let help = match winner.place {
            Some(_) => format!("take {} out of the config, or store a profile that it names", winner.name),
            None => format!(
                "put it back with {}",
                case.openclaw(&format!("models auth order clear --provider {provider}"))
            ),
        };
        findings.push(
            RULE.finding(format!(
                "{} names no profile that is stored and can be used: every request to {provider} fails{idle}",
                winner.name
            ))
            .at(winner.place, "none of these is stored")
            .and(lost.and_then(|l| l.candidate.written()), "not used")
            .help(help)
            .key(provider.to_owned()),
        );
    }
    findings
}

fn is_left_out(profile: &StoredProfile) -> bool {
    matches!(profile.standing, Standing::LeftOutByStore | Standing::LeftOutByOrder | Standing::Unlisted)
}

fn finding(
    case: &RuleContext<'_>,
    facts: &OpenClawModel,
    stored: &Stored,
    first: &StoredProfile,
    left_out: &[&StoredProfile],
) -> Finding {
    let provider = &stored.provider;
    let (by, path): (String, &[&str]) = match first.standing {
        Standing::LeftOutByOrder => (format!("auth.order.{provider}"), &["auth", "order", provider]),
        Standing::LeftOutByStore => (format!("the order that is stored for {provider}"), &[]),
        _ => (format!("auth.profiles, which lists others of {provider},"), &["auth", "profiles"]),
    };
    let place = if path.is_empty() { None } else { facts.config.node(path).map(|n| n.place) };
    let ids = listed(left_out.iter().map(|p| p.id.as_str()), 3);
    let none_is_tried = !stored.profiles.iter().any(|p| p.standing == Standing::Tried);
    let effect = if none_is_tried { ": none of its stored profiles is used" } else { "" };
    let help = match first.standing {
        Standing::LeftOutByStore => format!(
            "put it back with {}",
            case.openclaw(&format!("models auth order clear --provider {provider}"))
        ),
        _ => format!("add {} there, or remove the profile", first.id),
    };
    let mut finding = RULE
        .finding(format!("{by} leaves out {ids}{effect}"))
        .at(place.or(Some(first.place)), "leaves it out")
        .help(help)
        .key(provider.clone());
    for profile in left_out {
        finding = finding.and(Some(profile.place), "stored, and not used");
    }
    if none_is_tried { finding } else { finding.severity(Severity::Info) }
}
