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

/// Levenshtein's: letters that are put in, left out or replaced.
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

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
