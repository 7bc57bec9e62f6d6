//! The report: all that a renderer may see. Renderers are pure functions from it to bytes and
//! decide nothing.

pub mod color;
pub mod diagnosis;
pub mod diff;
pub mod environment;
pub(crate) mod fingerprint;
#[cfg(test)]
mod fixture;
pub mod human;
pub mod json;
pub mod proof;

use crate::{
    finding::{Finding, Refusal, Severity},
    origin::Variable,
    redact::{Fingerprinter, Guard},
    source::{Place, Sources},
    target::Target,
};
use std::{
    collections::HashSet,
    io::{self, Write},
    path::PathBuf,
    str::FromStr,
};

/// How a report is written. Further formats are further modules beside [`json`] and arms here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// For people, in a terminal or piped.
    #[default]
    Human,
    /// `clawdock.report/1`.
    Json,
}

impl Format {
    /// Every format, as `--format` lists them.
    pub const ALL: &[Self] = &[Self::Human, Self::Json];

    /// The name used on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = || Self::ALL.iter().map(|f| f.id()).collect::<Vec<_>>().join(", ");
        let found = Self::ALL.iter().copied().find(|f| f.id() == name);
        found.ok_or_else(|| format!("no such format; there are: {}", known()))
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
    /// Write colours; see [`color::wanted`].
    pub color: bool,
    /// Columns of the terminal; 80 where there is none.
    pub width: usize,
    /// Paths below it are shown relative to it.
    pub cwd: PathBuf,
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
        Format::Human => human::render(report, sources, options, out),
        Format::Json => json::render(report, sources, options, out),
    }
}

/// Everything that one run found out.
#[derive(Debug, Default)]
pub struct Report {
    /// One entry for each target, findings in canonical order.
    pub targets: Vec<TargetReport>,
    /// What Docker Compose itself would refuse.
    pub refusals: Vec<Refusal>,
    /// What the projects' env files set: not shown, and taken out of what is.
    pub variables: Vec<Variable>,
}

/// One target with its findings.
#[derive(Debug)]
pub struct TargetReport {
    /// The facts.
    pub target: Target,
    /// What the rules say.
    pub findings: Vec<Finding>,
    /// What they say as well, and what somebody keeps back.
    pub suppressed: Vec<Suppressed>,
    /// The answer in one sentence, free of values.
    pub verdict: String,
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
}

/// How many findings of each severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
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
}

impl Report {
    /// What keeps the secrets of this report out of its sentences, names and paths.
    fn guard(&self, reveal: bool) -> Guard {
        Guard::of_targets(self.targets.iter().map(|t| &t.target), &self.variables, reveal)
    }

    /// Drops a finding where an earlier target has the same one: two services that share a file need
    /// to be told once. The same is what weighs the same and names the same places.
    pub fn drop_repeated(&mut self) {
        let mut seen = HashSet::new();
        for target in &mut self.targets {
            target.findings.retain(|f| {
                let Some(place) = f.place else { return true };
                let related: Vec<Place> = f.related.iter().map(|r| r.place).collect();
                seen.insert((f.rule, f.severity, place, f.key.clone(), related))
            });
        }
    }

    /// Counts the findings; a refusal counts as an error.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let count = |severity| {
            self.targets.iter().flat_map(|t| &t.findings).filter(|f| f.severity == severity).count()
        };
        let suppressed = |by_baseline| {
            let all = self.targets.iter().flat_map(|t| &t.suppressed);
            all.filter(|s| (s.by == Suppression::Baseline) == by_baseline).count()
        };
        Summary {
            errors: count(Severity::Error) + self.refusals.len(),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            ignored: suppressed(false),
            in_baseline: suppressed(true),
        }
    }
}
