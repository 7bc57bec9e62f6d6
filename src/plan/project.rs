//! The project that a plan is made for: its services as their files say, and the containers that there
//! are.

use super::{
    ContainerNames, Live, Plan, PlannedImage, WantedService,
    configured::{self, ComposeReleases, Configured},
    settings,
    shape::ServiceShape,
};
use crate::{
    compose::{self, ComposeProject, LoadOptions, hash::ComposeRelease},
    model::container_env,
    syntax::node::Node,
    text::source::Sources,
    vocabulary::finding::Refusal,
    world::{
        engine::{
            Engine, EngineError, Inspected, ListFilter,
            container::{Container, ContainerSummary, EngineImage},
        },
        files::Files,
        host::World,
    },
};
use std::collections::{BTreeSet, HashMap};

/// What Compose writes into the labels of a container (docker compose v5.5, `pkg/api/labels.go`).
const PROJECT: &str = "com.docker.compose.project";
const IMAGE: &str = "com.docker.compose.image";
const NUMBER: &str = "com.docker.compose.container-number";

/// A project that Compose takes, before anybody looks at its containers.
#[derive(Debug)]
pub struct ProjectToPlan(ComposeProject);

impl ProjectToPlan {
    /// Reads and resolves it.
    ///
    /// # Errors
    /// The first reason for which it is refused.
    pub fn load(options: &LoadOptions, host: &World, sources: &mut Sources) -> Result<Self, Refusal> {
        let mut loaded = compose::load(options, host, sources);
        compose::client_proxies::add(&mut loaded.services, host, sources);
        if loaded.refusals.is_empty() { Ok(Self(loaded)) } else { Err(loaded.refusals.swap_remove(0)) }
    }

    /// What `up` would do to the containers that an engine has; `release` is that of docker compose, where
    /// it is known.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub fn plan(
        &self,
        engine: &Engine,
        host: &World,
        release: Option<ComposeRelease>,
    ) -> Result<Plan, EngineError> {
        let name = self.0.name.clone().unwrap_or_default();
        // All of them: another project may have a name that this one would give.
        let everything = engine.list(&ListFilter { all: true, labels: Vec::new() })?;
        let releases = ComposeReleases {
            told: release,
            seen: everything.iter().filter_map(|summary| configured::made_by(&summary.labels)).max(),
        };
        let (listed, foreign): (Vec<ContainerSummary>, Vec<ContainerSummary>) =
            everything.into_iter().partition(|summary| summary.labels.get(PROJECT) == Some(&name));
        let taken: BTreeSet<String> = foreign.into_iter().map(|summary| summary.name).collect();
        let ids: Vec<&str> = listed.iter().map(|s| s.id.as_str()).collect();
        let inspected = engine.inspect_all(&ids).into_iter().collect::<Result<Vec<Inspected>, _>>()?;
        let wanted = self.wanted(&name, engine, &taken)?;
        let seen = SeenContainers { project: &self.0, listed: &listed, releases, files: &*host.files };
        let containers = inspected.iter().map(|i| seen.container(i, &wanted)).collect();
        let all: BTreeSet<String> = self.0.services.iter().map(|s| s.name.clone()).collect();
        Ok(super::plan(name, wanted, containers, &all))
    }

    fn wanted(
        &self,
        project: &str,
        engine: &Engine,
        taken: &BTreeSet<String>,
    ) -> Result<Vec<WantedService>, EngineError> {
        let mut images = LocalImages { engine, known: HashMap::new() };
        let of = |service: &compose::Service| {
            let image = images.of(&image_name(project, service))?;
            let settings = settings::of_service(&self.0, service, image.as_ref().map(|i| &i.settings));
            Ok(WantedService {
                service: service.name.clone(),
                shape: ServiceShape::of_service(&self.0, service, image.as_ref()),
                image: image.map_or(PlannedImage::Absent, |image| PlannedImage::Id(image.id)),
                facts: super::facts(service),
                settings,
                networks: settings::networks(&self.0, service).into_iter().map(|(_, name)| name).collect(),
                names: ContainerNames {
                    own: service
                        .node
                        .get("container_name")
                        .and_then(Node::text)
                        .map(|n| n.expose().to_owned()),
                    prefix: format!("{project}-{}", service.name),
                    taken: taken.clone(),
                },
            })
        };
        self.0.services.iter().filter(|s| s.enabled).map(of).collect()
    }
}

/// What the containers of a project are compared with.
struct SeenContainers<'a> {
    project: &'a ComposeProject,
    listed: &'a [ContainerSummary],
    releases: ComposeReleases,
    files: &'a dyn Files,
}

impl SeenContainers<'_> {
    /// Whether a container is configured as its service says.
    fn configured(&self, container: &Container, service: &compose::Service) -> Configured {
        // The first by name, as docker compose takes it (`pkg/compose/containers.go: sorted`).
        let of_service = |name: &str| {
            let is = |s: &&ContainerSummary| s.labels.service() == Some(name) && !s.labels.is_oneoff();
            let all = self.listed.iter().filter(is);
            all.min_by(|a, b| a.name.cmp(&b.name)).map(|s| s.id.clone())
        };
        let releases = self.releases;
        configured::compare(&container.labels, service, self.project, self.files, releases, &of_service)
    }

    fn container(&self, inspected: &Inspected, wanted: &[WantedService]) -> Live {
        let container = &inspected.container;
        let service = container.labels.service().unwrap_or_default().to_owned();
        let wanted = wanted.iter().find(|w| w.service == service);
        let environment = wanted.map(|w| w.shape.environment.as_slice());
        let service_of = |id: &str| {
            let found = self.listed.iter().find(|s| s.id == id)?;
            found.labels.service().map(str::to_owned)
        };
        let environment = container_env::environment(container, inspected.image.as_ref(), environment);
        let mut shape = ServiceShape::of_container(container, environment, service_of);
        let of_files = self.project.services.iter().find(|s| s.name == service);
        if let (Some(wanted), Some(service)) = (wanted, of_files) {
            shape.leave_out_what_comes_along(&wanted.shape, service);
        }
        let (now, _) = self.releases.now(configured::made_by(&container.labels));
        Live {
            configured: of_files.map_or(Configured::Changed, |service| self.configured(container, service)),
            settings: container.settings.clone(),
            networks: container.networks.clone(),
            looks_at_networks: now.looks_at_networks(),
            keeps_current: now.keeps_current(),
            restart_recreates: now.restart_recreates(),
            name: container.name.clone(),
            number: container.labels.get(NUMBER).and_then(|n| n.parse().ok()).unwrap_or_default(),
            state: container.state.status.clone(),
            image: container.labels.get(IMAGE).map(str::to_owned),
            one_off: container.labels.is_oneoff(),
            service,
            shape,
        }
    }
}

fn image_name(project: &str, service: &compose::Service) -> String {
    let written = service.deployment().image.map(|i| i.value);
    written.unwrap_or_else(|| format!("{project}-{}", service.name))
}

/// The images that were asked for, each once.
struct LocalImages<'a> {
    engine: &'a Engine,
    known: HashMap<String, Option<EngineImage>>,
}

impl LocalImages<'_> {
    fn of(&mut self, name: &str) -> Result<Option<EngineImage>, EngineError> {
        if let Some(known) = self.known.get(name) {
            return Ok(known.clone());
        }
        let image = self.engine.image(name)?;
        self.known.insert(name.to_owned(), image.clone());
        Ok(image)
    }
}
