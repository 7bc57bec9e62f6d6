//! What is reported of what the rules find: the one place that decides it.
//!
//! Selection, severity, repeats, ignore comments, ignores by path, baseline, what yields to what,
//! order, and what a report says first are all applied here, in this order, after every rule has run. What is kept back is kept:
//! the report counts it and can show it.

pub mod asked;
pub mod baseline;
pub mod changed;
pub mod configuration;
pub(crate) mod fingerprint;
pub mod headline;
pub mod ignores;
pub mod judge;
pub mod mending;
pub mod merge;
mod outline;
pub mod report;
pub mod selector;
mod yields;

use crate::{
    rules::{self, meta::unused_ignore},
    text::source::{SourceId, SourceName, Sources},
    vocabulary::finding::{Confidence, Finding, Severity},
    world::files::Files,
};
use baseline::{Baseline, KnownFinding};
use configuration::Configuration;
use ignores::Ignore;
use report::{Report, Suppressed, Suppression};
use std::{collections::HashMap, path::PathBuf, rc::Rc};

/// What was asked for on the command line.
#[derive(Clone, Debug, Default)]
pub struct Selection<'a> {
    /// `--select`: it takes the place of what the file selects and ignores.
    pub select: &'a [String],
    /// `--ignore`: it adds to what the file ignores.
    pub ignore: &'a [String],
    /// `--baseline`.
    pub baseline: Option<&'a Baseline>,
    /// `--min-confidence`: what is less sure is not reported.
    pub min_confidence: Option<Confidence>,
    /// Everything that a comment could be about was judged, so one that suppresses nothing is
    /// of no use.
    pub judged_all: bool,
}

/// Decides what is reported. `configurations` holds for each target the file of its project.
pub fn settle(
    report: &mut Report,
    configurations: &[Rc<Configuration>],
    wanted: &Selection<'_>,
    sources: &Sources,
) {
    outline::weigh(&mut report.targets);
    let mut ran: Vec<&'static rules::Rule> = Vec::new();
    for (target, configuration) in report.targets.iter_mut().zip(configurations) {
        let is_sure = |f: &Finding| wanted.min_confidence.is_none_or(|least| f.confidence >= least);
        target.findings.retain(|f| {
            is_always_reported(f) || (is_sure(f) && is_wanted(f.rule, f.name, configuration, wanted))
        });
        for finding in target.findings.iter_mut().filter(|f| !is_always_reported(f)) {
            if let Some(severity) = configuration.severity_of(finding.rule, finding.name) {
                finding.severity = severity;
            }
        }
        target.judged = asked_for(configuration, wanted).collect();
        ran.extend(&target.judged);
    }
    let repeats = report.drop_repeated();
    let mut comments = Comments::of(sources);
    let fingerprints = fingerprint::of_findings(report, sources);
    for ((target, configuration), prints) in report.targets.iter_mut().zip(configurations).zip(fingerprints) {
        let file = target.target.deployment.files.first().copied();
        for (finding, print) in std::mem::take(&mut target.findings).into_iter().zip(prints) {
            let by = comments
                .keep_back(&finding, sources)
                .or_else(|| by_path(&finding, file, configuration, sources))
                .or_else(|| {
                    let baseline = wanted.baseline.or(configuration.known.as_ref());
                    baseline.filter(|b| b.knows(&print)).map(|_| Suppression::Baseline)
                })
                .filter(|_| !is_always_reported(&finding));
            match by {
                Some(by) => target.suppressed.push(Suppressed { finding, by }),
                None => target.findings.push(finding),
            }
        }
    }
    yields::apply(&mut report.targets, &repeats);
    merge::name_repeats(&mut report.targets, &repeats);
    let useless = comments.useless(&ran, wanted);
    for finding in useless {
        let of_target = |source: SourceId| {
            report.targets.iter().position(|t| t.target.deployment.files.contains(&source)).unwrap_or(0)
        };
        let at = finding.place.map_or(0, |p| of_target(p.source));
        let Some(configuration) = configurations.get(at) else { continue };
        let Some(target) = report.targets.get_mut(at) else { continue };
        if is_wanted(finding.rule, finding.name, configuration, wanted) {
            let severity = configuration.severity_of(finding.rule, finding.name);
            target.findings.push(Finding { severity: severity.unwrap_or(finding.severity), ..finding });
        }
    }
    for target in &mut report.targets {
        target.findings.sort_by(Finding::in_order);
    }
    outline::draw(&mut report.targets, sources);
}

