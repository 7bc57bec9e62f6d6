//! The model as data: what each range of releases reads, in which order.
//!
//! One [`Behaviour`] holds from its release until the next, and says only what is new in it; read
//! from `V2026_1` down it is a history. A release newer than the last entry is taken to behave as
//! the last entry.
//!
//! Where a change came is known by comparing the code of the stable releases on npm, one beside
//! the next; what 2026.9.6, 2026.3.24 and clawdbot 2026.1.24-3 do was tried in containers as well.

use crate::openclaw::release::number::{Program, Release};
use crate::secrets::PUBLISHED_EXAMPLES;
use crate::syntax::node::Node;

/// A place that a gateway credential is taken from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CredentialSource {
    /// `--token`, `--password` of the gateway's command line.
    Flag,
    /// `gateway.auth.<token|password>`.
    Config,
    /// A variable of the process, with this prefix: `<PREFIX>GATEWAY_TOKEN`.
    Env(&'static str),
    /// `gateway.remote.<token|password>`.
    Remote,
}

/// What a release does. Every field names a decision that changed at least once.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// The program.
    pub program: Program,
    /// The first release that it holds for.
    pub since: Release,

    /// The gateway's credential: the first place that has one.
    pub server: &'static [CredentialSource],
    /// The command line's, with `gateway.mode` local or unset.
    pub client: &'static [CredentialSource],
    /// The command line's token, with `gateway.mode: "remote"`.
    pub remote_client_token: &'static [CredentialSource],
    /// The command line's password, with `gateway.mode: "remote"`.
    pub remote_client_password: &'static [CredentialSource],
    /// Variables of the address that the command line connects to. One that is set makes it leave
    /// the config's credentials alone.
    pub client_url_variables: &'static [&'static str],
    /// `OPENCLAW_LOG_LEVEL` comes before `logging.level` and `logging.consoleLevel`.
    pub log_level_variable: bool,
    /// Where the command line connects without TLS (`isSecureWebSocketUrl`).
    pub plaintext: Plaintext,
    /// A credential on the command line's own command line is the only one it sends, and with `--url`
    /// nothing but such a credential is; else the flags only come first.
    pub client_flags_stand_alone: bool,
    /// `OPENCLAW_SERVICE_KIND=gateway` makes the command line read the config's token first.
    pub service_kind_reads_config_first: bool,
    /// What `gateway.auth.mode` may be.
    pub auth_modes: &'static [&'static str],
    /// What `--auth` may be.
    pub auth_flag_modes: &'static [&'static str],
    /// Which credentials of the config may be secret references, not only texts.
    pub secret_refs: SecretRefs,
    /// `"gateway.auth.token": ""` counts as a token (`??` instead of a trimmed test).
    pub blank_config_counts: bool,
    /// What a `${NAME}` without a value in the config's token does.
    pub missing_reference: MissingReference,
    /// A `${NAME}` without a value in the key of a provider ends the gateway after a while, with the
    /// exit code 1 and no word of it (tried: 2026.3.24 and 2026.6.11 end, 2026.9.6 starts).
    pub missing_provider_key_ends: bool,
    /// What happens when no credential is configured.
    pub no_credential: NoCredential,
    /// Credentials that stop the gateway when they are the ones in effect.
    pub refused_credentials: &'static [&'static str],
    /// A blank token in the config stops a gateway that would make one up, because it has no other.
    pub refuses_blank_token: bool,
    /// Token and password in the config without a mode stop the gateway.
    pub refuses_two_credentials: bool,
    /// A token, from wherever, stops a gateway whose mode is `trusted-proxy`.
    pub trusted_proxy_excludes_token: bool,
    /// In the mode `trusted-proxy` a client on the gateway's own loopback may send a password
    /// (`authorizeGatewayConnect`: not in 2026.4.26, in 2026.4.27).
    pub proxy_takes_local_password: bool,
    /// What the gateway says of a `hooks.token` that is its own token.
    pub hooks_token: HooksToken,
    /// Exit code of a gateway without `gateway.mode` or a credential.
    pub exit_unconfigured: i32,
    /// Exit code of a gateway whose config is invalid.
    pub exit_invalid: i32,
    /// Exit code of `gateway` without `run` whose config cannot be read or parsed.
    pub exit_broken: i32,
    /// Exit code of a gateway whose address, authentication and Tailscale do not go together
    /// (`GatewayEffectiveConfigConflictError`, not in 2026.9.3, in 2026.9.4).
    pub exit_conflict: i32,
    /// A config that a newer release wrote stops the gateway (`resolveGatewayRunFutureConfigBlock`, not in
    /// 2026.6.8, in 2026.6.9; before, only one that a service manager started).
    pub older_release_stops: bool,
    /// `--port` has to be a number and nothing else, up to 65535 (`parseStrictPositiveInteger`, not in
    /// 2026.3.2, in 2026.3.24).
    pub strict_port: bool,
    /// `gateway.bind: custom` needs `gateway.customBindHost`; else it falls back (not in 2026.2.12, in
    /// 2026.2.17).
    pub custom_bind_needs_host: bool,
    /// Directories that the gateway makes at its start, outside of its state.
    pub scratch: Scratch,
    /// A limit of memory with which it is killed when it starts, and one with which it starts, in MiB, as
    /// far as that was tried (idle, without a channel).
    pub memory: Option<(u64, u64)>,
    /// What comes through a proxy that `gateway.trustedProxies` does not name is answered with 403
    /// (`proxy_attribution_required`, not in 2026.7.35, in 2026.8.1; run with 2026.9.6).
    pub refuses_untrusted_proxies: bool,
    /// A browser shows the Control UI's device, for which it needs a secure context (`control ui requires
    /// device identity`, not in 2026.2.12, in 2026.2.26; run with 2026.9.6).
    pub device_needs_secure_context: bool,
    /// `gateway.controlUi.dangerouslyDisableDeviceAuth` counts (retired in 2026.8.1).
    pub device_check_can_be_off: bool,
    /// What a gateway does that listens beyond loopback, with no `gateway.controlUi.allowedOrigins`.
    pub origins: Origins,
    /// Without `--bind` and `gateway.bind` a gateway in a container listens on all addresses.
    pub binds_all_in_container: bool,

    /// `gateway run` takes the flags that `gateway` takes, and `gateway` the `--dev` that the program
    /// takes; else nothing comes of them.
    pub run_takes_flags: bool,

    /// Where `--profile NAME` and `--dev` stand to select a profile.
    pub profile_flags: ProfileFlags,

    /// Variables of the home directory, best first.
    pub home_variables: &'static [&'static str],
    /// Variables of the state directory.
    pub state_dir_variables: &'static [&'static str],
    /// Variables of the config file.
    pub config_path_variables: &'static [&'static str],
    /// Variables of the port.
    pub port_variables: &'static [&'static str],
    /// What a port variable may look like.
    pub port_form: PortForm,
    /// A name in `OPENCLAW_PROFILE` gives a port of its own, where nothing else does.
    pub profile_has_port: bool,
    /// State directories below the home directory, the release's own first.
    pub state_dirs: &'static [&'static str],
    /// Config file names, the release's own first.
    pub config_names: &'static [&'static str],
    /// The `.env` of a state directory of an earlier name is read while that is the state directory.
    pub reads_legacy_dotenv: bool,
    /// Where the files of an `$include` may lie.
    pub includes: Includes,
    /// A file with a second name (a hard link) is not included.
    pub include_refuses_hard_links: bool,
    /// What a gateway does that finds a non-empty state directory of an earlier name beside its own.
    pub leftover_state: LeftoverState,
    /// The exit code of a gateway that has moved a state directory of an earlier name whose config has
    /// includes: their paths are part of the config's revision, which then is another than the one that
    /// was checked (`hashConfigRevision`). None where that was not tried.
    pub exit_moved_includes: Option<i32>,

    /// What is dropped from `<cwd>/.env`.
    pub workspace_filter: WorkspaceFilter,
    /// Reads the `.env` of the config's directory, where it is not the state directory's.
    pub reads_config_dir_dotenv: bool,
    /// Reads `~/.config/openclaw/gateway.env`.
    pub reads_gateway_env: bool,
    /// What becomes of variables directly below `env`, instead of below `env.vars`.
    pub flat_env: FlatEnv,
    /// `${NAME}` in the config finds what `env.vars` sets.
    pub config_env_feeds_references: bool,
    /// Drops proxies, `NODE_*` and the like from `env.vars`.
    pub filters_config_env: bool,
    /// White space alone in `env.vars` sets nothing; what is empty never does.
    pub config_env_trims: bool,
    /// Where a dotenv file or `env.vars` selects another state directory or config, which the gateway then
    /// goes on to, nothing else of the first one counts (`guardGatewayRunSelectedConfig`: not in 2026.6.8,
    /// in 2026.6.9); else what it set in the environment stays (`applyConfigEnv`; that the other config is
    /// used was tried with 2026.3.24).
    pub selection_forgets: bool,
    /// `gateway` takes `--password-file`.
    pub takes_password_file: bool,

    /// The stored credentials.
    pub stores: Stores,
    /// `OPENAI_BASE_URL` is the default base URL of provider `openai`.
    pub reads_openai_base_url: bool,
    /// `models.providers.<id>.auth: "api-key"` puts the config's key before the environment's.
    pub prefers_explicit_api_key: bool,
    /// The providers that the history calls plugins are not in OpenClaw's own images, and none of their
    /// variables is read before theirs is installed (`docs/install/docker.md` of 2026.7.1, and npm
    /// openclaw 2026.8.1 and 2026.9.6); of earlier images it is not known.
    pub external_providers: bool,

    /// What the engine is asked to mount into the sandboxes of agents.
    pub sandbox_mounts: SandboxMounts,
}

