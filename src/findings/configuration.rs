//! `clawdock.toml`: what a project says about the rules, its images and its variables.

use super::{baseline::Baseline, selector};
use crate::{
    openclaw::{
        read::images::{self, ImageProfiles},
        release::number::Release,
    },
    syntax::{
        keys::{KeyProblem, TableKeys, not_one_of, text_of},
        node::Node,
        toml,
    },
    text::{
        limits,
        source::{Language, LineCol, SourceName, Sources},
    },
    vocabulary::finding::Severity,
    world::files::{Files, ReadError},
};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The name that is looked for, from the project's folder upwards.
pub const FILE_NAME: &str = "clawdock.toml";

/// The JSON Schema of the file, for editors.
pub const SCHEMA: &str = include_str!("../../docs/config.schema.json");

/// What the file says; nothing where there is none.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Configuration {
    /// The file; none where there is none.
    pub path: Option<PathBuf>,
    /// Only these rules; all where it is empty.
    pub select: Vec<String>,
    /// Not these rules.
    pub ignore: Vec<String>,
    /// The severity of rules by id.
    pub severity: Vec<(String, Severity)>,
    /// Rules that are not reported in files of a pattern, which starts at the file's folder.
    pub per_path_ignores: Vec<(String, Vec<String>)>,
    /// Images and variables of the project.
    pub images: ImageProfiles,
    /// The release of OpenClaw where nothing else tells it.
    pub openclaw_version: Option<String>,
    /// A file of findings that are known already.
    pub baseline: Option<PathBuf>,
    /// What that file knows, unless it is about to be written.
    pub known: Option<Baseline>,
}

