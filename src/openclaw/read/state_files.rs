//! The files that a release would read, asked of the container's file system.

use crate::openclaw::{
    read::{
        command::SecretFile,
        config::{Config, IncludeFault, Presence},
        dotenv_file::DotenvFile,
        environment::{OpenClawEnvironment, VariableLookup as _},
        paths::{self, OpenClawPaths},
        user::{DeniedFile, ProcessUser},
    },
    release::behaviour::{Behaviour, Includes, LeftoverState},
};
use crate::{
    provenance::{Candidate, InspectedSource, Layer, SourceState, Variable},
    syntax::dotenv::node,
    text::{
        limits,
        secret::js_trim,
        source::{Language, SourceId, SourceName, Sources},
    },
    vocabulary::deployment::{FileOwner, Mount, MountKind},
    world::{
        container_fs::{ContainerFs, Look},
        files::ReadError,
    },
};

/// Everything that was read for one container.
#[derive(Debug)]
pub struct StateFiles {
    /// Where it was looked.
    pub paths: OpenClawPaths,
    /// The state directory in use.
    pub state_dir: String,
    /// The config file in use, or the one that would be.
    pub config_path: String,
    /// The dotenv files, in the order they are read, and those that are not read at all.
    pub dotenv: Vec<DotenvFile>,
    /// The config.
    pub config: Config,
    /// Names of the files beside the config, where its directory can be seen from here.
    pub beside_config: Vec<String>,
    /// Plugins are installed in the state directory; none where this host cannot tell.
    pub has_plugins: Option<bool>,
    /// A config that lies one directory above or below the place where it is looked for, where there is
    /// none: the mount is one level too high or too low.
    pub misplaced_config: Option<String>,
    /// Everything that was looked at.
    pub looked_at: Vec<InspectedSource>,
    /// A leftover state directory of an earlier name that makes the gateway refuse to start.
    pub pending_migration: Option<String>,
    /// Dotenv files that are there and cannot be read: path and reason.
    pub passed_over: Vec<(String, String)>,
    /// Dotenv files of earlier names: container path, and the path that a report shows.
    pub legacy_dotenv: Vec<(String, String)>,
    /// Whose the config file is, and its mode.
    pub config_owner: Option<FileOwner>,
    /// What could not be seen from here and may change the answer.
    pub unseen: Vec<String>,
    /// Files that are there, and that the user of the process may not read.
    pub denied: Vec<DeniedFile>,
    /// Variables of the selection that an earlier choice of files set.
    pub selected: Vec<Candidate>,
}

/// What is known of the process before its files are read.
#[derive(Clone, Copy, Debug)]
pub struct Process<'a> {
    /// The environment that the container gives it.
    pub environment: &'a [Variable],
    /// The home directory of its user.
    pub user_home: &'a str,
    /// Its working directory.
    pub cwd: &'a str,
    /// Its user, where that is known and can be compared with the owners of files.
    pub user: Option<ProcessUser>,
    /// The mounts of its container.
    pub mounts: &'a [Mount],
    /// Its container is not there yet.
    pub not_started: bool,
}

/// Longest path of a link, in bytes (`PATH_MAX` of Linux).
const LONGEST_LINK: usize = 4096;

/// The variables that select state and config, as far as they do in a container
/// (`GATEWAY_CONFIG_SELECTION_ENV_KEYS`, openclaw 2026.9.6).
const SELECTORS: [&str; 8] = [
    "HOME",
    "CLAWDBOT_CONFIG_PATH",
    "CLAWDBOT_STATE_DIR",
    "OPENCLAW_CONFIG_PATH",
    "OPENCLAW_HOME",
    "OPENCLAW_INCLUDE_ROOTS",
    "OPENCLAW_STATE_DIR",
    "USERPROFILE",
];

