//! The environment of a container, put together from what gives it variables: the later wins, and what it
//! takes the place of is kept.

use crate::{
    provenance::{
        Candidate, InspectedSource, Layer, Provenance, ProvenanceStep, Reason, Shadowed, SourceState,
        StepKind, Variable,
    },
    syntax::dotenv::{self, DotenvValue},
    text::{
        limits,
        source::{Language, Place, SourceName, Sources},
    },
    world::host::World,
};
use indexmap::IndexMap;
use std::path::Path;

/// The variables so far, in the order they were named first.
#[derive(Debug, Default)]
pub(super) struct EnvironmentBuilder {
    variables: IndexMap<String, Variable>,
}

impl EnvironmentBuilder {
    /// A value that wins over what is there.
    pub(super) fn set(&mut self, candidate: Candidate) {
        let variable = self.variables.entry(candidate.name.clone()).or_insert_with(|| Variable {
            name: candidate.name.clone(),
            winner: None,
            losers: Vec::new(),
        });
        if let Some(old) = variable.winner.take() {
            let reason = if old.layer != candidate.layer {
                Reason::EnvironmentPrecedence { winner: candidate.layer }
            } else if old.layer.is_environment_source() && !is_same_file(&old, &candidate) {
                Reason::LaterSource { layer: candidate.layer }
            } else {
                Reason::LaterLine
            };
            variable.losers.insert(0, Shadowed::new(old, reason));
        }
        variable.winner = Some(candidate);
    }

    /// The value of a variable so far.
    pub(super) fn get(&self, name: &str) -> Option<&Candidate> {
        self.variables.get(name)?.winner.as_ref()
    }

    pub(super) fn finish(self) -> Vec<Variable> {
        self.variables.into_values().collect()
    }

    /// The lines of a file in the form of `docker run --env-file`, which Podman reads alike.
    pub(super) fn read_file(
        &mut self,
        path: &Path,
        layer: Layer,
        host: &World,
        sources: &mut Sources,
    ) -> InspectedSource {
        let shown = path.display().to_string();
        let text = match host.files.read_text(path, limits::ENV_FILE) {
            Ok(text) => text,
            Err(crate::world::files::ReadError::Absent) => {
                return InspectedSource::new(layer, shown, SourceState::Absent);
            }
            Err(why) => return InspectedSource::new(layer, shown, SourceState::Unreadable(why.to_string())),
        };
        let parsed = dotenv::raw::parse(&text);
        let id = sources
            .find_host(path)
            .unwrap_or_else(|| sources.add(SourceName::Host(path.to_owned()), Language::Dotenv, text));
        for entry in parsed.entries {
            let (value, via) = match &entry.value {
                DotenvValue::Literal(value) | DotenvValue::Template(value) => {
                    (Some((&**value).into()), Provenance::default())
                }
                DotenvValue::Inherited => inherited(&entry.name, host, Provenance::default()),
            };
            self.set(Candidate {
                layer,
                place: Some(Place { source: id, span: entry.value_span }),
                via,
                value,
                name: entry.name.to_string(),
            });
        }
        InspectedSource::new(layer, shown, SourceState::Read)
    }
}

/// A name without a value: what the shell has that the command is typed in. Where it has nothing here, it
/// may have something there.
pub(super) fn inherited(
    name: &str,
    host: &World,
    via: Provenance,
) -> (Option<crate::text::secret::Text>, Provenance) {
    match host.env.get(name) {
        Some(value) => {
            let step = StepKind::Variable { layer: Layer::HostEnv, name: name.to_owned() };
            let steps = via.iter().cloned().chain([ProvenanceStep { step, place: None }]);
            (Some(value.clone()), steps.collect())
        }
        None => (None, via),
    }
}

fn is_same_file(a: &Candidate, b: &Candidate) -> bool {
    a.place.map(|place| place.source) == b.place.map(|place| place.source)
}
