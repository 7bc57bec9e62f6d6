//! The environment that an OpenClaw process ends up with: what the container gives it, then its
//! dotenv files, then `env.vars` of its config.

use crate::openclaw::{
    read::dotenv_file::DotenvFile,
    release::{behaviour::Behaviour, catalog::Catalog},
};
use crate::{
    provenance::{Candidate, Layer, Provenance, Reason, Shadowed, Variable, reason::Filter},
    syntax::dotenv::node::is_taken_over,
    text::secret::Text,
};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Looks a variable up, blank or not.
pub trait VariableLookup {
    /// The value in effect.
    fn value(&self, name: &str) -> Option<&str>;
}

impl VariableLookup for [Variable] {
    fn value(&self, name: &str) -> Option<&str> {
        self.iter().find(|v| v.name == name)?.value().map(Text::expose)
    }
}

/// The environment of one process, with everything that was offered for each name.
#[derive(Clone, Debug, Default)]
pub struct OpenClawEnvironment {
    variables: IndexMap<String, Variable>,
    ignored: Vec<Shadowed>,
}

impl VariableLookup for OpenClawEnvironment {
    fn value(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.value().map(Text::expose)
    }
}

impl OpenClawEnvironment {
    /// Starts from what the container gives the process.
    #[must_use]
    pub fn of_container(variables: &[Variable]) -> Self {
        let given = |v: &&Variable| v.winner.is_some();
        let taken_out = variables.iter().filter(|v| v.winner.is_none()).flat_map(|v| &v.losers);
        Self {
            variables: variables.iter().filter(given).map(|v| (v.name.clone(), v.clone())).collect(),
            ignored: taken_out
                .filter(|loser| matches!(loser.reason, Reason::UnsetAtStart { .. }))
                .cloned()
                .collect(),
        }
    }

    /// Adds the dotenv files in the order in which they are read: a key that exists, even blank,
    /// is never replaced (`loadParsedDotEnvFiles`, openclaw 2026.9.6; `dotenv` with
    /// `override: false` before it).
    pub fn add_dotenv(&mut self, behaviour: &Behaviour, files: &[DotenvFile]) {
        let pre_existing: BTreeSet<String> = self.variables.keys().cloned().collect();
        for file in files {
            for line in file.effective_lines() {
                let candidate = file.candidate(line);
                if let Some(user) = file.denied_to {
                    self.ignored.push(Shadowed::new(candidate, Reason::FileDenied { user }));
                } else if !file.is_read {
                    self.ignored.push(Shadowed::new(candidate, Reason::FileNotRead { migrates: false }));
                } else if file.layer == Layer::CwdDotenv
                    && Catalog::newest().blocked_in_workspace(&line.name, behaviour.dotenv.workspace_filter)
                {
                    self.ignored.push(Shadowed::new(candidate, Reason::Dropped(Filter::WorkspaceDotenv)));
                } else if !is_taken_over(&line.name) {
                    self.ignored.push(Shadowed::new(candidate, Reason::Dropped(Filter::NoIdentifier)));
                } else {
                    self.add_dotenv_candidate(candidate, &pre_existing);
                }
            }
            for line in file.repeated_lines() {
                self.lose(file.candidate(line), Reason::LaterLine);
            }
        }
    }

    fn add_dotenv_candidate(&mut self, candidate: Candidate, pre_existing: &BTreeSet<String>) {
        let name = candidate.name.clone();
        let blank = self.value(&name).map(|v| Text::from(v).is_blank());
        match blank {
            None => {
                self.set(candidate, "");
            }
            Some(_) if !pre_existing.contains(&name) => self.lose(candidate, Reason::EarlierFile),
            Some(empty) => {
                let filler = candidate.layer;
                self.lose(candidate, Reason::VariableExists { filler, empty });
            }
        }
    }

    /// Adds what an earlier choice of state and config has set for good.
    pub fn add_selectors(&mut self, selected: &[Candidate]) {
        for candidate in selected {
            let by = if candidate.layer == Layer::ConfigEnv { "env.vars" } else { "" };
            self.set(candidate.clone(), by);
        }
    }

