//! Files with some texts edited: what an edit would do is judged before it is made.

use super::files::{Files, Listed, Metadata, OpenFile, ReadError, limited};
use std::{
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Other files, of which some hold another text.
#[derive(Clone)]
pub struct Overlay {
    below: Arc<dyn Files>,
    /// By their real paths.
    edited: BTreeMap<PathBuf, String>,
}

/// Shows no text.
impl fmt::Debug for Overlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Overlay({} files over {:?})", self.edited.len(), self.below)
    }
}

impl Overlay {
    /// Puts texts, by the real paths of their files, over what is there.
    #[must_use]
    pub fn new(below: Arc<dyn Files>, edited: BTreeMap<PathBuf, String>) -> Self {
        Self { below, edited }
    }

    fn edited(&self, path: &Path) -> Option<&str> {
        self.edited.get(&self.below.canonicalize(path).ok()?).map(String::as_str)
    }
}

/// A text changes what is read; what is told besides is told of the file as it is.
impl Files for Overlay {
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.below.metadata(path)
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.below.symlink_metadata(path)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.below.read_link(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.below.canonicalize(path)
    }

    fn read_stream(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.below.read_stream(path, limit)
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        match self.edited(path) {
            Some(text) => limited(text, limit),
            None => self.below.read(path, limit),
        }
    }

    fn read_within(&self, path: &Path, root: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        match self.edited(path) {
            Some(text) => limited(text, limit),
            None => self.below.read_within(path, root, limit),
        }
    }

    fn open(&self, path: &Path) -> Result<Box<dyn io::Read>, ReadError> {
        match self.edited(path) {
            Some(text) => Ok(Box::new(io::Cursor::new(text.as_bytes().to_vec()))),
            None => self.below.open(path),
        }
    }

    fn open_within(&self, path: &Path, root: &Path) -> Option<OpenFile> {
        if self.edited(path).is_some() { None } else { self.below.open_within(path, root) }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        self.below.list(folder)
    }

    fn is_empty(&self, folder: &Path) -> Option<bool> {
        self.below.is_empty(folder)
    }

    fn is_same(&self, a: &Path, b: &Path) -> bool {
        self.below.is_same(a, b)
    }

    fn side(&self, path: &Path) -> Option<crate::vocabulary::deployment::HostSide> {
        self.below.side(path)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::world::recorded::Recorded;

    fn overlay() -> Overlay {
        let texts = [("/srv/a".into(), "old".to_owned()), ("/srv/b".into(), "other".to_owned())].into();
        let below = Recorded { texts, ..Recorded::default() };
        Overlay::new(Arc::new(below), [("/srv/a".into(), "edited".to_owned())].into())
    }

    #[test]
    fn an_edited_text_hides_the_old_one() {
        let files = overlay();
        let root = Path::new("/srv");
        for read in [files.read(Path::new("/srv/a"), 10), files.read_within(Path::new("/srv/a"), root, 10)] {
            assert_eq!(read, Ok(b"edited".to_vec()));
        }
        assert_eq!(files.read(Path::new("/srv/b"), 10), Ok(b"other".to_vec()));
        assert!(matches!(files.read(Path::new("/srv/a"), 5), Err(ReadError::TooLarge { size: 6, limit: 5 })));
        assert_eq!(files.names_in(root), ["a", "b"]);
        let mut text = String::new();
        let mut open = files.open(Path::new("/srv/a")).expect("it is there");
        io::Read::read_to_string(&mut open, &mut text).expect("it is text");
        assert_eq!(text, "edited");
    }

    #[test]
    fn shows_no_text_when_debugged() {
        assert_eq!(format!("{:?}", overlay()), "Overlay(1 files over Recorded(2 files))");
    }
}
