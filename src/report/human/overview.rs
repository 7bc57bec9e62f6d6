//! Several gateways in a table, a line each, with the worst problem of each below it.

use super::{Page, refusals};
use crate::{
    findings::{
        headline,
        report::{Report, ReportedProject, TargetReport},
    },
    model::target::{TargetKind, VersionSource},
    report::{
        RenderOptions,
        phrases::{self, Phrases},
        words::counted,
    },
    text::source::Sources,
    vocabulary::{
        deployment::Role,
        engine_state::{Activity, EngineState},
        finding::Severity,
        prediction::Prediction,
    },
};
use owo_colors::Style;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;

/// One gateway, in words that may be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GatewayRow {
    /// The container or service.
    pub name: String,
    /// Its project; none where it has none.
    pub project: Option<String>,
    /// What the engine reports: `running, healthy`.
    pub state: String,
    /// Its release, with a question mark where that is assumed.
    pub release: String,
    /// The credential that it accepts: `token of .env:3`.
    pub accepts: String,
    /// Whether its files still give what it was created with.
    pub files: FilesNow,
    /// The worst problem, in a sentence.
    pub problem: Option<String>,
    /// The severity of its worst finding.
    pub severity: Option<Severity>,
    /// No process of it runs.
    pub is_down: bool,
    /// How what its files give now reaches it: `run `docker compose up -d``.
    pub recreate: String,
    /// Tells two values of the credential apart, within one run; it is not shown.
    pub credential: Option<String>,
}

/// How the environment of a container relates to what its files give now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FilesNow {
    /// The same.
    Same,
    /// So many variables are given otherwise.
    Changed(usize),
    /// No file that is here has its service.
    NotHere,
}

impl FilesNow {
    fn words(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed(_) => "changed",
            Self::NotHere => "not here",
        }
    }
}

/// The gateways of a report, in its order.
#[must_use]
pub fn rows(report: &Report, sources: &Sources, options: &RenderOptions) -> Vec<GatewayRow> {
    let say = Phrases::new(report.guard(options.reveal), sources, options);
    gateways(report).map(|entry| row(&say, entry, sources)).collect()
}

fn gateways(report: &Report) -> impl Iterator<Item = &TargetReport> {
    report.targets.iter().filter(|entry| entry.target.role == Role::Gateway)
}

fn row(say: &Phrases<'_>, entry: &TargetReport, sources: &Sources) -> GatewayRow {
    let target = &entry.target;
    let is_down = target.engine.as_ref().is_some_and(|engine| engine.why_not_serving().is_some());
    GatewayRow {
        name: say.name(&target.name),
        project: target.project.as_deref().map(|project| say.name(project)),
        state: target.engine.as_ref().map(|engine| say.sentence(&state(engine))).unwrap_or_default(),
        release: target.openclaw.as_ref().map_or_else(String::new, |fact| {
            let unsure = if fact.source == VersionSource::Assumed { "?" } else { "" };
            format!("{}{unsure}", say.sentence(&fact.version))
        }),
        accepts: say.sentence(&headline::accepted(target, sources)),
        files: match entry.outdated {
            None => FilesNow::NotHere,
            Some(0) => FilesNow::Same,
            Some(count) => FilesNow::Changed(count),
        },
        problem: worst(entry).map(|problem| phrases::as_sentence(&say.sentence(problem))),
        severity: severity(entry),
        is_down,
        recreate: say.sentence(&target.advice.recreate()),
        credential: headline::accepted_value(target).map(|value| say.options.fingerprinter.of(value)),
    }
}

/// What hurts most: that it does not run, else the worst error or warning; none where all is well.
fn worst(entry: &TargetReport) -> Option<&str> {
    let target = &entry.target;
    let is_down = target.engine.as_ref().is_some_and(|engine| engine.why_not_serving().is_some());
    let refuses = target.uncontradicted_start().is_some_and(|s| s.prediction == Prediction::Refuses);
    let is_worth_it = || severity(entry) > Some(Severity::Info);
    let verdict = || is_worth_it().then_some(entry.verdict.as_str());
    if is_down || refuses { Some(&entry.verdict) } else { entry.problem.as_deref().or_else(verdict) }
}

