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
    /// Skills and channels: no credential of a model provider.
    NoCredential,
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
            Self::GatewayStart => "gateway start",
            Self::NoCredential => "no credential problem",
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
}

impl Cause {
    /// Every one, in the order of the table in the documentation.
    #[cfg(test)]
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
        other != Self::ClientLockedOut
            || matches!(self, Self::TokenMismatch | Self::PasswordWrong | Self::DeviceTokenMismatch)
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
