//! The tables: settings with their winners and losers, places looked at, environments.

use super::Page;
use crate::{
    findings::report::TargetReport,
    provenance::{Candidate, InspectedSource, Shadowed, Variable},
    report::rows::{SettingRow, rows},
    vocabulary::setting::{Setting, State},
};
use owo_colors::Style;
use std::io;

/// Writes the settings that are overridden, disagree, are empty or cannot be resolved, and that no
/// finding is about; with `-v` all.
pub(super) fn settings(page: &mut Page<'_>, entry: &TargetReport, of: &str) -> io::Result<()> {
    let verbose = page.options.verbose || page.options.of_key;
    let mut rows = rows(&entry.target, verbose);
    rows.retain(|row| verbose || !entry.told.contains(&*row.setting.name()));
    if rows.is_empty() {
        return Ok(());
    }
    let what = if verbose { "Settings" } else { "Other settings that are overridden, disagree or are empty" };
    page.heading(&format!("{what}{of}"))?;
    for row in rows {
        render_row(page, &row)?;
    }
    Ok(())
}

fn render_row(page: &mut Page<'_>, row: &SettingRow<'_>) -> io::Result<()> {
    let setting = row.setting;
    let consumers: Vec<String> = row.consumers.iter().map(|c| page.name(c)).collect();
    let state = match row.view.state {
        State::Set => "",
        State::Blank => ": blank",
        State::Unset if !row.view.ignored.is_empty() => ": set, and not used",
        State::Unset => ": not set",
        State::Unresolved => ": a reference that cannot be resolved",
        State::Unknown => ": unknown from here",
    };
    let head = format!("{} ({}){state}", page.name(&setting.name()), consumers.join(", "));
    let head = page.paint(&head, Style::new().underline());
    page.line(&head)?;
    if let Some(winner) = &row.view.winner {
        let left = format!("  = {}", page.origin(winner));
        let right = page.held(setting, row.view, winner);
        page.row(&left, &right, Style::new())?;
        via(page, winner)?;
    }
    for loser in &row.view.losers {
        lost(page, setting, loser, "overridden")?;
    }
    for loser in &row.view.ignored {
        lost(page, setting, loser, "ignored")?;
    }
    Ok(())
}

fn lost(page: &mut Page<'_>, setting: &Setting, loser: &Shadowed, how: &str) -> io::Result<()> {
    let dim = Style::new().dimmed();
    let left = format!("  ; {}", page.origin(&loser.candidate));
    let right = page.value(&setting.name(), setting.secret, &loser.candidate);
    page.row(&left, &right, dim)?;
    via(page, &loser.candidate)?;
    let why = page.sentence(&loser.reason.to_string());
    page.indented(4, &format!("{how}: {why}"), dim)
}

fn via(page: &mut Page<'_>, candidate: &Candidate) -> io::Result<()> {
    if candidate.via.is_empty() {
        return Ok(());
    }
    let steps = page.via(&candidate.via);
    page.indented(4, &format!("<- {steps}"), Style::new().dimmed())
}

/// Writes the places that were looked at, and what came of it.
pub(super) fn looked_at(page: &mut Page<'_>, sources: &[InspectedSource]) -> io::Result<()> {
    if sources.is_empty() {
        return Ok(());
    }
    page.heading("Looked at")?;
    for source in sources {
        let note = source.words().map(|n| format!(", {}", page.sentence(&n))).unwrap_or_default();
        let left = format!("  {}", page.path(&source.path));
        let style = if source.state.is_there() { Style::new() } else { Style::new().dimmed() };
        page.row(&left, &format!("{} ({}){note}", source.state.word(), source.layer.id()), style)?;
    }
    Ok(())
}

/// Writes a whole environment, origin first.
pub(super) fn environment(page: &mut Page<'_>, heading: &str, variables: &[Variable]) -> io::Result<()> {
    if variables.is_empty() {
        return Ok(());
    }
    page.heading(heading)?;
    for variable in variables {
        let name = page.variable(&variable.name);
        let Some(winner) = &variable.winner else {
            page.row(&format!("  {name}"), "passed without a value", Style::new().dimmed())?;
            continue;
        };
        let assignment = page.assignment(&variable.name, winner);
        page.row(&format!("  {}", page.origin(winner)), &assignment, Style::new())?;
        via(page, winner)?;
        for loser in &variable.losers {
            let dim = Style::new().dimmed();
            let value = page.value(&variable.name, false, &loser.candidate);
            page.row(&format!("  ; {}", page.origin(&loser.candidate)), &value, dim)?;
            let why = page.sentence(&loser.reason.to_string());
            page.indented(4, &format!("overridden: {why}"), dim)?;
        }
    }
    Ok(())
}
