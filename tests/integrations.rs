//! What others call clawdock through: the docker CLI, shells, man, pre-commit, and the files for CI.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    project::{clawdock, copy, fixtures, run, stdout},
    tools,
};
use serde_json::Value;
use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// The program under the name that the docker CLI looks for.
fn plugin(folder: &Path) -> PathBuf {
    let plugins = folder.join("cli-plugins");
    fs::create_dir_all(&plugins).unwrap();
    let file = plugins.join("docker-clawdock");
    fs::copy(env!("CARGO_BIN_EXE_clawdock"), &file).unwrap();
    file
}

fn docker(config: &Path, cwd: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("docker");
    command.current_dir(cwd).env("DOCKER_CONFIG", config).env_remove("DOCKER_HOST").args(args);
    command.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn the_program_says_what_kind_of_plugin_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(plugin(folder.path())).arg("docker-cli-plugin-metadata").output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(metadata["SchemaVersion"], "0.1.0");
    assert_eq!(metadata["Version"], env!("CARGO_PKG_VERSION"));
    assert!(metadata["Vendor"].is_string() && metadata["ShortDescription"].is_string());
}

/// The real docker CLI finds the plugin, hands it its arguments and gives back its exit code.
#[test]
fn docker_runs_the_plugin() {
    if tools::find(&["docker"], "the plugin in the docker CLI").is_none() {
        return;
    }
    let config = tempfile::tempdir().unwrap();
    plugin(config.path());
    let folder = copy(&fixtures().join("token-conflict"));
    let root = folder.path().join("token-conflict");

    let help = stdout(&docker(config.path(), &root, &["--help"]));
    assert!(help.contains("clawdock*"), "{help}");
    let help = stdout(&docker(config.path(), &root, &["clawdock", "lint", "--help"]));
    assert!(help.contains("Usage: docker clawdock lint [OPTIONS] [PATH]..."), "{help}");
    let help = stdout(&docker(config.path(), &root, &["help", "clawdock"]));
    assert!(help.contains("Usage: docker clawdock [OPTIONS] [COMMAND]"), "{help}");

    let output = docker(config.path(), &root, &["clawdock", "lint", "-q"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), stdout(&run(&root, &["lint", "-q"])));
}