/// Reads what the process would read. A dotenv file or `env.vars` that sets a variable of the selection
/// has the gateway select once more: the variable stays set; whether anything else of those files counts
/// [`Behaviour::selection_forgets`] says.
pub fn gather(
    behaviour: &Behaviour,
    process: Process<'_>,
    fs: &mut dyn ContainerFs,
    sources: &mut Sources,
) -> StateFiles {
    let mut selected: Vec<Candidate> = Vec::new();
    let mut looked_at: Vec<InspectedSource> = Vec::new();
    // Each round sets at least one selector, and one that is set is never replaced.
    let mut rounds = SELECTORS.len();
    loop {
        let mut env = OpenClawEnvironment::of_container(process.environment);
        env.add_selectors(&selected);
        let paths = OpenClawPaths::of(behaviour, &env, process.user_home, process.cwd);
        let mut files = Gatherer {
            behaviour,
            fs,
            sources,
            looked_at: Vec::new(),
            unseen: Vec::new(),
            passed_over: Vec::new(),
            legacy_dotenv: Vec::new(),
            config_owner: None,
            denied: Vec::new(),
            process,
        }
        .gather(paths, &env);
        let by_file = chosen_by(behaviour, &env, &files, process, |env, files| {
            env.add_dotenv(behaviour, &files.dotenv)
        });
        let chosen = by_file.or_else(|| {
            chosen_by(behaviour, &env, &files, process, |env, files| {
                env.add_dotenv(behaviour, &files.dotenv);
                env.add_config(behaviour, files.config.env_candidates(behaviour, env));
            })
        });
        let new: Vec<InspectedSource> =
            files.looked_at.drain(..).filter(|look| !looked_at.contains(look)).collect();
        looked_at.extend(new);
        match chosen {
            Some(chosen) if rounds > 0 => selected.extend(chosen),
            _ => return StateFiles { selected, looked_at, ..files },
        }
        rounds -= 1;
    }
}

/// What sets the variables of the selection to something else, where that selects other paths.
fn chosen_by(
    behaviour: &Behaviour,
    before: &OpenClawEnvironment,
    files: &StateFiles,
    process: Process<'_>,
    add: impl Fn(&mut OpenClawEnvironment, &StateFiles),
) -> Option<Vec<Candidate>> {
    let mut after = before.clone();
    add(&mut after, files);
    let is_other = OpenClawPaths::of(behaviour, &after, process.user_home, process.cwd) != files.paths;
    let is_kept = |name: &str| !behaviour.paths.selection_forgets || SELECTORS.contains(&name);
    let changed = |v: &&Variable| is_kept(&v.name) && after.value(&v.name) != before.value(&v.name);
    is_other.then(|| after.iter().filter(changed).filter_map(|v| v.winner.clone()).collect())
}

impl StateFiles {
    /// The gateway moves its state directory, which has an earlier name, to where the release has its
    /// own, and leaves a link.
    #[must_use]
    pub fn moves_state_dir(&self, behaviour: &Behaviour) -> bool {
        behaviour.paths.moves_earlier_state_dir
            && self.paths.state_dir.is_none()
            && self.paths.state_dir_candidates.first() != Some(&self.state_dir)
    }
}

/// Reads the file of `--password-file`: a regular file that is no link, of at most 16 KiB, with a text
/// (`readSecretFromFile`, openclaw 2026.9.6). It is told among what was looked at.
pub fn secret_file(
    path: &str,
    process: Process<'_>,
    fs: &mut dyn ContainerFs,
    files: &mut StateFiles,
) -> SecretFile {
    let path = paths::clean(process.cwd, &paths::expand(js_trim(path), &files.paths.home));
    let is_link = fs.real(&path).is_some_and(|real| real.path != path);
    let (shown, state, file) = match fs.look(&path, limits::OPENCLAW_SECRET_FILE) {
        Look::Text { name, .. } if is_link => {
            let state = SourceState::Unreadable("is a symbolic link".to_owned());
            (name.to_string(), state, SecretFile::Refused)
        }
        Look::Text { name, text, .. } if js_trim(&text).is_empty() => {
            (name.to_string(), SourceState::Read, SecretFile::Refused)
        }
        Look::Text { name, text, .. } => (name.to_string(), SourceState::Read, SecretFile::Text(text.into())),
        Look::Absent => (path, SourceState::Absent, SecretFile::Refused),
        Look::Directory { .. } => {
            let state = SourceState::Unreadable(ReadError::Directory.to_string());
            (path, state, SecretFile::Refused)
        }
        Look::Unreadable { name, why } => {
            (name.to_string(), SourceState::Unreadable(why.to_string()), SecretFile::Refused)
        }
        Look::InImage => (path, SourceState::in_image(), SecretFile::Unseen),
        Look::Unseen { why } => (path, SourceState::NotVisible(why), SecretFile::Unseen),
    };
    let look = InspectedSource::new(Layer::ComposeCommand, shown, state);
    if !files.looked_at.contains(&look) {
        files.looked_at.push(look);
    }
    file
}

