//! `openclaw.json`: reading, `$include`, `${NAME}` and secret references.

use crate::openclaw::{
    read::{
        environment::{OpenClawEnvironment, VariableLookup as _},
        paths,
    },
    release::behaviour::{Behaviour, FlatEnv},
};
use crate::{
    provenance::{Candidate, Layer, Provenance, ProvenanceStep, Reason, Shadowed, StepKind, reason::Merge},
    syntax::{
        json5,
        node::{MapEntry, Node, NodeKind, Replaced},
    },
    text::{
        limits,
        secret::Text,
        source::{Place, SourceId, Sources},
    },
};
use std::collections::{BTreeSet, HashMap};

/// Of a reference without a value.
pub(crate) const MISSING: &str = "is missing or blank";

/// Deepest chain of `$include`s (openclaw 2026.9.6).
const INCLUDE_DEPTH: usize = 10;

/// The config file with its includes.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its path in the container.
    pub path: String,
    /// What came of reading it.
    pub presence: Presence,
    root: Option<Node>,
    /// What a start script wrote over, or would not write, by the path it is about.
    lost: Vec<(String, Shadowed)>,
    /// What a start script writes and cannot be told, by the path it is about.
    doubtful: Vec<(Vec<String>, Option<Place>)>,
    has_includes: bool,
    is_written_to: bool,
    /// The release follows references as texts in a retired form, to what is not looked up here.
    pub follows_retired: bool,
}

/// What came of reading the config file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Presence {
    /// It was read.
    Present,
    /// There is none.
    Absent,
    /// It, or a file that it includes, cannot be seen from here.
    Unseen {
        /// The path of that file in the container.
        path: String,
    },
    /// It is there, and OpenClaw would refuse it.
    Broken {
        /// Why, free of values.
        message: String,
        /// Where.
        place: Option<Place>,
    },
}

/// Why a file of an `$include` has no text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IncludeFault {
    /// OpenClaw refuses it, or cannot read it: goes on «a file that».
    Refused(String),
    /// It cannot be seen from here.
    Unseen,
}

/// What a credential field holds.
#[derive(Clone, Debug)]
pub enum Field {
    /// Nothing.
    Absent,
    /// A value, perhaps blank.
    Value(Candidate),
    /// A reference to a variable that is missing or blank. `reference` tells a SecretRef from
    /// `${NAME}`.
    Unresolved {
        /// The field, without a value.
        candidate: Candidate,
        /// The variable that is missing.
        variable: String,
        /// It is a SecretRef object.
        reference: bool,
        /// What is wrong with the variable, to go on "which".
        fault: &'static str,
        /// It is nothing but the reference.
        whole: bool,
    },
    /// A reference into a store that cannot be read from here.
    Elsewhere(Candidate),
}

impl Config {
    /// Reads the text of a source.
    #[must_use]
    pub fn parse(source: SourceId, sources: &Sources) -> Self {
        let file = sources.get(source);
        let path = file.name.to_string();
        match json5::parse(source, file.text()) {
            Ok(document) => Self {
                path,
                presence: Presence::Present,
                root: Some(document.root),
                lost: Vec::new(),
                doubtful: Vec::new(),
                has_includes: false,
                is_written_to: false,
                follows_retired: false,
            },
            Err(error) => Self {
                path,
                presence: Presence::Broken {
                    message: format!("is not JSON5: {error}"),
                    place: Some(error.place),
                },
                root: None,
                lost: Vec::new(),
                doubtful: Vec::new(),
                has_includes: false,
                is_written_to: false,
                follows_retired: false,
            },
        }
    }

    /// There is no config file.
    #[must_use]
    pub fn absent(path: &str) -> Self {
        Self::without_text(path, Presence::Absent)
    }

    /// The config file cannot be seen from here.
    #[must_use]
    pub fn unseen(path: &str) -> Self {
        Self::without_text(path, Presence::Unseen { path: path.to_owned() })
    }

    /// There is something that is no config file.
    #[must_use]
    pub fn broken(path: &str, why: &str) -> Self {
        Self::without_text(path, Presence::Broken { message: why.to_owned(), place: None })
    }

