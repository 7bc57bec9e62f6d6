//! What was found out about one container or one compose service: the facts that the rules judge
//! and the report shows.

use crate::{
    advice::Advice,
    deployment::Deployment,
    finding::Warning,
    openclaw::{
        auth_profiles::Stored, behaviour::Behaviour, command::Command, config::Config,
        environment::Environment, images::ImageFacts, prediction::Start, schema::Known,
    },
    origin::{Candidate, LookedAt, Loser, Variable},
    source::Place,
    text::Text,
};
use serde::Serialize;
use std::{collections::BTreeSet, rc::Rc};

/// `node` of the official image.
const NODE: u32 = 1000;

/// One container or compose service, and all that was found out about it.
#[derive(Clone, Debug)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// Container name, or compose service name.
    pub name: String,
    /// The compose service, where there is one.
    pub service: Option<String>,
    /// The compose project, where there is one.
    pub project: Option<String>,
    /// The full container id.
    pub container_id: Option<String>,
    /// The engine's word: `running`, `exited` …
    pub state: Option<String>,
    /// What it does for OpenClaw.
    pub role: Role,
    /// Its release; none for [`Role::Other`].
    pub openclaw: Option<VersionFact>,
    /// How it is run.
    pub deployment: Deployment,
    /// Everything that was looked at, whatever came of it.
    pub sources: Vec<LookedAt>,
    /// OpenClaw's settings.
    pub settings: Vec<Setting>,
    /// The whole environment the container is created with.
    pub environment: Vec<Variable>,
    /// What the gateway's process ends up with after its dotenv files, `env.vars` and flags;
    /// [`Role::Gateway`] only.
    pub process_environment: Option<Vec<Variable>>,
    /// Whether the gateway would start; [`Role::Gateway`] only.
    pub start: Option<Start>,
    /// What a probe saw; empty when none ran.
    pub observations: Vec<Observation>,
    /// What rules ask for besides the settings; none for [`Role::Other`].
    pub facts: Option<Facts>,
    /// What Compose warns of: of this service, and on the first target of a project of the rest.
    pub warnings: Vec<Warning>,
    /// The commands of this project and container.
    pub advice: Advice,
}

/// What rules ask for about OpenClaw in a target, besides its settings.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What the release does.
    pub behaviour: &'static Behaviour,
    /// The config, for what is no setting: `gateway.trustedProxies`, `gateway.controlUi` …
    pub config: Rc<Config>,
    /// What `${NAME}` in the config is looked up in: the environment of a process in the container,
    /// dotenv files and `env.vars` included.
    pub env: Rc<Environment>,
    /// The same without `env.vars` in releases whose config is filled in before them.
    pub filled_in_from: Rc<Environment>,
    /// The words of the program's own command.
    pub command: Rc<Command>,
    /// What is known of the release's config schema.
    pub schema: Option<Known>,
    /// What the CLI in a gateway's container has, where the gateway has a profile that the CLI has
    /// not.
    pub of_cli: Option<Rc<Facts>>,
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
    /// The config could be looked at: it was read, is broken, or is not there.
    pub config_seen: bool,
    /// Why OpenClaw would refuse the config; none when it is fine or absent.
    pub config_problem: Option<ConfigProblem>,
    /// Names of the files beside the config, where its directory can be seen from here.
    pub beside_config: Vec<String>,
    /// The config's path in the container.
    pub config_path: String,
    /// Dotenv files that are there and cannot be read, which OpenClaw passes over without a word:
    /// path and reason.
    pub passed_over: Vec<(String, String)>,
    /// Variables that `${NAME}` and references of the config use.
    pub references: BTreeSet<String>,
    /// A leftover state directory that stops the gateway.
    pub leftover_state: Option<String>,
    /// What is known of the image, whose start script may read variables of its own.
    pub image: ImageFacts,
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

/// What a target is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// A container of a running engine.
    Container,
    /// A service of a compose project on disk.
    ComposeService,
    /// A container, as a snapshot has it.
    Snapshot,
}

/// What a target does for OpenClaw.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs the gateway process.
    Gateway,
    /// Runs the OpenClaw command line against a gateway.
    Cli,
    /// Does not run OpenClaw.
    Other,
}

/// The OpenClaw release a target runs, and how that is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VersionFact {
    /// As written by its source, for example `2026.9.6`.
    pub version: String,
    /// Where it was read.
    pub source: VersionSource,
}

/// How a version is known, surest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionSource {
    /// `--openclaw-version`.
    Flag,
    /// The image's `org.opencontainers.image.version` label.
    Label,
    /// `/app/package.json` in the image.
    PackageJson,
    /// The tag of the image reference.
    ImageTag,
    /// Nothing said it; the newest known release is assumed.
    Assumed,
}

/// The groups of settings that a report explains.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// `gateway.auth.token` and its kin.
    GatewayToken,
    /// `gateway.auth.password` and its kin.
    GatewayPassword,
    /// Credentials of a model provider.
    ProviderKey,
    /// Where a provider is reached.
    BaseUrl,
    /// HTTP proxies.
    Proxy,
    /// Certificates and their checking.
    Tls,
    /// State, config and home directories.
    Path,
    /// Port and bind address.
    Network,
    /// Anything else.
    Other,
}

/// Whose view of a setting.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Consumer {
    /// The gateway process.
    Gateway,
    /// The OpenClaw command line run in this container.
    Cli,
    /// The OpenClaw command line of a sibling service.
    CliService(String),
    /// A command line on the host, through `gateway.remote`.
    HostCli,
    /// An agent of the gateway's that is not the one that answers by default, where it has something
    /// else.
    Agent(String),
}

