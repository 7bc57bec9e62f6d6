//! Would the gateway start with these inputs?
//!
//! The rows are those of openclaw 2026.9.6, each tried in a container; earlier releases refuse
//! less, see [`super::behaviour`].
//!
//! All reasons are given, in the order in which the program meets them. One that it can only meet when
//! an earlier one is fixed is given where it holds however that is fixed: see [`Checks::is_settled`].

mod changes;
mod command_line;
mod credentials;

pub use changes::changes;

use super::{
    Model,
    read::{
        auth_profiles::{Block, StateDatabase},
        config::{Field, Presence},
        profile::{self, Selected},
    },
    release::{
        behaviour::{
            HooksToken, LeftoverState, MissingReference, NewerLayout, Origins, Retired, SessionFiles,
        },
        schema::ConfigIssue,
    },
    settings::auth,
};
use crate::vocabulary::prediction::{
    Prediction, Start, StartReason, StartReasonId as Id, StartSubject as About,
};
use crate::{
    openclaw::facts::AuthMode as Mode,
    syntax::node::{Node, NodeKind},
    text::{
        nearest::nearest,
        source::{Place, Sources},
    },
    vocabulary::setting_key::SettingKey,
};
use credentials::CredentialOutcome;

/// The keys of the config that a gateway's credential follows from.
const CREDENTIAL_KEYS: &[&[&str]] = &[
    &["gateway", "auth", "mode"],
    &["gateway", "auth", "token"],
    &["gateway", "auth", "password"],
    &["gateway", "remote", "token"],
    &["gateway", "remote", "password"],
    &["gateway", "bind"],
    &["env", "vars"],
];

/// The keys of an authentication by a proxy.
const TRUSTED_PROXY_KEYS: &[&[&str]] = &[&["gateway", "auth", "mode"], &["gateway", "auth", "trustedProxy"]];

/// The keys of what Tailscale does not go together with.
const TAILSCALE_KEYS: &[&[&str]] = &[
    &["gateway", "tailscale", "mode"],
    &["gateway", "bind"],
    &["gateway", "customBindHost"],
    &["gateway", "auth", "mode"],
];

/// The prediction.
#[must_use]
pub fn predict(model: &Model<'_>, sources: &Sources) -> Start {
    let mut checks = Checks { model, sources, reasons: Vec::new() };
    let note = checks.run();
    let reasons = checks.reasons;
    let Some(first) = reasons.first() else { return Start::starts(note) };
    let refuses = first.is_refusal();
    Start {
        prediction: if refuses { Prediction::Refuses } else { Prediction::Unknown },
        exit_code: first.exit_code,
        why: Some(format!("{}{}", first.message, more(&reasons))),
        reasons,
    }
}

/// What the program says in one breath with the first reason.
fn more(reasons: &[StartReason]) -> String {
    let is_invalid = |reason: &StartReason| reason.id == Id::ConfigInvalid;
    match reasons.iter().filter(|reason| is_invalid(reason)).count() {
        0 | 1 => String::new(),
        _ if !is_invalid(&reasons[0]) => String::new(),
        count => format!(", and {} more", count - 1),
    }
}

fn refuses(id: Id, exit_code: i32, about: About, message: impl Into<String>) -> StartReason {
    StartReason { id, exit_code: Some(exit_code), message: message.into(), about, place: None }
}

fn unknown(id: Id, about: About, message: impl Into<String>) -> StartReason {
    StartReason { id, exit_code: None, message: message.into(), about, place: None }
}

impl StartReason {
    fn at(self, place: Option<Place>) -> Self {
        Self { place, ..self }
    }
}

/// The checks of one gateway, and what they have found.
struct Checks<'a> {
    model: &'a Model<'a>,
    sources: &'a Sources,
    reasons: Vec<StartReason>,
}

