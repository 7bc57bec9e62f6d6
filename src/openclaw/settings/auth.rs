//! The gateway's token and password, for the gateway and for its command line.

use crate::openclaw::{
    Model,
    read::{
        command::PASSWORD_FILE,
        config::{self, Field},
        environment::VariableLookup as _,
    },
    release::behaviour::{CredentialSource, MissingReference},
    settings::precedence::{CandidateState, RankedCandidate, decide, unused},
};
use crate::{
    openclaw::facts::{AuthMode as Mode, Credentials},
    provenance::{Candidate, Reason, Shadowed, reason},
    syntax::node::NodeKind,
    text::secret::Text,
    vocabulary::{
        deployment::Role,
        setting::{Category, Consumer, Resolution, Setting, State},
        setting_key::SettingKey,
    },
};

/// Token or password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GatewayCredential {
    /// `gateway.auth.token`.
    Token,
    /// `gateway.auth.password`.
    Password,
}

/// Variables that people set as the token and no release reads.
pub(crate) const NEVER_READ_AS_TOKEN: &[&str] =
    &["OPENCLAW_TOKEN", "OPENCLAW_AUTH_TOKEN", "OPENCLAW_GATEWAY_SECRET"];

impl GatewayCredential {
    /// Its name in the config.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Password => "password",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Token => Self::Password,
            Self::Password => Self::Token,
        }
    }

    pub(crate) fn flag(self) -> &'static str {
        match self {
            Self::Token => "--token",
            Self::Password => "--password",
        }
    }

    /// The one in the file that a flag of the gateway names.
    fn in_file(self, model: &Model<'_>) -> Option<Candidate> {
        (self == Self::Password).then(|| model.command.candidate_in_file(PASSWORD_FILE, &model.env))?
    }

    fn variable(self, prefix: &str) -> String {
        format!("{prefix}GATEWAY_{}", self.key().to_ascii_uppercase())
    }

    pub(crate) fn setting(self) -> SettingKey {
        match self {
            Self::Token => SettingKey::GatewayToken,
            Self::Password => SettingKey::GatewayPassword,
        }
    }

    fn never_read(self) -> &'static [&'static str] {
        match self {
            Self::Token => NEVER_READ_AS_TOKEN,
            Self::Password => &[],
        }
    }
}

/// The two settings.
#[must_use]
pub fn settings(model: &Model<'_>) -> Vec<Setting> {
    [
        (GatewayCredential::Token, Category::GatewayToken),
        (GatewayCredential::Password, Category::GatewayPassword),
    ]
    .into_iter()
    .map(|(credential, category)| Setting {
        key: credential.setting(),
        variables: vec![credential.variable(model.behaviour.prefix())],
        category,
        secret: true,
        views: model.consumers().into_iter().map(|consumer| view(model, credential, consumer)).collect(),
    })
    .collect()
}

/// One consumer's view of one credential.
#[must_use]
pub fn view(model: &Model<'_>, credential: GatewayCredential, consumer: Consumer) -> Resolution {
    let mut ignored = ignored(model, credential, &consumer);
    if let Some(why) = stands_alone(model, &consumer) {
        let all = offers(model, credential, &consumer, order(model, credential, &consumer));
        let (own, others): (Vec<RankedCandidate>, Vec<RankedCandidate>) =
            all.into_iter().partition(RankedCandidate::is_flag);
        let unused = unused(consumer.clone(), others, ignored, &why).ignored;
        return decide(consumer, own, unused);
    }
    let env_only = consumer != Consumer::Gateway && env_only(model);
    let mut ranked = Vec::new();
    for place in places(model, credential, &consumer, order(model, credential, &consumer)) {
        let Some(offer) = offer(model, credential, &consumer, place) else { continue };
        if env_only && matches!(place, CredentialSource::Config | CredentialSource::Remote) {
            let (CandidateState::Value(c)
            | CandidateState::Final(c)
            | CandidateState::Unresolved(c)
            | CandidateState::Unfilled(c)
            | CandidateState::Unknown(c)) = offer.offer;
            ignored.push(Shadowed::new(c, Reason::EnvironmentOnly));
        } else {
            ranked.push(offer);
        }
    }
    // A gateway elsewhere has a mode of its own: its client sends what it has.
    if consumer != Consumer::Gateway && (is_remote(model) || (env_only && model.role == Role::Cli)) {
        return decide(consumer, ranked, ignored);
    }
    if consumer != Consumer::Gateway && !env_only && gives_up(model, credential.other()) {
        return unused(consumer, ranked, ignored, &Reason::OtherUnresolved);
    }
    let excluding = match consumer_mode(model, &consumer) {
        Mode::Password if credential == GatewayCredential::Token => reason::Mode::Password,
        Mode::Token if credential == GatewayCredential::Password => reason::Mode::Token,
        Mode::None => reason::Mode::Auth("none"),
        Mode::TrustedProxy => reason::Mode::Auth("trusted-proxy"),
        Mode::Token | Mode::Password => return decide(consumer, ranked, ignored),
    };
    unused(consumer, ranked, ignored, &Reason::ModeExcludes(excluding))
}

