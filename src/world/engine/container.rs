//! What the engine says about a container or an image, read leniently.
//!
//! The engine's enumerations grow (`State.Status` has values today that older clients refuse), so
//! words are kept as words, and a missing or odd field costs that field only. Engine 20.10.24 and
//! Podman 4.3.1 were looked at.

use super::settings::{self, Settings};
use crate::{
    text::secret::Text,
    vocabulary::{
        deployment::{Deployment, Healthcheck, Located, Mount, MountKind, Port, Relabel},
        engine_state::EngineState,
        manager::{Management, ManagerEvidence},
    },
};
use serde_json::Value;
use std::{collections::BTreeMap, path::PathBuf, rc::Rc};

/// A container, as `docker inspect` tells it.
#[derive(Clone, Debug, Default)]
pub struct Container {
    /// The full id.
    pub id: String,
    /// The name, without the slash that the API puts before it.
    pub name: String,
    /// The image reference it was created from.
    pub image: String,
    /// The id of that image.
    pub image_id: String,
    /// When it was created, RFC 3339.
    pub created: Option<String>,
    /// What it is doing.
    pub state: ContainerState,
    /// `.Config.Env`: image and container mixed, in the engine's order. A variable without `=`
    /// has no value.
    pub env: Vec<(String, Option<Text>)>,
    /// Labels of image and container.
    pub labels: Labels,
    /// Mounts.
    pub mounts: Vec<LiveMount>,
    /// Published ports as configured; for `--publish-all` as given.
    pub ports: Vec<Port>,
    /// `.Config.User`; none means root, or what the image's entrypoint does.
    pub user: Option<String>,
    /// `.Config.Entrypoint`.
    pub entrypoint: Option<Vec<Text>>,
    /// `.Config.Cmd`.
    pub command: Option<Vec<Text>>,
    /// `.Path`: the program that is process 1.
    pub path: Text,
    /// `.Args`: its arguments. They may hold secrets, as `--token` does.
    pub args: Vec<Text>,
    /// `.Config.WorkingDir`.
    pub working_dir: Option<String>,
    /// The names of `.NetworkSettings.Networks`.
    pub networks: Vec<String>,
    /// `.HostConfig.NetworkMode`, for example `bridge`, `host`, `container:ID`.
    pub network_mode: Option<String>,
    /// `.HostConfig.UsernsMode`.
    pub userns_mode: Option<String>,
    /// `.HostConfig.PidMode`.
    pub pid_mode: Option<String>,
    /// `.HostConfig.Privileged`.
    pub privileged: Option<bool>,
    /// `.HostConfig.ReadonlyRootfs`.
    pub read_only: Option<bool>,
    /// `.HostConfig.CapAdd`, without `CAP_`.
    pub cap_add: Vec<String>,
    /// `.HostConfig.SecurityOpt`.
    pub security_opt: Vec<String>,
    /// The names of `.HostConfig.ExtraHosts`.
    pub extra_hosts: Vec<String>,
    /// `.Config.Healthcheck.Test`.
    pub healthcheck: Option<Vec<Text>>,
    /// Where the host has the whole file system of the running container: the overlay's
    /// `GraphDriver.Data.MergedDir`.
    pub root: Option<PathBuf>,
    /// `.HostConfig.RestartPolicy.Name`.
    pub restart: Option<String>,
    /// `.HostConfig.Memory`, in bytes.
    pub memory_limit: Option<u64>,
    /// The fields that a service would set for it.
    pub settings: Settings,
}

