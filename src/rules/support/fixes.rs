//! What several rules do about what they find: from facts to edits.

use crate::rules::RuleContext;
use crate::{
    fix::{
        dotenv, edits, json5,
        yaml::{self, Refused, YamlEntry},
    },
    model::target::TargetKind,
    provenance::{Candidate, Layer, ProvenanceStep, StepKind},
    text::source::{Language, Place, SourceName, Span},
    vocabulary::finding::{Edit, Fix, FixKind},
};

/// A fix of these edits.
pub(crate) fn of(title: impl Into<String>, kind: FixKind, edits: Vec<Edit>) -> Fix {
    Fix { title: title.into(), kind, edits, by_hand: None }
}

/// What somebody has to do, and in which words.
pub(crate) fn by_hand(title: impl Into<String>, what: impl Into<String>) -> Fix {
    Fix { title: title.into(), kind: FixKind::Unsafe, edits: Vec::new(), by_hand: Some(what.into()) }
}

/// The files of a project can be edited; a container has to be made anew in any case.
pub(crate) fn has_files(case: &RuleContext<'_>) -> bool {
    case.target.kind == TargetKind::ComposeService && case.layouts.may_ask()
}

/// What a person runs: no file of the project holds it.
pub(crate) fn command(title: impl Into<String>, command: &str) -> Option<Fix> {
    Some(by_hand(title, format!("run {command}")))
}

impl RuleContext<'_> {
    /// An entry of a compose file that belongs to this service alone.
    fn entry<T>(
        &self,
        place: Place,
        edit: impl FnOnce(&YamlEntry<'_>) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        if self.index.is_shared(place, self.target) {
            return Err("is a part of another service as well, which would lose it");
        }
        yaml::edit_entry(place, self.layouts, self.sources, edit)
    }

    /// A fix, or why there is none for a program to make.
    fn fix_or_say(
        &self,
        place: Place,
        edits: Result<Vec<Edit>, Refused>,
        kind: FixKind,
        title: String,
    ) -> Fix {
        match edits {
            Ok(edits) => of(title, kind, edits),
            Err(why) => by_hand(title, format!("what {} has {why}", self.sources.brief(place))),
        }
    }

    fn language(&self, place: Place) -> Language {
        self.sources.get(place.source).language
    }
}

/// Something of OpenClaw's own, which a variable that is not there leaves to be read.
fn is_own(layer: Layer) -> bool {
    matches!(
        layer,
        Layer::CwdDotenv
            | Layer::StateDotenv
            | Layer::GatewayEnvFile
            | Layer::LegacyDotenv
            | Layer::ShellEnv
            | Layer::ConfigEnv
            | Layer::Config
            | Layer::SecretRef
            | Layer::AuthProfile
            | Layer::Default
    )
}

/// Drops variables that arrive blank: what is passed on from the shell is passed on as before where it
/// is set there, and is not there otherwise; what is written blank is taken out. `hidden` is where the
/// value comes from that they hide, if they hide one.
pub(crate) fn blank(case: &RuleContext<'_>, blanks: &[&Candidate], hidden: Option<Layer>) -> Option<Fix> {
    if !has_files(case) {
        return None;
    }
    let names = crate::rules::listed(blanks.iter().map(|b| b.name.as_str()), 4);
    // A name without a value takes what `env_file:` or the image has for it out as well.
    let may_stay = hidden.is_none_or(is_own);
    let (mut all, mut kind) = (Vec::new(), FixKind::Safe);
    for blank in blanks {
        let place = blank.place?;
        let edits = match case.language(place) {
            Language::Yaml => {
                // In an included file a name without a value is looked up outside of it only, and not in
                // the `.env` beside it.
                let passed = if may_stay && !is_included(case, blank) {
                    case.entry(place, |e| e.pass_on(&blank.name))
                } else {
                    Err("is not passed on")
                };
                passed.or_else(|_| {
                    kind = FixKind::Unsafe;
                    case.entry(place, |e| e.remove())
                })
            }
            _ => {
                kind = FixKind::Unsafe;
                Ok(dotenv::remove(place, case.sources)?)
            }
        };
        match edits {
            Ok(edits) => all.extend(edits),
            Err(why) => {
                return Some(case.fix_or_say(place, Err(why), kind, format!("drop the blank {names}")));
            }
        }
    }
    let title = match kind {
        FixKind::Safe => format!("pass {names} on only where it is set"),
        FixKind::Unsafe => format!("drop the blank {names}"),
    };
    Some(of(title, kind, all))
}

