//! Text for people: nothing that a terminal obeys, no line that is too long, and counts in words.

use std::borrow::Cow;
use unicode_width::UnicodeWidthStr as _;

/// Text of an input without what a terminal obeys: control characters become visible ones, and
/// marks that turn the direction of writing are replaced.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(neutral).collect())
}

/// Text of JSON, or of double quotes in YAML, with an escape for each character that turns the direction
/// of writing.
pub(super) fn escape_directions(text: &str) -> Cow<'_, str> {
    if !text.contains(turns) {
        return Cow::Borrowed(text);
    }
    let escaped = |c: char| if turns(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    Cow::Owned(text.chars().map(escaped).collect())
}

/// What Unicode calls a bidirectional control.
fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// As [`clean`], character by character, for a line of an excerpt; tabs stay.
pub(super) fn clean_line(line: &str) -> impl Iterator<Item = char> {
    line.chars().map(|c| if c == '\t' { c } else { neutral(c) })
}

/// What stands for hidden characters, however many they are.
pub(super) const MASK: &str = "••••••••";

/// A masked line with masks of one length, and for each byte of it where that is now. Less than three
/// `*` in a row are a part of the line.
pub(super) fn even_masks(line: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(line.len());
    let mut at = Vec::with_capacity(line.len() + 1);
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches('*').len();
        let (length, shown) = if run >= 3 { (run, MASK) } else { (c.len_utf8(), &rest[..c.len_utf8()]) };
        at.extend(std::iter::repeat_n(out.len(), length));
        out.push_str(shown);
        rest = &rest[length..];
    }
    at.push(out.len());
    (out, at)
}

/// `1 error`, `2 errors`.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn is_hostile(c: char) -> bool {
    neutral(c) != c
}

fn neutral(c: char) -> char {
    match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => c,
    }
}

/// Breaks text at blanks so that no line is wider than `width`, where it can. What stands between
/// backticks is a command to copy, and stays in one piece.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in words(text) {
        let wide = word.width();
        if used > 0 && used + 1 + wide > width {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
        }
        used += wide;
    }
    lines
}

/// The pieces between blanks that are outside of backticks.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        if c == '`' {
            quoted = !quoted;
        }
        c == ' ' && !quoted
    })
    .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_as_a_command() {
        assert_eq!(clean("a\u{1b}[31mb\u{7}\u{9b}c\u{202e}\n"), "a␛[31mb␇\u{fffd}c\u{fffd}␊");
        assert!(matches!(clean("plain é 日本"), Cow::Borrowed(_)));
    }

    #[test]
    fn directions_are_escaped() {
        assert_eq!(escape_directions("a\u{202e}b"), "a\\u202eb");
        assert!(matches!(escape_directions("é"), Cow::Borrowed(_)));
    }

    #[test]
    fn masks_have_one_length() {
        let (line, at) = even_masks("a: \"*************\" é **/*.ts ***");
        assert_eq!(line, "a: \"••••••••\" é **/*.ts ••••••••");
        assert_eq!(&line[at[4]..at[17]], "••••••••");
        assert_eq!(at.last(), Some(&line.len()));
    }

    #[test]
    fn lines_break_outside_of_commands() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("run `docker compose up -d` now", 10), ["run", "`docker compose up -d`", "now"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("日本 日本", 6), ["日本", "日本"]);
    }
}
