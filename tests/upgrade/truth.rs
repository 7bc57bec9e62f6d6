//! What was recorded of one start of a state with another release's image.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, path::PathBuf};

/// One start.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Truth {
    /// The release that made the state.
    pub from: String,
    /// The kind of state.
    pub kind: String,
    /// The release that was started on it.
    pub to: String,
    /// What happened.
    pub happened: Happened,
}

/// What a start came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Happened {
    /// The gateway.
    pub ended: Ended,
    /// A chat with it, where it was ready.
    pub chat: Option<Chat>,
    /// The text of its config is another one afterwards.
    pub config_rewritten: bool,
    /// `meta.lastTouchedVersion` afterwards.
    pub config_version: Option<String>,
    /// The layouts of the databases before.
    #[serde(default)]
    pub layouts_before: BTreeMap<String, i64>,
    /// The databases that are new or have another layout afterwards.
    pub layouts: BTreeMap<String, i64>,
    /// The files that are gone.
    pub gone: Vec<String>,
    /// The last lines of its log, where it did not answer.
    pub log: String,
}

impl Happened {
    /// It started, and answers.
    pub fn answered(&self) -> bool {
        self.ended == Ended::Ready && self.chat.as_ref().is_some_and(|chat| chat.answered)
    }
}

/// How far a gateway came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// It answers on its port.
    Ready,
    /// It exited with this code.
    Exited(i32),
    /// It runs and never answers.
    Silent,
}

/// A chat.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Chat {
    /// The word of the provider came back.
    pub answered: bool,
    /// The key that the provider was sent.
    pub key: Option<String>,
    /// What came instead.
    pub failure: Option<String>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade")
}

/// The file of a recorded state.
pub fn state(from: &str, kind: &str) -> PathBuf {
    folder().join("states").join(format!("{from}-{kind}.tar.xz"))
}

/// The file of the recorded starts.
pub fn file() -> PathBuf {
    folder().join("truths.jsonl")
}

/// All of them.
pub fn all() -> Vec<Truth> {
    let text = fs::read_to_string(file()).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect("a truth")).collect()
}
