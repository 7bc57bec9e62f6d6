//! CD708

use crate::rules::{Rule, RuleContext, Sink, support::platform};
use crate::vocabulary::{
    finding::{Confidence, Impact, Severity},
    manager::Manager,
};

pub(crate) static RULE: Rule = Rule {
    id: "CD708",
    name: "dokploy-relative-path",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "a project of Dokploy keeps state in its checkout, which each deployment replaces",
    impact: Impact::State,
    effect: "each deployment discards OpenClaw's state",
    page: include_str!("../../../docs/rules/CD708.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    for (mount, host) in platform::binds(case, Manager::Dokploy).filter(|(mount, _)| !mount.read_only) {
        if host.starts_with("./") || host == "." {
            findings.push(
                RULE.finding(format!(
                    "{} of {} is mounted from the checkout, which Dokploy replaces at each deployment: what OpenClaw wrote there is lost",
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
