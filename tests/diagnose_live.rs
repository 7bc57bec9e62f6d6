//! `clawdock diagnose` on gateways of the real OpenClaw that fail, end to end: each failure is
//! provoked, and the gateway's own log has to lead to its owner. What is done to them and what comes
//! of it is the table of `common/scenarios.rs`, whose logs `diagnose.rs` replays.
//!
//! One gateway serves all failures of turns, of clients and of channels. Starts that fail need a
//! gateway each: some of them are run always, all of them and the older releases where
//! `CLAWDOCK_LIVE=all` is set.
//!
//! `CLAWDOCK_RECORD=NAME,NAME cargo test --test diagnose_live` writes the logs of those scenarios
//! anew, as `2026.9.6/pairing-required`.
//!
//! Needs images of OpenClaw, see `tests/run`. One gateway at a time: each takes a gigabyte.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    engine::{docker, engine, has_image, left_out, skip},
    gateway::{
        self, AUGUST, CURRENT, Circumstances, Gateway, JUNE, LEGACY, Lab, MARCH, Release, TOKEN, wait_for,
    },
    project::{clawdock, run, stdout},
    scenarios::{SCENARIOS, Scenario},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::Stdio,
    sync::{Mutex, MutexGuard, PoisonError},
};

const KEY: &str = "sk-PLANTEDproviderkeyzqxwvk";
/// The Control UI's page as another machine opens it.
const PLAIN: &str = "http://192.168.1.50:18789";
/// How long a turn may take on a loaded machine, in seconds.
const TURN: u32 = 120;
/// How long one may take that hangs.
const HANGING: u32 = 15;
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What providers of these names do, see `common/provider.mjs`; each is a scenario.
const TURNS: &[&str] = &[
    "no-api-key",
    "key-refused",
    "bearer-refused",
    "key-incorrect",
    "access-denied",
    "unknown-model",
    "redirect",
    "login-page",
    "rate-limited",
    "quota-exhausted",
    "credit-too-low",
    "payment-required",
    "beta-flag",
    "context-openai",
    "context-anthropic",
    "server-error",
    "bad-gateway",
    "overloaded",
    "hang",
    "connection-closed",
    "half-an-answer",
    "bad-certificate",
    "no-such-host",
    "connection-refused",
];

/// Providers that speak as OpenAI does.
const OPENAI: &[&str] = &["key-incorrect", "quota-exhausted", "context-openai", "payment-required"];

/// Every scenario of the older releases, and all starts that fail, too.
fn all(test: &str) -> bool {
    let all = std::env::var_os("CLAWDOCK_LIVE").is_some_and(|v| v == "all");
    if !all {
        left_out(test, "CLAWDOCK_LIVE=all runs it");
    }
    all
}

/// The images are here, and it is this test's turn.
fn ready(test: &str, images: &[&str]) -> Option<MutexGuard<'static, ()>> {
    let there = engine().map(|_| ()).and_then(|()| images.iter().try_for_each(|image| has_image(image)));
    if let Err(why) = there {
        skip(test, &why);
        return None;
    }
    Some(ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner))
}

fn scenario(release: &Release, name: &str) -> &'static Scenario {
    let log = format!("{}/{name}", release.name);
    SCENARIOS.iter().find(|s| s.log == log).unwrap_or_else(|| panic!("{log} is no scenario"))
}

/// A failure is the one of the scenario, with something to do.
fn check(failure: &Value, scenario: &Scenario) {
    let Scenario { log, cause, owner, retry, .. } = scenario;
    let found = [&failure["cause"], &failure["owner"], &failure["retry"]["advice"]];
    assert_eq!(found, [*cause, *owner, *retry], "{log}: {failure:#}");
    assert!(failure["action"].as_str().is_some_and(|a| !a.is_empty()), "{log}: {failure:#}");
    assert_ne!(failure["outlook"], "recovered", "{log}: {failure:#}");
}

/// Writes the log of a scenario, where that is wanted.
fn record(scenario: &Scenario, log: &str) {
    let wanted = std::env::var("CLAWDOCK_RECORD").unwrap_or_default();
    if wanted.split(',').any(|name| name == scenario.log) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnose-logs").join(scenario.log);
        fs::write(path.with_extension("log"), log).unwrap();
    }
}

/// What `diagnose` says of a container.
fn diagnosed(gateway: &Gateway) -> Value {
    report(&stdout(&run(Path::new("/"), &["diagnose", &gateway.container.name, "--format", "json"])))
}

