//! What selects a compose project on the command line.

use crate::{cli::Project as Flags, compose::LoadOptions, sources::host::Host};
use std::path::Path;

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

/// The host as it looks from another folder.
pub(super) fn host_in(host: &Host, folder: &Path) -> Host {
    let mut host = host.clone();
    host.cwd = host.cwd.join(folder);
    // Compose trusts PWD for the logical working directory; the one of this process is another.
    host.env.remove("PWD");
    host
}
