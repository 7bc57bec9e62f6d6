//! CD709

use crate::rules::{Rule, RuleContext, Sink, listed};
use crate::{
    text::nearest,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Impact, Severity},
        workload::MissingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD709",
    name: "object-key-missing",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a Secret or ConfigMap does not have the key that a pod reads from it",
    impact: Impact::Start,
    effect: "a Secret or ConfigMap lacks a key that is read from it",
    page: include_str!("../../../docs/rules/CD709.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Most keys that a help names.
const NAMED: usize = 5;

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role == Role::Other {
        return;
    }
    for missing in &case.target.deployment.missing_keys {
        let MissingKey { kind, object, key, wanted_for, .. } = missing;
        // The API server refuses no manifest for it: the kubelet does not create the container.
        let what = if missing.optional {
            format!(
                "{kind} {object} has no key {key}: {} gets no {wanted_for}, which is optional",
                case.subject()
            )
        } else {
            format!(
                "{kind} {object} has no key {key}, of which {} is to get {wanted_for}: its container is not created (CreateContainerConfigError)",
                case.subject()
            )
        };
        let meant = nearest::nearest(key, missing.keys.iter().map(String::as_str));
        let help = match (meant, missing.keys.as_slice()) {
            (Some(meant), _) => format!("write {meant} here, or add {key} to the {kind}"),
            (None, []) => format!("add {key} to the {kind}, which is empty"),
            (None, keys) => format!(
                "add {key} to the {kind}, or name one of its keys here: {}",
                listed(keys.iter().map(String::as_str), NAMED)
            ),
        };
        let severity = if missing.optional { Severity::Warning } else { Severity::Error };
        findings.push(
            RULE.finding(what)
                .severity(severity)
                .at(Some(missing.place), "no such key")
                .and(Some(missing.object_place), "this object")
                .help(format!("{help}, and {}", case.target.advice.recreate()))
                .key(wanted_for.clone()),
        );
    }
}
