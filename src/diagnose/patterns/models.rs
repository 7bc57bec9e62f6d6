//! Requests to model providers.

use super::{clawdbot, current, march};
use crate::diagnose::{
    cause::Cause::{
        AccessDenied, BetaFlag, Blocked, ConnectionLost, ConnectionRefused, ContextOverflow, Dns, KeyRefused,
        NoKey, OauthExpired, Overloaded, ProviderDown, QuotaExhausted, RateLimited, RequestRejected, Timeout,
        Tls, UnknownModel, WrongEndpoint,
    },
    pattern::{
        FailureSubject::{Between, Field, None},
        Means::{Failure, Outline},
        Pattern,
    },
};

/// The file that writes `[model-fetch]`.
const FETCH: &str = "provider-transport-fetch-DnNw-XtJ.mjs";
/// The one that writes `embedded run agent end`.
const END: &str = "builtin-openclaw-q1hiFm14.mjs";
/// The subsystem of requests.
const TRANSPORT: &str = "provider-transport-fetch";
/// The subsystem of turns.
const EMBEDDED: &str = "agent/embedded";

macro_rules! response {
    ($id:literal, $status:literal, $cause:ident) => {
        Pattern {
            id: $id,
            means: Outline($cause),
            subsystem: TRANSPORT,
            starts: "[model-fetch] response",
            has: &[concat!(" status=", $status, " ")],
            needle: "[model-fetch]",
            subject: Field("provider"),
            read_from: current(FETCH),
            example: concat!(
                "2026-11-25T21:47:35.816+00:00 [provider-transport-fetch] [model-fetch] response provider=anthropic api=anthropic-messages model=claude status=",
                $status,
                " elapsedMs=456 dispatcher=reused contentType=application/json"
            ),
        }
    };
}

macro_rules! no_answer {
    ($id:literal, $cause:ident, $means:ident, $has:literal, $example:literal) => {
        Pattern {
            id: $id,
            means: $means($cause),
            subsystem: TRANSPORT,
            starts: "[model-fetch] error",
            has: &[$has],
            needle: "[model-fetch]",
            subject: Field("provider"),
            read_from: current(FETCH),
            example: concat!(
                "2026-11-25T21:57:52.150+00:00 [provider-transport-fetch] [model-fetch] error provider=anthropic api=anthropic-messages model=claude elapsedMs=72 ",
                $example
            ),
        }
    };
}

macro_rules! turn {
    ($id:literal, $means:ident($cause:ident), [$($has:literal),+], $example:literal) => {
        Pattern {
            id: $id,
            means: $means($cause),
            subsystem: EMBEDDED,
            starts: "embedded run agent end",
            has: &[$($has),+],
            needle: "embedded run agent end",
            subject: Field("provider"),
            read_from: current(END),
            example: concat!(
                "2026-11-25T21:47:36.007+00:00 [agent/embedded] embedded run agent end: runId=1 isError=true model=m provider=anthropic error=",
                $example
            ),
        }
    };
}

macro_rules! said {
    ($id:literal, $cause:ident, $starts:literal, [$($has:literal),*], $needle:literal, $example:literal) => {
        Pattern {
            id: $id,
            means: Failure($cause),
            subsystem: "",
            starts: $starts,
            has: &[$($has),*],
            needle: $needle,
            subject: None,
            read_from: clawdbot("agents/pi-embedded-helpers/errors.js"),
            example: $example,
        }
    };
}

