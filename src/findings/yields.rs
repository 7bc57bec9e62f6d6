//! Findings that another one says better: which of them are left out is data of their rules.
//!
//! A finding yields only to one that is shown and weighs as much. So what yields never changes how a
//! run ends, and whatever keeps the other one from being shown brings this one back.

use super::report::{Repeat, Suppressed, Suppression, TargetReport};
use crate::{
    rules::{self, Relation, Rule},
    text::source::{Place, SourceId, Span},
    vocabulary::finding::{About, Finding, Severity},
};
use std::collections::HashMap;

/// Takes out of each target what yields. `repeats` are findings that are shown with an earlier target.
pub(super) fn apply(targets: &mut [TargetReport], repeats: &[Repeat]) {
    // A rule comes after those that it yields to: what they say is settled by then.
    for rule in rules::by_yielding() {
        if targets.iter().flat_map(|t| &t.findings).all(|f| f.rule != rule.id) {
            continue;
        }
        let shown = Shown::of(targets, repeats, rule);
        for (at, target) in targets.iter_mut().enumerate() {
            for finding in std::mem::take(&mut target.findings) {
                match Some(&finding).filter(|f| f.rule == rule.id).and_then(|f| shown.hides(f, at, rule)) {
                    Some(to) => {
                        target.suppressed.push(Suppressed { finding, by: Suppression::Yielded { to } })
                    }
                    None => target.findings.push(finding),
                }
            }
        }
    }
}

/// What one rule yields to, as far as it is shown.
struct Shown {
    /// By target.
    of_target: HashMap<usize, Vec<Finding>>,
    /// The places that a finding of any target names.
    places: HashMap<SourceId, Vec<(&'static str, Span, Severity)>>,
}

impl Shown {
    fn of(targets: &[TargetReport], repeats: &[Repeat], rule: &Rule) -> Self {
        let mut shown = Self { of_target: HashMap::new(), places: HashMap::new() };
        let is_better = |f: &&Finding| rule.yields_to.iter().any(|y| y.to == f.rule);
        for (at, target) in targets.iter().enumerate() {
            for finding in target.findings.iter().filter(is_better) {
                shown.of_target.entry(at).or_default().push(finding.clone());
                for place in finding.place.iter().chain(finding.related.iter().map(|r| &r.place)) {
                    let here = shown.places.entry(place.source).or_default();
                    here.push((finding.rule, place.span, finding.severity));
                }
            }
        }
        for repeat in repeats.iter().filter(|r| is_better(&&r.of)) {
            if targets[repeat.first].findings.contains(&repeat.of) {
                shown.of_target.entry(repeat.target).or_default().push(repeat.of.clone());
            }
        }
        shown
    }

    /// The rule whose finding says it better.
    fn hides(&self, finding: &Finding, target: usize, rule: &Rule) -> Option<&'static str> {
        let on = |relation| rule.yields_to.iter().filter(move |y| y.on == relation).map(|y| y.to);
        let here = self.of_target.get(&target).map(Vec::as_slice).unwrap_or_default();
        let says = |to: &str, about: Option<&About>| {
            here.iter().any(|other| {
                other.rule == to
                    && other.severity >= finding.severity
                    && about.is_none_or(|about| other.about.contains(about))
            })
        };
        let of_target = || on(Relation::Target).find(|to| says(to, None));
        let of_about = || all(&finding.about, |about| on(Relation::About).find(|to| says(to, Some(about))));
        let of_place = || {
            let again = finding.related.iter().filter(|r| r.again).map(|r| r.place);
            let places: Vec<Place> = finding.place.into_iter().chain(again).collect();
            all(&places, |place| on(Relation::Place).find(|to| self.names(to, *place, finding)))
        };
        of_target().or_else(of_about).or_else(of_place)
    }

    fn names(&self, rule: &str, place: Place, finding: &Finding) -> bool {
        let here = self.places.get(&place.source).map(Vec::as_slice).unwrap_or_default();
        here.iter().any(|(other, span, severity)| {
            *other == rule && *severity >= finding.severity && overlap(*span, place.span)
        })
    }
}

/// The first answer, where each of them has one and there is one.
fn all<T>(of: &[T], answer: impl Fn(&T) -> Option<&'static str>) -> Option<&'static str> {
    let answers: Option<Vec<&str>> = of.iter().map(answer).collect();
    answers?.first().copied()
}

/// A span without length lies where it stands.
fn overlap(a: Span, b: Span) -> bool {
    (a.start < b.end && b.start < a.end) || a == b
}
