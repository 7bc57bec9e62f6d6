//! The matrix of settings and layers: which column, which chip, which colour.

use crate::{
    model::target::Target,
    provenance::{Candidate, Layer, ProvenanceStep, Shadowed, Variable},
    redact,
    report::rows::{self, SettingRow},
    text::{secret::js_trim, source::Place},
    vocabulary::setting::State,
};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// Colours that `style.css` has.
const PALETTE: usize = 10;

/// What became of an offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MatrixCellKind {
    Wins,
    /// It wins, and leads nowhere.
    Unresolved,
    /// Not in effect, and the same as what is.
    Agrees,
    Overridden,
    Ignored,
    /// The characters of another column's offer were written here.
    Source,
}

/// One entry of a cell.
pub(super) struct Chip<'a> {
    pub(super) kind: MatrixCellKind,
    pub(super) candidate: &'a Candidate,
    /// Of [`MatrixCellKind::Source`].
    pub(super) step: Option<&'a ProvenanceStep>,
    pub(super) why: Option<String>,
}

/// One row.
pub(super) struct MatrixLine<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) secret: bool,
    pub(super) consumers: Vec<String>,
    pub(super) state: State,
    /// Something about it deserves a look.
    pub(super) notable: bool,
    pub(super) setting: Option<&'a crate::vocabulary::setting::Setting>,
    /// What the config holds, where that is more than a value.
    pub(super) held: Option<crate::vocabulary::setting::Holds>,
    /// The chips of each column.
    pub(super) cells: Vec<Vec<Chip<'a>>>,
}

/// Rows and columns.
pub(super) struct Matrix<'a> {
    pub(super) columns: Vec<Layer>,
    pub(super) lines: Vec<MatrixLine<'a>>,
}

/// The chips of a row by column, before the columns are in order.
type Offers<'a> = Vec<(Layer, Chip<'a>)>;

impl<'a> Matrix<'a> {
    /// The settings that something sets, and the names of the others.
    pub(super) fn of_settings(target: &'a Target) -> (Self, Vec<Cow<'a, str>>) {
        let is_set = |row: &SettingRow<'_>| {
            row.view.winner.is_some() || !row.view.losers.is_empty() || !row.view.ignored.is_empty()
        };
        let (set, unset): (Vec<SettingRow<'a>>, Vec<SettingRow<'a>>) =
            rows::rows(target, true).into_iter().partition(is_set);
        let mut names: Vec<Cow<'a, str>> = unset.iter().map(|row| row.setting.name()).collect();
        names.retain(|name| set.iter().all(|row| row.setting.name() != *name));
        names.dedup();
        let line = |row: SettingRow<'a>| {
            let view = row.view;
            let wins = if view.state == State::Unresolved {
                MatrixCellKind::Unresolved
            } else {
                MatrixCellKind::Wins
            };
            let offers = offers(view.winner.as_ref(), wins, &view.losers, &view.ignored);
            let line = MatrixLine {
                name: row.setting.name(),
                secret: row.setting.secret,
                consumers: row.consumers,
                state: view.state,
                notable: row.notable,
                setting: Some(row.setting),
                held: view.holds,
                cells: Vec::new(),
            };
            (line, offers)
        };
        (Self::new(set.into_iter().map(line).collect()), names)
    }

    /// An environment.
    pub(super) fn of_variables(variables: &'a [Variable]) -> Self {
        let line = |variable: &'a Variable| {
            let offers = offers(variable.winner.as_ref(), MatrixCellKind::Wins, &variable.losers, &[]);
            let is_blank = variable.winner.as_ref().is_some_and(Candidate::is_blank);
            let line = MatrixLine {
                name: variable.name.as_str().into(),
                secret: false,
                consumers: Vec::new(),
                state: match &variable.winner {
                    None => State::Unset,
                    Some(_) if is_blank => State::Blank,
                    Some(_) => State::Set,
                },
                notable: is_blank || !variable.losers.is_empty(),
                setting: None,
                held: None,
                cells: Vec::new(),
            };
            (line, offers)
        };
        Self::new(variables.iter().map(line).collect())
    }

    fn new(lines: Vec<(MatrixLine<'a>, Offers<'a>)>) -> Self {
        let columns = in_order(lines.iter().map(|(_, offers)| offers.as_slice()));
        let place = |(mut line, offers): (MatrixLine<'a>, Offers<'a>)| {
            line.cells = columns.iter().map(|_| Vec::new()).collect();
            for (column, chip) in offers {
                if let Some(at) = columns.iter().position(|c| *c == column) {
                    line.cells[at].push(chip);
                }
            }
            line
        };
        let lines = lines.into_iter().map(place).collect();
        Self { columns, lines }
    }
}

