//! Stand-ins: texts that can be kept and handed on in the place of secrets.
//!
//! What may be shown stays. Everything else is replaced character by character with letters and
//! digits that a keyed hash gives, so that equal parts become equal stand-ins and nothing of a part
//! can be found out from its own. What is kept besides is the shape that parsers and rules read: the
//! length, white space and characters that cannot be seen, the signs of [`SIGNS`], whether a part is
//! a number, whether it holds few different characters or the same ones twice, until when a JSON Web
//! Token is good, and what everybody knows ([`crate::secrets`]).

use super::{excerpt, public, shape};
use crate::{
    secrets::{self, EXAMPLE_PARTS, LOCAL_MARKER, vendors},
    syntax::jwt,
    text::{secret::Text, source::Language},
};
use sha2::{Digest as _, Sha256};
use std::{cell::RefCell, collections::HashMap, io, ops::Range};

/// Characters that the languages read here give a meaning: without them a dotenv line would be
/// another one.
const SIGNS: &str = "[]%…\"'`\\$#{}<>,;|&()=:";
/// A value of fewer different characters is weak, and stays so.
const FEW: usize = 8;
/// How hashes of passwords say by what they were made, behind a `$`.
const HASHES: [&str; 8] = ["2a", "2b", "2y", "apr1", "5", "6", "argon2i", "argon2id"];
/// How often a stand-in is made anew that reads other than what it stands for.
const TRIES: u32 = 200;
/// Fewest characters that are told to be there twice.
const TWICE: usize = 16;
/// A part that is shorter has few different characters anyway.
const LONG: usize = 24;
/// Words that say on or off, or nothing at all; and what stands before a token in a header.
const WORDS: [&str; 11] = ["0", "1", "true", "false", "yes", "no", "on", "off", "null", "none", "bearer"];

