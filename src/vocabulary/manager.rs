//! Who creates and keeps containers: the one table of how each manager is recognised, where a setting
//! is edited there, and what makes an edit take effect.
//!
//! Sources of the signs:
//!
//! * Compose: docker/compose `pkg/api/labels.go`; podman-compose sets the same labels.
//! * Swarm: moby `daemon/cluster/executor/container/container.go` (`com.docker.swarm.*`), docker/cli
//!   `cli/compose/convert` (`com.docker.stack.namespace`).
//! * Kubernetes: `pkg/kubelet/types/labels.go` (`io.kubernetes.pod.name`, `.namespace`).
//! * `openclaw fleet`: OpenClaw 2026.9.6, `docs/cli/fleet.md` and the labels of its cell profile.
//! * Coolify: coollabsio/coolify, `defaultLabels` in `bootstrap/helpers/docker.php`; it deploys from
//!   `/artifacts` and keeps its files below `/data/coolify`.
//! * Dokploy: its paths `/etc/dokploy/compose/APP/code`, its network `dokploy-network`.
//! * Portainer: stacks below `/data/compose/NUMBER`, their variables in `stack.env`.
//! * CasaOS and `ZimaOS`: IceWhaleTech/CasaOS-AppManagement `common/constants.go`
//!   (`io.casaos.v1.app.store.id`, before that `casaos`), apps below `/var/lib/casaos/apps`.
//! * umbrelOS: apps below `umbrel/app-data`, each with a service `app_proxy`.
//! * Runtipi: `runtipi.managed`, which its app store's test asks of every app.
//! * 1Panel: 1Panel-dev/appstore (`createdBy: "Apps"`, the network `1panel-network`), apps below
//!   `/opt/1panel/apps`.
//! * Unraid: `net.unraid.docker.managed=dockerman` of its Docker page. Its Compose plugin says
//!   `composeman`: such a container is Compose's.
//! * TrueNAS: the projects are called `ix-APP`, their files are below `/mnt/.ix-apps`.
//! * Quadlet and `podman generate systemd`: containers/podman `pkg/systemd/define/const.go`
//!   (`PODMAN_SYSTEMD_UNIT`). Every container of Podman has `container=podman` in its environment.

use super::shell_word::quoted;
use std::borrow::Cow;

/// What created a container, and is to be asked for changes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Manager {
    /// Docker Compose.
    Compose,
    /// Docker Swarm.
    Swarm,
    /// Kubernetes.
    Kubernetes,
    /// A systemd unit of Podman's: Quadlet, `podman generate systemd`.
    Quadlet,
    /// Podman, by `podman run`.
    Podman,
    /// OpenClaw's own `fleet`.
    Fleet,
    /// Coolify.
    Coolify,
    /// Dokploy.
    Dokploy,
    /// Portainer.
    Portainer,
    /// CasaOS, `ZimaOS`.
    CasaOs,
    /// umbrelOS.
    Umbrel,
    /// Runtipi.
    Runtipi,
    /// 1Panel.
    OnePanel,
    /// Unraid's Docker page.
    Unraid,
    /// Synology DSM, whose Container Manager runs compose projects.
    Synology,
    /// TrueNAS apps.
    TrueNas,
    /// Nothing that leaves labels: `docker run`.
    #[default]
    None,
}

/// What is seen of a container or of a project that may say who manages it.
#[derive(Clone, Debug, Default)]
pub struct ManagerEvidence<'a> {
    /// Labels with their values; of a project on disk the values are not known.
    pub labels: Vec<(&'a str, Option<&'a str>)>,
    /// Compose files, env files, the project's folder.
    pub paths: Vec<&'a str>,
    /// The networks that it is in.
    pub networks: Vec<&'a str>,
    /// The name of the compose project.
    pub project: Option<&'a str>,
    /// It is a container of Podman's.
    pub is_podman: bool,
}

