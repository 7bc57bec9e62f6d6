//! `--format json`: the published report. The structs here are the wire format, apart from the
//! model, so that neither changes the other by accident; `docs/report.schema.json` describes it.

mod convert;
mod fix;
#[cfg(test)]
mod tests;

use super::RenderOptions;
use crate::{
    findings::report::Report,
    model::target::{Outcome, TargetKind},
    redact::Guard,
    text::source::Sources,
    vocabulary::{
        certainty::Certainty,
        deployment::Role,
        finding::{Confidence, Severity},
        prediction::Prediction,
        setting::{Agreement, Category, State},
    },
};
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};
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
    let mut written = serde_json::Serializer::with_formatter(&mut *out, Readable::default());
    document.serialize(&mut written)?;
    out.write_all(b"\n")
}

/// Pretty JSON in which no character turns the direction of writing, or hides: a terminal or an editor
/// would show the rest of a line the other way round.
#[derive(Default)]
struct Readable<'a>(PrettyFormatter<'a>);

impl Formatter for Readable<'_> {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        writer.write_all(super::words::escape_directions(text).as_bytes())
    }
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
struct ReportDocument<'a> {
    schema: &'static str,
    clawdock: ProgramField,
    model: WireModel,
    targets: Vec<WireTarget<'a>>,
    refusals: Vec<WireRefusal>,
    projects: Vec<WireProject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<WireFound>,
    summary: SummaryField,
}

/// What `lint -r` found.
#[derive(Serialize)]
struct WireFound {
    runs: Vec<String>,
    beside: Vec<String>,
    fragments: Vec<String>,
    unrendered: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct ProgramField {
    pub(super) version: &'static str,
}

/// What this program knows.
#[derive(Serialize)]
struct WireModel {
    newest_release: String,
}

#[derive(Serialize)]
struct SummaryField {
    errors: usize,
    warnings: usize,
    infos: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_baseline: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    yielded: Option<usize>,
    /// Reported, and `clawdock fix` can fix them, `--unsafe-fixes` included.
    fixable: usize,
    /// Ignored by a comment or for their path, or in the baseline.
    suppressed: usize,
}

#[derive(Serialize)]
struct WireProject {
    name: Option<String>,
    files: Vec<String>,
    left_out: Vec<WireLeftOut>,
}

#[derive(Serialize)]
struct WireLeftOut {
    service: String,
    /// The first of them.
    profile: Option<String>,
    profiles: Vec<String>,
}

#[derive(Serialize)]
struct WireTarget<'a> {
    kind: TargetKind,
    name: String,
    service: Option<String>,
    project: Option<String>,
    container_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<String>,
    image: Option<String>,
    state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<WireEngine>,
    role: Role,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<WireRoleSign>,
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
struct WireEngine {
    state: String,
    health: Option<String>,
    since: Option<String>,
    restarts: u64,
    exit_code: Option<i64>,
    oom_killed: bool,
    error: Option<String>,
    memory_limit: Option<u64>,
    manager: &'static str,
}

/// A sign for the role, or against it.
#[derive(Serialize)]
struct WireRoleSign {
    weight: i32,
    message: String,
}

#[derive(Serialize)]
struct WireVersion {
    version: String,
    version_source: &'static str,
    covered: bool,
}

#[derive(Serialize)]
struct WireSource {
    layer: &'static str,
    path: String,
    present: bool,
    state: &'static str,
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
    verdict: Agreement,
    certainty: Certainty,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assumes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<WireHolds>,
}

/// An object or a list of the config, which has a size and no value.
#[derive(Serialize)]
struct WireHolds {
    kind: &'static str,
    size: usize,
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
    reason: &'static str,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<&'static str>,
    certainty: Certainty,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assumes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<WireStartReason>,
}

#[derive(Serialize)]
struct WireStartReason {
    id: &'static str,
    exit_code: Option<i32>,
    message: String,
    key: String,
    location: Option<WirePlace>,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<fix::WireChoice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<String>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<String>,
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
    by: &'static str,
    path: String,
    line: Option<usize>,
    column: Option<usize>,
    message: String,
}

/// Turns the model into the wire format.
pub(super) struct Wire<'a> {
    pub(super) guard: Guard,
    pub(super) sources: &'a Sources,
    pub(super) options: &'a RenderOptions,
}
