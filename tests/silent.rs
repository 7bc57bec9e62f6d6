//! Nothing that loses is silent: in random projects over all layers, a finding names every place whose
//! value is not the one in use, and what it loses to. What is exempt stands in docs/rules/CD219.md.
//!
//! `CLAWDOCK_SILENT=10000 cargo test --test silent` tries that many projects.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::project::{own_folder, run};
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Numbers that look random; the same ones for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }
}

/// A setting: its variable, its key in the config, its flag, and values that it can have.
struct Tried {
    setting: &'static str,
    variable: &'static str,
    key: &'static [&'static str],
    flag: Option<&'static str>,
    /// `env.vars` may set it.
    in_env_vars: bool,
    values: [&'static str; 3],
}

const TRIED: &[Tried] = &[
    Tried {
        setting: "gateway.auth.token",
        variable: "OPENCLAW_GATEWAY_TOKEN",
        key: &["gateway", "auth", "token"],
        flag: None,
        in_env_vars: true,
        values: [
            "7d1f09c34be85a62f0c9b7a1e4d83562c18fa07b",
            "b4e91d70c25f3a86e0d7419bc5f8a2630e9d17c4",
            "0e9d17c4b85fa392b4e91d70c25f3a86e0d7419b",
        ],
    },
    Tried {
        setting: "models.providers.openai.apiKey",
        variable: "OPENAI_API_KEY",
        key: &[],
        flag: None,
        in_env_vars: true,
        values: [
            "sk-proj-A7f3k9Q2m5X8c1V4b6N0z2L7h9J3d5G8s1W4e6R0t",
            "sk-proj-Z1y3x5W7v9U2t4S6r8Q0p1O3n5M7l9K2j4H6g8F0d",
            "sk-proj-Q2w4E6r8T0y1U3i5O7p9A2s4D6f8G0h1J3k5L7z9X",
        ],
    },
    Tried {
        setting: "channels.telegram.botToken",
        variable: "TELEGRAM_BOT_TOKEN",
        key: &["channels", "telegram", "botToken"],
        flag: None,
        in_env_vars: true,
        values: [
            "7312045566:AAinv3nted_b5c7d2f9g4h6j8k1m3n5p7q9r",
            "7398812244:AAoth3r_k1m3n5p7q9r2s4t6u8v1w3x5y7z",
            "7310442986:AAE_q7xTzLw0Vn3uKfYc5dRb8Hs1mPoJiXg",
        ],
    },
    Tried {
        setting: "channels.discord.token",
        variable: "DISCORD_BOT_TOKEN",
        key: &["channels", "discord", "token"],
        flag: None,
        in_env_vars: true,
        values: [
            "MTExMjM0NTY3ODkwMTIzNDU2Nw.GaBcDe.Zx9yW8vU7tS6rQ5pO4nM3lK2jI1hG0fE",
            "MTEyMjM0NTY3ODkwMTIzNDU2Nw.GbCdEf.Ay9zB8xC7wD6vE5uF4tG3sH2rI1qJ0pK",
            "MTEzMjM0NTY3ODkwMTIzNDU2Nw.GcDeFg.Bk9lC8mD7nE6oF5pG4qH3rI2sJ1tK0uL",
        ],
    },
    Tried {
        setting: "BRAVE_API_KEY",
        variable: "BRAVE_API_KEY",
        key: &[],
        flag: None,
        in_env_vars: true,
        values: ["BSAq7w5e3r1t9y7u5i3o1p9a", "BSAz1x3c5v7b9n1m3a5s7d9f", "BSAm9n7b5v3c1x9z7l5k3j1h"],
    },
    Tried {
        setting: "HTTPS_PROXY",
        variable: "HTTPS_PROXY",
        key: &[],
        flag: None,
        in_env_vars: false,
        values: ["http://10.3.0.8:3128", "http://10.3.0.9:3128", "http://10.4.0.1:8080"],
    },
    Tried {
        setting: "gateway.port",
        variable: "OPENCLAW_GATEWAY_PORT",
        key: &["gateway", "port"],
        flag: Some("--port"),
        in_env_vars: true,
        values: ["18789", "18790", "18999"],
    },
    Tried {
        setting: "OPENCLAW_WORKSPACE_DIR",
        variable: "OPENCLAW_WORKSPACE_DIR",
        key: &["agents", "defaults", "workspace"],
        flag: None,
        in_env_vars: true,
        values: [
            "/home/node/.openclaw/workspace",
            "/home/node/.openclaw/other",
            "/home/node/.openclaw/third",
        ],
    },
];

const SCRIPT: &str = "scripts/start.sh";
const CONFIG: &str = "state/openclaw.json";
/// `env.vars` of the config.
const ENV_VARS: &str = "env.vars";

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written {
    file: &'static str,
    line: usize,
    value: &'static str,
}

