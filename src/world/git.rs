//! Which files git tracks: from the index of the repository that they lie in, without git itself.
//!
//! The format is that of git's documentation, `gitformat-index`: versions 2, 3 and 4, and an index
//! that is split in two.

use super::{files::Files, gitignore::IgnoreLists};
use crate::text::limits;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// A working tree.
struct Repository {
    root: PathBuf,
    /// Its `.git`, or the directory that a file of that name leads to.
    git_dir: PathBuf,
}

/// Those of the files that git tracks. A repository that cannot be read tracks none.
#[must_use]
pub fn tracked(files: &dyn Files, paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut of_folder: BTreeMap<&Path, Vec<&PathBuf>> = BTreeMap::new();
    for path in paths {
        of_folder.entry(path.parent().unwrap_or(Path::new("/"))).or_default().push(path);
    }
    let mut wanted: BTreeMap<PathBuf, (Repository, BTreeMap<Vec<u8>, PathBuf>)> = BTreeMap::new();
    for (folder, paths) in of_folder {
        let Ok(real) = files.canonicalize(folder) else { continue };
        let Some(repository) = repository_of(files, &real) else { continue };
        let (repository, names) =
            wanted.entry(repository.root.clone()).or_insert_with(|| (repository, BTreeMap::new()));
        for path in paths {
            let real = path.file_name().map(|name| real.join(name));
            let inner = real.as_deref().and_then(|p| p.strip_prefix(&repository.root).ok());
            names
                .extend(inner.map(|inner| (inner.to_string_lossy().into_owned().into_bytes(), path.clone())));
        }
    }
    wanted.into_values().flat_map(|(repository, names)| in_index(files, &repository, names)).collect()
}

/// The repository that a folder lies in: the nearest `.git` above it.
fn repository_of(files: &dyn Files, folder: &Path) -> Option<Repository> {
    folder.ancestors().find_map(|root| {
        let dot_git = root.join(".git");
        let git_dir = if files.is_directory(&dot_git) {
            dot_git
        } else {
            // A worktree or a submodule.
            let text = files.read_text(&dot_git, limits::GIT_FILE).ok()?;
            root.join(text.strip_prefix("gitdir:")?.trim())
        };
        Some(Repository { root: root.to_owned(), git_dir })
    })
}

/// Those of the files that a `.gitignore` leaves out: one in the file's folder, or above it up to the
/// root of the repository, where there is one. `.git/info/exclude` is one more; patterns that take a
/// file back in (`!name`) are obeyed in the order that they are written.
#[must_use]
pub fn ignored(files: &dyn Files, paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    paths.iter().filter(|path| is_ignored(files, path)).cloned().collect()
}

fn is_ignored(files: &dyn Files, path: &Path) -> bool {
    let Some((folder, name)) = path.parent().zip(path.file_name()) else { return false };
    let Ok(real) = files.canonicalize(folder) else { return false };
    let file = real.join(name);
    let repository = repository_of(files, &real);
    let root = repository.as_ref().map_or(real.as_path(), |r| r.root.as_path());
    let excluded = repository.as_ref().map(|r| r.git_dir.join("info/exclude"));
    let lists = IgnoreLists::of(files, &real, root, excluded.as_deref());
    // A folder that is left out takes all that is below it.
    let mut folders = real.ancestors().take_while(|folder| folder.starts_with(root) && *folder != root);
    folders.any(|folder| lists.leave_out(folder, true)) || lists.leave_out(&file, false)
}

fn in_index(
    files: &dyn Files,
    repository: &Repository,
    mut names: BTreeMap<Vec<u8>, PathBuf>,
) -> Vec<PathBuf> {
    let hash = if uses_sha256(files, &repository.git_dir) { 32 } else { 20 };
    let read = |name: &str| files.read(&repository.git_dir.join(name), limits::GIT_INDEX).ok();
    let mut found = Vec::new();
    let mut take = |name: &[u8]| found.extend(names.remove(name));
    let shared = read("index").and_then(|bytes| each_entry(&bytes, hash, &mut take)).flatten();
    if let Some(bytes) = shared.and_then(|id| read(&format!("sharedindex.{id}"))) {
        each_entry(&bytes, hash, &mut take);
    }
    found
}

/// `extensions.objectFormat` of the repository's configuration.
fn uses_sha256(files: &dyn Files, git_dir: &Path) -> bool {
    let common = files.read_text(&git_dir.join("commondir"), limits::GIT_FILE);
    let common = common.map_or_else(|_| git_dir.to_owned(), |text| git_dir.join(text.trim()));
    let config = files.read_text(&common.join("config"), limits::GIT_FILE).unwrap_or_default();
    let mut lines = config.lines().map(|line| line.trim().to_ascii_lowercase());
    lines.any(|line| line.starts_with("objectformat") && line.ends_with("sha256"))
}

