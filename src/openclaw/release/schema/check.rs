//! A config against the nodes of a schema.

use crate::openclaw::release::schema::{Nodes, pattern};
use crate::{
    openclaw::read::{
        config::{ResolvedText, resolve},
        environment::OpenClawEnvironment,
    },
    syntax::node::{MapEntry, Node, NodeKind},
    text::{
        secret::{Text, js_trim},
        source::Place,
    },
};
use std::borrow::Cow;

/// The largest number that JavaScript counts with exactly (`Number.MAX_SAFE_INTEGER`).
const SAFE: u64 = (1 << 53) - 1;
/// Most alternatives that a message lists.
const LISTED: usize = 12;

/// Something in a config that a release does not take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigIssue {
    /// Keys and indices, from the top.
    pub path: Vec<Box<str>>,
    /// Where it is written.
    pub place: Place,
    /// What is wrong, in OpenClaw's words, free of values.
    pub message: String,
    /// What kind of fault it is.
    pub(super) fault: SchemaFault,
}

/// What kind of fault an [`ConfigIssue`] is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum SchemaFault {
    /// A key that the schema does not have, and whether its value is a text.
    Key(Box<str>, bool),
    /// A value of a wrong type, or none.
    Type,
    /// A wrong value of a right type; the text, where it is one.
    Value(Option<Text>),
}

impl ConfigIssue {
    /// `gateway.port`, as OpenClaw writes it; `<root>` for the whole config.
    #[must_use]
    pub fn shown_path(&self) -> String {
        if self.path.is_empty() { "<root>".to_owned() } else { self.path.join(".") }
    }

    /// The key that the schema does not have.
    #[must_use]
    pub fn unknown_name(&self) -> Option<&str> {
        let SchemaFault::Key(key, _) = &self.fault else { return None };
        Some(key)
    }

    /// The path of a key that the schema does not have.
    #[must_use]
    pub fn unknown_key(&self) -> Option<String> {
        let SchemaFault::Key(key, _) = &self.fault else { return None };
        let keys = self.path.iter().map(|key| &**key).chain([&**key]);
        Some(keys.collect::<Vec<_>>().join("."))
    }

    /// `name` says what this is: see `xtask/js/repairs.mjs`.
    pub(super) fn is_at(&self, name: &str) -> bool {
        match &self.fault {
            SchemaFault::Key(key, is_text) => {
                let name = if *is_text { name.strip_suffix(" text").unwrap_or(name) } else { name };
                self.path_is(name, Some(key))
            }
            SchemaFault::Type => name.strip_suffix(" type").is_some_and(|name| self.path_is(name, None)),
            SchemaFault::Value(text) => {
                let is_text = |(path, written): (&str, &str)| {
                    text.as_ref().is_some_and(|text| text.expose() == written) && self.path_is(path, None)
                };
                name.split_once('=').is_some_and(is_text)
                    || name.strip_suffix(" value").is_some_and(|name| self.path_is(name, None))
            }
        }
    }

    /// `name` is about something below the unknown key that this is about.
    pub(super) fn is_above(&self, name: &str) -> bool {
        let SchemaFault::Key(key, _) = &self.fault else { return false };
        let depth = self.path.len() + 1;
        let start: Vec<&str> = name.split('.').take(depth).collect();
        start.len() == depth && self.path_is(&start.join("."), Some(key))
    }

    fn path_is(&self, name: &str, last: Option<&str>) -> bool {
        let mut own = self.path.iter().map(|key| &**key).chain(last);
        let mut wanted = name.split('.');
        loop {
            match (own.next(), wanted.next()) {
                (None, None) => return true,
                (Some(key), Some(name)) if name == "*" || key == name => {}
                _ => return false,
            }
        }
    }
}

/// What the schema does not take, in the order in which it is written.
pub(super) fn issues(
    nodes: &Nodes,
    root: usize,
    config: &Node,
    env: &OpenClawEnvironment,
) -> Vec<ConfigIssue> {
    let mut check = ConfigCheck { nodes, env, path: Vec::new(), issues: Vec::new() };
    check.value(root, config);
    let mut issues = check.issues;
    issues.sort_by_key(|issue| (issue.place.source, issue.place.span.start));
    issues
}

