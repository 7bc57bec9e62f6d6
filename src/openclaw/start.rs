//! Would the gateway start with these inputs?
//!
//! The rows are those of openclaw 2026.9.6, each tried in a container; earlier releases refuse
//! less, see [`super::behaviour`].

use super::{
    Model,
    auth::{self, Credential},
    auth_profiles::Block,
    behaviour::{
        HooksToken, MissingReference, NoCredential, Origins, PASSWORD_EXAMPLES, Place, Retired,
        TOKEN_EXAMPLES,
    },
    config::{self, Field, Presence},
    environment::Lookup as _,
    profile::{self, Selected},
    schema::Issue,
};
use crate::{
    origin::Layer,
    source::Sources,
    syntax::node::Kind,
    target::{AuthMode as Mode, Consumer, Prediction, Start, State},
    text::{Text, js_trim},
};

/// The prediction.
#[must_use]
pub fn predict(model: &Model<'_>, sources: &Sources) -> Start {
    checks(model, sources).unwrap_or(Start { prediction: Prediction::Starts, exit_code: None, why: None })
}

fn checks(model: &Model<'_>, sources: &Sources) -> Option<Start> {
    let refusal = |start: &Start| start.prediction != Prediction::Starts;
    let credentials = credentials(model);
    script(model)
        .or_else(|| profile(model))
        .or_else(|| leftover_state(model))
        .or_else(|| config(model, sources))
        .or_else(|| credentials.clone().filter(refusal))
        .or_else(|| hooks(model))
        .or_else(|| token_behind_proxy(model))
        .or_else(|| origins(model))
        .or_else(|| provider_key(model))
        .or_else(|| moved_includes(model))
        .or_else(|| stores(model))
        .or_else(|| doubtful(model, sources))
        .or(credentials)
}

fn refuses(exit_code: i32, why: impl Into<String>) -> Option<Start> {
    Some(Start { prediction: Prediction::Refuses, exit_code: Some(exit_code), why: Some(why.into()) })
}

fn unknown(why: impl Into<String>) -> Option<Start> {
    Some(Start { prediction: Prediction::Unknown, exit_code: None, why: Some(why.into()) })
}

/// The image's start script comes before the program.
fn script(model: &Model<'_>) -> Option<Start> {
    refuses(1, model.script_lacks.clone()?)
}

/// Flags that select no profile that there can be.
fn profile(model: &Model<'_>) -> Option<Start> {
    match profile::selected(model.behaviour.profile_flags, &model.command)? {
        Selected::Refused(exit) => {
            refuses(exit, "--profile or --dev is given in a way that the program does not take")
        }
        Selected::Profile(..) => None,
    }
}

/// Credentials of an earlier release that were not taken over: 2026.9.6 serves for a while, and ends
/// itself when it comes to them. What the releases from 2026.8.1 on do was not tried.
fn stores(model: &Model<'_>) -> Option<Start> {
    let rule = model.behaviour.stores.retired;
    match model.stores.shared_block.as_ref()? {
        Block::NotImported { path, .. } if rule == Retired::BlocksItsProviders => refuses(
            1,
            format!(
                "{path} holds credentials of an earlier release, which `openclaw doctor --fix` has to take over first"
            ),
        ),
        Block::NotImported { path, .. } | Block::Unreadable { path } => {
            unknown(format!("{path} holds credentials that it cannot read"))
        }
    }
}

fn leftover_state(model: &Model<'_>) -> Option<Start> {
    let legacy = model.files.pending_migration.as_ref()?;
    refuses(
        model.behaviour.exit_leftover_state.unwrap_or(1),
        format!(
            "{legacy} still holds files beside {}, and the gateway does not choose between them",
            model.files.state_dir
        ),
    )
}

fn config(model: &Model<'_>, sources: &Sources) -> Option<Start> {
    let (exit, exit_invalid) = (model.behaviour.exit_unconfigured, model.behaviour.exit_invalid);
    let unconfigured = model.command.has("--allow-unconfigured");
    match &model.config.presence {
        Presence::Unseen => unknown(format!("{} cannot be seen from here", model.files.config_path)),
        Presence::Absent if unconfigured || model.makes_config() => None,
        Presence::Absent => refuses(
            exit,
            format!("there is no {}, and --allow-unconfigured is not given", model.files.config_path),
        ),
        Presence::Broken { message, .. } => {
            refuses(exit_invalid, format!("{} {message}", model.files.config_path))
        }
        Presence::Present => missing_variable(model)
            .or_else(|| invalid(model, sources))
            .or_else(|| mode(model))
            .or_else(|| trusted_proxy(model)),
    }
}

