//! What `.gitignore` leaves out, and the folders that are left: patterns are those of the crate `ignore`, which
//! is ripgrep's, and the files are asked for as everywhere else.

use super::files::Files;
use crate::text::limits;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Most folders that are gone through.
const MOST_FOLDERS: usize = 20_000;
/// Folders of tools, which hold what others wrote.
const OF_TOOLS: [&str; 4] = [".git", "node_modules", ".venv", ".terraform"];

/// The lists that hold for a folder, the outermost first.
#[derive(Clone, Debug, Default)]
pub(super) struct IgnoreLists(Vec<Arc<Gitignore>>);

impl IgnoreLists {
    /// Those of a folder and of all above it, up to the root of its repository; `excluded` is `info/exclude`.
    pub(super) fn of(files: &dyn Files, folder: &Path, root: &Path, excluded: Option<&Path>) -> Self {
        let mut lists = Self::default();
        if let Some(excluded) = excluded {
            lists.read(files, root, excluded);
        }
        let mut folders: Vec<&Path> = folder.ancestors().take_while(|f| f.starts_with(root)).collect();
        folders.reverse();
        for folder in folders {
            lists.read(files, folder, &folder.join(".gitignore"));
        }
        lists
    }

    /// With the list of a folder below.
    fn below(&self, files: &dyn Files, folder: &Path) -> Self {
        let mut lists = self.clone();
        lists.read(files, folder, &folder.join(".gitignore"));
        lists
    }

    fn read(&mut self, files: &dyn Files, folder: &Path, list: &Path) {
        let Ok(text) = files.read_text(list, limits::GIT_FILE) else { return };
        let mut builder = GitignoreBuilder::new(folder);
        for line in text.lines() {
            // Git passes over a pattern that is none.
            let _ = builder.add_line(None, line);
        }
        self.0.extend(builder.build().ok().map(Arc::new));
    }

    /// A list leaves it out; the innermost that says something decides.
    pub(super) fn leave_out(&self, path: &Path, is_directory: bool) -> bool {
        let matches = self.0.iter().rev().map(|list| list.matched(path, is_directory));
        let decides = |found: &ignore::Match<_>| !found.is_none();
        matches.into_iter().find(decides).is_some_and(|found| found.is_ignore())
    }
}

/// A folder, and the files in it that no list leaves out, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WalkedFolder {
    /// Where it is.
    pub path: PathBuf,
    /// The names of its files.
    pub names: Vec<String>,
}

/// The folder and all below it that git would not leave out, the outer ones first. Links are not followed.
#[must_use]
pub fn folders_below(files: &dyn Files, root: &Path) -> Vec<WalkedFolder> {
    let real = files.real(root);
    let repository = real.ancestors().find(|folder| files.exists(&folder.join(".git")));
    let top = repository.unwrap_or(&real);
    let excluded = top.join(".git/info/exclude");
    let mut open = VecDeque::from([(real.clone(), IgnoreLists::of(files, &real, top, Some(&excluded)))]);
    let mut found = Vec::new();
    while let Some((folder, lists)) = open.pop_front() {
        if found.len() >= MOST_FOLDERS {
            break;
        }
        let mut entries = files.list(&folder).unwrap_or_default();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let mut names = Vec::new();
        for entry in entries {
            let path = folder.join(&entry.name);
            if lists.leave_out(&path, entry.is_directory) {
                continue;
            }
            if !entry.is_directory {
                names.push(entry.name);
            } else if !OF_TOOLS.contains(&entry.name.as_str()) {
                let of_it = lists.below(files, &path);
                open.push_back((path, of_it));
            }
        }
        let shown = folder.strip_prefix(&real).map_or_else(|_| folder.clone(), |below| root.join(below));
        found.push(WalkedFolder { path: shown, names });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::disk::Disk;
    use std::fs;

    #[test]
    fn what_git_leaves_out_is_not_gone_through() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(".git/HEAD", "");
        write(".gitignore", "build/\n*.local\n!keep.local\n");
        for path in ["a/x.yml", "a/build/x.yml", "a/b/y.local", "a/b/keep.local", "node_modules/m/z.yml"] {
            write(path, "");
        }
        write("a/b/.gitignore", "/y.yml\n");
        write("a/b/y.yml", "");
        write("a/b/c/y.yml", "");
        let found: Vec<(String, Vec<String>)> = folders_below(&Disk, &root.path().join("a"))
            .into_iter()
            .map(|f| (f.path.strip_prefix(root.path()).unwrap().display().to_string(), f.names))
            .collect();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found,
            [
                ("a".to_owned(), names(&["x.yml"])),
                ("a/b".to_owned(), names(&[".gitignore", "keep.local"])),
                ("a/b/c".to_owned(), names(&["y.yml"])),
            ]
        );
    }
}
