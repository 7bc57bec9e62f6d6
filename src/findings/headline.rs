//! The answer in one sentence: does it start, and which token counts for whom.

use crate::{
    model::{certainty, target::Target},
    openclaw::{
        facts::{AuthMode, OpenClawModel},
        read::config::Presence,
        settings::any_key::KnownKey,
    },
    provenance::{Candidate, Layer, ProvenanceStep, Reason, StepKind},
    text::{secret::Text, source::Sources},
    vocabulary::{
        certainty::{Assumption, Grounds},
        deployment::Role,
        engine_state::EngineState,
        prediction::Prediction,
        setting::{Category, Consumer, Resolution, Setting, State},
        setting_key::SettingKey,
    },
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
    let refusal = target.uncontradicted_start().filter(|s| s.prediction == Prediction::Refuses);
    let why = refusal.map(|start| start.why.as_deref().unwrap_or("unknown reason"));
    if let Some((engine, state)) = target.engine.as_ref().and_then(|e| Some((e, e.why_not_serving()?))) {
        let why = why.map(|why| {
            if engine.has_failed() { format!(": {why}") } else { format!("; it will not start: {why}") }
        });
        return format!("the gateway {state}{}", why.unwrap_or_default());
    }
    if let Some(start) = refusal {
        let exit = start.exit_code.map(|c| format!(" (exit {c})")).unwrap_or_default();
        let unless = target.grounds_of_start().map(|g| g.conditions()).unwrap_or_default();
        return format!("the gateway will not start{exit}: {}{unless}", why.unwrap_or_default());
    }
    let answer = gateway_credential(target, sources);
    if target.engine.as_ref().is_some_and(EngineState::is_unhealthy) {
        return format!("the gateway runs and is unhealthy: its health check fails; {answer}");
    }
    answer
}

/// The credential that a gateway accepts, as a cell of a table: `token of .env:3`, with a question mark
/// where that is not certain.
#[must_use]
pub fn accepted(target: &Target, sources: &Sources) -> String {
    let mode = target.facts.as_ref().map_or(AuthMode::Token, |f| f.auth_mode);
    let (setting, what) = match mode {
        AuthMode::Token => (SettingKey::GatewayToken, "token"),
        AuthMode::Password => (SettingKey::GatewayPassword, "password"),
        AuthMode::None => return "everybody".to_owned(),
        AuthMode::TrustedProxy => return "users of its proxy".to_owned(),
    };
    let view = target.view(&setting, &Consumer::Gateway);
    let unsure = if sure_of(target, &setting, [view]).is_empty() { "" } else { "?" };
    match view.map(|view| (view, &view.winner, view.state)) {
        Some((_, Some(winner), State::Set)) => format!("{what} of {}{unsure}", at(winner, sources)),
        Some((_, Some(winner), State::Unknown)) => format!("{what} of {}?", at(winner, sources)),
        Some((view, ..)) if view.state != State::Unknown && unsure.is_empty() => format!("a random {what}"),
        _ => "not known".to_owned(),
    }
}

/// The value of that credential, where it is known.
pub(crate) fn accepted_value(target: &Target) -> Option<&Text> {
    let setting = match target.facts.as_ref()?.auth_mode {
        AuthMode::Token => SettingKey::GatewayToken,
        AuthMode::Password => SettingKey::GatewayPassword,
        AuthMode::None | AuthMode::TrustedProxy => return None,
    };
    target.view(&setting, &Consumer::Gateway)?.winner.as_ref()?.value.as_ref()
}

/// Which credential the gateway asks for.
fn gateway_credential(target: &Target, sources: &Sources) -> String {
    let mode = target.facts.as_ref().map_or(AuthMode::Token, |f| f.auth_mode);
    let (setting, what) = match mode {
        AuthMode::Token => (SettingKey::GatewayToken, "token"),
        AuthMode::Password => (SettingKey::GatewayPassword, "password"),
        AuthMode::None => return "the gateway lets everybody in: gateway.auth.mode is none".to_owned(),
        AuthMode::TrustedProxy => return "the gateway trusts a proxy to authenticate its clients".to_owned(),
    };
    let views = (target.view(&setting, &Consumer::Gateway), target.view(&setting, &Consumer::Cli));
    let (Some(server), client) = views else {
        return "it is not known which token the gateway uses".to_owned();
    };
    let unless = sure_of(target, &setting, [Some(server), client]);
    match (&server.winner, server.state) {
        (Some(winner), State::Unknown) => {
            format!(
                "the gateway uses the {what} of {}, whose value is not known from here{unless}",
                named(winner, sources)
            )
        }
        (Some(winner), State::Set) => {
            format!(
                "the gateway uses the {what} of {}{}{}{unless}",
                named(winner, sources),
                loser_part(winner, server, sources),
                client_part(winner, client, sources)
            )
        }
        (Some(winner), State::Unresolved) => {
            format!("{} cannot be resolved: the gateway generates a random {what}", named(winner, sources))
        }
        _ if target.facts.as_ref().is_some_and(|f| !f.config_seen) => {
            format!("no {what} is set, unless openclaw.json, which is not visible from here, sets one")
        }
        _ => format!("no {what} is set: the gateway generates a random one at each start{unless}"),
    }
}

