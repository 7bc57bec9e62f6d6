//! The steps of a value back to where its characters were written, shared by all values that were
//! made from it.

use super::ProvenanceStep;
use crate::text::source::Place;
use std::{fmt, rc::Rc};

/// How many steps are told of one value. A variable can be made from others without end; the
/// nearest steps are those that a person follows.
pub const MOST_STEPS: usize = 16;

/// The way back from a value, nearest step first. A value that is made from another one goes on
/// with the other one's steps instead of copying them: cheap to clone and to put a step before.
#[derive(Clone, Default)]
pub struct Provenance(Option<Rc<Link>>);

struct Link {
    via: ProvenanceStep,
    next: Provenance,
    /// The last place of all that follow, this one among them.
    root: Option<Place>,
    length: usize,
}

impl Provenance {
    /// The steps, nearest first; no more than [`MOST_STEPS`].
    pub fn iter(&self) -> impl Iterator<Item = &ProvenanceStep> {
        let links = std::iter::successors(self.0.as_deref(), |link| link.next.0.as_deref());
        links.map(|link| &link.via).take(MOST_STEPS)
    }

    /// How many there are; no more than [`MOST_STEPS`].
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |link| link.length.min(MOST_STEPS))
    }

    /// The value is written where it acts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Where the last of all steps is written, also of those that are not told.
    #[must_use]
    pub fn root(&self) -> Option<Place> {
        self.0.as_ref().and_then(|link| link.root)
    }

    /// Puts a step before the others.
    pub fn push(&mut self, via: ProvenanceStep) {
        let next = std::mem::take(self);
        let root = next.root().or(via.place);
        let length = 1 + next.0.as_ref().map_or(0, |link| link.length);
        self.0 = Some(Rc::new(Link { via, next, root, length }));
    }

    /// The same with a step before it.
    #[must_use]
    pub fn after(&self, via: ProvenanceStep) -> Self {
        let mut steps = self.clone();
        steps.push(via);
        steps
    }

    /// Puts other steps before these. Copies the nearest of the others; these are shared.
    pub fn prepend(&mut self, others: &Self) {
        if self.is_empty() {
            self.clone_from(others);
        } else {
            *self = Self::join(others.iter().cloned(), std::mem::take(self));
        }
    }

    /// Steps that lead to other ones.
    pub(crate) fn join(before: impl IntoIterator<Item = ProvenanceStep>, mut steps: Self) -> Self {
        let before: Vec<ProvenanceStep> = before.into_iter().collect();
        before.into_iter().rev().for_each(|via| steps.push(via));
        steps
    }
}

impl FromIterator<ProvenanceStep> for Provenance {
    fn from_iter<I: IntoIterator<Item = ProvenanceStep>>(steps: I) -> Self {
        Self::join(steps, Self::default())
    }
}

impl From<Vec<ProvenanceStep>> for Provenance {
    fn from(steps: Vec<ProvenanceStep>) -> Self {
        steps.into_iter().collect()
    }
}

impl From<ProvenanceStep> for Provenance {
    fn from(step: ProvenanceStep) -> Self {
        Self::default().after(step)
    }
}

impl PartialEq for Provenance {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) if Rc::ptr_eq(a, b) => true,
            _ => self.iter().eq(other.iter()),
        }
    }
}

impl Eq for Provenance {}

impl fmt::Debug for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// One after the other: a long way back must not become a deep recursion.
impl Drop for Link {
    fn drop(&mut self) {
        let mut next = self.next.0.take();
        while let Some(mut link) = next.and_then(Rc::into_inner) {
            next = link.next.0.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::{Layer, StepKind};

    fn via(name: &str) -> ProvenanceStep {
        ProvenanceStep {
            step: StepKind::Variable { layer: Layer::HostEnv, name: name.to_owned() },
            place: None,
        }
    }

    fn names(steps: &Provenance) -> Vec<&str> {
        let mut names = Vec::new();
        for via in steps.iter() {
            if let StepKind::Variable { name, .. } = &via.step {
                names.push(name.as_str());
            }
        }
        names
    }

    #[test]
    fn steps_are_put_before_others() {
        let mut steps = Provenance::from(vec![via("b"), via("c")]);
        let shared = steps.after(via("a"));
        steps.prepend(&Provenance::from(vec![via("x"), via("y")]));
        assert_eq!(names(&shared), ["a", "b", "c"]);
        assert_eq!(names(&steps), ["x", "y", "b", "c"]);
        assert_ne!(steps, shared);
        assert_eq!(shared, Provenance::from(vec![via("a"), via("b"), via("c")]));
    }

    #[test]
    fn a_way_back_without_end_is_told_in_part_and_let_go_of_without_recursion() {
        let mut steps = Provenance::default();
        for number in 0..1_000_000 {
            steps.push(via(&number.to_string()));
        }
        assert_eq!(steps.len(), MOST_STEPS);
        assert_eq!(names(&steps)[..2], ["999999", "999998"]);
        assert_eq!(steps.iter().count(), MOST_STEPS);
    }
}
