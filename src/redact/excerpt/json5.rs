//! Masks JSON and JSON5.

use super::canvas::Canvas;
use crate::redact::public;
use std::ops::Range;

/// Deepest nesting that is followed.
const DEPTH: usize = 256;

struct Json5Frame<'a> {
    object: bool,
    /// The key whose value is read.
    key: Option<&'a str>,
}

pub(super) fn scan(canvas: &mut Canvas<'_>) {
    let text = canvas.text;
    let bytes = text.as_bytes();
    let mut frames: Vec<Json5Frame<'_>> = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'/' => at = comment(canvas, at),
            open @ (b'{' | b'[') => {
                canvas.show(at..at + 1);
                frames.push(Json5Frame { object: open == b'{', key: None });
                if frames.len() > DEPTH {
                    canvas.puzzled();
                    return;
                }
                at += 1;
            }
            close @ (b'}' | b']') => {
                canvas.show(at..at + 1);
                if frames.pop().is_none_or(|f| f.object != (close == b'}')) {
                    canvas.puzzled();
                }
                at += 1;
            }
            b',' => {
                canvas.show(at..at + 1);
                if let Some(frame) = frames.last_mut() {
                    frame.key = None;
                }
                at += 1;
            }
            b':' => {
                canvas.show(at..at + 1);
                at += 1;
            }
            _ => at = scalar(canvas, &mut frames, at),
        }
    }
    if !frames.is_empty() {
        canvas.puzzled();
    }
}

fn comment(canvas: &mut Canvas<'_>, at: usize) -> usize {
    let text = canvas.text;
    let rest = &text[at..];
    if rest.starts_with("//") {
        let end = rest.find('\n').map_or(text.len(), |n| at + n);
        canvas.comment(at..end, 2);
        return end;
    }
    if let Some(body) = rest.strip_prefix("/*") {
        let Some(length) = body.find("*/") else {
            canvas.puzzled();
            return text.len();
        };
        canvas.comment(at..at + 2 + length, 2);
        canvas.show(at + 2 + length..at + 4 + length);
        return at + 4 + length;
    }
    canvas.puzzled();
    at + 1
}

/// A string, a number or a word, as a key or as a value; answers what comes after it.
fn scalar<'a>(canvas: &mut Canvas<'a>, frames: &mut [Json5Frame<'a>], at: usize) -> usize {
    let text = canvas.text;
    let quote = Some(text.as_bytes()[at]).filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    let (inner, end) = quote.map_or_else(|| word(text, at), |q| string(canvas, q, at));
    let content = &text[inner.clone()];
    let expects_key = frames.last().is_some_and(|f| f.object && f.key.is_none());
    if expects_key {
        if quote.is_some() {
            canvas.show(at..at + 1);
            canvas.show(end - 1..end);
        }
        if !text[end..].trim_start().starts_with(':') {
            // Comments between a key and its colon are rare enough to be treated as broken.
            canvas.puzzled();
            return end;
        }
        if canvas.is_key(content) {
            canvas.show(inner);
        }
        if let Some(frame) = frames.last_mut() {
            frame.key = Some(content);
        }
        return end;
    }
    let path: Vec<&str> = frames.iter().filter_map(|f| f.key).collect();
    let shape = public::config_shape_of(&path);
    if quote.is_some() {
        canvas.show(at..at + 1);
        canvas.show(end - 1..end);
        canvas.value(inner, shape);
    } else if matches!(content, "true" | "false" | "null") {
        canvas.show(inner);
    } else {
        let number = content.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'));
        if number && shape.is_some() {
            canvas.value(inner, shape);
        } else if !number
            && !content.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+'))
        {
            canvas.puzzled();
        }
    }
    end
}

/// The inside of a string and its end; a line break that no backslash guards ends it.
fn string(canvas: &mut Canvas<'_>, quote: u8, at: usize) -> (Range<usize>, usize) {
    let bytes = canvas.text.as_bytes();
    let mut i = at + 1;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 1,
            b'\n' => break,
            b if b == quote => return (at + 1..i, i + 1),
            _ => {}
        }
        i += 1;
    }
    canvas.puzzled();
    // Behind a backslash may stand the first byte of a longer character, or nothing.
    let mut end = i.min(bytes.len());
    while !canvas.text.is_char_boundary(end) {
        end += 1;
    }
    (at + 1..end.max(at + 1), end.max(at + 1))
}

fn word(text: &str, at: usize) -> (Range<usize>, usize) {
    let ends = |c: char| {
        c.is_whitespace() || matches!(c, ',' | ':' | '{' | '}' | '[' | ']' | '"' | '\'' | '`' | '/')
    };
    let length =
        text[at..].char_indices().find(|(i, c)| *i > 0 && ends(*c)).map_or(text.len() - at, |(i, _)| i);
    (at..at + length, at + length)
}

#[cfg(test)]
mod tests {
    use crate::{redact::excerpt::masked, text::source::Language};

    fn mask(text: &str) -> String {
        masked(text, Language::Json5)
    }

    #[test]
    fn keys_stay_and_values_go() {
        let text = r#"{ gateway: { port: 18789, "bind": 'lan', auth: { mode: "token", token: "abc", }, }, /* x y */ a: 5 } // z"#;
        let want = r#"{ gateway: { port: 18789, "bind": 'lan', auth: { mode: "token", token: "***", }, }, /* * * */ a: * } // *"#;
        assert_eq!(mask(text), want);
    }

    #[test]
    fn references_stay() {
        let text = r#"{"gateway":{"auth":{"token":"${OPENCLAW_GATEWAY_TOKEN}"}},"env":{"vars":{"TZ":"UTC","A_KEY":"abc"}}}"#;
        assert_eq!(mask(text), text.replace("abc", "***"));
        let text = r#"{"gateway":{"auth":{"token":{"source":"env","id":"MY_TOKEN_NAME"}}}}"#;
        assert_eq!(mask(text), text);
    }

    #[test]
    fn what_does_not_parse_shows_known_names_only() {
        let text = "{ gateway: { auth: { token: \"abc\n  mine: 'def', password: ghi\n";
        let want = "{ gateway: { auth: { token: \"***\n  ****: '***', password: ***\n";
        assert_eq!(mask(text).lines().nth(1), want.lines().nth(1));
        assert!(!mask(text).contains("abc"));
    }
}
