//! The report: all that a renderer may see. Renderers are pure functions from it to bytes and
//! decide nothing.

use crate::{
    finding::{Finding, Refusal, Severity},
    target::Target,
};

/// Everything that one run found out.
#[derive(Debug, Default)]
pub struct Report {
    /// One entry for each target, findings in canonical order.
    pub targets: Vec<TargetReport>,
    /// What Docker Compose itself would refuse.
    pub refusals: Vec<Refusal>,
}

/// One target with its findings.
#[derive(Debug)]
pub struct TargetReport {
    /// The facts.
    pub target: Target,
    /// What the rules say.
    pub findings: Vec<Finding>,
    /// The answer in one sentence, free of values.
    pub verdict: String,
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
}

impl Report {
    /// Counts the findings; a refusal counts as an error.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let count = |severity| {
            self.targets.iter().flat_map(|t| &t.findings).filter(|f| f.severity == severity).count()
        };
        Summary {
            errors: count(Severity::Error) + self.refusals.len(),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }
}
