//! A container's file system in memory, for tests.

use super::container_fs::{ContainerFs, Look, Real};
use crate::text::{secret::Bytes, source::SourceName};
use std::{collections::BTreeMap, path::PathBuf};

/// Files by path; their parents are directories. A path that ends in `/` is an empty directory.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemoryFs(pub BTreeMap<String, String>, pub BTreeMap<String, Vec<u8>>);

impl MemoryFs {
    fn look_as<T>(&self, path: &str, content: impl Fn(&[u8]) -> T) -> Look<T> {
        let text = self.0.get(path).map(String::as_bytes);
        if let Some(bytes) = text.or_else(|| self.1.get(path).map(Vec::as_slice)) {
            return Look::Text {
                name: SourceName::Host(PathBuf::from(path)),
                text: content(bytes),
                owner: None,
            };
        }
        let below = format!("{}/", path.trim_end_matches('/'));
        let mut inside = self.0.keys().chain(self.1.keys()).filter(|p| p.starts_with(&below)).peekable();
        if inside.peek().is_none() {
            return Look::Absent;
        }
        Look::Directory { empty: Some(inside.all(|p| *p == below)) }
    }
}

impl ContainerFs for MemoryFs {
    fn look(&mut self, path: &str, _limit: u64) -> Look {
        self.look_as(path, |bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    fn real(&mut self, path: &str) -> Option<Real> {
        let is_there = self.look_as(path, |_| ()) != Look::Absent;
        is_there.then(|| Real { path: path.to_owned(), names: 1 })
    }

    fn names(&mut self, dir: &str) -> Vec<String> {
        let below = format!("{}/", dir.trim_end_matches('/'));
        let inside = self.0.keys().chain(self.1.keys()).filter_map(|path| path.strip_prefix(&below));
        inside.filter(|name| !name.is_empty() && !name.contains('/')).map(str::to_owned).collect()
    }

    fn look_together(&mut self, dir: &str, names: &[&str], _limit: u64) -> Vec<Look<Bytes>> {
        let look = |name: &&str| self.look_as(&format!("{dir}/{name}"), |bytes| Bytes(bytes.to_vec()));
        names.iter().map(look).collect()
    }
}
