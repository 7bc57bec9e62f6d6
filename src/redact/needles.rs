//! Many values looked for in many texts: what a look costs does not grow with their number.

use std::collections::{BTreeSet, HashMap, HashSet};

/// Bytes at the begin of a value that it is found by.
const BEGIN: usize = 6;

/// Values to be found in texts.
#[derive(Default)]
pub(super) struct Needles {
    /// The lengths of the values that begin so.
    begins: HashMap<[u8; BEGIN], BTreeSet<usize>>,
    all: HashSet<String>,
    /// Too short to be found by their begin.
    short: Vec<String>,
}

impl Needles {
    pub(super) fn new(values: impl IntoIterator<Item = String>) -> Self {
        let mut needles = Self::default();
        for value in values {
            match value.as_bytes().first_chunk() {
                Some(begin) => {
                    needles.begins.entry(*begin).or_default().insert(value.len());
                    needles.all.insert(value);
                }
                None => needles.short.push(value),
            }
        }
        needles
    }

    pub(super) fn len(&self) -> usize {
        self.all.len() + self.short.len()
    }

    /// The values that stand in a text, each once.
    pub(super) fn found_in<'n>(&'n self, text: &str) -> HashSet<&'n str> {
        let mut found: HashSet<&str> =
            self.short.iter().map(String::as_str).filter(|value| text.contains(value)).collect();
        for (at, begin) in text.as_bytes().windows(BEGIN).enumerate() {
            let lengths = <[u8; BEGIN]>::try_from(begin).ok().and_then(|begin| self.begins.get(&begin));
            for length in lengths.into_iter().flatten() {
                found.extend(
                    text.get(at..at + length).and_then(|part| self.all.get(part)).map(String::as_str),
                );
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_text_is_found() {
        let values = ["abcdef", "abcdefgh", "cdefgh", "xyz", "größe-1", "abcdefgx", "😀😀"];
        let needles = Needles::new(values.map(str::to_owned));
        for text in ["abcdefgh", "..abcdef", "xy", "xyzabcde", "die größe-1", "😀😀😀", "", "abcdefgy"]
        {
            let slow: HashSet<&str> = values.into_iter().filter(|value| text.contains(value)).collect();
            assert_eq!(needles.found_in(text), slow, "{text}");
        }
    }
}
