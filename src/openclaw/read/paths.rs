//! Where OpenClaw looks for its state and its config, as container paths.
//!
//! `paths` and `home-dir` of openclaw 2026.9.6; earlier releases differ in the names only, which
//! are in [`Behaviour`].

use crate::openclaw::{
    read::environment::VariableLookup,
    release::behaviour::{Behaviour, Includes},
};
use crate::{text::secret::js_trim, vocabulary::deployment::Mount};

/// The directories and files that one process would use, before it is known which exist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenClawPaths {
    /// `OPENCLAW_HOME`, else `HOME`, else the user's.
    pub home: String,
    /// A state directory that a variable names; it is used whether it exists or not.
    pub state_dir: Option<String>,
    /// State directories to try when no variable names one, best first.
    pub state_dir_candidates: Vec<String>,
    /// A config file that a variable names.
    pub config_path: Option<String>,
    /// `<cwd>/.env`.
    pub cwd_dotenv: String,
    /// `~/.config/openclaw/gateway.env`.
    pub gateway_env: String,
    /// Directories outside of the config's that an `$include` may lead to.
    pub include_roots: Vec<String>,
    /// Directories of earlier names, whose `.env` people still edit.
    pub legacy_dirs: Vec<String>,
}

impl OpenClawPaths {
    /// What the environment says.
    #[must_use]
    pub fn of(behaviour: &Behaviour, env: &dyn VariableLookup, user_home: &str, cwd: &str) -> Self {
        let path = |names: &[&str]| names.iter().find_map(|n| named(env, n));
        let is_home = |value: &String| !matches!(value.as_str(), "undefined" | "null");
        // A `~` in one of them is what the next ones say.
        let home = behaviour.paths.home_variables.iter().rev().fold(user_home.to_owned(), |home, name| {
            named(env, name).filter(is_home).map_or(home.clone(), |p| absolute(&p, &home, cwd))
        });
        let join = |dir: &str| format!("{}/{dir}", home.trim_end_matches('/'));
        // `OPENCLAW_PROFILE` alone selects no directory: `--profile` does, which sets the directory's
        // variable as well (`applyCliProfileEnv`; run with openclaw 2026.9.6, read in 2026.3.24 and
        // clawdbot 2026.1.24-3).
        let state_dir_candidates = behaviour.paths.state_dirs.iter().map(|d| join(d)).collect();
        let own = behaviour.paths.state_dirs[0];
        let include_roots = match behaviour.config.includes {
            Includes::BesideConfigOrRoots => roots(env.value("OPENCLAW_INCLUDE_ROOTS"), &home, cwd),
            Includes::Anywhere | Includes::BesideConfig => Vec::new(),
        };
        Self {
            include_roots,
            state_dir: path(behaviour.paths.state_dir_variables).map(|p| absolute(&p, &home, cwd)),
            state_dir_candidates,
            config_path: path(behaviour.paths.config_path_variables).map(|p| absolute(&p, &home, cwd)),
            cwd_dotenv: format!("{}/.env", cwd.trim_end_matches('/')),
            gateway_env: join(".config/openclaw/gateway.env"),
            legacy_dirs: [".clawdbot", ".moltbot"].iter().filter(|d| **d != own).map(|d| join(d)).collect(),
            home,
        }
    }
}

/// `resolveIncludeRoots`, openclaw 2026.9.6.
fn roots(list: Option<&str>, home: &str, cwd: &str) -> Vec<String> {
    let named = list.unwrap_or_default().split(':').map(js_trim).filter(|root| !root.is_empty());
    named.map(|root| clean("/", &absolute(root, home, cwd))).collect()
}

/// A path variable's value; a blank one counts as unset. Of the home directory's, so do `undefined`
/// and `null`, which are directories anywhere else (`home-dir` and `paths`, openclaw 2026.9.6).
fn named(env: &dyn VariableLookup, name: &str) -> Option<String> {
    let value = js_trim(env.value(name)?);
    (!value.is_empty()).then(|| value.to_owned())
}

