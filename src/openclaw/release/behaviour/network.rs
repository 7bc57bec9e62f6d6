//! Ports, addresses and connections.

/// What `--bind` and `gateway.bind` may be, in every release (openclaw 2026.9.6, and clawdbot before it).
pub const BIND_MODES: [&str; 5] = ["loopback", "lan", "auto", "tailnet", "custom"];
/// What `--tailscale` may be.
pub const TAILSCALE_MODES: [&str; 3] = ["off", "serve", "funnel"];

/// Where a gateway listens, and whom it and its clients trust there.
#[derive(Clone, Copy, Debug)]
pub struct NetworkRules {
    /// Variables of the port.
    pub port_variables: &'static [&'static str],
    /// What a port variable may look like.
    pub port_form: PortForm,
    /// `--port` has to be a number and nothing else, up to 65535 (`parseStrictPositiveInteger`, not in
    /// 2026.3.2, in 2026.3.24).
    pub strict_port: bool,
    /// A name in `OPENCLAW_PROFILE` gives a port of its own, where nothing else does.
    pub profile_has_port: bool,
    /// `gateway.bind: custom` needs `gateway.customBindHost`; else it falls back (not in 2026.2.12, in
    /// 2026.2.17).
    pub custom_bind_needs_host: bool,
    /// Without `--bind` and `gateway.bind` a gateway in a container listens on all addresses.
    pub binds_all_in_container: bool,
    /// What a gateway does that listens beyond loopback, with no `gateway.controlUi.allowedOrigins`.
    pub origins: Origins,
    /// Where the command line connects without TLS (`isSecureWebSocketUrl`).
    pub plaintext: Plaintext,
    /// In the mode `trusted-proxy` a client on the gateway's own loopback may send a password
    /// (`authorizeGatewayConnect`: not in 2026.4.26, in 2026.4.27).
    pub proxy_takes_local_password: bool,
    /// What comes through a proxy that `gateway.trustedProxies` does not name is answered with 403
    /// (`proxy_attribution_required`, not in 2026.7.35, in 2026.8.1; run with 2026.9.6).
    pub refuses_untrusted_proxies: bool,
    /// A browser shows the Control UI's device, for which it needs a secure context (`control ui requires
    /// device identity`, not in 2026.2.12, in 2026.2.26; run with 2026.9.6).
    pub device_needs_secure_context: bool,
    /// `gateway.controlUi.dangerouslyDisableDeviceAuth` counts (retired in 2026.8.1).
    pub device_check_can_be_off: bool,
}

/// What a port variable may look like; anything else is passed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PortForm {
    /// Digits, and whatever follows them (`parseInt`).
    LeadingDigits,
    /// Digits, `host:port` or `[v6]:port`.
    WithHost,
}

/// What a gateway does that listens beyond loopback without `gateway.controlUi.allowedOrigins`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origins {
    /// It does not ask for them.
    NotAsked,
    /// It ends itself.
    Required,
    /// It makes them up when `gateway.bind` is in the config, else it ends itself.
    SeededForConfigBind,
    /// It makes them up.
    Seeded,
}

/// Where the command line lets its credentials go over plain `ws://`, each level with those before
/// it, but for the first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Plaintext {
    /// Everywhere.
    Anywhere,
    /// Loopback.
    Loopback,
    /// With `OPENCLAW_ALLOW_INSECURE_PRIVATE_WS=1` private addresses.
    PrivateOnRequest,
    /// With it names as well.
    NamesOnRequest,
    /// Private addresses, `*.local` and `*.ts.net` without being asked.
    Private,
}
