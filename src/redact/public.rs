//! What is known to be public: the allow-list, as data.
//!
//! To add a row is to decide that its values may be printed. Names come from the variables that
//! OpenClaw 2026.9.6 reads, its official compose file and image, and Docker's own.

use super::shape::{self, ValueShape};
use crate::{
    secrets,
    syntax::compose_fields::{self, Closed},
};
use ValueShape::{
    Command, Flag, Hosts, Image, Mount, Name, Namespace, NodeOptions, Number, OneOf, Path, Port, PortMapping,
    Url, Variable, Version,
};

/// The shape of the public values of a setting: a variable, a config path or a flag.
pub(super) fn shape_of(name: &str) -> Option<ValueShape> {
    variable_shape(name).or_else(|| config_shape(name))
}

/// The shape of a public variable's values. A name that ends so is the path of something, also of a secret
/// (`OPENCLAW_GATEWAY_TOKEN_FILE`).
pub(super) fn variable_shape(name: &str) -> Option<ValueShape> {
    let is_path = || ["_FILE", "_PATH", "_DIR"].iter().any(|end| name.ends_with(end));
    table_shape(name).or_else(|| is_path().then_some(Path))
}

fn table_shape(name: &str) -> Option<ValueShape> {
    let found = VARIABLES.binary_search_by(|(known, _)| known.cmp(&name)).ok()?;
    Some(VARIABLES[found].1)
}

/// A variable that is known by name, public or not.
pub(super) fn is_known_variable(name: &str) -> bool {
    table_shape(name).is_some() || NAMES_ONLY.binary_search(&name).is_ok()
}

/// The name of a variable that is known to hold a credential: as a value it stands for another one.
pub(super) fn names_known_secret(name: &str) -> bool {
    NAMES_ONLY.binary_search(&name).is_ok() && secrets::is_secret_name(name)
}

/// The shape of a public config path's values; `*` stands for any one key.
pub(super) fn config_shape(path: &str) -> Option<ValueShape> {
    let keys: Vec<&str> = path.split('.').collect();
    config_shape_of(&keys)
}

/// As [`config_shape`], for a path in its keys.
pub(super) fn config_shape_of(keys: &[&str]) -> Option<ValueShape> {
    if let ["env", "vars", name] = keys {
        return variable_shape(name);
    }
    let fits = |pattern: &str| {
        pattern.split('.').count() == keys.len()
            && pattern.split('.').zip(keys).all(|(want, key)| want == "*" || want == *key)
    };
    CONFIG.iter().find(|(pattern, _)| fits(pattern)).map(|(_, shape)| *shape)
}

/// The shape of the public values of a compose service's field, by its path below the service.
pub(super) fn field_shape(path: &[&str]) -> Option<ValueShape> {
    let fits = |pattern: &[&str]| {
        pattern.len() == path.len() && pattern.iter().zip(path).all(|(want, key)| *want == "*" || want == key)
    };
    FIELDS.iter().find(|(pattern, _)| fits(pattern)).map(|(_, shape)| *shape)
}

/// The same, of a field alone, also of the items of one that is a list.
pub(super) fn service_field_shape(field: &str) -> Option<ValueShape> {
    field_shape(&[field])
        .or_else(|| field_shape(&[field, "*"]))
        .or_else(|| closed_shape(&["services", "*", field]))
}

/// The shape of the public values at a path of a compose file.
pub(super) fn document_shape(path: &[&str]) -> Option<ValueShape> {
    match path {
        ["services", _, field @ ..] => field_shape(field).or_else(|| closed_shape(path)),
        [fragment, field @ ..] if fragment.starts_with("x-") => {
            field_shape(field).or_else(|| closed_shape(&[&["services", fragment], field].concat()))
        }
        ["include"] | ["include", "path" | "env_file" | "project_directory"] => Some(Mount),
        ["apiVersion" | "kind"] => Some(Name),
        ["metadata" | "spec" | "items", ..] => manifest_shape(path),
        ["name" | "version"] => Some(Name),
        ["volumes" | "networks", _, "name" | "driver"] => Some(Name),
        ["secrets" | "configs", _, "file"] => Some(Mount),
        ["secrets" | "configs", _, "name"] => Some(Name),
        ["secrets" | "configs", _, "environment"] => Some(Variable),
        _ => closed_shape(path),
    }
}

/// The same of a manifest of Kubernetes, by the last keys. What a Secret, a ConfigMap or `value:` holds is none.
fn manifest_shape(path: &[&str]) -> Option<ValueShape> {
    match path {
        [.., "metadata", "name" | "namespace"]
        | [.., "containers" | "initContainers" | "volumes" | "volumeMounts", "name"]
        | [.., "secretKeyRef" | "configMapKeyRef", "name" | "key"]
        | [.., "secretRef" | "configMapRef" | "configMap", "name"]
        | [.., "secret", "secretName"]
        | [.., "persistentVolumeClaim", "claimName"] => Some(Name),
        [.., "containers" | "initContainers", "image"] => Some(Image),
        [.., "env", "name"] => Some(Variable),
        [.., "volumeMounts", "mountPath"] | [.., "containers" | "initContainers", "workingDir"] => Some(Path),
        [.., "volumeMounts", "subPath"] => Some(Mount),
        [.., "securityContext", "runAsUser" | "runAsGroup" | "fsGroup"]
        | [.., "limits" | "requests", "memory" | "cpu"] => Some(Number),
        [.., "ports", "containerPort" | "hostPort"] => Some(Port),
        _ => None,
    }
}

