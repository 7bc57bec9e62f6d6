//! Which stored profile serves a provider, and why the others do not
//! (`resolveAuthProfileOrderWithMetadata`, `evaluateStoredCredentialEligibility` and
//! `resolveApiKeyForProviderCore`, openclaw 2026.9.6).

use crate::openclaw::read::auth_profiles::{
    AgentStore, AuthProfile, Block, CredentialKind, Expiry, Standing, StoredCredential, StoredProfile, clock,
};
use crate::{
    openclaw::{
        read::{
            config::{self, Config},
            environment::OpenClawEnvironment,
        },
        release::{behaviour::Behaviour, catalog::Catalog},
        settings::precedence::{CandidateState, RankedCandidate},
    },
    provenance::{
        Candidate, Layer, Provenance, ProvenanceStep, Reason, Shadowed, StepKind,
        reason::{ProfileFault, ProfileOrder},
    },
    syntax::node::Node,
    text::secret::{Text, js_trim},
    vocabulary::setting_key::SettingKey,
};

/// Cooldowns of these are the provider's own business (`isAuthCooldownBypassedForProvider`).
const WITHOUT_COOLDOWN: [&str; 2] = ["openrouter", "kilocode"];

/// What is needed to choose.
pub struct Question<'a> {
    /// The release.
    pub behaviour: &'static Behaviour,
    /// The config.
    pub config: &'a Config,
    /// The environment, for references.
    pub env: &'a OpenClawEnvironment,
    /// The stores of the agent.
    pub agent: &'a AgentStore,
    /// The provider's id.
    pub provider: &'a str,
    /// Milliseconds since 1970.
    pub now: i64,
}

/// What the stores offer for a provider.
#[derive(Debug, Default)]
pub struct SelectedProfiles {
    /// What comes before everything else: a profile that is pinned, or what ends every request.
    pub first: Vec<RankedCandidate>,
    /// The profiles, in order, which come before the environment.
    pub profiles: Vec<RankedCandidate>,
    /// What is stored and serves nothing.
    pub ignored: Vec<Shadowed>,
    /// `models.providers.<id>.apiKey` is the name of a profile, not a key.
    pub key_is_a_name: bool,
    /// What ends every request because the profiles that are asked for cannot be used; a key that the config
    /// insists on comes before it.
    pub ends: Option<RankedCandidate>,
}

