//! `openclaw.md` 4.1: what the gateway takes for its credential, beyond the rows of `server_token`.

use super::*;

const TRUSTED: &str = "trustedProxies: ['10.0.0.2'], ";
const PROXY: &str = "mode: 'trusted-proxy', trustedProxy: {userHeader: 'x-user'}";

fn with(rest: &str) -> String {
    format!("{{gateway: {{mode: 'local', {rest}}}}}")
}

fn gateway(env: &[(&str, &str)], config: &str, args: &[&str]) -> String {
    server(&TruthRow { env, files: &[(CONFIG, config)], args, ..TruthRow::default() })
}

/// A blank token in the config: the next place counts, and where there is none the guard against weak
/// secrets sees it.
#[test]
#[rustfmt::skip]
fn blank_tokens_of_the_config() {
    for (env, token, args, expected) in [
        (&[ENV][..], "  ", LAN, "ENV"),
        (&[ENV], "", LAN, "ENV"),
        (&[], "  ", LOOPBACK, "exit 1"),
        (&[], "", LOOPBACK, "exit 1"),
        (&[], "  ", LAN, "exit 78"),
        (&[], "", LAN, "exit 78"),
        (&[("OPENCLAW_GATEWAY_TOKEN", "")], "  ", LOOPBACK, "exit 1"),
    ] {
        assert_eq!(gateway(env, &with(&format!("auth: {{token: '{token}'}}")), args), expected, "{env:?} {token:?}");
    }
}

/// Values that the guard refuses, wherever they come from, and what only looks like one.
#[test]
#[rustfmt::skip]
fn weak_secrets() {
    for word in [
        "undefined", "null", "change-me-to-a-long-random-token", "change-me-now",
        "__OPENCLAW_REDACTED__", "REDACTED", "xoxb-REDACTED", "xapp-REDACTED", "***", "[redacted]",
        "[REDACTED]", "<redacted>", "[REDACTED_PRIVATE_KEY]", "[REDACTED CREDENTIAL]", " REDACTED ",
    ] {
        assert_eq!(gateway(&[("OPENCLAW_GATEWAY_TOKEN", word)], config!(""), LAN), "exit 1", "{word} in the environment");
        assert_eq!(gateway(&[], &with(&format!("auth: {{token: '{word}'}}")), LAN), "exit 1", "{word} in the config");
        // The guard looks at the value that won and at no other.
        assert_eq!(gateway(&[("OPENCLAW_GATEWAY_TOKEN", word)], config!("auth: {token: 'CFG'}"), LAN), "CFG", "{word}");
        assert_eq!(gateway(&[ENV], &with(&format!("auth: {{token: '{word}'}}")), LAN), "exit 1", "{word}");
    }
    for word in ["change-me-to-a-strong-password", "undefined", "null", "REDACTED", "<redacted>"] {
        assert_eq!(gateway(&[("OPENCLAW_GATEWAY_PASSWORD", word)], config!(""), LAN), "exit 1", "{word} as a password");
    }
    for word in ["change-me", "Undefined", "redacted", "** *", "REDACTED.", "x REDACTED"] {
        assert_eq!(gateway(&[("OPENCLAW_GATEWAY_TOKEN", word)], config!(""), LAN), word, "{word} is taken");
    }
    // An example of the other credential is none of this.
    let other = [("OPENCLAW_GATEWAY_TOKEN", "change-me-to-a-strong-password")];
    assert_eq!(gateway(&other, config!(""), LAN), "change-me-to-a-strong-password");
    let other = [("OPENCLAW_GATEWAY_PASSWORD", "change-me-now")];
    assert_eq!(gateway(&other, config!(""), LAN), "password change-me-now");
}

#[test]
#[rustfmt::skip]
fn remote_credentials_are_the_servers_last_place() {
    for (env, config, args, expected) in [
        (&[][..], config!("remote: {token: 'REM'}"), LOOPBACK, "REM"),
        (&[], config!("remote: {token: 'REM'}"), LAN, "REM"),
        (&[ENV], config!("remote: {token: 'REM'}"), LOOPBACK, "ENV"),
        (&[], config!("auth: {token: 'CFG'}, remote: {token: 'REM'}"), LAN, "CFG"),
        // Beside a `gateway.auth` it is no place at all (tried with random deployments).
        (&[], config!("auth: {token: ''}, remote: {token: 'REM'}"), LAN, "exit 78"),
        (&[], config!("auth: {mode: 'token'}, remote: {token: 'REM'}"), LAN, "exit 78"),
        (&[], config!("remote: {token: '  '}"), LOOPBACK, "generated"),
        (&[], config!("remote: {password: 'RPW'}"), LAN, "password RPW"),
        (&[PASSWORD], config!("remote: {password: 'RPW'}"), LAN, "password PW"),
        (&[], config!("auth: {mode: 'password', password: 'CPW'}, remote: {password: 'RPW'}"), LAN, "password CPW"),
        (&[ENV], config!("remote: {password: 'RPW'}"), LAN, "password RPW"),
    ] {
        assert_eq!(gateway(env, config, args), expected, "{env:?} {config} {args:?}");
    }
}

