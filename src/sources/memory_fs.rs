//! A container's file system in memory, for tests.

use super::container_fs::{ContainerFs, Look};
use crate::source::SourceName;
use std::{collections::BTreeMap, path::PathBuf};

/// Files by path; their parents are directories.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemoryFs(pub BTreeMap<String, String>);

impl ContainerFs for MemoryFs {
    fn look(&mut self, path: &str, _limit: u64) -> Look {
        if let Some(text) = self.0.get(path) {
            return Look::Text {
                name: SourceName::Host(PathBuf::from(path)),
                text: text.clone(),
                owner: None,
            };
        }
        let below = format!("{}/", path.trim_end_matches('/'));
        if self.0.keys().any(|p| p.starts_with(&below)) {
            Look::Directory { empty: Some(false) }
        } else {
            Look::Absent
        }
    }
}
