//! Puts the fixes of findings into texts, one after another, and keeps those that hold: after each
//! of them the whole project is judged anew, as if the file had been edited already.

use super::report::Report;
use crate::{
    fix::edits,
    text::{
        secret::Text,
        source::{Language, SourceId, SourceName, Sources},
    },
    vocabulary::finding::{Edit, Finding, Fix, FixChoice, FixKind, KeptSide, NEW_SECRET, Severity},
    world::files::Files,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
};

/// Most fixes that are tried in one run: each costs a look at the whole project.
const MOST: usize = 200;

/// Which fixes are made.
#[derive(Clone, Copy)]
pub struct Policy<'a> {
    /// Unsafe ones too.
    pub with_unsafe: bool,
    /// Which value stays where there is a choice; the first that fits decides.
    pub prefer: &'a [Preference],
    /// Makes a new secret; none leaves a stand-in.
    pub new_secret: Option<&'a dyn Fn() -> std::io::Result<String>>,
    /// Tells which file a path leads to.
    pub files: &'a dyn Files,
}

/// Which of several values stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Preference {
    /// That of this side.
    Side(KeptSide),
    /// The one that is written in a file, and there in a line.
    Written {
        /// The file's name, or the end of its path.
        file: PathBuf,
        /// The line; none for whichever.
        line: Option<usize>,
    },
    /// What was answered for one finding: the choice of that number.
    Answer(ChoiceId, usize),
}

impl Preference {
    /// Reads `config`, `env`, `shell`, `.env` and `.env:3`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let sides = [KeptSide::Config, KeptSide::Env, KeptSide::Shell];
        if let Some(side) = sides.into_iter().find(|side| side.id() == text) {
            return Some(Self::Side(side));
        }
        let (file, line) = match text.rsplit_once(':') {
            Some((file, line)) => (file, Some(line.parse().ok()?)),
            None => (text, None),
        };
        let is_file = !file.is_empty() && (line.is_some() || file.contains(['.', '/']));
        is_file.then(|| Self::Written { file: file.into(), line })
    }

    fn selects(&self, id: &ChoiceId, at: usize, choice: &FixChoice, sources: &Sources) -> bool {
        match self {
            Self::Side(side) => choice.side == Some(*side),
            Self::Answer(of, number) => of == id && *number == at,
            Self::Written { file, line } => choice.places.iter().any(|place| {
                let path = host_path(place.source, sources);
                path.is_some_and(|path| path.ends_with(file))
                    && line.is_none_or(|line| sources.line_col(*place).line == line)
            }),
        }
    }
}

/// What a project says, and the texts that it was read from.
pub type JudgedAnew = (Report, Sources);

/// Says what is to be said of a project when files hold these texts, by their real paths.
pub type Judge<'a, E> = dyn FnMut(&BTreeMap<PathBuf, String>) -> Result<JudgedAnew, E> + 'a;

/// The same of all rules, where only some are selected: what a fix breaks counts whoever would report it.
pub struct Unselected<'a, 'j, E> {
    /// What is said of the project now.
    pub before: JudgedAnew,
    /// Says it anew.
    pub judge: &'a mut Judge<'j, E>,
}

/// A text that was edited.
#[derive(Clone, PartialEq, Eq)]
pub struct Edited {
    /// The file as it was named.
    pub name: PathBuf,
    /// What it is written in.
    pub language: Language,
    /// What it held.
    pub before: String,
    /// What it would hold.
    pub after: String,
}

/// Shows no text: it may hold secrets.
impl std::fmt::Debug for Edited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Edited({}, {} to {} bytes)", self.name.display(), self.before.len(), self.after.len())
    }
}

/// A fix, and the finding it is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FixEntry {
    /// For example `CD204`.
    pub rule: &'static str,
    /// What it does.
    pub title: String,
    /// Safe or not.
    pub kind: FixKind,
    /// Where the finding is, in the text as it was at that time: file and line.
    pub at: Option<(PathBuf, usize)>,
    /// Why it was not made, or what is to be done by hand.
    pub why: Option<String>,
}

