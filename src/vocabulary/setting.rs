//! A setting of OpenClaw, as each of its consumers sees it.

use crate::{
    provenance::{Candidate, Shadowed},
    vocabulary::setting_key::SettingKey,
};
use serde::Serialize;
use std::borrow::Cow;

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
pub enum Agreement {
    /// No candidate.
    Unset,
    /// One candidate.
    Single,
    /// Several that hold the same value.
    Agrees,
    /// The winner differs from a loser.
    Overrides,
    /// The winner is a reference that cannot be resolved.
    Unresolved,
}

/// One setting as one consumer sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolution {
    /// Whose view.
    pub consumer: Consumer,
    /// What it ends up with.
    pub state: State,
    /// The candidate in effect.
    pub winner: Option<Candidate>,
    /// The candidates that a stronger one overrides, strongest first.
    pub losers: Vec<Shadowed>,
    /// What looks like a candidate and is never read.
    pub ignored: Vec<Shadowed>,
    /// How they relate.
    pub verdict: Agreement,
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

impl Resolution {
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
    /// Which one.
    pub key: SettingKey,
    /// The variables that set it, strongest first.
    pub variables: Vec<String>,
    /// Its group.
    pub category: Category,
    /// Its value must not be shown.
    pub secret: bool,
    /// One view for each consumer.
    pub views: Vec<Resolution>,
}

impl Setting {
    /// Its key of the config where there is one, else the variable.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        self.key.text()
    }

    /// `key` is the setting itself, one of its variables, its provider, or what it is called in one of
    /// the places that offer it.
    #[must_use]
    pub fn is_about(&self, key: &str) -> bool {
        let mut offered = self.views.iter().flat_map(Resolution::offered);
        self.name() == key
            || self.variables.iter().any(|v| v == key)
            || self.key.provider() == Some(key)
            || offered.any(|c| c.name == key)
    }
}