/// What one thing that is seen says.
enum Sign {
    /// A label whose name begins so.
    Label(&'static str),
    /// A label with this value.
    LabelIs(&'static str, &'static str),
    /// A part of a path.
    Path(&'static str),
    /// The begin of a path, followed by a number.
    NumberedPath(&'static str),
    /// A network that it is in.
    Network(&'static str),
    /// The begin of the project's name.
    Project(&'static str),
}

impl Sign {
    fn is_in(&self, seen: &ManagerEvidence<'_>) -> bool {
        let any_path = |test: &dyn Fn(&str) -> bool| seen.paths.iter().any(|path| test(path));
        match *self {
            Self::Label(begin) => seen.labels.iter().any(|(name, _)| name.starts_with(begin)),
            Self::LabelIs(label, value) => {
                seen.labels.iter().any(|(name, is)| *name == label && *is == Some(value))
            }
            Self::Path(part) => any_path(&|path| path.contains(part)),
            Self::NumberedPath(begin) => any_path(&|path| {
                let rest = path.strip_prefix(begin);
                rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            }),
            Self::Network(network) => seen.networks.contains(&network),
            Self::Project(begin) => seen.project.is_some_and(|project| project.starts_with(begin)),
        }
    }
}

/// What each manager leaves; the first that fits decides. What is built on Compose or Swarm stands above
/// them, and a systemd unit that runs Compose below it.
const SIGNS: &[(Sign, Manager)] = &[
    (Sign::Label("io.kubernetes."), Manager::Kubernetes),
    (Sign::Label("openclaw.fleet."), Manager::Fleet),
    (Sign::Label("coolify."), Manager::Coolify),
    (Sign::Path("/data/coolify/"), Manager::Coolify),
    (Sign::Path("/etc/dokploy/"), Manager::Dokploy),
    (Sign::Network("dokploy-network"), Manager::Dokploy),
    (Sign::Label("io.casaos."), Manager::CasaOs),
    (Sign::LabelIs("casaos", "casaos"), Manager::CasaOs),
    (Sign::Path("/var/lib/casaos/"), Manager::CasaOs),
    (Sign::Path("/umbrel/app-data/"), Manager::Umbrel),
    (Sign::Label("runtipi."), Manager::Runtipi),
    (Sign::Path("/1panel/"), Manager::OnePanel),
    (Sign::LabelIs("createdBy", "Apps"), Manager::OnePanel),
    (Sign::Path("/mnt/.ix-apps/"), Manager::TrueNas),
    (Sign::Project("ix-"), Manager::TrueNas),
    (Sign::LabelIs("net.unraid.docker.managed", "dockerman"), Manager::Unraid),
    (Sign::NumberedPath("/data/compose/"), Manager::Portainer),
    (Sign::Path("/stack.env"), Manager::Portainer),
    (Sign::Label("com.docker.swarm."), Manager::Swarm),
    (Sign::Label("com.docker.compose."), Manager::Compose),
    (Sign::Label("PODMAN_SYSTEMD_UNIT"), Manager::Quadlet),
];

/// The words of one manager. `{name}` is the service, app, cell, unit or pod, `{group}` the stack or
/// namespace.
struct ManagerWords {
    id: &'static str,
    name: &'static str,
    /// Where a variable is given to the container, after "in".
    environment: &'static str,
    /// Where what Compose puts in place of `${NAME}` is set, after "in".
    values: &'static str,
    /// What makes an edit of them, of the command, ports or mounts take effect; begins with a verb.
    apply: &'static str,
    /// What starts the process again with the same environment; none where the engine does it.
    restart: Option<&'static str>,
}

impl Manager {
    /// What keeps what is seen.
    #[must_use]
    pub fn of(seen: &ManagerEvidence<'_>) -> Self {
        let found = SIGNS.iter().find(|(sign, _)| sign.is_in(seen)).map(|(_, manager)| *manager);
        found.unwrap_or(if seen.is_podman { Self::Podman } else { Self::None })
    }

    fn words(self) -> &'static ManagerWords {
        const COMPOSE: ManagerWords = ManagerWords {
            id: "compose",
            name: "Docker Compose",
            environment: "`environment:`",
            values: "the project's .env",
            apply: "recreate the container",
            restart: None,
        };
        match self {
            Self::Compose => &COMPOSE,
            Self::Swarm => &ManagerWords {
                id: "swarm",
                name: "Docker Swarm",
                environment: "`environment:` of the stack's file",
                values: "the shell that deploys the stack",
                apply: "deploy it: `docker stack deploy -c STACK.yml {group}`",
                restart: Some("run `docker service update --force {name}`"),
            },
            Self::Kubernetes => &ManagerWords {
                id: "kubernetes",
                name: "Kubernetes",
                environment: "`env:` of the pod's template, or its Secret",
                values: "the pod's Secret or ConfigMap",
                apply: "apply the manifest, then run `kubectl -n {group} delete pod {name}`, which its controller replaces",
                restart: Some("run `kubectl -n {group} delete pod {name}`, which its controller replaces"),
            },
            Self::Quadlet => &ManagerWords {
                id: "quadlet",
                name: "systemd",
                environment: "`Environment=` of the unit's .container file",
                values: "the file of `EnvironmentFile=`",
                apply: "run `systemctl --user daemon-reload` and `systemctl --user restart {name}` (without `--user` as root)",
                restart: Some("run `systemctl --user restart {name}` (without `--user` as root)"),
            },
            Self::Fleet => &ManagerWords {
                id: "fleet",
                name: "openclaw fleet",
                environment: "the flags of `openclaw fleet create` (`--gateway-token`, `--env`)",
                values: "the flags of `openclaw fleet create` (`--env`)",
                apply: "create the cell again: note its token, port and image (only its container knows the token), then `openclaw fleet rm {name} --force`, which keeps its data, and `openclaw fleet create {name}` with all of its flags",
                restart: Some("run `openclaw fleet restart {name}`"),
            },
            Self::Coolify => &ManagerWords {
                id: "coolify",
                name: "Coolify",
                environment: "Environment Variables of the resource in Coolify",
                values: "Environment Variables of the resource in Coolify",
                apply: "redeploy it in Coolify",
                restart: None,
            },
            Self::Dokploy => &ManagerWords {
                id: "dokploy",
                name: "Dokploy",
                environment: "the Environment tab in Dokploy",
                values: "the Environment tab in Dokploy",
                apply: "deploy it again in Dokploy",
                restart: None,
            },
            Self::Portainer => &ManagerWords {
                id: "portainer",
                name: "Portainer",
                environment: "`environment:` in the stack's editor in Portainer",
                values: "Environment variables of the stack in Portainer",
                apply: "choose Update the stack in Portainer",
                restart: None,
            },
            Self::CasaOs => &ManagerWords {
                id: "casaos",
                name: "CasaOS",
                environment: "Environment Variables of the app's settings in CasaOS",
                values: "Environment Variables of the app's settings in CasaOS",
                apply: "save the app's settings in CasaOS, which recreates it",
                restart: None,
            },
            Self::Umbrel => &ManagerWords {
                id: "umbrel",
                name: "umbrelOS",
                environment: "`environment:` of the app's docker-compose.yml",
                values: "the app's exports.sh",
                apply: "restart the app in umbrelOS, which recreates it",
                restart: None,
            },
            Self::Runtipi => &ManagerWords {
                id: "runtipi",
                name: "Runtipi",
                environment: "the app's user config in Runtipi (docker-compose.yml)",
                values: "the app's settings in Runtipi",
                apply: "update the app's settings in Runtipi, which recreates it",
                restart: None,
            },
            Self::OnePanel => &ManagerWords {
                id: "1panel",
                name: "1Panel",
                environment: "the compose file of the installed app in 1Panel",
                values: "Parameters of the installed app in 1Panel",
                apply: "rebuild the app in 1Panel",
                restart: None,
            },
            Self::Unraid => &ManagerWords {
                id: "unraid",
                name: "Unraid",
                environment: "the container's template on Unraid's Docker page",
                values: "the container's template on Unraid's Docker page",
                apply: "click Apply in the container's template on Unraid's Docker page, which recreates it",
                restart: None,
            },
            Self::TrueNas => &ManagerWords {
                id: "truenas",
                name: "TrueNAS",
                environment: "the app's settings in TrueNAS (Apps, Edit)",
                values: "the app's settings in TrueNAS (Apps, Edit)",
                apply: "save the app's settings in TrueNAS (Apps, Edit), which recreates it",
                restart: None,
            },
            // Container Manager runs compose projects as Compose does.
            Self::Synology => const { &ManagerWords { id: "synology", name: "Synology DSM", ..COMPOSE } },
            Self::Podman => &ManagerWords {
                id: "podman",
                name: "Podman",
                environment: "the container's `-e` flags",
                values: "the container's `-e` flags",
                apply: "remove the container (`podman rm -f {name}`) and start it again with the new value",
                restart: None,
            },
            Self::None => &ManagerWords {
                id: "none",
                name: "docker run",
                environment: "the container's `-e` flags",
                values: "the container's `-e` flags",
                apply: "remove the container (`docker rm -f {name}`) and start it again with the new value",
                restart: None,
            },
        }
    }

    /// The name used in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.words().id
    }

    /// As its makers write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.words().name
    }

    /// `docker compose`, typed by a person, changes what it keeps.
    #[must_use]
    pub fn takes_compose_commands(self) -> bool {
        matches!(self, Self::Compose | Self::Synology)
    }

    /// A person writes a compose file for it.
    #[must_use]
    pub fn has_compose_file(self) -> bool {
        !matches!(
            self,
            Self::Kubernetes | Self::Quadlet | Self::Podman | Self::Fleet | Self::Unraid | Self::None
        )
    }

    /// Everybody who installs the app gets the same files.
    #[must_use]
    pub fn is_store(self) -> bool {
        matches!(self, Self::CasaOs | Self::Umbrel | Self::Runtipi | Self::OnePanel)
    }
}

/// What manages one container or service, and what its commands name it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Management {
    /// Who.
    pub manager: Manager,
    /// The Swarm service, cell, unit or pod; none where the container's name is meant.
    pub name: Option<String>,
    /// The stack or namespace.
    pub group: Option<String>,
    /// The engine is Podman: its commands are `podman …`.
    pub is_podman: bool,
    /// The docker context that its commands have to name.
    pub context: Option<String>,
}

impl Management {
    /// What keeps a container, with the names that its labels give.
    #[must_use]
    pub fn of_container(seen: &ManagerEvidence<'_>) -> Self {
        let manager = Manager::of(seen);
        let label = |name: &str| {
            seen.labels.iter().find(|(label, _)| *label == name).and_then(|(_, is)| is.map(str::to_owned))
        };
        let (name, group) = match manager {
            Manager::Swarm => (label("com.docker.swarm.service.name"), label("com.docker.stack.namespace")),
            Manager::Kubernetes => (label("io.kubernetes.pod.name"), label("io.kubernetes.pod.namespace")),
            Manager::Quadlet => (label("PODMAN_SYSTEMD_UNIT"), None),
            Manager::Fleet => (label("openclaw.fleet.tenant"), None),
            _ => (None, None),
        };
        Self { manager, name, group, is_podman: seen.is_podman, context: None }
    }