/// Which path a gateway in a container asks the host's engine to mount into a sandbox
/// (`docs/gateway/sandboxing/docker-backend.md` and `dist/docker-*` of openclaw 2026.9.4 and 2026.9.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SandboxMounts {
    /// The path that it has itself: right only where the host has the same files at the same path.
    OwnPath,
    /// The host's path of what is mounted there, which must be a bind.
    HostPath,
}

/// What a gateway does that finds a non-empty state directory of an earlier name beside its own. All but
/// the first move one that is the only one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeftoverState {
    /// It does not look for one.
    LeftAlone,
    /// It exits with this code.
    Stops(i32),
    /// Its log says so, and it may start: not tried (`recordStartupMigrationWarnings`, not in 2026.8.2, in
    /// 2026.9.1).
    MayWarn,
    /// Its log says so, and it starts (run with 2026.9.5).
    Warns,
}

/// Directories that a gateway makes at its start, where its root file system may be read-only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scratch {
    /// Not looked into.
    Unknown,
    /// `/tmp/openclaw`, else one in the system's temporary directory (`resolvePreferredOpenClawTmpDir`, not
    /// in 2026.2.22, in 2026.2.26; run with 2026.3.24 and 2026.9.6).
    Temporary,
    /// The same, and whether a gateway needs the cache as well was not tried
    /// (`resolvePrivateSqliteSnapshotStagingRoot`, not in 2026.9.2, in 2026.9.3).
    TemporaryAndPerhapsCache,
    /// The same, and one in `XDG_CACHE_HOME` or `~/.cache` (run with 2026.9.6).
    TemporaryAndCache,
}

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
    /// The newest layouts of an agent's database and of the state database that it reads, as far as
    /// that was looked up.
    pub newest_layout: Option<(i64, i64)>,
    /// `models.providers.<id>.apiKey` can name a profile.
    pub key_names_profile: bool,
    /// A reference of a profile that leads nowhere ends the request; else the next place counts.
    pub missing_reference_ends: bool,
    /// A login that has run out comes after one that has not.
    pub expired_login_last: bool,
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

