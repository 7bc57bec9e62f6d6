//! The credentials of chat channels: the config of a channel comes before its variable, which counts
//! for the default account alone (the channels' own pages in npm openclaw 2026.9.6, `docs/channels/`;
//! `telegram-token`).

use crate::openclaw::{
    read::config_path::PathStep,
    settings::{
        any_key::Reader,
        precedence::{CandidateState, RankedCandidate, decide},
    },
};
use crate::vocabulary::setting::{Category, Resolution, Setting};

/// What a channel takes from its config or from the environment.
#[derive(Clone, Copy, Debug)]
pub struct ChannelKey {
    /// The channel's id.
    pub channel: &'static str,
    /// The key below `channels.<id>`.
    pub key: &'static str,
    /// Its variables, strongest first.
    pub variables: &'static [&'static str],
    /// The key of a file that holds it instead, and whether that one comes first.
    file: Option<(&'static str, bool)>,
}

const fn row(channel: &'static str, key: &'static str, variables: &'static [&'static str]) -> ChannelKey {
    ChannelKey { channel, key, variables, file: None }
}

const fn with_file(row: ChannelKey, key: &'static str, comes_first: bool) -> ChannelKey {
    ChannelKey { file: Some((key, comes_first)), ..row }
}

/// Every key of a channel that a variable can give.
pub const KEYS: [ChannelKey; 42] = [
    row("buzz", "relayUrl", &["BUZZ_RELAY_URL"]),
    row("buzz", "privateKey", &["BUZZ_PRIVATE_KEY"]),
    row("clickclack", "token", &["CLICKCLACK_BOT_TOKEN"]),
    row("discord", "token", &["DISCORD_BOT_TOKEN"]),
    row("feishu", "appId", &["FEISHU_APP_ID"]),
    row("feishu", "appSecret", &["FEISHU_APP_SECRET"]),
    row("feishu", "encryptKey", &["FEISHU_ENCRYPT_KEY"]),
    row("feishu", "verificationToken", &["FEISHU_VERIFICATION_TOKEN"]),
    row("googlechat", "serviceAccount", &["GOOGLE_CHAT_SERVICE_ACCOUNT"]),
    row("googlechat", "serviceAccountFile", &["GOOGLE_CHAT_SERVICE_ACCOUNT_FILE"]),
    row("irc", "host", &["IRC_HOST"]),
    row("irc", "nick", &["IRC_NICK"]),
    row("irc", "password", &["IRC_PASSWORD"]),
    with_file(row("line", "channelAccessToken", &["LINE_CHANNEL_ACCESS_TOKEN"]), "tokenFile", false),
    with_file(row("line", "channelSecret", &["LINE_CHANNEL_SECRET"]), "secretFile", false),
    row("matrix", "homeserver", &["MATRIX_HOMESERVER"]),
    row("matrix", "userId", &["MATRIX_USER_ID"]),
    row("matrix", "accessToken", &["MATRIX_ACCESS_TOKEN"]),
    row("matrix", "password", &["MATRIX_PASSWORD"]),
    row("matrix", "deviceId", &["MATRIX_DEVICE_ID"]),
    row("matrix", "deviceName", &["MATRIX_DEVICE_NAME"]),
    row("mattermost", "botToken", &["MATTERMOST_BOT_TOKEN"]),
    row("mattermost", "baseUrl", &["MATTERMOST_URL"]),
    row("msteams", "appId", &["MSTEAMS_APP_ID"]),
    row("msteams", "appPassword", &["MSTEAMS_APP_PASSWORD"]),
    row("msteams", "tenantId", &["MSTEAMS_TENANT_ID"]),
    row("nextcloud-talk", "botSecret", &["NEXTCLOUD_TALK_BOT_SECRET"]),
    row("nextcloud-talk", "apiPassword", &["NEXTCLOUD_TALK_API_PASSWORD"]),
    row("nostr", "privateKey", &["NOSTR_PRIVATE_KEY"]),
    row("raft", "profile", &["RAFT_PROFILE"]),
    row("slack", "botToken", &["SLACK_BOT_TOKEN"]),
    row("slack", "appToken", &["SLACK_APP_TOKEN"]),
    row("slack", "userToken", &["SLACK_USER_TOKEN"]),
    row("sms", "accountSid", &["TWILIO_ACCOUNT_SID"]),
    row("sms", "authToken", &["TWILIO_AUTH_TOKEN"]),
    row("sms", "fromNumber", &["TWILIO_PHONE_NUMBER", "TWILIO_SMS_FROM"]),
    row("sms", "messagingServiceSid", &["TWILIO_MESSAGING_SERVICE_SID"]),
    row("synology-chat", "token", &["SYNOLOGY_CHAT_TOKEN"]),
    with_file(row("telegram", "botToken", &["TELEGRAM_BOT_TOKEN"]), "tokenFile", true),
    row("twitch", "accessToken", &["OPENCLAW_TWITCH_ACCESS_TOKEN"]),
    row("zalo", "botToken", &["ZALO_BOT_TOKEN"]),
    row("zalouser", "profile", &["ZALOUSER_PROFILE", "ZCA_PROFILE"]),
];

/// The keys of one channel.
#[cfg(test)]
pub fn of_channel(id: &str) -> impl Iterator<Item = &'static ChannelKey> {
    KEYS.iter().filter(move |key| key.channel == id)
}

impl ChannelKey {
    /// `channels.telegram.botToken`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("channels.{}.{}", self.channel, self.key)
    }

    /// The setting as each of the readers sees it.
    #[must_use]
    pub(crate) fn setting(&self, readers: &[Reader<'_>]) -> Setting {
        Setting {
            key: self.path().into(),
            variables: self.variables.iter().map(|name| (*name).to_owned()).collect(),
            category: Category::Other,
            secret: !matches!(self.key, "host" | "nick" | "baseUrl" | "relayUrl" | "homeserver" | "profile"),
            views: readers.iter().map(|reader| self.view(reader)).collect(),
        }
    }

    fn view(&self, reader: &Reader<'_>) -> Resolution {
        let mut ranked = Vec::new();
        let account = [
            PathStep::Key("channels"),
            PathStep::Key(self.channel),
            PathStep::Key("accounts"),
            PathStep::Key("default"),
        ];
        for of in [&account[..], &account[..2]] {
            ranked.extend(self.in_config(reader, of));
        }
        let mut ignored = Vec::new();
        for name in self.variables {
            ranked.extend(RankedCandidate::variable(reader.env.get(name)));
            ignored.extend(reader.env.ignored(name).cloned());
        }
        let view = decide(reader.consumer.clone(), ranked, ignored);
        reader.as_sure_as_seen(view)
    }

    /// What the config has below one object, the credential's file in its place.
    fn in_config(&self, reader: &Reader<'_>, of: &[PathStep<'_>]) -> Vec<RankedCandidate> {
        let at = |key| {
            let mut path = of.to_vec();
            path.push(PathStep::Key(key));
            path
        };
        let own = reader.ranked(&at(self.key), true);
        let Some((file, comes_first)) = self.file else { return own.into_iter().collect() };
        // What is in the file is not known from here.
        let file = reader.ranked(&at(file), false).map(|ranked| RankedCandidate {
            offer: match ranked.offer {
                CandidateState::Value(mut candidate) if !candidate.is_blank() => {
                    candidate.value = None;
                    CandidateState::Unknown(candidate)
                }
                offer => offer,
            },
            ..ranked
        });
        if comes_first {
            file.into_iter().chain(own).collect()
        } else {
            own.into_iter().chain(file).collect()
        }
    }
}
