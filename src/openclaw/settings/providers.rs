//! The credentials of model providers.

use crate::openclaw::{
    Model,
    read::{
        auth_profiles::{
            AgentStore, Stored,
            select::{Question, SelectedProfiles},
        },
        config::{Field, is_retired_reference},
        environment::VariableLookup as _,
    },
    release::{catalog::Catalog, history},
    settings::{
        key_rotation::Rotation,
        precedence::{CandidateState, RankedCandidate, decide},
    },
};
use crate::{
    provenance::{Candidate, Reason, Shadowed},
    syntax::node::NodeKind,
    text::secret::{Text, js_trim},
    vocabulary::setting::{Category, Consumer, Resolution, Setting, State},
    vocabulary::setting_key::SettingKey,
};
use std::collections::BTreeSet;

/// One setting for each provider that has a credential in a store, in the environment or the config.
#[must_use]
pub fn settings(model: &Model<'_>) -> Vec<Setting> {
    ids(model).into_iter().filter_map(|id| setting(model, &id)).collect()
}

fn setting(model: &Model<'_>, id: &str) -> Option<Setting> {
    let variables = variables(model, id);
    let (first, others) = model.stores.agents.split_first()?;
    let mut views: Vec<Resolution> =
        model.consumers().into_iter().map(|consumer| view(model, id, &variables, first, consumer)).collect();
    let main = views.first()?.clone();
    for agent in others {
        let other = view(model, id, &variables, agent, Consumer::Agent(agent.agent.clone()));
        if !says_the_same(&main, &other) {
            views.push(other);
        }
    }
    let empty = |v: &Resolution| v.winner.is_none() && v.losers.is_empty() && v.ignored.is_empty();
    (!views.iter().all(empty)).then(|| Setting {
        key: SettingKey::ProviderKey(id.to_owned()),
        variables,
        category: Category::ProviderKey,
        secret: true,
        views,
    })
}

/// What is stored, by agent and provider.
#[must_use]
pub fn stored(model: &Model<'_>) -> Vec<Stored> {
    let of_agent = |agent| {
        let providers: BTreeSet<String> = Question::providers(agent, model.behaviour).into_iter().collect();
        providers.into_iter().map(move |provider| Stored {
            agent: agent.agent.clone(),
            profiles: question(model, agent, &provider).stored(),
            provider,
        })
    };
    model.stores.agents.iter().flat_map(of_agent).collect()
}

fn question<'a>(model: &'a Model<'_>, agent: &'a AgentStore, provider: &'a str) -> Question<'a> {
    Question {
        behaviour: model.behaviour,
        config: model.config,
        env: &model.env,
        agent,
        provider,
        now: model.now,
    }
}

fn says_the_same(a: &Resolution, b: &Resolution) -> bool {
    a.state == b.state && a.winner == b.winner && a.losers == b.losers && a.ignored == b.ignored
}

fn view(
    model: &Model<'_>,
    id: &str,
    variables: &[String],
    agent: &AgentStore,
    consumer: Consumer,
) -> Resolution {
    let stored = question(model, agent, id).answer();
    let (mut config, fatal) = config_key(model, id, &stored);
    let key = model.config.provider_key(id).unwrap_or(id);
    let explicit = model.behaviour.providers.prefers_explicit_api_key
        && model
            .config
            .string(&["models", "providers", key, "auth"], &model.references)
            .is_some_and(|c| c.value.is_some_and(|v| v.expose() == "api-key"));
    let mut ignored = stored.ignored;
    ignored.extend(self::ignored(model, id, variables));
    let mut ranked = stored.first;
    let insists = explicit || is_bound(model, key);
    if explicit || fatal {
        ranked.extend(config.take());
    }
    ranked.extend(stored.profiles);
    ranked.extend(stored.ends.filter(|_| !insists));
    if lacks_plugin(model, id) {
        let reason = Reason::PluginMissing { provider: id.to_owned(), reader: model.release_name() };
        let set = variables.iter().filter_map(|name| model.env.get(name)?.winner.clone());
        ignored.extend(set.map(|candidate| Shadowed::new(candidate, reason.clone())));
    } else {
        for name in variables {
            ranked.extend(RankedCandidate::variable(model.env.get(name)));
        }
        ranked.extend(evidence(model, id));
    }
    ranked.extend(config);
    let view = decide(consumer.clone(), ranked.clone(), ignored.clone());
    match header(model, key) {
        // Without a key there is no request that the header could be sent with.
        Some(header) if matches!(view.state, State::Set | State::Unknown) => {
            ranked.insert(0, header);
            decide(consumer, ranked, ignored)
        }
        _ => view,
    }
}