/// `running, healthy`, `restarting (78)`.
fn state(engine: &EngineState) -> String {
    let exit = || engine.exit_code.map(|code| format!(" ({code})")).unwrap_or_default();
    match engine.activity() {
        Activity::Running => match engine.health.as_deref() {
            Some(health) if health != "none" => format!("running, {health}"),
            _ => "running".to_owned(),
        },
        Activity::Restarting => format!("restarting{}", exit()),
        Activity::Exited if engine.oom_killed => "killed: no memory".to_owned(),
        Activity::Exited => format!("exited{}", exit()),
        Activity::Stopped => "stopped".to_owned(),
        Activity::NeverStarted => "never started".to_owned(),
        Activity::Paused => "paused".to_owned(),
        Activity::Dead => "dead".to_owned(),
        Activity::Unknown => engine.status.clone(),
    }
}

/// Columns that are left out where the table is too wide for the terminal, the first of them first.
const DISPENSABLE: [&str; 2] = ["PROJECT", "OPENCLAW"];

/// Writes why there is no table, and what to do about it.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn without_gateways(
    why: &str,
    advice: &[String],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (report, sources) = (Report::default(), Sources::default());
    let mut page = Page::new(report.guard(options.reveal), &sources, options, out);
    page.paragraph(why)?;
    advice.iter().try_for_each(|line| page.indented(2, line, Style::new()))
}

/// Writes the table of the gateways.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(report.guard(options.reveal), sources, options, out);
    table(&mut page, &rows(report, sources, options))
}

/// The table on a page that is begun.
pub(in crate::report) fn table(page: &mut Page<'_>, rows: &[GatewayRow]) -> io::Result<()> {
    let cell = |of: fn(&GatewayRow) -> String| rows.iter().map(of).collect::<Vec<String>>();
    let mut columns = vec![
        ("GATEWAY", cell(|row| row.name.clone())),
        ("PROJECT", cell(|row| row.project.clone().unwrap_or_else(|| "-".to_owned()))),
        ("STATE", cell(|row| row.state.clone())),
        ("OPENCLAW", cell(|row| row.release.clone())),
        ("ACCEPTS", cell(|row| row.accepts.clone())),
        ("FILES", cell(|row| row.files.words().to_owned())),
    ];
    columns.retain(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    let width_of = |(head, cells): &(&str, Vec<String>)| {
        cells.iter().map(|cell| cell.width()).max().unwrap_or(0).max(head.width()) + 2
    };
    for name in DISPENSABLE {
        if columns.iter().map(width_of).sum::<usize>() > page.options.width + 2 {
            columns.retain(|(head, _)| *head != name);
        }
    }
    let widths: Vec<usize> = columns.iter().map(width_of).collect();
    let padded = |texts: Vec<&str>| {
        let cells = texts
            .iter()
            .zip(&widths)
            .map(|(text, width)| format!("{text}{:1$}", "", width.saturating_sub(text.width())));
        cells.collect::<String>()
    };
    let head = padded(columns.iter().map(|(head, _)| *head).collect());
    let head = page.paint(head.trim_end(), Style::new().bold());
    page.line(&head)?;
    for (number, row) in rows.iter().enumerate() {
        page.line(&padded(columns.iter().map(|(_, cells)| cells[number].as_str()).collect()))?;
        if let Some(problem) = &row.problem {
            page.indented(2, problem, color(row.severity))?;
        }
    }
    Ok(())
}

/// What changed between two looks, a sentence each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// Of what the engine reports: no edit of a file does that.
    pub of_state: Vec<String>,
    /// Of what is in effect.
    pub in_effect: Vec<String>,
}

