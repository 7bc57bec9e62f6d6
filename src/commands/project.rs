//! Loading compose projects, and the commands that select them.

use super::World;
use crate::{
    advice::{Advice, ProjectFlags},
    cli::Project as Flags,
    compose::{self, LoadOptions},
    origin::{Candidate, Layer, Step, Variable, Via},
    sources::{container::Labels, host::Host},
};
use std::path::{Path, PathBuf};

/// What `lint -f … --env-file …` selects.
pub(super) fn options(flags: &Flags) -> LoadOptions {
    LoadOptions {
        files: flags.files.clone(),
        env_files: flags.env_files.iter().map(Into::into).collect(),
        project_name: flags.project_name.clone(),
        project_directory: flags.project_directory.clone(),
        profiles: flags.profiles.clone(),
        ..LoadOptions::default()
    }
}

/// What the labels of a container say of the project it was created from.
///
/// `com.docker.compose.*` of docker compose v5.5, `pkg/api/labels.go`. The profiles are not
/// recorded; naming the service enables its own.
pub(super) struct Recorded {
    /// The project's name.
    pub(super) project: String,
    /// The container's service.
    pub(super) service: String,
    /// The compose files.
    pub(super) files: Vec<PathBuf>,
    env_files: Vec<PathBuf>,
    directory: PathBuf,
}

impl Recorded {
    pub(super) fn of(labels: &Labels) -> Option<Self> {
        let list = |name: &str| -> Vec<PathBuf> {
            let value = labels.get(name).unwrap_or_default();
            value.split(',').filter(|p| !p.is_empty()).map(PathBuf::from).collect()
        };
        Some(Self {
            project: labels.project()?.to_owned(),
            service: labels.service()?.to_owned(),
            files: list("com.docker.compose.project.config_files"),
            env_files: list("com.docker.compose.project.environment_file"),
            directory: labels.get("com.docker.compose.project.working_dir").unwrap_or_default().into(),
        })
    }

    /// The project's folder.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The first compose file that is not on this host, if any; standard input never is.
    pub(super) fn missing(&self) -> Option<&Path> {
        self.files.iter().map(PathBuf::as_path).find(|p| !p.is_file())
    }

    pub(super) fn options(&self) -> LoadOptions {
        let text = |p: &PathBuf| p.display().to_string();
        LoadOptions {
            files: self.files.iter().map(text).collect(),
            env_files: self.env_files.iter().map(text).collect(),
            project_name: Some(self.project.clone()),
            project_directory: Some(self.directory.clone()),
            services: vec![self.service.clone()],
            ..LoadOptions::default()
        }
    }

    /// The commands for this container.
    pub(super) fn advice(&self, world: &World<'_>, container: &str) -> Advice {
        let default_name = self.directory.file_name().map(|n| n.to_string_lossy().to_lowercase());
        let name = (default_name.as_deref() != Some(&self.project)).then_some(self.project.as_str());
        let flags = ProjectFlags {
            files: &self.files,
            env_files: &self.env_files,
            directory: &self.directory,
            cwd: &world.host.cwd,
            name,
        };
        Advice {
            compose: Some(flags.command()),
            service: Some(self.service.clone()),
            container: Some(container.to_owned()),
        }
    }
}

/// The commands for a service of a project on disk.
pub(super) fn advice(project: &compose::Project, flags: &Flags, cwd: &Path, service: &str) -> Advice {
    let env_files: Vec<PathBuf> = flags.env_files.iter().map(PathBuf::from).collect();
    let command = ProjectFlags {
        files: &project.compose_files,
        env_files: &env_files,
        directory: &project.working_dir,
        cwd,
        name: flags.project_name.as_deref(),
    };
    Advice { compose: Some(command.command()), service: Some(service.to_owned()), container: None }
}

/// What the env files of a project set, which interpolation can carry anywhere.
pub(super) fn variables_of_files(project: &compose::Project) -> Vec<Variable> {
    let of_file = |via: &Via| matches!(via.step, Step::ProjectDotenv { .. } | Step::CliEnvFile { .. });
    let set = project.variables.iter().filter(|(_, binding)| binding.via.iter().any(of_file));
    set.map(|(name, binding)| Variable {
        name: name.to_owned(),
        winner: Some(Candidate::new(Layer::ComposeEnvFile, name, None, binding.value.clone())),
        losers: Vec::new(),
    })
    .collect()
}

/// The host as it looks from another folder.
pub(super) fn host_in(host: &Host, folder: &Path) -> Host {
    let mut host = host.clone();
    host.cwd = host.cwd.join(folder);
    // Compose trusts PWD for the logical working directory; the one of this process is another.
    host.env.remove("PWD");
    host
}