/// The key of the config is a reference, or names a variable that has a value: no profile comes before it
/// (`providerBindingSuppressesProfiles`, openclaw 2026.9.6).
fn is_bound(model: &Model<'_>, key: &str) -> bool {
    let Some(node) = model.config.node(&["models", "providers", key, "apiKey"]) else { return false };
    let Some(text) = node.text() else { return node.get("source").is_some() };
    let name = js_trim(text.expose());
    let is_marker = model.known.providers().any(|(_, p)| p.variables.contains(&name));
    is_marker && model.env.value(name).is_some_and(|v| !js_trim(v).is_empty())
}

/// The header of the config that is sent in place of the key, whatever that is
/// (`resolveProviderRequestPolicyConfig`, openclaw 2026.9.6; that of the provider was tried with it):
/// `request.auth` comes before `request.headers`, and those before `headers`. The headers of single
/// models are left out: they count for those only.
fn header(model: &Model<'_>, key: &str) -> Option<RankedCandidate> {
    const PROVIDER: [&str; 2] = ["models", "providers"];
    let at = |below: &[&'static str]| -> Vec<&str> { [&PROVIDER[..], &[key], below].concat() };
    let text = |below: &[&'static str]| {
        let found = model.config.string(&at(below), &model.references)?.value?;
        Some(found.expose().to_owned())
    };
    let offered = |path: &[&str]| {
        let (candidate, offer): (Candidate, fn(Candidate) -> CandidateState) =
            match model.config.credential(path, &model.references) {
                Field::Value(c) if !c.is_blank() => (c, CandidateState::Value),
                Field::Elsewhere(c) => (c, CandidateState::Unknown),
                _ => return None,
            };
        let beats = Reason::HeaderReplaces { header: candidate.name.clone() };
        Some(RankedCandidate::new(offer(candidate)).beating(beats))
    };
    match text(&["request", "auth", "mode"]).as_deref() {
        Some("authorization-bearer") => return offered(&at(&["request", "auth", "token"])),
        Some("header") => return offered(&at(&["request", "auth", "value"])),
        _ => {}
    }
    let first_model = model.config.node(&at(&["models"])).and_then(|models| models.items().first());
    let api = text(&["api"]).or_else(|| Some(first_model?.get("api")?.text()?.expose().to_owned()));
    let auth_header = model.config.node(&at(&["authHeader"])).is_some_and(|n| n.kind == NodeKind::Bool(true));
    let names: &[&str] = match api.as_deref() {
        _ if auth_header => &["authorization"],
        Some("anthropic-messages") => &["x-api-key"],
        Some("google-generative-ai") => &["x-goog-api-key"],
        None if key.eq_ignore_ascii_case("anthropic") => &["x-api-key"],
        None if key.eq_ignore_ascii_case("google") => &["x-goog-api-key"],
        _ => &["authorization"],
    };
    [&["request", "headers"][..], &["headers"]].into_iter().find_map(|below| {
        let headers = model.config.node(&at(below))?.entries();
        let same = |name: &str| names.iter().any(|n| name.trim().eq_ignore_ascii_case(n));
        let header = headers.iter().rev().find(|e| same(&e.key))?;
        offered(&[at(below).as_slice(), &[&*header.key]].concat())
    })
}

/// The provider is a plugin, which is not there.
fn lacks_plugin(model: &Model<'_>, id: &str) -> bool {
    let is_external = model.known.provider(id).is_some_and(|p| p.plugin.is_some());
    is_external && model.behaviour.providers.external_providers && model.has_no_plugins()
}

/// A credential in a file of other tools, for which variables speak (`authEvidence` of the manifests
/// of openclaw 2026.9.6).
struct ProviderEvidence {
    provider: &'static str,
    file: &'static str,
    any: &'static [&'static str],
    all: &'static [&'static str],
}

const EVIDENCE: [ProviderEvidence; 1] = [ProviderEvidence {
    provider: "google-vertex",
    file: "GOOGLE_APPLICATION_CREDENTIALS",
    any: &["GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"],
    all: &["GOOGLE_CLOUD_LOCATION"],
}];

