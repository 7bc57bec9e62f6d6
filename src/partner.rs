//! Which services belong together: a gateway, its command lines, and what else carries its token.

use crate::{
    origin::Variable,
    target::{Role, Target},
};

/// The gateway that a service belongs to: whose network it shares, else the only one, else the one
/// whose name is nearest.
#[must_use]
pub fn gateway_of<'a>(target: &Target, gateways: &[&'a Target]) -> Option<&'a Target> {
    let shared = target.deployment.network_mode.as_ref().and_then(|m| m.value.strip_prefix("service:"));
    let by_network = gateways.iter().find(|g| g.service.as_deref() == shared && shared.is_some());
    let by_name = || gateways.iter().max_by_key(|g| common_words(&g.name, &target.name));
    by_network.or_else(by_name).copied()
}

fn common_words(a: &str, b: &str) -> usize {
    let words = |s: &str| s.split(['-', '_', '.']).map(str::to_owned).collect::<Vec<_>>();
    let b = words(b);
    words(a).iter().filter(|w| b.contains(w)).count()
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
