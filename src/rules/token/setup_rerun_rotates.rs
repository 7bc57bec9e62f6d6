//! CD109

use crate::rules::{Rule, RuleContext, Sink, listed};
use crate::{
    model::project_facts::{EnvFileLine, ProjectFacts},
    openclaw::read::setup_script::SetupScript,
    text::{secret::js_trim, source::SourceName},
    vocabulary::finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD109",
    name: "setup-rerun-rotates",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the setup script, run again, would replace the token or reset other values of .env",
    impact: Impact::Hygiene,
    effect: "the setup script replaces values of .env when it runs again",
    page: include_str!("../../../docs/rules/CD109.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(whole) = case.whole_once() else { return };
    let Some(script) = &whole.setup else { return };
    let lost = lost(case, whole, script);
    let (tokens, others): (Vec<&EnvFileLine>, Vec<&EnvFileLine>) =
        lost.into_iter().partition(|line| line.name.ends_with("_GATEWAY_TOKEN"));
    if let Some(token) = tokens.first() {
        findings.push(
            RULE.finding(format!(
                "{}, run again, puts a new {} into {}: it does not look for the one that is there, and clients keep the old one",
                script.path,
                token.name,
                case.sources.brief(token.place)
            ))
            .at(Some(token.place), "would be replaced")
            .help(again(script))
            .key(token.name.clone()),
        );
    }
    if let Some(first) = others.first() {
        let names = listed(others.iter().map(|l| l.name.as_str()), 4);
        let mut finding = RULE
            .finding(format!(
                "{}, run again, resets {names} in .env to its own defaults: it takes values from the shell, not from the file",
                script.path
            ))
            .severity(Severity::Info)
            .at(Some(first.place), "would be reset")
            .help(again(script))
            .key(first.name.clone());
        for line in &others[1..] {
            finding = finding.and(Some(line.place), "and this");
        }
        findings.push(finding);
    }
}

/// The lines of the project's `.env` that the script would write otherwise.
fn lost<'a>(case: &RuleContext<'_>, whole: &'a ProjectFacts, script: &SetupScript) -> Vec<&'a EnvFileLine> {
    let file = SourceName::Host(whole.directory.join(".env"));
    let is_lost = |line: &&EnvFileLine| {
        let value = line.value.as_ref().map(|v| js_trim(v.expose())).unwrap_or_default();
        let written = script.writes.iter().find(|w| w.name == line.name);
        // What the shell has is what the script writes.
        let is_told = !value.is_empty() && line.shell.is_none();
        is_told
            && case.sources.get(line.place.source).name == file
            && written.is_some_and(|written| {
                if line.name.ends_with("_GATEWAY_TOKEN") {
                    !script.keeps_token
                } else {
                    !SetupScript::would_stay(written, value)
                }
            })
    };
    whole.dotenv.iter().filter(is_lost).collect()
}

fn again(script: &SetupScript) -> String {
    format!(
        "before it is run again, take the values into the shell: `set -a; . ./.env; set +a; ./{}`",
        script.path
    )
}
