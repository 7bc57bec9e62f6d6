//! What only one gateway can use at a time.

use crate::{
    model::target::Target,
    text::secret::js_trim,
    vocabulary::deployment::{Mount, MountKind},
};

/// Bots whose service lets one program ask for updates at a time (the Bot API's `getUpdates`).
pub(crate) const BOT_TOKENS: [&str; 1] = ["TELEGRAM_BOT_TOKEN"];

/// What only one gateway can use at a time. A bot is told by its token, so none of it is shown.
#[derive(PartialEq, Eq, Hash)]
pub(crate) enum GatewayResource {
    /// A state directory: a path of the host, or of a volume.
    State(String),
    /// The variable of a bot, and its token as OpenClaw reads it.
    Bot(&'static str, String),
}

impl GatewayResource {
    /// Everything of the kind that a gateway uses.
    pub(crate) fn all(target: &Target) -> impl Iterator<Item = Self> {
        let state = Self::state(target).map(|(_, state)| state);
        state.into_iter().chain(BOT_TOKENS.into_iter().filter_map(|name| Self::bot(target, name)))
    }

    /// What is mounted as the state: a host path and what lies below it, or a volume.
    pub(crate) fn state(target: &Target) -> Option<(&Mount, Self)> {
        let dir = &target.facts.as_ref()?.state_dir;
        let mount = target.deployment.mount_of(dir)?;
        let source = mount.source.as_deref().filter(|source| !source.is_empty())?;
        let rest = dir.strip_prefix(mount.target.trim_end_matches('/')).unwrap_or_default();
        let kind = match mount.kind {
            MountKind::Bind => "bind",
            MountKind::Volume => "volume",
            MountKind::Tmpfs | MountKind::EmptyDir | MountKind::Other => return None,
        };
        Some((mount, Self::State(format!("{kind} {}{rest}", source.trim_end_matches('/')))))
    }

    /// The bot whose token a variable holds.
    pub(crate) fn bot(target: &Target, name: &'static str) -> Option<Self> {
        let winner = target.variable(name)?.winner.as_ref().filter(|winner| !winner.is_blank())?;
        Some(Self::Bot(name, js_trim(winner.value.as_ref()?.expose()).to_owned()))
    }
}
