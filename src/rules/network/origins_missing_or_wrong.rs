//! CD505

use crate::rules::{
    Rule, RuleContext, Sink,
    support::{
        common::{leads_to, listens_on},
        fixes,
    },
};
use crate::{
    fix::json5,
    openclaw::{facts::OpenClawModel, release::behaviour::Origins},
    syntax::{dotenv::node, node::NodeKind},
    text::{
        secret::Text,
        source::{Language, Place},
    },
    vocabulary::{
        deployment::{Port, Role},
        finding::{Confidence, Finding, Fix, FixKind, Impact, Severity},
        prediction::StartReasonId,
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD505",
    name: "origins-missing-or-wrong",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the Control UI's allowed origins are missing, or none of them is where it is opened",
    impact: Impact::Reach,
    effect: "the Control UI refuses browsers",
    page: include_str!("../../../docs/rules/CD505.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// An entry of `gateway.controlUi.allowedOrigins`.
struct WebOrigin {
    text: String,
    place: Place,
}

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    findings.extend(of_samples(case));
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    if facts.lacks_origins {
        findings.push(missing(case, facts));
        return;
    }
    if facts.behaviour.network.origins == Origins::NotAsked || !has_ui(facts) {
        return;
    }
    let origins = origins(facts);
    findings.extend(origins.iter().filter_map(|origin| malformed(case, origin)));
    findings.extend(elsewhere(case, &origins));
}

fn missing(case: &RuleContext<'_>, facts: &OpenClawModel) -> Finding {
    let port = published(case).and_then(|p| p.published.clone()).unwrap_or_else(|| "18789".to_owned());
    let seen = case.config_seen();
    let unless = if seen { "" } else { ", unless the config, which cannot be seen from here, has them" };
    let finding = RULE.finding(format!(
        "{} listens beyond loopback in {} and gateway.controlUi.allowedOrigins is not set: it will not start{unless}",
        facts.release_name,
        case.subject()
    ));
    let finding =
        if seen { finding } else { finding.severity(Severity::Info).confidence(Confidence::Medium) };
    finding
    .at(case.target.deployment.place, "will not start")
    .help(format!(
        "put `\"gateway\": {{ \"controlUi\": {{ \"allowedOrigins\": [\"http://localhost:{port}\"] }} }}` into {}, with the address that you open in the browser; then {}",
        facts.config_path,
        case.target.advice.restart()
    ))
    .fix(fixes::add_config(
        case,
        &SettingKey::AllowedOrigins.text(),
        &format!("[\"http://localhost:{port}\"]"),
        FixKind::Unsafe,
    ))
    .key(SettingKey::AllowedOrigins)
    .all_about(case.stops(&[StartReasonId::NoOrigins]))
}

fn has_ui(facts: &OpenClawModel) -> bool {
    let ui = |key: &str| facts.config.node(&["gateway", "controlUi", key]);
    !ui("enabled").is_some_and(|n| n.kind == NodeKind::Bool(false))
        && !ui("dangerouslyAllowHostHeaderOriginFallback").is_some_and(|n| n.kind == NodeKind::Bool(true))
}

fn origins(facts: &OpenClawModel) -> Vec<WebOrigin> {
    let list = facts.config.node(&["gateway", "controlUi", "allowedOrigins"]);
    let items = list.map(|n| n.items()).unwrap_or_default();
    let text = |text: &Text| facts.config.substituted(text, &facts.env).map(|t| t.expose().trim().to_owned());
    items.iter().filter_map(|i| Some(WebOrigin { text: text(i.text()?)?, place: i.place })).collect()
}

/// An origin is a scheme, a host and a port, and nothing else.
fn malformed(case: &RuleContext<'_>, origin: &WebOrigin) -> Option<Finding> {
    let text = origin.text.as_str();
    if text == "*" || text.is_empty() {
        return None;
    }
    let why = match text.split_once("://") {
        None => "has no scheme, http:// or https://",
        Some((_, rest)) if rest.trim_end_matches('/').contains('/') => {
            "has a path, which no browser sends along"
        }
        Some(_) => return None,
    };
    Some(
        RULE.finding(format!("an entry of gateway.controlUi.allowedOrigins {why}: it fits no browser"))
            .severity(Severity::Warning)
            .at(Some(origin.place), "no origin")
            .help(format!(
                "write the address as the browser shows it, up to the port; then {}",
                case.target.advice.restart()
            ))
            .fix(without_path(case, origin))
            .key(SettingKey::AllowedOrigins),
    )
}

/// The origin up to its port.
fn without_path(case: &RuleContext<'_>, origin: &WebOrigin) -> Option<Fix> {
    let (scheme, rest) = origin.text.split_once("://")?;
    let host = rest.split('/').next().filter(|host| !host.is_empty())?;
    let edits = json5::set(origin.place, &format!("{scheme}://{host}"), case.sources)?;
    let is_written = case.written(origin.place).trim_matches(['"', '\'']) == origin.text;
    let is_config = case.sources.get(origin.place.source).language == Language::Json5;
    (is_written && is_config && fixes::has_files(case))
        .then(|| fixes::of("write the origin without a path", FixKind::Unsafe, edits))
}

/// One more origin, at the port that is published.
fn with_port(case: &RuleContext<'_>, published: &str) -> Option<Fix> {
    let facts = case.target.facts.as_ref().filter(|_| fixes::has_files(case))?;
    let list = facts.config.node(&["gateway", "controlUi", "allowedOrigins"])?;
    let number: u16 = published.parse().ok()?;
    let edits = json5::append(list, &format!("http://localhost:{number}"), case.sources)?;
    Some(fixes::of(format!("add http://localhost:{number} to the allowed origins"), FixKind::Unsafe, edits))
}

/// Every origin has a port, and none of them is one that leads to the gateway.
fn elsewhere(case: &RuleContext<'_>, origins: &[WebOrigin]) -> Option<Finding> {
    let port = published(case)?;
    let published = port.published.as_deref()?;
    let first = origins.first()?;
    let ports: Vec<u16> = origins.iter().map(|o| port_of(&o.text)).collect::<Option<_>>()?;
    if ports
        .iter()
        .any(|p| crate::rules::support::common::port_range(published).is_none_or(|range| range.contains(p)))
    {
        return None;
    }
    Some(
        RULE.finding(format!(
            "the Control UI is published at port {published}, and no entry of gateway.controlUi.allowedOrigins has that port: the browser is turned away"
        ))
        .severity(Severity::Warning)
        .at(Some(first.place), "another port")
        .and(port.place, "published here")
        .help(format!(
            "add the address that you open, with port {published}, to gateway.controlUi.allowedOrigins; then {}",
            case.target.advice.restart()
        ))
        .fix(with_port(case, published))
        .key(SettingKey::AllowedOrigins),
    )
}

/// The port that a browser asks for with that origin; none where a proxy in front of the gateway may
/// have one of its own.
fn port_of(origin: &str) -> Option<u16> {
    let rest = origin.strip_prefix("http://")?;
    let host = rest.split('/').next()?;
    let (name, port) = host.rsplit_once(':').map_or((host, None), |(name, port)| (name, port.parse().ok()));
    port.or_else(|| matches!(name, "localhost" | "127.0.0.1").then_some(80))
}

/// Examples of env files: a start script makes the allowed origins of such a variable, and a copy of
/// the file that is not edited lets no browser in. One finding for each file.
fn of_samples(case: &RuleContext<'_>) -> Vec<Finding> {
    let Some(whole) = case.whole_once() else { return Vec::new() };
    let published = case.gateways().flat_map(|g| &g.deployment.ports).filter(|p| p.protocol == "tcp");
    let mut published: Vec<u16> = published.filter_map(|p| p.published.as_deref()?.parse().ok()).collect();
    let mut found = Vec::new();
    for source in &whole.samples {
        let lines = node::parse(*source, case.sources.get(*source).text());
        published.extend(
            lines
                .iter()
                .filter(|l| l.name.ends_with("_PORT"))
                .filter_map(|l| l.value.expose().trim().parse::<u16>().ok()),
        );
        let Some(line) = lines.iter().find(|l| l.name.ends_with("ALLOWED_ORIGINS") && case.occurs(&l.name))
        else {
            continue;
        };
        let origins = line.value.expose().split([',', ' ']).map(str::trim).filter(|o| !o.is_empty());
        let ports: Option<Vec<u16>> = origins.map(port_of).collect();
        let Some(ports) = ports.filter(|p| !p.is_empty() && !published.is_empty()) else { continue };
        if ports.iter().any(|port| published.contains(port)) {
            continue;
        }
        found.push(
            RULE.finding(format!(
                "{} of the example {} has no origin with a port that is published: a browser that opens the Control UI at such a port is turned away",
                line.name,
                case.sources.brief(line.value_place)
            ))
            .severity(Severity::Info)
            .confidence(Confidence::Medium)
            .at(Some(line.value_place), "another port")
            .help("write each address as the browser shows it, with its port: `http://localhost:18789`")
            .key(line.name.clone()),
        );
    }
    found
}

/// The mapping that leads to the gateway.
fn published<'a>(case: &RuleContext<'a>) -> Option<&'a Port> {
    let listens = listens_on(case.target)?;
    case.target.deployment.ports.iter().find(|p| leads_to(p, listens))
}
