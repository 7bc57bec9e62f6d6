//! How sure the answers about a target are: what was not seen is weighed by what it could hold.

use crate::{
    model::target::{Target, TargetKind, VersionSource},
    openclaw::{
        facts::OpenClawModel,
        read::config::Presence,
        release::{
            behaviour::CredentialSource,
            history::{self, Coverage},
        },
    },
    provenance::{Candidate, Layer, SourceState, StepKind},
    secrets,
    vocabulary::{
        certainty::{Assumption, Grounds, Unseen},
        deployment::HostSide,
        engine_state::EngineVerdict,
        prediction::{Prediction, StartReasonId as Id},
        setting::{Agreement, Consumer, Resolution, Setting, State},
        setting_key::SettingKey,
    },
};

/// The newest release whose behaviour is known.
#[must_use]
pub fn newest_release() -> String {
    history::newest_covered().to_string()
}

/// What a release is called is covered: it is no later than the newest one that is known, and no build
/// before a release.
#[must_use]
pub fn is_covered(version: &str) -> bool {
    let is_before_release = version.split(['-', '+']).skip(1).any(|suffix| {
        let word = suffix.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        ["alpha", "beta", "rc", "dev", "canary", "nightly", "pre", "next"]
            .iter()
            .any(|begin| word.to_ascii_lowercase().starts_with(begin))
    });
    !is_before_release && !matches!(history::coverage(version), Some(Coverage::Beyond(_)))
}

impl Target {
    /// What this program knows of OpenClaw covers the release; none for what does not run it.
    #[must_use]
    pub fn is_covered(&self) -> Option<bool> {
        self.openclaw.as_ref().map(|fact| is_covered(&fact.version))
    }

    /// How sure it is that a consumer ends up with what its resolution says.
    #[must_use]
    pub fn grounds(&self, setting: &Setting, view: &Resolution) -> Grounds {
        let Some(facts) = self.facts_of(&view.consumer) else { return Grounds::CERTAIN };
        let mut assumes = Vec::new();
        assumes.extend(self.of_config(facts, setting, view));
        assumes.extend(self.of_files(setting, view));
        assumes.extend(self.of_release(view));
        let in_container = !matches!(view.consumer, Consumer::HostCli | Consumer::CliService(_));
        if facts.home_is_from_mount && facts.config_seen && in_container {
            assumes.push(Assumption::Home { home: facts.home.0.clone() });
        }
        let has_other_flags = |facts: &OpenClawModel| facts.command.may_have_other_flags();
        if view.consumer == Consumer::Gateway
            && self.facts.as_ref().is_some_and(has_other_flags)
            && !view.winner.as_ref().is_some_and(Candidate::is_flag)
        {
            assumes.push(Assumption::Script);
        }
        let could_be_set = assumes.iter().any(|a| matches!(a, Assumption::ConfigLacks { .. }));
        let grounds = Grounds::on(assumes);
        let nothing = view.winner.is_none() || view.state == State::Blank;
        if (nothing && could_be_set) || (view.state == State::Unknown && view.winner.is_none()) {
            return grounds.unknown();
        }
        grounds
    }

    /// How sure the prediction of the gateway's start is.
    #[must_use]
    pub fn grounds_of_start(&self) -> Option<Grounds> {
        let start = self.start.as_ref()?;
        match self.start_verdict() {
            Some(EngineVerdict::Confirms) => return Some(Grounds::CERTAIN),
            Some(EngineVerdict::Contradicts) => return Some(Grounds::CERTAIN.unknown()),
            None => {}
        }
        let mut assumes = Vec::new();
        let first = start.reasons.first().map(|reason| reason.id);
        // A start script asks for a credential by its variable.
        let wants_credential = start.reasons.first().is_some_and(|reason| match reason.id {
            Id::NoCredential | Id::CredentialBlank => true,
            Id::StartScript => secrets::is_gateway_credential(&reason.about.to_string()),
            _ => false,
        });
        let missing = self.facts.as_ref().and_then(|facts| self.missing_state(facts));
        if let Some(directory) = missing
            && !first.is_some_and(is_before_config)
            && start.prediction != Prediction::Unknown
        {
            assumes.push(Assumption::NoConfigIn { directory: file_name(directory).to_owned() });
        }
        if wants_credential {
            for key in [SettingKey::GatewayToken, SettingKey::GatewayPassword] {
                let view = self.setting(&key).zip(self.view(&key, &Consumer::Gateway));
                assumes.extend(view.into_iter().flat_map(|(setting, view)| self.of_files(setting, view)));
            }
        }
        if let Some(Id::CredentialUnresolved | Id::MissingVariable | Id::ProviderKeyUnresolved) = first
            && let Some(file) = self.missing_env_files().next()
        {
            let variable = start.reasons.first().map(|reason| reason.about.to_string()).unwrap_or_default();
            assumes.push(Assumption::FileLacks { file, variable, unseen: Unseen::NotHere });
        }
        let is_wrapped = self.facts.as_ref().is_some_and(|facts| facts.image.is_wrapped);
        assumes.extend(is_wrapped.then_some(Assumption::Script));
        assumes.extend(self.of_newer_release());
        let grounds = Grounds::on(assumes);
        Some(if start.prediction == Prediction::Unknown { grounds.unknown() } else { grounds })
    }

