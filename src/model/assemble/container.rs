//! From a container of the engine to what is known before its settings are looked at.

use super::{
    AssembleOptions, clients, facts, host_cli,
    labels::RecordedProject,
    service::{self, UnresolvedTarget},
};
use crate::{
    advice::Advice,
    compose::{self, Service},
    container_layer,
    finding::{Refusal, Warning},
    identify::{self, VersionHints},
    limits,
    origin::{Step, Variable},
    partner,
    project_facts::ProjectFacts,
    source::{Place, Sources},
    sources::{
        container::{Container, Image, Summary},
        container_fs::{ContainerFs, LiveFs},
        engine::{Engine, FileRead, Inspected, ListFilter},
        engine_error::EngineError,
        files::Files,
        host::Host,
    },
    target::{LookedAt, Role, Target, TargetKind},
};
use std::collections::BTreeSet;

/// The title that an image gives itself.
pub fn image_title(image: Option<&Image>) -> Option<&str> {
    image?.labels.get("org.opencontainers.image.title")
}

/// Where containers are looked at: an engine, or a snapshot of what one told.
pub trait Ground {
    /// The host paths of mounts are paths of the files that are read here.
    fn shares_files(&self) -> bool;
    /// The files of the host, which may be another one.
    fn host_files(&self) -> &dyn Files;
    /// The files of a container.
    fn files<'a>(&'a self, container: &'a Container) -> Box<dyn ContainerFs + 'a>;
    /// Its `/app/package.json`.
    fn package(&self, container: &Container) -> Option<Package>;
}

impl Ground for Engine {
    fn shares_files(&self) -> bool {
        Self::shares_files(self)
    }

    fn host_files(&self) -> &dyn Files {
        Self::host_files(self)
    }

    fn files<'a>(&'a self, container: &'a Container) -> Box<dyn ContainerFs + 'a> {
        Box::new(LiveFs::new(self, container))
    }

    fn package(&self, container: &Container) -> Option<Package> {
        package(self, container)
    }
}

