//! What messages mean that no pattern of a log knows: pasted ones, those of the CLI, of Docker, Node and
//! the providers. [`messages.txt`](https://github.com/clawdock/clawdock) holds a row for each; one
//! automaton finds their phrases, so that a line costs the same however many rows there are.

use super::{
    cause::{Cause, Domain},
    pattern::Means,
};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

/// The rows.
const TEXT: &str = include_str!("messages.txt");
/// What a text is about, whatever it says of it.
const SPEAKERS: &str = include_str!("speakers.txt");

/// Words of a failure. A line that has one and fits no row is an unknown failure.
const FAILURE_WORDS: &[&str] = &[
    "error",
    "fail",
    "refus",
    "denied",
    "unauthor",
    "forbidden",
    "cannot ",
    "can't ",
    "could not",
    "couldn't",
    "unable to",
    "timed out",
    "no such",
    "reject",
    "abort",
    "crash",
    "panic",
    "fatal",
    "exception",
    "unhandled",
    "uncaught",
    "corrupt",
    "malformed",
    "revoked",
    "unreachable",
    "not permitted",
    "overload",
    "econn",
    "eacces",
    "eperm",
    "enoent",
    "enotfound",
    "segfault",
    "out of memory",
    "broken pipe",
    "exited with",
    "killed",
    " threw",
];
/// Words that say so only in a text that somebody pasted: a log uses them for what is in order too.
const PASTED_WORDS: &[&str] = &[
    "invalid",
    "not found",
    "missing",
    "expired",
    "mismatch",
    "disconnect",
    "unavailable",
    "not allowed",
    "blocked",
    "insufficient",
    "exceed",
    "unknown",
    "unsupported",
    "conflict",
    "required",
    "too many",
    "not working",
    "doesn't work",
    "does not work",
    "not responding",
    "stuck",
    "timeout",
    "warn",
    "not recogni",
    "exit code",
    "no response",
    "dropped",
    "not in ",
    "lost",
    "stopped",
    "limit",
];
/// Those of them that a long log is searched for too.
const WORDS_OF_LOGS: &[&str] = &["invalid", "not allowed", "mismatch", "insufficient", "too many"];
/// A phrase of so many bytes is rare in a log.
const RARE: usize = 14;
/// What takes the meaning from a word of failure that stands next to it.
const NEGATIONS_BEFORE: &[&str] = &["no ", "0 ", "without ", "not ", "any ", "never ", "if ", "on "];
const NEGATIONS_AFTER: &[&str] = &[
    "=false",
    "=0",
    "=null",
    "=none",
    ": 0",
    ": false",
    ": null",
    ": none",
    "s=0",
    "s: 0",
    "=undefined",
    "ed=0",
    "ed: 0",
    "-over",
    "over",
];

/// How sure it is what a line means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageCertainty {
    /// The words are OpenClaw's, or say it plainly.
    Certain,
    /// Other programs use these words too.
    Likely,
    /// Nothing that is known.
    Unknown,
}

/// What a text means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Meaning {
    /// What it means.
    pub means: Means,
    /// How sure that is.
    pub certainty: MessageCertainty,
    /// It comes before the patterns of logs.
    pub before_patterns: bool,
    /// The place of its row: the first that fits counts.
    pub rank: u32,
    /// A phrase of it is long enough not to stand in a log by chance.
    pub specific: bool,
}

/// All rows, ready to be searched for.
#[derive(Debug)]
pub struct MessageRows {
    rows: Vec<MessageRow>,
    phrases: Vec<Phrase>,
    all: AhoCorasick,
    /// The rows that are looked at when a phrase is found.
    by_phrase: Vec<Vec<u32>>,
    words: AhoCorasick,
}

#[derive(Debug)]
struct MessageRow {
    meaning: Meaning,
    /// A text has one phrase of each group.
    groups: Vec<Vec<u32>>,
    /// It only says who a text is about.
    is_speaker: bool,
}

#[derive(Debug)]
struct Phrase {
    text: String,
    /// No letter or digit may be next to it.
    whole: bool,
}

