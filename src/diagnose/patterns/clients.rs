//! Clients of the gateway: command lines, browsers, devices.

use super::{clawdbot, current};
use crate::diagnose::{
    cause::{
        Cause::{
            ClientLockedOut, DeviceTokenMismatch, OriginRefused, PairingRequired, PasswordWrong,
            TokenMismatch, TokenMissing,
        },
        Domain,
    },
    pattern::{
        FailureSubject::{Between, Field, None},
        Means::{Failure, Symptom},
        Pattern,
    },
};

/// The file that writes `unauthorized conn=…`.
const HANDLER: &str = "message-handler-D5c0StBB.mjs";
/// The one that writes `closed before connect`.
const CONNECTION: &str = "ws-connection-kG_AYxZI.mjs";

macro_rules! unauthorized {
    ($id:literal, $cause:ident, $reason:literal) => {
        Pattern {
            id: $id,
            means: Failure($cause),
            subsystem: "ws",
            starts: "unauthorized conn=",
            has: &[concat!("reason=", $reason)],
            needle: "unauthorized conn=",
            subject: Between(" client=", " "),
            read_from: current(HANDLER),
            example: concat!(
                "2026-11-25T22:10:00.000+00:00 [ws] unauthorized conn=1 peer=127.0.0.1:1->127.0.0.1:18789 remote=127.0.0.1 client=cli cli v1.0.0 role=operator scopes=0 auth=token device=no platform=linux reason=",
                $reason
            ),
        }
    };
}

macro_rules! closed {
    ($id:literal, $means:ident($cause:ident), $words:literal) => {
        Pattern {
            id: $id,
            means: $means($cause),
            subsystem: "ws",
            starts: "closed before connect",
            has: &["code=1008", $words],
            needle: "closed before connect",
            subject: Field("client"),
            read_from: current(CONNECTION),
            example: concat!(
                "2026-11-25T22:10:00.000+00:00 [ws] closed before connect conn=1 peer=n/a remote=127.0.0.1 fwd=n/a origin=n/a host=127.0.0.1:18789 ua=n/a code=1008 reason=",
                $words,
                " phase=auth client=cli"
            ),
        }
    };
}

macro_rules! said_to_client {
    ($id:literal, $cause:ident, $starts:literal, [$($has:literal),*], $needle:literal, $example:literal) => {
        Pattern {
            id: $id,
            means: Failure($cause),
            subsystem: "",
            starts: $starts,
            has: &[$($has),*],
            needle: $needle,
            subject: None,
            read_from: current("connect-error-details-HKRZ1hRc.mjs"),
            example: $example,
        }
    };
}

pub(super) static PATTERNS: &[Pattern] = &[
    unauthorized!("client-token-mismatch", TokenMismatch, "token_mismatch"),
    unauthorized!("client-token-missing", TokenMissing, "token_missing"),
    unauthorized!("client-password-mismatch", PasswordWrong, "password_m"),
    unauthorized!("client-device-token", DeviceTokenMismatch, "device_token_mismatch"),
    unauthorized!("client-rate-limited", ClientLockedOut, "rate_limited"),
    closed!("closed-device-token", Failure(DeviceTokenMismatch), "device token mismatch"),
    closed!("closed-token-mismatch", Failure(TokenMismatch), "unauthorized: gateway token mismatch"),
    closed!("closed-token-missing", Failure(TokenMissing), "unauthorized: gateway token missing"),
    closed!("closed-password", Failure(PasswordWrong), "unauthorized: gateway password"),
    closed!("closed-locked-out", Failure(ClientLockedOut), "too many failed authentication attempts"),
    closed!("closed-pairing", Failure(PairingRequired), "pairing required"),
    closed!("closed-no-device", Failure(TokenMissing), "device identity required"),
    closed!("closed-control-ui-device", Failure(TokenMissing), "control ui requires"),
    closed!("closed-origin", Failure(OriginRefused), "origin not allowed"),
    Pattern {
        id: "closed-before-connect",
        means: Symptom(Domain::Client),
        subsystem: "ws",
        starts: "closed before connect",
        has: &["code=1008"],
        needle: "closed before connect",
        subject: None,
        read_from: clawdbot("gateway/server/ws-connection.js"),
        example: "2026-11-25T22:10:00.000Z [ws] closed before connect conn=1 remote=127.0.0.1 fwd=n/a origin=n/a host=n/a ua=n/a code=1008 reason=connect failed",
    },
    // What the command line says, in the log of its own container or pasted.
    said_to_client!(
        "cli-token-mismatch",
        TokenMismatch,
        "",
        ["gateway token mismatch"],
        "gateway token mismatch",
        "gateway connect failed: Error: unauthorized: gateway token mismatch (use this gateway's gateway.auth.token or pair the device)"
    ),
    said_to_client!(
        "cli-token-mismatch-code",
        TokenMismatch,
        "",
        ["AUTH_TOKEN_MISMATCH"],
        "AUTH_TOKEN_MISMATCH",
        "\"code\": \"AUTH_TOKEN_MISMATCH\","
    ),
    said_to_client!(
        "cli-token-missing",
        TokenMissing,
        "",
        ["AUTH_TOKEN_MISSING"],
        "AUTH_TOKEN_MISSING",
        "\"code\": \"AUTH_TOKEN_MISSING\","
    ),
    said_to_client!(
        "cli-device-token",
        DeviceTokenMismatch,
        "",
        ["AUTH_DEVICE_TOKEN_MISMATCH"],
        "AUTH_DEVICE_TOKEN_MISMATCH",
        "\"code\": \"AUTH_DEVICE_TOKEN_MISMATCH\","
    ),
    said_to_client!(
        "cli-password",
        PasswordWrong,
        "",
        ["AUTH_PASSWORD_M"],
        "AUTH_PASSWORD_M",
        "\"code\": \"AUTH_PASSWORD_MISMATCH\","
    ),
    said_to_client!(
        "cli-rate-limited",
        ClientLockedOut,
        "",
        ["AUTH_RATE_LIMITED"],
        "AUTH_RATE_LIMITED",
        "\"code\": \"AUTH_RATE_LIMITED\","
    ),
    said_to_client!(
        "cli-no-device",
        TokenMissing,
        "",
        ["DEVICE_IDENTITY_REQUIRED"],
        "DEVICE_IDENTITY_REQUIRED",
        "\"code\": \"DEVICE_IDENTITY_REQUIRED\","
    ),
    said_to_client!(
        "cli-pairing",
        PairingRequired,
        "",
        ["PAIRING_REQUIRED"],
        "PAIRING_REQUIRED",
        "\"code\": \"PAIRING_REQUIRED\","
    ),
    said_to_client!(
        "cli-origin",
        OriginRefused,
        "",
        ["CONTROL_UI_ORIGIN_NOT_ALLOWED"],
        "CONTROL_UI_ORIGIN_NOT_ALLOWED",
        "\"code\": \"CONTROL_UI_ORIGIN_NOT_ALLOWED\","
    ),
];
