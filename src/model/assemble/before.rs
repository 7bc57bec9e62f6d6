//! What containers that run to their end before another one leave on the volumes that they share with it:
//! the `initContainers` of a pod, which most often put a config there.

use crate::{
    openclaw::read::launch::{self, LaunchInputs, WrittenText},
    provenance::Variable,
    text::source::Sources,
    vocabulary::deployment::{Deployment, Mount, MountKind, Role},
    world::{container_fs::ProjectFs, files::Files},
};
use std::collections::BTreeMap;

/// The files that are there when the container starts, by its own paths.
pub(super) fn written(
    before: &[(Deployment, Vec<Variable>)],
    deployment: &Deployment,
    files: &dyn Files,
    sources: &mut Sources,
) -> BTreeMap<String, WrittenText> {
    let mut all = BTreeMap::new();
    for (first, environment) in before {
        let mounts: Vec<Mount> = first.mounts.iter().map(hidden).collect();
        let mut fs = ProjectFs::new(files, "initContainer", &mounts, &first.given_files);
        let inputs = LaunchInputs { deployment: first, environment, user_home: "/root", role: Role::Other };
        let launch = launch::follow(&inputs, &mut fs, sources);
        for (path, text) in launch.files {
            if let Some(path) = shared(first, &path, deployment) {
                all.insert(path, text);
            }
        }
    }
    all
}

/// The paths of a pod's node are none of this host.
fn hidden(mount: &Mount) -> Mount {
    match mount.kind {
        MountKind::Bind => Mount { kind: MountKind::Other, ..mount.clone() },
        _ => mount.clone(),
    }
}

/// Where the other container sees what one writes to a path.
fn shared(first: &Deployment, path: &str, other: &Deployment) -> Option<String> {
    let mount = first.mount_of(path)?;
    let below = path.strip_prefix(mount.target.trim_end_matches('/'))?;
    let full = format!("{}{below}", mount.source.as_deref()?.trim_end_matches('/'));
    let mut found = other.mounts.iter().filter(|m| m.kind == mount.kind).filter_map(|m| {
        let rest = full.strip_prefix(m.source.as_deref()?.trim_end_matches('/'))?;
        (rest.is_empty() || rest.starts_with('/'))
            .then(|| format!("{}{rest}", m.target.trim_end_matches('/')))
    });
    found.next()
}
