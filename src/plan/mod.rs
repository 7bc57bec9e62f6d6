//! What `docker compose up -d` would do to the containers of a project, before it is run. [`plan`] is
//! pure: it compares and decides; `project.rs` fetches what is compared.
//!
//! The decisions are those of docker compose v5.5 (`pkg/compose/reconcile.go: reconcileService,
//! mustRecreate`): a container is made anew when the hash of its service, its image's id, a network
//! or a named volume is another one, or when a container whose namespaces or volumes it shares is
//! made anew. The hash decides (`configured.rs`); what the container and the service have, field by field,
//! explains it, and decides only where the hash is not known.

pub mod configured;
mod order;
mod project;
mod service;
pub mod settings;
pub mod shape;
pub mod upgrade;

pub use project::ProjectToPlan;
pub use service::facts;

use crate::diff::{self, Change, DiffEntry, DiffItem, DiffSide, DiffSubject, EnvironmentDiff, Fact};
use crate::{text::secret::Text, vocabulary::deployment::MountKind, world::engine::settings::Settings};
use configured::Configured;
use shape::ServiceShape;
use std::collections::BTreeSet;

/// What `up` would do to one container.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Action {
    /// Fail.
    Fail,
    /// Make it; there is none.
    Create,
    /// Make it anew.
    Recreate,
    /// Stop and remove it: there are more of them than the service asks for.
    Remove,
    /// Start it.
    Start,
    /// Stop and start it, as what it depends on is made anew (`restart: true`).
    Restart,
    /// It may be made anew: what decides cannot be seen from here.
    Unknown,
    /// Leave it as it is, as far as can be seen from here.
    Keep,
}

impl Action {
    /// The name used in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Create => "create",
            Self::Recreate => "recreate",
            Self::Remove => "remove",
            Self::Start => "start",
            Self::Restart => "restart",
            Self::Unknown => "unknown",
            Self::Keep => "keep",
        }
    }
}

/// A service as its files say it should be.
#[derive(Clone, Debug)]
pub struct WantedService {
    /// Its name.
    pub service: String,
    /// What its containers would be made as.
    pub shape: ServiceShape,
    /// What is known of its image.
    pub image: PlannedImage,
    /// What the service says besides.
    pub facts: PlanFacts,
    /// Its other fields, as a container has them.
    pub settings: Settings,
    /// The networks it is in, by the engine's names.
    pub networks: Vec<String>,
    /// The names of containers that would be made, by their number; `container_name` is that of all.
    pub names: ContainerNames,
}

/// How the containers of a service are called.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContainerNames {
    /// `container_name`.
    pub own: Option<String>,
    /// What comes before the number otherwise.
    pub prefix: String,
    /// Names that other containers of the engine have.
    pub taken: BTreeSet<String>,
}

impl ContainerNames {
    fn of(&self, number: u32) -> String {
        self.own.clone().unwrap_or_else(|| format!("{}-{number}", self.prefix))
    }

    /// Whether it is one that Compose gives by itself.
    fn is_default(&self, name: &str) -> bool {
        let rest = name.strip_prefix(&self.prefix).and_then(|rest| rest.strip_prefix(['-', '_']));
        rest.is_some_and(|number| number.parse::<u32>().is_ok())
    }
}

/// What a service says about its containers besides how each is made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PlanFacts {
    /// How many there should be.
    pub scale: usize,
    /// Services whose namespaces or volumes it takes part in.
    pub shares: Vec<String>,
    /// Services that it is restarted with.
    pub restarts_with: Vec<String>,
    /// Fields it sets that are in the hash alone: what they were cannot be seen.
    pub not_compared: Vec<String>,
    /// `up` looks for a newer image each time (`pull_policy: always`, `build`).
    pub refreshes: bool,
    /// It is no container but something that a provider makes.
    pub provided: bool,
}

/// The image of a service, as the engine has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PlannedImage {
    /// Its id.
    Id(String),
    /// The engine has none of that name.
    Absent,
}

/// A container of the project.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its name.
    pub name: String,
    /// Its service.
    pub service: String,
    /// Which one of its service it is.
    pub number: u32,
    /// The engine's word: `running`, `exited` …
    pub state: String,
    /// The id of the image that Compose made it from.
    pub image: Option<String>,
    /// What it was made as.
    pub shape: ServiceShape,
    /// It was made by `docker compose run`.
    pub one_off: bool,
    /// Whether it is configured as its service says.
    pub configured: Configured,
    /// Its other fields.
    pub settings: Settings,
    /// The networks it is in, by the engine's names.
    pub networks: Vec<String>,
    /// The release that runs `up` looks for the networks and volumes of a container (since 2.32).
    pub looks_at_networks: bool,
    /// Of too many, those that are as they should be stay (since 2.31).
    pub keeps_current: bool,
    /// What `depends_on` restarts is made anew (before 2.29.4).
    pub restart_recreates: bool,
}