/// The rules that have to run for what is asked for under one of these configurations.
#[must_use]
pub fn rules_to_run<'c>(
    configurations: impl IntoIterator<Item = &'c Configuration>,
    wanted: &Selection<'_>,
) -> Vec<&'static rules::Rule> {
    let asked: Vec<&str> =
        configurations.into_iter().flat_map(|c| asked_for(c, wanted)).map(|rule| rule.id).collect();
    let runs = |rule: &&&rules::Rule| rules::ALWAYS_REPORTED.contains(&rule.id) || asked.contains(&rule.id);
    rules::RULES.iter().filter(runs).copied().collect()
}

fn asked_for(
    configuration: &Configuration,
    wanted: &Selection<'_>,
) -> impl Iterator<Item = &'static rules::Rule> {
    rules::RULES.iter().filter(|r| is_wanted(r.id, r.name, configuration, wanted)).copied()
}

/// Neither the command line nor a file, a comment or a baseline keeps it back: only a finding that
/// says the same better.
fn is_always_reported(finding: &Finding) -> bool {
    (finding.severity, finding.confidence) == (Severity::Error, Confidence::High)
        && rules::ALWAYS_REPORTED.contains(&finding.rule)
}

fn is_wanted(id: &str, name: &str, configuration: &Configuration, wanted: &Selection<'_>) -> bool {
    let named = |list: &[String]| list.iter().any(|s| selector::fits(s, id, name));
    if named(wanted.ignore) {
        return false;
    }
    if !wanted.select.is_empty() {
        return named(wanted.select);
    }
    (configuration.select.is_empty() || named(&configuration.select)) && !named(&configuration.ignore)
}

/// The pattern of the file, for the finding's own place, else for the project's compose file.
fn by_path(
    finding: &Finding,
    file: Option<SourceId>,
    configuration: &Configuration,
    sources: &Sources,
) -> Option<Suppression> {
    let source = finding.place.map(|p| p.source).or(file)?;
    let SourceName::Host(path) = &sources.get(source).name else { return None };
    let pattern = configuration.ignored_in(finding.rule, finding.name, path)?;
    Some(Suppression::Path { pattern: pattern.to_owned() })
}

/// The ignore comments of all texts, and which of their rules kept something back.
struct Comments(HashMap<SourceId, Vec<(Ignore, Vec<bool>)>>);

impl Comments {
    fn of(sources: &Sources) -> Self {
        let of_source = sources.iter().filter_map(|(id, source)| {
            let ignores = ignores::of(id, source);
            let ignores = ignores.into_iter().map(|i| {
                let used = vec![false; i.rules.len()];
                (i, used)
            });
            let ignores: Vec<_> = ignores.collect();
            (!ignores.is_empty()).then_some((id, ignores))
        });
        Self(of_source.collect())
    }

    /// A comment at the place that the report points to; those at related places do not count, so
    /// that one comment never hides what another file says.
    fn keep_back(&mut self, finding: &Finding, sources: &Sources) -> Option<Suppression> {
        let place = finding.place?;
        let ignores = self.0.get_mut(&place.source)?;
        let line = sources.line_col(place).line;
        let mut by = None;
        for (ignore, used) in ignores.iter_mut().filter(|(i, _)| i.line.is_none_or(|l| l == line)) {
            if let Some(at) = ignore.names(finding.rule, finding.name) {
                used[at] = true;
                by.get_or_insert_with(|| Suppression::Comment {
                    place: ignore.place,
                    reason: ignore.reason.clone(),
                });
            }
        }
        by
    }

