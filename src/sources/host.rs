//! The environment that this process was started with: what `docker compose` would interpolate
//! from if it were run here.

use crate::text::Text;
use std::{collections::BTreeMap, path::PathBuf};

/// The host's environment and working directory, read once.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Variables by name; names and values that are not UTF-8 are read lossily.
    pub env: BTreeMap<String, Text>,
    /// The working directory.
    pub cwd: PathBuf,
}

impl Host {
    /// Reads this process' environment.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one door to the process environment")]
    pub fn of_process() -> Self {
        let lossy = |s: std::ffi::OsString| s.to_string_lossy().into_owned();
        Self {
            env: std::env::vars_os().map(|(k, v)| (lossy(k), lossy(v).into())).collect(),
            cwd: std::env::current_dir().unwrap_or_default(),
        }
    }

    /// The value of a variable.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(Text::expose)
    }
}
