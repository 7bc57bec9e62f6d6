//! Masks what describes a container and is no compose file: units of Quadlet, and `docker run` in scripts
//! and documents. Options and keys are shown, and what the field of a compose file would show of a value.

use super::canvas::Canvas;
use crate::redact::{public, shape::keep_command};
use std::ops::Range;

/// Keys of a unit, and the field of a compose file that each is.
const KEYS: [(&str, &str); 36] = [
    ("After", ""),
    ("AddCapability", "cap_add"),
    ("AddHost", "extra_hosts"),
    ("AutoUpdate", ""),
    ("ContainerName", "container_name"),
    ("Description", ""),
    ("DropCapability", "cap_drop"),
    ("Entrypoint", "entrypoint"),
    ("Environment", "environment"),
    ("EnvironmentFile", "env_file"),
    ("Exec", "command"),
    ("Group", "user"),
    ("HealthCmd", "command"),
    ("Image", "image"),
    ("Label", ""),
    ("Memory", "mem_limit"),
    ("Mount", ""),
    ("Network", "network_mode"),
    ("Notify", "restart"),
    ("PodmanArgs", ""),
    ("PublishPort", "ports"),
    ("Pull", "pull_policy"),
    ("ReadOnly", "read_only"),
    ("Requires", ""),
    ("Restart", "restart"),
    ("RunInit", "init"),
    ("Secret", ""),
    ("SecurityLabelDisable", "init"),
    ("TimeoutStartSec", ""),
    ("Tmpfs", "tmpfs"),
    ("User", "user"),
    ("UserNS", "userns_mode"),
    ("Volume", "volumes"),
    ("WantedBy", ""),
    ("Wants", ""),
    ("WorkingDir", "working_dir"),
];

/// Options of `docker run` with a value, and the field of a compose file that each is.
const OPTIONS: [(&str, &str); 27] = [
    ("-e", "environment"),
    ("--env", "environment"),
    ("--env-file", "env_file"),
    ("-v", "volumes"),
    ("--volume", "volumes"),
    ("-p", "ports"),
    ("--publish", "ports"),
    ("--name", "container_name"),
    ("--restart", "restart"),
    ("-u", "user"),
    ("--user", "user"),
    ("-w", "working_dir"),
    ("--workdir", "working_dir"),
    ("--network", "network_mode"),
    ("--net", "network_mode"),
    ("--hostname", "hostname"),
    ("--memory", "mem_limit"),
    ("-m", "mem_limit"),
    ("--tmpfs", "tmpfs"),
    ("--userns", "userns_mode"),
    ("--pid", "pid"),
    ("--cap-add", "cap_add"),
    ("--cap-drop", "cap_drop"),
    ("--security-opt", ""),
    ("--entrypoint", ""),
    ("--mount", ""),
    ("--add-host", ""),
];

/// Words that say what a line does.
const WORDS: [&str; 22] = [
    "docker",
    "podman",
    "nerdctl",
    "run",
    "create",
    "container",
    "sudo",
    "exec",
    "\\",
    "-d",
    "-it",
    "-i",
    "-t",
    "-dit",
    "--detach",
    "--rm",
    "--init",
    "--privileged",
    "--read-only",
    "--bind",
    "--port",
    "gateway",
];

pub(super) fn unit(canvas: &mut Canvas<'_>) {
    let text = canvas.text;
    let mut continued = false;
    for (start, line) in lines(text) {
        let was_continued = std::mem::replace(&mut continued, line.trim_end().ends_with('\\'));
        let at = start + (line.len() - line.trim_start().len());
        let body = line.trim();
        if was_continued || body.is_empty() {
            continue;
        }
        if body.starts_with(['#', ';']) {
            canvas.comment(at..at + body.len(), 1);
            continued = false;
            continue;
        }
        if ["[Unit]", "[Container]", "[Service]", "[Install]", "[Pod]", "[Quadlet]"].contains(&body) {
            canvas.show(at..at + body.len());
            continue;
        }
        let Some((key, value)) = body.split_once('=') else { continue };
        let Some((_, field)) = KEYS.iter().find(|(known, _)| *known == key.trim_end()) else { continue };
        canvas.show(at..at + key.len() + 1);
        let from = at + key.len() + 1;
        if !continued {
            judge(canvas, from..from + value.len(), field);
        }
    }
}

pub(super) fn run(canvas: &mut Canvas<'_>) {
    let text = canvas.text;
    for (start, line) in lines(text) {
        let body = line.trim_start();
        let first = start + (line.len() - body.len());
        if body.starts_with('#') {
            canvas.comment(first..start + line.trim_end().len(), 1);
            continue;
        }
        // What is quoted over several words, or lines, is not followed.
        if ["\"", "'"].iter().any(|quote| line.matches(quote).count() % 2 != 0) {
            canvas.puzzled();
            return;
        }
        let mut field: Option<&str> = None;
        for range in words(line, start) {
            let word = &text[range.clone()];
            if let Some(field) = field.take() {
                judge(canvas, range, field);
                continue;
            }
            let (name, value) =
                word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
            match OPTIONS.iter().find(|(option, _)| *option == name) {
                Some((_, of)) => {
                    canvas.show(range.start..range.start + name.len());
                    match value {
                        Some(value) => {
                            let from = range.end - value.len();
                            canvas.show(from - 1..from);
                            judge(canvas, from..range.end, of);
                        }
                        None => field = Some(of),
                    }
                }
                None if WORDS.contains(&word) => canvas.show(range),
                None if is_image(word) => judge(canvas, range, "image"),
                None => {}
            }
        }
    }
}