/// What a `${NAME}` without a value in the config's credential does to the gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MissingReference {
    /// The config is invalid, and the gateway ends.
    InvalidConfig,
    /// The next place counts, as if the field were not there.
    PassedOver,
    /// The gateway ends with exit code 1 when another credential is configured, and makes up a
    /// random token when none is.
    FailsOrGenerates,
}

/// Where the command line lets its credentials go over plain `ws://`, each level with those before
/// it, but for the first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Plaintext {
    /// Everywhere.
    Anywhere,
    /// Loopback.
    Loopback,
    /// With `OPENCLAW_ALLOW_INSECURE_PRIVATE_WS=1` private addresses.
    PrivateOnRequest,
    /// With it names as well.
    NamesOnRequest,
    /// Private addresses, `*.local` and `*.ts.net` without being asked.
    Private,
}

/// What a gateway does without any credential.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoCredential {
    /// It lets everybody in on loopback, and ends itself elsewhere.
    OpenOnLoopback,
    /// It ends itself.
    Refuses,
    /// It makes a token up and writes it into its config.
    Saves,
    /// It makes a token up for this run, which nobody knows.
    MakesUp,
    /// The same on loopback; elsewhere it ends itself.
    MakesUpOnLoopback,
}

/// What a gateway does whose `hooks.token` is its own token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HooksToken {
    /// It starts; its audit or its log speaks of it.
    MayBeSame,
    /// It ends itself.
    MustDiffer,
}

/// What a port variable may look like; anything else is passed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PortForm {
    /// Digits, and whatever follows them (`parseInt`).
    LeadingDigits,
    /// Digits, `host:port` or `[v6]:port`.
    WithHost,
}

/// Where the files of an `$include` may lie, also after links are followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Includes {
    /// Anywhere.
    Anywhere,
    /// In the directory of the config and below it.
    BesideConfig,
    /// There, and in the directories of `OPENCLAW_INCLUDE_ROOTS`.
    BesideConfigOrRoots,
}

/// Where a flag that selects a profile stands, see [`super::profile`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProfileFlags {
    /// Before the first word that is no flag; `dist/index.js` passes it over (run with 2026.2.26).
    BeforeCommandOfEntry,
    /// Before the first word that is no flag; after it nothing comes of it.
    BeforeCommand,
    /// Anywhere.
    Anywhere,
    /// Anywhere, and it takes the place of what names the directory of another profile.
    AnywhereInPlaceOfInherited,
}

/// What becomes of a variable directly below `env`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlatEnv {
    /// It counts, before one of the same name below `env.vars`.
    Taken,
    /// It is no part of the schema; the gateway moves it below `env.vars` when it starts, and ends
    /// itself where it cannot replace the config file. One that is there already stays.
    Moved,
}

/// What a gateway does that listens beyond loopback without `gateway.controlUi.allowedOrigins`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origins {
    /// It does not ask for them.
    NotAsked,
    /// It ends itself.
    Required,
    /// It makes them up when `gateway.bind` is in the config, else it ends itself.
    SeededForConfigBind,
    /// It makes them up.
    Seeded,
}

