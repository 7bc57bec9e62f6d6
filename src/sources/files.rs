//! Reading files of this host: regular files only, never more than a limit, never blocking.

use super::view::{self, Kind};
use std::{
    fmt,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// The path with its symbolic links followed; itself where that cannot be done.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    if view::recorded(|_| ()).is_some() {
        return path.to_owned();
    }
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Two paths lead to the same thing.
#[must_use]
pub fn is_same(a: &str, b: &str) -> bool {
    // Of another host nobody knows; its shell knew.
    view::recorded(|_| true).unwrap_or_else(|| is_same_here(a, b))
}

#[cfg(unix)]
fn is_same_here(a: &str, b: &str) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path: &str| fs::metadata(path).map(|m| (m.dev(), m.ino())).ok();
    identity(a).is_some_and(|id| identity(b) == Some(id))
}

#[cfg(not(unix))]
fn is_same_here(a: &str, b: &str) -> bool {
    a == b
}

/// What a path is, links followed.
///
/// # Errors
/// When nothing is there, or it cannot be looked at.
pub fn kind(path: &Path) -> Result<Kind, ReadError> {
    if let Some(kind) = view::recorded(|r| r.kind(path)) {
        return kind.ok_or(ReadError::Absent);
    }
    Ok(if fs::metadata(path)?.is_dir() { Kind::Directory } else { Kind::File })
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

/// A regular file of at most `limit` bytes, and nothing else.
fn check(meta: &fs::Metadata, limit: u64) -> Result<(), ReadError> {
    if let Some(kind) = special_kind(meta) {
        return Err(ReadError::Special(kind));
    }
    if meta.is_dir() {
        return Err(ReadError::Directory);
    }
    if meta.len() > limit {
        return Err(ReadError::TooLarge { size: meta.len(), limit });
    }
    Ok(())
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
/// When there is no such file, or it is not a regular file, too large or not readable.
pub fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    if let Some(read) = view::read(path, limit) {
        return read;
    }
    check(&fs::metadata(path)?, limit)?;
    take(open(path)?, limit)
}

/// Opens a regular file of any size, to be read piece by piece.
///
/// # Errors
/// When there is no such file, or it is not a regular file, or not readable.
pub fn open_regular(path: &Path) -> Result<File, ReadError> {
    let file = open(path)?;
    check(&file.metadata()?, u64::MAX)?;
    Ok(file)
}

/// When a file of this host was changed last, in seconds since 1970.
#[must_use]
pub fn modified(path: &Path) -> Option<i64> {
    if view::recorded(|_| ()).is_some() {
        return None;
    }
    let modified = fs::metadata(path).ok()?.modified().ok()?;
    i64::try_from(modified.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// As [`read_bytes`], and only if the file is at or below `root`: whoever can change the tree
/// while it is read must not get at files outside of it.
///
/// # Errors
/// As [`read_bytes`]; [`ReadError::Absent`] when the path leads out of `root`.
pub fn read_within(path: &Path, root: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    if let Some(read) = view::read(path, limit) {
        return read;
    }
    take(within(path, root, limit)?, limit)
}

fn within(path: &Path, root: &Path, limit: u64) -> Result<File, ReadError> {
    let file = open(path)?;
    check(&file.metadata()?, limit)?;
    // The path that the kernel says was opened, where it says so, not the path that was asked for.
    if let Some(real) = path_of(&file)
        && !real.starts_with(fs::canonicalize(root)?)
    {
        return Err(ReadError::Absent);
    }
    Ok(file)
}

/// How many names something on this host has; none in a snapshot, which does not keep that.
#[cfg(unix)]
#[must_use]
pub fn names_of(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    if view::recorded(|_| ()).is_some() {
        return None;
    }
    fs::metadata(path).ok().map(|meta| meta.nlink())
}

/// How many names something on this host has: not known here.
#[cfg(not(unix))]
#[must_use]
pub fn names_of(_: &Path) -> Option<u64> {
    None
}

/// A regular file of this host, of any size, that is read in places while others may write it.
#[derive(Debug)]
pub struct OpenFile(File);

/// What changes when a file is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// Its length in bytes.
    pub length: u64,
    modified: SystemTime,
}

/// Times of files are this coarse at most: a second change within it does not show.
const COARSE: Duration = Duration::from_millis(50);

impl OpenFile {
    /// Opens a file that is at or below `root`, see [`read_within`].
    ///
    /// # Errors
    /// As [`read_within`]; no file is too large.
    pub fn within(path: &Path, root: &Path) -> Result<Self, ReadError> {
        within(path, root, u64::MAX).map(Self)
    }

    /// Its stamp; none when it changed so lately that a further change might not show.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        let meta = self.0.metadata().ok()?;
        let modified = meta.modified().ok()?;
        let is_settled = modified.elapsed().is_ok_and(|age| age > COARSE);
        is_settled.then_some(Stamp { length: meta.len(), modified })
    }

    /// Fills a buffer with the bytes from an offset on; none when there are fewer.
    #[cfg(unix)]
    #[must_use]
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Option<()> {
        use std::os::unix::fs::FileExt as _;
        self.0.read_exact_at(buffer, offset).ok()
    }

    /// Fills a buffer with the bytes from an offset on; none when there are fewer.
    #[cfg(not(unix))]
    #[must_use]
    pub fn read_at(&self, _: u64, _: &mut [u8]) -> Option<()> {
        None
    }
}

/// Opens without waiting for the other end of what may have become a FIFO.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(target_os = "linux")]
fn path_of(file: &File) -> Option<std::path::PathBuf> {
    use std::os::fd::AsRawFd as _;
    fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()
}

#[cfg(not(target_os = "linux"))]
fn path_of(_: &File) -> Option<std::path::PathBuf> {
    None
}

fn take(file: File, limit: u64) -> Result<Vec<u8>, ReadError> {
    // What is below /proc does not tell its size, and would be read in small pieces.
    let told = file.metadata().map_or(0, |meta| meta.len().min(limit));
    let mut bytes = Vec::with_capacity(usize::try_from(told).unwrap_or(0).saturating_add(1).max(FIRST_READ));
    file.take(limit + 1).read_to_end(&mut bytes)?;
    let size = bytes.len() as u64;
    if size > limit {
        return Err(ReadError::TooLarge { size, limit });
    }
    Ok(bytes)
}

/// Reads a regular UTF-8 file of at most `limit` bytes.
///
/// # Errors
/// As [`read_bytes`], and when the bytes are not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> Result<String, ReadError> {
    utf8(read_bytes(path, limit)?)
}

