//! What a probe sees now of the very thing that a failure is about: nothing else is joined with it.

use super::{
    cause::{Cause, Domain},
    reason::LogFailure,
};
use crate::{
    model::target::{Observation, Target},
    probe::{HEALTH, LISTENING, PASSWORD, PROVIDER, PUBLISHED, TOKEN},
};

/// What was seen inside the container of the thing that failed.
#[must_use]
pub fn proofs<'a>(failure: &LogFailure, target: &'a Target) -> Vec<&'a Observation> {
    target.observations.iter().filter(|o| is_of(failure, o)).collect()
}

fn is_of(failure: &LogFailure, seen: &Observation) -> bool {
    let cause = failure.cause;
    match cause.about().domain {
        // The same provider; a turn without a name of one is of none.
        Domain::Model => {
            let is_named = failure.subject.as_deref().is_some_and(|s| s.eq_ignore_ascii_case(&seen.subject));
            seen.probe == PROVIDER && is_named
        }
        Domain::Client => match cause {
            Cause::TokenMismatch | Cause::TokenMissing | Cause::GatewayCredentialMissing => {
                seen.probe == TOKEN
            }
            Cause::PasswordWrong => seen.probe == PASSWORD,
            Cause::GatewayUnreachable | Cause::HandshakeTimeout | Cause::EdgeProxy => {
                [HEALTH, LISTENING, PUBLISHED].contains(&seen.probe)
            }
            _ => false,
        },
        Domain::Start => match cause {
            Cause::Unhealthy | Cause::StartSlow => seen.probe == HEALTH,
            Cause::StartPort => [LISTENING, PUBLISHED].contains(&seen.probe),
            _ => false,
        },
        Domain::Channel | Domain::Tool | Domain::Unknown => false,
    }
}
