//! How two values relate, in words that tell nothing of either.

use super::length;
use crate::text::secret::{Text, js_trim};
use std::fmt;

/// How two values relate, closest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueRelation {
    /// Character for character.
    Same,
    /// Equal when a trailing carriage return is dropped from either.
    EqualWithoutCr,
    /// Equal when white space around them is dropped.
    EqualTrimmed,
    /// Equal when the quotes around one of them are dropped.
    EqualUnquoted,
    /// The first begins the second, which is longer.
    Prefix {
        /// Characters of the first.
        left: usize,
        /// Characters of the second.
        right: usize,
    },
    /// The second begins the first, which is longer.
    PrefixedBy {
        /// Characters of the first.
        left: usize,
        /// Characters of the second.
        right: usize,
    },
    /// None of these.
    Different {
        /// Characters of the first.
        left: usize,
        /// Characters of the second.
        right: usize,
    },
}

/// Compares two values.
#[must_use]
pub fn relation(left: &Text, right: &Text) -> ValueRelation {
    let (a, b) = (left.expose(), right.expose());
    let lengths = (length(left), length(right));
    let without_cr = |s: &str| s.strip_suffix('\r').map_or(s.len(), str::len);
    if a == b {
        ValueRelation::Same
    } else if a[..without_cr(a)] == b[..without_cr(b)] {
        ValueRelation::EqualWithoutCr
    } else if js_trim(a) == js_trim(b) {
        ValueRelation::EqualTrimmed
    } else if unquoted(a) == unquoted(b) {
        ValueRelation::EqualUnquoted
    } else if !a.is_empty() && b.starts_with(a) {
        ValueRelation::Prefix { left: lengths.0, right: lengths.1 }
    } else if !b.is_empty() && a.starts_with(b) {
        ValueRelation::PrefixedBy { left: lengths.0, right: lengths.1 }
    } else {
        ValueRelation::Different { left: lengths.0, right: lengths.1 }
    }
}

fn unquoted(s: &str) -> &str {
    let s = js_trim(s);
    ['"', '\'', '`'].iter().find_map(|q| s.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(s)
}

impl ValueRelation {
    /// The name used in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::EqualWithoutCr => "equal-without-cr",
            Self::EqualTrimmed => "equal-trimmed",
            Self::EqualUnquoted => "equal-unquoted",
            Self::Prefix { .. } => "prefix",
            Self::PrefixedBy { .. } => "prefixed-by",
            Self::Different { .. } => "different",
        }
    }
}

/// The phrase used in sentences.
impl fmt::Display for ValueRelation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => f.write_str("the same"),
            Self::EqualWithoutCr => f.write_str("equal except for a trailing carriage return"),
            Self::EqualTrimmed => f.write_str("equal except for white space around it"),
            Self::EqualUnquoted => f.write_str("equal except for the quotes around it"),
            Self::Prefix { left, right } => {
                write!(f, "the first is the beginning of the second ({left} of {right} characters)")
            }
            Self::PrefixedBy { left, right } => {
                write!(f, "the second is the beginning of the first ({right} of {left} characters)")
            }
            Self::Different { left, right } if left == right => {
                write!(f, "different ({left} characters each)")
            }
            Self::Different { left, right } => write!(f, "different ({left} and {right} characters)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_closest_relation() {
        let of = |a: &str, b: &str| relation(&a.into(), &b.into()).id();
        assert_eq!(of("abc", "abc"), "same");
        assert_eq!(of("abc\r", "abc"), "equal-without-cr");
        assert_eq!(of("abc", " abc\n"), "equal-trimmed");
        assert_eq!(of("\"abc\"", "abc"), "equal-unquoted");
        assert_eq!(of("abc", "abcd"), "prefix");
        assert_eq!(of("abcd", "abc"), "prefixed-by");
        assert_eq!(of("abc", "xyz"), "different");
        assert_eq!(of("", "abc"), "different");
        assert_eq!(of("", ""), "same");
    }

    #[test]
    fn says_nothing_of_the_values() {
        let words = relation(&"s3cr3tAAA".into(), &"s3cr3tAAABBB".into()).to_string();
        assert_eq!(words, "the first is the beginning of the second (9 of 12 characters)");
    }
}
