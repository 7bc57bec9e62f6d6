//! How things are said, the same in every report for people: names, paths, places, origins, and of
//! a value what may be said of it.

use super::{
    RenderOptions,
    words::{clean, counted},
};
use crate::vocabulary::finding::SaidBy;
use crate::{
    findings::report::{Report, ReportSummary},
    model::target::{RoleSign, Target, TargetKind, VersionSource},
    provenance::{Candidate, Layer, Provenance, ProvenanceStep, StepKind},
    redact::{self, Guard},
    text::{
        secret::Text,
        source::{Place, SourceName, Sources},
    },
    vocabulary::{
        deployment::Role,
        finding::Refusal,
        prediction::{Prediction, Start},
        setting::{Holds, Resolution, Setting},
    },
};
use std::path::Path;

/// The options of the run, its texts, and the guard of its report. What it gives holds no secret and
/// nothing that a terminal obeys.
pub(super) struct Phrases<'a> {
    pub(super) options: &'a RenderOptions,
    pub(super) sources: &'a Sources,
    guard: Guard,
}

impl<'a> Phrases<'a> {
    pub(super) fn new(guard: Guard, sources: &'a Sources, options: &'a RenderOptions) -> Self {
        Self { options, sources, guard }
    }

    /// A sentence of the report.
    pub(super) fn sentence(&self, text: &str) -> String {
        clean(&self.guard.message(text)).into_owned()
    }

    /// As [`Phrases::sentence`], for text that may have several lines.
    pub(super) fn sentence_lines(&self, text: &str) -> String {
        let lines: Vec<String> = text.lines().map(|line| self.sentence(line)).collect();
        lines.join("\n")
    }

    /// Text that is to be written into a file, as it is.
    pub(super) fn source_text(&self, text: &str) -> String {
        self.guard.message(text).into_owned()
    }

    /// A label of the report.
    pub(super) fn name(&self, label: &str) -> String {
        clean(&self.guard.name(label)).into_owned()
    }

    /// The name of a variable.
    pub(super) fn variable(&self, name: &str) -> String {
        clean(&self.guard.variable(name)).into_owned()
    }

    /// A path as a report shows it; relative to the current folder when it is below.
    pub(super) fn path(&self, path: &str) -> String {
        self.path_from(&self.options.cwd, path)
    }

    /// A path relative to a folder when it is below.
    fn path_from(&self, folder: &Path, path: &str) -> String {
        let below = Path::new(path).strip_prefix(folder).ok().filter(|p| !p.as_os_str().is_empty());
        let path = below.map_or_else(|| path.to_owned(), |p| p.display().to_string());
        clean(&self.guard.path(&path)).into_owned()
    }

    /// A path, or a part of one, that stays absolute.
    pub(super) fn path_as_it_is(&self, path: &str) -> String {
        self.guard.path(path).into_owned()
    }

    /// The path of a source.
    pub(super) fn source_path(&self, name: &SourceName) -> String {
        match name {
            SourceName::Host(path) => self.path(&path.to_string_lossy()),
            SourceName::Container { .. } | SourceName::Stdin => {
                clean(&self.guard.path(&name.to_string())).into_owned()
            }
            SourceName::Record { file, .. } | SourceName::WrittenBy(file) => self.source_path(file),
        }
    }

    /// The path of a file of this host from the root of the repository, or as it is when it is not
    /// below; none for what is no file of this host.
    pub(super) fn repository_path(&self, name: &SourceName) -> Option<String> {
        match name {
            SourceName::Host(path) => Some(self.path_from(&self.options.root, &path.to_string_lossy())),
            SourceName::WrittenBy(file) => self.repository_path(file),
            // The cell of a database has no line that could be shown.
            SourceName::Container { .. } | SourceName::Stdin | SourceName::Record { .. } => None,
        }
    }

    /// `path:line:column`, or `path:table/key` in a database.
    pub(super) fn place(&self, place: Place) -> String {
        let path = self.source_path(&self.sources.get(place.source).name);
        if let Some(record) = self.sources.record(place) {
            return format!("{path}:{}", self.name(&record));
        }
        let at = self.sources.line_col(place);
        format!("{path}:{}:{}", at.line, at.column)
    }

    /// `path:line`, or as [`Phrases::place`] says it where there is no line.
    pub(super) fn line_of(&self, place: Place) -> String {
        if self.sources.record(place).is_some() {
            return self.place(place);
        }
        let path = self.source_path(&self.sources.get(place.source).name);
        format!("{path}:{}", self.sources.line_col(place).line)
    }

