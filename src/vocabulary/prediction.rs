//! What is predicted of a gateway's start, and everything that the prediction stands on.

use crate::{text::source::Place, vocabulary::finding::About};
use serde::Serialize;
use std::fmt;

/// Whether the gateway of this version starts with these inputs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Start {
    /// The answer, which is that of the first reason.
    pub prediction: Prediction,
    /// The exit code it would give.
    pub exit_code: Option<i32>,
    /// What the program would say first, or what a start brings with it; free of values.
    pub why: Option<String>,
    /// Everything that is certain to stop the gateway, and everything that could not be decided, in
    /// the order in which the program meets it. Empty when it starts.
    pub reasons: Vec<StartReason>,
}

/// The answer of [`Start`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prediction {
    /// It starts.
    Starts,
    /// It exits at once.
    Refuses,
    /// Something that decides it cannot be seen from here.
    Unknown,
}

/// Something that stops the gateway whatever becomes of the other reasons, or that could not be
/// decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StartReason {
    /// What it is.
    pub id: StartReasonId,
    /// The exit code that it gives; none where it could not be decided.
    pub exit_code: Option<i32>,
    /// A sentence, free of values.
    pub message: String,
    /// What it is about.
    pub about: StartSubject,
    /// Where that is written.
    pub place: Option<Place>,
}

/// What a [`StartReason`] is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StartSubject {
    /// A key of the config: `gateway.auth.token`.
    Config(String),
    /// A variable.
    Variable(String),
    /// A flag of the gateway: `--profile`.
    Flag(&'static str),
    /// A file or directory, as a report shows it.
    File(String),
    /// A key of the compose file: `command`, `read_only`.
    Compose(&'static str),
}

/// Something in the state that a start changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StateChange {
    /// What kind of change.
    pub id: StateChangeId,
    /// A key of the config, or a path as a report shows it.
    pub subject: String,
    /// A clause, free of values.
    pub message: String,
    /// The release before cannot use what the change leaves.
    pub one_way: bool,
    /// Where the subject is written.
    pub place: Option<Place>,
}

/// What a [`StateChange`] is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StateChangeId {
    /// The state directory gets another name.
    Moved,
    /// A key of the config is taken out or moved.
    ConfigKey,
    /// A database gets another layout.
    Layout,
    /// A file of an earlier release is taken over into a database.
    Imported,
}

impl StateChangeId {
    /// The name used in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::ConfigKey => "config-key",
            Self::Layout => "layout",
            Self::Imported => "imported",
        }
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident = $id:literal,)+) => {
        /// What a [`StartReason`] is.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum StartReasonId {
            $($(#[$doc])+ $name,)+
        }

        impl StartReasonId {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The name used in JSON.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)+
                }
            }
        }
    };
}

