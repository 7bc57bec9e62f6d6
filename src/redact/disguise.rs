//! Stand-ins: texts that can be kept and handed on in the place of secrets.
//!
//! What may be shown stays. Everything else is replaced character by character with letters and
//! digits that a keyed hash gives, so that equal parts become equal stand-ins and nothing of a part
//! can be found out from its own. What is kept besides is the shape that parsers and rules read: the
//! length, white space and characters that cannot be seen, the signs of [`SIGNS`], whether a part is
//! a number, whether it holds few different characters, and words that everybody publishes as
//! examples.

use super::{excerpt, public, shape};
use crate::{source::Language, text::Text};
use sha2::{Digest as _, Sha256};
use std::{cell::RefCell, collections::HashMap, io, ops::Range};

/// Characters that the languages read here give a meaning: without them a dotenv line would be
/// another one.
const SIGNS: &str = "\"'`\\$#{}<>,;|&()=:";
/// A value of fewer different characters is weak, and stays so.
const FEW: usize = 8;
/// A part that is shorter has few different characters anyway.
const LONG: usize = 24;
/// Words that say on or off, or nothing at all.
const WORDS: [&str; 10] = ["0", "1", "true", "false", "yes", "no", "on", "off", "null", "none"];

/// Makes stand-ins with a key that is drawn for each snapshot and kept nowhere.
pub struct Disguise {
    key: [u8; 32],
    examples: Vec<&'static str>,
    /// Which part a stand-in stands for: no two parts share one.
    taken: RefCell<HashMap<String, String>>,
}

/// Neither the key nor a part.
impl std::fmt::Debug for Disguise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disguise")
    }
}

impl Disguise {
    /// Draws a key. `examples` are words that are published as examples of credentials, in lower
    /// case; they are kept.
    ///
    /// # Errors
    /// When the system gives no random bytes: a key that could be guessed must not be used.
    pub fn new(examples: impl IntoIterator<Item = &'static str>) -> io::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|_| io::Error::other("the system gives no random numbers for stand-ins"))?;
        let mut examples: Vec<&str> = examples.into_iter().filter(|e| !e.is_empty()).collect();
        examples.sort_by_key(|e| std::cmp::Reverse(e.len()));
        Ok(Self { key, examples, taken: RefCell::default() })
    }

    /// The value of a variable, a label or a setting.
    #[must_use]
    pub fn value(&self, name: &str, value: &Text) -> String {
        let raw = value.expose();
        let keep = public::shape_of(name).map_or_else(Vec::new, |shape| shape.keep(raw));
        self.hidden(raw, &keep)
    }

    /// The words of a command line.
    #[must_use]
    pub fn words(&self, words: &[Text]) -> Vec<String> {
        let mut previous = None;
        let mut out = Vec::with_capacity(words.len());
        for word in words {
            let raw = word.expose();
            out.push(self.hidden(raw, &shape::keep_command(raw, previous)));
            previous = Some(raw);
        }
        out
    }

    /// A whole text; the ranges of `keep` stay as well.
    #[must_use]
    pub fn text(&self, text: &str, language: Language, keep: &[Range<usize>]) -> String {
        let mut shown = excerpt::shown(text, language);
        shown.extend_from_slice(keep);
        shown.sort_by_key(|r| (r.start, r.end));
        self.hidden(text, &shown)
    }

    /// A text of which only these ranges, in order, may be shown.
    fn hidden(&self, raw: &str, keep: &[Range<usize>]) -> String {
        let (mut out, mut at) = (String::with_capacity(raw.len()), 0);
        for range in keep.iter().chain([&(raw.len()..raw.len())]) {
            if range.start > at {
                self.run(&raw[at..range.start], &mut out);
                at = range.start;
            }
            if range.end > at {
                out.push_str(&raw[at..range.end]);
                at = range.end;
            }
        }
        out
    }

    fn run(&self, run: &str, out: &mut String) {
        let lower = run.to_ascii_lowercase();
        let found = self.examples.iter().filter_map(|e| Some((lower.find(e)?, e.len())));
        if let Some((at, length)) = found.min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length))) {
            self.parts(&run[..at], out);
            out.push_str(&run[at..at + length]);
            return self.run(&run[at + length..], out);
        }
        self.parts(run, out);
    }

    fn parts(&self, run: &str, out: &mut String) {
        let mut rest = run;
        while let Some(c) = rest.chars().next() {
            if is_kept(c) {
                out.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
            let end = rest.find(is_kept).unwrap_or(rest.len());
            let after_dollar = out.ends_with(['$', '{']);
            out.push_str(&self.part(&rest[..end], after_dollar));
            rest = &rest[end..];
        }
    }

    /// A part without signs.
    fn part(&self, part: &str, after_dollar: bool) -> String {
        if WORDS.iter().any(|w| part.eq_ignore_ascii_case(w)) {
            return part.to_owned();
        }
        let mut taken = self.taken.borrow_mut();
        for round in 0..u32::MAX {
            let made = self.made(part, after_dollar, round);
            match taken.get(&made) {
                Some(known) if known != part => continue,
                Some(_) => return made,
                None => {
                    taken.insert(made.clone(), part.to_owned());
                    return made;
                }
            }
        }
        String::new()
    }

    fn made(&self, part: &str, after_dollar: bool, round: u32) -> String {
        const DIGITS: &[u8] = b"123456789";
        const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz";
        let count = part.chars().count();
        let mut noise = Noise { key: &self.key, part, round, block: 0, bytes: Vec::new() };
        let all_digits = part.bytes().all(|b| b.is_ascii_digit());
        if all_digits {
            return (0..count).map(|_| noise.one_of(DIGITS)).collect();
        }
        let different = part.chars().collect::<std::collections::BTreeSet<_>>().len();
        if count >= LONG && different < FEW {
            // As many different ones as it has, in no order.
            let of = &LETTERS[..different.max(1)];
            let mut out: Vec<char> = of.iter().map(|b| char::from(*b)).collect();
            out.extend((out.len()..count).map(|_| noise.one_of(of)));
            return out.into_iter().collect();
        }
        let first_is_digit = part.starts_with(|c: char| c.is_ascii_digit());
        let first = if first_is_digit && after_dollar { DIGITS } else { LETTERS };
        let all: Vec<u8> = LETTERS.iter().chain(DIGITS).copied().collect();
        (0..count).map(|at| noise.one_of(if at == 0 { first } else { &all })).collect()
    }
}

