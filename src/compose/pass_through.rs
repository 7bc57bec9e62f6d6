//! Names without a value: they are taken from the project's environment, compose-go
//! `loader/environment.go` and `loader/normalize.go: resolve`.

use super::{environment::Environment, substitution::follow, unicity::children};
use crate::syntax::{
    interpolate::{Binding, Lookup, Missing},
    node::{Kind, Node},
};

/// Looks up the bare names of list-form `environment`, and the content of configs. Included
/// projects do this with their own environment, before the including one does.
pub(super) fn resolve_lists(project: &mut Node, environment: &Environment) {
    for (_, service) in children(project, "services") {
        if let Some(Node { kind: Kind::Seq(items), .. }) = service.get_mut("environment") {
            for item in items {
                resolve_item(item, environment);
            }
        }
    }
    for (_, config) in children(project, "configs") {
        let Some(name) = config.get("environment").cloned() else { continue };
        if let Some(binding) = name.text().and_then(|name| environment.get(name.expose())) {
            let content =
                Node { via: binding.via.clone(), ..Node::new(name.place, Kind::Str(binding.value.clone())) };
            config.set("content", content);
        }
    }
}

/// Looks up every name without a value in `environment`, in either form.
pub(super) fn resolve(project: &mut Node, environment: &Environment) {
    for (_, service) in children(project, "services") {
        match service.get_mut("environment") {
            Some(Node { kind: Kind::Seq(items), .. }) => {
                items.iter_mut().for_each(|item| resolve_item(item, environment));
            }
            Some(Node { kind: Kind::Map(entries), .. }) => {
                for entry in entries.iter_mut().filter(|entry| entry.value.is_null()) {
                    if let Some(binding) = bound(&entry.key, environment) {
                        entry.value.kind = Kind::Str(binding.value);
                        follow(&mut entry.value.via, binding.via);
                    }
                }
            }
            _ => {}
        }
    }
}

fn resolve_item(item: &mut Node, environment: &Environment) {
    let Some(name) = item.text().filter(|text| !text.expose().contains('=')) else { return };
    if let Some(binding) = bound(name.expose(), environment) {
        let text = format!("{}={}", name.expose(), binding.value.expose());
        item.kind = Kind::Str(text.into());
        follow(&mut item.via, binding.via);
    }
}

/// The value of a name. One that is missing stays missing, unless it is assumed to be set.
fn bound(name: &str, environment: &Environment) -> Option<Binding> {
    environment.lookup(name).or_else(|| (environment.missing() == Missing::Unknown).then(Binding::unknown))
}
