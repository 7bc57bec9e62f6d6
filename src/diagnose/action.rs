//! A failure and what is configured: what is in effect, and the first thing to do.

use super::{
    cause::{Cause, Domain},
    place,
    reason::LogFailure,
    time::Moment,
};
use crate::{
    model::target::Target,
    openclaw::facts::{AuthMode, ConfigProblem},
    provenance::{Candidate, Layer},
    text::source::{Place, SourceName, Sources},
    vocabulary::{
        advice::Advice,
        deployment::Role,
        prediction::Prediction,
        setting::{Consumer, Resolution, State},
        setting_key::SettingKey,
    },
};
use std::collections::BTreeMap;

/// What the resolution says about a failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connection {
    /// The setting that is concerned.
    pub setting: SettingKey,
    /// What it is called in a sentence: `key`, `token`.
    noun: &'static str,
    /// Who uses it.
    pub consumer: Consumer,
    /// What that one ends up with.
    pub state: State,
    /// The candidate in effect.
    pub winner: Option<Candidate>,
    /// Those that it overrides and that hold something else, strongest first.
    pub losers: Vec<Candidate>,
    /// The strongest of them, where its file was edited later than that of the winner.
    pub newer: Option<Candidate>,
    /// The answer in a sentence, free of values.
    pub sentence: String,
}

/// When things happened that a sentence may mention.
#[derive(Clone, Debug, Default)]
pub struct Dates {
    /// When the container started.
    pub started: Option<Moment>,
    /// When files were changed last, by the name of the source.
    pub edited: BTreeMap<String, Moment>,
}

impl Dates {
    fn of(&self, candidate: &Candidate, sources: &Sources) -> Option<Moment> {
        let name = &sources.get(candidate.root()?.source).name;
        self.edited.get(&name.to_string()).copied()
    }
}

/// The files whose dates [`connect`] would like to know.
#[must_use]
pub fn dated<'a>(failures: &[LogFailure], target: &Target, sources: &'a Sources) -> Vec<&'a SourceName> {
    let mut names: Vec<&SourceName> = Vec::new();
    for failure in failures {
        let Some(concern) = concern(failure, target) else { continue };
        let views = concern.consumers.iter().filter_map(|c| target.view(&concern.setting, c));
        let candidates = views.flat_map(|v| v.winner.iter().chain(v.losers.iter().map(|l| &l.candidate)));
        for place in candidates.filter_map(Candidate::root) {
            let name = &sources.get(place.source).name;
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// What the failure is about, among the settings of a target.
struct Concern {
    setting: SettingKey,
    noun: &'static str,
    consumers: Vec<Consumer>,
}

fn concern(failure: &LogFailure, target: &Target) -> Option<Concern> {
    let own = if target.role == Role::Cli { Consumer::Cli } else { Consumer::Gateway };
    let of_provider = |setting: fn(String) -> SettingKey, noun| {
        let provider = failure.subject.clone()?;
        Some(Concern { setting: setting(provider), noun, consumers: vec![own.clone()] })
    };
    match failure.cause {
        Cause::NoKey
        | Cause::KeyRefused
        | Cause::AccessDenied
        | Cause::QuotaExhausted
        | Cause::RateLimited => of_provider(SettingKey::ProviderKey, "key"),
        Cause::WrongEndpoint
        | Cause::UnknownModel
        | Cause::ProviderDown
        | Cause::Timeout
        | Cause::Dns
        | Cause::Tls
        | Cause::ConnectionRefused
        | Cause::ConnectionLost
        | Cause::Blocked => of_provider(SettingKey::ProviderBaseUrl, "base URL"),
        Cause::TokenMismatch | Cause::TokenMissing | Cause::PasswordWrong => {
            let password = target.facts.as_ref().is_some_and(|f| f.auth_mode == AuthMode::Password);
            let (setting, noun) = if password {
                (SettingKey::GatewayPassword, "password")
            } else {
                (SettingKey::GatewayToken, "token")
            };
            let siblings = target.setting(&setting).into_iter().flat_map(|s| &s.views);
            let mut consumers: Vec<Consumer> = siblings.map(|v| v.consumer.clone()).collect();
            consumers.sort();
            Some(Concern { setting, noun, consumers })
        }
        _ => None,
    }
}

/// What is configured for what failed.
#[must_use]
pub fn connect(failure: &LogFailure, target: &Target, sources: &Sources, dates: &Dates) -> Vec<Connection> {
    let Some(concern) = concern(failure, target) else { return Vec::new() };
    let views = concern.consumers.iter().filter_map(|c| target.view(&concern.setting, c));
    views
        .map(|view| {
            let losers = overridden(view);
            Connection {
                setting: concern.setting.clone(),
                noun: concern.noun,
                consumer: view.consumer.clone(),
                state: view.state,
                winner: view.winner.clone(),
                newer: losers.first().filter(|l| is_newer(l, view, sources, dates)).cloned(),
                sentence: sentence(concern.noun, view, &losers, sources, dates),
                losers,
            }
        })
        .collect()
}

/// The file of a loser was edited later than that of the winner.
fn is_newer(loser: &Candidate, view: &Resolution, sources: &Sources, dates: &Dates) -> bool {
    let winner = view.winner.as_ref().and_then(|w| dates.of(w, sources));
    dates.of(loser, sources).zip(winner).is_some_and(|(loser, winner)| loser > winner)
}

/// The losers that hold something else.
fn overridden(view: &Resolution) -> Vec<Candidate> {
    let other = |c: &&Candidate| {
        !c.is_blank() && c.value.is_some() && !view.winner.as_ref().is_some_and(|w| w.agrees(c))
    };
    view.losers.iter().map(|l| &l.candidate).filter(other).cloned().collect()
}

impl Connection {
    /// It ends up with the same as the other, from the same places.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let roots = |c: &Self| -> Vec<Option<Place>> {
            c.winner.iter().chain(&c.losers).map(Candidate::root).collect()
        };
        self.setting == other.setting && self.state == other.state && roots(self) == roots(other)
    }

    /// Who uses it: `the CLI in this container`.
    #[must_use]
    pub fn user(&self) -> String {
        user(&self.consumer)
    }
}