/// The files of a project while they are made, a setting a line.
#[derive(Default)]
struct Made {
    dotenv: Vec<String>,
    env_file: Vec<String>,
    state_dotenv: Vec<String>,
    environment: Vec<String>,
    script: Vec<String>,
    flags: Vec<String>,
    config: Value,
    of: Vec<(&'static Tried, Vec<Written>)>,
}

fn set(config: &mut Value, path: &[&str], value: Value) {
    let mut node = config;
    for key in path {
        if !node.is_object() {
            *node = json!({});
        }
        node = &mut node[*key];
    }
    *node = value;
}

fn make(dice: &mut Dice) -> Made {
    let config =
        json!({"gateway": {"mode": "local", "controlUi": {"allowedOrigins": ["http://localhost:18789"]}}});
    let mut made = Made { config, ..Made::default() };
    for tried in TRIED {
        if dice.one_in(3) {
            continue;
        }
        let mut at = Vec::new();
        let value = |dice: &mut Dice| tried.values[dice.roll(3)];
        let name = tried.variable;
        match dice.roll(4) {
            0 => {
                let value = value(dice);
                made.environment.push(format!("{name}: \"{value}\""));
                at.push(Written { file: "compose.yml", line: made.environment.len(), value });
                if dice.one_in(2) {
                    let other = tried.values[dice.roll(3)];
                    made.dotenv.push(format!("{name}={other}"));
                    at.push(Written { file: ".env", line: made.dotenv.len(), value: other });
                }
            }
            1 => {
                let value = value(dice);
                made.environment.push(format!("{name}: ${{{name}}}"));
                made.dotenv.push(format!("{name}={value}"));
                at.push(Written { file: ".env", line: made.dotenv.len(), value });
            }
            _ => {}
        }
        if dice.one_in(3) {
            let value = tried.values[dice.roll(3)];
            made.env_file.push(format!("{name}={value}"));
            at.push(Written { file: "gw.env", line: made.env_file.len(), value });
        }
        if dice.one_in(3) {
            let value = tried.values[dice.roll(3)];
            made.state_dotenv.push(format!("{name}={value}"));
            at.push(Written { file: "state/.env", line: made.state_dotenv.len(), value });
        }
        if !tried.key.is_empty() && dice.one_in(2) {
            let value = tried.values[dice.roll(3)];
            let number = value.parse::<u16>().map(Value::from);
            set(&mut made.config, tried.key, number.unwrap_or_else(|_| value.into()));
            at.push(Written { file: CONFIG, line: 0, value });
        }
        if tried.in_env_vars && dice.one_in(4) {
            let value = tried.values[dice.roll(3)];
            set(&mut made.config, &["env", "vars", name], value.into());
            at.push(Written { file: ENV_VARS, line: 0, value });
        }
        if dice.one_in(5) {
            let value = tried.values[dice.roll(3)];
            made.script.push(format!("export {name}='{value}'"));
            at.push(Written { file: SCRIPT, line: made.script.len() + 1, value });
        }
        if let Some(flag) = tried.flag.filter(|_| dice.one_in(3)) {
            let value = tried.values[dice.roll(3)];
            made.flags.push(format!("{flag}={value}"));
            at.push(Written { file: "compose.yml", line: 0, value });
        }
        made.of.push((tried, at));
    }
    made
}

/// Writes the files; for each setting where its values are.
fn write(made: &Made, folder: &Path) -> Vec<(&'static Tried, Vec<Written>)> {
    let lines = |lines: &[String]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let mut compose = String::from(
        "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    env_file: gw.env\n    volumes: [\"./state:/home/node/.openclaw\", \"./scripts:/scripts\"]\n    entrypoint: [\"/scripts/start.sh\"]\n    environment:\n      HOME: /home/node\n",
    );
    let before = compose.lines().count();
    made.environment.iter().for_each(|line| compose.push_str(&format!("      {line}\n")));
    compose.push_str("    command:\n      - node\n      - dist/index.js\n      - gateway\n");
    made.flags.iter().for_each(|flag| compose.push_str(&format!("      - {flag}\n")));
    let config = serde_json::to_string_pretty(&made.config).unwrap();
    fs::create_dir(folder.join("state")).unwrap();
    fs::create_dir(folder.join("scripts")).unwrap();
    let script = format!("#!/bin/sh\n{}exec \"$@\"\n", lines(&made.script));
    for (file, text) in [
        ("compose.yml", &compose),
        (".env", &lines(&made.dotenv)),
        ("gw.env", &lines(&made.env_file)),
        ("state/.env", &lines(&made.state_dotenv)),
        ("state/openclaw.json", &config),
        (SCRIPT, &script),
    ] {
        fs::write(folder.join(file), text).unwrap();
    }
    // A setting has one line of each of these beginnings.
    let line_of = |text: &str, begin: &str| {
        text.lines().position(|line| line.trim_start().starts_with(begin)).unwrap() + 1
    };
    let mut all = Vec::new();
    for (tried, at) in &made.of {
        let key = format!("\"{}\":", tried.key.last().unwrap_or(&""));
        let variable = format!("\"{}\":", tried.variable);
        let flag = format!("- {}=", tried.flag.unwrap_or_default());
        let section = tried.key.iter().rev().nth(1).map(|name| format!("\"{name}\":"));
        let written = at.iter().map(|Written { file, line, value }| {
            let line = match (*file, *line) {
                (CONFIG, _) => {
                    // `token` is the key of several objects: it is looked for below its own.
                    let above = section.as_ref().map_or(0, |section| line_of(&config, section));
                    let below: Vec<&str> = config.lines().skip(above).collect();
                    above + line_of(&below.join("\n"), &key)
                }
                (ENV_VARS, _) => line_of(&config, &variable),
                ("compose.yml", 0) => line_of(&compose, &flag),
                ("compose.yml", line) => before + line,
                (_, line) => line,
            };
            Written { file, line, value }
        });
        all.push((*tried, written.collect()));
    }
    all
}

/// `file:line` below the folder.
fn place(folder: &Path, at: &Value) -> Option<(String, usize)> {
    let path =
        at["path"].as_str()?.strip_prefix(folder.to_str().unwrap())?.trim_start_matches('/').to_owned();
    Some((path, usize::try_from(at["line"].as_u64()?).unwrap()))
}

fn items(node: &Value) -> impl Iterator<Item = &Value> {
    node.as_array().into_iter().flatten()
}

/// The places of what is in use: where it acts, and where its characters were written.
fn winner(gateway: &Value, tried: &Tried, folder: &Path) -> Vec<(String, usize)> {
    let setting = items(&gateway["settings"]).find(|s| s["name"] == tried.setting);
    let of_setting = setting.map(|s| &s["consumers"][0]["winner"]);
    let of_variable =
        || items(&gateway["process_environment"]).find(|v| v["name"] == tried.variable).map(|v| &v["winner"]);
    let Some(winner) = of_setting.or_else(of_variable).filter(|w| w.is_object()) else { return Vec::new() };
    let via = items(&winner["via"]).map(|v| &v["origin"]);
    std::iter::once(&winner["origin"]).chain(via).filter_map(|at| place(folder, at)).collect()
}

/// Every place of a finding.
fn named(finding: &Value, folder: &Path) -> Vec<(String, usize)> {
    let related = items(&finding["related"]).map(|r| &r["location"]);
    std::iter::once(&finding["location"]).chain(related).filter_map(|at| place(folder, at)).collect()
}

/// What is silent in one project.
fn silent(seed: u64) -> (usize, Vec<String>) {
    let folder = own_folder();
    let root = folder.path().canonicalize().unwrap();
    let made = make(&mut Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1));
    let all = write(&made, &root);
    let output = run(&root, &["lint", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let gateway = &report["targets"][0];
    let findings: Vec<Vec<(String, usize)>> = items(&gateway["findings"]).map(|f| named(f, &root)).collect();
    let (mut pairs, mut silent) = (0, Vec::new());
    for (tried, written) in all {
        let used = winner(gateway, tried, &root);
        // A channel's own key comes first; it is no setting of the report.
        let of_channel = tried.setting.starts_with("channels.");
        let in_config = |w: &&Written| w.file == CONFIG;
        let first = written.iter().find(in_config).filter(|_| of_channel);
        let at = |w: &Written| (if w.file == ENV_VARS { CONFIG } else { w.file }.to_owned(), w.line);
        let used = first.map_or(used, |w| vec![at(w)]);
        let Some(value) = written.iter().find(|w| used.contains(&at(w))).map(|w| w.value) else { continue };
        // Exempt: a line of `.env` that repeats what the compose file writes out.
        let repeats = |w: &&Written| {
            w.file == ".env" && written.iter().any(|o| o.file == "compose.yml" && o.value == w.value)
        };
        for loser in written.iter().filter(|w| w.value != value).filter(|w| !repeats(w)) {
            pairs += 1;
            // A value may lose to one that loses to another: each is named beside what it loses to.
            let beats = |w: &&Written| w.value != loser.value;
            let says = |places: &Vec<(String, usize)>| {
                let is_named = |w: &Written| places.contains(&at(w));
                is_named(loser)
                    && (used.iter().any(|place| places.contains(place))
                        || written.iter().filter(beats).any(is_named))
            };
            if !findings.iter().any(says) {
                let lost = format!("{:?} loses to {used:?}", at(loser));
                silent.push(format!("seed {seed}, {}: {lost}, of {written:?}", tried.setting));
            }
        }
    }
    (pairs, silent)
}

#[test]
fn nothing_that_loses_is_silent() {
    let projects = std::env::var("CLAWDOCK_SILENT").ok().and_then(|n| n.parse().ok()).unwrap_or(120);
    let next = AtomicUsize::new(0);
    let worker = || {
        let (mut pairs, mut all) = (0, Vec::new());
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= projects {
                return (pairs, all);
            }
            let (found, silent) = silent(u64::try_from(seed).unwrap());
            pairs += found;
            all.extend(silent);
        }
    };
    let (pairs, silent) = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|w| w.join().unwrap()).fold(
            (0, Vec::new()),
            |(pairs, mut all), (more, silent)| {
                all.extend(silent);
                (pairs + more, all)
            },
        )
    });
    assert!(pairs > projects, "{pairs} pairs in {projects} projects are too few");
    assert!(
        silent.is_empty(),
        "{} of {pairs} are silent\n{}",
        silent.len(),
        silent[..silent.len().min(30)].join("\n")
    );
}
