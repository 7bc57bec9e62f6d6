//! Every project of `compose-fixtures/` gives the report that lies beside it, the report matches
//! the published schema, and each rule fires on one project and is quiet on another.
//!
//! After a change that is meant: `CLAWDOCK_UPDATE=1 cargo test --test fixtures`, and read the diff.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    reason = "tests"
)]

mod common;

use common::project::{copy, fixtures, name, projects, run, stdout};
use serde_json::Value;
use std::{collections::HashMap, fs, path::Path};

/// The report of a project, with what differs from run to run replaced.
fn report(project: &Path) -> (Value, Option<i32>) {
    let folder = copy(project);
    let root = folder.path().join(project.file_name().unwrap());
    let output = run(&root, &["lint", "--format", "json"]);
    let text = stdout(&output).replace(&root.display().to_string(), "@ROOT@");
    let mut report: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", name(project)));
    number_fingerprints(&mut report, &mut HashMap::new());
    report["clawdock"]["version"] = "VERSION".into();
    (report, output.status.code())
}

/// Fingerprints of values differ from run to run, but equal values have equal ones: they become
/// `#1`, `#2` … in the order in which they appear.
fn number_fingerprints(node: &mut Value, known: &mut HashMap<String, usize>) {
    match node {
        Value::Object(map) => {
            let is_value = map.contains_key("length");
            if is_value && let Some(Value::String(print)) = map.get_mut("fingerprint") {
                let next = known.len() + 1;
                *print = format!("#{}", known.entry(print.clone()).or_insert(next));
            }
            map.values_mut().for_each(|v| number_fingerprints(v, known));
        }
        Value::Array(items) => items.iter_mut().for_each(|v| number_fingerprints(v, known)),
        _ => {}
    }
}

#[test]
fn reports_are_as_expected() {
    let update = std::env::var_os("CLAWDOCK_UPDATE").is_some();
    let mut wrong = Vec::new();
    for project in projects(&fixtures()) {
        let (report, code) = report(&project);
        let found = format!("{:#}\n", serde_json::json!({"exit_code": code, "report": report}));
        let file = project.join("expected.json");
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if found != expected {
            if update {
                fs::write(&file, &found).unwrap();
            } else {
                let difference = similar::TextDiff::from_lines(&expected, &found);
                wrong.push(format!("{}:\n{}", name(&project), difference.unified_diff().context_radius(2)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} reports differ\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn reports_match_the_schema() {
    let schema =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for project in projects(&fixtures()) {
        for reveal in [&[][..], &["--reveal"]] {
            let folder = copy(&project);
            let root = folder.path().join(project.file_name().unwrap());
            let output = run(&root, &[&["lint", "--format", "json"], reveal].concat());
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&report).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", name(&project));
        }
    }
}

fn findings(report: &Value) -> Vec<(String, String)> {
    let targets = report["targets"].as_array().unwrap();
    let findings = targets.iter().flat_map(|t| t["findings"].as_array().unwrap());
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    findings.map(|f| (text(&f["rule"]), text(&f["severity"]))).collect()
}

#[test]
fn each_rule_fires_and_is_quiet() {
    for rule in clawdock::rules::RULES {
        // They compare a container with its project: tests/inspect.rs makes the container.
        if clawdock::rules::NEEDS_CONTAINER.contains(&rule.id) {
            continue;
        }
        let (fires, _) = report(&fixtures().join(format!("{}-fires", rule.id)));
        assert!(findings(&fires).iter().any(|(id, _)| id == rule.id), "{} does not fire", rule.id);
        let (quiet, code) = report(&fixtures().join(format!("{}-quiet", rule.id)));
        let loud: Vec<_> = findings(&quiet).into_iter().filter(|(_, s)| s != "info").collect();
        assert!(loud.is_empty(), "{}-quiet: {loud:?}", rule.id);
        assert_eq!(code, Some(0), "{}-quiet", rule.id);
    }
}

/// What is in the repository is out: a token in a compose file that git tracks is an error, and so is
/// an env file that git tracks.
#[test]
fn what_git_tracks_is_told_as_an_error() {
    let git = |root: &Path, arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        command
            .current_dir(root)
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .is_ok_and(|o| o.status.success())
    };
    for (project, rule, file) in [("CD601-fires", "CD601", "compose.yml"), ("CD601-quiet", "CD604", ".env")] {
        let folder = copy(&fixtures().join(project));
        let root = folder.path().join(project);
        if !git(&root, &["init", "--quiet"]) {
            println!("there is no git here: nothing is tracked");
            return;
        }
        let severities = || {
            let output = run(&root, &["lint", "--format", "json"]);
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            findings(&report).into_iter().filter(|(id, _)| id == rule).map(|(_, s)| s).collect::<Vec<_>>()
        };
        assert!(!severities().contains(&"error".to_owned()), "{project}: nothing is tracked yet");
        assert!(git(&root, &["add", "--force", file]));
        assert!(severities().contains(&"error".to_owned()), "{project}: {file} is tracked");
    }
}

#[test]
fn a_clean_project_is_clean() {
    let (report, code) = report(&fixtures().join("clean"));
    let loud: Vec<_> = findings(&report).into_iter().filter(|(_, s)| s != "info").collect();
    assert!(loud.is_empty(), "{loud:?}");
    assert_eq!(code, Some(0));
}
