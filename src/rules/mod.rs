//! The rules: each judges the facts of a target and reports findings.
//!
//! A rule is one file with one `RULE` and one plain function; it reads no file and asks no engine.
//! To add one: write `src/rules/<series>/<name>.rs` and `docs/rules/<ID>.md`, add it to [`RULES`], and add
//! the projects `compose-fixtures/<ID>-fires` and `compose-fixtures/<ID>-quiet`. What a rule says to
//! people lies beside it in `<name>.txt`, which `tests/fixtures.rs` writes.

pub mod containers;
pub mod exposure;
mod finding_builder;
mod index;
pub mod meta;
pub mod network;
pub mod platforms;
pub mod providers;
pub mod state;
pub mod support;
pub mod token;
pub mod variables;

pub use finding_builder::Sink;
pub use index::ProjectIndex;

use crate::{
    fix::layout::Layouts,
    model::{
        Project,
        project_facts::ProjectFacts,
        target::{Target, TargetKind},
    },
    provenance::{Candidate, Layer},
    text::source::{Place, Sources},
    vocabulary::{
        deployment::Role,
        finding::{About, Confidence, Finding, Impact, Severity},
        prediction::{Start, StartReason, StartReasonId},
    },
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
    /// What its findings break; one that keeps the gateway from starting breaks that, see
    /// [`crate::findings::settle`].
    pub impact: Impact,
    /// What its findings mean for the person, in a clause without names and values: a report begins
    /// with that of its worst finding.
    pub effect: &'static str,
    /// Its page.
    pub page: &'static str,
    /// The first release of clawdock that has it.
    pub since: &'static str,
    /// Whose findings say the same thing better: where one of them is shown, this rule's is not.
    pub yields_to: &'static [Yield],
    /// Judges one target.
    pub check: fn(&RuleContext<'_>, &mut Sink),
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
    &token::token_env_config_mismatch::RULE,
    &token::stale_token_in_container::RULE,
    &token::token_remote_mismatch::RULE,
    &token::service_tokens_disagree::RULE,
    &token::auth_missing::RULE,
    &token::token_placeholder_or_weak::RULE,
    &token::auth_mode_conflict::RULE,
    &token::unresolved_reference::RULE,
    &token::setup_rerun_rotates::RULE,
    &token::legacy_env_ignored::RULE,
    &token::hooks_token_is_gateway_token::RULE,
    &token::cli_behind_trusted_proxy::RULE,
    &variables::blank_passthrough::RULE,
    &variables::env_file_overridden::RULE,
    &variables::shell_shadows_dotenv::RULE,
    &variables::dead_env::RULE,
    &variables::declared_not_passed::RULE,
    &variables::container_stale::RULE,
    &variables::wrong_compose_set::RULE,
    &variables::duplicate_key::RULE,
    &variables::dotenv_portability::RULE,
    &variables::dotenv_dollar::RULE,
    &variables::invisible_chars::RULE,
    &variables::host_port_leak::RULE,
    &variables::legacy_dotenv::RULE,
    &variables::workspace_dotenv_ignored::RULE,
    &variables::dotenv_unreadable::RULE,
    &variables::unset_variable::RULE,
    &variables::compose_warning::RULE,
    &variables::template_mark_left::RULE,
    &variables::value_not_used::RULE,
    &variables::project_elsewhere::RULE,
    &variables::dockerfile_missing::RULE,
    &providers::profile_shadows_key::RULE,
    &providers::key_env_config_mismatch::RULE,
    &providers::base_url_dead_env::RULE,
    &providers::base_url_loopback::RULE,
    &providers::base_url_shape::RULE,
    &providers::key_name_unknown::RULE,
    &providers::key_prefix_wrong_provider::RULE,
    &providers::plaintext_writeback::RULE,
    &providers::host_gateway_missing::RULE,
    &providers::credential_expired::RULE,
    &providers::model_without_key::RULE,
    &providers::auth_order_leaves_out::RULE,
    &providers::agent_without_credential::RULE,
    &providers::credential_kinds_differ::RULE,
    &providers::setup_token_left::RULE,
    &providers::plugin_not_in_image::RULE,
    &providers::model_not_allowed::RULE,
    &state::mount_path_unused::RULE,
    &state::state_not_persisted::RULE,
    &state::single_file_config_mount::RULE,
    &state::readonly_state::RULE,
    &state::uid_mismatch::RULE,
    &state::nested_state_dir::RULE,
    &state::legacy_state_dir::RULE,
    &state::empty_host_path::RULE,
    &state::config_broken::RULE,
    &state::config_never_read::RULE,
    &state::shared_between_gateways::RULE,
    &state::host_path_leak::RULE,
    &network::bind_loopback_published::RULE,
    &network::bind_invalid::RULE,
    &network::port_map_mismatch::RULE,
    &network::published_on_all_interfaces::RULE,
    &network::origins_missing_or_wrong::RULE,
    &network::cli_cannot_reach_gateway::RULE,
    &network::healthcheck_lies::RULE,
    &network::trusted_proxies_too_wide::RULE,
    &network::start_refused::RULE,
    &network::tls_unchecked::RULE,
    &network::proxy_takes_local::RULE,
    &network::service_command::RULE,
    &network::proxy_not_trusted::RULE,
    &network::insecure_origin::RULE,
    &network::memory_limit::RULE,
    &network::ports_in_foreign_network::RULE,
    &exposure::literal_secret_in_compose::RULE,
    &exposure::secret_in_image::RULE,
    &exposure::secret_in_argv::RULE,
    &exposure::env_file_tracked_or_readable::RULE,
    &exposure::token_in_logs::RULE,
    &exposure::host_access::RULE,
    &exposure::image_unpinned::RULE,
    &exposure::dood_path_parity::RULE,
    &exposure::config_open_to_all::RULE,
    &exposure::device_auth_off::RULE,
    &platforms::podman_selinux_userns::RULE,
    &platforms::portainer_relative_path::RULE,
    &platforms::coolify_variables::RULE,
    &platforms::unraid_user::RULE,
    &platforms::synology_user::RULE,
    &platforms::truenas_user::RULE,
    &platforms::store_credential::RULE,
    &platforms::dokploy_relative_path::RULE,
    &platforms::object_key_missing::RULE,
    &containers::not_running::RULE,
    &containers::health_check_fails::RULE,
    &containers::killed_for_memory::RULE,
    &containers::files_not_shown::RULE,
    &meta::unused_ignore::RULE,
];

/// Rules that judge a container, and have nothing to say about a project on disk.
pub const NEEDS_CONTAINER: &[&str] = &["CD102", "CD206", "CD801", "CD802", "CD803", "CD804"];

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
pub struct RuleContext<'a> {
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
pub fn check(case: &RuleContext<'_>, rules: &[&Rule]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = rules.iter().flat_map(|rule| Sink::collect(rule, case)).collect();
    // Only the files of a compose project are edited.
    if case.target.kind != TargetKind::ComposeService {
        for finding in &mut findings {
            finding.fix = finding.fix.take().filter(|fix| fix.edits.is_empty());
            finding.choices.clear();
        }
    }
    findings.sort_by(Finding::in_order);
    findings
}

impl<'a> RuleContext<'a> {
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

    /// Where somebody edits what a candidate comes from, for a sentence: `at .env:3`.
    fn edited(&self, candidate: &Candidate) -> String {
        match (candidate.root(), candidate.layer) {
            (None, Layer::ContainerEnv) => format!("in {}", self.target.advice.environment()),
            _ => format!("at {}", self.at(candidate)),
        }
    }

    /// What the judged thing is called: `service openclaw-gateway`, `container x`.
    fn subject(&self) -> String {
        format!("{} {}", self.target.kind.noun(), self.target.name)
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
