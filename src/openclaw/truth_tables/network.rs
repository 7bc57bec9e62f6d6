//! `openclaw.md` 6.1 and 6.2: base URLs and proxies, as real requests went.

use super::*;

const PLAIN: &[(&str, &str)] = &[(CONFIG, config!(""))];

fn gateway_uses(env: &[(&str, &str)], files: &[(&str, &str)], setting: &str) -> String {
    used(&run(&TruthRow { env, files, ..TruthRow::default() }), setting, &Consumer::Gateway)
}

/// Variables that change no chat request.
#[test]
#[rustfmt::skip]
fn dead_base_urls() {
    for (variable, provider) in [
        ("ANTHROPIC_BASE_URL", "anthropic"),
        ("ANTHROPIC_API_URL", "anthropic"),
        ("OPENAI_API_BASE", "openai"),
        ("GEMINI_BASE_URL", "google"),
        ("GOOGLE_GEMINI_BASE_URL", "google"),
        ("GOOGLE_VERTEX_BASE_URL", "google-vertex"),
        ("OLLAMA_HOST", "ollama"),
        ("OLLAMA_BASE_URL", "ollama"),
        ("DEEPSEEK_BASE_URL", "deepseek"),
        ("OPENROUTER_BASE_URL", "openrouter"),
        ("NVIDIA_BASE_URL", "nvidia"),
        ("GLM_BASE_URL", "zai"),
    ] {
        let setting = format!("models.providers.{provider}.baseUrl");
        let answer = run(&TruthRow { env: &[(variable, "http://x")], files: PLAIN, ..TruthRow::default() });
        assert_ne!(used(&answer, &setting, &Consumer::Gateway), "http://x", "{variable}");
        let view = answer.settings.iter().find(|s| s.name() == setting).and_then(|s| s.views.first());
        let ignored = view.map(|v| v.ignored.iter().any(|l| l.candidate.name == variable));
        assert_eq!(ignored, Some(true), "{variable} is told");
    }
}

#[test]
#[rustfmt::skip]
fn base_urls() {
    let configured = |id: &str, url: &str| {
        format!("{{gateway: {{mode: 'local'}}, models: {{providers: {{{id}: {{baseUrl: '{url}'}}}}}}}}")
    };
    let openai: (&str, &str) = ("OPENAI_BASE_URL", "http://env");
    let anthropic: (&str, &str) = ("ANTHROPIC_BASE_URL", "http://env");
    for (env, config, dotenv, provider, expected) in [
        (&[][..], config!("").to_owned(), "", "openai", "no setting"),
        (&[openai], config!("").to_owned(), "", "openai", "http://env"),
        (&[], config!("").to_owned(), "OPENAI_BASE_URL=http://dot", "openai", "http://dot"),
        (&[], "{gateway: {mode: 'local'}, env: {vars: {OPENAI_BASE_URL: 'http://vars'}}}".to_owned(), "", "openai", "http://vars"),
        (&[openai], configured("openai", "http://cfg"), "", "openai", "http://cfg"),
        (&[anthropic], configured("anthropic", "http://cfg"), "", "anthropic", "http://cfg"),
        (&[], configured("anthropic", "http://cfg"), "", "anthropic", "http://cfg"),
        (&[anthropic], configured("anthropic", "${ANTHROPIC_BASE_URL}"), "", "anthropic", "http://env"),
        (&[], configured("anthropic", "${ANTHROPIC_BASE_URL}"), "", "anthropic", "[unresolved]"),
    ] {
        let files = [(CONFIG, config.as_str()), (DOTENV, dotenv)];
        let setting = format!("models.providers.{provider}.baseUrl");
        assert_eq!(gateway_uses(env, &files, &setting), expected, "{env:?} {config}");
    }
    let blank = gateway_uses(&[("OPENAI_BASE_URL", "")], PLAIN, "models.providers.openai.baseUrl");
    assert_ne!(blank, "[blank]", "a blank one leaves the default");
}

/// Variables that other parts of the program read: no provider's requests go there.
#[test]
#[rustfmt::skip]
fn base_urls_of_tools() {
    for name in [
        "XAI_BASE_URL", "OPENAI_TTS_BASE_URL", "DEEPGRAM_BASE_URL", "AZURE_SPEECH_ENDPOINT", "VOLCENGINE_TTS_BASE_URL",
        "XIAOMI_BASE_URL", "FIRECRAWL_BASE_URL", "TAVILY_BASE_URL", "SEARXNG_BASE_URL", "MINIMAX_API_HOST",
    ] {
        let answer = run(&TruthRow { env: &[(name, "http://x")], files: PLAIN, ..TruthRow::default() });
        assert_eq!(used(&answer, name, &Consumer::Gateway), "http://x", "{name}");
        let of_provider = answer.settings.iter().find(|s| s.name().ends_with(".baseUrl"));
        assert_eq!(of_provider.map(|s| s.name()), None, "{name}");
    }
    for name in [
        "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_BASE_URL", "AZURE_OPENAI_RESOURCE_NAME", "AZURE_OPENAI_API_VERSION",
        "AZURE_OPENAI_DEPLOYMENT_NAME_MAP", "CLAWHUB_URL", "OPENCLAW_CLAWHUB_URL", "OPENCLAW_TELEMETRY_ENDPOINT",
        "OPENCLAW_APNS_RELAY_BASE_URL", "AWS_REGION", "AWS_ENDPOINT_URL", "CUSTOM_BASE_URL", "ANTHROPIC_AUTH_TOKEN",
    ] {
        let answer = run(&TruthRow { env: &[(name, "http://x")], files: PLAIN, ..TruthRow::default() });
        let of_provider = answer.settings.iter().find(|s| s.name().ends_with(".baseUrl"));
        assert_eq!(of_provider.map(|s| s.name()), None, "{name}");
    }
}

