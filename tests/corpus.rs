//! Expected and found on a collection of real compose projects, beside the checkout: each row of
//! its `INDEX.md` is an expert's reading. The table is `docs/corpus.md`; every disagreement is
//! explained in `tests/corpus/explanations.txt`.
//!
//! `CLAWDOCK_UPDATE=1 cargo test --test corpus` writes the table anew. Without the collection the
//! test says so and compares nothing.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    reason = "tests"
)]

mod common;

use common::{
    engine::skip,
    project::{copy, run, stdout},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

type Rules = BTreeSet<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The collection, if it is there.
fn corpus() -> Option<PathBuf> {
    let folder = root().join("../shared/corpus");
    folder.join("INDEX.md").is_file().then_some(folder)
}

/// A row of the index.
#[derive(Debug, Default)]
struct Row {
    name: String,
    /// What an expert reports: one rule, or several of which one is enough (`CD105/CD501`).
    expected: BTreeSet<String>,
    /// Rules that are named to be quiet.
    quiet: Rules,
}

/// `| 05 | owner/name | … | CD106 token … no CD501 … |`
fn index(text: &str) -> BTreeMap<String, Row> {
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').collect();
        let number = cells.first()?.trim().to_owned();
        (number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit())).then(|| {
            let name = cells[1].split_whitespace().next().unwrap_or_default().to_owned();
            // A `|` in a reading belongs to it.
            let reading = cells.get(3..).unwrap_or_default().join("|");
            let (expected, quiet) = readings(&reading);
            (number, Row { name, expected, quiet })
        })
    });
    rows.collect()
}

/// The ids in a reading: reported (`CD408/CD504` is one reading, which either meets), and said to be
/// quiet («no CD501», «must not raise CD105», «CD608 negative»).
fn readings(text: &str) -> (Rules, Rules) {
    let (mut expected, mut quiet) = (Rules::new(), Rules::new());
    let mut alternatives: Vec<String> = Vec::new();
    for (at, _) in text.match_indices("CD") {
        let digits: String = text[at + 2..].chars().take_while(char::is_ascii_digit).collect();
        if digits.len() != 3 {
            continue;
        }
        let id = format!("CD{digits}");
        let before = text[..at].trim_end();
        let after = text[at + 5..].trim_start();
        let is_negative = before.ends_with("(no")
            || before.ends_with(" no")
            || before.ends_with("not raise")
            || after.starts_with("negative");
        if is_negative {
            quiet.insert(id);
        } else if text[..at].ends_with('/') && text[..at - 1].ends_with(|c: char| c.is_ascii_digit()) {
            let first = alternatives.pop().unwrap_or_default();
            alternatives.push(format!("{first}/{id}"));
        } else {
            alternatives.push(id);
        }
    }
    expected.extend(alternatives);
    quiet.retain(|id| !expected.contains(id));
    (expected, quiet)
}

/// The projects of a folder: each folder with a compose file that Compose finds, and each other
/// compose file.
fn projects(folder: &Path) -> Vec<PathBuf> {
    const FOUND: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
    let mut all = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let mut found = false;
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if FOUND.contains(&name.as_str()) {
                found = true;
            } else if name.contains("compose") && (name.ends_with(".yml") || name.ends_with(".yaml")) {
                all.push(path);
            }
        }
        if found {
            all.push(folder);
        }
    }
    all.sort();
    all
}

/// Rule and severity, the worst of each rule.
fn found(paths: &[PathBuf]) -> BTreeMap<String, String> {
    let mut worst: BTreeMap<String, String> = BTreeMap::new();
    let rank = |severity: &str| ["info", "warning", "error"].iter().position(|s| *s == severity);
    for path in paths {
        let path = path.to_string_lossy();
        let output = run(Path::new("/"), &["lint", &path, "--profile", "*", "--format", "json"]);
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        for target in report["targets"].as_array().unwrap() {
            for finding in target["findings"].as_array().unwrap() {
                let text = |key: &str| finding[key].as_str().unwrap().to_owned();
                let (rule, severity) = (text("rule"), text("severity"));
                let known = worst.entry(rule).or_insert_with(|| severity.clone());
                if rank(&severity) > rank(known) {
                    *known = severity;
                }
            }
        }
    }
    worst
}

