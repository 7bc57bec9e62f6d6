//! What this thread takes this host's files to be: themselves, or themselves with some texts changed
//! (what an edit would do is judged before it is made), or those of another host, out of a snapshot.

use super::files::ReadError;
use crate::deployment::HostSide;
use std::{
    cell::RefCell,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

thread_local! {
    static VIEW: RefCell<View> = const { RefCell::new(View::Real) };
}

enum View {
    Real,
    /// By their real paths.
    Changed(BTreeMap<PathBuf, String>),
    Recorded(Recorded),
}

/// The files of another host; nothing else is there.
#[derive(Clone, Default)]
pub struct Recorded {
    /// Files, by path.
    pub texts: BTreeMap<PathBuf, String>,
    /// What is at paths that are mounted.
    pub sides: BTreeMap<PathBuf, HostSide>,
    /// The user that looked.
    pub user: Option<u32>,
}

/// Shows no text.
impl std::fmt::Debug for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recorded({} files)", self.texts.len())
    }
}

/// What a path is, links followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A file, of whatever kind.
    File,
    /// A directory.
    Directory,
}

/// While it is there, files are read as it was asked for; then as they are.
#[derive(Debug)]
#[must_use]
pub struct Held(());

impl Drop for Held {
    fn drop(&mut self) {
        VIEW.set(View::Real);
    }
}

/// Takes files, by their real paths, to hold these texts.
pub fn change(texts: BTreeMap<PathBuf, String>) -> Held {
    VIEW.set(View::Changed(texts));
    Held(())
}

/// Takes the files of another host for those of this one.
pub fn replay(recorded: Recorded) -> Held {
    VIEW.set(View::Recorded(recorded));
    Held(())
}

/// What reading a file gives, where it is not read from disk.
pub(super) fn read(path: &Path, limit: u64) -> Option<Result<Vec<u8>, ReadError>> {
    VIEW.with_borrow(|view| match view {
        View::Real => None,
        View::Changed(texts) => {
            let real = std::fs::canonicalize(path).ok()?;
            texts.get(&real).map(|text| Ok(text.as_bytes().to_vec()))
        }
        View::Recorded(recorded) => Some(recorded.read(path, limit)),
    })
}

/// Answers in the place of the disk, where the files are those of another host.
pub(super) fn recorded<T>(answer: impl FnOnce(&Recorded) -> T) -> Option<T> {
    VIEW.with_borrow(|view| match view {
        View::Real | View::Changed(_) => None,
        View::Recorded(recorded) => Some(answer(recorded)),
    })
}

impl Recorded {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        match self.texts.get(path) {
            Some(text) if text.len() as u64 > limit => {
                Err(ReadError::TooLarge { size: text.len() as u64, limit })
            }
            Some(text) => Ok(text.as_bytes().to_vec()),
            None if self.kind(path) == Some(Kind::Directory) => Err(ReadError::Directory),
            None => Err(ReadError::Absent),
        }
    }

    /// What a path is; none when nothing is there.
    pub(super) fn kind(&self, path: &Path) -> Option<Kind> {
        if self.texts.contains_key(path) {
            return Some(Kind::File);
        }
        let holds = |other: &Path| other != path && other.starts_with(path);
        let sides = self.sides.iter().filter(|(_, side)| **side != HostSide::Missing);
        if self.texts.keys().any(|p| holds(p)) || sides.clone().any(|(p, _)| holds(p)) {
            return Some(Kind::Directory);
        }
        match self.sides.get(path)? {
            HostSide::Missing => None,
            HostSide::Directory(_) => Some(Kind::Directory),
            HostSide::File(_) => Some(Kind::File),
        }
    }

    /// The names of the files in a folder.
    pub(super) fn names_in(&self, folder: &Path) -> Vec<String> {
        let names = self.texts.keys().filter(|p| p.parent() == Some(folder)).filter_map(|p| p.file_name());
        names.map(|name| name.to_string_lossy().into_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{deployment::Owner, sources::files};

    #[test]
    fn another_host() {
        let owner = Owner { uid: 1000, gid: 1000, mode: 0o755 };
        let recorded = Recorded {
            texts: [("/srv/claw/compose.yml".into(), "x".to_owned())].into(),
            sides: [
                ("/srv/claw/state".into(), HostSide::Directory(owner)),
                ("/srv/claw/gone".into(), HostSide::Missing),
            ]
            .into(),
            user: None,
        };
        let held = replay(recorded);
        assert_eq!(files::read_bytes(Path::new("/srv/claw/compose.yml"), 10), Ok(b"x".to_vec()));
        assert_eq!(files::read_bytes(Path::new("/srv/claw"), 10), Err(ReadError::Directory));
        assert_eq!(files::read_bytes(Path::new("/etc/passwd"), 10), Err(ReadError::Absent));
        assert_eq!(files::kind(Path::new("/srv/claw/state")), Ok(Kind::Directory));
        assert_eq!(files::kind(Path::new("/srv/claw/gone")), Err(ReadError::Absent));
        assert_eq!(files::names_in(Path::new("/srv/claw")), ["compose.yml"]);
        drop(held);
        assert_eq!(files::kind(Path::new("/srv/claw/state")), Err(ReadError::Absent));
    }
}
