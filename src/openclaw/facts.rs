//! What is known of OpenClaw in one container or service, besides its settings.

use super::{
    read::{
        auth_profiles::{StateDatabase, Stored},
        command::OpenClawCommand,
        config::Config,
        environment::OpenClawEnvironment,
        images::ImageFacts,
        user::DeniedFile,
    },
    release::{behaviour::Behaviour, history::KnownRelease, number::Release, schema::KnownSchema},
};
use crate::{
    provenance::Candidate,
    text::source::Place,
    vocabulary::{deployment::FileOwner, prediction::StateChange},
};
use std::{collections::BTreeSet, rc::Rc};

/// What OpenClaw makes of a container or service, besides its settings.
#[derive(Clone, Debug)]
pub struct OpenClawModel {
    /// What the release does.
    pub behaviour: &'static Behaviour,
    /// The release; none where nothing says which it is, and the newest is taken.
    pub release: Option<Release>,
    /// Which providers and channels the release has.
    pub known: KnownRelease,
    /// No plugin is there beside those of the package, as far as can be told.
    pub has_no_plugins: bool,
    /// The config, for what is no setting: `gateway.trustedProxies`, `gateway.controlUi` …
    pub config: Rc<Config>,
    /// What `${NAME}` in the config is looked up in: the environment of a process in the container,
    /// dotenv files and `env.vars` included.
    pub env: Rc<OpenClawEnvironment>,
    /// The same without `env.vars` in releases whose config is filled in before them.
    pub filled_in_from: Rc<OpenClawEnvironment>,
    /// The words of the program's own command.
    pub command: Rc<OpenClawCommand>,
    /// What is known of the release's config schema.
    pub schema: Option<KnownSchema>,
    /// What the CLI in a gateway's container has, where the gateway has a profile that the CLI has
    /// not.
    pub of_cli: Option<Rc<OpenClawModel>>,
    /// How the gateway checks its clients.
    pub auth_mode: AuthMode,
    /// A flag or the config says so; else it follows from the credentials.
    pub auth_mode_is_written: bool,
    /// The gateway's credentials.
    pub credentials: Credentials,
    /// The credentials of model providers that OpenClaw stores itself.
    pub stored: Vec<Stored>,
    /// The agents, the one that answers by default first.
    pub agents: Vec<String>,
    /// Milliseconds since 1970, for what expires.
    pub now: i64,
    /// The state directory in use, a container path.
    pub state_dir: String,
    /// The home directory of the process, and whether it is certain.
    pub home: (String, bool),
    /// Nothing says which home the user has; a state directory that is mounted there does.
    pub home_is_from_mount: bool,
    /// The config could be looked at: it was read, is broken, or is not there.
    pub config_seen: bool,
    /// Why OpenClaw would refuse the config; none when it is fine or absent.
    pub config_problem: Option<ConfigProblem>,
    /// Names of the files beside the config, where its directory can be seen from here.
    pub beside_config: Vec<String>,
    /// Whose the config file is, and its mode.
    pub config_owner: Option<FileOwner>,
    /// The config's path in the container.
    pub config_path: String,
    /// Dotenv files that are there and cannot be read, which OpenClaw passes over without a word:
    /// path and reason.
    pub passed_over: Vec<(String, String)>,
    /// A config that lies one directory above or below its place, where it has none there.
    pub misplaced_config: Option<String>,
    /// Files that are there, and that the user of the process may not read.
    pub denied: Vec<DeniedFile>,
    /// Variables that `${NAME}` and references of the config use.
    pub references: BTreeSet<String>,
    /// What a start changes in the state.
    pub changes_at_start: Vec<StateChange>,
    /// The databases that the release reads.
    pub databases: Vec<StateDatabase>,
    /// A leftover state directory that stops the gateway.
    pub leftover_state: Option<String>,
    /// What is known of the image, whose start script may read variables of its own.
    pub image: ImageFacts,
    /// Paths whose owner the start script changes before the program runs.
    pub chowned: Vec<String>,
    /// The release asks for `gateway.controlUi.allowedOrigins` of this gateway, and none are given.
    pub lacks_origins: bool,
    /// The gateway listens on more than loopback; none when that cannot be told.
    pub beyond_loopback: Option<bool>,
    /// The prefix of the variables that the release reads first.
    pub prefix: &'static str,
    /// The prefixes of its other names, where the release does not read them.
    pub unread_prefixes: Vec<&'static str>,
    /// Dotenv files of earlier names: container path, and the path that a report shows.
    pub legacy_dotenv: Vec<(String, String)>,
    /// For sentences: `OpenClaw 2026.9.6`.
    pub release_name: String,
}

/// What a gateway has, whether its mode asks for it or not; none where there is nothing, or only a
/// blank.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Credentials {
    /// Its token.
    pub token: Option<Candidate>,
    /// Its password.
    pub password: Option<Candidate>,
    /// `hooks.token`, where hooks are enabled.
    pub hooks: Option<Candidate>,
}

/// Why OpenClaw would refuse a config.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigProblem {
    /// Why, free of values: goes on «openclaw.json …».
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// The key that the release does not have, as a path: `gateway.defaultProvider`.
    pub unknown_key: Option<String>,
}

/// How a gateway checks its clients.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthMode {
    /// By a token.
    Token,
    /// By a password.
    Password,
    /// Not at all.
    None,
    /// By what a proxy in front of it says.
    TrustedProxy,
}
