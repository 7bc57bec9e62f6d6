//! What OpenClaw itself says, beside what was predicted: its own commands, run in the container.
//!
//! Tried with openclaw 2026.9.6, of which these answer without a gateway too. `health` and `status`
//! wait a minute for one that is down and are never run; neither is anything that changes state
//! (`doctor --fix`, `models status --probe`). Nothing of an answer is relayed but names that are
//! known and words that can be nothing else: `models status` shows sixteen characters of a key.
//!
//! | command | what is wrong or misleading in it |
//! |---|---|
//! | `gateway status --json` | exits with 0 when the gateway refuses it; does not read `gateway.env`, nor a token of `env.vars`, and says `device identity required` then |
//! | `models status --json` | `effective` shows the config's key where a variable wins over a reference |
//! | `doctor --lint --json` | `gateway.env_token_overrides_config` fires where the config's token overrides the environment's |

use super::{ProbeRun, Request, node, unknown, word};
use crate::{
    model::target::{Observation, Outcome},
    provenance::Layer,
    world::engine::Engine,
};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

const SCRIPT: &str = include_str!("own.js");
/// How long one command may take; they take 1 to 8 s.
const COMMAND: Duration = Duration::from_secs(25);
/// Most findings of a command that are told.
const MOST: usize = 12;

/// What was predicted of the things that OpenClaw's commands tell.
#[derive(Clone, Debug, Default)]
pub struct OwnCommands<'a> {
    /// The command line sends what the gateway accepts; none when that cannot be told.
    pub let_in: Option<bool>,
    /// The place that the token of the command line comes from.
    pub client: Option<Layer>,
    /// The config is one that OpenClaw takes; none when it was not seen.
    pub config_is_valid: Option<bool>,
    /// Where the key of each provider comes from: its id, and the winner's layer and name.
    pub keys: BTreeMap<&'a str, (Layer, &'a str)>,
    /// Ids of the rules that found something.
    pub found: Vec<&'static str>,
}

/// One command and how its answer is read.
struct ProbedCommand {
    /// The words after the program.
    words: &'static [&'static str],
    /// What it is for.
    does: &'static str,
    read: fn(&Value, &OwnCommands<'_>) -> Vec<ToldByOpenClaw>,
}

/// One thing that a command told.
struct ToldByOpenClaw {
    subject: String,
    outcome: Outcome,
    predicted: Option<String>,
    observed: String,
}

const COMMANDS: [ProbedCommand; 5] = [
    ProbedCommand {
        words: &["config", "validate", "--json"],
        does: "asks OpenClaw whether its config is valid",
        read: config,
    },
    ProbedCommand {
        words: &["gateway", "status", "--json"],
        does: "asks OpenClaw's CLI whether the gateway accepts it",
        read: gateway,
    },
    ProbedCommand {
        words: &["models", "status", "--json"],
        does: "asks OpenClaw where it takes the keys of providers from; no provider is asked",
        read: models,
    },
    ProbedCommand {
        words: &["secrets", "audit", "--json"],
        does: "asks OpenClaw for references that cannot be resolved and secrets in plain text",
        read: secrets,
    },
    ProbedCommand {
        words: &["doctor", "--lint", "--json"],
        does: "asks OpenClaw's doctor, which only looks",
        read: doctor,
    },
];

fn step(program: &[String], command: &ProbedCommand) -> ProbeRun {
    let limit = COMMAND.as_millis().to_string();
    let words = command.words.iter().map(|w| (*w).to_owned());
    let arguments: Vec<String> = std::iter::once(limit).chain(program.iter().cloned()).chain(words).collect();
    node::step_within(super::OWN, command.does, SCRIPT, &arguments, None, COMMAND + Duration::from_secs(3))
}

/// One step for each command.
pub(super) fn steps(program: &[String]) -> Vec<ProbeRun> {
    COMMANDS.iter().map(|command| step(program, command)).collect()
}

pub(super) fn run(engine: &Engine, request: &Request<'_>, own: &OwnCommands<'_>) -> Vec<Observation> {
    let mut seen = Vec::new();
    for command in &COMMANDS {
        let name =
            command.words.iter().filter(|w| !w.starts_with('-')).copied().collect::<Vec<_>>().join(" ");
        let answer = node::ask(engine, &request.container.id, &step(request.program, command), None);
        let told = match answer {
            Ok(answer) => read(command, &answer, own),
            Err(failure) => Err(failure.words()),
        };
        match told {
            Ok(told) => seen.extend(told.into_iter().map(|t| Observation {
                outcome: t.outcome,
                ..unknown(super::OWN, &format!("{name}: {}", t.subject), t.predicted, t.observed)
            })),
            Err(why) => seen.push(unknown(super::OWN, &name, None, why)),
        }
    }
    seen
}

