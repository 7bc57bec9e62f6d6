//! `openclaw.md` 4.2: what a command line sends, where to, and when it gives up.

use super::*;

const URL: (&str, &str) = ("OPENCLAW_GATEWAY_URL", "ws://127.0.0.1:18789");

/// What the gateway accepts, and what the command line beside it sends.
fn both(env: &[(&str, &str)], config: &str) -> (String, String) {
    let row = TruthRow { env, files: &[(CONFIG, config)], ..TruthRow::default() };
    (server(&row), client(&row))
}

/// The client table, row by row: does what is sent agree with what is accepted?
#[test]
#[rustfmt::skip]
fn the_command_line_beside_the_gateway() {
    let ok = |token: &str| (token.to_owned(), token.to_owned());
    // Right in the config, wrong in the environment.
    assert_eq!(both(&[("OPENCLAW_GATEWAY_TOKEN", "wrong")], config!("auth: {token: 'right'}")), ok("right"));
    // A gateway that was started with another one: wrong in the config, right in the environment.
    let flag: &[&str] = &["gateway", "--bind", "lan", "--token", "ENV"];
    let row = TruthRow { env: &[ENV], files: &[(CONFIG, config!("auth: {token: 'wrong'}"))], args: flag, ..TruthRow::default() };
    assert_eq!((server(&row), client(&row)), ("ENV".into(), "wrong".into()));
    // Nothing but the flag, which the command line cannot see (a06).
    let row = TruthRow { env: &[("OPENCLAW_GATEWAY_TOKEN", "A")], files: &[(CONFIG, config!(""))], args: &["gateway", "--bind", "lan", "--token", "C"], ..TruthRow::default() };
    assert_eq!((server(&row), client(&row)), ("C".into(), "A".into()));
    let row = TruthRow { env: &[], ..row };
    assert_eq!((server(&row), client(&row)), ("C".into(), "[unset]".into()));
    // A reference that leads nowhere is not passed over.
    for token in ["'${MISSING}'", "{source: 'env', provider: 'default', id: 'MISSING'}"] {
        let config = format!("{{gateway: {{mode: 'local', auth: {{token: {token}}}}}}}");
        assert_eq!(both(&[ENV], &config), ("exit 1".into(), "[unresolved]".into()), "{token}");
    }
    // The environment before gateway.remote, which is the last place.
    assert_eq!(both(&[ENV], config!("remote: {token: 'wrong'}")), ok("ENV"));
    assert_eq!(both(&[], config!("remote: {token: 'REM'}")), ok("REM"));
    let row = TruthRow { files: &[(CONFIG, config!(""))], args: LOOPBACK, ..TruthRow::default() };
    assert_eq!((server(&row).as_str(), client(&row).as_str()), ("generated", "[unset]"));
    // An address in the environment: what the config has is not sent.
    assert_eq!(both(&[URL], config!("auth: {token: 'right'}")), ("right".into(), "[unset]".into()));
    assert_eq!(both(&[URL, ENV], config!("auth: {token: 'wrong'}")), ("wrong".into(), "ENV".into()));
    assert_eq!(both(&[("OPENCLAW_GATEWAY_URL", " "), ENV], config!("auth: {token: 'right'}")), ok("right"));
}

