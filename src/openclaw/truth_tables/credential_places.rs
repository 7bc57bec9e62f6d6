//! Places of a credential that stand beside the usual ones: flags that are repeated, files that a flag
//! or Compose names, headers, other spellings. Run with openclaw 2026.9.6 where a row says no release.

use super::*;

const FLAGGED: &[&str] = &["gateway", "--bind", "lan", "--token", "ONE", "--token", "TWO"];
const PASSWORD_FILE: &[&str] = &["gateway", "--bind", "lan", "--password-file", "/srv/pw"];

/// Of a flag that is given twice the last counts, and the first is told as replaced.
#[test]
#[rustfmt::skip]
fn flags_that_are_given_twice() {
    let files: &[(&str, &str)] = &[(CONFIG, config!("auth: {token: 'CFG'}"))];
    for (args, token, port) in [
        (FLAGGED, "TWO", "18789"),
        (&["gateway", "--token=ONE", "--bind", "loopback", "--token", "TWO", "--bind=lan"], "TWO", "18789"),
        (&["gateway", "--token", "TWO", "--port", "1", "--port", "2"], "TWO", "2"),
    ] {
        let answer = run(&TruthRow { files, args, ..TruthRow::default() });
        let of = |name| used(&answer, name, &Consumer::Gateway);
        assert_eq!((of("gateway.auth.token").as_str(), of("gateway.port").as_str()), (token, port), "{args:?}");
    }
    let answer = run(&TruthRow { files, args: FLAGGED, ..TruthRow::default() });
    let token = answer.settings.iter().find(|s| s.key.to_string() == "gateway.auth.token").unwrap();
    let lost: Vec<&str> = token.views[0].losers.iter().map(|l| l.reason.id()).collect();
    assert_eq!(lost, ["later-flag", "precedence"]);
}

/// `--password-file`: since 2026.3.7, and before the config and the environment.
#[test]
#[rustfmt::skip]
fn password_files() {
    let of_mode = config!("auth: {mode: 'password', password: 'CFG'}");
    for (release, env, config, file, args, expected) in [
        ("2026.9.6", &[PASSWORD][..], of_mode, " FILE\n", PASSWORD_FILE, "password FILE"),
        ("2026.9.6", &[ENV], config!(""), "FILE", PASSWORD_FILE, "password FILE"),
        ("2026.9.6", &[], config!(""), "FILE", &["gateway", "--bind", "lan", "--password-file=/srv/pw"], "password FILE"),
        ("2026.4.15", &[], config!(""), "FILE", PASSWORD_FILE, "password FILE"),
        ("2026.2.17", &[PASSWORD], config!(""), "FILE", PASSWORD_FILE, "password PW"),
    ] {
        let files = [(CONFIG, config), ("/srv/pw", file)];
        let row = TruthRow { release: Some(release), env, files: &files, args, ..TruthRow::default() };
        assert_eq!(accepted(&run(&row)), expected, "{release} {env:?} {config}");
    }
    // The file is not there: what would be in it is not known, and never the variable's value.
    let files = [(CONFIG, config!(""))];
    let row = TruthRow { env: &[PASSWORD], files: &files, args: PASSWORD_FILE, ..TruthRow::default() };
    assert_eq!(used(&run(&row), "gateway.auth.password", &Consumer::Gateway), "[unknown]");
}

/// A variable of `env.vars` without a value sets nothing; of white space alone since 2026.4.29.
#[test]
#[rustfmt::skip]
fn blanks_below_env_vars() {
    for (release, value, expected) in [
        ("2026.9.6", "", None),
        ("2026.9.6", "  ", None),
        ("2026.4.29", "  ", None),
        ("2026.4.27", "  ", Some("  ")),
        ("2026.4.27", "", None),
        ("2026.9.6", "x", Some("x")),
    ] {
        let config = format!("{{gateway: {{mode: 'local'}}, env: {{vars: {{V: '{value}'}}}}}}");
        let files = [(CONFIG, config.as_str())];
        let answer = run(&TruthRow { release: Some(release), files: &files, ..TruthRow::default() });
        let set = answer.process_environment.unwrap_or_default();
        let set = set.iter().find(|v| v.name == "V").and_then(|v| v.value()).map(|v| v.expose().to_owned());
        assert_eq!(set.as_deref(), expected, "{release} {value:?}");
    }
}

