//! Random Compose projects, resolved here and by the real docker-compose: the same environments, the
//! same name, the same yes or no.
//!
//! ```sh
//! tests/get-docker-compose
//! CLAWDOCK_RANDOM=2000 CLAWDOCK_SEED=7 cargo test --test compose_random -- --nocapture
//! ```
//!
//! Project N of seed S is the same everywhere. A project that differs is left in
//! target/tmp/random/. Where there is no docker-compose, projects are only resolved here.

#![allow(clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::text::secret::Text;
use common::{
    engine::skip,
    random::{self, RandomProject},
};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Seek as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const DEFAULT_COUNT: u64 = 150;
const DEFAULT_SEED: u64 = 1;

fn switch(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The real one, where `tests/get-docker-compose` left it.
fn docker_compose() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/docker-compose/sid/docker-compose");
    path.is_file().then_some(path)
}

/// What both sides are asked for.
#[derive(Clone, PartialEq, Debug)]
enum Answer {
    /// Why it is refused.
    Refused(String),
    /// The name, and the services that are enabled.
    Resolved(Value),
}

impl Answer {
    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Refused(_), Self::Refused(_)) => true,
            (Self::Resolved(a), Self::Resolved(b)) => a == b,
            _ => false,
        }
    }
}

/// What clawdock says.
fn ours(project: &RandomProject, folder: &Path) -> Answer {
    let loaded = project.load(folder).project;
    if !loaded.refusals.is_empty() {
        let all: Vec<&str> = loaded.refusals.iter().map(|refusal| refusal.message.as_str()).collect();
        return Answer::Refused(all.join("\n"));
    }
    let services = loaded.services.iter().filter(|service| service.enabled).map(|service| {
        let environment = service
            .environment
            .iter()
            .map(|variable| (variable.name.clone(), json!(variable.value().map(Text::expose))));
        let deployment = service.deployment();
        let command: Option<Vec<&str>> =
            deployment.command.as_ref().map(|words| words.iter().map(|word| word.value.expose()).collect());
        let entrypoint: Option<Vec<&str>> = deployment
            .entrypoint
            .as_ref()
            .map(|words| words.iter().map(|word| word.value.expose()).collect());
        let value = json!({
            "environment": environment.collect::<Map<_, _>>(),
            "image": deployment.image.map(|image| image.value),
            "command": command,
            "entrypoint": entrypoint,
            "user": deployment.user.map(|user| user.value),
            "working_dir": deployment.working_dir.map(|path| path.value),
        });
        (service.name.clone(), value)
    });
    Answer::Resolved(json!({ "name": loaded.name, "services": services.collect::<BTreeMap<_, _>>() }))
}

/// What the real one says.
fn theirs(program: &Path, project: &RandomProject, folder: &Path) -> Answer {
    let stdin = match &project.stdin {
        None => Stdio::null(),
        Some(text) => {
            let mut file = tempfile::tempfile().expect("a temporary file");
            file.write_all(text.as_bytes()).and_then(|()| file.rewind()).expect("a temporary file");
            file.into()
        }
    };
    let output = Command::new(program)
        .args(&project.args)
        .args(["config", "--format", "json"])
        .current_dir(folder.join(&project.cwd))
        .env_clear()
        .envs(&project.env)
        .stdin(stdin)
        .output()
        .expect("docker-compose runs");
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last: Vec<&str> = said.lines().filter(|line| !line.contains("level=warning")).collect();
        return Answer::Refused(last.join("\n"));
    }
    let model: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut services = BTreeMap::new();
    for (name, service) in model["services"].as_object().into_iter().flatten() {
        let mut value = Map::new();
        for key in ["environment", "image", "command", "entrypoint", "user", "working_dir"] {
            let mut part = service[key].clone();
            unescape(&mut part);
            if key == "environment" && part.is_null() {
                part = json!({});
            }
            value.insert(key.to_owned(), part);
        }
        services.insert(name.clone(), value);
    }
    Answer::Resolved(json!({ "name": model["name"], "services": services }))
}

/// `config` doubles every dollar sign.
fn unescape(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace("$$", "$"),
        Value::Array(items) => items.iter_mut().for_each(unescape),
        Value::Object(entries) => {
            for (name, mut part) in std::mem::take(entries) {
                unescape(&mut part);
                entries.insert(name.replace("$$", "$"), part);
            }
        }
        _ => {}
    }
}

/// Why the two may differ: releases differ, and the project makes use of it.
fn cause(project: &RandomProject, ours: &Answer, theirs: &Answer) -> Option<&'static str> {
    let said = match theirs {
        Answer::Refused(said) => said.as_str(),
        Answer::Resolved(_) => "",
    };
    let has = |mark| project.marks.contains(mark);
    let accepted = matches!(ours, Answer::Resolved(_));
    if accepted && has(random::LAZY) && (said.contains("required variable") || said.contains("nvalid")) {
        return Some(random::LAZY);
    }
    if accepted && has(random::CONFLICT) && said.contains("conflicts with imported resource") {
        return Some(random::CONFLICT);
    }
    if accepted && has(random::EXTENDS_INCLUDED) && said.contains("not found") {
        return Some(random::EXTENDS_INCLUDED);
    }
    [random::RESET_EXTENDS, random::RESET_ALIAS].into_iter().find(|mark| has(mark))
}