pub(super) static PATTERNS: &[Pattern] = &[
    // What a provider answered, without the words.
    response!("response-400", "400", RequestRejected),
    response!("response-401", "401", KeyRefused),
    response!("response-402", "402", QuotaExhausted),
    response!("response-403", "403", AccessDenied),
    response!("response-404", "404", UnknownModel),
    response!("response-429", "429", RateLimited),
    response!("response-500", "500", ProviderDown),
    response!("response-502", "502", ProviderDown),
    response!("response-503", "503", ProviderDown),
    response!("response-504", "504", ProviderDown),
    response!("response-529", "529", Overloaded),
    // Why there was no answer.
    no_answer!(
        "fetch-dns",
        Dns,
        Failure,
        "ENOTFOUND",
        "name=Error code=ENOTFOUND causeName=undefined causeCode=undefined message=getaddrinfo ENOTFOUND no-such-host.invalid"
    ),
    no_answer!(
        "fetch-dns-again",
        Dns,
        Failure,
        "EAI_AGAIN",
        "name=Error code=EAI_AGAIN causeName=undefined causeCode=undefined message=getaddrinfo EAI_AGAIN api.anthropic.com"
    ),
    no_answer!(
        "fetch-self-signed",
        Tls,
        Failure,
        "SELF_SIGNED_CERT",
        "name=TypeError code=undefined causeName=Error causeCode=DEPTH_ZERO_SELF_SIGNED_CERT message=fetch failed"
    ),
    no_answer!(
        "fetch-unverified",
        Tls,
        Failure,
        "UNABLE_TO_",
        "name=TypeError code=undefined causeName=Error causeCode=UNABLE_TO_VERIFY_LEAF_SIGNATURE message=fetch failed"
    ),
    no_answer!(
        "fetch-certificate-name",
        Tls,
        Failure,
        "ERR_TLS_",
        "name=TypeError code=undefined causeName=Error causeCode=ERR_TLS_CERT_ALTNAME_INVALID message=fetch failed"
    ),
    no_answer!(
        "fetch-certificate",
        Tls,
        Failure,
        "CERT_",
        "name=TypeError code=undefined causeName=Error causeCode=CERT_HAS_EXPIRED message=fetch failed"
    ),
    no_answer!(
        "fetch-tls",
        Tls,
        Failure,
        "ERR_SSL_",
        "name=TypeError code=undefined causeName=Error causeCode=ERR_SSL_WRONG_VERSION_NUMBER message=fetch failed"
    ),
    no_answer!(
        "fetch-refused",
        ConnectionRefused,
        Failure,
        "ECONNREFUSED",
        "name=TypeError code=undefined causeName=Error causeCode=ECONNREFUSED message=fetch failed"
    ),
    no_answer!(
        "fetch-reset",
        ConnectionLost,
        Failure,
        "ECONNRESET",
        "name=TypeError code=undefined causeName=Error causeCode=ECONNRESET message=fetch failed"
    ),
    no_answer!(
        "fetch-closed",
        ConnectionLost,
        Failure,
        "UND_ERR_SOCKET",
        "name=TypeError code=undefined causeName=SocketError causeCode=UND_ERR_SOCKET message=fetch failed"
    ),
    no_answer!(
        "fetch-connect-timeout",
        Timeout,
        Failure,
        "ETIMEDOUT",
        "name=TypeError code=undefined causeName=Error causeCode=ETIMEDOUT message=fetch failed"
    ),
    no_answer!(
        "fetch-undici-timeout",
        Timeout,
        Failure,
        "_TIMEOUT",
        "name=TypeError code=undefined causeName=ConnectTimeoutError causeCode=UND_ERR_CONNECT_TIMEOUT message=fetch failed"
    ),
    no_answer!(
        "fetch-timeout",
        Timeout,
        Failure,
        "name=TimeoutError",
        "name=TimeoutError code=undefined causeName=undefined causeCode=undefined message=request timed out"
    ),
    no_answer!(
        "fetch-private-address",
        Blocked,
        Failure,
        "private/internal/special-use IP",
        "name=SsrFBlockedError code=undefined causeName=undefined causeCode=undefined message=Blocked: resolves to private/internal/special-use IP address"
    ),
    no_answer!(
        "fetch-elsewhere",
        WrongEndpoint,
        Failure,
        "Blocked hostname (not in allowlist)",
        "name=SsrFBlockedError code=undefined causeName=undefined causeCode=undefined message=Domain policy: Blocked hostname (not in allowlist): login.example.invalid. Permitted hostname patterns: provider. Try a URL on a permitted domain."
    ),
    // What a turn ended with: the provider's words.
    turn!(
        "end-context-code",
        Failure(ContextOverflow),
        ["context_length_exceeded"],
        "Context overflow rawError=400 code=context_length_exceeded"
    ),
    turn!(
        "end-context",
        Failure(ContextOverflow),
        ["Context overflow: prompt too large"],
        "Context overflow: prompt too large for the model. Try /reset (or /new) to start a fresh session, or use a larger-context model. rawError=400 This model's maximum context length is 8192 tokens."
    ),
    turn!(
        "end-beta-flag",
        Failure(BetaFlag),
        ["rawError=400", "invalid beta flag"],
        "LLM request failed: provider rejected the request schema or tool payload. rawError=400: {\"error\":{\"message\":\"invalid beta flag\",\"type\":\"invalid_request_error\"}}"
    ),
    turn!(
        "end-credit",
        Failure(QuotaExhausted),
        ["returned a billing error"],
        "⚠️ anthropic (m) returned a billing error — your API key has run out of credits or has an insufficient balance. rawError=400: {\"error\":{\"message\":\"Your credit balance is too low to access the Anthropic API.\"}}"
    ),
    turn!(
        "end-401",
        Failure(KeyRefused),
        ["rawError=401"],
        "⚠️ anthropic/m request failed (authentication failed, HTTP 401). Re-authenticate the provider and try again. rawError=401: {\"error\":{\"message\":\"invalid x-api-key\",\"type\":\"authentication_error\"}}"
    ),
    turn!(
        "end-403",
        Failure(AccessDenied),
        ["rawError=403"],
        "⚠️ anthropic/m request failed (authentication failed, HTTP 403). rawError=403: {\"error\":{\"message\":\"Your API key does not have permission to use the specified resource.\",\"type\":\"permission_error\"}}"
    ),
    turn!(
        "end-404",
        Failure(UnknownModel),
        ["rawError=404"],
        "The selected model was not found by the provider. Check the model id or choose a different model. rawError=404: {\"error\":{\"message\":\"model: m\",\"type\":\"not_found_error\"}}"
    ),
    turn!(
        "end-429",
        Failure(RateLimited),
        ["rawError=429"],
        "⚠️ API rate limit reached. Please try again later. rawError=429: {\"error\":{\"message\":\"This request would exceed your account's rate limit. Please try again later.\",\"type\":\"rate_limit_error\"}}; Retry-After: 7 seconds"
    ),
    turn!(
        "end-rate-limit",
        Failure(RateLimited),
        ["API rate limit reached"],
        "⚠️ API rate limit reached. Please try again later."
    ),
    turn!(
        "end-529",
        Failure(Overloaded),
        ["temporarily overloaded"],
        "The AI service is temporarily overloaded. Please try again in a moment. rawError=529: {\"error\":{\"message\":\"Overloaded\",\"type\":\"overloaded_error\"}}"
    ),
    turn!(
        "end-500",
        Failure(ProviderDown),
        ["provider internal error"],
        "⚠️ anthropic/m request failed (provider internal error, HTTP 500). This is usually temporary — try again shortly. rawError=500: {\"error\":{\"message\":\"Internal server error\",\"type\":\"api_error\"}}"
    ),
    turn!(
        "end-html-error",
        Failure(ProviderDown),
        ["HTML error page"],
        "The provider returned an HTML error page instead of an API response. This usually means a CDN or gateway (e.g. Cloudflare) blocked the request. Retry in a moment or check provider status."
    ),
    turn!(
        "end-no-api",
        Failure(WrongEndpoint),
        ["must be text/event-stream or JSON"],
        "⚠️ html/m request failed (HTTP 200). rawError=200: html/m: OpenAI-compatible streamed responses must be text/event-stream or JSON; got text/html. Check the provider baseUrl; OpenAI-compatible APIs commonly require a /v1 path prefix."
    ),
    turn!(
        "end-elsewhere",
        Failure(WrongEndpoint),
        ["Blocked hostname (not in allowlist)"],
        "⚠️ Agent run failed (model: redirect/m). rawError=Domain policy: Blocked hostname (not in allowlist): login.example.invalid."
    ),
    turn!(
        "end-dns",
        Failure(Dns),
        ["DNS lookup for the provider endpoint failed"],
        "LLM request failed: DNS lookup for the provider endpoint failed. rawError=getaddrinfo ENOTFOUND no-such-host.invalid"
    ),
    turn!(
        "end-refused",
        Failure(ConnectionRefused),
        ["connection refused by the provider endpoint"],
        "LLM request failed: connection refused by the provider endpoint. rawError=fetch failed"
    ),
    turn!(
        "end-interrupted",
        Outline(ConnectionLost),
        ["network connection was interrupted"],
        "LLM request failed: network connection was interrupted. rawError=fetch failed"
    ),
    turn!(
        "end-half-way",
        Failure(ConnectionLost),
        ["rawError=terminated"],
        "LLM request timed out. rawError=terminated"
    ),
    turn!(
        "end-network",
        Outline(ConnectionLost),
        ["network connection error"],
        "LLM request failed: network connection error. rawError=fetch failed"
    ),
    turn!(
        "end-timeout",
        Outline(Timeout),
        ["LLM request timed out"],
        "LLM request timed out. rawError=request timed out"
    ),
    turn!(
        "end-400",
        Outline(RequestRejected),
        ["rawError=400"],
        "LLM request failed: provider rejected the request schema or tool payload. rawError=400: {\"error\":{\"message\":\"messages: at least one message is required\"}}"
    ),
    // Who asked for too much.
    Pattern {
        id: "run-timeout",
        means: Outline(Timeout),
        subsystem: EMBEDDED,
        starts: "embedded run timeout:",
        has: &[],
        needle: "embedded run timeout",
        subject: None,
        read_from: current("embedded-agent-BaH7wGBd.mjs"),
        example: "2026-11-25T21:55:50.000+00:00 [agent/embedded] embedded run timeout: runId=1 sessionId=d-hang-2339 timeoutMs=19997",
    },
    Pattern {
        id: "context-overflow",
        means: Failure(ContextOverflow),
        subsystem: EMBEDDED,
        starts: "[context-overflow-diag]",
        has: &[],
        needle: "[context-overflow-diag]",
        subject: Field("provider"),
        read_from: current("embedded-agent-BaH7wGBd.mjs"),
        example: "2026-11-25T21:55:21.000+00:00 [agent/embedded] [context-overflow-diag] sessionKey=agent:main:main provider=openai/m source=assistantError trigger=overflow messages=2",
    },
    Pattern {
        id: "context-overflow-detected",
        means: Failure(ContextOverflow),
        subsystem: EMBEDDED,
        starts: "context overflow detected",
        has: &[],
        needle: "context overflow detected",
        subject: Between("auto-compaction for ", "/"),
        read_from: clawdbot("agents/pi-embedded-runner/run.js"),
        example: "2026-11-25T21:55:21.000Z [agent/embedded] context overflow detected; attempting auto-compaction for anthropic/claude",
    },
    // No credential at all.
    Pattern {
        id: "no-key-response",
        means: Failure(NoKey),
        subsystem: "ws",
        starts: "⇄ res ✗ agent",
        has: &["No API key found for provider \""],
        needle: "No API key found for provider",
        subject: Between("for provider \"", "\""),
        read_from: current("model-auth-provider-BvghCCFz.mjs"),
        example: "2026-11-25T21:55:21.000+00:00 [ws] ⇄ res ✗ agent errorCode=UNAVAILABLE errorMessage=No API key found for provider \"anthropic\". Auth store: /home/node/.openclaw/agents/main/agent",
    },
    Pattern {
        id: "no-key",
        means: Failure(NoKey),
        subsystem: "*",
        starts: "",
        has: &["No API key found for provider \"", "error"],
        needle: "No API key found for provider",
        subject: Between("for provider \"", "\""),
        read_from: current("model-auth-provider-BvghCCFz.mjs"),
        example: "2026-11-25T21:55:21.000Z [diagnostic] lane task error: lane=main durationMs=59 error=\"Error: No API key found for provider \"anthropic\". Auth store: /home/node/.clawdbot/agents/main/agent/auth-profiles.json\"",
    },
    Pattern {
        id: "oauth-refresh",
        means: Failure(OauthExpired),
        subsystem: "*",
        starts: "",
        has: &["OAuth token refresh failed for "],
        needle: "OAuth token refresh failed",
        subject: Between("refresh failed for ", ":"),
        read_from: current("oauth-refresh-failure-CVji5U1C.mjs"),
        example: "2026-11-25T21:55:21.000+00:00 [agent/embedded] embedded run failed: OAuth token refresh failed for anthropic: fetch failed",
    },
    // Before there was a line for each request.
    Pattern {
        id: "lane-401",
        means: Failure(KeyRefused),
        subsystem: "diagnostic",
        starts: "lane task error:",
        has: &["authentication_error"],
        needle: "authentication_error",
        subject: None,
        read_from: clawdbot("process/command-queue.js"),
        example: "2026-11-25T21:55:21.000Z [diagnostic] lane task error: lane=main durationMs=59 error=\"FailoverError: HTTP 401 authentication_error: invalid x-api-key (request_id: req_1)\"",
    },
    Pattern {
        id: "unknown-model",
        means: Failure(UnknownModel),
        subsystem: "diagnostic",
        starts: "lane task error:",
        has: &["Unknown model: "],
        needle: "Unknown model: ",
        subject: Between("Unknown model: ", "/"),
        read_from: march("pi-embedded-BaSvmUpW.js"),
        example: "2026-11-25T21:55:21.000+00:00 [diagnostic] lane task error: lane=main durationMs=59 error=\"FailoverError: Unknown model: anthropic/claude-none\"",
    },
    // clawdbot answers a turn with the provider's words, and writes nothing else.
    said!(
        "said-401",
        KeyRefused,
        "HTTP 401 ",
        ["_error: "],
        "_error: ",
        "2026-11-25T22:49:51.544Z HTTP 401 authentication_error: invalid x-api-key (request_id: req_1)"
    ),
    said!(
        "said-403",
        AccessDenied,
        "HTTP 403 ",
        ["_error: "],
        "_error: ",
        "2026-11-25T22:53:57.315Z HTTP 403 permission_error: Your API key does not have permission to use the specified resource. (request_id: req_1)"
    ),
    said!(
        "said-404",
        UnknownModel,
        "HTTP 404 ",
        ["_error: "],
        "_error: ",
        "2026-11-25T22:53:57.315Z HTTP 404 not_found_error: model: claude-none (request_id: req_1)"
    ),
    said!(
        "said-429",
        RateLimited,
        "HTTP 429 ",
        ["_error: "],
        "_error: ",
        "2026-11-25T22:52:49.619Z HTTP 429 rate_limit_error: This request would exceed your account's rate limit. Please try again later. (request_id: req_1)"
    ),
    said!(
        "said-500",
        ProviderDown,
        "HTTP 500 ",
        ["_error: "],
        "_error: ",
        "2026-11-25T22:52:49.619Z HTTP 500 api_error: Internal server error (request_id: req_1)"
    ),
    said!(
        "said-529",
        Overloaded,
        "HTTP 529 ",
        ["_error: "],
        "_error: ",
        "2026-11-25T22:52:49.619Z HTTP 529 overloaded_error: Overloaded (request_id: req_1)"
    ),
    said!(
        "said-beta-flag",
        BetaFlag,
        "LLM request rejected: ",
        ["invalid beta flag"],
        "LLM request rejected",
        "2026-11-25T22:53:13.625Z LLM request rejected: invalid beta flag"
    ),
    said!(
        "said-rejected",
        RequestRejected,
        "LLM request rejected: ",
        [],
        "LLM request rejected",
        "2026-11-25T22:53:13.625Z LLM request rejected: messages: at least one message is required"
    ),
    said!(
        "said-overloaded",
        Overloaded,
        "The AI service is temporarily overloaded.",
        [],
        "The AI service is temporarily overloaded",
        "2026-11-25T22:55:59.287Z The AI service is temporarily overloaded. Please try again in a moment."
    ),
    said!(
        "said-502",
        ProviderDown,
        "HTTP 502: ",
        [],
        "HTTP 502: ",
        "2026-11-25T22:57:52.437Z HTTP 502: <html><head><title>502 Bad Gateway</title></head>"
    ),
    said!(
        "said-connection-error",
        ConnectionLost,
        "Connection error.",
        [],
        "Connection error.",
        "2026-11-25T22:58:43.179Z Connection error."
    ),
];
