//! The image that a service's build makes, as far as its Dockerfile tells without building it.

use super::located::{Healthcheck, Located};
use crate::{
    provenance::Candidate,
    text::{glob, secret::Text, source::Place},
};
use std::{
    path::{Path, PathBuf},
    rc::Rc,
};

/// What the stage that is built says of its image, the stages below it included.
///
/// What it does not say is that of [`Self::base`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BuiltImage {
    /// The image that it begins with in the end.
    pub base: BaseImage,
    /// Its `ENV`, as far as the Dockerfile sets it; a value that cannot be told has none.
    pub env: Vec<Candidate>,
    /// `USER`.
    pub user: Option<Located<String>>,
    /// `WORKDIR`, absolute.
    pub working_dir: Option<Located<String>>,
    /// `ENTRYPOINT`; the shell form is the words of its shell.
    pub entrypoint: Option<Vec<Located<Text>>>,
    /// `CMD`; empty where an `ENTRYPOINT` takes the base image's away.
    pub command: Option<Vec<Located<Text>>>,
    /// `HEALTHCHECK`.
    pub healthcheck: Option<Healthcheck>,
    /// `EXPOSE`: `18789/tcp`.
    pub exposed_ports: Vec<Located<String>>,
    /// `VOLUME`.
    pub volumes: Vec<Located<String>>,
    /// Names and values of `LABEL`.
    pub labels: Vec<(String, Located<Text>)>,
    /// The users that `RUN` lines make.
    pub users: Vec<ImageUser>,
    /// The text of each `RUN`, with what is known of its variables filled in.
    pub runs: Vec<Located<Text>>,
    /// What `COPY` and `ADD` put into it, in order.
    pub copies: Vec<ImageCopy>,
    /// What other stages copy and run, for `COPY --from`.
    pub stages: Rc<[BuildStage]>,
    /// What the build context leaves out.
    pub ignored: Rc<[IgnorePattern]>,
    /// The Dockerfile could be read to its end, and all that it begins with is known.
    pub complete: bool,
}

/// A user that an image gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImageUser {
    /// Its name.
    pub name: String,
    /// Its number, where the command says it.
    pub uid: Option<u32>,
    /// Its home directory.
    pub home: String,
}

/// A line of `.dockerignore`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IgnorePattern {
    /// A pattern for a path below the context, with a slash before it.
    pub pattern: String,
    /// It takes up again what an earlier one leaves out.
    pub again: bool,
}

/// Where an image begins.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum BaseImage {
    /// That image; its place is in the `FROM` that names it.
    Image(Located<String>),
    /// `FROM scratch`.
    Scratch,
    /// It cannot be told: a variable without a value, or a build that is not here.
    #[default]
    Unknown,
}

impl BaseImage {
    /// The image, where there is one that is known.
    #[must_use]
    pub fn image(&self) -> Option<&Located<String>> {
        match self {
            Self::Image(image) => Some(image),
            Self::Scratch | Self::Unknown => None,
        }
    }
}

/// What one stage of a Dockerfile adds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BuildStage {
    /// Where it begins.
    pub base: BaseImage,
    /// What it copies.
    pub copies: Vec<ImageCopy>,
    /// What it runs.
    pub runs: Vec<Located<Text>>,
}

/// One source of a `COPY` or `ADD`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImageCopy {
    /// What is copied.
    pub from: CopyOrigin,
    /// The container path that it becomes, or the folder that it is put into.
    pub target: String,
    /// The target is a folder, which a file is put into.
    pub into: bool,
    /// Where it is written.
    pub place: Place,
}

/// Where the files of a `COPY` come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopyOrigin {
    /// A path of this host, below a folder of the build; the last part may be a pattern.
    Host {
        /// The absolute path.
        path: PathBuf,
        /// The build context, or the folder of `additional_contexts`.
        context: Rc<Path>,
    },
    /// A here-document.
    Document {
        /// The name that it has in a folder.
        name: String,
        /// Its text.
        text: Text,
    },
    /// A path of another stage, by number.
    Stage(usize, String),
    /// A path of another image.
    Image(String, String),
    /// It cannot be told: an address, a variable without a value.
    Unknown,
}

