//! What helps propose to edit: sentence and edit are made together, so that they cannot differ.
//!
//! Where a person chooses the value, the edit holds a stand-in: it is never made or shown, but tried in
//! memory by `tests/advice.rs`, which judges the project again.

use crate::rules::RuleContext;
use crate::{
    fix::{edits, layout::is_editable, yaml},
    provenance::{Candidate, Layer},
    text::source::{Language, Place, SourceId, Span},
    vocabulary::deployment::Mount,
    vocabulary::finding::{Edit, Finding, Fix, FixKind, NEW_SECRET},
};

/// A value that a help proposes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NewValue<'a> {
    /// What `openssl rand -hex 32` prints.
    Random,
    /// One that only a person knows; the name says of what kind it may be.
    Theirs,
    /// This one.
    This(&'a str),
    /// This one, which may be secret.
    Same(&'a str),
}

impl NewValue<'_> {
    fn text(&self, name: &str) -> String {
        match self {
            Self::This(value) | Self::Same(value) => (*value).to_owned(),
            Self::Random => NEW_SECRET.to_owned(),
            Self::Theirs => {
                let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
                let kinds: [(&[&str], &str); 6] = [
                    (&["IMAGE"], "ghcr.io/openclaw/openclaw:2026.9.6"),
                    (&["PORT"], "18789"),
                    (&["DIR", "PATH", "FOLDER", "ROOT", "VOLUME", "DATA"], "./data"),
                    (&["URL", "ORIGIN"], "http://localhost:18789"),
                    (&["BIND"], "lan"),
                    (&["UID", "GID", "USER"], "1000"),
                ];
                let found = kinds.iter().find(|(parts, _)| has(parts));
                found.map_or(NEW_SECRET, |(_, value)| *value).to_owned()
            }
        }
    }
}

/// What a help proposes: the words, which begin with a verb, and the same as edits. Without edits what
/// would have to be edited is not here, or is laid out in a way that is edited by hand.
#[derive(Clone, Debug)]
pub(crate) struct Proposal {
    says: String,
    edits: Option<Vec<Edit>>,
}

impl Proposal {
    /// The words alone: a choice, or an edit that nothing here can make.
    #[must_use]
    pub(crate) fn words(says: impl Into<String>) -> Self {
        Self { says: says.into(), edits: None }
    }

    /// Two edits that belong together; one that cannot be made leaves none.
    #[must_use]
    pub(crate) fn and(self, between: &str, other: Self) -> Self {
        let edits = self.edits.zip(other.edits).map(|(a, b)| b.into_iter().fold(a, joined));
        Self { says: format!("{}{between}{}", self.says, other.says), edits }
    }

    /// The edits alone.
    #[must_use]
    pub(crate) fn into_edits(self) -> Option<Vec<Edit>> {
        self.edits
    }

    /// The same edits in other words.
    #[must_use]
    pub(crate) fn said(self, says: impl Into<String>) -> Self {
        Self { says: says.into(), ..self }
    }
}

/// Edits and one more; what is added at the same place is added behind it.
fn joined(mut edits: Vec<Edit>, more: Edit) -> Vec<Edit> {
    let adds = |edit: &Edit| edit.place.span.range().is_empty();
    match edits.iter_mut().find(|edit| edit.place == more.place) {
        Some(same) if adds(same) && *same != more => {
            let both = format!("{}{}", same.replacement.expose(), more.replacement.expose());
            same.replacement = both.as_str().into();
        }
        Some(same) if *same == more => {}
        _ => edits.push(more),
    }
    edits
}

impl Finding {
    /// A help that proposes an edit; `rest` goes on it.
    pub(crate) fn propose(mut self, proposal: Proposal, rest: &str) -> Self {
        self.help = Some(format!("{}{rest}", proposal.says));
        self.trial = proposal.edits.unwrap_or_default();
        self
    }

    /// The same, where the edit is the one right one: `clawdock fix` makes it too.
    pub(crate) fn propose_fix(self, proposal: Proposal, rest: &str, title: impl Into<String>) -> Self {
        let fix = proposal.edits.clone().filter(|edits| !edits.is_empty()).map(|edits| Fix {
            title: title.into(),
            kind: FixKind::Unsafe,
            edits,
            by_hand: None,
        });
        self.propose(proposal, rest).fix(fix)
    }
}