impl MessageRows {
    /// Reads the rows.
    ///
    /// # Panics
    /// When a row names no cause: a test reads them all.
    #[must_use]
    pub fn new() -> Self {
        let mut phrases: Vec<Phrase> = Vec::new();
        let mut known: BTreeMap<(String, bool), u32> = BTreeMap::new();
        let mut rows = Vec::new();
        let lines = |text: &'static str, is_speaker| text.lines().map(move |line| (line, is_speaker));
        let lines = lines(TEXT, false).chain(lines(SPEAKERS, true));
        let mut families: HashMap<&str, String> = HashMap::new();
        for (line, is_speaker) in lines.filter(|(l, _)| !l.is_empty() && !l.starts_with('#')) {
            if let Some((name, words)) = line.split_once(" = ").filter(|(name, _)| name.starts_with('@')) {
                families.insert(name, format!("{{{words}}}"));
                continue;
            }
            let (name, text) = line.split_once(" | ").expect("CAUSE | PHRASE");
            let mut meaning = Meaning {
                means: Means::Unknown,
                certainty: MessageCertainty::Certain,
                before_patterns: name.starts_with('^'),
                rank: u32::MAX,
                specific: false,
            };
            if name.starts_with('~') {
                meaning.certainty = MessageCertainty::Likely;
            }
            let name = name.trim_start_matches(['^', '~']);
            meaning.means = match name {
                "ignored" => Means::Ignored,
                name => Means::Failure(Cause::named(name).unwrap_or_else(|| panic!("no cause {name}"))),
            };
            let mut id_of = |part: &str| {
                let part = part.trim();
                let whole = part.starts_with('<') && part.ends_with('>') && part.len() > 2;
                let text = if whole { &part[1..part.len() - 1] } else { part };
                *known.entry((text.to_owned(), whole)).or_insert_with(|| {
                    phrases.push(Phrase { text: text.to_owned(), whole });
                    u32::try_from(phrases.len() - 1).unwrap_or(u32::MAX)
                })
            };
            meaning.rank = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            if text.split(" + ").any(|group| group.trim().starts_with('@')) {
                let groups = text.split(" + ").map(|group| {
                    let alternatives = expanded(families.get(group.trim()).map_or(group, String::as_str));
                    alternatives.iter().map(|a| id_of(a)).collect()
                });
                rows.push(MessageRow { meaning, groups: groups.collect(), is_speaker });
                continue;
            }
            for alternative in expanded(text) {
                let groups = alternative.split(" + ").map(|part| vec![id_of(part)]).collect();
                meaning.specific = alternative.split(" + ").any(|part| part.trim().len() >= RARE);
                meaning.rank = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                rows.push(MessageRow { meaning, groups, is_speaker });
            }
        }
        let mut used = vec![0_u32; phrases.len()];
        rows.iter().flat_map(|r| r.groups.iter().flatten()).for_each(|p| used[*p as usize] += 1);
        // The phrases of a row that the fewest rows share are those that it is looked up by.
        let mut by_phrase = vec![Vec::new(); phrases.len()];
        for (row, index) in rows.iter().zip(0..) {
            let shared = |group: &&Vec<u32>| group.iter().map(|p| used[*p as usize]).sum::<u32>();
            if let Some(keys) = row.groups.iter().min_by_key(shared) {
                keys.iter().for_each(|key| by_phrase[*key as usize].push(index));
            }
        }
        let automaton = |texts: &[&str]| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .match_kind(MatchKind::Standard)
                .build(texts)
                .expect("short phrases")
        };
        let texts: Vec<&str> = phrases.iter().map(|p| p.text.as_str()).collect();
        let words: Vec<&str> = FAILURE_WORDS.iter().chain(PASTED_WORDS).copied().collect();
        Self { all: automaton(&texts), words: automaton(&words), rows, phrases, by_phrase }
    }

    /// What to search a long log for, so that few lines of one in which nothing is wrong are looked at: words of
    /// failure, and a phrase of each row that has none of them and says enough to be rare.
    #[must_use]
    pub fn needles(&self) -> Vec<&str> {
        let mut needles: Vec<&str> = FAILURE_WORDS.iter().chain(WORDS_OF_LOGS).copied().collect();
        let stems = needles.len();
        for row in self
            .rows
            .iter()
            .filter(|r| r.meaning.certainty == MessageCertainty::Certain && r.meaning.means != Means::Ignored)
            .filter(|r| !r.is_speaker)
        {
            let texts = || row.groups.iter().flatten().map(|p| self.phrases[*p as usize].text.as_str());
            if texts().any(|t| needles[..stems].iter().any(|n| t.contains(n))) {
                continue;
            }
            // The begin of it is enough to stop at, and keeps the automaton small.
            let longest = texts().max_by_key(|t| t.len()).filter(|t| t.len() >= RARE);
            if let Some(needle) = longest.and_then(|t| t.get(..RARE))
                && !needles.contains(&needle)
            {
                needles.push(needle);
            }
        }
        needles
    }

    /// The phrases of all rows, which hold no secret.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        self.phrases.iter().map(|p| p.text.as_str())
    }

    /// What a text means: the first row that fits, an unknown failure where it has words of one, or
    /// nothing. `subsystem` counts as a part of the text.
    #[must_use]
    pub fn meaning(&self, subsystem: &str, message: &str) -> Option<Meaning> {
        // A frame of a stack says nothing.
        if is_frame(message) {
            return None;
        }
        let mut found: Vec<u32> = Vec::with_capacity(16);
        let mut is_found = vec![0_u64; self.phrases.len() / 64 + 1];
        let subsystem_text = format!("[{subsystem}]");
        for text in [subsystem_text.as_str(), message] {
            for hit in self.all.find_overlapping_iter(text) {
                let id = hit.pattern().as_u32();
                let (word, bit) = (id as usize / 64, 1 << (id % 64));
                let new = is_found[word] & bit == 0;
                if new && (!self.phrases[id as usize].whole || stands_alone(text, hit.start(), hit.end())) {
                    is_found[word] |= bit;
                    found.push(id);
                }
            }
        }
        let has = |p: &u32| is_found[*p as usize / 64] & (1 << (p % 64)) != 0;
        let fits = |row: &u32| self.rows[*row as usize].groups.iter().all(|g| g.iter().any(has));
        let candidates = found.iter().flat_map(|p| &self.by_phrase[*p as usize]).copied();
        // The gateway's own log says what it means; words that fit by chance are no reason there.
        let says = |row: &u32| {
            subsystem.is_empty() || self.rows[*row as usize].meaning.certainty == MessageCertainty::Certain
        };
        // A log also speaks of sandboxes, tokens and models where nothing failed.
        let speaks_of_failure = subsystem.is_empty() || self.words_of_failure(message).is_some();
        let counts = |row: &u32| {
            let row = self.rows[*row as usize].meaning;
            speaks_of_failure || row.before_patterns || row.specific || row.means == Means::Ignored
        };
        let fitting: Vec<u32> = candidates.filter(fits).collect();
        let speaker = self.speaker(&fitting);
        // A long phrase is nobody else's, whoever says it.
        let is_about = |row: &u32| match (speaker, self.rows[*row as usize].meaning) {
            (Some((domain, _)), Meaning { means: Means::Failure(cause), specific: false, .. }) => {
                cause.about().domain == domain
            }
            _ => true,
        };
        let is_row = |row: &u32| !self.rows[*row as usize].is_speaker;
        let rows = fitting.iter().copied().filter(is_row).filter(says).filter(counts);
        if let Some(row) = rows.clone().filter(is_about).min() {
            return Some(self.rows[row as usize].meaning);
        }
        let Some(words) = self.words_of_failure(message) else {
            return rows.min().map(|row| self.rows[row as usize].meaning);
        };
        let (cause, certainty) = match (program_text(message), speaker) {
            (Some(cause), None) => (cause, MessageCertainty::Certain),
            (Some(cause), Some((domain, _))) if cause.about().domain == domain => {
                (cause, MessageCertainty::Certain)
            }
            (_, Some((_, cause))) => (cause, MessageCertainty::Likely),
            (None, None) => return Some(words),
        };
        let means = Means::Failure(cause);
        Some(Meaning { means, certainty, before_patterns: false, rank: u32::MAX, specific: false })
    }

    /// What a text is about, and what it is where nothing says more, where all that its shape says agrees.
    fn speaker(&self, fitting: &[u32]) -> Option<(Domain, Cause)> {
        let of = |row: &u32| match self.rows[*row as usize] {
            MessageRow {
                is_speaker: true, meaning: Meaning { means: Means::Failure(cause), .. }, ..
            } => Some((cause.about().domain, cause)),
            _ => None,
        };
        let first = fitting.iter().filter(|r| of(r).is_some()).min().and_then(of)?;
        fitting.iter().filter_map(of).all(|(domain, _)| domain == first.0).then_some(first)
    }

    /// How much memory the automata take, in bytes.
    #[cfg(test)]
    fn memory(&self) -> usize {
        self.all.memory_usage() + self.words.memory_usage()
    }

    fn words_of_failure(&self, message: &str) -> Option<Meaning> {
        let mut found = None;
        for hit in self.words.find_overlapping_iter(message) {
            let (before, after) = (&message.as_bytes()[..hit.start()], &message[hit.end()..]);
            let negated = NEGATIONS_BEFORE.iter().any(|n| {
                before.len() >= n.len() && before[before.len() - n.len()..].eq_ignore_ascii_case(n.as_bytes())
            }) || NEGATIONS_AFTER.iter().any(|n| after.starts_with(n));
            if negated {
                continue;
            }
            let of_log = (hit.pattern().as_usize()) < FAILURE_WORDS.len();
            let means = if of_log { Means::Unknown } else { Means::UnknownIfPasted };
            let certainty = MessageCertainty::Unknown;
            let meaning =
                Meaning { means, certainty, before_patterns: false, rank: u32::MAX, specific: false };
            if of_log {
                return Some(meaning);
            }
            found = Some(meaning);
        }
        found
    }
}

