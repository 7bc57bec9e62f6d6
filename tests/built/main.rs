//! Images that are built here: what clawdock says of the Dockerfile, its scripts and the compose file must be
//! what the gateway does in the image.
//!
//! ```sh
//! CLAWDOCK_RECORD=1 cargo test --test built -- --nocapture
//! ```
//!
//! builds every image, runs it and asks it, and writes `tests/built/truths.jsonl`; every other run of the
//! tests replays that without an engine.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod ask;
#[path = "../common/mod.rs"]
mod common;
mod recipes;

use clawdock::{
    findings::headline,
    model::{
        assemble::{self, AssembleOptions, ProjectRequest},
        target::{Target, VersionSource},
    },
    text::source::Sources,
    vocabulary::{
        certainty::Certainty,
        deployment::Role,
        prediction::Prediction,
        setting::{Consumer, State},
        setting_key::SettingKey,
    },
    world::host::World,
};
use recipes::Recipe;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What the program did.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Truth {
    /// It ended, with this code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// It listened, on this port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `loopback` or `all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bind: Option<String>,
    /// It let everybody in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// Which of the candidates it accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<String>,
    /// The user id of the gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<u32>,
    /// Its HOME.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Recorded {
    recipe: Recipe,
    truth: Truth,
}

fn truths() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/built/truths.jsonl")
}

fn recorded() -> Vec<Recorded> {
    let text = fs::read_to_string(truths()).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// How often something was said, and how often for certain.
type Claims = BTreeMap<&'static str, (usize, usize)>;

/// Writes the project of a recipe.
pub fn write(recipe: &Recipe, folder: &Path) {
    for (name, text) in &recipe.files {
        fs::write(folder.join(name), text).unwrap();
    }
    let escaped = |text: &String| text.replace('$', "$$");
    let all = |pairs: &BTreeMap<String, String>| -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| (name.clone(), escaped(value))).collect()
    };
    let mut service =
        json!({"build": {"context": ".", "args": all(&recipe.args)}, "environment": all(&recipe.env)});
    if let Some(command) = &recipe.command {
        service["command"] = json!(command.iter().map(escaped).collect::<Vec<_>>());
    }
    fs::write(folder.join("compose.yaml"), json!({"services": {"claw": service}}).to_string()).unwrap();
}

/// What clawdock says and the program did otherwise.
fn wrong(recorded: &Recorded, claims: &mut Claims) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    write(&recorded.recipe, folder.path());
    let world = World::on_disk(Default::default(), folder.path().to_owned());
    let mut sources = Sources::default();
    let request = ProjectRequest::in_folder(folder.path());
    let project = assemble::project(&request, &AssembleOptions::default(), &world, &mut sources);
    let Some(target) = project.gateways().next() else { return vec!["it is no gateway".to_owned()] };
    assert_eq!(target.role, Role::Gateway);
    let mut said = Said { target, truth: &recorded.truth, claims, wrong: Vec::new() };
    said.release(&recorded.recipe.version);
    said.start();
    said.credential();
    said.network();
    said.user();
    said.headline(&headline::sentence(target, &sources));
    said.wrong
}

struct Said<'a> {
    target: &'a Target,
    truth: &'a Truth,
    claims: &'a mut Claims,
    wrong: Vec<String>,
}

