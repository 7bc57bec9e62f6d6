//! CD314

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    openclaw::{
        facts::OpenClawModel,
        read::auth_profiles::{CredentialKind, Standing},
    },
    provenance::{Candidate, Layer},
    vocabulary::{
        finding::{Confidence, Finding, Impact, Severity},
        setting::{Category, Setting, State},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD314",
    name: "credential-kinds-differ",
    severity: Severity::Info,
    confidence: Confidence::High,
    summary: "a model provider has a login and a key, and only one of them is used at a time",
    impact: Impact::Hygiene,
    effect: "a provider has a login and a key",
    page: include_str!("../../../docs/rules/CD314.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.runs_models()) else { return };
    for setting in case.target.settings.iter().filter(|s| s.category == Category::ProviderKey) {
        let found = two_variables(case, setting).or_else(|| login_and_key(case, facts, setting));
        findings.extend(found);
    }
}

/// `ANTHROPIC_OAUTH_TOKEN` beside `ANTHROPIC_API_KEY`.
fn two_variables(case: &RuleContext<'_>, setting: &Setting) -> Option<Finding> {
    let view = setting.views.first().filter(|v| v.state == State::Set)?;
    let login = view.winner.as_ref().filter(|w| w.name.ends_with("_OAUTH_TOKEN"))?;
    let is_key = |c: &&Candidate| {
        setting.variables.contains(&c.name)
            && c.name != login.name
            && !c.is_blank()
            && !c.agrees(login)
            && !case.is_newer(c)
    };
    let key = view.losers.iter().map(|l| &l.candidate).find(is_key)?;
    Some(
        RULE.finding(format!(
            "{} is used, and {} is not: a login comes before a key",
            case.named(login),
            case.named(key)
        ))
        .severity(Severity::Warning)
        .at(key.place, "not used")
        .and(key.root(), "its value is written here")
        .and(login.root(), "this is used")
        .help(format!("take out the one that is not meant, and {}", case.target.advice.recreate()))
        .key(key.name.clone()),
    )
}

/// A stored login, and a key in a store, the environment or the config.
fn login_and_key(case: &RuleContext<'_>, facts: &OpenClawModel, setting: &Setting) -> Option<Finding> {
    let provider = setting.key.provider()?;
    let view = setting.views.first()?;
    let used = view.winner.as_ref().filter(|w| w.layer == Layer::AuthProfile)?;
    let stored = facts.stored.iter().find(|s| s.provider == provider)?;
    let kind = |id: &str| stored.profiles.iter().find(|p| p.id == id).map(|p| p.kind);
    if kind(&used.name) != Some(CredentialKind::OAuth) {
        return None;
    }
    let other =
        stored.profiles.iter().find(|p| p.standing == Standing::Tried && p.kind != CredentialKind::OAuth);
    if let Some(other) = other {
        return Some(
            RULE.finding(format!(
                "{provider} has the stored login {} and {}, which is no login: the login comes first, and what it does not serve goes to the other, on another account perhaps",
                used.name, other.id
            ))
            .at(used.place, "a login")
            .and(Some(other.place), "a key or a token")
            .help(format!("say the order yourself in auth.order.{provider}, or remove one of them"))
            .key(provider),
        );
    }
    let is_key = |c: &&Candidate| c.layer != Layer::AuthProfile && !c.is_blank() && !case.is_newer(c);
    let key = view.losers.iter().map(|l| &l.candidate).find(is_key)?;
    Some(
        RULE.finding(format!(
            "{provider} uses the stored login {}, and not {}: a login comes before a key",
            used.name,
            case.named(key)
        ))
        .at(key.place.or(used.place), "not used")
        .and(key.root(), "its value is written here")
        .and(used.place, "this is used")
        .help("take out the one that is not meant")
        .key(key.name.clone()),
    )
}
