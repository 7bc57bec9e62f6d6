//! `clawdock plan` beside what the real `docker-compose up` then does: each scenario is a change of one
//! service, and the ids of its containers before and after decide who is right.
//!
//! ```sh
//! tests/get-docker-compose sid trixie
//! CLAWDOCK_SCENARIOS=3 cargo test --test plan_scenarios -- --nocapture   # 3: every third
//! ```

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    engine::{IMAGE, docker, engine, skip},
    project::{clawdock, stderr},
    service_fields::FIELDS,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A container, as the engine has it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Made {
    id: String,
    service: String,
    number: String,
    started: String,
}

/// A project that is taken down when this goes.
struct Scenario {
    folder: tempfile::TempDir,
    compose: PathBuf,
    release: String,
    name: String,
    env: Vec<(String, String)>,
}

fn program(suite: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/docker-compose").join(suite).join("docker-compose")
}

impl Scenario {
    /// None, after saying so, where there is no engine or no docker-compose.
    fn new(test: &str, suite: &str) -> Option<Self> {
        let compose = program(suite);
        if !compose.is_file() {
            skip(test, "docker-compose: it is not there; see tests/get-docker-compose");
            return None;
        }
        engine().map_err(|why| skip(test, &why)).ok()?;
        let output = Command::new(&compose).args(["version", "--short"]).output().unwrap();
        let release = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let name = format!("clawdock-scenario-{}-{test}-{suite}", std::process::id());
        let scenario = Self { folder: tempfile::tempdir().unwrap(), compose, release, name, env: Vec::new() };
        for (name, text) in common::service_fields::FILES {
            scenario.file(name, text);
        }
        Some(scenario)
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, name: &str, text: &str) {
        fs::write(self.root().join(name), text).unwrap();
    }

    /// Writes the compose file: services by name, each with its lines.
    fn services(&self, services: &[(String, String)]) {
        let mut text = format!("name: {}\nservices:\n", self.name);
        for (name, lines) in services {
            let lines =
                if lines.contains("image:") { lines.clone() } else { format!("image: IMAGE\n{lines}") };
            text.push_str(&format!("  {name}:\n"));
            for line in lines.lines() {
                text.push_str(&format!("    {line}\n"));
            }
        }
        text.push_str("networks: {n: {}}\nvolumes: {v: {}}\nconfigs: {c: {content: x}}\n");
        text.push_str("secrets: {s: {file: ./s}, s2: {file: ./s}}\n");
        self.file("compose.yaml", &text.replace("IMAGE", IMAGE));
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(&self.compose);
        command.current_dir(self.root()).args(args).envs(self.env.iter().cloned());
        command.output().unwrap()
    }

    fn compose(&self, args: &[&str]) {
        let output = self.run(args);
        assert!(output.status.success(), "docker-compose {args:?}: {}", stderr(&output));
    }

    /// The containers there are, by name.
    fn made(&self) -> BTreeMap<String, Made> {
        let filter = format!("label=com.docker.compose.project={}", self.name);
        let ids = docker(&["ps", "-aq", "--no-trunc", "--filter", &filter]).unwrap();
        let ids: Vec<&str> = ids.lines().collect();
        if ids.is_empty() {
            return BTreeMap::new();
        }
        let format = "{{.Name}}|{{.Id}}|{{index .Config.Labels \"com.docker.compose.service\"}}|{{index .Config.Labels \"com.docker.compose.container-number\"}}|{{.State.StartedAt}}";
        let said = docker(&[&["inspect", "--format", format], &ids[..]].concat()).unwrap();
        said.lines()
            .map(|line| {
                let parts: Vec<&str> = line.split('|').collect();
                let [name, id, service, number, started] = parts[..] else { panic!("{line}") };
                let own = |text: &str| text.to_owned();
                let made =
                    Made { id: own(id), service: own(service), number: own(number), started: own(started) };
                (name.trim_start_matches('/').to_owned(), made)
            })
            .collect()
    }

