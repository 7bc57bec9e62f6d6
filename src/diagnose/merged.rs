//! Several logs in one order of time: what the gateway wrote to its console and into its file, or rotated files.

use super::{
    line::LogLine, messages::MessageCertainty, pattern::Means, pattern::Pattern, reason::Reasoner, scan::Hit,
};

/// Lines that mean something are held back until all logs are read, so that they can be put in order; a log
/// that has more of them is taken as it comes.
const MOST: usize = 20_000;
/// Two logs write the same line so many milliseconds apart.
const SAME: i64 = 50;
/// So many bytes of two lines are compared.
const COMPARED: usize = 60;

#[derive(Debug)]
struct HeldHit {
    log: usize,
    number: u64,
    line: LogLine,
    means: Means,
    pattern: Option<&'static Pattern>,
    certainty: MessageCertainty,
    /// When it was written, or the line before it.
    at: i64,
}

/// What several logs say, until all of them are read.
#[derive(Debug, Default)]
pub struct MergedHits {
    held: Vec<HeldHit>,
    /// The newest time of the log that is read.
    at: Option<i64>,
}

impl MergedHits {
    /// Keeps a line of the log of that number; `false` where there is no room for more.
    pub fn hold(&mut self, log: usize, hit: &Hit<'_>) -> bool {
        if self.held.len() >= MOST {
            return false;
        }
        if self.held.last().is_none_or(|last| last.log != log) {
            self.at = None;
        }
        // A line without a time belongs to the one before it; at the begin of a log to the one after it.
        self.at = hit.line.time.map(|t| t.0).or(self.at);
        let at = self.at.unwrap_or(i64::MIN);
        if at > i64::MIN {
            self.held
                .iter_mut()
                .rev()
                .take_while(|h| h.log == log && h.at == i64::MIN)
                .for_each(|h| h.at = at);
        }
        let Hit { number, line, means, pattern, certainty } = *hit;
        self.held.push(HeldHit { log, number, line: line.clone(), means, pattern, certainty, at });
        true
    }

    /// Tells all of it in the order of time, what two logs say once.
    pub fn tell(&mut self, reasoner: &mut Reasoner) {
        let now = reasoner.log;
        // A log without any time comes last, as it would unmerged.
        self.held.sort_by_key(|h| (h.at == i64::MIN, h.at));
        for (i, held) in self.held.iter().enumerate() {
            let begin = |h: &HeldHit| h.line.message.bytes().take(COMPARED).collect::<Vec<u8>>();
            let twin = |h: &HeldHit| {
                h.log != held.log && h.line.subsystem == held.line.subsystem && begin(h) == begin(held)
            };
            let near = self.held[..i].iter().rev().take_while(|h| held.at.saturating_sub(h.at) <= SAME);
            if held.at > i64::MIN && near.take(50).any(twin) {
                continue;
            }
            let HeldHit { log, number, means, pattern, certainty, .. } = *held;
            reasoner.log = log;
            reasoner.observe(&Hit { number, line: &held.line, means, pattern, certainty });
        }
        self.held.clear();
        reasoner.log = now;
    }
}
