//! Tasks of this repository.
//!
//! `cargo xtask openclaw-data openclaw@2026.9.6 [--schema-only] [--check]` takes the tables and the
//! config schema out of the npm package of that release and writes them to `src/openclaw/release/data/`.
//! `cargo xtask openclaw-history PACKAGE... [--check]` takes the providers and channels alone, of many.
//! `cargo xtask release PACKAGE` does both for a new release, and reports what is new in it.
//! `cargo xtask messages openclaw@2026.9.6 openclaw@2026.3.24 …` lists what these releases can say of failures in
//! `tests/diagnose-messages/catalogue.txt`, and adds their words to `src/redact/log_words.txt`.
//! docs/updating-openclaw.md says when to run them.

// What the program reads it reads through its sources; this is no part of the program.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

mod history_file;
mod package;
mod release_report;
mod schema_file;
mod sealed;
mod tables_file;

use anyhow::{Context as _, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

const USAGE: &str = "usage: cargo xtask openclaw-data PACKAGE@VERSION [--schema-only] [--check]
       cargo xtask openclaw-history PACKAGE@VERSION|FOLDER... [--check]
       cargo xtask release PACKAGE@VERSION|FOLDER [PACKAGE@VERSION|FOLDER]
       cargo xtask messages PACKAGE@VERSION...";

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let (flags, words): (Vec<&str>, Vec<&str>) =
        args.iter().map(String::as_str).partition(|word| word.starts_with("--"));
    if let (["messages", specs @ ..], true) = (words.as_slice(), flags.is_empty())
        && !specs.is_empty()
    {
        return messages(specs);
    }
    let known = |flag: &&str| ["--check", "--schema-only"].contains(flag);
    let check = flags.contains(&"--check");
    match (words.as_slice(), flags.iter().all(known)) {
        (["openclaw-data", spec], true) => openclaw_data(spec, flags.contains(&"--schema-only"), check),
        (["release", spec, against @ ..], true) if against.len() < 2 => {
            release(spec, against.first().copied())
        }
        (["openclaw-history", specs @ ..], true) if !specs.is_empty() => openclaw_history(specs, check),
        _ => bail!(USAGE),
    }
}

/// Compares a release with an older one, which is the newest of the history where none is named, writes
/// the report, and takes the release's tables and schema over.
fn release(spec: &str, against: Option<&str>) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?;
    let cache = root.join("target/xtask");
    let newest = history_file::newest(&root.join("src/openclaw/release/data/history.txt"));
    let before = match against {
        Some(against) => against.to_owned(),
        None => format!("openclaw@{}", newest.context("the history names no release")?),
    };
    let (old, new) = (package::fetch(&before, &cache)?, package::fetch(spec, &cache)?);
    let names = [old.version()?, new.version()?];
    let (report, has_changes) = release_report::compare(&old, &new, [&names[0], &names[1]])?;
    let path = cache.join(format!("release-{}.md", names[1]));
    fs::write(&path, report)?;
    let verdict =
        if has_changes { "has changes to look at" } else { "changes nothing that the model rests on" };
    println!("{} beside {} {verdict}: {}", names[1], names[0], path.display());
    if against.is_none() { openclaw_data(spec, false, false) } else { Ok(()) }
}

/// The providers and channels of many releases at once; a package may be a folder that holds it.
fn openclaw_history(specs: &[&str], check: bool) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?;
    let history = root.join("src/openclaw/release/data/history.txt");
    let mut printed = Vec::new();
    for spec in specs {
        let package = package::fetch(spec, &root.join("target/xtask"))?;
        printed.push(package.run("providers.mjs").with_context(|| (*spec).to_owned())?);
    }
    let text = history_file::with(&history, &printed)?;
    if !check {
        fs::write(&history, text)?;
        println!("{} is written", history.display());
    } else if fs::read_to_string(&history).ok().as_deref() == Some(text.as_str()) {
        println!("{} is what {} packages say", history.display(), specs.len());
    } else {
        bail!("{} is not what these packages say", history.display());
    }
    Ok(())
}

fn openclaw_data(spec: &str, schema_only: bool, check: bool) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?;
    let data = root.join("src/openclaw/release/data");
    let package = package::fetch(spec, &root.join("target/xtask"))?;

    let schema_path = data.join("config-schema.txt");
    let schema = schema_file::with(&schema_path, &package.run("schema.mjs")?, &package.run("repairs.mjs")?)?;
    let mut files = vec![(schema_path, schema)];
    let history = data.join("history.txt");
    let text = history_file::with(&history, &[package.run("providers.mjs")?])?;
    files.push((history, text));
    if !schema_only {
        files.push((data.join("tables.rs"), tables_file::render(&package.run("tables.mjs")?)?));
    }
    for (path, text) in files {
        let shown = path.strip_prefix(root).unwrap_or(&path).display();
        if !check {
            fs::write(&path, text).with_context(|| format!("cannot write {shown}"))?;
            println!("{shown} is written");
        } else if fs::read_to_string(&path).ok().as_deref() == Some(text.as_str()) {
            println!("{shown} is what {spec} says");
        } else {
            bail!("{shown} is not what {spec} says: run `cargo xtask openclaw-data {spec}`");
        }
    }
    Ok(())
}

/// Lists what releases can say of failures, each text once, with the file of the program that says it.
fn messages(specs: &[&str]) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?;
    let mut lines = std::collections::BTreeSet::new();
    let words_path = root.join("src/redact/log_words.txt");
    let known = fs::read_to_string(&words_path).context("cannot read src/redact/log_words.txt")?;
    let mut words: std::collections::BTreeSet<String> = known.lines().map(str::to_owned).collect();
    for spec in specs {
        let said = package::fetch(spec, &root.join("target/xtask"))?.run("messages.mjs")?;
        let new = said["words"].as_array().context("messages.mjs printed no words")?;
        words.extend(new.iter().filter_map(|w| w.as_str()).map(str::to_owned));
        for message in said["messages"].as_array().context("messages.mjs printed no messages")? {
            let (area, text) = (message["area"].as_str(), message["text"].as_str());
            lines.insert(format!("{} | {}", area.unwrap_or_default(), text.unwrap_or_default()));
        }
    }
    let path = root.join("tests/diagnose-messages/catalogue.txt");
    let mut text = format!("# What {} can say of failures: FILE | TEXT\n", specs.join(", "));
    lines.iter().for_each(|line| {
        text.push_str(line);
        text.push('\n');
    });
    fs::write(&path, text).context("cannot write tests/diagnose-messages/catalogue.txt")?;
    let words: String = words.iter().map(|word| format!("{word}\n")).collect();
    fs::write(&words_path, words).context("cannot write src/redact/log_words.txt")?;
    println!("{} messages; now `CLAWDOCK_UPDATE=1 cargo test --test diagnose_messages`", lines.len());
    Ok(())
}

/// The folder of the scripts that run in node.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("js")
}
