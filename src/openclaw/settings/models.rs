//! Which model answers, and which ones may be asked for (`resolveConfiguredModelRef` and
//! `buildAllowedModelSet`; run with openclaw 2026.6.11, 2026.8.1 and 2026.9.6, and `models status` of
//! 2026.3.24).

use crate::{
    openclaw::{
        facts::OpenClawModel,
        release::number::{Program, Release},
    },
    syntax::node::{Node, NodeKind},
    text::{
        secret::{Text, js_trim},
        source::Place,
    },
};

/// The first release with `agents.defaults.modelPolicy`.
const POLICIES: Release = Release::new(2026, 8, 1);
/// The first release that was seen to look a model without a provider up in what the config offers.
const INFERRED: Release = Release::new(2026, 6, 11);
/// The last that was seen to take Anthropic for it.
const ANTHROPIC: Release = Release::new(2026, 3, 24);

/// The model that answers when nobody asks for another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChosenModel {
    /// Its provider.
    pub provider: String,
    /// The model, as its provider calls it.
    pub model: String,
    /// Where it is chosen; none for the one that is built in.
    pub place: Option<Place>,
}

/// The models that may be asked for; all others are refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllowedModels {
    /// The key that says so.
    pub key: &'static str,
    /// Where.
    pub place: Place,
    /// `provider/model` and `provider/*`, in lower case.
    entries: Vec<String>,
}

impl AllowedModels {
    /// A model may be asked for.
    #[must_use]
    pub fn has(&self, model: &str) -> bool {
        let model = model.to_lowercase();
        let below = |entry: &str| {
            entry.strip_suffix('*').is_some_and(|start| start.ends_with('/') && model.starts_with(start))
        };
        self.entries.iter().any(|entry| *entry == model || below(entry))
    }
}

/// The model of an agent: its own, else that of all, else what the release takes. None where it cannot be
/// told.
#[must_use]
pub fn chosen(facts: &OpenClawModel, agent: Option<&str>) -> Option<ChosenModel> {
    match written(facts, agent) {
        Some(node) => by_text(facts, node),
        None => unwritten(facts),
    }
}

/// The model as it is written for an agent, or for all.
#[must_use]
pub fn written<'a>(facts: &'a OpenClawModel, agent: Option<&str>) -> Option<&'a Node> {
    let config = &facts.config;
    let own = agent.and_then(|agent| {
        let listed = config.node(&["agents", "list"]).map(Node::items).unwrap_or_default();
        let mut listed = listed.iter().filter(|n| text(n.get("id")) == Some(agent));
        config.node(&["agents", "entries", agent]).or_else(|| listed.next())
    });
    let primary = |node: &'a Node| match &node.kind {
        NodeKind::Str(_) => Some(node),
        _ => node.get("primary"),
    };
    let own = own.and_then(|node| node.get("model")).and_then(primary);
    own.or_else(|| config.node(&["agents", "defaults", "model"]).and_then(primary))
}

fn text(node: Option<&Node>) -> Option<&str> {
    node.and_then(Node::text).map(|t| js_trim(Text::expose(t)))
}

/// What a text names: the alias of a model, a model with its provider, a model alone.
fn by_text(facts: &OpenClawModel, node: &Node) -> Option<ChosenModel> {
    let written = text(Some(node)).filter(|written| !written.is_empty() && !written.contains("${"))?;
    // `provider/model@profile`
    let bare = written.rsplit_once('@').map_or(written, |(model, profile)| match profile.contains('/') {
        true => written,
        false => model,
    });
    let name = |name: &str| alias(facts, name).unwrap_or_else(|| name.to_owned());
    let named = name(bare);
    let place = Some(node.place);
    if let Some((provider, model)) = named.split_once('/') {
        let (provider, model) = (provider.trim().to_lowercase(), model.to_owned());
        return Some(ChosenModel { provider, model, place });
    }
    let providers = offered_by(facts, &named);
    let release = release(facts);
    let provider = match providers.as_slice() {
        _ if release.is_some_and(|release| release <= ANTHROPIC) => "anthropic".to_owned(),
        [provider] if release.is_none_or(|release| release >= INFERRED) => provider.clone(),
        [] if release.is_none_or(|release| release >= INFERRED) => {
            facts.known.default_model()?.split_once('/')?.0.to_owned()
        }
        _ => return None,
    };
    Some(ChosenModel { provider, model: named, place })
}

