//! Compose's own hash of a service, computed here and by the real docker-compose (`config --hash`).
//!
//! ```sh
//! tests/get-docker-compose sid trixie
//! CLAWDOCK_RANDOM=2000 CLAWDOCK_SEED=7 cargo test --test compose_hash -- --nocapture
//! ```

#![allow(clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{
    compose::{
        self, ComposeProject, LoadOptions,
        hash::{self, ComposeRelease, HashContext, HashRules},
    },
    text::{secret::Text, source::Sources},
    world::host::World,
};
use common::{
    engine::skip,
    random::{self, rng::Rng},
    service_fields,
};
use std::{
    collections::BTreeMap,
    fs,
    io::{Seek as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A release at hand.
struct Real {
    program: PathBuf,
    name: String,
    rules: HashRules,
}

/// Those that `tests/get-docker-compose` left.
fn releases() -> Vec<Real> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/docker-compose");
    let programs = ["sid", "trixie"].map(|suite| folder.join(suite).join("docker-compose"));
    let real = |program: PathBuf| {
        let output = Command::new(&program).args(["version", "--short"]).output().expect("it runs");
        let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let rules = ComposeRelease::parse(&name).expect("a release").rules();
        Real { program, name, rules }
    };
    programs.into_iter().filter(|program| program.is_file()).map(real).collect()
}

fn switch(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What a run of comparisons came to.
#[derive(Default)]
struct HashTally {
    agreed: usize,
    refused: usize,
    /// What makes hashes unknown, and how many.
    unknown: BTreeMap<String, usize>,
    differ: Vec<String>,
}

impl HashTally {
    fn compare(&mut self, what: &str, project: &ComposeProject, host: &World, real: &Real, said: &str) {
        let theirs: BTreeMap<&str, &str> = said.lines().filter_map(|line| line.split_once(' ')).collect();
        for service in project.services.iter().filter(|service| service.enabled) {
            let context = HashContext {
                variables: &project.variables,
                files: &*host.files,
                rules: real.rules,
                container_of: &|_| None,
            };
            match hash::printed(service, context) {
                Err(unknown) => *self.unknown.entry(unknown.field).or_default() += 1,
                Ok(ours) if theirs.get(&*service.name) == Some(&&*ours) => self.agreed += 1,
                Ok(_) => self.differ.push(format!("{what}: {} ({})", service.name, real.name)),
            }
        }
    }

    #[expect(clippy::print_stderr, reason = "the outcome is for people who run the tests")]
    fn end(self, what: &str, least: usize) {
        let unknown: usize = self.unknown.values().sum();
        eprintln!(
            "{what}: {} hashes agree, {} differ, {unknown} are not known {:?}; {} projects are refused",
            self.agreed,
            self.differ.len(),
            self.unknown,
            self.refused
        );
        assert!(self.differ.is_empty(), "{} differ:\n{}", self.differ.len(), self.differ.join("\n"));
        assert!(self.agreed >= least, "{} of {least} compared: that tests little", self.agreed);
        assert!(unknown * 20 <= self.agreed, "too many are not known: {:?}", self.unknown);
    }
}

fn ask(
    real: &Real,
    cwd: &Path,
    args: &[String],
    env: &BTreeMap<String, String>,
    stdin: Stdio,
) -> Option<String> {
    let output = Command::new(&real.program)
        .args(args)
        .args(["config", "--hash", "*"])
        .current_dir(cwd)
        .env_clear()
        .envs(env)
        .stdin(stdin)
        .output()
        .expect("docker-compose runs");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn there(test: &str) -> Option<Vec<Real>> {
    let all = releases();
    if all.is_empty() {
        skip(test, "docker-compose: it is not there; see tests/get-docker-compose");
        return None;
    }
    Some(all)
}

/// Each form of each field alone, then many of them together.
#[test]
fn of_every_field() {
    let Some(releases) = there("of_every_field") else { return };
    let mut tally = HashTally::default();
    let mut projects: Vec<(String, String)> = Vec::new();
    for form in service_fields::FIELDS.iter().flat_map(|forms| forms.iter()) {
        projects.push((service_fields::project(&format!("    {form}\n")), String::new()));
    }
    let run = switch("CLAWDOCK_SEED", 1);
    for number in 0..switch("CLAWDOCK_RANDOM", 150) {
        projects.push(service_fields::random(&mut Rng::new(run.wrapping_mul(1 << 32).wrapping_add(number))));
    }
    for (base, over) in &projects {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let folder = folder.path().canonicalize().expect("a folder");
        fs::write(folder.join("compose.yaml"), base).expect("a file");
        if !over.is_empty() {
            fs::write(folder.join("compose.override.yaml"), over).expect("a file");
        }
        for (name, text) in service_fields::FILES {
            fs::write(folder.join(name), text).expect("a file");
        }
        let env = BTreeMap::from([("HOME".to_owned(), "/home/somebody".to_owned())]);
        let args = ["-p".to_owned(), "p".to_owned(), "--profile".to_owned(), "dev".to_owned()];
        let host = World::on_disk(
            env.iter().map(|(k, v)| (k.clone(), Text::from(v.as_str()))).collect(),
            folder.clone(),
        );
        let options = LoadOptions {
            project_name: Some("p".to_owned()),
            profiles: vec!["dev".to_owned()],
            ..LoadOptions::default()
        };
        let project = compose::load(&options, &host, &mut Sources::default());
        for real in &releases {
            match ask(real, &folder, &args, &env, Stdio::null()) {
                Some(said) if project.refusals.is_empty() => {
                    tally.compare(&format!("{base}---\n{over}"), &project, &host, real, &said);
                }
                _ => tally.refused += 1,
            }
        }
    }
    tally.end("every field", 300);
}

#[test]
fn of_random_projects() {
    let Some(releases) = there("of_random_projects") else { return };
    let run = switch("CLAWDOCK_SEED", 1);
    let mut tally = HashTally::default();
    for number in 0..switch("CLAWDOCK_RANDOM", 150) {
        let project = random::project(run.wrapping_mul(1 << 32).wrapping_add(number));
        let folder = tempfile::tempdir().expect("a temporary directory");
        project.lay_out(folder.path());
        let loaded = project.load(folder.path());
        // Where releases resolve differently, so do they hash.
        let newest = !project.marks.is_empty();
        for real in &releases[..1] {
            let stdin = match &project.stdin {
                None => Stdio::null(),
                Some(text) => {
                    let mut file = tempfile::tempfile().expect("a temporary file");
                    file.write_all(text.as_bytes()).and_then(|()| file.rewind()).expect("a temporary file");
                    file.into()
                }
            };
            match ask(real, &folder.path().join(&project.cwd), &project.args, &project.env, stdin) {
                Some(said) if loaded.project.refusals.is_empty() && !newest => {
                    tally.compare(&format!("project {number}"), &loaded.project, &loaded.host, real, &said);
                }
                _ => tally.refused += 1,
            }
        }
    }
    tally.end("random projects", 60);
}

/// Files of the project's own fixtures, and of the collection beside the checkout where it is there.
fn compose_files(folder: &Path, all: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            compose_files(&path, all);
        } else if name.contains("compose") && (name.ends_with(".yml") || name.ends_with(".yaml")) {
            all.push(path);
        }
    }
}

#[test]
fn of_fixtures_and_the_corpus() {
    let Some(releases) = there("of_fixtures_and_the_corpus") else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    compose_files(&root.join("compose-fixtures"), &mut files);
    if let Some(beside) = root.parent() {
        compose_files(&beside.join("shared/corpus"), &mut files);
    }
    let mut tally = HashTally::default();
    let env = BTreeMap::from([("HOME".to_owned(), "/home/somebody".to_owned())]);
    for file in files {
        let cwd = file.parent().expect("a folder").canonicalize().expect("a folder");
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let args = ["-f".to_owned(), name.clone(), "-p".to_owned(), "p".to_owned()];
        let variables = env.iter().map(|(k, v)| (k.clone(), Text::from(v.as_str()))).collect();
        let host = World::on_disk(variables, cwd.clone());
        let options =
            LoadOptions { files: vec![name], project_name: Some("p".to_owned()), ..LoadOptions::default() };
        let project = compose::load(&options, &host, &mut Sources::default());
        for real in &releases[..1] {
            match ask(real, &cwd, &args, &env, Stdio::null()) {
                Some(said) if project.refusals.is_empty() => {
                    tally.compare(&file.display().to_string(), &project, &host, real, &said);
                }
                _ => tally.refused += 1,
            }
        }
    }
    tally.end("fixtures and corpus", 150);
}
