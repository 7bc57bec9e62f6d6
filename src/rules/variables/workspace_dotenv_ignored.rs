//! CD214

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    provenance::Layer,
    vocabulary::{
        finding::{Confidence, Impact, Severity},
        setting::State,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD214",
    name: "workspace-dotenv-ignored",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a credential stands only in the .env of the working directory, where OpenClaw drops it",
    impact: Impact::Ignored,
    effect: "a credential in the working directory's .env is ignored",
    page: include_str!("../../../docs/rules/CD214.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    for setting in case.target.settings.iter().filter(|s| s.secret) {
        let Some(view) = setting.views.first().filter(|v| v.state == State::Unset) else { continue };
        let dropped = |layer| layer == Layer::CwdDotenv;
        let Some(ignored) =
            view.ignored.iter().find(|l| dropped(l.candidate.layer) && !l.candidate.is_blank())
        else {
            continue;
        };
        let name = &ignored.candidate.name;
        findings.push(
            RULE.finding(format!(
                "{name} stands only in the .env of the working directory, where {} drops it: {} is not set",
                facts.release_name,
                setting.name()
            ))
            .at(ignored.candidate.place, "dropped")
            .help(format!(
                "move it to {}/.env and {}; or pass it by {} and {}",
                facts.state_dir,
                case.target.advice.restart(),
                case.target.advice.environment(),
                case.target.advice.recreate()
            ))
            .key(name.clone()),
        );
    }
}
