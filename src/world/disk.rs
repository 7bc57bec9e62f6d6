//! The disk of this machine: the one door to it, besides [`super::replace`], which writes. Nothing
//! outside of this folder can name it: whoever is given a [`super::host::Host`] has what that has.
#![expect(clippy::disallowed_methods, reason = "the one door to the disk")]

use super::files::{Files, Kind, Listed, MOST_LISTED, Metadata, ReadError, STREAM_PATIENCE};
use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The files of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Disk;

impl Files for Disk {
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        fs::metadata(path).map(|meta| metadata(&meta))
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<Metadata> {
        fs::symlink_metadata(path).map(|meta| metadata(&meta))
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        fs::read_link(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        check(&fs::metadata(path)?, limit)?;
        take(open(path)?, limit)
    }

    fn read_within(&self, path: &Path, root: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        take(within(path, root, limit)?, limit)
    }

    fn read_stream(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        let Some(kind @ ("FIFO" | "character device")) = special_kind(&fs::metadata(path)?) else {
            return self.read(path, limit);
        };
        // Opening a FIFO waits for its other end, and nothing can end that but the end of the program.
        let (sender, receiver) = mpsc::channel();
        let path = path.to_owned();
        thread::spawn(move || {
            let read = File::open(path).map_err(ReadError::from).and_then(|file| take(file, limit));
            let _ = sender.send(read);
        });
        let waited = STREAM_PATIENCE;
        receiver.recv_timeout(waited).unwrap_or(Err(ReadError::Silent { kind, waited }))
    }

    fn open(&self, path: &Path) -> Result<Box<dyn io::Read>, ReadError> {
        let file = open(path)?;
        check(&file.metadata()?, u64::MAX)?;
        Ok(Box::new(file))
    }

    fn open_within(&self, path: &Path, root: &Path) -> Option<OpenFile> {
        within(path, root, u64::MAX).ok().map(OpenFile)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        let entries = fs::read_dir(folder)?.filter_map(Result::ok).take(MOST_LISTED);
        let listed = entries.filter_map(|entry| {
            let is_directory = entry.file_type().ok()?.is_dir();
            Some(Listed { name: entry.file_name().into_string().ok()?, is_directory })
        });
        Ok(listed.collect())
    }

    fn is_empty(&self, folder: &Path) -> Option<bool> {
        fs::read_dir(folder).ok().map(|mut entries| entries.next().is_none())
    }
}

fn metadata(meta: &fs::Metadata) -> Metadata {
    let modified = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let kind = match meta.file_type() {
        kind if kind.is_dir() => Kind::Directory,
        kind if kind.is_symlink() => Kind::Link,
        kind if kind.is_file() => Kind::File,
        _ => Kind::Special,
    };
    let modified = modified.and_then(|since| i64::try_from(since.as_secs()).ok());
    with_owner(Metadata { kind, owner: None, names: None, modified, identity: None }, meta)
}

#[cfg(unix)]
fn with_owner(known: Metadata, meta: &fs::Metadata) -> Metadata {
    use std::os::unix::fs::MetadataExt as _;
    let owner = crate::vocabulary::deployment::FileOwner {
        uid: meta.uid(),
        gid: meta.gid(),
        mode: meta.mode() & 0o7777,
    };
    let identity = Some((meta.dev(), meta.ino()));
    Metadata { owner: Some(owner), names: Some(meta.nlink()), identity, ..known }
}

/// Owners are not known here.
#[cfg(not(unix))]
fn with_owner(known: Metadata, _: &fs::Metadata) -> Metadata {
    known
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

/// Bytes that are read at once of a file.
const FIRST_READ: usize = 8 << 10;

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
