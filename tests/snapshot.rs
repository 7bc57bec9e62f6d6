//! `clawdock snapshot` and `inspect --snapshot`: the same report comes out of a snapshot as out of the
//! running container, and no secret is in the file.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{redact::Disguise, text::source::Language};
use common::{
    engine::{Container, IMAGE, docker, engine, skip},
    project::{clawdock, fixtures, projects, run, stderr, stdout},
};
use serde_json::Value;
use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const TOKEN: &str = "PLANTED_zqxwvkjyhgmnrtplsz_4711";
const OTHER: &str = "PLANTED-kwvqxzjyhgmnwrtplszw-0815";
const KEY: &str = "PLANTED-qzjxkvwyhgmnwrtplszw";
const REFRESH: &str = "PLANTED-zzqxjkwvyhgmnwrtplsz";

/// No part of a planted secret is in a text.
fn assert_hidden(text: &str, what: &str) {
    for secret in [TOKEN, OTHER, KEY, REFRESH] {
        let characters: Vec<char> = secret.chars().collect();
        for window in characters.windows(6) {
            let part: String = window.iter().collect();
            assert!(!text.contains(&part), "{what} holds a part of a secret");
        }
    }
}

fn assert_valid(schema: &str, json: &Value) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(schema);
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(json).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Fingerprints differ from run to run: they become numbers, in the order in which they appear.
fn numbered(node: &mut Value, known: &mut HashMap<String, usize>) {
    match node {
        Value::Object(map) => {
            let is_value = map.contains_key("length");
            if is_value && let Some(Value::String(print)) = map.get_mut("fingerprint") {
                let next = known.len() + 1;
                *print = format!("#{}", known.entry(print.clone()).or_insert(next));
            }
            if map.get("kind") == Some(&"snapshot".into()) {
                map.insert("kind".to_owned(), "container".into());
            }
            map.values_mut().for_each(|v| numbered(v, known));
        }
        Value::Array(items) => items.iter_mut().for_each(|v| numbered(v, known)),
        _ => {}
    }
}

fn report(cwd: &Path, args: &[&str]) -> Value {
    let output = run(cwd, &[&["inspect", "--format", "json"], args].concat());
    let mut report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&output)));
    assert_valid("report.schema.json", &report);
    numbered(&mut report, &mut HashMap::new());
    report
}

/// Takes a snapshot, and sees that it says what the container says.
fn assert_same(cwd: &Path, target: &str) -> Value {
    let live = report(cwd, &[target]);
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("s.json");
    let taken = run(cwd, &["snapshot", target, "-o", file.to_str().unwrap()]);
    assert!(taken.status.success(), "{}", stderr(&taken));
    let text = fs::read_to_string(&file).unwrap();
    assert_hidden(&text, "the snapshot");
    assert_valid("snapshot.schema.json", &serde_json::from_str(&text).unwrap());
    // From another folder, with another shell.
    let mut kept = report(elsewhere.path(), &["--snapshot", "s.json"]);
    // Commands name the folder that they would be typed in.
    let without_help = |report: &mut Value| {
        for target in report["targets"].as_array_mut().unwrap() {
            for finding in target["findings"].as_array_mut().unwrap() {
                finding.as_object_mut().unwrap().remove("help");
            }
        }
    };
    let mut expected = live.clone();
    without_help(&mut expected);
    without_help(&mut kept);
    if kept != expected {
        let [left, right] = [&expected, &kept].map(|r| format!("{r:#}\n"));
        let diff = similar::TextDiff::from_lines(&left, &right).unified_diff().context_radius(6).to_string();
        panic!("live (-) and snapshot (+) differ\n{diff}");
    }
    let again = run(elsewhere.path(), &["inspect", "--snapshot", "s.json", "-v"]);
    assert_hidden(&stdout(&again), "the report");
    live
}

