//! Is the gateway alive, started, ready?
//!
//! What the releases answer without a credential, tried with real containers:
//!
//! | | `/healthz` | `/startupz` | `/readyz` |
//! |---|---|---|---|
//! | openclaw 2026.9.6 | `{"ok":true,"status":"live"}` | 200 or 503, `{"ok":…,"status":"started","version":…}` | `{"ready":true,"failing":[],…}` |
//! | openclaw 2026.3.24 | `{"ok":true,"status":"live"}` | the Control UI's page | `{"ready":true,"failing":[],…}` |
//! | clawdbot 2026.1.24-3 | the Control UI's page | the page | the page |
//!
//! So a 200 alone says nothing: the answer must be the JSON that is meant.

use super::{
    HEALTH, ProbeRun, Request,
    node::{self, NodeFailure},
    unknown, word,
};
use crate::{
    model::target::{Observation, Outcome},
    vocabulary::prediction::Prediction,
    world::engine::{Engine, Exec},
};
use serde_json::Value;
use std::time::Duration;

const SCRIPT: &str = include_str!("health.js");
const DOES: &str = "asks the gateway's health endpoints over loopback";
/// When a plain HTTP client is given up.
const CLIENT: Duration = Duration::from_secs(6);

/// With Node; and for want of it with curl, then wget.
pub(super) fn steps(port: u16) -> Vec<ProbeRun> {
    let url = format!("http://127.0.0.1:{port}/healthz");
    let plain = |argv: &[&str]| ProbeRun {
        probe: HEALTH,
        does: "asks /healthz over loopback, for want of Node",
        argv: argv.iter().copied().chain([url.as_str()]).map(str::to_owned).collect(),
        stdin: None,
        limit: CLIENT,
    };
    vec![
        step(port),
        plain(&["curl", "--silent", "--fail", "--noproxy", "*", "--max-time", "3"]),
        plain(&["wget", "-q", "-T", "3", "-O", "-"]),
    ]
}

pub(super) fn step(port: u16) -> ProbeRun {
    node::step(HEALTH, DOES, SCRIPT, &[port.to_string()], None)
}

/// Reads the answer of [`step`]; for want of Node asks with something else.
pub(super) fn read(
    engine: &Engine,
    request: &Request<'_>,
    answer: Result<Value, NodeFailure>,
) -> Vec<Observation> {
    let answer = match answer {
        Err(NodeFailure::NoNode) => plain(engine, request, &steps(request.port)[1..]),
        other => other.map_err(NodeFailure::words),
    };
    match answer {
        Ok(answer) => interpret(&answer, request.port, request.start),
        Err(why) => vec![unknown(HEALTH, "gateway", predicted(request.start), why)],
    }
}

/// Asks with curl or wget, and gives their answer the form of the script's.
fn plain(engine: &Engine, request: &Request<'_>, steps: &[ProbeRun]) -> Result<Value, String> {
    for step in steps {
        let no_proxy = ["http_proxy", "HTTP_PROXY"].map(|name| (name.to_owned(), "".into()));
        let exec = Exec {
            argv: step.argv.clone(),
            env: no_proxy.into(),
            stdin: None,
            timeout: Some(step.limit),
            max_output: 4096,
        };
        let outcome = engine.exec(&request.container.id, &exec).map_err(|error| error.to_string())?;
        match outcome.exit_code {
            Some(126 | 127) => {}
            Some(0) => {
                let body = String::from_utf8_lossy(&outcome.stdout);
                return Ok(serde_json::json!([{"path": "/healthz", "status": 200, "body": body}]));
            }
            _ => return Err("/healthz did not answer".into()),
        }
    }
    Err("there is neither Node nor curl nor wget in the container to ask with".into())
}

fn predicted(start: Option<Prediction>) -> Option<String> {
    match start? {
        Prediction::Starts => Some("the gateway starts".into()),
        Prediction::Refuses => Some("the gateway refuses to start".into()),
        Prediction::Unknown => None,
    }
}

