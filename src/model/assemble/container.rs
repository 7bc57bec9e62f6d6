//! From a container of the engine to what is known before its settings are looked at.

use super::{
    AssembleOptions, clients, facts, host_cli,
    labels::{FileSet, RecordedProject},
    looked_at::ProjectSources,
    service::{self, UnresolvedTarget},
    warnings::ServiceWarnings,
};
use crate::{
    compose,
    model::{
        Project, ProjectFiles, ProjectOrigin, container_env,
        detect::{self, RoleJudgement, VersionHints},
        target::{Target, TargetKind},
        written_for,
    },
    provenance::{Candidate, InspectedSource, Layer, SourceState, StepKind, Variable},
    text::{
        limits,
        source::{Place, Sources},
    },
    vocabulary::{
        advice::Advice,
        deployment::{Deployment, Role},
        finding::{Refusal, Warning},
    },
    world::{
        container_fs::{ContainerFs, LiveFs},
        engine::{
            Engine, FileRead, Inspected, ListFilter,
            container::{Container, ContainerSummary, EngineImage},
            error::EngineError,
        },
        host::World,
    },
};
use std::collections::{HashMap, HashSet};

/// The title that an image gives itself.
pub fn image_title(image: Option<&EngineImage>) -> Option<&str> {
    image?.labels.get("org.opencontainers.image.title")
}

/// Where containers are looked at: an engine, or a snapshot of what one told.
pub trait Ground {
    /// The host paths of mounts are paths of the files that are read here.
    fn shares_files(&self) -> bool;
    /// The host that goes with them: this one, or that of the snapshot.
    fn host(&self) -> &World;
    /// The files of a container.
    fn files<'a>(&'a self, container: &'a Container) -> Box<dyn ContainerFs + 'a>;
    /// Its `/app/package.json`.
    fn package(&self, container: &Container) -> Option<Package>;
}

impl Ground for Engine {
    fn shares_files(&self) -> bool {
        Self::shares_files(self)
    }

    fn host(&self) -> &World {
        Self::host(self)
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
            mount.host = live.host_path.as_deref().and_then(|path| ground.host().files.side(path));
        }
    }
    UnresolvedTarget {
        kind: TargetKind::Container,
        name: container.name.clone(),
        service: container.labels.service().map(str::to_owned),
        project: container.labels.project().map(str::to_owned),
        deployment,
        environment: container_env::environment(container, inspected.image.as_ref(), wanted),
        program: None,
        beside_gateway: false,
        is_elsewhere: false,
        sources: Vec::new(),
        advice,
    }
}

/// A container without what OpenClaw makes of it, to be compared with another environment.
#[must_use]
pub fn plain(inspected: &Inspected, desired: Option<&Target>, ground: &dyn Ground) -> Target {
    bare(inspected, desired, ground, Advice::default()).other()
}

/// The compose files that containers were created from, as they are now.
#[derive(Debug, Default)]
struct RecordedFiles {
    /// The services that containers were created from, by name.
    services: HashMap<String, Target>,
    /// The services beside them that talk to a gateway: command lines, and what carries a token.
    beside: Vec<Target>,
    /// What else they say; none where they are not on this host.
    whole: Option<ProjectFiles>,
    /// What Compose warns of outside of all services, which one container tells.
    warnings: Vec<Warning>,
    looked_at: ProjectSources,
}

