//! What a container is made as, in the same words for one that there is and for one that would be.

use crate::{
    compose,
    provenance::{Candidate, Layer, Variable},
    syntax::node::Node,
    text::secret::Text,
    vocabulary::deployment::{Deployment, Located, Mount, MountKind, Port},
    world::engine::container::{Container, EngineImage},
};

/// What decides whether a container is as its service says.
#[derive(Clone, Debug, Default)]
pub struct ServiceShape {
    /// The whole environment, the image's `ENV` included.
    pub environment: Vec<Variable>,
    /// How it is run.
    pub deployment: Deployment,
}

/// Digits of the name that the engine gives a volume without one.
const ANONYMOUS: usize = 64;

impl ServiceShape {
    /// The image's name.
    #[must_use]
    pub fn image(&self) -> Option<&str> {
        self.deployment.image.as_ref().map(|i| i.value.as_str())
    }

    /// Of a container. `service_of` names the service of a container id.
    #[must_use]
    pub fn of_container(
        container: &Container,
        environment: Vec<Variable>,
        service_of: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let mut deployment = container.deployment();
        if let Some(mode) = &mut deployment.network_mode
            && let Some(id) = mode.value.strip_prefix("container:")
            && let Some(service) = service_of(id)
        {
            mode.value = format!("service:{service}");
        }
        deployment.ports.iter_mut().for_each(plain_port);
        for words in [&mut deployment.entrypoint, &mut deployment.command] {
            if words.as_ref().is_some_and(Vec::is_empty) {
                *words = None;
            }
        }
        // A name without a value is no variable of the process.
        let environment = environment.into_iter().filter(|v| v.winner.is_some()).collect();
        Self { environment, deployment }
    }

    /// Of a service, with what its image says where it says nothing itself.
    #[must_use]
    pub fn of_service(
        project: &compose::ComposeProject,
        service: &compose::Service,
        image: Option<&EngineImage>,
    ) -> Self {
        let mut deployment = service.deployment();
        let named = || format!("{}-{}", project.name.as_deref().unwrap_or_default(), service.name);
        let image_name = deployment.image.take().unwrap_or_else(|| written(named()));
        deployment.image = Some(image_name);
        let words = |words: &Option<Vec<Text>>| {
            let words = words.as_ref().filter(|w| !w.is_empty())?;
            Some(words.iter().cloned().map(written).collect::<Vec<_>>())
        };
        // An entrypoint of its own leaves the image's command out.
        let own_entrypoint = deployment.entrypoint.as_ref().is_some_and(|e| !e.is_empty());
        if deployment.command.as_ref().is_none_or(Vec::is_empty) {
            deployment.command = image.filter(|_| !own_entrypoint).and_then(|i| words(&i.command));
        }
        if !own_entrypoint {
            deployment.entrypoint = image.and_then(|i| words(&i.entrypoint));
        }
        deployment.user = deployment.user.or_else(|| image?.user.clone().map(written));
        deployment.ports.iter_mut().for_each(plain_port);
        for mount in deployment.mounts.iter_mut().filter(|m| m.kind == MountKind::Bind) {
            // The engine cleans the path that it is given.
            mount.source = mount.source.as_ref().map(|source| compose::values::path::clean(source));
        }
        for mount in deployment.mounts.iter_mut().filter(|m| m.kind == MountKind::Volume) {
            mount.source = mount.source.as_ref().map(|key| resource_name(project, "volumes", key));
        }
        let mut environment: Vec<Variable> =
            service.environment.iter().filter(|v| v.winner.is_some()).cloned().collect();
        for (name, value) in image.into_iter().flat_map(|i| &i.env) {
            // A name without a value that nothing sets takes the image's out.
            if service.environment.iter().any(|v| v.name == *name) {
                continue;
            }
            let Some(value) = value else { continue };
            let winner = Candidate::new(Layer::ImageEnv, name.clone(), None, value.clone());
            environment.push(Variable { name: name.clone(), winner: Some(winner), losers: Vec::new() });
        }
        Self { environment, deployment }
    }

    /// Leaves out of a container what no service says: what the image, the engine or Compose adds.
    /// `service` is what it is compared with.
    pub fn leave_out_what_comes_along(&mut self, wanted: &Self, service: &compose::Service) {
        let wanted = &wanted.deployment;
        let node = &service.node;
        let mounted = |mount: &Mount| wanted.mounts.iter().find(|w| w.target == mount.target);
        for mount in &mut self.deployment.mounts {
            let anonymous = mount.kind == MountKind::Volume
                && mount
                    .source
                    .as_deref()
                    .is_some_and(|s| s.len() == ANONYMOUS && s.bytes().all(|b| b.is_ascii_hexdigit()));
            if anonymous && mounted(mount).is_none_or(|w| w.source.is_none()) {
                mount.source = None;
            }
        }
        let files = |key: &str| node.get(key).map(Node::items).unwrap_or_default();
        let takes_files = !files("secrets").is_empty() || !files("configs").is_empty();
        let from_others = !files("volumes_from").is_empty();
        let comes_along = |mount: &Mount| {
            mounted(mount).is_none()
                && (from_others
                    || (mount.kind == MountKind::Volume && mount.source.is_none())
                    || (takes_files && mount.kind == MountKind::Bind))
        };
        self.deployment.mounts.retain(|mount| !comes_along(mount));
        // The project's network, where the service names no mode.
        let is_mode = |m: &Located<String>| {
            ["host", "none", "bridge"].contains(&m.value.as_str())
                || ["container:", "service:"].iter().any(|prefix| m.value.starts_with(prefix))
        };
        if wanted.network_mode.is_none() {
            self.deployment.network_mode = self.deployment.network_mode.take().filter(is_mode);
        }
        // What neither the service nor its image says.
        let own = &mut self.deployment;
        if wanted.command.is_none() && own.command.as_ref().is_none_or(Vec::is_empty) {
            own.command = None;
        }
    }
}

fn written<T>(value: T) -> Located<T> {
    Located { value, place: None }
}

/// Any free port is written in several ways.
fn plain_port(port: &mut Port) {
    port.published = port.published.take().filter(|p| !p.is_empty() && p != "0");
    port.host_ip = port.host_ip.take().filter(|ip| !ip.is_empty());
}

/// The name of a volume or network of the project, as the engine has it.
pub(super) fn resource_name(project: &compose::ComposeProject, kind: &str, key: &str) -> String {
    let volume = project.resources.as_ref().and_then(|r| r.at([kind, key]));
    let given = volume.and_then(|v| v.get("name")).and_then(Node::text).map(|t| t.expose().to_owned());
    let external = volume.and_then(|v| v.get("external")).is_some_and(|node| {
        node.kind == crate::syntax::node::NodeKind::Bool(true) || !node.entries().is_empty()
    });
    match (given, external) {
        (Some(name), _) => name,
        (None, true) => key.to_owned(),
        (None, false) => format!("{}_{key}", project.name.as_deref().unwrap_or_default()),
    }
}
