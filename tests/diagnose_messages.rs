//! Messages as people paste them lead to whoever has to act; what OpenClaw itself can say is known.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use clawdock::{
    diagnose::{LogReading, cause::FailureOwner, line::LogLine},
    redact::LogWords,
};
use std::{fs, path::Path};

/// The sets: the first was tuned on, what the others gave at the first try stands in docs/diagnosis.md.
const SETS: [&str; 4] = ["labelled", "fresh-1", "fresh-2", "fresh-3"];

/// Owner and message of each line of a set.
fn set(name: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(file(&format!("tests/diagnose-messages/{name}.txt"))).unwrap();
    let lines = text.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines
        .map(|line| line.split_once(" | ").unwrap())
        .map(|(owner, message)| (owner.to_owned(), message.to_owned()))
        .collect()
}

fn name(owner: FailureOwner) -> String {
    serde_json::to_value(owner).unwrap().as_str().unwrap().to_owned()
}

/// Whose a text is, as the first failure says.
fn owner(text: &str) -> Option<FailureOwner> {
    let mut reading = LogReading::default();
    reading.feed(text.as_bytes());
    reading.finish().failures().first().map(|f| f.cause.about().owner)
}

fn labelled() -> Vec<(String, String)> {
    SETS.into_iter().flat_map(set).collect()
}

/// Whom the messages of a set lead to; `--nocapture` shows the figures and what is not right.
#[test]
fn pasted_messages_lead_to_whoever_has_to_act() {
    for set_name in SETS {
        let messages = set(set_name);
        let (mut right, mut wrong, mut unknown, mut clear) = (0, Vec::new(), Vec::new(), Vec::new());
        for (owners, message) in &messages {
            match owner(message) {
                Some(found) if owners.split('/').any(|o| o == name(found)) => right += 1,
                Some(FailureOwner::Unknown) => unknown.push(format!("{owners}: {message}")),
                None => clear.push(format!("{owners}: {message}")),
                Some(found) => wrong.push(format!("{} for {owners}: {message}", name(found))),
            }
        }
        let all = messages.len();
        println!(
            "{set_name}: of {all}, {right} right, {} wrong, {} unknown, {} all-clears; wrong {wrong:#?}, unknown \
             {unknown:#?}, clear {clear:#?}",
            wrong.len(),
            unknown.len(),
            clear.len()
        );
        assert!(all >= 150, "{set_name}: {all}");
        assert!(clear.is_empty(), "{set_name}: an all-clear for {clear:#?}");
        assert!(right * 100 >= all * 95, "{set_name}: {right} of {all} are right; {unknown:#?} {wrong:#?}");
        assert!(wrong.len() * 100 <= all, "{set_name}: {wrong:#?}");
    }
}

/// The same however it was pasted: with the prefixes of programs that collect logs, coloured, quoted, folded.
#[test]
fn every_dress_of_a_message_leads_to_the_same() {
    let labelled = labelled();
    for (_, message) in labelled.iter().step_by(7) {
        let want = owner(message);
        for dress in [
            format!("openclaw-gateway-1  | {message}"),
            format!("2026-11-25T21:47:36.007Z {message}\r"),
            format!("Nov 25 21:47:36 host openclaw[812]: {message}"),
            format!("2026-11-25T21:47:36.007123456Z stderr F {message}"),
            format!("[pod/openclaw-0/gateway] {message}"),
            format!("\u{1b}[31m{message}\u{1b}[0m"),
            format!("> {message}"),
            serde_json::json!({"level": "error", "msg": message}).to_string(),
        ] {
            assert_eq!(owner(&dress), want, "{dress}");
        }
    }
}

/// A chat program folds a line at any blank.
#[test]
fn folded_messages_are_read_as_one() {
    let (mut same, mut all, mut other) = (0, 0, Vec::new());
    for (_, message) in labelled().iter().filter(|(_, m)| m.len() > 60 && !m.starts_with('{')) {
        let half = message.len() / 2;
        let mut blanks = message.char_indices().filter(|(at, c)| *c == ' ' && *at > 0 && *at < half);
        let Some((at, _)) = blanks.next_back() else { continue };
        let folded = format!("{}\n{}", &message[..at], &message[at + 1..]);
        all += 1;
        match owner(&folded) == owner(message) {
            true => same += 1,
            false => other.push(format!("{folded:?} {:?}", owner(&folded))),
        }
    }
    assert!(same * 100 >= all * 95, "{same} of {all}: {other:#?}");
}