/// Releases that do not choose between two state directories move one of an earlier name when it is
/// the only one.
fn moved_includes(model: &Model<'_>) -> Option<Start> {
    if !(model.files.moves_state_dir(model.behaviour) && model.config.has_includes()) {
        return None;
    }
    let dir = &model.files.state_dir;
    match model.behaviour.exit_moved_includes {
        Some(exit) => refuses(
            exit,
            format!(
                "the gateway moves {dir} when it starts, finds the includes of its config in another place, and ends itself once; it starts the next time"
            ),
        ),
        None => unknown(format!(
            "the gateway moves {dir} when it starts, and whether it still finds what its config includes cannot be told"
        )),
    }
}

/// The first provider whose key is a `${NAME}` without a value.
fn provider_key(model: &Model<'_>) -> Option<Start> {
    if !model.behaviour.missing_provider_key_ends {
        return None;
    }
    let providers = model.config.node(&["models", "providers"])?;
    let Kind::Map(entries) = &providers.kind else { return None };
    let missing = entries.iter().find_map(|entry| {
        let id = &*entry.key;
        match model.config.credential(&["models", "providers", id, "apiKey"], &model.references) {
            Field::Unresolved { variable, reference: false, .. } => Some((id, variable)),
            _ => None,
        }
    });
    let (id, variable) = missing?;
    refuses(
        1,
        format!(
            "models.providers.{id}.apiKey refers to {variable}, which is missing or blank; the gateway waits a while and ends without a word"
        ),
    )
}

/// Until 2026.3.2 a `${NAME}` without a value, wherever it stands, makes the config invalid.
fn missing_variable(model: &Model<'_>) -> Option<Start> {
    if model.behaviour.missing_reference != MissingReference::InvalidConfig {
        return None;
    }
    let name = model.config.missing_reference(&model.references)?;
    refuses(
        model.behaviour.exit_invalid,
        format!("the config is invalid: it refers to {name}, which is missing or blank"),
    )
}

/// What the release's schema does not take.
fn invalid(model: &Model<'_>, sources: &Sources) -> Option<Start> {
    let first = model.schema.refused.first()?;
    let more = match model.schema.refused.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let why = format!("the config is invalid: {}{more}", described(first, sources));
    refuses(model.behaviour.exit_invalid, why)
}

/// What the schema may not take.
fn doubtful(model: &Model<'_>, sources: &Sources) -> Option<Start> {
    let first = described(model.schema.doubtful.first()?, sources);
    unknown(match &model.schema.checked_with {
        None => format!("{first}: whether the gateway mends that when it starts cannot be told from here"),
        Some(known) => {
            format!(
                "{first}: so {} has it, and what {} takes is not known",
                known.join(" or "),
                model.release_name()
            )
        }
    })
}

fn described(issue: &Issue, sources: &Sources) -> String {
    let at = sources.line_col(issue.place);
    let file = &sources.get(issue.place.source).name;
    format!("{}: {} ({file}:{}:{})", issue.shown_path(), issue.message, at.line, at.column)
}

fn trusted_proxy(model: &Model<'_>) -> Option<Start> {
    let mode = model.config.string(&["gateway", "auth", "mode"], &model.references)?;
    let lacks = model.config.node(&["gateway", "auth", "trustedProxy"]).is_none();
    let is_proxy = mode.value.is_some_and(|v| v.expose() == "trusted-proxy");
    if is_proxy && lacks {
        refuses(1, "gateway.auth.mode is trusted-proxy, and gateway.auth.trustedProxy is not set")
    } else {
        None
    }
}

/// Code of 2026.4.15 and 2026.9.6, `assertGatewayAuthConfigured`.
fn token_behind_proxy(model: &Model<'_>) -> Option<Start> {
    let excludes = model.behaviour.trusted_proxy_excludes_token;
    // Before the gateway listens, that of `gateway.remote` is one as well (run with 2026.9.6).
    let has_token = has_remote(model, Credential::Token) || auth::credentials(model).token.is_some();
    if !excludes || auth::mode(model) != Mode::TrustedProxy || !has_token {
        return None;
    }
    refuses(1, "gateway.auth.mode is trusted-proxy, and there is a token as well")
}

