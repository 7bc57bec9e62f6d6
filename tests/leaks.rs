//! No output shows six characters in a row of a secret: every fixture, every command, every format.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::project::{copy, fixtures, name, projects, run};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// How many characters in a row are a leak.
const WINDOW: usize = 6;

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
    for project in projects(&fixtures()) {
        let folder = copy(&project);
        let root = folder.path().join(project.file_name().unwrap());
        let secrets = plant(&root);
        number_of_secrets += secrets.len();
        for args in [
            &["lint"][..],
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
            &["explain", "gateway.auth.token"],
            &["explain", "anthropic"],
            &["explain", "OPENCLAW_GATEWAY_TOKEN", "--format", "json"],
            &["lint", "state/openclaw.json"],
            &["lint", ".env"],
            &["lint", "-f", "compose.yml", "--env-file", "state/openclaw.json"],
            &["lint", "-f", "compose.yml", "-f", "compose.required.yml"],
            &["lint", "-f", "compose.yml", "-f", "compose.required.yml", "--format", "json"],
        ] {
            let output = run(&root, args);
            let what = format!("{}: clawdock {}", name(&project), args.join(" "));
            assert_none(&secrets, &String::from_utf8_lossy(&output.stdout), &what);
            assert_none(
                &secrets,
                &String::from_utf8_lossy(&output.stderr),
                &format!("{what} (standard error)"),
            );
            for written in ["report.json", "report.txt"] {
                let written = fs::read_to_string(root.join(written)).unwrap_or_default();
                assert_none(&secrets, &written, &format!("{what} (file)"));
            }
        }
    }
    assert!(number_of_secrets > 60, "only {number_of_secrets} secrets were planted");
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
