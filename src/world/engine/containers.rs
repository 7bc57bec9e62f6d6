//! Containers and images: which there are, and what the engine says of one.

use super::{
    Engine, EngineError, FoundSocket, json,
    problem::{EngineProblem, Says},
};
use crate::world::engine::{
    container::{Container, ContainerSummary, EngineImage},
    container_names::{checked, perhaps},
};
use bollard::query_parameters::ListContainersOptionsBuilder;
use futures_util::future;
use std::collections::HashMap;

/// Ids of this length and longer are not mistaken for a service's name.
const SHORT_ID: usize = 12;
/// How often the runtime turns until a request is on its way.
const TURNS: u32 = 6;
const INSPECT: &str = "inspect a container";

/// Swarm leaves the containers of past tasks; where one runs, that is the service's.
fn without_past_tasks(found: Vec<&ContainerSummary>) -> Vec<&ContainerSummary> {
    let is_task = |c: &&ContainerSummary| c.labels.get("com.docker.swarm.task.id").is_some();
    let runs = found.iter().any(|c| is_task(c) && c.state == "running");
    found.into_iter().filter(|c| !runs || !is_task(c) || c.state == "running").collect()
}

/// Which containers to list.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Stopped ones too.
    pub all: bool,
    /// Those that carry all of these labels, as `name` or `name=value`.
    pub labels: Vec<String>,
}

/// A container and the image it was made from.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// The container.
    pub container: Container,
    /// Its image; none when the engine no longer has it.
    pub image: Option<EngineImage>,
}

impl Engine {
    /// The containers there are.
    ///
    /// # Errors
    /// When the engine cannot be reached or makes no sense.
    pub fn list(&self, filter: &ListFilter) -> Result<Vec<ContainerSummary>, EngineError> {
        self.run(self.timeout, self.summaries(filter)).map_err(|p| self.error(p, "list containers", ""))
    }

    async fn summaries(&self, filter: &ListFilter) -> Result<Vec<ContainerSummary>, EngineProblem> {
        let mut options = ListContainersOptionsBuilder::default().all(filter.all);
        if !filter.labels.is_empty() {
            options = options.filters(&HashMap::from([("label", filter.labels.clone())]));
        }
        let answer = json(self.docker.list_containers(Some(options.build()))).await?;
        let entries = answer.as_array().ok_or(EngineProblem::Garbled)?;
        Ok(entries.iter().filter_map(ContainerSummary::from_json).collect())
    }

    /// One container, by name, id, unique start of an id, or compose service.
    ///
    /// A name beats a service, as docker's own look-up comes first. A text that is both the start
    /// of an id and a service is ambiguous: `db` and `cafe` are likely as either.
    ///
    /// # Errors
    /// When there is no such container, or several, or the engine cannot be reached.
    pub fn inspect(&self, target: &str) -> Result<Container, EngineError> {
        Ok(self.inspect_by(target, false)?.container)
    }

    /// As [`Engine::inspect`], with the image.
    ///
    /// # Errors
    /// As [`Engine::inspect`].
    pub fn inspect_with_image(&self, target: &str) -> Result<Inspected, EngineError> {
        self.inspect_by(target, true)
    }

    /// Many containers by id, all at once.
    #[must_use]
    pub fn inspect_all(&self, ids: &[&str]) -> Vec<Result<Inspected, EngineError>> {
        let one = |id: &str| {
            let id = id.to_owned();
            async move {
                let name = checked(&id)?;
                let limited = tokio::time::timeout(self.timeout, self.inspected(name, true));
                let answer = limited.await.unwrap_or(Err(EngineProblem::Timeout));
                answer.map_err(|p| self.error(p, INSPECT, name))
            }
        };
        self.runtime.block_on(future::join_all(ids.iter().map(|id| one(id))))
    }

    fn inspect_by(&self, target: &str, with_image: bool) -> Result<Inspected, EngineError> {
        let name = checked(target)?;
        let found = self.run(self.timeout, self.inspected(name, with_image));
        let by_prefix = match found {
            Ok(i) if i.container.name == name || name.len() >= SHORT_ID => return Ok(i),
            Ok(inspected) => Some(inspected),
            Err(EngineProblem::Status(404, _) | EngineProblem::Status(_, Says::SeveralIds)) => None,
            Err(problem) => return Err(self.error(problem, INSPECT, name)),
        };
        let all = self.list(&ListFilter { all: true, labels: Vec::new() })?;
        let matches: Vec<&ContainerSummary> =
            all.iter().filter(|c| c.id.starts_with(name) || c.labels.answers_to(name)).collect();
        let matches = without_past_tasks(matches);
        match (matches.as_slice(), by_prefix) {
            ([one], Some(inspected)) if one.id == inspected.container.id => Ok(inspected),
            ([one], _) => self
                .run(self.timeout, self.inspected(&one.id, with_image))
                .map_err(|p| self.error(p, INSPECT, &one.name)),
            ([], Some(inspected)) => Ok(inspected),
            ([], None) => {
                Err(EngineError::NotFound { name: name.to_owned(), candidates: perhaps(name, &all) })
            }
            (several, _) => Err(EngineError::Ambiguous {
                name: name.to_owned(),
                candidates: several.iter().map(|c| FoundSocket::from(*c)).collect(),
            }),
        }
    }

    async fn inspected(&self, name: &str, with_image: bool) -> Result<Inspected, EngineProblem> {
        let answer = json(self.docker.inspect_container(name, None)).await?;
        let container = Container::from_json(&answer).ok_or(EngineProblem::Garbled)?;
        let id = &container.image_id;
        // Ids are not escaped on the wire; this one came from outside.
        let is_id = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == ':');
        if !with_image || !is_id {
            return Ok(Inspected { container, image: None });
        }
        // What will be asked next is found out while the engine works.
        let meanwhile = async {
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            let _ = self.shares_files();
        };
        match future::join(json(self.docker.inspect_image(id)), meanwhile).await.0 {
            Ok(answer) => Ok(Inspected { image: EngineImage::from_json(&answer), container }),
            Err(EngineProblem::Status(404, _)) => Ok(Inspected { container, image: None }),
            Err(problem) => Err(problem),
        }
    }

    /// The image of a name, where the engine has it.
    ///
    /// # Errors
    /// When the engine cannot be reached or makes no sense.
    pub fn image(&self, reference: &str) -> Result<Option<EngineImage>, EngineError> {
        // Names are not escaped on the wire.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
        if reference.is_empty() || !reference.chars().all(is_plain) || reference.contains("..") {
            return Ok(None);
        }
        match self.run(self.timeout, json(self.docker.inspect_image(reference))) {
            Ok(answer) => Ok(EngineImage::from_json(&answer)),
            Err(EngineProblem::Status(404, _)) => Ok(None),
            Err(problem) => Err(self.error(problem, "look at an image", "")),
        }
    }
}
