//! What a project says about the report: `clawdock.toml`, ignore comments, the baseline; and the
//! consumers beside a gateway.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{
    syntax::{
        node::{Node, NodeKind},
        toml,
    },
    text::source::{Language, SourceName, Sources},
};
use common::project::{copy, fixtures, own_folder, run, stdout};
use serde_json::{Value, json};
use std::{fs, path::Path, process::Output};

const TOKEN: &str = "4f1c9a7be2d05836a1b7c3d94e6f8025b9d1e3f70a2c4d68";

/// A project with one dead variable, which is CD204.
fn project(clawdock_toml: &str) -> tempfile::TempDir {
    let folder = own_folder();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    fs::create_dir(folder.path().join("state")).unwrap();
    write("state/openclaw.json", "{ gateway: { mode: \"local\" } }\n");
    write(".env", &format!("OPENCLAW_GATEWAY_TOKEN={TOKEN}\n"));
    write("compose.yaml", &compose("OPENCLAW_TZ"));
    if !clawdock_toml.is_empty() {
        write("clawdock.toml", clawdock_toml);
    }
    folder
}

fn compose(dead: &str) -> String {
    format!(
        "name: claw
services:
  openclaw-gateway:
    image: ghcr.io/openclaw/openclaw:2026.9.6
    command: [node, dist/index.js, gateway, --bind, lan, --port, '18789']
    environment:
      HOME: /home/node
      OPENCLAW_STATE_DIR: /home/node/.openclaw
      OPENCLAW_GATEWAY_TOKEN: ${{OPENCLAW_GATEWAY_TOKEN:?}}
      {dead}: UTC
    volumes:
      - ./state:/home/node/.openclaw
    ports:
      - 127.0.0.1:18789:18789
"
    )
}

fn report(folder: &Path, args: &[&str]) -> Value {
    let output = run(folder, &[&["lint", "--format", "json"], args].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&output)))
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// `CD204 warning`, for each finding.
fn found(report: &Value) -> Vec<String> {
    let targets = report["targets"].as_array().unwrap();
    let findings = targets.iter().flat_map(|t| t["findings"].as_array().unwrap());
    findings.map(|f| format!("{} {}", f["rule"].as_str().unwrap(), f["severity"].as_str().unwrap())).collect()
}

#[test]
fn the_nearest_file_counts_and_config_takes_its_place() {
    let folder = project("");
    let root = folder.path();
    assert_eq!(found(&report(root, &[])), ["CD204 warning"]);
    let inner = root.join("inner");
    fs::create_dir(&inner).unwrap();
    for file in ["compose.yaml", ".env"] {
        fs::copy(root.join(file), inner.join(file)).unwrap();
    }
    fs::create_dir(inner.join("state")).unwrap();
    fs::copy(root.join("state/openclaw.json"), inner.join("state/openclaw.json")).unwrap();
    fs::write(root.join("clawdock.toml"), "[severity]\nCD2 = \"info\"\n").unwrap();
    assert_eq!(found(&report(&inner, &[])), ["CD204 info"]);
    assert_eq!(found(&report(root, &["inner"])), ["CD204 info"]);
    fs::write(inner.join("clawdock.toml"), "ignore = [\"dead-env\"]\n").unwrap();
    assert_eq!(found(&report(&inner, &[])), [""; 0]);
    assert_eq!(found(&report(root, &["inner"])), [""; 0]);
    // Each project has its own.
    assert_eq!(found(&report(root, &[".", "inner"])), ["CD204 info"]);
    assert_eq!(found(&report(&inner, &["--config", "../clawdock.toml"])), ["CD204 info"]);
}

