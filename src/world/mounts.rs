//! Where a path of a container is kept: walks it as the container's kernel would, over the mounts
//! whose files can be seen from here.
//!
//! Symbolic links are resolved in the container's own tree: a link to `/etc/x` inside a mount is
//! the container's `/etc/x`, never this host's. Nothing outside a mount is ever opened, also not
//! when somebody in the container changes links while they are walked.

use super::{
    container_fs::Real,
    engine::MAX_LINKS,
    files::{Files, Kind, ReadError},
};
use crate::text::{secret::Text, source::SourceName};
use std::{
    cell::RefCell,
    collections::{HashSet, VecDeque},
    fmt, io,
    path::{Path, PathBuf},
};

/// The mounts of one container.
#[derive(Clone, Debug)]
pub(super) struct Mounts<'a> {
    /// The files of the host that they are of.
    pub(super) files: &'a dyn Files,
    placed: Vec<(Vec<String>, Backing)>,
    /// Directories of this host that were walked through.
    walked: RefCell<HashSet<PathBuf>>,
}

/// What is behind a mount.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Backing {
    /// This path of this host.
    Host(PathBuf),
    /// A file with that text, and what it is called, where that is not its path.
    Given(Text, Option<SourceName>),
    /// Something else.
    Hidden(Hidden),
}

/// Why a path of a container is not a path of this host that can be looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Hidden {
    /// It is in the container's own file system.
    Image,
    /// It is in a volume.
    Volume(Option<String>),
    /// It is in memory.
    Memory,
    /// It is in an `emptyDir`, which begins empty with its pod.
    Pod,
    /// The mount is of a kind or at a place that cannot be followed from here.
    Mount,
    /// The host moved it, or put another file in its place, since it was mounted.
    Replaced,
    /// This user may not look at the host's path.
    Denied,
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image => f.write_str("in the image"),
            Self::Volume(Some(name)) => write!(f, "in the volume {}", name.escape_debug()),
            Self::Volume(None) => f.write_str("in an anonymous volume"),
            Self::Memory => f.write_str("in memory (tmpfs)"),
            Self::Pod => f.write_str("in an emptyDir of the pod"),
            Self::Mount => f.write_str("in a mount that cannot be followed from here"),
            Self::Replaced => f.write_str(
                "in a mount that was moved or replaced on the host since the container started, \
                 which sees the old one until it is restarted",
            ),
            Self::Denied => ReadError::Denied.fmt(f),
        }
    }
}

/// Where a path of a container leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Spot {
    /// This path of this host, which is no symbolic link, inside that mount.
    Host {
        /// The file.
        path: PathBuf,
        /// What is mounted, as a host path.
        mounted: PathBuf,
    },
    /// A file with that text, which is on no disk, and what it is called.
    Given(Text, Option<SourceName>),
    /// That path of the container is not on this host, or may not be looked at here.
    Elsewhere {
        /// It, as far as links could be followed.
        path: String,
        /// Why.
        hidden: Hidden,
    },
    /// Nothing is there, or nothing that can be read.
    Nothing(ReadError),
    /// The mount's source is missing: the engine makes it, as an empty directory.
    MissingSource,
}

impl<'a> Mounts<'a> {
    /// Mount targets in the container and what is behind them; later ones hide earlier ones.
    ///
    /// A target may lead through links of what is mounted around it, as `/var/run/x` does in most
    /// images: the engine follows them, so outer mounts are placed before inner ones.
    pub(super) fn new(files: &'a dyn Files, mounts: impl IntoIterator<Item = (String, Backing)>) -> Self {
        let mut given: Vec<(String, Backing)> = mounts.into_iter().collect();
        given.sort_by_key(|(target, _)| steps(target).count());
        let mut mounts = Self { files, placed: Vec::new(), walked: RefCell::default() };
        for (target, backing) in given {
            let target = mounts.place(&normal(&target));
            mounts.placed.push((target, backing));
        }
        mounts
    }

    /// Where a mount goes: the links of what is there already are followed, the rest is made.
    fn place(&self, target: &[String]) -> Vec<String> {
        let there = (0..=target.len()).rev().find_map(|n| Some((n, self.walk(&joined(&target[..n])).ok()?)));
        there.map_or_else(Vec::new, |(n, walked)| [walked.as_slice(), &target[n..]].concat())
    }

