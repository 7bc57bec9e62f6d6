//! What a start with another release makes of a gateway's state, before it is tried.
//!
//! The model is asked twice about the same files: as the release that runs now, and as the one that is
//! to come. What a start refuses or changes is decided in `openclaw/start`; this compares the two
//! answers, and says what to do first.

mod steps;

pub use steps::UpgradeStep;

use crate::{
    model::target::{Target, VersionFact, VersionSource},
    openclaw::release::number::Release,
    text::source::{Place, Sources},
    vocabulary::{
        deployment::Role,
        prediction::{Prediction, StartReason, StartSubject, StateChange},
        setting::{Resolution, Setting},
    },
};

/// The release that is to come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpgradeTo {
    /// As it was given, or as the image says: `2026.9.6`.
    pub version: String,
    /// The image reference, where one was given.
    pub image: Option<String>,
}

/// What would become of every gateway.
#[derive(Clone, Debug)]
pub struct Upgrade<'a> {
    /// The release that is to come.
    pub to: UpgradeTo,
    /// The gateways.
    pub gateways: Vec<GatewayUpgrade<'a>>,
}

impl Upgrade<'_> {
    /// The worst of what becomes of them.
    #[must_use]
    pub fn outcome(&self) -> UpgradeOutcome {
        self.gateways.iter().map(|gateway| gateway.outcome).max().unwrap_or(UpgradeOutcome::Starts)
    }
}

/// What would become of one gateway.
#[derive(Clone, Debug)]
pub struct GatewayUpgrade<'a> {
    /// The gateway as it is.
    pub before: &'a Target,
    /// The same files as the other release takes them.
    pub after: &'a Target,
    /// Older, newer or the same.
    pub direction: Direction,
    /// The release that wrote the config last.
    pub wrote: Option<String>,
    /// What comes of a start.
    pub outcome: UpgradeOutcome,
    /// The code that it exits with.
    pub exit_code: Option<i32>,
    /// Why it does not start, does not answer, or why that cannot be told, the first reason first.
    pub reasons: Vec<UpgradeReason>,
    /// What a start changes in the state.
    pub changes: Vec<StateChange>,
    /// What is in the state and is not used any more.
    pub unread: Vec<String>,
    /// The settings that come from another place, or that get another value.
    pub settings: Vec<ChangedSetting<'a>>,
    /// What to do, in order.
    pub steps: Vec<UpgradeStep>,
    /// The way back.
    pub back: Vec<UpgradeStep>,
}

/// A reason, free of values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpgradeReason {
    /// A clause.
    pub message: String,
    /// The file that it is about, as it stands in the clause.
    pub file: Option<String>,
    /// Where the cause is written.
    pub place: Option<Place>,
    /// The release that runs now stops for it as well.
    pub already: bool,
}

/// From the release that runs now to the other one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// To a newer release.
    Up,
    /// To an older release.
    Down,
    /// It is the same.
    Same,
    /// What runs now is not known.
    Unknown,
}

/// What comes of a start, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum UpgradeOutcome {
    /// It starts, and leaves the state as the release before can use it.
    Starts,
    /// It starts and changes the state.
    Migrates,
    /// It cannot be told from here.
    Unknown,
    /// It runs and does not answer.
    Silent,
    /// It exits.
    Refuses,
}

impl UpgradeOutcome {
    /// The name used in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Starts => "starts",
            Self::Migrates => "starts-and-migrates",
            Self::Unknown => "unknown",
            Self::Silent => "runs-without-an-answer",
            Self::Refuses => "refuses",
        }
    }
}

/// A setting that the other release takes from elsewhere.
#[derive(Clone, Debug)]
pub struct ChangedSetting<'a> {
    /// The setting.
    pub setting: &'a Setting,
    /// What the gateway has now.
    pub before: Option<&'a Resolution>,
    /// What it would have.
    pub after: Option<&'a Resolution>,
}

/// Asks of every gateway. `pairs` are the gateways as they are, each with what the other release makes of
/// it; `newest` is the newest release whose behaviour is known.
#[must_use]
pub fn ask<'a>(
    to: &UpgradeTo,
    pairs: impl IntoIterator<Item = (&'a Target, &'a Target)>,
    newest: Release,
    sources: &Sources,
) -> Upgrade<'a> {
    let gateways = pairs.into_iter().filter(|(before, _)| before.role == Role::Gateway);
    Upgrade {
        to: to.clone(),
        gateways: gateways.map(|(before, after)| one(to, before, after, newest, sources)).collect(),
    }
}

