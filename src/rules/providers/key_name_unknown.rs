//! CD306

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    openclaw::{release::catalog::Catalog, settings::network::base_url_provider},
    provenance::StepKind,
    text::nearest,
    vocabulary::finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD306",
    name: "key-name-unknown",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a variable is named almost like the one of a model provider, and is not read",
    impact: Impact::Ignored,
    effect: "a provider's key is ignored",
    page: include_str!("../../../docs/rules/CD306.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Names that other programs and guides use, and the one that OpenClaw reads instead.
const OTHER_NAMES: [(&str, &str); 33] = [
    ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"),
    ("ANTHROPIC_KEY", "ANTHROPIC_API_KEY"),
    ("ANTHROPIC_TOKEN", "ANTHROPIC_API_KEY"),
    ("CLAUDE_API_KEY", "ANTHROPIC_API_KEY"),
    ("CLAUDE_KEY", "ANTHROPIC_API_KEY"),
    ("CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_OAUTH_TOKEN"),
    ("OPENAI_KEY", "OPENAI_API_KEY"),
    ("OPENAI_TOKEN", "OPENAI_API_KEY"),
    ("CHATGPT_API_KEY", "OPENAI_API_KEY"),
    ("GPT_API_KEY", "OPENAI_API_KEY"),
    ("OPENROUTER_KEY", "OPENROUTER_API_KEY"),
    ("OPENROUTER_TOKEN", "OPENROUTER_API_KEY"),
    ("GEMINI_KEY", "GEMINI_API_KEY"),
    ("GOOGLE_AI_API_KEY", "GEMINI_API_KEY"),
    ("GOOGLE_AI_KEY", "GEMINI_API_KEY"),
    ("GOOGLE_GEMINI_API_KEY", "GEMINI_API_KEY"),
    ("GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"),
    ("GROK_API_KEY", "XAI_API_KEY"),
    ("X_AI_API_KEY", "XAI_API_KEY"),
    ("XAI_KEY", "XAI_API_KEY"),
    ("GROQ_KEY", "GROQ_API_KEY"),
    ("DEEPSEEK_KEY", "DEEPSEEK_API_KEY"),
    ("MISTRAL_KEY", "MISTRAL_API_KEY"),
    ("HUGGINGFACE_API_KEY", "HF_TOKEN"),
    ("HUGGING_FACE_API_KEY", "HF_TOKEN"),
    ("ZHIPU_API_KEY", "ZAI_API_KEY"),
    ("GLM_API_KEY", "ZAI_API_KEY"),
    ("DISCORD_TOKEN", "DISCORD_BOT_TOKEN"),
    ("SLACK_TOKEN", "SLACK_BOT_TOKEN"),
    ("TELEGRAM_API_KEY", "TELEGRAM_BOT_TOKEN"),
    ("TELEGRAM_API_TOKEN", "TELEGRAM_BOT_TOKEN"),
    ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
    ("TG_BOT_TOKEN", "TELEGRAM_BOT_TOKEN"),
];

/// Shorter names are near to too many others.
const SHORTEST_STEM: usize = 6;

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.runs_models()) else { return };
    for variable in &case.target.environment {
        let name = variable.name.as_str();
        let Some(winner) = &variable.winner else { continue };
        // What a variable that is not set here would set elsewhere is not read either.
        let made = winner.via.iter().any(|v| matches!(v.step, StepKind::Interpolation { .. }));
        if winner.is_blank() && !made {
            continue;
        }
        let Some(meant) = meant(name) else { continue };
        if facts.references.contains(name) || facts.image.reads(name) || is_of_another(case, name) {
            continue;
        }
        let has_meant = facts.env.get(meant).and_then(|v| v.winner.as_ref()).is_some_and(|w| !w.is_blank());
        let finding = RULE
            .finding(format!("{} does not read {name}; did you mean {meant}?", facts.release_name))
            .at(winner.written(), "not read")
            .and(winner.root(), "its value is written here")
            .help(if has_meant {
                format!("remove {name}: {meant}, which is read, is set as well")
            } else {
                format!("name it {meant}, and {}", case.target.advice.recreate())
            })
            .key(name);
        findings.push(if winner.is_blank() || has_meant {
            finding.severity(Severity::Info).confidence(Confidence::Medium)
        } else if facts.image.runs_as_known() {
            finding
        } else {
            // The start script of an unknown image may hand it on.
            finding.severity(Severity::Warning).confidence(Confidence::Medium)
        });
    }
}

