//! Replaces a file of this host by a new text: with a backup beside it, at once or not at all, and
//! with the owner and the mode that it had.

#![expect(clippy::disallowed_methods, reason = "the one door to the disk that writes")]

use super::{
    disk::Disk,
    files::{Files as _, ReadError},
};
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Most backups of one file that are kept side by side.
const MOST_BACKUPS: u32 = 1000;

/// Why a file stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// It cannot be read again.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// Somebody else wrote to it.
    #[error("it was changed while it was looked at; run the command again")]
    Changed,
    /// The other names would keep the old text.
    #[error("it has {0} hard links, and the others would keep the old text; edit it by hand")]
    Linked(u64),
    /// The new file would belong to somebody else.
    #[error("its owner cannot be kept (user {0}, group {1}); run the command as its owner, or with sudo")]
    Owner(u32, u32),
    /// There are too many backups beside it.
    #[error("there are too many backups next to it; remove some")]
    Backups,
    /// The system, and what it was asked for.
    #[error("{0}: {1}")]
    Io(&'static str, io::ErrorKind),
}

/// Replaces what the file holds, if it still holds `old`; gives the backup's path. A symbolic link
/// stays one: what it leads to is replaced.
///
/// Extended attributes and access lists are not taken over.
///
/// # Errors
/// When anything goes wrong; the file then holds what it held.
pub fn replace(path: &Path, old: &str, new: &str) -> Result<PathBuf, ReplaceError> {
    let path = Disk.real(path);
    match Disk.read(&path, old.len() as u64) {
        Ok(now) if now == old.as_bytes() => {}
        Ok(_) | Err(ReadError::TooLarge { .. }) => return Err(ReplaceError::Changed),
        Err(error) => return Err(error.into()),
    }
    let meta = fs::metadata(&path).map_err(|e| ReplaceError::Io("its owner cannot be read", e.kind()))?;
    only_name(&meta)?;
    let backup = backup(&path, old, &meta)?;
    let made = write_beside(&path, "clawdock-new", new, &meta);
    let moved = made.and_then(|made| {
        // What was written in the meantime is not lost.
        let same = Disk.read(&path, old.len() as u64).is_ok_and(|now| now == old.as_bytes());
        let result = if same {
            fs::rename(&made, &path).map_err(|e| ReplaceError::Io("it cannot be replaced", e.kind()))
        } else {
            Err(ReplaceError::Changed)
        };
        if result.is_err() {
            let _ = fs::remove_file(&made);
        }
        result
    });
    if let Err(error) = moved {
        let _ = fs::remove_file(&backup);
        return Err(error);
    }
    // The name is safe on disk as well, where the system can say so.
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        let _ = folder.sync_all();
    }
    Ok(backup)
}

/// `compose.yml.bak`, `compose.yml.bak.2` …: none is written over.
fn backup(path: &Path, text: &str, meta: &fs::Metadata) -> Result<PathBuf, ReplaceError> {
    for number in 1..=MOST_BACKUPS {
        let mut name = path.file_name().map(OsString::from).unwrap_or_default();
        name.push(if number == 1 { ".bak".to_owned() } else { format!(".bak.{number}") });
        let backup = path.with_file_name(name);
        match create(&backup) {
            Ok(file) => {
                return fill(file, &backup, text, meta).map(|()| backup);
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(ReplaceError::Io("its backup cannot be written", e.kind())),
        }
    }
    Err(ReplaceError::Backups)
}

fn write_beside(path: &Path, suffix: &str, text: &str, meta: &fs::Metadata) -> Result<PathBuf, ReplaceError> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{suffix}-{}", std::process::id()));
    let beside = path.with_file_name(name);
    let file =
        create(&beside).map_err(|e| ReplaceError::Io("nothing can be written next to it", e.kind()))?;
    fill(file, &beside, text, meta).map(|()| beside)
}

