//! The platforms that run compose projects in their own way: how a project that is written for one is
//! known by its files.

use crate::{
    model::{project_facts::ProjectFacts, target::Target},
    text::source::Sources,
    vocabulary::{
        deployment::{Deployment, Mount},
        manager::{Manager, ManagerEvidence},
    },
};
use std::path::Path;

/// What a project is written for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrittenFor {
    /// The platform.
    pub manager: Manager,
    /// Only the platform makes containers of such files. Otherwise it is the host that they are for,
    /// and `docker compose` may well be typed there.
    pub is_sure: bool,
}

/// What the project of these targets is written for, where its files tell.
#[must_use]
pub fn find(targets: &[Target], whole: Option<&ProjectFacts>, sources: &Sources) -> Option<WrittenFor> {
    let files = ProjectText { targets, whole, sources };
    let sure = |manager| Some(WrittenFor { manager, is_sure: true });
    let likely = |manager| Some(WrittenFor { manager, is_sure: false });
    let any = |test: &dyn Fn(&Deployment) -> bool| targets.iter().any(|t| test(&t.deployment));
    let below = |root: &'static str| any(&move |d: &Deployment| d.mounts.iter().any(|m| is_below(m, root)));
    let by_table = files.by_table();
    if by_table.is_some() {
        by_table.and_then(sure)
    } else if files.has("x-casaos") {
        sure(Manager::CasaOs)
    } else if targets.iter().any(|t| t.name == "app_proxy") {
        sure(Manager::Umbrel)
    } else if files.has("x-runtipi") || files.has("tipi_main_network") {
        sure(Manager::Runtipi)
    } else if files.has("1panel-network") {
        sure(Manager::OnePanel)
    } else if files.uses_magic() {
        sure(Manager::Coolify)
    } else if files.has("dokploy-network") || any(&|d| d.mounts.iter().any(|m| files.is_in_files(m))) {
        sure(Manager::Dokploy)
    } else if below("/mnt/.ix-apps/") {
        sure(Manager::TrueNas)
    } else if below("/mnt/user/") || below("/mnt/cache/") || files.is_named("unraid") {
        likely(Manager::Unraid)
    } else if (1..=9).any(|n| any(&move |d| d.mounts.iter().any(|m| is_below(m, &format!("/volume{n}/"))))) {
        likely(Manager::Synology)
    } else if any(&runs_as_apps) || files.is_named("truenas") {
        likely(Manager::TrueNas)
    } else if files.is_named("portainer") {
        likely(Manager::Portainer)
    } else {
        None
    }
}

/// What is asked about a project.
struct ProjectText<'a> {
    targets: &'a [Target],
    whole: Option<&'a ProjectFacts>,
    sources: &'a Sources,
}

impl ProjectText<'_> {
    /// A platform that the one table knows by labels and paths.
    fn by_table(&self) -> Option<Manager> {
        let deployments = || self.targets.iter().map(|t| &t.deployment);
        let text = |path: &'_ Path| path.to_str().map(str::to_owned);
        let whole = self.whole.into_iter();
        let paths: Vec<String> = whole
            .flat_map(|w| w.files.iter().chain([&w.directory]))
            .filter_map(|path| text(path))
            .chain(deployments().flat_map(|d| &d.env_files).map(|file| file.value.clone()))
            .collect();
        let seen = ManagerEvidence {
            labels: deployments().flat_map(|d| &d.labels).map(|l| (l.value.as_str(), None)).collect(),
            paths: paths.iter().map(String::as_str).collect(),
            ..ManagerEvidence::default()
        };
        let found = Manager::of(&seen);
        let is_platform = found.has_compose_file() && !found.takes_compose_commands();
        (is_platform && found != Manager::Swarm).then_some(found)
    }

    /// A compose file has the word, comments aside.
    fn has(&self, word: &str) -> bool {
        let texts = self.whole.into_iter().flat_map(|w| &w.texts).map(|id| self.sources.get(*id).text());
        texts.filter(|text| text.contains(word)).any(|text| {
            text.lines().filter(|line| !line.trim_start().starts_with('#')).any(|line| has_word(line, word))
        })
    }

    /// The folder has the word in its name, or the first lines of the compose file say it.
    fn is_named(&self, word: &str) -> bool {
        let Some(whole) = self.whole else { return false };
        let folder = whole.directory.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let head = |text: &str| {
            let mut lines = text.lines().take(5);
            lines.any(|line| line.trim_start().starts_with('#') && line.to_lowercase().contains(word))
        };
        folder.split(['-', '_', '.', ' ']).any(|w| w == word)
            || whole.texts.first().is_some_and(|id| head(self.sources.get(*id).text()))
    }

    /// `../files/…`, beside the checkout.
    fn is_in_files(&self, mount: &Mount) -> bool {
        let files = self.whole.and_then(|w| Some(w.directory.parent()?.join("files")));
        let source = mount.source.as_deref().map(Path::new);
        let written = mount.place.and_then(|p| self.sources.get(p.source).text().get(p.span.range()));
        written.is_some_and(|written| written.contains("../files/"))
            && files.zip(source).is_some_and(|(files, source)| source.starts_with(files))
    }

    fn uses_magic(&self) -> bool {
        let unset = self.targets.iter().flat_map(|t| &t.warnings).filter_map(|w| w.unset.as_deref());
        let variables = self.targets.iter().flat_map(|t| &t.environment).map(|v| v.name.as_str());
        unset.chain(variables).any(is_magic)
    }
}

/// `SERVICE_FQDN_APP`, `SERVICE_URL_APP_3000`, `SERVICE_PASSWORD_64_APP` and their kin, which
/// Coolify makes up (its documentation, "Docker Compose: magic environment variables").
#[must_use]
pub fn is_magic(name: &str) -> bool {
    const KINDS: [&str; 8] = ["FQDN", "URL", "USER", "PASSWORD", "BASE64", "REALBASE64", "HEX", "NAME"];
    let kind = name.strip_prefix("SERVICE_").and_then(|rest| rest.split_once('_')).map(|(kind, _)| kind);
    kind.is_some_and(|kind| KINDS.contains(&kind))
}

fn has_word(line: &str, word: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_of_name) && !after.is_some_and(is_of_name)
    })
}

/// The user that TrueNAS runs apps as, by its number, which others do not use.
fn runs_as_apps(deployment: &Deployment) -> bool {
    deployment.user.as_ref().is_some_and(|user| user.value.split(':').next() == Some("568"))
}

fn is_below(mount: &Mount, root: &str) -> bool {
    mount.source.as_deref().is_some_and(|source| source.starts_with(root))
}
