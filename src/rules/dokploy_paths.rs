//! CD708

use super::{
    Case, Rule,
    common::host_part,
    platform::{self, Platform},
};
use crate::{
    deployment::MountKind,
    finding::{Confidence, Finding, Severity},
};

pub(super) static RULE: Rule = Rule {
    id: "CD708",
    name: "dokploy-relative-path",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "a project of Dokploy keeps state in its checkout, which each deployment makes anew",
    page: include_str!("../../docs/rules/CD708.md"),
    since: "0.1.0",
    check,
};

fn check(case: &Case<'_>, findings: &mut Vec<Finding>) {
    if case.target.facts.is_none() || platform::of(case) != Some(Platform::Dokploy) {
        return;
    }
    for mount in case.target.deployment.mounts.iter().filter(|m| m.kind == MountKind::Bind && !m.read_only) {
        let Some(place) = mount.place else { continue };
        let host = host_part(case.written(place), "source:");
        if host.starts_with("./") || host == "." {
            findings.push(
                RULE.finding(format!(
                    "{} of {} is mounted from the checkout, which Dokploy clones anew at each deployment: what OpenClaw wrote there is gone",
                    mount.target,
                    case.subject()
                ))
                .at(mount.place, "in the checkout")
                .help("write `../files/…`, which Dokploy keeps, or use a volume with a name; then deploy again")
                .key(mount.target.clone()),
            );
        }
    }
}
