//! The sheet that the human renderers write on.

use crate::{
    redact::{Excerpts, Guard},
    report::{RenderOptions, phrases::Phrases, words::wrap},
    text::source::Sources,
};
use owo_colors::{OwoColorize as _, Style};
use std::{
    io::{self, Write},
    ops::Deref,
};
use unicode_width::UnicodeWidthStr as _;

/// Where the second column of a table begins, when the first leaves room for it.
const COLUMN: usize = 50;

/// A sink with the phrases that all parts of the report share, which it lends as its own.
pub(in crate::report) struct Page<'a> {
    pub(in crate::report) phrases: Phrases<'a>,
    pub(in crate::report) excerpts: Excerpts<'a>,
    out: &'a mut dyn Write,
    empty: bool,
}

impl<'a> Deref for Page<'a> {
    type Target = Phrases<'a>;

    fn deref(&self) -> &Self::Target {
        &self.phrases
    }
}

impl<'a> Page<'a> {
    pub(in crate::report) fn new(
        guard: Guard,
        sources: &'a Sources,
        options: &'a RenderOptions,
        out: &'a mut dyn Write,
    ) -> Self {
        let excerpts = Excerpts::new(sources, options.reveal);
        Self { phrases: Phrases::new(guard, sources, options), excerpts, out, empty: true }
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

    /// `name  text`, wrapped.
    pub(in crate::report) fn title(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.hanging(name, &format!(" {text}"), Style::new().bold())
    }

    /// `head text`, further lines behind blanks; only the head has the style.
    pub(in crate::report) fn hanging(&mut self, head: &str, text: &str, style: Style) -> io::Result<()> {
        let blanks = text.len() - text.trim_start().len() + 1;
        let filler = "x".repeat(head.width() + blanks);
        let width = self.options.width;
        let mut lines = wrap(&format!("{filler}{}", text.trim_start()), width).into_iter();
        let first = lines.next().unwrap_or_default();
        let painted = self.paint(head, style);
        self.line(&format!("{painted}{:blanks$}{}", "", first.get(filler.len()..).unwrap_or_default()))?;
        let rest = lines.collect::<Vec<_>>().join(" ");
        if rest.is_empty() { Ok(()) } else { self.indented(2, &rest, Style::new()) }
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

    /// Lines that were made elsewhere, apart from what is above.
    pub(in crate::report) fn passage(&mut self, text: &str) -> io::Result<()> {
        self.gap()?;
        for line in text.lines() {
            self.line(line)?;
        }
        Ok(())
    }
}
