//! CD304

use crate::rules::{
    Rule, RuleContext, Sink,
    support::common::{BaseUrl, host_in, listens_on},
};
use crate::{
    model::target::Target,
    openclaw::{
        read::config::Config,
        settings::client::{self, is_loopback},
    },
    syntax::node::Node,
    text::{
        secret::{Text, js_trim},
        source::Place,
    },
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD304",
    name: "base-url-loopback",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a base URL points to the container's own loopback, where no model server runs",
    impact: Impact::Credential,
    effect: "model requests go to the container itself",
    page: include_str!("../../../docs/rules/CD304.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    findings.extend(examples(case));
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.runs_models()) else { return };
    if !case.has_own_network() {
        return;
    }
    for url in case.base_urls().filter(|url| leads_to_loopback(case, url.text)) {
        let finding = RULE
            .finding(format!(
                "{} is an address of the loopback of {} itself, not of the host",
                case.named(url.winner),
                case.subject()
            ))
            .at(url.winner.written(), "the container's own loopback")
            .and(url.winner.root(), "written here")
            .help(format!(
                "{}, and {}",
                instead(case, &url),
                if url.winner.name.starts_with("models.") {
                    "a running gateway takes it over by itself".to_owned()
                } else {
                    case.target.advice.recreate()
                }
            ))
            .key(&url.setting.key);
        // Something in an image of another kind, or beside the container, may answer there.
        let sure = facts.image.is_official() && case.target.kind.is_on_disk();
        findings.push(if sure {
            finding
        } else if facts.image.is_official() {
            finding.confidence(Confidence::Medium)
        } else {
            finding.severity(Severity::Warning).confidence(Confidence::Medium)
        });
    }
}

/// A loopback address, and not the one of the gateway itself.
fn leads_to_loopback(case: &RuleContext<'_>, url: &str) -> bool {
    let Some(host) = host_in(url).filter(|host| is_own(host)) else { return false };
    let port = client::parse(js_trim(url)).filter(|address| address.host == host).map(|a| a.port);
    port.is_none() || port != listens_on(case.target)
}

/// Loopback; and to connect to all addresses is to connect to it.
fn is_own(host: &str) -> bool {
    is_loopback(host) || host == "0.0.0.0"
}

/// What to write instead: a service of the project, else the host.
fn instead(case: &RuleContext<'_>, url: &BaseUrl<'_>) -> String {
    let provider = url.provider().unwrap_or_default();
    let serves = |t: &&Target| {
        let image = t.deployment.image.as_ref().map(|i| i.value.as_str()).unwrap_or_default();
        !provider.is_empty()
            && t.role == Role::Other
            && (t.name.contains(provider) || image.contains(provider))
    };
    let port = client::parse(js_trim(url.text)).map(|a| format!(":{}", a.port)).unwrap_or_default();
    match case.project.iter().find(serves).and_then(|t| t.service.as_deref()) {
        Some(service) => format!("name the service instead: `http://{service}{port}`"),
        None => format!(
            "name the host as `http://host.docker.internal{port}` (on Linux with `extra_hosts: [\"host.docker.internal:host-gateway\"]`, and the server there must listen on more than its own loopback), or the service that runs it"
        ),
    }
}

/// Configs that lie in the project and are seen by no target, as a script or an image may copy them.
/// One finding for each file.
fn examples(case: &RuleContext<'_>) -> Vec<Finding> {
    let Some(whole) = case.whole_once() else { return Vec::new() };
    if !case.gateways().any(|g| !matches!(g.deployment.network(), "host" | "none")) {
        return Vec::new();
    }
    let unread = whole.configs.iter().filter(|id| !case.reads(**id));
    unread
        .filter_map(|id| {
            let config = Config::parse(*id, case.sources);
            let places = loopbacks(&config);
            let first = *places.first()?;
            let mut finding = RULE
                .finding(format!(
                    "the base URL at {} is an address of a container's own loopback once this file is its config",
                    case.sources.brief(first)
                ))
                .severity(Severity::Info)
                .confidence(Confidence::Medium)
                .at(Some(first), "the container's own loopback")
                .help("name the host as `host.docker.internal`, or the service that runs the model server")
                .key("baseUrl");
            for place in &places[1..] {
                finding = finding.and(Some(*place), "and this");
            }
            Some(finding)
        })
        .collect()
}

fn loopbacks(config: &Config) -> Vec<Place> {
    let providers = config.node(&["models", "providers"]).map(Node::entries).unwrap_or_default();
    let urls = providers.iter().filter_map(|p| p.value.get("baseUrl"));
    let is_meant = |node: &&Node| node.text().map(Text::expose).and_then(host_in).is_some_and(is_own);
    urls.filter(is_meant).map(|node| node.place).collect()
}
