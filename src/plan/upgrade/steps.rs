//! What to do before an upgrade, in order, and the way back.

use super::{Direction, GatewayUpgrade, UpgradeOutcome, UpgradeTo};
use crate::{
    model::{detect, target::Target},
    openclaw::release::number::{Program, Release},
    vocabulary::{advice::quoted, prediction::StartReasonId as Id},
};
use std::borrow::Cow;

/// One thing to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpgradeStep {
    /// What, an imperative.
    pub does: String,
    /// The command, where it is one.
    pub command: Option<String>,
}

fn step(does: impl Into<String>, command: Option<String>) -> UpgradeStep {
    UpgradeStep { does: does.into(), command }
}

/// The commands of one gateway.
struct Commands<'a> {
    target: &'a Target,
    state_dir: &'a str,
}

impl Commands<'_> {
    fn compose(&self) -> Option<(&str, Cow<'_, str>)> {
        self.target.advice.compose_service()
    }

    fn container(&self) -> Cow<'_, str> {
        self.target.advice.container().unwrap_or_else(|| quoted(&self.target.name))
    }

    fn engine(&self) -> Cow<'static, str> {
        self.target.advice.engine()
    }

    fn image(&self) -> Cow<'_, str> {
        self.target.deployment.image.as_ref().map_or(Cow::Borrowed("IMAGE"), |image| quoted(&image.value))
    }

    /// The same image with another release in its tag.
    fn image_of(&self, version: &str) -> Option<String> {
        let image = &self.target.deployment.image.as_ref()?.value;
        let tag = detect::tag(image)?;
        Release::parse(tag)?;
        // What follows the number is a variant.
        let rest = tag.trim_start_matches('v').trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = if tag.starts_with('v') { "v" } else { "" };
        let is_counted = rest.starts_with('-') && rest[1..].chars().all(|c| c.is_ascii_digit());
        let variant = if is_counted { "" } else { rest };
        let name = image.split('@').next()?.strip_suffix(tag)?;
        Some(format!("{name}{number}{version}{variant}"))
    }

    fn stop(&self) -> String {
        match self.compose() {
            Some((compose, service)) => format!("{compose} stop {service}"),
            None => format!("{} stop {}", self.engine(), self.container()),
        }
    }

    /// A program in a container of its own with the same mounts, as root, with this folder at /backup.
    fn beside(&self, program: &str, words: &str) -> String {
        match self.compose() {
            Some((compose, service)) => format!(
                "{compose} run --rm --no-deps --user root -v \"$PWD:/backup\" --entrypoint {program} {service} {words}"
            ),
            None => format!(
                "{} run --rm --user root --volumes-from {} -v \"$PWD:/backup\" --entrypoint {program} {} {words}",
                self.engine(),
                self.container(),
                self.image()
            ),
        }
    }

    fn back_up(&self, archive: &str) -> String {
        self.beside("tar", &format!("-C {} -czf /backup/{archive} .", quoted(self.state_dir)))
    }

    fn restore(&self, archive: &str) -> String {
        let dir = quoted(self.state_dir);
        // A mount point cannot be removed, only what is in it.
        let script =
            format!("find {dir} -mindepth 1 ! -type d -delete && tar -C {dir} -xzf /backup/{archive}");
        self.beside("sh", &format!("-c {}", quoted(&script)))
    }

    /// The other image's own repair, on the same state.
    fn doctor(&self) -> Option<String> {
        let (compose, service) = self.compose()?;
        Some(format!(
            "{compose} run --rm --no-deps {service} node dist/index.js doctor --fix --non-interactive"
        ))
    }

    fn up(&self) -> UpgradeStep {
        match self.compose() {
            Some((compose, service)) => step("start the gateway", Some(format!("{compose} up -d {service}"))),
            None => step(self.target.advice.recreate(), None),
        }
    }

    /// The state is in a mount, and outlives the container.
    fn is_kept(&self) -> bool {
        self.target.deployment.mounts.iter().any(|mount| mount.holds(self.state_dir))
    }
}

