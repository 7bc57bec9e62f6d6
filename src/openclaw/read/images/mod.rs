//! Profiles of images: what is live in one image and dead in another.
//!
//! OpenClaw's own image runs the program and nothing else. Others have a start script that reads
//! variables of its own, and writes them into `openclaw.json` before the program starts. One file
//! in this folder tells what one such script does; it names the repository, the files and the
//! commit that it was read from. `clawdock.toml` takes further ones in the same format.

pub mod bases;
mod profile;
mod script;

pub use profile::{Fixed, ImageProfile, WrittenAs, WrittenVariable, read};
pub use script::{MissingInput, deployment, environment, is_in_charge, is_wrapped, lacks, rewrite};

use super::launch::VariableReaders;
use crate::{
    syntax::{keys::KeyProblem, toml},
    text::source::{Language, SourceName, Sources},
    vocabulary::{
        built_image::{BuiltImage, ImageUser},
        deployment::Mount,
    },
};
use bases::BaseImageFamily;
use std::{
    rc::Rc,
    sync::{Arc, OnceLock},
};

/// A profile that is built in.
struct BuiltIn {
    file: &'static str,
    text: &'static str,
    /// Read when the first image may be of it: reading all of them takes as long as looking at a
    /// container.
    profile: OnceLock<Arc<ImageProfile>>,
}

impl BuiltIn {
    const fn new(file: &'static str, text: &'static str) -> Self {
        Self { file, text, profile: OnceLock::new() }
    }

    fn profile(&self) -> &Arc<ImageProfile> {
        self.profile.get_or_init(|| Arc::new(self.read(&mut Sources::default()).0))
    }

    fn read(&self, sources: &mut Sources) -> (ImageProfile, Vec<KeyProblem>) {
        let source = sources.add(SourceName::Host(self.file.into()), Language::Toml, String::new());
        let mut problems = Vec::new();
        let profile = match toml::parse(source, self.text) {
            Ok(root) => read(&root, &|_| None, &mut problems),
            Err(error) => {
                problems.push(KeyProblem { place: error.place, message: error.message });
                ImageProfile::default()
            }
        };
        (profile, problems)
    }

    /// Whether it is worth reading for an image: no pattern of a built-in profile leaves open how a
    /// repository ends.
    fn may_be_of(&self, repository: &str) -> bool {
        let last = repository.rsplit('/').next().unwrap_or(repository);
        self.text.match_indices(last).any(|(at, _)| self.text[at + last.len()..].starts_with('"'))
    }
}

/// The profiles that are built in.
static BUILT_IN: [BuiltIn; 11] = [
    BuiltIn::new("official.toml", include_str!("official.toml")),
    BuiltIn::new("coollabsio.toml", include_str!("coollabsio.toml")),
    BuiltIn::new("cn-im.toml", include_str!("cn-im.toml")),
    BuiltIn::new("phioranex.toml", include_str!("phioranex.toml")),
    BuiltIn::new("1panel.toml", include_str!("1panel.toml")),
    BuiltIn::new("umbrel.toml", include_str!("umbrel.toml")),
    BuiltIn::new("zot24.toml", include_str!("zot24.toml")),
    BuiltIn::new("sandbox.toml", include_str!("sandbox.toml")),
    BuiltIn::new("effet.toml", include_str!("effet.toml")),
    BuiltIn::new("vxwork.toml", include_str!("vxwork.toml")),
    BuiltIn::new("bonsoleil.toml", include_str!("bonsoleil.toml")),
];

/// The profiles that are built in.
pub fn known() -> impl Iterator<Item = &'static Arc<ImageProfile>> {
    BUILT_IN.iter().map(BuiltIn::profile)
}

/// The names of the built-in profiles, for sentences.
fn names() -> String {
    known().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The built-in profile of that name.
#[must_use]
pub fn named(name: &str) -> Option<ImageProfile> {
    known().find(|p| p.name == name).map(|p| (**p).clone())
}

/// What is known of the images of one run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImageProfiles {
    /// Those of `clawdock.toml`, which come first.
    pub own: Vec<Arc<ImageProfile>>,
    /// Names and patterns of variables that any image here is expected to read.
    pub expected: Arc<[String]>,
}