    /// `path:line:column (layer)`, or the layer alone for what is written nowhere.
    pub(super) fn origin(&self, candidate: &Candidate) -> String {
        match candidate.place {
            Some(place) => format!("{} ({})", self.place(place), candidate.layer),
            None => candidate.layer.to_string(),
        }
    }

    /// The steps of a value back to its source; empty when it has none.
    pub(super) fn via(&self, via: &Provenance) -> String {
        let steps: Vec<String> = via.iter().map(|v| self.step(v)).collect();
        steps.join(" <- ")
    }

    /// One step of a value back to its source.
    pub(super) fn step(&self, via: &ProvenanceStep) -> String {
        let at = via.place.map(|p| self.place(p)).unwrap_or_default();
        let at_or = |words: &str| if at.is_empty() { words.to_owned() } else { format!("{at} ({words})") };
        match &via.step {
            StepKind::Interpolation { shown } => self.sentence(shown),
            StepKind::Variable { layer: Layer::HostEnv, name } => {
                format!("{} of the host's environment", self.variable(name))
            }
            StepKind::Variable { layer, .. } if layer.feeds_compose() => at_or(&layer.to_string()),
            StepKind::Variable { layer, name } => at_or(&format!("{} of {layer}", self.variable(name))),
            StepKind::Field(layer) => at_or(&layer.to_string()),
            StepKind::Alias => at_or("alias"),
            StepKind::MergeKey => at_or("merge key"),
            StepKind::Extends => at_or("extends"),
            StepKind::Include => at_or("include"),
        }
    }

    /// A value: itself when it is public, else its length and fingerprint. `name` is what decides,
    /// besides the name that the candidate has in its layer.
    pub(super) fn value(&self, name: &str, secret: bool, candidate: &Candidate) -> String {
        let Some(value) = &candidate.value else { return "unknown value".to_owned() };
        self.text(&[name, &candidate.name], secret, value)
    }

    /// What a setting holds where it is in effect.
    pub(super) fn held(&self, setting: &Setting, view: &Resolution, winner: &Candidate) -> String {
        let held = view.holds.and_then(|holds| self.contents(holds, winner));
        held.unwrap_or_else(|| self.value(&setting.name(), setting.secret, winner))
    }

    /// How much there is below a key of the config, or a value that is published; none where nothing
    /// can be said but of a value.
    pub(super) fn contents(&self, holds: Holds, winner: &Candidate) -> Option<String> {
        match holds {
            Holds::Object(keys) => Some(format!("object of {}", counted(keys, "key", "keys"))),
            Holds::List(items) => Some(format!("list of {}", counted(items, "item", "items"))),
            Holds::Published => {
                let shown = redact::shown_published(winner.value.as_ref()?)?;
                Some(clean(&shown).into_owned())
            }
        }
    }

    /// As [`Phrases::value`], for a value alone.
    pub(super) fn text(&self, names: &[&str], secret: bool, value: &Text) -> String {
        if value.is_empty() {
            return "empty".to_owned();
        }
        if value.is_blank() {
            return "white space only".to_owned();
        }
        self.public(names, secret, value).unwrap_or_else(|| self.hidden(value))
    }

    /// The value itself, when one of its names is that of a public setting.
    pub(super) fn public(&self, names: &[&str], secret: bool, value: &Text) -> Option<String> {
        let reveal = self.options.reveal;
        let shown = || names.iter().find_map(|name| redact::shown(name, value, reveal));
        let shown = if secret && !reveal { None } else { shown() };
        shown.map(|s| clean(&s).into_owned())
    }

    /// `NAME=value`; what is not the value itself stands between `<` and `>`.
    pub(super) fn assignment(&self, name: &str, candidate: &Candidate) -> String {
        let shown = candidate.value.as_ref().filter(|v| !v.is_blank());
        let shown = shown.and_then(|v| redact::shown(name, v, self.options.reveal));
        let value = match shown {
            Some(shown) => clean(&shown).into_owned(),
            None if candidate.value.as_ref().is_some_and(Text::is_empty) => String::new(),
            None => format!("<{}>", self.value(name, false, candidate)),
        };
        format!("{}={value}", self.variable(name))
    }

    /// `32 chars #27d4fd0bf4a2`
    pub(super) fn hidden(&self, value: &Text) -> String {
        let length = redact::length(value);
        format!("{} #{}", counted(length, "char", "chars"), self.options.fingerprinter.of(value))
    }

