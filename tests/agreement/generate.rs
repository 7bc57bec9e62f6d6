//! Random deployments, each from a seed.

mod places;
mod providers;

use crate::{
    case::{Case, Question},
    common::random::rng::Rng,
    release::Real,
    written,
};
use clawdock::openclaw::release::number::Program;
use places::Layout;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Ports of the servers that stand in for a provider.
pub const PROVIDERS: [u16; 2] = [9911, 9912];

/// The home directory that the image gives its user.
const HOME: &str = "/home/node";

/// Deployment `number` of a run.
pub fn case(real: Real, seed: u64, number: u64) -> Case {
    let mix = seed.wrapping_mul(0x9e37_79b9).wrapping_add(number);
    Maker { rng: Rng::new(mix ^ 0x00c1_a3d0), real, case: Case { seed, number, ..Case::default() } }.make()
}

struct Maker {
    rng: Rng,
    real: Real,
    case: Case,
}

impl Maker {
    fn make(mut self) -> Case {
        let layout = self.layout();
        self.environment();
        let mut config = self.config();
        self.providers(&mut config);
        self.dotenv_files(&layout);
        self.write_config(&layout, config);
        self.command();
        self.questions();
        self.profile();
        self.case.names.extend(self.case.env.keys().cloned());
        if self.case.files.values().any(|text| text.contains("pre-$")) {
            for reference in self.case.candidates.clone().iter().filter(|c| c.contains("ref-")) {
                self.candidate(&format!("pre-{reference}-post"));
            }
            self.candidate("pre-${TOKEN_REF}-post");
        }
        self.case
    }

    fn token(&mut self, place: &str) -> String {
        let value = format!("tok-{place}-{:05x}", self.rng.below(1 << 20));
        self.candidate(&value);
        value
    }

    fn password(&mut self, place: &str) -> String {
        let value = format!("pw-{place}-{:05x}", self.rng.below(1 << 20));
        self.candidate(&value);
        value
    }

    fn key(&mut self, place: &str) -> String {
        format!("{place:-<8}-made-up-{:04x}-{:04x}-end", self.rng.below(1 << 16), self.rng.below(1 << 16))
    }

    fn candidate(&mut self, value: &str) {
        if !self.case.candidates.iter().any(|c| c == value) {
            self.case.candidates.push(value.to_owned());
        }
    }

    fn own(&self, name: &str) -> String {
        format!("{}{name}", self.real.prefix())
    }

    fn set(&mut self, name: &str, value: impl Into<String>) {
        self.case.env.insert(name.to_owned(), value.into());
    }

    /// What people put into a variable that should hold a credential.
    fn odd(&mut self, good: String) -> String {
        match self.rng.below(100) {
            0..=17 => String::new(),
            18..=23 => "   ".into(),
            24..=30 => format!("  {good} "),
            31..=33 => self.word("undefined"),
            34..=36 => self.word("null"),
            37..=39 => self.word("change-me-to-a-long-random-token"),
            40 => self.word("change-me-now"),
            41 => self.word("REDACTED"),
            _ => good,
        }
    }

    fn word(&mut self, word: &str) -> String {
        self.candidate(word);
        word.to_owned()
    }

    fn environment(&mut self) {
        let [token, password] = ["GATEWAY_TOKEN", "GATEWAY_PASSWORD"].map(|n| self.own(n));
        if self.rng.chance(62) {
            let good = self.token("env");
            let value = self.odd(good);
            self.set(&token, value);
        }
        if self.rng.chance(16) {
            let good = self.password("env");
            let value = self.odd(good);
            self.set(&password, value);
        }
        if self.rng.chance(14) {
            let prefixes: &[&str] = match self.real.program {
                Program::OpenClaw => &["CLAWDBOT_", "MOLTBOT_"],
                Program::Clawdbot => &["OPENCLAW_", "MOLTBOT_"],
            };
            let prefix = self.rng.pick(prefixes);
            let value = self.token("other");
            self.set(&format!("{prefix}GATEWAY_TOKEN"), value);
        }
        if self.rng.chance(8) {
            let port = self.port(&[18789, 18790]);
            let name = self.own("GATEWAY_URL");
            self.set(&name, format!("ws://127.0.0.1:{port}"));
        }
        if self.rng.chance(14) {
            let port = self.port(&[18790, 19001]);
            let value = match self.rng.below(6) {
                0 => "abc".into(),
                1 => format!("0.0.0.0:{port}"),
                2 => String::new(),
                _ => port.to_string(),
            };
            let name = self.own("GATEWAY_PORT");
            self.set(&name, value);
        }
        for (name, place) in [("TOKEN_REF", "ref"), ("PW_REF", "pwref"), ("KEY_REF", "keyref")] {
            if self.rng.chance(45) {
                let good = if name == "KEY_REF" { self.key(place) } else { self.token(place) };
                let value = match self.rng.below(8) {
                    0 => String::new(),
                    1 => "  ".into(),
                    _ => good,
                };
                self.set(name, value);
            }
        }
        if self.rng.chance(5) {
            let value = self.token("dead");
            let name = *self.rng.pick(&[&"OPENCLAW_TOKEN", &"OPENCLAW_GATEWAY_SECRET"]);
            self.set(name, value);
        }
    }

