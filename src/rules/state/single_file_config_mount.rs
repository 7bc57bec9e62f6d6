//! CD403

use crate::rules::{Rule, RuleContext, Sink, support::common::last_step};
use crate::{
    openclaw::read::paths,
    vocabulary::{
        deployment::{HostSide, Mount, MountKind, Role},
        finding::{Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD403",
    name: "single-file-config-mount",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "openclaw.json is mounted as a single file, which OpenClaw cannot replace",
    impact: Impact::State,
    effect: "OpenClaw cannot save its config",
    page: include_str!("../../../docs/rules/CD403.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    let is_config =
        |m: &&Mount| m.kind == MountKind::Bind && paths::clean("/", &m.target) == facts.config_path;
    let Some(mount) = target.deployment.mounts.iter().find(is_config) else { return };
    let directory = paths::parent(&facts.config_path);
    let name = last_step(&facts.config_path);
    let help = format!(
        "mount the directory that holds {name} at {directory} instead of the file, and {}",
        target.advice.recreate()
    );
    let finding = match (mount.read_only, mount.host) {
        (_, Some(HostSide::Missing)) => RULE.finding(format!(
            "{name} is mounted as a single file which is not there: the engine creates a directory there, and OpenClaw finds no config"
        )),
        (true, _) => RULE
            .finding(format!(
                "{name} is mounted as a single read-only file: OpenClaw cannot save its config, and an edit that replaces the file on the host does not arrive"
            ))
            .severity(Severity::Warning),
        (false, _) => RULE.finding(format!(
            "{name} is mounted as a single file: OpenClaw saves its config by replacing the file, which a mounted file does not allow, and an edit that replaces it on the host does not arrive"
        )),
    };
    findings.push(finding.at(mount.place, "a file, not its directory").help(help).key(mount.target.clone()));
}
