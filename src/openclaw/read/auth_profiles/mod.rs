//! The credentials that OpenClaw stores itself: profiles, one store for each agent.
//!
//! [`read`] finds the stores and reads them with [`parse`], [`select`] says which profile serves a
//! provider. What differs between releases is in [`super::behaviour::Stores`].

pub mod agents;
pub mod clock;
mod database;
mod parse;
pub mod read;
pub mod select;

pub use database::cells;

use crate::text::{secret::Text, source::Place};
use std::collections::BTreeMap;

/// What kind of credential a profile holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CredentialKind {
    /// A login whose access token is renewed.
    OAuth,
    /// A token that is not renewed.
    Token,
    /// A key.
    ApiKey,
}

impl CredentialKind {
    /// The word in the stores and in `auth.profiles.<id>.mode`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::OAuth => "oauth",
            Self::Token => "token",
            Self::ApiKey => "api_key",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::OAuth, Self::Token, Self::ApiKey].into_iter().find(|kind| kind.id() == word)
    }
}

/// One stored credential.
#[derive(Clone, PartialEq, Debug)]
pub struct AuthProfile {
    /// What it is called: `anthropic:manual`.
    pub id: String,
    /// The provider that it is for, in lower case.
    pub provider: String,
    /// What it is.
    pub kind: CredentialKind,
    /// The credential, as far as it is needed to compare it.
    pub credential: StoredCredential,
    /// Until when it is good.
    pub expires: Expiry,
    /// Where its id is written.
    pub place: Place,
}

/// The credential of a profile.
#[derive(Clone, PartialEq, Debug)]
pub enum StoredCredential {
    /// There is none.
    Missing,
    /// The key, the token, or the access token of a login.
    Value(Text),
    /// A variable holds it.
    Variable(String),
    /// It is in a secret store, a file that only the program can read, or has to be renewed first.
    Elsewhere,
}

/// Until when a credential is good, in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expiry {
    /// It does not say.
    Never,
    /// Until then.
    At(i64),
    /// It says nonsense, which OpenClaw refuses.
    Invalid,
}

/// What OpenClaw remembers of a profile's use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// When it was used last; 0 for never.
    pub last_used: i64,
    /// Until when it is left alone after failures.
    pub until: Option<i64>,
    /// Why, in one of OpenClaw's own words.
    pub reason: Option<&'static str>,
    /// It is left alone for one model only.
    pub one_model: bool,
}

/// One store, or several merged as OpenClaw merges them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Store {
    /// The profiles, in order.
    pub profiles: Vec<AuthProfile>,
    /// Order of the profiles of a provider, set by `models auth order`.
    pub order: BTreeMap<String, Vec<String>>,
    /// What is remembered of them.
    pub usage: BTreeMap<String, Usage>,
}

impl Store {
    /// The profile of that id.
    #[must_use]
    pub fn profile(&self, id: &str) -> Option<&AuthProfile> {
        self.profiles.iter().find(|p| p.id == id)
    }

    /// What an agent sees that has a store of its own beside the shared one: its own profiles
    /// count, and the others are there as well (`mergeAuthProfileStores`, openclaw 2026.9.6, which
    /// puts its own first; 2026.3.24 leaves them in their place).
    #[must_use]
    fn over(self, shared: &Self, own_first: bool) -> Self {
        let mut profiles: Vec<AuthProfile> = Vec::new();
        if own_first {
            profiles.extend(self.profiles.iter().cloned());
            profiles.extend(shared.profiles.iter().filter(|p| self.profile(&p.id).is_none()).cloned());
        } else {
            profiles.extend(shared.profiles.iter().map(|p| self.profile(&p.id).unwrap_or(p).clone()));
            profiles.extend(self.profiles.iter().filter(|p| shared.profile(&p.id).is_none()).cloned());
        }
        let mut order = shared.order.clone();
        order.extend(self.order);
        let mut usage = shared.usage.clone();
        usage.extend(self.usage);
        Self { profiles, order, usage }
    }
}

/// The stores of one agent.
#[derive(Clone, PartialEq, Debug)]
pub struct AgentStore {
    /// The agent.
    pub agent: String,
    /// What it can use.
    pub store: Store,
    /// Profiles in files that this release no longer reads.
    pub retired: Vec<AuthProfile>,
    /// Why OpenClaw refuses to work with its stores at all.
    pub block: Option<Block>,
}

/// Why OpenClaw refuses every request of an agent, or those for some providers.
#[derive(Clone, PartialEq, Debug)]
pub enum Block {
    /// An old store was not imported; the providers in it, none when that is all of them.
    NotImported {
        /// The file, as a report shows it.
        path: String,
        /// Where its first profile is.
        place: Option<Place>,
        /// The providers.
        providers: Option<Vec<String>>,
    },
    /// A store cannot be read.
    Unreadable {
        /// The file, as a report shows it.
        path: String,
    },
}

/// What was found in the stores.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ReadStores {
    /// The agents, the one that answers by default first.
    pub agents: Vec<AgentStore>,
    /// Why OpenClaw refuses to work with the shared store.
    pub shared_block: Option<Block>,
    /// The databases that the release reads, as they are: the state database first.
    pub databases: Vec<StateDatabase>,
    /// The session files of releases without databases, as a report shows their paths; looked for only where
    /// the release has databases.
    pub session_files: Vec<String>,
}

/// A database of the state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StateDatabase {
    /// Its path, as a report shows it.
    pub path: String,
    /// The number of its layout (`PRAGMA user_version`).
    pub layout: i64,
    /// The newest layout that the release reads, where that is known.
    pub newest: Option<i64>,
}

/// What one agent has stored for one provider, and what becomes of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Stored {
    /// The agent.
    pub agent: String,
    /// The provider, as the settings call it.
    pub provider: String,
    /// Its profiles: those that are tried, in order, and then the others.
    pub profiles: Vec<StoredProfile>,
}

/// A stored profile, without its credential.
#[derive(Clone, PartialEq, Debug)]
pub struct StoredProfile {
    /// What it is called.
    pub id: String,
    /// What it holds.
    pub kind: CredentialKind,
    /// Where its id is written.
    pub place: Place,
    /// What becomes of it.
    pub standing: Standing,
}

/// What becomes of a stored profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is tried.
    Tried,
    /// The order that is stored leaves it out.
    LeftOutByStore,
    /// `auth.order` leaves it out.
    LeftOutByOrder,
    /// `auth.profiles` lists others.
    Unlisted,
    /// It has expired, holds nothing, or contradicts the config.
    Unusable,
}

#[cfg(test)]
pub(in crate::openclaw) mod fixture;
#[cfg(test)]
mod tests;
