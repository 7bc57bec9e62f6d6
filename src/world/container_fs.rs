//! Looks at a path as the container sees it.
//!
//! Two eyes: [`LiveFs`] for a container of an engine, [`ProjectFs`] for a compose service on disk,
//! of which only the mounted host paths are known. What cannot be seen is said to be unseen, and
//! never taken for absent.

use super::{
    engine::{Engine, EngineError, FileRead, container::Container},
    files::{self, Files, Kind, OpenFile, ReadError},
    mounts::{Backing, Hidden, Mounts, Spot},
};
use crate::{
    text::{secret::Bytes, source::SourceName},
    vocabulary::{
        built_image::{BuiltImage, ImageFile},
        deployment::{FileOwner, GivenContent, GivenFile, Mount, MountKind},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, io,
    path::{Path, PathBuf},
    rc::Rc,
};

/// What is at a path of a container; `T` is what a file's content is read as.
#[derive(Clone, PartialEq, Eq)]
pub enum Look<T = String> {
    /// A regular file that can be read as that.
    Text {
        /// What to call it: the host's path where it has one, else `container:/path`.
        name: SourceName,
        /// Its content, which may hold secrets.
        text: T,
        /// Who owns it, as the engine's host counts; none where it cannot be told.
        owner: Option<FileOwner>,
    },
    /// Nothing.
    Absent,
    /// A directory.
    Directory {
        /// It holds nothing; none where that was not looked at.
        empty: Option<bool>,
    },
    /// Something is there that cannot be read as text.
    Unreadable {
        /// What it is called.
        name: SourceName,
        /// Why.
        why: ReadError,
    },
    /// It would be in the image, which is not looked into from here.
    InImage,
    /// It cannot be seen from here whether something is there.
    Unseen {
        /// A phrase that goes on "it is", for example `in the volume openclaw_state`.
        why: String,
    },
}

/// Shows no content: it may hold secrets.
impl<T: AsRef<[u8]>> fmt::Debug for Look<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { name, text, .. } => write!(f, "Text({name}, {} bytes)", text.as_ref().len()),
            Self::Absent => f.write_str("Absent"),
            Self::Directory { empty } => write!(f, "Directory(empty: {empty:?})"),
            Self::Unreadable { name, why } => write!(f, "Unreadable({name}: {why})"),
            Self::InImage => f.write_str("InImage"),
            Self::Unseen { why } => write!(f, "Unseen({why})"),
        }
    }
}

/// A file of a container that is read in places.
#[derive(Debug)]
pub struct Opened {
    /// What to call it, as [`Look`] does.
    pub name: SourceName,
    /// The file.
    pub file: OpenFile,
}

/// Where a path of a container leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Real {
    /// The path when all links are followed.
    pub path: String,
    /// How many names the file has: more than one where it has hard links.
    pub names: u64,
}

/// The files of a container.
pub trait ContainerFs {
    /// Looks at an absolute path; reads a regular file of at most `limit` bytes.
    fn look(&mut self, path: &str, limit: u64) -> Look;

    /// Looks at files of one directory, each of at most `limit` bytes, as bytes and as nearly at
    /// once as can be; one that is named twice is read twice, in that order, where that costs
    /// nothing. The engine is asked for no more than one archive, unless the directory holds much
    /// else.
    fn look_together(&mut self, dir: &str, names: &[&str], limit: u64) -> Vec<Look<Bytes>>;

    /// Opens a regular file to read it in places, which only a file of this host allows; none for
    /// every other, and for what is not there.
    fn open(&mut self, _path: &str) -> Option<Opened> {
        None
    }

    /// Where a path leads; none where this host cannot tell, or where nothing is there.
    fn real(&mut self, _path: &str) -> Option<Real> {
        None
    }

    /// The names of the files in a directory, where it is a directory of this host; none elsewhere.
    fn names(&mut self, _dir: &str) -> Vec<String> {
        Vec::new()
    }

    /// Says which paths will be looked at soon, most of which are not there: asking for all of
    /// them at once is quicker than one after the other.
    fn expect(&mut self, _paths: &[String]) {}
}

