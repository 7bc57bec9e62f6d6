//! `--format human`: for people, in a terminal or piped, at 80 columns and without colour.
//!
//! A project at a time: what each gateway does, then what is wrong, worst first, then notes, then the
//! settings that no finding is about.

pub(super) mod finding;
mod found;
pub mod overview;
mod page;
mod probe;
mod settings;

use super::{
    RenderOptions,
    phrases::{self, Phrases},
    words::counted,
};
use crate::{
    findings::report::{Report, ReportSummary, Suppressed, Suppression, TargetReport},
    model::target::TargetKind,
    text::source::Sources,
    vocabulary::{
        deployment::Role,
        finding::{Finding, Severity},
        prediction::{Prediction, Start, StartReason, StartReasonId},
    },
};
use owo_colors::Style;
pub(super) use page::Page;
pub(super) use probe::observations;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;

/// Left-out services that are named; more are counted.
const NAMED: usize = 5;

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
    let sections = sections(report);
    let is_one = matches!(sections.as_slice(), [_]);
    // What Docker Compose refuses comes before what the one project is.
    let counts_first = !is_one || !report.refusals.is_empty();
    if !options.quiet && counts_first {
        let projects = counted(sections.len(), "project", "projects");
        let of = if sections.len() > 1 { format!(" in {projects}") } else { String::new() };
        let total = format!("{}{of}", counts(&report.summary()));
        page.paragraph(&total)?;
    }
    if let Some(below) = report.found.as_ref().filter(|_| !options.quiet) {
        found::found(&mut page, below)?;
    }
    refusals(&mut page, report)?;
    let containers = report.targets.iter().filter(|entry| !entry.target.kind.is_on_disk());
    if !options.quiet && containers.filter(|entry| entry.target.role == Role::Gateway).count() > 1 {
        page.gap()?;
        overview::table(&mut page, &overview::rows(report, sources, options))?;
    }
    for section in &sections {
        let summary = if is_one { report.summary() } else { Report::summary_of(&section.targets) };
        let summary = (!is_one || !counts_first).then_some(summary);
        render_section(&mut page, report, section, summary.as_ref())?;
    }
    Ok(())
}

/// The targets of one project, or a container that belongs to none.
struct Section<'r> {
    targets: Vec<&'r TargetReport>,
}

impl<'r> Section<'r> {
    /// The targets that are worth a line of their own: services that do not run OpenClaw are not, unless
    /// there is nothing else.
    fn heads(&self, verbose: bool) -> Vec<&'r TargetReport> {
        let all = self.targets.iter().copied();
        let runs = |t: &&TargetReport| t.target.role != Role::Other;
        let others = verbose || !self.targets.iter().any(runs);
        all.filter(|t| others || runs(t)).collect()
    }

    /// What is told whole, and what in a line, in the order of the report; each with its target.
    fn findings(&self, verbose: bool) -> (Vec<Told<'r>>, Vec<Told<'r>>) {
        let all = self.targets.iter().flat_map(|entry| entry.findings.iter().map(move |f| (*entry, f)));
        let shown = all.filter(|(entry, f)| verbose || !is_aside(entry, f));
        let mut shown: Vec<Told<'_>> = shown.collect();
        shown.sort_by(|(_, a), (_, b)| Finding::in_order(a, b));
        shown.into_iter().partition(|(_, f)| verbose || f.severity > Severity::Info)
    }

    /// Findings that are counted only.
    fn aside(&self) -> impl Iterator<Item = Told<'r>> {
        let all = self.targets.iter().flat_map(|entry| entry.findings.iter().map(move |f| (*entry, f)));
        all.filter(|(entry, f)| is_aside(entry, f))
    }
}

/// A finding with its target.
type Told<'r> = (&'r TargetReport, &'r Finding);

fn is_aside(entry: &TargetReport, finding: &Finding) -> bool {
    entry.aside && finding.severity < Severity::Error
}

/// Projects in the order of their first targets.
fn sections(report: &Report) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for entry in &report.targets {
        let project = |other: &TargetReport| {
            other.target.project == entry.target.project
                && other.target.kind == entry.target.kind
                && other.target.advice.context() == entry.target.advice.context()
        };
        let known = sections.iter_mut().find(|s| s.targets.first().is_some_and(|first| project(first)));
        match known.filter(|_| entry.target.project.is_some()) {
            Some(section) => section.targets.push(entry),
            None => sections.push(Section { targets: vec![entry] }),
        }
    }
    sections
}

