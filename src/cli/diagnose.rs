//! `clawdock diagnose`: a log to the first failure behind it.

use crate::cli::{
    inspect::{self, InspectedContainers},
    output,
    run::{CommandContext, CommandFailure, Exit},
};
use crate::{
    cli::args::Diagnose,
    diagnose::{
        Diagnosis, LogReading,
        action::{Dates, Hands, connect, dated, first_action, start},
        time::Moment,
    },
    model::{assemble::container, detect, target::Target},
    openclaw::release::number::Program,
    report::{
        Report,
        diagnosis::{self, DiagnosedFinding, LogKind, LogSummary},
    },
    text::source::{SourceName, Sources},
    vocabulary::advice::Advice,
    world::{
        clock::{Clock, instant},
        engine::{Engine, Inspected, LogRequest, Stat},
        files::ReadError,
        host::World,
        logs,
    },
};
use std::{
    ops::ControlFlow,
    path::Path,
    time::{Duration, Instant},
};

/// How long a followed log that never rests is read before what is new is told.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) fn run(args: &Diagnose, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let (name, path) = match &args.file {
        Some(path) => (None, Some(path.as_path())),
        None => match args.target.as_deref() {
            Some("-") => (None, Some(Path::new("-"))),
            // A file of that name is meant, unless a container is called so and it has no slash.
            Some(name) if world.host.files.is_file(&world.host.cwd.join(name)) => {
                (None, Some(Path::new(name)))
            }
            Some(name) if name.contains(['/', '\\']) => (None, Some(Path::new(name))),
            name => (name, None),
        },
    };
    match path {
        Some(path) => of_text(path, args, world),
        None => of_container(name, args, world),
    }
}

/// A file or standard input.
fn of_text(path: &Path, args: &Diagnose, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    if args.since.is_some() || args.tail.is_some() {
        return Err(CommandFailure::Usage(
            "--since and --tail are for containers; of a file, `tail -n 1000 FILE | clawdock diagnose -`"
                .into(),
        ));
    }
    let stdin = path == Path::new("-");
    if args.follow && !stdin {
        return Err(CommandFailure::Usage(
            "--follow is for containers; of a file, `tail -F FILE | clawdock diagnose --follow -`".into(),
        ));
    }
    let log = LogSummary {
        kind: if stdin { LogKind::Stdin } else { LogKind::File },
        name: if stdin { "standard input".to_owned() } else { path.display().to_string() },
    };
    let mut told = TargetSettings::new(args.follow, log.clone());
    let mut failed = None;
    let mut reading = LogReading::default();
    let mut each = |piece: &[u8]| {
        reading.feed(piece);
        match told.tell(&reading, world, DiagnosedTarget::default) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                failed = Some(failure);
                ControlFlow::Break(())
            }
        }
    };
    let read = if stdin {
        logs::read_stdin(&mut each)
    } else {
        logs::read_file(&*world.host.files, &world.host.cwd.join(path), &mut each)
    };
    if let Some(failure) = failed {
        return Err(failure);
    }
    read.map_err(|e| unreadable(&log.name, &e))?;
    finish(reading, told, world, &log, DiagnosedTarget::default)
}

fn unreadable(name: &str, error: &ReadError) -> CommandFailure {
    let pipe = match error {
        ReadError::Special(_) => "; `… | clawdock diagnose -` reads what comes through a pipe",
        _ => "",
    };
    CommandFailure::Usage(format!("{name}: {error}{pipe}"))
}