fn evidence(model: &Model<'_>, id: &str) -> Option<RankedCandidate> {
    let evidence = EVIDENCE.iter().find(|e| e.provider == id)?;
    let is_set = |name: &&str| model.env.value(name).is_some_and(|v| !js_trim(v).is_empty());
    let is_there =
        is_set(&evidence.file) && evidence.any.iter().any(&is_set) && evidence.all.iter().all(is_set);
    let file = model.env.get(evidence.file).filter(|_| is_there)?.winner.clone()?;
    Some(RankedCandidate::new(CandidateState::Unknown(file)))
}

/// What `models.providers.<id>.apiKey` offers, and whether it ends every request.
fn config_key(model: &Model<'_>, id: &str, stored: &SelectedProfiles) -> (Option<RankedCandidate>, bool) {
    if stored.key_is_a_name {
        return (None, false);
    }
    let id = model.config.provider_key(id).unwrap_or(id);
    match model.config.credential(&["models", "providers", id, "apiKey"], &model.references) {
        Field::Absent => (None, false),
        // No request carries one (run with openclaw 2026.8.1 and 2026.9.6).
        Field::Value(c) if c.value.as_ref().is_some_and(|v| is_retired_reference(v.expose())) => {
            let blank = Candidate { value: Some(Text::default()), ..c };
            (Some(RankedCandidate::new(CandidateState::Value(blank))), false)
        }
        Field::Value(c) => {
            let by = SettingKey::ProviderAuth(id.to_owned()).into();
            let what = SettingKey::ProviderKey(id.to_owned()).into();
            let ranked = RankedCandidate::new(CandidateState::Value(marker(model, c)));
            (Some(ranked.beating(Reason::Selected { by, what, usable: true })), false)
        }
        Field::Elsewhere(c) => (Some(RankedCandidate::new(CandidateState::Unknown(c))), false),
        Field::Unresolved { candidate, variable, fault, .. } => {
            let name = candidate.name.clone();
            let reason = Reason::UnresolvedFirst { name, variable, fault };
            (Some(RankedCandidate::new(CandidateState::Unresolved(candidate)).beating(reason)), true)
        }
    }
}

/// `apiKey: "DEEPSEEK_API_KEY"` names a variable and is not a key itself. It does so for the variables
/// of the providers that are there, and for some more (`isKnownEnvApiKeyMarker`, openclaw 2026.9.6).
fn marker(model: &Model<'_>, mut candidate: Candidate) -> Candidate {
    const MORE: [&str; 8] = [
        "AZURE_API_KEY",
        "AZURE_OPENAI_API_KEY",
        "DEEPSEEK_API_KEY",
        "FIREWORKS_API_KEY",
        "GOOGLE_API_KEY",
        "MINIMAX_CODE_PLAN_KEY",
        "NOVITA_API_KEY",
        "PERPLEXITY_API_KEY",
    ];
    let known = |name: &str| {
        let mut providers = model.known.providers();
        MORE.contains(&name)
            || providers.any(|(id, p)| p.variables.contains(&name) && !lacks_plugin(model, id))
    };
    let named = candidate.value.as_ref().map(|v| js_trim(v.expose()).to_owned()).filter(|name| known(name));
    if let Some(name) = named {
        candidate.value = Some(model.env.value(&name).map_or_else(Text::default, Text::from));
    }
    candidate
}

/// What looks like a credential of the provider and never authenticates it (openclaw 2026.9.6, and
/// trials with real requests).
fn ignored(model: &Model<'_>, id: &str, variables: &[String]) -> Vec<Shadowed> {
    let never =
        || Reason::NotRead { reader: "OpenClaw".to_owned(), purpose: "as a credential", instead: None };
    let names: &[&str] = match id {
        "anthropic" => {
            &["ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_API_KEY", "ANTHROPIC_API_KEYS"]
        }
        "openrouter" => &["OPEN_ROUTER_API_KEY"],
        _ => &[],
    };
    let mut named: Vec<(String, Reason)> = names.iter().map(|name| ((*name).to_owned(), never())).collect();
    for name in foreign(model, id) {
        let reason =
            Reason::NotRead { reader: model.release_name(), purpose: "as a credential", instead: None };
        named.push((name.to_owned(), reason));
    }
    let rotation = Rotation::of(id, model.program);
    for name in model.env.names() {
        let known = variables.iter().any(|v| v == name) || named.iter().any(|(n, _)| n == name);
        let reason = rotation.reason(name).filter(|_| !known);
        named.extend(reason.map(|reason| (name.to_owned(), reason)));
    }
    let mut ignored = Vec::new();
    for (name, reason) in &named {
        let set = model.env.get(name).and_then(|v| v.winner.clone());
        ignored.extend(set.map(|c| Shadowed::new(c, reason.clone())));
        ignored.extend(model.env.ignored(name).cloned());
    }
    for name in variables {
        ignored.extend(model.env.ignored(name).cloned());
    }
    ignored
}

