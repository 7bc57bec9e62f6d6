//! The fields of a compose file, and what each may hold: the JSON schema of the Compose specification as a
//! table ([`tables`]). Compose's refusals and the masks of excerpts are read out of it.

mod tables;

pub(crate) use tables::PROJECT;

/// What a value may be.
#[derive(Debug)]
pub(crate) enum FieldShape {
    Any,
    /// One of these types.
    Is(&'static [Type]),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Text that fits, and how it is written.
    Text(fn(&str) -> bool, &'static str),
    /// Text, or an integer in a range.
    Within(i64, i64),
    /// A list.
    List(&'static FieldShape),
    /// A list without the same item twice.
    Set(&'static FieldShape),
    Map(&'static Fields),
    /// A mapping of names that fit to one shape.
    Named(fn(&str) -> bool, &'static FieldShape),
    /// The same, and other names are not looked at.
    Loose(fn(&str) -> bool, &'static FieldShape),
    /// The first shape that fits the value's type.
    Either(&'static [FieldShape]),
}

/// A mapping with known keys; `x-…` is always one of them unless it is said otherwise.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) known: &'static [(&'static str, &'static FieldShape)],
    pub(crate) required: &'static [&'static str],
    pub(crate) extensions: bool,
    /// Other keys are allowed.
    pub(crate) open: bool,
}

/// What a field can hold that takes no text of anybody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Closed {
    /// One of these words.
    Words(&'static [&'static str]),
    /// Yes or no.
    Switch,
    /// A number.
    Number,
}

/// What the field at a path of a compose file can hold, its keys from the top, items of lists left out;
/// none when text can stand there.
pub(crate) fn closed(path: &[&str]) -> Option<Closed> {
    PROJECT.closed(path)
}

impl FieldShape {
    fn closed(&self, path: &[&str]) -> Option<Closed> {
        match (self, path) {
            (Self::List(item) | Self::Set(item), _) => item.closed(path),
            (Self::Either(shapes), _) => shapes.iter().find_map(|shape| shape.closed(path)),
            (Self::Map(fields), [key, rest @ ..]) => {
                fields.known.iter().find(|(known, _)| known == key)?.1.closed(rest)
            }
            (Self::Named(_, each) | Self::Loose(_, each), [_, rest @ ..]) => each.closed(rest),
            (Self::Word(words), []) => Some(Closed::Words(words)),
            (Self::Is(types), []) => match types {
                _ if types.contains(&Type::Bool) && !types.contains(&Type::Num) => Some(Closed::Switch),
                _ if types.contains(&Type::Int) || types.contains(&Type::Num) => {
                    (!types.contains(&Type::Null)).then_some(Closed::Number)
                }
                _ => None,
            },
            (Self::Within(..), []) => Some(Closed::Number),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Type {
    Str,
    Int,
    Num,
    Bool,
    Null,
    Map,
    List,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_closed_sets_of_values() {
        assert_eq!(closed(&["services", "a", "cgroup"]), Some(Closed::Words(&["host", "private"])));
        assert_eq!(closed(&["services", "a", "oom_kill_disable"]), Some(Closed::Switch));
        assert_eq!(closed(&["services", "a", "cpu_percent"]), Some(Closed::Number));
        assert_eq!(closed(&["services", "a", "labels", "x"]), None);
        assert_eq!(closed(&["services", "a", "hostname"]), None);
    }
}