    /// What is to be said of the comments themselves.
    fn useless(&self, ran: &[&'static rules::Rule], wanted: &Selection<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (ignore, used) in self.0.values().flatten() {
            if ignore.rules.is_empty() {
                findings.push(unused_ignore::names_nothing(ignore.place));
            }
            for ((rule, place), used) in ignore.rules.iter().zip(used) {
                if let Err(why) = selector::check(rule) {
                    findings.push(unused_ignore::names_no_rule(*place, why));
                } else if !used && wanted.judged_all && could_have_been_used(rule, ran) {
                    findings.push(unused_ignore::keeps_nothing_back(*place, rule));
                }
            }
        }
        findings.sort_by(Finding::in_order);
        findings
    }
}

/// Every rule that a comment names ran, and none of them needs a container.
fn could_have_been_used(rule: &str, ran: &[&'static rules::Rule]) -> bool {
    let named = || rules::RULES.iter().filter(|r| selector::fits(rule, r.id, r.name));
    named().all(|r| ran.iter().any(|other| other.id == r.id))
        && !named().all(|r| rules::NEEDS_CONTAINER.contains(&r.id))
}

/// The findings of a report as a baseline: what is reported, and what the last one knew.
#[must_use]
pub fn known(report: &Report, sources: &Sources) -> Vec<KnownFinding> {
    let prints = fingerprint::of_all(report, sources);
    let mut known = Vec::new();
    for (target, (reported, kept)) in report.targets.iter().zip(prints) {
        let of_baseline = |s: &&Suppressed| s.by == Suppression::Baseline;
        let kept =
            target.suppressed.iter().zip(kept).filter(|(s, _)| of_baseline(s)).map(|(s, p)| (&s.finding, p));
        for (finding, print) in target.findings.iter().zip(reported).chain(kept) {
            known.push(KnownFinding {
                rule: finding.rule,
                service: target.target.service.clone().unwrap_or_else(|| target.target.name.clone()),
                key: finding.key.as_deref().map(|k| crate::redact::name(k, false).into_owned()),
                fingerprint: print,
            });
        }
    }
    known
}

/// What is reported is in the baseline from now on, as far as a baseline can keep it back.
pub fn take_as_known(report: &mut Report, sources: &Sources) {
    for target in &mut report.targets {
        let (stay, known): (Vec<_>, Vec<_>) =
            std::mem::take(&mut target.findings).into_iter().partition(is_always_reported);
        target.findings = stay;
        let known = known.into_iter();
        target.suppressed.extend(known.map(|finding| Suppressed { finding, by: Suppression::Baseline }));
    }
    outline::draw(&mut report.targets, sources);
}

/// Where the configuration of a run is looked for, once for each folder.
#[derive(Debug)]
pub struct Configurations<'a> {
    files: &'a dyn Files,
    given: Option<PathBuf>,
    writes_baseline: bool,
    read: std::cell::RefCell<HashMap<Option<PathBuf>, Rc<Configuration>>>,
}

impl<'a> Configurations<'a> {
    /// `--config FILE` holds everywhere; without it the nearest file does. A baseline that is about
    /// to be written is not read.
    #[must_use]
    pub fn new(files: &'a dyn Files, given: Option<PathBuf>, writes_baseline: bool) -> Self {
        Self { files, given, writes_baseline, read: std::cell::RefCell::default() }
    }

    /// The configuration that holds for a folder.
    ///
    /// # Errors
    /// When there is a file that cannot be used.
    pub fn of(
        &self,
        folder: &std::path::Path,
    ) -> Result<Rc<Configuration>, configuration::ConfigurationError> {
        let path = self.given.clone().or_else(|| configuration::find(self.files, folder));
        if let Some(known) = self.read.borrow().get(&path) {
            return Ok(Rc::clone(known));
        }
        let read = match &path {
            Some(path) => configuration::load(self.files, path, !self.writes_baseline)?,
            None => Configuration::default(),
        };
        let read = Rc::new(read);
        self.read.borrow_mut().insert(path, Rc::clone(&read));
        Ok(read)
    }

    /// The baseline that the files which were read name, when they name one.
    #[must_use]
    pub fn baseline(&self) -> Option<PathBuf> {
        let read = self.read.borrow();
        let mut named = read.values().filter_map(|c| c.baseline.clone());
        let first = named.next()?;
        named.all(|other| other == first).then_some(first)
    }
}
