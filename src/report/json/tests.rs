//! The report as JSON beside its schema.

use super::super::{Format, fixture, render};
use serde_json::Value;

fn rendered(reveal: bool) -> String {
    let (report, sources) = fixture::report();
    let mut out = Vec::new();
    let options = super::RenderOptions { reveal, ..fixture::options() };
    render(Format::Json, &report, &sources, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(super::SCHEMA).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

#[test]
fn outputs_match_the_schema() {
    let validator = validator();
    for reveal in [false, true] {
        let document: Value = serde_json::from_str(&rendered(reveal)).unwrap();
        let errors: Vec<_> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

/// Every object of the schema refuses what it does not know, requires what it does not name
/// as optional, and describes each field.
#[test]
fn the_schema_is_strict() {
    fn walk(value: &Value, path: &str) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            assert_eq!(value["additionalProperties"], Value::Bool(false), "{path}");
            for (name, property) in properties {
                let described = property.get("description").is_some() || property.get("$ref").is_some();
                assert!(described, "{path}/{name}");
            }
        }
        match value {
            Value::Object(map) => map.iter().for_each(|(k, v)| walk(v, &format!("{path}/{k}"))),
            Value::Array(items) => items.iter().for_each(|v| walk(v, path)),
            _ => {}
        }
    }
    walk(&serde_json::from_str(super::SCHEMA).unwrap(), "");
}

#[test]
fn values_leave_only_when_revealed() {
    let hidden = rendered(false);
    fixture::assert_no_secret(&hidden);
    assert!(!hidden.contains("\"value\""));
    let shown = rendered(true);
    assert!(fixture::SECRETS.iter().all(|s| shown.contains(s)));
}

#[test]
fn the_shape_is_the_contract() {
    let document: Value = serde_json::from_str(&rendered(false)).unwrap();
    let target = &document["targets"][0];
    assert_eq!(document["schema"], "clawdock.report/1");
    assert_eq!(target["kind"], "compose-service");
    assert_eq!(target["openclaw"]["version_source"], "package.json");
    let view = &target["settings"][0]["consumers"][0];
    assert_eq!(view["winner"]["layer"], "config");
    assert_eq!(view["winner"]["origin"]["path"], "/srv/claw/config/openclaw.json");
    assert_eq!(view["winner"]["origin"]["line"], 5);
    assert_eq!(view["winner"]["length"], 32);
    let loser = &view["losers"][0];
    assert_eq!(loser["reason"], "precedence");
    assert_eq!(loser["why"], "OpenClaw reads gateway.auth.token first");
    assert_eq!(loser["via"][0]["layer"], "interpolation");
    assert_eq!(loser["via"][0]["expression"], "${OPENCLAW_GATEWAY_TOKEN:-}");
    assert_eq!(loser["via"][1]["layer"], "project-dotenv");
    assert_eq!(loser["via"][1]["name"], "OPENCLAW_GATEWAY_TOKEN");
    assert!(target.get("observations").is_none());
    assert_eq!(document["summary"]["errors"], 2);
    assert_eq!(document["refusals"][0]["line"], 4);
}

#[test]
fn fingerprints_of_findings_ignore_values_and_lines() {
    let prints = |report: &super::Report, sources| crate::findings::fingerprint::of_findings(report, sources);
    let (report, sources) = fixture::report();
    let (mut moved, moved_sources) = fixture::report_below(7);
    for finding in moved.targets.iter_mut().flat_map(|t| &mut t.findings) {
        finding.message = "other words".to_owned();
    }
    let before = prints(&report, &sources);
    assert_eq!(before, prints(&moved, &moved_sources));
    let mut all: Vec<_> = before.into_iter().flatten().collect();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}
