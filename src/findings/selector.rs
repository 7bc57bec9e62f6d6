//! Rules as people name them: `CD201`, `blank-passthrough`, and `CD2` for the whole group.

use crate::{redact, rules, text::nearest::nearest};

/// A rule of that id and name is meant.
#[must_use]
pub fn fits(selector: &str, id: &str, name: &str) -> bool {
    selector.eq_ignore_ascii_case(id)
        || selector == name
        || (is_group(selector) && id.to_ascii_uppercase().starts_with(&selector.to_ascii_uppercase()))
}

/// `CD` and less than the three digits of a rule.
fn is_group(selector: &str) -> bool {
    let digits = selector.get(..2).filter(|p| p.eq_ignore_ascii_case("CD")).map(|_| &selector[2..]);
    digits.is_some_and(|d| (1..3).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))
}

/// Nothing, or why no rule is meant.
///
/// # Errors
/// When no rule has that id or name, and no group begins so.
pub fn check(selector: &str) -> Result<(), String> {
    if rules::RULES.iter().any(|r| fits(selector, r.id, r.name)) {
        return Ok(());
    }
    let known = rules::RULES.iter().flat_map(|r| [r.id, r.name]);
    let shown = redact::name(selector, false);
    Err(match nearest(selector, known) {
        Some(near) => format!("there is no rule {shown}; did you mean {near}?"),
        None => format!("there is no rule {shown}; `clawdock rules` lists them"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_names_and_groups() {
        for (selector, expected) in [
            ("CD201", true),
            ("cd201", true),
            ("blank-passthrough", true),
            ("CD2", true),
            ("CD20", true),
            ("CD", false),
            ("CD2011", false),
            ("CD1", false),
            ("", false),
            ("é2", false),
        ] {
            assert_eq!(fits(selector, "CD201", "blank-passthrough"), expected, "{selector}");
        }
        assert!(check("CD2").is_ok());
        assert!(check("CD0").is_err());
        assert_eq!(check("dead-evn"), Err("there is no rule dead-evn; did you mean dead-env?".to_owned()));
    }
}
