//! CD305

use crate::rules::{
    Rule, RuleContext, Sink,
    support::common::{BaseUrl, host_in},
};
use crate::{
    openclaw::{
        facts::OpenClawModel,
        release::{behaviour::Behaviour, catalog::Catalog, number::Release},
        settings::client,
    },
    syntax::node::Node,
    text::secret::{Text, js_trim},
    vocabulary::finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD305",
    name: "base-url-shape",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a base URL lacks its scheme or its version, or has more than a base",
    impact: Impact::Credential,
    effect: "model requests go to a malformed address",
    page: include_str!("../../../docs/rules/CD305.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Where the OpenAI-compatible interface of a public service begins.
const HOSTS: [(&str, &str); 10] = [
    ("api.openai.com", "/v1"),
    ("openrouter.ai", "/api/v1"),
    ("api.groq.com", "/openai/v1"),
    ("api.mistral.ai", "/v1"),
    ("api.x.ai", "/v1"),
    ("api.together.xyz", "/v1"),
    ("integrate.api.nvidia.com", "/v1"),
    ("api.moonshot.ai", "/v1"),
    ("api.moonshot.cn", "/v1"),
    ("dashscope.aliyuncs.com", "/compatible-mode/v1"),
];

/// Ports of local servers whose OpenAI-compatible interface is at `/v1`: Ollama, LM Studio, vLLM,
/// llama.cpp's have it there and not at `/`.
const PORTS: [u16; 2] = [11434, 1234];

/// Ends of addresses of single requests, which OpenClaw adds itself.
const ENDPOINTS: [&str; 8] = [
    "/chat/completions",
    "/completions",
    "/responses",
    "/messages",
    "/embeddings",
    "/api/chat",
    "/api/generate",
    "/v1/models",
];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.runs_models()) else { return };
    for url in case.base_urls() {
        let Some(fault) = fault(&url, facts) else { continue };
        let how = if url.winner.name.starts_with("models.") {
            "a running gateway takes it over by itself".to_owned()
        } else {
            case.target.advice.recreate()
        };
        findings.push(
            RULE.finding(format!("{} {}", case.named(url.winner), fault.what))
                .severity(fault.severity)
                .confidence(fault.confidence)
                .at(url.winner.written(), fault.label)
                .and(url.winner.root(), "written here")
                .help(format!("{}; {how}", fault.help))
                .key(&url.setting.key),
        );
    }
}

struct UrlFault {
    what: String,
    label: &'static str,
    help: String,
    severity: Severity,
    confidence: Confidence,
}

fn fault(url: &BaseUrl<'_>, facts: &OpenClawModel) -> Option<UrlFault> {
    let text = js_trim(url.text);
    // A mark that was not filled in is no address at all.
    if text.is_empty() || text.contains(['<', '>', '{', '}', '$']) {
        return None;
    }
    let broken = |what: &str, help: &str| UrlFault {
        what: what.to_owned(),
        label: "no address",
        help: help.to_owned(),
        severity: Severity::Error,
        confidence: Confidence::High,
    };
    if text.starts_with(['"', '\'']) || text.ends_with(['"', '\'']) {
        return Some(broken("has quotes as a part of its value", "take the quotes out of the value"));
    }
    let lower = text.to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) else {
        return Some(if text.contains("://") {
            broken("is no address of http:// or https://", "write an address of http:// or https://")
        } else {
            broken("has no http:// or https:// in front", "write the scheme in front of the address")
        });
    };
    if text.contains(char::is_whitespace) {
        return Some(broken("contains a space", "take the blank out"));
    }
    if host_in(text).is_none() {
        return Some(broken("names no host", "write the whole address"));
    }
    let provider = url.provider()?;
    let path = rest.find('/').map(|at| rest[at..].trim_end_matches('/')).unwrap_or_default();
    let surprising = |what: String, label, help: &str, confidence| UrlFault {
        what,
        label,
        help: help.to_owned(),
        severity: Severity::Warning,
        confidence,
    };
    if let Some(endpoint) = ENDPOINTS.iter().find(|end| path.ends_with(**end)) {
        return Some(surprising(
            format!("ends with {endpoint}: OpenClaw adds the path of each request to it"),
            "more than a base",
            "take that end off",
            Confidence::High,
        ));
    }
    if path.ends_with("/v1/v1") {
        return Some(surprising(
            "has /v1 twice".to_owned(),
            "one too many",
            "leave one /v1",
            Confidence::High,
        ));
    }
    match speaks(facts, provider) {
        Speaks::Anthropic if path.ends_with("/v1") && doubles_version(facts.behaviour) => Some(surprising(
            format!("ends with /v1, and {} asks for /v1/messages below it", facts.release_name),
            "one /v1 too many",
            "take the /v1 off",
            Confidence::Medium,
        )),
        Speaks::OpenAi if path.is_empty() => {
            let Some(version) = version_of(text) else { return blank_at_end(url.text) };
            Some(surprising(
                format!(
                    "has no {version}: OpenClaw adds /chat/completions or /responses to it, which that server has below {version} only"
                ),
                "the version is missing",
                &format!("write {version} behind it"),
                Confidence::Medium,
            ))
        }
        _ => blank_at_end(url.text),
    }
}

/// Release 2026.9.6 takes it off wherever it was looked for, but that is not everywhere.
fn blank_at_end(text: &str) -> Option<UrlFault> {
    (js_trim(text) != text).then(|| UrlFault {
        what: "begins or ends with a space".to_owned(),
        label: "a space at an end",
        help: "take the blank off".to_owned(),
        severity: Severity::Info,
        confidence: Confidence::Medium,
    })
}

/// What a server expects behind its name, where that is known.
fn version_of(text: &str) -> Option<&'static str> {
    let host = host_in(text)?;
    let known = HOSTS.iter().find(|(name, _)| host.eq_ignore_ascii_case(name)).map(|(_, path)| *path);
    known.or_else(|| client::parse(text).filter(|a| PORTS.contains(&a.port)).map(|_| "/v1"))
}

/// The interface that OpenClaw expects at a base URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Speaks {
    Anthropic,
    OpenAi,
    /// Another, or a plugin mends the address.
    Other,
}

fn speaks(facts: &OpenClawModel, provider: &str) -> Speaks {
    let node = facts.config.provider(provider);
    let first_model = node.and_then(|n| n.get("models")).and_then(|m| m.items().first());
    match api(node).or_else(|| api(first_model)) {
        Some("anthropic-messages") => Speaks::Anthropic,
        // The plugins of other known providers mend the address of their own servers.
        Some("openai-completions" | "openai-responses") if is_plain(provider) => Speaks::OpenAi,
        Some(_) => Speaks::Other,
        None if provider == "anthropic" => Speaks::Anthropic,
        None if is_plain(provider) => Speaks::OpenAi,
        None => Speaks::Other,
    }
}

fn api(node: Option<&Node>) -> Option<&str> {
    node?.get("api")?.text().map(Text::expose)
}

/// OpenAI itself, or a provider that only the config knows.
fn is_plain(provider: &str) -> bool {
    provider == "openai" || !Catalog::newest().providers.contains_key(provider)
}

/// Before it takes a `/v1` off itself (`normalizeAnthropicBaseUrl`, in 2026.2.23 and not in
/// 2026.2.19).
fn doubles_version(behaviour: &Behaviour) -> bool {
    behaviour.since <= Release::new(2026, 2, 19)
}
