//! What a container's labels say of the project it was created from.

use crate::{
    compose::LoadOptions,
    vocabulary::{
        advice::{Advice, ProjectFlags},
        manager::Management,
    },
    world::{
        engine::container::Labels,
        files::{Files, Kind},
    },
};
use std::path::{Path, PathBuf};

/// What the labels of a container say of the project it was created from.
///
/// `com.docker.compose.*` of docker compose v5.5, `pkg/api/labels.go`. The profiles are not
/// recorded; naming the service enables its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RecordedProject {
    /// The project's name.
    pub project: String,
    /// The container's service.
    pub service: String,
    /// The compose files.
    pub files: Vec<PathBuf>,
    env_files: Vec<PathBuf>,
    directory: PathBuf,
}

/// The project's name, its compose files, its env files and its folder.
pub(super) type FileSet<'a> = (&'a str, &'a [PathBuf], &'a [PathBuf], &'a Path);

impl RecordedProject {
    /// Reads them; none for a container that Compose did not create.
    #[must_use]
    pub fn of(labels: &Labels) -> Option<Self> {
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
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The first compose file that is not on this host, if any; standard input never is.
    #[must_use]
    pub fn missing(&self, files: &dyn Files) -> Option<&Path> {
        let is_there = |path: &&Path| matches!(files.kind(path), Ok(Kind::File | Kind::Special));
        self.files.iter().map(PathBuf::as_path).find(|path| !is_there(path))
    }

    /// What decides which project is loaded; services of one share it.
    pub(super) fn file_set(&self) -> FileSet<'_> {
        (&self.project, &self.files, &self.env_files, &self.directory)
    }

    /// What loads that project, as `docker compose` would for these services.
    #[must_use]
    pub fn options(&self, services: Vec<String>) -> LoadOptions {
        let text = |p: &PathBuf| p.display().to_string();
        LoadOptions {
            files: self.files.iter().map(text).collect(),
            env_files: self.env_files.iter().map(text).collect(),
            project_name: Some(self.project.clone()),
            project_directory: Some(self.directory.clone()),
            services,
            ..LoadOptions::default()
        }
    }

    /// The commands for this container.
    #[must_use]
    pub fn advice(&self, cwd: &Path, container: &str, management: Management) -> Advice {
        let default_name = self.directory.file_name().map(|n| n.to_string_lossy().to_lowercase());
        let name = (default_name.as_deref() != Some(&self.project)).then_some(self.project.as_str());
        let flags = ProjectFlags {
            files: &self.files,
            env_files: &self.env_files,
            directory: &self.directory,
            cwd,
            name,
        };
        Advice::of_container(container, Some((flags.command(), &self.service)), management)
    }
}
