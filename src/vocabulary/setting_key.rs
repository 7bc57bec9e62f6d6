//! Which setting: the one place where the settings that the program knows by themselves are spelled.

use std::{borrow::Cow, fmt};

/// A setting of OpenClaw: the key of its config where there is one, else the variable.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SettingKey {
    /// The token of the gateway.
    GatewayToken,
    /// The password of the gateway.
    GatewayPassword,
    /// What the gateway asks of its clients.
    GatewayAuthMode,
    /// The reverse proxy that names the user, for `trusted-proxy`.
    GatewayTrustedProxy,
    /// The address that the gateway listens on.
    GatewayBind,
    /// Whether the gateway is this one or another.
    GatewayMode,
    /// The port that the gateway listens on.
    GatewayPort,
    /// The reverse proxies whose headers are believed.
    TrustedProxies,
    /// The origins that the Control UI may be opened from.
    AllowedOrigins,
    /// Whether Tailscale serves the gateway.
    TailscaleMode,
    /// Where the CLI finds a gateway elsewhere.
    RemoteUrl,
    /// The token for a gateway elsewhere.
    RemoteToken,
    /// The password for a gateway elsewhere.
    RemotePassword,
    /// The credential of a provider, by its id.
    ProviderKey(String),
    /// Where a provider is reached, by its id.
    ProviderBaseUrl(String),
    /// Which of its credentials a provider's requests carry, by its id.
    ProviderAuth(String),
    /// Any other key of the config, or a variable.
    Named(String),
}

/// The keys of the config that are settings of their own.
const KEYS: [(SettingKey, &str); 13] = [
    (SettingKey::GatewayToken, "gateway.auth.token"),
    (SettingKey::GatewayPassword, "gateway.auth.password"),
    (SettingKey::GatewayAuthMode, "gateway.auth.mode"),
    (SettingKey::GatewayTrustedProxy, "gateway.auth.trustedProxy"),
    (SettingKey::GatewayBind, "gateway.bind"),
    (SettingKey::GatewayMode, "gateway.mode"),
    (SettingKey::GatewayPort, "gateway.port"),
    (SettingKey::TrustedProxies, "gateway.trustedProxies"),
    (SettingKey::AllowedOrigins, "gateway.controlUi.allowedOrigins"),
    (SettingKey::TailscaleMode, "gateway.tailscale.mode"),
    (SettingKey::RemoteUrl, "gateway.remote.url"),
    (SettingKey::RemoteToken, "gateway.remote.token"),
    (SettingKey::RemotePassword, "gateway.remote.password"),
];
/// What the keys of a provider's settings begin with, and how they end after the provider's id.
const PROVIDERS: &str = "models.providers.";
const CREDENTIAL: &str = ".apiKey";
const BASE_URL: &str = ".baseUrl";
const AUTH: &str = ".auth";

impl SettingKey {
    /// The key of the config, or the variable, as people write it.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::ProviderKey(id) => format!("{PROVIDERS}{id}{CREDENTIAL}").into(),
            Self::ProviderBaseUrl(id) => format!("{PROVIDERS}{id}{BASE_URL}").into(),
            Self::ProviderAuth(id) => format!("{PROVIDERS}{id}{AUTH}").into(),
            Self::Named(name) => name.into(),
            fixed => KEYS.iter().find(|(key, _)| key == fixed).map_or("", |(_, text)| text).into(),
        }
    }

    /// The key of the object that it stands in; a variable stands in none.
    #[must_use]
    pub fn parent(&self) -> String {
        let text = self.text();
        text.rsplit_once('.').map_or(&*text, |(parent, _)| parent).to_owned()
    }

    /// The provider whose credential or address it is.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        match self {
            Self::ProviderKey(id) | Self::ProviderBaseUrl(id) | Self::ProviderAuth(id) => Some(id),
            Self::Named(name) => name.strip_prefix(PROVIDERS)?.rsplit_once('.').map(|(id, _)| id),
            _ => None,
        }
    }

    /// It is a key of the config, and no variable.
    #[must_use]
    pub fn is_of_config(&self) -> bool {
        !matches!(self, Self::Named(name) if !name.contains('.'))
    }
}

impl From<&str> for SettingKey {
    fn from(text: &str) -> Self {
        if let Some((key, _)) = KEYS.iter().find(|(_, known)| *known == text) {
            return key.clone();
        }
        let of_provider = text.strip_prefix(PROVIDERS);
        let id = |end: &str| {
            let id = of_provider?.strip_suffix(end)?;
            (!id.is_empty()).then(|| id.to_owned())
        };
        let of_provider = id(CREDENTIAL)
            .map(Self::ProviderKey)
            .or_else(|| id(BASE_URL).map(Self::ProviderBaseUrl))
            .or_else(|| id(AUTH).map(Self::ProviderAuth));
        of_provider.unwrap_or_else(|| Self::Named(text.to_owned()))
    }
}

impl From<String> for SettingKey {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl fmt::Display for SettingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl From<&SettingKey> for String {
    fn from(key: &SettingKey) -> Self {
        key.text().into_owned()
    }
}

impl From<SettingKey> for String {
    fn from(key: SettingKey) -> Self {
        key.text().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{KEYS, SettingKey};

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let providers = [
            SettingKey::ProviderKey("openai".into()),
            SettingKey::ProviderBaseUrl("my.own".into()),
            SettingKey::Named("ANTHROPIC_API_KEY".into()),
            SettingKey::ProviderAuth("openai".into()),
            SettingKey::Named("models.providers.openai.api".into()),
            SettingKey::Named("models.providers.apiKey".into()),
        ];
        for key in KEYS.iter().map(|(key, _)| key).chain(&providers) {
            assert_eq!(SettingKey::from(key.to_string()), *key);
        }
        assert_eq!(SettingKey::from("models.providers.a.b.baseUrl").provider(), Some("a.b"));
        assert_eq!(SettingKey::from("models.providers.openai.auth").provider(), Some("openai"));
        assert_eq!(SettingKey::from("OPENAI_API_KEY").provider(), None);
        assert_eq!(SettingKey::from("models.providers.a.b.apiKey").parent(), "models.providers.a.b");
    }
}
