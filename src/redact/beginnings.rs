//! What all keys of a vendor begin with. Everybody knows it, and it is a part of a key all the same:
//! where the kind of a key has to be kept and nothing of it may be, one character stands for it.

use std::borrow::Cow;

/// The order is that of the characters in files that people keep: new ones go to the end.
const BEGINNINGS: [&str; 17] = [
    "sk-ant-",
    "sk-ant-oat",
    "sk-or-",
    "sk-proj-",
    "sk-svcacct-",
    "gsk_",
    "AIza",
    "xai-",
    "hf_",
    "pplx-",
    "nvapi-",
    "csk-",
    "ghp_",
    "gho_",
    "ghu_",
    "github_pat_",
    "r8_",
];

/// The first of the characters, in an area that Unicode gives no meaning.
const FIRST: u32 = 0xF_0000;

/// The character for a beginning; none when it has none.
#[must_use]
pub fn code(beginning: &str) -> Option<char> {
    let at = BEGINNINGS.iter().position(|known| *known == beginning)?;
    char::from_u32(FIRST + u32::try_from(at).ok()?)
}

/// The text with the beginnings in the place of their characters.
#[must_use]
pub fn decoded(text: &str) -> Cow<'_, str> {
    let beginning = |c: char| BEGINNINGS.get(usize::try_from(u32::from(c).checked_sub(FIRST)?).ok()?);
    if !text.chars().any(|c| beginning(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match beginning(c) {
            Some(beginning) => out.push_str(beginning),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_stands_for_a_beginning() {
        for beginning in BEGINNINGS {
            let written = format!("a {}b", code(beginning).unwrap());
            assert_eq!(decoded(&written), format!("a {beginning}b"));
        }
        assert_eq!(code("sk-"), None);
        assert!(matches!(decoded("nothing of it"), Cow::Borrowed(_)));
    }
}