/// What the gateway has, whether its mode asks for it or not.
#[must_use]
pub fn credentials(model: &Model<'_>) -> Credentials {
    let resolved = |credential| {
        let ranked = offers(model, credential, &Consumer::Gateway, model.behaviour.credentials.server);
        let view = decide(Consumer::Gateway, ranked, Vec::new());
        view.winner.filter(|_| matches!(view.state, State::Set | State::Unknown))
    };
    let hooks_are_on =
        model.config.node(&["hooks", "enabled"]).is_some_and(|n| n.kind == NodeKind::Bool(true));
    let hooks = match model.config.credential(&["hooks", "token"], &model.references) {
        Field::Value(token) if hooks_are_on && !token.is_blank() => Some(token),
        _ => None,
    };
    Credentials {
        token: resolved(GatewayCredential::Token),
        password: resolved(GatewayCredential::Password),
        hooks,
    }
}

/// A flag or the config says which mode.
#[must_use]
pub fn mode_is_written(model: &Model<'_>) -> bool {
    model.command.has("--auth") || model.config.node(&["gateway", "auth", "mode"]).is_some()
}

/// `--auth` > `gateway.auth.mode` > password when one is resolved > token.
#[must_use]
pub fn mode(model: &Model<'_>) -> Mode {
    let flag = model.command.candidate("--auth", &model.env);
    let flag = flag.as_ref().and_then(|c| c.value.as_ref()).and_then(|v| named_mode(v.expose()));
    flag.unwrap_or_else(|| mode_without_flags(model, &Consumer::Gateway))
}

/// The mode in the config, or what follows from the credentials.
fn mode_without_flags(model: &Model<'_>, consumer: &Consumer) -> Mode {
    config_mode(model).unwrap_or_else(|| {
        let ranked = offers(model, GatewayCredential::Password, consumer, model.behaviour.credentials.server);
        let resolved = decide(consumer.clone(), ranked, Vec::new()).state;
        if matches!(resolved, State::Set | State::Unknown) { Mode::Password } else { Mode::Token }
    })
}

/// `gateway.auth.mode`.
#[must_use]
pub fn config_mode(model: &Model<'_>) -> Option<Mode> {
    let written = model.config.string(&["gateway", "auth", "mode"], &model.references)?;
    named_mode(written.value?.expose())
}

fn named_mode(word: &str) -> Option<Mode> {
    match word {
        "token" => Some(Mode::Token),
        "password" => Some(Mode::Password),
        "none" => Some(Mode::None),
        "trusted-proxy" => Some(Mode::TrustedProxy),
        _ => None,
    }
}

/// The mode that a consumer reckons with: other processes do not see the gateway's flags, and send
/// what they have unless the config says that nothing is wanted.
fn consumer_mode(model: &Model<'_>, consumer: &Consumer) -> Mode {
    let of_gateway = model.mode_of_gateway.unwrap_or_else(|| mode(model));
    if *consumer == Consumer::Gateway {
        return of_gateway;
    }
    let own = mode_without_flags(model, consumer);
    match (own, of_gateway) {
        (Mode::Token | Mode::Password, Mode::Token | Mode::Password) => of_gateway,
        _ => own,
    }
}

