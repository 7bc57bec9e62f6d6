//! What is known of any key at all: a key of `openclaw.json`, a variable, a provider, a channel. What
//! is a setting of its own has its resolution already; here is the rest, from the same facts.

mod known;
mod reader;
#[cfg(test)]
mod tests;

pub(crate) use reader::Reader;

use crate::openclaw::{
    read::{
        config::{bare_reference, names_in},
        config_path::{PathStep, find, steps, written},
    },
    release::{channels, schema::keys::Membership},
    settings::precedence::{RankedCandidate, decide},
};
use crate::{
    openclaw::facts::OpenClawModel,
    provenance::{Candidate, ProvenanceStep, Reason, Shadowed, StepKind as ViaStep, Variable},
    syntax::node::{MapEntry, Node, NodeKind},
    text::{secret::Text, source::Place},
    vocabulary::{
        deployment::Role,
        setting::{Category, Resolution, Setting},
        setting_key::SettingKey,
    },
};
use std::collections::BTreeSet;

/// Most keys below an object that are told one by one; of more only those right below it are.
const LISTED: usize = 60;

/// What one target says of a key.
#[derive(Debug)]
pub enum KeyAnswer {
    /// The release has the key, or something here sets it.
    Known(KnownKey),
    /// The release does not have it, and nothing here sets it.
    Unknown(UnknownKey),
}

/// A key that is known.
#[derive(Debug)]
pub struct KnownKey {
    /// Every setting that is asked about, the key itself first.
    pub settings: Vec<Setting>,
    /// The release does not have the key, though it is set: goes on «OpenClaw 2026.9.6 …».
    pub remark: Option<String>,
}

/// A key that the release does not have.
#[derive(Debug)]
pub struct UnknownKey {
    /// Why, in a sentence.
    pub message: String,
    /// What may have been meant.
    pub near: Option<String>,
}

/// What is resolved already of a container or service.
#[derive(Clone, Copy, Debug)]
pub struct Resolved<'a> {
    /// What it does.
    pub role: Role,
    /// What OpenClaw makes of it.
    pub model: &'a OpenClawModel,
    /// Its settings.
    pub settings: &'a [Setting],
    /// The environment it is created with.
    pub environment: &'a [Variable],
    /// What the env files of the project set.
    pub project: &'a [Variable],
}

/// Answers for a key.
#[must_use]
pub fn resolve(resolved: &Resolved<'_>, key: &str) -> KeyAnswer {
    let facts = resolved.model;
    let mut asked =
        AskedKey { resolved, facts, readers: reader::of(resolved.role, facts), settings: Vec::new() };
    asked.modelled(|setting| setting.is_about(key));
    // `[*]` stands for every place of a list, as `*` for every key of an object.
    let plain = key.replace("[*]", ".*");
    let path = steps(&plain);
    if let Some(spelt) = path.as_deref().and_then(|path| known::as_provider_is_spelt(facts, path)) {
        return resolve(resolved, &spelt);
    }
    let mut is_known = asked.word(key);
    is_known |= path.as_deref().is_some_and(|path| asked.path(key, path));
    is_known |= asked.variable(key);
    if asked.settings.is_empty() {
        return KeyAnswer::Unknown(known::unknown(facts, key, path.as_deref(), &asked));
    }
    let is_modelled = resolved.settings.iter().any(|setting| setting.is_about(key));
    let remark = (!is_known && !is_modelled).then(|| known::remark(facts, key, path.as_deref(), &asked));
    KeyAnswer::Known(KnownKey { settings: asked.settings, remark })
}

/// The keys of channels that the config or a variable sets, as each consumer sees them.
#[must_use]
pub fn channel_settings(resolved: &Resolved<'_>) -> Vec<Setting> {
    let readers = reader::of(resolved.role, resolved.model);
    let is_offered = |key: &&channels::ChannelKey| {
        let of_config = [PathStep::Key("channels"), PathStep::Key(key.channel)];
        readers.iter().any(|reader| {
            reader.at(&of_config).is_some() || key.variables.iter().any(|name| reader.env.get(name).is_some())
        })
    };
    let settings = channels::KEYS.iter().filter(is_offered).map(|key| key.setting(&readers));
    settings.filter(|setting| setting.views.iter().any(|v| v.offered().next().is_some())).collect()
}