fn offers<'a>(
    winner: Option<&'a Candidate>,
    wins: MatrixCellKind,
    losers: &'a [Shadowed],
    ignored: &'a [Shadowed],
) -> Offers<'a> {
    let lost = |loser: &'a Shadowed| {
        let agrees = winner.is_some_and(|w| w.agrees(&loser.candidate));
        (
            if agrees { MatrixCellKind::Agrees } else { MatrixCellKind::Overridden },
            &loser.candidate,
            Some(loser.reason.to_string()),
        )
    };
    let all = winner.map(|w| (wins, w, None)).into_iter().chain(losers.iter().map(lost));
    let all = all
        .chain(ignored.iter().map(|l| (MatrixCellKind::Ignored, &l.candidate, Some(l.reason.to_string()))));
    let mut offers: Offers<'a> = Vec::new();
    let mut sources: Vec<(Layer, Option<Place>)> = Vec::new();
    for (kind, candidate, why) in all {
        let own = candidate.layer;
        for via in candidate.via.iter() {
            // Two offers can come from the same line: it is one source.
            let Some(column) = via.step.layer().filter(|layer| *layer != own) else { continue };
            if !sources.contains(&(column, via.place)) {
                sources.push((column, via.place));
                offers.push((
                    column,
                    Chip { kind: MatrixCellKind::Source, candidate, step: Some(via), why: None },
                ));
            }
        }
        offers.push((own, Chip { kind, candidate, step: None, why }));
    }
    offers
}

/// The columns that occur, weakest first: a column comes after those that it overrides in more rows
/// than it is overridden in, as far as the rows do not contradict each other. What is never read is
/// weakest of all, and a source stands before what it feeds.
fn in_order<'a, 'b: 'a>(rows: impl Iterator<Item = &'a [(Layer, Chip<'b>)]>) -> Vec<Layer> {
    let (mut competing, mut unread, mut sources) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut wins: HashMap<(Layer, Layer), i32> = HashMap::new();
    for offers in rows {
        let mut ranked: Vec<Layer> = Vec::new();
        for (column, chip) in offers {
            match chip.kind {
                MatrixCellKind::Ignored => drop(unread.insert(*column)),
                MatrixCellKind::Source => drop(sources.insert((*column, chip.candidate.layer))),
                _ => ranked.push(*column),
            }
        }
        for (at, strong) in ranked.iter().enumerate() {
            for weak in ranked[at + 1..].iter().filter(|weak| *weak != strong) {
                *wins.entry((*strong, *weak)).or_default() += 1;
                *wins.entry((*weak, *strong)).or_default() -= 1;
            }
        }
        competing.extend(ranked);
    }
    let mut columns: Vec<Layer> = unread.difference(&competing).copied().collect();
    let mut left = competing;
    while let Some(first) = left.first().copied() {
        let is_weakest =
            |c: &&Layer| left.iter().all(|other| wins.get(&(**c, *other)).is_none_or(|n| *n <= 0));
        let next = left.iter().find(is_weakest).copied().unwrap_or(first);
        left.remove(&next);
        columns.push(next);
    }
    for (source, _) in &sources {
        if columns.contains(source) {
            continue;
        }
        let feeds = |column: &Layer| sources.contains(&(*source, *column));
        let at = columns.iter().position(feeds).unwrap_or(columns.len());
        columns.insert(at, *source);
    }
    columns
}

/// Colours by value, the same on the whole page. A value has one where it is hidden and worth
/// comparing: where it occurs twice, or beside another one.
#[derive(Default)]
pub(super) struct Colors {
    by_value: HashMap<String, usize>,
    used: [usize; PALETTE],
}

impl Colors {
    /// Gives colours to the hidden values of a matrix.
    pub(super) fn assign(&mut self, matrix: &Matrix<'_>) {
        let values: Vec<Vec<&str>> = matrix.lines.iter().map(hidden_values_of).collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for value in values.iter().flatten() {
            *counts.entry(value).or_default() += 1;
        }
        for line in &values {
            let distinct: BTreeSet<&str> = line.iter().copied().collect();
            for value in line {
                let compared = distinct.len() > 1 || counts[value] > 1;
                if compared && !self.by_value.contains_key(*value) {
                    self.give(value, &distinct);
                }
            }
        }
    }

    /// One that no value of the row has, and few others.
    fn give(&mut self, value: &str, beside: &BTreeSet<&str>) {
        let taken: Vec<usize> = beside.iter().filter_map(|v| self.by_value.get(*v)).copied().collect();
        let color = (0..PALETTE).min_by_key(|c| (taken.contains(c), self.used[*c])).unwrap_or_default();
        self.used[color] += 1;
        self.by_value.insert(value.to_owned(), color);
    }

    /// The colour of a value.
    pub(super) fn of(&self, candidate: &Candidate) -> Option<usize> {
        self.by_value.get(value_of(candidate)?).copied()
    }
}

/// The values that compete in a row and cannot be read on the page, blank ones left out.
fn hidden_values_of<'a>(line: &MatrixLine<'a>) -> Vec<&'a str> {
    let competes = |chip: &&Chip<'a>| !matches!(chip.kind, MatrixCellKind::Source | MatrixCellKind::Ignored);
    let hidden = |chip: &&Chip<'a>| {
        let shown = |value| {
            [&*line.name, &chip.candidate.name].iter().any(|name| redact::shown(name, value, false).is_some())
        };
        line.secret || chip.candidate.value.as_ref().is_some_and(|value| !shown(value))
    };
    let chips = line.cells.iter().flatten().filter(competes).filter(hidden);
    chips.filter_map(|chip| value_of(chip.candidate)).collect()
}

