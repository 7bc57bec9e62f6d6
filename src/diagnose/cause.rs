//! What goes wrong, whose it is, and whether asking again helps.

use serde::Serialize;

/// Who has to act.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureOwner {
    /// A provider's auth profile, or an agent that has none of its own.
    ProviderProfile,
    /// A provider's key, its base URL, what the account may do.
    ProviderKey,
    /// An OAuth profile.
    OauthProfile,
    /// How the gateway and its clients know each other.
    GatewayAuth,
    /// What a device or a channel may do.
    Permission,
    /// The account's quota.
    Quota,
    /// What the request looks like.
    RequestShape,
    /// How much the model is given to read.
    Context,
    /// The network, a proxy, the provider's load.
    Network,
    /// The start of the gateway.
    GatewayStart,
    /// Skills, plugins, tools and channels: no credential of a model provider.
    NoCredential,
    /// Nobody that a line names.
    Unknown,
}

impl FailureOwner {
    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ProviderProfile => "provider auth profile, or an agent without its own",
            Self::ProviderKey => "provider key, base URL or account access",
            Self::OauthProfile => "OAuth profile",
            Self::GatewayAuth => "gateway and client auth",
            Self::Permission => "device or channel permission",
            Self::Quota => "quota",
            Self::RequestShape => "request shape",
            Self::Context => "context size",
            Self::Network => "network, proxy or provider load",
            Self::GatewayStart => "gateway start, its state or its container",
            Self::NoCredential => "a skill, plugin, tool or channel; no credential problem",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether the same request may be sent again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::enum_variant_names, reason = "the provider's header is called so")]
pub enum Retry {
    /// Never: the answer stays the same until something is changed.
    Never,
    /// When the time of `retry-after` is over.
    RetryAfter,
    /// With growing pauses.
    BackOff,
    /// A few times; what fails then has another reason.
    FewTimes,
    /// What is in the way ends by itself.
    Wait,
}

/// What failures can push each other aside.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Domain {
    /// Requests to model providers; the subject is the provider.
    Model,
    /// Clients of the gateway; the subject is the client.
    Client,
    /// Starts of the gateway.
    Start,
    /// Channels and skills; the subject is the channel.
    Channel,
    /// Plugins and tools, while everything else works.
    Tool,
    /// Nobody knows.
    Unknown,
}