    fn without_text(path: &str, presence: Presence) -> Self {
        Self {
            path: path.to_owned(),
            presence,
            root: None,
            lost: Vec::new(),
            doubtful: Vec::new(),
            has_includes: false,
            is_written_to: false,
            follows_retired: false,
        }
    }

    /// The value at a path of keys, as written.
    #[must_use]
    pub fn node(&self, path: &[&str]) -> Option<&Node> {
        self.root.as_ref()?.at(path.iter().copied())
    }

    /// The key below `models.providers` that sets up a provider. Ids are compared without case, and one
    /// that is spelt exactly comes first (`resolveMergedModelProviderEntry`, openclaw 2026.9.6;
    /// `resolveProviderConfig`, clawdbot 2026.1.24-3).
    #[must_use]
    pub fn provider_key(&self, id: &str) -> Option<&str> {
        let keys = self.node(&["models", "providers"]).map(Node::entries).unwrap_or_default();
        let mut keys = keys.iter().map(|entry| &*entry.key);
        let same = |key: &&str| key.trim().eq_ignore_ascii_case(id.trim());
        let exact = keys.clone().find(|key| key.trim() == id.trim());
        exact.or_else(|| keys.find(same))
    }

    /// What is below `models.providers` for a provider.
    #[must_use]
    pub fn provider(&self, id: &str) -> Option<&Node> {
        self.node(&["models", "providers", self.provider_key(id)?])
    }

    /// The top-level value.
    #[must_use]
    pub fn root(&self) -> Option<&Node> {
        self.root.as_ref()
    }

    /// Sets a value as the image's start script does. What stood there is lost, for that reason.
    pub fn write(&mut self, path: &[&str], value: Node, reason: Reason) {
        if matches!(self.presence, Presence::Broken { .. }) {
            return;
        }
        if let Some(NodeKind::Str(text)) = self.node(path).map(|old| &old.kind) {
            let old = self.node(path).map(|old| candidate(path, old, text.clone(), Provenance::default()));
            let lost = old.map(|old| (path.join("."), Shadowed::new(old, reason)));
            self.lost.extend(lost);
        }
        self.is_written_to = true;
        let place = value.place;
        let mut node = self.root.get_or_insert_with(|| Node::new(place, NodeKind::Map(Vec::new())));
        let Some((last, parents)) = path.split_last() else { return };
        for key in parents {
            if !matches!(node.get(key).map(|n| &n.kind), Some(NodeKind::Map(_))) {
                node.set(key, Node::new(place, NodeKind::Map(Vec::new())));
            }
            let Some(below) = node.get_mut(key) else { return };
            node = below;
        }
        node.set(last, value);
        if self.presence == Presence::Absent {
            self.presence = Presence::Present;
        }
    }

    /// A start script writes there, or may, what cannot be told.
    pub fn doubt(&mut self, path: &[&str], place: Option<Place>) {
        self.is_written_to = true;
        self.doubtful.push((path.iter().map(|key| (*key).to_owned()).collect(), place));
    }

    /// Where a start script writes something at a path, above or below it that cannot be told; none where
    /// it does not.
    #[must_use]
    pub fn doubted(&self, path: &[&str]) -> Option<Option<Place>> {
        let is_about = |of: &[String]| of.iter().zip(path).all(|(of, own)| of == own);
        self.doubtful.iter().find(|(of, _)| is_about(of)).map(|(_, place)| *place)
    }

    /// Something that looks like the value at a path, and that the start script leaves out.
    pub fn leave_out(&mut self, path: &[&str], loser: Shadowed) {
        self.lost.push((path.join("."), loser));
    }

    /// What a start script wrote over at a path, or left out.
    #[must_use]
    pub fn lost(&self, path: &[&str]) -> Vec<Shadowed> {
        let path = path.join(".");
        self.lost.iter().filter(|(of, _)| *of == path).map(|(_, loser)| loser.clone()).collect()
    }

    /// A start script writes values into it before the program reads it; what else the script
    /// writes is not known.
    #[must_use]
    pub fn is_written_to(&self) -> bool {
        self.is_written_to
    }

