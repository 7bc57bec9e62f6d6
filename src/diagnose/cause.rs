//! What goes wrong, whose it is, and whether asking again helps.

use serde::Serialize;

/// Who has to act.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
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
    /// Skills and channels: no credential of a model provider.
    NoCredential,
}

impl Owner {
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
            Self::GatewayStart => "gateway start",
            Self::NoCredential => "no credential problem",
        }
    }
}

/// Whether the same request may be sent again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// Never: the answer stays the same until something is changed.
    Never,
    /// When the time of `retry-after` is over.
    RetryAfter,
    /// With growing pauses.
    BackOff,
    /// A few times; what fails then has another reason.
    FewTimes,
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
}

/// What is known of a [`Cause`].
#[derive(Debug)]
pub struct About {
    /// Its name in JSON and in brackets.
    pub id: &'static str,
    /// Who has to act.
    pub owner: Owner,
    /// Whether asking again helps.
    pub retry: Retry,
    /// What it competes with.
    pub domain: Domain,
    /// What happened; `{}` is the subject.
    pub title: &'static str,
    /// What it is easily mistaken for.
    pub is_not: &'static str,
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
    ];

    /// What is known of it.
    #[must_use]
    pub fn about(self) -> &'static About {
        use Domain::{Channel, Client, Model, Start};
        use Retry::{BackOff, FewTimes, Never, RetryAfter};
        macro_rules! about {
            ($id:literal, $owner:ident, $retry:ident, $domain:ident, $title:literal, $is_not:literal) => {
                &About {
                    id: $id,
                    owner: Owner::$owner,
                    retry: $retry,
                    domain: $domain,
                    title: $title,
                    is_not: $is_not,
                }
            };
        }
        match self {
            Self::NoKey => about!(
                "no-api-key",
                ProviderProfile,
                Never,
                Model,
                "OpenClaw has no credential for {} where this agent looks",
                "a wrong key: nothing was sent to the provider"
            ),
            Self::KeyRefused => about!(
                "key-refused",
                ProviderKey,
                Never,
                Model,
                "{} refused the key (HTTP 401)",
                "a quota or a cooldown: those that follow are only its echo"
            ),
            Self::AccessDenied => about!(
                "access-denied",
                ProviderKey,
                Never,
                Model,
                "{} knows the key and does not let it do this (HTTP 403)",
                "a wrong key, which gives 401"
            ),
            Self::WrongEndpoint => about!(
                "wrong-endpoint",
                ProviderKey,
                Never,
                Model,
                "what answers for {} is not its API",
                "the key: look at the base URL, and at a login page or a proxy in between"
            ),
            Self::UnknownModel => about!(
                "unknown-model",
                ProviderKey,
                Never,
                Model,
                "{} does not have this model, or not for this key",
                "the key, which would give 401"
            ),
            Self::OauthExpired => about!(
                "oauth-expired",
                OauthProfile,
                Never,
                Model,
                "the OAuth login of {} cannot be renewed",
                "an API key: an OAuth profile is used here, and it comes before keys"
            ),
            Self::TokenMismatch => about!(
                "token-mismatch",
                GatewayAuth,
                Never,
                Client,
                "{} sent another token than the gateway accepts",
                "a provider's key: the gateway's own token is meant"
            ),
            Self::TokenMissing => about!(
                "token-missing",
                GatewayAuth,
                Never,
                Client,
                "{} sent no token to the gateway, and no device identity",
                "a provider's key: the gateway's own token is meant"
            ),
            Self::PasswordWrong => about!(
                "password-wrong",
                GatewayAuth,
                Never,
                Client,
                "{} sent another password than the gateway accepts, or none",
                "the token: this gateway asks for a password"
            ),
            Self::DeviceTokenMismatch => about!(
                "device-token-mismatch",
                GatewayAuth,
                Never,
                Client,
                "the token that {} was given when it was paired is not known any more",
                "the gateway's shared token"
            ),
            Self::ClientLockedOut => about!(
                "client-locked-out",
                GatewayAuth,
                BackOff,
                Client,
                "{} tried too many wrong tokens, and is refused with the right one too",
                "a wrong token now: the ones before it were"
            ),
            Self::OriginRefused => about!(
                "origin-refused",
                GatewayAuth,
                Never,
                Client,
                "the gateway does not accept pages from the address that {} was opened at",
                "the token: the request was refused before it was looked at"
            ),
            Self::PairingRequired => about!(
                "pairing-required",
                Permission,
                Never,
                Client,
                "{} is not paired with this gateway, or asks for more than it was given",
                "a wrong token: the device has to be approved"
            ),
            Self::ChannelRefused => about!(
                "channel-refused",
                Permission,
                Never,
                Channel,
                "the service of channel {} refused its token",
                "a model provider's key, and not the gateway's token"
            ),
            Self::RateLimited => about!(
                "rate-limited",
                Quota,
                RetryAfter,
                Model,
                "{} wants fewer requests for a while (HTTP 429)",
                "a wrong key: the key was accepted"
            ),
            Self::QuotaExhausted => about!(
                "quota-exhausted",
                Quota,
                Never,
                Model,
                "the account at {} is out of credit or quota",
                "a rate limit: waiting does not help before the account is topped up"
            ),
            Self::Cooldown => about!(
                "cooldown",
                Quota,
                BackOff,
                Model,
                "{} rests after failures that are not in this part of the log",
                "the failure itself: it is before the first line that was read"
            ),
            Self::BetaFlag => about!(
                "beta-flag",
                RequestShape,
                Never,
                Model,
                "{} does not know a beta flag of the request (HTTP 400)",
                "the key, the quota or the context"
            ),
            Self::RequestRejected => about!(
                "request-rejected",
                RequestShape,
                Never,
                Model,
                "{} rejects what the request looks like (HTTP 400)",
                "the key or the quota"
            ),
            Self::ContextOverflow => about!(
                "context-overflow",
                Context,
                Never,
                Model,
                "the conversation is longer than the model of {} can read",
                "a quota: no 429 comes before it in this log"
            ),
            Self::ProviderDown => about!(
                "provider-down",
                Network,
                FewTimes,
                Model,
                "{}, or what stands in front of it, failed (HTTP 5xx)",
                "the key or the request"
            ),
            Self::Overloaded => about!(
                "overloaded",
                Network,
                BackOff,
                Model,
                "{} is overloaded (HTTP 529)",
                "your quota: everybody gets this answer"
            ),
            Self::Timeout => about!(
                "timeout",
                Network,
                FewTimes,
                Model,
                "{} did not answer in time",
                "the key: it was not even looked at, or its answer did not arrive"
            ),
            Self::Dns => about!(
                "dns",
                Network,
                FewTimes,
                Model,
                "the host name of {} cannot be resolved in the container",
                "the key: nothing was sent"
            ),
            Self::Tls => about!(
                "tls",
                Network,
                Never,
                Model,
                "the certificate of {} is not trusted in the container",
                "the key: nothing was sent"
            ),
            Self::ConnectionRefused => about!(
                "connection-refused",
                Network,
                FewTimes,
                Model,
                "nothing listens where {} is looked for",
                "the key: nothing was sent"
            ),
            Self::ConnectionLost => about!(
                "connection-lost",
                Network,
                FewTimes,
                Model,
                "the connection to {} broke",
                "the key: a refused key is answered"
            ),
            Self::Blocked => about!(
                "blocked",
                Network,
                Never,
                Model,
                "OpenClaw did not let the request to {} out: the address is private",
                "the key: nothing was sent"
            ),
            Self::StartWithoutAuth => about!(
                "start-without-auth",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: it would listen to everybody without a token or password",
                "a provider's key, and no crash: it ends itself, with exit code 78"
            ),
            Self::StartConfig => about!(
                "start-config",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: its config is refused",
                "a token or a key"
            ),
            Self::StartMode => about!(
                "start-mode",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: there is no config, it cannot be read, or it does not say gateway.mode",
                "a token or a key"
            ),
            Self::StartWeakSecret => about!(
                "start-weak-secret",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: its token is blank, a published example, or the word undefined or null",
                "a token that differs between two places"
            ),
            Self::StartAmbiguousAuth => about!(
                "start-ambiguous-auth",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: its auth mode and its credentials do not fit each other",
                "a wrong token: which kind counts is not said"
            ),
            Self::StartSecretMissing => about!(
                "start-secret-missing",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: a reference of its config leads nowhere",
                "a wrong token: the variable or file that should hold it is missing"
            ),
            Self::StartLeftover => about!(
                "start-leftover",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: an old state directory lies beside the new one",
                "the config or a token"
            ),
            Self::StartPort => about!(
                "start-port",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: its port is taken",
                "the config or a token"
            ),
            Self::StartPermission => about!(
                "start-permission",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: it may not write its state directory",
                "the config or a token"
            ),
            Self::StartMigration => about!(
                "start-migration",
                GatewayStart,
                FewTimes,
                Start,
                "the gateway does not start: its state could not be brought to this release",
                "the config or a token"
            ),
            Self::StartFailed => about!(
                "start-failed",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start, for the reason that the line names",
                "a provider's key"
            ),
            Self::ChannelFailed => about!(
                "channel-failed",
                NoCredential,
                FewTimes,
                Channel,
                "channel {} failed",
                "a model provider's key, and not the gateway's token"
            ),
            Self::Skill => about!(
                "skill",
                NoCredential,
                Never,
                Channel,
                "a skill cannot be used",
                "a credential problem of a provider or of the gateway"
            ),
        }
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
                ),
                _ => false,
            }
    }

    /// Only what is left when nothing before it explains it.
    #[must_use]
    pub fn yields(self) -> bool {
        matches!(self, Self::Cooldown | Self::ContextOverflow | Self::ClientLockedOut)
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
        assert_eq!(Cause::ALL.len(), Cause::Skill as usize + 1);
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
