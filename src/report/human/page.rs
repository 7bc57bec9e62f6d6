//! The sheet that the human renderers write on.

use super::{clean, wrap};
use crate::{
    origin::{Candidate, Step, Steps, Via},
    redact::{self, Excerpts, Guard},
    report::RenderOptions,
    source::{Place, SourceName, Sources},
    text::Text,
};
use owo_colors::{OwoColorize as _, Style};
use std::{
    io::{self, Write},
    path::Path,
};
use unicode_width::UnicodeWidthStr as _;

/// Where the second column of a table begins, when the first leaves room for it.
const COLUMN: usize = 50;

/// A sink with the options of the run, the guard of its report, and the phrases that all parts of
/// the report share.
pub(in crate::report) struct Page<'a> {
    pub(in crate::report) options: &'a RenderOptions,
    pub(in crate::report) sources: &'a Sources,
    pub(in crate::report) excerpts: Excerpts<'a>,
    guard: Guard,
    out: &'a mut dyn Write,
    empty: bool,
}

impl<'a> Page<'a> {
    pub(in crate::report) fn new(
        guard: Guard,
        sources: &'a Sources,
        options: &'a RenderOptions,
        out: &'a mut dyn Write,
    ) -> Self {
        let excerpts = Excerpts::new(sources, options.reveal);
        Self { options, sources, excerpts, guard, out, empty: true }
    }

    /// A sentence of the report.
    pub(in crate::report) fn sentence(&self, text: &str) -> String {
        clean(&self.guard.message(text)).into_owned()
    }

    /// As [`Page::sentence`], for text that may have several lines.
    pub(in crate::report) fn sentence_lines(&self, text: &str) -> String {
        let lines: Vec<String> = text.lines().map(|line| self.sentence(line)).collect();
        lines.join("\n")
    }

    /// A label of the report.
    pub(in crate::report) fn name(&self, label: &str) -> String {
        clean(&self.guard.name(label)).into_owned()
    }

    /// A path as a report shows it; relative to the current folder when it is below.
    pub(in crate::report) fn path(&self, path: &str) -> String {
        let below =
            Path::new(path).strip_prefix(&self.options.cwd).ok().filter(|p| !p.as_os_str().is_empty());
        let path = below.map_or_else(|| path.to_owned(), |p| p.display().to_string());
        clean(&self.guard.path(&path)).into_owned()
    }

    /// The path of a source.
    pub(in crate::report) fn source_path(&self, name: &SourceName) -> String {
        match name {
            SourceName::Host(path) => self.path(&path.to_string_lossy()),
            SourceName::Container { .. } | SourceName::Stdin => {
                clean(&self.guard.path(&name.to_string())).into_owned()
            }
            SourceName::Record { file, .. } => self.source_path(file),
        }
    }

    /// `path:line:column`, or `path:table/key` in a database.
    pub(in crate::report) fn place(&self, place: Place) -> String {
        let path = self.source_path(&self.sources.get(place.source).name);
        if let Some(record) = self.sources.record(place) {
            return format!("{path}:{}", self.name(&record));
        }
        let at = self.sources.line_col(place);
        format!("{path}:{}:{}", at.line, at.column)
    }

    /// `path:line:column (layer)`, or the layer alone for what is written nowhere.
    pub(in crate::report) fn origin(&self, candidate: &Candidate) -> String {
        match candidate.place {
            Some(place) => format!("{} ({})", self.place(place), candidate.layer),
            None => candidate.layer.to_string(),
        }
    }

    /// The steps of a value back to its source; empty when it has none.
    pub(in crate::report) fn via(&self, via: &Steps) -> String {
        let steps: Vec<String> = via.iter().map(|v| self.step(v)).collect();
        steps.join(" <- ")
    }

    fn step(&self, via: &Via) -> String {
        let at = via.place.map(|p| self.place(p)).unwrap_or_default();
        let at_or = |words: &str| if at.is_empty() { words.to_owned() } else { format!("{at} ({words})") };
        match &via.step {
            Step::Interpolation { shown } => self.sentence(shown),
            Step::HostEnv { name } => format!("{} of the host's environment", self.name(name)),
            Step::ProjectDotenv { .. } => at_or("project .env"),
            Step::CliEnvFile { .. } => at_or("--env-file"),
            Step::Env { layer, name } => at_or(&format!("{} of {layer}", self.name(name))),
            Step::ComposeEnvironment => at_or("environment"),
            Step::ComposeEnvFile => at_or("env_file"),
            Step::Alias => at_or("alias"),
            Step::MergeKey => at_or("merge key"),
            Step::Extends => at_or("extends"),
            Step::Include => at_or("include"),
        }
    }

    /// A value: itself when it is public, else its length and fingerprint. `name` is what decides,
    /// besides the name that the candidate has in its layer.
    pub(in crate::report) fn value(&self, name: &str, secret: bool, candidate: &Candidate) -> String {
        let Some(value) = &candidate.value else { return "unknown value".to_owned() };
        self.text(&[name, &candidate.name], secret, value)
    }