/// What tells a finding with a choice from others, while nothing is done about it.
pub type ChoiceId = Identity;

/// A finding with a choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChoiceEntry {
    /// The finding.
    pub id: ChoiceId,
    /// For example `CD101`.
    pub rule: &'static str,
    /// What the finding says.
    pub message: String,
    /// What can be kept, and what is typed for it.
    pub options: Vec<ChoiceOption>,
}

/// One of the choices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChoiceOption {
    /// What stays: `gateway.auth.token (openclaw.json:6)`.
    pub keeps: String,
    /// What is typed behind `--prefer`.
    pub word: String,
}

/// What came of it.
#[derive(Debug)]
pub struct FixOutcome {
    /// The texts that differ, by their real paths.
    pub texts: BTreeMap<PathBuf, Edited>,
    /// The fixes in them, in the order they were made.
    pub made: Vec<FixEntry>,
    /// Fixes that are unsafe, and were not asked for.
    pub unsafe_ones: Vec<FixEntry>,
    /// Fixes that would not have done what they should.
    pub refused: Vec<FixEntry>,
    /// What can only be said.
    pub by_hand: Vec<FixEntry>,
    /// Findings of which somebody has to say which value stays.
    pub choices: Vec<ChoiceEntry>,
    /// The severities of findings that have no fix of any kind.
    pub without: Vec<Severity>,
    /// Secrets that were made for the texts.
    pub new_secrets: Vec<Text>,
    /// What is said of the project with the edits in it.
    pub after: JudgedAnew,
}

/// Makes the fixes of a project's findings.
///
/// # Errors
/// When `judge` gives up.
pub fn mend<E>(
    first: JudgedAnew,
    policy: Policy<'_>,
    judge: &mut Judge<'_, E>,
    mut unselected: Option<Unselected<'_, '_, E>>,
) -> Result<FixOutcome, E> {
    let mut outcome = FixOutcome {
        texts: BTreeMap::new(),
        made: Vec::new(),
        unsafe_ones: Vec::new(),
        refused: Vec::new(),
        by_hand: Vec::new(),
        choices: Vec::new(),
        without: Vec::new(),
        new_secrets: Vec::new(),
        after: first,
    };
    // What was tried in vain is not tried again.
    let mut passed_over: BTreeSet<(Identity, String)> = BTreeSet::new();
    for _ in 0..MOST {
        let Some(next) = next(&outcome.after, policy, &passed_over) else { break };
        match try_one(&outcome, &next, policy, judge, &mut unselected)? {
            Ok((texts, after, secret)) => {
                outcome.made.push(next.entry);
                outcome.new_secrets.extend(secret);
                outcome.texts = texts;
                outcome.after = after;
            }
            Err(why) => {
                passed_over.insert((next.identity, next.entry.title.clone()));
                outcome.refused.push(FixEntry { why: Some(why), ..next.entry });
            }
        }
    }
    outcome.texts.retain(|_, text| text.before != text.after);
    let (report, sources) = &outcome.after;
    for target in &report.targets {
        for finding in &target.findings {
            if !finding.choices.is_empty() && chosen(&target.target.name, finding, sources, policy).is_none()
            {
                outcome.choices.push(choice_entry(&target.target.name, finding, sources));
            } else if finding.choices.is_empty() && finding.fix.is_none() {
                outcome.without.push(finding.severity);
            }
        }
    }
    for (target, finding, fix) in all(report, sources, policy) {
        let entry = entry(finding, fix, sources);
        if fix.edits.is_empty() {
            outcome.by_hand.push(FixEntry { why: fix.by_hand.clone(), ..entry });
        } else if !is_allowed(finding, fix, policy) {
            outcome.unsafe_ones.push(entry);
        } else if !passed_over.contains(&(identity(target, finding, sources), fix.title.clone())) {
            let why = Some(format!("more than {MOST} fixes were tried; run the command again"));
            outcome.refused.push(FixEntry { why, ..entry });
        }
    }
    Ok(outcome)
}

