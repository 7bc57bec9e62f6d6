//! A diagnosed log for people and as JSON.

use super::{
    Format, RenderOptions,
    human::Page,
    json::{ProgramField, Wire, WireCandidate},
};
use crate::{
    diagnose::{
        Cause, Connection, Diagnosis, LogFailure, Outlook, Retry,
        messages::MessageCertainty,
        patterns,
        reason::{Echo, FailureEvidence},
    },
    model::target::{Observation, Outcome},
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
    /// The names of several logs, in the order in which they were read.
    pub logs: Vec<String>,
    /// The state of the container, in words.
    pub state: Option<String>,
    /// Other gateways that nobody asked for, with their states.
    pub others: Option<String>,
}

impl LogSummary {
    /// A single log.
    #[must_use]
    pub fn new(kind: LogKind, name: &str) -> Self {
        Self { kind, name: name.to_owned(), logs: Vec::new(), state: None, others: None }
    }

    /// The log that a line is in.
    fn of(&self, evidence: &FailureEvidence) -> &str {
        self.logs.get(evidence.log).unwrap_or(&self.name)
    }
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
    /// A message on the command line.
    Text,
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
    /// What a probe sees now of the same thing.
    pub proofs: Vec<&'a Observation>,
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
    let examples = patterns::all().map(|p| p.example).chain(patterns::SENTENCES.iter().copied());
    let words = LogWords::of(examples.chain(crate::diagnose::scan::rows().phrases()));
    match format {
        Format::Human => human(report, &words, &mut Page::new(guard, sources, options, out)),
        Format::Json | Format::Yaml => data(format, report, &words, &Wire { guard, sources, options }, out),
        _ => Err(super::unsupported(format, "a diagnosis")),
    }
}

/// The line as it may be shown.
fn shown(evidence: &FailureEvidence, failure: &LogFailure, words: &LogWords, reveal: bool) -> String {
    let harmless = |name: &&str| redact::name(name, false) == *name;
    let names: Vec<&str> = failure.subject.iter().map(String::as_str).filter(harmless).collect();
    line_shown(evidence, &names, words, reveal)
}

fn line_shown(evidence: &FailureEvidence, names: &[&str], words: &LogWords, reveal: bool) -> String {
    let raw = evidence.text.expose();
    let shown = if reveal { raw.to_owned() } else { words.shown(raw, names) };
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
        Domain::Tool | Domain::Unknown => "the same failure",
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
    let until = failure.last.1.zip(failure.retry_after).map_or_else(String::new, |(last, seconds)| {
        format!(", until {}", crate::diagnose::time::Moment(last.0.saturating_add_unsigned(seconds)))
    });
    match (failure.cause.about().retry, failure.retry_after) {
        (Retry::Never, _) => "never: the answer stays the same until something is changed".to_owned(),
        (Retry::RetryAfter, Some(seconds)) => {
            format!("after {seconds} s, as the provider's retry-after says{until}")
        }
        (Retry::RetryAfter, None) => "after the time that the provider's retry-after says".to_owned(),
        (Retry::BackOff, Some(seconds)) => format!("after {seconds} s, as the line says{until}"),
        (Retry::BackOff, None) => "yes, with growing pauses".to_owned(),
        (Retry::FewTimes, _) => "a few times, a minute apart; what fails then has another reason".to_owned(),
        (Retry::Wait, _) => {
            "in a minute or two: what is in the way runs out by itself, unless a second gateway renews it"
                .to_owned()
        }
    }
}

/// How sure it is, where it is not certain.
fn sure(failure: &LogFailure) -> Option<&'static str> {
    match failure.certainty {
        MessageCertainty::Certain => None,
        MessageCertainty::Likely => Some("likely: other programs use these words too"),
        MessageCertainty::Unknown => Some("not at all: no known message fits"),
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
        page.paragraph(&format!("{name}: no known failure in {lines}."))?;
        if let Some(state) = &report.log.state {
            let state = page.sentence(state);
            page.faint(&state)?;
        }
        return Ok(());
    };
    if !report.following && !page.options.quiet {
        let summary = page.sentence(&summary(first));
        page.title(&name, &summary)?;
        let lines = counted(report.diagnosis.lines);
        match &report.log.state {
            Some(state) => {
                let state = page.sentence(state);
                page.faint(&format!("{state}; root cause of what is seen last, in {lines} of log"))?;
            }
            None if report.log.kind == LogKind::Text => {}
            None => page.faint(&format!("root cause of what is seen last, in {lines}"))?,
        }
        if let Some(others) = &report.log.others {
            let others = page.sentence(others);
            page.faint(&format!("other gateways: {others}"))?;
        }
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
    rest(report, page)
}

