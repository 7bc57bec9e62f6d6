//! The credentials that OpenClaw stores itself.

/// How the credentials that OpenClaw stores itself are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stores {
    /// What an agent's store is.
    pub kind: StoreKind,
    /// Takes `mode` for `type` and `apiKey` for `key`, as the config spells them, and references
    /// (`keyRef`, `tokenRef`) instead of values.
    pub takes_spellings_of_config: bool,
    /// `auth.json` of an agent's directory is its store where there is no other.
    pub reads_auth_json: bool,
    /// The logins of `credentials/oauth.json` are the shared store where there is no other.
    pub reads_oauth_file: bool,
    /// What files of earlier releases do that are there still.
    pub retired: Retired,
    /// The shared store can be in the state database; else it is the main agent's.
    pub shared_in_state: bool,
    /// An agent's own profiles come before the shared ones; else they keep their place.
    pub own_profiles_first: bool,
    /// The newest layouts of an agent's database and of the state database that it reads
    /// (`OPENCLAW_AGENT_SCHEMA_VERSION` and `OPENCLAW_STATE_SCHEMA_VERSION`, from 2026.8.1 on
    /// `schemaVersions` in `package.json`); none in releases without them.
    pub newest_layout: Option<(i64, i64)>,
    /// What a gateway does that finds a database with a newer layout than it reads.
    pub newer_layout: NewerLayout,
    /// What becomes of the sessions of earlier releases (`agents/<id>/sessions/sessions.json`).
    pub session_files: SessionFiles,
    /// `models.providers.<id>.apiKey` can name a profile.
    pub key_names_profile: bool,
    /// A reference of a profile that leads nowhere ends the request; else the next place counts.
    pub missing_reference_ends: bool,
    /// A login that has run out comes after one that has not.
    pub expired_login_last: bool,
    /// An order of a provider's profiles (`auth.order`, `models auth order set`) that names none which can be
    /// used ends every request; else the environment counts (2026.6.11 and 2026.8.1 were run).
    pub empty_order_ends: bool,
    /// A profile that a model carries and that is not stored ends every request; else it is passed over
    /// (2026.6.11 and 2026.9.6 were run; the message is not in 2026.8.1, and in 2026.9.5).
    pub missing_pin_ends: bool,
    /// `openai-codex` is a provider; else what is stored for it serves none.
    pub knows_codex: bool,
}

/// What holds an agent's stored credentials.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoreKind {
    /// `auth-profiles.json`.
    Json {
        /// Order and use are in `auth-state.json` beside it.
        state: bool,
    },
    /// `openclaw-agent.sqlite`.
    Database,
}

/// What a gateway does that finds a database with a newer layout than it reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewerLayout {
    /// It has no databases.
    Unread,
    /// It listens, and no request of a session is answered (run with 2026.6.5 and 2026.6.8).
    NotServed,
    /// It exits with this code (run with 2026.6.9, 2026.6.11, 2026.7.1 and 2026.8.1).
    Stops(i32),
}

/// What becomes of the sessions in files, as releases kept them until 2026.7.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionFiles {
    /// They are used as they are.
    Used,
    /// The gateway exits with this code until `openclaw doctor --fix` has taken them over into the databases
    /// (run with 2026.8.1, 2026.9.1, 2026.9.3 and 2026.9.5).
    Stop(i32),
    /// They are taken over at the start (run with 2026.9.6).
    TakenOver,
}

/// What the stores of earlier releases do where they were left behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retired {
    /// Nothing.
    Ignored,
    /// As long as the agent's own store is empty no provider can be used.
    BlocksAll,
    /// The same, but only for the providers in them.
    BlocksItsProviders,
}

impl Retired {
    /// It does anything.
    #[must_use]
    pub fn is_blocking(self) -> bool {
        self != Self::Ignored
    }
}

/// One JSON file for each agent, with all there is to say of its profiles.
pub(super) const JSON_STORES: Stores = Stores {
    kind: StoreKind::Json { state: false },
    takes_spellings_of_config: false,
    reads_auth_json: true,
    reads_oauth_file: true,
    retired: Retired::Ignored,
    shared_in_state: false,
    own_profiles_first: false,
    newest_layout: None,
    newer_layout: NewerLayout::Unread,
    session_files: SessionFiles::Used,
    key_names_profile: false,
    missing_reference_ends: false,
    expired_login_last: false,
    empty_order_ends: false,
    missing_pin_ends: false,
    knows_codex: true,
};

/// As forgiving as it is now: 2026.2.26 is, 2026.2.12 was not.
pub(super) const FORGIVING_JSON_STORES: Stores = Stores { takes_spellings_of_config: true, ..JSON_STORES };

/// Two of them.
pub(super) const JSON_STORES_AND_STATE: Stores =
    Stores { kind: StoreKind::Json { state: true }, ..FORGIVING_JSON_STORES };

/// Logins of `openai-codex` have become logins of `openai`.
pub(super) const JSON_STORES_WITHOUT_CODEX: Stores =
    Stores { key_names_profile: true, knows_codex: false, ..JSON_STORES_AND_STATE };

pub(super) const AGENT_DATABASES: Stores = Stores {
    kind: StoreKind::Database,
    reads_auth_json: false,
    newest_layout: Some((1, 1)),
    newer_layout: NewerLayout::NotServed,
    ..JSON_STORES_WITHOUT_CODEX
};

/// A new installation keeps the shared profiles in the state database.
pub(super) const SHARED_DATABASE: Stores = Stores {
    reads_oauth_file: false,
    retired: Retired::BlocksAll,
    shared_in_state: true,
    newest_layout: Some((19, 15)),
    newer_layout: NewerLayout::Stops(78),
    session_files: SessionFiles::Stop(1),
    own_profiles_first: true,
    missing_reference_ends: true,
    expired_login_last: true,
    empty_order_ends: true,
    ..AGENT_DATABASES
};
