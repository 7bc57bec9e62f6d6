//! Docker Compose's resolution of a project, with the origin of every value.
//!
//! The rules are those of compose-go 2.13 (docker compose 5.3 and later); each module names the
//! file it follows. Compose stops at the first error; here every error is a
//! [`Refusal`](crate::vocabulary::finding::Refusal) and what does not depend on it is resolved all the same.

pub mod build;
pub mod check;
pub mod hash;
pub mod load;
mod service;
pub mod values;

pub use load::environment::ComposeEnvironment;
pub use service::{Service, client_proxies};

use crate::{
    provenance::{InspectedSource, Provenance},
    syntax::{
        interpolate::{Binding, InterpolationLookup, Missing},
        node::Node,
    },
    text::{
        secret::Text,
        source::{Language, SourceId, SourceName, Sources},
    },
    vocabulary::finding::{Refusal, Warning},
    world::host::World,
};
use load::loader::{Context, Loader};
use load::session::Session;
use std::{path::PathBuf, rc::Rc};

/// What `docker compose` would be told on its command line.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// `-f`, in order; `-` is standard input. Empty: found as Compose finds them.
    pub files: Vec<String>,
    /// `--env-file`, in order.
    pub env_files: Vec<String>,
    /// `-p`.
    pub project_name: Option<String>,
    /// `--project-directory`.
    pub project_directory: Option<PathBuf>,
    /// `--profile`, in order.
    pub profiles: Vec<String>,
    /// Names of services: only these and what they depend on are enabled.
    pub services: Vec<String>,
    /// Variables that are not set count as set to an unknown value.
    pub assume_env: bool,
    /// What standard input holds, for `-f -`.
    pub stdin: Option<Text>,
    /// `docker compose config --no-interpolate`: everything stays as it is written, and nothing is
    /// looked up.
    pub uninterpolated: bool,
}

/// A Compose project, as far as it could be resolved.
#[derive(Debug, Default)]
pub struct ComposeProject {
    /// Its name; none when it has none that Compose accepts.
    pub name: Option<String>,
    /// What relative paths are relative to.
    pub working_dir: PathBuf,
    /// Absolute paths of the compose files, `-` for standard input; includes left out.
    pub compose_files: Vec<PathBuf>,
    /// Every compose file that was read, includes and extended files among them.
    pub sources: Rc<[SourceId]>,
    /// Absolute paths of the env files: `--env-file`, `COMPOSE_ENV_FILES` or the default `.env`.
    pub env_files: Vec<PathBuf>,
    /// The active profiles; one empty name when none is chosen.
    #[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
    pub profiles: Vec<String>,
    /// All services in the order they are written, disabled ones too.
    pub services: Vec<Service>,
    /// The merged and interpolated document, without its services.
    pub resources: Option<Node>,
    /// What interpolation and pass-through look names up in.
    pub variables: ComposeEnvironment,
    /// What makes Compose refuse the project.
    pub refusals: Vec<Refusal>,
    /// What Compose warns of.
    pub warnings: Vec<Warning>,
    /// Every file that was looked for.
    pub looked_at: Vec<InspectedSource>,
}

