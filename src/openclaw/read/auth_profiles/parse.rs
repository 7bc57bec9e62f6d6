//! From the JSON of a store to its profiles (`coercePersistedAuthProfileStore`,
//! `coerceAuthProfileState` and `parseCredentialEntry`, openclaw 2026.9.6; `coerceAuthStore` before
//! it).

use crate::openclaw::read::auth_profiles::{
    AuthProfile, CredentialKind, Expiry, Store, StoredCredential, Usage,
};
use crate::{
    openclaw::release::behaviour::Stores as Behaviour,
    syntax::{
        json5,
        node::{self, Node},
    },
    text::{
        secret::{Text, js_trim},
        source::{SourceId, Sources},
    },
};

/// Latest point in time that JavaScript knows.
const LATEST: f64 = 864e13;

/// Why OpenClaw left a profile alone (`FAILURE_REASON_PRIORITY`, openclaw 2026.9.6).
const REASONS: [&str; 13] = [
    "auth_permanent",
    "auth",
    "session_expired",
    "billing",
    "format",
    "model_not_found",
    "overloaded",
    "timeout",
    "rate_limit",
    "empty_response",
    "no_error_details",
    "unclassified",
    "unknown",
];

/// The value of a JSON text. The stores are read by `JSON.parse`: what is more than JSON is nothing.
pub(super) fn json(source: SourceId, sources: &Sources) -> Result<Node, &'static str> {
    let text = sources.get(source).text();
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return Err("is not JSON");
    }
    json5::parse(source, text).map(|document| document.root).map_err(|error| error.message)
}

/// A store, with what is remembered of its profiles.
pub(super) fn store(root: &Node, state: Option<&Node>, behaviour: &Behaviour) -> Option<Store> {
    let profiles = root.get("profiles")?;
    let node::NodeKind::Map(entries) = &profiles.kind else { return None };
    let mut store = Store::default();
    for entry in entries {
        let found = profile(&entry.key, &entry.value, entry.key_place, None, behaviour);
        store.profiles.retain(|p| p.id != *entry.key);
        store.profiles.extend(found);
    }
    // Releases without a file for it keep it beside the profiles.
    for state in std::iter::once(root).chain(state) {
        remember(&mut store, state);
    }
    Some(store)
}

/// A file that holds credentials by provider, without profiles: `auth.json`, `oauth.json`.
pub(super) fn by_provider(
    root: &Node,
    kind: Option<CredentialKind>,
    behaviour: &Behaviour,
) -> Vec<AuthProfile> {
    if root.get("profiles").is_some() {
        return Vec::new();
    }
    let profiles = root.entries().iter().filter_map(|entry| {
        let id = format!("{}:default", entry.key);
        let fallback = Some((&*entry.key, kind));
        profile(&id, &entry.value, entry.key_place, fallback, behaviour)
    });
    profiles.collect()
}

fn profile(
    id: &str,
    entry: &Node,
    place: crate::text::source::Place,
    fallback: Option<(&str, Option<CredentialKind>)>,
    behaviour: &Behaviour,
) -> Option<AuthProfile> {
    let word = |key: &str| entry.get(key).and_then(Node::text).map(Text::expose);
    let spelling = |key: &str| word(key).filter(|_| behaviour.takes_spellings_of_config);
    let kind = word("type").or_else(|| spelling("mode"));
    let kind = match kind {
        Some("apiKey") if behaviour.takes_spellings_of_config => Some(CredentialKind::ApiKey),
        Some(kind) => CredentialKind::of(kind),
        None => fallback.and_then(|(_, kind)| kind),
    }?;
    let provider = word("provider").map(js_trim).filter(|p| !p.is_empty());
    let provider = provider.or(fallback.map(|(provider, _)| provider))?.to_lowercase();
    let credential = match kind {
        CredentialKind::ApiKey => {
            let key = entry
                .get("key")
                .or_else(|| entry.get("apiKey").filter(|_| behaviour.takes_spellings_of_config));
            secret(entry.get("keyRef"), key, behaviour)
        }
        CredentialKind::Token => secret(entry.get("tokenRef"), entry.get("token"), behaviour),
        CredentialKind::OAuth => login(entry),
    };
    let expires = match entry.get("expires") {
        None => Expiry::Never,
        Some(node) => match number(node) {
            Some(at) if at > 0.0 && at <= LATEST => Expiry::At(whole(at)),
            _ => Expiry::Invalid,
        },
    };
    Some(AuthProfile { id: id.to_owned(), provider, kind, credential, expires, place })
}