/// Which credentials of the config may be a SecretRef (`{source, provider, id}`), each level with those
/// before it (`SecretInputSchema` in `dist/daemon-cli.js` of the npm packages).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SecretRefs {
    /// None.
    Nowhere,
    /// `models.providers.<id>.apiKey` (not in 2026.2.25, in 2026.2.26).
    ProviderKeys,
    /// `gateway.auth.password`, `gateway.remote.token` and `gateway.remote.password` (not in 2026.3.1,
    /// in 2026.3.2).
    Password,
    /// `gateway.auth.token` (not in 2026.3.2, in 2026.3.7).
    Token,
}

/// What is dropped from the dotenv file of the working directory, each level with those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum WorkspaceFilter {
    /// Nothing.
    Nothing,
    /// Proxies, base URLs, the variables of paths.
    Network,
    /// The gateway's credentials and the keys of OpenAI and Anthropic.
    Credentials,
    /// Every `OPENCLAW_*`.
    OwnVariables,
    /// The keys of all providers, and everything else of the block lists.
    Everything,
}

use CredentialSource::{Config, Env, Flag, Remote};

const OPENCLAW: &str = "OPENCLAW_";
const CLAWDBOT: &str = "CLAWDBOT_";

/// Examples that OpenClaw published, refused one after the other.
const EXAMPLE: &[&str] = &["change-me-to-a-long-random-token", "change-me-to-a-strong-password"];
const EXAMPLES: &[&str] =
    &["change-me-to-a-long-random-token", "change-me-to-a-strong-password", "change-me-now"];
const EXAMPLES_AND_WORDS: &[&str] = &[
    "change-me-to-a-long-random-token",
    "change-me-to-a-strong-password",
    "change-me-now",
    "undefined",
    "null",
];
const AUTH_MODES: &[&str] = &["none", "token", "password", "trusted-proxy"];

/// What `--bind` and `gateway.bind` may be, in every release (openclaw 2026.9.6, and clawdbot before it).
pub const BIND_MODES: [&str; 5] = ["loopback", "lan", "auto", "tailnet", "custom"];
/// What `--tailscale` may be.
pub const TAILSCALE_MODES: [&str; 3] = ["off", "serve", "funnel"];

/// The options of `gateway`, whether they take a value, and the first release that may have them
/// (`addGatewayRunCommand` of the npm packages; of those between two that were looked into the first is
/// taken to have the option already).
const GATEWAY_FLAGS: &[(&str, bool, Release)] = &[
    ("--port", true, FIRST),
    ("--bind", true, FIRST),
    ("--token", true, FIRST),
    ("--auth", true, FIRST),
    ("--password", true, FIRST),
    ("--tailscale", true, FIRST),
    ("--tailscale-reset-on-exit", false, FIRST),
    ("--allow-unconfigured", false, FIRST),
    ("--dev", false, FIRST),
    ("--reset", false, FIRST),
    ("--force", false, FIRST),
    ("--verbose", false, FIRST),
    ("--claude-cli-logs", false, FIRST),
    ("--ws-log", true, FIRST),
    ("--compact", false, FIRST),
    ("--raw-stream", false, FIRST),
    ("--raw-stream-path", true, FIRST),
    ("--password-file", true, Release::new(2026, 3, 7)),
    ("--cli-backend-logs", false, Release::new(2026, 3, 28)),
    ("--ambient-channels", false, Release::new(2026, 7, 33)),
    ("--dev-ambient-channels", false, Release::new(2026, 7, 33)),
    ("--update-canary", false, Release::new(2026, 9, 3)),
];

const FIRST: Release = Release::new(2026, 1, 0);

/// The options that `gateway` of a release takes, and whether they take a value.
pub fn gateway_flags(release: Release) -> impl Iterator<Item = (&'static str, bool)> {
    GATEWAY_FLAGS.iter().filter(move |(.., since)| *since <= release).map(|(name, value, _)| (*name, *value))
}

/// One JSON file for each agent, with all there is to say of its profiles.
const JSON_STORES: Stores = Stores {
    kind: StoreKind::Json { state: false },
    takes_spellings_of_config: false,
    reads_auth_json: true,
    reads_oauth_file: true,
    retired: Retired::Ignored,
    shared_in_state: false,
    own_profiles_first: false,
    newest_layout: None,
    key_names_profile: false,
    missing_reference_ends: false,
    expired_login_last: false,
    knows_codex: true,
};

/// As forgiving as it is now: 2026.2.26 is, 2026.2.12 was not.
const FORGIVING_JSON_STORES: Stores = Stores { takes_spellings_of_config: true, ..JSON_STORES };

/// Two of them.
const JSON_STORES_AND_STATE: Stores =
    Stores { kind: StoreKind::Json { state: true }, ..FORGIVING_JSON_STORES };

