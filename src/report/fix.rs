//! What `fix` would do, or did: a unified diff with values hidden, and a line for each fix.

use super::{
    RenderOptions,
    human::{self, Page},
    phrases,
    words::{MASK, clean_line, counted, even_masks},
};
use crate::{
    findings::mending::{ChoiceEntry, Edited, FixEntry, FixOutcome},
    redact,
    text::secret::Text,
    vocabulary::{finding::Severity, shell_word::quoted},
};
use owo_colors::Style;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};
use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::PathBuf,
};

/// Lines around a change, as `diff -u` shows them.
const CONTEXT: usize = 3;

/// What became of a file that was to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WrittenFix {
    /// It was, and this is its backup.
    Backup(PathBuf),
    /// It was not.
    Failed(String),
}

/// Writes what was done; `written` is none where nothing was to be written. `typed` is the command with what
/// selects the project, for the commands that are shown.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    outcome: &FixOutcome,
    written: Option<&BTreeMap<PathBuf, WrittenFix>>,
    typed: &str,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (report, sources) = &outcome.after;
    let mut page = Page::new(report.guard(options.reveal), sources, options, out);
    human::refusals(&mut page, report)?;
    if !options.quiet || written.is_none() {
        for text in outcome.texts.values() {
            diff(&mut page, text, &outcome.new_secrets)?;
        }
    }
    if options.quiet && written.is_none() {
        return Ok(());
    }
    let makes = if written.is_some() { "Fixed" } else { "Would fix" };
    let many = |n| counted(n, "finding", "findings");
    if outcome.made.is_empty() {
        page.gap()?;
        let said = nothing(outcome);
        page.paragraph(&said)?;
    } else {
        let how = if written.is_some() { "" } else { "; `--write` does it" };
        page.gap()?;
        page.paragraph(&format!("{makes} {}{how}:", many(outcome.made.len())))?;
        list(&mut page, &outcome.made, true)?;
    }
    for (path, result) in written.into_iter().flatten() {
        let name = page.path(&path.display().to_string());
        page.paragraph(&match result {
            WrittenFix::Backup(backup) => {
                format!(
                    "{name}: written; what it held, with any secret in it, is in {}; delete that file before you commit",
                    page.path(&backup.display().to_string())
                )
            }
            WrittenFix::Failed(why) => format!("{name}: not written: {}", page.sentence(why)),
        })?;
    }
    if !outcome.unsafe_ones.is_empty() {
        page.gap()?;
        let n = outcome.unsafe_ones.len();
        let verb = if n == 1 { "needs" } else { "need" };
        page.paragraph(&format!(
            "{} {verb} a look first, and `--unsafe-fixes`:",
            counted(n, "more fix", "more fixes")
        ))?;
        list(&mut page, &outcome.unsafe_ones, false)?;
    }
    if !outcome.choices.is_empty() {
        page.gap()?;
        let n = outcome.choices.len();
        let head = counted(
            n,
            "choice is yours: run one of the commands",
            "choices are yours: run one of the commands of each",
        );
        page.paragraph(&format!("{head}:"))?;
        for choice in &outcome.choices {
            let message = page.sentence(&choice.message);
            page.indented(2, &format!("{} {message}", choice.rule), Style::new())?;
            for option in &choice.options {
                let keeps = page.sentence(&option.keeps);
                let line = format!("`{}` keeps {keeps}", command(typed, choice, &option.word));
                page.indented(4, &line, Style::new())?;
            }
        }
    }
    for (head, entries) in [("Not fixed:", &outcome.refused), ("By hand:", &outcome.by_hand)] {
        if !entries.is_empty() {
            page.gap()?;
            page.paragraph(head)?;
            list(&mut page, entries, false)?;
        }
    }
    if let Some(said) = without_fix(outcome) {
        page.gap()?;
        page.paragraph(&said)?;
    }
    Ok(())
}

/// What is typed to keep one of several values.
fn command(typed: &str, choice: &ChoiceEntry, word: &str) -> String {
    format!("{typed} --select {} --prefer {} --write", choice.rule, quoted(word))
}

/// Asks which of several values stays.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn question(
    outcome: &FixOutcome,
    choice: &ChoiceEntry,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (report, sources) = &outcome.after;
    let mut page = Page::new(report.guard(options.reveal), sources, options, out);
    let message = page.sentence(&choice.message);
    page.paragraph(&format!("{} {message}", choice.rule))?;
    for (at, option) in choice.options.iter().enumerate() {
        let keeps = page.sentence(&option.keeps);
        page.indented(2, &format!("{}  keep {keeps}", at + 1), Style::new())?;
    }
    page.paragraph("Which one stays? Type its number, or press Enter to change nothing.")
}

