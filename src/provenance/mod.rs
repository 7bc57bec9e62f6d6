//! Where a value comes from: its layer, its place, and the steps back to where its characters
//! were written.

mod layer;
mod looked_at;
pub mod reason;
mod steps;

pub use layer::Layer;
pub use looked_at::{InspectedSource, SourceState};
pub use reason::Reason;
pub use steps::{MOST_STEPS, Provenance};

use crate::text::{
    secret::{Text, js_trim},
    source::Place,
};

/// One step on the way of a value from where it acts back to where it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProvenanceStep {
    /// What kind of step.
    pub step: StepKind,
    /// Where the step is written; none for the host's environment.
    pub place: Option<Place>,
}

/// The kinds of [`ProvenanceStep`] steps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StepKind {
    /// A field of the service, seen from what is made from it: its `environment:` or `env_file:`.
    Field(Layer),
    /// A variable that the value is made from: of what `${NAME}` of a compose file is looked up in, or
    /// of the container or a file below it, for a `${NAME}` of `openclaw.json`.
    Variable {
        /// The layer it was found in.
        layer: Layer,
        /// Its name.
        name: String,
    },
    /// An expression such as `${NAME:-}`. `shown` is made at birth with its literal words
    /// masked, so it can be printed.
    Interpolation {
        /// The expression without secrets.
        shown: String,
    },
    /// A YAML alias `*name`.
    Alias,
    /// A YAML merge key `<<`.
    MergeKey,
    /// `extends:`.
    Extends,
    /// `include:`.
    Include,
}

impl StepKind {
    /// The layer that it is a step to; none for what is only syntax.
    #[must_use]
    pub fn layer(&self) -> Option<Layer> {
        match self {
            Self::Field(layer) | Self::Variable { layer, .. } => Some(*layer),
            Self::Interpolation { .. } | Self::Alias | Self::MergeKey | Self::Extends | Self::Include => None,
        }
    }

    /// The name used in JSON.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Field(layer) | Self::Variable { layer, .. } => layer.id(),
            Self::Interpolation { .. } => "interpolation",
            Self::Alias => "alias",
            Self::MergeKey => "merge-key",
            Self::Extends => "extends",
            Self::Include => "include",
        }
    }
}

/// A value offered by one layer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Which layer offers it.
    pub layer: Layer,
    /// Where it is written; none for what only the engine or the image knows.
    pub place: Option<Place>,
    /// The steps back to where its characters were written.
    pub via: Provenance,
    /// The value; none when it cannot be known from here (a secret store, a variable that only
    /// the deploying machine has).
    pub value: Option<Text>,
    /// What it is called in that layer: a variable, a config path, a flag.
    pub name: String,
}

impl Candidate {
    /// A candidate without steps.
    #[must_use]
    pub fn new(layer: Layer, name: impl Into<String>, place: Option<Place>, value: Text) -> Self {
        Self { layer, place, via: Provenance::default(), value: Some(value), name: name.into() }
    }

    /// Both are known and the same to OpenClaw, which trims what it reads.
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Some(a), Some(b)) => js_trim(a.expose()) == js_trim(b.expose()),
            _ => false,
        }
    }

    /// It is a flag of a command, and not a variable that the command sets.
    #[must_use]
    pub fn is_flag(&self) -> bool {
        self.layer == Layer::ComposeCommand && self.name.starts_with('-')
    }

    /// It is known to hold nothing but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.value.as_ref().is_some_and(Text::is_blank)
    }

    /// Some of its characters come from the environment that `docker compose` runs in.
    #[must_use]
    pub fn is_from_shell(&self) -> bool {
        self.via.iter().any(|v| v.step.layer() == Some(Layer::HostEnv))
    }

    /// Where it is written: its own place, else that of the first of its steps, as of a container's variable
    /// whose compose file still says the same.
    #[must_use]
    pub fn written(&self) -> Option<Place> {
        self.place.or_else(|| self.via.iter().find_map(|via| via.place))
    }

    /// Where its characters were written in the end: the last place of its steps, else its own.
    #[must_use]
    pub fn root(&self) -> Option<Place> {
        self.via.root().or(self.place)
    }
}

/// A candidate that was not used, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shadowed {
    /// What was offered.
    pub candidate: Candidate,
    /// What decided.
    pub reason: Reason,
}

impl Shadowed {
    /// Pairs a candidate with the reason.
    #[must_use]
    pub fn new(candidate: Candidate, reason: Reason) -> Self {
        Self { candidate, reason }
    }
}

/// One variable of an environment, with every value that was offered for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The value in effect; none for a name that Compose passes without a value.
    pub winner: Option<Candidate>,
    /// The values that were overridden, strongest first.
    pub losers: Vec<Shadowed>,
}

impl Variable {
    /// The value in effect and those that it overrides, strongest first.
    pub fn candidates(&self) -> impl Iterator<Item = &Candidate> {
        self.winner.iter().chain(self.losers.iter().map(|l| &l.candidate))
    }

    /// Of a container: it was created with it, and does not have it from its image.
    #[must_use]
    pub fn is_added_to_image(&self) -> bool {
        self.winner.as_ref().is_some_and(|w| w.layer == Layer::ContainerEnv)
    }

    /// The value in effect, when there is one and it is known.
    #[must_use]
    pub fn value(&self) -> Option<&Text> {
        self.winner.as_ref().and_then(|w| w.value.as_ref())
    }
}
