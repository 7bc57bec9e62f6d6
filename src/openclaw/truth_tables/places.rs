//! `openclaw.md` 2: home, state directory, config file, port, bind, and what is read by nobody.

use super::*;

/// State directory and config file in use.
fn places(env: &[(&str, &str)], files: &[(&str, &str)]) -> (String, String) {
    let answer = run(&TruthRow { env, files, ..TruthRow::default() });
    (answer.facts.state_dir, answer.facts.config_path)
}

fn both(dir: &str, config: &str) -> (String, String) {
    (dir.to_owned(), format!("{dir}/{config}"))
}

#[test]
#[rustfmt::skip]
fn homes() {
    for (env, home) in [
        (&[][..], "/home/node"),
        (&[("HOME", "/h")], "/h"),
        (&[("OPENCLAW_HOME", "/o"), ("HOME", "/h"), ("USERPROFILE", "/u")], "/o"),
        (&[("HOME", "/h"), ("USERPROFILE", "/u")], "/h"),
        (&[("HOME", ""), ("USERPROFILE", "/u")], "/u"),
        (&[("OPENCLAW_HOME", " "), ("HOME", "/h")], "/h"),
        (&[("OPENCLAW_HOME", "undefined"), ("HOME", "/h")], "/h"),
        (&[("OPENCLAW_HOME", "null"), ("HOME", "undefined")], "/home/node"),
        (&[("OPENCLAW_HOME", "~/x"), ("HOME", "/h")], "/h/x"),
        (&[("OPENCLAW_HOME", "~"), ("HOME", "/h")], "/h"),
        (&[("OPENCLAW_HOME", "~/x")], "/home/node/x"),
        (&[("OPENCLAW_HOME", "rel")], "/app/rel"),
    ] {
        assert_eq!(places(env, &[]), both(&format!("{home}/.openclaw"), "openclaw.json"), "{env:?}");
    }
}

#[test]
#[rustfmt::skip]
fn state_directories() {
    let config = config!("");
    for (env, files, dir) in [
        (&[("OPENCLAW_STATE_DIR", "/data")][..], &[][..], "/data"),
        (&[("OPENCLAW_STATE_DIR", " /data ")], &[], "/data"),
        (&[("OPENCLAW_STATE_DIR", "")], &[], "/home/node/.openclaw"),
        (&[("OPENCLAW_STATE_DIR", "~/s")], &[], "/home/node/s"),
        (&[("OPENCLAW_STATE_DIR", "~/s"), ("OPENCLAW_HOME", "/o")], &[], "/o/s"),
        (&[("OPENCLAW_STATE_DIR", "/data")], &[("/home/node/.openclaw/openclaw.json", config)], "/data"),
        // Unset: the first that exists, else the release's own.
        (&[], &[("/home/node/.openclaw/x", ""), ("/home/node/.clawdbot/x", "")], "/home/node/.openclaw"),
        (&[], &[("/home/node/.clawdbot/x", "")], "/home/node/.clawdbot"),
        (&[], &[("/home/node/.moltbot/x", "")], "/home/node/.openclaw"),
        // A profile's variable alone selects none.
        (&[("OPENCLAW_PROFILE", "work")], &[], "/home/node/.openclaw"),
    ] {
        assert_eq!(places(env, files).0, dir, "{env:?} {files:?}");
    }
}

#[test]
#[rustfmt::skip]
fn config_files() {
    let c = config!("");
    const DIR: &str = "/home/node/.openclaw";
    for (env, files, expected) in [
        (&[("OPENCLAW_CONFIG_PATH", "/srv/x.json")][..], &[(CONFIG, c)][..], "/srv/x.json"),
        (&[("OPENCLAW_CONFIG_PATH", " ~/x.json ")], &[(CONFIG, c)], "/home/node/x.json"),
        (&[("OPENCLAW_CONFIG_PATH", "  ")], &[(CONFIG, c)], CONFIG),
        (&[("OPENCLAW_CONFIG_PATH", "/srv/x.json"), ("OPENCLAW_STATE_DIR", "/data")], &[], "/srv/x.json"),
        (&[], &[], CONFIG),
        (&[], &[("/home/node/.openclaw/clawdbot.json", c)], "/home/node/.openclaw/clawdbot.json"),
        (&[], &[(CONFIG, c), ("/home/node/.openclaw/clawdbot.json", c)], CONFIG),
        (&[], &[("/home/node/.openclaw/moltbot.json", c)], CONFIG),
        (&[], &[("/home/node/.openclaw/x", ""), ("/home/node/.clawdbot/clawdbot.json", c)], "/home/node/.clawdbot/clawdbot.json"),
        (&[], &[("/home/node/.openclaw/x", ""), ("/home/node/.clawdbot/openclaw.json", c)], "/home/node/.clawdbot/openclaw.json"),
        (&[("OPENCLAW_STATE_DIR", "/data")], &[("/data/clawdbot.json", c)], "/data/clawdbot.json"),
        (&[("OPENCLAW_STATE_DIR", "/data")], &[(CONFIG, c)], "/data/openclaw.json"),
        (&[("OPENCLAW_STATE_DIR", DIR)], &[("/home/node/.clawdbot/clawdbot.json", c)], CONFIG),
    ] {
        assert_eq!(places(env, files).1, expected, "{env:?} {files:?}");
    }
}

