//! What OpenClaw's packages say about variables: [`super::data`], in types.

use crate::openclaw::release::{behaviour::WorkspaceFilter, data::tables::TABLES};

/// The tables of one release.
#[derive(Debug)]
pub struct Catalog {
    /// The release they were taken from.
    pub openclaw: &'static str,
    /// The port of a gateway that is told none.
    pub gateway_port: &'static str,
    /// Model and media providers by id.
    pub providers: Table<Provider>,
    /// Other ids of a provider.
    pub aliases: Table<&'static str>,
    /// Variables that only add keys for rotation, by provider: the list, and the single key.
    pub rotation: Table<[&'static str; 2]>,
    /// Keys that only show usage and never authenticate.
    pub usage_only: &'static [&'static str],
    /// Variables of chat channels.
    pub channels: &'static [&'static str],
    /// Variables of web search.
    pub web_search: &'static [&'static str],
    /// `OPENCLAW_*` variables that the program reads.
    pub read: &'static [&'static str],
    /// `OPENCLAW_*` variables that act only through a compose file's interpolation.
    pub compose_only: &'static [&'static str],
    /// Which variables may not be set from where.
    pub blocked: Blocked,
}

/// Values by name, in the order of the names.
#[derive(Debug)]
pub struct Table<V: 'static>(pub &'static [(&'static str, V)]);

impl<V> Table<V> {
    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'static V> {
        let at = self.0.binary_search_by_key(&name, |(key, _)| key).ok()?;
        Some(&self.0[at].1)
    }

    /// There is a value of that name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Every name with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&'static &'static str, &'static V)> + use<V> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// Every value.
    pub fn values(&self) -> impl Iterator<Item = &'static V> + use<V> {
        self.0.iter().map(|(_, value)| value)
    }
}

/// A provider's credentials.
#[derive(Debug)]
pub struct Provider {
    /// Its variables, strongest first; the first that is not blank counts.
    pub variables: &'static [&'static str],
    /// It serves chat models, so `models.providers.<id>` configures it.
    pub models: bool,
    /// The built-in base URL.
    pub base_url: Option<&'static str>,
}

/// The block lists of the host policy and of the low-trust dotenv file.
#[derive(Debug)]
pub struct Blocked {
    pub(crate) workspace_names: &'static [&'static str],
    pub(crate) workspace_prefixes: &'static [&'static str],
    pub(crate) workspace_suffixes: &'static [&'static str],
    pub(crate) workspace_words: &'static [&'static [&'static str]],
    pub(crate) host_names: &'static [&'static str],
    pub(crate) host_prefixes: &'static [&'static str],
    pub(crate) config_names: &'static [&'static str],
}

impl Blocked {
    /// Every variable that is named in one of them: something reads it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.workspace_names, self.host_names, self.config_names].into_iter().flatten().copied()
    }
}

impl Catalog {
    /// The newest tables that this program knows.
    #[must_use]
    pub fn newest() -> &'static Self {
        &TABLES
    }

    /// Every variable that holds a provider's credential.
    pub fn credential_variables(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.providers.values().flat_map(|p| p.variables).copied()
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
            || lists
                .workspace_words
                .iter()
                .any(|sequence| words.windows(sequence.len()).any(|w| w == *sequence))
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