    fn port(&mut self, of: &[u16]) -> u16 {
        let port = of[self.rng.below(of.len())];
        self.case.ports.insert(port);
        port
    }

    /// The config's gateway block, and what else it needs.
    fn config(&mut self) -> Map<String, Value> {
        let mut gateway = Map::new();
        match self.rng.below(100) {
            0..=2 => {}
            3..=6 => _ = gateway.insert("mode".into(), json!("remote")),
            _ => _ = gateway.insert("mode".into(), json!("local")),
        }
        let mut auth = Map::new();
        if let Some(token) = self.config_token() {
            auth.insert("token".into(), token);
        }
        if self.rng.chance(15) {
            let password = match self.rng.below(10) {
                0 => json!(""),
                1..=3 => json!("${PW_REF}"),
                4 => json!("${MISSING_REF}"),
                _ => json!(self.password("cfg")),
            };
            auth.insert("password".into(), password);
        }
        if self.rng.chance(24) {
            let mode = *self.rng.pick(&[&"token", &"token", &"password", &"password", &"none"]);
            auth.insert("mode".into(), json!(mode));
        }
        if !auth.is_empty() || self.rng.chance(5) {
            gateway.insert("auth".into(), Value::Object(auth));
        }
        if self.rng.chance(16) {
            let mut remote = Map::new();
            if self.rng.chance(75) {
                let token = match self.rng.below(6) {
                    0 => "${TOKEN_REF}".into(),
                    _ => self.token("remote"),
                };
                remote.insert("token".into(), json!(token));
            }
            if self.rng.chance(25) {
                remote.insert("password".into(), json!(self.password("remote")));
            }
            if self.rng.chance(50) {
                remote.insert("url".into(), json!("ws://127.0.0.1:18789"));
            }
            gateway.insert("remote".into(), Value::Object(remote));
        }
        if self.rng.chance(40) {
            gateway.insert("bind".into(), json!(self.rng.pick(&["lan", "lan", "loopback", "auto"])));
        }
        if self.rng.chance(20) {
            gateway.insert("port".into(), json!(self.port(&[18790, 19002])));
        }
        let wants_origins = self.real.since([2026, 2, 23]) && !self.real.since([2026, 4, 7]);
        if self.real.program == Program::OpenClaw && self.rng.chance(if wants_origins { 75 } else { 15 }) {
            gateway.insert("controlUi".into(), json!({"allowedOrigins": ["http://localhost:18789"]}));
        }
        let mut config = Map::new();
        config.insert("gateway".into(), Value::Object(gateway));
        if self.rng.chance(38) {
            let block = self.config_env();
            config.insert("env".into(), block);
        }
        config
    }

    fn config_token(&mut self) -> Option<Value> {
        let own = self.own("GATEWAY_TOKEN");
        Some(match self.rng.below(100) {
            0..=37 => return None,
            38..=66 => json!(self.token("cfg")),
            67..=70 => json!(""),
            71..=72 => json!("  "),
            73 => json!(self.word("undefined")),
            74 => json!(format!(" {} ", self.token("cfg"))),
            75..=83 => json!("${TOKEN_REF}"),
            84..=87 => json!(format!("${{{own}}}")),
            88..=89 => json!("${MISSING_REF}"),
            90..=91 => {
                let resolved = self.case.env.get("TOKEN_REF").cloned().unwrap_or_default();
                self.candidate(format!("pre-{resolved}-post").trim());
                json!("pre-${TOKEN_REF}-post")
            }
            92 => {
                self.candidate("${TOKEN_REF}");
                json!("$${TOKEN_REF}")
            }
            93 => {
                self.candidate("${token_ref}");
                json!("${token_ref}")
            }
            94 => {
                self.candidate("$TOKEN_REF");
                json!("$TOKEN_REF")
            }
            95..=98 => json!({"source": "env", "provider": "default", "id": "TOKEN_REF"}),
            _ => json!(12345),
        })
    }

