//! `openclaw.md` 1.2 to 1.6: what counts of a dotenv file, and what its first releases read.

use super::*;
use crate::openclaw::release::{behaviour::WorkspaceFilter, catalog::Catalog};

const CWD: &str = "/app/.env";

/// The rows of 1.3 as the process ends up with them, from the state directory's file.
#[test]
#[rustfmt::skip]
fn dialect() {
    for (text, expected) in [
        ("K=v\r\nL=w\r\n", Some("v")),
        ("export K=v", Some("v")),
        ("K: v", Some("v")),
        ("K =  v  ", Some("v")),
        ("K='a b'", Some("a b")),
        ("K=\"a b\"", Some("a b")),
        ("K=`a b`", Some("a b")),
        ("K=\"''\"", Some("''")),
        ("K=\"a\\nb\\rc\\td\"", Some("a\nb\rc\\td")),
        ("K='a\\nb'", Some("a\\nb")),
        ("K=\"a\\\"b\"", Some("a\\\"b")),
        ("V=x\nK=$V-${V}", Some("$V-${V}")),
        ("K=a#b", Some("a")),
        ("K=a # b", Some("a")),
        ("K=\"a#b\"", Some("a#b")),
        ("K=\"a\nb\"", Some("a\nb")),
        ("K=\"a", Some("\"a")),
        ("K='a", Some("'a")),
        ("K=", Some("")),
        ("K=first\nK=last", Some("last")),
        ("K=first\nK=", Some("")),
        ("\u{feff}K=v", Some("v")),
        ("# K=v", None),
    ] {
        assert_eq!(process(&[], &[(CONFIG, config!("")), (DOTENV, text)], "K").as_deref(), expected, "{text:?}");
    }
    // Names that are none.
    for (text, name) in [("a.b=v", "a.b"), ("1X=v", "1X"), ("X-Y=v", "X-Y")] {
        assert_eq!(process(&[], &[(CONFIG, config!("")), (DOTENV, text)], name), None, "{text}");
    }
    assert_eq!(process(&[], &[(CONFIG, config!("")), (DOTENV, "_x1=v")], "_x1").as_deref(), Some("v"));
}

/// A blank value is a value: it hides the next file, and env.vars fill it all the same.
#[test]
fn blank_is_set() {
    let two: &[(&str, &str)] = &[(CONFIG, config!("")), (DOTENV, "K="), (GATEWAY_ENV, "K=later")];
    assert_eq!(process(&[], two, "K").as_deref(), Some(""));
    let vars = "{gateway: {mode: 'local'}, env: {vars: {K: 'vars'}}}";
    let filled: &[(&str, &str)] = &[(CONFIG, vars), (DOTENV, "K=")];
    assert_eq!(process(&[], filled, "K").as_deref(), Some("vars"));
}

