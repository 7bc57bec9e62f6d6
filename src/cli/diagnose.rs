//! `clawdock diagnose`: a log to the first failure behind it.

use crate::cli::{
    inspect::{self, InspectedContainers},
    output,
    run::{CommandContext, CommandFailure, Exit},
};
use crate::{
    cli::args::{Diagnose, ProbeStep},
    diagnose::{
        Diagnosis, LogReading,
        action::{Dates, Hands, connect, dated, first_action, start},
        line::LogLine,
        proof::proofs,
        state::{ContainerSaid, of_exit_code},
        time::Moment,
    },
    findings::report::Report,
    model::{assemble::container, detect, target::Target},
    openclaw::release::number::Program,
    report::diagnosis::{self, DiagnosedFinding, LogKind, LogSummary},
    text::source::{SourceName, Sources},
    vocabulary::advice::Advice,
    world::{
        clock::{Clock, instant},
        engine::{
            Engine, Inspected, LogRequest, Stat,
            container::{Container, ContainerState},
        },
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
    let is_file = |name: &str| world.host.files.is_file(&world.host.cwd.join(name));
    if let Some(path) = &args.file {
        return of_logs(&[path], args, world);
    }
    match args.targets.as_slice() {
        [] if args.exit_code.is_some() => of_message("", args, world),
        [] => {
            let engine = world.engine()?;
            let (name, others) = gateway_in_trouble(&engine)?;
            of_container(&engine, &engine.inspect(&name)?, others, args, world)
        }
        [one] if one == "-" => of_logs(&[Path::new("-")], args, world),
        // A file of that name is meant, unless a container is called so and it has no slash.
        [one] if is_file(one) => of_logs(&[Path::new(one)], args, world),
        [one] if one.contains(char::is_whitespace) => of_message(one, args, world),
        // `EACCES` is a message, unless a container is called so.
        [one] if is_message(one) => match container_called(one, world) {
            Some((engine, container)) => of_container(&engine, &container, None, args, world),
            None => of_message(one, args, world),
        },
        [one] if one.contains(['/', '\\']) => of_logs(&[Path::new(one)], args, world),
        [one] => {
            let engine = world.engine()?;
            of_container(&engine, &engine.inspect(one)?, None, args, world)
        }
        many if many.iter().all(|name| is_file(name)) => {
            let paths: Vec<&Path> = many.iter().map(Path::new).collect();
            of_logs(&paths, args, world)
        }
        // A message without quotes.
        many if is_message(&many.join(" ")) => of_message(&many.join(" "), args, world),
        many => Err(CommandFailure::Usage(format!(
            "{} targets that are not all files: name one container, or several log files; a message goes in quotes",
            many.len()
        ))),
    }
}

/// The container that has that name, or an id that begins so.
fn container_called(name: &str, world: &CommandContext<'_>) -> Option<(Engine, Container)> {
    let could_be = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
    let engine = world.engine().ok().filter(|_| could_be)?;
    let container = engine.inspect(name).ok()?;
    Some((engine, container))
}

/// The words are a message that is known, not a name.
fn is_message(text: &str) -> bool {
    use crate::diagnose::pattern::Means;
    let meaning = crate::diagnose::scan::rows().meaning("", text);
    meaning.is_some_and(|m| match m.means {
        Means::Failure(_) => true,
        Means::Unknown => text.contains(' '),
        _ => false,
    })
}

/// A message that somebody pasted, or an exit code alone.
fn of_message(text: &str, args: &Diagnose, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    only_of_containers(args)?;
    let log = LogSummary::new(LogKind::Text, if text.is_empty() { "exit code" } else { "message" });
    let told = TargetSettings::new(false, log.clone());
    let mut reading = LogReading::default();
    reading.feed(text.as_bytes());
    if let Some(code) = args.exit_code {
        reading.add_state(of_exit_code(code));
    }
    finish(reading, told, world, &log, DiagnosedTarget::default)
}

fn only_of_containers(args: &Diagnose) -> Result<(), CommandFailure> {
    if args.probe {
        return Err(CommandFailure::Usage("--probe is for containers".into()));
    }
    if args.since.is_some() || args.tail.is_some() {
        return Err(CommandFailure::Usage(
            "--since and --tail are for containers; of a file, `tail -n 1000 FILE | clawdock diagnose -`"
                .into(),
        ));
    }
    Ok(())
}

/// Files, the one whose first line is the oldest first, or standard input.
fn of_logs(paths: &[&Path], args: &Diagnose, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    only_of_containers(args)?;
    let stdin = paths == [Path::new("-")];
    if args.follow && !stdin {
        return Err(CommandFailure::Usage(
            "--follow is for containers; of a file, `tail -F FILE | clawdock diagnose --follow -`".into(),
        ));
    }
    let paths = in_order_of_time(paths, world)?;
    let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    let log = LogSummary {
        logs: if paths.len() > 1 { names.clone() } else { Vec::new() },
        ..LogSummary::new(
            if stdin { LogKind::Stdin } else { LogKind::File },
            &if stdin { "standard input".to_owned() } else { names.join(", ") },
        )
    };
    let mut told = TargetSettings::new(args.follow, log.clone());
    let mut failed = None;
    let mut reading = if paths.len() > 1 { LogReading::of_several() } else { LogReading::default() };
    for (i, path) in paths.iter().enumerate() {
        if i > 0 {
            reading.next_log();
        }
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
        read.map_err(|e| unreadable(if stdin { "standard input" } else { &names[i] }, &e))?;
    }
    if let Some(code) = args.exit_code {
        reading.add_state(of_exit_code(code));
    }
    finish(reading, told, world, &log, DiagnosedTarget::default)
}

/// Several logs in the order in which they begin; those without a time stay where they are named.
fn in_order_of_time<'a>(
    paths: &[&'a Path],
    world: &CommandContext<'_>,
) -> Result<Vec<&'a Path>, CommandFailure> {
    if paths.len() == 1 {
        return Ok(paths.to_vec());
    }
    let mut dated = Vec::new();
    for path in paths {
        let mut first = None;
        let read = logs::read_file(&*world.host.files, &world.host.cwd.join(path), &mut |piece| {
            let lines = piece.split(|b| *b == b'\n').take(200);
            first = lines.map(LogLine::parse).find_map(|line| line.time);
            ControlFlow::Break(())
        });
        read.map_err(|e| unreadable(&path.display().to_string(), &e))?;
        dated.push((first.map_or(i64::MAX, |m| m.0), *path));
    }
    dated.sort_by_key(|(time, _)| *time);
    Ok(dated.into_iter().map(|(_, path)| path).collect())
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
    engine: &Engine,
    container: &Container,
    others: Option<String>,
    args: &Diagnose,
    world: &CommandContext<'_>,
) -> Result<Exit, CommandFailure> {
    let log = LogSummary {
        state: Some(said(&container.state).words()),
        others,
        ..LogSummary::new(LogKind::Container, &container.name)
    };
    let request = LogRequest {
        since: args.since.as_deref().map(|text| since(text, world.host.clock)).transpose()?.map(|m| m.0),
        tail: args.tail,
        follow: args.follow,
    };
    let started = container.state.started_at.as_deref().and_then(Moment::parse);
    let facts = || facts(&container.id, started, engine, args, world);
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
    if let Some(trouble) = said(&container.state).meaning() {
        reading.add_state(trouble);
    }
    if let Some(code) = args.exit_code {
        reading.add_state(of_exit_code(code));
    }
    finish(reading, told, world, &log, facts)
}

