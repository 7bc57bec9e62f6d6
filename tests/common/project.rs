//! Running the program on a copy of a fixture, with an environment that holds nothing else.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// The folder of the fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compose-fixtures")
}

/// Every project below `folder`: a folder with a README that is no collection of projects.
pub fn projects(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        if folder.join("README.md").is_file() {
            all.push(folder);
            continue;
        }
        let entries = fs::read_dir(&folder).expect("a folder");
        open.extend(entries.map(|e| e.expect("an entry").path()).filter(|p| p.is_dir()));
    }
    all.sort();
    all
}

/// The name of a project: its path below the fixtures.
pub fn name(project: &Path) -> String {
    project.strip_prefix(fixtures()).unwrap_or(project).display().to_string()
}

/// A copy of a project, so that reports do not depend on where the checkout is.
pub fn copy(project: &Path) -> tempfile::TempDir {
    let folder = own_folder();
    let to = folder.path().join(project.file_name().expect("a name"));
    copy_into(project, &to);
    folder
}

/// A folder that nobody else may look into: what everybody may read here is no matter of a test.
pub fn own_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary directory");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("a folder of our own");
    }
    folder
}

/// Copies the files of a folder into another one.
pub fn copy_into(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_into(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}

/// The program, with a scrubbed environment.
#[allow(clippy::disallowed_methods, reason = "the fixture's own file")]
pub fn clawdock(cwd: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clawdock"));
    command.current_dir(cwd).env_clear().stdin(Stdio::null());
    command.env("HOME", "/nonexistent").env("PATH", "/usr/bin:/bin");
    // A project whose report depends on the shell has a file with the shell's variables.
    let shell = fs::read_to_string(cwd.join("shell")).unwrap_or_default();
    // An environment cannot hold what a damaged file may.
    let lines = shell.lines().filter(|line| !line.contains('\0'));
    command.envs(lines.filter_map(|line| line.split_once('=')));
    command
}

/// Runs the program; it must end by itself with one of its own exit codes.
pub fn run(cwd: &Path, args: &[&str]) -> Output {
    let output = clawdock(cwd).args(args).output().expect("the program runs");
    let code = output.status.code();
    assert!(
        matches!(code, Some(0..=4)),
        "{args:?} ended with {code:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Standard output as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// Standard error as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}
