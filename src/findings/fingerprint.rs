//! Fingerprints of findings, by which another run knows them again.

use super::report::{Report, TargetReport};
use crate::{
    redact::{self, hex},
    text::source::{Place, SourceName, Sources},
    vocabulary::finding::{Finding, Refusal},
};
use sha2::{Digest as _, Sha256};
use std::{collections::HashMap, path::Path};

/// Hexadecimal digits of a fingerprint.
const DIGITS: usize = 16;

/// The fingerprints of all findings that are reported, in the order of the report.
pub(crate) fn of_findings(report: &Report, sources: &Sources) -> Vec<Vec<String>> {
    of_all(report, sources).into_iter().map(|(reported, _)| reported).collect()
}

/// For each target the fingerprints of what is reported, and of what is kept back.
///
/// They are made from rule, project, service, key and file, so neither a value nor a line number
/// nor the folder that a project was checked out to changes them. Findings that have all of these
/// in common are told apart by their order in the file, those that are kept back included: to
/// ignore one leaves the others what they are.
pub(crate) fn of_all(report: &Report, sources: &Sources) -> Vec<(Vec<String>, Vec<String>)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut of_target = |target: &TargetReport| {
        let kept = target.suppressed.iter().map(|s| &s.finding);
        let all: Vec<&Finding> = target.findings.iter().chain(kept).collect();
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|at| (all[*at].rule, all[*at].place));
        let mut prints = vec![String::new(); all.len()];
        for at in order {
            let identity = identity(target, all[at], sources);
            let count = seen.entry(identity.clone()).or_default();
            *count += 1;
            prints[at] = digest(&identity, *count);
        }
        let kept = prints.split_off(target.findings.len());
        (prints, kept)
    };
    report.targets.iter().map(&mut of_target).collect()
}

/// The fingerprints of all refusals, made from their files' names.
pub(crate) fn of_refusals(report: &Report) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let of_refusal = |refusal: &Refusal| {
        let name = Path::new(&refusal.path).file_name().unwrap_or_default().to_string_lossy();
        let identity = format!("refusal\n{name}");
        let count = seen.entry(identity.clone()).or_default();
        *count += 1;
        digest(&identity, *count)
    };
    report.refusals.iter().map(of_refusal).collect()
}

fn identity(target: &TargetReport, finding: &Finding, sources: &Sources) -> String {
    let service = target.target.service.as_ref().unwrap_or(&target.target.name);
    let file = finding.place.map(|p| file_of(target, p, sources)).unwrap_or_default();
    let related = finding.related.first().map(|r| file_of(target, r.place, sources)).unwrap_or_default();
    // A key that is itself a credential must not be hashed without salt.
    let key = redact::name(finding.key.as_deref().unwrap_or_default(), false);
    let project = target.target.project.as_deref().unwrap_or_default();
    // No part holds a line break that could make two identities meet: all are single names.
    [finding.rule, project, service, &*key, &file, &related].join("\n")
}

/// The file relative to the project's folder, else its name.
fn file_of(target: &TargetReport, place: Place, sources: &Sources) -> String {
    let name = match &sources.get(place.source).name {
        SourceName::Record { file, .. } | SourceName::WrittenBy(file) => file,
        name => name,
    };
    match name {
        SourceName::Host(path) => {
            let folder = target.target.deployment.files.first().and_then(|id| match &sources.get(*id).name {
                SourceName::Host(compose) => compose.parent(),
                SourceName::Container { .. }
                | SourceName::Stdin
                | SourceName::WrittenBy(_)
                | SourceName::Record { .. } => None,
            });
            let relative = folder.and_then(|folder| path.strip_prefix(folder).ok());
            let name = || path.file_name().map_or(path.as_path(), Path::new);
            relative.unwrap_or_else(name).to_string_lossy().replace('\\', "/")
        }
        SourceName::Container { path, .. } => path.clone(),
        SourceName::Stdin | SourceName::WrittenBy(_) | SourceName::Record { .. } => String::new(),
    }
}

fn digest(identity: &str, occurrence: usize) -> String {
    let mut hash = Sha256::new();
    hash.update(identity.as_bytes());
    hash.update(b"\n");
    hash.update(occurrence.to_string().as_bytes());
    hex(&hash.finalize(), DIGITS)
}
