//! Which services are enabled: profiles, and services that were named (compose-go
//! `types/project.go: WithProfiles, WithServicesEnabled, WithSelectedServices`).

use crate::compose::{load::session::Session, service::Service};
use std::collections::{HashMap, HashSet};

impl Session<'_> {
    /// Enables what the active profiles enable, and the services that were named; the profiles
    /// of the latter become active.
    pub(crate) fn enable(&mut self, services: &mut [Service], active: &mut Vec<String>) {
        let chosen = active.clone();
        for service in services.iter().filter(|service| self.options.services.contains(&service.name)) {
            if !has_profile(service, &chosen) {
                active.extend(service.profiles.iter().cloned());
            }
        }
        for service in services {
            service.enabled = has_profile(service, active);
        }
    }

    /// Disables what was not named, when services were, and is no dependency of one that was.
    pub(crate) fn select(&mut self, services: &mut [Service]) {
        let options = self.options;
        if options.services.is_empty() {
            return;
        }
        let by_name: HashMap<String, usize> =
            services.iter().enumerate().map(|(at, service)| (service.name.clone(), at)).collect();
        let mut open: Vec<String> = options.services.clone();
        let mut selected: HashSet<String> = HashSet::new();
        while let Some(name) = open.pop() {
            let Some(service) = by_name.get(&name).map(|at| &services[*at]) else {
                self.refuse_path(&name, format!("no such service: {name}"));
                continue;
            };
            if selected.insert(name) {
                let enabled = |name: &String| by_name.get(name).is_some_and(|at| services[*at].enabled);
                open.extend(service.dependencies().into_iter().map(|d| d.name).filter(enabled));
            }
        }
        for service in services {
            service.enabled &= selected.contains(&service.name);
        }
    }
}

fn has_profile(service: &Service, active: &[String]) -> bool {
    service.profiles.is_empty()
        || active.iter().any(|profile| profile == "*" || service.profiles.contains(profile))
}