impl ImageProfiles {
    /// What is known of the image that a service is built to: its own profile is that of the image that
    /// the Dockerfile begins with, unless `clawdock.toml` knows the service or the image. `is_source`: the
    /// Dockerfile is that of OpenClaw's own repository.
    #[must_use]
    pub fn of_built(
        &self,
        image: Option<&str>,
        service: Option<&str>,
        mounts: &[Mount],
        (built, is_source): (&Rc<BuiltImage>, bool),
    ) -> ImageFacts {
        let base = built.base.image().map(|base| base.value.as_str());
        let own = self.facts(image, service, mounts);
        let is_own = own.profile.as_ref().is_some_and(|profile| self.own.contains(profile));
        let facts = if is_own || is_source { own } else { self.facts(base, None, mounts) };
        let base = base.and_then(BaseImageFamily::of);
        ImageFacts { base, built: Some(Rc::clone(built)), ..facts }
    }

    /// What is known of the image of one service or container, which mounts these.
    #[must_use]
    pub fn facts(&self, image: Option<&str>, service: Option<&str>, mounts: &[Mount]) -> ImageFacts {
        let repository = image.map(crate::vocabulary::deployment::repository);
        let of_repository = |p: &&Arc<ImageProfile>| repository.is_some_and(|r| p.is_of(r));
        let of_service =
            |p: &&Arc<ImageProfile>| service.is_some_and(|s| p.services.iter().any(|known| known == s));
        let own = self.own.iter().find(|p| of_repository(p) || of_service(p));
        let built_in = || {
            let may_be = |b: &&BuiltIn| repository.is_some_and(|r| b.may_be_of(r));
            let mut known = BUILT_IN.iter().filter(may_be).map(BuiltIn::profile);
            known.find(of_repository).filter(|p| !p.official || may_be_official(repository, mounts))
        };
        let profile = own.or_else(built_in).cloned();
        let base = image.and_then(BaseImageFamily::of);
        ImageFacts { profile, base, expected: Arc::clone(&self.expected), ..ImageFacts::default() }
    }
}

/// `openclaw:local` is what OpenClaw's own compose file builds, and what others call what they build.
/// Where nothing is mounted into a home that OpenClaw's own image has, it is another one.
fn may_be_official(repository: Option<&str>, mounts: &[Mount]) -> bool {
    let built_here = repository.is_some_and(|r| !r.contains('/'));
    let own = |m: &Mount| ["/home/node", "/root"].iter().any(|home| m.target.starts_with(home));
    !built_here || mounts.is_empty() || mounts.iter().any(own)
}

/// What is known of one image.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImageFacts {
    /// Its profile; none where nothing is known of it.
    pub profile: Option<Arc<ImageProfile>>,
    /// The family of the image, or of the one that it is built from.
    pub base: Option<&'static BaseImageFamily>,
    /// What its Dockerfile makes, where it is built here.
    pub built: Option<Rc<BuiltImage>>,
    /// The service starts it by a script of its own, which may read and set any variable first.
    pub is_wrapped: bool,
    /// What else runs in the container and reads variables.
    pub readers: Rc<VariableReaders>,
    pub(in crate::openclaw::read) expected: Arc<[String]>,
}

