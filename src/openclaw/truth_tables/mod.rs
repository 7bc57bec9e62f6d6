//! The truth tables of real gateways, row by row: what openclaw 2026.9.6 accepted, sent or
//! refused when it was run with these inputs in a container.

use super::{
    OpenClawInputs, OpenClawReport, explain,
    release::number::{Program, Release},
};
use crate::{
    provenance::{Candidate, Layer, Variable},
    text::source::Sources,
    vocabulary::{
        deployment::{Deployment, Located, Role},
        prediction::Prediction,
        setting::{Category, Consumer, State},
    },
    world::{container_fs::ContainerFs, memory_fs::MemoryFs},
};
use std::collections::BTreeMap;

/// The inputs of one row.
#[derive(Clone, Copy, Default)]
struct TruthRow<'a> {
    release: Option<&'a str>,
    env: &'a [(&'a str, &'a str)],
    files: &'a [(&'a str, &'a str)],
    args: &'a [&'a str],
    /// What is stored in the shared store of a new installation.
    stored: &'a str,
    /// It is the container of a command line, which `args` are.
    is_cli: bool,
    /// The image, where it matters.
    image: &'a str,
}

/// 2026-11-25.
const NOW: i64 = 1_795_600_000_000;
const LAN: &[&str] = &["node", "dist/index.js", "gateway", "--bind", "lan"];
const LOOPBACK: &[&str] = &["node", "dist/index.js", "gateway", "--bind", "loopback"];
const CONFIG: &str = "/home/node/.openclaw/openclaw.json";
const DOTENV: &str = "/home/node/.openclaw/.env";
const GATEWAY_ENV: &str = "/home/node/.config/openclaw/gateway.env";

fn run(row: &TruthRow<'_>) -> OpenClawReport {
    let texts = row.files.iter().map(|(p, t)| ((*p).to_owned(), (*t).to_owned())).collect();
    let mut fs = MemoryFs(texts, BTreeMap::new());
    if !row.stored.is_empty() {
        let path = "/home/node/.openclaw/state/openclaw.sqlite";
        fs.1.insert(path.to_owned(), super::read::auth_profiles::fixture::state_database(row.stored, ""));
    }
    run_in(row, &mut fs)
}

/// The same with files that are somewhere else.
fn run_in(row: &TruthRow<'_>, fs: &mut dyn ContainerFs) -> OpenClawReport {
    let variable = |(name, value): &(&str, &str)| Variable {
        name: (*name).to_owned(),
        winner: Some(Candidate::new(Layer::ContainerEnv, *name, None, (*value).into())),
        losers: Vec::new(),
    };
    let environment: Vec<Variable> = row.env.iter().map(variable).collect();
    let args = if row.args.is_empty() { LAN } else { row.args };
    let command = args.iter().map(|w| Located { value: (*w).into(), place: None }).collect();
    let image = Some(row.image).filter(|image| !image.is_empty());
    let deployment = Deployment {
        command: Some(command),
        image: image.map(|image| Located { value: image.into(), place: None }),
        ..Deployment::default()
    };
    let release = Some(Release::parse(row.release.unwrap_or("2026.9.6")).unwrap_or(Release::new(2026, 9, 6)));
    let renamed = release.is_none_or(|r| r >= Release::new(2026, 1, 29));
    let inputs = OpenClawInputs {
        program: if renamed { Program::OpenClaw } else { Program::Clawdbot },
        release,
        release_is_assumed: false,
        role: if row.is_cli { Role::Cli } else { Role::Gateway },
        deployment: &deployment,
        environment: &environment,
        image: &super::read::images::ImageProfiles::default().facts(image, None, &[]),
        not_started: false,
        has_agents: true,
        now: NOW,
    };
    explain(&inputs, fs, &mut Sources::default())
}

/// What a consumer uses: the value, or the state in brackets.
fn used(answer: &OpenClawReport, name: &str, consumer: &Consumer) -> String {
    let Some(setting) = answer.settings.iter().find(|s| s.name() == name) else { return "no setting".into() };
    let Some(view) = setting.views.iter().find(|v| v.consumer == *consumer) else { return "no view".into() };
    match (&view.state, view.winner.as_ref().and_then(|w| w.value.as_ref())) {
        (State::Set, Some(value)) => value.expose().trim().to_owned(),
        (state, _) => format!("[{state:?}]").to_lowercase(),
    }
}

