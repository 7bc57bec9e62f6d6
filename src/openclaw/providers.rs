//! The credentials of model providers.

use super::{
    Model,
    catalog::Catalog,
    config::Field,
    environment::Lookup as _,
    view::{Offer, Ranked, decide},
};
use crate::{
    origin::{Candidate, Loser},
    target::{Category, Consumer, Setting, View},
    text::{Text, js_trim},
};
use std::collections::BTreeSet;

/// One setting for each provider that has a credential in the environment or the config.
#[must_use]
pub fn settings(model: &Model<'_>) -> Vec<Setting> {
    ids(model).into_iter().filter_map(|id| setting(model, &id)).collect()
}

fn setting(model: &Model<'_>, id: &str) -> Option<Setting> {
    let variables = variables(model, id);
    let views: Vec<View> =
        model.consumers().into_iter().map(|consumer| view(model, id, &variables, consumer)).collect();
    let empty = |v: &View| v.winner.is_none() && v.losers.is_empty() && v.ignored.is_empty();
    (!views.iter().all(empty)).then(|| Setting {
        name: format!("models.providers.{id}.apiKey"),
        variables,
        category: Category::ProviderKey,
        secret: true,
        views,
    })
}

fn view(model: &Model<'_>, id: &str, variables: &[String], consumer: Consumer) -> View {
    let path = ["models", "providers", id, "apiKey"];
    let explicit = model.behaviour.prefers_explicit_api_key
        && model
            .config
            .string(&["models", "providers", id, "auth"], &model.env)
            .is_some_and(|c| c.value.is_some_and(|v| v.expose() == "api-key"));
    let (mut config, fatal) = match model.config.credential(&path, &model.env) {
        Field::Absent => (None, false),
        Field::Value(c) => {
            let why = format!("models.providers.{id}.auth is api-key, which puts the config's key first");
            (Some(Ranked::new(Offer::Value(marker(model, c)), why)), false)
        }
        Field::Elsewhere(c) => {
            (Some(Ranked::new(Offer::Unknown(c), "the config refers to a secret store")), false)
        }
        Field::Unresolved { candidate, variable, .. } => {
            let why = format!(
                "models.providers.{id}.apiKey refers to {variable}, which is missing or blank, and OpenClaw does not pass over such a reference"
            );
            (Some(Ranked::new(Offer::Unresolved(candidate), why)), true)
        }
    };
    let mut ranked = Vec::new();
    if explicit || fatal {
        ranked.extend(config.take());
    }
    for name in variables {
        let beats =
            format!("{name} in the environment comes before what follows it and before the config's apiKey");
        ranked.extend(Ranked::variable(model.env.get(name), beats));
    }
    ranked.extend(config);
    decide(consumer, ranked, ignored(model, id, variables))
}

/// `apiKey: "DEEPSEEK_API_KEY"` names a variable and is not a key itself.
fn marker(model: &Model<'_>, mut candidate: Candidate) -> Candidate {
    let known = |name: &str| Catalog::newest().credential_variables().any(|v| v == name);
    let named = candidate.value.as_ref().map(|v| js_trim(v.expose()).to_owned()).filter(|name| known(name));
    if let Some(name) = named {
        candidate.value = Some(model.env.value(&name).map_or_else(Text::default, Text::from));
    }
    candidate
}

