//! Does each provider take the key that is in effect, where its base URL leads?
//!
//! Asked from the container's own network, with its proxy and its certificates, and with the
//! cheapest request that proves a key and spends nothing: the list of models (OpenRouter's is open
//! to everybody, so its page of the key is asked). DNS, TCP, proxy, TLS and HTTP are told apart.
//! Nothing of an answer is relayed but its status, numbers of its limits, and whose errors it
//! speaks.

use super::{PROVIDER, ProbeRun, Request, node, unknown};
use crate::{
    model::target::{Observation, Outcome},
    provenance::{Candidate, Layer},
    text::secret::{Bytes, js_trim},
    world::engine::Engine,
};
use serde_json::{Value, json};
use std::{fmt, time::Duration};

const SCRIPT: &str = include_str!("route.js");
/// How long each stage of a route may take.
const STAGE: Duration = Duration::from_secs(6);
/// Most providers that are asked.
const MOST: usize = 24;
/// What decides how the container reaches providers, as it was predicted; blank is nothing.
#[derive(Clone, Copy, Default)]
pub struct Network<'a> {
    /// The proxy for addresses of https.
    pub https: &'a str,
    /// The proxy for addresses of http.
    pub http: &'a str,
    /// The addresses that are reached without one.
    pub none: &'a str,
    /// OpenClaw's own proxy, `proxy.proxyUrl`, in the place of all of them.
    pub managed: &'a str,
    /// Certificates are not checked.
    pub trusting: bool,
}

/// Without the addresses: a proxy's may hold a password.
impl fmt::Debug for Network<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Network(trusting: {})", self.trusting)
    }
}

/// The providers to ask, and how they are reached.
#[derive(Clone, Debug, Default)]
pub struct Routes<'a> {
    /// Each with its key and base URL.
    pub providers: Vec<Route<'a>>,
    /// What leads to all of them.
    pub network: Network<'a>,
}

/// The way to one provider, as it was predicted.
#[derive(Clone, Debug)]
pub struct Route<'a> {
    /// The provider's id.
    pub provider: &'a str,
    /// The key in effect.
    pub key: &'a Candidate,
    /// The base URL in effect.
    pub base_url: Option<&'a str>,
}

/// How a provider is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ApiDialect {
    Anthropic,
    OpenAi,
    OpenRouter,
    Google,
    Ollama,
}

impl ApiDialect {
    fn of(provider: &str) -> Self {
        match provider {
            "anthropic" | "claude-cli" | "minimax" | "minimax-cn" | "kimi-coding" => Self::Anthropic,
            "openrouter" => Self::OpenRouter,
            "google" | "gemini" => Self::Google,
            "ollama" | "ollama-cloud" => Self::Ollama,
            _ => Self::OpenAi,
        }
    }

    fn url(self, base: &str) -> String {
        let base = base.trim_end_matches('/');
        match self {
            Self::Anthropic => format!("{}/v1/models?limit=1", base.trim_end_matches("/v1")),
            Self::OpenAi => format!("{base}/models"),
            Self::OpenRouter => format!("{base}/key"),
            Self::Google => format!("{base}/models?pageSize=1"),
            Self::Ollama => format!("{}/api/tags", base.trim_end_matches("/v1")),
        }
    }

    fn headers(self, key: &str) -> Value {
        match self {
            // A setup token is sent as OAuth, an API key in a header of its own (openclaw 2026.9.6).
            Self::Anthropic if key.starts_with("sk-ant-oat") => {
                json!({"authorization": format!("Bearer {key}"), "anthropic-beta": "oauth-2025-04-20"})
            }
            Self::Anthropic => json!({"x-api-key": key, "anthropic-version": "2023-06-01"}),
            Self::Google => json!({"x-goog-api-key": key}),
            Self::OpenAi | Self::OpenRouter | Self::Ollama => {
                json!({"authorization": format!("Bearer {key}")})
            }
        }
    }

    fn without_key(self) -> Value {
        match self {
            Self::Anthropic => json!({"anthropic-version": "2023-06-01"}),
            _ => json!({}),
        }
    }

    /// Whose errors this dialect's provider speaks.
    fn speaker(self) -> Option<&'static str> {
        match self {
            Self::Anthropic => Some("Anthropic"),
            Self::Google => Some("Google"),
            Self::OpenRouter => Some("OpenRouter"),
            // Many speak it, and many nearly.
            Self::OpenAi | Self::Ollama => None,
        }
    }
}

pub(super) fn step() -> ProbeRun {
    let does = "asks each provider for its list of models, with the key in effect, from the container's network; spends no tokens";
    let stage = STAGE + Duration::from_secs(2);
    let stdin = Some("the keys, base URLs and proxies in effect, as JSON");
    node::step_within(PROVIDER, does, SCRIPT, &[], stdin, stage * 4)
}