/// 1.4, each item: what the working directory's file may not set.
#[test]
#[rustfmt::skip]
fn blocked_in_the_working_directory() {
    let blocked = [
        // By name.
        "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GROQ_API_KEY", "DEEPSEEK_API_KEY", "CODEX_API_KEY",
        // By how it begins.
        "ANTHROPIC_API_KEY_2", "OPENAI_API_KEY_B", "CLAWHUB_X", "CLOUDSDK_X", "AWS_CONTAINER_X", "AWS_ENDPOINT_URL_S3",
        "OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_ANYTHING", "openclaw_lower",
        // By how it ends.
        "X_API_HOST", "X_BASE_URL", "X_ENDPOINT", "X_HOMESERVER",
        // By the words in it.
        "X_DANGEROUSLY_Y", "DISABLE_AUTH", "A_DISABLE_CERT_B", "DISABLE_SIGNATURE_X", "DISABLE_SSL", "X_DISABLE_TLS", "SKIP_AUTH_X",
        // By the host's policy.
        "NODE_OPTIONS", "NODE_PATH", "BASH_ENV", "SHELL", "BROWSER", "PYTHONPATH", "GIT_DIR",
        "HOME", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "NO_PROXY", "NODE_TLS_REJECT_UNAUTHORIZED", "NODE_EXTRA_CA_CERTS",
        "AWS_ACCESS_KEY_ID", "GH_TOKEN", "GITHUB_TOKEN", "DATABASE_URL", "XDG_CONFIG_HOME",
        "DYLD_X", "LD_PRELOAD", "BASH_FUNC_X", "GIT_CONFIG_X", "NPM_CONFIG_X", "CARGO_REGISTRIES_X", "TF_VAR_x",
        "CARGO_TARGET_X86_64_LINKER", "CARGO_TARGET_A_RUNNER",
    ];
    let free = [
        "FOO", "TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN", "DEBUG", "CLAWDBOT_GATEWAY_TOKEN", "MOLTBOT_GATEWAY_TOKEN",
        "X_API_HOSTS", "DISABLE_X_AUTH", "DISABLED_TLS", "CARGO_TARGET_LINKER", "ANTHROPIC_AUTH_TOKEN",
    ];
    let text: String = blocked.iter().chain(&free).map(|name| format!("{name}=w\n")).collect();
    // Of a file that sets HOME nothing else would count: another home has other files.
    let home: TruthRow<'_> = TruthRow { env: &[("HOME", "/home/node")], ..TruthRow::default() };
    let in_cwd = run(&TruthRow { files: &[(CONFIG, config!("")), (CWD, &text)], ..home });
    let in_state = run(&TruthRow { files: &[(CONFIG, config!("")), (DOTENV, &text)], ..home });
    let in_gateway = run(&TruthRow { files: &[(CONFIG, config!("")), (GATEWAY_ENV, &text)], ..home });
    let value = |answer: &OpenClawReport, name: &str| {
        let mut all = answer.process_environment.iter().flatten();
        all.find(|v| v.name == name).and_then(|v| v.value()).map(|v| v.expose().to_owned())
    };
    for name in blocked {
        if name != "HOME" {
            assert_eq!(value(&in_cwd, name), None, "{name}");
        }
        // The trusted files have no such list; a home or a variable of paths selects other files.
        if !matches!(name, "HOME") {
            assert_eq!(value(&in_state, name).as_deref(), Some("w"), "{name} in the state directory");
            assert_eq!(value(&in_gateway, name).as_deref(), Some("w"), "{name} in gateway.env");
        }
    }
    for name in free {
        assert_eq!(value(&in_cwd, name).as_deref(), Some("w"), "{name}");
    }
}

/// The lists of the working directory and of the config are different ones.
#[test]
fn block_lists() {
    let catalog = Catalog::newest();
    assert!(catalog.blocked_in_workspace("TOGETHER_API_KEY", WorkspaceFilter::Everything));
    // Every provider's variable is dropped, whether its plugin is there or not.
    for name in catalog.credential_variables() {
        assert!(catalog.blocked_in_workspace(name, WorkspaceFilter::Everything), "{name}");
    }
    // 3.5: the config may set what the working directory's file may not.
    for name in ["OPENCLAW_GATEWAY_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "X_ENDPOINT"] {
        assert!(!catalog.blocked_in_config(name), "{name}");
    }
    for name in [
        "OPENCLAW_ALLOW_OLDER_BINARY_DESTRUCTIVE_ACTIONS",
        "OPENCLAW_INCLUDE_ROOTS",
        "OPENCLAW_CONFIG_READONLY",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "NODE_OPTIONS",
        "NODE_TLS_REJECT_UNAUTHORIZED",
        "NODE_EXTRA_CA_CERTS",
        "HOME",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "GH_TOKEN",
        "GITHUB_TOKEN",
        "GOOGLE_APPLICATION_CREDENTIALS",
    ] {
        assert!(catalog.blocked_in_config(name), "{name}");
    }
}

