//! `clawdock.snapshot/1`: everything that was read of containers, without a secret, so that it can be
//! explained elsewhere and later as if it were here.
//!
//! Values are replaced by stand-ins ([`crate::redact::Disguise`]) and everything else is kept as it
//! was, so the same parsers, layers and rules read a snapshot that read a live container.

mod ground;
mod keep;
mod read;
mod write;

pub use ground::{NotInSnapshot, Recorder, Replay};
pub use read::{SnapshotFs, read};
pub use write::{Taken, take};

use crate::{
    provenance::{Candidate, Variable},
    redact,
    vocabulary::deployment::{FileOwner, HostSide},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The JSON Schema of a snapshot.
pub const SCHEMA: &str = include_str!("../../docs/snapshot.schema.json");

/// What `schema` says.
pub const ID: &str = "clawdock.snapshot/1";

/// A snapshot.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// [`ID`].
    pub schema: String,
    /// The program that wrote it.
    pub clawdock: SnapshotProgram,
    /// The host that it was taken on.
    pub host: SnapshotHost,
    /// The containers.
    pub containers: Vec<SnapshotContainer>,
    /// Values are not what they were; docker hides nothing.
    #[serde(skip, default = "yes")]
    pub holds_stand_ins: bool,
}

impl Snapshot {
    /// Takes out of an environment what is no value but stands for one: it cannot be compared with anything
    /// outside of its snapshot.
    pub fn hide_stand_ins(&self, environment: &mut [Variable]) {
        if !self.holds_stand_ins {
            return;
        }
        let is_hidden = |c: &Candidate| {
            let shown = |value| redact::shown(&c.name, value, false);
            c.value.as_ref().is_some_and(|value| shown(value).as_deref() != Some(value.expose()))
        };
        for winner in environment.iter_mut().filter_map(|variable| variable.winner.as_mut()) {
            if !winner.is_blank() && is_hidden(winner) {
                winner.value = None;
            }
        }
    }
}

fn yes() -> bool {
    true
}

/// Shows no content: of what was written by hand nobody knows what it holds.
impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Snapshot({} containers)", self.containers.len())
    }
}

/// The program that wrote a snapshot.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotProgram {
    /// Its version.
    pub version: String,
}

/// What was looked at of a host.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotHost {
    /// The working directory.
    pub cwd: String,
    /// The user that looked.
    pub user: Option<u32>,
    /// The containers' mounts are its own files.
    pub shares_files: bool,
    /// Variables that compose files use.
    pub env: BTreeMap<String, String>,
    /// Files that were read.
    pub files: BTreeMap<String, String>,
    /// What is at the host's side of mounts.
    pub mounted: BTreeMap<String, SnapshotSide>,
}

/// What is at a path that is mounted.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SnapshotSide {
    /// Nothing.
    Missing,
    /// A directory.
    Directory {
        /// Whose it is.
        owner: WireOwner,
    },
    /// Anything else.
    File {
        /// Whose it is.
        owner: WireOwner,
    },
}

/// Whose a file is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WireOwner {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Permission bits.
    pub mode: u32,
}

/// A container, with what was read for it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotContainer {
    /// What `docker inspect` says of it, as far as it is read.
    pub inspect: Value,
    /// What `docker image inspect` says of its image, as far as it is read.
    pub image: Option<Value>,
    /// Name and version of `/app/package.json`, where it was looked at.
    pub package: Option<SnapshotPackage>,
    /// What was found at paths of it.
    pub files: BTreeMap<String, SnapshotLook>,
}

/// Of `/app/package.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotPackage {
    /// `name`.
    pub name: String,
    /// `version`.
    pub version: Option<String>,
}

/// What was found at a path of a container.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SnapshotLook {
    /// A file.
    File {
        /// Where it is: a path of the host, or of the container.
        at: SnapshotPath,
        /// Whose it is.
        owner: Option<WireOwner>,
        /// What it says.
        text: String,
    },
    /// A database of OpenClaw's.
    Database {
        /// Where it is.
        at: SnapshotPath,
        /// Its layout.
        version: i64,
        /// The cells that are read.
        cells: Vec<SnapshotCell>,
    },
    /// Nothing.
    Absent,
    /// A directory.
    Directory {
        /// It holds nothing; null where that was not looked at.
        empty: Option<bool>,
    },
    /// Something that could not be read.
    Unreadable {
        /// Where it is.
        at: SnapshotPath,
        /// Why.
        why: String,
    },
    /// It would be in the image, which is not looked into.
    InImage,
    /// It could not be seen whether something is there.
    Unseen {
        /// Why.
        why: String,
    },
}

/// Where a file of a container is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SnapshotPath {
    /// At a path of the host.
    Host(String),
    /// At a path of the container.
    Container(String),
}

/// One cell of a database: the value, as JSON text, that a key has in a table.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotCell {
    /// The table.
    pub table: String,
    /// The column of the key.
    pub key_column: String,
    /// The column of the value.
    pub value_column: String,
    /// The key.
    pub key: String,
    /// The value; null where there is none.
    pub text: Option<String>,
}

impl From<HostSide> for SnapshotSide {
    fn from(side: HostSide) -> Self {
        match side {
            HostSide::Missing => Self::Missing,
            HostSide::Directory(owner) => Self::Directory { owner: owner.into() },
            HostSide::File(owner) => Self::File { owner: owner.into() },
        }
    }
}

impl From<SnapshotSide> for HostSide {
    fn from(side: SnapshotSide) -> Self {
        match side {
            SnapshotSide::Missing => Self::Missing,
            SnapshotSide::Directory { owner } => Self::Directory(owner.into()),
            SnapshotSide::File { owner } => Self::File(owner.into()),
        }
    }
}

impl From<FileOwner> for WireOwner {
    fn from(FileOwner { uid, gid, mode }: FileOwner) -> Self {
        Self { uid, gid, mode }
    }
}

impl From<WireOwner> for FileOwner {
    fn from(WireOwner { uid, gid, mode }: WireOwner) -> Self {
        Self { uid, gid, mode }
    }
}
