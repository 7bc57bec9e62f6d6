//! `openclaw.md` 1.1, 1.2 and 1.5: which files are read, in which order.

use super::*;

const MISSING: &str = "exit 78";

/// Every variable of the process, as its broker would show it.
fn process(env: &[(&str, &str)], files: &[(&str, &str)], name: &str) -> Option<String> {
    let answer = run(&Row { env, files, ..Row::default() });
    let variable = answer.process_environment?.into_iter().find(|v| v.name == name)?;
    variable.value().map(|t| t.expose().to_owned())
}

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
        assert_eq!(server(&Row { env, files, ..Row::default() }), expected, "{env:?} {files:?}");
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
    assert_eq!(server(&Row { files, ..Row::default() }), "NEW");
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
        assert_eq!(server(&Row { env, files, ..Row::default() }), expected, "{env:?} {files:?}");
    }
}
