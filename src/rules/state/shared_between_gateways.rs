//! CD411

use crate::rules::{
    Rule, RuleContext, Sink,
    support::gateway_resource::{BOT_TOKENS, GatewayResource},
};
use crate::{
    model::target::{Target, TargetKind},
    provenance::Candidate,
    vocabulary::{
        deployment::{Mount, Role},
        finding::{Confidence, Finding, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD411",
    name: "shared-between-gateways",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "two gateways of the project use one state directory, or one bot",
    impact: Impact::Start,
    effect: "only one of two gateways runs",
    page: include_str!("../../../docs/rules/CD411.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    if target.role != Role::Gateway {
        return;
    }
    // It is reported once for each gateway but the first.
    if let Some((own, resource)) = GatewayResource::state(target)
        && let Some(other) = case.index.first_user(&resource, target)
    {
        findings.push(state(case, own, other));
    }
    for name in BOT_TOKENS {
        let other = GatewayResource::bot(target, name).and_then(|bot| case.index.first_user(&bot, target));
        findings.extend(other.and_then(|other| bot(case, other, name)));
    }
}

fn state(case: &RuleContext<'_>, own: &Mount, other: &Target) -> Finding {
    let theirs = GatewayResource::state(other).and_then(|(mount, _)| mount.place);
    let finding = RULE
        .finding(format!(
            "{} and {} share one state directory: the gateway that starts second exits",
            case.subject(),
            other.name
        ))
        .at(own.place.or(case.target.deployment.place), "the same state")
        .and(theirs, format!("the state of {}", other.name))
        .help(format!(
            "mount another folder as the state of {}, and {}",
            case.target.name,
            case.target.advice.recreate()
        ))
        .key("state");
    // They may be meant to run in turn.
    let in_turn = case.target.kind == TargetKind::Container || ports_meet(case.target, other);
    if in_turn { finding.severity(Severity::Warning).confidence(Confidence::Medium) } else { finding }
}

/// They publish one port of the host, which only one of them can have.
fn ports_meet(a: &Target, b: &Target) -> bool {
    let published =
        |t: &Target| t.deployment.ports.iter().filter_map(|p| p.published.clone()).collect::<Vec<_>>();
    published(a).iter().any(|port| published(b).contains(port))
}

fn bot(case: &RuleContext<'_>, other: &Target, name: &str) -> Option<Finding> {
    let winner = |target: &'_ Target| target.variable(name)?.winner.clone();
    let (own, theirs): (Candidate, Candidate) = (winner(case.target)?, winner(other)?);
    Some(
        RULE.finding(format!(
            "{} and {} use the same bot ({name}): Telegram passes each message to one of them",
            case.subject(),
            other.name
        ))
        .severity(Severity::Warning)
        .at(own.place.or(case.target.deployment.place), "the same bot")
        .and(theirs.place, format!("the bot of {}", other.name))
        .help(format!(
            "make another bot for {} with @BotFather, put its token into {name}, and {}",
            case.target.name,
            case.target.advice.recreate()
        ))
        .key(name),
    )
}
