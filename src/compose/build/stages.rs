//! The stages of one Dockerfile (BuildKit `frontend/dockerfile/dockerfile2llb/convert.go` and
//! `instructions/parse.go`).

use super::{path, users};
use crate::{
    provenance::{Candidate, Layer, Provenance, ProvenanceStep, StepKind},
    syntax::dockerfile::{
        CopiedSource, DockerCommand, DockerWord, Dockerfile,
        words::{self, Held, Pair},
    },
    text::{secret::Text, source::Place},
    vocabulary::{
        built_image::{BaseImage, BuildStage, BuiltImage, CopyOrigin, IgnorePattern, ImageCopy},
        deployment::{Healthcheck, Located},
    },
};
use std::{cell::Cell, collections::HashMap, path::Path, rc::Rc};

/// What a build is given besides its Dockerfile.
pub(super) struct StageInputs<'a> {
    pub(super) file: &'a Dockerfile,
    /// The build context, where it is a folder of this host.
    pub(super) context: Option<Rc<Path>>,
    pub(super) ignored: Rc<[IgnorePattern]>,
    /// `args` of the compose file, by name.
    pub(super) args: HashMap<String, BuildVariable>,
    pub(super) target: Option<String>,
}

/// What a name in `FROM` or `--from` means beyond the Dockerfile.
pub(super) enum NamedContext {
    /// Nothing: it is an image.
    None,
    /// A folder of this host.
    Folder(Rc<Path>),
    /// The image that another service is built to.
    Built(Rc<BuiltImage>),
    /// Another image.
    Image(String),
    /// It cannot be told.
    Unknown,
}

/// A variable while an image is built.
#[derive(Clone, Debug)]
pub(super) struct BuildVariable {
    pub(super) held: Held,
    pub(super) place: Option<Place>,
    pub(super) via: Provenance,
    pub(super) layer: Layer,
}

/// Arguments that BuildKit gives every build: where it runs is not known from here.
const OF_BUILDKIT: [&str; 8] = [
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// Most stages of a Dockerfile; one with more is not looked at.
const MOST_STAGES: usize = 100;

/// What is known while a stage is gone through.
#[derive(Clone, Default)]
struct Stage {
    name: Option<String>,
    image: BuiltImage,
    env: HashMap<String, BuildVariable>,
    args: HashMap<String, BuildVariable>,
    shell: Option<Vec<Text>>,
    /// `CMD` stands in this stage: an `ENTRYPOINT` leaves it.
    has_command: bool,
}

struct Stages<'a> {
    inputs: &'a StageInputs<'a>,
    /// `ARG` before the first `FROM`.
    globals: HashMap<String, BuildVariable>,
    done: Vec<Stage>,
}

/// The image of the target stage; none where there is no such stage, or the Dockerfile is too long.
pub(super) fn image(
    inputs: &StageInputs<'_>,
    budget: &Cell<usize>,
    named: &mut dyn FnMut(&str) -> NamedContext,
) -> Option<BuiltImage> {
    let instructions = &inputs.file.instructions;
    let is_from =
        |word: &&crate::syntax::dockerfile::DockerInstruction| matches!(word.says, DockerWord::From { .. });
    if instructions.iter().filter(is_from).count() > MOST_STAGES {
        return None;
    }
    let mut stages = Stages { inputs, globals: HashMap::new(), done: Vec::new() };
    let mut current: Option<Stage> = None;
    for instruction in instructions {
        spend(budget, 1)?;
        if let DockerWord::From { image, name } = &instruction.says {
            stages.done.extend(current.take());
            // `--target` ends the build.
            if stages.target().is_some() {
                break;
            }
            let stage = stages.begin(image, name.as_deref(), named);
            let image = &stage.image;
            spend(budget, image.env.len() + image.copies.len() + image.runs.len())?;
            current = Some(stage);
        } else if let Some(stage) = &mut current {
            stages.apply(stage, &instruction.says, instruction.place, named);
        } else if let DockerWord::Arg(pairs) = &instruction.says {
            stages.global(pairs);
        }
    }
    stages.done.extend(current);
    let number = match &inputs.target {
        Some(_) => stages.target()?,
        None => stages.done.len().checked_sub(1)?,
    };
    let complete = inputs.file.broken.is_none() || number + 1 < stages.done.len();
    let parts = stages.done[..number].iter().map(|stage| BuildStage {
        base: stage.image.base.clone(),
        copies: stage.image.copies.clone(),
        runs: stage.image.runs.clone(),
    });
    let all: Rc<[BuildStage]> = parts.collect();
    let mut image = stages.done.swap_remove(number).image;
    image.complete = complete && image.base != BaseImage::Unknown;
    image.stages = all;
    image.ignored = Rc::clone(&inputs.ignored);
    Some(image)
}