/// The words of a node, unquoted.
pub(super) fn literals(node: &'static str) -> impl Iterator<Item = Cow<'static, str>> {
    words(node).skip(1).map(unquoted)
}

/// At spaces that do not stand between quotes.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    let has_quotes = memchr::memchr(b'"', line.as_bytes()).is_some();
    std::iter::from_fn(move || {
        let line = rest?;
        if !has_quotes {
            let (word, after) =
                line.split_once(' ').map_or((line, None), |(word, after)| (word, Some(after)));
            rest = after;
            return Some(word);
        }
        let (mut quoted, mut escaped) = (false, false);
        let end = line.bytes().position(|byte| {
            if byte == b'"' && !escaped {
                quoted = !quoted;
            }
            escaped = byte == b'\\' && !escaped;
            byte == b' ' && !quoted
        });
        rest = end.map(|end| &line[end + 1..]);
        Some(end.map_or(line, |end| &line[..end]))
    })
}

fn unquoted(word: &str) -> Cow<'_, str> {
    if word.starts_with('"') {
        serde_json::from_str::<String>(word).map_or(Cow::Borrowed(word), Cow::Owned)
    } else {
        Cow::Borrowed(word)
    }
}

struct ConfigCheck<'n> {
    nodes: &'n Nodes,
    env: &'n OpenClawEnvironment,
    path: Vec<Box<str>>,
    issues: Vec<ConfigIssue>,
}

