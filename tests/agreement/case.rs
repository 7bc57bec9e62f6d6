//! A deployment, what the real program did with it, and how both are written down.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One way to run a gateway: everything that decides what it does. All credentials are made up.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Case {
    /// The seed of the run that made it.
    pub seed: u64,
    /// Which of that run.
    pub number: u64,
    /// The environment of the container, beyond that of the image.
    pub env: BTreeMap<String, String>,
    /// Files by path; a path that ends in `/` is an empty directory.
    pub files: BTreeMap<String, String>,
    /// The words of the command.
    pub args: Vec<String>,
    /// The gateway credentials that occur anywhere, as the program would send them.
    pub candidates: Vec<String>,
    /// The ports that occur anywhere.
    pub ports: BTreeSet<u16>,
    /// The variables that occur anywhere.
    pub names: BTreeSet<String>,
    /// What is asked besides how it starts and what it accepts.
    pub ask: BTreeSet<Question>,
}

/// What the real program is asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// What the command line in the container sends, and to which port.
    Cli,
    /// `models status --json`.
    Models,
    /// `config file` and `config get`.
    Config,
    /// Where a request to the provider goes, and with which key.
    Request,
}

/// What the real program did.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Truth {
    /// It ended, with this code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// It listened, on this port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `loopback` or `all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bind: Option<String>,
    /// It let everybody in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// Which of the candidates it accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<String>,
    /// The environment of its helper process, as far as the deployment speaks of it; none in
    /// releases without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<BTreeMap<String, String>>,
    /// What its command line sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cli: Option<Sent>,
    /// What `models status --json` says of each provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub models: Option<BTreeMap<String, Effective>>,
    /// The config file in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_file: Option<String>,
    /// `config get gateway.port` and `gateway.bind`, where they are set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<BTreeMap<String, String>>,
    /// The request that arrived in place of the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Requested>,
}

/// What a command line sent in its first frame; a credential that is none of the candidates is none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sent {
    /// The port that it dialled; none when it gave up before.
    pub port: Option<u16>,
    /// The token.
    pub token: Option<String>,
    /// The password.
    pub password: Option<String>,
}

/// Where the program says that a provider's key comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Effective {
    /// `env`, `models.json`, `profiles`, `missing` …
    pub kind: String,
    /// The key, as the program masks it.
    pub detail: String,
    /// The variable of the environment that has a key, as the program says it.
    pub variable: Option<String>,
}

/// A request to the provider.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Requested {
    /// The port of the server that it reached; none when nothing came.
    pub port: Option<u16>,
    /// The key.
    pub key: Option<String>,
}

/// A line of a file of truths.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recorded {
    /// The deployment.
    pub case: Case,
    /// What the program did.
    pub truth: Truth,
}
