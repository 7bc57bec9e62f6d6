//! The start of the gateway, and the lines that say that it began or succeeded.
//!
//! Most failures are written without a subsystem, as the last words of the process.

use super::{clawdbot, current, march};
use crate::diagnose::{
    cause::{
        Cause::{
            StartAmbiguousAuth, StartConfig, StartFailed, StartLeftover, StartMigration, StartMode,
            StartPermission, StartPort, StartSecretMissing, StartWeakSecret, StartWithoutAuth,
        },
        Domain,
    },
    pattern::{
        FailureSubject::None,
        Means::{Failure, Outline, Started, Starting, Symptom},
        Pattern,
    },
};

macro_rules! last_words {
    ($id:literal, $cause:ident, $starts:literal, [$($has:literal),*], $needle:literal, $read_from:expr, $example:literal) => {
        Pattern {
            id: $id,
            means: Failure($cause),
            subsystem: "",
            starts: $starts,
            has: &[$($has),*],
            needle: $needle,
            subject: None,
            read_from: $read_from,
            example: $example,
        }
    };
}

pub(super) static PATTERNS: &[Pattern] = &[
    last_words!(
        "refusing-to-bind",
        StartWithoutAuth,
        "Refusing to bind gateway to ",
        [" without auth"],
        "Refusing to bind gateway",
        current("run-S_R0Bn7l.mjs"),
        "2026-11-25T21:57:12.312+00:00 Refusing to bind gateway to lan without auth."
    ),
    last_words!(
        "no-password",
        StartAmbiguousAuth,
        "Gateway auth is set to password, but no password is configured",
        [],
        "but no password is configured",
        current("run-S_R0Bn7l.mjs"),
        "2026-11-25T22:00:52.671+00:00 Gateway auth is set to password, but no password is configured."
    ),
    last_words!(
        "no-token",
        StartWithoutAuth,
        "Gateway auth is set to token, but no token is configured",
        [],
        "but no token is configured",
        clawdbot("cli/gateway-cli/run.js"),
        "Gateway auth is set to token, but no token is configured."
    ),
    last_words!(
        "both-configured",
        StartAmbiguousAuth,
        "Gateway failed to start:",
        ["are both configured, but gateway.auth.mode is unset"],
        "Gateway failed to start",
        current("auth-mode-policy-CfUfLe1u.mjs"),
        "2026-11-25T21:59:30.976+00:00 Gateway failed to start: Invalid config: gateway.auth.token and gateway.auth.password are both configured, but gateway.auth.mode is unset. Set gateway.auth.mode to token or password.. Run openclaw gateway status --deep for diagnostics."
    ),
    last_words!(
        "weak-secret",
        StartWeakSecret,
        "Gateway failed to start:",
        ["is blank, a published example placeholder, or the literal string"],
        "Gateway failed to start",
        current("known-weak-gateway-secrets-BzNXiOK5.mjs"),
        "2026-11-25T21:58:40.706+00:00 Gateway failed to start: Invalid config: gateway auth token is blank, a published example placeholder, or the literal string undefined/null. Generate a real secret (for example, `openssl rand -hex 32`) and update gateway.auth.token or its external source."
    ),
    last_words!(
        "secrets-unavailable",
        StartSecretMissing,
        "Gateway failed to start:",
        ["required secrets are unavailable"],
        "Gateway failed to start",
        current("server-startup-config-D-miQBV3.mjs"),
        "2026-11-25T22:01:36.900+00:00 Gateway failed to start: Startup failed: required secrets are unavailable.. Run openclaw gateway status --deep for diagnostics."
    ),
    last_words!(
        "missing-variable",
        StartSecretMissing,
        "Gateway failed to start:",
        ["Missing env var"],
        "Gateway failed to start",
        clawdbot("config/env-substitution.js"),
        "Gateway failed to start: Error: Config validation failed: Missing env var \"NOT_THERE\" referenced at config path: gateway.auth.token"
    ),
    last_words!(
        "invalid-config",
        StartConfig,
        "Gateway failed to start:",
        ["Invalid config at "],
        "Gateway failed to start",
        current("io.snapshot-preparation-B6fMdY05.mjs"),
        "2026-11-25T21:58:00.473+00:00 Gateway failed to start: Invalid config at /home/node/.openclaw/openclaw.json:"
    ),
    last_words!(
        "startup-migrations",
        StartMigration,
        "Gateway failed to start:",
        ["startup migrations did not complete"],
        "Gateway failed to start",
        current("startup-state-migrations-BqKx_IWS.mjs"),
        "Gateway failed to start: OpenClaw startup migrations did not complete cleanly; refusing to report the gateway ready."
    ),
    last_words!(
        "port-taken",
        StartPort,
        "Gateway failed to start:",
        ["already listening on"],
        "Gateway failed to start",
        current("run-S_R0Bn7l.mjs"),
        "Gateway failed to start: another gateway instance is already listening on ws://0.0.0.0:18789"
    ),
    last_words!(
        "port-in-use",
        StartPort,
        "Gateway failed to start:",
        ["EADDRINUSE"],
        "Gateway failed to start",
        current("run-S_R0Bn7l.mjs"),
        "Gateway failed to start: Error: listen EADDRINUSE: address already in use 0.0.0.0:18789"
    ),
    last_words!(
        "already-running",
        StartPort,
        "Gateway failed to start:",
        ["gateway already running"],
        "Gateway failed to start",
        current("gateway-lock-CYjRlApN.mjs"),
        "Gateway failed to start: gateway already running (pid 8); lock timeout after 5000ms"
    ),
    last_words!(
        "start-not-permitted",
        StartPermission,
        "Gateway failed to start:",
        ["EACCES: permission denied"],
        "Gateway failed to start",
        current("run-S_R0Bn7l.mjs"),
        "Gateway failed to start: EACCES: permission denied, mkdir '/home/node/.openclaw/state' | gateway.maintenance_required | EACCES. Stop the service with openclaw gateway stop (or its service owner), then run openclaw doctor --fix, then start it again with openclaw gateway start."
    ),
    last_words!(
        "not-its-owner",
        StartPermission,
        "Gateway failed to start:",
        ["EPERM: operation not permitted"],
        "Gateway failed to start",
        current("run-S_R0Bn7l.mjs"),
        "Gateway failed to start: EPERM: operation not permitted, chmod '/home/node/.openclaw/state' | gateway.maintenance_required | EPERM. Stop the service with openclaw gateway stop (or its service owner), then run openclaw doctor --fix, then start it again with openclaw gateway start."
    ),
    last_words!(
        "failed-to-start",
        StartFailed,
        "Gateway failed to start:",
        [],
        "Gateway failed to start",
        current("run-S_R0Bn7l.mjs"),
        "2026-11-25T21:58:00.473+00:00 Gateway failed to start: something else"
    ),
    last_words!(
        "missing-config",
        StartMode,
        "Missing config. Run ",
        [],
        "Missing config. Run ",
        current("pre-bootstrap-CdwdrhOU.mjs"),
        "Missing config. Run `openclaw setup` or set gateway.mode=local (or pass --allow-unconfigured)."
    ),
    last_words!(
        "start-blocked",
        StartMode,
        "Gateway start blocked: ",
        [],
        "Gateway start blocked",
        current("pre-bootstrap-CdwdrhOU.mjs"),
        "Gateway start blocked: existing config is missing gateway.mode. Treat this as suspicious or clobbered config. Re-run `openclaw onboard --mode local` or `openclaw setup`, set gateway.mode=local manually, or pass --allow-unconfigured."
    ),
    last_words!(
        "config-invalid",
        StartConfig,
        "Invalid config at ",
        [],
        "Invalid config at ",
        clawdbot("config/io.js"),
        "Invalid config at /home/node/.clawdbot/clawdbot.json:\\n- <root>: Unrecognized key: \"gatway\""
    ),
    last_words!(
        "missing-variable-error",
        StartSecretMissing,
        "Failed to read config at ",
        ["Missing env var "],
        "Failed to read config",
        clawdbot("config/io.js"),
        "Failed to read config at /home/node/.clawdbot/clawdbot.json MissingEnvVarError: Missing env var \"NOT_THERE\" referenced at config path: gateway.auth.token"
    ),
    last_words!(
        "config-unreadable",
        StartConfig,
        "Failed to read config at ",
        [],
        "Failed to read config",
        clawdbot("config/io.js"),
        "Failed to read config at /home/node/.clawdbot/clawdbot.json SyntaxError: JSON5: invalid end of input at 1:27"
    ),
    last_words!(
        "config-is-invalid",
        StartConfig,
        "Config invalid",
        [],
        "Config invalid",
        clawdbot("cli/program/config-guard.js"),
        "Config invalid"
    ),
    last_words!(
        "leftover-state",
        StartLeftover,
        "",
        ["State directory migration remains pending ("],
        "State directory migration",
        current("state-migrations.doctor-Bb26RMA2.mjs"),
        "- State directory migration remains pending (/home/node/.clawdbot -> /home/node/.openclaw)"
    ),
    last_words!(
        "state-not-writable",
        StartPermission,
        "",
        ["EACCES: permission denied", "/home/node/."],
        "EACCES: permission denied",
        current("run-S_R0Bn7l.mjs"),
        "Error: EACCES: permission denied, mkdir '/home/node/.openclaw/state'"
    ),
    Pattern {
        id: "secret-degraded",
        means: Outline(StartSecretMissing),
        subsystem: "secrets",
        starts: "[SECRETS_DEGRADED] cold gateway:",
        has: &[],
        needle: "SECRETS_DEGRADED",
        subject: None,
        read_from: current("server-startup-config-D-miQBV3.mjs"),
        example: "2026-11-25T22:01:36.000+00:00 [secrets] [SECRETS_DEGRADED] cold gateway:ingress-auth: secret reference was not found. Retry: openclaw secrets reload.",
    },
    Pattern {
        id: "stability-bundle",
        means: Symptom(Domain::Start),
        subsystem: "gateway",
        starts: "wrote stability bundle:",
        has: &["startup_failed"],
        needle: "startup_failed",
        subject: None,
        read_from: current("run-S_R0Bn7l.mjs"),
        example: "2026-11-25T21:58:40.693+00:00 [gateway] wrote stability bundle: /home/node/.openclaw/logs/stability/openclaw-stability-2026-11-25T21-58-40-684Z-8-gateway.startup_failed.json",
    },
    Pattern {
        id: "loading-configuration",
        means: Starting,
        subsystem: "gateway",
        starts: "loading configuration",
        has: &[],
        needle: "loading configuration",
        subject: None,
        read_from: current("run-S_R0Bn7l.mjs"),
        example: "2026-11-25T21:57:10.110+00:00 [gateway] loading configuration…",
    },
    Pattern {
        id: "listening",
        means: Started,
        subsystem: "gateway",
        starts: "http server listening",
        has: &[],
        needle: "http server listening",
        subject: None,
        read_from: current("server-startup-log-DGPVWhMw.mjs"),
        example: "2026-11-25T21:46:20.106+00:00 [gateway] http server listening (14 plugins: anthropic, browser; 27.8s)",
    },
    Pattern {
        id: "listening-on",
        means: Started,
        subsystem: "gateway",
        starts: "listening on ws",
        has: &[],
        needle: "listening on ws",
        subject: None,
        read_from: march("gateway-cli-SPSnwPDk.js"),
        example: "2026-11-25T21:46:20.106+00:00 [gateway] listening on ws://0.0.0.0:18789 (PID 8)",
    },
];
