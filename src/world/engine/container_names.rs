//! What people call containers: which texts can be a name at all, and which container was perhaps
//! meant by one that is none.

use crate::vocabulary::deployment::PROGRAM_NAMES;
use crate::world::engine::{
    container::ContainerSummary,
    error::{EngineError, FoundSocket},
};

/// Longest name or id that is asked for; an id has 64 characters.
const NAME_LIMIT: usize = 255;

/// Docker's own pattern for names. They are put into the request unescaped, so anything else
/// would be another request.
pub(crate) fn checked(target: &str) -> Result<&str, EngineError> {
    let name = target.strip_prefix('/').unwrap_or(target);
    let good = name.len() <= NAME_LIMIT
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    if good {
        return Ok(name);
    }
    let shown = target.chars().take(64).collect::<String>().escape_debug().to_string();
    Err(EngineError::BadName { name: shown })
}

/// Containers that `name` was perhaps meant for: similar names first, else what looks like OpenClaw.
pub(crate) fn perhaps(name: &str, all: &[ContainerSummary]) -> Vec<FoundSocket> {
    const MOST: usize = 5;
    let similar = |other: &str| {
        let (a, b) = (name.to_lowercase(), other.to_lowercase());
        b.contains(&a) || (b.len() > 3 && a.contains(&b)) || distance(&a, &b) <= 2
    };
    let is_similar = |c: &&ContainerSummary| similar(&c.name) || c.labels.service().is_some_and(similar);
    let is_openclaw = |c: &&ContainerSummary| {
        let words = [&c.name, &c.image].map(|w| w.to_lowercase());
        let service = c.labels.service().unwrap_or_default();
        PROGRAM_NAMES.iter().any(|n| words.iter().any(|w| w.contains(n)) || service.contains(n))
    };
    let close: Vec<FoundSocket> = all.iter().filter(is_similar).take(MOST).map(FoundSocket::from).collect();
    if close.is_empty() {
        all.iter().filter(is_openclaw).take(MOST).map(FoundSocket::from).collect()
    } else {
        close
    }
}

/// How many letters differ (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_docker_accepts_are_asked_for() {
        assert_eq!(checked("/openclaw-gateway_1.x").ok(), Some("openclaw-gateway_1.x"));
        for bad in ["", "/", "-x", "a/b", "a?x=", "../version", "a b", "a%2f", "\u{1b}[2J", &"a".repeat(256)]
        {
            assert!(matches!(checked(bad), Err(EngineError::BadName { .. })), "{bad:?}");
        }
        let Err(error) = checked("\u{1b}[2J") else { panic!("it has an escape") };
        assert!(!error.to_string().contains('\u{1b}'));
    }

    #[test]
    fn counts_letters_that_differ() {
        assert_eq!((distance("gatway", "gateway"), distance("", "ab"), distance("ab", "ab")), (1, 2, 0));
    }
}