/// The files of a container of an engine, running or not.
///
/// Mounted files are read on this host where it is certain that they are the same, which is quick;
/// everything else comes through the engine.
#[derive(Debug)]
pub struct LiveFs<'a> {
    engine: &'a Engine,
    id: String,
    name: String,
    mounts: Mounts<'a>,
    root: Option<PathBuf>,
    absent: BTreeSet<String>,
}

impl<'a> LiveFs<'a> {
    /// The files of `container`.
    #[must_use]
    pub fn new(engine: &'a Engine, container: &Container) -> Self {
        let (shared, files) = (engine.shares_files(), &*engine.host().files);
        let mounts = container.mounts.iter().map(|m| {
            let backing = match (&m.host_path, m.mount.kind) {
                (_, MountKind::Tmpfs) => Backing::Hidden(Hidden::Memory),
                (Some(path), _)
                    if shared && is_replaced(files, path, &m.mount.target, container.state.pid) =>
                {
                    Backing::Hidden(Hidden::Replaced)
                }
                (Some(path), _) if shared && is_there(files, path) => Backing::Host(path.clone()),
                (_, MountKind::Volume) => Backing::Hidden(Hidden::Volume(m.mount.source.clone())),
                _ => Backing::Hidden(Hidden::Mount),
            };
            (m.mount.target.clone(), backing)
        });
        // Root alone may look in; where the container's mounts are not this process' it is empty.
        let holds_files = |root: &PathBuf| files.is_empty(root) == Some(false);
        let root =
            container.root.clone().filter(|root| shared && container.state.running && holds_files(root));
        let whole = root.iter().map(|root| ("/".to_owned(), Backing::Host(root.clone())));
        let mounts = Mounts::new(files, whole.chain(mounts));
        let (id, name) = (container.id.clone(), container.name.clone());
        Self { engine, id, name, mounts, root, absent: BTreeSet::new() }
    }

    /// The host's path of a file of the container's own is of no use to anybody.
    fn own_name(&self, host: &Path, root: &Path) -> SourceName {
        let path = format!("/{}", host.strip_prefix(root).unwrap_or(host).display());
        SourceName::Container { container: self.name.clone(), path }
    }

    fn renamed<T>(&self, look: Look<T>, host: &Path, root: &Path) -> Look<T> {
        let name = self.own_name(host, root);
        match look {
            Look::Text { text, owner, .. } => Look::Text { name, text, owner },
            Look::Unreadable { why, .. } => Look::Unreadable { name, why },
            other => other,
        }
    }

    fn is_known_absent(&self, path: &str) -> bool {
        let parents = path.match_indices('/').skip(1).map(|(at, _)| &path[..at]);
        parents.chain([path]).any(|p| self.absent.contains(p))
    }

    fn through_engine(&self, path: String, limit: u64) -> Look {
        if self.is_known_absent(&path) {
            return Look::Absent;
        }
        self.look_at(self.engine.read_file(&self.id, &path, limit), path, limit, files::utf8)
    }

    fn look_at<T>(
        &self,
        read: Result<FileRead, EngineError>,
        path: String,
        limit: u64,
        content: Content<T>,
    ) -> Look<T> {
        let name = |path| SourceName::Container { container: self.name.clone(), path };
        let unreadable = |why| Look::Unreadable { name: name(path.clone()), why };
        match read {
            Ok(FileRead::File { path, bytes, owner }) => match content(bytes.0) {
                Ok(text) => Look::Text { name: name(path), text, owner },
                Err(why) => Look::Unreadable { name: name(path), why },
            },
            Ok(FileRead::Absent) => Look::Absent,
            Ok(FileRead::Directory) => Look::Directory { empty: None },
            Ok(FileRead::Special(kind)) => unreadable(ReadError::Special(kind)),
            Ok(FileRead::TooLarge { size }) => unreadable(ReadError::TooLarge { size, limit }),
            Ok(FileRead::Loop) => unreadable(ReadError::SymlinkLoop),
            Err(error) => Look::Unseen { why: format!("in the container, and {error}") },
        }
    }

