//! What OpenClaw does with its settings: from the environment and files of one container to the
//! settings that its gateway and its command line use.

pub mod facts;
pub mod read;
pub mod release;
pub mod settings;
pub mod start;

#[cfg(test)]
mod facts_have_readers;
#[cfg(test)]
mod truth_tables;

use crate::{
    openclaw::facts::{AuthMode, ConfigProblem, OpenClawModel},
    provenance::{Candidate, InspectedSource, Variable},
    text::{
        limits,
        secret::Text,
        source::{Language, Sources},
    },
    vocabulary::{
        deployment::{Deployment, GivenFile, Located, Mount, Role},
        prediction::Start,
        setting::{Consumer, Setting},
    },
    world::container_fs::{ContainerFs, Look},
};
use read::command::{OpenClawCommand, PASSWORD_FILE};
use read::config::Config;
use read::environment::{OpenClawEnvironment, VariableLookup as _};
use read::home::{HomeBasis, UserHome};
use read::images::ImageFacts;
use read::launch::{Launch, LaunchEnd, WrittenFs, WrittenText};
use read::state_files::StateFiles;
use release::behaviour::{Behaviour, LeftoverState};
use release::history::KnownRelease;
use release::number::{Program, Release};
use std::{borrow::Cow, rc::Rc};

/// What is known of a container before OpenClaw's own files are read.
#[derive(Debug)]
pub struct OpenClawInputs<'a> {
    /// The program it runs.
    pub program: Program,
    /// The release, when it is known.
    pub release: Option<Release>,
    /// Nothing says which release it is: the newest is taken.
    pub release_is_assumed: bool,
    /// What it does.
    pub role: Role,
    /// How it is run.
    pub deployment: &'a Deployment,
    /// The environment it is created with.
    pub environment: &'a [Variable],
    /// What is known of its image.
    pub image: &'a ImageFacts,
    /// It was not started yet: the image's start script will still write into the config.
    pub not_started: bool,
    /// Its stored credentials matter: a command line that only talks to a gateway uses none.
    pub has_agents: bool,
    /// Milliseconds since 1970, for what expires.
    pub now: i64,
}

/// What the release makes of it.
#[derive(Debug)]
pub struct OpenClawReport {
    /// Every setting, one view for each consumer.
    pub settings: Vec<Setting>,
    /// What the gateway's process ends up with.
    pub process_environment: Option<Vec<Variable>>,
    /// Whether the gateway starts.
    pub start: Option<Start>,
    /// The address that a command line here would connect to.
    pub address: Text,
    /// What was looked at.
    pub looked_at: Vec<InspectedSource>,
    /// What the rules ask for besides.
    pub facts: OpenClawModel,
}

/// Everything that the modules of this folder decide from.
#[derive(Debug)]
pub struct Model<'a> {
    /// What the release does.
    pub behaviour: &'static Behaviour,
    program: Program,
    release: Option<Release>,
    release_is_assumed: bool,
    /// Which providers and channels the release has.
    pub known: KnownRelease,
    role: Role,
    /// The environment of a process in the container, dotenv files and `env.vars` included.
    pub env: OpenClawEnvironment,
    /// What `${NAME}` in the config is filled in from.
    pub references: OpenClawEnvironment,
    /// The config.
    pub config: &'a Config,
    /// The command line.
    pub command: OpenClawCommand,
    /// What was read, and where.
    pub files: &'a StateFiles,
    image: &'a ImageFacts,
    has_official_image: bool,
    /// How the gateway checks its clients, where it has another config than its command line.
    mode_of_gateway: Option<AuthMode>,
    /// Why the image's start script would end the container.
    script_lacks: Option<crate::openclaw::read::images::MissingInput>,
    /// The start script that is followed ends the container.
    ends: Option<&'a LaunchEnd>,
    /// The stored credentials.
    pub stores: &'a crate::openclaw::read::auth_profiles::ReadStores,
    /// Milliseconds since 1970.
    pub now: i64,
    /// The mounts of the container.
    pub mounts: &'a [Mount],
    /// The files of Compose's `configs` and `secrets`.
    given_files: &'a [GivenFile],
    /// `read_only`: the root file system cannot be written to.
    read_only_root: Option<Located<bool>>,
    /// The home directory of the user, without `HOME`.
    user_home: &'a str,
    /// How that is known.
    home_basis: read::home::HomeBasis,
    /// What the release's schema says of the config.
    pub schema: crate::openclaw::release::schema::ConfigVerdict,
}