impl RuleContext<'_> {
    /// `set NAME in the project's .env`: what Compose puts in place of `${NAME}`.
    pub(crate) fn set_value(&self, name: &str, value: NewValue<'_>) -> Proposal {
        let how = match value {
            NewValue::Random => " (for example to the output of `openssl rand -hex 32`)",
            _ => "",
        };
        let says = format!("set {name}{how} in {}", self.target.advice.values());
        let edits = self.dotenv().and_then(|source| self.line(source, name, value));
        Proposal { says, edits }
    }

    /// `NAME: value` in `environment:` of this service.
    pub(crate) fn set_variable(&self, says: String, name: &str, value: &str) -> Proposal {
        Proposal { says, edits: self.in_environment(name, value) }
    }

    /// Another value in the place of one that is written there. `place` is that of the value in a dotenv
    /// file or config, and of the entry in a compose file.
    pub(crate) fn replace(&self, says: String, place: Place, name: &str, value: NewValue<'_>) -> Proposal {
        let text = value.text(name);
        let edits = match self.sources.get(place.source).language {
            Language::Dotenv if is_editable(place.source, self.sources) => {
                crate::fix::dotenv::set(place, &text, self.sources)
            }
            Language::Json5 => crate::fix::json5::give(place, &text, self.sources),
            Language::Yaml => {
                yaml::edit_entry(place, self.layouts, self.sources, |e| e.give(name, &text)).ok()
            }
            _ => None,
        };
        Proposal { says, edits }
    }

    /// The entry of a compose file, or the line of an env file, goes.
    pub(crate) fn take_out(&self, says: impl Into<String>, place: Option<Place>) -> Proposal {
        let edits = place.and_then(|place| match self.sources.get(place.source).language {
            Language::Dotenv => crate::fix::dotenv::remove(place, self.sources),
            Language::Yaml if !self.index.is_shared(place, self.target) => {
                yaml::edit_entry(place, self.layouts, self.sources, |e| e.remove()).ok()
            }
            _ => None,
        });
        Proposal { says: says.into(), edits }
    }

    /// The value of an entry of a compose file, or an item, becomes this word.
    pub(crate) fn write_item(&self, says: String, place: Option<Place>, word: &str) -> Proposal {
        let own = place.filter(|place| !self.index.is_shared(*place, self.target));
        let edit = |place| yaml::edit_entry(place, self.layouts, self.sources, |e| Ok(e.set(word))).ok();
        Proposal { says, edits: own.and_then(edit) }
    }

    /// A mount of the short form at another path of the container.
    pub(crate) fn remount(&self, says: impl Into<String>, mount: &Mount, to: &str) -> Proposal {
        let written = self.written_at(mount.place).trim_matches(['"', '\'']);
        let from = format!(":{}", mount.target);
        let is_short = !written.contains(['\n', '{', '$']) && written.matches(&from).count() == 1;
        let rest = written.split_once(&from).map(|(_, rest)| rest).filter(|_| is_short);
        match rest.filter(|rest| rest.trim_start_matches('/').is_empty() || rest.starts_with(':')) {
            Some(_) => {
                self.write_item(says.into(), mount.place, &written.replacen(&from, &format!(":{to}"), 1))
            }
            None => Proposal::words(says),
        }
    }

    /// What is written at a place, if anything is.
    pub(crate) fn written_at(&self, place: Option<Place>) -> &str {
        place.map(|place| self.written(place)).unwrap_or_default()
    }

    /// The value of a variable that is written in a compose file goes to where Compose takes values from,
    /// and the compose file refers to it. `kept` begins the sentence: `put the value`.
    pub(crate) fn move_out(&self, kept: &str, candidate: &Candidate, value: NewValue<'_>) -> Proposal {
        let name = &candidate.name;
        let reference = format!("${{{name}:?}}");
        let set = self.set_value(name, value).said(format!("{kept} into {}", self.target.advice.values()));
        let says = format!("write `{reference}` in its place");
        match candidate.place.filter(|_| candidate.via.is_empty()) {
            Some(place) => set.and(", ", self.replace(says, place, name, NewValue::This(&reference))),
            None => Proposal::words(set.says).and(", ", Proposal::words(says)),
        }
    }

    /// `key: value` in this service.
    pub(crate) fn add_to_service(&self, says: String, key: &str, value: &str) -> Proposal {
        Proposal { says, edits: self.beside_image(&[&format!("{key}: {value}")]) }
    }

    /// The project's `.env`, or what is given in its place.
    fn dotenv(&self) -> Option<SourceId> {
        let whole = self.whole?;
        let used = whole.dotenv.last().map(|line| line.place.source);
        used.or_else(|| self.sources.find_host(&whole.directory.join(".env")))
            .filter(|source| is_editable(*source, self.sources))
    }

    fn line(&self, source: SourceId, name: &str, value: NewValue<'_>) -> Option<Vec<Edit>> {
        let value = value.text(name);
        let text = self.sources.get(source).text();
        let parsed = self.layouts.dotenv(source, self.sources);
        if let Some(entry) = parsed.entries.iter().rev().find(|entry| &*entry.name == name) {
            let place = Place { source, span: entry.value_span };
            return crate::fix::dotenv::set(place, &value, self.sources);
        }
        let newline = if text.is_empty() || text.ends_with('\n') { "" } else { edits::newline(text) };
        let value = crate::fix::dotenv::quoted(&value)?;
        let end = Place { source, span: Span::new(text.len(), text.len()) };
        Some(vec![edits::hidden(end, &format!("{newline}{name}={value}{}", edits::newline(text)))])
    }

    fn in_environment(&self, name: &str, value: &str) -> Option<Vec<Edit>> {
        let of_service = |layer| layer == Layer::ComposeEnvironment;
        let own = |place: &Place| {
            self.sources.get(place.source).language == Language::Yaml
                && !self.index.is_shared(*place, self.target)
        };
        let winners = || self.target.environment.iter().filter_map(|v| v.winner.as_ref());
        let given = winners().find(|c| c.name == name && of_service(c.layer)).and_then(|c| c.place);
        if let Some(place) = given.filter(own) {
            return yaml::edit_entry(place, self.layouts, self.sources, |e| e.give(name, value)).ok();
        }
        let mut beside = winners().filter(|c| of_service(c.layer)).filter_map(|c| c.place).filter(own);
        let found = beside.find_map(|place| {
            yaml::edit_entry(place, self.layouts, self.sources, |e| e.insert_before(name, value)).ok()
        });
        let has_none = winners().all(|c| !of_service(c.layer));
        let quoted = format!("  {name}: \"{value}\"");
        found.or_else(|| self.beside_image(&["environment:", &quoted]).filter(|_| has_none))
    }

    /// Lines before that of `image:` or `build:`, as far in as it is.
    fn beside_image(&self, lines: &[&str]) -> Option<Vec<Edit>> {
        let deployment = &self.target.deployment;
        let image = deployment.image.as_ref().and_then(|image| image.place);
        let place = image.or_else(|| deployment.command.as_ref()?.first()?.place)?;
        yaml::edit_entry(place, self.layouts, self.sources, |e| e.insert_lines(lines)).ok()
    }
}
