//! `clawdock` alone and `clawdock watch`: a line for each gateway, and what to type next.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    engine::{Container, IMAGE, docker, engine, skip},
    project::{clawdock, copy, fixtures, own_folder, run, stdout},
};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Stdio},
    sync::{Mutex, mpsc},
    time::{Duration, Instant},
};

/// How long a change may take to be told on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The gateways of one test are seen by the others.
static ALONE: Mutex<()> = Mutex::new(());

/// A container that looks like a gateway.
fn gateway(name: &str, verb: &str, options: &[&str], does: &str) -> Container {
    let entrypoint = ["--entrypoint", "/bin/helper"];
    let words = [IMAGE, does, "openclaw", "gateway", "--bind", "lan"];
    Container::start(verb, name, &[options, &entrypoint, &words].concat())
}

/// A project in a folder of its own, and the options of a container that was created from it.
fn project(fixture: &str) -> (tempfile::TempDir, Vec<String>) {
    let folder = copy(&fixtures().join(fixture));
    let root = folder.path().join(fixture).display().to_string();
    // The container's user is another one than the one who tests.
    fs::set_permissions(format!("{root}/state"), fs::Permissions::from_mode(0o777)).unwrap();
    let options = vec![
        "--env-file".to_owned(),
        format!("{root}/container.env"),
        "-v".to_owned(),
        format!("{root}/state:/home/node/.openclaw"),
        format!("-lcom.docker.compose.project={}", fixture.to_lowercase()),
        "-lcom.docker.compose.service=openclaw-gateway".to_owned(),
        format!("-lcom.docker.compose.project.working_dir={root}"),
        format!("-lcom.docker.compose.project.config_files={root}/compose.yml"),
    ];
    (folder, options)
}