/// The container as a target without settings; `desired` tells where its variables come from.
fn bare(
    inspected: &Inspected,
    desired: Option<&Target>,
    ground: &dyn Ground,
    advice: Advice,
) -> UnresolvedTarget {
    let container = &inspected.container;
    let wanted = desired.map(|d| d.environment.as_slice());
    let mut deployment = container.deployment();
    if ground.shares_files() {
        // A volume's own path is its owner's as well.
        for (mount, live) in deployment.mounts.iter_mut().zip(&container.mounts) {
            mount.host = live.host_path.as_deref().and_then(|path| ground.host_files().side(path));
        }
    }
    UnresolvedTarget {
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

/// A container without what OpenClaw makes of it, to be compared with another environment.
#[must_use]
pub fn plain(inspected: &Inspected, desired: Option<&Target>, ground: &dyn Ground) -> Target {
    bare(inspected, desired, ground, Advice::default()).other()
}

/// The service that a container was created from, as it is now, and the project around it.
pub type Desired = (Target, ProjectFacts);

/// The project that a container was created from, as its files are now.
#[derive(Default)]
pub struct Origin {
    /// The container's own service.
    pub service: Option<Target>,
    /// The services beside it that talk to a gateway: its command lines, and what carries a token.
    pub beside: Vec<Target>,
    /// The project as a whole.
    pub whole: Option<ProjectFacts>,
}

/// The project that the container was created from.
pub fn desired(
    recorded: &RecordedProject,
    ground: &dyn Ground,
    options: &AssembleOptions,
    host: &Host,
    sources: &mut Sources,
    refusals: &mut Vec<Refusal>,
    looked_at: &mut Vec<LookedAt>,
) -> Origin {
    if recorded.files.is_empty() {
        return Origin::default();
    }
    let missing = if ground.shares_files() {
        recorded.missing(&*host.files)
    } else {
        recorded.files.first().map(AsRef::as_ref)
    };
    if let Some(path) = missing {
        looked_at.push(LookedAt {
            layer: "compose-file",
            path: path.display().to_string(),
            present: false,
            note: Some("the container's labels name it, and it is not on this host".to_owned()),
        });
        return Origin::default();
    }
    let loaded = compose::load(&recorded.options(), host, sources);
    looked_at.extend(loaded.looked_at.iter().cloned());
    let (own, others): (Vec<&Service>, Vec<&Service>) =
        loaded.services.iter().partition(|s| s.name == recorded.service);
    let bare = |service: &Service| {
        let bare = UnresolvedTarget::of_service(&loaded, service, Advice::default(), &*host.files);
        UnresolvedTarget { sources: Vec::new(), ..bare }
    };
    let service = own
        .first()
        .map(|service| Target { warnings: service::warnings_of(&loaded, service), ..bare(service).other() });
    let others = others.into_iter().map(|service| service::of_service(bare(service), options, host, sources));
    let talks = |t: &Target| {
        t.role == Role::Cli || ["TOKEN", "PASSWORD"].iter().any(|kind| partner::carried(t, kind).is_some())
    };
    let beside = others.filter(talks).collect();
    let whole = Some(facts::facts(&loaded, true, host, sources));
    refusals.extend(loaded.refusals);
    Origin { service, beside, whole }
}

/// What Compose would warn of today, as far as it was so when the container was created: a variable
/// that was set then, in a shell that nobody has any more, shows in the container's environment.
pub fn warnings(desired: &Target, container: &Target) -> Vec<Warning> {
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
pub struct Package {
    /// The program's name on npm.
    pub name: String,
    /// Its release.
    pub version: Option<String>,
}

/// Reads it out of a container.
fn package(engine: &Engine, container: &Container) -> Option<Package> {
    let read = engine.read_file(&container.id, "/app/package.json", limits::OPENCLAW_CONFIG).ok()?;
    let FileRead::File { bytes, .. } = read else { return None };
    let json: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    let text = |key: &str| json.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    Some(Package { name: text("name")?, version: text("version") })
}

/// Why there is no container to look at.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The engine has no answer.
    #[error("{0}")]
    Engine(#[from] EngineError),
    /// No container runs OpenClaw; says what was looked for.
    #[error("{0}")]
    Nothing(String),
}

/// The containers that are named, by name, id, id prefix or compose service; without names every one
/// that runs OpenClaw, `all` includes those that are stopped.
///
/// # Errors
/// When the engine has no answer, a name fits no container, or none runs OpenClaw.
pub fn find(engine: &Engine, targets: &[String], all: bool) -> Result<Vec<Inspected>, FindError> {
    if targets.is_empty() {
        return discover(engine, all);
    }
    Ok(targets.iter().map(|t| engine.inspect_with_image(t)).collect::<Result<_, _>>()?)
}

/// Every container that runs OpenClaw: by its image's name, its command line, its image's label,
/// or the `package.json` of the program.
///
/// # Errors
/// When the engine has no answer, or no container runs OpenClaw.
pub fn discover(engine: &Engine, all: bool) -> Result<Vec<Inspected>, FindError> {
    let listed = engine.list(&ListFilter { all, ..ListFilter::default() })?;
    let ids: Vec<&str> = listed.iter().map(|s: &Summary| s.id.as_str()).collect();
    let inspected = engine.inspect_all(&ids).into_iter().filter_map(Result::ok);
    let found: Vec<Inspected> = inspected.filter(|i| role(i, engine) != Role::Other).collect();
    if found.is_empty() {
        let state = if all { "" } else { "running " };
        let hint = if all { "" } else { "; --all looks at stopped ones too" };
        return Err(FindError::Nothing(format!(
            "no {state}container runs OpenClaw (looked at {} for an image, a command line, an image label or an /app/package.json of openclaw, clawdbot or moltbot){hint}. Name a container to inspect it all the same",
            counted(listed.len())
        )));
    }
    Ok(found)
}

fn counted(containers: usize) -> String {
    if containers == 1 { "1 container".to_owned() } else { format!("{containers} containers") }
}

/// What a container does for OpenClaw.
#[must_use]
pub fn role(inspected: &Inspected, engine: &Engine) -> Role {
    let bare = bare(inspected, None, engine, Advice::default());
    let title = image_title(inspected.image.as_ref());
    match identify::role(&bare.subject(title)) {
        Role::Other => {
            let package = engine.package(&inspected.container);
            identify::role(&bare.subject(package.as_ref().map(|p| p.name.as_str())))
        }
        role => role,
    }
}

/// Containers, and what their projects say.
#[derive(Debug, Default)]
pub struct Containers {
    /// The containers, in the order they were found.
    pub targets: Vec<Target>,
    /// For each of them the service that it was made from.
    pub desired: Vec<Option<Desired>>,
    /// What makes Compose refuse their projects.
    pub refusals: Vec<Refusal>,
}

/// Every container with the service that it was made from, as its files are now.
#[must_use]
pub fn containers(
    found: &[Inspected],
    options: &[AssembleOptions],
    ground: &dyn Ground,
    host: &Host,
    sources: &mut Sources,
) -> Containers {
    let mut refusals = Vec::new();
    let each = found.iter().zip(options);
    let each =
        each.map(|(inspected, options)| explain(inspected, options, ground, host, sources, &mut refusals));
    let (mut targets, origins): (Vec<Target>, Vec<Origin>) = each.unzip();
    let mut beside: Vec<Target> = Vec::new();
    let mut desired = Vec::new();
    for origin in origins {
        desired.push(origin.service.zip(origin.whole));
        // A container that is looked at itself says more than the files that it was made from.
        let is_known = |t: &Target| {
            targets.iter().chain(&beside).any(|k| k.project == t.project && k.service == t.service)
        };
        let new: Vec<Target> = origin.beside.into_iter().filter(|t| !is_known(t)).collect();
        beside.extend(new);
    }
    clients::share_views(&mut targets, &beside);
    host_cli::share(&mut targets, ground.shares_files(), host, sources);
    // What is said of the whole project is said once.
    let mut told = BTreeSet::new();
    for target in &mut targets {
        if !told.insert(target.project.clone()) {
            target.warnings.retain(|warning| warning.place.is_some());
        }
    }
    Containers { targets, desired, refusals }
}

fn explain(
    inspected: &Inspected,
    options: &AssembleOptions,
    ground: &dyn Ground,
    host: &Host,
    sources: &mut Sources,
    refusals: &mut Vec<Refusal>,
) -> (Target, Origin) {
    let Inspected { container, image } = inspected;
    let recorded = RecordedProject::of(&container.labels);
    let advice = match &recorded {
        Some(recorded) => recorded.advice(&host.cwd, &container.name),
        None => Advice { container: Some(container.name.clone()), ..Advice::default() },
    };
    let mut looked_at = Vec::new();
    let origin =
        recorded.as_ref().map(|r| desired(r, ground, options, host, sources, refusals, &mut looked_at));
    let origin = origin.unwrap_or_default();
    let mut bare = bare(inspected, origin.service.as_ref(), ground, advice);
    bare.sources.append(&mut looked_at);
    let label = image.as_ref().and_then(|i| i.labels.get("org.opencontainers.image.version"));
    let title = image_title(image.as_ref());
    let mut role = identify::role(&bare.subject(title));
    let known = options.openclaw_version.is_some() || label.is_some();
    let package = (role == Role::Other || !known).then(|| ground.package(container)).flatten();
    if role == Role::Other {
        role = identify::role(&bare.subject(package.as_ref().map(|p| p.name.as_str())));
    }
    let mut target = if role == Role::Other {
        bare.other()
    } else {
        let version = identify::version(&VersionHints {
            flag: options.openclaw_version.as_deref(),
            label,
            package_json: package.as_ref().and_then(|p| p.version.as_deref()),
            image: Some(&container.image),
            default: options.assumed_version.as_deref(),
        });
        bare.explain(role, version, &options.images, &mut *ground.files(container), host.clock.now(), sources)
    };
    target.warnings = origin.service.as_ref().map(|d| warnings(d, &target)).unwrap_or_default();
    target.container_id = Some(container.id.clone());
    target.state = Some(container.state.status.clone());
    (target, origin)
}