impl ImageFacts {
    /// What the image does with its environment is known: OpenClaw's own, or one with a profile.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.profile.is_some()
    }

    /// What is read of the environment is known: that of the image, and every script that stands before
    /// it could be looked through.
    #[must_use]
    pub fn runs_as_known(&self) -> bool {
        self.is_known() && !self.is_wrapped && self.readers.sees_all()
    }

    /// The home of a user of the image, by name or number; none where its users are not known. A number
    /// that an image does not know has `/` for a home.
    #[must_use]
    pub fn home(&self, user: &str) -> Option<String> {
        if matches!(user, "root" | "0") {
            return Some("/root".to_owned());
        }
        let number = user.parse::<u32>().ok();
        let users = self.built.as_ref().map_or(&[][..], |built| &built.users);
        let is_user = |made: &&ImageUser| made.name == user || (number.is_some() && made.uid == number);
        let made = users.iter().rev().find(is_user).map(|made| made.home.clone());
        if let Some(home) = made.or_else(|| self.base?.home(user).map(str::to_owned)) {
            return Some(home);
        }
        let is_whole = self.base.is_some() && self.built.as_ref().is_none_or(|built| built.complete);
        match number {
            // A user without a written number may be that one.
            Some(_) => (is_whole && users.iter().all(|made| made.uid.is_some())).then(|| "/".to_owned()),
            None => is_whole.then(|| format!("/home/{user}")),
        }
    }

    /// The number of a user of the image.
    #[must_use]
    pub fn uid(&self, user: &str) -> Option<u32> {
        let users = self.built.as_ref().map_or(&[][..], |built| &built.users);
        let made = users.iter().rev().find(|made| made.name == user).map(|made| made.uid);
        made.unwrap_or_else(|| self.base?.uid(user))
    }

    /// The image is OpenClaw's own.
    #[must_use]
    pub fn is_official(&self) -> bool {
        self.profile.as_ref().is_some_and(|p| p.official)
    }

    /// Something in the image besides OpenClaw reads that variable, or is expected to.
    #[must_use]
    pub fn reads(&self, name: &str) -> bool {
        self.profile.as_ref().is_some_and(|p| p.reads(name))
            || self.readers.reads(name)
            || self.expected.iter().any(|pattern| crate::text::glob::fits_name(pattern, name))
    }

    /// Without a token in the environment the image makes one up and keeps it.
    #[must_use]
    pub fn makes_up_token(&self) -> bool {
        self.profile.as_ref().is_some_and(|p| p.makes_up_token)
    }

    /// Its start script ends the container without that variable.
    #[must_use]
    pub fn requires(&self, name: &str) -> bool {
        self.profile.as_ref().is_some_and(|p| p.requires.iter().any(|n| n == name))
    }

    /// What to call it where a variable is not read: ` and the start script of X`.
    #[must_use]
    pub fn reader(&self) -> String {
        match &self.profile {
            Some(profile) if profile.has_script() => format!(" and the start script of {}", profile.name),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_reads_without_a_problem_and_says_where_it_is_from() {
        let mut sources = Sources::default();
        for built_in in &BUILT_IN {
            let file = built_in.file;
            let (profile, problems) = built_in.read(&mut sources);
            for pattern in &profile.images {
                let last = pattern.rsplit('/').next().unwrap_or_default();
                assert!(built_in.may_be_of(last) && !last.contains(['*', '?']), "{file}: {pattern}");
            }
            assert!(problems.is_empty(), "{file}: {problems:?}");
            assert!(!profile.sources.is_empty(), "{file} names no source");
            assert!(!profile.name.is_empty(), "{file} has no name");
            assert!(profile.entrypoint.is_some(), "{file} runs nothing");
        }
        let names: std::collections::BTreeSet<_> = known().map(|p| &p.name).collect();
        assert_eq!(names.len(), BUILT_IN.len());
    }

    #[test]
    fn every_file_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/openclaw/read/images");
        let files = std::fs::read_dir(folder).expect("the folder").filter_map(Result::ok);
        let mut on_disk: Vec<String> = files
            .map(|f| f.file_name().to_string_lossy().into_owned())
            .filter(|n| n.ends_with(".toml"))
            .collect();
        on_disk.sort();
        let mut built: Vec<&str> = BUILT_IN.iter().map(|b| b.file).collect();
        built.sort_unstable();
        assert_eq!(on_disk, built);
    }

    #[test]
    fn an_image_is_found_by_its_repository() {
        let images = ImageProfiles::default();
        let name = |image| images.facts(Some(image), None, &[]).profile.map(|p| p.name.clone());
        assert_eq!(name("ghcr.io/openclaw/openclaw:2026.9.6"), Some("openclaw/openclaw".into()));
        assert_eq!(name("coollabsio/openclaw:latest"), Some("coollabsio/openclaw".into()));
        assert_eq!(name("ghcr.io/coollabsio/openclaw@sha256:00"), Some("coollabsio/openclaw".into()));
        assert_eq!(name("me/openclaw"), None);
        assert!(images.facts(Some("openclaw:local"), None, &[]).is_official());
        assert!(!images.facts(None, Some("gateway"), &[]).is_known());
        let mounted = |target: &str| {
            let source = Some("state".to_owned());
            let kind = crate::vocabulary::deployment::MountKind::Volume;
            let mount = Mount { source, ..Mount::new(kind, target) };
            images.facts(Some("openclaw:local"), None, &[mount]).is_official()
        };
        assert!(mounted("/home/node/.openclaw"));
        assert!(!mounted("/data"));
    }

    #[test]
    fn a_profile_can_be_like_another() {
        let mut sources = Sources::default();
        let text = "[[image]]\nimages = [\"me/fork\"]\nlike = \"coollabsio/openclaw\"\nreads = [\"MINE\"]\n";
        let id = sources.add(SourceName::Stdin, Language::Toml, text.to_owned());
        let root = toml::parse(id, text).expect("it is TOML");
        let mut problems = Vec::new();
        let fork = read(&root.get("image").expect("there").items()[0], &named, &mut problems);
        assert_eq!(problems, []);
        assert!(fork.reads("MINE") && fork.reads("OPENCLAW_PRIMARY_MODEL"));
        assert_eq!((fork.name.as_str(), fork.images.as_slice()), ("me/fork", &["me/fork".to_owned()][..]));
    }
}
