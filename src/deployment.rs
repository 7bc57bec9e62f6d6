//! How a container is, or would be, run: the same facts from the Docker API and from a compose
//! service, so that everything after them need not know which it was.

use crate::{
    source::{Place, SourceId},
    text::Text,
};
use std::rc::Rc;

/// The facts of one container or service, besides its environment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deployment {
    /// The image reference.
    pub image: Option<Written<String>>,
    /// `entrypoint`, when the service or container sets it; else the image's, if known.
    pub entrypoint: Option<Vec<Written<Text>>>,
    /// `command`, when the service or container sets it; else the image's, if known.
    pub command: Option<Vec<Written<Text>>>,
    /// `user`.
    pub user: Option<Written<String>>,
    /// `working_dir`, else the image's, if known.
    pub working_dir: Option<Written<String>>,
    /// `network_mode`, for example `host`, `service:openclaw-gateway`.
    pub network_mode: Option<Written<String>>,
    /// Published ports.
    pub ports: Vec<Port>,
    /// Mounts, in the order they are written.
    pub mounts: Vec<Mount>,
    /// Where the service is written: its key in the compose file.
    pub place: Option<Place>,
    /// The compose files it was merged from.
    pub files: Rc<[SourceId]>,
}

/// A value and where it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written<T> {
    /// The value.
    pub value: T,
    /// Where; none when only the engine knows it.
    pub place: Option<Place>,
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
    /// Where it is written.
    pub place: Option<Place>,
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
    /// Anything else.
    Other,
}
