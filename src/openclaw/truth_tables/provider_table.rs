//! `openclaw.md` 5.1: which variables are keys of which provider, strongest first.

use super::*;

fn key(env: &[(&str, &str)], config: &str, provider: &str) -> String {
    let answer = run(&TruthRow { env, files: &[(CONFIG, config)], ..TruthRow::default() });
    used(&answer, &format!("models.providers.{provider}.apiKey"), &Consumer::Gateway)
}

/// With all of its variables set the first counts, without the first the second, and so on; a blank
/// one is passed over.
fn check(provider: &str, variables: &[&str], config: &str) {
    for first in 0..variables.len() {
        let env: Vec<(&str, &str)> = variables
            .iter()
            .enumerate()
            .map(|(at, name)| (*name, if at < first { " " } else { *name }))
            .collect();
        assert_eq!(key(&env, config, provider), variables[first], "{provider} {env:?}");
        assert_eq!(key(&env[first..], config, provider), variables[first], "{provider} {env:?}");
    }
}

const MINIMAX: &[&str] = &["MINIMAX_CODE_PLAN_KEY", "MINIMAX_CODING_API_KEY", "MINIMAX_API_KEY"];
const SPEECH: &[&str] = &["AZURE_SPEECH_KEY", "AZURE_SPEECH_API_KEY", "SPEECH_KEY"];

#[test]
#[rustfmt::skip]
fn bundled_providers() {
    for (provider, variables) in [
        ("anthropic", &["ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_API_KEY"][..]),
        ("openai", &["CODEX_API_KEY", "OPENAI_API_KEY"]),
        ("google", &["GEMINI_API_KEY", "GOOGLE_API_KEY"]),
        ("google-vertex", &["GOOGLE_CLOUD_API_KEY"]),
        ("github-copilot", &["COPILOT_GITHUB_TOKEN"]),
        ("microsoft-foundry", &["AZURE_OPENAI_API_KEY"]),
        ("minimax", MINIMAX),
        ("minimax-portal", &["MINIMAX_OAUTH_TOKEN", "MINIMAX_API_KEY"]),
        ("opencode-go", &["OPENCODE_API_KEY", "OPENCODE_ZEN_API_KEY"]),
        ("openrouter", &["OPENROUTER_API_KEY"]),
        ("together", &["TOGETHER_API_KEY"]),
        ("xai", &["XAI_API_KEY"]),
        ("nvidia", &["NVIDIA_API_KEY"]),
        ("huggingface", &["HUGGINGFACE_HUB_TOKEN", "HF_TOKEN"]),
        ("litellm", &["LITELLM_API_KEY"]),
        ("lmstudio", &["LM_API_TOKEN"]),
        ("ollama", &["OLLAMA_API_KEY"]),
        ("vllm", &["VLLM_API_KEY"]),
        ("sglang", &["SGLANG_API_KEY"]),
        ("clawrouter", &["CLAWROUTER_API_KEY"]),
        ("fal", &["FAL_KEY", "FAL_API_KEY"]),
        ("runway", &["RUNWAYML_API_SECRET", "RUNWAY_API_KEY"]),
        ("elevenlabs", &["ELEVENLABS_API_KEY", "XI_API_KEY"]),
        ("deepgram", &["DEEPGRAM_API_KEY"]),
        ("senseaudio", &["SENSEAUDIO_API_KEY"]),
        ("azure-speech", SPEECH),
    ] {
        check(provider, variables, config!(""));
    }
}

/// Ids that share the variables of another are shown where the config has them.
#[test]
#[rustfmt::skip]
fn other_ids_of_a_provider() {
    for (provider, variables) in [
        ("claude-cli", &["ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_API_KEY"][..]),
        ("anthropic-openai", &["ANTHROPIC_API_KEY"]),
        ("x-ai", &["XAI_API_KEY"]),
        ("minimax-cn", MINIMAX),
        ("minimax-api", MINIMAX),
        ("minimax-cloud", MINIMAX),
        ("minimax-api-key-cn", MINIMAX),
        ("minimax-api-lightning", MINIMAX),
        ("minimax-portal-cn", &["MINIMAX_OAUTH_TOKEN", "MINIMAX_API_KEY"]),
        ("ollama-cloud", &["OLLAMA_API_KEY"]),
        ("alibaba", &["MODELSTUDIO_API_KEY", "DASHSCOPE_API_KEY", "QWEN_API_KEY"]),
        ("qwen-dashscope", &["DASHSCOPE_API_KEY"]),
        ("cerebras", &["CEREBRAS_API_KEY"]),
        ("voyage", &["VOYAGE_API_KEY"]),
        ("azure", SPEECH),
    ] {
        let config = format!("{{gateway: {{mode: 'local'}}, models: {{providers: {{'{provider}': {{baseUrl: 'http://x', models: []}}}}}}}}");
        check(provider, variables, &config);
    }
}

