//! CD105

use crate::rules::support::proposals::{NewValue, Proposal};
use crate::rules::{Rule, RuleContext, Sink, support::common::variables_in};
use crate::{
    openclaw::facts::{AuthMode, OpenClawModel},
    provenance::StepKind,
    secrets,
    vocabulary::{
        deployment::Role,
        finding::{About, Confidence, Impact, Severity},
        prediction::{Prediction, StartReason, StartReasonId as Id},
        setting::{Consumer, State},
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD105",
    name: "auth-missing",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a gateway that others can reach has no token, password or trusted proxy",
    impact: Impact::Stranger,
    effect: "no token or password is set for the gateway",
    page: include_str!("../../../docs/rules/CD105.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    let published = !target.deployment.ports.is_empty();
    if case.is_fragment() || (facts.beyond_loopback == Some(false) && !published) {
        return;
    }
    let (setting, without) = match facts.auth_mode {
        AuthMode::Token => (SettingKey::GatewayToken, "no token or password"),
        AuthMode::Password => (SettingKey::GatewayPassword, "no password, though it is in password mode"),
        AuthMode::None => {
            (SettingKey::GatewayAuthMode, "no authentication at all (gateway.auth.mode is none)")
        }
        AuthMode::TrustedProxy => return,
    };
    let view = target.view(&setting, &Consumer::Gateway);
    if facts.auth_mode != AuthMode::None
        && view.is_none_or(|v| !matches!(v.state, State::Unset | State::Blank))
    {
        return;
    }
    if facts.auth_mode == AuthMode::Token && facts.image.makes_up_token() {
        return;
    }
    let blank = view.and_then(|v| v.winner.as_ref());
    let place = blank.and_then(|w| w.place).or(target.deployment.place);
    let refuses = target.start.as_ref().is_some_and(|s| s.prediction == Prediction::Refuses);
    let effect = match facts.auth_mode {
        _ if refuses => "it will refuse to start",
        AuthMode::None => "anybody who reaches its port controls it",
        _ => "it refuses to start, or makes up a token that nobody knows",
    };
    let label = if blank.is_some() { "is blank" } else { "sets none" };
    let mut finding = RULE
        .finding(format!("{} has {without}: {effect}", case.subject()))
        .at(place, label)
        .propose_fix(
            help(case, facts),
            &format!(", and {}", target.advice.recreate()),
            "write a new token or password, which is not shown",
        )
        .key(setting)
        .all_about(case.stops(&[Id::NoCredential, Id::NoAuthentication, Id::CredentialBlank]))
        .all_about(asked_by_script(case));
    for loser in view.iter().flat_map(|v| &v.losers) {
        finding = finding.and(loser.candidate.root(), format!("not used: {}", loser.reason));
    }
    let names = ["TOKEN", "PASSWORD"].map(|what| format!("{}GATEWAY_{what}", facts.prefix));
    let required = facts.image.requires(&names[0]);
    // The config in the volume may hold one, or the file that the deploying machine has.
    let unseen = if facts.config_seen || required {
        let script = || facts.image.is_wrapped.then(|| "the script that starts it".to_owned());
        let file = names.iter().find_map(|name| case.may_set(name));
        file.map(|file| format!("{file}, which is not here,")).or_else(script)
    } else {
        Some("the config, which cannot be seen from here,".to_owned())
    };
    // The folder that is to be mounted is not here: nobody started it from here yet.
    if case.state_is_elsewhere() && facts.auth_mode != AuthMode::None {
        // Whether there is a config at all is said along with it.
        finding = finding
            .all_about(case.stops(&[Id::NoConfig]))
            .confidence(Confidence::Medium)
            .severity(if published { Severity::Warning } else { Severity::Info });
    }
    if let Some(unseen) = unseen.filter(|_| facts.auth_mode != AuthMode::None) {
        finding.message.push_str(&format!(", unless {unseen} sets one"));
        finding = finding.confidence(Confidence::Medium).severity(if published {
            Severity::Warning
        } else {
            Severity::Info
        });
    }
    findings.push(finding);
}

/// The start script of the image exits without one.
fn asked_by_script(case: &RuleContext<'_>) -> impl Iterator<Item = About> {
    let is_credential = |r: &&StartReason| secrets::is_gateway_credential(&r.about.to_string());
    case.refusals(&[Id::StartScript]).filter(is_credential).map(StartReason::about)
}

fn help(case: &RuleContext<'_>, facts: &OpenClawModel) -> Proposal {
    let advice = &case.target.advice;
    let pass = |what: &str| {
        let name = format!("{}GATEWAY_{what}", facts.prefix);
        // The compose file takes it from a variable, perhaps one of another name.
        let passed = case.target.variable(&name).and_then(|variable| variable.winner.as_ref());
        let source = passed.and_then(|passed| {
            passed.via.iter().find_map(|via| match &via.step {
                StepKind::Variable { name, .. } => Some(name.as_str()),
                // It is set nowhere: only the expression names it.
                StepKind::Interpolation { .. } => variables_in(case.written(via.place?)).first().copied(),
                _ => None,
            })
        });
        if let Some(source) = source.filter(|_| advice.has_compose_file()) {
            return case.set_value(source, NewValue::Random);
        }
        let set = case.set_value(&name, NewValue::Random);
        if advice.values() == advice.environment() {
            return set;
        }
        let passed = format!("pass it in {}", advice.environment());
        set.and(", ", case.set_variable(passed, &name, &format!("${{{name}}}")))
    };
    match facts.auth_mode {
        AuthMode::None => {
            Proposal::words("take gateway.auth.mode out of openclaw.json").and(", then ", pass("TOKEN"))
        }
        AuthMode::Password => pass("PASSWORD"),
        AuthMode::Token | AuthMode::TrustedProxy => pass("TOKEN"),
    }
}