pub(super) fn run(engine: &Engine, request: &Request<'_>, routes: &Routes<'_>) -> Vec<Observation> {
    let (asked, mut seen): (Vec<_>, Vec<_>) = (askable(&routes.providers), skipped(&routes.providers));
    if asked.is_empty() {
        if seen.is_empty() {
            seen.push(unknown(PROVIDER, "providers", None, "no provider has a key in effect".into()));
        }
        return seen;
    }
    let stdin = Bytes(question(&asked, &routes.network).to_string().into_bytes());
    match node::ask(engine, &request.container.id, &step(), Some(stdin)) {
        Ok(answer) => {
            let answers = answer.as_array().map(Vec::as_slice).unwrap_or_default();
            let of = |at: usize| answers.get(at).unwrap_or(&Value::Null);
            seen.extend(asked.iter().enumerate().map(|(at, route)| observe(route, of(at))));
        }
        Err(failure) => seen.push(unknown(PROVIDER, "providers", None, failure.words())),
    }
    seen
}

/// The key as it is sent: trimmed, and only what a header can carry.
fn key<'a>(route: &Route<'a>) -> Option<&'a str> {
    let key = js_trim(route.key.value.as_ref()?.expose());
    (!key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic())).then_some(key)
}

/// The token of a sign-in is for another address than a key, and proves nothing there: OpenAI's are
/// JSON Web Tokens for ChatGPT's backend (openclaw 2026.9.6, `openai` profiles of the type oauth).
fn is_sign_in(route: &Route<'_>) -> bool {
    ApiDialect::of(route.provider) == ApiDialect::OpenAi
        && route.key.layer == Layer::AuthProfile
        && key(route).is_some_and(|key| key.starts_with("eyJ"))
}

fn askable<'a, 'b>(routes: &'b [Route<'a>]) -> Vec<&'b Route<'a>> {
    let can_be = |r: &&Route<'_>| key(r).is_some() && r.base_url.is_some() && !is_sign_in(r);
    routes.iter().filter(can_be).take(MOST).collect()
}

fn skipped(routes: &[Route<'_>]) -> Vec<Observation> {
    let why = |route: &Route<'_>| match (key(route), route.base_url) {
        (None, _) if route.key.value.is_none() => Some("not asked: the key cannot be seen from here"),
        (None, _) => Some("not asked: an HTTP header cannot carry the key"),
        (_, None) => Some("not asked: its base URL is not known"),
        _ if is_sign_in(route) => Some("not asked: the token of a sign-in, which is no key"),
        _ => None,
    };
    let told = routes.iter().filter_map(|route| Some((route, why(route)?)));
    told.map(|(r, why)| Observation { place: r.key.place, ..unknown(PROVIDER, r.provider, None, why.into()) })
        .collect()
}

fn question(routes: &[&Route<'_>], network: &Network<'_>) -> Value {
    let route = |route: &&Route<'_>| {
        let dialect = ApiDialect::of(route.provider);
        let base = route.base_url.unwrap_or_default();
        let key = key(route).unwrap_or_default();
        json!({"url": dialect.url(base), "headers": dialect.headers(key), "without": dialect.without_key()})
    };
    json!({
        "routes": routes.iter().map(route).collect::<Vec<_>>(),
        "proxies": {
            "https": js_trim(network.https),
            "http": js_trim(network.http),
            "none": js_trim(network.none),
            "managed": js_trim(network.managed),
        },
        "trusting": network.trusting,
        "step": u64::try_from(STAGE.as_millis()).unwrap_or(6000),
    })
}

/// What an answer means: `{"status", "headers", "body", "open", "proxied"}` or `{"stage", "error"}`.
fn observe(route: &Route<'_>, answer: &Value) -> Observation {
    let dialect = ApiDialect::of(route.provider);
    let (outcome, observed) = match answer["status"].as_u64() {
        Some(status) => classify(dialect, status, answer),
        None => (Outcome::Unknown, unreached(answer)),
    };
    let predicted = Some(format!("the key in effect is {} from {}", route.key.name, route.key.layer));
    Observation {
        outcome,
        place: route.key.place,
        value: route.key.value.clone(),
        ..unknown(PROVIDER, route.provider, predicted, observed)
    }
}

