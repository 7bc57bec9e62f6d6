//! No output shows six characters in a row of a secret: every fixture, every command, every format.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::project::{copy, fixtures, name, projects, run, stdout};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// How many characters in a row are a leak.
const WINDOW: usize = 6;

/// Writes a report in every format to a file of its own.
const ALL_FORMATS: [&str; 11] = [
    "lint",
    "--format=human=report.txt",
    "--format=concise=report.concise",
    "--format=json=report.json",
    "--format=yaml=report.yaml",
    "--format=sarif=report.sarif",
    "--format=github=report.github",
    "--format=gitlab=report.gitlab",
    "--format=junit=report.xml",
    "--format=markdown=report.md",
    "--format=html=report.html",
];

/// Files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.flat_map(|p| if p.is_dir() { files(&p) } else { vec![p] }).collect()
}

/// Tokens of the fixtures are hexadecimal, as fingerprints are: both would match by chance. In the
/// copy each digit becomes a letter from `g` on.
fn plant(root: &Path) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    for file in files(root) {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let is_document = matches!(file.extension().and_then(|e| e.to_str()), Some("md"));
        if file.file_name().is_some_and(|n| n == "secrets.txt") {
            secrets.extend(text.lines().map(str::trim).filter(|l| l.len() >= WINDOW).map(str::to_owned));
        }
        if is_document || file.file_name().is_some_and(|n| n == "secrets.txt" || n == "expected.json") {
            fs::remove_file(&file).unwrap();
            continue;
        }
        let mut planted = String::new();
        let mut run = String::new();
        for c in text.chars().chain(['\n']) {
            if c.is_ascii_hexdigit() && !c.is_ascii_uppercase() {
                run.push(c);
                continue;
            }
            if run.len() >= 24 {
                let secret: String =
                    run.chars().map(|c| char::from(b'g' + c.to_digit(16).unwrap() as u8)).collect();
                planted.push_str(&secret);
                secrets.insert(secret);
            } else {
                planted.push_str(&run);
            }
            run.clear();
            planted.push(c);
        }
        planted.pop();
        fs::write(&file, planted).unwrap();
    }
    secrets
}

fn assert_none(secrets: &BTreeSet<String>, output: &str, what: &str) {
    for secret in secrets {
        let characters: Vec<char> = secret.chars().collect();
        for (at, window) in characters.windows(WINDOW).enumerate() {
            let part: String = window.iter().collect();
            // The marker that all planted secrets begin with says nothing.
            if at == 0 && part == "PLANTE" || at == 1 && part == "LANTED" {
                continue;
            }
            if let Some(found) = output.find(&part) {
                let line = output[..found].lines().count();
                panic!("{what} shows {WINDOW} characters of a secret (number {at}) in line {line}");
            }
        }
    }
}