/// `resolveHooksConfig` and `assertHooksTokenSeparateFromGatewayAuth`.
fn hooks(model: &Model<'_>) -> Option<Start> {
    let is_on = model.config.node(&["hooks", "enabled"]).is_some_and(|n| n.kind == Kind::Bool(true));
    let lacks = match model.config.credential(&["hooks", "token"], &model.references) {
        Field::Absent => true,
        Field::Value(token) => token.is_blank(),
        Field::Elsewhere(_) | Field::Unresolved { .. } => false,
    };
    if is_on && lacks {
        return refuses(1, "hooks.enabled is true, and hooks.token is not set");
    }
    if model.behaviour.hooks_token != HooksToken::MustDiffer || auth::mode(model) != Mode::Token {
        return None;
    }
    let credentials = auth::credentials(model);
    let same = credentials.hooks.zip(credentials.token).is_some_and(|(hooks, token)| hooks.agrees(&token));
    if same { refuses(1, "hooks.token is the gateway's own token") } else { None }
}

fn mode(model: &Model<'_>) -> Option<Start> {
    if model.command.has("--allow-unconfigured") {
        return None;
    }
    let exit = model.behaviour.exit_unconfigured;
    match model.config.string(&["gateway", "mode"], &model.references).and_then(|c| c.value) {
        None => refuses(exit, "the config has no gateway.mode"),
        Some(mode) if mode.expose() == "remote" => {
            refuses(exit, "gateway.mode is remote, where a gateway needs local")
        }
        Some(_) => None,
    }
}

fn credentials(model: &Model<'_>) -> Option<Start> {
    // The flag does not count here (`assertExplicitGatewayAuthModeWhenBothConfigured`, openclaw
    // 2026.3.24, 2026.6.11 and 2026.9.6).
    let written_mode = model.config.node(&["gateway", "auth", "mode"]).is_some();
    let both = configured(model, "auth", "token") && configured(model, "auth", "password");
    if model.behaviour.refuses_two_credentials && !written_mode && both {
        return refuses(
            1,
            "gateway.auth.token and gateway.auth.password are both set, and gateway.auth.mode is not",
        );
    }
    let by_mode = by_mode(model);
    match fatal_reference(model) {
        // Whether there is a credential at all is asked before references are followed.
        Some(path)
            if by_mode.as_ref().and_then(|s| s.exit_code) != Some(model.behaviour.exit_unconfigured) =>
        {
            refuses(1, format!("{path} refers to a variable that gives no value"))
        }
        _ => by_mode,
    }
}

fn by_mode(model: &Model<'_>) -> Option<Start> {
    match auth::mode(model) {
        // Seen on 2026.9.6; its message speaks of a missing token all the same.
        Mode::None if model.listens_beyond_loopback() != Some(false) => refuses(
            model.behaviour.exit_unconfigured,
            "it listens beyond loopback, and gateway.auth.mode is none",
        ),
        Mode::None | Mode::TrustedProxy => None,
        Mode::Token => credential(model, Credential::Token),
        Mode::Password => credential(model, Credential::Password),
    }
}

/// A credential field that is not blank, whether it leads anywhere or not.
fn configured(model: &Model<'_>, group: &str, key: &str) -> bool {
    match model.config.credential(&["gateway", group, key], &model.references) {
        Field::Absent => false,
        Field::Value(c) => !c.is_blank(),
        Field::Elsewhere(_) | Field::Unresolved { .. } => true,
    }
}

/// A flag takes the place of the field.
fn flagged(model: &Model<'_>, credential: Credential) -> bool {
    model.command.candidate(credential.flag(), &model.env).is_some_and(|c| !c.is_blank())
}

/// Where a credential is offered, whether it leads anywhere or not.
struct Surfaces {
    /// The mode, where one is written.
    mode: Option<Mode>,
    token_variable: bool,
    token: bool,
    password: bool,
}

fn surfaces(model: &Model<'_>) -> Surfaces {
    let variable = |name: &str| model.env.value(name).is_some_and(|v| !js_trim(v).is_empty());
    let token_variable = variable("OPENCLAW_GATEWAY_TOKEN");
    Surfaces {
        mode: auth::mode_is_written(model).then(|| auth::mode(model)),
        token_variable,
        token: token_variable
            || configured(model, "auth", "token")
            || configured(model, "remote", "token")
            || flagged(model, Credential::Token),
        password: variable("OPENCLAW_GATEWAY_PASSWORD")
            || configured(model, "auth", "password")
            || flagged(model, Credential::Password),
    }
}

