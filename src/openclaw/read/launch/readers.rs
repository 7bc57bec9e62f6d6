//! What reads variables besides the program: commands, scripts, health checks, hooks, modules that are
//! loaded first.

use super::LaunchInputs;
use crate::{
    openclaw::read::command::is_program,
    text::secret::Text,
    vocabulary::deployment::{Deployment, GivenContent, Located},
    world::container_fs::{ContainerFs, Look},
};
use std::{collections::HashSet, rc::Rc};

/// The texts that run in one container besides the program, and what of them cannot be seen.
#[derive(Clone, Debug, Default)]
pub struct VariableReaders {
    texts: Vec<Rc<str>>,
    known: HashSet<String>,
    unseen: Option<String>,
    reads_all: bool,
}

impl PartialEq for VariableReaders {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts && self.unseen == other.unseen
    }
}
impl Eq for VariableReaders {}

/// Most of a text that is looked through.
const LOOKED_THROUGH: u64 = 1 << 20;

impl VariableReaders {
    /// One of the texts names the variable. A comment names nothing.
    #[must_use]
    pub fn reads(&self, name: &str) -> bool {
        self.texts.iter().any(|text| names(text, name))
    }

    /// All of what runs could be seen, and none of it goes through the whole environment: what no text
    /// names is read by nothing.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.unseen.is_none() && !self.reads_all
    }

    /// A script or a module of the project's own runs.
    #[must_use]
    pub fn has_scripts(&self) -> bool {
        !self.known.is_empty()
    }

    /// The first thing that runs and cannot be seen from here.
    #[must_use]
    pub fn unseen(&self) -> Option<&str> {
        self.unseen.as_deref()
    }

    /// The first of the programs that one of the texts names.
    #[must_use]
    pub fn names_program<'a>(&self, programs: &[&'a str]) -> Option<&'a str> {
        programs.iter().copied().find(|program| self.reads(program))
    }

    /// Something runs that is a text.
    pub(super) fn add(&mut self, text: &str) {
        self.reads_all |= goes_through_all(text);
        self.texts.push(text.into());
    }

    /// A file that runs, once however often.
    pub(super) fn add_file(&mut self, path: &str, text: &str) {
        if self.known.insert(path.to_owned()) {
            self.add(text);
        }
    }

    /// Something runs that cannot be seen.
    pub(super) fn cannot_see(&mut self, what: impl Into<String>) {
        self.unseen.get_or_insert(what.into());
    }

    /// What the service runs beside its command.
    pub(super) fn add_service(&mut self, inputs: &LaunchInputs<'_>, fs: &mut dyn ContainerFs) {
        let deployment = inputs.deployment;
        let words = [&deployment.entrypoint, &deployment.command].into_iter().flatten().flatten();
        let check = deployment.healthcheck.iter().flat_map(|check| &check.test);
        let hooks = deployment.hooks.iter().flatten();
        let all: Vec<&Located<Text>> = words.chain(check).chain(hooks).collect();
        for word in &all {
            self.add(word.value.expose());
        }
        for word in all {
            self.add_named_files(word.value.expose(), deployment, fs);
        }
        let options = inputs.environment.iter().find(|variable| variable.name == "NODE_OPTIONS");
        let options = options.and_then(|variable| variable.value()).map_or("", Text::expose);
        let cwd = deployment.working_dir.as_ref().map_or("/app", |dir| dir.value.as_str());
        for module in preloaded(options) {
            let module = module.strip_prefix("file://").unwrap_or(module);
            let path = crate::openclaw::read::paths::clean(cwd, module);
            match fs.look(&path, LOOKED_THROUGH) {
                Look::Text { text, .. } => self.add_file(&path, &text),
                Look::Absent => {}
                _ => self.cannot_see(format!("{module}, which NODE_OPTIONS loads")),
            }
        }
        for file in &deployment.given_files {
            if let GivenContent::Text(text) | GivenContent::Written { text, .. } = &file.content {
                self.add(text.expose());
            }
        }
    }

    /// Files of mounts that a text names: what it runs or loads.
    fn add_named_files(&mut self, text: &str, deployment: &Deployment, fs: &mut dyn ContainerFs) {
        let is_of_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
        let ends = [".sh", ".bash", ".js", ".mjs", ".cjs", ".ts", ".py", ".env"];
        let words = text.split(|c| !is_of_path(c)).take(4096);
        let is_here = |path: &str| {
            deployment.build.is_some()
                || deployment.mount_of(path).is_some()
                || deployment.given_files.iter().any(|file| file.target == path)
        };
        let paths = words.filter(|word| {
            let is_script = word.starts_with('/') && ends.iter().any(|end| word.ends_with(end));
            is_script && !is_program(word) && is_here(word)
        });
        for path in paths.take(64) {
            if self.known.contains(path) {
                continue;
            }
            if let Look::Text { text, .. } = fs.look(path, LOOKED_THROUGH) {
                self.add_file(path, &text);
            }
        }
    }
}

