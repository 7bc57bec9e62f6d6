//! `openclaw.md` 3.3, 3.5 and 3.6: `${NAME}`, the `env` block, configs that are refused.

use super::*;

fn with_token(written: &str) -> String {
    format!("{{gateway: {{mode: 'local', auth: {{token: '{written}'}}}}}}")
}

#[test]
#[rustfmt::skip]
fn substitution() {
    for (env, written, expected) in [
        (&[("REF", "r")][..], "${REF}", "r"),
        (&[("REF", "r")], "a-${REF}-b-${REF}", "a-r-b-r"),
        (&[("REF", "r")], "$$${REF}", "$${REF}"),
        (&[("REF", "r")], "${REF", "${REF"),
        (&[("ref", "r")], "${ref}", "${ref}"),
        (&[("Ref", "r")], "${Ref}", "${Ref}"),
        (&[("_R1", "r")], "${_R1}", "r"),
        (&[("1R", "r")], "${1R}", "${1R}"),
        (&[("REF", "r")], "${REF:-x}", "${REF:-x}"),
        (&[("REF", "r")], "$REF", "r"),
        (&[("REF", "  ")], "a${REF}b", "a  b"),
    ] {
        let config = with_token(written);
        let row = TruthRow { env, files: &[(CONFIG, &config)], ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{env:?} {written}");
        assert_eq!(client(&row), expected, "{env:?} {written}");
    }
    // Without a value nothing is put in its place; see the server's table for what follows.
    for env in [&[][..], &[("REF", "")]] {
        let config = with_token("${REF}");
        assert_eq!(client(&TruthRow { env, files: &[(CONFIG, &config)], ..TruthRow::default() }), "[unresolved]", "{env:?}");
    }
}

/// What still looks like a reference once all are filled in: the gateway passes over it, its command
/// line sends it (run with openclaw 2026.9.6).
#[test]
#[rustfmt::skip]
fn references_that_are_left() {
    for (env, written, expected) in [
        (&[][..], "$${REF}", ("generated", "${REF}")),
        (&[("REF", "r")], "$${REF}", ("generated", "${REF}")),
        (&[ENV, ("REF", "r")], "$${REF}", ("ENV", "${REF}")),
        (&[ENV], "a-$${REF}-b", ("ENV", "a-${REF}-b")),
        (&[], "a-$${REF}-b", ("generated", "a-${REF}-b")),
        (&[ENV, ("REF", "${OTHER}")], "${REF}", ("ENV", "${OTHER}")),
    ] {
        let config = with_token(written);
        let row = TruthRow { env, files: &[(CONFIG, &config)], ..TruthRow::default() };
        assert_eq!((server(&row).as_str(), client(&row).as_str()), expected, "{env:?} {written}");
    }
    let env: &[(&str, &str)] = &[("OPENCLAW_GATEWAY_TOKEN", "${OTHER}")];
    let row = TruthRow { env, files: &[(CONFIG, config!(""))], ..TruthRow::default() };
    assert_eq!((server(&row).as_str(), client(&row).as_str()), ("${OTHER}", "${OTHER}"));
}

/// The same in a release that passes over a `${NAME}`, and what a reference does there that leads
/// nowhere (run with openclaw 2026.6.11; 2026.3.24 was run with most of them).
#[test]
#[rustfmt::skip]
fn references_of_2026_6_11() {
    let token = |written: &str| format!("auth: {{token: '{written}'}}");
    for (env, auth, args, expected) in [
        (&[][..], token("${MISSING}"), LAN, "exit 1"),
        (&[], token("${MISSING}"), LOOPBACK, "exit 1"),
        (&[ENV], token("${MISSING}"), LAN, "ENV"),
        (&[PASSWORD], token("${MISSING}"), LAN, "password PW"),
        (&[], token("a-${MISSING}-b"), LAN, "generated"),
        (&[], token("$${REF}"), LAN, "exit 1"),
        (&[("REF", "r")], token("$${REF}"), LAN, "r"),
        (&[ENV, ("REF", "r")], token("$${REF}"), LAN, "ENV"),
        (&[ENV], token("a-$${REF}-b"), LAN, "ENV"),
        (&[], token("a-$${REF}-b"), LAN, "generated"),
        (&[], "auth: {password: '$${REF}'}".into(), LOOPBACK, "exit 1"),
        (&[PASSWORD], "auth: {mode: 'password', password: '${MISSING}'}".into(), LAN, "exit 1"),
        (&[ENV], "auth: {password: '${MISSING}'}".into(), LAN, "ENV"),
    ] {
        let config = format!("{{gateway: {{mode: 'local', {auth}}}}}");
        let row = TruthRow { release: Some("2026.6.11"), env, files: &[(CONFIG, &config)], args, ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{env:?} {auth} {args:?}");
    }
}

#[test]
#[rustfmt::skip]
fn env_block() {
    let value = |env: &[(&str, &str)], dotenv: &str, vars: &str, name: &str| {
        let config = format!("{{gateway: {{mode: 'local'}}, env: {{vars: {{{vars}}}}}}}");
        let files = [(CONFIG, config.as_str()), (DOTENV, dotenv)];
        process(env, &files, name)
    };
    for (env, dotenv, vars, name, expected) in [
        (&[][..], "", "V: 'vars'", "V", Some("vars")),
        (&[("V", "env")], "", "V: 'vars'", "V", Some("env")),
        (&[("V", "")], "", "V: 'vars'", "V", Some("vars")),
        (&[("V", "  ")], "", "V: 'vars'", "V", Some("vars")),
        (&[], "V=dot", "V: 'vars'", "V", Some("dot")),
        (&[], "V=", "V: 'vars'", "V", Some("vars")),
        // References are filled in, also with what the block itself sets.
        (&[("R", "r")], "", "V: 'a-${R}'", "V", Some("a-r")),
        (&[], "", "R: 'own', V: 'a-${R}'", "V", Some("a-own")),
        // The host's policy.
        (&[], "", "HTTPS_PROXY: 'x'", "HTTPS_PROXY", None),
        (&[], "", "NODE_OPTIONS: 'x'", "NODE_OPTIONS", None),
        (&[], "", "GH_TOKEN: 'x'", "GH_TOKEN", None),
        (&[], "", "AWS_SECRET_ACCESS_KEY: 'x'", "AWS_SECRET_ACCESS_KEY", None),
        (&[], "", "OPENCLAW_INCLUDE_ROOTS: '/x'", "OPENCLAW_INCLUDE_ROOTS", None),
        (&[], "", "OPENCLAW_GATEWAY_TOKEN: 'x'", "OPENCLAW_GATEWAY_TOKEN", Some("x")),
    ] {
        assert_eq!(value(env, dotenv, vars, name).as_deref(), expected, "{env:?} {dotenv:?} {vars}");
    }
}

/// Directly below `env`: taken at first; moved below `env.vars` by the gateway that starts, later.
#[test]
fn flat_env() {
    let flat = "{gateway: {mode: 'local', auth: {token: 'T'}}, env: {K: 'flat', vars: {K: 'vars'}}}";
    for (release, expected) in [("2026.9.6", "vars"), ("2026.7.1", "flat")] {
        let row = TruthRow { release: Some(release), files: &[(CONFIG, flat)], ..TruthRow::default() };
        assert_eq!(server(&row), "T", "{release}");
        let answer = run(&row);
        let of = answer.process_environment.iter().flatten().find(|v| v.name == "K").and_then(|v| v.value());
        assert_eq!(of.map(|v| v.expose()), Some(expected), "{release}");
    }
}

#[test]
#[rustfmt::skip]
fn configs_that_are_refused() {
    for (files, args, expected) in [
        (&[][..], LAN, "exit 78"),
        (&[(CONFIG, "{}")], LAN, "exit 78"),
        (&[(CONFIG, "{gateway: {mode: 'remote'}}")], LAN, "exit 78"),
        (&[(CONFIG, "{gateway: {mode: 'local'}")], LAN, "exit 78"),
        (&[(CONFIG, "")], LAN, "exit 78"),
        (&[(CONFIG, "{gateway: {mode: 'local', port: '1'}}")], LAN, "exit 78"),
        (&[], &["gateway", "--bind", "lan", "--allow-unconfigured"], "ENV"),
        (&[(CONFIG, "{gateway: {mode: 'remote'}}")], &["gateway", "--bind", "lan", "--allow-unconfigured"], "ENV"),
    ] {
        assert_eq!(server(&TruthRow { env: &[ENV], files, args, ..TruthRow::default() }), expected, "{files:?} {args:?}");
    }
}
