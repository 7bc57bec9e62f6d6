//! Every project of `compose-fixtures/`, three times over.
//!
//! * What a rule says to people lies beside the rule: `src/rules/<series>/<name>.txt` has its findings as the
//!   human report prints them, for `<ID>-fires` and for each other fixture that the file names.
//! * `compose-fixtures/findings.txt` has a line for each finding of each fixture.
//! * The fixtures of [`WHOLE`] show what no smaller test does: `expected.json` is their whole report.
//!
//! After a change that is meant: `CLAWDOCK_UPDATE=1 cargo test --test fixtures`, and read the diff.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::rules::{NEEDS_CONTAINER, RULES, Rule};
use common::{
    engine::skip,
    project::{copy, fixtures, projects, run},
    recorded::{self, Recorded},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Fixtures whose whole report is recorded, and what it shows.
const WHOLE: [(&str, &str); 20] = [
    ("auth-conflicts", "token and password, gateway and command line"),
    ("bad-input/duplicate-key", "a refusal of Compose's"),
    ("beside-openclaw", "services that are not OpenClaw"),
    ("clawdbot-2026-1", "a release before OpenClaw had its name"),
    ("clean", "all settings of a project that is right"),
    ("cli-remote", "a command line that talks to a gateway elsewhere"),
    ("cli-services", "the consumers beside a gateway"),
    ("config-unknown-key", "a config that a release refuses"),
    ("configuration", "clawdock.toml"),
    ("env-file-without-port", "a port that no file names"),
    ("ignore-comments", "what comments keep back"),
    ("image-cn-im", "an image's profile: what its start script writes"),
    ("image-coollabsio", "an image's profile: what its start script reads"),
    ("image-phioranex", "an image's profile: where its files are"),
    ("interpolation", "each form of ${NAME}"),
    ("older-release", "the precedence of an older release"),
    ("start-script", "a start script of the project's own"),
    ("stored-profile", "credentials in a database"),
    ("stored-profile-older", "credentials in the files of an older release"),
    ("token-conflict", "one token in many places"),
];

/// What a test recorded: compares, or writes it anew when that is asked for.
struct Records {
    wrong: Vec<String>,
    update: bool,
}

impl Records {
    fn new() -> Self {
        Self { wrong: Vec::new(), update: std::env::var_os("CLAWDOCK_UPDATE").is_some() }
    }

    fn compare(&mut self, file: &Path, found: &str) {
        let expected = fs::read_to_string(file).unwrap_or_default();
        if found == expected {
        } else if self.update {
            fs::write(file, found).unwrap();
        } else {
            let difference = similar::TextDiff::from_lines(expected.as_str(), found);
            self.wrong.push(format!("{}:\n{}", file.display(), difference.unified_diff().context_radius(2)));
        }
    }

    fn assert_equal(self) {
        let Self { wrong, .. } = self;
        assert!(wrong.is_empty(), "{} files differ\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// The fixtures that a rule's snapshot shows: the one in which it fires, and those that the file
/// names besides.
const SHOWN: &str = "==> compose-fixtures/";

#[test]
fn rules_say_what_lies_beside_them() {
    let mut records = Records::new();
    for (id, source) in sources_of_rules() {
        let file = source.with_extension("txt");
        let before = fs::read_to_string(&file).unwrap_or_default();
        let fires = format!("{id}-fires");
        let more = before.lines().filter_map(|line| line.strip_prefix(SHOWN)).filter(|name| *name != fires);
        let sections = std::iter::once(fires.as_str()).chain(more).map(|name| {
            let said = recorded::of(name).findings_for_people(&id);
            assert!(!said.is_empty(), "{id} says nothing about {name}");
            format!("{SHOWN}{name}\n{said}\n")
        });
        records.compare(&file, &sections.collect::<Vec<_>>().join("\n"));
    }
    records.assert_equal();
}

/// Where each rule is written, by id.
fn sources_of_rules() -> BTreeMap<String, PathBuf> {
    let mut sources = BTreeMap::new();
    let mut snapshots = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "txt") {
                snapshots.push(path);
            } else if let Some(id) = rule_in(&fs::read_to_string(&path).unwrap()) {
                let other = sources.insert(id, path);
                assert_eq!(other, None, "two files have a rule of this id");
            }
        }
    }
    let known = RULES.iter().map(|r| r.id.to_owned()).collect::<Vec<_>>();
    assert_eq!(sources.keys().cloned().collect::<Vec<_>>(), known, "each rule has a file of its own");
    for snapshot in snapshots {
        assert!(
            sources.values().any(|s| s.with_extension("txt") == snapshot),
            "{snapshot:?}: of which rule?"
        );
    }
    sources
}

/// The id of the rule that a source defines.
fn rule_in(source: &str) -> Option<String> {
    let rule = source.split_once("static RULE: Rule = Rule {")?.1;
    Some(rule.split_once("id: \"")?.1.split_once('"')?.0.to_owned())
}

#[test]
fn findings_are_as_recorded() {
    let mut records = Records::new();
    let table: Vec<String> = recorded::all().iter().map(Recorded::lines).collect();
    records.compare(&fixtures().join("findings.txt"), &table.join(""));
    records.assert_equal();
}

#[test]
fn whole_reports_are_as_recorded() {
    let mut records = Records::new();
    for (name, _) in WHOLE {
        let fixture = recorded::of(name);
        records.compare(&fixture.project.join("expected.json"), &recorded::compact(&fixture.whole()));
    }
    for fixture in recorded::all() {
        let is_whole = WHOLE.iter().any(|(name, _)| *name == fixture.name);
        assert!(
            is_whole || !fixture.project.join("expected.json").exists(),
            "{}: not in WHOLE",
            fixture.name
        );
    }
    records.assert_equal();
}

#[test]
fn reports_match_the_schema() {
    let schema =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let check = |name: &str, report: &Value| {
        let errors: Vec<String> =
            validator.iter_errors(report).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    };
    for Recorded { name, report, .. } in recorded::all() {
        check(name, report);
    }
    for project in projects(&fixtures()) {
        let folder = copy(&project);
        let root = folder.path().join(project.file_name().unwrap());
        let output = run(&root, &["lint", "--format", "json", "--reveal"]);
        check(&project.display().to_string(), &serde_json::from_slice(&output.stdout).unwrap());
    }
}

fn text<'a>(finding: &'a Value, key: &str) -> &'a str {
    finding[key].as_str().unwrap()
}

