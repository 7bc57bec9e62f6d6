//! The start of a gateway.

/// What a gateway needs to start, and how it ends without it.
#[derive(Clone, Copy, Debug)]
pub struct StartRules {
    /// A `${NAME}` without a value in the key of a provider ends the gateway after a while, with the
    /// exit code 1 and no word of it (tried: 2026.3.24 and 2026.6.11 end, 2026.9.6 starts).
    pub missing_provider_key_ends: bool,
    /// What happens when no credential is configured.
    pub no_credential: NoCredential,
    /// Credentials that stop the gateway when they are the ones in effect.
    pub refused_credentials: &'static [&'static str],
    /// A blank token in the config stops a gateway that would make one up, because it has no other.
    pub refuses_blank_token: bool,
    /// Token and password in the config without a mode stop the gateway.
    pub refuses_two_credentials: bool,
    /// A token, from wherever, stops a gateway whose mode is `trusted-proxy`.
    pub trusted_proxy_excludes_token: bool,
    /// What the gateway says of a `hooks.token` that is its own token.
    pub hooks_token: HooksToken,
    /// Exit code of a gateway without `gateway.mode` or a credential.
    pub exit_unconfigured: i32,
    /// Exit code of a gateway whose config is invalid.
    pub exit_invalid: i32,
    /// Exit code of `gateway` without `run` whose config cannot be read or parsed.
    pub exit_broken: i32,
    /// Exit code of a gateway whose address, authentication and Tailscale do not go together
    /// (`GatewayEffectiveConfigConflictError`, not in 2026.9.3, in 2026.9.4).
    pub exit_conflict: i32,
    /// What a gateway does with a config that a newer release wrote (`meta.lastTouchedVersion`).
    pub newer_config: NewerConfig,
    /// Directories that the gateway makes at its start, outside of its state.
    pub scratch: Scratch,
    /// A limit of memory with which it is killed when it starts, and one with which it starts, in MiB, as
    /// far as that was tried (idle, without a channel).
    pub memory: Option<(u64, u64)>,
}

/// What a gateway does without any credential.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoCredential {
    /// It lets everybody in on loopback, and ends itself elsewhere.
    OpenOnLoopback,
    /// It ends itself.
    Refuses,
    /// It makes a token up and writes it into its config.
    Saves,
    /// It makes a token up for this run, which nobody knows.
    MakesUp,
    /// The same on loopback; elsewhere it ends itself.
    MakesUpOnLoopback,
}

/// What a gateway does whose `hooks.token` is its own token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HooksToken {
    /// It starts; its audit or its log speaks of it.
    MayBeSame,
    /// It ends itself.
    MustDiffer,
}

/// What a gateway does with a config that a newer release wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewerConfig {
    /// Not tried.
    Untried,
    /// It says so in its log for ever, and never listens (run with 2026.3.24).
    Hangs,
    /// It takes it, as far as its schema does (run with 2026.5.12).
    Used,
    /// It exits (`resolveGatewayRunFutureConfigBlock`, not in 2026.6.8, in 2026.6.9; before, only where a
    /// service manager started it).
    Stops,
}

/// Directories that a gateway makes at its start, where its root file system may be read-only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scratch {
    /// Not looked into.
    Unknown,
    /// `/tmp/openclaw`, else one in the system's temporary directory (`resolvePreferredOpenClawTmpDir`, not
    /// in 2026.2.22, in 2026.2.26; run with 2026.3.24 and 2026.9.6).
    Temporary,
    /// The same, and whether a gateway needs the cache as well was not tried
    /// (`resolvePrivateSqliteSnapshotStagingRoot`, not in 2026.9.2, in 2026.9.3).
    TemporaryAndPerhapsCache,
    /// The same, and one in `XDG_CACHE_HOME` or `~/.cache` (run with 2026.9.6).
    TemporaryAndCache,
}