fn user(consumer: &Consumer) -> String {
    match consumer {
        Consumer::Gateway => "the gateway".to_owned(),
        Consumer::Cli => "the CLI in this container".to_owned(),
        Consumer::CliService(name) => format!("service {name}"),
        Consumer::HostCli => "a CLI on the host".to_owned(),
        Consumer::Agent(id) => format!("agent {id}"),
    }
}

fn sentence(noun: &str, view: &Resolution, losers: &[Candidate], sources: &Sources, dates: &Dates) -> String {
    let who = match &view.consumer {
        Consumer::Gateway => String::new(),
        other => format!(" of {}", user(other)),
    };
    let Some(winner) = &view.winner else {
        return format!("no {noun}{who} is set in any place that is looked at");
    };
    let at = at(winner, sources);
    let edited = dates.of(winner, sources);
    let mut said = match view.state {
        State::Blank => format!("the {noun} in effect{who}, {} at {at}, is blank", winner.name),
        State::Unresolved => format!(
            "the {noun} in effect{who}, {} at {at}, refers to something that is not there",
            winner.name
        ),
        _ => format!("the {noun} in effect{who} is {at} ({})", winner.name),
    };
    if let Some(loser) = losers.first() {
        let which =
            if is_newer(loser, view, sources, dates) { "the newer one in " } else { "another one in " };
        said.push_str(&format!(", which overrides {which}{}", self::at(loser, sources)));
        if losers.len() > 1 {
            said.push_str(&format!(" and {} more", losers.len() - 1));
        }
    }
    // What a container was created with does not change when its file does.
    let is_fixed = matches!(
        winner.layer,
        Layer::ContainerEnv | Layer::ComposeEnvironment | Layer::ComposeEnvFile | Layer::StateDotenv
    );
    if let (true, Some(edited), Some(started)) = (is_fixed, edited, dates.started)
        && edited > started
    {
        said.push_str(&format!(
            "; that file was edited at {edited}, after the container started at {started}"
        ));
    }
    said
}

fn at(candidate: &Candidate, sources: &Sources) -> String {
    let Some(place) = candidate.root() else { return candidate.layer.to_string() };
    // A project has a file of that name too.
    match candidate.layer {
        Layer::StateDotenv | Layer::LegacyDotenv | Layer::GatewayEnvFile => sources.brief_in_folder(place),
        _ => brief(place, sources),
    }
}

fn brief(place: Place, sources: &Sources) -> String {
    sources.brief(place)
}

/// What commands need to name.
#[derive(Clone, Copy, Debug)]
pub struct Hands<'a> {
    /// The commands of the project and container.
    pub advice: &'a Advice,
    /// The program of the release: `openclaw`, `clawdbot`.
    pub program: &'a str,
    /// The target, when there is one.
    pub target: Option<&'a Target>,
    /// The texts that its values are from.
    pub sources: &'a Sources,
}

