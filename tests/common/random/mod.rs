//! Random Compose projects, each from a seed: the same files, arguments and environment every time.

pub mod rng;
mod service;
mod text;
mod yaml;

use clawdock::{
    compose::{self, ComposeProject, LoadOptions},
    text::{secret::Text, source::Sources},
    world::host::World,
};
use rng::Rng;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use text::Risk;
use yaml::Yaml;

/// A project, and how `docker compose` is called on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RandomProject {
    /// The files, by path below the root.
    pub files: BTreeMap<String, String>,
    /// The working directory below the root.
    pub cwd: String,
    /// Arguments before the command.
    pub args: Vec<String>,
    /// The environment of the process.
    pub env: BTreeMap<String, String>,
    /// What standard input holds, for `-f -`.
    pub stdin: Option<String>,
    /// What it makes use of that releases of Compose do differently.
    pub marks: BTreeSet<&'static str>,
}

/// A random project as clawdock reads it.
pub struct LoadedProject {
    pub project: ComposeProject,
    pub host: World,
}

impl RandomProject {
    /// Writes its files.
    pub fn lay_out(&self, folder: &Path) {
        // Where a project is looked for in parent folders nothing else may be in it.
        fs::create_dir_all(folder.join(&self.cwd)).expect("a folder");
        for (path, text) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
    }

    /// Reads it where it was written.
    pub fn load(&self, folder: &Path) -> LoadedProject {
        let mut options = LoadOptions::default();
        let mut args = self.args.iter().cloned();
        while let (Some(flag), Some(value)) = (args.next(), args.next()) {
            match flag.as_str() {
                "-f" => options.files.push(value),
                "-p" => options.project_name = Some(value),
                "--env-file" => options.env_files.push(value),
                "--profile" => options.profiles.push(value),
                "--project-directory" => options.project_directory = Some(value.into()),
                _ => panic!("{flag} is not known here"),
            }
        }
        options.stdin = self.stdin.as_deref().map(Text::from);
        let env = self.env.iter().map(|(name, value)| (name.clone(), Text::from(value.as_str()))).collect();
        let host = World::on_disk(env, folder.join(&self.cwd));
        LoadedProject { project: compose::load(&options, &host, &mut Sources::default()), host }
    }
}

/// A word with `${X:?}` or a broken template in it, which older releases read though it is unused.
pub const LAZY: &str = "lazy words";
/// An included service that the including file, or another include, has as well.
pub const CONFLICT: &str = "include conflicts";
/// `extends` of a service that only `include` brings.
pub const EXTENDS_INCLUDED: &str = "extends of an included service";
/// `!reset` or `!override` in a project with `extends`.
pub const RESET_EXTENDS: &str = "!reset or !override beside extends";
/// `!reset` below a merge key.
pub const RESET_ALIAS: &str = "!reset through an alias";

/// What a project is put together with.
struct Builder {
    rng: Rng,
    risk: Risk,
    extends: bool,
    resets: bool,
    /// Kinds of resources that services use.
    defined: BTreeSet<&'static str>,
    project: RandomProject,
}

/// Where a file stands in its project.
#[derive(Clone, Debug)]
struct Place {
    /// What its relative paths are relative to.
    base: String,
    /// Whether it is merged onto another one.
    over: bool,
    /// Put before the names of its services.
    prefix: &'static str,
    /// Services that it may extend from another file, with the path to write.
    other: Option<String>,
}

/// Makes the project of a seed.
pub fn project(seed: u64) -> RandomProject {
    let mut rng = Rng::new(seed);
    let refused = rng.chance(25);
    let risk = Risk { refused, in_words: refused && rng.chance(20) };
    let resets = rng.chance(25);
    let mut extends = !resets;
    let mut marks = BTreeSet::new();
    if risk.in_words {
        marks.insert(LAZY);
    }
    if resets && rng.chance(8) {
        extends = true;
        marks.insert(RESET_EXTENDS);
    }
    let root = rng.pick(&["proj", "My.Proj", "_x-1", "0a", "a b"]).to_owned();
    let (files, env) = (BTreeMap::new(), BTreeMap::from([("HOME".to_owned(), "/nonexistent".to_owned())]));
    let project = RandomProject { files, cwd: root.clone(), args: Vec::new(), env, stdin: None, marks };
    let mut builder = Builder { rng, risk, extends, resets, defined: BTreeSet::new(), project };
    builder.shell();
    builder.layout(&root);
    builder.project
}

