//! The environment that the gateway's process really has.
//!
//! The gateway of openclaw 2026.9.6 keeps a child, `spawn-broker/worker.js`, which is started with
//! the environment as it is after dotenv files, `env.vars` and `--token`; `/proc/PID/environ` of the
//! child shows it. A value that `openclaw.json` supplies elsewhere (`gateway.auth.token`) and later
//! reloads are not in it.
//!
//! openclaw 2026.3.24 and clawdbot 2026.1.24-3 have no such child. The gateway's own `environ` is
//! what it was started with, before it read a file: a variable missing there proves nothing.

use super::{ENVIRONMENT, Request, Step, node, unknown};
use crate::{
    origin::Variable,
    sources::engine::Engine,
    target::{Observation, Outcome},
    text::Text,
};
use serde_json::Value;
use std::collections::BTreeMap;

const SCRIPT: &str = include_str!("environment.js");

/// OpenClaw puts directories in front of it for its children, so it is not compared.
const CHANGED: &str = "PATH";

/// What the engine, Node or OpenClaw add to the environment of the process that is looked at.
const ADDED: &[&str] = &[
    "CLAWDBOT_NODE_OPTIONS_READY",
    "CLAWDBOT_PATH_BOOTSTRAPPED",
    "HOME",
    "HOSTNAME",
    "NODE_CHANNEL_FD",
    "NODE_CHANNEL_SERIALIZATION_MODE",
    "NODE_COMPILE_CACHE",
    "NODE_OPTIONS",
    "OPENCLAW_CLI",
    "OPENCLAW_NODE_OPTIONS_READY",
    "OPENCLAW_PATH_BOOTSTRAPPED",
    "PATH",
    "TERM",
];

pub(super) fn step() -> Step {
    let does = "reads the environment of the gateway's process from /proc";
    node::step(ENVIRONMENT, does, SCRIPT, &[], None)
}

pub(super) fn run(engine: &Engine, request: &Request<'_>) -> Vec<Observation> {
    match node::ask(engine, &request.container.id, &step(), None) {
        Ok(answer) => interpret(&answer, request.environment),
        Err(failure) => vec![unknown(ENVIRONMENT, "gateway", None, failure.words())],
    }
}

/// Reads the script's answer: `{"kind", "count", "pid", "env": [[name, value]]}`.
fn interpret(answer: &Value, predicted: Option<&[Variable]>) -> Vec<Observation> {
    let tell = |why: String| unknown(ENVIRONMENT, "gateway", None, why);
    let after_files = answer["kind"] == "broker";
    let Some(env) = environment(answer) else {
        return vec![tell(match (answer["count"].as_u64(), answer["error"].as_str()) {
            (Some(0), _) => "no process of a gateway runs in the container".into(),
            (Some(count @ 2..), _) => format!("{count} gateways run in the container"),
            (_, Some("EACCES" | "EPERM")) => {
                "the environment of the gateway's process may not be read by the container's user".into()
            }
            _ => "the environment of the gateway's process could not be read".into(),
        })];
    };
    let which = if after_files {
        "read after the gateway loaded its files"
    } else {
        "as the gateway was started; this release does not show what it loaded from files since"
    };
    let count = env.len();
    let what = format!("{count} variables, {which}");
    let mut seen = vec![Observation { outcome: Outcome::Seen, ..tell(what) }];
    let Some(predicted) = predicted else { return seen };
    seen.extend(predicted.iter().filter_map(|v| compare(v, env.get(v.name.as_str()), after_files)));
    let is_new = |name: &str| !ADDED.contains(&name) && predicted.iter().all(|v| v.name != name);
    seen.extend(env.iter().filter(|(name, _)| is_new(name)).map(|(name, value)| Observation {
        outcome: Outcome::Contradicts,
        value: Some(value.clone()),
        ..unknown(ENVIRONMENT, name, Some("not set".into()), "set".into())
    }));
    seen
}