/// Finds, reads and resolves a project.
pub fn load(options: &LoadOptions, host: &World, sources: &mut Sources) -> ComposeProject {
    let mut session = Session::new(options, host, sources);
    let mut discovered = session.discover();
    let mut environment = discovered.environment;
    let read: Vec<_> = discovered.files.iter().map(|file| session.read_compose_file(file, None)).collect();
    // Where nothing could be read, that is what there is to say.
    let any = read.iter().any(Option::is_some);
    let name = any.then(|| session.project_name(&read, &discovered.working_dir, &environment)).flatten();
    if let Some(name) = &name
        && environment.text("COMPOSE_PROJECT_NAME") != Some(name)
    {
        environment
            .set("COMPOSE_PROJECT_NAME", Binding { value: name.as_str().into(), via: Provenance::default() });
    }
    let environment = Rc::new(environment);
    let context = Context {
        working_dir: discovered.working_dir.clone(),
        loader_dir: discovered.working_dir.clone(),
        environment: Rc::clone(&environment),
        id: 0,
    };
    let mut loader = Loader::new(&mut session);
    let tree = loader.model(&discovered.files, &context, &[], None);
    let files: Rc<[SourceId]> = loader.files.into_iter().collect();
    let assumed = match options.assume_env {
        true => Rc::new(environment.with_missing(Missing::Unknown)),
        false => Rc::clone(&environment),
    };
    // `load`: a file that says nothing but its version is empty, too.
    let tree = tree.filter(|tree| !tree.entries().is_empty());
    let (services, resources) = match tree {
        Some(tree) => session.finish(tree, &mut discovered.profiles, &assumed, &files),
        None => {
            if session.refusals.is_empty() {
                session.refuse_path(&discovered.working_dir, "empty compose file");
            }
            (Vec::new(), None)
        }
    };
    let mut refusals = session.refusals;
    if services.is_empty() {
        refusals.iter_mut().for_each(|refusal| refusal.fatal = true);
    }
    ComposeProject {
        name,
        working_dir: discovered.working_dir.into(),
        compose_files: discovered.files.into_iter().map(PathBuf::from).collect(),
        sources: files,
        env_files: discovered.env_files.into_iter().map(PathBuf::from).collect(),
        profiles: discovered.profiles,
        services,
        resources,
        variables: Rc::unwrap_or_clone(environment),
        refusals,
        warnings: session.warnings,
        looked_at: session.looked_at,
    }
}

/// One document that was interpolated, without a project around it.
#[derive(Debug, Default)]
#[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
pub struct Interpolated {
    /// The first document.
    pub tree: Option<Node>,
    /// What Compose would refuse.
    pub refusals: Vec<Refusal>,
    /// What Compose would warn of.
    pub warnings: Vec<Warning>,
}

/// Interpolates the first document of a YAML text; `casts` turns text into numbers and booleans
/// where Compose does.
#[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
pub fn interpolate_text(
    text: &str,
    variables: &dyn InterpolationLookup,
    casts: bool,
    sources: &mut Sources,
) -> Interpolated {
    let (options, host) = (LoadOptions::default(), World::default());
    let mut session = Session::new(&options, &host, sources);
    let source = session.sources.add(SourceName::Stdin, Language::Yaml, text.to_owned());
    let mut tree = session.parse(source).into_iter().next().map(|document| document.root);
    if let Some(tree) = &mut tree {
        session.interpolate(tree, variables, casts);
    }
    Interpolated { tree, refusals: session.refusals, warnings: session.warnings }
}

impl Session<'_> {
    /// From the merged tree to services: pass-through, profiles, env files.
    fn finish(
        &mut self,
        mut tree: Node,
        profiles: &mut Vec<String>,
        environment: &ComposeEnvironment,
        files: &Rc<[SourceId]>,
    ) -> (Vec<Service>, Option<Node>) {
        let looks_up = !self.options.uninterpolated;
        if looks_up {
            crate::compose::service::pass_through::resolve(&mut tree, environment);
        }
        let merged = tree.remove("services");
        let mut services: Vec<Service> = Vec::new();
        if let Some(mut merged) = merged {
            crate::compose::load::substitution::hand_down(&mut merged);
            for entry in merged.entries_mut().map(std::mem::take).into_iter().flatten() {
                services.push(Service::new(entry, files));
            }
        }
        self.enable(&mut services, profiles);
        // Compose comes this far only when all else is right; after an error its checks would
        // complain of what is missing because of it.
        if self.refusals.is_empty() {
            self.check_consistency(&services, &tree);
        }
        for service in &mut services {
            let enabled = service.enabled;
            service.environment = self.service_environment(&service.node, enabled && looks_up, environment);
            service.given_files =
                crate::compose::service::given_files::of_service(&service.node, &tree, environment);
            if enabled {
                service.file_labels = self.read_label_files(&service.node);
            }
        }
        self.select(&mut services);
        (services, Some(tree))
    }
}
