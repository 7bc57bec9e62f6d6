//! From a compose service or a container to a judged target.

use super::World;
use crate::{
    advice::Advice,
    compose::{self, Service},
    control::configuration::Configuration,
    deployment::{Deployment, MountKind},
    finding::Warning,
    identify::{self, Subject, VersionHints},
    limits,
    openclaw::{
        self, Inputs,
        images::{self, Images},
        release::Release,
        view::{Ranked, decide},
    },
    origin::Variable,
    partner,
    report::TargetReport,
    rules::{self, Case},
    source::Sources,
    sources::{
        container_fs::{self, ContainerFs, ProjectFs},
        files,
    },
    target::{Category, Consumer, LookedAt, Role, Setting, Target, TargetKind, VersionFact, View},
    verdict,
};
use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// A target whose settings nobody has looked at yet.
pub(super) struct Bare {
    pub(super) kind: TargetKind,
    pub(super) name: String,
    pub(super) service: Option<String>,
    pub(super) project: Option<String>,
    pub(super) deployment: Deployment,
    pub(super) environment: Vec<Variable>,
    pub(super) sources: Vec<LookedAt>,
    pub(super) advice: Advice,
}

impl Bare {
    /// A service of a project on disk.
    pub(super) fn of_service(project: &compose::Project, service: &Service, advice: Advice) -> Self {
        let mut deployment = service.deployment();
        for mount in deployment.mounts.iter_mut().filter(|m| m.kind == MountKind::Bind) {
            let path = mount.source.as_deref().map(Path::new).filter(|p| p.is_absolute());
            mount.host = path.and_then(container_fs::host_side);
        }
        Self {
            kind: TargetKind::ComposeService,
            name: service.name.clone(),
            service: Some(service.name.clone()),
            project: project.name.clone(),
            deployment,
            environment: service.environment.clone(),
            sources: project.looked_at.clone(),
            advice,
        }
    }

