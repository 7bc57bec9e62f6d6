//! Channels and skills. Only what a channel's service refuses has to do with a credential, and that
//! one is the channel's own.

use super::{current, march};
use crate::diagnose::{
    cause::Cause::{ChannelFailed, ChannelRefused, Skill},
    pattern::{
        FailureSubject::{None, Subsystem},
        Means::Failure,
        Pattern,
    },
};

/// The file that ends channels.
const CHANNELS: &str = "server-channels-D1JRZ19m.mjs";

macro_rules! channel {
    ($id:literal, $cause:ident, [$($has:literal),*], $needle:literal, $example:literal) => {
        Pattern {
            id: $id,
            means: Failure($cause),
            subsystem: "*",
            starts: "[",
            has: &[$($has),*],
            needle: $needle,
            subject: Subsystem,
            read_from: current(CHANNELS),
            example: $example,
        }
    };
}

pub(super) static PATTERNS: &[Pattern] = &[
    channel!(
        "channel-token",
        ChannelRefused,
        ["bot token unauthorized for account"],
        "bot token unauthorized",
        "2026-11-25T22:10:00.000+00:00 [telegram] [default] Telegram bot token unauthorized for account \"default\" (getMe returned 401 from Telegram; source: config token). Update channels.telegram.botToken, channels.telegram.tokenFile, or TELEGRAM_BOT_TOKEN with the current BotFather token."
    ),
    channel!(
        "channel-exited-401",
        ChannelRefused,
        ["channel exited: ", "401"],
        "channel exited",
        "2026-11-25T22:10:00.000+00:00 [telegram] [default] channel exited: Call to 'getMe' failed! (401: Unauthorized)"
    ),
    channel!(
        "channel-exited-403",
        ChannelRefused,
        ["channel exited: ", "403"],
        "channel exited",
        "2026-11-25T22:10:00.000+00:00 [discord] [default] channel exited: Failed to fetch: 403 Forbidden"
    ),
    channel!(
        "channel-exited",
        ChannelFailed,
        ["channel exited"],
        "channel exited",
        "2026-11-25T22:10:00.000+00:00 [telegram] [default] channel exited: fetch failed"
    ),
    Pattern {
        id: "skill-invalid",
        means: Failure(Skill),
        subsystem: "skills",
        starts: "Skipping invalid skill",
        has: &[],
        needle: "Skipping invalid skill",
        subject: None,
        read_from: current("plugin-skills-D-8hx1Lh.mjs"),
        example: "2026-11-25T22:10:00.000+00:00 [skills] Skipping invalid skill: file=~/.openclaw/workspace/skills/broken/SKILL.md error=description is required",
    },
    Pattern {
        id: "skill-outside",
        means: Failure(Skill),
        subsystem: "skills",
        starts: "Skipping skill path ",
        has: &[],
        needle: "Skipping skill path",
        subject: None,
        read_from: march("skills-Xrdxpo0d.js"),
        example: "2026-11-25T22:10:00.000+00:00 [skills] Skipping skill path that resolves outside its configured root.",
    },
    Pattern {
        id: "skill-missing",
        means: Failure(Skill),
        subsystem: "skills",
        starts: "plugin skill path not found",
        has: &[],
        needle: "plugin skill path not found",
        subject: None,
        read_from: current("plugin-skills-D-8hx1Lh.mjs"),
        example: "2026-11-25T22:10:00.000+00:00 [skills] plugin skill path not found (example): /home/node/skill",
    },
];