#[test]
#[rustfmt::skip]
fn ports() {
    let port = |release: &str, env: &[(&str, &str)], config: &str, args: &[&str], consumer: &Consumer| {
        let row = TruthRow { release: Some(release), env, files: &[(CONFIG, config)], args, ..TruthRow::default() };
        used(&run(&row), "gateway.port", consumer)
    };
    let variable = |value| [ENV, ("OPENCLAW_GATEWAY_PORT", value)];
    let profile = |name| [ENV, ("OPENCLAW_PROFILE", name)];
    let flag: &[&str] = &["gateway", "--port", "1"];
    for (env, config, args, expected) in [
        (variable("2"), config!("port: 3"), flag, "1"),
        (variable("2"), config!("port: 3"), LAN, "2"),
        (variable("host:2"), config!("port: 3"), LAN, "2"),
        (variable("[::1]:2"), config!("port: 3"), LAN, "2"),
        (variable("::1:2"), config!("port: 3"), LAN, "3"),
        (variable("70000"), config!("port: 3"), LAN, "3"),
        (variable("2.5"), config!("port: 3"), LAN, "3"),
        (variable(" "), config!(""), LAN, "18789"),
        // A profile's name decides where nothing else does.
        (profile("work"), config!("port: 3"), LAN, "3"),
        (profile("work"), config!(""), LAN, "41984"),
        (profile(" work "), config!(""), LAN, "41984"),
        (profile("Work"), config!(""), LAN, "28704"),
        (profile("a"), config!(""), LAN, "22220"),
        (profile("default"), config!(""), LAN, "18789"),
        (profile("Default"), config!(""), LAN, "18789"),
        (profile("two words"), config!(""), LAN, "18789"),
        (profile("-x"), config!(""), LAN, "18789"),
    ] {
        assert_eq!(port("2026.9.6", &env, config, args, &Consumer::Gateway), expected, "{env:?} {config}");
    }
    // A command line sees all of it but the flag.
    assert_eq!(port("2026.9.6", &variable("2"), config!("port: 3"), flag, &Consumer::Cli), "2");
    assert_eq!(port("2026.8.1", &profile("work"), config!(""), LAN, &Consumer::Gateway), "41984");
    assert_eq!(port("2026.7.35", &profile("work"), config!(""), LAN, &Consumer::Gateway), "18789");
}

#[test]
#[rustfmt::skip]
fn binds() {
    let bind = |release: &str, config: &str, args: &[&str]| {
        let row = TruthRow { release: Some(release), env: &[ENV], files: &[(CONFIG, config)], args, ..TruthRow::default() };
        used(&run(&row), "gateway.bind", &Consumer::Gateway)
    };
    let none: &[&str] = &["node", "openclaw.mjs", "gateway"];
    assert_eq!(bind("2026.9.6", config!("bind: 'loopback'"), LAN), "lan");
    assert_eq!(bind("2026.9.6", config!("bind: 'loopback'"), none), "loopback");
    assert_eq!(bind("2026.9.6", config!("bind: 'tailnet'"), none), "tailnet");
    assert_eq!(bind("2026.9.6", config!(""), none), "auto");
    assert_eq!(bind("2026.3.24", config!(""), none), "loopback");
}

