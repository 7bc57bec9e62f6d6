//! CD409

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    model::target::VersionSource,
    openclaw::{
        facts::OpenClawModel,
        read::config::Config,
        release::{
            number::{Program, Release},
            schema::{KnownSchema, Mends},
        },
    },
    redact,
    text::{
        glob,
        source::{Place, SourceId},
    },
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
        prediction::StartReasonId,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD409",
    name: "config-broken",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "openclaw.json, or a file it includes, cannot be read, or holds what the release does not take",
    impact: Impact::Start,
    effect: "OpenClaw cannot use its config",
    page: include_str!("../../../docs/rules/CD409.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Keys that articles recommend and no release takes, and where the value belongs in OpenClaw 2026.9.6.
/// `*` stands for any characters of a key.
const BELONGS: &[(&str, &str)] = &[
    ("secrets.*", "models.providers.<id>.apiKey, or in the provider's variable such as ANTHROPIC_API_KEY"),
    ("gateway.defaultProvider", "agents.defaults.model.primary, as \"<provider>/<model>\""),
    ("gateway.defaultModel", "agents.defaults.model.primary, as \"<provider>/<model>\""),
    ("gateway.provider", "agents.defaults.model.primary, as \"<provider>/<model>\""),
    ("gateway.model", "agents.defaults.model.primary, as \"<provider>/<model>\""),
    ("gateway.models", "models.providers"),
    ("gateway.providers", "models.providers"),
    ("gateway.token", "gateway.auth.token"),
    ("gateway.authToken", "gateway.auth.token"),
    ("gateway.password", "gateway.auth.password"),
    ("gateway.host", "gateway.bind, as a word: \"lan\", \"loopback\""),
    ("gateway.address", "gateway.bind, as a word: \"lan\", \"loopback\""),
    ("gateway.cors", "gateway.controlUi.allowedOrigins"),
    ("gateway.origins", "gateway.controlUi.allowedOrigins"),
    ("gateway.allowedOrigins", "gateway.controlUi.allowedOrigins"),
    ("gateway.trustedProxy", "gateway.trustedProxies, as a list"),
    ("gateway.auth.enabled", "gateway.auth.mode: \"token\", \"password\" or \"none\""),
    ("gateway.auth.tokens", "gateway.auth.token, which is one text"),
    ("logging.http", "no key: OPENCLAW_DEBUG_MODEL_TRANSPORT=1 in the environment logs requests to models"),
    ("logging.debug", "logging.level, as \"debug\""),
    ("auth.token", "gateway.auth.token"),
    ("auth.password", "gateway.auth.password"),
    ("server", "gateway.port and gateway.bind"),
    ("port", "gateway.port"),
    ("host", "gateway.bind, as a word: \"lan\", \"loopback\""),
    ("bind", "gateway.bind"),
    ("token", "gateway.auth.token"),
    ("workspace", "agents.defaults.workspace"),
    ("model", "agents.defaults.model.primary, as \"<provider>/<model>\""),
    ("defaultModel", "agents.defaults.model.primary, as \"<provider>/<model>\""),
    ("provider", "agents.defaults.model.primary, as \"<provider>/<model>\""),
    ("providers", "models.providers"),
    ("llm", "models.providers and agents.defaults.model.primary"),
    ("apiKey", "models.providers.<id>.apiKey"),
    ("apiKeys", "models.providers.<id>.apiKey"),
    ("anthropic", "models.providers.anthropic"),
    ("openai", "models.providers.openai"),
    ("openrouter", "models.providers.openrouter"),
    ("telegram", "channels.telegram"),
    ("discord", "channels.discord"),
    ("slack", "channels.slack"),
    ("whatsapp", "channels.whatsapp"),
    ("models.default", "agents.defaults.model.primary"),
    ("models.primary", "agents.defaults.model.primary"),
    ("models.fallbacks", "agents.defaults.model.fallbacks"),
    ("models.providers.*.key", "apiKey next to it"),
    ("models.providers.*.token", "apiKey next to it"),
    ("models.providers.*.api_key", "apiKey, with its capital letter"),
    ("models.providers.*.url", "baseUrl"),
    ("models.providers.*.baseURL", "baseUrl, with one capital letter"),
    ("models.providers.*.base_url", "baseUrl"),
    ("models.providers.*.endpoint", "baseUrl"),
    ("agents.defaults.provider", "agents.defaults.model.primary, as \"<provider>/<model>\""),
    ("agents.defaults.apiKey", "models.providers.<id>.apiKey"),
];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    findings.extend(examples(case));
    let Some(facts) = &case.target.facts else { return };
    let Some(problem) = &facts.config_problem else { return };
    let effect = match case.target.role {
        Role::Gateway => "a gateway that starts with it exits; one that runs keeps the config it had",
        _ => "the CLI exits",
    };
    let place = problem.unknown_key.as_deref().and_then(belongs);
    let mend = match place {
        Some(place) => format!("take it out; its value belongs into {place}"),
        None => "fix the file".to_owned(),
    };
    let finding = RULE
        .finding(format!("{} {}: {effect}", facts.config_path, problem.message))
        .at(problem.place, "here")
        .help(format!(
            "{mend}; `openclaw config validate --json` in a one-off container of the image says what OpenClaw accepts"
        ))
        .key(facts.config_path.clone())
        .all_about(case.stops(&[StartReasonId::ConfigBroken, StartReasonId::ConfigInvalid]));
    findings.push(if is_fine_earlier(case, facts) {
        finding.severity(Severity::Warning).confidence(Confidence::Medium)
    } else {
        finding
    });
}