fn is_included(case: &RuleContext<'_>, variable: &Candidate) -> bool {
    let is_of_include = |via: &ProvenanceStep| via.step == StepKind::Include;
    let is_other = |place: Place| match &case.sources.get(place.source).name {
        SourceName::Host(path) => case.whole.is_some_and(|whole| !whole.files.contains(path)),
        _ => false,
    };
    variable.via.iter().any(is_of_include) || variable.place.is_some_and(is_other)
}

/// Compose refuses the project without the variable that the value is made from: `${NAME:?}`.
fn is_guard(variable: &Candidate) -> bool {
    variable.via.iter().any(|via| match &via.step {
        StepKind::Interpolation { shown } => shown.contains('?'),
        _ => false,
    })
}

/// Takes out a variable that nothing reads. `safe`: it is certain that nothing does. One that the compose
/// files use themselves stays, and so does one that has Compose ask for a value.
pub(crate) fn dead(case: &RuleContext<'_>, dead: &Candidate, safe: bool) -> Option<Fix> {
    let place = dead.place.filter(|_| has_files(case))?;
    if is_guard(dead) {
        return None;
    }
    let title = format!("remove {}, which nothing reads", dead.name);
    if dead.layer == Layer::ComposeEnvironment && case.language(place) == Language::Yaml {
        let kind = if safe { FixKind::Safe } else { FixKind::Unsafe };
        return Some(case.fix_or_say(place, case.entry(place, |e| e.remove()), kind, title));
    }
    // Others may read the file.
    let edits = dotenv::remove(place, case.sources).filter(|_| !is_interpolated(case, &dead.name))?;
    Some(of(title, FixKind::Unsafe, edits))
}

/// Gives a variable the name that is read, where that is free.
pub(crate) fn rename(case: &RuleContext<'_>, old: &Candidate, to: &str) -> Option<Fix> {
    let place = old.place.filter(|_| has_files(case))?;
    if case.target.variable(to).is_some() {
        return None;
    }
    let title = format!("rename {} to {to}", old.name);
    if case.language(place) == Language::Yaml {
        let edits = case.entry(place, |e| e.rename(&old.name, to));
        return Some(case.fix_or_say(place, edits, FixKind::Unsafe, title));
    }
    let edits = dotenv::rename(place, to, case.sources).filter(|_| !is_interpolated(case, &old.name))?;
    Some(of(title, FixKind::Unsafe, edits))
}

/// A compose file of the project uses it by that name.
fn is_interpolated(case: &RuleContext<'_>, name: &str) -> bool {
    case.index.is_interpolated(name)
}

/// Starts the gateway with a bind mode: in the place of the one that the command has, or behind its
/// other words.
pub(crate) fn bind(case: &RuleContext<'_>, mode: &str, kind: FixKind) -> Option<Fix> {
    let words = case.target.deployment.command.as_ref().filter(|_| has_files(case))?;
    let title = format!("start the gateway with `--bind {mode}`");
    let last = words.last()?;
    let place = last.place?;
    let is_line = words.len() > 1 && words.iter().all(|w| w.place == last.place);
    if is_line {
        let edits = case.entry(place, |entry| bind_in_line(case, place, entry, mode));
        return Some(case.fix_or_say(place, edits, kind, title));
    }
    let given = words.iter().position(|w| w.value.expose() == "--bind");
    let joined = words.iter().find(|w| w.value.expose().starts_with("--bind="));
    let (place, edits) = match (given.and_then(|at| words.get(at + 1)), joined) {
        (Some(value), _) => (value.place?, case.entry(value.place?, |e| Ok(e.set(mode)))),
        (None, Some(word)) => {
            (word.place?, case.entry(word.place?, |e| Ok(e.set(&format!("--bind={mode}")))))
        }
        (None, None) => (place, case.entry(place, |e| e.append(&["--bind", mode]))),
    };
    Some(case.fix_or_say(place, edits, kind, title))
}