/// `gateway.mode: "remote"`: the token's places and the password's are in different orders.
#[test]
#[rustfmt::skip]
fn remote_mode() {
    let sent = |env: &[(&str, &str)], rest: &str| {
        let config = format!("{{gateway: {{mode: 'remote', {rest}}}}}");
        let answer = run(&TruthRow { env, files: &[(CONFIG, &config)], ..TruthRow::default() });
        ["token", "password"].map(|key| used(&answer, &format!("gateway.auth.{key}"), &Consumer::Cli))
    };
    for (env, rest, token) in [
        (&[ENV][..], "remote: {token: 'wrong'}", "wrong"),
        (&[ENV], "remote: {url: 'ws://127.0.0.1:1'}", "ENV"),
        (&[], "auth: {token: 'CFG'}", "CFG"),
        (&[ENV], "auth: {token: 'CFG'}", "ENV"),
        (&[ENV], "auth: {token: 'CFG'}, remote: {token: 'REM'}", "REM"),
        (&[("OPENCLAW_GATEWAY_TOKEN", "")], "auth: {token: 'CFG'}, remote: {token: ''}", "CFG"),
        (&[], "remote: {url: 'ws://127.0.0.1:1'}", "[unset]"),
    ] {
        assert_eq!(sent(env, rest)[0], token, "{env:?} {rest}");
    }
    for (env, rest, password) in [
        (&[PASSWORD][..], "remote: {password: 'RPW'}, auth: {password: 'CPW'}", "PW"),
        (&[], "remote: {password: 'RPW'}, auth: {password: 'CPW'}", "RPW"),
        (&[], "auth: {password: 'CPW'}", "CPW"),
        (&[("OPENCLAW_GATEWAY_PASSWORD", " ")], "remote: {password: 'RPW'}", "RPW"),
    ] {
        assert_eq!(sent(env, rest)[1], password, "{env:?} {rest}");
    }
}

fn address(row: &TruthRow<'_>) -> String {
    used(&run(row), "gateway.remote.url", &Consumer::Cli)
}

/// Where it connects to, and that it ends where remote mode names nothing
/// (`gateway remote mode misconfigured: gateway.remote.url missing`).
#[test]
#[rustfmt::skip]
fn addresses() {
    for (env, config, expected) in [
        (&[][..], "{gateway: {mode: 'remote'}}", "[unset]"),
        (&[], "{gateway: {mode: 'remote', remote: {url: ''}}}", "[unset]"),
        (&[], "{gateway: {mode: 'remote', remote: {url: 'wss://claw.example.com'}}}", "wss://claw.example.com"),
        (&[URL], "{gateway: {mode: 'remote'}}", "ws://127.0.0.1:18789"),
        (&[URL], "{gateway: {mode: 'remote', remote: {url: 'wss://claw.example.com'}}}", "ws://127.0.0.1:18789"),
        (&[], "{gateway: {mode: 'local', remote: {url: 'wss://claw.example.com'}}}", "ws://127.0.0.1:18789"),
        (&[], "{gateway: {mode: 'local', port: 19000, remote: {url: 'wss://x'}}}", "ws://127.0.0.1:19000"),
        (&[], "{gateway: {mode: 'local', tls: {enabled: true}, remote: {url: 'wss://x'}}}", "wss://127.0.0.1:18789"),
    ] {
        for release in ["2026.3.24", "2026.9.6"] {
            let row = TruthRow { release: Some(release), env, files: &[(CONFIG, config)], ..TruthRow::default() };
            assert_eq!(address(&row), expected, "{release} {env:?} {config}");
        }
    }
}

/// Plain `ws://` and the hosts that it is taken for (`isSecureWebSocketUrl`).
#[test]
#[rustfmt::skip]
fn plain_addresses() {
    let files: &[(&str, &str)] = &[(CONFIG, config!(""))];
    let ask = |url: &str, allow: &str| {
        let env: &[(&str, &str)] = &[("OPENCLAW_GATEWAY_URL", url), ("OPENCLAW_ALLOW_INSECURE_PRIVATE_WS", allow)];
        address(&TruthRow { env, files, ..TruthRow::default() }) == url
    };
    for host in ["127.0.0.1", "localhost", "[::1]", "10.0.0.2", "172.18.0.2", "192.168.1.9", "100.64.0.1", "169.254.1.1", "nas.local", "claw.tail1.ts.net"] {
        assert!(ask(&format!("ws://{host}:18789"), ""), "{host}");
    }
    for host in ["openclaw-gateway", "host.docker.internal", "claw.example.com"] {
        let url = format!("ws://{host}:18789");
        for (allow, connects) in [("", false), ("0", false), ("true", false), ("1 ", false), ("1", true)] {
            assert_eq!(ask(&url, allow), connects, "{host} {allow:?}");
        }
        assert!(ask(&format!("wss://{host}:18789"), ""), "{host}");
    }
    for host in ["8.8.8.8", "[2001:4860:4860::8888]"] {
        assert!(!ask(&format!("ws://{host}:18789"), "1"), "{host}");
    }
}

