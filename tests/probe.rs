//! The probe, end to end, on gateways of the real OpenClaw.
//!
//! Needs images of it, see `tests/run`. One gateway at a time: each takes a gigabyte.
#![allow(clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{
    model::target::{Observation, Outcome},
    openclaw::read::command::OpenClawCommand,
    probe::{self, ProbeCredentials, Request},
    provenance::{Candidate, Layer, Variable},
    vocabulary::prediction::Prediction,
    world::engine::Engine,
};
use common::engine::{Container, docker, engine, has_image, skip};
use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
/// How long a gateway may take on a loaded machine.
const START: Duration = Duration::from_secs(240);
const PORT: u16 = 18789;
const A: &str = "token-A-of-the-environment";
const B: &str = "token-B-of-the-config";

/// A release to try.
struct Release {
    image: &'static str,
    config: &'static str,
    state: &'static str,
    prefix: &'static str,
    command: &'static [&'static str],
    /// The token in its environment.
    token: &'static str,
    /// It shows the environment that the gateway has after it loaded its files.
    shows_files: bool,
}

const CURRENT: Release = Release {
    image: "openclaw:2026.9.6",
    config: "openclaw.json",
    state: "/home/node/.openclaw",
    prefix: "OPENCLAW",
    command: &["node", "dist/index.js", "gateway", "--bind", "lan", "--port", "18789"],
    token: A,
    shows_files: true,
};
const MARCH: Release = Release { image: "openclaw:2026.3.24", shows_files: false, ..CURRENT };
const LEGACY: Release = Release {
    image: "clawdbot:legacy",
    config: "clawdbot.json",
    state: "/home/node/.clawdbot",
    prefix: "CLAWDBOT",
    command: &["node", "dist/entry.js", "gateway", "--bind", "lan", "--port", "18789"],
    token: A,
    shows_files: false,
};

/// A running gateway and its state directory.
struct Gateway {
    container: Container,
    _state: tempfile::TempDir,
}

fn gateway(release: &Release, auth: &str) -> Gateway {
    let state = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, text: &str| std::fs::write(state.path().join(name), text).expect("a file");
    // Wanted by openclaw 2026.3.24 where it binds beyond loopback; clawdbot refuses to start with it.
    let origins = match release.prefix {
        "OPENCLAW" => r#", "controlUi": {"allowedOrigins": ["http://localhost:18789"]}"#,
        _ => "",
    };
    let vars = if release.shows_files { r#", "env": {"vars": {"FROM_VARS": "value-of-vars"}}"# } else { "" };
    write(
        release.config,
        &format!("{{\"gateway\": {{\"mode\": \"local\", \"auth\": {auth}{origins}}}{vars}}}"),
    );
    write(".env", "FROM_DOTENV=value-of-dotenv\n");
    // The gateway runs as uid 1000, whoever runs the test.
    let open = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode));
    open(state.path(), 0o777).expect("opened");
    for name in [release.config, ".env"] {
        open(&state.path().join(name), 0o666).expect("opened");
    }
    let mount = format!("{}:{}", state.path().display(), release.state);
    let token = format!("{}_GATEWAY_TOKEN={}", release.prefix, release.token);
    let dir = format!("{}_STATE_DIR={}", release.prefix, release.state);
    let options = [
        "--init",
        "-p",
        "127.0.0.1:18977:18789",
        "-e",
        "HOME=/home/node",
        "-e",
        &token,
        "-e",
        &dir,
        "-v",
        &mount,
        release.image,
    ];
    let container = Container::start("run", "gateway", &[&options[..], release.command].concat());
    Gateway { container, _state: state }
}

fn predicted(layer: Layer, name: &str, value: &str) -> Variable {
    let winner = Some(Candidate::new(layer, name, None, value.into()));
    Variable { name: name.into(), winner, losers: Vec::new() }
}

fn shown(seen: &[Observation]) -> Vec<String> {
    seen.iter().map(|o| format!("{} {}: {:?}, {}", o.probe, o.subject, o.outcome, o.observed)).collect()
}