/// Starts the gateway with one more flag, behind its other words.
pub(crate) fn flag(case: &RuleContext<'_>, flag: &str, kind: FixKind) -> Option<Fix> {
    let words = case.target.deployment.command.as_ref().filter(|_| has_files(case))?;
    let place = words.last()?.place?;
    let title = format!("start the gateway with `{flag}`");
    let is_line = words.len() > 1 && words.iter().all(|w| w.place == words[0].place);
    if !is_line {
        let edits = case.entry(place, |e| e.append(&[flag]));
        return Some(case.fix_or_say(place, edits, kind, title));
    }
    let end = place.span.start + u32::try_from(end_of_words(case.written(place))?).ok()?;
    let at = Place { source: place.source, span: Span { start: end, end } };
    let edits = case.entry(place, |_| Ok(vec![edits::public(at, &format!(" {flag}"))]));
    Some(case.fix_or_say(place, edits, kind, title))
}

/// Puts a value at a path of `openclaw.json` where nothing is yet.
pub(crate) fn add_config(case: &RuleContext<'_>, setting: &str, written: &str, kind: FixKind) -> Option<Fix> {
    let facts = case.target.facts.as_ref().filter(|_| has_files(case))?;
    let root = facts.config.root().filter(|root| case.language(root.place) == Language::Json5)?;
    let path: Vec<&str> = setting.split('.').collect();
    let edits = match root.at(path.iter().copied()) {
        Some(_) => None,
        None => json5::add_value(root, &path, written, case.sources),
    }?;
    Some(of(format!("set {setting} in {}", case.sources.brief(root.place).split(':').next()?), kind, edits))
}

/// Takes a setting out of `openclaw.json`.
pub(crate) fn remove_config(case: &RuleContext<'_>, path: &[&str], kind: FixKind) -> Option<Fix> {
    let facts = case.target.facts.as_ref().filter(|_| has_files(case))?;
    let root = facts.config.root().filter(|root| case.language(root.place) == Language::Json5)?;
    let (last, above) = path.split_last()?;
    let entry = root.at(above.iter().copied())?.entry(last)?;
    let edits = json5::remove(root, entry.key_place, case.sources)?;
    Some(of(format!("remove {}", path.join(".")), kind, edits))
}

/// Where the words of a command in one line end, which is before its quote; none for what is better edited by
/// hand.
fn end_of_words(written: &str) -> Option<usize> {
    let is_unusual = written.contains(['\n', '#', '|', '&', ';', '\\']) || written.starts_with(['|', '>']);
    (!is_unusual).then(|| written.len() - usize::from(written.starts_with(['"', '\''])))
}

/// `command: node dist/index.js gateway --bind x`, in one line.
fn bind_in_line(
    case: &RuleContext<'_>,
    place: Place,
    _: &YamlEntry<'_>,
    mode: &str,
) -> Result<Vec<Edit>, Refused> {
    const UNUSUAL: Refused = "is a command that is better edited by hand";
    let written = case.written(place);
    let end = end_of_words(written).ok_or(UNUSUAL)?;
    let flag = written.find("--bind").map(|at| at + "--bind".len());
    let span = match flag {
        None => end..end,
        Some(at) => {
            let value = at + written[at..].len() - written[at..].trim_start_matches([' ', '=']).len();
            let length = written[value..end].find(' ').unwrap_or(end - value);
            value..value + length
        }
    };
    let word = &written[span.clone()];
    if flag.is_some() && (word.is_empty() || word.contains(['"', '\'', '$'])) {
        return Err(UNUSUAL);
    }
    let text = if flag.is_some() { mode.to_owned() } else { format!(" --bind {mode}") };
    let start = place.span.start as usize;
    let at = Place { source: place.source, span: Span::new(start + span.start, start + span.end) };
    Ok(vec![edits::public(at, &text)])
}

/// Puts a word in the place of a setting of `openclaw.json`.
pub(crate) fn set_config(
    case: &RuleContext<'_>,
    setting: &Candidate,
    word: &str,
    kind: FixKind,
) -> Option<Fix> {
    let place = setting.place.filter(|_| has_files(case))?;
    if case.language(place) != Language::Json5 {
        return None;
    }
    let edits = json5::set(place, word, case.sources)?;
    Some(of(format!("set {} to {word}", setting.name), kind, edits))
}

