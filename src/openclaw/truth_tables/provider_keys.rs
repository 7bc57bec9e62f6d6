//! `openclaw.md` 5.2 and 5.3: which of several keys of a provider is sent, and keys for rotation.

use super::*;

const KEY: &str = "models.providers.anthropic.apiKey";
const API_KEY: (&str, &str) = ("ANTHROPIC_API_KEY", "ENV");
const STORE: &str = r#"{"version":1,"profiles":{"anthropic:manual":{"type":"api_key","provider":"anthropic","key":"PROFILE"}}}"#;

fn with(provider: &str) -> String {
    format!("{{gateway: {{mode: 'local'}}, models: {{providers: {{anthropic: {{{provider}}}}}}}}}")
}

/// The table below 5.2, row by row, and the steps above it.
#[test]
#[rustfmt::skip]
fn which_key_is_sent() {
    let literal = "apiKey: 'CFG'";
    let reference = "apiKey: {source: 'env', provider: 'default', id: 'MINE'}";
    let mine = ("MINE", "CFG");
    for (stored, env, dotenv, provider, expected) in [
        // Profile, environment, config.
        (STORE, &[API_KEY][..], "", literal.to_owned(), "PROFILE"),
        (STORE, &[], "", String::new(), "PROFILE"),
        (STORE, &[API_KEY], "", format!("{literal}, auth: 'oauth'"), "PROFILE"),
        // The environment before the config, however that is written.
        ("", &[API_KEY], "", literal.to_owned(), "ENV"),
        ("", &[API_KEY, mine], "", reference.to_owned(), "ENV"),
        ("", &[API_KEY, mine], "", "apiKey: '${MINE}'".into(), "ENV"),
        // Unless it says that it is meant.
        ("", &[API_KEY], "", format!("{literal}, auth: 'api-key'"), "CFG"),
        (STORE, &[API_KEY], "", format!("{literal}, auth: 'api-key'"), "CFG"),
        ("", &[API_KEY, mine], "", format!("{reference}, auth: 'api-key'"), "CFG"),
        ("", &[API_KEY, mine], "", "apiKey: '${MINE}', auth: 'api-key'".into(), "CFG"),
        ("", &[API_KEY], "", "auth: 'api-key'".into(), "ENV"),
        // Blank is unset here.
        ("", &[("ANTHROPIC_API_KEY", "")], "", literal.to_owned(), "CFG"),
        ("", &[("ANTHROPIC_API_KEY", "  ")], "", literal.to_owned(), "CFG"),
        ("", &[], "", literal.to_owned(), "CFG"),
        ("", &[mine], "", reference.to_owned(), "CFG"),
        ("", &[], "ANTHROPIC_API_KEY=DOT", literal.to_owned(), "DOT"),
        // But a blank one hides the dotenv file's.
        ("", &[("ANTHROPIC_API_KEY", "")], "ANTHROPIC_API_KEY=DOT", String::new(), "[blank]"),
        ("", &[("ANTHROPIC_API_KEY", "")], "ANTHROPIC_API_KEY=DOT", literal.to_owned(), "CFG"),
        // The name of a variable, in place of a key.
        ("", &[("OPENAI_API_KEY", "O")], "", "apiKey: 'OPENAI_API_KEY'".into(), "O"),
        ("", &[API_KEY], "", "apiKey: 'ANTHROPIC_API_KEY'".into(), "ENV"),
        // White space around it goes.
        ("", &[("ANTHROPIC_API_KEY", " ENV\n")], "", String::new(), "ENV"),
        // The name of a profile.
        (STORE, &[API_KEY], "", "apiKey: 'anthropic:manual', auth: 'api-key'".into(), "PROFILE"),
        ("", &[("ANTHROPIC_API_KEY", "sk-ant-oat01-x")], "", String::new(), "sk-ant-oat01-x"),
    ] {
        let config = with(&provider);
        let files = [(CONFIG, config.as_str()), (DOTENV, dotenv)];
        let row = TruthRow { env, files: &files, stored, ..TruthRow::default() };
        assert_eq!(used(&run(&row), KEY, &Consumer::Gateway), expected, "{env:?} {dotenv} {provider}");
    }
}

