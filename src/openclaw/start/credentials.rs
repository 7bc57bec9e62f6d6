//! What a gateway's credential has to do with its start.

use super::{in_config, place_of, refuses, unknown};
use crate::{
    openclaw::{
        Model,
        facts::AuthMode as Mode,
        read::{
            config::{self, Field},
            environment::VariableLookup as _,
        },
        release::behaviour::{self, MissingReference, NoCredential, PASSWORD_EXAMPLES, TOKEN_EXAMPLES},
        settings::auth::{self, GatewayCredential},
    },
    provenance::{Candidate, Layer},
    text::{
        secret::{Text, js_trim},
        source::Place,
    },
    vocabulary::{
        prediction::{StartReason, StartReasonId as Id, StartSubject as About},
        setting::{Consumer, Resolution, State},
        setting_key::SettingKey,
    },
};

/// What a gateway makes of its credential.
pub(super) enum CredentialOutcome {
    /// It starts.
    Fine,
    /// It starts, and this comes of it.
    Starts(String),
    /// It does not start, or that could not be decided.
    Stops(StartReason),
}

/// The check.
pub(super) fn check(model: &Model<'_>) -> CredentialOutcome {
    // The flag does not count here (`assertExplicitGatewayAuthModeWhenBothConfigured`, openclaw
    // 2026.3.24, 2026.6.11 and 2026.9.6).
    let written_mode = model.config.node(&["gateway", "auth", "mode"]).is_some();
    let both = configured(model, "auth", "token") && configured(model, "auth", "password");
    if model.behaviour.start.refuses_two_credentials && !written_mode && both {
        let message =
            "gateway.auth.token and gateway.auth.password are both set, and gateway.auth.mode is not";
        let reason = refuses(Id::TwoCredentials, 1, in_config(&SettingKey::GatewayAuthMode), message);
        return CredentialOutcome::Stops(reason.at(place_of(model, &["gateway", "auth", "password"])));
    }
    let by_mode = by_mode(model);
    // Whether there is a credential at all is asked before references are followed.
    let is_unconfigured = matches!(
        &by_mode, CredentialOutcome::Stops(reason) if reason.exit_code == Some(model.behaviour.start.exit_unconfigured)
    );
    match fatal_reference(model).filter(|_| !is_unconfigured) {
        Some(credential) => {
            let path = ["gateway", "auth", credential.key()];
            CredentialOutcome::Stops(unresolved_reference(&path.join("."), place_of(model, &path)))
        }
        None => by_mode,
    }
}

fn unresolved_reference(name: &str, place: Option<Place>) -> StartReason {
    let message = format!("{name} refers to a variable that gives no value");
    refuses(Id::CredentialUnresolved, 1, in_config(name), message).at(place)
}

