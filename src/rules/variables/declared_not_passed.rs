//! CD205

use crate::rules::{Rule, RuleContext, Sink, listed, support::common::variables_in};
use crate::{
    model::project_facts::EnvFileLine,
    openclaw::release::catalog::Catalog,
    text::{nearest::nearest, secret::Text},
    vocabulary::finding::{Confidence, Finding, Impact, Severity},
};
use std::collections::{BTreeSet, HashSet};

pub(crate) static RULE: Rule = Rule {
    id: "CD205",
    name: "declared-not-passed",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a variable of the project's .env reaches no container",
    impact: Impact::Ignored,
    effect: "a variable of .env does not reach any container",
    page: include_str!("../../../docs/rules/CD205.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    // What the rest of the project passes is not known of a part.
    let Some(whole) = case.whole_once().filter(|_| !case.is_fragment()) else { return };
    let mut seen = BTreeSet::new();
    let values = whole.dotenv.iter().filter_map(|l| l.value.as_ref());
    let in_lines: HashSet<&str> = values.flat_map(|value| variables_in(value.expose())).collect();
    let unused: Vec<&EnvFileLine> = whole
        .dotenv
        .iter()
        .filter(|line| seen.insert(&line.name) && is_meant(&line.name) && !is_used(case, &in_lines, line))
        .collect();
    let of_openclaw =
        |line: &&&EnvFileLine| reads(&line.name) && line.value.as_ref().is_some_and(|v: &Text| !v.is_blank());
    let important: Vec<&EnvFileLine> = unused.iter().filter(of_openclaw).copied().collect();
    let rest: Vec<&EnvFileLine> = unused.iter().filter(|line| !of_openclaw(line)).copied().collect();
    findings.extend(important.iter().map(|line| passed_nowhere(case, line)));
    findings.extend(others(case, &rest));
}

fn passed_nowhere(case: &RuleContext<'_>, line: &EnvFileLine) -> Finding {
    let name = &line.name;
    RULE.finding(format!(
        "{name} is set at {}, and no service of this project gets it: OpenClaw would read it",
        case.sources.brief(line.name_place)
    ))
    .at(Some(line.name_place), "reaches no container")
    .help(format!(
        "add `{name}: ${{{name}}}` to the `environment:` of {}, and {}",
        case.target.name,
        case.target.advice.recreate()
    ))
    .key(name.clone())
}

fn others(case: &RuleContext<'_>, lines: &[&EnvFileLine]) -> Option<Finding> {
    let first = lines.first()?;
    let names = listed(lines.iter().map(|l| l.name.as_str()), 6);
    let near = lines.iter().find_map(|line| Some((line, like(case, &line.name)?)));
    let help = match near {
        Some((line, known)) => format!("if {} is meant to be {known}, rename it", line.name),
        None => "remove what is left over, or use it in the compose file".to_owned(),
    };
    let finding = RULE
        .finding(format!("nothing in the compose files uses {names}"))
        .at(Some(near.map_or(first.name_place, |(line, _)| line.name_place)), "not used")
        .help(help)
        .key(first.name.clone());
    Some(if near.is_some() {
        finding.confidence(Confidence::Medium)
    } else {
        finding.severity(Severity::Info)
    })
}

/// A name that the project uses, or that OpenClaw reads, and that differs in a few letters.
fn like<'a>(case: &'a RuleContext<'_>, name: &str) -> Option<&'a str> {
    let unset = case.index.unset_names().iter().copied();
    let near = nearest(name, unset).or_else(|| nearest(name, Catalog::newest().credential_variables()));
    near.filter(|known| *known != name)
}

/// Compose and the engine read some names themselves; OpenClaw's setup script writes more of them
/// than its compose file uses.
fn is_meant(name: &str) -> bool {
    let own = ["COMPOSE_", "DOCKER_", "BUILDKIT_", "BUILDX_", "PODMAN_"];
    !own.iter().any(|p| name.starts_with(p)) && !Catalog::newest().compose_only.contains(&name)
}

fn is_used(case: &RuleContext<'_>, in_lines: &HashSet<&str>, line: &EnvFileLine) -> bool {
    let name = line.name.as_str();
    case.occurs(name) || in_lines.contains(name) || is_handed_over(case, line)
}

/// The file as a whole goes to a service: as its `env_file`, or mounted.
fn is_handed_over(case: &RuleContext<'_>, line: &EnvFileLine) -> bool {
    case.index.is_handed_over(line.place.source)
}

fn reads(name: &str) -> bool {
    let catalog = Catalog::newest();
    catalog.read.contains(&name)
        || catalog.channels.contains(&name)
        || catalog.web_search.contains(&name)
        || catalog.credential_variables().any(|v| v == name)
}
