//! CD506

use crate::rules::support::proposals::Proposal;
use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    model::target::{Target, VersionSource},
    openclaw::release::number::Release,
    provenance::Candidate,
    text::secret::Text,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
    },
};
use std::net::IpAddr;

pub(crate) static RULE: Rule = Rule {
    id: "CD506",
    name: "cli-cannot-reach-gateway",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the CLI in a service of its own looks for the gateway where none is",
    impact: Impact::Reach,
    effect: "the CLI cannot reach the gateway",
    page: include_str!("../../../docs/rules/CD506.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(gateway) = case.partner() else { return };
    match case.target.role {
        Role::Cli => findings.extend(command_line(case, gateway)),
        Role::Other => findings.extend(beside(case, gateway)),
        Role::Gateway => {}
    }
}

/// The gateway's network in place of its own.
fn shared_network(case: &RuleContext<'_>, gateway: &str) -> Proposal {
    if let Some(says) = case.target.advice.share_network(gateway) {
        return Proposal::words(says);
    }
    let network = format!("service:{gateway}");
    match &case.target.deployment.network_mode {
        Some(own) => {
            let says = format!("write `network_mode: \"{network}\"` in place of `{}`", own.value);
            case.write_item(says, own.place, &network)
        }
        None => {
            let says =
                format!("add `network_mode: \"{network}\"` to it, in place of `networks:` if it has them");
            case.add_to_service(says, "network_mode", &format!("\"{network}\""))
        }
    }
}

fn command_line(case: &RuleContext<'_>, gateway: &Target) -> Option<Finding> {
    let facts = case.target.facts.as_ref()?;
    let network = case.target.deployment.network();
    if network == "none" && !case.is_fragment() {
        return Some(without_network(case, gateway));
    }
    let url = facts.env.get("OPENCLAW_GATEWAY_URL").and_then(|v| v.winner.clone()).filter(|w| !w.is_blank());
    let remote = || {
        let mode = facts.config.string(&["gateway", "mode"], &facts.env)?.value?;
        facts.config.string(&["gateway", "remote", "url"], &facts.env).filter(|_| mode.expose() == "remote")
    };
    if let Some(url) = url.or_else(remote) {
        return refused(case, gateway, &url);
    }
    if case.is_fragment()
        || network.starts_with("service:")
        || network.starts_with("container:")
        || network == "host"
    {
        return None;
    }
    let name = gateway.service.as_deref().unwrap_or(&gateway.name);
    let finding = RULE
        .finding(format!(
            "{} has a network of its own and no OPENCLAW_GATEWAY_URL: it looks for the gateway at 127.0.0.1, where {} is not",
            case.subject(),
            gateway.name
        ))
        .at(case.target.deployment.place, "a network of its own")
        .and(gateway.deployment.place, "the gateway")
        .propose_fix(
            shared_network(case, name),
            &format!(", and {}", case.target.advice.recreate()),
            format!("give it the network of {name}"),
        )
        .key("network_mode");
    Some(if case.config_seen() {
        finding
    } else {
        // `gateway.remote.url` may be in the config.
        finding.severity(Severity::Warning).confidence(Confidence::Medium)
    })
}

/// `network_mode: none`: whatever address it has, it reaches nothing.
fn without_network(case: &RuleContext<'_>, gateway: &Target) -> Finding {
    let deployment = &case.target.deployment;
    let place = deployment.network_mode.as_ref().and_then(|mode| mode.place).or(deployment.place);
    let name = gateway.service.as_deref().unwrap_or(&gateway.name);
    RULE.finding(format!(
        "{} has no network (`network_mode: none`): it cannot reach the gateway of {}",
        case.subject(),
        gateway.name
    ))
    .at(place, "no network")
    .and(gateway.deployment.place, "the gateway")
    .propose_fix(
        shared_network(case, name),
        &format!(", and {}", case.target.advice.recreate()),
        format!("give it the network of {name}"),
    )
    .key("network_mode")
}

/// A plain `ws://` to a name is refused by the command line itself.
fn refused(case: &RuleContext<'_>, gateway: &Target, url: &Candidate) -> Option<Finding> {
    let facts = case.target.facts.as_ref()?;
    let text = url.value.as_ref().map(Text::expose)?.trim();
    let host = text.strip_prefix("ws://").map(host_of)?;
    let allowed = facts.env.get("OPENCLAW_ALLOW_INSECURE_PRIVATE_WS").and_then(|v| v.value());
    if is_trusted(host) || allowed.is_some_and(|v| v.expose() == "1") {
        return None;
    }
    // Seen on 2026.3.24 and 2026.9.6.
    let first = Release::new(2026, 3, 24);
    let known = case.target.openclaw.as_ref().is_some_and(|v| {
        let is_told = v.source != VersionSource::Assumed || case.is_published_image();
        is_told && Release::parse(&v.version).is_some_and(|r| r >= first)
    });
    let name = gateway.service.as_deref().unwrap_or(&gateway.name);
    let finding = RULE
        .finding(format!(
            "{} names the gateway by a name over plain ws://, which the CLI of {} refuses for anything but loopback and private addresses",
            case.named(url),
            case.subject()
        ))
        .at(url.written(), "refused")
        .and(url.root(), "written here")
        .help(format!(
            "share the gateway's network ({}) and leave the URL out, or set OPENCLAW_ALLOW_INSECURE_PRIVATE_WS to \"1\"; then {}",
            case.target.advice.share_network(name).unwrap_or_else(|| format!("`network_mode: \"service:{name}\"`")),
            case.target.advice.recreate()
        ))
        .key(url.name.clone());
    Some(if known { finding } else { finding.severity(Severity::Warning).confidence(Confidence::Medium) })
}

/// Another program that is told to find the gateway at its own loopback.
fn beside(case: &RuleContext<'_>, gateway: &Target) -> Option<Finding> {
    if !matches!(case.target.deployment.network(), "" | "bridge" | "default") {
        return None;
    }
    let names_gateway = |name: &str| name.ends_with("GATEWAY_URL") || name.ends_with("GATEWAY_WS_URL");
    let variable = case.target.environment.iter().find(|v| names_gateway(&v.name))?;
    let winner = variable.winner.as_ref()?;
    let text = winner.value.as_ref()?.expose().trim();
    let (_, rest) = text.split_once("://")?;
    let host = host_of(rest);
    if !matches!(host, "localhost" | "127.0.0.1" | "::1") {
        return None;
    }
    Some(
        RULE.finding(format!(
            "{} points to the loopback address of {} itself, where {} is not",
            case.named(winner),
            case.subject(),
            gateway.name
        ))
        .severity(Severity::Warning)
        .confidence(Confidence::Medium)
        .at(winner.written(), "its own loopback")
        .and(winner.root(), "written here")
        .help(format!(
            "name the service instead, as in `ws://{}:18789`, and {}",
            gateway.service.as_deref().unwrap_or(&gateway.name),
            case.target.advice.recreate()
        ))
        .key(variable.name.clone()),
    )
}

/// The host of what follows the scheme.
fn host_of(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some(v6) = authority.strip_prefix('[') {
        return v6.split(']').next().unwrap_or_default();
    }
    authority.split(':').next().unwrap_or_default()
}

/// Loopback, private and link-local addresses, `.local` and `.ts.net` names (openclaw 2026.9.6).
fn is_trusted(host: &str) -> bool {
    if host == "localhost" || host.ends_with(".local") || host.ends_with(".ts.net") {
        return true;
    }
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, ..] = ip.octets();
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        assert_eq!(host_of("u:p@gateway:18789/x"), "gateway");
        assert_eq!(host_of("[::1]:1"), "::1");
        assert!(is_trusted("172.20.0.3") && is_trusted("100.64.1.1") && is_trusted("a.ts.net"));
        assert!(!is_trusted("openclaw-gateway") && !is_trusted("8.8.8.8"));
    }
}
