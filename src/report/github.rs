//! `--format github`: annotations of GitHub Actions, one workflow command a line.
//!
//! The command and its escapes are those of the toolkit's `@actions/core` 1.11.1,
//! `lib/command.js`, which no page of the documentation gives in full.

use super::{RenderOptions, phrases::Phrases};
use crate::{
    findings::report::Report,
    model::target::Target,
    text::source::{Place, Sources},
    vocabulary::finding::{Finding, Severity},
};
use std::io::{self, Write};

/// Writes a command for each finding.
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
        let place = refusal.place.map(|p| location(&say, p)).unwrap_or_default();
        let file = if place.is_empty() { format!("{}: ", say.path(&refusal.path)) } else { String::new() };
        let message = format!("{file}{}", say.refused(refusal));
        writeln!(out, "{}", command("error", "docker compose", place, &message))?;
    }
    for entry in &report.targets {
        for found in &entry.findings {
            writeln!(out, "{}", annotation(&say, &entry.target, found))?;
        }
    }
    Ok(())
}

fn annotation(say: &Phrases<'_>, target: &Target, finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let title = format!("{} {} ({})", finding.rule, finding.name, say.name(&target.name));
    let place = finding.place.map(|p| location(say, p)).unwrap_or_default();
    let mut message = say.sentence(&finding.message);
    // What is in a container is no file that an annotation can be shown at.
    if let Some(elsewhere) = finding.place.filter(|_| place.is_empty()) {
        message.push_str(&format!("\nat {}", say.place(elsewhere)));
    }
    for related in &finding.related {
        message.push_str(&format!("\n{}: {}", say.place(related.place), say.sentence(&related.message)));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {}", say.sentence_lines(help)));
    }
    command(level, &title, place, &message)
}

type Properties = Vec<(&'static str, String)>;

fn location(say: &Phrases<'_>, place: Place) -> Properties {
    let source = say.sources.get(place.source);
    let Some(path) = say.repository_path(&source.name) else { return Vec::new() };
    let (from, to) = (source.line_col(place.span.start), source.line_col(place.span.end));
    let mut properties =
        vec![("file", path), ("line", from.line.to_string()), ("endLine", to.line.to_string())];
    // Columns are refused for a range of lines.
    if from.line == to.line {
        properties.push(("col", from.column.to_string()));
        properties.push(("endColumn", to.column.to_string()));
    }
    properties
}

/// `::error title=…,file=…,line=…::…`
fn command(level: &str, title: &str, place: Properties, message: &str) -> String {
    let properties = std::iter::once(("title", title.to_owned())).chain(place);
    let properties: Vec<String> =
        properties.map(|(name, value)| format!("{name}={}", escape_property(&value))).collect();
    format!("::{level} {}::{}", properties.join(","), escape_data(message))
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::{Format, RenderOptions, fixture, render};
    use super::*;

    fn rendered(options: &RenderOptions) -> String {
        let (report, sources) = fixture::report();
        let mut out = Vec::new();
        render(Format::Github, &report, &sources, options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn annotations() {
        let text = rendered(&fixture::options());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "::error title=docker compose,file=claw/docker-compose.yml,line=4,endLine=4,col=5,endColumn=17\
             ::Docker Compose refuses this: services.openclaw-gateway.environment must be a mapping"
        );
        assert_eq!(
            lines[1],
            "::error title=CD101 token-env-config-mismatch (openclaw-gateway),\
             file=claw/docker-compose.yml,line=5,endLine=5,col=31,endColumn=58\
             ::the gateway and its command line use different tokens\
             %0A.env:2:24: its value is written here\
             %0Aconfig/openclaw.json:5:14: the gateway uses this one\
             %0Ahelp: remove one of them, then run `docker compose up -d openclaw-gateway`"
        );
        assert!(lines[2].starts_with("::notice title=CD306 key-name-unknown (openclaw-gateway),"));
        assert_eq!(lines.len(), 4);
        fixture::assert_no_secret(&text);
    }

    /// Made with `@actions/core` 1.11.1: `issueCommand('error', {title, file}, message)`.
    #[test]
    fn escapes_are_those_of_the_toolkit() {
        let hostile = "a%b,c:d\r\ne::error::f%0A";
        let place = vec![("file", hostile.to_owned())];
        assert_eq!(
            command("error", hostile, place, hostile),
            "::error title=a%25b%2Cc%3Ad%0D%0Ae%3A%3Aerror%3A%3Af%250A,\
             file=a%25b%2Cc%3Ad%0D%0Ae%3A%3Aerror%3A%3Af%250A\
             ::a%25b,c:d%0D%0Ae::error::f%250A"
        );
    }
}
