//! CD501

use super::{Case, Rule};
use crate::{
    deployment::Port,
    finding::{Confidence, Finding, Severity},
    openclaw::network::DEFAULT_PORT,
    target::{Consumer, Role},
    text::Text,
};

pub(super) static RULE: Rule = Rule {
    id: "CD501",
    name: "bind-loopback-published",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the gateway listens on loopback only, though its port is published",
    page: include_str!("../../docs/rules/CD501.md"),
    since: "0.1.0",
    check,
};

fn check(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let target = case.target;
    let loopback = target.facts.as_ref().is_some_and(|f| f.beyond_loopback == Some(false));
    let network = target.deployment.network_mode.as_ref().map(|m| m.value.as_str()).unwrap_or_default();
    if target.role != Role::Gateway || !loopback || network == "host" {
        return;
    }
    let listens =
        target.view("gateway.port", &Consumer::Gateway).and_then(|v| v.winner.as_ref()?.value.clone());
    let listens = listens.as_ref().map_or(DEFAULT_PORT, Text::expose);
    let Some(port) = target.deployment.ports.iter().find(|p| reaches(p, listens)) else { return };
    let bind = target.view("gateway.bind", &Consumer::Gateway).and_then(|v| v.winner.as_ref());
    let from = bind.map_or_else(String::new, |b| format!(" ({})", case.at(b)));
    findings.push(
        RULE.finding(format!(
            "{} listens on loopback only{from}: the published port {} reaches nothing",
            case.subject(),
            port.target
        ))
        .at(port.place.or(target.deployment.place), "published in vain")
        .and(bind.and_then(|b| b.root()), "the bind address")
        .help(format!("start the gateway with `--bind lan` in `command:`, and {}", target.advice.recreate()))
        .key("gateway.bind"),
    );
}

fn reaches(port: &Port, listens: &str) -> bool {
    let Ok(listens) = listens.parse::<u16>() else { return false };
    let mut ends = port.target.split('-').map(|n| n.parse::<u16>().ok());
    let first = ends.next().flatten();
    let last = ends.next().flatten().or(first);
    matches!((first, last), (Some(a), Some(b)) if (a..=b).contains(&listens))
}
