//! What a probe saw, beside what was predicted.

use super::Page;
use crate::{
    model::target::{Observation, Outcome},
    probe::ENVIRONMENT,
};
use owo_colors::Style;
use std::io;

/// Writes the observations; nothing when no probe ran. Variables that are as predicted are counted,
/// and shown with `-v`.
pub(in crate::report) fn observations(page: &mut Page<'_>, observations: &[Observation]) -> io::Result<()> {
    if observations.is_empty() {
        return Ok(());
    }
    page.heading("Seen by the probe")?;
    let is_usual =
        |o: &&Observation| o.probe == ENVIRONMENT && o.outcome == Outcome::Agrees && !page.options.verbose;
    let usual = observations.iter().filter(is_usual).count();
    let shown: Vec<&Observation> = observations.iter().filter(|o| !is_usual(o)).collect();
    for seen in shown {
        let (mark, style) = match seen.outcome {
            Outcome::Agrees => ("[ok]", Style::new().green()),
            Outcome::Contradicts => ("[no]", Style::new().red().bold()),
            Outcome::Unknown => ("[??]", Style::new().yellow()),
            Outcome::Seen => ("[--]", Style::new()),
        };
        let subject = page.sentence(&seen.subject);
        let at = seen.place.map(|p| format!(" at {}", page.place(p))).unwrap_or_default();
        let value = seen.value.as_ref().map(|v| page.text(&[&seen.subject], false, v)).unwrap_or_default();
        let left = format!("{mark} {}: {subject}{at}", seen.probe);
        page.row(&left, &value, style)?;
        let observed = page.sentence(&seen.observed);
        page.indented(5, &format!("seen: {observed}"), Style::new())?;
        if let Some(predicted) = &seen.predicted {
            let predicted = page.sentence(predicted);
            page.indented(5, &format!("predicted: {predicted}"), Style::new())?;
        }
    }
    if usual > 0 {
        page.row(&format!("[ok] {ENVIRONMENT}: {usual} variables confirmed"), "", Style::new().green())?;
    }
    Ok(())
}
