//! From lines that mean something to the failures behind them.
//!
//! A failure is opened by the first line that tells of it. Lines that follow from it are its
//! echoes; a success ends it. What comes last in a log is mostly an echo: a cooldown, a fallback, a
//! context that is too long for the model that was fallen back to.

use super::{
    cause::{Cause, Domain, Retry},
    limits::{self, LimitAsked},
    line::LogLine,
    messages::MessageCertainty,
    pattern::{Means, field},
    scan::Hit,
    time::Moment,
};
use crate::text::secret::Text;
use std::collections::BTreeSet;

/// Most failures that are kept. A log that has more is a log of many things, and the first ones
/// explain the rest.
const MOST: usize = 200;
/// Most kinds of echoes that are kept of one failure.
const MOST_ECHOES: usize = 12;
/// Most lines that are kept of an unknown failure.
const MOST_UNKNOWN: usize = 8;
/// A text of so few lines is one that somebody pasted, where no gateway's start is in it.
const PASTED: u64 = 40;
/// Longest text that is kept of a line, in bytes.
const KEPT: usize = 2 << 10;

/// A line that is pointed at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FailureEvidence {
    /// Which pattern it fits.
    pub pattern: &'static str,
    /// Which of several logs it is in.
    pub log: usize,
    /// One-based number of the line.
    pub line: u64,
    /// When it was written.
    pub time: Option<Moment>,
    /// `[subsystem] message`; it may hold a secret.
    pub text: Text,
}

/// Lines of one kind that follow from a failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Echo {
    /// How many.
    pub count: u64,
    /// The last one.
    pub last: FailureEvidence,
}

/// Whether a failure still is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outlook {
    /// Nothing says that it is over.
    Open,
    /// Turns ended well since, of which provider is not said.
    Quiet,
    /// The same thing worked since.
    Recovered,
}

/// One failure, from its first line on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogFailure {
    /// What went wrong.
    pub cause: Cause,
    /// The provider, client or channel, where a line names it.
    pub subject: Option<String>,
    /// The first line that tells of it.
    pub first: FailureEvidence,
    /// A line that says more than the first.
    pub detail: Option<FailureEvidence>,
    /// How many lines tell of it.
    pub count: u64,
    /// The last of them.
    pub last: (u64, Option<Moment>),
    /// What follows from it.
    pub echoes: Vec<Echo>,
    /// Whether it is over.
    pub outlook: Outlook,
    /// What is said to have worked since, when it is over.
    pub over: Option<(u64, Option<Moment>)>,
    /// How sure it is that the lines mean this.
    pub certainty: MessageCertainty,
    /// What the provider asked to wait for, in seconds.
    pub retry_after: Option<u64>,
    /// Which budget is gone, where a line says so.
    pub budget: Option<&'static str>,
    /// The release whose words these are; empty where that is not known.
    pub release: &'static str,
    /// Which start of the gateway it is of, counted from the first in the log.
    start: u32,
    /// The first line said only in outline what it is.
    outline: bool,
    /// The last run that it failed in.
    run: Option<String>,
}

/// A start that failed, as a line says that may be an agent's.
#[derive(Clone, Debug)]
struct DoubtfulStart {
    cause: Cause,
    certainty: MessageCertainty,
    release: &'static str,
    evidence: FailureEvidence,
}

/// What a log comes to.
#[derive(Clone, Debug, Default)]
pub struct Reasoner {
    failures: Vec<LogFailure>,
    /// Failures beyond [`MOST`].
    pub dropped: u64,
    /// Failed turns that no known message explains.
    pub unexplained: Option<Echo>,
    /// What the first of them says, which counts where nothing explains it.
    behind: Option<LogFailure>,
    /// Lines with words of failure that nothing here knows, the first of them.
    pub unknown: Vec<FailureEvidence>,
    /// How many there are.
    pub unknown_lines: u64,
    /// The same of words that count only in a text that somebody pasted.
    pasted: Vec<FailureEvidence>,
    /// The logs, or services of one, in which a gateway listens, so that lines without a subsystem may be
    /// what the agent says.
    listening: BTreeSet<(usize, String)>,
    /// A gateway's start is in the log.
    starts: u32,
    /// A start that failed; the next line tells whether it was one.
    doubtful: Option<DoubtfulStart>,
    /// What the last line was about.
    last: Option<Domain>,
    /// Which of several logs the next line is of.
    pub log: usize,
}