/// What a container is doing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContainerState {
    /// The engine's word: `running`, `exited` …
    pub status: String,
    /// A process runs.
    pub running: bool,
    /// Process 1, as the engine's host counts; none when nothing runs.
    pub pid: Option<u64>,
    /// The exit code of the last run; meaningless while it runs.
    pub exit_code: Option<i64>,
    /// The engine's word for the health check: `healthy`, `starting` …; none without a check.
    pub health: Option<String>,
    /// When it last started, RFC 3339.
    pub started_at: Option<String>,
    /// When it last stopped, RFC 3339.
    pub finished_at: Option<String>,
    /// The kernel killed it for want of memory.
    pub oom_killed: bool,
    /// How often the engine restarted it.
    pub restart_count: i64,
    /// Why the engine could not start it, in its words. They may quote a command or a path.
    pub error: Option<Text>,
}

/// A mount of a container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveMount {
    /// What is mounted where.
    pub mount: Mount,
    /// Where its files are on the engine's host.
    pub host_path: Option<PathBuf>,
}

/// Labels; values may be secret (reverse proxies are configured through them).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Labels(BTreeMap<String, Text>);

impl Labels {
    /// The value of a label.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(Text::expose)
    }

    /// `com.docker.compose.project`.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.get("com.docker.compose.project")
    }

    /// `com.docker.compose.service`.
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        self.get("com.docker.compose.service")
    }

    /// What people call it besides its own name: the service of Compose or Swarm, the cell, the pod.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        let names = [
            "com.docker.compose.service",
            "com.docker.swarm.service.name",
            "openclaw.fleet.tenant",
            "io.kubernetes.pod.name",
        ];
        !self.is_oneoff() && names.iter().any(|label| self.get(label) == Some(name))
    }

    /// Made by `docker compose run`, not `up`.
    #[must_use]
    pub fn is_oneoff(&self) -> bool {
        self.get("com.docker.compose.oneoff").is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    /// Every label.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Text)> + Clone {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    fn from_json(value: &Value) -> Self {
        let labels = value.as_object().into_iter().flatten();
        Self(labels.filter_map(|(k, v)| Some((k.clone(), v.as_str()?.into()))).collect())
    }
}

/// An image.
#[derive(Clone, Debug, Default)]
pub struct EngineImage {
    /// Its id.
    pub id: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// `ENV`.
    pub env: Vec<(String, Option<Text>)>,
    /// Labels.
    pub labels: Labels,
    /// `USER`.
    pub user: Option<String>,
    /// `WORKDIR`.
    pub working_dir: Option<String>,
    /// `ENTRYPOINT`.
    pub entrypoint: Option<Vec<Text>>,
    /// `CMD`.
    pub command: Option<Vec<Text>>,
    /// The fields of a service that it decides where the service does not.
    pub settings: Settings,
}

fn names(object: &serde_json::Map<String, Value>) -> Vec<String> {
    object.keys().cloned().collect()
}

/// A container in a list.
#[derive(Clone, Debug, Default)]
pub struct ContainerSummary {
    /// The full id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The image reference.
    pub image: String,
    /// The id of the image.
    #[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
    pub image_id: String,
    /// The command line in one text, which the engine cuts where it is long.
    #[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
    pub command: Text,
    /// The engine's word: `running`, `exited` …
    pub state: String,
    /// Labels of image and container.
    pub labels: Labels,
}

impl ContainerSummary {
    /// Reads one entry of `GET /containers/json`.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let word = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Some(Self {
            id: value["Id"].as_str()?.to_owned(),
            // The names of links come along, `/other/alias`: the own name has one slash.
            name: value["Names"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(bare_name)
                .find(|name| !name.contains('/'))
                .unwrap_or_default()
                .to_owned(),
            image: word("Image"),
            image_id: word("ImageID"),
            command: word("Command").into(),
            state: word("State"),
            labels: Labels::from_json(&value["Labels"]),
        })
    }
}

