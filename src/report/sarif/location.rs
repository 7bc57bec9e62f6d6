//! Places as SARIF names them.

use super::{
    super::phrases::Phrases,
    wire::{
        ArtifactChange, ArtifactLocation, LogicalLocation, Message, PhysicalLocation, Region, Replacement,
        SarifLocation,
    },
};
use crate::{
    model::target::Target,
    text::source::{Place, SourceName},
    vocabulary::finding::Edit,
};
use std::path::Path;

/// The name of the repository's root.
const SRCROOT: &str = "%SRCROOT%";

/// Makes locations.
pub(super) struct Locations<'a, 'p> {
    pub(super) say: &'a Phrases<'p>,
}

impl Locations<'_, '_> {
    /// The URI of the repository's root.
    pub(super) fn root(&self) -> String {
        let path = self.say.path_as_it_is(&self.say.options.root.to_string_lossy());
        format!("file://{}/", encoded(path.trim_end_matches('/')))
    }

    /// Where something is written.
    pub(super) fn at(&self, place: Place) -> SarifLocation {
        let source = self.say.sources.get(place.source);
        let (from, to) = (source.line_col(place.span.start), source.line_col(place.span.end));
        let region = Region {
            start_line: from.line,
            start_column: from.column,
            end_line: to.line,
            end_column: to.column,
        };
        // The cell of a database has no lines.
        let region = self.say.sources.record(place).is_none().then_some(region);
        self.physical(&source.name, region)
    }

    /// An edit that shows nothing of a value; none of one that cannot be told in lines and columns.
    pub(super) fn change(&self, edit: &Edit) -> Option<ArtifactChange> {
        let physical = self.at(edit.place).physical_location?;
        let region = physical.region?;
        let is_empty = (region.start_line, region.start_column) == (region.end_line, region.end_column);
        // A byte-order mark is no column.
        let span = edit.place.span;
        if !edit.public || (is_empty && span.start != span.end) {
            return None;
        }
        let text = self.say.source_text(edit.replacement.expose());
        let inserted = Message::of(text);
        let replacements = vec![Replacement { deleted_region: region, inserted_content: inserted }];
        Some(ArtifactChange { artifact_location: physical.artifact_location, replacements })
    }

    /// A whole file of this host.
    pub(super) fn file(&self, path: &str) -> SarifLocation {
        self.physical(&SourceName::Host(path.into()), None)
    }

    fn physical(&self, name: &SourceName, region: Option<Region>) -> SarifLocation {
        let physical = PhysicalLocation { artifact_location: self.artifact(name), region };
        SarifLocation { physical_location: Some(physical), ..SarifLocation::default() }
    }

    fn artifact(&self, name: &SourceName) -> ArtifactLocation {
        let absolute = |uri| ArtifactLocation { uri, uri_base_id: None };
        match name {
            SourceName::Host(path) => match self.say.repository_path(name) {
                Some(relative) if !Path::new(&relative).is_absolute() => {
                    ArtifactLocation { uri: encoded(&relative), uri_base_id: Some(SRCROOT) }
                }
                _ => {
                    absolute(format!("file://{}", encoded(&self.say.path_as_it_is(&path.to_string_lossy()))))
                }
            },
            // There is no registered scheme for a file in a container.
            SourceName::Container { container, path } => absolute(format!(
                "docker-container://{}{}",
                encoded(&self.say.path_as_it_is(container)),
                encoded(&self.say.path_as_it_is(path))
            )),
            SourceName::Record { file, .. } | SourceName::WrittenBy(file) => self.artifact(file),
            SourceName::Stdin => absolute("file:///dev/stdin".to_owned()),
        }
    }

    /// The service or container.
    pub(super) fn target(&self, target: &Target) -> LogicalLocation {
        let kind = target.kind.noun();
        let name = self.say.name(&target.name);
        let project = target.project.as_deref().map(|p| format!("{}/", self.say.name(p))).unwrap_or_default();
        LogicalLocation { fully_qualified_name: format!("{kind}:{project}{name}"), name, kind: "resource" }
    }
}

/// A path in a URI (RFC 3986). A colon is encoded too: before the first slash of a relative path it
/// would end a scheme.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte.into())
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_in_uris() {
        assert_eq!(super::encoded("a b/c:d/é%.yml"), "a%20b/c%3Ad/%C3%A9%25.yml");
    }
}