/// Makes stand-ins with a key that is drawn for each snapshot and kept nowhere.
pub struct Disguise {
    key: [u8; 32],
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
    /// Draws a key.
    ///
    /// # Errors
    /// When the system gives no random bytes: a key that could be guessed must not be used.
    pub fn new() -> io::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|_| io::Error::other("the system gives no random numbers for stand-ins"))?;
        Ok(Self { key, taken: RefCell::default() })
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
                self.run(&raw[at..range.start], true, &mut out);
                at = range.start;
            }
            if range.end > at {
                out.push_str(&raw[at..range.end]);
                at = range.end;
            }
        }
        out
    }

    /// What is hidden in one piece; its first characters say whether it is a path.
    fn run(&self, run: &str, mut first: bool, out: &mut String) {
        let lower = run.to_ascii_lowercase();
        let examples = EXAMPLE_PARTS.iter().copied().flatten();
        let found = examples.filter_map(|e| Some((lower.find(e)?, e.len())));
        if let Some((at, length)) = found.min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length))) {
            self.parts(&run[..at], &mut first, out);
            out.push_str(&run[at..at + length]);
            return self.run(&run[at + length..], false, out);
        }
        self.parts(run, &mut first, out);
    }

    fn parts(&self, run: &str, first: &mut bool, out: &mut String) {
        let mut rest = run;
        while let Some(c) = rest.chars().next() {
            if rest.starts_with("://") {
                out.push_str("://");
                rest = &rest[3..];
                continue;
            }
            if is_kept(c) || (std::mem::take(first) && matches!(c, '/' | '~' | '.')) {
                out.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
            let end = rest.find(is_kept).unwrap_or(rest.len());
            let end = rest.find("://").map_or(end, |at| at.min(end));
            let after_dollar = out.ends_with(['$', '{']);
            out.push_str(&self.part(&rest[..end], after_dollar));
            rest = &rest[end..];
        }
    }

    /// A part without signs.
    fn part(&self, part: &str, after_dollar: bool) -> String {
        let is_filler = |c: char| matches!(c, 'x' | 'X' | '*' | '.' | '-' | '_' | '?');
        if WORDS.iter().any(|w| part.eq_ignore_ascii_case(w))
            || (after_dollar && HASHES.contains(&part))
            || public::names_known_secret(part)
            || part.chars().all(is_filler)
        {
            return part.to_owned();
        }
        if let Some(token) = self.token(part) {
            return token;
        }
        let begins = vendors::marked(part);
        let (length, begins) = begins.map_or((0, String::new()), |(length, code)| (length, code.into()));
        let rest = &part[length..];
        let is_local = rest.len() > LOCAL_MARKER.len() && rest.ends_with(LOCAL_MARKER);
        let ends = if is_local { LOCAL_MARKER } else { "" };
        let inner = &rest[..rest.len() - ends.len()];
        // Programs show a key with dots in its middle; a paste may hold it twice.
        let inner: String = match inner.split_once("...") {
            Some((a, b)) => format!("{}...{}", self.whole(a, after_dollar), self.whole(b, false)),
            None => match part.split_at_checked(part.len() / 2) {
                Some((first, second))
                    if part.len() >= 2 * TWICE && first == second && different(part) >= FEW =>
                {
                    return self.part(first, after_dollar).repeat(2);
                }
                _ => self.whole(inner, after_dollar),
            },
        };
        format!("{begins}{inner}{ends}")
    }

    /// A token of the same length that says nothing but until when it is good.
    fn token(&self, part: &str) -> Option<String> {
        let until = jwt::expires(part)?;
        let (header, rest) = part.split_once('.')?;
        let (payload, signature) = rest.split_once('.')?;
        let claims = format!("{{\"exp\":{}}}", until / 1000);
        let room = payload.trim_end_matches('=').len() * 3 / 4;
        let padding = room.checked_sub(claims.len())?;
        let claims = format!("{claims}{}", " ".repeat(padding));
        let header = self.whole(header.strip_prefix("eyJ")?, false);
        Some(format!("eyJ{header}.{}.{}", base64url(claims.as_bytes()), self.whole(signature, false)))
    }

    /// A part of which nothing is published.
    fn whole(&self, part: &str, after_dollar: bool) -> String {
        if part.is_empty() {
            return String::new();
        }
        let mut taken = self.taken.borrow_mut();
        for round in 0..u32::MAX {
            let made = self.made(part, after_dollar, round);
            let reads = |text: &str| (secrets::is_generated(text), secrets::is_placeholder(text));
            if round < TRIES && reads(&made) != reads(part) {
                continue;
            }
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
        const CONSONANTS: &[u8] = b"bdfgklmnprstvz";
        let count = part.chars().count();
        let mut noise = Noise { key: &self.key, part, round, block: 0, bytes: Vec::new() };
        let all_digits = part.bytes().all(|b| b.is_ascii_digit());
        if all_digits {
            return (0..count).map(|_| noise.one_of(DIGITS)).collect();
        }
        let different = different(part);
        if count >= LONG && different < FEW {
            // As many different ones as it has, in no order.
            let of = &LETTERS[..different.max(1)];
            let mut out: Vec<char> = of.iter().map(|b| char::from(*b)).collect();
            out.extend((out.len()..count).map(|_| noise.one_of(of)));
            return out.into_iter().collect();
        }
        if !secrets::is_generated(part) {
            // Reads like words, as it does: no word is longer than these.
            const VOWELS: &[u8] = b"aeiou";
            let letter = |at: usize| match at % 8 {
                7 if at + 1 < count => noise.one_of(b"-"),
                place => noise.one_of(if place % 2 == 0 { CONSONANTS } else { VOWELS }),
            };
            return (0..count).map(letter).collect();
        }
        let first_is_digit = part.starts_with(|c: char| c.is_ascii_digit());
        let first = if first_is_digit && after_dollar { DIGITS } else { LETTERS };
        let all: Vec<u8> = LETTERS.iter().chain(DIGITS).copied().collect();
        (0..count).map(|at| noise.one_of(if at == 0 { first } else { &all })).collect()
    }
}

fn different(part: &str) -> usize {
    part.chars().collect::<std::collections::BTreeSet<_>>().len()
}

/// RFC 4648, section 5, without padding.
fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            let six = (bits >> (18 - 6 * at)) & 0x3f;
            out.push(char::from(LETTERS[six as usize]));
        }
    }
    out
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
        Disguise::new().unwrap()
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
    fn kinds_of_keys_stay() {
        let key = value("A_KEY", "sk-ant-oat01-zqxwvkjyhgmn...rtplsz");
        assert!(!key.contains("sk-ant") && key.contains("...") && !key.contains("zqxw"), "{key}");
        assert!(vendors::decoded(&key).starts_with("sk-ant-oat"));
        assert!(value("A_KEY", "ollama-local").ends_with("-local"));
        assert_eq!(value("A_KEY", "DEEPSEEK_API_KEY"), "DEEPSEEK_API_KEY");
        let twice = value("A_KEY", &"zqxwvkjyhgmnrtplsz".repeat(2));
        assert_eq!(twice[..18], twice[18..]);
        let claims = base64url(br#"{"sub":"somebody-who-has-a-long-name","exp":1700000000}"#);
        let long = format!("eyJhbGciOiJIUzI1NiJ9.{claims}.c2lnbmF0dXJl");
        let token = value("A_KEY", &long);
        assert_eq!(token.len(), long.len());
        let payload = token.split('.').nth(1).unwrap();
        assert!(payload.starts_with(&base64url(b"{\"exp\":1700000000}")[..20]), "{payload}");
        assert!(value("A_KEY", "Bearer zqxwvkjyhgmn").starts_with("Bearer "));
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
