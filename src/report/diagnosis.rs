//! A diagnosed log for people and as JSON.

use super::{
    Format, RenderOptions,
    human::Page,
    json::{ProgramField, Wire, WireCandidate},
};
use crate::{
    diagnose::{
        Connection, Diagnosis, LogFailure, Outlook, Retry, patterns,
        reason::{Echo, FailureEvidence},
    },
    redact::{self, LogWords},
    text::source::Sources,
    vocabulary::{finding::Severity, setting::State},
};
use owo_colors::Style;
use serde::Serialize;
use std::io::{self, Write};

/// The JSON Schema of a diagnosis.
pub const SCHEMA: &str = include_str!("../../docs/diagnosis.schema.json");

/// What `schema` says.
const ID: &str = "clawdock.diagnosis/1";
/// Longest part of a line that is shown, in characters.
const SHOWN: usize = 400;

/// Where a log came from.
#[derive(Clone, Debug)]
pub struct LogSummary {
    /// What it is.
    pub kind: LogKind,
    /// The container, or the file.
    pub name: String,
}

/// What a log is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogKind {
    /// That of a container.
    Container,
    /// A file.
    File,
    /// Standard input.
    Stdin,
}

/// A failure with what is configured for it.
#[derive(Debug)]
pub struct DiagnosedFinding<'a> {
    /// The failure.
    pub failure: &'a LogFailure,
    /// What the resolution says of the settings that it is about.
    pub connections: Vec<Connection>,
    /// What it says of the start.
    pub start: Option<String>,
    /// The first thing to do.
    pub action: String,
}

/// Everything a renderer may see.
#[derive(Clone, Copy, Debug)]
pub struct DiagnosisReport<'a> {
    /// Where the log came from.
    pub log: &'a LogSummary,
    /// What it comes to.
    pub diagnosis: &'a Diagnosis,
    /// Its failures, the one behind what is seen last first.
    pub findings: &'a [DiagnosedFinding<'a>],
    /// What the resolution found; empty where there is only a log.
    pub facts: &'a super::Report,
    /// The log goes on: only what is new is told.
    pub following: bool,
}

/// Writes a diagnosis.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    format: Format,
    report: &DiagnosisReport<'_>,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let guard = report.facts.guard(options.reveal);
    let words = LogWords::of(patterns::all().map(|p| p.example).chain(patterns::SENTENCES.iter().copied()));
    match format {
        Format::Human => human(report, &words, &mut Page::new(guard, sources, options, out)),
        Format::Json | Format::Yaml => data(format, report, &words, &Wire { guard, sources, options }, out),
        _ => Err(super::unsupported(format, "a diagnosis")),
    }
}