impl ConfigCheck<'_> {
    fn issue(&mut self, place: Place, fault: SchemaFault, message: impl Into<String>) {
        self.issues.push(ConfigIssue { path: self.path.clone(), place, message: message.into(), fault });
    }

    /// A value of the right type that is not taken.
    fn wrong(&mut self, node: &Node, message: impl Into<String>) {
        let text =
            node.text().map(|written| self.resolved(written).map_or_else(|| written.clone(), Text::from));
        self.issue(node.place, SchemaFault::Value(text), message);
    }

    fn expected(&mut self, what: &str, node: &Node) {
        let found = type_name(&node.kind);
        self.issue(
            node.place,
            SchemaFault::Type,
            format!("Invalid input: expected {what}, received {found}"),
        );
    }

    fn value(&mut self, index: usize, node: &Node) {
        let Some(line) = self.nodes.get(index) else { return };
        let mut words = words(line);
        match words.next().unwrap_or_default() {
            "never" => self.expected("never", node),
            "null" if !node.is_null() => self.expected("null", node),
            "bool" if !matches!(node.kind, NodeKind::Bool(_)) => self.expected("boolean", node),
            "str" => self.text(line, node),
            "num" => self.number(line, node),
            "is" => self.literal(line, node),
            "list" => self.list(line, node),
            "tuple" => self.tuple(line, node),
            "map" => self.map(line, node),
            "object" => self.object(line, node),
            "or" => self.either(line, node),
            "and" => references(line).for_each(|inner| self.value(inner, node)),
            // Code may make a value of anything; of an object it only takes or leaves keys.
            "changed" if matches!(node.kind, NodeKind::Map(_)) => {
                references(line).for_each(|inner| self.value(inner, node));
            }
            _ => {}
        }
    }

    fn text(&mut self, line: &str, node: &Node) {
        let NodeKind::Str(written) = &node.kind else { return self.expected("string", node) };
        let Some(text) = self.resolved(written) else { return };
        let text = if has(line, "trim") { js_trim(&text) } else { &text };
        let length = text.encode_utf16().count();
        let fault = if number_of(line, "min").is_some_and(|min| (length as f64) < min) {
            Some("Too small")
        } else if number_of(line, "max").is_some_and(|max| length as f64 > max) {
            Some("Too big")
        } else if option(line, "starts").is_some_and(|start| !text.starts_with(&*start)) {
            Some("Invalid string")
        } else if option(line, "matches").is_some_and(|p| pattern::matches(&p, text) == Some(false)) {
            Some("Invalid string: it does not have the form that is asked for")
        } else if option(line, "format").is_some_and(|format| format == "url") && !text.contains(':') {
            Some("Invalid URL")
        } else {
            None
        };
        if let Some(fault) = fault {
            self.wrong(node, fault);
        }
    }

    fn resolved(&self, written: &Text) -> Option<String> {
        match resolve(written, self.env) {
            ResolvedText::Text(text) => Some(text),
            ResolvedText::Unknown => None,
        }
    }

    fn number(&mut self, line: &str, node: &Node) {
        let number = match node.kind {
            NodeKind::Int(n) => n as f64,
            NodeKind::Uint(n) => n as f64,
            NodeKind::Float(n) if n.is_finite() => n,
            _ => return self.expected("number", node),
        };
        if has(line, "int") && number.fract() != 0.0 {
            return self.wrong(node, "Invalid input: expected int, received number");
        }
        let beyond = has(line, "int") && number.abs() > SAFE as f64;
        if beyond
            || number_of(line, "max").is_some_and(|max| number > max)
            || number_of(line, "under").is_some_and(|max| number >= max)
        {
            self.wrong(node, "Too big");
        } else if number_of(line, "min").is_some_and(|min| number < min)
            || number_of(line, "over").is_some_and(|min| number <= min)
        {
            self.wrong(node, "Too small");
        }
    }

    fn literal(&mut self, line: &'static str, node: &Node) {
        if self.is_literal(line, node) == Some(false) {
            self.not_listed(words(line).skip(1).collect(), node);
        }
    }

    /// None where the value is not known.
    fn is_literal(&self, line: &str, node: &Node) -> Option<bool> {
        let written = match &node.kind {
            NodeKind::Str(text) => serde_json::to_string(&self.resolved(text)?).unwrap_or_default(),
            NodeKind::Bool(value) => value.to_string(),
            NodeKind::Int(value) => value.to_string(),
            NodeKind::Null => "null".to_owned(),
            _ => return Some(false),
        };
        Some(words(line).skip(1).any(|word| word == written))
    }

    fn not_listed(&mut self, mut allowed: Vec<&str>, node: &Node) {
        let more = allowed.len().saturating_sub(LISTED);
        allowed.truncate(LISTED);
        let more = if more > 0 { format!("|… {more} more") } else { String::new() };
        let message = match allowed.as_slice() {
            [only] if more.is_empty() => format!("Invalid input: expected {only}"),
            _ => format!("Invalid option: expected one of {}{more}", allowed.join("|")),
        };
        let is_type = matches!(node.kind, NodeKind::Map(_) | NodeKind::Seq(_) | NodeKind::Null)
            || (allowed.iter().all(|word| word.starts_with('"')) && node.text().is_none());
        if is_type {
            self.issue(node.place, SchemaFault::Type, message);
        } else {
            self.wrong(node, message);
        }
    }

    fn list(&mut self, line: &str, node: &Node) {
        let NodeKind::Seq(items) = &node.kind else { return self.expected("array", node) };
        if number_of(line, "min").is_some_and(|min| (items.len() as f64) < min) {
            self.wrong(node, "Too small");
        }
        if number_of(line, "max").is_some_and(|max| items.len() as f64 > max) {
            self.wrong(node, "Too big");
        }
        let Some(inner) = references(line).next() else { return };
        for (at, item) in items.iter().enumerate() {
            self.below(&at.to_string(), |check| check.value(inner, item));
        }
    }

    fn tuple(&mut self, line: &str, node: &Node) {
        let NodeKind::Seq(items) = &node.kind else { return self.expected("array", node) };
        let inner: Vec<usize> = references(line).collect();
        if inner.len() != items.len() {
            let size = if items.len() > inner.len() { "Too big" } else { "Too small" };
            return self.wrong(node, size);
        }
        for (at, (item, inner)) in items.iter().zip(inner).enumerate() {
            self.below(&at.to_string(), |check| check.value(inner, item));
        }
    }

    fn map(&mut self, line: &str, node: &Node) {
        let NodeKind::Map(entries) = &node.kind else { return self.expected("record", node) };
        let mut inner = references(line);
        let (Some(keys), Some(values)) = (inner.next(), inner.next()) else { return };
        for entry in entries.iter().filter(|entry| counts(node, entry)) {
            let key = Node::new(entry.key_place, NodeKind::Str((*entry.key).into()));
            let mut of_key =
                ConfigCheck { nodes: self.nodes, env: self.env, path: Vec::new(), issues: Vec::new() };
            of_key.value(keys, &key);
            self.below(&entry.key, |check| {
                if of_key.issues.is_empty() {
                    check.value(values, &entry.value);
                } else {
                    check.issue(entry.key_place, SchemaFault::Value(None), "Invalid key in record");
                }
            });
        }
    }

    fn object(&mut self, line: &'static str, node: &Node) {
        let NodeKind::Map(entries) = &node.kind else { return self.expected("object", node) };
        let mut words = words(line).skip(1);
        let others = words.next().unwrap_or_default();
        let keys: Vec<(Cow<'_, str>, bool, usize)> = words.filter_map(key).collect();
        for entry in entries.iter().filter(|entry| counts(node, entry)) {
            match keys.iter().find(|(key, ..)| *key == *entry.key) {
                Some((.., inner)) => self.below(&entry.key, |check| check.value(*inner, &entry.value)),
                None if others == "closed" => self.unrecognized(entry),
                None => {
                    if let Ok(inner) = others.parse() {
                        self.below(&entry.key, |check| check.value(inner, &entry.value));
                    }
                }
            }
        }
        for (key, optional, inner) in &keys {
            if !optional && node.get(key).is_none() {
                let what = self.wanted(*inner);
                let place = node.place;
                self.below(key, |check| {
                    check.issue(
                        place,
                        SchemaFault::Type,
                        format!("Invalid input: expected {what}, received undefined"),
                    );
                });
            }
        }
    }

    fn unrecognized(&mut self, entry: &MapEntry) {
        let (key, place) = (&*entry.key, entry.key_place);
        // A key may be anything when a line went wrong: show it only when it is a name.
        let name = key.len() <= 40
            && key.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.' | b'$'));
        let message =
            if name { format!("Unrecognized key: \"{key}\"") } else { "Unrecognized key".to_owned() };
        self.issue(place, SchemaFault::Key(key.into(), entry.value.text().is_some()), message);
    }

    fn either(&mut self, line: &'static str, node: &Node) {
        let mut best: Option<Vec<ConfigIssue>> = None;
        let mut allowed = Vec::new();
        let mut only_literals = true;
        for inner in references(line) {
            let option = self.nodes.get(inner).unwrap_or_default();
            if option.starts_with("is ") {
                allowed.extend(words(option).skip(1));
                if self.is_literal(option, node) != Some(false) {
                    return;
                }
                continue;
            }
            only_literals = false;
            let mut check =
                ConfigCheck { nodes: self.nodes, env: self.env, path: self.path.clone(), issues: Vec::new() };
            check.value(inner, node);
            if check.issues.is_empty() {
                return;
            }
            // Of several forms the one that the value comes closest to: wrong further inside.
            let depth = |issues: &[ConfigIssue]| issues.iter().map(|i| i.path.len()).max();
            if best.as_ref().is_none_or(|best| depth(&check.issues) > depth(best)) {
                best = Some(check.issues);
            }
        }
        match best {
            _ if only_literals => self.not_listed(allowed, node),
            Some(issues)
                if issues
                    .iter()
                    .all(|i| i.path.len() > self.path.len() || matches!(i.fault, SchemaFault::Key(..))) =>
            {
                self.issues.extend(issues);
            }
            _ => self.wrong(node, "Invalid input"),
        }
    }

    fn below(&mut self, key: &str, inside: impl FnOnce(&mut Self)) {
        self.path.push(key.into());
        inside(self);
        self.path.pop();
    }

    /// The type that a node takes, as OpenClaw calls it.
    fn wanted(&self, index: usize) -> &'static str {
        let line = self.nodes.get(index).unwrap_or_default();
        match line.split(' ').next().unwrap_or_default() {
            "str" => "string",
            "num" => "number",
            "bool" => "boolean",
            "list" | "tuple" => "array",
            "map" => "record",
            "object" => "object",
            _ => "a value",
        }
    }
}