/// The reasons that `openclaw doctor --fix` of the same release takes away.
const REPAIRED: &[Id] = &[Id::StoreNotImported, Id::StateNeedsRepair];

/// What to do, and the way back.
pub(super) fn of(upgrade: &GatewayUpgrade<'_>, to: &UpgradeTo) -> (Vec<UpgradeStep>, Vec<UpgradeStep>) {
    let Some(facts) = upgrade.after.facts.as_ref() else { return Default::default() };
    let commands = Commands { target: upgrade.before, state_dir: &upgrade_dir(upgrade) };
    let image = match to.image.clone().or_else(|| commands.image_of(&to.version)) {
        Some(image) => format!("set the image to `{image}`"),
        None => format!("set the image to one of {}", facts.release_name),
    };
    let from = match &upgrade.before.facts {
        Some(facts) => facts.release_name.clone(),
        None => "the release of before".to_owned(),
    };
    let archive = format!("state-before-{}.tgz", to.version);
    let ids: Vec<Id> =
        upgrade.after.start.iter().flat_map(|start| &start.reasons).map(|reason| reason.id).collect();
    let is_repaired = !ids.is_empty() && ids.iter().all(|id| REPAIRED.contains(id));
    let goes = upgrade.outcome != UpgradeOutcome::Refuses || is_repaired;
    if !goes && upgrade.direction == Direction::Down {
        let steps = vec![step(
            format!(
                "keep {from}, or restore a backup of the state from before it was first started with a newer \
                 release than {}",
                to.version
            ),
            None,
        )];
        return (steps, Vec::new());
    }
    let mut steps = Vec::new();
    if !goes {
        steps.push(step("fix what is named above; ask again with this command", None));
    }
    steps.push(step("stop the gateway", Some(commands.stop())));
    if commands.is_kept() {
        steps.push(step("back the state up, into this folder", Some(commands.back_up(&archive))));
    } else {
        steps.push(step(
            format!(
                "mount a volume at {}: the state is in the container itself, and goes with it",
                commands.state_dir
            ),
            None,
        ));
    }
    steps.push(step(image, None));
    if is_repaired {
        steps.push(step(
            "have that release repair the state, while no gateway runs",
            Some(commands.doctor().unwrap_or_else(|| doctor_of_image(&commands, to))),
        ));
    }
    steps.push(commands.up());
    let mut back = vec![step("stop the gateway", Some(commands.stop()))];
    let is_one_way = is_repaired || upgrade.changes.iter().any(|change| change.one_way);
    if commands.is_kept() && is_one_way {
        back.push(step("restore the state", Some(commands.restore(&archive))));
    }
    let image = upgrade.before.deployment.image.as_ref().map(|image| format!("`{}`", image.value));
    let image = image.unwrap_or_else(|| format!("the one of {from}"));
    back.push(step(format!("set the image to {image}"), None));
    back.push(commands.up());
    (steps, back)
}

/// The state directory that is backed up.
fn upgrade_dir(upgrade: &GatewayUpgrade<'_>) -> String {
    let facts = upgrade.before.facts.as_ref().or(upgrade.after.facts.as_ref());
    facts.map(|facts| facts.state_dir.clone()).unwrap_or_default()
}

fn doctor_of_image(commands: &Commands<'_>, to: &UpgradeTo) -> String {
    let image = to.image.as_deref().map_or(Cow::Borrowed("IMAGE"), quoted);
    let entry = match Release::parse(&to.version).map(|release| release < Release::new(2026, 1, 29)) {
        Some(true) => Program::Clawdbot,
        _ => Program::OpenClaw,
    };
    let script = match entry {
        Program::Clawdbot => "dist/entry.js",
        Program::OpenClaw => "dist/index.js",
    };
    format!(
        "{} run --rm --volumes-from {} {image} node {script} doctor --fix --non-interactive",
        commands.engine(),
        commands.container()
    )
}
