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

/// How a gateway ends for its command, its address and its proxy: `exit CODE` and the reason, or how it
/// starts. Run with 2026.9.6 but where a row says otherwise; the other releases as their packages have it
/// (`run-*`, `server-runtime-config-*`, `shared` below `gateway-cli`).
#[test]
fn words_of_the_command() {
    const BASE: &[&str] = &["node", "dist/index.js", "gateway"];
    let token = [("OPENCLAW_GATEWAY_TOKEN", "T")];
    let answer = |release: &str, words: &[&str], config: &str| {
        let args = [BASE, words].concat();
        let config = format!(
            "{{gateway: {{mode: 'local', controlUi: {{allowedOrigins: ['http://localhost']}}{config}}}}}"
        );
        let files = [(CONFIG, config.as_str())];
        let row = TruthRow {
            release: Some(release),
            files: &files,
            env: &token,
            args: &args,
            ..TruthRow::default()
        };
        let start = run(&row).start.unwrap_or_else(|| unreachable!("a gateway has a start prediction"));
        let first = start.reasons.first();
        first.map_or("starts".to_owned(), |r| format!("{} {}", start.exit_code.unwrap_or(0), r.id))
    };
    for (release, words, config, expected) in [
        ("2026.9.6", &["--bind", "lan", "--prot", "18789"][..], "", "1 command-line-invalid"),
        ("2026.9.6", &["run", "--prot", "18789"], "", "1 command-line-invalid"),
        ("2026.9.6", &["--bin", "lan"], "", "1 command-line-invalid"),
        ("2026.9.6", &["--verbose=1"], "", "1 command-line-invalid"),
        ("2026.9.6", &["-p", "1"], "", "1 command-line-invalid"),
        ("2026.9.6", &["--bind", "lan", "extra"], "", "1 command-line-invalid"),
        ("2026.9.6", &["--bind", "lan", "--token"], "", "1 command-line-invalid"),
        ("2026.9.6", &["--", "--token", "X"], "", "1 command-line-invalid"),
        ("2026.9.6", &["--bind=lan", "--no-color", "--log-level", "debug"], "", "starts"),
        ("2026.9.6", &["run", "--force", "--compact"], "", "starts"),
        ("2026.9.6", &["--bind", "lan", "--port", "main"], "", "1 flag-invalid"),
        ("2026.9.6", &["--bind", "lan", "--port", "0"], "", "1 flag-invalid"),
        ("2026.9.6", &["--bind", "lan", "--port", "70000"], "", "1 flag-invalid"),
        ("2026.9.6", &["--bind", "lan", "--port", "18789x"], "", "1 flag-invalid"),
        ("2026.9.6", &["--bind", "lan", "--port", ""], "", "1 flag-invalid"),
        ("2026.2.26", &["--bind", "lan", "--port", "18789x"], "", "starts"),
        ("2026.9.6", &["--bind", "loopback", "--tailscale", "foo"], "", "1 flag-invalid"),
        ("2026.9.6", &["--bind", "lan", "--ws-log", "foo"], "", "1 flag-invalid"),
        ("2026.9.6", &["--reset"], "", "1 flag-invalid"),
        // Options that came later.
        ("2026.8.1", &["--ambient-channels"], "", "starts"),
        ("2026.7.1", &["--ambient-channels"], "", "1 command-line-invalid"),
        ("2026.9.1", &["--update-canary"], "", "1 command-line-invalid"),
        ("2026.3.2", &["--password-file", "/p"], "", "1 command-line-invalid"),
        // The address.
        ("2026.9.6", &[], ", bind: 'custom'", "1 bind-without-host"),
        ("2026.9.6", &[], ", bind: 'custom', customBindHost: 'myhost'", "1 bind-without-host"),
        ("2026.9.6", &[], ", bind: 'custom', customBindHost: '0.0.0.0'", "starts"),
        ("2026.9.6", &["--bind", "custom"], "", "1 bind-without-host"),
        ("2026.2.17", &["--bind", "custom"], "", "1 bind-without-host"),
        // Tailscale and the address, Tailscale and the mode.
        ("2026.9.6", &[], ", bind: 'lan', tailscale: {mode: 'serve'}", "78 config-invalid"),
        ("2026.9.6", &["--bind", "lan"], ", tailscale: {mode: 'serve'}", "78 tailscale-conflict"),
        ("2026.9.3", &["--bind", "lan"], ", tailscale: {mode: 'serve'}", "1 tailscale-conflict"),
        ("2026.9.6", &["--bind", "loopback"], ", tailscale: {mode: 'funnel'}", "78 tailscale-conflict"),
        ("2026.9.6", &["--bind", "lan"], ", tailscale: {mode: 'off'}", "starts"),
    ] {
        assert_eq!(answer(release, words, config), expected, "{release} {words:?} {config}");
    }
}

