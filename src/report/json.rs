//! `--format json`: the published report. The structs here are the wire format, apart from the
//! model, so that neither changes the other by accident; `docs/report.schema.json` describes it.

mod fix;

use super::{RenderOptions, Report, Suppression, TargetReport};
use crate::{
    finding::{Confidence, Finding, Refusal, Severity},
    origin::{Candidate, Loser, Step, Variable, Via},
    redact::{self, Guard},
    source::{Place, Sources},
    target::{
        Category, LookedAt, Observation, Outcome, Prediction, Role, Setting, State, TargetKind, Verdict,
        VersionSource, View,
    },
    text::Text,
};
use serde::Serialize;
use std::io::{self, Write};

/// The JSON Schema of the report.
pub const SCHEMA: &str = include_str!("../../docs/report.schema.json");

/// What `schema` says.
const ID: &str = "clawdock.report/1";

/// Writes the report as one JSON object.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write(&document(report, sources, options), out)
}

/// Writes an object that others parse.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn write(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}

/// The report in its wire format.
pub(super) fn document<'r>(
    report: &'r Report,
    sources: &Sources,
    options: &RenderOptions,
) -> impl Serialize + use<'r> {
    Wire { guard: report.guard(options.reveal), sources, options }.document(report)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    clawdock: Program,
    targets: Vec<WireTarget<'a>>,
    refusals: Vec<WireRefusal>,
    summary: Summary,
}

#[derive(Serialize)]
pub(super) struct Program {
    pub(super) version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    infos: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_baseline: Option<usize>,
}

#[derive(Serialize)]
struct WireTarget<'a> {
    kind: TargetKind,
    name: String,
    service: Option<String>,
    project: Option<String>,
    container_id: Option<&'a str>,
    image: Option<String>,
    state: Option<&'a str>,
    role: Role,
    openclaw: Option<WireVersion>,
    sources: Vec<WireSource>,
    settings: Vec<WireSetting>,
    environment: Vec<WireVariable>,
    process_environment: Option<Vec<WireVariable>>,
    start: Option<WireStart>,
    findings: Vec<WireFinding>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressed: Vec<WireSuppressed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    observations: Vec<WireObservation>,
}

#[derive(Serialize)]
struct WireVersion {
    version: String,
    version_source: &'static str,
}

#[derive(Serialize)]
struct WireSource {
    layer: &'static str,
    path: String,
    present: bool,
    note: Option<String>,
}

#[derive(Serialize)]
struct WireSetting {
    name: String,
    variables: Vec<String>,
    category: Category,
    secret: bool,
    consumers: Vec<WireView>,
}

#[derive(Serialize)]
struct WireView {
    consumer: String,
    state: State,
    winner: Option<WireCandidate>,
    losers: Vec<WireLoser>,
    ignored: Vec<WireLoser>,
    verdict: Verdict,
}

#[derive(Serialize)]
struct WireVariable {
    name: String,
    winner: Option<WireCandidate>,
    losers: Vec<WireLoser>,
}

#[derive(Serialize)]
pub(super) struct WireCandidate {
    layer: &'static str,
    origin: Option<WirePlace>,
    via: Vec<WireVia>,
    length: Option<usize>,
    fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Serialize)]
struct WireLoser {
    #[serde(flatten)]
    candidate: WireCandidate,
    why: String,
}

#[derive(Serialize)]
pub(super) struct WireVia {
    layer: &'static str,
    origin: Option<WirePlace>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<String>,
}

#[derive(Serialize)]
pub(super) struct WirePlace {
    path: String,
    /// None in a database, which has no lines.
    line: Option<usize>,
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
}

#[derive(Serialize)]
struct WireStart {
    prediction: Prediction,
    exit_code: Option<i32>,
    why: Option<String>,
}

#[derive(Serialize)]
struct WireFinding {
    rule: &'static str,
    name: &'static str,
    severity: Severity,
    confidence: Confidence,
    message: String,
    help: Option<String>,
    location: Option<WirePlace>,
    related: Vec<WireRelated>,
    service: Option<String>,
    key: Option<String>,
    fix: Option<fix::WireFix>,
    fingerprint: String,
}

#[derive(Serialize)]
struct WireSuppressed {
    finding: WireFinding,
    by: WireSuppression,
}

#[derive(Serialize)]
struct WireSuppression {
    kind: &'static str,
    location: Option<WirePlace>,
    pattern: Option<String>,
    reason: Option<String>,
}