impl Checks<'_> {
    /// Fills in the reasons; what comes of a start is returned.
    fn run(&mut self) -> Option<String> {
        let model = self.model;
        self.reasons.extend(script(model));
        if let Some(profile) = profile(model) {
            // Another profile has other files.
            self.reasons.push(profile);
            return None;
        }
        if let Some(refused) = command_line::refused(model) {
            self.reasons.push(refused.reason);
            if refused.decides {
                return None;
            }
        }
        self.reasons.extend(command_line::read_only_root(model));
        let leftover = leftover_state(model);
        let has_leftover = leftover.is_some();
        self.reasons.extend(leftover);
        // The config may be among what was left over.
        let note =
            if has_leftover && model.config.presence != Presence::Present { None } else { self.config() };
        self.reasons.extend(moved_includes(model));
        self.reasons.extend(older_sessions(model));
        self.reasons.extend(stores(model));
        self.doubtful();
        note
    }

    fn config(&mut self) -> Option<String> {
        let model = self.model;
        let has_environment = self.reasons.iter().all(|reason| reason.id != Id::StartScript);
        let presence = presence(model);
        if let Some(reason) = presence.as_ref().filter(|reason| reason.id == Id::ConfigBroken) {
            self.reasons.push(reason.clone());
        }
        if let Some(reason) = presence {
            self.reasons.extend(newer_layout(model));
            self.reasons.extend(command_line::flags(model));
            // A start script writes the config from the environment that it asks for.
            if has_environment && reason.id != Id::ConfigBroken {
                self.reasons.push(reason);
            }
            return None;
        }
        if has_environment {
            self.reasons.extend(missing_variables(model));
        }
        let newer_config = command_line::newer_config(model);
        // Only a release that stops looks at that before it looks whether the config is valid.
        let (first, later) = match newer_config {
            Some(reason) if !reason.is_refusal() => (None, Some(reason)),
            reason => (reason, None),
        };
        self.reasons.extend(first);
        self.reasons.extend(newer_layout(model));
        self.invalid();
        self.reasons.extend(later);
        self.reasons.extend(command_line::flags(model));
        if !has_environment {
            return None;
        }
        if model.config.presence == Presence::Present {
            self.extend(&[&["gateway", "mode"]], mode(model));
        }
        self.extend(TRUSTED_PROXY_KEYS, trusted_proxy_settings(model));
        let note = self.credentials();
        self.extend(&[&["hooks", "enabled"], &["hooks", "token"]], no_hooks_token(model));
        self.extend(&[CREDENTIAL_KEYS, &[&["hooks", "token"]]].concat(), same_hooks_token(model));
        self.extend(CREDENTIAL_KEYS, token_behind_proxy(model));
        self.extend(ORIGIN_KEYS, origins(model));
        self.extend(
            &[&["gateway", "bind"], &["gateway", "customBindHost"]],
            command_line::custom_host(model),
        );
        self.extend(TAILSCALE_KEYS, command_line::tailscale(model));
        self.extend(
            &[&["gateway", "auth", "mode"], &["gateway", "trustedProxies"]],
            command_line::no_proxy_addresses(model),
        );
        for (id, reason) in provider_keys(model) {
            self.extend(&[&["models", "providers", &id, "apiKey"], &["env", "vars"]], Some(reason));
        }
        note
    }

    /// Adds a reason that follows from these keys of the config, where they are settled.
    fn extend(&mut self, keys: &[&[&str]], reason: Option<StartReason>) {
        if reason.is_some() && keys.iter().all(|key| self.is_settled(key)) {
            self.reasons.extend(reason);
        }
    }

    fn credentials(&mut self) -> Option<String> {
        match credentials::check(self.model) {
            CredentialOutcome::Fine => None,
            CredentialOutcome::Starts(note) => Some(note),
            CredentialOutcome::Stops(reason) => {
                // Said already of the variable.
                let is_told = reason.id == Id::MissingVariable
                    && self.reasons.iter().any(|told| told.id == Id::MissingVariable);
                if !is_told {
                    self.extend(CREDENTIAL_KEYS, Some(reason));
                }
                None
            }
        }
    }

    /// What stands at a key of the config stays when the earlier reasons are fixed. What is invalid is
    /// written anew, an unknown key may be a slip for one that is absent, and a variable that is missing
    /// gets a value.
    fn is_settled(&self, key: &[&str]) -> bool {
        let config = self.model.config;
        let fills_in = self.reasons.iter().any(|reason| reason.id == Id::MissingVariable)
            && config.node(key).and_then(Node::text).is_some()
            && config.string(key, &self.model.references).is_none();
        let of_flag = |about: &About| match about {
            About::Flag("--bind") => key == ["gateway", "bind"],
            About::Flag("--auth") => key == ["gateway", "auth", "mode"],
            _ => false,
        };
        let by_flag = self.reasons.iter().any(|reason| of_flag(&reason.about));
        !fills_in
            && !by_flag
            && self.model.schema.refused.iter().all(|issue| !unsettles(issue, key, self.model))
    }

    /// What the release's schema does not take.
    fn invalid(&mut self) {
        let exit = self.model.behaviour.start.exit_invalid;
        for issue in &self.model.schema.refused {
            let message = format!("the config is invalid: {}", self.described(issue));
            let about = About::Config(issue.unknown_key().unwrap_or_else(|| issue.shown_path()));
            self.reasons.push(refuses(Id::ConfigInvalid, exit, about, message).at(Some(issue.place)));
        }
    }

    /// What the schema may not take.
    fn doubtful(&mut self) {
        let schema = &self.model.schema;
        for issue in &schema.doubtful {
            let what = self.described(issue);
            let message = match &schema.checked_with {
                None => {
                    format!("{what}: whether the gateway fixes that when it starts is not known from here")
                }
                Some(known) => format!(
                    "{what}: so {} has it, and what {} takes is not known",
                    known.join(" or "),
                    self.model.release_name()
                ),
            };
            let about = About::Config(issue.unknown_key().unwrap_or_else(|| issue.shown_path()));
            self.reasons.push(unknown(Id::ConfigUnverified, about, message).at(Some(issue.place)));
        }
    }

    fn described(&self, issue: &ConfigIssue) -> String {
        let at = self.sources.line_col(issue.place);
        let file = &self.sources.get(issue.place.source).name;
        format!("{}: {} ({file}:{}:{})", issue.shown_path(), issue.message, at.line, at.column)
    }
}

