//! Whether a credential is written in a compose file itself, and who keeps the file.

use crate::rules::RuleContext;
use crate::{
    provenance::{Candidate, Layer, StepKind},
    secrets,
    text::source::{Language, Place, SourceId, SourceName, Sources},
};
use std::path::Path;

/// Where the characters of a value stand in a compose file: also as the default of a variable
/// that is not set. None when they come from anywhere else.
pub(crate) fn literal_at(candidate: &Candidate, sources: &Sources) -> Option<Place> {
    let here = candidate.layer.is_environment() || candidate.layer == Layer::ContainerEnv;
    let from_elsewhere =
        |step: &StepKind| matches!(step, StepKind::Variable { .. } | StepKind::Field(Layer::ComposeEnvFile));
    if !here || candidate.via.iter().any(|via| from_elsewhere(&via.step)) {
        return None;
    }
    candidate.root().filter(|place| sources.get(place.source).language == Language::Yaml)
}

impl RuleContext<'_> {
    /// The value of a variable is a credential: by OpenClaw's settings, or by its name.
    pub(crate) fn is_credential(&self, name: &str) -> bool {
        let mut settings = self.target.settings.iter();
        settings.any(|s| s.secret && s.variables.iter().any(|v| v == name)) || secrets::names_credential(name)
    }

    /// Where the characters of a value stand in a compose file, see [`literal_at`].
    pub(crate) fn literal_at(&self, candidate: &Candidate) -> Option<Place> {
        literal_at(candidate, self.sources)
    }

    /// The file that a place is in, on this host.
    pub(crate) fn host_file(&self, source: SourceId) -> Option<&Path> {
        match &self.sources.get(source).name {
            SourceName::Host(path) => Some(path),
            _ => None,
        }
    }

    /// Git keeps the file that a place is in.
    pub(crate) fn is_tracked(&self, source: SourceId) -> bool {
        let path = self.host_file(source);
        self.whole.zip(path).is_some_and(|(whole, path)| whole.tracked.contains(path))
    }
}
