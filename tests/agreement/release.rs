//! The releases that are asked, and what they call things.

use clawdock::openclaw::release::number::{Program, Release};
use std::path::PathBuf;

/// A release of the real program, in an image.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Real {
    /// As npm writes it.
    pub version: &'static str,
    /// The image that runs it.
    pub image: &'static str,
    /// Which program.
    pub program: Program,
}

/// All of them, newest first.
pub const RELEASES: [Real; 5] = [
    Real { version: "2026.9.6", image: "openclaw:2026.9.6", program: Program::OpenClaw },
    Real { version: "2026.6.11", image: "openclaw:2026.6.11", program: Program::OpenClaw },
    Real { version: "2026.3.24", image: "openclaw:2026.3.24", program: Program::OpenClaw },
    Real { version: "2026.2.26", image: "openclaw:2026.2.26", program: Program::OpenClaw },
    Real { version: "2026.1.24-3", image: "clawdbot:legacy", program: Program::Clawdbot },
];

impl Real {
    /// The one of that version.
    pub fn of(version: &str) -> Option<Self> {
        RELEASES.into_iter().find(|r| r.version == version)
    }

    /// For the model.
    pub fn release(&self) -> Release {
        Release::parse(self.version).expect("a release")
    }

    /// It is not older than that.
    pub fn since(&self, numbers: [u16; 3]) -> bool {
        self.release().numbers >= numbers
    }

    /// The prefix of its variables.
    pub fn prefix(&self) -> &'static str {
        match self.program {
            Program::OpenClaw => "OPENCLAW_",
            Program::Clawdbot => "CLAWDBOT_",
        }
    }

    /// Its state directory below the home directory.
    pub fn state(&self) -> &'static str {
        match self.program {
            Program::OpenClaw => ".openclaw",
            Program::Clawdbot => ".clawdbot",
        }
    }

    /// The name of its config.
    pub fn config(&self) -> &'static str {
        match self.program {
            Program::OpenClaw => "openclaw.json",
            Program::Clawdbot => "clawdbot.json",
        }
    }

    /// The script that runs it.
    pub fn entry(&self) -> &'static str {
        match self.program {
            Program::OpenClaw => "dist/index.js",
            Program::Clawdbot => "dist/entry.js",
        }
    }

    /// The file of its truths.
    pub fn truths(&self) -> PathBuf {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/agreement/truths");
        folder.join(format!("{}.jsonl", self.version))
    }
}
