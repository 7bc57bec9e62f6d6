//! The model as data: what each range of releases reads, in which order.
//!
//! One [`Behaviour`] holds from its release until the next, and says only what is new in it; read
//! from `V2026_1` down it is a history. A release newer than the last entry is taken to behave as
//! the last entry.
//!
//! Where a change came is known by comparing the code of the stable releases on npm, one beside
//! the next; what 2026.9.6, 2026.3.24 and clawdbot 2026.1.24-3 do was tried in containers as well.

mod command;
mod config;
mod credentials;
mod network;
mod paths;
mod providers;
mod ranges;
mod start;
mod stores;

pub use command::{CommandRules, ProfileFlags, gateway_flags};
pub use config::{ConfigRules, DotenvRules, FlatEnv, Includes, WorkspaceFilter};
pub use credentials::{CredentialRules, CredentialSource, MissingReference, SecretRefs};
pub use network::{BIND_MODES, NetworkRules, Origins, Plaintext, PortForm, TAILSCALE_MODES};
pub use paths::{LeftoverState, PathRules};
pub use providers::{ProviderRules, SandboxMounts};
pub use ranges::BEHAVIOURS;
pub use start::{HooksToken, NewerConfig, NoCredential, Scratch, StartRules};
pub use stores::{NewerLayout, Retired, SessionFiles, StoreKind, Stores};

use crate::{
    openclaw::release::number::{Program, Release},
    syntax::node::Node,
};
use CredentialSource::Env;
use ranges::{CLAWDBOT, NEWEST, OPENCLAW};

/// What a release does, by subject. Every field names a decision that changed at least once.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// The program.
    pub program: Program,
    /// The first release that it holds for.
    pub since: Release,
    /// Where credentials are looked for, and what may hold one.
    pub credentials: CredentialRules,
    /// What a gateway needs to start, and how it ends without it.
    pub start: StartRules,
    /// Where a gateway listens, and whom it and its clients trust there.
    pub network: NetworkRules,
    /// Where the state and the config are.
    pub paths: PathRules,
    /// What becomes of what a config says.
    pub config: ConfigRules,
    /// Which dotenv files are read, and what is dropped from them.
    pub dotenv: DotenvRules,
    /// What the flags and variables of a command do.
    pub command: CommandRules,
    /// The stored credentials.
    pub stores: Stores,
    /// How providers are configured.
    pub providers: ProviderRules,
    /// What the engine is asked to mount into the sandboxes of agents.
    pub sandbox_mounts: SandboxMounts,
}

/// Published examples of a token, which are no examples of a password.
pub const TOKEN_EXAMPLES: &[&str] = &["change-me-to-a-long-random-token", "change-me-now"];
/// Published examples of a password.
pub const PASSWORD_EXAMPLES: &[&str] = &["change-me-to-a-strong-password"];

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
            ["gateway", "auth", "mode"] => {
                return Some(self.credentials.auth_modes.contains(&value.text()?.expose()));
            }
            ["gateway", "auth", "token"] => SecretRefs::Token,
            ["gateway", "auth", "password"] | ["gateway", "remote", "token" | "password"] => {
                SecretRefs::Password
            }
            ["models", "providers", _, "apiKey"] => SecretRefs::ProviderKeys,
            _ => return None,
        };
        let is_reference = ["source", "id"].iter().all(|key| value.get(key).and_then(Node::text).is_some());
        is_reference.then_some(self.credentials.secret_refs >= level)
    }

    /// It reads variables of that prefix as credentials of the gateway.
    #[must_use]
    pub fn reads_prefix(&self, prefix: &str) -> bool {
        self.credentials.server.iter().any(|place| matches!(place, Env(p) if *p == prefix))
    }
}