    /// As [`Page::value`], for a value alone.
    pub(in crate::report) fn text(&self, names: &[&str], secret: bool, value: &Text) -> String {
        if value.is_empty() {
            return "empty".to_owned();
        }
        if value.is_blank() {
            return "white space only".to_owned();
        }
        let reveal = self.options.reveal;
        let shown = || names.iter().find_map(|name| redact::shown(name, value, reveal));
        let shown = if secret && !reveal { None } else { shown() };
        shown.map_or_else(|| self.hidden(value), |s| clean(&s).into_owned())
    }

    /// `NAME=value`; what is not the value itself stands between `<` and `>`.
    pub(in crate::report) fn assignment(&self, name: &str, candidate: &Candidate) -> String {
        let shown = candidate.value.as_ref().filter(|v| !v.is_blank());
        let shown = shown.and_then(|v| redact::shown(name, v, self.options.reveal));
        let value = match shown {
            Some(shown) => clean(&shown).into_owned(),
            None if candidate.value.as_ref().is_some_and(Text::is_empty) => String::new(),
            None => format!("<{}>", self.value(name, false, candidate)),
        };
        format!("{}={value}", self.name(name))
    }

    /// `32 chars #27d4fd0bf4a2`
    pub(in crate::report) fn hidden(&self, value: &Text) -> String {
        let length = redact::length(value);
        let unit = if length == 1 { "char" } else { "chars" };
        format!("{length} {unit} #{}", self.options.fingerprinter.of(value))
    }

    /// An empty line, except at the top of the page.
    pub(in crate::report) fn gap(&mut self) -> io::Result<()> {
        if self.empty { Ok(()) } else { self.out.write_all(b"\n") }
    }

    /// One line.
    pub(in crate::report) fn line(&mut self, text: &str) -> io::Result<()> {
        self.empty = false;
        writeln!(self.out, "{}", text.trim_end())
    }

    /// Text in a style, when there are colours.
    pub(in crate::report) fn paint(&self, text: &str, style: Style) -> String {
        if self.options.color && !text.is_empty() { text.style(style).to_string() } else { text.to_owned() }
    }

    /// `name: text`, wrapped.
    pub(in crate::report) fn title(&mut self, name: &str, text: &str) -> io::Result<()> {
        let lines = wrap(&format!("{name}: {text}"), self.options.width);
        for (i, line) in lines.iter().enumerate() {
            let rest = line.strip_prefix(name).filter(|_| i == 0);
            let bold = rest.map(|rest| format!("{}{rest}", self.paint(name, Style::new().bold())));
            self.line(&bold.unwrap_or_else(|| line.clone()))?;
        }
        Ok(())
    }

    /// A heading of a section.
    pub(in crate::report) fn heading(&mut self, text: &str) -> io::Result<()> {
        self.gap()?;
        let text = self.paint(text, Style::new().bold());
        self.line(&text)
    }

    /// Wrapped text.
    pub(in crate::report) fn paragraph(&mut self, text: &str) -> io::Result<()> {
        self.indented(0, text, Style::new())
    }

    /// Wrapped text of less weight.
    pub(in crate::report) fn faint(&mut self, text: &str) -> io::Result<()> {
        self.indented(0, text, Style::new().dimmed())
    }

    /// Wrapped text behind blanks.
    pub(in crate::report) fn indented(&mut self, by: usize, text: &str, style: Style) -> io::Result<()> {
        for line in wrap(text, self.options.width.saturating_sub(by)) {
            let line = self.paint(&line, style);
            self.line(&format!("{:by$}{line}", ""))?;
        }
        Ok(())
    }

    /// Two columns: the second on a line of its own when both do not fit.
    pub(in crate::report) fn row(&mut self, left: &str, right: &str, style: Style) -> io::Result<()> {
        let painted = self.paint(left, style);
        self.painted_row(&painted, left, right, style)
    }

    /// As [`Page::row`], for a first column that is painted already; `plain` is its text.
    pub(in crate::report) fn painted_row(
        &mut self,
        painted: &str,
        plain: &str,
        right: &str,
        style: Style,
    ) -> io::Result<()> {
        let room = self.options.width.saturating_sub(plain.width() + right.width());
        let right = self.paint(right, style);
        let aligned = COLUMN.saturating_sub(plain.width()).max(2);
        if room >= 2 || right.is_empty() {
            let pad = if room >= aligned { aligned } else { 2 };
            return self.line(&format!("{painted}{:pad$}{right}", ""));
        }
        self.line(painted)?;
        self.line(&format!("      {right}"))
    }

    /// A value that may be shown, without what a terminal obeys.
    pub(in crate::report) fn neutral(&self, text: &str) -> String {
        clean(text).into_owned()
    }

    /// Bytes that were made elsewhere, as they are.
    pub(in crate::report) fn block(&mut self, text: &str) -> io::Result<()> {
        for line in text.lines() {
            self.line(line)?;
        }
        Ok(())
    }
}