    /// As far as this host can tell; else the path to ask the engine for.
    fn look_here<T>(&self, path: &str, limit: u64, content: Content<T>) -> Result<Look<T>, String> {
        match self.mounts.find(path) {
            Spot::Host { path: host, mounted } => {
                match on_host(self.mounts.files, &host, &mounted, limit, content) {
                    // The engine may read what this user may not.
                    Look::Unreadable { why: ReadError::Denied, .. } => Err(path.to_owned()),
                    look if self.root.as_ref() == Some(&mounted) => Ok(self.renamed(look, &host, &mounted)),
                    look => Ok(look),
                }
            }
            // The engine does not look into a running container's memory, but below it, and looks
            // at the file that was put in place of a mounted one.
            Spot::Elsewhere { hidden: hidden @ (Hidden::Memory | Hidden::Replaced), .. } => {
                Ok(Look::Unseen { why: hidden.to_string() })
            }
            Spot::Elsewhere { path, .. } => Err(path),
            Spot::Nothing(ReadError::Absent) => Ok(Look::Absent),
            Spot::Nothing(why) => {
                let name = SourceName::Container { container: self.name.clone(), path: path.to_owned() };
                Ok(Look::Unreadable { name, why })
            }
            // It went between `new` and now; no container of an engine is given a text.
            Spot::MissingSource | Spot::Given(..) => Err(path.to_owned()),
        }
    }
}

/// Whether a running container still sees what this host no longer has at that path: editors and
/// `mv` put a new file in the place of a single mounted one, while the mount keeps the old one. The
/// kernel marks it in the process' list of mounts, which everybody may read; where that cannot be
/// read, no.
fn is_replaced(files: &dyn Files, source: &Path, target: &str, pid: Option<u64>) -> bool {
    let Some(pid) = pid else { return false };
    match files.metadata(source) {
        Ok(meta) if meta.kind == Kind::File => {}
        Ok(_) => return false,
        Err(e) => return e.kind() == io::ErrorKind::NotFound,
    }
    files::mount_at(files, &pid.to_string(), target).is_some_and(|mount| mount.root.ends_with("//deleted"))
}

/// Not readable is there as well.
fn is_there(files: &dyn Files, path: &Path) -> bool {
    files.metadata(path).map_or_else(|e| e.kind() == io::ErrorKind::PermissionDenied, |_| true)
}

impl ContainerFs for LiveFs<'_> {
    fn expect(&mut self, paths: &[String]) {
        let in_image = paths.iter().filter_map(|path| match self.mounts.find(path) {
            Spot::Elsewhere { path, hidden: Hidden::Image } => Some(path),
            _ => None,
        });
        self.absent.extend(self.engine.absent(&self.id, in_image.collect()));
    }

    fn look(&mut self, path: &str, limit: u64) -> Look {
        self.look_here(path, limit, files::utf8).unwrap_or_else(|path| self.through_engine(path, limit))
    }

    fn open(&mut self, path: &str) -> Option<Opened> {
        let Spot::Host { path, mounted } = self.mounts.find(path) else { return None };
        let opened = open_on_host(self.mounts.files, &path, &mounted)?;
        let is_own = self.root.as_ref() == Some(&mounted);
        let name = if is_own { self.own_name(&path, &mounted) } else { opened.name };
        Some(Opened { name, ..opened })
    }

    fn real(&mut self, path: &str) -> Option<Real> {
        self.mounts.real(path)
    }

    fn names(&mut self, dir: &str) -> Vec<String> {
        names_on_host(&self.mounts, dir)
    }

    fn look_together(&mut self, dir: &str, names: &[&str], limit: u64) -> Vec<Look<Bytes>> {
        let here: Vec<Result<Look<Bytes>, String>> =
            names.iter().map(|name| self.look_here(&below(dir, name), limit, bytes)).collect();
        let wanted: BTreeSet<&str> =
            names.iter().zip(&here).filter(|(_, look)| look.is_err()).map(|(name, _)| *name).collect();
        if wanted.is_empty() {
            return here.into_iter().flatten().collect();
        }
        let wanted: Vec<&str> = wanted.into_iter().collect();
        let answers: Vec<Result<FileRead, EngineError>> = if self.is_known_absent(dir) {
            wanted.iter().map(|_| Ok(FileRead::Absent)).collect()
        } else {
            match self.engine.read_files(&self.id, dir, &wanted, limit) {
                Ok(reads) => reads.into_iter().map(Ok).collect(),
                Err(error) => wanted.iter().map(|_| Err(error.clone())).collect(),
            }
        };
        let looks = wanted.iter().zip(answers);
        let looks: BTreeMap<&str, Look<Bytes>> =
            looks.map(|(name, read)| (*name, self.look_at(read, below(dir, name), limit, bytes))).collect();
        let answer = |(name, look): (&&str, Result<Look<Bytes>, String>)| {
            look.unwrap_or_else(|_| looks.get(*name).cloned().unwrap_or(Look::Absent))
        };
        names.iter().zip(here).map(answer).collect()
    }
}

