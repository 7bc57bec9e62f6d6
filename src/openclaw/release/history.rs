//! Which providers and channels each release has, and which variables hold their credentials:
//! [`super::data::HISTORY`], which is taken from the npm packages of every stable release.

use crate::openclaw::release::{
    data::HISTORY,
    number::{Program, Release},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// What a release says of one provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownProvider {
    /// Its variables, strongest first; the first that is not blank counts.
    pub variables: Vec<&'static str>,
    /// The package of the plugin that it is part of, where that is not in the package of OpenClaw.
    pub plugin: Option<&'static str>,
}

/// How well a release is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coverage {
    /// Its own package was taken apart.
    Covered,
    /// It lies between two that were, or is a test version of the second.
    Between(Release, Release),
    /// It is newer than the newest that was.
    Beyond(Release),
    /// It is older than the oldest that was.
    Before(Release),
}

/// A release in the history; the nearest one before it where it is not covered itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KnownRelease {
    at: usize,
}

/// Every change of a fact: the number of the first release that it holds for, and the fact.
type Changes<T> = Vec<(usize, T)>;

#[derive(Debug, Default)]
struct History {
    releases: Vec<Release>,
    providers: BTreeMap<&'static str, Changes<Option<KnownProvider>>>,
    channels: BTreeMap<&'static str, Changes<Option<Option<&'static str>>>>,
    aliases: BTreeMap<&'static str, Changes<Option<&'static str>>>,
    models: BTreeSet<&'static str>,
    defaults: Changes<&'static str>,
}

static ALL: LazyLock<History> = LazyLock::new(|| History::parse(HISTORY));

/// The newest release whose package was taken apart.
#[must_use]
pub fn newest_covered() -> Release {
    ALL.releases.last().copied().unwrap_or(Release::new(2026, 1, 24))
}

/// How well the release of that text is known, such as `2026.9.6` or `2026.9.7-beta.1`; none where the
/// text is no release.
#[must_use]
pub fn coverage(version: &str) -> Option<Coverage> {
    let release = Release::parse(version)?;
    let is_test =
        version.split_once('-').is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_alphabetic()));
    let before = ALL.releases.iter().rfind(|known| **known < release).copied();
    let from = ALL.releases.iter().find(|known| **known >= release).copied();
    Some(match (before, from) {
        (_, Some(from)) if from == release && !is_test => Coverage::Covered,
        (Some(before), Some(from)) => Coverage::Between(before, from),
        (None, Some(from)) => Coverage::Before(from),
        (_, None) => Coverage::Beyond(newest_covered()),
    })
}

impl KnownRelease {
    /// What is known of a release; of none that is told, the newest.
    #[must_use]
    pub fn of(program: Program, release: Option<Release>) -> Self {
        let newest = ALL.releases.len().saturating_sub(1);
        let at = match (program, release) {
            (Program::Clawdbot, _) => Some(0),
            (Program::OpenClaw, None) => Some(newest),
            // Of the versions of one number the last: `2026.2.3-1` mends `2026.2.3`.
            (Program::OpenClaw, Some(release)) => ALL.releases.iter().rposition(|known| *known <= release),
        };
        Self { at: at.unwrap_or_default() }
    }

    fn now<T>(self, changes: &Changes<T>) -> Option<&T> {
        changes.iter().rfind(|(since, _)| *since <= self.at).map(|(_, what)| what)
    }