    /// What the plan says: of each container there is, and how many of each service are created.
    fn plan(&self, args: &[&str]) -> (BTreeMap<String, String>, BTreeMap<String, usize>, Value) {
        let mut command = clawdock(self.root());
        // `~` and `HOME:` are the same for both.
        command.env("HOME", std::env::var_os("HOME").unwrap_or_default());
        command.args(["plan", "--format", "json", "--compose-release", &self.release]).args(args);
        let output = command.envs(self.env.iter().cloned()).output().unwrap();
        let plan: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&output)));
        let (mut actions, mut created) = (BTreeMap::new(), BTreeMap::new());
        for service in plan["services"].as_array().unwrap() {
            for step in service["containers"].as_array().unwrap() {
                let action = step["action"].as_str().unwrap().to_owned();
                match step["container"].as_str() {
                    Some(name) => drop(actions.insert(name.to_owned(), action)),
                    None => *created.entry(service["service"].as_str().unwrap().to_owned()).or_default() += 1,
                }
            }
        }
        let changes = !created.is_empty() || actions.values().any(|action| action != "keep");
        assert_eq!(output.status.code(), Some(if changes { 4 } else { 0 }), "{plan:#}");
        (actions, created, plan)
    }

    /// Plans, lets docker-compose do it, and compares; gives what was done, and how many were compared.
    fn agree(&self, what: &str, up: &[&str]) -> (BTreeMap<String, &'static str>, usize) {
        let before = self.made();
        let (said, created, plan) = self.plan(&[]);
        self.compose(up);
        let after = self.made();
        let starts = !up.contains(&"create");
        let mut done: BTreeMap<String, &'static str> = BTreeMap::new();
        let mut wrong = Vec::new();
        for (name, old) in &before {
            let same = after.values().find(|new| new.id == old.id);
            let successor = after.values().any(|new| {
                new.service == old.service
                    && new.number == old.number
                    && !before.values().any(|other| other.id == new.id)
            });
            let did = match same {
                Some(new) if new.started == old.started => "keep",
                Some(_) => "start",
                None if successor => "recreate",
                None => "remove",
            };
            done.insert(name.clone(), did);
            let expected = match said.get(name).map(String::as_str) {
                // What has no service any more stays.
                None => "keep",
                Some("restart") => "start",
                Some("start") if !starts => "keep",
                Some(action) => action,
            };
            if expected != did {
                wrong.push(format!("{name}: clawdock {expected}, docker-compose {did}"));
            }
        }
        let new = after.values().filter(|new| {
            let old = |old: &&Made| old.service == new.service && old.number == new.number;
            !before.values().any(|old| old.id == new.id) && !before.values().any(|o| old(&o))
        });
        let mut made: BTreeMap<String, usize> = BTreeMap::new();
        new.for_each(|new| *made.entry(new.service.clone()).or_default() += 1);
        assert!(wrong.is_empty(), "{what} ({}):\n{}", self.release, wrong.join("\n"));
        drop(plan);
        assert_eq!(created, made, "{what}: what is created");
        (done, before.len())
    }
}

impl Drop for Scenario {
    fn drop(&mut self) {
        let filter = format!("label=com.docker.compose.project={}", self.name);
        if let Ok(ids) = docker(&["ps", "-aq", "--filter", &filter])
            && !ids.is_empty()
        {
            let _ = docker(&[&["rm", "-f", "-v"], &ids.lines().collect::<Vec<_>>()[..]].concat());
        }
        let _ = self.run(&["down", "--remove-orphans", "--volumes", "--timeout", "0"]);
    }
}

/// The rows that were found to be wrong once, and those that were right: what a service has before, and
/// after.
const ROWS: &[(&str, &str, &str)] = &[
    ("nothing", "environment: {A: 1}", "environment: {A: 1}"),
    ("a label", "", "labels: {a: b}"),
    ("another restart policy", "restart: always", "restart: unless-stopped"),
    ("no restart policy", "restart: always", ""),
    ("a health check", "", "healthcheck: {test: [CMD, /bin/helper, env]}"),
    ("a host name", "", "hostname: x"),
    ("a working directory", "", "working_dir: /"),
    ("a read-only root", "", "read_only: true"),
    ("another memory limit", "mem_limit: 100m", "mem_limit: 200m"),
    ("a host", "", "extra_hosts: [\"a:1.2.3.4\"]"),
    ("a network", "", "networks: [n]"),
    ("logging", "", "logging: {options: {max-size: 1m}}"),
    ("another grace period", "stop_grace_period: 0s", "stop_grace_period: 1s"),
    ("a secret", "", "secrets: [s]"),
    ("a hook", "", "post_start: [{command: [/bin/helper, env]}]"),
    ("replicas", "", "deploy: {replicas: 2}"),
    ("the command of the image", "command: [sleep]", "command: sleep"),
    ("the long form of a mount", "volumes: [\"./a:/a\"]", "volumes: [{type: bind, source: ./a, target: /a}]"),
    ("a slash at the end", "volumes: [\"/tmp/:/d\"]", "volumes: [\"/tmp/:/d\"]"),
    ("another value", "environment: {A: 1}", "environment: {A: 2}"),
    ("another word", "command: [sleep]", "command: [sleep, \"1\"]"),
    ("another user", "", "user: \"0\""),
    ("an extension", "", "x-a: 1"),
    ("a pull policy", "", "pull_policy: missing"),
    ("a dependency", "", "depends_on: [base]"),
    ("more", "", "scale: 3"),
    ("none", "", "scale: 0"),
    ("fewer", "scale: 3", ""),
    ("fewer, and another variable", "scale: 3", "environment: {A: 2}"),
    ("another source", "volumes: [\"./a:/a\"]", "volumes: [\"./b:/a\"]"),
    ("the same source", "volumes: [\"./a:/a\"]", "volumes: [\"./a/../a/:/a/\"]"),
    ("a port", "", "ports: [\"127.0.0.1::7000\"]"),
    ("a port in the long form", "ports: [\"7000\"]", "ports: [{target: 7000}]"),
    ("a port with its protocol", "ports: [\"7000\"]", "ports: [\"7000/tcp\"]"),
    (
        "restarted with",
        "depends_on: {changed: {condition: service_started, restart: true}}",
        "depends_on: {changed: {condition: service_started, restart: true}}",
    ),
    ("in its network", "network_mode: service:changed", "network_mode: service:changed"),
    ("in the network of one that stays", "network_mode: service:base", "network_mode: service:base"),
    ("its volumes", "volumes_from: [changed]", "volumes_from: [changed]"),
    ("its processes", "pid: service:base", "pid: service:base"),
    ("a label file", "label_file: web.labels", "label_file: web.labels"),
    ("an env file", "env_file: web.env", "env_file: [web.env]"),
];