/// What no fix of any kind is known for.
fn without_fix(outcome: &FixOutcome) -> Option<String> {
    let count = |severity| outcome.without.iter().filter(|s| **s == severity).count();
    let counts: Vec<String> = [
        (count(Severity::Error), "error", "errors"),
        (count(Severity::Warning), "warning", "warnings"),
        (count(Severity::Info), "note", "notes"),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, one, many)| counted(n, one, many))
    .collect();
    let verb = if outcome.without.len() == 1 { "has" } else { "have" };
    (!counts.is_empty())
        .then(|| format!("{} {verb} no automatic fix; `clawdock lint` says what to do.", counts.join(", ")))
}

/// Why no edit is shown: there are no findings, or none that an edit of clawdock's would fix.
fn nothing(outcome: &FixOutcome) -> String {
    let report = &outcome.after.0;
    let mut rules: Vec<&str> = report.targets.iter().flat_map(|t| &t.findings).map(|f| f.rule).collect();
    rules.dedup();
    let summary = report.summary();
    if summary.errors + summary.warnings == 0 {
        return "Nothing to fix.".to_owned();
    }
    let rules = if rules.is_empty() { String::new() } else { format!(" ({})", rules.join(", ")) };
    format!("Nothing to fix automatically: {}{rules}.", phrases::counts(&summary))
}

fn list(page: &mut Page<'_>, entries: &[FixEntry], with_kind: bool) -> io::Result<()> {
    for entry in entries {
        let at = entry
            .at
            .as_ref()
            .map(|(path, line)| format!(" {}:{line}", page.path(&path.display().to_string())));
        let kind = match entry.kind {
            crate::vocabulary::finding::FixKind::Unsafe if with_kind => " (unsafe)",
            _ => "",
        };
        let why = entry.why.as_deref().map(|why| format!(": {}", page.sentence(why)));
        let title = page.sentence(&entry.title);
        let line =
            format!("{}{} {title}{kind}{}", entry.rule, at.unwrap_or_default(), why.unwrap_or_default());
        page.indented(2, &line, Style::new())?;
    }
    Ok(())
}

/// The lines of a text, line breaks included.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn diff(page: &mut Page<'_>, text: &Edited, secrets: &[Text]) -> io::Result<()> {
    let reveal = page.options.reveal;
    // Both are masked as a whole: what a line is depends on those before it.
    let masked = [&text.before, &text.after].map(|t| {
        let masked = redact::masked_text(t, text.language, reveal);
        // A new secret is shown to nobody: it is read in the file.
        let masked = secrets.iter().fold(masked, |text, secret| text.replace(secret.expose(), MASK));
        if reveal { masked } else { even_masks(&masked).0 }
    });
    let shown = [lines(&masked[0]), lines(&masked[1])];
    let (before, after) = (lines(&text.before), lines(&text.after));
    let name = page.path(&text.name.display().to_string());
    let (removed, added) = (Style::new().red(), Style::new().green());
    for (mark, style) in [("---", removed), ("+++", added)] {
        let line = page.paint(&format!("{mark} {name}"), style.bold());
        page.line(&line)?;
    }
    let ops = capture_diff_slices(Algorithm::Myers, &before, &after);
    for group in group_diff_ops(ops, CONTEXT) {
        let head = hunk(&group);
        let head = page.paint(&head, Style::new().cyan());
        page.line(&head)?;
        for op in group {
            let (tag, old, new) = op.as_tag_tuple();
            if tag == DiffTag::Equal {
                for line in old {
                    side(page, ' ', shown[0].get(line), Style::new())?;
                }
                continue;
            }
            for line in old {
                side(page, '-', shown[0].get(line), removed)?;
            }
            for line in new {
                side(page, '+', shown[1].get(line), added)?;
            }
        }
    }
    Ok(())
}

fn hunk(group: &[DiffOp]) -> String {
    let range = |ranges: Vec<std::ops::Range<usize>>| {
        let start = ranges.first().map_or(0, |r| r.start);
        let count = ranges.last().map_or(0, |r| r.end) - start;
        // As diff(1) writes it: what has no line stands behind the one before it.
        let first = if count == 0 { start } else { start + 1 };
        if count == 1 { first.to_string() } else { format!("{first},{count}") }
    };
    let old = range(group.iter().map(DiffOp::old_range).collect());
    let new = range(group.iter().map(DiffOp::new_range).collect());
    format!("@@ -{old} +{new} @@")
}

fn side(page: &mut Page<'_>, mark: char, line: Option<&&str>, style: Style) -> io::Result<()> {
    let line = line.copied().unwrap_or_default();
    let open = !line.ends_with('\n');
    let line = line.trim_end_matches(['\n', '\r']);
    let shown: String = std::iter::once(mark).chain(clean_line(line)).collect();
    let shown = page.paint(&shown, style);
    page.line(&shown)?;
    if open { page.line("\\ No newline at end of file") } else { Ok(()) }
}