/// The state of a gateway: a config, a dotenv file, stores of both kinds.
fn state(folder: &Path) {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "openclaw.json",
        &format!(
            "{{\n  // {OTHER} was here\n  gateway: {{ mode: \"local\", bind: \"lan\", auth: {{ mode: 'token', token: \"{TOKEN}\" }}, controlUi: {{ allowedOrigins: [\"https://claw.example.net\"] }} }},\n  logging: {{ level: \"debug\" }},\n  agents: {{ defaults: {{ model: {{ primary: \"anthropic/claude-opus-4-6\" }} }} }},\n  channels: {{ telegram: {{ dmPolicy: \"pairing\", botToken: \"123456:{OTHER}\" }} }},\n}}\n"
        ),
    );
    write(".env", &format!("ANTHROPIC_API_KEY=\"{KEY}\"\nMY_OWN=\"{OTHER}#x\"\n"));
    let store = format!(
        r#"{{"version": 1, "profiles": {{"anthropic:default": {{"type": "oauth", "provider": "anthropic", "access": "{OTHER}", "refresh": "{REFRESH}", "expires": 99999999999999}}, "openai:manual": {{"type": "api_key", "provider": "openai", "key": "{KEY}"}}}}}}"#
    );
    let path = folder.join("agents/main/agent/openclaw-agent.sqlite");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA user_version = 18; CREATE TABLE auth_profile_store (store_key TEXT NOT NULL PRIMARY KEY, store_json TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT",
        )
        .unwrap();
    connection.execute("INSERT INTO auth_profile_store VALUES ('primary', ?1, 0)", [store]).unwrap();
}

/// A container that is recognised as a gateway.
fn gateway(name: &str, options: &[&str]) -> Container {
    let entrypoint = ["--entrypoint", "/bin/helper", "-e", "HOME=/home/node"];
    let command = [IMAGE, "sleep", "openclaw", "gateway", "--bind", "lan", "--token", OTHER];
    Container::start("run", name, &[&entrypoint, options, &command].concat())
}

#[test]
fn a_container_and_its_snapshot_give_the_same_report() {
    if let Err(why) = engine() {
        return skip("snapshot", &why);
    }
    let folder = tempfile::tempdir().unwrap();
    state(folder.path());
    let mount = format!("{}:/home/node/.openclaw", folder.path().display());
    let token = format!("OPENCLAW_GATEWAY_TOKEN= {OTHER}");
    let proxy = format!("HTTPS_PROXY=http://bob:{OTHER}@proxy.lan:3128");
    let container = gateway(
        "snap",
        &[
            "-v",
            &mount,
            "-e",
            &token,
            "-e",
            "OPENCLAW_TZ=UTC",
            "-e",
            &proxy,
            "-e",
            "ANTHROPIC_API_KEY=",
            "-l",
            &format!("x={OTHER}"),
        ],
    );
    let live = assert_same(folder.path(), &container.name);
    let rules: BTreeSet<&str> = live["targets"][0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|f| f["rule"].as_str())
        .collect();
    assert!(rules.contains("CD101") && rules.contains("CD201") && rules.contains("CD204"), "{rules:?}");
    let layers = live["targets"][0]["settings"].to_string();
    assert!(layers.contains("auth-profile"), "the store was read");
}

#[test]
fn a_weak_token_stays_weak() {
    if let Err(why) = engine() {
        return skip("weak tokens", &why);
    }
    for token in [
        "change-me-now",
        "123456",
        "short-but-odd",
        "abababababababababababababab",
        "<your-token-goes-in-here>",
    ] {
        let container = gateway("weak", &["-e", &format!("OPENCLAW_GATEWAY_TOKEN={token}")]);
        assert_same(Path::new("/"), &container.name);
    }
}

/// Keys of another provider, cut ones, pasted twice, expired tokens: what rules tell by a shape.
#[test]
fn keys_keep_their_kind() {
    if let Err(why) = engine() {
        return skip("kinds of keys", &why);
    }
    let claims = "eyJleHAiOjE3MDAwMDAwMDAsInN1YiI6IlBMQU5URUQifQ";
    let keys = [
        format!("OPENAI_API_KEY=sk-ant-api03-{TOKEN}"),
        format!("ANTHROPIC_API_KEY=sk-or-v1-{OTHER}"),
        format!("GROQ_API_KEY=\"{OTHER}\""),
        format!("XAI_API_KEY={TOKEN}{TOKEN}"),
        format!("ANTHROPIC_OAUTH_TOKEN=sk-ant-oat01-{TOKEN}"),
        format!("MISTRAL_API_KEY=eyJhbGciOiJIUzI1NiJ9.{claims}.{KEY}"),
    ];
    let options: Vec<&str> = keys.iter().flat_map(|key| ["-e", key]).collect();
    let container = gateway("keys", &options);
    let live = assert_same(Path::new("/"), &container.name).to_string();
    for rule in ["CD307", "begins like a key of Anthropic", "twice", "CD310", "CD315"] {
        assert!(live.contains(rule), "{rule}: {live}");
    }
}