/// Without cohere, gmi and pixverse: the documentation of 2026.9.6 has variables of theirs, its package
/// does not.
const EXTERNAL: [(&str, &[&str]); 33] = [
    ("arcee", &["ARCEEAI_API_KEY"]),
    ("baseten", &["BASETEN_API_KEY"]),
    ("byteplus", &["BYTEPLUS_API_KEY"]),
    ("chutes", &["CHUTES_API_KEY", "CHUTES_OAUTH_TOKEN"]),
    ("cloudflare-ai-gateway", &["CLOUDFLARE_AI_GATEWAY_API_KEY"]),
    ("deepinfra", &["DEEPINFRA_API_KEY"]),
    ("deepseek", &["DEEPSEEK_API_KEY"]),
    ("featherless", &["FEATHERLESS_API_KEY"]),
    ("fireworks", &["FIREWORKS_API_KEY"]),
    ("groq", &["GROQ_API_KEY"]),
    ("kilocode", &["KILOCODE_API_KEY"]),
    ("kimi", &["KIMI_API_KEY", "KIMICODE_API_KEY"]),
    ("longcat", &["LONGCAT_API_KEY"]),
    ("meta", &["MODEL_API_KEY"]),
    ("mistral", &["MISTRAL_API_KEY"]),
    ("moonshot", &["MOONSHOT_API_KEY", "KIMI_API_KEY"]),
    ("novita", &["NOVITA_API_KEY"]),
    ("opencode", &["OPENCODE_API_KEY", "OPENCODE_ZEN_API_KEY"]),
    ("qianfan", &["QIANFAN_API_KEY"]),
    ("qwen", &["QWEN_API_KEY", "MODELSTUDIO_API_KEY", "DASHSCOPE_API_KEY"]),
    ("qwen-token-plan", &["QWEN_TOKEN_PLAN_API_KEY"]),
    ("radius", &["RADIUS_API_KEY"]),
    ("stepfun", &["STEPFUN_API_KEY"]),
    ("synthetic", &["SYNTHETIC_API_KEY"]),
    ("tencent-tokenhub", &["TOKENHUB_API_KEY"]),
    ("tencent-tokenplan", &["TOKENPLAN_API_KEY"]),
    ("venice", &["VENICE_API_KEY"]),
    ("vercel-ai-gateway", &["AI_GATEWAY_API_KEY"]),
    ("volcengine", &["VOLCANO_ENGINE_API_KEY"]),
    ("xiaomi", &["XIAOMI_API_KEY"]),
    ("xiaomi-token-plan", &["XIAOMI_TOKEN_PLAN_API_KEY"]),
    ("zai", &["ZAI_API_KEY", "Z_AI_API_KEY"]),
    ("vydra", &["VYDRA_API_KEY"]),
];

/// Those of them that npm openclaw 2026.3.24 has (`dist/provider-env-vars-BZwz5sMG.js`).
const IN_2026_3_24: [&str; 17] = [
    "byteplus",
    "chutes",
    "cloudflare-ai-gateway",
    "deepseek",
    "groq",
    "kilocode",
    "kimi",
    "mistral",
    "moonshot",
    "opencode",
    "qianfan",
    "synthetic",
    "venice",
    "vercel-ai-gateway",
    "volcengine",
    "xiaomi",
    "zai",
];

/// Providers that are plugins of their own: `No API key found` as long as theirs is not installed.
#[test]
#[rustfmt::skip]
fn external_plugins() {
    let plugin = ("/home/node/.openclaw/npm/projects/x/package.json", "{}");
    const OFFICIAL: &str = "ghcr.io/openclaw/openclaw:2026.9.6";
    for (provider, variables) in EXTERNAL {
        let env = [(variables[0], "K")];
        let setting = format!("models.providers.{provider}.apiKey");
        let of = |release: &str, files: &[(&str, &str)], image: &str| {
            used(&run(&TruthRow { release: Some(release), env: &env, files, image, ..TruthRow::default() }), &setting, &Consumer::Gateway)
        };
        assert_eq!(of("2026.9.6", &[(CONFIG, config!("")), plugin], OFFICIAL), "K", "{provider} with a plugin");
        assert_ne!(of("2026.9.6", &[(CONFIG, config!(""))], OFFICIAL), "K", "{provider} without");
        // What others put into their image is not known.
        assert_eq!(of("2026.9.6", &[(CONFIG, config!(""))], "openclaw:local"), "K", "{provider} built here");
        let of_march = of("2026.3.24", &[(CONFIG, config!(""))], OFFICIAL);
        assert_eq!(of_march == "K", IN_2026_3_24.contains(&provider), "{provider} of 2026.3.24: {of_march}");
    }
    // With the plugin the order of its variables counts.
    for (provider, variables) in EXTERNAL.iter().filter(|(_, variables)| variables.len() > 1 ) {
        let env: Vec<(&str, &str)> = variables.iter().rev().map(|v| (*v, *v)).collect();
        let answer = run(&TruthRow { env: &env, files: &[(CONFIG, config!("")), plugin], ..TruthRow::default() });
        assert_eq!(used(&answer, &format!("models.providers.{provider}.apiKey"), &Consumer::Gateway), variables[0], "{provider}");
    }
    // The key of a config serves without it; so does a variable that the config names.
    let with = |rest: &str| format!("{{gateway: {{mode: 'local'}}, models: {{providers: {{groq: {{baseUrl: 'http://x', models: [], {rest}}}}}}}}}");
    let key = |env: &[(&str, &str)], config: &str| {
        let answer = run(&TruthRow { env, files: &[(CONFIG, config)], image: OFFICIAL, ..TruthRow::default() });
        used(&answer, "models.providers.groq.apiKey", &Consumer::Gateway)
    };
    assert_eq!(key(&[("GROQ_API_KEY", "K")], &with("apiKey: 'C'")), "C");
    // Of a plugin that is not there the name of a variable is none: it is sent as the key.
    assert_eq!(key(&[("GROQ_API_KEY", "K")], &with("apiKey: 'GROQ_API_KEY'")), "GROQ_API_KEY");
    assert_eq!(key(&[("DEEPSEEK_API_KEY", "K")], &with("apiKey: 'DEEPSEEK_API_KEY'")), "K");
    assert_eq!(key(&[("GROQ_API_KEY", "K")], &with("apiKey: '${GROQ_API_KEY}'")), "K");
    assert_eq!(key(&[], &with("apiKey: 'DEEPSEEK_API_KEY'")), "[blank]");
}

