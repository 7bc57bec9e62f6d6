//! CD303

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    provenance::{Layer, StepKind},
    vocabulary::finding::{Confidence, Impact, Severity},
    vocabulary::setting_key::SettingKey,
};

pub(crate) static RULE: Rule = Rule {
    id: "CD303",
    name: "base-url-dead-env",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a base URL is set by a variable that OpenClaw does not read",
    impact: Impact::Credential,
    effect: "model requests do not go to the configured address",
    page: include_str!("../../../docs/rules/CD303.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    for setting in case.target.settings.iter().filter(|s| matches!(s.key, SettingKey::ProviderBaseUrl(_))) {
        let Some(view) = setting.views.first() else { continue };
        for ignored in &view.ignored {
            let candidate = &ignored.candidate;
            let blank = candidate.is_blank();
            // What a variable that is not set here would set elsewhere is not read either.
            let made = candidate.via.iter().any(|v| matches!(v.step, StepKind::Interpolation { .. }));
            if (blank && !made) || facts.references.contains(&candidate.name) {
                continue;
            }
            let goes_to = view.winner.as_ref().map_or("the built-in address".to_owned(), |w| {
                if w.layer == Layer::Default { "the built-in address".to_owned() } else { case.at(w) }
            });
            let name = &candidate.name;
            // The config may have the address.
            let is_seen =
                case.config_seen() || view.winner.as_ref().is_some_and(|w| w.layer != Layer::Default);
            let unless =
                if is_seen { "" } else { ", unless the config, which cannot be seen from here, has another" };
            let finding = RULE
                .finding(format!("{} does not read {name}: requests go to {goes_to}{unless}", facts.release_name))
                .at(candidate.written(), "not read")
                .and(candidate.root(), "its value is written here")
                .help(format!(
                    "put the address into openclaw.json as {} (or `{}: \"${{{name}}}\"` there, to keep the variable)",
                    setting.name(),
                    "baseUrl"
                ))
                .key(name.clone())
                .fix(fixes::refer(case, &setting.name(), name).filter(|_| !blank));
            // The start script of an unknown image may turn it into config.
            findings.push(if blank {
                finding.severity(Severity::Info).confidence(Confidence::Medium)
            } else if facts.image.runs_as_known() && is_seen {
                finding
            } else {
                finding.severity(Severity::Warning).confidence(Confidence::Medium)
            });
        }
    }
}
