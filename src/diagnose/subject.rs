//! Who a message is about, where no pattern says where the name stands.

use super::{cause::Domain, line::LogLine, pattern::field};

/// Providers of models, as messages name them.
const PROVIDERS: &[&str] = &[
    "anthropic",
    "openai",
    "openrouter",
    "google",
    "gemini",
    "groq",
    "mistral",
    "deepseek",
    "xai",
    "ollama",
    "moonshot",
    "kimi",
    "minimax",
    "zai",
    "together",
    "nvidia",
    "qwen",
    "azure",
    "amazon-bedrock",
    "bedrock",
    "google-vertex",
    "vertex",
    "litellm",
    "lmstudio",
    "vllm",
    "github-copilot",
    "huggingface",
    "cerebras",
    "fireworks",
    "venice",
    "synthetic",
    "perplexity",
    "cohere",
    "openai-codex",
    "opencode",
    "volcengine",
    "vercel-ai-gateway",
    "cloudflare-ai-gateway",
    "chutes",
    "qianfan",
    "xiaomi",
    "copilot",
];
/// Channels.
const CHANNELS: &[&str] = &[
    "telegram",
    "discord",
    "slack",
    "whatsapp",
    "signal",
    "matrix",
    "msteams",
    "imessage",
    "googlechat",
    "mattermost",
    "feishu",
    "irc",
    "nostr",
    "twitch",
    "zalo",
    "bluebubbles",
    "nextcloud-talk",
    "synology-chat",
    "tlon",
];
/// What only Telegram's methods are called.
const TELEGRAM: &[&str] =
    &["getupdates", "setwebhook", "deletewebhook", "setmycommands", "deletemycommands", "getme"];

/// The provider, client or channel that a line is about.
#[must_use]
pub fn of(line: &LogLine, domain: Domain) -> Option<String> {
    let message = &line.message;
    match domain {
        Domain::Model => {
            let named = field(message, "provider").map(|v| v.split('/').next().unwrap_or(v));
            let quoted = || {
                let rest = message.split_once("rovider \"").map(|(_, rest)| rest)?;
                rest.split_once('"').map(|(name, _)| name)
            };
            named
                .or_else(quoted)
                .filter(|n| is_name(n))
                .map(str::to_owned)
                .or_else(|| known(message, PROVIDERS))
        }
        Domain::Channel => {
            let own =
                line.subsystem.rsplit('/').next().filter(|name| CHANNELS.contains(name)).map(str::to_owned);
            let lower = || message.to_ascii_lowercase();
            let telegram = || TELEGRAM.iter().any(|m| lower().contains(m)).then(|| "telegram".to_owned());
            own.or_else(|| known(message, CHANNELS)).or_else(telegram)
        }
        Domain::Client => field(message, "client").filter(|n| is_name(n)).map(str::to_owned),
        Domain::Start | Domain::Tool | Domain::Unknown => None,
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 40
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// The first of the names that stands in a text as a word.
fn known(text: &str, names: &[&str]) -> Option<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let name =
        |word: &str| names.iter().find(|name| name.eq_ignore_ascii_case(word)).map(|n| (*n).to_owned());
    words.filter(|w| w.len() > 2).find_map(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_stand() {
        let of = |text: &str, domain| of(&LogLine::parse(text.as_bytes()), domain);
        assert_eq!(of("x provider=acme/m y", Domain::Model).as_deref(), Some("acme"));
        assert_eq!(of("no key for provider \"acme\".", Domain::Model).as_deref(), Some("acme"));
        assert_eq!(of("Anthropic said no", Domain::Model).as_deref(), Some("anthropic"));
        assert_eq!(of("[telegram] x", Domain::Channel).as_deref(), Some("telegram"));
        assert_eq!(of("Call to 'getMe' failed", Domain::Channel).as_deref(), Some("telegram"));
        assert_eq!(of("in line 3", Domain::Channel), None);
        assert_eq!(of("nothing", Domain::Model), None);
    }
}