impl Reasoner {
    /// Takes one more line.
    pub fn observe(&mut self, hit: &Hit<'_>) {
        let place = (self.log, hit.line.service.clone());
        let listening = self.listening.contains(&place);
        if hit.is_spoken() {
            match (listening, hit.means) {
                (true, Means::Failure(cause)) => match cause.about().domain {
                    // The agent's answer is all that some releases say of a failed turn.
                    Domain::Model if hit.pattern.is_some() => {}
                    Domain::Start if cause != Cause::ExitStopped => {
                        let (certainty, release) = (hit.certainty, hit.release());
                        let evidence = self.evidence(hit);
                        self.doubtful = Some(DoubtfulStart { cause, certainty, release, evidence });
                        return;
                    }
                    // Clients do not write into the log of a gateway.
                    _ => return,
                },
                (true, Means::Unknown | Means::UnknownIfPasted) => return,
                _ => {}
            }
        } else {
            // A gateway that goes on after these words did not say them at its end.
            match hit.means {
                Means::Starting | Means::Started => self.believe(),
                _ => self.doubtful = None,
            }
        }
        match hit.means {
            // In the log of a gateway such words are no reason, only a sign that something failed.
            Means::Failure(_) if hit.certainty == MessageCertainty::Likely && self.starts > 0 => {
                self.observe_unknown(hit);
            }
            Means::Failure(cause) => self.fail(cause, false, hit),
            Means::Outline(cause) => self.fail(cause, true, hit),
            Means::Symptom(domain) => self.echo(domain, hit),
            Means::ProviderWorks => {
                let provider = hit.subject();
                let same = |f: &LogFailure| f.cause.about().domain == Domain::Model && f.subject == provider;
                self.end(Outlook::Recovered, hit, same);
            }
            Means::TurnEnded => {
                let run = hit.line.message.split(' ').nth(2).unwrap_or_default().to_owned();
                // A turn that ended well after a refused key ended well with another provider.
                let over = |f: &LogFailure| {
                    let about = f.cause.about();
                    about.domain == Domain::Model
                        && (about.retry != Retry::Never || f.run.as_ref() != Some(&run))
                };
                self.end(Outlook::Quiet, hit, over);
            }
            Means::Starting => {
                self.listening.remove(&place);
                self.starts += 1;
            }
            Means::Started => {
                self.listening.insert(place);
                self.starts += 1;
                self.end(Outlook::Recovered, hit, |f| f.cause.about().domain == Domain::Start);
                // What was said on the way to a start that succeeded did not stop it.
                self.unknown.retain(|e| e.text.expose().starts_with('['));
            }
            Means::Unknown => self.observe_unknown(hit),
            Means::UnknownIfPasted => {
                if self.pasted.len() < MOST_UNKNOWN {
                    let evidence = self.evidence(hit);
                    self.pasted.push(evidence);
                }
            }
            Means::Ignored => {}
        }
    }

    fn observe_unknown(&mut self, hit: &Hit<'_>) {
        self.unknown_lines += 1;
        if self.unknown.len() < MOST_UNKNOWN {
            let evidence = self.evidence(hit);
            self.unknown.push(evidence);
        }
    }

    /// A log that begins in the middle: its gateway listens already.
    pub fn already_listens(&mut self, service: &str) {
        self.listening.insert((self.log, service.to_owned()));
        self.starts += 1;
    }

    /// Adds what is known from elsewhere: the state of a container, an exit code. A reason of the same kind
    /// that the log gives is better.
    pub fn add(&mut self, cause: Cause, certainty: MessageCertainty, text: String) {
        self.believe();
        let reason = |f: &LogFailure| f.outlook == Outlook::Open && f.cause.about().domain == Domain::Start;
        if cause.is_vague() && self.failures.iter().any(reason) {
            return;
        }
        if self.failures.iter().any(|f| f.outlook == Outlook::Open && f.cause == cause) {
            return;
        }
        let evidence = FailureEvidence {
            pattern: cause.about().id,
            log: self.log,
            line: 0,
            time: None,
            text: text.into(),
        };
        let mut failure = LogFailure::new(cause, certainty, evidence);
        failure.start = self.starts;
        self.last = Some(cause.about().domain);
        self.failures.push(failure);
    }

