//! Port, bind address, base URLs, proxies and certificates.

use crate::openclaw::{
    Model,
    read::{config::Field, profile},
    release::{behaviour::PortForm, catalog::Catalog, data::tables::TABLES},
    settings::precedence::{CandidateState, RankedCandidate, decide, unused},
};
use crate::{
    provenance::{Candidate, Layer, Reason, Shadowed, Variable, reason::Mode},
    syntax::node::NodeKind,
    text::secret::{Text, js_trim},
    vocabulary::setting::{Category, Consumer, Resolution, Setting},
    vocabulary::setting_key::SettingKey,
};
use std::collections::BTreeSet;

/// All settings of this group that have a candidate, and port and bind always.
#[must_use]
pub fn settings(model: &Model<'_>) -> Vec<Setting> {
    let mut settings = vec![port(model), bind(model)];
    settings.extend(base_urls(model));
    settings.extend(tool_base_urls(model));
    settings.extend(proxies(model));
    settings.extend(tls(model));
    settings
}

/// The port of a gateway that is told none.
pub const DEFAULT_PORT: &str = TABLES.gateway_port;

/// The gateway: `--port` > variable > `gateway.port` > that of its profile > 18789
/// (`resolveGatewayPort`).
pub(crate) fn port(model: &Model<'_>) -> Setting {
    let variables = model.behaviour.network.port_variables;
    let views = model.consumers().into_iter().map(|consumer| {
        let mut ranked = Vec::new();
        if consumer == Consumer::Gateway {
            let flag = model.command.candidate("--port", &model.env);
            let below = model.command.repeated("--port", &model.env);
            ranked.extend(
                flag.map(|c| RankedCandidate { below, ..RankedCandidate::new(CandidateState::Value(c)) }),
            );
        }
        let mut ignored = Vec::new();
        for name in variables {
            let Some(mut variable) = RankedCandidate::variable(model.env.get(name)) else { continue };
            match &mut variable.offer {
                CandidateState::Value(c) if !c.is_blank() => {
                    let port =
                        c.value.as_ref().map(|v| port_in(v.expose(), model.behaviour.network.port_form));
                    match port {
                        Some(Some(port)) => c.value = Some(port.to_string().into()),
                        Some(None) => {
                            ignored.push(Shadowed::new(c.clone(), Reason::Invalid));
                            continue;
                        }
                        None => {}
                    }
                }
                _ => {}
            }
            ranked.push(variable);
        }
        ranked.extend(plain(model, &["gateway", "port"]));
        ranked.extend(profile_port(model));
        ranked.push(built_in(DEFAULT_PORT));
        decide(consumer, ranked, ignored)
    });
    Setting {
        key: SettingKey::GatewayPort,
        variables: variables.iter().map(|v| (*v).to_owned()).collect(),
        category: Category::Network,
        secret: false,
        views: views.collect(),
    }
}

/// The port that follows from the name of a profile.
fn profile_port(model: &Model<'_>) -> Option<RankedCandidate> {
    let profile = model.env.get("OPENCLAW_PROFILE").filter(|_| model.behaviour.network.profile_has_port)?;
    let port = profile::port(profile.value().map(Text::expose))?;
    let mut ranked = RankedCandidate::variable(Some(profile))?;
    if let CandidateState::Value(candidate) = &mut ranked.offer {
        candidate.value = Some(port.to_string().into());
    }
    Some(ranked)
}

/// The port that a variable's value means.
fn port_in(value: &str, form: PortForm) -> Option<u16> {
    let value = js_trim(value);
    let digits = match form {
        PortForm::LeadingDigits => {
            let value = value.strip_prefix('+').unwrap_or(value);
            &value[..value.bytes().take_while(u8::is_ascii_digit).count()]
        }
        PortForm::WithHost => match value.strip_prefix('[').and_then(|rest| rest.split_once("]:")) {
            Some((_, port)) => port,
            None => match value.split_once(':') {
                Some(("", _)) => "",
                Some((_, port)) => port,
                None => value,
            },
        },
    };
    let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|port| *port > 0 && all_digits)
}

