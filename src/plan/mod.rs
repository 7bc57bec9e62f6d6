//! What `docker compose up -d` would do to the containers of a project, before it is run. [`plan`] is
//! pure: it compares and decides; `project.rs` fetches what is compared.
//!
//! The decisions are those of docker compose v5.5 (`pkg/compose/reconcile.go: reconcileService,
//! mustRecreate`): a container is made anew when the hash of its service, its image's id, a network
//! or a named volume is another one, or when a container whose namespaces or volumes it shares is
//! made anew. The hash is not asked for here, so what is in it is
//! compared field by field, and what is not compared is said.

mod project;
mod service;
pub mod shape;
pub mod upgrade;

pub use project::ProjectToPlan;
pub use service::facts;

use crate::diff::{self, Change, DiffEntry, DiffSide, DiffSubject, EnvironmentDiff};
use shape::ServiceShape;
use std::collections::BTreeSet;

/// What `up` would do to one container.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Action {
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
    /// It cannot be told before the image is pulled or built.
    Unknown,
    /// Leave it as it is, as far as can be seen from here.
    Keep,
}

impl Action {
    /// The name used in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
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
    /// Fields it sets that are in the hash and not compared here.
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
    }
    diff
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
    let mut steps: Vec<PlanStep> = live.into_iter().map(|l| judge(&wanted, l)).collect();
    // Of too many, those go first that would be made anew, then those with the highest numbers.
    steps.sort_by_key(|s| (s.action == Action::Recreate, s.live.as_ref().map(|l| l.number)));
    for step in steps.iter_mut().skip(wanted.facts.scale) {
        step.action = Action::Remove;
        step.why = vec![format!("the service asks for {}", wanted.facts.scale)];
    }
    let missing = if wanted.facts.provided { 0 } else { wanted.facts.scale.saturating_sub(steps.len()) };
    let why = match wanted.image {
        PlannedImage::Absent => {
            vec!["its image is not on this engine: it is pulled or built first".to_owned()]
        }
        PlannedImage::Id(_) => Vec::new(),
    };
    let made = PlanStep { action: Action::Create, live: None, why };
    steps.extend(std::iter::repeat_n(made, missing));
    Planned { wanted, containers: steps }
}

fn judge(wanted: &WantedService, live: Live) -> PlanStep {
    let mut why = Vec::new();
    let different = compared(&live, wanted).entries.iter().filter(|e| differs(e)).count();
    if different > 0 {
        why.push(match different {
            1 => "1 difference".to_owned(),
            n => format!("{n} differences"),
        });
    }
    let same_name = live.shape.image() == wanted.shape.image();
    let mut action = if different > 0 { Action::Recreate } else { Action::Keep };
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
    if action == Action::Keep && !matches!(live.state.as_str(), "running" | "restarting") {
        why.push(format!("it is {}", state_word(&live.state)));
        action = Action::Start;
    }
    PlanStep { action, live: Some(live), why }
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
        let is = |p: &&Planned| p.containers.iter().any(|s| s.action == Action::Recreate);
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
        for step in planned.containers.iter_mut().filter(|s| s.action == Action::Keep) {
            step.action = Action::Restart;
            step.why = vec![why.clone()];
        }
    }
}

#[cfg(test)]
mod tests;
