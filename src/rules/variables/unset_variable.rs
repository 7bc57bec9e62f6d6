//! CD216

use crate::rules::support::proposals::{NewValue, Proposal};
use crate::rules::{
    Rule, RuleContext, Sink, Yield, listed,
    support::{fixes, platform},
};
use crate::{
    provenance::{Candidate, Layer, StepKind},
    redact, secrets,
    text::{
        secret::js_trim,
        source::{Language, Place},
    },
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Fix, FixKind, Impact, Severity, Warning},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD216",
    name: "unset-variable",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a variable is not set, and Compose puts nothing in its place",
    impact: Impact::Ignored,
    effect: "a variable that is not set becomes empty",
    page: include_str!("../../../docs/rules/CD216.md"),
    since: "0.1.0",
    // They say what becomes of it.
    yields_to: &[Yield::on_place("CD210"), Yield::on_place("CD408")],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let mut told: Vec<(&str, Finding)> = Vec::new();
    let mut blanks: Vec<(&str, Place)> = Vec::new();
    for warning in &case.target.warnings {
        let (Some(name), Some(place)) = (&warning.unset, warning.place) else { continue };
        // The platform sets it.
        if platform::is_magic(name) && case.runs_openclaw() {
            continue;
        }
        if is_blank_variable(case, place) {
            blanks.push((name, place));
            continue;
        }
        // One variable is one thing to set, however often it is used.
        match told.iter_mut().find(|(known, f)| known == name && same_kind(case, f.place, place)) {
            Some((_, finding)) if finding.related.len() < 4 => {
                *finding = finding.clone().again(Some(place), "and here");
            }
            Some(_) => {}
            None => told.push((name, finding(case, warning, name, place))),
        }
    }
    findings.extend(told.into_iter().map(|(_, finding)| finding));
    findings.extend(optional(case, &blanks));
}

/// Variables that arrive blank as a whole, as compose files have it for "optional". CD201 says it
/// of what runs OpenClaw.
fn optional(case: &RuleContext<'_>, blanks: &[(&str, Place)]) -> Option<Finding> {
    let (_, first) = blanks.first().filter(|_| case.target.role == Role::Other)?;
    let named = |place: &Place| redact::interpolation(written(case, *place));
    let names: Vec<String> = blanks.iter().map(|(_, place)| named(place)).collect();
    let names = listed(names.iter().map(String::as_str), 4);
    Some(
        RULE.finding(format!("{} passes blank variables, as nothing sets {names}", case.subject()))
            .severity(Severity::Info)
            .at(Some(*first), "not set")
            .help(format!("set it in {}, or write ${{NAME:-}} where nothing is meant", files(case))),
    )
}

fn written<'a>(case: &RuleContext<'a>, place: Place) -> &'a str {
    case.sources.get(place.source).text().get(place.span.range()).unwrap_or_default()
}

fn finding(case: &RuleContext<'_>, warning: &Warning, name: &str, place: Place) -> Finding {
    let source = case.sources.get(place.source);
    let written = written(case, place);
    // What follows a `$` in a password looks like a name, and is none.
    let sure = (redact::interpolation(written).contains(name) || is_declared(case, name))
        && written.starts_with('$');
    let in_dotenv = source.language == Language::Dotenv;
    let message = match (sure, in_dotenv) {
        (true, _) => format!("{name} is not set: Compose puts nothing in its place"),
        (false, true) => "Compose reads what follows a $ as a variable that is not set, and drops it".into(),
        (false, false) => "a $ names a variable that is not set: Compose puts nothing in its place".into(),
    };
    let here = files(case);
    let set = match sure {
        true => {
            format!("set {name} in {here} or in the shell, or write ${{{name}:-}} where nothing is meant")
        }
        false => format!("set the variable in {here} or in the shell"),
    };
    let help = if in_dotenv {
        format!("put the value in single quotes if the $ belongs to the value; else {set}")
    } else if written.starts_with("${") {
        set
    } else {
        format!("{set}; a $ that is meant as such is written $$")
    };
    let proposal = match sure && !in_dotenv {
        true => case.set_value(name, NewValue::Theirs).said(help),
        false => Proposal::words(help),
    };
    let mut finding =
        RULE.finding(message).at(warning.place, "not set").propose(proposal, "").fix(of_sample(case, name));
    if let Some(platform) = platform::supplies(case, name) {
        finding.message.push_str(&format!(", unless {} sets it", platform.name()));
        finding = finding.severity(Severity::Info);
    }
    if sure { finding.key(name) } else { finding }
}

/// The value that the project's own example has for it, where that is one to be used as it is.
fn of_sample(case: &RuleContext<'_>, name: &str) -> Option<Fix> {
    let value = case.index.value_of_sample(name)?;
    let is_meant = !js_trim(value).is_empty()
        && !secrets::names_credential(name)
        && !secrets::is_placeholder(value)
        && !value.contains(['$', '<', '{']);
    let proposal = case.set_value(name, NewValue::Same(value));
    let edits = proposal.into_edits().filter(|_| is_meant && fixes::has_files(case))?;
    Some(fixes::of(format!("set {name} as the example of the project does"), FixKind::Unsafe, edits))
}

/// An example of an env file has a line for it: it is a variable, and no part of a password.
fn is_declared(case: &RuleContext<'_>, name: &str) -> bool {
    case.index.is_in_a_sample(name)
}

/// The env files of the project, for a sentence.
fn files(case: &RuleContext<'_>) -> String {
    let mut given = case.target.sources.iter().filter(|s| s.layer == Layer::CliEnvFile && s.state.is_there());
    let file_name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    match given.next_back() {
        Some(file) => file_name(&file.path),
        None => case.target.advice.values().to_owned(),
    }
}

/// A `$` of a dotenv file is another story than that of a compose file.
fn same_kind(case: &RuleContext<'_>, a: Option<Place>, b: Place) -> bool {
    a.is_some_and(|a| case.sources.get(a.source).language == case.sources.get(b.source).language)
}

/// The expression at `place` makes variables of the container, and all of them are blank.
fn is_blank_variable(case: &RuleContext<'_>, place: Place) -> bool {
    let uses = |c: &&Candidate| {
        c.via.iter().any(|v| matches!(v.step, StepKind::Interpolation { .. }) && v.place == Some(place))
    };
    // In a dotenv file nobody writes `$` to say "optional".
    let in_dotenv = case.sources.get(place.source).language == Language::Dotenv;
    let all = case.target.environment.iter().filter_map(|v| v.winner.as_ref());
    let mut made_of_it = all.filter(uses).peekable();
    !in_dotenv && made_of_it.peek().is_some() && made_of_it.all(Candidate::is_blank)
}
