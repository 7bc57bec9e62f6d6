//! What declares variables: assignments, `export`, `local` and the like, and the functions that they are of.

use super::{
    LaunchWord,
    flow::Flow,
    shell::{FollowedShell, Unit},
    state::ShellVariable,
    word::is_name,
};
use crate::{
    syntax::shell::{Assignment, ShellCommand, Word, WordPiece},
    text::{
        secret::Text,
        source::{Place, Span},
    },
};
use std::rc::Rc;

/// What declares variables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Declares {
    Export,
    Readonly,
    /// `declare` and `typeset` of bash.
    Declare,
    Local,
}

impl Declares {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "export" => Self::Export,
            "readonly" => Self::Readonly,
            "declare" | "typeset" => Self::Declare,
            "local" => Self::Local,
            _ => return None,
        })
    }
}

/// The variables of a function that is called, with what they are behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    saved: Vec<SavedVariable>,
}

#[derive(Clone, Debug)]
struct SavedVariable {
    name: String,
    old: Option<ShellVariable>,
    /// It may be none of the function.
    in_doubt: bool,
}

/// The flags of a declaration.
#[derive(Clone, Copy, Debug, Default)]
struct DeclareFlags {
    exports: bool,
    unexports: bool,
    is_global: bool,
    /// What is set is not what is written: `declare -i`, `-l`, an array.
    changes: bool,
    /// `declare -n`: another name of a variable.
    is_reference: bool,
    /// Of functions.
    functions: bool,
}

