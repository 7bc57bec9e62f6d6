//! Every project below a folder: which files are projects, which ones only change or complete another, and
//! which describe containers in another way.

use crate::{
    compose::LoadOptions,
    model::assemble::ProjectRequest,
    syntax::{node::Node, yaml},
    text::{
        limits,
        source::{Language, SourceName, Sources},
    },
    vocabulary::compose_files::{DEFAULT_FILES, DEFAULT_OVERRIDES},
    workload::{WorkloadFile, WorkloadFormat},
    world::{
        files::Files,
        gitignore::{WalkedFolder, folders_below},
        host::World,
    },
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

/// What is below a folder.
#[derive(Clone, Debug, Default)]
pub struct ProjectsBelow {
    /// Compose projects, each with the file that it is found by.
    pub projects: Vec<FoundProject>,
    /// Other files that describe containers; those of a list belong together.
    pub workloads: Vec<Vec<WorkloadFile>>,
    /// Compose files that are a part of a project whose other files are not there.
    pub fragments: Vec<PathBuf>,
    /// What has to be rendered before it can be read: its path, and what it is.
    pub unrendered: Vec<(PathBuf, &'static str)>,
}

/// A compose project.
#[derive(Clone, Debug)]
pub struct FoundProject {
    /// What `docker compose` would be told.
    pub request: ProjectRequest,
    /// The file that it is found by; of one that changes another, that file.
    pub file: PathBuf,
}

/// A compose file, as far as it tells what it is.
struct ComposeCandidate {
    path: PathBuf,
    /// Its services, each with whether something can be run of it alone.
    services: Vec<(String, bool)>,
    includes: bool,
}

impl ComposeCandidate {
    fn is_whole(&self) -> bool {
        self.includes || (!self.services.is_empty() && self.services.iter().all(|(_, whole)| *whole))
    }

    fn has(&self, service: &str) -> bool {
        self.services.iter().any(|(name, _)| name == service)
    }

    /// It has every service that the other one only changes.
    fn completes(&self, other: &Self) -> bool {
        self.path != other.path && other.services.iter().all(|(name, whole)| *whole || self.has(name))
    }
}

/// What is below `root`, without what git leaves out.
#[must_use]
pub fn find(root: &Path, load: &LoadOptions, host: &World) -> ProjectsBelow {
    let mut below = ProjectsBelow::default();
    let root = if root == Path::new(".") { Path::new("") } else { root };
    let walked = folders_below(&*host.files, &host.cwd.join(root));
    let start = host.cwd.join(root);
    let shown =
        |path: &Path| path.strip_prefix(&start).map_or_else(|_| path.to_owned(), |inner| root.join(inner));
    let mut defaults: HashMap<PathBuf, ComposeCandidate> = HashMap::new();
    for WalkedFolder { path, names } in walked {
        let folder = shown(&path);
        if names.iter().any(|name| name == "Chart.yaml") {
            below.unrendered.push((folder.join("Chart.yaml"), "a Helm chart"));
        }
        let is_kustomization =
            |name: &&String| matches!(name.as_str(), "kustomization.yaml" | "kustomization.yml");
        if let Some(name) = names.iter().find(is_kustomization) {
            below.unrendered.push((folder.join(name), "a kustomization"));
        }
        let mut candidates: Vec<ComposeCandidate> = names
            .iter()
            .filter_map(|name| candidate(&*host.files, &path.join(name), &folder.join(name)))
            .collect();
        let default = DEFAULT_FILES.iter().find(|file| names.iter().any(|name| name == *file));
        if let Some(default) = default {
            let file = folder.join(default);
            let request = ProjectRequest { load: load.clone(), folder: Some(folder.clone()) };
            below.projects.push(FoundProject { request, file: file.clone() });
            let at = candidates.iter().position(|c| c.path == file);
            if let Some(at) = at {
                defaults.insert(folder.clone(), candidates.remove(at));
            }
            // Compose adds an override of the same folder by itself.
            candidates.retain(|c| !DEFAULT_OVERRIDES.iter().any(|name| c.path.ends_with(name)));
        }
        for candidate in &candidates {
            let own = defaults.get(&folder).into_iter().chain(candidates.iter().filter(|c| c.is_whole()));
            let above = folder.parent().and_then(|parent| defaults.get(parent));
            let base = own.chain(above).find(|base| base.completes(candidate));
            let files: Vec<&Path> = match base {
                _ if candidate.is_whole() => vec![&candidate.path],
                Some(base) => vec![&base.path, &candidate.path],
                None => {
                    below.fragments.push(candidate.path.clone());
                    continue;
                }
            };
            let files = files.into_iter().map(|file| file.display().to_string()).collect();
            let request = ProjectRequest { load: LoadOptions { files, ..load.clone() }, folder: None };
            below.projects.push(FoundProject { request, file: candidate.path.clone() });
        }
        below.workloads.extend(workloads(&folder, &path, &names, host));
    }
    below
}

/// A compose file; none for what is something else.
fn candidate(files: &dyn Files, path: &Path, shown: &Path) -> Option<ComposeCandidate> {
    if !path.extension().is_some_and(|e| e == "yml" || e == "yaml") {
        return None;
    }
    let text = files.read_text(path, limits::COMPOSE_FILE).ok()?;
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    if !has("services:") && !has("include:") || has("apiVersion:") {
        return None;
    }
    let mut scratch = Sources::default();
    let id = scratch.add(SourceName::Stdin, Language::Yaml, text);
    let stream = yaml::parse(scratch.get(id).text(), id);
    let root = &stream.documents.first()?.root;
    let services = root.get("services").map(Node::entries).unwrap_or_default();
    if services.is_empty() && root.get("include").is_none() {
        return None;
    }
    // A list of services is that of a CI.
    let is_service = |node: &Node| !node.entries().is_empty() || node.is_null();
    if !services.iter().all(|entry| is_service(&entry.value)) {
        return None;
    }
    let runs =
        |node: &Node| ["image", "build", "extends", "provider"].iter().any(|key| node.get(key).is_some());
    let services = services.iter().map(|entry| (entry.key.to_string(), runs(&entry.value)));
    Some(ComposeCandidate {
        path: shown.to_owned(),
        services: services.collect(),
        includes: root.get("include").is_some(),
    })
}

/// The manifests of a folder, its Quadlet units, and each of its scripts.
fn workloads(folder: &Path, path: &Path, names: &[String], host: &World) -> Vec<Vec<WorkloadFile>> {
    let (mut together, mut units, mut scripts) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let extension = Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default();
        // A document shows what somebody may type; nothing is deployed by it.
        if !matches!(extension, "container" | "yaml" | "yml" | "json" | "sh" | "bash") {
            continue;
        }
        let Some(format) = WorkloadFormat::of_file(&path.join(name), host) else { continue };
        let file = WorkloadFile { path: Some(folder.join(name)), format };
        match format {
            WorkloadFormat::Kubernetes => together.push(file),
            WorkloadFormat::Quadlet => units.push(file),
            WorkloadFormat::RunCommands { .. } => scripts.push(vec![file]),
        }
    }
    [together, units].into_iter().filter(|files| !files.is_empty()).chain(scripts).collect()
}
