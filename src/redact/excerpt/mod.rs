//! Lines of sources with their values hidden, columns kept.
//!
//! Every character starts hidden. A small scanner for each language marks what is structure, a
//! name, or the value of a public setting, and only that is shown. The scanners do not depend on
//! the parsers, and need no text that parses: at the first thing that puzzles one of them, the
//! whole text is scanned again in strict mode, which shows known names and punctuation only.

mod canvas;
mod commands;
mod dockerfile;
mod dotenv;
mod json5;
mod shell;
mod yaml;

#[cfg(test)]
mod properties;

use crate::text::source::{Language, SourceId, Sources};
use canvas::Canvas;
use std::collections::HashMap;

/// A text with every character hidden that may belong to a secret; each is replaced by one `*`, so
/// columns stay what they are.
#[must_use]
pub fn masked_text(text: &str, language: Language, reveal: bool) -> String {
    if reveal { text.to_owned() } else { masked(text, language) }
}

/// The masked lines of any number of sources, each scanned once.
#[derive(Debug)]
pub struct Excerpts<'a> {
    sources: &'a Sources,
    reveal: bool,
    masked: HashMap<SourceId, MaskedText>,
}

/// A text that is shown by lines.
#[derive(Debug)]
struct MaskedText {
    text: String,
    /// Where each line starts.
    starts: Vec<usize>,
}

impl MaskedText {
    fn new(text: String) -> Self {
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let starts = std::iter::once(first).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// A one-based line, without its end.
    fn line(&self, line: usize) -> &str {
        let rest = self.starts.get(line.saturating_sub(1)).and_then(|start| self.text.get(*start..));
        rest.and_then(|rest| rest.split('\n').next()).unwrap_or_default().trim_end_matches('\r')
    }
}

impl<'a> Excerpts<'a> {
    /// Nothing is scanned yet.
    #[must_use]
    pub fn new(sources: &'a Sources, reveal: bool) -> Self {
        Self { sources, reveal, masked: HashMap::new() }
    }

    /// A one-based line as [`masked_text`] shows it, without a byte-order mark, as in
    /// [`crate::text::source::Source::line_col`].
    pub fn line(&mut self, id: SourceId, line: usize) -> &str {
        let source = self.sources.get(id);
        let reveal = self.reveal;
        let masked = self
            .masked
            .entry(id)
            .or_insert_with(|| MaskedText::new(masked_text(source.text(), source.language, reveal)));
        masked.line(line)
    }
}

/// The text with the same lines and columns, and nothing of its secrets.
fn masked(text: &str, language: Language) -> String {
    scanned(text, language).painted()
}

/// The ranges of a text that may be shown, in order.
pub(super) fn shown(text: &str, language: Language) -> Vec<std::ops::Range<usize>> {
    scanned(text, language).shown()
}

fn scanned(text: &str, language: Language) -> Canvas<'_> {
    let scan = match language {
        Language::Yaml => yaml::scan,
        Language::Dotenv => dotenv::scan,
        Language::Json5 => json5::scan,
        Language::Dockerfile => dockerfile::scan,
        // Nothing of it needs to be shown.
        Language::Toml => |_: &mut Canvas<'_>| {},
        Language::Shell => shell::scan,
        Language::RunScript => commands::run,
        Language::Unit => commands::unit,
    };
    let expands = language == Language::Yaml;
    // Of a script known names are shown, and punctuation.
    let mut canvas = Canvas::new(text, language == Language::Shell, expands);
    scan(&mut canvas);
    if canvas.is_broken() {
        canvas = Canvas::new(text, true, expands);
        scan(&mut canvas);
    }
    canvas
}
