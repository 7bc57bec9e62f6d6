//! CD603

use crate::rules::{Rule, RuleContext, Sink, support::common::variables_in};
use crate::{
    openclaw::read::command::OpenClawCommand,
    secrets,
    text::source::Place,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD603",
    name: "secret-in-argv",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a token, key or password is an argument of a command, which `ps` and the engine show",
    impact: Impact::Stranger,
    effect: "a secret is visible in the process list",
    page: include_str!("../../../docs/rules/CD603.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role == Role::Other {
        return;
    }
    let deployment = &case.target.deployment;
    let check = deployment.healthcheck.as_ref().map(OpenClawCommand::of_healthcheck);
    let commands =
        [Some(("command", OpenClawCommand::words_of(deployment))), check.map(|c| ("health check", c))];
    for (what, command) in commands.into_iter().flatten() {
        let mut told: Vec<&str> = Vec::new();
        for (flag, value, place) in command.given() {
            let is_credential = secrets::is_credential_flag(flag) && !secrets::is_path(value);
            if !is_credential || told.contains(&flag) || is_mark_of_nobody(case, value, place) {
                continue;
            }
            told.push(flag);
            findings.push(found(case, what, flag, value, place));
        }
    }
}

/// Nothing is given: a value that is blank, and made of no variable either, or a mark in an example.
fn is_mark_of_nobody(case: &RuleContext<'_>, value: &str, place: Option<Place>) -> bool {
    let names_variable = place.is_some_and(|place| !variables_in(case.written(place)).is_empty());
    !names_variable && !value.starts_with('$') && (value.trim().is_empty() || secrets::is_placeholder(value))
}

fn found(case: &RuleContext<'_>, what: &str, flag: &str, value: &str, place: Option<Place>) -> Finding {
    let secret = if flag.contains("password") { "password" } else { "token" };
    let secret = if flag.ends_with("key") { "key" } else { secret };
    let by_shell = value.starts_with('$');
    let shown = if by_shell {
        "everybody on the host can read it in the list of processes"
    } else {
        "the list of processes, `docker ps` and `docker inspect` show it"
    };
    let variable = match (flag, case.target.facts.as_ref().map_or("OPENCLAW_", |f| f.prefix)) {
        ("--token" | "--gateway-token", prefix) => Some(format!("{prefix}GATEWAY_TOKEN")),
        ("--password" | "--gateway-password", prefix) => Some(format!("{prefix}GATEWAY_PASSWORD")),
        _ => None,
    };
    let help = match variable {
        Some(name) => format!(
            "leave {flag} out and give the {secret} as {name} in {}; then {}",
            case.target.advice.environment(),
            case.target.advice.recreate()
        ),
        None => format!(
            "leave {flag} out and give the {secret} by a variable or a file; then {}",
            case.target.advice.recreate()
        ),
    };
    let finding = RULE
        .finding(format!("the {what} of {} carries a {secret} after {flag}: {shown}", case.subject()))
        .at(place, "part of a command")
        .help(help)
        .key(flag);
    let literal = place.is_some_and(|p| secrets::is_generated(value) && case.written(p).contains(value));
    if by_shell {
        finding.severity(Severity::Info)
    } else if literal && place.is_some_and(|p| case.is_tracked(p.source)) {
        finding.severity(Severity::Error)
    } else {
        finding
    }
}
