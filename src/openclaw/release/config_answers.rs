//! Configs, and what real gateways and the functions that they read their config with made of them:
//! `tests/config-answers/`, written by `tests/record-config-answers`.

use crate::openclaw::{
    OpenClawInputs, OpenClawReport, explain,
    release::{
        behaviour::Behaviour,
        number::{Program, Release},
    },
};
use crate::{
    provenance::{Candidate, Layer, Variable},
    text::source::Sources,
    vocabulary::{
        deployment::{Deployment, Located, Role},
        prediction::Prediction,
    },
    world::memory_fs::MemoryFs,
};
use serde::Deserialize;
use std::collections::BTreeMap;

const CASES: &str = include_str!("../../../tests/config-answers/cases.json");

/// One config, and what stands beside it.
#[derive(Deserialize)]
struct RecordedAnswerCase {
    name: String,
    config: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// A plugin decides, and which plugins there are is not seen from outside.
    #[serde(default)]
    plugin: bool,
    /// What OpenClaw mends depends on the value.
    #[serde(default)]
    mixed: bool,
}

/// What the real program made of it.
#[derive(Deserialize)]
struct RecordedAnswer {
    name: String,
    /// How a gateway that was started with it fared, where one was: `starts`, `exit 78`.
    start: Option<String>,
    valid: bool,
    /// `gateway.mode`.
    mode: Option<String>,
    /// What it said, one sentence each.
    issues: Vec<String>,
    /// The gateway mends it when it starts.
    #[serde(default)]
    mends: bool,
}

impl RecordedAnswer {
    /// How the gateway fares: as it was seen to, or as its own functions say.
    fn start(&self, behaviour: &Behaviour) -> String {
        let starts = if self.valid { self.mode.as_deref() == Some("local") } else { self.mends };
        let exit = if self.valid { behaviour.start.exit_unconfigured } else { behaviour.start.exit_invalid };
        let derived = if starts { "starts".to_owned() } else { format!("exit {exit}") };
        self.start.clone().unwrap_or(derived)
    }
}

fn answer(case: &RecordedAnswerCase, program: Program, release: &str) -> OpenClawReport {
    let (prefix, state, config) = match program {
        Program::Clawdbot => ("CLAWDBOT", "/home/node/.clawdbot", "clawdbot.json"),
        Program::OpenClaw => ("OPENCLAW", "/home/node/.openclaw", "openclaw.json"),
    };
    let fixed = [
        (format!("{prefix}_STATE_DIR"), state.to_owned()),
        (format!("{prefix}_GATEWAY_TOKEN"), "token-of-the-environment".to_owned()),
    ];
    let all = fixed.into_iter().chain(case.env.clone());
    let environment: Vec<Variable> = all
        .map(|(name, value)| Variable {
            winner: Some(Candidate::new(Layer::ContainerEnv, name.clone(), None, value.as_str().into())),
            name,
            losers: Vec::new(),
        })
        .collect();
    let words = ["node", "index.js", "gateway", "--bind", "loopback", "--port", "18789"];
    let command = words.iter().map(|w| Located { value: (*w).into(), place: None }).collect();
    let deployment = Deployment { command: Some(command), ..Deployment::default() };
    let mut files: BTreeMap<String, String> =
        case.files.iter().map(|(name, text)| (format!("{state}/{name}"), text.clone())).collect();
    files.insert(format!("{state}/{config}"), case.config.clone());
    let inputs = OpenClawInputs {
        program,
        release: Release::parse(release),
        release_is_assumed: false,
        role: Role::Gateway,
        deployment: &deployment,
        environment: &environment,
        image: &crate::openclaw::read::images::ImageFacts::default(),
        not_started: false,
        has_agents: true,
        now: 0,
    };
    explain(&inputs, &mut MemoryFs(files, BTreeMap::new()), &mut Sources::default())
}

/// How the answers of one release differ from what is predicted, one line each. Where the config is
/// mended by code, or judged by a plugin, no answer is better than a wrong one.
fn differences(program: Program, release: &str, recorded: &str) -> Vec<String> {
    let cases: Vec<RecordedAnswerCase> = serde_json::from_str(CASES).expect("cases.json");
    let behaviour = Behaviour::of(program, Release::parse(release));
    let mut differences = Vec::new();
    assert_eq!(recorded.lines().count(), cases.len(), "record the answers of {release} again");
    for line in recorded.lines() {
        let recorded: RecordedAnswer = serde_json::from_str(line).expect("a line of answers");
        let case = cases.iter().find(|c| c.name == recorded.name).expect("a case of that name");
        let start = answer(case, program, release).start.expect("a gateway has a prediction");
        let why = start.why.unwrap_or_default();
        let predicted = match start.prediction {
            Prediction::Starts => "starts".to_owned(),
            Prediction::Unknown => "unknown".to_owned(),
            Prediction::Refuses => format!("exit {}", start.exit_code.unwrap_or_default()),
        };
        let expected = recorded.start(behaviour);
        let may_be = match predicted.as_str() {
            "unknown" => recorded.mends || case.plugin || case.mixed,
            "starts" => case.plugin,
            _ => false,
        };
        let issues = &recorded.issues;
        if predicted != expected && !may_be {
            differences.push(format!("{}: {expected}, predicted {predicted} ({why}) {issues:?}", case.name));
        } else if let Some(said) = why
            .strip_prefix("the config is invalid: ")
            .filter(|said| speaks_of_keys(issues) && !said.starts_with("it refers to"))
        {
            // The key's path is named as the program names it.
            let names_it =
                |issue: &String| issue.split_once(": ").is_some_and(|(path, _)| said.starts_with(path));
            if !issues.iter().any(names_it) {
                differences.push(format!("{}: {issues:?}, said {said}", case.name));
            }
        }
    }
    differences
}

/// Not of a file that cannot be read, a variable that is missing, or a key of an earlier release.
fn speaks_of_keys(issues: &[String]) -> bool {
    let of_a_key = |issue: &String| {
        ["Unrecognized", "Invalid input", "Invalid option", "Too "].iter().any(|start| issue.contains(start))
    };
    issues.iter().all(of_a_key)
}

#[test]
fn openclaw_2026_9_6() {
    let recorded = include_str!("../../../tests/config-answers/openclaw-2026.9.6.jsonl");
    let found = differences(Program::OpenClaw, "2026.9.6", recorded);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn openclaw_2026_3_24() {
    let recorded = include_str!("../../../tests/config-answers/openclaw-2026.3.24.jsonl");
    let found = differences(Program::OpenClaw, "2026.3.24", recorded);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn clawdbot_2026_1_24() {
    let recorded = include_str!("../../../tests/config-answers/clawdbot-2026.1.24-3.jsonl");
    let found = differences(Program::Clawdbot, "2026.1.24", recorded);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
