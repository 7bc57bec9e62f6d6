//! `inspect --probe` on gateways of the real OpenClaw, one for each row of the table of what a server
//! takes for its token (`src/openclaw/truth_tables/`) that starts: what was
//! predicted is what the gateway lets in, nothing contradicts, and the right credential is still let in
//! from another address afterwards: no wrong try was counted against it.
//!
//! Some rows are run always, all of them where `CLAWDOCK_LIVE=all` is set. One gateway at a time: each
//! takes a gigabyte.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    engine::{Container, docker, engine, has_image, left_out, skip},
    gateway::{CURRENT, open, wait_for, write},
    project::{clawdock, stdout},
};
use serde_json::Value;
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    time::Duration,
};

/// What the gateway lets in.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Takes {
    Token(&'static str),
    Password(&'static str),
    /// A token that it made up.
    Unknown,
}

struct Row {
    name: &'static str,
    env: &'static [&'static str],
    /// The config, without `gateway.mode`.
    config: &'static str,
    dotenv: &'static str,
    args: &'static [&'static str],
    takes: Takes,
    always: bool,
}

const LAN: &[&str] = &["--bind", "lan"];
const LOOPBACK: &[&str] = &["--bind", "loopback"];
const ENV: &str = "OPENCLAW_GATEWAY_TOKEN=token-of-the-environment";
const PASSWORD: &str = "OPENCLAW_GATEWAY_PASSWORD=password-of-the-environment";
const BLANK: &str = "OPENCLAW_GATEWAY_TOKEN=";
const DOTENV: &str = "OPENCLAW_GATEWAY_TOKEN=token-of-the-dotenv-file\n";

const OF_ENV: Takes = Takes::Token("token-of-the-environment");
const OF_CONFIG: Takes = Takes::Token("token-of-the-config");
const OF_DOTENV: Takes = Takes::Token("token-of-the-dotenv-file");
const OF_PASSWORD: Takes = Takes::Password("password-of-the-environment");

