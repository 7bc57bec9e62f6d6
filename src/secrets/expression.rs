//! `${NAME}`, `${NAME:-word}`, `$NAME` and `$$` inside a value: which parts are structure, and so no
//! part of a secret.

use super::words;
use std::ops::Range;

/// A part of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ExpressionPart {
    /// Characters that are written there.
    Literal(Range<usize>),
    /// The structure of an interpolation: `${NAME`, `:-`, `}`.
    Structure(Range<usize>),
    /// What stands in the place of an error message, and is none: `${NAME:?word}`.
    Message(Range<usize>),
}

/// Cuts a value into its parts. A name that does not read like a variable is no interpolation:
/// `pa$sword` keeps none of its characters.
#[must_use]
pub(crate) fn parts(value: &str) -> Vec<ExpressionPart> {
    cut(value, Bare::Conventional)
}

/// The ranges that are structure.
#[must_use]
pub(crate) fn skeleton(value: &str) -> Vec<Range<usize>> {
    structure(parts(value))
}

/// As [`skeleton`], for a text whose readers may put nothing in the place of `$NAME`: an `env_file` of the
/// format raw, single quotes, a config.
#[must_use]
pub(crate) fn skeleton_of_raw(value: &str) -> Vec<Range<usize>> {
    structure(cut(value, Bare::OfShell))
}

fn structure(parts: Vec<ExpressionPart>) -> Vec<Range<usize>> {
    let structure = |part| if let ExpressionPart::Structure(range) = part { Some(range) } else { None };
    join(parts.into_iter().filter_map(structure))
}

/// Which names are believed without braces: passwords have dollars.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bare {
    /// Those that every shell has.
    OfShell,
    /// And those that are made as only names of variables are.
    Conventional,
}

fn cut(value: &str, bare: Bare) -> Vec<ExpressionPart> {
    let mut out = Vec::new();
    split(value, (0, value.len()), bare, 0, &mut out);
    out
}

/// The placeholder for the hidden part of a value that is shown in part.
const HIDDEN: &str = "***";

/// An interpolation such as `${NAME:-word}` with its literal words replaced by `***`.
#[must_use]
pub(crate) fn masked(expression: &str) -> String {
    merge_hidden(expression, &skeleton(expression))
}

/// The ranges of `keep`, in order, with `***` for each gap.
#[must_use]
pub(crate) fn merge_hidden(raw: &str, keep: &[std::ops::Range<usize>]) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for range in keep {
        if range.start > at {
            out.push_str(HIDDEN);
        }
        out.push_str(&raw[range.clone()]);
        at = range.end;
    }
    if at < raw.len() {
        out.push_str(HIDDEN);
    }
    out
}

/// Joins ranges that touch.
pub(crate) fn join(ranges: impl IntoIterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in ranges.into_iter().filter(|r| !r.is_empty()) {
        match out.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => out.push(range),
        }
    }
    out
}

/// Deepest nesting of `${A:-${B:-…}}` that is looked into; the rest counts as literal.
const DEPTH: usize = 8;

fn split(s: &str, (from, to): (usize, usize), bare: Bare, depth: usize, out: &mut Vec<ExpressionPart>) {
    let bytes = s.as_bytes();
    let (mut at, mut literal) = (from, from);
    let flush = |start: usize, end: usize, out: &mut Vec<ExpressionPart>| {
        if start < end {
            out.push(ExpressionPart::Literal(start..end));
        }
    };
    while at < to {
        if bytes[at] != b'$' {
            at += 1;
            continue;
        }
        if at + 1 < to && bytes[at + 1] == b'$' {
            at += 2;
            continue;
        }
        if let Some(found) = (depth < DEPTH).then(|| braced(s, at, to)).flatten() {
            flush(literal, at, out);
            out.push(ExpressionPart::Structure(at..found.word.start));
            match found.kind {
                ExpressionWord::Message if super::is_message(found.name, &s[found.word.clone()]) => {
                    out.push(ExpressionPart::Structure(found.word.clone()));
                }
                ExpressionWord::Message => out.push(ExpressionPart::Message(found.word.clone())),
                ExpressionWord::Value => split(s, (found.word.start, found.word.end), bare, depth + 1, out),
            }
            out.push(ExpressionPart::Structure(found.word.end..found.end));
            at = found.end;
            literal = at;
            continue;
        }
        let name_end = name_end(bytes, at + 1, to);
        let name = &s[at + 1..name_end];
        let after_word = at > 0 && bytes[at - 1].is_ascii_alphanumeric();
        let is_name = SHELL.contains(&name)
            || (bare == Bare::Conventional && name.len() >= 8 && words::conventional_variable(name));
        if !after_word && is_name {
            flush(literal, at, out);
            out.push(ExpressionPart::Structure(at..name_end));
            literal = name_end;
        }
        at = name_end.max(at + 1);
    }
    flush(literal, to, out);
}

