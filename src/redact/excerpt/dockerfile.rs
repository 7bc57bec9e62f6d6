//! Masks Dockerfiles. Instructions, flags and the words of known programs are shown, of values what a
//! compose file's field of the same meaning would show.

use super::canvas::Canvas;
use crate::redact::{
    public,
    shape::{BINDS, ValueShape},
};
use std::ops::Range;

/// What the words after an instruction are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    From,
    Pairs,
    Shaped(ValueShape),
    Command,
}

const INSTRUCTIONS: [(&str, Words); 16] = [
    ("FROM", Words::From),
    ("ARG", Words::Pairs),
    ("ENV", Words::Pairs),
    ("LABEL", Words::Pairs),
    ("USER", Words::Shaped(ValueShape::Name)),
    ("WORKDIR", Words::Shaped(ValueShape::Path)),
    ("VOLUME", Words::Shaped(ValueShape::Path)),
    ("EXPOSE", Words::Shaped(ValueShape::PortMapping)),
    ("COPY", Words::Shaped(ValueShape::Mount)),
    ("ADD", Words::Shaped(ValueShape::Mount)),
    ("RUN", Words::Command),
    ("CMD", Words::Command),
    ("ENTRYPOINT", Words::Command),
    ("HEALTHCHECK", Words::Command),
    ("SHELL", Words::Command),
    ("ONBUILD", Words::Command),
];

/// Words of commands that build an image, which say nothing of anybody.
const COMMON: [&str; 34] = [
    "&&", "||", "|", ";", "CMD", "NONE", "add", "adduser", "apk", "apt-get", "bash", "bun", "chmod", "chown",
    "ci", "clean", "corepack", "curl", "echo", "enable", "exec", "export", "git", "global", "install",
    "mkdir", "npm", "pnpm", "rm", "sh", "update", "useradd", "yarn", "sudo",
];

pub(super) fn scan(canvas: &mut Canvas<'_>) {
    let text = canvas.text;
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut going_on: Option<Words> = None;
    let mut documents: Vec<&str> = Vec::new();
    while at < text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
        let start = at + blanks(&text[at..end]);
        let line = text[start..end].trim_end();
        at = end + 1;
        if let Some(delimiter) = documents.first() {
            // What a here-document holds is of any language.
            if line == *delimiter {
                canvas.show(start..start + line.len());
                documents.remove(0);
            } else {
                command(canvas, start..start + line.len());
            }
            continue;
        }
        if line.starts_with('#') {
            canvas.comment(start..start + line.len(), 1);
            continue;
        }
        if line.is_empty() {
            continue;
        }
        let is_first = going_on.is_none();
        let (words, first) = match going_on {
            Some(words) => (words, start),
            None => {
                let word = line.split_whitespace().next().unwrap_or_default();
                let known = INSTRUCTIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
                let Some((_, words)) = known else {
                    canvas.puzzled();
                    continue;
                };
                canvas.show(start..start + word.len());
                documents.extend(delimiters(line));
                (*words, start + word.len())
            }
        };
        let body = line.strip_suffix(['\\', '`']).unwrap_or(line);
        going_on = (body.len() < line.len()).then_some(words);
        canvas.show(start + body.len()..start + line.len());
        let rest = first..(start + body.len()).max(first);
        match words {
            Words::From => from(canvas, rest),
            Words::Pairs => pairs(canvas, rest, is_first),
            Words::Shaped(shape) => shaped(canvas, rest, shape),
            Words::Command => command(canvas, rest),
        }
    }
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t', '\r']).len()
}

/// The delimiters of the here-documents that a line begins.
fn delimiters(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("<<").map(|(at, _)| {
        let name = line[at + 2..].trim_start_matches('-').trim_start_matches(['"', '\'']);
        let end = name.find(|c: char| c.is_whitespace() || c == '"' || c == '\'').unwrap_or(name.len());
        &name[..end]
    })
}

/// The words of a part of a line.
fn words(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = range.start;
    for word in text[range].split([' ', '\t', '\r']) {
        if !word.is_empty() {
            found.push(at..at + word.len());
        }
        at += word.len() + 1;
    }
    found
}