    /// All of it can be seen from here, or it is certain that there is none.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        !matches!(self.presence, Presence::Unseen { .. })
    }

    /// An `$include` stands somewhere in it.
    #[must_use]
    pub fn has_includes(&self) -> bool {
        self.has_includes
    }

    /// Every variable that some `${NAME}`, `$NAME` or environment reference of the config uses.
    #[must_use]
    pub fn references(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut open: Vec<&Node> = self.root.iter().collect();
        while let Some(node) = open.pop() {
            if let Some(text) = node.text() {
                names.extend(names_in(text.expose()).map(str::to_owned));
                names.extend(bare_reference(text.expose()).map(str::to_owned));
            }
            if node.get("source").and_then(Node::text).is_some_and(|s| s.expose() == "env") {
                names.extend(node.get("id").and_then(Node::text).map(|id| id.expose().to_owned()));
            }
            open.extend(node.items());
            open.extend(node.entries().iter().map(|e| &e.value));
        }
        names
    }

    /// The variables that some `${NAME}` refers to and that are missing or empty, each with the place
    /// of its first text, in the order in which they are written.
    #[must_use]
    pub fn missing_references(&self, env: &OpenClawEnvironment) -> Vec<(String, Place)> {
        let mut missing: Vec<(String, Place)> = Vec::new();
        let mut open: Vec<&Node> = self.root.iter().collect();
        while let Some(node) = open.pop() {
            if let Some(Substituted::Missing { variable }) = node.text().map(|text| substitute(text, env))
                && missing.iter().all(|(known, _)| *known != variable)
            {
                missing.push((variable, node.place));
            }
            open.extend(node.items().iter().rev());
            open.extend(node.entries().iter().rev().map(|e| &e.value));
        }
        missing
    }

    /// A plain string setting after `${NAME}`; none when it is no string or not resolvable.
    #[must_use]
    pub fn string(&self, path: &[&str], env: &OpenClawEnvironment) -> Option<Candidate> {
        if let Some(place) = self.doubted(path) {
            return Some(unknown(path, place));
        }
        let node = self.node(path)?;
        let written = node.text()?;
        match substitute(written, env) {
            Substituted::Text { text, via } => Some(candidate(path, node, text, via)),
            Substituted::Missing { .. } => None,
        }
    }

    /// A text of the config after `${NAME}`; none when it is not resolvable.
    #[must_use]
    pub fn substituted(&self, written: &Text, env: &OpenClawEnvironment) -> Option<Text> {
        match substitute(written, env) {
            Substituted::Text { text, .. } => Some(text),
            Substituted::Missing { .. } => None,
        }
    }

    /// A field that takes a credential.
    #[must_use]
    pub fn credential(&self, path: &[&str], env: &OpenClawEnvironment) -> Field {
        if let Some(place) = self.doubted(path) {
            return Field::Elsewhere(unknown(path, place));
        }
        match self.node(path) {
            Some(node) => self.credential_in(path, node, env),
            None => Field::Absent,
        }
    }

    /// As [`Config::credential`], for a node of the config that is at hand.
    pub(crate) fn credential_in(&self, path: &[&str], node: &Node, env: &OpenClawEnvironment) -> Field {
        match &node.kind {
            NodeKind::Str(written) if self.follows_retired && is_retired_reference(written.expose()) => {
                Field::Elsewhere(without_value(path, node, Layer::Config))
            }
            NodeKind::Str(written) => text_credential(path, node, written, env),
            NodeKind::Map(_) => self.secret_ref(path, node, env),
            NodeKind::Int(n) => {
                Field::Value(candidate(path, node, n.to_string().into(), Provenance::default()))
            }
            _ => Field::Absent,
        }
    }

    /// `{source, provider, id}`; only `env` can be followed from here.
    fn secret_ref(&self, path: &[&str], node: &Node, env: &OpenClawEnvironment) -> Field {
        let part = |key: &str| node.get(key).and_then(Node::text).map(Text::expose);
        let (Some("env"), Some(name)) = (part("source"), part("id")) else {
            return Field::Elsewhere(without_value(path, node, Layer::SecretRef));
        };
        match self.env_provider_fault(part("provider"), name) {
            None => env_reference(path, node, name, Layer::SecretRef, true, env),
            Some(fault) => unresolved(path, node, Layer::SecretRef, name.to_owned(), true, fault),
        }
    }

    /// Why a secret provider does not give a variable (`resolveConfiguredProvider` and
    /// `resolveEnvRefs`, openclaw 2026.3.24, 2026.6.11 and 2026.9.6).
    fn env_provider_fault(&self, provider: Option<&str>, name: &str) -> Option<&'static str> {
        let default = self.node(&["secrets", "defaults", "env"]).and_then(Node::text).map(Text::expose);
        let default = default.unwrap_or("default");
        let provider = provider.unwrap_or(default);
        let Some(configured) = self.node(&["secrets", "providers", provider]) else {
            return (provider != default).then_some("its secret provider is not configured for");
        };
        if configured.get("source").and_then(Node::text).map(Text::expose) != Some("env") {
            return Some("its secret provider, of another source, does not give");
        }
        let allowed = configured.get("allowlist")?;
        let is_allowed = allowed.items().iter().any(|n| n.text().is_some_and(|t| t.expose() == name));
        (!is_allowed).then_some("the allowlist of its secret provider does not have")
    }

    /// What `env.vars` (and, in releases that take it, `env` itself) offers, in order.
    #[must_use]
    pub fn env_candidates(&self, behaviour: &Behaviour, env: &OpenClawEnvironment) -> Vec<Candidate> {
        let nested = self.node(&["env", "vars"]).map(Node::entries).unwrap_or_default();
        let flat = self.node(&["env"]).map(Node::entries).unwrap_or_default();
        let flat = flat.iter().filter(|e| !matches!(&*e.key, "vars" | "shellEnv"));
        let last = |entries: &[&MapEntry], entry: &MapEntry| {
            entries.iter().rev().find(|e| e.key == entry.key).is_some_and(|e| e.key_place == entry.key_place)
        };
        // The last of a name counts.
        let all: Vec<&MapEntry> = match behaviour.config.flat_env {
            FlatEnv::Taken => nested.iter().chain(flat).collect(),
            FlatEnv::Moved => flat.chain(nested).collect(),
        };
        let written =
            all.iter().filter(|entry| last(&all, entry)).filter_map(|e| Some((*e, e.value.text()?)));
        // What needs no other variable is set first, and the rest may refer to it.
        let (later, first): (Vec<_>, Vec<_>) = written.partition(|(_, text)| text.expose().contains("${"));
        let candidate = |entry: &MapEntry, text: &Text, env: &OpenClawEnvironment| {
            let Substituted::Text { text, via } = substitute(text, env) else { return None };
            let place = Some(entry.value.place);
            let name = entry.key.to_string();
            Some(Candidate { layer: Layer::ConfigEnv, place, via, value: Some(text), name })
        };
        let mut candidates: Vec<Candidate> =
            first.iter().filter_map(|(entry, text)| candidate(entry, text, env)).collect();
        let mut after = env.clone();
        after.add_config(behaviour, candidates.clone());
        candidates.extend(later.iter().filter_map(|(entry, text)| candidate(entry, text, &after)));
        candidates
    }

    /// Replaces `$include`s of the config at `path` by what they name, which must be in or below one
    /// of the directories of `scope` where there is one. `read` gives the source of a container path.
    pub fn include(
        &mut self,
        path: &str,
        scope: Option<&[String]>,
        sources: &mut Sources,
        read: &mut dyn FnMut(&str, &mut Sources) -> Result<SourceId, IncludeFault>,
    ) {
        let Some(root) = self.root.take() else { return };
        let chain = vec![path.to_owned()];
        let mut includer =
            Includer { scope, sources, read, chain, problem: None, has_includes: false, included: 0 };
        self.root = Some(includer.expand(root, paths::parent(path)));
        self.has_includes = includer.has_includes;
        if let Some(problem) = includer.problem {
            self.presence = problem;
        }
    }
}

