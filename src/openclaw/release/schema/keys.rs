//! Which keys a schema has, what it takes there, and which of them are near to one that it has not.

use crate::openclaw::release::schema::{
    KnownSchema, Nodes, POOL, Schema,
    check::{key as key_of, literals, references, words},
};
use crate::{openclaw::read::config_path::PathStep, text::nearest};
use std::{borrow::Cow, collections::BTreeSet};

/// What a schema says of a path of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Membership {
    /// It has the key.
    Has(Takes),
    /// An object on the way takes any key: a channel or a plugin decides about it.
    Open,
    /// It has no such key.
    Lacks,
}

impl Membership {
    /// What the key takes; nothing is known of one that the schema does not have itself.
    #[must_use]
    pub fn takes(self) -> Takes {
        match self {
            Self::Has(takes) => takes,
            Self::Open | Self::Lacks => Takes::default(),
        }
    }
}

/// What a key takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Takes {
    /// A reference to a secret: the key holds a credential.
    pub secret_ref: bool,
    /// Nothing but numbers, switches and words that the schema lists.
    pub published: bool,
}

/// Most slips in one key that a suggestion may be away.
const SLIPS: usize = 2;
/// Most suggestions that are weighed: one slip has few.
const WEIGHED: usize = 64;

impl KnownSchema {
    /// The schemas that speak of the release.
    fn schemas(&self) -> impl Iterator<Item = &Schema> {
        let (first, second) = match self {
            Self::Exactly(schema) | Self::Beyond(schema) => (schema, None),
            Self::Between(before, after) => (before, Some(after)),
        };
        std::iter::once(first).chain(second)
    }

    /// What the release says of a path; between two known releases what either of them says.
    #[must_use]
    pub fn membership(&self, path: &[PathStep<'_>]) -> Membership {
        let mut said = Membership::Lacks;
        for schema in self.schemas() {
            match schema.membership(path) {
                has @ Membership::Has(_) => return has,
                Membership::Open => said = Membership::Open,
                Membership::Lacks => {}
            }
        }
        said
    }

    /// The release is newer or older than all of them, and may have other keys.
    #[must_use]
    pub fn is_beyond(&self) -> bool {
        matches!(self, Self::Beyond(_))
    }

    /// For sentences: the releases whose schemas speak of it.
    #[must_use]
    pub fn versions(&self) -> String {
        self.schemas().map(|schema| schema.version).collect::<Vec<_>>().join(" and ")
    }

    /// Keys that are a few slips away from a path that the release does not have.
    #[must_use]
    pub fn near(&self, path: &[PathStep<'_>]) -> BTreeSet<String> {
        let mut near = BTreeSet::new();
        for schema in self.schemas() {
            schema.near(path, &mut near);
        }
        near
    }

    /// The shortest key that ends with these keys: `controlUi.allowedOrigins` for
    /// `gateway.controlUi.allowedOrigins`.
    #[must_use]
    pub fn ending_with(&self, end: &str) -> Option<String> {
        let end = format!(".{end}");
        let all = self.schemas().flat_map(Schema::all).map(|path| path.join("."));
        all.filter(|path| path.ends_with(&end) && !path.contains(['*', '['])).min_by_key(String::len)
    }

    /// The keys at the top.
    #[must_use]
    pub fn top(&self) -> BTreeSet<Cow<'static, str>> {
        let keys = |schema: &Schema| {
            let forms = forms(&POOL.nodes, schema.root);
            let keys: Vec<_> = forms.into_iter().flat_map(object_keys).map(|(key, _)| key).collect();
            keys
        };
        self.schemas().flat_map(keys).collect()
    }

    /// The ids of the channels that the release knows.
    #[must_use]
    pub fn channels(&self) -> BTreeSet<Cow<'static, str>> {
        let mut ids = BTreeSet::new();
        for schema in self.schemas() {
            ids.extend(schema.list("channels").into_iter().flatten());
            let channels = forms(&POOL.nodes, schema.root)
                .into_iter()
                .flat_map(object_keys)
                .filter(|(key, _)| key == "channels")
                .flat_map(|(_, inner)| forms(&POOL.nodes, inner))
                .flat_map(object_keys);
            ids.extend(
                channels.map(|(key, _)| key).filter(|key| !matches!(&**key, "defaults" | "modelByChannel")),
            );
        }
        ids
    }
}