/// Logins of `openai-codex` have become logins of `openai`.
const JSON_STORES_WITHOUT_CODEX: Stores =
    Stores { key_names_profile: true, knows_codex: false, ..JSON_STORES_AND_STATE };

const AGENT_DATABASES: Stores =
    Stores { kind: StoreKind::Database, reads_auth_json: false, ..JSON_STORES_WITHOUT_CODEX };

/// A new installation keeps the shared profiles in the state database.
const SHARED_DATABASE: Stores = Stores {
    reads_oauth_file: false,
    retired: Retired::BlocksAll,
    shared_in_state: true,
    own_profiles_first: true,
    missing_reference_ends: true,
    expired_login_last: true,
    ..AGENT_DATABASES
};

/// npm `clawdbot` 2026.1.24-3, the last that has all of its files.
const V2026_1: Behaviour = Behaviour {
    program: Program::Clawdbot,
    since: Release::new(2026, 1, 0),
    server: &[Flag, Config, Env(CLAWDBOT)],
    client: &[Flag, Env(CLAWDBOT), Config],
    remote_client_token: &[Flag, Remote],
    remote_client_password: &[Flag, Env(CLAWDBOT), Remote],
    client_url_variables: &[],
    log_level_variable: false,
    plaintext: Plaintext::Anywhere,
    client_flags_stand_alone: false,
    service_kind_reads_config_first: false,
    auth_modes: &["token", "password"],
    auth_flag_modes: &["token", "password"],
    secret_refs: SecretRefs::Nowhere,
    blank_config_counts: true,
    missing_reference: MissingReference::InvalidConfig,
    missing_provider_key_ends: false,
    no_credential: NoCredential::OpenOnLoopback,
    refused_credentials: &[],
    refuses_blank_token: false,
    refuses_two_credentials: false,
    trusted_proxy_excludes_token: false,
    proxy_takes_local_password: false,
    hooks_token: HooksToken::MayBeSame,
    exit_unconfigured: 1,
    exit_invalid: 1,
    exit_broken: 1,
    exit_conflict: 1,
    older_release_stops: false,
    strict_port: false,
    custom_bind_needs_host: false,
    scratch: Scratch::Unknown,
    memory: None,
    refuses_untrusted_proxies: false,
    device_needs_secure_context: false,
    device_check_can_be_off: true,
    origins: Origins::NotAsked,
    binds_all_in_container: false,
    run_takes_flags: false,
    profile_flags: ProfileFlags::BeforeCommandOfEntry,
    home_variables: &["HOME"],
    state_dir_variables: &["CLAWDBOT_STATE_DIR"],
    config_path_variables: &["CLAWDBOT_CONFIG_PATH"],
    port_variables: &["CLAWDBOT_GATEWAY_PORT"],
    port_form: PortForm::LeadingDigits,
    profile_has_port: false,
    state_dirs: &[".clawdbot"],
    config_names: &["clawdbot.json"],
    reads_legacy_dotenv: true,
    includes: Includes::Anywhere,
    include_refuses_hard_links: false,
    leftover_state: LeftoverState::LeftAlone,
    exit_moved_includes: None,
    workspace_filter: WorkspaceFilter::Nothing,
    reads_config_dir_dotenv: false,
    reads_gateway_env: false,
    flat_env: FlatEnv::Taken,
    config_env_feeds_references: false,
    filters_config_env: false,
    config_env_trims: false,
    selection_forgets: false,
    takes_password_file: false,
    stores: JSON_STORES,
    reads_openai_base_url: false,
    prefers_explicit_api_key: false,
    external_providers: false,
    sandbox_mounts: SandboxMounts::OwnPath,
};

/// The first `openclaw`: new names first, the old ones still read.
const V2026_1_29: Behaviour = Behaviour {
    program: Program::OpenClaw,
    since: Release::new(2026, 1, 29),
    server: &[Flag, Config, Env(OPENCLAW), Env(CLAWDBOT)],
    client: &[Flag, Env(OPENCLAW), Env(CLAWDBOT), Config],
    remote_client_password: &[Flag, Env(OPENCLAW), Env(CLAWDBOT), Remote],
    no_credential: NoCredential::Refuses,
    config_env_feeds_references: true,
    run_takes_flags: true,
    home_variables: &["OPENCLAW_HOME", "HOME", "USERPROFILE"],
    state_dir_variables: &["OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR"],
    config_path_variables: &["OPENCLAW_CONFIG_PATH", "CLAWDBOT_CONFIG_PATH"],
    port_variables: &["OPENCLAW_GATEWAY_PORT", "CLAWDBOT_GATEWAY_PORT"],
    state_dirs: &[".openclaw", ".clawdbot", ".moltbot", ".moldbot"],
    config_names: &["openclaw.json", "clawdbot.json", "moltbot.json", "moldbot.json"],
    reads_legacy_dotenv: false,
    ..V2026_1
};

const V2026_2_3: Behaviour =
    Behaviour { since: Release::new(2026, 2, 3), client_flags_stand_alone: true, ..V2026_1_29 };

