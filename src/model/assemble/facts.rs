//! What is known of a project as a whole, from its files and what lies beside them.

use crate::vocabulary::compose_files::{DEFAULT_FILES, DEFAULT_OVERRIDES};
use crate::{
    compose::{self, LoadOptions},
    model::project_facts::{Beside, EnvFileLine, LeftOut, ProjectEnvFile, ProjectFacts},
    openclaw::read::setup_script::SetupScript,
    provenance::{Candidate, Layer, ProvenanceStep, Variable},
    syntax::{dotenv, interpolate::Binding},
    text::{
        limits,
        source::{Language, Place, SourceId, SourceName, Sources},
    },
    vocabulary::advice::{Advice, ProjectFlags},
    workload::WorkloadProject,
    world::{files::Files, git, host::World},
};
use std::path::{Path, PathBuf};

/// The commands for a project on disk.
pub(super) fn advice(project: &compose::ComposeProject, load: &LoadOptions, cwd: &Path) -> Advice {
    let env_files: Vec<PathBuf> = load.env_files.iter().map(PathBuf::from).collect();
    Advice::of_project(&ProjectFlags {
        files: &project.compose_files,
        env_files: &env_files,
        directory: &project.working_dir,
        cwd,
        name: load.project_name.as_deref(),
    })
}

/// Most examples of env files that are looked at.
const MOST_SAMPLES: usize = 8;

/// What rules ask for about the project as a whole.
pub(super) fn facts(
    project: &compose::ComposeProject,
    named: bool,
    host: &World,
    sources: &mut Sources,
) -> ProjectFacts {
    let files = &*host.files;
    let names = files.names_in(&project.working_dir);
    let dotenv = project.env_files.iter().flat_map(|file| assignments(file, host, sources)).collect();
    let samples = samples(files, &project.working_dir, sources);
    let env_files = env_files(project, host, sources);
    let strays = strays(files, &project.working_dir, &env_files, sources);
    let texts =
        project.sources.iter().chain(&samples).chain(&strays).filter_map(|id| match &sources.get(*id).name {
            SourceName::Host(path) => Some(path.clone()),
            _ => None,
        });
    let kept: Vec<PathBuf> = texts.chain(env_files.iter().map(|f| f.path.clone())).collect();
    ProjectFacts {
        directory: project.working_dir.clone(),
        files: project.compose_files.clone(),
        named: named || host.var("COMPOSE_FILE").is_some(),
        texts: project.sources.to_vec(),
        beside: beside(files, project, &names),
        dotenv,
        env_files,
        tracked: git::tracked(files, &kept),
        ignored: git::ignored(files, &kept),
        strays,
        samples,
        configs: configs(files, &project.working_dir, sources),
        setup: setup(files, &project.working_dir),
        user: host.user,
        refusals: project.refusals.clone(),
        name: project.name.clone(),
        left_out: left_out(project),
    }
}

/// The same of files that are no compose files.
pub(super) fn of_workloads(project: &WorkloadProject, host: &World, sources: &Sources) -> ProjectFacts {
    let files = &*host.files;
    let env_files: Vec<ProjectEnvFile> = project
        .env_files
        .iter()
        .map(|path| ProjectEnvFile {
            lines: assignments(path, host, sources),
            open_to_all: files.is_open_to_all(path),
            path: path.clone(),
        })
        .collect();
    let kept: Vec<PathBuf> = project.files.iter().chain(&project.env_files).cloned().collect();
    ProjectFacts {
        directory: project.directory.clone(),
        files: project.files.clone(),
        named: true,
        texts: project.texts.clone(),
        env_files,
        tracked: git::tracked(files, &kept),
        ignored: git::ignored(files, &kept),
        user: host.user,
        refusals: project.refusals.clone(),
        name: project.name.clone(),
        ..ProjectFacts::default()
    }
}

fn left_out(project: &compose::ComposeProject) -> Vec<LeftOut> {
    let waits = |s: &&compose::Service| !s.enabled && !s.profiles.is_empty();
    let named = |s: &compose::Service| LeftOut { service: s.name.clone(), profiles: s.profiles.clone() };
    project.services.iter().filter(waits).map(named).collect()
}

fn beside(files: &dyn Files, project: &compose::ComposeProject, names: &[String]) -> Vec<Beside> {
    let is_compose =
        |name: &&String| DEFAULT_FILES.contains(&name.as_str()) || DEFAULT_OVERRIDES.contains(&name.as_str());
    let read = |path: &Path| files.read(path, limits::COMPOSE_FILE).ok();
    let mut beside = Vec::new();
    for name in names.iter().filter(is_compose) {
        let path = project.working_dir.join(name);
        if project.compose_files.contains(&path) {
            continue;
        }
        let own = read(&path);
        let is_copy = own.is_some() && project.compose_files.iter().any(|used| read(used) == own);
        beside.push(Beside { path, is_override: DEFAULT_OVERRIDES.contains(&name.as_str()), is_copy });
    }
    beside
}

/// OpenClaw's setup script. Its text is not kept: nothing in it is a value.
fn setup(files: &dyn Files, folder: &Path) -> Option<SetupScript> {
    SetupScript::PATHS.into_iter().find_map(|path| {
        let text = files.read_text(&folder.join(path), limits::SETUP_SCRIPT).ok()?;
        SetupScript::parse(path, &text)
    })
}

