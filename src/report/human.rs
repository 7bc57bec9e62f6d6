//! `--format human`: for people, in a terminal or piped, at 80 columns and without colour.

mod finding;
mod page;
mod probe;
mod settings;
mod words;

use super::{RenderOptions, Report, Summary, Suppressed, Suppression, TargetReport};
use crate::{
    source::Sources,
    target::{Prediction, Role, Start, Target, TargetKind, VersionSource},
};
pub(super) use page::Page;
pub(super) use probe::observations;
use std::io::{self, Write};
pub(super) use words::{clean, wrap};

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
    for refusal in &report.refusals {
        finding::refusal(&mut page, refusal)?;
    }
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

fn render_target(page: &mut Page<'_>, report: &TargetReport) -> io::Result<()> {
    let target = &report.target;
    if !page.options.quiet {
        page.gap()?;
        let name = page.name(&target.name);
        let verdict = page.sentence(&report.verdict);
        page.title(&name, &verdict)?;
        let about = about(page, target);
        page.faint(&about)?;
        if let Some(start) = &target.start {
            render_start(page, start)?;
        }
    }
    for found in &report.findings {
        finding::finding(page, found)?;
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

/// What a target is: `gateway, service of project claw, OpenClaw 2026.9.6 (package.json)`.
fn about(page: &Page<'_>, target: &Target) -> String {
    let role = match target.role {
        Role::Gateway => "gateway",
        Role::Cli => "command line",
        Role::Other => "does not run OpenClaw",
    };
    let project =
        target.project.as_deref().map(|p| format!(" of project {}", page.name(p))).unwrap_or_default();
    let kind = match (target.kind, &target.service) {
        (TargetKind::ComposeService, _) => format!("service{project}"),
        (TargetKind::Container, Some(service)) => {
            format!("container of service {}{project}", page.name(service))
        }
        (TargetKind::Container, None) => "container".to_owned(),
    };
    let mut parts = vec![role.to_owned(), kind];
    if let Some(image) = &target.deployment.image {
        parts.push(format!("image {}", page.sentence(&image.value)));
    }
    if let Some(state) = &target.state {
        parts.push(page.sentence(state));
    }
    if let Some(fact) = &target.openclaw {
        let source = match fact.source {
            VersionSource::Flag => "--openclaw-version",
            VersionSource::Label => "image label",
            VersionSource::PackageJson => "package.json",
            VersionSource::ImageTag => "image tag",
            VersionSource::Assumed => "assumed",
        };
        parts.push(format!("OpenClaw {} ({source})", page.sentence(&fact.version)));
    }
    parts.join(", ")
}

fn render_start(page: &mut Page<'_>, start: &Start) -> io::Result<()> {
    let why = start.why.as_deref().map(|w| format!(": {}", page.sentence(w))).unwrap_or_default();
    let code = start.exit_code.map(|c| format!(" (exit code {c})")).unwrap_or_default();
    match start.prediction {
        Prediction::Starts if page.options.verbose => page.faint(&format!("The gateway would start{why}.")),
        Prediction::Starts => Ok(()),
        Prediction::Refuses => page.paragraph(&format!("The gateway would refuse to start{code}{why}.")),
        Prediction::Unknown => page.faint(&format!("Whether the gateway would start is unknown{why}.")),
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
        };
        let message = page.sentence(&finding.message);
        page.paragraph(&format!("{}{at} {by} ({message})", finding.rule))?;
    }
    Ok(())
}

fn summary(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let Summary { errors, warnings, infos, ignored, in_baseline } = report.summary();
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let targets = count(report.targets.len(), "target", "targets");
    let found = [(errors, "error", "errors"), (warnings, "warning", "warnings"), (infos, "info", "infos")];
    let found: Vec<String> =
        found.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(*n, one, many)).collect();
    let kept = [(ignored, "ignored"), (in_baseline, "in the baseline")];
    let kept: String = kept.iter().filter(|(n, _)| *n > 0).map(|(n, how)| format!("; {n} {how}")).collect();
    page.gap()?;
    if found.is_empty() {
        page.paragraph(&format!("No findings in {targets}{kept}."))
    } else {
        page.paragraph(&format!("{} in {targets}{kept}.", found.join(", ")))
    }
}

#[cfg(test)]
mod tests;
