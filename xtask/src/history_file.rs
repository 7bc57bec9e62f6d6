//! `src/openclaw/release/data/history.txt`: which providers and channels each release has, one line for
//! each change.

use crate::sealed;
use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

const ABOUT: &[&str] = &[
    "Which providers and channels the npm packages of OpenClaw have, and from which variables: a line for",
    "each change, `none` where it ends. src/openclaw/release/history.rs reads it.",
];

#[derive(Deserialize)]
struct Package {
    version: String,
    providers: BTreeMap<String, Vec<String>>,
    aliases: BTreeMap<String, String>,
    external: BTreeMap<String, External>,
    channels: BTreeMap<String, Option<String>>,
    models: Vec<String>,
    default: String,
}

#[derive(Deserialize)]
struct External {
    plugin: String,
    variables: Vec<String>,
}

/// What is said of one thing (`provider groq`) in each release that has it.
type Facts = BTreeMap<String, BTreeMap<String, String>>;

/// The file's text with what a script printed about one more package.
pub(crate) fn with(path: &Path, printed: &[Value]) -> Result<String> {
    let old = fs::read_to_string(path).unwrap_or_default();
    let (mut releases, mut models, mut facts) = parse(sealed::open(&old).unwrap_or_default());
    for package in printed {
        let package: Package = serde_json::from_value(package.clone()).context("not what is expected")?;
        let version = package.version;
        for said in facts.values_mut() {
            said.remove(&version);
        }
        let mut say = |kind: &str, id: &str, what: String| {
            facts.entry(format!("{kind} {id}")).or_default().insert(version.clone(), what);
        };
        for (id, variables) in &package.providers {
            say("provider", id, words("in", variables));
        }
        for (id, External { plugin, variables }) in &package.external {
            say("provider", id, words(&format!("plugin {plugin}"), variables));
        }
        for (id, target) in &package.aliases {
            say("alias", id, target.clone());
        }
        for (id, plugin) in &package.channels {
            say("channel", id, plugin.as_ref().map_or("in".to_owned(), |plugin| format!("plugin {plugin}")));
        }
        say("default", "model", package.default);
        releases.insert(version);
        models.extend(package.models);
    }
    let mut ordered: Vec<&String> = releases.iter().collect();
    ordered.sort_by_key(|version| order(version));
    let list = |list: Vec<&str>| list.join(" ");
    let mut lines = vec![
        format!("releases {}", list(ordered.iter().map(|v| v.as_str()).collect())),
        format!("models {}", list(models.iter().map(String::as_str).collect())),
    ];
    for (thing, said) in &facts {
        let mut last = "none";
        for version in &ordered {
            let now = said.get(*version).map_or("none", String::as_str);
            if now != last {
                lines.push(format!("{thing} {version} {now}"));
            }
            last = now;
        }
    }
    Ok(sealed::seal("#", ABOUT, &format!("{}\n", lines.join("\n"))))
}

/// The newest release of the file.
pub(crate) fn newest(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let (releases, ..) = parse(sealed::open(&text)?);
    releases.into_iter().max_by_key(|version| order(version))
}

fn words(first: &str, others: &[String]) -> String {
    std::iter::once(first).chain(others.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
}

/// `2026.2.3-1` comes after `2026.2.3`.
fn order(version: &str) -> Vec<u32> {
    version.split(['.', '-']).map(|part| part.parse().unwrap_or_default()).collect()
}

fn parse(text: &str) -> (BTreeSet<String>, BTreeSet<String>, Facts) {
    let mut ordered: Vec<&str> = Vec::new();
    let mut models = BTreeSet::new();
    let mut facts = Facts::new();
    for line in text.lines() {
        let mut parts = line.splitn(4, ' ');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("releases"), ..) => ordered = line.split(' ').skip(1).collect(),
            (Some("models"), ..) => models = line.split(' ').skip(1).map(str::to_owned).collect(),
            (Some(kind), Some(id), Some(since), Some(what)) => {
                let said = facts.entry(format!("{kind} {id}")).or_default();
                for version in ordered.iter().skip_while(|version| **version != since) {
                    if what == "none" {
                        said.remove(*version);
                    } else {
                        said.insert((*version).to_owned(), what.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    (ordered.into_iter().map(str::to_owned).collect(), models, facts)
}
