//! «Did you mean»: the name that differs in a few letters.

/// The known name that is nearest to what was written, if it is near enough to be a slip: at most
/// two letters, and less than half of them.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = written.chars().count();
    let most = 2.min(length.saturating_sub(1) / 2);
    // Most names are told apart by their length alone.
    let known = known.into_iter().filter(|name| name.chars().count().abs_diff(length) <= most);
    let near = known.map(|name| (distance(name, written), name)).min();
    near.filter(|(far, _)| *far <= most).map(|(_, name)| name)
}

/// Slips between two words: a letter that is put in, left out or replaced, and two neighbours that changed
/// places (optimal string alignment).
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    strsim::osa_distance(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_of_neighbours_is_one_slip() {
        assert_eq!(distance("HOEM", "HOME"), 1);
        assert_eq!(distance("HMOE", "HOME"), 1);
        assert_eq!(distance("MODE", "HOME"), 2);
        assert_eq!(distance("", "ab"), 2);
    }

    #[test]
    fn slips_are_found_and_nothing_else() {
        let known = ["ignore", "select", "severity"];
        assert_eq!(nearest("selct", known), Some("select"));
        assert_eq!(nearest("ingore", known), Some("ignore"));
        assert_eq!(nearest("ignore", known), Some("ignore"));
        assert_eq!(nearest("baseline", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest("ab", ["cd"]), None);
    }
}
