//! Two values of one setting: what is done to have one left, by which of them stays.

use super::fixes;
use crate::rules::RuleContext;
use crate::{
    fix::{dotenv, json5, layout::is_editable, yaml},
    provenance::{Candidate, Layer},
    text::{
        secret::Text,
        source::{Language, Place},
    },
    vocabulary::finding::{Fix, FixChoice, FixKind, KeptSide},
};

/// The config's value and a variable's, of which one loses. Where the variable stays, the config refers to
/// it; where the config stays, the variable gets its value, and `in_one_place` the config refers to it then.
pub(crate) fn config_or_variable(
    case: &RuleContext<'_>,
    setting: &str,
    config: &Candidate,
    variable: &Candidate,
    in_one_place: bool,
) -> Vec<FixChoice> {
    let referred = fixes::refer(case, setting, &variable.name).filter(|fix| !fix.edits.is_empty());
    let copied = copy(case, config, variable).and_then(|mut fix| {
        if in_one_place {
            fix.edits.extend(referred.clone()?.edits);
        }
        Some(keep(case, config, Some(KeptSide::Config), fix))
    });
    let referred = referred.map(|fix| keep(case, variable, Some(KeptSide::Env), fix));
    copied.into_iter().chain(referred).collect()
}

/// The choice that keeps a candidate.
pub(crate) fn keep(case: &RuleContext<'_>, stays: &Candidate, side: Option<KeptSide>, fix: Fix) -> FixChoice {
    let mut places: Vec<Place> = stays.root().into_iter().collect();
    places.extend(stays.place.filter(|place| !places.contains(place)));
    FixChoice { keeps: case.named(stays), side, places, fix }
}

/// Writes the value of one candidate where the characters of another were written; none where that is not a
/// file of the project, or is used by others too.
pub(crate) fn copy(case: &RuleContext<'_>, from: &Candidate, to: &Candidate) -> Option<Fix> {
    let value = from.value.as_ref().map(Text::expose)?;
    let place =
        to.root().filter(|place| fixes::has_files(case) && is_editable(place.source, case.sources))?;
    let edits = match case.sources.get(place.source).language {
        Language::Dotenv => dotenv::set(place, value, case.sources),
        Language::Json5 => json5::give(place, value, case.sources),
        // A default of an expression stands there too, which is another matter.
        Language::Yaml if to.via.is_empty() && to.layer == Layer::ComposeEnvironment => {
            let plain = !value.contains(['$', '"', '\\']) && !value.chars().any(char::is_control);
            let is_shared = case.index.is_shared(place, case.target);
            let give =
                || yaml::edit_entry(place, case.layouts, case.sources, |e| e.give(&to.name, value)).ok();
            (plain && !is_shared).then(give)?
        }
        _ => None,
    }?;
    Some(fixes::of(format!("write the value of {} at {}", from.name, case.at(to)), FixKind::Unsafe, edits))
}

/// Takes out the line or entry that a candidate is written in; none where others may read it.
pub(crate) fn drop(case: &RuleContext<'_>, gone: &Candidate) -> Option<Fix> {
    let place = gone.place.filter(|_| fixes::has_files(case))?;
    let edits = match case.sources.get(place.source).language {
        Language::Dotenv if !is_read_by_others(case, gone, place) => dotenv::remove(place, case.sources),
        Language::Yaml if !case.index.is_shared(place, case.target) => {
            yaml::edit_entry(place, case.layouts, case.sources, |e| e.remove()).ok()
        }
        Language::Json5 => {
            let root = case.target.facts.as_ref()?.config.root()?;
            let entry = entry_at(root, place)?;
            json5::remove(root, entry, case.sources)
        }
        _ => None,
    }?;
    let mut edits = edits;
    // The line of the project's .env that it was made from is of no use any more.
    let line = gone.root().filter(|root| *root != place && case.index.times_interpolated(&gone.name) == 1);
    edits.extend(line.and_then(|line| dotenv::remove(line, case.sources)).into_iter().flatten());
    Some(fixes::of(format!("remove {}", case.named(gone)), FixKind::Unsafe, edits))
}

/// A compose file refers to the line, or another service gets it.
fn is_read_by_others(case: &RuleContext<'_>, gone: &Candidate, place: Place) -> bool {
    let feeds_compose =
        case.whole.is_some_and(|whole| whole.dotenv.iter().any(|line| line.place.source == place.source));
    (feeds_compose && case.index.is_interpolated(&gone.name)) || case.index.is_shared(place, case.target)
}

/// Where the key of the entry is whose value is at a place.
fn entry_at(node: &crate::syntax::node::Node, value: Place) -> Option<Place> {
    let found = node.entries().iter().find(|entry| entry.value.place == value);
    found.map(|entry| entry.key_place).or_else(|| {
        let below = node.entries().iter().map(|entry| &entry.value).chain(node.items());
        below.into_iter().find_map(|child| entry_at(child, value))
    })
}