/// Parts of the texts of OpenClaw that no row fits, one a line, with the cause that the file of the program
/// stands for; `tests/diagnose_messages.rs` writes them.
const FRAGMENTS: &str = include_str!("fragments.txt");

/// How many bytes of a text it is found by.
const BEGIN: usize = 10;

/// A text of the program, with the cause that its file stands for.
type ProgramText = (&'static str, Option<Cause>);

/// The program's own texts by their first bytes, for lines that nothing else explains.
static PROGRAM_TEXTS: LazyLock<HashMap<&'static [u8], Vec<ProgramText>>> = LazyLock::new(|| {
    let mut texts: HashMap<&'static [u8], Vec<ProgramText>> = HashMap::new();
    for (name, text) in FRAGMENTS.lines().filter_map(|line| line.split_once(" | ")) {
        if let Some(begin) = text.as_bytes().get(..BEGIN) {
            texts.entry(begin).or_default().push((text, Cause::named(name)));
        }
    }
    texts
});

/// What the file of the program is about that says this, where it is one of OpenClaw's texts.
#[must_use]
pub fn program_text(message: &str) -> Option<Cause> {
    let message = message.to_ascii_lowercase();
    let bytes = message.as_bytes();
    let starts =
        |i: &usize| *i == 0 || !bytes[i - 1].is_ascii_alphanumeric() || !bytes[*i].is_ascii_alphanumeric();
    let found = (0..bytes.len().saturating_sub(BEGIN - 1)).filter(starts).flat_map(|i| {
        let texts = PROGRAM_TEXTS.get(&bytes[i..i + BEGIN]);
        texts.into_iter().flatten().filter(move |(text, _)| bytes[i..].starts_with(text.as_bytes()))
    });
    found.max_by_key(|(text, _)| text.len()).and_then(|(_, cause)| *cause)
}