fn difference(ours: &Answer, theirs: &Answer) -> String {
    match (ours, theirs) {
        (Answer::Resolved(a), Answer::Resolved(b)) => {
            let mut all = Vec::new();
            differences("", a, b, &mut all);
            all.join("\n    ")
        }
        (a, b) => format!("ours {}\n    theirs {}", shown(a), shown(b)),
    }
}

fn shown(answer: &Answer) -> String {
    match answer {
        Answer::Refused(why) => format!("refused: {why}"),
        Answer::Resolved(_) => "accepted".to_owned(),
    }
}

fn differences(path: &str, a: &Value, b: &Value, all: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => differences(&format!("{path}/{key}"), a, b, all),
                    (a, b) => all.push(format!("{path}/{key}: ours {a:?}, theirs {b:?}")),
                }
            }
        }
        (a, b) if a != b => all.push(format!("{path}: ours {a}, theirs {b}")),
        _ => {}
    }
}

/// Where a project that differs is kept, with the way to run it.
fn keep(project: &RandomProject, number: u64) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("random").join(number.to_string());
    let _ = fs::remove_dir_all(&folder);
    project.lay_out(&folder);
    let quote = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let env: Vec<String> =
        project.env.iter().map(|(name, value)| quote(&format!("{name}={value}"))).collect();
    let args: Vec<String> = project.args.iter().map(|arg| quote(arg)).collect();
    if let Some(text) = &project.stdin {
        fs::write(folder.join("stdin.yaml"), text).expect("a file");
    }
    let stdin = if project.stdin.is_some() { folder.join("stdin.yaml") } else { "/dev/null".into() };
    let script = format!(
        "cd \"$(dirname \"$0\")\"/{} && env -i {} \"$@\" {} config --format json <{}\n",
        quote(&project.cwd),
        env.join(" "),
        args.join(" "),
        quote(&stdin.display().to_string())
    );
    fs::write(folder.join("run.sh"), script).expect("a file");
    folder
}

/// The seed of one project: neighbours share nothing.
fn seed(run: u64, number: u64) -> u64 {
    run.wrapping_mul(1 << 32).wrapping_add(number)
}

#[test]
fn the_same_project_gives_the_same_answer() {
    let run = switch("CLAWDOCK_SEED", DEFAULT_SEED);
    let mut resolved = 0;
    let count = switch("CLAWDOCK_RANDOM", DEFAULT_COUNT);
    for number in 0..count {
        let project = random::project(seed(run, number));
        assert_eq!(project, random::project(seed(run, number)), "project {number} is not the same twice");
        let folder = tempfile::tempdir().expect("a temporary directory");
        project.lay_out(folder.path());
        let first = ours(&project, folder.path());
        assert_eq!(first, ours(&project, folder.path()), "project {number} is not resolved the same twice");
        resolved += u64::from(matches!(first, Answer::Resolved(_)));
    }
    assert!(resolved * 2 > count, "only {resolved} of {count} projects are accepted: they test little");
}

#[test]
#[expect(clippy::print_stderr, reason = "the outcome is for people who run the tests")]
fn docker_compose_says_the_same() {
    let Some(program) = docker_compose() else {
        skip("docker_compose_says_the_same", "docker-compose: it is not there; see tests/get-docker-compose");
        return;
    };
    let run = switch("CLAWDOCK_SEED", DEFAULT_SEED);
    let count = switch("CLAWDOCK_RANDOM", DEFAULT_COUNT);
    let (mut agreed, mut refused) = (0, 0);
    let mut causes: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for number in 0..count {
        let project = random::project(seed(run, number));
        let folder = tempfile::tempdir().expect("a temporary directory");
        project.lay_out(folder.path());
        let (ours, theirs) = (ours(&project, folder.path()), theirs(&program, &project, folder.path()));
        if ours.agrees(&theirs) {
            agreed += 1;
            refused += u64::from(matches!(ours, Answer::Refused(_)));
        } else if let Some(cause) = cause(&project, &ours, &theirs) {
            causes.entry(cause).or_default().push(number);
        } else if (0..15).any(|_| ours.agrees(&self::theirs(&program, &project, folder.path()))) {
            // compose-go goes through services in Go's random order.
            causes.entry("docker-compose answers by chance").or_default().push(number);
        } else {
            let kept = keep(&project, number);
            unexplained.push(format!("{number} ({}):\n    {}", kept.display(), difference(&ours, &theirs)));
        }
    }
    eprintln!(
        "docker-compose: {agreed} of {count} projects agree, {refused} of them refused by both (seed {run})"
    );
    for (cause, numbers) in &causes {
        eprintln!("  {cause}: {} (projects {numbers:?})", numbers.len());
    }
    assert!(unexplained.is_empty(), "{} projects differ:\n{}", unexplained.len(), unexplained.join("\n"));
}