/// Of a profile the config only says which one.
#[test]
#[rustfmt::skip]
fn profiles_by_name() {
    let two = r#"{"version":1,"profiles":{
        "anthropic:a":{"type":"api_key","provider":"anthropic","key":"A"},
        "anthropic:b":{"type":"api_key","provider":"anthropic","key":"B"}}}"#;
    for (config, expected) in [
        ("{gateway: {mode: 'local'}}", "A"),
        ("{gateway: {mode: 'local'}, agents: {defaults: {model: 'anthropic/claude@anthropic:b'}}}", "B"),
        ("{gateway: {mode: 'local'}, auth: {order: {anthropic: ['anthropic:b', 'anthropic:a']}}}", "B"),
        ("{gateway: {mode: 'local'}, auth: {order: {anthropic: ['anthropic:c']}}}", "[unresolved]"),
    ] {
        let row = TruthRow { env: &[API_KEY], files: &[(CONFIG, config)], stored: two, ..TruthRow::default() };
        assert_eq!(used(&run(&row), KEY, &Consumer::Gateway), expected, "{config}");
    }
}

/// A provider of one's own has no variables.
#[test]
#[rustfmt::skip]
fn providers_of_ones_own() {
    let of = |key: &str, env: &[(&str, &str)]| {
        let config = format!("{{gateway: {{mode: 'local'}}, models: {{providers: {{mine: {{baseUrl: 'http://x', models: [], {key}}}}}}}}}");
        used(&run(&TruthRow { env, files: &[(CONFIG, &config)], ..TruthRow::default() }), "models.providers.mine.apiKey", &Consumer::Gateway)
    };
    assert_eq!(of("apiKey: 'CFG'", &[("MINE_API_KEY", "E")]), "CFG");
    assert_eq!(of("apiKey: '${MINE_API_KEY}'", &[("MINE_API_KEY", "E")]), "E");
    assert_eq!(of("", &[("MINE_API_KEY", "E")]), "[unset]");
    // `apiKey: "NAME"` is followed for names that are some provider's.
    assert_eq!(of("apiKey: 'GROQ_API_KEY'", &[("GROQ_API_KEY", "G")]), "G");
    assert_eq!(of("apiKey: 'MINE_API_KEY'", &[("MINE_API_KEY", "E")]), "MINE_API_KEY");
}

/// Words that stand for no key are taken as they are.
#[test]
#[rustfmt::skip]
fn marks_of_local_servers() {
    for (provider, mark) in [("ollama", "ollama-local"), ("lmstudio", "lmstudio-local"), ("mine", "custom-local")] {
        let config = format!("{{gateway: {{mode: 'local'}}, models: {{providers: {{{provider}: {{baseUrl: 'http://127.0.0.1:1', models: [], apiKey: '{mark}'}}}}}}}}");
        let answer = run(&TruthRow { files: &[(CONFIG, &config)], ..TruthRow::default() });
        assert_eq!(used(&answer, &format!("models.providers.{provider}.apiKey"), &Consumer::Gateway), mark);
    }
}

/// Keys for rotation never make a provider usable, and are told beside the key that is.
#[test]
#[rustfmt::skip]
fn rotation() {
    for (provider, name) in [
        ("openai", "OPENAI_API_KEYS"),
        ("openai", "OPENCLAW_LIVE_OPENAI_KEY"),
        ("openai", "OPENAI_API_KEY_2"),
        ("anthropic", "OPENCLAW_LIVE_ANTHROPIC_KEY"),
        ("anthropic", "OPENCLAW_LIVE_ANTHROPIC_KEYS"),
        ("anthropic", "ANTHROPIC_API_KEY_BACKUP"),
        ("anthropic", "ANTHROPIC_API_KEYS"),
        ("google", "GEMINI_API_KEYS"),
        ("google", "OPENCLAW_LIVE_GEMINI_KEY"),
        ("google", "GEMINI_API_KEY_2"),
    ] {
        let setting = format!("models.providers.{provider}.apiKey");
        let alone = run(&TruthRow { env: &[(name, "K")], files: &[(CONFIG, config!(""))], ..TruthRow::default() });
        let state = used(&alone, &setting, &Consumer::Gateway);
        assert!(matches!(state.as_str(), "[unset]" | "no setting"), "{name} alone: {state}");
        let primary = match provider { "openai" => "OPENAI_API_KEY", "google" => "GEMINI_API_KEY", _ => "ANTHROPIC_API_KEY" };
        let env: &[(&str, &str)] = &[(name, "K"), (primary, "P")];
        let beside = run(&TruthRow { env, files: &[(CONFIG, config!(""))], ..TruthRow::default() });
        assert_eq!(used(&beside, &setting, &Consumer::Gateway), "P", "{name}");
        let view = beside.settings.iter().find(|s| s.name() == setting).and_then(|s| s.views.first());
        let why = view.and_then(|v| v.ignored.iter().find(|l| l.candidate.name == name)).map(|l| l.reason.to_string());
        assert!(why.as_ref().is_some_and(|why| why.contains("rotat") || name == "ANTHROPIC_API_KEYS"), "{name}: {why:?}");
    }
}