/// `--url` and a credential of the command line itself, in a container of its own.
#[test]
#[rustfmt::skip]
fn flags_of_a_command_line() {
    let config = config!("auth: {token: 'CFG'}");
    let url = "ws://172.18.0.2:18789";
    for (release, env, args, token, to) in [
        ("2026.9.6", &[ENV][..], &["openclaw", "gateway", "health"][..], "CFG", "no setting"),
        // `gateway url override requires explicit credentials`
        ("2026.9.6", &[ENV], &["openclaw", "gateway", "health", "--url", url], "[unset]", url),
        ("2026.9.6", &[ENV, URL], &["openclaw", "gateway", "health", "--url", url], "[unset]", url),
        ("2026.9.6", &[ENV], &["openclaw", "gateway", "call", "health", "--url", url, "--token", "B"], "B", url),
        ("2026.9.6", &[ENV], &["openclaw", "gateway", "call", "health", "--token=B"], "B", "no setting"),
        ("2026.9.6", &[ENV], &["node", "dist/index.js", "tui", "--url", url, "--password", "P"], "[unset]", url),
        ("2026.9.6", &[ENV, URL], &["openclaw", "logs", "--follow", "--token", "B"], "B", "ws://127.0.0.1:18789"),
        // The token of a channel is another.
        ("2026.9.6", &[ENV], &["openclaw", "channels", "add", "--channel", "telegram", "--token", "1:a"], "CFG", "no setting"),
        ("2026.3.24", &[ENV], &["openclaw", "gateway", "health", "--url", url], "[unset]", "[unset]"),
        ("2026.3.24", &[ENV], &["openclaw", "gateway", "health", "--url", "wss://x", "--token", "B"], "B", "wss://x"),
    ] {
        let row = TruthRow { release: Some(release), env, files: &[(CONFIG, config)], args, is_cli: true, ..TruthRow::default() };
        assert_eq!((client(&row).as_str(), address(&row).as_str()), (token, to), "{release} {env:?} {args:?}");
    }
    // At first flags only came first.
    let legacy: &[(&str, &str)] = &[("/home/node/.clawdbot/clawdbot.json", config)];
    for (args, expected) in [
        (&["clawdbot", "gateway", "health", "--url", "ws://x:1"][..], "E"),
        (&["clawdbot", "gateway", "health", "--url", "ws://x:1", "--token", "B"], "B"),
    ] {
        let env: &[(&str, &str)] = &[("CLAWDBOT_GATEWAY_TOKEN", "E")];
        let row = TruthRow { release: Some("2026.1.24-3"), env, files: legacy, args, is_cli: true, ..TruthRow::default() };
        assert_eq!((client(&row).as_str(), address(&row).as_str()), (expected, "ws://x:1"), "{args:?}");
    }
}

/// The rows of `cases_cli.py` in `openclaw-trials.md`: the gateway has B.
#[test]
#[rustfmt::skip]
fn command_lines_in_containers_of_their_own() {
    let a: (&str, &str) = ("OPENCLAW_GATEWAY_TOKEN", "A");
    let b: (&str, &str) = ("OPENCLAW_GATEWAY_TOKEN", "B");
    let name: (&str, &str) = ("OPENCLAW_GATEWAY_URL", "ws://gateway:18789");
    let allow: (&str, &str) = ("OPENCLAW_ALLOW_INSECURE_PRIVATE_WS", "1");
    let shared: &[(&str, &str)] = &[(CONFIG, config!("auth: {token: 'B'}"))];
    for (env, files, token, to) in [
        (&[a][..], shared, "B", "no setting"),
        (&[a, URL], shared, "A", URL.1),
        (&[b, URL], shared, "B", URL.1),
        (&[a], &[], "A", "no setting"),
        (&[b], &[], "B", "no setting"),
        (&[b, name], shared, "B", "[unset]"),
        (&[b, name, allow], shared, "B", name.1),
    ] {
        let row = TruthRow { env, files, args: &["openclaw", "gateway", "call", "health"], is_cli: true, ..TruthRow::default() };
        assert_eq!((client(&row).as_str(), address(&row).as_str()), (token, to), "{env:?}");
    }
}
