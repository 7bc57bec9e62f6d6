//! CD311

use crate::rules::{Rule, RuleContext, Sink, listed};
use crate::{
    openclaw::{
        facts::OpenClawModel,
        read::config::Presence,
        release::{catalog::Catalog, history::KnownProvider},
        settings::models,
    },
    syntax::node::Node,
    text::{
        secret::{Text, js_trim},
        source::Place,
    },
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
        setting::{Category, State},
        setting_key::SettingKey,
    },
};

use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "CD311",
    name: "model-without-key",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "the model that agents use belongs to a provider without a key, while another one has a key",
    impact: Impact::Credential,
    effect: "the agents' model has no key",
    page: include_str!("../../../docs/rules/CD311.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Servers that may ask for no key, and clouds whose own tools log in.
const WITHOUT_KEY: [&str; 6] = ["google-vertex", "lmstudio", "microsoft-foundry", "ollama", "sglang", "vllm"];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.target.role == Role::Gateway) else {
        return;
    };
    findings.extend(fallbacks(case, facts));
    let first = facts.agents.first().map(String::as_str);
    let Some(model) = models::chosen(facts, first) else { return };
    let is_read = facts.config.presence == Presence::Present;
    if model.place.is_none() && !is_read {
        return;
    }
    let (provider, rest) = (model.provider.as_str(), model.model.as_str());
    let catalog = Catalog::newest();
    let Some((id, known)) = lacks_key(case, facts, provider) else { return };
    let mut with_key: Vec<&str> = case
        .target
        .settings
        .iter()
        .filter(|s| s.category == Category::ProviderKey)
        .filter(|s| s.views.first().is_some_and(|v| v.state == State::Set))
        .filter_map(|s| s.key.provider())
        .filter(|p| catalog.providers.get(p).is_some_and(|p| p.models) && !WITHOUT_KEY.contains(p))
        .collect();
    with_key.dedup();
    if with_key.is_empty() {
        return;
    }
    // `openrouter/anthropic/…` while there is a key for anthropic, or the other way round.
    let inner = rest.split('/').next().filter(|inner| with_key.contains(inner) && rest.contains('/'));
    let instead = if let Some(inner) = inner {
        format!("write the model as `{inner}/…` to use the key of {inner}")
    } else if with_key.contains(&"openrouter") && id != "openrouter" {
        format!("write the model as `openrouter/{id}/…` to use the key of openrouter")
    } else {
        "choose a model of one of these".to_owned()
    };
    let variables = listed(known.variables.iter().copied(), 2);
    let there = listed(with_key.iter().copied(), 4);
    let finding = match model.place {
        Some(place) => RULE
            .finding(format!(
                "the agents' model is one of {id}, for which there is no key; there is one for {there}"
            ))
            .at(Some(place), "a model of a provider without a key"),
        None => RULE
            .finding(format!(
                "no model is chosen in agents.defaults.model, and the built-in one of {} is {provider}/{rest}: for {id} there is no key; there is one for {there}",
                facts.release_name
            ))
            // A new installation has none until somebody chooses one.
            .severity(Severity::Info)
            .at(place_of_key(case, &with_key), "the key that is here"),
    };
    let instead = match model.place {
        Some(_) => instead,
        None => {
            format!("set agents.defaults.model.primary to a model of {}", listed(with_key.iter().copied(), 2))
        }
    };
    let finding = finding
        .help(format!("{instead}, or set a key for {id} ({variables}) and {}", case.target.advice.recreate()))
        .key("agents.defaults.model");
    findings.push(match case.absent_env_file() {
        Some(_) => finding.severity(Severity::Info).confidence(Confidence::Low),
        None => finding,
    });
}

/// The provider of a model, where it needs a key and none is here.
fn lacks_key(
    case: &RuleContext<'_>,
    facts: &OpenClawModel,
    provider: &str,
) -> Option<(&'static str, &'static KnownProvider)> {
    let (id, of_newest) = Catalog::newest().providers.iter().find(|(id, _)| **id == provider)?;
    let known = facts.known.provider(id)?;
    let needs_key = of_newest.models
        && !known.variables.is_empty()
        && !provider.ends_with("-cli")
        && !WITHOUT_KEY.contains(&provider);
    let lacks = needs_key && !is_configured_otherwise(facts, provider) && !has_key(case, provider);
    lacks.then_some((*id, known))
}

/// Fallback models that can never answer, one finding for each provider.
fn fallbacks(case: &RuleContext<'_>, facts: &OpenClawModel) -> Vec<Finding> {
    let list = facts.config.node(&["agents", "defaults", "model", "fallbacks"]);
    let mut told = BTreeSet::new();
    let mut findings = Vec::new();
    for model in list.map(Node::items).unwrap_or_default() {
        let Some(written) = model.text().map(|t| js_trim(Text::expose(t))) else { continue };
        let Some((provider, _)) = written.split_once('/') else { continue };
        let Some((id, known)) = lacks_key(case, facts, provider) else { continue };
        if !told.insert(id) {
            continue;
        }
        let finding = RULE
            .finding(format!("a fallback model is one of {id}, for which there is no key: it never answers"))
            .severity(Severity::Info)
            .at(Some(model.place), "no key for this provider")
            .help(format!(
                "take it out of the fallbacks, or pass a key for {id} ({}) and {}",
                listed(known.variables.iter().copied(), 2),
                case.target.advice.recreate()
            ))
            .key("agents.defaults.model.fallbacks");
        let is_open = case.absent_env_file().is_some();
        findings.push(if is_open { finding.confidence(Confidence::Low) } else { finding });
    }
    findings
}

/// Where the key of the first of these providers is written.
fn place_of_key(case: &RuleContext<'_>, providers: &[&str]) -> Option<Place> {
    let mut settings = case.target.settings.iter().filter(|s| s.category == Category::ProviderKey);
    let setting = settings.find(|s| s.key.provider().is_some_and(|p| providers.contains(&p)))?;
    setting.views.first()?.winner.as_ref()?.written()
}

/// The config says how the provider is reached, or that another program runs the models, or more
/// variables come from a login shell.
fn is_configured_otherwise(facts: &OpenClawModel, provider: &str) -> bool {
    let config = &facts.config;
    let of_defaults = |key| config.node(&["agents", "defaults", key]).is_some();
    config.provider(provider).is_some()
        || of_defaults("cliBackends")
        || of_defaults("agentRuntime")
        || config.node(&["env", "shellEnv"]).is_some()
        || facts.env.get("OPENCLAW_LOAD_SHELL_ENV").is_some()
}

/// Also one that cannot be known, or that refers to something without a value.
fn has_key(case: &RuleContext<'_>, provider: &str) -> bool {
    let catalog = Catalog::newest();
    let canonical = catalog.aliases.get(provider).copied().unwrap_or(provider);
    let of_provider =
        |setting: &SettingKey| matches!(setting.provider(), Some(p) if p == provider || p == canonical);
    let settings = case.target.settings.iter().filter(|s| s.category == Category::ProviderKey);
    let mut views = settings.filter(|s| of_provider(&s.key)).filter_map(|s| s.views.first());
    views.any(|v| !matches!(v.state, State::Unset | State::Blank))
}
