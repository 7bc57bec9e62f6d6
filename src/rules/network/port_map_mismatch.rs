//! CD503

use crate::rules::{
    Rule, RuleContext, Sink, Yield,
    network::published_on_all_interfaces::DANGEROUS,
    support::{
        common::{host_part, leads_to, listens_on, variables_in},
        proposals::Proposal,
    },
};
use crate::{
    openclaw::read::command::OpenClawCommand,
    provenance::Layer,
    vocabulary::{
        deployment::{Port, Role},
        finding::{Confidence, Finding, Impact, Severity},
        setting::Consumer,
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD503",
    name: "port-map-mismatch",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the published port leads to a port that the gateway does not listen on",
    impact: Impact::Reach,
    effect: "the gateway does not listen on the published port",
    page: include_str!("../../../docs/rules/CD503.md"),
    since: "0.1.0",
    // It says where the port comes from.
    yields_to: &[Yield::on_target("CD212")],
    check,
};

/// OpenClaw's own ports beside the gateway's: the bridge, the canvas, Microsoft Teams.
const OTHERS: [&str; 3] = ["18790", "18793", "3978"];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    let Some(listens) = listens_on(target) else { return };
    if target.deployment.network() == "host" {
        return;
    }
    let ports = &target.deployment.ports;
    if ports.iter().any(|p| leads_to(p, listens)) {
        findings.extend(same_variable_twice(case));
        return;
    }
    let of_another = |p: &&Port| DANGEROUS.iter().any(|(number, _)| p.target == number.to_string());
    let own = ports.iter().filter(|p| !OTHERS.contains(&p.target.as_str()));
    let Some(port) = own.clone().find(|p| !of_another(p)).or_else(|| ports.iter().find(|p| !of_another(p)))
    else {
        return;
    };
    if case.other_listener(&port.target).is_some() {
        return;
    }
    let view = target.view(&SettingKey::GatewayPort, &Consumer::Gateway).and_then(|v| v.winner.as_ref());
    let from = view.map(|w| case.at(w)).map_or_else(String::new, |at| format!(" ({at})"));
    // The config may have another port.
    let is_default = view.is_none_or(|w| w.layer == Layer::Default);
    let is_seen = !is_default || case.config_seen();
    let unless =
        if is_seen { "" } else { ", unless the config, which cannot be seen from here, has another port" };
    let finding = RULE
        .finding(format!(
            "the gateway of {} listens on {listens}{from}, and port {} is published: nothing listens on it{unless}",
            case.subject(),
            port.target
        ))
        .at(port.place.or(target.deployment.place), "leads elsewhere")
        .and(view.and_then(|w| w.root()), "the gateway's port")
        .propose_fix(
            published(case, port, listens),
            &format!(", or give the gateway `--port {}`; then {}", port.target, target.advice.recreate()),
            format!("publish port {listens}"),
        )
        .key(SettingKey::GatewayPort);
    let own_port = port.target == crate::openclaw::settings::network::DEFAULT_PORT;
    findings.push(if is_seen && (case.is_published_image() || own_port) {
        finding
    } else if facts.image.is_official() || own_port {
        finding.severity(Severity::Warning).confidence(Confidence::Medium)
    } else {
        // Another image may have a proxy of its own at that port.
        let finding = Finding { fix: None, trial: Vec::new(), ..finding };
        finding.severity(Severity::Info).confidence(Confidence::Low)
    });
}

/// The mapping of the short form, to the port that the gateway listens on.
fn published(case: &RuleContext<'_>, port: &Port, listens: u16) -> Proposal {
    let says = format!("publish port {listens} instead");
    let written = case.written_at(port.place).trim_matches(['"', '\'']);
    let host = host_part(written, "published:");
    let is_short = !written.contains(['\n', '{']) || written.starts_with("${") && !written.contains('\n');
    let target = written.strip_prefix(host).and_then(|rest| rest.strip_prefix(':')).filter(|_| is_short);
    match target.filter(|target| *target == port.target) {
        Some(_) if !host.is_empty() => case.write_item(says, port.place, &format!("{host}:{listens}")),
        _ => Proposal::words(says),
    }
}

/// `--port ${PORT}` beside `${PORT}:18789`: right only while PORT is 18789.
fn same_variable_twice(case: &RuleContext<'_>) -> Option<Finding> {
    let listens = listens_on(case.target)?;
    let command = OpenClawCommand::of(&case.target.deployment, case.target.facts.as_ref()?.behaviour);
    let flag = command.flag("--port")?;
    let place = flag.place?;
    let named = variables_in(case.written(place));
    let mapping = case.target.deployment.ports.iter().find(|p| leads_to(p, listens))?;
    let written = case.written(mapping.place?);
    let host = variables_in(host_part(written, "published:"));
    let fixed = variables_in(written).len() == host.len();
    let name = host.iter().filter(|_| fixed).find(|name| named.contains(name))?;
    Some(
        RULE.finding(format!(
            "{name} sets both the host's side of port {listens} and the port that the gateway of {} listens on: with any other value it cannot be reached",
            case.subject()
        ))
        .severity(Severity::Warning)
        .at(Some(place), "the port of the container changes along")
        .and(mapping.place, "and this side does not")
        .propose_fix(
            {
                let says = format!("write `--port {listens}` in {}", case.target.advice.command());
                match case.written(place).trim_matches(['"', '\'']).starts_with("${") {
                    true => case.write_item(says, Some(place), &listens.to_string()),
                    false => Proposal::words(says),
                }
            },
            &format!(", and {}", case.target.advice.recreate()),
            format!("write `--port {listens}` in the command"),
        )
        .key(*name),
    )
}
