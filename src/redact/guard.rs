//! The last line of defence: sentences are searched for the very values that must not be shown.

use super::needles::Needles;
use crate::{
    provenance::{Candidate, Variable},
    secrets,
    text::secret::Text,
    vocabulary::{
        deployment::Deployment,
        setting::{Resolution, Setting},
    },
};
use std::{
    borrow::Cow,
    collections::{BTreeSet, HashSet},
};

/// Shortest value that is searched for: shorter ones occur in words by chance, and their length
/// is shown anyway.
const SHORTEST: usize = 6;

/// From this length on no name or path is the same by chance.
const CERTAIN: usize = 16;

/// Something that has values and names, some of them secret.
pub trait Collect {
    /// Hands them over.
    fn collect(&self, into: &mut Collector);
}

/// Knows the secret values of a report, and takes them out of sentences.
///
/// Messages are written free of values. This guard makes sure of it, whatever wrote them.
pub struct Guard {
    values: Needles,
    /// What the engine calls projects and containers, and everybody sees: some panels draw these names. In order.
    identities: Vec<String>,
    reveal: bool,
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Collector({} values)", self.values.len())
    }
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Guard({} values)", self.values.len())
    }
}

impl Guard {
    /// Collects the secret values of what has some. With `reveal` it lets everything pass.
    pub fn of<'a, T: Collect + 'a>(
        owners: impl IntoIterator<Item = &'a T>,
        further: &[Variable],
        reveal: bool,
    ) -> Self {
        let mut found = Collector::default();
        // What a project's env files hold can flow into paths and names.
        let is_secret = |v: &&Variable| {
            let drawn = |c: &Candidate| c.value.as_ref().is_some_and(|v| secrets::is_generated(v.expose()));
            secrets::is_secret_name(&v.name) || v.candidates().any(drawn)
        };
        further.iter().filter(is_secret).for_each(|v| found.variable(v));
        for owner in owners {
            owner.collect(&mut found);
        }
        found.guard(reveal)
    }

    /// Collects the secret values of one environment and its command. With `reveal` it lets
    /// everything pass.
    pub fn of_environments<'a>(
        environments: impl IntoIterator<Item = (&'a [Variable], &'a Deployment)>,
        reveal: bool,
    ) -> Self {
        let mut found = Collector::default();
        for (variables, deployment) in environments {
            variables.iter().for_each(|v| found.variable(v));
            found.deployment(deployment);
        }
        found.guard(reveal)
    }

    /// A sentence for output.
    #[must_use]
    pub fn message<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.reveal {
            return Cow::Borrowed(text);
        }
        // Values first: what the shapes leave of a value must not hide the rest of it.
        match self.without_values(without_credentials(text)) {
            Cow::Borrowed(text) => secrets::without_credentials(text, &self.identities),
            Cow::Owned(text) => {
                Cow::Owned(secrets::without_credentials(&text, &self.identities).into_owned())
            }
        }
    }

    /// A path for output. Volumes and checkouts have paths with long digests, so only values that
    /// are known are looked for.
    #[must_use]
    pub fn path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        if self.reveal { Cow::Borrowed(path) } else { self.without_values(without_credentials(path)) }
    }

    fn is_identity(&self, label: &str) -> bool {
        self.identities.binary_search_by(|identity| identity.as_str().cmp(label)).is_ok()
    }

    fn without_values<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        let (mut text, mut done) = (text, HashSet::new());
        loop {
            let found = self.values.found_in(&text).into_iter().filter(|value| !done.contains(value));
            let mut found: Vec<&str> = found.collect();
            if found.is_empty() {
                return text;
            }
            // Longest first, so that a value inside another is not cut out of it.
            found.sort_by_key(|value| (std::cmp::Reverse(value.len()), *value));
            for value in found {
                let hidden = format!("<{} characters>", value.chars().count());
                text = Cow::Owned(text.replace(value, &hidden));
                done.insert(value);
            }
        }
    }

    /// The name of a variable for output.
    #[must_use]
    pub fn variable<'a>(&self, name: &'a str) -> Cow<'a, str> {
        match super::variable(name, self.reveal) {
            Cow::Borrowed(name) => self.name(name),
            hidden @ Cow::Owned(_) => hidden,
        }
    }

    /// The path of a key in a config for output. Who writes a secret where a key belongs is told where, and
    /// not what: a key is shown when it reads like one.
    #[must_use]
    pub fn key_path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let hidden =
            |key: &str| !key.is_empty() && !secrets::key_like(key) && !super::public::is_known_variable(key);
        if !self.reveal && path.split('.').any(hidden) {
            return Cow::Owned(format!("<name of {} characters>", path.chars().count()));
        }
        self.name(path)
    }

    /// A label for output: a setting, a key, a service, an expression.
    #[must_use]
    pub fn name<'a>(&self, label: &'a str) -> Cow<'a, str> {
        let hidden = !self.reveal && !self.values.found_in(label).is_empty();
        if hidden {
            Cow::Owned(format!("<name of {} characters>", label.chars().count()))
        } else if self.reveal || self.is_identity(label) {
            Cow::Borrowed(label)
        } else {
            match without_credentials(label) {
                Cow::Borrowed(label) => super::name(label, false),
                Cow::Owned(label) => Cow::Owned(super::name(&label, false).into_owned()),
            }
        }
    }
}

