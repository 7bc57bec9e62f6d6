//! The world that a run happens in: files, environment, clock and user, passed along in one value.
#![expect(clippy::disallowed_methods, reason = "the one door to the process environment")]

use super::{clock::Clock, disk::Disk, files::Files, overlay::Overlay, recorded::Recorded};
use crate::text::secret::Text;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The host as the program sees it: what `docker compose` would read and interpolate from if it were
/// run here. That of a snapshot holds the files of another host, and no way to those of this one.
#[derive(Clone, Debug)]
pub struct World {
    /// Variables by name; names and values that are not UTF-8 are read lossily.
    pub env: BTreeMap<String, Text>,
    /// The working directory.
    pub cwd: PathBuf,
    /// The files.
    pub files: Arc<dyn Files>,
    /// The clock.
    pub clock: Clock,
    /// The user that looks; none where the system does not say.
    pub user: Option<u32>,
}

/// A host without files or environment.
impl Default for World {
    fn default() -> Self {
        Self {
            env: BTreeMap::new(),
            cwd: PathBuf::new(),
            files: Arc::new(Recorded::default()),
            clock: Clock::System,
            user: None,
        }
    }
}

impl World {
    /// This machine, with the environment and the working directory of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let lossy = |s: std::ffi::OsString| s.to_string_lossy().into_owned();
        let env = std::env::vars_os().map(|(k, v)| (lossy(k), lossy(v).into())).collect();
        Self::on_disk(env, std::env::current_dir().unwrap_or_default())
    }

    /// This machine, with that environment and working directory.
    #[must_use]
    pub fn on_disk(env: BTreeMap<String, Text>, cwd: PathBuf) -> Self {
        let user = Disk.owner(Path::new("/proc/self")).map(|owner| owner.uid);
        Self { env, cwd, files: Arc::new(Disk), clock: Clock::System, user }
    }

    /// As it would be if files held these texts, which are named by their real paths.
    #[must_use]
    pub fn edited(&self, texts: BTreeMap<PathBuf, String>) -> Self {
        Self { files: Arc::new(Overlay::new(Arc::clone(&self.files), texts)), ..self.clone() }
    }

    /// The value of a variable.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(Text::expose)
    }
}
