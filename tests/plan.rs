//! `clawdock plan` beside the real docker-compose: what it says of each container is what
//! `docker-compose up -d --dry-run` would do.
//!
//! ```sh
//! tests/get-docker-compose
//! cargo test --test plan
//! ```

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    engine::{IMAGE, docker, engine, skip},
    project::{clawdock, stderr},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A project that is taken down when this goes.
struct Project {
    folder: tempfile::TempDir,
    compose: PathBuf,
    name: String,
}

impl Project {
    /// None, after saying so, where there is no engine or no docker-compose.
    fn new(test: &str) -> Option<Self> {
        let compose = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/docker-compose/sid/docker-compose");
        if !compose.is_file() {
            skip(test, "docker-compose: it is not there; see tests/get-docker-compose");
            return None;
        }
        engine().map_err(|why| skip(test, &why)).ok()?;
        let name = format!("clawdock-plan-{}-{test}", std::process::id()).replace('_', "-");
        Some(Self { folder: tempfile::tempdir().unwrap(), compose, name })
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the compose file.
    fn write(&self, services: &str) {
        let text = format!("name: {}\nservices:\n{}", self.name, services.replace("IMAGE", IMAGE));
        fs::write(self.root().join("compose.yml"), text).unwrap();
    }

    fn compose(&self, args: &[&str]) -> Output {
        let output = Command::new(&self.compose).current_dir(self.root()).args(args).output().unwrap();
        assert!(output.status.success(), "docker-compose {args:?}: {}", stderr(&output));
        output
    }

    /// What the real one would do, by container.
    fn real(&self, services: &[&str]) -> BTreeMap<String, &'static str> {
        let output = self.compose(&[&["up", "-d", "--dry-run"], services].concat());
        let mut actions: BTreeMap<String, &'static str> = BTreeMap::new();
        for line in stderr(&output).lines() {
            let Some((_, rest)) = line.split_once("Container ") else { continue };
            let mut words = rest.split_whitespace();
            let (Some(name), Some(word)) = (words.next(), words.next()) else { continue };
            // A dry run makes the new container under a name of its own.
            if !name.starts_with(&self.name) {
                continue;
            }
            let action = match word {
                "Recreate" => "recreate",
                "Creating" => "create",
                "Running" => "keep",
                "Starting" => "start",
                "Removing" => "remove",
                _ => continue,
            };
            // What is said first decides: whatever is made is started as well.
            actions.entry(name.to_owned()).or_insert(action);
        }
        actions
    }

    fn plan(&self, services: &[&str]) -> (Value, Option<i32>) {
        let args = [&["plan", "--format", "json"], services].concat();
        let output = clawdock(self.root()).args(&args).output().unwrap();
        let plan: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&output)));
        assert_valid(&plan);
        (plan, output.status.code())
    }

    /// What clawdock says, by container.
    fn said(&self, services: &[&str]) -> BTreeMap<String, String> {
        let (plan, code) = self.plan(services);
        let mut actions = BTreeMap::new();
        for service in plan["services"].as_array().unwrap() {
            for (number, step) in (1..).zip(service["containers"].as_array().unwrap()) {
                let made = || format!("{}-{}-{number}", self.name, service["service"].as_str().unwrap());
                let name = step["container"].as_str().map_or_else(made, str::to_owned);
                actions.insert(name, step["action"].as_str().unwrap().to_owned());
            }
        }
        let changes = actions.values().any(|a| a != "keep");
        assert_eq!(code, Some(if changes { 4 } else { 0 }), "{plan:#}");
        actions
    }

    /// Both say the same, and `expected`: service to action.
    fn agree(&self, step: &str, expected: &[(&str, &str)]) {
        let real = self.real(&[]);
        let said = self.said(&[]);
        let real: BTreeMap<String, String> = real.into_iter().map(|(n, a)| (n, a.to_owned())).collect();
        assert_eq!(said, real, "{step}: clawdock (left) and docker-compose (right)");
        let expected: BTreeMap<String, String> =
            expected.iter().map(|(s, a)| (format!("{}-{s}", self.name), (*a).to_owned())).collect();
        assert_eq!(said, expected, "{step}");
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let down = ["down", "--remove-orphans", "--volumes", "--timeout", "0"];
        let _ = Command::new(&self.compose).current_dir(self.root()).args(down).output();
    }
}

