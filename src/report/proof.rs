//! `clawdock probe`: what was seen, target by target, without the rest of the report.

use super::{
    RenderOptions,
    human::{self, Page},
};
use crate::{
    findings::report::Report,
    model::target::{Observation, Outcome},
    text::source::Sources,
};
use owo_colors::Style;
use std::io::{self, Write};

/// Writes what was seen; with `check` one line for each target and probe.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    check: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(report.guard(options.reveal), sources, options, out);
    for entry in &report.targets {
        let target = &entry.target;
        let name = page.name(&target.name);
        let title = format!("{name}:");
        if check {
            lines(&mut page, &name, &target.observations)?;
            continue;
        }
        page.gap()?;
        let verdict = page.sentence(&entry.verdict);
        page.hanging(&title, &verdict, Style::new().bold())?;
        human::observations(&mut page, &target.observations)?;
    }
    if check {
        return Ok(());
    }
    page.gap()?;
    page.paragraph(&summary(report))
}

/// One line for each thing that matters: the worst of each probe, and every provider.
fn lines(page: &mut Page<'_>, name: &str, observations: &[Observation]) -> io::Result<()> {
    let mut probes: Vec<&str> = observations.iter().map(|o| o.probe).collect();
    probes.dedup();
    for probe in probes {
        let all: Vec<&Observation> = observations.iter().filter(|o| o.probe == probe).collect();
        let each = probe == crate::probe::PROVIDER;
        let worst = all.iter().map(|o| rank(o.outcome)).max().unwrap_or(0);
        let told: Vec<&Observation> =
            if each { all } else { all.into_iter().filter(|o| rank(o.outcome) == worst).take(1).collect() };
        for seen in told {
            let (word, style) = match seen.outcome {
                Outcome::Contradicts => ("BAD", Style::new().red().bold()),
                Outcome::Unknown => ("UNKNOWN", Style::new().yellow()),
                Outcome::Agrees | Outcome::Seen => ("OK", Style::new().green()),
            };
            let subject = page.sentence(&seen.subject);
            let observed = page.sentence(&seen.observed);
            let word = page.paint(&format!("{word:<7}"), style);
            page.line(&format!("{word} {name} {probe} {subject}: {observed}"))?;
        }
    }
    Ok(())
}

fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Seen => 0,
        Outcome::Agrees => 1,
        Outcome::Unknown => 2,
        Outcome::Contradicts => 3,
    }
}

fn summary(report: &Report) -> String {
    let count = |outcome| {
        report.targets.iter().flat_map(|t| &t.target.observations).filter(|o| o.outcome == outcome).count()
    };
    format!(
        "{} confirmed, {} contradicted, {} inconclusive.",
        count(Outcome::Agrees),
        count(Outcome::Contradicts),
        count(Outcome::Unknown)
    )
}
