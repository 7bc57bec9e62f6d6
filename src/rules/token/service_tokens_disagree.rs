//! CD104

use crate::rules::{
    Rule, RuleContext, Sink, Yield,
    support::{
        common::{STATE_NAMES, last_step},
        proposals::Proposal,
        remote::{Leads, is_remote, leads},
    },
};
use crate::{
    model::{gateway_clients, target::Target},
    openclaw::facts::AuthMode,
    provenance::{Candidate, Layer, StepKind},
    vocabulary::{
        deployment::{Mount, Role},
        finding::{Confidence, Finding, Impact, Severity},
        setting::{Consumer, State},
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD104",
    name: "service-tokens-disagree",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "services that carry the gateway token disagree, or mount different state directories",
    impact: Impact::Credential,
    effect: "services of the project use different tokens or state",
    page: include_str!("../../../docs/rules/CD104.md"),
    since: "0.1.0",
    // It says which setting the token comes from, and what to write there.
    yields_to: &[Yield::on_place("CD103")],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role == Role::Gateway {
        return;
    }
    // Asked first: most services beside a gateway have nothing to do with it.
    if case.target.role == Role::Other && carried(case.target).is_none() {
        return;
    }
    let Some(gateway) = case.partner() else { return };
    if case.target.role == Role::Cli {
        check_state(case, gateway, findings);
    }
    let handed = || check_handed(case, gateway).filter(|_| case.target.role == Role::Cli);
    findings.extend(check_token(case, gateway).or_else(handed));
}

/// The token is handed to the gateway and not to its command line, under whatever name.
fn check_handed(case: &RuleContext<'_>, gateway: &Target) -> Option<Finding> {
    let is_token = |name: &str| name.ends_with("_GATEWAY_TOKEN");
    let given = gateway.environment.iter().find(|v| is_token(&v.name) && v.winner.is_some())?;
    let own = case.target.environment.iter().any(|v| is_token(&v.name));
    // The config, which both see, may hold one.
    let seen = gateway.facts.as_ref().is_some_and(|f| f.config_seen);
    if own || !case.target.deployment.env_files.is_empty() || (seen && !case.state_is_elsewhere()) {
        return None;
    }
    Some(
        RULE.finding(format!(
            "{} gets {}, and {} gets no token: it can reach the gateway only if the config that both mount holds one",
            gateway.name,
            given.name,
            case.subject()
        ))
        .severity(Severity::Warning)
        .confidence(Confidence::Medium)
        .at(case.target.deployment.place, "gets no token")
        .and(given.winner.as_ref().and_then(|w| w.place), "the gateway's token")
        .help(format!("hand {} to it as well, and {}", given.name, case.target.advice.recreate()))
        .key("OPENCLAW_GATEWAY_TOKEN"),
    )
}

fn check_token(case: &RuleContext<'_>, gateway: &Target) -> Option<Finding> {
    let token_mode = gateway.facts.as_ref().is_some_and(|f| f.auth_mode == AuthMode::Token);
    let server = gateway
        .view(&SettingKey::GatewayToken, &Consumer::Gateway)
        .filter(|v| v.state == State::Set && token_mode)?;
    let expected = server.winner.as_ref()?;
    let carried = carried(case.target)?;
    // A pair of a gateway and its client may well differ from the next pair.
    if carried.is_some_and(|carried| case.index.is_accepted_somewhere(carried)) {
        return None;
    }
    let holds = match carried {
        Some(c) if c.value.is_some() && !c.is_blank() => {
            format!("carries another token ({})", case.at(c))
        }
        Some(c) => format!("carries an empty token ({})", case.at(c)),
        None => "carries no token".to_owned(),
    };
    let finding = RULE
        .finding(format!(
            "{} {holds}, and {} accepts only {} ({})",
            case.subject(),
            gateway.name,
            expected.name,
            case.at(expected)
        ))
        .at(carried.and_then(|c| c.place).or(case.target.deployment.place), "does not match the gateway's")
        .and(expected.root().or(gateway.deployment.place), format!("the token that {} accepts", gateway.name))
        .propose_fix(
            same_expression(case, gateway, expected),
            &format!(", and {}", case.target.advice.recreate()),
            format!("give {} the token of {}", case.target.name, gateway.name),
        )
        .key("OPENCLAW_GATEWAY_TOKEN");
    // A service that runs something else may use its variable for something else.
    let sure = case.target.role == Role::Cli;
    // A proxy in front of this gateway, or another gateway.
    let elsewhere = carried.is_some_and(is_remote) && leads(case, gateway) == Leads::Elsewhere;
    Some(match (sure, elsewhere) {
        (_, true) => finding.severity(Severity::Warning).confidence(Confidence::Medium),
        (true, false) => finding,
        (false, false) => finding.confidence(Confidence::Medium),
    })
}

/// The variable that the gateway's token is made from goes to the service as well.
fn same_expression(case: &RuleContext<'_>, gateway: &Target, expected: &Candidate) -> Proposal {
    let prefix = gateway.facts.as_ref().map_or("OPENCLAW_", |facts| facts.prefix);
    let name = format!("{prefix}GATEWAY_TOKEN");
    let source = expected.via.iter().find_map(|via| match &via.step {
        StepKind::Variable { layer, name } if layer.feeds_compose() => Some(name),
        _ => None,
    });
    let example = format!("${{{}:?}}", source.unwrap_or(&name));
    let says = format!("give both services the same expression, for example `{name}: {example}`");
    // What a service that runs something else calls its token, only it knows.
    match source.filter(|_| case.target.role == Role::Cli && expected.layer == Layer::ComposeEnvironment) {
        Some(_) => case.set_variable(says, &name, &example),
        None => Proposal::words(says),
    }
}

/// The token that a service would present; the outer none says that it carries nothing to judge.
fn carried(target: &Target) -> Option<Option<&Candidate>> {
    if target.role == Role::Cli {
        let view = target.view(&SettingKey::GatewayToken, &Consumer::Cli)?;
        return match view.state {
            // What its config says cannot be seen from here.
            State::Unknown | State::Unresolved => None,
            State::Unset if !target.facts.as_ref().is_some_and(|f| f.config_seen) => None,
            _ => Some(view.winner.as_ref()),
        };
    }
    gateway_clients::carried(target, "TOKEN").map(|variable| variable.winner.as_ref())
}

/// A command line with another state directory has another config, another identity.
fn check_state(case: &RuleContext<'_>, gateway: &Target, findings: &mut Sink) {
    let (Some(own), Some(other)) = (state_mount(case.target), state_mount(gateway)) else { return };
    if own.source == other.source {
        return;
    }
    findings.push(
        RULE.finding(format!(
            "{} and {} mount different directories as their state, so they have different configs and device identities",
            case.subject(),
            gateway.name
        ))
        .severity(Severity::Warning)
        .at(own.place, "the CLI's state")
        .and(other.place, format!("the state of {}", gateway.name))
        .help(format!("mount the same directory into both services, and {}", case.target.advice.recreate()))
        .key("OPENCLAW_STATE_DIR"),
    );
}

fn state_mount(target: &Target) -> Option<&Mount> {
    let dir = &target.facts.as_ref()?.state_dir;
    let mounts = &target.deployment.mounts;
    let is_state = |m: &&Mount| m.target.trim_end_matches('/') == dir;
    mounts
        .iter()
        .find(is_state)
        .or_else(|| mounts.iter().find(|m| STATE_NAMES.contains(&last_step(&m.target))))
}
