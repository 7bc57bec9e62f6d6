//! What stays of a document besides what may be shown of every document: words that OpenClaw's own
//! schema lists, and what tells the entries of a credential store apart.

use crate::{
    openclaw::release::schema,
    redact, secrets,
    syntax::{
        dotenv, json5,
        node::{Node, NodeKind},
        yaml,
    },
    text::source::{Language, SourceName, Sources},
};
use std::ops::Range;

/// Longest number that is kept: what is longer may be somebody's.
const DIGITS: usize = 6;

/// The ranges of a JSON document that stay as they are.
pub(super) fn of_json(text: &str) -> Vec<Range<usize>> {
    let mut sources = Sources::default();
    let id = sources.add(SourceName::Stdin, Language::Json5, String::new());
    let mut keep = Vec::new();
    if let Ok(document) = json5::parse(id, text) {
        walk(&document.root, &mut Vec::new(), text, &mut keep);
        keep.extend(comments(text, document.comments.iter().map(|p| p.span.range())));
    }
    keep
}

/// Ignore comments: what they keep back must stay kept back.
fn comments(text: &str, comments: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mark = |range: Range<usize>| {
        let comment = text.get(range.clone())?;
        let start = comment.find("clawdock: ignore")?;
        let end = comment[start..].find(']')? + start + 1;
        Some(range.start + start..range.start + end)
    };
    comments.filter_map(mark).collect()
}

/// The ranges of a compose file or a dotenv file that stay as they are: the names that a report
/// shows as well, and ignore comments.
pub(super) fn of_lines(text: &str, language: Language) -> Vec<Range<usize>> {
    let mut keep = ignore_comments(text);
    match language {
        Language::Dotenv => {
            let names = dotenv::compose::parse(text).entries.into_iter().map(|e| e.name_span.range());
            keep.extend(names.filter(|range| is_name(&text[range.clone()])));
        }
        Language::Yaml => {
            for slot in yaml::layout::parse(text).iter().flat_map(yaml::layout::Layout::slots) {
                keep.extend(name_of(text, slot.key.unwrap_or(slot.value).range(), slot.key.is_some()));
            }
        }
        Language::Json5
        | Language::Toml
        | Language::Shell
        | Language::RunScript
        | Language::Unit
        | Language::Dockerfile => {}
    }
    keep
}

/// A key, or the name before the `=` of an item.
fn name_of(text: &str, range: Range<usize>, is_key: bool) -> Option<Range<usize>> {
    let inner = inner(text, range)?;
    let name = match text[inner.clone()].split_once('=') {
        Some((name, _)) => name,
        None if is_key => &text[inner.clone()],
        None => return None,
    };
    is_name(name).then(|| inner.start..inner.start + name.len())
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    name.len() <= 64 && name.chars().all(plain) && redact::name(name, false) == name
}

/// Ignore comments of a dotenv or YAML text, taken generously: from each `#` to the end of its line.
fn ignore_comments(text: &str) -> Vec<Range<usize>> {
    let starts = text.match_indices("# clawdock: ignore").map(|(at, _)| at);
    let ranges = starts.map(|at| at..text[at..].find('\n').map_or(text.len(), |n| at + n));
    comments(text, ranges)
}

fn walk<'a>(node: &'a Node, path: &mut Vec<&'a str>, text: &str, keep: &mut Vec<Range<usize>>) {
    match &node.kind {
        NodeKind::Map(entries) => {
            for entry in entries {
                if is_word_pair(&entry.key) || is_name(&entry.key) {
                    keep.extend(inner(text, entry.key_place.span.range()));
                }
                path.push(&entry.key);
                walk(&entry.value, path, text, keep);
                path.pop();
            }
        }
        NodeKind::Seq(items) => items.iter().for_each(|item| walk(item, path, text, keep)),
        NodeKind::Str(value) if !is_secret(path) => {
            let range = node.place.span.range();
            let value = value.expose();
            let provider = value.split_once('/').map(|(provider, _)| provider);
            if schema::is_word(value) || (tells_apart(path) && is_word_pair(value)) {
                keep.extend(inner(text, range));
            } else if is_model(path)
                && let (Some(provider), Some(inner)) =
                    (provider.filter(|p| redact::is_words(p)), inner(text, range))
                && text[inner.clone()].starts_with(provider)
            {
                keep.push(inner.start..inner.start + provider.len() + 1);
            }
        }
        NodeKind::Int(_) | NodeKind::Uint(_) | NodeKind::Float(_) if !is_secret(path) => {
            let range = node.place.span.range();
            if range.len() <= DIGITS || is_time(path) {
                keep.push(range);
            }
        }
        NodeKind::Null
        | NodeKind::Bool(_)
        | NodeKind::Str(_)
        | NodeKind::Int(_)
        | NodeKind::Uint(_)
        | NodeKind::Float(_) => {}
    }
}

/// What is between the quotes of a string, where nothing in it is escaped.
fn inner(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let written = text.get(range.clone())?;
    if !written.starts_with(['"', '\'']) {
        return Some(range);
    }
    (written.len() >= 2 && !written.contains('\\')).then(|| range.start + 1..range.end - 1)
}

/// `anthropic`, `anthropic:default`.
fn is_word_pair(text: &str) -> bool {
    text.len() <= 48 && text.split(':').count() <= 2 && text.split(':').all(redact::is_words)
}

fn last<'a>(path: &[&'a str]) -> &'a str {
    path.last().copied().unwrap_or_default()
}

fn is_secret(path: &[&str]) -> bool {
    path.iter().any(|key| secrets::holds_secret(key))
}

/// What says which kind of credential it is, and whose.
fn tells_apart(path: &[&str]) -> bool {
    ["type", "provider", "location", "source"].contains(&last(path)) || path.contains(&"order")
}

fn is_model(path: &[&str]) -> bool {
    path.iter().any(|key| key.to_ascii_lowercase().contains("model"))
}

/// Milliseconds since 1970.
fn is_time(path: &[&str]) -> bool {
    let last = last(path).to_ascii_lowercase();
    ["expires", "until", "at", "lastused"].iter().any(|end| last.ends_with(end))
}
