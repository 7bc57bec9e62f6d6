//! Runs a script in the container with the Node that OpenClaw itself needs.

use super::ProbeRun;
use crate::{
    text::secret::Bytes,
    world::engine::{Engine, Exec, ExecOutcome, error::EngineError},
};
use serde_json::Value;
use std::time::Duration;

/// When a script ends itself; the first start of Node on a loaded machine takes seconds.
pub(super) const SCRIPT: Duration = Duration::from_secs(12);
/// How much later a step is given up than its script ends itself: the engine starts it first.
const GRACE: Duration = Duration::from_secs(3);
/// Most bytes of an answer; an environment has at most 2 MiB (`ARG_MAX` of Linux).
const ANSWER: usize = 4 << 20;

/// Why a script gave no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum NodeFailure {
    /// There is no Node in the container.
    NoNode,
    /// Anything else, in words free of values.
    Other(String),
}

impl NodeFailure {
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
) -> ProbeRun {
    step_within(probe, does, script, arguments, stdin, SCRIPT)
}

/// The same with a time limit of its own, at which the script ends itself.
pub(super) fn step_within(
    probe: &'static str,
    does: &'static str,
    script: &'static str,
    arguments: &[String],
    stdin: Option<&'static str>,
    limit: Duration,
) -> ProbeRun {
    let start = ["node", "--input-type=commonjs", "--eval", script, "--"].map(str::to_owned);
    let words = start.into_iter().chain(arguments.iter().cloned()).chain([limit.as_millis().to_string()]);
    ProbeRun { probe, does, argv: words.collect(), stdin, limit: limit + GRACE }
}

/// Runs a script and reads its answer.
pub(super) fn ask(
    engine: &Engine,
    id: &str,
    step: &ProbeRun,
    stdin: Option<Bytes>,
) -> Result<Value, NodeFailure> {
    read(engine.exec(id, &exec(step, stdin)), step)
}

/// The command of a step.
pub(super) fn exec(step: &ProbeRun, stdin: Option<Bytes>) -> Exec {
    // The container's own settings must not send the script through a proxy, have it write a
    // compile cache, or load something else first.
    let env = [("NODE_OPTIONS", ""), ("NODE_USE_ENV_PROXY", "0"), ("NODE_DISABLE_COMPILE_CACHE", "1")];
    Exec {
        argv: step.argv.clone(),
        env: env.map(|(name, value)| (name.to_owned(), value.into())).into(),
        stdin,
        timeout: Some(step.limit),
        max_output: ANSWER,
    }
}

/// Reads a script's answer.
pub(super) fn read(outcome: Result<ExecOutcome, EngineError>, step: &ProbeRun) -> Result<Value, NodeFailure> {
    let late = |after: Duration| format!("no answer within {after:?}");
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(EngineError::Timeout { after, .. }) => return Err(NodeFailure::Other(late(after))),
        Err(error) => return Err(NodeFailure::Other(error.to_string())),
    };
    match outcome.exit_code {
        _ if outcome.truncated => Err(NodeFailure::Other("the container's answer does not end".into())),
        Some(0) => serde_json::from_slice(&outcome.stdout)
            .map_err(|_| NodeFailure::Other("the probe's answer makes no sense".into())),
        Some(126 | 127) => Err(NodeFailure::NoNode),
        // The scripts' own limit.
        Some(9) => Err(NodeFailure::Other(late(step.limit.saturating_sub(GRACE)))),
        Some(code) => Err(NodeFailure::Other(format!("the probe ended with exit code {code}"))),
        None => Err(NodeFailure::Other("the probe was cut short".into())),
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
