//! `clawdock lint`: compose projects on disk.

use super::{Exit, Failure, World, conclude, host_cli, project, target};
use crate::{
    cli::Lint,
    compose::{self, LoadOptions},
    control::{self, configuration::Configuration},
    fix::layout::Layouts,
    report::Report,
    rules::Case,
    source::Sources,
    sources::{files, host::Host},
};
use std::{borrow::Cow, io::Read as _, path::Path, rc::Rc};

pub(super) fn run(args: &Lint, world: &World<'_>) -> Result<Exit, Failure> {
    let (report, sources) = report(args, world)?;
    conclude(report, &sources, world)
}

/// The report of all projects that are named.
pub(super) fn report(args: &Lint, world: &World<'_>) -> Result<(Report, Sources), Failure> {
    let mut run = Run {
        args,
        world,
        sources: Sources::default(),
        report: Report::default(),
        configurations: Vec::new(),
        judged_all: true,
    };
    if !args.paths.is_empty() && !args.project.files.is_empty() {
        return Err(Failure::Usage("give either PATHs or -f FILEs, not both".into()));
    }
    if args.paths.is_empty() {
        run.lint(&base(args)?, world.host)?;
    }
    for path in &args.paths {
        let (options, host) = select(path, args, world)?;
        run.lint(&options, &host)?;
    }
    let Run { mut report, sources, configurations, judged_all, .. } = run;
    control::settle(&mut report, &configurations, &world.wanted(judged_all), &sources);
    Ok((report, sources))
}

fn base(args: &Lint) -> Result<LoadOptions, Failure> {
    let mut options = project::options(&args.project);
    options.assume_env = args.assume_env;
    if options.files.iter().any(|f| f == "-") {
        options.stdin = Some(stdin()?.into());
    }
    Ok(options)
}

/// A folder is a project as `docker compose` finds it there; anything else is a compose file.
fn select<'a>(
    path: &Path,
    args: &Lint,
    world: &'a World<'_>,
) -> Result<(LoadOptions, Cow<'a, Host>), Failure> {
    let mut options = base(args)?;
    let full = world.host.cwd.join(path);
    if full.is_dir() {
        return Ok((options, Cow::Owned(project::host_in(world.host, path))));
    }
    if path.as_os_str() == "-" {
        options.stdin = Some(stdin()?.into());
    }
    options.files = vec![path.display().to_string()];
    Ok((options, Cow::Borrowed(world.host)))
}

fn stdin() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let limit = crate::limits::COMPOSE_FILE;
    let failed = |why: String| Failure::Usage(format!("standard input {why}"));
    let read = std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|e| failed(format!("cannot be read: {}", e.kind())))?;
    if bytes.len() as u64 > limit {
        return Err(failed(format!("is too large: the limit is {limit} bytes")));
    }
    files::utf8(bytes).map_err(|e| failed(e.to_string()))
}

/// Several projects, one report.
struct Run<'a> {
    args: &'a Lint,
    world: &'a World<'a>,
    sources: Sources,
    report: Report,
    configurations: Vec<Rc<Configuration>>,
    judged_all: bool,
}

impl Run<'_> {
    fn lint(&mut self, options: &LoadOptions, host: &Host) -> Result<(), Failure> {
        let (args, world) = (self.args, self.world);
        let loaded = compose::load(options, host, &mut self.sources);
        let configuration = world.configurations.of(&host.cwd.join(&loaded.working_dir))?;
        let advice = |service: &str| project::advice(&loaded, &args.project, &world.host.cwd, service);
        let mut targets = target::of_project(&loaded, advice, world, &configuration, &mut self.sources);
        if args.host_cli {
            host_cli::share(&mut targets, true, world.host, &mut self.sources);
        }
        let whole = project::facts(&loaded, !options.files.is_empty(), host, &mut self.sources);
        let layouts = Layouts::default();
        for judged in &targets {
            let case = Case {
                layouts: &layouts,
                target: judged,
                project: &targets,
                desired: None,
                whole: Some(&whole),
                sources: &self.sources,
            };
            self.report.targets.push(target::judge(judged, &case));
            self.configurations.push(Rc::clone(&configuration));
        }
        self.judged_all &= loaded.refusals.is_empty() && loaded.services.iter().all(|s| s.enabled);
        self.report.variables.extend(project::variables_of_files(&loaded));
        self.report.refusals.extend(loaded.refusals);
        Ok(())
    }
}