/// The shape of a field whose values the format of compose files lists or counts: nothing else can stand
/// there.
fn closed_shape(path: &[&str]) -> Option<ValueShape> {
    match compose_fields::closed(path)? {
        Closed::Words(words) => Some(OneOf(words)),
        Closed::Switch => Some(Flag),
        Closed::Number => Some(Number),
    }
}

/// A key that compose files, `openclaw.json` or dotenv files are known to have: what is kept of a
/// text that does not parse.
pub(super) fn is_known_key(key: &str) -> bool {
    is_known_variable(key)
        || KEYS.contains(&key)
        || FIELDS.iter().any(|(path, _)| path.contains(&key))
        || CONFIG.iter().any(|(path, _)| path.split('.').any(|k| k == key))
}

const REF_SOURCES: &[&str] = &["env", "file", "exec"];
const RESTARTS: &[&str] = &["no", "always", "on-failure", "unless-stopped"];
const CONDITIONS: &[&str] = &["service_started", "service_healthy", "service_completed_successfully"];
const MOUNT_TYPES: &[&str] = &["bind", "volume", "tmpfs", "image", "npipe", "cluster"];
const MODES: &[&str] = &["local", "remote"];
const PULL: &[&str] = &["always", "never", "missing", "if_not_present", "build", "daily", "weekly"];

/// Fields of a compose service, and of the document outside services.
const FIELDS: &[(&[&str], ValueShape)] = &[
    (&["image"], Image),
    (&["container_name"], Name),
    (&["hostname"], Name),
    (&["domainname"], Hosts),
    (&["network_mode"], Name),
    (&["user"], Name),
    (&["pid"], Namespace),
    (&["ipc"], Namespace),
    (&["uts"], Namespace),
    (&["userns_mode"], Namespace),
    (&["runtime"], Name),
    (&["stop_signal"], Name),
    (&["group_add"], Name),
    (&["devices"], Mount),
    (&["dns"], Hosts),
    (&["links"], Name),
    (&["volumes_from"], Name),
    (&["logging", "driver"], Name),
    (&["logging", "options", "max-size"], Number),
    (&["logging", "options", "max-file"], Number),
    (&["networks", "*", "aliases"], Name),
    (&["networks", "*", "ipv4_address"], Hosts),
    (&["networks", "*", "ipv6_address"], Hosts),
    (&["restart"], OneOf(RESTARTS)),
    (&["pull_policy"], OneOf(PULL)),
    (&["platform"], Name),
    (&["working_dir"], Path),
    (&["command"], Command),
    (&["entrypoint"], Command),
    (&["init"], Flag),
    (&["tty"], Flag),
    (&["stdin_open"], Flag),
    (&["privileged"], Flag),
    (&["read_only"], Flag),
    (&["ports"], PortMapping),
    (&["ports", "target"], Port),
    (&["ports", "published"], Port),
    (&["ports", "protocol"], OneOf(&["tcp", "udp"])),
    (&["ports", "host_ip"], Hosts),
    (&["ports", "mode"], OneOf(&["host", "ingress"])),
    (&["expose"], PortMapping),
    (&["volumes"], Mount),
    (&["volumes", "type"], OneOf(MOUNT_TYPES)),
    (&["volumes", "source"], Mount),
    (&["volumes", "target"], Path),
    (&["volumes", "read_only"], Flag),
    (&["volumes", "bind", "create_host_path"], Flag),
    (&["tmpfs"], Mount),
    (&["env_file"], Mount),
    (&["env_file", "path"], Mount),
    (&["env_file", "required"], Flag),
    (&["env_file", "format"], OneOf(&["raw"])),
    (&["extends"], Name),
    (&["extends", "file"], Mount),
    (&["extends", "service"], Name),
    (&["depends_on"], Name),
    (&["depends_on", "*", "condition"], OneOf(CONDITIONS)),
    (&["depends_on", "*", "required"], Flag),
    (&["depends_on", "*", "restart"], Flag),
    (&["profiles"], Name),
    (&["networks"], Name),
    (&["cap_add"], Name),
    (&["cap_drop"], Name),
    (&["security_opt"], Name),
    (&["extra_hosts"], Name),
    (&["secrets"], Name),
    (&["configs"], Name),
    (&["healthcheck", "test"], Command),
    (&["healthcheck", "interval"], Number),
    (&["healthcheck", "timeout"], Number),
    (&["healthcheck", "start_period"], Number),
    (&["healthcheck", "retries"], Number),
    (&["healthcheck", "disable"], Flag),
    (&["build"], Mount),
    (&["build", "context"], Mount),
    (&["build", "dockerfile"], Mount),
    (&["build", "target"], Name),
    (&["healthcheck", "start_interval"], Number),
    (&["deploy", "replicas"], Number),
    (&["deploy", "resources", "limits", "memory"], Number),
    (&["deploy", "resources", "limits", "cpus"], Number),
    (&["deploy", "resources", "reservations", "memory"], Number),
    (&["deploy", "resources", "reservations", "cpus"], Number),
    (&["deploy", "restart_policy", "condition"], OneOf(&["none", "on-failure", "any"])),
    (&["deploy", "restart_policy", "delay"], Number),
    (&["deploy", "restart_policy", "window"], Number),
    (&["mem_reservation"], Number),
    (&["memswap_limit"], Number),
    (&["mem_limit"], Number),
    (&["cpus"], Number),
    (&["shm_size"], Number),
    (&["stop_grace_period"], Number),
];

