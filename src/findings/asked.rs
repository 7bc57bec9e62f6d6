//! `explain KEY`: what is said about one key, and nothing else.

use super::{
    headline, outline,
    report::{Report, TargetReport},
};
use crate::{
    model::target::Target,
    openclaw::settings::any_key::{self, KeyAnswer, KnownKey, UnknownKey},
    provenance::Variable,
    text::source::Sources,
    vocabulary::{
        deployment::Role,
        finding::{About, Finding},
    },
};

/// Why there is nothing to say about a key.
#[derive(Debug)]
pub enum Nothing {
    /// No release here has the key, and nothing sets it.
    Unknown(UnknownKey),
    /// Nothing here runs OpenClaw, and no environment has a variable of that name.
    NoOpenClaw,
}

/// Leaves in a report what is about a key, with the answer as each target's sentence.
///
/// # Errors
/// When there is nothing to say.
pub fn keep(report: &mut Report, key: &str, sources: &Sources) -> Result<(), Nothing> {
    report.whole = report.targets.iter().map(|entry| entry.target.clone()).collect();
    let mut unknown = None;
    let entries = std::mem::take(&mut report.targets);
    for mut entry in entries {
        match resolve(&entry.target, key, &report.variables) {
            Some(KeyAnswer::Known(known)) => tell(&mut entry, key, known, sources),
            Some(KeyAnswer::Unknown(why)) => {
                unknown.get_or_insert(why);
                continue;
            }
            None => {
                narrow(&mut entry, key);
                if entry.target.environment.is_empty() {
                    continue;
                }
            }
        }
        entry.problem = outline::problem(&entry, sources);
        report.targets.push(entry);
    }
    match unknown {
        _ if !report.targets.is_empty() || (unknown.is_none() && !report.refusals.is_empty()) => Ok(()),
        Some(why) => Err(Nothing::Unknown(why)),
        None => Err(Nothing::NoOpenClaw),
    }
}

/// The answer of a target; none where it does not run OpenClaw.
fn resolve(target: &Target, key: &str, project: &[Variable]) -> Option<KeyAnswer> {
    let resolved = any_key::Resolved {
        role: target.role,
        model: target.facts.as_ref()?,
        settings: &target.settings,
        environment: &target.environment,
        project,
    };
    Some(any_key::resolve(&resolved, key))
}

fn tell(entry: &mut TargetReport, key: &str, known: KnownKey, sources: &Sources) {
    entry.verdict = headline::of_key(&entry.target, key, &known, sources);
    entry.target.settings = known.settings;
    narrow(entry, key);
}

/// Leaves out the variables and findings that are about something else.
fn narrow(entry: &mut TargetReport, key: &str) {
    let target = &mut entry.target;
    if target.role == Role::Other {
        target.settings.clear();
    }
    let names: Vec<String> = target
        .settings
        .iter()
        .flat_map(|s| s.variables.iter().cloned().chain([s.name().into_owned()]))
        .collect();
    let is_about = |name: &str| name == key || names.iter().any(|n| n == name);
    target.environment.retain(|v| is_about(&v.name));
    target.process_environment.iter_mut().for_each(|env| env.retain(|v| is_about(&v.name)));
    let of_variable = |about: &About| matches!(about, About::Variable(name) if is_about(name));
    let is_asked = |finding: &Finding| {
        finding.key.as_deref().is_some_and(is_about) || finding.about.iter().any(of_variable)
    };
    entry.findings.retain(is_asked);
    entry.suppressed.retain(|s| is_asked(&s.finding));
}