/// `05 CD501 a line of text`
fn explanations() -> BTreeMap<(String, String), String> {
    let text = fs::read_to_string(root().join("tests/corpus/explanations.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut parts = line.splitn(3, ' ');
            let mut part = || parts.next().unwrap_or_else(|| panic!("NUMBER RULE TEXT: {line}")).to_owned();
            ((part(), part()), part())
        })
        .collect()
}

/// What the index says and what was found, for one project.
struct Compared {
    row: Row,
    found: BTreeMap<String, String>,
}

impl Compared {
    /// Expected, of a rule that exists, and not found.
    fn missed(&self) -> Rules {
        let met = |reading: &str| reading.split('/').any(|id| self.found.contains_key(id));
        self.row.expected.iter().filter(|r| exists(r) && !met(r)).cloned().collect()
    }

    /// Said to be quiet, and told above info.
    fn loud(&self) -> Rules {
        let told = |id: &&String| self.found.get(*id).is_some_and(|severity| severity != "info");
        self.row.quiet.iter().filter(told).cloned().collect()
    }

    /// An error that the index does not have.
    fn unexpected_errors(&self) -> Rules {
        let errors = self.found.iter().filter(|(_, severity)| *severity == "error").map(|(id, _)| id);
        let expected = |id: &String| self.row.expected.iter().any(|r| r.split('/').any(|one| one == id));
        errors.filter(|id| !expected(id)).cloned().collect()
    }
}

fn exists(reading: &str) -> bool {
    reading.split('/').any(|id| clawdock::rules::find(id).is_some())
}

fn table(all: &BTreeMap<String, Compared>, explained: &BTreeMap<(String, String), String>) -> String {
    let listed = |rules: &Rules| rules.iter().cloned().collect::<Vec<_>>().join(" ");
    let of_rules =
        |c: &Compared| -> Rules { c.row.expected.iter().filter(|id| exists(id)).cloned().collect() };
    let expected: usize = all.values().map(|c| of_rules(c).len()).sum();
    let hit: usize = all.values().map(|c| of_rules(c).len() - c.missed().len()).sum();
    let told = |c: &Compared| c.missed().len() + c.loud().len() + c.unexpected_errors().len();
    let mut text = String::from(
        "# A collection of real projects\n\nWritten by `CLAWDOCK_UPDATE=1 cargo test --test corpus`, from a collection of public compose projects\nthat is not part of this repository. Expected is what an expert reads in them, as far as there is a\nrule for it; found is what `clawdock lint --profile '*'` says, `!` for an error, `?` for an info. The\nexpert's readings were not all checked by running the project: where the two disagree, the table\nbelow says why.\n\n",
    );
    let percent = |part: usize, whole: usize| 1000 * part / whole.max(1);
    let recall = percent(hit, expected);
    let accounted = percent(
        hit + all
            .iter()
            .flat_map(|(n, c)| c.missed().into_iter().map(move |id| (n.clone(), id)))
            .filter(|key| explained.get(key).is_some_and(|text| text.starts_with("not so: ")))
            .count(),
        expected,
    );
    let _ = writeln!(
        text,
        "{} projects, {expected} readings of rules that exist, {hit} of them found: {}.{} %. With those that do\nnot hold (\"not so\" below) counted as met: {}.{} %. {} disagreements, each explained.\n",
        all.len(),
        recall / 10,
        recall % 10,
        accounted / 10,
        accounted % 10,
        all.values().map(told).sum::<usize>()
    );
    text.push_str("| # | project | expected | found | missed |\n|---|---|---|---|---|\n");
    for (number, compared) in all {
        let mark = |(id, severity): (&String, &String)| match severity.as_str() {
            "error" => format!("{id}!"),
            "info" => format!("{id}?"),
            _ => id.clone(),
        };
        let found: Vec<String> = compared.found.iter().map(mark).collect();
        let expected = of_rules(compared);
        let (name, missed) = (&compared.row.name, compared.missed());
        let _ = writeln!(
            text,
            "| {number} | {name} | {} | {} | {} |",
            listed(&expected),
            found.join(" "),
            listed(&missed)
        );
    }
    text.push_str("\n## Disagreements\n\n| # | rule | why |\n|---|---|---|\n");
    for (number, compared) in all {
        let missed = compared.missed().into_iter().map(|id| (id, "not found"));
        let loud = compared.loud().into_iter().map(|id| (id, "found, and said to be quiet"));
        let errors = compared.unexpected_errors().into_iter().map(|id| (id, "an error that is not expected"));
        for (id, what) in missed.chain(loud).chain(errors) {
            let why = explained.get(&(number.clone(), id.clone())).map_or("", String::as_str);
            let _ = writeln!(text, "| {number} | {id} | {what}: {why} |");
        }
    }
    text
}