impl OpenClawInputs<'_> {
    /// What its files are read for.
    fn process<'a>(
        &self,
        environment: &'a [Variable],
        deployment: &'a Deployment,
        home: &'a UserHome,
    ) -> crate::openclaw::read::state_files::Process<'a> {
        crate::openclaw::read::state_files::Process {
            environment,
            user_home: &home.path,
            cwd: self.working_dir(deployment),
            user: self.user(deployment),
            mounts: &deployment.mounts,
            not_started: self.not_started,
        }
    }

    /// The user that the process runs as, where its number means the same on the host.
    fn user(&self, deployment: &Deployment) -> Option<read::user::ProcessUser> {
        let counts_alike = deployment.userns_mode.is_none();
        counts_alike.then(|| read::user::ProcessUser::of(deployment, self.image, self.not_started))?
    }

    /// The home directory of the process' user, as far as it can be told.
    fn user_home(&self, deployment: &Deployment) -> UserHome {
        UserHome::of(deployment, self.image, self.has_official_image(deployment))
    }

    /// The working directory of the process: that of OpenClaw's own image where nothing is known.
    fn working_dir<'a>(&self, deployment: &'a Deployment) -> &'a str {
        let is_plain = self.image.base.is_some() && self.image.profile.is_none();
        let of_image = if is_plain { "/" } else { "/app" };
        deployment.working_dir.as_ref().map_or(of_image, |d| d.value.as_str())
    }

    /// The image is one that OpenClaw publishes: `openclaw:local` may be built from a Dockerfile that
    /// adds users and plugins.
    fn has_official_image(&self, deployment: &Deployment) -> bool {
        let is_pulled = deployment.image.as_ref().is_some_and(|image| image.value.contains('/'));
        self.image.is_official() && is_pulled
    }
}

/// Whether there may be a config: a cheap look at the places that [`explain`] goes through, and at the
/// dotenv files, which may name another.
pub fn may_have_config(inputs: &OpenClawInputs<'_>, fs: &mut dyn ContainerFs) -> bool {
    let behaviour = Behaviour::of(inputs.program, inputs.release);
    let home = inputs.user_home(inputs.deployment);
    let process = inputs.process(inputs.environment, inputs.deployment, &home);
    crate::openclaw::read::state_files::is_anything_there(behaviour, process, fs)
}

/// The answer for one container or service.
pub fn explain(
    inputs: &OpenClawInputs<'_>,
    fs: &mut dyn ContainerFs,
    sources: &mut Sources,
) -> OpenClawReport {
    let behaviour = Behaviour::of(inputs.program, inputs.release);
    let prepared = PreparedRun::of(inputs);
    let launch = prepared.follow(inputs, fs, sources);
    let deployment = launch.deployment(&prepared.deployment);
    let started = PreparedRun {
        environment: launch.environment(&prepared.environment),
        home: inputs.user_home(&deployment),
        deployment,
    };
    let words = launch.words();
    let profile = crate::openclaw::read::profile::environment(inputs, &started, words.as_ref(), behaviour);
    let has_own = profile.is_some() || launch.changes_environment();
    let started = PreparedRun { environment: profile.map_or(started.environment, Cow::Owned), ..started };
    let mut own = answer(inputs, &started, &launch, words, behaviour, None, fs, sources);
    if has_own && inputs.role == Role::Gateway {
        // A command line that is run beside the gateway has not got its flags and what its start script
        // exports, and talks to it.
        let mode = Some(own.facts.auth_mode);
        own.take_command_line_of(answer(inputs, &prepared, &launch, None, behaviour, mode, fs, sources));
    }
    own
}

/// How a container is run, with what its image brings along.
pub(crate) struct PreparedRun<'a> {
    /// The environment of the process.
    pub(crate) environment: Cow<'a, [Variable]>,
    /// How it is run.
    pub(crate) deployment: Cow<'a, Deployment>,
    /// The home directory of its user.
    home: UserHome,
}

