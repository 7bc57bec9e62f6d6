//! CD801

use crate::rules::{Rule, RuleContext, Sink, Yield, network::start_refused::SAY_WHY};
use crate::vocabulary::{
    deployment::Role,
    engine_state::{Activity, EngineState, EngineVerdict},
    finding::{Confidence, Impact, Severity},
    prediction::{Start, StartReason},
};

/// What keeps it from running: its memory, or what was predicted and the engine reports.
const YIELDS: [Yield; SAY_WHY.len() + 2] = {
    let mut yields = [Yield::on_target("CD803"); SAY_WHY.len() + 2];
    yields[1] = Yield::on_about("CD509");
    let mut at = 0;
    while at < SAY_WHY.len() {
        yields[at + 2] = SAY_WHY[at];
        at += 1;
    }
    yields
};

pub(crate) static RULE: Rule = Rule {
    id: "CD801",
    name: "not-running",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the engine reports that the container does not run, or keeps restarting",
    impact: Impact::Start,
    effect: "the container does not run",
    page: include_str!("../../../docs/rules/CD801.md"),
    since: "0.1.0",
    yields_to: &YIELDS,
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(engine) = &case.target.engine else { return };
    let Some(why) = engine.why_not_serving() else { return };
    let activity = engine.activity();
    // A command line runs and ends: only one that never stops doing so is wrong.
    let is_expected = match case.target.role {
        Role::Gateway => false,
        Role::Cli => !matches!(activity, Activity::Restarting | Activity::Dead) && engine.error.is_none(),
        Role::Other => true,
    };
    if is_expected {
        return;
    }
    let said = said_by_engine(engine).map(|said| format!(": {said}")).unwrap_or_default();
    let mut finding =
        RULE.finding(format!("{} {why}{said}", case.subject())).help(help(case, engine)).key("state");
    if case.target.start_verdict() == Some(EngineVerdict::Confirms) {
        let refusals = case.target.start.iter().flat_map(Start::refusals);
        finding = finding.all_about(refusals.map(StartReason::about));
    }
    findings.push(match activity {
        Activity::Paused => finding.severity(Severity::Warning),
        Activity::Stopped => finding.severity(Severity::Info),
        Activity::NeverStarted if engine.error.is_none() => finding.severity(Severity::Info),
        _ => finding,
    });
}

/// What the engine's own error means, in words free of what it quotes.
fn said_by_engine(engine: &EngineState) -> Option<&'static str> {
    const KNOWN: [(&str, &str); 8] = [
        ("port is already allocated", "a published port is in use by another container"),
        ("address already in use", "a published port is in use on the host"),
        (
            "executable file not found",
            "its entrypoint or command names a program that the image does not have",
        ),
        (
            "no such file or directory",
            "its entrypoint, its command or a mount names a file that is not there",
        ),
        ("permission denied", "the engine may not execute its command, or not mount what it names"),
        ("not a directory", "a file is mounted on a directory, or a directory on a file"),
        ("network", "its network is gone or cannot be joined"),
        ("unable to find user", "`user:` names a user that the image does not have"),
    ];
    let error = engine.error.as_ref()?.expose();
    let known = KNOWN.iter().find(|(words, _)| error.contains(words)).map(|(_, meaning)| *meaning);
    Some(known.unwrap_or("`docker inspect` shows the engine's error in State.Error"))
}

fn help(case: &RuleContext<'_>, engine: &EngineState) -> String {
    let name = case.target.advice.target();
    let name = name.as_deref().unwrap_or("NAME");
    match engine.activity() {
        Activity::Paused => format!("run `docker unpause {name}`"),
        Activity::Stopped => format!("run `docker start {name}` if it is meant to run"),
        Activity::NeverStarted if engine.error.is_none() => {
            format!("run `docker start {name}` if it is meant to run")
        }
        Activity::NeverStarted => format!("fix the cause, then run `docker start {name}`"),
        Activity::Dead => format!("{}; a dead container cannot be started", case.target.advice.recreate()),
        _ => format!("run `clawdock diagnose {name}`: it finds the cause in the container's log"),
    }
}
