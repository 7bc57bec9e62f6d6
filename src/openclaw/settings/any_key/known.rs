//! Which keys, variables, providers and channels a release has, and what is near to one that it has
//! not.

use crate::openclaw::settings::any_key::{AskedKey, UnknownKey, reader::Reader};
use crate::{
    openclaw::{
        facts::OpenClawModel,
        read::{
            config::Presence,
            config_path::{PathStep, steps, written},
            environment::VariableLookup as _,
        },
        release::{
            catalog::Catalog,
            channels,
            schema::keys::{self, Membership},
        },
        settings::{
            network::{TOOL_BASE_URLS, base_url_provider},
            precedence::{CandidateState, RankedCandidate},
        },
    },
    redact,
    text::{nearest::nearest, secret::js_trim},
    vocabulary::{setting::Consumer, setting_key::SettingKey},
};
use std::collections::BTreeSet;

/// The words of `logging.level` (`ALLOWED_LOG_LEVELS`, openclaw 2026.2.26 and 2026.9.6).
const LOG_LEVELS: [&str; 7] = ["silent", "fatal", "error", "warn", "info", "debug", "trace"];
const LOG_LEVEL: &str = "OPENCLAW_LOG_LEVEL";

/// Flags of the gateway's command that come before a key of the config.
const FLAGS: [(SettingKey, &str); 2] =
    [(SettingKey::GatewayAuthMode, "--auth"), (SettingKey::TailscaleMode, "--tailscale")];

/// What comes before a key of the config that is no setting of its own.
pub(super) fn before_config(reader: &Reader<'_>, name: &str) -> Vec<RankedCandidate> {
    let flag = FLAGS.iter().find(|(key, _)| key.text() == name && reader.consumer == Consumer::Gateway);
    let flag = flag.and_then(|(_, flag)| reader.facts.command.candidate(flag, reader.env));
    let mut ranked: Vec<RankedCandidate> =
        flag.into_iter().map(|c| RankedCandidate::new(CandidateState::Value(c))).collect();
    if matches!(name, "logging.level" | "logging.consoleLevel")
        && reader.facts.behaviour.command.log_level_variable
    {
        let is_level = reader.env.value(LOG_LEVEL).is_none_or(|v| LOG_LEVELS.contains(&js_trim(v)));
        ranked.extend(RankedCandidate::variable(reader.env.get(LOG_LEVEL)).filter(|_| is_level));
    }
    ranked
}

/// The variables that come before a key of the config.
pub(super) fn variables_for(name: &str) -> &'static [&'static str] {
    match name {
        "logging.level" | "logging.consoleLevel" => &[LOG_LEVEL],
        _ => &[],
    }
}

/// The keys that a variable sets and that are no settings of their own.
pub(super) fn keys_set_by(variable: &str) -> &'static [&'static str] {
    match variable {
        LOG_LEVEL => &["logging.level", "logging.consoleLevel"],
        _ => &[],
    }
}

/// The variable that a key of the config is: `env.vars.NAME`, and `env.NAME`.
pub(super) fn config_variable<'a>(path: &[PathStep<'a>]) -> Option<&'a str> {
    match path {
        [PathStep::Key("env"), PathStep::Key("vars"), PathStep::Key(name)] => Some(name),
        [PathStep::Key("env"), PathStep::Key(name)] if !matches!(*name, "vars" | "shellEnv") => Some(name),
        _ => None,
    }
}

/// The provider that a word names: its id or another id of one, however they are spelt, or a key of the
/// config (OpenClaw compares ids without case, see [`crate::openclaw::read::config::Config::provider_key`]).
pub(super) fn provider(facts: &OpenClawModel, word: &str) -> Option<String> {
    let is_known = |id: &str| facts.known.provider(id).is_some() || facts.known.alias(id).is_some();
    let id = word.trim().to_ascii_lowercase();
    match facts.config.provider_key(word) {
        _ if is_known(word) => Some(word.to_owned()),
        Some(key) if !is_known(&id) => Some(key.to_owned()),
        _ => is_known(&id).then_some(id),
    }
}

