//! `clawdock lint`: compose projects on disk.

use crate::cli::{
    foreign::ForeignFile,
    project,
    run::{CommandContext, CommandFailure, Exit, conclude},
};
use crate::{
    cli::args::Lint,
    compose::LoadOptions,
    findings::report::{FoundBelow, Report},
    findings::{self, configuration::Configuration, judge},
    model::{
        Project,
        assemble::{AssembleOptions, LoadedProject, ProjectRequest, workloads},
        below::{self, FoundProject, ProjectsBelow},
    },
    text::{secret::Text, source::Sources},
    vocabulary::{compose_files::DEFAULT_FILES, deployment::PROGRAM_NAMES},
    workload::{self, WorkloadFile, WorkloadFormat},
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
    /// Of a folder every project below it.
    pub(crate) recursive: bool,
    /// What else selects them.
    pub(crate) options: LoadOptions,
    /// With the command line of this user on this host.
    pub(crate) host_cli: bool,
}

pub(crate) fn run(args: &Lint, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let mut options = project::options(&args.project);
    options.assume_env = args.assume_env;
    let Lint { paths, recursive, host_cli, .. } = args;
    let projects = Projects { paths: paths.clone(), recursive: *recursive, options, host_cli: *host_cli };
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
    let is_folder = |path: &&PathBuf| world.host.files.is_directory(&world.host.cwd.join(path));
    let (below, named): (Vec<PathBuf>, Vec<PathBuf>) = match projects.paths.as_slice() {
        [] if projects.recursive => (vec![PathBuf::new()], Vec::new()),
        paths => paths.iter().cloned().partition(|path| projects.recursive && is_folder(&path)),
    };
    if projects.recursive {
        let mut found = FoundBelow::default();
        for root in &below {
            run.lint_below(below::find(root, &options, world.host), &mut found)?;
        }
        run.report.found = Some(found);
    } else if projects.paths.is_empty() {
        let files = match options.files.is_empty() && world.host.var("COMPOSE_FILE").is_none() {
            true => workloads_in(Path::new(""), world.host),
            false => Vec::new(),
        };
        if files.is_empty() {
            run.lint(&ProjectRequest { load: options.clone(), folder: None })?;
        }
        run.lint_workloads(&files, None)?;
    }
    let workloads = workloads(&named, &options, world)?;
    let is_workload = |path: &PathBuf| match path.as_os_str() == "-" {
        true => workloads.iter().any(|file| file.path.is_none()),
        false => workloads.iter().any(|file| file.path.as_ref().is_some_and(|of| of.starts_with(path))),
    };
    for path in named.iter().filter(|path| !is_workload(path)) {
        run.lint(&request(path, &options, world))?;
    }
    run.lint_workloads(&workloads, options.stdin.as_ref().map(Text::expose))?;
    let LintRun { mut report, sources, configurations, judged_all, .. } = run;
    say_what_is_here(&mut report, world.host);
    findings::settle(&mut report, &configurations, &world.wanted(judged_all), &sources);
    Ok((report, sources))
}

/// The files that are no compose files and are read all the same.
fn workloads(
    named: &[PathBuf],
    options: &LoadOptions,
    world: &CommandContext<'_>,
) -> Result<Vec<WorkloadFile>, CommandFailure> {
    let mut found = Vec::new();
    for path in named {
        if path.as_os_str() == "-" {
            let text = options.stdin.as_ref().map_or("", Text::expose);
            match WorkloadFormat::of("", text) {
                Some(format) => found.push(WorkloadFile { path: None, format }),
                None => not_foreign("standard input", ForeignFile::of("", text))?,
            }
        } else if world.host.files.is_directory(&world.host.cwd.join(path)) {
            found.extend(workloads_in(path, world.host));
        } else {
            match WorkloadFormat::of_file(path, world.host) {
                Some(format) => found.push(WorkloadFile { path: Some(path.clone()), format }),
                None => not_foreign(&path.display().to_string(), ForeignFile::of_file(path, world.host))?,
            }
        }
    }
    // What `docker compose -f` would be given.
    for file in &options.files {
        let kind = match file.as_str() {
            "-" => options.stdin.as_ref().and_then(|text| ForeignFile::of("", text.expose())),
            file => ForeignFile::of_file(Path::new(file), world.host),
        };
        not_foreign(file, kind)?;
    }
    Ok(found)
}

fn not_foreign(file: &str, kind: Option<ForeignFile>) -> Result<(), CommandFailure> {
    kind.map_or(Ok(()), |kind| Err(CommandFailure::Usage(format!("{file} {kind}"))))
}

