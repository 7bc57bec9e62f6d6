//! `env_file` with `format: raw`, and `docker run --env-file`: Compose calls docker/cli
//! `pkg/kvfile` for the first, which is what the second is, so both are one parser. Nothing is
//! quoted, escaped or interpolated; a bare name passes the variable of the shell through.

use super::{DotenvEntry, DotenvProblem, DotenvValue, Entries};
use crate::text::source::Span;

/// Longest line, `bufio.MaxScanTokenSize`.
const LINE: usize = 64 << 10;

/// Reads a text.
#[must_use]
pub fn parse(text: &str) -> Entries {
    let mut out = Entries::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        if line.len() >= LINE {
            let span = Span::new(start, start + line.len());
            out.problems.push(DotenvProblem { span, message: "a line is longer than 64 KiB" });
            break;
        }
        match statement(line, start) {
            Some(Ok(entry)) => out.entries.push(entry),
            Some(Err(problem)) => out.problems.push(problem),
            None => {}
        }
    }
    out
}

fn statement(line: &str, start: usize) -> Option<Result<DotenvEntry, DotenvProblem>> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let marked = start == 0 && line.starts_with('\u{feff}');
    let text = line[if marked { '\u{feff}'.len_utf8() } else { 0 }..].trim_start();
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    let start = start + (line.len() - text.len());
    let end = start + text.len();
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, DotenvValue::Literal(value.into())),
        None => (text, DotenvValue::Inherited),
    };
    let name_span = Span::new(start, start + name.len());
    if name.is_empty() {
        return Some(Err(DotenvProblem {
            span: Span::new(start, end),
            message: "no variable name on the line",
        }));
    }
    if name.contains([' ', '\t']) {
        return Some(Err(DotenvProblem { span: name_span, message: "a variable name contains white space" }));
    }
    let value_start = if value == DotenvValue::Inherited { end } else { start + name.len() + 1 };
    let value_span = Span::new(value_start, end);
    Some(Ok(DotenvEntry { name: name.into(), name_span, value_span, value }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn never_panics_and_values_are_as_written(text in "(?s)[A= \t\r\n#'\"x\u{feff}é]{0,60}|.{0,60}") {
            for entry in parse(&text).entries {
                let written = &text[entry.value_span.range()];
                prop_assert_eq!(&text[entry.name_span.range()], &*entry.name);
                match entry.value {
                    DotenvValue::Literal(value) => prop_assert_eq!(written, &*value),
                    _ => prop_assert_eq!(written, ""),
                }
            }
        }
    }

    #[test]
    fn everything_after_the_sign_is_the_value() {
        let parsed = parse("  A=\"x $y\" # z \r\n#c\nB\n");
        let [a, b] = parsed.entries.as_slice() else { panic!("{parsed:?}") };
        assert_eq!(a.value, DotenvValue::Literal("\"x $y\" # z ".into()));
        assert_eq!((a.name_span, a.value_span), (Span::new(2, 3), Span::new(4, 15)));
        assert_eq!((&*b.name, &b.value), ("B", &DotenvValue::Inherited));
    }

    #[test]
    fn names_without_name_and_with_spaces_are_refused() {
        assert_eq!(parse("=1\nexport A=1\n").problems.len(), 2);
        assert_eq!(parse(&"x".repeat(LINE)).problems.len(), 1);
        assert!(parse(&"x".repeat(LINE - 1)).problems.is_empty());
    }
}
