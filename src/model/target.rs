//! What was found out about one container or one compose service: the facts that the rules judge
//! and the report shows.

use crate::{
    openclaw::{facts::OpenClawModel, read::user::ProcessUser},
    provenance::{InspectedSource, Variable},
    redact::{Collect, Collector},
    text::{secret::Text, source::Place},
    vocabulary::{
        advice::Advice,
        deployment::{Deployment, Role},
        engine_state::{EngineState, EngineVerdict},
        finding::Warning,
        prediction::{Prediction, Start},
        setting::{Consumer, Resolution, Setting},
        setting_key::SettingKey,
        workload::WorkloadKind,
    },
};
use serde::Serialize;

/// One container or compose service, and all that was found out about it.
#[derive(Clone, Debug)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// Container name, or compose service name.
    pub name: String,
    /// The compose service, where there is one.
    pub service: Option<String>,
    /// The compose project, where there is one.
    pub project: Option<String>,
    /// The full container id.
    pub container_id: Option<String>,
    /// The engine's word: `running`, `exited` …
    pub state: Option<String>,
    /// What the engine reports of it; containers only.
    pub engine: Option<EngineState>,
    /// What it does for OpenClaw.
    pub role: Role,
    /// Its release; none for [`Role::Other`].
    pub openclaw: Option<VersionFact>,
    /// How it is run.
    pub deployment: Deployment,
    /// Everything that was looked at, whatever came of it.
    pub sources: Vec<InspectedSource>,
    /// OpenClaw's settings.
    pub settings: Vec<Setting>,
    /// The whole environment the container is created with.
    pub environment: Vec<Variable>,
    /// What the gateway's process ends up with after its dotenv files, `env.vars` and flags;
    /// [`Role::Gateway`] only.
    pub process_environment: Option<Vec<Variable>>,
    /// Whether the gateway would start; [`Role::Gateway`] only.
    pub start: Option<Start>,
    /// What a probe saw; empty when none ran.
    pub observations: Vec<Observation>,
    /// What rules ask for besides the settings; none for [`Role::Other`].
    pub facts: Option<OpenClawModel>,
    /// What Compose warns of: of this service, and on the first target of a project of the rest.
    pub warnings: Vec<Warning>,
    /// What says whether it runs OpenClaw, the strongest first.
    pub evidence: Vec<RoleSign>,
    /// The commands of this project and container.
    pub advice: Advice,
}

/// What decides whether a container or service runs OpenClaw.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleSign {
    /// How much it says: from 10 on it decides alone, below 0 it speaks against it.
    pub weight: i32,
    /// What was seen, in words free of values.
    pub says: String,
}

/// What a target is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// A container of a running engine.
    Container,
    /// A service of a compose project on disk.
    ComposeService,
    /// A container, as a snapshot has it.
    Snapshot,
    /// A `docker run` command line in a file.
    RunCommand,
    /// A Quadlet unit of Podman's.
    QuadletUnit,
    /// A container in the template of a pod of Kubernetes.
    PodContainer,
}

impl TargetKind {
    /// Files describe it, and nothing is known of a container that was made of them.
    #[must_use]
    pub fn is_on_disk(self) -> bool {
        !matches!(self, Self::Container | Self::Snapshot)
    }

    /// The noun before its name.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::ComposeService => "service",
            Self::QuadletUnit => "unit",
            Self::Container | Self::Snapshot | Self::RunCommand | Self::PodContainer => "container",
        }
    }
}

impl From<WorkloadKind> for TargetKind {
    fn from(kind: WorkloadKind) -> Self {
        match kind {
            WorkloadKind::RunCommand => Self::RunCommand,
            WorkloadKind::QuadletUnit => Self::QuadletUnit,
            WorkloadKind::PodContainer => Self::PodContainer,
        }
    }
}

/// The OpenClaw release a target runs, and how that is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VersionFact {
    /// As written by its source, for example `2026.9.6`.
    pub version: String,
    /// Where it was read.
    pub source: VersionSource,
}

/// How a version is known, surest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionSource {
    /// `--openclaw-version`.
    Flag,
    /// The image's `org.opencontainers.image.version` label.
    Label,
    /// `/app/package.json` in the image.
    PackageJson,
    /// The Dockerfile, or the script that starts the container, installs it.
    Dockerfile,
    /// The tag of the image reference.
    ImageTag,
    /// Nothing said it; the newest known release is assumed.
    Assumed,
}

impl Target {
    /// What the engine says to the prediction of its start; none where it says nothing to it.
    #[must_use]
    pub fn start_verdict(&self) -> Option<EngineVerdict> {
        let (start, engine) = (self.start.as_ref()?, self.engine.as_ref()?);
        match start.prediction {
            Prediction::Refuses if engine.has_started() => Some(EngineVerdict::Contradicts),
            Prediction::Refuses => {
                let ended = engine.has_failed().then_some(engine.exit_code)??;
                let as_predicted = start.exit_code.is_none_or(|code| i64::from(code) == ended);
                Some(if as_predicted { EngineVerdict::Confirms } else { EngineVerdict::Contradicts })
            }
            Prediction::Starts if engine.has_failed() => Some(EngineVerdict::Contradicts),
            Prediction::Starts => engine.has_started().then_some(EngineVerdict::Confirms),
            Prediction::Unknown => None,
        }
    }

