//! Unit files of systemd (systemd.syntax(7)): sections, assignments, and the words of a value.

use crate::text::source::Span;

/// One assignment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitEntry {
    /// The section, without its brackets.
    pub section: String,
    /// The key.
    pub key: String,
    /// Where the key is written.
    pub key_span: Span,
    /// The value, as long in bytes as what is written: a line that is continued, and a comment between such
    /// lines, became blanks.
    pub value: String,
    /// Where the value is written.
    pub span: Span,
}

/// A text, as far as it reads like a unit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UnitFile {
    /// The assignments, in order.
    pub entries: Vec<UnitEntry>,
    /// Lines that are neither a section nor an assignment, which systemd ignores.
    pub ignored: Vec<Span>,
}

/// Reads a text.
#[must_use]
pub fn parse(text: &str) -> UnitFile {
    let mut unit = UnitFile::default();
    let mut section = String::new();
    let mut lines = lines(text).peekable();
    while let Some((start, line)) = lines.next() {
        let body = line.trim();
        if body.is_empty() || body.starts_with(['#', ';']) {
            continue;
        }
        let first = start + (line.len() - line.trim_start().len());
        if let Some(name) = body.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            continue;
        }
        let Some(sign) = line.find('=') else {
            unit.ignored.push(Span::new(first, first + body.len()));
            continue;
        };
        let key = line[..sign].trim();
        let value_start = start + sign + 1;
        let mut value = line[sign + 1..].to_owned();
        while value.ends_with('\\') {
            value.pop();
            value.push(' ');
            let Some((next, line)) = lines.next() else { break };
            // What ended the line before.
            value.push_str(&" ".repeat(next - value_start - value.len()));
            let is_comment = line.trim_start().starts_with(['#', ';']);
            if is_comment {
                value.push_str(&" ".repeat(line.len()));
                // A comment does not end what is continued.
                value.pop();
                value.push('\\');
            } else {
                value.push_str(line);
            }
        }
        let blanks = value.len() - value.trim_start().len();
        let trimmed = value.trim().to_owned();
        let from = value_start + blanks;
        unit.entries.push(UnitEntry {
            section: section.clone(),
            key: key.to_owned(),
            key_span: Span::new(first, first + key.len()),
            span: Span::new(from, from + trimmed.len()),
            value: trimmed,
        });
    }
    unit
}

/// Lines without their ends, each with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let skipped = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut at = skipped;
    text[skipped..].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        (start, line.strip_suffix('\r').unwrap_or(line))
    })
}

/// The words of a value, quotes and escapes resolved (systemd.syntax(7), "Quoting"); `start` is where the
/// value begins in its text. None where a quote is not closed.
#[must_use]
pub fn words(value: &str, start: usize) -> Option<Vec<(String, Span)>> {
    let mut words = Vec::new();
    let mut chars = value.char_indices().peekable();
    loop {
        while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        let Some((from, _)) = chars.peek().copied() else { return Some(words) };
        let (mut word, mut quote, mut end) = (String::new(), None, from);
        while let Some((at, c)) = chars.next_if(|(_, c)| quote.is_some() || !c.is_whitespace()) {
            end = at + c.len_utf8();
            match (c, quote) {
                ('\\', q) if q != Some('\'') || matches!(chars.peek(), Some((_, '\''))) => {
                    let (at, escaped) = chars.next()?;
                    end = at + escaped.len_utf8();
                    word.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        's' => ' ',
                        other => other,
                    });
                }
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                _ => word.push(c),
            }
        }
        if quote.is_some() {
            return None;
        }
        words.push((word, Span::new(start + from, start + end)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sections_and_values() {
        let text = "# c\n[Container]\nImage = x \nExec=a \\\n  b \\\n# note\n  c\n;x\n[Install]\nWantedBy=default.target\noops\n";
        let unit = parse(text);
        let shown: Vec<(&str, &str, String)> = unit
            .entries
            .iter()
            .map(|e| (&*e.section, &*e.key, e.value.split_whitespace().collect::<Vec<_>>().join(" ")))
            .collect();
        assert_eq!(
            shown,
            [
                ("Container", "Image", "x".to_owned()),
                ("Container", "Exec", "a b c".to_owned()),
                ("Install", "WantedBy", "default.target".to_owned())
            ]
        );
        assert_eq!(&text[unit.ignored[0].range()], "oops");
        let exec = &unit.entries[1];
        for (word, span) in words(&exec.value, exec.span.start as usize).unwrap() {
            assert_eq!(&text[span.range()], word);
        }
    }

    #[test]
    fn quotes_and_escapes() {
        let value = r#"A=1 "B=two words" 'C=$x "y"' D=a\sb"#;
        let found: Vec<String> = words(value, 0).unwrap().into_iter().map(|(word, _)| word).collect();
        assert_eq!(found, ["A=1", "B=two words", "C=$x \"y\"", "D=a b"]);
        assert_eq!(words("\"open", 0), None);
    }

    proptest! {
        #[test]
        fn never_panics_and_places_are_in_the_text(text in "(?s)[A= \t\r\n#;'\"\\\\\\[\\]é]{0,60}") {
            for entry in parse(&text).entries {
                prop_assert_eq!(text.get(entry.span.range()).map(str::len), Some(entry.value.len()));
                for (_, span) in words(&entry.value, entry.span.start as usize).unwrap_or_default() {
                    prop_assert!(text.get(span.range()).is_some());
                }
            }
        }
    }
}
