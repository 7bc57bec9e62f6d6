//! From compose files and containers to a [`Project`]. Nothing here knows a command line: what was
//! asked for comes in [`ProjectRequest`] and [`AssembleOptions`].

mod before;
pub mod clients;
pub mod container;
mod facts;
mod host_cli;
pub mod labels;
mod looked_at;
mod service;
mod warnings;
pub mod workloads;

use super::{Project, ProjectFiles, ProjectOrigin};
use crate::{
    compose::{self, LoadOptions},
    model::{
        target::Target,
        written_for::{self, WrittenFor},
    },
    openclaw::read::images::ImageProfiles,
    text::source::Sources,
    vocabulary::{deployment::Role, manager::Management},
    world::host::World,
};
use looked_at::ProjectSources;
use service::UnresolvedTarget;
use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};
use warnings::ServiceWarnings;

/// Which compose project is meant.
#[derive(Clone, Debug, Default)]
pub struct ProjectRequest {
    /// What `docker compose` would be told.
    pub load: LoadOptions,
    /// The folder that it would be started in; the working directory without one.
    pub folder: Option<PathBuf>,
}

impl ProjectRequest {
    /// The project that `docker compose` finds in a folder.
    #[must_use]
    #[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), ..Self::default() }
    }

    /// The host as it looks from the folder.
    fn host<'a>(&self, host: &'a World) -> Cow<'a, World> {
        match &self.folder {
            Some(folder) => Cow::Owned(host_in(host, folder)),
            None => Cow::Borrowed(host),
        }
    }
}

/// What decides, besides files and containers, what a target is taken for.
#[derive(Clone, Debug, Default)]
pub struct AssembleOptions {
    /// The release of OpenClaw that somebody named; it holds for every target.
    pub openclaw_version: Option<String>,
    /// The release of a target whose image does not say it.
    pub assumed_version: Option<String>,
    /// What is known of images besides what clawdock knows itself.
    pub images: ImageProfiles,
    /// The docker context that commands have to name; none where docker takes the engine by itself.
    pub context: Option<String>,
    /// A project on disk: explain the command line of this user on this host as well.
    pub host_cli: bool,
}

/// The project of a request, with everything that its files say.
///
/// ```
/// use clawdock::{
///     model::assemble::{self, AssembleOptions, ProjectRequest},
///     text::source::Sources,
///     vocabulary::setting_key::SettingKey,
///     world::host::World,
/// };
///
/// let world = World::on_disk(Default::default(), env!("CARGO_MANIFEST_DIR").into());
/// let request = ProjectRequest::in_folder("compose-fixtures/CD101-quiet");
/// let mut sources = Sources::default();
/// let project = assemble::project(&request, &AssembleOptions::default(), &world, &mut sources);
/// let gateway = project.gateways().next().expect("the project runs a gateway");
/// assert!(gateway.setting(&SettingKey::GatewayToken).is_some());
/// assert_eq!(project.refusals().count(), 0);
/// ```
#[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
pub fn project(
    request: &ProjectRequest,
    options: &AssembleOptions,
    host: &World,
    sources: &mut Sources,
) -> Project {
    LoadedProject::new(request, host, sources).assemble(options, host, sources)
}

/// A project that Compose has resolved, and nobody has looked at with OpenClaw's eyes.
#[derive(Debug)]
pub struct LoadedProject<'a> {
    request: &'a ProjectRequest,
    compose: compose::ComposeProject,
    /// The host as it looks from the folder of the request.
    host: Cow<'a, World>,
}

impl<'a> LoadedProject<'a> {
    /// Finds, reads and resolves it.
    pub fn new(request: &'a ProjectRequest, host: &'a World, sources: &mut Sources) -> Self {
        let host = request.host(host);
        let mut compose = compose::load(&request.load, &host, sources);
        compose::client_proxies::add(&mut compose.services, &host, sources);
        Self { request, compose, host }
    }

