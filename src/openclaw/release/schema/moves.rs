//! Keys that a start takes out or moves whatever depends on their value (`dist/legacy-*.mjs`, openclaw
//! 2026.9.6; each run with it). Those that go whatever their value is are listed in the data.

use super::{
    POOL, Schema,
    check::{self, ConfigIssue},
};
use crate::{
    openclaw::read::environment::OpenClawEnvironment,
    syntax::node::{MapEntry, Node, NodeKind},
};

/// What becomes of a key.
enum Move {
    /// It is taken out.
    Out,
    /// It is taken out when it is `true` or `false`.
    OutIfSwitch,
    /// Its value goes there, and has to be what the release takes there.
    To(&'static [&'static str]),
}

const MOVES: &[(&[&str], Move)] = &[
    (&["agents", "defaults", "memorySearch"], Move::To(&["memory", "search"])),
    (&["agents", "defaults", "sandbox", "perSession"], Move::OutIfSwitch),
    (&["agents", "entries", "*", "sandbox", "perSession"], Move::OutIfSwitch),
    (&["browser", "profiles", "*", "color"], Move::Out),
    (&["media"], Move::To(&["attachments"])),
    (&["plugins", "installs"], Move::Out),
];

/// The start takes the key out or moves it, and what it leaves is valid. Only releases that are known to
/// repair their config do.
pub(super) fn is_moved(
    schema: &Schema,
    issue: &ConfigIssue,
    config: &Node,
    env: &OpenClawEnvironment,
) -> bool {
    let Some(name) = issue.unknown_name().filter(|_| schema.list("mended").is_some()) else { return false };
    let path: Vec<&str> = issue.path.iter().map(|key| &**key).chain([name]).collect();
    let fits = |pattern: &&[&str]| {
        pattern.len() == path.len()
            && pattern.iter().zip(&path).all(|(want, key)| *want == "*" || want == key)
    };
    let Some((_, then)) = MOVES.iter().find(|(pattern, _)| fits(pattern)) else { return false };
    let Some(value) = config.at(path.iter().copied()) else { return false };
    match then {
        Move::Out => true,
        Move::OutIfSwitch => matches!(value.kind, NodeKind::Bool(_)),
        // What stands there already is merged with it.
        Move::To(place) if config.at(place.iter().copied()).is_some() => false,
        Move::To(place) => {
            let moved = place.iter().rev().fold(value.clone(), |value, key| {
                let entry = MapEntry { key: (*key).into(), key_place: value.place, value };
                Node::new(entry.key_place, NodeKind::Map(vec![entry]))
            });
            let below = |issue: &ConfigIssue| {
                let own = issue.path.iter().map(|key| &**key);
                place.iter().copied().eq(own.take(place.len()))
            };
            check::issues(&POOL.nodes, schema.root, &moved, env)
                .iter()
                .filter(|issue| below(issue))
                .all(|issue| schema.lists("mended", |path| issue.is_at(path)))
        }
    }
}