/// What makes Compose refuse the project, or cannot be read.
pub(super) fn refusals(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let Some((first, more)) = report.refusals.split_first() else { return Ok(()) };
    let text = finding::refusal(&page.phrases, &mut page.excerpts, first);
    page.passage(&text)?;
    for refusal in more {
        let at = refusal.place.map_or_else(|| page.path(&refusal.path), |place| page.place(place));
        let message = format!("{} ({at})", page.refused(refusal));
        page.hanging("error:", &message, Style::new().red().bold())?;
    }
    Ok(())
}

fn render_section(
    page: &mut Page<'_>,
    report: &Report,
    section: &Section<'_>,
    summary: Option<&ReportSummary>,
) -> io::Result<()> {
    let (quiet, of_key) = (page.options.quiet, page.options.of_key);
    let whole = page.options.verbose || of_key;
    let heads = section.heads(whole);
    if !quiet {
        page.gap()?;
        for (number, entry) in heads.iter().enumerate() {
            head(page, entry, number == 0)?;
        }
        if let Some(summary) = summary {
            page.indented(2, &counts(summary), Style::new())?;
        }
        left_out(page, report, section)?;
    }
    let lead = heads.first().map(|entry| entry.target.name.as_str());
    let whose = |say: &Phrases<'_>, (entry, finding): &Told<'_>| {
        let name = entry.target.name.as_str();
        let is_clear =
            finding.also.is_empty() && (Some(name) == lead || names_target(&finding.message, name));
        (quiet || !is_clear).then(|| owner(say, entry, finding))
    };
    if of_key {
        for entry in &heads {
            settings::settings(page, entry, &of_target(page, section, entry))?;
        }
    }
    let (whole, notes) = section.findings(whole);
    for told in &whole {
        let owner = whose(&page.phrases, told);
        let text = finding::of_target(&page.phrases, &mut page.excerpts, told.1, owner);
        page.passage(&text)?;
    }
    if !notes.is_empty() {
        page.gap()?;
    }
    for of_rule in notes.chunk_by(|(_, a), (_, b)| a.rule == b.rule) {
        note(page, of_rule, lead, quiet)?;
    }
    if quiet {
        return Ok(());
    }
    aside(page, section)?;
    for entry in heads {
        let of = of_target(page, section, entry);
        details(page, entry, &of)?;
    }
    Ok(())
}

/// What a target is and does, what is wrong with it, and who uses what.
fn head(page: &mut Page<'_>, entry: &TargetReport, is_first: bool) -> io::Result<()> {
    let target = &entry.target;
    let name = page.name(&target.name);
    let status = page.status(target, is_first);
    // Where the line is full, the name of the project is not worth another.
    let room = page.options.width.saturating_sub(name.width() + 2);
    let status = if status.width() > room { page.status(target, false) } else { status };
    page.title(&name, &status)?;
    if page.options.verbose {
        let about = page.about(target);
        page.indented(2, &about, Style::new().dimmed())?;
        if let Some(evidence) = page.evidence(target) {
            page.indented(2, &evidence, Style::new().dimmed())?;
        }
    }
    let problem = entry.problem.as_ref().map(|problem| (problem, severity(entry)));
    let verdict = (&entry.verdict, Style::new());
    // What the engine reports comes before what the files say.
    let is_down = target.engine.as_ref().is_some_and(|engine| engine.why_not_serving().is_some());
    let lines = if is_down { [Some(verdict), problem] } else { [problem, Some(verdict)] };
    for (clause, style) in lines.into_iter().flatten() {
        let clause = page.sentence(clause);
        page.indented(2, &phrases::as_sentence(&clause), style)?;
    }
    match target.uncontradicted_start() {
        Some(start) => render_start(page, start),
        None => Ok(()),
    }
}

/// The colour of the worst finding.
fn severity(entry: &TargetReport) -> Style {
    match entry.findings.iter().map(|f| f.severity).max() {
        Some(Severity::Error) => Style::new().red().bold(),
        Some(Severity::Warning) => Style::new().yellow(),
        Some(Severity::Info) | None => Style::new(),
    }
}

/// That it does not start is the verdict.
fn render_start(page: &mut Page<'_>, start: &Start) -> io::Result<()> {
    let is_told = match start.prediction {
        // Whether it starts is not asked where one key is.
        _ if page.options.of_key => page.options.verbose,
        Prediction::Starts => page.options.verbose,
        Prediction::Refuses => false,
        // Where only the config is missing, the sentence before says so.
        Prediction::Unknown => {
            let is_config = |reason: &StartReason| reason.id == StartReasonId::ConfigNotVisible;
            page.options.verbose || !start.reasons.iter().all(is_config)
        }
    };
    let said = page.start(start);
    if is_told { page.indented(2, &said, Style::new().dimmed()) } else { Ok(()) }
}