/// The variables of a provider in this release.
fn variables(model: &Model<'_>, id: &str) -> Vec<String> {
    let known = model.known;
    let provider = known.provider(id).or_else(|| known.provider(known.alias(id)?));
    let variables = provider.map(|p| p.variables.as_slice()).unwrap_or_default();
    variables.iter().map(|v| (*v).to_owned()).collect()
}

/// Variables that other releases read for the provider and this one reads for none.
fn foreign(model: &Model<'_>, id: &str) -> Vec<&'static str> {
    let mut foreign = model.known.foreign_variables(id);
    foreign.retain(|name| !model.known.providers().any(|(_, p)| p.variables.contains(name)));
    foreign
}

/// Providers of the config, those that something is stored for, and those that a set variable
/// belongs to. Other ids of a provider,
/// and media providers that share the variable of a model provider, would only repeat it.
fn ids(model: &Model<'_>) -> BTreeSet<String> {
    let stored = model.stores.agents.iter().flat_map(|agent| Question::providers(agent, model.behaviour));
    let configured = model.config.node(&["models", "providers"]).map(|n| n.entries()).unwrap_or_default();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for id in configured.iter().map(|e| e.key.to_string()).chain(stored) {
        // One provider has one name, whatever its case.
        let same = ids.iter().any(|other| other.trim().eq_ignore_ascii_case(id.trim()));
        match history::provider_ids().find(|known| known.eq_ignore_ascii_case(id.trim())) {
            Some(known) => _ = ids.insert(known.to_owned()),
            None if same => {}
            None => _ = ids.insert(id),
        }
    }
    let names: BTreeSet<&str> = model.env.names().collect();
    let of_models = |variable: &str| {
        let mut providers = model.known.providers();
        providers.any(|(id, p)| serves_models(id) && p.variables.contains(&variable))
    };
    for (id, provider) in model.known.providers() {
        let is_set = || provider.variables.iter().any(|v| names.contains(v)) || evidence(model, id).is_some();
        let repeats = || !serves_models(id) && provider.variables.iter().all(|v| of_models(v));
        if model.known.alias(id).is_none() && is_set() && !repeats() {
            ids.insert(id.to_owned());
        }
    }
    // A key that another release would take: of those that share it the provider that is told first.
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for id in history::provider_ids().filter(|id| serves_models(id) && model.known.alias(id).is_none()) {
        let set: Vec<&str> = foreign(model, id).into_iter().filter(|name| names.contains(name)).collect();
        if set.iter().any(|name| !told.contains(name)) {
            told.extend(set);
            ids.insert(id.to_owned());
        }
    }
    for (id, name) in [
        ("anthropic", "ANTHROPIC_AUTH_TOKEN"),
        ("anthropic", "CLAUDE_API_KEY"),
        ("openrouter", "OPEN_ROUTER_API_KEY"),
        ("anthropic", "OPENCLAW_LIVE_ANTHROPIC_KEY"),
        ("anthropic", "OPENCLAW_LIVE_ANTHROPIC_KEYS"),
        ("openai", "OPENCLAW_LIVE_OPENAI_KEY"),
        ("openai", "OPENAI_API_KEYS"),
        ("google", "OPENCLAW_LIVE_GEMINI_KEY"),
        ("google", "GEMINI_API_KEYS"),
    ] {
        if names.contains(name) {
            ids.insert(id.to_owned());
        }
    }
    ids
}

/// It serves chat models: as the newest tables say, or those of the releases that had it.
fn serves_models(id: &str) -> bool {
    Catalog::newest().providers.get(id).map_or_else(|| history::serves_models(id), |p| p.models)
}
