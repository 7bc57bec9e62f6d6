//! The commands: each puts sources, layers, resolution, rules and report in a row.

use crate::{
    cli::args::{self, ClawdockCommand, Cli, FormatSpec, Global, SchemaOf},
    findings::report::{Report, TargetReport},
    findings::{
        Configurations, Selection,
        baseline::{self, Baseline},
        configuration::{Configuration, ConfigurationError},
        selector,
    },
    model::assemble::{
        AssembleOptions,
        container::{FindError, ServiceError},
    },
    text::source::Sources,
    world::{
        engine::{Engine, EngineOptions, error::EngineError},
        host::World,
    },
};
use std::{
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
};

/// How a run ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Ok,
    /// Findings.
    Findings,
    /// Bad usage, or input that cannot be read or parsed.
    Input,
    /// The target or the engine cannot be reached.
    Unreachable,
    /// Differences.
    Differences,
}

impl Exit {
    /// The process' exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Findings => 1,
            Self::Input => 2,
            Self::Unreachable => 3,
            Self::Differences => 4,
        }
    }
}

/// Why a command gave no report.
#[derive(Debug, thiserror::Error)]
pub enum CommandFailure {
    /// What was typed makes no sense.
    #[error("{0}")]
    Usage(String),
    /// The engine or a target.
    #[error("{0}")]
    Engine(#[from] EngineError),
    /// `clawdock.toml` cannot be used.
    #[error("{0}")]
    Configuration(#[from] ConfigurationError),
    /// There is nothing to report on.
    #[error("{0}")]
    NoTarget(String),
    /// A file cannot be written, or standard output is gone.
    #[error("cannot write {0}: {why}", why = why_not_written(*.1))]
    Write(String, io::ErrorKind),
}

/// Why a file cannot be written, for whoever typed its path.
fn why_not_written(kind: io::ErrorKind) -> String {
    match kind {
        io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        io::ErrorKind::NotADirectory => "a part of its path is not a directory".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        other => other.to_string(),
    }
}

impl From<FindError> for CommandFailure {
    fn from(error: FindError) -> Self {
        match error {
            FindError::Engine(error) => Self::Engine(error),
            FindError::Nothing(why) => Self::NoTarget(why),
        }
    }
}

impl From<ServiceError> for CommandFailure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Refused(_) => Self::Usage(error.to_string()),
            _ => Self::NoTarget(error.to_string()),
        }
    }
}

impl CommandFailure {
    /// What to do, a line each.
    pub(crate) fn advice(&self) -> Vec<String> {
        match self {
            Self::Engine(error) => error.advice(),
            _ => Vec::new(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Configuration(_) | Self::Write(..) => Exit::Input,
            Self::Engine(_) | Self::NoTarget(_) => Exit::Unreachable,
        }
    }
}

/// What a command runs in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandContext<'a> {
    pub(crate) host: &'a World,
    pub(crate) global: &'a Global,
    /// The formats to write; human when there is none.
    pub(crate) formats: &'a [FormatSpec],
    pub(crate) configurations: &'a Configurations<'a>,
    pub(crate) baseline: Option<&'a Baseline>,
}

impl CommandContext<'_> {
    /// The engine that `--host`, `--context` and the environment choose.
    pub(crate) fn engine(&self) -> Result<Engine, CommandFailure> {
        if self.global.context.len() > 1 {
            let why = "only `inspect` takes several contexts: give one --context";
            return Err(CommandFailure::Usage(why.to_owned()));
        }
        Ok(Engine::connect(&self.engine_options(), self.host)?)
    }

    pub(crate) fn engine_options(&self) -> EngineOptions {
        EngineOptions {
            host: self.global.host.clone(),
            context: self.global.context.first().cloned(),
            timeout: self.global.timeout,
        }
    }

    /// What decides what a target of a project is taken for.
    pub(crate) fn assemble_options(&self, configuration: &Configuration) -> AssembleOptions {
        AssembleOptions {
            openclaw_version: self.global.openclaw_version.clone(),
            assumed_version: configuration.openclaw_version.clone(),
            images: configuration.images.clone(),
            context: self.global.context.first().cloned(),
            host_cli: false,
        }
    }

    /// What decides about findings, for [`crate::findings::settle`].
    pub(crate) fn wanted(&self, judged_all: bool) -> Selection<'_> {
        Selection {
            select: &self.global.select,
            ignore: &self.global.ignore,
            baseline: self.baseline,
            min_confidence: self.global.min_confidence.map(Into::into),
            judged_all,
        }
    }
}