fn classify(dialect: ApiDialect, status: u64, answer: &Value) -> (Outcome, String) {
    let speaker = answer["body"].as_str().and_then(speaker);
    let stranger = match (dialect.speaker(), speaker) {
        (Some(own), Some(other)) if own != other => Some(other),
        _ => None,
    };
    let limits = limits(&answer["headers"]);
    let (outcome, words) = match status {
        200 if answer["open"] == true => (
            Outcome::Unknown,
            "it answers, with or without a key, which proves nothing of the key".to_owned(),
        ),
        200 => (Outcome::Agrees, "the key is accepted".to_owned()),
        401 => (Outcome::Contradicts, "the key is refused (HTTP 401); do not try it again".to_owned()),
        403 => (
            Outcome::Contradicts,
            "the key may not do this (HTTP 403): its account, region or plan".to_owned(),
        ),
        404 | 405 => {
            (Outcome::Unknown, format!("nothing is there (HTTP {status}): the base URL may be wrong"))
        }
        429 => (Outcome::Unknown, "too many requests, or the quota is used up (HTTP 429)".to_owned()),
        300..400 => (Outcome::Unknown, format!("it sends elsewhere (HTTP {status}), which is not followed")),
        400 => (Outcome::Unknown, "the request is refused (HTTP 400)".to_owned()),
        529 => (Outcome::Unknown, "the provider is overloaded (HTTP 529); try again later".to_owned()),
        500..600 => (Outcome::Unknown, format!("the provider fails (HTTP {status}); try again later")),
        status => (Outcome::Unknown, format!("it answers with HTTP {status}")),
    };
    // Google answers a wrong key with 400.
    let refused_by_google = dialect == ApiDialect::Google
        && status == 400
        && answer["body"].as_str().is_some_and(|b| b.contains("API_KEY_INVALID"));
    let (outcome, words) = if refused_by_google {
        (Outcome::Contradicts, "the key is refused (HTTP 400)".to_owned())
    } else {
        (outcome, words)
    };
    let stranger = stranger.map(|s| format!("; the answer is one of {s}, so the base URL leads elsewhere"));
    let proxied = if answer["proxied"] == true { "; through the proxy" } else { "" };
    (outcome, format!("{words}{}{proxied}{limits}", stranger.unwrap_or_default()))
}

/// Whose errors a body speaks.
fn speaker(body: &str) -> Option<&'static str> {
    let body: Value = serde_json::from_str(body).ok()?;
    let error = body.get("error")?;
    if body["type"] == "error" && error["type"].is_string() {
        return Some("Anthropic");
    }
    if error["status"].is_string() && error["code"].is_u64() {
        return Some("Google");
    }
    if error["code"].is_u64() && error["message"].is_string() {
        return Some("OpenRouter");
    }
    error["type"].is_string().then_some("OpenAI")
}

/// `retry-after` and the limits: names and numbers.
fn limits(headers: &Value) -> String {
    let number =
        |text: &str| text.len() <= 32 && text.bytes().all(|b| b.is_ascii_digit() || b"-:.TZsmh".contains(&b));
    let mut told = Vec::new();
    for (name, value) in headers.as_object().into_iter().flatten() {
        let worth = name == "retry-after" || name.contains("remaining") || name.contains("reset");
        if let Some(value) = value.as_str().filter(|v| worth && number(v) && name.len() <= 60) {
            told.push(format!("{name} {value}"));
        }
    }
    if told.is_empty() { String::new() } else { format!("; {}", told.join(", ")) }
}

