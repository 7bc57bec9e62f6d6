//! CD219

use crate::rules::{Rule, RuleContext, Sink, Yield};
use crate::{
    model::project_facts::EnvFileLine,
    openclaw::settings::any_key::{self, Resolved},
    provenance::{Candidate, Layer, Reason, Shadowed, StepKind, Variable, reason::Filter},
    secrets,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
        setting::{Category, Setting},
    },
};
use std::collections::{BTreeSet, HashMap};

pub(crate) static RULE: Rule = Rule {
    id: "CD219",
    name: "value-not-used",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "two places hold different values for one setting, and one of them is not used",
    impact: Impact::Ignored,
    effect: "a value that somebody wrote is not used",
    page: include_str!("../../../docs/rules/CD219.md"),
    since: "0.1.0",
    // Each of them says more of what comes of it.
    yields_to: &[
        Yield::on_place("CD101"),
        Yield::on_place("CD102"),
        Yield::on_place("CD103"),
        Yield::on_place("CD104"),
        Yield::on_place("CD107"),
        Yield::on_place("CD110"),
        Yield::on_place("CD202"),
        Yield::on_place("CD203"),
        Yield::on_place("CD204"),
        Yield::on_place("CD206"),
        Yield::on_place("CD208"),
        Yield::on_place("CD212"),
        Yield::on_place("CD213"),
        Yield::on_place("CD214"),
        Yield::on_place("CD301"),
        Yield::on_place("CD302"),
        Yield::on_place("CD303"),
        Yield::on_place("CD415"),
        Yield::on_place("CD503"),
    ],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let Some(facts) = &target.facts else { return };
    findings.extend(lines_beside_literals(case));
    // The gateway has the same files.
    if target.role == Role::Cli && case.gateways().next().is_some() {
        return;
    }
    let channels = any_key::channel_settings(&Resolved {
        role: target.role,
        model: facts,
        settings: &target.settings,
        environment: &target.environment,
        project: &[],
    });
    let mut told = BTreeSet::new();
    for setting in target.settings.iter().chain(&channels) {
        told.extend(setting.variables.iter().map(String::as_str));
        let Some(view) = setting.views.first() else { continue };
        let lost = view.losers.iter().chain(&view.ignored);
        let name = setting.name();
        findings.extend(overridden(case, &name, view.winner.as_ref(), lost, weight(setting)));
    }
    for variable in facts.env.iter() {
        let lost: Vec<&Shadowed> = variable.losers.iter().chain(facts.env.ignored(&variable.name)).collect();
        findings.extend(changed_at_start(case, variable, &lost));
    }
    for variable in facts.env.iter().filter(|v| !told.contains(v.name.as_str())) {
        let name = variable.name.as_str();
        let Some(severity) = weight_of(name) else { continue };
        let lost = variable.losers.iter().chain(facts.env.ignored(name));
        findings.extend(overridden(case, name, variable.winner.as_ref(), lost, severity));
    }
    let names: BTreeSet<&str> = facts.env.names().collect();
    for name in names {
        let now = facts.env.get(name);
        if now.is_none() {
            let gone = Variable { name: name.to_owned(), winner: None, losers: Vec::new() };
            let lost: Vec<&Shadowed> = facts.env.ignored(name).collect();
            findings.extend(changed_at_start(case, &gone, &lost));
        }
        let is_set = now.is_some_and(|v| v.winner.as_ref().is_some_and(|w| !w.is_blank()));
        let dropped = facts.env.ignored(name).find(|l| l.reason == Reason::Dropped(Filter::ConfigEnv));
        if let Some(dropped) = dropped.filter(|_| !is_set) {
            findings.push(no_effect(case, name, dropped));
        }
    }
}

/// A secret or an address that is not used surprises; a path or a port is worth knowing.
fn weight(setting: &Setting) -> Severity {
    match setting.category {
        _ if setting.secret => Severity::Warning,
        Category::BaseUrl | Category::Proxy | Category::Tls => Severity::Warning,
        Category::Other if setting.name().starts_with("channels.") => Severity::Warning,
        _ => Severity::Info,
    }
}