/// Whether anything is at a place that [`gather`] would look at for a config, or for a dotenv file that
/// may name one.
pub fn is_anything_there(behaviour: &Behaviour, process: Process<'_>, fs: &mut dyn ContainerFs) -> bool {
    let env = OpenClawEnvironment::of_container(process.environment);
    let paths = OpenClawPaths::of(behaviour, &env, process.user_home, process.cwd);
    let state_dirs = match &paths.state_dir {
        Some(dir) => std::slice::from_ref(dir),
        None => &paths.state_dir_candidates,
    };
    state_dirs.iter().any(|dir| {
        let configs = config_places(behaviour, &paths, dir);
        let dotenv = dotenv_places(behaviour, &paths, dir, &configs[0], &env);
        let places = dotenv.into_iter().map(|(_, path)| path).chain(configs);
        places.into_iter().any(|path| fs.look(&path, 0) != Look::Absent)
    })
}

/// Where the config can be, best first; without any the first is where it would be.
fn config_places(behaviour: &Behaviour, paths: &OpenClawPaths, state_dir: &str) -> Vec<String> {
    if let Some(path) = &paths.config_path {
        return vec![path.clone()];
    }
    // A variable that names the state directory ends the search there (`resolveConfigPath`).
    let others = paths.state_dir_candidates.iter().filter(|d| paths.state_dir.is_none() && *d != state_dir);
    let dirs = std::iter::once(state_dir).chain(others.map(String::as_str));
    dirs.flat_map(|dir| behaviour.paths.config_names.iter().map(move |name| format!("{dir}/{name}")))
        .collect()
}

/// The dotenv files that the process reads, in order, with their layers.
fn dotenv_places(
    behaviour: &Behaviour,
    paths: &OpenClawPaths,
    state_dir: &str,
    config_path: &str,
    env: &OpenClawEnvironment,
) -> Vec<(Layer, String)> {
    let state_dotenv = format!("{state_dir}/.env");
    let config_dotenv = format!("{}/.env", config_dir(behaviour, paths, config_path, env));
    let default_dotenv = format!("{}/.env", paths.state_dir_candidates[0]);
    let mut list =
        vec![(Layer::CwdDotenv, paths.cwd_dotenv.clone()), (Layer::StateDotenv, state_dotenv.clone())];
    if !behaviour.dotenv.reads_legacy_dotenv && paths.state_dir.is_none() {
        // The config may be that of an earlier name; the dotenv file is the release's own.
        list[1].1.clone_from(&default_dotenv);
    }
    if behaviour.dotenv.reads_config_dir_dotenv
        && paths::clean("/", &config_dotenv) != paths::clean("/", &state_dotenv)
    {
        list.push((Layer::StateDotenv, config_dotenv));
    }
    let pinned_elsewhere =
        paths.state_dir.is_some() && paths::clean("/", &state_dotenv) != paths::clean("/", &default_dotenv);
    if behaviour.dotenv.reads_gateway_env && !pinned_elsewhere {
        list.push((Layer::GatewayEnvFile, paths.gateway_env.clone()));
    }
    list
}

