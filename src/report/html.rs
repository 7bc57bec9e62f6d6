//! `--format html`: one page that needs nothing else, for people who look at many settings at once.
//!
//! The page can be read without JavaScript; a script adds the filter, the switch between light and
//! dark, and where a card is shown. A policy in its head lets it load nothing and run nothing but
//! that script, so a name that got past the escapes would stay without effect.

mod finding;
mod matrix;
mod policy;
mod table;

use super::{
    RenderOptions,
    markup::Markup,
    phrases::{self, Phrases},
    words::counted,
};
use crate::{
    findings::report::{Report, TargetReport},
    model::target::{Observation, Outcome, Target},
    provenance::InspectedSource,
    redact::Excerpts,
    text::source::Sources,
    vocabulary::{deployment::Role, finding::Severity, prediction::Prediction},
};
use matrix::{Colors, Matrix};
use std::io::{self, Write};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Writes the page.
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
    let mut page = HtmlPage {
        say: &say,
        masked: Excerpts::new(sources, options.reveal),
        html: Markup::default(),
        colors: Colors::default(),
        cards: 0,
    };
    page.whole(report);
    writeln!(out, "{}", page.html.finish())
}

/// What the parts of the page are written with.
struct HtmlPage<'a> {
    say: &'a Phrases<'a>,
    masked: Excerpts<'a>,
    html: Markup,
    colors: Colors,
    /// How many cards there are, which gives each an id.
    cards: usize,
}