    /// The program that speaks to the engine, with the context where that has to be named.
    #[must_use]
    pub fn engine(&self) -> Cow<'static, str> {
        match &self.context {
            _ if self.is_podman => Cow::Borrowed("podman"),
            Some(context) => Cow::Owned(format!("docker --context {}", quoted(context))),
            None => Cow::Borrowed("docker"),
        }
    }

    /// Where a variable is given to the container, after "in".
    #[must_use]
    pub fn environment(&self) -> &'static str {
        match (self.manager, &self.group) {
            (Manager::Swarm, None) => "the environment of the Swarm service",
            _ => self.manager.words().environment,
        }
    }

    /// Where the words of the command are written, after "in".
    #[must_use]
    pub fn command(&self) -> &'static str {
        match self.manager {
            Manager::Kubernetes => "`args:`",
            Manager::Quadlet => "`Exec=`",
            manager if manager.has_compose_file() => "`command:`",
            _ => "the command behind the image",
        }
    }

    /// Where mounts are written, after "in".
    #[must_use]
    pub fn volumes(&self) -> &'static str {
        match self.manager {
            Manager::Kubernetes => "`volumes:` and `volumeMounts:` of the pod's template",
            Manager::Quadlet => "`Volume=`",
            manager if manager.has_compose_file() => "`volumes:`",
            _ => "the container's `-v` flags",
        }
    }

    /// How a container gets the network of another one.
    #[must_use]
    pub fn share_network(&self, other: &str) -> Option<String> {
        match self.manager {
            Manager::Kubernetes => Some(format!(
                "make it a container of the pod of {other}, or name its Service in OPENCLAW_GATEWAY_URL"
            )),
            Manager::Quadlet => Some(format!("write `Network={other}.container` in its unit")),
            manager if manager.has_compose_file() => None,
            _ => Some(format!("start it with `--network container:{other}`")),
        }
    }

    /// Where what Compose puts in place of `${NAME}` is set, after "in".
    #[must_use]
    pub fn values(&self) -> &'static str {
        self.manager.words().values
    }

    /// What makes an edit take effect; `container` is its name, as a shell takes it.
    #[must_use]
    pub fn apply(&self, container: Option<&str>) -> String {
        match (self.manager, &self.group) {
            (Manager::Kubernetes, _) if self.is_controller() => format!(
                "apply the manifest, then run `{} rollout restart {}` (a changed Secret or ConfigMap starts nothing by itself)",
                self.kubectl(),
                quoted(self.name.as_deref().unwrap_or_default())
            ),
            (Manager::Swarm, None) => self
                .filled("change the service: `docker service update --env-add NAME=VALUE {name}`", container),
            _ => self.filled(self.manager.words().apply, container),
        }
    }

    /// `kubectl`, for the namespace that is known.
    fn kubectl(&self) -> String {
        self.group
            .as_deref()
            .map_or_else(|| "kubectl".to_owned(), |group| format!("kubectl -n {}", quoted(group)))
    }

    /// `deployment/NAME`: what makes pods, and no pod itself.
    fn is_controller(&self) -> bool {
        self.name.as_deref().is_some_and(|name| name.contains('/'))
    }

    /// How a command is run in the container, where the engine is not asked for it.
    #[must_use]
    pub fn exec(&self, command: &str) -> Option<String> {
        let name = self.name.as_deref().filter(|_| self.manager == Manager::Kubernetes)?;
        Some(format!("`{} exec -it {} -- {command}`", self.kubectl(), quoted(name)))
    }

    /// What starts the process again, where the engine is not asked for it.
    #[must_use]
    pub fn restart(&self) -> Option<String> {
        if self.manager == Manager::Kubernetes && self.is_controller() {
            let name = quoted(self.name.as_deref().unwrap_or_default());
            return Some(format!("run `{} rollout restart {name}`", self.kubectl()));
        }
        Some(self.filled(self.manager.words().restart?, None))
    }

    fn filled(&self, template: &str, container: Option<&str>) -> String {
        let name = match (&self.name, container) {
            (Some(name), _) => quoted(name),
            (None, container) => container.unwrap_or("NAME").into(),
        };
        let group = self.group.as_deref().map_or(Cow::Borrowed("GROUP"), quoted);
        let filled = template.replace("{name}", &name).replace("{group}", &group);
        filled.replace("`docker ", &format!("`{} ", self.engine()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen<'a>(labels: &[&'a str], paths: &[&'a str]) -> ManagerEvidence<'a> {
        let labels = labels.iter().map(|label| match label.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (*label, Some("x")),
        });
        ManagerEvidence { labels: labels.collect(), paths: paths.to_vec(), ..ManagerEvidence::default() }
    }

    #[test]
    fn managers_by_what_they_leave() {
        for (labels, paths, manager) in [
            (&["coolify.managed", "com.docker.compose.project"][..], &[][..], Manager::Coolify),
            (&["com.docker.compose.project"], &["/srv/claw/compose.yml"], Manager::Compose),
            (&["com.docker.stack.namespace", "com.docker.swarm.task.name"], &[], Manager::Swarm),
            (&["org.opencontainers.image.title"], &[], Manager::None),
            (&["com.docker.compose.project"], &["/data/compose/12/docker-compose.yml"], Manager::Portainer),
            (&["com.docker.compose.project"], &["/data/compose/mine/compose.yml"], Manager::Compose),
            (&["com.docker.compose.project"], &["/etc/dokploy/compose/claw-x7/code/d.yml"], Manager::Dokploy),
            (&["net.unraid.docker.managed=dockerman"], &[], Manager::Unraid),
            (&["net.unraid.docker.managed=composeman", "com.docker.compose.project"], &[], Manager::Compose),
            (&["PODMAN_SYSTEMD_UNIT=p@u.service", "com.docker.compose.project"], &[], Manager::Compose),
            (&["PODMAN_SYSTEMD_UNIT=claw.service"], &[], Manager::Quadlet),
            (&["createdBy=Apps"], &[], Manager::OnePanel),
            (&["createdBy=me"], &[], Manager::None),
        ] {
            assert_eq!(Manager::of(&seen(labels, paths)), manager, "{labels:?} {paths:?}");
        }
        let project = ManagerEvidence { project: Some("ix-openclaw"), ..ManagerEvidence::default() };
        assert_eq!(Manager::of(&project), Manager::TrueNas);
    }

    #[test]
    fn commands_name_what_the_manager_names() {
        let cell = Management::of_container(&seen(&["openclaw.fleet.tenant=hazel"], &[]));
        assert_eq!(cell.restart().as_deref(), Some("run `openclaw fleet restart hazel`"));
        assert!(!cell.apply(Some("openclaw-cell-hazel")).contains("docker rm"));
        let task = seen(&["com.docker.swarm.service.name=a_b", "com.docker.stack.namespace=a"], &[]);
        let task = Management::of_container(&task);
        assert_eq!(task.apply(Some("a_b.1.x")), "deploy it: `docker stack deploy -c STACK.yml a`");
        assert_eq!(task.restart().as_deref(), Some("run `docker service update --force a_b`"));
    }
}