    /// What Docker Compose itself refuses, or is not read here, in a sentence.
    pub(super) fn refused(&self, refusal: &Refusal) -> String {
        let who = match refusal.by {
            SaidBy::Compose => "Docker Compose refuses this",
            SaidBy::Engine => "an engine is left out",
            SaidBy::Kubernetes => "Kubernetes refuses this",
            SaidBy::Clawdock => "clawdock does not read this",
        };
        // Compose's words have absolute paths.
        let folder = format!("{}/", self.options.cwd.display());
        let message =
            if folder.len() > 1 { refusal.message.replace(&folder, "") } else { refusal.message.clone() };
        format!("{who}: {}", self.sentence(&message))
    }

    /// What a target is: `gateway, service of project claw, OpenClaw 2026.9.6 (package.json)`.
    pub(super) fn about(&self, target: &Target) -> String {
        let project =
            target.project.as_deref().map(|p| format!(" of project {}", self.name(p))).unwrap_or_default();
        let kind = match (target.kind, &target.service) {
            (TargetKind::ComposeService, _) => format!("service{project}"),
            (TargetKind::Container | TargetKind::Snapshot, Some(service)) => {
                format!("container of service {}{project}", self.name(service))
            }
            (TargetKind::Container | TargetKind::Snapshot, None) => "container".to_owned(),
            (TargetKind::RunCommand, _) => "`docker run` command".to_owned(),
            (TargetKind::QuadletUnit, _) => "Quadlet unit".to_owned(),
            (TargetKind::PodContainer, _) => {
                let pod = target.advice.controller();
                pod.map_or_else(
                    || "container of a pod".to_owned(),
                    |pod| format!("container of {}", self.name(pod)),
                )
            }
        };
        let mut parts = vec![role(target.role).to_owned(), kind];
        if let Some(image) = &target.deployment.image {
            parts.push(format!("image {}", self.sentence(&image.value)));
        }
        if let Some(state) = &target.state {
            parts.push(self.sentence(state));
        }
        parts.extend(self.release(target));
        parts.join(", ")
    }

    /// What says that a target runs OpenClaw, or does not; none where nothing says anything.
    pub(super) fn evidence(&self, target: &Target) -> Option<String> {
        let is_for = |sign: &&RoleSign| (sign.weight > 0) == (target.role != Role::Other);
        let (speak_for, against): (Vec<&RoleSign>, Vec<&RoleSign>) = target.evidence.iter().partition(is_for);
        let listed = |signs: &[&RoleSign]| {
            let named = signs.iter().take(MOST_SIGNS).map(|sign| self.sentence(&sign.says));
            let more = signs.len().saturating_sub(MOST_SIGNS);
            let more = (more > 0).then(|| counted(more, "more sign", "more signs"));
            all_of(&named.chain(more).collect::<Vec<_>>())
        };
        let against_it =
            if against.is_empty() { String::new() } else { format!("; but {}", listed(&against)) };
        let is_other = target.role == Role::Other;
        Some(match (speak_for.as_slice(), against.is_empty()) {
            ([], true) => return None,
            ([], false) if is_other => {
                format!("Not treated as OpenClaw: that {} is not enough.", listed(&against))
            }
            (signs, _) if is_other => format!("Not OpenClaw, because {}{against_it}.", listed(signs)),
            (signs, _) => {
                format!("Treated as the {}, because {}{against_it}.", role(target.role), listed(signs))
            }
        })
    }

    /// What a target is and does, in a line: `running · gateway · OpenClaw 2026.9.6 · project claw`; the
    /// project where it was not named before.
    pub(super) fn status(&self, target: &Target, with_project: bool) -> String {
        let mut parts: Vec<String> = target.state.iter().map(|state| self.sentence(state)).collect();
        if let Some(health) = target.engine.as_ref().and_then(|engine| engine.health.as_deref()) {
            parts.push(self.sentence(health));
        }
        parts.push(role(target.role).to_owned());
        if let Some(fact) = &target.openclaw {
            let assumed = if fact.source == VersionSource::Assumed { " (assumed)" } else { "" };
            parts.push(format!("OpenClaw {}{assumed}", self.sentence(&fact.version)));
        }
        let service = target.service.as_deref().filter(|s| *s != target.name);
        parts.extend(service.map(|s| format!("service {}", self.name(s))));
        parts.extend(target.advice.context().map(|context| format!("context {}", self.name(context))));
        let project = target.project.as_deref().filter(|_| with_project).map(|p| self.name(p));
        let within = || project.as_deref().map(|p| format!(" in {p}")).unwrap_or_default();
        parts.extend(match target.kind {
            TargetKind::RunCommand => Some(format!("`docker run`{}", within())),
            TargetKind::QuadletUnit => Some("Podman Quadlet unit".to_owned()),
            TargetKind::PodContainer => {
                let controller = target.advice.controller().map(|c| format!(" {}", self.name(c)));
                Some(format!("Kubernetes{}{}", controller.unwrap_or_default(), within()))
            }
            TargetKind::Container | TargetKind::Snapshot | TargetKind::ComposeService => {
                project.map(|p| format!("project {p}"))
            }
        });
        parts.join(" · ")
    }

