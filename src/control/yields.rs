//! Findings that another one says better: which of them are left out is data of their rules.
//!
//! A finding yields only to one that is shown and weighs as much. So what yields never changes how a
//! run ends, and whatever keeps the other one from being shown brings this one back.

use crate::{
    finding::Finding,
    report::{Suppressed, Suppression, TargetReport},
    rules::{self, Relation, Rule},
};

/// Takes out of each target what yields there.
pub(super) fn apply(targets: &mut [TargetReport]) {
    for target in targets {
        // A rule comes after those that it yields to: what they say is settled by then.
        for rule in rules::by_yielding() {
            let all = std::mem::take(&mut target.findings);
            let to: Vec<_> = all.iter().map(|f| hidden_by(f, rule, &all)).collect();
            for (finding, to) in all.into_iter().zip(to) {
                match to {
                    Some(to) => {
                        target.suppressed.push(Suppressed { finding, by: Suppression::Yielded { to } })
                    }
                    None => target.findings.push(finding),
                }
            }
        }
    }
}

/// The rule whose finding says it better, where `finding` is one of `rule` and such a one is shown.
fn hidden_by(finding: &Finding, rule: &Rule, shown: &[Finding]) -> Option<&'static str> {
    if finding.rule != rule.id {
        return None;
    }
    let holds = |y: &&rules::Yield| {
        shown.iter().any(|other| {
            other.rule == y.to && other.severity >= finding.severity && relates(y.on, finding, other)
        })
    };
    rule.yields_to.iter().find(holds).map(|y| y.to)
}

fn relates(on: Relation, finding: &Finding, other: &Finding) -> bool {
    match on {
        Relation::Target => true,
        Relation::About => !finding.about.is_empty() && finding.about.iter().all(|a| other.about.contains(a)),
    }
}
