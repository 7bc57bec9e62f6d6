//! Names without a value: they are taken from the project's environment, compose-go
//! `loader/environment.go` and `loader/normalize.go: resolve`.

use crate::compose::{
    check::unicity::children,
    load::{environment::ComposeEnvironment, substitution::follow},
};
use crate::syntax::{
    interpolate::{Binding, InterpolationLookup, Missing},
    node::{Node, NodeKind},
};

/// Looks up the bare names of list-form `environment`, and the content of configs. Included
/// projects do this with their own environment, before the including one does.
pub(crate) fn resolve_lists(project: &mut Node, environment: &ComposeEnvironment) {
    for (_, service) in children(project, "services") {
        if let Some(Node { kind: NodeKind::Seq(items), .. }) = service.get_mut("environment") {
            for item in items {
                resolve_item(item, environment);
            }
        }
    }
    for (_, config) in children(project, "configs") {
        let Some(name) = config.get("environment").cloned() else { continue };
        if let Some(binding) = name.text().and_then(|name| environment.get(name.expose())) {
            let content = Node {
                via: binding.via.clone(),
                ..Node::new(name.place, NodeKind::Str(binding.value.clone()))
            };
            config.set("content", content);
        }
    }
}

/// Looks up every name without a value in `environment`, in either form.
pub(crate) fn resolve(project: &mut Node, environment: &ComposeEnvironment) {
    for (_, service) in children(project, "services") {
        match service.get_mut("environment") {
            Some(Node { kind: NodeKind::Seq(items), .. }) => {
                items.iter_mut().for_each(|item| resolve_item(item, environment));
            }
            Some(Node { kind: NodeKind::Map(entries), .. }) => {
                for entry in entries.iter_mut().filter(|entry| entry.value.is_null()) {
                    if let Some(binding) = bound(&entry.key, environment) {
                        entry.value.kind = NodeKind::Str(binding.value);
                        follow(&mut entry.value.via, binding.via);
                    }
                }
            }
            _ => {}
        }
    }
}

fn resolve_item(item: &mut Node, environment: &ComposeEnvironment) {
    let Some(name) = item.text().filter(|text| !text.expose().contains('=')) else { return };
    if let Some(binding) = bound(name.expose(), environment) {
        let text = format!("{}={}", name.expose(), binding.value.expose());
        item.kind = NodeKind::Str(text.into());
        follow(&mut item.via, binding.via);
    }
}

/// The value of a name. One that is missing stays missing, unless it is assumed to be set.
fn bound(name: &str, environment: &ComposeEnvironment) -> Option<Binding> {
    environment.lookup(name).or_else(|| (environment.missing() == Missing::Unknown).then(Binding::unknown))
}