/// `resolveConfigDir`: the state directory's variable, else the config file's directory, else the
/// default.
fn config_dir(
    behaviour: &Behaviour,
    paths: &OpenClawPaths,
    config_path: &str,
    env: &OpenClawEnvironment,
) -> String {
    let pinned = behaviour
        .paths
        .state_dir_variables
        .iter()
        .any(|n| env.value(n).is_some_and(|v| !v.trim().is_empty()));
    if pinned && let Some(dir) = &paths.state_dir {
        return dir.clone();
    }
    if paths.config_path.is_some() {
        return paths::parent(config_path).to_owned();
    }
    paths.state_dir_candidates[0].clone()
}

struct Gatherer<'a> {
    behaviour: &'a Behaviour,
    fs: &'a mut dyn ContainerFs,
    sources: &'a mut Sources,
    looked_at: Vec<InspectedSource>,
    unseen: Vec<String>,
    passed_over: Vec<(String, String)>,
    legacy_dotenv: Vec<(String, String)>,
    config_owner: Option<FileOwner>,
    denied: Vec<DeniedFile>,
    process: Process<'a>,
}

/// What will be looked at whatever is found.
fn likely(paths: &OpenClawPaths) -> Vec<String> {
    let mut likely = vec![paths.cwd_dotenv.clone(), paths.gateway_env.clone()];
    likely.extend(paths.legacy_dirs.iter().cloned());
    if paths.state_dir.is_none() {
        likely.extend(paths.state_dir_candidates.iter().filter(|d| !paths.legacy_dirs.contains(d)).cloned());
    }
    likely
}

/// What is at a path, as far as it matters here.
enum FoundFile {
    Text(SourceId),
    /// A dotenv file that the user of the process may not read.
    Denied(SourceId),
    Directory,
    Absent,
    Unreadable(String),
    Unseen,
}

