//! `clawdock lint`: compose projects on disk.

use super::{Exit, Failure, World, exit_of, output, project, target};
use crate::{
    cli::Lint,
    compose::{self, LoadOptions},
    report::Report,
    rules::Case,
    source::Sources,
    sources::{files, host::Host},
};
use std::{borrow::Cow, io::Read as _, path::Path};

pub(super) fn run(args: &Lint, world: &World<'_>) -> Result<Exit, Failure> {
    let (report, sources) = report(args, world)?;
    output::write(&report, &sources, world)?;
    Ok(exit_of(&report, world.global))
}

/// The report of all projects that are named.
pub(super) fn report(args: &Lint, world: &World<'_>) -> Result<(Report, Sources), Failure> {
    let mut sources = Sources::default();
    let mut report = Report::default();
    if !args.paths.is_empty() && !args.project.files.is_empty() {
        return Err(Failure::Usage("give either PATHs or -f FILEs, not both".into()));
    }
    if args.paths.is_empty() {
        lint(&base(args)?, world.host, args, world, &mut sources, &mut report);
    }
    for path in &args.paths {
        let (options, host) = select(path, args, world)?;
        lint(&options, &host, args, world, &mut sources, &mut report);
    }
    report.drop_repeated();
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

fn lint(
    options: &LoadOptions,
    host: &Host,
    args: &Lint,
    world: &World<'_>,
    sources: &mut Sources,
    report: &mut Report,
) {
    let loaded = compose::load(options, host, sources);
    let advice = |service: &str| project::advice(&loaded, &args.project, &world.host.cwd, service);
    let targets = target::of_project(&loaded, advice, world, sources);
    for judged in &targets {
        let case = Case { target: judged, project: &targets, desired: None, sources };
        report.targets.push(target::judge(judged, &case, world));
    }
    report.variables.extend(project::variables_of_files(&loaded));
    report.refusals.extend(loaded.refusals);
}