/// What `docker` is told about the engine holds for the plugin: `-H`, `--context`, `--config`.
#[test]
fn docker_tells_the_plugin_which_engine() {
    if tools::find(&["docker"], "the plugin in the docker CLI").is_none() {
        return;
    }
    let config = tempfile::tempdir().unwrap();
    plugin(config.path());
    let said = |args: &[&str]| {
        let output = docker(config.path(), config.path(), args);
        assert_eq!(output.status.code(), Some(3), "{args:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let nowhere = "unix:///nowhere/of-the-flag.sock";
    let text = said(&["-H", nowhere, "clawdock", "inspect", "x"]);
    assert!(text.contains("/nowhere/of-the-flag.sock"), "{text}");

    let context = ["context", "create", "nowhere", "--docker", "host=unix:///nowhere/of-the-context.sock"];
    assert!(docker(config.path(), config.path(), &context).status.success());
    let text = said(&["--context", "nowhere", "clawdock", "inspect", "x"]);
    assert!(text.contains("/nowhere/of-the-context.sock"), "{text}");
}

#[test]
fn completions_are_scripts_of_their_shell() {
    for (shell, check, word) in [
        ("bash", Some(("bash", vec!["-n"])), "_clawdock"),
        ("zsh", Some(("zsh", vec!["-n"])), "#compdef clawdock"),
        ("fish", Some(("fish", vec!["--no-execute"])), "complete -c clawdock"),
        ("elvish", None, "edit:completion:arg-completer[clawdock]"),
        ("powershell", None, "Register-ArgumentCompleter"),
    ] {
        let script = stdout(&run(Path::new("/"), &["completions", shell]));
        assert!(script.contains(word), "{shell}");
        for command in ["inspect", "lint", "explain", "format"] {
            assert!(script.contains(command), "{shell}: {command}");
        }
        let Some((program, args)) = check else { continue };
        if tools::find(&[program], &format!("the completions in {shell}")).is_none() {
            continue;
        }
        let mut child = Command::new(program).args(args).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "{shell}");
    }
}

#[test]
fn the_man_pages_are_read_without_a_warning() {
    for command in [None, Some("lint"), Some("inspect"), Some("explain")] {
        let args: Vec<&str> = std::iter::once("man").chain(command).collect();
        let page = stdout(&run(Path::new("/"), &args));
        let title = command.map_or("clawdock".to_owned(), |c| format!("clawdock-{c}"));
        assert!(page.contains(&format!(".TH {title} 1")), "{page}");
        for section in ["\"EXIT STATUS\"", "ENVIRONMENT", "FILES", "EXAMPLES"] {
            let (_, text) = page.split_once(&format!(".SH {section}\n")).unwrap_or_else(|| panic!("{page}"));
            assert!(text.split(".SH").next().unwrap().lines().count() > 1, "{section} of {title}");
        }
        assert!(page.contains("CLAWDOCK_FAIL_ON") && page.contains("clawdock.toml"), "{page}");
        if tools::find(&["groff"], "the man pages in groff").is_none() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("page.1");
        fs::write(&file, &page).unwrap();
        let output = Command::new("groff").args(["-man", "-ww", "-z", "-Tutf8"]).arg(file).output().unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{:?}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_eq!(run(Path::new("/"), &["man", "nothing"]).status.code(), Some(2));
}

/// A variable stands for an option, an option that is given counts more, and a format that a command does not
/// have is none for it.
#[test]
fn variables_stand_for_options() {
    let folder = copy(&fixtures().join("token-conflict"));
    let root = folder.path().join("token-conflict");
    let said = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = clawdock(&root);
        command.envs(variables.iter().copied()).env("DOCKER_HOST", "unix:///nonexistent/engine.sock");
        command.args(args).output().unwrap()
    };
    let json = said(&[("CLAWDOCK_FORMAT", "json")], &["lint"]);
    assert!(serde_json::from_slice::<serde_json::Value>(&json.stdout).is_ok(), "{}", stdout(&json));
    let human = said(&[("CLAWDOCK_FORMAT", "json")], &["lint", "--format", "human"]);
    assert!(stdout(&human).contains("error[CD"), "{}", stdout(&human));
    let fix = said(&[("CLAWDOCK_FORMAT", "sarif")], &["fix"]);
    assert_eq!(fix.status.code(), Some(1), "{}", stdout(&fix));
    assert_eq!(said(&[], &["fix", "--format", "sarif"]).status.code(), Some(2));
    assert_eq!(said(&[("CLAWDOCK_FAIL_ON", "never")], &["lint"]).status.code(), Some(0));
    assert_eq!(
        said(&[("CLAWDOCK_FAIL_ON", "never")], &["lint", "--fail-on", "error"]).status.code(),
        Some(1)
    );
    let nonsense = said(&[("CLAWDOCK_FAIL_ON", "sometimes")], &["lint"]);
    assert_eq!(nonsense.status.code(), Some(2));
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn yaml(file: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(repository().join(file)).unwrap()).unwrap()
}

/// The step of the action, run as the runner runs it.
#[test]
fn the_action_reports_and_fails_as_it_is_told() {
    let action = yaml("action.yml");
    let inputs = action["inputs"].as_object().unwrap();
    let steps = action["runs"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|s| s["id"] == "lint").unwrap();
    // Inputs reach the script through the environment only: what is in them is never a command.
    for step in steps {
        assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{step}");
    }
    let folder = copy(&fixtures().join("token-conflict"));
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_clawdock"), bin.join("clawdock")).unwrap();
    let outputs = folder.path().join("outputs");
    let summary = folder.path().join("summary");
    let step_with = |given: &[(&str, &str)]| {
        fs::write(&outputs, "").unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()]);
        command.current_dir(folder.path()).env_clear();
        command.env("PATH", format!("{}:/usr/bin:/bin", bin.display())).env("HOME", "/nonexistent");
        command.env("GITHUB_WORKSPACE", folder.path()).env("GITHUB_OUTPUT", &outputs);
        command.env("GITHUB_STEP_SUMMARY", &summary);
        for (variable, expression) in step["env"].as_object().unwrap() {
            let name = expression.as_str().unwrap().trim_start_matches("${{ inputs.").trim_end_matches(" }}");
            let default = inputs[name]["default"].as_str().unwrap_or_default();
            let value = given.iter().find(|(n, _)| *n == name).map_or(default, |(_, v)| v);
            command.env(variable, value);
        }
        command.output().unwrap()
    };
    let output = step_with(&[("paths", "token-conflict")]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout(&output).starts_with("::error title=CD101"), "{}", stdout(&output));
    assert!(fs::read_to_string(&summary).unwrap().starts_with("### clawdock: "));
    let said = fs::read_to_string(&outputs).unwrap();
    let sarif = said.lines().find_map(|l| l.strip_prefix("sarif=")).unwrap();
    assert!(fs::read_to_string(folder.path().join(sarif)).unwrap().contains("\"version\": \"2.1.0\""));
    assert!(said.contains("exit-code=1\n"), "{said}");

    let output = step_with(&[("paths", "token-conflict"), ("fail-on", "never"), ("args", "--select CD401")]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).starts_with("::warning title=CD401"), "{}", stdout(&output));

    let hostile = "$(touch hacked); touch hacked";
    let output = step_with(&[("paths", hostile), ("args", hostile)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!folder.path().join("hacked").exists());
}

