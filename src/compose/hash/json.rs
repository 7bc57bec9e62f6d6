//! Writes a value of a compose file as compose-go reads it into its structs and Go writes those.

use super::{
    HashNotKnown,
    fields::{FieldKind, HashedField},
    go,
};
use crate::{
    compose::values::{cast, quantity, scalar, shell_words},
    syntax::{
        interpolate::UNKNOWN,
        node::{Node, NodeKind},
    },
};
use std::collections::BTreeMap;

/// What differs between releases in how values are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValueRules {
    /// `create_host_path` is written where it is `false` (since 5.0), not where it is `true`.
    pub(super) create_host_path_is_default: bool,
    /// The mode of a secret or config is octal text (since 2.34), not a number.
    pub(super) mode_is_text: bool,
}

type Written = Result<Option<String>, HashNotKnown>;

/// The JSON of a struct. `special` answers for the fields that the value does not decide alone.
pub(super) fn object(
    fields: &[HashedField],
    node: &Node,
    rules: ValueRules,
    special: &mut dyn FnMut(&HashedField) -> Written,
) -> Result<String, HashNotKnown> {
    let mut out = String::from("{");
    for field in fields {
        let written = match field.kind {
            FieldKind::OfService => special(field)?,
            kind => value(kind, node.get(&field.name.to_ascii_lowercase()), rules)
                .map_err(|problem| problem.below(field.name))?,
        };
        let written = match (written, field.always) {
            (Some(written), _) => written,
            (None, true) => zero(field.kind).to_owned(),
            (None, false) => continue,
        };
        if out.len() > 1 {
            out.push(',');
        }
        go::string(field.name, &mut out);
        out.push(':');
        out.push_str(&written);
    }
    out.push('}');
    Ok(out)
}

/// The JSON of a struct none of whose fields depends on anything else. A field that is not of the
/// struct, as one of a newer release, makes it unknown.
fn plain(fields: &[HashedField], node: &Node, rules: ValueRules) -> Result<String, HashNotKnown> {
    let NodeKind::Map(entries) = &node.kind else { return Err(HashNotKnown::here()) };
    let stranger = entries
        .iter()
        .find(|e| !e.key.starts_with("x-") && !fields.iter().any(|f| f.name.eq_ignore_ascii_case(&e.key)));
    match stranger {
        Some(entry) if &*entry.key != "replicas" => Err(HashNotKnown::at(&entry.key)),
        _ => object(fields, node, rules, &mut |field| Err(HashNotKnown::at(field.name))),
    }
}

fn zero(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Flag => "false",
        FieldKind::Whole => "0",
        FieldKind::Text => "\"\"",
        FieldKind::Bytes => "\"0\"",
        FieldKind::Struct(_) => "{}",
        _ => "null",
    }
}