/// What changed between two looks at the gateways.
#[must_use]
pub fn changes(before: &[GatewayRow], now: &[GatewayRow]) -> Changes {
    let mut changes = Changes::default();
    for row in now {
        match before.iter().find(|old| old.name == row.name) {
            Some(old) => changes.of_row(old, row),
            None => changes.of_state.push(format!("{} is new: {}", row.name, row.state)),
        }
    }
    let gone = before.iter().filter(|old| !now.iter().any(|row| row.name == old.name));
    changes.of_state.extend(gone.map(|old| format!("{} is gone", old.name)));
    changes
}

impl Changes {
    fn of_row(&mut self, old: &GatewayRow, row: &GatewayRow) {
        let name = &row.name;
        if old.state != row.state {
            self.of_state.push(format!("{name} is {} (it was {})", row.state, old.state));
        }
        let said = &mut self.in_effect;
        if old.accepts != row.accepts {
            said.push(format!("{name} accepts: {} (it was: {})", row.accepts, old.accepts));
        } else if old.credential != row.credential {
            said.push(format!("{name} accepts another value: {}", row.accepts));
        }
        match (old.files, row.files) {
            (before, now) if before == now => {}
            (_, FilesNow::Changed(_)) => said.push(format!("{name} is stale now: {}", row.recreate)),
            (_, FilesNow::Same) => said.push(format!("{name} has what its files give")),
            (_, FilesNow::NotHere) => said.push(format!("the files of {name} no longer have its service")),
        }
        let said = if old.state == row.state { said } else { &mut self.of_state };
        match &row.problem {
            now if *now == old.problem => {}
            Some(problem) => said.push(format!("{name}: {problem}")),
            None => said.push(format!("{name} has no error and no warning any more")),
        }
    }
}

/// The projects of a report on disk, a line each.
#[must_use]
pub fn project_lines(report: &Report, sources: &Sources, options: &RenderOptions) -> Vec<String> {
    let say = Phrases::new(report.guard(options.reveal), sources, options);
    let refused = report.refusals.iter().map(|refusal| say.refused(refusal));
    refused.chain(report.projects.iter().map(|project| project_line(&say, report, project))).collect()
}

/// `Project claw (compose.yml): 1 gateway, 2 errors`
fn project_line(say: &Phrases<'_>, report: &Report, project: &ReportedProject) -> String {
    let entries = targets_of(report, project);
    let gateways = entries.iter().filter(|entry| entry.target.role == Role::Gateway).count();
    let runs = if gateways == 0 { "no gateway".to_owned() } else { counted(gateways, "gateway", "gateways") };
    let name = project.name.as_deref().map(|name| say.name(name)).unwrap_or_default();
    let files: Vec<String> = project.files.iter().map(|file| say.path(&file.to_string_lossy())).collect();
    let said = phrases::counts(&Report::summary_of(&entries));
    format!("Project {name} ({}): {runs}, {said}", files.join(", "))
}

fn targets_of<'r>(report: &'r Report, project: &ReportedProject) -> Vec<&'r TargetReport> {
    let of_project = |entry: &&TargetReport| {
        entry.target.kind == TargetKind::ComposeService && entry.target.project == project.name
    };
    report.targets.iter().filter(of_project).collect()
}

/// Writes the projects of a report on disk, a line each, with the worst problem of each below it.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn projects(
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(report.guard(options.reveal), sources, options, out);
    refusals(&mut page, report)?;
    for project in &report.projects {
        let line = project_line(&page.phrases, report, project);
        page.paragraph(&line)?;
        let entries = targets_of(report, project);
        // Of several that are as bad, the first is named.
        let by_severity = entries.iter().rev().filter_map(|entry| Some((severity(entry), worst(entry)?)));
        if let Some((severity, problem)) = by_severity.max_by_key(|(severity, _)| *severity) {
            let problem = phrases::as_sentence(&page.sentence(problem));
            page.indented(2, &problem, color(severity))?;
        }
    }
    Ok(())
}