/// A reference comes before the value beside it; `${NAME}` as a value is one as well
/// (`coerceSecretRef`).
fn secret(reference: Option<&Node>, value: Option<&Node>, behaviour: &Behaviour) -> StoredCredential {
    let of =
        |node: Option<&Node>| node.filter(|_| behaviour.takes_spellings_of_config).and_then(as_reference);
    if let Some(found) = of(reference).or_else(|| of(value)) {
        return found;
    }
    let Some(value) = value else { return StoredCredential::Missing };
    match value.text() {
        Some(text) if !text.is_blank() => StoredCredential::Value(js_trim(text.expose()).into()),
        _ => StoredCredential::Missing,
    }
}

fn as_reference(node: &Node) -> Option<StoredCredential> {
    if let Some(text) = node.text() {
        let name = js_trim(text.expose()).strip_prefix("${")?.strip_suffix('}')?;
        let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        return is_name.then(|| StoredCredential::Variable(name.to_owned()));
    }
    let word = |key: &str| node.get(key).and_then(Node::text).map(Text::expose);
    match (word("source")?, word("id")?) {
        ("env", name) => Some(StoredCredential::Variable(name.to_owned())),
        ("file" | "exec" | "store", _) => Some(StoredCredential::Elsewhere),
        _ => None,
    }
}

fn login(entry: &Node) -> StoredCredential {
    let token = |key: &str| entry.get(key).and_then(Node::text).filter(|t| !t.is_blank());
    match (token("access"), token("refresh")) {
        (Some(access), _) => StoredCredential::Value(js_trim(access.expose()).into()),
        (None, Some(_)) => StoredCredential::Elsewhere,
        (None, None) if entry.get("oauthRef").is_some() => StoredCredential::Elsewhere,
        (None, None) => StoredCredential::Missing,
    }
}

fn remember(store: &mut Store, state: &Node) {
    for entry in state.get("order").map(Node::entries).unwrap_or_default() {
        let ids: Vec<String> = entry
            .value
            .items()
            .iter()
            .filter_map(|id| id.text().map(|t| js_trim(t.expose()).to_owned()))
            .filter(|id| !id.is_empty())
            .collect();
        if !ids.is_empty() {
            store.order.insert(entry.key.trim().to_lowercase(), ids);
        }
    }
    for entry in state.get("usageStats").map(Node::entries).unwrap_or_default() {
        store.usage.insert(entry.key.to_string(), usage(&entry.value));
    }
}

fn usage(stats: &Node) -> Usage {
    let time = |key: &str| stats.get(key).and_then(number).filter(|at| *at > 0.0 && *at <= LATEST).map(whole);
    let word = |key: &str| stats.get(key).and_then(Node::text).map(Text::expose);
    let latest =
        [("cooldownUntil", "cooldownReason"), ("disabledUntil", "disabledReason"), ("blockedUntil", "")]
            .into_iter()
            .filter_map(|(until, reason)| Some((time(until)?, until, reason)))
            .max_by_key(|(until, ..)| *until);
    let reason = latest.and_then(|(_, _, key)| word(key));
    let one_model = match latest.map(|(_, until, _)| until) {
        Some("cooldownUntil") => {
            matches!(word("cooldownReason"), Some("rate_limit" | "timeout" | "model_not_found"))
                && word("cooldownModel").is_some()
        }
        Some("blockedUntil") => word("blockedScope") == Some("model") && word("blockedModel").is_some(),
        _ => false,
    };
    Usage {
        last_used: stats.get("lastUsed").and_then(number).map_or(0, whole),
        until: latest.map(|(until, ..)| until),
        reason: reason.and_then(|word| REASONS.into_iter().find(|r| *r == word)),
        one_model,
    }
}

fn number(node: &Node) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "as JavaScript reads them")]
    match node.kind {
        node::NodeKind::Int(n) => Some(n as f64),
        node::NodeKind::Uint(n) => Some(n as f64),
        node::NodeKind::Float(n) => Some(n).filter(|n| n.is_finite()),
        _ => None,
    }
}

fn whole(number: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
    let whole = number as i64;
    whole
}