fn file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// What the program can say: the file that says it, and the text.
fn catalogue() -> Vec<(String, String)> {
    let text = fs::read_to_string(file("tests/diagnose-messages/catalogue.txt")).unwrap();
    let lines = text.lines().filter(|l| !l.starts_with('#'));
    lines.map(|l| l.split_once(" | ").unwrap()).map(|(a, t)| (a.to_owned(), t.to_owned())).collect()
}

/// The cause that a file of the program stands for; `ignored` is one.
fn of_area(area: &str) -> &'static str {
    let areas = include_str!("../src/diagnose/messages/areas.txt");
    let mut areas = areas.lines().filter(|l| !l.starts_with('#')).map(|l| l.split_once(" | ").unwrap());
    areas.find(|(begin, _)| area.starts_with(begin)).map_or("ignored", |(_, cause)| cause)
}

/// The longest part of a text between what is filled in; none where all are too short to tell.
fn fragment(text: &str) -> Option<String> {
    let longest = text.split("{}").map(str::trim).max_by_key(|part| part.len())?;
    let mut end = longest.len().min(56);
    while !longest.is_char_boundary(end) {
        end -= 1;
    }
    let cut = if end < longest.len() { longest[..end].rfind(' ').unwrap_or(end) } else { end };
    let part = longest[..cut].trim().to_ascii_lowercase();
    (part.len() >= 14 && part.contains(' ')).then_some(part)
}

/// A row, or the file of the program, says what each text of the catalogue means.
#[test]
fn what_openclaw_can_say_is_mapped() {
    use clawdock::diagnose::{
        messages::{MessageCertainty, program_text},
        pattern::Means,
        scan::rows,
    };
    let is_row = |text: &str| {
        // `{}` stands for a name or number.
        let text = text.replace("{}", "x");
        rows().meaning("", &text).is_some_and(|m| match m.means {
            Means::Ignored => true,
            // Not by the file of the program alone, and not by words that a log has by chance.
            Means::Failure(_) => m.rank != u32::MAX && m.certainty == MessageCertainty::Certain,
            _ => false,
        })
    };
    let catalogue = catalogue();
    if std::env::var_os("CLAWDOCK_UPDATE").is_some() {
        let mut fragments = std::collections::BTreeMap::new();
        for (area, text) in catalogue.iter().filter(|(_, text)| !is_row(text)) {
            let cause = of_area(area);
            if let Some(fragment) = fragment(text).filter(|_| cause != "ignored") {
                fragments.entry(fragment).or_insert(cause);
            }
        }
        let lines: String = fragments.iter().map(|(text, cause)| format!("{cause} | {text}\n")).collect();
        fs::write(file("src/diagnose/messages/fragments.txt"), lines).unwrap();
    }
    let mapped = |(area, text): &&(String, String)| {
        is_row(text) || of_area(area) == "ignored" || program_text(&text.replace("{}", "x")).is_some()
    };
    let open: Vec<_> = catalogue.iter().filter(|message| !mapped(message)).collect();
    assert!(catalogue.len() > 4000);
    assert!(open.len() * 100 <= catalogue.len() * 2, "{} of {}: {open:#?}", open.len(), catalogue.len());
}

/// The lines of all recorded logs, and all messages.
fn all_lines() -> Vec<String> {
    let mut lines: Vec<String> = labelled().into_iter().map(|(_, message)| message).collect();
    for folder in ["tests/diagnose-logs", "tests/diagnose-healthy"] {
        let entries = |path: std::path::PathBuf| fs::read_dir(path).unwrap().map(|e| e.unwrap().path());
        for path in entries(file(folder)) {
            let logs: Vec<_> = if path.is_dir() { entries(path).collect() } else { vec![path] };
            for log in logs {
                let text = fs::read_to_string(log).unwrap();
                lines.extend(text.lines().map(|l| LogLine::parse(l.as_bytes())).map(|line| {
                    match line.subsystem.is_empty() {
                        true => line.message,
                        false => format!("[{}] {}", line.subsystem, line.message),
                    }
                }));
            }
        }
    }
    // Nobody is pointed to a frame of a stack.
    lines.retain(|line| !clawdock::diagnose::messages::is_frame(line.trim()));
    lines
}

