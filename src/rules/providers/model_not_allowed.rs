//! CD317

use crate::rules::{Rule, RuleContext, Sink, listed};
use crate::{
    openclaw::settings::models,
    syntax::node::Node,
    text::secret::{Text, js_trim},
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD317",
    name: "model-not-allowed",
    severity: Severity::Info,
    confidence: Confidence::High,
    summary: "a model that the config offers is not in the list of models that may be chosen",
    impact: Impact::Credential,
    effect: "a model that is offered cannot be chosen",
    page: include_str!("../../../docs/rules/CD317.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.target.role == Role::Gateway) else {
        return;
    };
    let Some(allowed) = models::allowed(facts) else { return };
    let first = facts.agents.first().map(String::as_str);
    let used = models::chosen(facts, first).map(|model| format!("{}/{}", model.provider, model.model));
    let fallbacks = facts.config.node(&["agents", "defaults", "model", "fallbacks"]);
    let fallbacks: Vec<&str> = fallbacks
        .filter(|_| models::fallbacks_are_allowed(facts))
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|node| Some(js_trim(Text::expose(node.text()?))))
        .collect();
    let left_out: Vec<(String, _)> = models::offered(facts)
        .map(|(provider, id, place)| (format!("{provider}/{id}"), place))
        .filter(|(name, _)| !allowed.has(name))
        .filter(|(name, _)| used.as_ref().is_none_or(|used| !used.eq_ignore_ascii_case(name)))
        .filter(|(name, _)| !fallbacks.iter().any(|fallback| fallback.eq_ignore_ascii_case(name)))
        .collect();
    let Some((example, place)) = left_out.first() else { return };
    let names = listed(left_out.iter().map(|(name, _)| name.as_str()), 3);
    let verb = if left_out.len() == 1 { "is not" } else { "are not" };
    findings.push(
        RULE.finding(format!("{names} {verb} in {}: whoever asks for it is refused", allowed.key))
            .at(Some(*place), "offered here")
            .and(Some(allowed.place), "only these may be chosen")
            .help(format!("add `{example}` to {}, or take the model out of models.providers", allowed.key))
            .key(allowed.key),
    );
}
