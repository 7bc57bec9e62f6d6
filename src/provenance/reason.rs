//! Why a value is not the one in effect: what decided, and the sentence that says so.

use super::{Candidate, Layer};
use crate::text::source::Place;
use std::fmt;

/// Why a candidate lost. The id is for programs and stays; the sentence ([`fmt::Display`]) is for
/// people, goes on after the value, and is free of values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The program reads another place first.
    Precedence {
        /// The layer of the value in effect.
        winner: Layer,
        /// What the winner is called there.
        name: String,
    },
    /// The same variable stands in a stronger layer of the environment a container is created with.
    EnvironmentPrecedence {
        /// That layer.
        winner: Layer,
    },
    /// `environment:` lists the name without a value, and nothing sets it.
    NamedWithoutValue,
    /// Another part of the project replaces it.
    OverriddenInMerge(Merge),
    /// A later line of the same file sets it again.
    LaterLine,
    /// The same flag is given again.
    LaterFlag,
    /// A later file of `env_file:` sets it again.
    LaterFile,
    /// A later one of the same kind sets it again.
    LaterSource {
        /// Which kind.
        layer: Layer,
    },
    /// An earlier dotenv file of OpenClaw's has it.
    EarlierFile,
    /// The container was created before it was written.
    ContainerOlder,
    /// The environment has the variable, and what comes later only fills in.
    VariableExists {
        /// What would have filled it in.
        filler: Layer,
        /// The variable is there, and empty.
        empty: bool,
    },
    /// The program writes the variable itself, because of a flag.
    SetByFlag {
        /// The flag.
        flag: &'static str,
    },
    /// A command or script that starts the program sets it before.
    SetAtStart {
        /// It does; else it may.
        certain: bool,
        /// Where.
        place: Option<Place>,
        /// The script asks for the value before.
        was_read: bool,
    },
    /// A command or script that starts the program makes a new value from it before.
    KeptAtStart,
    /// A command or script that starts the program takes it out before.
    UnsetAtStart {
        /// Where.
        place: Option<Place>,
        /// The script asks for the value before.
        was_read: bool,
    },
    /// A command or script that starts the program writes the file before.
    WrittenAtStart,
    /// The image's start script decides.
    StartScript {
        /// The image's name.
        image: String,
        /// The variable that it writes over the value; none where it leaves the config as it is.
        variable: Option<String>,
    },
    /// The other spelling of the name shadows it.
    Shadowed {
        /// The name that is read.
        by: &'static str,
        /// The name that is not.
        name: &'static str,
    },
    /// It is empty, which counts as unset.
    Blank {
        /// What fills it in.
        filled_by: Option<String>,
    },
    /// It contains a `${NAME}` that the program treats as unresolved.
    Unfilled,
    /// It refers to a variable without a value.
    Unresolved {
        /// The variable.
        variable: String,
    },
    /// A reference without a value comes first, and the program stops there.
    UnresolvedFirst {
        /// What refers: a config path, a stored profile.
        name: String,
        /// The variable.
        variable: String,
        /// What is wrong with it, after «which».
        fault: &'static str,
    },
    /// The credential stores have the program refuse every request.
    StoreRefused {
        /// A store cannot be read; else there are credentials that were not migrated.
        unreadable: bool,
    },
    /// A setting selects another place.
    Selected {
        /// The setting.
        by: String,
        /// What it selects.
        what: String,
        /// What it selects can be used.
        usable: bool,
    },
    /// An order of profiles, or a model, asks for profiles of which none can be used, and the program stops
    /// there.
    NoProfileOfOrder {
        /// What asks for them.
        by: String,
    },
    /// The stored profile comes first even in cooldown.
    ProfileCooldown {
        /// The profile.
        profile: String,
        /// Until when, and after what.
        until: String,
    },
    /// The stored profile cannot be used.
    ProfileUnusable(ProfileFault),
    /// The order of profiles leaves it out.
    ProfileLeftOut(ProfileOrder),
    /// Nothing reads it.
    NotRead {
        /// Who does not: a release, the gateway.
        reader: String,
        /// What for; empty for anything.
        purpose: &'static str,
        /// What is read.
        instead: Option<String>,
    },
    /// It stands in a file that this release does not read.
    FileNotRead {
        /// `openclaw doctor --fix` migrates what is in it.
        migrates: bool,
    },
    /// It stands in a file that the user of the process may not read.
    FileDenied {
        /// That user's id.
        user: u32,
    },
    /// A header of the provider takes the place of its key.
    HeaderReplaces {
        /// The config's path of that header.
        header: String,
    },
    /// It is stored under an id of earlier releases.
    FormerId {
        /// That id.
        id: &'static str,
        /// What it is now.
        now: &'static str,
    },
    /// It only takes part in the rotation of keys.
    RotationOnly {
        /// What it does there.
        role: &'static str,
        /// Who rotates.
        users: &'static str,
    },
    /// The plugin that would read it is not installed.
    PluginMissing {
        /// The provider that is a plugin.
        provider: String,
        /// The release.
        reader: String,
    },
    /// It is read when the process starts, before this place.
    ReadAtStart,
    /// The program drops the variable in this place.
    Dropped(Filter),
    /// The value is none that the setting can have, and is skipped.
    Invalid,
    /// The client refuses the address.
    AddressRefused(AddressFault),
    /// A mode or a switch excludes it.
    ModeExcludes(Mode),
    /// The client's own flags exclude it.
    FlagsOnly {
        /// `--url` is given; else a credential is.
        url: bool,
    },
    /// The client reads its credentials from the environment only.
    EnvironmentOnly,
    /// The client exits at the other credential.
    OtherUnresolved,
    /// A flag of one process, which another process does not see.
    FlagNotSeen,
    /// The gateway has a `gateway.auth`, and then no use for `gateway.remote`.
    RemoteReplaced,
    /// Compose reads the file for `${NAME}` in compose files, and sets no variable of a container by it.
    OnlyInterpolated,
}

