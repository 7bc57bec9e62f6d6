//! Is a container configured as its service says? What docker compose itself asks: whether the hash in the
//! container's label is that of the service by now.

use crate::{
    compose::{
        ComposeProject, Service,
        hash::{self, ComposeRelease, HashContext},
    },
    world::{engine::container::Labels, files::Files},
};

/// What Compose writes into the labels of a container (docker compose v5.5, `pkg/api/labels.go`).
const HASH: &str = "com.docker.compose.config-hash";
const VERSION: &str = "com.docker.compose.version";

/// The last release of docker compose 2: what is expected of a project that another one of the line made.
const LAST_OF_2: ComposeRelease = ComposeRelease(2, 40, 3);

/// The answer, for one container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Configured {
    /// As the service says.
    Same,
    /// The same for the release that made it; the other one hashes the same service differently.
    Drifted {
        /// The release that made it.
        made_by: ComposeRelease,
        /// The other.
        now: ComposeRelease,
        /// It is known that the other one is used here.
        certain: bool,
    },
    /// Otherwise.
    Changed,
    /// It cannot be told, because of this field.
    NotKnown(String),
}

/// The releases of docker compose that are in question.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ComposeReleases {
    /// The one that `up` is run with, where somebody said so.
    pub told: Option<ComposeRelease>,
    /// The newest one that made a container of the engine.
    pub seen: Option<ComposeRelease>,
}

/// The release that the labels of a container name.
#[must_use]
pub fn made_by(labels: &Labels) -> Option<ComposeRelease> {
    labels.get(VERSION).and_then(ComposeRelease::parse)
}

impl ComposeReleases {
    /// The release that is taken to run `up` on what `made_by` made, and whether that is known.
    #[must_use]
    pub fn now(self, made_by: Option<ComposeRelease>) -> (ComposeRelease, bool) {
        let made_by = made_by.unwrap_or(LAST_OF_2);
        match (self.told, self.seen) {
            (Some(told), _) => (told, true),
            (None, Some(seen)) if seen > made_by => (seen, true),
            // Those of the same line are the likely ones; 5.0 hashes most services anew.
            _ => (made_by.max(LAST_OF_2), false),
        }
    }
}

/// Compares the hashes. `container_of` gives the id of the container of a service.
#[must_use]
pub fn compare(
    labels: &Labels,
    service: &Service,
    project: &ComposeProject,
    files: &dyn Files,
    releases: ComposeReleases,
    container_of: &dyn Fn(&str) -> Option<String>,
) -> Configured {
    let Some(label) = labels.get(HASH) else { return Configured::NotKnown(HASH.to_owned()) };
    let of = |release: ComposeRelease| {
        let rules = release.rules();
        hash::of_container(service, HashContext { variables: &project.variables, files, rules, container_of })
    };
    let made_by = made_by(labels);
    let (now, certain) = releases.now(made_by);
    match of(now) {
        Ok(hash) if hash == label => Configured::Same,
        Ok(_) => match made_by {
            Some(made_by) if made_by != now && of(made_by).is_ok_and(|hash| hash == label) => {
                Configured::Drifted { made_by, now, certain }
            }
            _ => Configured::Changed,
        },
        Err(unknown) => Configured::NotKnown(unknown.field),
    }
}