/// A new file that nobody else may read yet.
fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Writes the text, and gives the file the owner and the mode of another; removes it again when
/// that cannot be done.
fn fill(mut file: File, path: &Path, text: &str, like: &fs::Metadata) -> Result<(), ReplaceError> {
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let filled = written
        .map_err(|e| ReplaceError::Io("the new text cannot be written", e.kind()))
        .and_then(|()| own(path, like))
        .and_then(|()| {
            let set = file.set_permissions(like.permissions()).and_then(|()| file.sync_all());
            set.map_err(|e| ReplaceError::Io("its mode cannot be kept", e.kind()))
        });
    if filled.is_err() {
        let _ = fs::remove_file(path);
    }
    filled
}

#[cfg(unix)]
fn own(path: &Path, like: &fs::Metadata) -> Result<(), ReplaceError> {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let made = fs::metadata(path).map_err(|e| ReplaceError::Io("its owner cannot be read", e.kind()))?;
    if (made.uid(), made.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    chown(path, Some(like.uid()), Some(like.gid())).map_err(|_| ReplaceError::Owner(like.uid(), like.gid()))
}

#[cfg(not(unix))]
fn own(_: &Path, _: &fs::Metadata) -> Result<(), ReplaceError> {
    Ok(())
}

#[cfg(unix)]
fn only_name(meta: &fs::Metadata) -> Result<(), ReplaceError> {
    use std::os::unix::fs::MetadataExt as _;
    if meta.nlink() > 1 { Err(ReplaceError::Linked(meta.nlink())) } else { Ok(()) }
}

#[cfg(not(unix))]
fn only_name(_: &fs::Metadata) -> Result<(), ReplaceError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("the test's own files");
        let path = folder.path().join("f.env");
        fs::write(&path, text).expect("the test's own files");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("the test's own files");
        (folder, path)
    }

    fn names(folder: &Path) -> Vec<String> {
        Disk.names_in(folder)
    }

    #[test]
    fn the_text_is_new_and_the_rest_is_as_it_was() {
        let (folder, path) = file("old", 0o640);
        // Only root may give a file away; where the test is not root, the owner is the own one.
        let _ = std::os::unix::fs::chown(&path, Some(12345), Some(23456));
        let before = fs::metadata(&path).expect("the test's own files");
        let backup = replace(&path, "old", "new").expect("the test's own files");
        let after = fs::metadata(&path).expect("the test's own files");
        assert_eq!(fs::read_to_string(&path).expect("the test's own files"), "new");
        assert_eq!(fs::read_to_string(&backup).expect("the test's own files"), "old");
        for meta in [after, fs::metadata(&backup).expect("the test's own files")] {
            assert_eq!((meta.uid(), meta.gid(), meta.mode()), (before.uid(), before.gid(), before.mode()));
        }
        let again = replace(&path, "new", "newer").expect("the test's own files");
        assert_eq!(again.file_name().expect("the test's own files"), "f.env.bak.2");
        assert_eq!(names(folder.path()), ["f.env", "f.env.bak", "f.env.bak.2"]);
    }

    #[test]
    fn a_link_stays_a_link() {
        let (folder, path) = file("old", 0o600);
        let link = folder.path().join("link");
        symlink("f.env", &link).expect("the test's own files");
        replace(&link, "old", "new").expect("the test's own files");
        assert!(fs::symlink_metadata(&link).expect("the test's own files").is_symlink());
        assert_eq!(fs::read_to_string(&path).expect("the test's own files"), "new");
        assert_eq!(names(folder.path()), ["f.env", "f.env.bak", "link"]);
    }

    #[test]
    fn what_is_not_as_it_was_read_stays() {
        let (folder, path) = file("other", 0o600);
        assert!(matches!(replace(&path, "old", "new"), Err(ReplaceError::Changed)));
        fs::hard_link(&path, folder.path().join("second")).expect("the test's own files");
        assert!(matches!(replace(&path, "other", "new"), Err(ReplaceError::Linked(2))));
        assert_eq!(fs::read_to_string(&path).expect("the test's own files"), "other");
        assert_eq!(names(folder.path()), ["f.env", "second"]);
    }
}