/// What replaces a value when the documents of a project are merged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Merge {
    /// The service that extends another one.
    Extends,
    /// The project that includes another one.
    Include,
    /// A later entry of the same list.
    LaterEntry,
    /// A later compose file, by its name.
    File(String),
    /// The config that includes a file, or a later file of `$include`.
    ConfigInclude,
}

/// Why a stored profile cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProfileFault {
    /// It is for that provider.
    Provider(String),
    /// `auth.profiles.<id>` names another provider.
    ConfigProvider(String),
    /// `auth.profiles.<id>` has another mode than the kind that is stored.
    ConfigMode {
        /// The profile.
        profile: String,
        /// What is stored.
        stored: &'static str,
    },
    /// It holds no credential.
    Empty,
    /// It expired then.
    Expired(String),
    /// Its expiry is no point in time.
    InvalidExpiry,
}

/// Which order leaves a profile out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProfileOrder {
    /// The one in the store.
    Stored,
    /// `auth.order.<provider>`.
    Config(String),
    /// `auth.profiles` lists others of the provider, and not this one.
    Unlisted(String),
}

/// What drops a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filter {
    /// The list of names that `.env` of the working directory may not set.
    WorkspaceDotenv,
    /// The list of names that `env.vars` may not set.
    ConfigEnv,
    /// The form of a name.
    NoIdentifier,
}

/// Why a client refuses an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressFault {
    /// It is none of a WebSocket.
    NoWebSocket,
    /// Unencrypted, to a host name.
    PlainName,
    /// Unencrypted, beyond loopback.
    PlainBeyondLoopback,
    /// Unencrypted, to a machine of somebody else.
    Plain,
}

/// What excludes a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// The gateway's mode is `password`, and this is a token.
    Password,
    /// The gateway's mode is `token`, and this is a password.
    Token,
    /// `gateway.auth.mode` is that.
    Auth(&'static str),
    /// `gateway.mode` is not `remote`.
    NotRemote,
    /// `gateway.mode` is `remote`, and there is no address.
    RemoteWithoutUrl,
    /// `proxy.enabled` is `false`.
    ProxyOff,
}

impl Reason {
    /// The program reads that candidate first.
    #[must_use]
    pub fn precedence(winner: &Candidate) -> Self {
        Self::Precedence { winner: winner.layer, name: winner.name.clone() }
    }

    /// Nothing of that name reads it.
    #[must_use]
    pub fn not_read(reader: impl Into<String>) -> Self {
        Self::NotRead { reader: reader.into(), purpose: "", instead: None }
    }