/// A service beside OpenClaw gets it too, and may be what it is for.
fn is_of_another(case: &RuleContext<'_>, name: &str) -> bool {
    case.index.is_set_beside(name)
}

/// The variable that OpenClaw reads and that was meant.
fn meant(name: &str) -> Option<&'static str> {
    // Nobody takes anything else for a key.
    let upper = name.to_ascii_uppercase();
    if !["KEY", "TOKEN"].iter().any(|word| upper.contains(word)) {
        return None;
    }
    let catalog = Catalog::newest();
    let known: Vec<&'static str> = catalog.credential_variables().collect();
    let reads = |name: &str| {
        let lists = [catalog.read, catalog.channels, catalog.web_search, catalog.usage_only];
        known.contains(&name)
            || lists.iter().any(|list| list.contains(&name))
            || catalog.rotation.values().flatten().any(|v| *v == name)
    };
    if reads(name) || base_url_provider(name).is_some() {
        return None;
    }
    if let Some((_, meant)) = OTHER_NAMES.iter().find(|(other, _)| *other == name) {
        return Some(meant);
    }
    let bare = |name: &'_ str| name.bytes().filter(|b| *b != b'_').map(|b| b.to_ascii_uppercase()).collect();
    let wanted: Vec<u8> = bare(name);
    if let Some(same) =
        known.iter().find(|v| v.len().abs_diff(name.len()) < wanted.len() && bare(v) == wanted)
    {
        return Some(same);
    }
    // The usual end in another form: `AZURE_OPENAI_KEY`.
    const ENDS: [&str; 6] = ["_SECRET_KEY", "_API_TOKEN", "_API_SECRET", "_APIKEY", "_TOKEN", "_KEY"];
    let other_end = ENDS.iter().find_map(|end| name.strip_suffix(end)).map(|stem| format!("{stem}_API_KEY"));
    if let Some(same) = other_end.and_then(|wanted| known.iter().copied().find(|v| *v == wanted)) {
        return Some(same);
    }
    // Only the part before the usual end is compared: all of them have the end in common.
    let stem = name.strip_suffix("_API_KEY").filter(|stem| stem.len() >= SHORTEST_STEM)?;
    let stems = known.iter().filter_map(|v| v.strip_suffix("_API_KEY"));
    let near = nearest::nearest(stem, stems.filter(|s| s.len() >= SHORTEST_STEM))?;
    known.into_iter().find(|v| v.strip_suffix("_API_KEY") == Some(near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_meant() {
        for (name, expected) in [
            ("OPEN_ROUTER_API_KEY", "OPENROUTER_API_KEY"),
            ("CLAUDE_API_KEY", "ANTHROPIC_API_KEY"),
            ("GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"),
            ("OPENAI_APIKEY", "OPENAI_API_KEY"),
            ("DEEP_SEEK_API_KEY", "DEEPSEEK_API_KEY"),
            ("ANTROPIC_API_KEY", "ANTHROPIC_API_KEY"),
            ("openai_api_key", "OPENAI_API_KEY"),
            ("AZURE_OPENAI_KEY", "AZURE_OPENAI_API_KEY"),
            ("GROQ_API_TOKEN", "GROQ_API_KEY"),
            ("DISCORD_TOKEN", "DISCORD_BOT_TOKEN"),
        ] {
            assert_eq!(meant(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn other_names_are_their_own() {
        for name in [
            "ANTHROPIC_API_KEY",
            "OPENAI_API_KEYS",
            "API_KEY",
            "MODEL_API_KEY",
            "MODEL2_API_KEY",
            "NOTION_API_KEY",
            "BRAVE_API_KEY",
            "BRAVE_SEARCH_API_KEY",
            "GOOGLE_MAPS_API_KEY",
            "NANOBANANA_API_KEY",
            "PERPLEXITY_API_KEY",
            "EXA_API_KEY",
            "JINA_API_KEY",
            "CUSTOM_LLM_API_KEY",
            "OPENAI_COMPATIBLE_API_KEY",
            "OPENAI_BASE_URL",
            "TELEGRAM_BOT_TOKEN",
            "GH_TOKEN",
        ] {
            assert_eq!(meant(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_meant_is_read() {
        let catalog = Catalog::newest();
        let known: Vec<&str> =
            catalog.credential_variables().chain(catalog.channels.iter().copied()).collect();
        for (name, meant) in OTHER_NAMES {
            assert!(known.contains(&meant), "{meant}");
            assert!(!known.contains(&name), "{name} is read");
        }
    }
}