/// `--bind` > `gateway.bind` > the default; no variable has ever been read.
fn bind(model: &Model<'_>) -> Setting {
    let flag = model.command.candidate("--bind", &model.env);
    let mut ranked: Vec<RankedCandidate> =
        flag.into_iter().map(|c| RankedCandidate::new(CandidateState::Value(c))).collect();
    for flag in &mut ranked {
        flag.below = model.command.repeated("--bind", &model.env);
    }
    ranked.extend(plain(model, &["gateway", "bind"]));
    ranked.push(built_in(model.default_bind()));
    let dead = ["OPENCLAW_GATEWAY_BIND", "OPENCLAW_BIND", "OPENCLAW_GATEWAY_HOST", "CLAWDBOT_GATEWAY_BIND"];
    let reason = only("", "--bind and gateway.bind");
    let ignored = dead.iter().flat_map(|name| dead_variable(model, name, &reason));
    Setting {
        key: SettingKey::GatewayBind,
        variables: Vec::new(),
        category: Category::Network,
        secret: false,
        views: vec![decide(Consumer::Gateway, ranked, ignored.collect())],
    }
}

/// One setting for each provider with a base URL in the config, or with a variable that looks
/// like one.
fn base_urls(model: &Model<'_>) -> Vec<Setting> {
    let catalog = Catalog::newest();
    let configured = model.config.node(&["models", "providers"]).map(|n| n.entries()).unwrap_or_default();
    let name = |key: &str| {
        let known = catalog.providers.iter().map(|(known, _)| *known);
        known.into_iter().find(|k| k.eq_ignore_ascii_case(key.trim())).unwrap_or(key).to_owned()
    };
    let mut ids: BTreeSet<String> =
        configured.iter().filter(|e| e.value.get("baseUrl").is_some()).map(|e| name(&e.key)).collect();
    ids.extend(model.env.names().filter_map(base_url_provider));
    ids.iter()
        .map(|id| {
            let read = id == "openai" && model.behaviour.providers.reads_openai_base_url;
            let views = model.consumers().into_iter().map(|consumer| {
                let mut ranked: Vec<RankedCandidate> = Vec::new();
                let key = model.config.provider_key(id).unwrap_or(id);
                let path = ["models", "providers", key, "baseUrl"];
                ranked.extend(plain(model, &path));
                if read {
                    ranked.extend(RankedCandidate::variable(model.env.get("OPENAI_BASE_URL")));
                }
                let default = catalog.providers.get(id.as_str()).and_then(|p| p.base_url);
                ranked.extend(default.map(built_in));
                decide(consumer, ranked, dead_base_urls(model, id, read))
            });
            Setting {
                key: SettingKey::ProviderBaseUrl(id.clone()),
                variables: if read { vec!["OPENAI_BASE_URL".into()] } else { Vec::new() },
                category: Category::BaseUrl,
                secret: false,
                views: views.collect(),
            }
        })
        .collect()
}

/// The provider whose base URL a variable seems to set, by its name. OpenClaw reads none of them
/// for chat requests but `OPENAI_BASE_URL` (openclaw 2026.9.6, tried with real requests).
#[must_use]
pub fn base_url_provider(variable: &str) -> Option<String> {
    let stem =
        ["_BASE_URL", "_API_URL", "_API_BASE", "_API_HOST"].iter().find_map(|s| variable.strip_suffix(s));
    let stem = stem.or_else(|| (variable == "OLLAMA_HOST").then_some("OLLAMA"))?;
    // The legacy Azure client reads its own.
    if TOOL_BASE_URLS.contains(&variable) || stem == "AZURE_OPENAI" {
        return None;
    }
    let id = match stem {
        "GEMINI" | "GOOGLE_GEMINI" => "google".to_owned(),
        "GOOGLE_VERTEX" => "google-vertex".to_owned(),
        "LM_STUDIO" => "lmstudio".to_owned(),
        "GLM" | "Z_AI" => "zai".to_owned(),
        stem => stem.to_ascii_lowercase().replace('_', "-"),
    };
    Catalog::newest().providers.contains_key(id.as_str()).then_some(id)
}

/// Base URLs that one tool reads; the config of that tool comes first. `MINIMAX_API_HOST` is where the
/// catalogue looks for models, and yet no request of a chat goes there (tried with openclaw 2026.9.6).
pub const TOOL_BASE_URLS: [&str; 10] = [
    "AZURE_SPEECH_ENDPOINT",
    "OPENAI_TTS_BASE_URL",
    "DEEPGRAM_BASE_URL",
    "FIRECRAWL_BASE_URL",
    "TAVILY_BASE_URL",
    "SEARXNG_BASE_URL",
    "VOLCENGINE_TTS_BASE_URL",
    "XIAOMI_BASE_URL",
    "XAI_BASE_URL",
    "MINIMAX_API_HOST",
];

