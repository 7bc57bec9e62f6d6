//! Who runs OpenClaw: neighbours of a gateway that are called after it, services that are built here, and
//! every service of the collection of real projects, where one lies beside the checkout.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod dockerfiles;

use common::{
    engine::skip,
    project::{own_folder, run, stdout},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The roles that `lint` gives the services of a project: `gateway`, `cli`, `other`.
fn roles(path: &Path) -> BTreeMap<String, String> {
    let output =
        run(Path::new("/"), &["lint", &path.to_string_lossy(), "--profile", "*", "--format", "json"]);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let targets = report["targets"].as_array().unwrap().iter();
    let text = |target: &Value, key: &str| target[key].as_str().unwrap().to_owned();
    targets.map(|target| (text(target, "name"), text(target, "role"))).collect()
}

/// A project of services, as JSON, which is YAML.
fn project(services: &Value, files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = own_folder();
    fs::write(folder.path().join("compose.yaml"), json!({"services": services}).to_string()).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// What stands beside a gateway, by what it is for.
const BESIDE: [&str; 25] = [
    "notes-api",
    "ui",
    "wireguard",
    "backup",
    "memory",
    "search",
    "metrics",
    "redis",
    "worker-queue",
    "webhook",
    "skills-server",
    "bridge",
    "vault",
    "docs",
    "portal",
    "telegram-relay",
    "voice",
    "crawler",
    "frontend",
    "mail",
    "calendar-sync",
    "vpn",
    "files",
    "logs",
    "landing-page",
];

const PROGRAMS: [&str; 3] = ["openclaw", "moltbot", "clawdbot"];

/// A neighbour in one of the ways that neighbours are written.
fn neighbour(number: usize, name: &str) -> Value {
    let images = [
        format!("ghcr.io/me/{name}:1.2"),
        "python:3.12-slim".to_owned(),
        "node:22-alpine".to_owned(),
        format!("me/{name}"),
        format!("registry.example.org:5000/team/{name}:latest"),
        "lscr.io/linuxserver/wireguard".to_owned(),
    ];
    let mut service = json!({"image": images[number % images.len()]});
    match number % 5 {
        0 => service["environment"] = json!({"OPENCLAW_GATEWAY_TOKEN": "${OPENCLAW_GATEWAY_TOKEN}"}),
        1 => {
            service["environment"] = json!({
                "OPENCLAW_GATEWAY_URL": "ws://gateway:18789",
                "OPENCLAW_GATEWAY_TOKEN": "${OPENCLAW_GATEWAY_TOKEN}",
            });
        }
        2 => service["volumes"] = json!(["./state:/data/.openclaw:ro"]),
        3 => service["ports"] = json!(["127.0.0.1:8080:8080"]),
        _ => {}
    }
    service
}

/// A hundred services that are called after the program: beside a gateway, and alone.
#[test]
fn neighbours_are_no_gateways() {
    let mut wrong = Vec::new();
    let mut asked = 0;
    for (number, beside) in BESIDE.iter().enumerate() {
        for (of, program) in PROGRAMS.iter().enumerate() {
            let number = number * PROGRAMS.len() + of;
            let name = format!("{program}-{beside}");
            let gateway = json!({
                "image": "ghcr.io/openclaw/openclaw:2026.9.6",
                "volumes": ["./state:/home/node/.openclaw"],
            });
            let other = neighbour(number, &name);
            let with = project(&json!({"gateway": gateway, name.as_str(): other}), &[]);
            let found = roles(with.path());
            asked += 1;
            if found.get("gateway").map(String::as_str) != Some("gateway") || found[&name] != "other" {
                wrong.push(format!("{found:?}: {other}"));
            }
            if of == 0 {
                let alone = project(&json!({name.as_str(): other}), &[]);
                let found = roles(alone.path());
                asked += 1;
                if found[&name] != "other" {
                    wrong.push(format!("alone {found:?}: {other}"));
                }
            }
        }
    }
    assert!(asked >= 100, "{asked}");
    assert!(wrong.is_empty(), "{} of {asked} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Gateways that are called after nothing of the program.
#[test]
fn gateways_with_names_of_their_own_are_found() {
    let official = "ghcr.io/openclaw/openclaw:2026.9.6";
    let services = json!({
        "jarvis": {"image": official},
        "home-assistant": {"image": "registry.example.org/me/agent:7", "command": ["openclaw", "gateway", "run"]},
        "butler": {"image": "node:24", "command": ["npx", "-y", "openclaw@2026.9.6", "gateway"]},
        "bot": {"image": "debian:13", "command": ["sh", "-c", "npm i -g openclaw && exec openclaw gateway"]},
        "friend": {"image": "registry.example.org/me/box", "entrypoint": ["node", "/app/openclaw.mjs"], "command": ["gateway"]},
        "admin": {"image": official, "command": ["node", "dist/index.js", "devices", "list"]},
        "keeper": {"image": official, "entrypoint": ["sh", "-c"], "command": ["chown -R 1000 /state"]},
    });
    let found = roles(project(&services, &[]).path());
    let expected = [
        ("admin", "cli"),
        ("bot", "gateway"),
        ("butler", "gateway"),
        ("friend", "gateway"),
        ("home-assistant", "gateway"),
        ("jarvis", "gateway"),
        ("keeper", "other"),
    ];
    assert_eq!(found, expected.map(|(name, role)| (name.to_owned(), role.to_owned())).into());
}

/// Services that are built here, each alone and beside a gateway that is certain.
#[test]
fn what_is_built_is_known_by_its_dockerfile() {
    let mut wrong = Vec::new();
    for built in dockerfiles::BUILT {
        for beside in [false, true] {
            let mut services = json!({built.service: {"build": "."}});
            if let Some(command) = built.command {
                services[built.service]["command"] = json!(command);
            }
            if beside {
                services["the-gateway"] = json!({"image": "ghcr.io/openclaw/openclaw:2026.9.6"});
            }
            let mut files = vec![("Dockerfile", built.dockerfile)];
            files.extend(built.files);
            let found = roles(project(&services, &files).path());
            if found[built.service] != built.role {
                wrong.push(format!(
                    "{} is {}, not {} (beside a gateway: {beside}):\n{}",
                    built.service, found[built.service], built.role, built.dockerfile
                ));
            }
        }
    }
    assert!(dockerfiles::BUILT.len() >= 20);
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every service of the collection: `FOLDER[/FILE] SERVICE ROLE`, as who reads its files says.
#[test]
fn services_of_real_projects() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let collection = root.join("../shared/corpus/realworld");
    if !collection.is_dir() {
        return skip(
            "services_of_real_projects",
            "collection of real projects: it is not beside the checkout",
        );
    }
    let text = fs::read_to_string(root.join("tests/identification/services.txt")).unwrap();
    let mut expected: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let services = expected.entry(words[0]).or_default();
        services.insert(words[1].to_owned(), words[2].to_owned());
    }
    let mut wrong = Vec::new();
    let mut asked = 0;
    for (path, services) in expected {
        let found = roles(&collection.join(path));
        asked += services.len();
        if found != services {
            wrong.push(format!("{path}:\n  expected {services:?}\n  found    {found:?}"));
        }
    }
    assert!(asked > 100, "{asked}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
