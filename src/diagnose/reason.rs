//! From lines that mean something to the failures behind them.
//!
//! A failure is opened by the first line that tells of it. Lines that follow from it are its
//! echoes; a success ends it. What comes last in a log is mostly an echo: a cooldown, a fallback, a
//! context that is too long for the model that was fallen back to.

use super::{
    cause::{Cause, Domain, Retry},
    line::LogLine,
    pattern::{Means, Pattern, field},
    scan::Hit,
    time::Moment,
};
use crate::text::secret::Text;

/// Most failures that are kept. A log that has more is a log of many things, and the first ones
/// explain the rest.
const MOST: usize = 200;
/// Most kinds of echoes that are kept of one failure.
const MOST_ECHOES: usize = 12;
/// Longest text that is kept of a line, in bytes.
const KEPT: usize = 2 << 10;

/// A line that is pointed at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FailureEvidence {
    /// Which pattern it fits.
    pub pattern: &'static str,
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
    /// What the provider asked to wait for, in seconds.
    pub retry_after: Option<u64>,
    /// The release whose words these are.
    pub release: &'static str,
    /// The first line said only in outline what it is.
    outline: bool,
    /// The last run that it failed in.
    run: Option<String>,
}

/// What a log comes to.
#[derive(Clone, Debug, Default)]
pub struct Reasoner {
    failures: Vec<LogFailure>,
    /// Failures beyond [`MOST`].
    pub dropped: u64,
    /// Failed turns that no known message explains.
    pub unexplained: Option<Echo>,
    /// A gateway listens, so that lines without a subsystem may be what the agent says.
    listening: bool,
    /// A start that failed, as such a line says; the next line tells whether it was one.
    doubtful: Option<(&'static Pattern, Cause, FailureEvidence)>,
    /// What the last line was about.
    last: Option<Domain>,
}

impl Reasoner {
    /// Takes one more line.
    pub fn observe(&mut self, hit: &Hit<'_>) {
        let Hit { line, pattern, .. } = *hit;
        if pattern.subsystem.is_empty() {
            if let (true, Means::Failure(cause)) = (self.listening, pattern.means) {
                match cause.about().domain {
                    // The agent's answer is all that some releases say of a failed turn.
                    Domain::Model => {}
                    Domain::Start => {
                        self.doubtful = Some((pattern, cause, evidence(hit)));
                        return;
                    }
                    // Clients do not write into the log of a gateway.
                    Domain::Client | Domain::Channel => return,
                }
            }
        } else {
            // A gateway that goes on after these words did not say them at its end.
            match pattern.means {
                Means::Starting | Means::Started => self.believe(),
                _ => self.doubtful = None,
            }
        }
        match pattern.means {
            Means::Failure(cause) => self.fail(cause, false, pattern, line, evidence(hit)),
            Means::Outline(cause) => self.fail(cause, true, pattern, line, evidence(hit)),
            Means::Symptom(domain) => self.echo(domain, pattern.subject(line).as_deref(), evidence(hit)),
            Means::ProviderWorks => {
                let provider = pattern.subject(line);
                let same = |f: &LogFailure| f.cause.about().domain == Domain::Model && f.subject == provider;
                self.end(Outlook::Recovered, hit, same);
            }
            Means::TurnEnded => {
                let run = line.message.split(' ').nth(2).unwrap_or_default().to_owned();
                // A turn that ended well after a refused key ended well with another provider.
                let over = |f: &LogFailure| {
                    let about = f.cause.about();
                    about.domain == Domain::Model
                        && (about.retry != Retry::Never || f.run.as_ref() != Some(&run))
                };
                self.end(Outlook::Quiet, hit, over);
            }
            Means::Starting => self.listening = false,
            Means::Started => {
                self.listening = true;
                self.end(Outlook::Recovered, hit, |f| f.cause.about().domain == Domain::Start);
            }
        }
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
    /// are not over, then those that are.
    #[must_use]
    pub fn conclude(mut self) -> Self {
        self.believe();
        let last = self.last;
        self.failures.sort_by_key(|f| {
            let aside = f.outlook == Outlook::Open && last != Some(f.cause.about().domain);
            (f.outlook as u8, aside, f.first.line)
        });
        self
    }

    /// A doubtful start was one.
    fn believe(&mut self) {
        if let Some((pattern, cause, evidence)) = self.doubtful.take() {
            self.listening = false;
            self.fail(cause, false, pattern, &LogLine::default(), evidence);
        }
    }

    fn fail(
        &mut self,
        cause: Cause,
        outline: bool,
        pattern: &'static Pattern,
        line: &LogLine,
        evidence: FailureEvidence,
    ) {
        let about = cause.about();
        let subject = pattern.subject(line);
        let run = field(&line.message, "runId").map(str::to_owned);
        let retry_after = retry_after(&line.message);
        self.last = Some(about.domain);
        let fits = |f: &LogFailure| {
            f.outlook == Outlook::Open
                && f.cause.about().domain == about.domain
                && (f.subject == subject || f.subject.is_none() || subject.is_none())
        };
        // The same again, in other words, or only in outline.
        let same = |f: &LogFailure| f.cause == cause || (outline && f.cause.is_outlined_by(cause));
        let outlined = |f: &LogFailure| f.outline && f.detail.is_none() && cause.is_outlined_by(f.cause);
        let known = self.failures.iter().position(|f| fits(f) && same(f));
        let known = known.or_else(|| self.failures.iter().position(|f| fits(f) && outlined(f)));
        // What was only an outline turns out to follow from another failure.
        if let Some(index) = known
            && cause.yields()
            && self.failures[index].cause != cause
        {
            let (earlier, rest) = self.failures.split_at_mut(index);
            if let Some(before) = nearest(earlier, cause, subject.as_deref(), run.as_deref()) {
                before.add_echo(rest[0].first.clone());
                before.add_echo(evidence);
                self.failures.remove(index);
                return;
            }
        }
        if let Some(known) = known.map(|i| &mut self.failures[i]) {
            if !outline && known.outline && known.detail.is_none() {
                known.cause = cause;
                known.detail = Some(evidence.clone());
            }
            known.count += 1;
            known.last = (evidence.line, evidence.time);
            known.subject = known.subject.take().or(subject);
            known.run = run.or(known.run.take());
            known.retry_after = known.retry_after.or(retry_after);
            return;
        }
        // It follows from another.
        if cause.yields()
            && let Some(before) = nearest(&mut self.failures, cause, subject.as_deref(), run.as_deref())
        {
            before.add_echo(evidence);
            return;
        }
        // What only followed from something now has a reason.
        let echo = self.failures.iter().position(|f| {
            f.outlook == Outlook::Open
                && f.cause.is_echo()
                && f.cause.about().domain == about.domain
                && f.subject == subject
        });
        let mut failure = LogFailure {
            cause,
            subject,
            last: (evidence.line, evidence.time),
            first: evidence,
            detail: None,
            count: 1,
            echoes: Vec::new(),
            outlook: Outlook::Open,
            over: None,
            retry_after,
            release: pattern.read_from.release,
            outline,
            run,
        };
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

    fn echo(&mut self, domain: Domain, subject: Option<&str>, evidence: FailureEvidence) {
        let open = |f: &&mut LogFailure| f.outlook == Outlook::Open && f.cause.about().domain == domain;
        let mut open: Vec<&mut LogFailure> = self.failures.iter_mut().filter(open).collect();
        let named = open.iter().position(|f| subject.is_some() && f.subject.as_deref() == subject);
        match open.get_mut(named.unwrap_or(0)) {
            Some(failure) => {
                failure.add_echo(evidence);
                self.last = Some(domain);
            }
            None if domain == Domain::Model => {
                let count = self.unexplained.as_ref().map_or(0, |e| e.count) + 1;
                self.unexplained = Some(Echo { count, last: evidence });
            }
            None => {}
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

impl LogFailure {
    fn add_echo(&mut self, evidence: FailureEvidence) {
        if let Some(echo) = self.echoes.iter_mut().find(|e| e.last.pattern == evidence.pattern) {
            *echo = Echo { count: echo.count + 1, last: evidence };
        } else if self.echoes.len() < MOST_ECHOES {
            self.echoes.push(Echo { count: 1, last: evidence });
        }
    }
}

fn evidence(hit: &Hit<'_>) -> FailureEvidence {
    let LogLine { time, subsystem, message } = hit.line;
    let mut text = if subsystem.is_empty() { message.clone() } else { format!("[{subsystem}] {message}") };
    let mut end = text.len().min(KEPT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    FailureEvidence { pattern: hit.pattern.id, line: hit.number, time: *time, text: text.into() }
}

/// `Retry-After: 7 seconds`, as openclaw 2026.9.6 writes the provider's header.
fn retry_after(message: &str) -> Option<u64> {
    let (_, rest) = message.split_once("Retry-After: ")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest[..digits].parse().ok()
}
