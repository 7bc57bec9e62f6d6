//! CD201

use crate::rules::support::proposals::{NewValue, Proposal};
use crate::rules::{Rule, RuleContext, Sink, Yield, listed, support::fixes};
use crate::{
    openclaw::release::catalog::Catalog,
    provenance::{Candidate, Shadowed, Variable},
    secrets,
    vocabulary::{
        deployment::Role,
        finding::{About, Confidence, Finding, Impact, Severity},
    },
};
use crate::{provenance::StepKind, rules::support::common::variables_in};

pub(crate) static RULE: Rule = Rule {
    id: "CD201",
    name: "blank-passthrough",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a variable is empty and hides a value of a weaker place",
    impact: Impact::Credential,
    effect: "an empty value hides the one that is meant",
    page: include_str!("../../../docs/rules/CD201.md"),
    since: "0.1.0",
    yields_to: &[Yield::on_place("CD105")],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role == Role::Other {
        return;
    }
    let mut harmless = Vec::new();
    for variable in &case.target.environment {
        if variable.winner.is_none() {
            findings.extend(without_value(case, variable));
            continue;
        }
        let Some(blank) = variable.winner.as_ref().filter(|w| w.is_blank()) else {
            continue;
        };
        match hidden(case, variable) {
            Some(loser) => findings.push(hides(case, blank, loser)),
            None => harmless.push((variable, blank)),
        }
    }
    // A credential that is blank is a trap set; anything else blank is how compose files say "optional".
    let (traps, rest): (Vec<_>, Vec<_>) =
        harmless.into_iter().partition(|(v, _)| is_credential(&v.name) && !is_made_up(case, &v.name));
    findings.extend(trap(case, &traps));
    findings.extend(optional(case, &rest));
}

/// A name without a value that `docker compose` finds nowhere takes the variable out of the
/// container, with what `env_file:` or the image has for it.
fn without_value(case: &RuleContext<'_>, variable: &Variable) -> Option<Finding> {
    let hidden = variable.losers.iter().find(|l| !l.candidate.is_blank())?;
    let name = &variable.name;
    Some(
        RULE.finding(format!(
            "{name} is listed in `environment:` without a value, is set nowhere, and so hides the value of {} ({})",
            case.at(&hidden.candidate),
            hidden.candidate.layer
        ))
        .at(hidden.candidate.root(), "this value is not used")
        .help(format!("remove {name} from `environment:`, and {}", case.target.advice.recreate()))
        .key(name.clone()),
    )
}

/// The value that a blank hides: of the project, or of OpenClaw's own files.
fn hidden<'a>(case: &RuleContext<'a>, variable: &'a Variable) -> Option<&'a Shadowed> {
    let of_process = case.target.process_environment.iter().flatten().find(|v| v.name == variable.name);
    // env.vars fill a blank: then it hides nothing.
    if of_process.and_then(Variable::value).is_some_and(|v| !v.is_blank()) {
        return None;
    }
    let losers = variable.losers.iter().chain(of_process.iter().flat_map(|v| &v.losers));
    losers.into_iter().find(|l| !l.candidate.is_blank())
}

fn hides(case: &RuleContext<'_>, blank: &Candidate, loser: &Shadowed) -> Finding {
    let name = &blank.name;
    RULE.finding(format!(
        "{name} is empty in {} and hides the value of {} ({})",
        case.at(blank),
        case.at(&loser.candidate),
        loser.candidate.layer
    ))
    .at(blank.written(), "resolves to nothing, and an empty variable is a set variable")
    .and(loser.candidate.root(), "this value is not used")
    .help(match case.target.advice.has_compose_file() {
        true => format!(
            "remove {name} from `environment:`, or give it a value in {}, and {}",
            case.target.advice.values(),
            case.target.advice.recreate()
        ),
        false => format!("leave {name} out, or give it a value: {}", case.target.advice.recreate()),
    })
    .key(name.clone())
    .fix(fixes::blank(case, &[blank], Some(loser.candidate.layer)))
}