impl Said<'_> {
    fn claim(&mut self, kind: &'static str, is_certain: bool) -> bool {
        let (all, certain) = self.claims.entry(kind).or_default();
        (*all, *certain) = (*all + 1, *certain + usize::from(is_certain));
        is_certain
    }

    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, ours: &T, real: &T) {
        if ours != real {
            self.wrong.push(format!("{what}: clawdock {ours:?}, the program {real:?}"));
        }
    }

    fn release(&mut self, version: &str) {
        let Some(fact) = &self.target.openclaw else { return };
        if self.claim("release", fact.source != VersionSource::Assumed) {
            self.compare("release", &fact.version.as_str(), &version);
        }
    }

    fn start(&mut self) {
        let Some((start, grounds)) = self.target.start.as_ref().zip(self.target.grounds_of_start()) else {
            return;
        };
        let is_certain = grounds.certainty == Certainty::Certain;
        if !self.claim("start", is_certain) {
            return;
        }
        let real = self.truth.exit;
        match start.prediction {
            Prediction::Starts => self.compare("exit", &None, &real),
            Prediction::Refuses => self.compare("exit", &start.exit_code.or(real).or(Some(-1)), &real),
            Prediction::Unknown => {}
        }
    }

    /// The value that the gateway is said to use, where that is certain: none for nothing.
    fn certain(&mut self, key: &SettingKey, kind: &'static str) -> Option<Option<String>> {
        let (setting, view) = self.target.setting(key).zip(self.target.view(key, &Consumer::Gateway))?;
        let is_certain = self.target.grounds(setting, view).certainty == Certainty::Certain;
        if !self.claim(kind, is_certain) {
            return None;
        }
        match view.state {
            State::Set => Some(Some(view.winner.as_ref()?.value.as_ref()?.expose().trim().to_owned())),
            State::Unset | State::Blank => Some(None),
            State::Unresolved | State::Unknown => None,
        }
    }

    fn credential(&mut self) {
        let token = self.certain(&SettingKey::GatewayToken, "token");
        if self.truth.exit.is_some() {
            return;
        }
        if let Some(token) = token {
            let ours: Vec<String> = token.into_iter().collect();
            self.compare("accepted", &ours, &self.truth.accepted.clone());
            self.compare("open", &false, &self.truth.open);
        }
    }

    fn network(&mut self) {
        let port = self.certain(&SettingKey::GatewayPort, "port").flatten();
        let bind = self.certain(&SettingKey::GatewayBind, "bind").flatten();
        if self.truth.exit.is_some() {
            return;
        }
        if let Some(port) = port {
            self.compare("port", &port.parse().ok(), &self.truth.port);
        }
        let bind = bind.map(|bind| if bind == "lan" { "all".to_owned() } else { bind });
        if bind.as_deref().is_some_and(|bind| matches!(bind, "all" | "loopback")) {
            self.compare("bind", &bind, &self.truth.bind.clone());
        }
    }

    fn user(&mut self) {
        let user = self.target.user();
        let home = self.target.facts.as_ref().filter(|f| !f.home_is_from_mount).map(|f| f.home.0.clone());
        if self.truth.user.is_none() {
            return;
        }
        if self.claim("user", user.is_some()) {
            self.compare("user", &user, &self.truth.user);
        }
        if self.claim("home", home.is_some()) {
            self.compare("home", &home, &self.truth.home.clone());
        }
    }

    /// A first line that says nothing of what was not seen is as good as certain.
    fn headline(&mut self, said: &str) {
        const HEDGES: [&str; 5] = ["unless", "not known", "as far as", "may ", " if "];
        if !self.claim("headline", !HEDGES.iter().any(|hedge| said.contains(hedge))) {
            return;
        }
        let refuses = said.contains("will not start");
        if refuses != self.truth.exit.is_some() {
            self.wrong.push(format!("headline: {said}; the program: exit {:?}", self.truth.exit));
        }
    }
}

/// Every recorded image: nothing that is certain is wrong, and enough is certain.
#[test]
#[expect(clippy::print_stderr, reason = "the outcome is for people who run the tests")]
fn what_is_certain_of_a_dockerfile_is_so_in_its_image() {
    let all = recorded();
    let (mut claims, mut found) = (Claims::new(), Vec::new());
    for recorded in &all {
        let wrong = wrong(recorded, &mut claims);
        if !wrong.is_empty() {
            let Recipe { name, version, .. } = &recorded.recipe;
            found.push(format!("{name} {version}:\n  {}\n  {:?}", wrong.join("\n  "), recorded.truth));
        }
    }
    eprintln!("{} images, claims and certain ones: {claims:?}", all.len());
    assert!(all.len() >= 60, "{}", all.len());
    assert!(found.is_empty(), "{} are wrong:\n{}", found.len(), found.join("\n"));
    // A test that nothing can fail would be one of a program that is sure of nothing.
    for kind in ["release", "start", "token", "port", "headline"] {
        assert!(claims[kind].1 >= 20, "{kind}: {claims:?}");
    }
}

/// What is recorded is what the recipes make.
#[test]
fn every_recipe_is_recorded() {
    let known: Vec<Recipe> = recorded().into_iter().map(|recorded| recorded.recipe).collect();
    let missing: Vec<String> = recipes::all()
        .into_iter()
        .filter(|recipe| !known.contains(recipe))
        .map(|recipe| format!("{} {}", recipe.name, recipe.version))
        .collect();
    assert!(missing.is_empty() || std::env::var_os("CLAWDOCK_RECORD").is_some(), "not recorded: {missing:?}");
}

/// Builds, runs and asks the images: all of them with CLAWDOCK_RECORD, else one.
#[test]
fn images_do_what_was_recorded() {
    ask::run();
}