fn unreached(answer: &Value) -> String {
    let code = answer["error"].as_str().filter(|code| {
        code.len() < 48 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    });
    let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
    let late = answer["error"] == "ETIMEDOUT";
    match answer["stage"].as_str() {
        Some("dns") => format!("its name cannot be resolved in the container{code}: DNS"),
        Some("tcp") if late => {
            format!("its address does not answer from the container{code}: network or firewall")
        }
        Some("tcp") => format!("no connection from the container{code}: network"),
        Some("proxy") => format!("the proxy does not lead there{code}"),
        Some("tls") => format!("no secure connection{code}: TLS, certificate or something between"),
        Some("http") if late => {
            format!("it takes the request and does not answer within {} s", STAGE.as_secs())
        }
        Some("http") => format!("the connection broke{code}"),
        Some("url") => "its base URL is not one".into(),
        _ => "the probe's answer makes no sense".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(provider: &str, answer: &Value) -> String {
        let key = Candidate::new(Layer::ContainerEnv, "X_API_KEY", None, "hunter2".into());
        let seen = observe(&Route { provider, key: &key, base_url: Some("https://example.org/v1") }, answer);
        assert!(!format!("{seen:?}").contains("hunter2"));
        format!("{:?} {}", seen.outcome, seen.observed)
    }

    #[test]
    fn each_status_has_its_meaning() {
        for (status, expected) in [
            (200, "Agrees the key is accepted"),
            (401, "Contradicts the key is refused (HTTP 401); do not try it again"),
            (403, "Contradicts the key may not do this (HTTP 403): its account, region or plan"),
            (404, "Unknown nothing is there (HTTP 404): the base URL may be wrong"),
            (302, "Unknown it sends elsewhere (HTTP 302), which is not followed"),
            (500, "Unknown the provider fails (HTTP 500); try again later"),
            (529, "Unknown the provider is overloaded (HTTP 529); try again later"),
        ] {
            assert_eq!(words("openai", &json!({"status": status, "body": ""})), expected);
        }
        let open = json!({"status": 200, "open": true});
        assert!(words("x", &open).contains("proves nothing of the key"));
    }

    #[test]
    fn limits_are_told_and_nothing_else_of_a_header() {
        let answer = json!({"status": 429, "proxied": true, "headers": {
            "retry-after": "30", "x-ratelimit-remaining-requests": "0", "x-ratelimit-limit-requests": "60",
            "anthropic-ratelimit-requests-reset": "2026-11-25T10:00:00Z", "x-ratelimit-reset-x": "hunter2"}});
        assert_eq!(
            words("anthropic", &answer),
            "Unknown too many requests, or the quota is used up (HTTP 429); through the proxy; retry-after 30, \
             x-ratelimit-remaining-requests 0, anthropic-ratelimit-requests-reset 2026-11-25T10:00:00Z"
        );
    }

    #[test]
    fn another_provider_s_error_is_named() {
        let openai = r#"{"error": {"message": "hunter2", "type": "invalid_request_error", "code": "invalid_api_key"}}"#;
        let words = words("anthropic", &json!({"status": 401, "body": openai}));
        assert!(words.ends_with("the answer is one of OpenAI, so the base URL leads elsewhere"), "{words}");
        assert_eq!(speaker(r#"{"type":"error","error":{"type":"authentication_error"}}"#), Some("Anthropic"));
        assert_eq!(speaker(r#"{"error":{"code":400,"status":"INVALID_ARGUMENT"}}"#), Some("Google"));
        assert_eq!(speaker(r#"{"error":{"code":401,"message":"No auth"}}"#), Some("OpenRouter"));
        assert_eq!(speaker("<html>"), None);
    }

    #[test]
    fn a_wrong_key_of_google_is_a_400() {
        let body =
            r#"{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#;
        assert_eq!(
            words("google", &json!({"status": 400, "body": body})),
            "Contradicts the key is refused (HTTP 400)"
        );
    }

    #[test]
    fn each_stage_is_told_apart() {
        for (stage, error, expected) in [
            ("dns", "ENOTFOUND", "its name cannot be resolved in the container (ENOTFOUND): DNS"),
            ("tcp", "ECONNREFUSED", "no connection from the container (ECONNREFUSED): network"),
            ("proxy", "HTTP_407", "the proxy does not lead there (HTTP_407)"),
            (
                "tls",
                "SELF_SIGNED_CERT_IN_CHAIN",
                "no secure connection (SELF_SIGNED_CERT_IN_CHAIN): TLS, certificate or something between",
            ),
            ("http", "ETIMEDOUT", "it takes the request and does not answer within 6 s"),
            ("http", "hunter2", "the connection broke"),
        ] {
            assert_eq!(words("x", &json!({"stage": stage, "error": error})), format!("Unknown {expected}"));
        }
        assert_eq!(words("x", &Value::Null), "Unknown the probe's answer makes no sense");
    }

    #[test]
    fn the_token_of_a_sign_in_is_not_tried_as_a_key() {
        let told = |layer, value: &str| {
            let key = Candidate::new(layer, "openai:default", None, value.into());
            let routes = [Route { provider: "openai", key: &key, base_url: Some("https://a/v1") }];
            (askable(&routes).len(), skipped(&routes).first().map(|o| o.observed.clone()))
        };
        let words = "not asked: the token of a sign-in, which is no key".to_owned();
        assert_eq!(told(Layer::AuthProfile, "eyJhbGciOi.hunter2.x"), (0, Some(words)));
        assert_eq!(told(Layer::AuthProfile, "sk-hunter2"), (1, None));
        assert_eq!(told(Layer::ContainerEnv, "eyJhbGciOi.hunter2.x"), (1, None));
    }

    #[test]
    fn a_setup_token_is_sent_as_one() {
        assert!(ApiDialect::Anthropic.headers("sk-ant-oat01-x")["authorization"].is_string());
        assert!(ApiDialect::Anthropic.headers("sk-ant-api03-x")["x-api-key"].is_string());
        assert_eq!(ApiDialect::Anthropic.url("https://a/v1/"), "https://a/v1/models?limit=1");
        assert_eq!(ApiDialect::Ollama.url("http://o:11434/v1"), "http://o:11434/api/tags");
    }
}