#[derive(Serialize)]
struct WireRelated {
    location: WirePlace,
    message: String,
}

#[derive(Serialize)]
struct WireObservation {
    probe: &'static str,
    subject: String,
    origin: Option<WirePlace>,
    outcome: Outcome,
    predicted: Option<String>,
    observed: String,
    length: Option<usize>,
    fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Serialize)]
struct WireRefusal {
    path: String,
    line: Option<usize>,
    column: Option<usize>,
    message: String,
}

fn version_source(source: VersionSource) -> &'static str {
    match source {
        VersionSource::Flag => "flag",
        VersionSource::Label => "label",
        VersionSource::PackageJson => "package.json",
        VersionSource::ImageTag => "image-tag",
        VersionSource::Assumed => "assumed",
    }
}

/// Turns the model into the wire format.
pub(super) struct Wire<'a> {
    pub(super) guard: Guard,
    pub(super) sources: &'a Sources,
    pub(super) options: &'a RenderOptions,
}

impl Wire<'_> {
    fn document<'r>(&self, report: &'r Report) -> Document<'r> {
        let summary = report.summary();
        Document {
            schema: ID,
            clawdock: Program { version: env!("CARGO_PKG_VERSION") },
            targets: self.targets(report),
            refusals: report.refusals.iter().map(|r| self.refusal(r)).collect(),
            summary: Summary {
                errors: summary.errors,
                warnings: summary.warnings,
                infos: summary.infos,
                ignored: Some(summary.ignored).filter(|n| *n > 0),
                in_baseline: Some(summary.in_baseline).filter(|n| *n > 0),
            },
        }
    }

    fn targets<'r>(&self, report: &'r Report) -> Vec<WireTarget<'r>> {
        let fingerprints = super::fingerprint::of_all(report, self.sources);
        let targets = report.targets.iter().zip(fingerprints);
        targets.map(|(target, prints)| self.target(target, prints)).collect()
    }

    fn target<'r>(
        &self,
        report: &'r TargetReport,
        (fingerprints, kept): (Vec<String>, Vec<String>),
    ) -> WireTarget<'r> {
        let target = &report.target;
        let service = target.service.as_deref();
        WireTarget {
            kind: target.kind,
            name: self.name(&target.name),
            service: service.map(|s| self.name(s)),
            project: target.project.as_deref().map(|p| self.name(p)),
            container_id: target.container_id.as_deref(),
            image: target.deployment.image.as_ref().map(|i| self.message(&i.value)),
            state: target.state.as_deref(),
            role: target.role,
            openclaw: target.openclaw.as_ref().map(|v| WireVersion {
                version: self.message(&v.version),
                version_source: version_source(v.source),
            }),
            sources: target.sources.iter().map(|s| self.source(s)).collect(),
            settings: target.settings.iter().map(|s| self.setting(s)).collect(),
            environment: self.variables(&target.environment),
            process_environment: target.process_environment.as_deref().map(|v| self.variables(v)),
            start: target.start.as_ref().map(|s| WireStart {
                prediction: s.prediction,
                exit_code: s.exit_code,
                why: s.why.as_deref().map(|w| self.message(w)),
            }),
            findings: report
                .findings
                .iter()
                .zip(fingerprints)
                .map(|(finding, print)| self.finding(finding, service, print))
                .collect(),
            suppressed: report
                .suppressed
                .iter()
                .zip(kept)
                .map(|(suppressed, print)| WireSuppressed {
                    finding: self.finding(&suppressed.finding, service, print),
                    by: self.suppression(&suppressed.by),
                })
                .collect(),
            observations: target.observations.iter().map(|o| self.observation(o)).collect(),
        }
    }

    fn suppression(&self, by: &Suppression) -> WireSuppression {
        let none = WireSuppression { kind: "baseline", location: None, pattern: None, reason: None };
        match by {
            Suppression::Comment { place, reason } => WireSuppression {
                kind: "comment",
                location: self.origin(Some(*place)),
                reason: reason.as_deref().map(|r| self.message(r)),
                ..none
            },
            Suppression::Path { pattern } => {
                WireSuppression { kind: "path", pattern: Some(self.guard.path(pattern).into_owned()), ..none }
            }
            Suppression::Baseline => none,
        }
    }

    pub(super) fn name(&self, label: &str) -> String {
        self.guard.name(label).into_owned()
    }

    pub(super) fn message(&self, text: &str) -> String {
        self.guard.message(text).into_owned()
    }

    fn place(&self, place: Place) -> WirePlace {
        let record = self.sources.record(place).map(|record| self.name(&record));
        let at = record.is_none().then(|| self.sources.line_col(place));
        let path = self.sources.get(place.source).name.to_string();
        WirePlace {
            path: self.guard.path(&path).into_owned(),
            line: at.map(|a| a.line),
            column: at.map(|a| a.column),
            record,
        }
    }

    pub(super) fn origin(&self, place: Option<Place>) -> Option<WirePlace> {
        place.map(|p| self.place(p))
    }

    fn source(&self, looked_at: &LookedAt) -> WireSource {
        WireSource {
            layer: looked_at.layer,
            path: self.guard.path(&looked_at.path).into_owned(),
            present: looked_at.present,
            note: looked_at.note.as_deref().map(|n| self.message(n)),
        }
    }

    fn setting(&self, setting: &Setting) -> WireSetting {
        WireSetting {
            name: self.name(&setting.name),
            variables: setting.variables.iter().map(|v| self.name(v)).collect(),
            category: setting.category,
            secret: setting.secret,
            consumers: setting.views.iter().map(|v| self.view(v)).collect(),
        }
    }

    fn view(&self, view: &View) -> WireView {
        WireView {
            consumer: view.consumer.to_string(),
            state: view.state,
            winner: view.winner.as_ref().map(|c| self.candidate(c)),
            losers: self.losers(&view.losers),
            ignored: self.losers(&view.ignored),
            verdict: view.verdict,
        }
    }

    fn variables(&self, variables: &[Variable]) -> Vec<WireVariable> {
        let wire = |v: &Variable| WireVariable {
            name: self.guard.variable(&v.name).into_owned(),
            winner: v.winner.as_ref().map(|c| self.candidate(c)),
            losers: self.losers(&v.losers),
        };
        variables.iter().map(wire).collect()
    }

    fn losers(&self, losers: &[Loser]) -> Vec<WireLoser> {
        let wire =
            |l: &Loser| WireLoser { candidate: self.candidate(&l.candidate), why: self.message(&l.why) };
        losers.iter().map(wire).collect()
    }

    pub(super) fn candidate(&self, candidate: &Candidate) -> WireCandidate {
        let value = candidate.value.as_ref();
        WireCandidate {
            layer: candidate.layer.id(),
            origin: self.origin(candidate.place),
            via: candidate.via.iter().map(|v| self.via(v)).collect(),
            length: value.map(redact::length),
            fingerprint: value.map(|v| self.options.fingerprinter.of(v)),
            value: self.revealed(value),
        }
    }

    /// The contract shows no value at all unless asked to, public ones neither: who reads the
    /// report by program needs one rule, not an allow-list.
    pub(super) fn revealed(&self, value: Option<&Text>) -> Option<String> {
        value.filter(|_| self.options.reveal).map(|v| v.expose().to_owned())
    }

    pub(super) fn via(&self, via: &Via) -> WireVia {
        let (name, expression) = match &via.step {
            Step::HostEnv { name }
            | Step::ProjectDotenv { name }
            | Step::CliEnvFile { name }
            | Step::Env { name, .. } => (Some(self.guard.variable(name).into_owned()), None),
            Step::Interpolation { shown } => (None, Some(self.message(shown))),
            Step::ComposeEnvironment
            | Step::ComposeEnvFile
            | Step::Alias
            | Step::MergeKey
            | Step::Extends
            | Step::Include => (None, None),
        };
        WireVia { layer: via.step.id(), origin: self.origin(via.place), name, expression }
    }

    fn finding(&self, finding: &Finding, service: Option<&str>, fingerprint: String) -> WireFinding {
        WireFinding {
            rule: finding.rule,
            name: finding.name,
            severity: finding.severity,
            confidence: finding.confidence,
            message: self.message(&finding.message),
            help: finding.help.as_deref().map(|h| self.message(h)),
            location: self.origin(finding.place),
            related: finding
                .related
                .iter()
                .map(|r| WireRelated { location: self.place(r.place), message: self.message(&r.message) })
                .collect(),
            service: service.map(|s| self.name(s)),
            key: finding.key.as_deref().map(|k| self.name(k)),
            fix: finding.fix.as_ref().map(|f| self.fix(f)),
            fingerprint,
        }
    }

    fn observation(&self, seen: &Observation) -> WireObservation {
        let value = seen.value.as_ref();
        WireObservation {
            probe: seen.probe,
            subject: self.message(&seen.subject),
            origin: self.origin(seen.place),
            outcome: seen.outcome,
            predicted: seen.predicted.as_deref().map(|p| self.message(p)),
            observed: self.message(&seen.observed),
            length: value.map(redact::length),
            fingerprint: value.map(|v| self.options.fingerprinter.of(v)),
            value: self.revealed(value),
        }
    }

    fn refusal(&self, refusal: &Refusal) -> WireRefusal {
        let at = refusal.place.map(|p| self.sources.line_col(p));
        WireRefusal {
            path: self.guard.path(&refusal.path).into_owned(),
            line: at.map(|a| a.line),
            column: at.map(|a| a.column),
            message: self.message(&refusal.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture, render};
    use serde_json::Value;

    fn rendered(reveal: bool) -> String {
        let (report, sources) = fixture::report();
        let mut out = Vec::new();
        let options = super::RenderOptions { reveal, ..fixture::options() };
        render(Format::Json, &report, &sources, &options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn validator() -> jsonschema::Validator {
        let schema: Value = serde_json::from_str(super::SCHEMA).unwrap();
        jsonschema::meta::validate(&schema).unwrap();
        jsonschema::draft202012::new(&schema).unwrap()
    }

    #[test]
    fn outputs_match_the_schema() {
        let validator = validator();
        for reveal in [false, true] {
            let document: Value = serde_json::from_str(&rendered(reveal)).unwrap();
            let errors: Vec<_> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
    }

    /// Every object of the schema refuses what it does not know, requires what it does not name
    /// as optional, and describes each field.
    #[test]
    fn the_schema_is_strict() {
        fn walk(value: &Value, path: &str) {
            if let Some(properties) = value.get("properties").and_then(Value::as_object) {
                assert_eq!(value["additionalProperties"], Value::Bool(false), "{path}");
                for (name, property) in properties {
                    let described = property.get("description").is_some() || property.get("$ref").is_some();
                    assert!(described, "{path}/{name}");
                }
            }
            match value {
                Value::Object(map) => map.iter().for_each(|(k, v)| walk(v, &format!("{path}/{k}"))),
                Value::Array(items) => items.iter().for_each(|v| walk(v, path)),
                _ => {}
            }
        }
        walk(&serde_json::from_str(super::SCHEMA).unwrap(), "");
    }

    #[test]
    fn values_leave_only_when_revealed() {
        let hidden = rendered(false);
        fixture::assert_no_secret(&hidden);
        assert!(!hidden.contains("\"value\""));
        let shown = rendered(true);
        assert!(fixture::SECRETS.iter().all(|s| shown.contains(s)));
    }

    #[test]
    fn the_shape_is_the_contract() {
        let document: Value = serde_json::from_str(&rendered(false)).unwrap();
        let target = &document["targets"][0];
        assert_eq!(document["schema"], "clawdock.report/1");
        assert_eq!(target["kind"], "compose-service");
        assert_eq!(target["openclaw"]["version_source"], "package.json");
        let view = &target["settings"][0]["consumers"][0];
        assert_eq!(view["winner"]["layer"], "config");
        assert_eq!(view["winner"]["origin"]["path"], "/srv/claw/config/openclaw.json");
        assert_eq!(view["winner"]["origin"]["line"], 5);
        assert_eq!(view["winner"]["length"], 32);
        let loser = &view["losers"][0];
        assert_eq!(loser["why"], "the gateway reads gateway.auth.token first");
        assert_eq!(loser["via"][0]["layer"], "interpolation");
        assert_eq!(loser["via"][0]["expression"], "${OPENCLAW_GATEWAY_TOKEN:-}");
        assert_eq!(loser["via"][1]["layer"], "project-dotenv");
        assert_eq!(loser["via"][1]["name"], "OPENCLAW_GATEWAY_TOKEN");
        assert!(target.get("observations").is_none());
        assert_eq!(document["summary"]["errors"], 2);
        assert_eq!(document["refusals"][0]["line"], 4);
    }

    #[test]
    fn fingerprints_of_findings_ignore_values_and_lines() {
        let prints =
            |report: &super::Report, sources| super::super::fingerprint::of_findings(report, sources);
        let (report, sources) = fixture::report();
        let (mut moved, moved_sources) = fixture::report_below(7);
        for finding in moved.targets.iter_mut().flat_map(|t| &mut t.findings) {
            finding.message = "other words".to_owned();
        }
        let before = prints(&report, &sources);
        assert_eq!(before, prints(&moved, &moved_sources));
        let mut all: Vec<_> = before.into_iter().flatten().collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
