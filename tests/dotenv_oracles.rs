//! The dotenv dialects beside the programs that they are the dialects of: the shell, and npm dotenv.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{
    syntax::dotenv::{
        node,
        shell::{self, Effect},
    },
    text::source::{Language, SourceName, Sources},
};
use common::engine::skip;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Runs `ask` on many texts of these pieces.
fn texts(pieces: &'static [&'static str], count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let lines = proptest::collection::vec(proptest::sample::select(pieces), 0..14).prop_map(|p| p.concat());
    (0..count).map(|_| lines.new_tree(&mut runner).unwrap().current()).collect()
}

/// No piece can run anything: there is no dot, no slash, no operator and no substitution of a
/// command, and the shell looks for commands where there are none.
const SHELL: &[&str] = &[
    "A=",
    "B=",
    "C=",
    "\nA=",
    "\nB=",
    "\nC=",
    "export ",
    "\nexport ",
    "A",
    "x",
    "y1",
    "é",
    "=",
    " ",
    "  ",
    "\t",
    "\n",
    "#",
    " #",
    "'",
    "'",
    "\"",
    "\"",
    "\\",
    "$",
    "$A",
    "$B",
    "${A}",
    "${B:-x}",
    "${B-y z}",
    "${A:+'q'}",
    "\"${C-'q'}\"",
    "~",
    ":",
    "-",
    "}",
    "\r",
    "%",
    "\\n",
    "\\$",
    "'x y'",
    "\"x $A\"",
];

#[test]
fn source_is_what_a_real_shell_makes_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    let sh = PathBuf::from("/bin/sh");
    let is_dash = sh.canonicalize().is_ok_and(|p| p.ends_with("dash"));
    if !is_dash || !Path::new("/usr/bin/env").exists() {
        return skip("source_is_what_a_real_shell_makes_of_it", "dash: /bin/sh is another shell");
    }
    let mut compared = 0;
    for text in texts(SHELL, 2_500) {
        assert!(!text.contains(['`', '(', ';', '&', '|', '<', '>', '.', '/']), "{text:?}");
        fs::write(&file, &text).unwrap();
        let output = Command::new("/usr/bin/env")
            .args(["-i", "PATH=/nonexistent", "HOME=/h", "/bin/sh", "-c"])
            .args(["trap '/usr/bin/env -0' EXIT; set -a; . \"$0\"", file.to_str().unwrap()])
            .stdin(Stdio::null())
            .current_dir(dir.path())
            .output()
            .unwrap();
        let real: BTreeMap<String, String> = String::from_utf8(output.stdout)
            .unwrap()
            .split('\0')
            .filter_map(|pair| pair.split_once('='))
            .filter(|(name, _)| matches!(*name, "A" | "B" | "C"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let script = shell::parse(&text, &|name| (name == "HOME").then(|| "/h".into()));
        let mut ours: BTreeMap<String, Option<String>> = BTreeMap::new();
        for line in &script.assignments {
            match &line.effect {
                Effect::Sets(value) => _ = ours.insert(line.name.to_string(), Some(value.expose().into())),
                Effect::Unknown(_) => _ = ours.insert(line.name.to_string(), None),
                Effect::Nothing(_) => {}
            }
        }
        if script.stops && script.problems.last().is_some_and(|p| p.message.ends_with("followed here")) {
            continue;
        }
        ours.retain(|name, _| matches!(name.as_str(), "A" | "B" | "C"));
        let said = String::from_utf8_lossy(&output.stderr);
        let names = |n: &mut dyn Iterator<Item = &String>| n.cloned().collect::<Vec<_>>();
        assert_eq!(names(&mut ours.keys()), names(&mut real.keys()), "{text:?} {script:?} {said}");
        for (name, value) in ours {
            let Some(value) = value else { continue };
            assert_eq!(value, real[&name], "{name} of {text:?} {said}");
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared}");
}

/// A folder that has npm dotenv 17 in its `node_modules`.
fn npm_dotenv() -> Option<PathBuf> {
    let named = std::env::var_os("CLAWDOCK_NPM_DOTENV").map(PathBuf::from);
    let images = std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".cache/openclaw-image"));
    let built = images.into_iter().flat_map(|dir| fs::read_dir(dir).into_iter().flatten().flatten());
    let built = built.map(|entry| entry.path().join("tree/app/node_modules/dotenv"));
    named.into_iter().chain(built).find(|dir| {
        let package = fs::read_to_string(dir.join("package.json")).unwrap_or_default();
        package.contains("\"version\": \"17.")
    })
}

const NODE: &[&str] = &[
    "A=", "B=", "\nA=", "\nB: ", "B :", "export ", "\nexport", "x", "y1", "é", "=", " ", "\t", "\n", "\r\n",
    "\r", "#", " #", "'", "'", "\"", "\"", "`", "\\", "\\n", "\\r", "\\'", "\\\"", "$A", "${B}", ":", ".",
    "-", "\u{feff}", "\u{2028}", "\u{a0}", "\u{85}",
];

#[test]
fn node_is_what_npm_dotenv_makes_of_it() {
    let name = "node_is_what_npm_dotenv_makes_of_it";
    let Some(package) = npm_dotenv() else {
        return skip(name, "npm dotenv 17: it is not at hand; CLAWDOCK_NPM_DOTENV names its folder");
    };
    let dir = tempfile::tempdir().unwrap();
    let (file, program) = (dir.path().join("texts.json"), dir.path().join("ask.cjs"));
    let texts = texts(NODE, 5_000);
    fs::write(&file, serde_json::to_string(&texts).unwrap()).unwrap();
    let ask = "const [, , dotenv, file] = process.argv; const { parse } = require(dotenv);\n\
               const texts = JSON.parse(require('fs').readFileSync(file, 'utf8'));\n\
               console.log(JSON.stringify(texts.map((t) => parse(t))));";
    fs::write(&program, ask).unwrap();
    let output = Command::new("node").arg(&program).arg(&package).arg(&file).stdin(Stdio::null()).output();
    let Ok(output) = output.map_err(|_| ()) else { return skip(name, "node: it cannot be run") };
    let real: Vec<BTreeMap<String, String>> = serde_json::from_slice(&output.stdout).unwrap();
    for (text, real) in texts.iter().zip(real) {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Dotenv, text.clone());
        let lines = node::parse(id, text).into_iter();
        let ours: BTreeMap<String, String> =
            lines.map(|line| (line.name, line.value.expose().to_owned())).collect();
        assert_eq!(ours, real, "{text:?}");
    }
}