/// What it says of a part of a log.
fn diagnosed_text(log: &str) -> Value {
    let mut command = clawdock(Path::new("/"));
    command.args(["diagnose", "-", "--format", "json"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(log.as_bytes()).unwrap();
    report(&stdout(&child.wait_with_output().unwrap()))
}

fn report(shown: &str) -> Value {
    assert!(!shown.contains("PLANTED"), "a secret is shown: {shown}");
    serde_json::from_str(shown).unwrap_or_else(|e| panic!("{e}: {shown}"))
}

fn failures(report: &Value) -> &[Value] {
    report["failures"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Lines of a log that say that a gateway starts or has started.
fn of_start(log: &str) -> impl Iterator<Item = &str> {
    log.lines()
        .filter(|l| l.contains("[gateway] loading configuration") || l.contains("http server listening"))
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn provider(name: &str) -> Value {
    let url = match name {
        "bad-certificate" => "https://provider:9443/works".to_owned(),
        "no-such-host" => "http://no-such-host.invalid:9000".to_owned(),
        "connection-refused" => "http://provider:9001".to_owned(),
        _ if OPENAI.contains(&name) => format!("http://provider:9000/{name}/v1"),
        _ => format!("http://provider:9000/{name}"),
    };
    let api = if OPENAI.contains(&name) { "openai-completions" } else { "anthropic-messages" };
    let models = json!([{"id": "m", "name": "m", "contextWindow": 200_000, "maxTokens": 4096}]);
    let mut provider = json!({"baseUrl": url, "apiKey": KEY, "api": api, "models": models});
    if matches!(name, "no-api-key" | "anthropic") {
        provider.as_object_mut().unwrap().remove("apiKey");
    }
    provider
}

fn providers(names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), provider(name))).collect::<serde_json::Map<_, _>>().into()
}

/// A client that has a turn run with each provider, all at once.
fn turns(names: &[&str]) -> Value {
    let one = |name: &&str| {
        json!({"method": "agent", "params": {
            "message": "hi", "agentId": "main", "model": format!("{name}/m"), "timeout": if *name == "hang" { HANGING } else { TURN },
            "sessionId": format!("session-{name}"), "idempotencyKey": format!("run-{name}"),
        }})
    };
    let requests: Vec<Value> = names.iter().map(one).collect();
    json!([{"name": "turns", "token": TOKEN, "device": "/tmp/turns",
            "client": {"id": "gateway-client", "mode": "backend"}, "requests": requests}])
}

/// Has turns run, and waits until the log tells of the failure of each.
fn fail_in_turns(gateway: &Gateway, names: &[&str]) -> BTreeMap<String, Value> {
    gateway.clients_in_background(&turns(names));
    let expected = |name: &str, failure: &Value| {
        failure["subject"] == name && failure["cause"] == scenario(&CURRENT, name).cause
    };
    let mut last = Value::Null;
    let found = wait_for(
        "the failures of turns",
        || {
            last = diagnosed(gateway);
            let find = |name: &&str| {
                let failure = failures(&last).iter().find(|f| expected(name, f))?;
                Some(((*name).to_owned(), failure.clone()))
            };
            names.iter().map(find).collect::<Option<BTreeMap<_, _>>>()
        },
        || gateway.last_words(),
    );
    for name in names {
        check(&found[*name], scenario(&CURRENT, name));
        // Runs, sessions, providers and models have its name.
        let log = gateway.log();
        record(scenario(&CURRENT, name), &joined(log.lines().filter(|line| line.contains(name))));
    }
    found
}

/// Has an agent run a turn to its end; how many lines the log had before.
fn turn(gateway: &Gateway, agent: &str, run: &str) -> usize {
    let before = gateway.log().lines().count();
    let turn = json!({"message": "hi", "agentId": agent, "timeout": TURN, "idempotencyKey": run,
                      "sessionKey": format!("agent:{agent}:main")});
    let request = json!([{"method": "agent", "params": turn}]);
    let client = json!({"id": "gateway-client", "mode": "backend"});
    gateway
        .clients(&json!([{"token": TOKEN, "device": "/tmp/turns", "client": client, "requests": request}]));
    before
}

/// Lines of a log from the one after `before` on.
fn since(gateway: &Gateway, before: usize, wanted: impl Fn(&str) -> bool) -> String {
    joined(gateway.log().lines().skip(before).filter(|line| wanted(line)))
}

/// Waits until a part of a log says at its first failure what the scenario does.
fn leads_to(scenario: &Scenario, gateway: &Gateway, part: impl Fn() -> String) -> Value {
    let mut last = Value::Null;
    let found = wait_for(
        scenario.log,
        || {
            last = diagnosed_text(&part());
            failures(&last).first().filter(|f| f["cause"] == scenario.cause).cloned()
        },
        || gateway.last_words(),
    );
    check(&found, scenario);
    record(scenario, &part());
    found
}

/// Has clients connect that are refused; what the log tells from then on is the scenario.
fn refuse(gateway: &Gateway, name: &str, connect: impl FnOnce() -> String) {
    let before = gateway.log().lines().count();
    let answer = connect();
    assert!(answer.contains("\"code\":1008"), "{name}: {answer}");
    leads_to(scenario(&CURRENT, name), gateway, || {
        // Turns that are tried again go on meanwhile.
        let new = |line: &str| {
            (line.contains("[ws] ") || line.contains("security audit")) && !line.contains("runId=")
        };
        let start = joined(of_start(&gateway.log()));
        format!("{start}{}", since(gateway, before, new))
    });
}

#[test]
fn failures_of_a_running_gateway() {
    let Some(_one) = ready("diagnose on a running gateway that fails", &[CURRENT.image]) else { return };
    let lab = Lab::start();
    let mut providers = providers(TURNS);
    providers["works"] = provider("works");
    providers["first-choice"] = provider("quota-exhausted");
    providers["second-choice"] = provider("context-openai");
    let falls_back = json!({"primary": "first-choice/m", "fallbacks": ["second-choice/m"]});
    let config = json!({
        "gateway": {"mode": "local", "auth": {"token": TOKEN}, "controlUi": {"allowedOrigins": [PLAIN]}},
        "update": {"checkOnStart": false},
        "models": {"mode": "merge", "providers": providers},
        "agents": {
            "defaults": {
                "model": {"primary": "works/m"}, "timeoutSeconds": TURN, "maxConcurrent": TURNS.len(),
            },
            "entries": {"main": {}, "falls-back": {"model": falls_back}},
        },
    });
    let gateway = Gateway::start(Some(&lab), &CURRENT, "fails", Some(&config.to_string()), &[], |_| ());
    gateway.wait_until_it_answers();

    // A provider that answers 200.
    let answer = gateway.clients(&turns(&["works"]));
    assert!(answer.contains("hello"), "{answer}");
    let works = diagnosed(&gateway);
    assert_eq!(failures(&works), &[] as &[Value], "nothing fails: {works:#}");

    let found = fail_in_turns(&gateway, TURNS);
    // The key that was refused is in the config, which is a file of this host.
    let action = found["key-refused"]["action"].as_str().unwrap();
    assert!(action.contains("openclaw.json"), "{action}");
    assert!(found["rate-limited"]["retry"]["after_seconds"] == 7, "{:#}", found["rate-limited"]);

    // A log that goes on: each failure is told at once, with what is configured.
    let mut command = clawdock(Path::new("/"));
    command.args(["diagnose", "--follow", &gateway.container.name, "--format", "json"]);
    let mut follows = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    BufReader::new(follows.stdout.take().unwrap()).read_line(&mut told).unwrap();
    follows.kill().unwrap();
    follows.wait().unwrap();
    let told = report(&told);
    let refused = failures(&told).iter().find(|f| f["subject"] == "key-refused");
    let refused = refused.unwrap_or_else(|| panic!("not told: {told:#}"));
    assert_eq!(refused["configured"][0]["state"], "set", "{refused:#}");

    // What is seen last is that the second choice reads less; the first choice failed before it.
    let before = turn(&gateway, "falls-back", "run-falls-back");
    let failure = leads_to(scenario(&CURRENT, "falls-back"), &gateway, || {
        let names = ["falls-back", "first-choice", "second-choice"];
        since(&gateway, before, |line| names.iter().any(|name| line.contains(name)))
    });
    assert_eq!(failure["subject"], "first-choice", "{failure:#}");
    assert_eq!(failure["echoes"].as_array().map(|e| !e.is_empty()), Some(true), "{failure:#}");

    let connect = |one: Value| gateway.clients(&json!([one]));
    let from_elsewhere = |mut one: Value| {
        one["url"] = "ws://gateway:18789".into();
        lab.clients(&json!([one]))
    };
    refuse(&gateway, "token-mismatch", || connect(json!({"token": "wrong"})));
    refuse(&gateway, "no-device-identity", || connect(json!({})));
    refuse(&gateway, "origin-not-allowed", || {
        let client = json!({"id": "openclaw-control-ui", "mode": "webchat"});
        connect(json!({"token": TOKEN, "client": client, "origin": "http://evil.example"}))
    });
    refuse(&gateway, "device-token-mismatch", || {
        connect(json!({"device": "/tmp/other", "deviceToken": "not-given-here"}))
    });
    refuse(&gateway, "control-ui-insecure", || {
        let client = json!({"id": "openclaw-control-ui", "mode": "webchat"});
        from_elsewhere(json!({"token": TOKEN, "client": client, "origin": PLAIN}))
    });
    let answer = connect(json!({"token": TOKEN, "device": "/tmp/revoked"}));
    let device = report(&answer)["device"].clone();
    let revoke = json!({"method": "device.token.revoke", "params": {"deviceId": device, "role": "operator"}});
    let answer = connect(json!({"token": TOKEN, "device": "/tmp/turns", "requests": [revoke]}));
    assert!(answer.contains("revokedAtMs"), "{answer}");
    refuse(&gateway, "device-token-revoked", || {
        connect(json!({"device": "/tmp/revoked", "deviceToken": "stored"}))
    });
    // Not even a WebSocket comes about.
    let before = gateway.log().lines().count();
    let headers = json!({"x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https"});
    let answer = from_elsewhere(json!({"token": TOKEN, "device": "/tmp/proxied", "headers": headers}));
    assert!(answer.contains("403"), "{answer}");
    leads_to(scenario(&CURRENT, "proxy-not-trusted"), &gateway, || {
        let start = joined(of_start(&gateway.log()));
        format!("{start}{}", since(&gateway, before, |line| line.contains("proxy-shaped")))
    });
    refuse(&gateway, "pairing-required", || from_elsewhere(json!({"token": TOKEN, "device": "/tmp/new"})));
    // Over loopback a device is taken by itself; from elsewhere it asks for more than it was given.
    let device = |scope: &str| json!({"token": TOKEN, "device": "/certificates/device", "scopes": [scope]});
    let answer = connect(device("operator.read"));
    assert!(answer.contains("\"connect\":\"ok\""), "{answer}");
    refuse(&gateway, "scope-upgrade", || from_elsewhere(device("operator.admin")));
    // What a probe sees now is told of the same thing only.
    let name = &gateway.container.name;
    let probed = report(&stdout(&run(Path::new("/"), &["diagnose", "--probe", name, "--format", "json"])));
    let proofs = |cause: &str, subject: &str| {
        let failure = failures(&probed).iter().find(|f| f["cause"] == cause && f["subject"] == subject);
        let failure = failure.unwrap_or_else(|| panic!("{cause} {subject}: {probed:#}"));
        let seen = failure["proofs"].as_array().unwrap().iter();
        seen.map(|p| format!("{} {}", p["probe"].as_str().unwrap(), p["subject"].as_str().unwrap())).collect()
    };
    let of_token: Vec<String> = proofs("token-mismatch", "cli");
    assert!(!of_token.is_empty() && of_token.iter().all(|p| p.starts_with("gateway-token ")), "{of_token:?}");
    let of_key: Vec<String> = proofs("key-refused", "key-refused");
    assert_eq!(of_key, ["provider key-refused"]);
    assert_eq!(proofs("pairing-required", "cli"), Vec::<String>::new());
    // After ten wrong tokens in a minute the right one is refused as well. Loopback is exempt. On a slow
    // machine some of the ten give up before they are answered: all are sent until the gateway locks.
    let wrong: Vec<Value> =
        (0..10).map(|i| json!({"token": format!("wrong{i}"), "url": "ws://gateway:18789"})).collect();
    let (wrong, right) = (Value::from(wrong), || from_elsewhere(json!({"token": TOKEN})));
    let locked = || {
        lab.clients(&wrong);
        right().contains("too many failed authentication attempts").then_some(())
    };
    wait_for("a lock after wrong tokens", locked, || gateway.last_words());
    refuse(&gateway, "locked-out", right);
}

/// A login that was stored and has run out; the place where it is renewed answers `invalid_grant`.
fn login() -> Value {
    json!({"version": 1, "profiles": {"anthropic:login": {
        "type": "oauth", "provider": "anthropic", "expires": 1,
        "access": "sk-ant-oat01-PLANTEDaccesszqxwvk", "refresh": "sk-ant-ort01-PLANTEDrefreshzqxwvk",
    }}})
}

#[test]
fn a_login_that_cannot_be_renewed() {
    if !all("diagnose on a login that cannot be renewed") {
        return;
    }
    let Some(_one) = ready("diagnose on a login that cannot be renewed", &[CURRENT.image]) else { return };
    let lab = Lab::start();
    let config = json!({
        "gateway": {"mode": "local", "auth": {"token": TOKEN}},
        "update": {"checkOnStart": false},
        "models": {"providers": {"anthropic": provider("anthropic")}},
        "agents": {"defaults": {"model": {"primary": "anthropic/m"}, "timeoutSeconds": TURN}},
    });
    let gateway = Gateway::start(Some(&lab), &CURRENT, "login", Some(&config.to_string()), &[], |_| ());
    gateway.wait_until_it_answers();
    // As `models auth login` stores it, and read when the gateway starts.
    let cell = r#"const { DatabaseSync } = require("node:sqlite");
        const database = new DatabaseSync("/home/node/.openclaw/state/openclaw.sqlite", { timeout: 60000 });
        const row = database.prepare("INSERT OR REPLACE INTO config_machine_state VALUES (?, ?, ?)");
        row.run("auth.sharedStore", JSON.stringify({ location: "state-db" }), Date.now());
        row.run("authProfiles.store", process.argv[1], Date.now());"#;
    docker(&["exec", &gateway.container.id, "node", "-e", cell, &login().to_string()]).unwrap();
    docker(&["restart", &gateway.container.id]).unwrap();
    gateway.wait_until_it_answers();
    let before = turn(&gateway, "main", "run-login");
    let failure =
        leads_to(scenario(&CURRENT, "login-expired"), &gateway, || since(&gateway, before, |_| true));
    assert_eq!(failure["subject"], "anthropic", "{failure:#}");
    let action = failure["action"].as_str().unwrap();
    assert!(action.contains("models auth login --provider anthropic"), "{action}");
}

/// A start that fails.
struct Start {
    name: &'static str,
    release: &'static Release,
    config: Option<&'static str>,
    env: &'static [&'static str],
    /// What else is done to its state directory.
    prepare: fn(&Path),
    /// What is unusual about it.
    circumstances: Circumstances,
    /// It is run always.
    always: bool,
}

const LOCAL: &str = r#"{"gateway":{"mode":"local"}}"#;
const UNKNOWN: &str = r#"{"gateway":{"mode":"local"},"gatway":{}}"#;
const HALF: &str = r#"{"gateway":{"mode":"local""#;
const VARIABLE: &str = r#"{"gateway":{"mode":"local","auth":{"token":"${NOT_THERE}"}}}"#;
const SECRET: &str =
    r#"{"gateway":{"mode":"local","auth":{"token":{"source":"env","provider":"default","id":"NOT_THERE"}}}}"#;
const WITH_TOKEN: &[&str] = &["OPENCLAW_GATEWAY_TOKEN=PLANTEDgatewaytokenzqxwvk"];
const LEGACY_TOKEN: &[&str] = &["CLAWDBOT_GATEWAY_TOKEN=PLANTEDgatewaytokenzqxwvk"];

const fn start(
    name: &'static str,
    release: &'static Release,
    config: Option<&'static str>,
    env: &'static [&'static str],
) -> Start {
    let circumstances = Circumstances { engine: &[], before: "", arguments: &[] };
    Start { name, release, config, env, prepare: |_| (), circumstances, always: false }
}