/// What the answer about a setting takes for granted, as conditions.
fn sure_of<'a>(
    target: &Target,
    setting: &SettingKey,
    views: impl IntoIterator<Item = Option<&'a Resolution>>,
) -> String {
    let Some(setting) = target.setting(setting) else { return String::new() };
    let grounds = views.into_iter().flatten().map(|view| target.grounds(setting, view));
    grounds.fold(Grounds::CERTAIN, Grounds::and).conditions()
}

/// The value that loses, where somebody may have that one.
fn loser_part(winner: &Candidate, view: &Resolution, sources: &Sources) -> String {
    let is_rival = |c: &&Candidate| !c.is_blank() && c.value.is_some() && !winner.agrees(c);
    let rival = view.losers.iter().map(|l| &l.candidate).find(is_rival);
    rival.map(|rival| format!(", not that of {}", named(rival, sources))).unwrap_or_default()
}

/// What is in effect of a key that was asked for, free of values.
#[must_use]
pub fn of_key(target: &Target, key: &str, known: &KnownKey, sources: &Sources) -> String {
    let mut said = match known.settings.as_slice() {
        [first, ..] if is_missing_variable(key, &known.settings) => {
            format!("nothing sets {key}; {}", of_setting(first, sources))
        }
        [] => format!("nothing sets {key}"),
        [only] => of_setting(only, sources),
        [first, ..] if first.name() == key || first.name().ends_with(&format!(".{key}")) => {
            of_setting(first, sources)
        }
        several => {
            let set = several.iter().filter(|s| s.views.iter().any(|v| v.winner.is_some())).count();
            format!("{set} of the {} settings that {key} is about are set", several.len())
        }
    };
    if let Some(remark) = &known.remark {
        said.push_str(&format!("; {remark}"));
    }
    let unseen = target.facts.as_ref().and_then(|facts| unseen(facts, &known.settings));
    let release = target.openclaw.as_ref().filter(|fact| !certainty::is_covered(&fact.version));
    match (unseen, release, known.settings.as_slice()) {
        (Some(unseen), _, _) => said.push_str(&unseen),
        (None, _, [only]) => {
            let grounds = only.views.iter().map(|view| target.grounds(only, view));
            said.push_str(&grounds.fold(Grounds::CERTAIN, Grounds::and).conditions());
        }
        (None, Some(fact), _) => {
            let (release, known) = (fact.version.clone(), certainty::newest_release());
            said.push_str(&format!(", {}", Assumption::WorksAs { release, known }.condition()));
        }
        (None, None, _) => {}
    }
    said
}

/// A variable that settings can be taken from, and that none of them has.
fn is_missing_variable(key: &str, settings: &[Setting]) -> bool {
    let is_one = settings.iter().any(|s| s.name() != key && s.variables.iter().any(|v| v == key));
    let is_from = |via: &ProvenanceStep| match &via.step {
        StepKind::Variable { name, .. } => name == key,
        _ => false,
    };
    let mut offered = settings.iter().flat_map(|s| &s.views).flat_map(Resolution::offered);
    is_one && !offered.any(|c| c.name == key || c.via.iter().any(is_from))
}

/// Where the config or the stored logins cannot be seen, nothing is sure that they would decide.
fn unseen(facts: &OpenClawModel, settings: &[Setting]) -> Option<String> {
    let config = match &facts.config.presence {
        Presence::Present | Presence::Absent => None,
        Presence::Unseen { .. } => Some("openclaw.json, which is not visible from here,"),
        Presence::Broken { .. } => Some("openclaw.json, which cannot be read,"),
    }?;
    let of_config = settings.iter().any(|s| s.key.is_of_config());
    let stored = settings.iter().any(|s| s.category == Category::ProviderKey);
    let stored = if stored { " or a login stored next to it" } else { "" };
    Some(if of_config {
        format!(", unless {config}{stored} says otherwise")
    } else {
        format!(", as far as is known: {config} may fill in a variable that is blank or missing")
    })
}

fn of_setting(setting: &Setting, sources: &Sources) -> String {
    // A key that is a word, such as `gateway`, is told from one.
    let name = setting.name();
    let is_word = name.bytes().all(|b| b.is_ascii_lowercase());
    let name = &if is_word { format!("`{name}`") } else { name.into_owned() };
    let Some((first, others)) = setting.views.split_first() else { return format!("nothing sets {name}") };
    let same = |view: &Resolution| view.winner == first.winner && view.state == first.state;
    let (alike, other): (Vec<&Resolution>, Vec<&Resolution>) = others.iter().partition(|view| same(view));
    let whose = |view: &Resolution| match &view.consumer {
        Consumer::Gateway => "the gateway".to_owned(),
        Consumer::Cli => "the CLI".to_owned(),
        other => other.to_string(),
    };
    if other.is_empty() {
        return in_effect(name, first, sources);
    }
    let mut said = format!("{} for {}", in_effect(name, first, sources), whose(first));
    for view in alike {
        said.push_str(&format!(" and {}", whose(view)));
    }
    for view in other {
        said.push_str(&format!("; for {}, {}", whose(view), in_effect("it", view, sources)));
    }
    said
}

