//! No output shows six characters in a row of a secret whose file is damaged around it: a quote, a
//! line break or a `$` in the wrong place makes a name, a key or a variable of a part of it.
//!
//! `CLAWDOCK_DAMAGED=5000 CLAWDOCK_SEED=7 cargo test --test leaks_damaged -- --nocapture` tries more.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    project::{copy, fixtures, projects, run},
    random::rng::Rng,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// How many characters in a row are a leak.
const WINDOW: usize = 6;

/// Letters that no fingerprint has.
const LETTERS: &[u8] = b"ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ";

/// What vendors begin their keys with; it says nothing.
const BEGINNINGS: [&str; 6] = ["", "", "sk-ant-api03-", "sk-proj-", "ghp_", "xoxb-"];

/// What gets in between.
const DAMAGE: [&str; 30] = [
    "\n", "\n", "\n  ", "\r", "\t", "\0", "\"", "'", "`", "\\", "${", "}", "$", "$", "=", "==\n", ": ",
    ":\n", "#", " #", "{", "[", "&a ", "*a ", "!x ", "|", "%", "@", "- ", "\u{feff}",
];

const COMMANDS: [&[&str]; 14] = [
    &["lint", "-v"],
    &["lint", "-v", "--format", "json"],
    &["lint", "-v", "--format", "yaml"],
    &["lint", "--format", "sarif"],
    &["lint", "--format", "html"],
    &["lint", "--format", "junit"],
    &["lint", "--format", "github"],
    &["lint", "--format", "markdown", "--assume-env"],
    &["lint", "-v", "--openclaw-version", "2026.1.24"],
    &["env"],
    &["env", "--process", "--format", "json"],
    &["explain", "gateway.auth.token"],
    &["explain", "OPENCLAW_GATEWAY_TOKEN", "--format", "json"],
    &["fix", "--unsafe-fixes", "-v"],
];

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut all: Vec<PathBuf> = entries.flat_map(|p| if p.is_dir() { files(&p) } else { vec![p] }).collect();
    all.sort();
    all
}

fn letters(rng: &mut Rng) -> String {
    let length = [8, 12, 24, 40][rng.below(4)];
    (0..length).map(|_| char::from(LETTERS[rng.below(LETTERS.len())])).collect()
}

/// The line with a secret for its value, where its name is that of one.
fn with_secret(line: &str, is_json: bool, rng: &mut Rng) -> Option<(String, String)> {
    let start = line.len() - line.trim_start_matches([' ', '-']).len();
    let end = start + line[start..].find(['=', ':'])?;
    let name = line[start..end].trim_matches(['"', '\'']).to_ascii_uppercase();
    let is_credential = ["TOKEN", "KEY", "PASSWORD", "SECRET"].iter().any(|word| name.contains(word))
        // Where it is kept is a path.
        && !["DIR", "FILE", "PATH"].iter().any(|word| name.ends_with(word));
    let value = line[end + 1..].trim();
    if !is_credential || value.is_empty() || value.starts_with(['{', '[', '|', '>', '$']) || rng.chance(25) {
        return None;
    }
    let secret = letters(rng);
    let quote = if is_json { "\"" } else { ["", "", "\"", "'"][rng.below(4)] };
    let space = if line[end + 1..].starts_with(' ') { " " } else { "" };
    let comma = if value.ends_with(',') { "," } else { "" };
    let beginning = rng.pick(&BEGINNINGS);
    let planted = format!("{}{space}{quote}{beginning}{secret}{quote}{comma}", &line[..=end]);
    Some((planted, secret))
}

