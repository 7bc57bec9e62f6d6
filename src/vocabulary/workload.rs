//! What describes a container besides a compose file: the words that its readers and rules share.

use crate::text::source::Place;

/// What describes a container that is not created yet, where it is no compose file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WorkloadKind {
    /// A `docker run` command line.
    RunCommand,
    /// A Quadlet unit of Podman's.
    QuadletUnit,
    /// A container in the template of a pod.
    PodContainer,
}

/// A key of a Secret or ConfigMap that is named and that the object does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingKey {
    /// `Secret` or `ConfigMap`.
    pub kind: &'static str,
    /// The name of the object.
    pub object: String,
    /// The key that it lacks.
    pub key: String,
    /// The keys that it has.
    pub keys: Vec<String>,
    /// The variable or path that would be made of it.
    pub wanted_for: String,
    /// The container starts without it.
    pub optional: bool,
    /// Where the key is named.
    pub place: Place,
    /// Where the object is written.
    pub object_place: Place,
}