/// An image of a registry, or of OpenClaw.
fn is_image(word: &str) -> bool {
    let word = word.trim_matches(['"', '\'']);
    let registries = ["ghcr.io/", "docker.io/", "quay.io/"];
    registries.iter().any(|registry| word.starts_with(registry))
        || ["openclaw:", "openclaw/openclaw:", "clawdbot:"].iter().any(|name| word.starts_with(name))
}

/// Shows of a value what the field of a compose file would show.
fn judge(canvas: &mut Canvas<'_>, range: Range<usize>, field: &str) {
    let text = canvas.text;
    let written = &text[range.clone()];
    let inner = written.trim();
    let at = range.start + (written.len() - written.trim_start().len());
    if field == "environment" {
        for range in words(inner, at) {
            assignment(canvas, range);
        }
        return;
    }
    let inner_range = unquoted(canvas, at..at + inner.len());
    let Some(inner) = text.get(inner_range.clone()).filter(|inner| !inner.contains(['"', '\''])) else {
        return;
    };
    if field == "command" || field == "entrypoint" {
        canvas.value_ranges(inner_range.start, &keep_command(inner, None));
    } else if let Some(shape) = public::service_field_shape(field) {
        canvas.value(inner_range, Some(shape));
    }
}

/// `NAME=value`, perhaps in quotes.
fn assignment(canvas: &mut Canvas<'_>, range: Range<usize>) {
    let range = unquoted(canvas, range);
    let text = canvas.text;
    let Some((name, value)) = text.get(range.clone()).and_then(|word| word.split_once('=')) else { return };
    if !canvas.is_variable(name) {
        return;
    }
    let from = range.start + name.len() + 1;
    canvas.show(range.start..from);
    let value = unquoted(canvas, from..from + value.len());
    if !text[value.clone()].contains(['"', '\'']) {
        canvas.value(value, public::variable_shape(name));
    }
}

/// Without the quotes around it, which are shown.
fn unquoted(canvas: &mut Canvas<'_>, range: Range<usize>) -> Range<usize> {
    let written = &canvas.text[range.clone()];
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) if written.len() > 1 && written.ends_with(quote) => {
            canvas.show(range.start..range.start + 1);
            canvas.show(range.end - 1..range.end);
            range.start + 1..range.end - 1
        }
        _ => range,
    }
}

/// Lines without their ends, each with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

/// The words of a line; blanks in quotes are part of one.
fn words(line: &str, start: usize) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let (mut from, mut quote) = (None, None);
    for (at, c) in line.char_indices() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (c, None) if c.is_whitespace() => {
                words.extend(from.take().map(|from| start + from..start + at));
                continue;
            }
            _ => {}
        }
        from.get_or_insert(at);
    }
    words.extend(from.map(|from| start + from..start + line.len()));
    words
}

#[cfg(test)]
mod tests {
    use crate::{redact::excerpt::masked, text::source::Language};

    #[test]
    fn units_keep_what_a_compose_file_would() {
        let text = "[Container]\nImage=ghcr.io/openclaw/openclaw:2026.9.6\nEnvironment=TZ=UTC \"MY_TOKEN=abc\"\nVolume=%h/.openclaw:/home/node/.openclaw\nExec=node dist/index.js gateway --token abc\nSecret=abc\n";
        let want = "[Container]\nImage=ghcr.io/openclaw/openclaw:2026.9.6\nEnvironment=TZ=UTC \"MY_TOKEN=***\"\nVolume=************:/home/node/.openclaw\nExec=node dist/index.js gateway --token ***\nSecret=***\n";
        assert_eq!(masked(text, Language::Unit), want);
    }

    #[test]
    fn commands_keep_what_a_compose_file_would() {
        let text = "docker run -d --name claw \\\n  -e OPENCLAW_GATEWAY_TOKEN=abc -e TZ=UTC -p 18789:18789 \\\n  -v data:/home/node/.openclaw ghcr.io/openclaw/openclaw:2026.9.6 abc\n";
        let want = "docker run -d --name claw \\\n  -e OPENCLAW_GATEWAY_TOKEN=*** -e TZ=UTC -p 18789:18789 \\\n  -v data:/home/node/.openclaw ghcr.io/openclaw/openclaw:2026.9.6 ***\n";
        assert_eq!(masked(text, Language::RunScript), want);
    }
}
