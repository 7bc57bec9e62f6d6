//! `clawdock lint`: compose projects on disk.

use crate::cli::{
    foreign::ForeignFile,
    project,
    run::{CommandContext, CommandFailure, Exit, conclude},
};
use crate::{
    cli::args::Lint,
    compose::LoadOptions,
    findings::report::Report,
    findings::{self, configuration::Configuration, judge},
    model::assemble::{AssembleOptions, LoadedProject, ProjectRequest},
    text::source::Sources,
    world::{
        files::{self, ReadError},
        host::World,
        stdin,
    },
};
use std::{
    path::{Path, PathBuf},
    rc::Rc,
};

/// Which projects are meant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Projects {
    /// Compose files or folders; the current folder when there is none.
    pub(crate) paths: Vec<PathBuf>,
    /// What else selects them.
    pub(crate) options: LoadOptions,
    /// With the command line of this user on this host.
    pub(crate) host_cli: bool,
}

pub(crate) fn run(args: &Lint, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let mut options = project::options(&args.project);
    options.assume_env = args.assume_env;
    let projects = Projects { paths: args.paths.clone(), options, host_cli: args.host_cli };
    let (report, sources) = report(&projects, world)?;
    conclude(report, &sources, world)
}

/// The report of all projects that are meant.
pub(crate) fn report(
    projects: &Projects,
    world: &CommandContext<'_>,
) -> Result<(Report, Sources), CommandFailure> {
    let mut run = LintRun {
        host_cli: projects.host_cli,
        world,
        sources: Sources::default(),
        report: Report::default(),
        configurations: Vec::new(),
        judged_all: true,
    };
    let mut options = projects.options.clone();
    if !projects.paths.is_empty() && !options.files.is_empty() {
        return Err(CommandFailure::Usage("give either PATHs or -f FILEs, not both".into()));
    }
    let is_stdin = |p: &PathBuf| p.as_os_str() == "-";
    if options.files.iter().any(|f| f == "-") || projects.paths.iter().any(is_stdin) {
        options.stdin = Some(stdin()?.into());
    }
    if projects.paths.is_empty() {
        run.lint(&ProjectRequest { load: options.clone(), folder: None })?;
    }
    let named = projects.paths.iter().map(PathBuf::as_path).chain(options.files.iter().map(Path::new));
    for file in named.filter(|file| file.as_os_str() != "-") {
        if let Some(kind) = ForeignFile::of_file(file, world.host) {
            return Err(CommandFailure::Usage(format!("{} {kind}", file.display())));
        }
    }
    if let Some(kind) = options.stdin.as_ref().and_then(|text| ForeignFile::of("", text.expose())) {
        return Err(CommandFailure::Usage(format!("standard input {kind}")));
    }
    for path in &projects.paths {
        run.lint(&request(path, &options, world))?;
    }
    let LintRun { mut report, sources, configurations, judged_all, .. } = run;
    say_what_is_here(&mut report, world.host);
    findings::settle(&mut report, &configurations, &world.wanted(judged_all), &sources);
    Ok((report, sources))
}

/// Where no compose file is found, what else is there, and what to type.
fn say_what_is_here(report: &mut Report, host: &World) {
    for refusal in report.refusals.iter_mut().filter(|r| r.fatal && r.message.starts_with(NO_COMPOSE_FILE)) {
        let found = ForeignFile::in_folder(Path::new(&refusal.path), host);
        if !found.is_empty() {
            refusal.message.push_str(&format!("; found {}", found.join(", ")));
        }
        refusal.message.push_str("; for a gateway that runs: `clawdock inspect`");
    }
}

/// No compose file is there that could be read.
pub(crate) fn is_without_project(report: &Report) -> bool {
    report.refusals.iter().any(|r| r.fatal && r.message.starts_with(NO_COMPOSE_FILE))
}

/// How Compose says that there is none.
const NO_COMPOSE_FILE: &str = "no configuration file provided";

/// A folder is a project as `docker compose` finds it there; anything else is a compose file.
fn request(path: &Path, options: &LoadOptions, world: &CommandContext<'_>) -> ProjectRequest {
    if world.host.files.is_directory(&world.host.cwd.join(path)) {
        return ProjectRequest { load: options.clone(), folder: Some(path.to_owned()) };
    }
    let files = vec![path.display().to_string()];
    ProjectRequest { load: LoadOptions { files, ..options.clone() }, folder: None }
}

fn stdin() -> Result<String, CommandFailure> {
    let read = stdin::read(crate::text::limits::COMPOSE_FILE).and_then(files::utf8);
    read.map_err(|why| {
        CommandFailure::Usage(match why {
            // Nobody knows how much more would have come.
            ReadError::TooLarge { limit, .. } => {
                format!("standard input is too large: the limit is {limit} bytes")
            }
            ReadError::NotUtf8 { .. } => format!("standard input {why}"),
            why => format!("standard input cannot be read: {why}"),
        })
    })
}

/// Several projects, one report.
struct LintRun<'a> {
    host_cli: bool,
    world: &'a CommandContext<'a>,
    sources: Sources,
    report: Report,
    configurations: Vec<Rc<Configuration>>,
    judged_all: bool,
}

impl LintRun<'_> {
    fn lint(&mut self, request: &ProjectRequest) -> Result<(), CommandFailure> {
        let world = self.world;
        let loaded = LoadedProject::new(request, world.host, &mut self.sources);
        let configuration = world.configurations.of(&loaded.folder())?;
        let options = AssembleOptions { host_cli: self.host_cli, ..world.assemble_options(&configuration) };
        let project = loaded.assemble(&options, world.host, &mut self.sources);
        self.judged_all &= project.files().iter().all(|files| files.complete);
        let rules = findings::rules_to_run([&*configuration], &world.wanted(false));
        let judged = judge::project(project, &rules, &self.sources);
        self.configurations.extend(judged.targets.iter().map(|_| Rc::clone(&configuration)));
        self.report.append(judged);
        Ok(())
    }
}