    /// The log has the start of a gateway, or a gateway that runs.
    #[must_use]
    pub fn has_start(&self) -> bool {
        self.starts > 0
    }

    /// No line meant anything.
    #[must_use]
    pub fn has_nothing(&self) -> bool {
        self.failures.is_empty()
            && self.unknown.is_empty()
            && self.pasted.is_empty()
            && self.unexplained.is_none()
            && self.behind.is_none()
            && self.doubtful.is_none()
    }

    /// A pattern of a log fits one of these lines, which is then no part of a folded one.
    #[must_use]
    pub fn has_pattern(&self, lines: &std::ops::RangeInclusive<u64>) -> bool {
        let of_pattern = |f: &LogFailure| f.first.pattern != f.cause.about().id && !f.cause.is_vague();
        self.failures.iter().any(|f| lines.contains(&f.first.line) && of_pattern(f))
    }

    /// Forgets what these lines said one by one.
    pub fn forget(&mut self, lines: &std::ops::RangeInclusive<u64>) {
        self.unknown.retain(|e| !lines.contains(&e.line));
        self.pasted.retain(|e| !lines.contains(&e.line));
        self.failures.retain(|f| !lines.contains(&f.first.line));
        self.unknown_lines = self.unknown_lines.min(self.unknown.len() as u64);
    }

    /// Only these failures.
    #[must_use]
    pub fn of_some(failures: Vec<LogFailure>) -> Self {
        Self { failures, ..Self::default() }
    }

    /// The failures so far, in the order of their first lines.
    #[must_use]
    pub fn so_far(&self) -> &[LogFailure] {
        &self.failures
    }

    /// The failures of the whole log: first the one behind what is seen last, then the others that
    /// are not over, then those that are. Of starts the newest counts.
    #[must_use]
    pub fn conclude(mut self, lines: u64) -> Self {
        self.believe();
        self.name_the_unknown(lines);
        let last = self.last;
        self.failures.sort_by_key(|f| {
            let domain = f.cause.about().domain;
            let aside = f.outlook == Outlook::Open && last != Some(domain);
            let older = if domain == Domain::Start { u32::MAX - f.start } else { 0 };
            let vague = f.outlook == Outlook::Open && f.cause.is_vague();
            (f.outlook as u8, vague, aside, older, f.first.log, f.first.line)
        });
        self
    }

    /// What nothing explains is told as such: silence would read as "all is well".
    fn name_the_unknown(&mut self, lines: u64) {
        if self.failures.iter().any(|f| f.outlook == Outlook::Open) {
            return;
        }
        if let Some(failure) = self.behind.take() {
            self.failures.push(failure);
            return;
        }
        if let Some(Echo { count, last }) = &self.unexplained {
            let mut failure = LogFailure::new(Cause::TurnFailed, MessageCertainty::Unknown, last.clone());
            failure.count = *count;
            self.failures.push(failure);
            return;
        }
        if self.unknown.is_empty() && self.starts == 0 && lines <= PASTED {
            self.unknown = std::mem::take(&mut self.pasted);
            self.unknown_lines = self.unknown.len() as u64;
        }
        let Some(first) = self.unknown.first() else { return };
        let mut failure = LogFailure::new(Cause::UnknownFailure, MessageCertainty::Unknown, first.clone());
        if let Some(last) = self.unknown.last().filter(|l| l.line != first.line) {
            failure.detail = Some(last.clone());
            failure.last = (last.line, last.time);
        }
        failure.count = self.unknown_lines.max(1);
        failure.start = self.starts;
        self.failures.push(failure);
    }

    /// A doubtful start was one.
    fn believe(&mut self) {
        if let Some(start) = self.doubtful.take() {
            self.listening.clear();
            let failure = LogFailure::new(start.cause, start.certainty, start.evidence);
            let release = start.release;
            self.insert(LogFailure { release, ..failure }, false);
        }
    }

