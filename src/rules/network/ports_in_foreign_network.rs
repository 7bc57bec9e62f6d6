//! CD519

use crate::model::target::TargetKind;
use crate::rules::{Rule, RuleContext, Sink};
use crate::vocabulary::{
    deployment::Role,
    finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD519",
    name: "ports-in-foreign-network",
    severity: Severity::Error,
    impact: Impact::Start,
    confidence: Confidence::High,
    effect: "the engine refuses to create the container",
    summary: "a service publishes ports and uses the network of another one, which the engine refuses",
    page: include_str!("../../../docs/rules/CD519.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// `conflicting options: port publishing and the container type network mode`, runconfig/hostconfig_unix.go
/// of Docker 20.10 and 28.
fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let deployment = &target.deployment;
    // A container that exists was not refused.
    if target.role == Role::Other || target.kind != TargetKind::ComposeService {
        return;
    }
    let Some(mode) = &deployment.network_mode else { return };
    let of = |prefix| mode.value.strip_prefix(prefix).filter(|name: &&str| !name.is_empty());
    let Some(other) = of("service:").or_else(|| of("container:")) else { return };
    let Some(port) = deployment.ports.first() else { return };
    let owner = if mode.value.starts_with("service:") { "service" } else { "container" };
    let help = match owner {
        "service" => format!(
            "move `ports:` of {} to service `{other}`, whose network it uses, then run `docker compose up -d`",
            case.subject()
        ),
        _ => format!("publish the ports when container `{other}` is created, and remove `ports:` here"),
    };
    findings.push(
        RULE.finding(format!(
            "{} publishes ports and uses the network of {owner} {other}: the engine refuses to create the container",
            case.subject()
        ))
        .at(port.place.or(deployment.place), "published here")
        .and(mode.place, "another network")
        .help(help)
        .key("network_mode"),
    );
}