fn spend(budget: &Cell<usize>, cost: usize) -> Option<()> {
    budget.set(budget.get().checked_sub(cost)?);
    Some(())
}

impl Stages<'_> {
    /// The number of the stage that `target` names, once it is done.
    fn target(&self) -> Option<usize> {
        self.number(self.inputs.target.as_deref()?)
    }

    /// A stage by its name, in any case, or its number.
    fn number(&self, name: &str) -> Option<usize> {
        let is_named = |stage: &Stage| stage.name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(name));
        let by_number = || name.parse().ok().filter(|number| *number < self.done.len());
        self.done.iter().rposition(is_named).or_else(by_number)
    }

    fn escape(&self) -> char {
        self.inputs.file.escape
    }

    /// `ARG` before the first `FROM`.
    fn global(&mut self, pairs: &[Pair]) {
        for pair in pairs {
            let globals = &self.globals;
            let default = self.filled(pair.value.as_ref(), &|name| globals.get(name));
            let variable = self.argument(pair, default);
            self.globals.insert(pair.name.clone(), variable);
        }
    }

    /// What an `ARG` holds: what the build is given, else its default.
    fn argument(&self, pair: &Pair, default: Option<BuildVariable>) -> BuildVariable {
        let unset = |held| BuildVariable {
            held,
            place: Some(pair.place),
            via: Provenance::default(),
            layer: Layer::Dockerfile,
        };
        match self.inputs.args.get(&pair.name) {
            Some(given) => given.clone(),
            None if OF_BUILDKIT.contains(&pair.name.as_str()) => unset(Held::Unknown),
            None => default.unwrap_or_else(|| unset(Held::Unset)),
        }
    }

    /// A value with its variables filled in; the first of them is the step back.
    fn filled<'v>(
        &self,
        value: Option<&Located<Text>>,
        lookup: &dyn Fn(&str) -> Option<&'v BuildVariable>,
    ) -> Option<BuildVariable> {
        let value = value?;
        let mut via = Provenance::default();
        let text = words::fill_in(value.value.expose(), self.escape(), &mut |name| {
            let Some(variable) = lookup(name) else { return Held::Unset };
            if via.is_empty() && variable.held != Held::Unset {
                let step = StepKind::Variable { layer: variable.layer, name: name.to_owned() };
                via = variable.via.after(ProvenanceStep { step, place: variable.place });
            }
            variable.held.clone()
        });
        let held = text.map_or(Held::Unknown, |text| Held::Value(text.into()));
        Some(BuildVariable { held, place: value.place, via, layer: Layer::Dockerfile })
    }

    fn begin(
        &self,
        image: &Located<Text>,
        name: Option<&str>,
        named: &mut dyn FnMut(&str) -> NamedContext,
    ) -> Stage {
        let filled = self.filled(Some(image), &|name| self.globals.get(name));
        let reference = match filled {
            Some(BuildVariable { held: Held::Value(text), .. }) => text.expose().to_owned(),
            _ => String::new(),
        };
        let mut stage =
            match self.number(&reference).filter(|_| !reference.chars().all(|c| c.is_ascii_digit())) {
                Some(number) => {
                    let below = &self.done[number];
                    let (image, env, shell) = (below.image.clone(), below.env.clone(), below.shell.clone());
                    Stage { image, env, shell, ..Stage::default() }
                }
                None => self.outside(&reference, image, named),
            };
        stage.name = name.map(str::to_owned);
        stage
    }

    fn outside(
        &self,
        reference: &str,
        written: &Located<Text>,
        named: &mut dyn FnMut(&str) -> NamedContext,
    ) -> Stage {
        let of_image = |image: &str| {
            let base = Located { value: image.to_owned(), place: written.place };
            let base = if image == "scratch" { BaseImage::Scratch } else { BaseImage::Image(base) };
            Stage { image: BuiltImage { base, ..BuiltImage::default() }, ..Stage::default() }
        };
        if reference.is_empty() {
            return Stage::default();
        }
        match named(reference) {
            NamedContext::None => of_image(reference),
            NamedContext::Image(image) => of_image(&image),
            NamedContext::Built(built) => {
                let mut image = (*built).clone();
                // Its stages have other numbers.
                for copy in &mut image.copies {
                    if matches!(copy.from, CopyOrigin::Stage(..)) {
                        copy.from = CopyOrigin::Unknown;
                    }
                }
                let variable = |candidate: &Candidate| BuildVariable {
                    held: candidate.value.clone().map_or(Held::Unknown, Held::Value),
                    place: candidate.place,
                    via: candidate.via.clone(),
                    layer: Layer::Dockerfile,
                };
                let env = image.env.iter().map(|c| (c.name.clone(), variable(c))).collect();
                Stage { image, env, ..Stage::default() }
            }
            NamedContext::Folder(_) | NamedContext::Unknown => Stage::default(),
        }
    }

    fn apply(
        &self,
        stage: &mut Stage,
        says: &DockerWord,
        place: Place,
        named: &mut dyn FnMut(&str) -> NamedContext,
    ) {
        match says {
            DockerWord::Arg(pairs) => {
                for pair in pairs {
                    let default = self.filled(pair.value.as_ref(), &|name| stage.lookup(name));
                    // A name that was declared before the first `FROM` has its default from there.
                    let default = default.or_else(|| self.globals.get(&pair.name).cloned());
                    stage.args.insert(pair.name.clone(), self.argument(pair, default));
                }
            }
            DockerWord::Env(pairs) => {
                // All of one instruction see what was before it.
                let set: Vec<(String, BuildVariable)> = pairs
                    .iter()
                    .filter_map(|pair| {
                        let value = self.filled(pair.value.as_ref(), &|name| stage.lookup(name))?;
                        Some((pair.name.clone(), stage.unless_of_base(pair, value)))
                    })
                    .collect();
                for (name, variable) in set {
                    stage.image.env.push(Candidate {
                        layer: Layer::ImageEnv,
                        place: variable.place,
                        via: variable.via.clone(),
                        value: match &variable.held {
                            Held::Value(value) => Some(value.clone()),
                            _ => None,
                        },
                        name: name.clone(),
                    });
                    stage.env.insert(name, variable);
                }
            }
            DockerWord::Label(pairs) => {
                for pair in pairs {
                    let filled = self.filled(pair.value.as_ref(), &|name| stage.lookup(name));
                    if let Some(BuildVariable { held: Held::Value(value), place, .. }) = filled {
                        let name = pair.name.trim_matches(['"', '\'']).to_owned();
                        stage.image.labels.push((name, Located { value, place }));
                    }
                }
            }
            DockerWord::Copy { from, sources, target } => {
                self.copy(stage, from.as_ref(), sources, target, place, named);
            }
            DockerWord::Run(text) => {
                let known = words::fill_in_known(text.value.expose(), '\\', &mut |name| stage.hold(name));
                let run = Located { value: Text::from(known), place: text.place };
                users::learn(&run, &mut stage.image.users);
                stage.image.runs.push(run);
            }
            DockerWord::Cmd(command) => {
                stage.image.command = Some(stage.words(command));
                stage.has_command = true;
            }
            DockerWord::Entrypoint(command) => {
                stage.image.entrypoint = Some(stage.words(command));
                if !stage.has_command {
                    stage.image.command = Some(Vec::new());
                }
            }
            DockerWord::Healthcheck(test) => {
                let word = |value: &str| Located { value: value.into(), place: Some(place) };
                let test = match test {
                    None => vec![word("NONE")],
                    Some(DockerCommand::Shell(text)) => vec![word("CMD-SHELL"), text.clone()],
                    Some(DockerCommand::Exec(words)) => {
                        std::iter::once(word("CMD")).chain(words.iter().cloned()).collect()
                    }
                };
                stage.image.healthcheck = Some(Healthcheck { test, place: Some(place) });
            }
            DockerWord::User(user) => {
                let value = self.text(stage, user).unwrap_or_default();
                stage.image.user = Some(Located { value, place: user.place });
            }
            DockerWord::Workdir(dir) => {
                let before = stage.image.working_dir.as_ref().map_or("/", |dir| dir.value.as_str());
                let dir_text = self.text(stage, dir);
                let value = dir_text.map(|dir| path::absolute(before, &dir));
                stage.image.working_dir = value.map(|value| Located { value, place: dir.place });
            }
            DockerWord::Expose(ports) => {
                let known = ports
                    .iter()
                    .filter_map(|port| Some(Located { value: self.text(stage, port)?, place: port.place }));
                let known: Vec<_> = known.collect();
                stage.image.exposed_ports.extend(known);
            }
            DockerWord::Volume(paths) => {
                let known = paths
                    .iter()
                    .filter_map(|path| Some(Located { value: self.text(stage, path)?, place: path.place }));
                let known: Vec<_> = known.collect();
                stage.image.volumes.extend(known);
            }
            DockerWord::Shell(words) => {
                stage.shell = Some(words.iter().map(|word| word.value.clone()).collect());
            }
            DockerWord::From { .. } | DockerWord::Other => {}
        }
    }

    fn text(&self, stage: &Stage, word: &Located<Text>) -> Option<String> {
        match self.filled(Some(word), &|name| stage.lookup(name))?.held {
            Held::Value(text) => Some(text.expose().to_owned()),
            _ => None,
        }
    }

    fn copy(
        &self,
        stage: &mut Stage,
        from: Option<&Text>,
        sources: &[CopiedSource],
        target: &Text,
        place: Place,
        named: &mut dyn FnMut(&str) -> NamedContext,
    ) {
        let Some(to) = words::fill_in(target.expose(), self.escape(), &mut |name| stage.hold(name)) else {
            return;
        };
        let into = to.ends_with('/') || to == "." || to == ".." || to.ends_with("/.") || sources.len() > 1;
        let dir = stage.image.working_dir.as_ref().map_or("/", |dir| dir.value.as_str());
        let target = path::absolute(dir, &to);
        let (mut context, mut outside) = (self.inputs.context.clone(), None);
        let from =
            from.and_then(|from| words::fill_in(from.expose(), self.escape(), &mut |name| stage.hold(name)));
        let number = from.as_deref().and_then(|from| self.number(from));
        if let Some(from) = from.as_deref().filter(|_| number.is_none()) {
            match named(from) {
                NamedContext::Folder(folder) => context = Some(folder),
                NamedContext::None => outside = Some(from.to_owned()),
                NamedContext::Image(image) => outside = Some(image),
                NamedContext::Built(_) | NamedContext::Unknown => context = None,
            }
        }
        for source in sources {
            let from = match source {
                CopiedSource::Document { text, expands, name } => {
                    let text = match expands {
                        true => {
                            words::fill_in_known(text.expose(), '\0', &mut |name| stage.hold(name)).into()
                        }
                        false => text.clone(),
                    };
                    CopyOrigin::Document { name: name.clone(), text }
                }
                CopiedSource::Path(source) => {
                    let filled = words::fill_in(source.expose(), self.escape(), &mut |name| stage.hold(name));
                    match (filled, number, &outside, &context) {
                        (None, ..) => CopyOrigin::Unknown,
                        (Some(source), Some(number), ..) => {
                            CopyOrigin::Stage(number, path::absolute("/", &source))
                        }
                        (Some(source), None, Some(image), _) => {
                            CopyOrigin::Image(image.clone(), path::absolute("/", &source))
                        }
                        (Some(source), None, None, Some(context)) if !source.contains("://") => {
                            let below = path::absolute("/", &source);
                            let path = context.join(below.trim_start_matches('/'));
                            CopyOrigin::Host { path, context: Rc::clone(context) }
                        }
                        _ => CopyOrigin::Unknown,
                    }
                }
            };
            stage.image.copies.push(ImageCopy { from, target: target.clone(), into, place });
        }
    }
}

