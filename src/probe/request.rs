//! What a probe asks of a container, from what was predicted for it.

use super::{
    Extra, Network, OwnCommands, PASSWORD, ProbeCredentials, ProbeRun, Request, Route, Routes, TOKEN,
};
use crate::{
    model::target::Target,
    openclaw::{
        facts::AuthMode, read::command::OpenClawCommand, release::catalog::Catalog,
        settings::network::DEFAULT_PORT,
    },
    provenance::Candidate,
    text::secret::Text,
    vocabulary::{
        deployment::Role,
        prediction::Prediction,
        setting::{Category, Consumer, Resolution, State},
        setting_key::SettingKey,
    },
    world::engine::{Engine, container::Container},
};

/// Probes a gateway and puts what was seen beside what was predicted. `found` are the ids of the
/// rules that found something in it.
pub fn observe(
    target: &mut Target,
    container: &Container,
    engine: &Engine,
    extra: Extra,
    found: Vec<&'static str>,
) {
    if target.role == Role::Gateway {
        target.observations =
            with_request(target, container, extra, found, |request| super::run(engine, request));
    }
}

/// What [`observe`] would run.
#[must_use]
pub fn steps_of(target: &Target, container: &Container, extra: Extra) -> Vec<ProbeRun> {
    if target.role == Role::Gateway {
        with_request(target, container, extra, Vec::new(), super::steps)
    } else {
        Vec::new()
    }
}

fn with_request<T>(
    target: &Target,
    container: &Container,
    extra: Extra,
    found: Vec<&'static str>,
    use_: impl FnOnce(&Request<'_>) -> T,
) -> T {
    let port = target
        .view(&SettingKey::GatewayPort, &Consumer::Gateway)
        .and_then(|v| v.winner.as_ref()?.value.as_ref());
    let port = port.map_or(DEFAULT_PORT, Text::expose).parse().unwrap_or(18789);
    let mode = target.facts.as_ref().map(|f| f.auth_mode);
    let (setting, name) = match mode {
        Some(AuthMode::Password) => (SettingKey::GatewayPassword, PASSWORD),
        _ => (SettingKey::GatewayToken, TOKEN),
    };
    let view = target.view(&setting, &Consumer::Gateway);
    let candidates = view.map(candidates).unwrap_or_default();
    // The winner comes first where there is one.
    let accepted = view
        .filter(|v| v.state == State::Set)
        .and_then(|v| v.winner.as_ref())
        .filter(|w| w.value.is_some())
        .map(|_| 0);
    let start = target.start.as_ref().map(|s| s.prediction);
    let by_token = matches!(mode, Some(AuthMode::Token));
    let unset = view.is_none_or(|v| v.state != State::Set && v.state != State::Unknown);
    let made_up = by_token && unset && start == Some(Prediction::Starts);
    let asked = by_token || !candidates.is_empty();
    let credentials =
        asked.then_some(ProbeCredentials { probe: name, candidates: &candidates, accepted, made_up });
    let program = OpenClawCommand::words_of(&target.deployment).program();
    let own = extra.openclaw.then(|| own(target, &setting, found));
    let routes = extra.providers.then(|| routes(target));
    use_(&Request {
        container,
        port,
        start,
        environment: target.process_environment.as_deref(),
        credentials,
        beyond_loopback: target.facts.as_ref().and_then(|f| f.beyond_loopback),
        program: &program,
        own,
        routes,
    })
}

/// Every distinct value that any layer holds for it, the winner first.
fn candidates(view: &Resolution) -> Vec<Candidate> {
    let mut distinct: Vec<Candidate> = Vec::new();
    for candidate in view.offered() {
        let known = candidate.value.is_some() && !candidate.is_blank();
        if known && !distinct.iter().any(|d| d.agrees(candidate)) {
            distinct.push(candidate.clone());
        }
    }
    distinct
}

/// What is predicted of the answers of OpenClaw's own commands.
fn own<'a>(target: &'a Target, credential: &SettingKey, found: Vec<&'static str>) -> OwnCommands<'a> {
    let winner = |consumer| {
        let view = target.view(credential, consumer)?;
        view.winner.as_ref().filter(|_| view.state == State::Set)
    };
    let (server, client) = (winner(&Consumer::Gateway), winner(&Consumer::Cli));
    let let_in = match (server, client) {
        (Some(server), Some(client)) if server.value.is_some() && client.value.is_some() => {
            Some(server.agrees(client))
        }
        _ => None,
    };
    let facts = target.facts.as_ref();
    OwnCommands {
        let_in,
        client: client.map(|c| c.layer),
        config_is_valid: facts.filter(|f| f.config_seen).map(|f| f.config_problem.is_none()),
        keys: keys(target).map(|(id, key)| (id, (key.layer, key.name.as_str()))).collect(),
        found,
    }
}

/// The key in effect of each provider.
fn keys(target: &Target) -> impl Iterator<Item = (&str, &Candidate)> {
    target.settings.iter().filter(|s| s.category == Category::ProviderKey).filter_map(|setting| {
        let SettingKey::ProviderKey(id) = &setting.key else { return None };
        let view = setting.views.iter().find(|v| v.consumer == Consumer::Gateway)?;
        let winner = view.winner.as_ref().filter(|_| view.state == State::Set)?;
        Some((id.as_str(), winner))
    })
}

/// The way to each provider that has a key in effect.
fn routes(target: &Target) -> Routes<'_> {
    let providers = keys(target)
        .map(|(provider, key)| {
            let url = SettingKey::ProviderBaseUrl(provider.to_owned());
            let view = target.view(&url, &Consumer::Gateway);
            let configured = view.and_then(|v| v.winner.as_ref()?.value.as_ref());
            let built_in = Catalog::newest().providers.get(provider).and_then(|p| p.base_url);
            Route { provider, key, base_url: configured.map(Text::expose).or(built_in) }
        })
        .collect();
    Routes { providers, network: network(target) }
}

/// The proxies and certificates that the gateway's requests meet.
fn network(target: &Target) -> Network<'_> {
    let of = |setting: &str| {
        let view = target.view(&setting.into(), &Consumer::Gateway).filter(|view| view.state == State::Set);
        view.and_then(|v| v.winner.as_ref()?.value.as_ref()).map_or("", Text::expose)
    };
    let http = of("HTTP_PROXY");
    let https = of("HTTPS_PROXY");
    Network {
        https: if https.is_empty() { http } else { https },
        http,
        none: of("NO_PROXY"),
        managed: of("proxy.proxyUrl"),
        trusting: of("NODE_TLS_REJECT_UNAUTHORIZED") == "0",
    }
}
