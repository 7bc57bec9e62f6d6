//! Variables that add keys for rotation (`collectProviderApiKeys` and
//! `collectProviderApiKeysForExecution`, openclaw 2026.9.6).
//!
//! The key that is resolved in the usual way is tried first; these follow after a rate limit, and
//! only where rotation exists. None of them makes a provider usable by itself.

use crate::openclaw::release::number::Program;
use crate::provenance::Reason;

/// The variables of one provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rotation {
    /// Where it is set, nothing but this key rotates.
    pub single: String,
    /// Several keys in one value.
    pub list: String,
    /// One key. Of some providers it is also the usual variable.
    pub primary: String,
    /// Who uses them.
    pub users: &'static str,
}

impl Rotation {
    /// Those of a provider.
    #[must_use]
    pub fn of(provider: &str, program: Program) -> Self {
        let is_google = matches!(provider, "google" | "google-vertex");
        let stem = if is_google { "GEMINI".to_owned() } else { provider.to_uppercase().replace('-', "_") };
        let prefix = match program {
            Program::Clawdbot => "CLAWDBOT_",
            Program::OpenClaw => "OPENCLAW_",
        };
        // The one whose list has another name than all the others.
        let list = match provider {
            "anthropic" => format!("{prefix}LIVE_ANTHROPIC_KEYS"),
            _ => format!("{stem}_API_KEYS"),
        };
        let users = if is_google {
            "requests to Gemini, its embeddings and the understanding of media"
        } else {
            "the understanding of media"
        };
        Self { single: format!("{prefix}LIVE_{stem}_KEY"), list, primary: format!("{stem}_API_KEY"), users }
    }

    /// What a variable is for, when it belongs here.
    #[must_use]
    pub fn reason(&self, name: &str) -> Option<Reason> {
        let role = if name == self.single {
            "pins the one key that rotation uses"
        } else if name == self.list || name == self.primary {
            "only adds keys for rotation"
        } else if name.strip_prefix(&self.primary).is_some_and(|rest| rest.starts_with('_')) {
            "only adds a key for rotation"
        } else {
            return None;
        };
        Some(Reason::RotationOnly { role, users: self.users })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_provider() {
        let of = |provider| Rotation::of(provider, Program::OpenClaw);
        assert_eq!(of("anthropic").list, "OPENCLAW_LIVE_ANTHROPIC_KEYS");
        assert_eq!(of("vercel-ai-gateway").single, "OPENCLAW_LIVE_VERCEL_AI_GATEWAY_KEY");
        assert_eq!(of("google").list, "GEMINI_API_KEYS");
        assert!(of("openai").reason("OPENAI_API_KEY_2").is_some());
        assert!(of("openai").reason("OPENAI_API_KEY2").is_none());
        assert!(
            of("google").reason("GEMINI_API_KEY_B").is_some_and(|why| why.to_string().contains("Gemini"))
        );
    }
}
