//! CD405

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    model::target::{Target, TargetKind},
    openclaw::read::{command::OpenClawCommand, paths::is_below},
    vocabulary::{
        advice::quoted,
        deployment::{FileOwner, HostSide, Mount, MountKind, Role},
        finding::{Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD405",
    name: "uid-mismatch",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the user of the container may not write to what is mounted as its state directory",
    impact: Impact::Start,
    effect: "OpenClaw cannot write its state",
    page: include_str!("../../../docs/rules/CD405.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Ids from here on are those of a user namespace, of another process' counting.
const SUBORDINATE: u32 = 65_536;

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    let Some(user) = target.user().filter(|uid| *uid != 0) else { return };
    for file in facts.denied.iter().filter(|file| file.is_config) {
        let live = file.is_certain;
        let finding = RULE
            .finding(format!("{} {}", target.advice.path(&file.path), file.why()))
            .at(target.deployment.place, "reads it as its config")
            .help(format!(
                "run `sudo chown {user} {}`, then {}",
                quoted(&target.advice.path(&file.path)),
                if live { target.advice.restart() } else { target.advice.recreate() }
            ))
            .fix(fixes::command(
                format!("give the config to user {user}"),
                &format!("`sudo chown {user} {}`", quoted(&target.advice.path(&file.path))),
            ))
            .key(facts.config_path.clone());
        findings.push(if live {
            finding
        } else {
            finding.severity(Severity::Warning).confidence(Confidence::Medium)
        });
    }
    let Some(mount) = target.deployment.mount_of(&facts.state_dir).filter(|m| m.kind == MountKind::Bind)
    else {
        return;
    };
    let holds = |path: &String| is_below(&mount.target, path) || is_below(path, &mount.target);
    let is_chowned = facts.chowned.iter().any(holds);
    if target.deployment.userns_mode.is_some() || is_chowned || is_made_right(case, mount) {
        return;
    }
    let source = target.advice.path(mount.source.as_deref().unwrap_or_default());
    let live = target.kind == TargetKind::Container;
    // A checkout belongs to whoever made it, on whatever machine.
    let own = |owner: FileOwner| case.whole.is_none_or(|w| w.user.is_none_or(|user| user == owner.uid));
    let message = match mount.host {
        Some(HostSide::Directory(owner)) if !may_write(owner, user) && (live || !own(owner)) => {
            let place = if live { "" } else { " on this machine" };
            format!(
                "{source} belongs to user {}{place}, and {} runs as user {user}, which may not write there",
                owner.uid,
                case.subject()
            )
        }
        // A platform fills in what the path lacks here.
        Some(HostSide::Missing) if mount.place.is_some_and(|p| case.unset_at(p).is_some()) => return,
        Some(HostSide::Missing) if !live => format!(
            "{source} is not there yet: the engine makes it for root, and {} runs as user {user}",
            case.subject()
        ),
        _ => return,
    };
    let finding = RULE
        .finding(message)
        .at(mount.place.or(target.deployment.place), format!("the state of user {user}"))
        .help(format!(
            "run `sudo install -d -o {user} -g {user} {path}` before the first start, or `sudo chown -R {user}:{user} {path}`; then {}",
            if live { target.advice.restart() } else { target.advice.recreate() },
            path = quoted(&source)
        ))
        .fix(fixes::command(
            format!("give the state directory to user {user}"),
            &match mount.host {
                Some(HostSide::Missing) => format!("`sudo install -d -o {user} -g {user} {}`", quoted(&source)),
                _ => format!("`sudo chown -R {user}:{user} {}`", quoted(&source)),
            },
        ))
        .key(facts.state_dir.clone());
    findings.push(if live {
        finding
    } else {
        // Whose it is where the project will run may be another matter.
        finding.severity(Severity::Info).confidence(Confidence::Medium)
    });
}

fn may_write(owner: FileOwner, user: u32) -> bool {
    // The group of a user is most often its own id.
    let bit = if owner.uid == user {
        0o200
    } else if owner.gid == user {
        0o020
    } else {
        0o002
    };
    owner.mode & bit != 0 || owner.uid >= SUBORDINATE
}

/// A service of the project gives the directory to the right user first.
fn is_made_right(case: &RuleContext<'_>, mount: &Mount) -> bool {
    let gives = |t: &&Target| {
        let command = OpenClawCommand::words_of(&t.deployment);
        command.words().any(|w| matches!(w, "chown" | "install" | "setfacl" | "chmod"))
    };
    let givers = case.index.givers.get_or_init(|| case.project.iter().filter(gives).collect());
    givers.iter().any(|t| {
        let related = |m: &Mount| match (&m.source, &mount.source) {
            (Some(a), Some(b)) => b.starts_with(a.as_str()) || a.starts_with(b.as_str()),
            _ => false,
        };
        t.deployment.mounts.iter().any(related)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_write() {
        let owner = |uid, gid, mode| FileOwner { uid, gid, mode };
        assert!(may_write(owner(1000, 1000, 0o755), 1000));
        assert!(!may_write(owner(0, 0, 0o755), 1000));
        assert!(may_write(owner(0, 1000, 0o775), 1000));
        assert!(may_write(owner(0, 0, 0o777), 1000));
        assert!(!may_write(owner(1000, 1000, 0o555), 1000));
        assert!(may_write(owner(100_999, 100_999, 0o755), 1000));
    }
}
