//! Findings with excerpts of the sources.

use super::HtmlPage;
use crate::{
    report::{
        excerpt::{self, Excerpt, ExcerptLine, ExcerptMark},
        words::counted,
    },
    vocabulary::finding::{Confidence, Finding, Refusal},
};

/// Lines that are shown around one of which something is said.
const AROUND: usize = 1;

/// Nothing is too wide: an excerpt can be scrolled.
const WIDEST: usize = usize::MAX;

/// The id of a finding on the page.
pub(super) fn id(target: usize, finding: usize) -> String {
    format!("f{target}-{finding}")
}

/// How many findings there are.
pub(super) fn counts(findings: &[Finding]) -> String {
    if findings.is_empty() {
        "no findings".to_owned()
    } else {
        counted(findings.len(), "finding", "findings")
    }
}

impl HtmlPage<'_> {
    pub(super) fn finding(&mut self, id: &str, finding: &Finding) {
        let severity = finding.severity.id();
        let classes = format!("finding {severity}");
        self.html.raw("\n").begin("article", &[("class", &classes), ("id", id), ("data-kind", severity)]);
        self.html.begin("h3", &[]);
        self.html.leaf("span", &[("class", "pill")], severity);
        self.html.leaf("code", &[], finding.rule).text(" ").text(finding.name).end();
        self.sentence("p", "message", &finding.message);
        self.excerpts(&excerpt::marks_of(self.say, finding));
        if let Some(help) = &finding.help {
            self.html.begin("p", &[("class", "help")]).leaf("b", &[], "What to do").text(" ");
            self.code(&self.say.sentence_lines(help));
            self.html.end();
        }
        let confidence = match finding.confidence {
            Confidence::High => None,
            Confidence::Medium => Some("Confidence: medium. "),
            Confidence::Low => Some("Confidence: low. "),
        };
        self.html.begin("p", &[("class", "meta")]).text(confidence.unwrap_or_default());
        self.html.leaf("code", &[], &format!("clawdock explain {}", finding.rule)).end().end();
    }

    pub(super) fn refusal(&mut self, refusal: &Refusal) {
        self.html.raw("\n").begin("article", &[("class", "finding error"), ("data-kind", "error")]);
        self.html.begin("h3", &[]).leaf("span", &[("class", "pill")], "error").text("Docker Compose").end();
        let message = self.say.refused(refusal);
        self.html.leaf("p", &[("class", "message")], &message);
        if refusal.place.is_none() {
            self.html.begin("p", &[("class", "meta")]).text("in ");
            self.html.leaf("code", &[], &self.say.path(&refusal.path)).end();
        }
        self.excerpts(&excerpt::mark_of(refusal));
        self.html.end();
    }

    fn excerpts(&mut self, marks: &[ExcerptMark]) {
        for excerpt in excerpt::excerpts(self.say, &mut self.masked, marks, WIDEST) {
            self.excerpt(&excerpt);
        }
    }

    fn excerpt(&mut self, excerpt: &Excerpt) {
        self.html
            .begin("figure", &[])
            .leaf("figcaption", &[], &excerpt.path)
            .begin("div", &[("class", "code")]);
        let marked = |at: usize| excerpt.lines.get(at).is_some_and(|l| !l.marks.is_empty());
        let shown = |at: &usize| (at.saturating_sub(AROUND)..=at + AROUND).any(marked);
        let mut left_out = false;
        for (at, line) in excerpt.lines.iter().enumerate() {
            if !shown(&at) {
                if !left_out {
                    self.html.raw("<div class=\"gap\">⋮</div>");
                }
                left_out = true;
                continue;
            }
            left_out = false;
            self.source_line(excerpt.first_line + at, line);
        }
        self.html.end().end();
    }

    fn source_line(&mut self, number: usize, line: &ExcerptLine) {
        self.html.begin("div", &[("class", "line")]);
        self.html.leaf("span", &[("class", "number")], &number.to_string()).begin("code", &[]);
        let mut marks: Vec<_> = line.marks.iter().collect();
        marks.sort_by_key(|m| m.span.start);
        let mut at = 0;
        for mark in &marks {
            // Of places that overlap, the first is underlined; what is said of both is below.
            if mark.span.start < at {
                continue;
            }
            let class = if mark.primary { "primary" } else { "related" };
            self.html.text(&line.text[at..mark.span.start]);
            self.html.leaf("mark", &[("class", class)], &line.text[mark.span.clone()]);
            at = mark.span.end;
        }
        self.html.text(&line.text[at..]).end().end();
        for mark in marks {
            let Some(label) = &mark.label else { continue };
            let class = if mark.primary { "said primary" } else { "said related" };
            self.html.leaf("div", &[("class", class)], label);
        }
    }
}