impl Container {
    /// Reads the answer of `GET /containers/ID/json`, which is an entry of `docker inspect` too.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let (config, host) = (&value["Config"], &value["HostConfig"]);
        Some(Self {
            id: value["Id"].as_str()?.to_owned(),
            name: bare_name(value["Name"].as_str().unwrap_or_default()).to_owned(),
            image: config["Image"].as_str().or(value["ImageName"].as_str()).unwrap_or_default().to_owned(),
            image_id: value["Image"].as_str().unwrap_or_default().to_owned(),
            created: word(&value["Created"]),
            state: state(value),
            env: env(&config["Env"]),
            labels: Labels::from_json(&config["Labels"]),
            mounts: mounts(value),
            ports: ports(value),
            user: word(&config["User"]),
            entrypoint: argv(&config["Entrypoint"]),
            command: argv(&config["Cmd"]),
            path: value["Path"].as_str().unwrap_or_default().into(),
            args: argv(&value["Args"]).unwrap_or_default(),
            working_dir: word(&config["WorkingDir"]),
            networks: value["NetworkSettings"]["Networks"].as_object().map(names).unwrap_or_default(),
            network_mode: word(&host["NetworkMode"]),
            userns_mode: word(&host["UsernsMode"]),
            pid_mode: word(&host["PidMode"]),
            privileged: host["Privileged"].as_bool().filter(|is| *is),
            read_only: host["ReadonlyRootfs"].as_bool().filter(|is| *is),
            cap_add: words(&host["CapAdd"], |w| w.strip_prefix("CAP_").unwrap_or(w)),
            security_opt: words(&host["SecurityOpt"], |w| w),
            extra_hosts: words(&host["ExtraHosts"], |w| w.split([':', '=']).next().unwrap_or(w)),
            healthcheck: argv(&config["Healthcheck"]["Test"]),
            root: word(&value["GraphDriver"]["Data"]["MergedDir"]).map(PathBuf::from),
            restart: word(&host["RestartPolicy"]["Name"]).filter(|name| name != "no"),
            memory_limit: host["Memory"].as_u64().filter(|limit| *limit > 0),
            settings: settings::of_container(value),
        })
    }

    /// The first twelve characters of the id, as `docker ps` shows it.
    #[must_use]
    #[cfg(test)]
    pub fn short_id(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }

    /// The value of a variable; the last one counts, as for the process.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<&Text> {
        self.env.iter().rev().find(|(n, _)| n == name)?.1.as_ref()
    }

    /// What the engine reports of it.
    #[must_use]
    pub fn engine_state(&self) -> EngineState {
        let state = &self.state;
        let is_up = matches!(state.status.as_str(), "running" | "paused");
        let has_run = state.started_at.is_some() || state.error.is_some();
        EngineState {
            status: state.status.clone(),
            health: state.health.clone(),
            since: if is_up { state.started_at.clone() } else { state.finished_at.clone() },
            restarts: u64::try_from(state.restart_count).unwrap_or_default(),
            exit_code: state.exit_code.filter(|_| has_run && !is_up),
            oom_killed: state.oom_killed,
            error: state.error.clone(),
            memory_limit: self.memory_limit,
            manager: self.management().manager,
        }
    }

    /// Who creates it, as its labels, the paths in them, its networks and its environment say.
    #[must_use]
    pub fn management(&self) -> Management {
        let of_compose = ["config_files", "environment_file", "working_dir"]
            .iter()
            .filter_map(|what| self.labels.get(&format!("com.docker.compose.project.{what}")));
        Management::of_container(&ManagerEvidence {
            labels: self.labels.iter().map(|(name, value)| (name, Some(value.expose()))).collect(),
            paths: of_compose.flat_map(|list| list.split(',')).collect(),
            networks: self.networks.iter().map(String::as_str).collect(),
            project: self.labels.project(),
            is_podman: self.env.iter().any(|(name, value)| {
                name == "container" && value.as_ref().is_some_and(|value| value.expose() == "podman")
            }),
        })
    }

    /// How it is run, in the words that compose services share.
    #[must_use]
    pub fn deployment(&self) -> Deployment {
        fn written<T>(value: T) -> Located<T> {
            Located { value, place: None }
        }
        let list = |argv: &Option<Vec<Text>>| {
            argv.as_ref().map(|words| words.iter().cloned().map(written).collect::<Vec<_>>())
        };
        Deployment {
            missing_keys: Vec::new(),
            image: Some(written(self.image.clone())),
            build: None,
            entrypoint: list(&self.entrypoint),
            command: list(&self.command),
            user: self.user.clone().map(written),
            working_dir: self.working_dir.clone().map(written),
            network_mode: self.network_mode.clone().map(written),
            userns_mode: self.userns_mode.clone().map(written),
            pid_mode: self.pid_mode.clone().map(written),
            privileged: self.privileged.map(written),
            read_only: self.read_only.map(written),
            memory_limit: self.memory_limit.map(written),
            cap_add: self.cap_add.iter().cloned().map(written).collect(),
            security_opt: self.security_opt.iter().cloned().map(written).collect(),
            extra_hosts: self.extra_hosts.iter().cloned().map(written).collect(),
            env_files: Vec::new(),
            volumes_from: false,
            depends_on: Vec::new(),
            labels: self.labels.iter().map(|(name, _)| written(name.to_owned())).collect(),
            healthcheck: self
                .healthcheck
                .as_ref()
                .map(|words| Healthcheck { test: words.iter().cloned().map(written).collect(), place: None }),
            hooks: Vec::new(),
            ports: self.ports.clone(),
            mounts: self.mounts.iter().map(|m| m.mount.clone()).collect(),
            place: None,
            given_files: Vec::new(),
            files: Rc::default(),
        }
    }
}