impl FollowedShell<'_> {
    /// Calls a function with these words, and what stands before them.
    pub(super) fn call(
        &mut self,
        unit: &Rc<Unit>,
        body: &ShellCommand,
        words: Vec<LaunchWord>,
        assignments: &[Assignment],
    ) -> Flow {
        if self.is_too_deep() {
            return self.give_up();
        }
        self.scopes.push(Scope::default());
        for assignment in assignments {
            self.make_local(&assignment.name);
            self.assign(assignment, true);
        }
        let zero = self.arguments.first().cloned();
        let mut inner = words;
        if let (Some(zero), Some(first)) = (zero, inner.first_mut()) {
            *first = zero;
        }
        let arguments = std::mem::replace(&mut self.arguments, inner);
        let outer = self.unit.replace(Rc::clone(unit));
        let before = self.maybe_left;
        self.returnable += 1;
        let flow = self.command(body);
        self.returnable -= 1;
        self.maybe_left = before;
        self.unit = outer;
        self.arguments = arguments;
        self.end_scope();
        for assignment in assignments {
            // Some shells keep it, and bash what the function exports.
            let place = self.place(assignment.span);
            self.set(&assignment.name, None, None, place);
            self.variables.export_perhaps(&assignment.name);
        }
        flow.unless_left()
    }

    fn end_scope(&mut self) {
        let Some(scope) = self.scopes.pop() else { return };
        for SavedVariable { name, old, in_doubt } in scope.saved.into_iter().rev() {
            let now = self.variables.get(&name);
            if in_doubt && now != old.as_ref() {
                let place = now.or(old.as_ref()).and_then(|variable| variable.place);
                self.set(&name, None, None, place);
            } else {
                self.variables.put(&name, old);
            }
        }
    }

    /// How many variables the function has so far.
    pub(super) fn scope(&self) -> usize {
        self.scopes.last().map_or(0, |scope| scope.saved.len())
    }

    /// What another process made a variable of the function is none here.
    pub(super) fn leave_scope(&mut self, count: usize) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.saved.truncate(count);
        }
    }

    fn make_local(&mut self, name: &str) {
        let (old, in_doubt) = (self.variables.get(name).cloned(), self.doubt > 0);
        let Some(scope) = self.scopes.last_mut() else { return };
        if scope.saved.iter().all(|saved| saved.name != name) {
            scope.saved.push(SavedVariable { name: name.to_owned(), old, in_doubt });
        }
    }

    pub(super) fn assign(&mut self, assignment: &Assignment, exports: bool) {
        let begin = self.used.len();
        let value = self.one(&assignment.value);
        let uses = self.used.split_off(begin);
        let place = self.place(assignment.span);
        self.set_to(&assignment.name, value, assignment.appends, uses, place);
        if exports {
            self.export(&assignment.name);
        }
    }

    /// Sets a variable to a word that was made from others.
    fn set_to(
        &mut self,
        name: &str,
        mut value: LaunchWord,
        appends: bool,
        mut uses: Vec<String>,
        place: Option<Place>,
    ) {
        if appends {
            let old = self.variables.get(name).map(|old| old.text.clone());
            let old = old.unwrap_or_else(|| Some(Text::default()));
            value.text = old.zip(value.text).map(|(a, b)| format!("{}{}", a.expose(), b.expose()).into());
            value.from = None;
            uses.push(name.to_owned());
        }
        self.set(name, value.text, value.from, place);
        self.variables.made_from(name, uses);
    }

    /// `export NAME=…`, `local NAME`, `declare -x NAME`.
    pub(super) fn declare(&mut self, how: Declares, words: &[Word]) {
        let mut flags = DeclareFlags { exports: how == Declares::Export, ..DeclareFlags::default() };
        for word in words {
            let place = self.place(word.span);
            let begin = self.used.len();
            if let Some((name, value)) = at_equals(word) {
                let name = self.one(&name).text;
                let value = self.one(&value);
                let uses = self.used.split_off(begin);
                match name {
                    Some(name) => self.declare_one(how, flags, name.expose(), Some((value, uses)), place),
                    None => self.cannot_tell_names(how),
                }
                continue;
            }
            for field in self.fields(word) {
                let uses = self.used.get(begin..).unwrap_or_default().to_vec();
                let known = field.text.as_ref().map(|text| text.expose().to_owned());
                match (known, field.assigned()) {
                    (Some(text), _) if text.starts_with(['-', '+']) && !text.contains('=') => {
                        flags.take(how, &text);
                    }
                    (Some(text), _) => match text.split_once('=') {
                        Some((name, value)) => {
                            let value = LaunchWord { text: Some(value.into()), ..field };
                            self.declare_one(how, flags, name, Some((value, uses)), place);
                        }
                        None => self.declare_one(how, flags, &text, None, place),
                    },
                    (None, Some(name)) => {
                        self.declare_one(how, flags, &name, Some((field, uses)), place);
                    }
                    (None, None) => self.cannot_tell_names(how),
                }
            }
            self.used.truncate(begin);
        }
    }

    /// Any variable may be set.
    fn cannot_tell_names(&mut self, how: Declares) {
        if how != Declares::Local {
            self.readers.cannot_see("the variables that a start script sets by names of elsewhere");
        }
    }

    fn declare_one(
        &mut self,
        how: Declares,
        flags: DeclareFlags,
        name: &str,
        value: Option<(LaunchWord, Vec<String>)>,
        place: Option<Place>,
    ) {
        let (name, appends) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
        if flags.functions || !is_name(name) {
            return;
        }
        let is_local =
            how == Declares::Local || how == Declares::Declare && !flags.is_global && !self.scopes.is_empty();
        if is_local {
            self.make_local(name);
        }
        let is_set = value.is_some();
        if let Some((mut value, uses)) = value {
            if let Some(other) = value.text.as_ref().filter(|_| flags.is_reference) {
                // What is set by the one name is set by the other.
                self.set(other.expose(), None, None, place);
            }
            value.text = value.text.filter(|_| !flags.changes);
            self.set_to(name, value, appends, uses, place);
        } else if is_local && !self.scopes.is_empty() {
            // Some shells keep the value, and bash goes on to give programs the one from outside.
            self.set(name, None, None, place);
        }
        if flags.unexports {
            if self.is_bash && !is_local {
                self.unexport(name, place);
            } else {
                // Some shells have no such flag; of a function's variable it is not followed.
                self.set(name, None, None, place);
            }
        } else if flags.exports {
            if !is_set && self.variables.get(name).is_none() {
                // It is not set, and is exported once it is.
                self.variables.promise(name);
            }
            self.export(name);
        }
    }

    pub(super) fn export(&mut self, name: &str) {
        if let Some(now) = self.variables.get(name).filter(|now| now.exported != Some(true)) {
            let exported = ShellVariable { exported: Some(true), ..now.clone() };
            self.variables.put(name, Some(exported));
        }
    }

    fn unexport(&mut self, name: &str, place: Option<Place>) {
        if let Some(now) = self.variables.get(name) {
            let own = ShellVariable { exported: Some(false), ..now.clone() };
            self.variables.put(name, Some(own));
            self.variables.taken_out.insert(name.to_owned(), place);
        }
    }

    /// What arithmetic assigns is not known.
    pub(super) fn compute(&mut self, span: Span) {
        let text = self.text_of(span);
        self.compute_text(&text, span);
    }

    pub(super) fn compute_text(&mut self, text: &str, span: Span) {
        let place = self.place(span);
        for name in assigned(text) {
            self.set(name, None, None, place);
        }
    }
}