impl Question<'_> {
    /// The answer.
    #[must_use]
    pub fn answer(&self) -> SelectedProfiles {
        let mut selection = SelectedProfiles::default();
        selection.ignored.extend(self.unserving());
        if let Some(block) = self.block() {
            selection.first.push(block);
        }
        let named = self.named_by_key();
        selection.key_is_a_name = named.is_some();
        selection.first.extend(named);
        let order = self.order();
        let pinned = self.pinned().filter(|id| order.iter().any(|p| p.id == *id));
        selection.ends = self.empty_order(&order);
        selection.first.extend(self.missing_pin());
        let available = order.iter().filter(|p| self.cooldown(p).is_none()).count();
        for profile in &order {
            let cooldown = self.cooldown(profile).filter(|_| available == 0);
            let cooldown =
                cooldown.map(|until| Reason::ProfileCooldown { profile: profile.id.clone(), until });
            match self.ranked(profile, cooldown) {
                Ok(ranked) if Some(&profile.id) == pinned.as_ref() => {
                    let by = "the agent's model".to_owned();
                    let what = format!("the stored profile {}", profile.id);
                    selection.first.push(ranked.beating(Reason::Selected { by, what, usable: true }));
                }
                Ok(ranked) => selection.profiles.push(ranked),
                Err(loser) => selection.ignored.push(*loser),
            }
        }
        for profile in self.serving() {
            if order.iter().any(|p| p.id == profile.id) {
                continue;
            }
            let unusable = self.unusable(profile).map(Reason::ProfileUnusable);
            let reason = unusable.unwrap_or_else(|| Reason::ProfileLeftOut(self.left_out(profile)));
            selection.ignored.push(Shadowed::new(self.candidate(profile), reason));
        }
        selection
    }

    /// The profiles of the provider: those that are tried, in order, and then the others.
    #[must_use]
    pub fn stored(&self) -> Vec<StoredProfile> {
        let order = self.order();
        let others = self.serving().filter(|p| !order.iter().any(|tried| tried.id == p.id));
        let stored = |profile: &AuthProfile, standing| StoredProfile {
            id: profile.id.clone(),
            kind: profile.kind,
            place: profile.place,
            standing,
        };
        let tried = order.iter().map(|p| stored(p, Standing::Tried));
        tried.chain(others.map(|p| stored(p, self.standing(p)))).collect()
    }

    /// Of a profile that is not tried.
    fn standing(&self, profile: &AuthProfile) -> Standing {
        if self.unusable(profile).is_some() {
            return Standing::Unusable;
        }
        match self.explicit_order() {
            Some((_, true)) => Standing::LeftOutByStore,
            Some((_, false)) => Standing::LeftOutByOrder,
            None => Standing::Unlisted,
        }
    }

    /// The providers that something is stored for, as the settings call them.
    pub fn providers(agent: &AgentStore, behaviour: &Behaviour) -> Vec<String> {
        let stored = agent.store.profiles.iter().chain(&agent.retired);
        stored.map(|p| canonical(&p.provider, behaviour)).collect()
    }

    fn serving(&self) -> impl Iterator<Item = &AuthProfile> {
        self.agent.store.profiles.iter().filter(|p| self.is_for(&p.provider))
    }

    fn is_for(&self, provider: &str) -> bool {
        let alias = Catalog::newest().aliases.get(self.provider).copied().unwrap_or(self.provider);
        canonical(provider, self.behaviour) == alias.to_lowercase()
            && (self.behaviour.stores.knows_codex || provider != CODEX)
    }

    /// What is stored for this provider, and never read.
    fn unserving(&self) -> Vec<Shadowed> {
        let mut all = Vec::new();
        let codex = self.agent.store.profiles.iter().filter(|p| {
            p.provider == CODEX && !self.behaviour.stores.knows_codex && self.provider == "openai"
        });
        let former = Reason::FormerId { id: CODEX, now: "openai" };
        all.extend(codex.map(|p| Shadowed::new(self.candidate(p), former.clone())));
        let retired = self
            .agent
            .retired
            .iter()
            .filter(|p| self.is_for(&p.provider) || (p.provider == CODEX && self.provider == "openai"));
        let unread = Reason::FileNotRead { migrates: true };
        all.extend(retired.map(|p| Shadowed::new(self.candidate(p), unread.clone())));
        all
    }

    /// An order that leaves nothing.
    fn empty_order(&self, order: &[&AuthProfile]) -> Option<RankedCandidate> {
        if !self.behaviour.stores.empty_order_ends || !order.is_empty() {
            return None;
        }
        let (_, from_store) = self.explicit_order()?;
        if from_store {
            let name = format!("the order that is stored for {}", self.provider);
            return Some(ending(name, None));
        }
        let orders = self.config.node(&["auth", "order"]).map(Node::entries).unwrap_or_default();
        let order = orders.iter().find(|entry| self.is_for(&entry.key))?;
        Some(ending(format!("auth.order.{}", order.key), Some(order.value.place)))
    }

    /// The agent's model carries a profile that is not stored.
    fn missing_pin(&self) -> Option<RankedCandidate> {
        if !self.behaviour.stores.missing_pin_ends {
            return None;
        }
        let (model, provider, profile) = self.carried()?;
        let is_there = self.agent.store.profile(&profile).is_some()
            || self
                .config
                .node(&["auth", "profiles", &profile, "mode"])
                .and_then(Node::text)
                .map(Text::expose)
                == Some("aws-sdk");
        (self.is_for(&provider) && !is_there)
            .then(|| ending(format!("the profile {profile} of the agent's model"), Some(model.place)))
    }

    /// The whole provider is refused.
    fn block(&self) -> Option<RankedCandidate> {
        let block = self.agent.block.as_ref()?;
        let (name, place, unreadable) = match block {
            Block::NotImported { path, place, providers } => {
                let affected = providers.as_ref().is_none_or(|ids| {
                    ids.iter().any(|id| self.is_for(id) || (id == CODEX && self.provider == "openai"))
                });
                if !affected {
                    return None;
                }
                (path, *place, false)
            }
            Block::Unreadable { path } => (path, None, true),
        };
        let candidate = Candidate {
            layer: Layer::AuthProfile,
            place,
            via: Provenance::default(),
            value: None,
            name: name.clone(),
        };
        Some(
            RankedCandidate::new(CandidateState::Unresolved(candidate))
                .beating(Reason::StoreRefused { unreadable }),
        )
    }

    /// `models.providers.<id>.apiKey` is the id of a profile.
    fn named_by_key(&self) -> Option<RankedCandidate> {
        if !self.behaviour.stores.key_names_profile {
            return None;
        }
        let key = self.config.provider_key(self.provider)?;
        let node = self.config.node(&["models", "providers", key, "apiKey"])?;
        let id = js_trim(node.text()?.expose());
        let profile = self.agent.store.profile(id)?;
        let path = SettingKey::ProviderKey(key.to_owned()).into();
        let fits = profile.kind != CredentialKind::OAuth && self.is_for(&profile.provider);
        let what = format!("the stored profile {id}");
        let beats = Reason::Selected { by: path, what, usable: fits };
        match self.ranked(profile, Some(beats.clone())) {
            Ok(ranked) if fits && self.unusable(profile).is_none() => Some(ranked),
            _ => {
                Some(RankedCandidate::new(CandidateState::Unresolved(self.candidate(profile))).beating(beats))
            }
        }
    }

    /// The profile that the agent's model carries: `anthropic/claude@anthropic:work`.
    fn pinned(&self) -> Option<String> {
        let (_, provider, profile) = self.carried()?;
        (self.is_for(&provider) && self.agent.store.profile(&profile).is_some()).then_some(profile)
    }

    /// The agent's model with its provider and the profile that it carries.
    fn carried(&self) -> Option<(Node, String, String)> {
        let entry = |path: &[&str]| self.config.node(path).cloned();
        let of_list = self.config.node(&["agents", "list"]).map(Node::items).unwrap_or_default();
        let listed = of_list.iter().find(|node| {
            node.get("id").and_then(Node::text).is_some_and(|id| id.expose() == self.agent.agent)
        });
        let own = entry(&["agents", "entries", &self.agent.agent]).or_else(|| listed.cloned());
        let model = own.and_then(|node| node.get("model").cloned());
        let model = model.or_else(|| entry(&["agents", "defaults", "model"]))?;
        let node = model.get("primary").cloned().unwrap_or(model);
        let (model, profile) = js_trim(node.text()?.expose()).rsplit_once('@')?;
        let (provider, _) = model.split_once('/')?;
        Some((node.clone(), provider.to_owned(), profile.to_owned()))
    }

    /// The profiles that are tried, in order.
    fn order(&self) -> Vec<&AuthProfile> {
        let explicit = self.explicit_order();
        let configured = self.configured();
        let serving: Vec<&str> = self.serving().map(|p| p.id.as_str()).collect();
        let base: Vec<&str> = match (&explicit, configured.is_empty()) {
            (Some((ids, _)), _) => ids.iter().map(String::as_str).collect(),
            (None, false) => configured.iter().map(String::as_str).collect(),
            (None, true) => serving.clone(),
        };
        let usable = |ids: &[&str]| -> Vec<&AuthProfile> {
            let mut found: Vec<&AuthProfile> = Vec::new();
            for id in ids {
                let profile = self.agent.store.profile(id).filter(|p| self.unusable(p).is_none());
                found.extend(profile.filter(|p| !found.iter().any(|known| known.id == p.id)));
            }
            found
        };
        let mut order = usable(&base);
        let none_is_there = !base.is_empty() && base.iter().all(|id| self.agent.store.profile(id).is_none());
        let from_store = explicit.as_ref().is_some_and(|(_, from_store)| *from_store);
        let mut repaired = false;
        if order.is_empty() && none_is_there && (from_store || !configured.is_empty()) {
            order = usable(&serving);
            repaired = true;
        }
        if explicit.is_none() || repaired {
            order.sort_by_key(|p| self.rank(p));
        }
        let (free, mut resting): (Vec<&AuthProfile>, Vec<&AuthProfile>) =
            order.into_iter().partition(|p| self.rests_until(p).is_none());
        resting.sort_by_key(|p| self.rests_until(p));
        free.into_iter().chain(resting).collect()
    }

    /// Logins before tokens before keys; among equals the one that was not used for longest.
    fn rank(&self, profile: &AuthProfile) -> (CredentialKind, bool, i64) {
        let expired = self.behaviour.stores.expired_login_last
            && profile.kind == CredentialKind::OAuth
            && matches!(profile.expires, Expiry::At(until) if until <= self.now);
        let used = self.agent.store.usage.get(&profile.id).map_or(0, |u| u.last_used);
        (profile.kind, expired, used)
    }

    /// The order that the store or the config gives; the store's comes first.
    fn explicit_order(&self) -> Option<(Vec<String>, bool)> {
        let stored = self.agent.store.order.iter().find(|(provider, _)| self.is_for(provider));
        if let Some((_, ids)) = stored {
            return Some((ids.clone(), true));
        }
        let orders = self.config.node(&["auth", "order"]).map(Node::entries).unwrap_or_default();
        let order = orders.iter().find(|entry| self.is_for(&entry.key))?;
        let ids = order.value.items().iter().filter_map(Node::text);
        Some((ids.map(|id| js_trim(id.expose()).to_owned()).collect(), false))
    }

    /// The profiles of `auth.profiles` for this provider.
    fn configured(&self) -> Vec<String> {
        let profiles = self.config.node(&["auth", "profiles"]).map(Node::entries).unwrap_or_default();
        let is_for = |node: &Node| word(node, "provider").is_some_and(|provider| self.is_for(provider));
        profiles.iter().filter(|e| is_for(&e.value)).map(|e| e.key.to_string()).collect()
    }

    /// Why a profile is not even tried.
    fn unusable(&self, profile: &AuthProfile) -> Option<ProfileFault> {
        if !self.is_for(&profile.provider) {
            return Some(ProfileFault::Provider(profile.provider.clone()));
        }
        if let Some(config) = self.config.node(&["auth", "profiles", &profile.id]) {
            if word(config, "provider").is_some_and(|provider| !self.is_for(provider)) {
                return Some(ProfileFault::ConfigProvider(profile.id.clone()));
            }
            let mode = word(config, "mode").unwrap_or_default();
            let same =
                mode == profile.kind.id() || (mode == "oauth" && profile.kind == CredentialKind::Token);
            if !same {
                let (profile, stored) = (profile.id.clone(), profile.kind.id());
                return Some(ProfileFault::ConfigMode { profile, stored });
            }
        }
        if profile.credential == StoredCredential::Missing {
            return Some(ProfileFault::Empty);
        }
        match (profile.kind, profile.expires) {
            (CredentialKind::Token, Expiry::At(until)) if until <= self.now => {
                Some(ProfileFault::Expired(clock::shown(until)))
            }
            (CredentialKind::Token, Expiry::Invalid) => Some(ProfileFault::InvalidExpiry),
            _ => None,
        }
    }

    fn left_out(&self, profile: &AuthProfile) -> ProfileOrder {
        match self.standing(profile) {
            Standing::LeftOutByStore => ProfileOrder::Stored,
            Standing::LeftOutByOrder => ProfileOrder::Config(self.provider.to_owned()),
            _ => ProfileOrder::Unlisted(profile.id.clone()),
        }
    }

    fn rests_until(&self, profile: &AuthProfile) -> Option<i64> {
        let usage = self.agent.store.usage.get(&profile.id)?;
        let own_business = WITHOUT_COOLDOWN.contains(&profile.provider.as_str());
        usage.until.filter(|until| *until > self.now && !usage.one_model && !own_business)
    }

    fn cooldown(&self, profile: &AuthProfile) -> Option<String> {
        let until = self.rests_until(profile)?;
        let reason = self.agent.store.usage.get(&profile.id).and_then(|u| u.reason);
        let after = reason.map(|reason| format!(" (after {reason})")).unwrap_or_default();
        Some(format!("{}{after}", clock::shown(until)))
    }

    fn candidate(&self, profile: &AuthProfile) -> Candidate {
        let value = match &profile.credential {
            StoredCredential::Value(value) if !self.is_renewed(profile) => Some(value.clone()),
            _ => None,
        };
        let place = Some(profile.place);
        Candidate {
            layer: Layer::AuthProfile,
            place,
            via: Provenance::default(),
            value,
            name: profile.id.clone(),
        }
    }

    /// A login that has run out is renewed first: what is sent then is not known.
    fn is_renewed(&self, profile: &AuthProfile) -> bool {
        let good = matches!(profile.expires, Expiry::At(until) if until > self.now);
        profile.kind == CredentialKind::OAuth && !good
    }

    fn ranked(&self, profile: &AuthProfile, beats: Option<Reason>) -> Result<RankedCandidate, Box<Shadowed>> {
        let mut candidate = self.candidate(profile);
        let offer = match &profile.credential {
            StoredCredential::Value(_) if candidate.value.is_some() => CandidateState::Value(candidate),
            StoredCredential::Variable(name) => {
                let found = self.env.get(name).and_then(|v| v.winner.as_ref());
                match found.filter(|c| c.value.as_ref().is_none_or(|v| !v.is_blank())) {
                    Some(found) => {
                        let step = StepKind::Variable { layer: found.layer, name: name.clone() };
                        candidate.via = found.via.after(ProvenanceStep { step, place: found.place });
                        candidate.value = found.value.as_ref().map(|v| Text::from(js_trim(v.expose())));
                        if candidate.value.is_some() {
                            CandidateState::Value(candidate)
                        } else {
                            CandidateState::Unknown(candidate)
                        }
                    }
                    None if self.behaviour.stores.missing_reference_ends => {
                        let reason = Reason::UnresolvedFirst {
                            name: format!("the stored profile {}", profile.id),
                            variable: name.clone(),
                            fault: config::MISSING,
                        };
                        return Ok(
                            RankedCandidate::new(CandidateState::Unresolved(candidate)).beating(reason)
                        );
                    }
                    None => {
                        let reason = Reason::Unresolved { variable: name.clone() };
                        return Err(Box::new(Shadowed::new(candidate, reason)));
                    }
                }
            }
            _ => CandidateState::Unknown(candidate),
        };
        Ok(RankedCandidate { beats, ..RankedCandidate::new(offer) })
    }
}

/// What ends every request.
fn ending(name: String, place: Option<crate::text::source::Place>) -> RankedCandidate {
    let by = name.clone();
    let candidate = Candidate { layer: Layer::Config, place, via: Provenance::default(), value: None, name };
    RankedCandidate::new(CandidateState::Unresolved(candidate)).beating(Reason::NoProfileOfOrder { by })
}

/// The id under which releases before 2026.6.1 store logins of ChatGPT.
const CODEX: &str = "openai-codex";

/// The id that the settings use.
fn canonical(provider: &str, behaviour: &Behaviour) -> String {
    let provider = provider.trim().to_lowercase();
    if provider == CODEX && !behaviour.stores.knows_codex {
        return "openai".to_owned();
    }
    Catalog::newest().aliases.get(provider.as_str()).map_or(provider, |id| (*id).to_owned())
}

fn word<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Node::text).map(Text::expose)
}