/// `gateway.mode` is `remote`.
#[must_use]
pub fn is_remote(model: &Model<'_>) -> bool {
    let mode = model.config.string(&["gateway", "mode"], &model.references);
    mode.and_then(|c| c.value).is_some_and(|v| v.expose() == "remote")
}

/// Why a command line in a container of its own looks at nothing but its own flags, if it does
/// (`resolveGatewayCredentialsFromConfig` and `ensureExplicitGatewayAuth`, openclaw 2026.9.6).
fn stands_alone(model: &Model<'_>, consumer: &Consumer) -> Option<Reason> {
    if *consumer == Consumer::Gateway || !model.behaviour.credentials.client_flags_stand_alone {
        return None;
    }
    let given = |flag| model.own_flag(flag).is_some_and(|c| !c.is_blank());
    if given(GatewayCredential::Token.flag()) || given(GatewayCredential::Password.flag()) {
        Some(Reason::FlagsOnly { url: false })
    } else if given("--url") {
        Some(Reason::FlagsOnly { url: true })
    } else {
        None
    }
}

fn env_only(model: &Model<'_>) -> bool {
    let mut names = model.behaviour.credentials.client_url_variables.iter();
    names.any(|name| model.env.value(name).is_some_and(|v| !v.trim().is_empty()))
}

fn order(
    model: &Model<'_>,
    credential: GatewayCredential,
    consumer: &Consumer,
) -> &'static [CredentialSource] {
    let behaviour = model.behaviour;
    match (consumer, is_remote(model), credential) {
        (Consumer::Gateway, _, _) => behaviour.credentials.server,
        (_, false, GatewayCredential::Token)
            if behaviour.credentials.service_kind_reads_config_first
                && model.env.value("OPENCLAW_SERVICE_KIND") == Some("gateway") =>
        {
            behaviour.credentials.server
        }
        (_, false, _) => behaviour.credentials.client,
        (_, true, GatewayCredential::Token) => behaviour.credentials.remote_client_token,
        (_, true, GatewayCredential::Password) => behaviour.credentials.remote_client_password,
    }
}

/// Those places of an order that count in this deployment.
///
/// Of a gateway with a `gateway.auth`, written or made by a flag, `gateway.remote` is no place
/// (`resolveGatewayAuth`, openclaw 2026.8.1 and 2026.9.6, which looks there only where what it is given
/// is the `gateway.auth` of the config in use, as it is when there is none; tried with 2026.9.6). Of a
/// command line it is none beside a reference without a value (`resolveLocalGatewayCredentials`).
fn places<'a>(
    model: &Model<'_>,
    credential: GatewayCredential,
    consumer: &Consumer,
    order: &'a [CredentialSource],
) -> impl Iterator<Item = CredentialSource> + use<'a> {
    let no_remote = match consumer {
        Consumer::Gateway => has_auth(model),
        _ => !is_remote(model) && matches!(written(model, credential), Field::Unresolved { .. }),
    };
    order.iter().copied().filter(move |place| !(no_remote && *place == CredentialSource::Remote))
}

/// `gateway.auth.<token|password>`.
fn written(model: &Model<'_>, credential: GatewayCredential) -> Field {
    model.config.credential(&["gateway", "auth", credential.key()], &model.references)
}

/// A command line ends at this credential, whatever it has of the other one.
fn gives_up(model: &Model<'_>, credential: GatewayCredential) -> bool {
    model.behaviour.credentials.missing_reference == MissingReference::FailsOrGenerates
        && matches!(written(model, credential), Field::Unresolved { .. })
        && !is_skipped(model, credential)
}

