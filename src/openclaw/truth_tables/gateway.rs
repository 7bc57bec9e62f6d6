//! What random deployments brought to light, see `docs/agreement.md`, and what the code of the same
//! releases says beside it.

use super::*;

const LEGACY_CONFIG: &str = "/home/node/.clawdbot/clawdbot.json";
const LEGACY_ENV: (&str, &str) = ("CLAWDBOT_GATEWAY_TOKEN", "ENV");

#[test]
#[rustfmt::skip]
fn openclaw_2026_9_6() {
    let missing = config!("auth: {token: '${MISSING}'}");
    for (env, config, args, expected) in [
        // A reference without a value stops the gateway, though a password would have been there.
        (&[ENV][..], config!("auth: {token: '${MISSING}'}, remote: {password: 'R'}"), LAN, "exit 1"),
        // Which of two in the config counts has to be in the config as well.
        (&[], config!("auth: {token: 'CFG', password: 'P'}"), &["gateway", "--auth", "password"], "exit 1"),
        (&[], config!("auth: {token: 'CFG', password: 'P', mode: 'token'}"), &["gateway", "--auth", "password"], "password P"),
        // A flag with a password: no token counts.
        (&[], config!("auth: {token: {source: 'env', provider: 'default', id: 'MISSING'}}"), &["gateway", "--password", "FPW"], "password FPW"),
        // A flag takes the place of the field.
        (&[ENV], missing, &["gateway", "--bind", "lan", "--token", "FLAG"], "FLAG"),
        // With a mode that needs another credential it is not looked at.
        (&[PASSWORD], config!("auth: {token: '${MISSING}', mode: 'password'}"), LAN, "password PW"),
        // Whether there is a password is asked first.
        (&[ENV], missing, &["gateway", "--bind", "lan", "--auth", "password"], "exit 78"),
        // An example of a token is none of a password.
        (&[("OPENCLAW_GATEWAY_PASSWORD", "change-me-to-a-strong-password")], config!(""), LAN, "exit 1"),
        // A blank password in the config is none.
        (&[], config!("auth: {token: 'CFG', password: ''}"), LAN, "CFG"),
    ] {
        assert_eq!(server(&TruthRow { env, files: &[(CONFIG, config)], args, ..TruthRow::default() }), expected, "{env:?} {config}");
    }
}