fn dead_base_urls(model: &Model<'_>, id: &str, read: bool) -> Vec<Shadowed> {
    let reason = only("", format!("{} of openclaw.json", SettingKey::ProviderBaseUrl(id.to_owned())));
    let names: BTreeSet<&str> =
        model.env.names().filter(|n| base_url_provider(n).as_deref() == Some(id)).collect();
    names
        .into_iter()
        .filter(|n| !(read && *n == "OPENAI_BASE_URL"))
        .flat_map(|n| dead_variable(model, n, &reason))
        .collect()
}

fn tool_base_urls(model: &Model<'_>) -> Vec<Setting> {
    TOOL_BASE_URLS.iter().filter_map(|name| single(model, name, Category::BaseUrl)).collect()
}

/// Lower case comes first, even when it is blank (`proxy-env`, openclaw 2026.9.6).
fn proxies(model: &Model<'_>) -> Vec<Setting> {
    const CHAINS: [(&str, &[&[&str]]); 3] = [
        ("HTTPS_PROXY", &[&["https_proxy", "HTTPS_PROXY"], &["http_proxy", "HTTP_PROXY"]]),
        ("HTTP_PROXY", &[&["http_proxy", "HTTP_PROXY"]]),
        ("NO_PROXY", &[&["no_proxy", "NO_PROXY"]]),
    ];
    let mut settings: Vec<Setting> =
        CHAINS.iter().filter_map(|(name, chain)| proxy(model, name, chain)).collect();
    let reason = only("for model requests", "HTTPS_PROXY and HTTP_PROXY");
    let all = ["all_proxy", "ALL_PROXY"].iter().flat_map(|n| dead_variable(model, n, &reason));
    let ignored: Vec<Shadowed> = all.collect();
    if !ignored.is_empty() {
        let views = model.consumers().into_iter().map(|c| decide(c, Vec::new(), ignored.clone())).collect();
        settings.push(variable_setting("ALL_PROXY", Category::Proxy, views));
    }
    // `startProxy` of proxy-lifecycle, openclaw 2026.9.6: nothing but a plain `false` switches it off.
    let is_off =
        model.config.node(&["proxy", "enabled"]).is_some_and(|n| matches!(n.kind, NodeKind::Bool(false)));
    let managed = model.consumers().into_iter().map(|consumer| {
        let mut ranked: Vec<RankedCandidate> = Vec::new();
        ranked.extend(plain(model, &["proxy", "proxyUrl"]));
        ranked.extend(RankedCandidate::variable(model.env.get("OPENCLAW_PROXY_URL")));
        if is_off {
            unused(consumer, ranked, Vec::new(), &Reason::ModeExcludes(Mode::ProxyOff))
        } else {
            decide(consumer, ranked, Vec::new())
        }
    });
    let views: Vec<Resolution> = managed.collect();
    if views.iter().any(|v| v.winner.is_some() || !v.ignored.is_empty()) {
        let setting = variable_setting("proxy.proxyUrl", Category::Proxy, views);
        settings.push(Setting { variables: vec!["OPENCLAW_PROXY_URL".into()], ..setting });
    }
    settings
}

fn proxy(model: &Model<'_>, name: &str, chain: &[&[&'static str]]) -> Option<Setting> {
    let ignored: Vec<Shadowed> =
        chain.iter().flat_map(|p| p.iter()).flat_map(|n| model.env.ignored(n).cloned()).collect();
    let own_ignored = chain[0].iter().any(|n| model.env.ignored(n).next().is_some());
    let own_set = chain[0].iter().any(|n| model.env.get(n).is_some());
    if !own_set && !own_ignored {
        return None;
    }
    let views = model.consumers().into_iter().map(|consumer| {
        let mut ranked = Vec::new();
        for pair in chain {
            let [lower, upper] = [model.env.get(pair[0]), model.env.get(pair[1])];
            match lower {
                Some(lower) => {
                    let mut shadowing = RankedCandidate::variable(Some(lower));
                    if let (Some(ranked), Some(hidden)) =
                        (&mut shadowing, upper.and_then(|v| v.winner.clone()))
                    {
                        let reason = Reason::Shadowed { by: pair[0], name: pair[1] };
                        ranked.below.push(Shadowed::new(hidden, reason));
                    }
                    ranked.extend(shadowing);
                }
                None => ranked.extend(RankedCandidate::variable(upper)),
            }
        }
        decide(consumer, ranked, ignored.clone())
    });
    let views = views.collect();
    let variables = chain.iter().flat_map(|p| p.iter().map(|n| (*n).to_owned())).collect();
    Some(Setting { variables, ..variable_setting(name, Category::Proxy, views) })
}

