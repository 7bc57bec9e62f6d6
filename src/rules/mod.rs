//! The rules: each judges the facts of a target and reports findings.
//!
//! A rule is one file with one `RULE` and one plain function; it reads no file and asks no engine.
//! To add one: write `src/rules/<name>.rs` and `docs/rules/<ID>.md`, add it to [`RULES`], and add
//! the projects `compose-fixtures/<ID>-fires` and `compose-fixtures/<ID>-quiet`. What a rule says to
//! people lies beside it in `<name>.txt`, which `tests/fixtures.rs` writes.

mod agent_without_credential;
mod auth_conflict;
mod auth_missing;
mod base_url_dead_env;
mod base_url_loopback;
mod base_url_shape;
mod bind_invalid;
mod bind_loopback_published;
mod blank_passthrough;
mod cli_cannot_reach;
mod common;
mod compose_warning;
mod config_broken;
mod config_never_read;
mod container_stale;
mod coolify_variables;
mod credential;
mod credential_expired;
mod credential_kinds;
mod dead_env;
mod declared_not_passed;
mod dokploy_paths;
mod dood_paths;
mod dotenv_dollar;
mod dotenv_portability;
mod dotenv_unreadable;
mod duplicate_key;
mod empty_host_path;
mod env_file_exposed;
mod env_file_overridden;
mod finding_builder;
mod fixes;
mod healthcheck_lies;
mod hooks_token;
mod host_access;
mod host_gateway_missing;
mod host_port_leak;
mod image_unpinned;
mod index;
mod invisible_chars;
mod key_env_config_mismatch;
mod key_name_unknown;
mod key_shape;
mod legacy_dotenv;
mod legacy_env_ignored;
mod legacy_state_dir;
mod literal_secret;
mod model_without_key;
mod mount_path_unused;
mod nested_state_dir;
mod origins_wrong;
mod plaintext_writeback;
mod platform;
mod podman_labels;
mod port_map_mismatch;
mod portainer_paths;
mod profile_shadows_key;
mod profiles_left_out;
mod proxy_takes_local;
mod published_everywhere;
mod readonly_state;
mod remote;
mod remote_token;
mod secret_in_argv;
mod secret_in_image;
mod service_tokens_disagree;
mod setup_rerun;
mod setup_token;
mod shell_shadows_dotenv;
mod single_file_config_mount;
mod stale_token;
mod start_refused;
mod state_not_persisted;
mod store_credentials;
mod synology_user;
mod template_mark;
mod tls_unchecked;
mod token_env_config_mismatch;
mod token_in_logs;
mod token_weak;
mod truenas_user;
mod trusted_proxies_wide;
mod uid_mismatch;
mod unraid_user;
mod unresolved_reference;
mod unset_variable;
pub(crate) mod unused_ignore;
mod workspace_dotenv;
mod wrong_compose_set;

pub use finding_builder::Sink;
pub use index::ProjectIndex;

use crate::{
    deployment::Role,
    finding::{About, Confidence, Finding, Severity},
    fix::layout::Layouts,
    model::Project,
    openclaw::prediction::{Start, StartReason, StartReasonId},
    origin::Candidate,
    project_facts::ProjectFacts,
    source::{Place, Sources},
    target::{Target, TargetKind},
};
use std::sync::LazyLock;

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
    /// Whose findings say the same thing better: where one of them is shown, this rule's is not.
    pub yields_to: &'static [Yield],
    /// Judges one target.
    pub check: fn(&Case<'_>, &mut Sink),
}

/// One rule that another one yields to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Yield {
    /// The id of the rule whose finding is shown.
    pub to: &'static str,
    /// What the two findings have in common.
    pub on: Relation,
}

/// What two findings have in common when one of them yields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// Both judge the same target.
    Target,
    /// Both judge the same target, and the yielding one is about nothing that the others are not about.
    About,
    /// The others name each place that the yielding one is about, of whatever target they are.
    Place,
}

impl Yield {
    const fn on_target(to: &'static str) -> Self {
        Self { to, on: Relation::Target }
    }

