//! `--only-changed`: what one place changes for another, and nothing else.
//!
//! As `ansible-config dump --only-changed` leaves out what is as it would be anyway, this leaves out
//! settings and variables that come from one place and that every consumer sees alike.

use super::report::Report;
use crate::{
    provenance::Layer,
    vocabulary::setting::{Agreement, Resolution, Setting, State},
};

/// Leaves out every setting and variable that nobody disputes.
pub fn keep(report: &mut Report) {
    for target in report.targets.iter_mut().map(|t| &mut t.target) {
        target.settings.retain(is_contested);
        target.environment.retain(|v| !v.losers.is_empty());
        target.process_environment.iter_mut().for_each(|env| env.retain(|v| !v.losers.is_empty()));
    }
}

/// A place overrides another one or is not read, a value is blank or leads nowhere, or two consumers
/// end up with different values.
fn is_contested(setting: &Setting) -> bool {
    let value = |view: &Resolution| view.winner.as_ref().and_then(|w| w.value.clone());
    let differs = |pair: &[Resolution]| {
        let known = pair.iter().all(|v| v.state != State::Unknown);
        known && value(&pair[0]) != value(&pair[1])
    };
    setting.views.iter().any(is_disputed) || setting.views.windows(2).any(differs)
}

fn is_disputed(view: &Resolution) -> bool {
    // To beat the built-in default is what a setting is for.
    let beats = view.losers.iter().any(|l| l.candidate.layer != Layer::Default);
    (view.verdict == Agreement::Overrides && beats)
        || view.verdict == Agreement::Unresolved
        || matches!(view.state, State::Blank | State::Unresolved)
        || !view.ignored.is_empty()
}