    /// Adds `env.vars`: they fill what is missing or blank, and a blank one sets nothing
    /// (`collectConfigRuntimeEnvVars` and `applyConfigEnvVars`; of white space see
    /// [`Behaviour::config_env_trims`]).
    pub fn add_config(&mut self, behaviour: &Behaviour, candidates: Vec<Candidate>) {
        for candidate in candidates {
            let sets_nothing = candidate.value.as_ref().is_some_and(|value| {
                if behaviour.config.config_env_trims { value.is_blank() } else { value.expose().is_empty() }
            });
            if sets_nothing {
                self.lose(candidate, Reason::Blank { filled_by: None });
                continue;
            }
            if !is_taken_over(&candidate.name) {
                self.ignored.push(Shadowed::new(candidate, Reason::Dropped(Filter::NoIdentifier)));
                continue;
            }
            let blocked =
                behaviour.config.filters_config_env && Catalog::newest().blocked_in_config(&candidate.name);
            if blocked {
                self.ignored.push(Shadowed::new(candidate, Reason::Dropped(Filter::ConfigEnv)));
                continue;
            }
            let current = self.value(&candidate.name).map(|v| Text::from(v).is_blank());
            if current == Some(false) {
                self.lose(candidate, Reason::VariableExists { filler: Layer::ConfigEnv, empty: false });
            } else {
                self.set(candidate, "env.vars");
            }
        }
    }

    /// Adds what a login shell exports: names that are not there at all, and that the program expects.
    /// Where it cannot be told what that is, the gateway's token may be among it.
    pub fn add_login_shell(&mut self, exported: Option<Vec<Candidate>>, prefix: &str) {
        let catalog = Catalog::newest();
        let token = format!("{prefix}GATEWAY_TOKEN");
        let password = format!("{prefix}GATEWAY_PASSWORD");
        let is_expected = |name: &str| {
            name == token
                || name == password
                || catalog.channels.contains(&name)
                || catalog.credential_variables().any(|known| known == name)
        };
        let unknown = || {
            let via = Provenance::default();
            vec![Candidate { layer: Layer::ShellEnv, place: None, via, value: None, name: token.clone() }]
        };
        for candidate in exported.unwrap_or_else(unknown) {
            if !is_expected(&candidate.name) {
                continue;
            }
            match self.value(&candidate.name).map(|value| value.trim().is_empty()) {
                None if self.get(&candidate.name).is_none() => _ = self.set(candidate, "the login shell"),
                empty => {
                    let filler = Layer::ShellEnv;
                    self.lose(candidate, Reason::VariableExists { filler, empty: empty == Some(true) });
                }
            }
        }
    }

    /// The gateway exports `--token` to itself and its children (`run`, openclaw 2026.9.6).
    pub fn export(&mut self, candidate: Candidate) {
        if let Some(old) = self.set(candidate.clone(), "--token") {
            self.push_loser(&candidate.name, Shadowed::new(old, Reason::SetByFlag { flag: "--token" }));
        }
    }

    /// A blank or missing variable takes the value of its other name (`normalizeZaiEnv`, openclaw
    /// 2026.9.6).
    pub fn fill_blank(&mut self, name: &str, other: &str) {
        let blank = self.value(name).is_none_or(|v| Text::from(v).is_blank());
        let filled = self.get(other).and_then(|v| v.winner.clone()).filter(|c| !c.is_blank());
        if let Some(candidate) = filled.filter(|_| blank) {
            self.set(Candidate { name: name.to_owned(), ..candidate }, other);
        }
    }

    /// Everything that looks like a source of `name` and is never read.
    pub fn ignored<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Shadowed> {
        self.ignored.iter().filter(move |l| l.candidate.name == name)
    }

    /// The variable of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    /// Every variable, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Variable> {
        self.variables.values()
    }

    /// Every name that is set, offered or ignored.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables
            .keys()
            .map(String::as_str)
            .chain(self.ignored.iter().map(|l| l.candidate.name.as_str()))
    }

    /// As a list for the report.
    #[must_use]
    pub fn into_variables(self) -> Vec<Variable> {
        self.variables.into_values().collect()
    }

    /// Sets the winner, which comes from `by`, and gives back the one before; an empty one before
    /// becomes a loser.
    fn set(&mut self, candidate: Candidate, by: &str) -> Option<Candidate> {
        let name = candidate.name.clone();
        let variable = self.variables.entry(name.clone()).or_insert_with(|| Variable {
            name,
            winner: None,
            losers: Vec::new(),
        });
        let old = variable.winner.replace(candidate);
        if let Some(old) = &old
            && old.value.as_ref().is_some_and(Text::is_blank)
        {
            let reason = Reason::Blank { filled_by: Some(by.to_owned()) };
            variable.losers.insert(0, Shadowed::new(old.clone(), reason));
            return None;
        }
        old
    }

    fn lose(&mut self, candidate: Candidate, reason: Reason) {
        let name = candidate.name.clone();
        self.push_loser(&name, Shadowed::new(candidate, reason));
    }

    fn push_loser(&mut self, name: &str, loser: Shadowed) {
        if let Some(variable) = self.variables.get_mut(name) {
            variable.losers.push(loser);
        } else {
            self.ignored.push(loser);
        }
    }
}
