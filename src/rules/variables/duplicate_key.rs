//! CD208

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    fix::{dotenv, json5},
    redact,
    syntax::{
        dotenv::{DotenvValue, compose},
        node::{MapEntry, Node},
    },
    text::source::Place,
    vocabulary::finding::{Confidence, Finding, Fix, FixKind, Impact, Severity},
};
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    id: "CD208",
    name: "duplicate-key",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a name is set twice in one file",
    impact: Impact::Ignored,
    effect: "one of several values for the same name is ignored",
    page: include_str!("../../../docs/rules/CD208.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if !case.runs_openclaw() {
        return;
    }
    for (id, source) in case.read_dotenvs() {
        // What two targets read is told once.
        if case.index.reads_first(case.target, &source.name.to_string()) {
            let mut known: BTreeMap<Box<str>, Vec<(Place, DotenvValue)>> = BTreeMap::new();
            // A line of a key that lost its quotes is no name.
            let is_name = |name: &str| redact::variable(name, false) == name;
            for entry in compose::parse(source.text()).entries.into_iter().filter(|e| is_name(&e.name)) {
                let place = Place { source: id, span: entry.name_span };
                known.entry(entry.name).or_default().push((place, entry.value));
            }
            for (name, lines) in known {
                let [first, .., last] = lines.as_slice() else { continue };
                let same = lines.iter().all(|(_, value)| *value == last.1);
                let earlier = lines.iter().rev().skip(1).map(|(place, _)| *place);
                findings.push(
                    repeated(case, &name, (first.0, last.0), lines.len(), same)
                        .fix(in_dotenv(case, &name, earlier, same)),
                );
            }
        }
    }
    if let Some(root) = case.target.facts.as_ref().and_then(|f| f.config.root()) {
        in_config(case, root, root, &mut Vec::new(), findings);
    }
}

/// All lines but the last go, which Compose and OpenClaw take.
fn in_dotenv(
    case: &RuleContext<'_>,
    name: &str,
    earlier: impl Iterator<Item = Place>,
    same: bool,
) -> Option<Fix> {
    if !fixes::has_files(case) {
        return None;
    }
    let removed: Option<Vec<_>> = earlier.map(|place| dotenv::remove(place, case.sources)).collect();
    let edits = removed?.into_iter().flatten().collect();
    Some(fixes::of(format!("remove the earlier {name}"), kind_of(same), edits))
}

/// Nobody gets another value by it where both lines have the same.
fn kind_of(same: bool) -> FixKind {
    if same { FixKind::Safe } else { FixKind::Unsafe }
}

fn repeated(
    case: &RuleContext<'_>,
    name: &str,
    (first, last): (Place, Place),
    lines: usize,
    same: bool,
) -> Finding {
    let at = case.sources.brief(last);
    let times = if lines == 2 { "twice".to_owned() } else { format!("{lines} times") };
    let rest = if lines == 2 { "one of the two" } else { "all but one" };
    let finding = RULE
        .finding(if same {
            format!("{name} is set {times}, to the same value, here and at {at}")
        } else {
            format!("{name} is set {times}: the value of {at} is used, the others are ignored")
        })
        .at(Some(first), if same { "set here" } else { "ignored" })
        .and(Some(last), if same { "and here" } else { "this value is used" })
        .help(format!("remove {rest}: scripts that read the first line of a file get another value than Compose and OpenClaw do; then {}", case.target.advice.recreate()))
        .key(name);
    if same { finding.severity(Severity::Info) } else { finding }
}

/// JSON5 takes the last of equal keys without a word.
fn in_config(case: &RuleContext<'_>, root: &Node, node: &Node, path: &mut Vec<String>, findings: &mut Sink) {
    let entries = node.entries();
    for (at, entry) in entries.iter().enumerate() {
        path.push(entry.key.to_string());
        let again: Option<&MapEntry> = entries[at + 1..].iter().find(|e| e.key == entry.key);
        if let Some(again) = again
            && again.key_place.source == entry.key_place.source
        {
            let same = again.value.kind == entry.value.kind;
            let places = (entry.key_place, again.key_place);
            let edits = Some(root)
                .filter(|_| fixes::has_files(case))
                .and_then(|root| json5::remove(root, entry.key_place, case.sources));
            let title = format!("remove the earlier {}", path.join("."));
            let fix = edits.map(|edits| fixes::of(title, kind_of(same), edits));
            findings.push(repeated(case, &path.join("."), places, 2, same).fix(fix));
        }
        in_config(case, root, &entry.value, path, findings);
        path.pop();
    }
    for item in node.items() {
        in_config(case, root, item, path, findings);
    }
}
