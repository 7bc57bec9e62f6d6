//! From bytes to the lines that may matter: one pass, a bounded buffer, no look at anything else.
//!
//! A search for the needles of all patterns goes over whole blocks, so that a log in which nothing is
//! wrong costs no work for each line. Only where it stops is the line cut out, and an automaton says
//! which needles it has; then it is taken apart and held against their patterns.

use super::{
    line::{LOOKED_AT, LogLine},
    pattern::Pattern,
    patterns,
};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::{memchr, memchr_iter, memrchr};

/// A line that one of the patterns fits.
#[derive(Debug)]
pub struct Hit<'a> {
    /// One-based number of the line.
    pub number: u64,
    /// Taken apart.
    pub line: &'a LogLine,
    /// What fits it.
    pub pattern: &'static Pattern,
}

/// A pattern and its place in the list: the first that fits a line counts.
type RankedHit = (usize, &'static Pattern);

/// Finds the lines that a pattern fits in a log that comes in pieces.
#[derive(Debug)]
pub struct LogScanner {
    /// Finds the first of the needles, with vector instructions where they can be had.
    any: AhoCorasick,
    /// Finds all of them, also those that are parts of each other.
    all: AhoCorasick,
    /// The patterns of each needle.
    patterns: Vec<Vec<RankedHit>>,
    /// The beginning of a line whose end has not come yet; never longer than [`LOOKED_AT`].
    begun: Vec<u8>,
    /// Complete lines so far.
    lines: u64,
    bytes: u64,
}

impl LogScanner {
    /// Nothing is read yet.
    ///
    /// # Panics
    /// Never: the needles are few and short, which a test makes sure of.
    #[must_use]
    pub fn new() -> Self {
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
        let automaton = |kind| {
            let automaton =
                AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).match_kind(kind).build(&needles);
            automaton.expect("a few short needles")
        };
        Self {
            any: automaton(MatchKind::LeftmostFirst),
            all: automaton(MatchKind::Standard),
            patterns,
            begun: Vec::new(),
            lines: 0,
            bytes: 0,
        }
    }

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
        while let Some(hit) = self.any.find(&block[at..]) {
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
        let mut line = None;
        let mut best: Option<RankedHit> = None;
        for needle in self.all.find_overlapping_iter(raw) {
            let patterns = &self.patterns[needle.pattern()];
            // A needle may stand in a line more than once.
            let mut better =
                patterns.iter().copied().take_while(|(rank, _)| best.is_none_or(|b| *rank < b.0));
            let line = line.get_or_insert_with(|| LogLine::parse(raw));
            best = better.find(|(_, pattern)| pattern.fits(line)).or(best);
        }
        if let (Some(line), Some((_, pattern))) = (&line, best) {
            found(&Hit { number, line, pattern });
        }
    }
}

impl Default for LogScanner {
    fn default() -> Self {
        Self::new()
    }
}