impl<'a> PreparedRun<'a> {
    fn of(inputs: &OpenClawInputs<'a>) -> Self {
        let profile = inputs.image.profile.as_deref();
        let environment = match profile {
            Some(profile) if inputs.not_started => {
                Cow::Owned(crate::openclaw::read::images::environment(profile, inputs.environment))
            }
            _ => Cow::Borrowed(inputs.environment),
        };
        let deployment = match profile {
            Some(profile) => Cow::Owned(crate::openclaw::read::images::deployment(
                profile,
                inputs.deployment,
                &environment,
            )),
            None => Cow::Borrowed(inputs.deployment),
        };
        let home = inputs.user_home(&deployment);
        Self { environment, deployment, home }
    }

    fn launch_inputs(&self, inputs: &OpenClawInputs<'_>) -> read::launch::LaunchInputs<'_> {
        read::launch::LaunchInputs {
            deployment: &self.deployment,
            environment: &self.environment,
            user_home: &self.home.path,
            role: inputs.role,
        }
    }

    fn follow(&self, inputs: &OpenClawInputs<'_>, fs: &mut dyn ContainerFs, sources: &mut Sources) -> Launch {
        read::launch::follow(&self.launch_inputs(inputs), fs, sources)
    }
}

impl OpenClawReport {
    /// What a command line makes of it is told by another answer.
    fn take_command_line_of(&mut self, other: Self) {
        for setting in &mut self.settings {
            setting.views.retain(|view| view.consumer != Consumer::Cli);
        }
        for mut setting in other.settings {
            setting.views.retain(|view| view.consumer == Consumer::Cli);
            match self.settings.iter_mut().find(|own| own.key == setting.key) {
                Some(own) => own.views.append(&mut setting.views),
                None if setting.views.is_empty() => {}
                None => self.settings.push(setting),
            }
        }
        self.settings.retain(|setting| !setting.views.is_empty());
        self.settings.sort_by_key(|setting| setting.category);
        self.address = other.address;
        self.facts.of_cli = Some(Rc::new(other.facts));
        let new = other.looked_at.into_iter().filter(|l| !self.looked_at.contains(l));
        let new: Vec<InspectedSource> = new.collect();
        self.looked_at.extend(new);
    }
}

#[expect(clippy::too_many_arguments, reason = "the gateway and the CLI differ in some of them")]
fn answer(
    inputs: &OpenClawInputs<'_>,
    run: &PreparedRun<'_>,
    launch: &Launch,
    words: Option<OpenClawCommand>,
    behaviour: &'static Behaviour,
    mode_of_gateway: Option<AuthMode>,
    fs: &mut dyn ContainerFs,
    sources: &mut Sources,
) -> OpenClawReport {
    let PreparedRun { environment, deployment, home } = run;
    let profile = inputs.image.profile.as_deref();
    let script = profile.filter(|p| {
        inputs.role == Role::Gateway && crate::openclaw::read::images::is_in_charge(p, inputs.deployment)
    });
    let process = inputs.process(environment, deployment, home);
    let mut files = if inputs.not_started && !launch.files.is_empty() {
        let mut written = WrittenFs::new(fs, &launch.files);
        let mut files = crate::openclaw::read::state_files::gather(behaviour, process, &mut written, sources);
        if let Some(WrittenText::Known { .. }) = launch.files.get(&files.config_path) {
            lose_config(&mut files, fs, sources);
        }
        files
    } else {
        crate::openclaw::read::state_files::gather(behaviour, process, fs, sources)
    };
    if inputs.not_started {
        crate::openclaw::read::launch::change(&mut files.config, &launch.config, sources);
    }
    if let Some(script) = script.filter(|_| inputs.not_started) {
        let at = inputs.deployment.image.as_ref().and_then(|i| i.place).or(inputs.deployment.place);
        crate::openclaw::read::images::rewrite(script, environment, at, &mut files.config);
    }
    let mut env = OpenClawEnvironment::of_container(environment);
    env.add_selectors(&files.selected);
    env.add_dotenv(behaviour, &files.dotenv);
    let before_config = env.clone();
    env.add_config(behaviour, files.config.env_candidates(behaviour, &env));
    if loads_login_shell(&env, &files.config) {
        let run = run.launch_inputs(inputs);
        let shell = env.value("SHELL").map(str::to_owned);
        let is_official = inputs.has_official_image(deployment);
        let home = files.paths.home.clone();
        let exported = read::launch::of_login_shell(&run, shell.as_deref(), &home, is_official, fs, sources);
        env.add_login_shell(exported, behaviour.prefix());
    }
    let stores = if inputs.has_agents {
        crate::openclaw::read::auth_profiles::read::gather(
            behaviour, &env, &mut files, fs, sources, inputs.now,
        )
    } else {
        crate::openclaw::read::auth_profiles::ReadStores::default()
    };
    let mut command =
        words.map_or_else(|| OpenClawCommand::of(deployment, behaviour), |words| words.taken_by(behaviour));
    if behaviour.credentials.takes_password_file
        && let Some(path) = command.path_of(PASSWORD_FILE, &env)
    {
        let file = read::state_files::secret_file(path.expose(), process, fs, &mut files);
        command.take_file(PASSWORD_FILE, &file);
    }
    let model = Model {
        references: if behaviour.config.config_env_feeds_references { env.clone() } else { before_config },
        behaviour,
        program: inputs.program,
        release: inputs.release,
        release_is_assumed: inputs.release_is_assumed,
        known: KnownRelease::of(inputs.program, inputs.release),
        role: inputs.role,
        env,
        config: &files.config,
        command,
        mounts: &deployment.mounts,
        given_files: &deployment.given_files,
        read_only_root: deployment.read_only.clone(),
        user_home: &home.path,
        home_basis: home.basis,
        files: &files,
        image: inputs.image,
        has_official_image: inputs.has_official_image(deployment),
        mode_of_gateway,
        script_lacks: script.and_then(|s| crate::openclaw::read::images::lacks(s, environment)),
        ends: launch.ends.as_ref().filter(|_| launch.readers.sees_all()),
        stores: &stores,
        now: inputs.now,
        schema: crate::openclaw::release::schema::ConfigVerdict::default(),
    };
    let model = Model { schema: model.check_schema(), ..model };
    let mut settings = crate::openclaw::settings::auth::settings(&model);
    let client = crate::openclaw::settings::client::look(&model);
    settings.extend(client.setting);
    settings.extend(crate::openclaw::settings::network::settings(&model));
    settings.extend(crate::openclaw::settings::providers::settings(&model));
    settings.extend(crate::openclaw::settings::locations::settings(&model));
    settings.sort_by_key(|s| s.category);
    let gateway = inputs.role == Role::Gateway;
    let process_environment = gateway.then(|| model.process_environment());
    let start = gateway.then(|| start::predict(&model, sources));
    let mut facts = model.facts();
    facts.image.readers = Rc::new(launch.readers.clone());
    if launch.command.is_some() {
        facts.image.is_wrapped = launch.is_hidden;
    }
    facts.chowned.clone_from(&launch.chowned);
    OpenClawReport {
        settings,
        process_environment,
        start,
        facts,
        address: client.address,
        looked_at: files.looked_at,
    }
}

/// `env.shellEnv.enabled` or OPENCLAW_LOAD_SHELL_ENV (`shouldEnableShellEnvFallback`, openclaw 2026.9.6).
fn loads_login_shell(env: &OpenClawEnvironment, config: &Config) -> bool {
    let is_true = |name: &str| {
        let value = env.value(name).map(|value| value.trim().to_ascii_lowercase());
        value.is_some_and(|value| matches!(value.as_str(), "1" | "true" | "yes" | "on"))
    };
    let enabled = config.node(&["env", "shellEnv", "enabled"]);
    let is_enabled = enabled.is_some_and(|node| node.kind == crate::syntax::node::NodeKind::Bool(true));
    (is_enabled || is_true("OPENCLAW_LOAD_SHELL_ENV")) && !is_true("OPENCLAW_DEFER_SHELL_ENV_FALLBACK")
}

/// The config that stands in the state and is written over at every start.
fn lose_config(files: &mut StateFiles, fs: &mut dyn ContainerFs, sources: &mut Sources) {
    let path = files.config_path.clone();
    if let Look::Text { name, text, .. } = fs.look(&path, limits::OPENCLAW_CONFIG) {
        let id = sources.add(name, Language::Json5, text);
        if let Some(old) = Config::parse(id, sources).root() {
            crate::openclaw::read::launch::lose(&mut files.config, old);
        }
    }
}

impl Model<'_> {
    /// Who reads settings in this container.
    #[must_use]
    pub fn consumers(&self) -> Vec<Consumer> {
        match self.role {
            Role::Gateway => vec![Consumer::Gateway, Consumer::Cli],
            Role::Cli => vec![Consumer::Cli],
            Role::Other => Vec::new(),
        }
    }

