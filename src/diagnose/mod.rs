//! From a log to the first failure behind what is seen last: whose it is, what it is not, and
//! whether asking again helps.
//!
//! ```text
//! scan      bytes -> lines that a pattern fits; one pass, constant memory
//! line      the same message in all its dresses -> when, who, what
//! patterns  what OpenClaw says in its log, as data: release, file, meaning
//! messages  what anything else says, as data: phrases, meaning
//! subject   a message -> the provider, client or channel it is about
//! limits    a message -> how long to wait, which budget is gone
//! merged    lines of several logs -> one order of time
//! state     a container's state or exit code -> what it means
//! reason    lines -> failures, their echoes, what ended them
//! action    a failure and what is configured -> the first thing to do
//! proof     a failure and what a probe sees -> what is about the same thing
//! place     a path of the container -> the same on the host
//! ```
//!
//! Nothing here reads a file, and nothing decides what may be shown.

mod about;
pub mod action;
pub mod cause;
mod limits;
pub mod line;
mod merged;
pub mod messages;
pub mod pattern;
pub mod patterns;
mod place;
pub mod proof;
pub mod reason;
pub mod scan;
pub mod state;
mod subject;
pub mod time;

pub use action::Connection;
pub use cause::{Cause, FailureOwner, Retry};
pub use reason::{LogFailure, Outlook, Reasoner};
pub use scan::LogScanner;

use crate::vocabulary::finding::Severity;

/// A text of so many bytes may be one that somebody pasted, with lines that a chat program folded.
const PASTED: usize = 32 << 10;
/// Begins of words that say that something works.
const WELL: &[&str] = &[
    "listen", "start", "ready", "connect", "ok", "success", "complet", "enabl", "health", "loaded", "well",
    "running", "done", "works", "updat", "migrat", "creat", "restor",
];
/// A text of so few lines is one that somebody asks about.
const BARE: usize = 3;
/// Lines at the begin of a log that are looked at for a gateway that runs already.
const BEGIN: usize = 64 << 10;

/// A log that is read to its end, piece by piece.
#[derive(Debug, Default)]
pub struct LogReading {
    scanner: LogScanner,
    reasoner: Reasoner,
    /// The begin of the text.
    begin: Vec<u8>,
    /// The begin has been looked at.
    begun: bool,
    /// Lines and bytes of logs before this one.
    before: (u64, u64),
    /// What several logs say, which is told in the order of time.
    merged: Option<merged::MergedHits>,
}

/// What a log comes to.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// What was found; the first is the one behind what is seen last.
    pub reasoner: Reasoner,
    /// Lines that were read.
    pub lines: u64,
    /// Bytes that were read.
    pub bytes: u64,
}

impl LogReading {
    /// Reads one more piece; pieces may end anywhere.
    pub fn feed(&mut self, piece: &[u8]) {
        if !self.begun {
            let room = BEGIN.saturating_sub(self.begin.len()).min(piece.len());
            self.begin.extend_from_slice(&piece[..room]);
            if self.begin.len() >= BEGIN || room < piece.len() {
                self.look_at_begin();
            }
        }
        let (reasoner, merged) = (&mut self.reasoner, &mut self.merged);
        self.scanner.feed(piece, &mut |hit| take(hit, reasoner, merged));
    }

    /// One of several logs, whose lines are put into one order of time.
    #[must_use]
    pub fn of_several() -> Self {
        Self { merged: Some(merged::MergedHits::default()), ..Self::default() }
    }

    /// The next log of several begins.
    pub fn next_log(&mut self) {
        if !self.begun {
            self.look_at_begin();
        }
        let mut scanner = std::mem::take(&mut self.scanner);
        let (reasoner, merged) = (&mut self.reasoner, &mut self.merged);
        scanner.finish(&mut |hit| take(hit, reasoner, merged));
        self.before.0 += scanner.lines();
        self.before.1 += scanner.bytes();
        self.begin.clear();
        self.begun = false;
        reasoner.log += 1;
    }