/// Runs a command line; says on standard error why there is no report.
#[must_use]
pub fn run(cli: &Cli, host: &World) -> Exit {
    match with_world(cli, host) {
        Ok(exit) => exit,
        // The reader of a pipe went away: nobody is left to tell.
        Err(CommandFailure::Write(_, io::ErrorKind::BrokenPipe)) => Exit::Ok,
        Err(failure) => {
            let red = crate::report::color::wanted(cli.global.color.into(), host, io::stderr().is_terminal());
            let error = if red { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
            let mut said = format!("{error}: {failure}\n");
            for line in failure.advice() {
                said.push_str(&format!("  {line}\n"));
            }
            if !cli.global.reveal {
                said = crate::redact::typed(&without_pasted(said, cli)).into_owned();
            }
            let _ = io::stderr().write_all(said.as_bytes());
            failure.exit()
        }
    }
}

/// A line of a `.env` that was pasted where a name belongs is not repeated.
fn without_pasted(said: String, cli: &Cli) -> String {
    let Some(command) = &cli.command else { return said };
    let typed: Vec<&str> = match command {
        ClawdockCommand::Inspect(args) => args.targets.iter().map(String::as_str).collect(),
        ClawdockCommand::Probe(args) => args.targets.iter().map(String::as_str).collect(),
        ClawdockCommand::Diff(args) => std::iter::once(args.a.as_str()).chain(args.b.as_deref()).collect(),
        ClawdockCommand::Explain(args) => {
            std::iter::once(args.key.as_str()).chain(args.target.as_deref()).collect()
        }
        ClawdockCommand::Diagnose(args) => args.targets.iter().map(String::as_str).collect(),
        ClawdockCommand::Snapshot(args) => args.targets.iter().map(String::as_str).collect(),
        ClawdockCommand::Plan(args) => args.services.iter().map(String::as_str).collect(),
        ClawdockCommand::Env(args) => args.target.as_deref().into_iter().collect(),
        _ => Vec::new(),
    };
    let pasted = typed.into_iter().filter_map(|t| t.split_once('=')).map(|(_, value)| value);
    pasted.filter(|v| !v.is_empty()).fold(said, |said, value| said.replace(value, "***"))
}

fn with_world(cli: &Cli, host: &World) -> Result<Exit, CommandFailure> {
    let global = &cli.global;
    let full = |path: &PathBuf| host.cwd.join(path);
    // A baseline that is about to be written need not be there.
    let baseline = match global.baseline.as_ref().filter(|_| !global.write_baseline) {
        Some(path) => Some(Baseline::load(&*host.files, &full(path)).map_err(CommandFailure::Usage)?),
        None => None,
    };
    let configurations = configurations(global, host);
    let baseline = baseline.as_ref();
    let formats = crate::cli::formats::chosen(cli.command.as_ref(), global)?;
    dispatch(
        cli,
        &CommandContext { host, global, formats: &formats, configurations: &configurations, baseline },
    )
}

/// The files clawdock.toml, each read when it is asked for.
pub(crate) fn configurations<'a>(global: &Global, host: &'a World) -> Configurations<'a> {
    let given = global.config.as_ref().map(|path| host.cwd.join(path));
    Configurations::new(&*host.files, given, global.write_baseline)
}

/// Writes the baseline where that was asked for, and the report; says how the run ends.
pub(crate) fn conclude(
    mut report: Report,
    sources: &Sources,
    world: &CommandContext<'_>,
) -> Result<Exit, CommandFailure> {
    if world.global.write_baseline {
        let given = world.global.baseline.as_ref().map(|path| world.host.cwd.join(path));
        let path = given.or_else(|| world.configurations.baseline()).ok_or_else(|| {
            CommandFailure::Usage(
                "--write-baseline needs --baseline FILE, or `baseline` in clawdock.toml".to_owned(),
            )
        })?;
        let text = baseline::write(crate::findings::known(&report, sources));
        crate::cli::output::check_not_read([path.as_path()], sources, world.host)?;
        crate::cli::output::to_file(&path, &world.host.cwd, text.as_bytes())?;
        crate::findings::take_as_known(&mut report, sources);
    }
    let exit = exit_of(&report, world.global);
    crate::findings::merge::apply(&mut report, sources);
    if world.global.only_changed {
        crate::findings::changed::keep(&mut report);
    }
    crate::cli::output::write(&report, sources, world)?;
    Ok(exit)
}