    fn evidence(&self, hit: &Hit<'_>) -> FailureEvidence {
        FailureEvidence { log: self.log, ..evidence(hit) }
    }

    fn fail(&mut self, cause: Cause, outline: bool, hit: &Hit<'_>) {
        // The sentences after the first words of a failure add to it, and are not its repetition.
        let goes_on = |f: &LogFailure| {
            f.cause == cause && f.first.log == self.log && hit.number.saturating_sub(f.last.0) <= 3
        };
        if hit.pattern.is_none()
            && hit.is_spoken()
            && let Some(known) = self.failures.iter_mut().find(|f| goes_on(f))
        {
            known.last = (hit.number, hit.line.time);
            return;
        }
        // What to do about the lines before it is no failure of its own.
        let beside = |f: &LogFailure| f.first.log == self.log && hit.number.saturating_sub(f.last.0) <= 3;
        if hit.pattern.is_none()
            && hit.is_spoken()
            && is_advice(&hit.line.message)
            && let Some(known) = self.failures.iter_mut().rev().find(|f| beside(f))
        {
            known.last = (hit.number, hit.line.time);
            return;
        }
        let failure = self.failure(cause, outline, hit);
        self.insert(failure, outline);
        // A start that failed is at its end.
        if cause.about().domain == Domain::Start && hit.line.message.starts_with("Gateway failed to start") {
            self.starts += 1;
        }
    }

    fn failure(&self, cause: Cause, outline: bool, hit: &Hit<'_>) -> LogFailure {
        // Of a refused key nobody asks how long to wait.
        let LimitAsked { wait, budget } = match cause {
            Cause::RateLimited
            | Cause::QuotaExhausted
            | Cause::Cooldown
            | Cause::Overloaded
            | Cause::ChannelRateLimited
            | Cause::ClientLockedOut => limits::of(&hit.line.message),
            _ => LimitAsked::default(),
        };
        LogFailure {
            subject: hit.subject(),
            retry_after: wait,
            budget,
            release: hit.release(),
            run: field(&hit.line.message, "runId").map(str::to_owned),
            outline,
            ..LogFailure::new(cause, hit.certainty, self.evidence(hit))
        }
    }