/// Bytes as text.
///
/// # Errors
/// When they are not UTF-8.
pub fn utf8(bytes: Vec<u8>) -> Result<String, ReadError> {
    String::from_utf8(bytes).map_err(|e| ReadError::NotUtf8 { offset: e.utf8_error().valid_up_to() })
}

/// Every user of this host can read the file: its own permission bits allow it, and those of all
/// folders above it do.
#[cfg(unix)]
#[must_use]
pub fn is_open_to_all(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(real) = fs::canonicalize(path) else { return false };
    let allows = |path: &Path, bit: u32| fs::metadata(path).is_ok_and(|m| m.permissions().mode() & bit != 0);
    allows(&real, 0o004) && real.ancestors().skip(1).all(|folder| allows(folder, 0o001))
}

/// Permission bits are not known here.
#[cfg(not(unix))]
#[must_use]
pub fn is_open_to_all(_: &Path) -> bool {
    false
}

/// The names of the files in a folder, sorted; none where it cannot be read, and no more than the
/// first thousand.
#[must_use]
pub fn names_in(folder: &Path) -> Vec<String> {
    if let Some(names) = view::recorded(|r| r.names_in(folder)) {
        return names;
    }
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).take(1000);
    let files = entries.filter(|e| e.file_type().is_ok_and(|kind| !kind.is_dir()));
    let mut names: Vec<String> = files.filter_map(|e| e.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// What a process has mounted at a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mounted {
    /// Which file system, as `major:minor`.
    pub device: String,
    /// The part of it that is mounted; ends in `//deleted` when its place is gone.
    pub root: String,
}

/// Bytes that are read at once of a file.
const FIRST_READ: usize = 8 << 10;
/// Largest list of mounts of a process.
const MOUNT_LIST: u64 = 4 << 20;

/// A process sees the file system at `/` that this one sees: it shares the mounts and the root, or
/// has the same file system mounted there, which needs no right to look into it.
#[must_use]
pub fn has_our_root(pid: i32) -> bool {
    let link = |pid: &str, what: &str| fs::read_link(format!("/proc/{pid}/{what}")).ok();
    let pid = pid.to_string();
    let is_shared = |what: &str| link(&pid, what).is_some_and(|theirs| link("self", what) == Some(theirs));
    if is_shared("ns/mnt") && is_shared("root") {
        return true;
    }
    let root = mount_at(&pid, "/");
    root.is_some() && root == mount_at("self", "/")
}

/// What the process `pid` (a number, or `self`) has mounted at exactly that path, from its list of
/// mounts, which everybody may read; none where there is no such list.
#[must_use]
pub fn mount_at(pid: &str, path: &str) -> Option<Mounted> {
    let list = read_text(Path::new(&format!("/proc/{pid}/mountinfo")), MOUNT_LIST).ok()?;
    // ID PARENT MAJOR:MINOR ROOT MOUNT-POINT …, with blanks as `\040`: proc(5).
    let point =
        path.replace('\\', "\\134").replace(' ', "\\040").replace('\t', "\\011").replace('\n', "\\012");
    let line = list.lines().rfind(|line| line.split(' ').nth(4) == Some(point.as_str()))?;
    let mut fields = line.split(' ').skip(2).map(str::to_owned);
    Some(Mounted { device: fields.next()?, root: fields.next()? })
}

#[cfg(unix)]
fn special_kind(meta: &fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = meta.file_type();
    [
        (kind.is_fifo(), "FIFO"),
        (kind.is_socket(), "socket"),
        (kind.is_char_device(), "character device"),
        (kind.is_block_device(), "block device"),
    ]
    .into_iter()
    .find_map(|(is, name)| is.then_some(name))
}

#[cfg(not(unix))]
fn special_kind(_: &fs::Metadata) -> Option<&'static str> {
    None
}
