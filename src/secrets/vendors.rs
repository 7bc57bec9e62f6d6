//! How vendors begin their credentials: one table. Everybody knows a beginning, and it is a part of a
//! key all the same: where the kind of a key has to be kept and nothing of it may be (in a snapshot),
//! one character stands for it.

use std::borrow::Cow;

/// What the credentials of a vendor begin with.
#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) prefix: &'static str,
    /// Fewest characters of a credential of its: `sk-` alone begins many words.
    pub(crate) least: usize,
    /// Whose it is; none where several vendors begin so.
    pub(crate) owner: Option<&'static str>,
    /// Model providers, by their ids in OpenClaw's config, that take it as their key.
    pub(crate) takers: &'static [&'static str],
    /// The number of the character that stands for it in a snapshot: never another one, as people keep
    /// those files.
    mark: Option<u32>,
}

const fn vendor(prefix: &'static str, least: usize) -> Vendor {
    Vendor { prefix, least, owner: None, takers: &[], mark: None }
}

const fn model_key(
    prefix: &'static str,
    least: usize,
    owner: &'static str,
    takers: &'static [&'static str],
    mark: u32,
) -> Vendor {
    Vendor { prefix, least, owner: Some(owner), takers, mark: Some(mark) }
}

/// What `claude setup-token` prints begins so.
pub(crate) const SETUP_TOKEN: &str = "sk-ant-oat";

const ANTHROPIC: &[&str] = &["anthropic", "anthropic-openai", "claude-cli"];
const OPENAI: &[&str] = &["openai", "openai-codex"];
const COPILOT: &[&str] = &["github-copilot"];

/// The table; a longer beginning stands before a shorter one that it has.
pub(crate) static VENDORS: &[Vendor] = &[
    model_key(SETUP_TOKEN, 12, "Anthropic", ANTHROPIC, 1),
    model_key("sk-ant-", 12, "Anthropic", ANTHROPIC, 0),
    model_key("sk-or-", 12, "OpenRouter", &["openrouter"], 2),
    model_key("sk-proj-", 12, "OpenAI", OPENAI, 3),
    model_key("sk-svcacct-", 12, "OpenAI", OPENAI, 4),
    model_key("gsk_", 10, "Groq", &["groq"], 5),
    model_key("AIza", 12, "Google", &["google", "google-vertex"], 6),
    model_key("xai-", 10, "xAI", &["xai", "x-ai"], 7),
    model_key("hf_", 10, "Hugging Face", &["huggingface"], 8),
    model_key("pplx-", 10, "Perplexity", &["perplexity"], 9),
    model_key("nvapi-", 10, "NVIDIA", &["nvidia"], 10),
    model_key("csk-", 12, "Cerebras", &["cerebras"], 11),
    model_key("ghp_", 8, "GitHub", COPILOT, 12),
    model_key("gho_", 8, "GitHub", COPILOT, 13),
    model_key("ghu_", 8, "GitHub", COPILOT, 14),
    model_key("github_pat_", 14, "GitHub", COPILOT, 15),
    model_key("r8_", 10, "Replicate", &["replicate"], 16),
    // OpenAI's older keys, DeepSeek, Moonshot, LiteLLM and many others.
    vendor("sk-", 12),
    // Stripe.
    vendor("sk_", 12),
    vendor("pk_", 12),
    vendor("rk_", 12),
    vendor("whsec_", 10),
    // GitHub's apps, GitLab.
    vendor("ghs_", 8),
    vendor("ghr_", 8),
    vendor("glpat-", 10),
    // Slack.
    vendor("xoxa", 8),
    vendor("xoxb", 8),
    vendor("xoxe", 8),
    vendor("xoxp", 8),
    vendor("xoxr", 8),
    vendor("xoxs", 8),
    vendor("xapp-", 8),
    // AWS.
    vendor("AKIA", 12),
    vendor("ASIA", 12),
    // Google's OAuth.
    vendor("ya29.", 10),
    // JSON Web Tokens.
    vendor("eyJ", 12),
    // npm, Docker Hub, Vault, age.
    vendor("npm_", 16),
    vendor("dckr_pat_", 12),
    vendor("hvs.", 10),
    vendor("AGE-SECRET-KEY-", 16),
    // Tavily, Firecrawl, SendGrid.
    vendor("tvly-", 10),
    vendor("fc-", 16),
    vendor("SG.", 16),
];

/// A credential begins so, and is long enough to be one.
#[must_use]
pub(crate) fn begins_like_a_credential(value: &str) -> bool {
    VENDORS.iter().any(|vendor| value.len() >= vendor.least && value.starts_with(vendor.prefix))
}

/// The vendor, of those that have a beginning of their own, whose credentials begin like the value.
#[must_use]
pub(crate) fn vendor_of(value: &str) -> Option<&'static Vendor> {
    VENDORS.iter().find(|vendor| vendor.owner.is_some() && value.starts_with(vendor.prefix))
}

/// Its name.
#[must_use]
pub(crate) fn owner(value: &str) -> Option<&'static str> {
    vendor_of(value)?.owner
}

/// The first of the characters, in an area that Unicode gives no meaning.
const FIRST: u32 = 0xF_0000;

/// The length of the longest beginning that the text has and that can be kept, and the character that
/// stands for it.
#[must_use]
pub(crate) fn marked(text: &str) -> Option<(usize, char)> {
    let vendor = VENDORS.iter().find(|v| v.mark.is_some() && text.starts_with(v.prefix))?;
    Some((vendor.prefix.len(), char::from_u32(FIRST + vendor.mark?)?))
}

/// The text with the beginnings in the place of their characters.
#[must_use]
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    let beginning = |c: char| {
        let mark = u32::from(c).checked_sub(FIRST)?;
        VENDORS.iter().find(|vendor| vendor.mark == Some(mark)).map(|vendor| vendor.prefix)
    };
    if !text.chars().any(|c| beginning(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match beginning(c) {
            Some(beginning) => out.push_str(beginning),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_stands_for_a_beginning() {
        for vendor in VENDORS.iter().filter(|vendor| vendor.mark.is_some()) {
            let (length, code) = marked(vendor.prefix).unwrap();
            assert_eq!(length, vendor.prefix.len());
            assert_eq!(decoded(&format!("a {code}b")), format!("a {}b", vendor.prefix));
        }
        assert_eq!(marked("sk-"), None);
        assert!(matches!(decoded("nothing of it"), Cow::Borrowed(_)));
    }

    /// Files that people keep have these.
    #[test]
    fn characters_never_change() {
        assert_eq!(decoded("\u{F0000}"), "sk-ant-");
        assert_eq!(decoded("\u{F0001}"), "sk-ant-oat");
        assert_eq!(decoded("\u{F0007}"), "xai-");
        assert_eq!(decoded("\u{F0010}"), "r8_");
    }

    #[test]
    fn longer_beginnings_stand_first() {
        for (at, vendor) in VENDORS.iter().enumerate() {
            assert!(
                VENDORS[..at].iter().all(|before| !vendor.prefix.starts_with(before.prefix)),
                "{}",
                vendor.prefix
            );
        }
    }
}
