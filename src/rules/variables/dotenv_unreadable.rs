//! CD215

use crate::rules::{Rule, RuleContext, Sink};
use crate::vocabulary::{
    advice::quoted,
    finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD215",
    name: "dotenv-unreadable",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a .env of OpenClaw is there and cannot be read, which it silently ignores",
    impact: Impact::Ignored,
    effect: "OpenClaw cannot read its .env and ignores it",
    page: include_str!("../../../docs/rules/CD215.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    for (path, why) in &facts.passed_over {
        let finding = RULE
            .finding(format!("{path} {why}: OpenClaw silently ignores it"))
            .at(case.target.deployment.place, "this service would read it")
            .help(format!(
                "make it a file that the container's user may read, and {}",
                case.target.advice.restart()
            ))
            .key(path.clone());
        // What this user may not read the container's user perhaps may.
        let ours = why.starts_with("permission denied");
        findings.push(if ours { finding.confidence(Confidence::Low) } else { finding });
    }
    for file in facts.denied.iter().filter(|file| !file.is_config) {
        let finding = RULE
            .finding(format!(
                "{} {}: OpenClaw silently skips it",
                case.target.advice.path(&file.path),
                file.why()
            ))
            .at(case.target.deployment.place, "this service would read it")
            .help(format!(
                "run `sudo chown {} {}`, then {}",
                file.user,
                quoted(&case.target.advice.path(&file.path)),
                case.target.advice.restart()
            ))
            .key(file.path.clone());
        findings.push(if file.is_certain { finding } else { finding.confidence(Confidence::Medium) });
    }
}
