//! CD302

use crate::rules::{Rule, RuleContext, Sink, support::choices};
use crate::{
    provenance::{Candidate, Layer},
    secrets,
    vocabulary::{
        finding::{Confidence, Impact, Severity},
        setting::{Category, State},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD302",
    name: "key-env-config-mismatch",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the environment and the config have different keys for one model provider",
    impact: Impact::Credential,
    effect: "one of two keys for a provider is ignored",
    page: include_str!("../../../docs/rules/CD302.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if !case.runs_models() {
        return;
    }
    for setting in case.target.settings.iter().filter(|s| s.category == Category::ProviderKey) {
        let Some(view) = setting.views.first().filter(|v| v.state == State::Set) else { continue };
        // A stored profile comes first, and neither is used.
        let Some(winner) = view.winner.as_ref().filter(|w| w.layer != Layer::AuthProfile) else { continue };
        let is_key = |c: &&Candidate| {
            let value = c.value.as_ref().map(|v| v.expose());
            !c.is_blank() && !case.is_newer(c) && value.is_some_and(|v| !secrets::is_local_marker(v))
        };
        let Some(config) = view.candidates().filter(is_key).find(|c| c.name == setting.name()) else {
            continue;
        };
        let of_env = |c: &&Candidate| setting.variables.contains(&c.name);
        let Some(env) = view.candidates().filter(is_key).find(of_env) else { continue };
        if config.agrees(env) {
            continue;
        }
        let used_is_env = winner.name != setting.name();
        let (used, other) = if used_is_env { (env, config) } else { (config, env) };
        let help = if used_is_env {
            format!(
                "remove the one of the config, or let it refer to the variable (`\"apiKey\": \"${{{}}}\"`), so that one place is left",
                env.name
            )
        } else {
            format!("take {} out of the environment, and {}", env.name, case.target.advice.recreate())
        };
        let provider = setting.key.provider().unwrap_or_default();
        findings.push(
            RULE.finding(format!(
                "{provider} uses {}, and {} holds another key that nothing uses",
                case.named(used),
                case.named(other)
            ))
            .at(other.place.or_else(|| other.root()), "not used")
            .and(other.root(), "its value is written here")
            .and(used.place, "this key is used")
            .and(used.root(), "its value is written here")
            .help(help)
            .key(other.name.clone())
            .choose(choices::config_or_variable(case, &setting.name(), config, env, true)),
        );
    }
}