impl RecordedFiles {
    /// Loads them once for all services that containers were created from.
    fn load(
        recorded: &RecordedProject,
        services: Vec<String>,
        options: &AssembleOptions,
        ground: &dyn Ground,
        sources: &mut Sources,
    ) -> Self {
        let host = ground.host();
        if recorded.files.is_empty() {
            return Self::default();
        }
        let missing = if ground.shares_files() {
            recorded.missing(&*host.files).map(|path| (path, SourceState::Absent))
        } else {
            let elsewhere =
                || SourceState::NotVisible("on the host of the engine, not looked into".to_owned());
            recorded.files.first().map(|path| (path.as_ref(), elsewhere()))
        };
        if let Some((path, state)) = missing {
            let mut named = InspectedSource::new(Layer::ComposeFile, path.display().to_string(), state);
            named.say("the container's labels name it");
            return Self { looked_at: ProjectSources::only(named), ..Self::default() };
        }
        let mut loaded = compose::load(&recorded.options(services.clone()), host, sources);
        compose::client_proxies::add(&mut loaded.services, host, sources);
        let mut files = Self { looked_at: ProjectSources::of(&loaded), ..Self::default() };
        let warnings = ServiceWarnings::new(&loaded);
        files.warnings = warnings.of_none(0..loaded.services.len());
        let wanted: HashSet<&str> = services.iter().map(String::as_str).collect();
        let builds = compose::build::builds(&loaded, &*host.files, sources);
        for (number, service) in loaded.services.iter().enumerate() {
            let bare = UnresolvedTarget::of_service(&loaded, (number, &builds), &*host.files);
            if wanted.contains(&*service.name) {
                let target = Target { warnings: warnings.of(number).cloned().collect(), ..bare.other() };
                files.services.entry(service.name.clone()).or_insert(target);
            } else {
                let bare = bare.with_image(&*host.files);
                files.beside.extend(service::that_talks(bare, options, host, sources));
            }
        }
        let facts = facts::facts(&loaded, true, host, sources);
        let variables = facts::variables_of_files(&loaded);
        files.whole = Some(ProjectFiles { facts, variables, complete: false });
        files
    }
}

/// The service that a container was created from, as its files are now.
fn service_of(
    inspected: &Inspected,
    ground: &dyn Ground,
    sources: &mut Sources,
) -> Result<Target, ServiceError> {
    let name = || inspected.container.name.clone();
    let recorded =
        RecordedProject::of(&inspected.container.labels).ok_or_else(|| ServiceError::NotCompose(name()))?;
    let services = vec![recorded.service.clone()];
    let files = RecordedFiles::load(&recorded, services, &AssembleOptions::default(), ground, sources);
    let RecordedFiles { mut services, whole, looked_at, .. } = files;
    services.remove(&recorded.service).ok_or_else(|| {
        match whole.and_then(|files| files.facts.refusals.into_iter().next()) {
            Some(refusal) => ServiceError::Refused(refusal),
            None => match looked_at.first() {
                Some(file) => ServiceError::NotHere { file: file.path.clone(), container: name() },
                None => ServiceError::NoFile { service: recorded.service, container: name() },
            },
        }
    })
}

/// The service that a container was created from, with the image's ENV below it, as its container would
/// have it now.
///
/// # Errors
/// When its labels name no service, its files are not on this host, or they lack the service.
pub fn service_as_made(
    inspected: &Inspected,
    ground: &dyn Ground,
    sources: &mut Sources,
) -> Result<Target, ServiceError> {
    let mut target = service_of(inspected, ground, sources)?;
    let same_image = target.deployment.image.as_ref().is_some_and(|i| i.value == inspected.container.image);
    let image = inspected.image.as_ref().filter(|_| same_image);
    for (name, value) in image.iter().flat_map(|i| &i.env) {
        if let Some(value) = value
            && target.variable(name).is_none()
        {
            let winner = Candidate::new(Layer::ImageEnv, name.clone(), None, value.clone());
            target.environment.push(Variable {
                name: name.clone(),
                winner: Some(winner),
                losers: Vec::new(),
            });
        }
    }
    Ok(target)
}

/// Why the service of a container cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Compose did not create it.
    #[error("{0} was not created by docker compose; name a second container")]
    NotCompose(String),
    /// Compose refuses the files.
    #[error("{}: {}", .0.path, .0.message)]
    Refused(Refusal),
    /// The files are elsewhere.
    #[error("{file} is not on this host, though the labels of {container} name it")]
    NotHere {
        /// The first of them.
        file: String,
        /// The container.
        container: String,
    },
    /// No file has the service.
    #[error("the labels of {container} name no compose file that has the service {service}")]
    NoFile {
        /// The service.
        service: String,
        /// The container.
        container: String,
    },
}

