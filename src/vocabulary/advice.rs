//! The exact commands for one project: its files, its project name, its service and container.

use super::compose_files::DEFAULT_FILES;
pub use super::shell_word::quoted;
use crate::vocabulary::manager::{Management, Manager};
use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

/// What commands need to name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Advice {
    /// `docker compose` with the flags that make it find this project; none where something else than
    /// Compose creates the container.
    compose: Option<String>,
    /// The compose service.
    service: Option<String>,
    /// The container.
    container: Option<String>,
    /// Who creates the container, and is to be asked for changes of it.
    management: Management,
    /// The folder that the commands are typed in; none where the paths are those of an engine's host.
    folder: Option<PathBuf>,
}

/// What tells `docker compose` which project is meant.
#[derive(Clone, Debug)]
pub struct ProjectFlags<'a> {
    /// The compose files, in order.
    pub files: &'a [PathBuf],
    /// Files given by `--env-file`.
    pub env_files: &'a [PathBuf],
    /// The project's directory.
    pub directory: &'a Path,
    /// The working directory that the command would be typed in.
    pub cwd: &'a Path,
    /// A project name that Compose would not find by itself.
    pub name: Option<&'a str>,
}

impl ProjectFlags<'_> {
    /// `docker compose`, with `-f`, `--env-file` and `-p` where they are needed.
    #[must_use]
    pub fn command(&self) -> String {
        let mut words = vec![Cow::Borrowed("docker compose")];
        let mut flag = |flag: &'static str, value: &str| {
            words.push(Cow::Borrowed(flag));
            words.push(quoted(value).into_owned().into());
        };
        for path in self.env_files {
            flag("--env-file", &shown(path, self.cwd));
        }
        if !self.is_found_by_default() {
            for path in self.files {
                flag("-f", &shown(path, self.cwd));
            }
        }
        if let Some(name) = self.name {
            flag("-p", name);
        }
        words.join(" ")
    }

    /// Compose, started in the working directory, takes these files by itself.
    fn is_found_by_default(&self) -> bool {
        let is_default = |path: &PathBuf| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            let base = name.replacen(".override", "", 1);
            path.parent() == Some(self.cwd) && DEFAULT_FILES.contains(&base.as_str())
        };
        self.directory == self.cwd && !self.files.is_empty() && self.files.iter().all(is_default)
    }
}

impl Advice {
    /// The commands for a project on disk.
    #[must_use]
    pub fn of_project(flags: &ProjectFlags<'_>) -> Self {
        let management = Management { manager: Manager::Compose, ..Management::default() };
        let folder = Some(flags.cwd.to_owned());
        Self { compose: Some(flags.command()), management, folder, ..Self::default() }
    }

    /// The commands for a container; `compose` finds the project that it was created from.
    #[must_use]
    pub fn of_container(name: &str, compose: Option<(String, &str)>, management: Management) -> Self {
        let (compose, service) = compose.map(|(command, service)| (command, service.to_owned())).unzip();
        let advice = Self { compose, service, container: Some(name.to_owned()), ..Self::default() };
        advice.managed(management)
    }

    /// The commands for what a file describes that is no compose file, typed in a folder.
    #[must_use]
    pub fn of_workload(container: Option<&str>, management: Management, folder: &Path) -> Self {
        let container = container.map(str::to_owned);
        Self { container, management, folder: Some(folder.to_owned()), ..Self::default() }
    }

    /// The same for a service of the project.
    #[must_use]
    pub fn for_service(&self, service: &str) -> Self {
        Self { service: Some(service.to_owned()), ..self.clone() }
    }

    /// The same where that manager creates the containers.
    #[must_use]
    pub fn managed(mut self, management: Management) -> Self {
        self.compose = match self.compose {
            Some(command) if management.is_podman => {
                Some(format!("podman{}", command.strip_prefix("docker").unwrap_or(&command)))
            }
            command => command,
        };
        self.compose.take_if(|_| !management.manager.takes_compose_commands());
        self.management = management;
        self
    }

    /// The same on the engine of that docker context.
    #[must_use]
    pub fn in_context(mut self, context: Option<&str>) -> Self {
        // `default` is what docker takes where nothing is said, or not.
        let Some(context) = context.filter(|_| !self.management.is_podman) else { return self };
        self.management.context = Some(context.to_owned());
        let named = |command: String| match command.strip_prefix("docker ") {
            Some(rest) => format!("docker --context {} {rest}", quoted(context)),
            None => command,
        };
        self.compose = self.compose.map(named);
        self
    }

    /// The docker context of its engine, where one was named.
    #[must_use]
    pub fn context(&self) -> Option<&str> {
        self.management.context.as_deref()
    }

    /// Nothing is known that a command could name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Who creates the container.
    #[must_use]
    pub fn manager(&self) -> Manager {
        self.management.manager
    }

    /// `docker compose` and the service, as a shell takes them; none where something else than Compose creates
    /// the container.
    #[must_use]
    pub fn compose_service(&self) -> Option<(&str, Cow<'_, str>)> {
        Some((self.compose.as_deref()?, quoted(self.service.as_deref()?)))
    }