impl Builder {
    fn arg(&mut self, flag: &str, value: &str) {
        self.project.args.extend([flag.to_owned(), value.to_owned()]);
    }

    fn put(&mut self, path: &str, text: String) {
        self.project.files.entry(clean(path)).or_insert(text);
    }

    fn shell(&mut self) {
        for name in &text::NAMES[..12] {
            if self.rng.chance(25) {
                let value = text::value(&mut self.rng);
                self.project.env.insert((*name).to_owned(), value);
            }
        }
        if self.rng.chance(5) {
            let name = self.rng.pick(&["named", "", "9", "Bad.Name", "x-y_z"]).to_owned();
            if self.risk.refused || name != "Bad.Name" {
                self.project.env.insert("COMPOSE_PROJECT_NAME".to_owned(), name);
            }
        }
        match self.rng.below(20) {
            0 => drop(self.project.env.insert("COMPOSE_PROFILES".to_owned(), "p1, p2".to_owned())),
            1 => drop(self.project.env.insert("COMPOSE_PROFILES".to_owned(), String::new())),
            2 | 3 => self.arg("--profile", "p1"),
            4 => self.arg("--profile", "*"),
            5 => {
                self.arg("--profile", "p2");
                self.arg("--profile", "p3");
            }
            _ => {}
        }
        if self.rng.chance(3) {
            let value = self.rng.pick(&["1", "true", "0", "F"]).to_owned();
            self.project.env.insert("COMPOSE_DISABLE_ENV_FILE".to_owned(), value);
        }
    }

    /// Where the files lie and how they are named on the command line.
    fn layout(&mut self, root: &str) {
        let mut base = root.to_owned();
        let mut files: Vec<String> = Vec::new();
        match self.rng.below(12) {
            0..=3 => {
                let name = self.rng.pick(&[
                    "compose.yaml",
                    "compose.yml",
                    "docker-compose.yml",
                    "docker-compose.yaml",
                ]);
                files.push(format!("{root}/{name}"));
                if self.rng.chance(60) {
                    let name = self.rng.pick(&["compose.override.yaml", "docker-compose.override.yml"]);
                    files.push(format!("{root}/{name}"));
                }
                if self.rng.chance(15) {
                    self.project.cwd = format!("{root}/below");
                    self.put(&format!("{root}/below/.keep"), String::new());
                    self.dot_env(&format!("{root}/below"), 50);
                }
            }
            4..=7 => {
                for number in 0..=self.rng.below(3) {
                    let name = format!("f{number}.yaml");
                    self.arg("-f", &name);
                    files.push(format!("{root}/{name}"));
                }
            }
            8 => {
                base = format!("{root}/sub");
                self.arg("-f", "sub/compose.yaml");
                files.push(format!("{root}/sub/compose.yaml"));
                if self.rng.chance(50) {
                    self.arg("-f", "over.yaml");
                    files.push(format!("{root}/over.yaml"));
                }
                self.dot_env(root, 40);
            }
            9 => {
                // The paths of both are relative to the first one's folder.
                base = format!("{root}/one");
                for name in ["one/compose.yaml", "two/over.yaml"] {
                    self.arg("-f", name);
                    files.push(format!("{root}/{name}"));
                }
                self.dot_env(&format!("{root}/two"), 40);
            }
            10 => {
                let over = self.rng.chance(40);
                for name in ["-", "over.yaml"].into_iter().take(1 + usize::from(over)) {
                    self.arg("-f", name);
                    files.push(format!("{root}/{name}"));
                }
                if over && self.rng.chance(50) {
                    self.project.args.rotate_left(2);
                    files.reverse();
                }
            }
            _ => {
                files.extend([format!("{root}/one.yaml"), format!("{root}/two.yaml")]);
                let separator = self.rng.pick(&["", "", ":", ",", ";", "::"]);
                let between = if separator.is_empty() { ":" } else { separator };
                let list = format!("one.yaml{between}two.yaml");
                let mut given = vec![("COMPOSE_FILE", list)];
                if !separator.is_empty() {
                    given.push(("COMPOSE_PATH_SEPARATOR", separator.to_owned()));
                }
                if self.rng.chance(50) {
                    let given = given.into_iter().map(|(name, value)| (name.to_owned(), value));
                    self.project.env.extend(given);
                } else {
                    let lines: Vec<String> =
                        given.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
                    let text = format!("{}A=of_env\nB=${{A}}${{C-c}}\n", lines.concat());
                    self.put(&format!("{root}/.env"), text);
                }
            }
        }
        if self.project.args.iter().any(|arg| arg == "-f") && self.rng.chance(8) {
            base = format!("{root}/dir");
            self.put(&format!("{base}/.keep"), String::new());
            self.arg("--project-directory", "dir");
        }
        if self.rng.chance(10) {
            self.arg("-p", "given");
        }
        self.dot_env(&base.clone(), 65);
        if self.rng.chance(15) {
            for number in 0..=self.rng.below(2) {
                let text = text::dotenv(&mut self.rng, self.risk);
                self.put(&format!("{}/cli{number}.env", self.project.cwd.clone()), text);
                self.arg("--env-file", &format!("cli{number}.env"));
            }
        } else if self.rng.chance(5) {
            for name in ["cli0.env", "cli1.env"] {
                let text = text::dotenv(&mut self.rng, self.risk);
                self.put(&format!("{}/{name}", self.project.cwd.clone()), text);
            }
            let list = self.rng.pick(&["cli0.env", "cli0.env,cli1.env", ",cli1.env,"]).to_owned();
            self.project.env.insert("COMPOSE_ENV_FILES".to_owned(), list);
        }
        let services = 1 + self.rng.below(4);
        for (number, path) in files.iter().enumerate() {
            let other = self.base_file(&base, number);
            let place = Place { base: base.clone(), over: number > 0, prefix: "", other };
            let mut text = self.file(&place, services);
            if self.rng.chance(5) {
                let second = self.file(&Place { over: true, ..place }, services);
                text = format!("{text}---\n{second}");
            }
            if self.rng.chance(4) {
                text = text.replace('\n', "\r\n");
            }
            match path.ends_with("/-") {
                true => self.project.stdin = Some(text),
                false => self.put(path, text),
            }
        }
    }