#[test]
fn expected_and_found() {
    let Some(corpus) = corpus() else {
        return skip("expected_and_found", "the corpus: ../shared/corpus is not beside the checkout");
    };
    let rows = index(&fs::read_to_string(corpus.join("INDEX.md")).unwrap());
    assert!(rows.len() > 20, "the index cannot be read");
    let explained = explanations();
    let mut all = BTreeMap::new();
    // A copy, so that what everybody may read on this machine makes no difference.
    let copied = copy(&corpus.join("realworld"));
    for entry in fs::read_dir(copied.path().join("realworld")).unwrap() {
        let path = entry.unwrap().path();
        let number = path.file_name().unwrap().to_string_lossy()[..2].to_owned();
        let row = rows.get(&number);
        let row = row.map_or_else(Row::default, |r| Row {
            name: r.name.clone(),
            expected: r.expected.clone(),
            quiet: r.quiet.clone(),
        });
        all.insert(number, Compared { row, found: found(&projects(&path)) });
    }
    let table = table(&all, &explained);
    let file = root().join("docs/corpus.md");
    if std::env::var_os("CLAWDOCK_UPDATE").is_some() {
        fs::write(&file, &table).unwrap();
    }
    println!("{}", table.lines().take(12).collect::<Vec<_>>().join("\n"));
    let mut wrong = Vec::new();
    for (number, compared) in &all {
        for id in compared.missed().into_iter().chain(compared.loud()).chain(compared.unexpected_errors()) {
            if !explained.contains_key(&(number.clone(), id.clone())) {
                wrong.push(format!("{number} {id}: not explained in tests/corpus/explanations.txt"));
            }
        }
    }
    for (number, id) in explained.keys() {
        let Some(compared) = all.get(number) else { continue };
        let disagrees = [compared.missed(), compared.loud(), compared.unexpected_errors()];
        if exists(id) && !disagrees.iter().any(|rules| rules.contains(id)) {
            wrong.push(format!("{number} {id}: explained, and there is no disagreement any more"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        fs::read_to_string(&file).unwrap_or_default(),
        table,
        "docs/corpus.md is old: CLAWDOCK_UPDATE=1"
    );
}

#[test]
fn readings_are_told_apart() {
    let of = |text| {
        let (expected, quiet) = readings(text);
        (expected.into_iter().collect::<Vec<_>>(), quiet.into_iter().collect::<Vec<_>>())
    };
    assert_eq!(of("CD201 blank :9; **CD105** x").0, ["CD105", "CD201"]);
    assert_eq!(
        of("is right (no CD501); CD104 negative; must not raise CD105").1,
        ["CD104", "CD105", "CD501"]
    );
    assert_eq!(of("CD504/CD204 and CD201").0, ["CD201", "CD504/CD204"]);
}