#[test]
fn no_command_and_no_format_shows_a_secret() {
    let mut number_of_secrets = 0;
    let mut files_written = 0;
    for project in projects(&fixtures()) {
        let folder = copy(&project);
        let root = folder.path().join(project.file_name().unwrap());
        let secrets = plant(&root);
        number_of_secrets += secrets.len();
        let all = |further: &[&'static str]| [&ALL_FORMATS[..], further].concat();
        for args in [
            &all(&[])[..],
            &all(&["-v"]),
            &all(&["-q", "--assume-env"]),
            &all(&["-v", "--openclaw-version", "2026.1.24"]),
            &all(&["-f", "compose.yml", "-f", "compose.required.yml"]),
            &all(&["-f", "compose.yml", "--env-file", "state/openclaw.json"]),
            &["lint"],
            &["lint", "-v"],
            &["lint", "-v", "--color", "always"],
            &["lint", "-q"],
            &["lint", "--assume-env"],
            &["lint", "--assume-env", "-v", "--format", "json"],
            &["lint", "--format", "json"],
            &["lint", "--format", "json", "--openclaw-version", "2026.1.24"],
            &["lint", "-v", "--openclaw-version", "2026.3.3"],
            &["lint", "--format", "json=report.json", "--format", "human"],
            &["lint", "--output", "report.txt", "-v"],
            &["env"],
            &["env", "--process"],
            &["env", "--format", "json"],
            &["env", "--format", "yaml", "--process"],
            &["explain", "gateway.auth.token"],
            &["explain", "anthropic"],
            &["explain", "anthropic", "--format", "html"],
            &["explain", "gateway.auth.token", "--format", "markdown"],
            &["lint", "state/openclaw.json", "--format", "sarif"],
            &["lint", ".env", "--format", "html"],
            &["lint", ".env", "--format", "junit"],
            &["explain", "OPENCLAW_GATEWAY_TOKEN", "--format", "json"],
            &["lint", "state/openclaw.json"],
            &["lint", ".env"],
            &["lint", "-f", "compose.yml", "--env-file", "state/openclaw.json"],
            &["lint", "-f", "compose.yml", "-f", "compose.required.yml"],
            &["lint", "-f", "compose.yml", "-f", "compose.required.yml", "--format", "json"],
            &["fix"],
            &["fix", "--unsafe-fixes", "-v", "--color", "always"],
            &["fix", ".env", "--unsafe-fixes"],
            // The last one: it changes the project.
            &["fix", "--unsafe-fixes", "--write"],
        ] {
            let output = run(&root, args);
            let what = format!("{}: clawdock {}", name(&project), args.join(" "));
            assert_none(&secrets, &String::from_utf8_lossy(&output.stdout), &what);
            assert_none(
                &secrets,
                &String::from_utf8_lossy(&output.stderr),
                &format!("{what} (standard error)"),
            );
            for entry in fs::read_dir(&root).unwrap().map(|e| e.unwrap().path()) {
                if entry.file_stem().is_some_and(|stem| stem == "report") {
                    let written = fs::read_to_string(&entry).unwrap();
                    assert_none(&secrets, &written, &format!("{what} ({})", entry.display()));
                    fs::remove_file(&entry).unwrap();
                    files_written += 1;
                }
            }
        }
    }
    assert!(number_of_secrets > 60, "only {number_of_secrets} secrets were planted");
    assert!(files_written > 50 * (ALL_FORMATS.len() - 1), "only {files_written} files were written");
}

/// A secret that is planted once.
fn planted(number: usize) -> String {
    format!("PLANTED{number:02}zqxwvkjyhgmnrtplsz{}", "kwvqxzjy".repeat(2))
}

/// A project with stores of every kind, a secret in every field that can hold one. SQLite makes the
/// databases, in the layout of openclaw 2026.9.6.
fn project_with_stores(root: &Path) -> BTreeSet<String> {
    let compose = |release: &str| {
        format!(
            "services:\n  openclaw-gateway:\n    image: openclaw:{release}\n    environment: {{HOME: /home/node, OPENCLAW_STATE_DIR: /state}}\n    volumes: [./state:/state]\n    command: [node, dist/index.js, gateway]\n"
        )
    };
    fs::write(root.join("compose.yml"), compose("2026.9.6")).unwrap();
    fs::write(root.join("older.yml"), compose("2026.3.24")).unwrap();
    fs::write(root.join("between.yml"), compose("2026.6.5")).unwrap();
    let folder = |path: &str| {
        let path = root.join("state").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    };
    let config = r#"{gateway: {mode: "local"}, agents: {entries: {main: {}, work: {}, broken: {}, garbled: {}}, defaults: {systemAgent: {agentId: "main"}}}}"#;
    fs::write(folder("openclaw.json"), config).unwrap();
    let mut number = 0;
    let mut secrets = BTreeSet::new();
    let mut secret = || {
        number += 1;
        secrets.insert(planted(number));
        planted(number)
    };
    let mut store = || {
        format!(
            r#"{{"version": 1, "profiles": {{
              "anthropic:key": {{"type": "api_key", "provider": "anthropic", "key": "{}", "metadata": {{"note": "{}"}}}},
              "anthropic:token": {{"type": "token", "provider": "anthropic", "token": "{}", "expires": 1700000000000}},
              "anthropic:login": {{"type": "oauth", "provider": "anthropic", "access": "{}", "refresh": "{}", "idToken": "{}", "expires": 99999999999999}},
              "openai-codex:default": {{"type": "oauth", "provider": "openai-codex", "access": "{}", "refresh": "{}", "expires": 1}},
              "openai:{}": {{"type": "api_key", "provider": "openai", "key": "{}"}},
              "groq:odd": {{"type": "{}", "provider": "{}", "key": "{}"}},
              "xai:reference": {{"type": "api_key", "provider": "xai", "keyRef": {{"source": "file", "provider": "p", "id": "{}"}}, "key": "{}"}}
            }}, "order": {{"anthropic": ["{}"]}}, "usageStats": {{"anthropic:key": {{"cooldownUntil": 99999999999999, "cooldownReason": "{}"}}}}}}"#,
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret(),
            secret()
        )
    };
    let database = |path: &str, table: &str, columns: [&str; 3], rows: &[(&str, &str)]| {
        let connection = rusqlite::Connection::open(folder(path)).unwrap();
        let [key, value, updated] = columns;
        let create = format!(
            "PRAGMA journal_mode = WAL; CREATE TABLE {table} ({key} TEXT NOT NULL PRIMARY KEY, {value} TEXT NOT NULL, {updated} INTEGER NOT NULL) STRICT"
        );
        connection.execute_batch(&create).unwrap();
        for (name, text) in rows {
            connection.execute(&format!("INSERT INTO {table} VALUES (?1, ?2, 0)"), [name, text]).unwrap();
        }
    };
    let state = ["state_key", "value_json", "updated_at_ms"];
    let agent = ["store_key", "store_json", "updated_at"];
    let shared =
        [("auth.sharedStore", r#"{"location":"state-db"}"#.to_owned()), ("authProfiles.store", store())];
    let shared: Vec<(&str, &str)> = shared.iter().map(|(k, v)| (*k, v.as_str())).collect();
    database("state/openclaw.sqlite", "config_machine_state", state, &shared);
    for name in ["main", "work"] {
        let path = format!("agents/{name}/agent/openclaw-agent.sqlite");
        database(&path, "auth_profile_store", agent, &[("primary", &store())]);
        fs::write(folder(&format!("agents/{name}/agent/auth-profiles.json")), store()).unwrap();
        fs::write(folder(&format!("agents/{name}/agent/auth-state.json")), store()).unwrap();
    }
    let garbled = store().replace("\"profiles\"", "\"profiles");
    database(
        "agents/garbled/agent/openclaw-agent.sqlite",
        "auth_profile_store",
        agent,
        &[("primary", &garbled)],
    );
    fs::write(folder("agents/broken/agent/openclaw-agent.sqlite"), store()).unwrap();
    fs::write(folder("agents/broken/agent/auth-profiles.json"), garbled).unwrap();
    let logins = format!(
        r#"{{"anthropic": {{"access": "{}", "refresh": "{}", "expires": 99999999999999}}}}"#,
        secret(),
        secret()
    );
    fs::write(folder("credentials/oauth.json"), logins).unwrap();
    secrets
}

#[test]
fn nothing_of_a_credential_store_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("stores");
    fs::create_dir_all(&root).unwrap();
    let secrets = project_with_stores(&root);
    assert!(secrets.len() > 100, "only {} secrets were planted", secrets.len());
    for file in ["compose.yml", "between.yml", "older.yml"] {
        for args in [
            &["lint"][..],
            &["lint", "-v"],
            &["lint", "--format", "json"],
            &["lint", "-v", "--color", "always"],
        ] {
            let args = [args, &["-f", file]].concat();
            let output = run(&root, &args);
            let what = format!("clawdock {}", args.join(" "));
            assert_none(&secrets, &String::from_utf8_lossy(&output.stdout), &what);
            assert_none(&secrets, &String::from_utf8_lossy(&output.stderr), &what);
        }
    }
    for key in ["anthropic", "openai", "groq", "xai", "models.providers.anthropic.apiKey"] {
        for format in ["human", "json"] {
            let output = run(&root, &["explain", key, "--format", format]);
            assert_none(&secrets, &String::from_utf8_lossy(&output.stdout), &format!("explain {key}"));
            assert_none(&secrets, &String::from_utf8_lossy(&output.stderr), &format!("explain {key}"));
        }
    }
    // The stores are really read: what is asked for is shown.
    let shown = stdout(&run(&root, &["lint", "--format", "json", "--reveal"]));
    assert!(shown.contains("zqxwvkjyhg"), "{shown}");
}

#[test]
fn reveal_shows_what_it_is_asked_for() {
    let project = fixtures().join("token-conflict");
    let folder = copy(&project);
    let root = folder.path().join("token-conflict");
    let secrets = plant(&root);
    let output = run(&root, &["lint", "--format", "json", "--reveal"]);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(secrets.iter().filter(|s| shown.contains(s.as_str())).count() >= 3);
}
