//! Texts as people write them.

use crate::common::random::rng::Rng;
use serde_json::Value;
use std::fmt::Write as _;

/// A dotenv file with these lines, in one of the ways to write them.
pub fn dotenv(rng: &mut Rng, lines: &[(String, String)]) -> String {
    let end = if rng.chance(10) { "\r\n" } else { "\n" };
    let mut text = String::new();
    if rng.chance(30) {
        text += "# made up";
        text += end;
    }
    for (name, value) in lines {
        let padded = value.trim() != value || value.is_empty();
        let line = match rng.below(10) {
            0 => format!("export {name}={value}"),
            1 => format!("{name}=\"{value}\""),
            2 => format!("{name}='{value}'"),
            3 if !padded => format!("{name}: {value}"),
            4 if !padded => format!("{name} = {value} # a comment"),
            5 if !padded => format!("{name}={value}#no-space"),
            6 => format!("{name}=`{value}`"),
            _ => format!("{name}={value}"),
        };
        text += &line;
        text += end;
    }
    if rng.chance(10) {
        text += "1X=no-name";
        text += end;
    }
    text
}

/// A config file: strict JSON, or JSON5 with what it allows.
pub fn config(rng: &mut Rng, value: &Value) -> String {
    if rng.chance(45) {
        return serde_json::to_string_pretty(value).unwrap_or_default();
    }
    let mut text = String::new();
    if rng.chance(5) {
        text.push('\u{feff}');
    }
    if rng.chance(40) {
        text += "// made up\n";
    }
    write(rng, value, &mut text);
    text.push('\n');
    text
}

fn write(rng: &mut Rng, value: &Value, text: &mut String) {
    match value {
        Value::Object(entries) => {
            text.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                if rng.chance(10) {
                    text.push_str("/* of it */");
                }
                if rng.chance(15) {
                    text.push('\n');
                }
                // A key again: the last one counts.
                if rng.chance(4) && value.is_string() {
                    let _ = write!(text, "{}: 'earlier', ", written_key(rng, key));
                }
                text.push_str(&written_key(rng, key));
                text.push_str(if rng.chance(50) { ": " } else { ":" });
                write(rng, value, text);
            }
            if rng.chance(25) && !entries.is_empty() {
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(rng, item, text);
                text.push(',');
            }
            if items.is_empty() || rng.chance(50) {
                text.push_str(" ]");
            } else {
                text.pop();
                text.push(']');
            }
        }
        Value::String(string) => {
            let quote = if rng.chance(50) { '\'' } else { '"' };
            text.push(quote);
            for c in string.chars() {
                if rng.chance(2) && c.is_ascii_alphanumeric() {
                    let _ = write!(text, "\\u{:04x}", u32::from(c));
                } else if rng.chance(1) {
                    let _ = write!(text, "\\\n{c}");
                } else {
                    text.push(c);
                }
            }
            text.push(quote);
        }
        Value::Number(number) if rng.chance(20) => {
            let _ = match number.as_u64() {
                Some(n) if rng.chance(50) => write!(text, "0x{n:x}"),
                _ => write!(text, "+{number}"),
            };
        }
        other => {
            let _ = write!(text, "{other}");
        }
    }
}

fn written_key(rng: &mut Rng, key: &str) -> String {
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$'));
    match rng.below(3) {
        0 if plain => key.to_owned(),
        1 => format!("'{key}'"),
        _ => format!("\"{key}\""),
    }
}
