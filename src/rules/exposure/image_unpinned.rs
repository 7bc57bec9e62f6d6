//! CD607

use crate::rules::support::proposals::Proposal;
use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    model::target::Target,
    vocabulary::{
        deployment::{Role, repository},
        finding::{Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD607",
    name: "image-unpinned",
    severity: Severity::Info,
    confidence: Confidence::High,
    summary: "the image has no fixed release, or is not OpenClaw's own",
    impact: Impact::Hygiene,
    effect: "the next pull can bring another release",
    page: include_str!("../../../docs/rules/CD607.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Where OpenClaw publishes its images.
const OWN: [&str; 3] = ["ghcr.io/openclaw/openclaw", "docker.io/openclaw/openclaw", "openclaw/openclaw"];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(image) = target.deployment.image.as_ref().filter(|_| target.role != Role::Other) else { return };
    // One that is built here is as new as its build.
    if is_built_here(case, &image.value) {
        return;
    }
    let repository = repository(&image.value);
    let unpinned = unpinned(&image.value);
    let is_foreign = !OWN.contains(&repository);
    let is_known = target.facts.as_ref().is_some_and(|f| f.image.is_known());
    let message = match (&unpinned, is_foreign) {
        (None, false) => return,
        // Somebody else's image with a release of its own: that is a choice.
        (None, true) if is_known => return,
        (None, true) => format!(
            "{} runs {repository}, which OpenClaw does not publish: what else is in it is not known",
            case.subject()
        ),
        (Some(why), foreign) => {
            let also = if foreign && !is_known { ", and OpenClaw does not publish it" } else { "" };
            format!(
                "{} {why}{also}: the next pull may bring a release that reads its settings differently",
                case.subject()
            )
        }
    };
    let help = if is_foreign && !is_known {
        "name a release of ghcr.io/openclaw/openclaw, or a digest of the image that was looked at"
    } else {
        "name a release in the tag, or a digest (`image@sha256:…`)"
    };
    findings.push(
        RULE.finding(message)
            .at(image.place, if unpinned.is_some() { "no fixed release" } else { "not OpenClaw's own" })
            .propose(
                pinned(case, help, repository, is_foreign && !is_known),
                &format!(", and {}", target.advice.recreate()),
            )
            .key(repository),
    );
}

/// The release that is taken for the image's; which image replaces somebody else's is a choice.
fn pinned(case: &RuleContext<'_>, help: &str, repository: &str, is_choice: bool) -> Proposal {
    let target = case.target;
    match (&target.openclaw, &target.deployment.image) {
        (Some(release), Some(image)) if !is_choice && !case.written_at(image.place).contains('$') => {
            let name = format!("{repository}:{}", release.version);
            case.write_item(help.to_owned(), image.place, &name)
        }
        _ => Proposal::words(help),
    }
}

/// A service of the project builds it, or its name says so: no `namespace/` that it is pulled from.
fn is_built_here(case: &RuleContext<'_>, image: &str) -> bool {
    let same = |other: &Target| other.deployment.image.as_ref().is_some_and(|i| i.value == image);
    case.index.is_built(image)
        || case.desired.is_some_and(|t| t.deployment.build.is_some() && same(t))
        || case.target.deployment.build.is_some()
        || tag(image) == Some("local")
        || !repository(image).contains('/')
}

fn tag(image: &str) -> Option<&str> {
    let name = image.split('@').next()?;
    name.strip_prefix(repository(image))?.strip_prefix(':')
}

/// Why the image may be another one tomorrow: goes on «service x …».
fn unpinned(image: &str) -> Option<String> {
    if image.contains('@') || image.starts_with("sha256:") {
        return None;
    }
    match tag(image) {
        None => Some("names an image without a tag, which is `latest`".to_owned()),
        // `2026.9.6-slim`, `v1.2`, a commit.
        Some(tag) if tag.bytes().any(|b| b.is_ascii_digit()) => None,
        Some(tag) => Some(format!("names the moving tag `{tag}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_move() {
        for image in ["a/b", "a/b:latest", "reg:5000/a/b", "a/b:nightly", "a/b:linux_latest"] {
            assert!(unpinned(image).is_some(), "{image}");
        }
        for image in ["a/b:2026.9.6", "a/b:latest@sha256:00", "reg:5000/a/b:v1", "sha256:00"] {
            assert!(unpinned(image).is_none(), "{image}");
        }
    }
}
