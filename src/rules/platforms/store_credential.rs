//! CD707

use crate::rules::{Rule, RuleContext, Sink, support::platform};
use crate::{
    provenance::Layer,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Impact, Severity},
        setting::{Consumer, State},
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD707",
    name: "store-credential",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "an app of an app store has the same credential wherever it is installed",
    impact: Impact::Stranger,
    effect: "every installation has the same credential",
    page: include_str!("../../../docs/rules/CD707.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role != Role::Gateway {
        return;
    }
    let Some(platform) = platform::of(case).filter(|p| p.is_store()) else { return };
    for setting in [&SettingKey::GatewayToken, &SettingKey::GatewayPassword] {
        let Some(view) = case.target.view(setting, &Consumer::Gateway) else { continue };
        let Some(winner) = view.winner.as_ref().filter(|_| view.state == State::Set) else { continue };
        // Made from a variable, it may differ from one installation to the next.
        let literal = winner.via.is_empty()
            && matches!(winner.layer, Layer::ComposeEnvironment | Layer::ComposeCommand);
        if literal {
            findings.push(
                RULE.finding(format!(
                    "{} is a fixed value in the files of a {} app: whoever reads the store knows it",
                    case.named(winner),
                    platform.name()
                ))
                .at(winner.place, "the same everywhere")
                .help(format!(
                    "replace it by a value of your own, such as the output of `openssl rand -hex 32`, and {}",
                    case.target.advice.recreate()
                ))
                .key(winner.name.clone()),
            );
        }
    }
}