/// The first thing to do.
#[must_use]
pub fn first_action(failure: &LogFailure, connections: &[Connection], hands: &Hands<'_>) -> String {
    let who = failure.subject.as_deref().unwrap_or("the provider");
    let Hands { advice, program, .. } = *hands;
    let exec = |command: &str| advice.exec(&format!("{program} {command}"));
    let winner = connections.first().and_then(|c| c.winner.as_ref());
    if let Some(template) = failure.cause.about().first {
        return filled(template, failure, hands);
    }
    match failure.cause {
        Cause::NoKey => match winner {
            Some(w) if connections[0].state == State::Blank => {
                format!("give {} a value at {}, or take the line out, and {}", w.name, at(w, hands.sources), apply(w, advice))
            }
            Some(w) if connections[0].state == State::Set => format!(
                "have the gateway read the key at {}, which it did not have when it said this: {}; if it says so again, this agent cannot use that one: {}",
                at(w, hands.sources),
                apply(w, advice),
                exec(&login(program, who))
            ),
            _ => format!(
                "give {who} a key: in {}, then {}; or, for every agent by itself, {}",
                environment(advice),
                recreate(advice),
                exec(&login(program, who))
            ),
        },
        Cause::KeyRefused => match winner {
            Some(w) => {
                let newer = connections[0].newer.as_ref().map_or_else(String::new, |newer| {
                    format!(", or take it out so that the newer one at {} counts", at(newer, hands.sources))
                });
                format!(
                    "put a key that {who} accepts in place of the one at {}{newer}, and {}{}",
                    at(w, hands.sources),
                    apply(w, advice),
                    explain(who, advice)
                )
            }
            None => format!(
                "put a key that {who} accepts where the one in effect is written{}, and {}",
                explain(who, advice),
                advice.restart()
            ),
        },
        Cause::AccessDenied => format!(
            "look in the account of {who} whether this key may use the model, or take another key{}",
            explain(who, advice)
        ),
        Cause::WrongEndpoint => match winner {
            Some(w) => format!("correct the base URL at {}, and {}", at(w, hands.sources), apply(w, advice)),
            None => format!("see which base URL {who} has: {}", exec(&format!("config get models.providers.{who}.baseUrl"))),
        },
        Cause::UnknownModel => format!("see which models there are: {}", exec("models list")),
        Cause::OauthExpired => format!("log in again: {}", exec(&login(program, who))),
        Cause::TokenMismatch | Cause::PasswordWrong => mismatch(connections, hands),
        Cause::TokenMissing => match winner {
            Some(w) => format!("give the client the {} of {}", connections[0].noun, at(w, hands.sources)),
            None => "give the client the gateway's token, with --token or OPENCLAW_GATEWAY_TOKEN".to_owned(),
        },
        Cause::DeviceTokenMismatch => {
            let out = if program == "openclaw" { "devices remove DEVICE" } else { "devices revoke --role operator --device DEVICE" };
            format!(
                "pair the device again: find it with {}, take it out with {}, then connect and approve it",
                exec("devices list"),
                exec(out)
            )
        }
        Cause::ClientLockedOut => format!(
            "stop the client that sends a wrong token and correct it, then wait until the lockout ends (5 minutes), or {}",
            advice.restart()
        ),
        Cause::OriginRefused => format!(
            "add the address in the browser's bar to gateway.controlUi.allowedOrigins: {}",
            exec("config get gateway.controlUi.allowedOrigins")
        ),
        Cause::PairingRequired => {
            format!("see the request and approve it: {}, then {}", exec("devices list"), exec("devices approve REQUEST"))
        }
        Cause::ChannelRefused => format!(
            "put the current token of {} in place, and {}: {}",
            failure.subject.as_deref().unwrap_or("the channel"),
            advice.restart(),
            exec("channels status")
        ),
        Cause::RateLimited => {
            let wait = failure.retry_after.map_or_else(
                || "wait as long as retry-after says".to_owned(),
                |s| format!("wait {s} s, as retry-after says"),
            );
            let less = failure.budget.map_or_else(|| "send less".to_owned(), |b| format!("the budget that is gone is {b}: send less"));
            format!("{wait}; when it comes back, {less} or raise the limit of the account at {who}")
        }
        Cause::QuotaExhausted => format!("top up the account at {who}, or take the key of another account"),
        Cause::Cooldown => format!(
            "read further back, for the failure before it: `{} logs --since 24h {} | clawdock diagnose -`; a restart ends the cooldown, not its cause",
            advice.engine(),
            advice.container().unwrap_or_else(|| "CONTAINER".into())
        ),
        Cause::BetaFlag => format!(
            "take the beta header out of the model's settings, or point the base URL of {who} at an endpoint that knows it: {}",
            exec(&format!("config get models.providers.{who}"))
        ),
        Cause::RequestRejected => format!("start a fresh session with /new; if it stays, look at {}", exec("doctor")),
        Cause::ContextOverflow => "start a fresh session with /new, or choose a model that reads more".to_owned(),
        Cause::ProviderDown => format!("try again in a minute, and look at the status page of {who}"),
        Cause::Overloaded => "wait, and let pauses grow; a fallback model bridges it".to_owned(),
        Cause::Timeout => "see whether the address answers from the container, and through which proxy; then raise agents.defaults.timeoutSeconds".to_owned(),
        Cause::Dns => match winner {
            Some(w) => format!("correct the host name in the base URL at {}, or the container's DNS", at(w, hands.sources)),
            None => "look at the container's DNS: `dns:` of the service, and the network it is in".to_owned(),
        },
        Cause::Tls => format!(
            "give the container the CA that signed it (NODE_EXTRA_CA_CERTS), or correct the base URL of {who}"
        ),
        Cause::ConnectionRefused => match winner {
            Some(w) => format!("correct host and port of the base URL at {}, or start what should listen there", at(w, hands.sources)),
            None => "start what should listen there; inside a container, localhost is the container itself".to_owned(),
        },
        Cause::ConnectionLost => "try a few times; if it stays, look at the proxy or load balancer in between".to_owned(),
        Cause::Blocked => format!("set models.providers.{who}.baseUrl in the config: a private address is allowed only there"),
        Cause::StartWithoutAuth => format!(
            "set {}_GATEWAY_TOKEN in {} to what `openssl rand -hex 32` gives, and {}",
            program.to_uppercase(),
            environment(advice),
            recreate(advice)
        ),
        Cause::StartConfig => config(hands, "correct what the line names in the config"),
        Cause::StartMode => config(hands, &format!(
            "put a config that says gateway.mode local {}, readable for uid {}",
            place::of_config(hands.target),
            place::user(hands.target)
        )),
        Cause::StartWeakSecret => format!(
            "put what `openssl rand -hex 32` gives in place of the placeholder, and {}",
            recreate(advice)
        ),
        Cause::StartAmbiguousAuth => config(hands, "set gateway.auth.mode to token or password, and that one credential"),
        Cause::StartSecretMissing => {
            format!("define the variable that the config refers to, in {}, and {}", environment(advice), recreate(advice))
        }
        Cause::StartLeftover => format!(
            "move the old state directory away on the host ({}) or take its mount out, once its files are no longer needed",
            place::move_away(hands.target)
        ),
        Cause::StartPort => "stop the other gateway, or give one of them another port".to_owned(),
        Cause::StartPermission => format!(
            "give {}, then {}",
            place::give(hands.target, advice, failure.first.text.expose()),
            advice.restart()
        ),
        Cause::StartMigration => format!(
            "start it once more: {}; if it stays, {}",
            advice.restart(),
            advice.run_once(&format!("{program} doctor --fix"))
        ),
        Cause::StartFailed => format!(
            "the line names the reason; if it is not enough, see what doctor finds: {}",
            advice.run_once(&format!("{program} doctor"))
        ),
        Cause::ChannelFailed => format!("see what the channel says: {}", exec("channels status")),
        Cause::Skill => "correct or take out the skill that the line names; keys and tokens are not concerned".to_owned(),
        // The others have a template.
        _ => format!("read the lines before and after it: {}", advice.logs()),
    }
}