/// `3 errors, 1 note; 2 ignored · `clawdock fix` can fix 1`
fn counts(summary: &ReportSummary) -> String {
    let found = phrases::counts(summary);
    let fix = match (summary.fixable, summary.fixable_unsafe) {
        (0, 0) => return found,
        (safe, 0) => format!("`clawdock fix` can fix {safe}"),
        (0, more) => format!("`clawdock fix --unsafe-fixes` can fix {more}"),
        (safe, more) => format!("`clawdock fix` can fix {safe}, with `--unsafe-fixes` {more} more"),
    };
    format!("{found} · {fix}")
}

fn left_out(page: &mut Page<'_>, report: &Report, section: &Section<'_>) -> io::Result<()> {
    let on_disk = section.targets.first().filter(|t| t.target.kind == TargetKind::ComposeService);
    let Some(target) = on_disk.map(|t| &t.target) else { return Ok(()) };
    let of_project = report.projects.iter().filter(|p| p.name == target.project);
    let left: Vec<String> = of_project
        .flat_map(|p| &p.left_out)
        .map(|left| {
            let profiles: Vec<String> = left.profiles.iter().map(|p| page.name(p)).collect();
            format!("{} (profile {})", page.name(&left.service), profiles.join(", "))
        })
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    let more = left.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = left.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
    page.indented(
        2,
        &format!("left out: {named}{more}; `--profile NAME` includes them"),
        Style::new().dimmed(),
    )
}

/// It says `service openclaw-cli` or `container openclaw-cli`.
fn names_target(message: &str, name: &str) -> bool {
    ["service ", "container "].iter().any(|kind| {
        message.match_indices(&format!("{kind}{name}")).any(|(at, found)| {
            let next = message[at + found.len()..].chars().next();
            next.is_none_or(|c| !(c.is_alphanumeric() || "_-.".contains(c)))
        })
    })
}

/// `service openclaw-cli`, and the others that have the same finding.
fn owner(say: &Phrases<'_>, entry: &TargetReport, finding: &Finding) -> (&'static str, String) {
    let kind = entry.target.kind.noun();
    let others = finding.also.iter().map(|other| {
        let at = other.place.map(|place| format!(" ({})", say.place(place))).unwrap_or_default();
        format!("{}{at}", say.name(&other.target))
    });
    let all: Vec<String> = std::iter::once(say.name(&entry.target.name)).chain(others).collect();
    (kind, all.join(", "))
}

/// Findings of one rule: the first in a line, wrapped where it must be, and where there are more of it.
fn note(page: &mut Page<'_>, told: &[Told<'_>], lead: Option<&str>, quiet: bool) -> io::Result<()> {
    let Some(((entry, first), more)) = told.split_first() else { return Ok(()) };
    let message = page.sentence(&first.message);
    // A sentence that names its place need not have it once more.
    let place = first.place.filter(|place| !message.contains(&page.phrases.sources.brief(*place)));
    let mut behind: Vec<String> = place.map(|place| page.line_of(place)).into_iter().collect();
    if quiet || lead != Some(entry.target.name.as_str()) {
        behind.push(page.name(&entry.target.name));
    }
    if let Some((other, more)) = first.also.split_first() {
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        behind.push(format!("also {}{more}", page.name(&other.target)));
    }
    let behind = if behind.is_empty() { String::new() } else { format!(" ({})", behind.join(", ")) };
    let head = format!("note[{}]:", first.rule);
    let room = page.options.width.saturating_sub(head.width() + 1 + behind.width());
    let message = if page.options.quiet { message } else { shortened(message, first.key.as_deref(), room) };
    page.hanging(&head, &format!("{message}{behind}"), Style::new().green())?;
    if more.is_empty() {
        return Ok(());
    }
    let named = more.iter().take(NAMED).map(|(entry, finding)| {
        let key = finding.key.as_deref().map(|key| page.name(key));
        let at = finding.place.map(|place| page.line_of(place));
        let parts: Vec<String> = key.into_iter().chain(at).collect();
        if parts.is_empty() { page.name(&entry.target.name) } else { parts.join(" at ") }
    });
    let mut named: Vec<String> = named.collect();
    let said = |named: &[String]| {
        let rest = more.len() - named.len();
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        format!("the same rule: {}{rest}", named.join(", "))
    };
    while named.len() > 1 && said(&named).width() + 2 > page.options.width {
        named.pop();
    }
    page.indented(2, &said(&named), Style::new().dimmed())
}

