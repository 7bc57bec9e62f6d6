//! Two environments side by side, with the few facts of a deployment that change what OpenClaw
//! does. Pure: it compares, and leaves showing to [`crate::report::diff`].

use crate::{
    provenance::{Candidate, Variable},
    redact::{self, ValueRelation},
    text::{secret::Text, source::Place},
    vocabulary::deployment::{Deployment, Located, Mount, Port},
};
use std::collections::BTreeMap;

/// One of the two things that are compared.
#[derive(Clone, Copy, Debug)]
pub struct DiffSide<'a> {
    /// What it is called: a container, a service, a file.
    pub name: &'a str,
    /// Its environment.
    pub environment: &'a [Variable],
    /// How it is run.
    pub deployment: &'a Deployment,
}

/// Two sides, compared.
#[derive(Clone, Debug)]
pub struct EnvironmentDiff<'a> {
    /// The side that is taken as it was.
    pub left: DiffSide<'a>,
    /// The side that is taken as it would be.
    pub right: DiffSide<'a>,
    /// Everything that either side has: fields first, then variables by name.
    pub entries: Vec<DiffEntry<'a>>,
}

/// One thing that at least one side has.
#[derive(Clone, Debug)]
pub struct DiffEntry<'a> {
    /// What it is.
    pub subject: DiffSubject<'a>,
    /// As the left side has it.
    pub left: Option<DiffItem<'a>>,
    /// As the right side has it.
    pub right: Option<DiffItem<'a>>,
    /// How they differ.
    pub change: Change,
}

/// What an [`DiffEntry`] is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum DiffSubject<'a> {
    /// A field of a service: `image`, `ports`.
    Field(&'static str),
    /// A variable.
    Variable(&'a str),
}

/// How the two sides of an [`DiffEntry`] differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Not at all.
    Same,
    /// Only the right side has it.
    Added,
    /// Only the left side has it.
    Removed,
    /// Both have it, with other values. The relation is not there for command lines.
    Changed(Option<ValueRelation>),
    /// One of the values cannot be known from here; also of a field that only one side sets, and
    /// the image or the engine decides on the other.
    Unknown,
}

impl Change {
    /// The name used in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed(_) => "changed",
            Self::Unknown => "unknown",
        }
    }
}

/// What one side has.
#[derive(Clone, Debug)]
pub struct DiffItem<'a> {
    /// The value.
    pub fact: Fact<'a>,
    /// Where it is written; none when only the engine knows it.
    pub place: Option<Place>,
    /// The candidate in effect, of a variable that has one.
    pub candidate: Option<&'a Candidate>,
}

/// The value of an [`DiffItem`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fact<'a> {
    /// A variable's value.
    Value(&'a Text),
    /// A variable that is passed without a value.
    NoValue,
    /// A value that cannot be known from here.
    Unknown,
    /// A command line.
    Words(Vec<Text>),
    /// A field's value.
    Field(String),
}

/// How many entries changed in which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DiffCounts {
    /// The same on both sides.
    pub same: usize,
    /// Only on the right side.
    pub added: usize,
    /// Only on the left side.
    pub removed: usize,
    /// With other values.
    pub changed: usize,
    /// Not to be told from here.
    pub unknown: usize,
}

/// Compares two sides.
#[must_use]
pub fn diff<'a>(left: DiffSide<'a>, right: DiffSide<'a>) -> EnvironmentDiff<'a> {
    let mut entries = Vec::new();
    let (a, b) = (left.deployment, right.deployment);
    entries.extend(decided("image", field(a.image.as_ref()), field(b.image.as_ref())));
    entries.extend(decided("entrypoint", words(a.entrypoint.as_deref()), words(b.entrypoint.as_deref())));
    entries.extend(decided("command", words(a.command.as_deref()), words(b.command.as_deref())));
    entries.extend(decided("user", field(a.user.as_ref()), field(b.user.as_ref())));
    entries.extend(decided("network_mode", field(a.network_mode.as_ref()), field(b.network_mode.as_ref())));
    entries.extend(pairs("ports", &a.ports, &b.ports, |p| format!("{}/{}", p.target, p.protocol), port));
    entries.extend(pairs("volumes", &a.mounts, &b.mounts, |m| m.target.clone(), mount));
    let (a, b) = (by_name(left.environment), by_name(right.environment));
    let mut names: Vec<&str> = a.keys().chain(b.keys()).copied().collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let item = |side: &BTreeMap<_, &'a Variable>| side.get(name).map(|v| variable(v));
        entries.extend(entry(DiffSubject::Variable(name), item(&a), item(&b)));
    }
    EnvironmentDiff { left, right, entries }
}

