//! CD803

use crate::rules::{Rule, RuleContext, Sink};
use crate::vocabulary::{
    deployment::Role,
    engine_state::mebibytes,
    finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD803",
    name: "killed-for-memory",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the kernel killed a process of the container for want of memory",
    impact: Impact::Start,
    effect: "the container was killed at its memory limit",
    page: include_str!("../../../docs/rules/CD803.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(engine) = case.target.engine.as_ref().filter(|engine| engine.oom_killed) else { return };
    if case.target.role == Role::Other {
        return;
    }
    // What is written at a service is `mem_limit`; `docker run` has a flag.
    let setting = match case.target.advice.has_compose_file() {
        true => "`mem_limit` (or `deploy.resources.limits.memory`)",
        false => "`--memory`",
    };
    let (limit, help) = match engine.memory_limit {
        Some(limit) => (format!("at its memory limit of {}", mebibytes(limit)), format!("raise {setting}")),
        None => (
            "because the host ran out of memory".to_owned(),
            "give the host more memory, or run less on it".to_owned(),
        ),
    };
    let message = match engine.why_not_serving() {
        Some(why) if why.contains("was killed") => format!("{} {why}", case.subject()),
        _ => format!("a process of {} was killed {limit}", case.subject()),
    };
    let finding =
        RULE.finding(message).help(format!("{help}, then {}", case.target.advice.recreate())).key("memory");
    // It goes on without the process: a tool of an agent, a browser.
    let goes_on = engine.has_started();
    findings.push(if goes_on { finding.severity(Severity::Warning) } else { finding });
}
