//! All reasons why a gateway does not start. Each step of a row fixes the first reason of the step
//! before, and what was said of the others has to stay; the first of each step is what the tables
//! beside this one, run with real gateways, have for it.

use super::{CONFIG, LAN, LOOPBACK, TruthRow, run};

struct Step<'a> {
    config: &'a str,
    env: &'a [(&'a str, &'a str)],
    reasons: &'a [&'a str],
}

fn reasons(release: &str, args: &[&str], config: &str, env: &[(&str, &str)]) -> Vec<&'static str> {
    let files = [(CONFIG, config)];
    let files = if config.is_empty() { &[][..] } else { &files };
    let start = run(&TruthRow { release: Some(release), files, env, args, ..TruthRow::default() }).start;
    start.map(|start| start.reasons.iter().map(|r| r.id.id()).collect()).unwrap_or_default()
}

fn check(release: &str, args: &[&str], steps: &[Step<'_>]) {
    for Step { config, env, reasons: expected } in steps {
        assert_eq!(reasons(release, args, config, env), *expected, "{release}: {config}");
    }
}

#[test]
fn of_a_whole_config() {
    let weak = &[("OPENCLAW_GATEWAY_TOKEN", "change-me-to-a-long-random-token")][..];
    let step = |config, env, reasons| Step { config, env, reasons };
    check(
        "2026.9.6",
        LAN,
        &[
            step(
                "{gateway: {port: '1', port2: 1}, hooks: {enabled: true}}",
                weak,
                &["config-invalid", "config-invalid", "no-mode", "credential-refused", "no-hooks-token"],
            ),
            step(
                "{gateway: {port: 1}, hooks: {enabled: true}}",
                weak,
                &["no-mode", "credential-refused", "no-hooks-token"],
            ),
            step(
                "{gateway: {mode: 'local'}, hooks: {enabled: true}}",
                weak,
                &["credential-refused", "no-hooks-token"],
            ),
            step(
                "{gateway: {mode: 'local'}, hooks: {enabled: true}}",
                &[],
                &["no-credential", "no-hooks-token"],
            ),
            step("{gateway: {mode: 'local'}}", &[("OPENCLAW_GATEWAY_TOKEN", "T")], &[]),
        ],
    );
    check(
        "2026.2.26",
        LAN,
        &[
            step(
                "{gateway: {mode: 'remote', auth: {token: '${A}'}}, agents: {defaults: {workspace: '${B}'}}}",
                &[],
                &["missing-variable", "missing-variable", "remote-mode", "no-origins"],
            ),
            step(
                "{gateway: {mode: 'remote', auth: {token: '${A}'}}, agents: {defaults: {workspace: '/w'}}}",
                &[],
                &["missing-variable", "remote-mode", "no-origins"],
            ),
            step(
                "{gateway: {mode: 'remote'}}",
                &[("OPENCLAW_GATEWAY_TOKEN", "T")],
                &["remote-mode", "no-origins"],
            ),
            step("{gateway: {mode: 'local'}}", &[("OPENCLAW_GATEWAY_TOKEN", "T")], &["no-origins"]),
        ],
    );
    let three = "models: {providers: {a: {baseUrl: 'http://a', models: [], apiKey: '${A}'},
                                      b: {baseUrl: 'http://b', models: [], apiKey: '${B}'}}}";
    check(
        "2026.6.11",
        LOOPBACK,
        &[
            step(
                &format!("{{gateway: {{mode: 'local', auth: {{token: 'T', password: 'P'}}}}, {three}}}"),
                &[],
                &["two-credentials", "provider-key-unresolved", "provider-key-unresolved"],
            ),
            step(
                &format!("{{gateway: {{mode: 'local', auth: {{token: 'T'}}}}, {three}}}"),
                &[("A", "1")],
                &["provider-key-unresolved"],
            ),
        ],
    );
}

