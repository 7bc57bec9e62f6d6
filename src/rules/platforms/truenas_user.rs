//! CD706

use crate::rules::{Rule, RuleContext, Sink, support::platform};
use crate::{
    openclaw::read::environment::VariableLookup as _,
    vocabulary::{
        deployment::{MountKind, Role},
        finding::{Confidence, Impact, Severity},
        manager::Manager,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD706",
    name: "truenas-user",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "on TrueNAS the container's user has no home directory, or does not own the app's dataset",
    impact: Impact::Start,
    effect: "OpenClaw cannot write its state",
    page: include_str!("../../../docs/rules/CD706.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// `apps`, whose the datasets of apps are.
const APPS: &str = "568";

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    if target.role != Role::Gateway || platform::of(case) != Some(Manager::TrueNas) {
        return;
    }
    let Some(facts) = &target.facts else { return };
    let user = target.deployment.user.as_ref();
    let uid = user.map(|u| u.value.split(':').next().unwrap_or_default());
    let has_home = ["HOME", "OPENCLAW_HOME", "OPENCLAW_STATE_DIR"]
        .iter()
        .any(|name| facts.env.value(name).is_some_and(|value| !value.trim().is_empty()));
    if uid == Some(APPS) {
        // Another image may have that user.
        if has_home || !facts.image.is_official() {
            return;
        }
        findings.push(
            RULE.finding(format!(
                "{} runs as user {APPS}, which the image does not know: its home is `/`, where OpenClaw cannot make its directory, and no mount is",
                case.subject()
            ))
            .at(user.and_then(|u| u.place), "a user without a home")
            .help(format!(
                "set HOME to a directory in {} whose `.openclaw` is mounted, and {}",
                target.advice.environment(),
                target.advice.recreate()
            ))
            .key("HOME"),
        );
        return;
    }
    let of_dataset = |source: &str| source.starts_with("/mnt/");
    let mount = target.deployment.mount_of(&facts.state_dir).filter(|m| m.kind == MountKind::Bind);
    let Some(mount) = mount.filter(|m| m.source.as_deref().is_some_and(of_dataset)) else { return };
    if matches!(uid, Some("0" | "root")) {
        return;
    }
    findings.push(
        RULE.finding(format!(
            "{} does not run as {APPS}, the user that TrueNAS gives the datasets of apps to: it may not be able to write to {}",
            case.subject(),
            mount.source.as_deref().unwrap_or_default()
        ))
        .severity(Severity::Info)
        .confidence(Confidence::Medium)
        .at(user.and_then(|u| u.place).or(mount.place), "not 568")
        .and(mount.place, "the dataset")
        .help(format!(
            "write `user: \"568:568\"` with HOME set, or give the dataset to the container's user in its permissions; then {}",
            target.advice.recreate()
        ))
        .key("user"),
    );
}
