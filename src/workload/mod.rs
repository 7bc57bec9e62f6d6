//! Files that are no compose files and describe containers all the same: `docker run` command lines,
//! Quadlet units, manifests of Kubernetes. They are read into what a compose project is read into, with the
//! place of every value; everything after this module is told apart by names alone.

mod environment;
mod kubernetes;
mod quadlet;
mod run_command;

use crate::{
    provenance::{InspectedSource, Variable},
    text::{
        limits,
        source::{Language, Place, SourceId, SourceName, Sources},
    },
    vocabulary::{
        deployment::Deployment,
        finding::{Refusal, SaidBy},
        manager::Management,
        workload::WorkloadKind,
    },
    world::host::World,
};
use std::path::{Path, PathBuf};

/// What a file is read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WorkloadFormat {
    /// A script, or a document with code blocks, that calls `docker run`.
    RunCommands {
        /// It is Markdown.
        markdown: bool,
    },
    /// A `.container` unit of Quadlet.
    Quadlet,
    /// One or more manifests of Kubernetes, rendered.
    Kubernetes,
}

impl WorkloadFormat {
    /// Recognises a text by its name, which is empty for standard input, and its content.
    #[must_use]
    pub fn of(name: &str, text: &str) -> Option<Self> {
        let extension = Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default();
        let has_line = |test: &dyn Fn(&str) -> bool| text.lines().any(test);
        let markdown = matches!(extension, "md" | "markdown" | "mdx")
            || (name.is_empty() && has_line(&|line| line.trim_start().starts_with("```")));
        if !markdown && has_line(&|line| line.starts_with("services:")) {
            return None;
        }
        if extension == "container" || !markdown && has_line(&|line| line.trim_end() == "[Container]") {
            return Some(Self::Quadlet);
        }
        let of_data = matches!(extension, "yaml" | "yml" | "json" | "") && !text.starts_with("#!");
        if of_data && !markdown && kubernetes::is_manifest(text) {
            return Some(Self::Kubernetes);
        }
        let is_script = markdown
            || matches!(extension, "sh" | "bash" | "txt" | "command" | "")
            || text.starts_with("#!")
            || run_command::begins_so(text);
        (is_script && run_command::calls_run(text, markdown)).then_some(Self::RunCommands { markdown })
    }

    /// Recognises a file of this host.
    #[must_use]
    pub fn of_file(path: &Path, host: &World) -> Option<Self> {
        let path = host.cwd.join(path);
        let text = host.files.read_text(&path, limits::COMPOSE_FILE).ok()?;
        Self::of(&path.file_name()?.to_string_lossy(), &text)
    }

    fn language(self) -> Language {
        match self {
            Self::RunCommands { .. } => Language::RunScript,
            Self::Quadlet => Language::Unit,
            Self::Kubernetes => Language::Yaml,
        }
    }
}

/// One container that a file describes.
#[derive(Clone, Debug)]
pub struct Workload {
    /// What describes it.
    pub kind: WorkloadKind,
    /// What it is called.
    pub name: String,
    /// The name of the container on its engine, where that is written.
    pub container: Option<String>,
    /// How it is run.
    pub deployment: Deployment,
    /// The environment that it is created with.
    pub environment: Vec<Variable>,
    /// Containers that run to their end before it starts, on volumes that they share.
    pub before: Vec<(Deployment, Vec<Variable>)>,
    /// Paths of the host in it are those of another machine.
    pub is_elsewhere: bool,
    /// Who keeps it.
    pub management: Management,
    /// Files that were looked for because of it.
    pub looked_at: Vec<InspectedSource>,
}

/// The containers of files that belong together.
#[derive(Debug, Default)]
pub struct WorkloadProject {
    /// Its namespace, where one is written; else the name of its first file.
    pub name: Option<String>,
    /// What relative paths are relative to.
    pub directory: PathBuf,
    /// Absolute paths of its files; `-` for standard input.
    pub files: Vec<PathBuf>,
    /// The texts of these files.
    pub texts: Vec<SourceId>,
    /// The env files that were read.
    pub env_files: Vec<PathBuf>,
    /// What Secrets hold: never shown, and taken out of what is.
    pub secrets: Vec<Variable>,
    /// The containers, in the order they are written.
    pub workloads: Vec<Workload>,
    /// What keeps a file from being read.
    pub refusals: Vec<Refusal>,
}

/// A file to read.
#[derive(Clone, Debug)]
pub struct WorkloadFile {
    /// Where it is; none for standard input.
    pub path: Option<PathBuf>,
    /// What it is read as.
    pub format: WorkloadFormat,
}

impl WorkloadProject {
    fn refuse(&mut self, path: String, place: Option<Place>, message: impl Into<String>) {
        let (by, message) = (SaidBy::Clawdock, message.into());
        self.refusals.push(Refusal { by, path, place, message, fatal: false });
    }
}

/// Reads files: all manifests of Kubernetes, and all Quadlet units of one folder, belong together; a script
/// is by itself, and so is each code block of a document.
#[must_use]
pub fn load(
    files: &[WorkloadFile],
    stdin: Option<&str>,
    host: &World,
    sources: &mut Sources,
) -> Vec<WorkloadProject> {
    let mut projects: Vec<WorkloadProject> = Vec::new();
    let mut manifests: Vec<SourceId> = Vec::new();
    let mut units: Vec<(PathBuf, Vec<SourceId>)> = Vec::new();
    for file in files {
        let Some(id) = text_of(file, stdin, host, sources, &mut projects) else { continue };
        let directory = file.path.as_deref().and_then(|path| Some(host.cwd.join(path).parent()?.to_owned()));
        let directory = directory.unwrap_or_else(|| host.cwd.clone());
        match file.format {
            WorkloadFormat::Kubernetes => manifests.push(id),
            WorkloadFormat::Quadlet => match units.iter_mut().find(|(folder, _)| *folder == directory) {
                Some((_, ids)) => ids.push(id),
                None => units.push((directory, vec![id])),
            },
            WorkloadFormat::RunCommands { markdown } => {
                projects.extend(run_command::read(id, markdown, &directory, host, sources));
            }
        }
    }
    for (directory, ids) in units {
        projects.push(quadlet::read(&ids, &directory, host, sources));
    }
    if !manifests.is_empty() {
        projects.push(kubernetes::read(&manifests, &host.cwd, sources));
    }
    projects
}

fn text_of(
    file: &WorkloadFile,
    stdin: Option<&str>,
    host: &World,
    sources: &mut Sources,
    projects: &mut Vec<WorkloadProject>,
) -> Option<SourceId> {
    let language = file.format.language();
    let Some(path) = &file.path else {
        return Some(sources.add(SourceName::Stdin, language, stdin?.to_owned()));
    };
    let path = host.cwd.join(path);
    match host.files.read_text(&path, limits::COMPOSE_FILE) {
        Ok(text) => Some(sources.add(SourceName::Host(path), language, text)),
        Err(why) => {
            let mut project = WorkloadProject::default();
            project.refuse(path.display().to_string(), None, format!("the file {why}"));
            projects.push(project);
            None
        }
    }
}

/// The name of a text's file, for what has no other.
fn file_name(id: SourceId, sources: &Sources) -> Option<String> {
    match &sources.get(id).name {
        SourceName::Host(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
        _ => None,
    }
}

/// The paths of texts.
fn files_of(ids: &[SourceId], sources: &Sources) -> Vec<PathBuf> {
    let path = |id: &SourceId| match &sources.get(*id).name {
        SourceName::Host(path) => path.clone(),
        _ => PathBuf::from("-"),
    };
    ids.iter().map(path).collect()
}
