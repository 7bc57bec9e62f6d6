//! CD407

use crate::rules::{Rule, RuleContext, Sink, support::common::last_step};
use crate::vocabulary::{
    deployment::{Mount, MountKind},
    finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD407",
    name: "legacy-state-dir",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the state directory has its pre-rename name (Clawdbot, Moltbot)",
    impact: Impact::State,
    effect: "the state directory has its pre-rename name",
    page: include_str!("../../../docs/rules/CD407.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

const LEGACY: [&str; 3] = [".clawdbot", ".moltbot", ".moldbot"];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    let is_legacy = |m: &&Mount| LEGACY.contains(&last_step(&m.target));
    for mount in case.target.deployment.mounts.iter().filter(is_legacy) {
        let in_use = mount.holds(&facts.state_dir);
        let of_old_program = facts.prefix != "OPENCLAW_";
        let (message, finding) = if of_old_program {
            let message = format!(
                "{} holds the state of {}; images of OpenClaw, as it is called since January 2026, look for it in .openclaw first",
                mount.target, facts.release_name
            );
            (message, Severity::Info)
        } else if in_use {
            let message = format!(
                "{} is the pre-rename state directory, which {} uses as long as .openclaw does not exist",
                mount.target, facts.release_name
            );
            (message, Severity::Warning)
        } else {
            let message = format!(
                "{} is the pre-rename state directory; {} keeps its state in {}",
                mount.target, facts.release_name, facts.state_dir
            );
            (message, Severity::Warning)
        };
        let then = case.target.advice.recreate();
        let new = new_name(&mount.target);
        let help = if of_old_program {
            "leave it: this release looks nowhere else; before the image is updated to one of OpenClaw, ask `clawdock plan --to RELEASE`".to_owned()
        } else if mount.kind == MountKind::Bind {
            format!("stop the gateway, rename the directory on the host, mount it at {new}, and {then}")
        } else {
            format!("stop the gateway, mount the volume at {new}, and {then}")
        };
        findings.push(
            RULE.finding(message)
                .severity(finding)
                .at(mount.place, "the pre-rename directory")
                .help(help)
                .key(mount.target.clone()),
        );
    }
}

fn new_name(target: &str) -> String {
    let parent = crate::openclaw::read::paths::parent(target);
    format!("{}/.openclaw", parent.trim_end_matches('/'))
}
