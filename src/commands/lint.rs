//! `clawdock lint`: compose projects on disk.

use super::{Exit, Failure, World, conclude, project};
use crate::{
    cli::Lint,
    compose::{self, LoadOptions},
    control::{self, configuration::Configuration, judge},
    model::assemble::{self, facts, host_cli},
    report::Report,
    source::Sources,
    sources::{
        files::{self, ReadError},
        host::Host,
        stdin,
    },
};
use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    rc::Rc,
};

/// Which projects are meant.
#[derive(Clone, Debug, Default)]
pub(super) struct Projects {
    /// Compose files or folders; the current folder when there is none.
    pub(super) paths: Vec<PathBuf>,
    /// What else selects them.
    pub(super) options: LoadOptions,
    /// With the command line of this user on this host.
    pub(super) host_cli: bool,
}

pub(super) fn run(args: &Lint, world: &World<'_>) -> Result<Exit, Failure> {
    let mut options = project::options(&args.project);
    options.assume_env = args.assume_env;
    let projects = Projects { paths: args.paths.clone(), options, host_cli: args.host_cli };
    let (report, sources) = report(&projects, world)?;
    conclude(report, &sources, world)
}

/// The report of all projects that are meant.
pub(super) fn report(projects: &Projects, world: &World<'_>) -> Result<(Report, Sources), Failure> {
    let mut run = Run {
        host_cli: projects.host_cli,
        world,
        sources: Sources::default(),
        report: Report::default(),
        configurations: Vec::new(),
        judged_all: true,
    };
    let mut options = projects.options.clone();
    if !projects.paths.is_empty() && !options.files.is_empty() {
        return Err(Failure::Usage("give either PATHs or -f FILEs, not both".into()));
    }
    let is_stdin = |p: &PathBuf| p.as_os_str() == "-";
    if options.files.iter().any(|f| f == "-") || projects.paths.iter().any(is_stdin) {
        options.stdin = Some(stdin()?.into());
    }
    if projects.paths.is_empty() {
        run.lint(&options, world.host)?;
    }
    for path in &projects.paths {
        let (options, host) = select(path, &options, world);
        run.lint(&options, &host)?;
    }
    let Run { mut report, sources, configurations, judged_all, .. } = run;
    control::settle(&mut report, &configurations, &world.wanted(judged_all), &sources);
    Ok((report, sources))
}

/// A folder is a project as `docker compose` finds it there; anything else is a compose file.
fn select<'a>(path: &Path, options: &LoadOptions, world: &'a World<'_>) -> (LoadOptions, Cow<'a, Host>) {
    if world.host.files.is_directory(&world.host.cwd.join(path)) {
        return (options.clone(), Cow::Owned(project::host_in(world.host, path)));
    }
    let files = vec![path.display().to_string()];
    (LoadOptions { files, ..options.clone() }, Cow::Borrowed(world.host))
}

fn stdin() -> Result<String, Failure> {
    let read = stdin::read(crate::limits::COMPOSE_FILE).and_then(files::utf8);
    read.map_err(|why| {
        Failure::Usage(match why {
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
struct Run<'a> {
    host_cli: bool,
    world: &'a World<'a>,
    sources: Sources,
    report: Report,
    configurations: Vec<Rc<Configuration>>,
    judged_all: bool,
}

impl Run<'_> {
    fn lint(&mut self, load: &LoadOptions, host: &Host) -> Result<(), Failure> {
        let world = self.world;
        let loaded = compose::load(load, host, &mut self.sources);
        let configuration = world.configurations.of(&host.cwd.join(&loaded.working_dir))?;
        let advice = |service: &str| facts::advice(&loaded, load, &world.host.cwd, service);
        let options = world.assemble_options(&configuration);
        let mut targets = assemble::targets_of(&loaded, advice, &options, host, &mut self.sources);
        if self.host_cli {
            host_cli::share(&mut targets, true, world.host, &mut self.sources);
        }
        let whole = facts::facts(&loaded, !load.files.is_empty(), host, &mut self.sources);
        let judged = judge::services(&targets, &whole, &self.sources);
        self.configurations.extend(judged.iter().map(|_| Rc::clone(&configuration)));
        self.report.targets.extend(judged);
        self.judged_all &= loaded.refusals.is_empty() && loaded.services.iter().all(|s| s.enabled);
        self.report.variables.extend(facts::variables_of_files(&loaded));
        self.report.refusals.extend(loaded.refusals);
        Ok(())
    }
}
