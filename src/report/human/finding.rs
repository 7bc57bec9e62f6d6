//! Findings with excerpts of the sources, in the manner of rustc.

use crate::{
    redact::Excerpts,
    report::{
        excerpt::{self, Excerpt, ExcerptMark},
        phrases::Phrases,
        words::wrap,
    },
    vocabulary::finding::{Confidence, Finding, Refusal, Severity},
};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;
use unicode_width::UnicodeWidthStr as _;

/// Columns before the source of an excerpt: line numbers of four digits and a bar.
const GUTTER: usize = 7;

/// Columns before a note: line numbers of three digits, and `= service: `.
const NOTE: usize = 15;

/// A finding as text of several lines.
pub(in crate::report) fn finding(say: &Phrases<'_>, masked: &mut Excerpts<'_>, finding: &Finding) -> String {
    of_target(say, masked, finding, None)
}

/// The same, with whose it is: the kind of a thing and its name.
pub(in crate::report) fn of_target(
    say: &Phrases<'_>,
    masked: &mut Excerpts<'_>,
    finding: &Finding,
    owner: Option<(&'static str, String)>,
) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO.with_name("note"),
    };
    let marks = excerpt::marks_of(say, finding);
    // Where it is the same once more, the line is named and not shown.
    let is_more = |mark: &ExcerptMark| {
        !mark.primary && finding.related.iter().any(|r| r.again && r.place == mark.place)
    };
    let (more, marks): (Vec<ExcerptMark>, Vec<ExcerptMark>) = marks.into_iter().partition(is_more);
    let more = more_places(say, &more);
    let confidence = match finding.confidence {
        Confidence::High => "",
        Confidence::Medium => ", confidence: medium",
        Confidence::Low => ", confidence: low",
    };
    let why = format!("`clawdock explain {}` ({}{confidence})", finding.rule, finding.name);
    let notes = [
        more.map(|places| (Level::NOTE.with_name("also at"), places)),
        owner.map(|(kind, names)| (Level::NOTE.with_name(kind), names)),
        finding.help.as_deref().map(|help| (Level::HELP, say.sentence_lines(help))),
        Some((Level::NOTE.with_name("why"), why)),
    ];
    let message = say.sentence(&finding.message);
    draw(say, masked, level, Some(finding.rule), &message, &marks, notes.into_iter().flatten().collect())
}

/// `compose.yml:51:7, compose.yml:52:7 and 3 more`
fn more_places(say: &Phrases<'_>, more: &[ExcerptMark]) -> Option<String> {
    const NAMED: usize = 5;
    let places: Vec<String> = more.iter().take(NAMED).map(|mark| say.place(mark.place)).collect();
    let rest = more.len().saturating_sub(NAMED);
    let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    (!places.is_empty()).then(|| format!("{}{rest}", places.join(", ")))
}

/// What Docker Compose itself refuses, as text of several lines.
pub(in crate::report) fn refusal(say: &Phrases<'_>, masked: &mut Excerpts<'_>, refusal: &Refusal) -> String {
    let message = say.refused(refusal);
    let marks = excerpt::mark_of(refusal);
    let note = refusal.place.is_none().then(|| (Level::NOTE, format!("in {}", say.path(&refusal.path))));
    draw(say, masked, Level::ERROR, None, &message, &marks, note.into_iter().collect())
}

