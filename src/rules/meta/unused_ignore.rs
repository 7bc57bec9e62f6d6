//! CD901

use crate::rules::Rule;
use crate::{
    redact,
    text::source::Place,
    vocabulary::finding::{Confidence, Finding, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD901",
    name: "unused-ignore",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "an ignore comment suppresses nothing, or names no rule",
    impact: Impact::Hygiene,
    effect: "an ignore comment has no effect",
    page: include_str!("../../../docs/rules/CD901.md"),
    since: "0.1.0",
    yields_to: &[],
    // What a comment keeps back is known when every other rule has run: `crate::findings` asks.
    check: |_, _| {},
};

/// `clawdock: ignore` without a rule.
pub(crate) fn names_nothing(place: Place) -> Finding {
    RULE.finding("this comment names no rule, and suppresses nothing")
        .at(Some(place), "no rule is named")
        .help("name the rules: `clawdock: ignore[CD201]`")
        .key("ignore")
}

/// A rule that there is not.
pub(crate) fn names_no_rule(place: Place, why: String) -> Finding {
    RULE.finding(format!("an ignore comment is of no use: {why}"))
        .at(Some(place), "no such rule")
        .key("ignore")
}

/// A rule that has nothing to say here.
pub(crate) fn keeps_nothing_back(place: Place, rule: &str) -> Finding {
    let rule = redact::name(rule, false);
    RULE.finding(format!("this comment ignores {rule}, which has nothing to say here"))
        .severity(Severity::Info)
        .at(Some(place), "suppresses nothing")
        .help(format!("remove {rule} from the comment"))
        .key(rule.into_owned())
}
