//! CD408

use crate::rules::support::proposals::NewValue;
use crate::rules::{
    Rule, RuleContext, Sink,
    support::common::{host_part, variables_in},
};
use crate::{
    text::source::Place,
    vocabulary::{
        deployment::Mount,
        finding::{Confidence, Finding, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD408",
    name: "empty-host-path",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the host's side of a mount or port is empty, because a variable is not set",
    impact: Impact::State,
    effect: "a mount or port has an empty host side",
    page: include_str!("../../../docs/rules/CD408.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if let Some(whole) = case.whole_once() {
        let mut told: Vec<Finding> = Vec::new();
        for place in whole.refusals.iter().filter_map(|r| r.place) {
            let Some(finding) = refused(case, place) else { continue };
            match told.iter_mut().find(|f| f.key == finding.key) {
                Some(first) => *first = first.clone().again(finding.place, "and here"),
                None => told.push(finding),
            }
        }
        findings.extend(told);
    }
    if case.target.facts.is_none() {
        return;
    }
    findings.extend(case.target.deployment.mounts.iter().filter_map(|m| at_the_root(case, m)));
    for port in &case.target.deployment.ports {
        let Some(place) = port.place.filter(|_| port.published.is_none()) else { continue };
        let Some(name) = variables_in(case.written(place)).into_iter().find(|n| is_unset(case, place, n))
        else {
            continue;
        };
        if crate::rules::support::platform::supplies(case, name).is_some() {
            continue;
        }
        findings.push(
            RULE.finding(format!(
                "{name} is not set, so port {} is published at any free port of the host, another one at each start",
                port.target
            ))
            .severity(Severity::Warning)
            .at(Some(place), "no port of the host")
            .propose(case.set_value(name, NewValue::This(&port.target)), &or_default(case, name, &port.target))
            .key(name),
        );
    }
}

/// `${DIR}:/path` without DIR is `:/path`, which Compose does not take.
fn refused(case: &RuleContext<'_>, place: Place) -> Option<Finding> {
    let written = case.written(place);
    let host = host_part(written, "source:");
    let name = *variables_in(host).first().filter(|_| host.starts_with('$'))?;
    let target = written.trim_matches(['"', '\'']).strip_prefix(host)?.strip_prefix(':')?;
    if !target.starts_with('/') || !is_unset(case, place, name) {
        return None;
    }
    let target = target.split(':').next().unwrap_or(target);
    Some(
        RULE.finding(format!(
            "{name} is not set, so the host's side of the mount at {target} is empty, and Compose refuses the project"
        ))
        .severity(Severity::Warning)
        .at(Some(place), "nothing before the colon")
        .propose(case.set_value(name, NewValue::This("./data")), &or_default(case, name, "./data"))
        .key(name),
    )
}

/// `${DIR}/data:/path` without DIR is a directory in the root of the host.
fn at_the_root(case: &RuleContext<'_>, mount: &Mount) -> Option<Finding> {
    let (place, source) = (mount.place?, mount.source.as_deref()?);
    let host = host_part(case.written(place), "source:");
    let name = *variables_in(host).first().filter(|_| host.starts_with('$'))?;
    let rest = host.split_once('}').map_or("", |(_, rest)| rest);
    if !rest.starts_with('/') || source != rest.trim_end_matches('/') || !is_unset(case, place, name) {
        return None;
    }
    if crate::rules::support::platform::supplies(case, name).is_some() {
        return None;
    }
    Some(
        RULE.finding(format!(
            "{name} is not set, so {} is mounted from {source}, in the root of the host",
            mount.target
        ))
        .severity(Severity::Warning)
        .at(Some(place), "in the root of the host")
        .propose(case.set_value(name, NewValue::This("./data")), &or_default(case, name, "./data"))
        .key(name),
    )
}

fn is_unset(case: &RuleContext<'_>, place: Place, name: &str) -> bool {
    case.unset_at(place).is_some_and(|unset| unset == name)
}

/// What the help says behind the value that is to be set. `default` is one that fits where the variable
/// stands.
fn or_default(case: &RuleContext<'_>, name: &str, default: &str) -> String {
    format!(", or write a default such as ${{{name}:-{default}}}, and {}", case.target.advice.recreate())
}