/// Who reads no such variable says so.
#[test]
#[rustfmt::skip]
fn variables_that_nobody_reads() {
    use crate::openclaw::release::catalog::Catalog;
    let catalog = Catalog::newest();
    let read = |name: &str| catalog.read.contains(&name);
    for name in ["CONFIG_DIR", "GATEWAY_BIND", "BRIDGE_PORT", "TZ", "IMAGE", "GATEWAY_SECRET", "GATEWAY_HOST", "TOKEN", "MODEL", "API_KEY"] {
        assert!(!read(&format!("OPENCLAW_{name}")), "{name}");
    }
    for name in ["CONFIG_DIR", "GATEWAY_BIND", "BRIDGE_PORT", "TZ", "IMAGE", "MSTEAMS_PORT", "AUTH_PROFILE_SECRET_DIR"] {
        assert!(catalog.compose_only.contains(&&*format!("OPENCLAW_{name}")), "{name}");
    }
    for name in crate::openclaw::settings::auth::NEVER_READ_AS_TOKEN {
        assert!(!catalog.read.contains(name) && !catalog.compose_only.contains(name), "{name}");
    }
    // Section 10: what is read, of what a deployment may set.
    for name in [
        "ALLOW_INSECURE_PRIVATE_WS", "ALLOW_PLUGIN_INSTALL_OVERRIDES", "PLUGIN_INSTALL_OVERRIDES", "ALLOW_PROJECT_LOCAL_BIN",
        "ALLOW_OLDER_BINARY_DESTRUCTIVE_ACTIONS", "BUNDLED_PLUGINS_DIR", "BUNDLED_HOOKS_DIR", "BUNDLED_SKILLS_DIR",
        "BROWSER_CONTROL_MODULE", "UPDATE_PACKAGE_SPEC", "CLAWHUB_URL", "PLUGIN_CATALOG_PATHS", "INCLUDE_ROOTS",
        "ANTHROPIC_PAYLOAD_LOG", "ANTHROPIC_PAYLOAD_LOG_FILE", "CACHE_TRACE", "RAW_STREAM", "RAW_STREAM_PATH", "DEBUG_MODEL_PAYLOAD",
        "TRAJECTORY", "SKIP_CHANNELS", "SKIP_PROVIDERS", "SKIP_CRON", "SKIP_GMAIL_WATCHER", "SKIP_CANVAS_HOST",
        "SKIP_BROWSER_CONTROL_SERVER", "DISABLE_BUNDLED_PLUGINS", "CONFIG_READONLY", "NIX_MODE", "NO_AUTO_UPDATE", "OFFLINE",
        "CACHE_RETENTION", "LOG_LEVEL", "PROXY_URL", "SHOW_SECRETS", "CONTAINER",
    ] {
        assert!(read(&format!("OPENCLAW_{name}")), "{name}");
    }
    // Set, they are told beside the setting that they do not change.
    for (name, setting) in [
        ("OPENCLAW_GATEWAY_BIND", "gateway.bind"),
        ("OPENCLAW_GATEWAY_HOST", "gateway.bind"),
        ("OPENCLAW_TOKEN", "gateway.auth.token"),
        ("OPENCLAW_GATEWAY_SECRET", "gateway.auth.token"),
        ("CLAWDBOT_GATEWAY_TOKEN", "gateway.auth.token"),
        ("MOLTBOT_GATEWAY_TOKEN", "gateway.auth.token"),
        ("CLAWDBOT_GATEWAY_PASSWORD", "gateway.auth.password"),
        ("CLAWDBOT_STATE_DIR", "OPENCLAW_STATE_DIR"),
        ("MOLTBOT_CONFIG_PATH", "OPENCLAW_CONFIG_PATH"),
    ] {
        let answer = run(&TruthRow { env: &[(name, "/x")], files: &[(CONFIG, config!(""))], ..TruthRow::default() });
        let view = answer.settings.iter().find(|s| s.name() == setting).and_then(|s| s.views.first());
        assert_eq!(view.map(|v| v.ignored.iter().any(|l| l.candidate.name == name)), Some(true), "{name}");
        assert_ne!(used(&answer, setting, &Consumer::Gateway), "/x", "{name}");
    }
}

/// `agents.defaults.workspace` comes before the variable, whose `~` stays one.
#[test]
fn workspaces() {
    let used_with = |config: &str| {
        let env: &[(&str, &str)] = &[("OPENCLAW_WORKSPACE_DIR", "~/w")];
        let answer = run(&TruthRow { env, files: &[(CONFIG, config)], ..TruthRow::default() });
        used(&answer, "OPENCLAW_WORKSPACE_DIR", &Consumer::Gateway)
    };
    assert_eq!(used_with(config!("")), "~/w");
    let config = "{gateway: {mode: 'local'}, agents: {defaults: {workspace: '/cfg'}}}";
    assert_eq!(used_with(config), "/cfg");
}
