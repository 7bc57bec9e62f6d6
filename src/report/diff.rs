//! A [`EnvironmentDiff`] for people, in the manner of a unified diff, and as JSON.

use super::{
    Format, RenderOptions,
    human::Page,
    json::{self, ProgramField, Wire, WirePlace, WireVia},
    markdown, yaml,
};
use crate::{
    diff::{Change, DiffCounts, DiffEntry, DiffItem, DiffSubject, EnvironmentDiff, Fact},
    redact::{self, Guard},
    text::{secret::Text, source::Sources},
};
use owo_colors::Style;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use std::{
    io::{self, Write},
    time::Duration,
};

/// The JSON Schema of a diff.
pub const SCHEMA: &str = include_str!("../../docs/diff.schema.json");

/// What `schema` says.
const ID: &str = "clawdock.diff/1";

/// How long two public values are compared for the parts that differ.
const PATIENCE: Duration = Duration::from_millis(50);

/// Writes a diff.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    format: Format,
    diff: &EnvironmentDiff<'_>,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let sides = [diff.left, diff.right].map(|side| (side.environment, side.deployment));
    let guard = Guard::of_environments(sides, options.reveal);
    match format {
        Format::Human => human(diff, &mut Page::new(guard, sources, options, out)),
        Format::Json => json::write(&document(diff, &Wire { guard, sources, options }), out),
        Format::Yaml => yaml::write(&document(diff, &Wire { guard, sources, options }), out),
        Format::Markdown => {
            let mut text = Vec::new();
            let options = RenderOptions { color: false, ..options.clone() };
            human(diff, &mut Page::new(guard, sources, &options, &mut text))?;
            out.write_all(markdown::fenced("diff", &String::from_utf8_lossy(&text)).as_bytes())
        }
        _ => Err(super::unsupported(format, "differences")),
    }
}

fn human(diff: &EnvironmentDiff<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let head = [("---", diff.left.name, removed()), ("+++", diff.right.name, added())];
    for (mark, name, style) in head {
        let line = format!("{mark} {}", page.name(name));
        let line = page.paint(&line, style.bold());
        page.line(&line)?;
    }
    for entry in &diff.entries {
        human_entry(page, entry)?;
    }
    if page.options.quiet {
        return Ok(());
    }
    let DiffCounts { same, added, removed, changed, unknown } = diff.counts();
    let parts = [
        (changed, "changed"),
        (removed, "only on the first side"),
        (added, "only on the second side"),
        (unknown, "unknown from here"),
        (same, "the same"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    page.gap()?;
    match (diff.has_differences(), parts.is_empty()) {
        (_, true) => page.paragraph("Nothing to compare."),
        (true, _) => page.paragraph(&format!("{}.", parts.join(", "))),
        (false, _) => page.paragraph(&format!("No differences: {}.", parts.join(", "))),
    }
}

fn removed() -> Style {
    Style::new().red()
}

fn added() -> Style {
    Style::new().green()
}

pub(super) fn human_entry(page: &mut Page<'_>, entry: &DiffEntry<'_>) -> io::Result<()> {
    let left = entry.left.as_ref().map(|item| SideText::new(page, entry.subject, item));
    let right = entry.right.as_ref().map(|item| SideText::new(page, entry.subject, item));
    if entry.change == Change::Same {
        let side = left.filter(|_| page.options.verbose);
        return side.map_or(Ok(()), |side| line(page, ' ', &side, Style::new(), &[]));
    }
    let one_sided = left.is_some() != right.is_some();
    if entry.change == Change::Unknown && one_sided && !page.options.verbose {
        return Ok(());
    }
    let (old, new) = match (&left, &right) {
        (Some(a), Some(b)) if a.public && b.public => differing(&a.text, &b.text),
        _ => Default::default(),
    };
    if let Some(side) = &left {
        line(page, '-', side, removed(), &old)?;
    }
    if let Some(side) = &right {
        line(page, '+', side, added(), &new)?;
    }
    let told = left.zip(right).is_some_and(|(a, b)| a.public && b.public && a.text != b.text);
    let words = match entry.change {
        Change::Changed(relation) if !told => {
            Some(relation.map_or_else(|| "different".to_owned(), |r| r.to_string()))
        }
        Change::Unknown if one_sided => {
            Some("the other side leaves it to the image or the engine".to_owned())
        }
        Change::Unknown => Some("whether they are the same is not known from here".to_owned()),
        _ => None,
    };
    words.map_or(Ok(()), |words| page.indented(2, &format!("? {words}"), Style::new().dimmed()))
}

/// One side of an entry in text.
struct SideText {
    text: String,
    origin: String,
    /// All of the value is in the text.
    public: bool,
}

impl SideText {
    fn new(page: &Page<'_>, subject: DiffSubject<'_>, item: &DiffItem<'_>) -> Self {
        let shown = shown(subject, &item.fact, page.options.reveal).map(|s| page.neutral(&s));
        let (name, separator) = match subject {
            DiffSubject::Field(name) => (name.to_owned(), ": "),
            DiffSubject::Variable(name) => (page.variable(name), "="),
        };
        let hidden = || match &item.fact {
            Fact::Value(value) => format!("<{}>", page.hidden(value)),
            Fact::NoValue => "<passed without a value>".to_owned(),
            Fact::Unknown => "<unknown value>".to_owned(),
            Fact::Words(_) | Fact::Field(_) => "<hidden>".to_owned(),
        };
        let public = shown.is_some();
        let value = shown.unwrap_or_else(hidden);
        let origin = match (item.candidate, item.place) {
            (Some(candidate), _) => page.origin(candidate),
            (None, Some(place)) => page.place(place),
            (None, None) => String::new(),
        };
        Self { text: format!("{name}{separator}{value}"), origin, public }
    }
}

/// What may be shown of a value; an empty one is shown as it is.
fn shown(subject: DiffSubject<'_>, fact: &Fact<'_>, reveal: bool) -> Option<String> {
    match (subject, fact) {
        (_, Fact::Value(value)) if value.is_empty() => Some(String::new()),
        (DiffSubject::Variable(name), Fact::Value(value)) => redact::shown(name, value, reveal),
        (DiffSubject::Field(field), Fact::Field(value)) => redact::shown_field(field, value, reveal),
        (_, Fact::Words(words)) => Some(redact::command(words, reveal).join(" ")),
        _ => None,
    }
}

fn line(
    page: &mut Page<'_>,
    mark: char,
    side: &SideText,
    style: Style,
    parts: &[(bool, String)],
) -> io::Result<()> {
    if parts.is_empty() || !page.options.color {
        return page.row(&format!("{mark}{}", side.text), &side.origin, style);
    }
    let mut text = page.paint(&mark.to_string(), style);
    for (differs, part) in parts {
        let style = if *differs { style.reversed() } else { style };
        text.push_str(&page.paint(part, style));
    }
    page.painted_row(&text, &format!("{mark}{}", side.text), &side.origin, style)
}

type Parts = Vec<(bool, String)>;

/// The parts of two texts, each with whether it differs; nothing when little is common, for then
/// the parts would only distract.
fn differing(left: &str, right: &str) -> (Parts, Parts) {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_chars(left, right);
    if diff.ratio() < 0.5 {
        return Default::default();
    }
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => {
                push(&mut old, false, change.value());
                push(&mut new, false, change.value());
            }
            ChangeTag::Delete => push(&mut old, true, change.value()),
            ChangeTag::Insert => push(&mut new, true, change.value()),
        }
    }
    (old, new)
}