/// The gateway no longer reads `CLAWDBOT_*`; the command line does.
const V2026_2_17: Behaviour = Behaviour {
    since: Release::new(2026, 2, 17),
    server: &[Flag, Config, Env(OPENCLAW)],
    auth_modes: &["token", "password", "trusted-proxy"],
    no_credential: NoCredential::OpenOnLoopback,
    includes: Includes::BesideConfig,
    custom_bind_needs_host: true,
    ..V2026_2_3
};

const V2026_2_19: Behaviour = Behaviour {
    since: Release::new(2026, 2, 19),
    auth_modes: AUTH_MODES,
    no_credential: NoCredential::Saves,
    hooks_token: HooksToken::MustDiffer,
    plaintext: Plaintext::Loopback,
    ..V2026_2_17
};

/// A blank token in the config is none any more.
const V2026_2_22: Behaviour = Behaviour {
    since: Release::new(2026, 2, 22),
    blank_config_counts: false,
    log_level_variable: true,
    remote_client_token: &[Flag, Remote, Env(OPENCLAW), Env(CLAWDBOT), Config],
    remote_client_password: &[Flag, Env(OPENCLAW), Env(CLAWDBOT), Remote, Config],
    ..V2026_2_19
};

const V2026_2_23: Behaviour =
    Behaviour { since: Release::new(2026, 2, 23), origins: Origins::Required, ..V2026_2_22 };

const V2026_2_26: Behaviour = Behaviour {
    since: Release::new(2026, 2, 26),
    auth_flag_modes: AUTH_MODES,
    secret_refs: SecretRefs::ProviderKeys,
    stores: FORGIVING_JSON_STORES,
    client: &[Flag, Env(OPENCLAW), Env(CLAWDBOT), Config, Remote],
    include_refuses_hard_links: true,
    scratch: Scratch::Temporary,
    device_needs_secure_context: true,
    ..V2026_2_23
};

const V2026_3_1: Behaviour = Behaviour {
    since: Release::new(2026, 3, 1),
    origins: Origins::SeededForConfigBind,
    plaintext: Plaintext::PrivateOnRequest,
    ..V2026_2_26
};

const V2026_3_2: Behaviour = Behaviour {
    since: Release::new(2026, 3, 2),
    secret_refs: SecretRefs::Password,
    client_url_variables: &["OPENCLAW_GATEWAY_URL", "CLAWDBOT_GATEWAY_URL"],
    profile_flags: ProfileFlags::BeforeCommand,
    ..V2026_3_1
};

const V2026_3_7: Behaviour = Behaviour {
    since: Release::new(2026, 3, 7),
    plaintext: Plaintext::NamesOnRequest,
    takes_password_file: true,
    missing_reference: MissingReference::PassedOver,
    missing_provider_key_ends: true,
    refuses_two_credentials: true,
    secret_refs: SecretRefs::Token,
    service_kind_reads_config_first: true,
    ..V2026_3_2
};

/// The old names are gone.
const V2026_3_22: Behaviour = Behaviour {
    since: Release::new(2026, 3, 22),
    client_url_variables: &["OPENCLAW_GATEWAY_URL"],
    client: &[Flag, Env(OPENCLAW), Config, Remote],
    remote_client_token: &[Flag, Remote, Env(OPENCLAW), Config],
    remote_client_password: &[Flag, Env(OPENCLAW), Remote, Config],
    state_dir_variables: &["OPENCLAW_STATE_DIR"],
    config_path_variables: &["OPENCLAW_CONFIG_PATH"],
    port_variables: &["OPENCLAW_GATEWAY_PORT"],
    port_form: PortForm::WithHost,
    state_dirs: &[".openclaw", ".clawdbot", ".moldbot"],
    config_names: &["openclaw.json", "clawdbot.json", "moldbot.json"],
    reads_legacy_dotenv: true,
    strict_port: true,
    ..V2026_3_7
};

const V2026_3_24: Behaviour =
    Behaviour { since: Release::new(2026, 3, 24), profile_flags: ProfileFlags::Anywhere, ..V2026_3_22 };

const V2026_3_28: Behaviour =
    Behaviour { since: Release::new(2026, 3, 28), workspace_filter: WorkspaceFilter::Network, ..V2026_3_24 };

const V2026_3_31: Behaviour = Behaviour {
    since: Release::new(2026, 3, 31),
    trusted_proxy_excludes_token: true,
    state_dirs: &[".openclaw", ".clawdbot"],
    config_names: &["openclaw.json", "clawdbot.json"],
    workspace_filter: WorkspaceFilter::Credentials,
    filters_config_env: true,
    ..V2026_3_28
};

const V2026_4_5: Behaviour = Behaviour {
    since: Release::new(2026, 4, 5),
    reads_gateway_env: true,
    prefers_explicit_api_key: true,
    ..V2026_3_31
};

