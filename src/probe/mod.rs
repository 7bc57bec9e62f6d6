//! Proof from inside a running container: what a probe saw, beside what was predicted.
//!
//! Read-only: a probe asks the gateway over loopback and reads `/proc`. It writes no file, and no
//! secret is in an argument, a variable or a log: those that are tried go through standard input.
//! Each step ends itself in time, since the engine cannot end a command. A step that can tell
//! nothing says so; silence is never agreement.
//!
//! [`steps`] lists what [`run`] would run.

mod credentials;
mod environment;
mod health;
mod node;

use crate::{
    origin::{Candidate, Variable},
    sources::{container::Container, engine::Engine},
    target::{Observation, Outcome, Prediction},
};
use std::time::Duration;

/// Names in [`Observation::probe`].
pub const HEALTH: &str = "health";
/// See [`HEALTH`].
pub const ENVIRONMENT: &str = "process-environment";
/// See [`HEALTH`].
pub const TOKEN: &str = "gateway-token";
/// See [`HEALTH`].
pub const PASSWORD: &str = "gateway-password";

/// What to probe, and what was predicted.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The container that runs the gateway.
    pub container: &'a Container,
    /// The port that the gateway listens on in the container.
    pub port: u16,
    /// Whether it was predicted to start.
    pub start: Option<Prediction>,
    /// The environment that its process was predicted to have, dotenv files, `env.vars` and flags
    /// included; none when nothing was predicted.
    pub environment: Option<&'a [Variable]>,
    /// Which credentials to try.
    pub credentials: Option<Credentials<'a>>,
}

/// Credentials to try on the gateway, once for each distinct value.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// [`TOKEN`] or [`PASSWORD`]: what the gateway was predicted to want.
    pub probe: &'static str,
    /// What to try; those without a value and blank ones are left out.
    pub candidates: &'a [Candidate],
    /// Which of them was predicted to be accepted.
    pub accepted: Option<usize>,
}

/// One command that a probe runs in the container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The probe it belongs to.
    pub probe: &'static str,
    /// What it does, in one sentence.
    pub does: &'static str,
    /// The command; it holds no secret.
    pub argv: Vec<String>,
    /// What it reads from standard input, in words.
    pub stdin: Option<&'static str>,
    /// When it is given up.
    pub limit: Duration,
}

/// What [`run`] would run, in its order. A step for want of Node runs only where there is none.
#[must_use]
pub fn steps(request: &Request<'_>) -> Vec<Step> {
    let mut steps = health::steps(request.port);
    steps.push(environment::step());
    if request.credentials.is_some() {
        steps.push(credentials::step(request.port));
    }
    steps
}

/// Runs the probes and compares.
#[must_use]
pub fn run(engine: &Engine, request: &Request<'_>) -> Vec<Observation> {
    if !request.container.state.running {
        let why = "the container is not running";
        return vec![unknown(HEALTH, "gateway", None, why.into())];
    }
    let mut seen = health::run(engine, request);
    seen.extend(environment::run(engine, request));
    if let Some(credentials) = &request.credentials {
        seen.extend(credentials::run(engine, request, credentials));
    }
    seen
}

/// An observation that could not be made.
fn unknown(probe: &'static str, subject: &str, predicted: Option<String>, why: String) -> Observation {
    Observation {
        probe,
        subject: subject.to_owned(),
        place: None,
        outcome: Outcome::Unknown,
        predicted,
        observed: why,
        value: None,
    }
}
