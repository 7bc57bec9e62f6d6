//! Manifests of Kubernetes, as they are applied: what `helm template`, `kubectl kustomize` and
//! `kubectl get -o yaml` print. Sources: the API reference (`Pod`, `Container`, `EnvVar`, `EnvFromSource`,
//! `Secret`, `ConfigMap`), `pkg/kubelet/kubelet_pods.go: makeEnvironmentVariables`.

mod environment;
mod objects;
mod pod;
mod volumes;

use super::{WorkloadProject, file_name, files_of};
use crate::{
    syntax::{
        node::{Node, NodeKind},
        yaml,
    },
    text::source::{SourceId, SourceName, Sources},
    vocabulary::finding::{Refusal, SaidBy},
};
use objects::Objects;
use std::path::Path;

/// The text has documents that say what they are as Kubernetes has it, and marks of no template.
pub(super) fn is_manifest(text: &str) -> bool {
    let starts = |key: &str| text.lines().any(|line| line.starts_with(key));
    let of_yaml = starts("apiVersion:") && starts("kind:");
    let first = text.trim_start();
    let of_json = first.starts_with(['{', '['])
        && text.contains("\"apiVersion\"")
        && text.contains("\"kind\"")
        && !text.contains("clawdock.snapshot/");
    (of_yaml || of_json) && !is_template(text) && !is_of_a_tool(text)
}

/// A chart's template before it is rendered.
fn is_template(text: &str) -> bool {
    ["{{ .", "{{- ", "{{.", "{{ include", "{{ $", "{{ if"].iter().any(|mark| text.contains(mark))
}

/// Files of Kustomize and Helm themselves, which have both keys as well.
fn is_of_a_tool(text: &str) -> bool {
    let has = |word: &str| text.lines().any(|line| line.starts_with("apiVersion:") && line.contains(word));
    has("kustomize.config.k8s.io") || text.lines().any(|line| line.trim_end() == "apiVersion: v2")
}

pub(super) fn read(ids: &[SourceId], directory: &Path, sources: &mut Sources) -> WorkloadProject {
    let mut project = WorkloadProject {
        directory: directory.to_owned(),
        files: files_of(ids, sources),
        texts: ids.to_vec(),
        ..WorkloadProject::default()
    };
    let mut documents: Vec<Node> = Vec::new();
    for id in ids {
        let stream = yaml::parse(sources.get(*id).text(), *id);
        for problem in &stream.problems {
            let path = files_of(&[*id], sources).remove(0).display().to_string();
            project.refusals.push(Refusal {
                by: SaidBy::Kubernetes,
                path,
                place: Some(problem.place),
                message: problem.message.clone(),
                fatal: false,
            });
        }
        documents.extend(stream.documents.into_iter().map(|document| document.root));
    }
    let mut all: Vec<&Node> = Vec::new();
    documents.iter().for_each(|document| flatten(document, &mut all));
    let objects = Objects::of(&all, sources);
    project.secrets = objects.hidden();
    project.name = objects.namespace(&all).or_else(|| file_name(*ids.first()?, sources));
    for object in &all {
        pod::add(object, &objects, &mut project);
    }
    if project.workloads.is_empty() && project.refusals.is_empty() {
        let path = project.files.first().map(|path| path.display().to_string()).unwrap_or_default();
        let kinds = kinds(&all);
        project.refuse(path, None, format!("no container is described in it: {kinds}"));
    }
    let refused: Vec<Refusal> = std::mem::take(&mut project.refusals);
    let fatal = project.workloads.is_empty();
    project.refusals = refused.into_iter().map(|r| Refusal { fatal: r.fatal || fatal, ..r }).collect();
    project
}

/// What the documents are, for a sentence.
fn kinds(all: &[&Node]) -> String {
    let mut kinds: Vec<&str> = all.iter().filter_map(|object| text(object.get("kind"))).collect();
    kinds.sort_unstable();
    kinds.dedup();
    match kinds.as_slice() {
        [] => "it has no object".to_owned(),
        kinds => format!("it has {}", kinds.iter().take(6).copied().collect::<Vec<_>>().join(", ")),
    }
}

/// The objects of a document: a list has its own.
fn flatten<'a>(document: &'a Node, into: &mut Vec<&'a Node>) {
    match &document.kind {
        NodeKind::Seq(items) => items.iter().for_each(|item| flatten(item, into)),
        NodeKind::Map(_) => {
            let is_list = text(document.get("kind")).is_some_and(|kind| kind.ends_with("List"));
            match document.get("items").filter(|_| is_list) {
                Some(items) => items.items().iter().for_each(|item| flatten(item, into)),
                None => into.push(document),
            }
        }
        _ => {}
    }
}

/// The text of a node, where it is one.
fn text(node: Option<&Node>) -> Option<&str> {
    node?.text().map(crate::text::secret::Text::expose)
}

/// The name of an object.
fn name(object: &Node) -> Option<&str> {
    text(object.at(["metadata", "name"]))
}

/// Its namespace; none where the one of the context is meant.
fn namespace(object: &Node) -> Option<&str> {
    text(object.at(["metadata", "namespace"]))
}

/// The name that a text written in a manifest is called by.
fn written_by(id: SourceId, sources: &Sources) -> SourceName {
    SourceName::WrittenBy(Box::new(sources.get(id).name.clone()))
}