/// Config paths of `openclaw.json`.
const CONFIG: &[(&str, ValueShape)] = &[
    ("gateway.port", Port),
    ("gateway.bind", OneOf(shape::BINDS)),
    ("gateway.customBindHost", Hosts),
    ("gateway.mode", OneOf(MODES)),
    ("gateway.auth.mode", OneOf(shape::AUTH_MODES)),
    ("gateway.auth.allowTailscale", Flag),
    ("gateway.tailscale.mode", OneOf(shape::TAILSCALE)),
    ("gateway.tailscale.resetOnExit", Flag),
    ("gateway.trustedProxies", Hosts),
    ("gateway.remote.url", Url),
    ("gateway.remote.transport", OneOf(&["ssh", "direct"])),
    ("gateway.controlUi.enabled", Flag),
    ("gateway.controlUi.basePath", Path),
    ("gateway.controlUi.allowedOrigins", Url),
    ("gateway.controlUi.allowInsecureAuth", Flag),
    ("gateway.controlUi.dangerouslyDisableDeviceAuth", Flag),
    ("gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback", Flag),
    ("gateway.reload.mode", OneOf(&["off", "restart", "hot", "hybrid"])),
    ("gateway.tls.enabled", Flag),
    ("gateway.tls.autoGenerate", Flag),
    ("gateway.tls.certPath", Path),
    ("gateway.tls.keyPath", Path),
    ("gateway.tls.caPath", Path),
    ("gateway.auth.token.source", OneOf(REF_SOURCES)),
    ("gateway.auth.token.id", Variable),
    ("gateway.auth.password.source", OneOf(REF_SOURCES)),
    ("gateway.auth.password.id", Variable),
    ("gateway.remote.token.source", OneOf(REF_SOURCES)),
    ("gateway.remote.token.id", Variable),
    ("gateway.remote.password.source", OneOf(REF_SOURCES)),
    ("gateway.remote.password.id", Variable),
    ("models.mode", OneOf(&["merge", "replace"])),
    ("models.providers.*.baseUrl", Url),
    ("models.providers.*.auth", OneOf(&["api-key", "token", "oauth", "aws-sdk"])),
    ("models.providers.*.apiKey.source", OneOf(REF_SOURCES)),
    ("models.providers.*.apiKey.id", Variable),
    ("agents.defaults.workspace", Path),
    ("agents.defaults.sandbox.mode", OneOf(&["off", "non-main", "all"])),
    ("agents.defaults.model.primary", Name),
    ("agents.defaults.model", Name),
    ("proxy.proxyUrl", Url),
    ("proxy.enabled", Flag),
    ("logging.level", OneOf(shape::LOG_LEVELS)),
    ("logging.consoleLevel", OneOf(shape::LOG_LEVELS)),
    ("logging.file", Path),
    ("env.shellEnv.enabled", Flag),
    ("env.shellEnv.timeoutMs", Number),
    ("discovery.mdns.mode", OneOf(&["off", "minimal", "full"])),
    ("meta.lastTouchedVersion", Name),
];

/// Keys that a text which does not parse may show besides the above.
const KEYS: &[&str] = &[
    "services",
    "environment",
    "labels",
    "args",
    "driver",
    "driver_opts",
    "external",
    "include",
    "name",
    "version",
    "path",
    "project_directory",
    "aliases",
    "ipv4_address",
    "logging",
    "options",
    "ulimits",
    "sysctls",
    "devices",
    "openclaw-gateway",
    "openclaw-cli",
    "openclaw",
    "gateway",
    "cli",
    "env",
    "vars",
    "auth",
    "token",
    "password",
    "remote",
    "models",
    "providers",
    "apiKey",
    "anthropic",
    "openai",
    "agents",
    "defaults",
    "channels",
    "telegram",
    "discord",
    "slack",
    "botToken",
    "plugins",
    "entries",
    "enabled",
    "secrets",
    "source",
    "provider",
    "id",
    "proxy",
    "hooks",
    "tools",
    "session",
    "<<",
    "$schema",
    "$include",
];

