//! From a file to what an engine would have told: a snapshot, or what `docker inspect` printed.

use super::{
    ID, Snapshot, SnapshotCell, SnapshotContainer, SnapshotHost, SnapshotLook, SnapshotPath, SnapshotProgram,
};
use crate::{
    secrets::vendors,
    syntax::sqlite,
    text::{
        secret::{Bytes, Text},
        source::SourceName,
    },
    world::{
        clock::Clock,
        container_fs::{ContainerFs, Look as Found},
        files::ReadError,
        host,
        recorded::Recorded,
    },
};
use serde_json::Value;
use std::{path::PathBuf, sync::Arc};

/// Why a file is no snapshot. Holds nothing of what it says.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SnapshotProblem {
    /// It is not JSON.
    #[error("is not JSON (line {0}, column {1})")]
    NotJson(usize, usize),
    /// It is JSON of another kind.
    #[error(
        "is neither a snapshot (`clawdock snapshot TARGET -o FILE`) nor what `docker inspect CONTAINER` prints"
    )]
    Other,
    /// It is of a version that is not known.
    #[error(
        "is a snapshot of the version {found}, and this clawdock ({}) reads {ID}; take a new one, or use the \
         clawdock that took it",
        env!("CARGO_PKG_VERSION")
    )]
    Version {
        /// What it says it is, as far as that may be said.
        found: String,
    },
    /// A part of it is missing or odd.
    #[error("is a snapshot with something missing or unknown in it (line {0}, column {1})")]
    Damaged(usize, usize),
    /// There is nothing in it.
    #[error("holds no container")]
    Empty,
}

/// Reads what a file holds.
///
/// # Errors
/// When it is neither a snapshot nor the output of `docker inspect`.
pub fn read(text: &str) -> Result<Snapshot, SnapshotProblem> {
    let json: Value =
        serde_json::from_str(text).map_err(|e| SnapshotProblem::NotJson(e.line(), e.column()))?;
    if let Some(schema) = json.get("schema").and_then(Value::as_str) {
        if schema != ID {
            let version = schema.strip_prefix("clawdock.snapshot/");
            let Some(version) = version.filter(|v| v.len() <= 8 && v.bytes().all(|b| b.is_ascii_digit()))
            else {
                return Err(SnapshotProblem::Other);
            };
            return Err(SnapshotProblem::Version { found: format!("clawdock.snapshot/{version}") });
        }
        let text = vendors::decoded(text);
        let snapshot: Snapshot =
            serde_json::from_str(&text).map_err(|e| SnapshotProblem::Damaged(e.line(), e.column()))?;
        return if snapshot.containers.is_empty() { Err(SnapshotProblem::Empty) } else { Ok(snapshot) };
    }
    of_docker(json)
}

/// What `docker inspect` prints: an array of containers, images and more; also one object of it.
fn of_docker(json: Value) -> Result<Snapshot, SnapshotProblem> {
    let all = match json {
        Value::Array(all) => all,
        one @ Value::Object(_) => vec![one],
        _ => return Err(SnapshotProblem::Other),
    };
    if all.is_empty() {
        return Err(SnapshotProblem::Empty);
    }
    let is_container =
        |v: &&Value| v.get("State").is_some() && v["Config"].is_object() && v["Id"].is_string();
    let is_image = |v: &&Value| v.get("RootFS").is_some() && v["Id"].is_string();
    let image_of = |container: &Value| {
        all.iter().filter(is_image).find(|image| image["Id"] == container["Image"]).cloned()
    };
    let containers: Vec<SnapshotContainer> = all
        .iter()
        .filter(is_container)
        .map(|container| SnapshotContainer {
            inspect: container.clone(),
            image: image_of(container),
            package: None,
            files: Default::default(),
        })
        .collect();
    if containers.is_empty() {
        return Err(SnapshotProblem::Other);
    }
    Ok(Snapshot {
        schema: ID.to_owned(),
        clawdock: SnapshotProgram { version: env!("CARGO_PKG_VERSION").to_owned() },
        host: SnapshotHost::default(),
        containers,
        holds_stand_ins: false,
    })
}