    pub(super) fn subject<'a>(&'a self, package: Option<&'a str>) -> Subject<'a> {
        Subject { name: &self.name, deployment: &self.deployment, environment: &self.environment, package }
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
        images: &Images,
        fs: &mut dyn ContainerFs,
        sources: &mut Sources,
    ) -> Target {
        let mut target = self.other();
        let image = target.deployment.image.as_ref().map(|i| i.value.as_str());
        let mut known = images.facts(image, target.service.as_deref(), &target.deployment.mounts);
        known.is_wrapped = images::is_wrapped(known.profile.as_deref(), &target.deployment);
        let inputs = Inputs {
            program: identify::program(&version, image),
            release: Release::parse(&version.version),
            role,
            deployment: &target.deployment,
            environment: &target.environment,
            image: &known,
            not_started: target.kind == TargetKind::ComposeService,
            has_agents: true,
            now: now(),
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

/// Milliseconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The targets of all enabled services of a project.
pub(super) fn of_project(
    project: &compose::Project,
    advice: impl Fn(&str) -> Advice,
    world: &World<'_>,
    configuration: &Configuration,
    sources: &mut Sources,
) -> Vec<Target> {
    let mut of = |service: &Service| {
        let bare = Bare::of_service(project, service, advice(&service.name));
        of_service(bare, world, configuration, sources)
    };
    let mut targets: Vec<Target> = project.services.iter().filter(|s| s.enabled).map(&mut of).collect();
    // `docker compose run` enables a command line that waits behind a profile.
    let behind_profiles = project.services.iter().filter(|s| !s.enabled && runs_command_line(project, s));
    let beside: Vec<Target> = behind_profiles.map(&mut of).collect();
    share_views(&mut targets, &beside);
    tell_warnings(project, &mut targets);
    targets
}

/// A service as its files describe it.
pub(super) fn of_service(
    bare: Bare,
    world: &World<'_>,
    configuration: &Configuration,
    sources: &mut Sources,
) -> Target {
    let role = identify::role(&bare.subject(None));
    if role == Role::Other || is_another_program(&bare.deployment) {
        return bare.other();
    }
    let version = identify::version(&VersionHints {
        flag: world.global.openclaw_version.as_deref(),
        image: bare.deployment.image.as_ref().map(|i| i.value.as_str()),
        default: configuration.openclaw_version.as_deref(),
        ..VersionHints::default()
    });
    let mut fs = ProjectFs::new(&bare.name, &bare.deployment.mounts);
    bare.explain(role, version, &configuration.images, &mut fs, sources)
}

/// What is built here says itself when it is something else than its name.
fn is_another_program(deployment: &Deployment) -> bool {
    let path = deployment.build.as_ref().and_then(|build| build.dockerfile.as_deref());
    let text = path.and_then(|path| files::read_text(Path::new(path), limits::DOCKERFILE).ok());
    text.is_some_and(|text| identify::is_another_program(&text))
}

fn runs_command_line(project: &compose::Project, service: &Service) -> bool {
    let bare = Bare::of_service(project, service, Advice::default());
    identify::role(&bare.subject(None)) == Role::Cli
}

/// Gives each warning of Compose to the services that it is about, and to the first of all when it
/// is about none.
fn tell_warnings(project: &compose::Project, targets: &mut [Target]) {
    for warning in &project.warnings {
        let mut told = false;
        let enabled = project.services.iter().filter(|s| s.enabled);
        for (service, target) in enabled.zip(targets.iter_mut()) {
            if warning.place.is_some_and(|place| service.holds(place)) {
                target.warnings.push(warning.clone());
                told = true;
            }
        }
        if let Some(first) = targets.first_mut().filter(|_| !told) {
            first.warnings.push(warning.clone());
        }
    }
}

/// What Compose warns of in one service, and in the project outside of all services.
pub(super) fn warnings_of(project: &compose::Project, service: &Service) -> Vec<Warning> {
    let about = |warning: &&Warning| {
        warning.place.is_none_or(|place| {
            service.holds(place) || !project.services.iter().any(|other| other.holds(place))
        })
    };
    project.warnings.iter().filter(about).cloned().collect()
}

/// Gives each gateway the views of what runs beside it: command lines, and services that carry its
/// token. `beside` are services that are no targets themselves.
pub(super) fn share_views(targets: &mut [Target], beside: &[Target]) {
    let clients: Vec<Target> =
        targets.iter().chain(beside).filter(|t| t.role != Role::Gateway).cloned().collect();
    let gateways: Vec<Target> = targets.iter().filter(|t| t.role == Role::Gateway).cloned().collect();
    for client in &clients {
        let of_project: Vec<&Target> = gateways.iter().filter(|g| g.project == client.project).collect();
        let Some(partner) = partner::gateway_of(client, &of_project) else { continue };
        let gateway = targets.iter_mut().find(|t| t.role == Role::Gateway && t.name == partner.name);
        gateway.into_iter().for_each(|gateway| add_client(gateway, client));
    }
}

fn add_client(gateway: &mut Target, client: &Target) {
    let name = client.service.as_ref().unwrap_or(&client.name);
    let consumer = Consumer::CliService(name.clone());
    if client.role == Role::Other {
        for (setting, kind) in [("gateway.auth.token", "TOKEN"), ("gateway.auth.password", "PASSWORD")] {
            let Some(variable) = partner::carried(client, kind) else { continue };
            let ranked = Ranked::variable(Some(variable), "").into_iter().collect();
            add_view(gateway, setting, decide(consumer.clone(), ranked, Vec::new()));
        }
        return;
    }
    for setting in &client.settings {
        let told = matches!(setting.category, Category::GatewayToken | Category::GatewayPassword)
            || setting.name == "gateway.remote.url";
        let Some(view) = client.view(&setting.name, &Consumer::Cli).filter(|_| told) else { continue };
        if gateway.setting(&setting.name).is_none() {
            gateway.settings.push(Setting { views: Vec::new(), ..setting.clone() });
            gateway.settings.sort_by_key(|s| s.category);
        }
        add_view(gateway, &setting.name, View { consumer: consumer.clone(), ..view.clone() });
    }
}

fn add_view(gateway: &mut Target, setting: &str, view: View) {
    let setting = gateway.settings.iter_mut().find(|s| s.name == setting);
    setting.into_iter().for_each(|s| s.views.push(view.clone()));
}

/// Runs every rule, and says the answer in a sentence.
pub(super) fn judge(target: &Target, case: &Case<'_>) -> TargetReport {
    TargetReport {
        target: target.clone(),
        verdict: verdict::sentence(target, case.sources),
        findings: rules::check(case),
        suppressed: Vec::new(),
        judged: Vec::new(),
    }
}