/// One value; none where it is what Go leaves out.
pub(super) fn value(kind: FieldKind, node: Option<&Node>, rules: ValueRules) -> Written {
    let Some(node) = node.filter(|node| !node.is_null()) else {
        return match kind {
            FieldKind::Struct(fields) => nothing(fields, rules),
            _ => Ok(None),
        };
    };
    let some = |written: String| Ok(Some(written));
    match kind {
        FieldKind::Text => Ok(Some(text(node)?).filter(|t| !t.is_empty()).map(|t| quoted(&t))),
        FieldKind::Flag => Ok(flag(node)?.then(|| "true".to_owned())),
        FieldKind::OptionalFlag => some(flag(node)?.to_string()),
        FieldKind::Whole => Ok(Some(whole(node)?).filter(|n| *n != 0).map(|n| n.to_string())),
        FieldKind::OptionalWhole => some(whole(node)?.to_string()),
        FieldKind::Real => real(node),
        FieldKind::Bytes => Ok(bytes(node)?.map(|n| format!("\"{n}\""))),
        FieldKind::Duration => Ok(Some(duration(node)?).filter(|d| d != "0s").map(|d| quoted(&d))),
        FieldKind::OptionalDuration => some(quoted(&duration(node)?)),
        FieldKind::Words | FieldKind::WordOrWords | FieldKind::Printed => {
            let words = match (&node.kind, kind) {
                (NodeKind::Seq(items), FieldKind::Printed) => items.iter().map(printed).collect(),
                (NodeKind::Seq(items), _) => items.iter().map(item).collect::<Result<Vec<_>, _>>(),
                (NodeKind::Str(_), FieldKind::WordOrWords | FieldKind::Printed) => Ok(vec![text(node)?]),
                _ => Err(HashNotKnown::here()),
            }?;
            Ok((!words.is_empty()).then(|| list(words.iter().map(|word| quoted(word)))))
        }
        FieldKind::Command => {
            let words = match &node.kind {
                NodeKind::Seq(items) => items.iter().map(known).collect::<Result<Vec<_>, _>>()?,
                NodeKind::Str(_) => shell_words::split(&known(node)?).ok_or_else(HashNotKnown::here)?,
                _ => return Err(HashNotKnown::here()),
            };
            some(list(words.iter().map(|word| quoted(word))))
        }
        FieldKind::HealthTest => {
            let words = match &node.kind {
                NodeKind::Seq(items) => items.iter().map(known).collect::<Result<Vec<_>, _>>()?,
                _ => vec!["CMD-SHELL".to_owned(), known(node)?],
            };
            Ok((!words.is_empty()).then(|| list(words.iter().map(|word| quoted(word)))))
        }
        FieldKind::Variables => {
            let all = variables(node)?;
            Ok((!all.is_empty()).then(|| {
                map(all.iter().map(|(name, value)| {
                    (name.as_str(), value.as_ref().map_or_else(|| "null".to_owned(), |v| quoted(v)))
                }))
            }))
        }
        FieldKind::Mapping => Ok(strings(&mapping(node)?)),
        FieldKind::ListMapping => {
            let mut all = BTreeMap::new();
            for entry in own(node)?.entries() {
                let values = match &entry.value.kind {
                    NodeKind::Seq(items) => items.iter().map(printed).collect::<Result<Vec<_>, _>>()?,
                    _ => vec![printed(&entry.value)?],
                };
                // A list without items is a nil slice.
                let written =
                    if values.is_empty() { continue } else { list(values.iter().map(|v| quoted(v))) };
                all.insert(entry.key.to_string(), written);
            }
            Ok((!all.is_empty()).then(|| map(all.iter().map(|(k, v)| (k.as_str(), v.clone())))))
        }
        FieldKind::Hosts => hosts(node),
        FieldKind::Ulimits => ulimits(node),
        FieldKind::Mode => {
            let mode = match &node.kind {
                NodeKind::Int(mode) => *mode,
                NodeKind::Str(_) if rules.mode_is_text => {
                    i64::from_str_radix(&known(node)?, 8).map_err(|_| HashNotKnown::here())?
                }
                _ => return Err(HashNotKnown::here()),
            };
            if mode < 0 {
                return Err(HashNotKnown::here());
            }
            some(if rules.mode_is_text { format!("\"0{mode:o}\"") } else { mode.to_string() })
        }
        FieldKind::DeviceCount => {
            let count = match &node.kind {
                NodeKind::Str(_) if known(node)?.eq_ignore_ascii_case("all") => -1,
                _ => whole(node)?,
            };
            Ok((count != 0).then(|| count.to_string()))
        }
        FieldKind::CreateHostPath => Ok(match (flag(node)?, rules.create_host_path_is_default) {
            (true, false) => Some("true".to_owned()),
            (false, true) => Some("false".to_owned()),
            _ => None,
        }),
        FieldKind::Struct(fields) | FieldKind::Optional(fields) => some(plain(fields, node, rules)?),
        FieldKind::List(fields) => {
            let NodeKind::Seq(items) = &node.kind else { return Err(HashNotKnown::here()) };
            let all = items.iter().map(|item| plain(fields, item, rules)).collect::<Result<Vec<_>, _>>()?;
            Ok((!all.is_empty()).then(|| list(all)))
        }
        FieldKind::Named(fields) => named(fields, node, rules),
        FieldKind::OfService => Err(HashNotKnown::here()),
    }
}

/// A struct nobody wrote.
fn nothing(fields: &[HashedField], rules: ValueRules) -> Written {
    let mut out = Vec::new();
    for field in fields {
        let written =
            value(field.kind, None, rules)?.or_else(|| field.always.then(|| zero(field.kind).to_owned()));
        if let Some(written) = written {
            out.push((field.name, written));
        }
    }
    Ok(Some(map(out)))
}