/// A gateway in a container is reachable by itself.
const V2026_4_7: Behaviour = Behaviour {
    since: Release::new(2026, 4, 7),
    stores: JSON_STORES_AND_STATE,
    reads_config_dir_dotenv: true,
    binds_all_in_container: true,
    origins: Origins::Seeded,
    ..V2026_4_5
};

const V2026_4_10: Behaviour =
    Behaviour { since: Release::new(2026, 4, 10), exit_unconfigured: 78, ..V2026_4_7 };

const V2026_4_12: Behaviour =
    Behaviour { since: Release::new(2026, 4, 12), refused_credentials: EXAMPLE, ..V2026_4_10 };

const V2026_4_20: Behaviour = Behaviour {
    since: Release::new(2026, 4, 20),
    refused_credentials: EXAMPLES,
    workspace_filter: WorkspaceFilter::OwnVariables,
    ..V2026_4_12
};

/// `gateway` without `run` looks into a config that cannot be parsed itself
/// (`isBareGatewayForegroundRun`, not in 2026.4.21, in 2026.4.22; run with 2026.5.12).
const V2026_4_22: Behaviour = Behaviour { since: Release::new(2026, 4, 22), exit_broken: 78, ..V2026_4_20 };

const V2026_4_27: Behaviour =
    Behaviour { since: Release::new(2026, 4, 27), proxy_takes_local_password: true, ..V2026_4_22 };

const V2026_4_29: Behaviour =
    Behaviour { since: Release::new(2026, 4, 29), config_env_trims: true, ..V2026_4_27 };

const V2026_5_2: Behaviour =
    Behaviour { since: Release::new(2026, 5, 2), includes: Includes::BesideConfigOrRoots, ..V2026_4_29 };

const V2026_5_12: Behaviour =
    Behaviour { since: Release::new(2026, 5, 12), no_credential: NoCredential::MakesUp, ..V2026_5_2 };

const V2026_5_18: Behaviour = Behaviour {
    since: Release::new(2026, 5, 18),
    plaintext: Plaintext::Private,
    no_credential: NoCredential::MakesUpOnLoopback,
    ..V2026_5_12
};

const V2026_5_28: Behaviour = Behaviour {
    since: Release::new(2026, 5, 28),
    workspace_filter: WorkspaceFilter::Everything,
    ..V2026_5_18
};

const V2026_6_1: Behaviour = Behaviour {
    since: Release::new(2026, 6, 1),
    hooks_token: HooksToken::MayBeSame,
    stores: JSON_STORES_WITHOUT_CODEX,
    ..V2026_5_28
};

/// The exit code was seen in 2026.6.11; that of the releases after 2026.3.24 and before is not known.
const V2026_6_5: Behaviour = Behaviour {
    since: Release::new(2026, 6, 5),
    exit_invalid: 78,
    exit_broken: 78,
    stores: AGENT_DATABASES,
    reads_openai_base_url: true,
    ..V2026_6_1
};

const V2026_6_9: Behaviour = Behaviour {
    since: Release::new(2026, 6, 9),
    selection_forgets: true,
    older_release_stops: true,
    ..V2026_6_5
};

/// The exit code for a leftover state directory is not known of 2026.7; that of 2026.8 is taken.
const V2026_7_1: Behaviour = Behaviour {
    since: Release::new(2026, 7, 1),
    leftover_state: LeftoverState::Stops(1),
    external_providers: true,
    ..V2026_6_9
};

/// Server and command line read the same places in the same order at last.
const V2026_8_1: Behaviour = Behaviour {
    since: Release::new(2026, 8, 1),
    profile_has_port: true,
    server: &[Flag, Config, Env(OPENCLAW), Remote],
    client: &[Flag, Config, Env(OPENCLAW), Remote],
    service_kind_reads_config_first: false,
    profile_flags: ProfileFlags::AnywhereInPlaceOfInherited,
    missing_reference: MissingReference::FailsOrGenerates,
    missing_provider_key_ends: false,
    stores: SHARED_DATABASE,
    flat_env: FlatEnv::Moved,
    refuses_untrusted_proxies: true,
    device_check_can_be_off: false,
    ..V2026_7_1
};

const V2026_9_1: Behaviour =
    Behaviour { since: Release::new(2026, 9, 1), leftover_state: LeftoverState::MayWarn, ..V2026_8_1 };

const V2026_9_3: Behaviour =
    Behaviour { since: Release::new(2026, 9, 3), scratch: Scratch::TemporaryAndPerhapsCache, ..V2026_9_1 };

const V2026_9_4: Behaviour = Behaviour {
    since: Release::new(2026, 9, 4),
    exit_conflict: 78,
    refused_credentials: EXAMPLES_AND_WORDS,
    refuses_blank_token: true,
    stores: Stores { retired: Retired::BlocksItsProviders, ..SHARED_DATABASE },
    ..V2026_9_3
};

const V2026_9_5: Behaviour = Behaviour {
    since: Release::new(2026, 9, 5),
    exit_moved_includes: Some(1),
    leftover_state: LeftoverState::Warns,
    sandbox_mounts: SandboxMounts::HostPath,
    ..V2026_9_4
};