/// What the gateway accepts: a token, `password NAME`, or how it ends.
fn server(row: &TruthRow<'_>) -> String {
    accepted(&run(row))
}

fn accepted(answer: &OpenClawReport) -> String {
    let start = answer.start.clone().unwrap_or_else(|| unreachable!("a gateway has a start prediction"));
    match start.prediction {
        Prediction::Refuses => format!("exit {}", start.exit_code.unwrap_or_default()),
        Prediction::Unknown => "unknown".into(),
        Prediction::Starts if start.why.is_some() => "generated".into(),
        Prediction::Starts => match used(answer, "gateway.auth.token", &Consumer::Gateway).as_str() {
            "[unset]" => format!("password {}", used(answer, "gateway.auth.password", &Consumer::Gateway)),
            token => token.to_owned(),
        },
    }
}

fn client(row: &TruthRow<'_>) -> String {
    used(&run(row), "gateway.auth.token", &Consumer::Cli)
}

/// A variable of the process, as its broker would show it.
fn process(env: &[(&str, &str)], files: &[(&str, &str)], name: &str) -> Option<String> {
    let answer = run(&TruthRow { env, files, ..TruthRow::default() });
    let variable = answer.process_environment?.into_iter().find(|v| v.name == name)?;
    variable.value().map(|t| t.expose().to_owned())
}

macro_rules! config {
    ($($rest:tt)*) => { concat!("{gateway: {mode: 'local', ", $($rest)*, "}}") };
}

mod clients;
mod credential_places;
mod credentials;
mod dotenv;
mod files;
mod gateway;
mod includes;
mod network;
mod places;
mod provider_keys;
mod provider_table;
#[cfg(unix)]
mod real_files;
mod references;
mod secret_refs;
mod start_reasons;
mod trials;

const ENV: (&str, &str) = ("OPENCLAW_GATEWAY_TOKEN", "ENV");
const PASSWORD: (&str, &str) = ("OPENCLAW_GATEWAY_PASSWORD", "PW");