/// One kind of failure.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cause {
    /// There is no credential for a provider.
    NoKey,
    /// 401.
    KeyRefused,
    /// 403.
    AccessDenied,
    /// What answers is not the provider's API.
    WrongEndpoint,
    /// 404, or a model that OpenClaw does not know.
    UnknownModel,
    /// An OAuth token that cannot be renewed.
    OauthExpired,
    /// A client sent another token.
    TokenMismatch,
    /// A client sent no token.
    TokenMissing,
    /// A client sent another password, or none.
    PasswordWrong,
    /// A device's own token is not known any more.
    DeviceTokenMismatch,
    /// Too many wrong tokens from one address.
    ClientLockedOut,
    /// A browser's page is not of this gateway.
    OriginRefused,
    /// A device that nobody approved.
    PairingRequired,
    /// 401 or 403 of a channel's service.
    ChannelRefused,
    /// 429.
    RateLimited,
    /// The account is out of money or quota.
    QuotaExhausted,
    /// All profiles rest, and the reason is not in the log.
    Cooldown,
    /// 400 for a beta flag that the endpoint does not know.
    BetaFlag,
    /// 400.
    RequestRejected,
    /// More than the model can read.
    ContextOverflow,
    /// 500, 502, 503, 504.
    ProviderDown,
    /// 529.
    Overloaded,
    /// No answer in time.
    Timeout,
    /// The host name leads nowhere.
    Dns,
    /// A certificate is not trusted.
    Tls,
    /// Nothing listens there.
    ConnectionRefused,
    /// The connection ended without an answer.
    ConnectionLost,
    /// OpenClaw itself did not let the request out.
    Blocked,
    /// No token and no password beyond loopback.
    StartWithoutAuth,
    /// The config is refused.
    StartConfig,
    /// There is no config, or it does not say `gateway.mode`.
    StartMode,
    /// A placeholder in place of a token.
    StartWeakSecret,
    /// Token and password, and no word on which counts.
    StartAmbiguousAuth,
    /// A reference of the config leads nowhere.
    StartSecretMissing,
    /// An old state directory beside the new one.
    StartLeftover,
    /// The port is taken.
    StartPort,
    /// The state directory belongs to somebody else.
    StartPermission,
    /// The state directory cannot be brought to this release.
    StartMigration,
    /// The gateway gave up for another reason.
    StartFailed,
    /// A channel's service cannot be reached, or its plugin fails.
    ChannelFailed,
    /// A skill cannot be used.
    Skill,
    /// The Control UI is opened by plain http from another machine.
    ControlUiInsecure,
    /// A client has no device identity, or its signature is refused.
    DeviceIdentity,
    /// The gateway has no token or password to compare with.
    GatewayCredentialMissing,
    /// A setup code is invalid, expired or used.
    SetupCode,
    /// A device asks for more than it was given.
    ScopeMissing,
    /// Client and gateway speak different versions of the protocol.
    ClientVersion,
    /// The gateway refused a client and the line does not say why.
    ClientRefused,
    /// A reverse proxy is not in gateway.trustedProxies.
    ProxyNotTrusted,
    /// Trusted-proxy auth refuses a request from loopback.
    ProxyLoopback,
    /// Trusted-proxy auth got no user from the proxy, or one that is not allowed.
    ProxyUser,
    /// Tailscale does not vouch for a client.
    TailscaleIdentity,
    /// A client would send its token over ws:// to another machine.
    GatewayUrlInsecure,
    /// The gateway's URL is invalid.
    GatewayUrl,
    /// The gateway made a token for this start only.
    TokenGenerated,
    /// Something in front of the gateway did not let a WebSocket through.
    EdgeProxy,
    /// A handshake with the gateway took too long.
    HandshakeTimeout,
    /// Nothing answers where a client looks for the gateway.
    GatewayUnreachable,
    /// Two programs use the same bot.
    ChannelConflict,
    /// A channel's service cannot be reached.
    ChannelUnreachable,
    /// A channel has no token.
    ChannelTokenMissing,
    /// Somebody who is not allowed wrote to the bot.
    ChannelNotAllowed,
    /// A channel's service wants fewer requests.
    ChannelRateLimited,
    /// A plugin is configured that the image does not have.
    PluginMissing,
    /// A plugin does not load or fails.
    PluginFailed,
    /// A plugin or package cannot be downloaded.
    PluginDownload,
    /// A tool has no key of its own.
    WebSearchKey,
    /// The browser tool has no browser.
    Browser,
    /// Sandboxes need Docker, which the gateway's container cannot use.
    SandboxDocker,
    /// A sandbox does not see the path that the gateway means.
    SandboxPath,
    /// A command of an agent was not approved.
    CommandRefused,
    /// An MCP server does not start or answer.
    McpServer,
    /// Memory search has no embeddings.
    MemoryIndex,
    /// A medium cannot be read or made.
    MediaFailed,
    /// The Gmail watcher does not run.
    GmailWatcher,
    /// A program that a tool calls is not in the image.
    ToolProgramMissing,
    /// A job or heartbeat did not run.
    CronFailed,
    /// The config does not allow this model.
    ModelNotAllowed,
    /// The model cannot do what is asked.
    ModelUnsupported,
    /// The model can read less than OpenClaw needs.
    ContextWindow,
    /// Two kinds of credentials are sent at once.
    KeyConflict,
    /// An outgoing proxy refuses or does not answer.
    Proxy,
    /// A local model server does not answer at its address.
    OllamaUnreachable,
    /// The container has no way to an address.
    NetworkUnreachable,
    /// A provider's answer is empty or broken off.
    EmptyAnswer,
    /// A turn failed and the line does not say why.
    TurnFailed,
    /// The state was written by a newer release than the image.
    StateNewer,
    /// The state needs a migration.
    StateSchema,
    /// A database of the state is damaged.
    StateDamaged,
    /// The state cannot be written.
    StateReadonly,
    /// A state directory that is itself a mount cannot be renamed.
    StateMount,
    /// A database of the state is in use.
    DatabaseLocked,
    /// The disk is full.
    DiskFull,
    /// Too many files are open or watched.
    TooManyFiles,
    /// There is not enough memory.
    OutOfMemory,
    /// The lease of the last gateway has not run out.
    StartLease,
    /// Another gateway holds the lock of the state.
    StartLock,
    /// The host was too slow for the start.
    StartSlow,
    /// There is no writable directory for temporary files.
    NoTempDir,
    /// A path of the host is used in the container.
    HostPath,
    /// Announcing the gateway on the network fails.
    Bonjour,
    /// Node is too old for the release.
    NodeVersion,
    /// The image is for another CPU.
    WrongPlatform,
    /// A file of the program is missing.
    ImageBroken,
    /// The command has an option that the program does not know.
    WrongCommand,
    /// A container has no service manager.
    NoServiceManager,
    /// The gateway does not start without allowed origins.
    ControlUiOrigins,
    /// An edit of the config is invalid and not in effect.
    ConfigNotReloaded,
    /// The image cannot be pulled.
    ImageUnavailable,
    /// The image cannot be built.
    ImageBuild,
    /// Another container has the name.
    ContainerNameTaken,
    /// A network of Docker is missing or in conflict.
    DockerNetwork,
    /// A mount cannot be made.
    MountRefused,
    /// Compose refuses the project.
    ComposeInvalid,
    /// The Docker engine does not answer.
    DockerUnreachable,
    /// The health check fails.
    Unhealthy,
    /// The container was never started.
    NeverStarted,
    /// The container ends again and again.
    ContainerCrash,
    /// Exit code 78.
    ExitConfig,
    /// Exit code 127.
    ExitCommandMissing,
    /// Exit code 126.
    ExitCommandRefused,
    /// Exit code 125.
    ExitDocker,
    /// The process crashed.
    ExitCrash,
    /// The process was killed.
    ExitKilled,
    /// The container was stopped.
    ExitStopped,
    /// The process ended with an error.
    ExitFailed,
    /// The gateway or the CLI reports a problem of its own.
    GatewayProblem,
    /// A step on the state fails.
    StateProblem,
    /// The config cannot be read, written or used.
    ConfigProblem,
    /// A stored credential cannot be used.
    CredentialProblem,
    /// Words of a failure that no pattern knows.
    UnknownFailure,
}

