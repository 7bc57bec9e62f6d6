//! Finds the stores of a release's agents and reads them.

use crate::openclaw::read::auth_profiles::{
    AgentStore, AuthProfile, Block, CredentialKind, Expiry, ReadStores, StateDatabase, Store,
    agents::{self, Agent},
    clock,
    database::{self, Copied, WantedCells},
    parse,
};
use crate::{
    openclaw::{
        read::{
            environment::{OpenClawEnvironment, VariableLookup as _},
            paths,
            state_files::StateFiles,
        },
        release::behaviour::{Behaviour, Retired, StoreKind},
    },
    provenance::{InspectedSource, Layer, SourceState},
    syntax::node::Node,
    text::{
        limits,
        secret::{Bytes, js_trim},
        source::{Language, SourceId, SourceName, Sources},
    },
    world::{
        container_fs::{ContainerFs, Look},
        files::{ReadError, utf8},
    },
};
use std::collections::BTreeMap;

/// Most agents whose stores are read.
const AGENTS: usize = 64;
/// Most profiles that a note names.
const NAMED: usize = 20;
/// The layer of everything that is looked at here.
const LAYER: Layer = Layer::AuthProfile;

/// Reads the stores of all agents; `now` is in milliseconds since 1970. What was looked at is
/// added to the list of the files.
pub fn gather(
    behaviour: &'static Behaviour,
    env: &OpenClawEnvironment,
    files: &mut StateFiles,
    fs: &mut dyn ContainerFs,
    sources: &mut Sources,
    now: i64,
) -> ReadStores {
    let (home, state_dir) = (files.paths.home.clone(), files.state_dir.clone());
    let agents = agents::of(&files.config, &state_dir, &home);
    let shared_dir = agents::shared_dir(env, &state_dir, &home);
    let named = ["OPENCLAW_OAUTH_DIR", "CLAWDBOT_OAUTH_DIR"]
        .iter()
        .find_map(|name| env.value(name).map(js_trim).filter(|v| !v.is_empty()));
    let oauth_dir = named.map_or_else(|| format!("{state_dir}/credentials"), |dir| paths::expand(dir, &home));
    let looked_at = &mut files.looked_at;
    let (directories, databases) = (BTreeMap::new(), Vec::new());
    let mut reader = StoreReader { behaviour, fs, sources, looked_at, now, directories, databases };
    reader.stores(&agents, &Places { state_dir, shared_dir, oauth_dir })
}

struct Places {
    state_dir: String,
    shared_dir: String,
    oauth_dir: String,
}

struct StoreReader<'a> {
    behaviour: &'static Behaviour,
    fs: &'a mut dyn ContainerFs,
    sources: &'a mut Sources,
    looked_at: &'a mut Vec<InspectedSource>,
    now: i64,
    /// What was read already: two agents may share a directory.
    directories: BTreeMap<String, Directory>,
    databases: Vec<StateDatabase>,
}

/// What one agent directory holds.
#[derive(Clone, Default)]
struct Directory {
    store: FoundStore,
    /// Files of earlier releases, which this one does not read.
    retired: Vec<RetiredFile>,
}

#[derive(Clone)]
struct RetiredFile {
    path: String,
    profiles: Vec<AuthProfile>,
    /// The providers in it; none when OpenClaw does not look for them.
    providers: Option<Vec<String>>,
}

#[derive(Clone, Default)]
enum FoundStore {
    #[default]
    Nothing,
    Store(Store),
    /// It is there, and OpenClaw cannot read it; its path as a report shows it.
    Unreadable(String),
}

impl FoundStore {
    fn store(&self) -> Store {
        if let Self::Store(store) = self { store.clone() } else { Store::default() }
    }
}