fn severity(entry: &TargetReport) -> Option<Severity> {
    entry.findings.iter().map(|finding| finding.severity).max()
}

fn color(severity: Option<Severity>) -> Style {
    match severity {
        Some(Severity::Error) => Style::new().red(),
        Some(Severity::Warning) => Style::new().yellow(),
        Some(Severity::Info) | None => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn row(name: &str) -> GatewayRow {
        GatewayRow {
            name: name.to_owned(),
            project: Some("claw".to_owned()),
            state: "running, healthy".to_owned(),
            release: "2026.9.6".to_owned(),
            accepts: "token of .env:3".to_owned(),
            files: FilesNow::Same,
            problem: None,
            severity: None,
            is_down: false,
            recreate: "run `docker compose up -d gateway`".to_owned(),
            credential: Some("1".to_owned()),
        }
    }

    fn drawn(rows: &[GatewayRow], width: usize) -> String {
        let options = RenderOptions { width, ..fixture::options() };
        let (report, sources) = (Report::default(), Sources::default());
        let mut out = Vec::new();
        let mut page = Page::new(report.guard(false), &sources, &options, &mut out);
        table(&mut page, rows).unwrap();
        drop(page);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_wide_terminal_has_all_columns_and_a_narrow_one_those_that_matter() {
        let down = GatewayRow {
            state: "restarting (78)".to_owned(),
            problem: Some("The gateway keeps restarting.".to_owned()),
            severity: Some(Severity::Error),
            is_down: true,
            files: FilesNow::Changed(2),
            ..row("claw-second-1")
        };
        let rows = [row("claw-gateway-1"), down];
        assert_eq!(
            drawn(&rows, 120),
            "GATEWAY         PROJECT  STATE             OPENCLAW  ACCEPTS          FILES\n\
             claw-gateway-1  claw     running, healthy  2026.9.6  token of .env:3  same\n\
             claw-second-1   claw     restarting (78)   2026.9.6  token of .env:3  changed\n  \
             The gateway keeps restarting.\n"
        );
        let narrow = drawn(&rows, 70);
        assert!(narrow.starts_with("GATEWAY         STATE             OPENCLAW  ACCEPTS"), "{narrow}");
        assert!(drawn(&rows, 60).starts_with("GATEWAY         STATE             ACCEPTS"), "{narrow}");
        assert!(narrow.lines().all(|line| line.width() <= 70), "{narrow}");
    }

    #[test]
    fn of_a_report_nothing_secret_is_shown() {
        let (report, sources) = fixture::report();
        let mut out = Vec::new();
        render(&report, &sources, &fixture::options(), &mut out).unwrap();
        projects(&report, &sources, &fixture::options(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("openclaw-gateway") && text.contains("token of openclaw.json:5"), "{text}");
        fixture::assert_no_secret(&text);
    }

    #[test]
    fn what_changed_is_told_once() {
        let old = [row("a"), row("b")];
        assert_eq!(changes(&old, &old), Changes::default());
        let stale = GatewayRow { files: FilesNow::Changed(1), ..row("a") };
        let other = GatewayRow { credential: Some("2".to_owned()), ..row("a") };
        let stopped = GatewayRow { state: "stopped".to_owned(), ..row("a") };
        for (now, state, effect) in [
            (&[stale, row("b")][..], vec![], vec!["a is stale now: run `docker compose up -d gateway`"]),
            (&[other, row("b")], vec![], vec!["a accepts another value: token of .env:3"]),
            (&[stopped, row("b")], vec!["a is stopped (it was running, healthy)"], vec![]),
            (&[row("b"), row("c")], vec!["c is new: running, healthy", "a is gone"], vec![]),
        ] {
            let found = changes(&old, now);
            assert_eq!((found.of_state, found.in_effect), owned(state, effect));
        }
    }

    fn owned(state: Vec<&str>, effect: Vec<&str>) -> (Vec<String>, Vec<String>) {
        let own = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect();
        (own(state), own(effect))
    }
}
