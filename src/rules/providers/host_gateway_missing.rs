//! CD309

use crate::rules::{
    Rule, RuleContext, Sink,
    support::{common::host_in, proposals::Proposal},
};
use crate::{
    model::target::Target,
    provenance::Candidate,
    vocabulary::{
        finding::{Confidence, Impact, Severity},
        setting::Category,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD309",
    name: "host-gateway-missing",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "host.docker.internal is used, and nothing makes that name known on Linux",
    impact: Impact::Credential,
    effect: "host.docker.internal cannot be resolved on Linux",
    page: include_str!("../../../docs/rules/CD309.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

const NAME: &str = "host.docker.internal";

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    if !case.runs_models() {
        return;
    }
    let Some(owner) = whose_hosts(case) else { return };
    if owner.deployment.extra_hosts.iter().any(|h| h.value.eq_ignore_ascii_case(NAME)) {
        return;
    }
    let mut used: Vec<&Candidate> = Vec::new();
    let of_settings = target
        .settings
        .iter()
        .filter(|s| matches!(s.category, Category::BaseUrl | Category::Proxy | Category::Network));
    let winners = of_settings.flat_map(|s| s.views.first()).filter_map(|v| v.winner.as_ref());
    let variables = target.environment.iter().filter_map(|v| v.winner.as_ref());
    for candidate in winners.chain(variables) {
        // Names that are left alone, or that a browser uses.
        let is_list = ["NO_PROXY", "no_proxy"].contains(&candidate.name.as_str());
        if is_list || candidate.name.contains("ORIGIN") {
            continue;
        }
        let names = candidate.value.as_ref().and_then(|v| host_in(v.expose()));
        let is_meant = names.is_some_and(|host| host.eq_ignore_ascii_case(NAME));
        if is_meant
            && !used.iter().any(|known| known.root() == candidate.root() && known.name == candidate.name)
        {
            used.push(candidate);
        }
    }
    let Some(first) = used.first() else { return };
    let who = match used.len() - 1 {
        0 => format!("{} names", case.named(first)),
        n => format!("{} and {n} more name", case.named(first)),
    };
    let host_network = owner.deployment.network() == "host";
    let (proposal, rest) = if host_network {
        let says = "name the host as 127.0.0.1: the service has the host's own network";
        (Proposal::words(says), String::new())
    } else {
        let service = owner.service.as_deref().unwrap_or(&owner.name);
        let says = format!("add `extra_hosts: [\"{NAME}:host-gateway\"]` to {service}");
        let is_own = owner.name == case.target.name && owner.deployment.extra_hosts.is_empty();
        let added = match is_own {
            true => case.add_to_service(says, "extra_hosts", &format!("[\"{NAME}:host-gateway\"]")),
            false => Proposal::words(says),
        };
        (added, format!(", and {}", case.target.advice.recreate()))
    };
    let mut finding = RULE
        .finding(format!(
            "{who} {NAME}, which no container on Linux knows without `extra_hosts`; Docker Desktop adds it by itself"
        ))
        .at(first.place, "unknown on Linux")
        .and(first.root(), "written here")
        .and(owner.deployment.place, "has no extra_hosts for it")
        .propose_fix(proposal, &rest, format!("make {NAME} known by extra_hosts"))
        .key(first.name.clone());
    for other in used.iter().skip(1) {
        finding = finding.and(other.root(), "and this");
    }
    findings.push(finding);
}

/// The target whose `/etc/hosts` counts: that of the network it shares; none where that is not known.
fn whose_hosts<'a>(case: &RuleContext<'a>) -> Option<&'a Target> {
    let network = case.target.deployment.network();
    let shared = network.strip_prefix("service:").or_else(|| network.strip_prefix("container:"));
    match shared {
        Some(name) => case.index.named(name),
        None => Some(case.target),
    }
}