/// What the engine says of a container.
fn said(state: &ContainerState) -> ContainerSaid<'_> {
    ContainerSaid {
        status: &state.status,
        exit_code: state.exit_code,
        oom_killed: state.oom_killed,
        health: state.health.as_deref(),
        error: state.error.as_ref().map_or("", |e| e.expose()),
        restarts: u64::try_from(state.restart_count).unwrap_or_default(),
    }
}

/// How much trouble a container is in, the most first.
fn trouble(state: &ContainerState) -> u8 {
    match (state.status.as_str(), state.exit_code, state.health.as_deref()) {
        ("restarting", ..) => 0,
        ("exited" | "dead", Some(code), _) if code != 0 && code != 143 && code != 130 => 1,
        ("created", ..) => 2,
        ("running", _, Some("unhealthy")) => 3,
        ("running", _, Some("starting")) => 4,
        ("running", ..) => 5,
        _ => 6,
    }
}

/// The gateway that is in trouble, where none was named, and what the others do.
fn gateway_in_trouble(engine: &Engine) -> Result<(String, Option<String>), CommandFailure> {
    let found = container::discover(engine, true)?;
    let is_gateway =
        |i: &&Inspected| container::role(i, engine) == crate::vocabulary::deployment::Role::Gateway;
    let (mut gateways, others): (Vec<&Inspected>, Vec<&Inspected>) = found.iter().partition(is_gateway);
    let names =
        |of: &[&Inspected]| of.iter().map(|i| i.container.name.as_str()).collect::<Vec<_>>().join(", ");
    // Of those in the same trouble the one that got into it last.
    gateways.sort_by_key(|i| {
        let state = &i.container.state;
        let at = state.finished_at.as_deref().and_then(Moment::parse).map_or(0, |m| m.0);
        (trouble(state), std::cmp::Reverse(at))
    });
    match gateways.as_slice() {
        [] => Err(CommandFailure::Usage(format!(
            "no gateway among {}; `clawdock diagnose NAME` reads any",
            names(&others)
        ))),
        [one] => Ok((one.container.name.clone(), None)),
        [first, rest @ ..] if trouble(&first.container.state) < trouble(&rest[0].container.state) => {
            let word =
                |i: &&Inspected| format!("{} ({})", i.container.name, said(&i.container.state).words());
            Ok((first.container.name.clone(), Some(rest.iter().map(word).collect::<Vec<_>>().join(", "))))
        }
        gateways => Err(CommandFailure::Usage(format!(
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
fn facts(
    id: &str,
    started: Option<Moment>,
    engine: &Engine,
    args: &Diagnose,
    world: &CommandContext<'_>,
) -> DiagnosedTarget {
    let selection = InspectedContainers { targets: vec![id.to_owned()], all: true };
    let probe = args.probe.then(|| inspect::extra(&[ProbeStep::Providers]));
    let Ok((report, sources)) = inspect::report(&selection, probe, world) else {
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
        SourceName::Host(_) | SourceName::Stdin | SourceName::WrittenBy(_) | SourceName::Record { .. } => {
            None
        }
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
    target: Option<&'a Target>,
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
    let proofs = target.map(|t| proofs(failure, t)).unwrap_or_default();
    DiagnosedFinding { failure, connections, start, proofs, action }
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