fn assert_valid(plan: &Value) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plan.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(plan).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// One service with something of everything.
const RICH: &str = "  rich:
    image: IMAGE
    command: [sleep, '1']
    user: '1000'
    env_file: .env.rich
    environment:
      A: '1'
      B: ${FROM_DOTENV:-none}
      GONE:
    ports: ['127.0.0.1:0:7000', '7001/udp']
    volumes: ['./data:/data', 'kept:/kept', '/anonymous', './one:/one:ro']
    tmpfs: [/scratch]
    labels: {a.label: x}
    restart: unless-stopped
";

const VOLUMES: &str = "volumes:\n  kept: {}\n";

#[test]
fn every_difference_is_seen_as_docker_compose_sees_it() {
    let Some(project) = Project::new("differences") else { return };
    let root = project.root();
    for folder in ["data", "one", "other"] {
        fs::create_dir(root.join(folder)).unwrap();
    }
    fs::write(root.join(".env.rich"), "OF_FILE=1\n").unwrap();
    let write = |rich: &str| project.write(&format!("{rich}{VOLUMES}"));
    write(RICH);
    project.agree("nothing is there", &[("rich-1", "create")]);
    project.compose(&["up", "-d"]);
    project.agree("nothing differs", &[("rich-1", "keep")]);
    for (step, from, to) in [
        ("a variable has another value", "A: '1'", "A: '2'"),
        ("a variable is new", "A: '1'", "A: '1'\n      NEW: x"),
        ("a variable is gone", "      A: '1'\n", ""),
        ("a variable of the image is set", "A: '1'", "A: '1'\n      FROM_IMAGE: other"),
        ("the command has another word", "sleep, '1'", "sleep, '2'"),
        ("the command is the image's", "    command: [sleep, '1']\n", ""),
        ("an entrypoint is new", "    command: [sleep, '1']", "    entrypoint: [/bin/helper, sleep]"),
        ("another user", "user: '1000'", "user: '1001'"),
        ("a port is bound elsewhere", "127.0.0.1:0:7000", "127.0.0.2:0:7000"),
        ("a port is gone", "['127.0.0.1:0:7000', '7001/udp']", "['127.0.0.1:0:7000']"),
        ("a mount has another source", "./data:/data", "./other:/data"),
        ("a mount is read-only", "./data:/data", "./data:/data:ro"),
        ("a volume is mounted elsewhere", "kept:/kept", "kept:/elsewhere"),
        ("a mount is gone", ", './one:/one:ro'", ""),
        ("the network of the host", "    user:", "    network_mode: host\n    user:"),
    ] {
        assert!(RICH.contains(from), "{step}");
        // The host's network publishes no port.
        let ports =
            if step.contains("network") { "" } else { "    ports: ['127.0.0.1:0:7000', '7001/udp']\n" };
        let base = RICH.replace("    ports: ['127.0.0.1:0:7000', '7001/udp']\n", ports);
        write(&base.replace(from, to));
        project.agree(step, &[("rich-1", "recreate")]);
    }
    write(RICH);
    fs::write(root.join(".env.rich"), "OF_FILE=2\n").unwrap();
    project.agree("an env file says something else", &[("rich-1", "recreate")]);
    fs::write(root.join(".env.rich"), "OF_FILE=1\n").unwrap();
    fs::write(root.join(".env"), "FROM_DOTENV=x\n").unwrap();
    project.agree("the project's .env says something else", &[("rich-1", "recreate")]);
    fs::remove_file(root.join(".env")).unwrap();
    project.agree("everything is as it was", &[("rich-1", "keep")]);
}

