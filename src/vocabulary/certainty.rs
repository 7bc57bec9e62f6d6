//! How sure an answer is, and what it takes for granted.

use serde::Serialize;

/// How sure an answer is, least sure first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Something that decides it was not seen.
    Unknown,
    /// It holds where its assumptions do.
    Likely,
    /// Everything that decides it was seen.
    Certain,
}

/// What an answer takes for granted, as it was not seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Assumption {
    /// A config that was not seen sets no such key.
    ConfigLacks {
        /// The key: `gateway.auth.token`.
        key: String,
        /// Why it was not seen.
        unseen: Unseen,
    },
    /// A dotenv file of OpenClaw's, or an env file, that was not seen does not set the variable.
    FileLacks {
        /// Its name.
        file: String,
        /// The variable.
        variable: String,
        /// Why it was not seen.
        unseen: Unseen,
    },
    /// A directory that is to be mounted and is not here holds no config.
    NoConfigIn {
        /// The directory's name.
        directory: String,
    },
    /// Nothing says which release the image has.
    Release {
        /// The one that is assumed.
        assumed: String,
    },
    /// The release works as the newest one that is known.
    WorksAs {
        /// The release.
        release: String,
        /// The newest one that is known.
        known: String,
    },
    /// Nothing says the home of the image's user but a state directory that is mounted there.
    Home {
        /// The directory.
        home: String,
    },
    /// A script that starts the program changes nothing.
    Script,
}

/// Why a file was not seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unseen {
    /// It is in a volume or in the image, where only the engine can look.
    InEngine,
    /// It is in a volume or in the image of a pod.
    InCluster,
    /// It is not on this machine.
    NotHere,
    /// The engine, or the snapshot, does not show it.
    NotShown,
}

impl Unseen {
    /// Goes on the file's name.
    fn clause(self) -> &'static str {
        match self {
            Self::InEngine => ", which cannot be seen from here (`clawdock inspect` can)",
            Self::InCluster => ", which cannot be seen from here (it is in the cluster)",
            Self::NotHere => ", which is not here",
            Self::NotShown => ", which could not be read",
        }
    }
}

impl Assumption {
    /// What is assumed, in a sentence of JSON.
    #[must_use]
    pub fn statement(&self) -> String {
        match self {
            Self::ConfigLacks { key, unseen } => {
                format!("openclaw.json{}, sets no {key}", unseen.clause())
            }
            Self::FileLacks { file, variable, unseen } => {
                format!("{file}{}, sets no {variable}", unseen.clause())
            }
            Self::NoConfigIn { directory } => {
                format!("the folder {directory}, which is not here, holds no openclaw.json")
            }
            Self::Release { assumed } => {
                format!("the image has OpenClaw {assumed}: nothing says its release")
            }
            Self::WorksAs { release, known } => {
                format!("OpenClaw {release} works as {known}, the newest release that clawdock knows")
            }
            Self::Home { home } => {
                format!("the home directory is {home}: a state directory is mounted there")
            }
            Self::Script => "the script that starts the gateway does not change it".to_owned(),
        }
    }

    /// The same as a condition; goes on a sentence, after a comma.
    #[must_use]
    pub fn condition(&self) -> String {
        match self {
            Self::ConfigLacks { key, unseen } => {
                format!("unless {key} is set in openclaw.json{}", unseen.clause())
            }
            Self::FileLacks { file, variable, unseen } => {
                format!("unless {variable} is set in {file}{}", unseen.clause())
            }
            Self::NoConfigIn { directory } => {
                format!("unless the folder {directory}, which is not here, holds a config")
            }
            Self::Release { assumed } => {
                format!("if the image has OpenClaw {assumed}, which nothing says")
            }
            Self::Home { home } => format!("if {home} is the home directory, which a mount suggests"),
            Self::WorksAs { .. } => format!("if {}", self.statement()),
            Self::Script => "unless the script that starts it changes that".to_owned(),
        }
    }
}

/// How sure an answer is, and on what it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grounds {
    /// How sure.
    pub certainty: Certainty,
    /// What it takes for granted, what matters most first; empty for what is certain.
    pub assumes: Vec<Assumption>,
}

impl Grounds {
    /// Everything was seen.
    pub const CERTAIN: Self = Self { certainty: Certainty::Certain, assumes: Vec::new() };

    /// On these assumptions.
    #[must_use]
    pub fn on(assumes: Vec<Assumption>) -> Self {
        let certainty = if assumes.is_empty() { Certainty::Certain } else { Certainty::Likely };
        Self { certainty, assumes }
    }

    /// Nobody can say.
    #[must_use]
    pub fn unknown(self) -> Self {
        Self { certainty: Certainty::Unknown, ..self }
    }

    /// The assumptions as conditions, to go on a sentence; empty for what is certain.
    #[must_use]
    pub fn conditions(&self) -> String {
        self.assumes.iter().take(2).map(|a| format!(", {}", a.condition())).collect()
    }
}