    /// `env.vars`, and now and then variables directly below `env`.
    fn config_env(&mut self) -> Value {
        let mut vars = Map::new();
        let [token, password] = ["GATEWAY_TOKEN", "GATEWAY_PASSWORD"].map(|n| self.own(n));
        if self.rng.chance(45) {
            let value = match self.rng.below(8) {
                0 => "${TOKEN_REF}".into(),
                1 => String::new(),
                _ => self.token("vars"),
            };
            vars.insert(token.clone(), json!(value));
        }
        if self.rng.chance(8) {
            vars.insert(password, json!(self.password("vars")));
        }
        if self.rng.chance(30) {
            vars.insert("TOKEN_REF".into(), json!(self.token("varsref")));
        }
        if self.rng.chance(20) {
            vars.insert("HTTPS_PROXY".into(), json!("http://127.0.0.1:9"));
        }
        if self.rng.chance(25) {
            vars.insert("PLAIN".into(), json!("plain-vars"));
        }
        if self.rng.chance(10) {
            vars.insert("KEY_REF".into(), json!(self.key("varskey")));
        }
        if self.rng.chance(10) {
            vars.insert("ESCAPED".into(), json!("$${PLAIN}"));
        }
        self.case.names.extend(vars.keys().cloned());
        let mut block = Map::new();
        block.insert("vars".into(), Value::Object(vars));
        let flat = if self.real.since([2026, 8, 1]) { 4 } else { 30 };
        if self.rng.chance(flat) {
            let (name, value) = match self.rng.below(3) {
                0 => ("FLAT".to_owned(), "flat".to_owned()),
                1 => ("PLAIN".to_owned(), "plain-flat".to_owned()),
                _ => (token, self.token("flat")),
            };
            self.case.names.insert(name.clone());
            block.insert(name, json!(value));
        }
        Value::Object(block)
    }

    fn dotenv_files(&mut self, layout: &Layout) {
        let mut files =
            vec![("/app/.env".to_owned(), 22, "cwd"), (format!("{}/.env", layout.state), 45, "dot")];
        if self.real.program == Program::OpenClaw {
            files.push((format!("{}/.config/openclaw/gateway.env", layout.home), 15, "gwenv"));
        }
        let config_dir = layout.config.rsplit_once('/').map_or("", |(dir, _)| dir);
        if config_dir != layout.state {
            files.push((format!("{config_dir}/.env"), 40, "cfgdir"));
        }
        let default = format!("{HOME}/{}", self.real.state());
        if layout.state != default && !layout.state.ends_with("bot") {
            // The one that is usual, which a variable leads away from.
            files.push((format!("{default}/.env"), 30, "usual"));
        }
        for (path, likely, place) in files {
            if self.rng.chance(likely) {
                let text = self.dotenv(place);
                self.case.files.insert(path, text);
            }
        }
    }