/// The files of a compose service on disk.
#[derive(Clone, Debug)]
pub struct ProjectFs<'a> {
    service: String,
    mounts: Mounts<'a>,
    /// The image that is built for it, of which the files that are copied can be seen.
    image: Option<Rc<BuiltImage>>,
}

impl<'a> ProjectFs<'a> {
    /// The files of a service with these mounts; the sources of binds are absolute host paths.
    #[must_use]
    pub fn new(files: &'a dyn Files, service: &str, mounts: &[Mount], given: &[GivenFile]) -> Self {
        let mounts = mounts.iter().map(|m| {
            let backing = match (m.kind, &m.source) {
                (MountKind::Bind, Some(path)) if Path::new(path).is_absolute() => Backing::Host(path.into()),
                (MountKind::Volume, name) => Backing::Hidden(Hidden::Volume(name.clone())),
                (MountKind::Tmpfs, _) => Backing::Hidden(Hidden::Memory),
                (MountKind::EmptyDir, _) => Backing::Hidden(Hidden::Pod),
                _ => Backing::Hidden(Hidden::Mount),
            };
            (m.target.clone(), backing)
        });
        let given = given.iter().map(|file| {
            let backing = match &file.content {
                // Compose makes no directory of it, and starts nothing without the file.
                GivenContent::HostFile(path) if is_there(files, Path::new(path)) => {
                    Backing::Host(path.into())
                }
                GivenContent::Text(text) => Backing::Given(text.clone(), None),
                GivenContent::Written { name, text } => Backing::Given(text.clone(), Some(name.clone())),
                GivenContent::HostFile(_) | GivenContent::Unknown => Backing::Hidden(Hidden::Mount),
            };
            (file.target.clone(), backing)
        });
        Self { service: service.to_owned(), mounts: Mounts::new(files, mounts.chain(given)), image: None }
    }

    /// The same with the image that is built for the service.
    #[must_use]
    pub fn with_image(mut self, image: Option<Rc<BuiltImage>>) -> Self {
        self.image = image;
        self
    }
}

impl ProjectFs<'_> {
    fn look_as<T>(&self, path: &str, limit: u64, content: Content<T>) -> Look<T> {
        match self.mounts.find(path) {
            Spot::Host { path, mounted } => match on_host(self.mounts.files, &path, &mounted, limit, content)
            {
                // The container's user is another one, and may well be allowed to.
                Look::Unreadable { why: ReadError::Denied, .. } => {
                    Look::Unseen { why: Hidden::Denied.to_string() }
                }
                look => look,
            },
            Spot::Given(text, name) => {
                let name = name.unwrap_or_else(|| SourceName::Container {
                    container: self.service.clone(),
                    path: path.to_owned(),
                });
                match content(text.expose().as_bytes().to_vec()) {
                    Ok(text) => Look::Text { name, text, owner: None },
                    Err(why) => Look::Unreadable { name, why },
                }
            }
            Spot::Elsewhere { path, hidden: Hidden::Image } => self.in_image(&path, limit, content),
            Spot::Elsewhere { hidden, .. } => Look::Unseen { why: hidden.to_string() },
            Spot::Nothing(ReadError::Absent) => Look::Absent,
            Spot::Nothing(why) => {
                let name = SourceName::Container { container: self.service.clone(), path: path.to_owned() };
                Look::Unreadable { name, why }
            }
            // The engine makes a directory of it, also where a file was meant.
            Spot::MissingSource => Look::Directory { empty: Some(true) },
        }
    }
}

