//! CD103

use crate::rules::{
    Rule, RuleContext, Sink,
    support::{
        fixes,
        remote::{Leads, accepted, is_remote, leads},
    },
};
use crate::{
    model::target::Target,
    openclaw::read::config::Field,
    provenance::{Candidate, Layer, StepKind},
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Fix, Impact, Severity},
        setting::{Consumer, State},
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD103",
    name: "token-remote-mismatch",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "gateway.remote.token is not the token that the gateway accepts",
    impact: Impact::Credential,
    effect: "clients that use gateway.remote.token are rejected",
    page: include_str!("../../../docs/rules/CD103.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    match case.target.role {
        Role::Gateway => {
            findings.extend(of_gateway(case));
            findings.extend(of_host(case));
        }
        Role::Cli => findings.extend(of_command_line(case)),
        Role::Other => {}
    }
}

/// The config that the gateway and its own command line share.
fn of_gateway(case: &RuleContext<'_>) -> Option<Finding> {
    let facts = case.target.facts.as_ref()?;
    let accepted = accepted(case.target)?;
    let Field::Value(remote) = facts.config.credential(&["gateway", "remote", "token"], &facts.env) else {
        return None;
    };
    // A remote gateway elsewhere has a token of its own.
    if remote.is_blank() || remote.agrees(accepted) || leads(case, case.target) != Leads::Here {
        return None;
    }
    let used = case.target.view(&SettingKey::GatewayToken, &Consumer::Cli).and_then(|v| v.winner.as_ref());
    if used.is_some_and(is_remote) {
        let by = format!("the CLI in {}", case.subject());
        return Some(finding(case, &by, &remote, accepted, case.target));
    }
    Some(
        RULE.finding(format!(
            "{} is another token than {}, which the gateway accepts: a CLI in remote mode would be refused",
            case.named(&remote),
            case.named(accepted)
        ))
        .severity(Severity::Warning)
        .at(remote.place, "another token")
        .and(accepted.root(), "the token that the gateway accepts")
        .help(help(accepted))
        .key(SettingKey::RemoteToken)
        .fix(align(case, accepted)),
    )
}

/// A command line in a service of its own.
fn of_command_line(case: &RuleContext<'_>) -> Option<Finding> {
    let gateway = case.partner()?;
    let view = case.target.own_view(&SettingKey::GatewayToken).filter(|v| v.state == State::Set)?;
    let sent = view.winner.as_ref().filter(|w| is_remote(w) && w.value.is_some())?;
    let expected = accepted(gateway)?;
    // A pair of a gateway and its client may well differ from the next pair.
    if case.gateways().filter_map(accepted).any(|a| a.agrees(sent)) {
        return None;
    }
    let found = finding(case, &case.subject(), sent, expected, gateway);
    Some(match leads(case, gateway) {
        Leads::Here => found,
        // A proxy in front of this gateway, or another gateway.
        Leads::Elsewhere => found.severity(Severity::Warning).confidence(Confidence::Medium),
    })
}

/// The command line on this host, whose address leads to the gateway.
fn of_host(case: &RuleContext<'_>) -> Option<Finding> {
    let view = case.target.view(&SettingKey::GatewayToken, &Consumer::HostCli)?;
    let sent = view.winner.as_ref().filter(|w| view.state == State::Set && is_remote(w))?;
    let accepted = accepted(case.target)?;
    let differs = sent.value.is_some() && !sent.agrees(accepted);
    differs.then(|| finding(case, "the CLI on this host", sent, accepted, case.target))
}

fn finding(
    case: &RuleContext<'_>,
    who: &str,
    sent: &Candidate,
    accepted: &Candidate,
    gateway: &Target,
) -> Finding {
    RULE.finding(format!(
        "{who} sends {}, and {} accepts only {}",
        case.named(sent),
        gateway.name,
        case.named(accepted)
    ))
    .at(sent.place, "this token is sent")
    .and(accepted.root(), "the token that the gateway accepts")
    .help(help(accepted))
    .key(SettingKey::RemoteToken)
    .fix(align(case, accepted).filter(|_| sent.layer == Layer::Config))
}

/// The variable that the gateway's token comes from.
fn variable(accepted: &Candidate) -> Option<&String> {
    let referred = accepted.via.iter().find_map(|v| match &v.step {
        StepKind::Variable { layer, name } if !layer.feeds_compose() => Some(name),
        _ => None,
    });
    referred.or_else(|| accepted.name.ends_with("_GATEWAY_TOKEN").then_some(&accepted.name))
}

/// Both take their token from one variable. Where the gateway's is written in the config itself it is
/// not copied.
fn align(case: &RuleContext<'_>, accepted: &Candidate) -> Option<Fix> {
    fixes::refer(case, &SettingKey::RemoteToken.text(), variable(accepted)?)
}

fn help(accepted: &Candidate) -> String {
    match variable(accepted) {
        Some(name) => format!("write `\"token\": \"${{{name}}}\"` there instead, so that one place is left"),
        None => format!("put the token of {} there as well, or remove it", accepted.name),
    }
}