/// Variables whose values may be shown, sorted by name.
const VARIABLES: &[(&str, ValueShape)] = &[
    ("ALL_PROXY", Url),
    ("ANTHROPIC_API_URL", Url),
    ("ANTHROPIC_BASE_URL", Url),
    ("AWS_CA_BUNDLE", Path),
    ("AWS_CONFIG_FILE", Path),
    ("AWS_DEFAULT_REGION", Name),
    ("AWS_ENDPOINT_URL", Url),
    ("AWS_PROFILE", Name),
    ("AWS_REGION", Name),
    ("AWS_SDK_LOAD_CONFIG", Flag),
    ("AWS_SHARED_CREDENTIALS_FILE", Path),
    ("AZURE_OPENAI_API_VERSION", Version),
    ("AZURE_OPENAI_BASE_URL", Url),
    ("AZURE_OPENAI_ENDPOINT", Url),
    ("AZURE_SPEECH_ENDPOINT", Url),
    ("AZURE_SPEECH_REGION", Name),
    ("BUN_INSTALL", Path),
    ("CHROME_PATH", Path),
    ("CI", Flag),
    ("CLAUDE_BASE_URL", Url),
    ("CLAUDE_CODE_USE_BEDROCK", Flag),
    ("CLAUDE_CODE_USE_VERTEX", Flag),
    ("CLAUDE_CONFIG_DIR", Path),
    ("CLAWDBOT_BRIDGE_PORT", Port),
    ("CLAWDBOT_CONFIG_DIR", Path),
    ("CLAWDBOT_CONFIG_PATH", Path),
    ("CLAWDBOT_GATEWAY_BIND", OneOf(shape::BINDS)),
    ("CLAWDBOT_GATEWAY_PORT", Port),
    ("CLAWDBOT_GATEWAY_URL", Url),
    ("CLAWDBOT_PROFILE", Name),
    ("CLAWDBOT_STATE_DIR", Path),
    ("CLAWDBOT_WORKSPACE_DIR", Path),
    ("CLAWHUB_URL", Url),
    ("CODEX_HOME", Path),
    ("COLORTERM", OneOf(&["truecolor", "24bit"])),
    ("COLUMNS", Number),
    ("COMPOSE_ENV_FILES", Path),
    ("COMPOSE_FILE", Path),
    ("COMPOSE_PROFILES", Name),
    ("COMPOSE_PROJECT_NAME", Name),
    ("COMPOSE_REMOVE_ORPHANS", Flag),
    ("CONTAINER", Flag),
    ("COREPACK_HOME", Path),
    ("CURL_CA_BUNDLE", Path),
    ("CUSTOM_BASE_URL", Url),
    ("DEBIAN_FRONTEND", OneOf(&["noninteractive", "dialog", "readline", "teletype"])),
    ("DEEPGRAM_BASE_URL", Url),
    ("DEEPSEEK_BASE_URL", Url),
    ("DOCKER_BUILDKIT", Flag),
    ("DOCKER_CERT_PATH", Path),
    ("DOCKER_CONFIG", Path),
    ("DOCKER_CONTEXT", Name),
    ("DOCKER_HOST", Url),
    ("FIRECRAWL_BASE_URL", Url),
    ("FORCE_COLOR", Flag),
    ("GATEWAY_BIND", OneOf(shape::BINDS)),
    ("GEMINI_BASE_URL", Url),
    ("GID", Number),
    ("GIT_SSL_CAINFO", Path),
    ("GLM_BASE_URL", Url),
    ("GOOGLE_APPLICATION_CREDENTIALS", Path),
    ("GOOGLE_CLOUD_LOCATION", Name),
    ("GOOGLE_CLOUD_REGION", Name),
    ("GOOGLE_GEMINI_BASE_URL", Url),
    ("GOOGLE_VERTEX_BASE_URL", Url),
    ("GROQ_BASE_URL", Url),
    ("HOME", Path),
    ("HOMEBREW_PREFIX", Path),
    ("HOST", Hosts),
    ("HOSTNAME", Hosts),
    ("HTTPS_PROXY", Url),
    ("HTTP_PROXY", Url),
    ("KIMI_BASE_URL", Url),
    ("LANG", Name),
    ("LANGUAGE", Name),
    ("LC_ALL", Name),
    ("LC_CTYPE", Name),
    ("LINES", Number),
    ("LITELLM_BASE_URL", Url),
    ("LMSTUDIO_BASE_URL", Url),
    ("LOGNAME", Name),
    ("MINIMAX_API_HOST", Url),
    ("MISTRAL_BASE_URL", Url),
    ("MOLTBOT_CONFIG_PATH", Path),
    ("MOLTBOT_GATEWAY_BIND", OneOf(shape::BINDS)),
    ("MOLTBOT_GATEWAY_PORT", Port),
    ("MOLTBOT_PROFILE", Name),
    ("MOLTBOT_STATE_DIR", Path),
    ("MOONSHOT_BASE_URL", Url),
    ("NODE_DISABLE_COMPILE_CACHE", Flag),
    ("NODE_ENV", OneOf(&["production", "development", "test", "staging"])),
    ("NODE_EXTRA_CA_CERTS", Path),
    ("NODE_OPTIONS", NodeOptions),
    ("NODE_PATH", Path),
    ("NODE_TLS_REJECT_UNAUTHORIZED", Flag),
    ("NODE_USE_ENV_PROXY", Flag),
    ("NODE_USE_SYSTEM_CA", Flag),
    ("NODE_VERSION", Version),
    ("NO_COLOR", Flag),
    ("NO_PROXY", Hosts),
    ("NPM_CONFIG_CACHE", Path),
    ("NPM_CONFIG_PREFIX", Path),
    ("NPM_CONFIG_UPDATE_NOTIFIER", Flag),
    ("NPM_VERSION", Version),
    ("NVIDIA_BASE_URL", Url),
    ("OLDPWD", Path),
    ("OLLAMA_BASE_URL", Url),
    ("OLLAMA_HOST", Url),
    ("OLLAMA_MODELS", Path),
    ("OPENAI_API_BASE", Url),
    ("OPENAI_BASE_URL", Url),
    ("OPENAI_TTS_BASE_URL", Url),
    ("OPENCLAW_AGENT_DIR", Path),
    ("OPENCLAW_ALLOW_MULTI_GATEWAY", Flag),
    ("OPENCLAW_ALLOW_OLDER_BINARY_DESTRUCTIVE_ACTIONS", Flag),
    ("OPENCLAW_ALLOW_PLUGIN_INSTALL_OVERRIDES", Flag),
    ("OPENCLAW_ALLOW_PROJECT_LOCAL_BIN", Flag),
    ("OPENCLAW_ANTHROPIC_PAYLOAD_LOG_FILE", Path),
    ("OPENCLAW_APNS_PRIVATE_KEY_PATH", Path),
    ("OPENCLAW_APNS_RELAY_ALLOW_HTTP", Flag),
    ("OPENCLAW_APNS_RELAY_BASE_URL", Url),
    ("OPENCLAW_APNS_RELAY_TIMEOUT_MS", Number),
    ("OPENCLAW_AUTH_PROFILE_SECRET_DIR", Path),
    ("OPENCLAW_AUTH_STORE_READONLY", Flag),
    ("OPENCLAW_BASH_JOB_TTL_MS", Number),
    ("OPENCLAW_BASH_MAX_OUTPUT_CHARS", Number),
    ("OPENCLAW_BASH_PENDING_MAX_OUTPUT_CHARS", Number),
    ("OPENCLAW_BASH_YIELD_MS", Number),
    ("OPENCLAW_BRIDGE_HOST_PORT", Port),
    ("OPENCLAW_BRIDGE_PORT", Port),
    ("OPENCLAW_BROWSER_EXECUTABLE_PATH", Path),
    ("OPENCLAW_BROWSER_HEADLESS", Flag),
    ("OPENCLAW_BUNDLED_HOOKS_DIR", Path),
    ("OPENCLAW_BUNDLED_PLUGINS_DIR", Path),
    ("OPENCLAW_BUNDLED_SKILLS_DIR", Path),
    ("OPENCLAW_BUNDLED_VERSION", Version),
    ("OPENCLAW_CACHE_RETENTION", Name),
    ("OPENCLAW_CACHE_TRACE", Flag),
    ("OPENCLAW_CACHE_TRACE_FILE", Path),
    ("OPENCLAW_CHILD_OOM_SCORE_ADJ", Number),
    ("OPENCLAW_CLAWHUB_URL", Url),
    ("OPENCLAW_CONFIG_DIR", Path),
    ("OPENCLAW_CONFIG_PATH", Path),
    ("OPENCLAW_CONFIG_READONLY", Flag),
    ("OPENCLAW_CONNECT_CHALLENGE_TIMEOUT_MS", Number),
    ("OPENCLAW_CONTAINER", Flag),
    ("OPENCLAW_CONTAINER_ALLOW_LOOPBACK_PROXY_URL", Url),
    ("OPENCLAW_CUA_DRIVER_ENDPOINT", Url),
    ("OPENCLAW_DEBUG", Flag),
    ("OPENCLAW_DEBUG_CHANNEL_CONTRACT_API", Flag),
    ("OPENCLAW_DEBUG_CODE_MODE", Flag),
    ("OPENCLAW_DEBUG_MEMORY_EMBEDDINGS", Flag),
    ("OPENCLAW_DEBUG_MODEL_PAYLOAD", Flag),
    ("OPENCLAW_DEBUG_MODEL_TRANSPORT", Flag),
    ("OPENCLAW_DEBUG_PROXY_CERT_DIR", Path),
    ("OPENCLAW_DEBUG_PROXY_ENABLED", Flag),
    ("OPENCLAW_DEBUG_PROXY_REQUIRE", Flag),
    ("OPENCLAW_DEBUG_PROXY_SESSION_ID", Flag),
    ("OPENCLAW_DEBUG_PROXY_URL", Url),
    ("OPENCLAW_DEBUG_SSE", Flag),
    ("OPENCLAW_DEBUG_TELEGRAM_ACCOUNTS", Flag),
    ("OPENCLAW_DEBUG_TELEGRAM_INGRESS", Flag),
    ("OPENCLAW_DEFER_SHELL_ENV_FALLBACK", Flag),
    ("OPENCLAW_DIAGNOSTICS", Flag),
    ("OPENCLAW_DIAGNOSTICS_TIMELINE_PATH", Path),
    ("OPENCLAW_DISABLE_BONJOUR", Flag),
    ("OPENCLAW_DISABLE_BUNDLED_PLUGINS", Flag),
    ("OPENCLAW_DISABLE_BUNDLED_SOURCE_OVERLAYS", Flag),
    ("OPENCLAW_DISABLE_LAZY_SUBCOMMANDS", Flag),
    ("OPENCLAW_DISABLE_ROUTE_FIRST", Flag),
    ("OPENCLAW_DOCKER_BUILD_TSDOWN_MAX_OLD_SPACE_MB", Number),
    ("OPENCLAW_DOCKER_SETUP", Flag),
    ("OPENCLAW_DOCKER_SOCKET", Path),
    ("OPENCLAW_EAGER_BROWSER_CONTROL_SERVER", Flag),
    ("OPENCLAW_EXEC_SHELL_SNAPSHOT", Flag),
    ("OPENCLAW_FALLBACK_SKIP_TTL_MS", Number),
    ("OPENCLAW_GATEWAY_BIND", OneOf(shape::BINDS)),
    ("OPENCLAW_GATEWAY_DISCOVERY_ADVERTISE_TIMEOUT_MS", Number),
    ("OPENCLAW_GATEWAY_HOST", Hosts),
    ("OPENCLAW_GATEWAY_HOST_PORT", Port),
    ("OPENCLAW_GATEWAY_PORT", Port),
    ("OPENCLAW_GATEWAY_RESTART_TRACE", Flag),
    ("OPENCLAW_GATEWAY_STARTUP_TRACE", Flag),
    ("OPENCLAW_GATEWAY_URL", Url),
    ("OPENCLAW_GIT_DIR", Path),
    ("OPENCLAW_GOOGLE_GEMINI_FIRST_RESPONSE_RETRY_MS", Number),
    ("OPENCLAW_HANDSHAKE_TIMEOUT_MS", Number),
    ("OPENCLAW_HIDE_BANNER", Flag),
    ("OPENCLAW_HOME", Path),
    ("OPENCLAW_HOME_VOLUME", Name),
    ("OPENCLAW_IMAGE", Image),
    ("OPENCLAW_INCLUDE_ROOTS", Path),
    ("OPENCLAW_INSTALL_BROWSER", Flag),
    ("OPENCLAW_INSTALL_DOCKER_CLI", Flag),
    ("OPENCLAW_INSTALL_SCAN_MAX_DEPTH", Number),
    ("OPENCLAW_INSTALL_SCAN_MAX_DIRECTORIES", Number),
    ("OPENCLAW_LOAD_SHELL_ENV", Flag),
    ("OPENCLAW_LOCALE", Name),
    ("OPENCLAW_LOG_LEVEL", OneOf(shape::LOG_LEVELS)),
    ("OPENCLAW_MAX_PREAUTH_CONNECTIONS_PER_IP", Number),
    ("OPENCLAW_MDNS_HOSTNAME", Hosts),
    ("OPENCLAW_MPM_CATALOG_PATHS", Path),
    ("OPENCLAW_MSTEAMS_PORT", Port),
    ("OPENCLAW_NIX_MODE", Flag),
    ("OPENCLAW_NODE_EXEC_FALLBACK", Flag),
    ("OPENCLAW_NODE_EXEC_HOST", Flag),
    ("OPENCLAW_NO_AUTO_UPDATE", Flag),
    ("OPENCLAW_NO_RESPAWN", Flag),
    ("OPENCLAW_OAUTH_DIR", Path),
    ("OPENCLAW_OFFLINE", Flag),
    ("OPENCLAW_PACKAGE_DIR", Path),
    ("OPENCLAW_PLUGIN_CATALOG_PATHS", Path),
    ("OPENCLAW_PLUGIN_LIFECYCLE_TRACE", Flag),
    ("OPENCLAW_PLUGIN_LOAD_DEBUG", Flag),
    ("OPENCLAW_PREPEND_PATH", Path),
    ("OPENCLAW_PROCESS_INPUT_WAIT_IDLE_MS", Number),
    ("OPENCLAW_PROFILE", Name),
    ("OPENCLAW_PROXY_ACTIVE", Flag),
    ("OPENCLAW_PROXY_CA_FILE", Path),
    ("OPENCLAW_PROXY_URL", Url),
    ("OPENCLAW_RAW_STREAM", Flag),
    ("OPENCLAW_RAW_STREAM_PATH", Path),
    ("OPENCLAW_SANDBOX", Name),
    ("OPENCLAW_SDK_RETRY_MAX_WAIT_SECONDS", Number),
    ("OPENCLAW_SERVICE_KIND", Name),
    ("OPENCLAW_SHELL", Name),
    ("OPENCLAW_SHELL_ENV_TIMEOUT_MS", Number),
    ("OPENCLAW_SHOW_SECRETS", Flag),
    ("OPENCLAW_SKIP_BROWSER_CONTROL_SERVER", Flag),
    ("OPENCLAW_SKIP_CANVAS_HOST", Flag),
    ("OPENCLAW_SKIP_CHANNELS", Flag),
    ("OPENCLAW_SKIP_CRON", Flag),
    ("OPENCLAW_SKIP_GMAIL_WATCHER", Flag),
    ("OPENCLAW_SKIP_ONBOARDING", Flag),
    ("OPENCLAW_SKIP_PROVIDERS", Flag),
    ("OPENCLAW_SKIP_STARTUP_MODEL_PREWARM", Flag),
    ("OPENCLAW_SQLITE_LIBRARY", Path),
    ("OPENCLAW_SSH_PORT", Port),
    ("OPENCLAW_STATE_DIR", Path),
    ("OPENCLAW_SUPPRESS_HELP_BANNER", Flag),
    ("OPENCLAW_SUPPRESS_NOTES", Flag),
    ("OPENCLAW_TAILNET_DNS", Hosts),
    ("OPENCLAW_TELEGRAM_SPOOLED_HANDLER_TIMEOUT_MS", Number),
    ("OPENCLAW_TELEMETRY", Flag),
    ("OPENCLAW_TELEMETRY_ENDPOINT", Url),
    ("OPENCLAW_THEME", Name),
    ("OPENCLAW_TRAJECTORY", Flag),
    ("OPENCLAW_TRAJECTORY_DIR", Path),
    ("OPENCLAW_TZ", Name),
    ("OPENCLAW_VARIANT", Name),
    ("OPENCLAW_VAULT_JWT_FILE", Path),
    ("OPENCLAW_VERBOSE", Flag),
    ("OPENCLAW_VERSION", Version),
    ("OPENCLAW_WORKSPACE_DIR", Path),
    ("OPENROUTER_BASE_URL", Url),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", Url),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", OneOf(&["grpc", "http/protobuf", "http/json"])),
    ("OTEL_SERVICE_NAME", Name),
    ("PATH", Path),
    ("PGID", Number),
    ("PI_CODING_AGENT_DIR", Path),
    ("PLAYWRIGHT_BROWSERS_PATH", Path),
    ("PNPM_HOME", Path),
    ("PORT", Port),
    ("PREFIX", Path),
    ("PUID", Number),
    ("PUPPETEER_EXECUTABLE_PATH", Path),
    ("PWD", Path),
    ("PYTHONUNBUFFERED", Flag),
    ("REQUESTS_CA_BUNDLE", Path),
    ("SEARXNG_BASE_URL", Url),
    ("SHELL", Path),
    ("SHLVL", Number),
    ("SPEECH_REGION", Name),
    ("SSL_CERT_DIR", Path),
    ("SSL_CERT_FILE", Path),
    ("TAVILY_BASE_URL", Url),
    ("TERM", Name),
    ("TMPDIR", Path),
    ("TZ", Name),
    ("UID", Number),
    ("UMASK", Number),
    ("USER", Name),
    ("USERPROFILE", Path),
    ("VLLM_BASE_URL", Url),
    ("VOLCENGINE_TTS_BASE_URL", Url),
    ("WS_PROXY", Url),
    ("XAI_BASE_URL", Url),
    ("XDG_CACHE_HOME", Path),
    ("XDG_CONFIG_HOME", Path),
    ("XDG_DATA_HOME", Path),
    ("XDG_RUNTIME_DIR", Path),
    ("XDG_STATE_HOME", Path),
    ("XIAOMI_BASE_URL", Url),
    ("YARN_VERSION", Version),
    ("ZAI_BASE_URL", Url),
    ("all_proxy", Url),
    ("http_proxy", Url),
    ("https_proxy", Url),
    ("no_proxy", Hosts),
    ("npm_config_https_proxy", Url),
    ("npm_config_loglevel", OneOf(shape::LOG_LEVELS)),
    ("npm_config_proxy", Url),
    ("ws_proxy", Url),
];