    fn dot_env(&mut self, folder: &str, percent: usize) {
        if !self.rng.chance(percent) {
            return;
        }
        let mut text = text::dotenv(&mut self.rng, self.risk);
        if self.rng.chance(8) && text.ends_with('\n') {
            text.push_str(self.rng.pick(&["COMPOSE_PROFILES=p1\n", "COMPOSE_PROJECT_NAME=of-env\n"]));
        }
        self.put(&format!("{folder}/.env"), text);
    }

    /// A file that gives services to extend; the path to it as another file of `base` writes it.
    fn base_file(&mut self, base: &str, number: usize) -> Option<String> {
        if !self.extends || !self.rng.chance(25) {
            return None;
        }
        let folder = format!("{base}/base");
        let place = Place { base: folder.clone(), over: false, prefix: "", other: None };
        let text = self.file(&place, 2);
        self.put(&format!("{folder}/common{number}.yaml"), text);
        Some(format!("./base/common{number}.yaml"))
    }

    /// A compose file.
    fn file(&mut self, place: &Place, services: usize) -> String {
        let mut root: Vec<(String, Yaml)> = Vec::new();
        if self.rng.chance(12) && place.prefix.is_empty() {
            let name =
                self.rng.pick(&["fixed", "${A:-Some.Name}", "n_${U-1}", "${COMPOSE_PROJECT_NAME:-own}"]);
            root.push(("name".to_owned(), Yaml::text(name)));
        }
        if self.rng.chance(5) {
            root.push(("version".to_owned(), Yaml::text("3.8")));
        }
        let anchors = self.anchors(place, &mut root);
        let mut included = false;
        if place.prefix.is_empty() && self.rng.chance(12) && !place.base.ends_with("/base") {
            included = true;
            let mut include = self.include(place, services);
            if self.rng.chance(20) {
                let text = self.plain_file(&Place { prefix: "k-", ..place.clone() }, 2);
                self.put(&format!("{}/more.yaml", place.base), text);
                if let Yaml::Seq(items) = &mut include {
                    items.push(Yaml::text("./more.yaml"));
                }
            }
            root.push(("include".to_owned(), include));
        }
        let mut all = Vec::new();
        for number in 0..services {
            if place.over && self.rng.chance(35) {
                continue;
            }
            let service = self.service(place, number, services, anchors, included);
            all.push((service_name(place.prefix, number), service));
        }
        root.push(("services".to_owned(), Yaml::Map(all)));
        self.resources(place, &mut root);
        if self.rng.chance(8) {
            let text = text::template(&mut self.rng, 1, self.risk);
            root.push(("x-other".to_owned(), Yaml::Seq(vec![Yaml::text(text)])));
        }
        yaml::write(&mut self.rng, &Yaml::Map(root))
    }

