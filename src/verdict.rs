//! The answer in one sentence: does it start, and which token counts for whom.

use crate::{
    origin::Candidate,
    source::Sources,
    target::{AuthMode, Consumer, Prediction, Role, State, Target, View},
};

/// The sentence, free of values.
#[must_use]
pub fn sentence(target: &Target, sources: &Sources) -> String {
    match target.role {
        Role::Other => "does not run OpenClaw".to_owned(),
        Role::Cli => cli(target, sources),
        Role::Gateway => gateway(target, sources),
    }
}

fn gateway(target: &Target, sources: &Sources) -> String {
    if let Some(start) = target.start.as_ref().filter(|s| s.prediction == Prediction::Refuses) {
        let exit = start.exit_code.map(|c| format!(" (exit {c})")).unwrap_or_default();
        return format!(
            "the gateway will not start{exit}: {}",
            start.why.as_deref().unwrap_or("unknown reason")
        );
    }
    let mode = target.facts.as_ref().map_or(AuthMode::Token, |f| f.auth_mode);
    let (setting, what) = match mode {
        AuthMode::Token => ("gateway.auth.token", "token"),
        AuthMode::Password => ("gateway.auth.password", "password"),
        AuthMode::None => return "the gateway lets everybody in: gateway.auth.mode is none".to_owned(),
        AuthMode::TrustedProxy => return "the gateway trusts a proxy to authenticate its clients".to_owned(),
    };
    let views = (target.view(setting, &Consumer::Gateway), target.view(setting, &Consumer::Cli));
    let (Some(server), client) = views else { return "nothing is known of its token".to_owned() };
    match (&server.winner, server.state) {
        (Some(winner), State::Unknown) => {
            format!(
                "the gateway takes the {what} of {}, whose value is not known from here",
                named(winner, sources)
            )
        }
        (Some(winner), State::Set) => {
            format!(
                "the gateway accepts the {what} of {}{}",
                named(winner, sources),
                client_part(winner, client, sources)
            )
        }
        (Some(winner), State::Unresolved) => format!(
            "{} leads nowhere: the gateway makes up a random {what} that nobody knows",
            named(winner, sources)
        ),
        _ if target.facts.as_ref().is_some_and(|f| !f.config_seen) => {
            format!("no {what} is set here, and the config, which may hold one, cannot be seen from here")
        }
        _ => format!("no {what} is set anywhere: the gateway makes up a random one that nobody knows"),
    }
}

fn client_part(winner: &Candidate, client: Option<&View>, sources: &Sources) -> String {
    match client.map(|c| (c.state, &c.winner)) {
        Some((State::Set, Some(used))) if winner.agrees(used) => ", and its command line sends it".to_owned(),
        Some((State::Set, Some(used))) => {
            format!(", but its command line sends the one of {}", named(used, sources))
        }
        Some((State::Unset | State::Blank, _)) => ", but its command line has none".to_owned(),
        _ => String::new(),
    }
}

fn cli(target: &Target, sources: &Sources) -> String {
    let address = target.view("gateway.remote.url", &Consumer::Cli).filter(|v| v.winner.is_none());
    if let Some(refused) = address.and_then(|v| v.ignored.first()) {
        return format!(
            "the command line has no gateway: {} ({})",
            refused.reason,
            at(&refused.candidate, sources)
        );
    }
    let view = target.view("gateway.auth.token", &Consumer::Cli);
    match view.and_then(|v| v.winner.as_ref().filter(|_| v.state == State::Set)) {
        Some(winner) => format!("the command line sends the token of {}", named(winner, sources)),
        None => "the command line has no token of its own".to_owned(),
    }
}

fn at(candidate: &Candidate, sources: &Sources) -> String {
    match candidate.root() {
        Some(place) => sources.brief(place),
        None => candidate.layer.to_string(),
    }
}

fn named(candidate: &Candidate, sources: &Sources) -> String {
    match candidate.root() {
        Some(place) => format!("{} ({})", candidate.name, sources.brief(place)),
        None => format!("{} ({})", candidate.name, candidate.layer),
    }
}