/// Of a folder without a compose file: its Quadlet units, and its manifests of Kubernetes.
fn workloads_in(folder: &Path, host: &World) -> Vec<WorkloadFile> {
    let mut names = host.files.names_in(&host.cwd.join(folder));
    if names.iter().any(|name| DEFAULT_FILES.contains(&name.as_str())) {
        return Vec::new();
    }
    names.sort();
    let of_kind = |kinds: &[&str]| -> Vec<WorkloadFile> {
        let read = |name: &String| {
            let path = folder.join(name);
            let kind = path.extension().and_then(|e| e.to_str())?;
            let format = kinds.contains(&kind).then(|| WorkloadFormat::of_file(&path, host))??;
            Some(WorkloadFile { path: Some(path), format })
        };
        names.iter().filter_map(read).collect()
    };
    let found = of_kind(&["container", "yaml", "yml", "json"]);
    // A script beside manifests is about them.
    if found.is_empty() { of_kind(&["sh"]) } else { found }
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
    fn lint_workloads(&mut self, files: &[WorkloadFile], stdin: Option<&str>) -> Result<(), CommandFailure> {
        for (project, configuration) in self.assemble_workloads(files, stdin)? {
            self.judge(project, configuration);
        }
        Ok(())
    }

    /// What files that are no compose files describe, with the configuration that holds for each project.
    fn assemble_workloads(
        &mut self,
        files: &[WorkloadFile],
        stdin: Option<&str>,
    ) -> Result<Vec<(Project, Rc<Configuration>)>, CommandFailure> {
        let world = self.world;
        let mut projects = Vec::new();
        for loaded in workload::load(files, stdin, world.host, &mut self.sources) {
            let configuration = world.configurations.of(&loaded.directory)?;
            let options = world.assemble_options(&configuration);
            let project = workloads::assemble(loaded, &options, world.host, &mut self.sources);
            projects.push((project, configuration));
        }
        Ok(projects)
    }

    /// A compose project, with the configuration that holds for it.
    fn assemble(&mut self, request: &ProjectRequest) -> Result<(Project, Rc<Configuration>), CommandFailure> {
        let world = self.world;
        let loaded = LoadedProject::new(request, world.host, &mut self.sources);
        let configuration = world.configurations.of(&loaded.folder())?;
        let options = AssembleOptions { host_cli: self.host_cli, ..world.assemble_options(&configuration) };
        Ok((loaded.assemble(&options, world.host, &mut self.sources), configuration))
    }

    /// What runs OpenClaw below a folder; the rest is counted.
    fn lint_below(&mut self, below: ProjectsBelow, found: &mut FoundBelow) -> Result<(), CommandFailure> {
        let world = self.world;
        for FoundProject { request, file } in below.projects {
            // It was read as a part of another one, which includes or extends it.
            if request.folder.is_none() && self.sources.find_host(&world.host.cwd.join(&file)).is_some() {
                continue;
            }
            let (project, configuration) = self.assemble(&request)?;
            self.judge_found(project, configuration, file, found);
        }
        for files in below.workloads {
            for (project, configuration) in self.assemble_workloads(&files, None)? {
                let file = files.first().and_then(|file| file.path.clone()).unwrap_or_default();
                self.judge_found(project, configuration, file, found);
            }
        }
        found.fragments.extend(below.fragments);
        found.unrendered.extend(below.unrendered);
        Ok(())
    }

    fn judge_found(
        &mut self,
        project: Project,
        configuration: Rc<Configuration>,
        file: PathBuf,
        found: &mut FoundBelow,
    ) {
        // What cannot be read may run it, where it names it.
        let names_it = || {
            let texts = project.files().iter().flat_map(|files| &files.facts.texts);
            let mut texts = texts.map(|id| self.sources.get(*id).text());
            texts.any(|text| PROGRAM_NAMES.iter().any(|program| text.contains(program)))
        };
        if project.runs_openclaw() || (project.refusals().next().is_some() && names_it()) {
            found.runs.push(file);
            self.judge(project, configuration);
        } else {
            found.beside.push(file);
        }
    }

    fn judge(&mut self, project: Project, configuration: Rc<Configuration>) {
        self.judged_all &= project.files().iter().all(|files| files.complete);
        let rules = findings::rules_to_run([&*configuration], &self.world.wanted(false));
        let judged = judge::project(project, &rules, &self.sources);
        self.configurations.extend(judged.targets.iter().map(|_| Rc::clone(&configuration)));
        self.report.append(judged);
    }

    fn lint(&mut self, request: &ProjectRequest) -> Result<(), CommandFailure> {
        let (project, configuration) = self.assemble(request)?;
        self.judge(project, configuration);
        Ok(())
    }
}
