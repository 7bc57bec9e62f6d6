//! `clawdock watch`: the overview, again whenever a container or a file changes it.

use crate::cli::{
    output,
    overview::Seen,
    run::{CommandContext, CommandFailure, Exit, configurations},
};
use crate::{
    report::{
        RenderOptions,
        human::overview::{self, GatewayRow},
    },
    world::{
        clock::instant,
        engine::{Engine, EngineOptions},
        host::World,
        watch::FileWatch,
    },
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::Duration,
};

/// What comes within this time belongs to one change: an editor writes a file in several steps, and a
/// container that is recreated goes through several states.
const SETTLES: Duration = Duration::from_millis(300);

/// The longest that a change waits for others. Databases, which a gateway writes all the time, are looked at
/// no more often.
const LATEST: Duration = Duration::from_secs(5);

/// Files that a line names; more are counted.
const NAMED: usize = 3;

/// How long to wait until an engine that is gone is asked again.
const ENGINE_PAUSE: Duration = Duration::from_secs(2);

/// Changes that stay below the table in a terminal.
const REMEMBERED: usize = 10;

/// What happened.
enum WatchEvent {
    /// Something about a container, or the engine came or went.
    Engine,
    /// A file was written, appeared or went away.
    File(PathBuf),
}

/// What was seen at one look.
struct OverviewLook {
    rows: Vec<GatewayRow>,
    projects: Vec<String>,
}

pub(crate) fn run(world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let options = output::options(true, &output::fingerprinter()?, world);
    let (send, events) = mpsc::channel();
    // Before the first look, so that nothing is missed in between.
    watch_engine(world.engine_options(), world.host.clone(), send.clone());
    let mut files = FileWatch::new(move |path| {
        // Nobody listens any more: the program ends.
        let _ = send.send(WatchEvent::File(path.to_owned()));
    })
    .map_err(CommandFailure::Usage)?;
    let mut before: Option<OverviewLook> = None;
    let mut told = Vec::new();
    let mut saved = BTreeSet::new();
    loop {
        // A clawdock.toml may have been edited as well.
        let configurations = configurations(world.global, world.host);
        let seen = Seen::now(&CommandContext { configurations: &configurations, ..*world })?;
        files.watch(seen.files(world.host));
        let look = OverviewLook { rows: seen.rows(&options), projects: seen.project_lines(&options) };
        let lines = before.as_ref().map(|before| lines(before, &look, &saved, &options));
        told.extend(lines.iter().flatten().cloned());
        if lines.is_none() || output::is_terminal() {
            if lines.is_none() || !lines.as_ref().is_some_and(Vec::is_empty) {
                draw(&seen, &told, world, &options)?;
            }
        } else {
            let text: String = lines.iter().flatten().map(|line| format!("{line}\n")).collect();
            output::print(&text)?;
        }
        before = Some(look);
        saved = match next(&events) {
            Some(saved) => saved,
            None => return Ok(Exit::Ok),
        };
    }
}

/// Waits for something to happen and to be over; gives the files that changed. None when nothing can
/// happen any more.
fn next(events: &Receiver<WatchEvent>) -> Option<BTreeSet<PathBuf>> {
    let mut saved = BTreeSet::new();
    let mut event = events.recv().ok();
    event.as_ref()?;
    let latest = instant() + LATEST;
    let mut until = latest;
    while let Some(happened) = event {
        let is_slow = matches!(&happened, WatchEvent::File(path) if is_database(path));
        if let WatchEvent::File(path) = happened {
            saved.insert(path);
        }
        if !is_slow {
            until = latest.min(instant() + SETTLES);
        }
        event = events.recv_timeout(until.saturating_duration_since(instant())).ok();
    }
    Some(saved)
}

/// Tells of the engine's containers, on a thread of its own.
fn watch_engine(options: EngineOptions, host: World, send: Sender<WatchEvent>) {
    thread::spawn(move || {
        let mut is_here = true;
        loop {
            let mut is_wanted = true;
            let ended = Engine::connect(&options, &host).and_then(|engine| {
                if !is_here {
                    is_wanted &= send.send(WatchEvent::Engine).is_ok();
                }
                engine.watch_containers(&mut || is_wanted &= send.send(WatchEvent::Engine).is_ok())
            });
            // One that does not answer is told once.
            if is_here && ended.is_err() {
                is_wanted &= send.send(WatchEvent::Engine).is_ok();
            }
            is_here = ended.is_ok();
            if !is_wanted {
                return;
            }
            thread::sleep(ENGINE_PAUSE);
        }
    });
}

/// `saved .env: openclaw-gateway is stale now: run ...`, a line for each thing that changed.
fn lines(
    before: &OverviewLook,
    now: &OverviewLook,
    saved: &BTreeSet<PathBuf>,
    options: &RenderOptions,
) -> Vec<String> {
    let shown = |path: &PathBuf| {
        let below = path.strip_prefix(&options.cwd).unwrap_or(path);
        crate::redact::typed(&below.display().to_string()).into_owned()
    };
    // What a program writes all the time is no edit.
    let edited: Vec<&PathBuf> = saved.iter().filter(|path| !is_database(path)).collect();
    let mut names: Vec<String> = edited.iter().take(NAMED).map(|path| shown(path)).collect();
    if edited.len() > NAMED {
        names.push(format!("{} more", edited.len() - NAMED));
    }
    let mut changes = overview::changes(&before.rows, &now.rows);
    let is_new = |line: &&String| !before.projects.contains(line);
    changes.in_effect.extend(now.projects.iter().filter(is_new).cloned());
    if changes.in_effect.is_empty() && changes.of_state.is_empty() && !edited.is_empty() {
        changes.in_effect.push("nothing changes in effect".to_owned());
    }
    let cause = if names.is_empty() { String::new() } else { format!("saved {}: ", names.join(", ")) };
    let in_effect = changes.in_effect.into_iter().map(|line| format!("{cause}{line}"));
    changes.of_state.into_iter().chain(in_effect).collect()
}

fn is_database(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "sqlite")
}

/// The overview, and in a terminal the last changes below it.
fn draw(
    seen: &Seen,
    told: &[String],
    world: &CommandContext<'_>,
    options: &RenderOptions,
) -> Result<(), CommandFailure> {
    let mut page = Vec::new();
    if output::is_terminal() {
        page.extend_from_slice(CLEAR);
    }
    seen.render(world.global, options, &mut page)
        .map_err(|e| CommandFailure::Write("the overview".to_owned(), e.kind()))?;
    for line in told.iter().rev().take(REMEMBERED).rev() {
        page.extend_from_slice(format!("{line}\n").as_bytes());
    }
    output::print(&String::from_utf8_lossy(&page)).map(drop)
}

/// Clears a terminal: the cursor to its top left, and everything from there away.
const CLEAR: &[u8] = b"\x1b[H\x1b[2J\x1b[3J";