    /// `OpenClaw 2026.9.6 (package.json)`; none for what does not run it.
    pub(super) fn release(&self, target: &Target) -> Option<String> {
        let fact = target.openclaw.as_ref()?;
        let source = match fact.source {
            VersionSource::Flag => "--openclaw-version",
            VersionSource::Label => "image label",
            VersionSource::PackageJson => "package.json",
            VersionSource::Dockerfile => "Dockerfile",
            VersionSource::ImageTag => "image tag",
            VersionSource::Assumed => "assumed",
        };
        Some(format!("OpenClaw {} ({source})", self.sentence(&fact.version)))
    }

    /// Whether the gateway would start, in a sentence.
    pub(super) fn start(&self, start: &Start) -> String {
        let why = start.why.as_deref().map(|w| format!(": {}", self.sentence(w))).unwrap_or_default();
        let code = start.exit_code.map(|c| format!(" (exit code {c})")).unwrap_or_default();
        match start.prediction {
            Prediction::Starts => format!("The gateway would start{why}."),
            Prediction::Refuses => format!("The gateway would refuse to start{code}{why}."),
            Prediction::Unknown => format!("Whether the gateway would start is unknown{why}."),
        }
    }

    /// A value that may be shown, without what a terminal obeys.
    pub(super) fn neutral(&self, text: &str) -> String {
        clean(text).into_owned()
    }
}

/// Signs that are named; more are counted.
const MOST_SIGNS: usize = 3;

/// `a, b and c`
fn all_of(parts: &[String]) -> String {
    match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.concat(),
    }
}

/// What a target does for OpenClaw.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Gateway => "gateway",
        Role::Cli => "CLI",
        Role::Other => "does not run OpenClaw",
    }
}

/// `1 error, 2 notes in 1 target; 1 ignored`
pub(super) fn summary(report: &Report) -> String {
    let targets = counted(report.targets.len(), "target", "targets");
    let (found, kept) = found(&report.summary());
    format!("{} in {targets}{kept}", if found.is_empty() { "No findings" } else { &found })
}

/// `1 error, 2 notes; 1 ignored`
pub(super) fn counts(summary: &ReportSummary) -> String {
    let (found, kept) = found(summary);
    format!("{}{kept}", if found.is_empty() { "no findings" } else { &found })
}

/// A clause with a capital letter and a full stop. A key or a variable at its begin stays as it is spelt.
pub(super) fn as_sentence(clause: &str) -> String {
    let word = clause.split([' ', ',', ';', ':']).next().unwrap_or_default();
    let is_name = word.contains(|c: char| !c.is_alphabetic() && !matches!(c, '\'' | '’' | '-'));
    let mut characters = clause.chars();
    let first = characters.next().map(|c| if is_name { c.to_string() } else { c.to_uppercase().to_string() });
    let stop = if clause.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{stop}", first.unwrap_or_default(), characters.as_str())
}

/// What was found, and what is suppressed.
fn found(summary: &ReportSummary) -> (String, String) {
    let &ReportSummary { errors, warnings, infos, ignored, in_baseline, .. } = summary;
    let found = [(errors, "error", "errors"), (warnings, "warning", "warnings"), (infos, "note", "notes")];
    let found: Vec<String> =
        found.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(*n, one, many)).collect();
    let kept = [(ignored, "ignored"), (in_baseline, "in the baseline")];
    let kept: String = kept.iter().filter(|(n, _)| *n > 0).map(|(n, how)| format!("; {n} {how}")).collect();
    (found.join(", "), kept)
}

#[cfg(test)]
mod tests {
    use super::as_sentence;

    #[test]
    fn a_name_at_the_begin_of_a_sentence_stays_as_it_is_spelt() {
        assert_eq!(as_sentence("the gateway starts"), "The gateway starts.");
        assert_eq!(
            as_sentence("gateway.auth.mode comes from a file"),
            "gateway.auth.mode comes from a file."
        );
        assert_eq!(as_sentence("lower_case, and why?"), "lower_case, and why?");
        assert_eq!(as_sentence("`gateway` is set"), "`gateway` is set.");
        assert_eq!(as_sentence("1 error"), "1 error.");
        assert_eq!(as_sentence(""), ".");
    }
}