fn push(parts: &mut Parts, differs: bool, text: &str) {
    match parts.last_mut() {
        Some((last, part)) if *last == differs => part.push_str(text),
        _ => parts.push((differs, text.to_owned())),
    }
}

#[derive(Serialize)]
struct DiffDocument {
    schema: &'static str,
    clawdock: ProgramField,
    left: WireSide,
    right: WireSide,
    entries: Vec<WireEntry>,
    summary: WireCounts,
}

#[derive(Serialize)]
struct WireSide {
    name: String,
}

#[derive(Serialize)]
pub(super) struct WireEntry {
    kind: &'static str,
    name: String,
    change: &'static str,
    relation: Option<&'static str>,
    left: Option<WireItem>,
    right: Option<WireItem>,
}

#[derive(Serialize)]
struct WireItem {
    layer: Option<&'static str>,
    origin: Option<WirePlace>,
    via: Vec<WireVia>,
    shown: Option<String>,
    length: Option<usize>,
    fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Serialize)]
struct WireCounts {
    same: usize,
    added: usize,
    removed: usize,
    changed: usize,
    unknown: usize,
}

fn document(diff: &EnvironmentDiff<'_>, wire: &Wire<'_>) -> impl Serialize + use<> {
    let DiffCounts { same, added, removed, changed, unknown } = diff.counts();
    DiffDocument {
        schema: ID,
        clawdock: ProgramField { version: env!("CARGO_PKG_VERSION") },
        left: WireSide { name: wire.name(diff.left.name) },
        right: WireSide { name: wire.name(diff.right.name) },
        entries: diff.entries.iter().map(|entry| wire_entry(wire, entry)).collect(),
        summary: WireCounts { same, added, removed, changed, unknown },
    }
}

pub(super) fn wire_entry(wire: &Wire<'_>, entry: &DiffEntry<'_>) -> WireEntry {
    let (kind, name) = match entry.subject {
        DiffSubject::Field(name) => ("field", name.to_owned()),
        DiffSubject::Variable(name) => ("variable", wire.guard.variable(name).into_owned()),
    };
    let item = |item: &Option<DiffItem<'_>>| item.as_ref().map(|i| wire_item(wire, entry.subject, i));
    WireEntry {
        kind,
        name,
        change: entry.change.id(),
        relation: match entry.change {
            Change::Changed(relation) => relation.map(redact::ValueRelation::id),
            Change::Same | Change::Added | Change::Removed | Change::Unknown => None,
        },
        left: item(&entry.left),
        right: item(&entry.right),
    }
}