impl Stage {
    /// `ENV` wins over `ARG`.
    fn lookup(&self, name: &str) -> Option<&BuildVariable> {
        self.env.get(name).or_else(|| self.args.get(name))
    }

    fn hold(&self, name: &str) -> Held {
        match self.lookup(name) {
            Some(variable) => variable.held.clone(),
            None => Held::Unset,
        }
    }

    /// A value that names a variable which nothing here sets may have it from the base image.
    fn unless_of_base(&self, pair: &Pair, mut variable: BuildVariable) -> BuildVariable {
        let written = pair.value.as_ref().map(|value| value.value.expose()).unwrap_or_default();
        if self.image.base != BaseImage::Scratch && written.contains('$') {
            let mut is_of_base = false;
            let _ = words::fill_in(written, '\\', &mut |name| {
                is_of_base |= self.lookup(name).is_none();
                self.hold(name)
            });
            if is_of_base {
                variable.held = Held::Unknown;
            }
        }
        variable
    }

    fn words(&self, command: &DockerCommand) -> Vec<Located<Text>> {
        match command {
            DockerCommand::Exec(words) => words.clone(),
            DockerCommand::Shell(text) => {
                let word = |value: Text| Located { value, place: text.place };
                let shell = self.shell.clone().unwrap_or_else(|| vec!["/bin/sh".into(), "-c".into()]);
                shell.into_iter().map(word).chain([text.clone()]).collect()
            }
        }
    }
}