/// To fix the issue may change what stands at a key.
fn unsettles(issue: &ConfigIssue, key: &[&str], model: &Model<'_>) -> bool {
    if !issue.path.iter().zip(key).all(|(own, wanted)| **own == **wanted) {
        return false;
    }
    let Some(unknown) = issue.unknown_name() else { return true };
    let wanted = key.get(issue.path.len()..).unwrap_or_default();
    let path: Vec<&str> = issue.path.iter().map(|key| &**key).chain([unknown]).collect();
    let below = model.config.node(&path).map(Node::entries).unwrap_or_default();
    let is_meant = |name: &&str| {
        nearest(unknown, [*name]).is_some()
            || unknown.to_ascii_lowercase().contains(&name.to_ascii_lowercase())
            || below.iter().any(|entry| *entry.key == **name)
    };
    wanted.is_empty() || (model.config.node(key).is_none() && wanted.iter().any(is_meant))
}

fn in_config(key: impl Into<String>) -> About {
    About::Config(key.into())
}

fn place_of(model: &Model<'_>, path: &[&str]) -> Option<Place> {
    model.config.node(path).map(|node| node.place)
}

/// The image's start script comes before the program.
fn script(model: &Model<'_>) -> Option<StartReason> {
    if let Some(end) = model.ends {
        let about = match &end.variable {
            Some(variable) => About::Variable(variable.clone()),
            None => About::File("the start script".to_owned()),
        };
        let message = match &end.variable {
            Some(variable) => format!("the start script exits when {variable} is not set"),
            None => "the start script exits before it runs the gateway".to_owned(),
        };
        let code = end.code;
        return Some(StartReason { id: Id::StartScript, exit_code: code, message, about, place: end.place });
    }
    let lack = model.script_lacks.as_ref()?;
    Some(refuses(Id::StartScript, 1, About::Variable(lack.variable.clone()), lack.message.clone()))
}

/// Flags that select no profile that there can be.
fn profile(model: &Model<'_>) -> Option<StartReason> {
    let Selected::Refused { exit_code, flag, place } =
        profile::selected(model.behaviour.command.profile_flags, &model.command)?
    else {
        return None;
    };
    let message = "--profile or --dev is given in a way that the program does not take";
    Some(refuses(Id::ProfileFlags, exit_code, About::Flag(flag), message).at(place))
}

