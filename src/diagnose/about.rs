//! What is known of each cause: a row for each.

use super::cause::{Cause, CauseAbout, Domain, FailureOwner, Retry};

impl Cause {
    /// What is known of it.
    #[must_use]
    pub fn about(self) -> &'static CauseAbout {
        use Domain::{Channel, Client, Model, Start, Tool, Unknown};
        use Retry::{BackOff, FewTimes, Never, RetryAfter, Wait};
        macro_rules! about {
            ($id:literal, $owner:ident, $retry:ident, $domain:ident, $title:literal, $is_not:literal) => {
                about!($id, $owner, $retry, $domain, $title, $is_not, None)
            };
            ($id:literal, $owner:ident, $retry:ident, $domain:ident, $title:literal, $is_not:literal, $first:expr) => {
                &CauseAbout {
                    id: $id,
                    owner: FailureOwner::$owner,
                    retry: $retry,
                    domain: $domain,
                    title: $title,
                    is_not: $is_not,
                    first: $first,
                }
            };
        }
        match self {
            Self::NoKey => about!(
                "no-api-key",
                ProviderProfile,
                Never,
                Model,
                "OpenClaw has no credential for {} where this agent looks",
                "a wrong key: nothing was sent to the provider"
            ),
            Self::KeyRefused => about!(
                "key-refused",
                ProviderKey,
                Never,
                Model,
                "{} refused the key (HTTP 401)",
                "a quota or a cooldown: those that follow are only its echo"
            ),
            Self::AccessDenied => about!(
                "access-denied",
                ProviderKey,
                Never,
                Model,
                "{} knows the key and does not let it do this (HTTP 403)",
                "a wrong key, which gives 401"
            ),
            Self::WrongEndpoint => about!(
                "wrong-endpoint",
                ProviderKey,
                Never,
                Model,
                "what answers for {} is not its API",
                "the key: look at the base URL, and at a login page or a proxy in between"
            ),
            Self::UnknownModel => about!(
                "unknown-model",
                ProviderKey,
                Never,
                Model,
                "{} does not have this model, or not for this key",
                "the key, which would give 401"
            ),
            Self::OauthExpired => about!(
                "oauth-expired",
                OauthProfile,
                Never,
                Model,
                "the OAuth login of {} cannot be renewed",
                "an API key: an OAuth profile is used here, and it comes before keys"
            ),
            Self::TokenMismatch => about!(
                "token-mismatch",
                GatewayAuth,
                Never,
                Client,
                "{} sent another token than the gateway accepts",
                "a provider's key: the gateway's own token is meant"
            ),
            Self::TokenMissing => about!(
                "token-missing",
                GatewayAuth,
                Never,
                Client,
                "{} sent no token to the gateway, and no device identity",
                "a provider's key: the gateway's own token is meant"
            ),
            Self::PasswordWrong => about!(
                "password-wrong",
                GatewayAuth,
                Never,
                Client,
                "{} sent another password than the gateway accepts, or none",
                "the token: this gateway asks for a password"
            ),
            Self::DeviceTokenMismatch => about!(
                "device-token-mismatch",
                GatewayAuth,
                Never,
                Client,
                "the token that {} was given when it was paired is not known any more",
                "the gateway's shared token"
            ),
            Self::ClientLockedOut => about!(
                "client-locked-out",
                GatewayAuth,
                BackOff,
                Client,
                "{} tried too many wrong tokens, and is refused with the right one too",
                "a wrong token now: the ones before it were"
            ),
            Self::OriginRefused => about!(
                "origin-refused",
                GatewayAuth,
                Never,
                Client,
                "the gateway does not accept pages from the address that {} was opened at",
                "the token: the request was refused before it was looked at"
            ),
            Self::PairingRequired => about!(
                "pairing-required",
                Permission,
                Never,
                Client,
                "{} is not paired with this gateway, or asks for more than it was given",
                "a wrong token: the device has to be approved"
            ),
            Self::ChannelRefused => about!(
                "channel-refused",
                Permission,
                Never,
                Channel,
                "the service of channel {} refused its token",
                "a model provider's key, and not the gateway's token"
            ),
            Self::RateLimited => about!(
                "rate-limited",
                Quota,
                RetryAfter,
                Model,
                "{} wants fewer requests for a while (HTTP 429)",
                "a wrong key: the key was accepted"
            ),
            Self::QuotaExhausted => about!(
                "quota-exhausted",
                Quota,
                Never,
                Model,
                "the account at {} is out of credit or quota",
                "a rate limit: waiting does not help before the account is topped up"
            ),
            Self::Cooldown => about!(
                "cooldown",
                Quota,
                BackOff,
                Model,
                "{} rests after failures that are not in this part of the log",
                "the failure itself: it is before the first line that was read"
            ),
            Self::BetaFlag => about!(
                "beta-flag",
                RequestShape,
                Never,
                Model,
                "{} does not know a beta flag of the request (HTTP 400)",
                "the key, the quota or the context"
            ),
            Self::RequestRejected => about!(
                "request-rejected",
                RequestShape,
                Never,
                Model,
                "{} rejects what the request looks like (HTTP 400)",
                "the key or the quota"
            ),
            Self::ContextOverflow => about!(
                "context-overflow",
                Context,
                Never,
                Model,
                "the conversation is longer than the model of {} can read",
                "a quota: no 429 comes before it in this log"
            ),
            Self::ProviderDown => about!(
                "provider-down",
                Network,
                FewTimes,
                Model,
                "{}, or what stands in front of it, failed (HTTP 5xx)",
                "the key or the request"
            ),
            Self::Overloaded => about!(
                "overloaded",
                Network,
                BackOff,
                Model,
                "{} is overloaded (HTTP 529)",
                "your quota: everybody gets this answer"
            ),
            Self::Timeout => about!(
                "timeout",
                Network,
                FewTimes,
                Model,
                "{} did not answer in time",
                "the key: it was not even looked at, or its answer did not arrive"
            ),
            Self::Dns => about!(
                "dns",
                Network,
                FewTimes,
                Model,
                "the host name of {} cannot be resolved in the container",
                "the key: nothing was sent"
            ),
            Self::Tls => about!(
                "tls",
                Network,
                Never,
                Model,
                "the certificate of {} is not trusted in the container",
                "the key: nothing was sent"
            ),
            Self::ConnectionRefused => about!(
                "connection-refused",
                Network,
                FewTimes,
                Model,
                "nothing listens where {} is looked for",
                "the key: nothing was sent"
            ),
            Self::ConnectionLost => about!(
                "connection-lost",
                Network,
                FewTimes,
                Model,
                "the connection to {} broke",
                "the key: a refused key is answered"
            ),
            Self::Blocked => about!(
                "blocked",
                Network,
                Never,
                Model,
                "OpenClaw did not let the request to {} out: the address is private",
                "the key: nothing was sent"
            ),
            Self::StartWithoutAuth => about!(
                "start-without-auth",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: it would listen to everybody without a token or password",
                "a provider's key, and no crash: it exits by itself, with code 78"
            ),
            Self::StartConfig => about!(
                "start-config",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: its config is refused",
                "a token or a key"
            ),
            Self::StartMode => about!(
                "start-mode",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: there is no config, or it does not set gateway.mode",
                "a token or a key"
            ),
            Self::StartWeakSecret => about!(
                "start-weak-secret",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: its token is blank, a published example, or the word undefined or null",
                "a token that differs between two places"
            ),
            Self::StartAmbiguousAuth => about!(
                "start-ambiguous-auth",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: its auth mode and its credentials do not fit each other",
                "a wrong token: which kind counts is not said"
            ),
            Self::StartSecretMissing => about!(
                "start-secret-missing",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: a reference of its config cannot be resolved",
                "a wrong token: the variable or file that should hold it is missing"
            ),
            Self::StartLeftover => about!(
                "start-leftover",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: an old state directory is left next to the new one",
                "the config or a token"
            ),
            Self::StartPort => about!(
                "start-port",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: its port is taken",
                "the config or a token"
            ),
            Self::StartPermission => about!(
                "start-permission",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: it may not read or write its state directory, or a file in it",
                "the contents of the config, or a token"
            ),
            Self::StartMigration => about!(
                "start-migration",
                GatewayStart,
                FewTimes,
                Start,
                "the gateway does not start: its state could not be brought to this release",
                "the config or a token"
            ),
            Self::StartFailed => about!(
                "start-failed",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start, for the reason that the line names",
                "a provider's key"
            ),
            Self::ChannelFailed => about!(
                "channel-failed",
                NoCredential,
                FewTimes,
                Channel,
                "channel {} failed",
                "a model provider's key, and not the gateway's token"
            ),
            Self::Skill => about!(
                "skill",
                NoCredential,
                Never,
                Channel,
                "a skill cannot be used",
                "a credential problem of a provider or of the gateway"
            ),
            Self::ControlUiInsecure => about!(
                "control-ui-insecure",
                GatewayAuth,
                Never,
                Client,
                "the Control UI is open over plain http from another machine, where a browser has no device identity",
                "the token: a right one is refused too, because the page is not in a secure context",
                Some(
                    "open the Control UI over https, or as http://localhost:PORT through an SSH tunnel (`ssh -L 18789:127.0.0.1:18789 HOST`), or through Tailscale Serve"
                )
            ),
            Self::DeviceIdentity => about!(
                "device-identity",
                GatewayAuth,
                Never,
                Client,
                "{} connects without a device identity that the gateway accepts",
                "the shared token: the device has to prove who it is, with a fresh nonce and the right clock",
                Some(
                    "connect with a current client, check the clock of both machines, and pair the device again: {exec:devices list}"
                )
            ),
            Self::GatewayCredentialMissing => about!(
                "gateway-credential-missing",
                GatewayAuth,
                Never,
                Client,
                "the gateway itself has no token or password configured, so no client can be accepted",
                "the client's token: there is nothing on the gateway to compare it with",
                Some(
                    "set gateway.auth.token (or OPENCLAW_GATEWAY_TOKEN in {env}) for the gateway, then {recreate}"
                )
            ),
            Self::SetupCode => about!(
                "setup-code",
                Permission,
                Never,
                Client,
                "the setup code of {} is invalid, expired or already used",
                "the gateway's token: a setup code is for one pairing",
                Some("make a new setup code and pair again: {exec:devices list} shows the devices")
            ),
            Self::ScopeMissing => about!(
                "scope-missing",
                Permission,
                Never,
                Client,
                "{} is paired, but without the scope that it asks for",
                "a wrong token: the device is known",
                Some("approve the larger scope: {exec:devices list}, then {exec:devices approve REQUEST}")
            ),
            Self::ClientVersion => about!(
                "client-version",
                GatewayAuth,
                Never,
                Client,
                "{} and the gateway are of different releases and do not understand each other",
                "the token: it was not looked at",
                Some(
                    "update the older of the two to the same release; reload a Control UI page that was open during the update"
                )
            ),
            Self::ClientRefused => about!(
                "client-refused",
                GatewayAuth,
                Never,
                Client,
                "the gateway refused {}; the line does not say for which reason",
                "a provider's key: the gateway's own auth is meant",
                Some("read what the gateway's log says at that moment: {logs}")
            ),
            Self::ProxyNotTrusted => about!(
                "proxy-not-trusted",
                GatewayAuth,
                Never,
                Client,
                "requests come through a reverse proxy that gateway.trustedProxies does not list",
                "the token: requests with proxy headers from an unknown address are refused before it is looked at",
                Some(
                    "set gateway.trustedProxies to the proxy's address, have the proxy overwrite X-Forwarded-For, and {restart}: {exec:config get gateway.trustedProxies}"
                )
            ),
            Self::ProxyLoopback => about!(
                "proxy-loopback",
                GatewayAuth,
                Never,
                Client,
                "gateway.auth.mode is trusted-proxy, and {} connects from loopback instead of through the proxy",
                "a wrong token: in this mode only the proxy vouches for a user",
                Some(
                    "connect through the proxy; for a proxy on the same host set gateway.auth.trustedProxy.allowLoopback to true"
                )
            ),
            Self::ProxyUser => about!(
                "proxy-user",
                GatewayAuth,
                Never,
                Client,
                "the reverse proxy passes no user that the gateway accepts",
                "the token: the proxy's identity header is missing or its user is not allowed",
                Some(
                    "compare the header that the proxy sets with gateway.auth.trustedProxy.userHeader and its allowed users: {exec:config get gateway.auth}"
                )
            ),
            Self::TailscaleIdentity => about!(
                "tailscale-identity",
                GatewayAuth,
                Never,
                Client,
                "Tailscale does not vouch for {}",
                "a wrong token: the identity comes from Tailscale Serve",
                Some(
                    "open the gateway through Tailscale Serve while logged in, or give the client the gateway's token"
                )
            ),
            Self::GatewayUrlInsecure => about!(
                "gateway-url-insecure",
                GatewayAuth,
                Never,
                Client,
                "the CLI refuses to send its token over plain ws:// to an address that is not loopback",
                "the token: nothing was sent",
                Some(
                    "use wss://, or run the CLI in the gateway's container or with `network_mode: service:openclaw-gateway` and ws://127.0.0.1:18789; OPENCLAW_ALLOW_INSECURE_PRIVATE_WS=1 allows it in a private network"
                )
            ),
            Self::GatewayUrl => about!(
                "gateway-url",
                GatewayAuth,
                Never,
                Client,
                "the URL of the gateway that {} uses is not valid",
                "the token: nothing was sent",
                Some("correct gateway.remote.url or OPENCLAW_GATEWAY_URL: {exec:config get gateway.remote}")
            ),
            Self::TokenGenerated => about!(
                "token-generated",
                GatewayAuth,
                Never,
                Client,
                "the gateway has no token configured and makes a new one at every start",
                "a wrong token on the client: the one it was given is gone after a restart",
                Some(
                    "set OPENCLAW_GATEWAY_TOKEN in {env} to what `openssl rand -hex 32` prints, then {recreate}"
                )
            ),
            Self::EdgeProxy => about!(
                "edge-proxy",
                Network,
                FewTimes,
                Client,
                "what stands in front of the gateway did not pass the WebSocket on to it",
                "the gateway's token: the request did not reach the gateway",
                Some(
                    "check that the reverse proxy points at the gateway's container and port and passes Upgrade and Connection headers; then that the gateway runs: {logs}"
                )
            ),
            Self::HandshakeTimeout => about!(
                "handshake-timeout",
                Network,
                FewTimes,
                Client,
                "{} and the gateway did not finish their handshake in time: the host is slow or busy, or the gateway still starts",
                "a wrong token: it was not looked at",
                Some(
                    "wait until the log says that the gateway listens, and look at CPU and memory with `docker stats`: {logs}"
                )
            ),
            Self::GatewayUnreachable => about!(
                "gateway-unreachable",
                Network,
                FewTimes,
                Client,
                "the gateway is not running, or not listening where {} looks for it",
                "the token: nothing was sent",
                Some(
                    "look whether the gateway runs and why it stopped: {ps}, then {logs}; in another container 127.0.0.1 is that container: use the service's name or `network_mode: service:openclaw-gateway`"
                )
            ),
            Self::ChannelConflict => about!(
                "channel-conflict",
                NoCredential,
                Never,
                Channel,
                "another gateway or program uses the same bot token of {} at the same time",
                "a wrong token: it is accepted, for both",
                Some(
                    "stop the other gateway, container or webhook that uses this bot, or give one of them a bot of its own: `docker ps -a`"
                )
            ),
            Self::ChannelUnreachable => about!(
                "channel-unreachable",
                Network,
                FewTimes,
                Channel,
                "the container cannot reach the service of channel {}",
                "its token: the network, DNS or a proxy is in the way",
                Some(
                    "check DNS and the way out to the internet from the container, and the proxy variables: {shell:getent hosts api.telegram.org}"
                )
            ),
            Self::ChannelTokenMissing => about!(
                "channel-token-missing",
                Permission,
                Never,
                Channel,
                "channel {} has no token where the gateway looks",
                "a refused token: none was sent",
                Some("set the channel's token in the config or its variable in {env}, then {recreate}")
            ),
            Self::ChannelNotAllowed => about!(
                "channel-not-allowed",
                Permission,
                Never,
                Channel,
                "channel {} ignores a sender who is not paired or not in its allowlist",
                "a broken connection: the message arrived",
                Some(
                    "approve the sender: {exec:pairing list}, then {exec:pairing approve CHANNEL CODE}, or add the sender to allowFrom"
                )
            ),
            Self::ChannelRateLimited => about!(
                "channel-rate-limited",
                Quota,
                RetryAfter,
                Channel,
                "the service of channel {} wants fewer requests for a while (HTTP 429)",
                "a model provider's limit",
                Some(
                    "wait as long as the service says; a restart loop or two gateways with one bot cause it too"
                )
            ),
            Self::PluginMissing => about!(
                "plugin-missing",
                NoCredential,
                Never,
                Tool,
                "a plugin that the config needs is not installed in this image",
                "a wrong token or key: the program that would use it is missing",
                Some(
                    "install the plugin: {exec:plugins install PLUGIN}, or let {once:doctor --fix} do it, then {restart}"
                )
            ),
            Self::PluginFailed => about!(
                "plugin-failed",
                NoCredential,
                Never,
                Tool,
                "a plugin does not load, or fails",
                "a provider's key",
                Some("see which plugin it is and whether it fits this release: {exec:plugins list}")
            ),
            Self::PluginDownload => about!(
                "plugin-download",
                Network,
                FewTimes,
                Tool,
                "a plugin cannot be downloaded: the registry does not answer from the container",
                "a missing plugin name: the network, DNS or a proxy is in the way",
                Some(
                    "give the container a way to registry.npmjs.org (DNS, proxy variables), or use an image that has the plugin; then {once:doctor --fix}"
                )
            ),
            Self::WebSearchKey => about!(
                "web-search-key",
                ProviderKey,
                Never,
                Tool,
                "a tool has no API key of its own",
                "the model provider's key",
                Some("set the tool's key in {env}, then {recreate}, or {exec:configure --section web}")
            ),
            Self::Browser => about!(
                "browser",
                NoCredential,
                FewTimes,
                Tool,
                "the browser tool cannot reach a browser from the gateway's container",
                "a provider's key or the gateway's token",
                Some(
                    "check which browser is configured: loopback in the gateway's container is not the host; publish the browser's port to its network or use an image with a browser: {exec:browser status}"
                )
            ),
            Self::SandboxDocker => about!(
                "sandbox-docker",
                NoCredential,
                Never,
                Tool,
                "the sandbox needs Docker, which the gateway's container cannot use",
                "a provider's key",
                Some(
                    "mount /var/run/docker.sock with its group and use an image with the docker CLI, or turn sandboxes off: {exec:config set agents.defaults.sandbox.mode off}"
                )
            ),
            Self::SandboxPath => about!(
                "sandbox-path",
                NoCredential,
                Never,
                Tool,
                "the sandbox does not see this path: the Docker host mounts its own path, not the container's",
                "a missing file of the agent: the path differs between host and container",
                Some(
                    "mount the state and workspace at the same path on the host and in the gateway's container"
                )
            ),
            Self::CommandRefused => about!(
                "command-refused",
                Permission,
                Never,
                Tool,
                "a command of an agent was not approved or is not in the allowlist",
                "a failure of the gateway",
                Some("approve it, or widen the policy: {exec:approvals get}")
            ),
            Self::McpServer => about!(
                "mcp-server",
                NoCredential,
                FewTimes,
                Tool,
                "an MCP server does not start or does not answer",
                "the model provider's key",
                Some(
                    "check the command or URL of that server in mcp.servers, and that its program is in the image: {exec:config get mcp.servers}"
                )
            ),
            Self::MemoryIndex => about!(
                "memory-index",
                NoCredential,
                FewTimes,
                Tool,
                "memory search does not work: its index or embedding provider fails",
                "the model of the conversation, which has a key of its own",
                Some("see what memory search needs: {exec:memory status --deep}")
            ),
            Self::MediaFailed => about!(
                "media-failed",
                NoCredential,
                FewTimes,
                Tool,
                "audio, images or other media cannot be processed",
                "the model of the conversation",
                Some("see which provider and size limit is used for media: {exec:config get tools.media}")
            ),
            Self::GmailWatcher => about!(
                "gmail-watcher",
                NoCredential,
                Never,
                Tool,
                "the Gmail watcher does not run: its program or login is missing",
                "a model provider's key",
                Some("log in with gog in the container, or turn the hook off: {exec:config get hooks.gmail}")
            ),
            Self::ToolProgramMissing => about!(
                "tool-program-missing",
                NoCredential,
                Never,
                Tool,
                "a program that a tool needs is not in the image",
                "a provider's key",
                Some("use an image that has the program, or build one with OPENCLAW_IMAGE_APT_PACKAGES")
            ),
            Self::CronFailed => about!(
                "cron-failed",
                NoCredential,
                FewTimes,
                Tool,
                "a cron job or heartbeat did not run to its end",
                "the gateway itself, which goes on",
                Some("see the job's last error: {exec:cron list}")
            ),
            Self::ModelNotAllowed => about!(
                "model-not-allowed",
                ProviderKey,
                Never,
                Model,
                "the model is not among those that the config allows",
                "the provider: it was not asked",
                Some(
                    "add the model to agents.defaults.models (or modelPolicy.allow), or choose an allowed one: {exec:models list}"
                )
            ),
            Self::ModelUnsupported => about!(
                "model-unsupported",
                RequestShape,
                Never,
                Model,
                "the model at {} does not support what the request has: tools, images or a parameter",
                "the key or the quota",
                Some(
                    "choose a model that supports tools, or turn the feature off for this one: {exec:models list}"
                )
            ),
            Self::ContextWindow => about!(
                "context-window",
                Context,
                Never,
                Model,
                "the model of {} can read less than OpenClaw needs at least",
                "a long conversation: a fresh one fails too",
                Some(
                    "choose a model with a larger context window, or raise it where the model is served (Ollama: num_ctx) and in contextWindow of its entry"
                )
            ),
            Self::KeyConflict => about!(
                "key-conflict",
                ProviderKey,
                Never,
                Model,
                "the request to {} has two kinds of credentials at once",
                "a wrong key: either one alone may be right",
                Some("remove one of the two, the key or the token{explain}")
            ),
            Self::Proxy => about!(
                "proxy",
                Network,
                FewTimes,
                Model,
                "the outgoing proxy between the container and {} refuses, or does not answer",
                "the key: the proxy answered, not the provider",
                Some("check HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the container, with user and password")
            ),
            Self::OllamaUnreachable => about!(
                "ollama-unreachable",
                Network,
                FewTimes,
                Model,
                "nothing answers at the base URL of {}, so none of its models is known",
                "a missing model or key: the server was not reached",
                Some(
                    "correct the address in models.providers.ollama.baseUrl: in a container, localhost is the container; use http://host.docker.internal:11434 or the service's name, and have Ollama listen on 0.0.0.0"
                )
            ),
            Self::NetworkUnreachable => about!(
                "network-unreachable",
                Network,
                FewTimes,
                Model,
                "the container has no route to {}",
                "the key: nothing was sent",
                Some(
                    "look at the container's networks (`internal: true`, `network_mode: none`), the host's firewall, and IPv6"
                )
            ),
            Self::EmptyAnswer => about!(
                "empty-answer",
                Network,
                FewTimes,
                Model,
                "the answer of {} is empty, broken off or not readable",
                "the key: the request was accepted",
                Some(
                    "retry; if it stays, choose another model or turn off streaming through the proxy in between"
                )
            ),
            Self::TurnFailed => about!(
                "turn-failed",
                Unknown,
                FewTimes,
                Model,
                "a turn failed; the line does not say for which reason",
                "nothing: the line does not say why",
                Some(
                    "read the gateway's log of that moment: {logs}, or paste its lines into `clawdock diagnose -`"
                )
            ),
            Self::StateNewer => about!(
                "state-newer",
                GatewayStart,
                Never,
                Start,
                "the config or state was last written by a newer release than this image",
                "a broken config: an older release refuses what a newer one wrote",
                Some(
                    "use an image of the release that wrote it, or a newer one: change the image tag, then {recreate}; to go back, restore the backup made before the upgrade"
                )
            ),
            Self::StateSchema => about!(
                "state-schema",
                GatewayStart,
                Never,
                Start,
                "the state needs a migration, which did not complete",
                "a token or key, and no reason to delete the state",
                Some(
                    "stop the gateway ({stop}), back up the state, {once:doctor --fix}, then start it again ({start})"
                )
            ),
            Self::StateDamaged => about!(
                "state-damaged",
                GatewayStart,
                Never,
                Start,
                "a database of the state is damaged (corrupt)",
                "a token or key",
                Some(
                    "stop the gateway ({stop}), copy the state aside, restore the database from a backup, or {once:doctor --fix}"
                )
            ),
            Self::StateReadonly => about!(
                "state-readonly",
                GatewayStart,
                Never,
                Start,
                "the state cannot be written: it is read-only, or belongs to another user",
                "a token or key",
                Some(
                    "mount the state writable (no `:ro`, no `read_only: true` without a volume) and give it to uid {uid}: `sudo chown -R {uid}:{uid} DIRECTORY` on the host, then {restart}"
                )
            ),
            Self::StateMount => about!(
                "state-mount",
                GatewayStart,
                Never,
                Start,
                "a state directory is itself a mount, so it cannot be renamed or moved",
                "a token or key",
                Some(
                    "mount the volume at the new path (/home/node/.openclaw) instead of the old one, then {recreate}"
                )
            ),
            Self::DatabaseLocked => about!(
                "database-locked",
                GatewayStart,
                Wait,
                Start,
                "another process or gateway holds a database of the state",
                "a damaged database: it is busy",
                Some(
                    "stop the second gateway or CLI that uses the same state, and keep the state off network shares (NFS, SMB): {ps}"
                )
            ),
            Self::DiskFull => about!(
                "disk-full",
                GatewayStart,
                Never,
                Start,
                "the disk or the quota of the state is full",
                "a token or key",
                Some(
                    "free space on the host: `df -h`, `docker system df`, then `docker system prune`; then {restart}"
                )
            ),
            Self::TooManyFiles => about!(
                "too-many-files",
                GatewayStart,
                Never,
                Start,
                "the host's limit of open or watched files is reached",
                "a full disk",
                Some(
                    "raise the limit on the host: `sudo sysctl fs.inotify.max_user_watches=524288`, and `ulimits: nofile` of the service, then {restart}"
                )
            ),
            Self::OutOfMemory => about!(
                "out-of-memory",
                GatewayStart,
                Never,
                Start,
                "the gateway runs out of memory",
                "a token, key or config: it needs more memory",
                Some(
                    "raise the memory limit (`mem_limit` or `deploy.resources.limits.memory`, 2 GB at least) or the heap (NODE_OPTIONS=--max-old-space-size=1536), then {recreate}"
                )
            ),
            Self::StartLease => about!(
                "start-lease",
                GatewayStart,
                Wait,
                Start,
                "the lease of another gateway on the same state directory is still active",
                "a token or key: the lease of a gateway that was killed runs out by itself",
                Some(
                    "if no second gateway uses this state, wait a minute and {restart}; otherwise stop the other one: `docker ps`"
                )
            ),
            Self::StartLock => about!(
                "start-lock",
                GatewayStart,
                Wait,
                Start,
                "another gateway or process holds the lock of the same state directory",
                "the port, a token or a key",
                Some(
                    "stop the other gateway that uses this state (`docker ps`); a lock of a container that was killed is released after a while: {restart}"
                )
            ),
            Self::StartSlow => about!(
                "start-slow",
                GatewayStart,
                FewTimes,
                Start,
                "the gateway did not get ready in time (heartbeat of its state lease): the host or its disk is slow",
                "a second gateway, a token or a key",
                Some(
                    "start it once more: {restart}; if it stays, give it more CPU and a faster disk for the state"
                )
            ),
            Self::NoTempDir => about!(
                "no-temp-dir",
                GatewayStart,
                Never,
                Start,
                "the gateway has no writable directory for temporary files: the root is read-only",
                "the state directory, a token or a key",
                Some(
                    "add `tmpfs: [/tmp, /home/node/.cache]` to the service, or take out `read_only: true`, then {recreate}"
                )
            ),
            Self::HostPath => about!(
                "host-path",
                GatewayStart,
                Never,
                Start,
                "a path of the host is used inside the container, where it does not exist",
                "the permissions of the state",
                Some(
                    "take the host's path out of what the container gets (OPENCLAW_WORKSPACE_DIR, OPENCLAW_CONFIG_DIR, agents.defaults.workspace), then {recreate}"
                )
            ),
            Self::Bonjour => about!(
                "bonjour",
                GatewayStart,
                Never,
                Start,
                "announcing the gateway by Bonjour (mDNS) fails in this container's network",
                "a token or key",
                Some("turn it off: OPENCLAW_DISABLE_BONJOUR=1 in {env}, then {recreate}")
            ),
            Self::NodeVersion => about!(
                "node-version",
                GatewayStart,
                Never,
                Start,
                "Node or a system library in the image does not fit this release of OpenClaw",
                "the config",
                Some("use the official image of this release, or build on a current Node, then {recreate}")
            ),
            Self::WrongPlatform => about!(
                "wrong-platform",
                GatewayStart,
                Never,
                Start,
                "the image is made for another CPU than this host's",
                "the config",
                Some(
                    "use an image for this platform (`docker image inspect` shows it), or set `platform:` of the service"
                )
            ),
            Self::ImageBroken => about!(
                "image-broken",
                GatewayStart,
                Never,
                Start,
                "a file or package of the program is missing in the image, or a mount hides it",
                "the config or a token",
                Some("take out mounts over /app, pull or build the image again, then {recreate}")
            ),
            Self::WrongCommand => about!(
                "wrong-command",
                GatewayStart,
                Never,
                Start,
                "the command of the container has an option or argument that this release does not know",
                "the config file",
                Some(
                    "correct `command:` of the service (or the flags of the CLI), then {recreate}; `openclaw gateway --help` lists the options"
                )
            ),
            Self::NoServiceManager => about!(
                "no-service-manager",
                GatewayStart,
                Never,
                Start,
                "a container has no systemd: its gateway is not a service of the system",
                "a failure of the gateway",
                Some(
                    "manage it with docker: {restart}; `openclaw gateway start|stop|install` does not apply in a container"
                )
            ),
            Self::ControlUiOrigins => about!(
                "control-ui-origins",
                GatewayStart,
                Never,
                Start,
                "the gateway does not start: beyond loopback it needs gateway.controlUi.allowedOrigins",
                "a token or a key",
                Some(
                    "set the addresses that the Control UI is opened at: {once:config set gateway.controlUi.allowedOrigins '[\"http://localhost:18789\"]'}, then {restart}"
                )
            ),
            Self::ConfigNotReloaded => about!(
                "config-not-reloaded",
                GatewayStart,
                Never,
                Start,
                "an edit of the config is invalid; the gateway goes on with the one before",
                "a token or a key",
                Some("correct what the line names in the config: {exec:config validate}")
            ),
            Self::ImageUnavailable => about!(
                "image-unavailable",
                GatewayStart,
                Never,
                Start,
                "the image cannot be pulled: its name, its tag or the login is wrong, or the registry does not answer",
                "the gateway: it was not started",
                Some(
                    "check name and tag of `image:`, `docker login` for a private one, then `docker compose pull`"
                )
            ),
            Self::ImageBuild => about!(
                "image-build",
                GatewayStart,
                Never,
                Start,
                "the image cannot be built",
                "the gateway: it was not started",
                Some("read the first failed step: `docker compose build --progress plain`")
            ),
            Self::ContainerNameTaken => about!(
                "container-name-taken",
                GatewayStart,
                Never,
                Start,
                "another container has this name already",
                "the gateway: it was not started",
                Some(
                    "remove the old container (`docker rm NAME`) or take out `container_name:`, then {recreate}"
                )
            ),
            Self::DockerNetwork => about!(
                "docker-network",
                GatewayStart,
                Never,
                Start,
                "a network of the project is missing, in conflict or cannot be set up",
                "the gateway: it was not started",
                Some(
                    "create the external network (`docker network create NAME`) or `docker compose down` and `up -d`; after a firewall change restart Docker"
                )
            ),
            Self::MountRefused => about!(
                "mount-refused",
                GatewayStart,
                Never,
                Start,
                "a mount cannot be made: the path on the host is missing, or a directory where a file is expected",
                "the gateway: it was not started",
                Some("create the path on the host as what it should be (file or directory), then {recreate}")
            ),
            Self::ComposeInvalid => about!(
                "compose-invalid",
                GatewayStart,
                Never,
                Start,
                "Compose refuses the project: a file, variable or service is missing or invalid",
                "the gateway: it was not started",
                Some("run `clawdock lint` in the project's folder, which names the line")
            ),
            Self::DockerUnreachable => about!(
                "docker-unreachable",
                GatewayStart,
                FewTimes,
                Start,
                "the Docker engine does not answer, or this user may not use it",
                "the gateway",
                Some("start Docker (`sudo systemctl start docker`), or add the user to the docker group")
            ),
            Self::Unhealthy => about!(
                "unhealthy",
                GatewayStart,
                FewTimes,
                Start,
                "the container runs, and its health check fails",
                "a crash: the process runs; it may still start, or listen elsewhere",
                Some(
                    "read why it does not listen: {logs}; then compare the port of the check with the gateway's"
                )
            ),
            Self::NeverStarted => about!(
                "never-started",
                GatewayStart,
                FewTimes,
                Start,
                "the container was created and never started",
                "a failure of the gateway: it did not run",
                Some("start it, and read what Docker says: {start}")
            ),
            Self::ContainerCrash => about!(
                "container-crash",
                GatewayStart,
                Never,
                Start,
                "the container exits again and again",
                "nothing: the reason is in its log",
                Some("read the end of its log: {logs}")
            ),
            Self::ExitConfig => about!(
                "exit-config",
                GatewayStart,
                Never,
                Start,
                "the gateway exited with code 78: its config or auth does not let it start, and a restart does not help",
                "a crash: it refuses on purpose and says why in its last lines",
                Some("read its last lines: {logs}; `clawdock lint` in the project's folder names the same")
            ),
            Self::ExitCommandMissing => about!(
                "exit-command-missing",
                GatewayStart,
                Never,
                Start,
                "the container exited with code 127: its command was not found in the image",
                "the config of OpenClaw",
                Some("correct `command:` and `entrypoint:` of the service, then {recreate}")
            ),
            Self::ExitCommandRefused => about!(
                "exit-command-refused",
                GatewayStart,
                Never,
                Start,
                "the container exited with code 126: its command may not be run",
                "the config of OpenClaw",
                Some(
                    "check the mode of the script (`chmod +x`), its line ends, and `user:` of the service, then {recreate}"
                )
            ),
            Self::ExitDocker => about!(
                "exit-docker",
                GatewayStart,
                Never,
                Start,
                "Docker itself failed with code 125: the container was not started",
                "the gateway",
                Some("read the message of `docker run`: an option, the image or a mount is wrong")
            ),
            Self::ExitCrash => about!(
                "exit-crash",
                GatewayStart,
                FewTimes,
                Start,
                "the process crashed (abort or memory fault)",
                "the config: a program that refuses exits with 1 or 78",
                Some(
                    "look for an out-of-memory message before it: {logs}; then check the image's platform and memory limit"
                )
            ),
            Self::ExitKilled => about!(
                "exit-killed",
                GatewayStart,
                FewTimes,
                Start,
                "the process was killed from outside (SIGKILL)",
                "a refusal of the gateway",
                Some(
                    "see whether memory ran out: `docker inspect -f '{{.State.OOMKilled}}' NAME`, and `dmesg` of the host"
                )
            ),
            Self::ExitStopped => about!(
                "exit-stopped",
                GatewayStart,
                FewTimes,
                Start,
                "the container was stopped on purpose or ended normally",
                "a failure",
                Some("start it again if it should run: {start}")
            ),
            Self::ExitFailed => about!(
                "exit-failed",
                GatewayStart,
                Never,
                Start,
                "the process ended with an error code; the reason is in its last lines",
                "nothing: the exit code does not say why",
                Some("read the end of its log: {logs}")
            ),
            Self::GatewayProblem => about!(
                "gateway-problem",
                GatewayStart,
                FewTimes,
                Unknown,
                "the gateway or its CLI reports a problem, which the line names",
                "a provider's key, as far as the line says",
                Some("read the lines around it: {logs}; then see what doctor finds: {exec:doctor}")
            ),
            Self::StateProblem => about!(
                "state-problem",
                GatewayStart,
                FewTimes,
                Unknown,
                "a step on the state (its database or a migration) fails, as the line says",
                "a token or key",
                Some(
                    "stop the gateway ({stop}), back up the state, {once:doctor --fix}, then start it again ({start})"
                )
            ),
            Self::ConfigProblem => about!(
                "config-problem",
                GatewayStart,
                Never,
                Unknown,
                "the config, or a reference in it, cannot be used as the line says",
                "a provider's refusal",
                Some("check the config: {exec:config validate}")
            ),
            Self::CredentialProblem => about!(
                "credential-problem",
                ProviderProfile,
                Never,
                Unknown,
                "a stored credential or login cannot be used, as the line says",
                "the gateway's own token",
                Some(
                    "see which credentials there are: {exec:models status}; then log in again: {exec:models auth login}"
                )
            ),
            Self::UnknownFailure => about!(
                "unknown-failure",
                Unknown,
                FewTimes,
                Unknown,
                "unknown failure: no known message fits these words",
                "nothing",
                Some(
                    "collect the lines before and after it and the state of the container: {logs}, {ps}; then ask with both, and report the message to clawdock"
                )
            ),
        }
    }
}
