//! CD514

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    openclaw::facts::AuthMode,
    syntax::node::{Node, NodeKind},
    text::secret::Text,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Impact, Severity},
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD514",
    name: "insecure-origin",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the Control UI is to be opened by plain http from another machine",
    impact: Impact::Reach,
    effect: "the Control UI refuses browsers that open it by plain http",
    page: include_str!("../../../docs/rules/CD514.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    let ui = |key: &str| facts.config.node(&["gateway", "controlUi", key]);
    let is_on = |node: Option<&Node>| node.is_some_and(|node| node.kind == NodeKind::Bool(true));
    let is_off = ui("enabled").is_some_and(|node| node.kind == NodeKind::Bool(false));
    // A proxy that names the user takes the place of the device.
    let bypassed =
        facts.behaviour.network.device_check_can_be_off && is_on(ui("dangerouslyDisableDeviceAuth"));
    if is_off
        || bypassed
        || facts.auth_mode == AuthMode::TrustedProxy
        || !facts.behaviour.network.device_needs_secure_context
    {
        return;
    }
    for origin in ui("allowedOrigins").map(Node::items).unwrap_or_default() {
        let Some(text) = origin.text().map(Text::expose) else { continue };
        let Some(host) = insecure_host(text) else { continue };
        let port = text.rsplit(':').next().filter(|port| port.parse::<u16>().is_ok()).unwrap_or("80");
        findings.push(
            RULE.finding(format!(
                "a browser that opens the Control UI at {host} by plain http is refused: it has no secure context, and cannot show which device it is"
            ))
            .at(Some(origin.place), "plain http")
            .help(format!(
                "open it by https, or at http://localhost:{port} through `ssh -L {port}:localhost:{port} {host}`"
            ))
            .key(SettingKey::AllowedOrigins),
        );
        // One says it.
        return;
    }
}

/// The host of an origin that is no secure context: plain http, and not this machine itself
/// (w3c Secure Contexts).
fn insecure_host(origin: &str) -> Option<&str> {
    let rest = origin.trim().strip_prefix("http://")?;
    let host = rest.split('/').next()?;
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host.split(':').next()?,
    };
    let is_local =
        matches!(name, "localhost" | "::1") || name.starts_with("127.") || name.ends_with(".localhost");
    let is_host = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c));
    (!is_local && is_host).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::insecure_host;

    #[test]
    fn origins() {
        for (origin, expected) in [
            ("http://192.168.4.30:18789", Some("192.168.4.30")),
            ("http://nas.lan", Some("nas.lan")),
            ("http://[fd00::1]:18789", Some("fd00::1")),
            ("http://localhost:18789", None),
            ("http://127.0.0.1:18789", None),
            ("http://[::1]:18789", None),
            ("https://192.168.4.30", None),
            ("*", None),
        ] {
            assert_eq!(insecure_host(origin), expected, "{origin}");
        }
    }
}
