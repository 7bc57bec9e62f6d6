//! What keeps a finding from being reported changes nothing else, but what rules say of themselves in
//! `yields_to`; and whatever is kept back, a gateway that will not start is reported.
//!
//! Each project is judged once by every rule. Then each rule that found something is ignored, left
//! out of what is selected, put into a baseline, and ignored by a comment in every file.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{
    findings::{
        self, Configurations, Selection,
        baseline::Baseline,
        configuration::Configuration,
        judge,
        report::{Report, Suppressed, Suppression, TargetReport},
    },
    model::assemble::{self, AssembleOptions, LoadedProject, ProjectRequest},
    rules::{self, RULES, Rule},
    text::{
        secret::Text,
        source::{Language, Sources},
    },
    vocabulary::{
        finding::{Confidence, Finding, Severity},
        prediction::Prediction,
    },
    world::host::World,
};
use common::{
    engine::skip,
    project::{copy_into, fixtures, name, own_folder, projects},
    random::{self, rng::Rng},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

/// A project that every rule judged, before it is decided what is reported.
struct Judged {
    name: String,
    report: Report,
    sources: Sources,
    configurations: Vec<Rc<Configuration>>,
    judged_all: bool,
}

/// A finding, as it is known again: where it is reported, and by which rule.
type Shown = BTreeSet<(String, &'static str)>;

/// A way to keep the findings of one rule from being reported.
#[derive(Debug)]
enum Way {
    Ignore(String),
    /// Only this one is wanted.
    Select(String),
    Baseline(Baseline),
    Comment(&'static str),
}

impl Judged {
    fn of(name: String, folder: &Path, host: &World) -> Option<Self> {
        let mut sources = Sources::default();
        let request = ProjectRequest::in_folder(folder);
        let loaded = LoadedProject::new(&request, host, &mut sources);
        let configurations = Configurations::new(&*host.files, None, false);
        // A clawdock.toml that is wrong is another test's matter.
        let configuration = configurations.of(&loaded.folder()).ok()?;
        let options = AssembleOptions {
            images: configuration.images.clone(),
            assumed_version: configuration.openclaw_version.clone(),
            ..AssembleOptions::default()
        };
        let project = loaded.assemble(&options, host, &mut sources);
        let judged_all = project.files().iter().all(|files| files.complete);
        let mut report = judge::project(project, RULES, &sources);
        // What Compose refuses is an error in any case, and would hide what is to be seen here.
        report.refusals.clear();
        let configurations = report.targets.iter().map(|_| Rc::clone(&configuration)).collect();
        Some(Self { name, report, sources, configurations, judged_all })
    }

    fn settled(&self, way: Option<&Way>) -> Report {
        let mut report = self.report.clone();
        let (mut select, mut ignore, mut baseline) = (Vec::new(), Vec::new(), None);
        let mut commented = None;
        match way {
            None => {}
            Some(Way::Ignore(rule)) => ignore.push(rule.clone()),
            Some(Way::Select(rule)) => select.push(rule.clone()),
            Some(Way::Baseline(known)) => baseline = Some(known),
            Some(Way::Comment(rule)) => commented = Some(self.with_comment(rule)),
        }
        let (min_confidence, judged_all) = (None, self.judged_all);
        let wanted = Selection { select: &select, ignore: &ignore, baseline, min_confidence, judged_all };
        let sources = commented.as_ref().unwrap_or(&self.sources);
        findings::settle(&mut report, &self.configurations, &wanted, sources);
        report
    }

    /// The same texts with a comment at their end, which leaves every place what it is.
    fn with_comment(&self, rule: &str) -> Sources {
        let mut sources = Sources::default();
        for (_, source) in self.sources.iter() {
            let mark = format!("clawdock: ignore-file[{rule}]");
            let comment = match source.language {
                Language::Json5 => format!("\n// {mark}\n"),
                _ => format!("\n# {mark}\n"),
            };
            let text = format!("{}{comment}", source.text());
            sources.add(source.name.clone(), source.language, text);
        }
        sources
    }

    /// The fingerprints of what one rule reports.
    fn fingerprints(&self, report: &Report, rule: &str) -> Baseline {
        let known = findings::known(report, &self.sources);
        known.into_iter().filter(|k| k.rule == rule).map(|k| k.fingerprint).collect()
    }
}

fn shown(report: &Report) -> Shown {
    let of_target = |t: &TargetReport| {
        let name = t.target.name.clone();
        let of =
            move |f: &Finding| (format!("{name} {} {:?} {:?} {}", f.rule, f.place, f.key, f.message), f.rule);
        t.findings.iter().map(of).collect::<Vec<_>>()
    };
    report.targets.iter().flat_map(of_target).collect()
}

/// A gateway is predicted to refuse its start, and nothing that could not be seen makes it doubtful.
fn surely_refused(report: &Report) -> bool {
    let is_sure =
        |f: &Finding| (f.rule, f.severity, f.confidence) == ("CD509", Severity::Error, Confidence::High);
    report.targets.iter().any(|t| {
        let refuses = t.target.start.as_ref().is_some_and(|s| s.prediction == Prediction::Refuses);
        let said =
            t.findings.iter().chain(t.suppressed.iter().map(|s| &s.finding)).any(|f| f.rule == "CD509");
        assert_eq!(refuses, said, "{}: CD509 has a finding for what is predicted", t.target.name);
        t.findings.iter().chain(t.suppressed.iter().map(|s| &s.finding)).any(is_sure)
    })
}

fn yields_to_one_of(rule: &str, others: &BTreeSet<&str>) -> bool {
    rules::find(rule).is_some_and(|r| r.yields_to.iter().any(|y| others.contains(y.to)))
}

/// What differs from the plain report, beyond what was asked for and what the data of the rules says.
fn surprises(before: &Shown, after: &Shown, is_hidden: &dyn Fn(&str) -> bool) -> Vec<String> {
    let is_comment = |rule: &str| rule == "CD901";
    let gone: BTreeSet<&str> = before.difference(after).map(|(_, rule)| *rule).collect();
    let come: BTreeSet<&str> = after.difference(before).map(|(_, rule)| *rule).collect();
    let mut surprises = Vec::new();
    for rule in gone.iter().filter(|rule| !is_hidden(rule) && !is_comment(rule)) {
        if !yields_to_one_of(rule, &come) {
            surprises.push(format!("{rule} is not reported any more"));
        }
    }
    for rule in come.iter().filter(|rule| !is_comment(rule)) {
        if !yields_to_one_of(rule, &gone) {
            surprises.push(format!("{rule} is reported now"));
        }
    }
    surprises
}

/// What is wrong with the report of one project after each way to hide each of its rules.
fn faults(project: &Judged) -> Vec<String> {
    let plain = project.settled(None);
    let before = shown(&plain);
    let refused = surely_refused(&plain);
    let fired: BTreeSet<&'static str> = before.iter().map(|(_, rule)| *rule).collect();
    let mut faults = Vec::new();
    let mut ways: Vec<(Way, Vec<&'static str>)> = Vec::new();
    for rule in fired {
        let others = || RULES.iter().map(|r| r.id).filter(|id| *id != rule).collect::<Vec<_>>();
        ways.push((Way::Ignore(rule.to_owned()), vec![rule]));
        ways.push((Way::Select(rule.to_owned()), others()));
        ways.push((Way::Baseline(project.fingerprints(&plain, rule)), vec![rule]));
        ways.push((Way::Comment(rule), vec![rule]));
    }
    // A rule that found nothing, and is the only one that is wanted.
    ways.push((
        Way::Select("CD110".to_owned()),
        RULES.iter().map(|r| r.id).filter(|id| *id != "CD110").collect(),
    ));
    for (way, hidden) in ways {
        let report = project.settled(Some(&way));
        let after = shown(&report);
        let is_hidden = |rule: &str| hidden.contains(&rule);
        for surprise in surprises(&before, &after, &is_hidden) {
            faults.push(format!("{}: {way:?}: {surprise}", project.name));
        }
        if refused && !report.fails(Severity::Error) {
            faults.push(format!("{}: {way:?}: exit code 0, and the gateway will not start", project.name));
        }
        if refused && report.targets.iter().all(|t| t.findings.is_empty()) {
            faults.push(format!("{}: {way:?}: no findings, and the gateway will not start", project.name));
        }
        let to_hidden = |s: &Suppressed| match s.by {
            Suppression::Yielded { to } => !after.iter().any(|(_, rule)| *rule == to),
            _ => false,
        };
        if report.targets.iter().flat_map(|t| &t.suppressed).any(to_hidden) {
            faults.push(format!("{}: {way:?}: a finding yields to one that is not reported", project.name));
        }
    }
    faults
}

fn host_of(folder: &Path) -> World {
    let shell = fs::read_to_string(folder.join("shell")).unwrap_or_default();
    let pairs = shell.lines().filter_map(|line| line.split_once('='));
    let mut env: BTreeMap<String, Text> = pairs.map(|(n, v)| (n.to_owned(), Text::from(v))).collect();
    env.insert("HOME".to_owned(), Text::from("/nonexistent"));
    World::on_disk(env, folder.to_owned())
}

fn judged(project: &Path, name: String) -> Option<Judged> {
    let folder = own_folder();
    let here = folder.path().join(project.file_name().unwrap());
    copy_into(project, &here);
    Judged::of(name, &here, &host_of(&here))
}

/// Projects in parallel, each by itself.
fn check<T: Sync>(projects: &[T], judge: impl Fn(&T) -> Option<Judged> + Sync) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = projects.len().div_ceil(cores).max(1);
    let (mut faults_found, mut refused) = (Vec::new(), 0);
    let of_share = |share: &[T]| {
        let (mut found, mut refused) = (Vec::new(), 0);
        for project in share.iter().filter_map(&judge) {
            found.extend(faults(&project));
            refused += usize::from(surely_refused(&project.settled(None)));
        }
        (found, refused)
    };
    std::thread::scope(|scope| {
        let shares: Vec<_> = projects.chunks(share).map(|share| scope.spawn(|| of_share(share))).collect();
        for (found, count) in shares.into_iter().map(|s| s.join().unwrap()) {
            faults_found.extend(found);
            refused += count;
        }
    });
    assert!(faults_found.is_empty(), "{} faults:\n{}", faults_found.len(), faults_found.join("\n"));
    refused
}

#[test]
fn of_every_fixture() {
    let refused = check(&projects(&fixtures()), |project| judged(project, name(project)));
    assert!(refused > 5, "only {refused} fixtures have a gateway that will not start");
}

/// Reasons not to start, alone and together.
const REASONS: [&str; 6] = [
    r#""auth": { "token": "5f0c1d7be29a4833b6aa20d4c1e97f52", "password": "b7aa20d4c1e97f525f0c1d7be29a4833" }"#,
    r#""auth": { "token": "change-me-now" }"#,
    r#""auth": { "mode": "none" }, "bind": "lan""#,
    r#""bind": "everywhere""#,
    r#""mode": "remote""#,
    r#""tokn": 1"#,
];

#[test]
fn of_random_configs() {
    let all: Vec<PathBuf> =
        projects(&fixtures()).into_iter().filter(|p| p.join("state/openclaw.json").is_file()).collect();
    let seeds: Vec<u64> = (0..60).collect();
    let refused = check(&seeds, |seed| {
        let mut rng = Rng::new(*seed);
        let project = &all[rng.below(all.len())];
        let mut parts = vec![r#""mode": "local""#];
        parts.extend(REASONS.iter().filter(|_| rng.chance(30)));
        let hooks = if rng.chance(30) { r#", "hooks": { "enabled": true }"# } else { "" };
        let config = format!("{{ \"gateway\": {{ {} }}{hooks} }}\n", parts.join(", "));
        let folder = own_folder();
        let here = folder.path().join(project.file_name().unwrap());
        copy_into(project, &here);
        fs::write(here.join("state/openclaw.json"), config).unwrap();
        Judged::of(format!("{} with seed {seed}", name(project)), &here, &host_of(&here))
    });
    assert!(refused > 15, "only {refused} gateways will not start");
}

#[test]
fn of_random_projects() {
    let seeds: Vec<u64> = (0..60).collect();
    check(&seeds, |seed| {
        let project = random::project(*seed);
        let folder = own_folder();
        for (path, text) in &project.files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let here = folder.path().join(&project.cwd);
        Judged::of(format!("random project {seed}"), &here, &host_of(&here))
    });
}

#[test]
fn of_the_corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !folder.join("INDEX.md").is_file() {
        skip("of_the_corpus", "../shared/corpus is not there");
        return;
    }
    let mut all: Vec<PathBuf> = Vec::new();
    for group in ["official", "realworld"] {
        let entries = fs::read_dir(folder.join(group)).unwrap();
        all.extend(entries.map(|e| e.unwrap().path()).filter(|p| p.is_dir()));
    }
    check(&all, |project| judged(project, project.display().to_string()));
}

/// The rules are run one by one, so what they find cannot depend on which others run.
#[test]
fn a_rule_alone_finds_what_it_finds_among_all() {
    let project = fixtures().join("CD107-fires");
    let found = |rules: &[&'static Rule]| {
        let mut sources = Sources::default();
        let request = ProjectRequest::in_folder(&project);
        let project =
            assemble::project(&request, &AssembleOptions::default(), &host_of(&project), &mut sources);
        let judged = judge::project(project, rules, &sources);
        judged.targets.into_iter().flat_map(|t| t.findings).collect::<Vec<_>>()
    };
    let all = found(RULES);
    for rule in RULES {
        let of_rule: Vec<_> = all.iter().filter(|f| f.rule == rule.id).cloned().collect();
        assert_eq!(found(&[*rule]), of_rule, "{}", rule.id);
    }
}