/// Where each file and the config may set proxies and certificates (6.2, 6.3).
#[test]
#[rustfmt::skip]
fn where_they_can_be_set() {
    let vars = |name: &str| format!("{{gateway: {{mode: 'local'}}, env: {{vars: {{{name}: 'v'}}}}}}");
    for (name, from_dotenv) in [
        ("HTTPS_PROXY", "v"),
        ("HTTP_PROXY", "v"),
        ("NO_PROXY", "v"),
        ("NODE_TLS_REJECT_UNAUTHORIZED", "v"),
        // Node reads these before the program reads its files.
        ("NODE_EXTRA_CA_CERTS", "[unset]"),
        ("NODE_OPTIONS", "[unset]"),
        ("NODE_USE_SYSTEM_CA", "[unset]"),
    ] {
        assert_eq!(gateway_uses(&[(name, "v")], PLAIN, name), "v", "{name} in the environment");
        let dotenv = format!("{name}=v");
        assert_eq!(gateway_uses(&[], &[(CONFIG, config!("")), (DOTENV, &dotenv)], name), from_dotenv, "{name} in .env");
        assert_eq!(gateway_uses(&[], &[(CONFIG, &vars(name))], name), "[unset]", "{name} in env.vars");
        let workspace = &[(CONFIG, config!("")), ("/app/.env", dotenv.as_str())];
        assert_eq!(gateway_uses(&[], workspace, name), "[unset]", "{name} in /app/.env");
    }
}

#[test]
#[rustfmt::skip]
fn proxies() {
    for (env, https, http) in [
        (&[("HTTPS_PROXY", "http://s")][..], "http://s", "no setting"),
        (&[("https_proxy", "http://s"), ("HTTPS_PROXY", "http://x")], "http://s", "no setting"),
        (&[("https_proxy", ""), ("HTTPS_PROXY", "http://x"), ("HTTP_PROXY", "http://p")], "http://p", "http://p"),
        (&[("HTTPS_PROXY", ""), ("http_proxy", "http://p")], "http://p", "http://p"),
        (&[("http_proxy", ""), ("HTTP_PROXY", "http://p")], "no setting", "[blank]"),
        (&[("HTTP_PROXY", "http://p")], "no setting", "http://p"),
    ] {
        assert_eq!(gateway_uses(env, PLAIN, "HTTPS_PROXY"), https, "{env:?}");
        assert_eq!(gateway_uses(env, PLAIN, "HTTP_PROXY"), http, "{env:?}");
    }
    assert_eq!(gateway_uses(&[("ALL_PROXY", "http://a")], PLAIN, "ALL_PROXY"), "[unset]");
    let no = &[("no_proxy", ""), ("NO_PROXY", "x")];
    assert_eq!(gateway_uses(no, PLAIN, "NO_PROXY"), "[blank]");
    let no = &[("no_proxy", "lower"), ("NO_PROXY", "upper")];
    assert_eq!(gateway_uses(no, PLAIN, "NO_PROXY"), "lower");
    assert_eq!(gateway_uses(&[("NO_PROXY", "upper")], PLAIN, "NO_PROXY"), "upper");
    assert_eq!(gateway_uses(&[("all_proxy", "http://a")], PLAIN, "ALL_PROXY"), "[unset]");
    assert_eq!(gateway_uses(&[("ALL_PROXY", "http://a")], PLAIN, "HTTPS_PROXY"), "no setting");
    let managed = &[(CONFIG, "{gateway: {mode: 'local'}, proxy: {proxyUrl: 'http://cfg'}}")];
    assert_eq!(gateway_uses(&[("OPENCLAW_PROXY_URL", "http://env")], managed, "proxy.proxyUrl"), "http://cfg");
    assert_eq!(gateway_uses(&[("OPENCLAW_PROXY_URL", "http://env")], PLAIN, "proxy.proxyUrl"), "http://env");
    let off = &[(CONFIG, "{gateway: {mode: 'local'}, proxy: {enabled: false, proxyUrl: 'http://cfg'}}")];
    assert_eq!(gateway_uses(&[("OPENCLAW_PROXY_URL", "http://env")], off, "proxy.proxyUrl"), "[unset]");
}