/// Credentials of an earlier release that were not taken over: 2026.9.6 serves for a while, and ends
/// itself when it comes to them. What the releases from 2026.8.1 on do was not tried.
fn stores(model: &Model<'_>) -> Option<StartReason> {
    let rule = model.behaviour.stores.retired;
    Some(match model.stores.shared_block.as_ref()? {
        Block::NotImported { path, place, .. } if rule == Retired::BlocksItsProviders => {
            let message = format!(
                "{path} holds credentials of an earlier release, which `openclaw doctor --fix` has to take over first"
            );
            refuses(Id::StoreNotImported, 1, About::File(path.clone()), message).at(*place)
        }
        Block::NotImported { path, place, .. } => {
            let message = format!(
                "{path} holds credentials of an earlier release, which `openclaw doctor --fix` has to take over first; whether {} starts before was not tried",
                model.release_name()
            );
            unknown(Id::StoreNotImported, About::File(path.clone()), message).at(*place)
        }
        Block::Unreadable { path } => {
            let message = format!("{path} holds credentials that it cannot read");
            unknown(Id::StoreUnreadable, About::File(path.clone()), message)
        }
    })
}

/// A database that a newer release has migrated (`OpenClawDatabaseSchemaPreflightError`, run with 2026.8.1;
/// the plugins' state database, run with 2026.6.11).
fn newer_layout(model: &Model<'_>) -> Option<StartReason> {
    let is_newer = |d: &&StateDatabase| d.newest.is_some_and(|newest| d.layout > newest);
    let database = model.stores.databases.iter().find(is_newer)?;
    let newest = database.newest.unwrap_or_default();
    let message = format!(
        "{} has layout {}, and {} reads layouts up to {newest}",
        database.path,
        database.layout,
        model.release_name()
    );
    let about = About::File(database.path.clone());
    match model.behaviour.stores.newer_layout {
        NewerLayout::Unread => None,
        NewerLayout::Stops(exit) => Some(refuses(Id::StateOfNewerRelease, exit, about, message)),
        NewerLayout::NotServed => {
            let message = format!("{message}: the gateway reports itself ready, and answers nothing");
            Some(unknown(Id::StateNotServed, about, message))
        }
    }
}

/// Sessions in files, which releases since 2026.8.1 keep in databases.
fn older_sessions(model: &Model<'_>) -> Option<StartReason> {
    let path = model.stores.session_files.first()?;
    let about = About::File(path.clone());
    match model.behaviour.stores.session_files {
        SessionFiles::Used | SessionFiles::TakenOver => None,
        SessionFiles::Stop(exit) => {
            let message = format!(
                "{path} holds sessions of an earlier release, which `openclaw doctor --fix` has to take over first"
            );
            Some(refuses(Id::StateNeedsRepair, exit, about, message))
        }
    }
}

fn leftover_state(model: &Model<'_>) -> Option<StartReason> {
    let legacy = model.files.pending_migration.as_ref()?;
    let message = format!(
        "{legacy} still holds files next to {}, and the gateway does not choose between them",
        model.files.state_dir
    );
    let about = About::File(legacy.clone());
    Some(match model.behaviour.paths.leftover_state {
        LeftoverState::Stops(exit) => refuses(Id::LeftoverState, exit, about, message),
        LeftoverState::LeftAlone | LeftoverState::MayWarn | LeftoverState::Warns => {
            let message = format!(
                "{legacy} still holds files, and whether {} starts then was not tried",
                model.release_name()
            );
            unknown(Id::LeftoverState, about, message)
        }
    })
}

/// Why the gateway has no config to look into.
fn presence(model: &Model<'_>) -> Option<StartReason> {
    let path = &model.files.config_path;
    let about = About::File(path.clone());
    match &model.config.presence {
        Presence::Present => None,
        Presence::Absent if model.command.has("--allow-unconfigured") || model.makes_config() => None,
        Presence::Unseen { path } => {
            Some(unknown(Id::ConfigNotVisible, about, format!("{path} cannot be seen from here")))
        }
        Presence::Absent => {
            let elsewhere = match &model.files.misplaced_config {
                Some(other) => format!(", but there is one at {other}"),
                None => String::new(),
            };
            let message = format!("there is no {path}{elsewhere}, and --allow-unconfigured is not given");
            Some(refuses(Id::NoConfig, model.behaviour.start.exit_unconfigured, about, message))
        }
        Presence::Broken { message, place } => {
            let message = format!("{path} {message}");
            let exit = command_line::exit_of_broken_config(model);
            Some(refuses(Id::ConfigBroken, exit, about, message).at(*place))
        }
    }
}