    const fn on_about(to: &'static str) -> Self {
        Self { to, on: Relation::About }
    }

    const fn on_place(to: &'static str) -> Self {
        Self { to, on: Relation::Place }
    }
}

/// Every rule, by id.
pub static RULES: &[&Rule] = &[
    &token_env_config_mismatch::RULE,
    &stale_token::RULE,
    &remote_token::RULE,
    &service_tokens_disagree::RULE,
    &auth_missing::RULE,
    &token_weak::RULE,
    &auth_conflict::RULE,
    &unresolved_reference::RULE,
    &setup_rerun::RULE,
    &legacy_env_ignored::RULE,
    &hooks_token::RULE,
    &blank_passthrough::RULE,
    &env_file_overridden::RULE,
    &shell_shadows_dotenv::RULE,
    &dead_env::RULE,
    &declared_not_passed::RULE,
    &container_stale::RULE,
    &wrong_compose_set::RULE,
    &duplicate_key::RULE,
    &dotenv_portability::RULE,
    &dotenv_dollar::RULE,
    &invisible_chars::RULE,
    &host_port_leak::RULE,
    &legacy_dotenv::RULE,
    &workspace_dotenv::RULE,
    &dotenv_unreadable::RULE,
    &unset_variable::RULE,
    &compose_warning::RULE,
    &template_mark::RULE,
    &profile_shadows_key::RULE,
    &key_env_config_mismatch::RULE,
    &base_url_dead_env::RULE,
    &base_url_loopback::RULE,
    &base_url_shape::RULE,
    &key_name_unknown::RULE,
    &key_shape::RULE,
    &plaintext_writeback::RULE,
    &host_gateway_missing::RULE,
    &credential_expired::RULE,
    &model_without_key::RULE,
    &profiles_left_out::RULE,
    &agent_without_credential::RULE,
    &credential_kinds::RULE,
    &setup_token::RULE,
    &mount_path_unused::RULE,
    &state_not_persisted::RULE,
    &single_file_config_mount::RULE,
    &readonly_state::RULE,
    &uid_mismatch::RULE,
    &nested_state_dir::RULE,
    &legacy_state_dir::RULE,
    &empty_host_path::RULE,
    &config_broken::RULE,
    &config_never_read::RULE,
    &bind_loopback_published::RULE,
    &bind_invalid::RULE,
    &port_map_mismatch::RULE,
    &published_everywhere::RULE,
    &origins_wrong::RULE,
    &cli_cannot_reach::RULE,
    &healthcheck_lies::RULE,
    &trusted_proxies_wide::RULE,
    &start_refused::RULE,
    &tls_unchecked::RULE,
    &proxy_takes_local::RULE,
    &literal_secret::RULE,
    &secret_in_image::RULE,
    &secret_in_argv::RULE,
    &env_file_exposed::RULE,
    &token_in_logs::RULE,
    &host_access::RULE,
    &image_unpinned::RULE,
    &dood_paths::RULE,
    &podman_labels::RULE,
    &portainer_paths::RULE,
    &coolify_variables::RULE,
    &unraid_user::RULE,
    &synology_user::RULE,
    &truenas_user::RULE,
    &store_credentials::RULE,
    &dokploy_paths::RULE,
    &unused_ignore::RULE,
];

/// Rules that judge a container, and have nothing to say about a project on disk.
pub const NEEDS_CONTAINER: &[&str] = &["CD102", "CD206"];

/// Rules whose errors are reported whatever is selected, ignored or in a baseline, as a compiler's
/// syntax errors are: with one of them nothing else that a report says is of use.
pub const ALWAYS_REPORTED: &[&str] = &["CD509"];

/// The rule of an id or a name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|r| r.id.eq_ignore_ascii_case(id) || r.name == id)
}

/// The rules that yield, each after those that it yields to.
pub(crate) fn by_yielding() -> &'static [&'static Rule] {
    static ORDER: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
        let mut order: Vec<&Rule> = Vec::new();
        for rule in RULES {
            place_after(rule, &mut order);
        }
        order.retain(|rule| !rule.yields_to.is_empty());
        order
    });
    &ORDER
}