fn named(number: usize, what: &str) -> String {
    let word = what.split(|c: char| !c.is_ascii_alphanumeric()).collect::<Vec<_>>().join("-");
    format!("r{number:02}-{}", word.trim_matches('-').to_lowercase())
}

fn all_rows(after: bool) -> Vec<(String, String)> {
    let with_command = |lines: &str| match lines.contains("command:") && !lines.contains("post_start") {
        true => lines.to_owned(),
        false => format!("command: [sleep]\n{lines}"),
    };
    let value = if after { "2" } else { "1" };
    let mut services = vec![
        ("base".to_owned(), "command: [sleep]".to_owned()),
        ("changed".to_owned(), format!("command: [sleep]\nenvironment: {{X: {value}}}")),
    ];
    for (number, (what, before, then)) in ROWS.iter().enumerate() {
        services.push((named(number, what), with_command(if after { then } else { before })));
    }
    services
}

#[test]
#[expect(clippy::print_stderr, reason = "the outcome is for people who run the tests")]
fn each_row() {
    for suite in ["sid", "trixie"] {
        let Some(scenario) = Scenario::new("rows", suite) else { return };
        for folder in ["a", "b"] {
            fs::create_dir(scenario.root().join(folder)).unwrap();
        }
        scenario.services(&all_rows(false));
        scenario.compose(&["up", "-d"]);
        let (_, same) = scenario.agree("nothing changed", &["up", "-d"]);
        scenario.services(&all_rows(true));
        let (done, count) = scenario.agree("one change each", &["up", "-d"]);
        let recreated = done.values().filter(|did| **did == "recreate").count();
        eprintln!(
            "docker-compose {}: {same} unchanged, {count} changed ({recreated} recreated)",
            scenario.release
        );
        assert!(recreated > 15 && done.values().any(|did| *did == "keep"), "{done:#?}");
        // Once more: now there is nothing to do.
        let (done, _) = scenario.agree("nothing changed since", &["up", "-d"]);
        assert!(done.values().all(|did| *did == "keep"), "{done:#?}");
    }
}

/// Forms that this engine or image cannot be given, or that belong to the whole project.
const NOT_HERE: [&str; 22] = [
    "blkio_config",
    "cgroup: host",
    "configs",
    "container_name",
    "cpu_",
    "cpus: 2",
    "credential_spec",
    "develop",
    "device",
    "external_links",
    "extra_hosts: {a: [1",
    "gpus",
    "isolation",
    "links",
    "mac_address",
    "models",
    "post_start",
    "profiles",
    "runtime",
    "storage_opt",
    "subpath",
    "use_api_socket",
];

