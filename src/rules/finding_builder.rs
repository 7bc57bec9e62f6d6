//! How a rule makes a finding, and where it puts it.

use super::Rule;
use crate::{
    text::source::Place,
    vocabulary::finding::{About, Confidence, Finding, Fix, FixChoice, Related, Severity},
};

/// Takes the findings of one rule on one target. It can only be added to: what a rule says must not
/// depend on what was found before.
#[derive(Debug)]
pub struct Sink(Vec<Finding>);

impl Sink {
    /// Runs one rule on one target, and returns what it found.
    pub(super) fn collect(rule: &Rule, case: &super::RuleContext<'_>) -> Vec<Finding> {
        let mut sink = Self(Vec::new());
        (rule.check)(case, &mut sink);
        sink.0
    }

    pub(super) fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.0.extend(findings);
    }
}

impl Rule {
    /// A finding of the plain case.
    pub(super) fn finding(&self, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.id,
            name: self.name,
            severity: self.severity,
            confidence: self.confidence,
            impact: self.impact,
            message: message.into(),
            help: None,
            label: None,
            place: None,
            related: Vec::new(),
            key: None,
            about: Vec::new(),
            fix: None,
            choices: Vec::new(),
            trial: Vec::new(),
            also: Vec::new(),
        }
    }
}

impl Finding {
    pub(super) fn at(mut self, place: Option<Place>, label: impl Into<String>) -> Self {
        self.place = place;
        self.label = Some(label.into());
        self
    }

    /// A further place; none is ignored, and so is the primary one.
    pub(super) fn and(mut self, place: Option<Place>, message: impl Into<String>) -> Self {
        if let Some(place) = place
            && self.place != Some(place)
            && self.related.iter().all(|r| r.place != place)
        {
            self.related.push(Related { place, message: message.into(), again: false });
        }
        self
    }

    /// A further place where it is what it is at the primary one.
    pub(super) fn again(self, place: Option<Place>, message: impl Into<String>) -> Self {
        let known = self.related.len();
        let mut finding = self.and(place, message);
        finding.related.iter_mut().skip(known).for_each(|related| related.again = true);
        finding
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    pub(super) fn about(self, about: About) -> Self {
        self.all_about([about])
    }

    pub(super) fn all_about(mut self, about: impl IntoIterator<Item = About>) -> Self {
        self.about.extend(about);
        self
    }

    /// How it can be fixed, where that is known.
    pub(super) fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Fixes of which somebody chooses one; a single one is no choice, and none of them is taken unasked.
    pub(super) fn choose(mut self, choices: impl IntoIterator<Item = FixChoice>) -> Self {
        self.choices = choices.into_iter().collect();
        self
    }

    pub(super) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    pub(super) fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }
}