#[test]
#[rustfmt::skip]
fn passwords_and_modes() {
    let both = [ENV, PASSWORD];
    for (env, config, args, expected) in [
        // The password's places.
        (&[PASSWORD][..], config!(""), &["gateway", "--bind", "lan", "--password", "FPW"][..], "password FPW"),
        (&[PASSWORD], config!("auth: {password: 'CPW'}"), LAN, "password CPW"),
        (&[PASSWORD], config!("auth: {mode: 'password'}"), LAN, "password PW"),
        (&[PASSWORD], config!("auth: {mode: 'password', password: 'CPW'}"), LAN, "password CPW"),
        (&[("OPENCLAW_GATEWAY_PASSWORD", " PW ")], config!(""), LAN, "password PW"),
        (&[ENV, ("OPENCLAW_GATEWAY_PASSWORD", "  ")], config!(""), LAN, "ENV"),
        // A stray password turns the mode.
        (&both, config!(""), LAN, "password PW"),
        (&[PASSWORD], config!("auth: {token: 'CFG'}"), LAN, "password PW"),
        (&both, config!("auth: {token: 'CFG'}"), LAN, "password PW"),
        // The mode that is written ends the question, and a flag comes before it.
        (&both, config!("auth: {mode: 'token'}"), LAN, "ENV"),
        (&[PASSWORD], config!("auth: {token: 'CFG', mode: 'token'}"), LAN, "CFG"),
        (&both, config!("auth: {mode: 'password'}"), LAN, "password PW"),
        (&both, config!("auth: {mode: 'password'}"), &["gateway", "--bind", "lan", "--auth", "token"], "ENV"),
        (&both, config!("auth: {mode: 'token'}"), &["gateway", "--bind", "lan", "--auth=password"], "password PW"),
        (&[], config!("auth: {mode: 'password'}"), LAN, "exit 78"),
        (&[ENV], config!("auth: {mode: 'password'}"), LAN, "exit 78"),
        (&[], config!("auth: {token: 'CFG', password: 'CPW'}"), LAN, "exit 1"),
        (&[], config!("auth: {token: 'CFG', password: 'CPW', mode: 'token'}"), LAN, "CFG"),
        (&[], config!("auth: {token: 'CFG', password: 'CPW', mode: 'password'}"), LAN, "password CPW"),
        // `none` lets everybody in, on loopback only.
        (&[ENV], config!("auth: {mode: 'none'}"), LOOPBACK, "password [unset]"),
        (&both, config!("auth: {mode: 'none', token: 'CFG'}"), LOOPBACK, "password [unset]"),
        (&[ENV], config!("auth: {mode: 'none'}"), LAN, "exit 78"),
    ] {
        assert_eq!(gateway(env, config, args), expected, "{env:?} {config} {args:?}");
    }
}

/// A token beside `trusted-proxy` from whatever place.
#[test]
#[rustfmt::skip]
fn a_trusted_proxy_and_a_token_exclude_each_other() {
    for (env, auth, rest, expected) in [
        (&[][..], "", "", "password [unset]"),
        (&[], "token: 'CFG'", "", "exit 1"),
        (&[ENV], "", "", "exit 1"),
        // As the gateway starts it looks there as well.
        (&[], "", "remote: {token: 'REM'}", "exit 1"),
        (&[("OPENCLAW_GATEWAY_TOKEN", "")], "", "", "password [unset]"),
        (&[PASSWORD], "", "", "password [unset]"),
    ] {
        let config = with(&format!("{TRUSTED}controlUi: {{allowedOrigins: ['https://x']}}, auth: {{{PROXY}, {auth}}}, {rest}"));
        assert_eq!(gateway(env, &config, LAN), expected, "{env:?} {config}");
    }
}