    /// Extensions with anchors, for merge keys.
    fn anchors(&mut self, place: &Place, root: &mut Vec<(String, Yaml)>) -> bool {
        if !self.rng.chance(25) {
            return false;
        }
        if place.over && self.resets {
            self.project.marks.insert(RESET_ALIAS);
        }
        let first = self.environment_map(place, false);
        let second = self.environment_map(place, false);
        let environment = self.environment(place, false);
        let service = Yaml::Map(vec![
            ("image".to_owned(), Yaml::text("anchored")),
            ("environment".to_owned(), environment),
        ]);
        root.push(("x-env".to_owned(), first.marked("&env")));
        root.push(("x-more".to_owned(), second.marked("&more")));
        // The extensions of several files are merged as well; a map and a list are not.
        root.push((format!("x-service{}", self.rng.below(1000)), service.marked("&service")));
        true
    }

    /// `include:`, with the project that it names.
    fn include(&mut self, place: &Place, services: usize) -> Yaml {
        let folder = format!("{}/inc", place.base);
        let conflict = self.rng.chance(6);
        if conflict {
            self.project.marks.insert(CONFLICT);
        }
        let prefix = if conflict { "" } else { "i-" };
        let directory = self.rng.chance(15);
        let base = if directory { place.base.clone() } else { folder.clone() };
        let inner = Place { base, over: false, prefix, other: None };
        // What it includes itself is left to files of their own: a prefix ends the chain.
        let text = if conflict { self.plain_file(&inner, services) } else { self.file(&inner, services) };
        self.put(&format!("{folder}/compose.yaml"), text);
        self.dot_env(&folder, 50);
        let path = if self.rng.chance(10) { "${UNSET:-inc}/compose.yaml" } else { "inc/compose.yaml" };
        if self.rng.chance(40) && !directory {
            return Yaml::Seq(vec![Yaml::text(path)]);
        }
        let mut item = vec![("path".to_owned(), Yaml::text(path))];
        if self.rng.chance(25) {
            let text = self.file(&Place { over: true, ..inner }, services);
            self.put(&format!("{folder}/over.yaml"), text);
            item[0].1 = Yaml::Seq(vec![Yaml::text(path), Yaml::text("inc/over.yaml")]);
        }
        if directory {
            item.push(("project_directory".to_owned(), Yaml::text(".")));
        }
        if self.rng.chance(40) {
            let text = text::dotenv(&mut self.rng, self.risk);
            self.put(&format!("{}/inc.env", place.base), text);
            let file = Yaml::text(self.rng.pick(&["inc.env", "./inc.env", "/dev/null"]));
            let list = self.rng.chance(30);
            item.push(("env_file".to_owned(), if list { Yaml::Seq(vec![file]) } else { file }));
        }
        Yaml::Seq(vec![Yaml::Map(item)])
    }

    /// A file of services with an image and nothing else that could be refused.
    fn plain_file(&mut self, place: &Place, services: usize) -> String {
        let mut all = Vec::new();
        for number in 0..services {
            let environment = self.environment(place, false);
            let image = ("image".to_owned(), Yaml::text("plain"));
            all.push((
                service_name(place.prefix, number),
                Yaml::Map(vec![image, ("environment".to_owned(), environment)]),
            ));
        }
        yaml::write(&mut self.rng, &Yaml::Map(vec![("services".to_owned(), Yaml::Map(all))]))
    }
}

/// The name of a service.
fn service_name(prefix: &str, number: usize) -> String {
    format!("{prefix}{}", ["web", "db", "w.k", "S_4"][number % 4])
}

/// A path without `.` parts.
fn clean(path: &str) -> String {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}