impl ProjectFs<'_> {
    /// What the Dockerfile copies to a path, unless a command that is run later may change it.
    fn in_image<T>(&self, path: &str, limit: u64, content: Content<T>) -> Look<T> {
        let Some(image) = &self.image else { return Look::InImage };
        let name = path.rsplit('/').next().unwrap_or(path);
        if image.runs.iter().any(|run| run.value.expose().contains(name) && changes_files(run.value.expose()))
        {
            return Look::InImage;
        }
        for file in image.files_at(path) {
            match file {
                ImageFile::Host(host, context) => {
                    let below = host.strip_prefix(&context).ok().and_then(Path::to_str);
                    if below.is_none_or(|below| image.is_ignored(below)) {
                        continue;
                    }
                    match self.mounts.files.read_within(&host, &context, limit).and_then(content) {
                        Ok(text) => {
                            // Whose the copy is, `--chown` and the builder decide.
                            return Look::Text { name: SourceName::Host(host), text, owner: None };
                        }
                        Err(ReadError::Absent) => {}
                        Err(_) => return Look::InImage,
                    }
                }
                ImageFile::Text(text) => {
                    let name =
                        SourceName::Container { container: self.service.clone(), path: path.to_owned() };
                    let bytes = text.expose().as_bytes().to_vec();
                    return match content(bytes) {
                        Ok(text) => Look::Text { name, text, owner: None },
                        Err(_) => Look::InImage,
                    };
                }
                ImageFile::Unseen => return Look::InImage,
            }
        }
        Look::InImage
    }
}

/// A command of a build may do more to a file than make it executable or give it to somebody.
fn changes_files(script: &str) -> bool {
    let harmless = ["chmod", "chown", "mkdir", "test", "ls", "ln", "cat", "apt-get", "npm"];
    script.split(['\n', ';', '&', '|']).any(|command| {
        let first = command.split_whitespace().next();
        command.contains('>') || first.is_some_and(|word| !harmless.contains(&word))
    })
}

impl ContainerFs for ProjectFs<'_> {
    fn look(&mut self, path: &str, limit: u64) -> Look {
        self.look_as(path, limit, files::utf8)
    }

    fn open(&mut self, path: &str) -> Option<Opened> {
        let Spot::Host { path, mounted } = self.mounts.find(path) else { return None };
        open_on_host(self.mounts.files, &path, &mounted)
    }

    fn real(&mut self, path: &str) -> Option<Real> {
        self.mounts.real(path)
    }

    fn names(&mut self, dir: &str) -> Vec<String> {
        names_on_host(&self.mounts, dir)
    }

    fn look_together(&mut self, dir: &str, names: &[&str], limit: u64) -> Vec<Look<Bytes>> {
        names.iter().map(|name| self.look_as(&below(dir, name), limit, bytes)).collect()
    }
}

fn names_on_host(mounts: &Mounts<'_>, dir: &str) -> Vec<String> {
    match mounts.find(dir) {
        Spot::Host { path, .. } => mounts.files.names_in(&path),
        _ => Vec::new(),
    }
}

/// What the bytes of a file are read as.
type Content<T> = fn(Vec<u8>) -> Result<T, ReadError>;

fn bytes(bytes: Vec<u8>) -> Result<Bytes, ReadError> {
    Ok(Bytes(bytes))
}

fn below(dir: &str, name: &str) -> String {
    format!("{}/{name}", dir.trim_end_matches('/'))
}

/// The files of a host, as a program that runs on it sees them.
#[derive(Clone, Copy, Debug)]
pub struct HostFs<'a>(pub &'a dyn Files);

impl ContainerFs for HostFs<'_> {
    fn look(&mut self, path: &str, limit: u64) -> Look {
        on_host(self.0, Path::new(path), Path::new("/"), limit, files::utf8)
    }

    fn open(&mut self, path: &str) -> Option<Opened> {
        open_on_host(self.0, Path::new(path), Path::new("/"))
    }

    fn look_together(&mut self, dir: &str, names: &[&str], limit: u64) -> Vec<Look<Bytes>> {
        let look = |name: &&str| on_host(self.0, Path::new(&below(dir, name)), Path::new("/"), limit, bytes);
        names.iter().map(look).collect()
    }
}

