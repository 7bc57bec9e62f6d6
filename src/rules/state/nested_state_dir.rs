//! CD406

use crate::rules::{
    Rule, RuleContext, Sink,
    support::common::{STATE_NAMES, last_step},
};
use crate::{
    openclaw::read::paths,
    vocabulary::finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD406",
    name: "nested-state-dir",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the home directory is the state directory, so the state is one level too deep",
    impact: Impact::State,
    effect: "OpenClaw does not find its state where it is mounted",
    page: include_str!("../../../docs/rules/CD406.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    let outer = paths::parent(&facts.state_dir);
    let is_state = |path: &str| STATE_NAMES.contains(&last_step(path));
    if !is_state(outer) || !is_state(&facts.state_dir) {
        return;
    }
    let names = facts.behaviour.paths.state_dir_variables.iter().chain(facts.behaviour.paths.home_variables);
    let Some(variable) = names.filter_map(|n| case.target.variable(n)).find(|v| v.value().is_some()) else {
        return;
    };
    let name = &variable.name;
    let winner = variable.winner.as_ref();
    findings.push(
        RULE.finding(format!(
            "{name} makes {} the state directory of {}: a config in {outer} is not found",
            facts.state_dir,
            case.subject()
        ))
        .at(winner.and_then(|w| w.place), "one level too deep")
        .and(winner.and_then(|w| w.root()), "written here")
        .and(case.target.deployment.mount_of(outer).and_then(|m| m.place), "the mount")
        .help(format!(
            "set {name} to {}, and {}",
            if name.ends_with("STATE_DIR") { outer } else { paths::parent(outer) },
            case.target.advice.recreate()
        ))
        .key(name.clone()),
    );
}
