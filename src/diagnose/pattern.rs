//! What a pattern is; the patterns themselves are data in [`crate::diagnose::patterns`].

use super::{
    cause::{Cause, Domain},
    line::LogLine,
};

/// What a line means that fits a pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Means {
    /// Something failed.
    Failure(Cause),
    /// Something failed, and a line beside it says more: an HTTP status without a body.
    Outline(Cause),
    /// Something follows from a failure.
    Symptom(Domain),
    /// A provider answered after all.
    ProviderWorks,
    /// A turn ended well; of which provider is not said.
    TurnEnded,
    /// A gateway begins to start.
    Starting,
    /// A gateway listens.
    Started,
    /// Words of a failure that nothing here knows.
    Unknown,
    /// Words that mean a failure only where somebody pasted them.
    UnknownIfPasted,
    /// Nothing to act on.
    Ignored,
}

/// Where the provider, client or channel stands in a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureSubject {
    /// Nowhere.
    None,
    /// In the field of that name: ` provider=anthropic `; of `anthropic/claude`, the first part.
    Field(&'static str),
    /// Between these two texts.
    Between(&'static str, &'static str),
    /// It is the subsystem, which the file log writes as `channels/telegram`.
    Subsystem,
}

/// A release, and the file of it that a message was read from; `dist/` is left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadFrom {
    /// `openclaw 2026.9.6`.
    pub release: &'static str,
    /// `provider-transport-fetch-DnNw-XtJ.mjs`.
    pub file: &'static str,
}

/// One message of OpenClaw.
#[derive(Debug)]
pub struct Pattern {
    /// Its name.
    pub id: &'static str,
    /// What it means.
    pub means: Means,
    /// The subsystem that writes it; `*` is any. Empty: lines without one, which also hold what the
    /// agent says, so that they count only while no gateway listens.
    pub subsystem: &'static str,
    /// How the message begins.
    pub starts: &'static str,
    /// What else it has, in any order.
    pub has: &'static [&'static str],
    /// The rarest part, as the bytes of the line have it whatever its dress: no quotes, no
    /// backslash. Lines without it are not looked at.
    pub needle: &'static str,
    /// Where it says who is concerned.
    pub subject: FailureSubject,
    /// Where it was read.
    pub read_from: ReadFrom,
    /// A line that it fits.
    pub example: &'static str,
}

impl Pattern {
    /// Whether a line says this.
    #[must_use]
    pub fn fits(&self, line: &LogLine) -> bool {
        let subsystem = match self.subsystem {
            "*" => !line.subsystem.is_empty(),
            name => line.subsystem == name,
        };
        subsystem
            && line.message.starts_with(self.starts)
            && self.has.iter().all(|part| line.message.contains(part))
    }

    /// No message can say more of such a line: what a provider answered, a start, a turn that ended.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        match self.means {
            Means::Failure(cause) => {
                !cause.is_vague() && !self.subsystem.is_empty() && self.subsystem != "ws"
            }
            _ => true,
        }
    }

    /// A message says better what such a line means.
    #[must_use]
    pub fn yields_to(&self, said: Means, before_patterns: bool) -> bool {
        match (self.means, said) {
            (Means::Failure(own), Means::Failure(said)) => {
                own != said && (before_patterns || own.is_vague() && !said.is_vague())
            }
            _ => false,
        }
    }

    /// Who a line that fits is about.
    #[must_use]
    pub fn subject(&self, line: &LogLine) -> Option<String> {
        let found = match self.subject {
            FailureSubject::None => None,
            FailureSubject::Field(name) => {
                field(&line.message, name).map(|v| v.split('/').next().unwrap_or(v))
            }
            FailureSubject::Between(before, after) => {
                let from = line.message.find(before)? + before.len();
                let rest = &line.message[from..];
                rest.find(after).map(|to| &rest[..to])
            }
            FailureSubject::Subsystem => line.subsystem.rsplit('/').next(),
        };
        found.filter(|s| is_name(s)).map(str::to_owned)
    }
}

/// The value of ` name=value`, up to the next blank.
#[must_use]
pub fn field<'a>(message: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    loop {
        let at = from + message[from..].find(name)?;
        let end = at + name.len();
        let starts = at == 0 || message.as_bytes()[at - 1] == b' ';
        if starts && let Some(rest) = message[end..].strip_prefix('=') {
            let value = rest.split(' ').next().unwrap_or(rest);
            return (!value.is_empty() && value != "undefined" && value != "n/a").then_some(value);
        }
        from = end;
    }
}

/// The name of a provider, client or channel; what else stands there is nothing to show.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 40
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::patterns::all;
    use std::collections::BTreeSet;

    #[test]
    fn each_fits_its_example_and_is_the_first_that_does() {
        let mut ids = BTreeSet::new();
        for pattern in all() {
            assert!(ids.insert(pattern.id), "{} is there twice", pattern.id);
            let line = LogLine::parse(pattern.example.as_bytes());
            assert!(pattern.fits(&line), "{}: {line:?}", pattern.id);
            let first = all().find(|p| p.fits(&line)).unwrap();
            assert_eq!(first.id, pattern.id, "{}", pattern.example);
            if pattern.subject != FailureSubject::None {
                assert!(pattern.subject(&line).is_some(), "{}: nobody is concerned", pattern.id);
            }
        }
    }

    #[test]
    fn needles_are_in_what_they_are_needles_of() {
        for pattern in all() {
            let texts = [&[pattern.starts, pattern.subsystem], pattern.has].concat();
            assert!(
                texts.iter().any(|t| t.contains(pattern.needle)),
                "{}: what fits need not have the needle",
                pattern.id
            );
            assert!(pattern.needle.len() >= 6, "{}", pattern.id);
            assert!(!pattern.needle.contains(['"', '\\']), "{}: JSON writes these otherwise", pattern.id);
        }
        let needles: BTreeSet<_> = all().map(|p| p.needle).collect();
        assert!(needles.len() <= 64, "{} needles: the automaton becomes slow", needles.len());
    }

    #[test]
    fn every_cause_has_a_pattern() {
        for cause in Cause::ALL {
            let means = |p: &Pattern| matches!(p.means, Means::Failure(c) | Means::Outline(c) if c == *cause);
            let said = include_str!("messages/messages.txt").lines().any(|l| {
                l.split(" | ").next().is_some_and(|id| id.trim_start_matches(['^', '~']) == cause.about().id)
            });
            let of_areas = include_str!("messages/areas.txt")
                .lines()
                .any(|l| l.ends_with(&format!(" | {}", cause.about().id)));
            assert!(
                all().any(means) || said || of_areas || *cause == Cause::UnknownFailure,
                "{cause:?} is never found"
            );
        }
    }

    #[test]
    fn fields() {
        let message = "x provider=a/b myprovider=c empty= reason=undefined";
        assert_eq!(field(message, "provider"), Some("a/b"));
        assert_eq!(field(message, "myprovider"), Some("c"));
        for none in ["empty", "reason", "other", "prov"] {
            assert_eq!(field(message, none), None, "{none}");
        }
    }
}