/// A variable with its value that was typed where a file belongs, as `docker run -e` takes it.
fn check_typed_files(cli: &Cli, host: &World) -> Result<(), CommandFailure> {
    let project = match &cli.command {
        Some(ClawdockCommand::Lint(args)) => Some(&args.project),
        Some(ClawdockCommand::Plan(args)) => Some(&args.project),
        Some(ClawdockCommand::Fix(args)) => Some(&args.project),
        _ => None,
    };
    let of_project = |option: &'static str, files: fn(&args::ProjectArgs) -> &Vec<String>| {
        project.into_iter().flat_map(files).map(move |file| (option, file))
    };
    let mut typed = of_project("--env-file", |p| &p.env_files).chain(of_project("--file", |p| &p.files));
    let assigned = typed.find_map(|(option, file)| {
        let (name, _) =
            file.split_once('=').filter(|(name, _)| crate::redact::variable(name, false) == *name)?;
        host.files.metadata(&host.cwd.join(file)).is_err().then_some((option, name))
    });
    assigned.map_or(Ok(()), |(option, name)| {
        Err(CommandFailure::Usage(format!(
            "{option} takes the path of a file, and no variable with its value: write `{name}=…` into an env file, and give its path"
        )))
    })
}

fn dispatch(cli: &Cli, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    check_typed_files(cli, world.host)?;
    check_rule_names(world.global)?;
    let Some(command) = &cli.command else { return crate::cli::overview::run(world) };
    match command {
        ClawdockCommand::Inspect(args) => crate::cli::inspect::run(args, world),
        ClawdockCommand::Watch(_) => crate::cli::watch::run(world),
        ClawdockCommand::Lint(args) => crate::cli::lint::run(args, world),
        ClawdockCommand::Probe(args) => crate::cli::probe::run(args, world),
        ClawdockCommand::Diff(args) => crate::cli::diff::run(args, world),
        ClawdockCommand::Diagnose(args) => crate::cli::diagnose::run(args, world),
        ClawdockCommand::Snapshot(args) => crate::cli::snapshot::run(args, world),
        ClawdockCommand::Plan(args) => crate::cli::plan::run(args, world),
        ClawdockCommand::Fix(args) => crate::cli::fix::run(args, world),
        ClawdockCommand::Rules => crate::cli::rule_catalogue::list(world),
        ClawdockCommand::Explain(args) => crate::cli::explain::run(args, world),
        ClawdockCommand::Env(args) => crate::cli::explain::env(args, world),
        ClawdockCommand::Completions { shell } => crate::cli::shell::completions(*shell),
        ClawdockCommand::Man { command } => crate::cli::shell::man(command.as_deref()),
        ClawdockCommand::Schema { of } => crate::cli::output::print(match of {
            SchemaOf::Report => crate::report::json::SCHEMA,
            SchemaOf::Diff => crate::report::diff::SCHEMA,
            SchemaOf::Config => crate::findings::configuration::SCHEMA,
            SchemaOf::Diagnose => crate::report::diagnosis::SCHEMA,
            SchemaOf::Plan => crate::report::plan::SCHEMA,
            SchemaOf::Upgrade => crate::report::upgrade::SCHEMA,
            SchemaOf::Snapshot => crate::snapshot::SCHEMA,
        }),
    }
}

fn check_rule_names(global: &Global) -> Result<(), CommandFailure> {
    let mut named = global.select.iter().chain(&global.ignore);
    named.try_for_each(|id| selector::check(id).map_err(CommandFailure::Usage))
}

pub(super) fn unknown_rule(id: &str) -> String {
    let id = crate::redact::name(id, false);
    format!("there is no rule {id}; `clawdock rules` lists them")
}

/// The exit code of a report.
pub(crate) fn exit_of(report: &Report, global: &Global) -> Exit {
    let Some(least) = global.fail_on.least() else { return Exit::Ok };
    // A project of which nothing could be read hides what is in it; a container is read all the same.
    let on_disk = |entry: &TargetReport| entry.target.kind.is_on_disk();
    if report.refusals.iter().any(|r| r.fatal) && report.targets.iter().all(on_disk) {
        return Exit::Input;
    }
    if report.fails(least) { Exit::Findings } else { Exit::Ok }
}
