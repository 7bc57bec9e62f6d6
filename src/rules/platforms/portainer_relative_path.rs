//! CD702

use crate::rules::{Rule, RuleContext, Sink, support::platform};
use crate::vocabulary::{
    finding::{Confidence, Impact, Severity},
    manager::Manager,
};

pub(crate) static RULE: Rule = Rule {
    id: "CD702",
    name: "portainer-relative-path",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "a stack of Portainer mounts a path relative to a folder that the host does not have",
    impact: Impact::State,
    effect: "the host has an empty directory at the mounted path",
    page: include_str!("../../../docs/rules/CD702.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    for (mount, host) in platform::binds(case, Manager::Portainer) {
        if host.starts_with('.') {
            findings.push(
                RULE.finding(format!(
                    "{} of {} is mounted from a path relative to the stack, which Portainer keeps in its own volume: the host has an empty directory there",
                    mount.target,
                    case.subject()
                ))
                .at(mount.place, "relative to the stack")
                .help("write an absolute path of the host, or use a volume with a name; then update the stack in Portainer")
                .key(mount.target.clone()),
            );
        }
    }
}