/// A value for the gateway's credential, which its clients need; the others go as well as get one.
fn filled(case: &RuleContext<'_>, blanks: &[(&Variable, &Candidate)]) -> Proposal {
    // A name of another release is better taken out.
    let is_own = |name: &str| case.target.facts.as_ref().is_some_and(|f| name.starts_with(f.prefix));
    let of_gateway = |name: &str| crate::secrets::is_gateway_credential(name) && is_own(name);
    let source = |blank: &Candidate| {
        let names = blank.via.iter().filter_map(|via| match &via.step {
            StepKind::Interpolation { shown } => variables_in(shown).first().map(|name| (*name).to_owned()),
            _ => None,
        });
        names.last()
    };
    let one = |blank: &Candidate| match source(blank).filter(|_| of_gateway(&blank.name)) {
        Some(name) => case.set_value(&name, NewValue::Random),
        None if of_gateway(&blank.name) && blank.via.is_empty() => case.move_out("", blank, NewValue::Random),
        None => case.take_out("", blank.place),
    };
    let credential = blanks.iter().find(|(v, _)| of_gateway(&v.name));
    let says = match credential {
        Some((variable, _)) if blanks.len() == 1 => {
            format!("give {} a value in {}, or remove the line", variable.name, case.target.advice.values())
        }
        Some((variable, _)) => format!(
            "give {} a value in {}, and the others one, or remove their lines",
            variable.name,
            case.target.advice.values()
        ),
        None => "give it a value, or remove the line".to_owned(),
    };
    match blanks.iter().map(|(_, blank)| one(blank)).reduce(|all, one| all.and("", one)) {
        Some(all) => all.said(says),
        None => Proposal::words(says),
    }
}

fn trap(case: &RuleContext<'_>, blanks: &[(&Variable, &Candidate)]) -> Option<Finding> {
    let (_, first) = blanks.first()?;
    let names = listed(blanks.iter().map(|(v, _)| v.name.as_str()), 4);
    let mut finding = RULE
        .finding(format!(
            "{} passes {names} empty: OpenClaw then ignores a value in its own .env files",
            case.subject()
        ))
        .severity(Severity::Warning)
        .at(first.written(), "resolves to nothing")
        .propose(filled(case, blanks), ": a variable that is not there can still come from OpenClaw's .env")
        .key(first.name.clone())
        .fix(fixes::blank(case, &blanks.iter().map(|(_, b)| *b).collect::<Vec<_>>(), None));
    finding = finding.all_about(blanks.iter().map(|(v, _)| About::Variable(v.name.clone())));
    for (_, blank) in blanks.iter().skip(1).take(3) {
        finding = finding.again(blank.written(), "so does this");
    }
    Some(finding)
}

fn optional(case: &RuleContext<'_>, blanks: &[(&Variable, &Candidate)]) -> Option<Finding> {
    let (_, first) = blanks.first()?;
    let names = listed(blanks.iter().map(|(v, _)| v.name.as_str()), 4);
    Some(
        RULE.finding(format!("{} passes blank variables: {names}", case.subject()))
            .severity(Severity::Info)
            .at(first.written(), "resolves to nothing")
            .all_about(blanks.iter().map(|(v, _)| About::Variable(v.name.clone())))
            .key(first.name.clone()),
    )
}

/// A blank token is how one asks the start script of some images to make one up.
fn is_made_up(case: &RuleContext<'_>, name: &str) -> bool {
    name.ends_with("GATEWAY_TOKEN") && case.target.facts.as_ref().is_some_and(|f| f.image.makes_up_token())
}

/// OpenClaw itself takes it for a credential: what other programs read may well be optional.
fn is_credential(name: &str) -> bool {
    secrets::is_gateway_credential(name) || Catalog::newest().credential_variables().any(|v| v == name)
}