/// The text with secrets in it.
fn plant(text: &str, is_json: bool, rng: &mut Rng, secrets: &mut Vec<String>) -> String {
    let lines = text.split('\n').map(|line| match with_secret(line, is_json, rng) {
        Some((line, secret)) => {
            secrets.push(secret);
            line
        }
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Puts something in, or takes a character out, mostly where a secret is.
fn damage(text: &mut String, secrets: &[String], rng: &mut Rng) {
    for _ in 0..1 + rng.below(3) {
        let inside: Vec<&String> = secrets.iter().filter(|s| text.contains(s.as_str())).collect();
        let mut at = if inside.is_empty() || rng.chance(25) {
            rng.below(text.len() + 1)
        } else {
            let secret = inside[rng.below(inside.len())];
            let start = text.find(secret.as_str()).unwrap();
            (start + rng.below(secret.len() + 3)).saturating_sub(1).min(text.len())
        };
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        if rng.chance(30) && at < text.len() {
            text.remove(at);
        } else {
            text.insert_str(at, rng.pick(&DAMAGE));
        }
    }
}

fn leaked(secrets: &[String], output: &str) -> Option<String> {
    let windows = secrets.iter().flat_map(|s| (0..=s.len() - WINDOW).map(move |at| &s[at..at + WINDOW]));
    let found = windows.filter_map(|part| output.find(part)).next()?;
    let line = output[..found].lines().count();
    Some(output.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned())
}

#[test]
fn damaged_files_show_no_part_of_a_secret() {
    let (rounds, seed) = (number("CLAWDOCK_DAMAGED", 150), number("CLAWDOCK_SEED", 1));
    let all = projects(&fixtures());
    let mut planted = 0;
    for round in 0..rounds {
        let mut rng = Rng::new(seed.wrapping_mul(1_000_003).wrapping_add(round));
        let project = &all[rng.below(all.len())];
        let folder = copy(project);
        let root = folder.path().join(project.file_name().unwrap());
        let mut secrets = Vec::new();
        for file in files(&root) {
            let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if matches!(extension, "md" | "txt") || name == "expected.json" {
                fs::remove_file(&file).unwrap();
                continue;
            }
            let Ok(text) = fs::read_to_string(&file) else { continue };
            let mut own = Vec::new();
            let mut text = plant(&text, extension.starts_with("json"), &mut rng, &mut own);
            if rng.chance(60) {
                damage(&mut text, &own, &mut rng);
            }
            fs::write(&file, text).unwrap();
            secrets.extend(own);
        }
        planted += secrets.len();
        for _ in 0..3 {
            let args = COMMANDS[rng.below(COMMANDS.len())];
            let output = run(&root, args);
            let said = [&output.stdout[..], &output.stderr[..]].concat();
            let said = String::from_utf8_lossy(&said);
            let what = format!("{} of seed {seed}, round {round}: {args:?}", project.display());
            assert_eq!(leaked(&secrets, &said), None, "{what}");
        }
    }
    assert!(planted as u64 > rounds, "only {planted} secrets were planted in {rounds} projects");
}

/// A key that has lost its quotes: each of its lines is a variable to Compose and to Docker.
#[test]
fn the_lines_of_a_key_are_not_shown_as_names() {
    let folder = common::project::own_folder();
    let lines = ["MIIEvQIBADANBgkqhkiGzw", "tuvwTUVWlmnoLMNOpqrsQWER", "pqZwPvLmTnRgHsKjWx"];
    let key = format!("A_KEY=-----BEGIN PRIVATE KEY-----\n{}\n{}\n{}==\n", lines[0], lines[1], lines[2]);
    fs::create_dir(folder.path().join("state")).unwrap();
    for file in [".env", "app.env", "state/.env"] {
        fs::write(folder.path().join(file), &key).unwrap();
    }
    fs::write(
        folder.path().join("compose.yml"),
        "services:\n  openclaw-gateway:\n    image: openclaw:2026.9.6\n    env_file: [app.env]\n    \
         volumes: [./state:/home/node/.openclaw]\n    environment:\n      - pqZwPvLmTnRgHsKjWx\n      \
         - tuvwTUVWlmnoLMNOpqrsQWER==\n      - OPENAI_API_KEY=${OPENAI_API_KEY:-tuvwTUVW$lmnoLMNOpqrsQWER}\n",
    )
    .unwrap();
    let secrets: Vec<String> = lines.iter().map(|&l| l.to_owned()).collect();
    for args in COMMANDS {
        let output = run(folder.path(), args);
        let said = [&output.stdout[..], &output.stderr[..]].concat();
        assert_eq!(leaked(&secrets, &String::from_utf8_lossy(&said)), None, "{args:?}");
    }
}