    fn insert(&mut self, mut failure: LogFailure, outline: bool) {
        failure.start = self.starts;
        let (cause, about) = (failure.cause, failure.cause.about());
        self.last = Some(about.domain);
        let fits = |f: &LogFailure| {
            f.outlook == Outlook::Open
                && f.cause.about().domain == about.domain
                && (f.subject == failure.subject || f.subject.is_none() || failure.subject.is_none())
        };
        // The same again, in other words, or only in outline. What is not known is the same only in the
        // same words.
        let same = |f: &LogFailure| {
            (f.cause == cause && (!cause.is_vague() || f.first.is_like(&failure.first)))
                || (outline && f.cause.is_outlined_by(cause))
        };
        let outlined = |f: &LogFailure| f.outline && f.detail.is_none() && cause.is_outlined_by(f.cause);
        let known = self.failures.iter().position(|f| fits(f) && same(f));
        let known = known.or_else(|| self.failures.iter().position(|f| fits(f) && outlined(f)));
        // What was only an outline turns out to follow from another failure.
        if let Some(index) = known
            && cause.yields()
            && self.failures[index].cause != cause
        {
            let (earlier, rest) = self.failures.split_at_mut(index);
            if let Some(before) = nearest(earlier, cause, failure.subject.as_deref(), failure.run.as_deref())
            {
                before.add_echo(rest[0].first.clone());
                before.add_echo(failure.first);
                self.failures.remove(index);
                return;
            }
        }
        // "Could not start", and the reason on the next line.
        let announced = |f: &LogFailure| {
            f.cause.is_vague()
                && !cause.is_vague()
                && f.detail.is_none()
                && f.cause != Cause::UnknownFailure
                && f.first.log == failure.first.log
                && failure.first.line.saturating_sub(f.last.0) <= 2
        };
        let known = known.or_else(|| {
            let index = self.failures.iter().position(|f| fits(f) && announced(f))?;
            self.failures[index].cause = cause;
            self.failures[index].detail = Some(failure.first.clone());
            Some(index)
        });
        if let Some(known) = known.map(|i| &mut self.failures[i]) {
            if !outline && known.outline && known.detail.is_none() {
                known.cause = cause;
                known.detail = Some(failure.first.clone());
            }
            known.count += 1;
            known.last = (failure.first.line, failure.first.time);
            known.subject = known.subject.take().or(failure.subject);
            known.run = failure.run.or(known.run.take());
            // The newest time to wait counts.
            known.retry_after = failure.retry_after.or(known.retry_after);
            known.budget = known.budget.or(failure.budget);
            known.start = failure.start;
            if failure.certainty == MessageCertainty::Certain {
                known.certainty = failure.certainty;
            }
            return;
        }
        // It follows from another.
        if cause.yields()
            && let Some(before) =
                nearest(&mut self.failures, cause, failure.subject.as_deref(), failure.run.as_deref())
        {
            before.add_echo(failure.first);
            return;
        }
        // What is vague adds nothing to a reason of the same start.
        let explained = |f: &LogFailure| {
            f.outlook == Outlook::Open
                && f.cause.about().domain == about.domain
                && !f.cause.is_vague()
                && f.start == failure.start
        };
        if cause.is_vague()
            && let Some(reason) = self.failures.iter_mut().find(|f| explained(f))
        {
            reason.add_echo(failure.first);
            return;
        }
        // A state that cannot be read or owned has no settings and no schema.
        let unread = |f: &LogFailure| {
            f.outlook == Outlook::Open && f.start == failure.start && f.cause.leads_to(cause)
        };
        if cause.may_follow_in_a_start()
            && let Some(reason) = self.failures.iter_mut().find(|f| unread(f))
        {
            reason.add_echo(failure.first);
            return;
        }
        // A server that cannot be reached has no models and takes no key.
        let unreached = |f: &LogFailure| f.outlook == Outlook::Open && f.cause == Cause::OllamaUnreachable;
        if matches!(cause, Cause::UnknownModel | Cause::NoKey)
            && failure.subject.as_deref().is_none_or(|s| s == "ollama" || s == "lmstudio")
            && let Some(reason) = self.failures.iter_mut().find(|f| unreached(f))
        {
            reason.add_echo(failure.first);
            return;
        }
        // What only followed from something now has a reason.
        let echo = self.failures.iter().position(|f| {
            f.outlook == Outlook::Open
                && f.cause.is_echo()
                && f.cause.about().domain == about.domain
                && f.subject == failure.subject
        });
        if let Some(index) = echo.filter(|_| !cause.is_echo()) {
            let echo = self.failures.remove(index);
            failure.add_echo(echo.first);
            echo.echoes.into_iter().for_each(|e| failure.add_echo(e.last));
        }
        if self.failures.len() < MOST {
            self.failures.push(failure);
        } else {
            self.dropped += 1;
        }
    }

    fn echo(&mut self, domain: Domain, hit: &Hit<'_>) {
        let (subject, evidence) = (hit.subject(), self.evidence(hit));
        let open = |f: &&mut LogFailure| f.outlook == Outlook::Open && f.cause.about().domain == domain;
        let mut open: Vec<&mut LogFailure> = self.failures.iter_mut().filter(open).collect();
        let named = open.iter().position(|f| subject.is_some() && f.subject == subject);
        match open.get_mut(named.unwrap_or(0)) {
            Some(failure) => {
                failure.add_echo(evidence);
                self.last = Some(domain);
            }
            None => match hit.behind() {
                Some(cause) if self.behind.is_none() => {
                    self.behind = Some(self.failure(cause, false, hit));
                }
                _ if domain == Domain::Model => {
                    let count = self.unexplained.as_ref().map_or(0, |e| e.count) + 1;
                    self.unexplained = Some(Echo { count, last: evidence });
                }
                _ => {}
            },
        }
    }

