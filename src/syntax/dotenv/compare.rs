//! What each dialect makes of the same text: who reads what, and in words how they differ. The
//! words hold no character of a value.

use super::{DotenvValue, compose, node, raw, shell};
use crate::{
    provenance::Provenance,
    syntax::interpolate::{self, Binding},
    text::{
        secret::{Text, js_trim},
        source::{SourceId, Span},
    },
};
use std::collections::HashMap;

/// Who reads a dotenv file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DotenvDialect {
    /// `.env`, `--env-file` and `env_file:` of Docker Compose.
    Compose,
    /// `docker run --env-file`, and `env_file:` with `format: raw`.
    DockerRun,
    /// OpenClaw itself, with npm `dotenv`.
    Node,
    /// `set -a; . ./.env`.
    Shell,
}

impl DotenvDialect {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Compose, Self::DockerRun, Self::Node, Self::Shell];
}

impl std::fmt::Display for DotenvDialect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Compose => "Compose",
            Self::DockerRun => "docker run --env-file",
            Self::Node => "OpenClaw",
            Self::Shell => "a shell",
        })
    }
}

/// What a dialect makes of a name in the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DialectReading {
    /// It has this value.
    Sets(Text),
    /// It has a value that cannot be told from here; a phrase says why.
    Unknown(&'static str),
    /// It is not set by this file; a phrase says why.
    Nothing(&'static str),
}

/// One name of a text, as each dialect reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compared {
    /// The name.
    pub name: Box<str>,
    /// Where its value is written, for the first dialect that finds one.
    pub value_span: Span,
    written: Text,
    readings: [DialectReading; 4],
}

/// Reads a text in every dialect; names in the order of their last lines. Variables of the
/// environment count as not set.
#[must_use]
pub fn compare(source: SourceId, text: &str) -> Vec<Compared> {
    let mut all: Vec<Compared> = Vec::new();
    let mut index: HashMap<Box<str>, usize> = HashMap::new();
    for dialect in DotenvDialect::ALL {
        for (name, span, reading) in read(dialect, source, text) {
            let at = *index.entry(name.clone()).or_insert_with(|| {
                let readings = std::array::from_fn(|_| DialectReading::Nothing("does not see it"));
                all.push(Compared { name, value_span: span, written: Text::default(), readings });
                all.len() - 1
            });
            let compared = &mut all[at];
            if compared.first() == Some(dialect) || compared.first().is_none() {
                compared.value_span = span;
            }
            let written = text.get(span.range()).unwrap_or_default();
            if written.len() > compared.written.len() {
                compared.written = written.into();
            }
            compared.readings[dialect as usize] = reading;
        }
    }
    all.sort_by_key(|c| c.value_span);
    all
}

fn read(dialect: DotenvDialect, source: SourceId, text: &str) -> Vec<(Box<str>, Span, DialectReading)> {
    match dialect {
        DotenvDialect::Compose => {
            let mut known: HashMap<String, Text> = HashMap::new();
            let mut out = Vec::new();
            for entry in compose::parse(text).entries {
                let value = match entry.value {
                    DotenvValue::Inherited => None,
                    DotenvValue::Literal(text) => Some(Text::from(&*text)),
                    DotenvValue::Template(template) => {
                        let of_name = |name: &str| {
                            known.get(name).map(|v| Binding { value: v.clone(), via: Provenance::default() })
                        };
                        Some(interpolate::substitute(&template, &of_name).text)
                    }
                };
                let reading = value.map_or(DialectReading::Nothing(PASSES), |value| {
                    known.insert(entry.name.to_string(), value.clone());
                    DialectReading::Sets(value)
                });
                out.push((entry.name, entry.value_span, reading));
            }
            out
        }
        DotenvDialect::DockerRun => {
            let entry = |e: super::DotenvEntry| match e.value {
                DotenvValue::Literal(text) | DotenvValue::Template(text) => {
                    (e.name, e.value_span, DialectReading::Sets((&*text).into()))
                }
                DotenvValue::Inherited => (e.name, e.value_span, DialectReading::Nothing(PASSES)),
            };
            raw::parse(text).entries.into_iter().map(entry).collect()
        }
        DotenvDialect::Node => {
            let line = |l: node::NodeLine| (l.name.into(), l.value_place.span, DialectReading::Sets(l.value));
            node::parse(source, text).into_iter().map(line).collect()
        }
        DotenvDialect::Shell => {
            let line = |a: shell::ShellAssignment| {
                let reading = match a.effect {
                    shell::Effect::Sets(value) => DialectReading::Sets(value),
                    shell::Effect::Unknown(why) => DialectReading::Unknown(why),
                    shell::Effect::Nothing(why) => DialectReading::Nothing(why),
                };
                (a.name, a.value_span, reading)
            };
            shell::parse(text, &|_| None).assignments.into_iter().map(line).collect()
        }
    }
}

const PASSES: &str = "takes it from the environment";

impl Compared {
    fn first(&self) -> Option<DotenvDialect> {
        DotenvDialect::ALL.into_iter().find(|d| matches!(self.reading(*d), DialectReading::Sets(_)))
    }

    /// What a dialect makes of it.
    #[must_use]
    pub fn reading(&self, dialect: DotenvDialect) -> &DialectReading {
        &self.readings[dialect as usize]
    }

