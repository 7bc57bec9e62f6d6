//! `openclaw-trials.md`: every case of its tables that a prediction can be made for, by its name there.
//! A is the environment's value, B the config's, C that of the state directory's dotenv file, D another,
//! E that of `env.vars`.

use super::*;

const A: (&str, &str) = ("OPENCLAW_GATEWAY_TOKEN", "A");
const EMPTY: (&str, &str) = ("OPENCLAW_GATEWAY_TOKEN", "");
const P: (&str, &str) = ("OPENCLAW_GATEWAY_PASSWORD", "P");
const PLAIN: &str = config!("");
const TOKEN_B: &str = config!("auth: {token: 'B'}");
const VARS_E: &str = "{gateway: {mode: 'local'}, env: {vars: {OPENCLAW_GATEWAY_TOKEN: 'E'}}}";
const DOT_C: (&str, &str) = (DOTENV, "OPENCLAW_GATEWAY_TOKEN=C");
const PINNED: (&str, &str) = ("OPENCLAW_STATE_DIR", "/home/node/.openclaw");

/// Cases a, b, c and d: what the gateway accepts.
#[test]
#[rustfmt::skip]
fn gateways() {
    const FLAG: &[&str] = &["node", "dist/index.js", "gateway", "--bind", "lan", "--token", "C"];
    const LEFT: (&str, &str) = ("/home/node/.clawdbot/.env", "OPENCLAW_GATEWAY_TOKEN=L\nCLAWDBOT_GATEWAY_TOKEN=K");
    let legacy = ("CLAWDBOT_GATEWAY_TOKEN", "L");
    for (case, env, files, args, expected) in [
        ("a01", &[A][..], &[(CONFIG, config!("auth: {token: 'B', mode: 'token'}"))][..], LAN, "B"),
        ("a02", &[A], &[(CONFIG, TOKEN_B)], LAN, "B"),
        ("a03", &[A], &[(CONFIG, PLAIN)], LAN, "A"),
        ("a04", &[], &[(CONFIG, TOKEN_B)], LAN, "B"),
        ("a05", &[A], &[(CONFIG, TOKEN_B)], FLAG, "C"),
        ("a06", &[A], &[(CONFIG, PLAIN)], FLAG, "C"),
        ("a07", &[A], &[(CONFIG, config!("auth: {token: '${OPENCLAW_GATEWAY_TOKEN}'}"))], LAN, "A"),
        ("a08", &[], &[(CONFIG, config!("auth: {token: '${OPENCLAW_GATEWAY_TOKEN}'}"))], LAN, "generated"),
        ("a09", &[], &[(CONFIG, PLAIN)], LAN, "exit 78"),
        ("a10", &[A], &[(CONFIG, config!("auth: {token: {source: 'env', provider: 'default', id: 'OPENCLAW_GATEWAY_TOKEN'}}"))], LAN, "A"),
        ("a11", &[], &[(CONFIG, config!("auth: {token: {source: 'env', provider: 'default', id: 'OPENCLAW_GATEWAY_TOKEN'}}"))], LAN, "exit 1"),
        ("a12", &[A, P], &[(CONFIG, config!("auth: {mode: 'password'}"))], LAN, "password P"),
        ("a13", &[], &[(CONFIG, config!("auth: {token: 'B', password: 'P'}"))], LAN, "exit 1"),
        ("a14", &[], &[(CONFIG, config!("auth: {token: 'B'}, remote: {token: 'R'}"))], LAN, "B"),
        ("a15", &[], &[(CONFIG, config!("token: 'B'"))], LAN, "exit 78"),
        ("a16", &[A, P], &[(CONFIG, PLAIN)], LAN, "password P"),
        ("b01", &[A], &[(CONFIG, PLAIN), DOT_C], LAN, "A"),
        ("b02", &[], &[(CONFIG, PLAIN), DOT_C], LAN, "C"),
        ("b03", &[], &[(CONFIG, TOKEN_B), DOT_C], LAN, "B"),
        ("b04", &[EMPTY], &[(CONFIG, PLAIN), DOT_C], LAN, "exit 78"),
        ("b05", &[], &[(CONFIG, PLAIN), (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=D")], LAN, "D"),
        ("b06", &[], &[(CONFIG, PLAIN), DOT_C, (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=D")], LAN, "C"),
        ("b07", &[], &[(CONFIG, PLAIN), ("/app/.env", "OPENCLAW_GATEWAY_TOKEN=W")], LAN, "exit 78"),
        ("b08", &[], &[(CONFIG, VARS_E)], LAN, "E"),
        ("b09", &[EMPTY], &[(CONFIG, VARS_E)], LAN, "E"),
        ("b10", &[], &[(CONFIG, VARS_E), DOT_C], LAN, "C"),
        ("c01", &[PINNED], &[(CONFIG, PLAIN), LEFT], LAN, "exit 78"),
        ("c02", &[legacy], &[(CONFIG, PLAIN)], LAN, "exit 78"),
        ("c03", &[legacy], &[(CONFIG, TOKEN_B)], LAN, "B"),
        ("c04", &[], &[("/home/node/.clawdbot/openclaw.json", PLAIN), LEFT], LAN, "L"),
        ("c05", &[], &[("/home/node/.clawdbot/clawdbot.json", TOKEN_B)], LAN, "B"),
        ("c06", &[A], &[(CONFIG, PLAIN), LEFT], LAN, "exit 78"),
        ("c07", &[A], &[(CONFIG, TOKEN_B), ("/home/node/.clawdbot/clawdbot.json", PLAIN)], LAN, "exit 78"),
        ("c08", &[A], &[(CONFIG, PLAIN), ("/home/node/.clawdbot/one-empty-file", "")], LAN, "exit 78"),
        ("c09", &[A, PINNED], &[(CONFIG, PLAIN), LEFT], LAN, "A"),
        ("d01", &[EMPTY], &[(CONFIG, TOKEN_B)], LAN, "B"),
        ("d02", &[EMPTY], &[(CONFIG, PLAIN)], LAN, "exit 78"),
        ("d03", &[EMPTY], &[(CONFIG, config!("auth: {token: '${OPENCLAW_GATEWAY_TOKEN}'}"))], LAN, "generated"),
        ("d04", &[("OPENCLAW_GATEWAY_TOKEN", "  A  ")], &[(CONFIG, PLAIN)], LAN, "A"),
        ("d05", &[("OPENCLAW_GATEWAY_TOKEN", "   ")], &[(CONFIG, PLAIN)], LAN, "exit 78"),
        ("d06", &[("OPENCLAW_GATEWAY_TOKEN", "change-me")], &[(CONFIG, PLAIN)], LAN, "change-me"),
        ("d07", &[("OPENCLAW_GATEWAY_TOKEN", "undefined")], &[(CONFIG, PLAIN)], LAN, "exit 1"),
        // The table of section 2.
        ("no config", &[A], &[], LAN, "exit 78"),
        ("no config, allowed", &[A], &[], &["gateway", "--bind", "lan", "--allow-unconfigured"], "A"),
        ("no mode", &[A], &[(CONFIG, "{gateway: {auth: {token: 'B'}}}")], LAN, "exit 78"),
        ("remote mode", &[A], &[(CONFIG, "{gateway: {mode: 'remote'}}")], LAN, "exit 78"),
        ("no origins", &[A], &[(CONFIG, PLAIN)], LAN, "A"),
        ("no bind", &[], &[(CONFIG, PLAIN)], &["node", "openclaw.mjs", "gateway"], "exit 78"),
    ] {
        assert_eq!(server(&TruthRow { env, files, args, ..TruthRow::default() }), expected, "{case}");
    }
}

/// What the command line beside the gateway sends, where the table says more than "works".
#[test]
#[rustfmt::skip]
fn command_lines() {
    const FLAG: &[&str] = &["gateway", "--bind", "lan", "--token", "C"];
    let unresolved = config!("auth: {token: '${OPENCLAW_GATEWAY_TOKEN}'}");
    for (case, env, files, args, expected) in [
        ("a01", &[A][..], &[(CONFIG, config!("auth: {token: 'B', mode: 'token'}"))][..], LAN, "B"),
        ("a02", &[A], &[(CONFIG, TOKEN_B)], LAN, "B"),
        ("a05", &[A], &[(CONFIG, TOKEN_B)], FLAG, "B"),
        ("a06", &[A], &[(CONFIG, PLAIN)], FLAG, "A"),
        ("a08", &[], &[(CONFIG, unresolved)], LAN, "[unresolved]"),
        ("a14", &[], &[(CONFIG, config!("auth: {token: 'B'}, remote: {token: 'R'}"))], LAN, "B"),
        ("b02", &[], &[(CONFIG, PLAIN), DOT_C], LAN, "C"),
        ("b05", &[], &[(CONFIG, PLAIN), (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=D")], LAN, "D"),
        ("b08", &[], &[(CONFIG, VARS_E)], LAN, "E"),
    ] {
        assert_eq!(client(&TruthRow { env, files, args, ..TruthRow::default() }), expected, "{case}");
    }
}

const ANTHROPIC: (&str, &str) = ("ANTHROPIC_API_KEY", "A");

/// Cases e: the key that was sent.
#[test]
#[rustfmt::skip]
fn keys() {
    let store = r#"{"version":1,"profiles":{"anthropic:manual":{"type":"api_key","provider":"anthropic","key":"P"}}}"#;
    let with = |rest: &str| format!("{{gateway: {{mode: 'local'}}, {rest}}}");
    let vars = with("env: {vars: {ANTHROPIC_API_KEY: 'B'}}");
    let key = |key: &str| with(&format!("models: {{providers: {{anthropic: {{apiKey: {key}}}}}}}"));
    let empty = ("ANTHROPIC_API_KEY", "");
    let mine = ("MY_KEY", "M");
    for (case, provider, env, config, dotenv, stored, expected) in [
        ("e01", "anthropic", &[ANTHROPIC][..], vars.clone(), "", "", "A"),
        ("e02", "anthropic", &[], vars.clone(), "ANTHROPIC_API_KEY=C", "", "C"),
        ("e03", "anthropic", &[empty], vars, "", "", "B"),
        ("e04", "anthropic", &[empty], with(""), "ANTHROPIC_API_KEY=C", "", "[blank]"),
        ("e05", "anthropic", &[ANTHROPIC], key("'D'"), "", "", "A"),
        ("e06", "anthropic", &[ANTHROPIC, mine], key("'${MY_KEY}'"), "", "", "A"),
        ("e07", "anthropic", &[ANTHROPIC], key("'${MY_KEY}'"), "", "", "[unresolved]"),
        ("e09", "anthropic", &[ANTHROPIC, ("ANTHROPIC_OAUTH_TOKEN", "O")], with(""), "", "", "O"),
        ("e10", "anthropic", &[ANTHROPIC, ("ANTHROPIC_API_KEYS", "K"), ("OPENCLAW_LIVE_ANTHROPIC_KEY", "L")], with(""), "", "", "A"),
        ("e11", "anthropic", &[], key("'D'"), "ANTHROPIC_API_KEY=C", "", "C"),
        ("e13", "anthropic", &[("ANTHROPIC_AUTH_TOKEN", "T")], with(""), "", "", "[unset]"),
        ("e14", "anthropic", &[ANTHROPIC], with(""), "", store, "P"),
        ("e15", "anthropic", &[], key("'D'"), "", "", "D"),
        ("e16", "anthropic", &[mine], key("'${MY_KEY}'"), "", "", "M"),
        ("e17", "anthropic", &[ANTHROPIC, mine], key("{source: 'env', provider: 'default', id: 'MY_KEY'}"), "", "", "A"),
        ("e18", "openai", &[("OPENAI_API_KEY", "A")], with("models: {providers: {openai: {apiKey: 'D'}}}"), "", "", "A"),
        ("e19", "mya", &[("MYA_API_KEY", "A")], with("models: {providers: {mya: {apiKey: 'D', baseUrl: 'http://x', models: []}}}"), "", "", "D"),
    ] {
        let files = [(CONFIG, config.as_str()), (DOTENV, dotenv)];
        let answer = run(&TruthRow { env, files: &files, stored, ..TruthRow::default() });
        let setting = format!("models.providers.{provider}.apiKey");
        assert_eq!(used(&answer, &setting, &Consumer::Gateway), expected, "{case}");
    }
}

/// Cases f: where the requests went.
#[test]
#[rustfmt::skip]
fn addresses() {
    let url = |provider: &str, url: &str| format!("{{gateway: {{mode: 'local'}}, models: {{providers: {{{provider}: {{baseUrl: '{url}', models: []}}}}}}}}");
    let vars = "{gateway: {mode: 'local'}, env: {vars: {OPENAI_BASE_URL: 'http://v'}}}".to_owned();
    let plain = PLAIN.to_owned();
    let built_in = "https://api.anthropic.com";
    let a = ("ANTHROPIC_BASE_URL", "http://e");
    let o = ("OPENAI_BASE_URL", "http://e");
    for (case, provider, env, config, dotenv, expected) in [
        ("f01", "anthropic", &[a][..], plain.clone(), "", built_in),
        ("f02", "anthropic", &[a], url("anthropic", "http://c"), "", "http://c"),
        ("f03", "anthropic", &[], url("anthropic", "http://c"), "", "http://c"),
        ("f04", "anthropic", &[("ANTHROPIC_API_URL", "http://e")], plain.clone(), "", built_in),
        ("f05", "openai", &[o], plain.clone(), "", "http://e"),
        ("f06", "openai", &[o], url("openai", "http://c"), "", "http://c"),
        ("f08", "anthropic", &[], plain.clone(), "ANTHROPIC_BASE_URL=http://d", built_in),
        ("f09", "anthropic", &[a], url("anthropic", "${ANTHROPIC_BASE_URL}"), "", "http://e"),
        ("f10", "anthropic", &[], url("anthropic", "${ANTHROPIC_BASE_URL}"), "", "[unresolved]"),
        ("f13", "openai", &[], plain.clone(), "OPENAI_BASE_URL=http://d", "http://d"),
        ("f14", "openai", &[], vars, "", "http://v"),
    ] {
        let files = [(CONFIG, config.as_str()), (DOTENV, dotenv)];
        let answer = run(&TruthRow { env, files: &files, ..TruthRow::default() });
        let setting = format!("models.providers.{provider}.baseUrl");
        assert_eq!(used(&answer, &setting, &Consumer::Gateway), expected, "{case}");
    }
    let uses = |env: &[(&str, &str)], setting: &str| {
        used(&run(&TruthRow { env, files: &[(CONFIG, PLAIN)], ..TruthRow::default() }), setting, &Consumer::Gateway)
    };
    // Which of them has a built-in address is not the question here: not what the variable says.
    assert_ne!(uses(&[("OPENAI_API_BASE", "http://e")], "models.providers.openai.baseUrl"), "http://e", "f07");
    let blank = uses(&[("OPENAI_BASE_URL", "")], "models.providers.openai.baseUrl");
    assert_eq!(blank, uses(&[("OPENAI_API_BASE", "http://e")], "models.providers.openai.baseUrl"), "f15");
    assert_eq!(uses(&[("HTTPS_PROXY", "http://p"), ("HTTP_PROXY", "http://q")], "HTTPS_PROXY"), "http://p", "f11");
    assert_eq!(uses(&[("HTTP_PROXY", "http://q")], "HTTP_PROXY"), "http://q", "f16");
    assert_eq!(uses(&[("HTTP_PROXY", "http://q"), ("NO_PROXY", "h")], "NO_PROXY"), "h", "f17");
    let custom = "{gateway: {mode: 'local', auth: {token: 'T'}}, models: {providers: {mine: {apiKey: 'k', models: []}}}}";
    assert_eq!(server(&TruthRow { files: &[(CONFIG, custom)], ..TruthRow::default() }), "exit 78", "f12");
}

/// Cases g: whether a gateway starts with such a config.
#[test]
#[rustfmt::skip]
fn configs() {
    let base = ("/home/node/.openclaw/base.json5", "{gateway: {mode: 'local', auth: {token: 'I'}}}");
    for (case, files, expected) in [
        ("JSON5", &[(CONFIG, "// c\n{gateway: {mode: 'local', auth: {token: 'B'},},}")][..], "B"),
        ("BOM", &[(CONFIG, "\u{feff}{\"gateway\": {\"mode\": \"local\", \"auth\": {\"token\": \"B\"}}}")], "B"),
        ("include", &[(CONFIG, "{$include: './base.json5', gateway: {auth: {token: 'B'}}}"), base], "B"),
        ("duplicate key", &[(CONFIG, "{gateway: {mode: 'local', auth: {token: 'F', token: 'B'}}}")], "B"),
        ("include missing", &[(CONFIG, "{$include: './none.json5', gateway: {mode: 'local'}}")], "exit 78"),
        ("include outside", &[(CONFIG, "{$include: '/etc/x.json', gateway: {mode: 'local'}}"), ("/etc/x.json", "{}")], "exit 78"),
        ("malformed", &[(CONFIG, "{gateway: {mode: 'local'")], "exit 78"),
        ("empty", &[(CONFIG, "")], "exit 78"),
        ("a directory", &[("/home/node/.openclaw/openclaw.json/", "")], "exit 78"),
        ("unknown key", &[(CONFIG, "{gatway: {}, gateway: {mode: 'local'}}")], "exit 78"),
        ("wrong type", &[(CONFIG, "{gateway: {mode: 'local', port: 'x'}}")], "exit 78"),
        ("g21", &[("/home/node/.openclaw/clawdbot.json", TOKEN_B)], "B"),
    ] {
        assert_eq!(server(&TruthRow { env: &[A], files, ..TruthRow::default() }), expected, "{case}");
    }
    let elsewhere: &[(&str, &str)] = &[("OPENCLAW_CONFIG_PATH", "/srv/x.json")];
    let files: &[(&str, &str)] = &[("/srv/x.json", TOKEN_B), (CONFIG, config!("auth: {token: 'F'}"))];
    assert_eq!(server(&TruthRow { env: elsewhere, files, ..TruthRow::default() }), "B");
}