/// What is known of a [`Cause`].
#[derive(Debug)]
pub struct CauseAbout {
    /// Its name in JSON and in brackets.
    pub id: &'static str,
    /// Who has to act.
    pub owner: FailureOwner,
    /// Whether asking again helps.
    pub retry: Retry,
    /// What it competes with.
    pub domain: Domain,
    /// What happened; `{}` is the subject.
    pub title: &'static str,
    /// What it is easily mistaken for.
    pub is_not: &'static str,
    /// The first thing to do, where that does not depend on what is configured;
    /// [`action`](super::action) fills in the commands.
    pub first: Option<&'static str>,
}

impl Cause {
    /// Every one, in the order of the table in the documentation.
    pub const ALL: &[Self] = &[
        Self::NoKey,
        Self::KeyRefused,
        Self::AccessDenied,
        Self::WrongEndpoint,
        Self::UnknownModel,
        Self::OauthExpired,
        Self::TokenMismatch,
        Self::TokenMissing,
        Self::PasswordWrong,
        Self::DeviceTokenMismatch,
        Self::ClientLockedOut,
        Self::OriginRefused,
        Self::PairingRequired,
        Self::ChannelRefused,
        Self::RateLimited,
        Self::QuotaExhausted,
        Self::Cooldown,
        Self::BetaFlag,
        Self::RequestRejected,
        Self::ContextOverflow,
        Self::ProviderDown,
        Self::Overloaded,
        Self::Timeout,
        Self::Dns,
        Self::Tls,
        Self::ConnectionRefused,
        Self::ConnectionLost,
        Self::Blocked,
        Self::StartWithoutAuth,
        Self::StartConfig,
        Self::StartMode,
        Self::StartWeakSecret,
        Self::StartAmbiguousAuth,
        Self::StartSecretMissing,
        Self::StartLeftover,
        Self::StartPort,
        Self::StartPermission,
        Self::StartMigration,
        Self::StartFailed,
        Self::ChannelFailed,
        Self::Skill,
        Self::ControlUiInsecure,
        Self::DeviceIdentity,
        Self::GatewayCredentialMissing,
        Self::SetupCode,
        Self::ScopeMissing,
        Self::ClientVersion,
        Self::ClientRefused,
        Self::ProxyNotTrusted,
        Self::ProxyLoopback,
        Self::ProxyUser,
        Self::TailscaleIdentity,
        Self::GatewayUrlInsecure,
        Self::GatewayUrl,
        Self::TokenGenerated,
        Self::EdgeProxy,
        Self::HandshakeTimeout,
        Self::GatewayUnreachable,
        Self::ChannelConflict,
        Self::ChannelUnreachable,
        Self::ChannelTokenMissing,
        Self::ChannelNotAllowed,
        Self::ChannelRateLimited,
        Self::PluginMissing,
        Self::PluginFailed,
        Self::PluginDownload,
        Self::WebSearchKey,
        Self::Browser,
        Self::SandboxDocker,
        Self::SandboxPath,
        Self::CommandRefused,
        Self::McpServer,
        Self::MemoryIndex,
        Self::MediaFailed,
        Self::GmailWatcher,
        Self::ToolProgramMissing,
        Self::CronFailed,
        Self::ModelNotAllowed,
        Self::ModelUnsupported,
        Self::ContextWindow,
        Self::KeyConflict,
        Self::Proxy,
        Self::OllamaUnreachable,
        Self::NetworkUnreachable,
        Self::EmptyAnswer,
        Self::TurnFailed,
        Self::StateNewer,
        Self::StateSchema,
        Self::StateDamaged,
        Self::StateReadonly,
        Self::StateMount,
        Self::DatabaseLocked,
        Self::DiskFull,
        Self::TooManyFiles,
        Self::OutOfMemory,
        Self::StartLease,
        Self::StartLock,
        Self::StartSlow,
        Self::NoTempDir,
        Self::HostPath,
        Self::Bonjour,
        Self::NodeVersion,
        Self::WrongPlatform,
        Self::ImageBroken,
        Self::WrongCommand,
        Self::NoServiceManager,
        Self::ControlUiOrigins,
        Self::ConfigNotReloaded,
        Self::ImageUnavailable,
        Self::ImageBuild,
        Self::ContainerNameTaken,
        Self::DockerNetwork,
        Self::MountRefused,
        Self::ComposeInvalid,
        Self::DockerUnreachable,
        Self::Unhealthy,
        Self::NeverStarted,
        Self::ContainerCrash,
        Self::ExitConfig,
        Self::ExitCommandMissing,
        Self::ExitCommandRefused,
        Self::ExitDocker,
        Self::ExitCrash,
        Self::ExitKilled,
        Self::ExitStopped,
        Self::ExitFailed,
        Self::GatewayProblem,
        Self::StateProblem,
        Self::ConfigProblem,
        Self::CredentialProblem,
        Self::UnknownFailure,
    ];

