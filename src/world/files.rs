//! What the program asks of files, whoever answers: [`Files`].
//!
//! Only `disk::Disk` touches the machine. [`super::overlay::Overlay`] puts edited texts over
//! other files, and [`super::recorded::Recorded`] is what a snapshot kept of another host.

pub use super::disk::OpenFile;

use crate::vocabulary::deployment::{FileOwner, HostSide};
use std::{
    fmt, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// What a path is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, where links are not followed.
    Link,
    /// A FIFO, a device or a socket.
    Special,
}

/// What is known of a path besides its content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Metadata {
    /// What it is.
    pub kind: Kind,
    /// Whose it is, and who may do what; none where that is not known.
    pub owner: Option<FileOwner>,
    /// How many names it has (hard links); none where that is not known.
    pub names: Option<u64>,
    /// When it was changed last, in seconds since 1970; none where that is not known.
    pub modified: Option<i64>,
    /// Device and inode: two paths with the same lead to the same thing. None where that is not known.
    pub identity: Option<(u64, u64)>,
}

/// What is in a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// It is a directory; a link to one is not.
    pub is_directory: bool,
}

/// How long a FIFO or a device may be silent before its end.
pub const STREAM_PATIENCE: Duration = Duration::from_secs(3);

/// Most entries of a folder that are listed.
pub const MOST_LISTED: usize = 1000;

/// The files of a host: those of this machine, or what stands for them.
///
/// Reading takes regular files only, never more than a limit, and never blocks.
pub trait Files: fmt::Debug + Send + Sync {
    /// What a path leads to, links followed.
    ///
    /// # Errors
    /// When nothing is there, or it cannot be looked at.
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;

    /// What is at a path, which may be a link.
    ///
    /// # Errors
    /// As [`Self::metadata`].
    fn symlink_metadata(&self, path: &Path) -> io::Result<Metadata>;

    /// What a link says.
    ///
    /// # Errors
    /// When it is no link, or cannot be looked at.
    fn read_link(&self, path: &Path) -> io::Result<PathBuf>;

    /// The absolute path without any link in it.
    ///
    /// # Errors
    /// As [`Self::metadata`].
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// Reads a regular file of at most `limit` bytes.
    ///
    /// # Errors
    /// When there is no such file, or it is not a regular file, too large or not readable.
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError>;

    /// As [`Self::read`], and only if the file is at or below `root`: whoever can change the tree
    /// while it is read must not get at files outside of it.
    ///
    /// # Errors
    /// As [`Self::read`]; [`ReadError::Absent`] when the path leads out of `root`.
    fn read_within(&self, path: &Path, root: &Path, limit: u64) -> Result<Vec<u8>, ReadError>;

    /// Reads what comes through a FIFO or a character device (`/dev/stdin`, `/dev/null`, `<(command)`), at
    /// most `limit` bytes, and waits no longer than [`STREAM_PATIENCE`]. It can be read once.
    ///
    /// # Errors
    /// When it is something else, is silent for too long, too large or not readable.
    fn read_stream(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        let _ = limit;
        Err(match self.kind(path)? {
            Kind::Directory => ReadError::Directory,
            _ => ReadError::Special("file without a size"),
        })
    }

    /// Opens a regular file of any size, to be read from its beginning to its end.
    ///
    /// # Errors
    /// As [`Self::read`].
    fn open(&self, path: &Path) -> Result<Box<dyn io::Read>, ReadError>;

    /// Opens a regular file of any size that is at or below `root`, to be read in places; none where
    /// that cannot be done, though the whole of it may be readable.
    fn open_within(&self, path: &Path, root: &Path) -> Option<OpenFile>;

    /// What is in a folder, in no order, and no more than [`MOST_LISTED`] of it.
    ///
    /// # Errors
    /// When it is no folder, or cannot be looked at.
    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>>;

    /// Nothing is in a folder; none where that is not known.
    fn is_empty(&self, folder: &Path) -> Option<bool>;

    /// What is at a path that is, or would be, mounted; none where that is not known.
    fn side(&self, path: &Path) -> Option<HostSide> {
        match self.metadata(path) {
            Ok(Metadata { kind: Kind::Directory, owner, .. }) => owner.map(HostSide::Directory),
            Ok(Metadata { owner, .. }) => owner.map(HostSide::File),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Some(HostSide::Missing),
            Err(_) => None,
        }
    }

    /// Two paths lead to the same thing.
    fn is_same(&self, a: &Path, b: &Path) -> bool {
        let identity = |path| self.metadata(path).ok().map(|meta| meta.identity);
        match identity(a) {
            Some(Some(of_a)) => identity(b) == Some(Some(of_a)),
            Some(None) => a == b,
            None => false,
        }
    }

    /// What a path leads to, links followed.
    ///
    /// # Errors
    /// When nothing is there, or it cannot be looked at.
    fn kind(&self, path: &Path) -> Result<Kind, ReadError> {
        Ok(self.metadata(path)?.kind)
    }

