//! `--format human`: for people, in a terminal or piped, at 80 columns and without colour.

pub(super) mod finding;
mod page;
mod probe;
mod settings;

use super::{RenderOptions, Report, Suppressed, Suppression, TargetReport, phrases};
use crate::{
    text::source::Sources,
    vocabulary::{
        deployment::Role,
        finding::FixKind,
        prediction::{Prediction, Start},
    },
};
pub(super) use page::Page;
pub(super) use probe::observations;
use std::io::{self, Write};

/// Writes the report for people.
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
    refusals(&mut page, report)?;
    // Services beside OpenClaw are worth a line only when there is something to say.
    let all_other = report.targets.iter().all(|t| t.target.role == Role::Other);
    for target in &report.targets {
        let silent = target.target.role == Role::Other && target.findings.is_empty();
        if options.verbose || all_other || !silent {
            render_target(&mut page, target)?;
        }
    }
    if options.quiet { Ok(()) } else { summary(&mut page, report) }
}

/// What makes Compose refuse the project, or cannot be read.
pub(super) fn refusals(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    for refusal in &report.refusals {
        let text = finding::refusal(&page.phrases, &mut page.excerpts, refusal);
        page.passage(&text)?;
    }
    Ok(())
}

fn render_target(page: &mut Page<'_>, report: &TargetReport) -> io::Result<()> {
    let target = &report.target;
    if !page.options.quiet {
        page.gap()?;
        let name = page.name(&target.name);
        let verdict = page.sentence(&report.verdict);
        page.title(&name, &verdict)?;
        let about = page.about(target);
        page.faint(&about)?;
        if let Some(start) = target.uncontradicted_start() {
            render_start(page, start)?;
        }
    }
    for found in &report.findings {
        let text = finding::finding(&page.phrases, &mut page.excerpts, found);
        page.passage(&text)?;
    }
    if page.options.quiet {
        return Ok(());
    }
    settings::settings(page, target)?;
    probe::observations(page, &target.observations)?;
    if page.options.verbose {
        kept_back(page, &report.suppressed)?;
        settings::looked_at(page, &target.sources)?;
        settings::environment(page, "Environment the container is created with", &target.environment)?;
        if let Some(environment) = &target.process_environment {
            settings::environment(page, "Environment of the gateway's process", environment)?;
        }
    }
    Ok(())
}

fn render_start(page: &mut Page<'_>, start: &Start) -> io::Result<()> {
    let said = page.start(start);
    match start.prediction {
        Prediction::Starts if page.options.verbose => page.faint(&said),
        Prediction::Starts => Ok(()),
        Prediction::Refuses => page.paragraph(&said),
        Prediction::Unknown => page.faint(&said),
    }
}

/// What is not reported, with the reason: a line each.
fn kept_back(page: &mut Page<'_>, suppressed: &[Suppressed]) -> io::Result<()> {
    if suppressed.is_empty() {
        return Ok(());
    }
    page.heading("Findings that are kept back")?;
    for Suppressed { finding, by } in suppressed {
        let at = finding.place.map(|p| format!(" {}", page.place(p))).unwrap_or_default();
        let by = match by {
            Suppression::Comment { place, reason } => {
                let reason = reason.as_deref().map(|r| format!(": {}", page.sentence(r))).unwrap_or_default();
                format!("ignored by the comment of {}{reason}", page.place(*place))
            }
            Suppression::Path { pattern } => format!("ignored in {}", page.path(pattern)),
            Suppression::Baseline => "in the baseline".to_owned(),
            Suppression::Yielded { to } => format!("left out, as {to} says it"),
        };
        let message = page.sentence(&finding.message);
        page.paragraph(&format!("{}{at} {by} ({message})", finding.rule))?;
    }
    Ok(())
}

fn summary(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    page.gap()?;
    page.paragraph(&format!("{}.", phrases::summary(report)))?;
    let fixes = report.targets.iter().flat_map(|t| &t.findings).filter_map(|f| f.fix.as_ref());
    let (safe, with_a_look): (Vec<_>, Vec<_>) =
        fixes.filter(|f| !f.edits.is_empty()).partition(|f| f.kind == FixKind::Safe);
    let fix = match (safe.len(), with_a_look.len()) {
        (0, 0) => return Ok(()),
        (safe, 0) => format!("`clawdock fix` mends {safe} of them."),
        (0, more) => format!("`clawdock fix --unsafe-fixes` mends {more} of them."),
        (safe, more) => format!("`clawdock fix` mends {safe} of them, with `--unsafe-fixes` {more} more."),
    };
    page.faint(&fix)
}

#[cfg(test)]
mod tests;
