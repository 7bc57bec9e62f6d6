//! CD207

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    model::{
        project_facts::{Beside, ProjectFacts},
        target::TargetKind,
    },
    text::source::{Place, Span},
    vocabulary::finding::{About, Confidence, Finding, Impact, Severity},
};
use std::path::Path;

pub(crate) static RULE: Rule = Rule {
    id: "CD207",
    name: "wrong-compose-set",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a compose file next to the ones in use is not used",
    impact: Impact::Ignored,
    effect: "a compose file is not used",
    page: include_str!("../../../docs/rules/CD207.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.kind == TargetKind::Container {
        findings.extend(created_without(case));
    } else if let Some(whole) = case.whole_once() {
        findings.extend(whole.beside.iter().filter_map(|beside| passed_over(case, whole, beside)));
    }
}

/// A container that was made with `-f`, which leaves the override out.
fn created_without(case: &RuleContext<'_>) -> Option<Finding> {
    let whole = case.whole?;
    let beside = whole.beside.iter().find(|b| b.is_override && belongs(whole, b))?;
    Some(
        RULE.finding(format!(
            "{} was created without {}, which `docker compose up -d` in {} adds by itself",
            case.subject(),
            name(&beside.path),
            whole.directory.display()
        ))
        .at(start(whole), "created from this file")
        .help(format!(
            "if the container is meant to have it: run `docker compose up -d` in {}",
            whole.directory.display()
        ))
        .key(name(&beside.path))
        .about(About::ComposeFiles),
    )
}

fn passed_over(case: &RuleContext<'_>, whole: &ProjectFacts, beside: &Beside) -> Option<Finding> {
    let used = whole.files.iter().find(|f| f.parent() == beside.path.parent())?;
    let (used, other) = (name(used), name(&beside.path));
    if whole.named && case.is_fragment() && !beside.is_override {
        let service = case.target.service.as_deref().unwrap_or_default();
        return Some(
            RULE.finding(format!(
                "{used} has only a part of service {service}, and belongs to {other} next to it: its findings alone do not count"
            ))
            .severity(Severity::Info)
            .at(start(whole), "a part of a project")
            .help(format!("name both: `clawdock lint -f {other} -f {used}`"))
            .key(other.clone())
            .about(About::ComposeFiles),
        );
    }
    if whole.named {
        // Which of several files is meant was said; that an override is left out by it is not.
        let left_out = beside.is_override && belongs(whole, beside) && !has_override(whole);
        return left_out.then(|| {
            RULE.finding(format!("{other} is not used: Compose adds it only when no file is named"))
                .severity(Severity::Info)
                .at(start(whole), "this file is named")
                .help(format!("if it is meant to be used, name it after {used}: `-f {used} -f {other}`"))
                .key(other.clone())
                .about(About::ComposeFiles)
        });
    }
    let finding = RULE
        .finding(format!("Compose uses {used}, and ignores {other} next to it"))
        .at(start(whole), "this file is used")
        .key(other.clone())
        .about(About::ComposeFiles);
    Some(if beside.is_copy {
        finding
            .severity(Severity::Info)
            .help(format!("the two are the same now: remove {other} before one of them is edited alone"))
    } else {
        finding.help(format!(
            "remove or rename the one that is not meant; to use {other}: `docker compose -f {other} up -d {}`",
            case.target.service.as_deref().unwrap_or_default()
        ))
    })
}

/// `docker-compose.override.yml` is an override of `docker-compose.yml`.
fn belongs(whole: &ProjectFacts, beside: &Beside) -> bool {
    let stem = |path: &Path| name(path).split('.').next().unwrap_or_default().to_owned();
    whole.files.iter().any(|f| f.parent() == beside.path.parent() && stem(f) == stem(&beside.path))
}

fn has_override(whole: &ProjectFacts) -> bool {
    whole.files.iter().any(|f| name(f).contains(".override."))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn start(whole: &ProjectFacts) -> Option<Place> {
    whole.texts.first().map(|source| Place { source: *source, span: Span::default() })
}