/// What the files say is wrong as well, and what nothing here knows.
fn rest(report: &DiagnosisReport<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let reasoner = &report.diagnosis.reasoner;
    let told = report.findings.iter().any(|f| f.failure.cause == Cause::UnknownFailure);
    if reasoner.unknown_lines > 0 && !told {
        page.gap()?;
        page.paragraph(&format!(
            "{} with words of failure that no known message fits, the first in line {}.",
            counted(reasoner.unknown_lines),
            reasoner.unknown.first().map_or(0, |e| e.line)
        ))?;
    }
    let worst =
        report.facts.targets.first().and_then(|t| t.findings.iter().find(|f| f.severity == Severity::Error));
    if let Some(finding) = worst {
        page.gap()?;
        let message = page.sentence(&finding.message);
        page.paragraph(&format!(
            "In the files, as `clawdock inspect` shows: error[{}]: {message}",
            finding.rule
        ))?;
    }
    Ok(())
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
    let log = page.name(report.log.of(&failure.first));
    if failure.first.line > 0 {
        let at = place(failure.first.line, failure.first.time);
        page.line(&format!(" --> {log}: {at}"))?;
    } else {
        page.line(&format!(" --> {log}"))?;
    }
    page.line("  |")?;
    for evidence in std::iter::once(&failure.first).chain(&failure.detail) {
        let text = page.sentence(&shown(evidence, failure, words, page.options.reveal));
        let number = if evidence.line > 0 { evidence.line.to_string() } else { " ".to_owned() };
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
    notes.extend(sure(failure).map(|said| ("how sure", said.to_owned())));
    if let Some(effect) = effect(failure) {
        notes.push(("effect", effect));
    }
    if failure.count > 1 {
        let (line, time) = failure.last;
        notes.push(("repeated", format!("in {} lines; the last is {}", failure.count, place(line, time))));
    }
    notes.extend(echoes(failure, verbose).map(|said| ("what follows from it", said)));
    notes.push(("ruled out", about.is_not.to_owned()));
    notes.extend(outlook(failure).map(|o| ("since", o)));
    notes.push(("retry", retry(failure)));
    notes.extend(failure.budget.map(|b| ("budget that is gone", b.to_owned())));
    notes.extend(configured(&finding.connections).map(|said| ("configured", said)));
    notes.extend(finding.start.iter().map(|s| ("configured", s.clone())));
    notes.extend(
        finding.proofs.iter().map(|seen| ("seen now", format!("{}: {}", seen.subject, seen.observed))),
    );
    notes.push(("do this first", finding.action.clone()));
    notes
}

/// What no longer works, while the failure is not over.
fn effect(failure: &LogFailure) -> Option<String> {
    use crate::diagnose::cause::Domain;
    if failure.outlook != Outlook::Open {
        return None;
    }
    let who = failure.subject.as_deref();
    Some(match failure.cause.about().domain {
        Domain::Model => format!("turns that use {} get no answer", who.unwrap_or("this provider")),
        Domain::Client => {
            format!("{} cannot connect; the gateway and its channels go on", who.unwrap_or("this client"))
        }
        Domain::Channel => {
            format!("messages of {} do not arrive; everything else works", who.unwrap_or("this channel"))
        }
        Domain::Tool => "this tool fails; everything else works".to_owned(),
        Domain::Start
            if matches!(
                failure.cause,
                Cause::ConfigNotReloaded
                    | Cause::NoServiceManager
                    | Cause::DatabaseLocked
                    | Cause::StateReadonly
                    | Cause::DiskFull
            ) =>
        {
            return None;
        }
        Domain::Start => "the gateway does not run: no client, no channel, no answer".to_owned(),
        Domain::Unknown => return None,
    })
}

#[derive(Serialize)]
struct DiagnosisDocument {
    schema: &'static str,
    clawdock: ProgramField,
    log: WireLog,
    failures: Vec<WireFailure>,
    unexplained: Option<WireEcho>,
    unknown: WireUnknown,
    summary: DiagnosisSummary,
}

/// Lines with words of failure that no known message fits.
#[derive(Serialize)]
struct WireUnknown {
    count: u64,
    lines: Vec<WireUnknownLine>,
}

#[derive(Serialize)]
struct WireUnknownLine {
    line: u64,
    text: String,
}

#[derive(Serialize)]
struct WireLog {
    kind: LogKind,
    name: String,
    lines: u64,
    bytes: u64,
    state: Option<String>,
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
    certainty: MessageCertainty,
    effect: Option<String>,
    budget: Option<&'static str>,
    configured: Vec<WireConnection>,
    start: Option<String>,
    proofs: Vec<WireProof>,
    action: String,
}

#[derive(Serialize)]
struct WireProof {
    probe: &'static str,
    subject: String,
    outcome: Outcome,
    observed: String,
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
    message: String,
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
            state: report.log.state.as_deref().map(|s| wire.message(s)),
        },
        failures: report.findings.iter().map(|f| wire_failure(f, words, wire)).collect(),
        unexplained: report.diagnosis.reasoner.unexplained.as_ref().map(wire_echo),
        unknown: WireUnknown {
            count: report.diagnosis.reasoner.unknown_lines,
            lines: report
                .diagnosis
                .reasoner
                .unknown
                .iter()
                .map(|e| WireUnknownLine {
                    line: e.line,
                    text: wire.message(&line_shown(e, &[], words, wire.options.reveal)),
                })
                .collect(),
        },
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
        retry: WireRetry { advice: about.retry, after_seconds: failure.retry_after, message: retry(failure) },
        certainty: failure.certainty,
        effect: effect(failure).map(|e| wire.message(&e)),
        budget: failure.budget,
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
        proofs: finding
            .proofs
            .iter()
            .map(|seen| WireProof {
                probe: seen.probe,
                subject: wire.name(&seen.subject),
                outcome: seen.outcome,
                observed: wire.message(&seen.observed),
            })
            .collect(),
        action: wire.message(&finding.action),
    }
}

fn wire_echo(echo: &Echo) -> WireEcho {
    let time = echo.last.time.map(|t| t.to_string());
    WireEcho { pattern: echo.last.pattern, count: echo.count, last: WirePoint { line: echo.last.line, time } }
}
