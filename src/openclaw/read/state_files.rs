//! The files that a release would read, asked of the container's file system.

use crate::openclaw::{
    read::{
        config::{Config, IncludeFault},
        dotenv_file::DotenvFile,
        environment::{OpenClawEnvironment, VariableLookup as _},
        paths::{self, OpenClawPaths},
    },
    release::behaviour::{Behaviour, Includes},
};
use crate::{
    provenance::{InspectedSource, Layer, SourceState, Variable},
    syntax::dotenv::node,
    text::{
        limits,
        source::{Language, SourceId, Sources},
    },
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
    /// Everything that was looked at.
    pub looked_at: Vec<InspectedSource>,
    /// A leftover state directory of an earlier name that makes the gateway refuse to start.
    pub pending_migration: Option<String>,
    /// Dotenv files that are there and cannot be read: path and reason.
    pub passed_over: Vec<(String, String)>,
    /// Dotenv files of earlier names: container path, and the path that a report shows.
    pub legacy_dotenv: Vec<(String, String)>,
    /// What could not be seen from here and may change the answer.
    pub unseen: Vec<String>,
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
}

/// How often the program selects its state again when a dotenv file or `env.vars` changes a
/// selection variable (`GATEWAY_CONFIG_SELECTION_ENV_KEYS`, openclaw 2026.9.6).
const SELECTIONS: usize = 3;

/// Reads what the process would read.
pub fn gather(
    behaviour: &Behaviour,
    process: Process<'_>,
    fs: &mut dyn ContainerFs,
    sources: &mut Sources,
) -> StateFiles {
    let mut env = OpenClawEnvironment::of_container(process.environment);
    let mut chosen: Option<StateFiles> = None;
    for _ in 0..SELECTIONS {
        let paths = OpenClawPaths::of(behaviour, &env, process.user_home, process.cwd);
        if chosen.as_ref().is_some_and(|files| files.paths == paths) {
            break;
        }
        let files = Gatherer {
            behaviour,
            fs,
            sources,
            looked_at: Vec::new(),
            unseen: Vec::new(),
            passed_over: Vec::new(),
            legacy_dotenv: Vec::new(),
        }
        .gather(paths, &env);
        env = OpenClawEnvironment::of_container(process.environment);
        env.add_dotenv(behaviour, &files.dotenv);
        env.add_config(behaviour, files.config.env_candidates(behaviour, &env));
        chosen = Some(files);
    }
    #[expect(clippy::expect_used, reason = "the loop runs at least once")]
    chosen.expect("the state was selected")
}

impl StateFiles {
    /// The gateway moves its state directory, which has an earlier name, to where the release has its
    /// own, and leaves a link (openclaw 2026.9.6; those that refuse to choose between two move one).
    #[must_use]
    pub fn moves_state_dir(&self, behaviour: &Behaviour) -> bool {
        behaviour.exit_leftover_state.is_some()
            && self.paths.state_dir.is_none()
            && self.paths.state_dir_candidates.first() != Some(&self.state_dir)
    }
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
    dirs.flat_map(|dir| behaviour.config_names.iter().map(move |name| format!("{dir}/{name}"))).collect()
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
    if !behaviour.reads_legacy_dotenv && paths.state_dir.is_none() {
        // The config may be that of an earlier name; the dotenv file is the release's own.
        list[1].1.clone_from(&default_dotenv);
    }
    if behaviour.reads_config_dir_dotenv
        && paths::clean("/", &config_dotenv) != paths::clean("/", &state_dotenv)
    {
        list.push((Layer::StateDotenv, config_dotenv));
    }
    let pinned_elsewhere =
        paths.state_dir.is_some() && paths::clean("/", &state_dotenv) != paths::clean("/", &default_dotenv);
    if behaviour.reads_gateway_env && !pinned_elsewhere {
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
    let pinned =
        behaviour.state_dir_variables.iter().any(|n| env.value(n).is_some_and(|v| !v.trim().is_empty()));
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
        StateFiles {
            paths,
            beside_config,
            has_plugins,
            state_dir,
            config_path,
            dotenv,
            config,
            looked_at: self.looked_at,
            pending_migration,
            unseen: self.unseen,
            passed_over: self.passed_over,
            legacy_dotenv: self.legacy_dotenv,
        }
    }

    fn look(&mut self, layer: Layer, path: &str, limit: u64, language: Language) -> FoundFile {
        let (found, shown, state) = match self.fs.look(path, limit) {
            Look::Text { name, text, .. } => {
                let shown = name.to_string();
                let known = self
                    .sources
                    .iter()
                    .find(|(_, s)| s.name == name && s.language == language)
                    .map(|(id, _)| id);
                let id = known.unwrap_or_else(|| self.sources.add(name, language, text));
                (FoundFile::Text(id), shown, SourceState::Read)
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

    /// Two state directories, the legacy one not empty: openclaw 2026.9.6 exits 78 rather than
    /// choose. A pinned `OPENCLAW_STATE_DIR` ends the question.
    fn pending_migration(&mut self, paths: &OpenClawPaths, state_dir: &str) -> Option<String> {
        if self.behaviour.exit_leftover_state.is_none() || paths.state_dir.is_some() {
            return None;
        }
        let legacy = paths.state_dir_candidates.iter().skip(1).find(|d| *d != state_dir)?.clone();
        (self.is_directory(&legacy) == Some(false) && !self.is_same(&legacy, state_dir)).then_some(legacy)
    }

    /// One directory is a link to the other: their configs are one file.
    fn is_same(&mut self, a: &str, b: &str) -> bool {
        let mut name_in = |dir: &str| {
            self.behaviour.config_names.iter().find_map(|name| {
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
                Some(DotenvFile { layer, source, lines, is_read })
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
                let beside = paths::clean("/", paths::parent(path));
                let roots: Vec<String> = std::iter::once(beside).chain(roots.iter().cloned()).collect();
                let mut read = |file: &str, sources: &mut Sources| {
                    let found = Gatherer {
                        behaviour,
                        fs: &mut *self.fs,
                        sources,
                        looked_at: Vec::new(),
                        unseen: Vec::new(),
                        passed_over: Vec::new(),
                        legacy_dotenv: Vec::new(),
                    };
                    found.include(file, &roots, &mut self.looked_at)
                };
                let scope = (behaviour.includes != Includes::Anywhere).then_some(roots.as_slice());
                config.include(&paths::clean("/", path), scope, self.sources, &mut read);
                config
            }
            FoundFile::Directory => Config::broken(path, &ReadError::Directory.to_string()),
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
            FoundFile::Unseen => Err(IncludeFault::Unseen),
            FoundFile::Unreadable(why) => refused(&why),
        }
    }

    /// What a file is that may not be included, where its name says nothing of it
    /// (`readConfigIncludeFileWithGuards`, openclaw 2026.9.6).
    fn refused_include(&mut self, path: &str, roots: &[String]) -> Option<&'static str> {
        let real = self.fs.real(path)?;
        let mut root = |root: &String| self.fs.real(root).map_or_else(|| root.clone(), |real| real.path);
        let is_inside = self.behaviour.includes == Includes::Anywhere
            || roots.iter().any(|r| paths::is_below(&real.path, &root(r)));
        if !is_inside {
            Some("is a link to a file outside of the config's directory")
        } else if self.behaviour.include_refuses_hard_links && real.names > 1 {
            Some("has another name (a hard link), which OpenClaw does not include")
        } else {
            None
        }
    }
}