    /// The name used in JSON.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Precedence { .. } => "precedence",
            Self::EnvironmentPrecedence { .. } => "environment-precedence",
            Self::NamedWithoutValue => "named-without-value",
            Self::OverriddenInMerge(_) => "overridden-in-merge",
            Self::LaterLine => "later-line",
            Self::LaterFlag => "later-flag",
            Self::FileDenied { .. } => "file-denied",
            Self::HeaderReplaces { .. } => "header-replaces",
            Self::LaterFile => "later-file",
            Self::LaterSource { .. } => "later-source",
            Self::EarlierFile => "earlier-file",
            Self::ContainerOlder => "container-older",
            Self::VariableExists { .. } => "variable-exists",
            Self::SetByFlag { .. } => "set-by-flag",
            Self::SetAtStart { .. } => "set-at-start",
            Self::KeptAtStart => "kept-at-start",
            Self::UnsetAtStart { .. } => "unset-at-start",
            Self::WrittenAtStart => "written-at-start",
            Self::StartScript { .. } => "start-script",
            Self::Shadowed { .. } => "shadowed",
            Self::Blank { .. } => "blank",
            Self::Unfilled => "unfilled",
            Self::Unresolved { .. } => "unresolved",
            Self::UnresolvedFirst { .. } => "unresolved-first",
            Self::StoreRefused { .. } => "store-refused",
            Self::Selected { .. } => "selected",
            Self::NoProfileOfOrder { .. } => "no-profile-of-order",
            Self::ProfileCooldown { .. } => "profile-cooldown",
            Self::ProfileUnusable(_) => "profile-unusable",
            Self::ProfileLeftOut(_) => "profile-left-out",
            Self::NotRead { .. } => "not-read",
            Self::FileNotRead { .. } => "file-not-read",
            Self::FormerId { .. } => "former-id",
            Self::RotationOnly { .. } => "rotation-only",
            Self::PluginMissing { .. } => "plugin-missing",
            Self::ReadAtStart => "read-at-start",
            Self::Dropped(_) => "dropped",
            Self::Invalid => "invalid",
            Self::AddressRefused(_) => "address-refused",
            Self::ModeExcludes(_) => "mode-excludes",
            Self::FlagsOnly { .. } => "flags-only",
            Self::EnvironmentOnly => "environment-only",
            Self::OtherUnresolved => "other-unresolved",
            Self::FlagNotSeen => "flag-not-seen",
            Self::RemoteReplaced => "remote-replaced",
            Self::OnlyInterpolated => "only-interpolated",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Precedence { winner: Layer::AuthProfile, name } => {
                write!(f, "the stored profile {name} comes before the environment and the config")
            }
            Self::Precedence { winner: Layer::ComposeCommand, name } if name.starts_with('-') => {
                write!(f, "the flag {name} comes first")
            }
            Self::Precedence { name, .. } => write!(f, "OpenClaw reads {name} first"),
            Self::EnvironmentPrecedence { winner: Layer::ContainerEnv } => {
                f.write_str("what a container is created with wins over the image's ENV")
            }
            Self::EnvironmentPrecedence { winner: Layer::RunEnv } => f.write_str("-e wins over --env-file"),
            Self::EnvironmentPrecedence { winner: Layer::UnitEnvironment } => {
                f.write_str("Environment= wins over EnvironmentFile=")
            }
            Self::EnvironmentPrecedence { winner: Layer::PodEnv } => f.write_str("env: wins over envFrom:"),
            Self::EnvironmentPrecedence { winner } => write!(f, "{winner}: wins over env_file:"),
            Self::NamedWithoutValue => f.write_str(
                "environment: names it without a value and nothing sets it; that wins over env_file:",
            ),
            Self::OverriddenInMerge(merge) => merge.fmt(f),
            Self::LaterLine => f.write_str("a later line of the same file wins"),
            Self::LaterFlag => f.write_str("the flag is given again, and OpenClaw takes the last"),
            Self::FileDenied { user } => {
                write!(f, "user {user}, which OpenClaw runs as here, may not read this file")
            }
            Self::HeaderReplaces { header } => {
                write!(f, "{header} replaces the key in what is sent")
            }
            Self::LaterFile => f.write_str("a later env_file wins"),
            Self::LaterSource { layer } => write!(f, "a later {layer} wins"),
            Self::EarlierFile => {
                f.write_str("an earlier dotenv file has this variable, and OpenClaw keeps the first")
            }
            Self::ContainerOlder => f.write_str(
                "the container was created before this was written; it takes effect when the container is recreated",
            ),
            Self::VariableExists { filler, empty } => existing(f, *filler, *empty),
            Self::SetAtStart { certain: true, .. } => {
                f.write_str("the start command sets it before the program runs")
            }
            Self::SetAtStart { certain: false, .. } => {
                f.write_str("the start command may set it before the program runs")
            }
            Self::KeptAtStart => {
                f.write_str("the start command makes a new value from it before the program runs")
            }
            Self::UnsetAtStart { .. } => {
                f.write_str("the start command unsets it before the program runs")
            }
            Self::WrittenAtStart => f.write_str("the start command writes the file before the program runs"),
            Self::SetByFlag { flag } => {
                write!(f, "the gateway's {flag} sets this variable in its own environment")
            }
            Self::StartScript { image, variable: Some(variable) } => {
                write!(f, "the start script of {image} writes {variable} over it")
            }
            Self::StartScript { image, variable: None } => {
                write!(f, "the start script of {image} writes it only where the config says nothing")
            }
            Self::Shadowed { by, name } => write!(f, "{by} shadows {name}, even when it is empty"),
            Self::Blank { filled_by: None } => f.write_str("it is empty, which counts as unset here"),
            Self::Blank { filled_by: Some(by) } => write!(f, "it is empty, and {by} fills it in"),
            Self::Unfilled => {
                f.write_str("it contains a ${NAME} that counts as unresolved, and OpenClaw skips it")
            }
            Self::Unresolved { variable } => write!(f, "it refers to {variable}, which is unset or empty"),
            Self::UnresolvedFirst { name, variable, fault } => {
                write!(f, "{name} refers to {variable}, which {fault}, and OpenClaw does not skip such a reference")
            }
            Self::StoreRefused { unreadable: true } => {
                f.write_str("OpenClaw refuses every request while it cannot read a credential store")
            }
            Self::StoreRefused { unreadable: false } => f.write_str(
                "OpenClaw refuses every request for this provider until `openclaw doctor --fix` has migrated the credentials of an earlier release",
            ),
            Self::Selected { by, what, usable: true } => write!(f, "{by} selects {what}"),
            Self::Selected { by, what, usable: false } => {
                write!(f, "{by} selects {what}, which cannot be used for this provider, and OpenClaw uses nothing else then")
            }
            Self::NoProfileOfOrder { by } => {
                write!(f, "{by} names no stored profile that can be used, and OpenClaw uses nothing else then")
            }
            Self::ProfileCooldown { profile, until } => {
                write!(f, "the stored profile {profile} comes first, and in its cooldown until {until} requests fail rather than use another place")
            }
            Self::ProfileUnusable(fault) => fault.fmt(f),
            Self::ProfileLeftOut(order) => order.fmt(f),
            Self::NotRead { reader, purpose, instead } => not_read(f, reader, purpose, instead.as_deref()),
            Self::FileNotRead { migrates: true } => {
                f.write_str("this release does not read this file; `openclaw doctor --fix` migrates what is in it")
            }
            Self::FileNotRead { migrates: false } => {
                f.write_str("this release does not read the directory of the pre-rename name")
            }
            Self::FormerId { id, now } => {
                write!(f, "this release does not read the earlier id {id}; `openclaw doctor --fix` changes it to {now}")
            }
            Self::RotationOnly { role, users } => {
                write!(f, "it {role} and never authenticates a provider by itself; after a rate limit such keys take turns in {users}")
            }
            Self::PluginMissing { provider, reader } => {
                write!(f, "{provider} is a plugin of its own that is not installed, and without it {reader} reads none of its variables")
            }
            Self::ReadAtStart => f.write_str(
                "Node reads it when the process starts, before OpenClaw reads its dotenv files and its config",
            ),
            Self::Dropped(filter) => filter.fmt(f),
            Self::Invalid => f.write_str("it contains no port number, and OpenClaw skips it"),
            Self::AddressRefused(fault) => fault.fmt(f),
            Self::ModeExcludes(mode) => mode.fmt(f),
            Self::FlagsOnly { url: false } => f.write_str("the CLI sends nothing but the credential of its own flag"),
            Self::FlagsOnly { url: true } => {
                f.write_str("with --url the CLI sends nothing but a --token or --password given with it")
            }
            Self::EnvironmentOnly => f.write_str(
                "OPENCLAW_GATEWAY_URL is set, and the CLI then takes its credentials from the environment only",
            ),
            Self::OtherUnresolved => {
                f.write_str("the CLI exits at the other credential, whose reference has no value")
            }
            Self::FlagNotSeen => f.write_str("a flag of the gateway's command is not seen by other processes"),
            Self::RemoteReplaced => f.write_str(
                "the gateway takes it from gateway.remote only where there is no gateway.auth, in the config or by a flag",
            ),
            Self::OnlyInterpolated => f.write_str(
                "the line only fills in ${NAME} of compose files; by itself it sets nothing in a container",
            ),
        }
    }
}