/// The modules of `--require`, `-r`, `--import` and `--loader`.
fn preloaded(options: &str) -> Vec<&str> {
    const FLAGS: [&str; 5] = ["--require", "-r", "--import", "--loader", "--experimental-loader"];
    let mut words = options.split_whitespace();
    let mut modules = Vec::new();
    while let Some(word) = words.next() {
        let (flag, value) = word.split_once('=').map_or((word, None), |(flag, value)| (flag, Some(value)));
        if FLAGS.contains(&flag) {
            modules.extend(value.or_else(|| words.next()).map(|m| m.trim_matches(['"', '\''])));
        }
    }
    modules
}

/// `env`, `printenv`, `envsubst`, `Object.entries(process.env)`: a name that stands nowhere is read as well.
fn goes_through_all(text: &str) -> bool {
    const WHOLE: [&str; 9] = [
        "Object.entries(process.env",
        "Object.keys(process.env",
        "of process.env",
        "in process.env",
        "...process.env",
        "os.environ.items",
        "dict(os.environ",
        "compgen -e",
        "compgen -v",
    ];
    let is_command = |line: &str| {
        let mut parts = line.split(['|', ';', '&', '(', ')', '`']).map(str::trim);
        parts.any(|part| {
            let mut words = part.split_whitespace();
            match (words.next(), words.next()) {
                (Some("env" | "printenv" | "set" | "export"), next) => {
                    next.is_none_or(|next| next.starts_with('>') || matches!(next, "-0" | "-p"))
                }
                (Some("envsubst"), next) => next.is_none_or(|next| next.starts_with(['<', '>'])),
                _ => false,
            }
        })
    };
    WHOLE.iter().any(|whole| text.contains(whole))
        || text.lines().filter(|line| !line.trim_start().starts_with('#')).any(is_command)
}

/// The name stands in a line that is no comment.
fn names(text: &str, name: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_of_name)
            && !after.is_some_and(is_of_name)
            && !text[line..at].trim_start().starts_with('#')
            && !text[line..at].trim_start().starts_with("//")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_texts() {
        for (text, reads) in [
            ("echo $X_NAME", true),
            ("echo ${X_NAME:-y}", true),
            ("process.env.X_NAME", true),
            ("os.environ['X_NAME']", true),
            ("# uses X_NAME\nexec y", false),
            ("  // X_NAME", false),
            ("echo $X_NAMES", false),
            ("echo $MY_X_NAME", false),
        ] {
            assert_eq!(names(text, "X_NAME"), reads, "{text}");
        }
    }

    #[test]
    fn what_goes_through_the_whole_environment() {
        for text in [
            "env | grep ^OPENCLAW_",
            "for v in $(compgen -e); do x; done",
            "envsubst < a > b",
            "A=$(printenv)",
        ] {
            assert!(goes_through_all(text), "{text}");
        }
        for text in ["env A=1 node x", "printenv A", "export A=1", "set -e", "# env", "envsubst '$A' < a"] {
            assert!(!goes_through_all(text), "{text}");
        }
    }

    #[test]
    fn modules_that_node_loads_first() {
        assert_eq!(
            preloaded("--max-old-space-size=1 --require /a.js -r ./b.js --import=file:///c.mjs"),
            ["/a.js", "./b.js", "file:///c.mjs"]
        );
    }
}
