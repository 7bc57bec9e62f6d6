use super::super::{Format, RenderOptions, fixture, render};
use super::*;
use serde_json::{Value, json};

fn rendered(report: &Report, sources: &Sources, options: &RenderOptions) -> Value {
    let mut out = Vec::new();
    render(Format::Sarif, report, sources, options, &mut out).unwrap();
    fixture::assert_no_secret(&String::from_utf8_lossy(&out));
    serde_json::from_slice(&out).unwrap()
}

fn run() -> Value {
    let (report, sources) = fixture::report();
    rendered(&report, &sources, &fixture::options())["runs"][0].clone()
}

#[test]
fn a_result() {
    let run = run();
    assert_eq!(run["originalUriBaseIds"]["%SRCROOT%"]["uri"], "file:///srv/");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "CD101");
    assert_eq!(result["ruleIndex"], 0);
    assert_eq!(result["level"], "error");
    assert_eq!(
        result["locations"][0]["physicalLocation"],
        json!({
            "artifactLocation": {"uri": "claw/docker-compose.yml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 5, "startColumn": 31, "endLine": 5, "endColumn": 58},
        })
    );
    assert_eq!(
        result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
        "service:claw/openclaw-gateway"
    );
    let related = result["relatedLocations"].as_array().unwrap();
    assert_eq!(related[0]["message"]["text"], "its value is written here");
    assert_eq!(related[1]["physicalLocation"]["artifactLocation"]["uri"], "claw/config/openclaw.json");
    assert_eq!(run["results"][1]["level"], "note");
}

#[test]
fn flows_go_from_the_winner_to_what_it_overrides() {
    let run = run();
    let flows = run["results"][0]["codeFlows"].as_array().unwrap();
    let steps = |flow: &Value| -> Vec<String> {
        let steps = flow["threadFlows"][0]["locations"].as_array().unwrap();
        let line = |step: &Value| {
            let location = &step["location"];
            let file = &location["physicalLocation"]["artifactLocation"]["uri"];
            format!("{}: {}", file.as_str().unwrap(), location["message"]["text"].as_str().unwrap())
        };
        steps.iter().map(line).collect()
    };
    assert_eq!(flows[0]["message"]["text"], "gateway.auth.token for gateway");
    assert_eq!(
        steps(&flows[0]),
        [
            "claw/config/openclaw.json: gateway.auth.token (config), in effect",
            "claw/docker-compose.yml: OPENCLAW_GATEWAY_TOKEN (environment), \
             overridden: OpenClaw reads gateway.auth.token first",
            "claw/docker-compose.yml: ${OPENCLAW_GATEWAY_TOKEN:-}",
            "claw/.env: .env:2:24 (project .env)",
        ]
    );
    assert_eq!(flows[1]["message"]["text"], "gateway.auth.token for cli");
    assert_eq!(
        steps(&flows[1])[2],
        "claw/docker-compose.yml: OPENCLAW_GATEWAY_TOKEN (environment), in effect"
    );
}

#[test]
fn refusals_are_notifications() {
    let run = run();
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], true);
    let notification = &invocation["toolExecutionNotifications"][0];
    assert_eq!(notification["descriptor"], json!({"id": "compose-refusal", "index": 0}));
    assert_eq!(notification["locations"][0]["physicalLocation"]["region"]["startLine"], 4);
}

/// Somebody keeps them back: who reads the log decides what to do with them.
#[test]
fn what_is_kept_back_is_told() {
    let (mut report, sources) = fixture::report();
    let kept = report.targets[0].findings.remove(0);
    let comment =
        Suppression::Comment { place: kept.related[0].place, reason: Some("on purpose".to_owned()) };
    let by = [comment, Suppression::Baseline];
    report.targets[0].suppressed =
        by.into_iter().map(|by| crate::findings::report::Suppressed { finding: kept.clone(), by }).collect();
    let log = rendered(&report, &sources, &fixture::options());
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results[..2].iter().all(|r| r.get("suppressions").is_none()));
    let suppression = &results[2]["suppressions"][0];
    assert_eq!(suppression["kind"], "inSource");
    assert_eq!(suppression["justification"], "on purpose");
    let file = &suppression["location"]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(*file, "claw/.env");
    assert_eq!(results[3]["suppressions"][0]["kind"], "external");
}

#[test]
fn every_rule_is_described() {
    let run = run();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    assert!(rules[0]["help"]["markdown"].as_str().unwrap().starts_with("# CD101"));
    assert_eq!(rules[0]["properties"]["problem.severity"], "error");
    // The whole page only where there is a result.
    let results = run["results"].as_array().unwrap();
    for rule in rules {
        let has_fired = results.iter().any(|result| result["ruleId"] == rule["id"]);
        assert_eq!(rule["help"]["markdown"].as_str().unwrap().starts_with("# CD"), has_fired, "{rule}");
        let is_scored = rule["properties"]["security-severity"].is_string();
        let tags = rule["properties"]["tags"].as_array().unwrap();
        assert_eq!(tags.iter().any(|tag| tag == "security"), is_scored);
    }
    assert!(rules.iter().any(|rule| rule["properties"]["security-severity"] == "6.0"));
}

/// What identifies a finding is what the JSON report says, whatever the lines and the folder.
#[test]
fn fingerprints_are_stable() {
    let print = |run: &Value| run["results"][0]["partialFingerprints"]["clawdockFinding/v1"].clone();
    let (moved, sources) = fixture::report_below(9);
    let options = RenderOptions { root: "/elsewhere".into(), ..fixture::options() };
    let moved = rendered(&moved, &sources, &options);
    assert_eq!(print(&run()), print(&moved["runs"][0]));
    let uri = &moved["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(*uri, json!({"uri": "file:///srv/claw/docker-compose.yml"}));
}

#[test]
fn a_text_is_no_link() {
    assert_eq!(serde_json::to_value(Message::of("[a](1) b\\c")).unwrap()["text"], "\\[a\\](1) b\\\\c");
    assert_eq!(serde_json::to_value(Message::of("a[0] ${B}")).unwrap()["text"], "a[0] ${B}");
}
