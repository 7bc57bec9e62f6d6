//! The platforms that run compose projects in their own way: how a project of theirs is known, and
//! which variables they set.

use crate::rules::{RuleContext, support::common::host_part};
use crate::vocabulary::deployment::{Deployment, Mount, MountKind};

/// What a project is written for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Platform {
    /// Labels of the network, magic variables `SERVICE_…`.
    Coolify,
    /// The network `dokploy-network`, files in `../files`.
    Dokploy,
    /// `x-casaos`.
    CasaOs,
    /// The service `app_proxy`.
    Umbrel,
    /// Labels `runtipi.…`.
    Runtipi,
    /// Labels `createdBy`, the network `1panel-network`.
    OnePanel,
    /// Directories below `/mnt/user`.
    Unraid,
    /// Directories below `/volume1`.
    Synology,
    /// Directories below `/mnt/.ix-apps`, user 568.
    TrueNas,
    /// `stack.env`, a project below `/data/compose`.
    Portainer,
}

impl Platform {
    /// As its makers write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Coolify => "Coolify",
            Self::Dokploy => "Dokploy",
            Self::CasaOs => "CasaOS",
            Self::Umbrel => "umbrelOS",
            Self::Runtipi => "Runtipi",
            Self::OnePanel => "1Panel",
            Self::Unraid => "Unraid",
            Self::Synology => "Synology DSM",
            Self::TrueNas => "TrueNAS",
            Self::Portainer => "Portainer",
        }
    }

    /// Everybody who installs the app gets the same files.
    pub(crate) fn is_store(self) -> bool {
        matches!(self, Self::CasaOs | Self::Umbrel | Self::Runtipi | Self::OnePanel)
    }
}

/// What the project is written for, where its files tell.
pub(crate) fn of(case: &RuleContext<'_>) -> Option<Platform> {
    *case.index.platform.get_or_init(|| find(case))
}

fn find(case: &RuleContext<'_>) -> Option<Platform> {
    let has_line = |line: &str| case.occurs(line);
    let label = |prefix: &str| {
        let labels = case.project.iter().flat_map(|t| &t.deployment.labels);
        labels.into_iter().any(|l| l.value.starts_with(prefix))
    };
    let any = |test: &dyn Fn(&Deployment) -> bool| case.project.iter().any(|t| test(&t.deployment));
    let below = |root: &'static str| any(&move |d: &Deployment| d.mounts.iter().any(|m| is_below(m, root)));
    if has_line("x-casaos") {
        Some(Platform::CasaOs)
    } else if case.project.iter().any(|t| t.name == "app_proxy") {
        Some(Platform::Umbrel)
    } else if has_line("x-runtipi") || label("runtipi.") || has_line("tipi_main_network") {
        Some(Platform::Runtipi)
    } else if has_line("1panel-network") {
        Some(Platform::OnePanel)
    } else if label("coolify.") || uses_magic(case) {
        Some(Platform::Coolify)
    } else if has_line("dokploy-network") || any(&|d| d.mounts.iter().any(|m| in_files(case, m))) {
        Some(Platform::Dokploy)
    } else if below("/mnt/user/") || below("/mnt/cache/") || is_named(case, "unraid") {
        Some(Platform::Unraid)
    } else if (1..=9).any(|n| any(&move |d| d.mounts.iter().any(|m| is_below(m, &format!("/volume{n}/"))))) {
        Some(Platform::Synology)
    } else if below("/mnt/.ix-apps/") || any(&runs_as_apps) || is_named(case, "truenas") {
        Some(Platform::TrueNas)
    } else if is_named(case, "portainer")
        || any(&|d| d.env_files.iter().any(|f| f.value.ends_with("/stack.env")))
        || case.whole.is_some_and(|w| w.directory.starts_with("/data/compose"))
    {
        Some(Platform::Portainer)
    } else {
        None
    }
}