    /// A provider of that id.
    #[must_use]
    pub fn provider(self, id: &str) -> Option<&'static KnownProvider> {
        self.now(ALL.providers.get(id)?)?.as_ref()
    }

    /// Every provider, by id.
    pub fn providers(self) -> impl Iterator<Item = (&'static str, &'static KnownProvider)> {
        ALL.providers.iter().filter_map(move |(id, changes)| Some((*id, self.now(changes)?.as_ref()?)))
    }

    /// The provider that an id is another name of.
    #[must_use]
    pub fn alias(self, id: &str) -> Option<&'static str> {
        *self.now(ALL.aliases.get(id)?)?
    }

    /// The model of agents for which none is chosen: `openai/gpt-6-astra`.
    #[must_use]
    pub fn default_model(self) -> Option<&'static str> {
        self.now(&ALL.defaults).copied()
    }

    /// The variables that some release reads for a provider, and this one does not.
    #[must_use]
    pub fn foreign_variables(self, id: &str) -> Vec<&'static str> {
        let own = self.provider(id).map(|p| p.variables.as_slice()).unwrap_or_default();
        let all = ALL.providers.get(id).into_iter().flatten().filter_map(|(_, known)| known.as_ref());
        let foreign = all.flat_map(|known| known.variables.iter().copied());
        let foreign: BTreeSet<&str> = foreign.filter(|name| !own.contains(name)).collect();
        foreign.into_iter().collect()
    }

    /// The channel is part of the package; none where the release does not know it, and the package of
    /// its plugin where it is one.
    #[must_use]
    pub fn channel(self, id: &str) -> Option<Option<&'static str>> {
        *self.now(ALL.channels.get(id)?)?
    }
}

/// Ids that are or were providers in some release.
pub fn provider_ids() -> impl Iterator<Item = &'static str> {
    ALL.providers.keys().copied()
}

/// It serves chat models in some release, so that `models.providers.<id>` configures it.
#[must_use]
pub fn serves_models(id: &str) -> bool {
    ALL.models.contains(id)
}