/// A path below `models.providers` with the provider's id as it is known, where it is spelt otherwise.
pub(super) fn as_provider_is_spelt(facts: &OpenClawModel, path: &[PathStep<'_>]) -> Option<String> {
    let [PathStep::Key("models"), PathStep::Key("providers"), PathStep::Key(id), ..] = path else {
        return None;
    };
    if facts.config.node(&["models", "providers", id]).is_some() {
        return None;
    }
    let known = provider(facts, id).filter(|known| known != id)?;
    let mut path = path.to_vec();
    path[2] = PathStep::Key(&known);
    Some(written(&path))
}

/// The variables of a provider's credential.
pub(super) fn variables_of(facts: &OpenClawModel, id: &str) -> impl Iterator<Item = &'static str> {
    let known = facts.known;
    let provider = known.provider(id).or_else(|| known.provider(known.alias(id)?));
    provider.map(|p| p.variables.as_slice()).unwrap_or_default().iter().copied()
}

/// A channel that the release has, or that the config sets up.
pub(super) fn is_channel(facts: &OpenClawModel, word: &str) -> bool {
    facts.config.node(&["channels", word]).is_some_and(|_| !matches!(word, "defaults" | "modelByChannel"))
        || channels(facts).contains(word)
}

fn channels(facts: &OpenClawModel) -> BTreeSet<String> {
    let schema = facts.schema.iter().flat_map(|s| s.channels()).map(|id| id.into_owned());
    schema.chain(channels::KEYS.iter().map(|key| key.channel.to_owned())).collect()
}

/// It has the form of a variable's name.
pub(super) fn could_be_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The value of a variable is a credential, as far as OpenClaw says so.
pub(super) fn is_credential_variable(name: &str) -> bool {
    Catalog::newest().credential_variables().any(|v| v == name)
}

/// The release, its channels, its providers or the image's start script read that variable.
pub(super) fn is_read(facts: &OpenClawModel, name: &str) -> bool {
    let catalog = Catalog::newest();
    let behaviour = facts.behaviour;
    let own = |prefix: &str| name.strip_prefix(prefix).map(|stem| format!("OPENCLAW_{stem}"));
    let under_old_name = ["CLAWDBOT_", "MOLTBOT_"]
        .iter()
        .filter(|prefix| behaviour.reads_prefix(prefix))
        .find_map(|prefix| own(prefix))
        .is_some_and(|name| catalog.read.contains(&name.as_str()));
    variables().any(|known| known == name)
        || under_old_name
        || [
            behaviour.paths.state_dir_variables,
            behaviour.paths.config_path_variables,
            behaviour.network.port_variables,
        ]
        .iter()
        .chain([&behaviour.credentials.client_url_variables, &behaviour.paths.home_variables])
        .any(|list| list.contains(&name))
        || facts.image.reads(name)
        || base_url_provider(name).is_some()
        || redact::is_known_variable(name)
}

/// Every variable that the packages of OpenClaw speak of as read by them.
fn variables() -> impl Iterator<Item = &'static str> {
    let catalog = Catalog::newest();
    let of_channels = channels::KEYS.iter().flat_map(|key| key.variables);
    let lists =
        [catalog.read, catalog.channels, catalog.web_search, catalog.usage_only, catalog.compose_only];
    let rotation = catalog.rotation.values().flatten().copied();
    lists
        .into_iter()
        .flatten()
        .chain(&TOOL_BASE_URLS)
        .chain(of_channels)
        .copied()
        .chain(catalog.credential_variables())
        .chain(catalog.blocked.names())
        .chain(rotation)
}

