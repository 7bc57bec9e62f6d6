//! Messages as people paste them lead to whoever has to act; what OpenClaw itself can say is known.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

use clawdock::diagnose::{LogReading, cause::FailureOwner};
use std::{fs, path::Path};

/// The sets: the first was tuned on, what the others gave at the first try stands in docs/diagnosis.md.
const SETS: [&str; 3] = ["labelled", "fresh-1", "fresh-2"];

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