fn on_host<T>(files: &dyn Files, path: &Path, mounted: &Path, limit: u64, content: Content<T>) -> Look<T> {
    let name = SourceName::Host(path.to_owned());
    match files.read_within(path, mounted, limit).and_then(content) {
        Ok(text) => Look::Text { name, text, owner: files.owner(path) },
        Err(ReadError::Absent) => Look::Absent,
        Err(ReadError::Directory) => Look::Directory { empty: files.is_empty(path) },
        Err(why) => Look::Unreadable { name, why },
    }
}

fn open_on_host(files: &dyn Files, path: &Path, mounted: &Path) -> Option<Opened> {
    let file = files.open_within(path, mounted)?;
    Some(Opened { name: SourceName::Host(path.to_owned()), file })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::world::Disk;
    use std::{fs, os::unix::fs::symlink};

    const LIMIT: u64 = 100;

    /// A directory of this host, mounted at `/state` unless `at` says otherwise.
    struct MountHost(tempfile::TempDir);

    impl MountHost {
        fn new() -> Self {
            Self(tempfile::tempdir().expect("a temporary directory"))
        }

        fn write(&self, path: &str, text: &str) -> &Self {
            let path = self.0.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("its directory");
            fs::write(path, text).expect("the file");
            self
        }

        fn link(&self, path: &str, target: &str) -> &Self {
            symlink(target, self.0.path().join(path)).expect("the link");
            self
        }

        fn bind(&self, path: &str, target: &str) -> Mount {
            let source = self.0.path().join(path).to_str().map(str::to_owned);
            Mount { source, ..Mount::new(MountKind::Bind, target) }
        }
    }

    fn volume(name: &str, target: &str) -> Mount {
        let source = Some(name.to_owned());
        Mount { source, ..Mount::new(MountKind::Volume, target) }
    }

    fn look(mounts: &[Mount], path: &str) -> Look {
        ProjectFs::new(&Disk, "gateway", mounts, &[]).look(path, LIMIT)
    }

    fn text(mounts: &[Mount], path: &str) -> String {
        match look(mounts, path) {
            Look::Text { text, .. } => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_innermost_mount_holds_a_path() {
        let host = MountHost::new();
        host.write("state/openclaw.json", "outer")
            .write("state/workspace/a", "hidden")
            .write("ws/a", "inner");
        let mounts = [host.bind("ws", "/state/workspace"), host.bind("state", "/state/")];
        assert_eq!(text(&mounts, "/state/openclaw.json"), "outer");
        assert_eq!(text(&mounts, "/state//x/.././openclaw.json"), "outer");
        assert_eq!(text(&mounts, "/state/workspace/a"), "inner");
        assert_eq!(look(&mounts, "/stateful"), Look::InImage);
    }

    #[test]
    fn links_stay_in_the_containers_tree() {
        let host = MountHost::new();
        host.write("state/real.json", "real").write("other/o", "other").write("outside", "of the mounts");
        host.link("state/near", "real.json").link("state/far", "/other/o").link("state/back", "/state/near");
        host.link("state/up", "../other/o").link("state/passwd", "/etc/passwd").link("state/dir", "/other");
        host.link("state/escape", "../../../../../../outside").link("state/dangling", "gone");
        host.link("state/x", "y").link("state/y", "x");
        let mounts = [host.bind("state", "/state"), host.bind("other", "/other")];
        assert_eq!(text(&mounts, "/state/near"), "real");
        assert_eq!(text(&mounts, "/state/back"), "real");
        assert_eq!(text(&mounts, "/state/far"), "other");
        assert_eq!(text(&mounts, "/state/up"), "other");
        assert_eq!(text(&mounts, "/state/dir/o"), "other");
        assert_eq!(look(&mounts, "/state/passwd"), Look::InImage);
        assert_eq!(look(&mounts, "/state/escape"), Look::InImage);
        assert_eq!(look(&mounts, "/state/dangling"), Look::Absent);
        assert!(matches!(look(&mounts, "/state/x"), Look::Unreadable { why: ReadError::SymlinkLoop, .. }));
    }

    #[test]
    fn a_mount_may_be_reached_through_a_link() {
        let host = MountHost::new();
        host.write("root/run/own", "of the image").write("secrets/token", "mounted").write("root/var/x", "");
        host.link("root/var/run", "/run");
        let mounts = [host.bind("secrets", "/var/run/secrets"), host.bind("root", "/")];
        for path in ["/var/run/secrets/token", "/run/secrets/token"] {
            assert_eq!(text(&mounts, path), "mounted", "{path}");
        }
        assert_eq!(text(&mounts, "/var/run/own"), "of the image");
    }

    #[test]
    fn tells_apart_what_is_there() {
        let host = MountHost::new();
        host.write("state/big", &"x".repeat(101)).write("state/file", "").write("state/full/f", "");
        fs::create_dir(host.0.path().join("state/empty")).expect("a directory");
        fs::write(host.0.path().join("state/binary"), [b'a', 0xff]).expect("a file");
        let made = std::process::Command::new("mkfifo").arg(host.0.path().join("state/fifo")).status();
        assert!(made.is_ok_and(|status| status.success()));
        let mounts = [host.bind("state", "/state"), volume("data", "/data")];
        let why = |path: &str| match look(&mounts, path) {
            Look::Unreadable { why, .. } => why.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(why("/state/big"), "is too large: 101 bytes, the limit is 100");
        assert_eq!(why("/state/binary"), "is not UTF-8 text (byte 1)");
        assert_eq!(why("/state/fifo"), "is a FIFO, where a regular file is expected");
        assert_eq!(why("/state/file/below"), "Absent");
        assert_eq!(why("/state/none"), "Absent");
        assert_eq!(look(&mounts, "/state/empty"), Look::Directory { empty: Some(true) });
        assert_eq!(look(&mounts, "/state/full"), Look::Directory { empty: Some(false) });
        assert_eq!(look(&mounts, "/data/x"), Look::Unseen { why: "in the volume data".into() });
    }

    #[test]
    fn a_file_can_be_mounted_alone() {
        let host = MountHost::new();
        host.write("my.json", "one").link("link.json", "my.json");
        let mounts = [host.bind("my.json", "/state/openclaw.json"), host.bind("link.json", "/state/l.json")];
        assert_eq!(text(&mounts, "/state/openclaw.json"), "one");
        assert_eq!(text(&mounts, "/state/l.json"), "one");
        assert_eq!(look(&mounts, "/state/.env"), Look::InImage);
    }

    #[test]
    fn a_missing_source_becomes_an_empty_directory() {
        let host = MountHost::new();
        let mounts = [host.bind("gone", "/state/openclaw.json")];
        assert_eq!(look(&mounts, "/state/openclaw.json"), Look::Directory { empty: Some(true) });
        assert_eq!(look(&mounts, "/state/openclaw.json/x"), Look::Absent);
    }

    #[test]
    fn shows_no_text_when_debugged() {
        let host = MountHost::new();
        host.write("state/.env", "TOKEN=hunter2");
        assert!(!format!("{:?}", look(&[host.bind("state", "/state")], "/state/.env")).contains("hunter2"));
    }

    #[test]
    fn files_of_one_directory_are_read_together() {
        let host = MountHost::new();
        host.write("state/a", "one").write("state/a-wal", &"x".repeat(101));
        fs::write(host.0.path().join("state/binary"), [b'a', 0xff]).expect("a file");
        let mounts = [host.bind("state", "/state")];
        let names = ["a-wal", "a", "none", "binary"];
        let looks = ProjectFs::new(&Disk, "gateway", &mounts, &[]).look_together("/state/", &names, LIMIT);
        let shown: Vec<String> = looks
            .into_iter()
            .map(|look| match look {
                Look::Text { text, .. } => format!("{:?}", text.0),
                Look::Unreadable { why, .. } => why.to_string(),
                other => format!("{other:?}"),
            })
            .collect();
        let too_large = "is too large: 101 bytes, the limit is 100";
        assert_eq!(shown, [too_large, "[111, 110, 101]", "Absent", "[97, 255]"]);
    }

    #[test]
    fn opens_nothing_outside_of_the_mount() {
        let host = MountHost::new();
        host.write("state/f", "inside").write("outside", "outside").link("state/swapped", "../outside");
        let root = host.0.path().join("state");
        assert_eq!(Disk.read_within(&root.join("f"), &root, LIMIT), Ok(b"inside".to_vec()));
        // As if the link had been put there after the walk.
        assert_eq!(Disk.read_within(&root.join("swapped"), &root, LIMIT), Err(ReadError::Absent));
    }
}
