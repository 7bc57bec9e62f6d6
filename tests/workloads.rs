//! Files that are no compose files: each of `tests/workloads/` alone, with a line for what it is and a line
//! for each finding. After a change that is meant: `CLAWDOCK_UPDATE=1 cargo test --test workloads`, and read
//! the difference; a finding on a file that would work is a bug.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::project::{clawdock, copy, run};
use serde_json::Value;
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workloads")
}

fn lines(report: &Value) -> String {
    let mut out = String::new();
    for refusal in report["refusals"].as_array().into_iter().flatten() {
        out.push_str(&format!("  refused by {}:{} {}\n", refusal["by"], refusal["line"], refusal["message"]));
    }
    for target in report["targets"].as_array().into_iter().flatten() {
        let word = |key: &str| target[key].as_str().unwrap_or("-").to_owned();
        let start = target["start"]["prediction"].as_str().unwrap_or("-");
        out.push_str(&format!("  {} ({}, {}, start: {start})\n", word("name"), word("kind"), word("role")));
        for finding in target["findings"].as_array().into_iter().flatten() {
            let text = |key: &str| finding[key].as_str().unwrap_or("-").to_owned();
            let line = &finding["location"]["line"];
            out.push_str(&format!("    {} {} :{line} {}\n", text("severity"), text("rule"), text("key")));
        }
    }
    out
}

#[test]
fn files_are_read_and_judged_as_recorded() {
    let copied = copy(&folder());
    let root = copied.path().join("workloads");
    let mut found = String::new();
    for kind in ["kubernetes", "quadlet", "run"] {
        let mut names: Vec<String> = fs::read_dir(root.join(kind))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.ends_with(".env") && !name.ends_with(".d"))
            .collect();
        names.sort();
        assert!(names.len() >= 10, "{kind}: {}", names.len());
        for name in names {
            let output = run(&root.join(kind), &["lint", "--format", "json", &name]);
            let report: Value = serde_json::from_slice(&output.stdout)
                .unwrap_or_else(|_| panic!("{name}: {}", String::from_utf8_lossy(&output.stderr)));
            found.push_str(&format!(
                "{kind}/{name}: exit {}\n{}",
                output.status.code().unwrap(),
                lines(&report)
            ));
            // What Secrets hold is shown neither as it is nor as it is encoded.
            let human = run(&root.join(kind), &["lint", "-v", &name]);
            for secret in ["824d80d71985f0", "1d6f0a9be2c743", "ODI0ZDgwZDcx"] {
                for out in [&output.stdout, &human.stdout] {
                    assert!(!String::from_utf8_lossy(out).contains(secret), "{name} shows {secret}");
                }
            }
        }
    }
    let file = folder().join("expected.txt");
    if std::env::var_os("CLAWDOCK_UPDATE").is_some() {
        fs::write(&file, &found).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(expected.as_str(), found.as_str());
    assert!(expected == found, "{}", difference.unified_diff().context_radius(2));
}

#[test]
fn folders_and_standard_input() {
    let copied = copy(&folder());
    let root = copied.path().join("workloads");
    let output = run(&root, &["lint", "--format", "json", "quadlet"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["targets"].as_array().unwrap().len(), 11);
    for (file, kind) in [
        ("kubernetes/list.json", "pod-container"),
        ("quadlet/rootless.container", "quadlet-unit"),
        ("run/one-line.sh", "run-command"),
        ("run/guide.md", "run-command"),
    ] {
        let mut command = clawdock(&root);
        let mut child = command
            .args(["lint", "--format", "json", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&fs::read(root.join(file)).unwrap()).unwrap();
        let output = child.wait_with_output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["targets"][0]["kind"], kind, "{file}");
        assert_eq!(report["targets"][0]["role"], "gateway", "{file}");
    }
}

#[test]
fn what_is_not_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, says) in [
        (
            "claw.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: \"{{ .Release.Name }}\"}\n",
            "helm template",
        ),
        ("kustomization.yaml", "resources: [claw.yaml]\n", "kubectl kustomize"),
        ("Chart.yaml", "apiVersion: v2\nname: claw\n", "Helm chart"),
        ("claw.pod", "[Pod]\n", "Quadlet"),
        ("README.md", "# nothing to run\n", "Markdown"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
        let output = run(folder.path(), &["lint", name]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains(says), "{name}: {said}");
    }
}

#[test]
fn every_project_below_a_folder_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let gateway = "services:\n  gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    command: [node, dist/index.js, gateway, --bind, lan, --allow-unconfigured]\n    environment: {OPENCLAW_GATEWAY_TOKEN: 824d80d71985f082a26997a8db88b5d1dd45b777d73585d0}\n    volumes: [\"claw:/home/node/.openclaw\"]\nvolumes: {claw: {}}\n";
    write(".git/HEAD", "");
    write(".gitignore", "build/\n");
    write("apps/claw/compose.yaml", gateway);
    write("apps/claw/compose.override.yaml", "services:\n  gateway: {restart: unless-stopped}\n");
    // It is linted with its base: alone it has no image.
    write(
        "apps/claw/compose.prod.yaml",
        "services:\n  gateway:\n    environment: {OPENCLAW_GATEWAY_TOKEN: changeme}\n",
    );
    write("apps/all.yaml", "include: [claw/compose.yaml]\n");
    write("apps/blog/docker-compose.yml", "services:\n  web: {image: nginx}\n");
    write("parts/docker-compose.gpu.yml", "services:\n  trainer: {runtime: nvidia}\n");
    write("build/compose.yaml", gateway);
    write("ci.yml", "on: push\nservices: [a]\n");
    write("chart/Chart.yaml", "apiVersion: v2\nname: claw\n");
    write("chart/templates/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\n");
    for (from, to) in [
        ("kubernetes/wrong-key.yaml", "deploy/k8s/pod.yaml"),
        ("quadlet/rootless.container", "infra/openclaw.container"),
        ("run/one-line.sh", "tools/up.sh"),
        ("run/neighbours.sh", "tools/others.sh"),
        ("run/guide.md", "README.md"),
    ] {
        write(to, &fs::read_to_string(self::folder().join(from)).unwrap());
    }
    let output = run(folder.path(), &["lint", "-r", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = |key: &str| -> Vec<&str> {
        report["found"][key].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect()
    };
    let mut runs = found("runs");
    runs.sort_unstable();
    assert_eq!(
        runs,
        [
            "apps/all.yaml",
            "apps/claw/compose.prod.yaml",
            "apps/claw/compose.yaml",
            "deploy/k8s/pod.yaml",
            "infra/openclaw.container",
            "tools/up.sh"
        ]
    );
    assert_eq!(found("beside"), ["apps/blog/docker-compose.yml", "tools/others.sh"]);
    assert_eq!(found("fragments"), ["parts/docker-compose.gpu.yml"]);
    assert_eq!(found("unrendered"), ["chart/Chart.yaml"]);
    let findings =
        report["targets"].as_array().unwrap().iter().flat_map(|t| t["findings"].as_array().unwrap());
    let weak: Vec<&str> = findings
        .filter(|finding| finding["rule"] == "CD106")
        .map(|finding| finding["location"]["path"].as_str().unwrap())
        .collect();
    assert_eq!(weak.len(), 1, "{weak:?}");
    assert!(weak[0].ends_with("compose.prod.yaml"), "{weak:?}");
    let nothing = run(&folder.path().join("parts"), &["lint", "--recursive"]);
    assert_eq!(nothing.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&nothing.stdout).contains("nothing below runs OpenClaw"));
}
