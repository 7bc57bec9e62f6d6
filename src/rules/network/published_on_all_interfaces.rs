//! CD504

use crate::rules::support::proposals::{NewValue, Proposal};
use crate::rules::{
    Rule, RuleContext, Sink,
    support::common::{host_part, leads_to, listens_on, variables_in},
};
use crate::vocabulary::{
    deployment::{Port, Role},
    finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD504",
    name: "published-on-all-interfaces",
    severity: Severity::Info,
    confidence: Confidence::High,
    summary: "a port is published on every address of the host",
    impact: Impact::Stranger,
    effect: "a port is open to every network of the host",
    page: include_str!("../../../docs/rules/CD504.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Ports of programs that give whoever reaches them the machine, the browser or the data.
pub(crate) const DANGEROUS: [(u16, &str); 14] = [
    (2375, "the Docker API"),
    (5900, "a desktop (VNC)"),
    (5901, "a desktop (VNC)"),
    (6080, "a desktop (noVNC)"),
    (7900, "a desktop (noVNC)"),
    (9222, "a browser's debugging port"),
    (9223, "a browser's debugging port"),
    (3306, "a database"),
    (5432, "a database"),
    (6379, "a database"),
    (27017, "a database"),
    (9200, "a database"),
    (6333, "a vector database"),
    (11434, "Ollama, which asks for no credential"),
];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.deployment.network() == "host" || case.gateways().next().is_none() {
        return;
    }
    let ports: Vec<&Port> = case.target.deployment.ports.iter().filter(|p| is_open(p)).collect();
    for port in &ports {
        if let Some(name) = meant_for_one(case, port) {
            findings.push(
                RULE.finding(format!(
                    "{name} is not set, so port {} of {} is published on every address of the host and not on one",
                    port.target,
                    case.subject()
                ))
                .severity(Severity::Warning)
                .at(port.place, "on every address")
                .propose_fix(
                    case.set_value(name, NewValue::This("127.0.0.1")),
                    &format!(" (127.0.0.1 for this host only), and {}", case.target.advice.recreate()),
                    format!("publish port {} for this host only", port.target),
                )
                .key(name),
            );
        }
    }
    let all: Vec<&Port> = ports.into_iter().filter(|p| meant_for_one(case, p).is_none()).collect();
    let what = |p: &Port| {
        let number: u16 = p.target.parse().ok()?;
        let found = DANGEROUS.iter().find(|(n, _)| *n == number).map(|(_, what)| *what);
        let image = case.target.deployment.image.as_ref().map(|i| i.value.as_str()).unwrap_or_default();
        found.or_else(|| (number == 3000 && image.contains("browserless")).then_some("a browser"))
    };
    let then = format!(", and {}", case.target.advice.recreate());
    for port in &all {
        if let Some(what) = what(port) {
            findings.push(
                RULE.finding(format!(
                    "port {} of {}, {what}, is published on every address of the host",
                    port.target,
                    case.subject()
                ))
                .severity(Severity::Warning)
                .confidence(Confidence::Medium)
                .at(port.place, "open to whoever reaches the host")
                .propose_fix(
                    local(case, port),
                    &then,
                    format!("publish port {} for this host only", port.target),
                )
                .key(port.target.clone()),
            );
        }
    }
    if case.target.role != Role::Gateway {
        return;
    }
    let gateway = listens_on(case.target);
    let own = all
        .iter()
        .find(|p| gateway.is_some_and(|n| leads_to(p, n)))
        .or_else(|| all.iter().find(|p| what(p).is_none()));
    if let Some(port) = own {
        findings.push(
            RULE.finding(format!(
                "port {} is published on every address of the host: published ports bypass ufw and firewalld",
                port.published.as_deref().unwrap_or(&port.target)
            ))
            .at(port.place, "open to whoever reaches the host")
            .propose_fix(local(case, port), &then, format!("publish port {} for this host only", port.target))
            .key(port.target.clone()),
        );
    }
}

/// The mapping as it is written, with this host's own address in front.
fn local(case: &RuleContext<'_>, port: &Port) -> Proposal {
    let written = port.place.map(|place| case.written(place)).unwrap_or_default();
    let mapping = written.trim_matches(['"', '\'']);
    let is_short = !mapping.is_empty() && !mapping.contains(['\n', '{']) || mapping.starts_with("${");
    if !is_short || mapping.contains("target:") {
        let says = "if only this host needs it, write `host_ip: 127.0.0.1` there";
        return Proposal::words(says);
    }
    let mapping = mapping.strip_prefix("0.0.0.0:").unwrap_or(mapping);
    // A mapping without a port of the host has one that the engine chooses.
    let between = if host_part(mapping, "published:").is_empty() { "::" } else { ":" };
    let meant = format!("127.0.0.1{between}{mapping}");
    case.write_item(format!("if only this host needs it, write \"{meant}\""), port.place, &meant)
}

fn is_open(port: &Port) -> bool {
    port.host_ip.as_deref().is_none_or(|ip| matches!(ip, "0.0.0.0" | "::" | ""))
}

/// `${IP}:1:2` without IP.
fn meant_for_one<'a>(case: &'a RuleContext<'_>, port: &Port) -> Option<&'a str> {
    let place = port.place.filter(|_| port.host_ip.is_none())?;
    let host = host_part(case.written(place), "host_ip:");
    // The long syntax names the address in a line of its own.
    let long = case.written(place).contains("host_ip:");
    let address = if long { host } else { host_part(host, "host_ip:") };
    let name = *variables_in(address).first()?;
    case.unset_at(place).filter(|unset| *unset == name)
}