impl EngineImage {
    /// Reads the answer of `GET /images/ID/json`, which is an entry of `docker image inspect` too.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let config = &value["Config"];
        let tags = value["RepoTags"].as_array().into_iter().flatten();
        Some(Self {
            id: value["Id"].as_str()?.to_owned(),
            tags: tags.filter_map(Value::as_str).map(str::to_owned).collect(),
            env: env(&config["Env"]),
            labels: Labels::from_json(&config["Labels"]),
            user: word(&config["User"]),
            working_dir: word(&config["WorkingDir"]),
            entrypoint: argv(&config["Entrypoint"]),
            command: argv(&config["Cmd"]),
            settings: settings::of_image(value),
        })
    }
}

fn bare_name(name: &str) -> &str {
    name.strip_prefix('/').unwrap_or(name)
}

/// A text that says something: the engine writes `""` for what is not set.
fn word(value: &Value) -> Option<String> {
    value.as_str().filter(|s| !s.is_empty()).map(str::to_owned)
}

fn words(value: &Value, part: fn(&str) -> &str) -> Vec<String> {
    let words = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    words.map(|word| part(word).to_owned()).collect()
}

fn argv(value: &Value) -> Option<Vec<Text>> {
    match value {
        // Podman 4.3.1 writes the entrypoint as one text.
        Value::String(one) if !one.is_empty() => Some(vec![one.as_str().into()]),
        Value::Array(words) => Some(words.iter().filter_map(Value::as_str).map(Text::from).collect()),
        _ => None,
    }
}

fn env(value: &Value) -> Vec<(String, Option<Text>)> {
    let lines = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    lines
        .map(|line| match line.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.into())),
            None => (line.to_owned(), None),
        })
        .collect()
}

fn state(value: &Value) -> ContainerState {
    let state = &value["State"];
    ContainerState {
        status: state["Status"].as_str().unwrap_or("unknown").to_owned(),
        running: state["Running"].as_bool().unwrap_or(false),
        pid: state["Pid"].as_u64().filter(|pid| *pid > 0),
        exit_code: state["ExitCode"].as_i64(),
        health: word(&state["Health"]["Status"]).filter(|health| health != "none"),
        started_at: moment(&state["StartedAt"]),
        finished_at: moment(&state["FinishedAt"]),
        oom_killed: state["OOMKilled"].as_bool().unwrap_or(false),
        restart_count: value["RestartCount"].as_i64().unwrap_or(0),
        error: word(&state["Error"]).map(|error| error.as_str().into()),
    }
}

