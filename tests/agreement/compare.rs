//! Where what clawdock says differs from what the real program did.

use crate::{
    case::{Case, Effective, Recorded, Requested, Sent, Truth},
    model::{ask, used, view},
    release::Real,
};
use clawdock::{
    openclaw::{OpenClawReport, facts::AuthMode, release::behaviour::LeftoverState},
    provenance::{Layer, Shadowed, Variable},
    text::secret::Text,
    vocabulary::{prediction::Prediction, setting::Consumer},
};
use std::collections::BTreeMap;

/// How many answers of each kind were compared.
pub type Counts = BTreeMap<&'static str, usize>;

/// The differences, in words.
pub fn differences(real: Real, recorded: &Recorded, counts: &mut Counts) -> Vec<String> {
    let answer = ask(real, &recorded.case);
    let mut all = Differences {
        case: &recorded.case,
        truth: &recorded.truth,
        answer: &answer,
        counts,
        found: Vec::new(),
    };
    all.start();
    all.command_line();
    all.models();
    all.config();
    all.found
}

/// Deployments of which clawdock says that it cannot tell whether the gateway starts.
const NOT_TOLD: &str = "not told by clawdock";

struct Differences<'a> {
    case: &'a Case,
    truth: &'a Truth,
    answer: &'a OpenClawReport,
    counts: &'a mut Counts,
    found: Vec<String>,
}