/// A reference as a text, in a form that releases from 2026.5.12 until 2026.8.1 follow and later ones take as
/// it is (run with openclaw 2026.5.12, 2026.6.11, 2026.8.1 and 2026.9.6).
#[must_use]
pub fn is_retired_reference(text: &str) -> bool {
    let text = crate::text::secret::js_trim(text);
    ["secretref-env:", "__env__:"].iter().any(|mark| text.starts_with(mark))
}

/// A field that takes a text and is no credential.
pub(crate) fn text_field(path: &[&str], node: &Node, written: &Text, env: &OpenClawEnvironment) -> Field {
    match substitute(written, env) {
        Substituted::Text { text, via } => Field::Value(candidate(path, node, text, via)),
        Substituted::Missing { variable } => {
            let known = env.get(&variable).and_then(|v| v.winner.as_ref());
            match known.filter(|winner| winner.value.is_none()) {
                Some(found) => Field::Elsewhere(Candidate {
                    via: env_step(&variable, found),
                    ..without_value(path, node, Layer::Config)
                }),
                None => Field::Unresolved {
                    candidate: without_value(path, node, Layer::Config),
                    variable,
                    reference: false,
                    fault: MISSING,
                    whole: false,
                },
            }
        }
    }
}

fn candidate(path: &[&str], node: &Node, text: Text, further: Provenance) -> Candidate {
    let via = Provenance::join(node.via.iter().cloned(), further);
    Candidate { layer: Layer::Config, place: Some(node.place), via, value: Some(text), name: path.join(".") }
}

