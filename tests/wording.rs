//! Words that this project does not use, as a reader would have to guess what they mean: neither in what
//! the program prints, nor in `--help`, nor in docs/, the README and the CHANGELOG. CONTRIBUTING names the
//! words of the field that are used instead.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::project::{run, stdout};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Phrases in lower case, as whole words, and what to write.
const AVOIDED: &[(&str, &str)] = &[
    ("leads nowhere", "cannot be resolved"),
    ("lead nowhere", "cannot be resolved"),
    ("arrives blank", "is empty"),
    ("ends itself", "exits"),
    ("passes over", "ignores, skips"),
    ("passed over", "ignored, skipped"),
    ("without a word", "silently"),
    ("kept back", "suppressed"),
    ("keeps back", "suppresses"),
    ("nothing back", "suppresses nothing"),
    ("made anew", "recreated"),
    ("makes it anew", "recreates it"),
    ("created anew", "recreated"),
    ("anew", "again"),
    ("mend", "fix"),
    ("mends", "fixes"),
    ("mended", "fixed"),
    ("tells of", "reports"),
    ("tell of", "report"),
    ("lies around", "is left over"),
    ("earlier name of the program", "the pre-rename name"),
    ("is no bind mode", "must be one of"),
    ("whoever gets", "tracked by git"),
    ("past most of its firewalls", "published ports bypass ufw and firewalld"),
    ("in vain", "nothing listens on it"),
    ("reaches nothing", "nothing listens on it"),
    ("as predicted", "confirmed"),
    ("could not be told", "inconclusive"),
    ("cannot be told", "is not known"),
    ("no failure that is known", "no known failure"),
    ("first failure behind", "root cause"),
    ("hands over", "passes"),
    ("hand in", "pass, set"),
    ("hands in", "passes"),
    ("thereof", "name the thing"),
    ("its command line", "the CLI"),
    ("redaction mark", "placeholder"),
];

fn avoided(text: &str) -> Vec<String> {
    let plain = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '{');
    let mut found = Vec::new();
    for (phrase, better) in AVOIDED {
        for (at, _) in plain.match_indices(phrase) {
            let before = plain[..at].chars().next_back();
            let after = plain[at + phrase.len()..].chars().next();
            if !before.is_some_and(is_part) && !after.is_some_and(|c| is_part(c) || c == '}') {
                let from = plain[..at].char_indices().rev().nth(40).map_or(0, |(at, _)| at);
                found.push(format!("`{phrase}` (write: {better}): …{}…", &plain[from..at + phrase.len()]));
            }
        }
    }
    found
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The string literals of a source, without those of its tests and without comments.
fn literals(source: &str) -> Vec<(usize, String)> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut rest = code;
    let line_of = |rest: &str| code[..code.len() - rest.len()].matches('\n').count() + 1;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let from = &rest[at..];
        if let Some(comment) = from.strip_prefix("//") {
            rest = comment.find('\n').map_or("", |end| &comment[end..]);
        } else if let Some(text) = from.strip_prefix('"') {
            let mut escaped = false;
            let end = text.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            let end = end.unwrap_or(text.len());
            found.push((line_of(from), text[..end].replace("\\n", " ").replace('\\', " ")));
            rest = text.get(end + 1..).unwrap_or_default();
        } else if from.starts_with("'\"'") || from.starts_with("'\\\"'") || from.starts_with("'\\''") {
            rest = from[2..].split_once('\'').map_or("", |(_, after)| after);
        } else {
            rest = &from[1..];
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn what_the_program_prints_is_in_the_words_of_the_field() {
    let mut wrong = Vec::new();
    let generated = |path: &Path| path.components().any(|c| c.as_os_str() == "data");
    for path in files(&root().join("src"), "rs") {
        if path.ends_with("tests.rs")
            || path.ends_with("report/fixture.rs")
            || generated(&path)
            || path.iter().any(|p| p == "truth_tables")
        {
            continue;
        }
        for (line, text) in literals(&fs::read_to_string(&path).unwrap()) {
            // A single word is a key or an id.
            let text = if text.contains(' ') { text } else { continue };
            wrong.extend(avoided(&text).into_iter().map(|why| format!("{}:{line}: {why}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn help_and_pages_are_in_the_words_of_the_field() {
    let mut texts: Vec<(String, String)> = Vec::new();
    let help = stdout(&run(Path::new("/"), &["--help"]));
    let commands = help.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    for command in commands.filter(|c| c.bytes().all(|b| b.is_ascii_lowercase()) && *c != "clawdock") {
        texts.push((format!("{command} --help"), stdout(&run(Path::new("/"), &[command, "--help"]))));
    }
    assert!(texts.len() > 12, "{} commands", texts.len());
    let pages = files(&root().join("docs"), "md").into_iter();
    let pages = pages.chain(["README.md", "CHANGELOG.md"].map(|page| root().join(page)));
    texts.extend(pages.map(|page| {
        let text = fs::read_to_string(&page).unwrap();
        // A word between backticks is a name.
        let is_name = |(number, part): &(usize, &str)| number % 2 == 1 && !part.contains(' ');
        let parts = text.split('`').enumerate().filter(|part| !is_name(part)).map(|(_, part)| part);
        (page.display().to_string(), parts.collect::<Vec<_>>().join("`"))
    }));
    texts.push(("--help".to_owned(), help));
    let wrong: Vec<String> = texts
        .iter()
        .flat_map(|(name, text)| avoided(text).into_iter().map(move |why| format!("{name}: {why}")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_are_found_as_whole_words() {
    assert_eq!(avoided("it is fixed; recommended amendment {mend}"), Vec::<String>::new());
    assert_eq!(avoided("It leads\n  nowhere.").len(), 1);
    let source =
        "fn a() { let q = '\"'; say(\"one\\\ntwo\"); } // \"three\"\n#[cfg(test)]\nmod tests { \"four\" }";
    assert_eq!(literals(source), [(1, "one \ntwo".to_owned())]);
}
