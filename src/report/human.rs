//! `--format human`.

use super::{RenderOptions, Report};
use crate::{redact::Guard, source::Sources};
use std::io::{self, Write};

/// Writes the report for people.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    report: &Report,
    _sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let guard = Guard::new(report, options.reveal);
    for target in &report.targets {
        writeln!(out, "{}: {}", guard.name(&target.target.name), guard.message(&target.verdict))?;
        for finding in &target.findings {
            writeln!(out, "{}: {}", finding.rule, guard.message(&finding.message))?;
        }
    }
    Ok(())
}