/// What looks like a credential of the provider and never authenticates it (openclaw 2026.9.6,
/// `collectProviderApiKeys` and the trials with real requests).
fn ignored(model: &Model<'_>, id: &str, variables: &[String]) -> Vec<Loser> {
    const ROTATION: &str =
        "it only adds keys for rotation after a rate limit and never authenticates a provider by itself";
    const NEVER: &str = "OpenClaw does not take it as a credential";
    let mut names: Vec<(String, &str)> = match id {
        "anthropic" => vec![
            ("ANTHROPIC_AUTH_TOKEN".into(), NEVER),
            ("CLAUDE_CODE_OAUTH_TOKEN".into(), NEVER),
            ("CLAUDE_API_KEY".into(), NEVER),
            ("ANTHROPIC_API_KEYS".into(), ROTATION),
            ("OPENCLAW_LIVE_ANTHROPIC_KEY".into(), ROTATION),
            ("OPENCLAW_LIVE_ANTHROPIC_KEYS".into(), ROTATION),
        ],
        "openai" => vec![("OPENAI_API_KEYS".into(), ROTATION), ("OPENCLAW_LIVE_OPENAI_KEY".into(), ROTATION)],
        "google" => vec![("GEMINI_API_KEYS".into(), ROTATION), ("OPENCLAW_LIVE_GEMINI_KEY".into(), ROTATION)],
        "github-copilot" if !model.behaviour.reads_github_token => {
            vec![("GH_TOKEN".into(), NEVER), ("GITHUB_TOKEN".into(), NEVER)]
        }
        "openrouter" => vec![("OPEN_ROUTER_API_KEY".into(), NEVER)],
        _ => Vec::new(),
    };
    let numbered: BTreeSet<&str> =
        variables.iter().filter(|v| v.ends_with("_API_KEY")).map(String::as_str).collect();
    for name in model.env.names() {
        let is_numbered =
            numbered.iter().any(|v| name.strip_prefix(v).is_some_and(|rest| rest.starts_with('_')));
        if is_numbered && !names.iter().any(|(n, _)| n == name) {
            names.push((name.to_owned(), ROTATION));
        }
    }
    let mut ignored = Vec::new();
    for (name, why) in &names {
        let set = model.env.get(name).and_then(|v| v.winner.clone());
        ignored.extend(set.map(|c| Loser::new(c, *why)));
        ignored.extend(model.env.ignored(name).cloned());
    }
    for name in variables {
        ignored.extend(model.env.ignored(name).cloned());
    }
    ignored
}

/// The catalogue's variables of a provider, as far as this release reads them.
fn variables(model: &Model<'_>, id: &str) -> Vec<String> {
    let catalog = Catalog::newest();
    let known = catalog.providers.get(id).or_else(|| catalog.providers.get(catalog.aliases.get(id)?));
    let variables = known.map(|p| p.variables.as_slice()).unwrap_or_default();
    let mut variables: Vec<String> = variables.iter().map(|v| (*v).to_owned()).collect();
    let behaviour = model.behaviour;
    match id {
        "openai" if !behaviour.reads_codex_key => variables.retain(|v| v != "CODEX_API_KEY"),
        "google" if !behaviour.reads_google_key => variables.retain(|v| v != "GOOGLE_API_KEY"),
        "github-copilot" if behaviour.reads_github_token => {
            variables.extend(["GH_TOKEN".to_owned(), "GITHUB_TOKEN".to_owned()]);
        }
        _ => {}
    }
    variables
}

/// Providers of the config, and those that a set variable belongs to. Other ids of a provider,
/// and media providers that share the variable of a model provider, would only repeat it.
fn ids(model: &Model<'_>) -> BTreeSet<String> {
    let catalog = Catalog::newest();
    let configured = model.config.node(&["models", "providers"]).map(|n| n.entries()).unwrap_or_default();
    let mut ids: BTreeSet<String> = configured.iter().map(|e| e.key.to_string()).collect();
    let names: BTreeSet<&str> = model.env.names().collect();
    let of_models =
        |variable: &str| catalog.providers.values().any(|p| p.models && p.variables.contains(&variable));
    for (id, provider) in &catalog.providers {
        let repeats = catalog.aliases.contains_key(id)
            || (!provider.models && provider.variables.iter().all(|v| of_models(v)));
        let set = provider.variables.iter().any(|v| names.contains(v));
        if set && !repeats {
            ids.insert((*id).to_owned());
        }
    }
    for (id, name) in [
        ("anthropic", "ANTHROPIC_AUTH_TOKEN"),
        ("anthropic", "CLAUDE_API_KEY"),
        ("openrouter", "OPEN_ROUTER_API_KEY"),
    ] {
        if names.contains(name) {
            ids.insert(id.to_owned());
        }
    }
    ids
}