/// A reference without a value in a field that could be the one in effect, which stops the gateway
/// although the credential in effect may come from elsewhere
/// (`evaluateGatewayAuthSurfaceStates`, openclaw 2026.9.6).
fn fatal_reference(model: &Model<'_>) -> Option<&'static str> {
    if model.behaviour.missing_reference == MissingReference::PassedOver {
        return active_reference(model);
    }
    if model.behaviour.missing_reference != MissingReference::FailsOrGenerates {
        return None;
    }
    let unresolved = |key| {
        let field = model.config.credential(&["gateway", "auth", key], &model.references);
        matches!(field, Field::Unresolved { .. })
    };
    let Surfaces { mode, token, password, .. } = surfaces(model);
    let token_counts = mode == Some(Mode::Token) || (mode.is_none() && !password);
    let password_counts =
        matches!(mode, Some(Mode::Password | Mode::TrustedProxy)) || (mode.is_none() && !token);
    // A gateway that finds no token at all makes one up, in place of the reference.
    let others = auth::view(model, Credential::Token, Consumer::Gateway)
        .losers
        .iter()
        .any(|l| l.candidate.value.as_ref().is_none_or(|v| !v.is_blank()));
    let makes_up = auth::mode(model) == Mode::Token && !others;
    if unresolved("token") && token_counts && !makes_up && !flagged(model, Credential::Token) {
        Some("gateway.auth.token")
    } else if unresolved("password")
        && password_counts
        && auth::mode(model) != Mode::Token
        && !flagged(model, Credential::Password)
    {
        Some("gateway.auth.password")
    } else {
        None
    }
}

/// The same where a `${NAME}` is passed over: a text that is nothing else is a secret reference, which
/// has to lead somewhere where its field could be the one in effect (`createGatewayCredentialPlan`,
/// openclaw 2026.3.24 and 2026.6.11; run with both).
fn active_reference(model: &Model<'_>) -> Option<&'static str> {
    let leads_nowhere = |key| match model.config.credential(&["gateway", "auth", key], &model.references) {
        Field::Unresolved { whole, .. } => whole,
        // `$${NAME}` is one as well, once it is read.
        Field::Value(c) => {
            let name = c.value.as_ref().and_then(|v| config::bare_reference(v.expose()));
            name.is_some_and(|name| model.references.value(name).is_none_or(str::is_empty))
        }
        Field::Absent | Field::Elsewhere(_) => false,
    };
    let Surfaces { mode, token_variable, token, password } = surfaces(model);
    let token_counts = match mode {
        Some(Mode::Token) => !token_variable,
        Some(_) => false,
        None => !token_variable && !password,
    };
    let password_counts = match mode {
        Some(mode) => mode == Mode::Password,
        None => !token,
    };
    if token_counts && leads_nowhere("token") && !flagged(model, Credential::Token) {
        Some("gateway.auth.token")
    } else if password_counts && leads_nowhere("password") && !flagged(model, Credential::Password) {
        Some("gateway.auth.password")
    } else {
        None
    }
}

fn credential(model: &Model<'_>, credential: Credential) -> Option<Start> {
    let view = auth::view(model, credential, Consumer::Gateway);
    match view.state {
        State::Unresolved => unresolved(model, &view),
        State::Unknown => {
            if view.winner.as_ref().is_some_and(|w| w.layer == Layer::SecretRef) {
                unknown("the credential is in a secret store that cannot be read from here")
            } else {
                None
            }
        }
        State::Set => {
            let value =
                view.winner.as_ref().and_then(|w| w.value.as_ref()).map(Text::expose).unwrap_or_default();
            let value = js_trim(value);
            let of_the_other = match credential {
                Credential::Token => PASSWORD_EXAMPLES,
                Credential::Password => TOKEN_EXAMPLES,
            };
            let refused =
                model.behaviour.refused_credentials.contains(&value) && !of_the_other.contains(&value);
            refused.then(|| refuses(1, "the credential in effect is a published example, a redaction mark, or the word undefined or null"))?
        }
        State::Unset | State::Blank => missing(model, credential),
    }
}

/// Before its flags make one, a gateway without a `gateway.auth` sees what `gateway.remote` has.
fn remote_counts_at_first(model: &Model<'_>, credential: Credential) -> bool {
    has_remote(model, credential) && !auth::writes_auth(model)
}

/// `gateway.remote` has one, and gateways of this release look there.
fn has_remote(model: &Model<'_>, credential: Credential) -> bool {
    model.behaviour.server.contains(&Place::Remote) && configured(model, "remote", credential.key())
}

fn unresolved(model: &Model<'_>, view: &crate::target::View) -> Option<Start> {
    let winner = view.winner.as_ref()?;
    if winner.value.is_some() {
        return starts(&format!(
            "{} has a ${{NAME}} in it that looks as if it had not been filled in: the gateway lets nobody in",
            winner.name
        ));
    }
    match model.behaviour.missing_reference {
        MissingReference::InvalidConfig => {
            refuses(model.behaviour.exit_invalid, "the config refers to a variable that is missing")
        }
        MissingReference::PassedOver => {
            refuses(1, format!("{} refers to a variable that gives no value", winner.name))
        }
        MissingReference::FailsOrGenerates => {
            let others = view.losers.iter().any(|l| l.candidate.value.as_ref().is_none_or(|v| !v.is_blank()));
            if winner.layer == Layer::SecretRef || others {
                refuses(1, format!("{} refers to a variable that gives no value", winner.name))
            } else {
                Some(Start {
                    prediction: Prediction::Starts,
                    exit_code: None,
                    why: Some(format!(
                        "{} refers to a variable that is missing or blank: the gateway makes up a random token that nobody knows",
                        winner.name
                    )),
                })
            }
        }
    }
}

fn missing(model: &Model<'_>, credential: Credential) -> Option<Start> {
    let exit = model.behaviour.exit_unconfigured;
    if remote_counts_at_first(model, credential) {
        return starts(
            "gateway.remote counts when the gateway starts, and no more when the flags have made a gateway.auth: nobody is let in",
        );
    }
    if model.behaviour.missing_reference == MissingReference::PassedOver
        && configured(model, "auth", credential.key())
    {
        return starts(
            "what the config has refers to a variable that is missing or blank: nothing that is written anywhere is let in",
        );
    }
    if credential == Credential::Password {
        return refuses(exit, "the gateway is in password mode, and no password is configured");
    }
    if !model.files.unseen.is_empty() {
        return unknown(format!("no token is seen from here, and {} cannot be read", model.files.unseen[0]));
    }
    if model.image.makes_up_token() {
        return starts("no token is configured: the image's start script makes one up and keeps it");
    }
    let beyond = match model.behaviour.no_credential {
        // It goes by the word, not by the address that follows from it.
        NoCredential::OpenOnLoopback => !model.is_bound_to("loopback"),
        _ => model.listens_beyond_loopback() != Some(false),
    };
    // `assertGatewayAuthNotKnownWeak` is shown the config's token where no place has one.
    let blank = || {
        let field = model.config.credential(&["gateway", "auth", "token"], &model.references);
        matches!(field, Field::Value(token) if token.is_blank())
    };
    match (model.behaviour.no_credential, beyond) {
        (NoCredential::MakesUpOnLoopback, false) if model.behaviour.refuses_blank_token && blank() => {
            refuses(1, "gateway.auth.token is blank, and no other place has a token")
        }
        (NoCredential::Refuses, _) => refuses(exit, "neither a token nor a password is configured"),
        (NoCredential::OpenOnLoopback | NoCredential::MakesUpOnLoopback, true) => {
            refuses(exit, "it listens beyond loopback, and neither a token nor a password is configured")
        }
        (NoCredential::OpenOnLoopback, false) => {
            starts("no token is configured: everybody on loopback is let in")
        }
        (NoCredential::Saves, _) => {
            starts("no token is configured: the gateway makes one up and writes it into its config")
        }
        (NoCredential::MakesUp, _) | (NoCredential::MakesUpOnLoopback, false) => {
            starts("no token is configured: the gateway makes up a random one that nobody knows")
        }
    }
}

/// Since 2026.2.23 the Control UI wants to know its origins where others can reach it.
fn origins(model: &Model<'_>) -> Option<Start> {
    if lacks_origins(model) {
        refuses(1, "it listens beyond loopback, and gateway.controlUi.allowedOrigins is not set")
    } else {
        None
    }
}

/// The release asks for allowed origins, and none are given.
pub(super) fn lacks_origins(model: &Model<'_>) -> bool {
    if !matches!(model.config.presence, Presence::Present | Presence::Absent) {
        return false;
    }
    let required = match model.behaviour.origins {
        Origins::NotAsked | Origins::Seeded => false,
        Origins::Required => true,
        Origins::SeededForConfigBind => model.config.node(&["gateway", "bind"]).is_none(),
    };
    let ui = |key: &str| model.config.node(&["gateway", "controlUi", key]);
    let given = ui("allowedOrigins").is_some_and(|n| !n.items().is_empty())
        || ui("dangerouslyAllowHostHeaderOriginFallback").is_some_and(|n| n.kind == Kind::Bool(true))
        || ui("enabled").is_some_and(|n| n.kind == Kind::Bool(false));
    required && !given && model.listens_beyond_loopback() == Some(true)
}

fn starts(why: &str) -> Option<Start> {
    Some(Start { prediction: Prediction::Starts, exit_code: None, why: Some(why.into()) })
}
