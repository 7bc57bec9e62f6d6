//! How a container is, or would be, run: the same facts from the Docker API and from a compose
//! service, so that everything after them need not know which it was.

/// What OpenClaw, its npm package and its images have been called, the newest name first.
pub(crate) const PROGRAM_NAMES: [&str; 3] = ["openclaw", "clawdbot", "moltbot"];

pub use super::located::{Healthcheck, Located};

use super::{built_image::BuiltImage, workload::MissingKey};
use crate::{
    provenance::Provenance,
    text::{
        secret::Text,
        source::{Place, SourceId, SourceName},
    },
};
use serde::Serialize;
use std::rc::Rc;

/// The facts of one container or service, besides its environment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deployment {
    /// The image reference.
    pub image: Option<Located<String>>,
    /// How its image is built here; none where it is not, and for what only the engine knows.
    pub build: Option<Build>,
    /// `entrypoint`, when the service or container sets it; else the image's, if known.
    pub entrypoint: Option<Vec<Located<Text>>>,
    /// `command`, when the service or container sets it; else the image's, if known.
    pub command: Option<Vec<Located<Text>>>,
    /// `user`.
    pub user: Option<Located<String>>,
    /// `working_dir`, else the image's, if known.
    pub working_dir: Option<Located<String>>,
    /// `network_mode`, for example `host`, `service:openclaw-gateway`.
    pub network_mode: Option<Located<String>>,
    /// `userns_mode`, for example `keep-id`.
    pub userns_mode: Option<Located<String>>,
    /// `pid`, for example `host`.
    pub pid_mode: Option<Located<String>>,
    /// `privileged` is set.
    pub privileged: Option<Located<bool>>,
    /// `read_only`: the container's own file system cannot be written to.
    pub read_only: Option<Located<bool>>,
    /// The most memory that it may use, in bytes.
    pub memory_limit: Option<Located<u64>>,
    /// Capabilities that are added, in upper case, without `CAP_`.
    pub cap_add: Vec<Located<String>>,
    /// `security_opt`.
    pub security_opt: Vec<Located<String>>,
    /// `extra_hosts`: the names only, which `/etc/hosts` of the container has.
    pub extra_hosts: Vec<Located<String>>,
    /// Absolute host paths of `env_file`.
    pub env_files: Vec<Located<String>>,
    /// Mounts are taken over from other services (`volumes_from`).
    pub volumes_from: bool,
    /// Services that are started first.
    pub depends_on: Vec<Located<String>>,
    /// Names of labels.
    pub labels: Vec<Located<String>>,
    /// The health check, when the service or container sets one; else the image's, if known.
    pub healthcheck: Option<Healthcheck>,
    /// The words of `post_start` and `pre_stop`.
    pub hooks: Vec<Vec<Located<Text>>>,
    /// Published ports.
    pub ports: Vec<Port>,
    /// Mounts, in the order they are written.
    pub mounts: Vec<Mount>,
    /// Files of `configs` and `secrets` that Compose gives to the container; of a container they are
    /// among the mounts.
    pub given_files: Vec<GivenFile>,
    /// Keys of Secrets and ConfigMaps that it names and that they lack.
    pub missing_keys: Vec<MissingKey>,
    /// Where the service is written: its key in the compose file.
    pub place: Option<Place>,
    /// The compose files it was merged from.
    pub files: Rc<[SourceId]>,
}

/// `build` of a service.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Build {
    /// `args`, in the order they are written.
    pub args: Vec<BuildArg>,
    /// The host path of the build context; none where it is elsewhere.
    pub context: Option<String>,
    /// The host path of the Dockerfile; none where its text comes from elsewhere.
    pub dockerfile: Option<String>,
    /// What the Dockerfile makes; none where it could not be read.
    pub image: Option<Rc<BuiltImage>>,
    /// The Dockerfile is not in its context, which is here.
    pub missing: Option<MissingDockerfile>,
}

/// What is in the folders where a Dockerfile was looked for and is not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MissingDockerfile {
    /// The names of other Dockerfiles.
    pub others: Vec<String>,
    /// The name of another file that images are built with.
    pub of_build: Option<String>,
}

