//! `openclaw.md` 1.1, 1.2 and 1.5: which files are read, in which order.

use super::*;

const MISSING: &str = "exit 78";

#[test]
#[rustfmt::skip]
fn order_of_the_dotenv_files() {
    let plain = config!("");
    const CWD: &str = "/app/.env";
    for (env, files, expected) in [
        // The files of 1.1, each alone.
        (&[][..], &[(CONFIG, plain), (CWD, "OPENCLAW_GATEWAY_TOKEN=W")][..], MISSING),
        (&[], &[(CONFIG, plain), (DOTENV, "OPENCLAW_GATEWAY_TOKEN=S")], "S"),
        (&[], &[(CONFIG, plain), (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=G")], "G"),
        // State before gateway.env.
        (&[], &[(CONFIG, plain), (DOTENV, "OPENCLAW_GATEWAY_TOKEN=S"), (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=G")], "S"),
        // A state directory elsewhere: its own file only.
        (
            &[("OPENCLAW_STATE_DIR", "/data")],
            &[("/data/openclaw.json", plain), ("/data/.env", "OPENCLAW_GATEWAY_TOKEN=S"), (DOTENV, "OPENCLAW_GATEWAY_TOKEN=H")],
            "S",
        ),
        (&[("OPENCLAW_STATE_DIR", "/data")], &[("/data/openclaw.json", plain), (DOTENV, "OPENCLAW_GATEWAY_TOKEN=H")], MISSING),
        (&[("OPENCLAW_STATE_DIR", "/data")], &[("/data/openclaw.json", plain), (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=G")], MISSING),
        // Pinned to what it is anyway: gateway.env as well.
        (&[("OPENCLAW_STATE_DIR", "/home/node/.openclaw")], &[(CONFIG, plain), (GATEWAY_ENV, "OPENCLAW_GATEWAY_TOKEN=G")], "G"),
        // A config elsewhere: the state's file first, then the one beside the config.
        (
            &[("OPENCLAW_CONFIG_PATH", "/srv/x.json")],
            &[("/srv/x.json", plain), (DOTENV, "OPENCLAW_GATEWAY_TOKEN=S"), ("/srv/.env", "OPENCLAW_GATEWAY_TOKEN=C")],
            "S",
        ),
        (&[("OPENCLAW_CONFIG_PATH", "/srv/x.json")], &[("/srv/x.json", plain), ("/srv/.env", "OPENCLAW_GATEWAY_TOKEN=C")], "C"),
        // No other name is ever read.
        (&[], &[(CONFIG, plain), ("/home/node/.openclaw/.env.local", "OPENCLAW_GATEWAY_TOKEN=X")], MISSING),
        (&[], &[(CONFIG, plain), ("/home/node/.env", "OPENCLAW_GATEWAY_TOKEN=X")], MISSING),
        (&[], &[(CONFIG, plain), ("/app/.env.production", "OPENCLAW_GATEWAY_TOKEN=X")], MISSING),
    ] {
        assert_eq!(server(&TruthRow { env, files, ..TruthRow::default() }), expected, "{env:?} {files:?}");
    }
}

#[test]
fn a_key_that_exists_is_never_replaced() {
    let config = (CONFIG, config!(""));
    let two: &[(&str, &str)] = &[config, (DOTENV, "K=state"), (GATEWAY_ENV, "K=gateway\nL=gateway")];
    assert_eq!(process(&[("K", "env")], two, "K").as_deref(), Some("env"));
    assert_eq!(process(&[("K", "")], two, "K").as_deref(), Some(""));
    assert_eq!(process(&[], two, "K").as_deref(), Some("state"));
    assert_eq!(process(&[], two, "L").as_deref(), Some("gateway"));
    let twice: &[(&str, &str)] = &[config, (DOTENV, "K=first\nK=last")];
    assert_eq!(process(&[], twice, "K").as_deref(), Some("last"));
    let folder: &[(&str, &str)] = &[config, ("/home/node/.openclaw/.env/", ""), (GATEWAY_ENV, "K=gateway")];
    assert_eq!(process(&[], folder, "K").as_deref(), Some("gateway"));
    let workspace: &[(&str, &str)] =
        &[config, ("/app/.env", "OPENAI_API_KEY=w\nHTTPS_PROXY=w\nFOO=w"), (DOTENV, "OPENAI_API_KEY=s")];
    assert_eq!(process(&[], workspace, "OPENAI_API_KEY").as_deref(), Some("s"));
    assert_eq!(process(&[], workspace, "HTTPS_PROXY"), None);
    assert_eq!(process(&[], workspace, "FOO").as_deref(), Some("w"));
    let trusted: &[(&str, &str)] = &[config, (DOTENV, "HTTPS_PROXY=s")];
    assert_eq!(process(&[], trusted, "HTTPS_PROXY").as_deref(), Some("s"));
}

/// `normalizeZaiEnv`.
#[test]
fn zai_has_two_names() {
    let files: &[(&str, &str)] = &[(CONFIG, config!(""))];
    let zai = |env| process(env, files, "ZAI_API_KEY");
    assert_eq!(zai(&[("Z_AI_API_KEY", "k")]).as_deref(), Some("k"));
    assert_eq!(zai(&[("Z_AI_API_KEY", "k"), ("ZAI_API_KEY", "")]).as_deref(), Some("k"));
    assert_eq!(zai(&[("Z_AI_API_KEY", "k"), ("ZAI_API_KEY", "own")]).as_deref(), Some("own"));
}

/// A dotenv file that names another state directory or config: the gateway selects again.
#[test]
fn a_dotenv_file_may_name_the_config() {
    let files: &[(&str, &str)] = &[
        (CONFIG, config!("auth: {token: 'OLD'}")),
        ("/srv/x.json", config!("auth: {token: 'NEW'}")),
        (DOTENV, "OPENCLAW_CONFIG_PATH=/srv/x.json"),
    ];
    assert_eq!(server(&TruthRow { files, ..TruthRow::default() }), "NEW");
}

#[test]
#[rustfmt::skip]
fn directories_of_earlier_names() {
    let pinned: (&str, &str) = ("OPENCLAW_STATE_DIR", "/home/node/.openclaw");
    let own = (CONFIG, config!("auth: {token: 'OWN'}"));
    let legacy = ("/home/node/.clawdbot/clawdbot.json", config!("auth: {token: 'LEGACY'}"));
    for (env, files, expected) in [
        // A variable names the state directory: the other is not looked at.
        (&[pinned][..], &[own, legacy][..], "OWN"),
        (&[pinned, ENV], &[legacy, ("/home/node/.clawdbot/.env", "OPENCLAW_GATEWAY_TOKEN=L")], "exit 78"),
        // Only the earlier one: its config and its dotenv file are used.
        (&[], &[legacy], "LEGACY"),
        (&[], &[("/home/node/.clawdbot/clawdbot.json", config!("")), ("/home/node/.clawdbot/.env", "OPENCLAW_GATEWAY_TOKEN=L")], "L"),
        // Both.
        (&[], &[own, legacy], "exit 78"),
        (&[], &[own, ("/home/node/.clawdbot/", "")], "OWN"),
        // Names that the program does not know.
        (&[], &[own, ("/home/node/.moltbot/.env", "X=1"), ("/home/node/.openclawd/openclaw.json", "{}")], "OWN"),
        // A variable that names the state directory, and the config is elsewhere.
        (&[pinned], &[legacy], "exit 78"),
        // Both names in one directory.
        (&[], &[own, ("/home/node/.openclaw/clawdbot.json", config!("auth: {token: 'LEGACY'}"))], "OWN"),
    ] {
        assert_eq!(server(&TruthRow { env, files, ..TruthRow::default() }), expected, "{env:?} {files:?}");
    }
}

/// `--profile` selects directory, config and port of the gateway; a command line beside it has no
/// such flag (run with openclaw 2026.9.6).
#[test]
#[rustfmt::skip]
fn profiles() {
    let own = ("OPENCLAW_STATE_DIR", "/home/node/.openclaw");
    let files: &[(&str, &str)] = &[
        (CONFIG, config!("auth: {token: 'OWN'}")),
        ("/home/node/.openclaw-work/openclaw.json", config!("auth: {token: 'WORK'}")),
        ("/home/node/.openclaw-work/.env", "PLAIN=work"),
        ("/home/node/.openclaw-dev/openclaw.json", config!("auth: {token: 'DEV'}")),
        ("/data/openclaw.json", config!("auth: {token: 'DATA'}")),
    ];
    for (env, args, token, port) in [
        (&[][..], &["node", "dist/index.js", "--profile", "work", "gateway"][..], "WORK", "41984"),
        (&[], &["node", "dist/index.js", "gateway", "--profile=work"], "WORK", "41984"),
        (&[], &["node", "dist/index.js", "gateway", "--profile=work", "--port", "1"], "WORK", "1"),
        (&[], &["node", "dist/index.js", "--profile", "default", "gateway"], "OWN", "18789"),
        (&[], &["node", "dist/index.js", "--dev", "gateway"], "DEV", "19001"),
        (&[], &["node", "dist/index.js", "gateway", "--dev"], "OWN", "18789"),
        // What names the directory of the profile that was there is replaced, and nothing else.
        (&[own], &["node", "dist/index.js", "--profile", "work", "gateway"], "WORK", "41984"),
        (&[("OPENCLAW_STATE_DIR", "/data")], &["node", "dist/index.js", "--profile", "work", "gateway"], "DATA", "41984"),
        // A variable alone selects a port only.
        (&[("OPENCLAW_PROFILE", "work")], LAN, "OWN", "41984"),
    ] {
        let row = TruthRow { env, files, args, ..TruthRow::default() };
        assert_eq!(server(&row), token, "{env:?} {args:?}");
        let answer = run(&row);
        assert_eq!(used(&answer, "gateway.port", &Consumer::Gateway), port, "{env:?} {args:?}");
        let beside = if env.iter().any(|(_, value)| *value == "/data") { "DATA" } else { "OWN" };
        assert_eq!(client(&row), beside, "{env:?} {args:?}");
    }
    // Without a config it makes itself one, which says loopback.
    let row = TruthRow { env: &[ENV], args: &["node", "dist/index.js", "--dev", "gateway"], ..TruthRow::default() };
    assert_eq!(server(&row), "ENV");
    assert_eq!(run(&row).facts.beyond_loopback, Some(false));
    let row = TruthRow { env: &[ENV], args: &["node", "dist/index.js", "--profile", "a/b", "gateway"], files, ..TruthRow::default() };
    assert_eq!(server(&row), "exit 1");
    // Earlier releases let the variable be, and have one port.
    let args: &[&str] = &["node", "dist/index.js", "--profile", "work", "gateway", "--bind", "loopback"];
    for (env, expected) in [(&[][..], "WORK"), (&[own], "OWN")] {
        let row = TruthRow { release: Some("2026.6.11"), env, files, args, ..TruthRow::default() };
        assert_eq!(server(&row), expected, "{env:?}");
        assert_eq!(used(&run(&row), "gateway.port", &Consumer::Gateway), "18789");
    }
    let row = TruthRow { release: Some("2026.2.26"), files, args, ..TruthRow::default() };
    assert_eq!(server(&row), "OWN");
    // The one of the program's flags.
    let gateway: &[&str] = &["node", "dist/entry.js", "gateway", "--dev"];
    let clawdbot = TruthRow { release: Some("2026.1.24"), env: &[("CLAWDBOT_GATEWAY_TOKEN", "ENV")], args: gateway, ..TruthRow::default() };
    assert_eq!(server(&clawdbot), "exit 1");
    assert_eq!(server(&TruthRow { args: &["node", "dist/entry.js", "--dev", "gateway"], ..clawdbot }), "ENV");
}
