//! Runs a script in the container with the Node that OpenClaw itself needs.

use super::Step;
use crate::{
    sources::engine::{Engine, Exec},
    text::Bytes,
};
use serde_json::Value;
use std::time::Duration;

/// When a script ends itself; the first start of Node on a loaded machine takes seconds.
pub(super) const SCRIPT: Duration = Duration::from_secs(12);
/// When a step is given up: the script had its time, and the engine some to start it.
const STEP: Duration = Duration::from_secs(15);
/// Most bytes of an answer; an environment has at most 2 MiB (`ARG_MAX` of Linux).
const ANSWER: usize = 4 << 20;

/// Why a script gave no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Failure {
    /// There is no Node in the container.
    NoNode,
    /// Anything else, in words free of values.
    Other(String),
}

impl Failure {
    pub(super) fn words(self) -> String {
        match self {
            Self::NoNode => "there is no Node in the container to ask with".into(),
            Self::Other(words) => words,
        }
    }
}

/// A step that runs a script of ours; its arguments come before the time limit.
pub(super) fn step(
    probe: &'static str,
    does: &'static str,
    script: &'static str,
    arguments: &[String],
    stdin: Option<&'static str>,
) -> Step {
    let start = ["node", "--input-type=commonjs", "--eval", script, "--"].map(str::to_owned);
    let limit = SCRIPT.as_millis().to_string();
    Step {
        probe,
        does,
        argv: start.into_iter().chain(arguments.iter().cloned()).chain([limit]).collect(),
        stdin,
        limit: STEP,
    }
}

/// Runs a script and reads its answer.
pub(super) fn ask(engine: &Engine, id: &str, step: &Step, stdin: Option<Bytes>) -> Result<Value, Failure> {
    // The container's own settings must not send the script through a proxy, have it write a
    // compile cache, or load something else first.
    let env = [("NODE_OPTIONS", ""), ("NODE_USE_ENV_PROXY", "0"), ("NODE_DISABLE_COMPILE_CACHE", "1")];
    let exec = Exec {
        argv: step.argv.clone(),
        env: env.map(|(name, value)| (name.to_owned(), value.into())).into(),
        stdin,
        timeout: Some(step.limit),
        max_output: ANSWER,
    };
    let outcome = engine.exec(id, &exec).map_err(|error| Failure::Other(error.to_string()))?;
    match outcome.exit_code {
        Some(0) if !outcome.truncated => serde_json::from_slice(&outcome.stdout)
            .map_err(|_| Failure::Other("the probe's answer makes no sense".into())),
        Some(126 | 127) => Err(Failure::NoNode),
        // The scripts' own limit.
        Some(9) => Err(Failure::Other(format!("no answer within {} s", SCRIPT.as_secs()))),
        Some(code) => Err(Failure::Other(format!("the probe ended with exit code {code}"))),
        None => Err(Failure::Other("the probe was cut short".into())),
    }
}

/// What a failed connection means, for the codes of Node.
pub(super) fn connection(code: &str, port: u16) -> String {
    match code {
        "ECONNREFUSED" => format!("nothing listens on port {port} of the container's loopback"),
        "ETIMEDOUT" => format!("port {port} accepts connections and does not answer"),
        "ECONNRESET" | "EPROTO" | "HPE_INVALID_CONSTANT" => {
            format!("port {port} speaks neither HTTP nor TLS")
        }
        other if other.len() < 40 && other.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') => {
            format!("port {port} cannot be asked ({other})")
        }
        _ => format!("port {port} cannot be asked"),
    }
}
