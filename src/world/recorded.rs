//! The files of another host, as a snapshot kept them: there is no way from here to a disk.

use super::files::{Files, Kind, Listed, Metadata, OpenFile, ReadError, limited};
use crate::vocabulary::deployment::HostSide;
use std::{
    collections::BTreeMap,
    fmt, io,
    ops::Bound::{Excluded, Unbounded},
    path::{Path, PathBuf},
};

/// Files in memory; nothing else is there. Without any it is a host that has none.
#[derive(Clone, Default)]
pub struct Recorded {
    /// Files, by path.
    pub texts: BTreeMap<PathBuf, String>,
    /// What is at paths that are mounted.
    pub sides: BTreeMap<PathBuf, HostSide>,
}

/// Shows no text.
impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recorded({} files)", self.texts.len())
    }
}

impl Recorded {
    /// What a path is; none when nothing is there.
    fn kind_of(&self, path: &Path) -> Option<Kind> {
        if self.texts.contains_key(path) {
            return Some(Kind::File);
        }
        if below(&self.texts, path).next().is_some()
            || below(&self.sides, path).any(|(_, side)| *side != HostSide::Missing)
        {
            return Some(Kind::Directory);
        }
        match self.sides.get(path)? {
            HostSide::Missing => None,
            HostSide::Directory(_) => Some(Kind::Directory),
            HostSide::File(_) => Some(Kind::File),
        }
    }
}

/// What is below a folder: paths are ordered by their steps.
fn below<'a, T>(all: &'a BTreeMap<PathBuf, T>, folder: &Path) -> impl Iterator<Item = (&'a PathBuf, &'a T)> {
    let folder = folder.to_owned();
    let after = all.range::<Path, _>((Excluded(folder.as_path()), Unbounded));
    after.take_while(move |(path, _)| path.starts_with(&folder))
}

impl Files for Recorded {
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        let kind = self.kind_of(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Metadata { kind, owner: None, names: None, modified: None, identity: None })
    }

    /// Links were followed when it was recorded.
    fn symlink_metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.metadata(path)
    }

    fn read_link(&self, _: &Path) -> io::Result<PathBuf> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.metadata(path).map(|_| path.to_owned())
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        match self.texts.get(path) {
            Some(text) => limited(text, limit),
            None if self.kind_of(path) == Some(Kind::Directory) => Err(ReadError::Directory),
            None => Err(ReadError::Absent),
        }
    }

    fn read_within(&self, path: &Path, root: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        if path.starts_with(root) { self.read(path, limit) } else { Err(ReadError::Absent) }
    }

    fn open(&self, path: &Path) -> Result<Box<dyn io::Read>, ReadError> {
        Ok(Box::new(io::Cursor::new(self.read(path, u64::MAX)?)))
    }

    fn open_within(&self, _: &Path, _: &Path) -> Option<OpenFile> {
        None
    }

    /// Only files: which folders there were is not kept.
    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        let inside = below(&self.texts, folder).filter(|(path, _)| path.parent() == Some(folder));
        let names = inside.filter_map(|(path, _)| path.file_name());
        Ok(names.map(|n| Listed { name: n.to_string_lossy().into_owned(), is_directory: false }).collect())
    }

    fn is_empty(&self, _: &Path) -> Option<bool> {
        None
    }

    /// What was not recorded is not known.
    fn side(&self, path: &Path) -> Option<HostSide> {
        self.sides.get(path).copied()
    }

    /// The shell of that host knew.
    fn is_same(&self, _: &Path, _: &Path) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::deployment::FileOwner;

    #[test]
    fn another_host() {
        let owner = FileOwner { uid: 1000, gid: 1000, mode: 0o755 };
        let files = Recorded {
            texts: [("/srv/claw/compose.yml".into(), "x".to_owned())].into(),
            sides: [
                ("/srv/claw/state".into(), HostSide::Directory(owner)),
                ("/srv/claw/gone".into(), HostSide::Missing),
                ("/srv/claw-2".into(), HostSide::Directory(owner)),
            ]
            .into(),
        };
        assert_eq!(files.read(Path::new("/srv/claw/compose.yml"), 10), Ok(b"x".to_vec()));
        assert_eq!(files.read(Path::new("/srv/claw"), 10), Err(ReadError::Directory));
        assert_eq!(files.read(Path::new("/etc/passwd"), 10), Err(ReadError::Absent));
        assert_eq!(files.kind(Path::new("/srv/claw/state")), Ok(Kind::Directory));
        assert_eq!(files.kind(Path::new("/srv/claw/gone")), Err(ReadError::Absent));
        assert_eq!(files.kind(Path::new("/srv/cl")), Err(ReadError::Absent));
        assert_eq!(files.kind(Path::new("/")), Ok(Kind::Directory));
        assert_eq!(files.names_in(Path::new("/srv/claw")), ["compose.yml"]);
        assert_eq!(files.side(Path::new("/srv/claw/state")), Some(HostSide::Directory(owner)));
        assert_eq!(files.side(Path::new("/etc")), None);
    }
}