/// A file that cannot be used: every reason, with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigurationError {
    path: PathBuf,
    reasons: Vec<(Option<LineCol>, String)>,
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (place, message)) in self.reasons.iter().enumerate() {
            if at > 0 {
                f.write_str("\n  ")?;
            }
            write!(f, "{}:", self.path.display())?;
            if let Some(place) = place {
                write!(f, "{}:{}:", place.line, place.column)?;
            }
            write!(f, " {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigurationError {}

/// The file that holds for a folder: its own, or that of the nearest folder above.
#[must_use]
pub fn find(files: &dyn Files, folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|dir| dir.join(FILE_NAME)).find(|path| files.is_file(path))
}

/// Reads a file.
///
/// # Errors
/// When it cannot be read, is not TOML, or says something that is not known.
pub fn load(
    files: &dyn Files,
    path: &Path,
    with_baseline: bool,
) -> Result<Configuration, ConfigurationError> {
    let text = files.read_text(path, limits::CONFIGURATION).map_err(|why| ConfigurationError {
        path: path.to_owned(),
        reasons: vec![(
            None,
            match why {
                ReadError::Absent => "there is no such file".to_owned(),
                why => format!("cannot be read: {why}"),
            },
        )],
    })?;
    let mut configuration = parse(path, text)?;
    if let Some(file) = configuration.baseline.as_ref().filter(|_| with_baseline) {
        let failed = |why| ConfigurationError { path: path.to_owned(), reasons: vec![(None, why)] };
        configuration.known = Some(Baseline::load(files, file).map_err(failed)?);
    }
    Ok(configuration)
}

fn parse(path: &Path, text: String) -> Result<Configuration, ConfigurationError> {
    let mut sources = Sources::default();
    let id = sources.add(SourceName::Host(path.to_owned()), Language::Toml, text);
    let mut problems = Vec::new();
    let configuration = match toml::parse(id, sources.get(id).text()) {
        Ok(root) => read(&root, path, &mut problems),
        Err(error) => {
            problems.push(KeyProblem {
                place: error.place,
                message: format!("this is not TOML: {}", error.message),
            });
            Configuration::default()
        }
    };
    if problems.is_empty() {
        return Ok(configuration);
    }
    problems.sort_by_key(|p| p.place);
    let reasons = problems.into_iter().map(|p| (Some(sources.line_col(p.place)), p.message)).collect();
    Err(ConfigurationError { path: path.to_owned(), reasons })
}

fn read(root: &Node, path: &Path, problems: &mut Vec<KeyProblem>) -> Configuration {
    let mut keys = TableKeys::of(root, problems);
    let select = keys.list("select");
    let select = rules(&mut keys, select);
    let ignore = keys.list("ignore");
    let ignore = rules(&mut keys, ignore);
    let severity = severities(&mut keys);
    let per_path_ignores = per_path_ignores(&mut keys);
    let expected = keys.list("expected-variables").into_iter().map(|(t, _)| t.to_owned()).collect();
    let openclaw_version = keys.text("openclaw-version").map(|(text, place)| {
        if Release::parse(text.trim_start_matches('v')).is_none() {
            keys.problem(place, "openclaw-version must be a release such as 2026.9.6");
        }
        text.trim_start_matches('v').to_owned()
    });
    let folder = path.parent().unwrap_or(Path::new(""));
    let baseline = keys.text("baseline").map(|(text, _)| folder.join(text));
    let images = keys.node("image");
    if let Some(node) = images.filter(|n| n.items().is_empty()) {
        keys.problem(node.place, "each image is a table of its own: [[image]]");
    }
    keys.finish();
    let tables = images.map(Node::items).unwrap_or_default();
    let own = tables.iter().map(|table| Arc::new(images::read(table, &images::named, problems)));
    Configuration {
        path: Some(path.to_owned()),
        select,
        ignore,
        severity,
        per_path_ignores,
        images: ImageProfiles { own: own.collect(), expected },
        openclaw_version,
        baseline,
        known: None,
    }
}

/// Rules by id, name, or the beginning of an id.
fn rules(keys: &mut TableKeys<'_, '_>, written: Vec<(&str, crate::text::source::Place)>) -> Vec<String> {
    let mut rules = Vec::new();
    for (text, place) in written {
        match selector::check(text) {
            Ok(()) => rules.push(text.to_owned()),
            Err(why) => keys.problem(place, why),
        }
    }
    rules
}

fn severities(keys: &mut TableKeys<'_, '_>) -> Vec<(String, Severity)> {
    const WORDS: [(&str, Severity); 3] =
        [("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)];
    let mut severities = Vec::new();
    for entry in keys.table("severity") {
        if let Err(why) = selector::check(&entry.key) {
            keys.problem(entry.key_place, why);
        }
        let word = text_of(&entry.value).unwrap_or_default();
        match WORDS.iter().find(|(name, _)| *name == word) {
            Some((_, severity)) => severities.push((entry.key.to_string(), *severity)),
            None if word == "off" => {
                keys.problem(
                    entry.value.place,
                    format!("a rule is turned off by ignore = [\"{}\"]", entry.key),
                );
            }
            None => {
                let words = WORDS.map(|(name, _)| name);
                keys.problem(entry.value.place, not_one_of(&entry.key, word, &words));
            }
        }
    }
    severities
}

fn per_path_ignores(keys: &mut TableKeys<'_, '_>) -> Vec<(String, Vec<String>)> {
    let mut ignores = Vec::new();
    for entry in keys.table("per-path-ignores") {
        let written = keys.texts_of(&entry.key, &entry.value);
        ignores.push((entry.key.to_string(), rules(keys, written)));
    }
    ignores
}

impl Configuration {
    /// The pattern of `per-path-ignores` that keeps a rule quiet in a file.
    #[must_use]
    pub fn ignored_in(&self, rule: &str, name: &str, file: &Path) -> Option<&str> {
        let folder = self.path.as_ref()?.parent()?;
        let below = file.strip_prefix(folder).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let holds = |(pattern, rules): &&(String, Vec<String>)| {
            crate::text::glob::fits_path(pattern, &below)
                && rules.iter().any(|r| selector::fits(r, rule, name))
        };
        self.per_path_ignores.iter().find(holds).map(|(pattern, _)| pattern.as_str())
    }

    /// The severity that a rule has here, if it is another one than its own.
    #[must_use]
    pub fn severity_of(&self, rule: &str, name: &str) -> Option<Severity> {
        // The last that fits counts, so that a single rule can be named after its group.
        self.severity.iter().rev().find(|(r, _)| selector::fits(r, rule, name)).map(|(_, s)| *s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        parse(Path::new("/p/clawdock.toml"), text.to_owned()).expect_err("it is wrong").to_string()
    }

    #[test]
    fn everything_is_read() {
        let text = r#"
select = ["CD1", "blank-passthrough"]
ignore = ["CD605"]
openclaw-version = "v2026.3.24"
expected-variables = ["MY_*"]
baseline = "known.json"
[severity]
CD2 = "info"
CD201 = "error"
[per-path-ignores]
"examples/**" = ["CD1"]
[[image]]
images = ["me/openclaw"]
reads = ["MINE"]
[image.sets]
MY_ORIGINS = { path = "gateway.controlUi.allowedOrigins", as = "list" }
"#;
        // CD605 may not be there yet: then it is told.
        let text = text.replace("CD605", "CD501");
        let read = parse(Path::new("/p/clawdock.toml"), text).expect("it is right");
        assert_eq!(read.openclaw_version.as_deref(), Some("2026.3.24"));
        assert_eq!(read.baseline, Some("/p/known.json".into()));
        assert_eq!(read.severity_of("CD201", "blank-passthrough"), Some(Severity::Error));
        assert_eq!(read.severity_of("CD204", "dead-env"), Some(Severity::Info));
        assert_eq!(read.severity_of("CD101", "x"), None);
        let ignored = |rule, file: &str| read.ignored_in(rule, "", Path::new(file)).is_some();
        assert!(ignored("CD101", "/p/examples/a/compose.yml"));
        assert!(!ignored("CD201", "/p/examples/a/compose.yml"));
        assert!(!ignored("CD101", "/p/compose.yml"));
        assert!(read.images.facts(Some("me/openclaw:1"), None, &[]).reads("MY_ORIGINS"));
        assert!(read.images.facts(Some("another"), None, &[]).reads("MY_OWN"));
    }

    #[test]
    fn mistakes_are_told_with_their_place_and_what_was_meant() {
        assert_eq!(
            wrong("selct = []\n"),
            "/p/clawdock.toml:1:1: there is no key `selct` here; did you mean `select`?"
        );
        assert_eq!(
            wrong("\n[severity]\nCD201 = \"warn1ng\"\n"),
            "/p/clawdock.toml:3:9: CD201 cannot be `warn1ng`; did you mean `warning`?"
        );
        assert!(
            wrong("ignore = [\"blank-pasthrough\"]")
                .contains("1:11: there is no rule blank-pasthrough; did you mean blank-passthrough?")
        );
        assert!(wrong("ignore = \"CD201\"").contains("1:10: ignore must be a list of texts"));
        assert!(wrong("[severity]\nCD201 = \"off\"").contains("turned off by ignore"));
        assert!(wrong("openclaw-version = \"latest\"").contains("1:20: openclaw-version must be a release"));
        assert!(wrong("image = \"x\"").contains("[[image]]"));
        assert!(
            wrong("[[image]]\nread = []\nimages = [\"a\"]")
                .contains("2:1: there is no key `read` here; did you mean `reads`?")
        );
        assert!(wrong("[[image]]\nimages = [\"a\"]\nlike = \"b\"").contains("3:8: there is no profile `b`"));
        assert!(
            wrong("[[image]]\nimages = [\"a\"]\n[image.sets]\nA = { as = \"lst\" }")
                .contains("did you mean `list`?")
        );
        assert!(wrong("a = [").contains("this is not TOML"));
        let two = wrong("a = 1\nb = 2\n");
        assert!(two.contains("toml:1:1:") && two.contains("toml:2:1:"), "{two}");
    }
}
