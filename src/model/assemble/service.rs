//! From a compose service to a target.

use super::{AssembleOptions, before};
use crate::{
    compose::{self, build::ProjectBuilds},
    model::{
        detect::{self, RoleEvidence, RoleJudgement, VersionHints},
        gateway_clients,
        target::{Target, TargetKind, VersionFact, VersionSource},
    },
    openclaw::{
        self, OpenClawInputs,
        read::{
            images::{self, ImageProfiles},
            installed::{self, InstalledProgram},
            launch::WrittenFs,
        },
        release::number::Release,
    },
    provenance::{InspectedSource, Layer, Reason, Shadowed, Variable},
    text::{limits, source::Sources},
    vocabulary::{
        advice::Advice,
        built_image::BuiltImage,
        deployment::{Deployment, Mount, MountKind, Role},
    },
    workload::Workload,
    world::{
        container_fs::{ContainerFs, Look, ProjectFs},
        files::Files,
        host::World,
    },
};
use std::{borrow::Cow, collections::HashMap, path::Path};

/// How many words of a command are looked at for the script that it runs.
const MOST_WORDS: usize = 16;

/// A target whose settings nobody has looked at yet.
pub(super) struct UnresolvedTarget {
    pub(super) kind: TargetKind,
    pub(super) name: String,
    pub(super) service: Option<String>,
    pub(super) project: Option<String>,
    pub(super) deployment: Deployment,
    pub(super) environment: Vec<Variable>,
    /// What its Dockerfile, or the script that starts it, installs.
    pub(super) program: Option<InstalledProgram>,
    /// Another service of the project is certain to be a gateway.
    pub(super) beside_gateway: bool,
    /// The paths of the host are those of another machine.
    pub(super) is_elsewhere: bool,
    pub(super) sources: Vec<InspectedSource>,
    pub(super) advice: Advice,
}

impl UnresolvedTarget {
    /// A service of a project on disk, by its number. Without what was looked at for it, and without advice.
    pub(super) fn of_service(
        project: &compose::ComposeProject,
        (number, builds): (usize, &ProjectBuilds),
        files: &dyn Files,
    ) -> Self {
        let service = &project.services[number];
        let mut deployment = service.deployment();
        if let (Some(build), Some(found)) = (&mut deployment.build, builds.of(number)) {
            build.image.clone_from(&found.image);
            build.missing.clone_from(&found.missing);
        }
        look_at_sources(&mut deployment, files);
        Self {
            kind: TargetKind::ComposeService,
            name: service.name.clone(),
            service: Some(service.name.clone()),
            project: project.name.clone(),
            deployment,
            environment: service.environment.clone(),
            program: None,
            beside_gateway: false,
            is_elsewhere: false,
            sources: Vec::new(),
            advice: Advice::default(),
        }
    }

    /// A container that a file describes which is no compose file.
    pub(super) fn of_workload(workload: &Workload, project: Option<&str>, files: &dyn Files) -> Self {
        let mut deployment = workload.deployment.clone();
        if !workload.is_elsewhere {
            look_at_sources(&mut deployment, files);
        }
        Self {
            kind: workload.kind.into(),
            name: workload.name.clone(),
            service: None,
            project: project.map(str::to_owned),
            deployment,
            environment: workload.environment.clone(),
            program: None,
            beside_gateway: false,
            is_elsewhere: workload.is_elsewhere,
            sources: workload.looked_at.clone(),
            advice: Advice::default(),
        }
    }