/// The log of a container, through the engine.
fn of_container(
    name: Option<&str>,
    args: &Diagnose,
    world: &CommandContext<'_>,
) -> Result<Exit, CommandFailure> {
    let engine = world.engine()?;
    let name = match name {
        Some(name) => name.to_owned(),
        None => only_gateway(&engine)?,
    };
    let container = engine.inspect(&name)?;
    let log = LogSummary { kind: LogKind::Container, name: container.name.clone() };
    let request = LogRequest {
        since: args.since.as_deref().map(|text| since(text, world.host.clock)).transpose()?.map(|m| m.0),
        tail: args.tail,
        follow: args.follow,
    };
    let started = container.state.started_at.as_deref().and_then(Moment::parse);
    let facts = || facts(&container.id, started, &engine, world);
    let mut told = TargetSettings::new(args.follow, log.clone());
    let mut reading = LogReading::default();
    let mut failed = None;
    engine.logs(&container.id, &request, &mut |piece| {
        reading.feed(piece);
        // A line that says more may follow at once; a log that never rests is told all the same.
        match if piece.is_empty() || told.is_due() { told.tell(&reading, world, facts) } else { Ok(()) } {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                failed = Some(failure);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    finish(reading, told, world, &log, facts)
}

/// The one container that runs the gateway, where none was named.
fn only_gateway(engine: &Engine) -> Result<String, CommandFailure> {
    let found = container::discover(engine, true)?;
    let is_gateway =
        |i: &&Inspected| container::role(i, engine) == crate::vocabulary::deployment::Role::Gateway;
    let (gateways, others): (Vec<&Inspected>, Vec<&Inspected>) = found.iter().partition(is_gateway);
    let names =
        |of: &[&Inspected]| of.iter().map(|i| i.container.name.as_str()).collect::<Vec<_>>().join(", ");
    match (gateways.as_slice(), others.as_slice()) {
        ([one], _) => Ok(one.container.name.clone()),
        ([], others) => Err(CommandFailure::Usage(format!(
            "no gateway among {}; `clawdock diagnose NAME` reads any",
            names(others)
        ))),
        (gateways, _) => Err(CommandFailure::Usage(format!(
            "{} gateways: {}; which one is meant? `clawdock diagnose NAME`",
            gateways.len(),
            names(gateways)
        ))),
    }
}

/// What the resolution knows.
#[derive(Default)]
struct DiagnosedTarget {
    report: Report,
    sources: Sources,
    started: Option<Moment>,
    /// When files of containers were changed last.
    edited: Vec<(String, Moment)>,
}

/// The same report that `inspect` would give; none of it is needed to read a log, so whatever stops
/// it is left out.
fn facts(id: &str, started: Option<Moment>, engine: &Engine, world: &CommandContext<'_>) -> DiagnosedTarget {
    let selection = InspectedContainers { targets: vec![id.to_owned()], all: true };
    let Ok((report, sources)) = inspect::report(&selection, None, world) else {
        return DiagnosedTarget { started, ..DiagnosedTarget::default() };
    };
    let in_container = sources.iter().filter_map(|(_, source)| match &source.name {
        SourceName::Container { path, .. } => {
            let (Stat::File { modified, .. } | Stat::Directory { modified }) = engine.stat(id, path).ok()?
            else {
                return None;
            };
            Some((source.name.to_string(), Moment::parse(&modified?)?))
        }
        SourceName::Host(_) | SourceName::Stdin | SourceName::Record { .. } => None,
    });
    let edited = in_container.collect();
    DiagnosedTarget { report, sources, started, edited }
}

/// What a followed log has already told.
struct TargetSettings {
    follow: bool,
    log: LogSummary,
    failures: Vec<u64>,
    at: Instant,
}

impl TargetSettings {
    fn new(follow: bool, log: LogSummary) -> Self {
        Self { follow, log, failures: Vec::new(), at: instant() }
    }

    /// Nothing was told for a while.
    fn is_due(&self) -> bool {
        self.follow && self.at.elapsed() > PAUSE
    }

    /// Tells the failures that are new, each once, at the line it began with.
    fn tell(
        &mut self,
        reading: &LogReading,
        world: &CommandContext<'_>,
        facts: impl FnOnce() -> DiagnosedTarget,
    ) -> Result<(), CommandFailure> {
        if !self.follow {
            return Ok(());
        }
        self.at = instant();
        let new = |f: &&crate::diagnose::LogFailure| !self.failures.contains(&f.first.line);
        let new: Vec<crate::diagnose::LogFailure> = reading.so_far().iter().filter(new).cloned().collect();
        if new.is_empty() {
            return Ok(());
        }
        self.failures.extend(new.iter().map(|f| f.first.line));
        write(&Diagnosis::of_some(new, reading), &self.log, &facts(), true, world)
    }
}

fn finish(
    reading: LogReading,
    mut told: TargetSettings,
    world: &CommandContext<'_>,
    log: &LogSummary,
    facts: impl Fn() -> DiagnosedTarget,
) -> Result<Exit, CommandFailure> {
    if told.follow {
        told.tell(&reading, world, &facts)?;
        let diagnosis = reading.finish();
        return Ok(exit(&diagnosis, world));
    }
    let diagnosis = reading.finish();
    let facts = if diagnosis.failures().is_empty() { DiagnosedTarget::default() } else { facts() };
    write(&diagnosis, log, &facts, false, world)?;
    Ok(exit(&diagnosis, world))
}

fn exit(diagnosis: &Diagnosis, world: &CommandContext<'_>) -> Exit {
    let Some(least) = world.global.fail_on.least() else { return Exit::Ok };
    let found = diagnosis.failures().iter().any(|f| f.severity() >= least);
    if found { Exit::Findings } else { Exit::Ok }
}

fn write(
    diagnosis: &Diagnosis,
    log: &LogSummary,
    facts: &DiagnosedTarget,
    following: bool,
    world: &CommandContext<'_>,
) -> Result<(), CommandFailure> {
    let target = facts.report.targets.first().map(|t| &t.target);
    let findings: Vec<DiagnosedFinding<'_>> = match target {
        Some(target) => {
            let dates = dates(diagnosis, target, facts, world.host);
            let with = |f| finding(f, Some(target), &facts.sources, &dates);
            diagnosis.failures().iter().map(with).collect()
        }
        None => {
            let dates = Dates { started: facts.started, ..Dates::default() };
            diagnosis.failures().iter().map(|f| finding(f, None, &facts.sources, &dates)).collect()
        }
    };
    let report =
        diagnosis::DiagnosisReport { log, diagnosis, findings: &findings, facts: &facts.report, following };
    output::each(world, |format, options, out| {
        diagnosis::render(format, &report, &facts.sources, options, out)
    })
}

fn dates(diagnosis: &Diagnosis, target: &Target, facts: &DiagnosedTarget, host: &World) -> Dates {
    let mut dates = Dates { started: facts.started, edited: facts.edited.iter().cloned().collect() };
    for name in dated(diagnosis.failures(), target, &facts.sources) {
        if let SourceName::Host(path) = name
            && let Some(modified) = host.files.modified(path)
        {
            dates.edited.insert(name.to_string(), Moment(modified));
        }
    }
    dates
}

fn finding<'a>(
    failure: &'a crate::diagnose::LogFailure,
    target: Option<&Target>,
    sources: &Sources,
    dates: &Dates,
) -> DiagnosedFinding<'a> {
    let connections = target.map(|t| connect(failure, t, sources, dates)).unwrap_or_default();
    let nothing = Advice::default();
    let program = match target.and_then(|t| Some((t.openclaw.as_ref()?, t.deployment.image.as_ref()))) {
        Some((version, image)) => match detect::program(version, image.map(|i| i.value.as_str())) {
            Program::Clawdbot => "clawdbot".to_owned(),
            Program::OpenClaw => "openclaw".to_owned(),
        },
        None if failure.release.starts_with("clawdbot") => "clawdbot".to_owned(),
        None => "openclaw".to_owned(),
    };
    let hands = Hands { advice: target.map_or(&nothing, |t| &t.advice), program: &program, target, sources };
    let action = first_action(failure, &connections, &hands);
    let start = target.and_then(|t| start(failure, t));
    DiagnosedFinding { failure, connections, start, action }
}

