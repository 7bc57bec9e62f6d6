//! Which files make up the project, and its environment: the order of compose-go
//! `cli/options.go` and of docker/compose `cmd/compose/compose.go`.

use crate::compose::{
    load::{environment::ComposeEnvironment, session::Session},
    values::{path, remote::is_remote, scalar},
};
use crate::vocabulary::compose_files::{DEFAULT_FILES, DEFAULT_OVERRIDES};
use crate::{provenance::Layer, syntax::interpolate::Binding, text::secret::Text, world::files::ReadError};

/// What was found.
#[derive(Debug)]
pub(crate) struct Discovered {
    /// Absolute paths, or `-`.
    pub(crate) files: Vec<String>,
    /// Absolute.
    pub(crate) working_dir: String,
    pub(crate) environment: ComposeEnvironment,
    /// Env files that were chosen, the default `.env` among them.
    pub(crate) env_files: Vec<String>,
    pub(crate) profiles: Vec<String>,
}

impl Session<'_> {
    /// Finds the project's files; none when there is no compose file.
    pub(crate) fn discover(&mut self) -> Discovered {
        let chosen = self.chosen_env_files();
        let mut files: Vec<String> = self.options.files.clone();
        let mut shell = self.host.env.clone();
        // `setEnvWithDotEnv`: COMPOSE_* of the first env files becomes part of the process'
        // environment, which decides about what follows.
        let first = self.env_files(&chosen, &files, &shell.clone().into_iter().collect());
        let read = self.read_env_files(&first.0, first.1, &ComposeEnvironment::of_shell(&shell));
        let exported =
            |(name, _): &&(String, Binding)| name.starts_with("COMPOSE_") && !shell.contains_key(name);
        let exported: Vec<(String, Binding)> = read.iter().filter(exported).cloned().collect();
        // Nothing is added to what the files were read with: reading them again gives the same.
        let settled = exported.is_empty() && shell.contains_key("PWD");
        // docker/compose `toProjectOptions`.
        let cwd = Text::from(self.cwd.as_str());
        shell.entry("PWD".to_owned()).or_insert(cwd);
        let mut environment = ComposeEnvironment::of_shell(&shell);
        environment.add_missing(exported);

        let process: Vec<(String, Text)> =
            environment.iter().map(|(name, b)| (name.to_owned(), b.value.clone())).collect();
        let process = process.into_iter().collect();
        let mut env_files = self.env_files(&chosen, &files, &process);
        let added = match settled && env_files.0 == first.0 {
            true => read,
            false => self.read_env_files(&env_files.0, env_files.1, &environment),
        };
        environment.add_missing(added);
        if files.is_empty() {
            files = self.files_of_environment(&environment);
        }
        if files.is_empty() {
            files = self.default_files();
        }
        let again = self.env_files(&chosen, &files, &process);
        if !again.0.is_empty() && again.0 != env_files.0 {
            let added = self.read_env_files(&again.0, again.1, &environment);
            environment.add_missing(added);
            env_files = again;
        }
        let working_dir = self.working_dir(&files);
        let absolute = |file: &String| match file.as_str() {
            "-" => file.clone(),
            remote if is_remote(remote) => file.clone(),
            file => path::clean(&self.in_cwd(file)),
        };
        let profiles = self.profiles(&environment);
        let files = files.iter().map(absolute).collect();
        Discovered { files, working_dir, environment, env_files: env_files.0, profiles }
    }

    /// `--env-file`, else `COMPOSE_ENV_FILES` of the process.
    fn chosen_env_files(&self) -> Vec<String> {
        if !self.options.env_files.is_empty() {
            return self.options.env_files.clone();
        }
        let listed = self.host.var("COMPOSE_ENV_FILES").unwrap_or_default();
        listed.split(',').filter(|file| !file.is_empty()).map(str::to_owned).collect()
    }

    /// `WithEnvFiles`: those that were chosen, else the `.env` of the project's directory.
    fn env_files(
        &mut self,
        chosen: &[String],
        files: &[String],
        process: &std::collections::BTreeMap<String, Text>,
    ) -> (Vec<String>, Layer) {
        if !chosen.is_empty() {
            let absolute = chosen.iter().map(|file| path::clean(&self.in_cwd(file))).collect();
            return (absolute, Layer::CliEnvFile);
        }
        let none = (Vec::new(), Layer::ProjectDotenv);
        if let Some(disable) = process.get("COMPOSE_DISABLE_ENV_FILE") {
            match scalar::parse_bool(disable.expose()) {
                Some(true) => return none,
                Some(false) => {}
                None => {
                    let message = "COMPOSE_DISABLE_ENV_FILE must be true or false";
                    self.refuse_path("COMPOSE_DISABLE_ENV_FILE", message);
                    return none;
                }
            }
        }
        let file = path::join(&self.working_dir(files), ".env");
        if self.is_absent(&file) {
            self.look_at(Layer::ProjectDotenv, &file, Some(&ReadError::Absent));
            return none;
        }
        if self.is_directory(&file) {
            self.look_at(Layer::ProjectDotenv, &file, Some(&ReadError::Directory));
            return none;
        }
        (vec![file], Layer::ProjectDotenv)
    }

    /// `GetWorkingDir`.
    fn working_dir(&self, files: &[String]) -> String {
        if let Some(directory) = &self.options.project_directory
            && !directory.as_os_str().is_empty()
        {
            return path::clean(&self.in_cwd(&directory.to_string_lossy()));
        }
        match files.iter().find(|file| *file != "-" && !is_remote(file)) {
            Some(file) => path::parent(&path::clean(&self.in_cwd(file))),
            None => self.cwd.clone(),
        }
    }

    /// `WithConfigFileEnv`: `COMPOSE_FILE`, also when it is set but empty.
    fn files_of_environment(&mut self, environment: &ComposeEnvironment) -> Vec<String> {
        let Some(listed) = environment.get("COMPOSE_FILE") else { return Vec::new() };
        let separator = environment.text("COMPOSE_PATH_SEPARATOR").filter(|s| !s.is_empty()).unwrap_or(":");
        let mut files = Vec::new();
        for file in listed.value.expose().split(separator) {
            if file == "-" || is_remote(file) {
                files.push(file.to_owned());
                continue;
            }
            let file = path::clean(&self.in_cwd(file));
            if !self.exists(&file) {
                let place = listed.via.iter().find_map(|via| via.place);
                let message = format!("COMPOSE_FILE names {file}, which does not exist");
                match place {
                    Some(place) => self.refuse(place, message),
                    None => self.refuse_path(&file, message),
                }
            }
            files.push(file);
        }
        files
    }

    /// `WithDefaultConfigPath`: the nearest directory that has a compose file.
    fn default_files(&mut self) -> Vec<String> {
        let start = self.working_dir(&[]);
        let mut directory = start.clone();
        loop {
            let found = self.present(&directory, &DEFAULT_FILES);
            if let Some(file) = found.first().cloned() {
                self.warn_several(&found, "config");
                let mut files = vec![file];
                let overrides = self.present(&directory, &DEFAULT_OVERRIDES);
                self.warn_several(&overrides, "override");
                files.extend(overrides.into_iter().next());
                return files;
            }
            let parent = path::parent(&directory);
            if parent == directory {
                let message = "no configuration file provided: not found; looked for compose.yaml, compose.yml, \
                               docker-compose.yml and docker-compose.yaml here and in every parent";
                self.refuse_path(&start, message);
                return Vec::new();
            }
            directory = parent;
        }
    }

    fn warn_several(&mut self, found: &[String], what: &str) {
        if let [first, _, ..] = found {
            let all = found.join(", ");
            self.warn(format!("Found multiple {what} files with supported names: {all}"), None);
            self.warn(format!("Using {first}"), None);
        }
    }

    /// `WithDefaultProfiles`.
    fn profiles(&self, environment: &ComposeEnvironment) -> Vec<String> {
        if !self.options.profiles.is_empty() {
            return self.options.profiles.clone();
        }
        let listed = environment.text("COMPOSE_PROFILES").unwrap_or_default();
        listed.split(',').map(|profile| profile.trim().to_owned()).collect()
    }

    fn present(&self, directory: &str, names: &[&str]) -> Vec<String> {
        names.iter().map(|name| path::join(directory, name)).filter(|file| self.exists(file)).collect()
    }
}
