//! What is known of each cause: a row for each.

use super::cause::{Cause, CauseAbout, Domain, FailureOwner, Retry};

impl Cause {
    /// What is known of it.
    #[must_use]
    pub fn about(self) -> &'static CauseAbout {
        use Domain::{Channel, Client, Model, Start};
        use Retry::{BackOff, FewTimes, Never, RetryAfter};
        macro_rules! about {
            ($id:literal, $owner:ident, $retry:ident, $domain:ident, $title:literal, $is_not:literal) => {
                &CauseAbout {
                    id: $id,
                    owner: FailureOwner::$owner,
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
                "the gateway does not start: it may not write its state directory, or a file in it",
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
}
