//! How sure the answers are: what is not here is weighed by what it could hold.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::project::{own_folder, run, stdout};
use serde_json::Value;
use std::fs;

/// Files of a project, by name.
type Files = &'static [(&'static str, &'static str)];

/// One gateway, the arguments of `lint`, and how sure the answer about its token is.
struct SureCase {
    shows: &'static str,
    files: Files,
    arguments: &'static [&'static str],
    /// `state certainty` of the gateway's token.
    token: &'static str,
    /// Words of what is assumed, and of the headline; empty for none.
    assumes: &'static str,
    /// `prediction certainty` of the start.
    start: &'static str,
}

const CONFIG: (&str, &str) = (
    "state/openclaw.json",
    r#"{"gateway": {"mode": "local", "controlUi": {"allowedOrigins": ["http://localhost:18789"]}}}"#,
);

const CASES: &[SureCase] = &[
    SureCase {
        shows: "everything is here",
        files: &[
            (
                "compose.yml",
                "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    environment: {OPENCLAW_GATEWAY_TOKEN: \"${T}\"}\n    volumes: [\"./state:/home/node/.openclaw\"]\n",
            ),
            (".env", "T=1f0c9b7a3e4d83562c18fa07b9e36d5f\n"),
            CONFIG,
        ],
        arguments: &[],
        token: "set certain",
        assumes: "",
        start: "starts certain",
    },
    SureCase {
        shows: "a config in a volume comes before the variable",
        files: &[
            (
                "compose.yml",
                "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    environment: {OPENCLAW_GATEWAY_TOKEN: \"${T}\"}\n    volumes: [\"state:/home/node/.openclaw\"]\nvolumes: {state: {}}\n",
            ),
            (".env", "T=1f0c9b7a3e4d83562c18fa07b9e36d5f\n"),
        ],
        arguments: &[],
        token: "set likely",
        assumes: "gateway.auth.token is set in openclaw.json, which cannot be seen from here",
        start: "unknown unknown",
    },
    SureCase {
        shows: "a config in a volume may ask for another mode than the flag's token",
        files: &[(
            "compose.yml",
            "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    command: [node, dist/index.js, gateway, --token, 1f0c9b7a3e4d83562c18fa07b9e36d5f]\n    volumes: [\"state:/home/node/.openclaw\"]\nvolumes: {state: {}}\n",
        )],
        arguments: &[],
        token: "set likely",
        assumes: "gateway.auth.mode is set in openclaw.json",
        start: "unknown unknown",
    },
    SureCase {
        shows: "nothing sets a token, and the config cannot be seen",
        files: &[(
            "compose.yml",
            "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    volumes: [\"state:/home/node/.openclaw\"]\nvolumes: {state: {}}\n",
        )],
        arguments: &[],
        token: "unset unknown",
        assumes: "",
        start: "unknown unknown",
    },
    SureCase {
        shows: "an env file that is not here could set the token",
        files: &[
            (
                "compose.yml",
                "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    env_file: [{path: gw.env, required: false}]\n    volumes: [\"./state:/home/node/.openclaw\"]\n",
            ),
            CONFIG,
        ],
        arguments: &[],
        token: "unset likely",
        assumes: "OPENCLAW_GATEWAY_TOKEN is set in gw.env, which is not here",
        start: "refuses likely",
    },
    SureCase {
        shows: "what environment: writes out, no env file changes",
        files: &[
            (
                "compose.yml",
                "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    env_file: [{path: gw.env, required: false}]\n    environment: {OPENCLAW_GATEWAY_TOKEN: 1f0c9b7a3e4d83562c18fa07b9e36d5f}\n    volumes: [\"./state:/home/node/.openclaw\"]\n",
            ),
            CONFIG,
        ],
        arguments: &[],
        token: "set certain",
        assumes: "",
        start: "starts certain",
    },
    SureCase {
        shows: "a .env that is not here, and a variable that has nothing to do with the token",
        files: &[
            (
                "compose.yml",
                "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    environment: {DISCORD_BOT_TOKEN: \"${DISCORD_BOT_TOKEN}\"}\n    volumes: [\"./state:/home/node/.openclaw\"]\n",
            ),
            CONFIG,
        ],
        arguments: &[],
        token: "unset certain",
        assumes: "",
        start: "refuses certain",
    },
    SureCase {
        shows: "the token is made of a variable that a .env could set",
        files: &[
            (
                "compose.yml",
                "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    environment: {OPENCLAW_GATEWAY_TOKEN: \"${CLAW_TOKEN:-}\"}\n    volumes: [\"./state:/home/node/.openclaw\"]\n",
            ),
            CONFIG,
        ],
        arguments: &[],
        token: "blank likely",
        assumes: "CLAW_TOKEN is set in .env, which is not here",
        start: "refuses likely",
    },
    SureCase {
        shows: "the folder of the state is not here",
        files: &[
            (
                "compose.yml",
                "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    environment: {OPENCLAW_GATEWAY_TOKEN: \"${T}\"}\n    volumes: [\"./data:/home/node/.openclaw\"]\n",
            ),
            (".env", "T=1f0c9b7a3e4d83562c18fa07b9e36d5f\n"),
        ],
        arguments: &[],
        token: "set likely",
        assumes: "the folder data, which is not here, holds a config",
        start: "refuses likely",
    },
    SureCase {
        shows: "a release that is newer than the newest that is known",
        files: &[
            (
                "compose.yml",
                "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2031.2.3\n    environment: {OPENCLAW_GATEWAY_TOKEN: \"${T}\"}\n    volumes: [\"./state:/home/node/.openclaw\"]\n",
            ),
            (".env", "T=1f0c9b7a3e4d83562c18fa07b9e36d5f\n"),
            CONFIG,
        ],
        arguments: &[],
        token: "set likely",
        assumes: "OpenClaw 2031.2.3 works as 2026.9.6",
        start: "starts likely",
    },
    SureCase {
        shows: "a build before a release",
        files: &[
            (
                "compose.yml",
                "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6-beta.2\n    environment: {OPENCLAW_GATEWAY_TOKEN: \"${T}\"}\n    volumes: [\"./state:/home/node/.openclaw\"]\n",
            ),
            (".env", "T=1f0c9b7a3e4d83562c18fa07b9e36d5f\n"),
            CONFIG,
        ],
        arguments: &[],
        token: "set likely",
        assumes: "OpenClaw 2026.9.6-beta.2 works as 2026.9.6",
        start: "starts likely",
    },
    SureCase {
        shows: "where two values differ, an assumed release decides",
        files: &[
            (
                "compose.yml",
                "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:latest\n    environment: {OPENCLAW_GATEWAY_TOKEN: \"${T}\"}\n    volumes: [\"./state:/home/node/.openclaw\"]\n",
            ),
            (".env", "T=1f0c9b7a3e4d83562c18fa07b9e36d5f\n"),
            (
                "state/openclaw.json",
                r#"{"gateway": {"mode": "local", "auth": {"token": "8fa07b9e36d5f1f0c9b7a3e4d83562c1"}, "controlUi": {"allowedOrigins": ["http://localhost:18789"]}}}"#,
            ),
        ],
        arguments: &[],
        token: "set likely",
        assumes: "the image has OpenClaw 2026.9.6, which nothing says",
        start: "starts certain",
    },
    SureCase {
        shows: "--assume-env: what a missing variable mounts may hold a config",
        files: &[(
            "compose.yml",
            "services:\n  gw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    environment: {OPENCLAW_GATEWAY_TOKEN: \"${T}\"}\n    volumes: [\"${DIR}/state:/home/node/.openclaw\"]\n",
        )],
        arguments: &["--assume-env"],
        token: "unknown likely",
        assumes: "gateway.auth.token is set in openclaw.json",
        start: "unknown unknown",
    },
];

