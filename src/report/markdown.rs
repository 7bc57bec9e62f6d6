//! `--format markdown`: for a comment on a pull request, or the summary of a job.
//!
//! GitHub's flavour, which GitLab, Gitea and Forgejo read as well.

mod escape;

use super::{
    RenderOptions, human,
    phrases::{self, Phrases},
    rows::{SettingRow, rows},
    words::counted,
};
use crate::{
    findings::report::{Report, TargetReport},
    provenance::{Candidate, Shadowed},
    redact::Excerpts,
    text::source::Sources,
    vocabulary::{deployment::Role, prediction::Prediction, setting::State},
};
use escape::{code, summary};
pub(crate) use escape::{fenced, prose};
use std::io::{self, Write};

/// A comment on GitHub has at most 65 536 characters; what is written around the report needs some.
const LIMIT: usize = 65_000;

/// Columns of the excerpts: as many as fit beside a pull request.
const WIDTH: usize = 96;

/// Writes the report: most important first, and no more than a comment can hold.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let options = RenderOptions { color: false, width: WIDTH, ..options.clone() };
    let say = Phrases::new(report.guard(options.reveal), sources, &options);
    let mut masked = Excerpts::new(sources, options.reveal);
    let mut page = MarkdownPage::default();
    page.add(&format!("### clawdock: {}\n\n", phrases::summary(report)));
    for refusal in &report.refusals {
        let title = format!("<b>error</b>: {}", summary(&say.refused(refusal)));
        let text = human::finding::refusal(&say, &mut masked, refusal);
        page.add(&details(&title, &fenced("text", &text)));
    }
    let all_other = report.targets.iter().all(|t| t.target.role == Role::Other);
    let silent = |t: &TargetReport| t.target.role == Role::Other && t.findings.is_empty();
    let shown: Vec<&TargetReport> =
        report.targets.iter().filter(|t| options.verbose || all_other || !silent(t)).collect();
    for entry in &shown {
        if !options.quiet {
            page.add(&head(&say, entry));
        }
        for found in &entry.findings {
            let message = summary(&say.sentence(&found.message));
            let title = format!("<b>{}[{}]</b>: {message}", found.severity.id(), found.rule);
            let text = human::finding::finding(&say, &mut masked, found);
            page.add(&details(&title, &fenced("text", &text)));
        }
    }
    // The findings of all targets come first: they are what a comment is read for.
    for entry in shown.iter().filter(|_| !options.quiet) {
        let rows = rows(&entry.target, options.verbose);
        if !rows.is_empty() {
            page.add(&settings(&say, &entry.target.name, &rows));
        }
    }
    out.write_all(page.finish().as_bytes())
}

/// The text, and how much had no room in it.
#[derive(Default)]
struct MarkdownPage {
    text: String,
    length: usize,
    left: usize,
}

impl MarkdownPage {
    /// Adds a part, wholly or not at all.
    fn add(&mut self, part: &str) {
        let length = self.length + part.chars().count();
        if length <= LIMIT {
            self.text.push_str(part);
            self.length = length;
        } else {
            self.left += 1;
        }
    }

    fn finish(mut self) -> String {
        if self.left > 0 {
            let parts = counted(self.left, "part", "parts");
            self.text.push_str(&format!("{parts} of the report had no room in a comment.\n\n"));
        }
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
        self.text
    }
}

fn head(say: &Phrases<'_>, entry: &TargetReport) -> String {
    let target = &entry.target;
    let name = code(&say.name(&target.name));
    let mut text = format!("**{name}**: {}\n", prose(&say.sentence(&entry.verdict)));
    text.push_str(&format!("<br><sub>{}</sub>\n", prose(&say.about(target))));
    if let Some(start) = target.uncontradicted_start().filter(|s| s.prediction != Prediction::Starts) {
        text.push_str(&format!("<br><sub>{}</sub>\n", prose(&say.start(start))));
    }
    text.push('\n');
    text
}

