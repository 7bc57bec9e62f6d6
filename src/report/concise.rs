//! `--format concise`: one line for each finding, as compilers and ruff write it:
//! `PATH:LINE:COLUMN: SEVERITY[CDnnn] NAME MESSAGE`.

use super::{RenderOptions, phrases::Phrases};
use crate::findings::report::Report;
use crate::text::source::Sources;
use std::io::{self, Write};

/// Writes a line for each finding; what has no place begins with its service or container.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let say = Phrases::new(report.guard(options.reveal), sources, options);
    for refusal in &report.refusals {
        let at = refusal.place.map_or_else(|| say.path(&refusal.path), |place| say.place(place));
        writeln!(out, "{at}: error[compose] {}", say.refused(refusal))?;
    }
    for entry in &report.targets {
        for finding in &entry.findings {
            let name = say.name(&entry.target.name);
            let at = finding.place.map_or_else(|| name.clone(), |place| say.place(place));
            let also: String =
                finding.also.iter().map(|other| format!(", {}", say.name(&other.target))).collect();
            writeln!(
                out,
                "{at}: {}[{}] {} {} ({name}{also})",
                finding.severity.id(),
                finding.rule,
                finding.name,
                say.sentence(&finding.message)
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture, render};

    #[test]
    fn a_line_for_each_finding() {
        let (report, sources) = fixture::report();
        let mut out = Vec::new();
        render(Format::Concise, &report, &sources, &fixture::options(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..3],
            [
                "docker-compose.yml:4:5: error[compose] Docker Compose refuses this: \
                 services.openclaw-gateway.environment must be a mapping",
                "docker-compose.yml:5:31: error[CD101] token-env-config-mismatch the gateway and its \
                 command line use different tokens (openclaw-gateway)",
                "docker-compose.yml:7:7: info[CD306] key-name-unknown no program of this project is known \
                 to read MY_PASSPHRASE (openclaw-gateway)",
            ]
        );
        fixture::assert_no_secret(&text);
    }
}