    /// The innermost mount that holds a path, and the path's steps below it.
    fn holding<'p>(&self, path: &'p [String]) -> Option<(&Backing, &'p [String])> {
        let holds = |target: &[String]| path.starts_with(target);
        let best =
            self.placed.iter().filter(|(target, _)| holds(target)).max_by_key(|(target, _)| target.len());
        best.map(|(target, backing)| (backing, &path[target.len()..]))
    }

    /// Walks a path. It is taken as Node's `path.resolve` takes it: `..` goes before links.
    pub(super) fn find(&self, path: &str) -> Spot {
        let walked = match self.walk(path) {
            Ok(walked) => walked,
            Err(spot) => return spot,
        };
        let path = joined(&walked);
        match self.holding(&walked) {
            Some((Backing::Host(mounted), below)) => {
                let path = below.iter().fold(mounted.clone(), |host, step| host.join(step));
                Spot::Host { path, mounted: mounted.clone() }
            }
            Some((Backing::Given(text, name), [])) => Spot::Given(text.clone(), name.clone()),
            Some((Backing::Given(..), _)) => Spot::Nothing(ReadError::Absent),
            Some((Backing::Hidden(hidden), _)) => Spot::Elsewhere { path, hidden: hidden.clone() },
            None => Spot::Elsewhere { path, hidden: Hidden::Image },
        }
    }

    /// Where a path leads, and how many names what is there has; none where it is not on this host.
    pub(super) fn real(&self, path: &str) -> Option<Real> {
        let walked = self.walk(path).ok()?;
        let (Backing::Host(mounted), below) = self.holding(&walked)? else { return None };
        let host = below.iter().fold(mounted.clone(), |host, step| host.join(step));
        Some(Real { path: joined(&walked), names: self.files.names_of(&host)? })
    }

    /// The steps of a path in the container, links followed as far as they can be seen.
    fn walk(&self, path: &str) -> Result<Vec<String>, Spot> {
        let mut ahead: VecDeque<String> = normal(path).into();
        let mut walked: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(step) = ahead.pop_front() {
            match step.as_str() {
                "." => continue,
                ".." => {
                    walked.pop();
                    continue;
                }
                _ => walked.push(step),
            }
            let Some((Backing::Host(mounted), below)) = self.holding(&walked) else { continue };
            if below.is_empty() {
                if self.is_walked(mounted) {
                    continue;
                }
                // The kernel followed the links of the mount's source when it mounted it.
                match self.files.metadata(mounted) {
                    Ok(meta) => {
                        self.remember(mounted, meta.kind);
                        continue;
                    }
                    Err(e) if e.kind() == io::ErrorKind::NotFound && ahead.is_empty() => {
                        return Err(Spot::MissingSource);
                    }
                    Err(e) => return Err(fail(e, &walked, ahead)),
                }
            }
            let host = below.iter().fold(mounted.clone(), |host, step| host.join(step));
            if !ahead.is_empty() && self.is_walked(&host) {
                continue;
            }
            match self.files.symlink_metadata(&host).map(|meta| meta.kind) {
                Ok(Kind::Link) => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(Spot::Nothing(ReadError::SymlinkLoop));
                    }
                    let target = match self.files.read_link(&host) {
                        Ok(target) => target.to_string_lossy().into_owned(),
                        Err(e) => return Err(fail(e, &walked, ahead)),
                    };
                    if target.starts_with('/') {
                        walked.clear();
                    } else {
                        walked.pop();
                    }
                    for step in steps(&target).rev() {
                        ahead.push_front(step);
                    }
                }
                Ok(kind) if kind != Kind::Directory && !ahead.is_empty() => {
                    return Err(Spot::Nothing(ReadError::Absent));
                }
                Ok(kind) => self.remember(&host, kind),
                Err(e) => return Err(fail(e, &walked, ahead)),
            }
        }
        Ok(walked)
    }

    /// One directory is walked through on the way to many files. Whoever puts a link in its place
    /// meanwhile gains nothing: what is opened is checked again.
    fn is_walked(&self, directory: &Path) -> bool {
        self.walked.borrow().contains(directory)
    }

    fn remember(&self, path: &Path, kind: Kind) {
        if kind == Kind::Directory {
            self.walked.borrow_mut().insert(path.to_owned());
        }
    }
}

fn fail(error: io::Error, walked: &[String], ahead: VecDeque<String>) -> Spot {
    match ReadError::from(error) {
        // Another user's directory: the engine may look into it, this process may not.
        ReadError::Denied => {
            let path = joined(&walked.iter().cloned().chain(ahead).collect::<Vec<_>>());
            Spot::Elsewhere { path, hidden: Hidden::Denied }
        }
        other => Spot::Nothing(other),
    }
}

fn steps(path: &str) -> impl DoubleEndedIterator<Item = String> {
    path.split('/').filter(|step| !step.is_empty()).map(str::to_owned)
}

fn normal(path: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for step in steps(path) {
        match step.as_str() {
            "." => {}
            ".." => {
                out.pop();
            }
            _ => out.push(step),
        }
    }
    out
}

fn joined(steps: &[String]) -> String {
    format!("/{}", steps.join("/"))
}
