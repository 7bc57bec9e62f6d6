//! Which service a warning of Compose is about.

use crate::{compose, text::source::PlaceIndex, vocabulary::finding::Warning};

/// The warnings of a project, by the services that they are about.
pub(super) struct ServiceWarnings<'a> {
    all: &'a [Warning],
    /// For each service, the numbers of the warnings, in order.
    of: Vec<Vec<usize>>,
}

impl<'a> ServiceWarnings<'a> {
    pub(super) fn new(project: &'a compose::ComposeProject) -> Self {
        let all = &project.warnings;
        let placed = all.iter().enumerate().filter_map(|(number, warning)| Some((warning.place?, number)));
        let index = PlaceIndex::new(placed);
        let of = project.services.iter().map(|service| {
            let mut numbers = Vec::new();
            if !all.is_empty() {
                service.each_place(&mut |place| numbers.extend(index.within(place)));
            }
            numbers.sort_unstable();
            numbers.dedup();
            numbers
        });
        Self { all, of: of.collect() }
    }

    /// What is said of the service of that number.
    pub(super) fn of(&self, service: usize) -> impl Iterator<Item = &'a Warning> {
        self.of[service].iter().map(|number| &self.all[*number])
    }

    /// What is said of none of these services.
    pub(super) fn of_none(&self, services: impl IntoIterator<Item = usize>) -> Vec<Warning> {
        let mut told = vec![false; self.all.len()];
        for number in services.into_iter().flat_map(|service| &self.of[service]) {
            told[*number] = true;
        }
        let left = self.all.iter().zip(told).filter(|(_, told)| !told);
        left.map(|(warning, _)| warning.clone()).collect()
    }
}