fn wire_item(wire: &Wire<'_>, subject: DiffSubject<'_>, item: &DiffItem<'_>) -> WireItem {
    let value: Option<Text> = match &item.fact {
        Fact::Value(value) => Some((*value).clone()),
        Fact::Field(value) => Some(value.as_str().into()),
        Fact::Words(words) => {
            let words: Vec<&str> = words.iter().map(Text::expose).collect();
            Some(words.join(" ").into())
        }
        Fact::NoValue | Fact::Unknown => None,
    };
    WireItem {
        layer: item.candidate.map(|c| c.layer.id()),
        origin: wire.origin(item.place),
        via: item.candidate.map(|c| c.via.iter().map(|v| wire.via(v)).collect()).unwrap_or_default(),
        shown: shown(subject, &item.fact, wire.options.reveal),
        length: value.as_ref().map(redact::length),
        fingerprint: value.as_ref().map(|v| wire.options.fingerprinter.of(v)),
        value: wire.revealed(value.as_ref()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use crate::{
        diff::{DiffSide, diff},
        provenance::{Candidate, Layer, Variable},
        vocabulary::deployment::{Deployment, Located},
    };
    use serde_json::Value;

    const OLD: &str = fixture::SECRETS[0];
    const NEW: &str = fixture::SECRETS[1];

    fn container(values: &[(&str, &str)]) -> Vec<Variable> {
        let variable = |(name, value): &(&str, &str)| Variable {
            name: (*name).to_owned(),
            winner: Some(Candidate::new(Layer::ContainerEnv, *name, None, (*value).into())),
            losers: Vec::new(),
        };
        values.iter().map(variable).collect()
    }

    fn command(words: &[&str]) -> Deployment {
        let word = |w: &&str| Located { value: (*w).into(), place: None };
        Deployment {
            image: Some(Located { value: "openclaw/openclaw:2026.9.5".to_owned(), place: None }),
            command: Some(words.iter().map(word).collect()),
            ..Deployment::default()
        }
    }

    fn rendered(format: Format, options: &RenderOptions) -> String {
        let (report, sources) = fixture::report();
        let target = &report.targets[0].target;
        let trimmed = format!("{NEW} ");
        let environment = container(&[
            ("MY_PASSPHRASE", fixture::SECRETS[2]),
            ("OPENCLAW_GATEWAY_PORT", "18790"),
            ("OPENCLAW_GATEWAY_TOKEN", &trimmed),
            ("OLD_KEY", OLD),
            ("HTTPS_PROXY", &format!("http://bob:{OLD}@proxy:3128")),
        ]);
        let left = DiffSide {
            name: "openclaw-gateway (container)",
            environment: &environment,
            deployment: &command(&["openclaw", "gateway", "--token", OLD]),
        };
        let right = DiffSide {
            name: "openclaw-gateway (compose)",
            environment: &target.environment,
            deployment: &target.deployment,
        };
        let mut out = Vec::new();
        render(format, &diff(left, right), &sources, options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn reads_like_a_unified_diff() {
        let want = "\
--- openclaw-gateway (container)
+++ openclaw-gateway (compose)
-image: openclaw/openclaw:2026.9.5
+image: ghcr.io/openclaw/openclaw:2026.9.6
-HTTPS_PROXY=http://***@proxy:3128                container env
-OLD_KEY=<32 chars #f38fd635c950>                 container env
-OPENCLAW_GATEWAY_PORT=18790                      container env
+OPENCLAW_GATEWAY_PORT=18789  docker-compose.yml:6:30 (environment)
-OPENCLAW_GATEWAY_TOKEN=<29 chars #FINGERPRINT0>  container env
+OPENCLAW_GATEWAY_TOKEN=<28 chars #b1ac4d5fb5e8>
      docker-compose.yml:5:31 (environment)
  ? equal except for white space around it

3 changed, 2 only on the first side, 1 unknown from here, 1 the same.
";
        let got = rendered(Format::Human, &fixture::options());
        let spaced: Text = format!("{NEW} ").into();
        let want = want.replace("FINGERPRINT0", &fixture::options().fingerprinter.of(&spaced));
        assert!(got == want, "{got}\n{want}");
    }

    #[test]
    fn no_secret_leaves_unless_revealed() {
        for color in [false, true] {
            let options = RenderOptions { color, verbose: true, ..fixture::options() };
            for format in [Format::Human, Format::Json] {
                fixture::assert_no_secret(&rendered(format, &options));
            }
        }
        let options = RenderOptions { reveal: true, ..fixture::options() };
        assert!(rendered(Format::Human, &options).contains(OLD));
        assert!(rendered(Format::Json, &options).contains(NEW));
    }

    #[test]
    fn parts_that_differ_are_marked_in_colour() {
        let options = RenderOptions { color: true, ..fixture::options() };
        let out = rendered(Format::Human, &options);
        assert!(out.contains("\u{1b}[32;7m8\u{1b}[0m"), "{out:?}");
    }

    #[test]
    fn outputs_match_the_schema() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for reveal in [false, true] {
            let options = RenderOptions { reveal, ..fixture::options() };
            let document: Value = serde_json::from_str(&rendered(Format::Json, &options)).unwrap();
            let errors: Vec<_> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
            assert_eq!(document["summary"]["changed"], 3);
        }
    }
}