/// A command line fails closed at a reference without a value, unless its mode is another or unset
/// and the other credential has a value (`resolveLocalGatewayCredentials`, openclaw 2026.9.6).
fn is_skipped(model: &Model<'_>, credential: GatewayCredential) -> bool {
    let other = credential.other();
    let own_mode = match credential {
        GatewayCredential::Token => Mode::Token,
        GatewayCredential::Password => Mode::Password,
    };
    match config_mode(model) {
        Some(mode) => mode != own_mode,
        None => model.behaviour.credentials.client.iter().any(|place| match place {
            CredentialSource::Flag => false,
            CredentialSource::Env(prefix) => {
                model.env.value(&other.variable(prefix)).is_some_and(|v| !Text::from(v).is_blank())
            }
            CredentialSource::Config => matches!(written(model, other), Field::Value(c) if !c.is_blank()),
            CredentialSource::Remote => {
                let remote = ["gateway", "remote", other.key()];
                let remote = model.config.credential(&remote, &model.references);
                !matches!(written(model, other), Field::Unresolved { .. })
                    && matches!(remote, Field::Value(c) if !c.is_blank())
            }
        }),
    }
}

/// The gateway has a `gateway.auth`.
fn has_auth(model: &Model<'_>) -> bool {
    const FLAGS: [&str; 4] = ["--auth", "--token", "--password", PASSWORD_FILE];
    writes_auth(model) || FLAGS.iter().any(|flag| model.command.has(flag))
}

/// There is a `gateway.auth` in the config.
#[must_use]
pub fn writes_auth(model: &Model<'_>) -> bool {
    model.config.node(&["gateway", "auth"]).is_some()
}

fn offers(
    model: &Model<'_>,
    credential: GatewayCredential,
    consumer: &Consumer,
    order: &[CredentialSource],
) -> Vec<RankedCandidate> {
    let places = places(model, credential, consumer, order);
    places.filter_map(|place| offer(model, credential, consumer, place)).collect()
}

fn offer(
    model: &Model<'_>,
    credential: GatewayCredential,
    consumer: &Consumer,
    place: CredentialSource,
) -> Option<RankedCandidate> {
    match place {
        CredentialSource::Flag => {
            // A command line run beside the gateway does not see the gateway's flags.
            let (flag, below) = match consumer {
                Consumer::Gateway => {
                    let flag = model.command.candidate(credential.flag(), &model.env);
                    let flag = flag.or_else(|| credential.in_file(model))?;
                    (flag, model.command.repeated(credential.flag(), &model.env))
                }
                _ => (model.own_flag(credential.flag())?, Vec::new()),
            };
            let offer = if flag.value.is_some() {
                CandidateState::Value(flag)
            } else {
                CandidateState::Unknown(flag)
            };
            Some(RankedCandidate { below, ..RankedCandidate::new(offer) })
        }
        CredentialSource::Config => {
            field(model, credential, consumer, &["gateway", "auth", credential.key()])
        }
        CredentialSource::Remote => {
            field(model, credential, consumer, &["gateway", "remote", credential.key()])
        }
        CredentialSource::Env(prefix) => {
            RankedCandidate::variable(model.env.get(&credential.variable(prefix)))
        }
    }
}

fn field(
    model: &Model<'_>,
    credential: GatewayCredential,
    consumer: &Consumer,
    path: &[&str],
) -> Option<RankedCandidate> {
    let is_auth = path[1] == "auth";
    // As `$${NAME}` and a variable with such a text in it make it (`trimCredentialToUndefined`).
    let skips_references = match model.behaviour.credentials.missing_reference {
        MissingReference::InvalidConfig => false,
        MissingReference::PassedOver => true,
        MissingReference::FailsOrGenerates => is_auth && *consumer == Consumer::Gateway,
    };
    let offer = match model.config.credential(path, &model.references) {
        Field::Absent => return None,
        Field::Value(c) if is_auth && model.behaviour.credentials.blank_config_counts => {
            CandidateState::Final(c)
        }
        Field::Value(c) if skips_references && c.value.as_ref().is_some_and(config::has_reference) => {
            match followed_again(model, credential, &c) {
                Some(value) if is_auth => CandidateState::Value(Candidate { value: Some(value), ..c }),
                _ => CandidateState::Unfilled(c),
            }
        }
        Field::Value(c) => CandidateState::Value(c),
        Field::Elsewhere(c) => CandidateState::Unknown(c),
        Field::Unresolved { candidate, reference: false, .. }
            if model.behaviour.credentials.missing_reference == MissingReference::PassedOver =>
        {
            // The next place counts; the field is left to be told among the losers.
            let blank = Candidate { value: Some(Text::default()), ..candidate };
            return Some(RankedCandidate::new(CandidateState::Value(blank)));
        }
        Field::Unresolved { candidate, .. }
            if model.behaviour.credentials.missing_reference == MissingReference::FailsOrGenerates
                && is_auth
                && *consumer != Consumer::Gateway
                && is_skipped(model, credential) =>
        {
            CandidateState::Unfilled(candidate)
        }
        Field::Unresolved { candidate, variable, fault, .. } => {
            let reason = Reason::UnresolvedFirst { name: path.join("."), variable, fault };
            return Some(RankedCandidate::new(CandidateState::Unresolved(candidate)).beating(reason));
        }
    };
    Some(RankedCandidate { below: model.config.lost(path), ..RankedCandidate::new(offer) })
}

