//! What any part of the program calls a secret by its name is hidden by every renderer, wherever the value
//! gets to; and what cannot be a secret is shown.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;
/// The table itself: it imports nothing.
#[allow(dead_code, reason = "the test reads the rows and asks the views")]
#[path = "../src/secrets/names.rs"]
mod names;

use common::project::{run, stdout};
use std::{fmt::Write as _, fs, path::Path};

const FORMATS: [&str; 10] =
    ["human", "concise", "json", "yaml", "sarif", "github", "gitlab", "junit", "markdown", "html"];

/// Names that are made of a word of the table in all ways that people write them.
fn secret_names() -> Vec<String> {
    let mut all = Vec::new();
    for row in names::NAME_WORDS {
        let (upper, lower) = (row.word, row.word.to_lowercase());
        all.push(row.seen_in.to_owned());
        all.push(format!("ADMIN_{upper}"));
        all.push(format!("ADMIN_{upper}2"));
        all.push(format!("admin_{lower}"));
    }
    all.extend(
        ["TS_AUTHKEY", "AUTHKEY", "DB_PASS", "SSH_PASSPHRASE", "GROQ_APIKEY", "GOOGLE_CREDENTIALS"]
            .map(str::to_owned),
    );
    all.sort();
    all.dedup();
    all
}

/// A value of words, which no shape gives away, and which is longer or shorter than what is surely none by
/// chance.
fn value_of(at: usize, long: bool) -> String {
    const SYLLABLES: [&str; 12] = ["vo", "ri", "ma", "nu", "te", "ko", "li", "sa", "pe", "du", "go", "fi"];
    let syllable = |n: usize| SYLLABLES[n % SYLLABLES.len()];
    let word = format!("q{}{}{}w", syllable(at), syllable(at / 12), syllable(at / 3 + 5));
    if long { format!("{word}-{word}-blue{}", syllable(at)) } else { word }
}

fn assert_hidden(output: &str, secret: &str, what: &str) {
    let characters: Vec<char> = secret.chars().collect();
    for window in characters.windows(6) {
        let part: String = window.iter().collect();
        let found = output.lines().find(|line| line.contains(&part));
        assert!(found.is_none(), "{what} shows {part:?}: {}", found.unwrap_or_default());
    }
}

fn every_format(root: &Path, secrets: &[(String, String)], long: bool) {
    let mut runs: Vec<Vec<&str>> = vec![vec!["lint", "-v"], vec!["env"], vec!["lint", "--format", "json"]];
    if long {
        runs.extend(FORMATS.iter().map(|format| vec!["lint", "--format", format]));
        runs.extend([
            vec!["lint", "-v", "--assume-env", "--format", "html"],
            vec!["env", "--format", "json"],
        ]);
        runs.extend([vec!["lint", "-q"], vec!["fix"]]);
    }
    for args in runs {
        let output = run(root, &args);
        let text = format!("{}{}", stdout(&output), String::from_utf8_lossy(&output.stderr));
        assert!(!text.trim().is_empty(), "{args:?} says nothing");
        for (name, secret) in secrets {
            assert_hidden(&text, secret, &format!("{name}: `clawdock {}`", args.join(" ")));
        }
    }
}

/// A folder that is mounted and named after the value; the value in the environment, in a label, in a
/// command, in a URL and in a name.
#[test]
fn every_name_that_is_called_secret_is_hidden_everywhere() {
    for long in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let (mut dotenv, mut compose) = (String::new(), String::from("services:\n"));
        let mut secrets = Vec::new();
        // Some in each service: each is a whole report.
        for (number, group) in secret_names().chunks(8).enumerate() {
            let values: Vec<String> = (0..group.len()).map(|at| value_of(number * 8 + at, long)).collect();
            let state = root.join(format!("data-{}", values.join("-")));
            fs::create_dir_all(&state).unwrap();
            let config = "{gateway: {mode: \"local\", auth: {token: \"otter7\"}, port: 18789}}\n";
            fs::write(state.join("openclaw.json"), config).unwrap();
            let each: Vec<String> = group.iter().map(|name| format!("${{{name}}}")).collect();
            let (first, all) = (&each[0], each.join("-"));
            writeln!(
                compose,
                "  openclaw-gateway{number}:\n    image: openclaw:2026.9.6\n    hostname: h-{first}\n    \
                 command: [node, dist/index.js, gateway, --name, \"{all}\"]\n    \
                 labels: {{ a.label: \"x-{all}\" }}\n    volumes: [\"./data-{all}:/home/node/.openclaw\"]\n    \
                 environment:\n      HTTPS_PROXY: http://me:{first}@proxy.lan:3128"
            )
            .unwrap();
            for (name, value) in group.iter().zip(values) {
                assert!(names::is_secret_name(name), "{name}");
                writeln!(dotenv, "{name}={value}").unwrap();
                writeln!(compose, "      {name}: ${{{name}}}\n      A_{name}: {value}").unwrap();
                secrets.push((name.clone(), value));
            }
        }
        fs::write(root.join(".env"), dotenv).unwrap();
        fs::write(root.join("compose.yaml"), compose).unwrap();
        every_format(root, &secrets, long);
    }
}

#[test]
fn what_cannot_be_a_secret_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let north = root.join("data-north-atlas");
    fs::create_dir_all(&north).unwrap();
    fs::write(north.join("openclaw.json"), "{gateway: {mode: \"local\", auth: {token: \"otter7\"}}}\n")
        .unwrap();
    fs::write(root.join(".env"), "COMPASS_DIR=north-atlas\nDEPLOY=\n").unwrap();
    let compose = r#"services:
  openclaw-gateway:
    image: ${REGISTRY}/openclaw:2026.9.6
    hostname: claw-${DOMAIN}
    pid: host
    ipc: host
    userns_mode: "keep-id:uid=1000"
    cgroup: host
    privileged: true
    # the port of the gateway
    command: [node, dist/index.js, gateway, --bind, lan, --port, "18789"]
    environment:
      OPENAI_API_KEY: ${OPENAI_API_KEY:?set it in .env}
      OPENCLAW_GATEWAY_TOKEN_FILE: /run/secrets/gateway
      TELEGRAM_ENABLED: "true"
      NODE_OPTIONS: "--max-old-space-size=2048"
    healthcheck:
      test: ["CMD", "pgrep", "-f", "openclaw"]
    volumes: ["./data-${COMPASS_DIR}:/home/node/.openclaw"]
"#;
    fs::write(root.join("compose.yaml"), compose).unwrap();
    let all = [
        &["lint", "-v", "--assume-env"][..],
        &["lint", "-v", "--format", "json"],
        &["env", "--assume-env"],
        &["lint"],
    ];
    let out: String = all.iter().map(|args| stdout(&run(root, args))).collect();
    for shown in [
        "pid: host",
        "data-north-atlas/openclaw.json",
        "\"CMD\", \"pgrep\", \"-f\", \"openclaw\"",
        "REGISTRY",
        "DOMAIN",
        "set it in .env",
    ] {
        assert!(out.contains(shown), "{shown} is hidden in\n{out}");
    }
    assert!(!out.contains("otter7"));
}