/// Has a setting of `openclaw.json` take its value from a variable: `${NAME}` where the value is, or at
/// a path where nothing is yet.
pub(crate) fn refer(case: &RuleContext<'_>, setting: &str, variable: &str) -> Option<Fix> {
    if !has_files(case) {
        return None;
    }
    let facts = case.target.facts.as_ref()?;
    let title = format!("have {setting} take its value from {variable}");
    let path: Vec<&str> = setting.split('.').collect();
    let reference = format!("${{{variable}}}");
    let of_root = |root| match crate::syntax::node::Node::at(root, path.iter().copied()) {
        Some(node) => json5::set(node.place, &reference, case.sources),
        None => json5::add(root, &path, &reference, case.sources),
    };
    let edits = facts.config.root().filter(|r| case.language(r.place) == Language::Json5).and_then(of_root);
    if let Some(edits) = edits {
        return Some(of(title, FixKind::Unsafe, edits));
    }
    let nested =
        path.iter().rev().fold(format!("\"{reference}\""), |value, key| format!("{{ {key}: {value} }}"));
    Some(by_hand(title, format!("add to {}: {nested}", facts.config_path)))
}

/// Writes a value of a dotenv file so that every reader takes it the same.
pub(crate) fn plain(
    case: &RuleContext<'_>,
    place: Place,
    name: &str,
    value: &str,
    kind: FixKind,
) -> Option<Fix> {
    let edits = dotenv::set(place, value, case.sources).filter(|_| has_files(case))?;
    Some(of(format!("write the value of {name} so that all read it alike"), kind, edits))
}

/// Puts the value of a dotenv file into single quotes.
pub(crate) fn quote(case: &RuleContext<'_>, place: Place, name: &str) -> Option<Fix> {
    let edits = dotenv::set_as_written(place, case.sources).filter(|_| has_files(case))?;
    Some(of(format!("put the value of {name} into single quotes"), FixKind::Unsafe, edits))
}

/// Takes characters out of what is written at a place, and white space at its ends, inside of quotes.
pub(crate) fn strip(
    case: &RuleContext<'_>,
    place: Place,
    name: &str,
    unwanted: impl Fn(char) -> bool,
    kind: FixKind,
) -> Option<Fix> {
    if !has_files(case) || !crate::fix::layout::is_editable(place.source, case.sources) {
        return None;
    }
    let written = case.written(place);
    let quote = usize::from(written.starts_with(['"', '\'']) && written.len() > 1);
    let inner = &written[quote..written.len() - quote];
    let kept = inner.trim_matches(|c: char| c.is_whitespace() || unwanted(c));
    let first = inner.find(kept).filter(|_| !kept.is_empty())?;
    let start = place.span.start as usize + quote;
    let mut removals = Vec::new();
    for (at, c) in inner.char_indices() {
        let inside = (first..first + kept.len()).contains(&at);
        if !inside || unwanted(c) {
            removals.push(Span::new(start + at, start + at + c.len_utf8()));
        }
    }
    if removals.is_empty() || inner.contains('\n') {
        return None;
    }
    let edits = removals.into_iter().map(|span| edits::removal(Place { source: place.source, span }));
    Some(of(format!("take what cannot be seen out of {name}"), kind, edits.collect()))
}

/// Takes the byte-order mark off a file, and where `lines` says so the CR of CR LF.
pub(crate) fn normalise(
    case: &RuleContext<'_>,
    source: crate::text::source::SourceId,
    lines: bool,
) -> Option<Fix> {
    if !has_files(case) || !crate::fix::layout::is_editable(source, case.sources) {
        return None;
    }
    let text = case.sources.get(source).text();
    let at = |start, end| edits::removal(Place { source, span: Span::new(start, end) });
    let mut all = Vec::new();
    if text.starts_with('\u{feff}') {
        all.push(at(0, '\u{feff}'.len_utf8()));
    }
    if lines {
        all.extend(text.match_indices("\r\n").map(|(i, _)| at(i, i + 1)));
    }
    Some(of("save it without what only Windows needs", FixKind::Safe, all))
}