    /// The command line beside a gateway with a profile has other files.
    fn facts_of(&self, consumer: &Consumer) -> Option<&OpenClawModel> {
        let facts = self.facts.as_ref()?;
        match (consumer, &facts.of_cli) {
            (Consumer::Cli, Some(of_cli)) => Some(of_cli),
            _ => Some(facts),
        }
    }

    /// The host directory of the state, or of a config elsewhere, that is to be mounted and is not on this
    /// machine.
    fn missing_state(&self, facts: &OpenClawModel) -> Option<&str> {
        let paths = [&facts.state_dir, &facts.config_path].into_iter();
        let mut mounts = paths.filter_map(|path| self.deployment.mount_of(path));
        let mount = mounts.find(|mount| mount.host == Some(HostSide::Missing))?;
        mount.source.as_deref().filter(|_| self.kind.is_on_disk())
    }

    /// A config that was not seen, and what would decide in it.
    fn of_config(&self, facts: &OpenClawModel, setting: &Setting, view: &Resolution) -> Option<Assumption> {
        let key = self.key_that_decides(facts, setting, view)?;
        if !matches!(facts.config.presence, Presence::Unseen { .. }) {
            let directory =
                self.missing_state(facts).filter(|_| facts.config.presence == Presence::Absent)?;
            return Some(Assumption::NoConfigIn { directory: file_name(directory).to_owned() });
        }
        let unseen = match self.kind {
            TargetKind::PodContainer => Unseen::InCluster,
            kind if kind.is_on_disk() => Unseen::InEngine,
            _ => Unseen::NotShown,
        };
        Some(Assumption::ConfigLacks { key, unseen })
    }

    /// The key of the config that would come before what a resolution says; none where no config could
    /// change it.
    fn key_that_decides(
        &self,
        facts: &OpenClawModel,
        setting: &Setting,
        view: &Resolution,
    ) -> Option<String> {
        if matches!(view.consumer, Consumer::HostCli | Consumer::CliService(_)) {
            // They have a config of their own.
            return None;
        }
        let winner = view.winner.as_ref().filter(|w| !w.is_blank());
        let is_flag = winner.is_some_and(Candidate::is_flag);
        if let SettingKey::GatewayToken | SettingKey::GatewayPassword = setting.key {
            let order = match view.consumer {
                Consumer::Gateway => facts.behaviour.credentials.server,
                _ => facts.behaviour.credentials.client,
            };
            let at = |found: fn(&CredentialSource) -> bool| order.iter().position(found);
            let config = at(|source| *source == CredentialSource::Config);
            let variable = at(|source| matches!(source, CredentialSource::Env(_)));
            if winner.is_none() || (!is_flag && config < variable) {
                return Some(setting.key.text().into_owned());
            }
            // Another mode has no use for it.
            return (!facts.command.has("--auth")).then(|| SettingKey::GatewayAuthMode.text().into_owned());
        }
        let is_default = winner.is_none_or(|w| w.layer == Layer::Default);
        if is_default {
            // What is set nowhere, `env.vars` of the config may set.
            let name = setting.key.text();
            return Some(if setting.key.is_of_config() {
                name.into_owned()
            } else {
                format!("env.vars.{name}")
            });
        }
        // The config comes before variables for these, see `settings/network.rs` and `locations.rs`.
        let first = match &setting.key {
            SettingKey::ProviderBaseUrl(_) => setting.key.text().into_owned(),
            // Its `auth` and headers come before a variable.
            SettingKey::ProviderKey(_) => setting.key.parent(),
            // A port that follows from the name of a profile is a default.
            SettingKey::GatewayPort if winner.is_some_and(|w| w.name.ends_with("_PROFILE")) => {
                setting.key.text().into_owned()
            }
            SettingKey::Named(name) if name == "OPENCLAW_WORKSPACE_DIR" => {
                "agents.defaults.workspace".to_owned()
            }
            _ => return None,
        };
        (!is_flag).then_some(first)
    }

