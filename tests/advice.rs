//! What a help proposes is tried: the edit is made in memory, alone, and the project judged again. The
//! finding must be gone, Docker Compose must still take the project, and nothing as heavy may be found
//! instead. All fixtures are tried, and the cases and real projects that lie beside the checkout.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    reason = "tests"
)]

mod common;

use clawdock::{
    findings::mending::{JudgedAnew, Policy, Trial, try_helps},
    findings::{self, Configurations, Selection, judge},
    model::assemble::{AssembleOptions, LoadedProject, ProjectRequest},
    rules::RULES,
    text::source::Sources,
    world::host::World,
};
use common::project::{copy_into, fixtures, own_folder, projects};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    rc::Rc,
};

/// Edits that bring another finding, with the reason why that is meant.
const KNOWN: &str = include_str!("advice-known.txt");
/// Rules whose helps propose no edit that could be tried, with the reason.
const UNTRIED: &str = include_str!("advice-untried.txt");

fn judged(folder: &Path, host: &World) -> Option<JudgedAnew> {
    let mut sources = Sources::default();
    let request = ProjectRequest::in_folder(folder);
    let loaded = LoadedProject::new(&request, host, &mut sources);
    let configurations = Configurations::new(&*host.files, None, false);
    let configuration = configurations.of(&loaded.folder()).ok()?;
    let options = AssembleOptions {
        images: configuration.images.clone(),
        assumed_version: configuration.openclaw_version.clone(),
        ..AssembleOptions::default()
    };
    let project = loaded.assemble(&options, host, &mut sources);
    let judged_all = project.files().iter().all(|files| files.complete);
    let mut report = judge::project(project, RULES, &sources);
    let configurations: Vec<_> = report.targets.iter().map(|_| Rc::clone(&configuration)).collect();
    let wanted = Selection { select: &[], ignore: &[], baseline: None, min_confidence: None, judged_all };
    findings::settle(&mut report, &configurations, &wanted, &sources);
    Some((report, sources))
}

/// What came of every help of a project. A project without `.env` gets one: a help may say to write it, and
/// what is said less surely for want of it is none of that help's matter.
fn tried(project: &Path) -> Vec<Trial> {
    let folder = own_folder();
    let root = folder.path().join("project");
    copy_into(project, &root);
    if !root.join(".env").exists() {
        fs::write(root.join(".env"), "COMPOSE_ANSI=never\n").unwrap();
        fs::set_permissions(root.join(".env"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let env = [("HOME".to_owned(), "/home/nobody-here".into())];
    let host = World::on_disk(env.into_iter().collect(), root.clone());
    let Some(first) = judged(Path::new("."), &host) else { return Vec::new() };
    let policy = Policy { with_unsafe: true, prefer: &[], new_secret: None, files: &*host.files };
    let again = |texts: &BTreeMap<PathBuf, String>| -> Result<JudgedAnew, ()> {
        judged(Path::new("."), &host.edited(texts.clone())).ok_or(())
    };
    try_helps(&first, policy, &mut { again }).unwrap()
}

fn all_projects() -> Vec<PathBuf> {
    let mut all = projects(&fixtures());
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    for (folder, below) in [("cases", "files"), ("corpus/realworld", "")] {
        let Ok(entries) = fs::read_dir(shared.join(folder)) else { continue };
        let found = entries.map(|entry| entry.unwrap().path()).filter(|path| {
            // What must not hang or grow is large, and another test's matter.
            !path.file_name().unwrap().to_string_lossy().starts_with("hostile-")
        });
        all.extend(found.map(|path| path.join(below)).filter(|path| path.is_dir()));
    }
    all.sort();
    all
}

#[test]
fn an_edit_that_a_help_proposes_does_what_it_says() {
    let mut faults = Vec::new();
    let (mut helps, mut edits) = (0, 0);
    let mut of_rule: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let all = all_projects();
    for project in all.clone() {
        let trials = tried(&project);
        for trial in trials {
            helps += usize::from(trial.has_help);
            edits += usize::from(trial.is_edit);
            let counts = of_rule.entry(trial.rule).or_default();
            counts.0 += usize::from(trial.has_help);
            counts.1 += usize::from(trial.is_edit);
            if let Some(fault) = trial.fault {
                let folder = if project.ends_with("files") { project.parent().unwrap() } else { &project };
                let folder = folder.file_name().unwrap().to_string_lossy();
                faults.push(format!("{folder} {}: {fault}", trial.rule));
            }
        }
    }
    faults.sort();
    faults.dedup();
    println!("{edits} of {helps} helps propose an edit that was tried");
    for (rule, (helps, edits)) in &of_rule {
        println!("{rule}: {edits} of {helps}");
    }
    let known: BTreeSet<&str> = KNOWN.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    let is_known = |fault: &&String| !known.contains(fault.as_str());
    let unknown: Vec<&str> = faults.iter().filter(is_known).map(String::as_str).collect();
    assert!(unknown.is_empty(), "{} edits do not do what they say:\n{}", unknown.len(), unknown.join("\n"));
    // Collections beside the checkout may not be there.
    let is_here =
        |line: &&&str| all.iter().any(|p| p.iter().any(|part| line.split(' ').next() == part.to_str()));
    let gone: Vec<&&str> =
        known.iter().filter(is_here).filter(|l| !faults.iter().any(|f| f == **l)).collect();
    assert!(gone.is_empty(), "tests/advice-known.txt lists what is well now: {gone:#?}");
    let untried: BTreeSet<&str> = of_rule
        .iter()
        .filter(|(_, (helps, edits))| *helps > 0 && *edits == 0)
        .map(|(rule, _)| *rule)
        .collect();
    let listed: BTreeSet<&str> = UNTRIED
        .lines()
        .filter(|line| line.starts_with("CD"))
        .map(|line| line.split_once(' ').unwrap().0)
        .collect();
    let unlisted: Vec<&&str> = untried.difference(&listed).collect();
    assert!(unlisted.is_empty(), "tests/advice-untried.txt lists what is not tried, and why: {unlisted:?}");
    let has_edits = |rule: &&&str| of_rule.get(**rule).is_some_and(|(_, edits)| *edits > 0);
    let tried: Vec<&&str> = listed.iter().filter(has_edits).collect();
    assert!(tried.is_empty(), "tests/advice-untried.txt lists what is tried now: {tried:?}");
}
