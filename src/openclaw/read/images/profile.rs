//! What an image's own start script makes of its environment, before and besides OpenClaw.
//!
//! The format is the same for the profiles that are built in and for `[[image]]` of
//! `clawdock.toml`; CONTRIBUTING tells how to write one.

use crate::{
    syntax::{
        keys::{self, KeyProblem, TableKeys},
        node::Node,
    },
    text::glob::fits_name,
};

/// One image, or a family of images with one start script.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImageProfile {
    /// What it is called in sentences: its repository.
    pub name: String,
    /// Patterns of image names, without tag and digest.
    pub images: Vec<String>,
    /// Compose services that are built here and have no image name; `clawdock.toml` only.
    pub services: Vec<String>,
    /// Where its facts come from: repository, files, commit and date.
    pub sources: Vec<String>,
    /// The image is OpenClaw's own: it has no start script beside the program.
    pub official: bool,
    /// Variables that the image sets, or that its script exports where they are not set.
    pub env: Vec<(String, String)>,
    /// The user that the gateway runs as.
    pub user: Option<String>,
    /// The working directory of the gateway.
    pub working_dir: Option<String>,
    /// The image's `ENTRYPOINT`.
    pub entrypoint: Option<Vec<String>>,
    /// The image's `CMD`.
    pub command: Option<Vec<String>>,
    /// What the script runs in the end, whatever `command:` says.
    pub runs: Option<Vec<String>>,
    /// Names and patterns of variables that the script reads, besides those below.
    pub reads: Vec<String>,
    /// Variables that the script writes into the config at each start, over what is there.
    pub sets: Vec<WrittenVariable>,
    /// Variables that the script writes into the config where the config says nothing.
    pub fills: Vec<WrittenVariable>,
    /// What the script writes into the config where neither the config nor a variable says
    /// anything.
    pub defaults: Vec<(Vec<String>, Fixed)>,
    /// Variables without which the script ends the container.
    pub requires: Vec<String>,
    /// The script ends the container unless one of these is set.
    pub requires_one_of: Vec<String>,
    /// Without a token in the environment the script makes one up and keeps it.
    pub makes_up_token: bool,
    /// A variable that turns the script's writing off, when it is one of `false`, `0` and `no`.
    pub switch: Option<String>,
}

/// A variable that is written into the config.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrittenVariable {
    /// The variable.
    pub variable: String,
    /// The keys of the config path.
    pub path: Vec<String>,
    /// What becomes of its characters.
    pub kind: WrittenAs,
}

/// The type that a variable's characters get in the config.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WrittenAs {
    /// Text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A list, split at commas.
    List,
}

/// A value that does not come from a variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fixed {
    /// Text.
    Text(String),
    /// A number.
    Number(i64),
    /// `true` or `false`.
    Bool(bool),
}

impl ImageProfile {
    /// The script, or the image's own settings, read a variable of that name.
    #[must_use]
    pub fn reads(&self, name: &str) -> bool {
        self.writes(name)
            || self.reads.iter().any(|pattern| fits_name(pattern, name))
            || self.requires.iter().chain(&self.requires_one_of).any(|n| n == name)
            || self.switch.as_deref() == Some(name)
            || self.env.iter().any(|(n, _)| n == name)
            || self.runs.iter().flatten().any(|word| word.trim_start_matches('$') == name)
    }

    /// The script writes that variable into the config.
    #[must_use]
    pub fn writes(&self, name: &str) -> bool {
        self.sets.iter().chain(&self.fills).any(|w| w.variable == name)
    }

    /// Something in the image runs before the program, or beside it.
    #[must_use]
    pub fn has_script(&self) -> bool {
        self.runs.is_some() || !(self.reads.is_empty() && self.sets.is_empty() && self.fills.is_empty())
    }

    /// The image is one of this profile.
    #[must_use]
    pub fn is_of(&self, repository: &str) -> bool {
        self.images.iter().any(|pattern| fits_name(pattern, repository))
    }
}

