//! `clawdock snapshot`, and `inspect --snapshot`: what was read, kept in a file without secrets.

use super::{
    Exit, Failure, World, inspect,
    live::{self, Ground, Package},
    output,
};
use crate::{
    advice::Advice,
    cli::{Inspect, Snapshot as Args},
    control::{self, Configurations},
    deployment::HostSide,
    limits,
    origin::Candidate,
    redact::{self, Disguise, Guard},
    report::{Report, json},
    rules,
    snapshot::{self, Snapshot, SnapshotFs, Taken},
    source::Sources,
    sources::{
        container::{Container, Image},
        container_fs::{ContainerFs, Look},
        engine::{Engine, Inspected},
        files,
        host::Host,
        view,
    },
    target::{Target, TargetKind},
    text::{Bytes, Text},
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    path::Path,
    rc::Rc,
};

pub(super) fn run(args: &Args, world: &World<'_>) -> Result<Exit, Failure> {
    if world.global.reveal {
        return Err(Failure::Usage("a snapshot holds no secrets; --reveal has no meaning for it".into()));
    }
    let engine = live::connect(world)?;
    let wanted =
        Inspect { targets: args.targets.clone(), all: args.all, probe: None, dry_run: false, snapshot: None };
    let found = inspect::find(&engine, &wanted)?;
    let recorder = Recorder { engine: &engine, of: RefCell::default() };
    let configurations = inspect::configurations(&found, world)?;
    let (report, sources) = inspect::judged(&found, &configurations, &recorder, world);
    let mut sides: BTreeMap<String, HostSide> = BTreeMap::new();
    let mut of = recorder.of.into_inner();
    for (entry, inspected) in report.targets.iter().zip(&found) {
        for (mount, live) in entry.target.deployment.mounts.iter().zip(&inspected.container.mounts) {
            if let (Some(path), Some(side)) = (&live.host_path, mount.host) {
                sides.insert(path.display().to_string(), side);
            }
        }
    }
    let disguise =
        Disguise::new(rules::published()).map_err(|e| Failure::Write("the snapshot".into(), e.kind()))?;
    let taken = found.iter().map(|inspected| {
        let Notes { package, looks } = of.remove(&inspected.container.id).unwrap_or_default();
        let package = package.map(|p| snapshot::Package { name: p.name, version: p.version });
        Taken { container: &inspected.container, image: inspected.image.as_ref(), package, looks }
    });
    let shares = engine.shares_files();
    let targets = report.targets.iter().map(|t| &t.target);
    let guard = Guard::of_targets(targets, &report.variables, false);
    let taken = taken.collect();
    let snapshot = snapshot::take(taken, &sources, world.host, shares, &sides, &disguise, &guard);
    output::each(world, |_, _, out| json::write(&snapshot, out))?;
    Ok(Exit::Ok)
}

/// An engine, and what was found out through it.
struct Recorder<'a> {
    engine: &'a Engine,
    of: RefCell<HashMap<String, Notes>>,
}

/// What was found out of one container.
#[derive(Default)]
struct Notes {
    package: Option<Package>,
    looks: BTreeMap<String, Look<Bytes>>,
}

impl Ground for Recorder<'_> {
    fn shares_files(&self) -> bool {
        self.engine.shares_files()
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

fn read(file: &Path, world: &World<'_>) -> Result<Snapshot, Failure> {
    let name = file.display();
    let text = files::read_text(&world.host.cwd.join(file), limits::SNAPSHOT)
        .map_err(|why| Failure::Usage(format!("{name}: {why}")))?;
    snapshot::read(&text).map_err(|why| Failure::Usage(format!("{name} {why}")))
}

/// The container of a file, to compare it with another one. What a stand-in stands for cannot be
/// compared with anything outside of its snapshot.
pub(super) fn target(file: &Path, world: &World<'_>) -> Result<(String, Target), Failure> {
    let read = read(file, world)?;
    let found = chosen(&read, &[], &file.display().to_string())?;
    let [inspected] = found.as_slice() else {
        let names: Vec<&str> = found.iter().map(|i| i.container.name.as_str()).collect();
        return Err(Failure::Usage(format!(
            "{} holds several containers ({}); take a snapshot of one",
            file.display(),
            names.join(", ")
        )));
    };
    let ground = Recorded(&read);
    let mut target = live::bare(inspected, None, &ground, Advice::default()).other();
    if read.holds_stand_ins {
        for variable in &mut target.environment {
            let hidden = |c: &Candidate| {
                let value = c.value.as_ref()?;
                (redact::shown(&c.name, value, false).as_deref() != Some(value.expose())).then_some(())
            };
            if let Some(winner) = variable.winner.as_mut().filter(|w| !w.is_blank() && hidden(w).is_some()) {
                winner.value = None;
            }
        }
    }
    Ok((format!("snapshot {}", inspected.container.name), target))
}

/// The report of a file in the place of an engine.
pub(super) fn report(file: &Path, args: &Inspect, world: &World<'_>) -> Result<(Report, Sources), Failure> {
    let name = file.display();
    let read = read(file, world)?;
    let found = chosen(&read, &args.targets, &name.to_string())?;
    // What holds here decides what is reported, whatever the host had.
    let here = world.configurations.of(&world.host.cwd)?;
    let configurations: Vec<Rc<_>> = found.iter().map(|_| Rc::clone(&here)).collect();
    let env = read.host.env.iter().map(|(name, value)| (name.clone(), Text::from(value.as_str())));
    let host = Host { env: env.collect(), cwd: read.host.cwd.clone().into() };
    let there = World {
        host: &host,
        global: world.global,
        configurations: Configurations::default(),
        baseline: None,
    };
    let ground = Recorded(&read);
    let (mut report, sources) = {
        let _held = view::replay(read.host.recorded());
        inspect::judged(&found, &configurations, &ground, &there)
    };
    for entry in &mut report.targets {
        entry.target.kind = TargetKind::Snapshot;
    }
    control::settle(&mut report, &configurations, &world.wanted(false), &sources);
    Ok((report, sources))
}

/// The containers of a file that were asked for; all of them when none was.
fn chosen(snapshot: &Snapshot, targets: &[String], file: &str) -> Result<Vec<Inspected>, Failure> {
    let all = snapshot.containers.iter().filter_map(|c| {
        let container = Container::from_json(&c.inspect)?;
        Some(Inspected { container, image: c.image.as_ref().and_then(Image::from_json) })
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
            return Err(Failure::NoTarget(format!("{file} has no {target}; it has: {}", names.join(", "))));
        }
        found.extend(of_target.into_iter().cloned());
    }
    if targets.is_empty() {
        found = all;
    }
    match found.is_empty() {
        true => Err(Failure::Usage(format!("{file} holds no container that can be read"))),
        false => Ok(found),
    }
}

/// What a snapshot tells in the place of an engine.
struct Recorded<'a>(&'a Snapshot);

impl Recorded<'_> {
    fn of(&self, container: &Container) -> Option<&snapshot::Container> {
        self.0.containers.iter().find(|c| c.inspect["Id"].as_str() == Some(&container.id))
    }
}

impl Ground for Recorded<'_> {
    fn shares_files(&self) -> bool {
        self.0.host.shares_files
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