/// A template with the commands of this deployment.
fn filled(template: &str, failure: &LogFailure, hands: &Hands<'_>) -> String {
    let Hands { advice, program, target, .. } = *hands;
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        let command =
            |name: &str| name.split_once(':').map(|(_, command)| command.to_owned()).unwrap_or_default();
        let filled = match name.split(':').next().unwrap_or_default() {
            "who" => failure.subject.clone().unwrap_or_else(|| "the provider".to_owned()),
            "restart" => advice.restart(),
            "recreate" => recreate(advice),
            "env" => environment(advice).to_owned(),
            "exec" => advice.exec(&format!("{program} {}", command(name))),
            "shell" => advice.exec(&command(name)),
            "once" => advice.run_once(&format!("{program} {}", command(name))),
            "stop" => advice.stop(),
            "start" => advice.start(),
            "ps" => format!("`{} ps -a`", advice.engine()),
            "logs" => advice.logs(),
            "uid" => place::user(target).to_string(),
            "explain" => explain(failure.subject.as_deref().unwrap_or("anthropic"), advice),
            // A template of Go, in a command.
            _ => {
                out.push('{');
                rest = &rest[before.len() + 1..];
                continue;
            }
        };
        out.push_str(&filled);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn login(program: &str, provider: &str) -> String {
    if program == "openclaw" {
        format!("models auth login --provider {provider}")
    } else {
        format!("models auth add --provider {provider}")
    }
}

/// How an edited environment reaches the container, also where nothing is known of it.
fn recreate(advice: &Advice) -> String {
    if advice.is_empty() { "recreate the container".to_owned() } else { advice.recreate() }
}

/// Where a variable is handed to the container.
fn environment(advice: &Advice) -> &'static str {
    if advice.is_empty() { "the container's environment" } else { advice.environment() }
}

