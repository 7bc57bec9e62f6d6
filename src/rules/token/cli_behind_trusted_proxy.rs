//! CD112

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    model::target::Target,
    openclaw::facts::AuthMode,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Impact, Severity},
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD112",
    name: "cli-behind-trusted-proxy",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the gateway leaves authentication to a reverse proxy, and a CLI service of the project does not come through it",
    impact: Impact::Reach,
    effect: "the gateway refuses the CLI of a service",
    page: include_str!("../../../docs/rules/CD112.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// `authorizeGatewayConnect` of openclaw 2026.9.6 (`auth-BiOY0Xi8.mjs`): who does not come from the proxy
/// is turned away, whatever is sent; from loopback a password is taken as well.
fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    if target.role != Role::Cli {
        return;
    }
    let asks_proxy = |gateway: &&Target| {
        let facts = gateway.facts.as_ref();
        facts.is_some_and(|f| f.config_seen && f.auth_mode == AuthMode::TrustedProxy)
    };
    let Some(gateway) = case.gateways().find(asks_proxy) else { return };
    let Some(facts) = &gateway.facts else { return };
    let service = gateway.service.as_deref().unwrap_or(&gateway.name);
    let network = target.deployment.network();
    let shares = network == format!("service:{service}") || network == format!("container:{}", gateway.name);
    let takes_password = facts.behaviour.network.proxy_takes_local_password;
    if shares && takes_password && facts.credentials.password.is_some() {
        return;
    }
    let is_elsewhere = target.variable("OPENCLAW_GATEWAY_URL").is_some_and(|v| v.winner.is_some());
    if is_elsewhere {
        return;
    }
    let help = if takes_password {
        let joined = match shares {
            true => String::new(),
            false => format!(", and `network_mode: service:{service}` in {}", target.name),
        };
        format!(
            "set the same OPENCLAW_GATEWAY_PASSWORD in both services{joined}: {} takes a password from its own loopback; then {}",
            facts.release_name,
            case.target.advice.recreate()
        )
    } else {
        format!(
            "set gateway.auth.mode to token, which the CLI can send, and {}",
            case.target.advice.recreate()
        )
    };
    findings.push(
        RULE.finding(format!(
            "the gateway refuses the CLI of {}: gateway.auth.mode of {service} is trusted-proxy, and the CLI does not connect through a trusted proxy",
            case.subject()
        ))
        .at(target.deployment.place, "this CLI is refused")
        .help(help)
        .key(SettingKey::GatewayAuthMode),
    );
}
