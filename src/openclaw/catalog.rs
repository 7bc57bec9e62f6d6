//! What OpenClaw's packages say about variables: `data/openclaw-<version>.json`, read once.

use super::behaviour::WorkspaceFilter;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// The tables of one release.
#[derive(Debug, Deserialize)]
pub struct Catalog {
    /// The release they were taken from.
    pub openclaw: String,
    /// Model and media providers by id.
    pub providers: BTreeMap<String, Provider>,
    /// Other ids of a provider.
    pub aliases: BTreeMap<String, String>,
    /// Keys that only show usage and never authenticate.
    pub usage_only: Vec<String>,
    /// Variables of chat channels.
    pub channels: Vec<String>,
    /// Variables of web search.
    pub web_search: Vec<String>,
    /// `OPENCLAW_*` variables that the program reads.
    pub read: Vec<String>,
    /// `OPENCLAW_*` variables that act only through a compose file's interpolation.
    pub compose_only: Vec<String>,
    /// `OPENCLAW_*` variables that occur in a block list and nowhere else.
    pub never_read: Vec<String>,
    /// Which variables may not be set from where.
    pub blocked: Blocked,
}

/// A provider's credentials.
#[derive(Debug, Deserialize)]
pub struct Provider {
    /// Its variables, strongest first; the first that is not blank counts.
    pub variables: Vec<String>,
    /// It is part of the npm package; else its plugin must be installed first.
    pub bundled: bool,
    /// It serves chat models, so `models.providers.<id>` configures it.
    pub models: bool,
    /// The built-in base URL.
    pub base_url: Option<String>,
}

/// The block lists of the host policy and of the low-trust dotenv file.
#[derive(Debug, Deserialize)]
pub struct Blocked {
    workspace_names: Vec<String>,
    workspace_prefixes: Vec<String>,
    workspace_suffixes: Vec<String>,
    workspace_words: Vec<Vec<String>>,
    host_names: Vec<String>,
    host_prefixes: Vec<String>,
    config_names: Vec<String>,
}

static NEWEST: LazyLock<Catalog> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program; a test reads it")]
    serde_json::from_str(include_str!("data/openclaw-2026.9.6.json")).expect("the catalog is valid JSON")
});

impl Catalog {
    /// The newest tables that this program knows.
    #[must_use]
    pub fn newest() -> &'static Self {
        &NEWEST
    }

    /// Every variable that holds a provider's credential.
    pub fn credential_variables(&self) -> impl Iterator<Item = &str> {
        self.providers.values().flat_map(|p| &p.variables).map(String::as_str)
    }

    /// Dropped from `<cwd>/.env` (`shouldBlockWorkspaceStaticDotEnvKey`, openclaw 2026.9.6; earlier
    /// releases drop less).
    #[must_use]
    pub fn blocked_in_workspace(&self, name: &str, filter: WorkspaceFilter) -> bool {
        const NETWORK: [&str; 8] = [
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "NO_PROXY",
            "OPENCLAW_HOME",
            "OPENCLAW_STATE_DIR",
            "OPENCLAW_CONFIG_PATH",
            "OPENCLAW_AGENT_DIR",
        ];
        const CREDENTIALS: [&str; 5] = [
            "OPENCLAW_GATEWAY_TOKEN",
            "OPENCLAW_GATEWAY_PASSWORD",
            "OPENAI_API_KEY",
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_OAUTH_TOKEN",
        ];
        let upper = name.to_ascii_uppercase();
        let name = upper.as_str();
        match filter {
            WorkspaceFilter::Nothing => false,
            WorkspaceFilter::Network => NETWORK.contains(&name) || name.ends_with("_BASE_URL"),
            WorkspaceFilter::Credentials => {
                CREDENTIALS.contains(&name) || self.blocked_in_workspace(name, WorkspaceFilter::Network)
            }
            WorkspaceFilter::OwnVariables => {
                name.starts_with("OPENCLAW_") || self.blocked_in_workspace(name, WorkspaceFilter::Credentials)
            }
            WorkspaceFilter::Everything => self.blocked_by_workspace_policy(name),
        }
    }

    fn blocked_by_workspace_policy(&self, name: &str) -> bool {
        let lists = &self.blocked;
        let words: Vec<&str> = name.split('_').collect();
        lists.workspace_names.iter().any(|n| n == name)
            || lists.workspace_prefixes.iter().any(|p| name.starts_with(p.as_str()))
            || lists.workspace_suffixes.iter().any(|s| name.ends_with(s.as_str()))
            || lists.workspace_words.iter().any(|sequence| {
                words.windows(sequence.len()).any(|w| w.iter().zip(sequence).all(|(a, b)| a == b))
            })
            || self.blocked_by_host_policy(name)
            || self.credential_variables().any(|v| v == name)
    }

    /// Dropped from `env.vars` of `openclaw.json` (`isBlockedConfigEnvVar`, openclaw 2026.9.6).
    #[must_use]
    pub fn blocked_in_config(&self, name: &str) -> bool {
        let name = name.to_ascii_uppercase();
        self.blocked.config_names.contains(&name) || self.blocked_by_host_policy(&name)
    }

    fn blocked_by_host_policy(&self, name: &str) -> bool {
        self.blocked.host_names.iter().any(|n| n == name)
            || self.blocked.host_prefixes.iter().any(|p| name.starts_with(p.as_str()))
            || is_cargo_target_tool(name)
    }
}

/// `^CARGO_TARGET_[A-Z0-9_]+_(LINKER|RUNNER)$`, the one pattern of the host policy.
fn is_cargo_target_tool(name: &str) -> bool {
    name.strip_prefix("CARGO_TARGET_")
        .and_then(|rest| rest.strip_suffix("_LINKER").or_else(|| rest.strip_suffix("_RUNNER")))
        .is_some_and(|triple| !triple.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_block_what_the_program_blocks() {
        let catalog = Catalog::newest();
        for name in
            ["OPENCLAW_GATEWAY_TOKEN", "openai_api_key", "X_BASE_URL", "A_DISABLE_TLS_B", "LD_PRELOAD"]
        {
            assert!(catalog.blocked_in_workspace(name, WorkspaceFilter::Everything), "{name}");
        }
        for name in ["TELEGRAM_BOT_TOKEN", "FOO", "CLAWDBOT_GATEWAY_TOKEN", "DISABLED_TLSX"] {
            assert!(!catalog.blocked_in_workspace(name, WorkspaceFilter::Everything), "{name}");
        }
        assert!(!catalog.blocked_in_workspace("GROQ_API_KEY", WorkspaceFilter::OwnVariables));
        assert!(catalog.blocked_in_workspace("OPENAI_API_KEY", WorkspaceFilter::OwnVariables));
        assert!(catalog.blocked_in_config("HTTPS_PROXY"));
        assert!(!catalog.blocked_in_config("OPENCLAW_GATEWAY_TOKEN"));
    }
}