/// `openclaw.md` 4.1, the server's table; `openclaw-trials.md` a, b, d.
#[test]
#[rustfmt::skip]
fn server_token() {
    let plain = config!("");
    let cfg = config!("auth: {token: 'CFG'}");
    for (env, files, args, expected) in [
        (&[][..], &[(CONFIG, cfg)][..], LAN, "CFG"),
        (&[ENV], &[(CONFIG, plain)], LAN, "ENV"),
        (&[ENV], &[(CONFIG, cfg)], LAN, "CFG"),
        (&[ENV], &[(CONFIG, config!("auth: {token: 'CFG', mode: 'token'}"))], LAN, "CFG"),
        (&[ENV], &[(CONFIG, cfg)], &["gateway", "--bind", "lan", "--token", "FLAG"], "FLAG"),
        (&[ENV], &[(CONFIG, plain)], &["gateway", "--bind", "lan", "--token=FLAG"], "FLAG"),
        (&[], &[(CONFIG, config!("remote: {token: 'REM'}"))], LAN, "REM"),
        (&[ENV], &[(CONFIG, config!("remote: {token: 'REM'}"))], LAN, "ENV"),
        (&[ENV], &[(CONFIG, config!("auth: {token: '${OPENCLAW_GATEWAY_TOKEN}'}"))], LAN, "ENV"),
        (&[ENV], &[(CONFIG, config!("auth: {token: '${MISSING}'}"))], LAN, "exit 1"),
        (&[], &[(CONFIG, config!("auth: {token: '${MISSING}'}"))], LOOPBACK, "generated"),
        (&[], &[(CONFIG, config!("auth: {token: '${OPENCLAW_GATEWAY_TOKEN}'}"))], LAN, "generated"),
        (
            &[("OPENCLAW_GATEWAY_TOKEN", "")],
            &[(CONFIG, config!("auth: {token: '${OPENCLAW_GATEWAY_TOKEN}'}"))],
            LAN,
            "generated",
        ),
        (
            &[("REF", "R")],
            &[(CONFIG, config!("auth: {token: {source: 'env', provider: 'default', id: 'REF'}}"))],
            LAN,
            "R",
        ),
        (
            &[],
            &[(CONFIG, config!("auth: {token: {source: 'env', provider: 'default', id: 'REF'}}"))],
            LAN,
            "exit 1",
        ),
        (
            &[ENV],
            &[(CONFIG, config!("auth: {token: {source: 'env', provider: 'default', id: 'REF'}}"))],
            LAN,
            "exit 1",
        ),
        (&[ENV], &[(CONFIG, config!("auth: {token: ''}"))], LAN, "ENV"),
        (
            &[("OPENCLAW_GATEWAY_TOKEN", "")],
            &[(CONFIG, plain), (DOTENV, "OPENCLAW_GATEWAY_TOKEN=DOT")],
            LAN,
            "exit 78",
        ),
        (&[], &[(CONFIG, plain), (DOTENV, "OPENCLAW_GATEWAY_TOKEN=DOT")], LAN, "DOT"),
        (
            &[],
            &[
                (CONFIG, "{gateway: {mode: 'local'}, env: {vars: {OPENCLAW_GATEWAY_TOKEN: 'VAR'}}}"),
                (DOTENV, "OPENCLAW_GATEWAY_TOKEN=DOT"),
            ],
            LAN,
            "DOT",
        ),
        (
            &[("OPENCLAW_GATEWAY_TOKEN", "")],
            &[(CONFIG, "{gateway: {mode: 'local'}, env: {vars: {OPENCLAW_GATEWAY_TOKEN: 'VAR'}}}")],
            LAN,
            "VAR",
        ),
        (
            &[("OPENCLAW_GATEWAY_TOKEN", "")],
            &[(CONFIG, cfg), (DOTENV, "OPENCLAW_GATEWAY_TOKEN=DOT")],
            LAN,
            "CFG",
        ),
        (&[("OPENCLAW_GATEWAY_TOKEN", "   ")], &[(CONFIG, plain)], LOOPBACK, "generated"),
        (&[("OPENCLAW_GATEWAY_TOKEN", " ENV ")], &[(CONFIG, plain)], LAN, "ENV"),
        (&[("OPENCLAW_GATEWAY_TOKEN", "undefined")], &[(CONFIG, plain)], LAN, "exit 1"),
        (&[("OPENCLAW_GATEWAY_TOKEN", "null")], &[(CONFIG, cfg)], LAN, "CFG"),
        (&[ENV], &[(CONFIG, config!("auth: {token: 'undefined'}"))], LAN, "exit 1"),
        (
            &[("OPENCLAW_GATEWAY_TOKEN", "change-me-to-a-long-random-token")],
            &[(CONFIG, plain)],
            LAN,
            "exit 1",
        ),
        (&[("OPENCLAW_GATEWAY_TOKEN", "change-me")], &[(CONFIG, plain)], LAN, "change-me"),
        (&[ENV, PASSWORD], &[(CONFIG, plain)], LAN, "password PW"),
        (&[PASSWORD], &[(CONFIG, cfg)], LAN, "password PW"),
        (&[], &[(CONFIG, config!("auth: {token: 'CFG', password: 'P'}"))], LAN, "exit 1"),
        (&[PASSWORD], &[(CONFIG, config!("auth: {token: 'CFG', mode: 'token'}"))], LAN, "CFG"),
        (&[PASSWORD], &[(CONFIG, config!("auth: {mode: 'password', password: 'CPW'}"))], LAN, "password CPW"),
        (&[], &[(CONFIG, config!("auth: {mode: 'password'}"))], LAN, "exit 78"),
        (&[("CLAWDBOT_GATEWAY_TOKEN", "X")], &[(CONFIG, plain)], LOOPBACK, "generated"),
        (&[("CLAWDBOT_GATEWAY_TOKEN", "X")], &[(CONFIG, plain)], LAN, "exit 78"),
        (&[], &[(CONFIG, plain)], LOOPBACK, "generated"),
        (&[], &[(CONFIG, plain)], LAN, "exit 78"),
        (&[], &[(CONFIG, plain)], &["node", "openclaw.mjs", "gateway"], "exit 78"),
        (&[], &[(CONFIG, plain), (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=D")], LAN, "D"),
        (
            &[],
            &[
                (CONFIG, plain),
                (DOTENV, "OPENCLAW_GATEWAY_TOKEN=C"),
                (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=D"),
            ],
            LAN,
            "C",
        ),
        (&[], &[(CONFIG, plain), ("/app/.env", "OPENCLAW_GATEWAY_TOKEN=W")], LAN, "exit 78"),
        (
            &[("OPENCLAW_STATE_DIR", "/data")],
            &[
                ("/data/openclaw.json", plain),
                (DOTENV, "OPENCLAW_GATEWAY_TOKEN=C"),
                (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=D"),
            ],
            LAN,
            "exit 78",
        ),
        (
            &[("OPENCLAW_STATE_DIR", "/home/node/.openclaw")],
            &[(CONFIG, plain), (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=D")],
            LAN,
            "D",
        ),
        (&[ENV], &[], LAN, "exit 78"),
        (&[ENV], &[], &["gateway", "--bind", "lan", "--allow-unconfigured"], "ENV"),
        (&[ENV], &[(CONFIG, "{}")], LAN, "exit 78"),
        (&[ENV], &[(CONFIG, "{gateway: {mode: 'remote'}}")], LAN, "exit 78"),
        (&[ENV], &[(CONFIG, "{gateway: ")], LAN, "exit 78"),
        (&[ENV], &[(CONFIG, "{gateway: {mode: 'local'}, env: {OPENAI_API_KEY: 'x'}}")], LAN, "ENV"),
        (
            &[],
            &[
                ("/home/node/.clawdbot/.env", "OPENCLAW_GATEWAY_TOKEN=L"),
                ("/home/node/.clawdbot/clawdbot.json", plain),
            ],
            LAN,
            "L",
        ),
        (&[ENV], &[(CONFIG, plain), ("/home/node/.clawdbot/x", "")], LAN, "exit 78"),
        (
            &[ENV, ("OPENCLAW_STATE_DIR", "/home/node/.openclaw")],
            &[(CONFIG, plain), ("/home/node/.clawdbot/.env", "OPENCLAW_GATEWAY_TOKEN=L")],
            LAN,
            "ENV",
        ),
        (&[ENV], &[("/home/node/.openclaw/clawdbot.json", cfg)], LAN, "CFG"),
        (
            &[],
            &[
                (CONFIG, "{$include: './base.json5', gateway: {auth: {token: 'B'}}}"),
                ("/home/node/.openclaw/base.json5", "{gateway: {mode: 'local', auth: {token: 'I'}}}"),
            ],
            LAN,
            "B",
        ),
        (&[ENV], &[(CONFIG, "{$include: './none.json5', gateway: {mode: 'local'}}")], LAN, "exit 78"),
        (
            &[ENV],
            &[(CONFIG, "{$include: '../x.json5', gateway: {mode: 'local'}}"), ("/home/node/x.json5", "{}")],
            LAN,
            "exit 78",
        ),
    ] {
        let row = TruthRow { env, files, args, ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{env:?} {files:?} {args:?}");
    }
}

/// `openclaw.md` 4.2, the client's table, as `docker exec` sees it.
#[test]
fn client_token() {
    let cfg = config!("auth: {token: 'CFG'}");
    let url = ("OPENCLAW_GATEWAY_URL", "ws://127.0.0.1:18789");
    for (env, config, expected) in [
        (&[ENV][..], cfg, "CFG"),
        (&[ENV], config!("auth: {token: '${MISSING}'}"), "[unresolved]"),
        // It does not fail where it has a password.
        (&[ENV], config!("auth: {token: '${MISSING}'}, remote: {password: 'P'}"), "ENV"),
        (&[], config!("auth: {token: '${MISSING}'}, remote: {token: 'REM', password: 'P'}"), "[unresolved]"),
        (&[ENV], config!("remote: {token: 'REM'}"), "ENV"),
        (&[], config!("remote: {token: 'REM'}"), "REM"),
        (&[], config!(""), "[unset]"),
        (&[ENV], "{gateway: {mode: 'remote', remote: {token: 'REM'}}}", "REM"),
        (&[ENV], "{gateway: {mode: 'remote'}}", "ENV"),
        (&[], "{gateway: {mode: 'remote', auth: {token: 'CFG'}}}", "CFG"),
        (&[url], cfg, "[unset]"),
        (&[url, ENV], cfg, "ENV"),
    ] {
        let files: &[(&str, &str)] = &[(CONFIG, config)];
        assert_eq!(client(&TruthRow { env, files, ..TruthRow::default() }), expected, "{env:?} {config}");
    }
}

/// With a token in the environment and another in the config: what the server accepts, and what its
/// command line sends. Until 2026.8.1 they read the two places in opposite order.
#[test]
fn older_releases_disagree_with_themselves() {
    let config = config!("auth: {token: 'CFG'}, controlUi: {allowedOrigins: ['http://localhost:18789']}");
    // The origins of the Control UI are a key since February.
    let row = TruthRow {
        release: Some("2026.1.30"),
        env: &[ENV],
        files: &[(CONFIG, config!("auth: {token: 'CFG'}"))],
        args: LAN,
        ..TruthRow::default()
    };
    assert_eq!((server(&row).as_str(), client(&row).as_str()), ("CFG", "ENV"));
    let files: &[(&str, &str)] = &[(CONFIG, config)];
    for (release, expected) in [
        ("2026.3.3", ("CFG", "ENV")),
        ("2026.3.24", ("CFG", "ENV")),
        ("2026.7.35", ("CFG", "ENV")),
        ("2026.8.1", ("CFG", "CFG")),
        ("2026.9.6", ("CFG", "CFG")),
    ] {
        let row = TruthRow { release: Some(release), env: &[ENV], files, args: LAN, ..TruthRow::default() };
        assert_eq!((server(&row).as_str(), client(&row).as_str()), expected, "{release}");
    }
}

/// What changed in which release, one row on each side of the change.
#[test]
#[rustfmt::skip]
fn releases() {
    const ORIGINS: &str = "controlUi: {allowedOrigins: ['http://localhost:18789']}, ";
    let with = |rest: &str| format!("{{gateway: {{mode: 'local', {ORIGINS}{rest}}}}}");
    let legacy: &[(&str, &str)] = &[("CLAWDBOT_GATEWAY_TOKEN", "L")];
    for (release, env, config, args, expected) in [
        ("2026.2.12", legacy, with(""), LAN, "L"),
        ("2026.2.17", legacy, with(""), LAN, "exit 1"),
        ("2026.2.21", &[ENV], with("auth: {token: ''}"), LAN, "generated"),
        ("2026.2.22", &[ENV], with("auth: {token: ''}"), LAN, "ENV"),
        ("2026.2.12", &[], with(""), LOOPBACK, "exit 1"),
        ("2026.2.19", &[], with(""), LAN, "generated"),
        ("2026.5.12", &[], with(""), LAN, "generated"),
        ("2026.5.18", &[], with(""), LAN, "exit 78"),
        ("2026.4.9", &[ENV], "{}".into(), LAN, "exit 1"),
        ("2026.4.10", &[ENV], "{}".into(), LAN, "exit 78"),
        ("2026.2.22", &[ENV], config!("").into(), LAN, "ENV"),
        ("2026.2.23", &[ENV], config!("").into(), LAN, "exit 1"),
        ("2026.3.24", &[ENV], config!("").into(), LAN, "exit 1"),
        ("2026.3.24", &[ENV], config!("bind: 'lan'").into(), LAN, "ENV"),
        ("2026.4.7", &[ENV], config!("").into(), LAN, "ENV"),
        ("2026.3.2", &[ENV], with("auth: {token: '${MISSING}'}"), LAN, "exit 1"),
        ("2026.3.7", &[ENV], with("auth: {token: '${MISSING}'}"), LAN, "ENV"),
        ("2026.8.1", &[ENV], with("auth: {token: '${MISSING}'}"), LAN, "exit 1"),
        ("2026.7.35", &[], with("remote: {token: 'R'}"), LAN, "exit 78"),
        ("2026.8.1", &[], with("remote: {token: 'R'}"), LAN, "R"),
        ("2026.9.3", &[("OPENCLAW_GATEWAY_TOKEN", "undefined")], with(""), LAN, "undefined"),
        ("2026.9.4", &[("OPENCLAW_GATEWAY_TOKEN", "undefined")], with(""), LAN, "exit 1"),
    ] {
        let files: &[(&str, &str)] = &[(CONFIG, &config)];
        let row = TruthRow { release: Some(release), env, files, args, ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{release} {env:?} {config}");
    }
}

/// `openclaw.md` 5.2 and `openclaw-trials.md` e: what was really sent.
#[test]
#[rustfmt::skip]
fn provider_keys() {
    let key = "models.providers.anthropic.apiKey";
    let env: (&str, &str) = ("ANTHROPIC_API_KEY", "A");
    let with = |rest: &str| format!("{{gateway: {{mode: 'local'}}, {rest}}}");
    for (env, config, dotenv, expected) in [
        (&[env][..], with("env: {vars: {ANTHROPIC_API_KEY: 'B'}}"), "", "A"),
        (&[], with("env: {vars: {ANTHROPIC_API_KEY: 'B'}}"), "ANTHROPIC_API_KEY=C", "C"),
        (&[("ANTHROPIC_API_KEY", "")], with("env: {vars: {ANTHROPIC_API_KEY: 'B'}}"), "", "B"),
        (&[("ANTHROPIC_API_KEY", "")], with(""), "ANTHROPIC_API_KEY=C", "[blank]"),
        (&[], with("models: {providers: {anthropic: {apiKey: 'D'}}}"), "", "D"),
        (&[env], with("models: {providers: {anthropic: {apiKey: 'D'}}}"), "", "A"),
        (&[env], with("models: {providers: {anthropic: {apiKey: 'D', auth: 'api-key'}}}"), "", "D"),
        (&[("ANTHROPIC_API_KEY", "")], with("models: {providers: {anthropic: {apiKey: 'D'}}}"), "", "D"),
        (&[("MY_KEY", "M")], with("models: {providers: {anthropic: {apiKey: '${MY_KEY}'}}}"), "", "M"),
        (&[("MY_KEY", "M"), env], with("models: {providers: {anthropic: {apiKey: '${MY_KEY}'}}}"), "", "A"),
        (&[env], with("models: {providers: {anthropic: {apiKey: '${MY_KEY}'}}}"), "", "[unresolved]"),
        (&[env, ("ANTHROPIC_OAUTH_TOKEN", "O")], with(""), "", "O"),
        (&[("ANTHROPIC_AUTH_TOKEN", "T")], with(""), "", "[unset]"),
        (&[("ANTHROPIC_API_KEYS", "K"), env], with(""), "", "A"),
    ] {
        let files = [(CONFIG, config.as_str()), (DOTENV, dotenv)];
        let answer = run(&TruthRow { env, files: &files, ..TruthRow::default() });
        assert_eq!(
            used(&answer, key, &Consumer::Gateway),
            expected,
            "{env:?} {files:?}",
            files = (env, dotenv)
        );
    }
}

/// `openclaw-trials.md` e09 to e19, as far as they hold more than one kind of place: what was sent
/// with a profile that `models auth paste-api-key` had stored.
#[test]
#[rustfmt::skip]
fn provider_keys_beside_a_stored_profile() {
    let store = r#"{"version":1,"profiles":{"anthropic:manual":{"type":"api_key","provider":"anthropic","key":"P"}}}"#;
    let with = |rest: &str| format!("{{gateway: {{mode: 'local'}}, {rest}}}");
    let env: (&str, &str) = ("ANTHROPIC_API_KEY", "A");
    for (env, config, expected) in [
        (&[env][..], with(""), "P"),
        (&[], with(""), "P"),
        (&[env, ("ANTHROPIC_OAUTH_TOKEN", "O")], with(""), "P"),
        (&[env], with("env: {vars: {ANTHROPIC_API_KEY: 'B'}}"), "P"),
        (&[env], with("models: {providers: {anthropic: {apiKey: 'D'}}}"), "P"),
        (&[env], with("models: {providers: {anthropic: {apiKey: 'D', auth: 'api-key'}}}"), "D"),
        (&[env], with("models: {providers: {anthropic: {apiKey: '${MY_KEY}'}}}"), "[unresolved]"),
        (&[env], with("auth: {profiles: {'anthropic:manual': {provider: 'anthropic', mode: 'api_key'}}}"), "P"),
        (&[env], with("auth: {order: {anthropic: ['anthropic:other']}}"), "[unresolved]"),
    ] {
        let files = [(CONFIG, config.as_str())];
        let row = TruthRow { env, files: &files, stored: store, ..TruthRow::default() };
        let used = used(&run(&row), "models.providers.anthropic.apiKey", &Consumer::Gateway);
        assert_eq!(used, expected, "{env:?} {config}");
    }
    // e19: a provider of one's own has no variable.
    let config = with("models: {providers: {mya: {apiKey: 'K', baseUrl: 'http://x', models: []}}}");
    let files = [(CONFIG, config.as_str())];
    let row = TruthRow { env: &[("MYA_API_KEY", "E")], files: &files, ..TruthRow::default() };
    assert_eq!(used(&run(&row), "models.providers.mya.apiKey", &Consumer::Gateway), "K");
}

/// `openclaw.md` 6 and `openclaw-trials.md` f.
#[test]
fn base_urls_and_proxies() {
    let plain: &[(&str, &str)] = &[(CONFIG, config!(""))];
    let anthropic = "models.providers.anthropic.baseUrl";
    let answer =
        run(&TruthRow { env: &[("ANTHROPIC_BASE_URL", "http://x")], files: plain, ..TruthRow::default() });
    assert_eq!(used(&answer, anthropic, &Consumer::Gateway), "https://api.anthropic.com");
    let openai = "models.providers.openai.baseUrl";
    let answer =
        run(&TruthRow { env: &[("OPENAI_BASE_URL", "http://x")], files: plain, ..TruthRow::default() });
    assert_eq!(used(&answer, openai, &Consumer::Gateway), "http://x");
    let both: &[(&str, &str)] =
        &[(CONFIG, "{gateway: {mode: 'local'}, models: {providers: {openai: {baseUrl: 'http://c'}}}}")];
    let answer =
        run(&TruthRow { env: &[("OPENAI_BASE_URL", "http://x")], files: both, ..TruthRow::default() });
    assert_eq!(used(&answer, openai, &Consumer::Gateway), "http://c");
    let proxies: &[(&str, &str)] =
        &[("https_proxy", ""), ("HTTPS_PROXY", "http://p"), ("HTTP_PROXY", "http://q")];
    let answer = run(&TruthRow { env: proxies, files: plain, ..TruthRow::default() });
    assert_eq!(used(&answer, "HTTPS_PROXY", &Consumer::Gateway), "http://q");
    let blocked: &[(&str, &str)] =
        &[(CONFIG, "{gateway: {mode: 'local'}, env: {vars: {HTTPS_PROXY: 'http://p'}}}")];
    let answer = run(&TruthRow { env: &[ENV], files: blocked, ..TruthRow::default() });
    assert_eq!(used(&answer, "HTTPS_PROXY", &Consumer::Gateway), "[unset]");
}

#[test]
fn ports_and_paths() {
    let config: &[(&str, &str)] = &[(CONFIG, config!("port: 19000, bind: 'loopback'"))];
    let port = |args, env| {
        used(
            &run(&TruthRow { env, files: config, args, ..TruthRow::default() }),
            "gateway.port",
            &Consumer::Gateway,
        )
    };
    assert_eq!(port(LAN, &[ENV]), "19000");
    assert_eq!(port(LAN, &[("OPENCLAW_GATEWAY_PORT", "18790")]), "18790");
    assert_eq!(port(&["gateway", "--port", "1"], &[("OPENCLAW_GATEWAY_PORT", "18790")]), "1");
    let answer = run(&TruthRow { env: &[ENV], files: config, ..TruthRow::default() });
    assert_eq!(used(&answer, "gateway.bind", &Consumer::Gateway), "lan");
    assert_eq!(used(&answer, "OPENCLAW_STATE_DIR", &Consumer::Cli), "/home/node/.openclaw");
    assert!(answer.settings.iter().any(|s| s.category == Category::Path));
}

/// The spawn broker of a real gateway shows these (`openclaw-trials.md` h).
#[test]
fn process_environment() {
    let files: &[(&str, &str)] = &[
        (CONFIG, "{gateway: {mode: 'local'}, env: {vars: {V: 'vars', B: 'filled'}}}"),
        (DOTENV, "D=dot\nENVV=hidden"),
    ];
    let row = TruthRow {
        env: &[("ENVV", "env"), ("B", "")],
        files,
        args: &["gateway", "--token", "T"],
        ..TruthRow::default()
    };
    let answer = run(&row);
    let value = |name: &str| {
        let env = answer.process_environment.as_ref()?;
        env.iter().find(|v| v.name == name)?.value().map(|t| t.expose().to_owned())
    };
    assert_eq!(value("V").as_deref(), Some("vars"));
    assert_eq!(value("B").as_deref(), Some("filled"));
    assert_eq!(value("D").as_deref(), Some("dot"));
    assert_eq!(value("ENVV").as_deref(), Some("env"));
    assert_eq!(value("OPENCLAW_GATEWAY_TOKEN").as_deref(), Some("T"));
}
