//! What OpenClaw's packages say about variables: `data/openclaw-<version>.json`, read once.

use super::behaviour::WorkspaceFilter;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// The tables of one release.
#[derive(Debug, Deserialize)]
pub struct Catalog<'a> {
    /// The release they were taken from.
    pub openclaw: &'a str,
    /// Model and media providers by id.
    #[serde(borrow)]
    pub providers: BTreeMap<&'a str, Provider<'a>>,
    /// Other ids of a provider.
    #[serde(borrow)]
    pub aliases: BTreeMap<&'a str, &'a str>,
    /// Keys that only show usage and never authenticate.
    #[serde(borrow)]
    pub usage_only: Vec<&'a str>,
    /// Variables of chat channels.
    #[serde(borrow)]
    pub channels: Vec<&'a str>,
    /// Variables of web search.
    #[serde(borrow)]
    pub web_search: Vec<&'a str>,
    /// `OPENCLAW_*` variables that the program reads.
    #[serde(borrow)]
    pub read: Vec<&'a str>,
    /// `OPENCLAW_*` variables that act only through a compose file's interpolation.
    #[serde(borrow)]
    pub compose_only: Vec<&'a str>,
    /// `OPENCLAW_*` variables that occur in a block list and nowhere else.
    #[serde(borrow)]
    pub never_read: Vec<&'a str>,
    /// Which variables may not be set from where.
    #[serde(borrow)]
    pub blocked: Blocked<'a>,
}

/// A provider's credentials.
#[derive(Debug, Deserialize)]
pub struct Provider<'a> {
    /// Its variables, strongest first; the first that is not blank counts.
    #[serde(borrow)]
    pub variables: Vec<&'a str>,
    /// It is part of the npm package; else its plugin must be installed first.
    pub bundled: bool,
    /// It serves chat models, so `models.providers.<id>` configures it.
    pub models: bool,
    /// The built-in base URL.
    #[serde(borrow)]
    pub base_url: Option<&'a str>,
}

/// The block lists of the host policy and of the low-trust dotenv file.
#[derive(Debug, Deserialize)]
pub struct Blocked<'a> {
    #[serde(borrow)]
    workspace_names: Vec<&'a str>,
    #[serde(borrow)]
    workspace_prefixes: Vec<&'a str>,
    #[serde(borrow)]
    workspace_suffixes: Vec<&'a str>,
    #[serde(borrow)]
    workspace_words: Vec<Vec<&'a str>>,
    #[serde(borrow)]
    host_names: Vec<&'a str>,
    #[serde(borrow)]
    host_prefixes: Vec<&'a str>,
    #[serde(borrow)]
    config_names: Vec<&'a str>,
}

static NEWEST: LazyLock<Catalog<'static>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program; a test reads it")]
    serde_json::from_str(include_str!("data/openclaw-2026.9.6.json")).expect("the catalog is valid JSON")
});

impl Catalog<'static> {
    /// The newest tables that this program knows.
    #[must_use]
    pub fn newest() -> &'static Self {
        &NEWEST
    }

    /// Every variable that holds a provider's credential.
    pub fn credential_variables(&self) -> impl Iterator<Item = &str> {
        self.providers.values().flat_map(|p| &p.variables).copied()
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
        lists.workspace_names.contains(&name)
            || lists.workspace_prefixes.iter().any(|p| name.starts_with(*p))
            || lists.workspace_suffixes.iter().any(|s| name.ends_with(*s))
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
        self.blocked.config_names.contains(&name.as_str()) || self.blocked_by_host_policy(&name)
    }

    fn blocked_by_host_policy(&self, name: &str) -> bool {
        self.blocked.host_names.contains(&name)
            || self.blocked.host_prefixes.iter().any(|p| name.starts_with(*p))
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
