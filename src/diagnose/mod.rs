//! From a log to the first failure behind what is seen last: whose it is, what it is not, and
//! whether asking again helps.
//!
//! ```text
//! scan      bytes -> lines that a pattern fits; one pass, constant memory
//! line      the same message in all its dresses -> when, who, what
//! patterns  what OpenClaw says, as data: release, file, meaning
//! reason    lines -> failures, their echoes, what ended them
//! action    a failure and what is configured -> the first thing to do
//! place     a path of the container -> the same on the host
//! ```
//!
//! Nothing here reads a file, and nothing decides what may be shown.

mod about;
pub mod action;
pub mod cause;
pub mod line;
pub mod pattern;
pub mod patterns;
mod place;
pub mod reason;
pub mod scan;
pub mod time;

pub use action::Connection;
pub use cause::{Cause, FailureOwner, Retry};
pub use reason::{LogFailure, Outlook, Reasoner};
pub use scan::LogScanner;

use crate::vocabulary::finding::Severity;

/// A log that is read to its end, piece by piece.
#[derive(Debug, Default)]
pub struct LogReading {
    scanner: LogScanner,
    reasoner: Reasoner,
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
        let reasoner = &mut self.reasoner;
        self.scanner.feed(piece, &mut |hit| reasoner.observe(hit));
    }

    /// The failures so far.
    #[must_use]
    pub fn so_far(&self) -> &[LogFailure] {
        self.reasoner.so_far()
    }

    /// The log ended.
    #[must_use]
    pub fn finish(mut self) -> Diagnosis {
        let reasoner = &mut self.reasoner;
        self.scanner.finish(&mut |hit| reasoner.observe(hit));
        Diagnosis {
            lines: self.scanner.lines(),
            bytes: self.scanner.bytes(),
            reasoner: self.reasoner.conclude(),
        }
    }
}

impl Diagnosis {
    /// Some failures of a log that goes on.
    #[must_use]
    pub fn of_some(failures: Vec<LogFailure>, reading: &LogReading) -> Self {
        Self {
            reasoner: Reasoner::of_some(failures),
            lines: reading.scanner.lines(),
            bytes: reading.scanner.bytes(),
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
            Outlook::Open if self.cause == Cause::Skill => Severity::Warning,
            Outlook::Open => Severity::Error,
        }
    }
}
