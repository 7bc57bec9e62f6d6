//! What rules report.

use crate::{
    text::{
        secret::Text,
        source::{Place, Sources},
    },
    vocabulary::prediction::StartReasonId,
};
use serde::Serialize;
use std::cmp::{Ordering, Reverse};

/// How bad it is, worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// It surprises, or one edit breaks it.
    Warning,
    /// It is broken, or will be, or a stranger can get in.
    Error,
}

impl Severity {
    /// The name used in JSON, and in every format that takes over clawdock's words.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// How sure the rule is, surest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A hint.
    Low,
    /// Likely.
    Medium,
    /// Certain, as far as the inputs were seen.
    High,
}

/// What a finding breaks, worst first: findings of one severity are reported in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Impact {
    /// The gateway does not start, or exits.
    Start,
    /// The gateway cannot be reached.
    Reach,
    /// A wrong credential or endpoint is in use.
    Credential,
    /// State is lost, or is not the one that is meant.
    State,
    /// A stranger gets in, or reads a secret.
    Stranger,
    /// A value that somebody wrote is ignored.
    Ignored,
    /// Nothing yet.
    Hygiene,
}

/// Another target that has the same finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Elsewhere {
    /// The target's name.
    pub target: String,
    /// Where it is written for that one; none where it is the same place.
    pub place: Option<Place>,
}

/// One thing that a rule found. Its texts never hold a value that may be secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// For example `CD101`.
    pub rule: &'static str,
    /// For example `token-env-config-mismatch`.
    pub name: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What it breaks.
    pub impact: Impact,
    /// One sentence: what is wrong here.
    pub message: String,
    /// What to do, with the exact command for this project.
    pub help: Option<String>,
    /// What is said at the place itself, a phrase.
    pub label: Option<String>,
    /// The primary place; none when only the engine knows it.
    pub place: Option<Place>,
    /// Further places, in the order they should be read.
    pub related: Vec<Related>,
    /// The variable, config path or provider it is about.
    pub key: Option<String>,
    /// What it is about, for rules that yield to another one's finding about the same.
    pub about: Vec<About>,
    /// How it can be mended, where that is known.
    pub fix: Option<Fix>,
    /// Fixes of which somebody has to choose one: each keeps another value. Never beside a `fix`.
    pub choices: Vec<FixChoice>,
    /// The edits that the help proposes, with stand-ins for what a person chooses. They are never made or
    /// shown: the tests try them in memory.
    pub trial: Vec<Edit>,
    /// Other targets of the project that have it too.
    pub also: Vec<Elsewhere>,
}

/// What a finding is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum About {
    /// Which compose files the project consists of.
    ComposeFiles,
    /// The directory that OpenClaw keeps its state in.
    StateDirectory,
    /// A variable of the container.
    Variable(String),
    /// What keeps the gateway from starting, and where that is written.
    Start(StartReasonId, Option<Place>),
}

impl Finding {
    /// The canonical order: most severe first, then what breaks most, then what is surest.
    #[must_use]
    pub fn in_order(a: &Self, b: &Self) -> Ordering {
        let key = |f: &Self| (Reverse(f.severity), f.impact, Reverse(f.confidence), f.rule, f.place);
        key(a).cmp(&key(b)).then_with(|| a.key.cmp(&b.key))
    }
}

/// How a finding can be mended: edits of texts that were read, all of which belong together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, a phrase that begins with a verb and is free of values.
    pub title: String,
    /// Whether somebody should look at it first.
    pub kind: FixKind,
    /// The edits, none of which overlap; empty when it can only be said what to do.
    pub edits: Vec<Edit>,
    /// What somebody has to write by hand instead, and where; free of values.
    pub by_hand: Option<String>,
}

/// One of several fixes, named by the value that stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FixChoice {
    /// What stays, and where it is: `gateway.auth.token (openclaw.json:6)`.
    pub keeps: String,
    /// The word for it on the command line, where there is one.
    pub side: Option<KeptSide>,
    /// Where what stays is written.
    pub places: Vec<Place>,
    /// What is done to the others.
    pub fix: Fix,
}

impl FixChoice {
    /// What is typed to choose it.
    #[must_use]
    pub fn word(&self, sources: &Sources) -> String {
        let by_side = self.side.map(|side| side.id().to_owned());
        let by_place = || self.places.first().map(|place| sources.brief(*place));
        by_side.or_else(by_place).unwrap_or_default()
    }
}

/// Which of two values a [`FixChoice`] keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeptSide {
    /// That of `openclaw.json`.
    Config,
    /// That of a variable.
    Env,
    /// That of the shell's environment.
    Shell,
}

impl KeptSide {
    /// What is typed for it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Env => "env",
            Self::Shell => "shell",
        }
    }
}

/// Stands in an edit for a new secret, which is made when the file is written and never shown.
pub const NEW_SECRET: &str = "9b1fd2c07a6e4835b0c9e7d16f28a453c40e9d7b81f2365ad0b7c4e91f6a2d38";

/// Whether a [`Fix`] can be made without looking at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FixKind {
    /// What the programs of this project get stays what it is, but for what the finding says.
    Safe,
    /// It changes what is in effect, or takes something away that may be meant.
    Unsafe,
}

impl FixKind {
    /// The name used in JSON and in sentences.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// One edit of a [`Fix`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The bytes that are replaced; empty to insert something.
    pub place: Place,
    /// What stands there afterwards.
    pub replacement: Text,
    /// The replacement holds nothing of a value, and may be shown.
    pub public: bool,
}

/// A further place of a [`Finding`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is there, a phrase free of values.
    pub message: String,
    /// It is there what it is at the primary place, once more.
    pub again: bool,
}

/// Who says it of a project.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SaidBy {
    /// Docker Compose would say it, too.
    Compose,
    /// Kubernetes would say it, too.
    Kubernetes,
    /// An engine is not reached.
    Engine,
    /// It is a limit of this program: Docker Compose may well take the project.
    Clawdock,
}

/// Something that Docker Compose itself warns of, or that is not followed here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// Whose words they are.
    pub by: SaidBy,
    /// Compose's meaning. The name of a variable in it may be a part of a value, see
    /// [`Warning::unset`].
    pub message: String,
    /// What it is about.
    pub place: Option<Place>,
    /// The variable that is not set. What follows a `$` in a password looks like one: it is shown
    /// only as far as [`crate::redact::interpolation`] shows it.
    pub unset: Option<String>,
}

/// Something that makes Docker Compose itself refuse the project, or keeps it from being read here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Who refuses.
    pub by: SaidBy,
    /// The file, as a report shows it.
    pub path: String,
    /// The place in it, where one is known.
    pub place: Option<Place>,
    /// Compose's meaning, in a sentence free of values.
    pub message: String,
    /// Nothing at all could be analysed because of it.
    pub fatal: bool,
}
