//! The platforms that run compose projects in their own way: what a rule asks of them, and which variables they
//! set.

use crate::model::written_for;
use crate::rules::{RuleContext, support::common::host_part};
use crate::vocabulary::{
    deployment::{Mount, MountKind},
    manager::Manager,
};

pub(crate) use written_for::is_magic;

/// What the project is written for, where its files tell.
pub(crate) fn of(case: &RuleContext<'_>) -> Option<Manager> {
    case.project.written_for().map(|found| found.manager)
}

/// The binds of OpenClaw in a project of a platform, with the host's part as it is written.
pub(crate) fn binds<'c>(
    case: &'c RuleContext<'_>,
    platform: Manager,
) -> impl Iterator<Item = (&'c Mount, &'c str)> {
    let is_here = case.target.facts.is_some() && of(case) == Some(platform);
    let mounts = case.target.deployment.mounts.iter().filter(move |m| is_here && m.kind == MountKind::Bind);
    mounts.filter_map(|mount| Some((mount, host_part(case.written(mount.place?), "source:"))))
}

/// The platform that sets a variable which the project's files leave unset.
pub(crate) fn supplies(case: &RuleContext<'_>, name: &str) -> Option<Manager> {
    let platform = of(case)?;
    let sets = match platform {
        Manager::Coolify => is_magic(name) || name.starts_with("COOLIFY_"),
        Manager::CasaOs => matches!(
            name,
            "AppID" | "PUID" | "PGID" | "TZ" | "OPENAI_API_KEY" | "DefaultUserName" | "DefaultPassword"
        ),
        Manager::Umbrel => {
            name.starts_with("APP_") || name.starts_with("DEVICE_") || name.starts_with("TOR_")
        }
        Manager::Runtipi => {
            name.starts_with("APP_")
                || matches!(name, "TZ" | "LOCAL_DOMAIN" | "INTERNAL_IP" | "ROOT_FOLDER_HOST")
        }
        Manager::OnePanel => {
            name.starts_with("PANEL_")
                || matches!(name, "CONTAINER_NAME" | "CPUS" | "MEMORY_LIMIT" | "HOST_IP")
        }
        _ => false,
    };
    sets.then_some(platform)
}
