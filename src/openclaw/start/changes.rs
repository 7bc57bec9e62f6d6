//! What a start does to the state that it finds: what it mends, migrates and moves.

use super::Model;
use crate::openclaw::release::behaviour::SessionFiles;
use crate::vocabulary::prediction::{StateChange, StateChangeId as Id};

/// Everything that a start of the release changes, in the order in which it does that.
#[must_use]
pub fn changes(model: &Model<'_>) -> Vec<StateChange> {
    let mut changes = Vec::new();
    let release = model.release_name();
    if model.files.moves_state_dir(model.behaviour) {
        let (from, to) = (&model.files.state_dir, model.files.paths.state_dir_candidates.first());
        let to = to.map(String::as_str).unwrap_or_default();
        changes.push(StateChange {
            id: Id::Moved,
            subject: from.clone(),
            message: format!("{from} becomes {to}, and a link is left in its place"),
            one_way: false,
            place: None,
        });
    }
    for issue in &model.schema.mended {
        let key = issue.unknown_key().unwrap_or_else(|| issue.shown_path());
        changes.push(StateChange {
            id: Id::ConfigKey,
            message: format!("{key} of the config is taken out, or moved to where {release} has it"),
            subject: key,
            one_way: true,
            place: Some(issue.place),
        });
    }
    for database in &model.stores.databases {
        let Some(newest) = database.newest.filter(|newest| database.layout < *newest) else { continue };
        changes.push(StateChange {
            id: Id::Layout,
            subject: database.path.clone(),
            message: format!("{} is migrated from layout {} to {newest}", database.path, database.layout),
            one_way: true,
            place: None,
        });
    }
    if model.behaviour.stores.session_files == SessionFiles::TakenOver {
        for path in &model.stores.session_files {
            changes.push(StateChange {
                id: Id::Imported,
                subject: path.clone(),
                message: format!("{path} is taken over into the agent's database, and removed"),
                one_way: true,
                place: None,
            });
        }
    }
    changes
}