/// `10m`, `1h30m`, seconds since 1970, or a time of RFC 3339, as `docker logs --since`.
fn since(text: &str, clock: Clock) -> Result<Moment, CommandFailure> {
    let wrong = || {
        CommandFailure::Usage(format!(
            "--since {}: a time such as 10m, 1h30m or 2026-11-25T12:00:00Z is expected",
            crate::redact::name(text, false)
        ))
    };
    if let Some(moment) = Moment::parse(text) {
        return Ok(moment);
    }
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().map(Moment).map_err(|_| wrong());
    }
    let (mut seconds, mut number) = (0_i64, String::new());
    for c in text.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        let unit = match c {
            'd' => 86_400,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return Err(wrong()),
        };
        let n: i64 = number.parse().map_err(|_| wrong())?;
        seconds = n.checked_mul(unit).and_then(|n| seconds.checked_add(n)).ok_or_else(wrong)?;
        number.clear();
    }
    if !number.is_empty() || text.is_empty() {
        return Err(wrong());
    }
    Ok(Moment((clock.now() / 1000).saturating_sub(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_what_docker_takes() {
        let since = |text| since(text, Clock::At(1_795_643_256_789));
        for (text, back) in [("10m", 600), ("1h30m", 5400), ("45s", 45), ("2d", 172_800)] {
            assert_eq!(since(text).unwrap(), Moment(1_795_643_256 - back), "{text}");
        }
        assert_eq!(since("1795643256").unwrap(), Moment(1_795_643_256));
        assert_eq!(since("2026-11-25T21:47:36Z").unwrap(), Moment(1_795_643_256));
        for wrong in ["", "x", "10", "10x", "m", "1h5"] {
            assert_eq!(since(wrong).is_err(), wrong != "10", "{wrong}");
        }
    }
}