/// What a start script writes and cannot be told.
fn unknown(path: &[&str], place: Option<Place>) -> Candidate {
    Candidate { layer: Layer::Config, place, via: Provenance::default(), value: None, name: path.join(".") }
}

fn without_value(path: &[&str], node: &Node, layer: Layer) -> Candidate {
    Candidate {
        layer,
        place: Some(node.place),
        via: Provenance::default(),
        value: None,
        name: path.join("."),
    }
}

/// In a credential field a whole `${NAME}` or `$NAME` that is missing is a reference that fails
/// closed (openclaw 2026.9.6).
fn text_credential(path: &[&str], node: &Node, written: &Text, env: &OpenClawEnvironment) -> Field {
    if let Some(name) = bare_reference(written.expose()) {
        return env_reference(path, node, name, Layer::Config, false, env);
    }
    match substitute(written, env) {
        Substituted::Text { text, via } => Field::Value(candidate(path, node, text, via)),
        Substituted::Missing { variable } => Field::Unresolved {
            candidate: without_value(path, node, Layer::Config),
            variable,
            reference: false,
            fault: MISSING,
            whole: false,
        },
    }
}

fn env_reference(
    path: &[&str],
    node: &Node,
    name: &str,
    layer: Layer,
    reference: bool,
    env: &OpenClawEnvironment,
) -> Field {
    let variable = name.to_owned();
    match env.get(name).and_then(|v| v.winner.as_ref()) {
        // A SecretRef wants more than white space (`resolveEnvRefs`, openclaw 2026.9.6).
        Some(found) if found.value.as_ref().is_some_and(|v| !(v.is_empty() || reference && v.is_blank())) => {
            let mut field = candidate(path, node, Text::default(), env_step(name, found));
            field.layer = layer;
            field.value.clone_from(&found.value);
            Field::Value(field)
        }
        Some(found) if found.value.is_none() => {
            let mut field = without_value(path, node, layer);
            field.via = env_step(name, found);
            Field::Elsewhere(field)
        }
        _ => unresolved(path, node, layer, variable, reference, MISSING),
    }
}

/// A field that is nothing but a reference, which leads nowhere.
fn unresolved(
    path: &[&str],
    node: &Node,
    layer: Layer,
    variable: String,
    reference: bool,
    fault: &'static str,
) -> Field {
    let candidate = without_value(path, node, layer);
    Field::Unresolved { candidate, variable, reference, whole: true, fault }
}

/// The variable of a text that is nothing but `$NAME` or `${NAME}`, with
/// `^[A-Z][A-Z0-9_]{0,127}$`.
#[must_use]
pub fn bare_reference(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix('$')?;
    let braced = name.strip_prefix('{').and_then(|n| n.strip_suffix('}'));
    let name = braced.unwrap_or(name);
    let fits = name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    fits.then_some(name)
}

fn env_step(name: &str, found: &Candidate) -> Provenance {
    let step = ProvenanceStep {
        step: StepKind::Variable { layer: found.layer, name: name.to_owned() },
        place: found.place,
    };
    found.via.after(step)
}

