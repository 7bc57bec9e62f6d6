//! The files that a container gets by `configs:` and `secrets:` of its service (docker-compose
//! `pkg/compose/create.go: buildContainerConfigMounts, buildContainerSecretMounts`, and
//! `pkg/compose/secrets.go` for what is no file of the host).

use crate::{
    compose::{load::environment::ComposeEnvironment, values::path},
    syntax::{
        interpolate::UNKNOWN,
        node::{Node, NodeKind},
    },
    text::secret::Text,
    vocabulary::deployment::{GivenContent, GivenFile},
};

/// Those of a service in the merged `project`.
pub(crate) fn of_service(service: &Node, project: &Node, environment: &ComposeEnvironment) -> Vec<GivenFile> {
    let of_kind = |kind: &'static str, folder: &'static str| {
        let items = service.get(kind).map(Node::items).unwrap_or_default();
        items.iter().filter_map(move |item| given(item, project.get(kind)?, folder, environment))
    };
    of_kind("configs", "/").chain(of_kind("secrets", "/run/secrets/")).collect()
}

fn given(item: &Node, resources: &Node, folder: &str, environment: &ComposeEnvironment) -> Option<GivenFile> {
    let part = |key: &str| item.get(key).and_then(Node::text).map(Text::expose).filter(|t| !t.is_empty());
    let source = part("source")?;
    let target = part("target").unwrap_or(source);
    let target = if target.starts_with('/') { path::clean(target) } else { format!("{folder}{target}") };
    let is_known = |text: &str| !text.contains(UNKNOWN);
    is_known(&target).then(|| GivenFile {
        target,
        content: resources
            .get(source)
            .map_or(GivenContent::Unknown, |resource| content(resource, environment)),
        place: item.place,
    })
}

fn content(resource: &Node, environment: &ComposeEnvironment) -> GivenContent {
    let text = |key: &str| resource.get(key).and_then(Node::text);
    let known = |text: &Text| (!text.expose().contains(UNKNOWN)).then(|| text.clone());
    if resource.get("external").is_some_and(|node| node.kind == NodeKind::Bool(true)) {
        return GivenContent::Unknown;
    }
    let found = if let Some(file) = text("file") {
        known(file).map(|file| GivenContent::HostFile(file.expose().to_owned()))
    } else if let Some(content) = text("content") {
        known(content).map(GivenContent::Text)
    } else {
        text("environment")
            .and_then(|name| known(&environment.get(name.expose())?.value))
            .map(GivenContent::Text)
    };
    found.unwrap_or(GivenContent::Unknown)
}