    /// The cause of that [id](CauseAbout::id).
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cause| cause.about().id == id)
    }

    /// It says that something failed, and not why.
    #[must_use]
    pub fn is_vague(self) -> bool {
        matches!(
            self,
            Self::StartFailed
                | Self::TurnFailed
                | Self::ClientRefused
                | Self::ChannelFailed
                | Self::PluginFailed
                | Self::NeverStarted
                | Self::ContainerCrash
                | Self::Unhealthy
                | Self::ExitConfig
                | Self::ExitFailed
                | Self::ExitKilled
                | Self::ExitCrash
                | Self::ExitStopped
                | Self::GatewayProblem
                | Self::StateProblem
                | Self::ConfigProblem
                | Self::CredentialProblem
                | Self::UnknownFailure
        )
    }

    /// A line that says only this cause may be about `self`: an HTTP status without the words, a
    /// broken connection without the reason.
    #[must_use]
    pub fn is_outlined_by(self, outline: Self) -> bool {
        self == outline
            || match outline {
                Self::RequestRejected => {
                    matches!(self, Self::BetaFlag | Self::ContextOverflow | Self::QuotaExhausted)
                }
                Self::RateLimited => self == Self::QuotaExhausted,
                Self::UnknownModel => self == Self::WrongEndpoint,
                Self::ConnectionLost => matches!(
                    self,
                    Self::Dns
                        | Self::Tls
                        | Self::ConnectionRefused
                        | Self::Blocked
                        | Self::WrongEndpoint
                        | Self::Timeout
                ),
                Self::Timeout => matches!(
                    self,
                    Self::Dns
                        | Self::Tls
                        | Self::ConnectionRefused
                        | Self::ConnectionLost
                        | Self::ProviderDown
                        | Self::Overloaded
                        | Self::RateLimited
                ),
                _ => false,
            }
    }

    /// Only what is left when nothing before it explains it.
    #[must_use]
    pub fn yields(self) -> bool {
        matches!(self, Self::Cooldown | Self::ContextOverflow | Self::ClientLockedOut)
    }

    /// Whether the other, which [yields](Self::yields), may follow from it: only wrong credentials are
    /// counted until a client is locked out.
    #[must_use]
    pub fn leads_to(self, other: Self) -> bool {
        match other {
            Self::ClientLockedOut => {
                matches!(self, Self::TokenMismatch | Self::PasswordWrong | Self::DeviceTokenMismatch)
            }
            other if other.may_follow_in_a_start() => {
                matches!(
                    self,
                    Self::StartPermission
                        | Self::StateReadonly
                        | Self::DiskFull
                        | Self::NoTempDir
                        | Self::StartLease
                        | Self::StartLock
                )
            }
            _ => true,
        }
    }

    /// It may follow from a state that cannot be read, written or owned, in the same start.
    #[must_use]
    pub fn may_follow_in_a_start(self) -> bool {
        matches!(self, Self::StartMode | Self::StartConfig | Self::StateSchema | Self::StartSecretMissing)
    }

    /// It says itself that it was not the first failure.
    #[must_use]
    pub fn is_echo(self) -> bool {
        matches!(self, Self::Cooldown | Self::ClientLockedOut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_has_a_name_of_its_own() {
        let ids: BTreeSet<_> = Cause::ALL.iter().map(|c| c.about().id).collect();
        let all: BTreeSet<_> = Cause::ALL.iter().collect();
        assert_eq!(ids.len(), Cause::ALL.len());
        assert_eq!(all.len(), Cause::ALL.len());
        // The last variant, so that none is forgotten above.
        assert_eq!(Cause::ALL.len(), Cause::UnknownFailure as usize + 1);
    }

    #[test]
    fn what_was_refused_for_good_is_not_tried_again() {
        for cause in [Cause::KeyRefused, Cause::AccessDenied, Cause::BetaFlag, Cause::RequestRejected] {
            assert_eq!(cause.about().retry, Retry::Never);
        }
        assert_eq!(Cause::RateLimited.about().retry, Retry::RetryAfter);
        assert_eq!(Cause::Overloaded.about().retry, Retry::BackOff);
        assert_eq!(Cause::ProviderDown.about().retry, Retry::FewTimes);
        assert_eq!(Cause::Timeout.about().retry, Retry::FewTimes);
    }
}
