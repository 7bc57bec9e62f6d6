//! CD111

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    openclaw::{facts::AuthMode, release::behaviour::HooksToken},
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Impact, Severity},
        prediction::StartReasonId,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD111",
    name: "hooks-token-is-gateway-token",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "whoever may call a hook has the gateway's own credential",
    impact: Impact::Stranger,
    effect: "callers of a hook can use the whole gateway",
    page: include_str!("../../../docs/rules/CD111.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role != Role::Gateway {
        return;
    }
    let Some(facts) = &case.target.facts else { return };
    let Some(hooks) = &facts.credentials.hooks else { return };
    let (gateway, what) = match facts.auth_mode {
        AuthMode::Token => (&facts.credentials.token, "token"),
        AuthMode::Password | AuthMode::TrustedProxy => (&facts.credentials.password, "password"),
        AuthMode::None => return,
    };
    let Some(gateway) = gateway.as_ref().filter(|g| g.agrees(hooks)) else { return };
    let refused = facts.behaviour.start.hooks_token == HooksToken::MustDiffer && what == "token";
    let effect = if refused {
        format!("{} does not start with that (exit 1)", facts.release_name)
    } else {
        "whoever may send a hook can control the gateway".to_owned()
    };
    let finding = RULE
        .finding(format!("hooks.token has the value of {}, the gateway's {what}: {effect}", case.named(gateway)))
        .at(hooks.place, "the same value")
        .and(gateway.root(), format!("the gateway's {what}"))
        .help("give hooks.token a value of its own, such as the output of `openssl rand -hex 32`, and use it where the hooks are sent")
        .key("hooks.token")
        .all_about(case.stops(&[StartReasonId::HooksTokenSame]));
    findings.push(if refused { finding.severity(Severity::Error) } else { finding });
}
