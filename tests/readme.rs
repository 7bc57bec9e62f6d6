//! What the README shows is what the program says.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::project::{copy, fixtures, run, stdout};
use std::{fs, path::Path};

/// Fingerprints are others in each run.
fn without_fingerprints(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        let (before, from) = rest.split_at(at + 1);
        let digits = from.bytes().take_while(u8::is_ascii_hexdigit).count();
        out.push_str(before);
        rest = if digits == 12 { &from[digits..] } else { from };
    }
    out + rest
}

#[test]
fn the_example_is_real() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let shown = readme.split("$ clawdock lint\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = copy(&fixtures().join("CD101-fires"));
    let said = stdout(&run(&folder.path().join("CD101-fires"), &["lint"]));
    assert_eq!(without_fingerprints(shown), without_fingerprints(&said));
}

#[test]
fn the_help_names_what_the_readme_names() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let help = stdout(&run(Path::new("/"), &["--help"]));
    for command in [
        "inspect",
        "lint",
        "diff",
        "plan",
        "fix",
        "snapshot",
        "diagnose",
        "rules",
        "explain",
        "schema",
        "completions",
    ] {
        assert!(help.contains(&format!("  {command}")), "{command} is not in --help");
        assert!(readme.contains(&format!("`clawdock {command}")), "{command} is not in the README");
    }
    for line in ["0  nothing at or above --fail-on", "3  the target or the engine cannot be reached"] {
        assert!(help.contains(line), "{line} is not in --help");
    }
}
