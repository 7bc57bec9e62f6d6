//! From bytes to the lines that may matter: one pass, a bounded buffer, no look at anything else.
//!
//! A search for the needles of all patterns goes over whole blocks, so that a log in which nothing is
//! wrong costs no work for each line. Only where it stops is the line cut out, and an automaton says
//! which needles it has; then it is taken apart and held against their patterns.

use super::{
    cause::Cause,
    line::{LOOKED_AT, LogLine},
    messages::{Meaning, MessageCertainty, MessageRows},
    pattern::{FailureSubject, Means, Pattern},
    patterns, subject,
};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind, StartKind};
use memchr::{memchr, memchr_iter, memrchr};
use std::sync::LazyLock;

/// A line that means something.
#[derive(Debug)]
pub struct Hit<'a> {
    /// One-based number of the line.
    pub number: u64,
    /// Taken apart.
    pub line: &'a LogLine,
    /// What it means.
    pub means: Means,
    /// The pattern of a log that fits it; none where only a row of the messages does.
    pub pattern: Option<&'static Pattern>,
    /// How sure it is.
    pub certainty: MessageCertainty,
}

impl Hit<'_> {
    /// The pattern's name, or that of what it means.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match (self.pattern, self.means) {
            (Some(pattern), _) => pattern.id,
            (None, Means::Failure(cause) | Means::Outline(cause)) => cause.about().id,
            (None, _) => "words-of-failure",
        }
    }

    /// Whether it may be somebody else's words, such as an agent's.
    #[must_use]
    pub fn is_spoken(&self) -> bool {
        self.pattern.map_or(self.line.subsystem.is_empty(), |p| p.subsystem.is_empty())
    }

    /// Who it is about.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        match (self.pattern, self.means) {
            (Some(pattern), _) if pattern.subject != FailureSubject::None => pattern.subject(self.line),
            (_, Means::Failure(cause) | Means::Outline(cause)) => {
                subject::of(self.line, cause.about().domain)
            }
            _ => None,
        }
    }

    /// The release whose words these are; empty where that is not known.
    #[must_use]
    pub fn release(&self) -> &'static str {
        self.pattern.map_or("", |p| p.read_from.release)
    }

    /// What the words of a line that follows from a failure say of the failure itself.
    #[must_use]
    pub fn behind(&self) -> Option<Cause> {
        match ENGINE.rows.meaning(&self.line.subsystem, &self.line.message)?.means {
            Means::Failure(cause) if !cause.is_vague() => Some(cause),
            _ => None,
        }
    }
}

/// A pattern and its place in the list: the first that fits a line counts.
type RankedHit = (usize, &'static Pattern);

/// Every line of so many bytes at the begin of a log is looked at: a text that somebody pasted is no longer.
const LOOKED_AT_WHOLE: u64 = 64 << 10;

/// What all logs are searched with.
static ENGINE: LazyLock<Searcher> = LazyLock::new(Searcher::new);

/// What messages mean.
pub fn rows() -> &'static MessageRows {
    &ENGINE.rows
}

#[derive(Debug)]
struct Searcher {
    /// Finds the first of the needles of patterns and messages.
    any: AhoCorasick,
    /// Finds all needles of patterns, also those that are parts of each other.
    all: AhoCorasick,
    /// The patterns of each needle.
    patterns: Vec<Vec<RankedHit>>,
    /// The messages.
    rows: MessageRows,
}

#[cfg(test)]
#[test]
fn the_automata_are_small() {
    let (any, all) = (ENGINE.any.memory_usage(), ENGINE.all.memory_usage());
    assert!(any + all < 6 << 20, "{any} {all} {}", ENGINE.rows.needles().len());
}

impl Searcher {
    /// # Panics
    /// Never: the needles are few and short, which a test makes sure of.
    fn new() -> Self {
        let mut needles: Vec<&str> = Vec::new();
        let mut patterns: Vec<Vec<RankedHit>> = Vec::new();
        for ranked in patterns::all().enumerate() {
            match needles.iter().position(|needle| *needle == ranked.1.needle) {
                Some(known) => patterns[known].push(ranked),
                None => {
                    needles.push(ranked.1.needle);
                    patterns.push(vec![ranked]);
                }
            }
        }
        let automaton = |kind, needles: &[&str]| {
            let automaton = AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::DFA))
                // Half of the memory.
                .start_kind(StartKind::Unanchored)
                .ascii_case_insensitive(kind == MatchKind::LeftmostFirst)
                .match_kind(kind)
                .build(needles);
            automaton.expect("short needles")
        };
        let rows = MessageRows::new();
        let all = automaton(MatchKind::Standard, &needles);
        needles.extend(rows.needles());
        let any = automaton(MatchKind::LeftmostFirst, &needles);
        Self { any, all, patterns, rows }
    }
}

