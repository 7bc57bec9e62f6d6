//! Which services belong together: a gateway, its command lines, and what else carries its token.

use crate::{model::target::Target, provenance::Variable, vocabulary::deployment::Role};
use std::collections::HashMap;

/// The gateways of a project, to find the one that a service belongs to.
#[derive(Debug)]
pub struct Gateways<'a> {
    all: Vec<&'a Target>,
    by_service: HashMap<&'a str, usize>,
    /// The words of their names, each with the gateways that have it and how often.
    by_word: HashMap<&'a str, Vec<(usize, usize)>>,
}

impl<'a> Gateways<'a> {
    /// These gateways; others are no gateways of the project.
    pub fn new(gateways: impl IntoIterator<Item = &'a Target>) -> Self {
        let all: Vec<&Target> = gateways.into_iter().collect();
        let mut by_service = HashMap::new();
        let mut by_word: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
        for (at, gateway) in all.iter().enumerate() {
            if let Some(service) = gateway.service.as_deref() {
                by_service.entry(service).or_insert(at);
            }
            for word in words(&gateway.name) {
                let having = by_word.entry(word).or_default();
                match having.last_mut() {
                    Some((last, times)) if *last == at => *times += 1,
                    _ => having.push((at, 1)),
                }
            }
        }
        // What stands in every name tells none apart.
        by_word.retain(|_, having| having.len() < all.len() || having.iter().any(|h| h.1 != having[0].1));
        Self { all, by_service, by_word }
    }

    /// The gateway that a service belongs to: whose network it shares, else the only one, else the one
    /// whose name is nearest.
    #[must_use]
    pub fn of(&self, target: &Target) -> Option<&'a Target> {
        self.position(target).map(|at| self.all[at])
    }

    /// The number of that gateway among those that it was made of.
    #[must_use]
    pub fn position(&self, target: &Target) -> Option<usize> {
        let shared = target.deployment.network_mode.as_ref().and_then(|m| m.value.strip_prefix("service:"));
        let by_network = shared.and_then(|service| self.by_service.get(service).copied());
        by_network.or_else(|| self.nearest(&target.name))
    }

    fn nearest(&self, name: &str) -> Option<usize> {
        let mut distinct: Vec<&str> = words(name).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let mut scores: HashMap<usize, usize> = HashMap::new();
        for (at, times) in distinct.into_iter().filter_map(|word| self.by_word.get(word)).flatten() {
            *scores.entry(*at).or_default() += times;
        }
        // Of equals the last one.
        let best = scores.into_iter().max_by_key(|(at, score)| (*score, *at)).map(|(at, _)| at);
        best.or_else(|| self.all.len().checked_sub(1))
    }
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.'])
}

/// The variable by which a service that does not run OpenClaw carries a gateway's credential: `kind`
/// is `TOKEN` or `PASSWORD`.
#[must_use]
pub fn carried<'a>(target: &'a Target, kind: &str) -> Option<&'a Variable> {
    if target.role != Role::Other {
        return None;
    }
    let plain = format!("GATEWAY_{kind}");
    let suffix = format!("_{plain}");
    let ours = |name: &str| ["CLAW", "MOLT"].iter().any(|n| name.contains(n));
    let carries = |name: &str| name == plain || (name.ends_with(&suffix) && ours(name));
    let is_legacy = |name: &str| name.starts_with("CLAWDBOT_") || name.starts_with("MOLTBOT_");
    let variable = target.environment.iter().find(|v| carries(&v.name) && !is_legacy(&v.name))?;
    variable.winner.as_ref().is_some_and(|w| w.value.is_some()).then_some(variable)
}
