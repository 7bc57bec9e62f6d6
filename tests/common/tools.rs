//! Programs that others read reports with, where they are installed.

use super::engine::skip;
use std::path::PathBuf;

/// The first of these programs on the PATH; says that `test` is skipped when there is none.
pub fn find(programs: &[&str], test: &str) -> Option<PathBuf> {
    let found = on_path(programs);
    if found.is_none() {
        skip(test, &format!("{}: it is not installed", programs[0]));
    }
    found
}

/// The first of these programs on the PATH.
#[expect(clippy::disallowed_methods, reason = "tests are told through the environment")]
pub fn on_path(programs: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path);
    folders.flat_map(|folder| programs.iter().map(move |p| folder.join(p))).find(|file| file.is_file())
}