/// The same of a variable that is no setting of its own; none for what is neither a secret nor an
/// address, a path or a port.
fn weight_of(name: &str) -> Option<Severity> {
    const ADDRESSES: [&str; 5] = ["_URL", "_URI", "_HOST", "_ENDPOINT", "_PROXY"];
    const PATHS: [&str; 6] = ["_PORT", "_DIR", "_PATH", "_HOME", "_FILE", "_ROOT"];
    let upper = name.to_ascii_uppercase();
    let ends = |list: &[&str]| list.iter().any(|end| upper.ends_with(end));
    if secrets::is_secret_name(name) || ends(&ADDRESSES) {
        return Some(Severity::Warning);
    }
    ends(&PATHS).then_some(Severity::Info)
}

/// One finding for each value that loses, so that each yields to the rule that says more of it.
fn overridden<'a>(
    case: &RuleContext<'_>,
    key: &str,
    winner: Option<&Candidate>,
    lost: impl Iterator<Item = &'a Shadowed>,
    severity: Severity,
) -> Vec<Finding> {
    let is_used = |w: &&Candidate| {
        !w.is_blank() && w.value.is_some() && !matches!(w.layer, Layer::Default | Layer::AuthProfile)
    };
    let Some(winner) = winner.filter(is_used) else { return Vec::new() };
    // `HTTP_PROXY` gives way to `HTTPS_PROXY` there, and is used for what is not encrypted.
    let lost = lost.filter(|loser| !is_used_elsewhere(case, key, &loser.candidate));
    let (lost, other): (Vec<&Shadowed>, Vec<&Shadowed>) = lost.partition(|loser| loses(case, winner, loser));
    let mut values: Vec<Vec<&Shadowed>> = Vec::new();
    let is_one = |value: &[&Shadowed], l: &Shadowed| value[0].candidate.agrees(&l.candidate);
    for loser in lost {
        match values.iter_mut().find(|value| is_one(value, loser)) {
            Some(value) => value.push(loser),
            None => values.push(vec![loser]),
        }
    }
    // A place that repeats a value which loses: `env_file` beside the same value of `environment:`.
    for repeated in other.into_iter().filter(|l| is_rival(case, winner, &l.candidate)) {
        if let Some(value) = values.iter_mut().find(|value| is_one(value, repeated)) {
            value.push(repeated);
        }
    }
    values.iter().map(|value| not_used(case, key, winner, value).severity(severity)).collect()
}

/// Another setting takes it.
fn is_used_elsewhere(case: &RuleContext<'_>, key: &str, candidate: &Candidate) -> bool {
    let others = case.target.settings.iter().filter(|s| s.name() != key);
    let mut winners = others.filter_map(|s| s.views.first()?.winner.as_ref());
    winners.any(|w| w.name == candidate.name && w.layer == candidate.layer && w.place == candidate.place)
}

/// A value that loses, wherever it is written.
fn not_used(case: &RuleContext<'_>, key: &str, winner: &Candidate, places: &[&Shadowed]) -> Finding {
    let first = places[0];
    let loser = &first.candidate;
    let (used, unused) = named_apart(case, winner, loser);
    let message =
        format!("{used} is used, and {unused} holds another value that nothing uses: {}", first.reason);
    let mut finding = RULE
        .finding(message)
        .at(loser.root().or_else(|| winner.root()), if loser.root().is_some() { "not used" } else { "used" })
        .and(winner.root(), "this value is used")
        .and(winner.place, "this value is used")
        .help(format!(
            "write the value that is meant to {}, remove the other one, and {}",
            folder_and_file(case, winner).unwrap_or_else(|| case.at(winner)),
            case.target.advice.recreate()
        ))
        .key(key);
    for other in &places[1..] {
        finding = finding.again(other.candidate.root(), "not used either");
    }
    finding
}