/// `gateway.remote` counts for the gateway only without a `gateway.auth`, in the config or by a flag.
#[test]
#[rustfmt::skip]
fn remote_credentials_of_a_gateway() {
    let token = config!("remote: {token: 'REM'}");
    for (config, args, expected, accepted) in [
        (token, LAN, "REM", "REM"),
        (token, LOOPBACK, "REM", "REM"),
        (config!("remote: {password: 'RPW'}"), LOOPBACK, "password RPW", "[unset]"),
        (config!("auth: {}, remote: {token: 'REM'}"), LOOPBACK, "generated", "[unset]"),
        (config!("auth: {mode: 'token'}, remote: {token: 'REM'}"), LOOPBACK, "generated", "[unset]"),
        (config!("auth: {mode: 'token'}, remote: {token: 'REM'}"), LAN, "exit 78", "[unset]"),
        (config!("auth: {mode: 'password'}, remote: {password: 'RPW'}"), LOOPBACK, "exit 78", "[unset]"),
        (token, &["gateway", "--bind", "loopback", "--auth", "token"], "generated", "[unset]"),
    ] {
        let row = TruthRow { files: &[(CONFIG, config)], args, ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{config} {args:?}");
        assert_eq!(used(&run(&row), "gateway.auth.token", &Consumer::Gateway), accepted, "{config} {args:?}");
    }
    let row = TruthRow { files: &[(CONFIG, config!("auth: {}, remote: {token: 'REM'}"))], args: LOOPBACK, ..TruthRow::default() };
    assert_eq!(client(&row), "REM");
}

/// A moved directory's includes are in another place than those that were checked: it ends once.
#[test]
fn includes_of_a_moved_directory() {
    let files: &[(&str, &str)] = &[
        (LEGACY_CONFIG, "{$include: './base.json5', gateway: {mode: 'local'}}"),
        ("/home/node/.clawdbot/base.json5", "{}"),
    ];
    for (release, expected) in [("2026.9.6", "exit 1"), ("2026.9.5", "exit 1"), ("2026.9.4", "unknown")] {
        let row = TruthRow { release: Some(release), env: &[ENV], files, ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{release}");
    }
    let plain: &[(&str, &str)] = &[(LEGACY_CONFIG, config!(""))];
    assert_eq!(server(&TruthRow { env: &[ENV], files: plain, ..TruthRow::default() }), "ENV");
    let pinned = ("OPENCLAW_STATE_DIR", "/home/node/.clawdbot");
    assert_eq!(server(&TruthRow { env: &[ENV, pinned], files, ..TruthRow::default() }), "ENV");
}

/// A command line does not see the gateway's flags.
#[test]
fn mode_none_is_what_the_command_line_reckons_with() {
    let files: &[(&str, &str)] = &[(CONFIG, config!("auth: {mode: 'none'}"))];
    let args: &[&str] = &["gateway", "--token", "FLAG", "--auth", "token"];
    let row = TruthRow { env: &[ENV], files, args, ..TruthRow::default() };
    assert_eq!((server(&row).as_str(), client(&row).as_str()), ("FLAG", "[unset]"));
}

#[test]
#[rustfmt::skip]
fn ports() {
    let files: &[(&str, &str)] = &[(CONFIG, config!("port: 19000"))];
    for (value, expected) in [
        ("18790", "18790"), (" 18790 ", "18790"), ("0.0.0.0:18790", "18790"), ("[::1]:18790", "18790"),
        ("abc", "19000"), ("", "19000"), ("0", "19000"), ("18790x", "19000"), (":18790", "19000"), ("::1:18790", "19000"),
    ] {
        let answer = run(&TruthRow { env: &[ENV, ("OPENCLAW_GATEWAY_PORT", value)], files, ..TruthRow::default() });
        assert_eq!(used(&answer, "gateway.port", &Consumer::Gateway), expected, "{value}");
    }
}

/// npm clawdbot 2026.1.24-3.
#[test]
#[rustfmt::skip]
fn clawdbot() {
    const AUTO: &[&str] = &["node", "dist/entry.js", "gateway", "--bind", "auto"];
    for (env, config, args, expected) in [
        (&[LEGACY_ENV][..], config!("auth: {token: 'CFG'}"), LAN, "CFG"),
        // The schema knows two modes, and texts only.
        (&[LEGACY_ENV], config!("auth: {mode: 'none'}"), LAN, "exit 1"),
        (&[LEGACY_ENV], config!("auth: {token: {source: 'env', provider: 'default', id: 'X'}}"), LAN, "exit 1"),
        // The word counts, though auto is loopback here.
        (&[], config!(""), AUTO, "exit 1"),
        // `gateway run` drops its flags.
        (&[LEGACY_ENV], config!(""), &["node", "dist/entry.js", "gateway", "run", "--bind", "lan", "--token", "FLAG"], "ENV"),
        // What env.vars sets is not there yet when references are filled in.
        (&[LEGACY_ENV], "{gateway: {mode: 'local', auth: {token: '${V}'}}, env: {vars: {V: 'v'}}}", LAN, "exit 1"),
        (&[LEGACY_ENV], config!("auth: {token: '${lower}'}"), LAN, "${lower}"),
    ] {
        let row = TruthRow { release: Some("2026.1.24-3"), env, files: &[(LEGACY_CONFIG, config)], args, ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{env:?} {config} {args:?}");
    }
    let row = TruthRow { release: Some("2026.1.24-3"), env: &[LEGACY_ENV], files: &[(LEGACY_CONFIG, config!(""))], args: AUTO, ..TruthRow::default() };
    assert_eq!(run(&row).facts.beyond_loopback, Some(false));
    let port = |value| {
        let env: &[(&str, &str)] = &[LEGACY_ENV, ("CLAWDBOT_GATEWAY_PORT", value)];
        used(&run(&TruthRow { env, ..row }), "gateway.port", &Consumer::Gateway)
    };
    assert_eq!((port("0.0.0.0:1").as_str(), port("18790x").as_str()), ("18789", "18790"));
}

/// Code of 2026.2.26, 2026.3.24, 2026.4.15, 2026.5.20, 2026.6.11 and 2026.9.6; the change logs say
/// which release began with it. Those of 2026.3.24 and 2026.9.6 were tried, and
/// the keys of providers with 2026.6.11 as well.
#[test]
#[rustfmt::skip]
fn credentials_that_do_not_go_together() {
    const PROXY: &str = "{gateway: {mode: 'local', trustedProxies: ['10.0.0.2'], controlUi: {allowedOrigins: ['https://x']}, auth: {mode: 'trusted-proxy', trustedProxy: {userHeader: 'x-user'}}}}";
    const HOOKS: &str = "{gateway: {mode: 'local', controlUi: {allowedOrigins: ['https://x']}, auth: {token: 'T'}}, hooks: {enabled: true, token: 'T'}}";
    const NO_HOOKS_TOKEN: &str = "{gateway: {mode: 'local', controlUi: {allowedOrigins: ['https://x']}, auth: {token: 'T'}}, hooks: {enabled: true}}";
    const NO_KEY: &str = "{gateway: {mode: 'local', controlUi: {allowedOrigins: ['https://x']}, auth: {token: 'T'}}, models: {providers: {anthropic: {apiKey: '${MISSING}', baseUrl: 'http://x', models: []}}}}";
    const NO_URL: &str = "{gateway: {mode: 'local', controlUi: {allowedOrigins: ['https://x']}, auth: {token: 'T'}}, models: {providers: {anthropic: {apiKey: 'K', baseUrl: '${MISSING}', models: []}}}}";
    for (release, env, config, expected) in [
        ("2026.3.28", &[ENV][..], PROXY, "password [unset]"),
        ("2026.3.31", &[ENV], PROXY, "exit 1"),
        ("2026.9.6", &[ENV], PROXY, "exit 1"),
        ("2026.9.6", &[], PROXY, "password [unset]"),
        ("2026.2.17", &[], HOOKS, "T"),
        ("2026.2.26", &[], HOOKS, "exit 1"),
        ("2026.5.20", &[], HOOKS, "exit 1"),
        ("2026.6.11", &[], HOOKS, "T"),
        ("2026.9.6", &[], HOOKS, "T"),
        ("2026.3.24", &[], NO_HOOKS_TOKEN, "exit 1"),
        ("2026.9.6", &[], NO_HOOKS_TOKEN, "exit 1"),
        // A provider's key that leads nowhere.
        ("2026.3.24", &[], NO_KEY, "exit 1"),
        ("2026.3.24", &[], NO_URL, "T"),
        ("2026.6.11", &[], NO_KEY, "exit 1"),
        ("2026.9.6", &[], NO_KEY, "T"),
    ] {
        let row = TruthRow { release: Some(release), env, files: &[(CONFIG, config)], ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{release} {config}");
    }
}
