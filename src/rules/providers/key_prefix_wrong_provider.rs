//! CD307

use crate::rules::{Rule, RuleContext, Sink, support::common::variables_in};
use crate::{
    model::project_facts::EnvFileLine,
    openclaw::release::catalog::Catalog,
    provenance::{Candidate, Layer, StepKind},
    secrets::vendors,
    text::secret::js_trim,
    vocabulary::{
        finding::{Confidence, Finding, Impact, Severity},
        setting::{Category, State},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD307",
    name: "key-prefix-wrong-provider",
    severity: Severity::Warning,
    confidence: Confidence::Low,
    summary: "a key looks like one of another provider, or like a paste that went wrong",
    impact: Impact::Credential,
    effect: "a provider gets the key of another one",
    page: include_str!("../../../docs/rules/CD307.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Providers that take keys of their own only. A proxy (litellm, a gateway) takes what it was told.
const OWN_KEYS: [&str; 18] = [
    "anthropic",
    "cerebras",
    "deepgram",
    "deepseek",
    "elevenlabs",
    "google",
    "github-copilot",
    "groq",
    "huggingface",
    "minimax",
    "mistral",
    "moonshot",
    "nvidia",
    "openai",
    "openrouter",
    "together",
    "xai",
    "zai",
];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if !case.runs_models() {
        return;
    }
    for setting in case.target.settings.iter().filter(|s| s.category == Category::ProviderKey) {
        let Some(provider) = setting.key.provider() else { continue };
        let Some(view) = setting.views.first() else { continue };
        let Some(winner) = view.winner.as_ref().filter(|w| w.layer != Layer::AuthProfile) else { continue };
        let value = winner.value.as_ref().filter(|_| view.state == State::Set).map(|v| js_trim(v.expose()));
        let of_value = value.and_then(|value| {
            fault(value).map(|fault| told(case, winner, fault)).or_else(|| {
                let other = owner(value, provider).filter(|_| !has_base_url(case, provider))?;
                Some(of_another(case, winner, provider, other))
            })
        });
        findings.extend(of_value.or_else(|| borrowed(case, winner, provider, &setting.variables)));
    }
}

/// Another provider whose keys look like that.
fn owner(value: &str, provider: &str) -> Option<&'static str> {
    let vendor = vendors::vendor_of(value)?;
    vendor.owner.filter(|_| OWN_KEYS.contains(&provider) && !vendor.takers.contains(&provider))
}

fn of_another(case: &RuleContext<'_>, winner: &Candidate, provider: &str, owner: &str) -> Finding {
    RULE.finding(format!(
        "{}, the key of provider {provider}, begins like a key of {owner}",
        case.named(winner)
    ))
    .at(winner.written(), "the shape of another provider's key")
    .and(winner.root(), "written here")
    .help(format!(
        "put the key of {provider} there, or give the one that is there to the provider it belongs to, and {}",
        case.target.advice.recreate()
    ))
    .key(winner.name.clone())
}

/// What another program than the provider's own answers there takes whatever key it was told.
fn has_base_url(case: &RuleContext<'_>, provider: &str) -> bool {
    case.base_urls().any(|url| url.provider() == Some(provider))
}

fn told(case: &RuleContext<'_>, winner: &Candidate, fault: &str) -> Finding {
    // Where the line of the env file is as it should be, the compose file adds what is wrong.
    let line = case.whole.iter().flat_map(|w| &w.dotenv).find(|l| Some(l.place) == winner.root());
    let is_fine =
        |l: &EnvFileLine| l.value.as_ref().is_some_and(|v| self::fault(js_trim(v.expose())).is_none());
    let named = match winner.place.filter(|_| line.is_some_and(is_fine)) {
        Some(place) => format!("{} ({})", winner.name, case.sources.brief(place)),
        None => case.named(winner),
    };
    RULE.finding(format!("{named} {fault}: the provider will not know such a key"))
        .confidence(Confidence::Medium)
        .at(winner.written(), "not as it was issued")
        .and(winner.root(), "written here")
        .help(format!("write the bare key there, and {}", case.target.advice.recreate()))
        .key(winner.name.clone())
}

/// What went wrong when the value was pasted, free of its characters.
fn fault(value: &str) -> Option<&'static str> {
    let quoted = |q: char| value.starts_with(q) || value.ends_with(q);
    // A mark that was not filled in is no key at all, and told as that.
    if value.contains(['<', '>', '{', '}', '$']) || !value.is_ascii() && !value.contains('…') {
        return None;
    }
    let (first, second) = value.as_bytes().split_at(value.len() / 2);
    let is_name = value.split_once('=').is_some_and(|(name, rest)| {
        let plain = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        plain && name.contains('_') && !rest.is_empty()
    });
    if ['"', '\'', '`'].into_iter().any(quoted) {
        Some("has a quote as a part of its value")
    } else if is_name {
        Some("holds a whole line `NAME=value` and not the value alone")
    } else if value.starts_with("Bearer ") {
        Some("begins with the word Bearer")
    } else if value.contains(' ') {
        Some("contains a space")
    } else if first.len() >= 16 && first == second {
        Some("holds the same characters twice, as a paste does that was made twice")
    } else if vendors::vendor_of(value).is_some()
        && value.len() > 20
        && (value.contains("...") || value.contains('…'))
    {
        Some("is cut short by dots, as programs show a key and not as it is")
    } else {
        None
    }
}