/// What stops the gateway only if an earlier reason is fixed in one of several ways is not said.
#[test]
fn what_may_change_is_not_said() {
    for (config, expected) in [
        // A config that is made may hold anything; one that is no JSON5 does.
        ("", &["no-config"][..]),
        ("{gateway: {mode: 'local'}", &["config-broken"]),
        // The key may be meant to be `auth`, `auth.token`, `mode` or `gateway`.
        ("{gateway: {mode: 'local', auht: {token: 'T'}}}", &["config-invalid"]),
        ("{gateway: {mode: 'local', auth: {mode: 'token'}, token: 'T'}}", &["config-invalid"]),
        ("{gateway: {mode: 'local'}, gatewayToken: 'T'}", &["config-invalid"]),
        ("{gateway: {moda: 'local', auth: {token: 'T'}}}", &["config-invalid"]),
        ("{getaway: {mode: 'local'}}", &["config-invalid"]),
        ("{gateway: {mode: 'local', bind: 'everything'}}", &["config-invalid"]),
        // These may not.
        ("{gateway: {auth: {token: 'T'}}, other: 1}", &["config-invalid", "no-mode"]),
        ("{gateway: {mode: 'local', auth: {}, bind: 'lan', port2: 1}}", &["config-invalid", "no-credential"]),
    ] {
        assert_eq!(reasons("2026.9.6", LAN, config, &[]), expected, "{config}");
    }
}

#[test]
fn where_and_about_what() {
    let config = "{gateway: {mode: 'remote', auth: {mode: 'none'}}}";
    let answer = run(&TruthRow { files: &[(CONFIG, config)], args: LAN, ..TruthRow::default() });
    let start = answer.start.unwrap_or_else(|| unreachable!("a gateway has a start prediction"));
    let of = |key: &str| {
        let reason = start.reasons.iter().find(|r| r.about.to_string() == key);
        reason.and_then(|r| r.place).map(|place| &config[place.span.start as usize..place.span.end as usize])
    };
    assert_eq!(of("gateway.mode"), Some("'remote'"));
    assert_eq!(of("gateway.auth.mode"), Some("'none'"));
    assert_eq!(start.exit_code, Some(78));
    assert_eq!(start.why.as_deref(), start.reasons.first().map(|r| r.message.as_str()));
}

/// `gateway.auth.mode` in the schema of each npm package, `--auth` in its `runGatewayCommand`
/// (`dist/daemon-cli.js`, `dist/gateway-cli-*.js`; 2026.2.12, 2026.2.17, 2026.2.19, 2026.2.25 and
/// 2026.2.26).
#[test]
fn modes_by_release() {
    let config = |mode: &str| {
        format!("{{gateway: {{mode: 'local', bind: 'loopback', auth: {{mode: '{mode}', token: 'T'}}}}}}")
    };
    for (release, mode, in_config, by_flag) in [
        ("2026.2.12", "password-or-token", true, true),
        ("2026.2.12", "trusted-proxy", true, true),
        ("2026.2.17", "trusted-proxy", false, true),
        ("2026.2.17", "none", true, true),
        ("2026.2.19", "none", false, true),
        ("2026.2.25", "none", false, true),
        ("2026.2.26", "none", false, false),
        ("2026.9.6", "none", false, false),
        ("2026.2.12", "token", false, false),
    ] {
        let is_refused = reasons(release, LOOPBACK, &config(mode), &[]).contains(&"config-invalid");
        assert_eq!(is_refused, in_config, "{release} gateway.auth.mode {mode}");
        let args: Vec<&str> = LOOPBACK.iter().copied().chain(["--auth", mode]).collect();
        let is_refused = reasons(release, &args, &config("token"), &[]).contains(&"flag-invalid");
        assert_eq!(is_refused, by_flag, "{release} --auth {mode}");
    }
}

/// The flags come after the config and before the question whether there is one; a mode that a flag
/// will name is not guessed.
#[test]
fn flags_that_are_not_taken() {
    let flags = |words: &[&'static str]| {
        ["node", "dist/index.js", "gateway"].iter().chain(words).copied().collect::<Vec<_>>()
    };
    for (words, config, expected) in [
        (&["--bind", "0.0.0.0"][..], "{gateway: {mode: 'local'}}", &["flag-invalid"][..]),
        (
            &["--bind", "0.0.0.0"],
            "{gateway: {mode: 'local', auth: {token: 'T'}}, hooks: {enabled: true}}",
            &["flag-invalid", "no-hooks-token"],
        ),
        (&["--bind", "0.0.0.0", "--auth", "basic"], "", &["flag-invalid", "flag-invalid", "no-config"]),
        (&["--auth", "basic"], "{gateway: {auth: {token: 'T'}}}", &["flag-invalid", "no-mode"]),
        (&["--bind", "lan", "--auth", "token"], "{gateway: {mode: 'local', auth: {token: 'T'}}}", &[]),
    ] {
        assert_eq!(reasons("2026.9.6", &flags(words), config, &[]), expected, "{words:?} {config}");
    }
}
