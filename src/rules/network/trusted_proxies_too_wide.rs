//! CD508

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    openclaw::facts::AuthMode,
    syntax::{json5, node::Node},
    text::source::SourceId,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD508",
    name: "trusted-proxies-too-wide",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "gateway.trustedProxies takes in more than a proxy",
    impact: Impact::Stranger,
    effect: "clients can claim any address",
    page: include_str!("../../../docs/rules/CD508.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// A network of a compose project is a /16 at most, as the engine hands them out.
const WIDEST: u8 = 16;

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    findings.extend(of_samples(case));
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    let by_proxy = facts.auth_mode == AuthMode::TrustedProxy;
    let list = facts.config.node(&["gateway", "trustedProxies"]).map(|n| n.items()).unwrap_or_default();
    for item in list {
        let Some(reach) = item.text().and_then(|t| reach(t.expose())) else { continue };
        let effect = if by_proxy {
            "whoever connects from there may name any user"
        } else {
            "whoever connects from there may claim any address, that of this host too"
        };
        let severity = match (reach, by_proxy) {
            (Reach::Everybody, true) => Severity::Error,
            (Reach::Everybody, false) | (Reach::Wide, true) => Severity::Warning,
            (Reach::Wide, false) => Severity::Info,
        };
        let what = match reach {
            Reach::Everybody => "takes in every address",
            Reach::Wide => "takes in whole private networks",
        };
        findings.push(
            RULE.finding(format!("an entry of gateway.trustedProxies {what}: {effect}"))
                .severity(severity)
                .at(Some(item.place), "more than a proxy")
                .help(format!(
                    "write the address of the proxy, or the subnet of the network that it shares with the gateway; then {}",
                    target.advice.restart()
                ))
                .key(SettingKey::TrustedProxies),
        );
    }
    findings.extend(by_variable(case));
}

/// Configs of the project that nothing reads and people are told to copy. One finding for each file.
fn of_samples(case: &RuleContext<'_>) -> Vec<Finding> {
    let Some(whole) = case.whole_once() else { return Vec::new() };
    let read = |source: SourceId| {
        let configs = case.gateways().filter_map(|gateway| gateway.facts.as_ref()?.config.root());
        configs.into_iter().any(|root| root.place.source == source)
    };
    let wide = whole.configs.iter().filter(|source| !read(**source)).filter_map(|source| {
        let document = json5::parse(*source, case.sources.get(*source).text()).ok()?;
        let list = document.root.at(["gateway", "trustedProxies"])?;
        let is_everybody =
            |item: &&Node| item.text().and_then(|t| reach(t.expose())) == Some(Reach::Everybody);
        Some((*source, list.items().iter().find(is_everybody)?.place))
    });
    wide.map(|(source, place)| {
        RULE.finding(format!(
            "gateway.trustedProxies of the example {} takes in every address: whoever connects to a gateway with a copy of it may claim any address",
            case.sources.get(source).name
        ))
        .severity(Severity::Info)
        .at(Some(place), "more than a proxy")
        .help("write the address of the proxy, or the subnet of the network that it shares with the gateway")
        .key(SettingKey::TrustedProxies)
    })
    .collect()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reach {
    Everybody,
    Wide,
}

fn reach(entry: &str) -> Option<Reach> {
    let entry = entry.trim();
    if matches!(entry, "*" | "0.0.0.0" | "::") {
        return Some(Reach::Everybody);
    }
    let (address, bits) = entry.split_once('/')?;
    let bits: u8 = bits.parse().ok()?;
    let widest = if address.contains(':') { 48 } else { WIDEST };
    match bits {
        0 => Some(Reach::Everybody),
        bits if bits < widest => Some(Reach::Wide),
        _ => None,
    }
}

/// OpenClaw reads no variable for it; the entrypoints of other images do.
fn by_variable(case: &RuleContext<'_>) -> Option<Finding> {
    if case.target.facts.as_ref().is_some_and(|f| f.image.is_official()) {
        return None;
    }
    let variable = case.target.environment.iter().find(|v| v.name.ends_with("TRUSTED_PROXIES"))?;
    let winner = variable.winner.as_ref()?;
    let wide = winner.value.as_ref()?.expose().split([',', ' ']).any(|e| reach(e) == Some(Reach::Everybody));
    wide.then(|| {
        RULE.finding(format!(
            "{} trusts every address as a proxy, if the entrypoint of the image turns it into gateway.trustedProxies",
            variable.name
        ))
        .severity(Severity::Info)
        .confidence(Confidence::Low)
        .at(winner.place, "more than a proxy")
        .key(variable.name.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reaches() {
        assert_eq!(reach("0.0.0.0/0"), Some(Reach::Everybody));
        assert_eq!(reach("::/0"), Some(Reach::Everybody));
        assert_eq!(reach("10.0.0.0/8"), Some(Reach::Wide));
        assert_eq!(reach("172.16.0.0/12"), Some(Reach::Wide));
        assert_eq!(reach("172.20.0.0/16"), None);
        assert_eq!(reach("10.0.0.5"), None);
    }
}
