//! The way of a value through its layers as code flows: from where the value in effect was written
//! to where it acts, and then each value that it overrides, back to where that was written.

use super::{
    location::Locations,
    wire::{CodeFlow, Message, SarifLocation, ThreadFlow, ThreadFlowLocation},
};
use crate::{
    model::target::Target,
    provenance::{Candidate, ProvenanceStep, Shadowed},
    report::rows,
    text::source::Place,
    vocabulary::finding::Finding,
};

/// A flow for each way in which consumers see the settings that a finding is about; none where there
/// is no more than one place to go.
pub(super) fn of_finding(locations: &Locations<'_, '_>, target: &Target, finding: &Finding) -> Vec<CodeFlow> {
    let Some(key) = finding.key.as_deref() else { return Vec::new() };
    let say = locations.say;
    let mut flows = Vec::new();
    for row in rows::rows(target, true).iter().filter(|r| r.setting.is_about(key)) {
        let whose: Vec<String> = row.consumers.iter().map(|c| say.name(c)).collect();
        let title = format!("{} for {}", say.name(&row.setting.name()), whose.join(", "));
        let losers = row.view.losers.iter().map(|l| (l, "overridden"));
        let losers = losers.chain(row.view.ignored.iter().map(|l| (l, "ignored")));
        flows.extend(flow(locations, title, row.view.winner.as_ref(), losers));
    }
    if flows.is_empty()
        && let Some(variable) = target.variable(key)
    {
        let losers = variable.losers.iter().map(|l| (l, "overridden"));
        flows.extend(flow(locations, say.name(key), variable.winner.as_ref(), losers));
    }
    flows
}

fn flow<'c>(
    locations: &Locations<'_, '_>,
    title: String,
    winner: Option<&Candidate>,
    losers: impl Iterator<Item = (&'c Shadowed, &'static str)>,
) -> Option<CodeFlow> {
    let mut steps = FlowSteps { locations, steps: Vec::new() };
    if let Some(winner) = winner {
        let back: Vec<&ProvenanceStep> = winner.via.iter().collect();
        back.iter().rev().for_each(|via| steps.via(via));
        steps.offer(winner, "in effect", "essential");
    }
    for (loser, how) in losers {
        let why = locations.say.sentence(&loser.reason.to_string());
        steps.offer(&loser.candidate, &format!("{how}: {why}"), "important");
        loser.candidate.via.iter().for_each(|via| steps.via(via));
    }
    let steps = steps.steps;
    (steps.len() > 1)
        .then(|| CodeFlow { message: Message::of(title), thread_flows: [ThreadFlow { locations: steps }] })
}

struct FlowSteps<'a, 'b, 'p> {
    locations: &'a Locations<'b, 'p>,
    steps: Vec<ThreadFlowLocation>,
}

impl FlowSteps<'_, '_, '_> {
    /// What a layer offers.
    fn offer(&mut self, candidate: &Candidate, how: &str, importance: &'static str) {
        let say = self.locations.say;
        let words = format!("{} ({}), {how}", say.name(&candidate.name), candidate.layer);
        self.push(candidate.place, words, 0, importance);
    }

    /// A step between where a value acts and where it was written.
    fn via(&mut self, via: &ProvenanceStep) {
        self.push(via.place, self.locations.say.step(via), 1, "important");
    }

    /// Those who show a flow need a file for every step of it: what is written in none is left out.
    fn push(&mut self, place: Option<Place>, words: String, nesting_level: usize, importance: &'static str) {
        let Some(place) = place else { return };
        let location = SarifLocation { message: Some(Message::of(words)), ..self.locations.at(place) };
        self.steps.push(ThreadFlowLocation { location, nesting_level, importance });
    }
}
