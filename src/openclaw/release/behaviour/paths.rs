//! Directories and files.

/// Where the state and the config are.
#[derive(Clone, Copy, Debug)]
pub struct PathRules {
    /// Variables of the home directory, best first.
    pub home_variables: &'static [&'static str],
    /// Variables of the state directory.
    pub state_dir_variables: &'static [&'static str],
    /// Variables of the config file.
    pub config_path_variables: &'static [&'static str],
    /// State directories below the home directory, the release's own first.
    pub state_dirs: &'static [&'static str],
    /// Config file names, the release's own first.
    pub config_names: &'static [&'static str],
    /// What a gateway does that finds a non-empty state directory of an earlier name beside its own.
    pub leftover_state: LeftoverState,
    /// A gateway whose only state directory has an earlier name moves it to its own (run with 2026.5.12,
    /// which does not, 2026.6.5 and 2026.6.11, which do; taken to have come with the config check of
    /// 2026.6.5).
    pub moves_earlier_state_dir: bool,
    /// The exit code of a gateway that has moved a state directory of an earlier name whose config has
    /// includes: their paths are part of the config's revision, which then is another than the one that
    /// was checked (`hashConfigRevision`). None where that was not tried.
    pub exit_moved_includes: Option<i32>,
    /// Where a dotenv file or `env.vars` selects another state directory or config, which the gateway then
    /// goes on to, nothing else of the first one counts (`guardGatewayRunSelectedConfig`: not in 2026.6.8,
    /// in 2026.6.9); else what it set in the environment stays (`applyConfigEnv`; that the other config is
    /// used was tried with 2026.3.24).
    pub selection_forgets: bool,
}

/// What a gateway does that finds a non-empty state directory of an earlier name beside its own. Whether
/// one is moved that is the only one is [`PathRules::moves_earlier_state_dir`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeftoverState {
    /// It does not look for one.
    LeftAlone,
    /// It exits with this code.
    Stops(i32),
    /// Its log says so, and it may start: not tried (`recordStartupMigrationWarnings`, not in 2026.8.2, in
    /// 2026.9.1).
    MayWarn,
    /// Its log says so, and it starts (run with 2026.9.5).
    Warns,
}