/// Finds the lines that mean something in a log that comes in pieces.
#[derive(Debug, Default)]
pub struct LogScanner {
    /// The beginning of a line whose end has not come yet; never longer than [`LOOKED_AT`].
    begun: Vec<u8>,
    /// Complete lines so far.
    lines: u64,
    bytes: u64,
    /// Bytes of which every line was looked at.
    whole: u64,
}

impl LogScanner {
    /// Lines read so far, the last one counted also when it has no end.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines + u64::from(!self.begun.is_empty())
    }

    /// Bytes read so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Reads a piece of the log; pieces may end anywhere.
    pub fn feed(&mut self, mut piece: &[u8], found: &mut dyn FnMut(&Hit<'_>)) {
        self.bytes += piece.len() as u64;
        if !self.begun.is_empty() {
            let end = memchr(b'\n', piece);
            let rest = &piece[..end.unwrap_or(piece.len())];
            let room = LOOKED_AT.saturating_sub(self.begun.len()).min(rest.len());
            self.begun.extend_from_slice(&rest[..room]);
            let Some(end) = end else { return };
            self.finish_line(found);
            piece = &piece[end + 1..];
        }
        let Some(last) = memrchr(b'\n', piece) else { return self.begin(piece) };
        let (whole, rest) = piece.split_at(last + 1);
        self.search(whole, found);
        self.begin(rest);
    }

    /// Reads what a last line without an end has.
    pub fn finish(&mut self, found: &mut dyn FnMut(&Hit<'_>)) {
        if !self.begun.is_empty() {
            self.finish_line(found);
        }
    }

    fn begin(&mut self, bytes: &[u8]) {
        self.begun.extend_from_slice(&bytes[..bytes.len().min(LOOKED_AT)]);
    }

    fn finish_line(&mut self, found: &mut dyn FnMut(&Hit<'_>)) {
        let line = std::mem::take(&mut self.begun);
        self.lines += 1;
        self.look_at(&line, self.lines, found);
        self.begun = line;
        self.begun.clear();
    }

    /// Complete lines.
    fn search(&mut self, block: &[u8], found: &mut dyn FnMut(&Hit<'_>)) {
        let (mut at, mut counted) = (0, 0);
        while self.whole < LOOKED_AT_WHOLE && at < block.len() {
            let end = memchr(b'\n', &block[at..]).map_or(block.len(), |i| at + i);
            self.lines += 1;
            self.whole += (end - at) as u64 + 1;
            self.look_at(&block[at..end], self.lines, found);
            at = end + 1;
            counted = at.min(block.len());
        }
        at = at.min(block.len());
        while let Some(hit) = ENGINE.any.find(&block[at..]) {
            let hit = at + hit.start();
            let start = memrchr(b'\n', &block[counted..hit]).map_or(counted, |i| counted + i + 1);
            let end = memchr(b'\n', &block[hit..]).map_or(block.len(), |i| hit + i);
            self.lines += memchr_iter(b'\n', &block[counted..start]).count() as u64 + 1;
            self.look_at(&block[start..end], self.lines, found);
            at = (end + 1).min(block.len());
            counted = at;
        }
        self.lines += memchr_iter(b'\n', &block[counted..]).count() as u64;
    }

    fn look_at(&self, raw: &[u8], number: u64, found: &mut dyn FnMut(&Hit<'_>)) {
        let raw = &raw[..raw.len().min(LOOKED_AT)];
        let line = LogLine::parse(raw);
        let mut best: Option<RankedHit> = None;
        for needle in ENGINE.all.find_overlapping_iter(raw) {
            let patterns = &ENGINE.patterns[needle.pattern()];
            // A needle may stand in a line more than once.
            let mut better =
                patterns.iter().copied().take_while(|(rank, _)| best.is_none_or(|b| *rank < b.0));
            best = better.find(|(_, pattern)| pattern.fits(&line)).or(best);
        }
        let pattern = best.map(|(_, pattern)| pattern);
        let of_pattern = pattern.map(|p| (p.means, MessageCertainty::Certain, Some(p)));
        let hit = match pattern {
            Some(pattern) if pattern.is_settled() => of_pattern,
            _ => {
                let meaning = ENGINE.rows.meaning(&line.subsystem, &line.message);
                let meaning =
                    meaning.filter(|m| !line.is_of_another_program() || matches!(m.means, Means::Failure(_)));
                let of_rows = |m: Meaning| (m.means, m.certainty, None);
                match (pattern, meaning) {
                    (None, meaning) => meaning.map(of_rows),
                    (Some(pattern), Some(meaning))
                        if pattern.yields_to(meaning.means, meaning.before_patterns) =>
                    {
                        Some(of_rows(meaning))
                    }
                    _ => of_pattern,
                }
            }
        };
        if let Some((means, certainty, pattern)) = hit
            && means != Means::Ignored
        {
            found(&Hit { number, line: &line, means, pattern, certainty });
        }
    }
}