/// The line as it may be shown.
fn shown(evidence: &FailureEvidence, failure: &LogFailure, words: &LogWords, reveal: bool) -> String {
    let raw = evidence.text.expose();
    let harmless = |name: &&str| redact::name(name, false) == *name;
    let names: Vec<&str> = failure.subject.iter().map(String::as_str).filter(harmless).collect();
    let shown = if reveal { raw.to_owned() } else { words.shown(raw, &names) };
    match shown.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

/// What happened, in a sentence.
fn title(failure: &LogFailure) -> String {
    let about = failure.cause.about();
    let somebody = match about.domain {
        crate::diagnose::cause::Domain::Client => "a client",
        crate::diagnose::cause::Domain::Channel => "a service",
        _ => "the provider",
    };
    about.title.replace("{}", failure.subject.as_deref().unwrap_or(somebody))
}

/// What happened, when, and what is configured for it.
fn summary(finding: &DiagnosedFinding<'_>) -> String {
    let at = finding.failure.first.time.map_or_else(String::new, |time| format!(", first at {time}"));
    let configured = finding.connections.first().map_or_else(String::new, |c| format!("; {}", c.sentence));
    format!("{}{at}{configured}", title(finding.failure))
}

/// What follows from a failure: `6 lines of cooldown, fallback and failed turns; the last is line 9`.
fn echoes(failure: &LogFailure, verbose: bool) -> Option<String> {
    use crate::diagnose::cause::Domain;
    let last = failure.echoes.iter().map(|e| (e.last.line, e.last.time)).max_by_key(|last| last.0)?;
    let of = match failure.cause.about().domain {
        Domain::Model => "cooldown, fallback and failed turns",
        Domain::Client => "clients that are refused again",
        Domain::Start => "the end of the start",
        Domain::Channel => "the channel's end",
    };
    let lines = counted(failure.echoes.iter().map(|e| e.count).sum());
    let mut said = format!("{lines} of {of}; the last is {}", place(last.0, last.1));
    if verbose {
        let one = |e: &Echo| format!("{} {} in line {}", e.count, e.last.pattern, e.last.line);
        let each: Vec<String> = failure.echoes.iter().map(one).collect();
        said.push_str(&format!(" ({})", each.join(", ")));
    }
    Some(said)
}

/// Whether to ask again, in words.
fn retry(failure: &LogFailure) -> String {
    match (failure.cause.about().retry, failure.retry_after) {
        (Retry::Never, _) => "never: the answer stays the same until something is changed".to_owned(),
        (Retry::RetryAfter, Some(seconds)) => {
            format!("after {seconds} s, as the provider's retry-after says")
        }
        (Retry::RetryAfter, None) => "after the time that the provider's retry-after says".to_owned(),
        (Retry::BackOff, _) => "yes, with growing pauses".to_owned(),
        (Retry::FewTimes, _) => "a few times, a minute apart; what fails then has another reason".to_owned(),
    }
}

fn outlook(failure: &LogFailure) -> Option<String> {
    let at = failure.over.map(|(line, time)| place(line, time))?;
    Some(match failure.outlook {
        Outlook::Open => return None,
        Outlook::Quiet => format!("turns ended well since ({at}); if they used the same, it is over"),
        Outlook::Recovered => format!("it worked again ({at})"),
    })
}

fn counted(lines: u64) -> String {
    if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") }
}

fn place(line: u64, time: Option<crate::diagnose::time::Moment>) -> String {
    match time {
        Some(time) => format!("line {line}, {time}"),
        None => format!("line {line}"),
    }
}

fn human(report: &DiagnosisReport<'_>, words: &LogWords, page: &mut Page<'_>) -> io::Result<()> {
    let name = page.name(&report.log.name);
    let Some(first) = report.findings.first() else {
        let lines = counted(report.diagnosis.lines);
        page.paragraph(&format!("{name}: no failure that is known in {lines}."))?;
        return unexplained(report, page);
    };
    if !report.following && !page.options.quiet {
        let summary = page.sentence(&summary(first));
        page.title(&name, &summary)?;
        let lines = counted(report.diagnosis.lines);
        page.faint(&format!("the first failure behind what is seen last, in {lines}"))?;
    }
    for (i, finding) in report.findings.iter().enumerate() {
        let seen = page.options.verbose || i == 0 || finding.failure.outlook != Outlook::Recovered;
        if seen {
            one(report, finding, words, page)?;
        }
    }
    if page.options.quiet || report.following {
        return Ok(());
    }
    let hidden = report.findings.iter().skip(1).filter(|f| f.failure.outlook == Outlook::Recovered).count();
    if hidden > 0 && !page.options.verbose {
        page.gap()?;
        page.paragraph(&format!("{hidden} more that are over; -v shows them."))?;
    }
    unexplained(report, page)
}

fn unexplained(report: &DiagnosisReport<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let Some(Echo { count, last }) = &report.diagnosis.reasoner.unexplained else { return Ok(()) };
    let at = place(last.line, last.time);
    page.paragraph(&format!(
        "{} of failed turns without a reason that is known here; the last is {at}. The reason may be in what was written before: read more of the log.",
        counted(*count)
    ))
}

fn one(
    report: &DiagnosisReport<'_>,
    finding: &DiagnosedFinding<'_>,
    words: &LogWords,
    page: &mut Page<'_>,
) -> io::Result<()> {
    let failure = finding.failure;
    let about = failure.cause.about();
    let (level, style) = match failure.severity() {
        Severity::Error => ("error", Style::new().red().bold()),
        Severity::Warning => ("warning", Style::new().yellow().bold()),
        Severity::Info => ("note", Style::new().bold()),
    };
    page.gap()?;
    let head = format!("{level}[{}]", about.id);
    let title = page.sentence(&title(failure));
    for (i, line) in super::words::wrap(&format!("{head}: {title}"), page.options.width).iter().enumerate() {
        let painted = match line.strip_prefix(head.as_str()).filter(|_| i == 0) {
            Some(rest) => format!("{}{rest}", page.paint(&head, style)),
            None => line.clone(),
        };
        page.line(&painted)?;
    }
    let log = page.name(&report.log.name);
    let at = place(failure.first.line, failure.first.time);
    page.line(&format!(" --> {log}: {at}"))?;
    page.line("  |")?;
    for evidence in std::iter::once(&failure.first).chain(&failure.detail) {
        let text = page.sentence(&shown(evidence, failure, words, page.options.reveal));
        let number = evidence.line.to_string();
        for (i, line) in
            super::words::wrap(&text, page.options.width.saturating_sub(5 + number.len())).iter().enumerate()
        {
            let gutter = if i == 0 { number.clone() } else { " ".repeat(number.len()) };
            page.line(&format!("{gutter} |   {line}"))?;
        }
    }
    page.line("  |")?;
    for (label, text) in notes(finding, page.options.verbose) {
        let text = page.sentence(&text);
        for (i, line) in
            super::words::wrap(&text, page.options.width.saturating_sub(label.len() + 6)).iter().enumerate()
        {
            let head = if i == 0 { format!("  = {label}: ") } else { " ".repeat(label.len() + 6) };
            page.line(&format!("{head}{line}"))?;
        }
    }
    Ok(())
}

/// What is configured, said once for all who end up with the same.
fn configured(connections: &[Connection]) -> impl Iterator<Item = String> {
    let is_first = |i: usize| !connections[..i].iter().any(|before| before.is_like(&connections[i]));
    (0..connections.len()).filter(move |i| is_first(*i)).map(|i| {
        let alike = connections[i + 1..].iter().filter(|other| other.is_like(&connections[i]));
        let alike: Vec<String> = alike.map(Connection::user).collect();
        let said = &connections[i].sentence;
        if alike.is_empty() { said.clone() } else { format!("{said}; the same for {}", alike.join(" and ")) }
    })
}

fn notes(finding: &DiagnosedFinding<'_>, verbose: bool) -> Vec<(&'static str, String)> {
    let failure = finding.failure;
    let about = failure.cause.about();
    let mut notes = vec![("owner", about.owner.words().to_owned())];
    if failure.count > 1 {
        let (line, time) = failure.last;
        notes.push((
            "again",
            format!("{} lines tell of it; the last is {}", failure.count, place(line, time)),
        ));
    }
    notes.extend(echoes(failure, verbose).map(|said| ("what follows from it", said)));
    notes.push(("it is not", about.is_not.to_owned()));
    notes.extend(outlook(failure).map(|o| ("since", o)));
    notes.push(("try again", retry(failure)));
    notes.extend(configured(&finding.connections).map(|said| ("configured", said)));
    notes.extend(finding.start.iter().map(|s| ("configured", s.clone())));
    notes.push(("first", finding.action.clone()));
    notes
}

#[derive(Serialize)]
struct DiagnosisDocument {
    schema: &'static str,
    clawdock: ProgramField,
    log: WireLog,
    failures: Vec<WireFailure>,
    unexplained: Option<WireEcho>,
    summary: DiagnosisSummary,
}

#[derive(Serialize)]
struct WireLog {
    kind: LogKind,
    name: String,
    lines: u64,
    bytes: u64,
}

#[derive(Serialize)]
struct DiagnosisSummary {
    errors: usize,
    warnings: usize,
    infos: usize,
    dropped: u64,
}

#[derive(Serialize)]
struct WireFailure {
    cause: &'static str,
    owner: crate::diagnose::FailureOwner,
    severity: Severity,
    subject: Option<String>,
    message: String,
    first: WireEvidence,
    detail: Option<WireEvidence>,
    count: u64,
    last: WirePoint,
    echoes: Vec<WireEcho>,
    outlook: &'static str,
    over: Option<WirePoint>,
    is_not: &'static str,
    retry: WireRetry,
    configured: Vec<WireConnection>,
    start: Option<String>,
    action: String,
}

#[derive(Serialize)]
struct WirePoint {
    line: u64,
    time: Option<String>,
}

#[derive(Serialize)]
struct WireEvidence {
    line: u64,
    time: Option<String>,
    pattern: &'static str,
    text: String,
}

#[derive(Serialize)]
struct WireEcho {
    pattern: &'static str,
    count: u64,
    last: WirePoint,
}

#[derive(Serialize)]
struct WireRetry {
    advice: Retry,
    after_seconds: Option<u64>,
}

#[derive(Serialize)]
struct WireConnection {
    setting: String,
    consumer: String,
    state: State,
    message: String,
    winner: Option<WireCandidate>,
    losers: Vec<WireCandidate>,
}

fn data(
    format: Format,
    report: &DiagnosisReport<'_>,
    words: &LogWords,
    wire: &Wire<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let count = |severity| report.findings.iter().filter(|f| f.failure.severity() == severity).count();
    let document = DiagnosisDocument {
        schema: ID,
        clawdock: ProgramField { version: env!("CARGO_PKG_VERSION") },
        log: WireLog {
            kind: report.log.kind,
            name: wire.name(&report.log.name),
            lines: report.diagnosis.lines,
            bytes: report.diagnosis.bytes,
        },
        failures: report.findings.iter().map(|f| wire_failure(f, words, wire)).collect(),
        unexplained: report.diagnosis.reasoner.unexplained.as_ref().map(wire_echo),
        summary: DiagnosisSummary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            dropped: report.diagnosis.reasoner.dropped,
        },
    };
    match format {
        // A document for each failure, as it comes.
        Format::Yaml => {
            out.write_all(if report.following { b"---\n" } else { b"" })?;
            super::yaml::write(&document, out)
        }
        _ if report.following => {
            serde_json::to_writer(&mut *out, &document)?;
            out.write_all(b"\n")
        }
        _ => super::json::write(&document, out),
    }
}