    /// A log that begins in the middle has lines of a gateway that runs before any of a start.
    fn look_at_begin(&mut self) {
        self.begun = true;
        let mut running = 0;
        let mut service = String::new();
        for raw in self.begin.split(|b| *b == b'\n').take(200) {
            let line = line::LogLine::parse(raw);
            let starts = ["loading configuration", "starting", "http server listening", "listening on ws"];
            if line.subsystem == "gateway" && starts.iter().any(|s| line.message.starts_with(s)) {
                return;
            }
            const OF_RUNNING: &[&str] =
                &["agent/embedded", "diagnostic", "agents/agent-command", "model-fallback/decision"];
            let answers = line.subsystem == "ws" && line.message.starts_with("⇄ res");
            if line.time.is_some() && (answers || OF_RUNNING.contains(&line.subsystem.as_str())) {
                running += 1;
                service = line.service;
            }
        }
        if running >= 5 {
            self.reasoner.already_listens(&service);
        }
    }

    /// Adds what a container's state or exit code says.
    pub fn add_state(&mut self, said: state::StateSaid) {
        self.finish_scan();
        self.reasoner.add(said.cause, said.certainty, said.text);
    }

    fn finish_scan(&mut self) {
        let (reasoner, merged) = (&mut self.reasoner, &mut self.merged);
        self.scanner.finish(&mut |hit| take(hit, reasoner, merged));
        if let Some(merged) = &mut self.merged {
            merged.tell(&mut self.reasoner);
        }
    }

    /// The failures so far.
    #[must_use]
    pub fn so_far(&self) -> &[LogFailure] {
        self.reasoner.so_far()
    }

    /// The log ended.
    #[must_use]
    pub fn finish(mut self) -> Diagnosis {
        let lines = self.before.0 + self.scanner.lines();
        self.finish_scan();
        if self.begin.len() < PASTED && !self.begun && self.before.0 == 0 && !self.reasoner.has_start() {
            unfold(&self.begin, &mut self.reasoner);
            if self.reasoner.has_nothing() {
                texts_of_program(&self.begin, &mut self.reasoner);
            }
            if self.reasoner.has_nothing() {
                bare_text(&self.begin, &mut self.reasoner);
            }
        }
        Diagnosis {
            lines,
            bytes: self.before.1 + self.scanner.bytes(),
            reasoner: self.reasoner.conclude(lines),
        }
    }
}

/// Told at once, or kept until all logs are read.
fn take(hit: &scan::Hit<'_>, reasoner: &mut Reasoner, merged: &mut Option<merged::MergedHits>) {
    let log = reasoner.log;
    if let Some(held) = merged {
        if held.hold(log, hit) {
            return;
        }
        // Too many to wait for: in the order in which the logs begin.
        held.tell(reasoner);
        *merged = None;
    }
    reasoner.observe(hit);
}

/// A text of OpenClaw that has no word of failure is one all the same where somebody pasted it.
fn texts_of_program(text: &[u8], reasoner: &mut Reasoner) {
    for (raw, number) in text.split(|b| *b == b'\n').zip(1..).take(40) {
        let line = line::LogLine::parse(raw);
        let Some(cause) = messages::program_text(&line.message) else { continue };
        let (means, certainty) = (pattern::Means::Failure(cause), messages::MessageCertainty::Likely);
        reasoner.observe(&scan::Hit { number, line: &line, means, pattern: None, certainty });
    }
}

