//! Where a path of the container is on the host, for commands that are typed there.

use crate::{
    model::target::Target,
    vocabulary::{
        advice::{Advice, quoted},
        deployment::{Mount, MountKind},
    },
};

/// The user of OpenClaw's own images.
const NODE: u32 = 1000;

/// The user id that the gateway runs as, that of OpenClaw's images where nothing is known.
pub(super) fn user(target: Option<&Target>) -> u32 {
    target.and_then(Target::user).unwrap_or(NODE)
}

/// Where the config belongs: `at /srv/claw/state/openclaw.json`.
pub(super) fn of_config(target: Option<&Target>) -> String {
    let Some((target, facts)) = target.and_then(|t| Some((t, t.facts.as_ref()?))) else {
        return "where the gateway looks".to_owned();
    };
    match on_host(target, &facts.config_path) {
        Some(path) => format!("at {path}"),
        None => format!("at {} in the container", facts.config_path),
    }
}

/// How a leftover state directory is moved aside.
pub(super) fn move_away(target: Option<&Target>) -> String {
    let leftover = target.and_then(|t| on_host(t, t.facts.as_ref()?.leftover_state.as_deref()?));
    let path = leftover.unwrap_or_else(|| "~/.clawdbot".to_owned());
    let path = path.trim_end_matches('/');
    format!("`mv {} {}`", shell(path), shell(&format!("{path}.old")))
}

/// How what the gateway may not write is given to its user. `said` names the path.
pub(super) fn give(target: Option<&Target>, advice: &Advice, said: &str) -> String {
    let user = user(target);
    let state = target.and_then(|t| t.facts.as_ref()).map(|f| f.state_dir.as_str());
    let mount = target.and_then(|t| {
        let named = refused(said).and_then(|path| t.deployment.mount_of(path));
        named.or_else(|| t.deployment.mount_of(state?))
    });
    match (mount, state) {
        (Some(Mount { kind: MountKind::Bind, source: Some(source), .. }), _) => {
            let source = advice.path(source);
            format!(
                "{source} to the container's user: `sudo chown -R {user}:{user} {}` on the host",
                shell(&source)
            )
        }
        (Some(Mount { kind: MountKind::Volume, target: path, .. }), _) => {
            match volumes_from(target, advice) {
                Some(run) => format!(
                    "the volume at {path} to the container's user: `{run} -R {user}:{user} {}`",
                    shell(path)
                ),
                None => format!("the volume at {path} to user {user}"),
            }
        }
        (_, Some(state)) => format!("what is mounted at {state} to user {user}"),
        (_, None) => format!(
            "the directory of the host that is mounted there to the container's user: `sudo chown -R {user}:{user} DIRECTORY`"
        ),
    }
}

/// Runs `chown` on the volumes of a container, running or not.
fn volumes_from(target: Option<&Target>, advice: &Advice) -> Option<String> {
    let container = advice.container()?;
    let image = quoted(target?.deployment.image.as_ref()?.value.as_str());
    Some(format!(
        "{} run --rm --user 0 --volumes-from {container} --entrypoint chown {image}",
        advice.engine()
    ))
}

/// A path of the container as the host has it, where it is in a bind mount.
fn on_host(target: &Target, path: &str) -> Option<String> {
    let mount = target.deployment.mount_of(path).filter(|m| m.kind == MountKind::Bind)?;
    let source = mount.source.as_deref()?.trim_end_matches('/');
    let rest = path.strip_prefix(mount.target.trim_end_matches('/'))?;
    Some(target.advice.path(&format!("{source}{rest}")).into_owned())
}

/// `'/home/node/.openclaw/state'` of `EACCES: permission denied, mkdir '…'`.
fn refused(said: &str) -> Option<&str> {
    let sayings = ["EACCES: permission denied, ", "EPERM: operation not permitted, "];
    let (_, rest) = sayings.iter().find_map(|saying| said.split_once(saying))?;
    let (_, path) = rest.split_once('\'')?;
    path.split_once('\'').map(|(path, _)| path).filter(|path| path.starts_with('/'))
}

/// A path for a shell, whose `~` it has to see.
fn shell(path: &str) -> String {
    match path.strip_prefix("~/") {
        Some(rest) => format!("~/{}", quoted(rest)),
        None => quoted(path).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_that_is_refused() {
        let said = "Error: EACCES: permission denied, mkdir '/home/node/.openclaw/state'";
        assert_eq!(refused(said), Some("/home/node/.openclaw/state"));
        let said = "Gateway failed to start: EPERM: operation not permitted, chmod '/data/x' | more";
        assert_eq!(refused(said), Some("/data/x"));
        for none in ["", "EACCES: permission denied, ", "EACCES: permission denied, open 'x'", "open '/x'"] {
            assert_eq!(refused(none), None, "{none}");
        }
    }

    #[test]
    fn without_a_target_nothing_is_claimed() {
        let advice = Advice::default();
        let give = give(None, &advice, "EACCES: permission denied, mkdir '/home/node/.openclaw/state'");
        assert!(give.ends_with("`sudo chown -R 1000:1000 DIRECTORY`"), "{give}");
        assert_eq!(of_config(None), "where the gateway looks");
        assert_eq!(move_away(None), "`mv ~/.clawdbot ~/.clawdbot.old`");
    }
}
