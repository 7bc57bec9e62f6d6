//! What a project costs grows with it, and not with its square.
//!
//! Alone in its file: the processor time of this process' children is what is compared, which other
//! programs of a busy machine do not add to.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::{fs, path::Path, process::Command};

/// Eight times the services may take so many times as long. In proportion it would be 8, in the square
/// 64.
const MOST: f64 = 20.0;

#[test]
fn lint_grows_with_the_project() {
    if !Path::new("/proc/self/stat").exists() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (kind, few, many) in [
        ("gateways", 25, 200),
        ("plain", 50, 400),
        ("others", 500, 4000),
        ("shared", 100, 800),
        ("alike", 100, 800),
    ] {
        let time = |n: u32| {
            let project = folder.path().join(format!("{kind}-{n}"));
            make(kind, n, &project);
            // The least of some runs: what disturbs only adds.
            (0..3).map(|_| ticks_of_lint(&project)).min().unwrap().max(1)
        };
        let (few, many) = (time(few), time(many));
        let ratio = f64::from(many) / f64::from(few);
        assert!(
            ratio < MOST,
            "{kind}: eight times the services take {ratio:.1} times as long ({few} and {many} ticks)"
        );
    }
}

fn make(kind: &str, n: u32, project: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench-scale");
    let made = Command::new("bash").arg(script).args(["--make", kind, &n.to_string()]).arg(project).status();
    assert!(made.unwrap().success());
}

/// The processor time that a run takes, in the kernel's ticks.
fn ticks_of_lint(project: &Path) -> u32 {
    let before = ticks_of_children();
    let output = Command::new(env!("CARGO_BIN_EXE_clawdock"))
        .args(["lint", "--format", "human"])
        .arg(project)
        .env_clear()
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("CD509") || said.contains("CD601"), "nothing was judged: {said}");
    ticks_of_children() - before
}

/// `cutime` and `cstime` of proc_pid_stat(5).
fn ticks_of_children() -> u32 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    fields[13].parse::<u32>().unwrap() + fields[14].parse::<u32>().unwrap()
}