/// White space, what cannot be seen, and signs.
fn is_kept(c: char) -> bool {
    let unseen = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    c.is_whitespace() || c.is_control() || unseen || SIGNS.contains(c)
}

/// Bytes that only the key and the part give.
struct Noise<'a> {
    key: &'a [u8; 32],
    part: &'a str,
    round: u32,
    block: u32,
    bytes: Vec<u8>,
}

impl Noise<'_> {
    fn one_of(&mut self, letters: &[u8]) -> char {
        if self.bytes.is_empty() {
            let mut hash = Sha256::new();
            hash.update(self.key);
            hash.update(self.round.to_le_bytes());
            hash.update(self.block.to_le_bytes());
            hash.update(self.part.as_bytes());
            self.bytes = hash.finalize().to_vec();
            self.block += 1;
        }
        let byte = self.bytes.pop().unwrap_or_default();
        letters.get(usize::from(byte) % letters.len().max(1)).map_or('x', |b| char::from(*b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disguise() -> Disguise {
        Disguise::new(["change-me"]).unwrap()
    }

    fn value(name: &str, value: &str) -> String {
        disguise().value(name, &value.into())
    }

    #[test]
    fn equal_values_stay_equal_wherever_they_are_written() {
        let d = disguise();
        let secret = "PLANTED-zqxwvkjyhg_mnrtplsz0123";
        let plain = d.value("MY_TOKEN", &secret.into());
        assert_eq!(plain.chars().count(), secret.chars().count());
        assert!(!plain.contains("PLANTED") && !plain.contains("zqx"));
        let written = format!("MY_TOKEN={secret}\nMY_OTHER_TOKEN='{secret}'\n");
        assert_eq!(d.text(&written, Language::Dotenv, &[]), written.replace(secret, &plain));
        let config = format!("{{gateway: {{auth: {{token: \"{secret}\"}}}}}}");
        assert_eq!(d.text(&config, Language::Json5, &[]), config.replace(secret, &plain));
        let words = d.words(&["gateway".into(), "--token".into(), secret.into()]);
        assert_eq!(words, ["gateway", "--token", &plain]);
        assert_ne!(d.value("MY_TOKEN", &"PLANTED-zqxwvkjyhg_mnrtplsz0124".into()), plain);
        assert_ne!(value("MY_TOKEN", secret), value("MY_TOKEN", secret), "another key each time");
    }

    #[test]
    fn shapes_stay() {
        assert_eq!(value("MY_TOKEN", ""), "");
        assert_eq!(value("MY_TOKEN", " \t"), " \t");
        assert_eq!(value("OPENCLAW_GATEWAY_PORT", "18789"), "18789");
        assert!(value("MY_PIN", "4711").bytes().all(|b| b.is_ascii_digit()));
        let url = value("HTTPS_PROXY", "http://bob:hunter2@proxy.lan:3128");
        assert!(url.starts_with("http://") && url.ends_with("@proxy.lan:3128") && !url.contains("hunter2"));
        let odd = value("MY_TOKEN", " ab#c$de\u{200b}f\r");
        let signs: String = odd.chars().filter(|c| !c.is_ascii_alphanumeric()).collect();
        assert_eq!(signs, " #$\u{200b}\r");
        assert!(value("MY_TOKEN", "change-me-zqxwvk").starts_with("change-me"));
        let weak = value("MY_TOKEN", &"abab".repeat(8));
        let different = weak.chars().collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(different, 2);
        assert!(value("MY_TOKEN", "$2y$10$abc").starts_with('$'));
        assert_eq!(value("MY_FLAG", "true"), "true");
    }

    #[test]
    fn no_two_values_share_a_stand_in() {
        let d = disguise();
        let all: std::collections::BTreeSet<String> = (b'a'..=b'z')
            .map(|b| d.value("A_KEY", &format!("{}{}", char::from(b), char::from(b)).into()))
            .collect();
        assert_eq!(all.len(), 26);
    }
}