impl DeclareFlags {
    fn take(&mut self, how: Declares, word: &str) {
        let on = word.starts_with('-');
        for flag in word[1..].chars() {
            match (flag, how) {
                ('n', Declares::Export) => self.unexports |= on,
                ('f', _) | ('F', Declares::Declare) => self.functions |= on,
                ('x', Declares::Declare | Declares::Local) => {
                    (self.exports, self.unexports) = (on, !on);
                }
                ('g', Declares::Declare) => self.is_global |= on,
                ('i' | 'l' | 'u' | 'c' | 'n' | 'a' | 'A', Declares::Declare | Declares::Local) => {
                    self.changes |= on;
                    self.is_reference |= on && flag == 'n';
                }
                _ => {}
            }
        }
    }
}

/// A word `NAME=value`, taken apart at its sign.
fn at_equals(word: &Word) -> Option<(Word, Word)> {
    let has_sign = |piece: &WordPiece| match piece {
        WordPiece::Plain(text) | WordPiece::Quoted(text) => text.contains('='),
        _ => false,
    };
    let at = word.pieces.iter().position(has_sign)?;
    let (WordPiece::Plain(text) | WordPiece::Quoted(text)) = &word.pieces[at] else { return None };
    let (before, after) = text.split_once('=')?;
    let part = |text: &str| (!text.is_empty()).then(|| WordPiece::Quoted(text.to_owned()));
    // A `~` right behind the sign is that of a home.
    let first = match &word.pieces[at] {
        WordPiece::Plain(_) if after.starts_with('~') => Some(WordPiece::Plain(after.to_owned())),
        _ => part(after),
    };
    let of = |pieces| Word { pieces, span: word.span };
    let name = word.pieces[..at].iter().cloned().chain(part(before)).collect();
    Some((of(name), of(first.into_iter().chain(word.pieces[at + 1..].iter().cloned()).collect())))
}

/// The names that an arithmetic expression assigns to.
fn assigned(text: &str) -> Vec<&str> {
    let is_of_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
    let mut names = Vec::new();
    let mut rest = text;
    let mut is_counted = false;
    while let Some(at) = rest.find(is_of_name) {
        is_counted = is_counted && at == 0 || rest[..at].trim_end().ends_with("++");
        is_counted |= rest[..at].trim_end().ends_with("--");
        let end = rest[at..].find(|c| !is_of_name(c)).map_or(rest.len(), |end| at + end);
        let name = &rest[at..end];
        rest = &rest[end..];
        let behind = rest.trim_start();
        let operator = behind.trim_start_matches(['+', '-', '*', '/', '%', '&', '|', '^', '<', '>']);
        let is_counted_behind = behind.starts_with("++") || behind.starts_with("--");
        let is_compared = behind.starts_with("<=") || behind.starts_with(">=");
        let is_set = operator.starts_with('=') && !operator.starts_with("==") && !is_compared;
        if is_name(name) && (is_set || is_counted || is_counted_behind) {
            names.push(name);
        }
        is_counted = false;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::assigned;

    #[test]
    fn what_arithmetic_assigns() {
        for (text, names) in [
            ("((T=3))", &["T"][..]),
            ("(( T += 1, U = T ))", &["T", "U"]),
            ("((T++ > 1))", &["T"]),
            ("((--T))", &["T"]),
            ("((T == 3 && U <= 4))", &[]),
            ("((T <<= 1))", &["T"]),
            ("((T > 3))", &[]),
        ] {
            assert_eq!(assigned(text), names, "{text}");
        }
    }
}