/// Releases that do not choose between two state directories move one of an earlier name when it is
/// the only one. With a config that has to be repaired as well 2026.9.6 starts the next time (run).
fn moved_includes(model: &Model<'_>) -> Option<StartReason> {
    if !model.files.moves_state_dir(model.behaviour) {
        return None;
    }
    if let Some(exit) = model.behaviour.paths.exit_moved_includes.filter(|_| !model.schema.mended.is_empty())
    {
        let dir = &model.files.state_dir;
        let message = format!(
            "the gateway moves {dir} when it starts, finds its config in another place, and exits once, as the config has to be repaired; it starts the next time"
        );
        return Some(refuses(Id::ConfigMoved, exit, About::File(dir.clone()), message));
    }
    if !model.config.has_includes() {
        return None;
    }
    let dir = &model.files.state_dir;
    let about = About::File(dir.clone());
    Some(match model.behaviour.paths.exit_moved_includes {
        Some(exit) => refuses(
            Id::IncludesMoved,
            exit,
            about,
            format!(
                "the gateway moves {dir} when it starts, finds the includes of its config in another place, and exits once; it starts the next time"
            ),
        ),
        None => unknown(
            Id::IncludesUnverified,
            about,
            format!(
                "the gateway moves {dir} when it starts, and whether it still finds what its config includes is not known"
            ),
        ),
    })
}

/// The providers whose key is a `${NAME}` without a value.
fn provider_keys(model: &Model<'_>) -> Vec<(Box<str>, StartReason)> {
    if !model.behaviour.start.missing_provider_key_ends {
        return Vec::new();
    }
    let providers = model.config.node(&["models", "providers"]).map(Node::entries).unwrap_or_default();
    let missing = providers.iter().filter_map(|entry| {
        let path = ["models", "providers", &*entry.key, "apiKey"];
        let Field::Unresolved { candidate, variable, reference: false, .. } =
            model.config.credential(&path, &model.references)
        else {
            return None;
        };
        let key = path.join(".");
        let message = format!(
            "{key} refers to {variable}, which is missing or blank; the gateway waits a while and exits without a message"
        );
        let reason = refuses(Id::ProviderKeyUnresolved, 1, About::Config(key), message);
        Some((entry.key.clone(), reason.at(candidate.place)))
    });
    missing.collect()
}

/// Until 2026.3.2 a `${NAME}` without a value, wherever it stands, makes the config invalid.
fn missing_variables(model: &Model<'_>) -> Vec<StartReason> {
    if model.behaviour.credentials.missing_reference != MissingReference::InvalidConfig {
        return Vec::new();
    }
    let exit = model.behaviour.start.exit_invalid;
    let missing = model.config.missing_references(&model.references).into_iter().map(|(name, place)| {
        let message = format!("the config is invalid: it refers to {name}, which is missing or blank");
        refuses(Id::MissingVariable, exit, About::Variable(name), message).at(Some(place))
    });
    missing.collect()
}

fn trusted_proxy_settings(model: &Model<'_>) -> Option<StartReason> {
    let mode = model.config.string(&["gateway", "auth", "mode"], &model.references)?;
    let lacks = model.config.node(&["gateway", "auth", "trustedProxy"]).is_none();
    let is_proxy = mode.value.as_ref().is_some_and(|v| v.expose() == "trusted-proxy");
    (is_proxy && lacks).then(|| {
        let message = "gateway.auth.mode is trusted-proxy, and gateway.auth.trustedProxy is not set";
        refuses(Id::NoTrustedProxy, 1, in_config(&SettingKey::GatewayTrustedProxy), message).at(mode.place)
    })
}

