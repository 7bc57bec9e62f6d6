//! What `clawdock plan --to` says of a recorded state.

use crate::{
    real::{COMMAND, environment, unpack},
    states::mounted_at,
    truth::{self, Ended, Truth},
};
use serde_json::Value;
use std::{fmt::Write as _, fs, os::unix::fs::MetadataExt as _, path::Path, process::Command};

/// The project that ran a state.
fn project(folder: &Path, truth: &Truth) {
    let state = folder.join("state");
    unpack(&truth::state(&truth.from, &truth.kind), &state).expect("a state");
    let mounted_at = mounted_at(&truth.kind);
    let owner = fs::metadata(&state).expect("the state");
    let mut text = String::from("services:\n  gateway:\n");
    let program = if truth.from == "2026.1.24-3" { "clawdbot" } else { "openclaw" };
    writeln!(text, "    image: {program}:{}", truth.from).unwrap();
    writeln!(text, "    user: \"{}:{}\"", owner.uid(), owner.gid()).unwrap();
    writeln!(text, "    command: {}", serde_json::to_string(&COMMAND).unwrap()).unwrap();
    writeln!(text, "    environment: {}", serde_json::to_string(&environment(mounted_at)).unwrap()).unwrap();
    writeln!(text, "    volumes: [\"./state:{mounted_at}\"]").unwrap();
    fs::write(folder.join("compose.yaml"), text).unwrap();
}

/// What is said, as JSON.
pub fn say(truth: &Truth) -> Value {
    let folder = tempfile::tempdir().expect("a temporary directory");
    project(folder.path(), truth);
    let output = Command::new(env!("CARGO_BIN_EXE_clawdock"))
        .current_dir(folder.path())
        .env_clear()
        .env("HOME", "/nonexistent")
        .env("PATH", "/usr/bin:/bin")
        .args(["plan", "--to", &truth.to, "--format", "json"])
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let said: Value = serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("{text}\n{}", String::from_utf8_lossy(&output.stderr)));
    let exit = match said["outcome"].as_str() {
        Some("starts") if said["gateways"][0]["settings"].as_array().is_some_and(Vec::is_empty) => 0,
        Some("starts" | "starts-and-migrates") => 4,
        Some("unknown") => 3,
        _ => 1,
    };
    assert_eq!(output.status.code(), Some(exit), "{text}");
    said
}

/// It could not be told.
pub fn is_unknown(said: &Value) -> bool {
    said["outcome"] == "unknown"
}

/// Where it differs from what happened; nothing where it cannot be told.
pub fn differences(truth: &Truth, said: &Value) -> Vec<String> {
    let gateway = &said["gateways"][0];
    let outcome = said["outcome"].as_str().unwrap_or_default();
    let happened = &truth.happened;
    let answered = happened.chat.as_ref().is_some_and(|chat| chat.answered);
    let mut wrong = Vec::new();
    let right = match (outcome, happened.ended) {
        ("unknown", _) => return wrong,
        ("starts" | "starts-and-migrates", Ended::Ready) => answered,
        ("runs-without-an-answer", Ended::Ready) => !answered,
        ("runs-without-an-answer", Ended::Silent) => true,
        ("refuses", Ended::Exited(code)) => gateway["exit_code"] == code,
        _ => false,
    };
    if !right {
        wrong.push(format!(
            "it is said that it {outcome} ({}, {}), and it came to {:?} {:?}\n{}",
            gateway["exit_code"], gateway["reasons"], happened.ended, happened.chat, happened.log
        ));
        return wrong;
    }
    if happened.ended != Ended::Ready {
        return wrong;
    }
    // A database that was there and has another layout now.
    let changes = gateway["changes"].as_array().cloned().unwrap_or_default();
    let says = |id: &str, name: &str| {
        changes.iter().any(|c| c["id"] == id && c["subject"].as_str().is_some_and(|s| s.ends_with(name)))
    };
    let had = |name: &str| happened.layouts_before.contains_key(name);
    for name in happened
        .layouts
        .keys()
        .filter(|name| name.ends_with("openclaw.sqlite") || name.ends_with("openclaw-agent.sqlite"))
    {
        let file = name.rsplit('/').next().unwrap_or_default();
        if had(name) && !says("layout", file) {
            wrong.push(format!("{name} got another layout, and that was not said: {changes:?}"));
        }
    }
    let claimed = changes.iter().filter(|c| c["id"] == "layout").filter_map(|c| c["subject"].as_str());
    for subject in claimed {
        if !happened.layouts.keys().any(|name| subject.ends_with(name.as_str())) {
            wrong.push(format!("it is said that {subject} gets another layout, and it did not"));
        }
    }
    // Sessions of the first releases that are taken over are gone from where they were.
    let gone = happened.gone.iter().any(|name| name.ends_with("sessions/sessions.json"));
    let moved = happened.gone.iter().any(|name| name.ends_with("clawdbot.json"));
    if gone && !moved && !says("imported", "sessions.json") {
        wrong.push(format!("the sessions were taken over, and that was not said: {changes:?}"));
    }
    if moved != changes.iter().any(|c| c["id"] == "moved") {
        wrong.push(format!("the state directory was moved: {moved}; said: {changes:?}"));
    }
    let mended = changes.iter().any(|c| c["id"] == "config-key");
    if mended != happened.config_rewritten {
        wrong.push(format!("the config was rewritten: {}; said: {changes:?}", happened.config_rewritten));
    }
    // The key that the provider is sent.
    let names_key = gateway["settings"]
        .as_array()
        .is_some_and(|all| all.iter().any(|s| s["setting"] == "models.providers.mock.apiKey"));
    let key = happened.chat.as_ref().and_then(|chat| chat.key.as_deref());
    let same = if truth.kind == "logins" { "key-of-the-profile" } else { "key-of-the-config" };
    if key.is_some_and(|key| key != same) && !names_key {
        wrong.push(format!(
            "the provider is sent another key, and that was not said: {}",
            gateway["settings"]
        ));
    }
    wrong
}