/// `FROM --platform=x image AS name`; anything else stays hidden.
fn from(canvas: &mut Canvas<'_>, range: Range<usize>) {
    let text = canvas.text;
    let mut words = words(text, range);
    words.retain(|word| !flag(canvas, word));
    match words.as_slice() {
        [image] => canvas.value(image.clone(), Some(ValueShape::Image)),
        [image, by, name] if text[by.clone()].eq_ignore_ascii_case("as") => {
            canvas.value(image.clone(), Some(ValueShape::Image));
            canvas.show(by.clone());
            canvas.value(name.clone(), Some(ValueShape::Name));
        }
        _ => {}
    }
}

/// `--chown=node`: the name of a flag is shown.
fn flag(canvas: &mut Canvas<'_>, word: &Range<usize>) -> bool {
    let text = &canvas.text[word.clone()];
    const FLAGS: [&str; 10] = [
        "--platform",
        "--from",
        "--chown",
        "--chmod",
        "--link",
        "--mount",
        "--interval",
        "--timeout",
        "--start-period",
        "--retries",
    ];
    let name = text.split('=').next().unwrap_or_default();
    let is_known = FLAGS.contains(&name);
    if is_known {
        canvas.show(word.start..word.start + name.len());
        if text.len() > name.len() {
            canvas.show(word.start + name.len()..word.start + name.len() + 1);
            canvas.value(word.start + name.len() + 1..word.end, Some(ValueShape::Version));
        }
    }
    is_known
}

fn shaped(canvas: &mut Canvas<'_>, range: Range<usize>, shape: ValueShape) {
    let words = words(canvas.text, range);
    // `USER` has one word.
    if shape == ValueShape::Name && words.len() > 1 {
        return;
    }
    for word in words {
        if flag(canvas, &word) {
            continue;
        }
        let word = unquoted(canvas, word);
        // A word without a slash or a known end may be anything.
        let text = &canvas.text[word.clone()];
        const ENDS: [&str; 9] = [".conf", ".env", ".js", ".json", ".lock", ".mjs", ".sh", ".yaml", ".yml"];
        let is_path = text.starts_with(['/', '.']) || ENDS.iter().any(|end| text.ends_with(end));
        if shape != ValueShape::Mount || is_path {
            canvas.value(word, Some(shape));
        }
    }
}

/// Shows brackets, commas and quotes around a word of the JSON form.
fn unquoted(canvas: &mut Canvas<'_>, word: Range<usize>) -> Range<usize> {
    let text = &canvas.text[word.clone()];
    let marks = ['[', ']', ',', '"'];
    let start = word.start + (text.len() - text.trim_start_matches(marks).len());
    let end = (word.start + text.trim_end_matches(marks).len()).max(start);
    canvas.show(word.start..start);
    canvas.show(end..word.end);
    start..end
}

fn command(canvas: &mut Canvas<'_>, range: Range<usize>) {
    let text = canvas.text;
    if text[range.clone()].trim_start().starts_with('[') {
        json_command(canvas, range);
        return;
    }
    // Between common words stand command lines that are judged as wholes.
    let mut line: Option<Range<usize>> = None;
    let mut is_behind_flag = false;
    for word in words(text, range) {
        let shown = &text[word.clone()];
        if (COMMON.contains(&shown) || is_package(shown)) && !is_behind_flag {
            canvas.value_ranges(word.start, std::slice::from_ref(&(0..shown.len())));
            if let Some(line) = line.take() {
                canvas.value(line, Some(ValueShape::Command));
            }
        } else {
            let start = line.as_ref().map_or(word.start, |line| line.start);
            line = Some(start..word.end);
        }
        is_behind_flag = shown.starts_with('-') && shown.len() > 2;
    }
    if let Some(line) = line {
        canvas.value(line, Some(ValueShape::Command));
    }
}

fn json_command(canvas: &mut Canvas<'_>, range: Range<usize>) {
    let text = canvas.text;
    let mut before = "";
    for word in words(text, range) {
        let word = unquoted(canvas, word);
        let shown = &text[word.clone()];
        let shape = match before {
            "--bind" => Some(ValueShape::OneOf(BINDS)),
            "--port" => Some(ValueShape::Port),
            _ if before.starts_with('-') && before.len() > 2 && !shown.starts_with("--") => None,
            _ => Some(ValueShape::Command),
        };
        canvas.value(word, shape);
        before = shown;
    }
}

/// `openclaw@2026.9.6`.
fn is_package(word: &str) -> bool {
    let (name, version) = word.split_once('@').unwrap_or((word, "latest"));
    let plain =
        version.len() <= 20 && version.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    matches!(name, "openclaw" | "clawdbot" | "moltbot") && (plain || version == "latest")
}

