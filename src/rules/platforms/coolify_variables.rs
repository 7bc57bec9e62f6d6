//! CD703

use crate::rules::{Rule, RuleContext, Sink, listed, support::platform};
use crate::vocabulary::finding::{Confidence, Impact, Severity};

pub(crate) static RULE: Rule = Rule {
    id: "CD703",
    name: "coolify-variables",
    severity: Severity::Info,
    confidence: Confidence::High,
    summary: "the project uses variables that only Coolify sets",
    impact: Impact::Hygiene,
    effect: "the project uses variables that only Coolify sets",
    page: include_str!("../../../docs/rules/CD703.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.whole_once().is_none() {
        return;
    }
    let unset = case.project.iter().flat_map(|t| &t.warnings);
    let magic = unset.filter_map(|w| Some((w.unset.as_deref().filter(|n| platform::is_magic(n))?, w.place)));
    let mut names: Vec<(&str, _)> = magic.collect();
    names.sort_by_key(|(name, _)| *name);
    names.dedup_by_key(|(name, _)| *name);
    let Some((first, place)) = names.first() else { return };
    findings.push(
        RULE.finding(format!(
            "{} made up by Coolify when it deploys the project: anywhere else {} blank",
            match names.as_slice() {
                [(one, _)] => format!("{one} is"),
                all => format!("{} are", listed(all.iter().map(|(name, _)| *name), 4)),
            },
            if names.len() == 1 { "it is" } else { "they are" }
        ))
        .at(*place, "set by Coolify")
        .help("outside of Coolify, set them in the project's .env")
        .key(*first),
    );
}