#[test]
fn a_compose_project_goes_along() {
    let compose = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/docker-compose/sid/docker-compose");
    if !compose.is_file() {
        return skip("a project's snapshot", "docker-compose: it is not there; see tests/get-docker-compose");
    }
    if let Err(why) = engine() {
        return skip("a project's snapshot", &why);
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join("state")).unwrap();
    state(&root.join("state"));
    let name = format!("clawdock-snap-{}", std::process::id());
    fs::write(
        root.join("compose.yml"),
        format!(
            "name: {name}\nservices:\n  gateway:\n    image: {IMAGE}\n    entrypoint: [/bin/helper, sleep, openclaw, gateway]\n    environment:\n      HOME: /home/node\n      OPENCLAW_GATEWAY_TOKEN: ${{OPENCLAW_GATEWAY_TOKEN:-}} # clawdock: ignore[CD101] known\n      OTHER_SECRET: {OTHER}\n      OPENCLAW_NOTHING: x\n    volumes: ['./state:/home/node/.openclaw']\n  cli:\n    image: {IMAGE}\n    profiles: [cli]\n    entrypoint: [/bin/helper, openclaw]\n    environment: {{HOME: /home/node, OPENCLAW_GATEWAY_TOKEN: \"${{OPENCLAW_GATEWAY_TOKEN:-}}\"}}\n"
        ),
    )
    .unwrap();
    fs::write(root.join(".env"), format!("OPENCLAW_GATEWAY_TOKEN='{OTHER}'\n")).unwrap();
    let up = |args: &[&str]| {
        let done = Command::new(&compose).current_dir(root).args(args).output().unwrap();
        assert!(done.status.success(), "{}", stderr(&done));
    };
    up(&["up", "-d"]);
    // The files say something else by now.
    fs::write(root.join(".env"), format!("OPENCLAW_GATEWAY_TOKEN='{TOKEN}'\n")).unwrap();
    let same = std::panic::catch_unwind(|| assert_same(root, &format!("{name}-gateway-1")));
    up(&["down", "--timeout", "0"]);
    let live = same.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    assert!(live.to_string().contains("CD206"), "the container is older than its files");
}

#[test]
fn what_docker_inspect_prints_is_taken_as_well() {
    if let Err(why) = engine() {
        return skip("docker inspect", &why);
    }
    let container =
        gateway("plain", &["-e", &format!("OPENCLAW_GATEWAY_TOKEN={TOKEN}"), "-e", "OPENCLAW_TZ=UTC"]);
    let folder = tempfile::tempdir().unwrap();
    for what in [&["inspect", &container.name][..], &["inspect", &container.name, IMAGE]] {
        fs::write(folder.path().join("d.json"), docker(what).unwrap()).unwrap();
        for format in ["human", "json", "html"] {
            let output = run(folder.path(), &["inspect", "--snapshot", "d.json", "-v", "--format", format]);
            let said = stdout(&output);
            assert!(said.contains("OPENCLAW_TZ"), "{said}{}", stderr(&output));
            assert_hidden(&said, "the report");
        }
        let report = report(folder.path(), &["--snapshot", "d.json", &container.name]);
        assert_eq!(report["targets"][0]["name"], container.name.as_str());
        let text = fs::read_to_string(folder.path().join("d.json")).unwrap();
        let kind = stdout(&run(folder.path(), &["inspect", "--snapshot", "d.json", "--format", "json"]));
        assert!(kind.contains("\"kind\": \"snapshot\""));
        assert!(text.contains(TOKEN), "docker hides nothing");
    }
}

