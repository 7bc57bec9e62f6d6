//! The home directory of the user that a container's process runs as, where no variable says it.

use crate::{
    openclaw::read::{images::ImageFacts, paths},
    vocabulary::deployment::Deployment,
};

/// A home directory, and how it is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserHome {
    /// The directory.
    pub path: String,
    /// How it is known.
    pub basis: HomeBasis,
}

/// How a home directory is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HomeBasis {
    /// The image's user is known, and so is its home.
    Image,
    /// Nothing says it: a state directory is mounted there.
    Mount,
    /// Nothing says it: that of OpenClaw's own image.
    Assumed,
}

/// State directories that a home has.
const STATE: [&str; 3] = [".openclaw", ".clawdbot", ".moltbot"];

impl UserHome {
    /// That of the process of a container. `is_official`: the image is one that OpenClaw publishes.
    #[must_use]
    pub fn of(deployment: &Deployment, image: &ImageFacts, is_official: bool) -> Self {
        let written =
            deployment.user.as_ref().map(|user| user.value.as_str()).filter(|user| !user.is_empty());
        // What is built here may add a user, and its Dockerfile says where the home is.
        let mounts = if deployment.build.is_some() { &[][..] } else { &deployment.mounts };
        let known = |path: &str| Self { path: path.to_owned(), basis: HomeBasis::Image };
        let built = written.filter(|_| image.built.is_some()).and_then(|user| image.home(name_of(user)));
        if let Some(home) = built.filter(|_| !image.is_wrapped) {
            return known(&home);
        }
        if image.is_official() || (image.profile.is_some() && written.is_none()) {
            let is_whole = image.is_official() && deployment.build.is_none();
            let path = paths::home_of_user(written, is_whole, mounts).to_owned();
            let basis = if is_official { HomeBasis::Image } else { HomeBasis::Assumed };
            return Self { path, basis };
        }
        let user = written.or_else(|| image.base.map(|base| base.runs_as));
        let user = user.map(name_of);
        let of_image = user.and_then(|user| image.home(user));
        // A script that starts as root often goes on as another user.
        let changes = matches!(user, Some("root" | "0")) && image.is_wrapped;
        match of_image.clone().filter(|_| !changes) {
            Some(home) => known(&home),
            None => match (of_mounts(deployment), of_image) {
                (Some(home), Some(of_image)) if home == of_image => known(&home),
                // That is where OpenClaw's own image has it, and most others.
                (Some(home), None) if home == "/home/node" => Self { path: home, basis: HomeBasis::Assumed },
                (Some(home), _) => Self { path: home, basis: HomeBasis::Mount },
                (None, Some(of_image)) => Self { path: of_image, basis: HomeBasis::Assumed },
                (None, None) => {
                    let own = user.filter(|user| user.starts_with(|c: char| c.is_ascii_lowercase()));
                    let own = own.map(|user| format!("/home/{user}"));
                    let path = own.unwrap_or_else(|| paths::home_of_user(user, false, mounts).to_owned());
                    Self { path, basis: HomeBasis::Assumed }
                }
            },
        }
    }
}

/// `user` of `user:group`.
fn name_of(user: &str) -> &str {
    user.split(':').next().unwrap_or_default()
}

/// The directory that a mounted state directory is in, where all that are mounted are in one.
fn of_mounts(deployment: &Deployment) -> Option<String> {
    let home_of = |target: &str| {
        let end = STATE.iter().find_map(|name| {
            let at = target.find(&format!("/{name}"))?;
            let rest = &target[at + 1 + name.len()..];
            (rest.is_empty() || rest.starts_with('/')).then_some(at)
        })?;
        Some(if end == 0 { "/".to_owned() } else { target[..end].to_owned() })
    };
    let mut homes = deployment.mounts.iter().filter_map(|mount| home_of(mount.target.trim_end_matches('/')));
    let first = homes.next()?;
    homes.all(|home| home == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        openclaw::read::images::bases::BaseImageFamily,
        vocabulary::{
            built_image::{BuiltImage, ImageUser},
            deployment::{Located, Mount, MountKind},
        },
    };
    use std::rc::Rc;

    #[test]
    fn from_the_image_or_from_the_mount() {
        let claw = ImageUser { name: "claw".into(), uid: Some(1501), home: "/srv/claw".into() };
        let built = BuiltImage { users: vec![claw], complete: true, ..BuiltImage::default() };
        let built = Some(Rc::new(built));
        use HomeBasis::{Assumed, Image, Mount as Mounted};
        for (base, user, mount, is_wrapped, path, basis) in [
            ("node:24", None, "/root/.openclaw", false, "/root", Image),
            ("node:24", None, "/root/.openclaw", true, "/root", Image),
            ("node:24", None, "/home/node/.openclaw", true, "/home/node", Mounted),
            ("node:24", None, "/home/node/.openclaw", false, "/root", Image),
            ("node:24", Some("node"), "/x", false, "/home/node", Image),
            ("node:24", Some("1000:1000"), "/x", false, "/home/node", Image),
            ("debian:12", Some("claw"), "/x", false, "/srv/claw", Image),
            ("debian:12", Some("1501"), "/x", false, "/srv/claw", Image),
            ("debian:12", Some("568"), "/x", false, "/", Image),
            ("debian:12", Some("other"), "/x", false, "/home/other", Image),
            ("linuxserver/webtop:1", None, "/config/.openclaw", false, "/config", Image),
            ("me/thing:1", None, "/data/.openclaw/workspace", false, "/data", Mounted),
            ("me/thing:1", None, "/data/.clawdbot", false, "/data", Mounted),
            ("me/thing:1", None, "/data/.openclaw-notes", false, "/home/node", Assumed),
            ("me/thing:1", Some("root"), "/data/.openclaw", false, "/root", Image),
            ("me/thing:1", Some("1234"), "/data/.openclaw", false, "/data", Mounted),
            ("me/thing:1", None, "/.openclaw", false, "/", Mounted),
        ] {
            let image = ImageFacts {
                base: BaseImageFamily::of(base),
                built: built.clone().filter(|_| base.starts_with("debian")),
                is_wrapped,
                ..ImageFacts::default()
            };
            let user = user.map(|user| Located { value: user.to_owned(), place: None });
            let mounts = vec![Mount::new(MountKind::Volume, mount)];
            let deployment = Deployment { user, mounts, ..Deployment::default() };
            let home = UserHome::of(&deployment, &image, false);
            assert_eq!((home.path.as_str(), home.basis), (path, basis), "{base} {deployment:?}");
        }
    }
}
