//! From a compose service or a container to a judged target.

use super::World;
use crate::{
    advice::Advice,
    compose::{self, Service},
    control::configuration::Configuration,
    deployment::Deployment,
    finding::Warning,
    identify::{self, Subject, VersionHints},
    openclaw::{self, Inputs, images::Images, release::Release},
    origin::Variable,
    report::TargetReport,
    rules::{self, Case},
    source::Sources,
    sources::container_fs::{ContainerFs, ProjectFs},
    target::{Category, Consumer, LookedAt, Role, Target, TargetKind, VersionFact},
    verdict,
};
use std::time::{SystemTime, UNIX_EPOCH};

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
        Self {
            kind: TargetKind::ComposeService,
            name: service.name.clone(),
            service: Some(service.name.clone()),
            project: project.name.clone(),
            deployment: service.deployment(),
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
        let known = images.facts(image, target.service.as_deref());
        let inputs = Inputs {
            program: identify::program(&version, image),
            release: Release::parse(&version.version),
            role,
            deployment: &target.deployment,
            environment: &target.environment,
            image: &known,
            not_started: target.kind == TargetKind::ComposeService,
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
fn now() -> i64 {
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
    let mut targets: Vec<Target> = Vec::new();
    for service in project.services.iter().filter(|s| s.enabled) {
        let bare = Bare::of_service(project, service, advice(&service.name));
        let role = identify::role(&bare.subject(None));
        targets.push(if role == Role::Other {
            bare.other()
        } else {
            let version = identify::version(&VersionHints {
                flag: world.global.openclaw_version.as_deref(),
                image: bare.deployment.image.as_ref().map(|i| i.value.as_str()),
                default: configuration.openclaw_version.as_deref(),
                ..VersionHints::default()
            });
            let mut fs = ProjectFs::new(&service.name, &bare.deployment.mounts);
            bare.explain(role, version, &configuration.images, &mut fs, sources)
        });
    }
    share_views(&mut targets);
    tell_warnings(project, &mut targets);
    targets
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

/// Gives a gateway the views of the command lines that run as services beside it.
pub(super) fn share_views(targets: &mut [Target]) {
    let command_lines: Vec<Target> = targets.iter().filter(|t| t.role == Role::Cli).cloned().collect();
    let gateways = targets.iter().filter(|t| t.role == Role::Gateway).count();
    for gateway in targets.iter_mut().filter(|t| t.role == Role::Gateway) {
        for cli in &command_lines {
            let shared = cli.deployment.network_mode.as_ref().and_then(|m| m.value.strip_prefix("service:"));
            let belongs = match shared {
                Some(service) => gateway.service.as_deref() == Some(service),
                None => gateways == 1 && cli.project == gateway.project,
            };
            if !belongs {
                continue;
            }
            let credentials = |c: Category| matches!(c, Category::GatewayToken | Category::GatewayPassword);
            for setting in gateway.settings.iter_mut().filter(|s| credentials(s.category)) {
                let view = cli.view(&setting.name, &Consumer::Cli).cloned();
                setting.views.extend(view.map(|mut view| {
                    view.consumer = Consumer::CliService(cli.name.clone());
                    view
                }));
            }
        }
    }
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