/// Reads the script's answer: `[{"path", "status", "body"} or {"path", "error"}]`.
fn interpret(answer: &Value, port: u16, start: Option<Prediction>) -> Vec<Observation> {
    let mut seen = Vec::new();
    for entry in answer.as_array().into_iter().flatten() {
        let Some(path) = entry["path"].as_str().filter(|p| ["/healthz", "/startupz", "/readyz"].contains(p))
        else {
            continue;
        };
        if let Some(code) = entry["error"].as_str() {
            // It may be about to start; and it may listen elsewhere than was predicted.
            return vec![unknown(HEALTH, "gateway", predicted(start), node::connection(code, port))];
        }
        let body = entry["body"].as_str().and_then(|body| serde_json::from_str::<Value>(body).ok());
        let observed = match (&body, path) {
            (Some(body), "/healthz") if body["status"] == "live" => "live".to_owned(),
            (Some(body), "/startupz") if body["status"].is_string() => startup(body),
            (Some(body), "/readyz") if body["ready"].is_boolean() => readiness(body),
            // This release serves its page there instead.
            _ if path != "/healthz" => continue,
            _ => {
                let status = entry["status"].as_u64().unwrap_or(0);
                format!("answers HTTP (status {status}), and has no health endpoint in this release")
            }
        };
        let outcome = match start {
            Some(Prediction::Starts) if path == "/healthz" => Outcome::Agrees,
            Some(Prediction::Refuses) if path == "/healthz" => Outcome::Contradicts,
            _ => Outcome::Seen,
        };
        let predicted = predicted(start).filter(|_| path == "/healthz");
        seen.push(Observation { outcome, ..unknown(HEALTH, path, predicted, observed) });
    }
    if seen.is_empty() {
        seen.push(unknown(HEALTH, "gateway", predicted(start), "the probe's answer makes no sense".into()));
    }
    seen
}

fn startup(body: &Value) -> String {
    let version = word(&body["version"]).map(|v| format!(" (version {v})")).unwrap_or_default();
    match body["ok"].as_bool() {
        Some(true) => format!("started{version}"),
        _ => match word(&body["pendingReason"]) {
            Some(reason) => format!("still starting, waits for {reason}{version}"),
            None => format!("still starting{version}"),
        },
    }
}

fn readiness(body: &Value) -> String {
    let failing: Vec<&str> = body["failing"].as_array().into_iter().flatten().filter_map(word).collect();
    match body["ready"].as_bool() {
        Some(true) => "ready".to_owned(),
        _ if failing.is_empty() => "not ready".to_owned(),
        _ => format!("not ready: {}", failing.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn words(answer: &Value, start: Option<Prediction>) -> Vec<String> {
        let seen = interpret(answer, 18789, start);
        seen.iter().map(|o| format!("{} {:?} {}", o.subject, o.outcome, o.observed)).collect()
    }

    #[test]
    fn reads_openclaw_2026_9_6() {
        let answer = json!([
            {"path": "/healthz", "status": 200, "body": "{\"ok\":true,\"status\":\"live\"}"},
            {"path": "/startupz", "status": 503, "body":
                "{\"ok\":false,\"status\":\"starting\",\"version\":\"2026.9.6\",\"pendingReason\":\"startup-sidecars\"}"},
            {"path": "/readyz", "status": 503, "body": "{\"ready\":false,\"failing\":[\"telegram\",\"a b\"]}"}]);
        assert_eq!(
            words(&answer, Some(Prediction::Starts)),
            [
                "/healthz Agrees live",
                "/startupz Seen still starting, waits for startup-sidecars (version 2026.9.6)",
                "/readyz Seen not ready: telegram"
            ]
        );
        assert_eq!(words(&answer, Some(Prediction::Refuses))[0], "/healthz Contradicts live");
    }

    #[test]
    fn a_page_is_no_health() {
        let page = |path: &str| json!({"path": path, "status": 200, "body": "<!doctype html>"});
        let legacy = json!([page("/healthz"), page("/startupz"), page("/readyz")]);
        assert_eq!(
            words(&legacy, None),
            ["/healthz Seen answers HTTP (status 200), and has no health endpoint in this release"]
        );
    }

    #[test]
    fn silence_is_unknown() {
        let refused = json!([{"path": "/healthz", "error": "ECONNREFUSED"}]);
        assert_eq!(
            words(&refused, Some(Prediction::Starts)),
            ["gateway Unknown nothing listens on port 18789 of the container's loopback"]
        );
        assert_eq!(words(&json!({}), None), ["gateway Unknown the probe's answer makes no sense"]);
    }
}
