//! Reads files of `KEY=value` lines and evaluates them, line by line.

use crate::compose::load::{
    budget::Work,
    environment::{self, ComposeEnvironment},
    session::Session,
};
use crate::{
    provenance::{Layer, Provenance},
    syntax::{
        dotenv::{self, DotenvValue},
        interpolate::{self, Binding, InterpolationLookup, Locator, Missing, TemplateError},
    },
    text::{
        limits,
        source::{Language, Place, SourceId, Span},
    },
    world::files::ReadError,
};
use std::collections::HashMap;

/// A line's name and what it was found to be.
#[derive(Clone, Debug)]
pub(crate) struct EnvFileFormatLine {
    pub(crate) name: String,
    /// Where its value is written.
    pub(crate) place: Place,
    /// Its value, and the way back from it, the line itself left out.
    pub(crate) binding: Binding,
}

/// How a file is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EnvFileFormat {
    Compose,
    /// `format: raw`.
    Raw,
}

/// Looks in one environment first, then in another.
pub(crate) struct Chain<'a>(pub(crate) &'a dyn InterpolationLookup, pub(crate) &'a dyn InterpolationLookup);

impl InterpolationLookup for Chain<'_> {
    fn lookup(&self, name: &str) -> Option<Binding> {
        self.0.lookup(name).or_else(|| self.1.lookup(name))
    }

    fn missing(&self) -> Missing {
        self.0.missing()
    }
}

impl InterpolationLookup for HashMap<String, Binding> {
    fn lookup(&self, name: &str) -> Option<Binding> {
        self.get(name).cloned()
    }
}

impl Session<'_> {
    /// Evaluates a file's lines. `outer` is asked first, for templates and for names without a
    /// value; then what was `known` before and on earlier lines, for templates only.
    pub(crate) fn evaluate(
        &mut self,
        source: SourceId,
        format: EnvFileFormat,
        layer: Layer,
        outer: &dyn InterpolationLookup,
        known: &mut HashMap<String, Binding>,
    ) -> Vec<EnvFileFormatLine> {
        let length = self.sources.get(source).text().len();
        if !self.spend(Work::EnvFiles, length, Place { source, span: Span::default() }) {
            return Vec::new();
        }
        let text = self.sources.get(source).text();
        let parsed = match format {
            EnvFileFormat::Compose => dotenv::compose::parse(text),
            EnvFileFormat::Raw => dotenv::raw::parse(text),
        };
        // The byte-order mark and every other byte of UTF-16, as they are read.
        let is_utf16 = text.starts_with("\u{fffd}\u{fffd}") && text.contains('\0');
        let (most, hint) =
            if is_utf16 { (1, "; the file is UTF-16 text: save it as UTF-8") } else { (20, "") };
        for problem in parsed.problems.iter().take(most) {
            self.refuse(Place { source, span: problem.span }, format!("{}{hint}", problem.message));
        }
        if is_utf16 {
            return Vec::new();
        }
        let mut lines = Vec::new();
        for entry in parsed.entries {
            let name = entry.name.to_string();
            let place = Place { source, span: entry.value_span };
            let (binding, place) = match entry.value {
                DotenvValue::Inherited => {
                    let assumed = || (outer.missing() == Missing::Unknown).then(Binding::unknown);
                    let Some(binding) = outer.lookup(&name).or_else(assumed) else { continue };
                    (binding, Place { source, span: entry.name_span })
                }
                DotenvValue::Literal(text) => {
                    (Binding { value: (&*text).into(), via: Provenance::default() }, place)
                }
                DotenvValue::Template(template) => {
                    let outcome = interpolate::substitute(&template, &Chain(outer, known));
                    self.warn_unset(&template, &outcome, place);
                    if let Some(error) = &outcome.error {
                        self.refuse_template(&template, error, place);
                        continue;
                    }
                    if !outcome.uses.is_empty() && !self.spend(Work::Text, outcome.text.len(), place) {
                        break;
                    }
                    let via = self.explain(&template, &outcome.uses, place);
                    (Binding { value: outcome.text, via }, place)
                }
            };
            let mut inner = binding.clone();
            if let Some(step) = environment::step(layer, &name, place) {
                inner.via.push(step);
            }
            known.insert(name.clone(), inner);
            lines.push(EnvFileFormatLine { name, place, binding });
        }
        lines
    }

    pub(crate) fn warn_unset(
        &mut self,
        template: &str,
        outcome: &interpolate::InterpolationOutcome,
        place: Place,
    ) {
        if outcome.unset.is_empty() {
            return;
        }
        let mut locator = Locator::new(template, place, self.sources.get(place.source).text());
        let places: Vec<Place> = outcome.unset.iter().map(|u| locator.place_of(&u.span)).collect();
        for (unset, place) in outcome.unset.iter().zip(places) {
            let name = &unset.name;
            let message = format!("The {name:?} variable is not set. Defaulting to a blank string.");
            self.warn_of(message, Some(place), Some(name.clone()));
        }
    }

    pub(crate) fn refuse_template(&mut self, template: &str, error: &TemplateError, place: Place) {
        let mut locator = Locator::new(template, place, self.sources.get(place.source).text());
        let place = locator.place_of(error.span());
        self.refuse(place, error.to_string());
    }

    /// The project's env files, `dotenv.GetEnvFromFile`: later files win, a name of `current` is
    /// looked up there first. What they add is given with its way back.
    pub(crate) fn read_env_files(
        &mut self,
        files: &[String],
        layer: Layer,
        current: &ComposeEnvironment,
    ) -> Vec<(String, Binding)> {
        let mut known: HashMap<String, Binding> = HashMap::new();
        for file in files {
            let path = self.in_cwd(file);
            match self.read(&path, layer, Language::Dotenv, limits::ENV_FILE) {
                Ok((source, _)) => {
                    self.evaluate(source, EnvFileFormat::Compose, layer, current, &mut known);
                }
                Err(ReadError::Absent) => {
                    let name = path.rsplit('/').next().unwrap_or_default();
                    let hint = if name.trim() == name {
                        ""
                    } else {
                        ": its name begins or ends with a space (a list of files is split at commas only)"
                    };
                    self.refuse_path(&path, format!("couldn't find env file{hint}"));
                }
                Err(error) => self.refuse_unread(&error, &path, None, format!("the env file {error}")),
            }
        }
        known.into_iter().collect()
    }
}