impl Target {
    /// The setting of that name.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|s| s.name == name)
    }

    /// The user id that the gateway runs as; none where the image decides and is not known.
    #[must_use]
    pub fn user(&self) -> Option<u32> {
        let facts = self.facts.as_ref()?;
        let of_image = facts.image.profile.as_ref().and_then(|p| p.user.as_deref());
        match self.deployment.user.as_ref().map(|u| u.value.as_str()).or(of_image) {
            Some(user) => match user.split(':').next().unwrap_or_default() {
                "root" => Some(0),
                "node" => Some(NODE),
                number => number.parse().ok(),
            },
            // `/home/node` is that user's.
            None => {
                let of_node = self.deployment.mounts.iter().any(|m| m.target.starts_with("/home/node/"));
                (facts.image.is_official() || (of_node && self.kind == TargetKind::ComposeService))
                    .then_some(NODE)
            }
        }
    }

    /// A consumer's view of a setting.
    #[must_use]
    pub fn view(&self, setting: &str, consumer: &Consumer) -> Option<&View> {
        self.setting(setting)?.views.iter().find(|v| v.consumer == *consumer)
    }

    /// The variable of that name in the environment it is created with.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.environment.iter().find(|v| v.name == name)
    }

    /// A container: it does not have what its files would create it with now.
    #[must_use]
    pub fn is_outdated(&self, wanted: &Variable) -> bool {
        let actual = self.variable(&wanted.name).and_then(Variable::value);
        match &wanted.winner {
            // The engine takes a name without a value out of the container.
            None => actual.is_some(),
            Some(winner) => winner.value.as_ref().is_some_and(|value| actual != Some(value)),
        }
    }

    /// The view of the process that matters here: the gateway's, else the command line's.
    #[must_use]
    pub fn own_view(&self, setting: &str) -> Option<&View> {
        self.setting(setting)?.views.first()
    }
}

impl std::fmt::Display for Consumer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gateway => f.write_str("gateway"),
            Self::Cli => f.write_str("cli"),
            Self::CliService(name) => write!(f, "cli-service:{name}"),
            Self::HostCli => f.write_str("host-cli"),
            Self::Agent(id) => write!(f, "agent:{id}"),
        }
    }
}

/// What a consumer ends up with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A value.
    Set,
    /// A value of no characters, or of white space only.
    Blank,
    /// Nothing.
    Unset,
    /// A reference that leads nowhere.
    Unresolved,
    /// It cannot be known from here.
    Unknown,
}

/// How the candidates of a setting relate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No candidate.
    Unset,
    /// One candidate.
    Single,
    /// Several that hold the same value.
    Agrees,
    /// The winner differs from a loser.
    Overrides,
    /// The winner is a reference that leads nowhere.
    Unresolved,
}

/// One setting as one consumer sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    /// Whose view.
    pub consumer: Consumer,
    /// What it ends up with.
    pub state: State,
    /// The candidate in effect.
    pub winner: Option<Candidate>,
    /// The candidates that a stronger one overrides, strongest first.
    pub losers: Vec<Loser>,
    /// What looks like a candidate and is never read.
    pub ignored: Vec<Loser>,
    /// How they relate.
    pub verdict: Verdict,
    /// What the config holds there, where more can be said of it than a value.
    pub holds: Option<Holds>,
}

/// What stands at a key of the config.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    /// An object of so many keys.
    Object(usize),
    /// A list of so many items.
    List(usize),
    /// A number, a switch or a word that the release's schema lists: published, and no secret.
    Published,
}

impl View {
    /// The candidate in effect and those that it overrides, strongest first.
    pub fn candidates(&self) -> impl Iterator<Item = &Candidate> {
        self.winner.iter().chain(self.losers.iter().map(|l| &l.candidate))
    }

    /// Every candidate, also what is never read, strongest first.
    pub fn offered(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates().chain(self.ignored.iter().map(|l| &l.candidate))
    }
}

/// A setting of OpenClaw.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// The config path where there is one, else the variable.
    pub name: String,
    /// The variables that set it, strongest first.
    pub variables: Vec<String>,
    /// Its group.
    pub category: Category,
    /// Its value must not be shown.
    pub secret: bool,
    /// One view for each consumer.
    pub views: Vec<View>,
}

impl Setting {
    /// `key` is the setting itself, one of its variables, its provider, or what it is called in one of
    /// the places that offer it.
    #[must_use]
    pub fn is_about(&self, key: &str) -> bool {
        let of_provider = self.name.strip_prefix("models.providers.").and_then(|rest| rest.split('.').next());
        let mut offered = self.views.iter().flat_map(View::offered);
        self.name == key
            || self.variables.iter().any(|v| v == key)
            || of_provider == Some(key)
            || offered.any(|c| c.name == key)
    }
}

/// What a probe saw, beside what was predicted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observation {
    /// Which probe: `health`, `process-environment`, `gateway-token`.
    pub probe: &'static str,
    /// What about: a variable, a path, a candidate.
    pub subject: String,
    /// The place of the candidate that was tried.
    pub place: Option<Place>,
    /// How prediction and observation relate.
    pub outcome: Outcome,
    /// What was predicted, in words free of values.
    pub predicted: Option<String>,
    /// What was seen, in words free of values.
    pub observed: String,
    /// The value that was tried or seen; reports show its length and fingerprint.
    pub value: Option<Text>,
}

/// How an observation relates to the prediction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As predicted.
    Agrees,
    /// Not as predicted.
    Contradicts,
    /// Could not be told.
    Unknown,
    /// Nothing was predicted.
    Seen,
}
