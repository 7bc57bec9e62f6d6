//! What is new in a release beside the one before it, as far as the packages say.

use crate::package::Package;
use anyhow::Result;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

type Digests = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The report's text, and whether anything that the model rests on has changed.
pub(crate) fn compare(old: &Package, new: &Package, names: [&str; 2]) -> Result<(String, bool)> {
    let [before, after] = names;
    let mut out = format!("# {after}, beside {before}\n\n## Tables\n\n");
    let said = out.len();
    for part in ["providers", "external", "aliases", "channels"] {
        let [a, b] = [old, new].map(|package| package.run("providers.mjs"));
        changed(&mut out, part, &a?[part], &b?[part]);
    }
    match (old.run("tables.mjs"), new.run("tables.mjs")) {
        (Ok(a), Ok(b)) => {
            for part in
                ["gateway_port", "read", "usage_only", "channels", "web_search", "rotation", "blocked"]
            {
                changed(&mut out, part, &a[part], &b[part]);
            }
        }
        _ => out.push_str("* the tables of one of the packages cannot be taken: see above\n"),
    }
    let tables_are_same = out.len() == said;
    if tables_are_same {
        out.push_str("Nothing changed.\n");
    }
    let a: Digests = serde_json::from_value(old.run("behaviour.mjs")?)?;
    let b: Digests = serde_json::from_value(new.run("behaviour.mjs")?)?;
    out.push_str("\n## Declarations that the model rests on\n\n");
    let said = out.len();
    let none = BTreeMap::new();
    let areas: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    for area in areas {
        let (a, b) = (a.get(area).unwrap_or(&none), b.get(area).unwrap_or(&none));
        let all: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        let lines = all.into_iter().filter_map(|name| match (a.get(name), b.get(name)) {
            (Some(_), None) => Some(format!("  * gone: {name}")),
            (None, Some(_)) => Some(format!("  * new: {name}")),
            (a, b) if a != b => Some(format!("  * changed: {name}")),
            _ => None,
        });
        let lines: Vec<String> = lines.collect();
        if !lines.is_empty() {
            writeln!(out, "* src/openclaw/{area}\n{}", lines.join("\n"))?;
        }
    }
    let code_is_same = out.len() == said;
    if code_is_same {
        out.push_str("None changed: the model holds for this release as it is.\n");
    }
    write!(
        out,
        "\n## Not covered by this comparison\n\nExit codes, messages and defaults are what the program does when it runs. Build an image of {after}, then:\n\n```sh\ntests/record-config-answers IMAGE --start\nCLAWDOCK_LIVE=all cargo test --test agreement\n```\n"
    )?;
    Ok((out, !(tables_are_same && code_is_same)))
}

/// One line for each entry of an object or a list that is new, gone or another.
fn changed(out: &mut String, part: &str, old: &Value, new: &Value) {
    let (a, b) = (entries(old), entries(new));
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    for name in names {
        let line = match (a.get(name), b.get(name)) {
            (Some(a), Some(b)) if a == b => continue,
            (Some(a), Some(b)) => format!("{name}: {a} was, {b} is"),
            (Some(_), None) => format!("{name} is gone"),
            (None, Some(b)) => format!("{name} is new: {b}"),
            (None, None) => continue,
        };
        out.push_str(&format!("* {part}: {line}\n"));
    }
}

fn entries(value: &Value) -> BTreeMap<String, String> {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value.to_string())).collect(),
        Value::Array(list) => {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            list.iter().map(|value| (text(value), String::new())).collect()
        }
        other => BTreeMap::from([(String::new(), other.to_string())]),
    }
}