/// What makes a finding the same as one of another look: neither line nor value.
type Identity = (&'static str, String, Option<String>, Option<PathBuf>);

struct Next {
    identity: Identity,
    entry: FixEntry,
    fix: Fix,
    severity: Severity,
}

/// Every fix, with the one that is preferred of several.
fn all<'a>(
    report: &'a Report,
    sources: &'a Sources,
    policy: Policy<'a>,
) -> impl Iterator<Item = (&'a str, &'a Finding, &'a Fix)> {
    report.targets.iter().flat_map(move |target| {
        let name = target.target.name.as_str();
        let fix = move |f: &'a Finding| f.fix.as_ref().or_else(|| chosen(name, f, sources, policy));
        target.findings.iter().filter_map(move |f| Some((name, f, fix(f)?)))
    })
}

/// The fix of a choice that was decided.
fn chosen<'a>(target: &str, finding: &'a Finding, sources: &Sources, policy: Policy<'_>) -> Option<&'a Fix> {
    let id = identity(target, finding, sources);
    policy.prefer.iter().find_map(|preference| {
        let mut fitting = finding.choices.iter().enumerate();
        let (_, choice) = fitting.find(|(at, choice)| preference.selects(&id, *at, choice, sources))?;
        Some(&choice.fix)
    })
}

/// Whoever chooses has looked at it.
fn is_allowed(finding: &Finding, fix: &Fix, policy: Policy<'_>) -> bool {
    fix.kind == FixKind::Safe || policy.with_unsafe || !finding.choices.is_empty()
}

fn choice_entry(target: &str, finding: &Finding, sources: &Sources) -> ChoiceEntry {
    let words = |choice: &FixChoice| ChoiceOption { keeps: choice.keeps.clone(), word: choice.word(sources) };
    ChoiceEntry {
        id: identity(target, finding, sources),
        rule: finding.rule,
        message: finding.message.clone(),
        options: finding.choices.iter().map(words).collect(),
    }
}

/// The first fix that is to be made.
fn next(
    (report, sources): &JudgedAnew,
    policy: Policy<'_>,
    passed_over: &BTreeSet<(Identity, String)>,
) -> Option<Next> {
    all(report, sources, policy)
        .filter(|(_, finding, fix)| !fix.edits.is_empty() && is_allowed(finding, fix, policy))
        .find_map(|(target, finding, fix)| {
            let identity = identity(target, finding, sources);
            let known = passed_over.contains(&(identity.clone(), fix.title.clone()));
            (!known).then(|| Next {
                identity,
                entry: entry(finding, fix, sources),
                fix: fix.clone(),
                severity: finding.severity,
            })
        })
}

fn identity(target: &str, finding: &Finding, sources: &Sources) -> Identity {
    let path = finding.place.and_then(|p| host_path(p.source, sources));
    (finding.rule, target.to_owned(), finding.key.clone(), path.map(Path::to_owned))
}

fn host_path(id: SourceId, sources: &Sources) -> Option<&Path> {
    match &sources.get(id).name {
        SourceName::Host(path) => Some(path),
        SourceName::Container { .. }
        | SourceName::Stdin
        | SourceName::WrittenBy(_)
        | SourceName::Record { .. } => None,
    }
}

fn entry(finding: &Finding, fix: &Fix, sources: &Sources) -> FixEntry {
    let place = fix.edits.first().map(|e| e.place).or(finding.place);
    let at = place.and_then(|p| Some((host_path(p.source, sources)?.to_owned(), sources.line_col(p).line)));
    FixEntry { rule: finding.rule, title: fix.title.clone(), kind: fix.kind, at, why: None }
}

type Texts = BTreeMap<PathBuf, Edited>;

/// The texts with one more fix in them, what is said of them, and the secret that was made.
type Attempt = (Texts, JudgedAnew, Option<Text>);