/// What is gathered for one key.
struct AskedKey<'a> {
    resolved: &'a Resolved<'a>,
    facts: &'a OpenClawModel,
    readers: Vec<Reader<'a>>,
    settings: Vec<Setting>,
}

impl<'a> AskedKey<'a> {
    /// Takes over settings that are resolved already.
    fn modelled(&mut self, wanted: impl Fn(&Setting) -> bool) {
        for setting in self.resolved.settings.iter().filter(|s| wanted(s)) {
            self.add(setting.clone());
        }
    }

    fn add(&mut self, mut setting: Setting) {
        if self.settings.iter().any(|s| s.key == setting.key) {
            return;
        }
        if setting.key.is_of_config() {
            for view in &mut setting.views {
                let reader = self.readers.iter().find(|r| r.consumer == view.consumer);
                if let Some(reader) = reader {
                    *view = reader.as_sure_as_seen(view.clone());
                }
            }
        }
        self.settings.push(setting);
    }

    /// A word that stands for something: a provider, a channel.
    fn word(&mut self, word: &str) -> bool {
        if word.contains(['.', '[']) {
            return false;
        }
        let provider = known::provider(self.facts, word);
        let is_provider = provider.is_some();
        if let Some(id) = provider {
            if id != word {
                self.modelled(|setting| setting.is_about(&id));
            }
            self.provider(&id);
        }
        let is_channel = known::is_channel(self.facts, word);
        if is_channel {
            let path = [PathStep::Key("channels"), PathStep::Key(word)];
            self.below(&path);
            let is_there = self.settings.iter().any(|s| s.name() == written(&path));
            if !is_there {
                self.generic(&path);
            }
            self.channel_keys(|key| key.channel == word, !is_there);
        }
        is_provider || is_channel
    }

