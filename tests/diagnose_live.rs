//! `clawdock diagnose` on gateways of the real OpenClaw that fail, end to end: each failure is
//! provoked, and the gateway's own log has to lead to its owner. One gateway serves all that are
//! failures of a turn: each has a provider of its own, which a server of the test stands in for.
//!
//! Needs the image `openclaw:2026.9.6`, see `tests/run`. Several minutes: OpenClaw tries again.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    engine::{Container, docker, engine, has_image, skip},
    project::{run, stdout},
};
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const IMAGE: &str = "openclaw:2026.9.6";
const STATE: &str = "/home/node/.openclaw";
const TOKEN: &str = "PLANTEDgatewaytokenzqxwvk";
const KEY: &str = "sk-PLANTEDproviderkeyzqxwvk";
/// How long a gateway may take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(240);
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What a provider of that name does, and what the log has to come to.
const TURNS: &[(&str, &str, &str)] = &[
    ("key-refused", "key-refused", "provider-key"),
    ("bearer-refused", "key-refused", "provider-key"),
    ("key-incorrect", "key-refused", "provider-key"),
    ("access-denied", "access-denied", "provider-key"),
    ("unknown-model", "unknown-model", "provider-key"),
    ("redirect", "wrong-endpoint", "provider-key"),
    ("login-page", "wrong-endpoint", "provider-key"),
    ("quota-exhausted", "quota-exhausted", "quota"),
    ("credit-too-low", "quota-exhausted", "quota"),
    ("payment-required", "quota-exhausted", "quota"),
    ("beta-flag", "beta-flag", "request-shape"),
    ("context-openai", "context-overflow", "context"),
    ("context-anthropic", "context-overflow", "context"),
    ("no-api-key", "no-api-key", "provider-profile"),
    ("hang", "timeout", "network"),
    ("rate-limited", "rate-limited", "quota"),
    ("overloaded", "overloaded", "network"),
    ("server-error", "provider-down", "network"),
    ("bad-gateway", "provider-down", "network"),
    ("connection-closed", "connection-lost", "network"),
    ("half-an-answer", "connection-lost", "network"),
    ("bad-certificate", "tls", "network"),
    ("no-such-host", "dns", "network"),
    ("connection-refused", "connection-refused", "network"),
];

/// Providers that speak as OpenAI does.
const OPENAI: &[&str] = &["key-incorrect", "quota-exhausted", "context-openai", "payment-required"];

/// A network of the test, removed when it goes.
struct Network(String);

impl Drop for Network {
    fn drop(&mut self) {
        let _ = docker(&["network", "rm", &self.0]);
    }
}

/// A state directory that the gateway's user may write.
fn state(config: Option<&str>) -> tempfile::TempDir {
    let state = tempfile::tempdir().unwrap();
    let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    open(state.path(), 0o777);
    if let Some(config) = config {
        let path = state.path().join("openclaw.json");
        fs::write(&path, config).unwrap();
        open(&path, 0o666);
    }
    state
}

fn gateway(name: &str, network: &str, state: &Path, options: &[&str]) -> Container {
    let mount = format!("{}:{STATE}", state.display());
    let place = format!("OPENCLAW_STATE_DIR={STATE}");
    let common = ["--init", "--network", network, "-e", "HOME=/home/node", "-e", &place, "-v", &mount];
    let command = [IMAGE, "node", "dist/index.js", "gateway", "--bind", "lan", "--port", "18789"];
    Container::start("run", name, &[&common[..], options, &command].concat())
}

