//! What selects a compose project on the command line.

use crate::{cli::args::ProjectArgs as Flags, compose::LoadOptions};

/// What `lint -f … --env-file …` selects.
pub(crate) fn options(flags: &Flags) -> LoadOptions {
    LoadOptions {
        files: flags.files.clone(),
        env_files: flags.env_files.iter().map(Into::into).collect(),
        project_name: flags.project_name.clone(),
        project_directory: flags.project_directory.clone(),
        profiles: flags.profiles.clone(),
        ..LoadOptions::default()
    }
}
