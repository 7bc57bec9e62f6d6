//! CD610

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    syntax::node::NodeKind,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, FixKind, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD610",
    name: "device-auth-off",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the config switches the check of devices off",
    impact: Impact::Stranger,
    effect: "the token alone opens the Control UI from any browser",
    page: include_str!("../../../docs/rules/CD610.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = target.facts.as_ref().filter(|_| target.role == Role::Gateway) else { return };
    let key = "gateway.controlUi.dangerouslyDisableDeviceAuth";
    let node = facts.config.node(&["gateway", "controlUi", "dangerouslyDisableDeviceAuth"]);
    let Some(node) = node.filter(|node| node.kind == NodeKind::Bool(true)) else { return };
    let finding = if facts.behaviour.network.device_check_can_be_off {
        RULE.finding(format!(
            "{key} is true: whoever has the token gets in, without the approval of a device"
        ))
    } else {
        RULE.finding(format!("{key} is ignored by {}, which checks devices all the same", facts.release_name))
            .severity(Severity::Info)
    };
    findings.push(
        finding
            .at(Some(node.place), "the check of devices")
            .help(format!(
                "remove {key}, approve each browser with {}, and {}",
                case.openclaw("devices approve"),
                target.advice.restart()
            ))
            .fix(fixes::remove_config(case, &key.split('.').collect::<Vec<_>>(), FixKind::Unsafe))
            .key(key),
    );
}
