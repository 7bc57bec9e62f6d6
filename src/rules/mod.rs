//! The rules: each judges the facts of a target and reports findings.
//!
//! A rule is one file with one `RULE` and one plain function; it reads no file and asks no engine.
//! To add one: write `src/rules/<name>.rs` and `docs/rules/<ID>.md`, add it to [`RULES`], and add
//! the projects `compose-fixtures/<ID>-fires` and `compose-fixtures/<ID>-quiet`.

mod auth_missing;
mod base_url_dead_env;
mod bind_loopback_published;
mod blank_passthrough;
mod compose_warning;
mod config_broken;
mod container_stale;
mod dead_env;
mod dotenv_portability;
mod dotenv_unreadable;
mod env_file_overridden;
mod legacy_dotenv;
mod legacy_env_ignored;
mod mount_path_unused;
mod service_tokens_disagree;
mod start_refused;
mod token_env_config_mismatch;
mod token_weak;
mod unresolved_reference;
mod unset_variable;
pub(crate) mod unused_ignore;

use crate::{
    finding::{Confidence, Finding, Related, Severity},
    origin::Candidate,
    source::{Place, Sources},
    target::Target,
};

/// One rule, as data.
#[derive(Debug)]
pub struct Rule {
    /// Never reused, also not after the rule is gone.
    pub id: &'static str,
    /// A pattern that reads «allow <name>».
    pub name: &'static str,
    /// The severity of its plain case.
    pub severity: Severity,
    /// The confidence of its plain case.
    pub confidence: Confidence,
    /// One sentence.
    pub summary: &'static str,
    /// Its page.
    pub page: &'static str,
    /// The first release of clawdock that has it.
    pub since: &'static str,
    /// Judges one target.
    pub check: fn(&Case<'_>, &mut Vec<Finding>),
}

/// Every rule, by id.
pub static RULES: [&Rule; 21] = [
    &token_env_config_mismatch::RULE,
    &service_tokens_disagree::RULE,
    &auth_missing::RULE,
    &token_weak::RULE,
    &unresolved_reference::RULE,
    &legacy_env_ignored::RULE,
    &blank_passthrough::RULE,
    &env_file_overridden::RULE,
    &dead_env::RULE,
    &container_stale::RULE,
    &dotenv_portability::RULE,
    &legacy_dotenv::RULE,
    &dotenv_unreadable::RULE,
    &unset_variable::RULE,
    &compose_warning::RULE,
    &base_url_dead_env::RULE,
    &mount_path_unused::RULE,
    &config_broken::RULE,
    &bind_loopback_published::RULE,
    &start_refused::RULE,
    &unused_ignore::RULE,
];

/// Rules that judge a container, and have nothing to say about a project on disk.
pub const NEEDS_CONTAINER: &[&str] = &["CD206"];

/// The rule of an id or a name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|r| r.id.eq_ignore_ascii_case(id) || r.name == id)
}

/// What a rule sees.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The target it judges.
    pub target: &'a Target,
    /// All targets of the same project, the judged one included.
    pub project: &'a [Target],
    /// For a container: the service it was made from, as the files are now.
    pub desired: Option<&'a Target>,
    /// Names and lines, for sentences.
    pub sources: &'a Sources,
}

/// Runs every rule on one target; findings in canonical order.
#[must_use]
pub fn check(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(case, &mut findings);
    }
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (std::cmp::Reverse(f.severity), f.rule, f.place);
        key(a).cmp(&key(b)).then_with(|| a.key.cmp(&b.key))
    });
    findings
}

impl Rule {
    /// A finding of the plain case.
    fn finding(&self, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.id,
            name: self.name,
            severity: self.severity,
            confidence: self.confidence,
            message: message.into(),
            help: None,
            label: None,
            place: None,
            related: Vec::new(),
            key: None,
        }
    }
}

impl Finding {
    fn at(mut self, place: Option<Place>, label: impl Into<String>) -> Self {
        self.place = place;
        self.label = Some(label.into());
        self
    }

    /// A further place; none is passed over, and so is the primary one.
    fn and(mut self, place: Option<Place>, message: impl Into<String>) -> Self {
        if let Some(place) = place
            && self.place != Some(place)
            && self.related.iter().all(|r| r.place != place)
        {
            self.related.push(Related { place, message: message.into() });
        }
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }
}

impl Case<'_> {
    /// Where a candidate is written, briefly: `.env:3`, or its layer when no file holds it.
    fn at(&self, candidate: &Candidate) -> String {
        match candidate.root() {
            Some(place) => self.sources.brief(place),
            None => format!("the {}", candidate.layer),
        }
    }

    /// What the judged thing is called: `service openclaw-gateway`, `container x`.
    fn subject(&self) -> String {
        match self.target.kind {
            crate::target::TargetKind::Container => format!("container {}", self.target.name),
            crate::target::TargetKind::ComposeService => format!("service {}", self.target.name),
        }
    }
}

/// Names in a row: `A, B and 3 more`.
fn listed<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let shown = names.iter().take(most).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        rest => format!("{shown} and {rest} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_and_in_order() {
        assert!(RULES.windows(2).all(|w| w[0].id < w[1].id));
        let names: BTreeSet<_> = RULES.iter().map(|r| r.name).collect();
        assert_eq!(names.len(), RULES.len());
    }

    #[test]
    fn every_page_has_the_sections() {
        for rule in RULES {
            let title = format!("# {}: {}\n", rule.id, rule.name);
            assert!(rule.page.starts_with(&title), "{}: the page starts with `{}`", rule.id, title.trim());
            let mut rest = rule.page;
            for section in
                ["## What it does", "## Why it matters", "## Example", "## How to fix", "## When to ignore"]
            {
                let at = rest.find(section);
                assert!(at.is_some(), "{}: the page lacks `{section}`, or has it out of order", rule.id);
                rest = &rest[at.unwrap_or_default()..];
            }
        }
    }

    #[test]
    fn every_file_is_registered() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let files = std::fs::read_dir(folder).unwrap();
        let files = files.filter(|f| f.as_ref().is_ok_and(|f| f.file_name() != "mod.rs")).count();
        assert_eq!(files, RULES.len());
    }

    #[test]
    fn lists_are_cut() {
        assert_eq!(listed(["A", "B", "C"], 2), "A, B and 1 more");
        assert_eq!(listed(["A"], 2), "A");
    }
}
