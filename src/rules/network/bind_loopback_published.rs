//! CD501

use crate::rules::{
    Rule, RuleContext, Sink,
    support::{
        common::{leads_to, listens_on},
        fixes,
    },
};
use crate::{
    model::target::VersionSource,
    provenance::Layer,
    syntax::json5,
    text::source::SourceId,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, FixKind, Impact, Severity},
        setting::Consumer,
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD501",
    name: "bind-loopback-published",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the gateway listens on loopback only, though its port is published",
    impact: Impact::Reach,
    effect: "the gateway cannot be reached from outside its container",
    page: include_str!("../../../docs/rules/CD501.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let loopback = target.facts.as_ref().is_some_and(|f| f.beyond_loopback == Some(false));
    let network = target.deployment.network_mode.as_ref().map(|m| m.value.as_str()).unwrap_or_default();
    if target.role != Role::Gateway || network == "host" {
        return;
    }
    if !loopback {
        findings.extend(may_be_loopback(case));
        return;
    }
    let Some(listens) = listens_on(target) else { return };
    let Some(port) = target.deployment.ports.iter().find(|p| leads_to(p, listens)) else { return };
    let bind = target.view(&SettingKey::GatewayBind, &Consumer::Gateway).and_then(|v| v.winner.as_ref());
    let from = bind.map_or_else(String::new, |b| format!(" ({})", case.at(b)));
    let other = case.other_listener(&port.target);
    let unless = other.map(|program| format!(", unless {program} passes it on")).unwrap_or_default();
    let finding = RULE
        .finding(format!(
            "{} listens on loopback only{from}: nothing answers on the published port {}{unless}",
            case.subject(),
            port.target
        ))
        .at(port.place.or(target.deployment.place), "nothing listens on it")
        .and(bind.and_then(|b| b.root()), "the bind address")
        .help(format!(
            "start the gateway with `--bind lan` in {}, and {}",
            target.advice.command(),
            target.advice.recreate()
        ))
        .key(SettingKey::GatewayBind)
        .fix(fixes::bind(case, "lan", FixKind::Unsafe).or_else(|| {
            let config = bind.filter(|b| b.layer == Layer::Config)?;
            fixes::set_config(case, config, "lan", FixKind::Unsafe)
        }));
    findings.push(match other {
        Some(_) => finding.severity(Severity::Info).confidence(Confidence::Low),
        None => finding,
    });
}

/// What listens beyond loopback only if it is what it seems: a release that is not known, or a config
/// that lies in the project and is not seen to be used.
fn may_be_loopback(case: &RuleContext<'_>) -> Option<Finding> {
    let target = case.target;
    let bind = target.view(&SettingKey::GatewayBind, &Consumer::Gateway).and_then(|v| v.winner.as_ref())?;
    let listens = listens_on(target)?;
    let port = target
        .deployment
        .ports
        .iter()
        .find(|p| leads_to(p, listens))
        .filter(|_| bind.layer == Layer::Default)?;
    let written = |id: &SourceId| {
        let document = json5::parse(*id, case.sources.get(*id).text()).ok()?;
        let node = document.root.at(["gateway", "bind"])?;
        node.text().is_some_and(|t| t.expose() == "loopback").then_some(node.place)
    };
    let example = case.whole.and_then(|w| w.configs.iter().filter(|id| !case.reads(**id)).find_map(written));
    let fact = target.openclaw.as_ref()?;
    let (message, place) = match example {
        Some(place) => (
            format!(
                "{} has gateway.bind loopback: as the config of {} it leaves the published port {} without an answer",
                case.sources.brief(place),
                case.subject(),
                port.target
            ),
            Some(place),
        ),
        None if fact.source == VersionSource::Assumed => (
            format!(
                "{} has no `--bind`, and its release is not known: before 2026.4.7 a gateway listens on loopback only, also in a container",
                case.subject()
            ),
            port.place,
        ),
        None => return None,
    };
    Some(
        RULE.finding(message)
            .severity(Severity::Info)
            .confidence(Confidence::Low)
            .at(place, if example.is_some() { "loopback" } else { "published" })
            .and(port.place, "published here")
            .help(format!(
                "start the gateway with `--bind lan` in {}, and {}",
                target.advice.command(),
                target.advice.recreate()
            ))
            .key(SettingKey::GatewayBind),
    )
}