/// Node reads some of them only from the environment it is started with.
fn tls(model: &Model<'_>) -> Vec<Setting> {
    let mut settings: Vec<Setting> =
        single(model, "NODE_TLS_REJECT_UNAUTHORIZED", Category::Tls).into_iter().collect();
    for name in ["NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "NODE_OPTIONS"] {
        let Some(mut setting) = single(model, name, Category::Tls) else { continue };
        for view in &mut setting.views {
            let is_late = |c: &Candidate| {
                use Layer::{ConfigEnv, CwdDotenv, GatewayEnvFile, StateDotenv};
                matches!(c.layer, StateDotenv | CwdDotenv | GatewayEnvFile | ConfigEnv)
            };
            if let Some(late) = view.winner.take_if(|w| is_late(w)) {
                view.ignored.insert(0, Shadowed::new(late, Reason::ReadAtStart));
                *view = decide(view.consumer.clone(), Vec::new(), std::mem::take(&mut view.ignored));
            }
        }
        settings.push(setting);
    }
    settings
}

/// A setting that is one variable.
#[must_use]
pub fn single(model: &Model<'_>, name: &str, category: Category) -> Option<Setting> {
    let ignored: Vec<Shadowed> = model.env.ignored(name).cloned().collect();
    let variable = model.env.get(name);
    if variable.is_none() && ignored.is_empty() {
        return None;
    }
    let views = model.consumers().into_iter().map(|consumer| {
        decide(consumer, RankedCandidate::variable(variable).into_iter().collect(), ignored.clone())
    });
    let views = views.collect();
    Some(variable_setting(name, category, views))
}

fn variable_setting(name: &str, category: Category, views: Vec<Resolution>) -> Setting {
    Setting { key: name.into(), variables: vec![name.to_owned()], category, secret: false, views }
}

pub(crate) fn plain(model: &Model<'_>, path: &[&str]) -> Option<RankedCandidate> {
    let offer = if let Some(node) = model.config.node(path)
        && let NodeKind::Int(n) = node.kind
    {
        let candidate = Candidate::new(Layer::Config, path.join("."), Some(node.place), n.to_string().into());
        CandidateState::Value(Candidate { via: node.via.clone(), ..candidate })
    } else {
        match model.config.credential(path, &model.references) {
            Field::Absent => return None,
            Field::Value(c) => CandidateState::Value(c),
            Field::Elsewhere(c) => CandidateState::Unknown(c),
            Field::Unresolved { candidate, .. } => CandidateState::Unresolved(candidate),
        }
    };
    Some(RankedCandidate { below: model.config.lost(path), ..RankedCandidate::new(offer) })
}

/// OpenClaw's own default.
#[must_use]
pub fn built_in(value: &str) -> RankedCandidate {
    let candidate = Candidate::new(Layer::Default, "built-in default", None, value.into());
    RankedCandidate::new(CandidateState::Value(candidate))
}

/// OpenClaw reads something else.
fn only(purpose: &'static str, instead: impl Into<String>) -> Reason {
    Reason::NotRead { reader: "OpenClaw".into(), purpose, instead: Some(instead.into()) }
}

fn dead_variable(model: &Model<'_>, name: &str, reason: &Reason) -> Vec<Shadowed> {
    if model.image.reads(name) {
        return Vec::new();
    }
    let set: Option<&Variable> = model.env.get(name);
    let set = set.and_then(|v| v.winner.clone()).map(|c| Shadowed::new(c, reason.clone()));
    set.into_iter().chain(model.env.ignored(name).cloned()).collect()
}
