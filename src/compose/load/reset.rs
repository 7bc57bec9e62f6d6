//! `!reset` and `!override`: what the paths that a document records take out of what was merged
//! so far (compose-go `loader/reset.go: applyNullOverrides`).

use crate::syntax::node::{Node, NodeKind};

/// The paths of keys that one document marks.
pub(crate) type ResetPaths = Vec<Vec<Box<str>>>;

/// Removes every key that one of the paths leads to. A part `*` of a path matches any key, as in
/// Compose; lists are never entered.
pub(crate) fn apply(paths: &ResetPaths, target: &mut Node) {
    let paths: Vec<&[Box<str>]> = paths.iter().map(Vec::as_slice).collect();
    apply_below(&paths, target);
}

fn apply_below(paths: &[&[Box<str>]], target: &mut Node) {
    let NodeKind::Map(entries) = &mut target.kind else { return };
    if paths.is_empty() {
        return;
    }
    entries.retain_mut(|entry| {
        let mut below: Vec<&[Box<str>]> = Vec::new();
        for path in paths {
            if let Some((first, rest)) = path.split_first()
                && (**first == *entry.key || &**first == "*")
            {
                below.push(rest);
            }
        }
        if below.iter().any(|path| path.is_empty()) {
            return false;
        }
        apply_below(&below, &mut entry.value);
        true
    });
}