/// Code of 2026.4.15 and 2026.9.6, `assertGatewayAuthConfigured`.
fn token_behind_proxy(model: &Model<'_>) -> Option<StartReason> {
    if !model.behaviour.start.trusted_proxy_excludes_token || auth::mode(model) != Mode::TrustedProxy {
        return None;
    }
    let token = auth::credentials(model).token;
    // Before the gateway listens, that of `gateway.remote` is one as well (run with 2026.9.6).
    let remote = ["gateway", "remote", "token"];
    if token.is_none() && !credentials::has_remote_token(model) {
        return None;
    }
    let place = token.as_ref().map_or_else(|| place_of(model, &remote), |token| token.place);
    let message = "gateway.auth.mode is trusted-proxy, and there is a token as well";
    Some(refuses(Id::TokenBehindProxy, 1, in_config(&SettingKey::GatewayToken), message).at(place))
}

/// `resolveHooksConfig`.
fn no_hooks_token(model: &Model<'_>) -> Option<StartReason> {
    let enabled = model.config.node(&["hooks", "enabled"]).filter(|n| n.kind == NodeKind::Bool(true))?;
    let lacks = match model.config.credential(&["hooks", "token"], &model.references) {
        Field::Absent => true,
        Field::Value(token) => token.is_blank(),
        Field::Elsewhere(_) | Field::Unresolved { .. } => false,
    };
    lacks.then(|| {
        let message = "hooks.enabled is true, and hooks.token is not set";
        refuses(Id::NoHooksToken, 1, in_config("hooks.token"), message).at(Some(enabled.place))
    })
}

/// `assertHooksTokenSeparateFromGatewayAuth`.
fn same_hooks_token(model: &Model<'_>) -> Option<StartReason> {
    if model.behaviour.start.hooks_token != HooksToken::MustDiffer || auth::mode(model) != Mode::Token {
        return None;
    }
    let credentials = auth::credentials(model);
    let (hooks, token) = credentials.hooks.zip(credentials.token)?;
    hooks.agrees(&token).then(|| {
        let message = "hooks.token is the gateway's own token";
        refuses(Id::HooksTokenSame, 1, in_config("hooks.token"), message).at(hooks.place)
    })
}

fn mode(model: &Model<'_>) -> Option<StartReason> {
    if model.command.has("--allow-unconfigured") {
        return None;
    }
    let exit = model.behaviour.start.exit_unconfigured;
    let about = in_config(&SettingKey::GatewayMode);
    let written = model.config.string(&["gateway", "mode"], &model.references);
    match written.as_ref().and_then(|c| c.value.as_ref()) {
        None => Some(refuses(Id::NoMode, exit, about, "the config has no gateway.mode")),
        Some(mode) if mode.expose() == "remote" => {
            let message = "gateway.mode is remote, where a gateway needs local";
            Some(refuses(Id::RemoteMode, exit, about, message).at(written.and_then(|c| c.place)))
        }
        Some(_) => None,
    }
}

/// The keys that the question for allowed origins follows from.
const ORIGIN_KEYS: &[&[&str]] = &[
    &["gateway", "bind"],
    &["gateway", "controlUi", "allowedOrigins"],
    &["gateway", "controlUi", "dangerouslyAllowHostHeaderOriginFallback"],
    &["gateway", "controlUi", "enabled"],
];

/// Since 2026.2.23 the Control UI wants to know its origins where others can reach it.
fn origins(model: &Model<'_>) -> Option<StartReason> {
    lacks_origins(model).then(|| {
        let message = "it listens beyond loopback, and gateway.controlUi.allowedOrigins is not set";
        refuses(Id::NoOrigins, 1, in_config(&SettingKey::AllowedOrigins), message)
    })
}

/// The release asks for allowed origins, and none are given.
pub(super) fn lacks_origins(model: &Model<'_>) -> bool {
    if !matches!(model.config.presence, Presence::Present | Presence::Absent) {
        return false;
    }
    let required = match model.behaviour.network.origins {
        Origins::NotAsked | Origins::Seeded => false,
        Origins::Required => true,
        Origins::SeededForConfigBind => model.config.node(&["gateway", "bind"]).is_none(),
    };
    let ui = |key: &str| model.config.node(&["gateway", "controlUi", key]);
    let given = ui("allowedOrigins").is_some_and(|n| !n.items().is_empty())
        || ui("dangerouslyAllowHostHeaderOriginFallback").is_some_and(|n| n.kind == NodeKind::Bool(true))
        || ui("enabled").is_some_and(|n| n.kind == NodeKind::Bool(false));
    required && !given && model.listens_beyond_loopback() == Some(true)
}