fn one<'a>(
    to: &UpgradeTo,
    before: &'a Target,
    after: &'a Target,
    newest: Release,
    sources: &Sources,
) -> GatewayUpgrade<'a> {
    let facts = after.facts.as_ref();
    let target = Release::parse(&to.version);
    let changes: Vec<StateChange> = facts.map(|f| f.changes_at_start.clone()).unwrap_or_default();
    let mut reasons = reasons(before, after);
    let start = after.start.as_ref();
    let is_silent = start.and_then(|start| start.reasons.first()).is_some_and(|r| r.id.leaves_it_silent());
    let mut outcome = match start.map(|start| start.prediction) {
        _ if is_silent => UpgradeOutcome::Silent,
        Some(Prediction::Refuses) => UpgradeOutcome::Refuses,
        Some(Prediction::Starts) if changes.iter().any(|change| change.one_way) => UpgradeOutcome::Migrates,
        Some(Prediction::Starts) => UpgradeOutcome::Starts,
        Some(Prediction::Unknown) | None => UpgradeOutcome::Unknown,
    };
    if target.is_none_or(|target| target > newest) {
        outcome = UpgradeOutcome::Unknown;
        let message =
            format!("no release after {newest} is known here; what follows is what {newest} would do");
        reasons.insert(0, UpgradeReason { message, file: None, place: None, already: false });
    }
    let mut upgrade = GatewayUpgrade {
        before,
        after,
        direction: direction(before.openclaw.as_ref(), target),
        wrote: wrote(after).map(|release| release.to_string()),
        outcome,
        exit_code: start.and_then(|start| start.exit_code),
        reasons,
        changes,
        unread: unread(before, after),
        settings: changed(before, after, sources),
        steps: Vec::new(),
        back: Vec::new(),
    };
    (upgrade.steps, upgrade.back) = steps::of(&upgrade, to);
    upgrade
}

/// The release that wrote the config of a gateway last.
#[must_use]
pub fn wrote(gateway: &Target) -> Option<Release> {
    let node = gateway.facts.as_ref()?.config.node(&["meta", "lastTouchedVersion"])?;
    Release::parse(node.text()?.expose())
}

fn direction(from: Option<&VersionFact>, to: Option<Release>) -> Direction {
    let from = from.filter(|from| from.source != VersionSource::Assumed);
    match from.and_then(|from| Release::parse(&from.version)).zip(to) {
        None => Direction::Unknown,
        Some((from, to)) if from < to => Direction::Up,
        Some((from, to)) if from > to => Direction::Down,
        Some(_) => Direction::Same,
    }
}

fn reasons(before: &Target, after: &Target) -> Vec<UpgradeReason> {
    let of = |target: &Target| target.start.as_ref().map(|start| start.reasons.clone()).unwrap_or_default();
    let today = of(before);
    let is_of_today =
        |reason: &StartReason| today.iter().any(|other| other.id == reason.id && other.about == reason.about);
    of(after)
        .into_iter()
        .map(|reason| UpgradeReason {
            already: is_of_today(&reason),
            message: reason.message,
            file: match reason.about {
                StartSubject::File(path) => Some(path),
                _ => None,
            },
            place: reason.place,
        })
        .collect()
}

/// Databases that the release of today reads and the other one does not.
fn unread(before: &Target, after: &Target) -> Vec<String> {
    let of = |target: &Target| -> Vec<String> {
        let facts = target.facts.as_ref();
        facts.map(|f| f.databases.iter().map(|d| d.path.clone()).collect()).unwrap_or_default()
    };
    let kept = of(after);
    of(before).into_iter().filter(|path| !kept.contains(path)).collect()
}

fn changed<'a>(before: &'a Target, after: &'a Target, sources: &Sources) -> Vec<ChangedSetting<'a>> {
    let own = |setting: &'a Setting| setting.views.first();
    let mut all = Vec::new();
    for setting in &after.settings {
        let was = before.settings.iter().find(|s| s.key == setting.key).and_then(own);
        let is = own(setting);
        if !is_same(was, is, sources) {
            all.push(ChangedSetting { setting, before: was, after: is });
        }
    }
    for setting in &before.settings {
        if after.settings.iter().all(|s| s.key != setting.key) && !is_same(own(setting), None, sources) {
            all.push(ChangedSetting { setting, before: own(setting), after: None });
        }
    }
    all
}

/// The same value from the same place. What has no value is the same as what is not there.
fn is_same(a: Option<&Resolution>, b: Option<&Resolution>, sources: &Sources) -> bool {
    let winner = |view: Option<&Resolution>| {
        let winner = view?.winner.clone()?;
        // Each of the two answers has read the files for itself.
        let place = winner.place.map(|place| (sources.get(place.source).name.clone(), place.span));
        Some((winner.layer, winner.name, winner.value, place))
    };
    winner(a) == winner(b)
}