impl History {
    fn parse(text: &'static str) -> Self {
        let mut all = Self::default();
        let mut names: Vec<&str> = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            let (kind, id) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            if kind == "releases" {
                names = std::iter::once(id).chain(words).collect();
                all.releases = names.iter().filter_map(|name| Release::parse(name)).collect();
                continue;
            }
            if kind == "models" {
                all.models = std::iter::once(id).chain(words).collect();
                continue;
            }
            let since = words.next().unwrap_or_default();
            let since = names.iter().position(|name| *name == since).unwrap_or_default();
            let place = words.next().unwrap_or_default();
            let is_there = place != "none";
            let plugin = (place == "plugin").then(|| words.next().unwrap_or_default());
            match kind {
                "provider" => {
                    let known = is_there.then(|| KnownProvider { variables: words.collect(), plugin });
                    all.providers.entry(id).or_default().push((since, known));
                }
                "channel" => all.channels.entry(id).or_default().push((since, is_there.then_some(plugin))),
                "default" if is_there => all.defaults.push((since, place)),
                "alias" => all.aliases.entry(id).or_default().push((since, is_there.then_some(place))),
                _ => {}
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openclaw::release::catalog::Catalog;

    fn of(release: &str) -> KnownRelease {
        KnownRelease::of(Program::OpenClaw, Release::parse(release))
    }

    fn variables(release: &str, provider: &str) -> String {
        of(release).provider(provider).map(|known| known.variables.join(" ")).unwrap_or_default()
    }

    /// Read by hand in the packages.
    #[test]
    #[rustfmt::skip]
    fn what_releases_read() {
        for (release, provider, expected) in [
            ("2026.1.30", "minimax", "MINIMAX_API_KEY"),
            ("2026.4.21", "minimax", "MINIMAX_API_KEY"),
            ("2026.4.22", "minimax", "MINIMAX_CODE_PLAN_KEY MINIMAX_CODING_API_KEY MINIMAX_API_KEY"),
            ("2026.1.30", "deepseek", ""),
            ("2026.3.24", "deepseek", "DEEPSEEK_API_KEY"),
            ("2026.4.2", "chutes", "CHUTES_OAUTH_TOKEN CHUTES_API_KEY"),
            ("2026.4.5", "chutes", "CHUTES_API_KEY CHUTES_OAUTH_TOKEN"),
            ("2026.4.23", "moonshot", "MOONSHOT_API_KEY"),
            ("2026.4.24", "moonshot", "MOONSHOT_API_KEY KIMI_API_KEY"),
            ("2026.3.13", "google", "GEMINI_API_KEY"),
            ("2026.3.22", "google", "GEMINI_API_KEY GOOGLE_API_KEY"),
            ("2026.5.28", "openai", "OPENAI_API_KEY"),
            ("2026.6.1", "openai", "CODEX_API_KEY OPENAI_API_KEY"),
            ("2026.9.4", "github-copilot", "COPILOT_GITHUB_TOKEN GH_TOKEN GITHUB_TOKEN"),
            ("2026.9.5", "github-copilot", "COPILOT_GITHUB_TOKEN"),
            ("2026.3.24", "qwen-portal", "QWEN_OAUTH_TOKEN QWEN_PORTAL_API_KEY"),
            ("2026.3.28", "qwen-portal", ""),
            ("2026.3.24", "modelstudio", "MODELSTUDIO_API_KEY"),
            ("2026.3.11", "anthropic", "ANTHROPIC_OAUTH_TOKEN ANTHROPIC_API_KEY"),
        ] {
            assert_eq!(variables(release, provider), expected, "{provider} of {release}");
        }
        assert_eq!(KnownRelease::of(Program::Clawdbot, None).provider("xiaomi"), None);
    }

    /// Read by hand in the packages, and told by `models status` of 2026.6.11, 2026.8.1 and 2026.9.6.
    #[test]
    fn the_model_of_agents_without_one() {
        for (release, model) in [
            ("2026.1.29", "anthropic/claude-opus-4-5"),
            ("2026.3.24", "anthropic/claude-opus-4-6"),
            ("2026.6.11", "openai/gpt-5.5"),
            ("2026.8.1", "openai/gpt-5.6-sol"),
            ("2026.9.6", "openai/gpt-6-astra"),
        ] {
            assert_eq!(of(release).default_model(), Some(model), "{release}");
        }
    }

    #[test]
    fn plugins_that_are_not_in_the_package() {
        assert_eq!(of("2026.4.29").channel("discord"), Some(None));
        assert_eq!(of("2026.5.2").channel("discord"), Some(Some("@openclaw/discord")));
        assert_eq!(of("2026.9.6").channel("telegram"), Some(None));
        assert_eq!(of("2026.1.30").channel("buzz"), None);
        let groq = of("2026.9.6").provider("groq").expect("a plugin");
        assert_eq!(groq.plugin, Some("@openclaw/groq-provider"));
        assert_eq!(of("2026.6.8").provider("groq").expect("bundled").plugin, None);
    }

    #[test]
    fn how_well_a_release_is_known() {
        let newest = newest_covered();
        assert_eq!(newest.to_string(), Catalog::newest().openclaw);
        for (version, expected) in [
            ("2026.9.6", Some(Coverage::Covered)),
            ("v2026.2.3-1", Some(Coverage::Covered)),
            ("2026.5.14", Some(Coverage::Between(Release::new(2026, 5, 12), Release::new(2026, 5, 18)))),
            ("2026.9.6-beta.1", Some(Coverage::Between(Release::new(2026, 9, 5), Release::new(2026, 9, 6)))),
            ("2026.9.7", Some(Coverage::Beyond(newest))),
            ("2026.9.7-beta.1", Some(Coverage::Beyond(newest))),
            ("2026.1.2", Some(Coverage::Before(Release::new(2026, 1, 24)))),
            ("latest", None),
        ] {
            assert_eq!(coverage(version), expected, "{version}");
        }
    }

    /// The newest tables and the history are of one package.
    #[test]
    fn the_history_ends_with_the_catalogue() {
        let newest = KnownRelease::of(Program::OpenClaw, None);
        for (id, provider) in Catalog::newest().providers.iter() {
            let known = newest.provider(id).unwrap_or_else(|| panic!("{id} is not in the history"));
            assert_eq!(known.variables, provider.variables, "{id}");
        }
    }
}