/// Reads a profile. A profile can be `like` another one, of which it takes everything that it does
/// not say itself; its lists are added to.
pub fn read(
    node: &Node,
    like: &dyn Fn(&str) -> Option<ImageProfile>,
    problems: &mut Vec<KeyProblem>,
) -> ImageProfile {
    let mut keys = TableKeys::of(node, problems);
    let mut profile = match keys.text("like") {
        Some((name, place)) => like(name).unwrap_or_else(|| {
            keys.problem(
                place,
                format!("there is no profile `{name}`; there are {}", crate::openclaw::read::images::names()),
            );
            ImageProfile::default()
        }),
        None => ImageProfile::default(),
    };
    let owned = |list: Vec<keys::WrittenValue<'_>>| list.into_iter().map(|(t, _)| t.to_owned()).collect();
    let images: Vec<String> = owned(keys.list("images"));
    let services: Vec<String> = owned(keys.list("services"));
    match keys.text("name") {
        Some((name, _)) => name.clone_into(&mut profile.name),
        None => {
            let first = images.first().or_else(|| services.first());
            profile.name = first.cloned().unwrap_or_default();
        }
    }
    if images.is_empty() && services.is_empty() && profile.name.is_empty() {
        keys.problem(node.place, "an image needs `images`, or `services` that are built here");
    }
    (profile.images, profile.services) = (images, services);
    let sources: Vec<String> = owned(keys.list("sources"));
    profile.sources.extend(sources);
    profile.official |= flag(&mut keys, "official");
    profile.makes_up_token |= flag(&mut keys, "makes-up-token");
    replace(&mut profile.user, keys.text("user").map(|(t, _)| t.to_owned()));
    replace(&mut profile.working_dir, keys.text("working-dir").map(|(t, _)| t.to_owned()));
    replace(&mut profile.switch, keys.text("switch").map(|(t, _)| t.to_owned()));
    for (words, key) in [
        (&mut profile.entrypoint, "entrypoint"),
        (&mut profile.command, "command"),
        (&mut profile.runs, "runs"),
    ] {
        if let Some(node) = keys.node(key) {
            *words = Some(owned(keys.texts_of(key, node)));
        }
    }
    for (list, key) in [
        (&mut profile.reads, "reads"),
        (&mut profile.requires, "requires"),
        (&mut profile.requires_one_of, "requires-one-of"),
    ] {
        let more: Vec<String> = owned(keys.list(key));
        list.extend(more);
    }
    for entry in keys.table("env") {
        match keys::text_of(&entry.value) {
            Some(value) => put(&mut profile.env, entry.key.to_string(), value.to_owned()),
            None => keys.problem(entry.value.place, format!("{} must be a text in quotes", entry.key)),
        }
    }
    for (list, key) in [(&mut profile.sets, "sets"), (&mut profile.fills, "fills")] {
        for entry in keys.table(key) {
            let written = written(&entry.key, &entry.value, &mut keys);
            list.extend(written);
        }
    }
    for entry in keys.table("defaults") {
        match fixed(&entry.value) {
            Some(value) => put(&mut profile.defaults, path(&entry.key), value),
            None => {
                let message = format!("{} must be a text, a number, true or false", entry.key);
                keys.problem(entry.value.place, message);
            }
        }
    }
    keys.finish();
    profile
}

fn flag(keys: &mut TableKeys<'_, '_>, key: &'static str) -> bool {
    let Some(node) = keys.node(key) else { return false };
    match node.kind {
        crate::syntax::node::NodeKind::Bool(value) => value,
        _ => {
            keys.problem(node.place, format!("{key} must be true or false"));
            false
        }
    }
}

fn replace(field: &mut Option<String>, value: Option<String>) {
    if value.is_some() {
        *field = value;
    }
}

fn put<K: PartialEq, V>(list: &mut Vec<(K, V)>, key: K, value: V) {
    match list.iter_mut().find(|(k, _)| *k == key) {
        Some((_, old)) => *old = value,
        None => list.push((key, value)),
    }
}

fn path(dotted: &str) -> Vec<String> {
    dotted.split('.').map(str::to_owned).collect()
}

/// `NAME = "config.path"`, or `NAME = { path = "config.path", as = "list" }`.
fn written(variable: &str, value: &Node, keys: &mut TableKeys<'_, '_>) -> Option<WrittenVariable> {
    const KINDS: [(&str, WrittenAs); 4] = [
        ("text", WrittenAs::Text),
        ("number", WrittenAs::Number),
        ("bool", WrittenAs::Bool),
        ("list", WrittenAs::List),
    ];
    if let Some(text) = keys::text_of(value) {
        return Some(WrittenVariable {
            variable: variable.to_owned(),
            path: path(text),
            kind: WrittenAs::Text,
        });
    }
    let mut problems = Vec::new();
    let mut inner = TableKeys::of(value, &mut problems);
    let to = inner.text("path").map(|(t, _)| path(t));
    let kind = inner.word("as", &KINDS.map(|(name, _)| name));
    inner.finish();
    if to.is_none() && problems.is_empty() {
        problems.push(KeyProblem { place: value.place, message: format!("{variable} needs a `path`") });
    }
    for problem in problems {
        keys.problem(problem.place, problem.message);
    }
    let kind = KINDS.iter().find(|(name, _)| Some(*name) == kind).map_or(WrittenAs::Text, |(_, k)| *k);
    Some(WrittenVariable { variable: variable.to_owned(), path: to?, kind })
}

fn fixed(node: &Node) -> Option<Fixed> {
    use crate::syntax::node::NodeKind;
    match &node.kind {
        NodeKind::Str(text) => Some(Fixed::Text(text.expose().to_owned())),
        NodeKind::Int(n) => Some(Fixed::Number(*n)),
        NodeKind::Bool(b) => Some(Fixed::Bool(*b)),
        _ => None,
    }
}