/// How an edit of the place takes effect.
fn apply(candidate: &Candidate, advice: &Advice) -> String {
    match candidate.layer {
        Layer::StateDotenv
        | Layer::GatewayEnvFile
        | Layer::LegacyDotenv
        | Layer::ConfigEnv
        | Layer::Config
        | Layer::AuthProfile
        | Layer::SecretRef => advice.restart(),
        _ => recreate(advice),
    }
}

fn explain(key: &str, advice: &Advice) -> String {
    advice
        .target()
        .map_or_else(String::new, |target| format!(" (`clawdock explain {key} {target}` shows every place)"))
}

fn mismatch(connections: &[Connection], hands: &Hands<'_>) -> String {
    let of = |wanted: &Consumer| {
        connections.iter().find(|c| c.consumer == *wanted).and_then(|c| c.winner.as_ref())
    };
    let Some(server) = of(&Consumer::Gateway) else {
        return format!(
            "give the client the token that the gateway accepts{}",
            explain(&SettingKey::GatewayToken.text(), hands.advice)
        );
    };
    let differs = connections.iter().find(|c| c.winner.as_ref().is_some_and(|w| !w.agrees(server)));
    match differs.and_then(|c| c.winner.as_ref()) {
        Some(client) => format!(
            "put the {} of {} into {} as well, and {}",
            connections[0].noun,
            at(server, hands.sources),
            at(client, hands.sources),
            apply(client, hands.advice)
        ),
        None => format!(
            "give the refused client the {} of {}: the CLIs known here already send it",
            connections[0].noun,
            at(server, hands.sources)
        ),
    }
}

/// With what the resolution found in the config itself.
fn config(hands: &Hands<'_>, otherwise: &str) -> String {
    let facts = hands.target.and_then(|t| t.facts.as_ref());
    let problem = facts.and_then(|f| f.config_problem.as_ref());
    let what = match problem {
        Some(ConfigProblem { message, place: Some(place), .. }) => {
            format!("correct {}: {message}", brief(*place, hands.sources))
        }
        Some(ConfigProblem { message, .. }) => format!("correct the config: {message}"),
        None => otherwise.to_owned(),
    };
    format!("{what}; then {}", hands.advice.restart())
}

/// What the resolution says about a start, in a sentence.
#[must_use]
pub fn start(failure: &LogFailure, target: &Target) -> Option<String> {
    if failure.cause.about().domain != Domain::Start {
        return None;
    }
    let start = target.start.as_ref()?;
    Some(match (start.prediction, &start.why) {
        (Prediction::Refuses, Some(why)) => format!("the files as they are now say the same: {why}"),
        // Of these the resolution knows nothing.
        (Prediction::Starts, _)
            if !matches!(
                failure.cause,
                Cause::StartWithoutAuth
                    | Cause::StartConfig
                    | Cause::StartMode
                    | Cause::StartWeakSecret
                    | Cause::StartAmbiguousAuth
                    | Cause::StartSecretMissing
                    | Cause::StartLeftover
                    | Cause::ControlUiOrigins
            ) =>
        {
            return None;
        }
        (Prediction::Starts, _) => "with the files as they are now it would start: they were changed since, or the container has other values than they give".to_owned(),
        _ => return None,
    })
}