/// The edits with a secret of their own in place of the stand-in.
fn with_secret(edits: &[Edit], policy: Policy<'_>) -> Result<(Vec<Edit>, Option<Text>), String> {
    let has_one = edits.iter().any(|edit| edit.replacement.expose().contains(NEW_SECRET));
    let Some(make) = policy.new_secret.filter(|_| has_one) else { return Ok((edits.to_vec(), None)) };
    let secret = make().map_err(|error| error.to_string())?;
    let made = |edit: &Edit| Edit {
        replacement: edit.replacement.expose().replace(NEW_SECRET, &secret).into(),
        ..edit.clone()
    };
    Ok((edits.iter().map(made).collect(), Some(secret.as_str().into())))
}

/// The texts with one more fix in them, if it does what it should; and the secret that was made for it.
fn try_one<E>(
    outcome: &FixOutcome,
    next: &Next,
    policy: Policy<'_>,
    judge: &mut Judge<'_, E>,
    unselected: &mut Option<Unselected<'_, '_, E>>,
) -> Result<Result<Attempt, String>, E> {
    let (edits, secret) = match with_secret(&next.fix.edits, policy) {
        Ok(made) => made,
        Err(why) => return Ok(Err(why)),
    };
    let texts = match edited(&outcome.texts, &edits, &outcome.after.1, policy) {
        Ok(texts) => texts,
        Err(why) => return Ok(Err(why)),
    };
    let wanted = (&next.identity, next.severity);
    let after = match judged(&outcome.after, &texts, wanted, judge)? {
        Ok(after) => after,
        Err(why) => return Ok(Err(why)),
    };
    if let Some(all) = unselected {
        let after = (all.judge)(&pretended(&texts))?;
        if let Some(why) = worse(&all.before, &after, wanted) {
            return Ok(Err(why));
        }
        all.before = after;
    }
    Ok(Ok((texts, after, secret)))
}

/// What is said of the project with these texts, if the finding is gone and nothing as heavy is there
/// instead.
fn judged<E>(
    before_and_sources: &JudgedAnew,
    texts: &Texts,
    (identity, severity): (&Identity, Severity),
    judge: &mut Judge<'_, E>,
) -> Result<Result<JudgedAnew, String>, E> {
    let (before, sources) = before_and_sources;
    let (after, after_sources) = judge(&pretended(texts))?;
    if after.refusals.len() > before.refusals.len() {
        return Ok(Err("Docker Compose would refuse the project afterwards".to_owned()));
    }
    let count = |counts: &HashMap<Identity, (usize, Severity)>| counts.get(identity).map_or(0, |(n, _)| *n);
    if count(&counted(&after, &after_sources, false)) >= count(&counted(before, sources, false)) {
        return Ok(Err("the finding would still be there afterwards".to_owned()));
    }
    let after = (after, after_sources);
    Ok(match worse(before_and_sources, &after, (identity, severity)) {
        Some(why) => Err(why),
        None => Ok(after),
    })
}

fn pretended(texts: &Texts) -> BTreeMap<PathBuf, String> {
    texts.iter().map(|(path, text)| (path.clone(), text.after.clone())).collect()
}

/// What is reported afterwards, was not before, and weighs as much.
fn worse(
    (before, sources): &JudgedAnew,
    (after, after_sources): &JudgedAnew,
    (identity, severity): (&Identity, Severity),
) -> Option<String> {
    let was = counted(before, sources, true);
    let is = counted(after, after_sources, false);
    let count =
        |counts: &HashMap<Identity, (usize, Severity)>, id: &Identity| counts.get(id).map_or(0, |(n, _)| *n);
    // What another rule says once of a target may be about another variable now, but not weigh more.
    let of_rule = |counts: &HashMap<Identity, (usize, Severity)>, id: &Identity, least: Severity| -> usize {
        let same = |other: &Identity, found: Severity| other.0 == id.0 && other.1 == id.1 && found >= least;
        counts.iter().filter(|(other, (_, found))| same(other, *found)).map(|(_, (n, _))| n).sum()
    };
    let is_new = |id: &Identity, found: Severity| match id.0 == identity.0 && id.1 == identity.1 {
        true => count(&is, id) > count(&was, id),
        false => of_rule(&is, id, found) > of_rule(&was, id, found),
    };
    let mut worse: Vec<&str> = is
        .iter()
        .filter(|(id, (_, found))| *found >= severity && is_new(id, *found))
        .map(|(id, _)| id.0)
        .collect();
    worse.sort_unstable();
    worse.first().map(|rule| format!("{rule} would be reported instead"))
}