/// A path where anything goes, that is a few letters off a key that is known there.
pub(super) fn is_slip(
    facts: &OpenClawModel,
    key: &str,
    path: &[PathStep<'_>],
    membership: Membership,
) -> bool {
    if membership != Membership::Open || crate::openclaw::read::config_path::find_in(&facts.config, path) {
        return false;
    }
    let near = near_paths(facts, path);
    !near.contains(key) && nearest(key, near.iter().map(String::as_str)).is_some()
}

/// Keys near to a path, as this release has them, and below channels as earlier ones have them.
fn near_paths(facts: &OpenClawModel, path: &[PathStep<'_>]) -> BTreeSet<String> {
    let mut near: BTreeSet<String> = facts.schema.iter().flat_map(|schema| schema.near(path)).collect();
    if path.first() == Some(&PathStep::Key("channels")) {
        near.extend(keys::near_in_any(path));
        near.extend(channels::KEYS.iter().map(channels::ChannelKey::path));
        near.extend(channels(facts).into_iter().map(|id| format!("channels.{id}")));
    }
    near
}

/// What a key that the release does not have is told as.
pub(super) fn unknown(
    facts: &OpenClawModel,
    key: &str,
    path: Option<&[PathStep<'_>]>,
    asked: &AskedKey<'_>,
) -> UnknownKey {
    let near = near(facts, key, path, asked);
    let is_variable = could_be_variable(key) && key.bytes().any(|b| b.is_ascii_uppercase() || b == b'_');
    let is_path = path.is_some_and(|path| path.len() > 1);
    let release = &facts.release_name;
    let unseen = match facts.config.presence {
        Presence::Unseen { .. } => " (openclaw.json cannot be seen from here)",
        Presence::Broken { .. } => " (openclaw.json cannot be read)",
        Presence::Present | Presence::Absent => "",
    };
    let what = if is_variable && !is_path {
        format!("{release} reads no variable {key}, and nothing here sets it{unseen}")
    } else if is_path {
        match &facts.schema {
            Some(schema) if schema.is_beyond() => {
                let known = schema.versions();
                format!(
                    "no key {key} is known (the nearest release with a known schema is {known}), and nothing here sets it{unseen}"
                )
            }
            _ => format!("{release} has no key {key}, and nothing here sets it{unseen}"),
        }
    } else {
        format!("{release} has no key, variable, provider or channel {key}, and nothing here sets it{unseen}")
    };
    UnknownKey { message: what, near }
}

/// What is to be said of a key that is set and that the release does not have.
pub(super) fn remark(
    facts: &OpenClawModel,
    key: &str,
    path: Option<&[PathStep<'_>]>,
    asked: &AskedKey<'_>,
) -> String {
    let is_path = path.is_some_and(|path| path.len() > 1) || facts.config.node(&[key]).is_some();
    let release = &facts.release_name;
    if !is_path {
        return format!("{release} is not known to read it");
    }
    let near = near(facts, key, path, asked).filter(|near| near != key);
    let near = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
    match &facts.schema {
        Some(schema) if schema.is_beyond() => {
            format!("no such key is known of {release}, whose schema clawdock does not have{near}")
        }
        _ => format!("{release} has no such key{near}"),
    }
}

/// What may have been meant. What people write around a name, as in `${NAME}` or `NAME=value`, is no part
/// of it.
fn near(
    facts: &OpenClawModel,
    key: &str,
    path: Option<&[PathStep<'_>]>,
    asked: &AskedKey<'_>,
) -> Option<String> {
    let bare = bare(key);
    if bare.is_empty() || bare == key {
        return near_name(facts, key, path, asked);
    }
    near_name(facts, &bare, steps(&bare).as_deref(), asked)
}

/// `NAME` of `${NAME:-}` and of `NAME=value`, `a.b` of `.a..b.`.
fn bare(key: &str) -> String {
    let name = key.trim().trim_start_matches(['$', '{']);
    let end = name.find(['=', '}', ':']).unwrap_or(name.len());
    let words = name[..end].trim_matches(['"', '\'', '`']).split('.').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(".")
}

fn near_name(
    facts: &OpenClawModel,
    key: &str,
    path: Option<&[PathStep<'_>]>,
    asked: &AskedKey<'_>,
) -> Option<String> {
    let mut known: BTreeSet<String> = path.map(|path| near_paths(facts, path)).unwrap_or_default();
    known.extend(asked.resolved.settings.iter().map(|s| s.name().into_owned()));
    if path.is_none_or(|path| path.len() == 1) {
        known.extend(facts.schema.iter().flat_map(|s| s.top()).map(|key| key.into_owned()));
        known.extend(Catalog::newest().providers.iter().map(|(id, _)| (*id).to_owned()));
        known.extend(channels(facts));
        known.extend(variables().map(str::to_owned));
        known.extend(asked.readers.iter().flat_map(|r| r.env.names()).map(str::to_owned));
        known.extend(asked.resolved.environment.iter().map(|v| v.name.clone()));
        known.extend(asked.resolved.project.iter().map(|v| v.name.clone()));
    }
    let same = known.iter().find(|name| name.eq_ignore_ascii_case(key));
    let found = same.map(String::as_str).or_else(|| nearest(key, known.iter().map(String::as_str)));
    // Of the keys that end so, one of the settings that decide most.
    let end = format!(".{key}");
    let ends = || known.iter().find(|name| name.starts_with("gateway.") && name.ends_with(&end)).cloned();
    found.map(str::to_owned).or_else(ends).or_else(|| facts.schema.as_ref()?.ending_with(key))
}