/// What would be done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The project's name.
    pub project: String,
    /// Its services that are enabled, in the order they are written.
    pub services: Vec<Planned>,
    /// Containers of services that the files do not have, which `--remove-orphans` removes.
    pub orphans: Vec<Live>,
}

/// What would be done for one service.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The service as it should be.
    pub wanted: WantedService,
    /// Its containers, those that would be made last.
    pub containers: Vec<PlanStep>,
}

/// What would be done to one container.
#[derive(Clone, Debug)]
pub struct PlanStep {
    /// What.
    pub action: Action,
    /// The container; none of one that is made.
    pub live: Option<Live>,
    /// Why, phrases free of values; what differs is told by [`Planned::differences`].
    pub why: Vec<String>,
}

impl Planned {
    /// What a container and its service have, side by side.
    #[must_use]
    pub fn differences<'a>(&'a self, live: &'a Live) -> EnvironmentDiff<'a> {
        compared(live, &self.wanted)
    }

    /// Fields that are in the hash alone, where one of them may be what changed.
    #[must_use]
    pub fn unseen(&self, step: &PlanStep) -> &[String] {
        let changed = |live: &Live| matches!(live.configured, Configured::Changed | Configured::NotKnown(_));
        let explained = |live: &Live| self.differences(live).entries.iter().any(differs);
        match &step.live {
            Some(live) if changed(live) && !explained(live) => &self.wanted.facts.not_compared,
            _ => &[],
        }
    }

    /// What is done for the service as a whole: the weightiest of what is done to its containers.
    #[must_use]
    pub fn action(&self) -> Action {
        self.containers.iter().map(|s| s.action).min().unwrap_or(Action::Keep)
    }
}

impl Plan {
    /// `up` would do something.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.services.iter().any(|s| s.action() != Action::Keep)
    }
}

fn compared<'a>(live: &'a Live, wanted: &'a WantedService) -> EnvironmentDiff<'a> {
    let side = |name, shape: &'a ServiceShape| DiffSide {
        name,
        environment: &shape.environment,
        deployment: &shape.deployment,
    };
    let mut diff = diff::diff(side(&live.name, &live.shape), side(&wanted.service, &wanted.shape));
    let image_known = wanted.image != PlannedImage::Absent;
    for entry in &mut diff.entries {
        entry.change = match (&entry.left, &entry.right, entry.change) {
            // What the image says is known: a side that has nothing has nothing.
            (Some(_), None, Change::Unknown) if image_known => Change::Removed,
            (None, Some(_), Change::Unknown) if image_known => Change::Added,
            // The image may well set what the service does not.
            (Some(_), None, Change::Removed) if !image_known && is_variable(entry) => Change::Unknown,
            (_, _, change) => change,
        };
        // What the written form comes to may look otherwise in the container.
        if live.configured == Configured::Same && differs(entry) {
            entry.change = Change::Same;
        }
    }
    if matches!(live.configured, Configured::Changed | Configured::NotKnown(_)) {
        let at = diff.entries.iter().position(is_variable).unwrap_or(diff.entries.len());
        diff.entries.splice(at..at, other_fields(live, wanted));
    }
    diff
}

