//! The user that a container's process runs as, and what that user may read.

use crate::{
    openclaw::read::images::ImageFacts,
    vocabulary::deployment::{Deployment, FileOwner},
};

/// Node's user in OpenClaw's own images.
const NODE: u32 = 1000;
/// Ids from here on are those of a user namespace, of another process' counting.
const SUBORDINATE: u32 = 65_536;

/// A user of a container, by number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProcessUser {
    /// User id.
    pub uid: u32,
    /// Group id; of one that is not named, what is most often: the user's own.
    pub gid: u32,
}

impl ProcessUser {
    /// The user of a container or, where it `is_service`, of a compose service; none where the image
    /// decides and is not known.
    #[must_use]
    pub fn of(deployment: &Deployment, image: &ImageFacts, is_service: bool) -> Option<Self> {
        let of_image = image.profile.as_ref().and_then(|p| p.user.as_deref());
        // A script that starts as root often goes on as another user.
        let of_base = image.base.filter(|_| is_service && !image.is_wrapped).map(|base| base.runs_as);
        let written = deployment.user.as_ref().map(|u| u.value.as_str()).filter(|user| !user.is_empty());
        let Some(user) = written.or(of_image).or(of_base) else {
            // `/home/node` is that user's.
            let of_node = deployment.mounts.iter().any(|m| m.target.starts_with("/home/node/"));
            return (image.is_official() || (of_node && is_service)).then_some(Self { uid: NODE, gid: NODE });
        };
        let id = |word: &str| match word {
            "root" => Some(0),
            name => name.parse().ok().or_else(|| image.uid(name)).or((name == "node").then_some(NODE)),
        };
        let (uid, gid) = user.split_once(':').map_or((user, None), |(uid, gid)| (uid, Some(gid)));
        let uid = id(uid)?;
        Some(Self { uid, gid: gid.map_or(Some(uid), id)? })
    }

    /// The user may read a file of that owner. Ids of a user namespace cannot be compared.
    #[must_use]
    pub fn may_read(self, owner: FileOwner) -> bool {
        let bit = if owner.uid == self.uid {
            0o400
        } else if owner.gid == self.gid {
            0o040
        } else {
            0o004
        };
        self.uid == 0 || owner.mode & bit != 0 || owner.uid >= SUBORDINATE
    }
}

/// A file that the user of the process may not read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeniedFile {
    /// The path that a report shows.
    pub path: String,
    /// Whose it is.
    pub owner: FileOwner,
    /// The user of the process.
    pub user: u32,
    /// It is so in the container; else on this machine, where the project may run or not.
    pub is_certain: bool,
    /// It is the config; else a dotenv file.
    pub is_config: bool,
}

impl DeniedFile {
    /// What is wrong, to go on after the path.
    #[must_use]
    pub fn why(&self) -> String {
        let Self { owner, user, .. } = self;
        let place = if self.is_certain { "" } else { " on this machine" };
        let mode = owner.mode & 0o777;
        format!("belongs to user {}{place} (mode {mode:03o}), and user {user} may not read it", owner.uid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::deployment::Located;

    #[test]
    fn who_may_read() {
        let node = ProcessUser { uid: 1000, gid: 1000 };
        let owner = |uid, gid, mode| FileOwner { uid, gid, mode };
        for (owner, may) in [
            (owner(1000, 1000, 0o600), true),
            (owner(0, 0, 0o600), false),
            (owner(0, 0, 0o640), false),
            (owner(0, 1000, 0o640), true),
            (owner(0, 0, 0o644), true),
            (owner(1000, 1000, 0o044), false),
            (owner(100_999, 100_999, 0o600), true),
        ] {
            assert_eq!(node.may_read(owner), may, "{owner:?}");
        }
        assert!(ProcessUser { uid: 0, gid: 0 }.may_read(owner(5, 5, 0)));
    }

    #[test]
    fn who_it_is() {
        let user = |user: &str| {
            let user = Some(Located { value: user.to_owned(), place: None });
            let deployment = Deployment { user, ..Deployment::default() };
            ProcessUser::of(&deployment, &ImageFacts::default(), true).map(|user| (user.uid, user.gid))
        };
        assert_eq!(user("1234:50"), Some((1234, 50)));
        assert_eq!(user("root"), Some((0, 0)));
        assert_eq!(user("568"), Some((568, 568)));
        assert_eq!(user("somebody"), None);
        assert_eq!(user("568:users"), None);
    }
}
