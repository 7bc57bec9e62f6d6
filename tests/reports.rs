//! Every format of every fixture's report is what those who read it take: SARIF, GitLab and JUnit
//! are validated, YAML says what JSON says, and a run writes them all at once.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    project::{clawdock, copy, fixtures, name, projects, run, stderr, stdout},
    tools,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

const FORMATS: [&str; 10] =
    ["human", "concise", "json", "yaml", "sarif", "github", "gitlab", "junit", "markdown", "html"];

/// What one run writes of a fixture, by format, and the folder it ran in.
fn all_formats(project: &Path, further: &[&str]) -> (BTreeMap<&'static str, String>, tempfile::TempDir) {
    let folder = copy(project);
    let root = folder.path().join(project.file_name().unwrap());
    let specs: Vec<String> = FORMATS.iter().map(|f| format!("--format={f}=out.{f}")).collect();
    let args: Vec<&str> = ["lint"].into_iter().chain(specs.iter().map(String::as_str)).collect();
    let output = run(&root, &[&args, further].concat());
    assert_eq!(stdout(&output), "", "{}", name(project));
    let read = |format| (format, fs::read_to_string(root.join(format!("out.{format}"))).unwrap());
    (FORMATS.into_iter().map(read).collect(), folder)
}

fn schema(file: &str) -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas").join(file);
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, document: &Value, what: &str) {
    let errors: Vec<String> =
        validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

#[test]
fn every_format_is_valid_and_says_the_same() {
    let sarif_schema = schema("sarif-2.1.0.json");
    let gitlab_schema = schema("gitlab-code-quality.json");
    let xml = tools::find(&["xmllint"], "JUnit against its schema").is_some();
    for project in projects(&fixtures()) {
        let what = name(&project);
        let (written, folder) = all_formats(&project, &[]);
        let parse = |format| -> Value { serde_json::from_str(&written[format]).unwrap() };
        let json = parse("json");
        let yaml: Value = serde_yaml::from_str(&written["yaml"]).unwrap();
        assert_eq!(json, yaml, "{what}");

        let findings: Vec<&Value> = json["targets"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|t| t["findings"].as_array().unwrap())
            .collect();
        let refusals = json["refusals"].as_array().unwrap().len();
        let prints: Vec<&Value> = findings.iter().map(|f| &f["fingerprint"]).collect();

        let sarif = parse("sarif");
        assert_valid(&sarif_schema, &sarif, &what);
        let kept_back = json["targets"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|t| t["suppressed"].as_array().into_iter().flatten())
            .filter(|s| !matches!(s["by"]["kind"].as_str(), Some("yielded" | "merged")))
            .count();
        check_sarif(&sarif, &prints, kept_back, refusals, &what);

        let gitlab = parse("gitlab");
        assert_valid(&gitlab_schema, &gitlab, &what);
        let issues = gitlab.as_array().unwrap();
        assert_eq!(issues.len(), findings.len() + refusals, "{what}");
        let unique: BTreeSet<&str> = issues.iter().map(|i| i["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(unique.len(), issues.len(), "{what}");

        let annotations: Vec<&str> = written["github"].lines().collect();
        assert_eq!(annotations.len(), issues.len(), "{what}");
        let begins = ["::error title=", "::warning title=", "::notice title="];
        assert!(
            annotations.iter().all(|a| begins.iter().any(|b| a.starts_with(b))),
            "{what}: {annotations:?}"
        );

        let errors = findings.iter().filter(|f| f["severity"] == "error").count();
        assert_eq!(written["junit"].matches("<failure ").count(), errors, "{what}");
        assert_eq!(written["junit"].matches("<error ").count(), refusals, "{what}");
        if xml {
            validate_junit(folder.path(), &written["junit"], &what);
        }

        assert!(written["markdown"].chars().count() < 65_536, "{what}");
        assert_eq!(written["markdown"].matches("<summary><b>").count(), findings.len() + refusals, "{what}");
        assert_eq!(
            written["html"].matches("<article class=\"finding").count(),
            findings.len() + refusals,
            "{what}"
        );
    }
}

/// What the schema cannot say.
fn check_sarif(log: &Value, prints: &[&Value], kept_back: usize, refusals: usize, what: &str) {
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    // What is kept back is there too, and says so.
    let (kept, told): (Vec<&Value>, Vec<&Value>) =
        results.iter().partition(|r| r.get("suppressions").is_some());
    let own: Vec<&Value> = told.iter().map(|r| &r["partialFingerprints"]["clawdockFinding/v1"]).collect();
    assert_eq!((own.as_slice(), kept.len()), (prints, kept_back), "{what}");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"], "{what}");
    }
    let notified = run["invocations"][0]["toolExecutionNotifications"].as_array().map_or(0, Vec::len);
    assert_eq!(notified, refusals, "{what}");
    let mut artifacts = Vec::new();
    walk(run, &mut |node| artifacts.extend(node.get("artifactLocation").cloned()));
    for artifact in artifacts {
        let uri = artifact["uri"].as_str().unwrap();
        let is_relative = !uri.contains(':') && !uri.starts_with('/');
        assert_eq!(artifact["uriBaseId"] == "%SRCROOT%", is_relative, "{what}: {uri}");
    }
}

fn walk(node: &Value, visit: &mut impl FnMut(&Value)) {
    visit(node);
    match node {
        Value::Object(map) => map.values().for_each(|v| walk(v, visit)),
        Value::Array(items) => items.iter().for_each(|v| walk(v, visit)),
        _ => {}
    }
}

fn validate_junit(folder: &Path, xml: &str, what: &str) {
    let file = folder.join("junit.xml");
    fs::write(&file, xml).unwrap();
    let xsd = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/junit-10.xsd");
    let output =
        Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(xsd).arg(file).output().unwrap();
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The value in effect and the one that it overrides are steps of one flow, with the line of `.env`
/// between them.
#[test]
fn sarif_shows_the_way_of_a_value() {
    let (written, _folder) = all_formats(&fixtures().join("token-conflict"), &[]);
    let log: Value = serde_json::from_str(&written["sarif"]).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|r| r["ruleId"] == "CD101").unwrap();
    let steps = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    let files: Vec<&str> = steps
        .iter()
        .map(|s| s["location"]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap())
        .collect();
    assert_eq!(files[..4], ["state/openclaw.json", "compose.yml", "compose.yml", ".env"]);
}

/// A test case fails exactly when the finding makes the run fail.
#[test]
fn junit_fails_what_the_exit_code_fails() {
    let project = fixtures().join("token-conflict");
    let failures = |further: &[&str]| all_formats(&project, further).0["junit"].matches("<failure ").count();
    let (errors, warnings) = (failures(&[]), failures(&["--fail-on", "warning"]));
    assert!(errors > 0 && warnings > errors);
    assert_eq!(failures(&["--fail-on", "never"]), 0);
    let (written, _folder) = all_formats(&project, &["--select", "CD101"]);
    assert_eq!(written["junit"].matches("<testcase ").count(), 2, "one rule judged two targets");
}

/// A job of a CI runs in a folder of its checkout; what it reports has paths from the checkout's root.
#[test]
fn paths_begin_at_the_root_of_the_checkout() {
    let folder = copy(&fixtures().join("token-conflict"));
    let root = folder.path().join("token-conflict");
    for variable in ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"] {
        let output = |format: &str| {
            let mut command = clawdock(&root);
            command.env(variable, folder.path()).args(["lint", "--format", format]);
            stdout(&command.output().unwrap())
        };
        assert!(output("github").contains(",file=token-conflict/compose.yml,"));
        assert!(output("gitlab").contains("\"path\": \"token-conflict/compose.yml\""));
        assert!(output("sarif").contains("\"uri\": \"token-conflict/compose.yml\""));
        assert!(output("human").contains(" --> compose.yml"), "people see what they can open");
    }
}

#[test]
fn a_format_without_a_meaning_is_refused() {
    let folder = copy(&fixtures().join("clean"));
    let root = folder.path().join("clean");
    for (args, wrong, known) in [
        (&["env"][..], &["sarif", "github", "gitlab", "junit", "markdown", "html"][..], "human, json, yaml"),
        (&["rules"], &["sarif", "junit", "html"], "human, json, yaml, markdown"),
        (&["explain", "CD101"], &["sarif", "html"], "human, json, yaml, markdown"),
        (&["explain", "gateway.auth.token"], &["sarif", "gitlab"], "human, json, yaml, markdown, html"),
        (&["diff", "a"], &["sarif", "html"], "human, json, yaml, markdown"),
        (&["inspect", "--probe", "--dry-run"], &["json"], "human"),
        (&["schema"], &["yaml"], "human, json"),
    ] {
        for format in wrong {
            let output = run(&root, &[args, &["--format", format]].concat());
            let said = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{args:?} {format}");
            assert!(said.contains(&format!("has no {format} output; it has: {known}\n")), "{said}");
            assert_eq!(stdout(&output), "");
        }
    }
}

#[test]
fn the_catalogue_has_formats_too() {
    let folder = tempfile::tempdir().unwrap();
    let of = |args: &[&str]| stdout(&run(folder.path(), args));
    let json: Value = serde_json::from_str(&of(&["rules", "--format", "json"])).unwrap();
    let yaml: Value = serde_yaml::from_str(&of(&["rules", "--format", "yaml"])).unwrap();
    assert_eq!(json, yaml);
    let count = json["rules"].as_array().unwrap().len();
    assert_eq!(of(&["rules", "--format", "markdown"]).lines().count(), count + 2);
    let page: Value = serde_json::from_str(&of(&["explain", "CD101", "--format", "json"])).unwrap();
    assert_eq!(page["page"], of(&["explain", "CD101"]));
    assert_eq!(of(&["rules", "--format", "json=rules.json"]), "");
    let written: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("rules.json")).unwrap()).unwrap();
    assert_eq!(written, json);
}