fn existing(f: &mut fmt::Formatter<'_>, filler: Layer, empty: bool) -> fmt::Result {
    f.write_str(match (filler, empty) {
        (Layer::ConfigEnv, _) => "env.vars fill only what is unset or empty in the environment",
        (_, false) => {
            "the container already has this variable, and OpenClaw's dotenv files never replace a variable that exists"
        }
        (_, true) => {
            "the container has this variable, though empty, and OpenClaw's dotenv files never replace a variable that exists, even an empty one"
        }
    })
}

fn not_read(f: &mut fmt::Formatter<'_>, reader: &str, purpose: &str, instead: Option<&str>) -> fmt::Result {
    write!(f, "{reader} does not read it")?;
    if !purpose.is_empty() {
        write!(f, " {purpose}")?;
    }
    instead.map_or(Ok(()), |instead| write!(f, "; it reads {instead}"))
}

impl fmt::Display for Merge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extends => f.write_str("the service's own value wins over the one it extends"),
            Self::Include => f.write_str("the including project wins over include:"),
            Self::LaterEntry => f.write_str("the later entry of environment: wins"),
            Self::File(name) => write!(f, "{name} replaces it"),
            Self::ConfigInclude => f.write_str(
                "the config wins over the files of its $include, and a later of them over an earlier",
            ),
        }
    }
}