/// A `${NAME}` stands in a text that is filled in already (`containsEnvVarReference`).
#[must_use]
pub fn has_reference(text: &Text) -> bool {
    matches!(substitute(text, &OpenClawEnvironment::default()), Substituted::Missing { .. })
}

/// The names of all `${NAME}` in a text.
pub(crate) fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// A text of the config as the program sees it.
pub(crate) enum ResolvedText {
    /// After `${NAME}`; with the `${NAME}` of a variable that has no value.
    Text(String),
    /// It depends on a variable whose value is not known.
    Unknown,
}

/// What becomes of a text that is no credential.
pub(crate) fn resolve(written: &Text, env: &OpenClawEnvironment) -> ResolvedText {
    let unknown = |name: &str| {
        let winner = env.get(name).and_then(|v| v.winner.as_ref());
        winner.is_some_and(|winner| winner.value.is_none())
    };
    if names_in(written.expose()).any(unknown) {
        return ResolvedText::Unknown;
    }
    match substitute(written, env) {
        Substituted::Text { text, .. } => ResolvedText::Text(text.expose().to_owned()),
        Substituted::Missing { .. } => ResolvedText::Text(written.expose().to_owned()),
    }
}

enum Substituted {
    Text { text: Text, via: Provenance },
    Missing { variable: String },
}

/// `${NAME}` with `[A-Z_][A-Z0-9_]*`; `$${NAME}` is a literal. A missing or empty variable leaves
/// the text unresolved; white space counts as a value (openclaw 2026.9.6).
fn substitute(written: &Text, env: &OpenClawEnvironment) -> Substituted {
    let mut text = String::new();
    let mut via: Vec<ProvenanceStep> = Vec::new();
    let mut rest = written.expose();
    while let Some(at) = rest.find("${") {
        let of_name = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
        let length = rest[at + 2..].bytes().take_while(|b| of_name(*b)).count();
        let end = at + 2 + length;
        let name = &rest[at + 2..end];
        let is_name =
            length > 0 && !name.starts_with(|c: char| c.is_ascii_digit()) && rest[end..].starts_with('}');
        let escaped = rest[..at].ends_with('$');
        if !is_name {
            text.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        }
        if escaped {
            text.push_str(&rest[..at - 1]);
            text.push_str(&rest[at..=end]);
        } else {
            match env.value(name).filter(|v| !v.is_empty()) {
                Some(value) => {
                    text.push_str(&rest[..at]);
                    text.push_str(value);
                    if let Some(winner) = env.get(name).and_then(|v| v.winner.as_ref()) {
                        via.extend(env_step(name, winner).iter().cloned());
                    }
                }
                None => return Substituted::Missing { variable: name.to_owned() },
            }
        }
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    Substituted::Text { text: text.into(), via: via.into() }
}

struct Includer<'a> {
    scope: Option<&'a [String]>,
    sources: &'a mut Sources,
    read: &'a mut dyn FnMut(&str, &mut Sources) -> Result<SourceId, IncludeFault>,
    /// The files on the way to the one that is read, the config first.
    chain: Vec<String>,
    problem: Option<Presence>,
    has_includes: bool,
    /// The bytes of all files so far, each as often as it is included.
    included: usize,
}

