//! `--format yaml`: the same object as `--format json`.

use super::{RenderOptions, json};
use crate::findings::report::Report;
use crate::text::source::Sources;
use serde::Serialize;
use std::io::{self, Write};

/// Writes the report as one YAML document.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write(&json::document(report, sources, options), out)
}

/// Writes an object that others parse.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn write(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_yaml::to_string(document).map_err(io::Error::other)?;
    out.write_all(super::words::escape_directions(&text).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture, render};
    use serde_json::Value;

    fn rendered(format: Format, reveal: bool) -> String {
        let (report, sources) = fixture::report();
        let options = super::RenderOptions { reveal, ..fixture::options() };
        let mut out = Vec::new();
        render(format, &report, &sources, &options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_says_what_json_says() {
        for reveal in [false, true] {
            let json: Value = serde_json::from_str(&rendered(Format::Json, reveal)).unwrap();
            let yaml: Value = serde_yaml::from_str(&rendered(Format::Yaml, reveal)).unwrap();
            assert_eq!(json, yaml);
        }
    }

    #[test]
    fn text_stays_text() {
        for text in
            ["true", "null", "~", "0x1F", "0o7", "1e3", "123456789012", ".inf", "", "a: b", "# x", "- y"]
        {
            let mut out = Vec::new();
            super::write(&text, &mut out).unwrap();
            let written = String::from_utf8(out).unwrap();
            assert_ne!(written.trim_end(), text);
            assert_eq!(serde_yaml::from_str::<String>(&written).unwrap(), text);
        }
    }
}
