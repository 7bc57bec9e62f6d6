//! Trees that are written as YAML, in every style that holds them.

use super::rng::Rng;

/// A value of a YAML document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Yaml {
    /// A text; the style is chosen when it is written.
    Text(String),
    /// Written as it is: a number, a boolean, null, an alias.
    Raw(String),
    /// A mapping.
    Map(Vec<(String, Yaml)>),
    /// A list.
    Seq(Vec<Yaml>),
    /// A value with a tag or an anchor before it.
    Marked(String, Box<Yaml>),
}

impl Yaml {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number, a boolean, null or an alias.
    pub fn raw(text: impl Into<String>) -> Self {
        Self::Raw(text.into())
    }

    /// With a tag or an anchor.
    pub fn marked(self, mark: impl Into<String>) -> Self {
        Self::Marked(mark.into(), Box::new(self))
    }
}

/// Writes a document.
pub fn write(rng: &mut Rng, root: &Yaml) -> String {
    let mut text = String::new();
    block(rng, root, 0, &mut text);
    text
}

/// Writes a value after `key:` or `-`, with its line break.
fn block(rng: &mut Rng, node: &Yaml, indent: usize, text: &mut String) {
    let pad = "  ".repeat(indent);
    match node {
        Yaml::Marked(mark, inner) => {
            text.push_str(&format!(" {mark}"));
            block(rng, inner, indent, text);
        }
        Yaml::Map(entries) if !entries.is_empty() && (indent < 3 || rng.chance(75)) => {
            if indent > 0 {
                text.push('\n');
            }
            for (key, value) in entries {
                text.push_str(&format!("{pad}{}:", written_key(key)));
                block(rng, value, indent + 1, text);
                if rng.chance(3) {
                    text.push_str("  # comment: ${U\n");
                }
            }
        }
        Yaml::Seq(items) if !items.is_empty() && (indent < 3 || rng.chance(75)) => {
            text.push('\n');
            for item in items {
                text.push_str(&format!("{pad}-"));
                match item {
                    Yaml::Map(_) | Yaml::Seq(_) => text.push_str(&format!(" {}\n", flow(rng, item))),
                    _ => block(rng, item, indent + 1, text),
                }
            }
        }
        Yaml::Text(value) if rng.chance(8) && literal(value) => {
            text.push_str(&format!(" |-\n{pad}  {value}\n"));
        }
        Yaml::Text(value) if rng.chance(50) && plain(value) => text.push_str(&format!(" {value}\n")),
        _ => text.push_str(&format!(" {}\n", flow(rng, node))),
    }
}

fn flow(rng: &mut Rng, node: &Yaml) -> String {
    match node {
        Yaml::Text(value) => quoted(rng, value),
        Yaml::Raw(text) => text.clone(),
        Yaml::Map(entries) => {
            let entry = |(key, value): &(String, Yaml)| format!("{}: {}", written_key(key), flow(rng, value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Yaml::Seq(items) => {
            format!("[{}]", items.iter().map(|item| flow(rng, item)).collect::<Vec<_>>().join(", "))
        }
        Yaml::Marked(mark, inner) => format!("{mark} {}", flow(rng, inner)),
    }
}

fn written_key(key: &str) -> String {
    let simple = key == "<<" || key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    if simple && !key.is_empty() { key.to_owned() } else { double(key) }
}

fn quoted(rng: &mut Rng, value: &str) -> String {
    let single = !value.contains(['\n', '\r']);
    if single && rng.chance(50) { format!("'{}'", value.replace('\'', "''")) } else { double(value) }
}

fn double(value: &str) -> String {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    format!("\"{escaped}\"")
}

/// Whether a text may stand without quotes and stays that text.
fn plain(value: &str) -> bool {
    let first = value.chars().next();
    let word = value.starts_with("${") || first.is_some_and(|c| c.is_ascii_alphabetic() || c == '/');
    let keyword = matches!(
        value.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    word && !keyword
        && !value.contains(": ")
        && !value.contains(" #")
        && !value.contains(['\n', '\t'])
        && !value.ends_with([' ', ':'])
}

/// Whether a text may be a block of one line.
fn literal(value: &str) -> bool {
    !value.is_empty()
        && !value.starts_with([' ', '\t'])
        && !value.contains(['\n', '\r'])
        && !value.trim().is_empty()
}
