//! `clawdock fix` as a user runs it: what it shows, what it writes, and what it leaves alone.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::project::{copy, fixtures, run, stderr, stdout};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

fn findings(root: &Path) -> Vec<Value> {
    let output = run(root, &["lint", "--format", "json"]);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&output)));
    let targets = report["targets"].as_array().unwrap();
    targets.iter().flat_map(|t| t["findings"].as_array().unwrap().clone()).collect()
}

fn count(root: &Path, rule: &str) -> usize {
    findings(root).iter().filter(|f| f["rule"] == rule).count()
}

/// Every file of a project.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if entry.is_dir() {
                open.push(entry);
            } else {
                all.insert(entry.clone(), fs::read(&entry).unwrap());
            }
        }
    }
    all
}

const HEAD: &str = "name: claw
services:
  openclaw-gateway:
    image: ghcr.io/openclaw/openclaw:2026.9.6
    command: [node, dist/index.js, gateway, --bind, lan, --port, '18789']
    volumes: ['./state:/home/node/.openclaw']
    environment:
      HOME: /home/node
      OPENCLAW_STATE_DIR: /home/node/.openclaw
      OPENCLAW_GATEWAY_TOKEN: ${OPENCLAW_GATEWAY_TOKEN:?}
";
const TOKEN: &str = "OPENCLAW_GATEWAY_TOKEN=4f1c9a7be2d05836a1b7c3d94e6f8025b9d1e3f70a2c4d68\n";

/// A project: its compose file, its .env and its config.
fn project(compose: &str, dotenv: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    fs::create_dir(folder.path().join("state")).unwrap();
    write("state/openclaw.json", "{ gateway: { mode: \"local\" } }\n");
    write(".env", dotenv);
    write("compose.yaml", compose);
    folder
}

fn read(root: &Path, name: &str) -> String {
    fs::read_to_string(root.join(name)).unwrap()
}

/// Rules that have a fix for the case of their fixture, and whether all of it is mended.
const MENDED: [&str; 23] = [
    "CD103", "CD104", "CD105", "CD106", "CD110", "CD201", "CD204", "CD208", "CD210", "CD211", "CD212",
    "CD303", "CD308", "CD309", "CD401", "CD404", "CD501", "CD502", "CD503", "CD504", "CD506", "CD509",
    "CD610",
];

/// Rules whose fixture is a choice, and what is typed for each side.
const CHOSEN: [(&str, &[&str]); 4] = [
    ("CD101", &["config", "env", ".env:1", "openclaw.json"]),
    ("CD107", &[".env:1", ".env:2"]),
    ("CD202", &["providers.env:1", ".env:2"]),
    ("CD302", &["config", "env"]),
];

#[test]
fn each_fix_does_away_with_its_finding_and_a_second_run_does_nothing() {
    for rule in MENDED {
        let folder = copy(&fixtures().join(format!("{rule}-fires")));
        let root = folder.path().join(format!("{rule}-fires"));
        let before = files(&root);
        let found = count(&root, rule);
        let shown = run(&root, &["fix", "--unsafe-fixes", "--select", rule]);
        assert_eq!(files(&root), before, "{rule}: showing writes nothing");
        assert!(stdout(&shown).contains("@@ -"), "{rule}: {}", stdout(&shown));
        let written = run(&root, &["fix", "--unsafe-fixes", "--select", rule, "--write"]);
        assert!(stdout(&written).contains("written; what it held"), "{rule}: {}", stdout(&written));
        assert!(count(&root, rule) < found, "{rule}: {}", stdout(&written));
        let after = files(&root);
        let backups: Vec<&PathBuf> =
            after.keys().filter(|p| p.extension().is_some_and(|e| e == "bak")).collect();
        assert!(!backups.is_empty(), "{rule}");
        for backup in backups {
            assert_eq!(after[backup], before[&backup.with_extension("")], "{rule}: {}", backup.display());
        }
        let again = run(&root, &["fix", "--unsafe-fixes", "--select", rule, "--write"]);
        assert!(stdout(&again).contains("Nothing to fix"), "{rule}: {}", stdout(&again));
        assert_eq!(files(&root), after, "{rule}: a second run does nothing");
    }
}