/// What the two are called, with the folder where their files have one name: `.env` and `state/.env`.
fn named_apart(case: &RuleContext<'_>, winner: &Candidate, loser: &Candidate) -> (String, String) {
    let file = |c: &Candidate| case.at(c).rsplit_once(':').map(|(file, _)| file.to_owned());
    if file(winner).is_none() || file(winner) != file(loser) {
        return (case.named(winner), case.named(loser));
    }
    let named = |c: &Candidate| match folder_and_file(case, c) {
        Some(place) => format!("{} ({place})", c.name),
        None => case.named(c),
    };
    (named(winner), named(loser))
}

/// `state/.env:3`
fn folder_and_file(case: &RuleContext<'_>, candidate: &Candidate) -> Option<String> {
    let place = candidate.root()?;
    let path = case.sources.get(place.source).name.to_string();
    let parts: Vec<&str> = path.rsplit('/').take(2).collect();
    let line = case.sources.line_col(place).line;
    let folder = parts.get(1).filter(|folder| !folder.is_empty())?;
    Some(format!("{folder}/{}:{line}", parts.first()?))
}

/// The values differ, somebody can edit both, and no rule of the project's own says which one counts.
fn loses(case: &RuleContext<'_>, winner: &Candidate, loser: &Shadowed) -> bool {
    let Shadowed { candidate, reason } = loser;
    let decides = matches!(
        reason,
        Reason::Precedence { .. }
            | Reason::VariableExists { .. }
            | Reason::EarlierFile
            | Reason::LaterFile
            | Reason::SetByFlag { .. }
            | Reason::Shadowed { .. }
            | Reason::Dropped(_)
            | Reason::WrittenAtStart
    );
    // Of variables `changed_at_start` tells.
    let decides = decides || matches!(reason, Reason::SetAtStart { .. }) && candidate.layer == Layer::Config;
    decides && is_rival(case, winner, candidate)
}

const POSSIBLY: &str = "may not be used";

/// A variable of the container that a start script sets anew or takes out.
fn changed_at_start(case: &RuleContext<'_>, variable: &Variable, lost: &[&Shadowed]) -> Option<Finding> {
    let name = variable.name.as_str();
    let (loser, place, was_read) = lost.iter().find_map(|loser| match loser.reason {
        Reason::SetAtStart { place, was_read, .. } | Reason::UnsetAtStart { place, was_read } => {
            Some((*loser, place, was_read))
        }
        _ => None,
    })?;
    let candidate = &loser.candidate;
    let by_script = |c: &&Candidate| c.place == place && c.layer != candidate.layer;
    let set = variable.winner.iter().chain(variable.losers.iter().map(|l| &l.candidate)).find(by_script);
    let is_edited = !matches!(candidate.layer, Layer::Default | Layer::ImageEnv | Layer::AuthProfile);
    let agrees = set.is_some_and(|set| set.value.is_some() && set.agrees(candidate));
    if !is_edited || candidate.is_blank() || candidate.value.is_none() || agrees || case.is_newer(candidate) {
        return None;
    }
    let by = place.map_or_else(|| "the start command".to_owned(), |place| case.sources.brief(place));
    let weight = weight_of(name);
    let (what, severity) = match (&loser.reason, set.map(|set| (&set.value, set.is_blank()))) {
        // What a script asks for and then takes out or sets anew has done what it is there for.
        (Reason::UnsetAtStart { .. }, _) if was_read => return None,
        _ if was_read && weight.is_none() => return None,
        (Reason::UnsetAtStart { .. }, _) => (format!("is not used: {by} unsets it"), weight),
        (Reason::SetAtStart { certain: false, .. }, _) => (format!("{POSSIBLY}: {by} may set it"), None),
        (_, Some((None, _))) => (format!("is not used: {by} sets it to a value that is not known"), weight),
        (_, Some((_, true))) => (format!("is not used: {by} sets it to an empty value"), weight),
        _ => (format!("is not used: {by} sets it to another value"), weight),
    };
    let mut finding = RULE
        .finding(format!("{name} ({}) {what} before the program runs", case.at(candidate)))
        .severity(severity.unwrap_or(Severity::Info))
        .at(candidate.root(), if what.starts_with(POSSIBLY) { POSSIBLY } else { "not used" })
        .and(place, "the start script changes it")
        .help(format!(
            "remove {name} at {}, or take what changes it out of {by}; then {}",
            case.at(candidate),
            case.target.advice.recreate()
        ))
        .key(name);
    // A place that repeats it: `env_file` beside the same value of `environment:`.
    for other in lost.iter().filter(|other| other.candidate.agrees(candidate)) {
        finding = finding.again(other.candidate.root(), "not used either");
    }
    Some(finding)
}