/// Values are the same when OpenClaw takes them for the same.
fn value_of(candidate: &Candidate) -> Option<&str> {
    candidate.value.as_ref().map(|v| js_trim(v.expose())).filter(|v| !v.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn chips(matrix: &Matrix<'_>, row: usize) -> Vec<(String, MatrixCellKind)> {
        let cells = matrix.columns.iter().zip(&matrix.lines[row].cells);
        cells.flat_map(|(column, chips)| chips.iter().map(|c| (column.to_string(), c.kind))).collect()
    }

    fn said(chips: &[(String, MatrixCellKind)]) -> Vec<(&str, MatrixCellKind)> {
        chips.iter().map(|(title, kind)| (title.as_str(), *kind)).collect()
    }

    #[test]
    fn a_value_goes_from_its_source_to_where_it_wins() {
        let (report, _) = fixture::report();
        let (matrix, unset) = Matrix::of_settings(&report.targets[0].target);
        assert!(unset.is_empty());
        assert_eq!(
            said(&chips(&matrix, 0)),
            [
                ("project .env", MatrixCellKind::Source),
                ("environment", MatrixCellKind::Overridden),
                ("config", MatrixCellKind::Wins),
            ]
        );
        assert_eq!(
            said(&chips(&matrix, 2)),
            [("built-in default", MatrixCellKind::Agrees), ("environment", MatrixCellKind::Wins)]
        );
    }

    /// In each row the winner is right of what it overrides, where the rows agree about it.
    #[test]
    fn columns_are_in_the_order_of_the_rows() {
        let (mut report, _) = fixture::report();
        let settings = &mut report.targets[0].target.settings;
        settings[0].views.remove(0);
        let (matrix, _) = Matrix::of_settings(&report.targets[0].target);
        let titles: Vec<String> = matrix.columns.iter().map(ToString::to_string).collect();
        assert_eq!(titles, ["built-in default", "config", "project .env", "environment"]);
    }

    #[test]
    fn equal_values_have_equal_colors_and_others_have_others() {
        let (report, _) = fixture::report();
        let (matrix, _) = Matrix::of_settings(&report.targets[0].target);
        let mut colors = Colors::default();
        colors.assign(&matrix);
        let of = |row: usize, column: usize| colors.of(matrix.lines[row].cells[column][0].candidate);
        let config = matrix.columns.len() - 1;
        assert!(of(0, config).is_some());
        assert_eq!(of(0, config), of(1, config));
        assert_ne!(of(0, config), of(0, config - 1));
        assert_eq!(of(0, config - 1), of(0, config - 2), "the source has the colour of what it feeds");
    }

    #[test]
    fn a_row_has_no_color_twice_for_different_values() {
        let (report, _) = fixture::report();
        let target = &report.targets[0].target;
        let mut colors = Colors::default();
        for n in 0..40 {
            let [first, second] = [format!("one {n}"), format!("two {n}")];
            let candidate = |v: &str| Candidate::new(Layer::Config, "x", None, v.into());
            let (a, b) = (candidate(&first), candidate(&second));
            let chip = |candidate| Chip { kind: MatrixCellKind::Wins, candidate, step: None, why: None };
            let line = MatrixLine {
                name: "x".into(),
                secret: true,
                consumers: Vec::new(),
                state: State::Set,
                notable: true,
                setting: target.settings.first(),
                held: None,
                cells: vec![vec![chip(&a)], vec![chip(&b)]],
            };
            colors.assign(&Matrix { columns: vec![Layer::HostEnv, Layer::ImageEnv], lines: vec![line] });
            assert!(colors.of(&a).is_some() && colors.of(&a) != colors.of(&b), "{n}");
        }
    }
}
