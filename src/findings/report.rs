//! What one run found out: all that a renderer may see.

use crate::{
    model::{project_facts::LeftOut, target::Target},
    provenance::Variable,
    redact::Guard,
    rules::Rule,
    text::source::Place,
    vocabulary::{
        deployment::Role,
        finding::{Finding, FixKind, Refusal, Severity},
    },
};
use std::{
    collections::{BTreeSet, HashMap, HashSet, hash_map::Entry},
    path::PathBuf,
};

/// Everything that one run found out.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One entry for each target, findings in canonical order.
    pub targets: Vec<TargetReport>,
    /// What Docker Compose itself would refuse.
    pub refusals: Vec<Refusal>,
    /// What the projects' env files set: not shown, and taken out of what is.
    pub variables: Vec<Variable>,
    /// The projects on disk, and those that containers were created from.
    pub projects: Vec<ReportedProject>,
    /// What was found below a folder; none where files or projects were named.
    pub found: Option<FoundBelow>,
    /// Targets as they were before something was left out of them: not shown, and their secrets taken
    /// out of what is.
    pub whole: Vec<Target>,
}

/// What `lint -r` found below a folder.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FoundBelow {
    /// What runs OpenClaw, by the file it is found by.
    pub runs: Vec<PathBuf>,
    /// What does not, and is not reported.
    pub beside: Vec<PathBuf>,
    /// Compose files that are a part of a project whose other files are not there.
    pub fragments: Vec<PathBuf>,
    /// What has to be rendered before it can be read, and what it is.
    pub unrendered: Vec<(PathBuf, &'static str)>,
}

/// A set of compose files that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReportedProject {
    /// Its name; none when it has none that Compose accepts.
    pub name: Option<String>,
    /// The compose files that are used, in order.
    pub files: Vec<PathBuf>,
    /// Services that no active profile enables, and that were not looked at.
    pub left_out: Vec<LeftOut>,
}

/// One target with its findings.
#[derive(Clone, Debug)]
pub struct TargetReport {
    /// The facts.
    pub target: Target,
    /// What the rules say.
    pub findings: Vec<Finding>,
    /// The rules that were asked for.
    pub judged: Vec<&'static Rule>,
    /// What they say as well, and what somebody keeps back.
    pub suppressed: Vec<Suppressed>,
    /// The answer in one sentence, free of values.
    pub verdict: String,
    /// What the worst finding means for the person, in a clause that is no surer than the finding;
    /// none when there is neither an error nor a warning, or the verdict says it.
    pub problem: Option<String>,
    /// Names of settings about which a finding says what is to be said.
    pub told: BTreeSet<String>,
    /// It does not run OpenClaw, and its findings below an error are counted only.
    pub aside: bool,
    /// Of a container: how many variables its files give otherwise by now; none where its service is in
    /// no file that is here.
    pub outdated: Option<usize>,
}

/// A finding that is reported with an earlier target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repeat {
    /// The number of the target that has it too.
    pub target: usize,
    /// The number of the target that it is reported with.
    pub first: usize,
    /// The finding of that one.
    pub of: Finding,
}

/// A finding that is not reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// What keeps it back.
    pub by: Suppression,
}

/// What keeps a finding back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Suppression {
    /// A comment `clawdock: ignore[…]`.
    Comment {
        /// Where.
        place: Place,
        /// What it says.
        reason: Option<String>,
    },
    /// `per-path-ignores` of `clawdock.toml`.
    Path {
        /// The pattern.
        pattern: String,
    },
    /// The baseline.
    Baseline,
    /// An earlier target of the project has the same one, which names this target.
    Merged {
        /// The name of that target.
        with: String,
    },
    /// Another finding that is reported says the same better.
    Yielded {
        /// The rule of that one.
        to: &'static str,
    },
}

/// How many findings of each severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReportSummary {
    /// Errors, refusals included.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
    /// Kept back by a comment or for their path.
    pub ignored: usize,
    /// Kept back by the baseline.
    pub in_baseline: usize,
    /// Left out, as another finding says it better.
    pub yielded: usize,
    /// Reported, and `clawdock fix` can fix them.
    pub fixable: usize,
    /// Reported, and `clawdock fix --unsafe-fixes` can fix them besides.
    pub fixable_unsafe: usize,
}

