//! CD101

use crate::rules::{
    Rule, RuleContext, Sink, Yield,
    support::choices,
    support::remote::{self, Leads, is_remote, leads},
};
use crate::{
    openclaw::read::config::is_retired_reference,
    provenance::{Candidate, Layer},
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
        setting::Consumer,
        setting_key::SettingKey,
    },
};

const TOKEN: SettingKey = SettingKey::GatewayToken;

pub(crate) static RULE: Rule = Rule {
    id: "CD101",
    name: "token-env-config-mismatch",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the container's gateway token and the config's differ",
    impact: Impact::Credential,
    effect: "clients that send the other token are rejected",
    page: include_str!("../../../docs/rules/CD101.md"),
    since: "0.1.0",
    // Of two clients' tokens it says which one the gateway's does not fit, and where it is to go.
    yields_to: &[Yield::on_place("CD103")],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(view) = case.target.own_view(&TOKEN) else { return };
    if let Some(finding) = consumers_differ(case) {
        findings.push(finding);
        if !used(case, &Consumer::Cli).is_some_and(is_remote) {
            return;
        }
    }
    let candidates = || view.candidates().filter(|c| c.value.is_some() && !c.is_blank());
    let Some(config) = candidates().find(|c| c.name == TOKEN.text()) else { return };
    let from_env = |c: &&Candidate| c.name.ends_with("_GATEWAY_TOKEN") && c.layer != Layer::ConfigEnv;
    let Some(env) = candidates().find(from_env) else { return };
    if config.agrees(env) {
        return;
    }
    if case.target.role == Role::Cli && told_of_a_gateway(case, config) {
        return;
    }
    let name = |c: &Candidate| named(case, c);
    let (gateway, cli) = (used(case, &Consumer::Gateway), used(case, &Consumer::Cli));
    let Some(winner) = gateway.or(cli) else { return };
    let other = if winner.name == config.name { env } else { config };
    let message =
        format!("{} is in effect, and {} holds another token that nothing uses", name(winner), name(other));
    let is_reference = config.value.as_ref().is_some_and(|v| is_retired_reference(v.expose()));
    let edit = if winner.name == config.name && is_reference {
        format!("write `${{{}}}` in its place, or take {TOKEN} out of {}", env.name, case.at(config))
    } else if winner.name == config.name {
        format!(
            "give clients the token of {TOKEN}, or put it into {} as well and {}",
            case.at(env),
            case.target.advice.recreate()
        )
    } else {
        format!("remove {TOKEN} from {} so that one place is left", case.at(config))
    };
    // The variable is what was edited and has no effect, or another one than it seems.
    let written = env.place.or_else(|| env.via.iter().find_map(|v| v.place));
    findings.push(
        RULE.finding(message)
            .at(written.or(config.place), if written.is_some() { "this token" } else { "the config's token" })
            .and(env.root(), "its value is written here")
            .and(config.place, "the config's token")
            .help(edit)
            .key(env.name.clone())
            .choose(choices::config_or_variable(case, &TOKEN.text(), config, env, false)),
    );
}

/// The gateway and the command line in the same container end up with different tokens.
fn consumers_differ(case: &RuleContext<'_>) -> Option<Finding> {
    let (gateway, cli) = (used(case, &Consumer::Gateway)?, used(case, &Consumer::Cli)?);
    if gateway.agrees(cli) || gateway.value.is_none() || cli.value.is_none() || cli.is_blank() {
        return None;
    }
    // A gateway elsewhere has a token of its own.
    let is_here = || remote::accepted(case.target).is_some() && leads(case, case.target) == Leads::Here;
    if is_remote(cli) && !is_here() {
        return None;
    }
    let name = |c: &Candidate| named(case, c);
    let help = if gateway.is_flag() {
        format!(
            "take {} out of the command, where no other process sees it, and {}",
            gateway.name,
            case.target.advice.recreate()
        )
    } else {
        format!(
            "put the token of {} into {} as well, and {}",
            name(gateway),
            name(cli),
            case.target.advice.recreate()
        )
    };
    let is_config = |c: &Candidate| c.name == TOKEN.text();
    let pair = match (is_config(gateway), is_config(cli)) {
        (true, false) if !is_remote(cli) => Some((gateway, cli)),
        (false, true) if !gateway.is_flag() => Some((cli, gateway)),
        _ => None,
    };
    let written = |c: &Candidate| c.place.or_else(|| c.root());
    Some(
        RULE.finding(format!(
            "the gateway and the CLI use different tokens: the gateway {}, the CLI {}",
            name(gateway),
            name(cli)
        ))
        .at(written(cli).or(written(gateway)), "the CLI sends one of them")
        .and(cli.root(), "its value is written here")
        .and(gateway.place, "the gateway accepts this one")
        .and(gateway.root(), "its value is written here")
        .help(help)
        .choose(
            pair.map(|(config, env)| choices::config_or_variable(case, &TOKEN.text(), config, env, false))
                .unwrap_or_default(),
        )
        .key(if cli.name.contains("GATEWAY_TOKEN") {
            cli.name.clone()
        } else {
            gateway.name.clone()
        }),
    )
}

/// The token that a consumer uses.
fn used<'c>(case: &RuleContext<'c>, consumer: &Consumer) -> Option<&'c Candidate> {
    case.target.view(&TOKEN, consumer)?.winner.as_ref()
}

/// What a token is called, and where it is written.
fn named(case: &RuleContext<'_>, candidate: &Candidate) -> String {
    format!("{} ({})", candidate.name, case.at(candidate))
}

/// The gateway that reads the same config has the same finding.
fn told_of_a_gateway(case: &RuleContext<'_>, config: &Candidate) -> bool {
    case.index.is_token_of_a_gateway(config)
}
