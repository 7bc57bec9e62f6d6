//! CD308

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    provenance::{Candidate, Layer},
    secrets,
    text::secret::js_trim,
    vocabulary::{
        finding::{Confidence, Impact, Severity},
        setting::Setting,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD308",
    name: "plaintext-writeback",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the config holds in plain text the secret that a variable already passes",
    impact: Impact::Hygiene,
    effect: "a secret is stored twice, once in openclaw.json",
    page: include_str!("../../../docs/rules/CD308.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Shorter ones are words such as `none` and no secrets.
const SHORTEST: usize = 12;

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if !case.runs_models() {
        return;
    }
    let Some(facts) = &case.target.facts else { return };
    for setting in case.target.settings.iter().filter(|s| s.secret) {
        let Some((config, env)) = twins(case, setting) else { continue };
        // A start script writes it there at each start.
        if facts.image.profile.as_ref().is_some_and(|p| p.writes(&env.name)) {
            continue;
        }
        let finding = RULE
            .finding(format!(
                "{} has the secret of {} in plain text: a copy of the file gives it away, and a new value has to be written twice",
                case.named(config),
                case.named(env)
            ))
            .at(config.place, "in plain text")
            .and(env.root(), "the same value")
            .help(format!("write `\"${{{}}}\"` there instead, or take it out", env.name))
            .fix(fixes::refer(case, &config.name, &env.name).filter(|fix| !fix.edits.is_empty()))
            .key(&setting.key);
        findings.push(if facts.image.runs_as_known() {
            finding
        } else {
            finding.severity(Severity::Info).confidence(Confidence::Low)
        });
    }
}

/// The config's value as text, and the variable that holds the same.
fn twins<'a>(case: &RuleContext<'a>, setting: &'a Setting) -> Option<(&'a Candidate, &'a Candidate)> {
    let offered: Vec<&Candidate> = setting.views.first()?.offered().collect();
    let is_text = |c: &&&Candidate| {
        let long = |v: &str| js_trim(v).chars().count() >= SHORTEST && !secrets::is_local_marker(v);
        c.layer == Layer::Config && c.via.is_empty() && c.value.as_ref().is_some_and(|v| long(v.expose()))
    };
    let config = offered.iter().find(is_text)?;
    let is_variable = |c: &&&Candidate| {
        setting.variables.contains(&c.name)
            && !matches!(c.layer, Layer::Config | Layer::ConfigEnv | Layer::ComposeCommand)
            && !case.is_newer(c)
    };
    let env = offered.iter().filter(is_variable).find(|c| c.agrees(config))?;
    Some((config, env))
}