    /// A regular file is there.
    #[must_use]
    fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == Ok(Kind::File)
    }

    /// A directory is there.
    #[must_use]
    fn is_directory(&self, path: &Path) -> bool {
        self.kind(path) == Ok(Kind::Directory)
    }

    /// Something is there.
    #[must_use]
    fn exists(&self, path: &Path) -> bool {
        self.metadata(path).is_ok()
    }

    /// The path with its symbolic links followed; itself where that cannot be done.
    #[must_use]
    fn real(&self, path: &Path) -> PathBuf {
        self.canonicalize(path).unwrap_or_else(|_| path.to_owned())
    }

    /// As [`Self::read`], and as UTF-8 text.
    ///
    /// # Errors
    /// As [`Self::read`], and when it is not UTF-8.
    fn read_text(&self, path: &Path, limit: u64) -> Result<String, ReadError> {
        utf8(self.read(path, limit)?)
    }

    /// Whose something is; none where that is not known.
    #[must_use]
    fn owner(&self, path: &Path) -> Option<FileOwner> {
        self.metadata(path).ok()?.owner
    }

    /// How many names something has; none where that is not known.
    #[must_use]
    fn names_of(&self, path: &Path) -> Option<u64> {
        self.metadata(path).ok()?.names
    }

    /// When something was changed last, in seconds since 1970; none where that is not known.
    #[must_use]
    fn modified(&self, path: &Path) -> Option<i64> {
        self.metadata(path).ok()?.modified
    }

    /// Every user of the host can read the file: its own permission bits allow it, and those of all
    /// folders above it do. No where that is not known.
    #[must_use]
    fn is_open_to_all(&self, path: &Path) -> bool {
        let Ok(real) = self.canonicalize(path) else { return false };
        let allows = |path: &Path, bit: u32| self.owner(path).is_some_and(|owner| owner.mode & bit != 0);
        allows(&real, 0o004) && real.ancestors().skip(1).all(|folder| allows(folder, 0o001))
    }

    /// The names of the files in a folder, sorted; none where it cannot be read.
    #[must_use]
    fn names_in(&self, folder: &Path) -> Vec<String> {
        let listed = self.list(folder).unwrap_or_default().into_iter();
        let mut names: Vec<String> = listed.filter(|l| !l.is_directory).map(|l| l.name).collect();
        names.sort();
        names
    }
}

/// Why a file gave no text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// There is no such file.
    Absent,
    /// It is a directory.
    Directory,
    /// It is a FIFO, a device or a socket, which could block for ever.
    Special(&'static str),
    /// Nothing, or not all, came through a FIFO or a device in time.
    Silent {
        /// What it is.
        kind: &'static str,
        /// How long it was waited for.
        waited: Duration,
    },
    /// It is larger than what is read.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// This user may not read it.
    Denied,
    /// A symbolic link leads back to itself.
    SymlinkLoop,
    /// It is not text.
    NotUtf8 {
        /// The first byte that is not UTF-8.
        offset: usize,
    },
    /// Anything else, in the system's words.
    Io(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("no such file"),
            Self::Directory => f.write_str("is a directory, where a file is expected"),
            Self::Special(kind) => write!(f, "is a {kind}, where a regular file is expected"),
            Self::Silent { kind, waited } => {
                write!(f, "is a {kind}, and its end did not come within {} s", waited.as_secs())
            }
            Self::TooLarge { size, limit } => {
                write!(f, "is too large: {size} bytes, the limit is {limit}")
            }
            Self::Denied => f.write_str("permission denied; read it as its owner, or with sudo"),
            Self::SymlinkLoop => f.write_str("is a symbolic link that leads back to itself"),
            Self::NotUtf8 { offset } => write!(f, "is not UTF-8 text (byte {offset})"),
            Self::Io(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // "a/b" where "a" is a file: nothing is there.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Absent,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::IsADirectory => Self::Directory,
            // `ErrorKind` has no stable name for it.
            _ if error.raw_os_error() == Some(libc::ELOOP) => Self::SymlinkLoop,
            kind => Self::Io(kind.to_string()),
        }
    }
}

/// Bytes as text.
///
/// # Errors
/// When they are not UTF-8.
pub fn utf8(bytes: Vec<u8>) -> Result<String, ReadError> {
    String::from_utf8(bytes).map_err(|e| ReadError::NotUtf8 { offset: e.utf8_error().valid_up_to() })
}

/// The bytes of a text that is in memory, if it is no longer than what is read.
pub(super) fn limited(text: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
    let size = text.len() as u64;
    if size > limit { Err(ReadError::TooLarge { size, limit }) } else { Ok(text.as_bytes().to_vec()) }
}

/// What a process has mounted at a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mounted {
    /// Which file system, as `major:minor`.
    pub device: String,
    /// The part of it that is mounted; ends in `//deleted` when its place is gone.
    pub root: String,
}

/// Largest list of mounts of a process.
const MOUNT_LIST: u64 = 4 << 20;

/// A process sees the file system at `/` that this one sees: it shares the mounts and the root, or
/// has the same file system mounted there, which needs no right to look into it.
#[must_use]
pub fn has_our_root(files: &dyn Files, pid: i32) -> bool {
    let link = |pid: &str, what: &str| files.read_link(Path::new(&format!("/proc/{pid}/{what}"))).ok();
    let pid = pid.to_string();
    let is_shared = |what: &str| link(&pid, what).is_some_and(|theirs| link("self", what) == Some(theirs));
    if is_shared("ns/mnt") && is_shared("root") {
        return true;
    }
    let root = mount_at(files, &pid, "/");
    root.is_some() && root == mount_at(files, "self", "/")
}

/// What the process `pid` (a number, or `self`) has mounted at exactly that path, from its list of
/// mounts, which everybody may read; none where there is no such list.
#[must_use]
pub fn mount_at(files: &dyn Files, pid: &str, path: &str) -> Option<Mounted> {
    let list = files.read_text(Path::new(&format!("/proc/{pid}/mountinfo")), MOUNT_LIST).ok()?;
    // ID PARENT MAJOR:MINOR ROOT MOUNT-POINT …, with blanks as `\040`: proc(5).
    let point =
        path.replace('\\', "\\134").replace(' ', "\\040").replace('\t', "\\011").replace('\n', "\\012");
    let line = list.lines().rfind(|line| line.split(' ').nth(4) == Some(point.as_str()))?;
    let mut fields = line.split(' ').skip(2).map(str::to_owned);
    Some(Mounted { device: fields.next()?, root: fields.next()? })
}