impl Report {
    /// What keeps the secrets of this report out of its sentences, names and paths.
    pub(crate) fn guard(&self, reveal: bool) -> Guard {
        Guard::of(self.targets.iter().map(|t| &t.target).chain(&self.whole), &self.variables, reveal)
    }

    /// Adds what another project has.
    pub fn append(&mut self, other: Self) {
        self.targets.extend(other.targets);
        self.variables.extend(other.variables);
        self.projects.extend(other.projects);
        self.refusals.extend(other.refusals);
    }

    /// The numbers of the targets in the order in which they speak of what they share: what runs OpenClaw
    /// comes first, as it is what an edit is made for.
    pub fn by_rank(&self) -> impl Iterator<Item = usize> + use<> {
        let is_other = |at: &usize| self.targets[*at].target.role == Role::Other;
        let (others, own): (Vec<usize>, Vec<usize>) = (0..self.targets.len()).partition(is_other);
        own.into_iter().chain(others)
    }

    /// Drops a finding where an earlier target has the same one: two services that share a file need
    /// to be told once. The same is what weighs the same and names the same places. What Compose refuses
    /// is told once as well, also where two projects share a file.
    /// The findings that were dropped are returned.
    pub fn drop_repeated(&mut self) -> Vec<Repeat> {
        let mut refused = HashSet::new();
        self.refusals.retain(|r| refused.insert((r.path.clone(), r.message.clone())));
        let mut seen = HashMap::new();
        let mut repeats = Vec::new();
        for at in self.by_rank() {
            self.targets[at].findings.retain(|f| {
                let Some(place) = f.place else { return true };
                let related: Vec<Place> = f.related.iter().map(|r| r.place).collect();
                match seen.entry((f.rule, f.severity, place, f.key.clone(), related)) {
                    Entry::Vacant(entry) => {
                        entry.insert((at, f.clone()));
                        true
                    }
                    Entry::Occupied(entry) => {
                        let (first, of) = entry.get().clone();
                        repeats.push(Repeat { target: at, first, of });
                        false
                    }
                }
            });
        }
        repeats
    }

    /// A finding is at least that severe, or Compose refuses a project.
    #[must_use]
    pub fn fails(&self, least: Severity) -> bool {
        let found = self.targets.iter().flat_map(|t| &t.findings).any(|f| f.severity >= least);
        found || !self.refusals.is_empty()
    }

    /// Counts the findings; a refusal counts as an error.
    #[must_use]
    pub fn summary(&self) -> ReportSummary {
        let targets: Vec<&TargetReport> = self.targets.iter().collect();
        let counted = Self::summary_of(&targets);
        ReportSummary { errors: counted.errors + self.refusals.len(), ..counted }
    }

    /// Counts the findings of some targets.
    pub(crate) fn summary_of(targets: &[&TargetReport]) -> ReportSummary {
        let count =
            |severity| targets.iter().flat_map(|t| &t.findings).filter(|f| f.severity == severity).count();
        let fixable = |kind| {
            let fixes = targets.iter().flat_map(|t| &t.findings).filter_map(|f| f.fix.as_ref());
            fixes.filter(|fix| fix.kind == kind && !fix.edits.is_empty()).count()
        };
        let suppressed = |fits: fn(&Suppression) -> bool| {
            targets.iter().flat_map(|t| &t.suppressed).filter(|s| fits(&s.by)).count()
        };
        ReportSummary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            ignored: suppressed(|by| matches!(by, Suppression::Comment { .. } | Suppression::Path { .. })),
            in_baseline: suppressed(|by| matches!(by, Suppression::Baseline)),
            yielded: suppressed(|by| matches!(by, Suppression::Yielded { .. })),
            fixable: fixable(FixKind::Safe),
            fixable_unsafe: fixable(FixKind::Unsafe),
        }
    }
}