/// Each form of each field: made, unchanged, changed to the next form, and taken out.
#[test]
#[expect(clippy::print_stderr, reason = "the outcome is for people who run the tests")]
fn each_form_of_each_field() {
    let step = std::env::var("CLAWDOCK_SCENARIOS").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut forms: Vec<(&str, &str)> = Vec::new();
    for of_field in FIELDS {
        let mut usable = Vec::new();
        for form in of_field.iter().filter(|form| !NOT_HERE.iter().any(|word| form.starts_with(word))) {
            // What the engine or the project does not have, and what no container is made of.
            let odd = [
                "container:x",
                "nocopy",
                "v:/v:ro",
                "options: {a",
                "user: 1000",
                "policy: always",
                "command: \"\"",
                "command: []",
                "format: raw",
                "start_interval",
                "rate:",
                "swapp",
                "memswap",
                "nvidia",
                "gpu",
                "10.9.0.5",
                "02:42",
                "gw_pri",
                "subpath",
                "MARK",
                "_name",
                "db",
                "cpuset: 0-1",
                "max-file: 3",
                "rslave",
                "rshared",
                "somaxconn",
                "oom_kill",
                "mode: global",
                "replicas: 0",
                "cpus: 2",
            ];
            if !odd.iter().any(|word| form.contains(word)) {
                usable.push(*form);
            }
        }
        for (number, form) in usable.iter().enumerate() {
            forms.push((form, usable[(number + 1) % usable.len()]));
        }
    }
    let chosen: Vec<(&str, &str)> = forms.into_iter().step_by(step).collect();
    let services = |which: usize| -> Vec<(String, String)> {
        let lines = |form: &str| {
            if form.starts_with("command") {
                form.replace("\n      ", "\n  ")
            } else {
                format!("command: [sleep]\n{form}")
            }
        };
        let of = |(number, (form, next)): (usize, &(&str, &str))| {
            let form = [*form, *next, ""][which];
            (format!("f{number:03}"), lines(form))
        };
        chosen.iter().enumerate().map(of).collect()
    };
    for suite in ["sid", "trixie"] {
        let Some(scenario) = Scenario::new("fields", suite) else { return };
        for folder in ["a", "b"] {
            fs::create_dir(scenario.root().join(folder)).unwrap();
        }
        scenario.services(&services(0));
        scenario.compose(&["create"]);
        let mut count = 0;
        for (what, which) in [("unchanged", 0), ("the next form", 1), ("taken out", 2)] {
            scenario.services(&services(which));
            let (done, compared) = scenario.agree(what, &["create"]);
            let recreated = done.values().filter(|did| **did == "recreate").count();
            eprintln!("docker-compose {}: {what}: {compared} agree, {recreated} recreated", scenario.release);
            count += compared;
        }
        assert!(count >= 100 / step, "{count} scenarios");
    }
}

/// What is no change of a service: the project, the engine, the host.
#[test]
fn around_the_services() {
    let Some(mut scenario) = Scenario::new("around", "sid") else { return };
    let service = |name: &str, lines: &str| (name.to_owned(), format!("command: [sleep]\n{lines}"));
    let container = |service: &str| format!("{}-{service}-1", scenario.name);
    let (web, db) = (container("web"), container("db"));
    let network = format!("{}_default", scenario.name);
    let both = [service("web", "environment: {A: \"${A:-1}\"}\ndepends_on: [db]"), service("db", "")];
    let up = ["up", "-d"];
    let did = |done: &BTreeMap<String, &'static str>, name: &str| done[name];
    scenario.services(&both);
    scenario.agree("nothing is there", &up);
    scenario.file(".env", "A=2\n");
    let (done, _) = scenario.agree("another value in .env", &up);
    assert_eq!((did(&done, &web), did(&done, &db)), ("recreate", "keep"));
    scenario.file(".env", "A=\"2\" # c\nUNUSED=1\n");
    let (done, _) = scenario.agree("the same value, written otherwise", &up);
    assert_eq!(did(&done, &web), "keep");
    scenario.env.push(("A".to_owned(), "3".to_owned()));
    let (done, _) = scenario.agree("a variable of the shell", &up);
    assert_eq!(did(&done, &web), "recreate");
    scenario.env.clear();
    let (done, _) = scenario.agree("and without it", &up);
    assert_eq!(did(&done, &web), "recreate");
    docker(&["network", "disconnect", "-f", &network, &web]).unwrap();
    let (done, _) = scenario.agree("disconnected by hand", &up);
    assert_eq!(did(&done, &web), "recreate");
    docker(&["kill", &db]).unwrap();
    let (done, _) = scenario.agree("killed", &up);
    assert_eq!(did(&done, &db), "start");
    fs::rename(scenario.root().join("compose.yaml"), scenario.root().join("docker-compose.yml")).unwrap();
    let (done, _) = scenario.agree("the file has another name", &up);
    assert_eq!(did(&done, &web), "keep");
    fs::remove_file(scenario.root().join("docker-compose.yml")).unwrap();
    scenario.services(
        &[both[0].clone(), service("other", "")]
            .map(|(name, lines)| (name, lines.replace("depends_on: [db]", ""))),
    );
    let (done, _) = scenario.agree("renamed", &up);
    assert_eq!((did(&done, &web), did(&done, &db)), ("keep", "keep"));
    let (_, _, plan) = scenario.plan(&[]);
    assert_eq!(plan["orphans"][0]["container"], db.as_str());
    // The proxies of the docker client are given to each container, and are in no hash.
    let client = scenario.root().join("client");
    fs::create_dir(&client).unwrap();
    fs::write(
        client.join("config.json"),
        r#"{"proxies":{"default":{"httpProxy":"http://p:1","noProxy":"localhost"}}}"#,
    )
    .unwrap();
    scenario.env.push(("DOCKER_CONFIG".to_owned(), client.display().to_string()));
    let (done, _) = scenario.agree("with proxies", &up);
    assert_eq!(did(&done, &web), "keep");
    let unchanged = [service("web", "environment: {A: \"${A:-1}\", NEW: x}"), service("other", "")];
    scenario.services(&unchanged);
    scenario.agree("made with proxies", &up);
    let (done, _) = scenario.agree("and unchanged", &up);
    assert_eq!(did(&done, &web), "keep");
}

