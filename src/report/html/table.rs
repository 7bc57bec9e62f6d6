//! A matrix as a table of chips, each with a card that says where its value comes from and why.

use super::{
    HtmlPage, finding,
    matrix::{Chip, Matrix, MatrixCellKind, MatrixLine},
};
use crate::{findings::report::TargetReport, vocabulary::setting::State};

impl HtmlPage<'_> {
    pub(super) fn table(&mut self, number: usize, label: &str, matrix: &Matrix<'_>, entry: &TargetReport) {
        let region = [("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", label)];
        self.html.raw("\n").begin("div", &region).begin("table", &[("class", "matrix")]);
        self.html.leaf("caption", &[("class", "unseen")], label).begin("thead", &[]).begin("tr", &[]);
        self.html.leaf("th", &[("scope", "col")], "weakest to strongest");
        for column in &matrix.columns {
            self.html.leaf("th", &[("scope", "col")], &column.to_string());
        }
        self.html.end().end().begin("tbody", &[]);
        for line in &matrix.lines {
            self.line(number, line, entry);
        }
        self.html.end().end().end();
    }

    /// The name of a line, or the one that it has in a layer.
    fn label(&self, line: &MatrixLine<'_>, name: &str) -> String {
        if line.setting.is_some() { self.say.name(name) } else { self.say.variable(name) }
    }

    fn line(&mut self, number: usize, line: &MatrixLine<'_>, entry: &TargetReport) {
        let class = if line.notable { "row notable" } else { "row" };
        self.html.raw("\n").begin("tr", &[("class", class)]).begin("th", &[("scope", "row")]);
        let key = self.label(line, &line.name);
        self.html.leaf("span", &[("class", "key")], &key);
        if !line.consumers.is_empty() {
            let whose: Vec<String> = line.consumers.iter().map(|c| self.say.name(c)).collect();
            self.html.leaf("span", &[("class", "who")], &format!("for {}", whose.join(", ")));
        }
        let state = match line.state {
            State::Set => None,
            State::Blank => Some("blank"),
            State::Unset if line.setting.is_none() => Some("passed without a value"),
            State::Unset if line.cells.iter().flatten().any(|chip| chip.kind == MatrixCellKind::Ignored) => {
                Some("set, and not used")
            }
            State::Unset => Some("not set"),
            State::Unresolved => Some("a reference that cannot be resolved"),
            State::Unknown => Some("unknown from here"),
        };
        if let Some(state) = state {
            self.html.leaf("span", &[("class", "state")], state);
        }
        self.references(number, line, entry);
        self.html.end();
        let used = |at: &usize| line.cells[*at].iter().any(|chip| chip.kind != MatrixCellKind::Ignored);
        let (first, last) = ((0..line.cells.len()).find(used), (0..line.cells.len()).rev().find(used));
        for (at, chips) in line.cells.iter().enumerate() {
            // A line runs through the row, from the first place to the last.
            let class = match (first, last) {
                (Some(first), Some(last)) if first == last => "",
                (Some(first), _) if at == first => "begins",
                (_, Some(last)) if at == last => "ends",
                (Some(first), Some(last)) if first < at && at < last => "passes",
                _ => "",
            };
            self.html.begin("td", &[("class", class)]);
            for chip in chips {
                self.chip(line, chip);
            }
            self.html.end();
        }
        self.html.end();
    }

    /// Links to the findings about a row.
    fn references(&mut self, number: usize, line: &MatrixLine<'_>, entry: &TargetReport) {
        for (at, found) in entry.findings.iter().enumerate() {
            let Some(key) = found.key.as_deref() else { continue };
            if key == line.name || line.setting.is_some_and(|s| s.is_about(key)) {
                let link = format!("#{}", finding::id(number, at));
                let class = format!("ref {}", found.severity.id());
                self.html.leaf("a", &[("class", &class), ("href", &link)], found.rule);
            }
        }
    }

    fn chip(&mut self, line: &MatrixLine<'_>, chip: &Chip<'_>) {
        let (class, word) = words(chip);
        let color = if chip.candidate.is_blank() { None } else { self.colors.of(chip.candidate) };
        let class = match color {
            Some(color) => format!("chip {class} c{color}"),
            None => format!("chip {class}"),
        };
        self.cards += 1;
        let id = format!("c{}", self.cards);
        self.html.begin("div", &[("class", "offer")]);
        self.html.begin("span", &[("class", &class), ("tabindex", "0"), ("aria-describedby", &id)]);
        self.html.leaf("span", &[("class", "how")], word);
        let value = match chip.kind {
            MatrixCellKind::Source => None,
            _ => Some(self.brief(line, chip)),
        };
        if let Some(value) = value {
            self.html.leaf("span", &[("class", "value")], &value);
        }
        let place = chip.step.map_or_else(|| chip.candidate.place, |step| step.place);
        if let Some(place) = place {
            self.html.leaf("span", &[("class", "at")], &self.say.sentence(&self.say.sources.brief(place)));
        }
        self.html.end();
        self.card(&id, line, chip, word);
        self.html.end();
    }

    /// A value in few characters: itself where it is public, else the beginning of its fingerprint.
    fn brief(&self, line: &MatrixLine<'_>, chip: &Chip<'_>) -> String {
        let candidate = chip.candidate;
        if let Some(held) = line
            .held
            .filter(|_| chip.kind == MatrixCellKind::Wins)
            .and_then(|h| self.say.contents(h, candidate))
        {
            return held;
        }
        let Some(value) = &candidate.value else { return "unknown".to_owned() };
        if value.is_blank() {
            return "blank".to_owned();
        }
        let names = [&*line.name, &candidate.name];
        self.say.public(&names, line.secret, value).unwrap_or_else(|| {
            let print = self.say.options.fingerprinter.of(value);
            format!("#{}", print.get(..6).unwrap_or(&print))
        })
    }

    /// What is said when one points at a chip.
    fn card(&mut self, id: &str, line: &MatrixLine<'_>, chip: &Chip<'_>, word: &'static str) {
        let candidate = chip.candidate;
        self.html.begin("span", &[("class", "card"), ("id", id), ("role", "tooltip")]);
        let name = self.label(line, &candidate.name);
        self.html.begin("b", &[]).text(word).text(": ").text(&name).end();
        let at = match chip.step {
            Some(step) => format!("{}, passed on to {}", self.say.step(step), self.say.origin(candidate)),
            None => self.say.origin(candidate),
        };
        self.html.leaf("span", &[("class", "path")], &at);
        if chip.step.is_none() && !candidate.via.is_empty() {
            let via = format!("from {}", self.say.via(&candidate.via));
            self.html.leaf("span", &[("class", "path")], &via);
        }
        let held = line.held.filter(|_| chip.kind == MatrixCellKind::Wins);
        let held = held.and_then(|held| self.say.contents(held, candidate));
        let value = held.unwrap_or_else(|| self.say.value(&line.name, line.secret, candidate));
        self.html.leaf("span", &[("class", "full")], &value);
        if let Some(why) = &chip.why {
            self.html.leaf("span", &[("class", "why")], &self.say.sentence(why));
        }
        self.html.end();
    }
}

/// The class of a chip and what it says.
fn words(chip: &Chip<'_>) -> (&'static str, &'static str) {
    let blank = chip.candidate.is_blank();
    let unknown = chip.candidate.value.is_none();
    match chip.kind {
        MatrixCellKind::Wins if blank => ("wins blank", "in effect"),
        MatrixCellKind::Wins if unknown => ("wins unknown", "in effect"),
        MatrixCellKind::Wins => ("wins", "in effect"),
        MatrixCellKind::Unresolved => ("nowhere", "cannot be resolved"),
        MatrixCellKind::Agrees => ("agrees", "the same"),
        MatrixCellKind::Overridden if blank => ("lost blank", "skipped"),
        MatrixCellKind::Overridden => ("lost", "overridden"),
        MatrixCellKind::Ignored => ("ignored", "not read"),
        MatrixCellKind::Source => ("source", "written here"),
    }
}