fn environment(answer: &Value) -> Option<BTreeMap<&str, Text>> {
    let pairs = answer["env"].as_array()?.iter();
    Some(pairs.filter_map(|pair| Some((pair[0].as_str()?, Text::from(pair[1].as_str()?)))).collect())
}

fn compare(variable: &Variable, seen: Option<&Text>, after_files: bool) -> Option<Observation> {
    if variable.name == CHANGED {
        return None;
    }
    let winner = variable.winner.as_ref();
    let predicted = winner.map_or("not set".to_owned(), |w| format!("set by {}", w.layer));
    let (outcome, observed) = match (winner, variable.value(), seen) {
        (None, _, None) => (Outcome::Agrees, "not set"),
        (None, _, Some(_)) => (Outcome::Contradicts, "set"),
        // The prediction knows that there is a value, but not which.
        (Some(_), None, Some(_)) => (Outcome::Seen, "set"),
        (Some(_), None, None) => (Outcome::Unknown, "not set"),
        (Some(_), Some(value), Some(seen)) if value == seen => (Outcome::Agrees, "the same value"),
        (Some(_), Some(_), Some(_)) if after_files => (Outcome::Contradicts, "another value"),
        (Some(_), Some(_), None) if after_files => (Outcome::Contradicts, "not set"),
        (Some(_), Some(_), Some(_)) => (Outcome::Unknown, "started with another value"),
        (Some(_), Some(_), None) => (Outcome::Unknown, "started without it"),
    };
    Some(Observation {
        outcome,
        place: winner.and_then(|w| w.place),
        value: seen.cloned(),
        ..unknown(ENVIRONMENT, &variable.name, Some(predicted), observed.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{Candidate, Layer};
    use serde_json::json;

    fn variable(name: &str, value: Option<&str>) -> Variable {
        let winner = value.map(|v| Candidate::new(Layer::StateDotenv, name, None, v.into()));
        Variable { name: name.into(), winner, losers: Vec::new() }
    }

    fn words(answer: &Value, predicted: Option<&[Variable]>) -> Vec<String> {
        let seen = interpret(answer, predicted);
        assert!(!format!("{seen:?}").contains("hunter2"));
        seen.iter().map(|o| format!("{} {:?} {}", o.subject, o.outcome, o.observed)).collect()
    }

    fn answer(kind: &str) -> Value {
        json!({"kind": kind, "count": 1, "pid": 40, "env": [
            ["PATH", "/x"], ["A", "hunter2"], ["B", "hunter2b"], ["NEW", "hunter2n"], ["EMPTY", ""]]})
    }

    #[test]
    fn compares_each_variable() {
        let predicted = [
            variable("A", Some("hunter2")),
            variable("B", Some("other")),
            variable("C", Some("hunter2")),
            variable("D", None),
            variable("EMPTY", None),
            variable("PATH", Some("/y")),
        ];
        assert_eq!(
            words(&answer("broker"), Some(&predicted)),
            [
                "gateway Seen 5 variables, read after the gateway loaded its files",
                "A Agrees the same value",
                "B Contradicts another value",
                "C Contradicts not set",
                "D Agrees not set",
                "EMPTY Contradicts set",
                "NEW Contradicts set",
            ]
        );
        let initial = words(&answer("gateway"), Some(&predicted));
        assert_eq!(initial[2..4], ["B Unknown started with another value", "C Unknown started without it"]);
    }

    #[test]
    fn without_a_prediction_it_only_tells_what_it_saw() {
        assert_eq!(words(&answer("broker"), None).len(), 1);
    }

    #[test]
    fn says_why_it_saw_nothing() {
        for (answer, expected) in [
            (json!({"kind": "gateway", "count": 0}), "no process of a gateway runs in the container"),
            (json!({"kind": "broker", "count": 2}), "2 gateways run in the container"),
            (
                json!({"kind": "gateway", "count": 1, "pid": 8, "error": "EACCES"}),
                "the environment of the gateway's process may not be read by the container's user",
            ),
            (json!(null), "the environment of the gateway's process could not be read"),
        ] {
            assert_eq!(words(&answer, None), [format!("gateway Unknown {expected}")]);
        }
    }
}
