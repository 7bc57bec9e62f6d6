//! Providers, and the sandboxes of agents.

/// How providers are configured.
#[derive(Clone, Copy, Debug)]
pub struct ProviderRules {
    /// `OPENAI_BASE_URL` is the default base URL of provider `openai`.
    pub reads_openai_base_url: bool,
    /// `models.providers.<id>.auth: "api-key"` puts the config's key before the environment's.
    pub prefers_explicit_api_key: bool,
    /// The providers that the history calls plugins are not in OpenClaw's own images, and none of their
    /// variables is read before theirs is installed (`docs/install/docker.md` of 2026.7.1, and npm
    /// openclaw 2026.8.1 and 2026.9.6); of earlier images it is not known.
    pub external_providers: bool,
}

/// Which path a gateway in a container asks the host's engine to mount into a sandbox
/// (`docs/gateway/sandboxing/docker-backend.md` and `dist/docker-*` of openclaw 2026.9.4 and 2026.9.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SandboxMounts {
    /// The path that it has itself: right only where the host has the same files at the same path.
    OwnPath,
    /// The host's path of what is mounted there, which must be a bind.
    HostPath,
}
