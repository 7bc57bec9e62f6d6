//! What OpenClaw says, as data. A row is a message, where it was read, and what it means; the first
//! row that fits a line counts, so what is special comes before what is general.
//!
//! The examples are lines of real gateways, shortened; `tests/diagnose.rs` replays the logs that
//! they are from and says which rows no log has. Those were read in the program only.

mod channels;
mod clients;
mod echoes;
mod models;
mod start;

use super::pattern::{Pattern, ReadFrom};

/// All of them, in the order in which they are tried.
static GROUPS: &[&[Pattern]] =
    &[start::PATTERNS, clients::PATTERNS, models::PATTERNS, channels::PATTERNS, echoes::PATTERNS];

/// All of them, in the order in which they are tried.
pub fn all() -> impl Iterator<Item = &'static Pattern> {
    GROUPS.iter().copied().flatten()
}

/// Further sentences that releases and providers are known to write, whose words may be shown.
pub static SENTENCES: &[&str] = &[
    "Authentication failed (provider returned HTTP 401). Your provider token may have expired — try the request again in a moment. If the failure persists, re-authenticate this provider.",
    "LLM request failed: provider rejected the request schema or tool payload.",
    "Check your billing dashboard and top up or switch to a different API key.",
    "Please go to Plans & Billing to upgrade or purchase credits.",
    "You exceeded your current quota, please check your plan and billing details.",
    "Incorrect API key provided. You can find your API key at https: openai-completions openai-responses.",
    "This model's maximum context length is tokens. However, your messages resulted in tokens. Please reduce the length of the messages.",
    "prompt is too long: tokens > maximum",
    "Configure an API key (openclaw models auth paste-api-key --provider) or copy only portable static auth profiles from the main agentDir.",
    "body={\"error\":\"invalid_grant\",\"error_description\":\"Refresh token not found or invalid\"}; stack= refresh_token_reused refresh_token_expired token_invalidated",
    // The fields of `[ws] unauthorized` and `[ws] closed before connect`.
    "phase=ws_upgrade_started phase=auth_credentials_received phase=auth_validated cause=unauthorized cause=pairing-required cause=origin-mismatch cause=device-required handshake=failed lastFrameType=req lastFrameMethod=connect lastFrameId= remoteAddr= remotePort= localAddr= localPort= authMode=token authProvided=device-token authReason= allowTailscale= scopeCount= hasDeviceIdentity= mode=webchat deviceId= requestId= reason=not-paired reason=scope-upgrade reason=role-upgrade reason=metadata-upgrade",
    "pairing required: device is not approved yet (requestId: device is asking for more scopes than currently approved",
    "device token mismatch (rotate/reissue device token) (set gateway.remote.token to match gateway.auth.token)",
    "origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)",
    "EPERM: operation not permitted, fchmod copyfile",
    "guidance= peer= durationMs= delayMs= fetch failed ECONNRESET ECONNREFUSED ETIMEDOUT EAI_AGAIN UND_ERR_CONNECT_TIMEOUT",
];

/// openclaw 2026.9.6
const fn current(file: &'static str) -> ReadFrom {
    ReadFrom { release: "openclaw 2026.9.6", file }
}

/// openclaw 2026.3.24
const fn march(file: &'static str) -> ReadFrom {
    ReadFrom { release: "openclaw 2026.3.24", file }
}

/// clawdbot 2026.1.24-3
const fn clawdbot(file: &'static str) -> ReadFrom {
    ReadFrom { release: "clawdbot 2026.1.24-3", file }
}