/// Variables that are known by name, and whose values have no shape that could be shown, sorted. Which of
/// them are secrets, [`secrets`] says.
#[rustfmt::skip]
const NAMES_ONLY: &[&str] = &[
    "AI_GATEWAY_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_OAUTH_TOKEN",
    "API_KEY", "ARCEEAI_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_OPENAI_API_KEY", "AZURE_SPEECH_API_KEY",
    "AZURE_SPEECH_KEY", "BASETEN_API_KEY", "BYTEPLUS_API_KEY", "CEREBRAS_API_KEY", "CHUTES_API_KEY",
    "CHUTES_OAUTH_TOKEN", "CLAUDE_AI_SESSION_KEY", "CLAUDE_WEB_COOKIE", "CLAUDE_WEB_SESSION_KEY",
    "CLAWDBOT_GATEWAY_PASSWORD", "CLAWDBOT_GATEWAY_TOKEN", "CLAWROUTER_API_KEY",
    "CLOUDFLARE_AI_GATEWAY_API_KEY", "CODEX_API_KEY", "COMFY_API_KEY", "COMFY_CLOUD_API_KEY",
    "COPILOT_GITHUB_TOKEN", "DASHSCOPE_API_KEY", "DEEPGRAM_API_KEY", "DEEPINFRA_API_KEY",
    "DEEPSEEK_API_KEY", "DISCORD_BOT_TOKEN", "DISCORD_TOKEN", "ELEVENLABS_API_KEY", "FAL_API_KEY",
    "FAL_KEY", "FEATHERLESS_API_KEY", "FIREWORKS_API_KEY", "GATEWAY_TOKEN", "GEMINI_API_KEY",
    "GH_TOKEN", "GITHUB_TOKEN", "GOOGLE_API_KEY", "GOOGLE_CLOUD_API_KEY", "GROQ_API_KEY",
    "HF_TOKEN", "HUGGINGFACE_HUB_TOKEN", "KILOCODE_API_KEY", "KIMICODE_API_KEY", "KIMI_API_KEY",
    "LINE_CHANNEL_ACCESS_TOKEN", "LINE_CHANNEL_SECRET", "LITELLM_API_KEY", "LM_API_TOKEN",
    "LONGCAT_API_KEY", "MINIMAX_API_KEY", "MINIMAX_CODE_PLAN_KEY", "MINIMAX_CODING_API_KEY",
    "MINIMAX_OAUTH_TOKEN", "MISTRAL_API_KEY", "MODELSTUDIO_API_KEY", "MODEL_API_KEY",
    "MOLTBOT_GATEWAY_PASSWORD", "MOLTBOT_GATEWAY_TOKEN", "MOONSHOT_API_KEY",
    "NOVITA_API_KEY", "NVIDIA_API_KEY", "OLLAMA_API_KEY", "OPENAI_API_KEY",
    "OPENCLAW_ALLOW_INSECURE_PRIVATE_WS", "OPENCLAW_ANTHROPIC_PAYLOAD_LOG", "OPENCLAW_APNS_KEY_ID",
    "OPENCLAW_APNS_PRIVATE_KEY", "OPENCLAW_APNS_PRIVATE_KEY_P8", "OPENCLAW_APNS_TEAM_ID",
    "OPENCLAW_AUTH_PROFILE_SECRET_KEY", "OPENCLAW_BROWSER_CDP_AUTH_TOKEN",
    "OPENCLAW_BROWSER_CDP_SOURCE_RANGE", "OPENCLAW_BROWSER_CONTROL_MODULE",
    "OPENCLAW_BROWSER_NOVNC_PASSWORD", "OPENCLAW_BUILD_TIMESTAMP", "OPENCLAW_CACHE_TRACE_MESSAGES",
    "OPENCLAW_CACHE_TRACE_PROMPT", "OPENCLAW_CACHE_TRACE_SYSTEM", "OPENCLAW_CLI",
    "OPENCLAW_CLI_BACKEND_LOG_OUTPUT", "OPENCLAW_CLI_CONTAINER_BYPASS",
    "OPENCLAW_COMPATIBILITY_HOST_VERSION", "OPENCLAW_CONFIG_OVERWRITE_LOG",
    "OPENCLAW_CONFIG_WRITE_ANOMALY_LOG", "OPENCLAW_CONTAINER_HINT", "OPENCLAW_DIAGNOSTICS_ENV",
    "OPENCLAW_DIAGNOSTICS_EVENT_LOOP", "OPENCLAW_DIAGNOSTICS_RUN_ID",
    "OPENCLAW_DOCKER_APT_PACKAGES", "OPENCLAW_DOCKER_BUILD_NODE_OPTIONS",
    "OPENCLAW_DOCKER_BUILD_SKIP_DTS", "OPENCLAW_EXPERIMENTAL_CLAWS", "OPENCLAW_EXTENSIONS",
    "OPENCLAW_EXTRA_MOUNTS", "OPENCLAW_GATEWAY_PASSWORD", "OPENCLAW_GATEWAY_SECRET",
    "OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_IMAGE_APT_PACKAGES", "OPENCLAW_IMAGE_PIP_PACKAGES",
    "OPENCLAW_LIVE_ANTHROPIC_KEY", "OPENCLAW_LIVE_ANTHROPIC_KEYS", "OPENCLAW_LIVE_GEMINI_KEY",
    "OPENCLAW_LIVE_OPENAI_KEY", "OPENCLAW_OAUTH_CALLBACK_HOST", "OPENCLAW_OTEL_PRELOADED",
    "OPENCLAW_PINNED_PYTHON", "OPENCLAW_PINNED_WRITE_PYTHON", "OPENCLAW_PLUGIN_INSTALL_OVERRIDES",
    "OPENCLAW_PROXY_LOOPBACK_MODE", "OPENCLAW_SECRET_SENTINELS", "OPENCLAW_SUPERVISOR_MODE",
    "OPENCLAW_TELEGRAM_DISABLE_AUTO_SELECT_FAMILY", "OPENCLAW_TELEGRAM_DNS_RESULT_ORDER",
    "OPENCLAW_TELEGRAM_ENABLE_AUTO_SELECT_FAMILY", "OPENCLAW_TERMINAL", "OPENCLAW_TTS_PREFS",
    "OPENCLAW_TWITCH_ACCESS_TOKEN", "OPENCLAW_UPDATE_DEV_TARGET_REF",
    "OPENCLAW_UPDATE_PACKAGE_SPEC", "OPENCLAW_VAPID_PRIVATE_KEY", "OPENCLAW_VAPID_PUBLIC_KEY",
    "OPENCLAW_VAPID_SUBJECT", "OPENCLAW_VAULT_AUTH_METHOD", "OPENCLAW_VAULT_AUTH_MOUNT",
    "OPENCLAW_VAULT_AUTH_ROLE", "OPENCLAW_VAULT_KV_MOUNT", "OPENCLAW_VAULT_KV_VERSION",
    "OPENCLAW_WIDE_AREA_DOMAIN", "OPENCODE_API_KEY", "OPENCODE_ZEN_API_KEY", "OPENROUTER_API_KEY",
    "PASSWORD", "QIANFAN_API_KEY", "QWEN_API_KEY", "QWEN_TOKEN_PLAN_API_KEY", "RADIUS_API_KEY",
    "RUNWAYML_API_SECRET", "RUNWAY_API_KEY", "SECRET", "SENSEAUDIO_API_KEY", "SGLANG_API_KEY",
    "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "SPEECH_KEY", "STEPFUN_API_KEY", "SYNTHETIC_API_KEY",
    "TELEGRAM_BOT_TOKEN", "TOGETHER_API_KEY", "TOKEN", "TOKENHUB_API_KEY", "TOKENPLAN_API_KEY",
    "VENICE_API_KEY", "VLLM_API_KEY", "VOLCANO_ENGINE_API_KEY", "VOYAGE_API_KEY", "VYDRA_API_KEY",
    "XAI_API_KEY", "XIAOMI_API_KEY", "XIAOMI_TOKEN_PLAN_API_KEY", "XI_API_KEY", "ZAI_API_KEY",
    "Z_AI_API_KEY",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_disjoint() {
        assert!(VARIABLES.windows(2).all(|w| w[0].0 < w[1].0));
        assert!(NAMES_ONLY.windows(2).all(|w| w[0] < w[1]));
        assert!(NAMES_ONLY.iter().all(|name| table_shape(name).is_none()));
    }

    /// None may be public, except what names a file or a switch.
    #[test]
    fn nothing_public_is_called_like_a_secret() {
        for (name, shape) in VARIABLES {
            if secrets::holds_secret(name) {
                assert!(matches!(shape, Path | Flag), "{name}");
            }
        }
    }

    #[test]
    fn credentials_of_the_catalog_are_known_secrets() {
        for name in crate::openclaw::release::catalog::Catalog::newest().credential_variables() {
            assert!(names_known_secret(name) || variable_shape(name).is_some(), "{name}");
        }
    }

    #[test]
    fn config_paths_match_by_key() {
        assert_eq!(shape_of("gateway.port"), Some(Port));
        assert_eq!(shape_of("models.providers.anthropic.baseUrl"), Some(Url));
        assert_eq!(shape_of("env.vars.TZ"), Some(Name));
        assert_eq!(shape_of("env.vars.OPENAI_API_KEY"), None);
        assert_eq!(shape_of("gateway.auth.token"), None);
        assert_eq!(shape_of("NOBODY_KNOWS_THIS"), None);
    }
}
