//! What stands in the place of an engine: a snapshot; and an engine of which everything is noted that
//! a snapshot has to keep.

use super::{Snapshot, SnapshotFs, Taken};
use crate::{
    model::assemble::container::{Ground, Package},
    text::secret::Bytes,
    world::{
        clock::Clock,
        container_fs::{ContainerFs, Look},
        engine::{
            Engine, Inspected,
            container::{Container, EngineImage},
        },
        host::World,
    },
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

/// An engine, and what was found out through it.
#[derive(Debug)]
pub struct Recorder<'a> {
    engine: &'a Engine,
    of: RefCell<HashMap<String, Notes>>,
}

impl<'a> Recorder<'a> {
    /// Notes what is asked of this engine from now on.
    #[must_use]
    pub fn new(engine: &'a Engine) -> Self {
        Self { engine, of: RefCell::default() }
    }

    /// The containers with what was looked at of each.
    #[must_use]
    pub fn taken<'i>(self, found: &'i [Inspected]) -> Vec<Taken<'i>> {
        let mut of = self.of.into_inner();
        let taken = found.iter().map(|inspected| {
            let Notes { package, looks } = of.remove(&inspected.container.id).unwrap_or_default();
            let package = package.map(|p| super::SnapshotPackage { name: p.name, version: p.version });
            Taken { container: &inspected.container, image: inspected.image.as_ref(), package, looks }
        });
        taken.collect()
    }
}

/// What was found out of one container.
#[derive(Debug, Default)]
struct Notes {
    package: Option<Package>,
    looks: BTreeMap<String, Look<Bytes>>,
}

impl Ground for Recorder<'_> {
    fn shares_files(&self) -> bool {
        self.engine.shares_files()
    }

    fn host(&self) -> &World {
        self.engine.host()
    }

    fn files<'a>(&'a self, container: &'a Container) -> Box<dyn ContainerFs + 'a> {
        let inner = Ground::files(self.engine, container);
        Box::new(RecordingFs { inner, id: container.id.clone(), of: &self.of })
    }

    fn package(&self, container: &Container) -> Option<Package> {
        let package = self.engine.package(container);
        self.of.borrow_mut().entry(container.id.clone()).or_default().package.clone_from(&package);
        package
    }
}

/// Files of a container, with a note of everything that was looked at.
struct RecordingFs<'a> {
    inner: Box<dyn ContainerFs + 'a>,
    id: String,
    of: &'a RefCell<HashMap<String, Notes>>,
}

impl RecordingFs<'_> {
    fn note(&self, path: String, look: Look<Bytes>) {
        self.of.borrow_mut().entry(self.id.clone()).or_default().looks.insert(path, look);
    }
}

impl ContainerFs for RecordingFs<'_> {
    fn look(&mut self, path: &str, limit: u64) -> Look {
        let look = self.inner.look(path, limit);
        let bytes = match look.clone() {
            Look::Text { name, text, owner } => Look::Text { name, text: Bytes(text.into_bytes()), owner },
            Look::Absent => Look::Absent,
            Look::Directory { empty } => Look::Directory { empty },
            Look::Unreadable { name, why } => Look::Unreadable { name, why },
            Look::InImage => Look::InImage,
            Look::Unseen { why } => Look::Unseen { why },
        };
        self.note(path.to_owned(), bytes);
        look
    }

    fn look_together(&mut self, dir: &str, names: &[&str], limit: u64) -> Vec<Look<Bytes>> {
        let looks = self.inner.look_together(dir, names, limit);
        for (name, look) in names.iter().zip(&looks) {
            self.note(format!("{}/{name}", dir.trim_end_matches('/')), look.clone());
        }
        looks
    }

    fn expect(&mut self, paths: &[String]) {
        self.inner.expect(paths);
    }
}

/// What a snapshot tells in the place of an engine and of its host.
#[derive(Debug)]
pub struct Replay<'a> {
    snapshot: &'a Snapshot,
    host: World,
}

impl<'a> Replay<'a> {
    /// The containers of a snapshot and their host, in which nothing leads to this one; it is looked at
    /// when that clock says.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, clock: Clock) -> Self {
        Self { snapshot, host: snapshot.host.as_it_was(clock) }
    }

    fn of(&self, container: &Container) -> Option<&super::SnapshotContainer> {
        self.snapshot.containers.iter().find(|c| c.inspect["Id"].as_str() == Some(&container.id))
    }
}

impl Ground for Replay<'_> {
    fn shares_files(&self) -> bool {
        self.snapshot.host.shares_files
    }

    fn host(&self) -> &World {
        &self.host
    }

    fn files<'a>(&'a self, container: &'a Container) -> Box<dyn ContainerFs + 'a> {
        match self.of(container) {
            Some(of) => Box::new(SnapshotFs::new(&container.name, of)),
            None => Box::new(SnapshotFs::of_nothing(&container.name)),
        }
    }

    fn package(&self, container: &Container) -> Option<Package> {
        let package = self.of(container)?.package.as_ref()?;
        Some(Package { name: package.name.clone(), version: package.version.clone() })
    }
}

/// Why a snapshot has nothing to look at; each goes on «FILE …».
#[derive(Debug, thiserror::Error)]
pub enum NotInSnapshot {
    /// None of its containers is called so, and those it has.
    #[error("has no {0}; it has: {1}")]
    Named(String, String),
    /// It has none.
    #[error("holds no container that can be read")]
    Nothing,
}

impl Snapshot {
    /// The containers of a file that were asked for; all of them when none was.
    ///
    /// # Errors
    /// When there is none, or a name fits none.
    pub fn chosen(&self, targets: &[String]) -> Result<Vec<Inspected>, NotInSnapshot> {
        let all = self.containers.iter().filter_map(|c| {
            let container = Container::from_json(&c.inspect)?;
            Some(Inspected { container, image: c.image.as_ref().and_then(EngineImage::from_json) })
        });
        let all: Vec<Inspected> = all.collect();
        let fits = |i: &Inspected, target: &str| {
            let c = &i.container;
            c.name == target
                || (target.len() >= 4 && c.id.starts_with(target))
                || c.labels.service() == Some(target)
        };
        let mut found = Vec::new();
        for target in targets {
            let of_target: Vec<&Inspected> = all.iter().filter(|i| fits(i, target)).collect();
            if of_target.is_empty() {
                let target = crate::redact::name(target, false).into_owned();
                let names: Vec<&str> = all.iter().map(|i| i.container.name.as_str()).collect();
                return Err(NotInSnapshot::Named(target, names.join(", ")));
            }
            found.extend(of_target.into_iter().cloned());
        }
        if targets.is_empty() {
            found = all;
        }
        match found.is_empty() {
            true => Err(NotInSnapshot::Nothing),
            false => Ok(found),
        }
    }
}