#[test]
fn each_rule_fires_and_is_quiet() {
    for Rule { id, .. } in RULES {
        let fires = recorded::of(&format!("{id}-fires"));
        assert!(!fires.findings_for_people(id).is_empty(), "{id} does not fire");
        let of_project = fires.findings().any(|f| text(f, "rule") == *id);
        assert_eq!(of_project, !NEEDS_CONTAINER.contains(id), "{id} says it of the project");
        let quiet = recorded::of(&format!("{id}-quiet"));
        assert_eq!(quiet.findings_for_people(id), "", "{id} is not quiet");
        assert!(quiet.findings().all(|f| text(f, "rule") != *id), "{id} is not quiet");
        assert_is_clean(quiet);
    }
}

/// Nothing is wrong with it; what is worth knowing may be said.
fn assert_is_clean(fixture: &Recorded) {
    let loud: Vec<_> = fixture.findings().filter(|f| text(f, "severity") != "info").collect();
    assert!(loud.is_empty(), "{}: {loud:?}", fixture.name);
    assert_eq!(fixture.exit_code, Some(0), "{}", fixture.name);
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
            return skip("what_git_tracks_is_told_as_an_error", "git: it cannot be run");
        }
        let is_told = || {
            let output = run(&root, &["lint", "--format", "json"]);
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            let targets = report["targets"].as_array().unwrap();
            let mut findings = targets.iter().flat_map(|t| t["findings"].as_array().unwrap());
            findings.any(|f| text(f, "rule") == rule && text(f, "severity") == "error")
        };
        assert!(!is_told(), "{project}: nothing is tracked yet");
        assert!(git(&root, &["add", "--force", file]));
        assert!(is_told(), "{project}: {file} is tracked");
    }
}

#[test]
fn a_clean_project_is_clean() {
    assert_is_clean(recorded::of("clean"));
}
