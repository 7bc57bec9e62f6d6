//! What was found out about a compose project as a whole: the facts that no single service has.

use crate::{
    openclaw::read::setup_script::SetupScript,
    text::{
        secret::Text,
        source::{Place, SourceId},
    },
    vocabulary::finding::Refusal,
};
use std::{collections::BTreeSet, path::PathBuf};

/// A compose project, besides its services.
#[derive(Clone, Debug, Default)]
pub struct ProjectFacts {
    /// What relative paths are relative to.
    pub directory: PathBuf,
    /// The compose files that are used, in order; includes left out.
    pub files: Vec<PathBuf>,
    /// They were named, and not found as Compose finds them.
    pub named: bool,
    /// Every compose file that was read, includes and extended files among them.
    pub texts: Vec<SourceId>,
    /// Compose files in the same folder, by the names that Compose looks for, that are not used.
    pub beside: Vec<Beside>,
    /// The lines of the project's env files, in order.
    pub dotenv: Vec<EnvFileLine>,
    /// The env files of the project and of its services that were read.
    pub env_files: Vec<ProjectEnvFile>,
    /// Those of its compose files, env files and examples that git tracks.
    pub tracked: BTreeSet<PathBuf>,
    /// Those of its env files that a `.gitignore` leaves out.
    pub ignored: BTreeSet<PathBuf>,
    /// Env files in the project's folder that nothing reads (`.env.bak`).
    pub strays: Vec<SourceId>,
    /// Examples of env files (`.env.example`) in the project's folder, which nothing reads.
    pub samples: Vec<SourceId>,
    /// Configs of OpenClaw that lie in the project, examples among them (`config/openclaw.json`,
    /// `openclaw.example.json`); one of them may be what a container reads.
    pub configs: Vec<SourceId>,
    /// OpenClaw's own setup script, where it lies in the project.
    pub setup: Option<SetupScript>,
    /// The user that this process runs as, where that can be told.
    pub user: Option<u32>,
    /// What makes Compose refuse the project.
    pub refusals: Vec<Refusal>,
    /// Its name; none when it has none that Compose accepts.
    pub name: Option<String>,
    /// Services that no active profile enables.
    pub left_out: Vec<LeftOut>,
}

/// A service that no active profile enables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Its name.
    pub service: String,
    /// The profiles it belongs to.
    pub profiles: Vec<String>,
}

/// A compose file that is not used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beside {
    /// Where it is.
    pub path: PathBuf,
    /// Compose would add it to the file that it uses (`compose.override.yaml`).
    pub is_override: bool,
    /// It says the same as a file that is used, byte for byte.
    pub is_copy: bool,
}

/// An env file that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProjectEnvFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its lines.
    pub lines: Vec<EnvFileLine>,
    /// Every user of this host can read it.
    pub open_to_all: bool,
}

/// One line of an env file of the project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnvFileLine {
    /// The name, as it may be shown ([`crate::redact::variable`]).
    pub name: String,
    /// Where the name is written.
    pub name_place: Place,
    /// Where the value is written.
    pub place: Place,
    /// The characters of the value before `$` is evaluated; none for a name without a value.
    pub value: Option<Text>,
    /// Its `$` are evaluated.
    pub template: bool,
    /// The value of the shell, where it has the name as well: it is used in place of the line's.
    pub shell: Option<Text>,
}