fn wire_failure(finding: &DiagnosedFinding<'_>, words: &LogWords, wire: &Wire<'_>) -> WireFailure {
    let failure = finding.failure;
    let about = failure.cause.about();
    let point = |(line, time): (u64, Option<crate::diagnose::time::Moment>)| WirePoint {
        line,
        time: time.map(|t| t.to_string()),
    };
    let evidence = |e: &FailureEvidence| WireEvidence {
        line: e.line,
        time: e.time.map(|t| t.to_string()),
        pattern: e.pattern,
        text: wire.message(&shown(e, failure, words, wire.options.reveal)),
    };
    WireFailure {
        cause: about.id,
        owner: about.owner,
        severity: failure.severity(),
        subject: failure.subject.as_deref().map(|s| wire.name(s)),
        message: wire.message(&title(failure)),
        first: evidence(&failure.first),
        detail: failure.detail.as_ref().map(evidence),
        count: failure.count,
        last: point(failure.last),
        echoes: failure.echoes.iter().map(wire_echo).collect(),
        outlook: match failure.outlook {
            Outlook::Open => "open",
            Outlook::Quiet => "quiet",
            Outlook::Recovered => "recovered",
        },
        over: failure.over.map(point),
        is_not: about.is_not,
        retry: WireRetry { advice: about.retry, after_seconds: failure.retry_after },
        configured: finding
            .connections
            .iter()
            .map(|c| WireConnection {
                setting: wire.name(&c.setting.text()),
                consumer: c.consumer.to_string(),
                state: c.state,
                message: wire.message(&c.sentence),
                winner: c.winner.as_ref().map(|w| wire.candidate(w)),
                losers: c.losers.iter().map(|l| wire.candidate(l)).collect(),
            })
            .collect(),
        start: finding.start.as_deref().map(|s| wire.message(s)),
        action: wire.message(&finding.action),
    }
}

fn wire_echo(echo: &Echo) -> WireEcho {
    let time = echo.last.time.map(|t| t.to_string());
    WireEcho { pattern: echo.last.pattern, count: echo.count, last: WirePoint { line: echo.last.line, time } }
}