#[test]
fn answers_are_as_sure_as_what_was_seen() {
    let mut wrong = Vec::new();
    for case in CASES {
        let folder = own_folder();
        for (name, text) in case.files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let json = run(folder.path(), &[&["lint", "--format", "json"], case.arguments].concat());
        let report: Value = serde_json::from_slice(&json.stdout).unwrap();
        let gateway = &report["targets"][0];
        let settings = gateway["settings"].as_array().unwrap();
        let token = &settings.iter().find(|s| s["name"] == "gateway.auth.token").unwrap()["consumers"][0];
        let words = |value: &Value, keys: [&str; 2]| {
            keys.map(|key| value[key].as_str().unwrap().to_owned()).join(" ")
        };
        let (state, start) =
            (words(token, ["state", "certainty"]), words(&gateway["start"], ["prediction", "certainty"]));
        let assumed = token["assumes"].as_array().map_or(0, Vec::len);
        let human = stdout(&run(folder.path(), &[&["lint"], case.arguments].concat()));
        let first = human.split("\n\n").next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        let hedged = case.assumes.is_empty() || first.contains(case.assumes);
        let is_counted = (state.ends_with(" certain")) == (assumed == 0);
        if state != case.token || start != case.start || !hedged || !is_counted {
            wrong.push(format!(
                "{}: token {state}, start {start}, {:?}\n  {first}",
                case.shows, token["assumes"]
            ));
        }
        let newest = report["model"]["newest_release"].as_str();
        assert_eq!(newest, Some("2026.9.6"), "the cases are of this release");
        let covered = gateway["openclaw"]["covered"].as_bool().unwrap();
        assert_eq!(covered, !case.assumes.contains("works as"), "{}", case.shows);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
