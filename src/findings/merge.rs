//! One problem in several services of a project is one finding, which names them.

use super::outline;
use super::report::{Repeat, Report, Suppressed, Suppression, TargetReport};
use crate::{
    text::source::{Place, Sources},
    vocabulary::finding::{Confidence, Elsewhere, Finding, Severity},
};
use std::collections::{HashMap, HashSet};

/// What tells a finding of a target, but for its other places.
type FindingKey<'a> = (usize, &'a str, Option<Place>, Option<&'a str>, &'a str);

/// A finding, and the targets that have it too.
struct Sharers<'a> {
    of: &'a Finding,
    in_order: Vec<String>,
    known: HashSet<String>,
}

/// Names the targets that share a finding with an earlier one: it is of the same place for all of them.
pub(super) fn name_repeats(targets: &mut [TargetReport], repeats: &[Repeat]) {
    // Each finding is looked for once, however many share it.
    let mut shown: HashMap<FindingKey<'_>, Vec<Sharers<'_>>> = HashMap::new();
    for Repeat { target, first, of } in repeats {
        let key = (*first, of.rule, of.place, of.key.as_deref(), of.message.as_str());
        let alike = shown.entry(key).or_default();
        let at = alike.iter().position(|sharers| sharers.of.related == of.related).unwrap_or_else(|| {
            alike.push(Sharers { of, in_order: Vec::new(), known: HashSet::new() });
            alike.len() - 1
        });
        let name = &targets[*target].target.name;
        if alike[at].known.insert(name.clone()) {
            alike[at].in_order.push(name.clone());
        }
    }
    for ((first, ..), alike) in shown {
        for Sharers { of, in_order, .. } in alike {
            let is_it = |f: &&mut Finding| {
                (f.rule, f.place, &f.key, &f.message, &f.related)
                    == (of.rule, of.place, &of.key, &of.message, &of.related)
            };
            // The one that is shown may have names by now.
            if let Some(found) = targets[first].findings.iter_mut().find(is_it) {
                let before: HashSet<String> = found.also.iter().map(|other| other.target.clone()).collect();
                let new = in_order.into_iter().filter(|target| !before.contains(target));
                found.also.extend(new.map(|target| Elsewhere { target, place: None }));
            }
        }
    }
}

/// What makes a finding the same problem as another target's: all that it says but for the target's own
/// name and the lines.
#[derive(PartialEq, Eq, Hash)]
struct Problem {
    project: Option<String>,
    rule: &'static str,
    severity: Severity,
    confidence: Confidence,
    key: Option<String>,
    message: String,
    help: Option<String>,
    /// The path of the file, none for what has no place.
    file: Option<String>,
}

/// Puts findings of several targets of a project that say the same together, with the first of them.
/// Fixes are made finding by finding: this is for reports.
pub fn apply(report: &mut Report, sources: &Sources) {
    let mut first: HashMap<Problem, (usize, usize)> = HashMap::new();
    for at in report.by_rank() {
        let name = report.targets[at].target.name.clone();
        // Containers that belong to no project have nothing in common.
        if report.targets[at].target.project.is_none() {
            continue;
        }
        let mut kept = Vec::new();
        for finding in std::mem::take(&mut report.targets[at].findings) {
            let problem = problem(&report.targets[at], &finding, sources);
            match first.get(&problem).copied().filter(|(of, _)| *of != at) {
                Some((of, number)) => {
                    let elsewhere = Elsewhere { target: name.clone(), place: finding.place };
                    let with = report.targets[of].target.name.clone();
                    let shown = &mut report.targets[of].findings[number];
                    shown.also.push(elsewhere);
                    shown.also.extend(finding.also.iter().cloned());
                    report.targets[at]
                        .suppressed
                        .push(Suppressed { finding, by: Suppression::Merged { with } });
                }
                None => {
                    first.entry(problem).or_insert((at, kept.len()));
                    kept.push(finding);
                }
            }
        }
        report.targets[at].findings = kept;
    }
    for entry in &mut report.targets {
        let name = entry.target.name.clone();
        for finding in &mut entry.findings {
            finding.help = finding.help.take().map(|help| for_all(help, &name, &finding.also));
        }
    }
    outline::draw(&mut report.targets, sources);
}

fn problem(entry: &TargetReport, finding: &Finding, sources: &Sources) -> Problem {
    let name = &entry.target.name;
    Problem {
        project: entry.target.project.clone(),
        rule: finding.rule,
        severity: finding.severity,
        confidence: finding.confidence,
        key: finding.key.clone(),
        message: without(&finding.message, name),
        help: finding.help.as_deref().map(|help| without(help, name)),
        file: finding.place.map(|place| sources.get(place.source).name.to_string()),
    }
}

/// A sentence without the name of its target and without numbers of lines.
fn without(sentence: &str, name: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut out = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some(start) = rest.find(is_part) {
        let (between, from) = rest.split_at(start);
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let is_line = between.ends_with(':') && word.bytes().all(|b| b.is_ascii_digit());
        out.push_str(between);
        out.push_str(if word == name || is_line { "\u{0}" } else { word });
        rest = after;
    }
    out + rest
}

/// A command for one service becomes one for all of them.
fn for_all(help: String, name: &str, also: &[Elsewhere]) -> String {
    let others: String = also.iter().map(|other| format!(" {}", other.target)).collect();
    let command = format!(" {name}`");
    if others.is_empty() { help } else { help.replace(&command, &format!(" {name}{others}`")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_compared_without_its_target_and_lines() {
        let of =
            |name: &str, line| without(&format!("service {name} (compose.yml:{line}): openclaw-clip"), name);
        assert_eq!(of("openclaw-cli", 3), of("gw", 12));
        assert_ne!(without("port 8080", "a"), without("port 8081", "a"));
    }

    #[test]
    fn a_command_names_every_service() {
        let also = [Elsewhere { target: "cli".to_owned(), place: None }];
        let help = "run `docker compose up -d gw`, see gw".to_owned();
        assert_eq!(for_all(help, "gw", &also), "run `docker compose up -d gw cli`, see gw");
    }
}