    fn end(&mut self, outlook: Outlook, hit: &Hit<'_>, over: impl Fn(&LogFailure) -> bool) {
        let of_turns =
            |o: Outlook| o == Outlook::Open || (o == Outlook::Quiet && outlook == Outlook::Recovered);
        for failure in self.failures.iter_mut().filter(|f| of_turns(f.outlook) && over(f)) {
            failure.outlook = outlook;
            failure.over = Some((hit.number, hit.line.time));
        }
        if outlook == Outlook::Quiet {
            self.behind = None;
            self.unexplained = None;
        }
    }
}

/// The failure that a cause may follow from: that of the same subject, else the first.
fn nearest<'a>(
    failures: &'a mut [LogFailure],
    cause: Cause,
    subject: Option<&str>,
    run: Option<&str>,
) -> Option<&'a mut LogFailure> {
    let known_to_differ = |a: Option<&str>, b: Option<&str>| a.is_some() && b.is_some() && a != b;
    let unrelated = |f: &LogFailure| {
        let of_another = known_to_differ(f.subject.as_deref(), subject);
        match cause {
            // A provider rests for what happened with it.
            Cause::Cooldown => of_another,
            // A turn falls back from one provider to another; another turn has reasons of its own.
            Cause::ContextOverflow => of_another && known_to_differ(f.run.as_deref(), run),
            _ => false,
        }
    };
    let open = |f: &LogFailure| {
        f.outlook == Outlook::Open
            && f.cause.about().domain == cause.about().domain
            && !f.cause.is_echo()
            && f.cause.leads_to(cause)
            && !unrelated(f)
    };
    let same = failures.iter().position(|f| open(f) && f.subject.as_deref() == subject);
    let index = same.or_else(|| failures.iter().position(open))?;
    failures.get_mut(index)
}

/// A sentence that says what to do: `Run the newer openclaw binary`, `[openclaw] Try: openclaw doctor`.
fn is_advice(message: &str) -> bool {
    const BEGINS: &[&str] = &[
        "run ",
        "set ",
        "if ",
        "try",
        "check",
        "stop ",
        "use ",
        "then ",
        "see ",
        "help",
        "debug",
        "restart ",
        "reinstall ",
        "update ",
        "fix ",
        "re-run ",
        "please ",
        "to fix",
        "hint",
        "or: ",
        "tip",
    ];
    let words = message.strip_prefix("[openclaw] ").unwrap_or(message).trim_start_matches(['-', '•', ' ']);
    let begin: String = words.chars().take(12).collect::<String>().to_ascii_lowercase();
    BEGINS.iter().any(|b| begin.starts_with(b))
}

impl FailureEvidence {
    /// The same words, whatever the numbers and names of identity in them are.
    fn is_like(&self, other: &Self) -> bool {
        let letters = |e: &Self| -> Vec<char> {
            e.text.expose().chars().filter(|c| c.is_ascii_alphabetic()).take(400).collect()
        };
        letters(self) == letters(other)
    }
}

impl LogFailure {
    fn new(cause: Cause, certainty: MessageCertainty, first: FailureEvidence) -> Self {
        Self {
            cause,
            subject: None,
            last: (first.line, first.time),
            first,
            detail: None,
            count: 1,
            echoes: Vec::new(),
            outlook: Outlook::Open,
            over: None,
            certainty,
            retry_after: None,
            budget: None,
            release: "",
            start: 0,
            outline: false,
            run: None,
        }
    }

    fn add_echo(&mut self, evidence: FailureEvidence) {
        if let Some(echo) = self.echoes.iter_mut().find(|e| e.last.pattern == evidence.pattern) {
            *echo = Echo { count: echo.count + 1, last: evidence };
        } else if self.echoes.len() < MOST_ECHOES {
            self.echoes.push(Echo { count: 1, last: evidence });
        }
    }
}

fn evidence(hit: &Hit<'_>) -> FailureEvidence {
    let LogLine { time, subsystem, message, .. } = hit.line;
    let mut text = if subsystem.is_empty() { message.clone() } else { format!("[{subsystem}] {message}") };
    let mut end = text.len().min(KEPT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    FailureEvidence { pattern: hit.id(), log: 0, line: hit.number, time: *time, text: text.into() }
}