/// The failure that the log holds and that `is_it` is looked for, once it is there.
fn diagnosed(container: &Container, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    let started = Instant::now();
    loop {
        let output = run(Path::new("/"), &["diagnose", &container.name, "--format", "json"]);
        let shown = stdout(&output);
        assert!(!shown.contains("PLANTED"), "{what}: a secret is shown");
        let report: Value = serde_json::from_str(&shown).unwrap_or_default();
        let failures = report["failures"].as_array().cloned().unwrap_or_default();
        if let Some(found) = failures.iter().find(|f| is_it(f)) {
            return found.clone();
        }
        if started.elapsed() > PATIENCE {
            let log = docker(&["logs", "--tail", "60", &container.id]);
            panic!("{what} is not found in {failures:#?}\nthe log: {log:?}");
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

fn ready(test: &str) -> Option<std::sync::MutexGuard<'static, ()>> {
    if let Err(why) = engine().and_then(|_| has_image(IMAGE)) {
        skip(test, &why);
        return None;
    }
    Some(ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner))
}

fn providers() -> Value {
    let mut providers = serde_json::Map::new();
    for (name, ..) in TURNS {
        let url = match *name {
            "bad-certificate" => "https://provider:9443/works".to_owned(),
            "no-such-host" => "http://no-such-host.invalid:9000".to_owned(),
            "connection-refused" => "http://provider:9001".to_owned(),
            _ if OPENAI.contains(name) => format!("http://provider:9000/{name}/v1"),
            _ => format!("http://provider:9000/{name}"),
        };
        let api = if OPENAI.contains(name) { "openai-completions" } else { "anthropic-messages" };
        let models = json!([{"id": "m", "name": "m", "contextWindow": 200_000, "maxTokens": 4096}]);
        let mut provider = json!({"baseUrl": url, "apiKey": KEY, "api": api, "models": models});
        if *name == "no-api-key" {
            provider.as_object_mut().unwrap().remove("apiKey");
        }
        providers.insert((*name).to_owned(), provider);
    }
    providers.into()
}

#[test]
#[ignore = "takes minutes and three gateways; run with --ignored"]
fn failures_of_turns() {
    let Some(_one) = ready("diagnose on a gateway whose provider fails") else { return };
    let network = Network(format!("clawdock-test-{}-diagnose", std::process::id()));
    docker(&["network", "create", &network.0]).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/provider.mjs");
    let mount = format!("{}:/provider.mjs:ro", script.display());
    let beside = ["--network", &network.0, "--network-alias", "provider", "-v", &mount];
    let node = ["--entrypoint", "node", IMAGE, "/provider.mjs"];
    let _provider = Container::start("run", "provider", &[&beside[..], &node].concat());
    let config = json!({
        "gateway": {"mode": "local", "auth": {"token": TOKEN}},
        "update": {"checkOnStart": false},
        "models": {"mode": "merge", "providers": providers()},
        "agents": {"defaults": {"model": {"primary": "key-refused/m"}, "timeoutSeconds": 30}},
    });
    let state = state(Some(&config.to_string()));
    let gateway = gateway("turns", &network.0, state.path(), &[]);
    let started = Instant::now();
    let answers = || docker(&["exec", &gateway.id, "curl", "-sf", "http://127.0.0.1:18789/startupz"]);
    while answers().is_err() {
        assert!(started.elapsed() < PATIENCE, "{:?}", docker(&["logs", "--tail", "40", &gateway.id]));
        std::thread::sleep(Duration::from_secs(1));
    }
    for (name, cause, owner) in TURNS {
        let model = format!("{name}/m");
        let session = format!("test-{name}");
        let turn = ["openclaw", "agent", "--agent", "main", "--model", &model, "--session-id", &session];
        let turn = [&["exec", "-d", &gateway.id][..], &turn, &["--timeout", "20", "-m", "hi"]].concat();
        docker(&turn).unwrap();
        let found = diagnosed(&gateway, name, |f| f["subject"] == *name && f["cause"] == *cause);
        assert_eq!(found["owner"], *owner, "{name}: {found:#}");
        assert!(!found["action"].as_str().unwrap().is_empty());
    }
    // A client with a wrong token.
    let call = ["openclaw", "gateway", "call", "health", "--url", "ws://127.0.0.1:18789", "--token", "wrong"];
    let _ = docker(&[&["exec", &gateway.id][..], &call].concat());
    let found = diagnosed(&gateway, "a wrong token", |f| f["cause"] == "token-mismatch");
    assert_eq!(found["owner"], "gateway-auth");
    assert!(found["action"].as_str().unwrap().contains("openclaw.json"), "{found:#}");
}

#[test]
#[ignore = "takes minutes and five gateways; run with --ignored"]
fn failures_of_starts() {
    let Some(_one) = ready("diagnose on a gateway that does not start") else { return };
    let local = r#"{"gateway":{"mode":"local"}}"#;
    let token = format!("OPENCLAW_GATEWAY_TOKEN={TOKEN}");
    for (name, config, env, cause) in [
        ("start-without-auth", Some(local), None, "start-without-auth"),
        ("start-no-config", None, Some(token.as_str()), "start-mode"),
        (
            "start-unknown-key",
            Some(r#"{"gateway":{"mode":"local"},"gatway":{}}"#),
            Some(token.as_str()),
            "start-config",
        ),
        ("start-weak-token", Some(local), Some("OPENCLAW_GATEWAY_TOKEN=undefined"), "start-weak-secret"),
        (
            "start-no-password",
            Some(r#"{"gateway":{"mode":"local","auth":{"mode":"password"}}}"#),
            None,
            "start-ambiguous-auth",
        ),
    ] {
        let state = state(config);
        let env: Vec<&str> = env.map(|e| ["-e", e]).into_iter().flatten().collect();
        let gateway = gateway(name, "none", state.path(), &env);
        let found = diagnosed(&gateway, name, |f| f["cause"] == cause);
        assert_eq!((&found["owner"], &found["outlook"]), (&"gateway-start".into(), &"open".into()), "{name}");
    }
}