#[test]
fn the_command_line_selects_instead_of_the_file_and_ignores_besides() {
    let folder = project("select = [\"CD1\"]\nignore = [\"CD204\"]\n");
    assert_eq!(found(&report(folder.path(), &[])), [""; 0]);
    assert_eq!(found(&report(folder.path(), &["--select", "CD2"])), ["CD204 warning"]);
    assert_eq!(found(&report(folder.path(), &["--select", "CD2", "--ignore", "dead-env"])), [""; 0]);
    let wrong = run(folder.path(), &["lint", "--select", "dead-evn"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("did you mean dead-env?"), "{}", stderr(&wrong));
}

#[test]
fn a_file_that_is_wrong_is_told_with_its_places_and_no_secret() {
    let folder = project(&format!("ignroe = []\nselect = [\"{TOKEN}\"]\n"));
    let output = run(folder.path(), &["lint"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(
        said.contains("clawdock.toml:1:1: there is no key `ignroe` here; did you mean `ignore`?"),
        "{said}"
    );
    assert!(said.contains("clawdock.toml:2:11: there is no rule"), "{said}");
    assert!(!said.contains(&TOKEN[..6]), "{said}");
    let missing = run(folder.path(), &["lint", "--config", "nowhere.toml"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("nowhere.toml: there is no such file"), "{}", stderr(&missing));
    // What needs no project does not mind.
    assert_eq!(run(folder.path(), &["rules"]).status.code(), Some(0));
}

#[test]
fn what_is_kept_back_is_counted_and_told() {
    let folder = project("[per-path-ignores]\n\"*.yaml\" = [\"CD204\"]\n");
    let said = stdout(&run(folder.path(), &["lint"]));
    assert!(said.contains("no findings; 1 ignored"), "{said}");
    let said = stdout(&run(folder.path(), &["lint", "-v"]));
    assert!(said.contains("ignored in *.yaml"), "{said}");
    let ignored = folder.path().join("compose.yaml");
    let text = fs::read_to_string(&ignored).unwrap();
    fs::write(&ignored, text.replace("TZ: UTC", "TZ: UTC # clawdock: ignore[CD204] as the wiki says"))
        .unwrap();
    let report = report(folder.path(), &[]);
    assert_eq!(report["summary"]["ignored"], 1);
    let suppressed = &report["targets"][0]["suppressed"][0];
    assert_eq!(suppressed["by"]["kind"], "comment");
    assert_eq!(suppressed["by"]["reason"], "as the wiki says");
    assert_eq!(suppressed["finding"]["rule"], "CD204");
}

#[test]
fn a_baseline_knows_what_moved_and_reports_what_is_new() {
    let folder = project("");
    let root = folder.path();
    let missing = run(root, &["lint", "--baseline", "known.json"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("--write-baseline"), "{}", stderr(&missing));
    let nowhere = run(root, &["lint", "--write-baseline"]);
    assert_eq!(nowhere.status.code(), Some(2));
    let args = ["--baseline", "known.json", "--fail-on", "info"];
    let written = run(root, &[&["lint", "--write-baseline"], &args[..]].concat());
    assert_eq!(written.status.code(), Some(0), "{}", stdout(&written));
    assert!(stdout(&written).contains("1 in the baseline"), "{}", stdout(&written));
    // Other lines, another value, another folder: it is the same finding.
    let moved =
        compose("OPENCLAW_TZ").replace("services:", "# a\n# b\nservices:").replace("UTC", "Europe/Berlin");
    fs::write(root.join("compose.yaml"), moved).unwrap();
    assert_eq!(run(root, &[&["lint"], &args[..]].concat()).status.code(), Some(0));
    // Another variable is another finding, and the old one is gone.
    fs::write(root.join("compose.yaml"), compose("OPENCLAW_MODEL")).unwrap();
    let new = report(root, &["--baseline", "known.json"]);
    assert_eq!(found(&new), ["CD204 warning"]);
    assert_eq!(new["summary"].get("in_baseline"), None);
    // A report is a baseline as well, and the file can name it.
    fs::write(root.join("report.json"), new.to_string()).unwrap();
    fs::write(root.join("clawdock.toml"), "baseline = \"report.json\"\n").unwrap();
    assert_eq!(report(root, &[])["summary"]["in_baseline"], 1);
    let text = fs::read_to_string(root.join("known.json")).unwrap();
    assert!(!text.contains(&TOKEN[..6]) && !text.contains("UTC"), "{text}");
}

/// Each reason not to start is a finding of its own, so one that is new is not hidden by one that is
/// known; and as long as the gateway would not start, no run ends with 0.
#[test]
fn a_start_that_is_refused_is_reported_whatever_is_hidden() {
    let folder = project("");
    let root = folder.path();
    let both = format!("token: \"{TOKEN}\", password: \"{}\"", TOKEN.replace('4', "5"));
    let config = |more: &str| {
        let text = format!("{{ gateway: {{ mode: \"local\", auth: {{ {both} }} }}{more} }}\n");
        fs::write(root.join("state/openclaw.json"), text).unwrap();
    };
    let rules = |args: &[&str]| -> Vec<String> {
        assert_eq!(run(root, &[&["lint"], args].concat()).status.code(), Some(1), "{args:?}");
        found(&report(root, args)).into_iter().filter(|f| f.ends_with("error")).collect()
    };
    config("");
    assert_eq!(rules(&["--select", "CD107,CD509"]), ["CD107 error"]);
    assert_eq!(rules(&["--select", "CD101"]), ["CD509 error"]);
    assert_eq!(rules(&["--select", "CD107", "--ignore", "CD107,CD509"]), ["CD509 error"]);
    run(root, &["lint", "--baseline", "known.json", "--write-baseline"]);
    assert_eq!(rules(&["--baseline", "known.json"]), ["CD509 error"]);
    config(", hooks: { enabled: true }");
    let said = report(root, &["--select", "CD107,CD509"]);
    let messages: Vec<&str> = said["targets"][0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|f| f["message"].as_str().filter(|_| f["rule"] == "CD509"))
        .collect();
    assert!(matches!(messages.as_slice(), [one] if one.contains("hooks.token")), "{messages:?}");
    assert_eq!(said["summary"]["yielded"], 1);
    let never = run(root, &["lint", "--fail-on", "never"]);
    assert_eq!(never.status.code(), Some(0));
}

#[test]
fn a_rule_that_needs_a_container_or_did_not_run_is_not_called_unused() {
    let folder = project("");
    let file = folder.path().join("compose.yaml");
    let text = compose("OPENCLAW_TZ").replace("TZ: UTC", "TZ: UTC # clawdock: ignore[CD206, CD204, CD201]");
    fs::write(&file, text).unwrap();
    assert_eq!(found(&report(folder.path(), &[])), ["CD901 info"]);
    assert_eq!(found(&report(folder.path(), &["--ignore", "CD201"])), [""; 0]);
    assert_eq!(found(&report(folder.path(), &["--ignore", "CD901"])), [""; 0]);
}

/// TOML as JSON, for the schema.
fn json_of(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Map(entries) => entries.iter().map(|e| (e.key.to_string(), json_of(&e.value))).collect(),
        NodeKind::Seq(items) => items.iter().map(json_of).collect(),
        NodeKind::Str(text) => json!(text.expose()),
        NodeKind::Int(n) => json!(n),
        NodeKind::Bool(b) => json!(b),
        _ => Value::Null,
    }
}

fn toml_file(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    let id = Sources::default().add(SourceName::Stdin, Language::Toml, String::new());
    json_of(&toml::parse(id, &text).unwrap())
}

#[test]
fn the_schema_fits_the_files_and_the_profiles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&stdout(&run(Path::new("/"), &["schema", "config"]))).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let check = |name: &str, file: &Value| {
        let errors: Vec<String> =
            validator.iter_errors(file).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    };
    check("fixture", &toml_file(&fixtures().join("configuration/clawdock.toml")));
    let guide = fs::read_to_string(root.join("docs/configuration.md")).unwrap();
    let shown = guide.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let id = Sources::default().add(SourceName::Stdin, Language::Toml, String::new());
    check("docs/configuration.md", &json_of(&toml::parse(id, shown).unwrap()));
    let mut profiles = 0;
    for entry in fs::read_dir(root.join("src/openclaw/read/images")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            check(&path.display().to_string(), &json!({"image": [toml_file(&path)]}));
            profiles += 1;
        }
    }
    assert!(profiles > 5);
    assert!(!validator.is_valid(&json!({"selct": []})));
    assert!(!validator.is_valid(&json!({"severity": {"CD201": "fatal"}})));
}

#[test]
fn the_example_of_the_guide_is_taken() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let guide = fs::read_to_string(guide).unwrap();
    let shown = guide.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = project(shown);
    fs::write(folder.path().join("clawdock-baseline.json"), "{\"schema\": \"clawdock.baseline/1\"}").unwrap();
    let output = run(folder.path(), &["lint"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// State and layer of a consumer's view.
fn view(report: &Value, setting: &str, consumer: &str) -> Option<(String, Option<String>)> {
    let settings = report["targets"][0]["settings"].as_array()?;
    let setting = settings.iter().find(|s| s["name"] == setting)?;
    let view = setting["consumers"].as_array()?.iter().find(|v| v["consumer"] == consumer)?;
    let text = |v: &Value| v.as_str().map(str::to_owned);
    Some((text(&view["state"])?, text(&view["winner"]["layer"])))
}

#[test]
fn services_beside_a_gateway_are_consumers() {
    let folder = copy(&fixtures().join("cli-services"));
    let report = report(&folder.path().join("cli-services"), &[]);
    let token = |consumer: &str| view(&report, "gateway.auth.token", consumer);
    let set = |layer: &str| Some(("set".to_owned(), Some(layer.to_owned())));
    assert_eq!(token("gateway"), set("compose-environment"));
    assert_eq!(token("cli-service:openclaw-cli"), set("compose-environment"));
    assert_eq!(token("cli-service:console"), set("compose-environment"));
    let url = |consumer: &str| view(&report, "gateway.remote.url", consumer);
    assert_eq!(url("cli-service:openclaw-cli-apart"), Some(("unset".to_owned(), None)));
    assert_eq!(url("cli-service:openclaw-cli-tools"), set("compose-environment"));
    assert_eq!(url("cli-service:openclaw-cli"), None);
}

#[test]
fn a_remote_command_line_reads_its_own_order() {
    let folder = copy(&fixtures().join("cli-remote"));
    let report = report(&folder.path().join("cli-remote"), &[]);
    let setting = report["targets"][0]["settings"].as_array().unwrap();
    let token = setting.iter().find(|s| s["name"] == "gateway.auth.token").unwrap();
    let view =
        token["consumers"].as_array().unwrap().iter().find(|v| v["consumer"] == "cli-service:openclaw-cli");
    let view = view.unwrap();
    assert_eq!(view["winner"]["origin"]["line"], 6);
    let losers: Vec<&str> =
        view["losers"].as_array().unwrap().iter().map(|l| l["layer"].as_str().unwrap()).collect();
    assert_eq!(losers, ["compose-environment", "config"]);
}

#[test]
fn the_command_line_on_the_host_is_told_when_asked_and_when_it_leads_here() {
    let folder = project("");
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".openclaw")).unwrap();
    let config = home.path().join(".openclaw/openclaw.json");
    let write = |url: &str| {
        let text = format!("{{gateway: {{mode: 'remote', remote: {{url: '{url}', token: '{TOKEN}'}}}}}}");
        fs::write(&config, text).unwrap();
    };
    let lint = |args: &[&str]| -> Value {
        let output = assert_cmd::Command::cargo_bin("clawdock")
            .unwrap()
            .args([&["lint", "--format", "json"], args].concat())
            .current_dir(folder.path())
            .env_clear()
            .env("HOME", home.path())
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let token = |report: &Value| view(report, "gateway.auth.token", "host-cli");
    write("ws://127.0.0.1:18789");
    assert_eq!(token(&lint(&[])), None);
    let asked = lint(&["--host-cli"]);
    assert_eq!(token(&asked), Some(("set".to_owned(), Some("config".to_owned()))));
    assert_eq!(view(&asked, "gateway.remote.url", "host-cli").unwrap().0, "set");
    for elsewhere in ["ws://127.0.0.1:18790", "wss://claw.example.com", "nonsense"] {
        write(elsewhere);
        assert_eq!(token(&lint(&["--host-cli"])), None, "{elsewhere}");
    }
    fs::remove_file(&config).unwrap();
    assert_eq!(token(&lint(&["--host-cli"])), None);
}

#[test]
fn only_what_is_disputed_is_shown_when_asked() {
    let folder = copy(&fixtures().join("token-conflict"));
    let root = folder.path().join("token-conflict");
    let all = report(&root, &[]);
    let changed = report(&root, &["--only-changed"]);
    let names = |report: &Value| -> Vec<String> {
        let settings = report["targets"][0]["settings"].as_array().unwrap();
        settings.iter().map(|s| s["name"].as_str().unwrap().to_owned()).collect()
    };
    assert!(names(&changed).contains(&"gateway.auth.token".to_owned()));
    assert!(names(&changed).len() < names(&all).len());
    assert_eq!(all["targets"][0]["findings"], changed["targets"][0]["findings"]);
    let kept = changed["targets"][0]["environment"].as_array().unwrap();
    assert!(kept.iter().all(|v| !v["losers"].as_array().unwrap().is_empty()));
}