    fn provider(&mut self, id: &str) {
        let path = [PathStep::Key("models"), PathStep::Key("providers"), PathStep::Key(id)];
        self.below(&path);
        let key = SettingKey::ProviderKey(id.to_owned());
        let said = |setting: &Setting| setting.category == Category::ProviderKey;
        if !self.settings.iter().any(said) {
            let variables: Vec<String> = known::variables_of(self.facts, id).map(str::to_owned).collect();
            let [models, providers, provider] = path;
            let steps = [models, providers, provider, PathStep::Key("apiKey")];
            let view = |reader: &Reader<'_>| {
                let mut ranked: Vec<RankedCandidate> = Vec::new();
                for name in &variables {
                    ranked.extend(RankedCandidate::variable(reader.env.get(name)));
                }
                ranked.extend(reader.ranked(&steps, true));
                reader.as_sure_as_seen(decide(reader.consumer.clone(), ranked, Vec::new()))
            };
            let views = self.readers.iter().map(view).collect();
            self.add(Setting { key, variables, category: Category::ProviderKey, secret: true, views });
        }
    }

    /// Settings of channels that a variable can give too: those that something sets, or all.
    fn channel_keys(&mut self, wanted: impl Fn(&channels::ChannelKey) -> bool, all: bool) {
        for key in channels::KEYS.iter().filter(|key| wanted(key)) {
            let setting = key.setting(&self.readers);
            let is_said = |v: &Resolution| v.winner.is_some() || !v.ignored.is_empty();
            if all || setting.views.iter().any(is_said) {
                self.put(setting);
            }
        }
    }

    /// As [`AskedKey::add`], in the place of one that knows less.
    fn put(&mut self, setting: Setting) {
        match self.settings.iter_mut().find(|s| s.key == setting.key) {
            Some(known) => *known = setting,
            None => self.settings.push(setting),
        }
    }

    /// A path of the config: the key itself and what is below it. Says whether the release has it.
    fn path(&mut self, key: &str, path: &[PathStep<'_>]) -> bool {
        let matching = self.matching(path);
        if !matching.is_empty() {
            for path in &matching {
                let name = written(path);
                self.modelled(|setting| setting.name() == name);
                self.generic(path);
            }
            let has = |path: &Vec<PathStep<'_>>| {
                self.readers.iter().any(|reader| reader.membership(path) != Membership::Lacks)
            };
            return matching.iter().any(has);
        }
        let membership = self.readers.first().map_or(Membership::Lacks, |r| r.membership(path));
        if let Some(name) = known::config_variable(path) {
            self.variable(name);
        }
        if self.settings.is_empty() || known::config_variable(path).is_none() || !self.tells_place(path) {
            self.below(path);
        }
        let prefix = format!("{key}.");
        self.modelled(|setting| setting.name().starts_with(&prefix));
        if path.first() == Some(&PathStep::Key("channels")) {
            self.channel_keys(|own| own.path() == key, true);
            self.channel_keys(|own| own.path().starts_with(&prefix), false);
        }
        let is_there = membership != Membership::Lacks && !known::is_slip(self.facts, key, path, membership);
        if self.settings.is_empty() && is_there {
            self.generic(path);
        }
        is_there
    }

    /// The keys of the config that a path with a `*` in it stands for; none where the config has a `*` of
    /// its own there, as it is written for every group of a channel.
    fn matching(&self, path: &[PathStep<'_>]) -> Vec<Vec<PathStep<'a>>> {
        let is_any = path.contains(&PathStep::Key("*"));
        let Some(root) = self.facts.config.root().filter(|_| is_any) else { return Vec::new() };
        if self.readers.iter().any(|reader| reader.at(path).is_some()) {
            return Vec::new();
        }
        let mut open: Vec<(Vec<PathStep<'a>>, &'a Node)> = vec![(Vec::new(), root)];
        for step in path {
            let below = open.into_iter().flat_map(|(so_far, node)| {
                let steps: Vec<(PathStep<'a>, &'a Node)> = match (step, &node.kind) {
                    (PathStep::Key("*"), NodeKind::Seq(items)) => {
                        items.iter().enumerate().map(|(at, item)| (PathStep::At(at), item)).collect()
                    }
                    (PathStep::Key("*"), _) => {
                        node.entries().iter().map(|entry| (PathStep::Key(&entry.key), &entry.value)).collect()
                    }
                    _ => find(node, std::slice::from_ref(step))
                        .and_then(|(steps, inner)| Some((*steps.first()?, inner)))
                        .into_iter()
                        .collect(),
                };
                steps.into_iter().map(move |(step, inner)| ([&so_far[..], &[step]].concat(), inner))
            });
            open = below.take(LISTED).collect();
        }
        open.into_iter().map(|(steps, _)| steps).collect()
    }

    /// The node at a path, and the keys below it, where the config has it.
    fn below(&mut self, path: &[PathStep<'_>]) {
        let Some((steps, node)) = self.readers.iter().find_map(|r| r.at(path)) else { return };
        for steps in leaves(&steps, node) {
            let name = written(&steps);
            self.modelled(|setting| setting.name() == name);
            self.generic(&steps);
        }
    }

    /// The settings so far name the place of a key in every config that has it.
    fn tells_place(&self, path: &[PathStep<'_>]) -> bool {
        let told: BTreeSet<Place> = self.places().collect();
        self.readers.iter().all(|r| r.at(path).is_none_or(|(_, node)| told.contains(&node.place)))
    }

    fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.settings.iter().flat_map(|s| &s.views).flat_map(Resolution::offered).filter_map(|c| c.place)
    }

    /// A key of the config that is no setting of its own.
    fn generic(&mut self, path: &[PathStep<'_>]) {
        let found = self.readers.iter().find_map(|r| r.at(path)).map(|(steps, _)| written(&steps));
        let name = found.unwrap_or_else(|| written(path));
        if self.settings.iter().any(|s| s.name() == name) && self.tells_place(path) {
            return;
        }
        let Some(first) = self.readers.first() else { return };
        let said = first.membership(path);
        let of_reader = |r: &Reader<'_>| {
            // The CLI of the container has the gateway's config, as a rule.
            let said = if std::ptr::eq(r.facts, first.facts) { said } else { r.membership(path) };
            r.view(path, said)
        };
        let is_ref = first.at(path).is_some_and(|(_, node)| reader::is_secret_ref(node));
        let secret = said.takes().secret_ref || is_ref;
        let views = self.readers.iter().map(of_reader).collect();
        let variables = known::variables_for(&name).iter().map(|v| (*v).to_owned()).collect();
        self.settings.push(Setting { key: name.into(), variables, category: Category::Other, secret, views });
    }

    /// A variable: what is a setting, what a channel takes, what only the environment has, and what is
    /// filled in from it. Says whether something reads it.
    fn variable(&mut self, name: &str) -> bool {
        if !known::could_be_variable(name) {
            return false;
        }
        self.channel_keys(|key| key.variables.contains(&name), true);
        for path in known::keys_set_by(name) {
            self.generic(&steps(path).unwrap_or_default());
        }
        let before = self.settings.len();
        self.filled_in_from(name);
        let is_used = self.settings.len() > before;
        let is_read = known::is_read(self.facts, name);
        let is_set = self.readers.iter().any(|r| r.env.names().any(|n| n == name))
            || self.resolved.environment.iter().any(|v| v.name == name)
            || self.resolved.project.iter().any(|v| v.name == name);
        if (is_set || is_read && self.settings.is_empty()) && !self.tells(name) {
            let views = self.readers.iter().map(|r| r.variable(name)).collect();
            let secret = known::is_credential_variable(name);
            let (name, variables) = (name.to_owned(), vec![name.to_owned()]);
            let setting = Setting { key: name.into(), variables, category: Category::Other, secret, views };
            // What is asked about comes before what is made of it.
            self.settings.insert(before, setting);
        }
        self.unused_lines(name);
        is_read || is_used
    }

    /// The settings so far tell of everything that is offered under that name.
    fn tells(&self, name: &str) -> bool {
        let told: Vec<&Candidate> =
            self.settings.iter().flat_map(|s| &s.views).flat_map(Resolution::offered).collect();
        let mut offered = self.readers.iter().flat_map(|r| {
            let set = r.env.get(name).into_iter().flat_map(Variable::candidates);
            set.chain(r.env.ignored(name).map(|l| &l.candidate))
        });
        !self.settings.is_empty()
            && offered
                .all(|c| told.iter().any(|t| t.layer == c.layer && t.place == c.place && t.name == c.name))
            && told.iter().any(|t| t.name == name)
    }

    /// What is filled in from a variable: keys of the config, and variables of the compose files.
    fn filled_in_from(&mut self, name: &str) {
        let lines: BTreeSet<Place> = self.lines(name).filter_map(|line| line.place).collect();
        let is_from = |via: &ProvenanceStep| match &via.step {
            ViaStep::Variable { layer, name: of } => {
                let is_its_line = || via.place.is_some_and(|place| lines.contains(&place));
                of == name || (layer.feeds_compose() && is_its_line())
            }
            _ => false,
        };
        let uses = |candidate: &Candidate| candidate.via.iter().any(is_from);
        self.modelled(|setting| setting.views.iter().flat_map(Resolution::offered).any(uses));
        let root = self.facts.config.root();
        for path in root.map(|root| referring(root, name)).unwrap_or_default() {
            if known::config_variable(&path) != Some(name) {
                self.modelled(|setting| setting.name() == written(&path));
                self.generic(&path);
            }
        }
        let made_of_it =
            self.resolved.environment.iter().filter(|v| v.name != name && v.candidates().any(uses));
        let made_of_it: Vec<&str> = made_of_it.map(|v| v.name.as_str()).collect();
        for other in made_of_it.into_iter().filter(|other| !self.tells(other)).collect::<Vec<_>>() {
            let views = self.readers.iter().map(|r| r.variable(other)).collect();
            let secret = known::is_credential_variable(other);
            let (name, variables) = (other.to_owned(), vec![other.to_owned()]);
            self.add(Setting { key: name.into(), variables, category: Category::Other, secret, views });
        }
    }

    /// Lines of the project's env files that have that name.
    fn lines(&self, name: &str) -> impl Iterator<Item = &Candidate> {
        self.resolved.project.iter().filter(move |v| v.name == name).filter_map(|v| v.winner.as_ref())
    }

    /// Lines of the project's env files that give the variable to no container.
    fn unused_lines(&mut self, name: &str) {
        let told = self.settings.iter().flat_map(|s| &s.views).flat_map(Resolution::offered);
        let told: BTreeSet<Place> =
            told.flat_map(|c| c.place.into_iter().chain(c.via.iter().filter_map(|v| v.place))).collect();
        let is_unused = |line: &&Candidate| line.place.is_some_and(|place| !told.contains(&place));
        let unused: Vec<Candidate> = self.lines(name).filter(is_unused).cloned().collect();
        for view in self.settings.iter_mut().take(1).flat_map(|s| &mut s.views) {
            view.ignored
                .extend(unused.iter().map(|line| Shadowed::new(line.clone(), Reason::OnlyInterpolated)));
        }
    }
}

/// A node and what is below it, as steps from the top; of many keys only those right below it.
fn leaves<'a>(steps: &[PathStep<'a>], node: &'a Node) -> Vec<Vec<PathStep<'a>>> {
    let mut all = vec![steps.to_vec()];
    walk(node, steps, usize::MAX, &mut all);
    if all.len() > LISTED {
        all.truncate(1);
        walk(node, steps, 1, &mut all);
    }
    all
}

fn walk<'a>(node: &'a Node, path: &[PathStep<'a>], depth: usize, all: &mut Vec<Vec<PathStep<'a>>>) {
    if depth == 0 {
        return;
    }
    for (step, inner) in children(node) {
        let mut path = path.to_vec();
        path.push(step);
        all.push(path.clone());
        if !reader::is_secret_ref(inner) {
            walk(inner, &path, depth - 1, all);
        }
    }
}

/// What is right below a node; of a key that is there twice the last.
fn children(node: &Node) -> Vec<(PathStep<'_>, &Node)> {
    match &node.kind {
        NodeKind::Map(entries) => {
            let counts = |e: &&MapEntry| node.entry(&e.key).is_some_and(|last| std::ptr::eq(last, *e));
            entries.iter().filter(counts).map(|e| (PathStep::Key(&e.key), &e.value)).collect()
        }
        NodeKind::Seq(items) => items.iter().enumerate().map(|(at, item)| (PathStep::At(at), item)).collect(),
        _ => Vec::new(),
    }
}

/// The paths of all texts and references of the config that name a variable.
fn referring<'a>(root: &'a Node, name: &str) -> Vec<Vec<PathStep<'a>>> {
    let mut open = vec![(Vec::new(), root)];
    let mut found = Vec::new();
    while let Some((path, node)) = open.pop() {
        let in_text = |text: &Text| {
            names_in(text.expose()).any(|n| n == name) || bare_reference(text.expose()) == Some(name)
        };
        let is_id = reader::is_secret_ref(node)
            && node.get("source").and_then(Node::text).is_some_and(|s| s.expose() == "env")
            && node.get("id").and_then(Node::text).is_some_and(|id| id.expose() == name);
        if is_id || node.text().is_some_and(in_text) {
            found.push(path);
            continue;
        }
        for (step, inner) in children(node) {
            let mut path: Vec<PathStep<'a>> = path.clone();
            path.push(step);
            open.push((path, inner));
        }
    }
    found
}