impl Default for MessageRows {
    fn default() -> Self {
        Self::new()
    }
}

/// `at Socket.onClose (file:///app/dist/call.js:1:2)`
#[must_use]
pub fn is_frame(message: &str) -> bool {
    message.starts_with("at ")
        && ["(", ".js", ".mjs", "node:", "file://"].iter().any(|sign| message.contains(sign))
}

/// A number is a status only where a word or bracket is around it, not as a part of a time or size.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).map(|i| bytes[i]);
    let after = bytes.get(end).copied();
    let is_number = bytes[start..end].iter().all(u8::is_ascii_digit);
    let apart = |b: Option<u8>| b.is_none_or(|b| !b.is_ascii_alphanumeric() && b != b'_' && b != b'-');
    let of_number = |b: Option<u8>| matches!(b, Some(b'.' | b':' | b'/' | b'+' | b'$' | b'#' | b'='));
    let ends = |b: Option<u8>| {
        matches!(b, Some(b'.' | b',' | b':')) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)
    };
    apart(before) && apart(after) && !(is_number && (of_number(before) || ends(after) || after == Some(b'%')))
}

/// Every text that `{a,b}` stands for; `\{` is a brace.
fn expanded(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let brace = |i: usize| i == 0 || bytes[i - 1] != b'\\';
    let Some(open) = (0..bytes.len()).find(|&i| bytes[i] == b'{' && brace(i)) else {
        return vec![text.replace("\\{", "{").replace("\\,", ",")];
    };
    let (mut depth, mut from, mut parts, mut close) = (0, open + 1, Vec::new(), bytes.len());
    for i in open..bytes.len() {
        match bytes[i] {
            b'{' if brace(i) => depth += 1,
            b'}' if brace(i) => depth -= 1,
            b',' if depth == 1 && brace(i) => {
                parts.push(&text[from..i]);
                from = i + 1;
            }
            _ => {}
        }
        if depth == 0 {
            close = i;
            break;
        }
    }
    parts.push(&text[from..close]);
    let rest = text.get(close + 1..).unwrap_or_default();
    parts.iter().flat_map(|part| expanded(&format!("{}{part}{rest}", &text[..open]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(text: &str) -> Option<&'static str> {
        match MessageRows::new().meaning("", text)?.means {
            Means::Failure(cause) => Some(cause.about().id),
            Means::Ignored => Some("ignored"),
            _ => Some("unknown"),
        }
    }

    #[test]
    fn rows_are_read() {
        let rows = MessageRows::new();
        assert!(rows.rows.len() > 500);
        let short: Vec<&Phrase> = rows.phrases.iter().filter(|p| !p.whole && p.text.len() < 2).collect();
        assert!(short.is_empty(), "{short:?}");
        assert!(rows.phrases.iter().all(|p| !p.text.chars().any(char::is_uppercase)));
        assert!(rows.needles().len() < 1100, "{}", rows.needles().len());
        assert_eq!(expanded("a {b,c {d,e}} f"), ["a b f", "a c d f", "a c e f"]);
        assert_eq!(expanded("400 \\{"), ["400 {"]);
        // `diagnose` of a log of any size takes less than 20 MB.
        assert!(rows.memory() < 3 << 20, "{}", rows.memory());
    }

    #[test]
    fn words_of_failure_are_never_all_clear() {
        for text in ["the flux capacitor reported an error", "thing refused", "it crashed", "EACCES x"] {
            assert!(cause(text).is_some(), "{text}");
        }
        for text in
            ["done without errors", "errors=0", "isError=false", "    at Socket.onerror (x.js:1:2)", "hello"]
        {
            assert!(!matches!(cause(text), Some("unknown")), "{text}");
        }
    }

    #[test]
    fn a_number_is_a_status_only_by_itself() {
        for (text, status) in [
            ("429", true),
            ("(429)", true),
            ("429: x", true),
            ("x 429.", true),
            ("elapsed=429", false),
            ("429ms", false),
            ("1.429", false),
            ("10:429", false),
            ("429%", false),
        ] {
            let at = text.find("429").unwrap();
            assert_eq!(stands_alone(text, at, at + 3), status, "{text}");
        }
    }
}
