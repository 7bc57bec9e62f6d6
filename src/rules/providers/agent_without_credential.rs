//! CD313

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    openclaw::facts::OpenClawModel,
    provenance::Layer,
    syntax::node::{Node, NodeKind},
    text::secret::{Text, js_trim},
    vocabulary::{
        finding::{Confidence, Impact, Severity},
        setting::{Category, Consumer, State},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD313",
    name: "agent-without-credential",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "an agent has no credential for its model, which only another agent's store holds",
    impact: Impact::Credential,
    effect: "an agent has no credential for its model",
    page: include_str!("../../../docs/rules/CD313.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.runs_models()) else { return };
    let Some(first) = facts.agents.first() else { return };
    for setting in case.target.settings.iter().filter(|s| s.category == Category::ProviderKey) {
        let Some(provider) = setting.key.provider() else { continue };
        let main = setting.views.first().and_then(|v| v.winner.as_ref());
        let Some(held) = main.filter(|w| w.layer == Layer::AuthProfile) else { continue };
        for view in &setting.views {
            let Consumer::Agent(agent) = &view.consumer else { continue };
            let has_none = matches!(view.state, State::Unset | State::Blank);
            let Some(model) = model_of(facts, agent).filter(|_| has_none) else { continue };
            let Some(written) = model.text().map(|t| js_trim(Text::expose(t))) else { continue };
            if written.split('/').next() != Some(provider) {
                continue;
            }
            findings.push(
                RULE.finding(format!(
                    "agent {agent} has no credential for {provider}, which its model needs: {} is in the store of agent {first} alone",
                    held.name
                ))
                .at(Some(model.place), "this model needs one")
                .and(held.place, "stored for another agent")
                .help(format!(
                    "store one for it with {}, or set the provider's variable",
                    case.openclaw(&format!("models auth login --provider {provider} --agent {agent}"))
                ))
                .key(agent.clone()),
            );
        }
    }
}

/// The model of an agent: its own, else that of all.
fn model_of<'a>(facts: &'a OpenClawModel, agent: &str) -> Option<&'a Node> {
    let config = &facts.config;
    let listed = config.node(&["agents", "list"]).map(Node::items).unwrap_or_default().iter();
    let mut listed =
        listed.filter(|n| n.get("id").and_then(Node::text).is_some_and(|id| id.expose() == agent));
    let own = config.node(&["agents", "entries", agent]).or_else(|| listed.next());
    let model = own.and_then(|n| n.get("model")).or_else(|| config.node(&["agents", "defaults", "model"]))?;
    match &model.kind {
        NodeKind::Str(_) => Some(model),
        _ => model.get("primary"),
    }
}