const STARTS: &[Start] = &[
    Start { always: true, ..start("start-without-auth", &CURRENT, Some(LOCAL), &[]) },
    Start { always: true, ..start("start-no-config", &CURRENT, None, WITH_TOKEN) },
    Start { always: true, ..start("start-unknown-key", &CURRENT, Some(UNKNOWN), WITH_TOKEN) },
    start("start-no-mode", &CURRENT, Some("{}"), WITH_TOKEN),
    start("start-malformed", &CURRENT, Some(HALF), WITH_TOKEN),
    start("start-remote-mode", &CURRENT, Some(r#"{"gateway":{"mode":"remote"}}"#), WITH_TOKEN),
    start("start-weak-token", &CURRENT, Some(LOCAL), &["OPENCLAW_GATEWAY_TOKEN=undefined"]),
    start(
        "start-token-and-password",
        &CURRENT,
        Some(r#"{"gateway":{"mode":"local","auth":{"token":"PLANTEDa","password":"PLANTEDb"}}}"#),
        &[],
    ),
    start(
        "start-no-password",
        &CURRENT,
        Some(r#"{"gateway":{"mode":"local","auth":{"mode":"password"}}}"#),
        &[],
    ),
    start("start-secret-missing", &CURRENT, Some(SECRET), &[]),
    start("start-variable-missing", &CURRENT, Some(VARIABLE), &[]),
    Start {
        prepare: |state| gateway::open(state, 0o555),
        ..start("start-not-writable", &CURRENT, Some(LOCAL), WITH_TOKEN)
    },
    Start {
        prepare: |state| {
            gateway::write(&state.join("state/any"), b"");
            gateway::give(&state.join("state"), 0);
        },
        ..start("start-not-owner", &CURRENT, Some(LOCAL), WITH_TOKEN)
    },
    Start { prepare: of_root, ..start("start-of-root", &CURRENT, Some(LOCAL), WITH_TOKEN) },
    Start { prepare: unreadable, ..start("start-config-of-root", &CURRENT, Some(LOCAL), WITH_TOKEN) },
    Start { always: true, ..start("start-config-newer", &CURRENT, Some(NEWER), WITH_TOKEN) },
    Start { circumstances: READ_ONLY, ..start("start-read-only", &CURRENT, Some(LOCAL), WITH_TOKEN) },
    Start { circumstances: WRONG_FLAG, ..start("start-wrong-flag", &CURRENT, Some(LOCAL), WITH_TOKEN) },
    Start { circumstances: PORT_TAKEN, ..start("start-port-taken", &CURRENT, Some(LOCAL), WITH_TOKEN) },
    Start { circumstances: TWO_GATEWAYS, ..start("start-lease", &CURRENT, Some(LOCAL), WITH_TOKEN) },
    Start { circumstances: SLOW, ..start("start-slow", &CURRENT, Some(LOCAL), WITH_TOKEN) },
    Start { prepare: of_newer, ..start("start-newer-state", &AUGUST, Some(LOCAL), WITH_TOKEN) },
    Start { prepare: of_newer, ..start("start-newer-state", &JUNE, Some(LOCAL), WITH_TOKEN) },
    Start { prepare: unreadable, ..start("start-config-of-root", &MARCH, Some(LOCAL), WITH_TOKEN) },
    Start { circumstances: READ_ONLY, ..start("start-read-only", &MARCH, Some(LOCAL), WITH_TOKEN) },
    Start { circumstances: WRONG_FLAG, ..start("start-wrong-flag", &MARCH, Some(LOCAL), WITH_TOKEN) },
    Start { circumstances: PORT_TAKEN, ..start("start-port-taken", &MARCH, Some(LOCAL), WITH_TOKEN) },
    start("start-no-config", &MARCH, None, WITH_TOKEN),
    start("start-unknown-key", &MARCH, Some(UNKNOWN), WITH_TOKEN),
    start("start-malformed", &MARCH, Some(HALF), WITH_TOKEN),
    start("start-without-auth", &LEGACY, Some(LOCAL), &[]),
    start("start-no-config", &LEGACY, None, LEGACY_TOKEN),
    start("start-unknown-key", &LEGACY, Some(UNKNOWN), LEGACY_TOKEN),
    start("start-malformed", &LEGACY, Some(HALF), LEGACY_TOKEN),
    start("start-variable-missing", &LEGACY, Some(VARIABLE), &[]),
    Start { prepare: unreadable, ..start("start-config-of-root", &LEGACY, Some(LOCAL), LEGACY_TOKEN) },
    Start { circumstances: READ_ONLY, ..start("start-read-only", &LEGACY, Some(LOCAL), LEGACY_TOKEN) },
    Start { circumstances: WRONG_FLAG, ..start("start-wrong-flag", &LEGACY, Some(LOCAL), LEGACY_TOKEN) },
    Start { circumstances: PORT_TAKEN, ..start("start-port-taken", &LEGACY, Some(LOCAL), LEGACY_TOKEN) },
];

/// The config that root wrote.
fn unreadable(state: &Path) {
    let name = [CURRENT.config, LEGACY.config].into_iter().find(|name| state.join(name).exists());
    let config = state.join(name.unwrap());
    gateway::open(&config, 0o600);
    gateway::give(&config, 0);
}

/// A state directory that root made.
fn of_root(state: &Path) {
    gateway::open(state, 0o755);
    gateway::give(state, 0);
}

/// A state directory that a gateway of a newer release has worked with; the config is as it was before.
fn of_newer(state: &Path) {
    let config = fs::read(state.join(CURRENT.config)).unwrap();
    let mount = format!("{}:{}", state.display(), CURRENT.state);
    let options = ["--detach", "--network", "none", "-e", WITH_TOKEN[0], "-v", &mount, CURRENT.image];
    let newer = docker(&[&["run"], &options[..]].concat()).unwrap();
    let log = || docker(&["logs", newer.trim()]).unwrap_or_default();
    wait_for("a newer gateway", || log().contains("http server listening").then_some(()), log);
    docker(&["rm", "--force", newer.trim()]).unwrap();
    gateway::write(&state.join(CURRENT.config), &config);
}

const NEWER: &str = r#"{"meta":{"lastTouchedVersion":"2026.11.3"},"gateway":{"mode":"local"}}"#;
const READ_ONLY: Circumstances = Circumstances { engine: &["--read-only"], before: "", arguments: &[] };
const WRONG_FLAG: Circumstances = Circumstances { engine: &[], before: "", arguments: &["--foregroundd"] };
const SLOW: Circumstances = Circumstances { engine: &["--cpus", "0.05"], before: "", arguments: &[] };
const PORT_TAKEN: Circumstances = Circumstances {
    engine: &[],
    before: r#"node -e 'require("node:net").createServer().listen(18789, "0.0.0.0")' & sleep 3"#,
    arguments: &[],
};
/// Another gateway on the same state, which is given time to take it.
const TWO_GATEWAYS: Circumstances = Circumstances {
    engine: &[],
    before: r#"node dist/index.js gateway --bind lan --port 18800 >/tmp/first 2>&1 &
        until grep -q "http server listening" /tmp/first; do sleep 1; done"#,
    arguments: &[],
};

fn fails_to_start(Start { name, release, config, env, prepare, circumstances, .. }: &Start) {
    let scenario = scenario(release, name);
    let gateway = Gateway::start_so(None, release, name, *config, env, prepare, circumstances);
    // The first words are not always the reason, which may follow after a while.
    let found = || {
        let report = diagnosed(&gateway);
        failures(&report).first().filter(|f| f["cause"] == scenario.cause && f["outlook"] == "open").cloned()
    };
    let found = wait_for(scenario.log, found, || gateway.last_words());
    check(&found, scenario);
    record(scenario, &gateway.log());
}

#[test]
fn starts_that_fail() {
    let Some(_one) = ready("diagnose on a gateway that does not start", &[CURRENT.image]) else { return };
    STARTS.iter().filter(|s| s.always).for_each(fails_to_start);
}

/// A container whose memory is not enough says nothing; the engine does.
#[test]
fn a_gateway_without_memory() {
    if !all("diagnose on a gateway without memory") {
        return;
    }
    let Some(_one) = ready("diagnose on a gateway without memory", &[CURRENT.image]) else { return };
    let engine = &["--memory", "120m", "--memory-swap", "120m"];
    let circumstances = Circumstances { engine, ..Circumstances::default() };
    let gateway =
        Gateway::start_so(None, &CURRENT, "memory", Some(LOCAL), WITH_TOKEN, |_| (), &circumstances);
    let killed = || {
        let report = diagnosed(&gateway);
        failures(&report).first().filter(|f| f["cause"] == "out-of-memory").cloned()
    };
    let found = wait_for("the end of a gateway without memory", killed, || gateway.last_words());
    assert_eq!(found["owner"], "gateway-start", "{found:#}");
}

#[test]
fn all_starts_that_fail() {
    if !all("diagnose on all gateways that do not start") {
        return;
    }
    let images = [CURRENT.image, AUGUST.image, JUNE.image, MARCH.image, LEGACY.image];
    let Some(_one) = ready("diagnose on all gateways that do not start", &images) else { return };
    STARTS.iter().filter(|s| !s.always).for_each(fails_to_start);
}