/// The folder has the word in its name, or the first lines of the compose file say it.
fn is_named(case: &RuleContext<'_>, word: &str) -> bool {
    let Some(whole) = case.whole else { return false };
    let folder = whole.directory.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let head = |text: &str| {
        let mut lines = text.lines().take(5);
        lines.any(|line| line.trim_start().starts_with('#') && line.to_lowercase().contains(word))
    };
    folder.split(['-', '_', '.', ' ']).any(|w| w == word)
        || whole.texts.first().is_some_and(|id| head(case.sources.get(*id).text()))
}

/// The user that TrueNAS runs apps as, by its number, which others do not use.
fn runs_as_apps(deployment: &Deployment) -> bool {
    deployment.user.as_ref().is_some_and(|user| user.value.split(':').next() == Some("568"))
}

fn is_below(mount: &Mount, root: &str) -> bool {
    mount.source.as_deref().is_some_and(|source| source.starts_with(root))
}

/// `../files/…`, beside the checkout.
fn in_files(case: &RuleContext<'_>, mount: &Mount) -> bool {
    let files = case.whole.and_then(|w| Some(w.directory.parent()?.join("files")));
    let source = mount.source.as_deref().map(std::path::Path::new);
    let written = mount.place.map(|p| case.written(p)).unwrap_or_default();
    written.contains("../files/")
        && files.zip(source).is_some_and(|(files, source)| source.starts_with(files))
}

/// The binds of OpenClaw in a project of a platform, with the host's part as it is written.
pub(crate) fn binds<'c>(
    case: &'c RuleContext<'_>,
    platform: Platform,
) -> impl Iterator<Item = (&'c Mount, &'c str)> {
    let is_here = case.target.facts.is_some() && of(case) == Some(platform);
    let mounts = case.target.deployment.mounts.iter().filter(move |m| is_here && m.kind == MountKind::Bind);
    mounts.filter_map(|mount| Some((mount, host_part(case.written(mount.place?), "source:"))))
}

/// `SERVICE_FQDN_APP`, `SERVICE_URL_APP_3000`, `SERVICE_PASSWORD_64_APP` and their kin, which
/// Coolify makes up (its documentation, "Docker Compose: magic environment variables").
pub(crate) fn is_magic(name: &str) -> bool {
    const KINDS: [&str; 8] = ["FQDN", "URL", "USER", "PASSWORD", "BASE64", "REALBASE64", "HEX", "NAME"];
    let kind = name.strip_prefix("SERVICE_").and_then(|rest| rest.split_once('_')).map(|(kind, _)| kind);
    kind.is_some_and(|kind| KINDS.contains(&kind))
}

fn uses_magic(case: &RuleContext<'_>) -> bool {
    let unset = case.index.unset_names().iter().copied();
    let variables = case.project.iter().flat_map(|t| &t.environment).map(|v| v.name.as_str());
    unset.chain(variables).any(is_magic)
}

/// The platform that sets a variable which the project's files leave unset.
pub(crate) fn supplies(case: &RuleContext<'_>, name: &str) -> Option<Platform> {
    let platform = of(case)?;
    let sets = match platform {
        Platform::Coolify => is_magic(name) || name.starts_with("COOLIFY_"),
        Platform::CasaOs => matches!(
            name,
            "AppID" | "PUID" | "PGID" | "TZ" | "OPENAI_API_KEY" | "DefaultUserName" | "DefaultPassword"
        ),
        Platform::Umbrel => {
            name.starts_with("APP_") || name.starts_with("DEVICE_") || name.starts_with("TOR_")
        }
        Platform::Runtipi => {
            name.starts_with("APP_")
                || matches!(name, "TZ" | "LOCAL_DOMAIN" | "INTERNAL_IP" | "ROOT_FOLDER_HOST")
        }
        Platform::OnePanel => {
            name.starts_with("PANEL_")
                || matches!(name, "CONTAINER_NAME" | "CPUS" | "MEMORY_LIMIT" | "HOST_IP")
        }
        Platform::Dokploy
        | Platform::Unraid
        | Platform::Synology
        | Platform::TrueNas
        | Platform::Portainer => false,
    };
    sets.then_some(platform)
}
