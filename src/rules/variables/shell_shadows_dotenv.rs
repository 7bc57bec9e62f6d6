//! CD203

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    fix::dotenv,
    model::project_facts::EnvFileLine,
    text::secret::Text,
    vocabulary::finding::{Confidence, FixChoice, FixKind, Impact, KeptSide, Severity},
};
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "CD203",
    name: "shell-shadows-dotenv",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a variable of the shell takes the place of a different value in .env",
    impact: Impact::Ignored,
    effect: "the shell replaces a value of .env",
    page: include_str!("../../../docs/rules/CD203.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(whole) = case.whole_once() else { return };
    let mut told = BTreeSet::new();
    for line in &whole.dotenv {
        let (Some(value), Some(shell)) = (&line.value, &line.shell) else { continue };
        let name = &line.name;
        // What `$` becomes is not known here: the two may be the same in the end.
        if line.template && value.expose().contains('$') || value == shell {
            continue;
        }
        if !(name.starts_with("COMPOSE_") || case.occurs(name) || is_taken(case, name)) || !told.insert(name)
        {
            continue;
        }
        let holds = if shell.is_blank() { "holds nothing" } else { "holds another value" };
        findings.push(
            RULE.finding(format!(
                "the shell has {name} too, where it {holds}, and Compose takes the shell's in place of {}",
                case.sources.brief(line.place)
            ))
            .at(Some(line.place), "not used in this shell")
            .help(format!("take it out of the shell (`unset {name}`), and {}", case.target.advice.recreate()))
            .key(name.clone())
            .choose(choices_of(case, line, shell)),
        );
    }
}

/// The file gets the shell's value, or the shell loses it: a program cannot take it out of the shell that
/// started it.
fn choices_of(case: &RuleContext<'_>, line: &EnvFileLine, shell: &Text) -> Vec<FixChoice> {
    let name = &line.name;
    let written = dotenv::set(line.place, shell.expose(), case.sources).filter(|_| !shell.is_blank());
    let title = format!("write the shell's value of {name} at {}", case.sources.brief(line.place));
    let Some(edits) = written.filter(|_| fixes::has_files(case)) else { return Vec::new() };
    let unset = format!("run `unset {name}`, then {}", case.target.advice.recreate());
    vec![
        FixChoice {
            keeps: format!("{name} of the shell"),
            side: Some(KeptSide::Shell),
            places: Vec::new(),
            fix: fixes::of(title, FixKind::Unsafe, edits),
        },
        FixChoice {
            keeps: format!("{name} ({})", case.sources.brief(line.place)),
            side: Some(KeptSide::Env),
            places: vec![line.place],
            fix: fixes::by_hand(format!("take {name} out of the shell"), unset),
        },
    ]
}

/// A value of some container comes from the shell's variable.
fn is_taken(case: &RuleContext<'_>, name: &str) -> bool {
    case.index.is_taken_from_shell(name)
}