/// A few lines of which none is one of a log are what somebody asks about: without a word of failure that is
/// known, it is not known what they mean, which is no all-clear.
fn bare_text(text: &[u8], reasoner: &mut Reasoner) {
    let lines: Vec<line::LogLine> = text.split(|b| *b == b'\n').map(line::LogLine::parse).collect();
    let said: Vec<_> = lines.iter().zip(1..).filter(|(l, _)| !l.message.trim().is_empty()).collect();
    let of_log = |l: &line::LogLine| l.time.is_some() || !l.subsystem.is_empty() || !l.service.is_empty();
    // Who says that all is well names no setting, file or code.
    let of_program = |word: &str| {
        let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.contains(['"', '`', '\'']) || inner.contains(['_', '.', '/', ':', '='])
    };
    let asks = |l: &line::LogLine| {
        let words: Vec<&str> = l.message.split_whitespace().collect();
        let well = |w: &&str| WELL.iter().any(|well| w.to_ascii_lowercase().starts_with(well));
        words.len() >= 4 && words.iter().any(|w| of_program(w)) && !words.iter().any(well)
    };
    if said.len() > BARE || said.iter().any(|(l, _)| of_log(l)) || !said.iter().any(|(l, _)| asks(l)) {
        return;
    }
    for (line, number) in said {
        let (means, certainty) = (pattern::Means::UnknownIfPasted, messages::MessageCertainty::Unknown);
        if scan::rows().meaning("", &line.message).is_none() {
            reasoner.observe(&scan::Hit { number, line, means, pattern: None, certainty });
        }
    }
}

/// Reads lines that a chat program or a terminal folded as the one that they were, where that says more than they
/// do one by one.
fn unfold(text: &[u8], reasoner: &mut Reasoner) {
    let lines: Vec<line::LogLine> = text.split(|b| *b == b'\n').map(line::LogLine::parse).collect();
    let is_bare = |l: &line::LogLine| {
        l.time.is_none()
            && l.subsystem.is_empty()
            && l.service.is_empty()
            && !l.message.is_empty()
            && !messages::is_frame(&l.message)
    };
    let ends = |l: &line::LogLine| l.message.trim_end().ends_with(['.', '!', '?', ';']);
    let mut from = 0;
    while from < lines.len() {
        let goes_on = |i: &usize| is_bare(&lines[*i]) && !ends(&lines[i - 1]);
        let to = (from + 1..lines.len().min(from + 12)).take_while(goes_on).last().unwrap_or(from);
        let numbers = from as u64 + 1..=to as u64 + 1;
        if to > from && !lines[from].message.is_empty() && !reasoner.has_pattern(&numbers) {
            let parts: Vec<&str> = lines[from..=to].iter().map(|l| l.message.trim()).collect();
            let alone = parts.iter().filter_map(|part| scan::rows().meaning(&lines[from].subsystem, part));
            let best = alone.map(|m| m.rank).min().unwrap_or(u32::MAX);
            for joined in [parts.join(" "), parts.concat()] {
                let mut line = lines[from].clone();
                line.message = joined;
                let Some(meaning) = scan::rows().meaning(&line.subsystem, &line.message) else { continue };
                if matches!(meaning.means, pattern::Means::Failure(_)) && meaning.rank < best {
                    reasoner.forget(&numbers);
                    let (means, certainty) = (meaning.means, meaning.certainty);
                    let number = from as u64 + 1;
                    reasoner.observe(&scan::Hit { number, line: &line, means, pattern: None, certainty });
                    break;
                }
            }
        }
        from = to + 1;
    }
}

impl Diagnosis {
    /// Some failures of a log that goes on.
    #[must_use]
    pub fn of_some(failures: Vec<LogFailure>, reading: &LogReading) -> Self {
        Self {
            reasoner: Reasoner::of_some(failures),
            lines: reading.before.0 + reading.scanner.lines(),
            bytes: reading.before.1 + reading.scanner.bytes(),
        }
    }

    /// The failures, the one behind what is seen last first.
    #[must_use]
    pub fn failures(&self) -> &[LogFailure] {
        self.reasoner.so_far()
    }
}

impl LogFailure {
    /// How bad it is: a failure that is over is only worth knowing.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self.outlook {
            Outlook::Recovered => Severity::Info,
            Outlook::Quiet => Severity::Warning,
            // The gateway goes on without it.
            Outlook::Open
                if matches!(self.cause, Cause::Skill | Cause::TokenGenerated | Cause::ExitStopped) =>
            {
                Severity::Warning
            }
            Outlook::Open => Severity::Error,
        }
    }
}
