//! Containers that mean harm, or are broken: nothing hangs, nothing of theirs comes out raw, and
//! nothing of ours goes on in them.
//!
//! Needs an image of the real OpenClaw for its shell, see `tests/run`.
#![allow(clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::engine::{Container, docker, engine, has_image, skip};
use std::{
    os::unix::fs::PermissionsExt,
    process::Output,
    time::{Duration, Instant},
};

const IMAGE: &str = "openclaw:2026.9.6";

/// A container whose `node` is that script, and what `clawdock probe` of it says.
fn probe(name: &str, script: &str) -> (Container, Output, Duration) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let node = folder.path().join("node");
    std::fs::write(&node, format!("#!/bin/bash\n{script}\n")).expect("a file");
    std::fs::set_permissions(&node, PermissionsExt::from_mode(0o755)).expect("it can be run");
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("opened");
    let mount = format!("{}:/usr/local/bin/node:ro", node.display());
    let options =
        ["-v", &mount, "-e", "OPENCLAW_GATEWAY_TOKEN=hunter2-of-the-hostile-test", "--entrypoint", "sh"];
    let c = Container::start(
        "run",
        name,
        &[&options[..], &[IMAGE, "-c", "sleep 600; openclaw gateway"]].concat(),
    );
    let started = Instant::now();
    let output = assert_cmd::Command::cargo_bin("clawdock")
        .expect("the program")
        .args(["probe", &c.name, "--with", "providers,openclaw", "--timeout", "3s", "--color", "always"])
        .timeout(Duration::from_secs(120))
        .output()
        .expect("it ran");
    (c, output, started.elapsed())
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_node_that_is_none_does_no_harm() {
    let test = "a_node_that_is_none_does_no_harm";
    if let Err(why) = engine().and_then(|_| has_image(IMAGE)) {
        return skip(test, &why);
    }
    for (name, script, expected) in [
        ("endless", "yes hunter2-of-the-hostile-test", "does not end"),
        ("escapes", "printf '\\033]0;pwned\\007\\033[2J{}'", "makes no sense"),
        ("invalid", "printf '\\377\\376\\000{'", "makes no sense"),
        ("deaf", "trap '' TERM INT HUP; while :; do sleep 1; done", "no answer within 3s"),
        ("fails", "exit 42", "exit code 42"),
    ] {
        let (container, output, took) = probe(name, script);
        let said = said(&output);
        assert!(said.contains(expected), "{name}: {said}");
        assert!(took < Duration::from_secs(60), "{name} took {took:?}");
        assert!(!said.contains("hunter2") && !said.contains("pwned"), "{name}: {said}");
        assert!(!said.contains("\u{1b}]") && !said.contains("\u{1b}[2J"), "{name}: an escape came out");
        // Only the container's own processes are left; a killed one may take a moment.
        let mut left = String::new();
        for _ in 0..50 {
            left = docker(&["top", &container.id, "-eo", "pid,args"]).expect("its processes");
            if !left.contains("node") {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        assert!(!left.contains("node"), "{name}: goes on:\n{left}");
    }
}

#[test]
fn a_full_disk_and_a_read_only_one_are_no_matter() {
    let test = "a_full_disk_and_a_read_only_one_are_no_matter";
    let engine = match engine().and_then(|engine| has_image(IMAGE).map(|()| engine)) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    let options = ["--read-only", "--tmpfs", "/tmp:size=4k", "--entrypoint", "sh", IMAGE, "-c"];
    let fill = "cat /dev/zero > /tmp/full; exec sleep 600";
    let c = Container::start("run", "full", &[&options[..], &[fill]].concat());
    let container = engine.inspect(&c.id).expect("it is there");
    let seen = clawdock::probe::run(&engine, &clawdock::probe::Request::new(&container, 18789));
    let words: Vec<&str> = seen.iter().map(|o| o.observed.as_str()).collect();
    assert!(words.contains(&"nothing listens on port 18789 of the container's loopback"), "{words:?}");
    assert!(words.iter().any(|w| w.starts_with("process 1 has what the engine says")), "{words:?}");
}
