//! Proof from inside a running container: what a probe saw, beside what was predicted.
//!
//! Read-only: a probe asks the gateway over loopback and reads `/proc`. It writes no file, and no
//! secret is in an argument, a variable or a log: those that are tried go through standard input.
//! Each step ends itself in time, since the engine cannot end a command. A step that can tell
//! nothing says so; silence is never agreement.
//!
//! [`steps`] lists what [`run`] would run. What takes long or asks others is asked for by name:
//! OpenClaw's own commands ([`OwnCommands`]) and the way to the providers ([`Route`]).

mod credentials;
mod environment;
mod health;
mod listening;
mod node;
mod own;
mod process;
mod published;
mod request;
mod route;

pub use own::OwnCommands;
pub use request::{observe, steps_of};
pub use route::{Network, Route, Routes};

use crate::{
    model::target::{Observation, Outcome},
    provenance::{Candidate, Variable},
    vocabulary::prediction::Prediction,
    world::engine::{Engine, container::Container},
};
use serde_json::Value;
use std::time::Duration;

/// Names in [`Observation::probe`].
pub const HEALTH: &str = "health";
/// See [`HEALTH`].
pub const ENVIRONMENT: &str = "process-environment";
/// See [`HEALTH`].
pub const TOKEN: &str = "gateway-token";
/// See [`HEALTH`].
pub const PASSWORD: &str = "gateway-password";
/// See [`HEALTH`].
pub const STARTED: &str = "start-environment";
/// See [`HEALTH`].
pub const LISTENING: &str = "listening";
/// See [`HEALTH`].
pub const PUBLISHED: &str = "published-port";
/// See [`HEALTH`].
pub const OWN: &str = "openclaw";
/// See [`HEALTH`].
pub const PROVIDER: &str = "provider";

/// What a probe does only when it is asked to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Extra {
    /// Run OpenClaw's own commands, and read their answers.
    pub openclaw: bool,
    /// Ask each provider for its list of models.
    pub providers: bool,
}

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
    pub credentials: Option<ProbeCredentials<'a>>,
    /// Whether it was predicted to listen on more than loopback.
    pub beyond_loopback: Option<bool>,
    /// What runs OpenClaw's program in the container.
    pub program: &'a [String],
    /// Whether to run OpenClaw's own commands, and what was predicted of their answers.
    pub own: Option<OwnCommands<'a>>,
    /// Which providers to ask; none when they are not to be asked at all.
    pub routes: Option<Routes<'a>>,
}

impl<'a> Request<'a> {
    /// A look at a container without any prediction.
    #[must_use]
    #[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
    pub fn new(container: &'a Container, port: u16) -> Self {
        Self {
            container,
            port,
            start: None,
            environment: None,
            credentials: None,
            beyond_loopback: None,
            program: &[],
            own: None,
            routes: None,
        }
    }
}

/// Credentials to try on the gateway, once for each distinct value.
#[derive(Clone, Copy, Debug)]
pub struct ProbeCredentials<'a> {
    /// [`TOKEN`] or [`PASSWORD`]: what the gateway was predicted to want.
    pub probe: &'static str,
    /// What to try; those without a value and blank ones are left out.
    pub candidates: &'a [Candidate],
    /// Which of them was predicted to be accepted.
    pub accepted: Option<usize>,
    /// The gateway was predicted to make one up at its start, which nobody knows.
    pub made_up: bool,
}

/// One command that a probe runs in the container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProbeRun {
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

/// What [`run`] would run, in its order; the first three at the same time. A step for want of Node
/// runs only where there is none.
#[must_use]
pub fn steps(request: &Request<'_>) -> Vec<ProbeRun> {
    let mut steps = health::steps(request.port);
    steps.insert(1, process::step());
    if request.credentials.is_some() {
        steps.insert(2, credentials::step(request.port));
    }
    if request.own.is_some() {
        steps.extend(own::steps(request.program));
    }
    if request.routes.is_some() {
        steps.push(route::step());
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
    let mut seen = inside(engine, request);
    let host = engine.host_address();
    seen.extend(published::run(&request.container.ports, request.port, &host, request.beyond_loopback));
    if let Some(own) = &request.own {
        seen.extend(own::run(engine, request, own));
    }
    if let Some(routes) = &request.routes {
        seen.extend(route::run(engine, request, routes));
    }
    seen
}

/// What takes no time: everything at once.
fn inside(engine: &Engine, request: &Request<'_>) -> Vec<Observation> {
    let id = &request.container.id;
    let (health, process) = (health::step(request.port), process::step());
    let credentials = request.credentials.as_ref().map(|c| (credentials::step(request.port), c));
    let mut execs = vec![node::exec(&health, None), node::exec(&process, None)];
    if let Some((step, wanted)) = &credentials {
        execs.push(node::exec(step, Some(credentials::question(wanted))));
    }
    let mut outcomes = engine.exec_all(id, &execs.iter().collect::<Vec<_>>()).into_iter();
    let mut answer = |step: &ProbeRun| match outcomes.next() {
        Some(outcome) => node::read(outcome, step),
        None => Err(node::NodeFailure::NoNode),
    };
    let mut seen = health::read(engine, request, answer(&health));
    match answer(&process) {
        Ok(answer) => {
            seen.push(listening::interpret(&answer, request.port, request.beyond_loopback));
            seen.extend(environment::started(&answer, &request.container.env));
            seen.extend(environment::interpret(&answer, request.environment));
        }
        Err(failure) => seen.push(unknown(ENVIRONMENT, "gateway", None, failure.words())),
    }
    if let Some((step, wanted)) = &credentials {
        seen.extend(credentials::read(answer(step), request, wanted));
    }
    seen
}

/// A name as OpenClaw uses them, and nothing that could be anything else.
fn word(value: &Value) -> Option<&str> {
    value.as_str().filter(|word| {
        (1..=64).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b))
    })
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