/// It holds another value, in a place that somebody edits.
fn is_rival(case: &RuleContext<'_>, winner: &Candidate, candidate: &Candidate) -> bool {
    candidate.value.is_some()
        && !candidate.is_blank()
        && !winner.agrees(candidate)
        && !matches!(candidate.layer, Layer::Default | Layer::ImageEnv | Layer::AuthProfile)
        // The token of a gateway elsewhere is another one.
        && !candidate.name.starts_with("gateway.remote.")
        && !case.is_newer(candidate)
}

/// What OpenClaw drops from `env.vars`, and nothing else sets.
fn no_effect(case: &RuleContext<'_>, name: &str, dropped: &Shadowed) -> Finding {
    RULE.finding(format!(
        "{name} in env.vars ({}) has no effect: {}",
        case.at(&dropped.candidate),
        dropped.reason
    ))
    .at(dropped.candidate.place, "ignored")
    .help(format!(
        "pass {name} by {}, and {}",
        case.target.advice.environment(),
        case.target.advice.recreate()
    ))
    .key(name)
}

/// Lines of the project's `.env` that no compose file refers to, while a service writes another value of
/// that name out.
fn lines_beside_literals(case: &RuleContext<'_>) -> Vec<Finding> {
    let Some(whole) = case.whole_once().filter(|_| !case.is_fragment()) else { return Vec::new() };
    let is_literal = |c: &&Candidate| {
        let is_made = c.via.iter().any(|via| matches!(via.step, StepKind::Variable { .. }));
        c.layer == Layer::ComposeEnvironment && !is_made && !c.is_blank()
    };
    let mut literals: HashMap<&str, Vec<&Candidate>> = HashMap::new();
    for target in case.project.iter().filter(|t| t.role != Role::Other) {
        for variable in &target.environment {
            let literal = variable.winner.as_ref().filter(is_literal);
            literals.entry(variable.name.as_str()).or_default().extend(literal);
        }
    }
    let mut seen = BTreeSet::new();
    // The last line of a name is the one that counts.
    let lines = whole.dotenv.iter().rev().filter(|line| seen.insert(line.name.as_str()));
    let told = lines.filter_map(|line| beside_a_literal(case, line, literals.get(line.name.as_str())?));
    told.collect()
}

fn beside_a_literal(case: &RuleContext<'_>, line: &EnvFileLine, literals: &[&Candidate]) -> Option<Finding> {
    let name = line.name.as_str();
    let severity = weight_of(name)?;
    let value = line.value.as_ref().filter(|v| !v.is_blank())?;
    if case.index.is_interpolated(name) || case.index.is_handed_over(line.place.source) {
        return None;
    }
    let literal = literals.iter().find(|c| c.value.as_ref().is_some_and(|v| v != value))?;
    Some(
        RULE.finding(format!(
            "{name} ({}) is not used: {} writes out another value, and nothing refers to ${{{name}}}",
            case.sources.brief(line.name_place),
            case.at(literal)
        ))
        .severity(severity)
        .at(Some(line.place), "not used")
        .and(literal.place, "this value is used")
        .help(format!(
            "write `${{{name}}}` in place of the value at {}, and {}; or remove the line",
            case.at(literal),
            case.target.advice.recreate()
        ))
        .key(name),
    )
}