/// Probes until the gateway answers.
fn probe_started(
    engine: &Engine,
    gateway: &Gateway,
    files: &[Variable],
    credentials: ProbeCredentials<'_>,
) -> Vec<Observation> {
    let started = Instant::now();
    loop {
        let container = engine.inspect(&gateway.container.id).expect("it is there");
        assert!(container.state.running, "the gateway ended: {:?}", container.state);
        let of_container = |(name, value): &(String, Option<clawdock::text::secret::Text>)| {
            predicted(Layer::ContainerEnv, name, value.as_ref().map_or("", |v| v.expose()))
        };
        let environment: Vec<_> = container.env.iter().map(of_container).chain(files.to_vec()).collect();
        let request = Request {
            start: Some(Prediction::Starts),
            environment: Some(&environment),
            credentials: Some(credentials),
            beyond_loopback: Some(true),
            ..Request::new(&container, PORT)
        };
        let seen = probe::run(engine, &request);
        let waits = seen.iter().any(|o| o.probe == probe::HEALTH && o.outcome == Outcome::Unknown)
            || shown(&seen).iter().any(|line| line.contains("still starting"));
        if !waits || started.elapsed() > START {
            return seen;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

fn the_config_wins(test: &str, release: &Release) {
    let engine = match engine().and_then(|engine| has_image(release.image).map(|()| engine)) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let gateway = gateway(release, &format!("{{\"token\": \"{B}\"}}"));
    let name = format!("{}_GATEWAY_TOKEN", release.prefix);
    let candidates = [
        Candidate::new(Layer::Config, "gateway.auth.token", None, B.into()),
        Candidate::new(Layer::ContainerEnv, &name, None, A.into()),
    ];
    let credentials =
        ProbeCredentials { probe: probe::TOKEN, candidates: &candidates, accepted: Some(0), made_up: false };
    let files = if release.shows_files {
        vec![
            predicted(Layer::StateDotenv, "FROM_DOTENV", "value-of-dotenv"),
            predicted(Layer::ConfigEnv, "FROM_VARS", "value-of-vars"),
        ]
    } else {
        vec![predicted(Layer::StateDotenv, "FROM_DOTENV", "value-of-dotenv")]
    };
    let seen = probe_started(&engine, &gateway, &files, credentials);
    let lines = shown(&seen);
    let has = |line: &str| assert!(lines.iter().any(|l| l.starts_with(line)), "{line}\nin {lines:#?}");
    has("gateway-token gateway.auth.token from config: Agrees, accepted");
    has(&format!("gateway-token {name} from container env: Agrees, refused"));
    has(&format!("process-environment {name}: Agrees, the same value"));
    has("listening port 18789: Agrees, listens on all addresses");
    has("published-port 127.0.0.1:18977 -> 18789: Agrees, ");
    // `docker run --init` makes process 1 one of root's.
    has("start-environment ");
    if release.shows_files {
        has("process-environment FROM_DOTENV: Agrees, the same value");
        has("process-environment FROM_VARS: Agrees, the same value");
        has("health /healthz: Agrees, live");
        has("health /startupz: Seen, started (version 2026.9.6)");
    } else {
        has("process-environment FROM_DOTENV: Unknown, started without it");
    }
    assert!(seen.iter().all(|o| o.outcome != Outcome::Contradicts), "{lines:#?}");

    if release.shows_files {
        openclaw_says_the_same(&engine, &gateway);
    }

    let wrong = ProbeCredentials { accepted: Some(1), ..credentials };
    let lines = shown(&probe_started(&engine, &gateway, &files, wrong));
    for line in [
        "gateway-token gateway.auth.token from config: Contradicts, accepted",
        &format!("gateway-token {name} from container env: Contradicts, refused"),
    ] {
        assert!(lines.iter().any(|l| l.starts_with(line)), "{line}\nin {lines:#?}");
    }

    // Neither token is in what the engine or the gateway wrote down.
    let now = docker(&["info", "--format", "{{.SystemTime}}"]).expect("the engine's clock");
    let filter = format!("container={}", gateway.container.id);
    let events =
        docker(&["events", "--since", "10m", "--until", &now, "--filter", &filter]).expect("the event log");
    assert!(events.contains("exec_create"), "the probe is in the event log");
    let log = docker(&["logs", &gateway.container.id]).expect("the log");
    let everything = format!("{events}\n{log}\n{seen:?}");
    assert!(!everything.contains(A) && !everything.contains(B), "a token leaked");
    assert!(!log.contains("unauthorized"), "the gateway noticed");
}

/// Runs OpenClaw's own commands: the command line is let in, the config is valid, and doctor's
/// misleading finding is joined with ours.
fn openclaw_says_the_same(engine: &Engine, gateway: &Gateway) {
    let container = engine.inspect(&gateway.container.id).expect("it is there");
    let program = OpenClawCommand::words_of(&container.deployment()).program();
    assert_eq!(program, ["node", "dist/index.js"]);
    let own = probe::OwnCommands {
        let_in: Some(true),
        client: Some(Layer::Config),
        config_is_valid: Some(true),
        found: vec!["CD101"],
        ..probe::OwnCommands::default()
    };
    let request = Request { program: &program, own: Some(own), ..Request::new(&container, PORT) };
    let lines = shown(&probe::run(engine, &request));
    for line in [
        "openclaw config validate: config: Agrees, valid",
        "openclaw gateway status: CLI: Agrees, let in",
        "openclaw doctor: gateway.env_token_overrides_config: Seen, the same as CD101; its name misleads",
    ] {
        assert!(lines.iter().any(|l| l.starts_with(line)), "{line}\nin {lines:#?}");
    }
}

#[test]
fn a_token_that_nobody_knows_is_named() {
    let test = "a_token_that_nobody_knows_is_named";
    let engine = match engine().and_then(|engine| has_image(CURRENT.image).map(|()| engine)) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    // The variable is blank, so the gateway makes a token up, and is healthy.
    let release = Release { token: "", ..CURRENT };
    let gateway = gateway(&release, "{\"token\": \"${OPENCLAW_GATEWAY_TOKEN}\"}");
    let candidates = [Candidate::new(Layer::ContainerEnv, "SOMETHING_ELSE", None, B.into())];
    let credentials =
        ProbeCredentials { probe: probe::TOKEN, candidates: &candidates, accepted: None, made_up: true };
    let lines = shown(&probe_started(&engine, &gateway, &[], credentials));
    let named = "gateway-token gateway: Agrees, it refuses every value that any layer holds: it made one up";
    assert!(lines.iter().any(|l| l.starts_with(named)), "{lines:#?}");
}

#[test]
fn the_gateway_accepts_the_token_of_the_config() {
    the_config_wins("the_gateway_accepts_the_token_of_the_config", &CURRENT);
}

#[test]
fn so_does_openclaw_2026_3_24() {
    the_config_wins("so_does_openclaw_2026_3_24", &MARCH);
}

#[test]
fn so_does_clawdbot_2026_1_24() {
    the_config_wins("so_does_clawdbot_2026_1_24", &LEGACY);
}

#[test]
fn a_password_is_told_from_a_token() {
    let test = "a_password_is_told_from_a_token";
    let engine = match engine().and_then(|engine| has_image(CURRENT.image).map(|()| engine)) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let gateway = gateway(&CURRENT, &format!("{{\"mode\": \"password\", \"password\": \"{B}\"}}"));
    let candidates = [
        Candidate::new(Layer::Config, "gateway.auth.password", None, B.into()),
        Candidate::new(Layer::ContainerEnv, "OPENCLAW_GATEWAY_TOKEN", None, A.into()),
    ];
    let credentials = ProbeCredentials {
        probe: probe::PASSWORD,
        candidates: &candidates,
        accepted: Some(0),
        made_up: false,
    };
    let files = [
        predicted(Layer::StateDotenv, "FROM_DOTENV", "value-of-dotenv"),
        predicted(Layer::ConfigEnv, "FROM_VARS", "value-of-vars"),
    ];
    let lines = shown(&probe_started(&engine, &gateway, &files, credentials));
    for line in [
        "gateway-password gateway.auth.password from config: Agrees, accepted",
        "gateway-password OPENCLAW_GATEWAY_TOKEN from container env: Agrees, refused",
    ] {
        assert!(lines.iter().any(|l| l.starts_with(line)), "{line}\nin {lines:#?}");
    }
}

#[test]
fn where_no_gateway_runs_nothing_is_claimed_and_nothing_is_left() {
    let test = "where_no_gateway_runs_nothing_is_claimed_and_nothing_is_left";
    let engine = match engine().and_then(|engine| has_image(CURRENT.image).map(|()| engine)) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    let c = Container::start("run", "idle", &["--entrypoint", "sleep", CURRENT.image, "600"]);
    let container = engine.inspect(&c.id).expect("it is there");
    let candidates = [Candidate::new(Layer::Config, "gateway.auth.token", None, B.into())];
    let request = Request {
        start: Some(Prediction::Starts),
        environment: Some(&[]),
        credentials: Some(ProbeCredentials {
            probe: probe::TOKEN,
            candidates: &candidates,
            accepted: Some(0),
            made_up: false,
        }),
        ..Request::new(&container, PORT)
    };
    let silence = "nothing listens on port 18789 of the container's loopback";
    let seen = shown(&probe::run(&engine, &request));
    let expected = [
        format!("health gateway: Unknown, {silence}"),
        "listening port 18789: Unknown, nothing listens in the container".to_owned(),
        "start-environment container: Agrees, process 1 has what the engine says".to_owned(),
        "process-environment gateway: Unknown, no process of a gateway runs in the container".to_owned(),
        format!("gateway-token gateway: Unknown, {silence}"),
    ];
    assert_eq!(seen.len(), expected.len(), "{seen:#?}");
    for (seen, expected) in seen.iter().zip(&expected) {
        assert!(seen.starts_with(expected), "{seen}\nnot {expected}");
    }
    assert_eq!(docker(&["diff", &c.id]).expect("a diff"), "", "the probe left files behind");
    let steps = format!("{:?}", probe::steps(&request));
    assert!(!steps.contains(B) && steps.contains("/tools/invoke"));
}

#[test]
fn without_node_it_says_so() {
    let engine = match engine() {
        Ok(engine) => engine,
        Err(why) => return skip("without_node_it_says_so", &why),
    };
    let c = Container::run("no-node", &[]);
    let mut container = engine.inspect(&c.id).expect("it is there");
    assert_eq!(
        shown(&probe::run(&engine, &Request::new(&container, PORT))),
        [
            "health gateway: Unknown, there is neither Node nor curl nor wget in the container to ask with",
            "process-environment gateway: Unknown, there is no Node in the container to ask with",
        ]
    );
    container.state.running = false;
    let seen = shown(&probe::run(&engine, &Request::new(&container, PORT)));
    assert_eq!(seen, ["health gateway: Unknown, the container is not running"]);
}