/// Structs by name, sorted; one without a value is `null`.
pub(super) fn named(fields: &[HashedField], node: &Node, rules: ValueRules) -> Written {
    let mut all = BTreeMap::new();
    for entry in own(node)?.entries() {
        let written = match entry.value.is_null() {
            true => "null".to_owned(),
            false => plain(fields, &entry.value, rules).map_err(|problem| problem.below(&entry.key))?,
        };
        all.insert(entry.key.to_string(), written);
    }
    Ok((!all.is_empty()).then(|| map(all.iter().map(|(k, v)| (k.as_str(), v.clone())))))
}

/// A mapping whose keys are anybody's: compose-go takes `x-…` out of it for an extension, and puts one
/// key in that nobody wrote.
fn own(node: &Node) -> Result<&Node, HashNotKnown> {
    match node.entries().iter().find(|entry| entry.key.starts_with("x-")) {
        Some(entry) => Err(HashNotKnown::at(&entry.key)),
        None if matches!(node.kind, NodeKind::Map(_)) => Ok(node),
        None => Err(HashNotKnown::here()),
    }
}

/// A text that is one, without anything in it that is not known.
fn known(node: &Node) -> Result<String, HashNotKnown> {
    let text = node.text().map(crate::text::secret::Text::expose).ok_or_else(HashNotKnown::here)?;
    if text.contains(UNKNOWN) { Err(HashNotKnown::here()) } else { Ok(text.to_owned()) }
}

/// A `string`, which an integer is taken for as well.
pub(super) fn text(node: &Node) -> Result<String, HashNotKnown> {
    match &node.kind {
        NodeKind::Int(number) => Ok(number.to_string()),
        _ => known(node),
    }
}

/// An item of a `[]string`.
fn item(node: &Node) -> Result<String, HashNotKnown> {
    if node.is_null() { Ok(String::new()) } else { text(node) }
}

/// `fmt.Sprint` of a value that is no list and no mapping.
fn printed(node: &Node) -> Result<String, HashNotKnown> {
    let plain = !matches!(node.kind, NodeKind::Seq(_) | NodeKind::Map(_) | NodeKind::Null);
    let text = scalar::print(node).expose().to_owned();
    if plain && !text.contains(UNKNOWN) { Ok(text) } else { Err(HashNotKnown::here()) }
}

fn flag(node: &Node) -> Result<bool, HashNotKnown> {
    match &node.kind {
        NodeKind::Bool(value) => Ok(*value),
        NodeKind::Str(_) => match cast::cast(&known(node)?, cast::Cast::Bool) {
            Ok((NodeKind::Bool(value), _)) => Ok(value),
            _ => Err(HashNotKnown::here()),
        },
        _ => Err(HashNotKnown::here()),
    }
}

fn whole(node: &Node) -> Result<i64, HashNotKnown> {
    match &node.kind {
        NodeKind::Int(number) => Ok(*number),
        #[expect(clippy::cast_possible_truncation, reason = "in these bounds")]
        NodeKind::Float(number) if number.abs() < 1e15 => Ok(*number as i64),
        NodeKind::Str(_) => known(node)?.parse().map_err(|_| HashNotKnown::here()),
        _ => Err(HashNotKnown::here()),
    }
}

fn real(node: &Node) -> Written {
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a float32")]
    let number = match &node.kind {
        NodeKind::Int(number) => *number as f32,
        NodeKind::Float(number) => *number as f32,
        NodeKind::Str(_) => known(node)?.parse().map_err(|_| HashNotKnown::here())?,
        _ => return Err(HashNotKnown::here()),
    };
    if number == 0.0 {
        return Ok(None);
    }
    go::float32(number).map(Some).ok_or_else(HashNotKnown::here)
}

/// `UnitBytes`: an integer, or a text with a unit.
fn bytes(node: &Node) -> Result<Option<i64>, HashNotKnown> {
    let number = match &node.kind {
        NodeKind::Int(number) => *number,
        NodeKind::Str(_) => {
            known(node)?;
            let number = quantity::bytes(node).filter(|n| n.abs() < 1e18).ok_or_else(HashNotKnown::here)?;
            #[expect(clippy::cast_possible_truncation, reason = "in these bounds")]
            let number = number as i64;
            number
        }
        _ => return Err(HashNotKnown::here()),
    };
    Ok((number != 0).then_some(number))
}