const V2026_9_6: Behaviour = Behaviour {
    since: Release::new(2026, 9, 6),
    refused_credentials: PUBLISHED_EXAMPLES,
    scratch: Scratch::TemporaryAndCache,
    memory: Some((400, 512)),
    leftover_state: LeftoverState::Stops(78),
    stores: Stores { newest_layout: Some((23, 18)), ..V2026_9_4.stores },
    ..V2026_9_5
};

/// Every range, oldest first.
pub static BEHAVIOURS: [Behaviour; 37] = [
    V2026_1, V2026_1_29, V2026_2_3, V2026_2_17, V2026_2_19, V2026_2_22, V2026_2_23, V2026_2_26, V2026_3_1,
    V2026_3_2, V2026_3_7, V2026_3_22, V2026_3_24, V2026_3_28, V2026_3_31, V2026_4_5, V2026_4_7, V2026_4_10,
    V2026_4_12, V2026_4_20, V2026_4_22, V2026_4_27, V2026_4_29, V2026_5_2, V2026_5_12, V2026_5_18,
    V2026_5_28, V2026_6_1, V2026_6_5, V2026_6_9, V2026_7_1, V2026_8_1, V2026_9_1, V2026_9_3, V2026_9_4,
    V2026_9_5, V2026_9_6,
];

/// Published examples of a token, which are no examples of a password.
pub const TOKEN_EXAMPLES: &[&str] = &["change-me-to-a-long-random-token", "change-me-now"];
/// Published examples of a password.
pub const PASSWORD_EXAMPLES: &[&str] = &["change-me-to-a-strong-password"];

/// The range of everything newer than what is known.
const NEWEST: &Behaviour = &V2026_9_6;

impl Behaviour {
    /// The behaviour of a release; of an unknown one the newest.
    #[must_use]
    pub fn of(program: Program, release: Option<Release>) -> &'static Self {
        let of_program = || BEHAVIOURS.iter().filter(move |b| b.program == program);
        let Some(release) = release else { return of_program().next_back().unwrap_or(NEWEST) };
        of_program().rfind(|b| b.since <= release).or_else(|| of_program().next()).unwrap_or(NEWEST)
    }

    /// The prefix of the variables that the program reads first.
    #[must_use]
    pub fn prefix(&self) -> &'static str {
        match self.program {
            Program::Clawdbot => CLAWDBOT,
            Program::OpenClaw => OPENCLAW,
        }
    }

    /// Whether the release takes a value of its config, where that is known: a mode of authentication, a
    /// SecretRef.
    #[must_use]
    pub fn takes(&self, path: &[Box<str>], value: &Node) -> Option<bool> {
        let path: Vec<&str> = path.iter().map(|key| &**key).collect();
        let level = match path[..] {
            ["gateway", "auth", "mode"] => return Some(self.auth_modes.contains(&value.text()?.expose())),
            ["gateway", "auth", "token"] => SecretRefs::Token,
            ["gateway", "auth", "password"] | ["gateway", "remote", "token" | "password"] => {
                SecretRefs::Password
            }
            ["models", "providers", _, "apiKey"] => SecretRefs::ProviderKeys,
            _ => return None,
        };
        let is_reference = ["source", "id"].iter().all(|key| value.get(key).and_then(Node::text).is_some());
        is_reference.then_some(self.secret_refs >= level)
    }

    /// It reads variables of that prefix as credentials of the gateway.
    #[must_use]
    pub fn reads_prefix(&self, prefix: &str) -> bool {
        self.server.iter().any(|place| matches!(place, Env(p) if *p == prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_takes_the_range_it_falls_into() {
        let since = |text| Behaviour::of(Program::OpenClaw, Release::parse(text)).since;
        assert_eq!(since("2026.1.30"), V2026_1_29.since);
        assert_eq!(since("2026.3.3"), V2026_3_2.since);
        assert_eq!(since("2026.3.23"), V2026_3_22.since);
        assert_eq!(since("2026.7.35"), V2026_7_1.since);
        assert_eq!(since("2026.9.6"), V2026_9_6.since);
        assert_eq!(since("2031.1.1"), V2026_9_6.since);
        assert_eq!(since("latest"), V2026_9_6.since);
    }

    #[test]
    fn sandboxes_are_given_the_hosts_paths_since_2026_9_5() {
        let mounts = |text| Behaviour::of(Program::OpenClaw, Release::parse(text)).sandbox_mounts;
        assert_eq!(mounts("2026.9.4"), SandboxMounts::OwnPath);
        assert_eq!(mounts("2026.9.5"), SandboxMounts::HostPath);
    }

    #[test]
    fn the_ranges_are_in_order() {
        let key = |b: &Behaviour| (b.program == Program::OpenClaw, b.since);
        assert!(BEHAVIOURS.windows(2).all(|w| key(&w[0]) < key(&w[1])));
    }
}