/// `env.vars` that name another state have the gateway go on to it; since 2026.6.9 nothing else of the
/// first config counts (`guardGatewayRunSelectedConfig`).
#[test]
#[rustfmt::skip]
fn env_vars_that_select_the_state() {
    let first = "{gateway: {mode: 'local', auth: {token: 'FIRST'}}, env: {vars: {OPENCLAW_STATE_DIR: '/srv/st', OPENAI_API_KEY: 'K'}}}";
    let to_config = "{gateway: {mode: 'local', auth: {token: 'FIRST'}}, env: {vars: {OPENCLAW_CONFIG_PATH: '/srv/st/openclaw.json'}}}";
    let second = ("/srv/st/openclaw.json", config!("auth: {token: 'SECOND'}"));
    // Run with openclaw 2026.3.24.
    let to_second = "{gateway: {mode: 'local', bind: 'lan', auth: {token: 'FIRST'}}, env: {vars: {OPENCLAW_STATE_DIR: '/srv/st'}}}";
    let second_of_march = ("/srv/st/openclaw.json", config!("bind: 'lan', auth: {token: 'SECOND'}"));
    for (release, env, files, expected) in [
        ("2026.9.6", &[("OPENCLAW_STATE_DIR", "")][..], &[(CONFIG, first), second][..], "SECOND"),
        ("2026.9.6", &[], &[(CONFIG, first), second], "SECOND"),
        ("2026.9.6", &[], &[(CONFIG, to_config), second], "SECOND"),
        // A variable of the container is never replaced.
        ("2026.9.6", &[("OPENCLAW_STATE_DIR", "/home/node/.openclaw")], &[(CONFIG, first), second], "FIRST"),
        ("2026.6.9", &[], &[(CONFIG, first), second], "SECOND"),
        ("2026.6.8", &[], &[(CONFIG, first), second], "SECOND"),
        ("2026.3.24", &[], &[(CONFIG, to_second), second_of_march], "SECOND"),
        // Two that name each other: each variable is set once.
        (
            "2026.9.6",
            &[],
            &[
                (CONFIG, first),
                ("/srv/st/openclaw.json", "{gateway: {mode: 'local', auth: {token: 'SECOND'}}, env: {vars: {OPENCLAW_STATE_DIR: '/home/node/.openclaw'}}}"),
            ],
            "SECOND",
        ),
        (
            "2026.9.6",
            &[],
            &[(CONFIG, config!("auth: {token: 'FIRST'}")), (DOTENV, "OPENCLAW_CONFIG_PATH=/srv/st/openclaw.json\n"), second],
            "SECOND",
        ),
    ] {
        let row = TruthRow { release: Some(release), env, files, ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{release} {env:?} {files:?}");
    }
    let row = TruthRow { files: &[(CONFIG, first), second], ..TruthRow::default() };
    let answer = run(&row);
    assert_eq!(answer.facts.state_dir, "/srv/st");
    assert_eq!(used(&answer, "OPENCLAW_STATE_DIR", &Consumer::Gateway), "/srv/st");
    let has_key = |answer: &OpenClawReport| {
        answer.settings.iter().any(|s| s.key.to_string() == "models.providers.openai.apiKey")
    };
    assert!(!has_key(&answer));
    // Until 2026.6.8 what the first config set stays.
    assert!(has_key(&run(&TruthRow { release: Some("2026.6.8"), ..row })));
}

/// A header is sent in place of the key, whatever the key is; the key must be there all the same.
#[test]
#[rustfmt::skip]
fn headers_of_a_provider() {
    let own = "models.providers.own.apiKey";
    for (provider, expected) in [
        ("own: {api: 'openai-completions', apiKey: 'KEY', headers: {Authorization: 'Bearer H'}}", "Bearer H"),
        ("own: {api: 'openai-completions', apiKey: 'KEY', headers: {authorization: 'Bearer H'}}", "Bearer H"),
        ("own: {api: 'anthropic-messages', apiKey: 'KEY', headers: {'x-api-key': 'H'}}", "H"),
        ("own: {api: 'anthropic-messages', apiKey: 'KEY', headers: {Authorization: 'Bearer H'}}", "KEY"),
        ("own: {api: 'openai-completions', apiKey: 'KEY', headers: {'X-Title': 'claw'}}", "KEY"),
        ("own: {apiKey: 'KEY', headers: {Authorization: 'Bearer H'}, request: {auth: {mode: 'authorization-bearer', token: 'T'}}}", "T"),
        ("own: {apiKey: 'KEY', request: {auth: {mode: 'header', headerName: 'X-Key', value: 'V'}}}", "V"),
        ("own: {apiKey: 'KEY', request: {auth: {mode: 'provider-default'}, headers: {Authorization: 'R'}}, headers: {Authorization: 'H'}}", "R"),
        ("own: {headers: {Authorization: 'Bearer H'}, baseUrl: 'http://x'}", "no setting"),
    ] {
        let config = format!("{{gateway: {{mode: 'local'}}, models: {{providers: {{{provider}}}}}}}");
        let files = [(CONFIG, config.as_str())];
        let answer = run(&TruthRow { files: &files, ..TruthRow::default() });
        assert_eq!(used(&answer, own, &Consumer::Gateway), expected, "{provider}");
    }
}

/// Providers are compared without case, and one that is spelt exactly comes first.
#[test]
#[rustfmt::skip]
fn providers_in_another_case() {
    let env: &[(&str, &str)] = &[("ANTHROPIC_API_KEY", "ENV")];
    for (providers, name, expected) in [
        ("Anthropic: {apiKey: 'CFG', auth: 'api-key', baseUrl: 'http://c'}", "models.providers.anthropic.apiKey", "CFG"),
        ("Anthropic: {apiKey: 'CFG', baseUrl: 'http://c'}", "models.providers.anthropic.apiKey", "ENV"),
        ("Anthropic: {baseUrl: 'http://c'}", "models.providers.anthropic.baseUrl", "http://c"),
        ("ANTHROPIC: {apiKey: 'A', auth: 'api-key'}, anthropic: {apiKey: 'B', auth: 'api-key'}", "models.providers.anthropic.apiKey", "B"),
        ("MyUp: {apiKey: 'CFG', baseUrl: 'http://c'}", "models.providers.MyUp.apiKey", "CFG"),
        ("Anthropic: {apiKey: 'CFG'}", "models.providers.Anthropic.apiKey", "no setting"),
    ] {
        let config = format!("{{gateway: {{mode: 'local'}}, models: {{providers: {{{providers}}}}}}}");
        let files = [(CONFIG, config.as_str())];
        let answer = run(&TruthRow { env, files: &files, ..TruthRow::default() });
        assert_eq!(used(&answer, name, &Consumer::Gateway), expected, "{providers}");
    }
}

/// Of several variables that some release reads, this release's own count; one that only others read is
/// told as not read (the packages of each release).
#[test]
#[rustfmt::skip]
fn variables_of_the_release() {
    let minimax: &[(&str, &str)] = &[("MINIMAX_CODE_PLAN_KEY", "PLAN"), ("MINIMAX_API_KEY", "API")];
    let chutes: &[(&str, &str)] = &[("CHUTES_API_KEY", "API"), ("CHUTES_OAUTH_TOKEN", "OAUTH")];
    for (release, env, provider, expected) in [
        ("2026.1.30", minimax, "minimax", "API"),
        ("2026.4.21", minimax, "minimax", "API"),
        ("2026.4.22", minimax, "minimax", "PLAN"),
        ("2026.4.2", chutes, "chutes", "OAUTH"),
        ("2026.4.5", chutes, "chutes", "API"),
        ("2026.1.30", &[("DEEPSEEK_API_KEY", "K")], "deepseek", "[unset]"),
        ("2026.3.23", &[("DEEPSEEK_API_KEY", "K")], "deepseek", "K"),
        ("2026.1.30", &[("HF_TOKEN", "K")], "huggingface", "[unset]"),
        ("2026.3.24", &[("KIMI_API_KEY", "K")], "moonshot", "no setting"),
        ("2026.3.24", &[("QWEN_OAUTH_TOKEN", "K")], "qwen-portal", "K"),
        ("2026.9.6", &[("QWEN_OAUTH_TOKEN", "K")], "qwen-portal", "[unset]"),
        ("2026.9.6", &[("GH_TOKEN", "K")], "github-copilot", "[unset]"),
        ("2026.9.4", &[("GH_TOKEN", "K")], "github-copilot", "K"),
        // A release between two is taken for the earlier one.
        ("2026.4.3", chutes, "chutes", "OAUTH"),
    ] {
        let files = [(CONFIG, config!(""))];
        let answer = run(&TruthRow { release: Some(release), env, files: &files, ..TruthRow::default() });
        let key = format!("models.providers.{provider}.apiKey");
        assert_eq!(used(&answer, &key, &Consumer::Gateway), expected, "{provider} of {release}");
    }
}
