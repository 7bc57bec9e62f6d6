//! `clawdock env`: one line a variable, origin first, as `git config --list --show-origin` does.

use super::{
    RenderOptions,
    human::{self, Page},
};
use crate::findings::report::Report;
use crate::text::source::Sources;
use std::io::{self, Write};

/// Writes the environment of every target; with several, each line begins with the target's name.
/// Columns are separated by tabs. Where there is no target, what Compose refuses is written instead. A name that is passed without a value has no `=`.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let guard = report.guard(options.reveal);
    let mut page = Page::new(guard, sources, options, out);
    if report.targets.is_empty() {
        human::refusals(&mut page, report)?;
    }
    let several = report.targets.len() > 1;
    for entry in &report.targets {
        for variable in &entry.target.environment {
            let name = page.variable(&variable.name);
            let (origin, assignment) = match &variable.winner {
                Some(winner) => {
                    let steps = page.via(&winner.via);
                    let origin = page.origin(winner);
                    let origin = if steps.is_empty() { origin } else { format!("{origin} <- {steps}") };
                    (origin, page.assignment(&variable.name, winner))
                }
                None => ("(no value)".to_owned(), name),
            };
            let target = if several { format!("{}\t", page.name(&entry.target.name)) } else { String::new() };
            page.line(&format!("{target}{origin}\t{assignment}"))?;
        }
    }
    Ok(())
}