ids! {
    /// The image's start script exits without some variable.
    StartScript = "start-script",
    /// `--profile` or `--dev` selects no profile that there can be.
    ProfileFlags = "profile-flags",
    /// A flag of the gateway has a value that the release does not take.
    FlagInvalid = "flag-invalid",
    /// The command has a word that the program's parser refuses.
    CommandLineInvalid = "command-line-invalid",
    /// The root file system is read-only, and a directory that the program makes at its start lies in it.
    RootReadOnly = "root-read-only",
    /// A newer release wrote the config.
    ConfigOfNewerRelease = "config-of-newer-release",
    /// `gateway.bind` is `custom` without an address.
    BindWithoutHost = "bind-without-host",
    /// Tailscale with an address or a mode that it does not work with.
    TailscaleConflict = "tailscale-conflict",
    /// A state directory of an earlier name holds files.
    LeftoverState = "leftover-state",
    /// The config is not visible.
    ConfigNotVisible = "config-not-visible",
    /// There is no config.
    NoConfig = "no-config",
    /// The config cannot be read or parsed, or an include of it.
    ConfigBroken = "config-broken",
    /// A `${NAME}` without a value makes the config invalid.
    MissingVariable = "missing-variable",
    /// The release's schema does not take something in the config.
    ConfigInvalid = "config-invalid",
    /// Whether the release takes something in the config is not known.
    ConfigUnverified = "config-unverified",
    /// The config has no `gateway.mode`.
    NoMode = "no-mode",
    /// `gateway.mode` is `remote`.
    RemoteMode = "remote-mode",
    /// `gateway.auth.mode` is `trusted-proxy` without `gateway.auth.trustedProxy` or
    /// `gateway.trustedProxies`.
    NoTrustedProxy = "no-trusted-proxy",
    /// Token and password, and no mode.
    TwoCredentials = "two-credentials",
    /// No authentication, and it listens beyond loopback.
    NoAuthentication = "no-authentication",
    /// A credential field refers to something without a value.
    CredentialUnresolved = "credential-unresolved",
    /// The credential in effect is one that the release refuses.
    CredentialRefused = "credential-refused",
    /// The credential in effect is blank.
    CredentialBlank = "credential-blank",
    /// The credential may be in a place that is not visible.
    CredentialNotVisible = "credential-not-visible",
    /// The mode asks for a credential, and there is none.
    NoCredential = "no-credential",
    /// Hooks are on without a token.
    NoHooksToken = "no-hooks-token",
    /// `hooks.token` is the gateway's own token.
    HooksTokenSame = "hooks-token-same",
    /// A token, and the mode is `trusted-proxy`.
    TokenBehindProxy = "token-behind-proxy",
    /// It listens beyond loopback without allowed origins.
    NoOrigins = "no-origins",
    /// A provider's key refers to something without a value.
    ProviderKeyUnresolved = "provider-key-unresolved",
    /// The state is of an earlier release, and `openclaw doctor --fix` has to migrate it first.
    StateNeedsRepair = "state-needs-repair",
    /// A database of the state has a layout of a newer release.
    StateOfNewerRelease = "state-of-newer-release",
    /// A newer release wrote the config, and the gateway hangs.
    ConfigHangs = "config-hangs",
    /// A database of the state has a layout of a newer release: the gateway listens, and answers nothing.
    StateNotServed = "state-not-served",
    /// It moves its state directory, and with it a config that it has to repair.
    ConfigMoved = "config-moved",
    /// It moves its state directory, and with it what its config includes.
    IncludesMoved = "includes-moved",
    /// It has moved its state directory, and may not find what its config includes.
    IncludesUnverified = "includes-unverified",
    /// Stored credentials of an earlier release are not imported.
    StoreNotImported = "store-not-imported",
    /// Stored credentials cannot be read.
    StoreUnreadable = "store-unreadable",
}

impl Start {
    /// It starts; `note` is what comes of that.
    pub(crate) fn starts(note: Option<String>) -> Self {
        Self { prediction: Prediction::Starts, exit_code: None, why: note, reasons: Vec::new() }
    }

    /// The reasons that are certain to stop it.
    pub fn refusals(&self) -> impl Iterator<Item = &StartReason> {
        self.reasons.iter().filter(|reason| reason.is_refusal())
    }
}

impl StartReasonId {
    /// The gateway runs, and answers nobody.
    #[must_use]
    pub fn leaves_it_silent(self) -> bool {
        matches!(self, Self::ConfigHangs | Self::StateNotServed)
    }
}

impl StartReason {
    /// What a finding about it is about.
    #[must_use]
    pub fn about(&self) -> About {
        About::Start(self.id, self.place)
    }

    /// It is certain to stop the gateway.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.exit_code.is_some()
    }
}

impl fmt::Display for StartReasonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Display for StartSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(name) | Self::Variable(name) | Self::File(name) => f.write_str(name),
            Self::Flag(name) | Self::Compose(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StartReasonId;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique() {
        let ids: BTreeSet<&str> = StartReasonId::ALL.iter().map(|id| id.id()).collect();
        assert_eq!(ids.len(), StartReasonId::ALL.len());
    }
}