/// Of a key that is there twice the last one counts.
fn counts(node: &Node, entry: &MapEntry) -> bool {
    node.entry(&entry.key).is_some_and(|last| std::ptr::eq(last, entry))
}

/// `key?:12` in its parts.
pub(super) fn key(word: &'static str) -> Option<(Cow<'static, str>, bool, usize)> {
    let (key, inner) = word.rsplit_once(':')?;
    let inner = inner.parse().ok()?;
    let bare = key.strip_suffix('?');
    Some((unquoted(bare.unwrap_or(key)), bare.is_some(), inner))
}

pub(super) fn references(line: &str) -> impl Iterator<Item = usize> {
    words(line).skip(1).filter_map(|word| word.parse().ok())
}

fn has(line: &str, flag: &str) -> bool {
    words(line).any(|word| word == flag)
}

fn option<'l>(line: &'l str, name: &str) -> Option<Cow<'l, str>> {
    words(line).find_map(|word| word.strip_prefix(name)?.strip_prefix('=')).map(unquoted)
}

fn number_of(line: &str, name: &str) -> Option<f64> {
    option(line, name)?.parse().ok()
}

fn type_name(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Null => "null",
        NodeKind::Bool(_) => "boolean",
        NodeKind::Int(_) | NodeKind::Uint(_) => "number",
        NodeKind::Float(n) if n.is_nan() => "NaN",
        NodeKind::Float(_) => "number",
        NodeKind::Str(_) => "string",
        NodeKind::Seq(_) => "array",
        NodeKind::Map(_) => "object",
    }
}
