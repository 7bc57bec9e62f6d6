//! The variables and files of a shell that is followed, and what a part of it that may not run changes.

use crate::{
    provenance::Candidate,
    text::{secret::Text, source::Place},
};
use std::{collections::HashMap, rc::Rc};

/// A variable as the shell has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ShellVariable {
    /// Its value; none when it is not known, or not known whether it is set.
    pub(super) text: Option<Text>,
    /// Where the shell set it; none for what it was started with.
    pub(super) place: Option<Place>,
    /// The variable of the container that it has its value from, unchanged.
    pub(super) from: Option<Rc<Candidate>>,
    /// Programs that it starts have it; none where that is not known.
    pub(super) exported: Option<bool>,
    /// The shell set it, and was not started with it.
    pub(super) is_own: bool,
    /// The shell may have set it, or not.
    pub(super) is_doubtful: bool,
    /// The variables that its value is made from, as far as the shell was started with them.
    pub(super) uses: Vec<String>,
}

/// What a part of a script changed: the new value of a name, none for one that it took out.
pub(super) type Changes = HashMap<String, Option<ShellVariable>>;

/// The variables, by name.
#[derive(Debug, Default)]
pub(super) struct Variables {
    now: HashMap<String, ShellVariable>,
    /// What was there before each change, the latest last, while some part is looked at by itself.
    before: Vec<(String, Option<ShellVariable>)>,
    parts: usize,
    /// Names that a part set and then took out, or that were taken out at all.
    pub(super) taken_out: HashMap<String, Option<Place>>,
    /// Names that are exported once they are set: false, they may be.
    promised: HashMap<String, bool>,
}

impl Variables {
    pub(super) fn get(&self, name: &str) -> Option<&ShellVariable> {
        self.now.get(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &ShellVariable)> {
        self.now.iter()
    }

    /// Sets it, or takes it out.
    pub(super) fn put(&mut self, name: &str, value: Option<ShellVariable>) {
        let old = match value {
            Some(value) => self.now.insert(name.to_owned(), value),
            None => self.now.remove(name),
        };
        if self.parts > 0 {
            self.before.push((name.to_owned(), old));
        }
    }

    /// It is exported once it is set.
    pub(super) fn promise(&mut self, name: &str) {
        self.promised.insert(name.to_owned(), true);
    }

    /// What was promised so far.
    pub(super) fn promises(&self) -> HashMap<String, bool> {
        self.promised.clone()
    }

    /// What another process promised holds there alone.
    pub(super) fn promised_only(&mut self, before: HashMap<String, bool>) {
        self.promised = before;
    }

    /// What was promised since then may not hold.
    pub(super) fn promised_perhaps(&mut self, before: &HashMap<String, bool>) {
        for (name, sure) in &mut self.promised {
            *sure &= before.get(name).is_some_and(|sure| *sure);
        }
        for name in before.keys() {
            self.promised.entry(name.clone()).or_insert(false);
        }
    }

    /// A variable that is set now is exported; none where that is not known.
    pub(super) fn is_promised(&self, name: &str) -> Option<bool> {
        match self.promised.get(name) {
            Some(true) => Some(true),
            Some(false) => None,
            None => Some(false),
        }
    }

    /// It may be exported.
    pub(super) fn export_perhaps(&mut self, name: &str) {
        if let Some(now) = self.now.get(name).filter(|now| now.exported == Some(false)) {
            let variable = ShellVariable { exported: None, ..now.clone() };
            self.put(name, Some(variable));
        }
    }

    /// It is no longer exported once it is set.
    pub(super) fn forget(&mut self, name: &str) {
        self.promised.remove(name);
    }

    /// Says what the value of a variable is made from.
    pub(super) fn made_from(&mut self, name: &str, mut uses: Vec<String>) {
        uses.sort();
        uses.dedup();
        if let Some(now) = self.now.get(name).filter(|now| now.is_own && now.uses != uses) {
            let variable = ShellVariable { uses, ..now.clone() };
            self.put(name, Some(variable));
        }
    }

    /// Begins a part of its own; what it is given goes to [`Variables::end_part`].
    pub(super) fn begin_part(&mut self) -> usize {
        self.parts += 1;
        self.before.len()
    }

    /// Takes back what the part changed, and says what that was.
    pub(super) fn end_part(&mut self, begin: usize) -> Changes {
        self.parts -= 1;
        let mut changes = Changes::new();
        for (name, old) in self.before.split_off(begin).into_iter().rev() {
            let new = match old {
                Some(old) => self.now.insert(name.clone(), old),
                None => self.now.remove(&name),
            };
            changes.entry(name).or_insert(new);
        }
        changes
    }

    /// Makes the changes of a part that ran.
    pub(super) fn apply(&mut self, changes: Changes) {
        for (name, value) in changes {
            self.put(&name, value);
        }
    }

    /// Of two parts one ran: what they agree on holds, and the rest is not known.
    pub(super) fn join(&mut self, one: &Changes, other: &Changes) {
        let names: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
        for name in names {
            let now = self.now.get(name).cloned();
            let [a, b] =
                [one, other].map(|changes| changes.get(name).cloned().unwrap_or_else(|| now.clone()));
            if a == b {
                self.put(name, a);
                continue;
            }
            let sides = [&a, &b];
            let set = sides.into_iter().flatten();
            let same = matches!((&a, &b), (Some(a), Some(b)) if a.text.is_some() && a.text == b.text);
            let place = set.clone().find_map(|variable| variable.place);
            let exported = [&a, &b]
                .map(|side| side.as_ref().map_or(self.is_promised(name), |variable| variable.exported));
            let joined = ShellVariable {
                text: a.as_ref().filter(|_| same).and_then(|variable| variable.text.clone()),
                place,
                from: None,
                exported: exported[0].filter(|_| exported[0] == exported[1]),
                is_own: true,
                is_doubtful: !matches!((&a, &b), (Some(a), Some(b))
                    if a.is_own && b.is_own && !a.is_doubtful && !b.is_doubtful),
                uses: set
                    .clone()
                    .filter(|variable| variable.is_own)
                    .flat_map(|variable| variable.uses.iter().cloned())
                    .collect(),
            };
            self.put(name, Some(joined));
        }
    }
}
