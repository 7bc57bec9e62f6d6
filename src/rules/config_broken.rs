//! CD409

use super::{Case, Rule};
use crate::{
    finding::{Confidence, Finding, Severity},
    target::Role,
};

pub(super) static RULE: Rule = Rule {
    id: "CD409",
    name: "config-broken",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "openclaw.json, or a file it includes, cannot be read, or holds what the release does not take",
    page: include_str!("../../docs/rules/CD409.md"),
    since: "0.1.0",
    check,
};

fn check(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(facts) = &case.target.facts else { return };
    let Some((problem, place)) = &facts.config_problem else { return };
    let effect = match case.target.role {
        Role::Gateway => "a gateway that starts with it ends itself; one that runs keeps the config it had",
        _ => "the command line ends itself",
    };
    findings.push(
        RULE.finding(format!("{} {problem}: {effect}", facts.config_path))
            .at(*place, "here")
            .help("mend the file; `openclaw config validate --json` in a one-off container of the image says what OpenClaw thinks of it")
            .key(facts.config_path.clone()),
    );
}
