//! Builds an image, runs it, and asks what runs in it.

use crate::common::engine::{answers, docker, has_image, skip};
use crate::{Recorded, Truth, recipes, recipes::Recipe, recorded, truths, write};
use serde_json::Value;
use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

const ASK: &str = include_str!("ask.js");
/// How long a gateway may take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// Removes a container and its image when it goes.
struct Built(String);

impl Drop for Built {
    fn drop(&mut self) {
        let _ = docker(&["rm", "--force", "--volumes", &self.0]);
        let _ = docker(&["image", "rm", "--force", &self.0]);
    }
}

fn ask(recipe: &Recipe) -> Result<Truth, String> {
    let folder = tempfile::tempdir().unwrap();
    write(recipe, folder.path());
    let name = format!("clawdock-built-{}-{}", recipe.name, recipe.version);
    let built = Built(name.clone());
    let mut build = vec!["build".to_owned(), "-q".to_owned(), "-t".to_owned(), name.clone()];
    build.extend(
        recipe.args.iter().flat_map(|(arg, value)| ["--build-arg".to_owned(), format!("{arg}={value}")]),
    );
    build.push(folder.path().display().to_string());
    docker(&build.iter().map(String::as_str).collect::<Vec<_>>())?;
    let mut run: Vec<String> =
        ["run", "-d", "--network", "none", "--no-healthcheck", "--name", &name].map(str::to_owned).into();
    run.extend(
        recipe.env.iter().flat_map(|(variable, value)| ["-e".to_owned(), format!("{variable}={value}")]),
    );
    run.push(name.clone());
    run.extend(recipe.command.iter().flatten().cloned());
    docker(&run.iter().map(String::as_str).collect::<Vec<_>>())?;
    let started = Instant::now();
    let candidates = serde_json::to_string(&recipe.candidates()).unwrap();
    while started.elapsed() < PATIENCE {
        let state = docker(&["inspect", "-f", "{{.State.Running}} {{.State.ExitCode}}", &built.0])?;
        if let Some(code) = state.strip_prefix("false ") {
            return Ok(Truth { exit: code.parse().ok(), ..Truth::default() });
        }
        let answer = in_container(&built.0, &candidates).unwrap_or_default();
        let value: Value = serde_json::from_str(&answer).unwrap_or_default();
        if let Some(error) = value["error"].as_str() {
            return Err(error.to_owned());
        }
        if value["port"].is_u64() {
            return serde_json::from_value(value).map_err(|e| e.to_string());
        }
        std::thread::sleep(Duration::from_millis(1500));
    }
    Err("it neither listens nor ends".to_owned())
}

fn in_container(name: &str, candidates: &str) -> Option<String> {
    let variable = format!("CANDIDATES={candidates}");
    let mut child = Command::new("docker")
        .args(["exec", "-i", "-e", &variable, name, "node", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(ASK.as_bytes()).ok()?;
    Some(String::from_utf8_lossy(&child.wait_with_output().ok()?.stdout).trim().to_owned())
}

#[expect(clippy::print_stderr, reason = "the outcome is for people who run the tests")]
pub fn run() {
    let record = std::env::var_os("CLAWDOCK_RECORD").is_some();
    let known = recorded();
    let is_known = |recipe: &Recipe| known.iter().any(|recorded| recorded.recipe == *recipe);
    let wanted: Vec<Recipe> = match record {
        true => recipes::all().into_iter().filter(|recipe| !is_known(recipe)).collect(),
        false => recipes::all().into_iter().take(1).collect(),
    };
    let there = answers().and_then(|()| {
        ["openclaw:2026.9.6", "openclaw:2026.3.24", "clawdbot:legacy"]
            .iter()
            .take(if record { 3 } else { 1 })
            .try_for_each(|image| has_image(image))
    });
    if let Err(why) = there {
        return skip("images_do_what_was_recorded", &why);
    }
    let next = Mutex::new(wanted.into_iter());
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(recipe) = next.lock().unwrap().next() else { return };
                    let truth = ask(&recipe);
                    let shown = format!("{} {}: {truth:?}", recipe.name, recipe.version);
                    eprintln!("{shown}");
                    match truth {
                        Ok(truth) if record => {
                            let line = serde_json::to_string(&Recorded { recipe, truth }).unwrap();
                            let file = fs::OpenOptions::new().create(true).append(true).open(truths());
                            writeln!(file.unwrap(), "{line}").unwrap();
                        }
                        Ok(truth) => {
                            let same = known.iter().any(|r| r.recipe == recipe && r.truth == truth);
                            if !same {
                                failed.lock().unwrap().push(shown);
                            }
                        }
                        Err(_) => failed.lock().unwrap().push(shown),
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} did not do so:\n{}", failed.len(), failed.join("\n"));
}