    /// A flag of the client of a gateway that this container is.
    fn own_flag(&self, name: &str) -> Option<Candidate> {
        let is_client = self.role == Role::Cli && self.command.is_gateway_client();
        is_client.then(|| self.command.candidate(name, &self.env))?
    }

    /// No plugin is there beside those of the package, as far as can be told.
    #[must_use]
    pub fn has_no_plugins(&self) -> bool {
        self.has_official_image
            && self.files.has_plugins == Some(false)
            && self.config.node(&["plugins", "load"]).is_none()
            && self.env.value("OPENCLAW_BUNDLED_PLUGINS_DIR").is_none()
    }

    /// For sentences: `OpenClaw 2026.9.6`.
    #[must_use]
    pub fn release_name(&self) -> String {
        let program = match self.program {
            Program::Clawdbot => "Clawdbot",
            Program::OpenClaw => "OpenClaw",
        };
        match self.release {
            Some(release) => format!("{program} {release}"),
            None => format!("this release of {program}"),
        }
    }

    /// The word of `--bind` or `gateway.bind`.
    fn bind(&self) -> Option<Text> {
        let flag = self.command.candidate("--bind", &self.env).filter(|c| !c.is_blank());
        flag.or_else(|| self.config.string(&["gateway", "bind"], &self.references)).and_then(|c| c.value)
    }

