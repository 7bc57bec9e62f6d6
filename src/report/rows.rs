//! Which settings a report lists, and how their views are put together.

use crate::{
    origin::Layer,
    setting::{Setting, State, Verdict, View},
    target::Target,
};

/// The views of one setting that say the same.
pub(super) struct Row<'a> {
    pub(super) setting: &'a Setting,
    pub(super) view: &'a View,
    /// Whose views they are, in the order of the report.
    pub(super) consumers: Vec<String>,
    /// It is overridden, disagrees, is blank or leads nowhere.
    pub(super) notable: bool,
}

/// The settings of a target; `all` also those of which there is nothing to say.
pub(super) fn rows(target: &Target, all: bool) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for setting in &target.settings {
        let disagree = disagree(setting);
        for view in &setting.views {
            let notable = disagree || is_notable(view);
            if all || notable {
                push(&mut rows, setting, view, notable);
            }
        }
    }
    rows
}

fn push<'a>(rows: &mut Vec<Row<'a>>, setting: &'a Setting, view: &'a View, notable: bool) {
    let same = |row: &&mut Row<'a>| {
        std::ptr::eq(row.setting, setting)
            && row.view.state == view.state
            && row.view.winner == view.winner
            && row.view.losers == view.losers
            && row.view.ignored == view.ignored
    };
    match rows.iter_mut().find(same) {
        Some(row) => row.consumers.push(view.consumer.to_string()),
        None => rows.push(Row { setting, view, consumers: vec![view.consumer.to_string()], notable }),
    }
}

fn is_notable(view: &View) -> bool {
    // To beat the built-in default is what a setting is for.
    let beats = view.losers.iter().any(|l| l.candidate.layer != Layer::Default);
    (view.verdict == Verdict::Overrides && beats)
        || view.verdict == Verdict::Unresolved
        || matches!(view.state, State::Blank | State::Unresolved)
}

/// Two consumers end up with different values, or one with none.
fn disagree(setting: &Setting) -> bool {
    let value = |view: &View| view.winner.as_ref().map(|w| w.value.clone());
    setting.views.windows(2).any(|pair| {
        let known = pair.iter().all(|v| v.state != State::Unknown);
        known && value(&pair[0]) != value(&pair[1])
    })
}
