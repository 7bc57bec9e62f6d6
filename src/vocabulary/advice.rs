//! The exact commands for one project: its files, its project name, its service and container.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

/// What commands need to name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Advice {
    /// `docker compose` with the flags that make it find this project.
    pub compose: Option<String>,
    /// The compose service.
    pub service: Option<String>,
    /// The container.
    pub container: Option<String>,
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
        const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
        let is_default = |path: &PathBuf| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            let base = name.replacen(".override", "", 1);
            path.parent() == Some(self.cwd) && NAMES.contains(&base.as_str())
        };
        self.directory == self.cwd && !self.files.is_empty() && self.files.iter().all(is_default)
    }
}

impl Advice {
    /// Where a variable is handed to the container.
    #[must_use]
    pub fn environment(&self) -> &'static str {
        if self.compose.is_some() { "`environment:`" } else { "the container's `-e` flags" }
    }

    /// How an edited environment reaches the container: only when it is made anew.
    #[must_use]
    pub fn recreate(&self) -> String {
        match (&self.compose, &self.service) {
            (Some(compose), Some(service)) => format!("run `{compose} up -d {}`", quoted(service)),
            (Some(compose), None) => format!("run `{compose} up -d`"),
            _ => {
                let name = self.container.as_deref().map_or(Cow::Borrowed("NAME"), quoted);
                format!("remove the container (`docker rm -f {name}`) and start it again with the new value")
            }
        }
    }

    /// How an edited `.env` of the state directory reaches the gateway: a new process is enough.
    #[must_use]
    pub fn restart(&self) -> String {
        match (&self.compose, &self.service, &self.container) {
            (_, _, Some(container)) => format!("run `docker restart {}`", quoted(container)),
            (Some(compose), Some(service), _) => format!("run `{compose} restart {}`", quoted(service)),
            _ => "restart the container".to_owned(),
        }
    }

    /// How a command is run where the gateway runs.
    #[must_use]
    pub fn exec(&self, command: &str) -> String {
        match (&self.compose, &self.service, &self.container) {
            (Some(compose), Some(service), _) => format!("`{compose} exec {} {command}`", quoted(service)),
            (_, _, Some(container)) => format!("`docker exec -it {} {command}`", quoted(container)),
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

    /// The container or service, as another command of this program names it.
    #[must_use]
    pub fn target(&self) -> Option<Cow<'_, str>> {
        self.container.as_deref().or(self.service.as_deref()).map(quoted)
    }
}

fn shown(path: &Path, cwd: &Path) -> String {
    path.strip_prefix(cwd).unwrap_or(path).display().to_string()
}

/// A word as a POSIX shell takes it.
#[must_use]
pub fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,~".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
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

    #[test]
    fn names_are_quoted_for_the_shell() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