/// The lines of the table that begin with a name, each with what is indented below it.
fn row(text: &str, name: &str) -> String {
    let mut lines = text.lines().skip_while(|line| !line.starts_with(name));
    let first = lines.next().unwrap_or_else(|| panic!("no line of {name} in\n{text}"));
    let below = lines.take_while(|line| line.starts_with("  "));
    std::iter::once(first).chain(below).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_line_for_each_gateway_crashed_ones_too() {
    let _alone = ALONE.lock();
    if let Err(why) = engine() {
        return skip("the overview of gateways", &why);
    }
    let (folder, options) = project("CD102-fires");
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let stale = gateway("stale", "run", &options, "sleep");
    let crashed = gateway("crashed", "run", &[], "both");
    let created = gateway("created", "create", &[], "sleep");
    docker(&["wait", &crashed.name]).unwrap();

    let empty = own_folder();
    let started = Instant::now();
    let output = run(empty.path(), &[]);
    let took = started.elapsed();
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let of_stale = row(&text, &stale.name);
    assert!(of_stale.contains("running"), "{of_stale}");
    assert!(of_stale.contains("token of "), "{of_stale}");
    assert!(of_stale.contains("changed"), "{of_stale}");
    assert!(of_stale.contains("still uses the old token"), "{of_stale}");
    let of_crashed = row(&text, &crashed.name);
    assert!(of_crashed.contains("exited (3)") && of_crashed.contains("not here"), "{of_crashed}");
    assert!(of_crashed.contains("exited with code 3"), "{of_crashed}");
    let of_created = row(&text, &created.name);
    assert!(of_created.contains("never started"), "{of_created}");
    assert!(text.contains("No compose file in this folder or above."), "{text}");
    let next = text.split_once("Next:").unwrap().1;
    assert!(next.contains("clawdock diagnose "), "{next}");
    assert!(next.contains(&format!("clawdock diff {}", stale.name)), "{next}");
    assert!(took < Duration::from_secs(20), "{took:?}");

    // In the folder of a project that is told too, and the same table heads a report of several.
    let text = stdout(&run(&folder.path().join("CD102-fires"), &[]));
    assert!(text.contains("Project cd102-fires (compose.yml): 1 gateway, "), "{text}");
    let report = stdout(&run(empty.path(), &["inspect", &stale.name, &crashed.name]));
    let (head, rest) = report.split_once("GATEWAY").unwrap_or_else(|| panic!("a table in\n{report}"));
    assert!(head.lines().count() <= 2, "{report}");
    assert!(rest.find(&crashed.name) < rest.find("error["), "{report}");
    let one = stdout(&run(empty.path(), &["inspect", &stale.name]));
    assert!(!one.contains("GATEWAY "), "one gateway needs no table:\n{one}");
}

#[test]
fn an_engine_that_is_not_there_is_told_beside_the_project() {
    let folder = copy(&fixtures().join("token-conflict"));
    let without_engine = |cwd: &Path| {
        let mut command = clawdock(cwd);
        command.env("DOCKER_HOST", "unix:///nonexistent/engine.sock").output().unwrap()
    };
    let output = without_engine(&folder.path().join("token-conflict"));
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with("The gateways cannot be listed: "), "{text}");
    assert!(text.contains("Project token-conflict (compose.yml): 1 gateway, "), "{text}");
    assert!(text.contains("\n  clawdock lint "), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");

    let output = without_engine(own_folder().path());
    assert_eq!(output.status.code(), Some(3), "{}", stdout(&output));
    let json = run(own_folder().path(), &["--format", "json"]);
    assert_eq!(json.status.code(), Some(2));
}

/// A process that ends with the test, and the lines that it writes.
struct Watching {
    process: Child,
    lines: mpsc::Receiver<String>,
    seen: Vec<String>,
}

impl Watching {
    fn of(cwd: &Path) -> Self {
        let mut process = clawdock(cwd).arg("watch").stdout(Stdio::piped()).spawn().unwrap();
        let (send, lines) = mpsc::channel();
        let out = BufReader::new(process.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { process, lines, seen: Vec::new() }
    }

    /// The next line that fits.
    fn line(&mut self, what: &str, fits: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + PATIENCE;
        while let Ok(line) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            self.seen.push(line.clone());
            if fits(&line) {
                return line;
            }
        }
        panic!("no line of {what} in\n{}", self.seen.join("\n"))
    }

    /// The ticks of a processor that it has taken.
    fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let fields: Vec<&str> = fields.split_whitespace().collect();
        fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_change_is_told_in_a_line_and_idling_costs_nothing() {
    let _alone = ALONE.lock();
    if let Err(why) = engine() {
        return skip("watch", &why);
    }
    let (folder, options) = project("CD102-quiet");
    let root = folder.path().join("CD102-quiet");
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let container = gateway("watched", "run", &options, "sleep");
    let name = container.name.clone();
    let name = name.as_str();
    let mut watching = Watching::of(&root);
    watching.line("the gateway", |line| line.starts_with(name));
    watching.line("the project", |line| line.starts_with("Project cd102-quiet "));
    watching.line("the commands", |line| line == "Next:");

    let env = fs::read_to_string(root.join(".env")).unwrap();
    let secret = "PLANTEDanothertokenqzxwvk";
    let changed: Vec<String> = env
        .lines()
        .map(|line| match line.split_once('=') {
            Some((key @ "OPENCLAW_GATEWAY_TOKEN", _)) => format!("{key}={secret}"),
            _ => line.to_owned(),
        })
        .collect();
    fs::write(root.join(".env"), changed.join("\n") + "\n").unwrap();
    let stale = watching.line("the stale container", |line| line.contains("is stale now"));
    assert!(stale.starts_with("saved .env"), "{stale}");
    assert!(stale.contains(&format!(": {name} is stale now: run `docker compose")), "{stale}");
    assert!(stale.contains("up -d openclaw-gateway`"), "{stale}");

    // An editor writes a new file and moves it into the place of the old one.
    fs::write(root.join(".env.new"), &env).unwrap();
    fs::rename(root.join(".env.new"), root.join(".env")).unwrap();
    watching.line("the old value", |line| line.ends_with(&format!(": {name} has what its files give")));

    fs::write(root.join(".env"), format!("{env}# a remark\n")).unwrap();
    watching.line("a remark", |line| line.starts_with("saved .env"));

    docker(&["stop", "--time", "0", name]).unwrap();
    watching.line("the stop", |line| line.starts_with(&format!("{name} is stopped (it was running)")));
    drop(container);
    watching.line("the end", |line| line == format!("{name} is gone"));

    std::thread::sleep(Duration::from_secs(1));
    let before = watching.ticks();
    std::thread::sleep(Duration::from_secs(3));
    assert!(watching.ticks() - before <= 1, "{} ticks in 3 s of nothing", watching.ticks() - before);
    let all = watching.seen.join("\n");
    assert!(!all.contains("PLANTED"), "{all}");
}