impl StoreReader<'_> {
    fn stores(&mut self, agents: &[Agent], places: &Places) -> ReadStores {
        let rules = &self.behaviour.stores;
        let in_state = match rules.kind {
            StoreKind::Database => self.state_database(&places.state_dir),
            StoreKind::Json { .. } => None,
        };
        let is_in_state = in_state.is_some();
        let mut shared = in_state.unwrap_or_else(|| self.directory(&places.shared_dir).store);
        let is_empty = matches!(shared, FoundStore::Nothing);
        // Where there is a store the file of the first releases is not even opened.
        let asked = is_empty || rules.retired.is_blocking();
        let oauth = if asked { self.oauth_file(&places.oauth_dir) } else { None };
        if let Some(oauth) = oauth.as_ref().filter(|_| is_empty && rules.reads_oauth_file) {
            shared = FoundStore::Store(Store { profiles: oauth.profiles.clone(), ..Store::default() });
        }
        let mut of_shared = self.directory(&places.shared_dir).retired;
        of_shared.extend(oauth.filter(|_| !rules.reads_oauth_file));
        let shared_block = self.block(&shared, &of_shared);
        let mut all = Vec::new();
        for agent in agents.iter().take(AGENTS) {
            let own = self.directory(&agent.dir);
            let is_shared = agent.dir == places.shared_dir;
            let retired = if is_shared { of_shared.clone() } else { own.retired };
            let store = if is_shared && !is_in_state {
                shared.store()
            } else {
                own.store.store().over(&shared.store(), rules.own_profiles_first)
            };
            let block = self.block(&own.store, &retired).or_else(|| shared_block.clone());
            let retired = retired.into_iter().flat_map(|file| file.profiles).collect();
            all.push(AgentStore { agent: agent.id.clone(), store, retired, block });
        }
        let session_files = match rules.kind {
            StoreKind::Database => self.session_files(agents, &places.state_dir),
            StoreKind::Json { .. } => Vec::new(),
        };
        let databases = std::mem::take(&mut self.databases);
        ReadStores { agents: all, shared_block, databases, session_files }
    }

    fn session_files(&mut self, agents: &[Agent], state_dir: &str) -> Vec<String> {
        let mut found = Vec::new();
        for agent in agents.iter().take(AGENTS) {
            let path =
                format!("{}/agents/{}/sessions/sessions.json", state_dir.trim_end_matches('/'), agent.id);
            if let Look::Text { name, .. } | Look::Unreadable { name, .. } = self.fs.look(&path, 0) {
                found.push(name.to_string());
            }
        }
        found
    }

    /// `assertAuthProfileMigrationReady` and `AuthProfileStoreUnreadableError`, openclaw 2026.9.6.
    fn block(&self, found: &FoundStore, retired: &[RetiredFile]) -> Option<Block> {
        let rule = self.behaviour.stores.retired;
        if !rule.is_blocking() {
            return None;
        }
        if let FoundStore::Unreadable(path) = found {
            return Some(Block::Unreadable { path: path.clone() });
        }
        let first = retired.first().filter(|_| found.store().profiles.is_empty())?;
        let all: Option<Vec<Vec<String>>> = retired.iter().map(|file| file.providers.clone()).collect();
        Some(Block::NotImported {
            path: first.path.clone(),
            place: retired.iter().find_map(|f| f.profiles.first()).map(|p| p.place),
            providers: all.map(|all| all.concat()).filter(|_| rule == Retired::BlocksItsProviders),
        })
    }

    fn directory(&mut self, dir: &str) -> Directory {
        if let Some(known) = self.directories.get(dir) {
            return known.clone();
        }
        let read = match self.behaviour.stores.kind {
            StoreKind::Json { state } => self.json_directory(dir, state),
            StoreKind::Database => self.database_directory(dir),
        };
        self.directories.insert(dir.to_owned(), read.clone());
        read
    }

    fn json_directory(&mut self, dir: &str, has_state: bool) -> Directory {
        let names = ["auth-profiles.json", "auth-state.json", "auth.json"];
        let looks = self.fs.look_together(dir, &names, limits::PROFILE_JSON);
        let mut looks = looks.into_iter();
        let (profiles, state, old) = (looks.next(), looks.next(), looks.next());
        let rules = &self.behaviour.stores;
        let profiles = self.json(dir, names[0], profiles, true);
        let state = if has_state { self.json(dir, names[1], state, false) } else { None };
        let state = state.map(|(_, root)| root);
        let store = profiles.and_then(|(_, root)| parse::store(&root, state.as_ref(), rules));
        if let Some(store) = store {
            let at = self.looked_at.iter().rposition(|l| l.path.ends_with(names[0]));
            self.tell(at, &store);
            return Directory { store: FoundStore::Store(store), retired: Vec::new() };
        }
        // Only where there is no store yet.
        let old = if rules.reads_auth_json { self.json(dir, names[2], old, false) } else { None };
        let profiles = old.map(|(_, root)| parse::by_provider(&root, None, rules)).unwrap_or_default();
        if profiles.is_empty() {
            return Directory::default();
        }
        let store = Store { profiles, ..Store::default() };
        self.tell(self.looked_at.len().checked_sub(1), &store);
        Directory { store: FoundStore::Store(store), retired: Vec::new() }
    }

    fn database_directory(&mut self, dir: &str) -> Directory {
        let old = ["auth-profiles.json", "auth.json"];
        let newest = self.behaviour.stores.newest_layout.map(|(agent, _)| agent);
        let cells = [database::AGENT_STORE, database::AGENT_STATE];
        let wanted = WantedCells { dir, file: "openclaw-agent.sqlite", cells: &cells, newest };
        let (copied, others) = database::read(self.fs, wanted, &old);
        self.note_layout(&copied, newest);
        let store = self.database_store(copied, 0);
        let retired = old.into_iter().zip(others).filter_map(|(name, look)| self.retired(dir, name, look));
        let retired = retired.collect();
        Directory { store, retired }
    }

    /// The shared store in the state database; none when the main agent has it still.
    fn state_database(&mut self, state_dir: &str) -> Option<FoundStore> {
        let dir = format!("{}/state", state_dir.trim_end_matches('/'));
        let newest = self.behaviour.stores.newest_layout.map(|(_, state)| state);
        let cells = [database::OWNER, database::SHARED_STORE, database::SHARED_STATE];
        let wanted = WantedCells { dir: &dir, file: "openclaw.sqlite", cells: &cells, newest };
        let (mut copied, _) = database::read(self.fs, wanted, &[]);
        self.note_layout(&copied, newest);
        let owner = copied.cells().and_then(|cells| cells.first()?.as_deref());
        let is_here = self.behaviour.stores.shared_in_state
            && owner.is_some_and(|text| {
                let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
                value.is_some_and(|v| v["location"] == "state-db")
            });
        let is_broken = copied.refused && self.behaviour.stores.shared_in_state;
        if !is_here {
            copied.leave("the shared profiles are not in it, but in the main agent's store");
        }
        let found = self.database_store(copied, 1);
        // Which of the two is the shared store cannot be told from a broken one.
        (is_here || is_broken).then_some(found)
    }

    fn note_layout(&mut self, copied: &Copied, newest: Option<i64>) {
        let Some(layout) = copied.layout else { return };
        let path = copied.name.as_ref().map_or_else(|| copied.path.clone(), ToString::to_string);
        self.databases.push(StateDatabase { path, layout, newest });
    }

    /// The store in two cells of a database, beginning with that one.
    fn database_store(&mut self, copied: Copied, first: usize) -> FoundStore {
        let shown = copied.name.as_ref().map_or_else(|| copied.path.clone(), ToString::to_string);
        let (state, note) = (copied.state.clone(), copied.note.clone());
        self.looked_at.push(InspectedSource { layer: LAYER, path: shown.clone(), state, note });
        let at = self.looked_at.len().checked_sub(1);
        if copied.refused {
            return FoundStore::Unreadable(shown);
        }
        let Some(cells) = copied.cells() else { return FoundStore::Nothing };
        let text = |n: usize| cells.get(first + n).and_then(Clone::clone);
        let (store, state) = (text(0), text(1));
        let Some(name) = copied.name.clone() else { return FoundStore::Nothing };
        let Some(store) = store else {
            self.say(at, "no profiles");
            return FoundStore::Nothing;
        };
        let table = if first == 0 {
            ["auth_profile_store", "auth_profile_state"]
        } else {
            ["config_machine_state"; 2]
        };
        let mut parsed = |text: String, table: &str| {
            let name = SourceName::Record { file: Box::new(name.clone()), table: table.to_owned() };
            let source = self.source(name, text);
            parse::json(source, self.sources).ok()
        };
        let root = parsed(store, table[0]);
        let state = state.and_then(|state| parsed(state, table[1]));
        match root.and_then(|root| parse::store(&root, state.as_ref(), &self.behaviour.stores)) {
            Some(store) => {
                self.tell(at, &store);
                FoundStore::Store(store)
            }
            None => {
                self.say(at, &format!("{} holds no store of profiles, which OpenClaw refuses", table[0]));
                FoundStore::Unreadable(shown)
            }
        }
    }

    /// A file of earlier releases that is there.
    fn retired(&mut self, dir: &str, name: &str, look: Look<Bytes>) -> Option<RetiredFile> {
        if !matches!(look, Look::Text { .. } | Look::Unreadable { .. }) {
            return None;
        }
        let read = self.json(dir, name, Some(look), false);
        let at = self.looked_at.len().checked_sub(1);
        let path = at.map(|at| self.looked_at[at].path.clone()).unwrap_or_default();
        let rules = &self.behaviour.stores;
        let profiles = read.map(|(_, root)| match parse::store(&root, None, rules) {
            Some(store) => store.profiles,
            None => parse::by_provider(&root, None, rules),
        });
        let profiles = profiles.unwrap_or_default();
        let providers: Vec<String> = profiles.iter().map(|p| p.provider.clone()).collect();
        self.say(at, "this release does not read it");
        if at.is_some_and(|at| self.looked_at[at].state.is_read()) {
            self.say(at, &count(&profiles));
        }
        let known = name == "auth-profiles.json" && !providers.is_empty();
        Some(RetiredFile { path, profiles, providers: known.then_some(providers) })
    }

    /// `credentials/oauth.json` of the first releases.
    fn oauth_file(&mut self, dir: &str) -> Option<RetiredFile> {
        let look = self.fs.look_together(dir, &["oauth.json"], limits::PROFILE_JSON).pop()?;
        let rules = &self.behaviour.stores;
        if !matches!(look, Look::Text { .. }) && !rules.reads_oauth_file {
            return None;
        }
        let (_, root) = self.json(dir, "oauth.json", Some(look), rules.reads_oauth_file)?;
        let at = self.looked_at.len().checked_sub(1);
        let path = at.map(|at| self.looked_at[at].path.clone()).unwrap_or_default();
        let profiles = parse::by_provider(&root, Some(CredentialKind::OAuth), rules);
        let store = Store { profiles, ..Store::default() };
        if rules.reads_oauth_file {
            self.tell(at, &store);
        } else {
            self.say(at, &format!("this release does not read it; {}", count(&store.profiles)));
        }
        Some(RetiredFile { path, profiles: store.profiles, providers: None })
    }

    /// The JSON of a file; with `always` it is told as well when it is not there.
    fn json(
        &mut self,
        dir: &str,
        name: &str,
        look: Option<Look<Bytes>>,
        always: bool,
    ) -> Option<(SourceId, Node)> {
        let path = format!("{dir}/{name}");
        let mut push =
            |path: String, state: SourceState| self.looked_at.push(InspectedSource::new(LAYER, path, state));
        match look? {
            Look::Text { name, text, .. } => {
                let shown = name.to_string();
                let text = match utf8(text.0) {
                    Ok(text) => text,
                    Err(why) => {
                        push(shown, SourceState::Unreadable(why.to_string()));
                        return None;
                    }
                };
                let source = self.source(name, text);
                let (node, note) = match parse::json(source, self.sources) {
                    Ok(node) => (Some((source, node)), None),
                    Err(why) => (None, Some(format!("{why}, so OpenClaw treats it as empty"))),
                };
                self.looked_at.push(InspectedSource {
                    layer: LAYER,
                    path: shown,
                    state: SourceState::Read,
                    note,
                });
                return node;
            }
            Look::Absent if always => push(path, SourceState::Absent),
            Look::Absent => {}
            Look::Directory { .. } => push(path, SourceState::Unreadable(ReadError::Directory.to_string())),
            Look::Unreadable { name, why } => {
                push(name.to_string(), SourceState::Unreadable(why.to_string()))
            }
            Look::InImage if always => push(path, SourceState::in_image()),
            Look::Unseen { why } if always => push(path, SourceState::NotVisible(why)),
            Look::InImage | Look::Unseen { .. } => {}
        }
        None
    }

    /// Stores a text, unless another target of this run has read the same.
    fn source(&mut self, name: SourceName, text: String) -> SourceId {
        let known = self.sources.iter().find(|(_, s)| s.name == name && s.text() == text).map(|(id, _)| id);
        known.unwrap_or_else(|| self.sources.add(name, Language::Json5, text))
    }

    fn say(&mut self, at: Option<usize>, words: &str) {
        let Some(looked_at) = at.and_then(|at| self.looked_at.get_mut(at)) else { return };
        looked_at.say(words);
    }

    /// Names the profiles of a store, with what makes OpenClaw pass over them.
    fn tell(&mut self, at: Option<usize>, store: &Store) {
        let mut words = count(&store.profiles);
        let named = store.profiles.iter().take(NAMED).map(|p| self.profile(p, store));
        let named: Vec<String> = named.collect();
        if !named.is_empty() {
            words = format!("{words}: {}", named.join("; "));
        }
        self.say(at, &words);
    }

    fn profile(&self, profile: &AuthProfile, store: &Store) -> String {
        let mut words = format!("{}, {} of {}", profile.id, profile.kind.id(), profile.provider);
        if let Expiry::At(until) = profile.expires {
            let verb = if until <= self.now { "expired" } else { "expires" };
            words = format!("{words}, {verb} {}", clock::shown(until));
        }
        let usage = store.usage.get(&profile.id).copied().unwrap_or_default();
        if let Some(until) = usage.until.filter(|until| *until > self.now) {
            let why = usage.reason.map(|r| format!(" after {r}")).unwrap_or_default();
            let model = if usage.one_model { ", for one model" } else { "" };
            words = format!("{words}, left alone until {}{why}{model}", clock::shown(until));
        }
        words
    }
}

fn count(profiles: &[AuthProfile]) -> String {
    match profiles.len() {
        0 => "no profiles".to_owned(),
        1 => "1 profile".to_owned(),
        n => format!("{n} profiles"),
    }
}
