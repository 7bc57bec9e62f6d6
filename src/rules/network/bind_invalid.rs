//! CD502

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    openclaw::release::behaviour::BIND_MODES as MODES,
    provenance::Layer,
    text::secret::Text,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, FixKind, Impact, Severity},
        prediction::{StartReason, StartReasonId},
        setting::Consumer,
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD502",
    name: "bind-invalid",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the bind address is not a bind mode of OpenClaw",
    impact: Impact::Start,
    effect: "the gateway does not start with its bind mode",
    page: include_str!("../../../docs/rules/CD502.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role != Role::Gateway {
        return;
    }
    let view = case.target.view(&SettingKey::GatewayBind, &Consumer::Gateway);
    let value = |v: Option<&Text>| v.map(|v| v.expose().trim().to_owned()).filter(|v| !v.is_empty());
    let winner = view.and_then(|v| v.winner.as_ref());
    let used = value(winner.and_then(|w| w.value.as_ref()));
    if let (Some(winner), Some(used)) = (winner, used)
        && !MODES.contains(&used.as_str())
        && winner.layer != Layer::Default
    {
        findings.push(
            RULE.finding(format!(
                "{} must be a bind mode such as lan or loopback: the gateway of {} will not start",
                case.named(winner),
                case.subject()
            ))
            .at(winner.written(), format!("one of {}", MODES.join(", ")))
            .and(winner.root(), "written here")
            .help(format!("write `{}`, and {}", meant(&used), case.target.advice.recreate()))
            .key(SettingKey::GatewayBind)
            .all_about(
                case.refusals(&[StartReasonId::ConfigInvalid, StartReasonId::FlagInvalid])
                    .filter(|r| {
                        r.about.to_string() == SettingKey::GatewayBind.text()
                            || r.about.to_string() == "--bind"
                    })
                    .map(StartReason::about),
            )
            .fix(match winner.layer {
                Layer::ComposeCommand => fixes::bind(case, meant(&used), kind_of(&used)),
                _ => fixes::set_config(case, winner, meant(&used), kind_of(&used)),
            }),
        );
        return;
    }
    if winner.is_some_and(|w| w.layer == Layer::ComposeCommand) {
        // What starts the gateway is seen, and does not take it from a variable.
        return;
    }
    // Read by nothing but a compose file's own `--bind ${…}`, or by the entrypoint of another image.
    for name in ["OPENCLAW_GATEWAY_BIND", "OPENCLAW_BIND", "CLAWDBOT_GATEWAY_BIND", "MOLTBOT_GATEWAY_BIND"] {
        let Some(variable) = case.target.variable(name) else { continue };
        let Some(given) = value(variable.value()).filter(|v| !MODES.contains(&v.as_str())) else { continue };
        let winner = variable.winner.as_ref();
        findings.push(
            RULE.finding(format!(
                "{name} is not a bind mode: OpenClaw does not read it, and an entrypoint that passes it to `--bind` keeps the gateway from starting"
            ))
            .severity(Severity::Warning)
            .confidence(Confidence::Medium)
            .at(winner.and_then(|w| w.place), format!("one of {}", MODES.join(", ")))
            .and(winner.and_then(|w| w.root()), "written here")
            .help(format!("write `{}`, or leave it out; then {}", meant(&given), case.target.advice.recreate()))
            .key(name),
        );
    }
}

/// The gateway does not start as it is: an address that says what is meant can be replaced without a
/// look, anything else is a guess.
fn kind_of(written: &str) -> FixKind {
    let said = ["localhost", "127.0.0.1", "::1", "0.0.0.0", "::", "tailscale"];
    if said.contains(&written) { FixKind::Safe } else { FixKind::Unsafe }
}

/// The mode that somebody means who writes an address.
fn meant(written: &str) -> &'static str {
    match written {
        "localhost" | "127.0.0.1" | "::1" | "local" => "loopback",
        "tailscale" => "tailnet",
        _ => "lan",
    }
}