/// The engine writes the year 1 for "never".
fn moment(value: &Value) -> Option<String> {
    word(value).filter(|time| !time.starts_with("0001-"))
}

fn mounts(value: &Value) -> Vec<LiveMount> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // Only `HostConfig.Mounts` says that a part of a volume is mounted; its `Source` does not.
    let wanted = value["HostConfig"]["Mounts"].as_array().into_iter().flatten();
    let parts: Vec<&str> = wanted
        .filter(|m| word(&m["VolumeOptions"]["Subpath"]).is_some())
        .filter_map(|m| m["Target"].as_str())
        .collect();
    let mounts = value["Mounts"].as_array().into_iter().flatten();
    let mut mounts: Vec<LiveMount> = mounts
        .map(|m| {
            let kind = match m["Type"].as_str() {
                Some("bind") => MountKind::Bind,
                Some("volume") => MountKind::Volume,
                Some("tmpfs") => MountKind::Tmpfs,
                _ => MountKind::Other,
            };
            let target = text(&m["Destination"]);
            let has_files = matches!(kind, MountKind::Bind | MountKind::Volume);
            LiveMount {
                host_path: word(&m["Source"])
                    .filter(|_| has_files && !parts.contains(&target.as_str()))
                    .map(PathBuf::from),
                mount: Mount {
                    kind,
                    source: if kind == MountKind::Volume { word(&m["Name"]) } else { word(&m["Source"]) },
                    target,
                    read_only: m["RW"] == Value::Bool(false),
                    relabel: relabel(m["Mode"].as_str().unwrap_or_default()),
                    host: None,
                    place: None,
                },
            }
        })
        .collect();
    // `--tmpfs` is no entry of `Mounts`.
    let memory = value["HostConfig"]["Tmpfs"].as_object().into_iter().flatten();
    mounts.extend(
        memory.map(|(target, _)| LiveMount { mount: Mount::new(MountKind::Tmpfs, target), host_path: None }),
    );
    mounts
}

/// `Mode` of a mount: `z`, `ro,Z`.
fn relabel(mode: &str) -> Option<Relabel> {
    mode.split(',').find_map(|option| match option {
        "z" => Some(Relabel::Shared),
        "Z" => Some(Relabel::Private),
        _ => None,
    })
}

