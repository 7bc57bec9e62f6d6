//! From a compose service to a target.

use super::AssembleOptions;
use crate::{
    compose::{self, build::ProjectBuilds},
    model::{
        detect::{self, RoleEvidence, VersionHints},
        gateway_clients,
        target::{Target, TargetKind, VersionFact, VersionSource},
    },
    openclaw::{
        self, OpenClawInputs,
        read::images::{self, ImageProfiles},
        release::number::Release,
    },
    provenance::{InspectedSource, Variable},
    text::{limits, source::Sources},
    vocabulary::{
        advice::Advice,
        deployment::{Deployment, MountKind, Role},
    },
    world::{
        container_fs::{ContainerFs, ProjectFs},
        files::Files,
        host::World,
    },
};
use std::path::Path;

/// A target whose settings nobody has looked at yet.
pub(super) struct UnresolvedTarget {
    pub(super) kind: TargetKind,
    pub(super) name: String,
    pub(super) service: Option<String>,
    pub(super) project: Option<String>,
    pub(super) deployment: Deployment,
    pub(super) environment: Vec<Variable>,
    pub(super) sources: Vec<InspectedSource>,
    pub(super) advice: Advice,
}

impl UnresolvedTarget {
    /// A service of a project on disk, by its number. Without what was looked at for it.
    pub(super) fn of_service(
        project: &compose::ComposeProject,
        (number, builds): (usize, &ProjectBuilds),
        advice: Advice,
        files: &dyn Files,
    ) -> Self {
        let service = &project.services[number];
        let mut deployment = service.deployment();
        if let (Some(build), Some(found)) = (&mut deployment.build, builds.of(number)) {
            build.image.clone_from(&found.image);
            build.is_missing = found.is_missing;
        }
        for mount in deployment.mounts.iter_mut().filter(|m| m.kind == MountKind::Bind) {
            let path = mount.source.as_deref().map(Path::new).filter(|p| p.is_absolute());
            mount.host = path.and_then(|path| files.side(path));
        }
        Self {
            kind: TargetKind::ComposeService,
            name: service.name.clone(),
            service: Some(service.name.clone()),
            project: project.name.clone(),
            deployment,
            environment: service.environment.clone(),
            sources: Vec::new(),
            advice,
        }
    }

    pub(super) fn subject<'a>(&'a self, package: Option<&'a str>) -> RoleEvidence<'a> {
        RoleEvidence {
            name: &self.name,
            deployment: &self.deployment,
            environment: &self.environment,
            package,
        }
    }

    /// As a target that does not run OpenClaw, or is only compared with.
    pub(super) fn other(self) -> Target {
        Target {
            kind: self.kind,
            name: self.name,
            service: self.service,
            project: self.project,
            container_id: None,
            state: None,
            engine: None,
            role: Role::Other,
            openclaw: None,
            deployment: self.deployment,
            sources: self.sources,
            settings: Vec::new(),
            environment: self.environment,
            process_environment: None,
            start: None,
            observations: Vec::new(),
            facts: None,
            warnings: Vec::new(),
            advice: self.advice,
        }
    }

    /// With everything that OpenClaw makes of it.
    pub(super) fn explain(
        self,
        role: Role,
        version: VersionFact,
        images: &ImageProfiles,
        fs: &mut dyn ContainerFs,
        now: i64,
        sources: &mut Sources,
    ) -> Target {
        let mut target = self.other();
        let image = target.deployment.image.as_ref().map(|i| i.value.as_str());
        let mut known = images.facts(image, target.service.as_deref(), &target.deployment.mounts);
        known.is_wrapped = images::is_wrapped(known.profile.as_deref(), &target.deployment);
        let inputs = OpenClawInputs {
            program: detect::program(&version, image),
            release: Release::parse(&version.version),
            release_is_assumed: version.source == VersionSource::Assumed,
            role,
            deployment: &target.deployment,
            environment: &target.environment,
            image: &known,
            not_started: target.kind == TargetKind::ComposeService,
            has_agents: true,
            now,
        };
        let answer = openclaw::explain(&inputs, fs, sources);
        target.role = role;
        target.openclaw = Some(version);
        target.settings = answer.settings;
        target.process_environment = answer.process_environment;
        target.start = answer.start;
        target.facts = Some(answer.facts);
        target.sources.extend(answer.looked_at);
        target
    }
}

/// A service as its files describe it.
pub(super) fn of_service(
    bare: UnresolvedTarget,
    options: &AssembleOptions,
    host: &World,
    sources: &mut Sources,
) -> Target {
    let role = role(&bare);
    if role == Role::Other || is_another_program(&bare.deployment, &*host.files) {
        return bare.other();
    }
    let version = detect::version(&VersionHints {
        flag: options.openclaw_version.as_deref(),
        image: bare.deployment.image.as_ref().map(|i| i.value.as_str()),
        default: options.assumed_version.as_deref(),
        ..VersionHints::default()
    });
    let image = bare.deployment.build.as_ref().and_then(|build| build.image.clone());
    let mut fs =
        ProjectFs::new(&*host.files, &bare.name, &bare.deployment.mounts, &bare.deployment.given_files)
            .with_image(image);
    bare.explain(role, version, &options.images, &mut fs, host.clock.now(), sources)
}

/// A service that talks to a gateway: a command line, or what carries a gateway's credential.
pub(super) fn that_talks(
    bare: UnresolvedTarget,
    options: &AssembleOptions,
    host: &World,
    sources: &mut Sources,
) -> Option<Target> {
    match role(&bare) {
        Role::Gateway if !is_another_program(&bare.deployment, &*host.files) => None,
        Role::Cli => Some(of_service(bare, options, host, sources)).filter(talks),
        Role::Gateway | Role::Other => Some(bare.other()).filter(talks),
    }
}

fn talks(target: &Target) -> bool {
    let carries = |kind: &&str| gateway_clients::carried(target, kind).is_some();
    target.role == Role::Cli || ["TOKEN", "PASSWORD"].iter().any(carries)
}

/// What its image, command and variables say that a service does.
pub(super) fn role(bare: &UnresolvedTarget) -> Role {
    detect::role(&bare.subject(None))
}

/// What is built here says itself when it is something else than its name.
fn is_another_program(deployment: &Deployment, files: &dyn Files) -> bool {
    let path = deployment.build.as_ref().and_then(|build| build.dockerfile.as_deref());
    let text = path.and_then(|path| files.read_text(Path::new(path), limits::DOCKERFILE).ok());
    text.is_some_and(|text| detect::is_another_program(&text))
}