/// As a report makes them.
fn words_of_reports() -> LogWords {
    let examples = clawdock::diagnose::patterns::all().map(|p| p.example);
    LogWords::of(examples.chain(clawdock::diagnose::scan::rows().phrases()))
}

fn letters(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() >= 3)
}

/// Of the words of all lines that are English or the field's, which the pages of `docs/` have too, 97 % are shown.
#[test]
fn a_line_keeps_its_words() {
    let mut dictionary = std::collections::BTreeSet::new();
    let pages = ["docs", "docs/rules"].into_iter().flat_map(|folder| fs::read_dir(file(folder)).unwrap());
    let pages = pages.map(|e| e.unwrap().path());
    let pages = pages.filter(|p| p.extension().is_some_and(|e| e == "md") && !p.ends_with("diagnosis.md"));
    for page in pages.chain([file("README.md"), file("CONTRIBUTING.md"), file("CHANGELOG.md")]) {
        dictionary.extend(letters(&fs::read_to_string(page).unwrap()).map(str::to_ascii_lowercase));
    }
    assert!(dictionary.len() > 2000, "{}", dictionary.len());
    let words = words_of_reports();
    let (mut all, mut kept) = (0, 0);
    let mut hidden = std::collections::BTreeMap::<String, usize>::new();
    for line in all_lines() {
        let shown = words.shown(&line, &[]);
        let mut left: Vec<&str> = letters(&shown).collect();
        for word in letters(&line).filter(|w| dictionary.contains(&w.to_ascii_lowercase())) {
            all += 1;
            match left.iter().position(|l| *l == word) {
                Some(at) => {
                    left.swap_remove(at);
                    kept += 1;
                }
                None => *hidden.entry(word.to_ascii_lowercase()).or_default() += 1,
            }
        }
    }
    let mut most: Vec<_> = hidden.iter().map(|(word, times)| (times, word)).collect();
    most.sort_by(|a, b| b.cmp(a));
    most.truncate(60);
    println!(
        "{kept} of {all} words are shown, {:.2} %; hidden: {most:?}",
        f64::from(kept) * 100.0 / f64::from(all)
    );
    assert!(all > 10_000, "{all}");
    assert!(kept * 100 >= all * 97, "{kept} of {all}: {most:?}");
}

/// Whatever stands in the place of a word, a secret is never shown.
#[test]
fn a_line_keeps_its_secrets() {
    const SECRETS: &[&str] = &[
        "sk-proj-Zq8xW1vK7pLm3nRt5yBd",
        "sk-ant-api03-Zq8xW1vK7pLm",
        "xoxb-1234567890-ZqxWvKpLmNrT",
        "ghp_Zq8xW1vK7pLm3nRt5yBd9sFg",
        "AKIAZQXWVKPLMNRTYBDS",
        "7104455667:AAHzqxwvkplmnrtybds",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6cXgifQ.zqxwvkplmn",
        "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "zqxwvk-plmnrt-ybdsfg",
        "Zq8xW1vK!pLm",
        "hunter2zqx",
        "zqxwvkplmn",
    ];
    let dressed = |secret: &str| {
        [
            secret.to_owned(),
            format!("token={secret}"),
            format!(r#"{{"apiKey":"{secret}"}}"#),
            format!("Bearer {secret}"),
            format!("https://user:{secret}@host/v1"),
            format!("(key: {secret})."),
        ]
    };
    let words = words_of_reports();
    let mut planted = 0;
    for (line, number) in all_lines().iter().zip(0..) {
        let secret = SECRETS[number % SECRETS.len()];
        let at: Vec<usize> = line.match_indices(' ').map(|(at, _)| at).collect();
        for dress in dressed(secret) {
            let Some(at) = at.get((number / 7) % at.len().max(1)) else { continue };
            let line = format!("{} {dress}{}", &line[..*at], &line[*at..]);
            let shown = words.shown(&line, &[]);
            planted += 1;
            let inner = secret.get(4..).unwrap();
            assert!(!shown.contains(secret) && !shown.contains(inner), "{line}\nis shown as\n{shown}");
        }
        // A word that anybody may use is a secret where a name says so.
        let shown = words.shown(&format!("{line} password=request"), &[]);
        assert!(!shown.ends_with("password=request"), "{shown}");
    }
    assert!(planted > 5000, "{planted}");
}
