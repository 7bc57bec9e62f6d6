//! CD209

use crate::rules::{Rule, RuleContext, Sink, listed, support::fixes};
use crate::{
    provenance::{Candidate, Layer, Variable},
    syntax::dotenv::compare::{Compared, DotenvDialect},
    text::source::{Place, Source, SourceId},
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, FixKind, Impact, Severity},
        setting::Resolution,
    },
};
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "CD209",
    name: "dotenv-portability",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a line of a dotenv file is read differently by those who read the file",
    impact: Impact::Hygiene,
    effect: "programs read a line of an env file differently",
    page: include_str!("../../../docs/rules/CD209.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// A file that is longer is no file of settings.
const LONGEST: usize = 256 << 10;

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    for (id, source) in case.read_dotenvs() {
        if source.text().len() > LONGEST {
            continue;
        }
        let readers = readers(case, id, source);
        if readers.is_empty() {
            continue;
        }
        let used = used(case, id);
        let mut elsewhere = Vec::new();
        let compared = case.index.compared(id);
        for line in compared.at(used) {
            match judge(case, id, line, &readers) {
                Some(finding) => findings.push(finding),
                None => elsewhere.push(line),
            }
        }
        findings.extend(others(id, &elsewhere, &readers));
    }
}

/// Who reads the file in this project.
fn readers(case: &RuleContext<'_>, id: SourceId, source: &Source) -> BTreeSet<DotenvDialect> {
    let path = source.name.to_string();
    let mut readers = BTreeSet::new();
    for seen in case.target.sources.iter().filter(|s| s.state.is_read() && s.path == path) {
        match seen.layer {
            Layer::ComposeEnvFile if is_raw(case, id, source) => _ = readers.insert(DotenvDialect::DockerRun),
            layer if layer.is_env_file_of_compose() => _ = readers.insert(DotenvDialect::Compose),
            layer if layer.is_dotenv_of_openclaw() && case.target.role != Role::Other => {
                readers.insert(DotenvDialect::Node);
            }
            _ => {}
        }
    }
    readers
}

/// `format: raw`: a value lies where Compose's own dialect has none, or has its quotes.
fn is_raw(case: &RuleContext<'_>, id: SourceId, source: &Source) -> bool {
    let compared = case.index.compared(id);
    let is_raw = |c: &Candidate| {
        let Some(place) = c.place.filter(|p| p.source == id) else { return false };
        let written = source.text().get(place.span.range()).unwrap_or_default();
        let quoted =
            written.starts_with(['"', '\'']) && c.value.as_ref().is_some_and(|v| v.expose() == written);
        // A bare name is written where its name is.
        quoted
            || (c.value.as_ref().is_some_and(|v| v.expose() == written)
                && !compared.is_value_of_compose(place.span))
    };
    candidates(&case.target.environment).any(is_raw)
}

fn candidates(variables: &[Variable]) -> impl Iterator<Item = &Candidate> {
    variables.iter().flat_map(Variable::candidates)
}

/// Where the values are written that this project takes out of the file.
fn used(case: &RuleContext<'_>, id: SourceId) -> BTreeSet<u32> {
    let target = case.target;
    let variables = candidates(&target.environment)
        .chain(target.process_environment.iter().flat_map(|process| candidates(process)));
    let views = target.settings.iter().flat_map(|s| &s.views);
    let settings = views.flat_map(Resolution::candidates);
    let places = variables.chain(settings).flat_map(|c| c.via.iter().filter_map(|v| v.place).chain(c.place));
    places.filter(|p| p.source == id).map(|p| p.span.start).collect()
}

/// A difference that changes what this project gets.
fn judge(
    case: &RuleContext<'_>,
    id: SourceId,
    line: &Compared,
    readers: &BTreeSet<DotenvDialect>,
) -> Option<Finding> {
    let readers: Vec<DotenvDialect> = readers.iter().copied().collect();
    let first = *readers.first()?;
    let secret = case.is_credential(&line.name);
    if let Some(other) = readers.iter().find(|r| !line.agree(first, **r)) {
        let both = [first, *other];
        let said = both.map(|d| format!("{} {}", named(d, true), line.words(d, &both)));
        let message = format!("{} is read in two ways here: {}", line.name, said.join("; "));
        let severity = if secret { Severity::Warning } else { Severity::Info };
        return Some(finding(case, id, line, message, first, FixKind::Unsafe).severity(severity));
    }
    // What follows a `$` is meant for Compose alone.
    if !secret || (first == DotenvDialect::Compose && line.has_dollar()) {
        return None;
    }
    let others: Vec<DotenvDialect> = DotenvDialect::ALL
        .into_iter()
        .filter(|d| line.value(*d).is_some() && !line.agree(first, *d))
        .collect();
    let agreed = others.iter().find(|a| others.iter().any(|b| b > *a && line.agree(**a, *b)))?;
    let both = [first, *agreed];
    let message = format!(
        "{} is not what it looks like: {} {}; {} {}",
        line.name,
        named(first, true),
        line.words(first, &both),
        named(*agreed, false),
        line.words(*agreed, &both)
    );
    Some(finding(case, id, line, message, first, FixKind::Safe))
}

fn finding(
    case: &RuleContext<'_>,
    id: SourceId,
    line: &Compared,
    message: String,
    first: DotenvDialect,
    kind: FixKind,
) -> Finding {
    let place = Place { source: id, span: line.value_span };
    // What follows a `$` is not what is written.
    let value = line.value(first).filter(|_| !line.has_dollar());
    RULE.finding(message)
        .at(Some(place), "read in more than one way")
        .fix(value.and_then(|value| fixes::plain(case, place, &line.name, value, kind)))
        .help(format!("{FIX}, and {}", case.target.advice.recreate()))
        .key(&*line.name)
}

const FIX: &str = "write the value without quotes, blanks, # and $, which every reader takes as it is; where it \
                   needs them, give each reader a file of its own";

/// What would be different for others who commonly read such a file: once for each file.
fn others(id: SourceId, lines: &[&Compared], readers: &BTreeSet<DotenvDialect>) -> Option<Finding> {
    let first = *readers.iter().find(|r| **r == DotenvDialect::Compose)?;
    let differing = |other: DotenvDialect| -> Vec<&Compared> {
        let differs = |l: &&&Compared| l.value(first).is_some() && !l.agree(first, other);
        lines.iter().filter(differs).copied().collect()
    };
    let found = [DotenvDialect::DockerRun, DotenvDialect::Shell].map(|other| (other, differing(other)));
    let mut said = Vec::new();
    for (other, lines) in found.iter().filter(|(_, lines)| !lines.is_empty()) {
        let names = listed(lines.iter().map(|l| &*l.name), 3);
        let how = lines[0].words(*other, &[first, *other]);
        said.push(format!(
            "{} would read {names} differently ({}: {how})",
            named(*other, false),
            lines[0].name
        ));
    }
    let line = found.iter().find_map(|(_, lines)| lines.first())?;
    let who = if readers.len() == 1 { "only Compose reads" } else { "Compose and OpenClaw read" };
    let message = format!("{who} this file here; {}", said.join("; "));
    let place = Place { source: id, span: line.value_span };
    Some(RULE.finding(message).severity(Severity::Info).at(Some(place), "not the same to others"))
}

fn named(dialect: DotenvDialect, used: bool) -> &'static str {
    match dialect {
        DotenvDialect::Compose => "Compose",
        DotenvDialect::DockerRun if used => "`format: raw`",
        DotenvDialect::DockerRun => "`docker run --env-file`",
        DotenvDialect::Node => "OpenClaw",
        DotenvDialect::Shell => "a shell",
    }
}
