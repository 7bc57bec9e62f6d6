//! `[ … ]` and `[[ … ]]` over what is known.

use super::{LaunchWord, flow::Status};
use crate::text::secret::Text;

/// What is at a path, as far as a condition asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PathKind {
    /// Nothing.
    Absent,
    /// A file, and whether it is empty.
    File(Option<bool>),
    /// A directory.
    Directory,
    /// It cannot be told.
    Unknown,
}

/// The result of `test` with these words.
pub(super) fn test(words: &[LaunchWord], look: &mut dyn FnMut(&str) -> PathKind) -> Status {
    let text = |at: usize| words.get(at).and_then(|word| word.text.as_ref()).map(Text::expose);
    match words.len() {
        0 => Status::Failure,
        1 => text(0).map_or(Status::Unknown, |word| of(!word.is_empty())),
        _ if text(0) == Some("!") => not(test(&words[1..], look)),
        2 => match (text(0), text(1)) {
            (Some(operator), operand) => unary(operator, operand, look),
            _ => Status::Unknown,
        },
        3 => match text(1) {
            Some("-a") => both(test(&words[..1], look), test(&words[2..], look)),
            Some("-o") => either(test(&words[..1], look), test(&words[2..], look)),
            Some(operator) => binary(text(0), operator, text(2)),
            None => Status::Unknown,
        },
        length => {
            let at = |operator: &str| (1..length - 1).find(|at| text(*at) == Some(operator));
            if let Some(at) = at("-o") {
                either(test(&words[..at], look), test(&words[at + 1..], look))
            } else if let Some(at) = at("-a") {
                both(test(&words[..at], look), test(&words[at + 1..], look))
            } else {
                Status::Unknown
            }
        }
    }
}

/// `[[ … ]]`, with `&&` and `||`.
pub(super) fn extended(words: &[LaunchWord], look: &mut dyn FnMut(&str) -> PathKind) -> Status {
    let is = |word: &LaunchWord, operator: &str| word.text.as_ref().is_some_and(|t| t.expose() == operator);
    if words.iter().any(|word| is(word, "(") || is(word, ")")) {
        return Status::Unknown;
    }
    words.split(|word| is(word, "||")).fold(Status::Failure, |any, part| {
        let part =
            part.split(|word| is(word, "&&")).fold(Status::Success, |all, one| both(all, test(one, look)));
        either(any, part)
    })
}

fn of(result: bool) -> Status {
    if result { Status::Success } else { Status::Failure }
}

/// The opposite.
pub(super) fn not(status: Status) -> Status {
    match status {
        Status::Success => Status::Failure,
        Status::Failure => Status::Success,
        Status::Likely | Status::Unknown => Status::Unknown,
    }
}

fn both(a: Status, b: Status) -> Status {
    match (a, b) {
        (Status::Failure, _) | (_, Status::Failure) => Status::Failure,
        (Status::Success, Status::Success) => Status::Success,
        _ => Status::Unknown,
    }
}

fn either(a: Status, b: Status) -> Status {
    not(both(not(a), not(b)))
}

fn unary(operator: &str, operand: Option<&str>, look: &mut dyn FnMut(&str) -> PathKind) -> Status {
    let Some(operand) = operand else { return Status::Unknown };
    match operator {
        "-z" => of(operand.is_empty()),
        "-n" => of(!operand.is_empty()),
        "-e" | "-f" | "-d" | "-r" | "-s" if operand.is_empty() => Status::Failure,
        "-e" | "-f" | "-d" | "-r" | "-s" => match (operator, look(operand)) {
            (_, PathKind::Unknown) => Status::Unknown,
            (_, PathKind::Absent) => Status::Failure,
            ("-f", kind) => of(matches!(kind, PathKind::File(_))),
            ("-d", kind) => of(kind == PathKind::Directory),
            ("-s", PathKind::File(empty)) => empty.map_or(Status::Unknown, |empty| of(!empty)),
            // Root may read everything, and others what is theirs.
            ("-r", PathKind::File(_)) => Status::Success,
            _ => Status::Success,
        },
        _ => Status::Unknown,
    }
}

fn binary(left: Option<&str>, operator: &str, right: Option<&str>) -> Status {
    let (Some(left), Some(right)) = (left, right) else { return Status::Unknown };
    let number = |text: &str| text.trim().parse::<i64>().ok();
    match operator {
        "=" | "==" if !right.contains(['*', '?', '[']) => of(left == right),
        "!=" if !right.contains(['*', '?', '[']) => of(left != right),
        "-eq" | "-ne" | "-gt" | "-ge" | "-lt" | "-le" => match (number(left), number(right)) {
            (Some(left), Some(right)) => of(match operator {
                "-eq" => left == right,
                "-ne" => left != right,
                "-gt" => left > right,
                "-ge" => left >= right,
                "-lt" => left < right,
                _ => left <= right,
            }),
            _ => Status::Unknown,
        },
        _ => Status::Unknown,
    }
}