impl fmt::Display for ProfileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Provider(provider) => write!(f, "it is for {provider}"),
            Self::ConfigProvider(id) => write!(f, "auth.profiles.{id} says it is for another provider"),
            Self::ConfigMode { profile, stored } => {
                write!(f, "auth.profiles.{profile} says another mode than {stored}, which is stored")
            }
            Self::Empty => f.write_str("it holds no credential"),
            Self::Expired(when) => write!(f, "it expired {when}, and OpenClaw skips an expired token"),
            Self::InvalidExpiry => f.write_str("its expiry is invalid, and OpenClaw refuses it"),
        }
    }
}

impl fmt::Display for ProfileOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stored => f.write_str("the order that is stored for this provider leaves it out"),
            Self::Config(provider) => write!(f, "auth.order.{provider} leaves it out"),
            Self::Unlisted(id) => write!(f, "auth.profiles lists profiles of this provider and not {id}"),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WorkspaceDotenv => {
                "OpenClaw does not trust the .env of its working directory and silently ignores this variable there"
            }
            Self::ConfigEnv => "OpenClaw silently ignores this variable in env.vars",
            Self::NoIdentifier => "OpenClaw silently ignores names that are no identifiers",
        })
    }
}

impl fmt::Display for AddressFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the CLI refuses it: ")?;
        f.write_str(match self {
            Self::NoWebSocket => "it is no ws:// or wss:// address",
            Self::PlainName => "plain ws:// to a host name, without OPENCLAW_ALLOW_INSECURE_PRIVATE_WS=1",
            Self::PlainBeyondLoopback => {
                "plain ws:// beyond loopback, without OPENCLAW_ALLOW_INSECURE_PRIVATE_WS=1"
            }
            Self::Plain => "plain ws:// to an address that is not its own; wss:// is expected",
        })
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password => f.write_str("the gateway is in password mode, which accepts no token"),
            Self::Token => f.write_str("the gateway is in token mode, which uses no password"),
            Self::Auth(mode) => write!(f, "gateway.auth.mode is {mode}"),
            Self::NotRemote => f.write_str("gateway.mode is not remote, and it is read only then"),
            Self::RemoteWithoutUrl => f.write_str(
                "gateway.mode is remote, and without gateway.remote.url the CLI exits with an error",
            ),
            Self::ProxyOff => f.write_str("proxy.enabled is false"),
        }
    }
}

#[cfg(test)]
mod tests;