/// One of `build.args`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BuildArg {
    /// Its name.
    pub name: String,
    /// Its value; none for a name without one, which the shell gives.
    pub value: Option<Text>,
    /// Where it is written.
    pub place: Place,
    /// The steps back to where its characters were written.
    pub via: Provenance,
}

/// One published port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Port {
    /// The host address it is bound to; none means all.
    pub host_ip: Option<String>,
    /// The host port or range; none means any free one.
    pub published: Option<String>,
    /// The container port or range.
    pub target: String,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Where it is written.
    pub place: Option<Place>,
}

/// One mount.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mount {
    /// What is mounted.
    pub kind: MountKind,
    /// The host path of a bind, the name of a volume.
    pub source: Option<String>,
    /// The path in the container.
    pub target: String,
    /// It cannot be written to.
    pub read_only: bool,
    /// What SELinux is told: `:z`, `:Z`.
    pub relabel: Option<Relabel>,
    /// What is at the host path of a bind, where that could be looked at.
    pub host: Option<HostSide>,
    /// Where it is written.
    pub place: Option<Place>,
}

impl Mount {
    /// A mount that can be written to, of which nothing else is known.
    #[must_use]
    pub fn new(kind: MountKind, target: impl Into<String>) -> Self {
        let target = target.into();
        Self { kind, source: None, target, read_only: false, relabel: None, host: None, place: None }
    }

    /// It is the path, or holds it.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        let target = self.target.trim_end_matches('/');
        let rest = path.trim_end_matches('/').strip_prefix(target);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Deployment {
    /// The mount that a container path is in: the innermost one that holds it.
    #[must_use]
    pub fn mount_of(&self, path: &str) -> Option<&Mount> {
        self.mounts.iter().filter(|m| m.holds(path)).max_by_key(|m| m.target.trim_end_matches('/').len())
    }

    /// The network namespace is that of another service or container, or the host's.
    #[must_use]
    pub fn network(&self) -> &str {
        self.network_mode.as_ref().map(|m| m.value.as_str()).unwrap_or_default()
    }
}

/// A file of `configs` or `secrets`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GivenFile {
    /// The path in the container.
    pub target: String,
    /// What is in it.
    pub content: GivenContent,
    /// Where the service names it.
    pub place: Place,
}

/// What is in a [`GivenFile`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GivenContent {
    /// The file at that path of the host.
    HostFile(String),
    /// A text: `content`, or the variable of `environment`.
    Text(Text),
    /// A text that is written in another file, begun with as many line ends as stand before it there.
    Written {
        /// What it is called.
        name: SourceName,
        /// It.
        text: Text,
    },
    /// It is kept elsewhere (`external`), or is made from something that is not known here.
    Unknown,
}

/// How the engine labels a mounted path where SELinux is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relabel {
    /// `:z`, for all containers.
    Shared,
    /// `:Z`, for this container alone.
    Private,
}

/// What is at the host path of a bind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HostSide {
    /// Nothing: the engine makes an empty directory, which belongs to root.
    Missing,
    /// A directory.
    Directory(FileOwner),
    /// Anything else.
    File(FileOwner),
}

/// Whose a file is, as the engine's host counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileOwner {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Permission bits.
    pub mode: u32,
}

/// What a [`Mount`] mounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MountKind {
    /// A path of the host.
    Bind,
    /// A named or anonymous volume.
    Volume,
    /// Memory.
    Tmpfs,
    /// A directory that begins empty with its pod, and ends with it.
    EmptyDir,
    /// Anything else.
    Other,
}

/// What a container or service does for OpenClaw.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs the gateway process.
    Gateway,
    /// Runs the OpenClaw command line against a gateway.
    Cli,
    /// Does not run OpenClaw.
    Other,
}

/// An image reference without its tag and digest.
#[must_use]
pub fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rfind(':') {
        Some(at) if !image[at..].contains('/') => &image[..at],
        _ => image,
    }
}