/// Reads the script's answer: `{"code", "out"}`, or why there is none.
fn read(
    command: &ProbedCommand,
    answer: &Value,
    own: &OwnCommands<'_>,
) -> Result<Vec<ToldByOpenClaw>, String> {
    if answer["timeout"] == true {
        return Err(format!("no answer within {} s", COMMAND.as_secs()));
    }
    if answer["full"] == true {
        return Err("it writes without end".into());
    }
    if answer["error"].is_string() {
        return Err("OpenClaw's program cannot be run".into());
    }
    let Some(out) = answer["out"].as_str() else { return Err("the probe's answer makes no sense".into()) };
    // Some releases write notes before the JSON.
    let json = out.find('{').and_then(|at| serde_json::from_str::<Value>(&out[at..]).ok());
    let Some(json) = json else {
        let code = answer["code"].as_i64().map(|c| format!(" (exit code {c})")).unwrap_or_default();
        return Err(format!("this release does not answer with JSON{code}"));
    };
    let told = (command.read)(&json, own);
    if told.is_empty() { Err("this release answers in a form that is not known".into()) } else { Ok(told) }
}

fn told(
    subject: &str,
    outcome: Outcome,
    predicted: Option<&str>,
    observed: impl Into<String>,
) -> ToldByOpenClaw {
    ToldByOpenClaw {
        subject: subject.into(),
        outcome,
        predicted: predicted.map(str::to_owned),
        observed: observed.into(),
    }
}

fn against(predicted: Option<bool>, seen: bool) -> Outcome {
    match predicted {
        Some(predicted) if predicted == seen => Outcome::Agrees,
        Some(_) => Outcome::Contradicts,
        None => Outcome::Seen,
    }
}

fn config(json: &Value, own: &OwnCommands<'_>) -> Vec<ToldByOpenClaw> {
    let Some(valid) = json["valid"].as_bool() else { return Vec::new() };
    let words = |valid| if valid { "valid" } else { "not valid" };
    let predicted = own.config_is_valid.map(words);
    let mut all = vec![told("config", against(own.config_is_valid, valid), predicted, words(valid))];
    for list in ["issues", "warnings"] {
        let paths = json[list].as_array().into_iter().flatten().filter_map(|issue| path(&issue["path"]));
        all.extend(paths.take(MOST).map(|path| {
            let what = if list == "issues" { "refused by OpenClaw" } else { "OpenClaw warns about this" };
            told(path, Outcome::Seen, None, what)
        }));
    }
    all
}

fn gateway(json: &Value, own: &OwnCommands<'_>) -> Vec<ToldByOpenClaw> {
    let Some(ok) = json["rpc"]["ok"].as_bool() else { return Vec::new() };
    let words = |ok| if ok { "let in" } else { "refused" };
    let predicted = own.let_in.map(words);
    let failure = &json["rpc"]["connectFailure"];
    if ok {
        return vec![told("CLI", against(own.let_in, true), predicted, words(true))];
    }
    let code = word(&failure["detailCode"]);
    if failure["kind"] == "unreachable" {
        return vec![told("CLI", Outcome::Unknown, predicted, "it cannot reach the gateway")];
    }
    // The command does not read everything that the rest of the command line reads.
    let half_blind = matches!(own.client, Some(Layer::GatewayEnvFile | Layer::ConfigEnv));
    if half_blind && own.let_in == Some(true) {
        let why = format!(
            "refused; but `gateway status` does not read the {}, which the rest of the CLI does",
            own.client.map(|layer| layer.to_string()).unwrap_or_default()
        );
        return vec![told("CLI", Outcome::Unknown, predicted, why)];
    }
    let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
    let why = format!("refused{code}, though the command itself ends with exit code 0");
    vec![told("CLI", against(own.let_in, false), predicted, why)]
}

fn models(json: &Value, own: &OwnCommands<'_>) -> Vec<ToldByOpenClaw> {
    let auth = &json["auth"];
    let Some(providers) = auth["providers"].as_array() else { return Vec::new() };
    let mut all = Vec::new();
    for entry in providers {
        let Some(id) = word(&entry["provider"]) else { continue };
        let Some((layer, name)) = own.keys.get(id) else { continue };
        let predicted = format!("{name} from {layer}");
        // `env` says that a variable wins, and not which file set it.
        let (seen, same) = match entry["effective"]["kind"].as_str() {
            Some("env") => {
                let variable = entry["env"]["source"].as_str().and_then(variable);
                let same = variable.is_some_and(|v| v == *name);
                (format!("the variable {}", variable.unwrap_or("of an unknown name")), same)
            }
            Some("models.json") => ("the config".to_owned(), *layer == Layer::Config),
            Some("profiles") => ("a stored profile".to_owned(), *layer == Layer::AuthProfile),
            _ => continue,
        };
        all.push(told(id, against(Some(same), true), Some(&predicted), seen));
    }
    let missing: Vec<&str> =
        auth["missingProvidersInUse"].as_array().into_iter().flatten().filter_map(word).take(MOST).collect();
    if !missing.is_empty() {
        all.push(told("providers in use", Outcome::Seen, None, format!("no key for {}", missing.join(", "))));
    }
    let unusable = auth["unusableProfiles"].as_array().map_or(0, Vec::len);
    if unusable > 0 {
        all.push(told("stored profiles", Outcome::Seen, None, format!("{unusable} cannot be used now")));
    }
    if all.is_empty() {
        let seen = format!("{} providers, none of which clawdock explains", providers.len());
        all.push(told("providers", Outcome::Seen, None, seen));
    }
    all
}