impl HtmlPage<'_> {
    fn whole(&mut self, report: &Report) {
        let title = format!("clawdock: {}", phrases::summary(report));
        let html = &mut self.html;
        html.raw("<!doctype html>\n").begin("html", &[("lang", "en")]).begin("head", &[]);
        html.empty("meta", &[("charset", "utf-8")]);
        html.empty(
            "meta",
            &[("http-equiv", "Content-Security-Policy"), ("content", &policy::of(STYLE, SCRIPT))],
        );
        html.empty("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
        html.empty("meta", &[("name", "color-scheme"), ("content", "light dark")]);
        html.leaf("title", &[], &title);
        html.raw("<style>").raw(STYLE).raw("</style>").end();
        html.raw("\n").begin("body", &[]);
        html.leaf("a", &[("class", "skip"), ("href", "#main")], "Skip to the report");
        self.top(report);
        self.html.begin("main", &[("id", "main")]);
        self.contents(report);
        self.refusals(report);
        if report.targets.iter().any(|t| !t.target.settings.is_empty()) {
            self.html.raw(include_str!("html/legend.html"));
        }
        for (number, entry) in report.targets.iter().enumerate() {
            self.target(number, entry);
        }
        self.html.end();
        let footer = "Values are distinguished by length and fingerprint. A fingerprint is another one in every \
                      run: equal values have equal ones within this page, and nothing can be looked up from it.";
        let shown = "This page shows secret values: it was made with --reveal.";
        let footer = if self.say.options.reveal { shown } else { footer };
        self.html.raw("\n").begin("footer", &[]).leaf("p", &[], footer);
        self.html.leaf("p", &[], concat!("clawdock ", env!("CARGO_PKG_VERSION"))).end();
        self.html.raw("<script>").raw(SCRIPT).raw("</script>");
    }

    /// The bar at the top: what was found, and the tools.
    fn top(&mut self, report: &Report) {
        let counts = report.summary();
        let html = &mut self.html;
        html.begin("header", &[("class", "top")]);
        html.raw(include_str!("html/brand.html"));
        html.begin("p", &[("class", "sum")]);
        let kinds = [
            ("error", counts.errors, "errors"),
            ("warning", counts.warnings, "warnings"),
            ("info", counts.infos, "notes"),
        ];
        for (one, n, many) in kinds {
            let quiet = if n == 0 { "pill none" } else { "pill" };
            html.begin("span", &[("class", quiet), ("data-kind", one)]).text(&counted(n, one, many)).end();
        }
        html.end().raw(include_str!("html/tools.html")).end();
    }

    /// Links to the targets, where there is more than one.
    fn contents(&mut self, report: &Report) {
        if report.targets.len() < 2 {
            return;
        }
        self.html
            .raw("\n")
            .begin("nav", &[("class", "contents"), ("aria-label", "Targets")])
            .begin("ul", &[]);
        for (number, entry) in report.targets.iter().enumerate() {
            let worst = entry.findings.iter().map(|f| f.severity).max();
            let class = worst.map_or("calm", Severity::id);
            self.html.begin("li", &[("class", class)]);
            let link = format!("#t{number}");
            self.html.leaf("a", &[("href", &link)], &self.say.name(&entry.target.name));
            self.html.leaf("span", &[], &finding::counts(&entry.findings)).end();
        }
        self.html.end().end();
    }

    fn refusals(&mut self, report: &Report) {
        for refusal in &report.refusals {
            self.refusal(refusal);
        }
    }

    fn target(&mut self, number: usize, entry: &TargetReport) {
        let target = &entry.target;
        let (id, heading) = (format!("t{number}"), format!("t{number}-name"));
        let worst = entry.findings.iter().map(|f| f.severity).max();
        let class = format!("target {}", worst.map_or("calm", Severity::id));
        self.html
            .raw("\n")
            .begin("section", &[("class", &class), ("id", &id), ("aria-labelledby", &heading)]);
        self.html.begin("header", &[]);
        self.html.leaf("h2", &[("id", &heading)], &self.say.name(&target.name));
        self.sentence("p", "verdict", &entry.verdict);
        self.html.leaf("p", &[("class", "about")], &self.say.about(target));
        if let Some(start) = target.uncontradicted_start() {
            let refuses = start.prediction == Prediction::Refuses;
            let class = if refuses { "start refuses" } else { "start" };
            self.html.leaf("p", &[("class", class)], &self.say.start(start));
        }
        self.html.end();
        self.settings(number, entry);
        for (at, found) in entry.findings.iter().enumerate() {
            self.finding(&finding::id(number, at), found);
        }
        self.observations(&target.observations);
        self.environments(number, entry);
        self.looked_at(&target.sources);
        self.html.end();
    }

    /// The matrix of the settings, and those that nothing sets.
    fn settings(&mut self, number: usize, entry: &TargetReport) {
        let target = &entry.target;
        if target.role == Role::Other && target.settings.is_empty() {
            return;
        }
        let (matrix, unset) = Matrix::of_settings(target);
        self.colors.assign(&matrix);
        let label = format!("Settings of {}", self.say.name(&target.name));
        self.table(number, &label, &matrix, entry);
        if !unset.is_empty() {
            let names: Vec<String> = unset.iter().map(|name| self.say.name(name)).collect();
            let words = format!("Not set anywhere: {}.", names.join(", "));
            self.html.leaf("p", &[("class", "unset")], &words);
        }
    }

    fn environments(&mut self, number: usize, entry: &TargetReport) {
        let target: &Target = &entry.target;
        let created = ("Environment the container is created with", Some(&target.environment));
        let process = ("Environment of the gateway's process", target.process_environment.as_ref());
        for (title, variables) in [created, process] {
            let Some(variables) = variables.filter(|v| !v.is_empty()) else { continue };
            let matrix = Matrix::of_variables(variables);
            self.colors.assign(&matrix);
            self.html.begin("details", &[]);
            let counted = counted(variables.len(), "variable", "variables");
            self.html.leaf("summary", &[], &format!("{title}: {counted}"));
            self.table(number, title, &matrix, entry);
            self.html.end();
        }
    }

    fn looked_at(&mut self, sources: &[InspectedSource]) {
        if sources.is_empty() {
            return;
        }
        let present = sources.iter().filter(|s| s.state.is_there()).count();
        self.html.begin("details", &[]);
        let title = format!("Looked at: {}, {present} present", counted(sources.len(), "place", "places"));
        self.html.leaf("summary", &[], &title).begin("ul", &[("class", "places")]);
        for source in sources {
            self.html.begin("li", &[("class", source.state.id())]);
            self.html.leaf("code", &[], &self.say.path(&source.path));
            let note = source.words().map(|n| format!(", {}", self.say.sentence(&n))).unwrap_or_default();
            self.html.text(&format!(" {} ({}){note}", source.state.word(), source.layer.id())).end();
        }
        self.html.end().end();
    }

    fn observations(&mut self, observations: &[Observation]) {
        if observations.is_empty() {
            return;
        }
        self.html.leaf("h3", &[], "Seen by the probe").begin("ul", &[("class", "probe")]);
        for seen in observations {
            let (class, word) = match seen.outcome {
                Outcome::Agrees => ("agrees", "confirmed"),
                Outcome::Contradicts => ("contradicts", "contradicted"),
                Outcome::Unknown => ("unknown", "inconclusive"),
                Outcome::Seen => ("seen", "seen"),
            };
            self.html.begin("li", &[("class", class)]);
            self.html.leaf("b", &[], word);
            let at = seen.place.map(|p| format!(" at {}", self.say.place(p))).unwrap_or_default();
            let value =
                seen.value.as_ref().map(|v| format!(", {}", self.say.text(&[&seen.subject], false, v)));
            let subject = self.say.sentence(&seen.subject);
            self.html.text(&format!(" {}: {subject}{at}{}", seen.probe, value.unwrap_or_default()));
            let observed = self.say.sentence(&seen.observed);
            let predicted =
                seen.predicted.as_deref().map(|p| format!("; predicted: {}", self.say.sentence(p)));
            let words = format!("seen: {observed}{}", predicted.unwrap_or_default());
            self.html.leaf("small", &[], &words).end();
        }
        self.html.end();
    }

    /// A sentence of the report; what stands between backticks is code.
    fn sentence(&mut self, tag: &'static str, class: &'static str, text: &str) {
        self.html.begin(tag, &[("class", class)]);
        self.code(&self.say.sentence_lines(text));
        self.html.end();
    }

    /// Text that holds code between backticks.
    fn code(&mut self, text: &str) {
        let paired = text.matches('`').count() / 2 * 2;
        for (i, piece) in text.splitn(paired + 1, '`').enumerate() {
            if i % 2 == 1 {
                self.html.leaf("code", &[], piece);
            } else {
                self.html.text(piece);
            }
        }
    }
}

#[cfg(test)]
mod tests;