fn in_effect(name: &str, view: &Resolution, sources: &Sources) -> String {
    match (&view.winner, view.state) {
        (Some(winner), State::Unresolved) => {
            format!("{name} refers to something that is not set ({})", at(winner, sources))
        }
        (Some(winner), State::Blank) => format!("{name} is empty ({})", at(winner, sources)),
        (Some(winner), _) if winner.layer == Layer::Default => {
            format!("nothing sets {name}: the default counts")
        }
        (Some(winner), _) if winner.name == name.trim_matches('`') || name == "it" => {
            format!("{name} comes from {}", at(winner, sources))
        }
        (Some(winner), _) => format!("{name} comes from {}", named(winner, sources)),
        (None, State::Unknown) => format!("whether {name} is set is not known"),
        (None, _) => match view.ignored.first() {
            Some(only) if only.reason == Reason::OnlyInterpolated => {
                format!(
                    "{name} is set in no container; {} only fills in compose files",
                    at(&only.candidate, sources)
                )
            }
            Some(ignored) => format!("{name} is set ({}), and not used", at(&ignored.candidate, sources)),
            None => format!("nothing sets {name}"),
        },
    }
}

fn client_part(winner: &Candidate, client: Option<&Resolution>, sources: &Sources) -> String {
    match client.map(|c| (c.state, &c.winner)) {
        Some((State::Set, Some(used))) if winner.agrees(used) => ", and so does the CLI".to_owned(),
        Some((State::Set, Some(used))) => {
            format!(", but the CLI uses {}", named(used, sources))
        }
        Some((State::Unset | State::Blank, _)) => ", but the CLI has none".to_owned(),
        _ => String::new(),
    }
}

fn cli(target: &Target, sources: &Sources) -> String {
    let address = target.view(&SettingKey::RemoteUrl, &Consumer::Cli).filter(|v| v.winner.is_none());
    if let Some(refused) = address.and_then(|v| v.ignored.first()) {
        return format!("the CLI has no gateway: {} ({})", refused.reason, at(&refused.candidate, sources));
    }
    let view = target.view(&SettingKey::GatewayToken, &Consumer::Cli);
    match view.and_then(|v| v.winner.as_ref().filter(|_| v.state == State::Set)) {
        Some(winner) => format!(
            "the CLI uses the token of {}{}",
            named(winner, sources),
            sure_of(target, &SettingKey::GatewayToken, [view])
        ),
        None => "the CLI has no token".to_owned(),
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
        Some(place) => format!("{} ({})", candidate.name, sources.distinct(place)),
        None => format!("{} ({})", candidate.name, candidate.layer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::prediction::Start;

    /// What the engine reports comes before what is predicted.
    #[test]
    fn the_engine_has_the_first_word() {
        let (report, sources) = crate::report::fixture::report();
        let of = |state: EngineState, prediction, exit_code| {
            let mut target = report.targets[0].target.clone();
            target.engine = Some(state);
            let why = (prediction == Prediction::Refuses).then(|| "no config".to_owned());
            target.start = Some(Start { prediction, exit_code, why, reasons: Vec::new() });
            sentence(&target, &sources)
        };
        let state = |status: &str, exit_code, restarts| EngineState {
            status: status.into(),
            exit_code,
            restarts,
            ..EngineState::default()
        };
        let refuses = (Prediction::Refuses, Some(78));
        let starts = (Prediction::Starts, None);
        for (state, (prediction, exit), said) in [
            (state("running", None, 0), refuses, "the gateway uses the token of"),
            (state("running", None, 4), refuses, "the gateway will not start (exit 78): no config"),
            (state("running", None, 0), starts, "the gateway uses the token of"),
            (
                state("restarting", Some(78), 4),
                refuses,
                "the gateway keeps restarting: it exited with code 78 (a refused configuration) and was restarted 4 times: no config",
            ),
            (
                state("restarting", Some(1), 4),
                refuses,
                "the gateway keeps restarting: it exited with code 1 and was restarted 4 times",
            ),
            (state("exited", Some(1), 0), starts, "the gateway is not running: it exited with code 1"),
            (state("exited", Some(0), 0), refuses, "the gateway is stopped; it will not start: no config"),
        ] {
            let found = of(state.clone(), prediction, exit);
            assert!(found.starts_with(said), "{state:?}: {found}");
            assert!(found.len() == said.len() || said.ends_with("of"), "{state:?}: {found}");
        }
    }
}