    /// Developers' flag or profile: a gateway without a config makes itself one.
    #[must_use]
    pub fn makes_config(&self) -> bool {
        let profile = format!("{}PROFILE", self.behaviour.prefix());
        let flag = self.behaviour.command.run_takes_flags && self.command.has("--dev");
        self.config.presence == crate::openclaw::read::config::Presence::Absent
            && (flag || crate::openclaw::read::profile::is_dev(self.env.value(&profile)))
    }

    /// Where a gateway listens when nothing says otherwise; a config that it makes says loopback.
    #[must_use]
    pub fn default_bind(&self) -> &'static str {
        let beyond = self.behaviour.network.binds_all_in_container && !self.makes_config();
        if beyond { "auto" } else { "loopback" }
    }

    /// `--bind` or `gateway.bind` is that word, or it is the default.
    #[must_use]
    pub fn is_bound_to(&self, word: &str) -> bool {
        self.bind().as_ref().map_or(self.default_bind(), Text::expose) == word
    }

    /// `lan`, `tailnet` and `custom` listen beyond loopback, and `auto` in a container; none when it
    /// cannot be told.
    #[must_use]
    pub fn listens_beyond_loopback(&self) -> Option<bool> {
        let known = self.command.has("--bind") || self.config.is_seen();
        match self.bind().as_ref().map(Text::expose) {
            Some("loopback") => Some(false),
            // Releases that know no container take loopback where they can.
            Some("auto") => Some(self.behaviour.network.binds_all_in_container),
            Some(_) => Some(true),
            None => known.then_some(self.default_bind() == "auto"),
        }
    }

    fn check_schema(&self) -> crate::openclaw::release::schema::ConfigVerdict {
        let known = crate::openclaw::release::schema::KnownSchema::of(self.program, self.release);
        match (known, self.config.root()) {
            (Some(known), Some(config))
                if self.config.presence == crate::openclaw::read::config::Presence::Present
                    && !self.config.is_written_to() =>
            {
                let mut verdict = known.check(config, &self.references, self.can_mend_config());
                verdict.settle(|issue| {
                    let value = config.at(issue.path.iter().map(|key| &**key))?;
                    self.behaviour.takes(&issue.path, value)
                });
                verdict
            }
            _ => crate::openclaw::release::schema::ConfigVerdict::default(),
        }
    }

    /// A gateway that mends its config replaces the file, which cannot be done to one that is put
    /// together from several, mounted by itself, or read-only (tried with openclaw 2026.9.6).
    fn can_mend_config(&self) -> crate::openclaw::release::schema::Mends {
        let path = self.files.config_path.as_str();
        let mount = self.mounts.iter().filter(|m| m.holds(path)).max_by_key(|m| m.target.len());
        let includes = self.config.has_includes();
        let is_given = self.given_files.iter().any(|file| file.target == path);
        let replaceable = !is_given && mount.is_none_or(|mount| mount.target != path && !mount.read_only);
        crate::openclaw::release::schema::Mends { file: replaceable && !includes, includes }
    }

    /// What is wrong with the config: why, free of values, and where.
    fn config_problem(&self) -> Option<ConfigProblem> {
        if let crate::openclaw::read::config::Presence::Broken { message, place } = &self.config.presence {
            return Some(ConfigProblem { message: message.clone(), place: *place, unknown_key: None });
        }
        let issue = self.schema.refused.first()?;
        let (release, path) = (self.release_name(), issue.shown_path());
        Some(ConfigProblem {
            message: format!("is not what {release} takes: {path}: {}", issue.message),
            place: Some(issue.place),
            unknown_key: issue.unknown_key(),
        })
    }

    fn facts(&self) -> OpenClawModel {
        let unread = |prefix: &&'static str| !self.behaviour.reads_prefix(prefix);
        let is_named = self.env.value("HOME").is_some() || self.env.value("OPENCLAW_HOME").is_some();
        let is_of_image = self.home_basis == HomeBasis::Image && !self.image.is_official();
        let home_is_certain = is_named || is_of_image;
        let env = Rc::new(self.env.clone());
        OpenClawModel {
            behaviour: self.behaviour,
            release: self.release,
            known: self.known,
            has_no_plugins: self.has_no_plugins(),
            config: Rc::new(self.config.clone()),
            filled_in_from: if self.behaviour.config.config_env_feeds_references {
                Rc::clone(&env)
            } else {
                Rc::new(self.references.clone())
            },
            env,
            command: Rc::new(self.command.clone()),
            schema: crate::openclaw::release::schema::KnownSchema::of(self.program, self.release),
            of_cli: None,
            auth_mode: crate::openclaw::settings::auth::mode(self),
            auth_mode_is_written: crate::openclaw::settings::auth::mode_is_written(self),
            credentials: crate::openclaw::settings::auth::credentials(self),
            stored: crate::openclaw::settings::providers::stored(self),
            agents: self.stores.agents.iter().map(|a| a.agent.clone()).collect(),
            now: self.now,
            state_dir: self.files.state_dir.clone(),
            home: (self.files.paths.home.clone(), home_is_certain),
            home_is_from_mount: self.home_basis == HomeBasis::Mount && !is_named,
            config_seen: self.config.is_seen(),
            config_problem: self.config_problem(),
            config_path: self.files.config_path.clone(),
            config_owner: self.files.config_owner,
            beside_config: self.files.beside_config.clone(),
            passed_over: self.files.passed_over.clone(),
            denied: self.files.denied.clone(),
            misplaced_config: self.files.misplaced_config.clone(),
            references: self.config.references(),
            changes_at_start: match self.role {
                Role::Gateway => start::changes(self),
                Role::Cli | Role::Other => Vec::new(),
            },
            databases: self.stores.databases.clone(),
            leftover_state: self
                .files
                .pending_migration
                .clone()
                .filter(|_| matches!(self.behaviour.paths.leftover_state, LeftoverState::Stops(_))),
            image: self.image.clone(),
            chowned: Vec::new(),
            lacks_origins: start::lacks_origins(self),
            beyond_loopback: self.listens_beyond_loopback(),
            prefix: self.behaviour.prefix(),
            unread_prefixes: ["OPENCLAW_", "CLAWDBOT_", "MOLTBOT_"]
                .iter()
                .filter(|p| unread(p))
                .copied()
                .collect(),
            legacy_dotenv: self.files.legacy_dotenv.clone(),
            release_name: self.release_name(),
        }
    }

    fn process_environment(&self) -> Vec<Variable> {
        let mut env = self.env.clone();
        if let Some(flag) = self.command.candidate("--token", &env) {
            let name = format!("{}GATEWAY_TOKEN", self.behaviour.prefix());
            env.export(Candidate { name, ..flag });
        }
        env.fill_blank("ZAI_API_KEY", "Z_AI_API_KEY");
        env.into_variables()
    }
}