    /// The project's folder: where its `clawdock.toml` is looked for.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.host.cwd.join(&self.compose.working_dir)
    }

    /// There are compose files.
    #[must_use]
    pub fn is_found(&self) -> bool {
        !self.compose.compose_files.is_empty()
    }

    /// One of its services has that name.
    #[must_use]
    pub fn has_service(&self, name: &str) -> bool {
        self.compose.services.iter().any(|service| service.name == name)
    }

    /// The project with its targets: the enabled services. `host` is where the commands of an advice are
    /// typed in.
    #[must_use]
    pub fn assemble(self, options: &AssembleOptions, host: &World, sources: &mut Sources) -> Project {
        let Self { request, compose: loaded, host: there } = self;
        let load = &request.load;
        let mut targets = services(&loaded, load, &host.cwd, options, &there, sources);
        if options.host_cli {
            host_cli::share(&mut targets, true, host, sources);
        }
        let facts = facts::facts(&loaded, !load.files.is_empty(), &there, sources);
        let files = ProjectFiles {
            variables: facts::variables_of_files(&loaded),
            complete: loaded.refusals.is_empty() && loaded.services.iter().all(|s| s.enabled),
            facts,
        };
        let written_for = written_for::find(&targets, Some(&files.facts), sources);
        if let Some(WrittenFor { manager, is_sure: true }) = written_for {
            for target in &mut targets {
                let management = Management { manager, ..Management::default() };
                target.advice = std::mem::take(&mut target.advice).managed(management);
            }
        }
        let of_files = |target| (target, ProjectOrigin { files: Some(0), service: None });
        Project::new(targets.into_iter().map(of_files).collect(), vec![files]).written_as(written_for)
    }
}

/// The targets of all enabled services of a project.
fn services(
    project: &compose::ComposeProject,
    load: &LoadOptions,
    cwd: &Path,
    options: &AssembleOptions,
    host: &World,
    sources: &mut Sources,
) -> Vec<Target> {
    let advice = facts::advice(project, load, cwd);
    let looked_at = ProjectSources::of(project);
    let builds = compose::build::builds(project, &*host.files, sources);
    let prepared = (0..project.services.len()).map(|number| {
        let bare = UnresolvedTarget::of_service(project, (number, &builds), &*host.files);
        bare.with_image(&*host.files)
    });
    let judged: Vec<_> = prepared.map(|bare| (bare.judge(), bare)).collect();
    // A service that is certain to be a gateway makes others less likely to be one.
    let certain = judged.iter().enumerate().filter(|(_, (judged, _))| judged.is_certain_gateway());
    let certain: Vec<usize> = certain.map(|(number, _)| number).take(2).collect();
    let (mut targets, mut beside) = (Vec::new(), Vec::new());
    for (number, (mut judged, mut bare)) in judged.into_iter().enumerate() {
        let service = &project.services[number];
        // `docker compose run` enables a command line that waits behind a profile.
        if !service.enabled && judged.role != Role::Cli {
            continue;
        }
        if certain.iter().any(|other| *other != number) {
            bare.beside_gateway = true;
            judged = bare.judge();
        }
        bare.advice = advice.for_service(&service.name);
        bare.sources = looked_at.of_service(&bare.deployment);
        bare.sources.extend(builds.of(number).and_then(|build| build.looked_at.clone()));
        let target = service::of_service(bare, judged, &[], options, host, sources);
        if service.enabled { targets.push(target) } else { beside.push(target) }
    }
    clients::share_views(&mut targets, &beside);
    let enabled = || project.services.iter().enumerate().filter(|(_, s)| s.enabled);
    let warnings = ServiceWarnings::new(project);
    for (target, (number, _)) in targets.iter_mut().zip(enabled()) {
        target.warnings.extend(warnings.of(number).cloned());
    }
    // What is about no service of them is told by the first.
    if let Some(first) = targets.first_mut() {
        first.warnings.extend(warnings.of_none(enabled().map(|(number, _)| number)));
    }
    targets
}

/// The host as it looks from another folder.
fn host_in(host: &World, folder: &Path) -> World {
    let mut host = host.clone();
    host.cwd = host.cwd.join(folder);
    // Compose trusts PWD for the logical working directory; the one of this process is another.
    host.env.remove("PWD");
    host
}