/// Variables that every shell has.
const SHELL: [&str; 14] = [
    "HOME", "HOSTNAME", "LANG", "LOGNAME", "PATH", "PORT", "PWD", "SHELL", "TERM", "TMPDIR", "TZ", "UID",
    "GID", "USER",
];

enum ExpressionWord {
    Value,
    Message,
}

struct Braced<'a> {
    name: &'a str,
    word: Range<usize>,
    end: usize,
    kind: ExpressionWord,
}

fn name_end(bytes: &[u8], from: usize, to: usize) -> usize {
    let len = bytes[from..to].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    from + len
}

/// `${NAME}` or `${NAME op word}` at `at`.
fn braced(s: &str, at: usize, to: usize) -> Option<Braced<'_>> {
    let bytes = s.as_bytes();
    if at + 1 >= to || bytes[at + 1] != b'{' {
        return None;
    }
    let name_end = name_end(bytes, at + 2, to);
    let name = &s[at + 2..name_end];
    if !words::braced_variable(name) {
        return None;
    }
    let rest = &s[name_end..to];
    let operators = [
        (":-", ExpressionWord::Value),
        (":+", ExpressionWord::Value),
        (":?", ExpressionWord::Message),
        ("-", ExpressionWord::Value),
    ];
    let more = [("+", ExpressionWord::Value), ("?", ExpressionWord::Message), ("", ExpressionWord::Value)];
    let (operator, kind) = operators.into_iter().chain(more).find(|(op, _)| rest.starts_with(op))?;
    let start = name_end + operator.len();
    // Without an operator nothing may stand between the name and the brace.
    let furthest = if operator.is_empty() { start + 1 } else { start + LONGEST_WORD };
    let end = closing(bytes, start, to.min(furthest))?;
    (!operator.is_empty() || end == start).then_some(Braced { name, word: start..end, end: end + 1, kind })
}

/// A longer word is taken for no expression, and masked as a whole: the search for its end must not
/// make a long value of many beginnings slow.
const LONGEST_WORD: usize = 4096;

fn closing(bytes: &[u8], from: usize, to: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = from;
    while at < to {
        match bytes[at] {
            b'{' if at > from && bytes[at - 1] == b'$' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    fn shown(value: &str) -> String {
        super::masked(value)
    }

    #[test]
    fn words_are_hidden_and_structure_is_not() {
        assert_eq!(shown("${OPENCLAW_GATEWAY_TOKEN:-}"), "${OPENCLAW_GATEWAY_TOKEN:-}");
        assert_eq!(shown("${OPENAI_API_KEY:-hunter2}"), "${OPENAI_API_KEY:-***}");
        assert_eq!(shown("${API_KEY:-${OTHER_KEY-hunter2}}x"), "${API_KEY:-${OTHER_KEY-***}}***");
        assert_eq!(shown("${API_KEY:?hunter moonlight}"), "${API_KEY:?***}");
        assert_eq!(shown("${API_KEY:?set it in .env}"), "${API_KEY:?set it in .env}");
        assert_eq!(shown("a/$OPENAI_API_KEY b"), "***$OPENAI_API_KEY***");
        assert_eq!(shown("/srv/${REGISTRY}/${region}"), "***${REGISTRY}***${region}");
    }

    #[test]
    fn a_dollar_in_a_password_is_literal() {
        for password in [
            "pa$word",
            "pa$WORDWORD",
            "a${b",
            "a${}",
            "a$$HOME",
            "a$ROSE_GARDEN",
            "${x y}",
            "${tuvwTUVWlm}",
            "${FOO",
            "$",
        ] {
            assert_eq!(shown(password), "***", "{password}");
        }
    }
}
