//! CD513

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    openclaw::release::{behaviour::Behaviour, number::Program},
    text::source::Place,
    vocabulary::{
        deployment::{Role, repository},
        finding::{Confidence, Impact, Severity},
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD513",
    name: "proxy-not-trusted",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a reverse proxy is in front of the gateway, which trusts none",
    impact: Impact::Reach,
    effect: "the gateway refuses what comes through the reverse proxy",
    page: include_str!("../../../docs/rules/CD513.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Programs that pass HTTP on, by the last step of their image.
const PROXIES: [&str; 7] =
    ["traefik", "caddy", "nginx", "nginx-proxy", "haproxy", "nginx-proxy-manager", "swag"];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    if !asks_for_proxies(facts.behaviour) || !case.config_seen() || case.state_is_elsewhere() {
        return;
    }
    let trusted = facts.config.node(&["gateway", "trustedProxies"]);
    if trusted.is_some_and(|list| !list.items().is_empty()) || facts.beyond_loopback != Some(true) {
        return;
    }
    let Some((name, place)) = proxy(case) else { return };
    findings.push(
        RULE.finding(format!(
            "{name} is in front of {}, and gateway.trustedProxies is empty: the gateway answers what comes through it with 403",
            case.subject()
        ))
        .at(place.or(target.deployment.place), "the proxy in front")
        .help(format!(
            "put the subnet of the network that both share into gateway.trustedProxies ({}), and {}",
            facts.config_path,
            target.advice.restart()
        ))
        .key(SettingKey::TrustedProxies),
    );
}

/// `proxy_attribution_required` is in 2026.8.1, and not in 2026.7.1 (run with 2026.9.6).
fn asks_for_proxies(behaviour: &Behaviour) -> bool {
    behaviour.program == Program::OpenClaw && behaviour.network.refuses_untrusted_proxies
}

/// The proxy that labels of the gateway are for, or one that is told to pass to it.
fn proxy(case: &RuleContext<'_>) -> Option<(&'static str, Option<Place>)> {
    let labels = &case.target.deployment.labels;
    let of = |prefix: &str| labels.iter().find(|label| label.value.starts_with(prefix));
    if let Some(label) = of("traefik.http.routers.") {
        return Some(("Traefik", label.place));
    }
    if let Some(label) =
        labels.iter().find(|label| label.value == "caddy" || label.value.starts_with("caddy_"))
    {
        return Some(("Caddy", label.place));
    }
    if case.target.variable("VIRTUAL_HOST").is_some() {
        let place =
            case.target.variable("VIRTUAL_HOST").and_then(|v| v.winner.as_ref()).and_then(|w| w.place);
        return Some(("nginx-proxy", place));
    }
    // A proxy of the project that waits for the gateway, whose own ports are not published.
    let is_published = !case.target.deployment.ports.is_empty();
    let proxy = case.project.iter().find(|other| {
        let image = other.deployment.image.as_ref().map(|image| repository(&image.value));
        let is_proxy =
            image.is_some_and(|image| PROXIES.contains(&image.rsplit('/').next().unwrap_or_default()));
        is_proxy && other.deployment.depends_on.iter().any(|service| service.value == case.target.name)
    });
    proxy.filter(|_| !is_published).map(|other| ("a reverse proxy", other.deployment.place))
}