/// Which release runs is not known, and an earlier one takes the config.
fn is_fine_earlier(case: &RuleContext<'_>, facts: &OpenClawModel) -> bool {
    let assumed = case.target.openclaw.as_ref().is_some_and(|v| v.source == VersionSource::Assumed);
    let Some(root) = facts.config.root().filter(|_| assumed && facts.prefix == "OPENCLAW_") else {
        return false;
    };
    let earlier = KnownSchema::of(Program::OpenClaw, Some(EARLIER));
    earlier.is_some_and(|schema| {
        schema.check(root, &facts.env, Mends { file: false, includes: false }).refused.is_empty()
    })
}

/// Configs that lie in the project and are seen by no target, as a script or an image may copy them:
/// keys that the release does not have. One finding for each file.
fn examples(case: &RuleContext<'_>) -> Vec<Finding> {
    let Some((whole, facts)) = case.whole_once().zip(case.target.facts.as_ref()) else { return Vec::new() };
    let Some(version) = &case.target.openclaw else { return Vec::new() };
    let program = if facts.prefix == "CLAWDBOT_" { Program::Clawdbot } else { Program::OpenClaw };
    let mut schemas: Vec<KnownSchema> =
        KnownSchema::of(program, Release::parse(&version.version)).into_iter().collect();
    // A file in the project may be older than the release that is assumed.
    let earlier = (version.source == VersionSource::Assumed && program == Program::OpenClaw)
        .then(|| KnownSchema::of(program, Some(EARLIER)));
    schemas.extend(earlier.flatten());
    let unread = whole.configs.iter().filter(|id| !case.reads(**id));
    unread.filter_map(|id| example(case, facts, &schemas, *id)).collect()
}

/// A release of the time that most of such files are from.
const EARLIER: Release = Release::new(2026, 3, 24);

fn example(
    case: &RuleContext<'_>,
    facts: &OpenClawModel,
    schemas: &[KnownSchema],
    id: SourceId,
) -> Option<Finding> {
    let config = Config::parse(id, case.sources);
    let root = config.root()?;
    // Others call their own files `openclaw.json` too.
    ["gateway", "agents", "channels"].iter().find(|key| root.get(key).is_some())?;
    let unknown = |schema: &KnownSchema| -> Vec<(String, Place)> {
        let verdict = schema.check(root, &facts.env, Mends { file: true, includes: false });
        verdict.refused.iter().filter_map(|i| Some((i.unknown_key()?, i.place))).collect()
    };
    let mut of_each = schemas.iter().map(unknown);
    let first = of_each.next()?;
    let others: Vec<_> = of_each.collect();
    let of_all = |found: &(String, Place)| others.iter().all(|other| other.contains(found));
    let mut refused = first.into_iter().filter(of_all);
    let (key, place) = refused.next()?;
    let shown = shown(&key);
    let mut finding = RULE
        .finding(format!(
            "{} has a key that {} does not have ({shown}): a gateway with this config exits",
            case.sources.brief(place),
            facts.release_name
        ))
        .severity(Severity::Info)
        .confidence(Confidence::Medium)
        .at(Some(place), "no such key")
        .help(match belongs(&key) {
            Some(place) => format!("take it out; its value belongs into {place}"),
            None => "take it out".to_owned(),
        })
        .key(shown);
    for (_, place) in refused.take(4) {
        finding = finding.and(Some(place), "nor this one");
    }
    Some(finding)
}