/// What came of an edit that a finding's help proposes, made alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trial {
    /// The rule.
    pub rule: &'static str,
    /// The target of the finding.
    pub target: String,
    /// The finding has a help.
    pub has_help: bool,
    /// It proposes an edit of a file that is here.
    pub is_edit: bool,
    /// Why the edit does not do what the finding asks for.
    pub fault: Option<String>,
}

/// Makes the edit that each finding's help proposes, each alone, and judges the project again.
///
/// # Errors
/// When `judge` gives up.
#[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by the tests"))]
pub fn try_helps<E>(
    first: &JudgedAnew,
    policy: Policy<'_>,
    judge: &mut Judge<'_, E>,
) -> Result<Vec<Trial>, E> {
    let (report, sources) = first;
    let mut trials = Vec::new();
    for target in &report.targets {
        let name = target.target.name.as_str();
        for finding in &target.findings {
            let of_fix = finding.fix.iter().chain(finding.choices.iter().map(|choice| &choice.fix));
            let mut proposed: Vec<&[Edit]> = of_fix.map(|fix| fix.edits.as_slice()).collect();
            if !finding.trial.is_empty() {
                proposed = vec![&finding.trial];
            }
            proposed.retain(|edits| !edits.is_empty());
            let is_edit = !proposed.is_empty();
            if !is_edit {
                proposed.push(&[]);
            }
            for edits in proposed {
                let mut fault = None;
                if !edits.is_empty() {
                    fault = match edited(&Texts::new(), edits, sources, policy) {
                        Ok(texts) => {
                            // What weighs less than a warning is no harm of a help.
                            let weight = finding.severity.max(Severity::Warning);
                            let wanted = identity(name, finding, sources);
                            judged(first, &texts, (&wanted, weight), judge)?.err()
                        }
                        Err(why) => Some(why),
                    };
                }
                trials.push(Trial {
                    rule: finding.rule,
                    target: name.to_owned(),
                    has_help: finding.help.is_some(),
                    is_edit,
                    fault,
                });
            }
        }
    }
    Ok(trials)
}

/// How often each finding is there, and the most that it weighs.
/// `all`: those that yield to others too, which are shown when the others are gone.
fn counted(report: &Report, sources: &Sources, all: bool) -> HashMap<Identity, (usize, Severity)> {
    let mut counts: HashMap<Identity, (usize, Severity)> = HashMap::new();
    for target in &report.targets {
        let hidden = target.suppressed.iter().filter(|_| all).map(|s| &s.finding);
        for finding in target.findings.iter().chain(hidden) {
            let count =
                counts.entry(identity(&target.target.name, finding, sources)).or_insert((0, Severity::Info));
            count.0 += 1;
            count.1 = count.1.max(finding.severity);
        }
    }
    counts
}

fn edited(texts: &Texts, edits: &[Edit], sources: &Sources, policy: Policy<'_>) -> Result<Texts, String> {
    if edits::overlap(edits) {
        return Err("its edits overlap".to_owned());
    }
    let mut texts = texts.clone();
    let mut by_source: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    edits.iter().for_each(|edit| by_source.entry(edit.place.source).or_default().push(edit));
    for (id, edits) in by_source {
        let source = sources.get(id);
        let path = host_path(id, sources).ok_or("it is no file of this host")?;
        let replaced = edits.iter().map(|e| (e.place.span, e.replacement.expose()));
        let after = edits::applied(source.text(), replaced);
        texts.entry(policy.files.real(path)).and_modify(|text| text.after.clone_from(&after)).or_insert_with(
            || Edited {
                name: path.to_owned(),
                language: source.language,
                before: source.text().to_owned(),
                after,
            },
        );
    }
    Ok(texts)
}
