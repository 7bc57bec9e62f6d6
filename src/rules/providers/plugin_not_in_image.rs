//! CD316

use crate::rules::{Rule, RuleContext, Sink, listed};
use crate::{
    openclaw::facts::OpenClawModel,
    syntax::node::{Node, NodeKind},
    text::{
        secret::{Text, js_trim},
        source::Place,
    },
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD316",
    name: "plugin-not-in-image",
    severity: Severity::Info,
    confidence: Confidence::High,
    summary: "a channel or a model needs a plugin that is not in OpenClaw's image, and none is installed",
    impact: Impact::Credential,
    effect: "a plugin that the config needs is not installed",
    page: include_str!("../../../docs/rules/CD316.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Interfaces that OpenClaw speaks without a plugin (`MODEL_APIS`, openclaw 2026.9.6).
const PLAIN_APIS: [&str; 5] =
    ["anthropic-messages", "google-generative-ai", "ollama", "openai-completions", "openai-responses"];

/// A channel or provider whose plugin is missing.
struct MissingPlugin {
    what: String,
    plugin: &'static str,
    place: Place,
}

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    if !facts.has_no_plugins {
        return;
    }
    let mut missing = channels(facts);
    missing.extend(providers(facts));
    for MissingPlugin { what, plugin, place } in missing {
        let finding = RULE
            .finding(format!(
                "{what} needs the plugin {plugin}, which is not in the image of {} and not installed in the state directory",
                facts.release_name
            ))
            .at(Some(place), "needs a plugin")
            .help(format!(
                "run {}, then {}",
                case.openclaw(&format!("plugins install {plugin}")),
                target.advice.restart()
            ))
            .key(plugin);
        // What else is in the images of these releases was not looked at.
        let is_certain = facts.behaviour.providers.external_providers;
        findings.push(if is_certain { finding } else { finding.confidence(Confidence::Low) });
    }
}

/// Channels of the config that are not switched off.
fn channels(facts: &OpenClawModel) -> Vec<MissingPlugin> {
    let entries = facts.config.node(&["channels"]).map(Node::entries).unwrap_or_default();
    let is_off = |node: &Node| node.get("enabled").is_some_and(|n| n.kind == NodeKind::Bool(false));
    let on = entries.iter().filter(|entry| !is_off(&entry.value));
    let missing = on.filter_map(|entry| {
        let plugin = facts.known.channel(&entry.key)??;
        Some(MissingPlugin { what: format!("the channel {}", entry.key), plugin, place: entry.key_place })
    });
    missing.collect()
}

/// Providers of the models that agents use, unless the config says how to reach them without a plugin.
fn providers(facts: &OpenClawModel) -> Vec<MissingPlugin> {
    let mut missing: Vec<(String, &'static str, Place, Vec<String>)> = Vec::new();
    for (model, place) in models(facts) {
        let Some((provider, _)) = model.split_once('/') else { continue };
        let id = facts.known.alias(provider).unwrap_or(provider);
        let Some(plugin) = facts.known.provider(id).and_then(|known| known.plugin) else { continue };
        if is_plain(facts, provider) {
            continue;
        }
        match missing.iter_mut().find(|(known, ..)| known == provider) {
            Some((.., models)) => models.push(model),
            None => missing.push((provider.to_owned(), plugin, place, vec![model])),
        }
    }
    let told = missing.into_iter().map(|(_, plugin, place, models)| {
        let models = listed(models.iter().map(String::as_str), 3);
        MissingPlugin { what: format!("the model {models}"), plugin, place }
    });
    told.collect()
}

fn is_plain(facts: &OpenClawModel, provider: &str) -> bool {
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::text).map(|t| t.expose().to_owned());
    facts.config.provider(provider).is_some_and(|node| {
        let api = text(node, "api");
        let api = api.or_else(|| text(node.get("models")?.items().first()?, "api"));
        text(node, "baseUrl").is_some() && api.is_none_or(|api| PLAIN_APIS.contains(&api.as_str()))
    })
}

/// `agents.defaults.model` and that of each agent, with the fallbacks.
fn models(facts: &OpenClawModel) -> Vec<(String, Place)> {
    let agents = facts.config.node(&["agents"]);
    let defaults = agents.and_then(|node| node.get("defaults"));
    let listed = agents.and_then(|node| node.get("list")).map(Node::items).unwrap_or_default();
    let entries = agents.and_then(|node| node.get("entries")).map(Node::entries).unwrap_or_default();
    let all = defaults.into_iter().chain(listed).chain(entries.iter().map(|e| &e.value));
    let mut models = Vec::new();
    for model in all.filter_map(|agent| agent.get("model")) {
        let fallbacks = model.get("fallbacks").map(Node::items).unwrap_or_default();
        let primary = model.get("primary").or(Some(model));
        for node in primary.into_iter().chain(fallbacks) {
            if let Some(text) = node.text().map(Text::expose) {
                models.push((js_trim(text).to_owned(), node.place));
            }
        }
    }
    models
}
