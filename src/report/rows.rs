//! Which settings a report lists, and how their views are put together.

use crate::{
    model::target::Target,
    provenance::Layer,
    vocabulary::setting::{Agreement, Resolution, Setting, State},
};

/// The views of one setting that say the same.
pub(super) struct SettingRow<'a> {
    pub(super) setting: &'a Setting,
    pub(super) view: &'a Resolution,
    /// Whose views they are, in the order of the report.
    pub(super) consumers: Vec<String>,
    /// It is overridden, disagrees, is blank or leads nowhere.
    pub(super) notable: bool,
}

/// The settings of a target; `all` also those of which there is nothing to say.
pub(super) fn rows(target: &Target, all: bool) -> Vec<SettingRow<'_>> {
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

fn push<'a>(rows: &mut Vec<SettingRow<'a>>, setting: &'a Setting, view: &'a Resolution, notable: bool) {
    let same = |row: &&mut SettingRow<'a>| {
        std::ptr::eq(row.setting, setting)
            && row.view.state == view.state
            && row.view.winner == view.winner
            && row.view.losers == view.losers
            && row.view.ignored == view.ignored
    };
    match rows.iter_mut().find(same) {
        Some(row) => row.consumers.push(view.consumer.to_string()),
        None => rows.push(SettingRow { setting, view, consumers: vec![view.consumer.to_string()], notable }),
    }
}

fn is_notable(view: &Resolution) -> bool {
    // To beat the built-in default is what a setting is for.
    let beats = view.losers.iter().any(|l| l.candidate.layer != Layer::Default);
    (view.verdict == Agreement::Overrides && beats)
        || view.verdict == Agreement::Unresolved
        || matches!(view.state, State::Blank | State::Unresolved)
}

/// Two consumers end up with different values, or one with none.
fn disagree(setting: &Setting) -> bool {
    let value = |view: &Resolution| view.winner.as_ref().map(|w| w.value.clone());
    setting.views.windows(2).any(|pair| {
        let known = pair.iter().all(|v| v.state != State::Unknown);
        known && value(&pair[0]) != value(&pair[1])
    })
}