fn draw(
    say: &Phrases<'_>,
    masked: &mut Excerpts<'_>,
    level: Level<'static>,
    id: Option<&str>,
    message: &str,
    marks: &[ExcerptMark],
    notes: Vec<(Level<'static>, String)>,
) -> String {
    let width = say.options.width;
    // The renderer aligns further lines of a title below its first; the longest begins
    // `warning[CD000]: `.
    let title = wrap(message, width.saturating_sub(16)).join("\n");
    let title = level.primary_title(title);
    let title = match id {
        Some(id) => title.id(id),
        None => title,
    };
    // The renderer cuts all lines of an excerpt alike: a long one would cost the others their
    // beginnings.
    let excerpts = excerpt::excerpts(say, masked, marks, width.saturating_sub(GUTTER));
    let drawn: Vec<Drawn<'_>> = excerpts.iter().map(|e| Drawn::new(e, width)).collect();
    let mut group = Group::with_title(title);
    for excerpt in &drawn {
        group = group.element(excerpt.snippet());
    }
    // A label that fits nowhere beside its line becomes a note.
    let squeezed = drawn.iter().flat_map(|e| e.annotations.iter().map(move |a| (e, a)));
    let squeezed = squeezed.filter(|(_, a)| a.room == Room::None).filter_map(|(drawn, a)| {
        let line = drawn.excerpt.first_line + drawn.text[..a.span.start].matches('\n').count();
        Some((Level::NOTE, format!("{}:{line}: {}", drawn.excerpt.path, a.label?)))
    });
    for (level, text) in squeezed.chain(notes) {
        let lines: Vec<String> =
            text.lines().flat_map(|line| wrap(line, width.saturating_sub(NOTE))).collect();
        group = group.element(level.message(lines.join("\n")));
    }
    let renderer = if say.options.color { Renderer::styled() } else { Renderer::plain() };
    without_empty_bars(&renderer.term_width(width).render(&[group]))
}

/// The renderer draws a line with nothing but bars above and below each excerpt, and above a label that hangs
/// below its line: a report of several findings has no room for them.
fn without_empty_bars(drawn: &str) -> String {
    let is_bar = |line: &&str| {
        let mut rest = *line;
        let mut plain = String::new();
        // Colours are between an escape and an `m`.
        while let Some((before, from)) = rest.split_once('\u{1b}') {
            plain.push_str(before);
            rest = from.split_once('m').map_or("", |(_, after)| after);
        }
        plain.push_str(rest);
        plain.contains('|') && plain.chars().all(|c| matches!(c, '|' | ' '))
    };
    drawn.lines().filter(|line| !is_bar(line)).collect::<Vec<_>>().join("\n")
}

/// An excerpt as the renderer of snippets takes it.
struct Drawn<'a> {
    excerpt: &'a Excerpt,
    text: String,
    annotations: Vec<Placed<'a>>,
}

struct Placed<'a> {
    kind: AnnotationKind,
    span: Range<usize>,
    label: Option<&'a str>,
    room: Room,
}

/// Where a label fits into the width.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Beside,
    Below,
    None,
}

impl<'a> Drawn<'a> {
    fn new(excerpt: &'a Excerpt, width: usize) -> Self {
        let gutter = (excerpt.first_line + excerpt.lines.len()).to_string().len() + 3;
        let mut text = String::new();
        let mut annotations = Vec::new();
        for line in &excerpt.lines {
            let start = text.len();
            annotations.extend(line.marks.iter().map(|mark| Placed {
                kind: if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context },
                span: start + mark.span.start..start + mark.span.end,
                label: mark.label.as_deref(),
                room: room(&line.text, &mark.span, mark.label.as_deref(), width.saturating_sub(gutter)),
            }));
            text.push_str(&line.text);
            text.push('\n');
        }
        Self { excerpt, text, annotations }
    }

    fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        let annotations = self.annotations.iter().flat_map(|mark| {
            let whole = mark.kind.span(mark.span.clone());
            match mark.room {
                Room::Beside => vec![whole.label(mark.label)],
                // A second, shorter annotation makes the renderer hang the label below.
                Room::Below => {
                    let first = self.text[mark.span.start..].chars().next().map_or(0, char::len_utf8);
                    let begin = mark.span.start..mark.span.start + first;
                    vec![mark.kind.span(begin).label(mark.label), whole]
                }
                Room::None => vec![whole],
            }
        });
        Snippet::source(self.text.as_str())
            .line_start(self.excerpt.first_line)
            .path(self.excerpt.path.as_str())
            .annotations(annotations)
    }
}

fn room(line: &str, span: &Range<usize>, label: Option<&str>, width: usize) -> Room {
    let Some(label) = label else { return Room::Beside };
    let fits = |at: usize| line[..at].width() + 1 + label.width() <= width;
    if fits(span.end) {
        Room::Beside
    } else if fits(span.start) && !span.is_empty() {
        Room::Below
    } else {
        Room::None
    }
}