/// The fields that [`diff`] does not compare, where they differ.
fn other_fields<'a>(live: &'a Live, wanted: &'a WantedService) -> Vec<DiffEntry<'a>> {
    let item = |field: &str, text: Option<&Text>| {
        let fact = match field {
            "healthcheck" | "labels" | "logging" => Fact::Words(vec![text?.clone()]),
            _ => Fact::Field(text?.expose().to_owned()),
        };
        Some(DiffItem { fact, place: None, candidate: None })
    };
    let no_settings = |(field, item): &(&'static str, String)| {
        // The network that a mode or the engine decides, and the name that Compose gives.
        *field == "container_name"
            && wanted.names.own.is_none()
            && live.settings.get(&(*field, item.clone())).is_some_and(|t| wanted.names.is_default(t.expose()))
    };
    let keys: BTreeSet<&(&'static str, String)> =
        live.settings.keys().chain(wanted.settings.keys()).collect();
    let mut entries = Vec::new();
    for key in keys.into_iter().filter(|key| !no_settings(key)) {
        let (left, right) = (live.settings.get(key), wanted.settings.get(key));
        let change = match (left, right) {
            (Some(a), Some(b)) if a == b => continue,
            (Some(_), Some(_)) => Change::Changed(None),
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
        };
        let subject = DiffSubject::Field(key.0);
        entries.push(DiffEntry { subject, left: item(key.0, left), right: item(key.0, right), change });
    }
    entries
}

fn is_variable(entry: &DiffEntry<'_>) -> bool {
    matches!(entry.subject, DiffSubject::Variable(_))
}

/// It is known to differ.
#[must_use]
pub fn differs(entry: &DiffEntry<'_>) -> bool {
    matches!(entry.change, Change::Added | Change::Removed | Change::Changed(_))
}

/// Decides. `all` are the names of all services of the files, those that are not enabled among them.
#[must_use]
pub fn plan(project: String, wanted: Vec<WantedService>, live: Vec<Live>, all: &BTreeSet<String>) -> Plan {
    let (known, strangers): (Vec<Live>, Vec<Live>) = live.into_iter().partition(|l| all.contains(&l.service));
    let ended = |l: &Live| matches!(l.state.as_str(), "exited" | "dead");
    let (mut own, one_offs): (Vec<Live>, Vec<Live>) = known.into_iter().partition(|l| !l.one_off);
    let mut orphans: Vec<Live> = strangers.into_iter().filter(|l| !l.one_off).collect();
    orphans.extend(one_offs.into_iter().filter(ended));
    orphans.sort_by(|a, b| a.name.cmp(&b.name));
    let mut services: Vec<Planned> = Vec::new();
    for wanted in wanted {
        let (of_service, rest) = own.into_iter().partition(|l| l.service == wanted.service);
        own = rest;
        services.push(of_one(wanted, of_service));
    }
    cascade(&mut services);
    Plan { project, services, orphans }
}

fn of_one(wanted: WantedService, live: Vec<Live>) -> Planned {
    let steps: Vec<PlanStep> = live.into_iter().map(|l| judge(&wanted, l)).collect();
    let mut steps = order::kept_first(steps);
    for step in steps.iter_mut().skip(wanted.facts.scale) {
        step.action = Action::Remove;
        step.why = vec![format!("the service asks for {}", wanted.facts.scale)];
    }
    let next = steps.iter().filter_map(|s| s.live.as_ref()).map(|l| l.number).max().unwrap_or(0) + 1;
    let missing = if wanted.facts.provided { 0 } else { wanted.facts.scale.saturating_sub(steps.len()) };
    let why = match wanted.image {
        PlannedImage::Absent => {
            vec!["its image is not on this engine: it is pulled or built first".to_owned()]
        }
        PlannedImage::Id(_) => Vec::new(),
    };
    for number in (next..).take(missing) {
        let made = PlanStep { action: Action::Create, live: None, why: why.clone() };
        steps.push(match wanted.names.taken.contains(&wanted.names.of(number)) {
            true => PlanStep { action: Action::Fail, why: vec![TAKEN.to_owned()], ..made },
            false => made,
        });
    }
    // The new name of one that is recreated.
    let renamed = |step: &PlanStep| {
        let old = step.live.as_ref().map(|live| live.name.as_str());
        wanted.names.own.as_deref().is_some_and(|new| old != Some(new) && wanted.names.taken.contains(new))
    };
    for step in steps.iter_mut().filter(|step| step.action == Action::Recreate) {
        if renamed(step) {
            step.action = Action::Fail;
            step.why.push(TAKEN.to_owned());
        }
    }
    Planned { wanted, containers: steps }
}

/// Why `up` fails where the name of a container that it makes is in use.
const TAKEN: &str = "a container that is not of this project has the name; rename or remove that one";

fn judge(wanted: &WantedService, live: Live) -> PlanStep {
    let mut why = Vec::new();
    let different = compared(&live, wanted).entries.iter().filter(|e| differs(e)).count();
    let counted = || match different {
        1 => "1 difference".to_owned(),
        n => format!("{n} differences"),
    };
    let mut action = match &live.configured {
        Configured::Same => Action::Keep,
        Configured::Changed if different > 0 => {
            why.push(counted());
            Action::Recreate
        }
        Configured::Changed => {
            why.push(
                "its configuration is written otherwise than when it was made; what it was cannot be seen"
                    .to_owned(),
            );
            Action::Recreate
        }
        Configured::Drifted { made_by, now, certain } => {
            why.push(match certain {
                true => format!(
                    "docker compose {made_by} made it, and {now} hashes the same configuration differently"
                ),
                false => format!(
                    "docker compose {made_by} made it and keeps it; {now} hashes the same configuration \
                     differently and recreates it (`--compose-release` says which one is used)"
                ),
            });
            if *certain { Action::Recreate } else { Action::Unknown }
        }
        Configured::NotKnown(_) if different > 0 => {
            why.push(counted());
            Action::Recreate
        }
        Configured::NotKnown(field) => {
            why.push(format!("whether `{field}` is as it was is not known from here"));
            Action::Unknown
        }
    };
    if let Some(missing) = missing_parts(wanted, &live).filter(|_| action != Action::Recreate) {
        why = vec![missing];
        action = Action::Recreate;
    }
    let same_name = live.shape.image() == wanted.shape.image();
    match (&wanted.image, &live.image) {
        (PlannedImage::Id(now), Some(then)) if now != then => {
            if same_name {
                why.push("the image of that name is another one by now".to_owned());
            }
            action = Action::Recreate;
        }
        (PlannedImage::Absent, _) if action == Action::Keep => {
            why.push("its image is not on this engine: what is pulled or built decides".to_owned());
            action = Action::Unknown;
        }
        _ if wanted.facts.refreshes && action == Action::Keep => {
            why.push(
                "`up` looks for a newer image first, and recreates the container when there is one"
                    .to_owned(),
            );
            action = Action::Unknown;
        }
        _ => {}
    }
    if live.state == "paused" && action != Action::Recreate {
        why.push(
            "it is paused, and docker compose cannot start it; run `docker compose unpause` first".to_owned(),
        );
        action = Action::Fail;
    }
    if action == Action::Keep && !matches!(live.state.as_str(), "running" | "restarting") {
        why.push(format!("it is {}", state_word(&live.state)));
        action = Action::Start;
    }
    PlanStep { action, live: Some(live), why }
}

/// A network or named volume of the service that the container does not have.
fn missing_parts(wanted: &WantedService, live: &Live) -> Option<String> {
    if !live.looks_at_networks {
        return None;
    }
    if live.state == "running" && wanted.networks.iter().any(|name| !live.networks.contains(name)) {
        return Some("it is not connected to a network of its service".to_owned());
    }
    let volumes = |shape: &ServiceShape| -> BTreeSet<String> {
        let mounts = shape.deployment.mounts.iter().filter(|m| m.kind == MountKind::Volume);
        mounts.filter_map(|m| m.source.clone()).collect()
    };
    let (has, wants) = (volumes(&live.shape), volumes(&wanted.shape));
    (!wants.is_subset(&has)).then(|| "it does not mount a named volume of its service".to_owned())
}

/// The engine's words, and nothing that came from anywhere else.
fn state_word(state: &str) -> &'static str {
    match state {
        "created" => "created and was not started",
        "exited" => "stopped",
        "paused" => "paused",
        "dead" => "dead",
        _ => "not running",
    }
}

