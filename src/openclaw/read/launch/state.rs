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
    /// Programs that it starts have it.
    pub(super) exported: bool,
    /// The shell set it, and was not started with it.
    pub(super) is_own: bool,
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
            let joined = ShellVariable {
                text: a.as_ref().filter(|_| same).and_then(|variable| variable.text.clone()),
                place,
                from: None,
                exported: set.clone().any(|variable| variable.exported),
                is_own: true,
            };
            self.put(name, Some(joined));
        }
    }
}