#[test]
fn what_is_there_and_what_is_not() {
    let Some(project) = Project::new("states") else { return };
    let service =
        |name: &str, more: &str| format!("  {name}:\n    image: IMAGE\n    command: [sleep]\n{more}");
    let base = format!("{}{}{}", service("a", ""), service("b", "    scale: 2\n"), service("c", ""));
    project.write(&base);
    project.compose(&["up", "-d"]);
    project.compose(&["stop", "--timeout", "0", "a"]);
    let b_and_c = [("b-1", "keep"), ("b-2", "keep"), ("c-1", "keep")];
    project.agree("a is stopped", &[&[("a-1", "start")][..], &b_and_c].concat());
    project.compose(&["rm", "-f", "a"]);
    project.agree("a is gone", &[&[("a-1", "create")][..], &b_and_c].concat());
    let fewer = base.replace("scale: 2", "scale: 1");
    project.write(&fewer);
    project.compose(&["up", "-d", "--no-recreate", "a"]);
    project
        .agree("b has one too many", &[("a-1", "keep"), ("b-1", "keep"), ("b-2", "remove"), ("c-1", "keep")]);
    project.write(&base.replace("scale: 2", "scale: 3"));
    project.agree(
        "b has one too few",
        &[("a-1", "keep"), ("b-1", "keep"), ("b-2", "keep"), ("b-3", "create"), ("c-1", "keep")],
    );
    project.write(&format!("{}{}", service("a", ""), service("b", "    scale: 2\n")));
    project.agree("c has no service any more", &[("a-1", "keep"), ("b-1", "keep"), ("b-2", "keep")]);
    let (plan, _) = project.plan(&[]);
    assert_eq!(plan["orphans"][0]["container"], format!("{}-c-1", project.name));
    let real = project.compose(&["up", "-d", "--dry-run"]);
    assert!(stderr(&real).contains(&format!("[{}-c-1]", project.name)), "{}", stderr(&real));
    // Only what is named, and what it depends on.
    project.write(&base.replace("  b:", "    environment: {NEW: x}\n  b:"));
    assert_eq!(project.said(&["b"]).into_values().collect::<Vec<_>>(), ["keep", "keep"]);
    assert_eq!(project.said(&["a"]).into_values().collect::<Vec<_>>(), ["recreate"]);
}

#[test]
fn another_image_behind_the_same_name() {
    let Some(project) = Project::new("image") else { return };
    let tag = format!("{}:x", project.name);
    docker(&["tag", IMAGE, &tag]).unwrap();
    project.write(&format!("  a:\n    image: {tag}\n    command: [sleep]\n    pull_policy: never\n"));
    project.compose(&["up", "-d"]);
    project.agree("the same image", &[("a-1", "keep")]);
    let container = format!("{}-a-1", project.name);
    docker(&["commit", "--change", "ENV NEW=1", &container, &tag]).unwrap();
    project.agree("another image", &[("a-1", "recreate")]);
    project.compose(&["down", "--timeout", "0"]);
    docker(&["rmi", &tag]).unwrap();
    // Nobody can tell what a pull would bring.
    let (plan, code) = project.plan(&[]);
    assert_eq!((plan["services"][0]["action"].as_str(), code), (Some("create"), Some(4)));
}

#[test]
fn secrets_stay_hidden_and_fields_that_cannot_be_seen_are_named() {
    let Some(project) = Project::new("secrets") else { return };
    let service = |token: &str| {
        format!(
            "  a:\n    image: IMAGE\n    command: [sleep]\n    environment: {{MY_TOKEN: {token}}}\n    labels: {{x: y}}\n    post_start: [{{command: [/bin/helper, env]}}]\n"
        )
    };
    project.write(&service("PLANTEDzqxwvkjyhgmnrtplsz"));
    project.compose(&["up", "-d"]);
    let (plan, _) = project.plan(&[]);
    assert_eq!(plan["services"][0]["not_compared"], serde_json::json!(["post_start"]));
    project.write(&service("PLANTEDwvkjyhgmnrtplszqqx"));
    for format in ["human", "json", "yaml", "markdown"] {
        let output = clawdock(project.root()).args(["plan", "--format", format]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("MY_TOKEN"), "{format}: {said}");
        assert!(!said.contains("PLANTED"), "{format}: {said}");
        assert_eq!(output.status.code(), Some(4));
    }
    let human = clawdock(project.root()).args(["plan"]).output().unwrap();
    assert!(String::from_utf8_lossy(&human.stdout).contains("would be recreated: 1 difference"));
}

#[test]
fn what_docker_compose_refuses_has_no_plan() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("compose.yml"), "services:\n  a:\n    imag: x\n").unwrap();
    let output = clawdock(folder.path()).args(["plan"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("compose.yml:3"), "{}", stderr(&output));
}
