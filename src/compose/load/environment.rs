//! The project's environment: what `docker compose` interpolates from and passes through. The
//! shell first, then env files; who gave a value is kept with it.

use crate::{
    provenance::{Layer, ProvenanceStep, StepKind},
    syntax::interpolate::{Binding, InterpolationLookup, Missing},
    text::{secret::Text, source::Place},
};
use std::{collections::BTreeMap, rc::Rc};

/// Variables by name, each with the way back to where it was written.
#[derive(Clone, Debug, Default)]
pub struct ComposeEnvironment {
    /// The environment of the project that includes this one. It wins.
    outer: Option<Rc<ComposeEnvironment>>,
    variables: BTreeMap<String, Binding>,
    missing: Missing,
}

impl ComposeEnvironment {
    /// The environment of the process.
    pub(crate) fn of_shell(variables: &BTreeMap<String, Text>) -> Self {
        let bind = |(name, value): (&String, &Text)| {
            let via = ProvenanceStep {
                step: StepKind::Variable { layer: Layer::HostEnv, name: name.clone() },
                place: None,
            }
            .into();
            (name.clone(), Binding { value: value.clone(), via })
        };
        Self { variables: variables.iter().map(bind).collect(), ..Self::default() }
    }

    /// The same, where variables that are not set count as something else.
    pub(crate) fn with_missing(&self, missing: Missing) -> Self {
        Self { missing, ..self.clone() }
    }

    /// That of an included project, which knows what its own env files add as well.
    pub(crate) fn of_included(outer: &Rc<Self>, added: Vec<(String, Binding)>) -> Rc<Self> {
        if added.is_empty() {
            return Rc::clone(outer);
        }
        let variables = added.into_iter().collect();
        Rc::new(Self { outer: Some(Rc::clone(outer)), variables, missing: outer.missing })
    }

    /// The value of a name, when it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Binding> {
        let outer = self.outer.as_ref().and_then(|outer| outer.get(name));
        outer.or_else(|| self.variables.get(name))
    }

    /// The characters of a value, when the name is set.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(|binding| binding.value.expose())
    }

    /// Every variable of its own, by name; those of an including project are left out.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Binding)> {
        self.variables.iter().map(|(name, binding)| (name.as_str(), binding))
    }

    /// `types.Mapping.Merge`: takes what is not there yet.
    pub(crate) fn add_missing(&mut self, others: impl IntoIterator<Item = (String, Binding)>) {
        for (name, binding) in others {
            self.variables.entry(name).or_insert(binding);
        }
    }

    pub(crate) fn set(&mut self, name: &str, binding: Binding) {
        self.variables.insert(name.to_owned(), binding);
    }
}

impl InterpolationLookup for ComposeEnvironment {
    fn lookup(&self, name: &str) -> Option<Binding> {
        self.get(name).cloned()
    }

    fn missing(&self) -> Missing {
        self.missing
    }
}

/// The step that a line of an env file is, seen from a value that was made from it. Lines of a
/// service's `env_file` and `label_file` are values themselves.
pub(crate) fn step(layer: Layer, name: &str, place: Place) -> Option<ProvenanceStep> {
    let step = || StepKind::Variable { layer, name: name.to_owned() };
    layer.feeds_compose().then(|| ProvenanceStep { step: step(), place: Some(place) })
}
