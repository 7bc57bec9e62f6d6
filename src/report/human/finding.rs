//! Findings with excerpts of the sources, in the manner of rustc.

use super::{Page, words, wrap};
use crate::{
    finding::{Confidence, Finding, Refusal, Severity},
    source::{Place, SourceId},
};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use std::{io, ops::Range};
use unicode_width::UnicodeWidthStr as _;

/// Farthest apart that two places of a file may be to share one excerpt.
const WINDOW: usize = 40;

/// Columns before the source of an excerpt: line numbers of four digits and a bar.
const GUTTER: usize = 7;

/// A place, what it is, and what is said of it.
struct Mark {
    place: Place,
    kind: AnnotationKind,
    label: Option<String>,
}

/// Writes a finding.
pub(super) fn finding(page: &mut Page<'_>, finding: &Finding) -> io::Result<()> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut marks = Vec::new();
    if let Some(place) = finding.place {
        let label = finding.label.as_deref().map(|l| page.sentence(l));
        marks.push(Mark { place, kind: AnnotationKind::Primary, label });
    }
    marks.extend(finding.related.iter().map(|related| Mark {
        place: related.place,
        kind: AnnotationKind::Context,
        label: Some(page.sentence(&related.message)),
    }));
    let confidence = match finding.confidence {
        Confidence::High => None,
        Confidence::Medium => Some("confidence: medium"),
        Confidence::Low => Some("confidence: low"),
    };
    let notes = [
        finding.help.as_deref().map(|help| (Level::HELP, page.sentence_lines(help))),
        confidence.map(|words| (Level::NOTE, words.to_owned())),
    ];
    let message = page.sentence(&finding.message);
    write(page, level, Some(finding.rule), &message, &marks, notes.into_iter().flatten().collect())
}

/// Writes what Docker Compose itself refuses.
pub(super) fn refusal(page: &mut Page<'_>, refusal: &Refusal) -> io::Result<()> {
    let message = format!("Docker Compose refuses this: {}", page.sentence(&refusal.message));
    let mark = |place| Mark { place, kind: AnnotationKind::Primary, label: None };
    let marks: Vec<Mark> = refusal.place.map(mark).into_iter().collect();
    let note = refusal.place.is_none().then(|| (Level::NOTE, format!("in {}", page.path(&refusal.path))));
    write(page, Level::ERROR, None, &message, &marks, note.into_iter().collect())
}

fn write(
    page: &mut Page<'_>,
    level: Level<'static>,
    id: Option<&str>,
    message: &str,
    marks: &[Mark],
    notes: Vec<(Level<'static>, String)>,
) -> io::Result<()> {
    let width = page.options.width;
    // The renderer aligns further lines of a title below its first; the longest begins
    // `warning[CD000]: `.
    let title = wrap(message, width.saturating_sub(16)).join("\n");
    let title = level.primary_title(title);
    let title = match id {
        Some(id) => title.id(id),
        None => title,
    };
    let excerpts: Vec<Excerpt> = excerpts(page, marks);
    let mut group = Group::with_title(title);
    for excerpt in &excerpts {
        group = group.element(excerpt.snippet());
    }
    // A label that fits nowhere beside its line becomes a note.
    let squeezed = excerpts.iter().flat_map(|e| e.annotations.iter().map(move |a| (e, a)));
    let squeezed = squeezed.filter(|(_, a)| a.room == Room::None).filter_map(|(excerpt, a)| {
        let line = excerpt.first_line + excerpt.text[..a.span.start].matches('\n').count();
        Some((Level::NOTE, format!("{}:{line}: {}", excerpt.path, a.label.as_deref()?)))
    });
    for (level, text) in squeezed.chain(notes) {
        let lines: Vec<String> = text.lines().flat_map(|line| wrap(line, width.saturating_sub(16))).collect();
        group = group.element(level.message(lines.join("\n")));
    }
    let renderer = if page.options.color { Renderer::styled() } else { Renderer::plain() };
    let rendered = renderer.term_width(width).render(&[group]);
    page.gap()?;
    page.block(&rendered)
}

/// A window of masked lines of one file, with its annotations.
struct Excerpt {
    path: String,
    first_line: usize,
    text: String,
    annotations: Vec<Underlined>,
}

struct Underlined {
    kind: AnnotationKind,
    span: Range<usize>,
    label: Option<String>,
    room: Room,
}

/// Where a label fits into the width.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Beside,
    Below,
    None,
}