    /// The container, as a shell takes it.
    #[must_use]
    pub fn container(&self) -> Option<Cow<'_, str>> {
        self.container.as_deref().map(quoted)
    }

    /// What makes the pod, as `kubectl` names it: `deployment/NAME`.
    #[must_use]
    pub fn controller(&self) -> Option<&str> {
        self.management.name.as_deref().filter(|_| self.management.manager == Manager::Kubernetes)
    }

    /// A path of the host, as the commands name it: relative to the folder that they are typed in.
    #[must_use]
    pub fn path<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let below = self.folder.as_deref().and_then(|folder| Path::new(path).strip_prefix(folder).ok());
        match below.and_then(Path::to_str) {
            Some(below) => Cow::Owned(format!("./{below}")),
            None => Cow::Borrowed(path),
        }
    }

    /// What it is made from is written in a compose file.
    #[must_use]
    pub fn has_compose_file(&self) -> bool {
        self.management.manager.has_compose_file()
    }

    /// The program that speaks to the engine.
    #[must_use]
    pub fn engine(&self) -> Cow<'static, str> {
        self.management.engine()
    }

    /// Where a variable is given to the container.
    #[must_use]
    pub fn environment(&self) -> &'static str {
        self.management.environment()
    }

    /// Where the words of the command are written.
    #[must_use]
    pub fn command(&self) -> &'static str {
        self.management.command()
    }

    /// Where mounts are written.
    #[must_use]
    pub fn volumes(&self) -> &'static str {
        self.management.volumes()
    }

    /// How a container gets the network of another one, where that is no field of a compose file.
    #[must_use]
    pub fn share_network(&self, other: &str) -> Option<String> {
        self.management.share_network(other)
    }

    /// Where what Compose puts in place of `${NAME}` is set.
    #[must_use]
    pub fn values(&self) -> &'static str {
        self.management.values()
    }

    /// How an edited environment reaches the container: only when it is made anew.
    #[must_use]
    pub fn recreate(&self) -> String {
        match (&self.compose, &self.service) {
            (Some(compose), Some(service)) => format!("run `{compose} up -d {}`", quoted(service)),
            (Some(compose), None) => format!("run `{compose} up -d`"),
            _ => self.management.apply(self.container().as_deref()),
        }
    }

    /// How an edited `.env` of the state directory reaches the gateway: a new process is enough.
    #[must_use]
    pub fn restart(&self) -> String {
        if let Some(restart) = self.management.restart() {
            return restart;
        }
        match (&self.compose, &self.service, &self.container) {
            (_, _, Some(container)) => format!("run `{} restart {}`", self.engine(), quoted(container)),
            (Some(compose), Some(service), _) => format!("run `{compose} restart {}`", quoted(service)),
            _ => "restart the container".to_owned(),
        }
    }

    /// How a command is run where the gateway runs.
    #[must_use]
    pub fn exec(&self, command: &str) -> String {
        if let Some(said) = self.management.exec(command) {
            return said;
        }
        match (&self.compose, &self.service, &self.container) {
            (Some(compose), Some(service), _) => format!("`{compose} exec {} {command}`", quoted(service)),
            (_, _, Some(container)) => {
                format!("`{} exec -it {} {command}`", self.engine(), quoted(container))
            }
            _ => format!("`{command}` in the container"),
        }
    }

    /// How a command is run on the same state where no gateway runs to run it in.
    #[must_use]
    pub fn run_once(&self, command: &str) -> String {
        match (&self.compose, &self.service) {
            (Some(compose), Some(service)) => {
                format!("run `{compose} run --rm {} {command}`", quoted(service))
            }
            _ => format!("run `{command}` in a container with the same mounts and environment"),
        }
    }

    /// How the last lines that it said are shown.
    #[must_use]
    pub fn logs(&self) -> String {
        self.of_compose_or_engine("logs --tail 200", "logs --tail 200")
    }

    /// How it is stopped.
    #[must_use]
    pub fn stop(&self) -> String {
        self.of_compose_or_engine("stop", "stop")
    }

    /// How it is started after that.
    #[must_use]
    pub fn start(&self) -> String {
        self.of_compose_or_engine("up -d", "start")
    }

    fn of_compose_or_engine(&self, compose: &str, engine: &str) -> String {
        match (&self.compose, &self.service, &self.container) {
            (Some(command), Some(service), _) => format!("`{command} {compose} {}`", quoted(service)),
            (_, _, Some(container)) => format!("`{} {engine} {}`", self.engine(), quoted(container)),
            _ => format!("`docker compose {compose}`"),
        }
    }

    /// The container or service, as another command of this program names it.
    #[must_use]
    pub fn target(&self) -> Option<Cow<'_, str>> {
        self.container.as_deref().or(self.service.as_deref()).map(quoted)
    }
}

fn shown(path: &Path, cwd: &Path) -> String {
    path.strip_prefix(cwd).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_only_where_compose_would_not_find_the_project_by_itself() {
        let cwd = Path::new("/srv/claw");
        let files =
            [PathBuf::from("/srv/claw/docker-compose.yml"), "/srv/claw/docker-compose.override.yml".into()];
        let flags = ProjectFlags { files: &files, env_files: &[], directory: cwd, cwd, name: None };
        assert_eq!(flags.command(), "docker compose");
        let elsewhere = ProjectFlags { cwd: Path::new("/srv"), name: Some("x"), ..flags };
        assert_eq!(
            elsewhere.command(),
            "docker compose -f claw/docker-compose.yml -f claw/docker-compose.override.yml -p x"
        );
    }
}
