//! What was looked at for one service of a project.

use crate::{
    compose,
    deployment::Deployment,
    origin::{Layer, LookedAt},
};
use std::collections::HashMap;

/// What was looked at for a project: the files of all services, and the env files of each.
#[derive(Debug, Default)]
pub(super) struct ProjectSources {
    of_all: Vec<LookedAt>,
    env_files: HashMap<String, LookedAt>,
}

impl ProjectSources {
    pub(super) fn of(project: &compose::Project) -> Self {
        let is_env_file = |seen: &&LookedAt| seen.layer == Layer::ComposeEnvFile;
        let (env_files, of_all): (Vec<&LookedAt>, Vec<&LookedAt>) =
            project.looked_at.iter().partition(is_env_file);
        Self {
            of_all: of_all.into_iter().cloned().collect(),
            env_files: env_files.into_iter().map(|seen| (seen.path.clone(), seen.clone())).collect(),
        }
    }

    /// Something that was looked at for all services.
    pub(super) fn only(seen: LookedAt) -> Self {
        Self { of_all: vec![seen], ..Self::default() }
    }

    /// The files of the project, and the env files of this service.
    pub(super) fn of_service(&self, deployment: &Deployment) -> Vec<LookedAt> {
        let own = deployment.env_files.iter().filter_map(|file| self.env_files.get(&file.value));
        self.of_all.iter().chain(own).cloned().collect()
    }

    /// The first of all.
    pub(super) fn first(&self) -> Option<&LookedAt> {
        self.of_all.first()
    }
}
