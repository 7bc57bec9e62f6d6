//! CD509

use crate::rules::{
    Rule, RuleContext, Sink, Yield,
    support::{common::variables_in, fixes},
};
use crate::vocabulary::{
    engine_state::EngineVerdict,
    finding::{Confidence, Fix, FixKind, Impact, Severity},
    prediction::{StartReason, StartReasonId as Id, StartSubject},
    setting_key::SettingKey,
};
use crate::{fix::json5, text::source::Language};

/// Rules that say why a gateway does not start, each for its own reasons.
pub(crate) const SAY_WHY: [Yield; 9] = [
    Yield::on_about("CD105"),
    Yield::on_about("CD106"),
    Yield::on_about("CD107"),
    Yield::on_about("CD108"),
    Yield::on_about("CD111"),
    Yield::on_about("CD213"),
    Yield::on_about("CD409"),
    Yield::on_about("CD502"),
    Yield::on_about("CD505"),
];

pub(crate) static RULE: Rule = Rule {
    id: "CD509",
    name: "start-refused",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the gateway will refuse to start",
    impact: Impact::Start,
    effect: "the gateway does not start",
    page: include_str!("../../../docs/rules/CD509.md"),
    since: "0.1.0",
    yields_to: &SAY_WHY,
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    // What is there where the project will run is not known.
    let is_wrapped = case.target.facts.as_ref().is_some_and(|f| f.image.is_wrapped);
    let elsewhere = case.state_is_elsewhere() || is_wrapped;
    let verdict = case.target.start_verdict();
    for id in Id::ALL {
        let reasons: Vec<&StartReason> = case.refusals(&[*id]).collect();
        let Some(first) = reasons.first() else { continue };
        let absent = reasons.iter().find_map(|reason| absent(case, reason));
        let unless =
            absent.map(|file| format!(", unless {file}, which is not here, sets it")).unwrap_or_default();
        let exit = first.exit_code.map(|c| format!(" (exit {c})")).unwrap_or_default();
        let more = match reasons.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let does = match verdict {
            Some(EngineVerdict::Confirms) => "does not start",
            Some(EngineVerdict::Contradicts) => "is predicted not to start again",
            None => "will not start",
        };
        let mut finding = RULE
            .finding(format!(
                "the gateway of {} {does}{exit}: {}{more}{unless}",
                case.subject(),
                first.message
            ))
            .at(case.target.deployment.place, "will not start")
            .help(help(case, first))
            .fix(fix(case, first, reasons.len()))
            .key("start")
            .all_about(reasons.iter().map(|reason| reason.about()));
        for reason in reasons.iter().take(4) {
            finding = finding.and(reason.place, "for this reason");
        }
        findings.push(if elsewhere || absent.is_some() {
            finding.severity(Severity::Info).confidence(Confidence::Medium)
        } else if verdict == Some(EngineVerdict::Contradicts) {
            finding.severity(Severity::Warning).confidence(Confidence::Medium)
        } else {
            finding
        });
    }
}

/// What to edit: the place that is at fault, or the key that is missing.
fn help(case: &RuleContext<'_>, reason: &StartReason) -> String {
    let facts = case.target.facts.as_ref();
    let advice = &case.target.advice;
    let then = advice.recreate();
    let misplaced = facts.filter(|_| reason.id == Id::NoConfig).and_then(|f| {
        let (dir, _) = f.misplaced_config.as_ref()?.rsplit_once('/')?;
        Some((f, dir))
    });
    if let Some((facts, dir)) = misplaced {
        let variable = facts.behaviour.paths.state_dir_variables[0];
        return format!(
            "mount what is at {dir} at {} instead, or set {variable} to {dir}, and {then}",
            facts.state_dir
        );
    }
    match reason.id {
        Id::StoreNotImported | Id::StateNeedsRepair => {
            return format!(
                "stop the gateway and back its state up ({}), {}, and {then}",
                facts.map(|facts| facts.state_dir.as_str()).unwrap_or_default(),
                case.target.advice.run_once("node dist/index.js doctor --fix --non-interactive"),
            );
        }
        Id::StateOfNewerRelease | Id::ConfigOfNewerRelease => {
            return format!(
                "set the image to the release that wrote the state, or a later one, and {then}; an older one needs a backup of the state from before"
            );
        }
        Id::ConfigMoved => return "start it once more".to_owned(),
        Id::NoConfig => {
            let missing = match &reason.about {
                StartSubject::File(path) => path.as_str(),
                _ => "its place",
            };
            return format!(
                "add `--allow-unconfigured` to the gateway's command, or put an openclaw.json with gateway.mode \"local\" at {missing}, then {then}"
            );
        }
        _ => {}
    }
    match (&reason.about, reason.place) {
        (about, Some(place)) => format!("change {about} ({}), then {then}", case.sources.brief(place)),
        (StartSubject::File(path), None) => format!("change {path}, then {then}"),
        (StartSubject::Config(key), None) => format!("set {key} in openclaw.json, then {then}"),
        (StartSubject::Variable(name), None) => {
            format!("set {name} in {}, then {then}", case.target.advice.environment())
        }
        (StartSubject::Flag(flag), None) => format!("change {flag} in {}, then {then}", advice.command()),
        (StartSubject::Compose(key), None) if advice.has_compose_file() => {
            format!("change {key} in the compose file, then {then}")
        }
        (StartSubject::Compose(key), None) => format!("change {key} of the container, then {then}"),
    }
}

/// The edit, where only one makes it start: what is missing has one value, or one flag goes without it.
fn fix(case: &RuleContext<'_>, reason: &StartReason, reasons: usize) -> Option<Fix> {
    let facts = case.target.facts.as_ref().filter(|_| reasons == 1)?;
    match reason.id {
        Id::NoMode => fixes::add_config(case, &SettingKey::GatewayMode.text(), "\"local\"", FixKind::Unsafe),
        // Another directory may hold it.
        Id::NoConfig if facts.misplaced_config.is_none() => {
            fixes::flag(case, "--allow-unconfigured", FixKind::Unsafe)
        }
        Id::RemoteMode => {
            let mode = facts.config.node(&["gateway", "mode"])?;
            let edits = json5::set(mode.place, "local", case.sources)?;
            let is_config = case.sources.get(mode.place.source).language == Language::Json5;
            (is_config && fixes::has_files(case))
                .then(|| fixes::of("set gateway.mode to local", FixKind::Unsafe, edits))
        }
        _ => None,
    }
}

/// A file that is not on this machine and may take the reason away.
fn absent<'a>(case: &'a RuleContext<'_>, reason: &StartReason) -> Option<&'a str> {
    let profile = case.target.facts.as_ref().and_then(|f| f.image.profile.as_ref());
    let mut required = profile.into_iter().flat_map(|p| p.requires.iter().chain(&p.requires_one_of));
    required.find_map(|name| case.may_set(name)).or_else(|| match reason.id {
        Id::NoCredential | Id::CredentialBlank => {
            let prefix = case.target.facts.as_ref().map_or("OPENCLAW_", |facts| facts.prefix);
            ["TOKEN", "PASSWORD"].iter().find_map(|what| case.may_set(&format!("{prefix}GATEWAY_{what}")))
        }
        Id::CredentialUnresolved | Id::MissingVariable | Id::ProviderKeyUnresolved => {
            let written = reason.place.map(|place| case.written(place)).unwrap_or_default();
            variables_in(written).first().and_then(|name| case.may_set(name))
        }
        _ => None,
    })
}