/// Without what a URL, or a path that was meant to be one, can hold besides its place.
fn without_credentials(text: &str) -> Cow<'_, str> {
    match without_userinfo(text) {
        Cow::Borrowed(text) => without_query(text),
        Cow::Owned(text) => Cow::Owned(without_query(&text).into_owned()),
    }
}

/// `?token=value` becomes `?token=***`, up to the end of the word: what follows the value in a path
/// cannot be told from it.
fn without_query(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices('?') {
        let query = &text[at + 1..];
        let name = query.find(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c)).unwrap_or(0);
        if at < done || name == 0 || !query[name..].starts_with('=') {
            continue;
        }
        let end = query.find(|c: char| c.is_whitespace() || "\"'`)".contains(c)).unwrap_or(query.len());
        out.push_str(&text[done..at + name + 2]);
        out.push_str("***");
        done = at + 1 + end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// `user:password@` becomes `user:***@`, also where a path has swallowed a slash of its URL. The
/// digest of an image (`name:tag@sha256:…`) is none.
fn without_userinfo(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices('@') {
        let start =
            text[..at].rfind(|c: char| c.is_whitespace() || "/\"'`(".contains(c)).map_or(0, |i| i + 1);
        let start = start.max(done);
        let Some(colon) = text.get(start..at).and_then(|run| run.find(':')) else { continue };
        if text[at..].starts_with("@sha256:") {
            continue;
        }
        out.push_str(&text[done..=start + colon]);
        out.push_str("***");
        done = at;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// What a [`Guard`] is made of.
#[derive(Default)]
pub struct Collector {
    values: BTreeSet<String>,
    /// Values of secrets that are too long to be said by chance: nothing excuses them.
    certain: BTreeSet<String>,
    /// What reports say anyway: a weak password that is the name of a service is no secret.
    said: BTreeSet<String>,
    identities: BTreeSet<String>,
}

impl Collector {
    /// A name or text that reports say anyway.
    pub fn say<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        self.said.extend(texts.into_iter().map(str::to_owned));
    }

    /// Names that reports say anyway and that may be drawn at random.
    pub fn name<'t>(&mut self, names: impl IntoIterator<Item = &'t str>) {
        for name in names {
            self.said.insert(name.to_owned());
            if is_drawn_name(name) {
                self.identities.insert(name.to_owned());
            }
        }
    }

    /// A setting in all its places.
    pub fn setting(&mut self, setting: &Setting) {
        self.said.insert(setting.name().into_owned());
        for candidate in setting.views.iter().flat_map(Resolution::offered) {
            self.said.insert(candidate.name.clone());
            if setting.secret {
                self.value(candidate);
            } else {
                self.candidate(&setting.name(), candidate);
            }
        }
    }

    /// The image and the words of the command.
    pub fn deployment(&mut self, deployment: &Deployment) {
        self.said.extend(deployment.image.as_ref().map(|i| i.value.clone()));
        for words in [&deployment.entrypoint, &deployment.command].into_iter().flatten() {
            let words: Vec<Text> = words.iter().map(|w| w.value.clone()).collect();
            for (word, shown) in words.iter().zip(super::command(&words, false)) {
                if shown != word.expose() {
                    self.unlike_words(word.expose());
                    self.unlike_words(word.expose().split_once('=').map_or("", |(_, value)| value));
                }
            }
        }
    }

    /// Of what is not known to be secret, only what no sentence holds by chance.
    fn unlike_words(&mut self, value: &str) {
        let value = value.trim();
        if value.len() >= 12 && !value.split(['/', ':', ',', ' ']).all(secrets::words::word_like) {
            self.values.insert(value.to_owned());
        }
    }

    /// A variable in all its layers.
    pub fn variable(&mut self, variable: &Variable) {
        if super::variable(&variable.name, false) == variable.name {
            self.said.insert(variable.name.clone());
        } else if variable.name.chars().count() >= SHORTEST {
            // A line of a key that lost its quotes.
            self.certain.insert(variable.name.clone());
        }
        for candidate in variable.candidates() {
            self.candidate(&variable.name, candidate);
        }
    }

    fn candidate(&mut self, name: &str, candidate: &Candidate) {
        self.named(name, candidate.value.as_ref());
    }

    /// A value that something of that name has.
    pub fn named(&mut self, name: &str, value: Option<&Text>) {
        let Some(value) = value else { return };
        if let Some(password) = secrets::password_of_url(value.expose()) {
            self.secret(&password.into());
        }
        if super::shown(name, value, false).is_some() {
            let drawn = |part: &&str| secrets::has_credential_shape(part);
            super::hidden_parts(name, value)
                .into_iter()
                .filter(drawn)
                .for_each(|part| self.unlike_words(part));
            return;
        }
        if secrets::is_secret_name(name) {
            self.secret(value);
        } else {
            self.unlike_words(value.expose());
        }
    }

    fn value(&mut self, candidate: &Candidate) {
        candidate.value.iter().for_each(|value| self.secret(value));
    }

    fn secret(&mut self, value: &Text) {
        let trimmed = value.expose().trim();
        if trimmed.chars().count() >= CERTAIN && !COMMON.contains(&trimmed) {
            self.certain.insert(trimmed.to_owned());
        } else if trimmed.chars().count() >= SHORTEST {
            self.values.insert(trimmed.to_owned());
        }
    }

    fn guard(self, reveal: bool) -> Guard {
        // A name that is itself a credential excuses nothing.
        let doubtful = Needles::new(self.values.iter().cloned());
        let names = self.said.iter().filter(|said| !secrets::has_credential_shape(said));
        let said: HashSet<&str> = names.flat_map(|name| doubtful.found_in(name)).collect();
        let is_said = |value: &str| COMMON.contains(&value) || said.contains(value);
        let unsaid = self.values.iter().filter(|value| !is_said(value));
        let values = Needles::new(unsaid.chain(&self.certain).cloned());
        let free = |name: &String| values.found_in(name).is_empty();
        let identities = self.identities.into_iter().filter(free).collect();
        Guard { values, identities, reveal }
    }
}

/// A name that a panel or an engine draws: words, and up to 26 letters and digits of one case.
fn is_drawn_name(name: &str) -> bool {
    let is_piece = |p: &str| p.len() <= 26 && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    name.len() <= 80
        && name.split(['-', '_', '.']).all(is_piece)
        && !secrets::vendors::begins_like_a_credential(name)
}

/// Words of sentences that also occur as weak values.
const COMMON: &[&str] = &[
    "openclaw",
    "gateway",
    "docker",
    "compose",
    "container",
    "config",
    "password",
    "secret",
    "default",
    "undefined",
    "changeme",
    "change-me",
    "change-me-to-a-long-random-token",
    "__OPENCLAW_REDACTED__",
    "production",
    "value",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_none_is_hidden() {
        let guard = Guard::of_environments([], false);
        assert_eq!(guard.key_path("gateway.auth.token"), "gateway.auth.token");
        assert_eq!(guard.key_path("agents.list.0.name"), "agents.list.0.name");
        assert_eq!(guard.key_path("gateway.PLANTED684a6cnawayxjs57"), "<name of 31 characters>");
    }

    #[test]
    fn the_query_of_a_path_is_taken_for_a_secret() {
        let guard = Guard::of_environments([], false);
        assert_eq!(guard.path("/x?token=q7w8z9/openclaw.json"), "/x?token=***");
        assert_eq!(guard.path("/srv/what?/a=b"), "/srv/what?/a=b");
        assert_eq!(guard.path("/x?a=q7w8&key=z9xk"), "/x?a=***");
        let sentence = "cannot read `/x?token=q7w8z9`: no such file; is it there? name=it";
        assert_eq!(guard.message(sentence), "cannot read `/x?token=***`: no such file; is it there? name=it");
        assert_eq!(guard.name("${A?b=c}"), "${A?b=***");
        assert_eq!(guard.path("http://u:pass@h/?k=v"), "http://u:***@h/?k=***");
    }
}
