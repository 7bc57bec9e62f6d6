//! Every way to an engine leads to the same report: its socket, a TCP port, and ssh as the docker command uses
//! it. The engine is that of this machine; the ssh is one that runs what it is asked for here.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::engine::{Container, engine, skip};
use serde_json::Value;
use std::{
    fs,
    io::{self, Read, Write},
    net::TcpListener,
    os::unix::{fs::PermissionsExt as _, net::UnixStream},
    path::Path,
    process::{Command, Output},
    thread,
};

const TOKEN: &str = "OPENCLAW_GATEWAY_TOKEN=824d80d71985f082a26997a8db88b5d1dd45b777d73585d0";

/// A program called ssh that does this.
fn ssh(folder: &Path, script: &str) {
    let path = folder.join("ssh");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn clawdock(folder: &Path, args: &[&str]) -> Output {
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_clawdock"));
    command.current_dir(folder).env_clear().env("PATH", path).env("HOME", folder);
    command.args(args).output().unwrap()
}

/// Without the fingerprints, which every run makes anew.
fn without_fingerprints(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("fingerprint");
            object.values_mut().for_each(without_fingerprints);
        }
        Value::Array(items) => items.iter_mut().for_each(without_fingerprints),
        _ => {}
    }
}

fn targets(output: &Output) -> Vec<Value> {
    let mut report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    without_fingerprints(&mut report);
    report["targets"].as_array().unwrap().clone()
}

/// Passes what comes on a TCP port on to the engine's socket, and back.
fn relay() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let Ok(engine) = UnixStream::connect("/var/run/docker.sock") else { return };
            let (mut from, mut to) = (stream.try_clone().unwrap(), engine.try_clone().unwrap());
            thread::spawn(move || {
                let _ = io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Write);
            });
            let (mut from, mut to) = (engine, stream);
            thread::spawn(move || {
                // Each piece as it comes.
                let mut piece = [0; 16 << 10];
                while let Ok(length @ 1..) = from.read(&mut piece) {
                    if to.write_all(&piece[..length]).is_err() {
                        break;
                    }
                }
                let _ = to.shutdown(std::net::Shutdown::Write);
            });
        }
    });
    address
}

#[test]
fn every_way_leads_to_the_same_report() {
    if let Err(why) = engine() {
        return skip("every_way_leads_to_the_same_report", &why);
    }
    let container =
        Container::run("ways", &["-e", TOKEN, "--label", "org.opencontainers.image.title=openclaw"]);
    let folder = tempfile::tempdir().unwrap();
    ssh(folder.path(), "echo \"$@\" >> \"$HOME/asked\"\nexec docker system dial-stdio");
    let inspect = |way: &[&str]| {
        let args = [&["inspect", "--reveal", "--format", "json", &container.name], way].concat();
        targets(&clawdock(folder.path(), &args))
    };
    let by_socket = inspect(&[]);
    assert_eq!(by_socket.len(), 1);
    let port = format!("tcp://{}", relay());
    for way in [["--host", "ssh://me@nas:2222"], ["--host", &port]] {
        let mut other = inspect(&way);
        // What is on the engine's machine is not read past the engine.
        assert_eq!(other[0]["name"], by_socket[0]["name"]);
        for (other, own) in other.iter_mut().zip(&by_socket) {
            for key in ["role", "environment", "settings", "openclaw", "state"] {
                assert_eq!(other[key], own[key], "{way:?}: {key}");
            }
        }
    }
    let asked = fs::read_to_string(folder.path().join("asked")).unwrap();
    assert!(
        asked.starts_with("-o ConnectTimeout=30 -T -l me -p 2222 -- nas docker system dial-stdio\n"),
        "{asked}"
    );
}

