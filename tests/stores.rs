//! Stored credentials as the program itself makes them: the real OpenClaw pastes a key, and its own
//! `models status --json` is compared with the report.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    engine::{Container, docker, engine, has_image, skip},
    project::{run, stderr},
};
use serde_json::Value;
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

const PASTED: &str = "sk-ant-api03-zqxwvkjyhgmnrtplzqxw";
const OF_ENV: &str = "sk-ant-api03-plrtnmghyjkvwxqzplrt";

/// A container of the real program that only sleeps, with a state directory of this host.
struct Sleeping {
    container: Container,
    state: tempfile::TempDir,
}

impl Sleeping {
    fn start(image: &str) -> Self {
        let state = tempfile::tempdir().unwrap();
        // The program runs as uid 1000, whoever runs the test.
        fs::set_permissions(state.path(), PermissionsExt::from_mode(0o777)).unwrap();
        let mount = format!("{}:/home/node/.openclaw", state.path().display());
        let key = format!("ANTHROPIC_API_KEY={OF_ENV}");
        // Its words are those of a gateway, which is what is asked about.
        let sleep = ["-e", "setInterval(() => {}, 1e6)", "dist/index.js", "gateway"];
        let options = ["--network", "none", "-e", "HOME=/home/node", "-e", &key, "-v", &mount];
        let args = [&options[..], &["--entrypoint", "node", image], &sleep].concat();
        Self { container: Container::start("run", "stores", &args), state }
    }

    /// Runs a line of shell in it, as its user.
    fn shell(&self, line: &str) -> Result<String, String> {
        docker(&["exec", &self.container.name, "sh", "-c", line])
    }

    fn write(&self, path: &str, text: &str) {
        let line =
            format!("cd ~/.openclaw && mkdir -p \"$(dirname {path})\" && printf '%s' '{text}' > {path}");
        self.shell(&line).unwrap();
    }

    /// What the program says of a provider: `effective.kind`, and the labels of its profiles.
    fn says(&self) -> (String, Vec<String>) {
        let said = self.shell("node openclaw.mjs models status --json 2>/dev/null").unwrap();
        let said: Value = serde_json::from_str(&said[said.find('{').unwrap()..]).unwrap();
        let providers = said["auth"]["providers"].as_array().unwrap();
        let anthropic = providers.iter().find(|p| p["provider"] == "anthropic").unwrap();
        let labels = anthropic["profiles"]["labels"].as_array();
        let labels = labels.into_iter().flatten().map(|l| l.as_str().unwrap().to_owned());
        (anthropic["effective"]["kind"].as_str().unwrap().to_owned(), labels.collect())
    }

    /// What clawdock says: the gateway's view of the provider, values shown.
    fn report(&self) -> Value {
        let args = ["inspect", &self.container.name, "--format", "json", "--reveal"];
        let output = run(Path::new("/"), &args);
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&output)));
        let settings = report["targets"][0]["settings"].as_array().unwrap();
        let setting = settings.iter().find(|s| s["name"] == "models.providers.anthropic.apiKey").unwrap();
        setting["consumers"][0].clone()
    }
}

impl Drop for Sleeping {
    fn drop(&mut self) {
        // What the program made belongs to its user.
        let _ = self.shell("chmod -R a+rwX ~/.openclaw");
        let _ = self.state.path();
    }
}

/// One layer and one value for each side: the store's and the environment's.
fn compare(sleeping: &Sleeping, kind: &str, layer: &str, value: &str, profile: Option<&str>) {
    let (said, labels) = sleeping.says();
    assert_eq!(said, kind, "what the program says");
    let view = sleeping.report();
    assert_eq!(view["winner"]["layer"], layer, "{view:#}");
    assert_eq!(view["winner"]["value"], value, "{view:#}");
    if let Some(profile) = profile {
        assert!(labels.iter().any(|l| l.starts_with(&format!("{profile}="))), "{labels:?}");
    }
}

fn real(image: &str) -> bool {
    let there = engine().map(|_| ()).and_then(|()| has_image(image));
    there.map_err(|why| skip(&format!("stored credentials of {image}"), &why)).is_ok()
}

#[test]
fn a_key_that_the_program_pasted_is_found_in_its_database() {
    if !real("openclaw:2026.9.6") {
        return;
    }
    let sleeping = Sleeping::start("openclaw:2026.9.6");
    sleeping.write("openclaw.json", r#"{"gateway": {"mode": "local"}}"#);
    compare(&sleeping, "env", "container-env", OF_ENV, None);
    // It ends with an error where no gateway listens, after it has stored the key.
    let paste =
        format!("echo {PASTED} | node openclaw.mjs models auth paste-api-key --provider anthropic; true");
    sleeping.shell(&paste).unwrap();
    compare(&sleeping, "profiles", "auth-profile", PASTED, Some("anthropic:manual"));
    let view = sleeping.report();
    let origin = &view["winner"]["origin"];
    assert!(origin["path"].as_str().unwrap().ends_with("/state/openclaw.sqlite"), "{origin}");
    assert_eq!(origin["record"], "config_machine_state/anthropic:manual");
    assert_eq!(origin["line"], Value::Null);
    assert_eq!(view["losers"][0]["layer"], "container-env");
    // The same through the archive of the engine, as where the host cannot look in.
    let copied = sleeping.state.path().join("state");
    assert!(copied.join("openclaw.sqlite").exists());
}

#[test]
fn a_json_store_of_an_older_release_comes_first_as_well() {
    if !real("openclaw:2026.3.24") {
        return;
    }
    let sleeping = Sleeping::start("openclaw:2026.3.24");
    sleeping.write("openclaw.json", r#"{"gateway": {"mode": "local"}}"#);
    compare(&sleeping, "env", "container-env", OF_ENV, None);
    let store = format!(
        r#"{{"version": 1, "profiles": {{"anthropic:default": {{"type": "api_key", "provider": "anthropic", "key": "{PASTED}"}}}}}}"#
    );
    sleeping.write("agents/main/agent/auth-profiles.json", &store);
    compare(&sleeping, "profiles", "auth-profile", PASTED, Some("anthropic:default"));
}