fn by_mode(model: &Model<'_>) -> CredentialOutcome {
    match auth::mode(model) {
        // Seen on 2026.9.6; its message speaks of a missing token all the same.
        Mode::None if model.listens_beyond_loopback() != Some(false) => {
            let exit = model.behaviour.start.exit_unconfigured;
            let message = "it listens beyond loopback, and gateway.auth.mode is none";
            let reason =
                refuses(Id::NoAuthentication, exit, in_config(&SettingKey::GatewayAuthMode), message);
            CredentialOutcome::Stops(reason.at(place_of(model, &["gateway", "auth", "mode"])))
        }
        Mode::None | Mode::TrustedProxy => CredentialOutcome::Fine,
        Mode::Token => credential(model, GatewayCredential::Token),
        Mode::Password => credential(model, GatewayCredential::Password),
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
fn flagged(model: &Model<'_>, credential: GatewayCredential) -> bool {
    model.command.candidate(credential.flag(), &model.env).is_some_and(|c| !c.is_blank())
}

/// Where a credential is offered, whether it leads anywhere or not.
struct Surfaces {
    /// The mode, where one is written.
    mode: Option<Mode>,
    token_variable: bool,
    password_variable: bool,
    token: bool,
    password: bool,
}

fn surfaces(model: &Model<'_>) -> Surfaces {
    let variable = |name: &str| model.env.value(name).is_some_and(|v| !js_trim(v).is_empty());
    let token_variable = variable("OPENCLAW_GATEWAY_TOKEN");
    let password_variable = variable("OPENCLAW_GATEWAY_PASSWORD");
    Surfaces {
        mode: auth::mode_is_written(model).then(|| auth::mode(model)),
        token_variable,
        token: token_variable
            || configured(model, "auth", "token")
            || configured(model, "remote", "token")
            || flagged(model, GatewayCredential::Token),
        password_variable,
        password: password_variable
            || configured(model, "auth", "password")
            || flagged(model, GatewayCredential::Password),
    }
}

/// A reference without a value in a field that could be the one in effect, which stops the gateway
/// although the credential in effect may come from elsewhere
/// (`evaluateGatewayAuthSurfaceStates`, openclaw 2026.9.6).
fn fatal_reference(model: &Model<'_>) -> Option<GatewayCredential> {
    if model.behaviour.credentials.missing_reference == MissingReference::PassedOver {
        return active_reference(model);
    }
    if model.behaviour.credentials.missing_reference != MissingReference::FailsOrGenerates {
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
    let makes_up = auth::mode(model) == Mode::Token && !has_another(model, GatewayCredential::Token);
    if unresolved("token") && token_counts && !makes_up && !flagged(model, GatewayCredential::Token) {
        Some(GatewayCredential::Token)
    } else if unresolved("password")
        && password_counts
        && auth::mode(model) != Mode::Token
        && !flagged(model, GatewayCredential::Password)
    {
        Some(GatewayCredential::Password)
    } else {
        None
    }
}

/// The same where a `${NAME}` is passed over: a text that is nothing else is a secret reference, which
/// has to lead somewhere where its field could be the one in effect (`createGatewayCredentialPlan`,
/// openclaw 2026.3.24 and 2026.6.11; run with both).
fn active_reference(model: &Model<'_>) -> Option<GatewayCredential> {
    let leads_nowhere = |key| match model.config.credential(&["gateway", "auth", key], &model.references) {
        Field::Unresolved { whole, .. } => whole,
        // `$${NAME}` is one as well, once it is read.
        Field::Value(c) => {
            let name = c.value.as_ref().and_then(|v| config::bare_reference(v.expose()));
            name.is_some_and(|name| model.references.value(name).is_none_or(str::is_empty))
        }
        Field::Absent | Field::Elsewhere(_) => false,
    };
    let Surfaces { mode, token_variable, token, password, .. } = surfaces(model);
    let token_counts = match mode {
        Some(Mode::Token) => !token_variable,
        Some(_) => false,
        None => !token_variable && !password,
    };
    let password_counts = match mode {
        Some(mode) => mode == Mode::Password,
        None => !token,
    };
    if token_counts && leads_nowhere("token") && !flagged(model, GatewayCredential::Token) {
        Some(GatewayCredential::Token)
    } else if password_counts && leads_nowhere("password") && !flagged(model, GatewayCredential::Password) {
        Some(GatewayCredential::Password)
    } else {
        None
    }
}

fn credential(model: &Model<'_>, credential: GatewayCredential) -> CredentialOutcome {
    let view = auth::view(model, credential, Consumer::Gateway);
    match view.state {
        State::Unresolved => unresolved(model, credential, &view),
        State::Unknown => {
            let secret = view.winner.as_ref().filter(|w| w.layer == Layer::SecretRef);
            secret.map_or(CredentialOutcome::Fine, |winner| {
                let message = "the credential is in a secret store that cannot be read from here";
                let reason = unknown(Id::CredentialNotVisible, in_config(&winner.name), message);
                CredentialOutcome::Stops(reason.at(winner.place))
            })
        }
        State::Set => published_example(model, credential, &view)
            .map_or(CredentialOutcome::Fine, CredentialOutcome::Stops),
        State::Unset | State::Blank => missing(model, credential),
    }
}

fn published_example(
    model: &Model<'_>,
    credential: GatewayCredential,
    view: &Resolution,
) -> Option<StartReason> {
    let winner = view.winner.as_ref()?;
    let value = js_trim(winner.value.as_ref().map(Text::expose).unwrap_or_default());
    let of_the_other = match credential {
        GatewayCredential::Token => PASSWORD_EXAMPLES,
        GatewayCredential::Password => TOKEN_EXAMPLES,
    };
    let refused =
        model.behaviour.start.refused_credentials.contains(&value) && !of_the_other.contains(&value);
    refused.then(|| {
        let message =
            "the credential in effect is a published example, a redaction placeholder, or the word undefined or null";
        refuses(Id::CredentialRefused, 1, named(winner), message).at(winner.place)
    })
}

/// What a candidate is called in the place that offers it.
fn named(candidate: &Candidate) -> About {
    let name = candidate.name.clone();
    match candidate.layer {
        Layer::Config | Layer::SecretRef => About::Config(name),
        Layer::ComposeCommand if name == "--token" => About::Flag("--token"),
        Layer::ComposeCommand if name == "--password" => About::Flag("--password"),
        _ => About::Variable(name),
    }
}

/// Before its flags make one, a gateway without a `gateway.auth` sees what `gateway.remote` has.
fn remote_counts_at_first(model: &Model<'_>, credential: GatewayCredential) -> bool {
    has_remote(model, credential) && !auth::writes_auth(model)
}

/// `gateway.remote` has a token, and gateways of this release look there.
pub(super) fn has_remote_token(model: &Model<'_>) -> bool {
    has_remote(model, GatewayCredential::Token)
}

fn has_remote(model: &Model<'_>, credential: GatewayCredential) -> bool {
    model.behaviour.credentials.server.contains(&behaviour::CredentialSource::Remote)
        && configured(model, "remote", credential.key())
}

/// Another place than the field has one. What a blank variable hides is none (run with openclaw 2026.9.6).
fn has_another(model: &Model<'_>, credential: GatewayCredential) -> bool {
    let Surfaces { token_variable, password_variable, .. } = surfaces(model);
    let by_variable = match credential {
        GatewayCredential::Token => token_variable,
        GatewayCredential::Password => password_variable,
    };
    by_variable || flagged(model, credential) || has_remote(model, credential)
}

fn unresolved(model: &Model<'_>, credential: GatewayCredential, view: &Resolution) -> CredentialOutcome {
    let Some(winner) = view.winner.as_ref() else { return CredentialOutcome::Fine };
    let name = &winner.name;
    if winner.value.is_some() {
        return CredentialOutcome::Starts(format!(
            "{name} has a ${{NAME}} in it that looks as if it had not been filled in: the gateway lets nobody in"
        ));
    }
    let fails = || CredentialOutcome::Stops(unresolved_reference(name, winner.place));
    match model.behaviour.credentials.missing_reference {
        MissingReference::InvalidConfig => {
            let message = "the config refers to a variable that is missing";
            let exit = model.behaviour.start.exit_invalid;
            let reason = refuses(Id::MissingVariable, exit, in_config(name), message);
            CredentialOutcome::Stops(reason.at(winner.place))
        }
        MissingReference::PassedOver => fails(),
        MissingReference::FailsOrGenerates => {
            if winner.layer == Layer::SecretRef || has_another(model, credential) {
                fails()
            } else {
                CredentialOutcome::Starts(format!(
                    "{name} refers to a variable that is missing or blank: the gateway makes up a random token that nobody knows"
                ))
            }
        }
    }
}

fn missing(model: &Model<'_>, credential: GatewayCredential) -> CredentialOutcome {
    let about = in_config(credential.setting());
    let starts = |note: &str| CredentialOutcome::Starts(note.to_owned());
    let stops = |id: Id, exit: i32, message: &str| {
        CredentialOutcome::Stops(refuses(id, exit, about.clone(), message))
    };
    let exit = model.behaviour.start.exit_unconfigured;
    if remote_counts_at_first(model, credential) {
        return starts(
            "gateway.remote counts when the gateway starts, and no more when the flags have made a gateway.auth: nobody is let in",
        );
    }
    if model.behaviour.credentials.missing_reference == MissingReference::PassedOver
        && configured(model, "auth", credential.key())
    {
        return starts(
            "what the config has refers to a variable that is missing or blank: nothing that is written anywhere is let in",
        );
    }
    if credential == GatewayCredential::Password {
        let message = "the gateway is in password mode, and no password is configured";
        return stops(Id::NoCredential, exit, message);
    }
    if let Some(file) = model.files.unseen.first() {
        let message = format!("no token is seen from here, and {file} cannot be read");
        return CredentialOutcome::Stops(unknown(
            Id::CredentialNotVisible,
            About::File(file.clone()),
            message,
        ));
    }
    if model.image.makes_up_token() {
        return starts("no token is configured: the image's start script makes one up and keeps it");
    }
    let beyond = match model.behaviour.start.no_credential {
        // It goes by the word, not by the address that follows from it.
        NoCredential::OpenOnLoopback => !model.is_bound_to("loopback"),
        _ => model.listens_beyond_loopback() != Some(false),
    };
    match (model.behaviour.start.no_credential, beyond) {
        (NoCredential::MakesUpOnLoopback, false)
            if model.behaviour.start.refuses_blank_token && is_blank_in_config(model) =>
        {
            let message = "gateway.auth.token is blank, and no other place has a token";
            let reason = refuses(Id::CredentialBlank, 1, about, message);
            CredentialOutcome::Stops(reason.at(place_of(model, &["gateway", "auth", "token"])))
        }
        (NoCredential::Refuses, _) => {
            stops(Id::NoCredential, exit, "neither a token nor a password is configured")
        }
        (NoCredential::OpenOnLoopback | NoCredential::MakesUpOnLoopback, true) => stops(
            Id::NoCredential,
            exit,
            "it listens beyond loopback, and neither a token nor a password is configured",
        ),
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

/// `assertGatewayAuthNotKnownWeak` is shown the config's token where no place has one.
fn is_blank_in_config(model: &Model<'_>) -> bool {
    let field = model.config.credential(&["gateway", "auth", "token"], &model.references);
    matches!(field, Field::Value(token) if token.is_blank())
}
