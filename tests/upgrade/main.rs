//! Upgrades and downgrades of the real program, against what `clawdock plan --to` says of them.
//!
//! A real gateway of one release makes a state, and then a gateway of another release is started on a copy
//! of it. What came of that is in `truths.jsonl`, the states in `states/`.
//!
//! ```sh
//! CLAWDOCK_RECORD=1 cargo test --test upgrade -- --exact record --nocapture
//! ```
//!
//! records what is not recorded yet; it needs root, an engine and the images of the releases.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "tests"
)]

mod real;
mod said;
mod states;
mod truth;

use real::RELEASES;
use states::KINDS;
use std::{fs, io::Write as _};
use truth::Truth;

/// Every recorded start. What is decided is right, and little is left open.
#[test]
#[expect(clippy::print_stderr, reason = "the figures are for people who run it")]
fn recorded_starts_end_as_plan_says() {
    let all = truth::all();
    let (mut wrong, mut open) = (Vec::new(), Vec::new());
    for truth in &all {
        let said = said::say(truth);
        let name = format!("{}: {} to {}", truth.kind, truth.from, truth.to);
        if said::is_unknown(&said) {
            open.push(format!("{name}: {}", said["gateways"][0]["reasons"]));
        }
        let found = said::differences(truth, &said);
        if !found.is_empty() {
            wrong.push(format!("{name}: {}", found.join("\n  ")));
        }
    }
    eprintln!("{} starts, {} differ, {} are left open", all.len(), wrong.len(), open.len());
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), all.len(), wrong.join("\n\n"));
    assert!(
        open.len() * 20 <= all.len(),
        "{} of {} are left open:\n{}",
        open.len(),
        all.len(),
        open.join("\n")
    );
}

/// The table of docs/upgrades.md: how many of the recorded starts of each pair came to an answer.
#[test]
fn the_table_is_true() {
    let mut table = String::from("| from \\ to |");
    for (to, _) in RELEASES {
        table.push_str(&format!(" {to} |"));
    }
    table.push_str(&format!("\n|---|{}\n", "---|".repeat(RELEASES.len())));
    let all = truth::all();
    for (from, _) in RELEASES {
        table.push_str(&format!("| {from} |"));
        for (to, _) in RELEASES {
            let of_pair: Vec<&Truth> = all.iter().filter(|t| t.from == from && t.to == to).collect();
            let answered = of_pair.iter().filter(|t| t.happened.answered()).count();
            match of_pair.len() {
                0 => table.push_str(" |"),
                recorded => table.push_str(&format!(" {answered} of {recorded} |")),
            }
        }
        table.push('\n');
    }
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/upgrades.md");
    let text = fs::read_to_string(&file).unwrap();
    let marker = "the_table_is_true` -->\n";
    let (head, old) = text.split_once(marker).expect("a marker");
    let new = format!("\nStarts that came to an answer, of those that were recorded:\n\n{table}");
    if std::env::var_os("CLAWDOCK_WRITE").is_some() {
        fs::write(&file, format!("{head}{marker}{new}")).unwrap();
    } else {
        assert_eq!(old, new, "CLAWDOCK_WRITE=1 writes it");
    }
}

/// Records what is not recorded yet.
#[test]
#[expect(clippy::print_stderr, reason = "the outcome is for people who record")]
fn record() {
    if std::env::var_os("CLAWDOCK_RECORD").is_none() {
        return;
    }
    let mut failed = Vec::new();
    for (from, _) in RELEASES {
        for kind in KINDS {
            let file = truth::state(from, kind);
            if file.exists() {
                continue;
            }
            match states::make(from, kind, &file) {
                Ok(()) => eprintln!("made {from} {kind}"),
                Err(why) => failed.push(why),
            }
        }
    }
    let known = truth::all();
    let only = std::env::var("CLAWDOCK_ONLY").ok();
    for kind in KINDS {
        for (from, _) in RELEASES {
            let file = truth::state(from, kind);
            for (to, _) in RELEASES {
                let is_known = known.iter().any(|t| t.from == from && t.kind == kind && t.to == to);
                let is_other = only.as_ref().is_some_and(|only| *only != format!("{kind}:{from}:{to}"));
                if from == to || is_known || is_other || !file.exists() {
                    continue;
                }
                let folder = real::scratch();
                let state = folder.path().join("state");
                let outcome = real::unpack(&file, &state)
                    .and_then(|()| real::upgrade(to, &state, states::mounted_at(kind)));
                match outcome {
                    Ok(happened) => {
                        eprintln!("{kind}: {from} to {to}: {:?} {:?}", happened.ended, happened.chat);
                        let truth = Truth { from: from.into(), kind: kind.into(), to: to.into(), happened };
                        let open = fs::OpenOptions::new().create(true).append(true).open(truth::file());
                        writeln!(open.unwrap(), "{}", serde_json::to_string(&truth).unwrap()).unwrap();
                    }
                    Err(why) => {
                        eprintln!("{kind}: {from} to {to}: {why}");
                        failed.push(format!("{kind}: {from} to {to}: {why}"));
                    }
                }
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
