//! How long resolving a Compose project takes, and how much memory, as the project grows and when
//! it is malicious; beside docker-compose where that is given. `tests/bench-compose` runs it.
//!
//! ```sh
//! cargo run --release --example bench_compose -- [DOCKER_COMPOSE]
//! ```
//!
//! Each measurement is a process of its own, from its start to its end: this program called with
//! `--resolve`, or `docker-compose config`. The two take turns, and the minimum of several rounds
//! counts.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark")]

use clawdock::{
    compose::{self, LoadOptions},
    text::source::Sources,
    world::host::World,
};
use std::{
    fmt::Write as _,
    fs, io,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Rounds of one measurement.
const ROUNDS: usize = 7;
/// Slow ones are measured less often, and given up after this time.
const LONGEST: Duration = Duration::from_secs(20);

/// A project to measure: its files by path.
struct Case {
    name: String,
    files: Vec<(String, String)>,
}

/// The best of several rounds.
#[derive(Clone, Copy, Debug)]
struct Best {
    time: Duration,
    /// In kB.
    memory: u64,
    /// It ended by itself, and well.
    good: bool,
}

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let first = args.next();
    if first.as_deref() == Some("--resolve") {
        resolve();
        return Ok(());
    }
    println!("| project | clawdock | peak memory | docker-compose | peak memory |");
    println!("|---|---:|---:|---:|---:|");
    for case in cases() {
        let folder = tempfile::tempdir()?;
        for (path, text) in &case.files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
            fs::write(path, text)?;
        }
        let (ours, theirs) = measure(folder.path(), first.as_deref())?;
        let row = |best: Option<Best>| match best {
            None => "– | –".to_owned(),
            Some(best) if best.time >= LONGEST => format!("over {} s | –", LONGEST.as_secs()),
            Some(best) => format!(
                "{:.1} ms{} | {:.0} MB",
                best.time.as_secs_f64() * 1e3,
                if best.good { "" } else { ", refused" },
                best.memory as f64 / 1e3
            ),
        };
        println!("| {} | {} | {} |", case.name, row(Some(ours)), row(theirs));
    }
    Ok(())
}

/// Resolves the project of the working directory; findings of a refused one are no failure.
fn resolve() {
    let project = compose::load(&LoadOptions::default(), &World::of_process(), &mut Sources::default());
    std::process::exit(i32::from(!project.refusals.is_empty()));
}

/// Both programs in turn.
fn measure(folder: &Path, docker_compose: Option<&str>) -> io::Result<(Best, Option<Best>)> {
    let own = std::env::current_exe()?;
    let mut ours: Option<Best> = None;
    let mut theirs: Option<Best> = None;
    let started = Instant::now();
    for round in 0..ROUNDS {
        if round > 1 && started.elapsed() > LONGEST {
            break;
        }
        ours = better(ours, run(Command::new(&own).arg("--resolve").current_dir(folder))?);
        let given_up = theirs.is_some_and(|best| best.time >= LONGEST);
        if let Some(program) = docker_compose.filter(|_| !given_up) {
            theirs = better(theirs, run(Command::new(program).arg("config").current_dir(folder))?);
        }
    }
    let none = Best { time: Duration::ZERO, memory: 0, good: false };
    Ok((ours.unwrap_or(none), theirs))
}

fn better(old: Option<Best>, new: Best) -> Option<Best> {
    let time = old.map_or(new.time, |old| old.time.min(new.time));
    let memory =
        old.map_or(new.memory, |old| if old.memory == 0 { new.memory } else { old.memory.min(new.memory) });
    Some(Best { time, memory, good: new.good })
}

/// Runs a program to its end, and looks at its memory meanwhile: the kernel keeps the peak.
fn run(command: &mut Command) -> io::Result<Best> {
    command.env_clear().env("HOME", "/nonexistent").env("PATH", "/usr/bin:/bin");
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    loop {
        let ended = child.try_wait()?;
        let time = start.elapsed();
        if let Some(ended) = ended {
            return Ok(Best { time, memory, good: ended.success() });
        }
        if time > LONGEST {
            child.kill()?;
            child.wait()?;
            return Ok(Best { time: LONGEST, memory, good: false });
        }
        memory = peak(&status).unwrap_or(memory).max(memory);
        std::thread::sleep(Duration::from_micros(if time.as_millis() < 50 { 100 } else { 1000 }));
    }
}