/// 1.6, and l01 to l05 of the trials: clawdbot 2026.1.24-3 reads names and files of its own.
#[test]
#[rustfmt::skip]
fn clawdbot() {
    const CONFIG: &str = "/home/node/.clawdbot/clawdbot.json";
    const DOTENV: &str = "/home/node/.clawdbot/.env";
    let a: (&str, &str) = ("CLAWDBOT_GATEWAY_TOKEN", "A");
    let plain = config!("");
    let cfg = config!("auth: {token: 'B'}");
    for (env, files, sees) in [
        // l01: server and command line disagree.
        (&[a][..], &[(CONFIG, cfg)][..], ("B", "A")),
        (&[a], &[(CONFIG, plain)], ("A", "A")),
        (&[], &[(CONFIG, cfg)], ("B", "B")),
        // Its dotenv file alone, below the environment, and below a blank one.
        (&[], &[(CONFIG, plain), (DOTENV, "CLAWDBOT_GATEWAY_TOKEN=C")], ("C", "C")),
        (&[a], &[(CONFIG, plain), (DOTENV, "CLAWDBOT_GATEWAY_TOKEN=C")], ("A", "A")),
        (&[("CLAWDBOT_GATEWAY_TOKEN", "")], &[(CONFIG, plain), (DOTENV, "CLAWDBOT_GATEWAY_TOKEN=C")], ("exit 1", "[blank]")),
        (&[("CLAWDBOT_GATEWAY_TOKEN", "")], &[(CONFIG, cfg)], ("B", "B")),
        // A working directory's file without any list.
        (&[], &[(CONFIG, plain), ("/app/.env", "CLAWDBOT_GATEWAY_TOKEN=W")], ("W", "W")),
        (&[], &[(CONFIG, plain), ("/app/.env", "CLAWDBOT_GATEWAY_TOKEN=W"), (DOTENV, "CLAWDBOT_GATEWAY_TOKEN=C")], ("W", "W")),
        // Elsewhere.
        (&[("CLAWDBOT_STATE_DIR", "/data")], &[("/data/clawdbot.json", plain), ("/data/.env", "CLAWDBOT_GATEWAY_TOKEN=S")], ("S", "S")),
        (&[("CLAWDBOT_CONFIG_PATH", "/srv/c.json")], &[("/srv/c.json", cfg)], ("B", "B")),
        // The names of its successors are nothing to it.
        (&[("OPENCLAW_GATEWAY_TOKEN", "O"), ("MOLTBOT_GATEWAY_TOKEN", "M")], &[(CONFIG, plain)], ("exit 1", "[unset]")),
        (&[], &[(CONFIG, plain), ("/home/node/.openclaw/.env", "CLAWDBOT_GATEWAY_TOKEN=X")], ("exit 1", "[unset]")),
        // A blank one in the config counts for the server, and a missing variable ends it.
        (&[a], &[(CONFIG, config!("auth: {token: '${MISSING}'}"))], ("exit 1", "A")),
        (&[], &[(CONFIG, "{gateway: {mode: 'local'}, env: {CLAWDBOT_GATEWAY_TOKEN: 'F'}}")], ("F", "F")),
        (&[("CLAWDBOT_GATEWAY_PASSWORD", "P"), a], &[(CONFIG, plain)], ("password P", "[unset]")),
    ] {
        let row = TruthRow { release: Some("2026.1.24-3"), env, files, ..TruthRow::default() };
        assert_eq!((server(&row).as_str(), client(&row).as_str()), sees, "{env:?} {files:?}");
    }
    let port = |env: &[(&str, &str)], config: &str| {
        let row = TruthRow { release: Some("2026.1.24-3"), env, files: &[(CONFIG, config)], ..TruthRow::default() };
        used(&run(&row), "gateway.port", &Consumer::Gateway)
    };
    assert_eq!(port(&[("CLAWDBOT_GATEWAY_PORT", "1")], config!("port: 2")), "1");
    assert_eq!(port(&[], config!("port: 2")), "2");
    assert_eq!(port(&[], plain), "18789");
    // Profile, environment, config.
    let key = |env: &[(&str, &str)], config: &str| {
        let row = TruthRow { release: Some("2026.1.24-3"), env, files: &[(CONFIG, config)], ..TruthRow::default() };
        used(&run(&row), "models.providers.anthropic.apiKey", &Consumer::Gateway)
    };
    let with_key = "{gateway: {mode: 'local'}, models: {providers: {anthropic: {baseUrl: 'http://x', apiKey: 'C', models: []}}}}";
    assert_eq!(key(&[("ANTHROPIC_API_KEY", "E")], with_key), "E");
    assert_eq!(key(&[], with_key), "C");
}