/// What looks like a credential and authenticates nobody.
#[test]
#[rustfmt::skip]
fn no_credentials() {
    for (variable, provider) in [
        ("ANTHROPIC_AUTH_TOKEN", "anthropic"),
        ("CLAUDE_CODE_OAUTH_TOKEN", "anthropic"),
        ("ANTHROPIC_ADMIN_KEY", "anthropic"),
        ("ANTHROPIC_ADMIN_API_KEY", "anthropic"),
        ("CLAUDE_AI_SESSION_KEY", "anthropic"),
        ("OPENAI_ADMIN_KEY", "openai"),
        ("GH_TOKEN", "github-copilot"),
        ("GITHUB_TOKEN", "github-copilot"),
    ] {
        let state = key(&[(variable, "K")], config!(""), provider);
        assert!(matches!(state.as_str(), "no setting" | "[unset]"), "{variable}: {state}");
    }
    // Older releases took the tokens of git for Copilot, in this order.
    let legacy = |env: &[(&str, &str)]| {
        let files: &[(&str, &str)] = &[("/home/node/.clawdbot/clawdbot.json", config!(""))];
        let answer = run(&TruthRow { release: Some("2026.1.24-3"), env, files, ..TruthRow::default() });
        used(&answer, "models.providers.github-copilot.apiKey", &Consumer::Gateway)
    };
    let all = [("COPILOT_GITHUB_TOKEN", "C"), ("GH_TOKEN", "G"), ("GITHUB_TOKEN", "H")];
    assert_eq!((legacy(&all), legacy(&all[1..]), legacy(&all[2..])), ("C".into(), "G".into(), "H".into()));
}

/// Credentials of Google's cloud tools serve where three variables are set; they are in a file.
#[test]
#[rustfmt::skip]
fn vertex_takes_a_file() {
    let file = ("GOOGLE_APPLICATION_CREDENTIALS", "/k.json");
    let place = ("GOOGLE_CLOUD_LOCATION", "europe-west1");
    for (env, expected) in [
        (&[file, ("GOOGLE_CLOUD_PROJECT", "p"), place][..], "[unknown]"),
        (&[file, ("GCLOUD_PROJECT", "p"), place], "[unknown]"),
        (&[file, place], "[unset]"),
        (&[file, ("GOOGLE_CLOUD_PROJECT", "p")], "[unset]"),
        (&[file, ("GOOGLE_CLOUD_PROJECT", "p"), place, ("GOOGLE_CLOUD_API_KEY", "K")], "K"),
    ] {
        let state = key(env, config!(""), "google-vertex");
        assert_eq!(state.replace("no setting", "[unset]"), expected, "{env:?}");
    }
}

/// Variables of chat channels, of web search, and keys that only show usage.
#[test]
fn other_variables() {
    use crate::openclaw::release::catalog::Catalog;
    for name in ["TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN", "SLACK_BOT_TOKEN"] {
        assert!(Catalog::newest().channels.contains(&name), "{name}");
    }
    for name in ["BRAVE_API_KEY", "TAVILY_API_KEY", "FIRECRAWL_API_KEY"] {
        assert!(Catalog::newest().web_search.contains(&name), "{name}");
    }
    for name in ["ANTHROPIC_ADMIN_KEY", "ANTHROPIC_ADMIN_API_KEY", "OPENAI_ADMIN_KEY"] {
        assert!(Catalog::newest().usage_only.contains(&name), "{name}");
    }
}