impl Includer<'_> {
    /// `dir` is the directory of the file that the node is written in.
    fn expand(&mut self, node: Node, dir: &str) -> Node {
        let Node { place, kind, .. } = node;
        let kind = match kind {
            NodeKind::Seq(items) => {
                NodeKind::Seq(items.into_iter().map(|item| self.expand(item, dir)).collect())
            }
            NodeKind::Map(entries) => return self.expand_map(place, entries, dir),
            other => other,
        };
        Node::new(place, kind)
    }

    fn expand_map(&mut self, place: Place, entries: Vec<MapEntry>, dir: &str) -> Node {
        let (includes, own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|e| &*e.key == "$include");
        let own = own.into_iter().map(|e| MapEntry { value: self.expand(e.value, dir), ..e }).collect();
        let own = Node::new(place, NodeKind::Map(own));
        let Some(include) = includes.into_iter().next_back() else { return own };
        self.has_includes = true;
        let named: Vec<(Text, Place)> = match &include.value.kind {
            NodeKind::Str(path) => vec![(path.clone(), include.value.place)],
            NodeKind::Seq(items) if items.iter().all(|item| item.text().is_some()) => {
                items.iter().filter_map(|i| i.text().map(|t| (t.clone(), i.place))).collect()
            }
            _ => {
                self.complain("has an $include that is no path and no list of paths", include.value.place);
                Vec::new()
            }
        };
        let mut merged: Option<Node> = None;
        for (path, at) in named {
            if let Some(node) = self.file(path.expose(), at, dir) {
                merged = Some(match merged {
                    Some(below) => merge(below, node),
                    None => node,
                });
            }
        }
        match merged {
            Some(included) if !own.entries().is_empty() && !matches!(included.kind, NodeKind::Map(_)) => {
                self.complain("has keys next to an $include of something that has none", include.value.place);
                own
            }
            Some(included) if own.entries().is_empty() => included,
            Some(included) => merge(included, own),
            None => own,
        }
    }

    fn file(&mut self, path: &str, at: Place, dir: &str) -> Option<Node> {
        let full = paths::clean(dir, path);
        let in_scope = self.scope.is_none_or(|dirs| dirs.iter().any(|dir| paths::is_below(&full, dir)));
        let refusal = if !in_scope {
            Some("lies outside of the config's directory".to_owned())
        } else if self.chain.contains(&full) {
            Some("includes itself".to_owned())
        } else if self.chain.len() > INCLUDE_DEPTH {
            Some(format!("is included through more than {INCLUDE_DEPTH} files"))
        } else {
            None
        };
        if let Some(why) = refusal {
            return self.refuse(&why, at);
        }
        let source = match (self.read)(&full, self.sources) {
            Ok(source) => source,
            Err(IncludeFault::Refused(why)) => return self.refuse(&why, at),
            Err(IncludeFault::Unseen) => {
                self.problem.get_or_insert(Presence::Unseen { path: full });
                return None;
            }
        };
        self.included += self.sources.get(source).text().len();
        if self.included > limits::INCLUDED_CONFIGS {
            self.problem.get_or_insert(Presence::Unseen { path: full });
            return None;
        }
        match json5::parse(source, self.sources.get(source).text()) {
            Ok(document) => {
                let dir = paths::parent(&full).to_owned();
                self.chain.push(full);
                let node = self.expand(document.root, &dir);
                self.chain.pop();
                Some(node)
            }
            Err(error) => self.refuse(&format!("is not JSON5: {error}"), error.place),
        }
    }

    fn refuse(&mut self, why: &str, at: Place) -> Option<Node> {
        self.complain(&format!("has an $include of a file that {why}"), at);
        None
    }

    fn complain(&mut self, why: &str, at: Place) {
        self.problem.get_or_insert(Presence::Broken { message: why.to_owned(), place: Some(at) });
    }
}

/// Objects merge, lists join, anything else: the upper one counts.
fn merge(below: Node, above: Node) -> Node {
    match (below.kind, above.kind) {
        (NodeKind::Map(mut entries), NodeKind::Map(upper)) => {
            // The last entry of a key counts.
            let mut known: HashMap<Box<str>, usize> =
                entries.iter().enumerate().map(|(at, e)| (e.key.clone(), at)).collect();
            for entry in upper {
                match known.get(&entry.key).copied() {
                    Some(at) => {
                        let known = &mut entries[at];
                        let old =
                            std::mem::replace(&mut known.value, Node::new(entry.value.place, NodeKind::Null));
                        known.key_place = entry.key_place;
                        known.value = merge(old, entry.value);
                    }
                    None => {
                        known.insert(entry.key.clone(), entries.len());
                        entries.push(entry);
                    }
                }
            }
            Node::new(above.place, NodeKind::Map(entries))
        }
        (NodeKind::Seq(mut items), NodeKind::Seq(upper)) => {
            items.extend(upper);
            Node::new(above.place, NodeKind::Seq(items))
        }
        (old, kind) => {
            let old = Node { place: below.place, kind: old, tag: None, via: below.via, replaced: Vec::new() };
            let mut node = Node::new(above.place, kind);
            node.replaced.push(Replaced { node: old, by: Merge::ConfigInclude });
            node.replaced.extend(below.replaced);
            node
        }
    }
}