/// What is made anew takes along what shares its namespaces or its volumes, and restarts what asks
/// for it.
fn cascade(services: &mut [Planned]) {
    let anew = |services: &[Planned]| -> BTreeSet<String> {
        // A service whose containers are all gone has others as well.
        let is = |p: &&Planned| {
            p.containers.iter().any(|s| s.action == Action::Recreate)
                || p.containers.first().is_some_and(|s| s.action == Action::Create)
        };
        services.iter().filter(is).map(|p| p.wanted.service.clone()).collect()
    };
    loop {
        let made_anew = anew(services);
        let mut grew = false;
        for planned in services.iter_mut() {
            let Some(parent) = planned.wanted.facts.shares.iter().find(|s| made_anew.contains(*s)) else {
                continue;
            };
            let why = format!("it shares what belongs to {parent}, which is recreated");
            let kept = |s: &&mut PlanStep| {
                s.live.is_some() && matches!(s.action, Action::Keep | Action::Start | Action::Unknown)
            };
            for step in planned.containers.iter_mut().filter(kept) {
                step.action = Action::Recreate;
                step.why = vec![why.clone()];
                grew = true;
            }
        }
        if !grew {
            break;
        }
    }
    let made_anew = anew(services);
    for planned in services.iter_mut() {
        let Some(parent) = planned.wanted.facts.restarts_with.iter().find(|s| made_anew.contains(*s)) else {
            continue;
        };
        let why = format!("{parent} is recreated, and `depends_on` says `restart: true`");
        for step in planned.containers.iter_mut().filter(|s| matches!(s.action, Action::Keep | Action::Start))
        {
            let recreates = step.live.as_ref().is_some_and(|live| live.restart_recreates);
            if step.action == Action::Start && !recreates {
                continue;
            }
            step.action = if recreates { Action::Recreate } else { Action::Restart };
            step.why = vec![why.clone()];
        }
    }
}

#[cfg(test)]
mod tests;
