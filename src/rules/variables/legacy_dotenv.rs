//! CD213

use crate::rules::{Rule, RuleContext, Sink, listed};
use crate::{
    text::source::{Place, Span},
    vocabulary::{
        finding::{Confidence, Impact, Severity},
        prediction::StartReasonId,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD213",
    name: "legacy-dotenv",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a leftover .env of the pre-rename name is not read",
    impact: Impact::Ignored,
    effect: "the .env of the pre-rename directory is ignored",
    page: include_str!("../../../docs/rules/CD213.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    for (path, shown) in &facts.legacy_dotenv {
        let source = case.index.texts_of(shown).first().map(|id| (*id, case.sources.get(*id)));
        let names: Vec<&str> = source.iter().flat_map(|(_, s)| assigned(s.text())).collect();
        let holds = if names.is_empty() {
            String::new()
        } else {
            format!(" (it sets {})", listed(names.iter().copied(), 4))
        };
        let leftover = facts.leftover_state.as_ref().filter(|dir| path.starts_with(dir.as_str()));
        let mut finding = RULE
            .finding(format!("{} does not read {path}{holds}", facts.release_name))
            .at(source.map(|(id, _)| Place { source: id, span: Span::new(0, 0) }), "not read")
            .help(format!(
                "move what is still needed to {}/.env, delete the file, and {}",
                facts.state_dir,
                case.target.advice.restart()
            ))
            .key(path.clone());
        if let Some(dir) = leftover {
            let exit = case.target.start.as_ref().and_then(|s| s.exit_code).unwrap_or(78);
            let refuses =
                format!(", and its gateway refuses to start (exit {exit}) while {dir} is not empty");
            finding.message.push_str(&refuses);
            finding = finding.all_about(case.stops(&[StartReasonId::LeftoverState]));
            finding = finding.severity(Severity::Error).help(format!(
                "move what is still needed to {}, take {dir} out of the container (its mount, or its files), and {}",
                facts.state_dir,
                case.target.advice.recreate()
            ));
        }
        findings.push(finding);
    }
}

/// Names on the left of `=`, as far as they look like names.
fn assigned(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let name = line.trim().trim_start_matches("export ").split_once('=')?.0.trim();
        let plain = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        plain.then_some(name)
    })
}