/// `env: ANTHROPIC_API_KEY`; with more words around it in some releases.
fn variable(source: &str) -> Option<&str> {
    let name = source.rsplit("env: ").next()?.split_whitespace().next()?;
    let plain = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    (plain && (3..=64).contains(&name.len())).then_some(name)
}

fn secrets(json: &Value, _: &OwnCommands<'_>) -> Vec<ToldByOpenClaw> {
    let Some(summary) = json["summary"].as_object() else { return Vec::new() };
    let count = |name: &str| summary.get(name).and_then(Value::as_u64).unwrap_or(0);
    let counts = [
        (count("unresolvedRefCount"), "references that cannot be resolved"),
        (count("shadowedRefCount"), "references that a plain value hides"),
        (count("plaintextCount"), "secrets in plain text"),
        (count("storeResidueCount") + count("legacyResidueCount"), "leftovers of earlier stores"),
    ];
    let words: Vec<String> =
        counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let summary = if words.is_empty() { "clean".to_owned() } else { words.join(", ") };
    let mut all = vec![told("audit", Outcome::Seen, None, summary)];
    for finding in json["findings"].as_array().into_iter().flatten() {
        let worth = ["REF_UNRESOLVED", "REF_SHADOWED", "PLACEHOLDER_VALUE"];
        let Some(code) = finding["code"].as_str().filter(|code| worth.contains(code)) else { continue };
        let Some(path) = path(&finding["jsonPath"]) else { continue };
        all.push(told(path, Outcome::Seen, None, code));
        if all.len() > MOST {
            break;
        }
    }
    all
}

fn doctor(json: &Value, own: &OwnCommands<'_>) -> Vec<ToldByOpenClaw> {
    let Some(findings) = json["findings"].as_array() else { return Vec::new() };
    let mut all = Vec::new();
    for finding in findings {
        let subject = word(&finding["requirement"]).or_else(|| path(&finding["checkId"]));
        let Some(subject) = subject else { continue };
        let severity = finding["severity"].as_str().filter(|s| ["info", "warning", "error"].contains(s));
        let observed = match same_as(subject).filter(|rule| own.found.contains(rule)) {
            Some("CD101") if subject == OVERRIDES => {
                "the same as CD101; its name misleads: the config's token is the one in effect".to_owned()
            }
            Some(rule) => format!("the same as {rule}"),
            None => severity.unwrap_or("finding").to_owned(),
        };
        all.push(told(subject, Outcome::Seen, None, observed));
        if all.len() >= MOST {
            break;
        }
    }
    if all.is_empty() {
        all.push(told("doctor", Outcome::Seen, None, "nothing found"));
    }
    all
}

const OVERRIDES: &str = "gateway.env_token_overrides_config";

/// The rule that says the same as a check of OpenClaw 2026.9.6.
fn same_as(check: &str) -> Option<&'static str> {
    match check {
        OVERRIDES => Some("CD101"),
        "gateway.bind_no_auth" => Some("CD105"),
        "gateway.token_too_short" => Some("CD106"),
        _ => None,
    }
}

