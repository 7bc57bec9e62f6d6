//! The report: all that a renderer may see. Renderers are pure functions from it to bytes and
//! decide nothing.

pub mod color;
pub mod concise;
pub mod diagnosis;
pub mod diff;
pub mod environment;
mod excerpt;
pub(crate) mod fingerprint;
pub mod fix;
#[cfg(test)]
mod fixture;
pub mod github;
pub mod gitlab;
pub mod headline;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
mod markup;
mod phrases;
pub mod plan;
pub mod proof;
mod rows;
pub mod sarif;
pub mod statistics;
pub mod upgrade;
mod words;
pub mod yaml;

use crate::{
    model::{project_facts::LeftOut, target::Target},
    provenance::Variable,
    redact::{Fingerprinter, Guard},
    rules::Rule,
    text::source::{Place, Sources},
    vocabulary::{
        deployment::Role,
        finding::{Finding, FixKind, Refusal, Severity},
    },
};
use std::{
    collections::{BTreeSet, HashMap, HashSet, hash_map::Entry},
    io::{self, Write},
    path::PathBuf,
    str::FromStr,
};

/// How a report is written: each is a module here and an arm of [`render`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// For people, in a terminal or piped.
    #[default]
    Human,
    /// One line for each finding.
    Concise,
    /// `clawdock.report/1`.
    Json,
    /// The same object as YAML.
    Yaml,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML, for whatever shows tests.
    Junit,
    /// For a comment on a pull request, or the summary of a job.
    Markdown,
    /// One page that needs nothing else.
    Html,
}

impl Format {
    /// Every format, as `--format` lists them.
    pub const ALL: &[Self] = &[
        Self::Human,
        Self::Concise,
        Self::Json,
        Self::Yaml,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Markdown,
        Self::Html,
    ];

    /// The name used on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// The names of formats in a row.
    #[must_use]
    pub fn listed(formats: &[Self]) -> String {
        formats.iter().map(|f| f.id()).collect::<Vec<_>>().join(", ")
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|f| f.id() == name);
        found.ok_or_else(|| format!("no such format; there are: {}", Self::listed(Self::ALL)))
    }
}

/// What a renderer is told besides the report.
#[derive(Clone, Debug)]
pub struct RenderOptions {
    /// Show secret values: `--reveal`.
    pub reveal: bool,
    /// Show all settings, the places looked at and the whole environment: `-v`.
    pub verbose: bool,
    /// Show findings only: `-q`.
    pub quiet: bool,
    /// In the place of findings, how often each rule was reported: `--statistics`.
    pub statistics: bool,
    /// Write colours; see [`color::wanted`].
    pub color: bool,
    /// Columns of the terminal; 80 where there is none.
    pub width: usize,
    /// Paths below it are shown to people relative to it.
    pub cwd: PathBuf,
    /// The root of the repository: what a forge shows beside its files has paths relative to it.
    pub root: PathBuf,
    /// The least severity that fails: `--fail-on`; none when nothing does.
    pub fail_on: Option<Severity>,
    /// One for the whole run, so that its outputs can be compared.
    pub fingerprinter: Fingerprinter,
}

/// Writes a report.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    format: Format,
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human if options.statistics => statistics::render(report, options, out),
        Format::Human => human::render(report, sources, options, out),
        Format::Concise => concise::render(report, sources, options, out),
        Format::Json => json::render(report, sources, options, out),
        Format::Yaml => yaml::render(report, sources, options, out),
        Format::Sarif => sarif::render(report, sources, options, out),
        Format::Github => github::render(report, sources, options, out),
        Format::Gitlab => gitlab::render(report, sources, options, out),
        Format::Junit => junit::render(report, sources, options, out),
        Format::Markdown => markdown::render(report, sources, options, out),
        Format::Html => html::render(report, sources, options, out),
    }
}

/// For a format that has no meaning for what is to be written; the command line refuses it before.
fn unsupported(format: Format, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, format!("{what} cannot be written as {}", format.id()))
}

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
    /// Targets as they were before something was left out of them: not shown, and their secrets taken
    /// out of what is.
    pub whole: Vec<Target>,
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
    fn guard(&self, reveal: bool) -> Guard {
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
    fn summary_of(targets: &[&TargetReport]) -> ReportSummary {
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