/// A leading `~` is the home directory.
#[must_use]
pub fn expand(path: &str, home: &str) -> String {
    match path.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            format!("{}{rest}", home.trim_end_matches('/'))
        }
        _ => path.to_owned(),
    }
}

/// The same, and what does not begin with a slash is below the working directory.
fn absolute(path: &str, home: &str, cwd: &str) -> String {
    let path = expand(path, home);
    if path.starts_with('/') { path } else { clean(cwd, &path) }
}

/// The home directory of a container's user, as far as its name tells; the official image runs
/// as `node` (uid 1000). To a number that the image does not know the engine gives `/`: tried with
/// openclaw 2026.9.6 as user 568, whose `config file` is `/.openclaw/openclaw.json`. What users an
/// image that is not `official` has is not known: the one home that something is mounted in is taken.
#[must_use]
pub fn home_of_user<'a>(user: Option<&str>, official: bool, mounts: &'a [Mount]) -> &'a str {
    /// Of `/etc/passwd` in the image: Debian's users, `node`, and numbers that packages take.
    const KNOWN: [u32; 21] =
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 33, 34, 38, 39, 42, 100, 101, 998, 1000, 65_534];
    let name = user.unwrap_or_default().split(':').next().unwrap_or_default();
    match (name, name.parse::<u32>()) {
        ("root" | "0", _) => "/root",
        (_, Ok(uid)) if official && !KNOWN.contains(&uid) => "/",
        ("" | "node", _) | (_, Ok(_)) if official || name == "node" => "/home/node",
        _ => mounted_home(mounts).unwrap_or("/home/node"),
    }
}

/// The home directory that mounts are, or lie in, where there is but one.
fn mounted_home(mounts: &[Mount]) -> Option<&str> {
    let mut homes = mounts.iter().filter_map(|mount| home_in(&mount.target));
    let first = homes.next()?;
    homes.all(|home| home == first).then_some(first)
}

/// `/root` or `/home/NAME`, where a path begins with it.
fn home_in(path: &str) -> Option<&str> {
    if path == "/root" || path.starts_with("/root/") {
        return Some("/root");
    }
    let name = path.strip_prefix("/home/")?.split('/').next().filter(|name| !name.is_empty())?;
    Some(&path[.."/home/".len() + name.len()])
}

/// Joins and cleans an absolute path: `.` and `..` and doubled slashes go.
#[must_use]
pub fn clean(base: &str, path: &str) -> String {
    let joined = if path.starts_with('/') { path.to_owned() } else { format!("{base}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// It is in a directory, or somewhere below; both are clean.
#[must_use]
pub fn is_below(path: &str, dir: &str) -> bool {
    let rest = path.strip_prefix(dir.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The directory of a path.
#[must_use]
pub fn parent(path: &str) -> &str {
    match path.trim_end_matches('/').rfind('/') {
        Some(0) | None => "/",
        Some(at) => &path[..at],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::deployment::MountKind;

    #[test]
    fn a_user_that_the_image_does_not_know_has_no_home() {
        let mounts = |targets: &[&str]| -> Vec<Mount> {
            targets.iter().map(|target| Mount::new(MountKind::Bind, *target)).collect()
        };
        for (user, official, targets, home) in [
            (None, true, &["/home/ubuntu"][..], "/home/node"),
            (Some("1000:1000"), true, &[], "/home/node"),
            (Some("0:0"), true, &[], "/root"),
            (Some("568:568"), true, &["/home/node/.openclaw"], "/"),
            (Some("99:100"), true, &[], "/"),
            (Some("568"), false, &[], "/home/node"),
            (None, false, &["/home/ubuntu"], "/home/ubuntu"),
            (None, false, &["/root/.openclaw", "/root/.config"], "/root"),
            (None, false, &["/root/.openclaw", "/home/node/.openclaw"], "/home/node"),
            (None, false, &["/data"], "/home/node"),
            (Some("node"), false, &["/home/ubuntu"], "/home/node"),
        ] {
            assert_eq!(home_of_user(user, official, &mounts(targets)), home, "{user:?} {targets:?}");
        }
    }
}
