//! How a finding can be mended, as others parse it.

use super::Wire;
use crate::vocabulary::finding::{Edit, Fix, FixChoice, FixKind, NEW_SECRET};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct WireFix {
    title: String,
    kind: FixKind,
    edits: Vec<WireEdit>,
    by_hand: Option<String>,
}

/// One of several fixes, of which somebody chooses.
#[derive(Serialize)]
pub(super) struct WireChoice {
    keeps: String,
    prefer: String,
    fix: WireFix,
}

#[derive(Serialize)]
struct WireEdit {
    path: String,
    start: WirePosition,
    end: WirePosition,
    /// None where it holds a value and nothing is revealed.
    replacement: Option<String>,
}

#[derive(Serialize)]
struct WirePosition {
    offset: u32,
    line: usize,
    column: usize,
}

impl Wire<'_> {
    pub(super) fn choice(&self, choice: &FixChoice) -> WireChoice {
        WireChoice {
            keeps: self.message(&choice.keeps),
            prefer: choice.word(self.sources),
            fix: self.fix(&choice.fix),
        }
    }

    pub(super) fn fix(&self, fix: &Fix) -> WireFix {
        WireFix {
            title: self.message(&fix.title),
            kind: fix.kind,
            edits: fix.edits.iter().map(|e| self.edit(e)).collect(),
            by_hand: fix.by_hand.as_deref().map(|words| self.message(words)),
        }
    }

    fn edit(&self, edit: &Edit) -> WireEdit {
        let source = self.sources.get(edit.place.source);
        let position = |offset| {
            let at = source.line_col(offset);
            WirePosition { offset, line: at.line, column: at.column }
        };
        let is_new = edit.replacement.expose().contains(NEW_SECRET);
        let shown = (edit.public || self.options.reveal) && !is_new;
        WireEdit {
            path: self.guard.path(&source.name.to_string()).into_owned(),
            start: position(edit.place.span.start),
            end: position(edit.place.span.end),
            replacement: shown.then(|| self.message(edit.replacement.expose())),
        }
    }
}