    fn dotenv(&mut self, place: &str) -> String {
        let [token, password, port] =
            ["GATEWAY_TOKEN", "GATEWAY_PASSWORD", "GATEWAY_PORT"].map(|n| self.own(n));
        let mut lines: Vec<(String, String)> = Vec::new();
        if self.rng.chance(65) {
            let good = self.token(place);
            let value = if self.rng.chance(25) { self.odd(good) } else { good };
            lines.push((token.clone(), value));
        }
        if self.rng.chance(10) {
            let value = self.password(place);
            lines.push((password, value));
        }
        if self.rng.chance(6) {
            let value = self.port(&[18790, 19003]).to_string();
            lines.push((port, value));
        }
        if self.rng.chance(25) {
            let value = self.token(&format!("{place}ref"));
            lines.push(("TOKEN_REF".into(), value));
        }
        for name in ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_OAUTH_TOKEN"] {
            if self.rng.chance(if name == "ANTHROPIC_API_KEY" { 22 } else { 6 }) {
                let value = self.key(&format!("{}{}", &place[..1], short(name)));
                lines.push((name.into(), value));
            }
        }
        if self.rng.chance(30) {
            lines.push(("PLAIN".into(), format!("plain-{place}")));
        }
        if self.rng.chance(8) {
            lines.push(("HTTPS_PROXY".into(), "http://127.0.0.1:9".into()));
        }
        if self.rng.chance(10) {
            let value = self.token("twice");
            lines.insert(0, (token, value));
        }
        self.case.names.extend(lines.iter().map(|(name, _)| name.clone()));
        written::dotenv(&mut self.rng, &lines)
    }

    /// The config file as somebody would write it.
    fn write_config(&mut self, layout: &Layout, config: Map<String, Value>) {
        match self.rng.below(100) {
            0..=2 => return,
            3 => {
                self.case.files.insert(layout.config.clone(), "{gateway: {mode: 'local'".into());
                return;
            }
            _ => {}
        }
        let dir = layout.config.rsplit_once('/').map_or("", |(dir, _)| dir).to_owned();
        let mut config = config;
        let mut beside: BTreeMap<String, String> = BTreeMap::new();
        if self.rng.chance(16) {
            self.split(&mut config, &dir, &mut beside);
        }
        let text = written::config(&mut self.rng, &Value::Object(config));
        self.case.files.insert(layout.config.clone(), text);
        self.case.files.extend(beside);
    }

    /// Moves a part of the config to files that it includes.
    fn split(&mut self, config: &mut Map<String, Value>, dir: &str, beside: &mut BTreeMap<String, String>) {
        match self.rng.below(10) {
            0..=3 => {
                let mut base = config.clone();
                if self.rng.chance(50) {
                    base["gateway"]["auth"] = json!({"token": self.token("included")});
                }
                let keep = self.rng.below(3);
                if keep == 0 {
                    config.remove("gateway");
                } else if keep == 1 {
                    config.remove("env");
                }
                config.insert("$include".into(), json!("./base.json5"));
                let text = written::config(&mut self.rng, &Value::Object(base));
                beside.insert(format!("{dir}/base.json5"), text);
            }
            4..=6 => {
                let mut gateway = config.remove("gateway").unwrap_or_else(|| json!({}));
                let auth = gateway.as_object_mut().and_then(|g| g.remove("auth"));
                let text = written::config(&mut self.rng, &gateway);
                beside.insert(format!("{dir}/parts/gateway.json"), text);
                let mut over = json!({"$include": "parts/gateway.json"});
                if let Some(auth) = auth {
                    over["auth"] = auth;
                }
                config.insert("gateway".into(), over);
            }
            7..=8 => {
                let one = json!({"gateway": {"auth": {"token": self.token("first")}}});
                let two = json!({"gateway": {"auth": {"token": self.token("second")}}});
                let texts = [one, two].map(|v| written::config(&mut self.rng, &v));
                let [one, two] = texts;
                beside.insert(format!("{dir}/one.json"), one);
                beside.insert(format!("{dir}/two.json"), two);
                config.insert("$include".into(), json!(["./one.json", "./two.json"]));
            }
            _ => {
                let bad = *self.rng.pick(&[&"./none.json5", &"../outside.json5"]);
                beside.insert("/srv/outside.json5".into(), "{}".into());
                config.insert("$include".into(), json!(bad));
            }
        }
    }

    fn command(&mut self) {
        let mut args = vec!["node".to_owned(), self.real.entry().to_owned(), "gateway".to_owned()];
        if self.rng.chance(10) {
            args.push("run".into());
        }
        let mut flag = |rng: &mut Rng, name: &str, value: String| {
            if rng.chance(30) {
                args.push(format!("{name}={value}"));
            } else {
                args.extend([name.to_owned(), value]);
            }
        };
        if self.rng.chance(70) {
            let bind = self.rng.pick(&["lan", "lan", "lan", "loopback", "auto"]).to_owned();
            flag(&mut self.rng, "--bind", bind);
        }
        if self.rng.chance(35) {
            let port = self.port(&[18789, 18790, 19004]).to_string();
            flag(&mut self.rng, "--port", port);
        }
        if self.rng.chance(11) {
            let token = self.token("flag");
            flag(&mut self.rng, "--token", token);
        }
        if self.rng.chance(5) {
            let password = self.password("flag");
            flag(&mut self.rng, "--password", password);
        }
        if self.rng.chance(6) {
            let mode = self.rng.pick(&["token", "password"]).to_owned();
            flag(&mut self.rng, "--auth", mode);
        }
        if self.rng.chance(10) {
            args.push("--allow-unconfigured".into());
        }
        self.case.args = args;
        self.case.ports.insert(18789);
    }

    fn questions(&mut self) {
        if self.rng.chance(45) {
            self.case.ask.insert(Question::Cli);
        }
        if self.rng.chance(25) {
            self.case.ask.insert(Question::Models);
        }
        if self.rng.chance(6) {
            self.case.ask.insert(Question::Config);
        }
    }
}

/// A few letters of a variable, which tell it in a masked key.
fn short(name: &str) -> String {
    name.split('_').map(|word| &word[..word.len().min(2)]).collect::<String>().to_lowercase()
}