fn place_after(rule: &'static Rule, order: &mut Vec<&'static Rule>) {
    if order.iter().any(|known| known.id == rule.id) {
        return;
    }
    for other in rule.yields_to.iter().filter_map(|y| find(y.to)) {
        place_after(other, order);
    }
    order.push(rule);
}

/// What a rule sees.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The target it judges.
    pub target: &'a Target,
    /// The project, of which the judged target is one.
    pub project: &'a Project,
    /// For a container: the service it was made from, as the files are now.
    pub desired: Option<&'a Target>,
    /// The project as a whole; none for a container whose project is not on this host.
    pub whole: Option<&'a ProjectFacts>,
    /// What is looked up in the project by several targets.
    pub index: &'a ProjectIndex<'a>,
    /// Names and lines, for sentences.
    pub sources: &'a Sources,
    /// How the texts are laid out, for fixes.
    pub layouts: &'a Layouts,
}

/// Runs rules on one target; findings in canonical order.
#[must_use]
pub fn check(case: &Case<'_>, rules: &[&Rule]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = rules.iter().flat_map(|rule| Sink::collect(rule, case)).collect();
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (std::cmp::Reverse(f.severity), f.rule, f.place);
        key(a).cmp(&key(b)).then_with(|| a.key.cmp(&b.key))
    });
    findings
}

impl<'a> Case<'a> {
    /// The project as a whole, for the one target of it that tells what is wrong there: the first
    /// gateway, else the first command line. Rules of a project's files have nothing to say of a
    /// project that does not run OpenClaw.
    fn whole_once(&self) -> Option<&'a ProjectFacts> {
        // Asked first: a project can have thousands of services, and each is asked by many rules.
        if self.target.role == Role::Other || self.target.kind != TargetKind::ComposeService {
            return None;
        }
        let teller = self.project.teller()?;
        let is_teller = teller.name == self.target.name && teller.role == self.target.role;
        self.whole.filter(|_| is_teller)
    }

    /// Something in the project runs OpenClaw.
    fn runs_openclaw(&self) -> bool {
        self.project.runs_openclaw()
    }

    /// Every target of the project that runs a gateway.
    fn gateways(&self) -> impl Iterator<Item = &'a Target> {
        self.project.gateways()
    }

    /// What certainly keeps the gateway from starting, of these kinds.
    fn refusals(&self, ids: &[StartReasonId]) -> impl Iterator<Item = &'a StartReason> {
        let refusals = self.target.start.iter().flat_map(Start::refusals);
        refusals.filter(|reason| ids.contains(&reason.id))
    }

    /// The same for [`Finding::about`].
    fn stops(&self, ids: &[StartReasonId]) -> Vec<About> {
        self.refusals(ids).map(StartReason::about).collect()
    }

    /// The characters at a place.
    fn written(&self, place: Place) -> &'a str {
        self.sources.get(place.source).text().get(place.span.range()).unwrap_or_default()
    }

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
            TargetKind::Container | TargetKind::Snapshot => format!("container {}", self.target.name),
            TargetKind::ComposeService => format!("service {}", self.target.name),
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

    /// Without a circle, each can be settled after those that it yields to.
    #[test]
    fn what_rules_yield_to_is_there_and_makes_no_circle() {
        fn walk(rule: &'static Rule, above: &[&str]) {
            assert!(!above.contains(&rule.id), "{} yields to itself through {above:?}", rule.id);
            for y in rule.yields_to {
                let other = find(y.to).unwrap_or_else(|| panic!("{} yields to {}", rule.id, y.to));
                walk(other, &[above, &[rule.id]].concat());
            }
        }
        for rule in RULES {
            walk(rule, &[]);
        }
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
    fn lists_are_cut() {
        assert_eq!(listed(["A", "B", "C"], 2), "A, B and 1 more");
        assert_eq!(listed(["A"], 2), "A");
    }
}
