//! What runs before the program: shell commands and scripts that set variables, write files and start it.
//!
//! What can be followed is followed: assignments, `export`, `${X:-…}`, conditions over what is known,
//! functions, loops over written words, `cat` of a file that is here, scripts that can be seen. The rest
//! makes what it changes unknown, and nothing else. Semantics are those of POSIX and dash, with what start
//! scripts use of bash. Nothing is run.

mod conditions;
mod effects;
mod flow;
mod overlay;
mod programs;
mod readers;
mod scopes;
mod shell;
mod state;
mod users;
pub mod word;

pub use effects::{ConfigChange, WrittenText, change, lose};
pub use overlay::WrittenFs;
pub use readers::VariableReaders;
pub(super) use word::LaunchWord;

use crate::{
    openclaw::read::command::OpenClawCommand,
    provenance::{Candidate, Layer, Reason, Shadowed, Variable},
    text::source::{Place, Sources},
    vocabulary::deployment::{Deployment, Located, Role},
    world::container_fs::ContainerFs,
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// Largest script that is followed, and largest file that a script reads.
pub const SCRIPT: u64 = 256 << 10;

/// What a variable of the program is, beside what the container gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VariableChange {
    /// It is set.
    Set {
        /// To this; without a value to what is not known.
        candidate: Candidate,
        /// It may as well not be.
        is_doubtful: bool,
        /// What the container gives is part of the new value.
        keeps: bool,
    },
    /// It is taken out.
    Unset(Option<Place>),
}

/// How the program is started.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// The words that the program is run with; none where that was not found out.
    pub command: Option<Vec<LaunchWord>>,
    /// What is set and taken out before it runs.
    pub variables: BTreeMap<String, VariableChange>,
    /// Variables that are asked for before it runs.
    pub read: BTreeSet<String>,
    /// Files that are written before it runs, by path.
    pub files: BTreeMap<String, WrittenText>,
    /// Settings that are written into the config before it runs, in order.
    pub config: Vec<ConfigChange>,
    /// Paths whose owner is changed before it runs.
    pub chowned: Vec<String>,
    /// The user that it runs as, where something changes that.
    pub user: Option<String>,
    /// The directory that it runs in, where something changes that.
    pub cwd: Option<String>,
    /// The script ends the container instead.
    pub ends: Option<LaunchEnd>,
    /// Everything that reads variables.
    pub readers: VariableReaders,
    /// A script or program comes first that cannot be seen or followed.
    pub is_hidden: bool,
}

/// A start script that ends the container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaunchEnd {
    /// With this exit code; none where it is not known.
    pub code: Option<i32>,
    /// Where.
    pub place: Option<Place>,
    /// The variable without which it does.
    pub variable: Option<String>,
}

/// What is known before anything runs.
#[derive(Clone, Copy, Debug)]
pub struct LaunchInputs<'a> {
    /// How it is run, the image's own entrypoint and command filled in.
    pub deployment: &'a Deployment,
    /// What the container gives.
    pub environment: &'a [Variable],
    /// The home directory of its user.
    pub user_home: &'a str,
    /// What it is there for.
    pub role: Role,
}

/// Follows what the container runs.
pub fn follow(inputs: &LaunchInputs<'_>, fs: &mut dyn ContainerFs, sources: &mut Sources) -> Launch {
    let mut launch = shell::follow(inputs, fs, sources);
    if launch.words().is_some_and(|words| words.may_have_other_flags()) {
        launch.readers.cannot_see("words of the command that a start script puts together");
    }
    launch.is_hidden = launch.readers.unseen().is_some();
    launch.readers.add_service(inputs, fs);
    launch
}

/// What a login shell of the user gives the program, which asks for it with `env.shellEnv.enabled` or
/// OPENCLAW_LOAD_SHELL_ENV (`loadShellEnvFallback`, openclaw 2026.9.6). None where that cannot be told.
/// `is_official`: the image has no profile of its own that exports anything but PATH.
pub fn of_login_shell(
    inputs: &LaunchInputs<'_>,
    shell: Option<&str>,
    home: &str,
    is_official: bool,
    fs: &mut dyn ContainerFs,
    sources: &mut Sources,
) -> Option<Vec<Candidate>> {
    let is_bash = shell.is_some_and(|shell| shell.ends_with("/bash"));
    let names: &[&str] = if is_bash { &[".bash_profile", ".bash_login", ".profile"] } else { &[".profile"] };
    let files: Vec<String> = names.iter().map(|name| format!("{home}/{name}")).collect();
    shell::login(inputs, &files, is_official, fs, sources)
}

impl Launch {
    /// Something between the container and the program changes what it is given.
    #[must_use]
    pub fn changes_environment(&self) -> bool {
        !self.variables.is_empty()
    }

    /// The environment of the program.
    #[must_use]
    pub fn environment<'a>(&self, container: &'a [Variable]) -> Cow<'a, [Variable]> {
        if !self.changes_environment() {
            return Cow::Borrowed(container);
        }
        let mut all = container.to_vec();
        for (name, change) in &self.variables {
            let at = all.iter().position(|variable| variable.name == *name).unwrap_or_else(|| {
                all.push(Variable { name: name.clone(), winner: None, losers: Vec::new() });
                all.len() - 1
            });
            let variable = &mut all[at];
            let was_read = self.read.contains(name);
            let (new, reason) = match change {
                VariableChange::Set { candidate, keeps: true, .. } => {
                    (Some(candidate.clone()), Reason::KeptAtStart)
                }
                VariableChange::Set { candidate, is_doubtful, .. } => {
                    let place = candidate.place;
                    (Some(candidate.clone()), Reason::SetAtStart { certain: !is_doubtful, place, was_read })
                }
                VariableChange::Unset(place) => (None, Reason::UnsetAtStart { place: *place, was_read }),
            };
            let old = std::mem::replace(&mut variable.winner, new);
            variable.losers.splice(0..0, old.map(|old| Shadowed::new(old, reason)));
        }
        Cow::Owned(all)
    }

    /// How the program itself is run.
    #[must_use]
    pub fn deployment<'a>(&self, written: &'a Deployment) -> Cow<'a, Deployment> {
        if self.user.is_none() && self.cwd.is_none() {
            return Cow::Borrowed(written);
        }
        let mut deployment = written.clone();
        if let Some(user) = &self.user {
            deployment.user = Some(Located { value: user.clone(), place: None });
        }
        if let Some(cwd) = &self.cwd {
            deployment.working_dir = Some(Located { value: cwd.clone(), place: None });
        }
        Cow::Owned(deployment)
    }

    /// The program's words, where they are known.
    #[must_use]
    pub fn words(&self) -> Option<OpenClawCommand> {
        self.command.as_deref().map(OpenClawCommand::launched)
    }
}

/// The layer of what a text of a compose file sets, or a script.
fn layer_of(place: Option<Place>, sources: &Sources) -> Layer {
    let is_script = |place: Place| sources.get(place.source).language == crate::text::source::Language::Shell;
    if place.is_some_and(is_script) { Layer::StartScript } else { Layer::ComposeCommand }
}

#[cfg(test)]
mod tests;