const fn row(name: &'static str, env: &'static [&'static str], config: &'static str, takes: Takes) -> Row {
    Row { name, env, config, dotenv: "", args: LAN, takes, always: false }
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("config", &[], "auth: {token: 'token-of-the-config'}", OF_CONFIG),
    row("environment", &[ENV], "", OF_ENV),
    Row { always: true, ..row("config and environment", &[ENV], "auth: {token: 'token-of-the-config'}", OF_CONFIG) },
    Row {
        args: &["--bind", "lan", "--token", "token-of-the-flag"],
        ..row("flag", &[ENV], "auth: {token: 'token-of-the-config'}", Takes::Token("token-of-the-flag"))
    },
    row("remote", &[], "remote: {token: 'token-of-remote'}", Takes::Token("token-of-remote")),
    Row { args: LOOPBACK, ..row("remote on loopback", &[], "remote: {token: 'token-of-remote'}", Takes::Token("token-of-remote")) },
    row("remote and environment", &[ENV], "remote: {token: 'token-of-remote'}", OF_ENV),
    row("reference", &[ENV], "auth: {token: '${OPENCLAW_GATEWAY_TOKEN}'}", OF_ENV),
    Row { always: true, ..row("reference without a value", &[BLANK], "auth: {token: '${OPENCLAW_GATEWAY_TOKEN}'}", Takes::Unknown) },
    row("secret reference", &[ENV, "REF=token-of-a-reference"], "auth: {token: {source: 'env', provider: 'default', id: 'REF'}}", Takes::Token("token-of-a-reference")),
    row("empty in the config", &[ENV], "auth: {token: ''}", OF_ENV),
    Row { dotenv: DOTENV, ..row("dotenv", &[], "", OF_DOTENV) },
    Row { dotenv: DOTENV, ..row("dotenv and env.vars", &[], "}, env: {vars: {OPENCLAW_GATEWAY_TOKEN: 'token-of-vars'}", OF_DOTENV) },
    Row { always: true, ..row("blank and env.vars", &[BLANK], "}, env: {vars: {OPENCLAW_GATEWAY_TOKEN: 'token-of-vars'}", Takes::Token("token-of-vars")) },
    Row { dotenv: DOTENV, ..row("config, blank and dotenv", &[BLANK], "auth: {token: 'token-of-the-config'}", OF_CONFIG) },
    row("padded", &["OPENCLAW_GATEWAY_TOKEN=  token-of-the-environment  "], "", OF_ENV),
    row("config and the word null", &["OPENCLAW_GATEWAY_TOKEN=null"], "auth: {token: 'token-of-the-config'}", OF_CONFIG),
    Row { always: true, ..row("token and password", &[ENV, PASSWORD], "", OF_PASSWORD) },
    row("config and password", &[PASSWORD], "auth: {token: 'token-of-the-config'}", OF_PASSWORD),
    row("config and password in token mode", &[PASSWORD], "auth: {token: 'token-of-the-config', mode: 'token'}", OF_CONFIG),
    row("two passwords", &[PASSWORD], "auth: {mode: 'password', password: 'password-of-the-config'}", Takes::Password("password-of-the-config")),
    Row { args: LOOPBACK, ..row("nothing on loopback", &[], "", Takes::Unknown) },
    Row { args: LOOPBACK, ..row("white space on loopback", &["OPENCLAW_GATEWAY_TOKEN=   "], "", Takes::Unknown) },
    Row { args: LOOPBACK, ..row("an earlier name on loopback", &["CLAWDBOT_GATEWAY_TOKEN=token-of-an-earlier-name"], "", Takes::Unknown) },
];

fn start(row: &Row, state: &Path) -> Container {
    open(state, 0o777);
    let config = format!("{{gateway: {{mode: 'local', {}}}}}", row.config);
    write(&state.join("openclaw.json"), config.as_bytes());
    if !row.dotenv.is_empty() {
        write(&state.join(".env"), row.dotenv.as_bytes());
    }
    let mount = format!("{}:{}", state.display(), CURRENT.state);
    let place = format!("OPENCLAW_STATE_DIR={}", CURRENT.state);
    let mut options = vec!["--init", "-e", "HOME=/home/node", "-e", &place, "-v", &mount];
    row.env.iter().for_each(|variable| options.extend(["-e", *variable]));
    let command = [CURRENT.image, "node", "dist/index.js", "gateway"];
    Container::start("run", "row", &[&options[..], &command, row.args].concat())
}

/// What the gateway says to a credential that comes from this host, which is no loopback to it.
fn status_from_here(container: &Container, credential: &str) -> String {
    let address = docker(&["inspect", "--format", "{{.NetworkSettings.IPAddress}}", &container.id]).unwrap();
    let mut stream = TcpStream::connect((address.as_str(), 18789)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let request = format!(
        "GET /control-ui-config.json HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {credential}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[9..]).into_owned()
}

fn try_row(row: &Row) {
    let state = tempfile::tempdir().unwrap();
    let container = start(row, state.path());
    let ask = "fetch('http://127.0.0.1:18789/startupz').then(r => r.ok ? 0 : 1, () => 1).then(process.exit)";
    let log = || docker(&["logs", "--tail", "20", &container.id]).unwrap_or_default();
    let there = || docker(&["exec", &container.id, "node", "-e", ask]).ok();
    wait_for(row.name, there, log);

    let args = ["inspect", &container.name, "--probe", "--reveal", "--format", "json"];
    let output = clawdock(state.path()).args(args).output().unwrap();
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let target = &report["targets"][0];
    let observed: Vec<&Value> = target["observations"].as_array().unwrap().iter().collect();
    let lines = || {
        let line =
            |o: &&Value| format!("{} {}: {} ({})", o["probe"], o["subject"], o["observed"], o["outcome"]);
        observed.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    assert!(observed.iter().all(|o| o["outcome"] != "contradicts"), "{}: {}", row.name, lines());
    let winner = |setting: &str| {
        let settings = target["settings"].as_array().unwrap();
        let setting = settings.iter().find(|s| s["name"] == setting)?;
        let view = setting["consumers"].as_array()?.iter().find(|v| v["consumer"] == "gateway")?;
        view["winner"]["value"].as_str().map(|value| value.trim().to_owned())
    };
    let accepted = |probe: &str| observed.iter().any(|o| o["probe"] == probe && o["observed"] == "accepted");
    let (setting, probe, value) = match row.takes {
        Takes::Token(value) => ("gateway.auth.token", "gateway-token", value),
        Takes::Password(value) => ("gateway.auth.password", "gateway-password", value),
        Takes::Unknown => {
            let refuses_all = |o: &&&Value| {
                o["probe"] == "gateway-token"
                    && o["observed"].as_str().is_some_and(|seen| seen.contains("made one up"))
            };
            assert!(observed.iter().any(|o| refuses_all(&o)), "{}: {}", row.name, lines());
            return;
        }
    };
    assert_eq!(winner(setting).as_deref(), Some(value), "{}", row.name);
    assert!(accepted(probe), "{}: {}", row.name, lines());
    if row.args.contains(&"lan") {
        assert_eq!(
            status_from_here(&container, value),
            "200",
            "{}: afterwards, from another address",
            row.name
        );
    }
}

#[test]
fn every_row_is_proved_by_the_gateway() {
    let test = "every_row_is_proved_by_the_gateway";
    if let Err(why) = engine().and_then(|_| has_image(CURRENT.image)) {
        return skip(test, &why);
    }
    let all = std::env::var_os("CLAWDOCK_LIVE").is_some_and(|rows| rows == "all");
    let rows: Vec<&Row> = ROWS.iter().filter(|row| all || row.always).collect();
    if rows.len() < ROWS.len() {
        let what = format!("{} of {} rows of the table of tokens", ROWS.len() - rows.len(), ROWS.len());
        left_out(&what, "CLAWDOCK_LIVE=all runs them");
    }
    for row in &rows {
        try_row(row);
    }
}
