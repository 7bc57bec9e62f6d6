//! Agreement with the real program: random deployments, each from a seed, of which clawdock and a
//! real gateway are asked the same.
//!
//! ```sh
//! CLAWDOCK_AGREEMENT=50 CLAWDOCK_SEED=9 CLAWDOCK_VERSION=2026.9.6 cargo test --test agreement -- --nocapture
//! ```
//!
//! asks 50 deployments of seed 9 now. With `CLAWDOCK_RECORD=1` what the program did is added to
//! `tests/agreement/truths/<version>.jsonl`, which is replayed by every run of the tests, without an
//! engine. `docs/agreement.md` tells what is compared, and is written here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "tests"
)]

mod case;
#[path = "../common/mod.rs"]
mod common;
mod compare;
mod drive;
mod generate;
mod hidden;
mod model;
mod release;
mod table;
mod written;

use case::Recorded;
use clawdock::vocabulary::prediction::Prediction;
use common::engine::{answers, has_image, skip};
use compare::{Counts, differences};
use drive::Driver;
use release::{RELEASES, Real};
use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

fn switch(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// `CLAWDOCK_ONLY=ends` asks those of which clawdock says that they end by themselves, which takes a
/// third of the time of the others; `CLAWDOCK_ONLY=starts` asks the others.
fn wanted(real: Real, case: &case::Case) -> bool {
    let Ok(only) = std::env::var("CLAWDOCK_ONLY") else { return true };
    let start = model::ask(real, case).start.expect("a prediction");
    (start.prediction == Prediction::Starts) == (only == "starts")
}

/// What was recorded of a release.
fn truths(real: Real) -> Vec<Recorded> {
    let text = fs::read_to_string(real.truths()).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{}: {e}", real.version)))
        .collect()
}

fn told(real: Real, recorded: &Recorded, found: &[String]) -> String {
    let case = &recorded.case;
    let shown = serde_json::to_string(recorded).unwrap_or_default();
    format!(
        "{} seed {} case {}:\n  {}\n  {shown}\n",
        real.version,
        case.seed,
        case.number,
        found.join("\n  ")
    )
}

/// Every recorded answer, of every release.
#[test]
fn recorded_answers_are_clawdocks_answers() {
    let mut wrong = Vec::new();
    for real in RELEASES {
        for recorded in truths(real) {
            let found = differences(real, &recorded, &mut Counts::new());
            if !found.is_empty() {
                wrong.push(told(real, &recorded, &found));
            }
        }
    }
    assert!(wrong.is_empty(), "{} deployments differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every recorded deployment with its state where it cannot be seen: nothing that is certain is wrong, and
/// not everything is unsure.
#[test]
#[expect(clippy::print_stderr, reason = "the outcome is for people who run the tests")]
fn nothing_certain_is_wrong_where_the_state_is_hidden() {
    let all: Vec<(Real, Recorded)> =
        RELEASES.into_iter().flat_map(|real| truths(real).into_iter().map(move |r| (real, r))).collect();
    let halves = all.chunks(all.len().div_ceil(4));
    let outcome = Mutex::new((hidden::Claims::new(), Vec::new()));
    std::thread::scope(|scope| {
        for part in halves {
            let outcome = &outcome;
            scope.spawn(move || {
                for (real, recorded) in part {
                    for hiding in hidden::WAYS {
                        let mut claims = hidden::Claims::new();
                        let found = hidden::wrong(*real, recorded, hiding, &mut claims);
                        let mut outcome = outcome.lock().unwrap();
                        for (kind, (all, certain)) in claims {
                            let known = outcome.0.entry(kind).or_default();
                            *known = (known.0 + all, known.1 + certain);
                        }
                        if !found.is_empty() {
                            outcome.1.push(format!("{hiding:?} {}", told(*real, recorded, &found)));
                        }
                    }
                }
            });
        }
    });
    let (claims, wrong) = outcome.into_inner().unwrap();
    eprintln!("{} deployments, each hidden in {} ways: {claims:?}", all.len(), hidden::WAYS.len());
    assert!(all.len() >= 300, "{}", all.len());
    let certain = |kind| claims.get(kind).map_or(0, |(_, certain): &(usize, usize)| *certain);
    // A test that nothing can fail would be one of a program that is sure of nothing.
    assert!(certain("port") + certain("bind") + certain("start") > 100, "{claims:?}");
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What clawdock says of one recorded deployment: `CLAWDOCK_VERSION`, `CLAWDOCK_SEED`, `CLAWDOCK_FIRST`.
#[test]
#[ignore = "for people who look for the reason of a difference"]
#[expect(clippy::print_stderr, reason = "the outcome is for people who run it")]
fn show() {
    let version = std::env::var("CLAWDOCK_VERSION").unwrap_or_else(|_| RELEASES[0].version.to_owned());
    let real = Real::of(&version).expect("a release");
    let [seed, number] = ["CLAWDOCK_SEED", "CLAWDOCK_FIRST"].map(|name| switch(name).unwrap_or_default());
    let recorded = truths(real).into_iter().find(|r| (r.case.seed, r.case.number) == (seed, number));
    let case = recorded.map_or_else(|| generate::case(real, seed, number), |r| r.case);
    let answer = model::ask(real, &case);
    eprintln!("{:?}\n{:?}", answer.start, answer.facts);
    for setting in &answer.settings {
        for view in &setting.views {
            let value =
                view.winner.as_ref().map(|w| (w.layer, w.value.as_ref().map(|v| v.expose().to_owned())));
            eprintln!("{} {}: {:?} {value:?}", setting.name(), view.consumer, view.state);
        }
    }
}

/// The same deployment for the same seed, on every machine.
#[test]
fn a_deployment_follows_from_its_seed() {
    for real in RELEASES {
        for number in 0..50 {
            assert_eq!(generate::case(real, 7, number), generate::case(real, 7, number));
        }
    }
}

/// How the deployments of a run would end, by what clawdock says.
#[test]
#[ignore = "for people who change the generator"]
#[expect(clippy::print_stderr, reason = "the outcome is for people who run it")]
fn census() {
    for real in RELEASES {
        let mut ends: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        for number in 0..300 {
            let answer = model::ask(real, &generate::case(real, 1, number));
            let start = answer.start.expect("a prediction");
            *ends.entry(format!("{:?} {:?}", start.prediction, start.exit_code)).or_default() += 1;
        }
        eprintln!("{} {ends:?}", real.version);
    }
}

#[test]
fn the_table_is_true() {
    let counted: Vec<(Real, Vec<Recorded>)> = RELEASES.into_iter().map(|r| (r, truths(r))).collect();
    table::check(&counted);
}

/// Real gateways, now: a few, or as many as `CLAWDOCK_AGREEMENT` says.
#[test]
#[expect(clippy::print_stderr, reason = "the outcome is for people who run the tests")]
fn real_gateways_do_what_clawdock_says() {
    let asked = switch("CLAWDOCK_AGREEMENT");
    let version = std::env::var("CLAWDOCK_VERSION").unwrap_or_else(|_| RELEASES[0].version.to_owned());
    let real = Real::of(&version).unwrap_or_else(|| panic!("no release {version} is asked here"));
    let seed = switch("CLAWDOCK_SEED").unwrap_or(20);
    let count = asked.unwrap_or(2);
    let there = answers().and_then(|()| has_image(real.image));
    if let Err(why) = there {
        return skip("real_gateways_do_what_clawdock_says", &why);
    }
    let record = std::env::var_os("CLAWDOCK_RECORD").is_some();
    let known: BTreeSet<(u64, u64)> = truths(real).iter().map(|r| (r.case.seed, r.case.number)).collect();
    let first = switch("CLAWDOCK_FIRST").unwrap_or(0);
    let next = AtomicU64::new(first);
    let outcome = Mutex::new((Vec::new(), Vec::new(), 0));
    std::thread::scope(|scope| {
        for worker in 0..switch("CLAWDOCK_WORKERS").unwrap_or(2) {
            let (next, outcome, known) = (&next, &outcome, &known);
            scope.spawn(move || {
                let mut driver = Driver::start(real, worker as usize).expect("a container");
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= first + count {
                        return;
                    }
                    if record && known.contains(&(seed, number)) {
                        continue;
                    }
                    let case = generate::case(real, seed, number);
                    if !wanted(real, &case) {
                        continue;
                    }
                    let answer = driver.ask(&case);
                    let mut outcome = outcome.lock().unwrap();
                    match answer {
                        Ok(recorded) => {
                            outcome.2 += 1;
                            let found = differences(real, &recorded, &mut Counts::new());
                            if record {
                                let line = serde_json::to_string(&recorded).unwrap();
                                let file =
                                    fs::OpenOptions::new().create(true).append(true).open(real.truths());
                                writeln!(file.unwrap(), "{line}").unwrap();
                            }
                            if !found.is_empty() {
                                let told = told(real, &recorded, &found);
                                eprintln!("{told}");
                                outcome.0.push(told);
                            }
                        }
                        Err(why) => {
                            let why = format!("case {number} of seed {seed}: {why}");
                            eprintln!("{why}");
                            outcome.1.push(why);
                        }
                    }
                    drop(outcome);
                }
            });
        }
    });
    let (wrong, failed, answered) = outcome.into_inner().unwrap();
    eprintln!("OpenClaw {version}, seed {seed}: {answered} deployments asked, {} differ", wrong.len());
    assert!(wrong.is_empty(), "{} deployments differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(failed.is_empty(), "{} deployments gave no answer:\n{}", failed.len(), failed.join("\n"));
}