impl EnvironmentDiff<'_> {
    /// Counts the entries.
    #[must_use]
    pub fn counts(&self) -> DiffCounts {
        let mut counts = DiffCounts::default();
        for entry in &self.entries {
            *match entry.change {
                Change::Same => &mut counts.same,
                Change::Added => &mut counts.added,
                Change::Removed => &mut counts.removed,
                Change::Changed(_) => &mut counts.changed,
                Change::Unknown => &mut counts.unknown,
            } += 1;
        }
        counts
    }

    /// Something is known to differ.
    #[must_use]
    pub fn has_differences(&self) -> bool {
        let DiffCounts { added, removed, changed, .. } = self.counts();
        added + removed + changed > 0
    }
}

/// An entry, when either side has the subject.
fn entry<'a>(
    subject: DiffSubject<'a>,
    left: Option<DiffItem<'a>>,
    right: Option<DiffItem<'a>>,
) -> Option<DiffEntry<'a>> {
    let change = match (&left, &right) {
        (None, None) => return None,
        (None, Some(_)) => Change::Added,
        (Some(_), None) => Change::Removed,
        (Some(a), Some(b)) => change(&a.fact, &b.fact),
    };
    Some(DiffEntry { subject, left, right, change })
}

/// As [`entry`], for a field that something decides also when it is not set, the image or the
/// engine: a side without it is unknown, not without.
fn decided<'a>(
    name: &'static str,
    left: Option<DiffItem<'a>>,
    right: Option<DiffItem<'a>>,
) -> Option<DiffEntry<'a>> {
    let one_sided = left.is_some() != right.is_some();
    let entry = entry(DiffSubject::Field(name), left, right)?;
    Some(if one_sided { DiffEntry { change: Change::Unknown, ..entry } } else { entry })
}

fn change(left: &Fact<'_>, right: &Fact<'_>) -> Change {
    match (left, right) {
        (Fact::Unknown, _) | (_, Fact::Unknown) => Change::Unknown,
        (a, b) if a == b => Change::Same,
        (Fact::Value(a), Fact::Value(b)) => Change::Changed(Some(redact::relation(a, b))),
        (Fact::Field(a), Fact::Field(b)) => {
            Change::Changed(Some(redact::relation(&a.as_str().into(), &b.as_str().into())))
        }
        _ => Change::Changed(None),
    }
}

/// The last of a name counts, as it does for a process.
fn by_name(environment: &[Variable]) -> BTreeMap<&str, &Variable> {
    environment.iter().map(|v| (v.name.as_str(), v)).collect()
}

fn variable(variable: &Variable) -> DiffItem<'_> {
    let candidate = variable.winner.as_ref();
    let fact = match candidate.map(|c| &c.value) {
        None => Fact::NoValue,
        Some(None) => Fact::Unknown,
        Some(Some(value)) => Fact::Value(value),
    };
    DiffItem { fact, place: candidate.and_then(|c| c.place), candidate }
}

fn field(written: Option<&Located<String>>) -> Option<DiffItem<'_>> {
    let item = |w: &Located<String>| DiffItem {
        fact: Fact::Field(w.value.clone()),
        place: w.place,
        candidate: None,
    };
    written.map(item)
}

fn words(words: Option<&[Located<Text>]>) -> Option<DiffItem<'_>> {
    let words = words.filter(|w| !w.is_empty())?;
    let place = words.first().and_then(|w| w.place);
    let fact = Fact::Words(words.iter().map(|w| w.value.clone()).collect());
    Some(DiffItem { fact, place, candidate: None })
}

