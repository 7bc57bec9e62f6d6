//! Keys and base URLs of model providers.

use super::{Maker, PROVIDERS, short};
use crate::case::Question;
use serde_json::{Map, Value, json};

impl Maker {
    pub(super) fn providers(&mut self, config: &mut Map<String, Value>) {
        if !self.rng.chance(60) {
            return;
        }
        let variables = [
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_OAUTH_TOKEN",
            "OPENAI_API_KEY",
            "GEMINI_API_KEY",
            "GOOGLE_API_KEY",
        ];
        for name in variables.iter().chain(&["CODEX_API_KEY", "OPENROUTER_API_KEY", "ANTHROPIC_AUTH_TOKEN"]) {
            let likely = if *name == "ANTHROPIC_API_KEY" { 50 } else { 12 };
            if self.rng.chance(likely) {
                let place = format!("e{}", short(name));
                let value = match self.rng.below(8) {
                    0 => String::new(),
                    1 => " ".into(),
                    _ => self.key(&place),
                };
                self.set(name, value);
            }
            if self.rng.chance(likely / 3) {
                let value = self.key(&format!("v{}", short(name)));
                let vars = config.entry("env").or_insert_with(|| json!({"vars": {}}));
                vars["vars"][*name] = json!(value);
                self.case.names.insert((*name).to_owned());
            }
        }
        if self.rng.chance(10) {
            let name = *self.rng.pick(&[&"ANTHROPIC_BASE_URL", &"OPENAI_BASE_URL", &"ANTHROPIC_API_URL"]);
            self.set(name, format!("http://127.0.0.1:{}", PROVIDERS[1]));
        }
        if self.rng.chance(65) {
            self.configured_provider(config);
        }
    }

    /// A provider of the config, and perhaps a request to it.
    fn configured_provider(&mut self, config: &mut Map<String, Value>) {
        let custom = self.rng.chance(25);
        let id = if custom { "mya" } else { "anthropic" };
        let mut provider = Map::new();
        let base = match self.rng.below(8) {
            0 => {
                let value = format!("http://127.0.0.1:{}", PROVIDERS[self.rng.below(2)]);
                self.set("BASE_REF", value);
                "${BASE_REF}".to_owned()
            }
            _ => format!("http://127.0.0.1:{}", PROVIDERS[self.rng.below(2)]),
        };
        provider.insert("baseUrl".into(), json!(base));
        match self.rng.below(10) {
            0..=4 => _ = provider.insert("apiKey".into(), json!(self.key("cfgkey"))),
            5..=6 => _ = provider.insert("apiKey".into(), json!("${KEY_REF}")),
            7 => _ = provider.insert("apiKey".into(), json!("ANTHROPIC_API_KEY")),
            _ => {}
        }
        if self.rng.chance(25) {
            provider.insert("auth".into(), json!("api-key"));
        }
        if custom {
            provider.insert("api".into(), json!("anthropic-messages"));
            provider.insert("models".into(), json!([{"id": "m1", "name": "M 1"}]));
        } else {
            provider.insert("models".into(), json!([]));
        }
        config.insert("models".into(), json!({"providers": {id: provider}}));
        if self.rng.chance(60) {
            let model = if custom { "mya/m1" } else { "anthropic/claude-sonnet-4-5" };
            config.insert("agents".into(), json!({"defaults": {"model": {"primary": model}}}));
            config["gateway"]["http"] = json!({"endpoints": {"chatCompletions": {"enabled": true}}});
            self.case.ask.insert(Question::Request);
        }
    }
}