impl Differences<'_> {
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, kind: &'static str, what: &str, ours: &T, real: &T) {
        *self.counts.entry(kind).or_default() += 1;
        if ours != real {
            self.found.push(format!("{what}: clawdock {ours:?}, the program {real:?}"));
        }
    }

    fn start(&mut self) {
        let start = self.answer.start.clone().expect("a gateway has a prediction");
        let ours = match start.prediction {
            Prediction::Refuses => format!("exit {}", start.exit_code.unwrap_or(-1)),
            Prediction::Starts => "starts".to_owned(),
            // Nothing is said, so nothing can be wrong; the table counts it.
            Prediction::Unknown => {
                *self.counts.entry(NOT_TOLD).or_default() += 1;
                return;
            }
        };
        let real = self.truth.exit.map_or_else(|| "starts".to_owned(), |code| format!("exit {code}"));
        if ours != real {
            let why = start.why.clone().unwrap_or_default();
            self.found.push(format!("start: clawdock {ours} ({why}), the program {real}"));
        }
        *self.counts.entry("exit code").or_default() += 1;
        if ours != "starts" || real != "starts" {
            return;
        }
        let mode = self.answer.facts.auth_mode;
        let accepted: Vec<String> = self.credential(mode, &Consumer::Gateway).into_iter().collect();
        self.same("accepted credential", "accepted", &accepted, &self.truth.accepted.clone());
        let lets_all_in = mode == AuthMode::None || start.why.is_some_and(|w| w.contains("everybody"));
        self.same("accepted credential", "open", &lets_all_in, &self.truth.open);
        let port = used(self.answer, "gateway.port", &Consumer::Gateway).and_then(|p| p.parse().ok());
        self.same("port", "port", &port, &self.truth.port);
        let bind =
            self.answer.facts.beyond_loopback.map(|all| if all { "all" } else { "loopback" }.to_owned());
        self.same("bind", "bind", &bind, &self.truth.bind);
        self.environment();
        self.request();
    }

    /// The credential of a mode that a consumer uses.
    fn credential(&self, mode: AuthMode, consumer: &Consumer) -> Option<String> {
        match mode {
            AuthMode::Token => used(self.answer, "gateway.auth.token", consumer),
            AuthMode::Password => used(self.answer, "gateway.auth.password", consumer),
            AuthMode::None | AuthMode::TrustedProxy => None,
        }
    }

    fn environment(&mut self) {
        let Some(real) = &self.truth.env else { return };
        let predicted: &[Variable] = self.answer.process_environment.as_deref().unwrap_or_default();
        let ours: BTreeMap<String, String> = predicted
            .iter()
            .filter_map(|v| Some((v.name.clone(), v.value()?.expose().to_owned())))
            .filter(|(name, _)| self.case.names.contains(name))
            .collect();
        for name in &self.case.names {
            self.same("effective environment", name, &ours.get(name), &real.get(name));
        }
    }

    fn request(&mut self) {
        let Some(real) = &self.truth.request else { return };
        let provider =
            if self.case.files.values().any(|t| t.contains("mya/m1")) { "mya" } else { "anthropic" };
        let key = used(self.answer, &format!("models.providers.{provider}.apiKey"), &Consumer::Gateway);
        let base = used(self.answer, &format!("models.providers.{provider}.baseUrl"), &Consumer::Gateway);
        let port = base.as_deref().and_then(|b| b.rsplit(':').next()).and_then(|p| p.parse().ok());
        // A provider on this machine is asked without a key: with a word that is none.
        let real_key = real.key.clone().filter(|key| key != "custom-local");
        let without_key = real.key.is_some() && real_key.is_none();
        let real = Requested { port: real.port, key: real_key };
        let port = port.filter(|_| key.is_some() || without_key);
        let ours = Requested { port, key: if port.is_some() { key } else { None } };
        self.same("provider request", "request", &ours, &real);
    }

    fn command_line(&mut self) {
        let Some(real) = self.truth.cli.clone() else { return };
        let mode = self.answer.facts.auth_mode;
        if !matches!(mode, AuthMode::Token | AuthMode::Password) {
            return;
        }
        let ours = self.credential(mode, &Consumer::Cli);
        let Sent { port, token, password } = real;
        let sent = if mode == AuthMode::Token { token } else { password };
        self.same("credential of the command line", "command line", &ours, &sent);
        let url = self.case.env.keys().any(|n| n.ends_with("GATEWAY_URL"));
        if port.is_some() && !url {
            let ours = used(self.answer, "gateway.port", &Consumer::Cli).and_then(|p| p.parse().ok());
            self.same("port of the command line", "port of the command line", &ours, &port);
        }
    }

    fn models(&mut self) {
        let Some(real) = &self.truth.models else { return };
        for id in ["anthropic", "openai", "google", "openrouter", "mya"] {
            let setting = format!("models.providers.{id}.apiKey");
            let ours = used(self.answer, &setting, &Consumer::Cli);
            let effective: Option<&Effective> = real.get(id).filter(|e| e.kind != "missing");
            let seen = view(self.answer, &setting, &Consumer::Cli);
            let winner = seen.and_then(|v| v.winner.as_ref());
            let losers = seen.map(|v| v.losers.as_slice()).unwrap_or_default();
            let is_configs = |e: &&Effective| {
                let shown = |text: &Text| masked(text.expose()) == e.detail;
                let configs = |l: &&Shadowed| l.candidate.layer == Layer::Config;
                let mut configs = losers.iter().filter(configs).filter_map(|l| l.candidate.value.as_ref());
                e.kind == "models.json" || configs.any(shown)
            };
            if effective.filter(is_configs).is_some() && winner.is_some_and(|w| w.layer != Layer::Config) {
                // It shows the config's key; the key that a request carries is the environment's.
                continue;
            }
            if ours.is_none() && effective.is_some_and(|e| e.detail == masked("ANTHROPIC_API_KEY")) {
                // An apiKey that names a variable without a value: the name is shown as if it were a key.
                continue;
            }
            // Some releases show nothing of a token but that it is one.
            if effective.is_none_or(|e| e.detail != "OAuth (env)") {
                let ours = ours.map(|key| masked(&key));
                self.same("models status", &setting, &ours, &effective.map(|e| e.detail.clone()));
            }
            if let Some(variable) = effective.filter(|e| e.kind == "env").and_then(|e| e.variable.clone()) {
                // An apiKey that is the name of a variable has that one's value.
                if winner.is_some_and(|w| w.layer == Layer::Config) {
                    continue;
                }
                let name = winner.map(|w| format!("env: {}", w.name));
                self.same("models status", &format!("variable of {id}"), &name, &Some(variable));
            }
        }
    }

    fn config(&mut self) {
        // A profile that a flag selects is not the command line's.
        let path = view(self.answer, "OPENCLAW_CONFIG_PATH", &Consumer::Gateway);
        let flagged = path.and_then(|v| v.winner.as_ref()).is_some_and(|w| w.layer == Layer::ComposeCommand);
        if let Some(file) = self.truth.config_file.clone() {
            // A gateway that finds its state below an earlier name moves it before the question is asked.
            let ours = match used(self.answer, "OPENCLAW_CONFIG_PATH", &Consumer::Cli) {
                Some(path) if flagged => path,
                _ => self.answer.facts.config_path.clone(),
            };
            let moved = ours.replace("/.clawdbot/", "/.openclaw/");
            let moves = (self.answer.facts.behaviour.paths.leftover_state != LeftoverState::LeftAlone)
                && !self.case.env.contains_key("OPENCLAW_STATE_DIR");
            self.same("config file", "config file", &if moves { moved } else { ours }, &file);
        }
        let Some(real) = &self.truth.config else { return };
        if real.is_empty() && self.truth.exit.is_some() {
            // Nothing set, or a config that is refused: the answers are the same.
            return;
        }
        let whose = if flagged { Consumer::Cli } else { Consumer::Gateway };
        for key in ["gateway.port", "gateway.bind"] {
            if flagged && key == "gateway.bind" {
                // A view of the gateway's only.
                continue;
            }
            let ours = view(self.answer, key, &whose).and_then(|v| {
                let losers = v.losers.iter().map(|l| &l.candidate);
                let found = v.winner.iter().chain(losers).find(|c| c.layer == Layer::Config)?;
                found.value.as_ref().map(|t| t.expose().to_owned())
            });
            self.same("config get", key, &ours, &real.get(key).cloned());
        }
    }
}

/// A key as `models status` shows it: eight characters of each end.
fn masked(key: &str) -> String {
    let chars: Vec<char> = key.chars().collect();
    let [first, last] = [&chars[..8.min(chars.len())], &chars[chars.len().saturating_sub(8)..]];
    first.iter().chain("...".chars().collect::<Vec<char>>().iter()).chain(last).collect()
}
