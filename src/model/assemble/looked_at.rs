//! What was looked at for one service of a project.

use crate::{
    compose,
    provenance::{InspectedSource, Layer},
    vocabulary::deployment::Deployment,
};
use std::collections::HashMap;

/// What was looked at for a project: the files of all services, and the env files of each.
#[derive(Debug, Default)]
pub(super) struct ProjectSources {
    of_all: Vec<InspectedSource>,
    env_files: HashMap<String, InspectedSource>,
}

impl ProjectSources {
    pub(super) fn of(project: &compose::ComposeProject) -> Self {
        let is_env_file = |seen: &&InspectedSource| seen.layer == Layer::ComposeEnvFile;
        let (env_files, of_all): (Vec<&InspectedSource>, Vec<&InspectedSource>) =
            project.looked_at.iter().partition(is_env_file);
        Self {
            of_all: of_all.into_iter().cloned().collect(),
            env_files: env_files.into_iter().map(|seen| (seen.path.clone(), seen.clone())).collect(),
        }
    }

    /// Something that was looked at for all services.
    pub(super) fn only(seen: InspectedSource) -> Self {
        Self { of_all: vec![seen], ..Self::default() }
    }

    /// The files of the project, and the env files of this service.
    pub(super) fn of_service(&self, deployment: &Deployment) -> Vec<InspectedSource> {
        let own = deployment.env_files.iter().filter_map(|file| self.env_files.get(&file.value));
        self.of_all.iter().chain(own).cloned().collect()
    }

    /// The first of all.
    pub(super) fn first(&self) -> Option<&InspectedSource> {
        self.of_all.first()
    }
}
