//! Bad input is normal input: each gets a message, the right exit code, and nothing hangs.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    reason = "tests"
)]

mod common;

use common::project::{clawdock, copy, fixtures, run, stderr, stdout};
use std::{
    fs::{self, File},
    os::unix::{fs::symlink, process::CommandExt as _},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// Runs `lint` on a path; gives the exit code and everything that was written.
fn lint(cwd: &Path, path: &str) -> (i32, String) {
    let start = Instant::now();
    let output = run(cwd, &["lint", path]);
    assert!(start.elapsed() < Duration::from_secs(5), "lint {path} took {:?}", start.elapsed());
    (output.status.code().unwrap(), stdout(&output) + &stderr(&output))
}

fn assert_says(said: &(i32, String), code: i32, words: &[&str]) {
    let (found, text) = said;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(*found, code, "{text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

#[test]
fn what_is_no_compose_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("empty")).unwrap();
    assert!(Command::new("mkfifo").arg(at("fifo.yml")).status().unwrap().success());
    symlink("loop.yml", at("loop.yml")).unwrap();
    File::create(at("big.yml")).unwrap().set_len(100 << 20).unwrap();
    fs::write(at("binary.yml"), [b'a', 0xff, b'b']).unwrap();
    fs::write(at("text.yml"), "services").unwrap();
    fs::write(at("blank.yml"), "").unwrap();
    fs::write(at("deep.yml"), "[".repeat(100_000)).unwrap();
    for (path, words) in [
        ("empty", &["no configuration file", "compose.yaml"][..]),
        ("fifo.yml", &["FIFO", "fifo.yml"]),
        ("loop.yml", &["leads back to itself", "loop.yml"]),
        ("big.yml", &["too large", "104857600", "the limit is", "big.yml"]),
        ("binary.yml", &["UTF-8", "binary.yml:1:1"]),
        ("text.yml", &["text.yml"]),
        ("blank.yml", &["empty compose file"]),
        ("deep.yml", &["deep"]),
        ("absent.yml", &["no such file", "absent.yml"]),
        ("/dev/zero", &["too large", "/dev/zero"]),
    ] {
        assert_says(&lint(folder.path(), path), 2, words);
    }
}

#[test]
fn projects_with_a_fault() {
    for (name, code, words) in [
        ("invalid-yaml", 2, &["compose.yml:10:4", "invalid YAML"][..]),
        ("jinja-template", 2, &["template", "render it first", "compose.yml:6:2"]),
        ("bom-crlf", 0, &["The gateway uses the token"]),
        ("broken-config", 1, &["openclaw.json", "CD409", "gateway will not start (exit 78)"]),
        (
            "missing-required-variable",
            1,
            &["required variable ANTHROPIC_API_KEY", "compose.yml:8", "The gateway uses"],
        ),
        ("duplicate-key", 1, &["already defined", "compose.yml:9"]),
        ("env-file-missing", 1, &["env file", "not found", "compose.yml:5"]),
        ("dotenv-is-directory", 0, &["The gateway uses"]),
    ] {
        let project = fixtures().join("bad-input").join(name);
        let folder = copy(&project);
        assert_says(&lint(folder.path(), name), code, words);
    }
}

/// A file that this user may not read, and a socket that it may not use.
#[test]
fn what_is_not_permitted() {
    let project = fixtures().join("clean");
    let folder = copy(&project);
    let root = folder.path().join("clean");
    let as_nobody = |args: &[&str]| {
        let mut command = clawdock(&root);
        command.args(args);
        // Root may read everything.
        if fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0) {
            command.uid(65534).gid(65534);
        }
        command.output().unwrap()
    };
    let open = |path: &Path, mode| {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap()
    };
    open(folder.path(), 0o755);
    open(&root.join(".env"), 0o000);
    // The test binary may lie in a folder that nobody else may enter.
    let output = as_nobody(&["lint"]);
    let text = stdout(&output) + &stderr(&output);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("permission denied"), "{text}");
    assert!(text.contains(".env"), "{text}");
    assert_eq!(output.status.code(), Some(1), "{text}");

    // What this user may not read may be fine for the container's: nothing is said of it.
    open(&root.join(".env"), 0o644);
    for (path, mode) in [("state/openclaw.json", 0o000), ("state", 0o700)] {
        open(&root.join(path), mode);
        let output = as_nobody(&["lint", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        let gateway = &report["targets"][0];
        assert_eq!(gateway["start"]["prediction"], "unknown", "{path}: {gateway:#}");
        let sources = gateway["sources"].as_array().unwrap();
        let config = sources.iter().find(|s| s["layer"] == "config").unwrap();
        assert_eq!(config["state"], "not-visible", "{config}");
        assert_eq!(config["present"], false, "{config}");
        assert!(config["note"].as_str().unwrap().contains("permission denied"), "{config}");
        let rules: Vec<&str> =
            gateway["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
        assert!(!rules.iter().any(|rule| ["CD215", "CD409", "CD509"].contains(rule)), "{rules:?}");
    }

    let denied = folder.path().join("denied.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&denied).unwrap();
    open(&denied, 0o600);
    let output = as_nobody(&["inspect", "x", "--host", &format!("unix://{}", denied.display())]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("denied"), "{}", stderr(&output));
}

#[test]
fn engines_that_do_not_answer() {
    let folder = tempfile::tempdir().unwrap();
    let silent = folder.path().join("silent.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&silent).unwrap();
    for (host, words) in [
        (
            "unix:///nonexistent/docker.sock".to_owned(),
            &["no Docker engine answers", "/nonexistent/docker.sock"][..],
        ),
        (format!("unix://{}", silent.display()), &["--timeout"]),
        ("tcp://user:PASSWORDINURL@127.0.0.1:1".to_owned(), &["127.0.0.1"]),
        ("ssh://somewhere".to_owned(), &["ssh"]),
        ("nonsense".to_owned(), &["nonsense"]),
    ] {
        let start = Instant::now();
        let output = run(folder.path(), &["inspect", "x", "--host", &host, "--timeout", "1s"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{host}: {said}");
        assert!(start.elapsed() < Duration::from_secs(6), "{host} took {:?}", start.elapsed());
        assert!(!said.contains("PASSWORDINURL"), "the address' password is shown");
        for word in words {
            assert!(said.contains(word), "{word:?} is not in: {said}");
        }
    }
}

#[test]
fn bad_usage() {
    let folder = tempfile::tempdir().unwrap();
    for args in [
        &["lint", "--format", "xml"][..],
        &["lint", "--select", "CD999"],
        &["lint", "--openclaw-version", "latest"],
        &["lint", "--timeout", "soon"],
        &["lint", "a", "-f", "b"],
        &["explain", "CD999"],
        &["nonsense"],
        &["inspect", "--dry-run"],
    ] {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        assert!(!stderr(&output).is_empty(), "{args:?} says nothing");
    }
}

/// What is not there has no name either: that is not worth a second refusal.
#[test]
fn a_path_that_is_not_there_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent");
    let said = lint(Path::new("/"), absent.to_str().unwrap());
    assert_says(&said, 2, &["absent", "no such file"]);
    assert_eq!(said.1.matches("Docker Compose refuses").count(), 1, "{}", said.1);
}

/// Every project of the corpus ends without a panic, and soon.
#[test]
fn real_projects() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/realworld");
    let Ok(entries) = fs::read_dir(&corpus) else {
        common::engine::skip("real projects", "the corpus: it is not beside the checkout");
        return;
    };
    let mut slowest = (Duration::ZERO, String::new());
    let mut files = 0;
    for project in entries.map(|e| e.unwrap().path()) {
        let mut paths = vec![project.clone()];
        let inside = fs::read_dir(&project).unwrap().map(|e| e.unwrap().path());
        paths.extend(inside.filter(|p| p.extension().is_some_and(|e| e == "yml" || e == "yaml")));
        for path in paths {
            files += 1;
            for args in [&["--format", "json"][..], &["-v"], &["--assume-env"]] {
                let start = Instant::now();
                let output = run(Path::new("/"), &[&["lint", path.to_str().unwrap()], args].concat());
                let took = start.elapsed();
                assert!(!stderr(&output).contains("panicked"), "{}", path.display());
                if took > slowest.0 {
                    slowest = (took, path.display().to_string());
                }
            }
        }
    }
    println!("{files} projects and files, the slowest took {:?}: {}", slowest.0, slowest.1);
    assert!(slowest.0 < Duration::from_secs(5), "{slowest:?}");
}
