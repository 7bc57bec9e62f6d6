//! Small inputs whose right answer is known, which lie beside the checkout and are no part of it
//! (`../shared/cases`): each that does not get its answer yet is in `tests/cases-open.txt`, under the
//! reason. One that gets it must leave the list.
//!
//! `CLAWDOCK_UPDATE=1 cargo test --test cases` takes out what passes, and puts what does not under a
//! heading without a reason, which has to be written.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::engine::skip;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the cases said.
struct Outcome {
    /// Every case that fails, with what is wrong.
    failed: BTreeMap<String, Vec<String>>,
    /// `59 of 292 cases give the right answer`
    summary: String,
}

fn run(runner: &Path) -> Option<Outcome> {
    let mut command = Command::new("python3");
    command.arg(runner).arg(env!("CARGO_BIN_EXE_clawdock")).stdin(Stdio::null());
    let output = command.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut failed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut last = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("FAIL ") {
            name.clone_into(&mut last);
            failed.insert(last.clone(), Vec::new());
        } else if line.starts_with("     ") {
            failed.entry(last.clone()).or_default().push(line.to_owned());
        }
    }
    let summary = text.lines().last().unwrap_or_default().to_owned();
    assert!(summary.contains(" cases give the right answer"), "{}", String::from_utf8_lossy(&output.stderr));
    Some(Outcome { failed, summary })
}

/// The list: under each heading `# the reason`, the names of cases.
fn open_cases(text: &str) -> BTreeMap<String, String> {
    let mut reason = String::new();
    let mut open = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(heading) = line.strip_prefix("# ") {
            heading.clone_into(&mut reason);
        } else {
            assert!(!reason.is_empty(), "{line} stands under no reason");
            let before = open.insert(line.to_owned(), reason.clone());
            assert_eq!(before, None, "{line} is listed twice");
        }
    }
    open
}

/// The heading of what `CLAWDOCK_UPDATE` adds.
const NO_REASON: &str = "TODO: say why";

fn update(file: &Path, text: &str, failed: &BTreeSet<String>, open: &BTreeSet<String>) {
    let stays = |line: &&str| !open.contains(line.trim()) || failed.contains(line.trim());
    let mut kept: Vec<&str> = text.lines().filter(stays).collect();
    let new: Vec<&str> = failed.difference(open).map(String::as_str).collect();
    let heading = format!("# {NO_REASON}");
    if !new.is_empty() {
        kept.extend(["", &heading]);
        kept.extend(new);
    }
    let text = kept.join("\n");
    // A heading with nothing below it goes, too.
    let groups = text.split("\n\n").map(str::trim).filter(|group| group.lines().count() > 1);
    fs::write(file, groups.collect::<Vec<_>>().join("\n\n") + "\n").unwrap();
}

#[test]
fn what_does_not_pass_is_listed_with_its_reason() {
    let test = "what_does_not_pass_is_listed_with_its_reason";
    let cases: PathBuf = root().join("../shared/cases");
    let runner = cases.join("run");
    if !runner.is_file() {
        return skip(test, "the cases: ../shared/cases is not beside the checkout");
    }
    let Some(outcome) = run(&runner) else { return skip(test, "python3: it cannot be run") };
    // Past the capture of the test harness, for the summary of tests/run.
    let _ = writeln!(std::io::stderr().lock(), "\nCASES {}", outcome.summary);
    let file = root().join("tests/cases-open.txt");
    let text = fs::read_to_string(&file).unwrap();
    let reasons = open_cases(&text);
    let open: BTreeSet<String> = reasons.keys().cloned().collect();
    let failed: BTreeSet<String> = outcome.failed.keys().cloned().collect();
    if std::env::var_os("CLAWDOCK_UPDATE").is_some() {
        update(&file, &text, &failed, &open);
    }
    let mut wrong: Vec<String> = Vec::new();
    for name in failed.difference(&open) {
        wrong.push(format!("{name} fails:\n{}", outcome.failed[name].join("\n")));
    }
    for name in open.difference(&failed) {
        let is_case = cases.join(name).join("case.json").is_file();
        let why = if is_case { "passes, and must leave the list" } else { "is no case" };
        wrong.push(format!("{name} {why}"));
    }
    let unexplained = reasons.iter().filter(|(_, reason)| *reason == NO_REASON);
    wrong.extend(unexplained.map(|(name, _)| format!("{name} has no reason")));
    assert!(wrong.is_empty(), "tests/cases-open.txt: {} faults\n{}", wrong.len(), wrong.join("\n"));
}