/// A proxy that nobody trusts (78 with 2026.9.6, also on loopback; 1 before 2026.9.4).
#[test]
fn proxies_of_a_trusted_proxy() {
    let proxy = "auth: {mode: 'trusted-proxy', trustedProxy: {userHeader: 'x-user'}}";
    for (release, more, args, expected) in [
        ("2026.9.6", "", LAN, &["no-trusted-proxy"][..]),
        ("2026.9.6", "", LOOPBACK, &["no-trusted-proxy"]),
        ("2026.9.6", ", trustedProxies: []", LAN, &["no-trusted-proxy"]),
        ("2026.9.6", ", trustedProxies: ['10.0.0.0/8']", LAN, &[]),
        ("2026.4.15", "", LOOPBACK, &["no-trusted-proxy"]),
    ] {
        let config = format!("{{gateway: {{mode: 'local', {proxy}{more}}}}}");
        assert_eq!(reasons(release, args, &config, &[]), expected, "{release} {more}");
    }
}

/// A config that a newer release wrote last (run with 2026.9.6 and a config of 2026.11.3).
#[test]
fn a_config_of_a_newer_release() {
    let config = |touched: &str| {
        format!(
            "{{meta: {{lastTouchedVersion: '{touched}'}}, gateway: {{mode: 'local', auth: {{token: 'T'}}}}}}"
        )
    };
    let allow = |value| [("OPENCLAW_ALLOW_OLDER_BINARY_DESTRUCTIVE_ACTIONS", value)];
    for (release, touched, env, expected) in [
        ("2026.9.6", "2026.11.3", &[][..], &["config-of-newer-release"][..]),
        ("2026.6.33", "2026.7.1", &[], &["config-of-newer-release"]),
        ("2026.9.6", "2026.11.3", &allow("1"), &[]),
        ("2026.9.6", "2026.11.3", &allow("0"), &["config-of-newer-release"]),
        ("2026.9.6", "2026.9.6-beta.2", &[], &[]),
        ("2026.9.6", "2026.3.24", &[], &[]),
        ("2026.9.6", "unknown", &[], &[]),
        // It only warns.
        ("2026.6.1", "2026.9.6", &[], &[]),
    ] {
        assert_eq!(reasons(release, LOOPBACK, &config(touched), env), expected, "{release} {touched}");
    }
}

/// A config that cannot be parsed, by release and form of the command (`ensureConfigReady`; 2026.5.12
/// and 2026.7.1 were run).
#[test]
fn exit_codes_of_a_broken_config() {
    let run_form = &["node", "dist/index.js", "gateway", "run", "--bind", "lan"][..];
    for (release, args, expected) in [
        ("2026.4.21", LAN, 1),
        ("2026.4.22", LAN, 78),
        ("2026.5.12", LAN, 78),
        ("2026.6.1", LAN, 78),
        ("2026.5.12", run_form, 1),
        ("2026.7.1", LAN, 78),
        ("2026.7.1", run_form, 78),
        ("2026.9.6", run_form, 78),
    ] {
        for config in ["{\"gateway\": {\"mode\": \"local\"", ""] {
            let files = [(CONFIG, config)];
            let row = TruthRow { release: Some(release), files: &files, args, ..TruthRow::default() };
            let code = run(&row).start.and_then(|start| start.exit_code);
            assert_eq!(code, Some(expected), "{release} {args:?}");
        }
    }
}