#[test]
fn of_two_values_the_one_that_is_preferred_stays() {
    for (rule, words) in CHOSEN {
        let folder = copy(&fixtures().join(format!("{rule}-fires")));
        let root = folder.path().join(format!("{rule}-fires"));
        let before = files(&root);
        let shown = stdout(&run(&root, &["fix", "--select", rule, "--write"]));
        assert_eq!(files(&root), before, "{rule}: nothing is chosen unasked");
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in &words[..2] {
            let command = format!("`clawdock fix --select {rule} --prefer {word} --write`");
            assert!(shown.contains(&command), "{rule}: {command} is not in {shown}");
        }
        for word in words {
            let folder = copy(&fixtures().join(format!("{rule}-fires")));
            let root = folder.path().join(format!("{rule}-fires"));
            let found = count(&root, rule);
            let written = run(&root, &["fix", "--select", rule, "--prefer", word, "--write"]);
            assert!(count(&root, rule) < found, "{rule} {word}: {}", stdout(&written));
        }
    }
    let folder = copy(&fixtures().join("CD101-fires"));
    let root = folder.path().join("CD101-fires");
    let token = |name: &str, root: &Path| {
        let text = read(root, name);
        let at = text.find("TOKEN=").or_else(|| text.find("\"token\": \"")).unwrap();
        text[at..].split(['=', '"', '\n']).max_by_key(|part| part.len()).unwrap().to_owned()
    };
    let config = token("state/openclaw.json", &root);
    assert_ne!(token(".env", &root), config);
    run(&root, &["fix", "--prefer", "config", "--write"]);
    assert_eq!(token(".env", &root), config);
    let refused = run(&root, &["fix", "--prefer", "what"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn a_new_token_is_written_and_never_shown() {
    let folder = copy(&fixtures().join("CD106-fires"));
    let root = folder.path().join("CD106-fires");
    let shown = run(&root, &["fix", "--unsafe-fixes", "--reveal", "--write", "--select", "CD106"]);
    let text = read(&root, ".env");
    let token = text.split(['=', '\n']).find(|part| part.len() == 64).unwrap();
    assert!(token.chars().all(|c| c.is_ascii_hexdigit()));
    assert!(!stdout(&shown).contains(&token[..8]), "{}", stdout(&shown));
    let folder = copy(&fixtures().join("CD106-fires"));
    let other = folder.path().join("CD106-fires");
    run(&other, &["fix", "--unsafe-fixes", "--write", "--select", "CD106"]);
    assert_ne!(read(&other, ".env"), text, "each run makes another one");
    let report = stdout(&run(&fixtures().join("CD106-fires"), &["lint", "--format", "json", "--reveal"]));
    assert!(!report.contains("9b1fd2c07a6e4835"), "a stand-in is no token");
}

#[test]
fn a_selection_does_not_hide_what_a_fix_breaks() {
    // The other service has no such variable: a reference to it cannot be resolved there.
    let compose = format!(
        "{HEAD}  openclaw-cli:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    entrypoint: [node, dist/index.js]\n    network_mode: service:openclaw-gateway\n    volumes: ['./state:/home/node/.openclaw']\n"
    );
    let folder = project(&compose, TOKEN);
    let root = folder.path();
    fs::write(
        root.join("state/openclaw.json"),
        "{ gateway: { mode: \"local\", auth: { token: \"0b1f7c9a5e2d46831a9b7c3d94e6f8025b9d1e3f70a2c4d6\" } } }\n",
    )
    .unwrap();
    let shown = stdout(&run(root, &["fix", "--select", "CD101", "--prefer", "env", "--write"]));
    assert!(shown.contains("Not fixed"), "{shown}");
    assert!(shown.contains("would be reported instead"), "{shown}");
}

#[test]
fn what_has_no_fix_is_counted() {
    let folder = copy(&fixtures().join("CD604-fires"));
    let shown = stdout(&run(&folder.path().join("CD604-fires"), &["fix", "--select", "CD604"]));
    assert!(shown.contains("no automatic fix"), "{shown}");
}

#[test]
fn every_fixture_is_as_good_or_better_afterwards() {
    for project in common::project::projects(&fixtures()) {
        let folder = copy(&project);
        let root = folder.path().join(project.file_name().unwrap());
        let errors = |root: &Path| findings(root).iter().filter(|f| f["severity"] == "error").count();
        let before = errors(&root);
        run(&root, &["fix", "--write"]);
        run(&root, &["fix", "--write", "--unsafe-fixes"]);
        assert!(errors(&root) <= before, "{}", project.display());
        let after = files(&root);
        run(&root, &["fix", "--write", "--unsafe-fixes"]);
        assert_eq!(files(&root), after, "{}: a further run does nothing", project.display());
    }
}

#[test]
fn only_what_is_meant_changes() {
    let compose = format!(
        "\u{feff}# top\n{HEAD}      OPENCLAW_NOTHING_AT_ALL: UTC # dead\n      # about the next\n      ANTHROPIC_API_KEY: \"${{ANTHROPIC_API_KEY:-}}\"   # from the shell\n      LAST:   x\n"
    )
    .replace('\n', "\r\n");
    let folder = project(&compose, TOKEN);
    let root = folder.path();
    fs::write(root.join("state/.env"), "ANTHROPIC_API_KEY=sk-ant-x\n").unwrap();
    let output = run(root, &["fix", "--write", "--select", "CD201,CD204"]);
    let expected = compose
        .replace("      OPENCLAW_NOTHING_AT_ALL: UTC # dead\r\n", "")
        .replace("ANTHROPIC_API_KEY: \"${ANTHROPIC_API_KEY:-}\"   #", "ANTHROPIC_API_KEY:   #");
    assert_eq!(read(root, "compose.yaml"), expected, "{}", stdout(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn unsafe_fixes_are_named_and_wait() {
    let folder = project(&format!("{HEAD}      OPENCLAW_TZ: UTC\n"), TOKEN);
    let root = folder.path();
    let shown = stdout(&run(root, &["fix", "--write"]));
    assert!(shown.contains("1 more fix needs a look first, and `--unsafe-fixes`"), "{shown}");
    assert!(!read(root, "compose.yaml").contains("      TZ: UTC"));
    // As ruff calls it, and shorter.
    run(root, &["fix", "--write", "--unsafe"]);
    assert!(read(root, "compose.yaml").contains("      TZ: UTC"));
}

#[test]
fn what_is_shared_is_said_and_left_alone() {
    let anchored = HEAD.replace("    environment:\n", "    environment: &env\n");
    let compose = format!(
        "{anchored}      OPENCLAW_NOTHING_AT_ALL: x\n  other:\n    image: busybox\n    environment: *env\n"
    );
    let folder = project(&compose, TOKEN);
    let shown = stdout(&run(folder.path(), &["fix", "--write", "--unsafe-fixes"]));
    assert!(shown.contains("By hand:"), "{shown}");
    assert!(shown.contains("another service") || shown.contains("anchor"), "{shown}");
    assert_eq!(read(folder.path(), "compose.yaml"), compose);
    let extended =
        format!("{HEAD}      OPENCLAW_NOTHING_AT_ALL: x\n  other:\n    extends: openclaw-gateway\n");
    let folder = project(&extended, TOKEN);
    let shown = stdout(&run(folder.path(), &["fix", "--write", "--unsafe-fixes"]));
    assert!(shown.contains("is a part of another service as well"), "{shown}");
    assert_eq!(read(folder.path(), "compose.yaml"), extended);
}

#[test]
fn a_link_is_followed_and_mode_and_backup_are_kept() {
    let folder = project(&format!("{HEAD}      OPENCLAW_NOTHING_AT_ALL: x\n"), TOKEN);
    let root = folder.path();
    fs::rename(root.join("compose.yaml"), root.join("real.yaml")).unwrap();
    symlink("real.yaml", root.join("compose.yaml")).unwrap();
    fs::set_permissions(root.join("real.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    let output = run(root, &["fix", "--write"]);
    assert!(fs::symlink_metadata(root.join("compose.yaml")).unwrap().is_symlink(), "{}", stdout(&output));
    assert_eq!(read(root, "real.yaml"), HEAD);
    let mode = |name: &str| fs::metadata(root.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("real.yaml"), mode("real.yaml.bak")), (0o640, 0o640));
}

#[test]
fn the_json_of_a_finding_says_the_same_edits() {
    let text = format!("{HEAD}      OPENCLAW_NOTHING_AT_ALL: é\n      OPENCLAW_TZ: UTC\n");
    let folder = project(&text, TOKEN);
    let root = folder.path();
    let fixes: Vec<Value> = findings(root)
        .iter()
        .filter(|f| f["fix"]["edits"].as_array().is_some_and(|e| !e.is_empty()))
        .map(|f| f["fix"].clone())
        .collect();
    assert_eq!(fixes.len(), 2);
    let mut edited = text.clone();
    let mut edits: Vec<Value> = fixes.iter().flat_map(|f| f["edits"].as_array().unwrap().clone()).collect();
    edits.sort_by_key(|e| std::cmp::Reverse(e["start"]["offset"].as_u64()));
    for edit in edits {
        let at = |end: &str| usize::try_from(edit[end]["offset"].as_u64().unwrap()).unwrap();
        let line = edited[..at("start")].matches('\n').count() + 1;
        assert_eq!(edit["start"]["line"], line);
        edited.replace_range(at("start")..at("end"), edit["replacement"].as_str().unwrap());
    }
    run(root, &["fix", "--write", "--unsafe-fixes", "--select", "CD204"]);
    assert_eq!(read(root, "compose.yaml"), edited);
}

#[test]
fn a_value_is_quoted_and_never_shown() {
    let dotenv = format!("{TOKEN}MY_SECRET=abZQXJ$kvwyZQXJ # note\n");
    let folder = project(&format!("{HEAD}      MY_SECRET: ${{MY_SECRET}}\n"), &dotenv);
    let root = folder.path();
    for args in [&["fix", "--unsafe-fixes"][..], &["lint", "--format", "json"]] {
        let said = stdout(&run(root, args));
        assert!(!said.contains("ZQXJ"), "{said}");
    }
    let shown = stdout(&run(root, &["fix", "--unsafe-fixes", "--reveal"]));
    assert!(shown.contains("+MY_SECRET='abZQXJ$kvwyZQXJ' # note"), "{shown}");
    run(root, &["fix", "--unsafe-fixes", "--write"]);
    assert_eq!(read(root, ".env"), dotenv.replace("abZQXJ$kvwyZQXJ", "'abZQXJ$kvwyZQXJ'"));
}

#[test]
fn standard_input_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["fix", "-"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = project("services:\n  a:\n    image: x\n   b: y\n", "");
    for (args, expected) in [(&["fix"][..], "compose.yaml:4:4"), (&["fix", "nowhere.yml"], "no such file")] {
        let done = run(folder.path(), args);
        let words = stdout(&done).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(done.status.code(), Some(2));
        assert!(words.contains(expected), "{words}");
    }
}
