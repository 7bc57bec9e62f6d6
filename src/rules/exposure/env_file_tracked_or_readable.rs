//! CD604

use crate::rules::{Rule, RuleContext, Sink, listed, support::fixes};
use crate::{
    model::project_facts::{ProjectEnvFile, ProjectFacts},
    secrets,
    syntax::dotenv::node,
    text::{
        secret::{Text, js_trim},
        source::{Place, SourceId},
    },
    vocabulary::{
        deployment::{Mount, MountKind, Role},
        finding::{Confidence, Finding, Impact, Severity},
        shell_word::quoted,
    },
};
use std::path::Path;

pub(crate) static RULE: Rule = Rule {
    id: "CD604",
    name: "env-file-tracked-or-readable",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "an env file with secrets is kept by git, mounted into the gateway, or open to every user of the host",
    impact: Impact::Stranger,
    effect: "others can read an env file with secrets",
    page: include_str!("../../../docs/rules/CD604.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if let Some(whole) = case.whole_once() {
        for file in &whole.env_files {
            findings.extend(
                in_git(case, whole, file).or_else(|| open_to_all(file)).or_else(|| not_left_out(whole, file)),
            );
        }
        findings.extend(whole.strays.iter().filter_map(|source| stray(case, whole, *source)));
        findings.extend(whole.samples.iter().filter_map(|source| real_example(case, *source)));
    }
    if case.target.role != Role::Other
        && let Some(whole) = case.whole
    {
        let mut mounts = case.target.deployment.mounts.iter();
        findings.extend(mounts.find_map(|mount| mounted(case, whole, mount)));
    }
}

/// A credential of an env file.
struct Secret<'a> {
    name: &'a str,
    place: Place,
    /// Nobody thought of it, or it opens the gateway.
    grave: bool,
}

