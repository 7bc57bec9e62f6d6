//! `envFrom` and `env` of a container (`makeEnvironmentVariables`): the second wins over the first, and the
//! later over the earlier; `$(NAME)` is what was given before.

use super::{
    super::environment::EnvironmentBuilder,
    objects::{DataObject, Objects},
    text,
    volumes::missing,
};
use crate::{
    provenance::{Candidate, Layer, Provenance, ProvenanceStep, StepKind, Variable},
    syntax::node::{Node, NodeKind},
    text::{secret::Text, source::Place},
    vocabulary::workload::MissingKey,
};

/// What the environment of a container is made of, and what is wrong with it.
#[derive(Default)]
pub(super) struct PodEnvironment {
    builder: EnvironmentBuilder,
    pub(super) missing: Vec<MissingKey>,
    /// Values that are no text, with their names: the API server takes none.
    pub(super) no_text: Vec<(String, Place)>,
}

impl PodEnvironment {
    pub(super) fn of(container: &Node, objects: &Objects, namespace: Option<&str>) -> Self {
        let mut environment = Self::default();
        for source in container.get("envFrom").map(Node::items).unwrap_or_default() {
            environment.add_all(source, objects, namespace);
        }
        for item in container.get("env").map(Node::items).unwrap_or_default() {
            environment.add(item, objects, namespace);
        }
        environment
    }

    pub(super) fn finish(self) -> Vec<Variable> {
        self.builder.finish()
    }

    fn add_all(&mut self, source: &Node, objects: &Objects, namespace: Option<&str>) {
        let prefix = text(source.get("prefix")).unwrap_or_default();
        let of = |layer, key| source.get(key).map(|node| (layer, node));
        let found = of(Layer::KubernetesSecret, "secretRef")
            .or_else(|| of(Layer::KubernetesConfigMap, "configMapRef"));
        let Some((layer, node)) = found else { return };
        let Some(object) = text(node.get("name")).and_then(|name| objects.find(layer, namespace, name))
        else {
            return;
        };
        for (key, entry) in &object.entries {
            let step = ProvenanceStep {
                step: StepKind::Variable { layer, name: key.clone() },
                place: Some(entry.place),
            };
            self.builder.set(Candidate {
                layer: Layer::PodEnvFrom,
                place: Some(node.place),
                via: Provenance::from(step),
                value: entry.value.clone(),
                name: format!("{prefix}{key}"),
            });
        }
    }

    fn add(&mut self, item: &Node, objects: &Objects, namespace: Option<&str>) {
        let Some(name_node) = item.get("name") else { return };
        let Some(name) = text(Some(name_node)) else { return };
        let candidate = |place, via, value| Candidate {
            layer: Layer::PodEnv,
            place: Some(place),
            via,
            value,
            name: name.to_owned(),
        };
        if let Some(from) = item.get("valueFrom") {
            let of = |layer, key| from.get(key).map(|node| (layer, node));
            let found = of(Layer::KubernetesSecret, "secretKeyRef")
                .or_else(|| of(Layer::KubernetesConfigMap, "configMapKeyRef"));
            let Some((layer, node)) = found else {
                self.builder.set(candidate(from.place, Provenance::default(), None));
                return;
            };
            self.refer(name, layer, node, objects, namespace);
            return;
        }
        match item.get("value") {
            None => self.builder.set(candidate(name_node.place, Provenance::default(), Some("".into()))),
            Some(value) => match &value.kind {
                NodeKind::Str(written) => {
                    let (expanded, via) = self.expand(written);
                    self.builder.set(candidate(value.place, via, expanded));
                }
                NodeKind::Null => {
                    self.builder.set(candidate(name_node.place, Provenance::default(), Some("".into())));
                }
                _ => self.no_text.push((name.to_owned(), value.place)),
            },
        }
    }

    fn refer(&mut self, name: &str, layer: Layer, node: &Node, objects: &Objects, namespace: Option<&str>) {
        let key_node = node.get("key");
        let key = text(key_node).unwrap_or_default();
        let object: Option<&DataObject> =
            text(node.get("name")).and_then(|name| objects.find(layer, namespace, name));
        let place = key_node.map_or(node.place, |key| key.place);
        let optional = node.get("optional").is_some_and(|on| on.kind == NodeKind::Bool(true));
        let entry = object.and_then(|object| object.get(key));
        if let (None, Some(object)) = (entry, object) {
            self.missing.push(missing(object, key, name, optional, place));
            // Without the key an optional variable is not set at all.
            return;
        }
        let via = entry.map(|entry| {
            let step = StepKind::Variable { layer, name: key.to_owned() };
            Provenance::from(ProvenanceStep { step, place: Some(entry.place) })
        });
        self.builder.set(Candidate {
            layer: Layer::PodEnv,
            place: Some(place),
            via: via.unwrap_or_default(),
            value: entry.and_then(|entry| entry.value.clone()),
            name: name.to_owned(),
        });
    }

    /// `$(NAME)` of what was given before; `$$` is a `$` (`third_party/forked/golang/expansion`).
    pub(super) fn expand(&self, written: &Text) -> (Option<Text>, Provenance) {
        let raw = written.expose();
        if !raw.contains("$") {
            return (Some(written.clone()), Provenance::default());
        }
        let (mut out, mut via, mut known) = (String::new(), Provenance::default(), true);
        let mut rest = raw;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
                continue;
            }
            let named = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'));
            match named.map(|(name, after)| (name, after, self.builder.get(name))) {
                Some((name, after, Some(candidate))) => {
                    match &candidate.value {
                        Some(value) => out.push_str(value.expose()),
                        None => known = false,
                    }
                    let step = StepKind::Variable { layer: candidate.layer, name: name.to_owned() };
                    via = candidate.via.after(ProvenanceStep { step, place: candidate.place });
                    rest = after;
                }
                // A name that nothing gives stays as it is written.
                _ => out.push('$'),
            }
        }
        out.push_str(rest);
        (known.then(|| out.into()), via)
    }
}