fn pairs(canvas: &mut Canvas<'_>, range: Range<usize>, is_first: bool) {
    let text = canvas.text;
    let rest = &text[range.clone()];
    let mut at = range.start + blanks(rest);
    // The old form: a name, a blank, and the rest is the value.
    let old =
        is_first && text[at..range.end].split_whitespace().next().is_some_and(|word| !word.contains('='));
    let is_alone = is_first && at == range.start + blanks(rest) && !rest.trim().contains([' ', '\t']);
    while at < range.end {
        let name_end = text[at..range.end].find(['=', ' ', '\t']).map_or(range.end, |n| at + n);
        let name = &text[at..name_end];
        let assigns = text[name_end..range.end].starts_with('=');
        if (assigns || old || is_alone) && canvas.is_variable(name) {
            canvas.show(at..name_end);
        }
        if name_end >= range.end {
            return;
        }
        let shape = public::variable_shape(name);
        if old {
            canvas.value(trimmed(text, name_end + 1..range.end), shape);
            return;
        }
        if !assigns {
            at = name_end + blanks(&text[name_end..range.end]);
            continue;
        }
        canvas.show(name_end..name_end + 1);
        let start = name_end + 1;
        let quote =
            text.as_bytes().get(start).copied().filter(|b| start < range.end && matches!(b, b'"' | b'\''));
        let end = match quote {
            Some(quote) => {
                let close = text[start + 1..range.end].bytes().position(|b| b == quote);
                let Some(close) = close.map(|n| start + 1 + n) else {
                    canvas.puzzled();
                    return;
                };
                let ends = text[close + 1..range.end].starts_with([' ', '\t']) || close + 1 == range.end;
                if !ends || text.as_bytes()[close - 1] == b'\\' {
                    canvas.puzzled();
                    return;
                }
                canvas.show(start..start + 1);
                canvas.value(start + 1..close, shape);
                canvas.show(close..close + 1);
                close + 1
            }
            None => {
                let end = text[start..range.end].find([' ', '\t']).map_or(range.end, |n| start + n);
                if text[start..end].contains(['"', '\'', '\\']) {
                    canvas.puzzled();
                    return;
                }
                canvas.value(start..end, shape);
                end
            }
        };
        at = end + blanks(&text[end..range.end]);
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let start = range.start + blanks(&text[range.clone()]);
    start..start + text[start..range.end].trim_end().len()
}

#[cfg(test)]
mod tests {
    use crate::{redact::excerpt::masked, text::source::Language};

    fn mask(text: &str) -> String {
        masked(text, Language::Dockerfile)
    }

    #[test]
    fn instructions_stay_and_values_go() {
        let text = "FROM ghcr.io/openclaw/openclaw:2026.9.6 AS base\nUSER root\nENV OPENCLAW_GATEWAY_TOKEN=abcdef TZ=Europe/Berlin\nENV OPENAI_API_KEY abc def\nRUN npm install -g openclaw@2026.9.6 && \\\n  curl -H hunter2x\nCMD [\"openclaw\", \"gateway\", \"--token\", \"s3cr3tabc\"]\n";
        let want = "FROM ghcr.io/openclaw/openclaw:2026.9.6 AS base\nUSER root\nENV OPENCLAW_GATEWAY_TOKEN=****** TZ=Europe/Berlin\nENV OPENAI_API_KEY *** ***\nRUN npm install -g openclaw@2026.9.6 && \\\n  curl -H ********\nCMD [\"openclaw\", \"gateway\", \"--token\", \"*********\"]\n";
        assert_eq!(mask(text), want);
    }

    #[test]
    fn what_a_flag_of_the_json_form_is_given_stays_hidden() {
        assert_eq!(
            mask("FROM node\nCMD [\"x\", \"--token\", \"gateway\"]\n"),
            "FROM node\nCMD [\"*\", \"--token\", \"*******\"]\n"
        );
    }

    #[test]
    fn here_documents_are_commands_at_most() {
        let text =
            "FROM node\nCOPY <<'SH' /entry.sh\nexport TOKEN=abcdefgh\nexec openclaw gateway\nSH\nUSER node\n";
        let want =
            "FROM node\nCOPY *****  /entry.sh\nexport **************\nexec openclaw gateway\nSH\nUSER node\n";
        assert_eq!(mask(text), want.replace("*****  ", "****** "));
    }
}