fn secrets_of(file: &ProjectEnvFile) -> Vec<Secret<'_>> {
    let of_line = |line: &'_ crate::model::project_facts::EnvFileLine| -> Option<(bool, Place)> {
        let value = js_trim(line.value.as_ref().map(Text::expose)?);
        let class = secrets::classify(value);
        let is_secret = secrets::names_credential(&line.name) && class.may_be_secret();
        // What `$` becomes is written elsewhere.
        let is_written = !line.template || !value.contains('$');
        (is_secret && is_written)
            .then_some((class.is_generated() || secrets::is_gateway_credential(&line.name), line.place))
    };
    let lines = file.lines.iter();
    lines
        .filter_map(|line| of_line(line).map(|(grave, place)| Secret { name: &line.name, place, grave }))
        .collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn named(secrets: &[Secret<'_>]) -> String {
    listed(secrets.iter().map(|s| s.name), 4)
}

fn in_git(case: &RuleContext<'_>, whole: &ProjectFacts, file: &ProjectEnvFile) -> Option<Finding> {
    let found = secrets_of(file);
    let worst = found.iter().find(|s| s.grave).or(found.first())?;
    if !whole.tracked.contains(&file.path) {
        return None;
    }
    let name = name_of(&file.path);
    let finding = RULE
        .finding(format!("{name}, which sets {}, is tracked by git", named(&found)))
        .at(Some(worst.place), "in the repository")
        .help(format!(
            "run `git rm --cached {name}`, add {name} to .gitignore, have new values made, as the old ones stay in the history, and {}",
            case.target.advice.recreate()
        ))
        .key(name);
    Some(if worst.grave {
        finding
    } else {
        finding.severity(Severity::Warning).confidence(Confidence::Medium)
    })
}

fn open_to_all(file: &ProjectEnvFile) -> Option<Finding> {
    let found = secrets_of(file);
    let first = found.first().filter(|_| file.open_to_all)?;
    let name = name_of(&file.path);
    Some(
        RULE.finding(format!("every user of this host can read {name}, which sets {}", named(&found)))
            .severity(Severity::Info)
            .at(Some(first.place), "readable by everybody")
            .help(format!("run `chmod 600 {name}`: Compose reads it as the user who calls it"))
            .fix(fixes::command("let only its owner read it", &format!("`chmod 600 {}`", quoted(&name))))
            .key(name),
    )
}

/// The folder is made to be passed on: an example of the file lies beside it. What `git add .` would
/// take is on its way into a repository.
fn not_left_out(whole: &ProjectFacts, file: &ProjectEnvFile) -> Option<Finding> {
    let found = secrets_of(file);
    let first = found.first()?;
    let is_here = file.path.parent() == Some(whole.directory.as_path());
    if !is_here || whole.samples.is_empty() || whole.ignored.contains(&file.path) {
        return None;
    }
    let name = name_of(&file.path);
    Some(
        RULE.finding(format!(
            "no .gitignore leaves out {name}, which sets {}: `git add .` takes it into the repository",
            named(&found)
        ))
        .severity(Severity::Info)
        .confidence(Confidence::Medium)
        .at(Some(first.place), "not left out")
        .help(format!("add {name} to .gitignore"))
        .key(name),
    )
}

/// A copy of an env file that nothing reads.
fn stray(case: &RuleContext<'_>, whole: &ProjectFacts, source: SourceId) -> Option<Finding> {
    let lines = node::parse(source, case.sources.get(source).text());
    let mut real = lines
        .iter()
        .filter(|l| secrets::names_credential(&l.name) && secrets::is_generated(l.value.expose()));
    let first = real.next()?;
    let path = case.host_file(source)?;
    let name = name_of(path);
    let names = listed(std::iter::once(first).chain(real).map(|l| l.name.as_str()), 4);
    let is_tracked = whole.tracked.contains(path);
    let where_to = if is_tracked { "git keeps it" } else { "everybody with the folder can read it" };
    let finding = RULE
        .finding(format!(
            "{name}, which nothing reads, sets {names} to what looks like a real credential: {where_to}"
        ))
        .at(Some(first.value_place), "not read, and real")
        .help(format!("delete {name}, and have new values made if these are in use anywhere"))
        .key(name);
    Some(if is_tracked {
        finding.severity(Severity::Warning).confidence(Confidence::Medium)
    } else {
        finding.severity(Severity::Info).confidence(Confidence::Medium)
    })
}

/// An example is there to be given away.
fn real_example(case: &RuleContext<'_>, source: SourceId) -> Option<Finding> {
    let lines = node::parse(source, case.sources.get(source).text());
    let line = lines
        .into_iter()
        .find(|l| secrets::names_credential(&l.name) && secrets::is_generated(l.value.expose()))?;
    Some(
        RULE.finding(format!(
            "{} of the example {} looks like a real credential: an example is there to be given away, and its copies all have the same",
            line.name,
            case.sources.brief(line.value_place)
        ))
        .severity(Severity::Warning)
        .confidence(Confidence::Medium)
        .at(Some(line.value_place), "no placeholder")
        .help("leave the value empty, and if it is in use anywhere, have a new one made")
        .key(line.name.clone()),
    )
}

/// The agents that the gateway runs read and write what is mounted: the project's folder has its
/// env file, and the compose file that says what the host mounts next time.
fn mounted(case: &RuleContext<'_>, whole: &ProjectFacts, mount: &Mount) -> Option<Finding> {
    let source = mount.source.as_deref().map(Path::new).filter(|_| mount.kind == MountKind::Bind)?;
    if !whole.directory.starts_with(source) || !source.is_absolute() {
        return None;
    }
    let within: Vec<&ProjectEnvFile> =
        whole.env_files.iter().filter(|f| f.path.starts_with(source)).collect();
    let held: Vec<Secret<'_>> = within.iter().flat_map(|file| secrets_of(file)).collect();
    let also = if mount.read_only { "" } else { ", and rewrite the compose file" };
    let what = if held.is_empty() {
        "the .env that belongs there".to_owned()
    } else {
        format!("{} of {}", named(&held), name_of(&within[0].path))
    };
    let finding = RULE
        .finding(format!(
            "{} has the project's own folder at {}: its agents can read {what}{also}",
            case.subject(),
            mount.target
        ))
        .at(mount.place, "the folder of the compose file")
        .help(format!(
            "mount a folder below it that holds only what the agents work on, and {}",
            case.target.advice.recreate()
        ))
        .key(mount.target.clone());
    Some(if held.is_empty() {
        finding.severity(Severity::Info).confidence(Confidence::Medium)
    } else {
        finding.severity(Severity::Warning)
    })
}