    /// The prediction of its start, unless the engine reports something else, or knows what nobody could
    /// predict.
    #[must_use]
    pub fn uncontradicted_start(&self) -> Option<&Start> {
        let knows = self.engine.as_ref().is_some_and(|e| e.has_started() || e.has_failed());
        let is_open = |start: &&Start| start.prediction == Prediction::Unknown && knows;
        let start = self.start.as_ref().filter(|start| !is_open(start));
        start.filter(|_| self.start_verdict() != Some(EngineVerdict::Contradicts))
    }

    /// A setting.
    #[must_use]
    pub fn setting(&self, key: &SettingKey) -> Option<&Setting> {
        self.settings.iter().find(|s| s.key == *key)
    }

    /// The user id that the gateway runs as; none where the image decides and is not known.
    #[must_use]
    pub fn user(&self) -> Option<u32> {
        let facts = self.facts.as_ref()?;
        let is_service = self.kind.is_on_disk();
        ProcessUser::of(&self.deployment, &facts.image, is_service).map(|user| user.uid)
    }

    /// A consumer's view of a setting.
    #[must_use]
    pub fn view(&self, setting: &SettingKey, consumer: &Consumer) -> Option<&Resolution> {
        self.setting(setting)?.views.iter().find(|v| v.consumer == *consumer)
    }

    /// The variable of that name in the environment it is created with.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.environment.iter().find(|v| v.name == name)
    }

    /// A container: it does not have what its files would create it with now.
    #[must_use]
    pub fn is_outdated(&self, wanted: &Variable) -> bool {
        let actual = self.variable(&wanted.name).and_then(Variable::value);
        match &wanted.winner {
            // The engine takes a name without a value out of the container.
            None => actual.is_some(),
            Some(winner) => winner.value.as_ref().is_some_and(|value| actual != Some(value)),
        }
    }

    /// A container: the variables that its files now give otherwise, or no longer give; `wanted` is the
    /// service as the files are now.
    #[must_use]
    pub fn outdated<'a>(&'a self, wanted: &'a Self) -> OutdatedVariables<'a> {
        let changed = wanted.environment.iter().filter(|v| self.is_outdated(v)).collect();
        let is_gone = |v: &&Variable| v.is_added_to_image() && wanted.variable(&v.name).is_none();
        let gone = self.environment.iter().filter(is_gone).collect();
        OutdatedVariables { changed, gone }
    }

    /// The view of the process that matters here: the gateway's, else the command line's.
    #[must_use]
    pub fn own_view(&self, setting: &SettingKey) -> Option<&Resolution> {
        self.setting(setting)?.views.first()
    }
}

/// What a container was created with and its files give otherwise by now.
#[derive(Debug, Default)]
pub struct OutdatedVariables<'a> {
    /// As the files give them now.
    pub changed: Vec<&'a Variable>,
    /// As the container has them; the files no longer do.
    pub gone: Vec<&'a Variable>,
}

impl OutdatedVariables<'_> {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.changed.len() + self.gone.len()
    }
}

/// What a probe saw, beside what was predicted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observation {
    /// Which probe: `health`, `process-environment`, `gateway-token`.
    pub probe: &'static str,
    /// What about: a variable, a path, a candidate.
    pub subject: String,
    /// The place of the candidate that was tried.
    pub place: Option<Place>,
    /// How prediction and observation relate.
    pub outcome: Outcome,
    /// What was predicted, in words free of values.
    pub predicted: Option<String>,
    /// What was seen, in words free of values.
    pub observed: String,
    /// The value that was tried or seen; reports show its length and fingerprint.
    pub value: Option<Text>,
}

/// How an observation relates to the prediction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As predicted.
    Agrees,
    /// Not as predicted.
    Contradicts,
    /// Could not be told.
    Unknown,
    /// Nothing was predicted.
    Seen,
}

impl Collect for Target {
    fn collect(&self, into: &mut Collector) {
        into.name(
            [Some(&self.name), self.service.as_ref(), self.project.as_ref()]
                .into_iter()
                .flatten()
                .map(String::as_str),
        );
        into.say(self.state.as_deref());
        into.say(self.engine.iter().flat_map(|e| [Some(e.status.as_str()), e.health.as_deref()]).flatten());
        into.deployment(&self.deployment);
        into.say(paths_without_mounts(self));
        self.settings.iter().for_each(|setting| into.setting(setting));
        self.observations.iter().for_each(|seen| into.named(&seen.subject, seen.value.as_ref()));
        let variables = self.environment.iter().chain(self.process_environment.iter().flatten());
        variables.for_each(|variable| into.variable(variable));
    }
}

/// The paths of what was looked at, but for what lies below a mount or is named by an `env_file`: such a
/// path may have been made of a secret.
fn paths_without_mounts(target: &Target) -> impl Iterator<Item = &str> {
    let is_document = |path: &str| path.ends_with(".yml") || path.ends_with(".yaml");
    let paths = || target.sources.iter().map(|source| source.path.as_str());
    let below =
        |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let deployment = &target.deployment;
    let mounts = deployment.mounts.iter().filter_map(|mount| mount.source.as_deref());
    let mounts = mounts.map(|folder| folder.trim_end_matches('/'));
    // The project's own folder has the documents in it.
    let made: Vec<&str> = mounts
        .filter(|folder| !paths().any(|path| is_document(path) && below(path, folder)))
        .chain(deployment.env_files.iter().map(|file| file.value.as_str()))
        .collect();
    paths().filter(move |path| !made.iter().any(|folder| path == folder || below(path, folder)))
}