fn alias(facts: &OpenClawModel, name: &str) -> Option<String> {
    let models = facts.config.node(&["agents", "defaults", "models"]).map(Node::entries).unwrap_or_default();
    let is_it = |node: &Node| text(node.get("alias")).is_some_and(|alias| alias.eq_ignore_ascii_case(name));
    let found = models.iter().rfind(|entry| is_it(&entry.value))?;
    Some(found.key.trim().to_owned())
}

/// The providers that offer a model of that id, as the config says.
fn offered_by(facts: &OpenClawModel, model: &str) -> Vec<String> {
    let mut providers: Vec<String> = offered(facts)
        .filter(|(_, id, _)| id.eq_ignore_ascii_case(model))
        .map(|(provider, ..)| provider.trim().to_lowercase())
        .collect();
    let models = facts.config.node(&["agents", "defaults", "models"]).map(Node::entries).unwrap_or_default();
    for entry in models {
        if let Some((provider, id)) = entry.key.split_once('/')
            && id.eq_ignore_ascii_case(model)
        {
            providers.push(provider.trim().to_lowercase());
        }
    }
    providers.sort();
    providers.dedup();
    providers
}

/// The models of `models.providers`: provider, id and place.
pub fn offered(facts: &OpenClawModel) -> impl Iterator<Item = (&str, &str, Place)> {
    let providers = facts.config.node(&["models", "providers"]).map(Node::entries).unwrap_or_default();
    providers.iter().flat_map(|entry| {
        let models = entry.value.get("models").map(Node::items).unwrap_or_default();
        models.iter().filter_map(|model| {
            let id = model.get("id")?;
            Some((&*entry.key, text(Some(id)).filter(|id| !id.is_empty())?, id.place))
        })
    })
}

/// Nothing chooses a model: the first that the config offers, else the one of the release.
fn unwritten(facts: &OpenClawModel) -> Option<ChosenModel> {
    let (provider, model) = facts.known.default_model()?.split_once('/')?;
    let has_own = facts.config.provider(provider).is_some();
    if let Some((first, id, place)) = offered(facts).next() {
        // Releases differ where the provider of the built-in model is configured as well, and the earliest
        // take no other.
        let is_known = !has_own && release(facts).is_none_or(|release| release >= ANTHROPIC);
        let (provider, model) = (first.trim().to_lowercase(), id.to_owned());
        return is_known.then_some(ChosenModel { provider, model, place: Some(place) });
    }
    Some(ChosenModel { provider: provider.to_owned(), model: model.to_owned(), place: None })
}

/// Which models may be asked for; none where any may, or where that cannot be told.
#[must_use]
pub fn allowed(facts: &OpenClawModel) -> Option<AllowedModels> {
    let config = &facts.config;
    let has_policies = release(facts).is_none_or(|release| release >= POLICIES);
    let defaults = config.node(&["agents", "defaults"])?;
    let policy = defaults.get("modelPolicy").filter(|_| has_policies);
    let is_migrated = config
        .node(&["meta", "migrations", "modelPolicyAllowlist"])
        .is_some_and(|node| node.kind == NodeKind::Bool(true));
    let (key, list, names): (_, &Node, Vec<&str>) = match policy {
        Some(policy) => {
            let allow = policy.get("allow")?;
            let names = allow.items().iter().filter_map(|item| text(Some(item))).collect();
            ("agents.defaults.modelPolicy.allow", allow, names)
        }
        None if has_policies && is_migrated => return None,
        None => {
            let models = defaults.get("models")?;
            ("agents.defaults.models", models, models.entries().iter().map(|e| e.key.trim()).collect())
        }
    };
    let entry = |name: &str| alias(facts, name).unwrap_or_else(|| name.to_owned()).to_lowercase();
    let entries: Vec<String> = names.into_iter().filter(|n| !n.is_empty()).map(entry).collect();
    // A model without a provider, and a star in releases that were not seen to know it.
    let is_odd = |entry: &String| {
        !entry.contains('/')
            || (entry.contains('*') && release(facts).is_some_and(|release| release < INFERRED))
    };
    if entries.is_empty() || entries.iter().any(is_odd) {
        return None;
    }
    Some(AllowedModels { key, place: list.place, entries })
}

/// The fallbacks may be asked for whatever the list says: until 2026.8.1.
#[must_use]
pub fn fallbacks_are_allowed(facts: &OpenClawModel) -> bool {
    release(facts).is_some_and(|release| release < POLICIES)
}

/// The release; none for the newest.
fn release(facts: &OpenClawModel) -> Option<Release> {
    match facts.behaviour.program {
        Program::Clawdbot => Some(facts.behaviour.since),
        Program::OpenClaw => facts.release,
    }
}
