//! From files that are no compose files to [`Project`]s.

use super::{
    AssembleOptions, clients, facts,
    service::{self, UnresolvedTarget},
};
use crate::{
    model::{Project, ProjectFiles, ProjectOrigin},
    text::source::Sources,
    vocabulary::advice::Advice,
    workload::WorkloadProject,
    world::host::World,
};

/// A project with its targets: every container that its files describe.
#[must_use]
pub fn assemble(
    loaded: WorkloadProject,
    options: &AssembleOptions,
    host: &World,
    sources: &mut Sources,
) -> Project {
    let mut targets = Vec::new();
    let judged: Vec<_> = loaded
        .workloads
        .iter()
        .map(|workload| {
            let bare = UnresolvedTarget::of_workload(workload, loaded.name.as_deref(), &*host.files);
            let bare = bare.with_image(&*host.files);
            (bare.judge(), bare)
        })
        .collect();
    let certain: Vec<usize> = judged
        .iter()
        .enumerate()
        .filter(|(_, (judged, _))| judged.is_certain_gateway())
        .map(|(number, _)| number)
        .collect();
    for (number, ((mut judged, mut bare), workload)) in judged.into_iter().zip(&loaded.workloads).enumerate()
    {
        if certain.iter().any(|other| *other != number) {
            bare.beside_gateway = true;
            judged = bare.judge();
        }
        bare.advice =
            Advice::of_workload(workload.container.as_deref(), workload.management.clone(), &host.cwd);
        targets.push(service::of_service(bare, judged, &workload.before, options, host, sources));
    }
    clients::share_views(&mut targets, &[]);
    let complete = loaded.refusals.is_empty();
    let facts = facts::of_workloads(&loaded, host, sources);
    let files = ProjectFiles { facts, variables: loaded.secrets, complete };
    let of_files = |target| (target, ProjectOrigin { files: Some(0), service: None });
    Project::new(targets.into_iter().map(of_files).collect(), vec![files])
}