/// A sentence up to the end of a clause, or of a word, where it is too long for its line. It stays whole where
/// it would sound surer without the rest, or would not say any more what it is about.
fn shortened(sentence: String, key: Option<&str>, room: usize) -> String {
    const HEDGES: [&str; 9] =
        ["unless", "if ", "may ", "might", "could", "would", "probably", "until", "depend"];
    /// Without them a clause says something else.
    const TURNS: [&str; 6] = ["not", "no", "never", "without", "only", "nothing"];
    /// A part of a clause that is shorter says too little.
    const LEAST: usize = 24;
    if sentence.width() <= room {
        return sentence;
    }
    let named = key.and_then(|key| Some(sentence.find(key)? + key.len())).unwrap_or_default();
    let is_whole = |before: &str| {
        before.matches('`').count().is_multiple_of(2)
            && before.matches('(').count() == before.matches(')').count()
    };
    let fits = |at: usize| {
        let (before, rest) = sentence.split_at(at);
        before.width() + 2 <= room
            && at >= named
            && is_whole(before)
            && HEDGES.iter().all(|hedge| !rest.contains(hedge))
    };
    let ends_clause =
        |at: &usize| sentence[*at..].starts_with([':', ';', ',']) && sentence[at + 1..].starts_with(' ');
    let ends = || sentence.match_indices([' ', ':', ';', ',']).map(|(at, _)| at);
    let keeps_sense = |at: &usize| {
        let clause = ends().find(|end| end > at && ends_clause(end)).unwrap_or(sentence.len());
        sentence[*at..clause].split(' ').all(|word| !TURNS.contains(&word))
    };
    let of_clause = ends().rfind(|at| ends_clause(at) && fits(*at));
    let of_word = || ends().rfind(|at| fits(*at) && keeps_sense(at));
    match of_clause.or_else(|| of_word().filter(|at| sentence[..*at].width() >= LEAST)) {
        Some(at) => format!("{} …", &sentence[..at]),
        None => sentence,
    }
}

/// Findings of services that do not run OpenClaw, counted.
fn aside(page: &mut Page<'_>, section: &Section<'_>) -> io::Result<()> {
    let mut names: Vec<String> = section.aside().map(|(entry, _)| page.name(&entry.target.name)).collect();
    let number = names.len();
    if number == 0 || page.options.verbose {
        return Ok(());
    }
    names.dedup();
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    names.truncate(NAMED);
    page.gap()?;
    let count = counted(number, "finding", "findings");
    page.faint(&format!(
        "{count} about services that do not run OpenClaw ({}{more}): `-v` shows them",
        names.join(", ")
    ))
}

/// ` of openclaw-cli`, where there are others.
fn of_target(page: &Page<'_>, section: &Section<'_>, entry: &TargetReport) -> String {
    let several = section.targets.len() > 1;
    if several { format!(" of {}", page.name(&entry.target.name)) } else { String::new() }
}

/// Settings that no finding is about, what a probe saw, and with `-v` everything that was read.
fn details(page: &mut Page<'_>, entry: &TargetReport, of: &str) -> io::Result<()> {
    let target = &entry.target;
    if !page.options.of_key {
        settings::settings(page, entry, of)?;
    }
    probe::observations(page, &target.observations)?;
    if page.options.verbose {
        kept_back(page, &entry.suppressed)?;
    }
    if page.options.verbose || page.options.of_key {
        settings::looked_at(page, &target.sources)?;
    }
    if page.options.verbose {
        let created = format!("Environment{of} the container is created with");
        settings::environment(page, &created, &target.environment)?;
        if let Some(environment) = &target.process_environment {
            settings::environment(page, "Environment of the gateway's process", environment)?;
        }
    }
    Ok(())
}

/// What is not reported, with the reason: a line each.
fn kept_back(page: &mut Page<'_>, suppressed: &[Suppressed]) -> io::Result<()> {
    let is_told = |s: &&Suppressed| !matches!(s.by, Suppression::Merged { .. });
    let suppressed: Vec<&Suppressed> = suppressed.iter().filter(is_told).collect();
    if suppressed.is_empty() {
        return Ok(());
    }
    page.heading("Suppressed findings")?;
    for Suppressed { finding, by } in suppressed {
        let at = finding.place.map(|p| format!(" {}", page.place(p))).unwrap_or_default();
        let by = match by {
            Suppression::Comment { place, reason } => {
                let reason = reason.as_deref().map(|r| format!(": {}", page.sentence(r))).unwrap_or_default();
                format!("ignored by the comment of {}{reason}", page.place(*place))
            }
            Suppression::Path { pattern } => format!("ignored in {}", page.path(pattern)),
            Suppression::Baseline => "in the baseline".to_owned(),
            Suppression::Merged { with } => format!("reported with {}", page.name(with)),
            Suppression::Yielded { to } => format!("left out, as {to} says it"),
        };
        let message = page.sentence(&finding.message);
        page.paragraph(&format!("{}{at} {by} ({message})", finding.rule))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
