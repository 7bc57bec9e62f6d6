//! What `docker compose build` makes of the services of a project: each Dockerfile with its arguments,
//! target and contexts, read as BuildKit reads it and not built.

mod ignore;
mod stages;
mod users;

use super::{ComposeProject, service, values::path};
use crate::{
    provenance::{InspectedSource, Layer, Provenance, SourceState},
    syntax::{
        dockerfile::{self, Dockerfile, TextOrigin, words::Held},
        interpolate::UNKNOWN,
        node::Node,
    },
    text::{
        limits,
        secret::Text,
        source::{Language, Place, SourceId, SourceName, Sources},
    },
    vocabulary::{
        built_image::BuiltImage,
        deployment::{BuildArg, MissingDockerfile},
    },
    world::files::{Files, ReadError},
};
use stages::{BuildVariable, NamedContext, StageInputs};
use std::{
    cell::Cell,
    collections::HashMap,
    path::{Path, PathBuf},
    rc::Rc,
};

/// The images that the services of a project are built to.
#[derive(Debug, Default)]
pub struct ProjectBuilds {
    of: Vec<ServiceBuild>,
}

/// What came of the `build:` of one service.
#[derive(Clone, Debug, Default)]
pub struct ServiceBuild {
    /// The image, where the Dockerfile could be read.
    pub image: Option<Rc<BuiltImage>>,
    /// The Dockerfile, as what was looked at; none for a service without `build:`, and one written into
    /// the compose file.
    pub looked_at: Option<InspectedSource>,
    /// The Dockerfile is not in its context, which is on this host.
    pub missing: Option<MissingDockerfile>,
}

impl ProjectBuilds {
    /// That of the service with that number.
    #[must_use]
    pub fn of(&self, service: usize) -> Option<&ServiceBuild> {
        self.of.get(service)
    }
}

/// Other Dockerfiles that are named where one is missing.
const MOST_NAMED: usize = 3;

/// Files that only a folder has in which images are built.
const BUILD_FILES: [&str; 4] = [".dockerignore", "docker-bake.hcl", "docker-bake.json", "Makefile"];

/// `Dockerfile`, `Dockerfile.arm64`, `claw.dockerfile`, `Containerfile`.
fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let begins =
        |word: &str| lower.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    !lower.ends_with(".dockerignore")
        && (begins("dockerfile") || begins("containerfile") || lower.ends_with(".dockerfile"))
}

/// Most instructions that are looked at for one project: many services may share a long Dockerfile and
/// give it different arguments.
pub(super) const MOST_INSTRUCTIONS: usize = 2_000_000;
/// How many builds one image may begin with, one after the other.
const MOST_BUILDS: usize = 16;

/// Looks at the builds of all services. Cheap where no service is built.
#[must_use]
pub fn builds(project: &ComposeProject, files: &dyn Files, sources: &mut Sources) -> ProjectBuilds {
    if project.services.iter().all(|service| service.node.get("build").is_none()) {
        return ProjectBuilds::default();
    }
    let mut by_name = HashMap::new();
    let mut by_image = HashMap::new();
    for (number, service) in project.services.iter().enumerate() {
        by_name.insert(service.name.as_str(), number);
        if service.node.get("build").is_some() {
            let named = service.node.get("image").and_then(Node::text).map(|image| image.expose().to_owned());
            // `docker compose build` gives an image without a name that of the project and service.
            let own = project.name.as_ref().map(|name| format!("{name}-{}", service.name));
            if let Some(image) = named.or(own) {
                by_image.entry(image).or_insert(number);
            }
        }
    }
    let count = project.services.len();
    let mut reader = BuildReader {
        project,
        files,
        sources,
        by_name,
        by_image,
        done: vec![None; count],
        open: Vec::new(),
        read: HashMap::new(),
        budget: Rc::new(Cell::new(MOST_INSTRUCTIONS)),
    };
    let of = (0..count).map(|number| reader.build(number)).collect();
    ProjectBuilds { of }
}

/// A Dockerfile that was read once.
type ReadDockerfile = Result<(SourceId, Rc<Dockerfile>), ReadError>;

struct BuildReader<'a> {
    project: &'a ComposeProject,
    files: &'a dyn Files,
    sources: &'a mut Sources,
    by_name: HashMap<&'a str, usize>,
    /// Images that a service of the project is built to.
    by_image: HashMap<String, usize>,
    done: Vec<Option<ServiceBuild>>,
    /// The services whose build is being looked at.
    open: Vec<usize>,
    read: HashMap<PathBuf, ReadDockerfile>,
    /// How many instructions may still be looked at.
    budget: Rc<Cell<usize>>,
}