/// The path of a key. Anything may stand where a key belongs when a line went wrong: what is no name is
/// not shown.
fn shown(key: &str) -> String {
    let is_name = |part: &&str| {
        part.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'$'))
            && redact::is_words(part.trim_start_matches('$'))
    };
    let names: Vec<&str> = key.split('.').take_while(is_name).collect();
    if names.len() == key.split('.').count() {
        return key.to_owned();
    }
    let comment =
        if key.split('.').any(|part| part.starts_with("//")) { "a comment in quotes" } else { "a key" };
    match names.as_slice() {
        [] => format!("{comment} at the top"),
        names => format!("{comment} in {}", names.join(".")),
    }
}

/// Where the value of a key that no release takes belongs.
fn belongs(key: &str) -> Option<&'static str> {
    if key.rsplit('.').next().is_some_and(|last| last.trim_start().starts_with("//")) {
        return Some("a comment, which JSON5 writes as `// …` outside of quotes");
    }
    let found = BELONGS.iter().find(|(pattern, _)| {
        pattern.split('.').count() == key.split('.').count()
            && pattern.split('.').zip(key.split('.')).all(|(want, key)| glob::fits_name(want, key))
    });
    found.map(|(_, place)| *place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        openclaw::read::environment::OpenClawEnvironment,
        syntax::json5,
        text::source::{Language, SourceName, Sources},
    };

    /// The unknown keys that OpenClaw 2026.9.6 finds in a config.
    fn unknown(config: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Json5, config.to_owned());
        let root = json5::parse(id, config).unwrap().root;
        let schema = KnownSchema::of(Program::OpenClaw, Release::parse("2026.9.6")).unwrap();
        let mends = Mends { file: false, includes: false };
        let verdict = schema.check(&root, &OpenClawEnvironment::of_container(&[]), mends);
        verdict
            .refused
            .iter()
            .filter_map(crate::openclaw::release::schema::ConfigIssue::unknown_key)
            .collect()
    }

    fn written(path: &str, value: &str) -> String {
        let keys: Vec<&str> = path.split('.').collect();
        let open: String = keys.iter().map(|key| format!("{{ \"{key}\": ")).collect();
        format!("{open}{value}{}", " }".repeat(keys.len()))
    }

    #[test]
    fn every_key_is_one_that_the_release_does_not_take() {
        for (pattern, _) in BELONGS {
            let path = pattern.replace('*', "anthropic");
            let refused = unknown(&written(&path, "\"x\""));
            assert!(refused.contains(&path), "{path}: {refused:?}");
        }
    }

    #[test]
    fn the_places_are_ones_that_the_release_takes() {
        for (_, place) in BELONGS {
            let path = place.split([' ', ',', ':']).next().unwrap().replace("<id>", "anthropic");
            if !path.contains('.') {
                continue;
            }
            assert_eq!(unknown(&written(&path, "\"x\"")), Vec::<String>::new(), "{path}");
        }
    }

    #[test]
    fn what_is_no_name_is_not_shown() {
        assert_eq!(shown("gateway.model"), "gateway.model");
        assert_eq!(shown("gateway.// bind"), "a comment in quotes in gateway");
        assert_eq!(shown("gateway.9f3c5d0e"), "a key in gateway");
        assert_eq!(shown("gateway.qkzxWvTmRsHtPl"), "a key in gateway");
        assert_eq!(shown("// all"), "a comment in quotes at the top");
    }

    #[test]
    fn comments_in_quotes() {
        assert!(belongs("gateway.// bind").is_some());
        assert_eq!(belongs("secrets.anthropic"), belongs("secrets.openai"));
        assert_eq!(belongs("gateway.unheardOf"), None);
    }
}
