//! CD315

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    openclaw::{facts::OpenClawModel, read::auth_profiles::CredentialKind},
    provenance::Layer,
    secrets::vendors::SETUP_TOKEN,
    text::secret::js_trim,
    vocabulary::finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD315",
    name: "setup-token-left",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the token of a Claude subscription was left in the compose file or its .env",
    impact: Impact::Credential,
    effect: "a subscription's setup token is left in the project",
    page: include_str!("../../../docs/rules/CD315.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|_| case.runs_models()) else { return };
    for variable in &case.target.environment {
        let Some(winner) = &variable.winner else { continue };
        let is_token = winner.value.as_ref().is_some_and(|v| js_trim(v.expose()).starts_with(SETUP_TOKEN));
        if !is_token {
            continue;
        }
        let is_stored = stores_token(facts);
        let in_file = winner.via.is_empty() && winner.layer == Layer::ComposeEnvironment;
        let why = if is_stored {
            "OpenClaw has stored a token of its own, and every process of the container gets this one as well"
        } else {
            "it stands for a whole subscription, is good for a year, and every process of the container gets it"
        };
        let finding = RULE
            .finding(format!("{} is a setup token of a Claude subscription: {why}", case.named(winner)))
            .at(winner.written(), "a setup token")
            .and(winner.root(), "written here")
            .help(if is_stored {
                format!("take it out, and {}", case.target.advice.recreate())
            } else {
                format!(
                    "store it with {} instead, take it out, and {}",
                    case.openclaw("models auth paste-token --provider anthropic"),
                    case.target.advice.recreate()
                )
            })
            .key(variable.name.clone());
        findings.push(if is_stored || in_file { finding } else { finding.severity(Severity::Info) });
    }
}

fn stores_token(facts: &OpenClawModel) -> bool {
    let of_provider = facts.stored.iter().filter(|s| s.provider == "anthropic");
    of_provider.flat_map(|s| &s.profiles).any(|p| p.kind != CredentialKind::ApiKey)
}
