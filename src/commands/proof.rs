//! What `inspect --probe` asks of a container, from what was predicted for it.

use crate::{
    openclaw::network::DEFAULT_PORT,
    origin::Candidate,
    probe::{self, Credentials, Request, Step},
    sources::{container::Container, engine::Engine},
    target::{AuthMode, Consumer, Role, Target, View},
    text::Text,
};

/// Probes a gateway and puts what was seen beside what was predicted.
pub(super) fn observe(target: &mut Target, container: &Container, engine: &Engine) {
    if target.role == Role::Gateway {
        target.observations = with_request(target, container, |request| probe::run(engine, request));
    }
}

/// What [`observe`] would run.
pub(super) fn steps(target: &Target, container: &Container) -> Vec<Step> {
    if target.role == Role::Gateway { with_request(target, container, probe::steps) } else { Vec::new() }
}

fn with_request<T>(target: &Target, container: &Container, use_: impl FnOnce(&Request<'_>) -> T) -> T {
    let port =
        target.view("gateway.port", &Consumer::Gateway).and_then(|v| v.winner.as_ref()?.value.as_ref());
    let port = port.map_or(DEFAULT_PORT, Text::expose).parse().unwrap_or(18789);
    let mode = target.facts.as_ref().map(|f| f.auth_mode);
    let (setting, name) = match mode {
        Some(AuthMode::Password) => ("gateway.auth.password", probe::PASSWORD),
        _ => ("gateway.auth.token", probe::TOKEN),
    };
    let view = target.view(setting, &Consumer::Gateway);
    let candidates = view.map(candidates).unwrap_or_default();
    // The winner comes first where there is one.
    let accepted = view.and_then(|v| v.winner.as_ref()).filter(|w| w.value.is_some()).map(|_| 0);
    let credentials =
        (!candidates.is_empty()).then_some(Credentials { probe: name, candidates: &candidates, accepted });
    use_(&Request {
        container,
        port,
        start: target.start.as_ref().map(|s| s.prediction),
        environment: target.process_environment.as_deref(),
        credentials,
    })
}

/// Every distinct value that any layer holds for it, the winner first.
fn candidates(view: &View) -> Vec<Candidate> {
    let mut distinct: Vec<Candidate> = Vec::new();
    for candidate in view.offered() {
        let known = candidate.value.is_some() && !candidate.is_blank();
        if known && !distinct.iter().any(|d| d.agrees(candidate)) {
            distinct.push(candidate.clone());
        }
    }
    distinct
}