impl BuildReader<'_> {
    fn build(&mut self, number: usize) -> ServiceBuild {
        if let Some(done) = &self.done[number] {
            return done.clone();
        }
        // A build that begins with itself is refused by Docker.
        if self.open.contains(&number) || self.open.len() >= MOST_BUILDS {
            return ServiceBuild::default();
        }
        self.open.push(number);
        let built = self.look(number);
        self.open.pop();
        self.done[number] = Some(built.clone());
        built
    }

    /// What stands where a Dockerfile is missing.
    fn missing(&self, context: Option<&Path>, path: &Path) -> MissingDockerfile {
        let folders = [path.parent(), context].into_iter().flatten();
        let mut names: Vec<String> = folders.flat_map(|folder| self.files.names_in(folder)).collect();
        names.sort();
        names.dedup();
        let others = names.iter().filter(|name| is_dockerfile(name)).take(MOST_NAMED).cloned().collect();
        let is_build = |name: &String| BUILD_FILES.contains(&name.as_str());
        MissingDockerfile { others, of_build: names.iter().find(|name| is_build(name)).cloned() }
    }

    fn look(&mut self, number: usize) -> ServiceBuild {
        let service = &self.project.services[number];
        let Some(node) = service.node.get("build") else { return ServiceBuild::default() };
        let build = service::build(node, Some(&self.project.working_dir));
        let context: Option<Rc<Path>> = build.context.as_deref().map(|context| Path::new(context).into());
        let inline = node.get("dockerfile_inline").filter(|text| text.text().is_some());
        let mut looked_at = None;
        let file = match (inline, &build.dockerfile) {
            (Some(inline), _) => {
                let text = inline.text().map(Text::expose).unwrap_or_default();
                Rc::new(dockerfile::parse(text, TextOrigin::Value(inline.place)))
            }
            (None, Some(path)) => {
                let read = self.read(Path::new(path));
                let state = match &read {
                    Ok(_) => SourceState::Read,
                    Err(ReadError::Absent) => SourceState::Absent,
                    Err(why) => SourceState::Unreadable(why.to_string()),
                };
                // A context that is not here is cloned or copied later.
                let context_is_here =
                    context.as_deref().is_some_and(|context| self.files.is_directory(context));
                let is_missing = state == SourceState::Absent && context_is_here;
                let missing = is_missing.then(|| self.missing(context.as_deref(), Path::new(path)));
                looked_at = Some(InspectedSource::new(Layer::Dockerfile, path.clone(), state));
                match read {
                    Ok((_, file)) => file,
                    Err(_) => return ServiceBuild { image: None, looked_at, missing },
                }
            }
            (None, None) => return ServiceBuild::default(),
        };
        let named = self.contexts(node);
        let ignored = match (&context, &build.dockerfile) {
            (Some(context), path) => ignore::read(self.files, context, path.as_deref().map(Path::new)),
            (None, _) => Rc::default(),
        };
        let inputs = StageInputs {
            file: &file,
            context,
            ignored,
            args: self.arguments(&build.args),
            target: node.get("target").and_then(Node::text).map(|target| target.expose().to_owned()),
        };
        let budget = Rc::clone(&self.budget);
        let image = stages::image(&inputs, &budget, &mut |name| match named.get(name) {
            Some(context) => self.named(context),
            None => {
                self.by_image.get(name).copied().map_or(NamedContext::None, |number| self.of_build(number))
            }
        });
        ServiceBuild { image: image.map(Rc::new), looked_at, missing: None }
    }

    fn read(&mut self, path: &Path) -> ReadDockerfile {
        if let Some(known) = self.read.get(path) {
            return known.clone();
        }
        let read = self.files.read_text(path, limits::DOCKERFILE).map(|text| {
            let known = self.sources.find_host(path);
            let name = || SourceName::Host(path.to_owned());
            let file = |source| Rc::new(dockerfile::parse(&text, TextOrigin::File(source)));
            match known {
                Some(source) => (source, file(source)),
                None => {
                    let source = self.sources.add(name(), Language::Dockerfile, text.clone());
                    (source, file(source))
                }
            }
        });
        self.read.insert(path.to_owned(), read.clone());
        read
    }

    /// `additional_contexts`, in either form.
    fn contexts(&self, build: &Node) -> HashMap<String, String> {
        let Some(node) = build.get("additional_contexts") else { return HashMap::new() };
        let text = |node: &Node| node.text().map(|text| text.expose().to_owned());
        let of_map = node.entries().iter().filter_map(|e| Some((e.key.to_string(), text(&e.value)?)));
        let of_list = node.items().iter().filter_map(|item| {
            let (name, value) = item.text()?.expose().split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        of_map.chain(of_list).collect()
    }

    fn named(&mut self, context: &str) -> NamedContext {
        if context.contains(UNKNOWN) {
            return NamedContext::Unknown;
        }
        if let Some(service) = context.strip_prefix("service:") {
            let number = self.by_name.get(service).copied();
            return number.map_or(NamedContext::Unknown, |number| self.of_build(number));
        }
        if let Some(image) = context.strip_prefix("docker-image://") {
            return NamedContext::Image(image.to_owned());
        }
        if context.contains("://") || context.starts_with("target:") || context.starts_with("git@") {
            return NamedContext::Unknown;
        }
        let base = self.project.working_dir.display().to_string();
        NamedContext::Folder(Path::new(&path::absolute(&base, context)).into())
    }

    fn of_build(&mut self, number: usize) -> NamedContext {
        self.build(number).image.map_or(NamedContext::Unknown, NamedContext::Built)
    }

    /// The arguments that Compose gives, by name; a name without a value is looked up in the project's
    /// environment, and not given where that has none (compose-go `types.MappingWithEquals.Resolve`).
    fn arguments(&self, args: &[BuildArg]) -> HashMap<String, BuildVariable> {
        let given = args.iter().filter_map(|arg| {
            let (value, via) = match &arg.value {
                Some(value) => (Some(value.clone()), arg.via.clone()),
                None => {
                    let bound = self.project.variables.get(&arg.name)?;
                    (Some(bound.value.clone()), bound.via.clone())
                }
            };
            Some((arg.name.clone(), variable(value, Some(arg.place), via)))
        });
        given.collect()
    }
}

fn variable(value: Option<Text>, place: Option<Place>, via: Provenance) -> BuildVariable {
    let held = match value {
        Some(value) if !value.expose().contains(UNKNOWN) => Held::Value(value),
        _ => Held::Unknown,
    };
    BuildVariable { held, place, via, layer: Layer::ComposeFile }
}

#[cfg(test)]
mod tests;