fn ports(value: &Value) -> Vec<Port> {
    // What was asked for; `--publish-all` asks for nothing in particular, so what was given.
    let given = value["HostConfig"]["PublishAllPorts"] == Value::Bool(true);
    let table = if given { &value["NetworkSettings"]["Ports"] } else { &value["HostConfig"]["PortBindings"] };
    let mut ports = Vec::new();
    for (container_port, bindings) in table.as_object().into_iter().flatten() {
        let (target, protocol) = container_port.split_once('/').unwrap_or((container_port, "tcp"));
        for binding in bindings.as_array().into_iter().flatten() {
            ports.push(Port {
                host_ip: word(&binding["HostIp"]),
                published: word(&binding["HostPort"]),
                target: target.to_owned(),
                protocol: protocol.to_owned(),
                place: None,
            });
        }
    }
    ports
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn inspected() -> Value {
        json!({
            "Id": "abc0123456789def", "Name": "/gw", "Image": "sha256:1", "Created": "2026-11-20T20:00:00Z",
            "Path": "tini", "Args": ["--", "node", "--token", "hunter2"], "RestartCount": 2,
            "State": {"Status": "initialized", "Running": false, "ExitCode": 78, "OOMKilled": false,
                      "StartedAt": "0001-01-01T00:00:00Z", "Health": {"Status": "starting"}},
            "Config": {"Env": ["A=1=2", "B=", "C"], "User": "", "Image": "openclaw:local",
                       "Labels": {"com.docker.compose.project": "p", "com.docker.compose.service": "s"},
                       "Cmd": ["gateway"], "Entrypoint": null, "WorkingDir": "/app"},
            "Mounts": [
                {"Type": "bind", "Source": "/srv/oc", "Destination": "/home/node/.openclaw", "RW": true},
                {"Type": "volume", "Name": "data", "Source": "/var/lib/docker/volumes/data/_data",
                 "Destination": "/data", "RW": false},
                {"Type": "volume", "Name": "part", "Source": "/var/lib/docker/volumes/part/_data",
                 "Destination": "/part", "RW": true},
                {"Type": "cluster", "Destination": "/odd"}],
            "HostConfig": {"NetworkMode": "bridge", "RestartPolicy": {"Name": "no"}, "Tmpfs": {"/tmp": "size=1m"},
                "Mounts": [{"Target": "/part", "VolumeOptions": {"Subpath": "x"}}],
                "PortBindings": {"18789/tcp": [{"HostIp": "127.0.0.1", "HostPort": "18789"}],
                                 "53/udp": [{"HostIp": "", "HostPort": ""}]}}
        })
    }

    #[test]
    fn reads_what_docker_inspect_writes() {
        let c = Container::from_json(&inspected()).expect("a container");
        assert_eq!(
            (c.name.as_str(), c.short_id(), c.image.as_str()),
            ("gw", "abc012345678", "openclaw:local")
        );
        assert_eq!(c.state.status, "initialized");
        assert_eq!((c.state.exit_code, c.state.started_at.as_deref()), (Some(78), None));
        assert_eq!(c.state.health.as_deref(), Some("starting"));
        let env: Vec<_> = c.env.iter().map(|(n, v)| (n.as_str(), v.as_ref().map(Text::expose))).collect();
        assert_eq!(env, [("A", Some("1=2")), ("B", Some("")), ("C", None)]);
        assert_eq!((c.user, c.entrypoint, c.restart), (None, None, None));
        assert_eq!((c.labels.project(), c.labels.service()), (Some("p"), Some("s")));
        let mounts: Vec<_> = c
            .mounts
            .iter()
            .map(|m| {
                (m.mount.kind, m.mount.source.as_deref(), m.mount.target.as_str(), m.host_path.is_some())
            })
            .collect();
        assert_eq!(
            mounts,
            [
                (MountKind::Bind, Some("/srv/oc"), "/home/node/.openclaw", true),
                (MountKind::Volume, Some("data"), "/data", true),
                (MountKind::Volume, Some("part"), "/part", false),
                (MountKind::Other, None, "/odd", false),
                (MountKind::Tmpfs, None, "/tmp", false),
            ]
        );
        let port =
            |p: &Port| (p.host_ip.clone(), p.published.clone(), format!("{}/{}", p.target, p.protocol));
        let ports: Vec<_> = c.ports.iter().map(port).collect();
        assert!(ports.contains(&(Some("127.0.0.1".into()), Some("18789".into()), "18789/tcp".into())));
        assert!(ports.contains(&(None, None, "53/udp".into())));
    }

    #[test]
    fn shows_no_value_when_debugged() {
        let c = Container::from_json(&inspected()).expect("a container");
        assert!(!format!("{c:?} {:?}", c.deployment()).contains("hunter2"));
    }

    #[test]
    fn an_odd_field_costs_that_field_only() {
        let c = Container::from_json(&json!({"Id": "x", "State": 7, "Config": [], "Mounts": "?"}));
        assert_eq!(c.expect("a container").state.status, "unknown");
        assert!(Container::from_json(&json!({"Name": "/x"})).is_none());
        assert!(Container::from_json(&json!([])).is_none());
    }

    #[test]
    fn a_linked_container_keeps_its_own_name() {
        let s = ContainerSummary::from_json(&json!({"Id": "x", "Names": ["/other/alias", "/own"]}));
        assert_eq!(s.expect("a summary").name, "own");
    }
}
