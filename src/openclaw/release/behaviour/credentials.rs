//! Credentials of the gateway and its clients.

/// Where credentials are looked for, and what may hold one.
#[derive(Clone, Copy, Debug)]
pub struct CredentialRules {
    /// The gateway's credential: the first place that has one.
    pub server: &'static [CredentialSource],
    /// The command line's, with `gateway.mode` local or unset.
    pub client: &'static [CredentialSource],
    /// The command line's token, with `gateway.mode: "remote"`.
    pub remote_client_token: &'static [CredentialSource],
    /// The command line's password, with `gateway.mode: "remote"`.
    pub remote_client_password: &'static [CredentialSource],
    /// Variables of the address that the command line connects to. One that is set makes it leave
    /// the config's credentials alone.
    pub client_url_variables: &'static [&'static str],
    /// A credential on the command line's own command line is the only one it sends, and with `--url`
    /// nothing but such a credential is; else the flags only come first.
    pub client_flags_stand_alone: bool,
    /// `OPENCLAW_SERVICE_KIND=gateway` makes the command line read the config's token first.
    pub service_kind_reads_config_first: bool,
    /// What `gateway.auth.mode` may be.
    pub auth_modes: &'static [&'static str],
    /// What `--auth` may be.
    pub auth_flag_modes: &'static [&'static str],
    /// Which credentials of the config may be secret references, not only texts.
    pub secret_refs: SecretRefs,
    /// `"gateway.auth.token": ""` counts as a token (`??` instead of a trimmed test).
    pub blank_config_counts: bool,
    /// What a `${NAME}` without a value in the config's token does.
    pub missing_reference: MissingReference,
    /// `gateway` takes `--password-file`.
    pub takes_password_file: bool,
}

/// A place that a gateway credential is taken from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CredentialSource {
    /// `--token`, `--password` of the gateway's command line.
    Flag,
    /// `gateway.auth.<token|password>`.
    Config,
    /// A variable of the process, with this prefix: `<PREFIX>GATEWAY_TOKEN`.
    Env(&'static str),
    /// `gateway.remote.<token|password>`.
    Remote,
}

/// What a `${NAME}` without a value in the config's credential does to the gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MissingReference {
    /// The config is invalid, and the gateway ends.
    InvalidConfig,
    /// The next place counts, as if the field were not there.
    PassedOver,
    /// The gateway ends with exit code 1 when another credential is configured, and makes up a
    /// random token when none is.
    FailsOrGenerates,
}

/// Which credentials of the config may be a SecretRef (`{source, provider, id}`), each level with those
/// before it (`SecretInputSchema` in `dist/daemon-cli.js` of the npm packages).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SecretRefs {
    /// None.
    Nowhere,
    /// `models.providers.<id>.apiKey` (not in 2026.2.25, in 2026.2.26).
    ProviderKeys,
    /// `gateway.auth.password`, `gateway.remote.token` and `gateway.remote.password` (not in 2026.3.1,
    /// in 2026.3.2).
    Password,
    /// `gateway.auth.token` (not in 2026.3.2, in 2026.3.7).
    Token,
}
