//! Masks any of the dotenv dialects. Where they differ, what one of them takes for a value is
//! hidden.

use super::canvas::Canvas;
use crate::redact::public;
use std::ops::Range;

pub(super) fn scan(canvas: &mut Canvas<'_>) {
    let text = canvas.text;
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() {
        at = statement(canvas, at) + 1;
    }
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |n| at + n)
}

fn skip_blanks(text: &str, at: usize, end: usize) -> usize {
    let blanks = text[at..end].bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
    at + blanks
}

/// Scans the statement that begins at `at`; answers the end of its last line.
fn statement(canvas: &mut Canvas<'_>, at: usize) -> usize {
    let text = canvas.text;
    let end = line_end(text, at);
    let mut at = skip_blanks(text, at, end);
    let line = text[at..end].trim_end();
    if line.is_empty() {
        return end;
    }
    if line.starts_with('#') {
        canvas.comment(at..end, 1);
        return end;
    }
    if line.starts_with("export ") {
        canvas.show(at..at + "export".len());
        at = skip_blanks(text, at + "export".len(), end);
    }
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    let name_end = at + text.as_bytes()[at..end].iter().take_while(|b| is_name(b)).count();
    let name = &text[at..name_end];
    let separator = skip_blanks(text, name_end, end);
    let assigns = separator < end && matches!(text.as_bytes()[separator], b'=' | b':');
    if !assigns || name.is_empty() {
        // A bare name passes a variable on; anything else is no dotenv.
        if text[name_end..end].trim().is_empty() && canvas.is_variable(name) {
            canvas.show(at..name_end);
        } else {
            canvas.puzzled();
        }
        return end;
    }
    let is_blank = text[separator + 1..end].trim().is_empty();
    if canvas.is_variable(name) || (is_blank && canvas.is_blank_variable(name)) {
        canvas.show(at..name_end);
        canvas.show(separator..separator + 1);
    }
    value(canvas, name, separator + 1, end)
}

fn value(canvas: &mut Canvas<'_>, name: &str, at: usize, end: usize) -> usize {
    let text = canvas.text;
    let shape = public::variable_shape(name);
    let start = skip_blanks(text, at, end);
    let quote =
        text.as_bytes().get(start).copied().filter(|b| start < end && matches!(b, b'"' | b'\'' | b'`'));
    let Some(quote) = quote else {
        let unquoted = until_comment(text, start..end);
        canvas.value(unquoted.clone(), shape);
        let rest = skip_blanks(text, unquoted.end, end);
        if text[rest..end].starts_with('#') {
            canvas.tail(rest..end, 1);
        }
        return end;
    };
    let Some(close) = closing(canvas, quote, start + 1) else {
        canvas.puzzled();
        return end;
    };
    canvas.show(start..start + 1);
    canvas.value(start + 1..close, shape);
    canvas.show(close..close + 1);
    let end = line_end(text, close);
    let rest = skip_blanks(text, close + 1, end);
    if text[rest..end].starts_with('#') {
        canvas.tail(rest..end, 1);
    } else if !text[rest..end].trim().is_empty() {
        canvas.puzzled();
    }
    if text[start..close].contains('\n') {
        // Dialects disagree on what the lines between the quotes are.
        canvas.puzzled();
    }
    end
}

/// The closing quote. Dialects disagree on whether a backslash guards one: the later is taken.
fn closing(canvas: &mut Canvas<'_>, quote: u8, from: usize) -> Option<usize> {
    let bytes = canvas.text.as_bytes();
    let plain = from + bytes[from..].iter().position(|b| *b == quote)?;
    if bytes[plain - 1] != b'\\' {
        return Some(plain);
    }
    canvas.puzzled();
    let unguarded = |i: &usize| bytes[*i] == quote && bytes[*i - 1] != b'\\';
    (plain + 1..bytes.len()).find(unguarded).or(Some(plain))
}

/// The value before a comment, without the blanks around it.
fn until_comment(text: &str, range: Range<usize>) -> Range<usize> {
    let value = &text[range.clone()];
    let comment = [" #", "\t#"].iter().filter_map(|mark| value.find(mark)).min().unwrap_or(value.len());
    range.start..range.start + value[..comment].trim_end().len()
}

#[cfg(test)]
mod tests {
    use crate::{redact::excerpt::masked, text::source::Language};

    fn mask(text: &str) -> String {
        masked(text, Language::Dotenv)
    }

    #[test]
    fn names_stay_and_values_go() {
        let text =
            "# a secret\nOPENCLAW_GATEWAY_TOKEN=abc # or def\nexport MY_NAME = 'it is'\nTZ=Europe/Berlin\n";
        let want =
            "# * ******\nOPENCLAW_GATEWAY_TOKEN=*** # ** ***\nexport MY_NAME = '** **'\nTZ=Europe/Berlin\n";
        assert_eq!(mask(text), want);
    }

    #[test]
    fn interpolations_keep_their_structure() {
        let text = "OPENAI_API_KEY=${OTHER_KEY:-abc}/$HOME\n";
        assert_eq!(mask(text), "OPENAI_API_KEY=${OTHER_KEY:-***}*$HOME\n");
    }

    #[test]
    fn lines_inside_quotes_are_values() {
        let text = "SOME_KEY=\"-----BEGIN\nMIIE_abc=def\nHOME=/x\"\nTOKEN=abc\n";
        assert_eq!(
            mask(text),
            "********=\"**********\n************\n*******\"\nTOKEN=***\n".replace("********=", "*********")
        );
    }

    #[test]
    fn what_is_no_dotenv_shows_known_names_only() {
        let text = "{{ secret }}\nHOME=/home/node\nMY_NAME=abc\n";
        assert_eq!(mask(text), "** ****** **\nHOME=**********\n***********\n");
    }

    #[test]
    fn a_commented_setting_keeps_its_name() {
        assert_eq!(mask("#OPENAI_API_KEY=abc\n# HOME is\n"), "#OPENAI_API_KEY=***\n# HOME is\n");
    }
}