/// Pairs the items of two lists that have the same key, in their order; what is left over was
/// added or removed.
fn pairs<'a, T>(
    field: &'static str,
    left: &'a [T],
    right: &'a [T],
    key: impl Fn(&T) -> String,
    item: impl Fn(&'a T) -> DiffItem<'a>,
) -> Vec<DiffEntry<'a>> {
    let mut rest: Vec<&T> = right.iter().collect();
    let mut out = Vec::new();
    for one in left {
        let position = rest.iter().position(|other| key(other) == key(one));
        let partner = position.map(|i| rest.remove(i));
        out.extend(entry(DiffSubject::Field(field), Some(item(one)), partner.map(&item)));
    }
    out.extend(rest.into_iter().filter_map(|one| entry(DiffSubject::Field(field), None, Some(item(one)))));
    out
}

fn port(port: &Port) -> DiffItem<'_> {
    let mut text = String::new();
    if let Some(ip) = &port.host_ip {
        text.push_str(&if ip.contains(':') { format!("[{ip}]:") } else { format!("{ip}:") });
    }
    if let Some(published) = &port.published {
        text.push_str(published);
        text.push(':');
    }
    text.push_str(&port.target);
    if port.protocol != "tcp" {
        text.push('/');
        text.push_str(&port.protocol);
    }
    DiffItem { fact: Fact::Field(text), place: port.place, candidate: None }
}

fn mount(mount: &Mount) -> DiffItem<'_> {
    let source = mount.source.as_ref().map(|s| format!("{s}:")).unwrap_or_default();
    let mode = if mount.read_only { ":ro" } else { "" };
    DiffItem {
        fact: Fact::Field(format!("{source}{}{mode}", mount.target)),
        place: mount.place,
        candidate: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{provenance::Layer, vocabulary::deployment::MountKind};

    fn variable(name: &str, value: Option<&str>) -> Variable {
        let winner = value.map(|v| Candidate::new(Layer::ContainerEnv, name, None, v.into()));
        Variable { name: name.to_owned(), winner, losers: Vec::new() }
    }

    fn mount(source: &str, target: &str) -> Mount {
        Mount { source: Some(source.to_owned()), ..Mount::new(MountKind::Bind, target) }
    }

    #[test]
    fn variables_are_compared_by_name() {
        let mut unknown = variable("E", Some("x"));
        if let Some(winner) = &mut unknown.winner {
            winner.value = None;
        }
        let left = [
            variable("A", Some("1")),
            variable("B", Some("1")),
            variable("C", Some("x")),
            variable("E", Some("y")),
        ];
        let right = [variable("D", None), variable("B", Some("1 ")), variable("A", Some("1")), unknown];
        let deployment = Deployment::default();
        let side = |environment| DiffSide { name: "x", environment, deployment: &deployment };
        let diff = diff(side(&left), side(&right));
        let changes: Vec<_> = diff.entries.iter().map(|e| e.change).collect();
        let relation = Some(ValueRelation::EqualTrimmed);
        assert_eq!(
            changes,
            [Change::Same, Change::Changed(relation), Change::Removed, Change::Added, Change::Unknown]
        );
        assert_eq!(diff.counts(), DiffCounts { same: 1, added: 1, removed: 1, changed: 1, unknown: 1 });
        assert!(diff.has_differences());
    }

    #[test]
    fn mounts_are_paired_by_target() {
        let a = Deployment { mounts: vec![mount("/a", "/x"), mount("/b", "/y")], ..Deployment::default() };
        let b = Deployment { mounts: vec![mount("/c", "/y"), mount("/d", "/z")], ..Deployment::default() };
        let side = |deployment| DiffSide { name: "x", environment: &[], deployment };
        let diff = diff(side(&a), side(&b));
        let relation = Some(ValueRelation::Different { left: 5, right: 5 });
        let changes: Vec<_> = diff.entries.iter().map(|e| e.change).collect();
        assert_eq!(changes, [Change::Removed, Change::Changed(relation), Change::Added]);
    }
}
