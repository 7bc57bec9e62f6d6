//! `clawdock snapshot`, and `inspect --snapshot`: what was read, kept in a file without secrets.

use crate::cli::{
    foreign::ForeignFile,
    inspect, output,
    run::{CommandContext, CommandFailure, Exit},
};
use crate::{
    cli::args::SnapshotArgs as Args,
    findings,
    findings::report::Report,
    model::{
        assemble::container,
        target::{Target, TargetKind},
    },
    redact::{Disguise, Guard},
    report::json,
    snapshot::{self, NotInSnapshot, Recorder, Replay, Snapshot},
    text::{limits, source::Sources},
    vocabulary::deployment::HostSide,
    world::{engine::Inspected, files, stdin},
};
use std::{collections::BTreeMap, path::Path, rc::Rc};

pub(crate) fn run(args: &Args, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    if world.global.reveal {
        return Err(CommandFailure::Usage(
            "a snapshot holds no secrets; --reveal has no meaning for it".into(),
        ));
    }
    let engine = world.engine()?;
    let found = container::find(&engine, &args.targets, args.all)?;
    let recorder = Recorder::new(&engine);
    let configurations = inspect::configurations(&found, world)?;
    let (report, sources) = inspect::judged(&found, &configurations, &recorder, world);
    let mut sides: BTreeMap<String, HostSide> = BTreeMap::new();
    for (entry, inspected) in report.targets.iter().zip(&found) {
        for (mount, live) in entry.target.deployment.mounts.iter().zip(&inspected.container.mounts) {
            if let (Some(path), Some(side)) = (&live.host_path, mount.host) {
                sides.insert(path.display().to_string(), side);
            }
        }
    }
    let disguise = Disguise::new().map_err(|e| CommandFailure::Write("the snapshot".into(), e.kind()))?;
    let shares = engine.shares_files();
    let targets = report.targets.iter().map(|t| &t.target);
    let guard = Guard::of(targets, &report.variables, false);
    let taken = recorder.taken(&found);
    let snapshot = snapshot::take(taken, &sources, world.host, shares, &sides, &disguise, &guard);
    output::each(world, |_, _, out| json::write(&snapshot, out))?;
    Ok(Exit::Ok)
}

fn read(file: &Path, world: &CommandContext<'_>) -> Result<Snapshot, CommandFailure> {
    let name = file.display();
    let text = if file.as_os_str() == "-" {
        stdin::read(limits::SNAPSHOT).and_then(files::utf8)
    } else {
        world.host.files.read_text(&world.host.cwd.join(file), limits::SNAPSHOT)
    };
    let text = text.map_err(|why| CommandFailure::Usage(format!("{name}: {why}")))?;
    // What was pasted or typed by mistake is no JSON, and its parser's words help nobody.
    if !text.trim_start().starts_with(['[', '{']) {
        let is_compose = text.lines().any(|line| line.starts_with("services:"));
        let what = match ForeignFile::of(&file.file_name().unwrap_or_default().to_string_lossy(), &text) {
            Some(kind) => kind.to_string(),
            None if is_compose => {
                "is a compose file: `clawdock lint FILE` reports on it, `clawdock diff CONTAINER` compares a \
                 container with the compose project that it was created from"
                    .to_owned()
            }
            None => {
                "is neither a snapshot (`clawdock snapshot TARGET -o FILE`) nor what `docker inspect` prints"
                    .to_owned()
            }
        };
        return Err(CommandFailure::Usage(format!("{name} {what}")));
    }
    snapshot::read(&text).map_err(|why| CommandFailure::Usage(format!("{name} {why}")))
}

/// The container of a file, to compare it with another one. What a stand-in stands for cannot be
/// compared with anything outside of its snapshot.
pub(crate) fn target(file: &Path, world: &CommandContext<'_>) -> Result<(String, Target), CommandFailure> {
    let read = read(file, world)?;
    let found = chosen(&read, &[], file)?;
    let [inspected] = found.as_slice() else {
        let names: Vec<&str> = found.iter().map(|i| i.container.name.as_str()).collect();
        return Err(CommandFailure::Usage(format!(
            "{} holds several containers ({}); take a snapshot of one",
            file.display(),
            names.join(", ")
        )));
    };
    let ground = Replay::new(&read, world.host.clock);
    let mut target = container::plain(inspected, None, &ground);
    read.hide_stand_ins(&mut target.environment);
    Ok((format!("snapshot {}", inspected.container.name), target))
}

/// The containers of a file that are meant.
pub(crate) struct RecordedContainers {
    /// The file.
    pub(crate) snapshot: Snapshot,
    /// The containers.
    pub(crate) found: Vec<Inspected>,
}

/// Reads a file in the place of an engine.
pub(crate) fn recorded(
    file: &Path,
    targets: &[String],
    world: &CommandContext<'_>,
) -> Result<RecordedContainers, CommandFailure> {
    let snapshot = read(file, world)?;
    let found = chosen(&snapshot, targets, file)?;
    Ok(RecordedContainers { snapshot, found })
}

/// The report of a file in the place of an engine.
pub(crate) fn report(
    file: &Path,
    targets: &[String],
    world: &CommandContext<'_>,
) -> Result<(Report, Sources), CommandFailure> {
    let read = read(file, world)?;
    let found = chosen(&read, targets, file)?;
    // What holds here decides what is reported, whatever the host had.
    let here = world.configurations.of(&world.host.cwd)?;
    let configurations: Vec<Rc<_>> = found.iter().map(|_| Rc::clone(&here)).collect();
    let ground = Replay::new(&read, world.host.clock);
    let (mut report, sources) = inspect::judged(&found, &configurations, &ground, world);
    for entry in &mut report.targets {
        entry.target.kind = TargetKind::Snapshot;
    }
    findings::settle(&mut report, &configurations, &world.wanted(false), &sources);
    Ok((report, sources))
}

fn chosen(snapshot: &Snapshot, targets: &[String], file: &Path) -> Result<Vec<Inspected>, CommandFailure> {
    snapshot.chosen(targets).map_err(|why| {
        let said = format!("{} {why}", file.display());
        match why {
            NotInSnapshot::Named(..) => CommandFailure::NoTarget(said),
            NotInSnapshot::Nothing => CommandFailure::Usage(said),
        }
    })
}
