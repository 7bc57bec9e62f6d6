//! What the README shows is what the program says.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    engine::skip,
    project::{copy_into, own_folder, run, stdout},
};
use serde_json::Value;
use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};
use tempfile::TempDir;

/// Fingerprints are others in each run.
fn without_fingerprints(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        let (before, from) = rest.split_at(at + 1);
        let digits = from.bytes().take_while(u8::is_ascii_hexdigit).count();
        out.push_str(before);
        rest = if digits == 12 { &from[digits..] } else { from };
    }
    out + rest
}

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=x", "-c", "user.email=x@example.com"]).args(arguments);
    let output = command.env("GIT_CONFIG_GLOBAL", "/dev/null").output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// A clone of this repository as it is now, with what is not committed yet: what somebody gets who does
/// as the README says.
fn clone(test: &str) -> Option<TempDir> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(files) = git(root, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]) else {
        skip(test, "git: it does not know this checkout");
        return None;
    };
    let (origin, folder) = (own_folder(), own_folder());
    for file in files.split('\0').filter(|file| root.join(file).is_file()) {
        let to = origin.path().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root.join(file), to).unwrap();
    }
    let from = origin.path().to_str().unwrap();
    git(origin.path(), &["init", "--quiet"]).unwrap();
    git(origin.path(), &["add", "--all", "--force"]).unwrap();
    git(origin.path(), &["commit", "--quiet", "--message", "as it is"]).unwrap();
    git(folder.path(), &["clone", "--quiet", from, "clawdock"]).unwrap();
    Some(folder)
}

#[test]
fn a_clone_does_what_the_readme_says() {
    let Some(clone) = clone("a_clone_does_what_the_readme_says") else { return };
    let root = clone.path().join("clawdock");
    the_example_is_what_it_shows(&root);
    the_commands_do_what_they_say(&root);
    its_fixtures_show_what_they_are_for(&root);
}

fn the_example_is_what_it_shows(clone: &Path) {
    let readme = readme();
    let (commands, shown) = readme.split_once("$ clawdock lint\n").unwrap();
    let shown = shown.split("```").next().unwrap();
    let folder = commands.rsplit("$ cd ").next().unwrap().trim();
    let said = stdout(&run(&clone.join(folder), &["lint"]));
    assert_eq!(without_fingerprints(shown), without_fingerprints(&said));
}

/// The two for a fresh machine.
fn the_commands_do_what_they_say(clone: &Path) {
    let readme = readme();
    let commands = readme.split("## Two commands for a fresh machine").nth(1).unwrap();
    let commands = commands.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let mut commands = commands.lines().map(|line| line.split('#').next().unwrap().trim());

    let lint = commands.next().unwrap().strip_prefix("cargo run --release -- ").unwrap();
    let arguments: Vec<&str> = lint.split(' ').collect();
    let output = run(clone, &arguments);
    assert_eq!(output.status.code(), Some(1), "{lint}");
    // Outside of git, where nothing else can be said of the files.
    let apart = own_folder();
    let project = arguments[1];
    copy_into(&clone.join(project), &apart.path().join(project));
    let said = |output| without_fingerprints(&stdout(&output));
    assert_eq!(said(output), said(run(apart.path(), &arguments)), "{lint}");

    let tests = commands.next().unwrap();
    assert!(clone.join(tests).metadata().is_ok_and(|m| m.permissions().mode() & 0o111 != 0), "{tests}");
    assert_eq!(commands.next(), None, "two commands");
}

/// Git keeps the `.env` of each fixture, on purpose: no project shows a finding of which its README says
/// nothing.
fn its_fixtures_show_what_they_are_for(clone: &Path) {
    let root = clone.join("compose-fixtures");
    let projects: Vec<String> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| root.join(name).join("README.md").is_file())
        .collect();
    let arguments = ["lint", "--format", "json"].into_iter().chain(projects.iter().map(String::as_str));
    let output = run(&root, &arguments.collect::<Vec<_>>());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let targets = report["targets"].as_array().unwrap();
    let of = |rule: &str| -> BTreeSet<&str> {
        let found = targets.iter().filter(|target| {
            let findings = target["findings"].as_array().unwrap();
            findings.iter().any(|f| f["rule"] == rule)
        });
        found.map(|target| target["project"].as_str().unwrap()).collect()
    };
    assert!(of("CD101").contains("cd101-fires"));
    // The fixture of that rule itself does not ignore it.
    assert_eq!(of("CD604"), ["cd604-fires"].into());
}

#[test]
fn the_help_names_what_the_readme_names() {
    let readme = readme();
    let help = stdout(&run(Path::new("/"), &["--help"]));
    for command in [
        "inspect",
        "lint",
        "diff",
        "plan",
        "fix",
        "snapshot",
        "diagnose",
        "rules",
        "explain",
        "schema",
        "completions",
    ] {
        assert!(help.contains(&format!("  {command}")), "{command} is not in --help");
        assert!(readme.contains(&format!("`clawdock {command}")), "{command} is not in the README");
    }
    for line in ["0  nothing at or above --fail-on", "3  the target or the engine cannot be reached"] {
        assert!(help.contains(line), "{line} is not in --help");
    }
}
