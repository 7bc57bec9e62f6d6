//! Which containers stay where there are more than a service asks for: as Go sorts them (docker compose
//! 2.40, `pkg/compose/convergence.go: ensureService`).

use super::{Action, PlanStep};

/// As Compose goes through them: the first stay. `steps` are in the order of the engine's list.
pub(super) fn kept_first(mut steps: Vec<PlanStep>) -> Vec<PlanStep> {
    let keeps_current = steps.iter().filter_map(|s| s.live.as_ref()).all(|live| live.keeps_current);
    let obsolete = |step: &PlanStep| step.action == Action::Recreate;
    let number = |step: &PlanStep| step.live.as_ref().map_or(0, |live| live.number);
    let less = |a: &PlanStep, b: &PlanStep| {
        if obsolete(a) {
            true
        } else if obsolete(b) {
            false
        } else if keeps_current {
            number(a) > number(b)
        } else {
            number(a) < number(b)
        }
    };
    // Go's insertion sort, which decides where `less` says yes both ways: it is used for up to 12.
    for end in 1..steps.len() {
        let mut at = end;
        while at > 0 && less(&steps[at], &steps[at - 1]) {
            steps.swap(at, at - 1);
            at -= 1;
        }
    }
    if keeps_current {
        steps.reverse();
    }
    steps
}