    /// The value that a dialect gives it, without the white space around it, which OpenClaw trims.
    #[must_use]
    pub fn value(&self, dialect: DotenvDialect) -> Option<&str> {
        match self.reading(dialect) {
            DialectReading::Sets(text) => Some(js_trim(text.expose())),
            _ => None,
        }
    }

    /// Both read the same, as far as can be told from here.
    #[must_use]
    pub fn agree(&self, a: DotenvDialect, b: DotenvDialect) -> bool {
        match (self.reading(a), self.reading(b)) {
            (DialectReading::Nothing(_), DialectReading::Nothing(_)) => true,
            _ => self.value(a).is_some() && self.value(a) == self.value(b),
        }
    }

    /// A `$` is written in it.
    #[must_use]
    pub fn has_dollar(&self) -> bool {
        self.written.expose().contains('$')
    }

    /// What a dialect does to it that others do not: `keeps the quotes (34 characters)`.
    #[must_use]
    pub fn words(&self, dialect: DotenvDialect, others: &[DotenvDialect]) -> String {
        let value = match self.reading(dialect) {
            DialectReading::Sets(value) => value.expose(),
            DialectReading::Unknown(why) | DialectReading::Nothing(why) => return (*why).to_owned(),
        };
        let own = self.traits(value);
        let differs = |index: &usize| {
            let others = others.iter().filter_map(|other| match self.reading(*other) {
                DialectReading::Sets(value) => Some(self.traits(value.expose())[*index]),
                _ => None,
            });
            others.into_iter().any(|other| other != own[*index])
        };
        let words: Vec<&str> = (0..own.len()).filter(differs).filter_map(|index| own[index]).collect();
        let words = if words.is_empty() { "reads it".to_owned() } else { words.join(" and ") };
        format!("{words} ({} characters)", value.chars().count())
    }

    fn traits(&self, value: &str) -> [Option<&'static str>; 5] {
        let written = js_trim(self.written.expose());
        let count = |text: &str, c| text.chars().filter(|x| *x == c).count();
        let kept = |c: char, keeps, not| {
            let (there, here) = (count(written, c), count(value, c));
            (there > 0).then_some(if here >= there { keeps } else { not })
        };
        let quoted = written.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
        let keeps_quotes = quoted.map(|quote| value.starts_with(quote));
        [
            keeps_quotes.map(|keeps| if keeps { "keeps the quotes" } else { "drops the quotes" }),
            kept('#', "reads past the #", "ends at the #"),
            kept('$', "keeps the $", "expands the $"),
            kept('\\', "keeps the backslashes", "reads backslashes as escapes"),
            value.contains(['\n', '\r']).then_some("takes a line end into it"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{DotenvDialect::*, *};
    use crate::text::source::{Language, SourceName, Sources};
    use proptest::prelude::*;

    fn of(text: &str) -> Vec<Compared> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Dotenv, text.into());
        compare(id, text)
    }

    fn words(text: &str, dialect: DotenvDialect) -> String {
        of(text)[0].words(dialect, &DotenvDialect::ALL)
    }

    #[test]
    fn a_plain_value_is_the_same_to_all() {
        let all = of("A=1\nB=x-y_z\n");
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|c| DotenvDialect::ALL.iter().all(|d| c.agree(Compose, *d))));
    }

    #[test]
    fn differences_in_words() {
        assert_eq!(words("A=\"abc\"", DockerRun), "keeps the quotes (5 characters)");
        assert_eq!(words("A=\"abc\"", Node), "drops the quotes (3 characters)");
        assert_eq!(words("A=ab#c", Node), "ends at the # (2 characters)");
        assert_eq!(words("A=ab#c", Compose), "reads past the # (4 characters)");
        assert_eq!(words("A=pa$word", Compose), "expands the $ (2 characters)");
        assert_eq!(words("A=pa$word", Node), "keeps the $ (7 characters)");
        assert_eq!(words("A=a b", Shell), "runs a command, and sets it for that command only");
        assert_eq!(words("A=$(b)", Shell), "runs a command");
        assert_eq!(words("A=a\\b", Shell), "reads backslashes as escapes (2 characters)");
        assert_eq!(words("A: b", Shell), "does not see it");
    }

    #[test]
    fn agreement() {
        let quoted = &of("A=\"abc\"")[0];
        assert!(quoted.agree(Compose, Node) && quoted.agree(Compose, Shell));
        assert!(!quoted.agree(Compose, DockerRun));
        let dollar = &of("X=1\nA=a$X")[1];
        assert!(
            dollar.agree(Compose, Shell) && dollar.agree(Node, DockerRun) && !dollar.agree(Compose, Node)
        );
    }

    proptest! {
        #[test]
        fn words_hold_nothing_of_a_value(value in "[ZQ$#'\"\\\\ ]{0,20}") {
            for compared in of(&format!("a={value}\n")) {
                for dialect in DotenvDialect::ALL {
                    prop_assert!(!compared.words(dialect, &DotenvDialect::ALL).contains(['Z', 'Q']));
                }
            }
        }

        #[test]
        fn never_panics(text in "(?s).{0,60}|[AB=$(){}'\"`\\\\ \n#;&|<>:+?%~-]{0,60}") {
            for compared in of(&text) {
                prop_assert!(text.get(compared.value_span.range()).is_some());
            }
        }
    }
}
