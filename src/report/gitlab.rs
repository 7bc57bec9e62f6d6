//! `--format gitlab`: GitLab's code quality report, a list of issues (GitLab 18 documentation,
//! «Code Quality report format»: `description`, `check_name`, `fingerprint`, `severity` and
//! `location` are all that is read).

use super::{RenderOptions, json, phrases::Phrases};
use crate::{
    findings::{fingerprint, report::Report},
    model::target::Target,
    text::source::{Place, SourceName, Sources},
    vocabulary::finding::{Finding, Severity},
};
use serde::Serialize;
use std::io::{self, Write};

/// Writes the list.
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
    let mut issues = Vec::new();
    let prints = fingerprint::of_refusals(report);
    for (refusal, fingerprint) in report.refusals.iter().zip(prints) {
        let location = refusal.place.and_then(|p| location(&say, p));
        issues.push(CodeQualityIssue {
            description: say.refused(refusal),
            check_name: "docker-compose",
            fingerprint,
            severity: "blocker",
            location: location.unwrap_or_else(|| {
                let file = SourceName::Host(refusal.path.clone().into());
                first_line(say.repository_path(&file).unwrap_or_default())
            }),
        });
    }
    for (entry, prints) in report.targets.iter().zip(fingerprint::of_findings(report, sources)) {
        for (found, fingerprint) in entry.findings.iter().zip(prints) {
            issues.push(issue(&say, &entry.target, found, fingerprint));
        }
    }
    json::write(&issues, out)
}

#[derive(Serialize)]
struct CodeQualityIssue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: CodeQualityLocation,
}

#[derive(Serialize)]
struct CodeQualityLocation {
    path: String,
    lines: CodeQualityLines,
}

#[derive(Serialize)]
struct CodeQualityLines {
    begin: usize,
}

fn issue(say: &Phrases<'_>, target: &Target, finding: &Finding, fingerprint: String) -> CodeQualityIssue {
    // The list knows files of the repository only: what is elsewhere is shown at the nearest one.
    let places = finding.place.into_iter().chain(finding.related.iter().map(|r| r.place));
    let located = places.chain(target.deployment.place).find_map(|p| location(say, p));
    let message = say.sentence(&finding.message);
    let help = finding.help.as_deref().map(|h| format!(" Help: {}", say.sentence(&h.replace('\n', " "))));
    CodeQualityIssue {
        description: format!("{} {message}.{}", finding.rule, help.unwrap_or_default()),
        check_name: finding.name,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "info",
        },
        location: located.unwrap_or_else(|| first_line(say.name(&target.name))),
    }
}

fn location(say: &Phrases<'_>, place: Place) -> Option<CodeQualityLocation> {
    let path = say.repository_path(&say.sources.get(place.source).name)?;
    Some(CodeQualityLocation { path, lines: CodeQualityLines { begin: say.sources.line_col(place).line } })
}

fn first_line(path: String) -> CodeQualityLocation {
    CodeQualityLocation { path, lines: CodeQualityLines { begin: 1 } }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture, render};
    use serde_json::{Value, json};

    #[test]
    fn issues() {
        let (report, sources) = fixture::report();
        let mut out = Vec::new();
        render(Format::Gitlab, &report, &sources, &fixture::options(), &mut out).unwrap();
        fixture::assert_no_secret(&String::from_utf8_lossy(&out));
        let issues: Vec<Value> = serde_json::from_slice(&out).unwrap();
        let severities: Vec<_> = issues.iter().map(|i| i["severity"].as_str().unwrap()).collect();
        assert_eq!(severities, ["blocker", "critical", "info", "info"]);
        assert_eq!(issues[1]["location"], json!({"path": "claw/docker-compose.yml", "lines": {"begin": 5}}));
        assert_eq!(issues[1]["check_name"], "token-env-config-mismatch");
        let mut prints: Vec<_> = issues.iter().map(|i| i["fingerprint"].as_str().unwrap()).collect();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), issues.len());
    }

    /// GitLab refuses an issue without a path.
    #[test]
    fn what_is_in_no_file_has_a_place_all_the_same() {
        let (mut report, sources) = fixture::report();
        report.refusals[0].place = None;
        for finding in &mut report.targets[0].findings {
            finding.place = None;
            finding.related.clear();
        }
        let mut out = Vec::new();
        render(Format::Gitlab, &report, &sources, &fixture::options(), &mut out).unwrap();
        let issues: Vec<Value> = serde_json::from_slice(&out).unwrap();
        assert_eq!(issues[0]["location"]["path"], "claw/docker-compose.yml");
        assert_eq!(issues[1]["location"], json!({"path": "openclaw-gateway", "lines": {"begin": 1}}));
    }
}
