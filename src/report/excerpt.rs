//! Windows of masked lines, with what is said at places in them.

use super::{phrases::Phrases, words};
use crate::{
    redact::Excerpts,
    text::source::{Place, SourceId},
    vocabulary::finding::{Finding, Refusal},
};
use std::ops::Range;
use unicode_width::UnicodeWidthStr as _;

/// Farthest apart that two places of a file may be to share one excerpt.
const WINDOW: usize = 40;

/// A place, and what is said of it.
pub(super) struct ExcerptMark {
    pub(super) place: Place,
    /// It is what the finding is about.
    pub(super) primary: bool,
    pub(super) label: Option<String>,
}

/// Lines of one file that follow each other.
pub(super) struct Excerpt {
    pub(super) path: String,
    pub(super) first_line: usize,
    pub(super) lines: Vec<ExcerptLine>,
}

/// A masked line.
pub(super) struct ExcerptLine {
    pub(super) text: String,
    pub(super) marks: Vec<Underlined>,
}

/// A part of a line of which something is said.
pub(super) struct Underlined {
    pub(super) primary: bool,
    /// Bytes of the masked line.
    pub(super) span: Range<usize>,
    pub(super) label: Option<String>,
}

/// The places of a finding, in the order they should be read.
pub(super) fn marks_of(say: &Phrases<'_>, finding: &Finding) -> Vec<ExcerptMark> {
    let label = finding.label.as_deref().map(|l| say.sentence(l));
    let primary = finding.place.map(|place| ExcerptMark { place, primary: true, label });
    let related = finding.related.iter().map(|related| ExcerptMark {
        place: related.place,
        primary: false,
        label: Some(say.sentence(&related.message)),
    });
    primary.into_iter().chain(related).collect()
}

/// The place of a refusal.
pub(super) fn mark_of(refusal: &Refusal) -> Vec<ExcerptMark> {
    let mark = |place| ExcerptMark { place, primary: true, label: None };
    refusal.place.map(mark).into_iter().collect()
}

/// One excerpt for each file, or for each place where the places of a file are far apart or the line
/// is wider than `widest` columns.
pub(super) fn excerpts(
    say: &Phrases<'_>,
    masked: &mut Excerpts<'_>,
    marks: &[ExcerptMark],
    widest: usize,
) -> Vec<Excerpt> {
    let mut groups: Vec<(SourceId, Range<usize>, Vec<&ExcerptMark>)> = Vec::new();
    let mut wide = Vec::new();
    for mark in marks {
        let line = say.sources.line_col(mark.place).line;
        let near = |(id, lines, _): &&mut (SourceId, Range<usize>, Vec<&ExcerptMark>)| {
            *id == mark.place.source && line + WINDOW >= lines.end && line <= lines.start + WINDOW
        };
        let alone =
            say.sources.record(mark.place).is_some() || masked.line(mark.place.source, line).width() > widest;
        if alone {
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
    let all = groups.into_iter().chain(wide);
    all.map(|(id, lines, marks)| excerpt(say, masked, id, lines, &marks)).collect()
}

fn excerpt(
    say: &Phrases<'_>,
    masked: &mut Excerpts<'_>,
    id: SourceId,
    lines: Range<usize>,
    marks: &[&ExcerptMark],
) -> Excerpt {
    let path = say.source_path(&say.sources.get(id).name);
    if let Some(line) = record(say, marks) {
        return Excerpt { path, first_line: 1, lines: vec![line] };
    }
    let first_line = lines.start;
    let line = |number| {
        let text: String = words::clean_line(masked.line(id, number)).collect();
        let here = marks.iter().filter(|m| say.sources.line_col(m.place).line == number);
        let (shown, at) = if say.options.reveal {
            (text.clone(), (0..=text.len()).collect())
        } else {
            words::even_masks(&text)
        };
        // The end of a place may be inside of a mask.
        let end = |byte: usize| at.iter().find(|to| **to > at[byte]).copied().unwrap_or(shown.len());
        let underlined = |mark: &&ExcerptMark| {
            let span = span(say, mark.place, &text);
            let last = span.end.checked_sub(1).filter(|last| *last >= span.start);
            let to = last.map_or(at[span.start], end);
            Underlined { primary: mark.primary, span: at[span.start]..to, label: mark.label.clone() }
        };
        let marks = here.map(underlined).collect();
        ExcerptLine { text: shown, marks }
    };
    let lines = lines.map(line).collect();
    Excerpt { path, first_line, lines }
}

/// A cell of a database has no lines worth showing: its record stands for one.
fn record(say: &Phrases<'_>, marks: &[&ExcerptMark]) -> Option<ExcerptLine> {
    let mark = marks.first()?;
    let text = say.name(&say.sources.record(mark.place)?);
    let underlined = Underlined { primary: mark.primary, span: 0..text.len(), label: mark.label.clone() };
    Some(ExcerptLine { text, marks: vec![underlined] })
}

/// The bytes of a place in its masked line, which has other bytes but the same columns; of a
/// place over several lines, those of the first.
fn span(say: &Phrases<'_>, place: Place, line: &str) -> Range<usize> {
    let source = say.sources.get(place.source);
    let (from, to) = (source.line_col(place.span.start), source.line_col(place.span.end));
    let byte = |column: usize| line.char_indices().nth(column - 1).map_or(line.len(), |(i, _)| i);
    let start = byte(from.column);
    let end = if to.line == from.line { byte(to.column) } else { line.len() };
    start..end.max(start)
}