impl Schema {
    fn membership(&self, path: &[PathStep<'_>]) -> Membership {
        let mut found = FoundKey::default();
        found.walk(&POOL.nodes, self.root, path);
        if !found.ends.is_empty() {
            Membership::Has(takes(&POOL.nodes, &found.ends))
        } else if found.is_open {
            Membership::Open
        } else {
            Membership::Lacks
        }
    }

    fn near(&self, path: &[PathStep<'_>], near: &mut BTreeSet<String>) {
        similar(&POOL.nodes, self.root, path, String::new(), SLIPS, near);
    }

    /// Every key, `*` for one that is free and `[0]` for a place in a list.
    pub(in crate::openclaw) fn all(&self) -> BTreeSet<Vec<String>> {
        let mut all = BTreeSet::new();
        collect(&POOL.nodes, self.root, &mut Vec::new(), &mut all);
        all
    }
}

/// Every schema that is known, oldest first.
#[cfg(test)]
pub(in crate::openclaw) fn schemas() -> impl Iterator<
    Item = (crate::openclaw::release::number::Program, crate::openclaw::release::number::Release, Schema),
> {
    POOL.releases.iter().copied()
}

/// As [`KnownSchema::near`], of every release that is known.
#[must_use]
pub(crate) fn near_in_any(path: &[PathStep<'_>]) -> BTreeSet<String> {
    let mut near = BTreeSet::new();
    POOL.releases.iter().for_each(|(.., schema)| schema.near(path, &mut near));
    near
}

/// The nodes at the end of a path, and whether the way led through what takes any key.
#[derive(Default)]
struct FoundKey {
    ends: Vec<&'static str>,
    is_open: bool,
}

impl FoundKey {
    fn walk(&mut self, nodes: &Nodes, node: usize, path: &[PathStep<'_>]) {
        for line in forms(nodes, node) {
            let Some((step, rest)) = path.split_first() else {
                self.ends.push(line);
                continue;
            };
            match line.split(' ').next().unwrap_or_default() {
                "any" => self.is_open = true,
                "list" | "tuple" if matches!(step, PathStep::At(_)) => {
                    references(line).for_each(|inner| self.walk(nodes, inner, rest));
                }
                "map" => {
                    let values = references(line).nth(1);
                    values.into_iter().for_each(|inner| self.below_any(nodes, inner, path));
                }
                "object" => self.object(nodes, line, step, path),
                _ => {}
            }
        }
    }

    /// The name of a model may have dots in it: `agents.defaults.models.vendor/model-1.5.alias`.
    fn below_any(&mut self, nodes: &Nodes, inner: usize, path: &[PathStep<'_>]) {
        let is_key = |step: &PathStep<'_>| matches!(step, PathStep::Key(_));
        let is_model = matches!(path.first(), Some(PathStep::Key(name)) if name.contains('/'));
        let most = if is_model { usize::MAX } else { 1 };
        let keys = path.iter().take(most).take_while(|step| is_key(step)).count();
        for taken in 1..=keys {
            self.walk(nodes, inner, &path[taken..]);
        }
    }

    fn object(&mut self, nodes: &Nodes, line: &'static str, step: &PathStep<'_>, path: &[PathStep<'_>]) {
        let PathStep::Key(name) = step else { return };
        // Most words are other keys, which need not be taken apart.
        let may_be = |word: &&'static str| word.starts_with(name) || word.starts_with('"');
        let mut keys = words(line).skip(2).filter(may_be).filter_map(key_of);
        if let Some((_, _, inner)) = keys.find(|(key, ..)| key == name) {
            return self.walk(nodes, inner, &path[1..]);
        }
        match words(line).nth(1).unwrap_or_default() {
            "open" => self.is_open = true,
            others => others.parse().into_iter().for_each(|inner| self.below_any(nodes, inner, path)),
        }
    }
}

/// The forms that a node takes, without what only puts several together.
fn forms(nodes: &Nodes, node: usize) -> Vec<&'static str> {
    let Some(line) = nodes.get(node) else { return Vec::new() };
    match line.split(' ').next().unwrap_or_default() {
        "or" | "and" | "changed" => references(line).flat_map(|inner| forms(nodes, inner)).collect(),
        _ => vec![line],
    }
}

/// The keys of an object with what they take.
fn object_keys(line: &'static str) -> impl Iterator<Item = (Cow<'static, str>, usize)> {
    let is_object = line.starts_with("object ");
    words(line).skip(2).filter(move |_| is_object).filter_map(key_of).map(|(key, _, inner)| (key, inner))
}

fn takes(nodes: &Nodes, ends: &[&'static str]) -> Takes {
    let is_source = |line: &'static str| {
        let source = object_keys(line).find(|(key, _)| key == "source");
        let words = source.into_iter().flat_map(|(_, inner)| forms(nodes, inner)).flat_map(literals);
        words.into_iter().any(|word| word == "env")
    };
    let published = |line: &&str| matches!(line.split(' ').next(), Some("bool" | "num" | "is" | "null"));
    Takes { secret_ref: ends.iter().any(|line| is_source(line)), published: ends.iter().all(published) }
}

/// Paths of the schema that differ from `path` in a few letters of its keys.
fn similar(
    nodes: &Nodes,
    node: usize,
    path: &[PathStep<'_>],
    so_far: String,
    slips: usize,
    near: &mut BTreeSet<String>,
) {
    let Some((step, rest)) = path.split_first() else {
        near.insert(so_far);
        return;
    };
    for line in forms(nodes, node) {
        if near.len() >= WEIGHED {
            return;
        }
        let below = |name: &str| if so_far.is_empty() { name.to_owned() } else { format!("{so_far}.{name}") };
        match step {
            PathStep::At(at) if line.starts_with("list") => {
                let inner = references(line).next();
                let so_far = format!("{so_far}[{at}]");
                inner.into_iter().for_each(|inner| similar(nodes, inner, rest, so_far.clone(), slips, near));
            }
            PathStep::At(_) => {}
            PathStep::Key(name) => {
                for (key, inner) in object_keys(line) {
                    let far = nearest::distance(&key, name);
                    if far <= slips {
                        similar(nodes, inner, rest, below(&key), slips - far, near);
                    }
                }
                let others = match line.split(' ').next().unwrap_or_default() {
                    "map" => references(line).nth(1),
                    "object" => words(line).nth(1).and_then(|others| others.parse().ok()),
                    _ => None,
                };
                others.into_iter().for_each(|inner| similar(nodes, inner, rest, below(name), slips, near));
            }
        }
    }
}

fn collect(nodes: &Nodes, node: usize, path: &mut Vec<String>, all: &mut BTreeSet<Vec<String>>) {
    let mut below = |key: &str, inner: usize| {
        path.push(key.to_owned());
        all.insert(path.clone());
        collect(nodes, inner, path, all);
        path.pop();
    };
    for line in forms(nodes, node) {
        match line.split(' ').next().unwrap_or_default() {
            "list" => references(line).take(1).for_each(|inner| below("[0]", inner)),
            "map" => references(line).skip(1).take(1).for_each(|inner| below("*", inner)),
            "object" => {
                object_keys(line).for_each(|(key, inner)| below(&key, inner));
                let others = words(line).nth(1).and_then(|others| others.parse().ok());
                others.into_iter().for_each(|inner| below("*", inner));
            }
            _ => {}
        }
    }
}
