//! The kinds of state that are recorded, each made by a real gateway.

use crate::real::{Gateway, give_away, one_off, pack};
use crate::truth::Ended;
use clawdock::openclaw::release::number::Release;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// The kinds.
pub const KINDS: [&str; 5] = ["plain", "keys", "logins", "used", "killed"];

/// Where the state of a kind is mounted: the whole home, or the state directory that both programs are
/// told.
pub fn mounted_at(kind: &str) -> &'static str {
    if kind == "killed" { "/data" } else { "/home/node" }
}

fn since(release: &str, numbers: [u16; 3]) -> bool {
    Release::parse(release).expect("a release").numbers >= numbers
}

fn is_clawdbot(release: &str) -> bool {
    !since(release, [2026, 1, 29])
}

/// The state directory below what is mounted.
fn below(release: &str, kind: &str) -> &'static str {
    match (kind, is_clawdbot(release)) {
        ("killed", _) => "",
        (_, true) => ".clawdbot/",
        (_, false) => ".openclaw/",
    }
}

/// A config that the release takes.
fn config(release: &str, kind: &str) -> Value {
    let model = json!({
        "id": "m1", "name": "m1", "reasoning": false, "input": ["text"], "contextWindow": 200_000, "maxTokens": 4096,
        "cost": { "input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0 },
    });
    let mut config = json!({
        "gateway": {
            "mode": "local",
            "auth": { "token": crate::real::TOKEN },
            "http": { "endpoints": { "chatCompletions": { "enabled": true } } },
        },
        "models": { "providers": { "mock": {
            "baseUrl": "http://127.0.0.1:9911/v1", "apiKey": "key-of-the-config", "api": "openai-completions",
            "models": [model],
        } } },
        "agents": { "defaults": { "model": { "primary": "mock/m1" } } },
    });
    if since(release, [2026, 2, 23]) {
        config["gateway"]["controlUi"] = json!({ "allowedOrigins": ["http://localhost:18789"] });
    }
    if kind == "used" {
        config["agents"]["list"] = json!([{ "id": "main", "default": true }, { "id": "helper" }]);
    }
    if kind == "keys" {
        keys(release, &mut config);
    }
    config
}

/// Keys that the release takes and others do not.
fn keys(release: &str, config: &mut Value) {
    config["messages"] = json!({ "removeAckAfterReply": true });
    config["commands"] = json!({ "useAccessGroups": true });
    if !since(release, [2026, 8, 1]) {
        config["env"] = json!({ "GREETING": "hello" });
        config["browser"] = json!({ "color": "#00AA00" });
        config["tools"] = json!({ "web": { "search": { "enabled": false } } });
        config["hooks"] = json!({ "internal": { "handlers": [] } });
        config["agents"]["defaults"]["memorySearch"] = json!({ "enabled": false });
    } else {
        config["env"] = json!({ "vars": { "GREETING": "hello" } });
    }
}

/// Makes a state of a kind with a release, and packs it.
pub fn make(release: &str, kind: &str, file: &Path) -> Result<(), String> {
    let folder = crate::real::scratch();
    let state = folder.path().join("state");
    let dir = state.join(below(release, kind));
    fs::create_dir_all(dir.join("agents/main/agent")).map_err(|e| e.to_string())?;
    let name = if is_clawdbot(release) { "clawdbot.json" } else { "openclaw.json" };
    let text = serde_json::to_string_pretty(&config(release, kind)).expect("JSON");
    fs::write(dir.join(name), text).map_err(|e| e.to_string())?;
    if kind == "logins" {
        let store = json!({ "version": 1, "profiles": {
            "mock:default": { "type": "api_key", "provider": "mock", "key": "key-of-the-profile" },
        } });
        let text = store.to_string();
        fs::write(dir.join("agents/main/agent/auth-profiles.json"), text).map_err(|e| e.to_string())?;
    }
    give_away(&state);
    let mounted_at = mounted_at(kind);
    // Since 2026.6.5 the program keeps them in a database, into which it takes a file over when asked to.
    if kind == "logins" && since(release, [2026, 6, 5]) {
        one_off(release, &state, mounted_at, &["doctor", "--fix", "--non-interactive"])?;
    }
    let gateway = Gateway::start(release, &state, mounted_at)?;
    let (ended, chat) = gateway.chat(if kind == "used" { 3 } else { 1 })?;
    if ended != Ended::Ready || chat.as_ref().is_none_or(|chat| !chat.answered) {
        return Err(format!("{release} {kind}: {ended:?} {chat:?}\n{}", gateway.log()));
    }
    if kind == "used" {
        gateway.cli(&["gateway", "call", "health", "--json"])?;
    }
    gateway.end(kind != "killed");
    drop(gateway);
    fs::create_dir_all(file.parent().expect("a folder")).map_err(|e| e.to_string())?;
    pack(&state, file)
}
