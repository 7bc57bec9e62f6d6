//! Paths of keys as people write them: `gateway.port`, `agents.list[0].id`,
//! `agents.defaults.models["vendor/model-1.5"]`.

use crate::openclaw::read::config::Config;
use crate::syntax::node::{Node, NodeKind};

/// One step of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathStep<'a> {
    /// A key of an object.
    Key(&'a str),
    /// A place in a list, from 0.
    At(usize),
}

/// The steps of a path; none where it is no path.
#[must_use]
pub(crate) fn steps(path: &str) -> Option<Vec<PathStep<'_>>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = bracket(inside)?;
            steps.push(step);
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let key = Some(&rest[..end]).filter(|key| !key.is_empty())?;
            steps.push(PathStep::Key(key));
            rest = &rest[end..];
        }
        if let Some(after) = rest.strip_prefix('.') {
            rest = Some(after).filter(|after| !after.is_empty() && !after.starts_with('['))?;
        }
    }
    (!steps.is_empty()).then_some(steps)
}

/// What stands in brackets, and what comes after them.
fn bracket(inside: &str) -> Option<(PathStep<'_>, &str)> {
    if let Some(quote @ ('"' | '\'')) = inside.chars().next() {
        let (key, after) = inside[1..].split_once(quote)?;
        return Some((PathStep::Key(key), after.strip_prefix(']')?));
    }
    let (at, after) = inside.split_once(']')?;
    Some((PathStep::At(at.parse().ok()?), after))
}

/// The path of the steps.
#[must_use]
pub(crate) fn written(steps: &[PathStep<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            PathStep::At(at) => path.push_str(&format!("[{at}]")),
            PathStep::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
        }
    }
    path
}

/// The keys of a path, without places in lists: what a setting is known by.
#[must_use]
pub(crate) fn keys<'a>(steps: &[PathStep<'a>]) -> Vec<&'a str> {
    let key = |step: &PathStep<'a>| match step {
        PathStep::Key(key) => Some(*key),
        PathStep::At(_) => None,
    };
    steps.iter().filter_map(key).collect()
}

/// The node at a path, with the steps that lead to it: a key of the document may have dots in it, and
/// a number may be a place in a list.
#[must_use]
pub(crate) fn find<'n>(node: &'n Node, path: &[PathStep<'_>]) -> Option<(Vec<PathStep<'n>>, &'n Node)> {
    let Some((first, rest)) = path.split_first() else { return Some((Vec::new(), node)) };
    let below = |step: PathStep<'n>, inner: &'n Node, rest: &[PathStep<'_>]| {
        let (mut steps, found) = find(inner, rest)?;
        steps.insert(0, step);
        Some((steps, found))
    };
    match (&node.kind, first) {
        (NodeKind::Seq(items), PathStep::At(at)) => below(PathStep::At(*at), items.get(*at)?, rest),
        (NodeKind::Seq(items), PathStep::Key(name)) => {
            let at = name.parse().ok()?;
            below(PathStep::At(at), items.get(at)?, rest)
        }
        (NodeKind::Map(_), PathStep::Key(name)) => {
            let mut name = (*name).to_owned();
            for taken in 1..=path.len() {
                let entry = node.entry(&name);
                let found = entry.and_then(|e| below(PathStep::Key(&e.key), &e.value, &path[taken..]));
                if found.is_some() {
                    return found;
                }
                let Some(PathStep::Key(next)) = path.get(taken) else { return None };
                name = format!("{name}.{next}");
            }
            None
        }
        _ => None,
    }
}

/// The config has something at a path.
#[must_use]
pub(crate) fn find_in(config: &Config, path: &[PathStep<'_>]) -> bool {
    config.root().is_some_and(|root| find(root, path).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        syntax::json5,
        text::source::{Language, SourceName, Sources},
    };

    #[test]
    fn paths_are_read_and_written() {
        for (path, count) in
            [("gateway.port", 2), ("agents.list[0].id", 4), ("a[1][2]", 3), ("m[\"x/y-1.5\"].alias", 3)]
        {
            assert_eq!(steps(path).map(|s| s.len()), Some(count), "{path}");
        }
        for wrong in ["", ".", "a..b", "a.", ".a", "a[", "a[x]", "a.[0]"] {
            assert_eq!(steps(wrong), None, "{wrong}");
        }
        assert_eq!(written(&steps("agents.list[0].id").unwrap()), "agents.list[0].id");
    }

    #[test]
    fn keys_with_dots_and_numbers_of_lists_are_found() {
        let mut sources = Sources::default();
        let text = r#"{"m": {"x/y-1.5": {"alias": "a"}, "x/y-1": {"5": "b"}}, "l": [{"id": "c"}]}"#;
        let source = sources.add(SourceName::Stdin, Language::Json5, text.to_owned());
        let root = json5::parse(source, text).unwrap().root;
        let found = |path: &str| {
            let (steps, node) = find(&root, &steps(path).unwrap())?;
            Some((written(&steps), node.text()?.expose().to_owned()))
        };
        assert_eq!(found("m.x/y-1.5.alias"), Some(("m.x/y-1.5.alias".into(), "a".into())));
        assert_eq!(found("m.x/y-1.5"), Some(("m.x/y-1.5".into(), "b".into())));
        assert_eq!(found("l.0.id"), Some(("l[0].id".into(), "c".into())));
        assert_eq!(found("l[1].id"), None);
        assert_eq!(found("m.z"), None);
    }
}