impl Gatherer<'_> {
    fn gather(mut self, paths: OpenClawPaths, env: &OpenClawEnvironment) -> StateFiles {
        self.fs.expect(&likely(&paths));
        let state_dir = self.state_dir(&paths);
        let pending_migration = self.pending_migration(&paths, &state_dir);
        let config_path = self.config_path(&paths, &state_dir);
        let dotenv = self.dotenv_files(&paths, &state_dir, &config_path, env);
        let config = self.config(&config_path, &paths.include_roots);
        let beside_config = self.fs.names(paths::parent(&config_path));
        let has_plugins = self.has_plugins(&state_dir);
        let misplaced_config = match config.presence {
            Presence::Absent => self.misplaced_config(&state_dir),
            _ => None,
        };
        StateFiles {
            paths,
            beside_config,
            has_plugins,
            misplaced_config,
            state_dir,
            config_path,
            dotenv,
            config,
            looked_at: self.looked_at,
            pending_migration,
            unseen: self.unseen,
            passed_over: self.passed_over,
            legacy_dotenv: self.legacy_dotenv,
            config_owner: self.config_owner,
            denied: self.denied,
            selected: Vec::new(),
        }
    }

    fn look(&mut self, layer: Layer, path: &str, limit: u64, language: Language) -> FoundFile {
        let looked = self.fs.look(path, limit);
        let looked = match self.lost_link(path, &looked) {
            Some(target) => self.fs.look(&target, limit),
            None => looked,
        };
        let (found, shown, state) = match looked {
            Look::Text { name, text, owner: Some(owner) } if self.may_not_read(path, &name, owner) => {
                let denied = DeniedFile {
                    path: name.to_string(),
                    owner,
                    user: self.process.user.map_or(0, |user| user.uid),
                    is_certain: !self.process.not_started,
                    is_config: layer == Layer::Config,
                };
                let (why, shown) = (denied.why(), denied.path.clone());
                self.denied.push(denied);
                let state = SourceState::Unreadable(why.clone());
                if self.process.not_started {
                    // It may be another user's where the project will run.
                    self.unseen.push(path.to_owned());
                }
                if language == Language::Dotenv {
                    (FoundFile::Denied(self.source(name, language, text)), shown, state)
                } else if self.process.not_started {
                    (FoundFile::Unseen, shown, state)
                } else {
                    (FoundFile::Unreadable(why), shown, state)
                }
            }
            Look::Text { name, text, owner } => {
                if layer == Layer::Config {
                    self.config_owner = owner;
                }
                let shown = name.to_string();
                (FoundFile::Text(self.source(name, language, text)), shown, SourceState::Read)
            }
            Look::Directory { .. } => {
                let state = SourceState::Unreadable(ReadError::Directory.to_string());
                (FoundFile::Directory, path.to_owned(), state)
            }
            Look::Absent => (FoundFile::Absent, path.to_owned(), SourceState::Absent),
            Look::Unreadable { name, why } => {
                let why = why.to_string();
                (FoundFile::Unreadable(why.clone()), name.to_string(), SourceState::Unreadable(why))
            }
            // OpenClaw's own images have none of the files that are looked for here.
            Look::InImage => (FoundFile::Unseen, path.to_owned(), SourceState::in_image()),
            Look::Unseen { why } => {
                self.unseen.push(path.to_owned());
                (FoundFile::Unseen, path.to_owned(), SourceState::NotVisible(why))
            }
        };
        self.looked_at.push(InspectedSource::new(layer, shown, state));
        found
    }

    /// Where a file of a project leads that git checked out as the text of a link, which it does where
    /// links cannot be made (`core.symlinks`): on the machine where the project runs it is one.
    fn lost_link(&self, path: &str, look: &Look) -> Option<String> {
        let Look::Text { text, .. } = look else { return None };
        let is_path = ["/", "./", "../"].iter().any(|start| text.starts_with(start))
            && text.len() < LONGEST_LINK
            && !text.contains(|c: char| c == '=' || c.is_whitespace() || c.is_control());
        (is_path && self.process.not_started).then(|| paths::clean(paths::parent(path), text))
    }

    /// The text as a source, which may be one already.
    fn source(&mut self, name: SourceName, language: Language, text: String) -> SourceId {
        let known = self.sources.find(&name, language);
        known.unwrap_or_else(|| self.sources.add(name, language, text))
    }

    /// The user of the process may not read the file. What a bind mount has through an engine of
    /// another machine, as that of Docker Desktop is, has owners that mean nothing in the container.
    fn may_not_read(&self, path: &str, name: &SourceName, owner: FileOwner) -> bool {
        let Some(user) = self.process.user else { return false };
        let is_bound = || {
            let holding = self.process.mounts.iter().filter(|m| m.holds(path));
            holding.max_by_key(|m| m.target.len()).is_some_and(|m| m.kind == MountKind::Bind)
        };
        let is_meant = match name {
            SourceName::Host(_) => cfg!(target_os = "linux"),
            _ => !is_bound(),
        };
        is_meant && !user.may_read(owner)
    }

    fn is_directory(&mut self, path: &str) -> Option<bool> {
        match self.fs.look(path, 0) {
            Look::Directory { empty } => Some(empty.unwrap_or(false)),
            _ => None,
        }
    }

    /// A directory that a variable names, else the first candidate that exists, else the first.
    fn state_dir(&mut self, paths: &OpenClawPaths) -> String {
        if let Some(dir) = &paths.state_dir {
            return dir.clone();
        }
        let candidates = &paths.state_dir_candidates;
        let existing = candidates.iter().find(|dir| self.is_directory(dir).is_some());
        existing.unwrap_or(&candidates[0]).clone()
    }

    /// Where `openclaw plugins install` puts them (`install-paths`, openclaw 2026.9.6).
    fn has_plugins(&mut self, state_dir: &str) -> Option<bool> {
        self.fs.real(state_dir)?;
        let mut seen = true;
        for name in ["npm", "extensions"] {
            let dir = format!("{state_dir}/{name}");
            if self.fs.real(&dir).is_some() || self.is_directory(&dir).is_some() {
                return Some(true);
            }
            // It may be a mount of its own.
            seen &= !matches!(self.fs.look(&dir, 0), Look::InImage | Look::Unseen { .. });
        }
        seen.then_some(false)
    }

    /// A config right in the parent of the state directory, or in another one of its name inside it.
    fn misplaced_config(&mut self, state_dir: &str) -> Option<String> {
        let state_dir = state_dir.trim_end_matches('/');
        let own = self.behaviour.paths.state_dirs[0];
        let near = [paths::parent(state_dir).to_owned(), format!("{state_dir}/{own}")];
        let name = self.behaviour.paths.config_names[0];
        let paths = near.iter().filter(|dir| *dir != "/").map(|dir| format!("{dir}/{name}"));
        let is_there =
            |path: &String| matches!(self.fs.look(path, limits::OPENCLAW_CONFIG), Look::Text { .. });
        paths.collect::<Vec<_>>().into_iter().find(is_there)
    }

    /// Two state directories, the legacy one not empty: openclaw 2026.9.6 exits 78 rather than
    /// choose. A pinned `OPENCLAW_STATE_DIR` ends the question.
    fn pending_migration(&mut self, paths: &OpenClawPaths, state_dir: &str) -> Option<String> {
        let is_fine =
            matches!(self.behaviour.paths.leftover_state, LeftoverState::LeftAlone | LeftoverState::Warns);
        if is_fine || paths.state_dir.is_some() {
            return None;
        }
        let legacy = paths.state_dir_candidates.iter().skip(1).find(|d| *d != state_dir)?.clone();
        (self.is_directory(&legacy) == Some(false) && !self.is_same(&legacy, state_dir)).then_some(legacy)
    }

    /// One directory is a link to the other: their configs are one file.
    fn is_same(&mut self, a: &str, b: &str) -> bool {
        let mut name_in = |dir: &str| {
            self.behaviour.paths.config_names.iter().find_map(|name| {
                match self.fs.look(&format!("{dir}/{name}"), limits::OPENCLAW_CONFIG) {
                    Look::Text { name, .. } | Look::Unreadable { name, .. } => Some(name),
                    _ => None,
                }
            })
        };
        let first = name_in(a);
        first.is_some() && first == name_in(b)
    }

    fn config_path(&mut self, paths: &OpenClawPaths, state_dir: &str) -> String {
        if let Some(path) = &paths.config_path {
            return path.clone();
        }
        let places = config_places(self.behaviour, paths, state_dir);
        let existing = places.iter().find(|path| {
            matches!(self.fs.look(path, limits::OPENCLAW_CONFIG), Look::Text { .. } | Look::Unreadable { .. })
        });
        existing.unwrap_or(&places[0]).clone()
    }

    fn dotenv_files(
        &mut self,
        paths: &OpenClawPaths,
        state_dir: &str,
        config_path: &str,
        env: &OpenClawEnvironment,
    ) -> Vec<DotenvFile> {
        let mut files = Vec::new();
        for (layer, path) in dotenv_places(self.behaviour, paths, state_dir, config_path, env) {
            files.extend(self.dotenv_file(layer, &path, true));
        }
        for dir in paths.legacy_dirs.clone() {
            if dir != state_dir {
                let path = format!("{dir}/.env");
                let file = self.dotenv_file(Layer::LegacyDotenv, &path, false);
                if file.is_some() {
                    let shown = self.looked_at.last().map_or_else(|| path.clone(), |l| l.path.clone());
                    self.legacy_dotenv.push((path, shown));
                }
                files.extend(file);
            }
        }
        files
    }

    fn dotenv_file(&mut self, layer: Layer, path: &str, is_read: bool) -> Option<DotenvFile> {
        match self.look(layer, path, limits::OPENCLAW_DOTENV, Language::Dotenv) {
            FoundFile::Text(source) => {
                let lines = node::parse(source, self.sources.get(source).text());
                Some(DotenvFile { layer, source, lines, is_read, denied_to: None })
            }
            FoundFile::Denied(source) => {
                let lines = node::parse(source, self.sources.get(source).text());
                let denied_to = self.process.user.map(|user| user.uid);
                Some(DotenvFile { layer, source, lines, is_read, denied_to })
            }
            // Anything but a readable regular file is passed over without a word (`quiet: true`).
            FoundFile::Unreadable(why) => self.pass_over(path, &why),
            FoundFile::Directory => self.pass_over(path, &ReadError::Directory.to_string()),
            FoundFile::Absent | FoundFile::Unseen => None,
        }
    }

    fn pass_over(&mut self, path: &str, why: &str) -> Option<DotenvFile> {
        let shown = self.looked_at.last().map_or(path, |l| l.path.as_str()).to_owned();
        self.passed_over.push((shown, why.to_owned()));
        None
    }

    fn config(&mut self, path: &str, roots: &[String]) -> Config {
        match self.look(Layer::Config, path, limits::OPENCLAW_CONFIG, Language::Json5) {
            FoundFile::Text(source) => {
                let behaviour = self.behaviour;
                let mut config = Config::parse(source, self.sources);
                config.follows_retired = behaviour.config.follows_retired_references;
                let beside = paths::clean("/", paths::parent(path));
                let roots: Vec<String> = std::iter::once(beside).chain(roots.iter().cloned()).collect();
                let process = self.process;
                let mut read = |file: &str, sources: &mut Sources| {
                    let found = Gatherer {
                        behaviour,
                        fs: &mut *self.fs,
                        sources,
                        looked_at: Vec::new(),
                        unseen: Vec::new(),
                        passed_over: Vec::new(),
                        legacy_dotenv: Vec::new(),
                        config_owner: None,
                        denied: Vec::new(),
                        process,
                    };
                    found.include(file, &roots, &mut self.looked_at)
                };
                let scope = (behaviour.config.includes != Includes::Anywhere).then_some(roots.as_slice());
                config.include(&paths::clean("/", path), scope, self.sources, &mut read);
                config
            }
            FoundFile::Directory => Config::broken(path, &ReadError::Directory.to_string()),
            FoundFile::Denied(_) => Config::unseen(path),
            FoundFile::Unreadable(why) => Config::broken(path, &why),
            FoundFile::Absent => Config::absent(path),
            FoundFile::Unseen => Config::unseen(path),
        }
    }

    /// One file of a `$include`.
    fn include(
        mut self,
        path: &str,
        roots: &[String],
        looked_at: &mut Vec<InspectedSource>,
    ) -> Result<SourceId, IncludeFault> {
        let refused = |why: &str| Err(IncludeFault::Refused(why.to_owned()));
        if let Some(why) = self.refused_include(path, roots) {
            return refused(why);
        }
        let found = self.look(Layer::Config, path, limits::OPENCLAW_CONFIG, Language::Json5);
        looked_at.append(&mut self.looked_at);
        match found {
            FoundFile::Text(source) => Ok(source),
            FoundFile::Directory => refused("is a directory"),
            FoundFile::Absent => refused("no such file"),
            FoundFile::Unseen | FoundFile::Denied(_) => Err(IncludeFault::Unseen),
            FoundFile::Unreadable(why) => refused(&why),
        }
    }

    /// What a file is that may not be included, where its name says nothing of it
    /// (`readConfigIncludeFileWithGuards`, openclaw 2026.9.6).
    fn refused_include(&mut self, path: &str, roots: &[String]) -> Option<&'static str> {
        let real = self.fs.real(path)?;
        let mut root = |root: &String| self.fs.real(root).map_or_else(|| root.clone(), |real| real.path);
        let is_inside = self.behaviour.config.includes == Includes::Anywhere
            || roots.iter().any(|r| paths::is_below(&real.path, &root(r)));
        if !is_inside {
            Some("is a link to a file outside of the config's directory")
        } else if self.behaviour.config.include_refuses_hard_links && real.names > 1 {
            Some("has another name (a hard link), which OpenClaw does not include")
        } else {
            None
        }
    }
}