impl SnapshotHost {
    /// The host as it was, with the time that this clock tells.
    pub(super) fn as_it_was(&self, clock: Clock) -> host::World {
        let env = self.env.iter().map(|(name, value)| (name.clone(), Text::from(value.as_str())));
        let files = Recorded {
            texts: self.files.iter().map(|(path, text)| (path.into(), text.clone())).collect(),
            sides: self.mounted.iter().map(|(path, side)| (path.into(), (*side).into())).collect(),
        };
        host::World {
            env: env.collect(),
            cwd: self.cwd.clone().into(),
            files: Arc::new(files),
            clock,
            user: self.user,
        }
    }
}

/// The files of a container, as they were.
#[derive(Debug)]
pub struct SnapshotFs<'a> {
    container: &'a str,
    files: &'a std::collections::BTreeMap<String, SnapshotLook>,
}

impl std::fmt::Debug for SnapshotLook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Look")
    }
}

impl<'a> SnapshotFs<'a> {
    /// The files of `container`, which is called `name`.
    #[must_use]
    pub fn new(name: &'a str, container: &'a SnapshotContainer) -> Self {
        Self { container: name, files: &container.files }
    }

    /// Those of a container of which nothing was read.
    #[must_use]
    pub fn of_nothing(name: &'a str) -> Self {
        static NOTHING: std::collections::BTreeMap<String, SnapshotLook> = std::collections::BTreeMap::new();
        Self { container: name, files: &NOTHING }
    }

    fn name(&self, at: &SnapshotPath) -> SourceName {
        match at {
            SnapshotPath::Host(path) => SourceName::Host(PathBuf::from(path)),
            SnapshotPath::Container(path) => {
                SourceName::Container { container: self.container.to_owned(), path: path.clone() }
            }
        }
    }

    fn look_as<T>(&self, path: &str, content: impl Fn(Vec<u8>) -> Result<T, ReadError>) -> Found<T> {
        let unreadable = |at: &SnapshotPath, why| Found::Unreadable { name: self.name(at), why };
        match self.files.get(path) {
            None => Found::Unseen { why: "in the container, and not in the snapshot".to_owned() },
            Some(SnapshotLook::Absent) => Found::Absent,
            Some(SnapshotLook::Directory { empty }) => Found::Directory { empty: *empty },
            Some(SnapshotLook::InImage) => Found::InImage,
            Some(SnapshotLook::Unseen { why }) => Found::Unseen { why: why.clone() },
            Some(SnapshotLook::Unreadable { at, why }) => unreadable(at, reason(why)),
            Some(SnapshotLook::File { at, owner, text }) => match content(text.clone().into_bytes()) {
                Ok(text) => Found::Text { name: self.name(at), text, owner: owner.map(Into::into) },
                Err(why) => unreadable(at, why),
            },
            Some(SnapshotLook::Database { at, version, cells }) => {
                let cells = cells.iter().map(|c: &SnapshotCell| {
                    ([c.table.as_str(), &c.key_column, &c.value_column, &c.key], c.text.as_deref())
                });
                let made = sqlite::make(*version, cells);
                match made.map_err(|_| ReadError::Io("cannot be rebuilt".to_owned())).and_then(content) {
                    Ok(text) => Found::Text { name: self.name(at), text, owner: None },
                    Err(why) => unreadable(at, why),
                }
            }
        }
    }
}

/// The reason again, where it is one that decides something.
fn reason(words: &str) -> ReadError {
    let known = [ReadError::Absent, ReadError::Directory, ReadError::Denied, ReadError::SymlinkLoop];
    known.into_iter().find(|e| e.to_string() == words).unwrap_or_else(|| ReadError::Io(words.to_owned()))
}

impl ContainerFs for SnapshotFs<'_> {
    fn look(&mut self, path: &str, _limit: u64) -> Found {
        self.look_as(path, crate::world::files::utf8)
    }

    fn look_together(&mut self, dir: &str, names: &[&str], _limit: u64) -> Vec<Found<Bytes>> {
        let dir = dir.trim_end_matches('/');
        let one = |name: &&str| {
            let path = format!("{dir}/{name}");
            // The log and the journal of a database are in it already.
            let beside = ["-wal", "-journal"].iter().find_map(|end| path.strip_suffix(end));
            match beside {
                Some(database) if self.files.contains_key(database) => Found::Absent,
                _ => self.look_as(&path, |bytes| Ok(Bytes(bytes))),
            }
        };
        names.iter().map(one).collect()
    }
}
