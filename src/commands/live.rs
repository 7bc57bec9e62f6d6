//! From a container of the engine to what is known before its settings are looked at.

use super::{
    Failure, World,
    project::Recorded,
    target::{self, Bare},
};
use crate::{
    advice::Advice,
    compose::{self, Service},
    container_layer,
    control::configuration::Configuration,
    finding::{Refusal, Warning},
    limits,
    origin::{Step, Variable},
    partner,
    project_facts::ProjectFacts,
    source::{Place, Sources},
    sources::{
        container::{Container, Image},
        container_fs::{self, ContainerFs, LiveFs},
        engine::{Engine, EngineOptions, FileRead, Inspected},
    },
    target::{LookedAt, Role, Target, TargetKind},
};

/// The engine that `--host`, `--context` and the environment choose.
pub(super) fn connect(world: &World<'_>) -> Result<Engine, Failure> {
    let options = EngineOptions {
        host: world.global.host.clone(),
        context: world.global.context.clone(),
        timeout: world.global.timeout,
    };
    Ok(Engine::connect(&options, world.host)?)
}

/// The title that an image gives itself.
pub(super) fn image_title(image: Option<&Image>) -> Option<&str> {
    image?.labels.get("org.opencontainers.image.title")
}

/// Where containers are looked at: an engine, or a snapshot of what one told.
pub(super) trait Ground {
    /// The host paths of mounts are paths of the files that are read here.
    fn shares_files(&self) -> bool;
    /// The files of a container.
    fn files<'a>(&'a self, container: &'a Container) -> Box<dyn ContainerFs + 'a>;
    /// Its `/app/package.json`.
    fn package(&self, container: &Container) -> Option<Package>;
}

impl Ground for Engine {
    fn shares_files(&self) -> bool {
        Self::shares_files(self)
    }

    fn files<'a>(&'a self, container: &'a Container) -> Box<dyn ContainerFs + 'a> {
        Box::new(LiveFs::new(self, container))
    }

    fn package(&self, container: &Container) -> Option<Package> {
        package(self, container)
    }
}

/// The container as a target without settings; `desired` tells where its variables come from.
pub(super) fn bare(
    inspected: &Inspected,
    desired: Option<&Target>,
    ground: &dyn Ground,
    advice: Advice,
) -> Bare {
    let container = &inspected.container;
    let wanted = desired.map(|d| d.environment.as_slice());
    let mut deployment = container.deployment();
    if ground.shares_files() {
        // A volume's own path is its owner's as well.
        for (mount, live) in deployment.mounts.iter_mut().zip(&container.mounts) {
            mount.host = live.host_path.as_deref().and_then(container_fs::host_side);
        }
    }
    Bare {
        kind: TargetKind::Container,
        name: container.name.clone(),
        service: container.labels.service().map(str::to_owned),
        project: container.labels.project().map(str::to_owned),
        deployment,
        environment: container_layer::environment(container, inspected.image.as_ref(), wanted),
        sources: Vec::new(),
        advice,
    }
}

/// The service that a container was created from, as it is now, and the project around it.
pub(super) type Desired = (Target, ProjectFacts);

/// The project that a container was created from, as its files are now.
#[derive(Default)]
pub(super) struct Origin {
    /// The container's own service.
    pub(super) service: Option<Target>,
    /// The services beside it that talk to a gateway: its command lines, and what carries a token.
    pub(super) beside: Vec<Target>,
    /// The project as a whole.
    pub(super) whole: Option<ProjectFacts>,
}

/// The project that the container was created from.
pub(super) fn desired(
    recorded: &Recorded,
    ground: &dyn Ground,
    world: &World<'_>,
    configuration: &Configuration,
    sources: &mut Sources,
    refusals: &mut Vec<Refusal>,
    looked_at: &mut Vec<LookedAt>,
) -> Origin {
    if recorded.files.is_empty() {
        return Origin::default();
    }
    let missing =
        if ground.shares_files() { recorded.missing() } else { recorded.files.first().map(AsRef::as_ref) };
    if let Some(path) = missing {
        looked_at.push(LookedAt {
            layer: "compose-file",
            path: path.display().to_string(),
            present: false,
            note: Some("the container's labels name it, and it is not on this host".to_owned()),
        });
        return Origin::default();
    }
    let loaded = compose::load(&recorded.options(), world.host, sources);
    looked_at.extend(loaded.looked_at.iter().cloned());
    let (own, others): (Vec<&Service>, Vec<&Service>) =
        loaded.services.iter().partition(|s| s.name == recorded.service);
    let bare = |service: &Service| {
        let bare = Bare::of_service(&loaded, service, Advice::default());
        Bare { sources: Vec::new(), ..bare }
    };
    let service = own
        .first()
        .map(|service| Target { warnings: target::warnings_of(&loaded, service), ..bare(service).other() });
    let others =
        others.into_iter().map(|service| target::of_service(bare(service), world, configuration, sources));
    let talks = |t: &Target| {
        t.role == Role::Cli || ["TOKEN", "PASSWORD"].iter().any(|kind| partner::carried(t, kind).is_some())
    };
    let beside = others.filter(talks).collect();
    let whole = Some(super::project::facts(&loaded, true, world.host, sources));
    refusals.extend(loaded.refusals);
    Origin { service, beside, whole }
}

/// What Compose would warn of today, as far as it was so when the container was created: a variable
/// that was set then, in a shell that nobody has any more, shows in the container's environment.
pub(super) fn warnings(desired: &Target, container: &Target) -> Vec<Warning> {
    let was_set = |place: Place| {
        let made_here = |v: &&Variable| {
            let steps = v.winner.iter().flat_map(|w| w.via.iter());
            steps.filter(|s| matches!(s.step, Step::Interpolation { .. })).any(|s| s.place == Some(place))
        };
        let created = |v: &Variable| container.variable(&v.name).and_then(Variable::value);
        desired.environment.iter().filter(made_here).any(|v| created(v) != v.value())
    };
    let stands = |w: &&Warning| w.unset.is_none() || !w.place.is_some_and(was_set);
    desired.warnings.iter().filter(stands).cloned().collect()
}

/// `name` and `version` of `/app/package.json`.
#[derive(Clone, Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: Option<String>,
}

/// Reads it out of a container.
fn package(engine: &Engine, container: &Container) -> Option<Package> {
    let read = engine.read_file(&container.id, "/app/package.json", limits::OPENCLAW_CONFIG).ok()?;
    let FileRead::File { bytes, .. } = read else { return None };
    let json: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    let text = |key: &str| json.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    Some(Package { name: text("name")?, version: text("version") })
}
