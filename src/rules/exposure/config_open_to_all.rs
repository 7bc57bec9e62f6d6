//! CD609

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    model::target::TargetKind,
    secrets,
    syntax::node::{Node, NodeKind},
    text::{
        secret::Text,
        source::{Place, SourceName},
    },
    vocabulary::{
        deployment::HostSide,
        finding::{Confidence, Impact, Severity},
        shell_word::quoted,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD609",
    name: "config-open-to-all",
    severity: Severity::Info,
    confidence: Confidence::High,
    summary: "every user of the host can read a config with secrets",
    impact: Impact::Stranger,
    effect: "every user of the host can read a secret",
    page: include_str!("../../../docs/rules/CD609.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    let Some(owner) = facts.config_owner.filter(|owner| owner.mode & 0o004 != 0) else { return };
    // Of a snapshot the modes of directories are not known, and a folder may close what is in it.
    if case.target.kind == TargetKind::Snapshot {
        return;
    }
    // A folder that others may not enter keeps them from what is in it.
    let mount = case.target.deployment.mount_of(&facts.config_path);
    if let Some(HostSide::Directory(folder)) = mount.and_then(|mount| mount.host)
        && folder.mode & 0o001 == 0
    {
        return;
    }
    let Some(root) = facts.config.root() else { return };
    let Some((key, place)) = first_secret(root, &mut Vec::new()) else { return };
    // What a start script or an include adds is in another file.
    if place.source != root.place.source {
        return;
    }
    let path = case.sources.brief(place);
    let file = path.rsplit_once(':').map_or(path.as_str(), |(file, _)| file);
    let others = if owner.mode & 0o002 != 0 { "read and change" } else { "read" };
    findings.push(
        RULE.finding(format!(
            "every user of this host can {others} {file} (mode {:03o}), which holds {key} in plain",
            owner.mode & 0o777
        ))
        .at(Some(place), "readable by everybody")
        .help(format!("run `chmod 600 {}`, as OpenClaw itself writes it", shown(case, place)))
        .fix(fixes::command(
            "let only its owner read it",
            &format!("`chmod 600 {}`", quoted(&shown(case, place))),
        ))
        .key(file.to_owned()),
    );
}

/// The file's path, from the project's folder where it lies in it.
fn shown(case: &RuleContext<'_>, place: Place) -> String {
    let name = &case.sources.get(place.source).name;
    match (name, case.whole) {
        (SourceName::Host(path), Some(whole)) => {
            path.strip_prefix(&whole.directory).unwrap_or(path).display().to_string()
        }
        _ => name.to_string(),
    }
}

/// A credential that is written out, and its key.
fn first_secret(node: &Node, path: &mut Vec<String>) -> Option<(String, Place)> {
    match &node.kind {
        NodeKind::Map(entries) => entries.iter().find_map(|entry| {
            path.push(entry.key.to_string());
            let found = first_secret(&entry.value, path);
            path.pop();
            found
        }),
        NodeKind::Seq(items) => items.iter().find_map(|item| first_secret(item, path)),
        _ => {
            let value = node.text().map(Text::expose)?;
            let name = path.last()?;
            let is_secret = secrets::names_credential(name)
                && !value.contains("${")
                && secrets::classify(value).may_be_secret();
            is_secret.then(|| (path.join("."), node.place))
        }
    }
}