fn settings(say: &Phrases<'_>, target: &str, rows: &[SettingRow<'_>]) -> String {
    let cells = |row: &SettingRow<'_>| {
        let offer_of = |c: &Candidate, value: String| {
            let via =
                if c.via.is_empty() { String::new() } else { format!(" ← {}", code(&say.via(&c.via))) };
            format!("{}{via}<br>{}", code(&say.origin(c)), code(&value))
        };
        let offer = |c: &Candidate| offer_of(c, say.value(&row.setting.name(), row.setting.secret, c));
        let used = |c: &Candidate| offer_of(c, say.held(row.setting, row.view, c));
        let winner = match (&row.view.winner, row.view.state) {
            (Some(winner), State::Unresolved) => format!("{}<br>cannot be resolved", used(winner)),
            (Some(winner), _) => used(winner),
            (None, State::Unknown) => "unknown from here".to_owned(),
            (None, _) if !row.view.ignored.is_empty() => "set, and not used".to_owned(),
            (None, _) => "not set".to_owned(),
        };
        let lost = |l: &Shadowed| {
            format!("{}<br>{}", offer(&l.candidate), prose(&say.sentence(&l.reason.to_string())))
        };
        let losers: Vec<String> = row.view.losers.iter().chain(&row.view.ignored).map(lost).collect();
        let consumers: Vec<String> = row.consumers.iter().map(|c| code(&say.name(c))).collect();
        [code(&say.name(&row.setting.name())), consumers.join(", "), winner, losers.join("<br>")]
    };
    let head = ["setting", "for", "in effect", "not in effect"].map(str::to_owned);
    let table = table(head, rows.iter().map(cells));
    details(&format!("Settings of {}", summary(&format!("`{}`", say.name(target)))), &table)
}

/// A table of cells that are escaped already.
pub(crate) fn table<const N: usize>(
    head: [String; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let line = |cells: [String; N]| format!("| {} |\n", cells.join(" | "));
    let mut table = line(head) + &format!("|{}\n", "---|".repeat(N));
    table.extend(rows.into_iter().map(line));
    table
}

/// A part that is folded up.
fn details(title: &str, body: &str) -> String {
    format!("<details><summary>{title}</summary>\n\n{body}\n</details>\n\n")
}

#[cfg(test)]
mod tests {
    use super::super::{Format, RenderOptions, fixture, render};
    use super::*;

    fn rendered(report: &Report, sources: &Sources, options: &RenderOptions) -> String {
        let mut out = Vec::new();
        render(Format::Markdown, report, sources, options, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        fixture::assert_no_secret(&text);
        text
    }

    #[test]
    fn a_report() {
        let (mut report, sources) = fixture::report();
        report.targets[0].findings.truncate(1);
        let text = rendered(&report, &sources, &fixture::options());
        let want = r#"### clawdock: 2 errors in 1 target

<details><summary><b>error</b>: Docker Compose refuses this: services.openclaw-gateway.environment must be a mapping</summary>

```text
error: Docker Compose refuses this: services.openclaw-gateway.environment must be a
       mapping
 --> docker-compose.yml:4:5
4 |     environment:
  |     ^^^^^^^^^^^^
```

</details>

**<code>openclaw-gateway</code>**: The gateway uses the token of openclaw.json, its command line another one.
<br><sub>gateway, service of project claw, image ghcr.io/openclaw/openclaw:2026.9.6, OpenClaw 2026.9.6 (package.json)</sub>

<details><summary><b>error[CD101]</b>: the gateway and its command line use different tokens</summary>
"#;
        assert!(text.starts_with(want), "{text}");
        let row = "| <code>gateway.auth.token</code> | <code>gateway</code> | \
                   <code>config/openclaw.json:5:14 (config)</code><br><code>32 chars \\#f38fd635c950</code> | \
                   <code>docker-compose.yml:5:31 (environment)</code> ← \
                   <code>${OPENCLAW\\_GATEWAY\\_TOKEN:-} &lt;- .env:2:24 (project .env)</code>\
                   <br><code>28 chars \\#b1ac4d5fb5e8</code><br>OpenClaw reads gateway.auth.token first |";
        assert!(text.contains(row), "{text}");
    }

    #[test]
    fn a_long_report_fits_into_a_comment() {
        let (mut report, sources) = fixture::report();
        let finding = report.targets[0].findings[0].clone();
        report.targets[0].findings = vec![finding; 400];
        let text = rendered(&report, &sources, &fixture::options());
        assert!(text.chars().count() < 65_536 && text.chars().count() > 60_000);
        assert!(text.ends_with("parts of the report had no room in a comment.\n"), "{}", &text[60_000..]);
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    }

    #[test]
    fn hostile_names_stay_text() {
        let (mut report, sources) = fixture::report();
        let hostile = "a|b`c*d_e<script>@user #1 </summary>";
        report.targets[0].target.settings[0].key = hostile.into();
        report.targets[0].verdict = hostile.to_owned();
        report.targets[0].findings[0].message = hostile.to_owned();
        let text = rendered(&report, &sources, &fixture::options());
        let outside: String = text.split("```").step_by(2).collect();
        assert!(!outside.contains("<script"), "{text}");
        let row = text.lines().find(|l| l.starts_with("| <code>a")).unwrap();
        assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
    }
}
