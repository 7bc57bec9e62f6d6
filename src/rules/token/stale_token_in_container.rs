//! CD102

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    model::target::{Target, TargetKind},
    openclaw::facts::AuthMode,
    provenance::{Layer, Variable},
    vocabulary::{
        deployment::Role,
        finding::{About, Confidence, Impact, Severity},
        setting::State,
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD102",
    name: "stale-token-in-container",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the running container has another gateway token than its compose files and .env now give",
    impact: Impact::Credential,
    effect: "the running gateway still uses the old token",
    page: include_str!("../../../docs/rules/CD102.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(stale) = stale(case) else { return };
    let (name, what) = (stale.name, stale.what);
    let wanted = stale.wanted.and_then(|v| v.winner.as_ref());
    let now = match wanted {
        Some(winner) if winner.is_blank() => format!("{} now leaves it blank", case.at(winner)),
        Some(winner) => format!("{} now gives another one", case.at(winner)),
        None => "its files no longer set it".to_owned(),
    };
    let does = if case.target.role == Role::Gateway { "accepts" } else { "sends" };
    let message = if stale.has_one {
        format!(
            "{} still {does} the {what} of {name} that it was created with, and {now}; `docker restart` keeps the old one",
            case.subject()
        )
    } else {
        format!(
            "{} was created without {name}, and {now}; `docker restart` does not bring it in",
            case.subject()
        )
    };
    let place = wanted.and_then(|w| w.place);
    let mut finding = RULE
        .finding(message)
        .at(place.or_else(|| case.desired.and_then(|d| d.deployment.place)), "now gives another value")
        .and(wanted.and_then(|w| w.root()), format!("the {what} is written here"))
        .help(format!(
            "{}, and give clients the new {what}; neither `docker restart` nor `docker compose restart` changes the environment",
            case.target.advice.recreate()
        ))
        .fix(Some(fixes::by_hand("recreate the container", case.target.advice.recreate())))
        .key(name)
        .about(About::Variable(name.to_owned()));
    // The shell that started the project may have had another value than this one.
    if wanted.is_some_and(crate::provenance::Candidate::is_from_shell) {
        finding = finding.severity(Severity::Warning).confidence(Confidence::Medium);
        finding.message.push_str(" (the new value comes from this shell's environment)");
    }
    findings.push(finding);
}

/// The variable of a credential whose value is not what the files give.
struct Stale<'a> {
    name: &'a str,
    what: &'static str,
    /// The container has a value that is in effect.
    has_one: bool,
    /// What the files give now; none where they do not have it any more.
    wanted: Option<&'a Variable>,
}

/// Only a variable that is in effect, or would be: where the config has the credential the variable
/// is one among many.
fn stale<'a>(case: &RuleContext<'a>) -> Option<Stale<'a>> {
    let target: &'a Target = case.target;
    let desired = case.desired.filter(|_| target.kind == TargetKind::Container)?;
    let (setting, what) = match target.facts.as_ref()?.auth_mode {
        AuthMode::Token => (SettingKey::GatewayToken, "token"),
        AuthMode::Password => (SettingKey::GatewayPassword, "password"),
        AuthMode::None | AuthMode::TrustedProxy => return None,
    };
    let view = target.own_view(&setting)?;
    let held = view.winner.as_ref().filter(|_| view.state == State::Set);
    let name = match held {
        Some(held) if held.layer == Layer::ContainerEnv => held.name.as_str(),
        Some(_) => return None,
        None if matches!(view.state, State::Unset | State::Blank) => {
            target.setting(&setting)?.variables.first()?.as_str()
        }
        None => return None,
    };
    let wanted = desired.variable(name);
    let differs = match wanted {
        Some(wanted) => target.is_outdated(wanted),
        None => target.variable(name).is_some_and(|v| v.is_added_to_image()),
    };
    differs.then_some(Stale { name, what, has_one: held.is_some(), wanted })
}