/// The job of the template, run as a runner with a shell runs it.
#[test]
fn the_gitlab_job_writes_its_reports() {
    let template = yaml("templates/gitlab.yml");
    let job = &template["clawdock"];
    let folder = copy(&fixtures().join("token-conflict"));
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_clawdock"), bin.join("clawdock")).unwrap();
    let lines = |key: &str| -> String {
        let lines = job[key].as_array().unwrap().iter().map(|l| l.as_str().unwrap());
        lines.collect::<Vec<_>>().join("\n")
    };
    let script = format!("set -eo pipefail\n{}\n{}", lines("before_script"), lines("script"));
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir(folder.path()).env_clear();
    command.env("PATH", format!("{}:/usr/bin:/bin", bin.display())).env("HOME", "/nonexistent");
    command.env("CI_PROJECT_DIR", folder.path());
    for (variable, value) in job["variables"].as_object().unwrap() {
        command.env(variable, value.as_str().unwrap());
    }
    command.env("CLAWDOCK_PATHS", "token-conflict");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let reports = job["artifacts"]["reports"].as_object().unwrap();
    let quality = fs::read_to_string(folder.path().join(reports["codequality"].as_str().unwrap())).unwrap();
    assert!(quality.contains("\"path\": \"token-conflict/compose.yml\""), "{quality}");
    let junit = fs::read_to_string(folder.path().join(reports["junit"].as_str().unwrap())).unwrap();
    assert!(junit.contains("<failure "));
    assert_eq!(job["artifacts"]["when"], "always");
}

/// The hook with a program that is installed: the other one builds it, which takes minutes;
/// `tests/try-pre-commit` tries both.
#[test]
fn pre_commit_runs_the_hook() {
    if tools::find(&["pre-commit"], "the hook in pre-commit").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let hooks = folder.path().join("hooks");
    let project = folder.path().join("project");
    let bin = folder.path().join("bin");
    for made in [&hooks, &project, &bin] {
        fs::create_dir(made).unwrap();
    }
    fs::copy(env!("CARGO_BIN_EXE_clawdock"), bin.join("clawdock")).unwrap();
    fs::copy(repository().join(".pre-commit-hooks.yaml"), hooks.join(".pre-commit-hooks.yaml")).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let call = |cwd: &Path, program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command.current_dir(cwd).env("PATH", &path).env("PRE_COMMIT_HOME", folder.path().join("cache"));
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").args(args).output().unwrap()
    };
    let git = |cwd: &Path, args: &[&str]| {
        let who = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
        let output = call(cwd, "git", &[&who, args].concat());
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        stdout(&output).trim().to_owned()
    };
    git(&hooks, &["init", "-q"]);
    git(&hooks, &["add", "."]);
    git(&hooks, &["commit", "-q", "-m", "hooks"]);
    let revision = git(&hooks, &["rev-parse", "HEAD"]);
    let fixture = copy(&fixtures().join("token-conflict"));
    let from = fixture.path().join("token-conflict");
    git(&project, &["init", "-q"]);
    for file in ["compose.yml", ".env"] {
        fs::copy(from.join(file), project.join(file)).unwrap();
    }
    let config = format!(
        "repos:\n  - repo: {}\n    rev: {revision}\n    hooks:\n      - id: clawdock-system\n",
        hooks.display()
    );
    fs::write(project.join(".pre-commit-config.yaml"), config).unwrap();
    git(&project, &["add", "."]);
    let output = call(&project, "pre-commit", &["run"]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{said} {}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("error[CD604]") && said.contains("warning[CD303]"), "{said}");
    // A commit that touches none of its files does not run it.
    git(&project, &["commit", "-q", "-m", "project", "--no-verify"]);
    fs::write(project.join("notes.txt"), "x").unwrap();
    git(&project, &["add", "."]);
    let output = call(&project, "pre-commit", &["run"]);
    assert!(
        output.status.success() && stdout(&output).contains("(no files to check)Skipped"),
        "{}",
        stdout(&output)
    );
}

/// Scripts of the repository can be run.
#[test]
fn scripts_are_executable() {
    for script in ["tests/run", "tests/try-pre-commit", "docs/screenshots"] {
        let mode = fs::metadata(repository().join(script)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{script}");
    }
}
