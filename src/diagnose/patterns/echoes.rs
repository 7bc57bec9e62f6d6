//! What follows from a failure, and what ends it.

use super::{clawdbot, current, march};
use crate::diagnose::{
    cause::{Cause::Cooldown, Domain},
    pattern::{
        FailureSubject::{self, Between, Field, None},
        Means::{Failure, ProviderWorks, Symptom, TurnEnded},
        Pattern,
    },
};

const fn symptom(
    id: &'static str,
    subsystem: &'static str,
    starts: &'static str,
    needle: &'static str,
    subject: FailureSubject,
    file: &'static str,
    example: &'static str,
) -> Pattern {
    Pattern {
        id,
        means: Symptom(Domain::Model),
        subsystem,
        starts,
        has: &[],
        needle,
        subject,
        read_from: current(file),
        example,
    }
}

macro_rules! cooldown {
    ($id:literal, $has:expr, $needle:literal, $subject:expr, $read_from:expr, $example:literal) => {
        Pattern {
            id: $id,
            means: Failure(Cooldown),
            subsystem: "*",
            starts: "",
            has: $has,
            needle: $needle,
            subject: $subject,
            read_from: $read_from,
            example: $example,
        }
    };
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        id: "fallback-succeeded",
        means: ProviderWorks,
        subsystem: "model-fallback/decision",
        starts: "model fallback decision",
        has: &["decision=candidate_succeeded"],
        needle: "model fallback decision",
        subject: Field("candidate"),
        read_from: current("model-fallback-attempt-BK4U2ttd.mjs"),
        example: "2026-11-25T21:47:37.005+00:00 [model-fallback/decision] model fallback decision: decision=candidate_succeeded requested=anthropic/m candidate=openai/m reason=unknown next=none",
    },
    Pattern {
        id: "turn-ended",
        means: TurnEnded,
        subsystem: "agents/agent-command",
        starts: "[agent] run ",
        has: &["ended with stopReason=stop"],
        needle: "ended with stopReason=stop",
        subject: None,
        read_from: current("agent-command-Dyd2gex-.mjs"),
        example: "2026-11-25T21:47:13.542+00:00 [agents/agent-command] [agent] run 5aaefd7d-6b7f-4535-8f21-1b76c3afcaa8 ended with stopReason=stop",
    },
    // A profile or a provider rests.
    cooldown!(
        "cooldown-all",
        &["(all in cooldown or unavailable)"],
        "all in cooldown or unavailable",
        Between("auth profile for ", " ("),
        clawdbot("agents/pi-embedded-runner/run.js"),
        "2026-11-25T21:55:21.000Z [diagnostic] lane task error: lane=main durationMs=59 error=\"Error: No available auth profile for anthropic (all in cooldown or unavailable).\""
    ),
    cooldown!(
        "cooldown-provider",
        &[" is in cooldown"],
        "is in cooldown",
        Between("Provider ", " is in"),
        march("pi-embedded-BaSvmUpW.js"),
        "2026-11-25T21:55:21.000+00:00 [model-fallback/decision] model fallback decision: decision=skip_candidate requested=anthropic/m candidate=anthropic/m reason=rate_limit next=none detail=Provider anthropic is in cooldown (all profiles unavailable)"
    ),
    cooldown!(
        "cooldown-inline-key",
        &["Inline API key for provider ", " is temporarily disabled"],
        "Inline API key for provider",
        Between("for provider \"", "\""),
        current("loader-runtime-load-CMBCNIWa.mjs"),
        "2026-11-25T21:55:21.000+00:00 [ws] ⇄ res ✗ agent errorCode=UNAVAILABLE errorMessage=Inline API key for provider \"anthropic\" is temporarily disabled after a provider auth/billing failure. Retry after about 1 minute, or switch to a different auth profile/API key."
    ),
    cooldown!(
        "cooldown-profile",
        &["Auth profile ", " is temporarily unavailable for "],
        "temporarily unavailable for",
        Between("unavailable for ", "/"),
        current("prepare-auth-DGGoD4Gc.mjs"),
        "2026-11-25T21:55:21.000+00:00 [ws] ⇄ res ✗ agent errorCode=UNAVAILABLE errorMessage=Auth profile \"anthropic:default\" is temporarily unavailable for anthropic/claude."
    ),
    Pattern {
        id: "profile-state",
        means: Failure(Cooldown),
        subsystem: "agent/embedded",
        starts: "auth profile failure state updated",
        has: &[],
        needle: "auth profile failure state",
        subject: Field("provider"),
        read_from: current("usage-BIERH7kx.mjs"),
        example: "2026-11-25T21:47:36.903+00:00 [agent/embedded] auth profile failure state updated: runId=1 profile=sha256:1 provider=anthropic reason=auth window=cooldown reused=false",
    },
    // What people see last.
    symptom(
        "fallback-decision",
        "model-fallback/decision",
        "model fallback ",
        "model fallback ",
        Field("requested"),
        "model-fallback-attempt-BK4U2ttd.mjs",
        "2026-11-25T21:47:37.005+00:00 [model-fallback/decision] model fallback decision: decision=candidate_failed requested=anthropic/m candidate=anthropic/m reason=auth providerErrorType=authentication_error next=none detail=invalid x-api-key",
    ),
    symptom(
        "failover-decision",
        "agent/embedded",
        "embedded run failover decision",
        "failover decision",
        Field("from"),
        "embedded-agent-BaH7wGBd.mjs",
        "2026-11-25T21:47:36.917+00:00 [agent/embedded] embedded run failover decision: runId=1 stage=assistant decision=surface_error reason=auth attempt=1 retry=0 rotations=0 from=anthropic/m profile=- rawError=401",
    ),
    symptom(
        "same-model-retry",
        "agent/embedded",
        "transient same-model retry",
        "transient same-model retry",
        Between(" for ", "/"),
        "embedded-agent-BaH7wGBd.mjs",
        "2026-11-25T21:47:51.705+00:00 [agent/embedded] transient same-model retry 1/9 for anthropic/m reason=rate_limit: delayMs=7000",
    ),
    symptom(
        "retries-used-up",
        "agent/embedded",
        "transient retry window elapsed",
        "transient retry window elapsed",
        Between(" for ", "/"),
        "embedded-agent-BaH7wGBd.mjs",
        "2026-11-25T21:48:51.705+00:00 [agent/embedded] transient retry window elapsed for anthropic/m after 7/8 retries; stopping same-model retries",
    ),
    symptom(
        "compaction-failed",
        "agent/embedded",
        "auto-compaction failed for ",
        "auto-compaction failed",
        Between("failed for ", "/"),
        "embedded-agent-BaH7wGBd.mjs",
        "2026-11-25T21:55:21.000+00:00 [agent/embedded] auto-compaction failed for openai/m: Nothing to compact (session too small)",
    ),
    symptom(
        "request-aborted",
        "provider-transport-fetch",
        "[model-fetch] error",
        "[model-fetch]",
        Field("provider"),
        "provider-transport-fetch-DnNw-XtJ.mjs",
        "2026-11-25T21:55:21.000+00:00 [provider-transport-fetch] [model-fetch] error provider=anthropic api=anthropic-messages model=m elapsedMs=35 name=AbortError code=number causeName=undefined causeCode=undefined message=This operation was aborted",
    ),
    symptom(
        "turn-failed",
        "agent/embedded",
        "embedded run agent end",
        "embedded run agent end",
        Field("provider"),
        "builtin-openclaw-q1hiFm14.mjs",
        "2026-11-25T21:55:21.000+00:00 [agent/embedded] embedded run agent end: runId=1 isError=true model=m provider=anthropic error=something else",
    ),
    symptom(
        "lane-error",
        "diagnostic",
        "lane task error:",
        "lane task error",
        None,
        "command-queue-CaY517ob.mjs",
        "2026-11-25T21:47:36.954+00:00 [diagnostic] lane task error: lane=main durationMs=4227 error=\"⚠️ anthropic/m request failed (authentication failed, HTTP 401).\" errorName=FailoverError",
    ),
    symptom(
        "agent-refused",
        "ws",
        "⇄ res ✗ agent",
        "res ✗ agent",
        None,
        "ws-log-Jz2d4hgM.mjs",
        "2026-11-25T21:47:37.660+00:00 [ws] ⇄ res ✗ agent errorCode=UNAVAILABLE errorMessage=⚠️ anthropic/m request failed (authentication failed, HTTP 401).",
    ),
    Pattern {
        id: "all-models-failed",
        means: Symptom(Domain::Model),
        subsystem: "*",
        starts: "",
        has: &["All models failed ("],
        needle: "All models failed",
        subject: None,
        read_from: clawdbot("agents/model-fallback.js"),
        example: "2026-11-25T21:47:37.660Z [diagnostic] Embedded agent failed before reply: All models failed (2): anthropic/m: x | openai/m: y",
    },
];