/// Calls `take` with the path of each entry; gives the id of the other half of a split index. None
/// when the bytes are no index that is known.
#[expect(clippy::option_option, reason = "no index is something else than an index without a half")]
fn each_entry(index: &[u8], hash: usize, take: &mut impl FnMut(&[u8])) -> Option<Option<String>> {
    let number = |at: usize| Some(u32::from_be_bytes(index.get(at..at + 4)?.try_into().ok()?));
    let version = number(4).filter(|version| index.starts_with(b"DIRC") && (2..=4).contains(version))?;
    let count = number(8)?;
    let mut at = 12;
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..count {
        // Ten numbers of four bytes, the hash, and the flags.
        let flags_at = at + 40 + hash;
        let flags = u16::from_be_bytes(index.get(flags_at..flags_at + 2)?.try_into().ok()?);
        let is_extended = version > 2 && flags & 0x4000 != 0;
        let mut name_at = flags_at + if is_extended { 4 } else { 2 };
        if version == 4 {
            let (cut, length) = variable_number(index.get(name_at..)?)?;
            path.truncate(path.len().checked_sub(cut)?);
            name_at += length;
        } else {
            path.clear();
        }
        let length = index.get(name_at..)?.iter().position(|byte| *byte == 0)?;
        path.extend_from_slice(&index[name_at..name_at + length]);
        take(&path);
        let end = name_at + length;
        at = if version == 4 { end + 1 } else { at + (end - at) / 8 * 8 + 8 };
    }
    // Extensions, and a hash of everything.
    while let Some(size) = number(at + 4).filter(|_| at + hash < index.len()) {
        let data = at + 8;
        if index[at..].starts_with(b"link") {
            let id = index.get(data..data + hash)?;
            return Some(
                id.iter().any(|byte| *byte != 0).then(|| id.iter().map(|b| format!("{b:02x}")).collect()),
            );
        }
        at = data + size as usize;
    }
    Some(None)
}

/// A number in seven bits of each byte, as offsets in packs are written, and how long it is.
fn variable_number(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        value = (value << 7) + usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
        value += 1;
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]
mod tests {
    use super::*;
    use crate::world::Disk;
    use std::fs;
    use std::process::Command;

    fn git(folder: &Path, arguments: &[&str]) -> bool {
        let mut command = Command::new("git");
        command.current_dir(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.output().is_ok_and(|output| output.status.success())
    }

    /// A repository that tracks `.env`, `a/b/.env` and `a/b/c`, and not `other`.
    fn repository(folder: &Path, options: &[&str], version: &str) -> bool {
        fs::create_dir_all(folder.join("a/b")).unwrap();
        for name in [".env", "a/b/.env", "a/b/c", "other"] {
            fs::write(folder.join(name), "A=1\n").unwrap();
        }
        git(folder, &[&["init", "--quiet"], options].concat())
            && git(folder, &["config", "index.version", version])
            && git(folder, &["add", "--force", ".env", "a"])
            && git(folder, &["update-index", "--index-version", version])
    }

    fn found(folder: &Path) -> Vec<String> {
        let names = [".env", "a/b/.env", "a/b/c", "other", "a/none"];
        let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
        let tracked = tracked(&Disk, &paths);
        names.iter().filter(|name| tracked.contains(&folder.join(name))).map(|n| (*n).to_owned()).collect()
    }

    #[test]
    fn what_git_tracks_is_found_as_git_writes_it() {
        let kinds: [(&[&str], &str); 4] =
            [(&[], "2"), (&[], "3"), (&[], "4"), (&["--object-format=sha256"], "2")];
        for (options, version) in kinds {
            let folder = tempfile::tempdir().unwrap();
            if !repository(folder.path(), options, version) {
                // No git here, or one that cannot do this.
                continue;
            }
            let expected = [".env", "a/b/.env", "a/b/c"];
            assert_eq!(found(folder.path()), expected, "version {version} {options:?}");
            if git(folder.path(), &["update-index", "--split-index"]) {
                assert_eq!(found(folder.path()), expected, "split, version {version} {options:?}");
            }
        }
    }

    #[test]
    fn an_index_of_two_entries() {
        let entry = |name: &[u8]| {
            let mut bytes = vec![0; 60];
            bytes.extend_from_slice(&u16::try_from(name.len()).unwrap().to_be_bytes());
            bytes.extend_from_slice(name);
            bytes.resize(bytes.len() / 8 * 8 + 8, 0);
            bytes
        };
        let mut index = b"DIRC\0\0\0\x02\0\0\0\x02".to_vec();
        index.extend(entry(b".env"));
        index.extend(entry(b"a/compose.yaml"));
        index.extend([0; 20]);
        let names = |bytes: &[u8]| {
            let mut names = Vec::new();
            let read = each_entry(bytes, 20, &mut |name: &[u8]| {
                names.push(String::from_utf8_lossy(name).into_owned())
            });
            (read, names)
        };
        assert_eq!(names(&index), (Some(None), vec![".env".to_owned(), "a/compose.yaml".to_owned()]));
        // Cut anywhere, it is no index, and nothing panics.
        for end in 0..index.len() {
            names(&index[..end]);
        }
        assert_eq!(names(b"DIRC\0\0\0\x07\0\0\0\x01").0, None);
        assert_eq!(names(b"not an index").0, None);
    }

    #[test]
    fn a_folder_outside_of_a_repository_tracks_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".env"), "A=1\n").unwrap();
        assert_eq!(found(folder.path()), Vec::<String>::new());
        fs::write(folder.path().join(".git"), "gitdir: /nonexistent\n").unwrap();
        assert_eq!(found(folder.path()), Vec::<String>::new());
    }
}
