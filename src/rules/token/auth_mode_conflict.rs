//! CD107

use crate::rules::{Rule, RuleContext, Sink, support::choices};
use crate::{
    model::{gateway_clients, target::Target},
    openclaw::{
        facts::{AuthMode, OpenClawModel},
        read::config::Field,
    },
    provenance::{Candidate, StepKind},
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, FixChoice, Impact, Severity},
        prediction::StartReasonId,
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD107",
    name: "auth-mode-conflict",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the gateway's token, its password and gateway.auth.mode do not go together",
    impact: Impact::Credential,
    effect: "the gateway's token, password and auth mode contradict each other",
    page: include_str!("../../../docs/rules/CD107.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role != Role::Gateway {
        return;
    }
    let Some(facts) = &case.target.facts else { return };
    let found = two_in_config(case, facts)
        .or_else(|| token_behind_proxy(case, facts))
        .or_else(|| password_wins(case, facts))
        .or_else(|| other_has_no_effect(case, facts))
        .or_else(|| could_be_both(case, facts));
    findings.extend(found);
}

/// Both in the config, and no mode there: later releases do not choose, whatever `--auth` says.
fn two_in_config(case: &RuleContext<'_>, facts: &OpenClawModel) -> Option<Finding> {
    let place = |key| match facts.config.credential(&["gateway", "auth", key], &facts.env) {
        Field::Value(c) if c.is_blank() => None,
        Field::Value(c) | Field::Elsewhere(c) | Field::Unresolved { candidate: c, .. } => Some(c.place),
        Field::Absent => None,
    };
    let has_mode = facts.config.node(&["gateway", "auth", "mode"]).is_some();
    if !facts.behaviour.start.refuses_two_credentials || has_mode {
        return None;
    }
    let (token, password) = (place("token")?, place("password")?);
    Some(
        RULE.finding(format!(
            "the config has gateway.auth.token and gateway.auth.password, and no gateway.auth.mode: {} does not choose, and the gateway will not start (exit 1)",
            facts.release_name
        ))
        .at(password, "a password")
        .and(token, "and a token")
        .help("remove one of them, or set gateway.auth.mode to \"token\" or \"password\"")
        .key(SettingKey::GatewayAuthMode)
        .all_about(case.stops(&[StartReasonId::TwoCredentials])),
    )
}

/// A proxy that is trusted, and a token beside it.
fn token_behind_proxy(case: &RuleContext<'_>, facts: &OpenClawModel) -> Option<Finding> {
    let token = facts.credentials.token.as_ref()?;
    if facts.auth_mode != AuthMode::TrustedProxy || !facts.behaviour.start.trusted_proxy_excludes_token {
        return None;
    }
    Some(
        RULE.finding(format!(
            "gateway.auth.mode is trusted-proxy and {} is set: {} does not start with both (exit 1)",
            case.named(token),
            facts.release_name
        ))
        .at(token.place, "a token that trusted-proxy does not go with")
        .and(token.root(), "its value is written here")
        .help(format!(
            "remove {}, or another gateway.auth.mode, and {}",
            token.name,
            case.target.advice.recreate()
        ))
        .key(token.name.clone())
        .all_about(case.stops(&[StartReasonId::TokenBehindProxy])),
    )
}

/// A password makes the mode, and then no token is accepted.
fn password_wins(case: &RuleContext<'_>, facts: &OpenClawModel) -> Option<Finding> {
    if facts.auth_mode_is_written || facts.auth_mode != AuthMode::Password {
        return None;
    }
    let (token, password) = (facts.credentials.token.as_ref()?, facts.credentials.password.as_ref()?);
    let left_out =
        *case.index.sends_only_token.get_or_init(|| case.project.iter().find(|t| sends_only_token(t)));
    let effect = match left_out {
        Some(client) => format!(": {}, which has the token, is refused", client.name),
        None => String::new(),
    };
    let finding = RULE
        .finding(format!(
            "{} puts the gateway into password mode, in which no token is accepted, also not {}{effect}",
            case.named(password),
            case.named(token)
        ))
        .at(password.place, "makes it password mode")
        .and(password.root(), "its value is written here")
        .and(token.root(), "this token is refused")
        .help(format!(
            "remove one of the two, or set gateway.auth.mode in openclaw.json to the one that is meant, and {}",
            case.target.advice.recreate()
        ))
        .choose(either(case, token, password))
        .key(password.name.clone());
    Some(if left_out.is_some() { finding } else { finding.severity(Severity::Warning) })
}

/// The token stays, or the password does.
fn either(case: &RuleContext<'_>, token: &Candidate, password: &Candidate) -> Vec<FixChoice> {
    let keep = |stays: &Candidate, gone: &Candidate| {
        choices::drop(case, gone).map(|fix| choices::keep(case, stays, None, fix))
    };
    keep(token, password).into_iter().chain(keep(password, token)).collect()
}

fn sends_only_token(target: &Target) -> bool {
    let carries = |kind| {
        gateway_clients::carried(target, kind)
            .is_some_and(|v| v.winner.as_ref().is_some_and(|w| !w.is_blank()))
    };
    carries("TOKEN") && !carries("PASSWORD")
}

/// With a mode that is written the other credential is only useless.
fn other_has_no_effect(case: &RuleContext<'_>, facts: &OpenClawModel) -> Option<Finding> {
    let (token, password) = (facts.credentials.token.as_ref()?, facts.credentials.password.as_ref()?);
    let (mode, useless) = match facts.auth_mode {
        AuthMode::Token => ("token", password),
        AuthMode::Password => ("password", token),
        AuthMode::None | AuthMode::TrustedProxy => return None,
    };
    Some(
        RULE.finding(format!(
            "gateway.auth.mode is {mode}: {} has no effect on the gateway",
            case.named(useless)
        ))
        .severity(Severity::Info)
        .at(useless.place, "no effect")
        .and(useless.root(), "its value is written here")
        .help(format!("remove {}", useless.name))
        .fix(choices::drop(case, useless))
        .key(useless.name.clone()),
    )
}

/// Both are handed in, and nothing says which counts once both have a value.
fn could_be_both(case: &RuleContext<'_>, facts: &OpenClawModel) -> Option<Finding> {
    if facts.auth_mode_is_written {
        return None;
    }
    let handed = |kind: &str| -> Option<&Candidate> {
        let variable = case.target.variable(&format!("{}GATEWAY_{kind}", facts.prefix))?;
        let winner = variable.winner.as_ref()?;
        winner.via.iter().any(|v| matches!(v.step, StepKind::Interpolation { .. })).then_some(winner)
    };
    let (token, password) = (handed("TOKEN")?, handed("PASSWORD")?);
    Some(
        RULE.finding(format!(
            "{} gets {} and {}: where both have a value the gateway is in password mode and refuses the token",
            case.subject(),
            token.name,
            password.name
        ))
        .severity(Severity::Info)
        .confidence(Confidence::Medium)
        .at(password.place, "a password makes it password mode")
        .and(token.place, "and then this is not accepted")
        .help("pass one of them, or set gateway.auth.mode in openclaw.json")
        .key(password.name.clone()),
    )
}
