//! Lines of sources with their values hidden, columns kept.

use crate::source::{Language, Source};

/// A one-based line of a source with every character hidden that may belong to a secret; each is
/// replaced by one `*`, so columns stay what they are.
#[must_use]
pub fn masked_line(source: &Source, line: usize, _language: Language, reveal: bool) -> String {
    let text = &source.text()[source.line_span(line).range()];
    if reveal {
        return text.to_owned();
    }
    text.chars().map(|c| if matches!(c, ' ' | '\t') { c } else { '*' }).collect()
}