#[test]
fn files_can_be_compared() {
    if let Err(why) = engine() {
        return skip("files compared", &why);
    }
    let token = format!("OPENCLAW_GATEWAY_TOKEN={TOKEN}");
    let a = gateway("a", &["-e", &token, "-e", "TZ=UTC"]);
    let b = gateway("b", &["-e", &token, "-e", "TZ=Europe/Berlin"]);
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["snapshot", &a.name, "-o", "a.json"]);
    fs::write(folder.path().join("b.json"), docker(&["inspect", &b.name]).unwrap()).unwrap();
    for (args, token) in [
        (["diff", "a.json", &b.name], "unknown"),
        (["diff", "a.json", "b.json"], "unknown"),
        (["diff", &a.name, "b.json"], "same"),
    ] {
        let output = run(folder.path(), &[&args[..], &["--format", "json"]].concat());
        let diff: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&output)));
        assert_valid("diff.schema.json", &diff);
        let change = |name: &str| {
            let entries = diff["entries"].as_array().unwrap();
            entries.iter().find(|e| e["name"] == name).unwrap()["change"].as_str().unwrap().to_owned()
        };
        assert_eq!(change("TZ"), "changed");
        assert_eq!(change("OPENCLAW_GATEWAY_TOKEN"), token, "{args:?}");
        assert_eq!(output.status.code(), Some(4));
    }
    assert_eq!(run(folder.path(), &["diff", "a.json"]).status.code(), Some(2));
}

#[test]
fn what_is_no_snapshot_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    for (text, says) in [
        ("{\"schema\": \"clawdock.snapshot/2\"}", "clawdock.snapshot/2"),
        ("{\"schema\": \"clawdock.report/1\"}", "neither a snapshot"),
        ("{\"schema\": \"clawdock.snapshot/1\"}", "something missing"),
        ("{\"schema\": \"clawdock.snapshot/PLANTED-x\"}", "neither a snapshot"),
        ("[]", "no container"),
        ("[{\"Id\": \"x\"}]", "neither a snapshot"),
        ("7", "neither a snapshot"),
        ("{", "not JSON"),
    ] {
        fs::write(folder.path().join("x.json"), text).unwrap();
        let output = clawdock(folder.path()).args(["inspect", "--snapshot", "x.json"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(stderr(&output).contains(says), "{text}: {}", stderr(&output));
        assert!(!stderr(&output).contains("PLANTED"));
    }
    let none = clawdock(folder.path()).args(["inspect", "--snapshot", "none.json"]).output().unwrap();
    assert_eq!(none.status.code(), Some(2));
}

/// Files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.flat_map(|p| if p.is_dir() { files(&p) } else { vec![p] }).collect()
}

/// Every text of every fixture, with its secrets.
#[test]
fn no_stand_in_holds_a_part_of_a_secret() {
    let (mut secrets_seen, mut texts) = (0, 0);
    for project in projects(&fixtures()) {
        let all = files(&project);
        let listed = all.iter().filter(|f| f.file_name().is_some_and(|n| n == "secrets.txt"));
        let mut secrets: BTreeSet<String> = listed
            .flat_map(|f| fs::read_to_string(f).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
            .filter(|l| l.trim().len() >= 12)
            .collect();
        let texts_of = all.iter().filter_map(|f| {
            let name = f.file_name()?.to_string_lossy().into_owned();
            let language = match f.extension().and_then(|e| e.to_str()) {
                Some("yml" | "yaml") => Language::Yaml,
                Some("json" | "json5") if name != "expected.json" => Language::Json5,
                _ if name.contains(".env") => Language::Dotenv,
                _ => return None,
            };
            Some((fs::read_to_string(f).ok()?, language))
        });
        let texts_of: Vec<(String, Language)> = texts_of.collect();
        // Tokens of the fixtures.
        for (text, _) in &texts_of {
            let words = text.split(|c: char| !c.is_ascii_hexdigit());
            // The digest of an image is public.
            let is_digest = |word: &str| text.contains(&format!("sha256:{word}"));
            secrets.extend(words.filter(|w| w.len() >= 24 && !is_digest(w)).map(str::to_owned));
        }
        secrets_seen += secrets.len();
        let disguise = Disguise::new().unwrap();
        for (text, language) in &texts_of {
            let disguised = disguise.text(text, *language, &[]);
            assert_eq!(disguised.lines().count(), text.lines().count());
            texts += 1;
            for secret in &secrets {
                // Six digits may be the same by chance, twelve not.
                let characters: Vec<char> = secret.chars().collect();
                for window in characters.windows(12) {
                    let part: String = window.iter().collect();
                    assert!(!disguised.contains(&part), "{}", project.display());
                }
            }
        }
    }
    assert!(secrets_seen > 60 && texts > 100, "{secrets_seen} secrets, {texts} texts");
}
