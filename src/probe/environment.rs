//! The environment that the gateway's process really has.
//!
//! The gateway of openclaw 2026.9.6 keeps a child, `spawn-broker/worker.js`, which is started with
//! the environment as it is after dotenv files, `env.vars` and `--token`; `/proc/PID/environ` of the
//! child shows it. A value that `openclaw.json` supplies elsewhere (`gateway.auth.token`) and later
//! reloads are not in it.
//!
//! openclaw 2026.3.24 and clawdbot 2026.1.24-3 have no such child. The gateway's own `environ` is
//! what it was started with, before it read a file: a variable missing there proves nothing.
//!
//! Process 1 shows what the engine started the container with. Where it is an init of root's, which
//! nobody else may look into, the gateway's own `environ` shows what the image's start script made
//! of that.

use super::{ENVIRONMENT, STARTED, unknown};
use crate::{
    model::target::{Observation, Outcome},
    provenance::Variable,
    text::secret::Text,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// OpenClaw puts directories in front of it for its children, so it is not compared.
const CHANGED: &str = "PATH";

/// What the engine, a shell, Node or OpenClaw add to the environment of the process that is looked at.
const ADDED: &[&str] = &[
    "CLAWDBOT_NODE_OPTIONS_READY",
    "CLAWDBOT_PATH_BOOTSTRAPPED",
    "HOME",
    "HOSTNAME",
    "NODE_CHANNEL_FD",
    "NODE_CHANNEL_SERIALIZATION_MODE",
    "NODE_COMPILE_CACHE",
    "NODE_OPTIONS",
    "OLDPWD",
    "OPENCLAW_CLI",
    "OPENCLAW_NODE_OPTIONS_READY",
    "OPENCLAW_PATH_BOOTSTRAPPED",
    "PATH",
    "PWD",
    "SHLVL",
    "TERM",
    "_",
];

/// Reads the script's answer: `{"kind", "count", "pid", "env": [[name, value]]}`.
pub(super) fn interpret(answer: &Value, predicted: Option<&[Variable]>) -> Vec<Observation> {
    let tell = |why: String| unknown(ENVIRONMENT, "gateway", None, why);
    let after_files = answer["kind"] == "broker";
    let Some(env) = environment(answer) else {
        return vec![tell(match (answer["count"].as_u64(), answer["error"].as_str()) {
            (_, Some("ENOENT" | "ENOTDIR")) => "the container has no /proc".into(),
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

/// What the container was started with, beside what the engine says: `{"start": {"of", "env"}}`.
pub(super) fn started(answer: &Value, engine: &[(String, Option<Text>)]) -> Vec<Observation> {
    let tell = |outcome, why: String| Observation { outcome, ..unknown(STARTED, "container", None, why) };
    let Some(env) = environment(&answer["start"]) else {
        return vec![tell(Outcome::Unknown, "no process may be looked into by the container's user".into())];
    };
    let first = answer["start"]["of"] == "first";
    let who = if first { "process 1" } else { "the gateway, as its start script left it" };
    let mut seen = Vec::new();
    for (name, value) in engine.iter().filter(|(name, _)| name != CHANGED) {
        let observed = match (value, env.get(name.as_str())) {
            (Some(value), Some(seen)) if value == seen => continue,
            (None, None) => continue,
            (_, Some(_)) => "started with another value than the engine says",
            (_, None) => "started without it, though the engine has it",
        };
        // A start script is free to change what the engine gave it.
        let outcome = if first { Outcome::Contradicts } else { Outcome::Seen };
        let predicted = Some("what the engine says".to_owned());
        seen.push(Observation {
            outcome,
            value: env.get(name.as_str()).cloned(),
            ..unknown(STARTED, name, predicted, observed.into())
        });
    }
    let is_new = |name: &&str| !ADDED.contains(name) && engine.iter().all(|(n, _)| n != name);
    seen.extend(env.keys().filter(|name| is_new(name)).map(|name| Observation {
        outcome: Outcome::Seen,
        value: env.get(name).cloned(),
        ..unknown(STARTED, name, None, "set by the image's start script".into())
    }));
    if seen.is_empty() {
        seen.push(tell(Outcome::Agrees, format!("{who} has what the engine says, {} variables", env.len())));
    }
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
    use crate::provenance::{Candidate, Layer};
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
    fn what_the_container_was_started_with() {
        let engine = [
            ("A".to_owned(), Some("hunter2".into())),
            ("B".to_owned(), Some("hunter2b".into())),
            ("C".to_owned(), Some("hunter2c".into())),
            ("NULL".to_owned(), None),
        ];
        let words = |of: &str, env: &Value| -> Vec<String> {
            let seen = started(&json!({"start": {"of": of, "env": env}}), &engine);
            assert!(!format!("{seen:?}").contains("hunter2"));
            seen.iter().map(|o| format!("{} {:?} {}", o.subject, o.outcome, o.observed)).collect()
        };
        let same = json!([["A", "hunter2"], ["B", "hunter2b"], ["C", "hunter2c"], ["HOSTNAME", "x"]]);
        assert_eq!(
            words("first", &same),
            ["container Agrees process 1 has what the engine says, 4 variables"]
        );
        let other = json!([["A", "other"], ["B", "hunter2b"], ["NEW", "hunter2n"]]);
        assert_eq!(
            words("first", &other)[..2],
            [
                "A Contradicts started with another value than the engine says",
                "C Contradicts started without it, though the engine has it",
            ]
        );
        assert_eq!(words("gateway", &other)[2], "NEW Seen set by the image's start script");
        assert_eq!(
            words("gateway", &json!(3)),
            ["container Unknown no process may be looked into by the container's user"]
        );
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