/// A config path or an id: `gateway.auth.token`, `core/doctor/security`.
fn path(value: &Value) -> Option<&str> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"._-/$[]".contains(&b);
    // A long word without a dot could be a value that was pasted as a name.
    let parts = |p: &str| p.split(['.', '/', '[', ']']).all(|part| part.len() <= 32);
    value.as_str().filter(|p| (1..=120).contains(&p.len()) && p.bytes().all(fits) && parts(p))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines(command: usize, out: &Value, own: &OwnCommands<'_>) -> Vec<String> {
        let answer = json!({"code": 0, "out": format!("a note\n{out}")});
        match read(&COMMANDS[command], &answer, own) {
            Ok(told) => {
                told.iter().map(|t| format!("{}: {:?} {}", t.subject, t.outcome, t.observed)).collect()
            }
            Err(why) => vec![why],
        }
    }

    #[test]
    fn a_command_line_that_is_refused_is_told_though_the_command_ends_well() {
        let refused = json!({"rpc": {"ok": false, "connectFailure":
            {"kind": "auth-rejected", "detailCode": "AUTH_TOKEN_MISMATCH"}, "error": "hunter2 token"}});
        let own = |let_in, client| OwnCommands { let_in, client, ..OwnCommands::default() };
        assert_eq!(
            lines(1, &refused, &own(Some(false), None)),
            ["CLI: Agrees refused (AUTH_TOKEN_MISMATCH), though the command itself ends with exit code 0"]
        );
        assert!(lines(1, &refused, &own(Some(true), None))[0].contains("Contradicts"));
        assert!(
            lines(1, &refused, &own(Some(true), Some(Layer::ConfigEnv)))[0].contains("Unknown refused; but")
        );
        let down = json!({"rpc": {"ok": false, "connectFailure": {"kind": "unreachable"}}});
        assert_eq!(lines(1, &down, &own(Some(true), None)), ["CLI: Unknown it cannot reach the gateway"]);
        assert_eq!(lines(1, &json!({"rpc": {"ok": true}}), &own(Some(true), None)), ["CLI: Agrees let in"]);
    }

    #[test]
    fn keys_of_providers_are_named_and_never_shown() {
        let own = OwnCommands {
            keys: BTreeMap::from([
                ("anthropic", (Layer::ContainerEnv, "ANTHROPIC_API_KEY")),
                ("openai", (Layer::Config, "models.providers.openai.apiKey")),
            ]),
            ..OwnCommands::default()
        };
        let answer = json!({"auth": {"providers": [
            {"provider": "anthropic", "effective": {"kind": "env", "detail": "sk-ant-e...hunter2"},
             "env": {"value": "sk-ant-e...hunter2", "source": "env: ANTHROPIC_API_KEY"}},
            {"provider": "openai", "effective": {"kind": "env", "detail": "hunter2"},
             "env": {"value": "hunter2", "source": "shell env: OPENAI_API_KEY"}}],
            "missingProvidersInUse": ["google", "x y"], "unusableProfiles": [1]}});
        let lines = lines(2, &answer, &own);
        assert_eq!(
            lines,
            [
                "anthropic: Agrees the variable ANTHROPIC_API_KEY",
                "openai: Contradicts the variable OPENAI_API_KEY",
                "providers in use: Seen no key for google",
                "stored profiles: Seen 1 cannot be used now",
            ]
        );
    }

    #[test]
    fn doctor_s_findings_are_joined_with_ours() {
        let own = OwnCommands { found: vec!["CD101"], ..OwnCommands::default() };
        let answer = json!({"findings": [
            {"checkId": "core/doctor/security", "severity": "warning", "requirement": OVERRIDES, "message": "hunter2"},
            {"checkId": "core/doctor/security", "severity": "warning", "requirement": "config.plaintext_secrets"}]});
        let lines = lines(4, &answer, &own);
        assert!(lines[0].contains("the same as CD101; its name misleads"), "{lines:?}");
        assert_eq!(lines[1], "config.plaintext_secrets: Seen warning");
    }

    #[test]
    fn the_config_and_the_audit() {
        let own = OwnCommands { config_is_valid: Some(true), ..OwnCommands::default() };
        let answer = json!({"valid": false, "issues": [{"path": "gateway.port", "message": "hunter2"}]});
        assert_eq!(
            lines(0, &answer, &own),
            ["config: Contradicts not valid", "gateway.port: Seen refused by OpenClaw"]
        );
        let audit = json!({"summary": {"unresolvedRefCount": 1, "plaintextCount": 2}, "findings": [
            {"code": "REF_UNRESOLVED", "jsonPath": "gateway.auth.token"}, {"code": "PLAINTEXT_FOUND", "jsonPath": "x"}]});
        assert_eq!(
            lines(3, &audit, &own),
            [
                "audit: Seen 1 references that cannot be resolved, 2 secrets in plain text",
                "gateway.auth.token: Seen REF_UNRESOLVED",
            ]
        );
    }

    #[test]
    fn what_is_no_answer_says_why() {
        let own = OwnCommands::default();
        let words = |answer: Value| read(&COMMANDS[0], &answer, &own).err().unwrap_or_default();
        assert_eq!(words(json!({"timeout": true})), "no answer within 25 s");
        assert_eq!(words(json!({"full": true})), "it writes without end");
        assert_eq!(words(json!({"error": "ENOENT"})), "OpenClaw's program cannot be run");
        assert_eq!(
            words(json!({"code": 1, "out": "error: unknown command hunter2"})),
            "this release does not answer with JSON (exit code 1)"
        );
        assert_eq!(
            words(json!({"code": 0, "out": "{}"})),
            "this release answers in a form that is not known"
        );
    }
}
