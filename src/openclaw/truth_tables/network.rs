//! `openclaw.md` 6.1 and 6.2: base URLs and proxies, as real requests went.

use super::*;

const PLAIN: &[(&str, &str)] = &[(CONFIG, config!(""))];

fn gateway_uses(env: &[(&str, &str)], files: &[(&str, &str)], setting: &str) -> String {
    used(&run(&Row { env, files, ..Row::default() }), setting, &Consumer::Gateway)
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
        let answer = run(&Row { env: &[(variable, "http://x")], files: PLAIN, ..Row::default() });
        assert_ne!(used(&answer, &setting, &Consumer::Gateway), "http://x", "{variable}");
        let view = answer.settings.iter().find(|s| s.name == setting).and_then(|s| s.views.first());
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
    let managed = &[(CONFIG, "{gateway: {mode: 'local'}, proxy: {proxyUrl: 'http://cfg'}}")];
    assert_eq!(gateway_uses(&[("OPENCLAW_PROXY_URL", "http://env")], managed, "proxy.proxyUrl"), "http://cfg");
    assert_eq!(gateway_uses(&[("OPENCLAW_PROXY_URL", "http://env")], PLAIN, "proxy.proxyUrl"), "http://env");
    let off = &[(CONFIG, "{gateway: {mode: 'local'}, proxy: {enabled: false, proxyUrl: 'http://cfg'}}")];
    assert_eq!(gateway_uses(&[("OPENCLAW_PROXY_URL", "http://env")], off, "proxy.proxyUrl"), "[unset]");
}