/// The value is handed over from the variable of another provider.
fn borrowed(
    case: &RuleContext<'_>,
    winner: &Candidate,
    provider: &str,
    variables: &[String],
) -> Option<Finding> {
    let shown = winner.via.iter().find_map(|v| match &v.step {
        StepKind::Interpolation { shown } => Some(shown),
        _ => None,
    })?;
    let is_key_of_another = |name: &&str| {
        !variables.iter().any(|own| own == name)
            && Catalog::newest().credential_variables().any(|v| v == *name)
    };
    let names = variables_in(shown);
    let only = names.first().filter(|name| names.len() == 1 && is_key_of_another(name))?;
    if has_base_url(case, provider) {
        return None;
    }
    Some(
        RULE.finding(format!(
            "{} takes its value from {only}, the key of another provider",
            case.named(winner)
        ))
        .severity(Severity::Info)
        .at(winner.written(), "another provider's key")
        .help(format!("take it from a variable of its own, and {}", case.target.advice.recreate()))
        .key(winner.name.clone()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners() {
        assert_eq!(owner("sk-or-v1-0123", "anthropic"), Some("OpenRouter"));
        assert_eq!(owner("sk-ant-api03-0123", "openai"), Some("Anthropic"));
        for (value, provider) in [
            ("sk-ant-api03-0123", "anthropic"),
            ("sk-ant-api03-0123", "litellm"),
            ("sk-0123", "openai"),
            ("sk-0123", "anthropic"),
            ("AIzaSy", "google"),
        ] {
            assert_eq!(owner(value, provider), None, "{value} {provider}");
        }
    }

    #[test]
    fn faults() {
        let key = "sk-ant-api03-0123456789abcdef";
        assert_eq!(fault(key), None);
        assert_eq!(fault("sk-your-key"), None);
        assert_eq!(fault("<your key>"), None);
        assert_eq!(fault("sk-..."), None);
        assert_eq!(fault("abababab"), None);
        for wrong in [
            format!("\"{key}\""),
            format!("{key}'"),
            format!("ANTHROPIC_API_KEY={key}"),
            format!("Bearer {key}"),
            format!("{key} {key}"),
            format!("{key}{key}"),
            "sk-ant-api03-0123...cdef0123".to_owned(),
        ] {
            assert!(fault(&wrong).is_some(), "{wrong}");
        }
    }
}