    /// Files of the service, and the project's `.env`, that are not here and could set a variable of the
    /// setting.
    fn of_files(&self, setting: &Setting, view: &Resolution) -> Option<Assumption> {
        if !self.kind.is_on_disk() {
            return None;
        }
        let winner = view.winner.as_ref();
        let of_environment = |c: &Candidate| {
            c.layer.is_environment() || c.layer.is_environment_source() || c.layer == Layer::ContainerEnv
        };
        if let Some(winner) = winner.filter(|w| !w.is_blank() && w.layer != Layer::Default) {
            // What is written in `environment:` comes before every file.
            let from_file = winner.layer.is_environment_source();
            let file = self.missing_env_files().next().filter(|_| from_file);
            let variable = winner.name.clone();
            if let Some(file) = file {
                return Some(Assumption::FileLacks { file, variable, unseen: Unseen::NotHere });
            }
            return self.of_dotenv(winner).filter(|_| of_environment(winner));
        }
        let first = setting.variables.first()?;
        if let Some(file) = self.missing_env_files().next() {
            let blank = self.variable(first).and_then(|v| v.winner.as_ref());
            if blank.is_none_or(|w| w.layer.is_environment_source()) {
                let variable = first.clone();
                return Some(Assumption::FileLacks { file, variable, unseen: Unseen::NotHere });
            }
        }
        let mut made = setting.variables.iter().filter_map(|name| self.variable(name)?.winner.as_ref());
        made.find_map(|candidate| self.of_dotenv(candidate))
    }

    /// The project's `.env` is not here, and a value is made of a variable that it could set.
    fn of_dotenv(&self, candidate: &Candidate) -> Option<Assumption> {
        let is_absent = |s: &crate::provenance::InspectedSource| {
            s.layer == Layer::ProjectDotenv && s.state == SourceState::Absent
        };
        let file = self.sources.iter().find(|s| is_absent(s))?;
        let known: Vec<&str> = candidate
            .via
            .iter()
            .filter_map(|via| match &via.step {
                StepKind::Variable { name, .. } => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let wanted = candidate.via.iter().find_map(|via| match &via.step {
            StepKind::Interpolation { shown } => interpolated(shown).filter(|name| !known.contains(name)),
            _ => None,
        })?;
        Some(Assumption::FileLacks {
            file: file_name(&file.path).to_owned(),
            variable: wanted.to_owned(),
            unseen: Unseen::NotHere,
        })
    }

    /// The names of the service's env files that are not on this machine.
    fn missing_env_files(&self) -> impl Iterator<Item = String> {
        let is_missing = |path: &str| {
            let known = self.sources.iter().find(|s| s.path == path);
            known.is_none_or(|s| !s.state.is_there())
        };
        let files = self.deployment.env_files.iter().filter(move |_| self.kind.is_on_disk());
        files.filter(move |file| is_missing(&file.value)).map(|file| file_name(&file.value).to_owned())
    }

    /// Where several values differ, the release decides which one counts.
    fn of_release(&self, view: &Resolution) -> Option<Assumption> {
        let fact = self.openclaw.as_ref()?;
        let is_assumed = fact.source == VersionSource::Assumed && view.verdict == Agreement::Overrides;
        if is_assumed {
            return Some(Assumption::Release { assumed: fact.version.clone() });
        }
        self.of_newer_release().filter(|_| view.winner.is_some())
    }

    fn of_newer_release(&self) -> Option<Assumption> {
        let fact = self.openclaw.as_ref().filter(|fact| !is_covered(&fact.version))?;
        Some(Assumption::WorksAs { release: fact.version.clone(), known: newest_release() })
    }
}

/// What stops a gateway before it reads its config.
fn is_before_config(reason: Id) -> bool {
    matches!(
        reason,
        Id::StartScript | Id::ProfileFlags | Id::FlagInvalid | Id::CommandLineInvalid | Id::RootReadOnly
    )
}

impl Grounds {
    /// The less sure of two.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.certainty = self.certainty.min(other.certainty);
        for assumption in other.assumes {
            if !self.assumes.contains(&assumption) {
                self.assumes.push(assumption);
            }
        }
        self
    }
}

/// `NAME` of `${NAME:-}`.
fn interpolated(shown: &str) -> Option<&str> {
    let name = shown.trim_start_matches('$').trim_start_matches('{');
    let length = name.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    (length > 0).then(|| &name[..length])
}

fn file_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}
