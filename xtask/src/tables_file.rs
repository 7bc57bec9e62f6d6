//! `src/openclaw/release/data/tables.rs`: the tables as Rust statics, which cost nothing until they are used.

use crate::sealed;
use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::Write as _,
    process::{Command, Stdio},
};

const ABOUT: &[&str] = &[
    "What the npm package of OpenClaw says about variables; src/openclaw/release/catalog.rs says what is what.",
];

#[derive(Deserialize)]
struct Provider {
    variables: Vec<String>,
    models: bool,
    base_url: Option<String>,
}

/// The file's text.
pub(crate) fn render(tables: &Value) -> Result<String> {
    let mut out = String::from(
        "\nuse super::super::catalog::{Blocked, Catalog, Provider, Table};\n\npub(in crate::openclaw) static TABLES: Catalog = Catalog {\n",
    );
    out += &format!("openclaw: {:?},\n", tables["openclaw"].as_str().context("no version")?);
    out += &format!("gateway_port: \"{}\",\n", tables["gateway_port"].as_u64().context("no port")?);
    let providers: BTreeMap<String, Provider> = serde_json::from_value(tables["providers"].clone())?;
    out += "providers: Table(&[\n";
    for (id, p) in &providers {
        let (variables, models, base_url) = (&p.variables, p.models, &p.base_url);
        out += &format!(
            "({id:?}, Provider {{ variables: &{variables:?}, models: {models}, base_url: {base_url:?} }}),\n"
        );
    }
    out += "]),\n";
    let aliases: BTreeMap<String, String> = serde_json::from_value(tables["aliases"].clone())?;
    out += &format!("aliases: Table(&{:?}),\n", aliases.iter().collect::<Vec<_>>());
    let rotation: BTreeMap<String, [String; 2]> = serde_json::from_value(tables["rotation"].clone())?;
    out += &format!("rotation: Table(&{:?}),\n", rotation.iter().collect::<Vec<_>>());
    for key in ["usage_only", "channels", "web_search", "read", "compose_only"] {
        out += &list(key, &tables[key])?;
    }
    out += "blocked: Blocked {\n";
    for key in ["workspace_names", "workspace_prefixes", "workspace_suffixes"] {
        out += &list(key, &tables["blocked"][key])?;
    }
    let words: Vec<Vec<String>> = serde_json::from_value(tables["blocked"]["workspace_words"].clone())?;
    let words: Vec<String> = words.iter().map(|sequence| format!("&{sequence:?}")).collect();
    out += &format!("workspace_words: &[{}],\n", words.join(", "));
    for key in ["host_names", "host_prefixes", "config_names"] {
        out += &list(key, &tables["blocked"][key])?;
    }
    out += "},\n};\n";
    Ok(sealed::seal("//", ABOUT, &formatted(&out)?))
}

fn list(key: &str, value: &Value) -> Result<String> {
    let list: Vec<String> =
        serde_json::from_value(value.clone()).with_context(|| format!("no list {key}"))?;
    Ok(format!("{key}: &{list:?},\n"))
}

fn formatted(source: &str) -> Result<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path", root])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run rustfmt")?;
    rustfmt.stdin.take().context("rustfmt takes no input")?.write_all(source.as_bytes())?;
    let output = rustfmt.wait_with_output()?;
    if !output.status.success() {
        bail!("rustfmt does not accept the tables");
    }
    Ok(String::from_utf8(output.stdout)?)
}