/// What Compose would warn of today, as far as it was so when the container was created: a variable
/// that was set then, in a shell that nobody has any more, shows in the container's environment.
pub fn warnings(desired: &Target, container: &Target) -> Vec<Warning> {
    let was_set = |place: Place| {
        let made_here = |v: &&Variable| {
            let steps = v.winner.iter().flat_map(|w| w.via.iter());
            steps.filter(|s| matches!(s.step, StepKind::Interpolation { .. })).any(|s| s.place == Some(place))
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
    let ids: Vec<&str> = listed.iter().map(|s: &ContainerSummary| s.id.as_str()).collect();
    let inspected = engine.inspect_all(&ids).into_iter().filter_map(Result::ok);
    let found: Vec<Inspected> = inspected.filter(|i| role(i, engine) != Role::Other).collect();
    if found.is_empty() {
        let state = if all { "" } else { "running " };
        let hint = if all { "" } else { "; --all looks at stopped ones too" };
        return Err(FindError::Nothing(format!(
            "no {state}container runs OpenClaw (looked at {} for an image, a command, an image label or an /app/package.json of openclaw, clawdbot or moltbot){hint}. Name a container to inspect it all the same",
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
    match detect::judge(&bare.subject(title)).role {
        Role::Other => {
            let package = engine.package(&inspected.container);
            detect::judge(&bare.subject(package.as_ref().map(|p| p.name.as_str()))).role
        }
        role => role,
    }
}

/// Containers by the projects that they belong to.
#[derive(Debug, Default)]
pub struct ContainerProjects {
    /// The projects; containers without one are together in one without files.
    pub projects: Vec<Project>,
    /// For each container, in the order they were found, its project and its number among its targets.
    pub places: Vec<(usize, usize)>,
}

impl ContainerProjects {
    /// The containers, in the order they were found.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.places.iter().map(|(project, number)| &self.projects[*project].targets()[*number])
    }
}

/// Every container with the service that it was made from, as its files are now. Each set of compose
/// files is read once, however many containers were created from it. `options` holds for each container
/// what decides about it.
#[must_use]
pub fn containers(
    found: &[Inspected],
    options: &[AssembleOptions],
    ground: &dyn Ground,
    sources: &mut Sources,
) -> ContainerProjects {
    let mut assembly = Assembly { ground, sources, loaded: Vec::new() };
    let recorded: Vec<Option<RecordedProject>> =
        found.iter().map(|i| RecordedProject::of(&i.container.labels)).collect();
    let files = assembly.load(&recorded, options);
    let mut projects: Vec<Vec<Member>> = Vec::new();
    let mut by_name: HashMap<Option<String>, usize> = HashMap::new();
    let mut places = Vec::new();
    for (((inspected, options), recorded), files) in found.iter().zip(options).zip(&recorded).zip(files) {
        let member = assembly.explain(inspected, options, recorded.as_ref(), files);
        let project = *by_name.entry(member.target.project.clone()).or_insert(projects.len());
        if project == projects.len() {
            projects.push(Vec::new());
        }
        places.push((project, projects[project].len()));
        projects[project].push(member);
    }
    ContainerProjects { projects: projects.into_iter().map(|p| assembly.finish(p)).collect(), places }
}

/// What containers are put together from.
struct Assembly<'a> {
    ground: &'a dyn Ground,
    sources: &'a mut Sources,
    loaded: Vec<RecordedFiles>,
}

/// A container of a project.
struct Member {
    target: Target,
    /// The number of the compose files that its labels name.
    files: Option<usize>,
    service: Option<Target>,
}

impl Assembly<'_> {
    /// Loads every set of compose files once; says for each container which is its own.
    fn load(
        &mut self,
        recorded: &[Option<RecordedProject>],
        options: &[AssembleOptions],
    ) -> Vec<Option<usize>> {
        let mut sets: Vec<(&RecordedProject, &AssembleOptions, Vec<String>)> = Vec::new();
        let mut known: HashMap<FileSet<'_>, usize> = HashMap::new();
        let mut named: HashSet<(usize, &str)> = HashSet::new();
        let mut of_each = Vec::new();
        for (recorded, options) in recorded.iter().zip(options) {
            of_each.push(recorded.as_ref().map(|recorded| {
                let at = *known.entry(recorded.file_set()).or_insert(sets.len());
                if at == sets.len() {
                    sets.push((recorded, options, Vec::new()));
                }
                if named.insert((at, &recorded.service)) {
                    sets[at].2.push(recorded.service.clone());
                }
                at
            }));
        }
        for (recorded, options, services) in sets {
            let files = RecordedFiles::load(recorded, services, options, self.ground, self.sources);
            self.loaded.push(files);
        }
        of_each
    }

    fn explain(
        &mut self,
        inspected: &Inspected,
        options: &AssembleOptions,
        recorded: Option<&RecordedProject>,
        files: Option<usize>,
    ) -> Member {
        let container = &inspected.container;
        let advice = match recorded {
            Some(recorded) => {
                recorded.advice(&self.ground.host().cwd, &container.name, container.management())
            }
            None => Advice::of_container(&container.name, None, container.management()),
        };
        let advice = advice.in_context(options.context.as_deref());
        let loaded = files.map(|files| &mut self.loaded[files]);
        let (mut looked_at, mut service, mut of_none) = (Vec::new(), None, Vec::new());
        if let (Some(loaded), Some(recorded)) = (loaded, recorded) {
            service = loaded.services.get(&recorded.service).cloned();
            let deployment = service.as_ref().map(|service| &service.deployment);
            looked_at = loaded.looked_at.of_service(deployment.unwrap_or(&Deployment::default()));
            if service.is_some() {
                of_none = std::mem::take(&mut loaded.warnings);
            }
        }
        let mut bare = bare(inspected, service.as_ref(), self.ground, advice);
        bare.sources.append(&mut looked_at);
        let mut target = self.resolve(bare, inspected, options);
        target.warnings = service.as_ref().map(|service| warnings(service, &target)).unwrap_or_default();
        target.warnings.append(&mut of_none);
        Member { target, files, service }
    }

    /// A container with what OpenClaw makes of it, where it runs that.
    fn resolve(
        &mut self,
        bare: UnresolvedTarget,
        inspected: &Inspected,
        options: &AssembleOptions,
    ) -> Target {
        let Inspected { container, image } = inspected;
        let label = image.as_ref().and_then(|i| i.labels.get("org.opencontainers.image.version"));
        let title = image_title(image.as_ref());
        let mut judgement = detect::judge(&bare.subject(title));
        let known = options.openclaw_version.is_some() || label.is_some();
        let package =
            (judgement.role == Role::Other || !known).then(|| self.ground.package(container)).flatten();
        if let Some(package) = package.as_ref().filter(|_| judgement.role == Role::Other) {
            judgement = detect::judge(&bare.subject(Some(&package.name)));
        }
        let RoleJudgement { role, signs } = judgement;
        let mut target = if role == Role::Other {
            bare.other()
        } else {
            let version = detect::version(&VersionHints {
                installed: None,
                flag: options.openclaw_version.as_deref(),
                label,
                package_json: package.as_ref().and_then(|p| p.version.as_deref()),
                image: Some(&container.image),
                default: options.assumed_version.as_deref(),
            });
            let (now, mut files) = (self.ground.host().clock.now(), self.ground.files(container));
            bare.explain(role, version, &options.images, &mut *files, now, self.sources)
        };
        target.evidence = signs;
        target.container_id = Some(container.id.clone());
        target.state = Some(container.state.status.clone());
        target.engine = Some(container.engine_state());
        target
    }

    /// A project, with what its containers see of each other.
    fn finish(&mut self, members: Vec<Member>) -> Project {
        let mut files = Vec::new();
        let mut number_of: HashMap<usize, Option<usize>> = HashMap::new();
        let mut beside = Vec::new();
        for set in members.iter().filter_map(|m| m.files) {
            number_of.entry(set).or_insert_with(|| {
                let loaded = &mut self.loaded[set];
                beside.append(&mut loaded.beside);
                let whole = loaded.whole.take()?;
                files.push(whole);
                Some(files.len() - 1)
            });
        }
        let origin = |member: &mut Member| {
            // Rules of the files have nothing to say of a service that they no longer have.
            let files = member.files.and_then(|set| number_of[&set]).filter(|_| member.service.is_some());
            ProjectOrigin { files, service: member.service.take() }
        };
        let (mut targets, mut origins) = (Vec::new(), Vec::new());
        for mut member in members {
            origins.push(origin(&mut member));
            targets.push(member.target);
        }
        // A container that is looked at itself says more than the files that it was made from.
        let mut known: HashSet<Option<String>> = targets.iter().map(|t: &Target| t.service.clone()).collect();
        beside.retain(|target| known.insert(target.service.clone()));
        clients::share_views(&mut targets, &beside);
        host_cli::share(&mut targets, self.ground.shares_files(), self.ground.host(), self.sources);
        let written_for = written_for::find(&targets, files.first().map(|f| &f.facts), self.sources);
        Project::new(targets.into_iter().zip(origins).collect(), files).written_as(written_for)
    }
}
