//! Messages as people paste them lead to whoever has to act; what OpenClaw itself can say is known.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use clawdock::diagnose::{LogReading, cause::FailureOwner};
use std::{fs, path::Path};

/// Owner and message of each line.
fn labelled() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnose-messages/labelled.txt");
    let text = fs::read_to_string(path).unwrap();
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

#[test]
fn pasted_messages_lead_to_whoever_has_to_act() {
    let labelled = labelled();
    let (mut right, mut wrong) = (0, Vec::new());
    for (owners, message) in &labelled {
        match owner(message) {
            Some(found) if owners.split('/').any(|o| o == name(found)) => right += 1,
            Some(FailureOwner::Unknown) => {}
            None => panic!("an all-clear for: {message}"),
            Some(found) => wrong.push(format!("{} for {owners}: {message}", name(found))),
        }
    }
    assert!(labelled.len() >= 300, "{}", labelled.len());
    assert!(right * 100 >= labelled.len() * 95, "{right} of {} are right; {wrong:#?}", labelled.len());
    assert!(wrong.len() * 100 <= labelled.len(), "{wrong:#?}");
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
    let (mut same, mut all) = (0, 0);
    for (_, message) in labelled().iter().filter(|(_, m)| m.len() > 60 && !m.starts_with('{')) {
        let Some(at) = message[..message.len() / 2].rfind(' ').filter(|at| *at > 0) else { continue };
        let folded = format!("{}\n{}", &message[..at], &message[at + 1..]);
        all += 1;
        same += usize::from(owner(&folded) == owner(message));
    }
    assert!(same * 100 >= all * 95, "{same} of {all}");
}
