//! The config, and the dotenv files beside it.

/// What becomes of what a config says.
#[derive(Clone, Copy, Debug)]
pub struct ConfigRules {
    /// `secretref-env:NAME` and `__env__:NAME` as a credential are references; else they are the credential.
    pub follows_retired_references: bool,
    /// Where the files of an `$include` may lie.
    pub includes: Includes,
    /// A file with a second name (a hard link) is not included.
    pub include_refuses_hard_links: bool,
    /// What becomes of variables directly below `env`, instead of below `env.vars`.
    pub flat_env: FlatEnv,
    /// `${NAME}` in the config finds what `env.vars` sets.
    pub config_env_feeds_references: bool,
    /// Drops proxies, `NODE_*` and the like from `env.vars`.
    pub filters_config_env: bool,
    /// White space alone in `env.vars` sets nothing; what is empty never does.
    pub config_env_trims: bool,
}

/// Where the files of an `$include` may lie, also after links are followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Includes {
    /// Anywhere.
    Anywhere,
    /// In the directory of the config and below it.
    BesideConfig,
    /// There, and in the directories of `OPENCLAW_INCLUDE_ROOTS`.
    BesideConfigOrRoots,
}

/// What becomes of a variable directly below `env`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlatEnv {
    /// It counts, before one of the same name below `env.vars`.
    Taken,
    /// It is no part of the schema; the gateway moves it below `env.vars` when it starts, and ends
    /// itself where it cannot replace the config file. One that is there already stays.
    Moved,
}

/// Which dotenv files are read, and what is dropped from them.
#[derive(Clone, Copy, Debug)]
pub struct DotenvRules {
    /// The `.env` of a state directory of an earlier name is read while that is the state directory.
    pub reads_legacy_dotenv: bool,
    /// What is dropped from `<cwd>/.env`.
    pub workspace_filter: WorkspaceFilter,
    /// Reads the `.env` of the config's directory, where it is not the state directory's.
    pub reads_config_dir_dotenv: bool,
    /// Reads `~/.config/openclaw/gateway.env`.
    pub reads_gateway_env: bool,
}

/// What is dropped from the dotenv file of the working directory, each level with those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum WorkspaceFilter {
    /// Nothing.
    Nothing,
    /// Proxies, base URLs, the variables of paths.
    Network,
    /// The gateway's credentials and the keys of OpenAI and Anthropic.
    Credentials,
    /// Every `OPENCLAW_*`.
    OwnVariables,
    /// The keys of all providers, and everything else of the block lists.
    Everything,
}