/// Where a `${NAME}` is passed over, a text that is nothing else once it is read, as `$${NAME}` is,
/// leads to the variable, if there is none of the credential's own (run with openclaw 2026.6.11).
fn followed_again(model: &Model<'_>, credential: GatewayCredential, read: &Candidate) -> Option<Text> {
    let set = |name: &str| model.env.value(name).filter(|v| !Text::from(*v).is_blank());
    let own = credential.variable(model.behaviour.prefix());
    if model.behaviour.credentials.missing_reference != MissingReference::PassedOver || set(&own).is_some() {
        return None;
    }
    let name = config::bare_reference(read.value.as_ref()?.expose())?;
    set(name).map(Text::from)
}

/// What looks like this credential and is not read.
fn ignored(model: &Model<'_>, credential: GatewayCredential, consumer: &Consumer) -> Vec<Shadowed> {
    let mut ignored = Vec::new();
    let own = credential.variable(model.behaviour.prefix());
    ignored.extend(model.env.ignored(&own).cloned());
    for prefix in ["OPENCLAW_", "CLAWDBOT_", "MOLTBOT_"] {
        let name = credential.variable(prefix);
        if name == own || model.behaviour.reads_prefix(prefix) {
            continue;
        }
        let reason =
            Reason::NotRead { reader: model.release_name(), purpose: "", instead: Some(own.clone()) };
        ignored.extend(everything_of(model, &name, &reason));
    }
    for name in credential.never_read() {
        ignored.extend(everything_of(
            model,
            name,
            &Reason::NotRead { reader: "OpenClaw".to_owned(), purpose: "in any release", instead: None },
        ));
    }
    if *consumer != Consumer::Gateway
        && model.role == Role::Gateway
        && let Some(flag) =
            model.command.candidate(credential.flag(), &model.env).or_else(|| credential.in_file(model))
    {
        ignored.push(Shadowed::new(flag, Reason::FlagNotSeen));
    }
    if let Some(why) = takes_no_remote(model)
        && *consumer == Consumer::Gateway
        && let path = ["gateway", "remote", credential.key()]
        && let Some(remote) = field(model, credential, consumer, &path)
        && let CandidateState::Value(candidate) = remote.offer
    {
        ignored.push(Shadowed::new(candidate, why));
    }
    ignored
}

/// Why the gateway takes no credential from `gateway.remote`.
fn takes_no_remote(model: &Model<'_>) -> Option<Reason> {
    if !model.behaviour.credentials.server.contains(&CredentialSource::Remote) {
        return Some(Reason::not_read("the gateway of this release"));
    }
    has_auth(model).then_some(Reason::RemoteReplaced)
}

fn everything_of(model: &Model<'_>, name: &str, reason: &Reason) -> Vec<Shadowed> {
    let winner: Option<&Candidate> = model.env.get(name).and_then(|v| v.winner.as_ref());
    let set = winner.map(|c| Shadowed::new(c.clone(), reason.clone()));
    set.into_iter().chain(model.env.ignored(name).cloned()).collect()
}