/// What may be at a path of an image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ImageFile {
    /// The file of this host with that path, if it is there; it is below the folder.
    Host(PathBuf, Rc<Path>),
    /// This text.
    Text(Text),
    /// Something that cannot be seen from here.
    Unseen,
}

/// Most places that one path of an image is looked for in.
const MOST_PLACES: usize = 64;

impl BuiltImage {
    /// What a path of the image may be, likeliest first: of several copies to one path the last one counts.
    /// Whether a file of the host is there is for the caller to find out. Empty: nothing is copied there.
    #[must_use]
    pub fn files_at(&self, path: &str) -> Vec<ImageFile> {
        let mut found = Vec::new();
        self.find(&self.copies, self.stages.len(), path, &mut found);
        found
    }

    fn find(&self, copies: &[ImageCopy], stages: usize, path: &str, found: &mut Vec<ImageFile>) {
        for copy in copies.iter().rev() {
            if found.len() >= MOST_PLACES {
                return;
            }
            self.of_copy(copy, stages, path, found);
        }
    }

    fn of_copy(&self, copy: &ImageCopy, stages: usize, path: &str, found: &mut Vec<ImageFile>) {
        let target = copy.target.trim_end_matches('/');
        let Some(below) = path.strip_prefix(target) else { return };
        let below = match below.strip_prefix('/') {
            Some(below) => below,
            None if below.is_empty() && !copy.into => "",
            None => return,
        };
        match &copy.from {
            CopyOrigin::Host { path: source, context } => {
                let host = |path: PathBuf| ImageFile::Host(path, Rc::clone(context));
                found.extend(paths(source, below, copy.into).into_iter().map(host));
            }
            CopyOrigin::Document { name, text } => {
                if (copy.into && below == name) || (!copy.into && below.is_empty()) {
                    found.push(ImageFile::Text(text.clone()));
                }
            }
            // A stage copies from those before it alone.
            CopyOrigin::Stage(number, source) if *number < stages => {
                for source in paths(Path::new(source), below, copy.into) {
                    let Some(source) = source.to_str() else { continue };
                    self.find(&self.stages[*number].copies, *number, source, found);
                }
                found.push(ImageFile::Unseen);
            }
            CopyOrigin::Stage(..) | CopyOrigin::Image(..) | CopyOrigin::Unknown => {
                found.push(ImageFile::Unseen);
            }
        }
    }

    /// A path below the build context is left out by `.dockerignore`: the last pattern that fits it, or a
    /// folder above it, decides.
    #[must_use]
    pub fn is_ignored(&self, path: &str) -> bool {
        let fits = |pattern: &str| {
            let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
            folders.chain([path]).any(|part| glob::fits_path(pattern, part))
        };
        let last = self.ignored.iter().rev().find(|ignored| fits(&ignored.pattern));
        last.is_some_and(|ignored| !ignored.again)
    }

    /// A variable of `ENV`.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Candidate> {
        self.env.iter().rfind(|candidate| candidate.name == name)
    }
}

/// What `below` a target is of a source: the source itself where it is a file, a path in it where it is a
/// folder.
fn paths(source: &Path, below: &str, into: bool) -> Vec<PathBuf> {
    if below.is_empty() {
        return vec![source.to_owned()];
    }
    let name = source.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut paths = Vec::new();
    if into && !below.contains('/') {
        if name.contains(['*', '?', '[']) {
            if glob::fits_path(name, below) {
                paths.push(source.with_file_name(below));
            }
            return paths;
        }
        if name == below {
            paths.push(source.to_owned());
        }
    }
    paths.push(source.join(below));
    paths
}