fn peak(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn case(name: impl Into<String>, compose: String) -> Case {
    Case { name: name.into(), files: vec![("compose.yaml".to_owned(), compose)] }
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for times in [1, 10, 100, 1000] {
        all.push(case(format!("{} services", 10 * times), services(10 * times)));
    }
    for times in [1, 10, 100, 1000] {
        let count = 10 * times;
        let lines = (0..count).fold(String::new(), |mut text, n| {
            let _ = writeln!(text, "      - NAME_{n}=${{HOME}}/value-{n}-${{UNSET:-default}}");
            text
        });
        let head = "services:\n  web:\n    image: x\n    environment:\n";
        all.push(case(format!("{count} variables of one service"), format!("{head}{lines}")));
    }
    for times in [1, 10, 100, 1000] {
        let count = 10 * times;
        let lines = (0..count).fold(String::new(), |mut text, n| {
            let _ =
                writeln!(text, "NAME_{n}=\"value-{n} of ${{NAME_{}}}\"", if n % 10 == 0 { n } else { n - 1 });
            text
        });
        let mut case = case(format!("{count} lines of .env, and of an env_file"), web("env_file: all.env"));
        case.files.extend([(".env".to_owned(), lines.clone()), ("all.env".to_owned(), lines)]);
        all.push(case);
    }
    for times in [1, 10, 100] {
        let count = 10 * times;
        let mut files = Vec::new();
        let mut list = "include:\n".to_owned();
        for n in 0..count {
            let _ = writeln!(list, "  - part{n}/compose.yaml");
            let text =
                format!("services:\n  part{n}:\n    image: x\n    environment:\n      - A=${{A:-{n}}}\n");
            files.push((format!("part{n}/compose.yaml"), text));
            files.push((format!("part{n}/.env"), format!("A={n}\n")));
        }
        let mut case = case(format!("{count} includes"), format!("{list}{}", services(1)));
        case.files.extend(files);
        all.push(case);
    }
    for times in [1, 10, 100, 1000] {
        let count = 10 * times;
        let text = (0..count).fold(services(1), |mut text, n| {
            let _ = writeln!(text, "  child{n}:\n    extends: web0\n    environment:\n      - B={n}");
            text
        });
        all.push(case(format!("{count} services that extend one"), text));
    }
    all.push(case("5 MB compose file, 385 000 nodes", big()));
    all.push(case("alias bomb, 9 levels of 9", bomb()));
    all.push(case("100 KB of `[`", "[".repeat(100_000)));
    all.push(case("20 000 nested lists", format!("a: {}", "- ".repeat(20_000))));
    let mut cycle = case("include cycle of 50 files", "include: [f0.yaml]\n".to_owned());
    for n in 0..50 {
        cycle.files.push((format!("f{n}.yaml"), format!("include: [f{}.yaml]\n", (n + 1) % 50)));
    }
    all.push(cycle);
    let chain = (0..90).fold("services:\n".to_owned(), |mut text, n| {
        let _ = writeln!(text, "  s{n}: {{image: x, extends: s{}}}", (n + 1) % 90);
        text
    });
    all.push(case("extends cycle of 90 services", chain));
    let mut big_env = case("50 MB .env", web("environment: [NAME_1]"));
    let line = "NAME_1=0123456789012345678901234567890123456789\n";
    big_env.files.push((".env".to_owned(), line.repeat((50 << 20) / line.len())));
    all.push(big_env);
    all
}

fn web(more: &str) -> String {
    format!("services:\n  web:\n    image: x\n    {more}\n")
}

fn services(count: usize) -> String {
    (0..count).fold("services:\n".to_owned(), |mut text, n| {
        let _ = writeln!(
            text,
            "  web{n}:\n    image: x:${{TAG:-1}}\n    environment:\n      A: a{n}\n      B: ${{HOME}}/{n}\n      C:"
        );
        text
    })
}

/// 192 500 variables of 385 services: with their names as many nodes again.
fn big() -> String {
    let mut text = "services:\n".to_owned();
    for service in 0..385 {
        let _ = writeln!(text, "  web{service}:\n    image: x\n    environment:");
        for variable in 0..500 {
            let _ = writeln!(text, "      NAME_{variable:04}: value_{variable:04}");
        }
    }
    text
}

fn bomb() -> String {
    let mut text = "x0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..10 {
        let _ = writeln!(text, "x{level}: &a{level} [{}]", vec![format!("*a{}", level - 1); 9].join(","));
    }
    text + &services(1)
}