/// `up` fails, and the plan says so.
#[test]
fn what_up_fails_on() {
    let Some(scenario) = Scenario::new("fails", "sid") else { return };
    let service = |lines: &str| [("web".to_owned(), format!("command: [sleep]\n{lines}"))];
    let web = format!("{}-web-1", scenario.name);
    let fails = |what: &str| {
        let mut command = clawdock(scenario.root());
        let output = command.args(["plan", "--format", "json"]).output().unwrap();
        let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
        let actions: Vec<&str> = plan["services"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|s| s["containers"].as_array().unwrap())
            .filter_map(|step| step["action"].as_str())
            .collect();
        assert!(actions.contains(&"fail"), "{what}: {plan:#}");
        assert_eq!(output.status.code(), Some(4), "{what}");
        let up = scenario.run(&["up", "-d"]);
        assert!(!up.status.success(), "{what}: {}", stderr(&up));
    };
    docker(&["create", "--name", &web, IMAGE]).unwrap();
    scenario.services(&service(""));
    fails("a container of somebody else has the name");
    docker(&["rm", "-f", &web]).unwrap();
    scenario.compose(&["up", "-d"]);
    docker(&["pause", &web]).unwrap();
    fails("paused");
    docker(&["unpause", &web]).unwrap();
    scenario.agree("and as it was", &["up", "-d"]);
}

/// What an older release made, and a newer one finds.
#[test]
fn another_release_of_compose() {
    let Some(mut scenario) = Scenario::new("releases", "trixie") else { return };
    if !program("sid").is_file() {
        return skip(
            "another_release_of_compose",
            "docker-compose: only one release is there; see tests/get-docker-compose",
        );
    }
    scenario.services(&[
        (
            "web".to_owned(),
            "command: [sleep]\nenv_file: web.env\ndepends_on: [db]\ndeploy: {replicas: 1}\nprofiles: [p]"
                .to_owned(),
        ),
        ("db".to_owned(), "command: [sleep]".to_owned()),
    ]);
    scenario.env.push(("COMPOSE_PROFILES".to_owned(), "p".to_owned()));
    let up = ["up", "-d"];
    scenario.agree("made", &up);
    let (done, _) = scenario.agree("unchanged, with the release that made them", &up);
    assert!(done.values().all(|did| *did == "keep"), "{done:?}");
    let older = scenario.release.clone();
    // Nobody says which release is used: it may be either.
    let mut command = clawdock(scenario.root());
    command.env("COMPOSE_PROFILES", "p");
    let output = command.args(["plan"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    let release = older.split('-').next().unwrap();
    assert!(said.contains(&format!("docker compose {release} made it")), "{said}");
    assert!(said.contains("db-1 stays as it is"), "{said}");
    assert_eq!(output.status.code(), Some(4), "{said}");
    scenario.compose = program("sid");
    scenario.release = "2.40.3".to_owned();
    let (done, _) = scenario.agree("unchanged, with a newer release", &up);
    let of = |service: &str| done[&format!("{}-{service}-1", scenario.name)];
    assert_eq!((of("web"), of("db")), ("recreate", "keep"));
    let (done, _) = scenario.agree("and once more", &up);
    assert!(done.values().all(|did| *did == "keep"), "{done:?}");
}
