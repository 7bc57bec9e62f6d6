//! CD411

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    model::target::{Target, TargetKind},
    provenance::Candidate,
    vocabulary::{
        deployment::{Mount, MountKind, Role},
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
    let others: Vec<&Target> = case.gateways().filter(|other| other.name != target.name).collect();
    // The pair is reported once, at the second of the two.
    let before = |other: &&&Target| {
        case.gateways().position(|t| t.name == other.name)
            < case.gateways().position(|t| t.name == target.name)
    };
    let earlier: Vec<&Target> = others.iter().filter(before).copied().collect();
    findings.extend(earlier.iter().find_map(|other| state(case, other)));
    for name in BOT_TOKENS {
        findings.extend(earlier.iter().find_map(|other| bot(case, other, name)));
    }
}

/// Bots whose service lets one program ask for updates at a time (the Bot API's `getUpdates`).
const BOT_TOKENS: [&str; 1] = ["TELEGRAM_BOT_TOKEN"];

/// What is mounted as the state: a host path and what lies below it, or a volume.
fn source_of(target: &Target) -> Option<(&Mount, String)> {
    let dir = &target.facts.as_ref()?.state_dir;
    let mount = target.deployment.mount_of(dir)?;
    let source = mount.source.as_deref().filter(|source| !source.is_empty())?;
    let rest = dir.strip_prefix(mount.target.trim_end_matches('/')).unwrap_or_default();
    let kind = match mount.kind {
        MountKind::Bind => "bind",
        MountKind::Volume => "volume",
        MountKind::Tmpfs | MountKind::Other => return None,
    };
    Some((mount, format!("{kind} {}{rest}", source.trim_end_matches('/'))))
}

fn state(case: &RuleContext<'_>, other: &Target) -> Option<Finding> {
    let ((own, source), (theirs, same)) = source_of(case.target).zip(source_of(other))?;
    if source != same {
        return None;
    }
    let finding = RULE
        .finding(format!(
            "{} and {} share one state directory: the gateway that starts second exits",
            case.subject(),
            other.name
        ))
        .at(own.place.or(case.target.deployment.place), "the same state")
        .and(theirs.place, format!("the state of {}", other.name))
        .help(format!(
            "mount another folder as the state of {}, and {}",
            case.target.name,
            case.target.advice.recreate()
        ))
        .key("state");
    // They may be meant to run in turn.
    let in_turn = case.target.kind == TargetKind::Container || ports_meet(case.target, other);
    Some(if in_turn { finding.severity(Severity::Warning).confidence(Confidence::Medium) } else { finding })
}

/// They publish one port of the host, which only one of them can have.
fn ports_meet(a: &Target, b: &Target) -> bool {
    let published =
        |t: &Target| t.deployment.ports.iter().filter_map(|p| p.published.clone()).collect::<Vec<_>>();
    published(a).iter().any(|port| published(b).contains(port))
}

fn bot(case: &RuleContext<'_>, other: &Target, name: &str) -> Option<Finding> {
    let winner = |target: &'_ Target| -> Option<Candidate> {
        target.variable(name)?.winner.clone().filter(|winner| !winner.is_blank())
    };
    let (own, theirs) = (winner(case.target)?, winner(other)?);
    own.agrees(&theirs).then(|| {
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
        .key(name)
    })
}
