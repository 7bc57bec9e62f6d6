//! CD401

use crate::rules::{
    Rule, RuleContext, Sink, Yield,
    support::common::{STATE_NAMES, last_step},
};
use crate::{
    model::target::VersionSource,
    vocabulary::{
        deployment::Mount,
        finding::{About, Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD401",
    name: "mount-path-unused",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a state directory is mounted where OpenClaw does not look",
    impact: Impact::State,
    effect: "OpenClaw does not use a mounted directory",
    page: include_str!("../../../docs/rules/CD401.md"),
    since: "0.1.0",
    yields_to: &[Yield::on_place("CD407")],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    let mounts = &case.target.deployment.mounts;
    let covered = mounts.iter().any(|m| holds(m, &facts.state_dir));
    for mount in mounts.iter().filter(|m| is_state(m) && !touches(m, &facts.state_dir)) {
        let (home, certain) = &facts.home;
        let finding = RULE
            .finding(format!(
                "{} is mounted, but OpenClaw's state directory in {} is {}",
                mount.target,
                case.subject(),
                facts.state_dir
            ))
            .at(mount.place, "OpenClaw does not look here")
            .propose_fix(
                if covered {
                    case.take_out("remove the mount", mount.place)
                } else {
                    let says =
                        format!("mount it at {} instead (the process' home is {home})", facts.state_dir);
                    case.remount(says, mount, &facts.state_dir)
                },
                &format!(", and {}", case.target.advice.recreate()),
                if covered {
                    format!("remove the mount at {}", mount.target)
                } else {
                    format!("mount it at {}", facts.state_dir)
                },
            )
            .key(mount.target.clone())
            .about(About::StateDirectory);
        // What is called `openclaw:x` and comes from no registry is made by whatever Dockerfile, and its
        // start script may change the user.
        let is_local = facts.image.is_official() && !case.is_published_image() && !*certain;
        let known = facts.image.is_known() && !(is_local && case.target.deployment.build.is_some());
        let of_another_release = last_step(&mount.target) != ".openclaw"
            && case.target.openclaw.as_ref().is_some_and(|v| v.source == VersionSource::Assumed);
        let is_guess = is_local || facts.image.is_wrapped || of_another_release;
        findings.push(match (covered, *certain || known) {
            // The state is kept all the same; the mount is only of no use.
            (true, _) => finding.severity(Severity::Warning),
            // An image of an earlier name may run a release that looks there, and another image or script
            // may have another home.
            (false, true) if is_guess => finding.severity(Severity::Warning).confidence(Confidence::Medium),
            (false, true) => finding,
            // The image's user decides, and it is not known here.
            (false, false) => finding.severity(Severity::Info).confidence(Confidence::Low),
        });
    }
}

/// The target is named like a state directory.
fn is_state(mount: &Mount) -> bool {
    STATE_NAMES.contains(&last_step(&mount.target))
}

/// It is the state directory, holds it, or lies in it.
fn touches(mount: &Mount, state_dir: &str) -> bool {
    holds(mount, state_dir) || is_below(&mount.target, state_dir)
}

fn holds(mount: &Mount, state_dir: &str) -> bool {
    is_below(state_dir, &mount.target)
}

fn is_below(path: &str, dir: &str) -> bool {
    let dir = dir.trim_end_matches('/');
    path.trim_end_matches('/').strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