    /// Its mounts, as far as this host may look into them.
    fn mounts(&self) -> Cow<'_, [Mount]> {
        if !self.is_elsewhere {
            return Cow::Borrowed(&self.deployment.mounts);
        }
        let elsewhere = |mount: &Mount| match mount.kind {
            MountKind::Bind => Mount { kind: MountKind::Other, ..mount.clone() },
            _ => mount.clone(),
        };
        Cow::Owned(self.deployment.mounts.iter().map(elsewhere).collect())
    }

    /// With what the image that is built for it says where the service says nothing, and what it installs.
    pub(super) fn with_image(mut self, files: &dyn Files) -> Self {
        if let Some(image) = self.deployment.build.as_ref().and_then(|build| build.image.clone()) {
            self.program =
                installed::of_image(&image, &mut |path| files.read_text(path, limits::DOCKERFILE).ok());
            let deployment = &mut self.deployment;
            // Another entrypoint takes the image's command away.
            if deployment.entrypoint.is_none() {
                deployment.entrypoint.clone_from(&image.entrypoint);
                if deployment.command.is_none() {
                    let command = image.command.clone().filter(|command| !command.is_empty());
                    deployment.command = command;
                }
            }
            let user = || image.user.clone().filter(|user| !user.value.is_empty());
            deployment.user = deployment.user.take().or_else(user);
            deployment.working_dir = deployment.working_dir.take().or_else(|| image.working_dir.clone());
            deployment.healthcheck = deployment.healthcheck.take().or_else(|| image.healthcheck.clone());
            add_environment(&mut self.environment, &image);
        }
        if self.program.is_none() {
            self.program = self.of_start(files);
        }
        self
    }

    /// What the command itself, or the script that it runs, installs.
    fn of_start(&self, files: &dyn Files) -> Option<InstalledProgram> {
        let words = self.deployment.entrypoint.iter().chain(&self.deployment.command).flatten();
        let image = self.deployment.build.as_ref().and_then(|build| build.image.clone());
        let mut fs =
            ProjectFs::new(files, &self.name, &self.mounts(), &self.deployment.given_files).with_image(image);
        // `npx -y openclaw@2026.9.6 gateway`, word by word.
        let line: Vec<&str> = words.clone().take(MOST_WORDS).map(|word| word.value.expose()).collect();
        if let Some(program) = installed::of_script(&line.join(" ")) {
            return Some(InstalledProgram {
                place: words.clone().next().and_then(|word| word.place),
                ..program
            });
        }
        let dir = self.deployment.working_dir.as_ref().map_or("/", |dir| dir.value.as_str());
        words.take(MOST_WORDS).find_map(|word| {
            let text = word.value.expose();
            let is_path = text.starts_with(['/', '.']) || text.ends_with(".sh");
            if !is_path || text.contains(char::is_whitespace) {
                let program = installed::of_script(text).filter(|_| text.contains(char::is_whitespace))?;
                return Some(InstalledProgram { place: word.place, ..program });
            }
            let path = if text.starts_with('/') { text.to_owned() } else { format!("{dir}/{text}") };
            let Look::Text { text: script, .. } = fs.look(&path, limits::SETUP_SCRIPT) else { return None };
            let program = installed::of_script(&script).or_else(|| installed::of_run(&script))?;
            Some(InstalledProgram { place: word.place, ..program })
        })
    }

    /// What its image, command and variables say that it does.
    pub(super) fn judge(&self) -> RoleJudgement {
        detect::judge(&self.subject(None))
    }

    pub(super) fn subject<'a>(&'a self, package: Option<&'a str>) -> RoleEvidence<'a> {
        RoleEvidence {
            name: &self.name,
            deployment: &self.deployment,
            environment: &self.environment,
            package,
            program: self.program.as_ref(),
            beside_gateway: self.beside_gateway,
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
            evidence: Vec::new(),
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
        let is_source = self.program.as_ref().is_some_and(|program| program.is_source);
        let mut target = self.other();
        let image = target.deployment.image.as_ref().map(|i| i.value.as_str());
        let built = target.deployment.build.as_ref().and_then(|build| build.image.clone());
        let (service, mounts) = (target.service.as_deref(), &target.deployment.mounts);
        let mut known = match &built {
            Some(built) => images.of_built(image, service, mounts, (built, is_source)),
            None => images.facts(image, service, mounts),
        };
        known.is_wrapped = images::is_wrapped(known.profile.as_deref(), &target.deployment);
        let inputs = OpenClawInputs {
            program: detect::program(&version, image),
            release: Release::parse(&version.version),
            release_is_assumed: version.source == VersionSource::Assumed,
            role,
            deployment: &target.deployment,
            environment: &target.environment,
            image: &known,
            not_started: target.kind.is_on_disk(),
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

/// What is at the host paths of the binds.
fn look_at_sources(deployment: &mut Deployment, files: &dyn Files) {
    for mount in deployment.mounts.iter_mut().filter(|m| m.kind == MountKind::Bind) {
        let path = mount.source.as_deref().map(Path::new).filter(|p| p.is_absolute());
        mount.host = path.and_then(|path| files.side(path));
    }
}

/// Puts the image's `ENV` below what the service sets.
fn add_environment(environment: &mut Vec<Variable>, image: &BuiltImage) {
    let mut numbers: HashMap<String, usize> =
        environment.iter().enumerate().map(|(number, v)| (v.name.clone(), number)).collect();
    // The last of a Dockerfile counts.
    for candidate in image.env.iter().rev() {
        match numbers.get(&candidate.name) {
            Some(number) => {
                let variable = &mut environment[*number];
                let of_image = variable.winner.as_ref().is_some_and(|w| w.layer == Layer::ImageEnv);
                let reason = match of_image {
                    true => Reason::LaterLine,
                    false => Reason::EnvironmentPrecedence { winner: Layer::ContainerEnv },
                };
                variable.losers.push(Shadowed::new(candidate.clone(), reason));
            }
            None => {
                numbers.insert(candidate.name.clone(), environment.len());
                let winner = Some(candidate.clone());
                environment.push(Variable { name: candidate.name.clone(), winner, losers: Vec::new() });
            }
        }
    }
}

/// A service as its files describe it, with what it was judged to be.
pub(super) fn of_service(
    bare: UnresolvedTarget,
    RoleJudgement { role, signs: evidence }: RoleJudgement,
    before: &[(Deployment, Vec<Variable>)],
    options: &AssembleOptions,
    host: &World,
    sources: &mut Sources,
) -> Target {
    if role == Role::Other {
        return Target { evidence, ..bare.other() };
    }
    let version = detect::version(&VersionHints {
        flag: options.openclaw_version.as_deref(),
        installed: bare.program.as_ref(),
        image: bare.deployment.image.as_ref().map(|i| i.value.as_str()),
        default: options.assumed_version.as_deref(),
        ..VersionHints::default()
    });
    let image = bare.deployment.build.as_ref().and_then(|build| build.image.clone());
    let mut fs = ProjectFs::new(&*host.files, &bare.name, &bare.mounts(), &bare.deployment.given_files)
        .with_image(image);
    let written = before::written(before, &bare.deployment, &*host.files, sources);
    let mut fs = WrittenFs::new(&mut fs, &written);
    let target = bare.explain(role, version, &options.images, &mut fs, host.clock.now(), sources);
    Target { evidence, ..target }
}

/// A service that talks to a gateway: a command line, or what carries a gateway's credential.
pub(super) fn that_talks(
    bare: UnresolvedTarget,
    options: &AssembleOptions,
    host: &World,
    sources: &mut Sources,
) -> Option<Target> {
    let judged = bare.judge();
    match judged.role {
        Role::Gateway => None,
        Role::Cli => Some(of_service(bare, judged, &[], options, host, sources)).filter(talks),
        Role::Other => Some(bare.other()).filter(talks),
    }
}

fn talks(target: &Target) -> bool {
    let carries = |kind: &&str| gateway_clients::carried(target, kind).is_some();
    target.role == Role::Cli || ["TOKEN", "PASSWORD"].iter().any(carries)
}