#[test]
fn what_ssh_says_is_told_in_words_of_our_own() {
    let folder = tempfile::tempdir().unwrap();
    for (script, says) in [
        ("echo 'me@nas: Permission denied (publickey).' >&2; exit 255", "ssh is not let in"),
        ("echo 'Host key verification failed.' >&2; exit 255", "ssh does not know the host's key"),
        ("echo 'sh: docker: not found' >&2; exit 127", "there is no docker on that machine"),
        ("echo hunter2 >&2; exit 1", "the connection ended without an answer"),
    ] {
        ssh(folder.path(), script);
        let output = clawdock(folder.path(), &["inspect", "--host", "ssh://me@nas"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains(says) && !said.contains("hunter2"), "{said}");
        assert!(said.contains("`ssh nas ") || said.contains("ssh nas docker"), "{said}");
    }
}

/// A docker context of that name in the home folder.
fn context(folder: &Path, name: &str, host: &str) {
    use sha2::{Digest as _, Sha256};
    let id: String = Sha256::digest(name.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let meta = folder.join(".docker/contexts/meta").join(id);
    fs::create_dir_all(&meta).unwrap();
    let text = serde_json::json!({"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host}}});
    fs::write(meta.join("meta.json"), text.to_string()).unwrap();
}

#[test]
fn several_contexts_make_one_report_that_no_silent_engine_spoils() {
    if let Err(why) = engine() {
        return skip("several_contexts_make_one_report_that_no_silent_engine_spoils", &why);
    }
    let weak = "OPENCLAW_GATEWAY_TOKEN=otter7";
    let container =
        Container::run("contexts", &["-e", weak, "--label", "org.opencontainers.image.title=openclaw"]);
    let folder = tempfile::tempdir().unwrap();
    context(folder.path(), "near", "unix:///var/run/docker.sock");
    context(folder.path(), "far", &format!("tcp://{}", relay()));
    context(folder.path(), "gone", "unix:///nowhere/docker.sock");
    // Two that never answer: together they take as long as one.
    let silent = [TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap()];
    for (name, listener) in ["slow", "slower"].into_iter().zip(&silent) {
        context(folder.path(), name, &format!("tcp://{}", listener.local_addr().unwrap()));
    }
    let ask = |way: &[&str]| {
        let common = ["inspect", "--format", "json", "--timeout", "3s", &container.name];
        clawdock(folder.path(), &[&common, way].concat())
    };
    let named = ask(&["-c", "near", "-c", "far", "-c", "gone"]);
    let began = std::time::Instant::now();
    let all = ask(&["--all-contexts"]);
    assert!(began.elapsed() < std::time::Duration::from_secs(6), "{:?}", began.elapsed());
    for (output, lost, found) in [
        (&named, &["gone"][..], &["near", "far"][..]),
        (&all, &["gone", "slow", "slower"], &["default", "far", "near"]),
    ] {
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let targets = report["targets"].as_array().unwrap();
        let contexts: Vec<&str> = targets.iter().map(|target| target["context"].as_str().unwrap()).collect();
        assert_eq!(contexts, found);
        for target in targets {
            let help = target["findings"][0]["help"].as_str().unwrap();
            let of_engine = format!("docker --context {} ", target["context"].as_str().unwrap());
            assert!(help.contains(&of_engine), "{help}");
        }
        let left_out = report["refusals"].as_array().unwrap();
        let paths: Vec<String> = left_out.iter().map(|r| r["path"].as_str().unwrap().to_owned()).collect();
        assert_eq!(paths, lost.iter().map(|name| format!("context {name}")).collect::<Vec<_>>());
    }
    let human = clawdock(folder.path(), &["inspect", &container.name, "-c", "near", "-c", "gone"]);
    let said = String::from_utf8_lossy(&human.stdout).into_owned();
    assert!(said.contains("context near") && said.contains("an engine is left out"), "{said}");
    let none = clawdock(folder.path(), &["inspect", "-c", "gone", "-c", "gone"]);
    assert_eq!(none.status.code(), Some(3));
    let elsewhere = clawdock(folder.path(), &["env", &container.name, "-c", "near", "-c", "far"]);
    assert_eq!(elsewhere.status.code(), Some(2));
}