/// `.env`, what `--env-file` names, and the `env_file`s of the services.
fn env_files(project: &compose::ComposeProject, host: &World, sources: &Sources) -> Vec<ProjectEnvFile> {
    let enabled = project.services.iter().filter(|s| s.enabled);
    let of_services = enabled.flat_map(|s| s.deployment().env_files).map(|file| PathBuf::from(file.value));
    let mut found: Vec<ProjectEnvFile> = Vec::new();
    for path in project.env_files.iter().cloned().chain(of_services) {
        if sources.find_host(&path).is_some() && found.iter().all(|known| known.path != path) {
            let lines = assignments(&path, host, sources);
            found.push(ProjectEnvFile { lines, open_to_all: host.files.is_open_to_all(&path), path });
        }
    }
    found
}

/// The lines of an env file that was read.
fn assignments(file: &Path, host: &World, sources: &Sources) -> Vec<EnvFileLine> {
    let Some(source) = sources.find_host(file) else { return Vec::new() };
    let parsed = dotenv::compose::parse(sources.get(source).text());
    let assignment = |entry: dotenv::DotenvEntry| EnvFileLine {
        name_place: Place { source, span: entry.name_span },
        place: Place { source, span: entry.value_span },
        value: match &entry.value {
            dotenv::DotenvValue::Inherited => None,
            dotenv::DotenvValue::Literal(text) | dotenv::DotenvValue::Template(text) => {
                Some((&**text).into())
            }
        },
        template: matches!(entry.value, dotenv::DotenvValue::Template(_)),
        shell: host.env.get(&*entry.name).cloned(),
        name: crate::redact::variable(&entry.name, false).into_owned(),
    };
    parsed.entries.into_iter().map(assignment).collect()
}

/// `config/openclaw.json`, `openclaw.example.json` and their kin.
fn configs(files: &dyn Files, folder: &Path, sources: &mut Sources) -> Vec<SourceId> {
    let is_config = |name: &str| {
        let lower = name.to_ascii_lowercase();
        // A plugin's manifest is no config.
        lower.starts_with("openclaw")
            && !lower.contains("plugin")
            && lower.split('.').any(|part| matches!(part, "json" | "json5"))
    };
    let beside = folder.parent().map(|parent| parent.join("config"));
    let folders =
        [folder.to_owned(), folder.join("config"), folder.join("defaults")].into_iter().chain(beside);
    found_in(files, folders, is_config, limits::OPENCLAW_CONFIG, Language::Json5, sources)
}

/// Reads files by their names, at most [`MOST_SAMPLES`] of them.
fn found_in(
    files: &dyn Files,
    folders: impl IntoIterator<Item = PathBuf>,
    is_meant: impl Fn(&str) -> bool,
    limit: u64,
    language: Language,
    sources: &mut Sources,
) -> Vec<SourceId> {
    let named =
        |folder: PathBuf| files.names_in(&folder).into_iter().map(move |name| (folder.join(&name), name));
    let all = folders.into_iter().flat_map(named).filter(|(_, name)| is_meant(name)).take(MOST_SAMPLES);
    let mut found = Vec::new();
    for (path, _) in all {
        let id = match sources.find_host(&path) {
            Some(id) => Some(id),
            None => files
                .read_text(&path, limit)
                .ok()
                .map(|text| sources.add(SourceName::Host(path), language, text)),
        };
        found.extend(id);
    }
    found
}

/// `.env.example` and its kin.
fn samples(files: &dyn Files, folder: &Path, sources: &mut Sources) -> Vec<SourceId> {
    let folders = [folder.to_owned(), folder.join("config")];
    found_in(files, folders, is_sample, limits::OPENCLAW_DOTENV, Language::Dotenv, sources)
}

fn is_sample(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(['.', '_', '-']).collect();
    parts.contains(&"env") && parts.iter().any(|p| ["example", "sample", "template", "dist"].contains(p))
}

/// `.env.bak`, `.env.production`: copies of `.env` that no service names.
fn strays(files: &dyn Files, folder: &Path, read: &[ProjectEnvFile], sources: &mut Sources) -> Vec<SourceId> {
    let is_read = |name: &str| read.iter().any(|file| file.path == folder.join(name));
    let is_stray = |name: &str| {
        name.starts_with(".env.") && !is_sample(name) && !is_read(name) && !name.ends_with(".enc")
    };
    found_in(files, [folder.to_owned()], is_stray, limits::OPENCLAW_DOTENV, Language::Dotenv, sources)
}

/// What the env files of a project set, which interpolation can carry anywhere.
pub(super) fn variables_of_files(project: &compose::ComposeProject) -> Vec<Variable> {
    let of_file =
        |via: &ProvenanceStep| matches!(via.step.layer(), Some(Layer::ProjectDotenv | Layer::CliEnvFile));
    let line = |(name, binding): (&str, &Binding)| {
        let place = binding.via.iter().find(|via| of_file(via))?.place;
        let winner = Some(Candidate::new(Layer::ProjectDotenv, name, place, binding.value.clone()));
        Some(Variable { name: name.to_owned(), winner, losers: Vec::new() })
    };
    project.variables.iter().filter_map(line).collect()
}
