//! Which release a container or service runs, and under which name.

use super::names::{last, tag};
use crate::{
    model::target::{VersionFact, VersionSource},
    openclaw::{
        read::installed::InstalledProgram,
        release::{
            catalog::Catalog,
            number::{Program, Release},
        },
    },
    vocabulary::deployment::repository,
};

/// What the image says about its release.
#[derive(Clone, Copy, Debug, Default)]
pub struct VersionHints<'a> {
    /// `--openclaw-version`.
    pub flag: Option<&'a str>,
    /// The image's version label.
    pub label: Option<&'a str>,
    /// `version` of `/app/package.json`.
    pub package_json: Option<&'a str>,
    /// What the Dockerfile, or the script that starts the container, installs.
    pub installed: Option<&'a InstalledProgram>,
    /// The image reference.
    pub image: Option<&'a str>,
    /// What `clawdock.toml` assumes.
    pub default: Option<&'a str>,
}

/// The release and how it is known, surest source first.
#[must_use]
pub fn version(hints: &VersionHints<'_>) -> VersionFact {
    let known = [
        (hints.flag, VersionSource::Flag),
        (hints.label, VersionSource::Label),
        (hints.package_json, VersionSource::PackageJson),
        (hints.installed.and_then(|program| program.version.as_deref()), VersionSource::Dockerfile),
        (hints.image.and_then(tag), VersionSource::ImageTag),
        (hints.default, VersionSource::Assumed),
    ];
    let found = known.into_iter().find_map(|(text, source)| {
        let text = text?.trim().trim_start_matches('v');
        Release::parse(text)?;
        Some(VersionFact { version: text.to_owned(), source })
    });
    found.unwrap_or_else(|| VersionFact {
        version: match hints.image {
            _ if hints.installed.is_some_and(|program| program.package != "openclaw") => {
                LAST_CLAWDBOT.to_owned()
            }
            Some(image) if hints.installed.is_none() && is_clawdbot(image) => LAST_CLAWDBOT.to_owned(),
            _ => Catalog::newest().openclaw.to_owned(),
        },
        source: VersionSource::Assumed,
    })
}

/// The last release under that name (npm `clawdbot`).
const LAST_CLAWDBOT: &str = "2026.1.24-3";

fn is_clawdbot(image: &str) -> bool {
    last(repository(image)) == "clawdbot"
}

/// The program: a known release decides, else the image's own name.
#[must_use]
pub fn program(version: &VersionFact, image: Option<&str>) -> Program {
    let first = Release::new(2026, 1, 29);
    let is_old = Release::parse(&version.version).is_some_and(|r| r < first);
    let named = image.is_some_and(is_clawdbot) && version.source == VersionSource::Assumed;
    if is_old || named { Program::Clawdbot } else { Program::OpenClaw }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        let of = |label, image| {
            let fact = version(&VersionHints { label, image, ..VersionHints::default() });
            (fact.version, fact.source)
        };
        assert_eq!(
            of(Some("2026.3.24"), Some("openclaw:2026.9.6")),
            ("2026.3.24".into(), VersionSource::Label)
        );
        assert_eq!(of(None, Some("r:5000/openclaw:v2026.9.6")), ("2026.9.6".into(), VersionSource::ImageTag));
        assert_eq!(of(None, Some("r:5000/openclaw")).1, VersionSource::Assumed);
        assert_eq!(of(None, Some("openclaw:latest@sha256:ab")).1, VersionSource::Assumed);
        assert_eq!(of(None, Some("clawdbot:local")), ("2026.1.24-3".into(), VersionSource::Assumed));
    }
}
