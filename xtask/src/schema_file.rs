//! `src/openclaw/release/data/config-schema.txt`: the schemas of several releases, which share their nodes.
//! src/openclaw/release/schema/mod.rs says how it is read.

use crate::sealed;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{collections::HashMap, fs, path::Path};

const ABOUT: &[&str] =
    &["What openclaw.json may hold, by release. src/openclaw/release/schema/mod.rs says how to read it."];
const NODES: &str = "nodes";

/// A release, its root, and what else is said of it.
struct Release {
    package: String,
    version: String,
    root: usize,
    facts: Vec<(String, usize)>,
}

impl Release {
    /// Oldest first; clawdbot came before openclaw.
    fn order(&self) -> (bool, Vec<u32>) {
        let numbers = self.version.split(['.', '-']).map(|n| n.parse().unwrap_or(0)).collect();
        (self.package != "clawdbot", numbers)
    }
}

/// The text of the file with the schema of one release, new or in the place of the old one.
pub(crate) fn with(path: &Path, schema: &Value, repairs: &Value) -> Result<String> {
    let (mut releases, nodes) = match fs::read_to_string(path) {
        Ok(text) => parse(&text).with_context(|| format!("cannot read {}", path.display()))?,
        Err(_) => (Vec::new(), Vec::new()),
    };
    let text = |key: &str| schema[key].as_str().with_context(|| format!("no {key}")).map(str::to_owned);
    let (package, version) = (text("package")?, text("version")?);
    releases.retain(|r| r.package != package || r.version != version);

    let mut own: Vec<String> = serde_json::from_value(schema["nodes"].clone())?;
    let mut facts: HashMap<String, usize> = serde_json::from_value(schema["facts"].clone())?;
    for fact in ["mended", "touched"] {
        let names: Vec<String> = serde_json::from_value(repairs[fact].clone())?;
        let names: Vec<String> = names.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        if !names.is_empty() {
            facts.insert(fact.to_owned(), own.len());
            own.push(format!("is {}", names.join(" ")));
        }
    }
    let root = schema["root"].as_u64().context("no root")? as usize;
    let mut facts: Vec<(String, usize)> =
        facts.into_iter().map(|(name, node)| (name, node + nodes.len())).collect();
    facts.sort_unstable();
    releases.push(Release { package, version, root: root + nodes.len(), facts });
    releases.sort_by_key(Release::order);

    // The new nodes stand behind the old ones, and are found to be equal while they are copied.
    let shift = nodes.len();
    let mut all = nodes;
    for node in own {
        all.push(rewrite(&node, &mut |index| Ok(index + shift))?);
    }
    render(&releases, &all)
}

fn parse(text: &str) -> Result<(Vec<Release>, Vec<String>)> {
    let body = sealed::open(text).context("it has no header")?;
    let mut lines = body.lines();
    let mut releases = Vec::new();
    for line in lines.by_ref().take_while(|line| *line != NODES) {
        let words: Vec<&str> = line.split(' ').collect();
        let ["release", package, version, root, facts @ ..] = words.as_slice() else {
            bail!("odd line: {line}")
        };
        let fact = |word: &&str| {
            let (name, node) = word.split_once(':')?;
            Some((name.to_owned(), node.parse().ok()?))
        };
        releases.push(Release {
            package: (*package).to_owned(),
            version: (*version).to_owned(),
            root: root.parse()?,
            facts: facts.iter().filter_map(fact).collect(),
        });
    }
    Ok((releases, lines.map(str::to_owned).collect()))
}

/// Only what a release refers to, each node once, in the order in which the releases use it.
fn render(releases: &[Release], all: &[String]) -> Result<String> {
    let mut pool = Pool { all, kept: Vec::new(), known: HashMap::new(), moved: HashMap::new() };
    let mut head = String::new();
    for release in releases {
        let mut line =
            format!("release {} {} {}", release.package, release.version, pool.keep(release.root)?);
        for (name, node) in &release.facts {
            line += &format!(" {name}:{}", pool.keep(*node)?);
        }
        head += &line;
        head.push('\n');
    }
    let body = format!("{head}{NODES}\n{}\n", pool.kept.join("\n"));
    Ok(sealed::seal("#", ABOUT, &body))
}

struct Pool<'a> {
    all: &'a [String],
    kept: Vec<String>,
    known: HashMap<String, usize>,
    moved: HashMap<usize, usize>,
}

impl Pool<'_> {
    fn keep(&mut self, index: usize) -> Result<usize> {
        if let Some(moved) = self.moved.get(&index) {
            return Ok(*moved);
        }
        let node = self.all.get(index).with_context(|| format!("no node {index}"))?;
        let line = rewrite(node, &mut |inner| self.keep(inner))?;
        let at = match self.known.get(&line) {
            Some(at) => *at,
            None => {
                self.kept.push(line.clone());
                self.known.insert(line, self.kept.len() - 1);
                self.kept.len() - 1
            }
        };
        self.moved.insert(index, at);
        Ok(at)
    }
}

/// A node with its references to other nodes replaced.
fn rewrite(node: &str, moved: &mut dyn FnMut(usize) -> Result<usize>) -> Result<String> {
    let mut words: Vec<String> = split(node).into_iter().map(str::to_owned).collect();
    let kind = words[0].clone();
    let (references, keys) = match kind.as_str() {
        "list" | "changed" => (1, false),
        "map" | "and" => (2, false),
        "or" | "tuple" => (usize::MAX, false),
        "object" => (1, true),
        _ => (0, false),
    };
    for (at, word) in words.iter_mut().enumerate().skip(1) {
        let (before, number) = match (keys, word.rsplit_once(':')) {
            (true, Some((key, number))) if at > 1 => (format!("{key}:"), number.to_owned()),
            _ if at <= references => (String::new(), word.clone()),
            _ => continue,
        };
        if let Ok(index) = number.parse() {
            *word = format!("{before}{}", moved(index)?);
        }
    }
    Ok(words.join(" "))
}

/// At spaces that do not stand between quotes.
fn split(line: &str) -> Vec<&str> {
    let (mut words, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'"' if !escaped => quoted = !quoted,
            b' ' if !quoted => {
                words.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    words.push(&line[start..]);
    words
}