fn duration(node: &Node) -> Result<String, HashNotKnown> {
    quantity::parse_duration(&printed(node)?).map(go::duration).ok_or_else(HashNotKnown::here)
}

/// A `Mapping`, `Labels` or `Options`.
pub(super) fn mapping(node: &Node) -> Result<BTreeMap<String, String>, HashNotKnown> {
    Ok(variables(node)?.into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect())
}

/// A `MappingWithEquals`: a mapping, or a list of `name=value`.
pub(super) fn variables(node: &Node) -> Result<BTreeMap<String, Option<String>>, HashNotKnown> {
    let mut all = BTreeMap::new();
    if let NodeKind::Seq(items) = &node.kind {
        for item in items {
            let text = printed(item)?;
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (text.as_str(), None),
            };
            all.insert(name.to_owned(), value);
        }
        return Ok(all);
    }
    for entry in own(node)?.entries() {
        let value = match entry.value.is_null() {
            true => None,
            false => Some(printed(&entry.value).map_err(|problem| problem.below(&entry.key))?),
        };
        all.insert(entry.key.to_string(), value);
    }
    Ok(all)
}

/// `HostsList`: names with addresses, written as a sorted list.
fn hosts(node: &Node) -> Written {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if let NodeKind::Seq(items) = &node.kind {
        for item in items {
            let text = printed(item)?;
            let (name, addresses) =
                text.split_once('=').or_else(|| text.split_once(':')).ok_or_else(HashNotKnown::here)?;
            all.entry(name.to_owned()).or_default().extend(addresses.split(',').map(str::to_owned));
        }
    } else {
        for entry in own(node)?.entries() {
            let addresses = match &entry.value.kind {
                NodeKind::Null => vec![String::new()],
                NodeKind::Seq(items) => items.iter().map(printed).collect::<Result<Vec<_>, _>>()?,
                _ => vec![known(&entry.value)?],
            };
            all.insert(entry.key.to_string(), addresses);
        }
    }
    if all.is_empty() {
        return Ok(None);
    }
    let bare = |address: &str| {
        let inner = address.strip_prefix('[').and_then(|a| a.strip_suffix(']')).filter(|a| !a.is_empty());
        inner.unwrap_or(address).to_owned()
    };
    let mut lines: Vec<String> = all
        .iter()
        .flat_map(|(name, addresses)| addresses.iter().map(move |a| format!("{name}={}", bare(a))))
        .collect();
    lines.sort();
    Ok(Some(list(lines.iter().map(|line| quoted(line)))))
}

fn ulimits(node: &Node) -> Written {
    let mut all = BTreeMap::new();
    for entry in own(node)?.entries() {
        let limit = &entry.value;
        let part = |key: &str| match limit.get(key) {
            Some(node) => whole(node).map(|n| (n != 0).then_some(n)),
            None => Ok(None),
        };
        let written = match &limit.kind {
            NodeKind::Null => "null".to_owned(),
            NodeKind::Map(_) => {
                let parts = [("soft", part("soft")?), ("hard", part("hard")?)];
                map(parts.into_iter().filter_map(|(key, n)| Some((key, n?.to_string()))))
            }
            _ => match whole(limit)? {
                0 => "{}".to_owned(),
                single => single.to_string(),
            },
        };
        all.insert(entry.key.to_string(), written);
    }
    Ok((!all.is_empty()).then(|| map(all.iter().map(|(k, v)| (k.as_str(), v.clone())))))
}

/// A string in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    go::string(text, &mut out);
    out
}

/// A list of what is written already.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(","))
}

/// A mapping of what is written already, in this order.
pub(super) fn map<'a>(entries: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let entries: Vec<String> =
        entries.into_iter().map(|(key, value)| format!("{}:{value}", quoted(key))).collect();
    format!("{{{}}}", entries.join(","))
}

/// A mapping of texts; none when it is empty.
pub(super) fn strings(all: &BTreeMap<String, String>) -> Option<String> {
    (!all.is_empty()).then(|| map(all.iter().map(|(k, v)| (k.as_str(), quoted(v)))))
}