impl Excerpt {
    fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        let annotations = self.annotations.iter().flat_map(|mark| {
            let label = mark.label.as_deref();
            let whole = mark.kind.span(mark.span.clone());
            match mark.room {
                Room::Beside => vec![whole.label(label)],
                // A second, shorter annotation makes the renderer hang the label below.
                Room::Below => {
                    vec![mark.kind.span(mark.span.start..mark.span.start + 1).label(label), whole]
                }
                Room::None => vec![whole],
            }
        });
        Snippet::source(self.text.as_str())
            .line_start(self.first_line)
            .path(self.path.as_str())
            .annotations(annotations)
    }
}

/// One excerpt for each file, or for each place where the places of a file are far apart.
fn excerpts(page: &mut Page<'_>, marks: &[Mark]) -> Vec<Excerpt> {
    let mut groups: Vec<(SourceId, Range<usize>, Vec<&Mark>)> = Vec::new();
    let mut wide = Vec::new();
    for mark in marks {
        let line = page.sources.line_col(mark.place).line;
        // The renderer cuts all lines of an excerpt alike: a long one would cost the others their
        // beginnings.
        let long = page.sources.record(mark.place).is_some()
            || page.excerpts.line(mark.place.source, line).width() + GUTTER > page.options.width;
        let near = |(id, lines, _): &&mut (SourceId, Range<usize>, Vec<&Mark>)| {
            *id == mark.place.source && line + WINDOW >= lines.end && line <= lines.start + WINDOW
        };
        if long {
            wide.push((mark.place.source, line..line + 1, vec![mark]));
            continue;
        }
        match groups.iter_mut().find(near) {
            Some((_, lines, marks)) => {
                *lines = lines.start.min(line)..lines.end.max(line + 1);
                marks.push(mark);
            }
            None => groups.push((mark.place.source, line..line + 1, vec![mark])),
        }
    }
    groups.into_iter().chain(wide).map(|(id, lines, marks)| excerpt(page, id, lines, &marks)).collect()
}

fn excerpt(page: &mut Page<'_>, id: SourceId, lines: Range<usize>, marks: &[&Mark]) -> Excerpt {
    let path = page.source_path(&page.sources.get(id).name);
    if let Some(excerpt) = record(page, &path, marks) {
        return excerpt;
    }
    let mut text = String::new();
    let mut annotations = Vec::new();
    for line in lines.clone() {
        let start = text.len();
        text.extend(words::clean_line(page.excerpts.line(id, line)));
        for mark in marks.iter().filter(|m| page.sources.line_col(m.place).line == line) {
            let span = span(page, mark.place, &text[start..]);
            let room = room(page, &text[start..], &span, mark.label.as_deref(), lines.end);
            annotations.push(Underlined {
                kind: mark.kind,
                span: start + span.start..start + span.end,
                label: mark.label.clone(),
                room,
            });
        }
        text.push('\n');
    }
    Excerpt { path, first_line: lines.start, text, annotations }
}

/// A cell of a database has no lines worth showing: its record stands for one.
fn record(page: &Page<'_>, path: &str, marks: &[&Mark]) -> Option<Excerpt> {
    let mark = marks.first()?;
    let text = page.name(&page.sources.record(mark.place)?);
    let span = 0..text.len();
    let room = room(page, &text, &span, mark.label.as_deref(), 1);
    let annotations = vec![Underlined { kind: mark.kind, span, label: mark.label.clone(), room }];
    Some(Excerpt { path: path.to_owned(), first_line: 1, text: text + "\n", annotations })
}

fn room(page: &Page<'_>, line: &str, span: &Range<usize>, label: Option<&str>, last_line: usize) -> Room {
    let Some(label) = label else { return Room::Beside };
    let gutter = last_line.to_string().len() + 3;
    let needs = |at: usize| gutter + line[..at].width() + 1 + label.width();
    if needs(span.end) <= page.options.width {
        Room::Beside
    } else if needs(span.start) <= page.options.width && !span.is_empty() {
        Room::Below
    } else {
        Room::None
    }
}

/// The bytes of a place in its masked line, which has other bytes but the same columns; of a
/// place over several lines, those of the first.
fn span(page: &Page<'_>, place: Place, line: &str) -> Range<usize> {
    let source = page.sources.get(place.source);
    let (from, to) = (source.line_col(place.span.start), source.line_col(place.span.end));
    let byte = |column: usize| line.char_indices().nth(column - 1).map_or(line.len(), |(i, _)| i);
    let start = byte(from.column);
    let end = if to.line == from.line { byte(to.column) } else { line.len() };
    start..end.max(start)
}
